//! A small cockpit for tests.

use std::sync::Arc;

use aircraft_defs::Tables;

use super::cockpit::CockpitMap;
use super::places::Ledger;
use crate::world::Aircraft;

const GAUGES: &str = r#"[
    {"name": "Altimeter", "arg_number": 104, "input": [0, 10000], "output": [0, 1]},
    {"name": "GearLight", "arg_number": 12},
    {"name": "Far", "arg_number": 7000, "input": [0, 1], "output": [-1, 1]}
]"#;

const CONTROLS: &str = r#"[
    {"name": "PNT_8", "id": "GEAR", "device": {"number": 2}, "actions": [
        {"command": {"number": 3001}, "arg": 8, "kind": "switch", "values": [0, 1]}]},
    {"name": "PNT_38", "id": "FLAPS", "device": {"number": 2}, "actions": [
        {"command": {"number": 3002}, "arg": 38, "kind": "switch", "values": [0, 0.5, 1]}]},
    {"name": "PNT_70", "id": "BARO", "device": {"number": 5}, "actions": [
        {"command": {"number": 3003}, "arg": 70, "kind": "encoder", "relative": true, "step": 0.1}]},
    {"name": "PNT_9", "id": "DIMMER", "device": {"number": 7}, "actions": [
        {"command": {"number": 3004}, "arg": 9, "kind": "axis", "limits": [0, 0.5]}]},
    {"name": "PNT_10", "id": "TEST", "device": {"number": 7}, "actions": [
        {"command": {"number": 3005}, "arg": 10, "kind": "button", "values": [1], "spring": true, "release": 0}]}
]"#;

/// Returns the aircraft `Trainer` with its map, which has the display `6:page:8`.
pub(super) fn trainer() -> (Arc<Aircraft>, CockpitMap) {
    let tables = Tables::new(
        Default::default(),
        Default::default(),
        serde_json::from_str(GAUGES).expect("gauges"),
        serde_json::from_str(CONTROLS).expect("controls"),
    );
    let mut ledger = Ledger::default();
    let page = "6:page:8".parse().expect("a display");
    ledger.choose(&page).expect("room");
    let map = CockpitMap::new(&tables, Some(&mut ledger));
    (Arc::new(Aircraft::new("Trainer", tables)), map)
}
