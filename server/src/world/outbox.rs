//! The data that waits to be written to a client or passed to a subscriber.

use std::sync::Arc;

use bytes::Bytes;

use super::Aircraft;
use crate::decimal;
use crate::link::ReadingKey;
use crate::wire::Id;
use crate::wire::print::{self, Prefix};

/// The data that waits for a client.
#[derive(Debug)]
pub enum Outbox {
    /// Lines of the text protocol, ready to be written.
    Lines(Vec<u8>),
    /// Values, for a subscriber in this process.
    Values(Vec<Value>),
}

/// A value for a subscriber in this process.
#[derive(Debug)]
pub enum Value {
    /// This aircraft is controlled from now on, or none is.
    Aircraft(Option<Arc<Aircraft>>),
    /// A gauge changed.
    Gauge {
        /// The id of the subscription.
        id: Id,
        /// The sim's value.
        raw: f64,
        /// The scaled and rounded value.
        value: f64,
    },
    /// An indicator's element changed.
    Text {
        /// The id of the subscription.
        id: Id,
        /// The lines of the element, joined by LF; empty if the display lacks the element.
        text: Bytes,
    },
    /// A reading changed.
    Reading(ReadingKey, serde_json::Value),
    /// The error of a request.
    Error(String),
}

/// An update of a gauge, formatted once for all clients that get it.
pub(super) struct GaugeText<'a> {
    pub(super) raw: f64,
    /// The scaled value in steps of the precision.
    pub(super) steps: f64,
    pub(super) precision: i8,
    /// `<raw> <value>` and the line end.
    pub(super) tail: &'a [u8],
}

impl Outbox {
    /// Returns whether it takes lines of the text protocol.
    pub(super) fn takes_lines(&self) -> bool {
        matches!(self, Self::Lines(_))
    }

    /// Adds an update of a gauge.
    #[inline]
    pub(super) fn gauge(
        &mut self,
        prefix: &Prefix,
        id: impl FnOnce() -> Id,
        update: &GaugeText<'_>,
    ) {
        match self {
            Self::Lines(out) => {
                prefix.write(out);
                out.extend_from_slice(update.tail);
            }
            Self::Values(out) => out.push(Value::Gauge {
                id: id(),
                raw: update.raw,
                value: decimal::value_of(update.steps, update.precision),
            }),
        }
    }

    /// Adds the text of an indicator's element.
    pub(super) fn text(&mut self, id: Id, text: &Bytes) {
        match self {
            Self::Lines(out) => print::indicator(out, id, text),
            Self::Values(out) => out.push(Value::Text {
                id,
                text: text.clone(),
            }),
        }
    }

    /// Adds the name of the aircraft that is controlled, or the aircraft itself.
    pub(super) fn aircraft(&mut self, aircraft: Option<&Arc<Aircraft>>) {
        match self {
            Self::Lines(out) => {
                let name = aircraft.map(|aircraft| aircraft.name.as_str());
                print::aircraft(out, name.unwrap_or_default());
            }
            Self::Values(out) => out.push(Value::Aircraft(aircraft.cloned())),
        }
    }

    /// Adds the error of a request.
    pub(super) fn error(&mut self, reason: &str) {
        match self {
            Self::Lines(out) => print::error(out, reason),
            Self::Values(out) => out.push(Value::Error(reason.to_owned())),
        }
    }

    /// Adds a line that does not belong to a subscription. Subscribers in this process get none.
    pub(super) fn line(&mut self, line: &[u8]) {
        if let Self::Lines(out) = self {
            print::line(out, line);
        }
    }
}
