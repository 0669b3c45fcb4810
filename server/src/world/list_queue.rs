//! List requests on their way to the sim: the clients take turns, and the sim has few at a time.
//!
//! A client has one list under way at a time, so that its answers come in the order of its
//! requests. Those who want the same list while it is under way share it.

use std::collections::{BTreeMap, HashSet};

use super::turns::Turns;
use crate::filter::Micros;

/// How long a list may take: the sim may be paused or loading.
pub(super) const DEADLINE: Micros = 30_000_000;
/// Lists that the sim is asked for at a time.
const MOST_UNDER_WAY: usize = 4;

/// A list that the sim was asked for.
#[derive(Debug)]
pub(super) struct List {
    /// The indicator; none stands for all of them.
    pub(super) indicator: Option<u32>,
    /// The serial numbers of the clients that wait for it.
    pub(super) clients: Vec<u64>,
    deadline: Micros,
}

#[derive(Debug)]
struct Waiting {
    indicator: Option<u32>,
    deadline: Micros,
}

/// Lists that wait for their turn, and those that the sim was asked for.
#[derive(Debug, Default)]
pub(super) struct ListQueue {
    waiting: Turns<Waiting>,
    /// By ticket.
    under_way: BTreeMap<u64, List>,
    /// Clients that wait for one of these.
    served: HashSet<u64>,
    /// When requests that have waited for too long are next looked for.
    check_at: Option<Micros>,
}

impl ListQueue {
    /// Queues a request of the client with this serial number.
    pub(super) fn push(&mut self, client: u64, indicator: Option<u32>, now: Micros) {
        let deadline = now + DEADLINE;
        self.check_at.get_or_insert(deadline);
        let waiting = Waiting {
            indicator,
            deadline,
        };
        self.waiting.push(client, waiting);
    }

    /// Returns the ticket and the indicator of the next list to ask the sim for.
    pub(super) fn next(&mut self, ticket: impl FnOnce() -> u64) -> Option<(u64, Option<u32>)> {
        loop {
            let (under_way, served) = (&self.under_way, &self.served);
            let shared = |indicator| {
                under_way
                    .values()
                    .any(|list: &List| list.indicator == indicator)
            };
            let (client, waiting) = self.waiting.next(|client, waiting| {
                !served.contains(&client)
                    && (under_way.len() < MOST_UNDER_WAY || shared(waiting.indicator))
            })?;
            self.served.insert(client);
            let Waiting {
                indicator,
                deadline,
            } = waiting;
            let mut lists = self.under_way.values_mut();
            if let Some(list) = lists.find(|list| list.indicator == indicator) {
                list.clients.push(client);
                continue;
            }
            let ticket = ticket();
            let list = List {
                indicator,
                clients: vec![client],
                deadline,
            };
            self.under_way.insert(ticket, list);
            return Some((ticket, indicator));
        }
    }

    /// Returns the list that this ticket asked for; it is answered now.
    pub(super) fn take(&mut self, ticket: u64) -> Option<List> {
        let list = self.under_way.remove(&ticket)?;
        for client in &list.clients {
            self.served.remove(client);
        }
        self.waiting.retry();
        Some(list)
    }

    /// Forgets all requests, and returns the clients that waited, once for each request.
    pub(super) fn take_all(&mut self) -> Vec<u64> {
        let Self {
            mut waiting,
            under_way,
            ..
        } = std::mem::take(self);
        let mut clients: Vec<u64> = under_way
            .into_values()
            .flat_map(|list| list.clients)
            .collect();
        clients.extend(waiting.remove_all(|_| true));
        clients
    }

    /// When [`Self::take_late`] is next needed.
    pub(super) fn next_due(&self) -> Option<Micros> {
        self.check_at
    }

    /// Forgets requests that have waited for too long, and returns their clients.
    pub(super) fn take_late(&mut self, now: Micros) -> Vec<u64> {
        if self.check_at.is_none_or(|check_at| check_at > now) {
            return Vec::new();
        }
        let is_late = |list: &List| list.deadline <= now;
        let tickets = self.under_way.iter().filter(|(_, list)| is_late(list));
        let tickets: Vec<u64> = tickets.map(|(&ticket, _)| ticket).collect();
        let lists = tickets.into_iter().filter_map(|ticket| self.take(ticket));
        let mut clients: Vec<u64> = lists.flat_map(|list| list.clients).collect();
        clients.extend(self.waiting.remove_all(|waiting| waiting.deadline <= now));
        let left = self.waiting.iter().map(|waiting| waiting.deadline);
        let under_way = self.under_way.values().map(|list| list.deadline);
        self.check_at = left.chain(under_way).min();
        clients
    }

    /// A client has left. What the sim was asked for is still to be answered.
    pub(super) fn leave(&mut self, client: u64) {
        self.waiting.remove(client);
        self.served.remove(&client);
        for list in self.under_way.values_mut() {
            list.clients.retain(|&other| other != client);
        }
    }
}
