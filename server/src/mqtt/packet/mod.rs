//! MQTT 3.1.1 as bytes: what a client with QoS 0 sends and receives. Pure.

mod decode;
mod encode;

pub(super) use decode::{Decoder, Incoming, PacketError};
pub(super) use encode::{Connect, DISCONNECT, PING, connect, publish, subscribe, unsubscribe};

const CONNECT: u8 = 0x10;
const CONNACK: u8 = 0x20;
const PUBLISH: u8 = 0x30;
const SUBSCRIBE: u8 = 0x82;
const SUBACK: u8 = 0x90;
const UNSUBSCRIBE: u8 = 0xa2;
const PINGRESP: u8 = 0xd0;
