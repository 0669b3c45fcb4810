//! Measures the pure core: a value that is filtered out, one that is sent, an indicator's text.

use aircraft_defs::Scale;
use dcs_master::filter::{Filter, SendSchedule, TimedValue};
use dcs_master::indicator;
use dcs_master::link::{FromSim, LinkState};
use dcs_master::wire::{GaugeRequest, Ref, Request, parse, print};
use dcs_master::world::{Outbox, World};
use divan::{Bencher, black_box};

const CLIENTS: u32 = 100;
const GAUGES: u32 = 100;

fn main() {
    divan::main();
}

#[divan::bench]
fn scale_of_five_points(bencher: Bencher<'_, '_>) {
    let scale = Scale::new(&[0.0, 10.0, 30.0, 60.0, 100.0], &[1.0, 0.8, 0.5, 0.25, 0.0]);
    bencher.bench_local(|| scale.apply(black_box(0.4)));
}

#[divan::bench]
fn filter_drops_a_value(bencher: Bencher<'_, '_>) {
    let (mut schedule, mut filter) = (SendSchedule::new(100_000), Filter::new());
    let change = TimedValue {
        steps: 1.0,
        at: 0,
        before: 0,
    };
    schedule.decide(&mut filter, 0, &change, 0);
    bencher.bench_local(|| schedule.decide(&mut filter, 0, black_box(&change), black_box(7)));
}

#[divan::bench(args = [0, 2, -1])]
fn format_an_update(bencher: Bencher<'_, '_>, precision: i8) {
    let mut out = Vec::new();
    bencher.bench_local(|| {
        out.clear();
        print::gauge_tail(
            &mut out,
            black_box(print::Raw {
                value: 0.123_45,
                decimals: 5,
            }),
            black_box(1234.567),
            precision,
        );
    });
}

#[divan::bench]
fn parse_a_subscription() -> usize {
    parse(black_box(b"2 UFC_Brightness 4711 2 30")).map_or(0, |request| request.iter().count())
}

/// A world in which every client subscribes to every gauge.
fn world(precision: i8) -> World {
    let mut world = World::new(4096, true);
    let up = FromSim::up;
    world.handle_message(up(LinkState::Hook), 0);
    for _ in 0..CLIENTS {
        let client = world.join(Outbox::Lines(Vec::new()));
        for arg in 0..GAUGES {
            let gauge = Ref::Number(arg);
            let request = GaugeRequest {
                gauge,
                id: arg.into(),
                precision,
                max_frequency: 1e6,
            };
            world.request(client, Ok(Request::Gauge(request)), 0);
        }
    }
    world
}

fn frame(value: f64) -> FromSim {
    FromSim::Args((0..GAUGES).map(|arg| (arg, value)).collect())
}

fn empty_outboxes(world: &mut World) {
    while let Some(client) = world.next_touched() {
        if let Some(Outbox::Lines(out)) = world.outbox(client) {
            black_box(&out);
            out.clear();
        }
    }
}

/// Returns frames, each of which differs from the one before in every value.
fn changing() -> impl FnMut() -> FromSim {
    let mut value = 0.0;
    move || {
        value = if value > 0.9 { 0.0 } else { value + 0.01 };
        frame(value)
    }
}

/// 100 args that round as before, for 100 clients: 10,000 values filtered out.
#[divan::bench]
fn frame_filtered_out(bencher: Bencher<'_, '_>) {
    let mut world = world(0);
    let mut time = 0;
    bencher
        .with_inputs(|| frame(0.1))
        .bench_local_values(|frame| {
            time += 33_000;
            world.handle_message(frame, time);
            empty_outboxes(&mut world);
        });
}

/// 100 args that all changed, for 100 clients: 10,000 lines.
#[divan::bench]
fn frame_sent(bencher: Bencher<'_, '_>) {
    let mut world = world(4);
    let mut time = 0;
    bencher.with_inputs(changing()).bench_local_values(|frame| {
        time += 33_000;
        world.handle_message(frame, time);
        empty_outboxes(&mut world);
    });
}

/// 100 args that all changed when it was too early for an update: 10,000 values that wait, and
/// then are sent.
#[divan::bench]
fn frame_waits_and_is_sent(bencher: Bencher<'_, '_>) {
    let mut world = world(4);
    let mut time = 0;
    bencher.with_inputs(changing()).bench_local_values(|frame| {
        world.handle_message(frame, time);
        while let Some(due) = world.next_due() {
            time = due;
            world.tick(time);
        }
        empty_outboxes(&mut world);
    });
}

#[divan::bench]
fn indicator_of_fifty_elements(bencher: Bencher<'_, '_>) {
    let rule = "-".repeat(41);
    let elements: Vec<String> = (0..50)
        .map(|n| format!("{rule}\nElement_{n}\nTEXT {n}\n"))
        .collect();
    let text = elements.concat();
    bencher.bench_local(|| indicator::parse(black_box(text.as_bytes())).len());
}
