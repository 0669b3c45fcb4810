//! `CommonData`: the sim's own figures at the places where DCS-BIOS has them, in any aircraft.

use crate::bios::binary::memory::{Address, Memory};

/// A value of `CommonData` with its place.
#[derive(Debug)]
pub(in crate::bios::binary) struct CommonItem {
    pub(in crate::bios::binary) identifier: &'static str,
    pub(in crate::bios::binary) category: &'static str,
    pub(in crate::bios::binary) description: &'static str,
    pub(in crate::bios::binary) address: Address,
    pub(in crate::bios::binary) form: CommonForm,
}

/// The form of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::bios::binary) enum CommonForm {
    /// An integer in some bits of a word, and its largest value.
    Integer { mask: u16, max: u16 },
    /// A text of this length.
    Text(u16),
}

const fn integer(
    identifier: &'static str,
    category: &'static str,
    description: &'static str,
    address: u16,
    mask: u16,
    max: u16,
) -> CommonItem {
    CommonItem {
        identifier,
        category,
        description,
        address: Address::new(address),
        form: CommonForm::Integer { mask, max },
    }
}

const fn text(
    identifier: &'static str,
    category: &'static str,
    description: &'static str,
    address: u16,
    length: u16,
) -> CommonItem {
    CommonItem {
        identifier,
        category,
        description,
        address: Address::new(address),
        form: CommonForm::Text(length),
    }
}

/// All values, in the order of [`FIGURES`], which write them. The addresses are those of DCS-BIOS,
/// which has a name and a version besides.
#[rustfmt::skip]
pub(in crate::bios::binary) static ITEMS: [CommonItem; 26] = [
    text("LAT_Z_DIR", "Position", "Latitude direction, N or S", 0x041E, 1),
    integer("LAT_DEG", "Position", "Latitude, degrees", 0x041E, 0x7F00, 90),
    integer("LAT_SEC", "Position", "Latitude, minutes", 0x0420, 0x003F, 59),
    integer("LAT_SEC_FRAC", "Position", "Latitude, fraction of a minute", 0x0422, 0xFFFF, 65535),
    text("LON_Z_DIR", "Position", "Longitude direction, E or W", 0x0430, 1),
    integer("LON_DEG", "Position", "Longitude, degrees", 0x0420, 0x3FC0, 180),
    integer("LON_SEC", "Position", "Longitude, minutes", 0x0430, 0x3F00, 59),
    integer("LON_SEC_FRAC", "Position", "Longitude, fraction of a minute", 0x0432, 0xFFFF, 65535),
    text("IAS_EU", "Speed", "Indicated airspeed, km/h", 0x0424, 4),
    text("IAS_US", "Speed", "Indicated airspeed, knots", 0x0428, 4),
    integer("IAS_EU_INT", "Speed", "Indicated airspeed, km/h", 0x042C, 0xFFFF, 65535),
    integer("IAS_US_INT", "Speed", "Indicated airspeed, knots", 0x042E, 0xFFFF, 65535),
    integer("ALT_MSL_FT", "Altitude", "Altitude above sea level, feet", 0x0434, 0xFFFF, 65535),
    integer("HDG_DEG", "Heading", "True heading, degrees", 0x0436, 0x01FF, 360),
    integer("HDG_DEG_FRAC", "Heading", "True heading, 127 parts of a degree", 0x0436, 0xFE00, 127),
    integer("HDG_DEG_MAG", "Heading", "Magnetic heading, degrees", 0x0464, 0x01FF, 359),
    text("MISS_TIME", "Time", "Time of day when the mission began", 0x0438, 8),
    integer("TIME_START_HIGH", "Time", "The same in seconds, high word", 0x0446, 0xFFFF, 65535),
    integer("TIME_START_LOW", "Time", "The same in seconds, low word", 0x0448, 0xFFFF, 65535),
    text("MOD_TIME", "Time", "Time since the mission began, seconds", 0x0440, 6),
    integer("TIME_MODEL_HIGH", "Time", "The same in hundredths of a second, high word", 0x044A, 0xFFFF, 65535),
    integer("TIME_MODEL_LOW", "Time", "The same in hundredths of a second, low word", 0x044C, 0xFFFF, 65535),
    text("G_LOAD", "Speed", "Acceleration upwards, g", 0x044E, 4),
    text("ANGULAR_VELOCITY_X", "Speed", "Angular velocity, radians per second", 0x0452, 6),
    text("ANGULAR_VELOCITY_Y", "Speed", "Angular velocity, radians per second", 0x0458, 6),
    text("ANGULAR_VELOCITY_Z", "Speed", "Angular velocity, radians per second", 0x045E, 6),
];

