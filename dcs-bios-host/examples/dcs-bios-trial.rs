//! Tries an installed DCS-BIOS in the host, by hand.
//!
//! `reads DIR` lists what the modules of each aircraft read. `memory DIR AIRCRAFT FILE` feeds the
//! host with the lines of a file and prints the memory in the end: `a`, `d`, `f` or `i` with a number
//! and a value (the text of an indicator in hex) sets an input, `s` runs a step.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

use dcs_bios_host::{Host, InputKey, Limits};

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn main() -> Outcome {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["reads", folder] => reads(Path::new(folder)),
        ["memory", folder, aircraft, inputs] => memory(Path::new(folder), aircraft, inputs),
        _ => Err("usage: dcs-bios-trial reads DIR | memory DIR AIRCRAFT FILE".into()),
    }
}

fn reads(folder: &Path) -> Outcome {
    let begin = Instant::now();
    let mut host = Host::load(folder, Limits::default())?;
    let took = begin.elapsed().as_millis();
    println!(
        "loaded in {took} ms, {} bytes, failed: {:?}",
        host.used_memory(),
        host.failed_modules()?
    );
    println!("log: {:?}", host.take_log()?);
    let quiet = host.step(0.0, None)?;
    println!("{} words without an aircraft", quiet.words.len());
    let modules = host.dry_run()?;
    println!("{} modules", modules.len());
    for reads in &modules {
        let count = |is: fn(&InputKey) -> bool| reads.inputs.iter().filter(|key| is(key)).count();
        println!(
            "{}\thooks {}\targ hooks {}\tsilent {}\tfailed {}\targs {}\tindicators {}\tdraw {}\tradios {}\tparams {}\tfunctions {}",
            reads.module,
            reads.hooks,
            reads.arg_hooks,
            reads.silent_hooks,
            reads.failed_hooks.len(),
            count(|key| matches!(key, InputKey::Arg(_))),
            count(|key| matches!(key, InputKey::Indicator(_))),
            count(|key| matches!(key, InputKey::DrawArg(_))),
            count(|key| matches!(key, InputKey::Frequency(_))),
            count(|key| matches!(key, InputKey::CockpitParams)),
            count(|key| matches!(key, InputKey::Function(_))),
        );
    }
    Ok(())
}

fn memory(folder: &Path, aircraft: &str, inputs: &str) -> Outcome {
    let mut host = Host::load(folder, Limits::default())?;
    let mut words = BTreeMap::new();
    let (mut steps, mut best, mut total) = (0, f64::INFINITY, 0.0);
    for line in std::fs::read_to_string(inputs)?.lines() {
        let parts: Vec<&str> = line.split(' ').collect();
        match parts[..] {
            ["a", arg, value] => host.set_arg(arg.parse()?, value.parse()?)?,
            ["d", arg, value] => host.set_draw_arg(arg.parse()?, value.parse()?)?,
            ["f", device, value] => host.set_frequency(device.parse()?, value.parse()?)?,
            ["i", indicator, text] => host.set_indicator(indicator.parse()?, &bytes(text)?)?,
            _ => {
                let begin = Instant::now();
                let report = host.step(f64::from(steps) / 30.0, Some(aircraft))?;
                let took = begin.elapsed().as_secs_f64() * 1000.0;
                steps += 1;
                best = best.min(took);
                total += took;
                if report.is_new_aircraft {
                    words.clear();
                }
                words.extend(report.words);
                for problem in report.problems {
                    eprintln!("{problem:?}");
                }
            }
        }
    }
    for (address, value) in words {
        println!("{address} {value}");
    }
    eprintln!(
        "{aircraft}: {steps} steps, best {best:.3} ms, mean {:.3} ms",
        total / f64::from(steps.max(1))
    );
    Ok(())
}

fn bytes(hex: &str) -> Result<Vec<u8>, std::num::ParseIntError> {
    let pairs = (0..hex.len() / 2).filter_map(|index| hex.get(2 * index..2 * index + 2));
    pairs.map(|pair| u8::from_str_radix(pair, 16)).collect()
}
