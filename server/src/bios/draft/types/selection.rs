//! The choice of the gauges that are exported: `--bios-gauges 'Alt*,RPM'`.

use std::str::FromStr;

use wildmatch::WildMatch;

/// Patterns of gauge names: `*` stands for any characters and `?` for one. An empty list selects
/// all gauges.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Selection {
    patterns: Vec<WildMatch>,
}

/// A pattern of a [`Selection`]; upper and lower case are the same.
#[derive(Debug, Clone, PartialEq)]
pub struct Pattern(WildMatch);

impl FromStr for Pattern {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(WildMatch::new_case_insensitive(text.trim())))
    }
}

impl FromIterator<Pattern> for Selection {
    fn from_iter<T: IntoIterator<Item = Pattern>>(patterns: T) -> Self {
        let patterns = patterns
            .into_iter()
            .map(|Pattern(pattern)| pattern)
            .collect();
        Self { patterns }
    }
}

impl Selection {
    /// Returns whether a gauge is exported: a pattern matches its name or its type.
    pub fn selects(&self, name: &str, type_name: &str) -> bool {
        let mut patterns = self.patterns.iter();
        self.patterns.is_empty() || patterns.any(|pattern| matches(pattern, name, type_name))
    }

    /// Returns the patterns that match none of `gauges`, which are pairs of name and type. Such
    /// patterns are probably typing errors.
    pub fn unmatched<'a>(
        &self,
        gauges: &(impl Iterator<Item = (&'a str, &'a str)> + Clone),
    ) -> Vec<String> {
        let is_unmatched = |pattern: &&WildMatch| {
            let mut gauges = gauges.clone();
            !gauges.any(|(name, type_name)| matches(pattern, name, type_name))
        };
        let unmatched = self.patterns.iter().filter(is_unmatched);
        unmatched.map(ToString::to_string).collect()
    }
}

fn matches(pattern: &WildMatch, name: &str, type_name: &str) -> bool {
    pattern.matches(name) || pattern.matches(type_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn selection(patterns: &[&str]) -> Selection {
        patterns
            .iter()
            .map(|pattern| pattern.parse::<Pattern>().unwrap())
            .collect()
    }

    #[test]
    fn patterns_match_names_or_types() {
        let chosen = selection(&["alt*", "ENGINE_RPM", "Flap?"]);
        let gauges = [
            ("Altimeter", "ALTIMETER"),
            ("Engine-RPM", "ENGINE_RPM"),
            ("Gear", "GEAR"),
        ];
        let selected: Vec<bool> = gauges
            .iter()
            .map(|(name, t)| chosen.selects(name, t))
            .collect();
        assert_eq!(selected, [true, true, false]);
        assert_eq!(chosen.unmatched(&gauges.into_iter()), ["Flap?"]);
        assert!(selection(&[]).selects("anything", "ANYTHING"));
    }
}
