//! The one place that knows what is flown, what is known of it and who wants to know.
//!
//! Requests, what the sim says, and the time come in; lines and values in
//! outboxes, and messages to the sim, go out. No socket, no clock, no file: who
//! owns the world brings all that.

mod acting;
mod actions;
mod aircraft;
mod arena;
mod clients;
mod controls;
mod frames;
mod gauges;
mod group;
mod list_queue;
mod lists;
mod names;
mod paces;
mod read_rate;
mod renewal;
mod request_error;
mod sim;
mod statistics;
mod subscription;
#[cfg(test)]
mod tests;
mod texts;
mod turns;
mod watches;

use std::collections::HashSet;
use std::sync::Arc;

use crate::filter::Micros;
use crate::link::{FromSim, LinkState, ToSim};
use crate::standing::{StandingPolicy, StandingPositions};
use crate::wire::{ActionRequest, LineError, Ref, Request};
use actions::Overflow;
use clients::Clients;
use controls::Controls;
use gauges::Gauges;
use renewal::Renewal;
use request_error::RequestError;
use sim::Sim;
use texts::Texts;
use watches::Watch;

pub use aircraft::Aircraft;
pub use clients::{ClientKey, Outbox, Value};
pub use frames::{Frames, Pace};
pub use statistics::Statistics;

/// What is to be done about the name tables when the sim has said something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TablesAction {
    /// Nothing.
    Keep,
    /// No aircraft is controlled any more; tables that are being read are of no use.
    Drop,
    /// The tables of this aircraft are to be read and given to [`World::set_aircraft`].
    Read(String),
}

/// What is flown, what is known of it and who wants to know.
#[derive(Debug)]
pub struct World {
    aircraft: Option<Arc<Aircraft>>,
    clients: Clients,
    gauges: Gauges,
    texts: Texts,
    sim: Sim,
    controls: Controls,
    standing: StandingPositions,
    /// The args that are read for standing positions.
    standing_args: HashSet<u32>,
    /// Statements that were refused when an aircraft appeared: client and control.
    standing_refused: HashSet<(u64, String)>,
    /// Gauges get a line with raw 0 when the mission ends.
    reset_gauges: bool,
    /// The time of the last event.
    now: Micros,
    requests: u64,
    turned_away: u64,
    stalled: u64,
    actions_refused: u64,
    frame_us: f64,
}

impl World {
    /// An empty world.
    ///
    /// `error_lines`: whether text clients are told what is wrong.
    pub fn new(max_subscriptions: usize, error_lines: bool) -> Self {
        Self {
            aircraft: None,
            clients: Clients::new(max_subscriptions, error_lines),
            gauges: Gauges::new(),
            texts: Texts::new(),
            sim: Sim::default(),
            controls: Controls::default(),
            standing: StandingPositions::default(),
            standing_args: HashSet::new(),
            standing_refused: HashSet::new(),
            reset_gauges: false,
            now: 0,
            requests: 0,
            turned_away: 0,
            stalled: 0,
            actions_refused: 0,
            frame_us: 0.0,
        }
    }

    /// Sets when the cockpit takes over positions that were stated before.
    pub fn with_standing(mut self, policy: StandingPolicy) -> Self {
        self.standing = StandingPositions::new(policy);
        self
    }

    /// Sets whether gauges get a line with raw 0 when the mission ends.
    pub fn with_reset_gauges(mut self, reset_gauges: bool) -> Self {
        self.reset_gauges = reset_gauges;
        self
    }

    /// A client has come; it is told the aircraft, if there is one.
    pub fn join(&mut self, outbox: Outbox) -> ClientKey {
        let key = self.clients.join(outbox);
        if self.aircraft.is_some() {
            self.clients.aircraft(key, self.aircraft.as_ref());
        }
        key
    }

    /// A client has gone; what only it wanted to know is no longer read.
    pub fn leave(&mut self, key: ClientKey) {
        self.clear(key);
        if let Some(client) = self.clients.leave(key) {
            self.actions_refused += self.sim.leave(client.serial) as u64;
            self.leave_controls(client.serial, self.now);
        }
    }

    /// Counts a client that was not let in.
    pub fn count_turned_away(&mut self) {
        self.turned_away += 1;
    }

    /// Counts a client that took nothing for too long.
    pub fn count_stalled(&mut self) {
        self.stalled += 1;
    }

