//! The schedules of all clients: one for each client and rate.

use std::collections::{BTreeSet, HashMap, VecDeque};

use crate::filter::{self, Filter, Micros, SendSchedule};
use crate::world::arena::{Arena, ScheduleId, SubscriptionId};
use crate::world::client::ClientKey;

/// The most rates of a client that are kept exactly. Each takes some work in each frame of the sim.
/// Beyond that, periods are rounded up to a power of two, so that there are few.
const MAX_RATES: usize = 16;

/// All schedules, with their timers.
#[derive(Debug)]
pub(super) struct Schedules {
    all: Arena<ScheduleId, Entry>,
    by_rate: HashMap<(ClientKey, Micros), ScheduleId>,
    /// The number of schedules of each client.
    of_client: HashMap<ClientKey, usize>,
    timers: BTreeSet<(Micros, ScheduleId)>,
    /// The schedules whose subscriptions got values since their timers were set.
    touched: VecDeque<ScheduleId>,
}

#[derive(Debug)]
struct Entry {
    schedule: SendSchedule<SubscriptionId>,
    client: ClientKey,
    members: usize,
    timer: Option<Micros>,
    touched: bool,
}

impl Schedules {
    pub(super) fn new() -> Self {
        Self {
            all: Arena::new(),
            by_rate: HashMap::new(),
            of_client: HashMap::new(),
            timers: BTreeSet::new(),
            touched: VecDeque::new(),
        }
    }

    #[cfg(test)]
    pub(super) fn timers(&self) -> usize {
        self.timers.len()
    }

    /// Returns the schedule of a client's subscriptions with this rate, and counts one more of
    /// them.
    pub(super) fn join(&mut self, client: ClientKey, max_frequency: f64) -> ScheduleId {
        let period = self.usable_period(client, filter::period(max_frequency));
        let id = *self.by_rate.entry((client, period)).or_insert_with(|| {
            *self.of_client.entry(client).or_default() += 1;
            self.all.insert(Entry {
                schedule: SendSchedule::new(period),
                client,
                members: 0,
                timer: None,
                touched: false,
            })
        });
        self.all[id].members += 1;
        id
    }

    /// Returns this period or, if the client has many others, the next power of two.
    fn usable_period(&self, client: ClientKey, period: Micros) -> Micros {
        let is_full = || {
            self.of_client
                .get(&client)
                .is_some_and(|&own| own >= MAX_RATES)
        };
        match !self.by_rate.contains_key(&(client, period)) && is_full() {
            true => period.next_power_of_two(),
            false => period,
        }
    }

    /// Removes a subscription from its schedule. If another subscription takes its place in the
    /// list of active ones, returns that one for [`Filter::move_to`].
    pub(super) fn leave(
        &mut self,
        id: ScheduleId,
        filter: &mut Filter,
    ) -> Option<(SubscriptionId, u32)> {
        let moved = self.withdraw(id, filter);
        let entry = &mut self.all[id];
        entry.members -= 1;
        if entry.members == 0 {
            let client = entry.client;
            self.by_rate.remove(&(client, entry.schedule.period()));
            self.all.remove(id);
            if let Some(own) = self.of_client.get_mut(&client) {
                *own -= 1;
                if *own == 0 {
                    self.of_client.remove(&client);
                }
            }
        }
        moved
    }

    /// Makes a subscription inactive in its schedule, since it restarts. Returns the same as
    /// [`Self::leave`].
    pub(super) fn withdraw(
        &mut self,
        id: ScheduleId,
        filter: &mut Filter,
    ) -> Option<(SubscriptionId, u32)> {
        let entry = &mut self.all[id];
        let moved = entry.schedule.remove(filter);
        if !entry.schedule.has_active()
            && let Some(timer) = entry.timer.take()
        {
            self.timers.remove(&(timer, id));
        }
        moved
    }

    /// Records a frame of the sim for all schedules with active subscriptions.
    pub(super) fn begin_frame(&mut self, now: Micros) {
        for &(_, id) in &self.timers {
            self.all[id].schedule.begin_frame(now);
        }
    }

    /// Returns a schedule and its client, and marks the schedule as one whose timer may have to be
    /// set.
    #[inline]
    pub(super) fn touch(
        &mut self,
        id: ScheduleId,
    ) -> (&mut SendSchedule<SubscriptionId>, ClientKey) {
        let entry = &mut self.all[id];
        if !entry.touched {
            entry.touched = true;
            self.touched.push_back(id);
        }
        (&mut entry.schedule, entry.client)
    }

    /// Returns a schedule and its client.
    pub(super) fn get(&mut self, id: ScheduleId) -> (&mut SendSchedule<SubscriptionId>, ClientKey) {
        let entry = &mut self.all[id];
        (&mut entry.schedule, entry.client)
    }

    #[inline]
    pub(super) fn client(&self, id: ScheduleId) -> ClientKey {
        self.all[id].client
    }

    /// Returns whether any subscriptions got values since the timer of their schedule was set.
    pub(super) fn are_touched(&self) -> bool {
        !self.touched.is_empty()
    }

    /// Takes the next schedule whose subscriptions got values.
    pub(super) fn next_touched(&mut self) -> Option<ScheduleId> {
        self.touched.pop_front()
    }

    /// Takes the active subscriptions of a schedule, if some of their values may be due.
    pub(super) fn take_ready(
        &mut self,
        id: ScheduleId,
        now: Micros,
    ) -> Option<Vec<SubscriptionId>> {
        self.all.get_mut(id)?.schedule.take_ready(now)
    }

    /// Ends the release that [`Self::take_ready`] began.
    pub(super) fn end_release(&mut self, id: ScheduleId, now: Micros) {
        self.all[id].schedule.end_release(now);
    }

    /// Sets the timer of a schedule.
    pub(super) fn set_timer(&mut self, id: ScheduleId, now: Micros) {
        let Some(entry) = self.all.get_mut(id) else {
            return;
        };
        entry.touched = false;
        let due = entry.schedule.due(now);
        if due == entry.timer {
            return;
        }
        if let Some(timer) = entry.timer.take() {
            self.timers.remove(&(timer, id));
        }
        if let Some(due) = due {
            self.timers.insert((due, id));
            entry.timer = Some(due);
        }
    }

    /// Returns the time at which the first timer ends.
    pub(super) fn next_due(&self) -> Option<Micros> {
        self.timers.first().map(|&(due, _)| due)
    }

    /// Takes the schedule of a timer that has ended.
    pub(super) fn take_due(&mut self, now: Micros) -> Option<ScheduleId> {
        let first = self.timers.first().filter(|first| first.0 <= now)?;
        let (_, id) = *first;
        self.timers.pop_first();
        self.all[id].timer = None;
        Some(id)
    }
}
