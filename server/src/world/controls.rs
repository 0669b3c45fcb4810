//! Controls operated by name: the meaning of names, the positions of controls, and held presses.
//!
//! Each name is looked up once per aircraft. A step waits for a moment if the position from which
//! it starts is not known. When a client leaves, the controls that it holds pressed are released.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
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
/// The most names whose meaning is kept, and the most wrong names that are kept. Others are looked
/// up each time.
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
    /// The number of the client.
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

/// Requests that wait for the position of a control, each with the time at which it has waited too
/// long.
type WaitingRequests = VecDeque<(Micros, ControlRequest)>;

/// The reason for which requests do not wait any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WaitEnd {
    /// The position is known.
    Known,
    /// The position has not become known in time.
    TimedOut,
    /// No aircraft is controlled any more, or another one.
    AircraftGone,
}

/// The requests for an arg that do not wait any more and have to be finished.
#[derive(Debug)]
struct EndedWait {
    arg: u32,
    end: WaitEnd,
    requests: WaitingRequests,
}

/// The requests, args and held parts of a client.
#[derive(Debug, Default)]
struct ClientControls {
    /// The number of its requests that wait or have to be finished.
    waiting: usize,
    /// The args that are read because it steps their controls.
    read: HashSet<u32>,
    /// The parts that it holds pressed.
    held: HashSet<PartId>,
}

/// A held press.
#[derive(Debug)]
struct HoldState {
    hold: Hold,
    /// The position in which it is held.
    target: Option<f64>,
    /// The numbers of the clients that hold it.
    clients: Vec<u64>,
    /// The time at which it is released automatically, if it is a push.
    until: Option<Micros>,
}

impl HoldState {
    /// Returns whether a client other than this one holds it.
    fn is_held_by_others(&self, client: u64) -> bool {
        self.clients.iter().any(|&other| other != client)
    }
}

/// The controls of the current aircraft.
#[derive(Debug, Default)]
pub(super) struct Controls {
    names: HashMap<Box<str>, Arc<NamedControl>>,
    /// The names that no control has, or several. They are kept apart, so that a client with many
    /// wrong names does not slow down the others.
    wrong_names: HashMap<Box<str>, NameError>,
    positions: HashMap<PartId, PositionTracker>,
    waiting: BTreeMap<u32, WaitingRequests>,
    ended_waits: VecDeque<EndedWait>,
    held: BTreeMap<PartId, HoldState>,
    /// The args that are read because clients step the control, and the number of these clients.
    read: HashMap<u32, usize>,
    /// The clients by number.
    clients: HashMap<u64, ClientControls>,
    /// The number of names that were looked up.
    #[cfg(test)]
    pub(super) looked_up: usize,
}

impl Controls {
    /// Forgets everything but the requests, which do not wait any more. Returns the args that need
    /// not be read any more.
    pub(super) fn forget(&mut self) -> Vec<u32> {
        let old = std::mem::take(self);
        let waiting = old.waiting.into_iter();
        self.ended_waits = old.ended_waits;
        self.ended_waits
            .extend(waiting.map(|(arg, requests)| EndedWait {
                arg,
                end: WaitEnd::AircraftGone,
                requests,
            }));
        for ended in &mut self.ended_waits {
            ended.end = WaitEnd::AircraftGone;
        }
        for (client, own) in old.clients {
            self.count_waiting(client, own.waiting);
        }
        old.read.into_keys().collect()
    }

    fn count_waiting(&mut self, client: u64, waiting: usize) {
        if waiting > 0 {
            self.clients.entry(client).or_default().waiting += waiting;
        }
    }

    /// Forgets the meaning of names, since the tables have changed.
    pub(super) fn forget_names(&mut self) {
        self.names.clear();
        self.wrong_names.clear();
    }

