//! The flight model of the Heron: systems, gauges, lamps and displays.

use std::f64::consts::TAU;

use crate::{
    flight::Figures,
    motion::{digit, drive, follow, swing},
    panel::{Click, Panel},
    text::Element,
};

/// Metres in a foot.
const FOOT: f64 = 0.3048;
/// Metres per second in a knot.
const KNOT: f64 = 1852.0 / 3600.0;
const TANK_KG: f64 = 280.0;
/// The consumption of an engine. It is higher than a real one's, so that the needles move visibly.
const BURN_KG_PER_SECOND: f64 = 0.4;
/// Characters in a line of the CDU.
const CDU_WIDTH: usize = 16;
/// The number of warning lights, whose args begin at 201.
const WARNINGS: usize = 8;

#[derive(Debug, Clone, Copy)]
struct Engine {
    ng: f64,
    torque: f64,
    tot: f64,
}

/// The state of a Heron in flight.
#[derive(Debug)]
pub(crate) struct Heron {
    time: f64,
    engines: [Engine; 2],
    rotor: f64,
    height_ft: f64,
    airspeed_kt: f64,
    heading: f64,
    fuel_kg: [f64; 2],
    wiper: f64,
    /// Hundredths of an inch of mercury.
    baro: f64,
    bug_ft: f64,
    vhf_khz: i64,
    typed: String,
    waypoints: [String; 3],
    warnings: [bool; WARNINGS],
    caution: bool,
    load: bool,
}

impl Heron {
    /// Creates a Heron in flight with its systems on, and sets the switches to match.
    pub(crate) fn new(panel: &mut Panel) -> Self {
        for on in ["BATT", "GEN_1", "GEN_2", "VHF_POWER"] {
            panel.set(on, 1.0);
        }
        for lever in ["LEVER_1", "LEVER_2"] {
            panel.set(lever, 0.9);
        }
        panel.set("ROTOR_BRAKE", -1.0);
        panel.set("WIPER", 1.0 / 3.0);
        panel.set("HEATER", 0.4);
        Self {
            time: 0.0,
            engines: [Engine {
                ng: 94.0,
                torque: 62.0,
                tot: 680.0,
            }; 2],
            rotor: 100.0,
            height_ft: 300.0,
            airspeed_kt: 90.0,
            heading: 250.0,
            fuel_kg: [80.0, 90.0],
            wiper: 0.0,
            baro: 2992.0,
            bug_ft: 100.0,
            vhf_khz: 122_800,
            typed: String::new(),
            waypoints: ["HOLLOW HILL", "LAKE", "OLD MILL"].map(str::to_owned),
            warnings: [false; WARNINGS],
            caution: false,
            load: true,
        }
    }

    /// Applies the effects of a click on the systems.
    pub(crate) fn on_click(&mut self, click: &Click) {
        let pressed = click.value > 0.5;
        let clicks = click.value.round();
        match (click.control.as_str(), click.action_index) {
            ("BARO", _) => self.baro = (self.baro + clicks).clamp(2800.0, 3100.0),
            ("RADALT_BUG", 1) => self.bug_ft = (self.bug_ft + 10.0 * clicks).clamp(0.0, 1500.0),
            ("VHF_MHZ", _) => self.tune(1000 * clicks as i64),
            ("VHF_KHZ", _) => self.tune(25 * clicks as i64),
            ("HOOK_RELEASE", _) if pressed => self.load = false,
            ("CAUTION_ACK", _) if pressed => self.caution = false,
            ("CDU_KEY_CLR", _) if pressed => self.typed.clear(),
            ("CDU_KEY_DOT", _) if pressed => self.type_in("."),
            (key, _) if pressed => {
                if let Some(digit) = key.strip_prefix("CDU_KEY_") {
                    self.type_in(digit);
                } else if let Some(line) = key.strip_prefix("CDU_LSK_") {
                    self.line_key(line);
                }
            }
            _ => {}
        }
    }

