//! The world's part in operating controls by name, and in standing positions.

use std::collections::HashSet;
use std::sync::Arc;

use super::actions::Overflow;
use super::agenda::{TURN, Task};
use super::client::ClientKey;
use super::controls::{ControlRequest, Controls, NamedControl, WaitEnd};
use super::request_error::RequestError;
use super::{Aircraft, World};
use crate::control::{ControlError, DeviceCommand, Position, PositionError};
use crate::filter::Micros;
use crate::link::LinkState;
use crate::quote::quoted;
use crate::standing::{SkipReason, Target};
use crate::wire::PositionRequest;

impl World {
    /// Moves a control to a position.
    pub(super) fn set_position(
        &mut self,
        key: ClientKey,
        request: &PositionRequest,
        now: Micros,
    ) -> Result<(), RequestError> {
        let Some(client) = self.clients.get(key).map(|client| client.number) else {
            return Ok(());
        };
        if request.is_standing {
            return self.handle_statement(client, request, now);
        }
        let found = self.find_control(&request.control)?;
        if !self.sim.is_up(LinkState::Hook) {
            return Err(RequestError::NoHook);
        }
        let position = &request.position;
        let meaning = found.control.request(position);
        let meaning = meaning.map_err(|error| RequestError::control(&found.id, position, error))?;
        let request = ControlRequest {
            client,
            found,
            request: meaning,
            position: position.clone(),
        };
        self.start(request, now)
    }

    fn find_control(&mut self, name: &str) -> Result<Arc<NamedControl>, RequestError> {
        let Some(aircraft) = self.aircraft.as_deref() else {
            return Err(RequestError::ControlWithoutAircraft(quoted(name)));
        };
        let found = self.controls.find(name, aircraft);
        found.map_err(RequestError::Name)
    }

    /// Carries out a request, or lets it wait for the position of its control.
    fn start(&mut self, request: ControlRequest, now: Micros) -> Result<(), RequestError> {
        let part = request.part();
        let needs_position = request.waits_for_position();
        if let Some(arg) = part.arg()
            && (needs_position || self.controls.is_waiting(part))
        {
            if self.controls.read(arg, request.client) {
                self.gauges.read_position(arg);
            }
            let raw = self.gauges.raw(arg);
            let is_unknown = self.controls.position(part, raw, now).is_none();
            if is_unknown || self.controls.is_waiting(part) {
                let waits = self.controls.wait(arg, request, now);
                return waits.then_some(()).ok_or(RequestError::LongWait);
            }
        }
        self.operate(&request, now)
    }

    fn operate(&mut self, request: &ControlRequest, now: Micros) -> Result<(), RequestError> {
        let raw = request.part().arg().and_then(|arg| self.gauges.raw(arg));
        let operation = self.controls.operation(request, raw, now);
        let refused = |error| RequestError::control(&request.found.id, &request.position, error);
        let operation = operation.map_err(refused)?;
        for &step in &operation.commands {
            self.send_command(request.client, step)?;
        }
        self.controls.record_operation(request, &operation, now);
        Ok(())
    }

    fn send_command(&mut self, client: u64, step: DeviceCommand) -> Result<(), RequestError> {
        let DeviceCommand {
            device,
            command,
            value,
        } = step;
        let taken = self.sim.queue_action(client, device, command, value);
        taken.map_err(|overflow| {
            self.actions_refused += 1;
            match overflow {
                Overflow::Client => RequestError::LongWait,
                Overflow::All => RequestError::TooManyActions,
            }
        })
    }

    fn refuse_by_serial(&mut self, client: u64, error: &RequestError, now: Micros) {
        if let Some(key) = self.clients.by_number(client) {
            let aircraft = self.aircraft.as_deref();
            self.clients.refuse(key, error, aircraft, now);
        }
    }

    /// Handles positions of controls that have become known or have changed.
    pub(super) fn handle_positions(&mut self, now: Micros) {
        for (arg, raw) in self.gauges.take_positions() {
            self.controls.end_wait(arg, WaitEnd::Known);
            self.standing.report(arg, raw, now);
        }
        self.finish_requests(now);
        self.send_standing(now);
    }

