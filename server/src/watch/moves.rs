//! Which args have just moved, rare changes first.
//!
//! A movement begins when the value changes and ends when it rests. It is told at the latest
//! 150 ms after its beginning, and a second time when it ends, if that is later. What moves all
//! the time is left out. Movements that are told together are those of one cause: a switch that
//! was clicked, the lamps that it lights.

use std::collections::HashMap;

use super::activity::Activity;
use crate::filter::Micros;

/// The least change that is a movement: needles at rest tremble by less.
const LEAST_CHANGE: f64 = 0.002;
/// A value that has not changed for so long rests.
const REST: Micros = 100_000;
/// A movement is told at the latest so long after its beginning.
const LONGEST_DELAY: Micros = 150_000;
/// Nothing is told for so long at the beginning, in which it is found out what moves all the time.
pub(crate) const WARM_UP: Micros = 3_000_000;

/// What an arg belongs to. Of what moves at the same time, the earlier in this list is told first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// A control, which somebody has worked.
    Control,
    /// A gauge or a lamp.
    Gauge,
    /// Nothing that has a name.
    Nameless,
}

impl Class {
    /// The share of time in which such an arg may move and is told all the same: 30 times a
    /// minute, or 6 times.
    fn limit(self) -> f64 {
        match self {
            Self::Control => 0.25,
            Self::Gauge | Self::Nameless => 0.05,
        }
    }

    /// The longest movement whose end is told; a longer one is that of a needle.
    fn longest_movement(self) -> Micros {
        match self {
            Self::Control => 30_000_000,
            Self::Gauge | Self::Nameless => 2_000_000,
        }
    }
}

/// Whether what moves all the time is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Damping {
    /// It is left out.
    On,
    /// It is told like everything else.
    Off,
}

/// A movement of an arg.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Move {
    /// The arg.
    pub arg: u32,
    /// The raw value before.
    pub before: f64,
    /// The raw value that was farthest from that.
    pub peak: f64,
    /// The raw value now.
    pub after: f64,
    /// It has not come to rest yet. If it moves on, it is told once more when it has.
    pub is_moving: bool,
}

/// The args that are watched, with their movements.
#[derive(Debug)]
pub struct Moves {
    damping: Damping,
    classes: HashMap<u32, Class>,
    args: HashMap<u32, ArgState>,
    began: Micros,
    /// Args with a movement that has not ended.
    moving: Vec<u32>,
}

#[derive(Debug)]
struct ArgState {
    raw: f64,
    activity: Activity,
    movement: Option<Movement>,
}

#[derive(Debug, Clone, Copy)]
struct Movement {
    began: Micros,
    changed: Micros,
    before: f64,
    peak: f64,
    /// The raw value that was told, if the movement was.
    told: Option<f64>,
    /// It moves rather often.
    is_frequent: bool,
}

impl Moves {
    /// Watches nothing so far.
    pub fn new(damping: Damping, now: Micros) -> Self {
        Self {
            damping,
            classes: HashMap::new(),
            args: HashMap::new(),
            began: now,
            moving: Vec::new(),
        }
    }

    /// Sets what the args belong to. Args that are not among them have no name.
    pub fn set_classes(&mut self, classes: HashMap<u32, Class>) {
        self.classes = classes;
    }

    /// Begins anew: another aircraft is flown. Nothing is told for three seconds.
    pub fn restart(&mut self, now: Micros) {
        self.args.clear();
        self.moving.clear();
        self.began = now;
    }

    /// Notes the raw value of an arg. The first one of an arg is no movement.
    pub fn report(&mut self, arg: u32, raw: f64, now: Micros) {
        let since_start = now.saturating_sub(self.began);
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
        if (raw - state.raw).abs() < LEAST_CHANGE {
            return;
        }
        let share = state.activity.share(since_start);
        state.activity.note(since_start);
        let before = std::mem::replace(&mut state.raw, raw);
        match &mut state.movement {
            Some(movement) => movement.go_on(raw, now),
            None if since_start < WARM_UP || share > limit => {}
            None => {
                let is_frequent = share > limit / 2.0;
                state.movement = Some(Movement::new(before, raw, now, is_frequent));
                self.moving.push(arg);
            }
        }
    }

