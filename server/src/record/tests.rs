//! Tests of recordings as files: what is written is read again, up to the last complete chunk.

use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use proptest::prelude::*;
use tempfile::TempDir;

use super::thread::{Output, start_with};
use super::*;
use crate::filter::Micros;
use crate::link::{FrameStats, FromSim, LinkState};

/// Any time of a beginning.
const BEGIN: u64 = 1_763_740_000_000_000_000;

fn folders() -> TableFolders {
    TableFolders {
        defs: "no-such-folder".into(),
        own_defs: None,
    }
}

/// Writes entries as a file, and completes a chunk after each of these entries. Returns its bytes.
fn written(entries: &[(Micros, Entry)], flush_after: impl Fn(usize) -> bool) -> Vec<u8> {
    let mut writer = RecordingWriter::new(Vec::new(), BEGIN).unwrap();
    for (number, (at, entry)) in entries.iter().enumerate() {
        writer.write(*at, entry).unwrap();
        if flush_after(number) {
            writer.flush().unwrap();
        }
    }
    writer.finish().unwrap()
}

fn opened(bytes: &[u8]) -> (TempDir, Result<Recording, ReadError>) {
    let disk = tempfile::tempdir().unwrap();
    let path = disk.path().join("flight.mcap");
    fs::write(&path, bytes).unwrap();
    (disk, Recording::open(&path))
}

/// Returns all entries but the whole states.
fn entries_of(recording: &Recording) -> Vec<(Micros, Entry)> {
    let mut cursor = Cursor::default();
    let all = std::iter::from_fn(|| cursor.next(recording).unwrap());
    all.filter(|(_, entry)| !matches!(entry, Entry::State(_)))
        .collect()
}

/// One entry of each kind.
fn samples() -> Vec<Entry> {
    let client = || "tcp 1".to_owned();
    let sim = [
        FromSim::up(LinkState::Hook),
        FromSim::Down(LinkState::Export),
        FromSim::Aircraft(Some("Kestrel \"T1\"".into())),
        FromSim::Aircraft(None),
        FromSim::Args(vec![(540, 0.1_f32.into()), (12, -1.0), (7, -0.0)]),
        FromSim::Indicator {
            indicator: 6,
            epoch: 3,
            text: Some(Bytes::from_static(b"a\nb \xc3\xbc")),
        },
        FromSim::Indicator {
            indicator: 6,
            epoch: 3,
            text: Some(Bytes::from_static(b"90\xb0")),
        },
        FromSim::Indicator {
            indicator: 6,
            epoch: 4,
            text: None,
        },
        FromSim::Indicators {
            ticket: 1 << 52,
            texts: vec![(0, Bytes::from_static(b"")), (9, Bytes::from_static(b"x"))],
        },
        FromSim::Error {
            ticket: Some(7),
            reason: "no device 99".into(),
        },
        FromSim::Reached(12),
        FromSim::AnswersCold,
        FromSim::Telemetry(vec![(2, Some(141.765_432_1)), (40, None)]),
        FromSim::TelemetryForbidden,
        FromSim::Cold {
            cold: None,
            since: Some(1_763_740_000_125),
        },
        FromSim::Stats(
            LinkState::Hook,
            FrameStats {
                seconds: 5.0,
                frames: 300,
                mean_us: 2.1,
                ..FrameStats::default()
            },
        ),
    ];
    let others = [
        Entry::Client(ClientEntry::Joined(client())),
        Entry::Client(ClientEntry::Request(client(), "2 Altimeter 1 0 30".into())),
        Entry::Client(ClientEntry::WrongLine(client(), "unknown command".into())),
        Entry::Client(ClientEntry::Left(client())),
        Entry::Missing(3),
    ];
    sim.map(Entry::Sim).into_iter().chain(others).collect()
}

#[test]
fn every_kind_of_entry_is_read_as_it_was_written() {
    let entries: Vec<_> = (0..).step_by(100_000).zip(samples()).collect();
    let (_disk, recording) = opened(&written(&entries, |number| number % 3 == 2));
    let recording = recording.unwrap();
    assert_eq!(entries_of(&recording), entries);
    assert_eq!(recording.length(), entries[entries.len() - 1].0);
    assert_eq!(recording.begin(), BEGIN);
    assert!(recording.is_complete());
}

