//! The hub's side of a recording: what of its events is recorded.

use super::connections::Connections;
use super::event::{Batch, Event, SubscriberRequest};
use crate::filter::Micros;
use crate::link::{FromSim, LinkState, ToSim};
use crate::record::{ClientEntry, RecordingEnded, Tap};
use crate::wire::{LineError, Request};
use crate::world::World;

/// The ticket of the lists of displays that a recording asks for. Those of clients are smaller.
const TICKET: u64 = 1 << 52;

/// The recording that is under way, if one is.
#[derive(Debug, Default)]
pub(super) struct HubRecording {
    tap: Option<Box<Tap>>,
    /// Whether the recording has ended by itself, and the world does not know it yet.
    has_failed: bool,
    /// The aircraft of which the sim has told, if it controls one.
    aircraft: Option<String>,
}

impl HubRecording {
    /// Begins a recording with what is known of the sim.
    pub(super) fn begin(&mut self, tap: Box<Tap>, world: &mut World, now: Micros) {
        self.tap = Some(tap);
        for state in [LinkState::Hook, LinkState::Export] {
            if world.is_linked(state) {
                self.record(|tap| tap.sim(&FromSim::up(state), now));
            }
        }
        if let Some(name) = self.aircraft.clone() {
            self.record(|tap| tap.sim(&FromSim::Aircraft(Some(name)), now));
        }
        if let Some(aircraft) = world.aircraft().cloned() {
            self.tables(&aircraft.name, now);
        }
        world.begin_recording();
    }

    /// Ends the recording.
    pub(super) fn end(&mut self, world: &mut World) {
        self.tap = None;
        self.has_failed = false;
        world.end_recording();
    }

    /// Records a message of the sim.
    pub(super) fn sim(&mut self, message: &FromSim, world: &mut World, now: Micros) {
        match message {
            FromSim::Aircraft(name) => self.aircraft.clone_from(name),
            FromSim::Down(LinkState::Hook) => self.aircraft = None,
            _ => {}
        }
        self.record(|tap| tap.sim(message, now));
        if self.has_failed {
            self.end(world);
        }
    }

    /// Returns the message that asks the sim for all displays, if it is time for it. A recording
    /// has those that clients watch, and from time to time all of them.
    pub(super) fn take_question(&mut self, world: &World, now: Micros) -> Option<ToSim> {
        let tap = self.tap.as_mut()?;
        let can_ask = self.aircraft.is_some() && world.is_linked(LinkState::Export);
        (can_ask && tap.take_displays_due(now)).then_some(ToSim::ListIndicators {
            ticket: TICKET,
            indicator: None,
        })
    }

    /// Records that the tables of an aircraft have been read or have changed.
    pub(super) fn tables(&mut self, aircraft: &str, now: Micros) {
        self.record(|tap| tap.tables(aircraft, now));
    }

    /// Records an event of a client, before it is handled.
    pub(super) fn event(&mut self, event: &Event, connections: &Connections, now: Micros) {
        if self.tap.is_none() {
            return;
        }
        match event {
            Event::Requests(id, batch) => {
                if let Some(client) = connections.label(*id) {
                    self.requests(&client, batch, now);
                }
            }
            Event::ReadEnd(id, _) | Event::Stalled(id) => {
                if let Some(client) = connections.label(*id) {
                    self.record(|tap| tap.client(ClientEntry::Left(client), now));
                }
            }
            Event::Subscriber(id, SubscriberRequest::Requests(requests, _)) => {
                let client = format!("part {}", id.0);
                for request in requests {
                    self.request(&client, request, now);
                }
            }
            Event::Arrival(_)
            | Event::Writable(_)
            | Event::Subscriber(..)
            | Event::Observe(_)
            | Event::Test(_)
            | Event::Record(_)
            | Event::ListClients(_) => {}
        }
    }

    /// Records that a client has connected.
    pub(super) fn joined(&mut self, client: String, now: Micros) {
        self.record(|tap| tap.client(ClientEntry::Joined(client), now));
    }

    fn requests(&mut self, client: &str, batch: &Batch, now: Micros) {
        for request in batch {
            match request {
                Ok(request) => self.request(client, request, now),
                Err(error) => self.wrong_line(client, error, now),
            }
        }
    }

    fn request(&mut self, client: &str, request: &Request, now: Micros) {
        let entry = ClientEntry::Request(client.to_owned(), request.to_string());
        self.record(|tap| tap.client(entry, now));
    }

    fn wrong_line(&mut self, client: &str, error: &LineError, now: Micros) {
        let entry = ClientEntry::WrongLine(client.to_owned(), error.to_string());
        self.record(|tap| tap.client(entry, now));
    }

    /// Records something, if there is a recording.
    fn record(&mut self, record: impl FnOnce(&mut Tap) -> Result<(), RecordingEnded>) {
        if let Some(tap) = &mut self.tap
            && record(tap).is_err()
        {
            self.tap = None;
            self.has_failed = true;
        }
    }
}
