//! Controls operated by name: the meaning of names, the positions of controls, and held presses.
//!
//! Each name is looked up once per aircraft. A step waits for a moment if the position from which
//! it starts is not known. When a client leaves, the controls that it holds pressed are released.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;

use aircraft_defs::{ControlRef, NameError};

use super::Aircraft;
use crate::control::{
    DeviceCommand, Hold, HoldChange, LogicalControl, Operation, PartId, PartIndex, PartRequest,
    Position, PositionTracker,
};
use crate::filter::Micros;

/// The longest time that a step waits for the position from which it starts.
pub(super) const POSITION_TIMEOUT: Micros = 1_000_000;
/// The time between the press and the release of a push.
const PUSH_DURATION: Micros = 100_000;
/// The most names whose meaning is kept; others are looked up each time.
const MAX_NAMES: usize = 4096;
/// The most requests of a client that wait for positions.
const MAX_WAITING: usize = 300;

/// A control that was found by its name.
#[derive(Debug)]
pub(super) struct NamedControl {
    /// The name for messages.
    pub(super) id: String,
    pub(super) control: LogicalControl,
}

/// Returns a control of the tables as a logical control.
pub(super) fn logical(control: &ControlRef<'_>) -> LogicalControl {
    let actions = control.actions();
    LogicalControl::new(actions.filter_map(|own| Some((own.device?.number, own.action))))
}

/// A request to a part of a control.
#[derive(Debug, Clone)]
pub(super) struct ControlRequest {
    /// The serial number of the client.
    pub(super) client: u64,
    pub(super) found: Arc<NamedControl>,
    pub(super) request: (PartIndex, PartRequest),
    /// The position in the client's words.
    pub(super) position: Position,
}

impl ControlRequest {
    pub(super) fn part(&self) -> PartId {
        self.found.control.id_of(self.request.0)
    }

    pub(super) fn waits_for_position(&self) -> bool {
        self.found.control.waits_for_position(self.request)
    }
}

/// Requests that wait for the position of a control.
#[derive(Debug, Default)]
struct WaitingRequests {
    requests: VecDeque<(Micros, ControlRequest)>,
}

/// A held press.
#[derive(Debug)]
struct HoldState {
    hold: Hold,
    /// The serial numbers of the clients that hold it.
    clients: Vec<u64>,
    /// The time at which it is released automatically, if it is a push.
    until: Option<Micros>,
}

/// The controls of the current aircraft.
#[derive(Debug, Default)]
pub(super) struct Controls {
    names: HashMap<Box<str>, Result<Arc<NamedControl>, NameError>>,
    positions: HashMap<PartId, PositionTracker>,
    waiting: BTreeMap<u32, WaitingRequests>,
    held: BTreeMap<PartId, HoldState>,
    /// The args that are read because a client steps the control, and those clients.
    read: BTreeMap<u32, Vec<u64>>,
    /// The number of names that were looked up.
    #[cfg(test)]
    pub(super) looked_up: usize,
}

impl Controls {
    /// Forgets everything. Returns the args that need not be read any more, and the requests that
    /// were waiting.
    pub(super) fn forget(&mut self) -> (Vec<u32>, Vec<ControlRequest>) {
        let old = std::mem::take(self);
        let waiting = old.waiting.into_values();
        let requests = waiting.flat_map(|waiting| waiting.requests);
        let requests = requests.map(|(_, request)| request).collect();
        (old.read.into_keys().collect(), requests)
    }

    /// Forgets the meaning of names, since the tables have changed.
    pub(super) fn forget_names(&mut self) {
        self.names.clear();
    }

    /// Returns the control with this name.
    pub(super) fn find(
        &mut self,
        name: &str,
        aircraft: &Aircraft,
    ) -> Result<Arc<NamedControl>, NameError> {
        let folded = name.to_ascii_lowercase();
        if let Some(found) = self.names.get(folded.as_str()) {
            return found.clone();
        }
        #[cfg(test)]
        {
            self.looked_up += 1;
        }
        let found = aircraft.tables.control(name).map(|control| {
            Arc::new(NamedControl {
                id: control.id().to_owned(),
                control: logical(&control),
            })
        });
        if self.names.len() < MAX_NAMES {
            self.names.insert(folded.into(), found.clone());
        }
        found
    }

    /// Returns the position from which a step starts. `raw` is what the sim reports.
    pub(super) fn position(&mut self, part: PartId, raw: Option<f64>, now: Micros) -> Option<f64> {
        let tracker = self.positions.entry(part).or_default();
        if let Some(raw) = raw {
            tracker.report(raw);
        }
        tracker.position(now)
    }

    /// Returns whether requests wait for the position of a part.
    pub(super) fn is_waiting(&self, part: PartId) -> bool {
        let arg = part.arg();
        arg.is_some_and(|arg| self.waiting.contains_key(&arg))
    }

    /// Records that a client needs the position of a control. Returns whether the sim has to be
    /// told to read the arg.
    pub(super) fn read(&mut self, arg: u32, client: u64) -> bool {
        let clients = self.read.entry(arg).or_default();
        let is_new = clients.is_empty();
        if !clients.contains(&client) {
            clients.push(client);
        }
        is_new
    }

