//! The files in the write folder: the scripts, the line in `Export.lua`, the sim's log.

use std::{
    fs::File,
    io::{Read, Seek, SeekFrom},
    path::Path,
};

use super::{
    super::{
        Payload,
        export_lua::{self, LineState},
        files::{self, in_folder},
        lua::ScriptError,
        paths::{EXPORT_LUA, JOURNAL},
    },
    Finding,
};
use crate::quote::printable_reason;

const INSTALL: &str = "run: dcs-master install";
/// The number of bytes at the end of the log that are searched.
const LOG_TAIL: u64 = 4 << 20;

pub(super) fn examine(folder: &Path, payload: &Payload) -> Vec<Finding> {
    let mut findings: Vec<Finding> = check_journal(folder).into_iter().collect();
    findings.extend([check_files(folder, payload), check_export_lua(folder)]);
    findings.extend(check_log(folder));
    findings
}

/// Reports an install or uninstall that was killed.
fn check_journal(folder: &Path) -> Option<Finding> {
    let message = "an install or uninstall was interrupted";
    let unfinished = folder.join(JOURNAL).exists();
    unfinished.then(|| Finding::bad(message, "run it again: dcs-master install, or uninstall"))
}

fn check_files(folder: &Path, payload: &Payload) -> Finding {
    let installed = |name: &str| files::read(&in_folder(folder, name)).ok().flatten();
    let (mut missing, mut differing) = (Vec::new(), Vec::new());
    for (name, bytes) in payload.files() {
        match installed(name) {
            None => missing.push(name),
            Some(installed) if installed != bytes => differing.push(name),
            Some(_) => {}
        }
    }
    if missing.len() == payload.files().count() {
        return Finding::bad("the scripts are not installed there", INSTALL);
    }
    if let Some(first) = missing.first() {
        return Finding::bad(
            format!(
                "{} of the scripts are missing, such as {first}",
                missing.len()
            ),
            INSTALL,
        );
    }
    if let Some(first) = differing.first() {
        let message = format!("the scripts are of another version or were changed ({first})");
        return Finding::bad(message, format!("{INSTALL}, then restart DCS"));
    }
    Finding::good(format!(
        "the scripts there are those of version {}",
        env!("CARGO_PKG_VERSION")
    ))
}

fn check_export_lua(folder: &Path) -> Finding {
    let bytes = match files::read(&in_folder(folder, EXPORT_LUA)) {
        Ok(bytes) => bytes.unwrap_or_default(),
        Err(error) => return Finding::bad(error.to_string(), format!("then {INSTALL}")),
    };
    match export_lua::line_state(&bytes) {
        Ok(state) => check_line(state),
        Err(error) => {
            let error = error.to_string();
            let (message, remedy) = error.split_once('\n').unwrap_or((&error, INSTALL));
            Finding::bad(format!("{EXPORT_LUA}: {message}"), remedy)
        }
    }
}

fn check_line(state: LineState) -> Finding {
    let line = "the line of dcs-master";
    let bad = |message: String| Finding::bad(message, INSTALL);
    match state {
        LineState::Missing => bad(format!(
            "{EXPORT_LUA} has no line of dcs-master; another tool may have rewritten it"
        )),
        LineState::Duplicated => bad(format!("{EXPORT_LUA} has {line} more than once")),
        LineState::Commented => bad(format!("{line} in {EXPORT_LUA} is in a comment")),
        LineState::Nested => bad(format!(
            "{line} in {EXPORT_LUA} is inside a block or a function, so it may never run"
        )),
        LineState::Unreachable(ending) => bad(format!(
            "{line} in {EXPORT_LUA} never runs: {ending} ends the file before it"
        )),
        LineState::MaybeUnreachable(ending) => Finding::idle(
            format!("{line} in {EXPORT_LUA} may not run: {ending} may end the file before it"),
            format!("{INSTALL}, which moves it up"),
        ),
        LineState::Unknown(error @ ScriptError::Syntax(_)) => Finding::bad(
            format!(
                "{EXPORT_LUA} has a syntax error, so DCS cannot run it: {}",
                printable_reason(&error.to_string())
            ),
            "correct that line, or remove the tool that wrote it",
        ),
        LineState::Unknown(error) => Finding::idle(
            format!("{EXPORT_LUA} has {line}, but it is unknown whether it runs: {error}"),
            "look for text displays in a mission, or for DCS-MASTER in Logs/dcs.log",
        ),
        LineState::Reached => Finding::good(format!("{EXPORT_LUA} has {line}")),
    }
}

/// Reports the last warning or error of the scripts since DCS was started, if any.
fn check_log(folder: &Path) -> Option<Finding> {
    let log = tail(&in_folder(folder, "Logs/dcs.log"))?;
    let log = String::from_utf8_lossy(&log);
    let ours = |line: &&str| line.contains("DCS-MASTER");
    let is_problem = |line: &&str| line.contains("WARNING") || line.contains("ERROR");
    let line = log.lines().filter(ours).rfind(is_problem)?;
    Some(Finding::idle(
        format!("dcs.log says: {}", printable_reason(line.trim())),
        "see docs/install.md",
    ))
}

/// Returns the end of a file that may be large; `None` if it is not a regular file.
fn tail(path: &Path) -> Option<Vec<u8>> {
    if !path.is_file() {
        return None;
    }
    let mut file = File::open(path).ok()?;
    let length = file.metadata().ok()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(LOG_TAIL)))
        .ok()?;
    let mut bytes = Vec::new();
    file.take(LOG_TAIL).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}
