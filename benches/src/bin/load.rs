//! Puts a `dcs-master serve` under load and tells what that costs.
//!
//! A fake sim changes every gauge in every frame; clients subscribe to all of
//! them and look at every line they get. The server is a process of its own,
//! so that its CPU time and memory are its own.

use std::process::Stdio;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};
use clap::Parser;
use dcs_master_benches::process::{cpu_seconds, memory_kb};
use dcs_master_benches::sim::{FRAMES, Hook};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, Command};
use tokio::time::{MissedTickBehavior, interval, sleep};

/// Put a dcs-master under load
#[derive(Parser)]
struct Args {
    /// Clients
    #[arg(long, default_value_t = 100)]
    clients: usize,
    /// Gauges that each client subscribes to
    #[arg(long, default_value_t = 100)]
    gauges: u32,
    /// Frames of the sim, and updates asked for, per second
    #[arg(long, default_value_t = 30.0)]
    rate: f64,
    /// Updates asked for per second, where that is not the rate of the sim's frames
    #[arg(long)]
    max_frequency: Option<f64>,
    /// Precision asked for: at 4 every value is an update, at 0 (almost) none is
    #[arg(long, default_value_t = 4)]
    precision: i8,
    /// Seconds to measure
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// The program to measure
    #[arg(long, default_value = "target/release/dcs-master")]
    server: String,
}

/// The number of the first arg.
const FIRST_ARG: u32 = 1000;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let args = Arc::new(Args::parse());
    let hook_listener = TcpListener::bind("127.0.0.1:0").await?;
    let listen = free_address().await?;
    let mut server = start(
        &args.server,
        &hook_listener.local_addr()?.to_string(),
        &listen,
    )?;
    let mut hook = Hook::accept(&hook_listener).await?;
    let pid = server.id().context("the server has ended")?;
    let empty_kb = memory_kb(pid).unwrap_or(0);

    let shared = Arc::new(Shared::new(args.rate));
    let mut clients = Vec::new();
    for _ in 0..args.clients {
        let stream = connect(&listen).await?;
        clients.push(tokio::spawn(client(
            stream,
            Arc::clone(&args),
            Arc::clone(&shared),
        )));
    }
    hook.until_watched(args.gauges as usize).await?;
    let report = measure(&args, &mut hook, &shared, pid).await?;
    report.print(&args, empty_kb);
    server.kill().await?;
    Ok(())
}

fn start(program: &str, hook: &str, listen: &str) -> Result<Child> {
    Command::new(program)
        .args([
            "serve",
            "--hook",
            hook,
            "--export",
            "127.0.0.1:9",
            "--listen",
            listen,
        ])
        .args(["--max-clients", "100000"])
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .with_context(|| format!("cannot start {program}; build it with cargo build --release"))
}

async fn free_address() -> Result<String> {
    Ok(TcpListener::bind("127.0.0.1:0")
        .await?
        .local_addr()?
        .to_string())
}

async fn connect(address: &str) -> Result<TcpStream> {
    for _ in 0..100 {
        if let Ok(stream) = TcpStream::connect(address).await {
            return Ok(stream);
        }
        sleep(Duration::from_millis(50)).await;
    }
    Err(anyhow!("the server does not listen at {address}"))
}

/// What the sim and the clients tell each other.
struct Shared {
    measuring: AtomicBool,
    /// When each frame was said.
    frames: Mutex<Vec<Instant>>,
    seen: Mutex<Seen>,
    period: Duration,
}

/// What the clients have seen.
#[derive(Default)]
struct Seen {
    lines: u64,
    late: u64,
    /// The time from the sim to the client, one for each piece that was read and frame in it.
    latencies: Vec<Duration>,
}

impl Shared {
    fn new(rate: f64) -> Self {
        Self {
            measuring: AtomicBool::new(false),
            frames: Mutex::new(vec![Instant::now(); FRAMES as usize]),
            seen: Mutex::default(),
            period: Duration::from_secs_f64(1.0 / rate),
        }
    }
}

async fn client(mut stream: TcpStream, args: Arc<Args>, shared: Arc<Shared>) -> Result<()> {
    stream.set_nodelay(true)?;
    let frequency = args.max_frequency.unwrap_or(args.rate);
    let subscriptions: String = (0..args.gauges)
        .map(|id| format!("2 {} {id} {} {frequency}\n", FIRST_ARG + id, args.precision))
        .collect();
    stream.write_all(subscriptions.as_bytes()).await?;
    let mut buffer = Vec::with_capacity(1 << 16);
    loop {
        if stream.read_buf(&mut buffer).await? == 0 {
            return Ok(());
        }
        let now = Instant::now();
        let whole = buffer
            .iter()
            .rposition(|&byte| byte == b'\n')
            .map_or(0, |end| end + 1);
        if shared.measuring.load(Ordering::Relaxed) {
            shared.look_at(&buffer[..whole], now);
        }
        buffer.drain(..whole);
    }
}

