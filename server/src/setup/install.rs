//! Copying the scripts into the write folder and adding our line to `Export.lua`, and both back.

use std::path::{Path, PathBuf};

use thiserror::Error;

use super::{
    export_lua::{self, ExportLuaError, Restored},
    files::{self, Changes, FileError},
    lua_check,
    payload::Payload,
    record::{Ports, RECORD, Record},
};

/// Where the line goes, in the write folder.
pub(super) const EXPORT_LUA: &str = "Scripts/Export.lua";
/// The user's settings, in the write folder.
pub(super) const CONFIG: &str = "Scripts/dcs-master/config.lua";

/// Why nothing was installed or uninstalled. The folder is as it was.
#[derive(Debug, Error)]
pub enum InstallError {
    /// A file could not be changed.
    #[error(transparent)]
    File(#[from] FileError),
    /// `Export.lua` is no text that can be added to.
    #[error("{} was left alone: {reason}", .path.display())]
    ExportLua {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        reason: ExportLuaError,
    },
    /// Ports were asked for, but `config.lua` is the user's own.
    #[error(
        "{} is not as install wrote it, so it is left alone; put the ports there yourself: \
         hook_port = …, export_port = …",
        .path.display()
    )]
    ConfigIsYours {
        /// Which file.
        path: PathBuf,
    },
    /// Two listeners cannot share a port.
    #[error("the hook and the export script cannot both listen on port {0}; choose two ports")]
    SamePort(u16),
}

/// One thing that was done, left, or is to be known, in the order of doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
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
    /// `Export.lua` has an error of its own, so the sim runs nothing of it.
    BrokenExportLua {
        /// Which file.
        path: PathBuf,
        /// What is wrong, and where.
        reason: String,
    },
}

/// The place of a file whose name has `/`, in the system's own spelling.
pub(super) fn in_folder(folder: &Path, name: &str) -> PathBuf {
    folder.join(name.split('/').collect::<PathBuf>())
}

/// Installs into a write folder (`…/Saved Games/DCS`). No steps: everything was as it should be.
///
/// # Errors
/// What cannot be done; then nothing has been.
pub fn install(folder: &Path, payload: &Payload, ports: Ports) -> Result<Vec<Step>, InstallError> {
    let before = read_record(folder)?;
    let mut record = before.clone();
    record.version = env!("CARGO_PKG_VERSION").to_owned();
    let mut changes = Changes::default();
    let mut steps = Vec::new();
    for (name, bytes) in payload.files() {
        let path = in_folder(folder, name);
        create_folders(&mut changes, &mut record, folder, &path)?;
        if changes.write(&path, bytes)? {
            steps.push(Step::WroteScript(path));
        }
        record.files.insert(name.to_owned());
    }
    for old in before.files.iter().filter(|old| !payload.has(old)) {
        if changes.remove(&in_folder(folder, old))? {
            steps.push(Step::RemovedScript(in_folder(folder, old)));
        }
        record.files.remove(old);
    }
    write_config(&mut changes, &mut record, folder, ports, &mut steps)?;
    add_line(&mut changes, folder, &mut steps)?;
    if record != before {
        changes.write(&in_folder(folder, RECORD), &record.to_json())?;
    }
    changes.keep();
    Ok(steps)
}

/// Takes out of a write folder what [`install`] put there. No steps: there was nothing.
///
/// # Errors
/// What cannot be done; then nothing has been.
pub fn uninstall(folder: &Path, payload: &Payload) -> Result<Vec<Step>, InstallError> {
    let record = read_record(folder)?;
    let mut changes = Changes::default();
    let mut steps = Vec::new();
    remove_line(&mut changes, folder, &mut steps)?;
    let ours = payload.files().map(|(name, _)| name);
    let recorded = record.files.iter().map(String::as_str);
    let names: std::collections::BTreeSet<&str> = ours.chain(recorded).collect();
    for name in names {
        if changes.remove(&in_folder(folder, name))? {
            steps.push(Step::RemovedScript(in_folder(folder, name)));
        }
    }
    remove_config(&mut changes, record.ports, folder, &mut steps)?;
    changes.remove(&in_folder(folder, RECORD))?;
    // In falling order a folder comes before the one it is in.
    for name in record.folders.iter().rev() {
        changes.remove_empty_folder(&in_folder(folder, name))?;
    }
    changes.keep();
    Ok(steps)
}

