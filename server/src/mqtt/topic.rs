//! The topics of a cockpit. Pure.
//!
//! A name of the cockpit is one level of a topic. Characters that cannot stand there are written as
//! in URLs: `%` and two hexadecimal digits for each byte.

use std::fmt::Write;
use std::str::FromStr;

use crate::limits::MAX_NAME;

/// The most bytes in a base.
const MAX_BASE: usize = 128;

/// The beginning of all topics of a cockpit, such as `dcs/cockpit-1`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Base(String);

/// A topic that a message came on, below the base.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum OwnTopic {
    /// `status`.
    Status,
    /// A topic that this server publishes, retained.
    State,
    /// `control/<id>/set`, with the name of the control.
    SetControl(String),
    /// `control/<id>/set` with an id that stands for no name.
    SetUnreadable(String),
    /// `action/set`.
    SetAction,
}

impl FromStr for Base {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_level = |level: &str| !level.is_empty() && !level.chars().any(is_unsafe);
        if text.len() > MAX_BASE || text.starts_with('$') || !text.split('/').all(is_level) {
            return Err(
                "it must be a topic such as dcs/cockpit-1, at most 128 bytes long, without +, # and %",
            );
        }
        Ok(Self(text.to_owned()))
    }
}

impl Base {
    /// Returns the base of a computer's cockpit.
    pub(super) fn of_computer(name: Option<&str>) -> Self {
        let name = encode(&name.unwrap_or("cockpit").to_lowercase());
        let name: String = name.replace('%', "-").chars().take(40).collect();
        Self(format!("dcs/{name}"))
    }

    /// Returns the base as text.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the last level, which names the cockpit.
    pub(super) fn cockpit(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }

    /// Returns the topic of this path below the base.
    pub(super) fn topic(&self, path: &str) -> String {
        format!("{}/{path}", self.0)
    }

    /// Returns the path of a topic below the base.
    pub(super) fn path<'a>(&self, topic: &'a str) -> Option<&'a str> {
        topic.strip_prefix(self.as_str())?.strip_prefix('/')
    }

    /// Returns the filters of the topics that act, and of `status`.
    pub(super) fn filters_of_requests(&self) -> Vec<String> {
        ["control/+/set", "action/set", "status"]
            .map(|path| self.topic(path))
            .into()
    }

    /// Returns the filters of what this server publishes. They have no topic in common with
    /// [`Self::filters_of_requests`], since a broker may send a message once for each filter.
    pub(super) fn filters_of_state(&self) -> Vec<String> {
        ["aircraft", "gauge/+", "control/+", "indicator/+/+"]
            .map(|path| self.topic(path))
            .into()
    }

    /// Returns the meaning of a topic; `None` if it is not one of the cockpit's.
    pub(super) fn read(&self, topic: &str) -> Option<OwnTopic> {
        let levels: Vec<&str> = self.path(topic)?.split('/').collect();
        match *levels {
            ["status"] => Some(OwnTopic::Status),
            ["action", "set"] => Some(OwnTopic::SetAction),
            ["control", id, "set"] => Some(decode(id).map_or_else(
                || OwnTopic::SetUnreadable(id.to_owned()),
                OwnTopic::SetControl,
            )),
            ["aircraft"] | ["gauge" | "control", _] | ["indicator", _, _] => Some(OwnTopic::State),
            _ => None,
        }
    }
}

/// Returns the path of a gauge; `None` if its name is too long.
pub(super) fn gauge(name: &str) -> Option<String> {
    (name.len() <= MAX_NAME).then(|| format!("gauge/{}", encode(name)))
}

/// Returns the path of a control.
pub(super) fn control(id: &str) -> Option<String> {
    (id.len() <= MAX_NAME).then(|| format!("control/{}", encode(id)))
}

/// Returns the path of an element of a text display.
pub(super) fn indicator(number: u32, element: &str) -> String {
    format!("indicator/{number}/{}", encode(element))
}

/// Returns a name as one level of a topic.
fn encode(name: &str) -> String {
    let mut level = String::with_capacity(name.len());
    for character in name.chars() {
        if is_unsafe(character) {
            for byte in character.encode_utf8(&mut [0; 4]).bytes() {
                let _ = write!(level, "%{byte:02X}");
            }
        } else {
            level.push(character);
        }
    }
    level
}

