//! Finds the args that have just moved, rare changes first.
//!
//! A movement begins when the value changes and ends when it rests. It is reported at the latest
//! 120 ms after its beginning, and again when it ends, if that is later. Args that move all the
//! time are left out. Movements that are reported together often have one cause: a switch that was
//! clicked, and the lamps that it lights.

use std::collections::HashMap;

use super::activity::Activity;
use crate::filter::Micros;

/// The least change that counts as a movement. Needles at rest tremble by less.
const MIN_CHANGE: f64 = 0.002;
/// The time without a change after which a value rests.
const REST: Micros = 80_000;
/// The longest time from the beginning of a movement until it is reported.
const LONGEST_DELAY: Micros = 120_000;
/// The time at the beginning in which nothing is reported, to find the args that move all the time.
pub(crate) const WARM_UP: Micros = 3_000_000;

/// The class of an arg. Of movements at the same time, those of the classes listed first are
/// reported first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// An arg of a control, which a person operates.
    Control,
    /// An arg of a gauge or a lamp.
    Gauge,
    /// An arg without a name.
    Nameless,
}

impl Class {
    /// Returns the largest share of half seconds in which such an arg may move and still be
    /// reported: 30 of the 120 in a minute, or 6.
    fn limit(self) -> f64 {
        match self {
            Self::Control => 0.25,
            Self::Gauge | Self::Nameless => 0.05,
        }
    }

    /// Returns the longest movement whose end is reported. Longer movements are those of needles.
    fn longest_movement(self) -> Micros {
        match self {
            Self::Control => 30_000_000,
            Self::Gauge | Self::Nameless => 2_000_000,
        }
    }
}

/// The treatment of args that move all the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Damping {
    /// They are left out.
    On,
    /// They are reported like all others.
    Off,
}

/// A movement of an arg.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Movement {
    /// The arg.
    pub arg: u32,
    /// The raw value before.
    pub before: f64,
    /// The raw value that was farthest from `before`.
    pub peak: f64,
    /// The raw value now.
    pub after: f64,
    /// Whether the arg has not come to rest yet. If it moves on, it is reported again when it has.
    pub is_moving: bool,
}

/// The args that are watched, with their movements.
#[derive(Debug)]
pub struct MovementDetector {
    damping: Damping,
    classes: HashMap<u32, Class>,
    args: HashMap<u32, ArgState>,
    started_at: Micros,
    /// The args with a movement that has not ended.
    moving: Vec<u32>,
}

#[derive(Debug)]
struct ArgState {
    raw: f64,
    activity: Activity,
    movement: Option<MovementState>,
}

#[derive(Debug, Clone, Copy)]
struct MovementState {
    started_at: Micros,
    changed_at: Micros,
    before: f64,
    peak: f64,
    /// The raw value that was reported, if the movement was.
    reported: Option<f64>,
    /// Whether the arg has moved often lately, though not too often to be reported.
    is_frequent: bool,
}

impl MovementDetector {
    /// Creates an instance that watches no args yet.
    pub fn new(damping: Damping, now: Micros) -> Self {
        Self {
            damping,
            classes: HashMap::new(),
            args: HashMap::new(),
            started_at: now,
            moving: Vec::new(),
        }
    }

    /// Sets the classes of args. Other args have no name.
    pub fn set_classes(&mut self, classes: HashMap<u32, Class>) {
        self.classes = classes;
    }

    /// Starts again with another aircraft. Nothing is reported for three seconds.
    pub fn restart(&mut self, now: Micros) {
        self.args.clear();
        self.moving.clear();
        self.started_at = now;
    }

    /// Records the raw value of an arg. The first value of an arg is not a movement.
    pub fn report(&mut self, arg: u32, raw: f64, now: Micros) {
        let since_start = now.saturating_sub(self.started_at);
        let limit = self.limit(arg);
        let Some(state) = self.args.get_mut(&arg) else {
            let (activity, movement) = Default::default();
            let state = ArgState {
                raw,
                activity,
                movement,
            };
            self.args.insert(arg, state);
            return;
        };
        if (raw - state.raw).abs() < MIN_CHANGE {
            return;
        }
        let share = state.activity.share(since_start);
        state.activity.record(since_start);
        let before = std::mem::replace(&mut state.raw, raw);
        match &mut state.movement {
            Some(movement) => movement.extend(raw, now),
            None if since_start < WARM_UP || share > limit => {}
            None => {
                let is_frequent = share > limit / 2.0;
                state.movement = Some(MovementState::new(before, raw, now, is_frequent));
                self.moving.push(arg);
            }
        }
    }