    fn type_in(&mut self, text: &str) {
        if self.typed.len() < CDU_WIDTH - 1 {
            self.typed.push_str(text);
        }
    }

    /// Handles a line key of the CDU: one on the left puts the typed text into its line, one on the
    /// right copies the line for editing.
    fn line_key(&mut self, key: &str) {
        let (side, line) = key.split_at(1);
        let line = line
            .parse()
            .ok()
            .and_then(|line: usize| line.checked_sub(1));
        let Some(waypoint) = line.and_then(|line| self.waypoints.get_mut(line)) else {
            return;
        };
        match side {
            "L" if !self.typed.is_empty() => *waypoint = std::mem::take(&mut self.typed),
            "R" => self.typed.clone_from(waypoint),
            _ => {}
        }
    }

    /// Changes the radio's frequency within the airband; it wraps around at the ends.
    fn tune(&mut self, khz: i64) {
        self.vhf_khz = 118_000 + (self.vhf_khz - 118_000 + khz).rem_euclid(19_000);
    }

    pub(crate) fn step(&mut self, dt: f64, panel: &mut Panel) {
        self.time += dt;
        self.run_engines(dt, panel);
        self.fly(dt, panel);
        self.show_engines(panel);
        self.show_flight(panel);
        self.show_lamps(panel);
    }

    pub(crate) fn figures(&self) -> Figures {
        Figures {
            altitude_ft: self.height_ft,
            airspeed_kt: self.airspeed_kt,
            heading: self.heading,
            rpm: self.engines.map(|engine| engine.ng),
            temperature: self.engines.map(|engine| engine.tot),
            fuel: self.fuel_kg.iter().sum::<f64>() / (2.0 * TANK_KG),
            ..Figures::default()
        }
    }

    fn run_engines(&mut self, dt: f64, panel: &Panel) {
        for (index, engine) in self.engines.iter_mut().enumerate() {
            let lever = panel.position(["LEVER_1", "LEVER_2"][index]);
            let cranked = panel.on(["STARTER_1", "STARTER_2"][index]);
            let runs = lever > 0.1 && self.fuel_kg[index] > 0.0;
            let ng = if runs {
                60.0 + 38.0 * lever
            } else {
                f64::from(u8::from(cranked)) * 20.0
            };
            let torque = if runs {
                55.0 * lever + 15.0 + 6.0 * swing(self.time, 17.0)
            } else {
                0.0
            };
            engine.ng = follow(engine.ng, ng, 2.0, dt);
            engine.torque = follow(engine.torque, torque, 1.5, dt);
            engine.tot = follow(
                engine.tot,
                if runs { 340.0 + 3.6 * engine.ng } else { 20.0 },
                4.0,
                dt,
            );
            self.fuel_kg[index] -= if runs { dt * BURN_KG_PER_SECOND } else { 0.0 };
            if self.fuel_kg[index] < 20.0 {
                // Refuel, so that the needle keeps moving.
                self.fuel_kg[index] = TANK_KG;
            }
        }
        let power: f64 = self.engines.iter().map(|engine| engine.torque).sum();
        let turns = if panel.on("ROTOR_BRAKE") {
            0.0
        } else {
            (power * 1.2).min(100.0)
        };
        self.rotor = follow(self.rotor, turns, 3.0, dt);
    }

    fn fly(&mut self, dt: f64, panel: &Panel) {
        let height = if self.rotor > 80.0 {
            420.0 + 380.0 * swing(self.time, 90.0)
        } else {
            0.0
        };
        self.height_ft = follow(self.height_ft, height, 6.0, dt);
        let speed = if self.height_ft > 10.0 {
            85.0 + 25.0 * swing(self.time, 65.0)
        } else {
            0.0
        };
        self.airspeed_kt = follow(self.airspeed_kt, speed, 5.0, dt);
        self.heading = (self.heading + 3.0 * swing(self.time, 50.0) * dt).rem_euclid(360.0);
        // The positions are PARK, OFF, SLOW and FAST.
        self.wiper = match (panel.position("WIPER") * 3.0).round() as i32 {
            2 => swing(self.time, 2.0).abs(),
            3 => swing(self.time, 1.0).abs(),
            _ => drive(self.wiper, 0.0, 1.0, dt),
        };
    }

