//! The running gateway: sockets and the clock around [`Gateway`].

use std::mem::take;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use aircraft_defs::counted;
use ipnet::IpNet;
use tokio::net::UdpSocket;
use tokio::task::{spawn_blocking, yield_now};
use tokio::time::{MissedTickBehavior, interval, sleep_until};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use super::config::{Config, Export, GROUP};
use super::gateway::Gateway;
use super::mapping::Mapping;
use crate::bios::sockets::{self, BindError};
use crate::bios::target::Target;
use crate::filter::Micros;
use crate::net::is_allowed;
use crate::rate_limit::RateLimit;
use crate::serve::{ServerEnded, Subscriber, Subscribers, Updates};
use crate::world::Aircraft;

/// The beginning of the names of the options.
const OPTION: &str = "--bios";

/// The bytes that are read in one turn. A datagram counts as at least [`MIN_COST`] bytes.
const TURN: usize = 16_384;

/// The minimum that a datagram counts for, in bytes.
const MIN_COST: usize = 1024;

/// The most requests sent to the hub at a time.
const BATCH: usize = 256;

/// The size of the largest possible datagram.
const MAX_DATAGRAM: usize = 65_536;

/// The time between two reports of the counters. They are reported only after errors.
const REPORT_INTERVAL: Duration = Duration::from_secs(60);

/// A gateway with its sockets.
#[derive(Debug)]
pub struct Service {
    targets: Vec<Target>,
    allow: Vec<IpNet>,
    to_panels: UdpSocket,
    from_panels: UdpSocket,
    gateway: Gateway,
    export: Export,
    /// The limit on log lines about failed requests.
    log_lines: RateLimit,
    not_allowed: u64,
    buffer: Vec<u8>,
    /// The zero of the gateway's clock.
    start: Instant,
}

impl Service {
    /// Opens the sockets. Must be called within a runtime.
    ///
    /// # Errors
    /// When a socket cannot be opened; the message says what to change.
    pub fn bind(config: Config) -> Result<Self, BindError> {
        let to_panels = sockets::exporter(OPTION, Some(config.interface))?;
        let from_panels = sockets::importer(OPTION, config.import)?;
        announce(&config, from_panels.local_addr()?);
        Ok(Self {
            targets: config.targets.into_iter().map(Target::new).collect(),
            allow: config.allow,
            to_panels,
            from_panels,
            gateway: Gateway::new(config.export.clone()),
            export: config.export,
            log_lines: RateLimit::for_log_lines(),
            not_allowed: 0,
            buffer: vec![0; MAX_DATAGRAM],
            start: Instant::now(),
        })
    }

    /// Serves until `shutdown`, or until the server has ended.
    pub async fn run(mut self, subscribers: Subscribers, shutdown: CancellationToken) {
        tokio::select! {
            () = shutdown.cancelled() => {}
            Err(ServerEnded) = self.serve(&subscribers) => {}
        }
        let not_allowed = counted(self.not_allowed, "datagram");
        info!(
            "{}, {not_allowed} from outside --allow",
            self.gateway.counters()
        );
    }

