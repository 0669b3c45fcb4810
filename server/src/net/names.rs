//! The name of this computer in its network.

/// Returns the name of this computer, if the system knows it.
#[cfg(unix)]
pub(crate) fn computer_name() -> Option<String> {
    let system = rustix::system::uname();
    Some(system.nodename().to_str().ok()?.to_owned())
}

/// Returns the name of this computer, if the system knows it.
#[cfg(windows)]
pub(crate) fn computer_name() -> Option<String> {
    std::env::var("COMPUTERNAME").ok()
}