/// A figure of the sim, from which values are made.
#[derive(Debug)]
pub(super) struct Figure {
    /// The name of its gauge.
    pub(super) gauge: &'static str,
    write: fn(f64, &mut Values<'_>),
}

impl Figure {
    /// Writes the values of a raw value.
    pub(super) fn write(&self, raw: f64, memory: &mut Memory) {
        if raw.is_finite() {
            (self.write)(raw, &mut Values(memory));
        }
    }
}

/// The figures that are read.
///
/// The values are made as DCS-BIOS makes them, but for two faults there: its foot has 0.304 m, and
/// the seconds in its `MISS_TIME` are those since midnight, cut to two digits.
pub(super) static FIGURES: [Figure; 12] = [
    figure("sim.latitude", |raw, to| {
        to.angle(
            raw,
            ["N", "S"],
            ["LAT_Z_DIR", "LAT_DEG", "LAT_SEC", "LAT_SEC_FRAC"],
        );
    }),
    figure("sim.longitude", |raw, to| {
        to.angle(
            raw,
            ["E", "W"],
            ["LON_Z_DIR", "LON_DEG", "LON_SEC", "LON_SEC_FRAC"],
        );
    }),
    figure("sim.ias", |raw, to| {
        // The sum is without the sign of -0.
        let [kilometres, knots] = [3.6, 1.943_844_49].map(|unit| (raw * unit).round() + 0.0);
        to.integer("IAS_EU_INT", kilometres);
        to.integer("IAS_US_INT", knots);
        to.text("IAS_EU", &format!("{kilometres:4}"));
        to.text("IAS_US", &format!("{knots:4}"));
    }),
    figure("sim.altitude", |raw, to| {
        to.integer("ALT_MSL_FT", (raw / 0.3048).floor());
    }),
    figure("sim.heading", |raw, to| {
        to.integer("HDG_DEG", raw.floor());
        to.integer("HDG_DEG_FRAC", (raw.rem_euclid(1.0) * 127.0).floor());
    }),
    figure("sim.heading_magnetic", |raw, to| {
        to.integer("HDG_DEG_MAG", raw.round() % 360.0);
    }),
    figure("sim.mission_start_time", |raw, to| {
        let seconds = raw.max(0.0).floor();
        to.long(["TIME_START_HIGH", "TIME_START_LOW"], seconds);
        let [hours, minutes] = [seconds / 3600.0, seconds / 60.0 % 60.0].map(f64::floor);
        to.text(
            "MISS_TIME",
            &format!("{hours:02}:{minutes:02}:{:02}", seconds % 60.0),
        );
    }),
    figure("sim.model_time", |raw, to| {
        to.text("MOD_TIME", &format!("{raw:5.0}"));
        to.long(["TIME_MODEL_HIGH", "TIME_MODEL_LOW"], (raw * 100.0).floor());
    }),
    figure("sim.g", |raw, to| {
        let text = match raw.abs() > 10.0 {
            true => format!(" {:2} ", raw.trunc()),
            false => format!("{raw:4.1}"),
        };
        to.text("G_LOAD", &text);
    }),
    figure("sim.angular_velocity_x", |raw, to| {
        to.rate("ANGULAR_VELOCITY_X", raw);
    }),
    figure("sim.angular_velocity_y", |raw, to| {
        to.rate("ANGULAR_VELOCITY_Y", raw);
    }),
    figure("sim.angular_velocity_z", |raw, to| {
        to.rate("ANGULAR_VELOCITY_Z", raw);
    }),
];

const fn figure(gauge: &'static str, write: fn(f64, &mut Values<'_>)) -> Figure {
    Figure { gauge, write }
}

/// The values in a memory map, by their identifiers.
struct Values<'a>(&'a mut Memory);

