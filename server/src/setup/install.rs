//! Install copies the scripts into the write folder and adds our line to `Export.lua`; uninstall
//! reverses both.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    time::Duration,
};

use thiserror::Error;

use super::{
    disk::{Disk, RealDisk},
    export_lua::{self, ExportLuaError, LineState, Removal},
    files::{self, Changes, FileError, Journal, in_folder},
    lock::Lock,
    lua::ScriptError,
    paths::{CONFIG, EXPORT_LUA, JOURNAL, RECORD},
    payload::Payload,
    record::{Ports, Record},
};
use crate::quote::printable_reason;

/// The longest time to wait for another install or uninstall.
const LOCK_TIMEOUT: Duration = Duration::from_secs(10);

/// The reason why nothing was installed or uninstalled. The folder is unchanged.
#[derive(Debug, Error)]
pub enum InstallError {
    /// A file could not be changed.
    #[error(transparent)]
    File(#[from] FileError),
    /// `Export.lua` cannot be changed.
    #[error("{} was not changed: {reason}", printable_reason(&.path.to_string_lossy()))]
    ExportLua {
        /// The file.
        path: PathBuf,
        /// The reason.
        reason: ExportLuaError,
    },
    /// Ports were requested, but `config.lua` belongs to the user.
    #[error(
        "{} was not written by install, or was changed since, so it is not overwritten; set the ports \
         there yourself: hook_port = …, export_port = …",
        printable_reason(&.path.to_string_lossy())
    )]
    UserConfig {
        /// The file.
        path: PathBuf,
    },
    /// The two states cannot listen on the same port.
    #[error("the hook and the export script cannot both listen on port {0}; choose two ports")]
    SamePort(u16),
    /// Another process holds the lock of the folder.
    #[error(
        "another install or uninstall is running in {}; try again when it has finished",
        printable_reason(&.0.to_string_lossy())
    )]
    Busy(PathBuf),
}

/// A change that was made, or a fact to report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InstallEvent {
    /// This script was created or updated.
    WroteScript(PathBuf),
    /// This script was removed.
    RemovedScript(PathBuf),
    /// `config.lua` was written with the ports.
    WroteConfig(PathBuf),
    /// `config.lua` was removed.
    RemovedConfig(PathBuf),
    /// `config.lua` was kept: the user has written or changed it.
    KeptConfig(PathBuf),
    /// Our line was added to this file.
    AddedLine(PathBuf),
    /// Our line was removed from this file, which is now as it was before the install.
    RemovedLine(PathBuf),
    /// It is unknown whether the sim runs the line: `Export.lua` has a syntax error, or could not
    /// be analysed.
    UncertainExportLua {
        /// The file.
        path: PathBuf,
        /// The reason.
        reason: ScriptError,
    },
}

/// Installs into a write folder (`…/Saved Games/DCS`). Returns no events if everything was
/// installed already.
///
/// # Errors
/// When a step fails; the steps before it are rolled back.
pub fn install(
    folder: &Path,
    payload: &Payload,
    ports: Ports,
) -> Result<Vec<InstallEvent>, InstallError> {
    install_on(&RealDisk, folder, payload, ports)
}

/// Removes from a write folder what [`install`] put there. Returns no events if nothing was
/// installed.
///
/// # Errors
/// When a step fails; the steps before it are rolled back.
pub fn uninstall(folder: &Path, payload: &Payload) -> Result<Vec<InstallEvent>, InstallError> {
    uninstall_on(&RealDisk, folder, payload)
}

