//! The selection of what is published: `--mqtt-publish 'gauge/Alt*,rate=5,precision=1'`.

use std::str::FromStr;

use aircraft_defs::telemetry::is_field_name;
use wildmatch::WildMatch;

use crate::limits::LARGEST_INDICATOR;

const DEFAULT_RATE: f64 = 10.0;
/// The default rate of the sim's own figures, each of which costs the sim more than an arg.
const DEFAULT_FIGURE_RATE: f64 = 2.0;
/// The figures that are published without rules.
const DEFAULT_FIGURES: [&str; 7] = [
    "sim.altitude",
    "sim.altitude_agl",
    "sim.ias",
    "sim.vertical_speed",
    "sim.heading",
    "sim.latitude",
    "sim.longitude",
];
const MAX_RATE: f64 = 120.0;
const DEFAULT_PRECISION: i8 = 2;

/// A pattern, with the rate and the precision of what it matches.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PublishRule {
    pattern: Pattern,
    /// Messages of a topic per second; 0 for none at all.
    rate: f64,
    /// `None` for the default of each gauge.
    precision: Option<i8>,
}

#[derive(Debug, Clone, PartialEq)]
enum Pattern {
    /// Gauges and controls by their paths (`gauge/Altimeter`) or names.
    Names(WildMatch),
    /// The sim's own figures by their paths (`gauge/sim.altitude`) or names.
    Figures(WildMatch),
    /// One element of a text display.
    Element { indicator: u32, element: String },
}

/// The rate and the precision of a topic.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Selected {
    /// Messages per second, > 0.
    pub(crate) rate: f64,
    pub(crate) precision: Option<i8>,
}

impl Selected {
    /// Returns the precision of an arg.
    pub(crate) fn precision(self) -> i8 {
        self.precision.unwrap_or(DEFAULT_PRECISION)
    }
}

/// The rules, the first of which that matches counts.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Rules(Vec<PublishRule>);

impl FromStr for PublishRule {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut fields = text.split(',').map(str::trim);
        let mut rule = Self::new(pattern(fields.next().unwrap_or_default())?);
        for field in fields {
            match field.split_once('=') {
                Some(("rate", value)) => rule.rate = rate(value)?,
                Some(("precision", value)) => rule.precision = Some(precision(value)?),
                _ => {
                    return Err(format!(
                        "\"{field}\" must be rate=N or precision=N; a name with a comma is written with ? \
                         instead of it"
                    ));
                }
            }
        }
        Ok(rule)
    }
}

fn pattern(text: &str) -> Result<Pattern, String> {
    let Some(display) = text.strip_prefix("indicator/") else {
        let pattern = WildMatch::new_case_insensitive(text);
        return match text {
            "" => Err("there must be a pattern, such as gauge/* or GEAR_*".to_owned()),
            _ if is_field_name(text.strip_prefix("gauge/").unwrap_or(text)) => {
                Ok(Pattern::Figures(pattern))
            }
            _ => Ok(Pattern::Names(pattern)),
        };
    };
    let (number, element) = display.split_once('/').unwrap_or((display, ""));
    let number = number
        .parse()
        .ok()
        .filter(|&number: &u32| number <= LARGEST_INDICATOR);
    match number {
        Some(indicator) if !element.is_empty() && !element.contains(['*', '?']) => {
            let element = element.to_owned();
            Ok(Pattern::Element { indicator, element })
        }
        _ => Err(
            "a text display needs its number and the full name of an element, as in \
             indicator/6/UFC_ScratchPad; command 4 of the text protocol lists them"
                .to_owned(),
        ),
    }
}

fn rate(text: &str) -> Result<f64, String> {
    let rate = text
        .parse()
        .ok()
        .filter(|rate| (0.0..=MAX_RATE).contains(rate));
    rate.ok_or_else(|| format!("rate must be a number from 0 (do not publish) to {MAX_RATE}"))
}

fn precision(text: &str) -> Result<i8, String> {
    let precision = text
        .parse()
        .ok()
        .filter(|precision| (-9..=9).contains(precision));
    precision.ok_or_else(|| "precision must be a whole number from -9 to 9".to_owned())
}

impl Rules {
    /// Creates the rules; without any, everything of the cockpit is published that has a name, and a
    /// few of the sim's own figures.
    pub(crate) fn new(rules: Vec<PublishRule>) -> Self {
        if !rules.is_empty() {
            return Self(rules);
        }
        let figures = DEFAULT_FIGURES.map(|name| Pattern::Figures(WildMatch::new(name)));
        let all = Pattern::Names(WildMatch::new("*"));
        let patterns = std::iter::once(all).chain(figures);
        Self(patterns.map(PublishRule::new).collect())
    }

    /// Returns the rate and the precision of a gauge, a control or a figure of the sim; `None` if it is
    /// not published.
    pub(crate) fn select(&self, path: &str, name: &str) -> Option<Selected> {
        let rule = self.0.iter().find(|rule| rule.matches(path, name))?;
        let (rate, precision) = (rule.rate, rule.precision);
        (rate > 0.0).then_some(Selected { rate, precision })
    }

