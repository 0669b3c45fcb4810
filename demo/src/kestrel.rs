//! The flight model of the Kestrel in both versions: systems, gauges, lamps and displays.

use crate::{
    flight::Figures,
    motion::{digit, drive, follow, swing},
    panel::{Click, Panel},
    text::Element,
};

/// Kilograms in a pound.
const LB: f64 = 0.453_592_37;
/// Metres per second in a foot per minute.
const FPM: f64 = 0.3048 / 60.0;
const TANKS_LB: f64 = 2200.0;
/// Preset frequencies of the radio, in kHz.
const PRESETS: [u32; 20] = [
    225_000, 233_250, 241_500, 249_750, 251_000, 257_800, 264_150, 270_400, 276_650, 282_900,
    289_150, 295_400, 305_000, 317_500, 324_750, 339_100, 344_000, 361_600, 377_200, 399_975,
];
const NAV_MODES: [&str; 5] = ["OFF", "TCN", "VOR", "ILS", "WPT"];
const WEAPON_MODES: [&str; 6] = ["SAFE", "GUN", "RKT", "BOMB", "FLARE", "TEST"];
const ROUNDS_PER_SECOND: f64 = 20.0;
/// The number of caution lamps, whose args begin at 160.
const CAUTIONS: usize = 7;

/// The version of a Kestrel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Version {
    Trainer,
    Attack,
}

/// The state of a Kestrel in flight.
#[derive(Debug)]
pub(crate) struct Kestrel {
    version: Version,
    time: f64,
    rpm: f64,
    egt: f64,
    fuel_lb: f64,
    airspeed_kt: f64,
    altitude_ft: f64,
    climb_fpm: f64,
    bank: f64,
    heading: f64,
    gear: f64,
    flaps: f64,
    canopy: f64,
    airbrake: bool,
    /// Hundredths of an inch of mercury.
    baro: i64,
    course: f64,
    channel: i64,
    frequency_khz: u32,
    /// The digits typed into the scratchpad.
    typed: String,
    /// Whether the last input was wrong.
    is_input_wrong: bool,
    cautions: [bool; CAUTIONS],
    master_caution: bool,
    stores: [bool; 4],
    rounds: f64,
}

impl Kestrel {
    /// Creates a Kestrel in flight with its systems on, and sets the switches to match.
    pub(crate) fn new(version: Version, panel: &mut Panel) -> Self {
        for on in ["PNT_BATTERY", "PNT_GENERATOR", "PNT_FUEL_PUMP", "PNT_INSTR"] {
            panel.set(on, 1.0);
        }
        panel.set("PNT_THROTTLE", 0.8);
        panel.set("PNT_REAR_EJECT", 0.5);
        panel.set("PNT_RADIO_PWR", 0.1);
        panel.set("PNT_WPN_MODE", -0.5);
        Self {
            version,
            time: 0.0,
            rpm: 88.0,
            egt: 610.0,
            fuel_lb: 1900.0,
            airspeed_kt: 290.0,
            altitude_ft: 9500.0,
            climb_fpm: 0.0,
            bank: 0.0,
            heading: 75.0,
            gear: 0.0,
            flaps: 0.0,
            canopy: 0.0,
            airbrake: false,
            baro: 2992,
            course: 90.0,
            channel: 5,
            frequency_khz: PRESETS[4],
            typed: String::new(),
            is_input_wrong: false,
            cautions: [false; CAUTIONS],
            master_caution: false,
            stores: [true; 4],
            rounds: 180.0,
        }
    }

    /// Applies the effects of a click on the systems.
    pub(crate) fn on_click(&mut self, click: &Click) {
        let pressed = click.value > 0.5;
        match click.control.as_str() {
            "PNT_UFC_CLR" if pressed => {
                self.typed.clear();
                self.is_input_wrong = false;
            }
            "PNT_UFC_ENT" if pressed => self.enter(),
            "PNT_RADIO_CHN" => self.select_channel(self.channel + click.value.round() as i64),
            "PNT_BARO" => self.baro = (self.baro + click.value.round() as i64).clamp(2800, 3100),
            "PNT_COURSE" => self.course = (self.course + click.value.round()).rem_euclid(360.0),
            "PNT_AIRBRAKE" if click.value != 0.0 => self.airbrake = click.value > 0.0,
            "PNT_CAUTION" if pressed => self.master_caution = false,
            "PNT_JETTISON" if pressed => self.stores = [false; 4],
            key => {
                let key = key.strip_prefix("PNT_UFC_").filter(|key| key.len() == 1);
                if let Some(digit) = key.filter(|_| pressed && self.typed.len() < 6) {
                    self.typed.push_str(digit);
                    self.is_input_wrong = false;
                }
            }
        }
    }

