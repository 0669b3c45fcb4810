//! Reads recordings. The file is listed once from its beginning, part by part, so neither its end
//! nor its index is needed; afterwards only the chunks in question are read.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use mcap::records::{ChunkHeader, Record, op};
use mcap::{MAGIC, parse_record};
use tracing::warn;

use super::entry::Entry;
use super::error::ReadError;
use super::payload;
use super::state::SimState;
use super::tables::RecordedTables;
use super::writer::{PROFILE, TABLES_MEDIA_TYPE};
use crate::filter::Micros;

/// The most bytes of a part that is read into memory, and of a chunk when it is unpacked.
const MAX_PART: u64 = 64 << 20;
/// The bytes of the head of a part: its kind and its length.
const HEAD: u64 = 9;
/// The bytes at the beginning of a chunk that hold its times.
const CHUNK_HEAD: u64 = 16;

/// A recording that is read from its file.
#[derive(Debug)]
pub struct Recording {
    path: PathBuf,
    file: File,
    chunks: Vec<Chunk>,
    tables: BTreeMap<String, RecordedTables>,
    is_complete: bool,
    /// The places of the broken chunks that have been logged.
    broken: Mutex<BTreeSet<u64>>,
}

/// A chunk in the file.
#[derive(Debug, Clone, Copy)]
struct Chunk {
    /// The place of its contents in the file, and their length.
    offset: u64,
    length: u64,
    /// The times of its first and last entries, in nanoseconds since 1970.
    first: u64,
    last: u64,
}

impl Recording {
    /// Opens a recording.
    ///
    /// # Errors
    /// When the file cannot be read, is of another kind, or has no entries.
    pub fn open(path: &Path) -> Result<Self, ReadError> {
        let io = |error| ReadError::Io {
            path: path.to_owned(),
            error,
        };
        // To open a pipe would wait for whoever writes to it.
        if !fs::metadata(path).map_err(io)?.is_file() {
            return Err(ReadError::Foreign {
                path: path.to_owned(),
                reason: "it is a folder, a pipe or a device, not a file",
            });
        }
        let mut recording = Self {
            path: path.to_owned(),
            file: File::open(path).map_err(io)?,
            chunks: Vec::new(),
            tables: BTreeMap::new(),
            is_complete: false,
            broken: Mutex::default(),
        };
        let mut reader = BufReader::new(recording.file.try_clone().map_err(io)?);
        recording.check_magic(&mut reader)?;
        recording.list(&mut reader).map_err(io)?;
        if recording.chunks.is_empty() {
            return Err(ReadError::Empty(path.to_owned()));
        }
        Ok(recording)
    }

    fn check_magic(&self, reader: &mut impl Read) -> Result<(), ReadError> {
        let foreign = |reason| ReadError::Foreign {
            path: self.path.clone(),
            reason,
        };
        let mut magic = [0; MAGIC.len()];
        let read = reader.read_exact(&mut magic);
        if read.is_err() || magic != MAGIC {
            return Err(foreign("it is not an MCAP file"));
        }
        let header = read_head(reader)
            .ok()
            .filter(|&(kind, length)| kind == op::HEADER && length <= MAX_PART)
            .and_then(|(_, length)| read_body(reader, length).ok());
        match header.as_deref().map(|body| parse_record(op::HEADER, body)) {
            Some(Ok(Record::Header(header))) if header.profile == PROFILE => Ok(()),
            Some(Ok(_)) => Err(foreign("another program made this MCAP file")),
            _ => Err(foreign("its header is broken")),
        }
    }

    /// Lists the parts of the file. A part that is not complete ends the list.
    fn list(&mut self, reader: &mut BufReader<File>) -> io::Result<()> {
        let end = self.file.metadata()?.len();
        let mut place = reader.stream_position()?;
        while let Ok((kind, length)) = read_head(reader) {
            let offset = place + HEAD;
            place = offset.saturating_add(length);
            if place > end {
                break;
            }
            match kind {
                op::CHUNK => {
                    let Some(chunk) = read_chunk_head(reader, offset, length)? else {
                        break;
                    };
                    // A chunk without entries has no time.
                    self.chunks.extend((chunk.last > 0).then_some(chunk));
                }
                op::ATTACHMENT if length <= MAX_PART => {
                    let body = read_body(reader, length)?;
                    self.add_tables(&body);
                }
                op::FOOTER => self.is_complete = true,
                // A disk that lost its power leaves zeros.
                0 => break,
                _ => {}
            }
            reader.seek(SeekFrom::Start(place))?;
        }
        Ok(())
    }

