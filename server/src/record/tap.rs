//! The hub's end of a recording. It never waits: what does not fit into the queue is merged into
//! the newest values, counted, and written when there is room again.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};

use bytes::Bytes;

use super::entry::{ClientEntry, Entry};
use crate::filter::Micros;
use crate::link::{FromSim, LinkState};

/// The most bytes that wait for the disk: about ten seconds of the busiest cockpit.
const MAX_QUEUED: usize = 32 << 20;
/// The bytes that an entry counts for, besides its contents.
const ENTRY_COST: usize = 256;
/// The time between two readings of all displays.
const DISPLAYS_INTERVAL: Micros = 5_000_000;

/// The hub's end of a recording.
#[derive(Debug)]
pub struct Tap {
    queue: Sender<QueueItem>,
    queued: Arc<AtomicUsize>,
    max_queued: usize,
    /// The hub's time at the beginning.
    begin: Option<Micros>,
    next_displays: Micros,
    missing: Option<Missing>,
    /// The time of the last entry, since the beginning.
    last: Micros,
}

/// An item on its way to the file.
#[derive(Debug)]
pub(super) enum QueueItem {
    /// Entries of one moment, and the bytes that they count for.
    Entries(Micros, Vec<Entry>, usize),
    /// The tables of this aircraft are there.
    Tables(Micros, String),
}

/// The thread's end of the queue.
#[derive(Debug)]
pub(super) struct Queue {
    pub(super) items: Receiver<QueueItem>,
    queued: Arc<AtomicUsize>,
}

impl Queue {
    /// Makes room for further entries, after some have been written.
    pub(super) fn release(&self, bytes: usize) {
        self.queued.fetch_sub(bytes, Ordering::Relaxed);
    }
}

/// The error of a tap whose recording has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordingEnded;

/// Returns both ends of a queue.
pub(super) fn queue() -> (Tap, Queue) {
    bounded_queue(MAX_QUEUED)
}

fn bounded_queue(max_queued: usize) -> (Tap, Queue) {
    let (sender, items) = mpsc::channel();
    let queued = Arc::<AtomicUsize>::default();
    let tap = Tap {
        queue: sender,
        queued: Arc::clone(&queued),
        max_queued,
        begin: None,
        next_displays: 0,
        missing: None,
        last: 0,
    };
    (tap, Queue { items, queued })
}

impl Tap {
    /// Records a message of the sim.
    ///
    /// # Errors
    /// When the recording has ended.
    pub fn sim(&mut self, message: &FromSim, now: Micros) -> Result<(), RecordingEnded> {
        self.put(Entry::Sim(message.clone()), now)
    }

    /// Records an event of a client.
    ///
    /// # Errors
    /// When the recording has ended.
    pub fn client(&mut self, event: ClientEntry, now: Micros) -> Result<(), RecordingEnded> {
        self.put(Entry::Client(event), now)
    }

    /// Records the tables of an aircraft, which have been read or changed.
    ///
    /// # Errors
    /// When the recording has ended.
    pub fn tables(&mut self, aircraft: &str, now: Micros) -> Result<(), RecordingEnded> {
        let at = self.at(now);
        let item = QueueItem::Tables(at, aircraft.to_owned());
        self.queue.send(item).map_err(|_| RecordingEnded)
    }

    /// Returns whether it is time to read all displays, and counts that as done.
    pub fn take_displays_due(&mut self, now: Micros) -> bool {
        let is_due = now >= self.next_displays;
        if is_due {
            self.next_displays = now + DISPLAYS_INTERVAL;
        }
        is_due
    }

    fn at(&mut self, now: Micros) -> Micros {
        now.saturating_sub(*self.begin.get_or_insert(now))
    }

    fn put(&mut self, entry: Entry, now: Micros) -> Result<(), RecordingEnded> {
        let at = self.at(now);
        self.last = at;
        let cost = cost(&entry) + self.missing.as_ref().map_or(0, Missing::cost);
        if self.queued.load(Ordering::Relaxed) + cost > self.max_queued {
            self.missing.get_or_insert_default().merge(entry);
            return Ok(());
        }
        let missing = self.missing.take();
        let mut entries = missing.map_or_else(Vec::new, Missing::into_entries);
        entries.push(entry);
        self.queued.fetch_add(cost, Ordering::Relaxed);
        let item = QueueItem::Entries(at, entries, cost);
        self.queue.send(item).map_err(|_| RecordingEnded)
    }
}

