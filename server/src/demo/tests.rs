//! The sample aircraft, compiled by defgen and flown by the pure core.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::OnceLock,
};

use aircraft_defs::{Kind, Tables};

use super::{
    sample,
    sim::{Flyable, Sim},
};
use crate::link::{Action, FromSim, ToSim};

const FRAME: f64 = 1.0 / 60.0;
/// What these let go does not come back in a flight.
const GONE_FOR_GOOD: [&str; 2] = ["PNT_JETTISON", "HOOK_RELEASE"];

fn aircraft() -> Vec<Flyable> {
    static SAMPLE: OnceLock<Vec<Flyable>> = OnceLock::new();
    SAMPLE
        .get_or_init(|| sample::Sample::compile().unwrap().aircraft)
        .clone()
}

fn tables(name: &str) -> std::sync::Arc<Tables> {
    aircraft()
        .into_iter()
        .find(|(aircraft, _)| aircraft == name)
        .unwrap()
        .1
}

/// A sim that is flown frame by frame, and what it has said.
struct Flight {
    sim: Sim,
    now: f64,
    args: BTreeMap<u32, f64>,
    texts: BTreeMap<u32, Option<String>>,
    errors: Vec<String>,
    aircraft: Vec<Option<String>>,
}

impl Flight {
    /// With the aircraft of that name first.
    fn new(first: &str) -> Self {
        let mut aircraft = aircraft();
        let index = aircraft.iter().position(|(name, _)| name == first).unwrap();
        aircraft.rotate_left(index);
        let mut flight = Self {
            sim: Sim::new(aircraft, f64::INFINITY),
            now: 0.0,
            args: BTreeMap::new(),
            texts: BTreeMap::new(),
            errors: Vec::new(),
            aircraft: Vec::new(),
        };
        let said = flight.sim.open();
        flight.hear(said);
        flight
    }

    fn hear(&mut self, said: Vec<FromSim>) {
        for message in said {
            match message {
                FromSim::Args(args) => self.args.extend(args),
                FromSim::Aircraft(name) => self.aircraft.push(name),
                FromSim::Error { reason, .. } => self.errors.push(reason),
                FromSim::Indicator {
                    indicator, text, ..
                } => {
                    let text = text.map(|text| String::from_utf8(text.to_vec()).unwrap());
                    self.texts.insert(indicator, text);
                }
                _ => {}
            }
        }
    }

    fn watch(mut self, args: &[u32], indicators: &[u32]) -> Self {
        for &arg in args {
            self.sim.tell(ToSim::WatchArg { arg, rate: 60.0 });
        }
        for &indicator in indicators {
            self.sim.tell(ToSim::WatchIndicator {
                indicator,
                rate: 10.0,
                epoch: 1,
            });
        }
        self.fly(0.2)
    }

    fn fly(mut self, seconds: f64) -> Self {
        for _ in 0..(seconds / FRAME).ceil() as usize {
            self.now += FRAME;
            let said = self.sim.frame(self.now);
            self.hear(said);
        }
        self
    }

    /// All in one go, then a moment of flight.
    fn act(mut self, actions: &[(&str, &str, f64)]) -> Self {
        let name = self.aircraft.last().unwrap().clone().unwrap();
        let tables = tables(&name);
        for &(device, command, value) in actions {
            let device = tables.device(device).unwrap();
            let command = tables.command(command, device).unwrap();
            self.sim.tell(ToSim::Act(Action {
                device,
                command,
                value,
                ticket: 1,
            }));
        }
        self.fly(0.5)
    }

    #[track_caller]
    fn check_text(self, indicator: u32, expected: &str) -> Self {
        let text = self.texts[&indicator].as_deref().unwrap_or("none");
        assert!(text.contains(expected), "{expected:?} is not in {text:?}");
        self
    }

    #[track_caller]
    fn check_arg(self, arg: u32, expected: f64) -> Self {
        assert!(
            (self.args[&arg] - expected).abs() < 1e-6,
            "arg {arg}: {}",
            self.args[&arg]
        );
        self
    }
}

