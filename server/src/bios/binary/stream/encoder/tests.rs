use proptest::prelude::*;

use super::*;
use crate::bios::binary::memory::WORDS;
use crate::bios::binary::stream::parser::Parser;

fn memory(words: &[(u16, u16)]) -> Memory {
    let mut memory = Memory::default();
    for &(address, value) in words {
        memory.set(Address::new(address), value);
    }
    memory
}

/// Returns the updates in which an encoder sends everything.
fn updates(memory: &Memory, limit: usize) -> Vec<Vec<u8>> {
    let mut encoder = UpdateEncoder::default();
    encoder.mark_all(memory);
    let mut updates = Vec::new();
    while encoder.is_dirty() {
        updates.push(encoder.update(memory, limit));
        assert!(updates.len() < 2 * WORDS);
    }
    updates
}

#[test]
fn an_update_byte_by_byte() {
    let memory = memory(&[
        (0x1000, 0x0201),
        (0x1004, 0x0605),
        (0x100E, 0x0807),
        (0x0600, 9),
    ]);
    let mut encoder = UpdateEncoder::default();
    encoder.mark_all(&memory);
    encoder.skip();
    let update = encoder.update(&memory, MAX_UPDATE);
    let expected: &[&[u8]] = &[
        &[0x55; 4],
        &[0x00, 0x06, 2, 0, 9, 0],
        &[0x00, 0x10, 2, 0, 1, 2],
        &[0x04, 0x10, 2, 0, 5, 6],
        &[0x0E, 0x10, 2, 0, 7, 8],
        &[0xFE, 0xFF, 2, 0, 2, 1],
    ];
    assert_eq!(update, expected.concat());
    // Nothing has changed: an update is sent all the same, since it has the counters.
    assert_eq!(encoder.update(&memory, MAX_UPDATE).len(), 10);
}

#[test]
fn known_words_between_two_others_are_sent_again() {
    let all: Vec<(u16, u16)> = (0..6).map(|n| (0x1000 + 2 * n, n)).collect();
    let memory = memory(&all);
    let mut encoder = UpdateEncoder::default();
    for word in [0x800, 0x803, 0x805] {
        encoder.dirty.insert(word);
    }
    let update = encoder.update(&memory, MAX_UPDATE);
    assert_eq!(update.len(), 4 + 4 + 12 + 6);
}

#[test]
fn four_sync_bytes_never_stand_in_a_write() {
    let memory = memory(&[
        (0x1000, 0x5501),
        (0x1002, 0x5555),
        (0x1004, 0x0155),
        (0x5554, 0x5555),
        (0x5556, 0x5555),
        (0x5558, 0x5555),
    ]);
    let mut parser = Parser::default();
    for update in updates(&memory, MAX_UPDATE) {
        parser.feed(&update);
    }
    assert_eq!(
        (parser.starts, parser.updates, parser.words.len()),
        (1, 1, 6)
    );
}

#[test]
fn the_counters_never_look_like_the_start_of_an_update() {
    let memory = memory(&[(0x1000, 7)]);
    let mut encoder = UpdateEncoder::default();
    let mut parser = Parser::default();
    for step in 1..=70_000 {
        if step % 3 == 0 {
            encoder.skip();
        }
        parser.feed(&encoder.update(&memory, MAX_UPDATE));
        assert_eq!((parser.starts, parser.updates), (step, step));
        assert_ne!(parser.counters[1], 0x55);
    }
}

#[test]
fn a_text_comes_whole() {
    let mut memory = Memory::default();
    for n in 0..40u16 {
        memory.set_text(Address::new(0xF420 + 24 * n), 24, &[b'a'; 24]);
    }
    for update in updates(&memory, 100) {
        let mut parser = Parser::default();
        parser.feed(&update);
        assert_eq!(parser.words.len() % 12, 0);
        assert!(update.len() <= 100);
    }
    // One that no update can hold is divided.
    let mut memory = Memory::default();
    memory.set_text(Address::new(0xF420), 200, &[b'b'; 200]);
    assert!(updates(&memory, 64).len() > 1);
}

