use dcs_bios_host::Problem;

use super::*;

const SECOND: Micros = 1_000_000;

fn flying(reads: &[InputKey]) -> (HostedSource, Served) {
    let mut source = HostedSource::default();
    let served = source.set_aircraft(Some("Glider"), reads.iter().cloned(), 0);
    (source, served)
}

/// Finishes the job under way with these words.
fn finish(source: &mut HostedSource, words: &[(u16, u16)], now: Micros) -> Served {
    let outcome = Outcome {
        flight: source.flights,
        has_stepped: true,
        words: words.to_vec(),
        ..Outcome::default()
    };
    source.finish(outcome, now)
}

#[test]
fn the_first_step_waits_for_the_inputs() {
    let reads = [InputKey::Arg(7), InputKey::DrawArg(11)];
    let (mut source, served) = flying(&reads);
    assert_eq!(served.requests.len(), 1);
    assert_eq!(served.readings, [ReadingKey::DrawArg(11)]);
    assert!(source.next_job(true, 1).is_none());
    source.set_gauge(7, 0.5);
    assert!(source.next_job(true, 2).is_none());
    // A draw argument without a value has been answered, too.
    source.set_reading(ReadingKey::DrawArg(11), serde_json::Value::Null);
    let job = source.next_job(true, 3).unwrap();
    assert!(job.is_first && job.begins_anew);
    assert_eq!(job.inputs, [(InputKey::Arg(7), Input::Number(0.5))]);
    assert_eq!(
        finish(&mut source, &[(0x1000, 5)], 4).words,
        [(0x1000, 5)],
        "at once from now on"
    );
    assert!(source.next_job(true, 5).is_some_and(|job| !job.begins_anew));
}

#[test]
fn words_without_all_inputs_are_not_written() {
    let (mut source, _) = flying(&[]);
    source.next_job(true, 0);
    let wanting = Outcome {
        flight: source.flights,
        has_stepped: true,
        words: vec![(0x1000, 1), (0x1002, 1)],
        wanted: vec![InputKey::Arg(7), InputKey::Arg(8)],
        ..Outcome::default()
    };
    let served = source.finish(wanting, 1);
    assert_eq!((served.words.len(), served.requests.len()), (0, 2));
    source.set_gauge(7, -1.0);
    assert!(source.next_job(true, 2).is_none());
    source.set_gauge(8, 0.0);
    // All words are computed again: a module may keep one that it made from nothing.
    let job = source.next_job(true, 3).unwrap();
    assert!(job.begins_anew && !job.is_first);
    assert_eq!(finish(&mut source, &[(0x1002, 2)], 4).words, [(0x1002, 2)]);
}

#[test]
fn lines_wait_for_the_inputs_too() {
    let (mut source, _) = flying(&[]);
    source.add_line("DIMMER +3200".into());
    assert!(source.next_job(false, 0).is_none());
    let first = source.next_job(true, 0).unwrap();
    let wanting = Outcome {
        flight: source.flights,
        has_stepped: true,
        wanted: vec![InputKey::Arg(7)],
        ..Outcome::default()
    };
    source.finish(wanting, 1);
    source.set_gauge(7, 0.5);
    assert!(source.next_job(false, 2).is_none(), "a step may read more");
    let second = source.next_job(true, 3).unwrap();
    assert_eq!((first.lines.len(), second.lines.len()), (0, 0));
    finish(&mut source, &[], 4);
    assert_eq!(source.next_job(false, 5).unwrap().lines, ["DIMMER +3200"]);
}

#[test]
fn the_wait_for_the_inputs_ends_after_a_second() {
    let (mut source, _) = flying(&[InputKey::Arg(7)]);
    assert!(source.next_job(true, SECOND - 1).is_none());
    assert!(source.next_job(true, SECOND).is_some());
    assert_eq!(
        finish(&mut source, &[(0x1000, 1)], SECOND).words,
        [(0x1000, 1)]
    );
    // It comes after all: what was computed without it is forgotten.
    assert!(
        source
            .next_job(true, SECOND + 1)
            .is_some_and(|job| !job.begins_anew)
    );
    finish(&mut source, &[], SECOND + 2);
    source.set_gauge(7, 0.5);
    for begins_anew in [true, false] {
        let job = source.next_job(true, SECOND + 3).unwrap();
        assert_eq!(job.begins_anew, begins_anew);
        finish(&mut source, &[], SECOND + 4);
    }
}

#[test]
fn an_input_is_asked_for_once() {
    let (mut source, _) = flying(&[InputKey::Arg(7)]);
    source.next_job(true, 0);
    let outcome = Outcome {
        flight: source.flights,
        wanted: vec![
            InputKey::Arg(7),
            InputKey::Indicator(3),
            InputKey::Function("LoGetObjectById".into()),
        ],
        ..Outcome::default()
    };
    let served = source.finish(outcome, 1);
    assert_eq!((served.requests.len(), served.readings.len()), (1, 0));
}

#[test]
fn a_job_that_does_not_end_is_given_up() {
    let (mut source, _) = flying(&[]);
    assert!(!source.is_stuck(99 * SECOND));
    source.next_job(true, SECOND);
    assert!(!source.is_stuck(6 * SECOND - 1) && source.is_stuck(6 * SECOND));
    finish(&mut source, &[], 7 * SECOND);
    assert!(!source.is_stuck(99 * SECOND));
}

#[test]
fn results_of_another_flight_are_dropped() {
    let (mut source, _) = flying(&[]);
    source.next_job(true, 0);
    let late = Outcome {
        flight: source.flights,
        words: vec![(0x1000, 1)],
        actions: vec![(
            "SIM".into(),
            Action::SimCommand {
                command: 68,
                value: None,
            },
        )],
        problems: vec![Problem {
            module: "Glider".into(),
            part: "1".into(),
            message: "broken".into(),
        }],
        ..Outcome::default()
    };
    source.set_aircraft(Some("Kite"), [], 1);
    assert!(source.next_job(true, 1).is_none(), "one at a time");
    let served = source.finish(late, SECOND);
    assert_eq!((served.words.len(), served.calls.len()), (0, 0));
    assert_eq!(served.log, ["DCS-BIOS: module Glider, 1: broken"]);
    assert!(
        source
            .next_job(true, SECOND)
            .is_some_and(|job| job.is_first)
    );
}

#[test]
fn changes_wait_for_the_job_under_way_with_their_newest_values() {
    let (mut source, _) = flying(&[]);
    source.next_job(true, 0);
    for value in [0.1, 0.2, 0.3] {
        source.set_gauge(7, value);
    }
    for _ in 0..MAX_LINES {
        assert!(source.add_line("GEAR 1".into()));
    }
    assert!(!source.add_line("GEAR 1".into()));
    assert!(source.next_job(false, 1).is_none());
    finish(&mut source, &[], 2);
    let job = source.next_job(false, 3).expect("lines wait");
    assert_eq!(job.inputs, [(InputKey::Arg(7), Input::Number(0.3))]);
    assert_eq!((job.lines.len(), job.step), (MAX_LINES, None));
    finish(&mut source, &[], 4);
    assert!(source.next_job(false, 5).is_none(), "nothing waits");
}

#[test]
fn a_long_job_is_reported_once() {
    let (mut source, _) = flying(&[]);
    source.next_job(true, 0);
    assert_eq!(source.report_long_job(SECOND - 1), None);
    assert!(source.report_long_job(SECOND).is_some());
    assert_eq!(source.report_long_job(9 * SECOND), None);
}
