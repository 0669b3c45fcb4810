//! Indicators: the displays that are known and the subscriptions to their elements.
//!
//! Those who want the same element share it: a display is searched once for
//! each element, not for each subscription.

use std::collections::HashMap;

use bytes::Bytes;
use indexmap::IndexMap;
use slab::Slab;

use super::clients::{ClientKey, Clients};
use super::refusal::Refusal;
use super::watches::{Watch, Watches};
use crate::indicator::{self, Element};
use crate::limits::MOST_INDICATORS;
use crate::quote::quoted;
use crate::wire::Id;

/// How often the sim reads a watched indicator, per second.
const RATE: f64 = 10.0;

#[derive(Debug)]
pub(super) struct Texts {
    watched: HashMap<u32, Indicator>,
    subs: Slab<Sub>,
    pub(super) watches: Watches,
    /// Texts of an older epoch are another aircraft's.
    epoch: u64,
}

/// An indicator that somebody wants to know.
#[derive(Debug, Default)]
struct Indicator {
    /// What the sim shows on it, once that is known; empty when there is no such indicator.
    text: Option<Bytes>,
    /// By folded name, in the order in which they were asked for. When the last one goes and the sim reads the indicator, the text is kept
    /// until the sim is told, for the case that a new subscription replaced it.
    wanted: IndexMap<Box<str>, Wanted>,
}

/// An element that somebody wants to know.
#[derive(Debug, Default)]
struct Wanted {
    /// What it shows; of no meaning while the indicator's text is not known.
    text: Bytes,
    subs: Vec<u32>,
    /// A subscription has come, or another aircraft, since it was last looked for.
    is_new: bool,
}

#[derive(Debug)]
struct Sub {
    client: ClientKey,
    indicator: u32,
    /// Folded.
    name: Box<str>,
    id: Id,
    /// What was sent last.
    sent: Option<Bytes>,
    /// What its client shows has gone, which it could not be told.
    stale: bool,
    /// It was made before the aircraft that is controlled appeared.
    carried: bool,
    /// It is in its blocked client's list of what it is owed.
    owed: bool,
    /// Its client was told that this aircraft's display lacks the element.
    warned: bool,
}

impl Indicator {
    /// Takes in what the sim shows; calls `changed` with each element that is another now. Returns
    /// the subscriptions to elements that were looked for the first time, and are not there.
    fn set(&mut self, text: Bytes, mut changed: impl FnMut(&Wanted)) -> Vec<u32> {
        let known = self.text.is_some();
        let shown = by_name(&text);
        let mut lacking = Vec::new();
        for (name, wanted) in &mut self.wanted {
            let element = shown.get(&**name);
            let newest = element.map(Element::text).unwrap_or_default();
            if !known || wanted.text != newest {
                wanted.text = newest.into();
                changed(wanted);
            }
            // A display that shows nothing says nothing about its elements.
            if wanted.is_new && !shown.is_empty() {
                wanted.is_new = false;
                if element.is_none() {
                    lacking.extend(&wanted.subs);
                }
            }
        }
        self.text = Some(text);
        lacking
    }
}

/// The elements of an indicator by folded name; the first one of each.
fn by_name(text: &[u8]) -> HashMap<String, Element<'_>> {
    let mut shown = HashMap::new();
    for element in indicator::parse(text) {
        shown
            .entry(indicator::folded(element.name))
            .or_insert(element);
    }
    shown
}

impl Texts {
    pub(super) fn new() -> Self {
        Self {
            watched: HashMap::new(),
            subs: Slab::new(),
            watches: Watches::new(MOST_INDICATORS),
            epoch: 0,
        }
    }

