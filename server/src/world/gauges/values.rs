//! Delivers values of the sim to subscriptions: at once, with a beat of their schedule, or when a
//! blocked client reads again.

use super::Gauges;
use super::group::{Change, Delivery};
use crate::filter::Micros;
use crate::world::arena::{ScheduleId, SubscriptionId};
use crate::world::client::ClientKey;
use crate::world::clients::Clients;

impl Gauges {
    /// Handles the values of a frame of the sim, and sends them to the subscriptions.
    pub(in crate::world) fn set_all(
        &mut self,
        clients: &mut Clients,
        values: &[(u32, f64)],
        now: Micros,
    ) {
        self.schedules.begin_frame(now);
        for &(arg, raw) in values {
            self.set(clients, arg, raw, now);
        }
        self.release_due(clients, now);
    }

    fn set(&mut self, clients: &mut Clients, arg: u32, raw: f64, now: Micros) {
        if !raw.is_finite() {
            self.bad_values += 1;
            return;
        }
        let Some(entry) = self.args.get_mut(&arg) else {
            return;
        };
        entry.raw = Some((self.epoch, raw));
        if entry.position_readers > 0 {
            self.reported.push((arg, raw));
        }
        let delivery = &mut Delivery {
            clients,
            subscriptions: &mut self.subscriptions,
            schedules: &mut self.schedules,
            epoch: self.epoch,
            now,
        };
        for &id in &entry.groups {
            let group = &mut self.groups[id];
            match group.set(raw, self.epoch, now) {
                Change::None => {}
                Change::Invalid => self.bad_values += 1,
                Change::Other => group.deliver(0..group.members.len(), delivery),
            }
        }
    }

    /// Sends a subscription its value if that is due. [`Self::release_due`] must be called afterwards.
    pub(super) fn update(&mut self, clients: &mut Clients, id: SubscriptionId, now: Micros) {
        let Some((group, index, mut delivery)) = self.delivery(clients, id, now) else {
            return;
        };
        group.deliver(index..index + 1, &mut delivery);
    }

    /// Sends the waiting values of all schedules whose beat has come, and sets the timers.
    pub(in crate::world) fn release_due(&mut self, clients: &mut Clients, now: Micros) {
        while let Some(id) = self.schedules.next_touched() {
            self.release(clients, id, now);
        }
    }

    /// Returns the time at which [`Self::tick`] has to be called.
    pub(in crate::world) fn next_due(&self) -> Option<Micros> {
        self.schedules.next_due()
    }

    /// Sends the values that are due.
    pub(in crate::world) fn tick(&mut self, clients: &mut Clients, now: Micros) {
        while let Some(id) = self.schedules.take_due(now) {
            self.release(clients, id, now);
        }
        self.release_due(clients, now);
    }

    /// Sends the values that wait for a schedule if they are due, and sets its timer.
    fn release(&mut self, clients: &mut Clients, schedule: ScheduleId, now: Micros) {
        if let Some(ready) = self.schedules.take_ready(schedule, now) {
            for id in ready {
                if let Some((group, index, mut delivery)) = self.delivery(clients, id, now) {
                    group.release(index, &mut delivery);
                }
            }
            self.schedules.end_release(schedule, now);
        }
        self.schedules.set_timer(schedule, now);
    }

    /// Sends a client that was blocked the newest value of a gauge that it missed. [`Self::release_due`]
    /// must be called afterwards.
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
