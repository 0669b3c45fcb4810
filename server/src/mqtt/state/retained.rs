//! The newest payload of each retained topic, and which of them the broker still has to get. Pure.
//!
//! What waits is at most one payload per topic, however long the broker is away.

use std::collections::{HashMap, VecDeque};
use std::mem::take;

use bytes::BytesMut;
use indexmap::IndexSet;

use crate::mqtt::packet;

/// The most topics of earlier aircraft or servers that wait to be cleared. Further ones are cleared
/// at the next connection.
const MAX_CLEARS: usize = 20_000;

/// A place in the list of topics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SlotIndex(pub(super) usize);

/// A topic with its newest payload.
#[derive(Debug, Default)]
struct Slot {
    topic: String,
    /// Empty if nothing is known.
    payload: Vec<u8>,
    /// Whether it waits in the queue.
    is_queued: bool,
    /// Whether the broker may have a payload.
    is_on_broker: bool,
}

/// The retained topics.
#[derive(Debug, Default)]
pub(super) struct Retained {
    slots: Vec<Slot>,
    by_topic: HashMap<String, SlotIndex>,
    /// The slots that have changed, the longest waiting first.
    queue: VecDeque<SlotIndex>,
    /// Topics without a slot of which the broker may have a payload.
    clears: IndexSet<String>,
}

impl Retained {
    /// Replaces the topics by others, whose slots get the indexes 0, 1, …. Topics that are not among
    /// them are cleared. Payloads of those that are stay if `keeps_payloads`; otherwise they are
    /// cleared, unless new ones come first.
    pub(super) fn replace(&mut self, topics: impl Iterator<Item = String>, keeps_payloads: bool) {
        let old = take(&mut self.slots).into_iter();
        let mut old: HashMap<String, Slot> = old.map(|slot| (slot.topic.clone(), slot)).collect();
        self.by_topic.clear();
        self.queue.clear();
        for topic in topics {
            let index = SlotIndex(self.slots.len());
            let mut slot = old.remove(&topic).unwrap_or_default();
            if !keeps_payloads {
                slot.payload.clear();
                slot.is_queued = slot.is_on_broker;
            }
            if self.clears.swap_remove(&topic) {
                (slot.is_on_broker, slot.is_queued) = (true, true);
            }
            if slot.is_queued {
                self.queue.push_back(index);
            }
            slot.topic.clone_from(&topic);
            self.slots.push(slot);
            self.by_topic.insert(topic, index);
        }
        for (topic, slot) in old {
            if slot.is_on_broker {
                self.clear(topic);
            }
        }
    }

    fn clear(&mut self, topic: String) {
        if self.clears.len() < MAX_CLEARS {
            self.clears.insert(topic);
        }
    }

    /// Returns the newest payload of a topic.
    pub(super) fn payload(&self, slot: SlotIndex) -> &[u8] {
        &self.slots[slot.0].payload
    }

    /// Sets the newest payload of a topic; an empty one clears it.
    pub(super) fn set(&mut self, slot: SlotIndex, payload: &[u8]) {
        let place = slot.0;
        if self.slots[place].payload != payload {
            self.slots[place].payload.clear();
            self.slots[place].payload.extend_from_slice(payload);
            self.enqueue(slot);
        }
    }

    fn enqueue(&mut self, index: SlotIndex) {
        let slot = &mut self.slots[index.0];
        if !slot.is_queued {
            slot.is_queued = true;
            self.queue.push_back(index);
        }
    }

    /// Takes note that the broker has a payload from before this connection.
    pub(super) fn found_on_broker(&mut self, topic: String) {
        let Some(&index) = self.by_topic.get(&topic) else {
            return self.clear(topic);
        };
        let slot = &mut self.slots[index.0];
        slot.is_on_broker = true;
        if slot.payload.is_empty() {
            self.enqueue(index);
        }
    }

    /// Queues all topics for a broker that may have lost them.
    pub(super) fn queue_all(&mut self) {
        for place in 0..self.slots.len() {
            let slot = &self.slots[place];
            if slot.is_on_broker || !slot.payload.is_empty() {
                self.enqueue(SlotIndex(place));
            }
        }
    }

    /// Returns whether the broker lacks something.
    pub(super) fn has_work(&self) -> bool {
        !self.queue.is_empty() || !self.clears.is_empty()
    }

