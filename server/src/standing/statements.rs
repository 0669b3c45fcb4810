//! The statements of clients about their switches. They do not depend on the aircraft.

use std::collections::HashMap;
use std::sync::Arc;

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
#[derive(Debug, Clone)]
pub(crate) struct Statement {
    /// The name of the control in lower case.
    pub(crate) control: Arc<str>,
    pub(crate) position: Position,
    /// The number of the statement among those of all clients.
    pub(super) order: u64,
    /// The number of a flight, and the arg of the control in that flight.
    pub(super) arg: Option<(u64, u32)>,
    /// Whether the client was told that the statement is refused.
    is_refused: bool,
}

/// The statements of a client.
#[derive(Debug, Default)]
struct ClientStatements {
    /// All of them, oldest first.
    all: Vec<Statement>,
    /// The order of each, by control.
    by_control: HashMap<Arc<str>, u64>,
}

impl ClientStatements {
    fn place(&self, control: &str) -> Option<usize> {
        let order = self.by_control.get(control)?;
        let place = self.all.binary_search_by_key(order, |own| own.order);
        place.ok()
    }
}

/// The statements of all clients.
#[derive(Debug, Default)]
pub(super) struct Statements {
    clients: HashMap<u64, ClientStatements>,
    order: u64,
}

impl Statements {
    pub(super) fn is_empty(&self) -> bool {
        self.clients.is_empty()
    }

    /// Returns the number of a client's statements.
    pub(super) fn count(&self, client: u64) -> usize {
        let own = self.clients.get(&client);
        own.map_or(0, |own| own.all.len())
    }

    /// Records a statement, and returns its kind and its order. If it repeats the position, the
    /// recorded one keeps its place in the list.
    pub(super) fn record(
        &mut self,
        client: u64,
        control: &str,
        position: &Position,
    ) -> Result<(StatementKind, u64), TooManyStatements> {
        let own = self.clients.entry(client).or_default();
        let control: Arc<str> = control.to_ascii_lowercase().into();
        let before = own.place(&control);
        let kind = match before {
            Some(_) => StatementKind::Move,
            None if own.all.len() >= MAX_STANDING => return Err(TooManyStatements),
            None => StatementKind::First,
        };
        self.order += 1;
        if before.is_some_and(|place| own.all[place].position == *position) {
            return Ok((kind, self.order));
        }
        let arg = before.and_then(|place| own.all.remove(place).arg);
        own.by_control.insert(Arc::clone(&control), self.order);
        own.all.push(Statement {
            control,
            position: position.clone(),
            order: self.order,
            arg,
            is_refused: false,
        });
        Ok((kind, self.order))
    }

    /// Returns a client's statement at this place in its list, oldest first.
    pub(super) fn get(&self, client: u64, place: usize) -> Option<&Statement> {
        self.clients.get(&client)?.all.get(place)
    }

    /// Sets the arg of a client's statement in a flight. Returns the one before.
    pub(super) fn set_arg(
        &mut self,
        client: u64,
        control: &str,
        arg: Option<(u64, u32)>,
    ) -> Option<(u64, u32)> {
        let own = self.clients.get_mut(&client)?;
        let place = own.place(control)?;
        std::mem::replace(&mut own.all[place].arg, arg)
    }

    /// Records that a client's statement at this place in its list is refused. Returns whether that
    /// is new.
    pub(super) fn refuse(&mut self, client: u64, place: usize) -> bool {
        let own = self.clients.get_mut(&client);
        let statement = own.and_then(|own| own.all.get_mut(place));
        statement.is_some_and(|own| !std::mem::replace(&mut own.is_refused, true))
    }

    /// Removes the newest statement of a client that has left.
    pub(super) fn remove_newest(&mut self, client: u64) -> Option<Statement> {
        let own = self.clients.get_mut(&client)?;
        let newest = own.all.pop()?;
        own.by_control.remove(&newest.control);
        if own.all.is_empty() {
            self.clients.remove(&client);
        }
        Some(newest)
    }

    /// Returns all statements with their clients, the oldest first.
    #[cfg(test)]
    pub(super) fn in_order(&self) -> Vec<(u64, &Statement)> {
        let all = self.clients.iter();
        let mut all: Vec<_> = all
            .flat_map(|(&client, own)| own.all.iter().map(move |own| (client, own)))
            .collect();
        all.sort_unstable_by_key(|(_, statement)| statement.order);
        all
    }
}
