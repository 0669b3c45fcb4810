//! The files in the write folder: the scripts, the line in `Export.lua`, the sim's log.

use std::path::Path;

use super::{
    super::{
        Payload, Ports,
        export_lua::{self, LineState},
        files,
        install::{CONFIG, EXPORT_LUA, in_folder},
        lua_check,
    },
    Finding,
};

const INSTALL: &str = "run: dcs-master install";
/// How much of the end of the log is looked at, in bytes.
const LOG_TAIL: usize = 4 << 20;

pub(super) fn examine(folder: &Path, payload: &Payload) -> Vec<Finding> {
    let mut findings = vec![of_files(folder, payload), of_export_lua(folder)];
    findings.extend(of_log(folder));
    findings
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
        let what = format!("the scripts are of another version or were changed ({first})");
        return Finding::bad(what, format!("{INSTALL}, then restart DCS"));
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
    match export_lua::line_state(&bytes, lua_check::parses) {
        LineState::Missing => Finding::bad(
            format!("{EXPORT_LUA} has no line of dcs-master; another tool may have rewritten it"),
            INSTALL,
        ),
        LineState::Different => Finding::bad(
            format!("the line of dcs-master in {EXPORT_LUA} is an older one or switched off"),
            INSTALL,
        ),
        LineState::Unreachable => Finding::bad(
            format!("{EXPORT_LUA} ends by a \"return\" before it comes to the line of dcs-master"),
            INSTALL,
        ),
        LineState::Current => match lua_check::error(&bytes) {
            Some(error) => Finding::bad(
                format!("{EXPORT_LUA} has an error, so DCS runs nothing of it: {error}"),
                "correct that line, or take out the tool that wrote it",
            ),
            None => Finding::good(format!("{EXPORT_LUA} has the line of dcs-master")),
        },
    }
}

/// The last complaint of the scripts, if any, since DCS was started.
fn of_log(folder: &Path) -> Option<Finding> {
    let log = files::read(&in_folder(folder, "Logs/dcs.log")).ok()??;
    let tail = String::from_utf8_lossy(&log[log.len().saturating_sub(LOG_TAIL)..]);
    let ours = |line: &&str| line.contains("DCS-MASTER");
    let complaint = |line: &&str| line.contains("WARNING") || line.contains("ERROR");
    let line = tail.lines().filter(ours).rfind(complaint)?;
    Some(Finding::idle(
        format!("dcs.log says: {}", line.trim()),
        "see docs/install.md",
    ))
}

/// The ports that the user's `config.lua` sets.
pub fn configured_ports(folder: &Path) -> Ports {
    let config = files::read(&in_folder(folder, CONFIG))
        .ok()
        .flatten()
        .unwrap_or_default();
    let config = String::from_utf8_lossy(&config);
    Ports {
        hook: port(&config, "hook_port"),
        export: port(&config, "export_port"),
    }
}

/// The number in `name = 5000`, comments left out.
fn port(config: &str, name: &str) -> Option<u16> {
    let of_line = |line: &str| {
        let code = line.split("--").next()?;
        let value = code
            .split_once(name)?
            .1
            .trim_start()
            .strip_prefix('=')?
            .trim_start();
        value
            .split(|c: char| !c.is_ascii_digit())
            .next()?
            .parse()
            .ok()
    };
    config.lines().filter_map(of_line).next_back()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_read_as_people_write_them() {
        let config = "-- hook_port = 1\nreturn { hook_port=5000, export_port = 5001, }\n";
        assert_eq!(port(config, "hook_port"), Some(5000));
        assert_eq!(port(config, "export_port"), Some(5001));
        assert_eq!(port("return {}", "hook_port"), None);
        assert_eq!(port("hook_port = 123456", "hook_port"), None);
    }
}
