//! Indicators: the displays that are known and the subscriptions to their elements.

use std::collections::HashMap;

use bytes::Bytes;
use slab::Slab;

use super::clients::{ClientKey, Clients};
use super::refusal::Refusal;
use super::watches::Watches;
use crate::indicator::{self, Element};
use crate::wire::Id;

/// How often the sim reads a watched indicator, per second.
const RATE: f64 = 10.0;

#[derive(Debug, Default)]
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
    /// When the last one goes, the text is kept until the sim is told, for the case that a new
    /// subscription replaced it.
    subs: Vec<u32>,
}

#[derive(Debug)]
struct Sub {
    client: ClientKey,
    indicator: u32,
    name: Box<str>,
    id: Id,
    /// What was sent last.
    sent: Option<Bytes>,
    /// It was made before the aircraft that is controlled appeared.
    carried: bool,
    /// It is in its blocked client's list of what it is owed.
    owed: bool,
}

impl Texts {
    pub(super) fn subscriptions(&self) -> usize {
        self.subs.len()
    }

    pub(super) fn watched(&self) -> usize {
        self.watched.len()
    }

    /// The next indicator whose watch is not what it should be: number, rate and epoch.
    pub(super) fn next_watch(&mut self) -> Option<(u32, f64, u64)> {
        let watched = &mut self.watched;
        let rate = |number| match watched.get(&number) {
            Some(indicator) if !indicator.subs.is_empty() => RATE,
            _ => {
                watched.remove(&number);
                0.0
            }
        };
        self.watches
            .next(rate)
            .map(|(indicator, rate)| (indicator, rate, self.epoch))
    }

    /// Subscribes to an element.
    pub(super) fn request(
        &mut self,
        clients: &mut Clients,
        client: ClientKey,
        (indicator, name, id): (u32, Box<str>, Id),
        limit: usize,
    ) -> Result<(), Refusal> {
        let Some(owner) = clients.get(client) else {
            return Ok(());
        };
        let replaced = owner.texts.iter().copied().filter(|&sub| {
            let sub = &self.subs[sub as usize];
            let same = sub.indicator == indicator && sub.name.eq_ignore_ascii_case(&name);
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
        let sub = Sub {
            client,
            indicator,
            name,
            id,
            sent: None,
            carried: false,
            owed: false,
        };
        let key = self.subs.insert(sub) as u32;
        owner.texts.push(key);
        self.watched.entry(indicator).or_default().subs.push(key);
        self.watches.unsettle(indicator);
        self.update(clients, key);
        Ok(())
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
        for key in subs {
            let sub = self.subs.remove(key as usize);
            let Some(indicator) = self.watched.get_mut(&sub.indicator) else {
                continue;
            };
            indicator.subs.retain(|&other| other != key);
            self.watches.unsettle(sub.indicator);
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
        let Some(indicator) = self
            .watched
            .get_mut(&number)
            .filter(|_| epoch == self.epoch)
        else {
            return;
        };
        let text = text.unwrap_or_default();
        if indicator.text.as_ref() == Some(&text) {
            return;
        }
        let elements = indicator::parse(&text);
        for &sub in &indicator.subs {
            self.subs[sub as usize].show(sub, clients, &elements);
        }
        indicator.text = Some(text.clone());
    }

    /// Sends a subscription its text if that is known and not what it was sent last.
    fn update(&mut self, clients: &mut Clients, key: u32) {
        let Some(sub) = self.subs.get_mut(key as usize) else {
            return;
        };
        let text = self
            .watched
            .get(&sub.indicator)
            .and_then(|indicator| indicator.text.as_ref());
        if let Some(text) = text {
            sub.show(key, clients, &indicator::parse(text));
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

    /// Forgets all texts, also those that are on their way: they were another aircraft's.
    pub(super) fn forget(&mut self) {
        self.epoch += 1;
        for indicator in self.watched.values_mut() {
            indicator.text = None;
        }
        for (_, sub) in &mut self.subs {
            sub.sent = None;
        }
        self.watches.retell(self.watched.keys().copied());
    }

    /// All watched indicators are to be told to a sim that knows of none.
    pub(super) fn rewatch(&mut self) {
        self.watched
            .retain(|_, indicator| !indicator.subs.is_empty());
        self.watches.reset(self.watched.keys().copied());
    }

    /// Carries all subscriptions over to an aircraft that appeared.
    pub(super) fn carry_over(&mut self) {
        self.forget();
        for (_, sub) in &mut self.subs {
            sub.carried = true;
        }
    }
}

impl Sub {
    /// Sends the element's text if it is not what was sent last.
    fn show(&mut self, key: u32, clients: &mut Clients, elements: &[Element<'_>]) {
        let element = elements.iter().find(|element| element.is_named(&self.name));
        let text = element.map(Element::text).unwrap_or_default();
        if self.sent.as_deref() == Some(&text) {
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
        let text = Bytes::from(text);
        clients.text(self.client, self.id, &text);
        self.sent = Some(text);
    }
}
