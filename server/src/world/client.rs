//! A client, as the world sees it: its outbox, its subscriptions, and what is yet to be done for it.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use super::agenda::{Agenda, Task};
use super::arena::{SubscriptionId, TextId};
use super::meaning::{Meaning, Subject};
use super::outbox::Outbox;
use crate::rate_limit::RateLimit;
use crate::wire::{Id, LineError, Request};

/// The place of a client; used again after it has left.
pub type ClientKey = usize;

/// A request of a client, or what is wrong with its line.
pub(super) type RequestResult = Result<Request, LineError>;

/// Names that may be compared in a second to find out what a client meant. Each unknown name
/// costs a search through all names of the aircraft, and software made for another aircraft asks
/// for hundreds of them at once. A person at a keyboard stays below this.
const COMPARISONS: u32 = 8_192;

/// Until these tasks are done, gauges get no values: they get the newest ones then.
const BEFORE_GAUGES: [Task; 4] = [
    Task::EndGauges,
    Task::TellAircraft,
    Task::RestartGauges,
    Task::LookUpGauges,
];
/// The same for elements of displays.
const BEFORE_TEXTS: [Task; 3] = [Task::EndTexts, Task::DarkenTexts, Task::TellAircraft];
/// What is planned for the subscriptions of a client, and void when they end.
const OF_SUBSCRIPTIONS: [Task; 10] = [
    Task::ResetGauges,
    Task::DarkenTexts,
    Task::RestartGauges,
    Task::LookUpGauges,
    Task::LookUpAgain,
    Task::WakeGauges,
    Task::UpdateTexts,
    Task::CheckTexts,
    Task::CatchUpGauges,
    Task::CatchUpTexts,
];

/// Whether updates may be sent to a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Readiness {
    Ready,
    /// It takes no lines; what it is owed is noted.
    Blocked,
    /// It is yet to be told what has changed for all, and gets the newest values then.
    Behind,
}

/// The state of a client's connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Connection {
    Open,
    /// It takes no lines at present.
    Blocked,
    /// It has left, and what it had is being removed.
    Closed,
}

/// A client.
#[derive(Debug)]
pub(super) struct Client {
    pub(super) outbox: Outbox,
    gauges_readiness: Readiness,
    texts_readiness: Readiness,
    connection: Connection,
    /// Whether it is in the list of those with something in their outboxes.
    pub(super) touched: bool,
    /// Whether it is in a queue of those with something on their agenda.
    pub(super) queued: bool,
    /// Never used again, unlike its key.
    pub(super) serial: u64,
    /// Its subscriptions to gauges.
    pub(super) gauges: ClientList<SubscriptionId>,
    /// Those of them that are awake.
    pub(super) by_subject: HashMap<Subject, SubscriptionId>,
    /// Its subscriptions to elements of displays.
    pub(super) texts: ClientList<TextId>,
    /// The bytes that its subscriptions make the server keep.
    pub(super) kept: usize,
    agenda: Agenda,
    pub(super) look_ups: LookUps,
    /// The element that is next to be updated. When displays change before all have been looked
    /// at, this goes on from where it was, so that none is passed over.
    pub(super) next_text: usize,
    /// Requests that wait until everything else is done.
    pub(super) waiting: VecDeque<RequestResult>,
    /// Lists asked for and not yet answered.
    pub(super) lists: usize,
    pub(super) owed: Owed,
    /// Names that may be compared to find out what it meant.
    pub(super) comparisons: RateLimit,
}

/// The subscriptions of a client of one kind.
#[derive(Debug)]
pub(super) struct ClientList<K> {
    /// Oldest first.
    pub(super) all: Vec<K>,
    /// Those whose newest values the client is to get when it takes lines again.
    pub(super) owed: Vec<K>,
    /// All of them by their ids.
    pub(super) by_id: std::collections::BTreeSet<(Id, K)>,
}

/// The gauges of a client that were looked up and are yet to be woken.
#[derive(Debug, Default)]
pub(super) struct LookUps {
    pub(super) all: Vec<(SubscriptionId, Option<Arc<Meaning>>)>,
    /// Of two gauges that are the same arg in this aircraft, the newer one is woken.
    pub(super) newest: HashMap<Subject, SubscriptionId>,
}

/// What a blocked client is to be told when it takes lines again, besides subscriptions.
#[derive(Debug, Default)]
pub(super) struct Owed {
    pub(super) aircraft: bool,
    pub(super) reset: bool,
    pub(super) lists: Vec<Option<u32>>,
}

impl<K> Default for ClientList<K> {
    fn default() -> Self {
        Self {
            all: Vec::new(),
            owed: Vec::new(),
            by_id: Default::default(),
        }
    }
}

impl LookUps {
    pub(super) fn push(&mut self, id: SubscriptionId, meaning: Option<Arc<Meaning>>) {
        if let Some(meaning) = &meaning {
            self.newest.insert(meaning.subject, id);
        }
        self.all.push((id, meaning));
    }

    /// Returns a gauge, and what it is to mean: nothing if a newer one means the same.
    pub(super) fn get(&self, place: usize) -> Option<(SubscriptionId, Option<Arc<Meaning>>)> {
        let (id, meaning) = self.all.get(place)?;
        let is_newest = |meaning: &&Arc<Meaning>| self.newest.get(&meaning.subject) == Some(id);
        Some((*id, meaning.as_ref().filter(is_newest).cloned()))
    }
}

