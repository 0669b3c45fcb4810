//! Delivers values of the sim to subscriptions: at once, with a beat of their schedule, or when a
//! blocked client reads again.

use super::group::{Change, Delivery, Group};
use super::{Absence, Gauges, Source};
use crate::filter::Micros;
use crate::world::agenda::TURN;
use crate::world::arena::{Arena, GroupId, ScheduleId, SubscriptionId};
use crate::world::client::ClientKey;
use crate::world::clients::Clients;
use crate::world::source::{self, SourceId};

/// The most updates in a turn of the server. They take about two milliseconds, and are enough for a
/// frame with 100 values for each of 100 clients.
pub(in crate::world) const MAX_TURN_UPDATES: usize = 32 * TURN;

/// A raw value of a source.
#[derive(Clone, Copy)]
pub(super) enum SourceValue {
    OfSim(f64),
    /// A value for the subscriptions only; that of the sim stays known.
    OfTest(f64),
}

impl Gauges {
    /// Begins a turn of the server, which handles about [`MAX_TURN_UPDATES`] updates at most.
    pub(in crate::world) fn begin_turn(&mut self) {
        self.updates_left = MAX_TURN_UPDATES;
    }

    /// Handles the args of a frame of the sim, and sends them to the subscriptions. Those for
    /// which this turn has no time are delivered later, with their newest values.
    pub(in crate::world) fn set_all(
        &mut self,
        clients: &mut Clients,
        values: &[(u32, f64)],
        now: Micros,
    ) {
        self.schedules.begin_frame(now);
        for &(arg, raw) in values {
            match raw.is_finite() {
                true => self.set(clients, SourceId::arg(arg), SourceValue::OfSim(raw), now),
                false => self.bad_values += 1,
            }
        }
        self.release_due(clients, now);
    }

    /// Sets the value of a source, and sends it to the subscriptions.
    pub(super) fn set(
        &mut self,
        clients: &mut Clients,
        id: SourceId,
        value: SourceValue,
        now: Micros,
    ) {
        let Some(entry) = self.sources.get_mut(&id) else {
            return;
        };
        let raw = match value {
            SourceValue::OfTest(raw) => raw,
            SourceValue::OfSim(raw) => {
                entry.raw = Some((self.epoch, raw));
                entry.absence = Absence::None;
                if entry.position_readers > 0
                    && let source::Source::Arg(arg) = id.source()
                {
                    self.reported.push((arg, raw));
                }
                self.tested.get(&id).copied().unwrap_or(raw)
            }
        };
        if entry.is_queued {
            return;
        }
        if self.updates_left == 0 || !self.undelivered.is_empty() {
            entry.is_queued = true;
            self.undelivered.push_back(id);
            return;
        }
        let delivery = Delivery {
            clients,
            subscriptions: &mut self.subscriptions,
            schedules: &mut self.schedules,
            epoch: self.epoch,
            now,
        };
        let fanout = deliver(entry, raw, &mut self.groups, delivery);
        self.count(&fanout);
    }

    /// Delivers the sources for which earlier turns had no time, as far as this turn has time.
    fn deliver_queued(&mut self, clients: &mut Clients, now: Micros) {
        while self.updates_left > 0
            && let Some(id) = self.undelivered.pop_front()
        {
            self.count_updates(1);
            let Some(entry) = self.sources.get_mut(&id) else {
                continue;
            };
            entry.is_queued = false;
            // A value from before another aircraft appeared is dropped.
            let of_sim = entry.raw.filter(|&(epoch, _)| epoch == self.epoch);
            let tested = self.tested.get(&id).copied();
            if let Some(raw) = tested.or(of_sim.map(|(_, raw)| raw)) {
                let delivery = Delivery {
                    clients,
                    subscriptions: &mut self.subscriptions,
                    schedules: &mut self.schedules,
                    epoch: self.epoch,
                    now,
                };
                let fanout = deliver(entry, raw, &mut self.groups, delivery);
                self.count(&fanout);
            }
        }
    }

    fn count(&mut self, fanout: &Fanout) {
        self.bad_values += fanout.bad_values;
        self.count_updates(fanout.updates);
    }

    fn count_updates(&mut self, updates: usize) {
        self.updates_left = self.updates_left.saturating_sub(updates);
        #[cfg(test)]
        {
            self.updates += updates;
        }
    }

