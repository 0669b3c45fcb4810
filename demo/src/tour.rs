//! What a newcomer may type into telnet, in the first of the sample aircraft.

/// A line to type, and what comes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stop {
    /// The line.
    pub line: &'static str,
    /// What comes of it.
    pub what: &'static str,
}

const fn stop(line: &'static str, what: &'static str) -> Stop {
    Stop { line, what }
}

/// The lines, in an order in which they make sense.
pub const TOUR: &[Stop] = &[
    stop("0", "which aircraft is flown"),
    stop(
        "2 Engine_RPM 1 1",
        "the engine's speed in percent, one decimal: 2 1 <raw> <value>",
    ),
    stop(
        "1 ENGINE Throttle 0.4",
        "pull the throttle back and see it fall",
    ),
    stop(
        "2 Altimeter 2 -1 2",
        "the altitude in tens of feet, twice a second; its raw value falls as it rises",
    ),
    stop("2 CPT_LTS_GEN 3", "the generator's caution lamp"),
    stop("1 ELEC Generator 0", "the generator off: the lamp comes on"),
    stop("1 ELEC Generator 1", "and on again"),
    stop("2 KT_BARO_4 4", "the last digit of the altimeter setting"),
    stop(
        "1 ALTIMETER Baro 0.04",
        "its knob, one click on (-0.04: one back)",
    ),
    stop(
        "3 1 txt_SCRATCHPAD 1",
        "the scratchpad of the display with number 1",
    ),
    stop("1 UFC Key_7 1", "press the key 7 ..."),
    stop("1 UFC Key_7 0", "... and let it go"),
    stop(
        "1 NAV nav.Mode 0.75",
        "a rotary with five positions, 0 to 1 in steps of 0.25",
    ),
    stop("4 1", "all that display 1 shows; 4 alone: all displays"),
    stop("2 Engine_RPM 1 1 0", "no more of the engine"),
    stop("1 0 1 1", "the next aircraft"),
];
