//! The requests of clients.

use super::actions::Overflow;
use super::agenda::{TURN, Task};
use super::client::{ClientKey, RequestResult};
use super::request_error::{self, RequestError};
use super::{Aircraft, World};
use crate::filter::Micros;
use crate::link::LinkState;
use crate::quote::quoted;
use crate::wire::{ActionRequest, Ref, Request};

impl World {
    /// Handles a request of a client, or the error in its line. While the client has other tasks,
    /// the request waits for them; see [`Self::is_behind`].
    pub fn request(&mut self, key: ClientKey, request: RequestResult, now: Micros) {
        self.requests += 1;
        self.now = now;
        if let Some(client) = self.clients.get_mut(key) {
            client.traffic.requests += 1;
        }
        let Some(client) = self.clients.get(key).filter(|client| !client.has_left()) else {
            return;
        };
        if client.has_tasks() && client.waiting.is_empty() {
            self.work_for(key, TURN, now);
        }
        let Some(client) = self.clients.get_mut(key) else {
            return;
        };
        if client.has_tasks() {
            client.waiting.push_back(request);
            self.clients.plan(key, &[Task::CarryOut]);
        } else {
            self.answer(key, request, now);
        }
    }

    /// Returns whether requests of a client wait. [`Self::next_caught_up`] returns the client when
    /// they have been carried out.
    pub fn is_behind(&self, key: ClientKey) -> bool {
        let client = self.clients.get(key);
        client.is_some_and(|client| !client.waiting.is_empty())
    }

    /// Returns the next client whose waiting requests have been carried out.
    pub fn next_caught_up(&mut self) -> Option<ClientKey> {
        self.caught_up.pop_front()
    }

    /// Carries out the next waiting request of a client.
    pub(super) fn carry_out_next(&mut self, key: ClientKey, now: Micros) {
        let client = self.clients.get_mut(key);
        if let Some(request) = client.and_then(|client| client.waiting.pop_front()) {
            self.answer(key, request, now);
        }
    }

    /// Carries out the waiting actions of a client whose subscriptions end. Its other requests have
    /// no effect any more.
    pub(super) fn carry_out_actions(&mut self, key: ClientKey, now: Micros) {
        let Some(client) = self.clients.get_mut(key) else {
            return;
        };
        for request in std::mem::take(&mut client.waiting) {
            if matches!(request, Ok(Request::Act(_) | Request::Position(_))) {
                self.answer(key, request, now);
            }
        }
    }

    fn answer(&mut self, key: ClientKey, request: RequestResult, now: Micros) {
        match request {
            Ok(request) => {
                if let Err(error) = self.carry_out(key, request, now) {
                    let aircraft = self.aircraft.as_deref();
                    self.clients.refuse(key, &error, aircraft, now);
                }
            }
            Err(error) => self.clients.error(key, &error.to_string()),
        }
    }

    fn carry_out(
        &mut self,
        key: ClientKey,
        request: Request,
        now: Micros,
    ) -> Result<(), RequestError> {
        request_error::check_names(&request)?;
        match request {
            Request::Aircraft if self.aircraft.is_none() => Err(RequestError::NoAircraft),
            Request::Aircraft => {
                self.clients.aircraft(key, self.aircraft.as_ref());
                Ok(())
            }
            Request::Act(action) => self.act(key, &action),
            Request::Position(request) => self.set_position(key, &request, now),
            Request::Gauge(request) => {
                let aircraft = self.aircraft.as_deref();
                self.gauges
                    .request(&mut self.clients, key, &request, aircraft, now)
            }
            Request::Indicator {
                indicator,
                name,
                id,
            } => self
                .texts
                .request(&mut self.clients, key, (indicator, &name, id)),
            Request::List(indicator) => self.list(key, indicator, now),
            Request::Statistics => {
                let line = self.statistics().to_string();
                self.clients.line(key, line.as_bytes());
                Ok(())
            }
        }
    }

    fn act(&mut self, key: ClientKey, action: &ActionRequest) -> Result<(), RequestError> {
        let Some(client) = self.clients.get_mut(key) else {
            return Ok(());
        };
        let aircraft = self.aircraft.as_deref();
        let device = number(&action.device, aircraft, |aircraft, name| {
            aircraft.tables.device(name)
        })?;
        let command = number(&action.command, aircraft, |aircraft, name| {
            aircraft.tables.command(name, device)
        })?;
        if !self.sim.is_up(LinkState::Hook) {
            return Err(RequestError::NoHook);
        }
        let taken = self
            .sim
            .queue_action(client.number, device, command, action.value);
        taken.map_err(|overflow| {
            self.actions_refused += 1;
            match overflow {
                Overflow::Client => RequestError::LongWait,
                Overflow::All => RequestError::TooManyActions,
            }
        })
    }
}

/// Returns the number of a device or command.
fn number(
    what: &Ref<i64>,
    aircraft: Option<&Aircraft>,
    look_up: impl FnOnce(&Aircraft, &str) -> Result<i64, aircraft_defs::NameError>,
) -> Result<i64, RequestError> {
    match (what, aircraft) {
        (Ref::Number(number), _) => Ok(*number),
        (Ref::Name(name), Some(aircraft)) => look_up(aircraft, name).map_err(RequestError::Name),
        (Ref::Name(name), None) => Err(RequestError::NameWithoutAircraft(quoted(name))),
    }
}
