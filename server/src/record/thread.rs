//! The thread that writes a recording to its file. Nobody waits for it.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use aircraft_defs::counted_are;
use chrono::Local;
use tracing::{error, info, warn};

use super::entry::Entry;
use super::error::{RecordError, WriteError};
use super::file_name::FileChoice;
use super::tables::{RecordedTables, TableFolders};
use super::tap::{Queue, QueueItem, Tap, queue};
use super::writer::RecordingWriter;
use crate::filter::Micros;

/// The longest time until what was recorded is in the file.
const FLUSH_INTERVAL: Duration = Duration::from_secs(1);
/// The most tables that a recording has. A user who edits their own tables makes new ones.
const MAX_TABLES: usize = 64;

/// A recording under way, or the last one.
#[derive(Debug)]
pub struct RecordingThread {
    progress: Arc<Mutex<RecordingProgress>>,
    done: Mutex<Receiver<()>>,
}

/// The progress of a recording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordingProgress {
    /// The file.
    pub file: PathBuf,
    /// The time from its beginning to its last entry.
    pub length: Duration,
    /// The bytes in the file.
    pub bytes: u64,
    /// The entries that are missing, since they could not be written fast enough.
    pub missing: u64,
    /// The state of the recording.
    pub state: RecordingState,
}

/// The state of a recording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecordingState {
    /// It is under way.
    Running,
    /// It has ended, and the file is complete.
    Finished,
    /// It has ended early, for this reason.
    Failed(String),
}

/// A place for the bytes of a recording.
pub(crate) trait Output: Write + Send + 'static {
    /// Removes all bytes after the first `length`.
    fn truncate(&mut self, length: u64) -> io::Result<()>;
}

impl Output for File {
    fn truncate(&mut self, length: u64) -> io::Result<()> {
        self.set_len(length)
    }
}

/// Starts a recording.
///
/// # Errors
/// When the file exists already or cannot be made.
pub fn start(
    choice: &FileChoice,
    folders: TableFolders,
) -> Result<(Tap, RecordingThread), RecordError> {
    let date = Local::now().format("%Y-%m-%d_%H-%M-%S").to_string();
    let (path, file) = choice.create(&date)?;
    let result = start_with(&path, file, folders);
    if result.is_err() {
        let _ = std::fs::remove_file(&path);
    }
    result
}

/// Starts a recording to an output, which messages call `path`.
pub(crate) fn start_with(
    path: &Path,
    out: impl Output,
    folders: TableFolders,
) -> Result<(Tap, RecordingThread), RecordError> {
    let progress = Arc::new(Mutex::new(RecordingProgress {
        file: path.to_owned(),
        length: Duration::ZERO,
        bytes: 0,
        missing: 0,
        state: RecordingState::Running,
    }));
    let (tap, queue) = queue();
    let (done_sender, done) = mpsc::channel();
    let file = RecordingFile::new(out, folders, Arc::clone(&progress))?;
    let shown = path.display().to_string();
    let run = move || {
        file.run(&queue);
        let _ = done_sender.send(());
    };
    let thread = std::thread::Builder::new().name("recorder".to_owned());
    thread.spawn(run).map_err(RecordError::Thread)?;
    info!("recording to {shown}");
    let done = Mutex::new(done);
    Ok((tap, RecordingThread { progress, done }))
}

impl RecordingThread {
    /// Returns the progress.
    pub fn progress(&self) -> RecordingProgress {
        lock(&self.progress).clone()
    }

