//! Messages of the sim, and changes of the aircraft that is controlled.

use std::sync::Arc;

use super::agenda::Task;
use super::request_error::RequestError;
use super::texts::PendingUpdates;
use super::{Aircraft, World};
use crate::filter::Micros;
use crate::link::{FromSim, LinkState};

/// The consequence of a message of the sim for the name tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TablesAction {
    /// Nothing.
    Keep,
    /// No aircraft is controlled any more. Tables that are being read are not needed.
    Drop,
    /// The tables of this aircraft have to be read and passed to [`World::set_aircraft`].
    Read(String),
}

impl World {
    /// Handles a message of the sim. Returns the consequence for the tables.
    pub fn handle_message(&mut self, message: FromSim, now: Micros) -> TablesAction {
        self.now = now;
        self.gauges.begin_turn();
        match message {
            FromSim::Up {
                state,
                telemetry_fields,
                functions,
                ..
            } => {
                if state == LinkState::Export {
                    self.readings.link_up(functions);
                }
                self.link_up(state, telemetry_fields, now);
            }
            FromSim::Down(state) => {
                self.link_down(state, now);
                if state == LinkState::Hook {
                    return TablesAction::Drop;
                }
            }
            FromSim::Aircraft(name) => {
                if name.is_none() {
                    self.standing.end_flight();
                    self.clear_displays();
                    self.reset_all();
                } else {
                    self.standing.announce_aircraft();
                }
                self.set_aircraft(None, now);
                return name.map_or(TablesAction::Drop, TablesAction::Read);
            }
            FromSim::Args(values) => {
                self.gauges.set_all(&mut self.clients, &values, now);
                self.handle_positions(now);
            }
            FromSim::Telemetry(values) => {
                let aircraft = self.aircraft.as_deref();
                self.gauges
                    .set_fields(&mut self.clients, &values, aircraft, now);
            }
            FromSim::Readings(values) => self.readings.set(&mut self.clients, values),
            FromSim::TelemetryForbidden => self.gauges.forbid_fields(&mut self.clients),
            FromSim::Indicator {
                indicator,
                epoch,
                text,
            } => {
                match self.texts.set(&mut self.clients, indicator, epoch, text) {
                    PendingUpdates::None => return TablesAction::Keep,
                    PendingUpdates::Texts => self.clients.plan_for_all(&[Task::UpdateTexts]),
                    PendingUpdates::TextsAndErrors => {
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
            FromSim::AnswersCold => self.standing.set_sim_answers(),
            FromSim::Cold { cold, since } => self.handle_cold_answer(cold, since, now),
            FromSim::Stats(LinkState::Hook, stats) => {
                self.frame_us = stats.mean_us;
                self.frames_cut = self.frames_cut.saturating_add(stats.cut);
                self.sim.set_frames(&stats);
            }
            FromSim::Stats(LinkState::Export, _) => {}
        }
        TablesAction::Keep
    }

    fn link_up(&mut self, state: LinkState, telemetry_fields: u32, now: Micros) {
        self.sim.set_up(state, true);
        match state {
            LinkState::Hook => {
                self.gauges.restore_watches();
                self.work(now);
            }
            LinkState::Export => {
                self.texts.restore_watches();
                self.gauges
                    .restore_fields(&mut self.clients, Some(telemetry_fields));
            }
        }
    }

    fn link_down(&mut self, state: LinkState, now: Micros) {
        self.sim.set_up(state, false);
        self.clear_displays();
        match state {
            LinkState::Hook => {
                self.standing.lose_link();
                self.reset_all();
                self.gauges.restore_watches();
                self.set_aircraft(None, now);
            }
            LinkState::Export => {
                self.work(now);
                self.readings.link_down(&mut self.clients);
                self.texts.restore_watches();
                self.gauges.restore_fields(&mut self.clients, None);
                let clients = self.sim.take_lists();
                self.refuse_lists_of(&clients, &RequestError::NoExport);
            }
        }
    }

    /// Sets the aircraft that is controlled from now on, or none. All known values are forgotten.
    pub fn set_aircraft(&mut self, aircraft: Option<Arc<Aircraft>>, now: Micros) {
        let (had, has) = (self.aircraft.is_some(), aircraft.is_some());
        self.replace_aircraft(aircraft);
        self.clients.appearances += u64::from(has);
        self.end_test(now);
        self.forget_controls(now);
        self.gauges.forget();
        self.texts.forget();
        let gauges = match has {
            true => Task::LookUpGauges,
            false => Task::RestartGauges,
        };
        let mut tasks = vec![gauges, Task::UpdateTexts, Task::CheckTexts];
        if had || has {
            tasks.push(Task::SendAircraft);
        }
        if self.begin_standing() {
            tasks.push(Task::ResolveStanding);
        }
        self.clients.plan_for_all(&tasks);
        self.work(now);
    }

    fn replace_aircraft(&mut self, aircraft: Option<Arc<Aircraft>>) {
        let past = std::mem::replace(&mut self.aircraft, aircraft);
        self.past_aircraft.extend(past);
        self.update_recorded();
    }

    /// Handles the end of a mission: sends raw 0 for all gauges, if that option is on.
    fn reset_all(&mut self) {
        if self.reset_gauges && self.aircraft.is_some() {
            self.clients.plan_for_all(&[Task::ResetGauges]);
        }
    }

    /// Sends an empty text for each element that clients show, since there are no displays any
    /// more.
    fn clear_displays(&mut self) {
        self.texts.forget();
        self.clients.plan_for_all(&[Task::ClearTexts]);
    }

    /// Sets the current aircraft when its tables are read late: after the world got values of it.
    pub fn replace_tables(&mut self, aircraft: Arc<Aircraft>, now: Micros) {
        // The sim has to send the forgotten values again, which it would not do by itself.
        self.gauges.restore_watches();
        self.set_aircraft(Some(aircraft), now);
        self.texts.restore_watches();
    }

    /// Sets the tables of the current aircraft after the user has changed them. Values stay known.
    /// Only subscriptions whose names now have another meaning start again.
    pub fn change_tables(&mut self, aircraft: Arc<Aircraft>, now: Micros) {
        self.replace_aircraft(Some(aircraft));
        self.gauges.end_renewals();
        self.controls.forget_names();
        let mut tasks = vec![Task::LookUpAgain];
        if self.begin_standing() {
            tasks.push(Task::ResolveStanding);
        }
        self.clients.plan_for_all(&tasks);
        self.work(now);
    }

    fn failed(&mut self, ticket: u64, reason: &str) {
        let error = RequestError::Sim(reason.to_owned());
        if let Some(list) = self.sim.take_list(ticket) {
            self.refuse_list(&list, &error);
        } else if let Some(number) = self.sim.client_of(ticket)
            && let Some(key) = self.clients.by_number(number)
        {
            self.clients.error(key, &error.to_string());
        }
    }
}