    /// Ends all subscriptions of a client.
    pub fn clear(&mut self, key: ClientKey) {
        if let Some(client) = self.clients.get_mut(key) {
            client.progress = renewal::Progress::default();
        }
        self.gauges.remove_all(&mut self.clients, key);
        self.texts.remove_all(&mut self.clients, key);
    }

    /// A client asks for something, or has sent a line that is not of the protocol.
    pub fn request(&mut self, key: ClientKey, request: Result<Request, LineError>, now: Micros) {
        self.requests += 1;
        self.now = now;
        self.renew(key, now);
        match request {
            Ok(request) => {
                if let Err(error) = self.carry_out(key, request, now) {
                    let aircraft = self.aircraft.as_deref();
                    self.clients.refuse(key, &error, aircraft, now);
                }
            }
            Err(error) => self.clients.error(key, &error.to_string()),
        }
    }

    fn carry_out(
        &mut self,
        key: ClientKey,
        request: Request,
        now: Micros,
    ) -> Result<(), RequestError> {
        request_error::check_names(&request)?;
        match request {
            Request::Aircraft if self.aircraft.is_none() => Err(RequestError::NoAircraft),
            Request::Aircraft => {
                self.clients.aircraft(key, self.aircraft.as_ref());
                Ok(())
            }
            Request::Act(action) => self.act(key, &action),
            Request::Position(request) => self.bring_to(key, &request, now),
            Request::Gauge(request) => {
                let aircraft = self.aircraft.as_deref();
                self.gauges
                    .request(&mut self.clients, key, &request, aircraft, now)
            }
            Request::Indicator {
                indicator,
                name,
                id,
            } => self
                .texts
                .request(&mut self.clients, key, (indicator, &name, id)),
            Request::List(indicator) => self.list(key, indicator, now),
            Request::Statistics => {
                let line = self.statistics().to_string();
                self.clients.line(key, line.as_bytes());
                Ok(())
            }
        }
    }

    fn act(&mut self, key: ClientKey, action: &ActionRequest) -> Result<(), RequestError> {
        let Some(client) = self.clients.get_mut(key) else {
            return Ok(());
        };
        let aircraft = self.aircraft.as_deref();
        let device = number(&action.device, aircraft, |aircraft, name| {
            aircraft.tables.device(name)
        })?;
        let command = number(&action.command, aircraft, |aircraft, name| {
            aircraft.tables.command(name, device)
        })?;
        if !self.sim.is_up(LinkState::Hook) {
            return Err(RequestError::NoHook);
        }
        let taken = self.sim.act(client.serial, device, command, action.value);
        taken.map_err(|overflow| {
            self.actions_refused += 1;
            match overflow {
                Overflow::Client => RequestError::LongWait,
                Overflow::All => RequestError::TooManyActions,
            }
        })
    }

    /// The sim says something. Returns what is to be done about the tables.
    pub fn hear(&mut self, message: FromSim, now: Micros) -> TablesAction {
        self.now = now;
        match message {
            FromSim::Up { state, .. } => self.link_up(state),
            FromSim::Down(state) => {
                self.link_down(state, now);
                if state == LinkState::Hook {
                    return TablesAction::Drop;
                }
            }
            FromSim::Aircraft(name) => {
                if name.is_none() {
                    self.standing.disappear();
                    self.go_dark(now);
                    self.reset_all(now);
                } else {
                    self.standing.announce();
                }
                self.set_aircraft(None, now);
                return name.map_or(TablesAction::Drop, TablesAction::Read);
            }
            FromSim::Args(values) => {
                self.gauges.set_all(&mut self.clients, &values, now);
                self.work_on_positions(now);
            }
            FromSim::Indicator {
                indicator,
                epoch,
                text,
            } => {
                if self.texts.set(&mut self.clients, indicator, epoch, text) {
                    self.renew_all(Renewal::SHOWN, now);
                }
            }
            FromSim::Indicators { ticket, texts } => self.answer_list(ticket, &texts),
            FromSim::Error {
                ticket: Some(ticket),
                reason,
            } => self.failed(ticket, &reason),
            FromSim::Error { ticket: None, .. } => {}
            FromSim::Reached(mark) => self.sim.reached(mark),
            FromSim::TellsCold => self.standing.set_sim_answers(),
            FromSim::Cold { cold, since } => self.hear_cold(cold, since, now),
            FromSim::Stats(LinkState::Hook, stats) => {
                self.frame_us = stats.mean_us;
                self.sim.set_frames(&stats);
            }
            FromSim::Stats(LinkState::Export, _) => {}
        }
        TablesAction::Keep
    }

