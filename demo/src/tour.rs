//! Lines for a newcomer to type into telnet, in the first of the sample aircraft.

/// A line to type, and what it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TourStep {
    /// The line.
    pub line: &'static str,
    /// What it does.
    pub explanation: &'static str,
}

const fn step(line: &'static str, explanation: &'static str) -> TourStep {
    TourStep { line, explanation }
}

/// The tour: each step builds on those before it.
pub const TOUR: &[TourStep] = &[
    step("0", "which aircraft is flown"),
    step(
        "2 Engine_RPM 1 1",
        "the engine's speed in percent, one decimal: 2 1 <raw> <value>",
    ),
    step(
        "1 ENGINE Throttle 0.4",
        "pull the throttle back and see it fall",
    ),
    step(
        "2 Altimeter 2 -1 2",
        "the altitude in tens of feet, twice a second; its raw value falls as it rises",
    ),
    step("2 CPT_LTS_GEN 3", "the generator's caution lamp"),
    step("1 ELEC Generator 0", "the generator off: the lamp comes on"),
    step("1 ELEC Generator 1", "and on again"),
    step("2 KT_BARO_4 4", "the last digit of the altimeter setting"),
    step(
        "1 ALTIMETER Baro 0.04",
        "its knob, one click on (-0.04: one back)",
    ),
    step(
        "3 1 txt_SCRATCHPAD 1",
        "the scratchpad of the display with number 1",
    ),
    step("1 UFC Key_7 1", "press the key 7 ..."),
    step("1 UFC Key_7 0", "... and let it go"),
    step(
        "1 NAV nav.Mode 0.75",
        "a rotary with five positions, 0 to 1 in steps of 0.25",
    ),
    step("4 1", "all that display 1 shows; 4 alone: all displays"),
    step("2 Engine_RPM 1 1 0", "no more of the engine"),
    step("1 0 1 1", "the next aircraft"),
];
