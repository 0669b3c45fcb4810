//! A small DCS-BIOS that is hosted, against the same one in the sim: the same words whenever the values
//! of the sim stand still, and the differences that `docs/dcs-bios.md` lists.

use std::collections::BTreeMap;
use std::net::TcpStream;
use std::time::Instant;

use dcs_master_tests::hosted::HostedChain;
use dcs_master_tests::small_bios::{GLIDER, SmallModule};
use dcs_master_tests::stream::Words;
use dcs_master_tests::{TIMEOUT, eventually};

/// Reads an input of each kind, like the glider, but others.
const KITE: &str = "M:number(65535, function(dev0) return dev0:get_argument_value(9) * 65535 end)
    M:number(65535, function() return LoGetAircraftDrawArgumentValue(12) * 65535 end)
    M:number(65535, function() return GetDevice(21):get_frequency() / 1000 % 65536 end)
    M:number(65535, function() return (LoGetSelfData() or { Heading = 0 }).Heading * 1000 end)
    M:number(99, function() return tonumber(list_cockpit_params():match('LIGHT:(%d+)')) or 0 end)
    M:text(4, function() return list_indication(4):sub(-4) end)";

/// Accepts some values only, and keeps the last one of these.
const RADIO: &str = "M:number(65535, function(dev0)
        local value = dev0:get_argument_value(20)
        assert(value >= 0)
        return value * 100
    end)
    local previous, seen = nil, 0
    M:number(65535, function(dev0)
        local value = dev0:get_argument_value(21)
        if value ~= previous then previous, seen = value, value * 10 end
        return seen
    end)";

/// The modules of both aircraft, of which the last one is at lower addresses and exported after the
/// others.
const MODULES: &[SmallModule] = &[
    SmallModule {
        name: "Glider",
        base: 0x1000,
        aircraft: &["Glider"],
        body: GLIDER,
    },
    SmallModule {
        name: "Kite",
        base: 0x0FFA,
        aircraft: &["Kite"],
        body: KITE,
    },
    SmallModule {
        name: "Radio",
        base: 0x0600,
        aircraft: &["Glider", "Kite"],
        body: RADIO,
    },
];

/// Sets all inputs of both aircraft to values of this round.
fn changes(round: u16) -> Vec<String> {
    let part = f64::from(round + 1) / 16.0;
    let letters = char::from(b'a' + u8::try_from(round).expect("few rounds"))
        .to_string()
        .repeat(4);
    // In two of three rounds the radio does not accept its value.
    let accepted = if round % 3 == 1 { part } else { -1.0 };
    vec![
        format!("arg 7 {part}"),
        format!("arg 9 {}", 1.0 - part),
        format!("arg 20 {accepted}"),
        format!("arg 21 {}", round + 1),
        format!("draw 11 {part}"),
        format!("draw 12 {}", 1.0 - part),
        format!("frequency 20 {}", 127_500_000 + 100_000 * u32::from(round)),
        format!("frequency 21 {}", 30_000_000 + 25_000 * u32::from(round)),
        format!("figure LoGetAltitude {}", 1200 + round),
        format!("figure LoGetSelfData.Heading {part}"),
        format!("params PAGE:{round}\\nLIGHT:{}", 50 + round),
        format!("indicator 3 {letters}"),
        format!("indicator 4 element\\n{letters}"),
    ]
}

/// The words of the modules in the sim, which prints them.
#[derive(Debug, Default)]
struct SimWords {
    all: BTreeMap<u16, u16>,
    lines: usize,
}

impl SimWords {
    fn read(&mut self, chain: &mut HostedChain) {
        let lines = chain.sim.process().lines_since(self.lines);
        self.lines += lines.len();
        let printed = lines
            .iter()
            .filter_map(|line| line.strip_prefix("log export INFO BIOS "));
        for word in printed.flat_map(str::split_whitespace) {
            match word.split_once('=') {
                Some((address, value)) => {
                    let number = |text: &str| text.parse().expect("a word");
                    self.all.insert(number(address), number(value));
                }
                None => self.all.clear(),
            }
        }
    }
}

