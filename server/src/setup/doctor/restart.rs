//! Whether DCS was started after the scripts were installed: it loads them only at its start.

use std::{
    fs::{self, File},
    io::Read,
    path::Path,
    time::SystemTime,
};

use chrono::{NaiveDateTime, Timelike};

use super::{
    super::{Payload, files::in_folder},
    Finding,
};

/// The beginning of the sim's log, before the time of its start.
const OPENED: &str = "=== Log opened UTC ";
/// The most bytes in the first line of the log.
const FIRST_LINE: u64 = 200;

/// Reports scripts that are newer than the last start of DCS.
pub(super) fn examine(folder: &Path, payload: &Payload) -> Option<Finding> {
    let started = start_of_log(&in_folder(folder, "Logs/dcs.log"))?;
    let scripts = payload.files().map(|(name, _)| in_folder(folder, name));
    let installed = scripts.filter_map(|path| modified(&path)).max()?;
    (started < installed).then(|| {
        Finding::idle(
            "DCS was last started before these scripts were installed, so it has not loaded them yet",
            "start DCS; if it runs, quit it and start it again",
        )
    })
}

/// Returns the time at which DCS opened its log.
fn start_of_log(log: &Path) -> Option<NaiveDateTime> {
    if !log.is_file() {
        return None;
    }
    let mut bytes = Vec::new();
    let file = File::open(log).ok()?;
    file.take(FIRST_LINE).read_to_end(&mut bytes).ok()?;
    let text = String::from_utf8_lossy(&bytes);
    let (_, time) = text.lines().next()?.split_once(OPENED)?;
    NaiveDateTime::parse_from_str(time.trim(), "%Y-%m-%d %H:%M:%S").ok()
}

/// Returns the time of the last change of a file, in whole seconds as in the log.
fn modified(path: &Path) -> Option<NaiveDateTime> {
    let time: SystemTime = fs::metadata(path).ok()?.modified().ok()?;
    let time = chrono::DateTime::<chrono::Utc>::from(time).naive_utc();
    time.with_nanosecond(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_that_are_newer_than_the_log_wait_for_a_start_of_dcs() {
        let disk = tempfile::tempdir().unwrap();
        let payload = Payload::embedded();
        let check = |first_line: Option<&str>, expected: bool| {
            let log = disk.path().join("Logs/dcs.log");
            fs::create_dir_all(log.parent().unwrap()).unwrap();
            match first_line {
                Some(line) => fs::write(&log, format!("{line}\r\nmore\r\n")).unwrap(),
                None => fs::remove_file(&log).unwrap(),
            }
            let finding = examine(disk.path(), &payload);
            assert_eq!(finding.is_some(), expected, "{first_line:?}: {finding:?}");
        };
        check(Some("=== Log opened UTC 2024-01-02 03:04:05"), false);
        for (name, bytes) in payload.files() {
            let file = in_folder(disk.path(), name);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, bytes).unwrap();
        }
        check(Some("=== Log opened UTC 2024-01-02 03:04:05"), true);
        check(Some("\u{feff}=== Log opened UTC 2024-01-02 03:04:05"), true);
        check(Some("=== Log opened UTC 2999-01-02 03:04:05"), false);
        check(Some("=== Log opened UTC yesterday"), false);
        check(Some("2024-01-02 03:04:05.678 INFO"), false);
        check(Some(""), false);
        check(None, false);
    }
}
