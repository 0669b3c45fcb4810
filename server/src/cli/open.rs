//! Opens the page in the browser: that of this server, or that of one that runs already.

use std::fs;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::time::Duration;

use aircraft_defs::Folders;
use tracing::warn;

/// The longest wait for a server that runs already.
const PATIENCE: Duration = Duration::from_secs(1);

/// The record of the page of a running server, from which a second start learns its address. It is
/// removed when this is dropped.
#[derive(Debug)]
pub(super) struct PageRecord {
    file: PathBuf,
    url: String,
}

impl PageRecord {
    /// Writes the record. Without it a second start only does not find this server.
    pub(super) fn write(url: &str) -> Option<Self> {
        Self::write_to(Folders::find(None).page_address()?, url)
    }

    fn write_to(file: PathBuf, url: &str) -> Option<Self> {
        fs::create_dir_all(file.parent()?).ok()?;
        fs::write(&file, url).ok()?;
        let url = url.to_owned();
        Some(Self { file, url })
    }
}

impl Drop for PageRecord {
    fn drop(&mut self) {
        // A server that was started later has its own record there.
        if fs::read_to_string(&self.file).is_ok_and(|url| url == self.url) {
            let _ = fs::remove_file(&self.file);
        }
    }
}

/// Returns the address of the page of the server that has taken this port; `None` if the port is
/// free, or if no page is known.
pub(super) fn page_of_running_server(listen: SocketAddr) -> Option<String> {
    if TcpListener::bind(listen).is_ok() {
        return None;
    }
    recorded_page(&Folders::find(None).page_address()?)
}

/// Returns the page of the record, if something listens there on this computer.
fn recorded_page(file: &Path) -> Option<String> {
    let url = fs::read_to_string(file).ok()?;
    let address = url.strip_prefix("http://")?.strip_suffix('/')?;
    let address: SocketAddr = address.parse().ok()?;
    let is_there =
        address.ip().is_loopback() && TcpStream::connect_timeout(&address, PATIENCE).is_ok();
    is_there.then_some(url)
}

/// Opens a page in the browser of this user.
pub(super) fn open_browser(url: &str) {
    if let Err(error) = open::that_detached(url) {
        warn!("the browser cannot be started ({error}); open {url} in one");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_record_leads_to_a_page_that_is_there() {
        let disk = tempfile::tempdir().unwrap();
        let file = disk.path().join("data/page-address");
        assert_eq!(recorded_page(&file), None);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let record = PageRecord::write_to(file.clone(), &url).unwrap();
        assert_eq!(recorded_page(&file), Some(url.clone()));
        let later = PageRecord::write_to(file.clone(), "http://127.0.0.1:1/").unwrap();
        drop(record);
        assert!(file.is_file());
        drop(later);
        assert!(!file.exists());
        for wrong in [
            "",
            "http://evil.example/",
            "http://192.0.2.1:80/",
            "calc.exe",
            "file:///x",
        ] {
            fs::write(&file, wrong).unwrap();
            assert_eq!(recorded_page(&file), None, "{wrong}");
        }
        drop(listener);
        fs::write(&file, &url).unwrap();
        assert_eq!(recorded_page(&file), None);
    }
}
