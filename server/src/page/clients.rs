//! The answer to `/api/clients`: who is connected, and what it costs. Pure.

use serde::Serialize;

use crate::serve::{ClientKind, ClientReport, PanelKind};
use crate::world::Statistics;

/// The clients and the statistics.
#[derive(Debug, Serialize)]
pub(super) struct ClientList<'a> {
    statistics: StatisticsEntry,
    clients: Vec<ClientEntry<'a>>,
}

/// The numbers of command 5, by their names.
#[derive(Debug, Serialize)]
struct StatisticsEntry {
    clients: usize,
    subscriptions: usize,
    args: usize,
    indicators: usize,
    requests: u64,
    sent: u64,
    errors: u64,
    held_back: u64,
    turned_away: u64,
    stalled: u64,
    bad_values: u64,
    frame_us: f64,
    actions_refused: u64,
    too_large: u64,
    frames_cut: u64,
}

#[derive(Debug, Serialize)]
struct ClientEntry<'a> {
    kind: &'static str,
    peer: &'a str,
    seconds: u64,
    gauges: usize,
    displays: usize,
    requests: u64,
    sent: u64,
    held_back: u64,
    errors: u64,
    last_error: Option<&'a str>,
    blocked: bool,
}

impl<'a> ClientList<'a> {
    pub(super) fn new(statistics: &Statistics, clients: &'a [ClientReport]) -> Self {
        Self {
            statistics: StatisticsEntry::new(statistics),
            clients: clients.iter().map(ClientEntry::new).collect(),
        }
    }
}

impl StatisticsEntry {
    fn new(statistics: &Statistics) -> Self {
        Self {
            clients: statistics.clients,
            subscriptions: statistics.subscriptions,
            args: statistics.args,
            indicators: statistics.indicators,
            requests: statistics.requests,
            sent: statistics.sent,
            errors: statistics.errors,
            held_back: statistics.held_back,
            turned_away: statistics.turned_away,
            stalled: statistics.stalled,
            bad_values: statistics.bad_values,
            frame_us: statistics.frame_us,
            actions_refused: statistics.actions_refused,
            too_large: statistics.too_large,
            frames_cut: statistics.frames_cut,
        }
    }
}

impl<'a> ClientEntry<'a> {
    fn new(report: &'a ClientReport) -> Self {
        let traffic = &report.traffic;
        let [gauges, displays] = report.subscriptions;
        Self {
            kind: match report.kind {
                ClientKind::Network => "tcp",
                ClientKind::Panel(PanelKind::Serial) => "serial",
                ClientKind::Panel(PanelKind::Page) => "page",
                ClientKind::Part(name) => name,
            },
            peer: &report.peer,
            seconds: report.connected.as_secs(),
            gauges,
            displays,
            requests: traffic.requests,
            sent: traffic.sent,
            held_back: traffic.held_back,
            errors: traffic.errors,
            last_error: traffic.last_error.as_deref(),
            blocked: report.is_blocked,
        }
    }
}
