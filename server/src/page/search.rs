//! The answer to `/api/search`: the names that fit the words, the best first. Pure.

use std::collections::HashSet;

use aircraft_defs::{Tables, telemetry};
use serde::Serialize;

use super::routes::SearchQuery;
use crate::description::controls_of;

/// A control or gauge that was found.
#[derive(Debug, PartialEq, Eq, Hash, Clone, Copy, Serialize)]
pub(super) struct Found<'a> {
    kind: &'static str,
    name: &'a str,
}

/// Returns the controls, gauges and figures of the sim that fit a query, the best first and each once.
/// Without words, returns all of them in the order of the tables, the figures last.
pub(super) fn search<'a>(tables: &'a Tables, query: &SearchQuery) -> Vec<Found<'a>> {
    let control = |name| Found {
        kind: "control",
        name,
    };
    let gauge = |name| Found {
        kind: "gauge",
        name,
    };
    let all = [tables, telemetry::tables()];
    if query.words.trim().is_empty() {
        let controls = tables.named_controls().map(|found| control(found.id()));
        let gauges = all.iter().flat_map(|tables| tables.gauges());
        let gauges = gauges.map(|found| gauge(&found.name));
        return controls.chain(gauges).take(query.limit).collect();
    }
    let mut seen = HashSet::new();
    let hits = tables.search_with_fields(&query.words, usize::MAX);
    let found = hits.into_iter().flat_map(|hit| {
        let (tables, entry) = (all[hit.entry.0], hit.entry.1);
        if entry.is_gauge {
            return vec![gauge(&tables.gauges()[entry.index].name)];
        }
        let controls = controls_of(tables, entry.index).into_iter();
        controls.map(|found| control(found.id())).collect()
    });
    let found = found.filter(|found| seen.insert(*found));
    found.take(query.limit).collect()
}
