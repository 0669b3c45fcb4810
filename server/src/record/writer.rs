//! Writes entries as MCAP: JSON messages in compressed chunks, with a whole state every few
//! seconds. It knows no clock and no file: times come with the entries, and bytes go to a writer.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write};

use mcap::records::MessageHeader;
use mcap::write::NoSeek;
use mcap::{Attachment, Compression, WriteOptions};

use super::entry::Entry;
use super::error::WriteError;
use super::payload::{self, Topic};
use super::state::SimState;
use super::tables::RecordedTables;
use crate::filter::Micros;

/// The profile in the header, by which a recording is known.
pub(super) const PROFILE: &str = "dcs-master";
/// The time between two whole states.
const STATE_INTERVAL: Micros = 5_000_000;
/// The most bytes of a chunk before compression. A chunk of a second has fewer.
const CHUNK_BYTES: u64 = 4 << 20;
/// The media type of tables.
pub(super) const TABLES_MEDIA_TYPE: &str = "application/vnd.dcs-master.tables+zstd";

/// A recording that is being written.
pub struct RecordingWriter<W: Write> {
    mcap: mcap::Writer<NoSeek<BufWriter<W>>>,
    /// The time of the beginning, in nanoseconds since 1970.
    begin: u64,
    state: SimState,
    next_state: Micros,
    sequence: u32,
    json: Vec<u8>,
}

impl<W: Write> std::fmt::Debug for RecordingWriter<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RecordingWriter")
            .field("begin", &self.begin)
            .finish_non_exhaustive()
    }
}

impl<W: Write> RecordingWriter<W> {
    /// Begins a recording. `begin` is its time in nanoseconds since 1970.
    ///
    /// # Errors
    /// When the bytes cannot be written.
    pub fn new(out: W, begin: u64) -> Result<Self, WriteError> {
        // The compressor has no threads of its own, and a chunk is written when it is complete.
        let options = WriteOptions::new()
            .profile(PROFILE)
            .library(concat!("dcs-master ", env!("CARGO_PKG_VERSION")))
            .compression(Some(Compression::Zstd))
            .compression_threads(0)
            .chunk_size(Some(CHUNK_BYTES))
            .disable_seeking(true);
        let mut mcap = options.create(NoSeek::new(BufWriter::new(out)))?;
        // All channels come in the first chunk, so that each chunk can be read alone after it.
        for topic in Topic::ALL {
            let schema = topic.schema().as_bytes();
            let schema = mcap.add_schema(topic.name(), "jsonschema", schema)?;
            mcap.add_channel(schema, topic.name(), "json", &BTreeMap::new())?;
        }
        Ok(Self {
            mcap,
            begin,
            state: SimState::default(),
            next_state: 0,
            sequence: 0,
            json: Vec::new(),
        })
    }

    /// Writes an entry, and the whole state if it is time for it. `at` is the time since the
    /// beginning.
    ///
    /// # Errors
    /// When the bytes cannot be written.
    pub fn write(&mut self, at: Micros, entry: &Entry) -> Result<(), WriteError> {
        if let Entry::Sim(message) = entry {
            self.state.apply(message);
        }
        self.message(at, entry)?;
        if at >= self.next_state {
            self.next_state = at + STATE_INTERVAL;
            let state = Entry::State(std::mem::take(&mut self.state));
            let written = self.message(at, &state);
            if let Entry::State(state) = state {
                self.state = state;
            }
            written?;
        }
        Ok(())
    }

    fn message(&mut self, at: Micros, entry: &Entry) -> Result<(), WriteError> {
        self.json.clear();
        payload::write(&mut self.json, entry)?;
        let topic = Topic::of(entry);
        let time = self.time(at);
        let header = MessageHeader {
            // Channels have the numbers from 1, in the order in which they were added.
            channel_id: topic as u16 + 1,
            sequence: self.sequence,
            log_time: time,
            publish_time: time,
        };
        self.sequence = self.sequence.wrapping_add(1);
        Ok(self.mcap.write_to_known_channel(&header, &self.json)?)
    }

    /// Attaches the tables of an aircraft.
    ///
    /// # Errors
    /// When the bytes cannot be written.
    pub fn attach(&mut self, at: Micros, tables: &RecordedTables) -> Result<(), WriteError> {
        let time = self.time(at);
        let attachment = Attachment {
            log_time: time,
            create_time: time,
            name: tables.aircraft.clone(),
            media_type: TABLES_MEDIA_TYPE.to_owned(),
            data: Cow::Borrowed(&tables.packed),
        };
        Ok(self.mcap.attach(&attachment)?)
    }

    /// Completes the chunk, so that a reader finds everything up to here.
    ///
    /// # Errors
    /// When the bytes cannot be written.
    pub fn flush(&mut self) -> Result<(), WriteError> {
        Ok(self.mcap.flush()?)
    }

    /// Ends the recording with its index.
    ///
    /// # Errors
    /// When the bytes cannot be written.
    pub fn finish(mut self) -> Result<W, WriteError> {
        self.mcap.finish()?;
        let buffered = self.mcap.into_inner().into_inner();
        Ok(buffered
            .into_inner()
            .map_err(io::IntoInnerError::into_error)?)
    }

    /// Ends the recording after an error, without writing anything more.
    pub fn abandon(self) -> W {
        self.mcap.into_inner().into_inner().into_parts().0
    }

    fn time(&self, at: Micros) -> u64 {
        self.begin.saturating_add(at.saturating_mul(1000))
    }
}
