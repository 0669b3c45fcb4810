//! `dcs-master dcs-bios`: files for programs that speak DCS-BIOS.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use aircraft_defs::{Folders, aircraft_in, counted, read_own_tables, read_tables};
use anyhow::{Result, bail};
use clap::{Args, Subcommand};

use super::bios_types::unknown_aircraft;
use super::output::{print, print_error};
use crate::bios::binary::{Display, ReferenceFiles};
use crate::quote::printable;

/// The arguments of `dcs-bios`.
#[derive(Debug, Args)]
pub(super) struct DcsBiosArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Write the control reference: JSON files for Bort and other programs, and Addresses.h for
    /// sketches
    Reference(ReferenceArgs),
}

#[derive(Debug, Args)]
struct ReferenceArgs {
    /// The folder to write to
    #[arg(long, value_name = "DIR")]
    out: PathBuf,

    /// Of the aircraft with tables only this one, as the sim names it (A-4E-C); may be repeated
    /// [default: all]
    #[arg(long, value_name = "NAME")]
    aircraft: Vec<String>,

    /// Export the text of an indicator's element in these aircraft, as in 6:txt_VIT or 6:txt_VIT:12
    /// for 12 characters; may be repeated
    #[arg(long, value_name = "N:ELEMENT[:LENGTH]")]
    display: Vec<Display>,

    /// Take the aircraft that have a module in your own DCS-BIOS from its reference: the folder
    /// Scripts/DCS-BIOS, or the Saved Games folder that it is in
    #[arg(long, value_name = "DIR")]
    dcs_bios_host: Option<PathBuf>,

    /// The folder with one folder of tables per aircraft [default: that of serve]
    #[arg(long, value_name = "DIR")]
    defs: Option<PathBuf>,
}

impl DcsBiosArgs {
    /// Runs the command.
    pub(super) fn run(self) -> Result<ExitCode> {
        match self.command {
            Command::Reference(args) => args.run(),
        }
    }
}

impl ReferenceArgs {
    fn run(self) -> Result<ExitCode> {
        let folders = Folders::find(self.defs.clone());
        let known = aircraft_in(&folders.tables);
        let mut files = ReferenceFiles::default();
        if let Some(folder) = &self.dcs_bios_host {
            let hosted = files.add_host(folder)?;
            print(&format!("{hosted} aircraft from DCS-BIOS\n"))?;
        }
        let has_host = self.dcs_bios_host.is_some();
        let mut chosen = self.chosen(&folders, &known, has_host)?;
        chosen.retain(|aircraft| !files.is_hosted(aircraft));
        for aircraft in chosen {
            let (tables, warnings) = read_tables(&folders.tables, &aircraft);
            let own = folders
                .own_defs()
                .map(|own| read_own_tables(&own, &aircraft));
            let (own, own_warnings) = own.unwrap_or_default();
            for warning in warnings.iter().chain(&own_warnings) {
                print_error(&format!("warning: {warning}"));
            }
            let tables = Arc::new(tables).with_own(&own);
            let [controls, gauges, displays] =
                files.add(&aircraft, &tables, &folders.tables, &self.display)?;
            print(&format!(
                "{}: {}, {}, {}\n",
                printable(&aircraft),
                counted(controls, "control"),
                counted(gauges, "gauge"),
                counted(displays, "display"),
            ))?;
        }
        files.write(&self.out)?;
        print(&format!("The reference is in {}.\n", self.out.display()))?;
        Ok(ExitCode::SUCCESS)
    }

    /// Returns the names of the chosen aircraft that have tables.
    fn chosen(&self, folders: &Folders, known: &[String], has_host: bool) -> Result<Vec<String>> {
        if known.is_empty() && has_host {
            return Ok(Vec::new());
        }
        if known.is_empty() {
            bail!("{}", unknown_aircraft(&folders.tables, "", known));
        }
        if self.aircraft.is_empty() {
            return Ok(known.to_vec());
        }
        let find = |name: &String| {
            let found = known.iter().find(|known| known.eq_ignore_ascii_case(name));
            let found = found.cloned();
            found.ok_or_else(|| anyhow::anyhow!(unknown_aircraft(&folders.tables, name, known)))
        };
        self.aircraft.iter().map(find).collect()
    }
}