#[test]
fn words_that_do_not_fit_take_turns() {
    let all: Vec<(u16, u16)> = (0..200).map(|n| (0x1000 + 8 * n, n)).collect();
    let memory = memory(&all);
    let mut encoder = UpdateEncoder::default();
    let mut seen = std::collections::HashMap::new();
    let mut changed = WordSet::default();
    all.iter()
        .for_each(|(address, _)| changed.insert(usize::from(address / 2)));
    // All change in each step, and each update has room for 9 of them.
    for _ in 0..230 {
        encoder.mark(&changed);
        let mut parser = Parser::default();
        parser.feed(&encoder.update(&memory, 64));
        parser
            .words
            .keys()
            .for_each(|address| *seen.entry(*address).or_insert(0) += 1);
    }
    assert_eq!(seen.len(), 200);
    let (least, most) = (seen.values().min(), seen.values().max());
    assert!(least >= Some(&9) && most <= Some(&11), "{least:?} {most:?}");
}

#[test]
fn everything_is_repeated_within_five_seconds() {
    let all: Vec<(u16, u16)> = (0..1500).map(|n| (0xA600 + 2 * n, n)).collect();
    let memory = memory(&all);
    let mut encoder = UpdateEncoder::default();
    let mut parser = Parser::default();
    for _ in 0..5 * 30 {
        encoder.mark_autosync(&memory, false);
        let update = encoder.update(&memory, MAX_UPDATE);
        assert!(update.len() < 50, "{}", update.len());
        parser.feed(&update);
    }
    assert_eq!(parser.words.len(), 1500);
}

#[derive(Debug, Clone)]
enum Change {
    Word(u16, u16),
    Text(u16, usize, Vec<u8>),
    Update(usize),
    Skip,
    Forget,
}

fn change() -> impl Strategy<Value = Change> {
    // Many words that consist of the byte that begins updates, at addresses close together.
    let value = prop_oneof![Just(0x5555), Just(0x0055), Just(0x5500), any::<u16>()];
    let byte = prop_oneof![Just(0x55), any::<u8>()];
    let address = prop_oneof![0x5500..0x55A0u16, 0..0xFFFEu16];
    prop_oneof![
        8 => (address.clone(), value).prop_map(|(address, value)| Change::Word(address, value)),
        2 => (address, 1..40usize, prop::collection::vec(byte, 0..50))
            .prop_map(|(address, length, text)| Change::Text(address, length, text)),
        4 => (0..2000usize).prop_map(Change::Update),
        1 => Just(Change::Skip),
        1 => Just(Change::Forget),
    ]
}

proptest! {
    #[test]
    fn a_listener_knows_the_memory(changes in prop::collection::vec(change(), 1..200)) {
        let mut memory = Memory::default();
        let mut encoder = UpdateEncoder::default();
        let mut parser = Parser::default();
        let mut sent = 0;
        for change in changes {
            match change {
                Change::Word(address, value) => memory.set(Address::new(address), value),
                Change::Text(address, length, text) => {
                    memory.set_text(Address::new(address), length, &text);
                }
                Change::Skip => encoder.skip(),
                Change::Forget => {
                    memory.forget();
                    encoder.forget(&memory);
                }
                Change::Update(limit) => {
                    if let Some(changed) = memory.take_changed() {
                        encoder.mark(&changed);
                    }
                    encoder.mark_autosync(&memory, false);
                    let update = encoder.update(&memory, limit);
                    prop_assert!(update.len() <= limit.clamp(MIN_UPDATE, MAX_UPDATE));
                    parser.feed(&update);
                    sent += 1;
                }
            }
            prop_assert_eq!((parser.starts, parser.updates), (sent, sent));
        }
        encoder.mark_all(&memory);
        while encoder.is_dirty() {
            parser.feed(&encoder.update(&memory, MAX_UPDATE));
        }
        let mut word = 0;
        while let Some(next) = memory.known().next(word) {
            prop_assert_eq!(parser.words.get(&(2 * next as u16)), Some(&memory.word(next)));
            word = next + 1;
        }
    }
}
