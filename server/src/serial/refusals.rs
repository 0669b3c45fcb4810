//! Logs the reasons for which the server refused requests of a panel, since a panel cannot show
//! them.

use std::collections::HashSet;

use tracing::warn;

/// The most reasons that are logged in a session.
const MAX_REASONS: usize = 32;
/// The most bytes of a line that are kept.
const MAX_LINE: usize = 2_000;
/// The reason for which a request for the aircraft is refused. It is not logged, since the library
/// for boards asks all the time.
const NO_AIRCRAFT: &[u8] = b"no aircraft is controlled";

/// The refusals that a panel was sent. Each is logged once.
#[derive(Debug)]
pub(super) struct RefusalLog {
    panel: String,
    /// The beginning of the line that is not complete, at most [`MAX_LINE`] bytes of it.
    line: Vec<u8>,
    logged: HashSet<Vec<u8>>,
}

impl RefusalLog {
    pub(super) fn new(panel: String) -> Self {
        Self {
            panel,
            line: Vec::new(),
            logged: HashSet::new(),
        }
    }

    /// Logs the refusals in the bytes that were sent to the panel.
    pub(super) fn log(&mut self, sent: &[u8]) {
        for reason in self.new_reasons(sent) {
            warn!("panel on {}: {reason}", self.panel);
        }
    }

    /// Returns the reasons that were not logged before.
    fn new_reasons(&mut self, sent: &[u8]) -> Vec<String> {
        let mut reasons = Vec::new();
        for piece in sent.split_inclusive(|byte| *byte == b'\n') {
            let room = MAX_LINE.saturating_sub(self.line.len());
            self.line.extend(piece.iter().take(room));
            if piece.ends_with(b"\n") {
                reasons.extend(self.new_reason());
                self.line.clear();
            }
        }
        reasons
    }

    /// Returns the reason in the complete line, unless it was logged before.
    fn new_reason(&mut self) -> Option<String> {
        let reason = self.line.strip_prefix(b"-1 ")?.trim_ascii_end();
        let is_new = !reason.starts_with(NO_AIRCRAFT)
            && self.logged.len() < MAX_REASONS
            && self.logged.insert(reason.to_vec());
        is_new.then(|| String::from_utf8_lossy(reason).into_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reasons(pieces: &[&str]) -> Vec<String> {
        let mut log = RefusalLog::new("COM5".to_owned());
        let pieces = pieces.iter();
        pieces
            .flat_map(|piece| log.new_reasons(piece.as_bytes()))
            .collect()
    }

    #[test]
    fn each_reason_is_logged_once_however_its_line_is_cut() {
        let pieces = [
            "0 Kestrel_T1\n-1 unknown ga",
            "uge \"Altimetr\"\n2 1 0.5 1\n-1 no aircraft is controlled\n",
            "-1 unknown gauge \"Altimetr\"\n-1 there is no indicator 7\n",
        ];
        assert_eq!(
            reasons(&pieces),
            ["unknown gauge \"Altimetr\"", "there is no indicator 7"]
        );
    }

    #[test]
    fn a_panel_cannot_fill_the_log() {
        let lines: String = (0..1_000).map(|n| format!("-1 unknown {n}\n")).collect();
        assert_eq!(reasons(&[&lines]).len(), MAX_REASONS);
    }
}
