//! The tables as files: their text, and writing them whole or not at all.

pub mod json;

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;
use thiserror::Error;

use crate::compile::{Item, TABLES, Tables};
use crate::diagnostic::{Diagnostic, Severity};
use crate::library::Library;
use crate::source::Sources;

/// The version that `sources.json` names.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The file that says what the tables were made of.
pub const SOURCES_FILE: &str = "sources.json";

/// One file of an aircraft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its name in the aircraft's folder.
    pub name: &'static str,
    /// What is in it.
    pub text: String,
}

/// Why a file could not be written.
#[derive(Debug, Error)]
#[error("{} cannot be written: {error}", .path.display())]
pub struct WriteError {
    /// The file or folder.
    pub path: PathBuf,
    /// What the system said.
    pub error: io::Error,
}

/// `sources.json`.
#[derive(Serialize)]
struct Made<'a> {
    defgen: &'a str,
    files: &'a std::collections::BTreeMap<String, String>,
    skipped: Vec<Skipped>,
}

/// Something that is not in the tables.
#[derive(Serialize)]
struct Skipped {
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
    why: String,
}

/// The files of an aircraft: a file for each table that is not lost, and `sources.json`.
///
/// # Errors
/// When a value has no JSON form, which the tables do not hold.
pub fn files(item: &Item, tables: &Tables, library: &Library) -> serde_json::Result<Vec<File>> {
    let warnings = item
        .diagnostics
        .iter()
        .filter(|d| d.severity >= Severity::Warning);
    let made = Made {
        defgen: VERSION,
        files: &tables.files,
        skipped: warnings.map(|d| skipped(d, library.sources())).collect(),
    };
    let texts = [
        json::to_text(&tables.devices)?,
        json::to_text(&tables.commands)?,
        json::to_text(&tables.gauges)?,
        json::to_text(&tables.controls)?,
    ];
    let file = |(name, text)| File { name, text };
    let mut files: Vec<File> = TABLES.into_iter().zip(texts).map(file).collect();
    files.retain(|file| !tables.is_lost(file.name));
    files.push(file((SOURCES_FILE, json::to_text(&made)?)));
    Ok(files)
}

fn skipped(diagnostic: &Diagnostic, sources: &Sources) -> Skipped {
    let label = diagnostic.labels.first();
    let place = label.and_then(|label| Some((sources.get(label.span.file)?, label.span.start)));
    Skipped {
        file: place.as_ref().map(|(source, _)| source.name().to_owned()),
        line: place.map(|(source, start)| source.line(start)),
        why: diagnostic.message.clone(),
    }
}

/// Writes the files into the folder of an aircraft in `out`, each whole or not at all.
///
/// # Errors
/// When the folder or a file cannot be written; the files before it are.
pub fn write(out: &Path, aircraft: &str, files: &[File]) -> Result<(), WriteError> {
    let folder = out.join(aircraft);
    let failed = |path: &Path, error| WriteError {
        path: path.to_owned(),
        error,
    };
    fs::create_dir_all(&folder).map_err(|error| failed(&folder, error))?;
    for file in files {
        let path = folder.join(file.name);
        replace(&folder, &path, &file.text).map_err(|error| failed(&path, error))?;
    }
    Ok(())
}

/// Puts a file in the place of another in one step.
fn replace(folder: &Path, path: &Path, text: &str) -> io::Result<()> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".defgen-");
    readable(&mut builder);
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.persist(path)?;
    Ok(())
}

/// A temporary file is its owner's alone; a table is read by other programs, as far as the
/// user lets them read new files.
#[cfg(unix)]
fn readable(builder: &mut tempfile::Builder<'_, '_>) {
    use std::os::unix::fs::PermissionsExt;
    builder.permissions(fs::Permissions::from_mode(0o666));
}

#[cfg(not(unix))]
fn readable(_: &mut tempfile::Builder<'_, '_>) {}
