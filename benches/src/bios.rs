//! A listener for the stream of DCS-BIOS.

use std::fs;
use std::io;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::net::UdpSocket;

/// A listener that counts the updates that it hears.
#[derive(Debug)]
pub struct BiosListener {
    /// The address that the stream has to be sent to.
    pub address: String,
    updates: Arc<AtomicU64>,
}

impl BiosListener {
    /// Listens on a free port.
    ///
    /// # Errors
    /// Without a free port.
    pub async fn bind() -> io::Result<Self> {
        let socket = UdpSocket::bind("127.0.0.1:0").await?;
        let address = socket.local_addr()?.to_string();
        let updates = Arc::<AtomicU64>::default();
        let counter = Arc::clone(&updates);
        tokio::spawn(async move {
            let mut buffer = vec![0; 2048];
            while socket.recv(&mut buffer).await.is_ok() {
                counter.fetch_add(1, Ordering::Relaxed);
            }
        });
        Ok(Self { address, updates })
    }

    /// Returns the number of updates so far.
    pub fn updates(&self) -> u64 {
        self.updates.load(Ordering::Relaxed)
    }
}

/// Writes tables of the aircraft `Bench` with a gauge for each of these args, which shows the raw value.
///
/// # Errors
/// When the files cannot be written.
pub fn write_tables(defs: &Path, args: Range<u32>) -> io::Result<()> {
    let gauge = |arg| serde_json::json!({ "name": format!("Gauge_{arg}"), "arg_number": arg });
    let gauges: Vec<_> = args.map(gauge).collect();
    let folder = defs.join("Bench");
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("gauges.json"), serde_json::to_vec(&gauges)?)
}