impl Values<'_> {
    fn integer(&mut self, identifier: &str, value: f64) {
        let item = ITEMS.iter().find(|item| item.identifier == identifier);
        if let Some(item) = item
            && let CommonForm::Integer { mask, max } = item.form
        {
            let value = value.clamp(0.0, f64::from(max)) as u16;
            self.0
                .set_bits(item.address, mask, value << mask.trailing_zeros());
        }
    }

    /// Writes a number into two words. What is too large is cut.
    fn long(&mut self, [high, low]: [&str; 2], value: f64) {
        let value = value as u32;
        self.integer(high, f64::from(value >> 16));
        self.integer(low, f64::from(value & 0xFFFF));
    }

    fn text(&mut self, identifier: &str, text: &str) {
        let item = ITEMS.iter().find(|item| item.identifier == identifier);
        if let Some(item) = item
            && let CommonForm::Text(length) = item.form
        {
            self.0
                .set_text(item.address, usize::from(length), text.as_bytes());
        }
    }

    /// Writes an angle in degrees as a direction, degrees, minutes and a fraction of a minute.
    fn angle(&mut self, angle: f64, directions: [&str; 2], identifiers: [&str; 4]) {
        let [direction, degrees, minutes, fraction] = identifiers;
        self.text(direction, directions[usize::from(angle < 0.0)]);
        let angle = angle.abs();
        self.integer(degrees, angle.floor());
        let in_minutes = angle.fract() * 60.0;
        self.integer(minutes, in_minutes.floor());
        self.integer(fraction, (in_minutes.fract() * 65_535.0).floor());
    }

    /// Writes an angular velocity in degrees per second.
    fn rate(&mut self, identifier: &str, degrees: f64) {
        let radians = format!("{:.9}", degrees.to_radians());
        self.text(
            identifier,
            radians.trim_end_matches('0').trim_end_matches('.'),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text_at(memory: &Memory, address: usize, length: usize) -> String {
        let words = (address / 2..).take(length.div_ceil(2));
        let bytes = words
            .flat_map(|word| memory.word(word).to_le_bytes())
            .take(length);
        String::from_utf8_lossy(&bytes.collect::<Vec<u8>>()).into_owned()
    }

    fn write(values: &[(&str, f64)]) -> Memory {
        let mut memory = Memory::default();
        for (gauge, raw) in values {
            let figure = FIGURES.iter().find(|figure| figure.gauge == *gauge);
            figure.expect("a figure").write(*raw, &mut memory);
        }
        memory
    }

    // The expected values are those of DCS-BIOS for the same flight, but for its faults.

    #[test]
    fn a_position_stands_where_dcs_bios_has_it() {
        let memory = write(&[("sim.latitude", 41.508_35), ("sim.longitude", -120.25)]);
        assert_eq!(text_at(&memory, 0x41E, 1), "N");
        assert_eq!(memory.word(0x41E / 2) >> 8, 41);
        assert_eq!(memory.word(0x420 / 2), 120 << 6 | 30);
        assert_eq!(memory.word(0x422 / 2), (0.501 * 65535.0) as u16);
        assert_eq!(text_at(&memory, 0x430, 1), "W");
        assert_eq!(memory.word(0x430 / 2) >> 8, 15);
    }

    #[test]
    fn figures_and_their_texts() {
        let memory = write(&[
            ("sim.ias", 100.0),
            ("sim.altitude", 3048.1),
            ("sim.heading", 359.5),
            ("sim.heading_magnetic", 359.7),
            ("sim.mission_start_time", 45_296.0),
            ("sim.model_time", 1000.0),
            ("sim.g", -1.25),
            ("sim.angular_velocity_x", 0.1_f64.to_degrees()),
            ("sim.angular_velocity_y", 0.123_456_789_f64.to_degrees()),
            ("sim.angular_velocity_z", 0.0),
        ]);
        let words = [
            0x42C, 0x42E, 0x434, 0x436, 0x464, 0x446, 0x448, 0x44A, 0x44C,
        ];
        assert_eq!(
            words.map(|at: usize| memory.word(at / 2)),
            [360, 194, 10_000, 63 << 9 | 359, 0, 0, 45_296, 1, 34_464]
        );
        let texts = [
            (0x424, 4),
            (0x428, 4),
            (0x438, 8),
            (0x440, 6),
            (0x44E, 4),
            (0x452, 6),
            (0x458, 6),
            (0x45E, 6),
        ];
        assert_eq!(
            texts.map(|(at, length)| text_at(&memory, at, length)),
            [
                " 360", " 194", "12:34:56", " 1000 ", "-1.2", "0.1   ", "0.1234", "0     "
            ]
        );
    }

    #[test]
    fn what_is_no_number_is_left_out() {
        for figure in &FIGURES {
            let mut memory = Memory::default();
            figure.write(f64::NAN, &mut memory);
            assert!(memory.known().is_empty());
            for raw in [f64::MAX, f64::MIN, -0.0, 1e9] {
                figure.write(raw, &mut memory);
            }
            assert!(memory.known().next(0x47E / 2).is_none(), "{}", figure.gauge);
        }
    }
}