/// Installs on a given disk, which may fail.
pub(super) fn install_on(
    disk: &dyn Disk,
    folder: &Path,
    payload: &Payload,
    ports: Ports,
) -> Result<Vec<InstallEvent>, InstallError> {
    let _lock = lock(folder)?;
    let before = read_record(folder)?;
    remove_temporaries(disk, folder, &script_names(payload, &before))?;
    let mut record = before.clone();
    record.version = env!("CARGO_PKG_VERSION").to_owned();
    record
        .files
        .extend(payload.files().map(|(name, _)| name.to_owned()));
    record.folders.extend(missing_folders(folder, payload));
    let config = planned_config(folder, &before, ports)?;
    if let Some(config) = &config {
        record.ports = config.ports;
    }
    record.earlier_ports.push(before.ports);
    let mut setup = Setup::new(disk, folder, &record);

    for (name, bytes) in payload.files() {
        setup.write_script(name, bytes)?;
    }
    for old in before.files.iter().filter(|old| !payload.has(old)) {
        setup.remove_script(old)?;
        record.files.remove(old);
    }
    if let Some(config) = config {
        setup.write_config(&config.text)?;
    }
    setup.add_line()?;
    record.earlier_ports.clear();
    setup
        .changes
        .write(&in_folder(folder, RECORD), &record.to_json())?;
    setup.finish()
}

/// Uninstalls on a given disk, which may fail.
pub(super) fn uninstall_on(
    disk: &dyn Disk,
    folder: &Path,
    payload: &Payload,
) -> Result<Vec<InstallEvent>, InstallError> {
    let _lock = lock(folder)?;
    let record = read_record(folder)?;
    let names = script_names(payload, &record);
    remove_temporaries(disk, folder, &names)?;
    let mut setup = Setup::new(disk, folder, &record);

    setup.remove_line()?;
    for name in &names {
        setup.remove_script(name)?;
    }
    setup.remove_config(&record)?;
    setup.changes.remove(&in_folder(folder, RECORD))?;
    // In reverse order a folder comes before its parent.
    for name in record.folders.iter().rev() {
        setup
            .changes
            .remove_empty_folder(&in_folder(folder, name))?;
    }
    setup.finish()
}

fn lock(folder: &Path) -> Result<Lock, InstallError> {
    Lock::acquire(folder, LOCK_TIMEOUT).ok_or_else(|| InstallError::Busy(folder.to_owned()))
}

/// Returns the journal of a killed run, else the record of the last install.
fn read_record(folder: &Path) -> Result<Record, FileError> {
    for name in [JOURNAL, RECORD] {
        let bytes = files::read(&in_folder(folder, name))?;
        if let Some(record) = bytes.and_then(|bytes| Record::from_json(&bytes)) {
            return Ok(record);
        }
    }
    Ok(Record::default())
}

/// Returns the names of the scripts of this version and of the installed one.
fn script_names(payload: &Payload, record: &Record) -> BTreeSet<String> {
    let ours = payload.files().map(|(name, _)| name.to_owned());
    ours.chain(record.files.iter().cloned()).collect()
}

fn remove_temporaries(
    disk: &dyn Disk,
    folder: &Path,
    scripts: &BTreeSet<String>,
) -> Result<(), FileError> {
    let others = [EXPORT_LUA, CONFIG, RECORD, JOURNAL];
    for name in scripts.iter().map(String::as_str).chain(others) {
        files::remove_temporaries_beside(disk, &in_folder(folder, name))?;
    }
    Ok(())
}

/// Returns the folders that install has to create, as names with `/`.
fn missing_folders(folder: &Path, payload: &Payload) -> BTreeSet<String> {
    let names = payload
        .files()
        .map(|(name, _)| name)
        .chain([EXPORT_LUA, RECORD]);
    let parents = names.flat_map(|name| name.match_indices('/').map(|(end, _)| &name[..end]));
    let missing = parents.filter(|parent| !in_folder(folder, parent).is_dir());
    missing.map(str::to_owned).collect()
}

/// A `config.lua` to write.
struct Config {
    ports: Ports,
    text: String,
}

