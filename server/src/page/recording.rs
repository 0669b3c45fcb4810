//! `/api/recording` and `/api/replay`: recording, and the control of a replay.

use serde::{Deserialize, Serialize};

use super::PageServer;
use super::answer::PageError;
use crate::record::{RecordingProgress, RecordingState};
use crate::replay::{ReplayChange, SPEEDS};

/// The answer to `GET /api/recording`.
#[derive(Debug, Serialize)]
pub(super) struct RecordingAnswer {
    /// Whether this server can record, as one that replays cannot.
    possible: bool,
    running: bool,
    /// The name of the file, without its folder.
    file: Option<String>,
    /// The whole path, for a page on this computer.
    path: Option<String>,
    seconds: f64,
    bytes: u64,
    missing: u64,
    /// The reason why the last recording has ended early.
    error: Option<String>,
}

/// The answer to `GET /api/replay`.
#[derive(Debug, Serialize)]
pub(super) struct ReplayAnswer {
    file: String,
    /// The time of the beginning of the recording, in seconds since 1970.
    recorded: f64,
    length: f64,
    position: f64,
    speed: f64,
    paused: bool,
    #[serde(rename = "loop")]
    is_looping: bool,
}

/// The body of `POST /api/replay`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ReplayRequest {
    paused: Option<bool>,
    position: Option<f64>,
    speed: Option<f64>,
    #[serde(rename = "loop")]
    is_looping: Option<bool>,
}

/// Returns the state of the recording. A page on another computer gets no folder.
pub(super) fn recording(server: &PageServer, is_local: bool) -> RecordingAnswer {
    let recorder = server.recorder.as_ref();
    let progress = recorder.and_then(|recorder| recorder.progress());
    answer(recorder.is_some(), progress.as_ref(), is_local)
}

fn answer(possible: bool, last: Option<&RecordingProgress>, is_local: bool) -> RecordingAnswer {
    let name = |progress: &RecordingProgress| {
        let name = progress.file.file_name();
        name.map(|name| name.to_string_lossy().into_owned())
    };
    let path = |progress: &RecordingProgress| {
        let path = std::path::absolute(&progress.file);
        let path = path.as_deref().unwrap_or(&progress.file);
        is_local.then(|| path.to_string_lossy().into_owned())
    };
    let failure = |progress: &RecordingProgress| match &progress.state {
        RecordingState::Failed(reason) => Some(reason.clone()),
        RecordingState::Running | RecordingState::Finished => None,
    };
    RecordingAnswer {
        possible,
        running: last.is_some_and(|last| last.state == RecordingState::Running),
        file: last.and_then(name),
        path: last.and_then(path),
        seconds: last.map_or(0.0, |last| last.length.as_secs_f64()),
        bytes: last.map_or(0, |last| last.bytes),
        missing: last.map_or(0, |last| last.missing),
        error: last.and_then(failure),
    }
}

/// Starts a recording, or ends it.
pub(super) async fn change_recording(
    server: &PageServer,
    is_start: bool,
    is_local: bool,
) -> Result<RecordingAnswer, PageError> {
    let recorder = server.recorder.as_ref().ok_or(PageError::NoRecording)?;
    let progress = match is_start {
        true => Some(recorder.start(None).await?),
        false => recorder.stop().await,
    };
    Ok(answer(true, progress.as_ref(), is_local))
}

/// Returns the state of the replay.
pub(super) fn replay(server: &PageServer) -> Result<ReplayAnswer, PageError> {
    let status = server.replay.as_ref().ok_or(PageError::NoReplay)?.status();
    let name = status.file.file_name().unwrap_or_default();
    Ok(ReplayAnswer {
        file: name.to_string_lossy().into_owned(),
        recorded: status.recorded,
        length: status.length,
        position: status.position,
        speed: status.speed,
        paused: status.is_paused,
        is_looping: status.is_looping,
    })
}

/// Changes the replay.
pub(super) async fn change_replay(
    server: &PageServer,
    request: ReplayRequest,
) -> Result<(), PageError> {
    let replay = server.replay.as_ref().ok_or(PageError::NoReplay)?;
    let wrong = |reason: String| Err(PageError::BadRequest(reason));
    if request.speed.is_some_and(|speed| !SPEEDS.contains(&speed)) {
        let (from, to) = (SPEEDS.start(), SPEEDS.end());
        return wrong(format!("speed must be from {from} to {to}"));
    }
    if request
        .position
        .is_some_and(|position| !position.is_finite())
    {
        return wrong("position must be in seconds".to_owned());
    }
    let change = ReplayChange {
        is_paused: request.paused,
        position: request.position,
        speed: request.speed,
        is_looping: request.is_looping,
    };
    replay.change(change).await.map_err(|_| PageError::Ended)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_page_on_this_computer_gets_the_whole_path() {
        let progress = RecordingProgress {
            file: "one.mcap".into(),
            length: Duration::ZERO,
            bytes: 0,
            missing: 0,
            state: RecordingState::Running,
        };
        let path = |is_local| answer(true, Some(&progress), is_local).path;
        let here = std::env::current_dir().unwrap().join("one.mcap");
        assert_eq!(path(true).as_deref(), here.to_str());
        assert_eq!(path(false), None);
    }
}
