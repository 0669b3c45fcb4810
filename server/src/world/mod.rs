//! The state of the server: the aircraft, the known values of args and displays, the clients and
//! their subscriptions.
//!
//! The inputs are requests, messages of the sim and the time. The outputs are lines and values in
//! outboxes, and messages to the sim. Pure: the owner of the world has the sockets, the clock and
//! the files.

mod actions;
mod agenda;
mod aircraft;
mod arena;
mod client;
mod clients;
mod control_requests;
mod controls;
mod fair_queue;
mod from_sim;
mod gauges;
mod list_queue;
mod lists;
mod meaning;
mod names;
mod outbox;
mod readings;
mod recording;
mod request_error;
mod requests;
mod sim;
mod source;
mod statistics;
mod subscription;
#[cfg(test)]
mod tests;
mod texts;
mod to_sim;
mod value_test;
mod watches;
mod work;

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;

use crate::filter::Micros;
use crate::link::LinkState;
use crate::standing::{StandingPolicy, StandingPositions};
use agenda::{AT_LEAVE, TURN, Task};
use clients::Clients;
use controls::Controls;
use gauges::Gauges;
use readings::Readings;
use request_error::RequestError;
use sim::Sim;
use texts::Texts;
use value_test::RunningTest;

pub use aircraft::Aircraft;
pub use client::ClientKey;
pub use from_sim::TablesAction;
pub(crate) use gauges::readout;
pub use outbox::{Outbox, Value};
pub use statistics::{Statistics, Traffic};
pub use value_test::{ValueTest, ValueTestError};

/// The state of the server; see the module.
#[derive(Debug)]
pub struct World {
    aircraft: Option<Arc<Aircraft>>,
    /// The aircraft that were controlled before; see [`Self::take_past_aircraft`].
    past_aircraft: Vec<Arc<Aircraft>>,
    clients: Clients,
    /// The clients whose waiting requests have been carried out.
    caught_up: VecDeque<ClientKey>,
    /// Whether a turn ended before the sim was told about all changed watches.
    has_more_watches: bool,
    gauges: Gauges,
    texts: Texts,
    readings: Readings,
    sim: Sim,
    controls: Controls,
    standing: StandingPositions,
    /// The args that are read for standing positions.
    standing_args: HashSet<u32>,
    /// The test of wiring that runs.
    test: Option<RunningTest>,
    /// Whether gauges get a line with raw 0 when the mission ends.
    reset_gauges: bool,
    /// Whether all args of the tables are read for a recording.
    is_recording: bool,
    /// The time of the last event.
    now: Micros,
    requests: u64,
    turned_away: u64,
    stalled: u64,
    actions_refused: u64,
    frame_us: f64,
    frames_cut: u64,
    /// The number of steps of work that were taken.
    #[cfg(test)]
    steps: usize,
}

impl World {
    /// Creates a world without clients and without a sim.
    ///
    /// `error_lines`: whether text clients get error lines.
    pub fn new(max_subscriptions: usize, error_lines: bool) -> Self {
        Self {
            aircraft: None,
            past_aircraft: Vec::new(),
            caught_up: VecDeque::new(),
            has_more_watches: false,
            clients: Clients::new(max_subscriptions, error_lines),
            gauges: Gauges::new(),
            texts: Texts::new(),
            readings: Readings::default(),
            sim: Sim::default(),
            controls: Controls::default(),
            standing: StandingPositions::default(),
            standing_args: HashSet::new(),
            test: None,
            reset_gauges: false,
            is_recording: false,
            now: 0,
            requests: 0,
            turned_away: 0,
            stalled: 0,
            actions_refused: 0,
            frame_us: 0.0,
            frames_cut: 0,
            #[cfg(test)]
            steps: 0,
        }
    }

    /// Sets the condition for applying earlier standing positions.
    pub fn with_standing(mut self, policy: StandingPolicy) -> Self {
        self.standing = StandingPositions::new(policy);
        self
    }

    /// Sets whether gauges get a line with raw 0 when the mission ends.
    pub fn with_reset_gauges(mut self, reset_gauges: bool) -> Self {
        self.reset_gauges = reset_gauges;
        self
    }

    /// Adds a client, and sends it the aircraft if there is one.
    pub fn join(&mut self, outbox: Outbox) -> ClientKey {
        let key = self.clients.join(outbox);
        if self.aircraft.is_some() {
            self.clients.aircraft(key, self.aircraft.as_ref());
        }
        key
    }

    /// Removes a client. Args and displays that only it needed are no longer read.
    pub fn leave(&mut self, key: ClientKey) {
        self.carry_out_actions(key, self.now);
        let Some(number) = self.clients.leave(key) else {
            return;
        };
        self.actions_refused += self.sim.leave(number) as u64;
        self.leave_controls(number, self.now);
        self.end_subscriptions(key, AT_LEAVE);
    }

    /// Returns whether a client holds a control pressed.
    pub fn is_any_held(&self) -> bool {
        self.controls.is_any_held()
    }

    /// Counts a client that was turned away.
    pub fn count_turned_away(&mut self) {
        self.turned_away += 1;
    }

    /// Counts a client that was disconnected because it did not read.
    pub fn count_stalled(&mut self) {
        self.stalled += 1;
    }