    /// Appends messages until `out` has `limit` bytes or nothing is left.
    pub(super) fn write(&mut self, out: &mut BytesMut, limit: usize) {
        while out.len() < limit {
            if let Some(topic) = self.clears.pop() {
                packet::publish(out, &topic, b"", true);
                continue;
            }
            let Some(SlotIndex(place)) = self.queue.pop_front() else {
                return;
            };
            let slot = &mut self.slots[place];
            slot.is_queued = false;
            if !slot.payload.is_empty() || slot.is_on_broker {
                packet::publish(out, &slot.topic, &slot.payload, true);
            }
            slot.is_on_broker = !slot.payload.is_empty();
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rumqttc::mqttbytes::v4::Packet;

    use super::*;
    use crate::mqtt::packet::{Decoder, Incoming};

    /// Returns the messages that wait, as `topic=payload`, in batches of about `limit` bytes.
    fn written(retained: &mut Retained, limit: usize) -> Vec<String> {
        let mut decoder = Decoder::default();
        while retained.has_work() {
            let mut out = BytesMut::new();
            retained.write(&mut out, limit);
            decoder.buffer().extend_from_slice(&out);
        }
        let mut messages = Vec::new();
        while let Ok(Some(Incoming::Packet(Packet::Publish(message)))) = decoder.next() {
            assert!(message.retain);
            let payload = String::from_utf8_lossy(&message.payload);
            messages.push(format!("{}={payload}", message.topic));
        }
        messages
    }

    fn topics(names: &str) -> impl Iterator<Item = String> {
        names.split_whitespace().map(str::to_owned)
    }

    fn flown() -> Retained {
        let mut retained = Retained::default();
        retained.replace(topics("a b c"), false);
        for (slot, payload) in [(0, b"1"), (1, b"2")] {
            retained.set(SlotIndex(slot), payload);
        }
        retained
    }

    #[test]
    fn only_the_newest_payload_waits() {
        let mut retained = flown();
        for payload in [b"3", b"4", b"5"] {
            retained.set(SlotIndex(0), payload);
        }
        assert_eq!(written(&mut retained, 1), ["a=5", "b=2"]);
        retained.set(SlotIndex(0), b"5");
        assert!(!retained.has_work());
        retained.queue_all();
        assert_eq!(written(&mut retained, 1000), ["a=5", "b=2"]);
    }

    #[test]
    fn other_topics_leave_no_ghosts() {
        let mut retained = flown();
        assert_eq!(written(&mut retained, 1).len(), 2);
        retained.replace(topics("b d"), false);
        retained.set(SlotIndex(1), b"9");
        assert_eq!(written(&mut retained, 1), ["a=", "b=", "d=9"]);
        assert!(written(&mut retained, 1).is_empty());
    }

    #[test]
    fn a_new_payload_comes_instead_of_a_clearing() {
        let mut retained = flown();
        written(&mut retained, 1);
        retained.replace(topics(""), false);
        retained.replace(topics("b"), false);
        retained.set(SlotIndex(0), b"7");
        assert_eq!(written(&mut retained, 1), ["a=", "b=7"]);
    }

    #[test]
    fn payloads_stay_with_the_same_aircraft() {
        let mut retained = flown();
        written(&mut retained, 1);
        retained.set(SlotIndex(1), b"3");
        retained.replace(topics("b x"), true);
        assert_eq!(written(&mut retained, 1), ["a=", "b=3"]);
    }

    #[test]
    fn what_was_never_published_is_not_cleared() {
        let mut retained = flown();
        retained.replace(topics("x"), false);
        assert!(!retained.has_work());
    }

    #[test]
    fn payloads_of_an_earlier_server_are_cleared() {
        let mut retained = flown();
        for topic in ["a", "c", "old"] {
            retained.found_on_broker(topic.to_owned());
        }
        assert_eq!(written(&mut retained, 1), ["old=", "a=1", "b=2", "c="]);
    }

    #[test]
    fn ghosts_are_bounded() {
        let mut retained = Retained::default();
        for number in 0..MAX_CLEARS + 100 {
            retained.found_on_broker(format!("t{number}"));
        }
        assert_eq!(written(&mut retained, 65_536).len(), MAX_CLEARS);
    }

    proptest! {
        /// After any steps the broker has the newest payloads and nothing else.
        #[test]
        fn the_broker_ends_up_with_the_newest(
            steps in prop::collection::vec((0_usize..4, 0_usize..6, 0_u8..4), 0..60),
        ) {
            let mut retained = Retained::default();
            let mut broker = HashMap::<String, String>::new();
            let apply = |broker: &mut HashMap<_, _>, messages: Vec<String>| {
                for message in messages {
                    let (topic, payload) = message.split_once('=').expect("a message");
                    match payload {
                        "" => broker.remove(topic),
                        _ => broker.insert(topic.to_owned(), payload.to_owned()),
                    };
                }
            };
            let mut expected = HashMap::<String, String>::new();
            for (kind, number, value) in steps {
                match kind {
                    0 => {
                        let names: Vec<String> = (number..number + 3).map(|n| format!("t{n}")).collect();
                        expected.retain(|topic, _| value > 0 && names.contains(topic));
                        retained.replace(names.into_iter(), value > 0);
                    }
                    1 => apply(&mut broker, written(&mut retained, 1)),
                    _ => if let Some(slot) = retained.slots.get(number) {
                        let payload = if value > 0 { value.to_string() } else { String::new() };
                        match payload.as_str() {
                            "" => expected.remove(&slot.topic),
                            _ => expected.insert(slot.topic.clone(), payload.clone()),
                        };
                        retained.set(SlotIndex(number), payload.as_bytes());
                    },
                }
            }
            apply(&mut broker, written(&mut retained, 10));
            prop_assert_eq!(broker, expected);
        }
    }
}
