//! Measures the time of a value from the sim to a client, through the real scripts in the stand-in
//! sim and a real server: `cargo run --release -p dcs-master-benches --bin latency`.
//!
//! The clock starts when the stand-in is told the new value. The stand-in uses it from its next
//! frame on, so half a frame of the time, on average, is the sim's.

use std::time::{Duration, Instant};

use clap::Parser;
use dcs_master_tests::rig::Rig;

/// Measures the time of a value from the stand-in sim to a client
#[derive(Debug, Parser)]
struct Arguments {
    /// Changes to measure.
    #[arg(long, default_value_t = 300)]
    changes: u32,
    /// Frames per second of the sim.
    #[arg(long, default_value_t = 60)]
    fps: u32,
    /// Most updates per second asked for by the client.
    #[arg(long, default_value_t = 10)]
    maxfrequency: u32,
}

fn main() {
    let arguments = Arguments::parse();
    let rig = Rig::new();
    let mut sim = rig.sim_at(arguments.fps);
    sim.tell(&["mission start", "aircraft Kestrel_T1"]);
    let _server = rig.serve(&[]);
    let mut client = rig.client_in("Kestrel_T1");
    client.say(&format!("2 120 1 5 {}", arguments.maxfrequency));
    client.line();

    // Each change follows a quiet time longer than the period, so that the filter holds nothing
    // back.
    let quiet = Duration::from_secs(1) / arguments.maxfrequency.max(1);
    let mut times: Vec<Duration> = (1..=arguments.changes)
        .map(|n| {
            let uneven = Duration::from_micros(u64::from(n * 7919 % 20_000));
            std::thread::sleep(quiet + uneven);
            let value = f64::from(n) / f64::from(arguments.changes);
            let begin = Instant::now();
            sim.process().say(&format!("arg 120 {value}"));
            client.line();
            begin.elapsed()
        })
        .collect();
    report(&mut times, arguments.fps);
}

fn report(times: &mut [Duration], fps: u32) {
    times.sort();
    let frame = 1000.0 / f64::from(fps);
    let ms = |part: f64| {
        let index = (part * (times.len() - 1) as f64) as usize;
        times[index].as_secs_f64() * 1000.0
    };
    println!(
        "frame {frame:.1} ms, limit (a frame and 2 ms) {:.1} ms",
        frame + 2.0
    );
    println!("ms from the sim to the client, {} changes:", times.len());
    for (name, part) in [("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("max", 1.0)] {
        println!(
            "  {name}  {:6.2}   {:.2} of the limit",
            ms(part),
            ms(part) / (frame + 2.0)
        );
    }
}
