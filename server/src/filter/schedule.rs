//! The common beat of all subscriptions of one client with the same rate.

use super::{Filter, Micros, Period};

/// The beat of subscriptions with the same rate, and the list of the active ones.
///
/// Beats have places on the time line, a period apart. A frame of the sim that comes close enough
/// to a place makes the beat, so that fresh values are sent. If no frame comes, a timer makes the
/// beat, and the next place moves to an earlier time, closer to the frames, while there is credit.
/// A beat that is late, because the sim hung or nothing changed for a while, moves the places to a
/// later time and adds to the credit.
///
/// A subscription becomes active when it has to wait for the beat. It stays active until a beat
/// finds that it has not changed since it was last sent.
///
/// `K` is the key of a subscription.
#[derive(Debug)]
pub struct SendSchedule<K> {
    period: Period,
    /// The place of the next beat; `None` before the first.
    place: Option<Micros>,
    /// The earliest time at which a frame makes the next beat.
    earliest_beat: Micros,
    /// The time of the latest beat.
    beat: Option<Micros>,
    /// The credit: the time by which the places may still become earlier; at most a period.
    credit: Micros,
    /// The time of the latest frame with changes, and its distance from the one before.
    frame: Micros,
    interval: Micros,
    /// The active subscriptions.
    active: Vec<K>,
    /// A lower bound of the number of active subscriptions that were sent with the latest beat.
    on_beat: usize,
    /// A lower bound of the time at which the first of the waiting values has waited for a period.
    deadline: Micros,
    /// The earliest time at which a value that the latest beat could not send may be sent: a period
    /// after the last update of its subscription.
    next_ready: Micros,
}

/// The decision on a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Do nothing, since it is the value sent last.
    Same,
    /// Send it now.
    Send,
    /// Let it wait for the beat.
    Wait,
}

/// A value of a subscription and its history.
#[derive(Debug, Clone, Copy)]
pub struct TimedValue {
    /// The value, in steps of its precision.
    pub steps: f64,
    /// The time at which it replaced another value.
    pub at: Micros,
    /// The time at which that other value came.
    pub before: Micros,
}

impl<K: Copy> SendSchedule<K> {
    /// Creates a schedule with this time between two beats.
    pub fn new(period: Micros) -> Self {
        let period = Period::new(period);
        Self {
            place: None,
            earliest_beat: 0,
            beat: None,
            credit: period.length,
            frame: 0,
            interval: 0,
            active: Vec::new(),
            on_beat: 0,
            deadline: Micros::MAX,
            next_ready: Micros::MAX,
            period,
        }
    }

    /// Returns the time between two beats.
    pub fn period(&self) -> Micros {
        self.period.length
    }

    /// Records a frame of the sim in which active subscriptions may change. Must be called before
    /// the values of the frame are passed to [`Self::decide`], which does not get those of skipped
    /// subscriptions.
    pub fn begin_frame(&mut self, now: Micros) {
        if self.has_active() {
            self.record_frame(now);
            self.deadline = self.deadline.min(now + self.period.length);
        }
    }

    /// Decides on a new value of a subscription. `now` never goes back. After all values of a
    /// frame, [`Self::take_ready`] must be called.
    #[inline]
    pub fn decide(
        &mut self,
        filter: &mut Filter,
        key: K,
        value: &TimedValue,
        now: Micros,
    ) -> Decision {
        if value.steps == filter.sent {
            return Decision::Same;
        }
        self.record_frame(now);
        let waits = filter.active.is_some() && value.before > filter.sent_at;
        if self.may_go_with_beat(filter, now)
            || filter.is_new()
            || !waits && filter.was_quiet(&self.period, now)
        {
            self.send(filter, value.steps, now);
            return Decision::Send;
        }
        if filter.active.is_none() {
            self.activate(filter, key);
        }
        self.wait(filter, now);
        Decision::Wait
    }

    /// Returns the time at which [`Self::take_ready`] has to be called if nothing else happens.
    pub fn due(&self, now: Micros) -> Option<Micros> {
        let place = self.place.filter(|_| self.has_active())?;
        let due = if place <= now {
            place + self.period.slack
        } else {
            place
        };
        Some(due.min(self.deadline))
    }

    /// Takes the list of active subscriptions, if some of their values may be due. Each of them
    /// must be passed to [`Self::release`] or [`Self::withdraw`]; then [`Self::end_release`] must
    /// be called.
    pub fn take_ready(&mut self, now: Micros) -> Option<Vec<K>> {
        let on_beat = self.is_on_beat(now) && !self.awaits_frame(now);
        if self.active.is_empty() || !on_beat && now < self.deadline {
            return None;
        }
        (self.deadline, self.next_ready) = (Micros::MAX, Micros::MAX);
        if self.beat == Some(now) && self.on_beat == self.active.len() {
            return None;
        }
        let still_active = Vec::with_capacity(self.active.len());
        Some(std::mem::replace(&mut self.active, still_active))
    }