/// At the end of a recording, what did not fit is written all the same: there will be no room later.
impl Drop for Tap {
    fn drop(&mut self) {
        if let Some(missing) = self.missing.take() {
            let item = QueueItem::Entries(self.last, missing.into_entries(), 0);
            // Nobody waits for it if the recording has ended by itself.
            let _ = self.queue.send(item);
        }
    }
}

/// Returns the bytes that an entry counts for.
fn cost(entry: &Entry) -> usize {
    let contents = match entry {
        Entry::Sim(FromSim::Args(values)) => size_of_val(&values[..]),
        Entry::Sim(FromSim::Indicator { text, .. }) => text.as_ref().map_or(0, Bytes::len),
        Entry::Sim(FromSim::Indicators { texts, .. }) => {
            texts.iter().map(|(_, text)| text.len() + 64).sum()
        }
        Entry::Sim(FromSim::Error { reason, .. }) => reason.len(),
        Entry::Client(ClientEntry::Request(_, text) | ClientEntry::WrongLine(_, text)) => {
            text.len()
        }
        Entry::Sim(_) | Entry::Client(_) | Entry::State(_) | Entry::Missing(_) => 0,
    };
    contents + ENTRY_COST
}

/// The entries that did not fit: their number, and the newest values in them.
#[derive(Debug, Default)]
struct Missing {
    entries: u64,
    /// The last end of each link, and the beginning of the next one after it.
    hook: Vec<FromSim>,
    export: Vec<FromSim>,
    aircraft: Option<Option<String>>,
    args: BTreeMap<u32, f64>,
    displays: BTreeMap<u32, (u64, Option<Bytes>)>,
    telemetry: BTreeMap<u32, Option<f64>>,
    is_forbidden: bool,
}

impl Missing {
    fn cost(&self) -> usize {
        let texts = self.displays.values();
        let texts = texts.map(|(_, text)| text.as_ref().map_or(0, Bytes::len) + ENTRY_COST);
        3 * ENTRY_COST + self.args.len() * size_of::<(u32, f64)>() + texts.sum::<usize>()
    }

    fn merge(&mut self, entry: Entry) {
        self.entries += 1;
        let Entry::Sim(message) = entry else {
            return;
        };
        match message {
            FromSim::Up { state, .. } => {
                let link = self.link(state);
                link.retain(|message| matches!(message, FromSim::Down(_)));
                link.push(message);
            }
            FromSim::Down(state) => {
                *self.link(state) = vec![message];
                self.displays.clear();
                self.telemetry.clear();
                if state == LinkState::Hook {
                    self.args.clear();
                    self.aircraft = Some(None);
                }
            }
            FromSim::Aircraft(name) => {
                self.args.clear();
                self.displays.clear();
                self.telemetry.clear();
                self.aircraft = Some(name);
            }
            FromSim::Args(values) => self.args.extend(values),
            FromSim::Telemetry(values) => self.telemetry.extend(values),
            FromSim::TelemetryForbidden => {
                self.telemetry.clear();
                self.is_forbidden = true;
            }
            FromSim::Indicator {
                indicator,
                epoch,
                text,
            } => {
                self.displays.insert(indicator, (epoch, text));
            }
            FromSim::Indicators { texts, .. } => {
                for (indicator, text) in texts {
                    self.displays.entry(indicator).or_default().1 = Some(text);
                }
            }
            FromSim::Error { .. }
            | FromSim::Reached(_)
            | FromSim::Readings(_)
            | FromSim::AnswersCold
            | FromSim::Cold { .. }
            | FromSim::Stats(..) => {}
        }
    }

    fn link(&mut self, state: LinkState) -> &mut Vec<FromSim> {
        match state {
            LinkState::Hook => &mut self.hook,
            LinkState::Export => &mut self.export,
        }
    }

