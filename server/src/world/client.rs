//! A client: its outbox, its subscriptions and its agenda.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use bytes::Bytes;

use super::agenda::{Agenda, Task};
use super::arena::{SubscriptionId, TextId};
use super::meaning::{Meaning, Subject};
use super::outbox::Outbox;
use super::statistics::Traffic;
use crate::rate_limit::RateLimit;
use crate::wire::{Id, LineError, Request};

/// The key of a client. It is used again after the client has left.
pub type ClientKey = usize;

/// A request of a client, or the error in its line.
pub(super) type RequestResult = Result<Request, LineError>;

/// The most names per second that are compared for the "did you mean" of a client. For each unknown
/// name, all names of the aircraft are compared, and software made for another aircraft asks for
/// hundreds of names at once. A person at a keyboard stays below this.
const COMPARISONS: u32 = 8_192;

/// The tasks that must be done before gauges get values. After them, gauges get the newest values.
const BEFORE_GAUGES: [Task; 4] = [
    Task::EndGauges,
    Task::SendAircraft,
    Task::RestartGauges,
    Task::LookUpGauges,
];
/// The tasks that must be done before elements of displays get texts.
const BEFORE_TEXTS: [Task; 3] = [Task::EndTexts, Task::ClearTexts, Task::SendAircraft];
/// The tasks for the subscriptions of a client. They are dropped when all subscriptions end.
const OF_SUBSCRIPTIONS: [Task; 10] = [
    Task::ResetGauges,
    Task::ClearTexts,
    Task::RestartGauges,
    Task::LookUpGauges,
    Task::LookUpAgain,
    Task::WakeGauges,
    Task::UpdateTexts,
    Task::CheckTexts,
    Task::CatchUpGauges,
    Task::CatchUpTexts,
];

/// The readiness of a client for updates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Readiness {
    Ready,
    /// It does not read. Its subscriptions with new values are marked as owed.
    Blocked,
    /// A task on its agenda comes first, and the newest values are sent after that; or the client
    /// has left.
    Behind,
}

/// The state of a client's connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Connection {
    Open,
    /// It does not read its lines at present.
    Blocked,
    /// It has left, and its subscriptions are being removed.
    Closed,
}

/// A client.
#[derive(Debug)]
pub(super) struct Client {
    pub(super) outbox: Outbox,
    gauges_readiness: Readiness,
    texts_readiness: Readiness,
    connection: Connection,
    /// Whether it is in the list of clients with a filled outbox.
    pub(super) touched: bool,
    /// Whether it is in a queue of clients with tasks.
    pub(super) queued: bool,
    /// The number, which is never used again (unlike the key).
    pub(super) number: u64,
    /// Its subscriptions to gauges.
    pub(super) gauges: ClientList<SubscriptionId>,
    /// Those of them that are awake, by subject.
    pub(super) by_subject: HashMap<Subject, SubscriptionId>,
    /// Its subscriptions to elements of displays.
    pub(super) texts: ClientList<TextId>,
    /// The number of its standing positions.
    pub(super) statements: usize,
    /// The bytes that its subscriptions make the server keep.
    pub(super) kept: usize,
    agenda: Agenda,
    pub(super) look_ups: LookUps,
    /// The place of the next element to update. If displays change before all elements have been
    /// updated, the next update continues from here, so that no element is left out.
    pub(super) next_text: usize,
    /// The requests that wait until all other tasks are done.
    pub(super) waiting: VecDeque<RequestResult>,
    /// The number of requested lists that are not answered yet.
    pub(super) lists: usize,
    /// The lists that the client has not been sent yet, each with the indicator that it asked for.
    pub(super) lists_to_send: VecDeque<(Option<u32>, Bytes)>,
    pub(super) owed: Owed,
    pub(super) traffic: Traffic,
    /// The limit on names that are compared for "did you mean".
    pub(super) comparisons: RateLimit,
}

/// The subscriptions of a client of one kind.
#[derive(Debug)]
pub(super) struct ClientList<K> {
    /// All of them, oldest first.
    pub(super) all: Vec<K>,
    /// The subscriptions whose newest values the client gets when it reads again.
    pub(super) owed: VecDeque<K>,
    /// All of them, by id.
    pub(super) by_id: std::collections::BTreeSet<(Id, K)>,
}

/// The gauges of a client that were looked up and have not been woken yet.
#[derive(Debug, Default)]
pub(super) struct LookUps {
    pub(super) all: Vec<(SubscriptionId, Option<Arc<Meaning>>)>,
    /// The newest gauge for each subject: if two gauges have the same arg in this aircraft, the
    /// newer one is woken.
    pub(super) newest: HashMap<Subject, SubscriptionId>,
}

