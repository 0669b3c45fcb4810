//! The configuration of the bridge, and its parts that the user writes. Pure.

mod broker;
mod rule;

pub(super) use broker::Broker;
pub(super) use rule::{PublishRule, Rules};

use std::path::PathBuf;

use super::topic::Base;

/// The configuration of the bridge.
#[derive(Debug, Clone)]
pub(super) struct Config {
    pub(super) broker: Broker,
    pub(super) base: Base,
    pub(super) rules: Rules,
    pub(super) login: Option<Login>,
    /// A file of certificates that are trusted instead of the system's.
    pub(super) ca: Option<PathBuf>,
    /// Whether the cockpit is described for Home Assistant.
    pub(super) home_assistant: bool,
}

/// A user of the broker.
#[derive(Clone)]
pub(super) struct Login {
    pub(super) user: String,
    pub(super) password: Option<String>,
}

impl std::fmt::Debug for Login {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Login")
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}
