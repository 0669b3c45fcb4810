//! The English of cockpits: words that mean the same, and words that say little.

use crate::formats::Kind;

/// Words that say what a control is. They are often left out or mixed up, so they count little
/// and match each other.
pub(super) const KINDS: &[&str] = &[
    "button",
    "btn",
    "pb",
    "pushbutton",
    "push",
    "key",
    "switch",
    "sw",
    "selector",
    "select",
    "sel",
    "knob",
    "dial",
    "rotary",
    "lever",
    "handle",
    "wheel",
    "control",
    "ctrl",
    "toggle",
    "rocker",
    "gauge",
    "needle",
    "pointer",
];

/// Words for kinds of controls, and the kinds of their actions.
const KIND_NAMES: &[(&[&str], &[Kind])] = &[
    (
        &["button", "btn", "pb", "pushbutton", "key"],
        &[Kind::Button],
    ),
    (&["switch", "sw", "toggle"], &[Kind::Switch]),
    (
        &["knob", "dial", "rotary", "wheel", "volume", "vol"],
        &[Kind::Axis, Kind::Encoder],
    ),
];

/// Words for properties that a control sets. The other words of a query name the thing.
pub(super) const PROPERTIES: &[&str] = &[
    "brightness",
    "brt",
    "channel",
    "frequency",
    "freq",
    "mode",
    "power",
    "pwr",
    "test",
    "vol",
    "volume",
];

/// Words for instruments and lamps.
pub(super) const GAUGES: &[&str] = &["gauge", "needle", "pointer", "lamp", "indicator", "flag"];

/// Words that are ignored in queries.
pub(super) const STOP_WORDS: &[&str] = &["the", "of", "and", "for", "a", "an", "in", "to", "is"];

/// Abbreviations with a slash, whose letters are no words by themselves.
pub(super) const SLASHED: &[(&str, &str)] = &[("t/o", "takeoff")];

/// Words that mean the same.
const SYNONYMS: &[&[&str]] = &[
    &["accel", "accelerometer"],
    &["adi", "attitude"],
    &["alt", "altitude", "altimeter"],
    &["ant", "antenna"],
    &["ap", "autopilot"],
    &["aux", "auxiliary"],
    &["baro", "barometric", "qnh"],
    &["batt", "battery"],
    &["brk", "brake", "brakes"],
    &["brt", "bright", "brightness", "intensity", "brilliance"],
    &["btn", "button", "pb", "pushbutton", "key"],
    &["caut", "caution"],
    &["cb", "cbp", "breaker", "circuit"],
    &["ch", "chan", "channel"],
    &["clr", "clear"],
    &["comm", "com", "communication", "radio"],
    &["cont", "contrast"],
    &["copilot", "cplt"],
    &["crs", "course"],
    &["ctrl", "control"],
    &["disp", "display"],
    &["dn", "down"],
    &["elec", "electric", "electrical"],
    &["emer", "emerg", "emergency"],
    &["eng", "engine"],
    &["ent", "entr", "enter"],
    &["ext", "external", "exterior"],
    &["flt", "flight"],
    &["freq", "frequency"],
    &["fus", "fuselage"],
    &["fwd", "forward"],
    &["gear", "lg"],
    &["gen", "generator"],
    &["guard", "cover", "cvr"],
    &["gyro", "gyroscope"],
    &["hdg", "heading"],
    &["hyd", "hydraulic", "hydraulics"],
    &["inboard", "inner", "inbd"],
    &["inst", "instr", "instrument", "instruments"],
    &["int", "internal", "interior"],
    &["intercom", "ics", "interphone"],
    &["jett", "jettison"],
    &["left", "l", "lh"],
    &["lt", "lts", "light", "lights", "lamp", "lighting"],
    &["ldg", "landing"],
    &["man", "manual"],
    &["mfd", "mfcd"],
    &["mhz", "megahertz"],
    &["msl", "missile"],
    &["nav", "navigation"],
    &["norm", "normal"],
    &["outboard", "outer", "outbd"],
    &["oxy", "oxygen"],
    &["pilot", "plt"],
    &["pnl", "panel"],
    &["pos", "position"],
    &["press", "pressure"],
    &["pwr", "power"],
    &["qty", "quantity"],
    &["radar", "rdr"],
    &["ret", "reticle"],
    &["right", "r", "rh"],
    &["sel", "select", "selector"],
    &["spd", "speed"],
    &["sql", "squelch"],
    &["stby", "standby"],
    &["sw", "switch"],
    &["tcn", "tacan"],
    &["test", "check"],
    &["temp", "temperature"],
    &["vol", "volume"],
    &["vvi", "variometer"],
    &["warn", "warning"],
    &["wpn", "weapon", "weapons"],
    &["xfr", "xfer", "transfer"],
];

/// Returns whether a word in lower case names a kind of control.
pub(super) fn names_kind(word: &str, kind: Kind) -> bool {
    let mut names = KIND_NAMES.iter();
    names.any(|(words, kinds)| words.contains(&word) && kinds.contains(&kind))
}

/// Returns the words that mean the same as a word in lower case, without the word itself.
pub(super) fn synonyms(word: &str) -> Vec<&'static str> {
    let groups = SYNONYMS.iter().filter(|group| group.contains(&word));
    let words = groups.flat_map(|group| group.iter().copied());
    words.filter(|other| *other != word).collect()
}