fn read_record(folder: &Path) -> Result<Record, FileError> {
    let bytes = files::read(&in_folder(folder, RECORD))?;
    Ok(bytes
        .and_then(|bytes| Record::from_json(&bytes))
        .unwrap_or_default())
}

fn create_folders(
    changes: &mut Changes,
    record: &mut Record,
    folder: &Path,
    path: &Path,
) -> Result<(), FileError> {
    let Some(parent) = path.parent() else {
        return Ok(());
    };
    for created in changes.create_folders(parent)? {
        if let Ok(name) = created.strip_prefix(folder) {
            record
                .folders
                .insert(name.to_string_lossy().replace('\\', "/"));
        }
    }
    Ok(())
}

fn write_config(
    changes: &mut Changes,
    record: &mut Record,
    folder: &Path,
    ports: Ports,
    steps: &mut Vec<Step>,
) -> Result<(), InstallError> {
    let wanted = ports.or(record.ports);
    let Some(text) = wanted.config_lua().filter(|_| ports != Ports::default()) else {
        return Ok(());
    };
    let (hook, export) = wanted.both();
    if hook == export {
        return Err(InstallError::SamePort(hook));
    }
    let path = in_folder(folder, CONFIG);
    if config_is_the_users(&path, record.ports)? {
        return Err(InstallError::ConfigIsYours { path });
    }
    record.ports = wanted;
    if changes.write(&path, text.as_bytes())? {
        steps.push(Step::WroteConfig(path));
    }
    Ok(())
}

fn remove_config(
    changes: &mut Changes,
    written: Ports,
    folder: &Path,
    steps: &mut Vec<Step>,
) -> Result<(), FileError> {
    let path = in_folder(folder, CONFIG);
    if config_is_the_users(&path, written)? {
        steps.push(Step::KeptConfig(path));
    } else if changes.remove(&path)? {
        steps.push(Step::RemovedConfig(path));
    }
    Ok(())
}

fn config_is_the_users(path: &Path, written: Ports) -> Result<bool, FileError> {
    let ours = written.config_lua();
    let there = files::read(path)?;
    Ok(there.is_some_and(|there| Some(there.as_slice()) != ours.as_deref().map(str::as_bytes)))
}

fn add_line(
    changes: &mut Changes,
    folder: &Path,
    steps: &mut Vec<Step>,
) -> Result<(), InstallError> {
    let path = in_folder(folder, EXPORT_LUA);
    let before = files::read(&path)?;
    let broken = before.as_deref().and_then(lua_check::error);
    let with_line =
        export_lua::with_line(before.as_deref(), lua_check::parses).map_err(|reason| {
            InstallError::ExportLua {
                path: path.clone(),
                reason,
            }
        })?;
    if changes.write(&path, &with_line)? {
        steps.push(Step::AddedLine(path.clone()));
    }
    if let Some(reason) = broken {
        steps.push(Step::BrokenExportLua { path, reason });
    }
    Ok(())
}

fn remove_line(
    changes: &mut Changes,
    folder: &Path,
    steps: &mut Vec<Step>,
) -> Result<(), FileError> {
    let path = in_folder(folder, EXPORT_LUA);
    let before = files::read(&path)?.unwrap_or_default();
    let changed = match export_lua::without_line(&before) {
        Restored::Unchanged => false,
        Restored::Bytes(bytes) => changes.write(&path, &bytes)?,
        Restored::Delete => changes.remove(&path)?,
    };
    if changed {
        steps.push(Step::RemovedLine(path));
    }
    Ok(())
}
