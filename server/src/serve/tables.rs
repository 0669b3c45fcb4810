//! Reading the tables of an aircraft that has appeared, beside the hub's work.

use std::path::PathBuf;
use std::sync::Arc;

use aircraft_defs::read_tables;
use tokio::task::JoinHandle;
use tracing::{info, warn};

use crate::world::Aircraft;

/// Warnings about one aircraft's tables that are told one by one.
const MOST_WARNINGS: usize = 3;

/// Starts to read the tables of an aircraft, anew each time it appears.
pub(super) fn load(defs: PathBuf, name: String) -> JoinHandle<Arc<Aircraft>> {
    tokio::task::spawn_blocking(move || {
        let (tables, warnings) = read_tables(&defs, &name);
        for warning in warnings.iter().take(MOST_WARNINGS) {
            warn!("{warning}");
        }
        if let Some(more) = warnings.len().checked_sub(MOST_WARNINGS + 1) {
            warn!(
                "{}: {} more warnings like these",
                defs.join(&name).display(),
                more + 1
            );
        }
        info!(
            "aircraft {name}: {} devices, {} commands, {} gauges, {} controls",
            tables.devices().len(),
            tables.commands().len(),
            tables.gauges().len(),
            tables.controls().len()
        );
        Arc::new(Aircraft { name, tables })
    })
}
