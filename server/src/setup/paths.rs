//! The paths of our files in the write folder.

/// The file that gets our line.
pub(super) const EXPORT_LUA: &str = "Scripts/Export.lua";

/// The user's settings.
pub(super) const CONFIG: &str = "Scripts/dcs-master/config.lua";

/// The record of an install.
pub(super) const RECORD: &str = "Scripts/dcs-master/installed.json";

/// The journal: the record of an install or uninstall that is in progress. It is written before the
/// first change and removed after the last.
pub(super) const JOURNAL: &str = ".dcs-master-unfinished.json";