    /// Enters the typed digits: six are a frequency, one or two a channel.
    fn enter(&mut self) {
        match (self.typed.len(), self.typed.parse::<u32>()) {
            (1 | 2, Ok(channel @ 1..=20)) => self.select_channel(i64::from(channel)),
            (6, Ok(khz @ 225_000..=399_975)) => {
                self.frequency_khz = khz;
                self.channel = 0;
            }
            _ => self.is_input_wrong = true,
        }
        self.typed.clear();
    }

    fn select_channel(&mut self, channel: i64) {
        let count = PRESETS.len() as i64;
        let index = (channel - 1).rem_euclid(count);
        self.channel = index + 1;
        self.frequency_khz = PRESETS[index as usize];
    }

    pub(crate) fn step(&mut self, dt: f64, panel: &mut Panel) {
        if !panel.on("PNT_REAR_FREEZE") {
            self.time += dt;
            self.fly(dt, panel);
        }
        self.show_flight(panel);
        self.show_engine(panel);
        self.show_lamps(panel);
        if self.version == Version::Trainer {
            self.show_rear_seat(panel);
        } else {
            self.fire(dt, panel);
            self.show_weapons(panel);
        }
    }

    pub(crate) fn figures(&self) -> Figures {
        Figures {
            altitude_ft: self.altitude_ft,
            airspeed_kt: self.airspeed_kt,
            climb_fpm: self.climb_fpm,
            bank: self.bank.to_degrees(),
            heading: self.heading,
            rpm: [self.rpm; 2],
            temperature: [self.egt; 2],
            fuel: self.fuel_lb / TANKS_LB,
            gear: Some(self.gear),
            flaps: Some(self.flaps),
            airbrake: Some(f64::from(u8::from(self.airbrake))),
            canopy: Some(self.canopy),
        }
    }

    fn engine_runs(&self, panel: &Panel) -> bool {
        panel.on("PNT_FUEL_PUMP") && !panel.on("PNT_FIRE") && self.fuel_lb > 0.0
    }

    fn volts(&self, panel: &Panel) -> f64 {
        match (
            panel.on("PNT_GENERATOR") && self.rpm > 40.0,
            panel.on("PNT_BATTERY"),
        ) {
            (true, _) => 28.2,
            (false, true) => 23.8,
            (false, false) => 0.0,
        }
    }

    fn fly(&mut self, dt: f64, panel: &Panel) {
        let throttle = panel.position("PNT_THROTTLE");
        let cranked = panel.position("PNT_STARTER") > 0.5;
        let running = self.engine_runs(panel);
        let rpm = if running {
            48.0 + 52.0 * throttle
        } else {
            f64::from(u8::from(cranked)) * 18.0
        };
        self.rpm = follow(self.rpm, rpm, 3.0, dt);
        self.egt = follow(
            self.egt,
            if running {
                330.0 + 3.3 * self.rpm
            } else {
                20.0
            },
            5.0,
            dt,
        );
        self.fuel_lb -= dt * self.rpm.max(0.0) / 60.0 * f64::from(u8::from(running));
        if self.fuel_lb < 150.0 {
            // Refuel in flight, so that the needle keeps moving.
            self.fuel_lb = TANKS_LB;
        }
        self.gear = drive(self.gear, panel.position("PNT_GEAR"), 6.0, dt);
        self.flaps = drive(self.flaps, panel.position("PNT_FLAPS"), 4.0, dt);
        self.canopy = drive(self.canopy, panel.position("PNT_CANOPY"), 5.0, dt);
        let drag = 50.0 * self.gear + 60.0 * self.flaps + 40.0 * f64::from(u8::from(self.airbrake));
        let speed = (4.2 * self.rpm - 80.0 - drag).max(60.0);
        self.airspeed_kt = follow(self.airspeed_kt, speed, 8.0, dt);
        let climb = if running {
            2800.0 * swing(self.time, 150.0)
        } else {
            -2200.0
        };
        self.climb_fpm = follow(self.climb_fpm, climb, 4.0, dt);
        self.altitude_ft = (self.altitude_ft + self.climb_fpm * dt / 60.0).clamp(0.0, 45_000.0);
        self.bank = 0.5 * swing(self.time, 40.0);
        self.heading = (self.heading + self.bank.to_degrees() * 0.08 * dt).rem_euclid(360.0);
    }

