//! Copying the scripts into the write folder and adding our line to `Export.lua`, and both back.

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
    payload::Payload,
    record::{JOURNAL, Ports, RECORD, Record},
};
use crate::quote::printable_reason;

/// The file that gets the line, in the write folder.
pub(super) const EXPORT_LUA: &str = "Scripts/Export.lua";
/// The user's settings, in the write folder.
pub(super) const CONFIG: &str = "Scripts/dcs-master/config.lua";

/// How long another install or uninstall is waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// Why nothing was installed or uninstalled. The folder is as it was.
#[derive(Debug, Error)]
pub enum InstallError {
    /// A file could not be changed.
    #[error(transparent)]
    File(#[from] FileError),
    /// `Export.lua` cannot be changed.
    #[error("{} was left alone: {reason}", printable_reason(&.path.to_string_lossy()))]
    ExportLua {
        /// The file.
        path: PathBuf,
        /// The reason.
        reason: ExportLuaError,
    },
    /// Ports were asked for, but `config.lua` is the user's own.
    #[error(
        "{} is not as install wrote it, so it is left alone; put the ports there yourself: \
         hook_port = …, export_port = …",
        printable_reason(&.path.to_string_lossy())
    )]
    ConfigIsYours {
        /// The file.
        path: PathBuf,
    },
    /// Two listeners cannot share a port.
    #[error("the hook and the export script cannot both listen on port {0}; choose two ports")]
    SamePort(u16),
    /// Another process changes the folder.
    #[error(
        "another install or uninstall works in {}; try again when it is done",
        printable_reason(&.0.to_string_lossy())
    )]
    Busy(PathBuf),
}

/// One thing that was done, was left as it is, or is to be known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InstallEvent {
    /// This script is new or has new contents.
    WroteScript(PathBuf),
    /// This script is gone.
    RemovedScript(PathBuf),
    /// `config.lua` has the ports now.
    WroteConfig(PathBuf),
    /// `config.lua` is gone.
    RemovedConfig(PathBuf),
    /// `config.lua` stays: the user has changed it.
    KeptConfig(PathBuf),
    /// The line stands in it now.
    AddedLine(PathBuf),
    /// The line is gone from it; the file is as it was before.
    RemovedLine(PathBuf),
    /// Whether the sim runs the line is not known: `Export.lua` has an error of its own, or could
    /// not be looked into.
    DoubtfulExportLua {
        /// The file.
        path: PathBuf,
        /// The reason.
        reason: ScriptError,
    },
}

/// Installs into a write folder (`…/Saved Games/DCS`). No events: everything was as it should be.
///
/// # Errors
/// What cannot be done; then nothing has been.
pub fn install(
    folder: &Path,
    payload: &Payload,
    ports: Ports,
) -> Result<Vec<InstallEvent>, InstallError> {
    install_on(&RealDisk, folder, payload, ports)
}

/// Takes out of a write folder what [`install`] put there. No events: there was nothing.
///
/// # Errors
/// What cannot be done; then nothing has been.
pub fn uninstall(folder: &Path, payload: &Payload) -> Result<Vec<InstallEvent>, InstallError> {
    uninstall_on(&RealDisk, folder, payload)
}

/// [`install`] on a disk that may fail.
pub(super) fn install_on(
    disk: &dyn Disk,
    folder: &Path,
    payload: &Payload,
    ports: Ports,
) -> Result<Vec<InstallEvent>, InstallError> {
    let _lock = lock(folder)?;
    let before = read_record(folder)?;
    remove_temporaries(disk, folder, &names(payload, &before))?;
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

/// [`uninstall`] on a disk that may fail.
pub(super) fn uninstall_on(
    disk: &dyn Disk,
    folder: &Path,
    payload: &Payload,
) -> Result<Vec<InstallEvent>, InstallError> {
    let _lock = lock(folder)?;
    let record = read_record(folder)?;
    let names = names(payload, &record);
    remove_temporaries(disk, folder, &names)?;
    let mut setup = Setup::new(disk, folder, &record);

    setup.remove_line()?;
    for name in &names {
        setup.remove_script(name)?;
    }
    setup.remove_config(&record)?;
    setup.changes.remove(&in_folder(folder, RECORD))?;
    // In falling order a folder comes before the one it is in.
    for name in record.folders.iter().rev() {
        setup
            .changes
            .remove_empty_folder(&in_folder(folder, name))?;
    }
    setup.finish()
}

fn lock(folder: &Path) -> Result<Lock, InstallError> {
    Lock::acquire(folder, PATIENCE).ok_or_else(|| InstallError::Busy(folder.to_owned()))
}

/// The journal of a run that was killed, else the record of the last install.
fn read_record(folder: &Path) -> Result<Record, FileError> {
    for name in [JOURNAL, RECORD] {
        let bytes = files::read(&in_folder(folder, name))?;
        if let Some(record) = bytes.and_then(|bytes| Record::from_json(&bytes)) {
            return Ok(record);
        }
    }
    Ok(Record::default())
}

/// The names of the scripts of this version and of the one that is installed.
fn names(payload: &Payload, record: &Record) -> BTreeSet<String> {
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

/// The folders that install has to create, by their names with `/`.
fn missing_folders(folder: &Path, payload: &Payload) -> BTreeSet<String> {
    let names = payload
        .files()
        .map(|(name, _)| name)
        .chain([EXPORT_LUA, RECORD]);
    let parents = names.flat_map(|name| name.match_indices('/').map(|(end, _)| &name[..end]));
    let missing = parents.filter(|parent| !in_folder(folder, parent).is_dir());
    missing.map(str::to_owned).collect()
}

/// The `config.lua` that is to be written.
struct Config {
    ports: Ports,
    text: String,
}

/// Decides whether `config.lua` is to be written: when ports are asked for.
fn planned_config(
    folder: &Path,
    before: &Record,
    asked: Ports,
) -> Result<Option<Config>, InstallError> {
    let ports = asked.or(before.ports);
    let Some(text) = ports.config_lua().filter(|_| asked != Ports::default()) else {
        return Ok(None);
    };
    let (hook, export) = ports.both();
    if hook == export {
        return Err(InstallError::SamePort(hook));
    }
    let path = in_folder(folder, CONFIG);
    let is_yours = files::read(&path)?.is_some_and(|config| !before.has_written(&config));
    if is_yours {
        return Err(InstallError::ConfigIsYours { path });
    }
    Ok(Some(Config { ports, text }))
}

/// The changes of one install or uninstall, and what there is to tell about them.
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
        self.changes.keep()?;
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
        if let LineState::NotExamined(reason) = state {
            self.events
                .push(InstallEvent::DoubtfulExportLua { path, reason });
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
