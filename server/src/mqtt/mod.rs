//! The bridge to an MQTT broker: a cockpit's values as retained topics, and topics that act.
//!
//! `docs/mqtt.md` is the contract. The bridge is one more subscriber of the world, in the same
//! process. The modules form layers, each of which uses only those before it: `topic` (names of
//! topics), `packet` (MQTT as bytes), `config` (what the options say), `state` (what is published
//! and what a message means, without sockets and clock), `shell` (sockets and the clock).

mod args;
mod config;
mod packet;
mod shell;
mod state;
mod topic;

pub(crate) use args::MqttArgs;
