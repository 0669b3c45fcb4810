//! Opens the page in the browser: that of this server, or that of one that runs already.

use std::fs;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::time::Duration;

use aircraft_defs::Folders;
use tracing::warn;

/// The longest wait for a server that runs already.
const PATIENCE: Duration = Duration::from_secs(1);

/// The most bytes of its answer that are read.
const MAX_STATUS: u64 = 64 * 1024;

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

/// Returns the address of the page of a server that runs already, if one is known.
pub(super) fn page_of_running_server() -> Option<String> {
    recorded_page(&Folders::find(None).page_address()?)
}

/// Returns the page of the record, if something listens there on this computer.
fn recorded_page(file: &Path) -> Option<String> {
    let url = fs::read_to_string(file).ok()?;
    let address = url.strip_prefix("http://")?.strip_suffix('/')?;
    let address: SocketAddr = address.parse().ok()?;
    let is_there = address.ip().is_loopback() && is_page(address).unwrap_or(false);
    is_there.then_some(url)
}

/// Returns whether a page of dcs-master answers there, and not another program.
fn is_page(address: SocketAddr) -> io::Result<bool> {
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let request = format!("GET /api/status HTTP/1.0\r\nHost: {address}\r\n\r\n");
    stream.write_all(request.as_bytes())?;
    let mut answer = Vec::new();
    // What has come until a fault counts.
    let _ = stream.take(MAX_STATUS).read_to_end(&mut answer);
    Ok(String::from_utf8_lossy(&answer).contains("\"aircraft\""))
}

/// Opens a page in the browser of this user.
pub(super) fn open_browser(url: &str) {
    if let Err(error) = open::that_detached(url) {
        warn!("the browser cannot be started ({error}); open {url} in one");
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    /// Starts a server that answers one request, and returns its address.
    fn server(body: &'static str) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let _ = stream.read(&mut [0; 1024]);
            let _ = write!(stream, "HTTP/1.0 200 OK\r\n\r\n{body}");
        });
        url
    }

    #[test]
    fn the_record_leads_to_a_page_that_is_there() {
        let disk = tempfile::tempdir().unwrap();
        let file = disk.path().join("data/page-address");
        assert_eq!(recorded_page(&file), None);
        let (url, foreign) = (
            server("{\"aircraft\":null}"),
            server("<title>Another</title>"),
        );
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
        fs::write(&file, &foreign).unwrap();
        assert_eq!(recorded_page(&file), None);
        // It answers once only.
        fs::write(&file, &url).unwrap();
        assert_eq!(recorded_page(&file), None);
    }
}