#[test]
fn a_switch_works_what_hangs_on_it() {
    const GENERATOR: u32 = 61;
    const LAMP: u32 = 160;
    const MASTER: u32 = 170;
    Flight::new("Kestrel_T1")
        .watch(&[GENERATOR, LAMP, MASTER], &[])
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
        .watch(&[], &[1, 2])
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
fn encoders_and_rotaries_change_what_is_displayed() {
    Flight::new("Kestrel_T1")
        .watch(&[109, 230], &[1, 2])
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
fn the_attack_version_arms_and_the_helicopter_tunes() {
    Flight::new("Kestrel_A1")
        .watch(&[310, 311, 321, 330], &[3])
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
        .watch(&[18], &[0, 1])
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
    let low = Flight::new("Kestrel_T1").watch(&[ALTIMETER], &[]);
    let before = low.args[&ALTIMETER];
    let high = low.fly(30.0);
    assert!(
        high.args[&ALTIMETER] < before - 0.005,
        "{before} {}",
        high.args[&ALTIMETER]
    );
}

#[test]
fn the_next_aircraft_comes_when_it_is_asked_for() {
    let mut flight = Flight::new("Kestrel_T1").watch(&[103], &[1]);
    flight.args.clear();
    flight.sim.tell(ToSim::Act(Action {
        device: 0,
        command: 1,
        value: 1.0,
        ticket: 1,
    }));
    let flight = flight.fly(1.0);
    assert_eq!(flight.aircraft, [Some("Kestrel_T1".to_owned()), None]);
    let mut flight = flight.fly(2.0);
    assert_eq!(
        flight.aircraft.last().unwrap().as_deref(),
        Some("Kestrel_A1")
    );
    assert!(flight.args.contains_key(&103), "args are said again");
    flight.sim.tell(ToSim::Act(Action {
        device: 99,
        command: 1,
        value: 1.0,
        ticket: 1,
    }));
    assert_eq!(flight.fly(0.1).errors, ["no device 99"]);
}

#[test]
fn what_is_not_watched_is_not_said() {
    let mut flight = Flight::new("Kestrel_T1").watch(&[103], &[1]);
    flight.sim.tell(ToSim::WatchArg {
        arg: 103,
        rate: 0.0,
    });
    flight.sim.tell(ToSim::WatchIndicator {
        indicator: 1,
        rate: 0.0,
        epoch: 2,
    });
    flight.args.clear();
    flight.texts.clear();
    let flight = flight.fly(30.0);
    assert!(flight.args.is_empty() && flight.texts.is_empty());
}

/// Whatever is pressed, every arg stays within what the sim knows.
#[test]
fn every_control_of_every_aircraft_can_be_worked() {
    for (name, tables) in aircraft() {
        let mut flight = Flight::new(&name);
        let mut args = BTreeSet::new();
        for control in tables.controls() {
            let device = control.device.as_ref().unwrap().number;
            for action in &control.actions {
                args.extend(action.arg);
                for value in [-1.0, 1.0, 0.3, 0.0] {
                    let command = action.command.number;
                    flight.sim.tell(ToSim::Act(Action {
                        device,
                        command,
                        value,
                        ticket: 0,
                    }));
                }
            }
        }
        args.extend(tables.gauges().iter().filter_map(|gauge| gauge.arg_number));
        let args: Vec<u32> = args.into_iter().collect();
        let flight = flight.watch(&args, &[]).fly(20.0);
        assert_eq!(flight.errors, [""; 0]);
        assert_eq!(flight.args.len(), args.len());
        for (arg, value) in flight.args {
            assert!(
                (-1.0..=1.0).contains(&value),
                "{name}: arg {arg} is {value}"
            );
        }
    }
}

/// In a minute of flight, with everything pressed now and then, each gauge shows something.
#[test]
fn every_gauge_of_every_aircraft_is_alive() {
    for (name, tables) in aircraft() {
        let args: BTreeSet<u32> = tables
            .gauges()
            .iter()
            .filter_map(|gauge| gauge.arg_number)
            .collect();
        let mut flight = Flight::new(&name).watch(&Vec::from_iter(args.clone()), &[]);
        let mut seen: BTreeMap<u32, BTreeSet<u64>> = BTreeMap::new();
        for round in 0..12_usize {
            for (&arg, value) in &flight.args {
                seen.entry(arg).or_default().insert(value.to_bits());
            }
            // Each in a rhythm of its own, so that many combinations come about.
            for (index, control) in tables.controls().iter().enumerate() {
                let device = control.device.as_ref().unwrap().number;
                let side = (1 + round / (1 + index % 3)) % 2;
                for action in control
                    .actions
                    .iter()
                    .filter(|_| !GONE_FOR_GOOD.contains(&control.name.as_str()))
                {
                    let value = match (action.kind, action.limits) {
                        (Kind::Encoder, _) => 0.3,
                        (_, Some(limits)) => limits[side],
                        _ => 1.0,
                    };
                    let command = action.command.number;
                    flight.sim.tell(ToSim::Act(Action {
                        device,
                        command,
                        value,
                        ticket: 0,
                    }));
                }
            }
            flight = flight.fly(15.0);
        }
        // The rounds take the gun and the trigger: see the attack version.
        let dead: Vec<u32> = args
            .into_iter()
            .filter(|arg| {
                !(310..=312).contains(arg) && seen.get(arg).is_none_or(|values| values.len() < 2)
            })
            .collect();
        assert_eq!(dead, [0; 0], "{name}");
    }
}