    /// Waits until the file is complete, after its [`Tap`] has been dropped. A disk that does not
    /// answer is not waited for longer than `patience`.
    pub fn wait(&self, patience: Duration) {
        let _ = lock(&self.done).recv_timeout(patience);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// An output that counts its bytes.
#[derive(Debug)]
struct Counted<W> {
    out: W,
    bytes: Arc<AtomicU64>,
}

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.out.write(bytes)?;
        self.bytes.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// The file of a recording, with what is written to it.
struct RecordingFile<W: Output> {
    writer: RecordingWriter<Counted<W>>,
    bytes: Arc<AtomicU64>,
    /// The bytes up to the end of the last complete chunk.
    complete: u64,
    flushed: Instant,
    folders: TableFolders,
    tables: Vec<RecordedTables>,
    progress: Arc<Mutex<RecordingProgress>>,
}

impl<W: Output> RecordingFile<W> {
    fn new(
        out: W,
        folders: TableFolders,
        progress: Arc<Mutex<RecordingProgress>>,
    ) -> Result<Self, WriteError> {
        let since_1970 = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        let begin = since_1970.map_or(0, |time| time.as_nanos() as u64);
        let bytes = Arc::<AtomicU64>::default();
        let counted = Counted {
            out,
            bytes: Arc::clone(&bytes),
        };
        Ok(Self {
            writer: RecordingWriter::new(counted, begin)?,
            bytes,
            complete: 0,
            flushed: Instant::now(),
            folders,
            tables: Vec::new(),
            progress,
        })
    }

    fn run(mut self, queue: &Queue) {
        let result = self.write_all(queue);
        let length = lock(&self.progress).length;
        let minutes = length.as_secs_f64() / 60.0;
        match result {
            Ok(()) => self.finish(minutes),
            Err(error) => self.fail(&error, minutes),
        }
    }

    /// Writes everything from the queue until its other end is dropped.
    fn write_all(&mut self, queue: &Queue) -> Result<(), WriteError> {
        loop {
            match queue.items.recv_timeout(FLUSH_INTERVAL) {
                Ok(item) => self.write(item, queue)?,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Ok(()),
            }
            if self.flushed.elapsed() >= FLUSH_INTERVAL {
                self.flush()?;
            }
        }
    }

    fn write(&mut self, item: QueueItem, queue: &Queue) -> Result<(), WriteError> {
        match item {
            QueueItem::Entries(at, entries, cost) => {
                for entry in &entries {
                    self.writer.write(at, entry)?;
                    self.count(at, entry);
                }
                queue.release(cost);
            }
            QueueItem::Tables(at, aircraft) => self.attach(at, &aircraft)?,
        }
        Ok(())
    }

    fn count(&self, at: Micros, entry: &Entry) {
        let mut progress = lock(&self.progress);
        progress.length = Duration::from_micros(at);
        if let Entry::Missing(entries) = entry {
            if progress.missing == 0 {
                let file = progress.file.display();
                warn!("{file}: the disk is too slow for the recording, so parts of it are missing");
            }
            progress.missing += entries;
        }
    }

    fn attach(&mut self, at: Micros, aircraft: &str) -> Result<(), WriteError> {
        let packed = RecordedTables::pack(&self.folders, aircraft);
        let packed = packed.filter(|tables| !self.tables.contains(tables));
        if let Some(tables) = packed.filter(|_| self.tables.len() < MAX_TABLES) {
            self.writer.attach(at, &tables)?;
            self.tables.push(tables);
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), WriteError> {
        self.writer.flush()?;
        self.flushed = Instant::now();
        self.complete = self.bytes.load(Ordering::Relaxed);
        lock(&self.progress).bytes = self.complete;
        Ok(())
    }

    fn finish(mut self, minutes: f64) {
        if let Err(error) = self.flush() {
            return self.fail(&error, minutes);
        }
        if let Err(error) = self.writer.finish() {
            // Everything but the index is in the file.
            warn!("the index of the recording cannot be written: {error}");
        }
        let mut progress = lock(&self.progress);
        progress.bytes = self.bytes.load(Ordering::Relaxed);
        progress.state = RecordingState::Finished;
        let (file, missing) = (progress.file.display(), progress.missing);
        let megabytes = progress.bytes as f64 / 1e6;
        info!("recorded {minutes:.1} minutes in {file}, {megabytes:.1} MB");
        if missing > 0 {
            let missing = counted_are(missing, "entry");
            warn!("{file}: {missing} missing, since the disk was too slow");
        }
    }

    fn fail(self, reason: &WriteError, minutes: f64) {
        let mut out = self.writer.abandon().out;
        // On a full disk, this also makes room for what others write.
        let _ = out.truncate(self.complete);
        drop(out);
        let mut progress = lock(&self.progress);
        progress.bytes = self.complete;
        progress.state = RecordingState::Failed(reason.to_string());
        let rest = match self.complete {
            0 => {
                // A file without a flight would only be in the way.
                let _ = std::fs::remove_file(&progress.file);
                "nothing was recorded, so there is no file".to_owned()
            }
            _ => format!("the first {minutes:.1} minutes are in it"),
        };
        let file = progress.file.display();
        error!(
            "the recording has ended early: {file} cannot be written: {reason}; {rest}; clients are \
             served as before"
        );
    }
}