    /// Makes a request wait for the position of its control. Returns false if too many requests of
    /// its client are waiting.
    pub(super) fn wait(&mut self, arg: u32, request: ControlRequest, now: Micros) -> bool {
        let all = self.waiting.values().flat_map(|waiting| &waiting.requests);
        let own = all.filter(|(_, other)| other.client == request.client);
        if own.count() >= MAX_WAITING {
            return false;
        }
        let waiting = self.waiting.entry(arg).or_default();
        waiting
            .requests
            .push_back((now + POSITION_TIMEOUT, request));
        true
    }

    /// Takes the requests that waited for a position, which is known now.
    pub(super) fn take_waiting(&mut self, arg: u32) -> Vec<ControlRequest> {
        let waiting = self.waiting.remove(&arg).unwrap_or_default();
        let requests = waiting.requests.into_iter();
        requests.map(|(_, request)| request).collect()
    }

    /// Takes the requests that have waited too long, and those queued after them for the same arg.
    pub(super) fn take_late(&mut self, now: Micros) -> Vec<ControlRequest> {
        let is_late =
            |waiting: &WaitingRequests| waiting.requests.front().is_some_and(|(at, _)| *at <= now);
        let late = self.waiting.iter().filter(|(_, waiting)| is_late(waiting));
        let late: Vec<u32> = late.map(|(&arg, _)| arg).collect();
        late.into_iter()
            .flat_map(|arg| self.take_waiting(arg))
            .collect()
    }

    /// Returns the operation that carries out a request.
    pub(super) fn operation(
        &mut self,
        request: &ControlRequest,
        raw: Option<f64>,
        now: Micros,
    ) -> Result<Operation, crate::control::ControlError> {
        let part = request.part();
        let position = self.position(part, raw, now);
        let hold = self.held.get(&part).map(|held| held.hold);
        let control = &request.found.control;
        control.operation(request.request, position, hold.as_ref())
    }

    /// Records that an operation of a client was carried out.
    pub(super) fn record_operation(
        &mut self,
        request: &ControlRequest,
        operation: &Operation,
        now: Micros,
    ) {
        let part = request.part();
        if let Some(target) = operation.target {
            self.positions.entry(part).or_default().sent(target, now);
        }
        match operation.hold {
            HoldChange::Keep => {}
            HoldChange::Press(hold) => self.hold(part, hold, request.client, None),
            HoldChange::Push(hold) => {
                self.hold(part, hold, request.client, Some(now + PUSH_DURATION));
            }
            HoldChange::Release => {
                self.held.remove(&part);
            }
        }
    }

    fn hold(&mut self, part: PartId, hold: Hold, client: u64, until: Option<Micros>) {
        let held = self.held.entry(part).or_insert_with(|| HoldState {
            hold,
            clients: Vec::new(),
            until,
        });
        (held.hold, held.until) = (hold, until);
        if !held.clients.contains(&client) {
            held.clients.push(client);
        }
    }

    /// Returns the time at which [`Self::take_releases`] or [`Self::take_late`] has to be called.
    pub(super) fn next_due(&self) -> Option<Micros> {
        let held = self.held.values().filter_map(|held| held.until);
        let waiting = self.waiting.values();
        let waiting = waiting.filter_map(|waiting| Some(waiting.requests.front()?.0));
        held.chain(waiting).min()
    }

    /// Returns whether a client holds something pressed.
    pub(super) fn is_any_held(&self) -> bool {
        !self.held.is_empty()
    }

    /// Takes the releases of pushes that are due, with their clients.
    pub(super) fn take_releases(&mut self, now: Micros) -> Vec<(u64, DeviceCommand)> {
        let over = |held: &HoldState| held.until.is_some_and(|until| until <= now);
        let due = self.held.iter().filter(|(_, held)| over(held));
        let due: Vec<PartId> = due.map(|(&part, _)| part).collect();
        let released = due
            .into_iter()
            .filter_map(|part| self.release_hold(part, now));
        released.collect()
    }

    fn release_hold(&mut self, part: PartId, now: Micros) -> Option<(u64, DeviceCommand)> {
        let held = self.held.remove(&part)?;
        let release = held.hold.release;
        self.positions
            .entry(part)
            .or_default()
            .sent(release.value, now);
        Some((*held.clients.last()?, release))
    }

    /// Forgets a client that has left. Returns the releases of the presses that only it held, and
    /// the args that need not be read any more.
    pub(super) fn leave(&mut self, client: u64, now: Micros) -> (Vec<DeviceCommand>, Vec<u32>) {
        for waiting in self.waiting.values_mut() {
            waiting.requests.retain(|(_, other)| other.client != client);
        }
        self.waiting
            .retain(|_, waiting| !waiting.requests.is_empty());
        let only = |held: &HoldState| held.clients == [client];
        let own = self.held.iter().filter(|(_, held)| only(held));
        let own: Vec<PartId> = own.map(|(&part, _)| part).collect();
        let releases = own
            .into_iter()
            .filter_map(|part| self.release_hold(part, now));
        let releases = releases.map(|(_, release)| release).collect();
        for held in self.held.values_mut() {
            held.clients.retain(|&other| other != client);
        }
        for clients in self.read.values_mut() {
            clients.retain(|&other| other != client);
        }
        let unread = self.read.iter().filter(|(_, clients)| clients.is_empty());
        let unread: Vec<u32> = unread.map(|(&arg, _)| arg).collect();
        self.read.retain(|_, clients| !clients.is_empty());
        (releases, unread)
    }
}
