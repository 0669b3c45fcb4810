//! `cargo bench -p defgen`: the sample install from paths to tables, and to text.

use std::path::{Path, PathBuf};

use defgen::{Outcome, Report, Request, compile, emit};

fn main() {
    divan::main();
}

fn sample() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/sample-install")
}

fn run() -> Report {
    let request = Request {
        paths: vec![sample()],
        ..Request::default()
    };
    compile(&request, &()).expect("the sample install")
}

#[divan::bench]
fn read_parse_evaluate_extract() -> usize {
    run().items.len()
}

#[divan::bench]
fn tables_to_text(bencher: divan::Bencher<'_, '_>) {
    let report = run();
    bencher.bench(|| {
        let text = |item: &defgen::Item| match &item.outcome {
            Outcome::Done(tables) => {
                emit::files(item, tables, &report.cache).map_or(0, |files| files.len())
            }
            _ => 0,
        };
        report.items.iter().map(text).sum::<usize>()
    });
}
