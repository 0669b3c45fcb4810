//! Writes the tables as files. Each file is replaced in one step, so it is never incomplete.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use aircraft_defs::limits::MAX_TABLE_BYTES;
use aircraft_defs::{TABLE_FILES, table_text};
use serde::Serialize;
use thiserror::Error;
use walkdir::{DirEntry, WalkDir};

use crate::compile::{Item, Tables};
use crate::diagnostics::{Diagnostic, Severity};
use crate::parse_cache::ParseCache;
use crate::source::Sources;

/// The version of defgen, as written to `sources.json`.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The format number of the tables, as written to `sources.json`. It is raised whenever defgen
/// makes different tables from the same scripts than before, so that old tables are made again.
pub const FORMAT: u32 = 2;

/// The file that lists the sources of the tables.
pub const SOURCES_FILE: &str = "sources.json";

/// One file of an aircraft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its name in the aircraft's folder.
    pub name: &'static str,
    /// Its text.
    pub text: String,
}

/// The error of a file that cannot be written.
#[derive(Debug, Error)]
#[error("{} cannot be written: {error}", .path.display())]
pub struct WriteError {
    /// The file or folder.
    pub path: PathBuf,
    /// The error of the system.
    pub error: io::Error,
}

/// The content of `sources.json`.
#[derive(Serialize)]
struct SourceList<'a> {
    defgen: &'a str,
    format: u32,
    files: &'a BTreeMap<String, String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    dcs_bios: &'a BTreeMap<String, String>,
    skipped: Vec<SkippedEntry>,
}

/// Something that is missing in the tables or may be wrong in them.
#[derive(Serialize)]
struct SkippedEntry {
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
    why: String,
}

/// Returns the files of an aircraft: one for each table that was made, and `sources.json`.
///
/// # Errors
/// When a value has no JSON form, which does not happen in a table.
pub fn files(item: &Item, tables: &Tables, cache: &ParseCache) -> serde_json::Result<Vec<File>> {
    names(tables)
        .map(|name| {
            let text = text(name, item, tables, cache)?;
            Ok(File { name, text })
        })
        .collect()
}

/// Returns the names of the files of an aircraft.
fn names(tables: &Tables) -> impl Iterator<Item = &'static str> {
    let complete = TABLE_FILES
        .into_iter()
        .filter(|table| !tables.has_failed(table));
    complete.chain([SOURCES_FILE])
}

/// Returns the text of a file.
fn text(
    name: &str,
    item: &Item,
    tables: &Tables,
    cache: &ParseCache,
) -> serde_json::Result<String> {
    match TABLE_FILES.iter().position(|table| *table == name) {
        Some(0) => table_text(&tables.devices),
        Some(1) => table_text(&tables.commands),
        Some(2) => table_text(&tables.gauges),
        Some(_) => table_text(&tables.controls),
        None => {
            let is_problem = |diagnostic: &&Diagnostic| diagnostic.severity >= Severity::Warning;
            let problems = item.diagnostics.iter().filter(is_problem);
            let sources = SourceList {
                defgen: VERSION,
                format: FORMAT,
                files: &tables.files,
                dcs_bios: &tables.dcs_bios.files,
                skipped: problems
                    .map(|problem| skipped_entry(problem, cache.sources()))
                    .collect(),
            };
            Ok(serde_json::to_string_pretty(&sources)? + "\n")
        }
    }
}

fn skipped_entry(diagnostic: &Diagnostic, sources: &Sources) -> SkippedEntry {
    let label = diagnostic.labels.first();
    let place = label.and_then(|label| Some((sources.get(label.span.file)?, label.span.start)));
    SkippedEntry {
        file: place.as_ref().map(|(source, _)| source.name().to_owned()),
        line: place.map(|(source, start)| source.line(start)),
        why: diagnostic.message.clone(),
    }
}

/// Writes the files of an aircraft into its folder in `out`, each in one step.
///
/// # Errors
/// When the folder or a file cannot be written. The files before it are written.
pub fn write(
    out: &Path,
    item: &Item,
    tables: &Tables,
    cache: &ParseCache,
) -> Result<(), WriteError> {
    let folder = out.join(&item.name);
    let failed = |path: &Path, error| WriteError {
        path: path.to_owned(),
        error,
    };
    fs::create_dir_all(&folder).map_err(|error| failed(&folder, error))?;
    remove_stale(&folder);
    for name in names(tables) {
        let path = folder.join(name);
        text(name, item, tables, cache)
            .map_err(io::Error::from)
            .and_then(|text| {
                check_size(&text).and_then(|()| replace(&folder, &path, text.as_bytes()))
            })
            .map_err(|error| failed(&path, error))?;
    }
    Ok(())
}

/// Rejects a table that is too large for the server.
fn check_size(text: &str) -> io::Result<()> {
    if text.len() as u64 <= MAX_TABLE_BYTES {
        return Ok(());
    }
    let [size, most] = [text.len() as u64, MAX_TABLE_BYTES].map(|bytes| bytes >> 20);
    Err(io::Error::other(format!(
        "it would have {size} MiB, but the server reads tables of at most {most} MiB; \
         is something very large used in very many places?"
    )))
}

/// The beginning of the names of files that are being written.
const TEMPORARY: &str = ".defgen-";

/// The most attempts at writing a file, as another run may take its temporary file for a stale one
/// and remove it.
const MAX_ATTEMPTS: u32 = 3;

/// Removes the temporary files that a killed run has left in a folder.
fn remove_stale(folder: &Path) {
    let entries = WalkDir::new(folder).min_depth(1).max_depth(1).into_iter();
    let is_ours = |entry: &DirEntry| {
        let name = entry.file_name().to_string_lossy();
        entry.file_type().is_file() && name.starts_with(TEMPORARY)
    };
    for entry in entries.filter_map(Result::ok).filter(is_ours) {
        // A file that cannot be removed does no harm.
        let _ = fs::remove_file(entry.path());
    }
}

/// Writes a temporary file and moves it into the place of the old one in one step.
fn replace(folder: &Path, path: &Path, text: &[u8]) -> io::Result<()> {
    let mut attempt = 1;
    loop {
        match replace_once(folder, path, text) {
            Err(error) if error.kind() == io::ErrorKind::NotFound && attempt < MAX_ATTEMPTS => {}
            result => return result,
        }
        attempt += 1;
    }
}

fn replace_once(folder: &Path, path: &Path, text: &[u8]) -> io::Result<()> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(TEMPORARY);
    readable(&mut builder);
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(text)?;
    file.persist(path)?;
    Ok(())
}

/// Gives a temporary file the permissions of an ordinary new file, so that other programs can read
/// the table.
#[cfg(unix)]
fn readable(builder: &mut tempfile::Builder<'_, '_>) {
    use std::os::unix::fs::PermissionsExt;
    builder.permissions(fs::Permissions::from_mode(0o666));
}

#[cfg(not(unix))]
fn readable(_: &mut tempfile::Builder<'_, '_>) {}
