//! The answer to `/api/search`: the names that fit the words, the best first. Pure.

use std::collections::HashSet;

use aircraft_defs::Tables;
use serde::Serialize;

use super::routes::SearchQuery;
use crate::description::controls_of;

/// A control or gauge that was found.
#[derive(Debug, PartialEq, Eq, Hash, Clone, Copy, Serialize)]
pub(super) struct Found<'a> {
    kind: &'static str,
    name: &'a str,
}

/// Returns the controls and gauges that fit a query, the best first and each once. Without words,
/// returns all of them in the order of the tables.
pub(super) fn search<'a>(tables: &'a Tables, query: &SearchQuery) -> Vec<Found<'a>> {
    let control = |name| Found {
        kind: "control",
        name,
    };
    let gauge = |name| Found {
        kind: "gauge",
        name,
    };
    if query.words.trim().is_empty() {
        let controls = tables.named_controls().map(|found| control(found.id()));
        let gauges = tables.gauges().iter().map(|found| gauge(&found.name));
        return controls.chain(gauges).take(query.limit).collect();
    }
    let mut seen = HashSet::new();
    let hits = tables.search(&query.words, usize::MAX);
    let found = hits.into_iter().flat_map(|hit| match hit.entry.is_gauge {
        true => vec![gauge(&tables.gauges()[hit.entry.index].name)],
        false => {
            let controls = controls_of(tables, hit.entry.index).into_iter();
            controls.map(|found| control(found.id())).collect()
        }
    });
    let found = found.filter(|found| seen.insert(*found));
    found.take(query.limit).collect()
}
