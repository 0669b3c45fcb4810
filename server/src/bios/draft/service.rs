//! The running gateway: sockets and the clock around [`Gateway`].

use std::io;
use std::mem::take;
use std::net::{SocketAddr, SocketAddrV4};
use std::sync::Arc;
use std::time::{Duration, Instant};

use ipnet::IpNet;
use tokio::net::UdpSocket;
use tokio::task::{spawn_blocking, yield_now};
use tokio::time::{MissedTickBehavior, interval, sleep_until};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use super::budget::Budget;
use super::config::{Config, Export, GROUP};
use super::gateway::Gateway;
use super::mapping::Mapping;
use crate::bios::sockets::{self, BindError};
use crate::net::is_allowed;
use crate::serve::{Ended, News, Subscriber, Subscribers};
use crate::world::Aircraft;

/// Bytes read before it is the others' turn; a datagram counts as no fewer than [`SMALL`].
const TURN: usize = 16_384;

/// What a short datagram costs, in bytes.
const SMALL: usize = 1024;

/// Requests that the hub gets at a time.
const BATCH: usize = 256;

/// The largest datagram there is.
const DATAGRAM: usize = 65_536;

/// Lines in the log about what the world could not do: at once, and each second after that.
const ERRORS: (f64, f64) = (20.0, 0.2);

/// How often the log says what has gone wrong, if anything has.
const REPORT: Duration = Duration::from_secs(60);

/// A gateway with its sockets.
#[derive(Debug)]
pub struct Service {
    targets: Vec<Target>,
    allow: Vec<IpNet>,
    to_panels: UdpSocket,
    from_panels: UdpSocket,
    gateway: Gateway,
    export: Export,
    errors: Budget,
    strangers: u64,
    buffer: Vec<u8>,
}

/// One place that messages go to.
#[derive(Debug)]
struct Target {
    address: SocketAddrV4,
    failing: bool,
}

impl Service {
    /// Opens the sockets. Must be called within a runtime.
    ///
    /// # Errors
    /// When a socket cannot be had; the message says what to change.
    pub fn bind(config: Config) -> Result<Self, BindError> {
        let to_panels = sockets::exporter(config.interface)?;
        let from_panels = sockets::importer(config.import)?;
        let now = Instant::now();
        let target = |address| Target {
            address,
            failing: false,
        };
        announce(&config, from_panels.local_addr()?);
        Ok(Self {
            targets: config.targets.into_iter().map(target).collect(),
            allow: config.allow,
            to_panels,
            from_panels,
            gateway: Gateway::new(config.export.clone(), now),
            export: config.export,
            errors: Budget::new(ERRORS.0, ERRORS.1, now),
            strangers: 0,
            buffer: vec![0; DATAGRAM],
        })
    }

    /// Serves until `shutdown`, or until the server has ended.
    pub async fn run(mut self, subscribers: Subscribers, shutdown: CancellationToken) {
        tokio::select! {
            () = shutdown.cancelled() => {}
            Err(Ended) = self.serve(&subscribers) => {}
        }
        let strangers = self.strangers;
        info!(
            "{}, {strangers} datagrams from outside --allow",
            self.gateway.counters()
        );
    }

