//! The gateway with its sockets and the clock.

mod modules;

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use aircraft_defs::counted;
use serde_json::Value;
use tokio::sync::mpsc;
use tokio::task::{spawn_blocking, yield_now};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use super::cockpit::CockpitMap;
use super::config::Config;
use super::connections::{Connections, Event};
use super::gateway::{Gateway, Listener};
use super::hosting::Hosting;
use super::import::{Imported, Sender};
use super::places::{Display, read_ledger, write_ledger};
use super::sockets::Sockets;
use super::stream::{Pace, STEP};
use crate::bios::sockets::BindError;
use crate::filter::Micros;
use crate::link::ReadingKey;
use crate::quote::{printable, printable_reason};
use crate::rate_limit::RateLimit;
use crate::serve::{ServerEnded, Subscriber, Subscribers, Updates};
use crate::wire::Request;
use crate::world::Aircraft;
use modules::host_event;

/// The most datagrams that are read in one turn.
const DATAGRAMS: usize = 16;
/// The most bytes of a datagram, so that none is cut: the rest of a line would be taken for the
/// beginning of the next one.
const MAX_DATAGRAM: usize = 65_536;
/// The most requests sent to the hub at a time.
const BATCH: usize = 256;
/// The time between two updates while nobody flies.
const IDLE_STEP: Duration = Duration::from_secs(1);
/// The time between two reports of the counters. They are reported only after errors, and also when
/// the aircraft changes.
const REPORT_INTERVAL: Duration = Duration::from_secs(60);

/// A gateway with its sockets.
#[derive(Debug)]
pub struct Service {
    config: Config,
    gateway: Gateway,
    /// The user's own DCS-BIOS, if its modules are run here.
    hosting: Option<Hosting>,
    /// The aircraft that is flown.
    aircraft: Option<Arc<Aircraft>>,
    sockets: Option<Sockets>,
    connections: Connections,
    events: mpsc::Receiver<Event>,
    /// The channels of the panels that are connected, each of which holds one write.
    panels: HashMap<u64, mpsc::Sender<Vec<u8>>>,
    /// The limit on log lines about failed requests.
    log_lines: RateLimit,
    buffer: Vec<u8>,
    /// The zero of the gateway's clock.
    start: Instant,
    next_step: Instant,
}

impl Service {
    /// Opens the sockets. Must be called within a runtime.
    ///
    /// # Errors
    /// When a socket cannot be opened; the message says what to change.
    pub fn bind(config: Config) -> Result<Self, BindError> {
        let (connections, events) = Connections::new();
        let mut gateway = Gateway::new(config.reset_gauges);
        let network = config.network.clone();
        let bind = |network| Sockets::bind(network, config.allow.clone(), connections.clone());
        let sockets = network.map(bind).transpose()?;
        if let Some(network) = &config.network {
            gateway.join(Listener::Datagrams, Pace::Limited(network.bytes_per_second));
        }
        Ok(Self {
            config,
            gateway,
            hosting: None,
            aircraft: None,
            sockets,
            connections,
            events,
            panels: HashMap::new(),
            log_lines: RateLimit::for_log_lines(),
            buffer: vec![0; MAX_DATAGRAM],
            start: Instant::now(),
            next_step: Instant::now(),
        })
    }

    /// Takes the values of aircraft that have a module in the user's own DCS-BIOS from there.
    #[must_use]
    pub fn with_host(mut self, hosting: Option<Hosting>) -> Self {
        self.hosting = hosting;
        self
    }

    /// Returns a handle that connects panels on serial ports.
    pub(crate) fn connections(&self) -> Connections {
        self.connections.clone()
    }

    /// Serves until `shutdown`, or until the server has ended.
    pub async fn run(mut self, subscribers: Subscribers, shutdown: CancellationToken) {
        tokio::select! {
            () = shutdown.cancelled() => {}
            Err(ServerEnded) = self.serve(&subscribers) => {}
        }
        info!("{}", self.gateway.counters());
    }