    /// Finishes requests that have waited for a position, as many as a turn has time for.
    pub(super) fn finish_requests(&mut self, now: Micros) {
        let mut steps = 0;
        while steps < TURN
            && let Some((end, request)) = self.controls.next_request()
        {
            steps += 1;
            let client = request.client;
            if self.clients.by_number(client).is_none() {
                continue;
            }
            if let Err(error) = self.finish(end, &request, now) {
                self.refuse_by_serial(client, &error, now);
            }
        }
        self.count_steps(steps);
    }

    fn finish(
        &mut self,
        end: WaitEnd,
        request: &ControlRequest,
        now: Micros,
    ) -> Result<(), RequestError> {
        let id = &request.found.id;
        match end {
            WaitEnd::Known => self.operate(request, now),
            WaitEnd::TimedOut => {
                let error = ControlError::Position(PositionError::Unknown);
                Err(RequestError::control(id, &request.position, error))
            }
            WaitEnd::AircraftGone => Err(RequestError::AircraftGone(id.clone())),
        }
    }

    /// Releases controls that were pushed, and refuses requests that have waited too long.
    pub(super) fn tick_controls(&mut self, now: Micros) {
        for (client, release) in self.controls.take_releases(now) {
            self.sim.queue_release(client, release);
        }
        self.controls.end_late_waits(now);
        self.finish_requests(now);
        self.standing.tick(now);
        self.send_standing(now);
    }

    /// Forgets all controls, since there is no aircraft any more or its tables have changed.
    pub(super) fn forget_controls(&mut self, now: Micros) {
        for arg in self.controls.forget() {
            self.gauges.stop_reading_position(arg);
        }
        self.finish_requests(now);
    }

    /// Releases the controls that a client held pressed when it left.
    pub(super) fn leave_controls(&mut self, client: u64, now: Micros) {
        let (releases, unread) = self.controls.leave(client, now);
        for release in releases {
            self.sim.queue_release(client, release);
        }
        unread
            .into_iter()
            .for_each(|arg| self.gauges.stop_reading_position(arg));
        self.standing.remove_client(client);
    }

    /// Removes the newest statement of a client that has left. Returns the number of steps that it
    /// counts for.
    pub(super) fn remove_statement(&mut self, key: ClientKey) -> usize {
        let Some(client) = self.clients.get_mut(key) else {
            return 1;
        };
        client.statements = client.statements.saturating_sub(1);
        let number = client.number;
        let arg = self.standing.remove_newest(number);
        arg.map_or(1, |arg| self.update_standing_arg(arg))
    }

    /// Handles a client's statement about the position of a switch.
    fn handle_statement(
        &mut self,
        client: u64,
        request: &PositionRequest,
        now: Micros,
    ) -> Result<(), RequestError> {
        let (control, position) = (&*request.control, &request.position);
        let target = match self.aircraft.as_deref() {
            None => None,
            Some(aircraft) => target(&mut self.controls, aircraft, control, position)?,
        };
        let stated = self
            .standing
            .handle_statement(client, (control, position), target, now);
        if let Some(key) = self.clients.by_number(client)
            && let Some(client) = self.clients.get_mut(key)
        {
            client.statements = self.standing.count(client.number);
        }
        stated.map_err(|_| RequestError::TooManyStanding)?;
        if let Some(target) = target {
            self.update_standing_arg(target.arg);
            self.report_known_value(target.arg, now);
        }
        self.send_standing(now);
        Ok(())
    }

    /// Passes the known value of an arg to the standing positions.
    fn report_known_value(&mut self, arg: u32, now: Micros) {
        if self.standing.is_unknown(arg)
            && let Some(raw) = self.gauges.raw(arg)
        {
            self.standing.report(arg, raw, now);
        }
    }

    /// Tells the standing positions that the aircraft or its tables have become known. Returns
    /// whether [`Task::ResolveStanding`] has to be planned for all clients.
    pub(super) fn begin_standing(&mut self) -> bool {
        let aircraft = self.aircraft.as_deref();
        let is_changed = aircraft.is_some_and(|now| self.standing.set_aircraft(&now.name));
        self.update_standing_args();
        is_changed && !self.standing.is_empty()
    }