    async fn serve(&mut self, subscribers: &Subscribers) -> Result<(), Ended> {
        let mut subscriber = subscribers.join().await?;
        let mut report = interval(REPORT);
        report.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let due = self.gateway.due();
            tokio::select! {
                news = subscriber.news() => self.hear(news?, &subscriber).await?,
                _ = self.from_panels.readable() => self.read(&subscriber).await?,
                () = sleep_until(due.unwrap_or_else(Instant::now).into()), if due.is_some() => {
                    self.flush().await;
                }
                _ = report.tick() => self.gateway.new_errors().iter().for_each(|line| info!("{line}")),
            }
        }
    }

    /// What the world says.
    async fn hear(&mut self, news: News, subscriber: &Subscriber) -> Result<(), Ended> {
        if let Some(aircraft) = &news.aircraft {
            self.set_aircraft(aircraft.as_ref(), subscriber).await?;
        }
        for gauge in &news.gauges {
            self.gateway.gauge(gauge.id, gauge.raw);
        }
        for text in &news.texts {
            self.gateway.text(text.id, &text.text);
        }
        for error in &news.errors {
            if self.errors.take(Instant::now()) {
                warn!("DCS-BIOS: {error}");
            }
        }
        Ok(())
    }

    /// Takes another aircraft, or none, and subscribes to what it needs.
    async fn set_aircraft(
        &mut self,
        aircraft: Option<&Arc<Aircraft>>,
        subscriber: &Subscriber,
    ) -> Result<(), Ended> {
        let requests = match aircraft {
            None => self.gateway.set_aircraft(None),
            Some(aircraft) => {
                let mapping = self.map(aircraft).await;
                self.gateway.set_aircraft(Some((&aircraft.name, mapping)))
            }
        };
        subscriber.clear().await?;
        for batch in requests.chunks(BATCH) {
            subscriber.request(batch.to_vec()).await?;
        }
        Ok(())
    }

    /// Names everything that the aircraft has, in a thread of its own: tables can be large, and
    /// the server works in this one.
    async fn map(&self, aircraft: &Arc<Aircraft>) -> Mapping {
        let (aircraft, export) = (Arc::clone(aircraft), self.export.clone());
        let mapped = spawn_blocking(move || {
            let mapping = Mapping::new(&aircraft.tables, &export);
            info!("{}", mapping.summary(&aircraft.name));
            for warning in mapping.warnings(&aircraft.name, &export) {
                warn!("{warning}");
            }
            mapping
        });
        // Fails only when the server ends meanwhile.
        mapped.await.unwrap_or_default()
    }

    /// What the panels say, as much as fits a turn; then the server has its own, in the same
    /// thread.
    async fn read(&mut self, subscriber: &Subscriber) -> Result<(), Ended> {
        let mut requests = Vec::new();
        let mut read = 0;
        while read < TURN {
            // An error here is about one datagram, or there is none left.
            let Ok((length, from)) = self.from_panels.try_recv_from(&mut self.buffer) else {
                break;
            };
            read += length.max(SMALL);
            let length = if self.allows(from) { length } else { 0 };
            for start in (0..length).step_by(TURN) {
                if start > 0 {
                    subscriber.request(take(&mut requests)).await?;
                    yield_now().await;
                }
                let piece = &self.buffer[start..length.min(start + TURN)];
                let gateway = &mut self.gateway;
                let said = gateway.datagram(from, piece, Instant::now(), &mut requests);
                said.iter().for_each(|line| warn!("{line}"));
            }
        }
        if !requests.is_empty() {
            subscriber.request(requests).await?;
        }
        yield_now().await;
        Ok(())
    }

    fn allows(&mut self, from: SocketAddr) -> bool {
        let allowed = is_allowed(&self.allow, from.ip());
        if !allowed {
            self.strangers += 1;
            if self.errors.take(Instant::now()) {
                warn!("DCS-BIOS import: {from} is not in --allow; what it sends is ignored");
            }
        }
        allowed
    }

    async fn flush(&mut self) {
        let datagrams = self.gateway.flush(Instant::now());
        if datagrams.is_empty() {
            return;
        }
        for target in &mut self.targets {
            let mut result = Ok(());
            for datagram in &datagrams {
                let sent = self.to_panels.send_to(datagram, target.address).await;
                result = result.and(sent.map(drop));
            }
            target.tell(&result);
        }
    }
}

impl Target {
    /// Says in the log when sending starts to fail and when it works again.
    fn tell(&mut self, result: &io::Result<()>) {
        let address = self.address;
        match (result, self.failing) {
            (Err(error), false) => warn!("DCS-BIOS export to {address} fails: {error}"),
            (Ok(()), true) => info!("DCS-BIOS export to {address} works again"),
            _ => {}
        }
        self.failing = result.is_err();
    }
}

fn announce(config: &Config, listening: SocketAddr) {
    let Config {
        targets,
        interface,
        import,
        allow,
        ..
    } = config;
    for target in targets {
        match target.ip().is_multicast() {
            true => info!("DCS-BIOS export: text to {target}, out of {interface}"),
            false => info!("DCS-BIOS export: text to {target}"),
        }
    }
    if targets.contains(&GROUP) {
        warn!(
            "today's DCS-BIOS sends a binary stream to {GROUP} as well: do not run it beside \
             --bios, nor its clients, or choose another place with --bios-export"
        );
    }
    info!("DCS-BIOS import: listening on {listening}");
    if !import.ip().is_loopback() && allow.is_empty() {
        warn!(
            "--bios-import {import}: anyone on that network can press cockpit buttons; \
             --allow limits who"
        );
    }
}
