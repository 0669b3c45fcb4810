//! Displays: what is known of them and the subscriptions to their elements.
//!
//! The text of a display is taken apart once, and only those who want an element that has changed
//! are looked at, however many want others.

use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;

use super::arena::TextId;
use super::clients::{ClientKey, Clients, Readiness};
use super::names::{Name, Names};
use super::request_error::RequestError;
use super::subscription::Subscriptions;
use super::watches::{Watch, Watches};
use crate::indicator;
use crate::limits::MOST_INDICATORS;
use crate::quote::quoted;
use crate::wire::Id;

/// How often the sim reads a watched indicator, per second.
const RATE: f64 = 10.0;

/// All displays that somebody wants to know.
#[derive(Debug)]
pub(super) struct Texts {
    watched: HashMap<u32, Indicator>,
    subscriptions: Subscriptions<TextId, Element>,
    names: Names,
    pub(super) watches: Watches,
    /// Texts of an older epoch are another aircraft's.
    epoch: u64,
}

/// An indicator that somebody wants to know.
#[derive(Debug, Default)]
struct Indicator {
    /// What the sim shows on it, if that is known.
    shown: Option<Shown>,
    /// The subscriptions to each element. When the last one goes and the sim reads the indicator,
    /// what it shows is kept until the sim is told, for the case that a new subscription
    /// replaced it.
    wanted: HashMap<Name, Vec<TextId>>,
}

/// What an indicator shows; nothing when there is no such indicator.
#[derive(Debug, Default)]
struct Shown {
    text: Bytes,
    /// The elements by folded name; the first one of each.
    elements: HashMap<String, Bytes>,
}

/// What a subscription to an element asks for, and what its client shows.
#[derive(Debug)]
pub(super) struct Element {
    indicator: u32,
    /// Folded.
    name: Name,
    /// What was sent last.
    sent: Option<Bytes>,
    /// What its client shows has gone, which it could not be told.
    stale: bool,
    /// Its client was told if this aircraft's display lacks the element.
    checked: bool,
}

impl Shown {
    fn new(text: Bytes) -> Self {
        let mut elements = HashMap::new();
        for element in indicator::parse(&text) {
            let name = indicator::folded(element.name);
            elements
                .entry(name)
                .or_insert_with(|| element.text().into());
        }
        Self { text, elements }
    }

    /// The text of an element; empty when it is not there.
    fn element(&self, name: &str) -> Bytes {
        self.elements.get(name).cloned().unwrap_or_default()
    }

    /// The names of elements whose texts are not the same in both.
    fn changed<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = &'a str> {
        let differs = |name: &&String| self.elements.get(*name) != other.elements.get(*name);
        let is_new = |name: &&String| !self.elements.contains_key(*name);
        let gone_or_other = self.elements.keys().filter(differs);
        let new = other.elements.keys().filter(is_new);
        gone_or_other.chain(new).map(String::as_str)
    }
}

impl Texts {
    pub(super) fn new() -> Self {
        Self {
            watched: HashMap::new(),
            subscriptions: Subscriptions::new(),
            names: Names::default(),
            watches: Watches::new(MOST_INDICATORS),
            epoch: 0,
        }
    }