    /// Handles the sim's answer about the aircraft: whether it is cold, and when it appeared.
    pub(super) fn handle_cold_answer(
        &mut self,
        cold: Option<bool>,
        since: Option<u64>,
        now: Micros,
    ) {
        if self.standing.identify_flight(since) {
            self.update_standing_args();
            self.clients.plan_for_all(&[Task::ResolveStanding]);
            self.work(now);
        }
        self.standing.decide(cold, now);
        self.send_standing(now);
    }

    /// Looks up the meaning of a client's statement in the current aircraft, and applies it.
    /// Returns the number of steps that it counts for.
    pub(super) fn resolve_statement(&mut self, key: ClientKey, place: usize, now: Micros) -> usize {
        let Some(client) = self.clients.get(key).map(|client| client.number) else {
            return 1;
        };
        let (Some(aircraft), Some(statement)) =
            (&self.aircraft, self.standing.statement(client, place))
        else {
            return 1;
        };
        let (control, position) = (&statement.control, &statement.position);
        let target = target(&mut self.controls, aircraft, control, position);
        let target = target.unwrap_or_else(|error| {
            if self.standing.refuse(client, place) {
                self.clients.refuse(key, &error, Some(aircraft), now);
            }
            None
        });
        let before = self.standing.resolve(client, place, target, now);
        let mut steps = 1 + before.map_or(0, |arg| self.update_standing_arg(arg));
        if let Some(target) = target {
            steps += self.update_standing_arg(target.arg);
            self.report_known_value(target.arg, now);
        }
        self.send_standing(now);
        steps
    }

    /// Makes the sim start or stop reading an arg, depending on whether a standing position needs
    /// it. Returns the number of steps that a change of its statements counts for.
    fn update_standing_arg(&mut self, arg: u32) -> usize {
        /// The number of clients' statements about a control that are searched in the time of a
        /// step.
        const CLIENTS_PER_STEP: usize = 64;
        let clients = self.standing.clients_of(arg);
        if clients > 0 && self.standing_args.insert(arg) {
            self.gauges.read_position(arg);
        } else if clients == 0 && self.standing_args.remove(&arg) {
            self.gauges.stop_reading_position(arg);
        }
        1 + clients / CLIENTS_PER_STEP
    }

    /// Makes the sim read exactly the args that standing positions need.
    pub(super) fn update_standing_args(&mut self) {
        let args: HashSet<u32> = self.standing.args().collect();
        for &arg in args.difference(&self.standing_args) {
            self.gauges.read_position(arg);
        }
        for &arg in self.standing_args.difference(&args) {
            self.gauges.stop_reading_position(arg);
        }
        self.standing_args = args;
    }

    /// Sends the actions of standing positions, and tells clients why theirs were not applied.
    fn send_standing(&mut self, now: Micros) {
        for action in self.standing.take_actions() {
            if let Err(error) = self.send_command(action.client, action.send) {
                self.refuse_by_serial(action.client, &error, now);
            }
        }
        for (client, reason) in self.standing.take_skips() {
            let error = match reason {
                SkipReason::NotCold => RequestError::NotCold,
                SkipReason::Unknown => RequestError::ColdUnknown,
            };
            self.refuse_by_serial(client, &error, now);
        }
    }
}

/// Returns the meaning of a statement in an aircraft; `None` if the aircraft lacks the control.
fn target(
    controls: &mut Controls,
    aircraft: &Aircraft,
    control: &str,
    position: &Position,
) -> Result<Option<Target>, RequestError> {
    use aircraft_defs::NameError;
    let found = match controls.find(control, aircraft) {
        Err(NameError::Unknown { .. }) => return Ok(None),
        found => found.map_err(RequestError::Name)?,
    };
    let refused = |error| RequestError::control(&found.id, position, error);
    let (part, standing) = found.control.standing(position).map_err(refused)?;
    let arg = found.control.id_of(part).arg();
    let send = found.control.standing_command(part, standing.value);
    Ok(arg.zip(send).map(|(arg, send)| Target {
        arg,
        standing,
        send,
    }))
}
