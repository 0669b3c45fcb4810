//! Lists of the current texts of all indicators, or of one: requests to the sim, and answers to
//! clients.

use bytes::Bytes;

use super::World;
use super::agenda::Task;
use super::client::ClientKey;
use super::list_queue::List;
use super::request_error::RequestError;
use crate::filter::Micros;
use crate::indicator;
use crate::link::LinkState;

/// The most lists that a client may wait for at a time.
const MAX_LISTS: usize = 8;

impl World {
    pub(super) fn list(
        &mut self,
        key: ClientKey,
        indicator: Option<u32>,
        now: Micros,
    ) -> Result<(), RequestError> {
        if !self.sim.is_up(LinkState::Export) {
            return Err(RequestError::NoExport);
        }
        let Some(client) = self.clients.get_mut(key) else {
            return Ok(());
        };
        if client.lists == MAX_LISTS {
            return Err(RequestError::TooManyLists(MAX_LISTS));
        }
        client.lists += 1;
        self.sim.list(client.number, indicator, now);
        Ok(())
    }

    pub(super) fn answer_list(&mut self, ticket: u64, texts: &[(u32, Bytes)]) {
        let Some(list) = self.sim.take_list(ticket) else {
            return;
        };
        let Some(line) = list_line(list.indicator, texts) else {
            let indicator = list.indicator.unwrap_or_default();
            self.refuse_list(&list, &RequestError::NoIndicator(indicator));
            return;
        };
        let line = Bytes::from(line);
        for key in self.waiting_for(&list.clients) {
            if let Some(client) = self.clients.get_mut(key) {
                client
                    .lists_to_send
                    .push_back((list.indicator, line.clone()));
                self.clients.plan(key, &[Task::SendLists]);
                self.clients.end_turn(key);
            }
        }
        self.work(self.now);
    }

    /// Sends a client the next list that the sim has answered. Returns the number of steps that it
    /// counts for.
    pub(super) fn send_list(&mut self, key: ClientKey) -> usize {
        /// The number of bytes that are copied in the time of a step.
        const BYTES_PER_STEP: usize = 4096;
        let Some(client) = self.clients.get_mut(key) else {
            return 1;
        };
        let Some((indicator, line)) = client.lists_to_send.pop_front() else {
            return 1;
        };
        if client.is_blocked() {
            // An answer can be as large as all displays, so it is not kept. The list is requested
            // again when the client reads.
            client.owed.lists.push(indicator);
        } else {
            client.lists -= 1;
            self.clients.line(key, &line);
        }
        1 + line.len() / BYTES_PER_STEP
    }

    pub(super) fn refuse_list(&mut self, list: &List, error: &RequestError) {
        self.refuse_lists_of(&list.clients, error);
    }

    pub(super) fn refuse_lists_of(&mut self, clients: &[u64], error: &RequestError) {
        let reason = error.to_string();
        for key in self.waiting_for(clients) {
            if let Some(client) = self.clients.get_mut(key) {
                client.lists -= 1;
            }
            self.clients.error(key, &reason);
        }
    }

    fn waiting_for(&mut self, clients: &[u64]) -> Vec<ClientKey> {
        clients
            .iter()
            .filter_map(|&number| self.clients.by_number(number))
            .collect()
    }
}

/// Returns the answer to a list request: all trees by number, or one tree if it exists.
fn list_line(indicator: Option<u32>, texts: &[(u32, Bytes)]) -> Option<Vec<u8>> {
    let json = match indicator {
        None => {
            let trees = texts
                .iter()
                .map(|(n, text)| (n.to_string(), indicator::to_json(text)));
            serde_json::Value::Object(trees.collect())
        }
        Some(wanted) => indicator::to_json(&texts.iter().find(|(number, _)| *number == wanted)?.1),
    };
    serde_json::to_vec(&json).ok()
}