    /// Ends all subscriptions of a client: it gets nothing more of them.
    pub fn clear(&mut self, key: ClientKey) {
        self.end_subscriptions(key, TURN);
    }

    /// Ends all subscriptions of a client, and takes at most `most` steps for that at once.
    fn end_subscriptions(&mut self, key: ClientKey, most: usize) {
        self.readings.leave(key);
        self.carry_out_actions(key, self.now);
        if let Some(client) = self.clients.get_mut(key) {
            client.plan_end_of_subscriptions();
        }
        self.work_for(key, most, self.now);
    }

    /// Returns the time at which [`Self::tick`] has to be called.
    pub fn next_due(&self) -> Option<Micros> {
        let has_work = self.has_work() || self.has_more_watches;
        let dues = [
            has_work.then_some(0),
            self.gauges.next_due(),
            self.sim.next_due(),
            self.controls.next_due(),
            self.standing.next_due(),
            self.next_test_due(),
        ];
        dues.into_iter().flatten().min()
    }

    /// Sends the updates that are due, and continues work that is divided into turns.
    pub fn tick(&mut self, now: Micros) {
        self.now = now;
        self.gauges.begin_turn();
        self.work(now);
        self.tick_test(now);
        self.gauges.tick(&mut self.clients, now);
        self.tick_controls(now);
        self.sim.tick(now);
        let late = self.sim.take_late_lists(now);
        let error = RequestError::ListLate(list_queue::DEADLINE / 1_000_000);
        self.refuse_lists_of(&late, &error);
    }

    /// Blocks a client that does not read its lines: from now on only errors and the answers to its
    /// requests are put into its outbox.
    pub fn block(&mut self, key: ClientKey) {
        if let Some(client) = self.clients.get_mut(key) {
            client.set_blocked(true);
        }
    }

    /// Unblocks a client that reads again, and sends it the newest of the values that it missed: at
    /// most this many now, and the others in later turns or when it has read these.
    pub fn unblock(&mut self, key: ClientKey, values: usize, now: Micros) {
        let Some(client) = self.clients.get_mut(key) else {
            return;
        };
        client.set_blocked(false);
        let mut tasks = vec![Task::CatchUpGauges, Task::CatchUpTexts];
        if std::mem::take(&mut client.owed.reset) && self.aircraft.is_none() {
            tasks.push(Task::ResetGauges);
        }
        if std::mem::take(&mut client.owed.aircraft) {
            tasks.push(Task::SendAircraft);
        }
        if !client.owed.lists.is_empty() {
            tasks.push(Task::AskForLists);
        }
        self.clients.plan(key, &tasks);
        self.work_for(key, values.min(TURN), now);
    }

    /// Returns whether a client still waits for an answer from the sim.
    pub fn is_waiting(&self, key: ClientKey) -> bool {
        self.clients.get(key).is_some_and(|client| client.lists > 0)
    }

    /// Returns whether values of a frame wait for the next turns, since there were too many for one.
    pub fn is_amid_frame(&self) -> bool {
        self.gauges.is_amid_frame()
    }

    /// Returns whether any client has a filled outbox that [`Self::next_touched`] has not returned.
    pub fn has_touched(&self) -> bool {
        self.clients.have_touched()
    }

    /// Returns the next client with a filled outbox. Each client is returned once.
    pub fn next_touched(&mut self) -> Option<ClientKey> {
        self.clients.next_touched()
    }

    /// Returns the outbox of a client, which the caller empties.
    pub fn outbox(&mut self, key: ClientKey) -> Option<&mut Outbox> {
        let client = self.clients.get_mut(key);
        client
            .filter(|client| !client.has_left())
            .map(|client| &mut client.outbox)
    }

    /// Returns aircraft that were controlled before. Freeing large tables takes long and is left to
    /// the caller.
    pub fn take_past_aircraft(&mut self) -> Vec<Arc<Aircraft>> {
        std::mem::take(&mut self.past_aircraft)
    }

    /// Returns the aircraft that is controlled, if any.
    pub fn aircraft(&self) -> Option<&Arc<Aircraft>> {
        self.aircraft.as_ref()
    }

    /// Returns whether this state of the sim is linked.
    pub fn is_linked(&self, state: LinkState) -> bool {
        self.sim.is_up(state)
    }

    /// Returns the counts of a client's subscriptions to gauges and to elements of displays, and
    /// its traffic.
    pub fn client(&self, key: ClientKey) -> Option<([usize; 2], &Traffic)> {
        let client = self.clients.get(key)?;
        let subscriptions = [client.gauges.all.len(), client.texts.all.len()];
        Some((subscriptions, &client.traffic))
    }

    /// Returns the statistics.
    pub fn statistics(&self) -> Statistics {
        Statistics {
            clients: self.clients.len(),
            subscriptions: self.gauges.subscriptions() + self.texts.subscriptions(),
            args: self.gauges.active_watches(),
            indicators: self.texts.watches.active_count(),
            requests: self.requests,
            sent: self.clients.sent,
            errors: self.clients.errors,
            too_large: self.clients.too_large,
            held_back: self.clients.held_back,
            turned_away: self.turned_away,
            stalled: self.stalled,
            bad_values: self.gauges.bad_values,
            frame_us: self.frame_us,
            frames_cut: self.frames_cut,
            actions_refused: self.actions_refused,
        }
    }
}
