//! The watches of args: the sim reads the args that are needed.

use super::Gauges;
use crate::world::client::ClientKey;
use crate::world::watches::Watch;

impl Gauges {
    /// Returns the clients with subscriptions to an arg.
    pub(in crate::world) fn clients_of(&self, arg: u32) -> Vec<ClientKey> {
        let groups = self.args.get(&arg).map_or(&[][..], |arg| &arg.groups);
        let members = groups.iter().flat_map(|&group| &self.groups[group].members);
        let clients = members.map(|member| self.paces.client(member.pace));
        clients.collect()
    }

    /// Returns the next change of a watch that the sim has to be told about.
    pub(in crate::world) fn next_watch(&mut self) -> Option<Watch> {
        let args = &self.args;
        let rate = |arg| args.get(&arg).map_or(0.0, |arg| arg.readers.rate());
        let watch = self.watches.next(rate);
        if let Some(Watch::Tell(arg, 0.0)) = watch {
            self.args.remove(&arg);
        }
        watch
    }

    /// Starts to tell a sim that has no watches about all args; see [`Self::rewatch_next`].
    pub(in crate::world) fn rewatch(&mut self) {
        self.watches.reset();
        self.rewatched = (!self.args.is_empty()).then_some(0);
    }

    /// Marks the next arg for a sim that has no watches, or removes the arg if it is not needed.
    /// Returns whether there was one.
    pub(in crate::world) fn rewatch_next(&mut self) -> bool {
        let next = self
            .rewatched
            .and_then(|from| self.args.range(from..).next());
        let Some((&arg, _)) = next else {
            self.rewatched = None;
            return false;
        };
        self.rewatched = arg.checked_add(1);
        self.watches.mark_dirty(arg);
        self.give_up(arg);
        true
    }

    /// Returns whether [`Self::rewatch_next`] has something to do.
    pub(in crate::world) fn is_rewatching(&self) -> bool {
        self.rewatched.is_some()
    }
}
