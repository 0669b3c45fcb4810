//! The covers of controls, found by their names: `DUMP_COVER` covers `DUMP` or `DUMP_SWITCH`.

use std::collections::HashMap;

use aircraft_defs::Tables;

/// The last words of the ids of covers.
const COVER_WORDS: [&str; 3] = ["COVER", "GUARD", "CAP"];

/// The covers of the controls of an aircraft.
#[derive(Debug)]
pub(super) struct Covers<'a> {
    /// The id of the cover, by the id of the control below it.
    covers: HashMap<&'a str, &'a str>,
}

impl<'a> Covers<'a> {
    /// Finds the covers. A cover that could belong to several controls covers none.
    pub(super) fn new(tables: &'a Tables) -> Self {
        let ids: Vec<&str> = tables
            .named_controls()
            .map(|control| control.id())
            .collect();
        let mut covers = HashMap::new();
        for cover in &ids {
            if let Some(covered) = covered_name(cover)
                && let Some(control) = only_match(&ids, covered)
            {
                covers.entry(control).or_insert(*cover);
            }
        }
        Self { covers }
    }

    /// Returns the cover of a control.
    pub(super) fn of(&self, control: &str) -> Option<&'a str> {
        self.covers.get(control).copied()
    }
}

/// Returns the first words of the control that a cover belongs to; `None` if the id is not that of
/// a cover.
fn covered_name(id: &str) -> Option<&str> {
    let (covered, last) = id.rsplit_once('_')?;
    COVER_WORDS.contains(&last).then_some(covered)
}

/// Returns the control with this id, else the only one whose id begins with these words.
fn only_match<'a>(ids: &[&'a str], covered: &str) -> Option<&'a str> {
    let candidates = ids.iter().filter(|id| covered_name(id).is_none());
    if let Some(id) = candidates.clone().find(|id| **id == covered) {
        return Some(id);
    }
    let mut longer = candidates.filter(|id| {
        let rest = id.strip_prefix(covered);
        rest.is_some_and(|rest| rest.starts_with('_'))
    });
    match (longer.next(), longer.next()) {
        (Some(only), None) => Some(only),
        _ => None,
    }
}
