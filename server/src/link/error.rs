//! The reasons for which there is no link with a state of the sim, as lines for the log.

use std::io;

use super::message::LinkState;
use super::print::LINK_VERSION;

/// The reason for which a session ended or could not begin. Another attempt always follows.
#[derive(Debug, thiserror::Error)]
pub(super) enum LinkError {
    #[error("nothing answers yet ({0}); trying every second")]
    Unreachable(io::Error),
    #[error("closed by the sim; trying every second")]
    Closed,
    #[error("lost ({0}); trying every second")]
    Lost(#[from] io::Error),
    #[error("the sim is {0}, most likely another dcs-master; end that one, or this one")]
    Refused(String),
    #[error(
        "not linked: the sim's hook state is linked with another server, and one server gets both \
         states"
    )]
    HookElsewhere,
    #[error(
        "the scripts speak version {0} of the link, this server version {LINK_VERSION}; run \
         \"dcs-master install\" and restart the sim"
    )]
    OtherLink(u64),
    #[error("this is the sim's {0} port; check --hook and --export, or the ports in config.lua")]
    OtherState(String),
    #[error("another program answers there, not the sim's scripts: it sent {line}; {advice}")]
    Foreign { line: String, advice: String },
    #[error(
        "connections are closed there before the sim's scripts answer; if another program uses that \
         port, {0}"
    )]
    ClosedWithoutHello(String),
}

/// Returns the advice about another program that uses the port of this state.
pub(super) fn advice(state: LinkState) -> String {
    let name = state.name();
    format!(
        "end that program, or choose another {name}_port in the sim's Scripts/dcs-master/config.lua \
         and give it with --{name}"
    )
}

impl LinkError {
    /// Returns whether the error is normal, such as those while the sim starts or ends.
    pub(super) fn is_expected(&self) -> bool {
        matches!(
            self,
            Self::Unreachable(_) | Self::Closed | Self::HookElsewhere
        )
    }
}

/// The most texts that are remembered.
const MAX_TEXTS: usize = 16;

/// The errors of a link that were logged since it was last up. Each text is logged once.
#[derive(Debug, Default)]
pub(super) struct ErrorLog(Vec<String>);

impl ErrorLog {
    /// Records an error. Returns its text if it has to be logged.
    pub(super) fn record(&mut self, error: &LinkError) -> Option<String> {
        // After another error, an unreachable sim is not worth a line.
        if matches!(error, LinkError::Unreachable(_)) && !self.0.is_empty() {
            return None;
        }
        let text = error.to_string();
        if self.0.contains(&text) || self.0.len() >= MAX_TEXTS {
            return None;
        }
        self.0.push(text.clone());
        Some(text)
    }

    /// Forgets all errors, since the link is up.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_error_is_logged_once_until_the_link_is_up() {
        let mut log = ErrorLog::default();
        let refused = || LinkError::Refused("linked to 127.0.0.1:5".into());
        let gone = || LinkError::Unreachable(io::ErrorKind::ConnectionRefused.into());
        let mut count = |error: LinkError| usize::from(log.record(&error).is_some());
        assert_eq!([count(gone()), count(gone()), count(refused())], [1, 0, 1]);
        assert_eq!(
            [count(LinkError::Closed), count(refused()), count(gone())],
            [1, 0, 0]
        );
        assert_eq!([count(LinkError::Closed), count(refused())], [0, 0]);
        log.clear();
        assert!(log.record(&gone()).is_some());
    }
}
