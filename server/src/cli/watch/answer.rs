//! The user's answer when asked for a name.

/// A name that was typed, for one of the movements that were listed.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answer<'a> {
    /// No name.
    Nothing,
    /// A name for the movement with this index.
    Name(usize, &'a str),
    /// A line that is neither.
    Unclear(&'a str),
}

impl<'a> Answer<'a> {
    /// Reads a line that was typed when `count` movements were listed: a name, or the number of a
    /// movement, counted from 1, and a name.
    pub(super) fn read(line: &'a str, count: usize) -> Self {
        let line = line.trim();
        let fields: Vec<&str> = line.split_whitespace().collect();
        let index = |number: &str| number.parse::<usize>().ok()?.checked_sub(1);
        match fields[..] {
            [] => Self::Nothing,
            [name] if index(name).is_none() => Self::Name(0, name),
            [number, name] => match index(number).filter(|index| *index < count) {
                Some(index) => Self::Name(index, name),
                None => Self::Unclear(line),
            },
            _ => Self::Unclear(line),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_or_a_number_and_a_name() {
        assert_eq!(Answer::read(" ", 3), Answer::Nothing);
        assert_eq!(Answer::read("FUEL_LOW\r", 3), Answer::Name(0, "FUEL_LOW"));
        assert_eq!(Answer::read("3 FUEL_LOW", 3), Answer::Name(2, "FUEL_LOW"));
        for line in ["3", "4 FUEL", "0 FUEL", "fuel low", "1 fuel low"] {
            assert_eq!(Answer::read(line, 3), Answer::Unclear(line));
        }
    }
}