    /// Returns whether values of a frame have not been delivered yet, since a turn had no time for
    /// them.
    pub(in crate::world) fn is_amid_frame(&self) -> bool {
        !self.undelivered.is_empty()
    }

    /// Returns whether updates are left for [`Self::tick`], since a turn had no time for them.
    pub(in crate::world) fn is_behind(&self) -> bool {
        !self.undelivered.is_empty() || self.schedules.are_touched()
    }

    /// Sends the subscriptions to these args a value that the sim did not send.
    pub(in crate::world) fn show_test(
        &mut self,
        clients: &mut Clients,
        args: &[u32],
        raw: f64,
        now: Micros,
    ) {
        let ids = args.iter().map(|arg| SourceId::arg(*arg));
        self.tested.extend(ids.clone().map(|id| (id, raw)));
        for id in ids {
            self.set(clients, id, SourceValue::OfTest(raw), now);
        }
        self.release_due(clients, now);
    }

    /// Sends the subscriptions to these args the sim's values again; 0 if they are not known.
    pub(in crate::world) fn end_test(&mut self, clients: &mut Clients, args: &[u32], now: Micros) {
        self.tested.clear();
        for &arg in args {
            let raw = self.raw(arg).unwrap_or_default();
            self.set(clients, SourceId::arg(arg), SourceValue::OfTest(raw), now);
        }
        self.release_due(clients, now);
    }

    /// Sends a subscription its value if that is due. [`Self::release_due`] must be called
    /// afterwards.
    pub(super) fn update(&mut self, clients: &mut Clients, id: SubscriptionId, now: Micros) {
        let Some((group, index, mut delivery)) = self.delivery(clients, id, now) else {
            return;
        };
        group.deliver(index..index + 1, &mut delivery);
    }

    /// Sends the waiting values of the schedules whose beat has come, and sets the timers, as far
    /// as this turn has time.
    pub(in crate::world) fn release_due(&mut self, clients: &mut Clients, now: Micros) {
        while self.updates_left > 0
            && let Some(id) = self.schedules.next_touched()
        {
            self.release(clients, id, now);
        }
    }

    /// Returns the time at which [`Self::tick`] has to be called.
    pub(in crate::world) fn next_due(&self) -> Option<Micros> {
        self.schedules.next_due()
    }

    /// Sends the values that are due, as far as this turn has time.
    pub(in crate::world) fn tick(&mut self, clients: &mut Clients, now: Micros) {
        while self.updates_left > 0
            && let Some(id) = self.schedules.take_due(now)
        {
            self.release(clients, id, now);
        }
        self.deliver_queued(clients, now);
        self.release_due(clients, now);
    }

    /// Sends the values that wait for a schedule if they are due, and sets its timer.
    fn release(&mut self, clients: &mut Clients, schedule: ScheduleId, now: Micros) {
        let mut updates = 1;
        if let Some(ready) = self.schedules.take_ready(schedule, now) {
            updates += ready.len();
            for id in ready {
                if let Some((group, index, mut delivery)) = self.delivery(clients, id, now) {
                    group.release(index, &mut delivery);
                }
            }
            self.schedules.end_release(schedule, now);
        }
        self.schedules.set_timer(schedule, now);
        self.count_updates(updates);
    }

    /// Sends a client that was blocked the newest value of a gauge that it missed.
    /// [`Self::release_due`] must be called afterwards.
    pub(in crate::world) fn catch_up(
        &mut self,
        clients: &mut Clients,
        client: ClientKey,
        now: Micros,
    ) {
        if let Some(id) = self.subscriptions.take_owed(clients, client) {
            self.update(clients, id, now);
        }
    }
}

/// The counts of updates and of bad values in a delivery.
struct Fanout {
    updates: usize,
    bad_values: u64,
}

/// Sets the value of a source in its groups, and sends it to the subscriptions for which it is due.
#[inline]
fn deliver(
    source: &Source,
    raw: f64,
    groups: &mut Arena<GroupId, Group>,
    mut delivery: Delivery<'_>,
) -> Fanout {
    let (mut updates, mut bad_values) = (1, 0);
    for &id in &source.groups {
        let group = &mut groups[id];
        updates += 1;
        match group.set(raw, delivery.epoch, delivery.now) {
            Change::None => {}
            Change::Invalid => bad_values += 1,
            Change::Other => {
                updates += group.members.len();
                group.deliver(0..group.members.len(), &mut delivery);
            }
        }
    }
    Fanout {
        updates,
        bad_values,
    }
}