    /// Returns the control with this name.
    pub(super) fn find(
        &mut self,
        name: &str,
        aircraft: &Aircraft,
    ) -> Result<Arc<NamedControl>, NameError> {
        let folded = name.to_ascii_lowercase();
        if let Some(found) = self.names.get(folded.as_str()) {
            return Ok(Arc::clone(found));
        }
        if let Some(error) = self.wrong_names.get(folded.as_str()) {
            return Err(error.clone());
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
        match &found {
            Ok(found) if self.names.len() < MAX_NAMES => {
                self.names.insert(folded.into(), Arc::clone(found));
            }
            Err(error) if self.wrong_names.len() < MAX_NAMES => {
                self.wrong_names.insert(folded.into(), error.clone());
            }
            _ => {}
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

    /// Returns whether requests wait for the position of a part, or have to be finished.
    pub(super) fn is_waiting(&self, part: PartId) -> bool {
        part.arg().is_some_and(|arg| {
            self.waiting.contains_key(&arg) || self.ended_waits.iter().any(|ended| ended.arg == arg)
        })
    }

    /// Records that a client needs the position of a control. Returns whether the sim has to be
    /// told to read the arg.
    pub(super) fn read(&mut self, arg: u32, client: u64) -> bool {
        if !self.clients.entry(client).or_default().read.insert(arg) {
            return false;
        }
        let clients = self.read.entry(arg).or_default();
        *clients += 1;
        *clients == 1
    }

    /// Makes a request wait for the position of its control. Returns false if too many requests of
    /// its client are waiting.
    pub(super) fn wait(&mut self, arg: u32, request: ControlRequest, now: Micros) -> bool {
        let own = self.clients.entry(request.client).or_default();
        if own.waiting >= MAX_WAITING {
            return false;
        }
        own.waiting += 1;
        // If the position is known, but earlier requests have to be finished, it queues after them.
        let is_known = |ended: &&mut EndedWait| ended.arg == arg && ended.end == WaitEnd::Known;
        let queue = match self.ended_waits.iter_mut().find(is_known) {
            Some(ended) => &mut ended.requests,
            None => self.waiting.entry(arg).or_default(),
        };
        queue.push_back((now + POSITION_TIMEOUT, request));
        true
    }

    /// Ends the wait of the requests for an arg. [`Self::next_request`] returns them.
    pub(super) fn end_wait(&mut self, arg: u32, end: WaitEnd) {
        if let Some(requests) = self.waiting.remove(&arg) {
            let ended = EndedWait { arg, end, requests };
            self.ended_waits.push_back(ended);
        }
    }

    /// Ends the wait of the requests that have waited too long, and of those queued after them for
    /// the same arg.
    pub(super) fn end_late_waits(&mut self, now: Micros) {
        let is_late =
            |requests: &WaitingRequests| requests.front().is_some_and(|(at, _)| *at <= now);
        let late = self
            .waiting
            .iter()
            .filter(|(_, requests)| is_late(requests));
        let late: Vec<u32> = late.map(|(&arg, _)| arg).collect();
        for arg in late {
            self.end_wait(arg, WaitEnd::TimedOut);
        }
    }

    /// Returns whether requests have to be finished.
    pub(super) fn has_requests(&self) -> bool {
        !self.ended_waits.is_empty()
    }

    /// Takes the next request that has to be finished. The args take turns. Its client may have
    /// left.
    pub(super) fn next_request(&mut self) -> Option<(WaitEnd, ControlRequest)> {
        let mut ended = self.ended_waits.pop_front()?;
        let (end, request) = (ended.end, ended.requests.pop_front());
        if !ended.requests.is_empty() {
            self.ended_waits.push_back(ended);
        }
        let (_, request) = request?;
        if let Some(own) = self.clients.get_mut(&request.client) {
            own.waiting = own.waiting.saturating_sub(1);
        }
        Some((end, request))
    }

    /// Returns the operation that carries out a request. The release of what another client holds
    /// does nothing, but the client itself does not hold it any more.
    pub(super) fn operation(
        &mut self,
        request: &ControlRequest,
        raw: Option<f64>,
        now: Micros,
    ) -> Result<Operation, crate::control::ControlError> {
        let part = request.part();
        let position = self.position(part, raw, now);
        let held = self.held.get_mut(&part);
        let control = &request.found.control;
        let hold = held.as_ref().map(|held| held.hold);
        let operation = control.operation(request.request, position, hold.as_ref())?;
        if let Some(held) = held
            && held.is_held_by_others(request.client)
            && operation.only_releases(&held.hold)
        {
            held.clients.retain(|&other| other != request.client);
            if let Some(own) = self.clients.get_mut(&request.client) {
                own.held.remove(&part);
            }
            return Ok(Operation::NOTHING);
        }
        Ok(operation)
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
            HoldChange::Press(hold) => {
                self.hold(part, (hold, operation.target), request.client, None);
            }
            HoldChange::Push(hold) => {
                let until = Some(now + PUSH_DURATION);
                self.hold(part, (hold, operation.target), request.client, until);
            }
            HoldChange::Release => {
                self.remove_hold(part);
            }
        }
    }

    /// Records that a client holds a part in a position. What others hold in the same position
    /// stays held after a push. A press of another position ends theirs.
    fn hold(
        &mut self,
        part: PartId,
        (hold, target): (Hold, Option<f64>),
        client: u64,
        until: Option<Micros>,
    ) {
        if let Some(held) = self.held.get(&part) {
            if (held.hold, held.target) != (hold, target) {
                self.remove_hold(part);
            } else if until.is_some() && held.until.is_none() && held.is_held_by_others(client) {
                return;
            }
        }
        let held = self.held.entry(part).or_insert_with(|| HoldState {
            hold,
            target,
            clients: Vec::new(),
            until,
        });
        held.until = until;
        if self.clients.entry(client).or_default().held.insert(part) {
            held.clients.push(client);
        }
    }

    fn remove_hold(&mut self, part: PartId) -> Option<HoldState> {
        let held = self.held.remove(&part)?;
        for client in &held.clients {
            if let Some(own) = self.clients.get_mut(client) {
                own.held.remove(&part);
            }
        }
        Some(held)
    }

    /// Returns the time at which [`Self::take_releases`] or [`Self::end_late_waits`] has to be
    /// called.
    pub(super) fn next_due(&self) -> Option<Micros> {
        let held = self.held.values().filter_map(|held| held.until);
        let waiting = self.waiting.values();
        let waiting = waiting.filter_map(|requests| Some(requests.front()?.0));
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
        let held = self.remove_hold(part)?;
        let release = held.hold.release;
        self.positions
            .entry(part)
            .or_default()
            .sent(release.value, now);
        Some((*held.clients.last()?, release))
    }

    /// Forgets a client that has left. Its requests are dropped when it is their turn. Returns the
    /// releases of the presses that only it held, and the args that need not be read any more.
    pub(super) fn leave(&mut self, client: u64, now: Micros) -> (Vec<DeviceCommand>, Vec<u32>) {
        let Some(own) = self.clients.remove(&client) else {
            return Default::default();
        };
        let mut releases = Vec::new();
        for part in own.held {
            let Some(held) = self.held.get_mut(&part) else {
                continue;
            };
            if held.clients == [client] {
                let release = self.release_hold(part, now);
                releases.extend(release.map(|(_, release)| release));
            } else {
                held.clients.retain(|&other| other != client);
            }
        }
        let mut unread = Vec::new();
        for arg in own.read {
            if let Some(clients) = self.read.get_mut(&arg) {
                *clients -= 1;
                if *clients == 0 {
                    self.read.remove(&arg);
                    unread.push(arg);
                }
            }
        }
        (releases, unread)
    }
}
