//! Small invented tables for the tests of this crate.

use aircraft_defs::{Commands, Devices, Gauge, Tables};

/// The tables of two aircraft that the tests and the documentation's examples fly.
pub(crate) fn of(aircraft: &str) -> Tables {
    match aircraft {
        "FA-18C_hornet" => hornet(),
        "L-39C" => albatros(),
        _ => Tables::default(),
    }
}

fn hornet() -> Tables {
    let gauges = vec![
        gauge("Altimeter", Some(218), &[0.0, 1000.0], &[0.0, 1.0]),
        gauge("Canopy", Some(181), &[0.0, 100.0], &[0.0, 1.0]),
        gauge("Fuel", Some(5), &[0.0, 20.0, 100.0], &[1.0, 0.5, 0.0]),
        gauge("Lamp_A", Some(13), &[], &[]),
        gauge("LAMP_a", Some(14), &[], &[]),
        gauge("Drawn", None, &[], &[]),
    ];
    let devices = [("UFC", 25), ("ID2163A", 30), ("AMPCD", 36)];
    let commands = [
        ("UFC.FuncSwTCN", 3003),
        ("UFC.Button_1", 3001),
        ("AMPCD.Button_1", 3011),
        ("ID2163A.ID2163A_SetMinAlt", 3002),
    ];
    Tables::new(numbers(&devices), numbers(&commands), gauges, Vec::new())
}

fn albatros() -> Tables {
    let gauges = vec![
        gauge("Altimeter", Some(52), &[0.0, 10.0], &[0.0, 1.0]),
        gauge("RPM", Some(84), &[0.0, 110.0], &[0.0, 1.0]),
    ];
    Tables::new(Devices::default(), Commands::default(), gauges, Vec::new())
}

fn numbers(pairs: &[(&str, i64)]) -> Devices {
    pairs
        .iter()
        .map(|&(name, number)| (name.to_owned(), number))
        .collect()
}

fn gauge(name: &str, arg_number: Option<u32>, input: &[f64], output: &[f64]) -> Gauge {
    Gauge {
        name: name.to_owned(),
        arg_number,
        input: input.into(),
        output: output.into(),
        extra: Default::default(),
    }
}