    fn show_engines(&self, panel: &mut Panel) {
        for (first, engine) in [110, 120].into_iter().zip(self.engines) {
            panel.show(first, engine.ng);
            panel.show(first + 1, engine.torque);
            panel.show(first + 2, engine.tot);
            panel.show(first + 3, engine.ng / 20.0);
        }
        panel.show(130, self.rotor);
        panel.show(131, digit(self.rotor, 10.0));
        panel.show(150, self.fuel_kg[0]);
        panel.show(151, self.fuel_kg[1]);
    }

    fn show_flight(&self, panel: &mut Panel) {
        // The altimeter shows 100 ft more for each 0.1 inHg of the setting above standard pressure.
        let altitude = self.height_ft + 640.0 + (self.baro - 2992.0) * 10.0;
        let testing = panel.on("RADALT_BUG");
        panel.show(140, (altitude % 1000.0) * FOOT);
        panel.show(141, if testing { 100.0 } else { self.height_ft });
        panel.show(142, self.bug_ft);
        panel.light(143, !testing && self.powered(panel));
        panel.show(144, self.airspeed_kt * KNOT);
        panel.show(145, self.heading / 360.0 * TAU);
        panel.show(160, self.wiper);
        // These two gauges have no scale, so the values are raw.
        panel.show(161, (14.5 + self.time / 3600.0) % 12.0 / 12.0);
        panel.show(162, 0.62 + 0.02 * swing(self.time, 200.0));
    }

    fn powered(&self, panel: &Panel) -> bool {
        panel.on("BATT") || self.generator(panel, 0) || self.generator(panel, 1)
    }

    fn generator(&self, panel: &Panel, index: usize) -> bool {
        panel.on(["GEN_1", "GEN_2"][index]) && self.engines[index].ng > 50.0
    }

    fn show_lamps(&mut self, panel: &mut Panel) {
        let powered = self.powered(panel);
        let now = [
            self.rotor < 90.0,
            self.engines[0].ng < 50.0,
            self.engines[1].ng < 50.0,
            self.fuel_kg[0] < 60.0,
            self.fuel_kg[1] < 60.0,
            !self.generator(panel, 0),
            !self.generator(panel, 1),
            panel.on("HOOK_ARM") && self.load,
        ];
        let has_new = now
            .iter()
            .zip(&self.warnings)
            .any(|(now, before)| *now && !before);
        self.caution = (self.caution || has_new) && now.contains(&true);
        self.warnings = now;
        for (arg, on) in (201..).zip(now) {
            panel.light(arg, powered && on);
        }
        panel.light(210, powered && self.caution);
        panel.light(211, powered && panel.on("VHF_POWER"));
    }

    /// Returns the elements of each display, by indicator number from 0.
    pub(crate) fn displays(&self, panel: &Panel) -> Vec<Vec<Element>> {
        if !self.powered(panel) {
            return vec![Vec::new(), Vec::new()];
        }
        let line = |text: &str| format!("{text:<CDU_WIDTH$}");
        let [first, second, third] = &self.waypoints;
        let cdu = vec![
            Element::new("CDU_LINE_1", line(&format!("1 {first}"))),
            Element::new("CDU_LINE_2", line(&format!("2 {second}"))),
            Element::new("CDU_LINE_3", line(&format!("3 {third}"))),
            Element::new("CDU_LINE_4", line(&format!(">{}", self.typed))),
        ];
        let (mhz, khz) = (self.vhf_khz / 1000, self.vhf_khz % 1000);
        let vhf = Element::new("VHF_FREQ", format!("{mhz}.{khz:03}"));
        vec![
            cdu,
            if panel.on("VHF_POWER") {
                vec![vhf]
            } else {
                Vec::new()
            },
        ]
    }
}
