//! Adds subscriptions to groups and removes them. Groups and sources are created and removed as
//! needed.

use std::sync::Arc;

use super::gauge::State;
use super::group::{Group, Member};
use super::read_rate::rates_of;
use super::{Gauges, POSITION_RATE, Source};
use crate::filter::{Filter, Micros};
use crate::wire::print::Prefix;
use crate::world::arena::{GroupId, SubscriptionId};
use crate::world::clients::Clients;
use crate::world::meaning::Meaning;
use crate::world::source::SourceId;

impl Gauges {
    /// Makes a sleeping subscription a member of its group, and sends the value if it is known.
    /// [`Self::release_due`] must be called afterwards.
    pub(super) fn wake(
        &mut self,
        clients: &mut Clients,
        id: SubscriptionId,
        meaning: &Meaning,
        now: Micros,
    ) {
        let subject = meaning.subject;
        let source = subject.source;
        let group = self.group(meaning, self.subscriptions[id].to.precision, now);
        let subscription = &mut self.subscriptions[id];
        let rate = subscription.to.max_frequency;
        let members = &mut self.groups[group].members;
        subscription.to.state = State::Awake {
            subject,
            group,
            index: members.len() as u32,
        };
        members.push(Member {
            filter: Filter::new(),
            prefix: Prefix::gauge(subscription.id),
            schedule: self.schedules.join(subscription.client, rate),
            subscription: id,
        });
        if let Some(owner) = clients.get_mut(subscription.client) {
            owner.by_subject.insert(subject, id);
        }
        if let Some(entry) = self.sources.get_mut(&source) {
            entry.readers.add(rate, rates_of(source));
        }
        self.mark_dirty(source);
        self.update(clients, id, now);
    }

    /// Returns the group with this source, scale and precision; creates it if necessary.
    fn group(&mut self, meaning: &Meaning, precision: i8, now: Micros) -> GroupId {
        let source = meaning.subject.source;
        if self.is_recorded(source) && !self.sources.contains_key(&source) {
            // The sim has sent the value to the recording only.
            self.resend(source);
        }
        let entry = self.sources.entry(source).or_default();
        let existing = entry.groups.iter().copied().find(|&group| {
            let group = &self.groups[group];
            group.precision == precision && group.has_scale(&meaning.scale)
        });
        if let Some(group) = existing {
            return group;
        }
        let scale = Arc::clone(&meaning.scale);
        let mut group = Group::new(scale, precision, source.raw_decimals());
        if let Some((epoch, raw)) = entry.raw {
            group.set(raw, epoch, now);
        }
        let id = self.groups.insert(group);
        entry.groups.push(id);
        id
    }

    /// Removes a subscription from its group, and removes the group and the source if they are not
    /// needed any more.
    pub(super) fn put_to_sleep(&mut self, clients: &mut Clients, id: SubscriptionId) {
        let subscription = &mut self.subscriptions[id];
        let State::Awake {
            subject,
            group,
            index,
        } = subscription.to.state
        else {
            return;
        };
        subscription.to.state = State::Asleep;
        let (client, rate) = (subscription.client, subscription.to.max_frequency);
        let members = &mut self.groups[group].members;
        let mut member = members.swap_remove(index as usize);
        if let Some(moved) = members.get(index as usize) {
            let state = &mut self.subscriptions[moved.subscription].to.state;
            *state = State::Awake {
                subject,
                group,
                index,
            };
        }
        let moved = self.schedules.leave(member.schedule, &mut member.filter);
        self.move_active(moved);
        if let Some(owner) = clients.get_mut(client)
            && owner.by_subject.get(&subject) == Some(&id)
        {
            owner.by_subject.remove(&subject);
        }
        self.remove_rate(subject.source, group, rate);
    }

    /// Sets the new place of an active subscription in the list of its schedule.
    pub(super) fn move_active(&mut self, moved: Option<(SubscriptionId, u32)>) {
        if let Some((id, place)) = moved
            && let State::Awake { group, index, .. } = self.subscriptions[id].to.state
        {
            let member = &mut self.groups[group].members[index as usize];
            member.filter.move_to(place);
        }
    }

    /// Lowers the rate of a source, and removes a group of it that has no members left.
    fn remove_rate(&mut self, source: SourceId, group: GroupId, rate: f64) {
        self.mark_dirty(source);
        let Some(entry) = self.sources.get_mut(&source) else {
            return;
        };
        entry.readers.remove(rate, rates_of(source));
        if self.groups[group].members.is_empty() {
            self.groups.remove(group);
            entry.groups.retain(|&other| other != group);
        }
        self.remove_if_unused(source);
    }

    /// Removes a source if nothing needs it any more and the sim need not be told so.
    pub(super) fn remove_if_unused(&mut self, source: SourceId) {
        if self.is_needed(source) {
            return;
        }
        if self.is_recorded(source) {
            // The sim still has to be told the rate of the recording.
            self.mark_dirty(source);
        } else if !self.cancel(source) {
            self.sources.remove(&source);
        }
    }

    /// Returns whether a subscription or a control needs the value of a source.
    pub(super) fn is_needed(&self, source: SourceId) -> bool {
        let needed = |entry: &Source| !entry.groups.is_empty() || entry.position_readers > 0;
        self.sources.get(&source).is_some_and(needed)
    }

    /// Returns whether a source is read for a recording.
    fn is_recorded(&self, source: SourceId) -> bool {
        self.recorded.contains(&source)
    }

    /// Makes the sim read an arg that shows a position.
    pub(in crate::world) fn read_position(&mut self, arg: u32) {
        let source = SourceId::arg(arg);
        let entry = self.sources.entry(source).or_default();
        entry.position_readers += 1;
        entry.readers.add(POSITION_RATE, rates_of(source));
        self.mark_dirty(source);
    }

    /// Ends a [`Self::read_position`].
    pub(in crate::world) fn stop_reading_position(&mut self, arg: u32) {
        let source = SourceId::arg(arg);
        let Some(entry) = self
            .sources
            .get_mut(&source)
            .filter(|entry| entry.position_readers > 0)
        else {
            return;
        };
        entry.position_readers -= 1;
        entry.readers.remove(POSITION_RATE, rates_of(source));
        self.mark_dirty(source);
        self.remove_if_unused(source);
    }
}
