//! The start with Windows, as Setup offers it.

use serde::Serialize;

use super::CureReport;
use crate::setup::autostart;

/// The answer to a `GET` of `/api/setup/autostart`.
#[derive(Debug, Serialize)]
pub(in crate::page) struct AutostartState {
    possible: bool,
    on: bool,
    text: String,
}

/// Returns whether dcs-master starts with Windows.
pub(in crate::page) fn state() -> AutostartState {
    let command = autostart::command();
    let (possible, on, text) = match command {
        Ok(Some(command)) => (true, true, format!("Windows starts {command}")),
        Ok(None) => (true, false, "Windows does not start dcs-master".to_owned()),
        Err(error) => (false, false, error.to_string()),
    };
    AutostartState { possible, on, text }
}

/// Starts dcs-master with Windows, or no longer. Returns what was done.
pub(in crate::page) fn set(on: bool) -> Result<CureReport, String> {
    let changed = match on {
        true => autostart::enable(),
        false => autostart::disable(),
    };
    let text = changed.map_err(|error| error.to_string())?;
    Ok(CureReport { text })
}