    fn add_tables(&mut self, body: &[u8]) {
        if let Ok(Record::Attachment { header, data, .. }) = parse_record(op::ATTACHMENT, body)
            && header.media_type == TABLES_MEDIA_TYPE
        {
            let tables = RecordedTables {
                aircraft: header.name.clone(),
                packed: data.into_owned(),
            };
            self.tables.insert(header.name, tables);
        }
    }

    /// Returns the path of the file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns whether the recording was ended by its server, and not by a crash or a full disk.
    pub fn is_complete(&self) -> bool {
        self.is_complete
    }

    /// Returns the newest tables of each aircraft.
    pub fn tables(&self) -> impl Iterator<Item = &RecordedTables> {
        self.tables.values()
    }

    /// Returns the time of its beginning, in nanoseconds since 1970.
    pub fn begin(&self) -> u64 {
        self.chunks.first().map_or(0, |chunk| chunk.first)
    }

    /// Returns the time from its beginning to its last entry.
    pub fn length(&self) -> Micros {
        let last = self.chunks.iter().map(|chunk| chunk.last).max();
        self.micros(last.unwrap_or_default())
    }

    fn micros(&self, time: u64) -> Micros {
        time.saturating_sub(self.begin()) / 1000
    }

    /// Returns the entries of a chunk with their times. Those of a broken one are left out, which is logged
    /// once.
    fn entries(&self, chunk: Chunk) -> Result<Vec<(Micros, Entry)>, ReadError> {
        match self.read_entries(chunk) {
            Err(error @ ReadError::Chunk { .. }) => {
                let mut broken = self.broken.lock().unwrap_or_else(PoisonError::into_inner);
                if broken.insert(chunk.offset) {
                    warn!("{error}; it is left out");
                }
                Ok(Vec::new())
            }
            read => read,
        }
    }

    /// Reads a chunk. Entries of kinds that this version does not know are left out.
    fn read_entries(&self, chunk: Chunk) -> Result<Vec<(Micros, Entry)>, ReadError> {
        let broken = |reason: String| ReadError::Chunk {
            path: self.path.clone(),
            offset: chunk.offset,
            reason,
        };
        let mut file = &self.file;
        let body = file
            .seek(SeekFrom::Start(chunk.offset))
            .and_then(|_| read_body(&mut file, chunk.length))
            .map_err(|error| ReadError::Io {
                path: self.path.clone(),
                error,
            })?;
        let record = parse_record(op::CHUNK, &body).map_err(|error| broken(error.to_string()))?;
        let Record::Chunk { header, data } = record else {
            return Err(broken("it is not a chunk".to_owned()));
        };
        let unpacked = unpack(&header, &data).map_err(|error| broken(error.to_string()))?;
        let mut entries = Vec::new();
        let mut rest = &unpacked[..];
        while !rest.is_empty() {
            let (kind, body) = take_part(&mut rest).map_err(|error| broken(error.to_string()))?;
            if kind == op::MESSAGE
                && let Ok(Record::Message { header, data }) = parse_record(kind, body)
                && let Ok(entry) = payload::read(&data)
            {
                entries.push((self.micros(header.log_time), entry));
            }
        }
        Ok(entries)
    }

