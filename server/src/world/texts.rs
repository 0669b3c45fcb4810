//! Displays: their known texts, and the subscriptions to their elements.
//!
//! The text of a display is parsed once, and only subscriptions to elements that have changed are
//! processed.

use std::collections::HashMap;

use bytes::Bytes;

use super::agenda::TURN;
use super::arena::TextId;
use super::client::{ClientKey, Readiness};
use super::clients::Clients;
use super::names::{Name, Names};
use super::request_error::RequestError;
use super::subscription::Subscriptions;
use super::watches::{Watch, Watches};
use crate::indicator;
use crate::limits::MOST_INDICATORS;
use crate::quote::quoted;
use crate::wire::Id;

/// The number of times per second that the sim reads a watched indicator.
const RATE: f64 = 10.0;

/// All displays with subscriptions.
#[derive(Debug)]
pub(super) struct Texts {
    watched: HashMap<u32, Indicator>,
    subscriptions: Subscriptions<TextId, Element>,
    names: Names,
    pub(super) watches: Watches,
    /// The current epoch. Texts of an older one belong to another aircraft.
    epoch: u64,
}

/// An indicator with subscriptions.
#[derive(Debug, Default)]
struct Indicator {
    /// The contents, if they are known, and the epoch in which they came.
    shown: Option<(u64, Shown)>,
    /// The subscriptions to each element. When the last one is removed, the contents are kept until
    /// the sim is told to stop reading, since a new subscription may follow at once.
    wanted: HashMap<Name, Vec<TextId>>,
}

/// The changes of an indicator that clients still have to be told about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Untold {
    Nothing,
    /// The texts of elements, too many for a turn.
    Texts,
    /// The texts, and errors for the elements that it lacks.
    TextsAndLacks,
}

/// The contents of an indicator; empty if there is no such indicator.
#[derive(Debug, Default)]
struct Shown {
    text: Bytes,
    /// The texts of the elements by folded name. If a name occurs twice, the first one counts.
    elements: HashMap<String, Bytes>,
}

/// The contents of a subscription to an element, and the state of its client's display.
#[derive(Debug)]
pub(super) struct Element {
    indicator: u32,
    /// The name of the element, as [`indicator::folded`] returns it.
    name: Name,
    /// The text sent last, and its epoch. In a later epoch the text is sent again even if it is the
    /// same.
    sent: Option<(u64, Bytes)>,
    /// Whether its client, which was blocked, still shows a text that is gone.
    stale: bool,
    /// The number of the aircraft (counted as they appear) for which the element was checked: if
    /// the display lacked it, the client got an error.
    checked: Option<u64>,
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

    /// Returns the text of an element; empty if it is not shown.
    fn element(&self, name: &str) -> Bytes {
        self.elements.get(name).cloned().unwrap_or_default()
    }

    /// Returns the names of the elements whose texts differ.
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

    /// Returns the epoch of the texts that the sim sends from now on.
    pub(super) fn epoch(&self) -> u64 {
        self.epoch
    }

    /// Returns the clients of the subscriptions to elements of an indicator, once for each
    /// subscription.
    pub(super) fn clients_of(&self, number: u32) -> Vec<ClientKey> {
        let wanted = self.watched.get(&number).map(|indicator| &indicator.wanted);
        let ids = wanted.into_iter().flat_map(HashMap::values).flatten();
        ids.map(|&id| self.subscriptions[id].client).collect()
    }

