//! How a name of the cockpit becomes a message type.
//!
//! Pure, and a function of the names and their order alone, so that a type is the
//! same in every run.

use std::collections::HashSet;

/// Types that mean something to the protocol itself.
pub(crate) const RESERVED: [&str; 2] = [AIRCRAFT, SYNC];
/// Says which aircraft is controlled.
pub(crate) const AIRCRAFT: &str = "AIRCRAFT";
/// Asks for the full state.
pub(crate) const SYNC: &str = "SYNC";

/// The longest type, so that a table with absurd names still gives usable messages.
const MAX_LENGTH: usize = 100;

/// `name` as a type: upper case, every other character as `_`, and `prefix` (which must be a
/// type) with a `_` before it when it does not start with a letter.
pub(crate) fn type_name(name: &str, prefix: &str) -> String {
    let plain = |c: char| match c.to_ascii_uppercase() {
        c if c.is_ascii_uppercase() || c.is_ascii_digit() => c,
        _ => '_',
    };
    let mut typed: String = name.trim().chars().map(plain).take(MAX_LENGTH).collect();
    if !typed.starts_with(|c: char| c.is_ascii_uppercase()) {
        typed = format!("{prefix}_{typed}");
    }
    typed
}

/// A type that is wanted, and what tells it from another that wants the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// The type.
    pub(crate) name: String,
    /// Appended with a `_` when the name is taken.
    pub(crate) number: Option<u32>,
}

impl Wanted {
    /// `name` is a type.
    pub(crate) fn new(name: &str, number: Option<u32>) -> Self {
        let name = name.to_owned();
        Self { name, number }
    }
}

/// One type for each of `wanted`, no two the same and none of them reserved.
///
/// The first that wants a name gets it. Of the others each gets its number appended, and where
/// that is taken too, or there is none, the first free one of `_2`, `_3`, …. A name wanted as it
/// is goes before one made up here, whatever their order.
pub(crate) fn unique(wanted: Vec<Wanted>) -> Vec<String> {
    let mut taken: HashSet<String> = RESERVED.iter().map(|name| (*name).to_owned()).collect();
    let first: Vec<bool> = wanted
        .iter()
        .map(|wanted| taken.insert(wanted.name.clone()))
        .collect();
    wanted
        .into_iter()
        .zip(first)
        .map(|(wanted, first)| match first {
            true => wanted.name,
            false => free_name(&wanted, &mut taken),
        })
        .collect()
}

fn free_name(wanted: &Wanted, taken: &mut HashSet<String>) -> String {
    let base = match wanted.number {
        Some(number) => format!("{}_{number}", wanted.name),
        None => wanted.name.clone(),
    };
    let mut name = base.clone();
    let mut count = 2_u32;
    while !taken.insert(name.clone()) {
        name = format!("{base}_{count}");
        count += 1;
    }
    name
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::bios::codec::is_type;

    fn check(wanted: &[(&str, Option<u32>)], expected: &[&str]) {
        let wanted = wanted
            .iter()
            .map(|(name, number)| Wanted::new(&type_name(name, "G"), *number))
            .collect();
        assert_eq!(unique(wanted), expected);
    }

    #[test]
    fn names_become_types() {
        check(
            &[
                ("Altimeter_10000_footPtr", None),
                ("Größe (m)", None),
                ("3-pos", None),
                ("", None),
            ],
            &["ALTIMETER_10000_FOOTPTR", "GR__E__M_", "G_3_POS", "G_"],
        );
    }

    #[test]
    fn the_first_keeps_the_name() {
        check(
            &[
                ("a b", Some(5)),
                ("A-B", Some(7)),
                ("a_b_7", Some(9)),
                ("A.B", Some(7)),
                ("a+b", None),
            ],
            &["A_B", "A_B_7_2", "A_B_7", "A_B_7_3", "A_B_2"],
        );
    }

    #[test]
    fn the_protocols_own_types_are_not_given_away() {
        check(
            &[("Sync", Some(3)), ("aircraft", None), ("AIRCRAFT_2", None)],
            &["SYNC_3", "AIRCRAFT_3", "AIRCRAFT_2"],
        );
    }

    proptest! {
        #[test]
        fn types_are_valid_and_unique(
            names in prop::collection::vec(("[aAbB1_ é-]{0,3}", prop::option::of(0_u32..3)), 0..40),
        ) {
            let wanted: Vec<Wanted> = names
                .iter()
                .map(|(name, number)| Wanted::new(&type_name(name, "G"), *number))
                .collect();
            let types = unique(wanted.clone());
            prop_assert!(types.iter().all(|name| is_type(name)));
            prop_assert_eq!(types.iter().collect::<HashSet<_>>().len(), names.len());
            prop_assert_eq!(unique(wanted), types);
        }
    }
}
