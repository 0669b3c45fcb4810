//! The common beat of all subscriptions of one client with the same rate.

use super::{Filter, Micros, Period};

/// The beat of subscriptions with the same rate, and those that wait for it.
///
/// Beats have places on the time line, a period apart. A frame of the sim that comes close
/// enough to a place makes the beat, so that fresh values go out. If no frame comes, a timer
/// makes it, and the next place moves closer to the frames while there is credit. A beat that
/// comes late, after a hang of the sim or a quiet time, moves the places back and earns credit.
///
/// `K` names a subscription.
#[derive(Debug)]
pub struct Pace<K> {
    period: Period,
    /// Where the next beat has its place; none before the first.
    place: Option<Micros>,
    /// The time of the latest beat.
    beat: Option<Micros>,
    /// By how much the places may still be moved forward; at most a period.
    credit: Micros,
    /// When a value changed last, and how long after the change before it.
    changed: Micros,
    interval: Micros,
    /// The subscriptions that wait. While a beat is sent it also has some that do no longer.
    waiting: Vec<K>,
    /// How many subscriptions wait.
    waits: usize,
    /// No value that waits must wait longer than this.
    deadline: Micros,
    /// The earliest time at which one of those left behind by a beat has had its period.
    next_ready: Micros,
}

/// What to do with a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Nothing: it is what was sent last.
    Same,
    /// Send it now.
    Send,
    /// It waits for the beat.
    Wait,
}

impl<K: Copy + PartialEq> Pace<K> {
    /// A pace with this time between two beats.
    pub fn new(period: Micros) -> Self {
        let period = Period::new(period);
        Self {
            place: None,
            beat: None,
            credit: period.length,
            changed: 0,
            interval: 0,
            waiting: Vec::new(),
            waits: 0,
            deadline: Micros::MAX,
            next_ready: Micros::MAX,
            period,
        }
    }

    /// Starts anew. The filters of its subscriptions must be restarted too.
    pub fn restart(&mut self) {
        *self = Self::new(self.period.length);
    }

    /// The time between two beats.
    pub fn period(&self) -> Micros {
        self.period.length
    }

    /// Decides on a new value of a subscription, in steps of its precision. `now` never goes
    /// back. When all values of a frame are in, those that wait need [`Self::take_ready`].
    #[inline]
    pub fn step(&mut self, filter: &mut Filter, key: K, steps: f64, now: Micros) -> Step {
        if steps == filter.sent {
            return Step::Same;
        }
        if self.changed != now {
            self.interval = now - self.changed;
            self.changed = now;
        }
        let on_beat = self.is_on_beat(now) && filter.may_join(&self.period, now);
        if on_beat || filter.is_new() || filter.was_quiet(&self.period, now) {
            self.send(filter, steps, now);
            return Step::Send;
        }
        if !filter.waiting {
            self.wait(filter, key, now);
        }
        Step::Wait
    }

    /// When the pace needs [`Self::take_ready`] next, if nothing else happens.
    pub fn due(&self, now: Micros) -> Option<Micros> {
        let place = self.place.filter(|_| self.waits > 0)?;
        let place = if place <= now {
            place + self.period.slack
        } else {
            place
        };
        Some(place.min(self.deadline))
    }

    /// Takes the list of subscriptions that wait, if some of them may be sent now. Each of them
    /// is to be handed to [`Self::release`], then [`Self::end_release`] is to be called.
    pub fn take_ready(&mut self, now: Micros) -> Option<Vec<K>> {
        if self.waits == 0 {
            self.waiting.clear();
            return None;
        }
        let beat = self.is_on_beat(now) && !self.awaits_frame(now);
        if !beat && now < self.deadline {
            return None;
        }
        (self.waits, self.deadline, self.next_ready) = (0, Micros::MAX, Micros::MAX);
        Some(std::mem::take(&mut self.waiting))
    }

    /// Decides on the newest value of a subscription that waits; it last changed at `changed`.
    pub fn release(
        &mut self,
        filter: &mut Filter,
        key: K,
        (steps, changed): (f64, Micros),
        now: Micros,
    ) -> Step {
        if !std::mem::take(&mut filter.waiting) || steps == filter.sent {
            return Step::Same;
        }
        let overdue = changed + self.period.length <= now;
        if overdue || self.is_on_beat(now) && filter.may_join(&self.period, now) {
            self.send_released(filter, steps, now);
            return Step::Send;
        }
        self.wait(filter, key, changed);
        self.next_ready = self.next_ready.min(filter.sent_at + self.period.length);
        Step::Wait
    }

    /// Ends what [`Self::take_ready`] has begun.
    pub fn end_release(&mut self, now: Micros) {
        // A beat at which none could be sent is put off until one can.
        if self.waits > 0 && self.beat != Some(now) && self.is_on_beat(now) {
            self.place = Some(self.next_ready);
        }
    }

    /// Takes a subscription that [`Self::take_ready`] returned from those that wait. Returns
    /// whether it did wait.
    pub fn withdraw(&mut self, filter: &mut Filter) -> bool {
        std::mem::take(&mut filter.waiting)
    }

    /// Whether any subscription waits for the beat.
    pub fn has_waiting(&self) -> bool {
        self.waits > 0
    }

    /// Forgets a subscription that ends.
    pub fn remove(&mut self, filter: &mut Filter, key: K) {
        if std::mem::take(&mut filter.waiting) {
            self.waiting.retain(|&other| other != key);
            self.waits -= 1;
        }
    }

    fn wait(&mut self, filter: &mut Filter, key: K, changed: Micros) {
        filter.waiting = true;
        self.waiting.push(key);
        self.waits += 1;
        self.deadline = self.deadline.min(changed + self.period.length);
    }

    fn send(&mut self, filter: &mut Filter, steps: f64, now: Micros) {
        self.waits -= usize::from(filter.waiting);
        self.send_released(filter, steps, now);
    }

    fn send_released(&mut self, filter: &mut Filter, steps: f64, now: Micros) {
        if self.is_on_beat(now) {
            self.make_beat(now);
        }
        filter.note_sent(steps, &self.period, now);
    }

    /// Whether what is sent now goes with a beat.
    fn is_on_beat(&self, now: Micros) -> bool {
        let place = self.place.unwrap_or_default();
        now + self.period.slack >= place || self.beat == Some(now)
    }

    /// Whether a frame is likely to come soon enough to make the beat that is due.
    fn awaits_frame(&self, now: Micros) -> bool {
        let expected = self.changed + self.interval;
        let latest = self.place.unwrap_or_default() + self.period.slack;
        // Frames that come no faster than the beats find nothing that waits.
        4 * self.interval <= 3 * self.period.length
            && self.changed != now
            && self.beat != Some(now)
            && now < latest.min(self.deadline)
            && expected <= latest
            && now <= expected + self.period.slack
    }

    /// Moves the place of the next beat to where it belongs after one at `now`.
    fn make_beat(&mut self, now: Micros) {
        if self.beat.replace(now) == Some(now) {
            return;
        }
        let Period {
            length,
            slack,
            step,
        } = self.period;
        let Some(place) = self.place else {
            self.place = Some(now + length);
            return;
        };
        let late = now.saturating_sub(place + slack);
        self.credit = (self.credit + late).min(length);
        // The newest value is so old: a beat right after it would have been better.
        let forward = self.credit.min(step).min(now - self.changed);
        self.credit -= forward;
        self.place = Some(place + late + length - forward);
    }
}
