//! The command line of `defgen`: arguments, a progress bar, exit codes.

use std::fmt;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use aircraft_defs::{Folders, OwnProblem, counted};
use anyhow::Context;
use clap::{Parser, ValueEnum};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use rayon::prelude::*;

use crate::check::{Change, compare};
use crate::compile::{FailedTable, Item, Outcome, Progress, Report, Request, Tables, compile};
use crate::diagnostics::{Severity, excerpt, printable};
use crate::emit;
use crate::own_check;
use crate::report::{self, FilesResult};

/// The exit code if an aircraft or a table failed, or `--check` found a difference.
const EXIT_FAILED: u8 = 1;

/// The exit code if the command line is wrong or no aircraft was found.
const EXIT_USAGE: u8 = 2;

/// The most aircraft that are listed if the one asked for is not found.
const MAX_NAMES: usize = 100;

/// Compiles the cockpit Lua of DCS World into the name tables of dcs-master.
#[derive(Debug, Parser)]
#[command(
    version,
    after_help = "Example: defgen \"C:\\Program Files\\Eagle Dynamics\\DCS World\""
)]
pub struct Args {
    /// The folder of DCS World, a Saved Games folder, one module, or one folder of cockpit scripts
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// The folder for the tables, with a folder for each aircraft [default: where the server looks for them]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// The folder of DCS World, for the scripts that all cockpits share
    #[arg(long, value_name = "DIR")]
    install: Option<PathBuf>,
    /// Your copy of DCS-BIOS, which names lamps, needles and controls that the cockpits' scripts do not
    #[arg(long, value_name = "DIR")]
    dcs_bios: Option<PathBuf>,
    /// Compile only this aircraft; for a folder of cockpit scripts, the name of its aircraft in the sim
    #[arg(long, value_name = "NAME")]
    aircraft: Option<String>,
    /// Write nothing; print which tables are missing or out of date, and what has changed
    #[arg(long)]
    check: bool,
    /// The format of the result
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Show warnings and notes too, not only errors
    #[arg(short, long)]
    verbose: bool,
}

/// The formats of the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Lines for people
    Text,
    /// One JSON document
    Json,
}

/// Runs the program: compiles the given paths, writes or checks the tables, and prints the result.
///
/// # Errors
/// When the result cannot be printed. The tables are written all the same.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let request = Request {
        paths: args.paths.clone(),
        install: args.install.clone(),
        dcs_bios: args.dcs_bios.clone(),
        aircraft: args.aircraft.clone(),
    };
    let bar = Bar::new(args.format == Format::Text && io::stderr().is_terminal());
    let folders = Folders::find(args.out.clone());
    let out = folders.tables.clone();
    let report = match compile(&request, &bar) {
        Ok(report) => report,
        Err(error) => return Ok(usage_error(&error.to_string())),
    };
    bar.0.finish_and_clear();
    if report.items.iter().all(Item::is_skipped) && args.format == Format::Text {
        return Ok(nothing_found(args, &report));
    }
    let write_all = |items: &[Item]| {
        let results = items
            .iter()
            .map(|item| write_or_check(args, &out, &report, item));
        results.collect::<Vec<_>>()
    };
    let parts: Vec<_> = report.parts().map(write_all).collect();
    let results = parts.concat();
    let own = match (args.check, folders.own_defs()) {
        (true, Some(own_defs)) => {
            let mut problems = own_check::own_problems(&report, &own_defs);
            if args.aircraft.is_none() {
                problems.extend(own_check::unknown_aircraft(&report, &out, &own_defs));
            }
            problems
        }
        _ => Vec::new(),
    };
    let printed = match args.format {
        Format::Json => print_json(&report, &results, &own),
        Format::Text => print_text(args, &out, &report, &results, &own),
    };
    let code = match own.is_empty() {
        true => exit_code(&report, &results),
        false => ExitCode::from(EXIT_FAILED),
    };
    match printed {
        // The reader of the pipe, such as `head`, has read enough and closed it.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(code),
        printed => {
            let state = if args.check { "checked" } else { "written" };
            let context = || format!("the tables are {state}, but the result cannot be printed");
            printed.with_context(context).map(|()| code)
        }
    }
}

