//! `dcs-master replay`: serves a recording instead of a sim, or writes it as a table.

use std::fs::{self, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::thread;

use aircraft_defs::{Folders, TABLE_FILES, read_own_tables, read_tables};
use anyhow::{Context, Result, bail};
use chrono::{DateTime, Local};
use clap::{Args, ValueEnum};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use super::output::print;
use super::page::SetupParts;
use super::serve::serve;
use super::serving::ServingArgs;
use super::start::settings_of_serve;
use crate::link::{InProcessSim, in_process};
use crate::record::{Recording, TableFolders};
use crate::replay::{Player, ReplayChange, SPEEDS, csv, run};
use crate::tables::TablesConfig;

/// The arguments of `replay`.
#[derive(Debug, Args)]
pub(super) struct ReplayArgs {
    /// The recording, which serve --record has made
    file: PathBuf,
    /// The speed: 2 is twice as fast as it was
    #[arg(long, value_name = "X", default_value_t = 1.0, value_parser = speed, allow_negative_numbers = true)]
    speed: f64,
    /// Where to begin: seconds, or minutes and seconds as in 12:30
    #[arg(long, value_name = "TIME", value_parser = time, allow_negative_numbers = true)]
    from: Option<f64>,
    /// Begin again at the end
    #[arg(long = "loop")]
    is_looping: bool,
    /// Serve nothing; write the recording as a table for spreadsheets
    #[arg(long, value_name = "FORMAT", value_enum)]
    export: Option<ExportFormat>,
    /// The file for --export; - is the standard output [default: beside the recording]
    #[arg(long, value_name = "FILE", requires = "export")]
    out: Option<PathBuf>,
    /// The seconds between two rows of --export
    #[arg(long, value_name = "SECONDS", default_value_t = 1.0, requires = "export", value_parser = interval, allow_negative_numbers = true)]
    every: f64,
    /// The folder of name tables; those of other aircraft come from the recording [default: that of
    /// serve]
    #[arg(long, value_name = "DIR")]
    defs: Option<PathBuf>,
    #[command(flatten)]
    serving: ServingArgs,
}

/// The formats of an export.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum ExportFormat {
    /// Comma-separated values: a row for each moment, a column for each gauge and control
    Csv,
}

fn speed(text: &str) -> Result<f64, &'static str> {
    let speed = text.parse().ok();
    let speed = speed.filter(|speed| SPEEDS.contains(speed));
    speed.ok_or("it must be a number from 0.1 to 100")
}

fn interval(text: &str) -> Result<f64, &'static str> {
    let seconds = text.parse().ok();
    let seconds = seconds.filter(|seconds| (0.001..=3600.0).contains(seconds));
    seconds.ok_or("it must be a number of seconds, from 0.001 to 3600")
}

/// Parses `90`, `1:30` and `0:01:30`.
fn time(text: &str) -> Result<f64, &'static str> {
    let mut seconds = 0.0;
    for part in text.split(':') {
        let part: Option<f64> = part.parse().ok().filter(|part| *part >= 0.0);
        let part = part.filter(|part| part.is_finite());
        seconds = seconds * 60.0 + part.ok_or("it must be seconds, or a time such as 12:30")?;
    }
    Ok(seconds)
}

impl ReplayArgs {
    /// Runs `dcs-master replay` until Ctrl-C, or until the table is written.
    pub(super) fn run(self) -> Result<ExitCode> {
        if self.serving.is_recording() {
            bail!("a replay cannot be recorded; copy the file instead");
        }
        let recording = Recording::open(&self.file)?;
        let unpacked = RecordedFolders::new(&recording)?;
        let folders = Folders::find(self.defs.clone());
        match self.export {
            Some(ExportFormat::Csv) => self.export(&recording, &folders, &unpacked)?,
            None => self.replay(recording, &folders, &unpacked)?,
        }
        Ok(ExitCode::SUCCESS)
    }

    fn replay(
        self,
        recording: Recording,
        folders: &Folders,
        unpacked: &RecordedFolders,
    ) -> Result<()> {
        announce(&recording);
        let tables = TablesConfig {
            defs: folders.tables.clone(),
            fallback_defs: Some(unpacked.folders.defs.clone()),
            own_defs: unpacked.own_defs(folders),
            ..TablesConfig::default()
        };
        let change = ReplayChange {
            position: self.from,
            speed: Some(self.speed),
            is_looping: Some(self.is_looping),
            is_paused: None,
        };
        let (player, control) = Player::new(recording, change)?;
        // A replay reads no settings, but its Setup can change those of serve.
        let parts = SetupParts {
            is_demo: true,
            sim: None,
            dcs_bios: false,
            settings: Arc::new(settings_of_serve().0),
            replay: Some(control),
        };
        serve(&self.serving, tables, parts, |_, _, shutdown| {
            let (link, sim) = in_process();
            spawn(sim, player, shutdown.clone())?;
            Ok(link)
        })
    }

