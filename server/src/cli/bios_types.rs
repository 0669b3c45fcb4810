//! `dcs-master bios-types`: lists the DCS-BIOS message types of an aircraft.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use aircraft_defs::{aircraft_in, read_tables};
use anyhow::{Result, bail};
use clap::Args;

use super::output::{Format, print, print_error};
use super::start::folders_of_serve;
use crate::bios::draft;
use crate::quote::printable_reason;

/// The arguments of `bios-types`.
#[derive(Debug, Args)]
pub(super) struct BiosTypesArgs {
    /// The aircraft, as the sim names it (FA-18C_hornet)
    aircraft: String,

    /// The folder with one folder of tables per aircraft [default: that of serve]
    #[arg(long, value_name = "DIR")]
    defs: Option<PathBuf>,

    /// Output for people (text) or for programs (json)
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

impl BiosTypesArgs {
    /// Prints the list.
    pub(super) fn run(self) -> Result<ExitCode> {
        let defs = folders_of_serve(self.defs).tables;
        let known = aircraft_in(&defs);
        let is_requested = |name: &&String| name.eq_ignore_ascii_case(&self.aircraft);
        let Some(aircraft) = known.iter().find(is_requested) else {
            bail!("{}", unknown_aircraft(&defs, &self.aircraft, &known));
        };
        let (tables, warnings) = read_tables(&defs, aircraft);
        for warning in warnings {
            print_error(&format!("warning: {warning}"));
        }
        let json = matches!(self.format, Format::Json);
        print(&draft::listing(tables.gauges(), tables.controls(), json)?)?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Returns the message about an aircraft without tables.
pub(super) fn unknown_aircraft(defs: &Path, aircraft: &str, known: &[String]) -> String {
    let defs = printable_reason(&defs.to_string_lossy());
    if known.is_empty() {
        return format!(
            "there are no tables in {defs}; run defgen, or name another folder with --defs"
        );
    }
    format!(
        "{defs} has no tables of {aircraft:?}; choose one of: {}",
        printable_reason(&known.join(", "))
    )
}