impl Shared {
    fn look_at(&self, lines: &[u8], now: Instant) {
        let (Ok(frames), Ok(mut seen)) = (self.frames.lock(), self.seen.lock()) else {
            return;
        };
        let mut last = None;
        for line in lines.split(|&byte| byte == b'\n') {
            let Some(frame) = frame_of(line) else {
                continue;
            };
            let latency = now.duration_since(frames[frame]);
            seen.lines += 1;
            seen.late += u64::from(latency > self.period);
            if last.replace(frame) != Some(frame) {
                seen.latencies.push(latency);
            }
        }
    }
}

/// The number of the frame whose value an update line `2 <id> <raw> <value>` carries.
fn frame_of(line: &[u8]) -> Option<usize> {
    let raw = line
        .strip_prefix(b"2 ")?
        .split(|&byte| byte == b' ')
        .nth(1)?;
    let steps = raw.strip_prefix(b"0.")?.get(..4)?;
    Some(
        steps
            .iter()
            .fold(0, |number, digit| number * 10 + usize::from(digit - b'0')),
    )
}

async fn measure(args: &Args, hook: &mut Hook, shared: &Shared, pid: u32) -> Result<Report> {
    let mut ticks = interval(shared.period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let warm_up = args.rate.ceil() as u64;
    let frames = (args.seconds as f64 * args.rate) as u64;
    let (mut cpu, mut start) = (0.0, Instant::now());
    for frame in 0..warm_up + frames {
        ticks.tick().await;
        if frame == warm_up {
            shared.measuring.store(true, Ordering::Relaxed);
            cpu = cpu_seconds(pid).unwrap_or(0.0);
            start = Instant::now();
        }
        if let Ok(mut sent) = shared.frames.lock() {
            sent[(frame % FRAMES) as usize] = Instant::now();
        }
        hook.frame(FIRST_ARG..FIRST_ARG + args.gauges, frame)
            .await?;
    }
    sleep(shared.period).await;
    let seconds = start.elapsed().as_secs_f64();
    let seen = std::mem::take(&mut *shared.seen.lock().map_err(|_| anyhow!("a client failed"))?);
    Ok(Report {
        seconds,
        cpu: cpu_seconds(pid).unwrap_or(0.0) - cpu,
        memory_kb: memory_kb(pid).unwrap_or(0),
        expected: frames * args.clients as u64 * u64::from(args.gauges),
        seen,
    })
}

struct Report {
    seconds: f64,
    cpu: f64,
    memory_kb: u64,
    expected: u64,
    seen: Seen,
}

impl Report {
    fn print(mut self, args: &Args, empty_kb: u64) {
        self.seen.latencies.sort_unstable();
        let latencies = &self.seen.latencies;
        let at = |share: f64| {
            let place = (latencies.len() as f64 * share) as usize;
            let latency = latencies.get(place.min(latencies.len().saturating_sub(1)));
            latency.map_or(0.0, |latency| latency.as_secs_f64() * 1e3)
        };
        let lines = self.seen.lines;
        println!(
            "{} clients x {} gauges x {}/s, precision {}",
            args.clients, args.gauges, args.rate, args.precision
        );
        println!(
            "lines       {:.0}/s, {lines} of {} (fewer where a newer value came first)",
            lines as f64 / self.seconds,
            self.expected
        );
        println!("late        {} by more than a period", self.seen.late);
        println!(
            "latency     p50 {:.2} ms, p99 {:.2} ms, max {:.2} ms",
            at(0.5),
            at(0.99),
            at(1.0)
        );
        let per_line = match lines {
            0 => "no line".to_owned(),
            _ => format!("{:.3} us/line", self.cpu * 1e6 / lines as f64),
        };
        println!(
            "server CPU  {per_line}, {:.1} ns/value offered, {:.1}% of one core",
            self.cpu * 1e9 / self.expected.max(1) as f64,
            self.cpu / self.seconds * 100.0
        );
        println!(
            "memory      {:.1} MB, {:.1} MB without clients",
            self.memory_kb as f64 / 1e3,
            empty_kb as f64 / 1e3
        );
    }
}