    fn export(
        &self,
        recording: &Recording,
        folders: &Folders,
        unpacked: &RecordedFolders,
    ) -> Result<()> {
        let own_defs = unpacked.own_defs(folders);
        let tables_of = |name: &str| {
            let local = folders.tables.join(name).is_dir();
            let defs = match local {
                true => &folders.tables,
                false => &unpacked.folders.defs,
            };
            let (tables, _) = read_tables(defs, name);
            match &own_defs {
                Some(own_defs) => Arc::new(tables).with_own(&read_own_tables(own_defs, name).0),
                None => tables,
            }
        };
        let interval = (self.every * 1e6) as u64;
        let write = |out: &mut dyn Write| -> Result<()> {
            let mut out = BufWriter::new(out);
            csv::write(recording, interval, tables_of, &mut out)?;
            Ok(out.flush()?)
        };
        let out = self.out.clone();
        let path = out.unwrap_or_else(|| self.file.with_extension("csv"));
        if path.as_os_str() == "-" {
            return write(&mut io::stdout().lock());
        }
        let file = OpenOptions::new().write(true).create_new(true).open(&path);
        let mut file = file.with_context(|| {
            let path = path.display();
            format!("{path} cannot be made; name another file with --out")
        })?;
        if let Err(error) = write(&mut file) {
            drop(file);
            // A part of a table would only be in the way of the next try.
            let _ = fs::remove_file(&path);
            return Err(error);
        }
        print(&format!("The table is in {}\n", path.display()))
    }
}

/// Plays on a thread of its own, since unpacking a part of the file takes some milliseconds in which
/// clients would not be served.
fn spawn(sim: InProcessSim, player: Player, shutdown: CancellationToken) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()?;
    let thread = thread::Builder::new().name("replay".to_owned());
    thread.spawn(move || runtime.block_on(run(sim, player, shutdown)))?;
    Ok(())
}

fn announce(recording: &Recording) {
    let seconds = recording.length() / 1_000_000;
    let begin = DateTime::from_timestamp_nanos(recording.begin() as i64).with_timezone(&Local);
    info!(
        "replaying {}: {}:{:02} minutes, recorded on {}",
        recording.path().display(),
        seconds / 60,
        seconds % 60,
        begin.format("%Y-%m-%d at %H:%M")
    );
    if !recording.is_complete() {
        warn!(
            "the recording was not ended by its server; everything up to its last second is there"
        );
    }
}

/// The tables of a recording, in a folder that is removed at the end.
struct RecordedFolders {
    folders: TableFolders,
    own_defs: PathBuf,
    _disk: TempDir,
}

impl RecordedFolders {
    fn new(recording: &Recording) -> Result<Self> {
        let disk = tempfile::Builder::new().prefix("dcs-master-").tempdir()?;
        let own_defs = disk.path().join("own-defs");
        let folders = TableFolders {
            defs: disk.path().join("aircraft-defs"),
            own_defs: Some(own_defs.clone()),
        };
        for tables in recording.tables() {
            if let Err(error) = tables.unpack(&folders) {
                warn!("the recording's tables of an aircraft are not used: {error}");
            }
        }
        Ok(Self {
            folders,
            own_defs,
            _disk: disk,
        })
    }

    /// Returns the folder of the user's own tables: that of the recording, if this user has none.
    fn own_defs(&self, folders: &Folders) -> Option<PathBuf> {
        let here = folders.own_defs();
        let is_used = |path: &PathBuf| has_tables(path) || !has_tables(&self.own_defs);
        here.filter(is_used).or_else(|| Some(self.own_defs.clone()))
    }
}

/// Returns whether a folder has tables of an aircraft.
fn has_tables(folder: &Path) -> bool {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut folders = entries.map(|entry| entry.path());
    folders.any(|folder| TABLE_FILES.iter().any(|name| folder.join(name).is_file()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_speeds_are_read() {
        assert_eq!(
            ["90", "1:30", "0:01:30", "1.5"].map(|text| time(text).ok()),
            [Some(90.0), Some(90.0), Some(90.0), Some(1.5)]
        );
        assert!(
            ["", "1:", "-1", "inf", "x"]
                .iter()
                .all(|text| time(text).is_err())
        );
        assert!(speed("10") == Ok(10.0) && speed("0").is_err() && speed("nan").is_err());
        assert!(interval("0.05") == Ok(0.05) && interval("0").is_err());
    }

    #[test]
    fn a_negative_number_is_a_value_that_is_explained() {
        #[derive(Debug, clap::Parser)]
        struct Program {
            #[command(flatten)]
            _args: ReplayArgs,
        }
        for (option, expected) in [
            ("--from", "must be seconds"),
            ("--speed", "from 0.1 to 100"),
            ("--every", "number of seconds"),
            ("--max-clients", "'--max-clients <N>'"),
        ] {
            let words = ["x", "flight.mcap", "--export", "csv", option, "-1"];
            let error = <Program as clap::Parser>::try_parse_from(words).unwrap_err();
            assert!(error.to_string().contains(expected), "{error}");
        }
    }
}
