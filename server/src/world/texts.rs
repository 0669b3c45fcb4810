//! Displays: their known texts, and the subscriptions to their elements.
//!
//! The text of a display is parsed once, and only subscriptions to elements that have changed are
//! processed.

use std::collections::{BTreeSet, HashMap};

use bytes::Bytes;

use super::agenda::TURN;
use super::arena::TextId;
use super::client::{ClientKey, Readiness};
use super::clients::Clients;
use super::names::{Name, Names};
use super::request_error::RequestError;
use super::subscription::Subscriptions;
use super::watches::{WatchUpdate, Watches};
use crate::indicator;
use crate::limits::MAX_INDICATORS;
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
    contents: Option<(u64, DisplayContents)>,
    /// The subscriptions to each element. When the last one is removed, the contents are kept until
    /// the sim is told to stop reading, since a new subscription may follow at once.
    subscribers: HashMap<Name, Vec<TextId>>,
}

/// The changes of an indicator that have not been sent to the clients yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PendingUpdates {
    None,
    /// The texts of elements, too many for a turn.
    Texts,
    /// The texts, and errors for the elements that it lacks.
    TextsAndErrors,
}

/// The contents of an indicator; empty if there is no such indicator.
#[derive(Debug, Default)]
struct DisplayContents {
    text: Bytes,
    /// The texts of the elements by folded name. If a name occurs twice, the first one counts.
    elements: HashMap<String, Bytes>,
}

/// The contents of a subscription to an element, and the state of its client's display.
#[derive(Debug)]
pub(super) struct Element {
    indicator: u32,
    /// The name of the element, as [`indicator::folded`] returns it; empty for the whole text.
    name: Name,
    /// The text sent last, and its epoch. In a later epoch the text is sent again even if it is the
    /// same.
    sent: Option<(u64, Bytes)>,
    /// Whether its client, which was blocked, still shows a text that is gone.
    clear_pending: bool,
    /// The number of the aircraft (counted as they appear) for which the element was checked: if
    /// the display lacked it, the client got an error.
    checked: Option<u64>,
}

impl DisplayContents {
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

    /// Returns the text of an element; empty if it is not shown. The name of the whole text is empty.
    fn element(&self, name: &str) -> Bytes {
        if name.is_empty() {
            return self.text.clone();
        }
        self.elements.get(name).cloned().unwrap_or_default()
    }

    /// Returns the names of the elements whose texts differ.
    fn changed<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = &'a str> {
        let differs = |name: &&String| self.elements.get(*name) != other.elements.get(*name);
        let is_new = |name: &&String| !self.elements.contains_key(*name);
        let gone_or_other = self.elements.keys().filter(differs);
        let new = other.elements.keys().filter(is_new);
        let whole = (self.text != other.text).then_some("");
        gone_or_other.chain(new).map(String::as_str).chain(whole)
    }
}

