//! Which gauges are exported: `--bios-gauges 'Alt*,RPM'`.

use std::str::FromStr;

use wildmatch::WildMatch;

/// Names of gauges, `*` standing for any characters and `?` for one; an empty list selects all.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Selection {
    patterns: Vec<WildMatch>,
}

/// One pattern of a [`Selection`], matched without regard to case.
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
    /// Whether a gauge is exported; both its name and its type may be meant.
    pub fn has(&self, name: &str, type_name: &str) -> bool {
        let meant = |p: &WildMatch| p.matches(name) || p.matches(type_name);
        self.patterns.is_empty() || self.patterns.iter().any(meant)
    }

    /// The patterns that select none of `gauges`, pairs of name and type: typing mistakes.
    pub fn idle<'a>(
        &self,
        gauges: &(impl Iterator<Item = (&'a str, &'a str)> + Clone),
    ) -> Vec<String> {
        let idle = |p: &&WildMatch| {
            !gauges
                .clone()
                .any(|(name, t)| p.matches(name) || p.matches(t))
        };
        self.patterns
            .iter()
            .filter(idle)
            .map(ToString::to_string)
            .collect()
    }
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
    fn patterns_mean_names_or_types() {
        let chosen = selection(&["alt*", "ENGINE_RPM", "Flap?"]);
        let gauges = [
            ("Altimeter", "ALTIMETER"),
            ("Engine-RPM", "ENGINE_RPM"),
            ("Gear", "GEAR"),
        ];
        let has: Vec<bool> = gauges.iter().map(|(name, t)| chosen.has(name, t)).collect();
        assert_eq!(has, [true, true, false]);
        assert_eq!(chosen.idle(&gauges.into_iter()), ["Flap?"]);
        assert!(selection(&[]).has("anything", "ANYTHING"));
    }
}
