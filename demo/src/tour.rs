//! Lines for a newcomer to type into telnet, in the first of the sample aircraft.

/// A line to type, with its explanation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TourStep {
    /// The line.
    pub line: &'static str,
    /// The effect of the line.
    pub explanation: &'static str,
}

const fn step(line: &'static str, explanation: &'static str) -> TourStep {
    TourStep { line, explanation }
}

/// The tour: each step builds on those before it.
pub const TOUR: &[TourStep] = &[
    step("0", "ask which aircraft is flown"),
    step(
        "2 Engine_RPM 1 1",
        "show the engine's speed in percent, one decimal: 2 1 <raw> <value>",
    ),
    step(
        "1 ENGINE Throttle 0.4",
        "pull the throttle back: the speed falls",
    ),
    step(
        "2 Altimeter 2 -1 2",
        "show the altitude, rounded to tens of feet, twice a second (its raw value falls as it rises)",
    ),
    step("2 CPT_LTS_GEN 3", "show the generator's caution lamp"),
    step(
        "1 ELEC Generator 0",
        "switch the generator off: the lamp comes on",
    ),
    step("1 ELEC Generator 1", "switch it on again"),
    step(
        "2 KT_BARO_4 4",
        "show the last digit of the altimeter setting",
    ),
    step(
        "1 ALTIMETER Baro 0.04",
        "turn the setting's knob one click forward (-0.04: one back)",
    ),
    step(
        "3 1 txt_SCRATCHPAD 1",
        "show the scratchpad, which is on display 1",
    ),
    step("1 UFC Key_7 1", "press the key 7 ..."),
    step("1 UFC Key_7 0", "... and release it"),
    step(
        "1 NAV nav.Mode 0.75",
        "turn a rotary with five positions, 0 to 1 in steps of 0.25",
    ),
    step(
        "4 1",
        "list the texts of display 1 (4 alone: of all displays)",
    ),
    step(
        "2 Engine_RPM 1 1 0",
        "end the subscription to the engine's speed",
    ),
    step("1 0 1 1", "change to the next aircraft"),
];