    fn link_up(&mut self, state: LinkState) {
        self.sim.set_up(state, true);
        match state {
            LinkState::Hook => self.gauges.rewatch(),
            LinkState::Export => self.texts.rewatch(),
        }
    }

    fn link_down(&mut self, state: LinkState, now: Micros) {
        self.sim.set_up(state, false);
        self.go_dark(now);
        match state {
            LinkState::Hook => {
                self.standing.lose_link();
                self.reset_all(now);
                self.set_aircraft(None, now);
                self.gauges.rewatch();
            }
            LinkState::Export => {
                self.texts.rewatch();
                let clients = self.sim.take_lists();
                self.refuse_lists_of(&clients, &RequestError::NoExport);
            }
        }
    }

    /// This aircraft is controlled from now on, or none is. What was known is forgotten.
    pub fn set_aircraft(&mut self, aircraft: Option<Arc<Aircraft>>, now: Micros) {
        let had = std::mem::replace(&mut self.aircraft, aircraft).is_some();
        self.clients.appearances += u64::from(self.aircraft.is_some());
        self.forget_controls(now);
        self.gauges.forget();
        self.texts.forget();
        let renewal = Renewal {
            aircraft: had || self.aircraft.is_some(),
            ..Renewal::AIRCRAFT
        };
        self.renew_all(renewal, now);
        match self.aircraft.is_some() {
            true => self.appear_to_standing(now),
            false => self.read_standing(),
        }
    }

    /// The mission has ended: whoever shows a gauge is sent raw 0, if that is wanted.
    fn reset_all(&mut self, now: Micros) {
        if self.reset_gauges && self.aircraft.is_some() {
            self.renew_all(Renewal::RESET, now);
        }
    }

    /// All displays have gone: whoever shows a text of them is sent an empty one.
    fn go_dark(&mut self, now: Micros) {
        self.texts.forget();
        self.renew_all(Renewal::DARK, now);
    }

    /// The tables of the aircraft that is controlled have been read only now.
    pub fn replace_tables(&mut self, aircraft: Arc<Aircraft>, now: Micros) {
        self.set_aircraft(Some(aircraft), now);
        // Forgotten values are to be sent again: the sim does not know that.
        self.gauges.rewatch();
        self.texts.rewatch();
    }

    /// The user has changed tables of the aircraft that is controlled. Values stay known, and only
    /// subscriptions whose names mean something else now start anew.
    pub fn change_tables(&mut self, aircraft: Arc<Aircraft>, now: Micros) {
        self.aircraft = Some(aircraft);
        self.gauges.end_renewals();
        self.controls.forget_names();
        self.renew_all(Renewal::TABLES, now);
        self.appear_to_standing(now);
    }

    fn failed(&mut self, ticket: u64, reason: &str) {
        let error = RequestError::Sim(reason.to_owned());
        if let Some(list) = self.sim.take_list(ticket) {
            self.refuse_list(&list, &error);
        } else if let Some(serial) = self.sim.asked_by(ticket)
            && let Some(key) = self.clients.by_serial(serial)
        {
            self.clients.error(key, &error.to_string());
        }
    }

    /// When [`Self::tick`] is next needed.
    pub fn next_due(&self) -> Option<Micros> {
        let renewals = self.clients.has_renewals().then_some(0);
        let dues = [
            renewals,
            self.gauges.next_due(),
            self.sim.next_due(),
            self.controls.next_due(),
            self.standing.next_due(),
        ];
        dues.into_iter().flatten().min()
    }

    /// Sends what has waited long enough, and works on what is too much for one turn.
    pub fn tick(&mut self, now: Micros) {
        if self.clients.has_renewals() {
            self.work_on_renewals(now);
        }
        self.now = now;
        self.gauges.tick(&mut self.clients, now);
        self.tick_controls(now);
        self.sim.tick(now);
        let late = self.sim.take_late_lists(now);
        let error = RequestError::ListLate(list_queue::DEADLINE / 1_000_000);
        self.refuse_lists_of(&late, &error);
    }

    /// A client does not take what it is sent: from now on nothing more is put into its outbox
    /// than errors and what the requests on their way are answered with.
    pub fn block(&mut self, key: ClientKey) {
        if let Some(client) = self.clients.get_mut(key) {
            client.blocked = true;
        }
    }

