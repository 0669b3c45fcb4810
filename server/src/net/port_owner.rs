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

    /// Returns whether it is a dcs-master: this process, another one of the same program, or one of a
    /// name that begins like it, such as `dcs-master-0.2.exe`.
    pub(crate) fn is_dcs_master(&self) -> bool {
        let name = Path::new(&self.name).file_stem();
        let own = std::env::current_exe().ok();
        self.lower_name().starts_with(env!("CARGO_PKG_NAME"))
            || name.is_some() && name == own.as_deref().and_then(Path::file_stem)
            || self.process == std::process::id()
    }

    /// Returns whether it is DCS, its server, or on Linux the Lua that runs in its place in tests.
    pub(crate) fn is_sim(&self) -> bool {
        let name = self.lower_name();
        let name = name.strip_suffix(".exe").unwrap_or(&name);
        matches!(name, "dcs" | "dcs_server") || cfg!(unix) && name.starts_with("lua")
    }

    fn lower_name(&self) -> String {
        self.name.to_ascii_lowercase()
    }
}

#[cfg(test)]
impl PortOwner {
    /// Returns a program of this name.
    pub(crate) fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            process: 0,
        }
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
        let owner = PortOwner::named;
        assert!(owner("dcs-master").is_dcs_master());
        assert!(owner("dcs-master.exe").is_dcs_master());
        assert!(owner("dcs-master-0.2").is_dcs_master());
        assert!(owner("DCS-Master-0.2.exe").is_dcs_master());
        assert!(!owner("DCS.exe").is_dcs_master());
        assert!(!owner("master").is_dcs_master());
        assert_eq!(owner("DCS\n.exe").to_string(), "DCS\\n.exe (process 0)");
    }

    #[test]
    fn the_sim_is_known_by_its_name() {
        for name in ["DCS.exe", "dcs.exe", "DCS_server.exe", "DCS"] {
            assert!(PortOwner::named(name).is_sim(), "{name}");
        }
        for name in ["DCS-SR-ExternalAudio.exe", "dcs-master", "socat", ""] {
            assert!(!PortOwner::named(name).is_sim(), "{name}");
        }
    }
}
