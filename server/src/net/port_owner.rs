//! The program that uses a port.

use std::fmt;
use std::path::Path;

use listeners::Protocol;

use crate::quote::printable_reason;

/// A program that uses a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PortOwner {
    name: String,
    process: u32,
}

impl PortOwner {
    /// Finds the program that uses a port, if the system reveals it.
    pub(crate) fn find(port: u16, protocol: Protocol) -> Option<Self> {
        let process = listeners::get_process_by_port(port, protocol).ok()?;
        Some(Self {
            name: process.name,
            process: process.pid,
        })
    }

    /// Finds the program that uses a port for UDP or TCP, if the system reveals it.
    pub(crate) fn find_any(port: u16) -> Option<Self> {
        let protocols = [Protocol::UDP, Protocol::TCP];
        protocols
            .into_iter()
            .find_map(|protocol| Self::find(port, protocol))
    }

    /// Returns whether it is this program, or another one of it.
    pub(crate) fn is_dcs_master(&self) -> bool {
        let name = Path::new(&self.name).file_stem();
        let own = std::env::current_exe().ok();
        name == Some(env!("CARGO_PKG_NAME").as_ref())
            || name.is_some() && name == own.as_deref().and_then(Path::file_stem)
            || self.process == std::process::id()
    }
}

/// Writes its name and process, to be shown.
impl fmt::Display for PortOwner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = printable_reason(&self.name);
        write!(f, "{name} (process {})", self.process)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_are_known_by_their_name() {
        let owner = |name: &str| PortOwner {
            name: name.to_owned(),
            process: 0,
        };
        assert!(owner("dcs-master").is_dcs_master());
        assert!(owner("dcs-master.exe").is_dcs_master());
        assert!(!owner("DCS.exe").is_dcs_master());
        assert_eq!(owner("DCS\n.exe").to_string(), "DCS\\n.exe (process 0)");
    }
}
