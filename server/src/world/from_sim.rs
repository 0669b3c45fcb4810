//! What the sim says, and which aircraft is controlled.

use std::sync::Arc;

use super::agenda::Task;
use super::request_error::RequestError;
use super::texts::Untold;
use super::{Aircraft, World};
use crate::filter::Micros;
use crate::link::{FromSim, LinkState};

/// What is to be done about the name tables when the sim has said something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TablesAction {
    /// Nothing.
    Keep,
    /// No aircraft is controlled any more; tables that are being read are of no use.
    Drop,
    /// The tables of this aircraft are to be read and given to [`World::set_aircraft`].
    Read(String),
}

impl World {
    /// The sim says something. Returns what is to be done about the tables.
    pub fn hear(&mut self, message: FromSim, now: Micros) -> TablesAction {
        self.now = now;
        match message {
            FromSim::Up { state, .. } => self.link_up(state, now),
            FromSim::Down(state) => {
                self.link_down(state, now);
                if state == LinkState::Hook {
                    return TablesAction::Drop;
                }
            }
            FromSim::Aircraft(name) => {
                if name.is_none() {
                    self.standing.disappear();
                    self.go_dark();
                    self.reset_all();
                } else {
                    self.standing.announce();
                }
                self.set_aircraft(None, now);
                return name.map_or(TablesAction::Drop, TablesAction::Read);
            }
            FromSim::Args(values) => {
                self.gauges.set_all(&mut self.clients, &values, now);
                self.work_on_positions(now);
            }
            FromSim::Indicator {
                indicator,
                epoch,
                text,
            } => {
                match self.texts.set(&mut self.clients, indicator, epoch, text) {
                    Untold::Nothing => return TablesAction::Keep,
                    Untold::Texts => self.clients.plan_for_all(&[Task::UpdateTexts]),
                    Untold::TextsAndLacks => {
                        let tasks = [Task::UpdateTexts, Task::CheckTexts];
                        self.clients.plan_for_all(&tasks);
                    }
                }
                self.work(now);
            }
            FromSim::Indicators { ticket, texts } => self.answer_list(ticket, &texts),
            FromSim::Error {
                ticket: Some(ticket),
                reason,
            } => self.failed(ticket, &reason),
            FromSim::Error { ticket: None, .. } => {}
            FromSim::Reached(mark) => self.sim.reached(mark),
            FromSim::TellsCold => self.standing.set_sim_answers(),
            FromSim::Cold { cold, since } => self.hear_cold(cold, since, now),
            FromSim::Stats(LinkState::Hook, stats) => {
                self.frame_us = stats.mean_us;
                self.frames_cut = self.frames_cut.saturating_add(stats.cut);
                self.sim.set_frames(&stats);
            }
            FromSim::Stats(LinkState::Export, _) => {}
        }
        TablesAction::Keep
    }

    fn link_up(&mut self, state: LinkState, now: Micros) {
        self.sim.set_up(state, true);
        match state {
            LinkState::Hook => {
                self.gauges.rewatch();
                self.work(now);
            }
            LinkState::Export => self.texts.rewatch(),
        }
    }

    fn link_down(&mut self, state: LinkState, now: Micros) {
        self.sim.set_up(state, false);
        self.go_dark();
        match state {
            LinkState::Hook => {
                self.standing.lose_link();
                self.reset_all();
                self.gauges.rewatch();
                self.set_aircraft(None, now);
            }
            LinkState::Export => {
                self.work(now);
                self.texts.rewatch();
                let clients = self.sim.take_lists();
                self.refuse_lists_of(&clients, &RequestError::NoExport);
            }
        }
    }

    /// This aircraft is controlled from now on, or none is. What was known is forgotten.
    pub fn set_aircraft(&mut self, aircraft: Option<Arc<Aircraft>>, now: Micros) {
        let (had, has) = (self.aircraft.is_some(), aircraft.is_some());
        self.replace_aircraft(aircraft);
        self.clients.appearances += u64::from(has);
        self.forget_controls(now);
        self.gauges.forget();
        self.texts.forget();
        let gauges = match has {
            true => Task::LookUpGauges,
            false => Task::RestartGauges,
        };
        let mut tasks = vec![gauges, Task::UpdateTexts, Task::CheckTexts];
        if had || has {
            tasks.push(Task::TellAircraft);
        }
        self.clients.plan_for_all(&tasks);
        self.work(now);
        match has {
            true => self.appear_to_standing(now),
            false => self.read_standing(),
        }
    }

    fn replace_aircraft(&mut self, aircraft: Option<Arc<Aircraft>>) {
        let past = std::mem::replace(&mut self.aircraft, aircraft);
        self.past_aircraft.extend(past);
    }

    /// The mission has ended: whoever shows a gauge is sent raw 0, if that is wanted.
    fn reset_all(&mut self) {
        if self.reset_gauges && self.aircraft.is_some() {
            self.clients.plan_for_all(&[Task::ResetGauges]);
        }
    }

    /// All displays have gone: whoever shows a text of them is sent an empty one.
    fn go_dark(&mut self) {
        self.texts.forget();
        self.clients.plan_for_all(&[Task::DarkenTexts]);
    }

    /// The tables of the aircraft that is controlled have been read only now.
    pub fn replace_tables(&mut self, aircraft: Arc<Aircraft>, now: Micros) {
        // Forgotten values are to be sent again: the sim does not know that.
        self.gauges.rewatch();
        self.set_aircraft(Some(aircraft), now);
        self.texts.rewatch();
    }

    /// The user has changed tables of the aircraft that is controlled. Values stay known, and only
    /// subscriptions whose names mean something else now start anew.
    pub fn change_tables(&mut self, aircraft: Arc<Aircraft>, now: Micros) {
        self.replace_aircraft(Some(aircraft));
        self.gauges.end_renewals();
        self.controls.forget_names();
        self.clients.plan_for_all(&[Task::LookUpAgain]);
        self.work(now);
        self.appear_to_standing(now);
    }

    fn failed(&mut self, ticket: u64, reason: &str) {
        let error = RequestError::Sim(reason.to_owned());
        if let Some(list) = self.sim.take_list(ticket) {
            self.refuse_list(&list, &error);
        } else if let Some(serial) = self.sim.asked_by(ticket)
            && let Some(key) = self.clients.by_serial(serial)
        {
            self.clients.error(key, &error.to_string());
        }
    }
}
