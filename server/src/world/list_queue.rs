//! The queue of list requests for the sim: the clients take turns, and the sim gets few at a time.
//!
//! The sim answers in the order in which it is asked, so each client gets its answers in the order
//! of its requests. Clients that request a list while it is under way share it.

use std::collections::{BTreeMap, HashMap};

use super::fair_queue::FairQueue;
use crate::filter::Micros;

/// The longest time that a list may take. It is long, since the sim may be paused or loading.
pub(super) const DEADLINE: Micros = 30_000_000;
/// The most lists that the sim is asked for at a time.
const MAX_UNDER_WAY: usize = 4;

/// A list that the sim was asked for.
#[derive(Debug)]
pub(super) struct List {
    /// The indicator; `None` stands for all of them.
    pub(super) indicator: Option<u32>,
    /// The numbers of the clients that wait for it.
    pub(super) clients: Vec<u64>,
    deadline: Micros,
}

#[derive(Debug)]
struct WaitingList {
    indicator: Option<u32>,
    deadline: Micros,
}

/// Lists that wait for their turn, and those that the sim was asked for.
#[derive(Debug, Default)]
pub(super) struct ListQueue {
    waiting: FairQueue<WaitingList>,
    /// The lists that the sim was asked for, by ticket.
    under_way: BTreeMap<u64, List>,
    /// The latest of these for each client.
    latest: HashMap<u64, u64>,
    /// The time of the next search for requests that have waited too long.
    check_at: Option<Micros>,
}

impl ListQueue {
    /// Queues a request of the client with this number.
    pub(super) fn push(&mut self, client: u64, indicator: Option<u32>, now: Micros) {
        let deadline = now + DEADLINE;
        self.check_at.get_or_insert(deadline);
        let waiting = WaitingList {
            indicator,
            deadline,
        };
        self.waiting.push(client, waiting);
    }

    /// Returns the ticket and the indicator of the next list to ask the sim for.
    pub(super) fn next(&mut self, ticket: impl FnOnce() -> u64) -> Option<(u64, Option<u32>)> {
        loop {
            let (under_way, latest) = (&self.under_way, &self.latest);
            // A list that was asked for before the client's latest one would be answered too early.
            let shared = |client, indicator| {
                let first = latest.get(&client).map_or(0, |&ticket| ticket + 1);
                let mut later = under_way.range(first..);
                later.find(|(_, list): &(_, &List)| list.indicator == indicator)
            };
            let (client, waiting) = self.waiting.next(|client, waiting| {
                under_way.len() < MAX_UNDER_WAY || shared(client, waiting.indicator).is_some()
            })?;
            let WaitingList {
                indicator,
                deadline,
            } = waiting;
            if let Some((&ticket, _)) = shared(client, indicator) {
                self.latest.insert(client, ticket);
                if let Some(list) = self.under_way.get_mut(&ticket) {
                    list.clients.push(client);
                }
                continue;
            }
            let ticket = ticket();
            let list = List {
                indicator,
                clients: vec![client],
                deadline,
            };
            self.latest.insert(client, ticket);
            self.under_way.insert(ticket, list);
            return Some((ticket, indicator));
        }
    }

    /// Takes the list with this ticket, which is not under way any more.
    pub(super) fn take(&mut self, ticket: u64) -> Option<List> {
        let list = self.under_way.remove(&ticket)?;
        self.latest.retain(|_, &mut latest| latest != ticket);
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

    /// Returns the time at which [`Self::take_late`] has to be called.
    pub(super) fn next_due(&self) -> Option<Micros> {
        self.check_at
    }

    /// Removes the requests that have waited too long, and returns their clients.
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

    /// Forgets a client that has left. Lists that the sim was asked for stay until it answers.
    pub(super) fn leave(&mut self, client: u64) {
        self.waiting.remove(client);
        self.latest.remove(&client);
        for list in self.under_way.values_mut() {
            list.clients.retain(|&other| other != client);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes all lists to ask the sim for now, with tickets that count up.
    fn sent(lists: &mut ListQueue, tickets: &mut u64) -> Vec<Option<u32>> {
        let mut next = || {
            *tickets += 1;
            *tickets
        };
        std::iter::from_fn(|| lists.next(&mut next))
            .map(|(_, indicator)| indicator)
            .collect()
    }

    #[test]
    fn clients_take_turns_and_the_sim_has_few_at_a_time() {
        let (mut lists, mut tickets) = (ListQueue::default(), 0);
        // Eight clients with eight requests each, and one with one.
        for indicator in 0..64 {
            lists.push(u64::from(indicator / 8), Some(indicator), 0);
        }
        lists.push(99, None, 0);
        let mut seen = sent(&mut lists, &mut tickets);
        assert_eq!(seen.len(), MAX_UNDER_WAY);
        for answered in 1..=5 {
            assert!(lists.take(answered).is_some());
            seen.extend(sent(&mut lists, &mut tickets));
        }
        assert!(seen.contains(&None), "in its turn: {seen:?}");
        // Clients that leave lose their requests and their turn.
        for client in 0..8 {
            lists.leave(client);
        }
        lists.push(100, Some(7), 0);
        assert_eq!(lists.waiting.len(), 1);
    }

    #[test]
    fn equal_lists_are_shared_and_each_clients_order_is_kept() {
        let (mut lists, mut tickets) = (ListQueue::default(), 0);
        lists.push(1, Some(3), 0);
        lists.push(2, Some(4), 0);
        assert_eq!(sent(&mut lists, &mut tickets), [Some(3), Some(4)]);
        // Client 2 gets 4 first, so it does not share the 3 that was asked for before that.
        lists.push(2, Some(3), 0);
        lists.push(5, Some(4), 0);
        assert_eq!(sent(&mut lists, &mut tickets), [Some(3)]);
        let clients = |list: Option<List>| list.map(|list| list.clients);
        assert_eq!(clients(lists.take(1)), Some(vec![1]));
        assert_eq!(clients(lists.take(2)), Some(vec![2, 5]));
        assert_eq!(lists.take_all(), [2]);
    }

    #[test]
    fn requests_time_out_wherever_they_are() {
        let (mut lists, mut tickets) = (ListQueue::default(), 0);
        for indicator in 0..6 {
            lists.push(1, Some(indicator), u64::from(indicator));
        }
        sent(&mut lists, &mut tickets);
        assert_eq!(lists.next_due(), Some(DEADLINE));
        assert_eq!(lists.take_late(DEADLINE - 1), [0; 0]);
        assert_eq!(lists.take_late(DEADLINE + 4), [1; 5]);
        assert_eq!(lists.next_due(), Some(DEADLINE + 5));
        assert_eq!(sent(&mut lists, &mut tickets), [Some(5)]);
        assert_eq!(lists.take_late(DEADLINE + 5), [1]);
        assert_eq!(lists.next_due(), None);
    }
}