/// The data besides subscriptions that a blocked client gets when it reads again.
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
            owed: VecDeque::new(),
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

    /// Returns a gauge and its new meaning: `None` if the aircraft lacks the name, or if a newer
    /// gauge has the same subject.
    pub(super) fn get(&self, place: usize) -> Option<(SubscriptionId, Option<Arc<Meaning>>)> {
        let (id, meaning) = self.all.get(place)?;
        let is_newest = |meaning: &&Arc<Meaning>| self.newest.get(&meaning.subject) == Some(id);
        Some((*id, meaning.as_ref().filter(is_newest).cloned()))
    }
}

impl Client {
    pub(super) fn new(number: u64, outbox: Outbox) -> Self {
        Self {
            outbox,
            gauges_readiness: Readiness::Ready,
            texts_readiness: Readiness::Ready,
            connection: Connection::Open,
            touched: false,
            queued: false,
            number,
            gauges: ClientList::default(),
            by_subject: HashMap::new(),
            texts: ClientList::default(),
            statements: 0,
            kept: 0,
            agenda: Agenda::default(),
            look_ups: LookUps::default(),
            next_text: 0,
            waiting: VecDeque::new(),
            lists: 0,
            lists_to_send: VecDeque::new(),
            owed: Owed::default(),
            traffic: Traffic::default(),
            comparisons: RateLimit::new(COMPARISONS, COMPARISONS),
        }
    }

    /// Returns the number of its subscriptions.
    pub(super) fn subscriptions(&self) -> usize {
        self.gauges.all.len() + self.texts.all.len()
    }

    /// Returns the approximate number of steps that a task for all clients takes for this one.
    pub(super) fn load(&self) -> usize {
        self.subscriptions() + self.statements
    }

    /// Returns its readiness for updates of gauges.
    #[inline]
    pub(super) fn gauges_readiness(&self) -> Readiness {
        self.gauges_readiness
    }

    /// Returns its readiness for texts of displays.
    pub(super) fn texts_readiness(&self) -> Readiness {
        self.texts_readiness
    }

    pub(super) fn is_blocked(&self) -> bool {
        self.connection == Connection::Blocked
    }

    pub(super) fn has_left(&self) -> bool {
        self.connection == Connection::Closed
    }

    /// Sets whether it is blocked.
    pub(super) fn set_blocked(&mut self, is_blocked: bool) {
        self.connection = match is_blocked {
            true => Connection::Blocked,
            false => Connection::Open,
        };
        self.update_readiness();
    }

    /// Marks it as closed. Its subscriptions and standing positions still have to be ended.
    pub(super) fn close(&mut self) {
        self.connection = Connection::Closed;
        self.agenda.end(Task::SendAircraft);
        self.agenda.end(Task::ResolveStanding);
        self.agenda.end(Task::AskForLists);
        self.agenda.end(Task::SendLists);
        self.agenda.plan(Task::EndStanding);
        self.update_readiness();
    }

    /// Plans the end of its subscriptions, and drops the tasks that were planned for them.
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

    /// Plans a task. If it was planned already, it starts again from its first step.
    pub(super) fn plan(&mut self, task: Task) {
        match task {
            Task::LookUpGauges => self.plan_look_up(task),
            // Gauges that have not been looked up yet will be looked up in the new tables.
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

    /// Returns the current task and the number of its steps that have been taken. Removes tasks
    /// that have no step left.
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

    /// Counts a step of the first task.
    pub(super) fn count_step(&mut self) {
        self.agenda.count_step();
    }

    fn is_over(&self, task: Task, steps: usize) -> bool {
        match task {
            Task::EndGauges => self.gauges.all.is_empty(),
            Task::EndTexts => self.texts.all.is_empty(),
            Task::EndStanding => self.statements == 0,
            Task::ResolveStanding => steps >= self.statements,
            Task::ResetGauges | Task::RestartGauges | Task::LookUpGauges | Task::LookUpAgain => {
                steps >= self.gauges.all.len()
            }
            Task::WakeGauges => steps >= self.look_ups.all.len(),
            Task::ClearTexts | Task::UpdateTexts | Task::CheckTexts => {
                steps >= self.texts.all.len()
            }
            Task::CatchUpGauges => self.is_blocked() || self.gauges.owed.is_empty(),
            Task::CatchUpTexts => self.is_blocked() || self.texts.owed.is_empty(),
            Task::SendAircraft | Task::AskForLists => steps > 0,
            Task::SendLists => self.lists_to_send.is_empty(),
            Task::CarryOut => self.waiting.is_empty(),
        }
    }

    /// Returns whether its agenda has requests.
    pub(super) fn has_requests(&self) -> bool {
        self.agenda.has(Task::CarryOut)
    }

    /// Returns whether its agenda has tasks.
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