impl Texts {
    pub(super) fn new() -> Self {
        Self {
            watched: HashMap::new(),
            subscriptions: Subscriptions::new(),
            names: Names::default(),
            watches: Watches::new(MAX_INDICATORS),
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

    /// Returns the clients with subscriptions to elements of an indicator. Looks at no more
    /// subscriptions than a turn has time for.
    pub(super) fn clients_of(&self, number: u32) -> Vec<ClientKey> {
        let subscribers = self
            .watched
            .get(&number)
            .map(|indicator| &indicator.subscribers);
        let ids = subscribers.into_iter().flat_map(HashMap::values).flatten();
        let clients: BTreeSet<ClientKey> = ids
            .take(TURN)
            .map(|&id| self.subscriptions[id].client)
            .collect();
        clients.into_iter().collect()
    }

    /// Returns the next change of a watch that the sim has to be told about.
    pub(super) fn next_watch(&mut self) -> Option<WatchUpdate> {
        let watched = &self.watched;
        let watch = self.watches.next(|number| match watched.get(&number) {
            Some(indicator) if !indicator.subscribers.is_empty() => RATE,
            _ => 0.0,
        });
        if let Some(WatchUpdate::Send(number, 0.0)) = watch {
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
        replaced.extend(self.find_subscription(client, indicator, &name));
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
            clear_pending: false,
            checked: None,
        };
        let id = self.subscriptions.add(clients, owner, cost, element);
        let subscribers = &mut self.watched.entry(indicator).or_default().subscribers;
        subscribers.entry(name).or_default().push(id);
        self.watches.mark_dirty(indicator);
        self.update(clients, id);
        self.check(clients, id);
        if self.watches.is_waiting(indicator) {
            return Err(RequestError::IndicatorWaits(indicator));
        }
        Ok(())
    }

    /// Removes an ended subscription from the list of its element.
    fn remove_from_element(&mut self, id: TextId, element: Element) {
        let Element {
            indicator, name, ..
        } = element;
        if let Some(watched) = self.watched.get_mut(&indicator) {
            if let Some(ids) = watched.subscribers.get_mut(&name) {
                ids.retain(|&other| other != id);
                if ids.is_empty() {
                    watched.subscribers.remove(&name);
                }
            }
            if watched.subscribers.is_empty() && !self.watches.cancel(indicator) {
                self.watched.remove(&indicator);
            }
        }
        self.names.release(name);
    }

    /// Returns a client's subscription to an element.
    fn find_subscription(&self, client: ClientKey, indicator: u32, name: &Name) -> Option<TextId> {
        let subscribers = self.watched.get(&indicator)?.subscribers.get(name)?;
        let mut subscribers = subscribers.iter().copied();
        subscribers.find(|&id| self.subscriptions[id].client == client)
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
            self.remove_from_element(id, element);
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
    ) -> PendingUpdates {
        let current = self.epoch;
        let watched = self.watched.get_mut(&number);
        let Some(indicator) = watched.filter(|_| epoch == current) else {
            return PendingUpdates::None;
        };
        let text = text.unwrap_or_default();
        let before = indicator
            .contents
            .take()
            .filter(|contents| contents.0 == current);
        if before
            .as_ref()
            .is_some_and(|(_, contents)| contents.text == text)
        {
            indicator.contents = before;
            return PendingUpdates::None;
        }
        let contents = DisplayContents::new(text);
        let has_elements = !contents.elements.is_empty();
        let (_, contents) = indicator.contents.insert((current, contents));
        let Some((_, before)) = before else {
            return PendingUpdates::TextsAndErrors;
        };
        let names = before.changed(contents);
        let names = names.filter_map(|name| self.names.find(name));
        let subscribers = names.filter_map(|name| indicator.subscribers.get(&name));
        let mut changed: Vec<TextId> = subscribers.flatten().copied().take(TURN + 1).collect();
        if before.elements.is_empty() && has_elements {
            return PendingUpdates::TextsAndErrors;
        }
        if changed.len() > TURN {
            return PendingUpdates::Texts;
        }
        changed.sort_unstable();
        for id in changed {
            self.update(clients, id);
        }
        PendingUpdates::None
    }

    /// Sends a subscription its text if that is known and differs from the one sent last.
    pub(super) fn update(&mut self, clients: &mut Clients, id: TextId) {
        let Some(subscription) = self.subscriptions.get(id) else {
            return;
        };
        let element = &subscription.to;
        if let Some(contents) = self.contents(element.indicator) {
            let text = contents.element(&element.name);
            self.show(clients, id, &text);
        } else if element.clear_pending {
            self.show(clients, id, &Bytes::new());
        }
    }

    /// Returns the contents of an indicator, if they are known.
    fn contents(&self, indicator: u32) -> Option<&DisplayContents> {
        let (epoch, contents) = self.watched.get(&indicator)?.contents.as_ref()?;
        (*epoch == self.epoch).then_some(contents)
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
        element.clear_pending = false;
    }

    /// Sends an error, once for each subscription and aircraft, if the display does not have the
    /// element at present. An empty display is not checked, since it tells nothing about its
    /// elements.
    pub(super) fn check(&mut self, clients: &mut Clients, id: TextId) {
        let element = &self.subscriptions[id].to;
        let contents = self.contents(element.indicator);
        let Some(contents) = contents.filter(|contents| !contents.elements.is_empty()) else {
            return;
        };
        let is_there = element.name.is_empty() || contents.elements.contains_key(&*element.name);
        let subscription = &mut self.subscriptions[id];
        let element = &mut subscription.to;
        let checked = element.checked.replace(clients.appearances);
        if checked != Some(clients.appearances) && !is_there {
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
    pub(super) fn clear_text(&mut self, clients: &mut Clients, id: TextId) {
        let subscription = &mut self.subscriptions[id];
        let element = &mut subscription.to;
        if element
            .sent
            .as_ref()
            .is_none_or(|(_, sent)| sent.is_empty())
        {
            return;
        }
        element.clear_pending = true;
        match clients.is_blocked(subscription.client) {
            true => self.subscriptions.owe(clients, id),
            false => self.send(clients, id, &Bytes::new()),
        }
    }

    /// Forgets all texts, including those under way, since they belong to another aircraft. The
    /// next texts are sent even if they are the same.
    pub(super) fn forget(&mut self) {
        self.epoch += 1;
        self.watches.resend_all();
    }

    /// Marks all watched indicators as dirty, for a sim that has no watches.
    pub(super) fn restore_watches(&mut self) {
        self.watched
            .retain(|_, indicator| !indicator.subscribers.is_empty());
        self.watches.reset();
        let watches = &mut self.watches;
        self.watched.keys().for_each(|&n| watches.mark_dirty(n));
    }
}
