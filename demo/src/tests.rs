//! The sample aircraft, compiled by defgen and flown by the simulation.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, OnceLock},
};

use aircraft_defs::{Kind, Tables};

use crate::{Action, Aircraft, Event, Sample, Simulation};

const FRAME: f64 = 1.0 / 60.0;
/// Controls whose effect lasts for the whole flight.
const IRREVERSIBLE: [&str; 2] = ["PNT_JETTISON", "HOOK_RELEASE"];

fn aircraft() -> Vec<Aircraft> {
    static SAMPLE: OnceLock<Vec<Aircraft>> = OnceLock::new();
    SAMPLE
        .get_or_init(|| Sample::compile().unwrap().aircraft)
        .clone()
}

fn tables(name: &str) -> Arc<Tables> {
    let mut aircraft = aircraft().into_iter();
    aircraft
        .find(|aircraft| aircraft.name == name)
        .unwrap()
        .tables
}

/// Returns the args of an aircraft's gauges.
fn gauge_args(tables: &Tables) -> BTreeSet<u32> {
    let gauges = tables.gauges().iter();
    gauges.filter_map(|gauge| gauge.arg_number).collect()
}

/// A simulation that is flown frame by frame, with the events that it has returned.
struct Flight {
    simulation: Simulation,
    now: f64,
    errors: Vec<String>,
    aircraft: Vec<Option<String>>,
}

impl Flight {
    /// Starts in the aircraft with that name.
    fn new(first: &str) -> Self {
        let mut aircraft = aircraft();
        let index = aircraft.iter().position(|a| a.name == first).unwrap();
        aircraft.rotate_left(index);
        let flight = Self {
            simulation: Simulation::new(aircraft, f64::INFINITY),
            now: 0.0,
            errors: Vec::new(),
            aircraft: vec![Some(first.to_owned())],
        };
        assert_eq!(flight.simulation.aircraft(), Some(first));
        flight.fly(0.2)
    }

    fn fly(mut self, seconds: f64) -> Self {
        for _ in 0..(seconds / FRAME).ceil() as usize {
            self.now += FRAME;
            for event in self.simulation.frame(self.now) {
                match event {
                    Event::AircraftChanged(name) => self.aircraft.push(name),
                    Event::ActionFailed { reason, .. } => self.errors.push(reason),
                }
            }
        }
        self
    }

    fn send(&mut self, device: i64, command: i64, value: f64) {
        self.simulation.act(Action {
            device,
            command,
            value,
            ticket: 1,
        });
    }

    /// Sends all actions at once, then flies for half a second.
    fn act(mut self, actions: &[(&str, &str, f64)]) -> Self {
        let name = self.aircraft.last().unwrap().clone().unwrap();
        let tables = tables(&name);
        for &(device, command, value) in actions {
            let device = tables.device(device).unwrap();
            let command = tables.command(command, device).unwrap();
            self.send(device, command, value);
        }
        self.fly(0.5)
    }

    #[track_caller]
    fn arg(&self, arg: u32) -> f64 {
        self.simulation.arg(arg).unwrap()
    }

    #[track_caller]
    fn check_text(self, display: usize, expected: &str) -> Self {
        let text = self.simulation.texts().swap_remove(display);
        assert!(text.contains(expected), "{expected:?} is not in {text:?}");
        self
    }

    #[track_caller]
    fn check_arg(self, arg: u32, expected: f64) -> Self {
        let value = self.arg(arg);
        assert!((value - expected).abs() < 1e-6, "arg {arg}: {value}");
        self
    }
}

#[test]
fn a_switch_affects_the_lamps_of_its_system() {
    const GENERATOR: u32 = 61;
    const LAMP: u32 = 160;
    const MASTER: u32 = 170;
    Flight::new("Kestrel_T1")
        .check_arg(GENERATOR, 1.0)
        .check_arg(LAMP, 0.0)
        .act(&[("ELEC", "Generator", 0.0)])
        .check_arg(GENERATOR, 0.0)
        .check_arg(LAMP, 1.0)
        .check_arg(MASTER, 1.0)
        .act(&[
            ("CAUTION", "MasterCaution", 1.0),
            ("CAUTION", "MasterCaution", 0.0),
        ])
        .check_arg(MASTER, 0.0)
        .check_arg(LAMP, 1.0)
        .act(&[("ELEC", "Battery", 0.0)])
        .check_arg(LAMP, 0.0);
}

#[test]
fn keys_pressed_and_released_in_one_packet_are_typed_once_each() {
    let keys = [2, 5, 1, 0, 2, 5].map(|key| format!("Key_{key}"));
    let strokes: Vec<_> = keys
        .iter()
        .flat_map(|key| [("UFC", key.as_str(), 1.0), ("UFC", key, 0.0)])
        .collect();
    Flight::new("Kestrel_T1")
        .act(&strokes)
        .check_text(1, "txt_SCRATCHPAD\n 251025\n")
        .act(&[("UFC", "Enter", 1.0), ("UFC", "Enter", 0.0)])
        .check_text(1, "txt_SCRATCHPAD\n       \n")
        .check_text(2, "txt_FREQUENCY\n251.025\n")
        .act(&[
            ("UFC", "Key_9", 1.0),
            ("UFC", "Key_9", 0.0),
            ("UFC", "Key_9", 1.0),
        ])
        .act(&[("UFC", "Enter", 1.0)])
        .check_text(1, "ERROR");
}