    fn into_entries(self) -> Vec<Entry> {
        let links = self.hook.into_iter().chain(self.export);
        let aircraft = self.aircraft.map(FromSim::Aircraft);
        let args = (!self.args.is_empty()).then(|| self.args.into_iter().collect());
        let forbidden = self.is_forbidden.then_some(FromSim::TelemetryForbidden);
        let fields = self.telemetry;
        let telemetry = (!fields.is_empty()).then(|| fields.into_iter().collect());
        let displays = self.displays.into_iter();
        let displays = displays.map(|(indicator, (epoch, text))| FromSim::Indicator {
            indicator,
            epoch,
            text,
        });
        let messages = links
            .chain(aircraft)
            .chain(args.map(FromSim::Args))
            .chain(forbidden)
            .chain(telemetry.map(FromSim::Telemetry))
            .chain(displays);
        [Entry::Missing(self.entries)]
            .into_iter()
            .chain(messages.map(Entry::Sim))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::SimState;

    /// Takes all items, and returns their entries and the bytes that they count for.
    fn take(queue: &Queue) -> (Vec<Entry>, usize) {
        let mut taken = (Vec::new(), 0);
        while let Ok(QueueItem::Entries(_, entries, cost)) = queue.items.try_recv() {
            taken.0.extend(entries);
            taken.1 += cost;
        }
        taken
    }

    #[test]
    fn a_full_queue_keeps_the_newest_values_and_counts() {
        let (mut tap, queue) = bounded_queue(3 * ENTRY_COST);
        let messages = [
            FromSim::Aircraft(Some("Kestrel".into())),
            FromSim::Args(vec![(1, 0.5)]),
            FromSim::Args(vec![(1, 0.25), (2, 1.0)]),
            FromSim::Down(LinkState::Hook),
            FromSim::Aircraft(Some("Heron".into())),
            FromSim::Args((0..100).map(|arg| (arg, 0.125)).collect()),
            FromSim::Args(vec![(3, 0.75)]),
        ];
        let mut expected = SimState::default();
        for message in &messages {
            expected.apply(message);
            assert_eq!(tap.sim(message, 7), Ok(()));
        }
        let waiting = queue.queued.load(Ordering::Relaxed);
        assert!(waiting <= 3 * ENTRY_COST, "{waiting} bytes wait");
        let (mut entries, cost) = take(&queue);
        queue.release(cost);
        tap.max_queued = MAX_QUEUED;
        tap.sim(&FromSim::Reached(1), 8).unwrap();
        entries.extend(take(&queue).0);

        let mut state = SimState::default();
        let mut missing = 0;
        for entry in &entries {
            match entry {
                Entry::Sim(message) => state.apply(message),
                Entry::Missing(entries) => missing += entries,
                _ => {}
            }
        }
        assert!(missing >= 4, "{missing}");
        assert_eq!(
            (state.aircraft, state.args),
            (expected.aircraft, expected.args)
        );
    }

    #[test]
    fn what_did_not_fit_is_written_at_the_end() {
        let (mut tap, queue) = bounded_queue(2 * ENTRY_COST);
        let text = |number: u32| (number, Bytes::from_static(b"1234"));
        let indicators = |texts: Vec<(u32, Bytes)>| FromSim::Indicators { ticket: 1, texts };
        let messages = [
            FromSim::Aircraft(Some("Kestrel".into())),
            FromSim::Telemetry(vec![(1, Some(1.0)), (2, Some(2.0))]),
            indicators(vec![text(1), text(2)]),
            FromSim::TelemetryForbidden,
            FromSim::Down(LinkState::Export),
            FromSim::up(LinkState::Export),
            FromSim::Telemetry(vec![(2, Some(4.0))]),
            indicators(vec![text(3)]),
        ];
        let mut expected = SimState::default();
        for message in &messages {
            expected.apply(message);
            assert_eq!(tap.sim(message, 7), Ok(()));
        }
        drop(tap);
        let mut state = SimState::default();
        let mut missing = 0;
        for entry in take(&queue).0 {
            match entry {
                Entry::Sim(message) => state.apply(&message),
                Entry::Missing(entries) => missing += entries,
                _ => {}
            }
        }
        assert_eq!((missing, state), (6, expected));
    }

    #[test]
    fn a_recording_that_has_ended_is_noticed() {
        let (mut tap, queue) = queue();
        drop(queue);
        assert_eq!(tap.sim(&FromSim::Reached(1), 0), Err(RecordingEnded));
    }
}