    pub(super) fn subscriptions(&self) -> usize {
        self.subscriptions.len()
    }

    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.watched.is_empty() && self.watches.is_empty() && self.names.len() == 0
    }

    /// Texts that the sim sends from now on are of this epoch.
    pub(super) fn epoch(&self) -> u64 {
        self.epoch
    }

    /// Who subscribed to elements of an indicator, once for each subscription.
    pub(super) fn clients_of(&self, number: u32) -> Vec<ClientKey> {
        let wanted = self.watched.get(&number).map(|indicator| &indicator.wanted);
        let ids = wanted.into_iter().flat_map(HashMap::values).flatten();
        ids.map(|&id| self.subscriptions[id].client).collect()
    }

    /// The next indicator whose watch is not what it should be, and what is to be done.
    pub(super) fn next_watch(&mut self) -> Option<Watch> {
        let watched = &self.watched;
        let watch = self.watches.next(|number| match watched.get(&number) {
            Some(indicator) if !indicator.wanted.is_empty() => RATE,
            _ => 0.0,
        });
        if let Some(Watch::Tell(number, 0.0)) = watch {
            self.watched.remove(&number);
        }
        watch
    }

    /// Subscribes to an element.
    pub(super) fn request(
        &mut self,
        clients: &mut Clients,
        client: ClientKey,
        (indicator, name, id): (u32, &str, Id),
    ) -> Result<(), RequestError> {
        let name = self.names.keep(&indicator::folded(name.as_bytes()));
        let owner = (client, id);
        let replaced = self.subscriptions.replaced(clients, owner, |element| {
            element.indicator == indicator && Arc::ptr_eq(&element.name, &name)
        });
        for id in replaced {
            if let Some(element) = self.subscriptions.remove(clients, id) {
                self.unwant(id, element);
            }
        }
        let cost = match clients.charge(client, name.len()) {
            Ok(cost) => cost,
            Err(error) => {
                self.names.release(name);
                return Err(error);
            }
        };
        let element = Element {
            indicator,
            name: Arc::clone(&name),
            sent: None,
            stale: false,
            checked: false,
        };
        let id = self.subscriptions.add(clients, owner, cost, element);
        let wanted = &mut self.watched.entry(indicator).or_default().wanted;
        wanted.entry(name).or_default().push(id);
        self.watches.mark_dirty(indicator);
        self.update(clients, id);
        self.check(clients, id);
        if self.watches.waits(indicator) {
            return Err(RequestError::IndicatorWaits(indicator));
        }
        Ok(())
    }

    /// Takes a subscription that has ended from those who want its element.
    fn unwant(&mut self, id: TextId, element: Element) {
        let Element {
            indicator, name, ..
        } = element;
        if let Some(watched) = self.watched.get_mut(&indicator) {
            if let Some(ids) = watched.wanted.get_mut(&name) {
                ids.retain(|&other| other != id);
                if ids.is_empty() {
                    watched.wanted.remove(&name);
                }
            }
            if watched.wanted.is_empty() && !self.watches.give_up(indicator) {
                self.watched.remove(&indicator);
            }
        }
        self.names.release(name);
    }

    /// Ends all subscriptions of a client.
    pub(super) fn remove_all(&mut self, clients: &mut Clients, client: ClientKey) {
        for id in Subscriptions::<TextId, Element>::take_all(clients, client) {
            if let Some(element) = self.subscriptions.forget(clients, id) {
                self.unwant(id, element);
            }
        }
    }

    /// Takes in what the sim shows on an indicator. Returns whether its elements were not known
    /// before; then all clients are to be told what they want of it.
    pub(super) fn set(
        &mut self,
        clients: &mut Clients,
        number: u32,
        epoch: u64,
        text: Option<Bytes>,
    ) -> bool {
        let is_current = epoch == self.epoch;
        let Some(indicator) = self.watched.get_mut(&number).filter(|_| is_current) else {
            return false;
        };
        let text = text.unwrap_or_default();
        if indicator
            .shown
            .as_ref()
            .is_some_and(|shown| shown.text == text)
        {
            return false;
        }
        let shown = Shown::new(text);
        let mut changed = Vec::new();
        if let Some(before) = &indicator.shown {
            for name in before.changed(&shown) {
                changed.extend(indicator.wanted.get(name).into_iter().flatten());
            }
        }
        let has_elements = !shown.elements.is_empty();
        let is_new = match indicator.shown.replace(shown) {
            Some(before) => before.elements.is_empty() && has_elements,
            None => true,
        };
        changed.sort_unstable();
        for id in changed {
            self.update(clients, id);
        }
        is_new
    }

    /// Sends a subscription its text if that is known and not what it was sent last.
    pub(super) fn update(&mut self, clients: &mut Clients, id: TextId) {
        let Some(subscription) = self.subscriptions.get(id) else {
            return;
        };
        let element = &subscription.to;
        let watched = self.watched.get(&element.indicator);
        if let Some(shown) = watched.and_then(|watched| watched.shown.as_ref()) {
            let text = shown.element(&element.name);
            self.show(clients, id, &text);
        } else if element.stale {
            self.show(clients, id, &Bytes::new());
        }
    }

    /// Sends a subscription a text if that is not what it was sent last.
    fn show(&mut self, clients: &mut Clients, id: TextId, text: &Bytes) {
        let subscription = &self.subscriptions[id];
        if subscription.to.sent.as_ref() == Some(text) {
            return;
        }
        match clients.readiness(subscription.client) {
            Readiness::Renewed => {}
            Readiness::Blocked => self.subscriptions.owe(clients, id),
            Readiness::Ready => {
                clients.text(subscription.client, subscription.id, text);
                let element = &mut self.subscriptions[id].to;
                element.sent = Some(text.clone());
                element.stale = false;
            }
        }
    }

    /// Tells a client, once for each subscription, that the display does not have the element at
    /// present. A display that shows nothing says nothing about its elements.
    pub(super) fn check(&mut self, clients: &mut Clients, id: TextId) {
        let subscription = &mut self.subscriptions[id];
        let element = &mut subscription.to;
        let watched = self.watched.get(&element.indicator);
        let shown = watched.and_then(|watched| watched.shown.as_ref());
        let Some(shown) = shown.filter(|shown| !shown.elements.is_empty()) else {
            return;
        };
        let was_checked = std::mem::replace(&mut element.checked, true);
        if !was_checked && !shown.elements.contains_key(&*element.name) {
            let error = RequestError::NoElement {
                indicator: element.indicator,
                name: quoted(&element.name),
            };
            clients.error(subscription.client, &error.to_string());
        }
    }

    /// Sends a client that was blocked the newest of what it missed.
    pub(super) fn catch_up(&mut self, clients: &mut Clients, client: ClientKey) {
        for id in self.subscriptions.take_owed(clients, client) {
            self.update(clients, id);
        }
    }

    /// Sends a client an empty text for each that it shows: all displays have gone.
    pub(super) fn go_dark(&mut self, clients: &mut Clients, client: ClientKey) {
        for id in all_of(clients, client) {
            let element = &mut self.subscriptions[id].to;
            if element.sent.as_ref().is_some_and(|sent| !sent.is_empty()) {
                element.stale = true;
                self.show(clients, id, &Bytes::new());
            }
        }
    }

    /// Lets the subscriptions of a client start anew, as if nothing had been sent; with another
    /// aircraft their elements are looked for anew, too.
    pub(super) fn restart(&mut self, clients: &Clients, client: ClientKey, is_other: bool) {
        for id in all_of(clients, client) {
            let element = &mut self.subscriptions[id].to;
            element.sent = None;
            element.checked &= !is_other;
        }
    }

    /// Forgets all texts, also those that are on their way: they were another aircraft's. All
    /// clients are to be renewed.
    pub(super) fn forget(&mut self) {
        self.epoch += 1;
        for indicator in self.watched.values_mut() {
            indicator.shown = None;
        }
        self.watches.retell();
    }

    /// All watched indicators are to be told to a sim that knows of none.
    pub(super) fn rewatch(&mut self) {
        self.watched
            .retain(|_, indicator| !indicator.wanted.is_empty());
        self.watches.reset(self.watched.keys().copied());
    }
}

fn all_of(clients: &Clients, client: ClientKey) -> Vec<TextId> {
    let client = clients.get(client);
    client
        .map(|client| client.texts.all.clone())
        .unwrap_or_default()
}
