//! The watches of sources: the sim reads those that are needed. Args are read by the hook state,
//! and fields of telemetry by the export state.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeBounds;

use super::Gauges;
use super::read_rate::recording_rate_of;
use crate::world::client::ClientKey;
use crate::world::source::{Source, SourceId};
use crate::world::watches::WatchUpdate;

/// Returns the number of times per second that the sim should read a source for subscriptions and
/// recordings; 0 if it is not needed.
pub(super) fn wanted_rate(
    sources: &BTreeMap<SourceId, super::Source>,
    recorded: &BTreeSet<SourceId>,
    id: SourceId,
) -> f64 {
    let rate = sources.get(&id).map_or(0.0, |source| source.rate(id));
    match recorded.contains(&id) {
        true => recording_rate_of(id).max(rate),
        false => rate,
    }
}

impl Gauges {
    /// Marks that the rate of a source may have changed.
    pub(super) fn mark_dirty(&mut self, id: SourceId) {
        match id.source() {
            Source::Arg(arg) => self.watches.mark_dirty(arg),
            Source::Field(field) => self.fields.watches.mark_dirty(field),
        }
    }

    /// Gives up a source; see [`Watches::cancel`](crate::world::watches::Watches::cancel).
    pub(super) fn cancel(&mut self, id: SourceId) -> bool {
        match id.source() {
            Source::Arg(arg) => self.watches.cancel(arg),
            Source::Field(field) => self.fields.watches.cancel(field),
        }
    }

    /// Makes the sim send the value of a source again.
    pub(super) fn resend(&mut self, id: SourceId) {
        match id.source() {
            Source::Arg(arg) => self.watches.resend(arg),
            Source::Field(field) => self.fields.watches.resend(field),
        }
    }

    /// Makes the sim send all values again.
    pub(in crate::world) fn resend_all(&mut self) {
        self.watches.resend_all();
        self.fields.watches.resend_all();
    }

    /// Returns the number of watches that the sim has.
    pub(in crate::world) fn active_watches(&self) -> usize {
        self.watches.active_count() + self.fields.watches.active_count()
    }

    /// Returns the clients with subscriptions to a source.
    pub(in crate::world) fn clients_of(&self, id: SourceId) -> Vec<ClientKey> {
        let source = self.sources.get(&id);
        let groups = source.map_or(&[][..], |source| &source.groups);
        let members = groups.iter().flat_map(|&group| &self.groups[group].members);
        let clients = members.map(|member| self.schedules.client(member.schedule));
        clients.collect()
    }

    /// Returns the next change of an arg's watch that the sim has to be told about.
    pub(in crate::world) fn next_watch(&mut self) -> Option<WatchUpdate> {
        let (sources, recorded) = (&self.sources, &self.recorded);
        let rate = |arg| wanted_rate(sources, recorded, SourceId::arg(arg));
        let watch = self.watches.next(rate);
        if let Some(WatchUpdate::Send(arg, _)) = watch
            && !self.is_needed(SourceId::arg(arg))
        {
            self.sources.remove(&SourceId::arg(arg));
        }
        watch
    }

    /// Makes the sim read these sources for a recording, instead of those from an earlier call.
    pub(in crate::world) fn set_recorded(&mut self, sources: BTreeSet<SourceId>) {
        let before = std::mem::replace(&mut self.recorded, sources);
        let changed: Vec<SourceId> = before
            .symmetric_difference(&self.recorded)
            .copied()
            .collect();
        for id in changed {
            self.mark_dirty(id);
        }
    }

    /// Marks the recorded sources of a link that has lost its watches.
    pub(super) fn mark_recorded_dirty(&mut self, range: impl RangeBounds<SourceId>) {
        let ids: Vec<SourceId> = self.recorded.range(range).copied().collect();
        for id in ids {
            self.mark_dirty(id);
        }
    }

    /// Starts to tell a sim that has no watches about all args; see [`Self::restore_next_watch`].
    pub(in crate::world) fn restore_watches(&mut self) {
        self.watches.reset();
        self.restore_from = (!self.sources.is_empty()).then_some(SourceId::arg(0));
        self.mark_recorded_dirty(..SourceId::FIRST_FIELD);
    }

    /// Marks the next arg for a sim that has no watches, or removes the arg if it is not needed.
    /// Returns whether there was one.
    pub(in crate::world) fn restore_next_watch(&mut self) -> bool {
        let next = self
            .restore_from
            .and_then(|from| self.sources.range(from..SourceId::FIRST_FIELD).next());
        let Some((&id, _)) = next else {
            self.restore_from = None;
            return false;
        };
        self.restore_from = id.next();
        self.mark_dirty(id);
        self.remove_if_unused(id);
        true
    }

    /// Returns whether [`Self::restore_next_watch`] has something to do.
    pub(in crate::world) fn is_restoring_watches(&self) -> bool {
        self.restore_from.is_some()
    }
}
