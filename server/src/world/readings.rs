//! What modules of DCS-BIOS read and do besides args, indicators and clicks: for subscribers in this
//! process only.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde_json::Value as Json;

use super::World;
use super::client::ClientKey;
use super::clients::Clients;
use super::outbox::{Outbox, Value};
use super::request_error::RequestError;
use crate::link::{Call, ReadingKey, ToSim};

/// The reads per second of a text, which is long, of a DCS-BIOS in the sim, and of anything else.
const TEXT_RATE: f64 = 10.0;
const DCS_BIOS_RATE: f64 = 1.0;
const RATE: f64 = 30.0;
/// The most readings that the sim is asked for: as many as the scripts take.
const MAX_READINGS: usize = 1024;
/// The most calls that wait for the sim.
const MAX_CALLS: usize = 1024;

/// The readings that subscribers want, and the calls that wait.
#[derive(Debug, Default)]
pub(super) struct Readings {
    readers: BTreeMap<ReadingKey, BTreeSet<ClientKey>>,
    /// The readings about which the sim must be told.
    dirty: BTreeSet<ReadingKey>,
    calls: VecDeque<(ClientKey, Call)>,
    /// The number of functions that the scripts in the sim can read; `None` without a link.
    functions: Option<u32>,
}

impl Readings {
    /// Starts to tell the scripts, which can read this number of functions, about all readings.
    pub(super) fn link_up(&mut self, functions: u32) {
        self.set_link(Some(functions));
    }

    /// Stops to read. With its state, a DCS-BIOS in the sim has ended, too.
    pub(super) fn link_down(&mut self, clients: &mut Clients) {
        self.set_link(None);
        self.set(clients, vec![(ReadingKey::DcsBios, Json::Null)]);
    }

    fn set_link(&mut self, functions: Option<u32>) {
        self.functions = functions;
        self.readers.retain(|_, readers| !readers.is_empty());
        self.dirty = self.readers.keys().copied().collect();
        self.calls.clear();
    }

    fn watch(&mut self, client: ClientKey, key: ReadingKey) -> Result<(), RequestError> {
        if self.functions.is_some_and(|functions| match key {
            ReadingKey::Function(number) => number > functions,
            // Older scripts never answer, which means that none is known.
            ReadingKey::DcsBios => false,
            _ => functions == 0,
        }) {
            return Err(RequestError::OldScripts);
        }
        if self.readers.len() >= MAX_READINGS && !self.readers.contains_key(&key) {
            return Err(RequestError::TooManyReadings(MAX_READINGS));
        }
        self.readers.entry(key).or_default().insert(client);
        self.dirty.insert(key);
        Ok(())
    }

    /// Ends the readings of a client.
    pub(super) fn leave(&mut self, client: ClientKey) {
        for (&key, readers) in &mut self.readers {
            if readers.remove(&client) && readers.is_empty() {
                self.dirty.insert(key);
            }
        }
    }

    /// Returns the next watch that the sim must be told about.
    fn next_watch(&mut self) -> Option<ToSim> {
        let key = self.dirty.pop_first()?;
        let is_read = self.readers.get(&key).is_some_and(|it| !it.is_empty());
        if !is_read {
            self.readers.remove(&key);
        }
        let rate = match key {
            _ if !is_read => 0.0,
            ReadingKey::CockpitParams => TEXT_RATE,
            ReadingKey::DcsBios => DCS_BIOS_RATE,
            _ => RATE,
        };
        Some(ToSim::WatchReading { key, rate })
    }

    /// Passes values on to those who read them.
    pub(super) fn set(&self, clients: &mut Clients, values: Vec<(ReadingKey, Json)>) {
        for (key, value) in values {
            for client in self.readers.get(&key).into_iter().flatten() {
                clients.reading(*client, key, &value);
            }
        }
    }
}

impl Outbox {
    /// Adds a reading. Clients of the text protocol read none.
    pub(super) fn reading(&mut self, key: ReadingKey, value: &Json) {
        if let Self::Values(out) = self {
            out.push(Value::Reading(key, value.clone()));
        }
    }
}

impl World {
    /// Starts to read something for a subscriber. Its value is sent even if it has not changed.
    pub fn watch_readings(&mut self, client: ClientKey, keys: &[ReadingKey]) {
        for &key in keys {
            if let Err(error) = self.readings.watch(client, key) {
                self.clients.error(client, &error.to_string());
                return;
            }
        }
    }

    /// Performs actions of the export state for a subscriber.
    pub fn call(&mut self, client: ClientKey, calls: &[Call]) {
        for &call in calls {
            let error = match self.readings.functions {
                None => RequestError::NoExport,
                Some(0) => RequestError::OldScripts,
                Some(_) if self.readings.calls.len() >= MAX_CALLS => RequestError::TooManyActions,
                Some(_) => {
                    self.readings.calls.push_back((client, call));
                    continue;
                }
            };
            self.clients.error(client, &error.to_string());
        }
    }

    /// Returns the next call or watch of a reading for the export state.
    pub(super) fn next_reading(&mut self) -> Option<ToSim> {
        if self.readings.functions.unwrap_or(0) == 0 {
            return None;
        }
        if let Some((client, call)) = self.readings.calls.pop_front() {
            let number = self.clients.get(client).map(|client| client.number);
            let ticket = self.sim.ticket_of(number);
            return Some(ToSim::Call { call, ticket });
        }
        self.readings.next_watch()
    }
}
