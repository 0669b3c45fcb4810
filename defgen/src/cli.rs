//! The command line of `defgen`: arguments, a progress bar, exit codes.

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, ValueEnum};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use rayon::prelude::*;

use crate::check::{Change, compare};
use crate::compile::{Item, Lost, Outcome, Progress, Report, Request, compile};
use crate::diagnostic::{Severity, shown};
use crate::emit::{self, Writer};
use crate::render::clean;
use crate::report::{self, Files, counted};

/// Some aircraft failed, or `--check` found tables that are missing or out of date.
const EXIT_FAILED: u8 = 1;

/// The command line is wrong, or nothing was found.
const EXIT_USAGE: u8 = 2;

/// The most aircraft that are named when the one asked for is not found.
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
    /// Where the tables go, a folder for each aircraft
    #[arg(long, value_name = "DIR", default_value = "aircraft-defs")]
    out: PathBuf,
    /// The folder of DCS World, for the scripts that all cockpits share
    #[arg(long, value_name = "DIR")]
    install: Option<PathBuf>,
    /// Only this aircraft; for a folder of cockpit scripts, the name the sim has for it
    #[arg(long, value_name = "NAME")]
    aircraft: Option<String>,
    /// Write nothing; say which tables are missing or out of date, and what changed
    #[arg(long)]
    check: bool,
    /// How the result is told
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Show warnings and notes too, not only errors
    #[arg(short, long)]
    verbose: bool,
}

/// How the result is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Lines for people
    Text,
    /// One JSON document
    Json,
}

/// Does what the command line asks for.
///
/// # Errors
/// When standard output cannot be written.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let request = Request {
        paths: args.paths.clone(),
        install: args.install.clone(),
        aircraft: args.aircraft.clone(),
    };
    let bar = Bar::new(args.format == Format::Text && io::stderr().is_terminal());
    let report = match compile(&request, &bar) {
        Ok(report) => report,
        Err(error) => return usage(&error.to_string()),
    };
    bar.0.finish_and_clear();
    if report.items.iter().all(Item::is_skipped) && args.format == Format::Text {
        return nothing(args, &report);
    }
    let settle_all = |items: &[Item]| {
        let mut writer = Writer::default();
        let settled = items
            .iter()
            .map(|item| settle(args, &report, item, &mut writer));
        settled.collect::<Vec<_>>()
    };
    let parts: Vec<_> = report.parts().map(settle_all).collect();
    let files = parts.concat();
    match args.format {
        Format::Json => writeln!(io::stdout(), "{}", report::json(&report, &files)?)?,
        Format::Text => tell(args, &report, &files)?,
    }
    let code = exit_code(&report, &files);
    // The program ends here: to take all of it apart would only take time.
    std::mem::forget(report);
    Ok(code)
}

fn usage(message: &str) -> anyhow::Result<ExitCode> {
    writeln!(io::stderr(), "error: {message}")?;
    Ok(ExitCode::from(EXIT_USAGE))
}

/// Says why there is nothing to write.
fn nothing(args: &Args, report: &Report) -> anyhow::Result<ExitCode> {
    for item in &report.items {
        writeln!(io::stderr(), "{}", report::line(item, &Files::Good))?;
    }
    match &args.aircraft {
        Some(name) => usage(&format!(
            "no aircraft {name:?} in the given folders{}",
            others(&report.others)
        )),
        None => usage("no aircraft with a clickable cockpit in the given folders"),
    }
}

/// Returns the end of a message that an aircraft was not found: the ones there are.
fn others(names: &[String]) -> String {
    if names.is_empty() {
        return String::new();
    }
    let shown: Vec<_> = names
        .iter()
        .take(MAX_NAMES)
        .map(|name| clean(&shown(name)))
        .collect();
    let more = match names.len() - shown.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("; there are {}{more}", shown.join(", "))
}

