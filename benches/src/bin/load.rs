//! Puts `dcs-master serve` under load and measures what that costs.
//!
//! A fake sim changes every gauge in every frame; clients subscribe to all of
//! them and look at every line they get. The server is a separate process, so
//! that its CPU time and memory can be measured apart from the rest.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};
use clap::Parser;
use dcs_master_benches::bios::{BiosListener, write_tables};
use dcs_master_benches::page::PageClient;
use dcs_master_benches::process::{cpu_seconds, memory_kb};
use dcs_master_benches::sim::{FRAMES, Hook};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::OwnedWriteHalf;
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, Command};
use tokio::time::{MissedTickBehavior, interval, sleep};

/// Puts dcs-master under load
#[derive(Parser)]
struct Args {
    /// Clients
    #[arg(long, default_value_t = 100)]
    clients: usize,
    /// Gauges that each client subscribes to
    #[arg(long, default_value_t = 100)]
    gauges: u32,
    /// Updates asked for per second and gauge
    #[arg(long, default_value_t = 30.0)]
    rate: f64,
    /// Frames of the sim per second; if left out, as many as the updates asked for
    #[arg(long)]
    frames: Option<f64>,
    /// The most milliseconds by which a frame is late, at random
    #[arg(long, default_value_t = 0.0)]
    jitter: f64,
    /// The number of these gauges that change in one frame of fifty only, spread over the frames
    #[arg(long, default_value_t = 0)]
    idle: u32,
    /// Milliseconds over which a client sends its subscriptions
    #[arg(long, default_value_t = 0.0)]
    spread: f64,
    /// Precision asked for: at 4 every value is an update, at 0 (almost) none is
    #[arg(long, default_value_t = 4)]
    precision: i8,
    /// Browsers that have the page open besides; each takes what a page takes
    #[arg(long, default_value_t = 0)]
    pages: usize,
    /// Send the stream of DCS-BIOS with all gauges to a listener besides
    #[arg(long)]
    dcs_bios: bool,
    /// The same with the modules of the DCS-BIOS in this folder; 60 of their args change in every frame
    #[arg(long, value_name = "DIR")]
    dcs_bios_host: Option<PathBuf>,
    /// The aircraft that is flown
    #[arg(long, default_value = "Bench")]
    aircraft: String,
    /// Seconds to measure
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// The program to measure
    #[arg(long, default_value = "target/release/dcs-master")]
    server: String,
}

impl Args {
    fn frames(&self) -> f64 {
        self.frames.unwrap_or(self.rate)
    }

    /// Returns the most updates of a gauge that a client can get in a second.
    fn updates(&self) -> f64 {
        self.rate.min(self.frames())
    }

    fn has_stream(&self) -> bool {
        self.dcs_bios || self.dcs_bios_host.is_some()
    }

    /// Returns the number of args that change in every frame for the modules of a DCS-BIOS.
    fn module_args(&self) -> usize {
        self.dcs_bios_host.as_ref().map_or(0, |_| 60)
    }

    /// Returns the args of gauges that change in a frame.
    fn changing(&self, frame: u64) -> impl Iterator<Item = u32> {
        let idle = self.idle.min(self.gauges);
        (0..self.gauges)
            .filter(move |&gauge| {
                gauge >= idle || frame % IDLE_FRAMES == u64::from(gauge) % IDLE_FRAMES
            })
            .map(|gauge| FIRST_ARG + gauge)
    }
}

/// The number of frames in which an idle gauge changes once.
const IDLE_FRAMES: u64 = 50;

/// The time in which all clients connect, and the time before the measurement begins.
const JOINING: Duration = Duration::from_secs(1);
const WARM_UP: Duration = Duration::from_secs(3);

/// The number of the first arg.
const FIRST_ARG: u32 = 1000;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let args = Arc::new(Args::parse());
    let hook_listener = TcpListener::bind("127.0.0.1:0").await?;
    let listen = free_address().await?;
    let page = free_address().await?;
    let hook_address = hook_listener.local_addr()?.to_string();
    let bios = Bios::new(&args).await?;
    let mut server = start(&args, &hook_address, &listen, &page, &bios)?;
    let mut hook = Hook::accept(&hook_listener, &args.aircraft).await?;
    let pid = server.id().context("the server has ended")?;
    let empty_kb = memory_kb(pid).unwrap_or(0);

    let shared = Arc::new(Shared::new(&args));
    let (first, args_of_all) = (connect(&listen).await?, Arc::clone(&args));
    tokio::spawn(client(first, Arc::clone(&args), Arc::clone(&shared)));
    let gauges = FIRST_ARG..FIRST_ARG + args.gauges;
    let watched = args.gauges as usize + args.module_args();
    let mut module_args = hook.until_watched(watched).await?;
    module_args.retain(|arg| !gauges.contains(arg));
    let shared_by_all = Arc::clone(&shared);
    tokio::spawn(async move { connect_others(&listen, args_of_all, shared_by_all).await });
    for _ in 0..args.pages {
        let page = PageClient::open(&page, FIRST_ARG, args.gauges, args.precision).await?;
        tokio::spawn(read_page(page, Arc::clone(&shared)));
    }
    let report = measure(&args, &module_args, &mut hook, &shared, pid).await?;
    report.print(&args, empty_kb);
    if args.has_stream() {
        let seconds = (args.seconds + WARM_UP.as_secs()) as f64;
        let updates = bios.listener.updates() as f64 / seconds;
        println!("DCS-BIOS    {updates:.1} updates/s");
    }
    server.kill().await?;
    Ok(())
}

