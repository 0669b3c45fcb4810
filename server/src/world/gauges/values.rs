//! The way of a value from the sim to the subscriptions it concerns: at once, when the filter
//! wants to be asked again, or when a client takes lines again.

use super::{Gauges, Place, Sub};
use crate::filter::Micros;
use crate::world::clients::Clients;
use crate::world::group::{Delivery, Taken};

impl Gauges {
    /// Takes in a value from the sim and sends it to whom it concerns.
    pub(in crate::world) fn set(&mut self, clients: &mut Clients, arg: u32, raw: f64, now: Micros) {
        if !raw.is_finite() {
            self.bad_values += 1;
            return;
        }
        let Some(entry) = self.args.get_mut(&arg) else {
            return;
        };
        entry.raw = Some(raw);
        for &key in &entry.groups {
            let group = &mut self.groups[key as usize];
            match group.set(raw) {
                Taken::Same => {}
                Taken::Bad => self.bad_values += 1,
                Taken::Changed => {
                    let (subs, timers) = (&mut self.subs, &mut self.timers);
                    let all = 0..group.members.len();
                    group.deliver(
                        all,
                        &mut Delivery {
                            clients,
                            subs,
                            timers,
                            now,
                        },
                    );
                }
            }
        }
    }

    /// Sends a subscription its value if that is due.
    pub(super) fn update(&mut self, clients: &mut Clients, sub: u32, now: Micros) {
        let Place::Member { group, index, .. } = self.subs[sub as usize].place else {
            return;
        };
        let (subs, timers, index) = (&mut self.subs, &mut self.timers, index as usize);
        let delivery = &mut Delivery {
            clients,
            subs,
            timers,
            now,
        };
        self.groups[group as usize].deliver(index..index + 1, delivery);
    }

    /// When [`Self::tick`] is next needed.
    pub(in crate::world) fn next_due(&self) -> Option<Micros> {
        self.timers.first().map(|&(due, _)| due)
    }

    /// Sends what has waited long enough.
    pub(in crate::world) fn tick(&mut self, clients: &mut Clients, now: Micros) {
        while let Some((due, sub)) = self.timers.first().copied().filter(|first| first.0 <= now) {
            self.timers.pop_first();
            if self.due(sub) == Some(due) {
                self.update(clients, sub, now);
            }
        }
    }

    /// When a subscription wants to be looked at again.
    fn due(&self, sub: u32) -> Option<Micros> {
        let Some(Sub {
            place: Place::Member { group, index, .. },
            ..
        }) = self.subs.get(sub as usize)
        else {
            return None;
        };
        self.groups[*group as usize].members[*index as usize]
            .filter
            .due()
    }

    /// Sends a client that was blocked the newest of what it missed.
    pub(in crate::world) fn catch_up(&mut self, clients: &mut Clients, owed: &[u32], now: Micros) {
        for &sub in owed {
            if let Some(entry) = self.subs.get_mut(sub as usize) {
                entry.owed = false;
                self.update(clients, sub, now);
            }
        }
    }
}