/// `count.py` beside the recording finds the same numbers with another reader.
#[test]
fn the_sample_has_the_messages_that_another_reader_counts() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/recordings");
    let bytes = fs::read(folder.join("kestrel.mcap")).unwrap();
    let mut lines = String::new();
    for size in [bytes.len(), 40_000] {
        let (_disk, recording) = opened(&bytes[..size]);
        let recording = recording.unwrap();
        let mut counts = std::collections::BTreeMap::new();
        let mut cursor = Cursor::default();
        while let Some((_, entry)) = cursor.next(&recording).unwrap() {
            *counts.entry(payload::Topic::of(&entry).name()).or_insert(0) += 1;
        }
        for (topic, count) in counts {
            lines += &format!("{size} {topic} {count}\n");
        }
    }
    let expected = fs::read_to_string(folder.join("kestrel.txt")).unwrap();
    assert_eq!(lines, expected);
}

#[test]
fn folders_of_the_computer_are_not_recorded() {
    let up = FromSim::Up {
        state: LinkState::Hook,
        version: "1".into(),
        write_dir: Some("C:\\Users\\Someone".into()),
        install_dir: Some("C:\\Users\\Someone".into()),
        telemetry_fields: 0,
        functions: 0,
    };
    let mut json = Vec::new();
    payload::write(&mut json, &Entry::Sim(up)).unwrap();
    assert!(!String::from_utf8(json).unwrap().contains("Someone"));
}

#[test]
fn a_file_without_its_end_is_read_up_to_the_last_chunk() {
    let entries: Vec<_> = (0..)
        .step_by(100_000)
        .zip(samples().into_iter().cycle().take(60))
        .collect();
    let bytes = written(&entries, |number| number % 7 == 6);
    let mut counts = Vec::new();
    for length in (0..bytes.len()).step_by(97) {
        let (_disk, recording) = opened(&bytes[..length]);
        match recording {
            Ok(recording) => {
                let read = entries_of(&recording);
                assert_eq!(read, entries[..read.len()]);
                counts.push(read.len());
            }
            Err(ReadError::Empty(_) | ReadError::Foreign { .. }) => assert!(counts.is_empty()),
            Err(error) => panic!("{error}"),
        }
    }
    assert!(counts.is_sorted() && counts.last() == Some(&60));
    counts.dedup();
    assert!(counts.len() > 5, "{counts:?}");
}

#[test]
fn other_files_are_told_apart() {
    let error = |bytes: &[u8]| opened(bytes).1.unwrap_err().to_string();
    assert!(error(b"time,altitude\n").contains("not an MCAP file"));
    let mut others = mcap::WriteOptions::new()
        .create(io::Cursor::new(Vec::new()))
        .unwrap();
    others.finish().unwrap();
    let bytes = others.into_inner().into_inner();
    assert!(error(&bytes).contains("another program made this MCAP file"));
    assert!(error(&written(&[], |_| false)).contains("no complete second"));
    let missing = Recording::open(Path::new("no-such-file")).unwrap_err();
    assert!(missing.to_string().contains("cannot be read"));
}

#[test]
fn a_broken_chunk_is_left_out() {
    let entries: Vec<_> = (0..).step_by(1000).zip(samples()).collect();
    let bytes = written(&entries, |_| false);
    for place in (0..bytes.len()).step_by(5) {
        let mut broken = bytes.clone();
        broken[place] ^= 0x55;
        let (_disk, recording) = opened(&broken);
        if let Ok(recording) = recording {
            recording.seek(5000).expect("the rest is read");
            let (_, mut cursor) = recording.seek(0).expect("the rest is read");
            while cursor.next(&recording).expect("the rest is read").is_some() {}
        }
    }
}

/// An output that has room for some bytes only.
#[derive(Clone, Default)]
struct SmallDisk {
    bytes: Arc<Mutex<Vec<u8>>>,
    room: usize,
}

