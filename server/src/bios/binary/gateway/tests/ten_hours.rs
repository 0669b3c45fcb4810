//! Ten hours in which listeners join and leave. Of each minute the first seconds are flown, and the
//! others pass at once.

use super::*;

const MINUTES: u64 = 600;
/// The minutes of a mission.
const MISSION: u64 = 30;
/// The steps that are flown in a minute.
const STEPS: u64 = 200;
/// The steps in which everything is repeated.
const AUTOSYNC: u64 = 150;

/// The source of the values.
trait Source {
    /// Begins a mission with an aircraft of its own.
    fn begin(&mut self, gateway: &mut Gateway);

    /// Makes a step in which some values may change.
    fn step(&mut self, gateway: &mut Gateway, now: Micros, random: &mut Random);
}

/// Pseudo-random numbers, the same in each run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.0 >> 33) % limit
    }
}

/// An aircraft with tables.
struct Trainer;

impl Source for Trainer {
    fn begin(&mut self, gateway: &mut Gateway) {
        gateway.set_aircraft(Some(trainer()));
    }

    fn step(&mut self, gateway: &mut Gateway, now: Micros, random: &mut Random) {
        const ARGS: [u64; 8] = [8, 9, 10, 12, 38, 70, 104, 7000];
        if random.below(3) == 0 {
            let arg = ARGS[random.below(8) as usize];
            gateway.set_gauge(arg.into(), random.below(1000) as f64 / 1000.0);
        }
        if random.below(500) == 0 {
            gateway.set_text(1 << 40, now.to_string().as_bytes());
        }
    }
}

/// Two aircraft with modules of a DCS-BIOS, which use the same addresses for different things.
#[derive(Default)]
struct Modules {
    missions: u64,
}

impl Modules {
    /// The first addresses of the words and of the texts, and the length of a text.
    const WORDS: u64 = 0x1000;
    const TEXTS: u64 = 0x3000;
    const LENGTH: u64 = 24;

    /// Returns the numbers of words and of texts of the aircraft that is flown.
    fn size(&self) -> (u64, u64) {
        [(450, 20), (150, 60)][(self.missions % 2) as usize]
    }

    fn write_text(gateway: &mut Gateway, text: u64, random: &mut Random) {
        let start = Self::TEXTS + text * Self::LENGTH;
        let words = (start..start + Self::LENGTH).step_by(2);
        let words: Vec<_> = words
            .map(|address| (address as u16, random.below(0x1_0000) as u16))
            .collect();
        gateway.set_words(&words);
    }
}

impl Source for Modules {
    fn begin(&mut self, gateway: &mut Gateway) {
        self.missions += 1;
        let (words, texts) = self.size();
        let places = (0..texts).map(|text| {
            let start = Self::TEXTS + text * Self::LENGTH;
            (start as u16, Self::LENGTH as u16)
        });
        gateway.set_hosted_aircraft(trainer().0, places);
        // The first step of modules writes everything.
        let words = (0..words).map(|word| ((Self::WORDS + 2 * word) as u16, word as u16));
        gateway.set_words(&words.collect::<Vec<_>>());
        for text in 0..texts {
            Self::write_text(gateway, text, &mut Random(text));
        }
    }

    fn step(&mut self, gateway: &mut Gateway, _: Micros, random: &mut Random) {
        let (words, texts) = self.size();
        for _ in 0..random.below(20) {
            let address = Self::WORDS + 2 * random.below(words);
            gateway.set_words(&[(address as u16, random.below(0x1_0000) as u16)]);
        }
        if random.below(10) == 0 {
            Self::write_text(gateway, random.below(texts), random);
        }
    }
}

/// Flies ten hours. Whoever joins the datagrams knows everything after the time of autosync, and
/// whoever connects knows it at once.
fn fly(source: &mut impl Source) {
    let mut gateway = Gateway::new(false);
    gateway.join(Listener::Datagrams, Pace::Limited(11_000));
    source.begin(&mut gateway);
    let mut random = Random(1);
    let (mut late, mut connections) = (0, 0);
    for minute in 0..MINUTES {
        if minute % MISSION == MISSION - 1 {
            gateway.set_aircraft(None);
            source.begin(&mut gateway);
        }
        let mut listeners: Vec<(u64, Parser)> = Vec::new();
        for step in 0..STEPS {
            let now = 60 * minute * SECOND + step * STEP;
            source.step(&mut gateway, now, &mut random);
            let updates = gateway.step(Listener::Datagrams, now);
            for (_, parser) in &mut listeners {
                updates.iter().for_each(|update| parser.feed(update));
            }
            listeners.retain(|(since, parser)| {
                let is_over = step - since >= AUTOSYNC;
                if is_over {
                    assert_eq!(wrong(&gateway, parser), [0u16; 0], "{minute}:{step}");
                    late += 1;
                }
                !is_over
            });
            if step < STEPS - AUTOSYNC && random.below(20) == 0 {
                listeners.push((step, Parser::default()));
            }
            if random.below(60) == 0 {
                connections += 1;
                assert_full_state(&mut gateway, connections, now);
            }
        }
    }
    assert!(late > 1_000 && connections > 1_000, "{late} {connections}");
    assert_eq!(gateway.feeds.len(), 1);
}

fn assert_full_state(gateway: &mut Gateway, connection: u64, now: Micros) {
    let listener = Listener::Connection(connection);
    gateway.join(listener, Pace::Unlimited);
    let mut parser = Parser::default();
    listen(gateway, listener, &mut parser, now);
    assert_eq!(wrong(gateway, &parser), [0u16; 0], "at once");
    gateway.leave(listener);
}

#[test]
fn ten_hours_with_tables() {
    fly(&mut Trainer);
}

#[test]
fn ten_hours_with_modules() {
    fly(&mut Modules::default());
}
