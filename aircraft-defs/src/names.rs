//! An index from names to entries that forgives upper and lower case.
//!
//! Exact spelling first, then without regard to ASCII case. What a name stands
//! for is a position in a list that the caller owns.

use std::collections::HashMap;

/// Names and the positions they stand for; one name may stand for several.
#[derive(Debug, Default)]
pub(crate) struct Names {
    exact: HashMap<String, Vec<usize>>,
    folded: HashMap<String, Vec<usize>>,
}

impl Names {
    /// Lets `name` stand for `position` too.
    pub(crate) fn add(&mut self, name: &str, position: usize) {
        self.exact
            .entry(name.to_owned())
            .or_default()
            .push(position);
        self.folded
            .entry(name.to_ascii_lowercase())
            .or_default()
            .push(position);
    }

    /// What `name` stands for in exactly this spelling, else in any case; empty when nothing.
    pub(crate) fn find(&self, name: &str) -> &[usize] {
        self.exact
            .get(name)
            .or_else(|| self.folded.get(&name.to_ascii_lowercase()))
            .map_or(&[], Vec::as_slice)
    }
}

/// The least similarity (Jaro-Winkler, 0 to 1) at which a name is offered as what was meant.
const SIMILAR_ENOUGH: f64 = 0.8;

/// Names that differ more in length, in bytes, are not compared.
const SIMILAR_LENGTH: usize = 4;

/// The one of `known` that `name` was most likely meant to be, if any is close.
pub(crate) fn did_you_mean<'a>(
    name: &str,
    known: impl Iterator<Item = &'a str>,
) -> Option<&'a str> {
    let name = name.to_ascii_lowercase();
    known
        .filter(|candidate| candidate.len().abs_diff(name.len()) <= SIMILAR_LENGTH)
        .map(|candidate| {
            (
                strsim::jaro_winkler(&name, &candidate.to_ascii_lowercase()),
                candidate,
            )
        })
        .filter(|(similarity, _)| *similarity >= SIMILAR_ENOUGH)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}
