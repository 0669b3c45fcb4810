//! The conversion of names in the cockpit to message types.
//!
//! Pure. The types depend only on the names and their order, so they are the same in
//! every run.

use aircraft_defs::{NameRequest, unique_names};

use crate::bios::draft::proto::RESERVED;

/// The longest type, so that very long names in a table still give usable messages.
const MAX_LENGTH: usize = 100;

/// Returns `name` as a type: in upper case, with `_` for every character that a type cannot hold,
/// and after `<prefix>_` (the prefix must be a type) if it does not start with a letter.
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

/// Returns one type for each request, no two the same and none of them the protocol's own.
pub(crate) fn unique_types(requests: Vec<NameRequest>) -> Vec<String> {
    unique_names(requests, &RESERVED)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;
    use crate::bios::draft::proto::codec::is_type;

    fn check(wanted: &[(&str, Option<u32>)], expected: &[&str]) {
        let wanted = wanted
            .iter()
            .map(|(name, number)| NameRequest::new(type_name(name, "G"), *number))
            .collect();
        assert_eq!(unique_types(wanted), expected);
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
            let wanted: Vec<NameRequest> = names
                .iter()
                .map(|(name, number)| NameRequest::new(type_name(name, "G"), *number))
                .collect();
            let types = unique_types(wanted.clone());
            prop_assert!(types.iter().all(|name| is_type(name)));
            prop_assert_eq!(types.iter().collect::<HashSet<_>>().len(), names.len());
            prop_assert_eq!(unique_types(wanted), types);
        }
    }
}
