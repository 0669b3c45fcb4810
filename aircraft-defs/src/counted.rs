//! Numbers with their nouns, for messages.

use std::fmt::Display;

/// Returns a number with its noun: `1 gauge`, `2 gauges`, `0 entries`.
pub fn counted(number: impl Display, noun: &str) -> String {
    let number = number.to_string();
    if number == "1" {
        return format!("1 {noun}");
    }
    match noun.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{number} {stem}ies"),
        Some(_) | None => format!("{number} {noun}s"),
    }
}

/// Returns a number with its noun and verb: `1 gauge is`, `2 gauges are`.
pub fn counted_are(number: impl Display, noun: &str) -> String {
    let number = number.to_string();
    let verb = if number == "1" { "is" } else { "are" };
    format!("{} {verb}", counted(number, noun))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_not_plural() {
        assert_eq!(counted(1, "script"), "1 script");
        assert_eq!(counted(0, "script"), "0 scripts");
        assert_eq!(counted(12, "more entry"), "12 more entries");
        assert_eq!(counted(2, "key"), "2 keys");
        assert_eq!(counted_are(1, "entry"), "1 entry is");
        assert_eq!(counted_are(11_u64, "client"), "11 clients are");
    }
}
