//! Compiles one aircraft from the folders of the sim.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use aircraft_defs::Tables;
use defgen::dcs_bios::DcsBiosNames;
use defgen::emit::{self, WriteError};
use defgen::stack::on_big_stack;
use defgen::{Outcome, Report, Request, RequestError, compile};

use crate::quote::{printable, printable_reason};

/// The result of compiling an aircraft. Its tables are in its folder now, except `unwritten` ones.
pub(super) struct CompiledTables {
    /// The tables and the error, if the tables could not be written into the folder.
    pub(super) unwritten: Option<(WriteError, Box<Tables>)>,
    /// The names of the tables that could not be made, each with the error.
    pub(super) failed_tables: Vec<String>,
    /// The names that come from DCS-BIOS.
    pub(super) dcs_bios: DcsBiosNames,
}

/// The reason why there are no tables.
#[derive(Debug, thiserror::Error)]
pub(super) enum CompileError {
    #[error("none of these folders has an aircraft of that name: {0}")]
    NotFound(String),
    /// This is normal for an aircraft whose cockpit is not clickable.
    #[error("{0}")]
    Skipped(String),
    #[error("{0}")]
    Failed(String),
    #[error(transparent)]
    Request(#[from] RequestError),
    #[error("defgen crashed; please report this as a bug of dcs-master")]
    Panic,
}

/// Compiles an aircraft, with the names in a copy of DCS-BIOS, and writes its tables into its
/// folder in `defs`.
///
/// Works on one thread: the sim and the server need the others.
pub(super) fn compile_aircraft(
    name: &str,
    installs: &[PathBuf],
    dcs_bios: Option<&Path>,
    defs: &Path,
) -> Result<CompiledTables, CompileError> {
    let work = || on_big_stack(|| compile_here(name, installs, dcs_bios, defs));
    catch_unwind(AssertUnwindSafe(work)).unwrap_or(Err(CompileError::Panic))
}

fn compile_here(
    name: &str,
    installs: &[PathBuf],
    dcs_bios: Option<&Path>,
    defs: &Path,
) -> Result<CompiledTables, CompileError> {
    let request = Request {
        paths: installs.to_vec(),
        install: None,
        dcs_bios: dcs_bios.map(Path::to_owned),
        aircraft: Some(name.to_owned()),
    };
    let mut report = compile(&request, &())?;
    report
        .items
        .retain(|item| item.name.eq_ignore_ascii_case(name));
    for item in &mut report.items {
        // The server looks for a folder with the sim's spelling of the name.
        name.clone_into(&mut item.name);
    }
    let done = report.items.iter().find_map(|item| match &item.outcome {
        Outcome::Tables(tables) => Some((item, tables)),
        Outcome::Skipped(_) | Outcome::Failed(_) => None,
    });
    let Some((item, tables)) = done else {
        return Err(reason_for_no_tables(installs, &report));
    };
    let written = emit::write(defs, item, tables, &report.cache);
    let failed = tables.failed.iter();
    let failed = failed.map(|failed| format!("{}: {}", failed.table, failed.reason));
    Ok(CompiledTables {
        failed_tables: failed.collect(),
        dcs_bios: tables.dcs_bios.clone(),
        unwritten: written
            .err()
            .map(|error| (error, Box::new(tables.indexed()))),
    })
}

/// Returns the reason why an aircraft has no tables.
fn reason_for_no_tables(installs: &[PathBuf], report: &Report) -> CompileError {
    match report.items.first().map(|item| &item.outcome) {
        Some(Outcome::Skipped(reason)) => return CompileError::Skipped(printable_reason(reason)),
        Some(Outcome::Failed(reason)) => return CompileError::Failed(printable_reason(reason)),
        Some(Outcome::Tables(_)) | None => {}
    }
    let folders = installs.iter().map(|folder| folder.display().to_string());
    CompileError::NotFound(folders.collect::<Vec<_>>().join(", "))
}

/// Returns the command line that makes the tables by hand.
pub(super) fn defgen_command(install: Option<&str>, name: &str, defs: &Path) -> String {
    let install = install.map_or_else(|| "<folder of DCS World>".to_owned(), printable_reason);
    format!(
        "defgen \"{}\" --aircraft \"{}\" --out \"{}\"",
        install.trim_end_matches(['/', '\\']),
        printable(name),
        defs.display()
    )
}