/// Prints a message on standard error. There is nobody to tell if that fails.
fn print_error(text: impl fmt::Display) {
    let _ = writeln!(io::stderr(), "{text}");
}

fn usage_error(message: &str) -> ExitCode {
    print_error(format_args!("error: {message}"));
    ExitCode::from(EXIT_USAGE)
}

/// Prints why there is nothing to write.
fn nothing_found(args: &Args, report: &Report) -> ExitCode {
    for item in &report.items {
        print_error(report::line(item, &FilesResult::Complete));
    }
    usage_error(&match &args.aircraft {
        Some(name) => format!(
            "no aircraft {name:?} in the given folders{}",
            list_others(&report.others)
        ),
        None => "no aircraft with a clickable cockpit in the given folders".to_owned(),
    })
}

/// Returns the end of the message that an aircraft was not found: the list of existing aircraft.
fn list_others(names: &[String]) -> String {
    if names.is_empty() {
        return String::new();
    }
    let listed: Vec<_> = names
        .iter()
        .take(MAX_NAMES)
        .map(|name| printable(&excerpt(name)))
        .collect();
    let more = match names.len() - listed.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let verb = if names.len() == 1 { "is" } else { "are" };
    format!("; there {verb} {}{more}", listed.join(", "))
}

/// Writes the files of an aircraft, or compares them with the existing ones.
fn write_or_check(args: &Args, out: &Path, report: &Report, item: &Item) -> FilesResult {
    let Outcome::Tables(tables) = &item.outcome else {
        return FilesResult::Complete;
    };
    let folder = out.join(&item.name);
    let failed = tables.failed.iter();
    let lines: Vec<_> = failed.map(|failed| failed_line(&folder, failed)).collect();
    let result = match lines.is_empty() {
        true => FilesResult::Complete,
        false => FilesResult::Partial(lines),
    };
    if args.check {
        return check(out, report, item, tables, result);
    }
    match emit::write(out, item, tables, &report.cache) {
        Ok(()) => result,
        Err(error) => FilesResult::Failed(vec![error.to_string()]),
    }
}

/// Compares the files of an aircraft with the existing ones. Returns `unchanged` if there is
/// no difference.
fn check(
    out: &Path,
    report: &Report,
    item: &Item,
    tables: &Tables,
    unchanged: FilesResult,
) -> FilesResult {
    let files = match emit::files(item, tables, &report.cache) {
        Ok(files) => files,
        Err(error) => return FilesResult::Failed(vec![error.to_string()]),
    };
    let changes = compare(out, &item.name, &files);
    if changes.is_empty() {
        return unchanged;
    }
    let is_missing = |(_, change): &(&str, Change)| *change == Change::Missing;
    if changes.len() == files.len() && changes.iter().all(is_missing) {
        let folder = out.join(&item.name);
        return FilesResult::Failed(vec![format!("there are no tables in {}", folder.display())]);
    }
    let line = |(name, change): (&str, _)| format!("{name}: {change}");
    let changes = changes.into_iter().map(line);
    FilesResult::Failed(changes.chain(unchanged.lines().iter().cloned()).collect())
}

/// Returns the line about a table that could not be made.
fn failed_line(folder: &Path, failed: &FailedTable) -> String {
    let kept = match folder.join(failed.table).exists() {
        true => "; the existing file is kept",
        false => "",
    };
    format!("{}: failed, {}{kept}", failed.table, failed.reason)
}

fn print_json(report: &Report, results: &[FilesResult], own: &[OwnProblem]) -> io::Result<()> {
    writeln!(io::stdout(), "{}", report::json(report, results, own)?)
}

