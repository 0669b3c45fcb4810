//! The units of telemetry: one for raw values, and the one that a cockpit's instruments show.

/// A pair of units, and the factor between them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Unit {
    /// The unit of the raw value: an SI unit, or the degree for angles. Empty for a plain number.
    pub raw: &'static str,
    /// The unit of the value that clients get.
    pub value: &'static str,
    /// The value of one raw unit.
    pub factor: f64,
    /// The number of decimals of raw values in the text protocol.
    pub raw_decimals: u8,
}

/// The decimals of a raw value, as those of an arg have them.
const DECIMALS: u8 = 5;

const fn unit(raw: &'static str, value: &'static str, factor: f64) -> Unit {
    Unit {
        raw,
        value,
        factor,
        raw_decimals: DECIMALS,
    }
}

/// Degrees of latitude or longitude. Seven decimals are a centimetre.
pub(super) const POSITION: Unit = Unit {
    raw_decimals: 7,
    ..unit("°", "°", 1.0)
};
pub(super) const ANGLE: Unit = unit("°", "°", 1.0);
pub(super) const TURN: Unit = unit("°/s", "°/s", 1.0);
pub(super) const HEIGHT: Unit = unit("m", "ft", 1.0 / 0.3048);
pub(super) const SPEED: Unit = unit("m/s", "kt", 3600.0 / 1852.0);
pub(super) const CLIMB: Unit = unit("m/s", "ft/min", 60.0 / 0.3048);
pub(super) const LOAD: Unit = unit("g", "g", 1.0);
pub(super) const MACH: Unit = unit("Mach", "Mach", 1.0);
pub(super) const PERCENT: Unit = unit("%", "%", 1.0);
/// A raw value from 0 to 1, shown in percent.
pub(super) const SHARE: Unit = unit("", "%", 100.0);
pub(super) const CELSIUS: Unit = unit("°C", "°C", 1.0);
pub(super) const TIME: Unit = unit("s", "s", 1.0);
/// A number without a unit, or with one that depends on the aircraft.
pub(super) const PLAIN: Unit = unit("", "", 1.0);
