//! The statements of clients about their switches. They do not depend on the aircraft.

use std::collections::HashMap;

use crate::control::Position;
use crate::limits::MAX_STANDING;

/// The error of a client that has made statements about too many controls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooManyStatements;

/// The kind of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StatementKind {
    /// The position of the switch when the client connected or the aircraft appeared.
    First,
    /// A later position: the switch was moved, unless it is the same position again.
    Move,
    /// A position after the link was restored: if it is new, the switch was moved meanwhile.
    MoveMeanwhile,
}

/// The newest statement of a client about a control.
#[derive(Debug)]
struct Statement {
    /// The number of the statement among those of all clients.
    order: u64,
    position: Position,
}

/// The statements of all clients.
#[derive(Debug, Default)]
pub(super) struct Statements {
    /// By client, then by the control's name in lower case.
    clients: HashMap<u64, HashMap<Box<str>, Statement>>,
    order: u64,
}

impl Statements {
    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.clients.is_empty()
    }

    /// Records a statement and returns its kind. A repeated statement keeps its place in the order.
    pub(super) fn record(
        &mut self,
        client: u64,
        control: &str,
        position: &Position,
    ) -> Result<StatementKind, TooManyStatements> {
        let own = self.clients.entry(client).or_default();
        let name = control.to_ascii_lowercase().into_boxed_str();
        let before = own.get(&name).map(|statement| &statement.position);
        let kind = match before {
            Some(before) if before == position => return Ok(StatementKind::Move),
            Some(_) => StatementKind::Move,
            None if own.len() >= MAX_STANDING => return Err(TooManyStatements),
            None => StatementKind::First,
        };
        self.order += 1;
        let statement = Statement {
            order: self.order,
            position: position.clone(),
        };
        own.insert(name, statement);
        Ok(kind)
    }

    /// Returns all statements (client, control and position), the oldest first.
    pub(super) fn in_order(&self) -> impl Iterator<Item = (u64, &str, &Position)> {
        let mut all: Vec<_> = self
            .clients
            .iter()
            .flat_map(|(&client, own)| own.iter().map(move |(name, own)| (client, name, own)))
            .collect();
        all.sort_unstable_by_key(|(_, _, statement)| statement.order);
        all.into_iter()
            .map(|(client, name, statement)| (client, &**name, &statement.position))
    }

    /// Removes the statements of a client that has left.
    pub(super) fn remove_client(&mut self, client: u64) {
        self.clients.remove(&client);
    }
}