    /// Returns when [`Self::take`] is next needed.
    pub fn next_due(&self) -> Option<Micros> {
        let movements = || self.movements().map(|(_, movement)| movement);
        let untold = || movements().filter(|movement| movement.told.is_none());
        let rest = untold().map(|movement| movement.changed + REST).max();
        let latest = untold()
            .map(|movement| movement.began + LONGEST_DELAY)
            .min();
        let told = movements().filter(|movement| movement.told.is_some());
        let ends = told.map(|movement| movement.changed + REST).min();
        [rest.min(latest), ends].into_iter().flatten().min()
    }

    /// Returns what is to be told now, the rarest first.
    pub fn take(&mut self, now: Micros) -> Vec<Move> {
        let mut due: Vec<(u32, Movement)> = self.due(now);
        due.sort_by_key(|(arg, movement)| {
            let is_end = movement.told.is_some();
            let class = self.class(*arg);
            (is_end, movement.is_frequent, class, movement.began, *arg)
        });
        let classes = &self.classes;
        let longest = |arg| class_in(classes, arg).longest_movement();
        let told = due.into_iter().filter_map(|(arg, movement)| {
            let is_moving = now < movement.changed + REST;
            let state = self.args.get_mut(&arg)?;
            state.movement = is_moving.then_some(Movement {
                told: Some(state.raw),
                ..movement
            });
            let is_needle = now > movement.began + longest(arg);
            let is_news = movement.told != Some(state.raw) && !is_needle;
            is_news.then_some(Move {
                arg,
                before: movement.before,
                peak: movement.peak,
                after: state.raw,
                is_moving,
            })
        });
        let told = told.collect();
        let args = &self.args;
        let is_moving = |arg: &u32| args.get(arg).is_some_and(|state| state.movement.is_some());
        self.moving.retain(is_moving);
        told
    }

    /// Returns the number of args whose movements are left out, as they move all the time.
    pub fn damped(&self, now: Micros) -> usize {
        let since_start = now.saturating_sub(self.began);
        let args = self.args.iter();
        let is_damped = |(arg, state): &(&u32, &ArgState)| {
            state.activity.share(since_start) > self.limit(**arg)
        };
        args.filter(is_damped).count()
    }

    /// Returns the movements that are to be told now: all that have not been told, once they have
    /// come to rest or the first of them has waited long, and those that end.
    fn due(&self, now: Micros) -> Vec<(u32, Movement)> {
        let untold = self
            .movements()
            .filter(|(_, movement)| movement.told.is_none());
        let is_late = |(_, movement): (u32, &Movement)| now >= movement.began + LONGEST_DELAY;
        let rests = |movement: &Movement| now >= movement.changed + REST;
        let all_rest = untold.clone().all(|(_, movement)| rests(movement));
        let is_due = all_rest || untold.clone().any(is_late);
        let ends = self
            .movements()
            .filter(|(_, movement)| movement.told.is_some());
        let ends = ends.filter(|(_, movement)| rests(movement));
        let due = untold.filter(|_| is_due).chain(ends);
        due.map(|(arg, movement)| (arg, *movement)).collect()
    }

    fn movements(&self) -> impl Iterator<Item = (u32, &Movement)> + Clone {
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

impl Movement {
    fn new(before: f64, raw: f64, now: Micros, is_frequent: bool) -> Self {
        Self {
            began: now,
            changed: now,
            before,
            peak: raw,
            told: None,
            is_frequent,
        }
    }

    fn go_on(&mut self, raw: f64, now: Micros) {
        self.changed = now;
        if (raw - self.before).abs() > (self.peak - self.before).abs() {
            self.peak = raw;
        }
    }
}

#[cfg(test)]
mod tests;
