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
        install::EXPORT_LUA,
        lua::ScriptError,
        record::JOURNAL,
    },
    Finding,
};
use crate::quote::printable_reason;

const INSTALL: &str = "run: dcs-master install";
/// How much of the end of the log is looked at, in bytes.
const LOG_TAIL: u64 = 4 << 20;

pub(super) fn examine(folder: &Path, payload: &Payload) -> Vec<Finding> {
    let mut findings: Vec<Finding> = of_journal(folder).into_iter().collect();
    findings.extend([of_files(folder, payload), of_export_lua(folder)]);
    findings.extend(of_log(folder));
    findings
}

/// An install that was killed.
fn of_journal(folder: &Path) -> Option<Finding> {
    let message = "an install or uninstall was ended before it was done";
    let unfinished = folder.join(JOURNAL).exists();
    unfinished.then(|| Finding::bad(message, "run it again: dcs-master install, or uninstall"))
}

fn of_files(folder: &Path, payload: &Payload) -> Finding {
    let there = |name: &str| files::read(&in_folder(folder, name)).ok().flatten();
    let (mut missing, mut differing) = (Vec::new(), Vec::new());
    for (name, bytes) in payload.files() {
        match there(name) {
            None => missing.push(name),
            Some(there) if there != bytes => differing.push(name),
            Some(_) => {}
        }
    }
    if missing.len() == payload.files().count() {
        return Finding::bad("the scripts are not installed there", INSTALL);
    }
    if let Some(first) = missing.first() {
        return Finding::bad(
            format!(
                "{} of the scripts are missing, {first} for one",
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

fn of_export_lua(folder: &Path) -> Finding {
    let bytes = match files::read(&in_folder(folder, EXPORT_LUA)) {
        Ok(bytes) => bytes.unwrap_or_default(),
        Err(error) => return Finding::bad(error.to_string(), "allow reading it"),
    };
    match export_lua::line_state(&bytes) {
        Ok(state) => of_line(state),
        Err(error) => {
            let error = error.to_string();
            let (message, cure) = error.split_once('\n').unwrap_or((&error, INSTALL));
            Finding::bad(format!("{EXPORT_LUA}: {message}"), cure)
        }
    }
}

fn of_line(state: LineState) -> Finding {
    let line = "the line of dcs-master";
    let bad = |message: String| Finding::bad(message, INSTALL);
    match state {
        LineState::Missing => bad(format!(
            "{EXPORT_LUA} has no line of dcs-master; another tool may have rewritten it"
        )),
        LineState::Different => bad(format!("{line} stands more than once in {EXPORT_LUA}")),
        LineState::Commented => bad(format!("{line} in {EXPORT_LUA} is in a comment")),
        LineState::Nested => bad(format!(
            "{line} in {EXPORT_LUA} is inside a block or a function, so it may never run"
        )),
        LineState::Unreachable(ending) => bad(format!(
            "{EXPORT_LUA} does not get to {line}: {ending} ends it before"
        )),
        LineState::MaybeUnreachable(ending) => Finding::idle(
            format!("{EXPORT_LUA} may not get to {line}: {ending} may end it before"),
            format!("{INSTALL}, which puts it before that"),
        ),
        LineState::NotExamined(error @ ScriptError::Syntax(_)) => Finding::bad(
            format!(
                "{EXPORT_LUA} has an error, so DCS runs nothing of it: {}",
                printable_reason(&error.to_string())
            ),
            "correct that line, or take out the tool that wrote it",
        ),
        LineState::NotExamined(error) => Finding::idle(
            format!("{EXPORT_LUA} has {line}, but whether it runs is not known: {error}"),
            "look for text displays in a mission, or for DCS-MASTER in Logs/dcs.log",
        ),
        LineState::Current => Finding::good(format!("{EXPORT_LUA} has {line}")),
    }
}

/// The last complaint of the scripts, if any, since DCS was started.
fn of_log(folder: &Path) -> Option<Finding> {
    let log = tail(&in_folder(folder, "Logs/dcs.log"))?;
    let log = String::from_utf8_lossy(&log);
    let ours = |line: &&str| line.contains("DCS-MASTER");
    let complaint = |line: &&str| line.contains("WARNING") || line.contains("ERROR");
    let line = log.lines().filter(ours).rfind(complaint)?;
    Some(Finding::idle(
        format!("dcs.log says: {}", printable_reason(line.trim())),
        "see docs/install.md",
    ))
}

/// The end of a file that may be large; nothing if it is no file.
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
