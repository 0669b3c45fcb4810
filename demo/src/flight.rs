//! The figures of a flight that the sim tells of every aircraft, by the names of telemetry.

/// Metres in a foot, and metres per second in a knot.
const FOOT: f64 = 0.3048;
const KNOT: f64 = 1852.0 / 3600.0;
/// Metres in a degree of latitude.
const DEGREE: f64 = 111_120.0;
/// The height of the land below the aircraft, in metres.
const LAND: f64 = 60.0;
/// The time of day when the flight begins, in seconds.
const START_TIME: f64 = 36_540.0;

/// The figures of an aircraft in flight.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Figures {
    pub(crate) altitude_ft: f64,
    pub(crate) airspeed_kt: f64,
    pub(crate) climb_fpm: f64,
    /// Degrees, the right wing down positive.
    pub(crate) bank: f64,
    /// Degrees.
    pub(crate) heading: f64,
    /// Percent; the left engine and the right one.
    pub(crate) rpm: [f64; 2],
    /// Degrees Celsius.
    pub(crate) temperature: [f64; 2],
    /// The share of the full tanks.
    pub(crate) fuel: f64,
    /// The shares to which parts are extended or open; `None` where there is no such part.
    pub(crate) gear: Option<f64>,
    pub(crate) flaps: Option<f64>,
    pub(crate) airbrake: Option<f64>,
    pub(crate) canopy: Option<f64>,
}

/// A position over land, and the time since the start.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Track {
    latitude: f64,
    longitude: f64,
    seconds: f64,
}

impl Track {
    pub(crate) fn new() -> Self {
        Self {
            latitude: 41.6,
            longitude: 41.7,
            seconds: 0.0,
        }
    }

    /// Moves on with the speed and the heading of the aircraft.
    pub(crate) fn step(&mut self, dt: f64, figures: &Figures) {
        let way = figures.airspeed_kt * KNOT * dt / DEGREE;
        let (east, north) = figures.heading.to_radians().sin_cos();
        self.latitude = (self.latitude + way * north).clamp(-80.0, 80.0);
        let width = self.latitude.to_radians().cos();
        self.longitude = (self.longitude + way * east / width + 180.0).rem_euclid(360.0) - 180.0;
        self.seconds += dt;
    }
}

/// Returns the raw value of a field of telemetry; `None` if the aircraft has none.
pub(crate) fn raw(name: &str, figures: &Figures, track: &Track) -> Option<f64> {
    let altitude = figures.altitude_ft * FOOT;
    let speed = figures.airspeed_kt * KNOT;
    let climb = figures.climb_fpm * FOOT / 60.0;
    let value = match name {
        "sim.latitude" => track.latitude,
        "sim.longitude" => track.longitude,
        "sim.altitude" => altitude,
        "sim.altitude_agl" | "sim.radar_altitude" => (altitude - LAND).max(0.0),
        "sim.ias" => speed,
        // The air is thinner by a tenth for each 3,000 ft or so.
        "sim.tas" | "sim.ground_speed" => speed * (1.0 + altitude / 18_000.0),
        "sim.mach" => speed * (1.0 + altitude / 18_000.0) / 330.0,
        "sim.vertical_speed" => climb,
        "sim.wind_north" | "sim.wind_east" | "sim.slip_ball" | "sim.sideslip" => 0.0,
        "sim.pitch" => (climb / speed.max(1.0)).atan().to_degrees() + 2.0,
        "sim.angle_of_attack" => 2.0,
        "sim.bank" => figures.bank,
        "sim.heading" => figures.heading,
        "sim.heading_magnetic" => (figures.heading - 6.0).rem_euclid(360.0),
        "sim.g" => 1.0 / figures.bank.to_radians().cos().max(0.1),
        "sim.g_forward" | "sim.g_side" => 0.0,
        "sim.rpm_left" => figures.rpm[0],
        "sim.rpm_right" => figures.rpm[1],
        "sim.engine_temperature_left" => figures.temperature[0],
        "sim.engine_temperature_right" => figures.temperature[1],
        "sim.fuel_internal" => figures.fuel,
        "sim.gear" => return figures.gear,
        "sim.flaps" => return figures.flaps,
        "sim.speedbrake" => return figures.airbrake,
        "sim.canopy" => return figures.canopy,
        "sim.model_time" => track.seconds,
        "sim.mission_start_time" => START_TIME,
        _ => return None,
    };
    Some(value)
}
