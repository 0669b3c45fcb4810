//! What clients have stated, whatever aircraft is controlled.

use std::collections::HashMap;

use crate::control::Position;
use crate::limits::MOST_STANDING;

/// A client has stated too many controls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooMany;

/// What a statement says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum News {
    /// Where the switch stood when the client connected, or when the aircraft appeared.
    First,
    /// That it was moved.
    Move,
    /// That it was moved while the link was lost.
    MoveMeanwhile,
}

/// The newest statement of a client on a control.
#[derive(Debug)]
struct Statement {
    /// Rises from statement to statement, of all clients.
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

    /// Takes a statement. One that is repeated is not the newer one for that.
    pub(super) fn state(
        &mut self,
        client: u64,
        control: &str,
        position: &Position,
    ) -> Result<News, TooMany> {
        let own = self.clients.entry(client).or_default();
        let name = control.to_ascii_lowercase().into_boxed_str();
        let before = own.get(&name).map(|statement| &statement.position);
        let news = match before {
            Some(before) if before == position => return Ok(News::Move),
            Some(_) => News::Move,
            None if own.len() >= MOST_STANDING => return Err(TooMany),
            None => News::First,
        };
        self.order += 1;
        let statement = Statement {
            order: self.order,
            position: position.clone(),
        };
        own.insert(name, statement);
        Ok(news)
    }

    /// Returns all statements, oldest first: client, control and position.
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

    /// A client has left.
    pub(super) fn leave(&mut self, client: u64) {
        self.clients.remove(&client);
    }
}
