//! Starts and ends recordings.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::spawn_blocking;

use super::event::Event;
use crate::record::{
    FileChoice, RecordError, RecordingProgress, RecordingState, RecordingThread, TableFolders,
    start,
};

/// The longest time that the end of a recording waits for the disk.
const PATIENCE: Duration = Duration::from_secs(2);

/// The settings of a recorder.
#[derive(Debug, Clone)]
pub struct RecorderConfig {
    /// The folder of the files for which the user has named no place.
    pub folder: Option<PathBuf>,
    /// The folders of the tables.
    pub tables: TableFolders,
}

/// A handle that starts and ends recordings. Clones share one recording.
#[derive(Debug, Clone)]
pub struct Recorder {
    hub: mpsc::Sender<Event>,
    config: Arc<RecorderConfig>,
    last: Arc<Mutex<Option<Arc<RecordingThread>>>>,
}

/// The reason why a recording cannot be started.
#[derive(Debug, thiserror::Error)]
pub enum RecorderError {
    /// There is one already.
    #[error("a recording is under way, to {}", .0.display())]
    Running(PathBuf),
    /// The system names no folder for data.
    #[error("there is no folder for recordings; start dcs-master with --record and a folder")]
    NoFolder,
    /// The file.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// The server.
    #[error("the server has ended")]
    Ended,
}

impl Recorder {
    pub(super) fn new(hub: mpsc::Sender<Event>, config: RecorderConfig) -> Self {
        Self {
            hub,
            config: Arc::new(config),
            last: Arc::default(),
        }
    }

    /// Starts a recording. Without a choice, its file gets a name with the date.
    ///
    /// # Errors
    /// When one is under way, the file cannot be made, or the server has ended.
    pub async fn start(
        &self,
        choice: Option<FileChoice>,
    ) -> Result<RecordingProgress, RecorderError> {
        let running = self.progress();
        if let Some(running) = running.filter(|last| last.state == RecordingState::Running) {
            return Err(RecorderError::Running(running.file));
        }
        let choice = choice.or_else(|| self.config.folder.clone().map(FileChoice::Folder));
        let choice = choice.ok_or(RecorderError::NoFolder)?;
        let tables = self.config.tables.clone();
        // The disk may be slow.
        let started = spawn_blocking(move || start(&choice, tables)).await;
        let (tap, thread) = started.map_err(|_| RecorderError::Ended)??;
        let progress = thread.progress();
        *self.last() = Some(Arc::new(thread));
        let sent = self.hub.send(Event::Record(Some(Box::new(tap)))).await;
        sent.map_err(|_| RecorderError::Ended)?;
        Ok(progress)
    }

    /// Ends the recording that is under way, and returns its progress.
    pub async fn stop(&self) -> Option<RecordingProgress> {
        let thread = self.last().clone()?;
        // If the server has ended, so has the recording.
        let _ = self.hub.send(Event::Record(None)).await;
        let waiting = Arc::clone(&thread);
        let _ = spawn_blocking(move || waiting.wait(PATIENCE)).await;
        Some(thread.progress())
    }

    /// Waits until the file is complete, after the server has ended.
    pub fn wait(&self) {
        let last = self.last().clone();
        if let Some(thread) = last {
            thread.wait(PATIENCE);
        }
    }

    /// Returns the progress of the last recording.
    pub fn progress(&self) -> Option<RecordingProgress> {
        self.last().as_ref().map(|thread| thread.progress())
    }

    /// Returns the folder of the files for which the user has named no place.
    pub fn folder(&self) -> Option<&PathBuf> {
        self.config.folder.as_ref()
    }

    fn last(&self) -> MutexGuard<'_, Option<Arc<RecordingThread>>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