    fn show_flight(&self, panel: &mut Panel) {
        // The altimeter shows 100 ft more for each 0.1 inHg of the setting above standard pressure.
        let altitude = self.altitude_ft + (self.baro - 2992) as f64 * 10.0;
        panel.show(101, self.airspeed_kt);
        panel.show(102, self.airspeed_kt / 600.0 * (1.0 + altitude / 90_000.0));
        panel.show(103, altitude);
        panel.show(104, digit(altitude, 1000.0));
        panel.show(105, digit(altitude, 10_000.0));
        for (arg, unit) in [(106, 1000), (107, 100), (108, 10), (109, 1)] {
            panel.show(arg, (self.baro / unit % 10) as f64);
        }
        panel.show(111, self.climb_fpm * FPM);
        panel.show(112, self.climb_fpm / 2800.0 * 0.2);
        panel.show(113, self.bank);
        panel.show(114, self.heading);
        panel.show(115, self.course);
        let clock = 10.0 * 3600.0 + 9.0 * 60.0 + self.time;
        panel.show(150, clock / 3600.0 % 12.0);
        panel.show(151, clock / 60.0 % 60.0);
    }

    fn show_engine(&self, panel: &mut Panel) {
        panel.show(120, self.rpm);
        panel.show(121, self.egt);
        panel.show(122, self.oil_pressure());
        panel.show(123, self.fuel_lb * LB);
        panel.show(124, self.hydraulic_pressure());
        panel.show(125, self.volts(panel));
        panel.show(130, self.flaps);
        panel.show(131, panel.position("PNT_TRIM"));
        panel.show(132, self.canopy);
    }

    fn oil_pressure(&self) -> f64 {
        (self.rpm * 0.7).min(65.0)
    }

    fn hydraulic_pressure(&self) -> f64 {
        (self.rpm * 75.0).min(3000.0)
    }

    fn show_lamps(&mut self, panel: &mut Panel) {
        let powered = self.volts(panel) > 0.0;
        let test = panel.on("PNT_LAMP_TEST");
        let now = [
            self.volts(panel) < 28.0,
            !panel.on("PNT_BATTERY"),
            self.fuel_lb < 400.0,
            self.oil_pressure() < 20.0,
            self.hydraulic_pressure() < 1500.0,
            self.canopy > 0.01,
            self.altitude_ft > 25_000.0,
        ];
        let has_new = now
            .iter()
            .zip(&self.cautions)
            .any(|(now, before)| *now && !before);
        self.master_caution = (self.master_caution || has_new) && now.contains(&true);
        self.cautions = now;
        let mut lamp = |arg, on: bool| panel.light(arg, powered && (on || test));
        for (arg, on) in (160..).zip(now) {
            lamp(arg, on);
        }
        lamp(170, self.master_caution);
        lamp(171, self.egt > 700.0);
        let (up, down) = (self.gear < 0.01, self.gear > 0.99);
        (140..=142).for_each(|arg| lamp(arg, down));
        lamp(143, !up && !down);
    }