    async fn serve(&mut self, subscribers: &Subscribers) -> Result<(), ServerEnded> {
        let mut subscriber = subscribers.join().await?;
        let mut report = interval(REPORT_INTERVAL);
        report.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let due = self.gateway.due();
            let time = self.start + Duration::from_micros(due.unwrap_or_default());
            tokio::select! {
                news = subscriber.news() => self.apply(news?, &subscriber).await?,
                _ = self.from_panels.readable() => self.read(&subscriber).await?,
                () = sleep_until(time.into()), if due.is_some() => {
                    self.flush().await;
                }
                _ = report.tick() => self.gateway.new_errors().iter().for_each(|line| info!("{line}")),
            }
        }
    }

    fn now(&self) -> Micros {
        Micros::try_from(self.start.elapsed().as_micros()).unwrap_or(Micros::MAX)
    }

    fn may_log(&mut self) -> bool {
        self.log_lines.take(1, self.now())
    }

    /// Applies news of the world.
    async fn apply(&mut self, news: Updates, subscriber: &Subscriber) -> Result<(), ServerEnded> {
        if let Some(aircraft) = news.aircraft {
            self.set_aircraft(aircraft, subscriber).await?;
        }
        for gauge in &news.gauges {
            self.gateway.gauge(gauge.id, gauge.raw);
        }
        for text in &news.texts {
            self.gateway.text(text.id, &text.text);
        }
        for error in &news.errors {
            if self.may_log() {
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
        let name = aircraft.as_ref().map(|aircraft| aircraft.name.clone());
        let mapping = self.map(aircraft).await;
        let flown = name.as_deref().map(|name| (name, mapping));
        let requests = self.gateway.set_aircraft(flown);
        subscriber.clear().await?;
        for batch in requests.chunks(BATCH) {
            subscriber.request(batch.to_vec()).await?;
            yield_now().await;
        }
        Ok(())
    }

    /// Creates the mapping of an aircraft and frees that of the last one, in another thread, since
    /// large tables take a while and this thread serves clients.
    async fn map(&mut self, aircraft: Option<Arc<Aircraft>>) -> Mapping {
        let (old, export) = (self.gateway.take_mapping(), self.export.clone());
        let mapped = spawn_blocking(move || {
            drop(old);
            let Some(aircraft) = aircraft else {
                return Mapping::default();
            };
            let mapping = Mapping::new(&aircraft.tables, &export);
            info!("{}", mapping.summary(&aircraft.name));
            for warning in mapping.warnings(&aircraft.name, &export) {
                warn!("{warning}");
            }
            mapping
        });
        // This fails only if the server ends meanwhile.
        mapped.await.unwrap_or_default()
    }

    /// Reads datagrams from panels, as many as fit in one turn, and then yields to the server,
    /// which runs in the same thread.
    async fn read(&mut self, subscriber: &Subscriber) -> Result<(), ServerEnded> {
        let mut requests = Vec::new();
        let mut read = 0;
        while read < TURN {
            // This fails when no datagram is left, or for a reason that concerns only one datagram.
            let Ok((length, from)) = self.from_panels.try_recv_from(&mut self.buffer) else {
                break;
            };
            read += length.max(MIN_COST);
            let length = if self.allows(from) { length } else { 0 };
            for start in (0..length).step_by(TURN) {
                if start > 0 {
                    subscriber.request(take(&mut requests)).await?;
                    yield_now().await;
                }
                let now = self.now();
                let piece = &self.buffer[start..length.min(start + TURN)];
                let lines = self.gateway.datagram(from, piece, now, &mut requests);
                lines.iter().for_each(|line| warn!("{line}"));
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
            self.not_allowed += 1;
            if self.may_log() {
                warn!("DCS-BIOS import: {from} is not in --allow; its messages are ignored");
            }
        }
        allowed
    }

    async fn flush(&mut self) {
        let datagrams = self.gateway.flush(self.now());
        if !datagrams.is_empty() {
            for target in &mut self.targets {
                target.send(&self.to_panels, &datagrams).await;
            }
        }
    }
}

/// Logs the addresses of the gateway, with warnings about conflicts and open networks.
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
            true => info!("DCS-BIOS export: text to {target}, from {interface}"),
            false => info!("DCS-BIOS export: text to {target}"),
        }
    }
    if targets.contains(&GROUP) {
        warn!(
            "today's DCS-BIOS sends a binary stream to {GROUP} too: run neither it nor its clients \
             together with --bios, or choose another address with --bios-export"
        );
    }
    info!("DCS-BIOS import: listening on {listening}");
    if !import.ip().is_loopback() && allow.is_empty() {
        warn!(
            "--bios-import {import}: anyone on that network can press cockpit buttons; \
             --allow CIDR limits who may send"
        );
    }
}