    /// Decides on the newest value of an active subscription.
    pub fn release(
        &mut self,
        filter: &mut Filter,
        key: K,
        newest: &TimedValue,
        now: Micros,
    ) -> Decision {
        if newest.steps == filter.sent {
            if filter.sent_at == now {
                self.activate(filter, key);
            } else {
                filter.deactivate();
            }
            return Decision::Same;
        }
        self.activate(filter, key);
        let is_overdue = newest.at + self.period.length <= now;
        if is_overdue || self.may_go_with_beat(filter, now) {
            self.send(filter, newest.steps, now);
            return Decision::Send;
        }
        self.wait(filter, newest.at);
        self.next_ready = self.next_ready.min(filter.sent_at + self.period.length);
        Decision::Wait
    }

    /// Makes a subscription inactive without sending it anything. Returns whether its newest value
    /// differs from the one sent last.
    pub fn withdraw(&mut self, filter: &mut Filter, newest: &TimedValue) -> bool {
        filter.deactivate();
        newest.steps != filter.sent
    }

    /// Ends the release that [`Self::take_ready`] began.
    pub fn end_release(&mut self, now: Micros) {
        // A beat at which no value could be sent is postponed until one can be sent.
        let was_any_left = self.next_ready != Micros::MAX;
        if was_any_left && self.beat != Some(now) && self.is_on_beat(now) {
            self.set_place(self.next_ready);
        }
    }

    /// Returns whether any subscription is active.
    pub fn has_active(&self) -> bool {
        !self.active.is_empty()
    }

    /// Removes a subscription that ends or restarts. If another one takes its place in the list of
    /// active subscriptions, returns that one for [`Filter::move_to`].
    pub fn remove(&mut self, filter: &mut Filter) -> Option<(K, u32)> {
        let place = filter.active?;
        *filter = Filter::new();
        self.active.swap_remove(place as usize);
        self.on_beat = 0;
        let moved = self.active.get(place as usize)?;
        Some((*moved, place))
    }

    fn activate(&mut self, filter: &mut Filter, key: K) {
        filter.active = Some(self.active.len() as u32);
        self.active.push(key);
    }

    /// Makes an active subscription wait with its value, which came at `changed`.
    fn wait(&mut self, filter: &mut Filter, changed: Micros) {
        self.deadline = self.deadline.min(changed + self.period.length);
        filter.skip_until = self.earliest_beat;
    }

    fn send(&mut self, filter: &mut Filter, steps: f64, now: Micros) {
        if self.is_on_beat(now) {
            self.make_beat(now);
        }
        filter.record_sent(steps, &self.period, now);
        if filter.active.is_some() {
            self.on_beat += usize::from(self.beat == Some(now));
            filter.skip_until = self.earliest_beat.min(filter.quiet_at(&self.period));
        }
    }

    fn record_frame(&mut self, now: Micros) {
        if self.frame != now {
            self.interval = now - self.frame;
            self.frame = now;
        }
    }

    fn set_place(&mut self, place: Micros) {
        self.place = Some(place);
        self.earliest_beat = place.saturating_sub(self.period.slack);
    }

    /// Returns whether an update at this time goes with a beat.
    fn is_on_beat(&self, now: Micros) -> bool {
        now >= self.earliest_beat || self.beat == Some(now)
    }

    fn may_go_with_beat(&self, filter: &Filter, now: Micros) -> bool {
        self.is_on_beat(now) && filter.may_join(&self.period, now)
    }

    /// Returns whether frames come faster than beats. When slower ones come, no value waits any
    /// more.
    fn are_frames_faster(&self) -> bool {
        4 * self.interval <= 3 * self.period.length
    }

    /// Returns whether a frame is likely to come soon enough to make the beat that is due.
    fn awaits_frame(&self, now: Micros) -> bool {
        let expected = self.frame + self.interval;
        let latest = self.place.unwrap_or_default() + self.period.slack;
        self.are_frames_faster()
            && self.frame != now
            && self.beat != Some(now)
            && now < latest.min(self.deadline)
            && expected <= latest
            && now <= expected + self.period.slack
    }

    /// Sets the place of the next beat after a beat at `now`.
    fn make_beat(&mut self, now: Micros) {
        if self.beat.replace(now) == Some(now) {
            return;
        }
        self.on_beat = 0;
        let Period {
            length,
            slack,
            step,
            ..
        } = self.period;
        let Some(place) = self.place else {
            self.set_place(now + length);
            return;
        };
        let late = now.saturating_sub(place + slack);
        self.credit = (self.credit + late).min(length);
        let place = place + late;
        // Frames should come a little before the places, so that the timer does not end before
        // them. If a timer made this beat, the latest frame shows where the frames are.
        if now == self.frame {
            let wanted = now + slack / 2;
            let back = wanted.saturating_sub(place).min(length - self.credit);
            self.credit += back;
            let forward = self.credit.min(step).min(place.saturating_sub(wanted));
            self.credit -= forward;
            self.set_place(place + back + length - forward);
        } else {
            let forward = self.credit.min(step).min(now - self.frame);
            self.credit -= forward;
            self.set_place(place + length - forward);
        }
    }
}