    /// Returns the elements of text displays that are published.
    pub(crate) fn elements(&self) -> impl Iterator<Item = (u32, &str)> {
        self.0.iter().filter_map(|rule| match &rule.pattern {
            Pattern::Element { indicator, element } if rule.rate > 0.0 => {
                Some((*indicator, element.as_str()))
            }
            _ => None,
        })
    }

    /// Returns the patterns that match none of the gauges, controls and figures, which are pairs of path and
    /// name. Such patterns are probably typing errors.
    pub(crate) fn unmatched(&self, names: &[(&str, &str)]) -> Vec<String> {
        let is_unmatched = |rule: &&PublishRule| {
            let is_matched = |&(path, name): &(&str, &str)| rule.matches(path, name);
            !matches!(rule.pattern, Pattern::Element { .. }) && !names.iter().any(is_matched)
        };
        let unmatched = self.0.iter().filter(is_unmatched);
        unmatched.map(|rule| rule.pattern.to_string()).collect()
    }
}

impl PublishRule {
    fn new(pattern: Pattern) -> Self {
        let rate = match pattern {
            Pattern::Figures(_) => DEFAULT_FIGURE_RATE,
            _ => DEFAULT_RATE,
        };
        Self {
            pattern,
            rate,
            precision: None,
        }
    }

    fn matches(&self, path: &str, name: &str) -> bool {
        let pattern = match &self.pattern {
            Pattern::Names(pattern) if !is_field_name(name) => pattern,
            Pattern::Figures(pattern) if is_field_name(name) => pattern,
            _ => return false,
        };
        pattern.matches(path) || pattern.matches(name)
    }
}

impl std::fmt::Display for Pattern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Names(pattern) | Self::Figures(pattern) => pattern.fmt(f),
            Self::Element { indicator, element } => write!(f, "indicator/{indicator}/{element}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(texts: &[&str]) -> Rules {
        Rules::new(texts.iter().map(|text| text.parse().expect(text)).collect())
    }

    #[test]
    fn the_first_rule_that_matches_counts() {
        let rules = rules(&[
            "Altimeter,rate=30,precision=-1",
            "gauge/lamp*,rate=0",
            "gauge/*",
            "indicator/6/A b/c",
        ]);
        let select = |name: &str| rules.select(&format!("gauge/{name}"), name);
        let fast = Selected {
            rate: 30.0,
            precision: Some(-1),
        };
        assert_eq!(select("ALTIMETER"), Some(fast));
        assert_eq!(select("Lamp_1"), None);
        assert_eq!(select("RPM").map(Selected::precision), Some(2));
        assert_eq!(rules.select("control/GEAR", "GEAR"), None);
        assert_eq!(rules.elements().collect::<Vec<_>>(), [(6, "A b/c")]);
        let names = [("gauge/RPM", "RPM")];
        assert_eq!(rules.unmatched(&names), ["Altimeter", "gauge/lamp*"]);
    }

    #[test]
    fn figures_of_the_sim_have_patterns_of_their_own() {
        let select = |texts: &[&str], name: &str| {
            let selected = rules(texts).select(&format!("gauge/{name}"), name);
            selected.map(|selected| selected.rate)
        };
        assert_eq!(select(&[], "sim.altitude"), Some(DEFAULT_FIGURE_RATE));
        assert_eq!(select(&[], "sim.hook"), None);
        for pattern in ["*", "gauge/*", "*altitude"] {
            assert_eq!(select(&[pattern], "sim.altitude"), None, "{pattern}");
        }
        for pattern in ["sim.*", "SIM.alt*", "gauge/Sim.altitude"] {
            assert_eq!(select(&[pattern], "sim.altitude"), Some(2.0), "{pattern}");
            assert_eq!(select(&[pattern], "Altitude"), None, "{pattern}");
        }
        assert_eq!(select(&["sim.*,rate=30"], "sim.g"), Some(30.0));
        let names = [("gauge/sim.g", "sim.g")];
        assert_eq!(rules(&["sim.g", "sim.gg"]).unmatched(&names), ["sim.gg"]);
    }

    #[test]
    fn without_rules_all_names_are_published() {
        let rules = rules(&[]);
        assert!(
            rules
                .select("gauge/x", "x")
                .is_some_and(|selected| selected.rate == 10.0)
        );
        assert!(rules.select("control/x", "x").is_some() && rules.elements().next().is_none());
    }

    #[test]
    fn wrong_rules_are_explained() {
        for (text, expected) in [
            ("", "pattern"),
            ("a,rate=-1", "rate must"),
            ("a,rate=nan", "rate must"),
            ("a,precision=1.5", "precision must"),
            ("a,b", "rate=N or precision=N"),
            ("indicator/6", "full name"),
            ("indicator/6/*", "full name"),
            ("indicator/10000/a", "number"),
        ] {
            let error = text.parse::<PublishRule>().expect_err(text);
            assert!(error.contains(expected), "{error}");
        }
    }
}
