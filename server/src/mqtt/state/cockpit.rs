//! The cockpit at the broker: retained topics, errors, and the messages that act.

use std::collections::VecDeque;

use bytes::{Bytes, BytesMut};
use rumqttc::mqttbytes::v4::{SubAck, SubscribeReasonCode};

use super::home_assistant;
use super::plan::Plan;
use super::request;
use super::retained::{Retained, SlotIndex};
use crate::mqtt::packet;
use crate::mqtt::topic::{Base, OwnTopic};
use crate::wire::{Id, Request};

/// The slot of the topic `aircraft`.
const AIRCRAFT: SlotIndex = SlotIndex(0);
/// The most errors that wait to be published; further ones are only counted.
const MAX_ERRORS: usize = 32;
/// The most bytes of a batch; a single longer message makes a longer batch.
const BATCH: usize = 32 * 1024;
/// The payloads of the topic `status`.
const ONLINE: &str = "online";
pub(crate) const OFFLINE: &str = "offline";

/// The numbers of the subscriptions to the topics that act, and to what is published.
const REQUESTS: u16 = 1;
const STATE: u16 = 2;

/// The search for retained topics that an earlier server left behind, after each connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Search {
    /// Not connected.
    Off,
    /// The subscription is to be made.
    Due,
    /// What the broker sends is looked at.
    Running,
    /// The subscription is to be ended.
    Ending,
    Over,
}

/// A right that the broker does not give, as far as MQTT 3.1.1 lets one see it. A message that may not
/// be published is dropped without an answer. So the topic `status` is read back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Denial {
    /// The topics that act cannot be subscribed to.
    Requests,
    /// The topics of an earlier server cannot be subscribed to.
    Search,
    /// What is published on `status` does not come back.
    Status,
}

/// The number of messages of each kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counters {
    /// Requests that were carried out.
    pub(crate) requests: u64,
    /// Messages that were no requests, although their topics act.
    pub(crate) wrong: u64,
    /// Retained messages on topics that act, which are ignored.
    pub(crate) retained: u64,
}

/// A cockpit at the broker.
#[derive(Debug)]
pub(crate) struct Cockpit {
    base: Base,
    plan: Plan,
    retained: Retained,
    errors: VecDeque<String>,
    search: Search,
    /// Whether `online` is to be published.
    is_status_due: bool,
    /// Whether `online` has come back since the connection began.
    is_status_heard: bool,
    counters: Counters,
    payload: Vec<u8>,
}

impl Cockpit {
    /// Creates a cockpit without an aircraft. `plan` must be an empty one.
    pub(crate) fn new(base: Base, plan: Plan) -> Self {
        let mut cockpit = Self {
            base,
            plan: Plan::default(),
            retained: Retained::default(),
            errors: VecDeque::new(),
            search: Search::Off,
            is_status_due: false,
            is_status_heard: false,
            counters: Counters::default(),
            payload: Vec::new(),
        };
        cockpit.set_plan(plan);
        cockpit
    }

    /// Changes to the topics of another aircraft, or of the same one with other tables. Returns the
    /// old ones, since to free them may take long.
    pub(crate) fn set_plan(&mut self, plan: Plan) -> Plan {
        let is_same = plan.aircraft == self.plan.aircraft;
        self.retained.replace(plan.topics.iter().cloned(), is_same);
        let name = plan.aircraft.replace(|c: char| c.is_ascii_control(), "?");
        self.retained.set(AIRCRAFT, name.as_bytes());
        if let Some((slot, payload)) = &plan.description {
            self.retained.set(*slot, payload);
        }
        std::mem::replace(&mut self.plan, plan)
    }

    /// Processes the raw value of an arg.
    pub(crate) fn gauge(&mut self, id: Id, raw: f64) {
        for reading in self.plan.readings(id) {
            self.payload.clear();
            reading.write(&mut self.payload, raw);
            if value_of(&self.payload) != value_of(self.retained.payload(reading.slot)) {
                self.retained.set(reading.slot, &self.payload);
            }
        }
    }

    /// Processes the text of an element, with LF between its lines.
    pub(crate) fn text(&mut self, id: Id, text: &Bytes) {
        if let Some(slot) = self.plan.element(id) {
            self.payload.clear();
            for (number, line) in text.split(|&byte| byte == b'\n').enumerate() {
                if number > 0 {
                    self.payload.extend_from_slice(b"\\n");
                }
                self.payload.extend_from_slice(line);
            }
            self.retained.set(slot, &self.payload);
        }
    }

    /// Processes an error of a request.
    pub(crate) fn error(&mut self, reason: String) {
        if self.errors.len() < MAX_ERRORS {
            self.errors.push_back(reason);
        }
    }

