//! Fields of telemetry as sources of gauges: their watches, values, and the reasons why there are
//! none.
//!
//! A field is a source like an arg, so groups, filters and schedules treat both alike. It differs
//! in its watch, which is sent to the export state, and in that the sim may have no value for it.

use aircraft_defs::telemetry::{Conversion, FIELDS, Field};

use super::values::SourceValue;
use super::watching::wanted_rate;
use super::{Absence, Gauges};
use crate::filter::Micros;
use crate::world::Aircraft;
use crate::world::client::ClientKey;
use crate::world::clients::Clients;
use crate::world::request_error::RequestError;
use crate::world::source::{Source, SourceId};
use crate::world::watches::{WatchUpdate, Watches};

/// The watches of fields.
#[derive(Debug)]
pub(in crate::world) struct FieldWatches {
    pub(super) watches: Watches,
    /// The number of fields that the scripts in the sim can read; `None` without a link.
    readable: Option<u32>,
}

impl FieldWatches {
    pub(super) fn new() -> Self {
        Self {
            watches: Watches::new(FIELDS.len()),
            readable: None,
        }
    }

    fn is_too_new(&self, field: u32) -> bool {
        self.readable.is_some_and(|readable| field > readable)
    }
}

impl Gauges {
    /// Starts to tell an export state that has no watches about all fields, or, if `readable` is
    /// `None`, forgets the values of a state that is not linked any more.
    pub(in crate::world) fn restore_fields(
        &mut self,
        clients: &mut Clients,
        readable: Option<u32>,
    ) {
        self.fields.readable = readable;
        self.fields.watches.reset();
        self.mark_recorded_dirty(SourceId::FIRST_FIELD..);
        for id in self.watched_fields() {
            self.void(id);
            self.mark_dirty(id);
            self.remove_if_unused(id);
        }
        let is_too_new = |id: &SourceId| match id.source() {
            Source::Field(field) => self.fields.is_too_new(field),
            Source::Arg(_) => false,
        };
        let too_new: Vec<_> = self
            .watched_fields()
            .into_iter()
            .filter(is_too_new)
            .collect();
        self.tell_clients_of(clients, &too_new, &RequestError::OldScripts);
    }

    /// Makes the sim send all fields again, since their values were forgotten.
    pub(super) fn resend_fields(&mut self) {
        for (_, source) in self.sources.range_mut(SourceId::FIRST_FIELD..) {
            source.absence = Absence::None;
        }
        self.fields.watches.resend_all();
    }

    /// Returns the next change of a field's watch that the sim has to be told about.
    pub(in crate::world) fn next_field_watch(&mut self) -> Option<WatchUpdate> {
        let (sources, recorded) = (&self.sources, &self.recorded);
        let readable = self.fields.readable.unwrap_or(0);
        let rate = |field| match field <= readable {
            true => wanted_rate(sources, recorded, SourceId::field(field)),
            false => 0.0,
        };
        let watch = self.fields.watches.next(rate);
        if let Some(WatchUpdate::Send(field, _)) = watch
            && !self.is_needed(SourceId::field(field))
        {
            self.sources.remove(&SourceId::field(field));
        }
        watch
    }

    /// Handles the fields of a frame of the sim: sends the values to the subscriptions, and clients
    /// an error for each field that proves to have none.
    pub(in crate::world) fn set_fields(
        &mut self,
        clients: &mut Clients,
        numbers: &[(u32, Option<f64>)],
        aircraft: Option<&Aircraft>,
        now: Micros,
    ) {
        self.schedules.begin_frame(now);
        for &(number, value) in numbers {
            let id = SourceId::field(number);
            let conversion = id
                .telemetry()
                .map_or(Conversion::None, |field| field.conversion);
            match value.map(|value| conversion.apply(value)) {
                Some(raw) if raw.is_finite() => self.set(clients, id, SourceValue::OfSim(raw), now),
                Some(_) => self.bad_values += 1,
                None => self.lose_field(clients, id, aircraft),
            }
        }
        self.release_due(clients, now);
    }

    /// Notes that the sim provides no number for a field. If that is the first answer for this
    /// aircraft, tells the clients.
    fn lose_field(&mut self, clients: &mut Clients, id: SourceId, aircraft: Option<&Aircraft>) {
        let had_value = self.raw_of(id).is_some();
        self.void(id);
        let Some(source) = self.sources.get_mut(&id) else {
            return;
        };
        let before = std::mem::replace(&mut source.absence, Absence::NoNumber);
        if !had_value
            && before != Absence::NoNumber
            && let Some(error) = self.field_error(id, aircraft)
        {
            self.tell_clients_of(clients, &[id], &error);
        }
    }

    /// Forgets the values of all fields, and tells the clients that the sim does not allow them.
    pub(in crate::world) fn forbid_fields(&mut self, clients: &mut Clients) {
        let mut forbidden = Vec::new();
        for id in self.watched_fields() {
            self.void(id);
            if let Some(source) = self.sources.get_mut(&id)
                && std::mem::replace(&mut source.absence, Absence::Forbidden) != Absence::Forbidden
            {
                forbidden.push(id);
            }
        }
        self.tell_clients_of(clients, &forbidden, &RequestError::TelemetryForbidden);
    }

    /// Returns the reason why a field has no value, if that is known.
    pub(super) fn field_error(
        &self,
        id: SourceId,
        aircraft: Option<&Aircraft>,
    ) -> Option<RequestError> {
        let Source::Field(number) = id.source() else {
            return None;
        };
        if self.fields.is_too_new(number) {
            return Some(RequestError::OldScripts);
        }
        // Without an aircraft most fields have no value, which need not be said.
        let aircraft = aircraft.filter(|aircraft| !aircraft.is_loading());
        match (self.sources.get(&id)?.absence, aircraft) {
            (Absence::Forbidden, _) => Some(RequestError::TelemetryForbidden),
            (Absence::NoNumber, Some(aircraft)) => Some(RequestError::NoFigure {
                field: id.telemetry().map_or("", |field: &Field| field.name),
                aircraft: aircraft.name.clone(),
            }),
            (Absence::None | Absence::NoNumber, _) => None,
        }
    }

    /// Forgets the value of a source, but not what its subscriptions were sent.
    fn void(&mut self, id: SourceId) {
        if let Some(source) = self.sources.get_mut(&id) {
            source.raw = None;
            for &group in &source.groups {
                self.groups[group].void();
            }
        }
    }

    fn watched_fields(&self) -> Vec<SourceId> {
        let fields = self.sources.range(SourceId::FIRST_FIELD..);
        fields.map(|(id, _)| *id).collect()
    }

    /// Sends an error once to each client that subscribes to one of these sources.
    fn tell_clients_of(&self, clients: &mut Clients, ids: &[SourceId], error: &RequestError) {
        let mut keys: Vec<ClientKey> = ids.iter().flat_map(|id| self.clients_of(*id)).collect();
        keys.sort_unstable();
        keys.dedup();
        clients.send_error_to_all(&keys, error);
    }
}
