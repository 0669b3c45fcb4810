//! The messages for the sim.

use super::World;
use super::agenda::TURN;
use super::request_error::RequestError;
use super::source::SourceId;
use super::watches::WatchUpdate;
use crate::filter::Micros;
use crate::link::{LinkState, ToSim};

impl World {
    /// Returns the next message for the hook state.
    pub fn next_for_hook(&mut self, now: Micros) -> Option<ToSim> {
        self.has_more_watches = false;
        if !self.sim.is_up(LinkState::Hook) {
            return None;
        }
        if let Some(action) = self.sim.next_action(now) {
            return Some(ToSim::Act(action));
        }
        if self.sim.has_room_for_watch()
            && let Some(watch) = self.next_arg_watch()
        {
            self.sim.count_watch(now);
            return Some(watch);
        }
        if self.sim.has_room_for_watch() && self.standing.take_question() {
            self.sim.count_watch(now);
            return Some(ToSim::AskCold(self.sim.ticket()));
        }
        self.sim.next_mark()
    }

    /// Returns the next message for the export state.
    pub fn next_for_export(&mut self) -> Option<ToSim> {
        if !self.sim.is_up(LinkState::Export) {
            return None;
        }
        let watch = self.next_field_watch();
        let watch = watch.or_else(|| self.next_reading());
        let watch = watch.or_else(|| self.next_indicator_watch());
        watch.or_else(|| self.sim.next_list())
    }

    /// Returns the message for the next change of an arg's watch. Looks at no more args than a turn
    /// has time for.
    fn next_arg_watch(&mut self) -> Option<ToSim> {
        let mut left = TURN;
        while left > 0 {
            left -= 1;
            match self.gauges.next_watch()? {
                WatchUpdate::Send(arg, rate) => return Some(ToSim::WatchArg { arg, rate }),
                WatchUpdate::NoRoom(arg) => {
                    let who = self.gauges.clients_of(SourceId::arg(arg));
                    left = left.saturating_sub(who.len());
                    self.clients
                        .send_error_to_all(&who, &RequestError::ArgWaits(arg));
                }
                WatchUpdate::Unchanged => {}
            }
        }
        self.has_more_watches = true;
        None
    }

    /// Returns the message for the next change of a field's watch. There is room for all fields.
    fn next_field_watch(&mut self) -> Option<ToSim> {
        loop {
            if let WatchUpdate::Send(field, rate) = self.gauges.next_field_watch()? {
                return Some(ToSim::WatchTelemetry { field, rate });
            }
        }
    }

    fn next_indicator_watch(&mut self) -> Option<ToSim> {
        let epoch = self.texts.epoch();
        loop {
            match self.texts.next_watch()? {
                WatchUpdate::Send(indicator, rate) => {
                    return Some(ToSim::WatchIndicator {
                        indicator,
                        rate,
                        epoch,
                    });
                }
                WatchUpdate::Unchanged => {}
                WatchUpdate::NoRoom(number) => {
                    let who = self.texts.clients_of(number);
                    self.clients
                        .send_error_to_all(&who, &RequestError::IndicatorWaits(number));
                }
            }
        }
    }
}