fn print_text(
    args: &Args,
    folder: &Path,
    report: &Report,
    results: &[FilesResult],
    own: &[OwnProblem],
) -> io::Result<()> {
    let sources = report.cache.sources();
    let mut out = io::stdout().lock();
    for (item, result) in report.items.iter().zip(results) {
        writeln!(out, "{}", report::line(item, result))?;
        out.flush()?;
        let messages = report::diagnostics(item, sources, args.verbose);
        let _ = write!(io::stderr(), "{messages}");
    }
    for problem in own {
        writeln!(out, "{}", own_check::line(problem))?;
    }
    writeln!(out, "{}", summary(args, folder, report, results))
}

/// Returns the last line: the number of aircraft with each outcome, and of warnings.
fn summary(args: &Args, folder: &Path, report: &Report, results: &[FilesResult]) -> String {
    let count = |wanted: fn(&Item, &FilesResult) -> bool| {
        let both = report.items.iter().zip(results);
        both.filter(|(item, result)| wanted(item, result)).count()
    };
    let complete = count(|item, result| is_done(item) && *result == FilesResult::Complete);
    let partial = count(|item, result| is_done(item) && matches!(result, FilesResult::Partial(_)));
    let files_failed =
        count(|item, result| is_done(item) && matches!(result, FilesResult::Failed(_)));
    let failed = count(|item, _| matches!(item.outcome, Outcome::Failed(_)));
    let skipped = count(|item, _| item.is_skipped());
    let (done, not_done) = match args.check {
        true => (
            "up to date in",
            "missing or out of date (run defgen without --check to write them)",
        ),
        false => ("written to", "not written"),
    };
    let mut parts = vec![format!("{complete} aircraft {done} {}", folder.display())];
    let others = [
        (partial, "only in part"),
        (files_failed, not_done),
        (failed, "failed"),
        (skipped, "skipped"),
    ];
    let others = others.iter().filter(|(count, _)| *count > 0);
    parts.extend(others.map(|(count, word)| format!("{count} {word}")));
    let warnings = report
        .items
        .iter()
        .map(|item| item.count(Severity::Warning));
    let warnings: usize = warnings.sum();
    if warnings > 0 {
        let hint = if args.verbose { "" } else { " (-v shows them)" };
        parts.push(format!("{}{hint}", counted(warnings, "warning")));
    }
    parts.join(", ")
}

fn is_done(item: &Item) -> bool {
    matches!(item.outcome, Outcome::Tables(_))
}

fn exit_code(report: &Report, results: &[FilesResult]) -> ExitCode {
    let failed = |item: &Item| matches!(item.outcome, Outcome::Failed(_));
    if report.items.iter().any(failed)
        || results
            .iter()
            .any(|result| *result != FilesResult::Complete)
    {
        ExitCode::from(EXIT_FAILED)
    } else if report.items.iter().all(Item::is_skipped) {
        ExitCode::from(EXIT_USAGE)
    } else {
        ExitCode::SUCCESS
    }
}

/// Parses the command line.
///
/// # Errors
/// The exit code, after the help or the error has been printed.
pub fn parse() -> Result<Args, ExitCode> {
    Args::try_parse().map_err(|error| {
        // There is nobody to tell if help cannot be printed.
        let _ = error.print();
        if error.use_stderr() {
            ExitCode::from(EXIT_USAGE)
        } else {
            ExitCode::SUCCESS
        }
    })
}

/// A progress bar on a terminal.
struct Bar(ProgressBar);

impl Bar {
    fn new(visible: bool) -> Self {
        if !visible {
            return Self(ProgressBar::hidden());
        }
        let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}");
        Self(
            ProgressBar::no_length()
                .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar())),
        )
    }
}

impl Progress for Bar {
    fn set_total(&self, modules: usize) {
        self.0.set_length(modules as u64);
        if modules < 2 {
            self.0.set_draw_target(ProgressDrawTarget::hidden());
        }
    }

    fn module_compiled(&self, module: &str) {
        self.0.set_message(module.to_owned());
        self.0.inc(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_consistent() {
        Args::command().debug_assert();
    }

    #[test]
    fn the_aircraft_there_are_agree_in_number() {
        let names = ["A", "B"].map(str::to_owned);
        assert_eq!(list_others(&names[..1]), "; there is A");
        assert_eq!(list_others(&names), "; there are A, B");
    }
}