/// Returns the `config.lua` to write if ports were requested.
fn planned_config(
    folder: &Path,
    before: &Record,
    requested: Ports,
) -> Result<Option<Config>, InstallError> {
    let ports = requested.or(before.ports);
    let Some(text) = ports.config_lua().filter(|_| requested != Ports::default()) else {
        return Ok(None);
    };
    let (hook, export) = ports.or_default();
    if hook == export {
        return Err(InstallError::SamePort(hook));
    }
    let path = in_folder(folder, CONFIG);
    let is_users = files::read(&path)?.is_some_and(|config| !before.has_written(&config));
    if is_users {
        return Err(InstallError::UserConfig { path });
    }
    Ok(Some(Config { ports, text }))
}

/// The changes of one install or uninstall, and the events to report.
struct Setup<'a> {
    folder: &'a Path,
    changes: Changes<'a>,
    events: Vec<InstallEvent>,
}

impl<'a> Setup<'a> {
    fn new(disk: &'a dyn Disk, folder: &'a Path, journal: &Record) -> Self {
        let journal = Journal::new(folder.join(JOURNAL), journal.to_json());
        Self {
            folder,
            changes: Changes::new(disk, journal),
            events: Vec::new(),
        }
    }

    fn finish(self) -> Result<Vec<InstallEvent>, InstallError> {
        self.changes.commit()?;
        Ok(self.events)
    }

    fn write_script(&mut self, name: &str, bytes: &[u8]) -> Result<(), FileError> {
        let path = in_folder(self.folder, name);
        if let Some(parent) = path.parent() {
            self.changes.create_folders(parent)?;
        }
        if self.changes.write(&path, bytes)? {
            self.events.push(InstallEvent::WroteScript(path));
        }
        Ok(())
    }

    fn remove_script(&mut self, name: &str) -> Result<(), FileError> {
        let path = in_folder(self.folder, name);
        if self.changes.remove(&path)? {
            self.events.push(InstallEvent::RemovedScript(path));
        }
        Ok(())
    }

    fn write_config(&mut self, text: &str) -> Result<(), FileError> {
        let path = in_folder(self.folder, CONFIG);
        if self.changes.write(&path, text.as_bytes())? {
            self.events.push(InstallEvent::WroteConfig(path));
        }
        Ok(())
    }

    fn remove_config(&mut self, record: &Record) -> Result<(), FileError> {
        let path = in_folder(self.folder, CONFIG);
        match files::read(&path)? {
            None => {}
            Some(config) if record.has_written(&config) => {
                self.changes.remove(&path)?;
                self.events.push(InstallEvent::RemovedConfig(path));
            }
            Some(_) => self.events.push(InstallEvent::KeptConfig(path)),
        }
        Ok(())
    }

    fn add_line(&mut self) -> Result<(), InstallError> {
        let path = in_folder(self.folder, EXPORT_LUA);
        let before = files::read(&path)?;
        let refused = |reason| InstallError::ExportLua {
            path: path.clone(),
            reason,
        };
        let after = export_lua::with_line(before.as_deref()).map_err(refused)?;
        let state = export_lua::line_state(&after).map_err(refused)?;
        if before.as_ref() != Some(&after) {
            files::refuse_hard_link(&path)?;
            self.changes.write(&path, &after)?;
            self.events.push(InstallEvent::AddedLine(path.clone()));
        }
        if let LineState::Unknown(reason) = state {
            self.events
                .push(InstallEvent::UncertainExportLua { path, reason });
        }
        Ok(())
    }

    fn remove_line(&mut self) -> Result<(), InstallError> {
        let path = in_folder(self.folder, EXPORT_LUA);
        let before = files::read(&path)?.unwrap_or_default();
        let removal = export_lua::without_line(&before).map_err(|reason| {
            let path = path.clone();
            InstallError::ExportLua { path, reason }
        })?;
        match removal {
            Removal::Unchanged => return Ok(()),
            Removal::Bytes(bytes) => {
                files::refuse_hard_link(&path)?;
                self.changes.write(&path, &bytes)?;
            }
            Removal::Delete => {
                self.changes.remove(&path)?;
            }
        }
        self.events.push(InstallEvent::RemovedLine(path));
        Ok(())
    }
}