    /// Returns a cursor at a time, and the state of the sim there.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn seek(&self, time: Micros) -> Result<(SimState, Cursor), ReadError> {
        let after = |chunk: &Chunk| self.micros(chunk.first) <= time;
        let mut from = self.chunks.partition_point(after).saturating_sub(1);
        // Back to the chunk with the last whole state before the time.
        let (mut entries, mut begin) = (self.entries(self.chunks[from])?, None);
        loop {
            begin = begin.or_else(|| {
                let is_state =
                    |(at, entry): &(Micros, Entry)| *at <= time && matches!(entry, Entry::State(_));
                entries.iter().rposition(is_state)
            });
            if begin.is_some() || from == 0 {
                break;
            }
            from -= 1;
            entries = self.entries(self.chunks[from])?;
        }
        let mut state = SimState::default();
        let mut cursor = Cursor {
            next_chunk: from + 1,
            entries: entries.into_iter().skip(begin.unwrap_or(0)).collect(),
        };
        while let Some(at) = cursor.next_time(self)?
            && at <= time
        {
            match cursor.next(self)? {
                Some((_, Entry::Sim(message))) => state.apply(&message),
                Some((_, Entry::State(whole))) => state = whole,
                _ => {}
            }
        }
        Ok((state, cursor))
    }
}

/// A place in a recording, from which its entries are read in their order.
#[derive(Debug, Clone, Default)]
pub struct Cursor {
    next_chunk: usize,
    entries: std::collections::VecDeque<(Micros, Entry)>,
}

impl Cursor {
    /// Returns the time of the next entry; `None` at the end.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn next_time(&mut self, recording: &Recording) -> Result<Option<Micros>, ReadError> {
        while self.entries.is_empty() {
            let Some(&chunk) = recording.chunks.get(self.next_chunk) else {
                return Ok(None);
            };
            self.next_chunk += 1;
            self.entries = recording.entries(chunk)?.into();
        }
        Ok(self.entries.front().map(|(at, _)| *at))
    }

    /// Takes the next entry; `None` at the end.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn next(&mut self, recording: &Recording) -> Result<Option<(Micros, Entry)>, ReadError> {
        self.next_time(recording)?;
        Ok(self.entries.pop_front())
    }
}

/// Reads the kind and the length of a part.
fn read_head(reader: &mut impl Read) -> io::Result<(u8, u64)> {
    let mut kind = [0];
    let mut length = [0; 8];
    reader.read_exact(&mut kind)?;
    reader.read_exact(&mut length)?;
    Ok((kind[0], u64::from_le_bytes(length)))
}

/// Returns the contents of a chunk.
fn unpack(header: &ChunkHeader, data: &[u8]) -> io::Result<Vec<u8>> {
    if header.uncompressed_size > MAX_PART {
        return Err(io::Error::other("it is too large"));
    }
    let size = header.uncompressed_size as usize;
    match header.compression.as_str() {
        "zstd" => zstd::bulk::decompress(data, size),
        "" => Ok(data.to_vec()),
        _ => Err(io::Error::other("its compression is not known here")),
    }
}

/// Takes the kind and the contents of the next part from the front of `rest`.
fn take_part<'a>(rest: &mut &'a [u8]) -> io::Result<(u8, &'a [u8])> {
    let (kind, length) = read_head(rest)?;
    let length = usize::try_from(length).ok();
    let parts = length.and_then(|length| rest.split_at_checked(length));
    let (body, after) = parts.ok_or(io::ErrorKind::UnexpectedEof)?;
    *rest = after;
    Ok((kind, body))
}

fn read_body(reader: &mut impl Read, length: u64) -> io::Result<Vec<u8>> {
    if length > MAX_PART {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut body = vec![0; length as usize];
    reader.read_exact(&mut body)?;
    Ok(body)
}

/// Reads the times of a chunk; `None` if it is broken or too large.
fn read_chunk_head(reader: &mut impl Read, offset: u64, length: u64) -> io::Result<Option<Chunk>> {
    if length > MAX_PART {
        return Ok(None);
    }
    let head = read_body(reader, length.min(CHUNK_HEAD))?;
    let Some((times, _)) = head.split_first_chunk::<16>() else {
        return Ok(None);
    };
    let time = |at: usize| {
        let bytes = times[at..at + 8].try_into();
        u64::from_le_bytes(bytes.unwrap_or_default())
    };
    Ok(Some(Chunk {
        offset,
        length,
        first: time(0),
        last: time(8),
    }))
}