    /// Takes note of a new connection: everything is to be published again.
    pub(crate) fn connected(&mut self) {
        self.retained.queue_all();
        self.errors.clear();
        self.search = Search::Due;
        self.is_status_due = true;
        self.is_status_heard = false;
    }

    /// Ends the search for topics of earlier servers, as the broker has had enough time. Returns the
    /// denial if the broker has not sent back what was published.
    pub(crate) fn end_search(&mut self) -> Option<Denial> {
        if self.search == Search::Running {
            self.search = Search::Ending;
            return (!self.is_status_heard).then_some(Denial::Status);
        }
        None
    }

    /// Returns the denial in a broker's answer to a subscription.
    pub(crate) fn denial(answer: &SubAck) -> Option<Denial> {
        let is_denied = answer.return_codes.contains(&SubscribeReasonCode::Failure);
        match answer.pkid {
            REQUESTS if is_denied => Some(Denial::Requests),
            STATE if is_denied => Some(Denial::Search),
            _ => None,
        }
    }

    /// Returns whether there is something to send.
    pub(crate) fn has_work(&self) -> bool {
        let is_searching = matches!(self.search, Search::Due | Search::Ending);
        is_searching || self.is_status_due || !self.errors.is_empty() || self.retained.has_work()
    }

    /// Appends what is to be sent now, in a batch of bounded size.
    pub(crate) fn write(&mut self, out: &mut BytesMut) {
        if self.search == Search::Due {
            packet::subscribe(out, REQUESTS, self.base.filters_of_requests());
            packet::subscribe(out, STATE, self.filters_of_state());
            self.search = Search::Running;
        }
        if self.search == Search::Ending {
            packet::unsubscribe(out, self.filters_of_state());
            self.search = Search::Over;
        }
        if std::mem::take(&mut self.is_status_due) {
            packet::publish(out, &self.base.topic("status"), ONLINE.as_bytes(), true);
        }
        for error in self.errors.drain(..) {
            packet::publish(out, &self.base.topic("error"), error.as_bytes(), false);
        }
        self.retained.write(out, BATCH);
    }

    fn filters_of_state(&self) -> Vec<String> {
        let mut filters = self.base.filters_of_state();
        filters.push(home_assistant::filter(&self.base));
        filters
    }

    /// Appends what is to be sent at the end of the server: all topics are cleared.
    pub(crate) fn write_end(&mut self, out: &mut BytesMut) {
        self.retained.replace(std::iter::empty(), false);
        packet::publish(out, &self.base.topic("status"), OFFLINE.as_bytes(), true);
        self.retained.write(out, usize::MAX);
    }

    /// Processes a message from the broker; returns the request in it, if there is one. The payload
    /// is `None` if it is too long.
    pub(crate) fn message(
        &mut self,
        topic: String,
        payload: Option<&[u8]>,
        is_retained: bool,
    ) -> Option<Request> {
        let control = match self.base.read(&topic) {
            Some(OwnTopic::SetControl(control)) => Ok(Some(control)),
            Some(OwnTopic::SetAction) => Ok(None),
            Some(OwnTopic::SetUnreadable(id)) => Err(request::unreadable(&id)),
            Some(OwnTopic::Status) => {
                let is_online = payload == Some(ONLINE.as_bytes());
                self.is_status_due |= !is_online;
                self.is_status_heard |= is_online && !is_retained;
                return None;
            }
            Some(OwnTopic::State) => {
                self.state_found(topic, payload, is_retained);
                return None;
            }
            None => {
                if home_assistant::is_own(&self.base, &topic) {
                    self.state_found(topic, payload, is_retained);
                }
                return None;
            }
        };
        // A retained one would act again at each connection; an empty one removes a retained one.
        if is_retained {
            self.counters.retained += 1;
            return None;
        }
        let request = match (control, payload) {
            (_, Some([])) => return None,
            (Err(reason), _) => Err(reason),
            (Ok(_), None) => Err("the message is too long".to_owned()),
            (Ok(Some(control)), Some(payload)) => request::position(&control, payload),
            (Ok(None), Some(payload)) => request::action(payload),
        };
        match request {
            Ok(request) => {
                self.counters.requests += 1;
                Some(request)
            }
            Err(reason) => {
                self.counters.wrong += 1;
                self.error(reason);
                None
            }
        }
    }

    /// Takes note of a payload that the broker had before this connection.
    fn state_found(&mut self, topic: String, payload: Option<&[u8]>, is_retained: bool) {
        if is_retained && payload != Some(&[]) {
            self.retained.found_on_broker(topic);
        }
    }

    /// Returns the counters.
    pub(crate) fn counters(&self) -> Counters {
        self.counters
    }
}

/// Returns the value in `<raw> <value>`. As in the text protocol, a message is sent when it changes.
fn value_of(payload: &[u8]) -> Option<&[u8]> {
    payload.split(|&byte| byte == b' ').nth(1)
}

#[cfg(test)]
mod tests;