    async fn serve(&mut self, subscribers: &Subscribers) -> Result<(), ServerEnded> {
        let mut subscriber = subscribers.join().await?;
        self.ask_for_rival(&subscriber).await?;
        let mut report = interval(REPORT_INTERVAL);
        report.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                news = subscriber.news() => self.apply(news?, &subscriber).await?,
                () = readable(self.sockets.as_ref()) => self.read(&subscriber).await?,
                Some(event) = self.events.recv() => self.handle(event, &subscriber).await?,
                event = host_event(self.hosting.as_mut()) => self.handle_host(event, &subscriber).await?,
                () = sleep_until(self.next_step) => self.step(&subscriber).await?,
                _ = report.tick() => self.report_errors(),
            }
        }
    }

    /// Logs the counters if there were errors since the last time.
    fn report_errors(&mut self) {
        if let Some(line) = self.gateway.new_errors() {
            info!("{line}");
        }
    }

    fn now(&self) -> Micros {
        Micros::try_from(self.start.elapsed().as_micros()).unwrap_or(Micros::MAX)
    }

    /// Applies news of the world.
    async fn apply(
        &mut self,
        mut news: Updates,
        subscriber: &Subscriber,
    ) -> Result<(), ServerEnded> {
        if let Some(aircraft) = news.aircraft {
            self.set_aircraft(aircraft, subscriber).await?;
        }
        for gauge in &news.gauges {
            match self.flying_host() {
                Some(hosting) => hosting.source.set_gauge(gauge.id, gauge.raw),
                None => self.gateway.set_gauge(gauge.id, gauge.raw),
            }
        }
        for text in &news.texts {
            match self.flying_host() {
                Some(hosting) => hosting.source.set_text(text.id, &text.text),
                None => self.gateway.set_text(text.id, &text.text),
            }
        }
        for (key, value) in news.readings {
            if key == ReadingKey::DcsBios {
                self.set_rival(&value);
            } else if let Some(hosting) = self.flying_host() {
                hosting.source.set_reading(key, value);
            }
        }
        // Old scripts are named for each figure of telemetry.
        news.errors.dedup();
        for error in &news.errors {
            if self.log_lines.take(1, self.now()) {
                warn!("DCS-BIOS: {error}");
            }
        }
        Ok(())
    }

    /// Changes to another aircraft, or to none, and makes the subscriptions that it needs.
    async fn set_aircraft(
        &mut self,
        aircraft: Option<Arc<Aircraft>>,
        subscriber: &Subscriber,
    ) -> Result<(), ServerEnded> {
        self.report_errors();
        self.aircraft.clone_from(&aircraft);
        let now = self.now();
        let name = aircraft.as_ref().map(|aircraft| aircraft.name.as_str());
        let hosted = self
            .hosting
            .as_mut()
            .and_then(|hosting| hosting.set_aircraft(name, now));
        if let Some((aircraft, (texts, served))) = aircraft.clone().zip(hosted) {
            self.gateway
                .set_hosted_aircraft(aircraft, texts.into_iter());
            self.next_step = Instant::now();
            self.clear(subscriber).await?;
            return self.serve_modules(served, subscriber).await;
        }
        // It may have a module: nothing is served until that is known.
        if aircraft.is_some() && self.hosting.as_ref().is_some_and(Hosting::is_loading) {
            self.gateway.wait_for_modules();
            self.next_step = Instant::now();
            return self.clear(subscriber).await;
        }
        let map = self.map(aircraft.clone()).await;
        let requests = self
            .gateway
            .set_aircraft(aircraft.map(|aircraft| (aircraft, map)));
        self.next_step = Instant::now();
        self.clear(subscriber).await?;
        request(subscriber, requests).await
    }

    /// Ends the subscriptions of the last aircraft.
    async fn clear(&self, subscriber: &Subscriber) -> Result<(), ServerEnded> {
        subscriber.clear().await?;
        self.ask_for_rival(subscriber).await
    }

    /// Asks the sim whether a DCS-BIOS runs in it, if this gateway sends by UDP, too.
    async fn ask_for_rival(&self, subscriber: &Subscriber) -> Result<(), ServerEnded> {
        match self.sockets {
            Some(_) => subscriber.read(vec![ReadingKey::DcsBios]).await,
            None => Ok(()),
        }
    }

    fn set_rival(&mut self, reading: &Value) {
        if let Some(sockets) = &mut self.sockets {
            sockets.set_rival(reading);
        }
    }

    /// Creates the map of an aircraft and frees that of the last one, in another thread, since large
    /// tables take a while and this thread serves clients.
    async fn map(&mut self, aircraft: Option<Arc<Aircraft>>) -> CockpitMap {
        let old = self.gateway.take_map();
        let (defs, displays) = (self.config.defs.clone(), self.config.displays.clone());
        let mapped = spawn_blocking(move || {
            drop(old);
            match aircraft {
                Some(aircraft) if !aircraft.is_loading() => map(&aircraft, &defs, &displays),
                _ => CockpitMap::default(),
            }
        });
        // This fails only if the server ends meanwhile.
        mapped.await.unwrap_or_default()
    }

    /// Reads datagrams from panels, as many as fit in one turn, and then yields to the server,
    /// which runs in the same thread.
    async fn read(&mut self, subscriber: &Subscriber) -> Result<(), ServerEnded> {
        let now = self.now();
        let Some(sockets) = &mut self.sockets else {
            return Ok(());
        };
        let mut imported = Vec::new();
        for _ in 0..DATAGRAMS {
            let Some((length, from)) = sockets.receive(&mut self.buffer) else {
                break;
            };
            if !sockets.is_allowed(from) {
                continue;
            }
            let bytes = &self.buffer[..length];
            imported.push(self.gateway.read(Sender::Datagrams(from), bytes, now));
        }
        for imported in imported {
            self.carry_out(imported, subscriber).await?;
        }
        yield_now().await;
        Ok(())
    }

    /// Carries out what lines of panels ask for.
    async fn carry_out(
        &mut self,
        imported: Imported,
        subscriber: &Subscriber,
    ) -> Result<(), ServerEnded> {
        imported.log.iter().for_each(|line| warn!("{line}"));
        let now = self.now();
        if let Some(hosting) = self.flying_host() {
            hosting.work_on(imported.lines, now);
        }
        request(subscriber, imported.requests).await
    }

    /// Handles an event of a panel with a connection of its own.
    async fn handle(&mut self, event: Event, subscriber: &Subscriber) -> Result<(), ServerEnded> {
        match event {
            Event::Arrival(number, pace, channel) => {
                self.gateway.join(Listener::Connection(number), pace);
                self.panels.insert(number, channel);
                self.send(number);
            }
            Event::Bytes(number, bytes) => {
                let from = Sender::Connection(number);
                let imported = self.gateway.read(from, &bytes, self.now());
                self.carry_out(imported, subscriber).await?;
            }
            Event::Left(number) => self.leave(number),
        }
        Ok(())
    }

    fn leave(&mut self, number: u64) {
        self.panels.remove(&number);
        self.gateway.leave(Listener::Connection(number));
    }

    /// Sends a panel its updates, if it has taken the last ones.
    fn send(&mut self, number: u64) {
        let (now, listener) = (self.now(), Listener::Connection(number));
        let Some(channel) = self.panels.get(&number).cloned() else {
            return;
        };
        match channel.try_reserve() {
            Ok(room) => {
                let updates = self.gateway.step(listener, now).concat();
                if !updates.is_empty() {
                    room.send(updates);
                }
            }
            Err(mpsc::error::TrySendError::Full(())) => self.gateway.skip(listener),
            Err(mpsc::error::TrySendError::Closed(())) => self.leave(number),
        }
    }

    /// Begins the next update.
    async fn step(&mut self, subscriber: &Subscriber) -> Result<(), ServerEnded> {
        self.give_up_stuck_modules(subscriber).await?;
        let now = self.now();
        let period = match self.gateway.is_flying() {
            true => Duration::from_micros(STEP),
            false => IDLE_STEP,
        };
        // After a pause of the computer, the steps that were missed are not made up for.
        self.next_step = (self.next_step + period).max(Instant::now());
        let is_stepping = self
            .flying_host()
            .is_some_and(|hosting| hosting.work(true, now));
        // What modules change is sent when their step is finished.
        if !is_stepping {
            self.send_all().await;
        }
        request(subscriber, self.gateway.tick(now)).await
    }

    /// Sends all listeners their updates.
    async fn send_all(&mut self) {
        let now = self.now();
        let numbers: Vec<u64> = self.panels.keys().copied().collect();
        numbers.into_iter().for_each(|number| self.send(number));
        if let Some(sockets) = &mut self.sockets {
            sockets.retry();
            if !sockets.is_sending() {
                self.gateway.skip(Listener::Datagrams);
                return;
            }
            let updates = self.gateway.step(Listener::Datagrams, now);
            sockets.send(&updates).await;
        }
    }
}

