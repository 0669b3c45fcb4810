//! Measures the DCS-BIOS gateway: 300 gauges that all change 30 times a second.
//!
//! The server and the gateway run in one thread, a sim that plays 30 frames a second
//! runs in another, and a listener that hears every datagram in a third. The program
//! prints the processor time of the first thread, as a share of one core, without and
//! with the gateway. Linux only: the time comes from `/proc`.

use std::fs;
use std::net::{Ipv4Addr, SocketAddrV4, UdpSocket};
use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use clap::Parser;
use dcs_master::bios::draft::proto::codec::Decoder;
use dcs_master::bios::draft::{Config, Export, Service};
use dcs_master::link::{FromSim, InProcessSim, LinkState, in_process};
use dcs_master::serve::{self, Server};
use dcs_master::tables::TablesConfig;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

const GROUP: Ipv4Addr = Ipv4Addr::new(239, 255, 50, 10);

/// Measures what the DCS-BIOS gateway costs
#[derive(Debug, Parser)]
struct Args {
    /// Gauges, all changing in each frame
    #[arg(long, default_value_t = 300)]
    gauges: u32,
    /// Frames per second, and the most messages of one type per second
    #[arg(long, default_value_t = 30)]
    rate: u32,
    /// Seconds to measure
    #[arg(long, default_value_t = 10)]
    seconds: u32,
}

fn main() -> Result<()> {
    let args = Args::parse();
    let defs = tempfile::tempdir()?;
    write_tables(defs.path(), args.gauges)?;
    let without = measure(&args, defs.path(), false)?;
    let with = measure(&args, defs.path(), true)?;
    println!(
        "{} gauges changing {} times a second, {} s:",
        args.gauges, args.rate, args.seconds
    );
    println!("  server alone         {:.2} % of one core", without.share);
    println!(
        "  server and gateway   {:.2} % of one core, {:.0} messages/s",
        with.share, with.messages
    );
    println!(
        "  the gateway          {:.2} % of one core",
        with.share - without.share
    );
    Ok(())
}

fn write_tables(defs: &Path, gauges: u32) -> Result<()> {
    let gauge = |arg| {
        serde_json::json!({
            "name": format!("Gauge_{arg}"), "arg_number": arg,
            "input": [0, 250, 500, 1000], "output": [0, 0.3, 0.6, 1],
        })
    };
    let gauges: Vec<_> = (1..=gauges).map(gauge).collect();
    let folder = defs.join("Bench");
    fs::create_dir(&folder)?;
    Ok(fs::write(
        folder.join("gauges.json"),
        serde_json::to_vec(&gauges)?,
    )?)
}

/// The result of a measurement.
struct Measurement {
    /// The processor time of the thread, in percent of the real time.
    share: f64,
    /// Messages heard per second.
    messages: f64,
}

fn measure(args: &Args, defs: &Path, gateway: bool) -> Result<Measurement> {
    let (link, sim) = in_process();
    let shutdown = CancellationToken::new();
    let panel = UdpSocket::bind("0.0.0.0:0")?;
    panel.join_multicast_v4(&GROUP, &Ipv4Addr::LOCALHOST)?;
    panel.set_read_timeout(Some(Duration::from_millis(200)))?;
    let target = SocketAddrV4::new(GROUP, panel.local_addr()?.port());

    let (say_thread, thread_id) = mpsc::channel();
    let config = serve::Config {
        tables: TablesConfig {
            defs: defs.to_owned(),
            ..TablesConfig::default()
        },
        ..serve::Config::default()
    };
    let server = Server::new(link, config);
    let stop = shutdown.clone();
    let rate = args.rate;
    let served = thread::spawn(move || -> Result<()> {
        say_thread.send(fs::read_link("/proc/thread-self")?)?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        runtime.block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await?;
            if gateway {
                let service = Service::bind(bios_config(target, rate))?;
                tokio::spawn(service.run(server.subscribers(), stop.clone()));
            }
            server.run(listener, stop).await;
            Ok(())
        })
    });
    let heard = count_messages(panel, shutdown.clone());
    let thread = Path::new("/proc").join(thread_id.recv()?);
    let playing = play(sim, args.gauges, args.rate, shutdown.clone());
    thread::sleep(Duration::from_secs(1));
    let (busy, start) = (busy_time(&thread)?, Instant::now());
    thread::sleep(Duration::from_secs(args.seconds.into()));
    let share = 100.0 * (busy_time(&thread)? - busy).as_secs_f64() / start.elapsed().as_secs_f64();
    let lasted = start.elapsed().as_secs_f64() + 1.0;
    shutdown.cancel();
    let panicked = || anyhow::anyhow!("a thread panicked");
    playing.join().map_err(|_| panicked())?;
    served.join().map_err(|_| panicked())??;
    let messages = heard.join().map_err(|_| panicked())? as f64 / lasted;
    Ok(Measurement { share, messages })
}

fn bios_config(target: SocketAddrV4, rate: u32) -> Config {
    Config {
        targets: vec![target],
        interface: Ipv4Addr::LOCALHOST,
        import: SocketAddrV4::new(Ipv4Addr::LOCALHOST, 0),
        allow: Vec::new(),
        export: Export {
            precision: 2,
            rate: rate.into(),
            gauges: Default::default(),
            elements: Vec::new(),
            sync_input: true,
        },
    }
}

/// Returns the time for which a thread has run on a processor.
fn busy_time(thread: &Path) -> Result<Duration> {
    let text = fs::read_to_string(thread.join("schedstat")).context("this needs Linux")?;
    let nanoseconds = text
        .split_whitespace()
        .next()
        .context("an empty schedstat")?;
    Ok(Duration::from_nanos(nanoseconds.parse()?))
}

/// Counts messages until `shutdown`.
fn count_messages(panel: UdpSocket, shutdown: CancellationToken) -> thread::JoinHandle<u64> {
    thread::spawn(move || {
        let mut buffer = vec![0; 65536];
        let mut decoder = Decoder::default();
        while !shutdown.is_cancelled() {
            if let Ok(length) = panel.recv(&mut buffer) {
                decoder.decode(&buffer[..length], |_| {});
            }
        }
        decoder.counters().messages
    })
}

/// Plays frames in which every arg changes, until `shutdown`.
fn play(
    sim: InProcessSim,
    gauges: u32,
    rate: u32,
    shutdown: CancellationToken,
) -> thread::JoinHandle<()> {
    thread::spawn(move || {
        let InProcessSim {
            to_server,
            mut from_server,
        } = sim;
        let up = FromSim::up;
        let aircraft = FromSim::Aircraft(Some("Bench".to_owned()));
        for message in [up(LinkState::Hook), up(LinkState::Export), aircraft] {
            let _ = to_server.blocking_send(message);
        }
        let frame = Duration::from_secs(1) / rate;
        let mut next = Instant::now();
        for number in 0_u32.. {
            while from_server.try_recv().is_ok() {}
            let raw = |arg: u32| f64::from((number * 7 + arg * 13) % 1000) / 1000.0;
            let args = (1..=gauges).map(|arg| (arg, raw(arg))).collect();
            if shutdown.is_cancelled() || to_server.blocking_send(FromSim::Args(args)).is_err() {
                break;
            }
            next += frame;
            thread::sleep(next.saturating_duration_since(Instant::now()));
        }
    })
}