    fn show_rear_seat(&self, panel: &mut Panel) {
        let powered = self.volts(panel) > 0.0;
        let test = panel.on("PNT_LAMP_TEST");
        panel.show(2, self.climb_fpm / 2800.0 * 0.3);
        panel.show(3, swing(self.time + 10.0, 40.0) * 0.4);
        panel.show(4, swing(self.time, 40.0) * 0.1);
        panel.show(501, self.airspeed_kt);
        panel.show(520, self.rpm);
        panel.show(521, self.egt);
        panel.show(523, self.fuel_lb);
        let lamps = [
            (181, self.airbrake),
            (182, panel.position("PNT_LANDING") != 0.0),
            (183, panel.position("PNT_NAVLIGHTS") != 0.0),
            (184, panel.on("PNT_PARK")),
            (190, panel.on("PNT_REAR_OVERRIDE")),
            (191, panel.on("PNT_REAR_FREEZE")),
            (298, panel.position("PNT_REAR_EJECT") != 0.5),
        ];
        for (arg, on) in lamps {
            panel.light(arg, powered && (on || test));
        }
    }

    fn armed(&self, panel: &Panel) -> bool {
        panel.on("PNT_ARM") && self.volts(panel) > 0.0
    }

    fn weapon_mode(panel: &Panel) -> &'static str {
        let position = ((panel.position("PNT_WPN_MODE") + 0.5) / 0.2).round() as usize;
        WEAPON_MODES[position.min(WEAPON_MODES.len() - 1)]
    }

    fn fire(&mut self, dt: f64, panel: &Panel) {
        if panel.on("PNT_TRIGGER") && self.armed(panel) && Self::weapon_mode(panel) == "GUN" {
            self.rounds = (self.rounds - ROUNDS_PER_SECOND * dt).max(0.0);
        }
    }

    fn show_weapons(&self, panel: &mut Panel) {
        let armed = self.armed(panel);
        for (index, stored) in self.stores.into_iter().enumerate() {
            let chosen = panel.on(&format!("PNT_STATION_{}", index + 1));
            panel.light(321 + index as u32, armed && chosen && stored);
        }
        panel.light(330, armed);
        for (arg, unit) in [(310, 100), (311, 10), (312, 1)] {
            panel.show(arg, f64::from(self.rounds.ceil() as i32 / unit % 10));
        }
    }

    /// Returns the elements of each display, by indicator number from 0.
    pub(crate) fn displays(&self, panel: &Panel) -> Vec<Vec<Element>> {
        let mut displays = vec![
            Vec::new(),
            self.up_front_controller(panel),
            self.radio(panel),
        ];
        if self.version == Version::Attack {
            displays.push(self.weapon_panel(panel));
        }
        if self.volts(panel) == 0.0 {
            displays.iter_mut().for_each(Vec::clear);
        }
        displays
    }

    fn up_front_controller(&self, panel: &Panel) -> Vec<Element> {
        let mode = (panel.position("PNT_NAV_MODE") * 4.0).round() as usize;
        let typed = if self.is_input_wrong {
            "ERROR"
        } else {
            self.typed.as_str()
        };
        vec![
            Element::new("txt_SCRATCHPAD", format!("{typed:>7}")),
            Element::new("txt_WINDOW_1", NAV_MODES[mode.min(NAV_MODES.len() - 1)]),
            Element::new("txt_WINDOW_2", format!("CRS {:03}°", self.course)),
        ]
    }

    fn radio(&self, panel: &Panel) -> Vec<Element> {
        if panel.position("PNT_RADIO_PWR") < 0.05 {
            return Vec::new();
        }
        let channel = if self.channel == 0 {
            " M".into()
        } else {
            format!("{:02}", self.channel)
        };
        let (mhz, khz) = (self.frequency_khz / 1000, self.frequency_khz % 1000);
        vec![
            Element::new("txt_CHANNEL", channel),
            Element::new("txt_FREQUENCY", format!("{mhz}.{khz:03}")),
        ]
    }

    fn weapon_panel(&self, panel: &Panel) -> Vec<Element> {
        let state = if self.armed(panel) { "ARMED" } else { "SAFE" };
        let stores = self
            .stores
            .map(|stored| if stored { "BOMB" } else { "----" });
        vec![Element::new("WPN_BASE", "").with(vec![
            Element::new("txt_ARM", format!("{state} {}", Self::weapon_mode(panel))),
            Element::new("txt_STORES", stores.join("\n")),
        ])]
    }
}