    /// Returns the time at which [`Self::take`] has to be called.
    pub fn next_due(&self) -> Option<Micros> {
        let ongoing = || self.ongoing().map(|(_, movement)| movement);
        let unreported = || ongoing().filter(|movement| movement.reported.is_none());
        let rest = unreported()
            .map(|movement| movement.changed_at + REST)
            .max();
        let latest = unreported()
            .map(|movement| movement.started_at + LONGEST_DELAY)
            .min();
        let reported = ongoing().filter(|movement| movement.reported.is_some());
        let ends = reported.map(|movement| movement.changed_at + REST).min();
        [rest.min(latest), ends].into_iter().flatten().min()
    }

    /// Takes the movements to report now, the rarest first.
    pub fn take(&mut self, now: Micros) -> Vec<Movement> {
        let mut due: Vec<(u32, MovementState)> = self.due(now);
        due.sort_by_key(|(arg, movement)| {
            let is_end = movement.reported.is_some();
            let class = self.class(*arg);
            (
                is_end,
                movement.is_frequent,
                class,
                movement.started_at,
                *arg,
            )
        });
        let classes = &self.classes;
        let longest = |arg| class_in(classes, arg).longest_movement();
        let reported = due.into_iter().filter_map(|(arg, movement)| {
            let is_moving = now < movement.changed_at + REST;
            let state = self.args.get_mut(&arg)?;
            state.movement = is_moving.then_some(MovementState {
                reported: Some(state.raw),
                ..movement
            });
            let is_needle = now > movement.started_at + longest(arg);
            let is_news = movement.reported != Some(state.raw) && !is_needle;
            is_news.then_some(Movement {
                arg,
                before: movement.before,
                peak: movement.peak,
                after: state.raw,
                is_moving,
            })
        });
        let reported = reported.collect();
        let args = &self.args;
        let is_moving = |arg: &u32| args.get(arg).is_some_and(|state| state.movement.is_some());
        self.moving.retain(is_moving);
        reported
    }

    /// Returns the number of args that are left out since they move all the time.
    pub fn damped(&self, now: Micros) -> usize {
        let since_start = now.saturating_sub(self.started_at);
        let args = self.args.iter();
        let is_damped = |(arg, state): &(&u32, &ArgState)| {
            state.activity.share(since_start) > self.limit(**arg)
        };
        args.filter(is_damped).count()
    }

    /// Returns the movements to report now. All that have not been reported are due when all of
    /// them have come to rest, or when the first has waited long enough. One that was reported
    /// while it went on is due again when it has come to rest.
    fn due(&self, now: Micros) -> Vec<(u32, MovementState)> {
        let unreported = self
            .ongoing()
            .filter(|(_, movement)| movement.reported.is_none());
        let is_late =
            |(_, movement): (u32, &MovementState)| now >= movement.started_at + LONGEST_DELAY;
        let rests = |movement: &MovementState| now >= movement.changed_at + REST;
        let all_rest = unreported.clone().all(|(_, movement)| rests(movement));
        let is_due = all_rest || unreported.clone().any(is_late);
        let ends = self
            .ongoing()
            .filter(|(_, movement)| movement.reported.is_some());
        let ends = ends.filter(|(_, movement)| rests(movement));
        let due = unreported.filter(|_| is_due).chain(ends);
        due.map(|(arg, movement)| (arg, *movement)).collect()
    }

    fn ongoing(&self) -> impl Iterator<Item = (u32, &MovementState)> + Clone {
        let moving = self.moving.iter();
        moving.filter_map(|arg| Some((*arg, self.args.get(arg)?.movement.as_ref()?)))
    }

    fn class(&self, arg: u32) -> Class {
        class_in(&self.classes, arg)
    }

    fn limit(&self, arg: u32) -> f64 {
        match self.damping {
            Damping::On => self.class(arg).limit(),
            Damping::Off => f64::INFINITY,
        }
    }
}

fn class_in(classes: &HashMap<u32, Class>, arg: u32) -> Class {
    classes.get(&arg).copied().unwrap_or(Class::Nameless)
}

impl MovementState {
    fn new(before: f64, raw: f64, now: Micros, is_frequent: bool) -> Self {
        Self {
            started_at: now,
            changed_at: now,
            before,
            peak: raw,
            reported: None,
            is_frequent,
        }
    }

    fn extend(&mut self, raw: f64, now: Micros) {
        self.changed_at = now;
        if (raw - self.before).abs() > (self.peak - self.before).abs() {
            self.peak = raw;
        }
    }
}

#[cfg(test)]
mod tests;