/// Waits for datagrams of panels; for ever if there is no socket.
async fn readable(sockets: Option<&Sockets>) {
    match sockets {
        Some(sockets) => sockets.readable().await,
        None => std::future::pending().await,
    }
}

/// Makes requests of the hub, and lets it work in between, since it runs in the same thread.
async fn request(subscriber: &Subscriber, requests: Vec<Request>) -> Result<(), ServerEnded> {
    for batch in requests.chunks(BATCH) {
        subscriber.request(batch.to_vec()).await?;
        yield_now().await;
    }
    Ok(())
}

/// Creates the map of an aircraft, with the ledger in the folder of its tables.
fn map(aircraft: &Aircraft, defs: &Path, displays: &[Display]) -> CockpitMap {
    let name = printable(&aircraft.name);
    let mut ledger = match read_ledger(defs, &aircraft.name) {
        Ok(ledger) => Some(ledger),
        Err(error) => {
            let error = printable_reason(&error.to_string());
            warn!("DCS-BIOS: {name}: displays and high args are left out: {error}");
            None
        }
    };
    let before = ledger.clone();
    for chosen in displays {
        if let Some(Err(error)) = ledger.as_mut().map(|ledger| ledger.choose(chosen)) {
            warn!("DCS-BIOS: {name}: --dcs-bios-display {chosen}: {error}");
        }
    }
    let map = CockpitMap::new(&aircraft.tables, ledger.as_mut());
    if let Some(ledger) = ledger.as_ref().filter(|_| ledger != before)
        && let Err(error) = write_ledger(defs, &aircraft.name, ledger)
    {
        let error = printable_reason(&error.to_string());
        warn!("DCS-BIOS: {name}: the places of displays and high args cannot be saved: {error}");
    }
    info!(
        "DCS-BIOS: {name}: {}, {}, {}, {} watched",
        counted(map.gauges.len(), "gauge"),
        counted(map.controls.len(), "control"),
        counted(map.displays.len(), "display"),
        counted(map.args.len(), "arg"),
    );
    if map.left_out > 0 {
        let left_out = counted(map.left_out, "value");
        warn!("DCS-BIOS: {name}: no room in the memory map for {left_out}");
    }
    map
}