/// Returns the words that differ: their addresses, and both values.
fn differences(
    sim: &BTreeMap<u16, u16>,
    hosted: &BTreeMap<u16, u16>,
) -> Vec<(u16, Option<u16>, Option<u16>)> {
    let addresses = sim.keys().chain(hosted.keys());
    let mut all: Vec<_> = addresses
        .map(|at| (*at, sim.get(at).copied(), hosted.get(at).copied()))
        .filter(|(_, sim, hosted)| sim != hosted)
        .collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// Waits until the listener has the words of the sim, and sees that it keeps them.
fn wait_until_equal(chain: &mut HostedChain, sim: &mut SimWords, round: u16) {
    let end = Instant::now() + TIMEOUT;
    let mut equal_updates = 0;
    while equal_updates < 3 {
        chain.listen();
        sim.read(chain);
        let differ = differences(&sim.all, &chain.words.flight);
        match differ.is_empty() {
            true => equal_updates += 1,
            false => assert_eq!(
                equal_updates, 0,
                "round {round}: {differ:x?} after equality"
            ),
        }
        assert!(Instant::now() < end, "round {round}: {differ:x?}");
    }
}

#[test]
fn a_hosted_dcs_bios_has_the_words_of_that_in_the_sim() {
    let mut chain = HostedChain::beside_the_sims_own(MODULES);
    let mut sim = SimWords::default();
    for round in 0..9 {
        let before = sim.all.clone();
        let changes = changes(round);
        let changes: Vec<&str> = changes.iter().map(String::as_str).collect();
        chain.sim.tell(&changes);
        let (aircraft, base) = match round {
            3..6 => ("Kite", 0x0FFA),
            _ => ("Glider", 0x1000),
        };
        if round % 3 == 0 {
            chain.sim.tell(&[&format!("aircraft {aircraft}")]);
        }
        // Each input gives another word than in the last round.
        eventually("new values in the sim", || {
            sim.read(&mut chain);
            let is_new = |at: u16| sim.all.contains_key(&at) && sim.all.get(&at) != before.get(&at);
            let words = (base..base + 14).step_by(2);
            words.chain([0x0602]).all(is_new).then_some(())
        });
        wait_until_equal(&mut chain, &mut sim, round);
        // What the radio has never accepted is no word.
        assert_eq!(sim.all.contains_key(&0x0600), round % 3 > 0);
    }
    // A program that connects now gets all of them at once.
    let mut program = TcpStream::connect(("127.0.0.1", chain.port)).expect("it listens");
    program
        .set_read_timeout(Some(TIMEOUT))
        .expect("a connected socket");
    assert_eq!(Words::first_of(&mut program).flight, sim.all);

    // An indicator that the sim does not have is an empty text; in the sim its control fails.
    chain.sim.tell(&["indicator 3 nil"]);
    let text = [0x100A, 0x100C];
    chain.wait_for(text[1], u16::from_le_bytes(*b"  "));
    sim.read(&mut chain);
    let differ = differences(&sim.all, &chain.words.flight);
    assert_eq!(differ.iter().map(|it| it.0).collect::<Vec<_>>(), text);

    // Without an aircraft only the name is there, and it is empty; in the sim it is NONE.
    chain.sim.tell(&["aircraft none"]);
    chain.wait_for(0, u16::from_le_bytes([0, b' ']));
    assert_eq!(chain.words.flight.len(), 12);
    eventually("the name of no aircraft", || {
        sim.read(&mut chain);
        (sim.all.get(&0) == Some(&u16::from_le_bytes(*b"NO"))).then_some(())
    });
    chain.end();
}

/// More words than DCS-BIOS sends at once, 1,460 bytes. One in the middle never has a value, and the
/// last one is what the module remembers.
const JUMBO: &str = "for n = 1, 1000 do
        M:number(65535, function() return n ~= 500 and n or nil end)
    end
    local highest = 0
    M:number(65535, function(dev0)
        highest = math.max(highest, dev0:get_argument_value(7))
        return highest * 100
    end)";

#[test]
fn what_differs_from_the_sims_own_is_as_listed() {
    let mut chain = HostedChain::new(&[
        SmallModule {
            name: "Jumbo",
            base: 0x2000,
            aircraft: &["Jumbo"],
            body: JUMBO,
        },
        SmallModule {
            aircraft: &["Jumbo"],
            ..MODULES[2]
        },
    ]);
    chain.sim.tell(&["arg 7 0.5", "arg 20 0", "aircraft Jumbo"]);
    let (address_of, remembered) = (|n: u16| 0x2000 + 2 * (n - 1), 0x2000 + 2000);
    while !chain.words.flight.contains_key(&0x0600) {
        chain.listen();
    }
    let first = chain.words.updates;
    let mut known: Vec<u16> = (1..=1000).filter(|n| *n != 500).map(address_of).collect();
    known.push(remembered);
    while !known.iter().all(|at| chain.words.flight.contains_key(at)) {
        chain.listen();
    }
    // Repeating the words one by one would take 150 updates.
    let updates = chain.words.updates - first;
    assert!(updates < 30, "{updates} updates for the first full state");
    // The listener has seen that the words ascend, although the radio is exported last, and that no
    // datagram is long. Beside the words of these two modules there is only the name.
    let others = chain.words.flight.keys().filter(|at| !known.contains(at));
    let others: Vec<u16> = others.copied().filter(|at| *at >= 24).collect();
    assert_eq!(others, [0x0600, 0x0602], "a word without a value");
    assert_eq!(chain.words.flight.get(&remembered), Some(&50));

    // A module remembers what it has stored, also after a new mission.
    chain.sim.tell(&["mission stop", "arg 7 0.25"]);
    chain.wait_for(0, u16::from_le_bytes([0, b' ']));
    chain.sim.tell(&["mission start"]);
    chain.wait_for(0, u16::from_le_bytes(*b"Ju"));
    while !chain.words.flight.contains_key(&remembered) {
        chain.listen();
    }
    assert_eq!(chain.words.flight.get(&remembered), Some(&50));
    chain.end();
}