    /// A client takes again what it is sent: it gets the newest of all that it missed.
    pub fn unblock(&mut self, key: ClientKey, now: Micros) {
        self.renew(key, now);
        let Some(client) = self.clients.get_mut(key) else {
            return;
        };
        client.blocked = false;
        let owed = std::mem::take(&mut client.owed);
        let serial = client.serial;
        if owed.reset && self.aircraft.is_none() {
            self.gauges.reset(&mut self.clients, key);
        }
        if owed.aircraft {
            self.clients.aircraft(key, self.aircraft.as_ref());
        }
        self.gauges.catch_up(&mut self.clients, key, now);
        self.texts.catch_up(&mut self.clients, key);
        for indicator in owed.lists {
            if self.sim.is_up(LinkState::Export) {
                self.sim.list(serial, indicator, now);
            } else {
                self.refuse_lists_of(&[serial], &RequestError::NoExport);
            }
        }
    }

    /// Whether a client still waits for an answer from the sim.
    pub fn is_waiting(&self, key: ClientKey) -> bool {
        self.clients.get(key).is_some_and(|client| client.lists > 0)
    }

    /// The next client with something in its outbox; every one is named once.
    pub fn next_touched(&mut self) -> Option<ClientKey> {
        self.clients.next_touched()
    }

    /// The outbox of a client, to be emptied.
    pub fn outbox(&mut self, key: ClientKey) -> Option<&mut Outbox> {
        self.clients.get_mut(key).map(|client| &mut client.outbox)
    }

    /// The next thing the hook state is to be told.
    pub fn next_for_hook(&mut self, now: Micros) -> Option<ToSim> {
        if !self.sim.is_up(LinkState::Hook) {
            return None;
        }
        if let Some(action) = self.sim.next_action(now) {
            return Some(ToSim::Act(action));
        }
        if self.sim.takes_watch()
            && let Some(watch) = self.next_arg_watch()
        {
            self.sim.count_watch(now);
            return Some(watch);
        }
        if self.sim.takes_watch() && self.standing.take_question() {
            self.sim.count_watch(now);
            return Some(ToSim::AskCold(self.sim.ticket()));
        }
        self.sim.next_mark()
    }

    /// The next thing the export state is to be told.
    pub fn next_for_export(&mut self) -> Option<ToSim> {
        if !self.sim.is_up(LinkState::Export) {
            return None;
        }
        let watch = self.next_indicator_watch();
        watch.or_else(|| self.sim.next_list())
    }

    fn next_arg_watch(&mut self) -> Option<ToSim> {
        loop {
            match self.gauges.next_watch()? {
                Watch::Tell(arg, rate) => return Some(ToSim::WatchArg { arg, rate }),
                Watch::Waits(arg) => {
                    let who = self.gauges.clients_of(arg);
                    self.clients.tell_all(&who, &RequestError::ArgWaits(arg));
                }
            }
        }
    }

    fn next_indicator_watch(&mut self) -> Option<ToSim> {
        let epoch = self.texts.epoch();
        loop {
            match self.texts.next_watch()? {
                Watch::Tell(indicator, rate) => {
                    return Some(ToSim::WatchIndicator {
                        indicator,
                        rate,
                        epoch,
                    });
                }
                Watch::Waits(number) => {
                    let who = self.texts.clients_of(number);
                    self.clients
                        .tell_all(&who, &RequestError::IndicatorWaits(number));
                }
            }
        }
    }

    /// How the world is doing.
    pub fn statistics(&self) -> Statistics {
        Statistics {
            clients: self.clients.len(),
            subscriptions: self.gauges.subscriptions() + self.texts.subscriptions(),
            args: self.gauges.watches.told(),
            indicators: self.texts.watches.told(),
            requests: self.requests,
            sent: self.clients.sent,
            errors: self.clients.errors,
            too_large: self.clients.too_large,
            held_back: self.clients.held_back,
            turned_away: self.turned_away,
            stalled: self.stalled,
            bad_values: self.gauges.bad_values,
            frame_us: self.frame_us,
            actions_refused: self.actions_refused,
        }
    }
}

/// The number of a device or command.
fn number(
    what: &Ref<i64>,
    aircraft: Option<&Aircraft>,
    look_up: impl FnOnce(&Aircraft, &str) -> Result<i64, aircraft_defs::NameError>,
) -> Result<i64, RequestError> {
    match (what, aircraft) {
        (Ref::Number(number), _) => Ok(*number),
        (Ref::Name(name), Some(aircraft)) => look_up(aircraft, name).map_err(RequestError::Name),
        (Ref::Name(name), None) => Err(RequestError::NameWithoutAircraft(crate::quote::quoted(
            name,
        ))),
    }
}