    /// Returns the next change of a watch that the sim has to be told about.
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
        let mut replaced = self.subscriptions.carried_over(clients, owner);
        replaced.extend(self.same(client, indicator, &name));
        replaced.sort_unstable();
        replaced.dedup();
        self.subscriptions.unlist(clients, client, &replaced);
        for id in replaced {
            self.forget_subscription(clients, id);
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
            name: name.clone(),
            sent: None,
            stale: false,
            checked: None,
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

    /// Removes an ended subscription from the list of its element.
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

    /// Returns a client's subscription to an element.
    fn same(&self, client: ClientKey, indicator: u32, name: &Name) -> Option<TextId> {
        let wanted = self.watched.get(&indicator)?.wanted.get(name)?;
        let mut wanted = wanted.iter().copied();
        wanted.find(|&id| self.subscriptions[id].client == client)
    }

    /// Ends the newest subscription of a client.
    pub(super) fn end_newest(&mut self, clients: &mut Clients, client: ClientKey) {
        let newest = Subscriptions::<TextId, Element>::unlist_newest(clients, client);
        if let Some(id) = newest {
            self.forget_subscription(clients, id);
        }
    }

    fn forget_subscription(&mut self, clients: &mut Clients, id: TextId) {
        if let Some(element) = self.subscriptions.remove(clients, id) {
            self.unwant(id, element);
        }
    }

    /// Sets the contents of an indicator, and sends the texts that have changed if they are few
    /// enough for a turn.
    pub(super) fn set(
        &mut self,
        clients: &mut Clients,
        number: u32,
        epoch: u64,
        text: Option<Bytes>,
    ) -> Untold {
        let current = self.epoch;
        let watched = self.watched.get_mut(&number);
        let Some(indicator) = watched.filter(|_| epoch == current) else {
            return Untold::Nothing;
        };
        let text = text.unwrap_or_default();
        let before = indicator.shown.take().filter(|shown| shown.0 == current);
        if before.as_ref().is_some_and(|(_, shown)| shown.text == text) {
            indicator.shown = before;
            return Untold::Nothing;
        }
        let shown = Shown::new(text);
        let has_elements = !shown.elements.is_empty();
        let (_, shown) = indicator.shown.insert((current, shown));
        let Some((_, before)) = before else {
            return Untold::TextsAndLacks;
        };
        let names = before.changed(shown);
        let names = names.filter_map(|name| self.names.find(name));
        let wanted = names.filter_map(|name| indicator.wanted.get(&name));
        let mut changed: Vec<TextId> = wanted.flatten().copied().take(TURN + 1).collect();
        if before.elements.is_empty() && has_elements {
            return Untold::TextsAndLacks;
        }
        if changed.len() > TURN {
            return Untold::Texts;
        }
        changed.sort_unstable();
        for id in changed {
            self.update(clients, id);
        }
        Untold::Nothing
    }

    /// Sends a subscription its text if that is known and differs from the one sent last.
    pub(super) fn update(&mut self, clients: &mut Clients, id: TextId) {
        let Some(subscription) = self.subscriptions.get(id) else {
            return;
        };
        let element = &subscription.to;
        if let Some(shown) = self.shown(element.indicator) {
            let text = shown.element(&element.name);
            self.show(clients, id, &text);
        } else if element.stale {
            self.show(clients, id, &Bytes::new());
        }
    }

    /// Returns the contents of an indicator, if they are known.
    fn shown(&self, indicator: u32) -> Option<&Shown> {
        let (epoch, shown) = self.watched.get(&indicator)?.shown.as_ref()?;
        (*epoch == self.epoch).then_some(shown)
    }

    /// Sends a subscription a text if it differs from the one sent last.
    fn show(&mut self, clients: &mut Clients, id: TextId, text: &Bytes) {
        let subscription = &self.subscriptions[id];
        let sent = subscription.to.sent.as_ref();
        if sent.is_some_and(|(epoch, sent)| *epoch == self.epoch && sent == text) {
            return;
        }
        match clients.texts_readiness(subscription.client) {
            Readiness::Behind => {}
            Readiness::Blocked => self.subscriptions.owe(clients, id),
            Readiness::Ready => self.send(clients, id, text),
        }
    }

    fn send(&mut self, clients: &mut Clients, id: TextId, text: &Bytes) {
        let subscription = &mut self.subscriptions[id];
        clients.text(subscription.client, subscription.id, text);
        let element = &mut subscription.to;
        element.sent = Some((self.epoch, text.clone()));
        element.stale = false;
    }

    /// Sends an error, once for each subscription and aircraft, if the display does not have the
    /// element at present. An empty display is not checked, since it tells nothing about its
    /// elements.
    pub(super) fn check(&mut self, clients: &mut Clients, id: TextId) {
        let element = &self.subscriptions[id].to;
        let shown = self.shown(element.indicator);
        let Some(shown) = shown.filter(|shown| !shown.elements.is_empty()) else {
            return;
        };
        let is_there = shown.elements.contains_key(&*element.name);
        let subscription = &mut self.subscriptions[id];
        let element = &mut subscription.to;
        let told = element.checked.replace(clients.appearances);
        if told != Some(clients.appearances) && !is_there {
            let error = RequestError::NoElement {
                indicator: element.indicator,
                name: quoted(&element.name),
            };
            clients.error(subscription.client, &error.to_string());
        }
    }

    /// Sends a client that was blocked the newest text of an element that it missed.
    pub(super) fn catch_up(&mut self, clients: &mut Clients, client: ClientKey) {
        if let Some(id) = self.subscriptions.take_owed(clients, client) {
            self.update(clients, id);
        }
    }

    /// Sends a subscription an empty text if its client shows a text, since there are no displays
    /// any more.
    pub(super) fn darken(&mut self, clients: &mut Clients, id: TextId) {
        let subscription = &mut self.subscriptions[id];
        let element = &mut subscription.to;
        if element
            .sent
            .as_ref()
            .is_none_or(|(_, sent)| sent.is_empty())
        {
            return;
        }
        element.stale = true;
        match clients.is_blocked(subscription.client) {
            true => self.subscriptions.owe(clients, id),
            false => self.send(clients, id, &Bytes::new()),
        }
    }

    /// Forgets all texts, including those under way, since they belong to another aircraft. The
    /// next texts are sent even if they are the same.
    pub(super) fn forget(&mut self) {
        self.epoch += 1;
        self.watches.retell();
    }

    /// Marks all watched indicators as dirty, for a sim that has no watches.
    pub(super) fn rewatch(&mut self) {
        self.watched
            .retain(|_, indicator| !indicator.wanted.is_empty());
        self.watches.reset();
        let watches = &mut self.watches;
        self.watched.keys().for_each(|&n| watches.mark_dirty(n));
    }
}