impl Write for SmallDisk {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut disk = self.bytes.lock().unwrap();
        let room = self.room - disk.len();
        if room == 0 {
            return Err(io::ErrorKind::StorageFull.into());
        }
        let count = bytes.len().min(room);
        disk.extend_from_slice(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Output for SmallDisk {
    fn truncate(&mut self, length: u64) -> io::Result<()> {
        self.bytes.lock().unwrap().truncate(length as usize);
        Ok(())
    }
}

/// A full disk must cost no more than the recording: the tap never waits, and learns of the end.
#[test]
fn a_full_disk_ends_the_recording_and_leaves_whole_chunks() {
    let disk = SmallDisk {
        room: 20_000,
        ..SmallDisk::default()
    };
    let (mut tap, thread) = start_with(Path::new("full"), disk.clone(), folders()).unwrap();
    let mut now = 0;
    let mut random = 1_u32;
    let ended = loop {
        let mut value = || {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            f64::from(random as f32 / u32::MAX as f32)
        };
        let values = (0..2000).map(|arg| (arg, value())).collect();
        now += 20_000;
        if tap.sim(&FromSim::Args(values), now).is_err() {
            break true;
        }
        if now > 1_200_000_000 {
            break false;
        }
        // The thread gets its turn: what is tested is that it ends, not how fast it is.
        std::thread::sleep(Duration::from_millis(1));
    };
    assert!(ended, "the recording goes on without a disk");
    thread.wait(Duration::from_secs(60));
    let progress = thread.progress();
    assert!(
        matches!(progress.state, RecordingState::Failed(_)),
        "{progress:?}"
    );
    assert_eq!(disk.bytes.lock().unwrap().len() as u64, progress.bytes);
}

/// A second try on a full disk, where there is room for the name of a file and nothing else.
#[test]
fn a_recording_without_a_second_leaves_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("flight.mcap");
    fs::write(&file, "").unwrap();
    let disk = SmallDisk::default();
    let (mut tap, thread) = start_with(&file, disk, folders()).unwrap();
    tap.sim(&FromSim::Args(vec![(1, 0.5)]), 5).unwrap();
    drop(tap);
    thread.wait(Duration::from_secs(60));
    let state = thread.progress().state;
    assert!(matches!(state, RecordingState::Failed(_)), "{state:?}");
    assert!(!file.exists());
}

#[test]
fn only_files_are_opened() {
    let folder = tempfile::tempdir().unwrap();
    let mut others = vec![folder.path().to_owned()];
    #[cfg(unix)]
    {
        let pipe = folder.path().join("pipe");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        assert!(made.unwrap().success());
        others.extend([pipe, "/dev/zero".into()]);
    }
    for other in others {
        let error = Recording::open(&other).unwrap_err().to_string();
        assert!(error.contains("not a file"), "{error}");
    }
}

#[test]
fn a_recording_that_is_stopped_is_complete() {
    let disk = tempfile::tempdir().unwrap();
    let choice = FileChoice::Folder(disk.path().join("new"));
    let (mut tap, thread) = start(&choice, folders()).unwrap();
    for entry in samples() {
        if let Entry::Sim(message) = entry {
            tap.sim(&message, 5).unwrap();
        }
    }
    drop(tap);
    thread.wait(Duration::from_secs(60));
    let progress = thread.progress();
    assert_eq!(progress.state, RecordingState::Finished);
    let recording = Recording::open(&progress.file).unwrap();
    assert!(recording.is_complete());
    assert_eq!(fs::metadata(&progress.file).unwrap().len(), progress.bytes);
}

/// Any message that changes the state.
fn message() -> impl Strategy<Value = FromSim> {
    let args = proptest::collection::vec((0..6_u32, -4..=4_i8), 0..4);
    let args = args.prop_map(|values| {
        let values = values.into_iter();
        FromSim::Args(
            values
                .map(|(arg, raw)| (arg, f64::from(raw) / 4.0))
                .collect(),
        )
    });
    let text = proptest::option::of("[a-c]{0,3}");
    let display = (0..3_u32, text).prop_map(|(indicator, text)| FromSim::Indicator {
        indicator,
        epoch: 0,
        text: text.map(Bytes::from),
    });
    let name = proptest::option::of("[AB]");
    prop_oneof![
        8 => args,
        3 => display,
        1 => name.prop_map(FromSim::Aircraft),
        1 => Just(FromSim::Down(LinkState::Hook)),
        1 => Just(FromSim::Down(LinkState::Export)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn seeking_gives_the_state_of_an_uninterrupted_replay(
        steps in proptest::collection::vec((0..1_500_000_u64, message(), any::<bool>()), 1..60),
    ) {
        let mut at = 0;
        let mut entries = Vec::new();
        for (pause, message, _) in &steps {
            at += pause / 1000 * 1000;
            entries.push((at, Entry::Sim(message.clone())));
        }
        let begin = entries[0].0;
        for (at, _) in &mut entries {
            *at -= begin;
        }
        let (_disk, recording) = opened(&written(&entries, |number| steps[number].2));
        let recording = recording.unwrap();
        for time in (0..=recording.length() + 1_000_000).step_by(500_000) {
            let mut expected = SimState::default();
            for (at, entry) in &entries {
                if let Entry::Sim(message) = entry && *at <= time {
                    expected.apply(message);
                }
            }
            let (state, mut cursor) = recording.seek(time).unwrap();
            prop_assert_eq!(state, expected);
            let next = entries.iter().map(|(at, _)| *at).find(|at| *at > time);
            prop_assert_eq!(cursor.next_time(&recording).unwrap(), next);
        }
    }
}