/// A listener for the stream of DCS-BIOS, and the tables that the stream needs.
struct Bios {
    listener: BiosListener,
    defs: TempDir,
}

impl Bios {
    async fn new(args: &Args) -> Result<Self> {
        let defs = tempfile::tempdir()?;
        write_tables(defs.path(), FIRST_ARG..FIRST_ARG + args.gauges)?;
        let listener = BiosListener::bind().await?;
        Ok(Self { listener, defs })
    }
}

fn start(args: &Args, hook: &str, listen: &str, page: &str, bios: &Bios) -> Result<Child> {
    let program = &args.server;
    let mut command = Command::new(program);
    // Programs from before the page do not know the option.
    if args.pages > 0 {
        command.args(["serve", "--page", page]);
    } else {
        command.arg("serve");
    }
    match &args.dcs_bios_host {
        Some(folder) => _ = command.arg("--dcs-bios-host").arg(folder),
        None if args.dcs_bios => _ = command.arg("--dcs-bios"),
        None => {}
    }
    if args.has_stream() {
        command
            .args(["--dcs-bios-import", "127.0.0.1:0"])
            .args(["--dcs-bios-export", &bios.listener.address])
            .arg("--defs")
            .arg(bios.defs.path());
    }
    command
        .args(["--hook", hook, "--export", "127.0.0.1:9"])
        .args(["--listen", listen])
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

/// The state that the sim and the clients share.
struct Shared {
    measuring: AtomicBool,
    /// The times at which the frames were sent.
    sent_at: Mutex<Vec<Instant>>,
    totals: Mutex<Totals>,
    /// The lines that the pages have received during the measurement.
    page_lines: AtomicU64,
    period: Duration,
}

/// The totals of what the clients have received.
#[derive(Default)]
struct Totals {
    lines: u64,
    late: u64,
    /// The number of reads. It equals that of the server's writes if a client reads each write
    /// before the next one.
    reads: u64,
    /// The times from the sim to a client, one for each frame in each read.
    latencies: Vec<Duration>,
}

impl Shared {
    fn new(args: &Args) -> Self {
        Self {
            measuring: AtomicBool::new(false),
            sent_at: Mutex::new(vec![Instant::now(); FRAMES as usize]),
            totals: Mutex::default(),
            page_lines: AtomicU64::new(0),
            period: Duration::from_secs_f64(1.0 / args.updates()),
        }
    }
}

/// Connects all clients but the first one, one after the other, as when panels are switched on in
/// turn.
async fn connect_others(address: &str, args: Arc<Args>, shared: Arc<Shared>) -> Result<()> {
    for _ in 1..args.clients {
        sleep(JOINING / args.clients as u32).await;
        let stream = connect(address).await?;
        tokio::spawn(client(stream, Arc::clone(&args), Arc::clone(&shared)));
    }
    Ok(())
}

async fn client(stream: TcpStream, args: Arc<Args>, shared: Arc<Shared>) -> Result<()> {
    stream.set_nodelay(true)?;
    let (mut stream, writer) = stream.into_split();
    tokio::spawn(subscribe(writer, Arc::clone(&args)));
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
            shared.record(&buffer[..whole], now);
        }
        buffer.drain(..whole);
    }
}

async fn read_page(mut page: PageClient, shared: Arc<Shared>) -> Result<()> {
    loop {
        let lines = page.read().await?;
        if shared.measuring.load(Ordering::Relaxed) {
            shared.page_lines.fetch_add(lines, Ordering::Relaxed);
        }
    }
}

/// Sends a client's subscriptions, then keeps its sending side open.
async fn subscribe(mut writer: OwnedWriteHalf, args: Arc<Args>) -> Result<()> {
    for id in 0..args.gauges {
        let (arg, precision, rate) = (FIRST_ARG + id, args.precision, args.rate);
        let line = format!("2 {arg} {id} {precision} {rate}\n");
        writer.write_all(line.as_bytes()).await?;
        if args.spread > 0.0 {
            let pause = args.spread / 1e3 / f64::from(args.gauges);
            sleep(Duration::from_secs_f64(pause)).await;
        }
    }
    std::future::pending().await
}

