//! The system's limit on open files. Every connection counts as one.

/// Raises the soft limit on open files as far as the system allows, and returns it; `None` if the
/// system has no such limit.
#[cfg(unix)]
pub(crate) fn raise_limit() -> Option<usize> {
    // More than any server needs. Some systems accept far larger numbers and become slow.
    const ENOUGH: u64 = 1 << 20;
    let limit = rlimit::increase_nofile_limit(ENOUGH)
        .or_else(|_| rlimit::Resource::NOFILE.get_soft())
        .ok()?;
    Some(usize::try_from(limit).unwrap_or(usize::MAX))
}

/// Windows has no such limit.
#[cfg(not(unix))]
pub(crate) fn raise_limit() -> Option<usize> {
    None
}