#[test]
fn encoders_and_rotaries_change_the_displays() {
    Flight::new("Kestrel_T1")
        .check_text(2, "txt_CHANNEL\n05\n")
        .act(&[
            ("RADIO", "radio.Channel", 0.05),
            ("RADIO", "radio.Channel", 0.05),
        ])
        .check_text(2, "txt_CHANNEL\n07\n")
        .act(&[("NAV", "nav.Mode", 0.75)])
        .check_text(1, "txt_WINDOW_1\nILS\n")
        .check_arg(109, 0.2)
        .act(&[("ALTIMETER", "Baro", 0.04)])
        .check_arg(109, 0.3);
}

#[test]
fn the_weapons_of_the_attack_version_and_the_radio_of_the_helicopter_work() {
    Flight::new("Kestrel_A1")
        .check_text(3, "txt_ARM\nSAFE SAFE\n")
        .act(&[
            ("WEAPONS", "MasterArm", 1.0),
            ("WEAPONS", "weapon.Mode", 0.1),
        ])
        .check_text(3, "txt_ARM\nARMED BOMB\n")
        .check_arg(330, 1.0)
        .act(&[("WEAPONS", "Button_1", 1.0)])
        .check_arg(321, 1.0)
        .act(&[("WEAPONS", "Jettison", 1.0)])
        .check_arg(321, 0.0)
        .act(&[
            ("WEAPONS", "weapon.Mode", -0.3),
            ("WEAPONS", "Trigger", 1.0),
        ])
        .fly(5.0)
        .act(&[("WEAPONS", "Trigger", 0.0)])
        .check_arg(310, 0.0)
        .check_arg(311, 0.7);
    Flight::new("Heron-H2")
        .check_text(1, "VHF_FREQ\n122.800\n")
        .act(&[
            ("VHF_RADIO", "TuneMHz", -0.1),
            ("VHF_RADIO", "TuneKHz", 0.1),
        ])
        .check_text(1, "VHF_FREQ\n121.825\n")
        .act(&[
            ("CDU", "KEY_4", 1.0),
            ("CDU", "KEY_2", 1.0),
            ("CDU", "LSK_L2", 1.0),
        ])
        .check_text(0, "CDU_LINE_2\n2 42 ");
}

#[test]
fn the_altimeter_falls_as_the_aircraft_climbs() {
    const ALTIMETER: u32 = 103;
    let low = Flight::new("Kestrel_T1");
    let before = low.arg(ALTIMETER);
    let high = low.fly(30.0).arg(ALTIMETER);
    assert!(high < before - 0.005, "{before} {high}");
}

#[test]
fn the_next_aircraft_comes_on_request() {
    let mut flight = Flight::new("Kestrel_T1");
    flight.send(0, 1, 1.0);
    let flight = flight.fly(1.0);
    assert_eq!(flight.aircraft, [Some("Kestrel_T1".to_owned()), None]);
    assert_eq!(flight.simulation.arg(103), None);
    let mut flight = flight.fly(2.0);
    assert_eq!(flight.simulation.aircraft(), Some("Kestrel_A1"));
    assert_eq!(
        flight.aircraft.last().unwrap().as_deref(),
        Some("Kestrel_A1")
    );
    flight.send(99, 1, 1.0);
    assert_eq!(flight.fly(0.1).errors, ["no device 99"]);
}

/// Every arg stays between -1 and 1, whatever is pressed.
#[test]
fn every_control_of_every_aircraft_can_be_operated() {
    for Aircraft { name, tables } in aircraft() {
        let mut flight = Flight::new(&name);
        let mut args = gauge_args(&tables);
        for control in tables.controls() {
            let device = control.device.as_ref().unwrap().number;
            for action in &control.actions {
                args.extend(action.arg);
                for value in [-1.0, 1.0, 0.3, 0.0] {
                    flight.send(device, action.command.number, value);
                }
            }
        }
        let flight = flight.fly(20.2);
        assert_eq!(flight.errors, [""; 0]);
        for arg in args {
            let value = flight.arg(arg);
            let in_range = (-1.0..=1.0).contains(&value);
            assert!(in_range, "{name}: arg {arg} is {value}");
        }
    }
}

/// Each gauge moves within three minutes of flight if all controls are operated meanwhile.
#[test]
fn every_gauge_of_every_aircraft_moves() {
    for Aircraft { name, tables } in aircraft() {
        let args = gauge_args(&tables);
        let mut flight = Flight::new(&name);
        let mut seen: BTreeMap<u32, BTreeSet<u64>> = BTreeMap::new();
        for round in 0..12_usize {
            for &arg in &args {
                let value = flight.arg(arg).to_bits();
                seen.entry(arg).or_default().insert(value);
            }
            // The controls change in different rounds, so that many combinations occur.
            let controls = tables.controls().iter().enumerate();
            for (index, control) in
                controls.filter(|(_, control)| !IRREVERSIBLE.contains(&control.name.as_str()))
            {
                let device = control.device.as_ref().unwrap().number;
                let side = (1 + round / (1 + index % 3)) % 2;
                for action in &control.actions {
                    let value = match (action.kind, action.limits) {
                        (Kind::Encoder, _) => 0.3,
                        (_, Some(limits)) => limits[side],
                        _ => 1.0,
                    };
                    flight.send(device, action.command.number, value);
                }
            }
            flight = flight.fly(15.0);
        }
        // The rounds counter needs the gun and the trigger; the test of the weapons covers it.
        let dead: Vec<u32> = args
            .into_iter()
            .filter(|arg| !(310..=312).contains(arg) && seen[arg].len() < 2)
            .collect();
        assert_eq!(dead, [0; 0], "{name}");
    }
}