impl Shared {
    fn record(&self, lines: &[u8], now: Instant) {
        let (Ok(sent_at), Ok(mut totals)) = (self.sent_at.lock(), self.totals.lock()) else {
            return;
        };
        totals.reads += 1;
        let mut last = None;
        for line in lines.split(|&byte| byte == b'\n') {
            let Some(frame) = frame_of(line) else {
                continue;
            };
            let latency = now.duration_since(sent_at[frame]);
            totals.lines += 1;
            totals.late += u64::from(latency > self.period);
            if last.replace(frame) != Some(frame) {
                totals.latencies.push(latency);
            }
        }
    }
}

/// Returns the number of the frame whose value is in an update line, `2 <id> <raw> <value>`.
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

async fn measure(
    args: &Args,
    module_args: &BTreeSet<u32>,
    hook: &mut Hook,
    shared: &Shared,
    pid: u32,
) -> Result<Report> {
    let mut ticks = interval(Duration::from_secs_f64(1.0 / args.frames()));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let mut random = Random::default();
    let warm_up = (args.frames() * WARM_UP.as_secs_f64()) as u64;
    let frames = (args.seconds as f64 * args.frames()) as u64;
    let (mut cpu, mut start) = (0.0, Instant::now());
    for frame in 0..warm_up + frames {
        ticks.tick().await;
        sleep(Duration::from_secs_f64(args.jitter / 1e3 * random.next())).await;
        if frame == warm_up {
            shared.measuring.store(true, Ordering::Relaxed);
            cpu = cpu_seconds(pid).unwrap_or(0.0);
            start = Instant::now();
        }
        if let Ok(mut sent_at) = shared.sent_at.lock() {
            sent_at[(frame % FRAMES) as usize] = Instant::now();
        }
        let changing = args.changing(frame).chain(module_args.iter().copied());
        hook.frame(changing, frame).await?;
    }
    sleep(shared.period).await;
    let seconds = start.elapsed().as_secs_f64();
    let totals = std::mem::take(
        &mut *shared
            .totals
            .lock()
            .map_err(|_| anyhow!("a client failed"))?,
    );
    Ok(Report {
        seconds,
        cpu: cpu_seconds(pid).unwrap_or(0.0) - cpu,
        memory_kb: memory_kb(pid).unwrap_or(0),
        expected: expected(args),
        totals,
        page_lines: shared.page_lines.load(Ordering::Relaxed),
    })
}

/// Returns the number of lines that the clients can get during the measurement.
fn expected(args: &Args) -> u64 {
    let idle = f64::from(args.idle.min(args.gauges));
    let busy = f64::from(args.gauges) - idle;
    let idle_updates = (args.frames() / IDLE_FRAMES as f64).min(args.rate);
    let per_client = busy * args.updates() + idle * idle_updates;
    (per_client * args.clients as f64 * args.seconds as f64) as u64
}

/// A generator of pseudo-random numbers, which are the same in each run.
struct Random(u64);

impl Default for Random {
    fn default() -> Self {
        Self(0x9e37_79b9_7f4a_7c15)
    }
}

impl Random {
    /// Returns a number from 0 to below 1.
    fn next(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }
}

struct Report {
    seconds: f64,
    cpu: f64,
    memory_kb: u64,
    expected: u64,
    totals: Totals,
    page_lines: u64,
}

impl Report {
    fn print(mut self, args: &Args, empty_kb: u64) {
        self.totals.latencies.sort_unstable();
        let latencies = &self.totals.latencies;
        let at = |share: f64| {
            let place = (latencies.len() as f64 * share) as usize;
            let latency = latencies.get(place.min(latencies.len().saturating_sub(1)));
            latency.map_or(0.0, |latency| latency.as_secs_f64() * 1e3)
        };
        let lines = self.totals.lines;
        println!(
            "{} clients x {} gauges x {}/s, {} idle, {} frames/s, jitter {} ms, precision {}",
            args.clients,
            args.gauges,
            args.rate,
            args.idle,
            args.frames(),
            args.jitter,
            args.precision
        );
        println!(
            "lines       {:.0}/s, {lines} of {} (fewer where a newer value came first)",
            lines as f64 / self.seconds,
            self.expected
        );
        let writes = self.totals.reads as f64 / self.seconds / args.clients.max(1) as f64;
        println!(
            "writes      {writes:.1}/s per client, {:.2} per period",
            writes / args.updates()
        );
        if args.pages > 0 {
            let per_page = self.page_lines as f64 / self.seconds / args.pages as f64;
            println!("pages       {}, {per_page:.0} lines/s each", args.pages);
        }
        println!("late        {} by more than a period", self.totals.late);
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