impl Client {
    pub(super) fn new(serial: u64, outbox: Outbox) -> Self {
        Self {
            outbox,
            gauges_readiness: Readiness::Ready,
            texts_readiness: Readiness::Ready,
            connection: Connection::Open,
            touched: false,
            queued: false,
            serial,
            gauges: ClientList::default(),
            by_subject: HashMap::new(),
            texts: ClientList::default(),
            kept: 0,
            agenda: Agenda::default(),
            look_ups: LookUps::default(),
            next_text: 0,
            waiting: VecDeque::new(),
            lists: 0,
            owed: Owed::default(),
            comparisons: RateLimit::new(COMPARISONS, COMPARISONS),
        }
    }

    /// Returns how many subscriptions it has.
    pub(super) fn subscriptions(&self) -> usize {
        self.gauges.all.len() + self.texts.all.len()
    }

    /// Whether updates of gauges may be sent.
    #[inline]
    pub(super) fn gauges_readiness(&self) -> Readiness {
        self.gauges_readiness
    }

    /// Whether texts of displays may be sent.
    pub(super) fn texts_readiness(&self) -> Readiness {
        self.texts_readiness
    }

    pub(super) fn is_blocked(&self) -> bool {
        self.connection == Connection::Blocked
    }

    pub(super) fn has_left(&self) -> bool {
        self.connection == Connection::Closed
    }

    /// Notes whether it takes lines.
    pub(super) fn set_blocked(&mut self, is_blocked: bool) {
        self.connection = match is_blocked {
            true => Connection::Blocked,
            false => Connection::Open,
        };
        self.update_readiness();
    }

    /// Notes that it has left; its subscriptions are yet to be ended.
    pub(super) fn close(&mut self) {
        self.connection = Connection::Closed;
        self.agenda.end(Task::TellAircraft);
        self.agenda.end(Task::AskForLists);
        self.update_readiness();
    }

    /// Plans to end its subscriptions. What was planned for them is void.
    pub(super) fn plan_end_of_subscriptions(&mut self) {
        for task in OF_SUBSCRIPTIONS {
            self.agenda.end(task);
        }
        self.look_ups = LookUps::default();
        self.gauges.owed.clear();
        self.texts.owed.clear();
        self.agenda.plan(Task::EndGauges);
        self.agenda.plan(Task::EndTexts);
        self.update_readiness();
    }

    /// Plans a task, from its beginning.
    pub(super) fn plan(&mut self, task: Task) {
        match task {
            Task::LookUpGauges => self.plan_look_up(task),
            // Gauges that are yet to be looked up are looked up in the new tables.
            Task::LookUpAgain if self.agenda.has(Task::LookUpGauges) => {
                self.plan_look_up(Task::LookUpGauges);
            }
            Task::LookUpAgain => self.plan_look_up(task),
            task => self.agenda.plan(task),
        }
        self.update_readiness();
    }

    fn plan_look_up(&mut self, task: Task) {
        self.look_ups = LookUps::default();
        self.agenda.end(Task::RestartGauges);
        self.agenda.end(Task::LookUpAgain);
        self.agenda.plan(task);
        self.agenda.plan(Task::WakeGauges);
    }

    /// Returns the task that is to be worked on, and the number of steps taken of it; ends those
    /// of which no step is left.
    pub(super) fn task(&mut self) -> Option<(Task, usize)> {
        while let Some((task, steps)) = self.agenda.first() {
            if !self.is_over(task, steps) {
                return Some((task, steps));
            }
            self.agenda.end(task);
            match task {
                Task::WakeGauges => self.look_ups = LookUps::default(),
                Task::UpdateTexts => self.next_text = 0,
                _ => {}
            }
            self.update_readiness();
        }
        None
    }

    /// Notes that a step of the first task is taken.
    pub(super) fn note_step(&mut self) {
        self.agenda.note_step();
    }

    fn is_over(&self, task: Task, steps: usize) -> bool {
        match task {
            Task::EndGauges => self.gauges.all.is_empty(),
            Task::EndTexts => self.texts.all.is_empty(),
            Task::ResetGauges | Task::RestartGauges | Task::LookUpGauges | Task::LookUpAgain => {
                steps >= self.gauges.all.len()
            }
            Task::WakeGauges => steps >= self.look_ups.all.len(),
            Task::DarkenTexts | Task::UpdateTexts | Task::CheckTexts => {
                steps >= self.texts.all.len()
            }
            Task::CatchUpGauges => self.is_blocked() || self.gauges.owed.is_empty(),
            Task::CatchUpTexts => self.is_blocked() || self.texts.owed.is_empty(),
            Task::TellAircraft | Task::AskForLists => steps > 0,
            Task::CarryOut => self.waiting.is_empty(),
        }
    }

    /// Whether requests are on its agenda.
    pub(super) fn has_requests(&self) -> bool {
        self.agenda.has(Task::CarryOut)
    }

    /// Whether anything is yet to be done for it.
    pub(super) fn has_tasks(&self) -> bool {
        !self.agenda.is_empty()
    }

    fn update_readiness(&mut self) {
        let readiness = |tasks: &[Task]| match self.connection {
            Connection::Closed => Readiness::Behind,
            _ if self.agenda.has_any(tasks) => Readiness::Behind,
            Connection::Blocked => Readiness::Blocked,
            Connection::Open => Readiness::Ready,
        };
        let (gauges, texts) = (readiness(&BEFORE_GAUGES), readiness(&BEFORE_TEXTS));
        (self.gauges_readiness, self.texts_readiness) = (gauges, texts);
    }
}