/// Returns the name that a level stands for; `None` if it stands for none.
fn decode(level: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(level.len());
    let mut parts = level.split('%');
    bytes.extend_from_slice(parts.next()?.as_bytes());
    for part in parts {
        let digits = part.get(..2)?;
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        bytes.extend_from_slice(&part.as_bytes()[2..]);
    }
    let name = String::from_utf8(bytes).ok()?;
    (!name.is_empty() && name.len() <= MAX_NAME).then_some(name)
}

/// Returns whether a character cannot stand in a level: it has a meaning there, or brokers end the
/// connection for it.
fn is_unsafe(character: char) -> bool {
    let code = u32::from(character);
    let is_noncharacter = (0xfdd0..=0xfdef).contains(&code) || code & 0xfffe == 0xfffe;
    matches!(character, '/' | '+' | '#' | '%') || character.is_control() || is_noncharacter
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn base() -> Base {
        "dcs/one".parse().expect("a base")
    }

    #[test]
    fn bases() {
        for good in ["dcs/cockpit-1", "a", "Schule/Platz 3/Übung"] {
            assert!(good.parse::<Base>().is_ok(), "{good}");
        }
        let long = "x".repeat(MAX_BASE + 1);
        for bad in [
            "", "/a", "a/", "a//b", "a/+", "#", "a\0", "$SYS/a", "a%", &long,
        ] {
            assert!(bad.parse::<Base>().is_err(), "{bad:?}");
        }
        for (computer, expected) in [
            (Some("COCKPIT-PC"), "dcs/cockpit-pc"),
            (Some("a/b#c+\0"), "dcs/a-2fb-23c-2b-00"),
            (None, "dcs/cockpit"),
        ] {
            let base = Base::of_computer(computer);
            assert_eq!(base.as_str().to_lowercase(), expected);
            assert!(base.as_str().parse::<Base>().is_ok());
        }
    }

    #[test]
    fn strange_names_are_one_level() {
        assert_eq!(gauge("Engine_RPM").as_deref(), Some("gauge/Engine_RPM"));
        assert_eq!(
            gauge("A/B +#%\0").as_deref(),
            Some("gauge/A%2FB %2B%23%25%00")
        );
        assert_eq!(indicator(6, "#1\u{85}"), "indicator/6/%231%C2%85");
        assert_eq!(gauge(&"x".repeat(MAX_NAME + 1)), None);
    }

    #[test]
    fn meanings_of_topics() {
        let read = |path: &str| base().read(&format!("dcs/one/{path}"));
        assert_eq!(
            read("control/GEAR/set"),
            Some(OwnTopic::SetControl("GEAR".into()))
        );
        assert_eq!(
            read("control/A%2fB/set"),
            Some(OwnTopic::SetControl("A/B".into()))
        );
        assert_eq!(read("action/set"), Some(OwnTopic::SetAction));
        assert_eq!(read("status"), Some(OwnTopic::Status));
        for state in ["aircraft", "gauge/x", "control/x", "indicator/1/x"] {
            assert_eq!(read(state), Some(OwnTopic::State));
        }
        for other in ["", "x", "gauge/x/y", "control/x/y"] {
            assert_eq!(read(other), None, "{other}");
        }
        for id in ["", "%", "%f", "%ff", "%ä", &"x".repeat(MAX_NAME + 1)] {
            let unreadable = OwnTopic::SetUnreadable(id.to_owned());
            assert_eq!(read(&format!("control/{id}/set")), Some(unreadable));
        }
        assert_eq!(base().read("dcs/oneaction/set"), None);
        assert_eq!(base().read("dcs"), None);
    }

    proptest! {
        #[test]
        fn names_survive(name in "\\PC{1,40}|[\\x00-\\x7f]{1,40}") {
            let level = encode(&name);
            prop_assert!(!level.contains(['/', '+', '#', '\0']));
            prop_assert_eq!(decode(&level), Some(name));
        }

        #[test]
        fn any_topic_is_read(topic in ".*") {
            let _ = base().read(&topic);
        }
    }
}