    pub(super) fn subscriptions(&self) -> usize {
        self.subs.len()
    }

    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.watched.is_empty() && self.watches.is_empty()
    }

    /// Texts that the sim sends from now on are of this epoch.
    pub(super) fn epoch(&self) -> u64 {
        self.epoch
    }

    /// Who subscribed to elements of an indicator, once for each subscription.
    pub(super) fn clients_of(&self, number: u32) -> Vec<ClientKey> {
        let wanted = self.watched.get(&number).map(|indicator| &indicator.wanted);
        let subs = wanted
            .into_iter()
            .flat_map(IndexMap::values)
            .flat_map(|wanted| &wanted.subs);
        subs.map(|&sub| self.subs[sub as usize].client).collect()
    }

    /// The next indicator whose watch is not what it should be, and what is to be done.
    pub(super) fn next_watch(&mut self) -> Option<Watch> {
        let watched = &mut self.watched;
        self.watches.next(|number| match watched.get(&number) {
            Some(indicator) if !indicator.wanted.is_empty() => RATE,
            _ => {
                watched.remove(&number);
                0.0
            }
        })
    }

    /// Subscribes to an element.
    pub(super) fn request(
        &mut self,
        clients: &mut Clients,
        client: ClientKey,
        (indicator, name, id): (u32, Box<str>, Id),
        limit: usize,
    ) -> Result<(), Refusal> {
        let name = indicator::folded(name.as_bytes()).into_boxed_str();
        let Some(owner) = clients.get(client) else {
            return Ok(());
        };
        let replaced = owner.texts.iter().copied().filter(|&sub| {
            let sub = &self.subs[sub as usize];
            let same = sub.indicator == indicator && sub.name == name;
            same || (sub.carried && sub.id == id)
        });
        for sub in replaced.collect::<Vec<_>>() {
            self.remove(clients, sub);
        }
        let Some(owner) = clients.get_mut(client) else {
            return Ok(());
        };
        if owner.subscriptions() >= limit {
            return Err(Refusal::TooManySubscriptions(limit));
        }
        let key = self.subs.insert(Sub {
            client,
            indicator,
            name: name.clone(),
            id,
            sent: None,
            stale: false,
            carried: false,
            owed: false,
            warned: false,
        }) as u32;
        owner.texts.push(key);
        self.want(indicator, name, key);
        self.update(clients, key);
        self.check(clients, key);
        if self.watches.waits(indicator) {
            return Err(Refusal::IndicatorWaits(indicator));
        }
        Ok(())
    }

    fn want(&mut self, number: u32, name: Box<str>, sub: u32) {
        let indicator = self.watched.entry(number).or_default();
        let text = &indicator.text;
        let wanted = indicator.wanted.entry(name).or_insert_with_key(|name| {
            let shown = text.as_deref().map(by_name).unwrap_or_default();
            let text = shown.get(&**name).map(Element::text).unwrap_or_default();
            Wanted {
                text: text.into(),
                ..Wanted::default()
            }
        });
        wanted.is_new = true;
        wanted.subs.push(sub);
        self.watches.unsettle(number);
    }

    fn remove(&mut self, clients: &mut Clients, sub: u32) {
        let client = self.subs[sub as usize].client;
        self.remove_all(vec![sub]);
        if let Some(owner) = clients.get_mut(client) {
            owner.texts.retain(|&other| other != sub);
            owner.owed.texts.retain(|&other| other != sub);
        }
    }

    /// Ends subscriptions of a client that has left.
    pub(super) fn remove_all(&mut self, subs: Vec<u32>) {
        // Newest first: the order of what stays need not be closed up each time.
        for key in subs.into_iter().rev() {
            let sub = self.subs.remove(key as usize);
            let Some(indicator) = self.watched.get_mut(&sub.indicator) else {
                continue;
            };
            if let Some(wanted) = indicator.wanted.get_mut(&sub.name) {
                wanted.subs.retain(|&other| other != key);
                if wanted.subs.is_empty() {
                    indicator.wanted.shift_remove(&sub.name);
                }
            }
            if indicator.wanted.is_empty() && !self.watches.give_up(sub.indicator) {
                self.watched.remove(&sub.indicator);
            }
        }
    }

    /// Takes in what the sim shows on an indicator.
    pub(super) fn set(
        &mut self,
        clients: &mut Clients,
        number: u32,
        epoch: u64,
        text: Option<Bytes>,
    ) {
        let current = epoch == self.epoch;
        let Some(indicator) = self.watched.get_mut(&number).filter(|_| current) else {
            return;
        };
        let text = text.unwrap_or_default();
        if indicator.text.as_ref() == Some(&text) {
            return;
        }
        let subs = &mut self.subs;
        let lacking = indicator.set(text, |wanted| {
            for &sub in &wanted.subs {
                subs[sub as usize].show(sub, clients, &wanted.text);
            }
        });
        for sub in lacking {
            self.subs[sub as usize].warn_lacking(clients);
        }
    }

    /// Tells the client of a new subscription if the display is known and lacks the element.
    fn check(&mut self, clients: &mut Clients, key: u32) {
        let sub = &mut self.subs[key as usize];
        let Some(indicator) = self.watched.get_mut(&sub.indicator) else {
            return;
        };
        let shown = indicator.text.as_deref().map(by_name).unwrap_or_default();
        if shown.is_empty() {
            return;
        }
        if !shown.contains_key(&*sub.name) {
            sub.warn_lacking(clients);
        }
        if let Some(wanted) = indicator.wanted.get_mut(&sub.name) {
            wanted.is_new = false;
        }
    }

    /// Sends a subscription its text if that is known and not what it was sent last.
    fn update(&mut self, clients: &mut Clients, key: u32) {
        let Some(sub) = self.subs.get_mut(key as usize) else {
            return;
        };
        let indicator = self.watched.get(&sub.indicator);
        let known = indicator.filter(|indicator| indicator.text.is_some());
        if let Some(wanted) = known.and_then(|known| known.wanted.get(&sub.name)) {
            sub.show(key, clients, &wanted.text);
        } else if sub.stale {
            sub.show(key, clients, &Bytes::new());
        }
    }

    /// Sends a client that was blocked the newest of what it missed.
    pub(super) fn catch_up(&mut self, clients: &mut Clients, owed: &[u32]) {
        for &key in owed {
            if let Some(sub) = self.subs.get_mut(key as usize) {
                sub.owed = false;
                self.update(clients, key);
            }
        }
    }

    /// All displays have gone: whoever shows a text of them is sent an empty one.
    pub(super) fn go_dark(&mut self, clients: &mut Clients) {
        for (key, sub) in &mut self.subs {
            if sub.sent.as_ref().is_some_and(|sent| !sent.is_empty()) {
                sub.stale = true;
                sub.show(key as u32, clients, &Bytes::new());
            }
        }
        self.forget();
    }

    /// Forgets all texts, also those that are on their way: they were another aircraft's.
    pub(super) fn forget(&mut self) {
        self.epoch += 1;
        for indicator in self.watched.values_mut() {
            indicator.text = None;
        }
        for (_, sub) in &mut self.subs {
            sub.sent = None;
        }
        self.watches.retell();
    }

    /// All watched indicators are to be told to a sim that knows of none.
    pub(super) fn rewatch(&mut self) {
        self.watched
            .retain(|_, indicator| !indicator.wanted.is_empty());
        self.watches.reset(self.watched.keys().copied());
    }

    /// Carries all subscriptions over to an aircraft that appeared.
    pub(super) fn carry_over(&mut self) {
        self.forget();
        for (_, sub) in &mut self.subs {
            sub.carried = true;
            sub.warned = false;
        }
        let wanted = self.watched.values_mut();
        for wanted in wanted.flat_map(|indicator| indicator.wanted.values_mut()) {
            wanted.is_new = true;
        }
    }
}

impl Sub {
    /// Tells its client, once, that the display does not have the element at present.
    fn warn_lacking(&mut self, clients: &mut Clients) {
        if !std::mem::replace(&mut self.warned, true) {
            let refusal = Refusal::NoElement {
                indicator: self.indicator,
                name: quoted(&self.name),
            };
            clients.error(self.client, &refusal.to_string());
        }
    }

    /// Sends the element's text if it is not what was sent last.
    fn show(&mut self, key: u32, clients: &mut Clients, text: &Bytes) {
        if self.sent.as_ref() == Some(text) {
            return;
        }
        let Some(client) = clients.get_mut(self.client) else {
            return;
        };
        if client.blocked {
            if !std::mem::replace(&mut self.owed, true) {
                client.owed.texts.push(key);
            }
            clients.held_back += 1;
            return;
        }
        clients.text(self.client, self.id, text);
        self.sent = Some(text.clone());
        self.stale = false;
    }
}