/// Writes the files of an aircraft, or compares them.
fn settle(args: &Args, report: &Report, item: &Item, writer: &mut Writer) -> Files {
    let Outcome::Done(tables) = &item.outcome else {
        return Files::Good;
    };
    let folder = args.out.join(&item.name);
    let lost = tables.lost.iter().map(|lost| lost_line(&folder, lost));
    let made = match lost.collect::<Vec<_>>() {
        lost if lost.is_empty() => Files::Good,
        lost => Files::Part(lost),
    };
    if !args.check {
        return match writer.write(&args.out, item, tables, &report.cache) {
            Ok(()) => made,
            Err(error) => Files::Bad(vec![error.to_string()]),
        };
    }
    let files = match emit::files(item, tables, &report.cache) {
        Ok(files) => files,
        Err(error) => return Files::Bad(vec![error.to_string()]),
    };
    let changes = compare(&args.out, &item.name, &files);
    if changes.is_empty() {
        return made;
    }
    if changes.len() == files.len() && changes.iter().all(|(_, change)| *change == Change::Missing)
    {
        return Files::Bad(vec![format!("there are no tables in {}", folder.display())]);
    }
    let line = |(name, change): (&str, _)| format!("{name}: {change}");
    let changes = changes.into_iter().map(line);
    Files::Bad(changes.chain(made.lines().iter().cloned()).collect())
}

/// What an error cost, and what is there instead.
fn lost_line(folder: &Path, lost: &Lost) -> String {
    let stays = match folder.join(lost.table).exists() {
        true => "; the older one stays",
        false => "",
    };
    format!("{}: failed, {}{stays}", lost.table, lost.reason)
}

fn tell(args: &Args, report: &Report, files: &[Files]) -> io::Result<()> {
    let sources = report.cache.sources();
    let mut out = io::stdout().lock();
    for (item, files) in report.items.iter().zip(files) {
        writeln!(out, "{}", report::line(item, files))?;
        out.flush()?;
        let messages = report::diagnostics(item, sources, args.verbose);
        write!(io::stderr(), "{messages}")?;
    }
    writeln!(out, "{}", summary(args, report, files))
}

fn summary(args: &Args, report: &Report, files: &[Files]) -> String {
    let count = |wanted: &dyn Fn(&Item, &Files) -> bool| {
        let both = report.items.iter().zip(files);
        both.filter(|(item, files)| wanted(item, files)).count()
    };
    let done = |item: &Item| matches!(item.outcome, Outcome::Done(_));
    let good = count(&|item, files| done(item) && *files == Files::Good);
    let part = count(&|item, files| done(item) && matches!(files, Files::Part(_)));
    let bad = count(&|item, files| done(item) && matches!(files, Files::Bad(_)));
    let failed = count(&|item, _| matches!(item.outcome, Outcome::Failed(_)));
    let skipped = count(&|item, _| item.is_skipped());
    let out = args.out.display();
    let mut parts = vec![if args.check {
        format!("{good} aircraft up to date in {out}")
    } else {
        format!("{good} aircraft written to {out}")
    }];
    let more = [
        (part, "only in part"),
        (
            bad,
            if args.check {
                "missing or out of date"
            } else {
                "not written"
            },
        ),
        (failed, "failed"),
        (skipped, "skipped"),
    ];
    parts.extend(
        more.iter()
            .filter(|(n, _)| *n > 0)
            .map(|(n, word)| format!("{n} {word}")),
    );
    let warnings: usize = report
        .items
        .iter()
        .map(|item| item.count(Severity::Warning))
        .sum();
    if warnings > 0 {
        let hint = if args.verbose { "" } else { " (-v shows them)" };
        parts.push(format!("{}{hint}", counted(warnings, "warning")));
    }
    parts.join(", ")
}

fn exit_code(report: &Report, files: &[Files]) -> ExitCode {
    let failed = |item: &Item| matches!(item.outcome, Outcome::Failed(_));
    if report.items.iter().any(failed) || files.iter().any(|files| *files != Files::Good) {
        ExitCode::from(EXIT_FAILED)
    } else if report.items.iter().all(Item::is_skipped) {
        ExitCode::from(EXIT_USAGE)
    } else {
        ExitCode::SUCCESS
    }
}

/// Reads the command line; a wrong one is told, and an exit code is all that is left.
///
/// # Errors
/// The exit code.
pub fn parse() -> Result<Args, ExitCode> {
    Args::try_parse().map_err(|error| {
        // Whether help can be shown makes no difference to what is returned.
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
    fn found(&self, modules: usize) {
        self.0.set_length(modules as u64);
        if modules < 2 {
            self.0.set_draw_target(ProgressDrawTarget::hidden());
        }
    }

    fn done(&self, module: &str) {
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
}
