//! The gateway's part for modules of the user's own DCS-BIOS.

use tracing::warn;

use super::super::hosting::{HostChange, Hosting};
use super::{Service, request};
use crate::bios::hosted::{HostEvent, Served};
use crate::serve::{ServerEnded, Subscriber};

impl Service {
    /// Returns the user's own DCS-BIOS if it has a module for the aircraft that is flown.
    pub(super) fn flying_host(&mut self) -> Option<&mut Hosting> {
        let hosting = self.hosting.as_mut();
        hosting.filter(|hosting| hosting.source.is_flying())
    }

    /// Gives up modules that do not end: from now on, tables serve their aircraft.
    pub(super) async fn give_up_stuck_modules(
        &mut self,
        subscriber: &Subscriber,
    ) -> Result<(), ServerEnded> {
        let now = self.now();
        let hosting = self.hosting.as_mut();
        match hosting.is_some_and(|hosting| hosting.give_up_stuck(now)) {
            true => self.set_aircraft(self.aircraft.clone(), subscriber).await,
            false => Ok(()),
        }
    }

    /// Handles an event of the thread that runs modules.
    pub(super) async fn handle_host(
        &mut self,
        event: HostEvent,
        subscriber: &Subscriber,
    ) -> Result<(), ServerEnded> {
        let now = self.now();
        let Some(hosting) = &mut self.hosting else {
            return Ok(());
        };
        match hosting.handle(event, now) {
            HostChange::Nothing => Ok(()),
            HostChange::Modules => self.set_aircraft(self.aircraft.clone(), subscriber).await,
            HostChange::Finished(served, had_step) => {
                self.serve_modules(served, subscriber).await?;
                if had_step {
                    self.send_all().await;
                }
                Ok(())
            }
        }
    }

    /// Writes the words of modules, and carries out what they ask for.
    pub(super) async fn serve_modules(
        &mut self,
        served: Served,
        subscriber: &Subscriber,
    ) -> Result<(), ServerEnded> {
        let now = self.now();
        served.log.iter().for_each(|line| warn!("{line}"));
        let refused = self.gateway.refuse_lines(&served.unknown, now);
        refused.iter().for_each(|line| warn!("{line}"));
        self.gateway.set_words(&served.words);
        if !served.readings.is_empty() {
            subscriber.read(served.readings).await?;
        }
        request(subscriber, served.requests).await?;
        let admitted = self.gateway.admit(served.clicks, now);
        self.carry_out(admitted, subscriber).await?;
        if !served.calls.is_empty() {
            subscriber.call(served.calls).await?;
        }
        Ok(())
    }
}

/// Waits for an event of the thread that runs modules; for ever if there is none.
pub(super) async fn host_event(hosting: Option<&mut Hosting>) -> HostEvent {
    match hosting {
        Some(hosting) => hosting.event().await,
        None => std::future::pending().await,
    }
}
