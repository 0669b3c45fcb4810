//! The watches of args: the sim reads the args that are needed.

use std::collections::BTreeSet;

use super::Gauges;
use super::read_rate::RECORDING_RATE;
use crate::world::client::ClientKey;
use crate::world::watches::WatchUpdate;

impl Gauges {
    /// Returns the clients with subscriptions to an arg.
    pub(in crate::world) fn clients_of(&self, arg: u32) -> Vec<ClientKey> {
        let groups = self.args.get(&arg).map_or(&[][..], |arg| &arg.groups);
        let members = groups.iter().flat_map(|&group| &self.groups[group].members);
        let clients = members.map(|member| self.schedules.client(member.schedule));
        clients.collect()
    }

    /// Returns the next change of a watch that the sim has to be told about.
    pub(in crate::world) fn next_watch(&mut self) -> Option<WatchUpdate> {
        let (args, recorded) = (&self.args, &self.recorded);
        let rate = |arg| {
            let rate = args.get(&arg).map_or(0.0, |arg| arg.readers.rate());
            match recorded.contains(&arg) {
                true => RECORDING_RATE.max(rate),
                false => rate,
            }
        };
        let watch = self.watches.next(rate);
        if let Some(WatchUpdate::Send(arg, _)) = watch
            && !self.is_needed(arg)
        {
            self.args.remove(&arg);
        }
        watch
    }

    /// Makes the sim read these args for a recording, instead of those from an earlier call.
    pub(in crate::world) fn set_recorded(&mut self, args: BTreeSet<u32>) {
        let before = std::mem::replace(&mut self.recorded, args);
        for &arg in before.symmetric_difference(&self.recorded) {
            self.watches.mark_dirty(arg);
        }
    }

    /// Starts to tell a sim that has no watches about all args; see [`Self::restore_next_watch`].
    pub(in crate::world) fn restore_watches(&mut self) {
        self.watches.reset();
        self.restore_from = (!self.args.is_empty()).then_some(0);
        for &arg in &self.recorded {
            self.watches.mark_dirty(arg);
        }
    }

    /// Marks the next arg for a sim that has no watches, or removes the arg if it is not needed.
    /// Returns whether there was one.
    pub(in crate::world) fn restore_next_watch(&mut self) -> bool {
        let next = self
            .restore_from
            .and_then(|from| self.args.range(from..).next());
        let Some((&arg, _)) = next else {
            self.restore_from = None;
            return false;
        };
        self.restore_from = arg.checked_add(1);
        self.watches.mark_dirty(arg);
        self.remove_if_unused(arg);
        true
    }

    /// Returns whether [`Self::restore_next_watch`] has something to do.
    pub(in crate::world) fn is_restoring_watches(&self) -> bool {
        self.restore_from.is_some()
    }
}
