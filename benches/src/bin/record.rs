//! The cost of a recording: an hour of a busy cockpit in which args and telemetry change all the time, written
//! as fast as possible. It prints the bytes, and the processor time as a share of the hour.
//!
//! The values move as needles do, with all the digits of single precision.

use std::io::BufWriter;
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Parser;
use dcs_master::link::{FromSim, LinkState};
use dcs_master::record::{Entry, RecordingWriter};
use dcs_master_benches::process::cpu_seconds;

/// The changes of each figure of telemetry per second.
const FIGURE_RATE: u32 = 10;

/// Measures what a recording of a busy cockpit costs.
#[derive(Debug, Parser)]
struct Options {
    /// Args that change
    #[arg(long, default_value_t = 300)]
    args: u32,
    /// Changes of each arg per second
    #[arg(long, default_value_t = 30)]
    rate: u32,
    /// Figures of telemetry that change ten times a second; there are 49
    #[arg(long, default_value_t = 49)]
    figures: u32,
    /// The length of the flight in minutes
    #[arg(long, default_value_t = 60)]
    minutes: u32,
    /// The file, which is overwritten and stays
    #[arg(long, default_value = "recording.mcap")]
    out: PathBuf,
}

/// Returns the value of an arg: a slow wave with a small tremble, which never repeats.
fn value(arg: u32, seconds: f64) -> f64 {
    let pace = 0.01 + f64::from(arg % 37) * 0.007;
    let tremble = (seconds * 3.1 + f64::from(arg)).sin() * 0.001;
    let value = (seconds * pace + f64::from(arg)).sin() * 0.99 + tremble;
    f64::from(value as f32)
}

/// Returns the value of a figure of telemetry. The sim gives these in double precision.
fn figure(field: u32, seconds: f64) -> f64 {
    value(field, seconds) * 1000.0 + seconds / 3.0
}

fn main() -> Result<()> {
    let options = Options::parse();
    let file = std::fs::File::create(&options.out).context("the file cannot be made")?;
    let mut writer = RecordingWriter::new(BufWriter::new(file), 1_763_740_000_000_000_000)?;
    writer.write(0, &Entry::Sim(FromSim::up(LinkState::Hook)))?;
    writer.write(0, &Entry::Sim(FromSim::Aircraft(Some("Busy".to_owned()))))?;
    let me = std::process::id();
    let frames = u64::from(options.minutes) * 60 * u64::from(options.rate);
    let mut making = 0.0;
    let begin = cpu_seconds(me).context("the processor time is not known")?;
    // A second of frames at a time, so that making the values is not measured.
    for second in 0..frames / u64::from(options.rate) {
        let before = cpu_seconds(me).unwrap_or_default();
        let frame = |number: u32| {
            let seconds = second as f64 + f64::from(number) / f64::from(options.rate);
            let at = (seconds * 1e6) as u64;
            let values = (0..options.args).map(|arg| (arg, value(arg, seconds)));
            let args = (at, Entry::Sim(FromSim::Args(values.collect())));
            let figures = (0..options.figures).map(|field| (field, Some(figure(field, seconds))));
            let has_figures = number * FIGURE_RATE % options.rate < FIGURE_RATE;
            let figures = has_figures.then(|| FromSim::Telemetry(figures.collect()));
            [args]
                .into_iter()
                .chain(figures.map(|figures| (at, Entry::Sim(figures))))
        };
        let entries: Vec<_> = (0..options.rate).flat_map(frame).collect();
        making += cpu_seconds(me).unwrap_or_default() - before;
        for (at, entry) in &entries {
            writer.write(*at, entry)?;
        }
        writer.flush()?;
    }
    writer.finish()?;
    let spent = cpu_seconds(me).unwrap_or_default() - begin - making;
    let bytes = std::fs::metadata(&options.out)?.len();
    let hours = f64::from(options.minutes) / 60.0;
    println!(
        "{} args, {} times a second, and {} figures: {:.0} MB and {spent:.1} s of a processor for {} minutes, \
         {:.2} % of a core",
        options.args,
        options.rate,
        options.figures,
        bytes as f64 / 1e6,
        options.minutes,
        spent / (hours * 36.0)
    );
    Ok(())
}
