//! The English of cockpits: words that mean the same, and words that say little.

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
    &["cb", "breaker"],
    &["ch", "chan", "channel"],
    &["clr", "clear"],
    &["comm", "com", "communication", "radio"],
    &["cont", "contrast"],
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
    &["oxy", "oxygen"],
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

/// Returns the words that mean the same as a word in lower case, without the word itself.
pub(super) fn synonyms(word: &str) -> Vec<&'static str> {
    let groups = SYNONYMS.iter().filter(|group| group.contains(&word));
    let words = groups.flat_map(|group| group.iter().copied());
    words.filter(|other| *other != word).collect()
}
