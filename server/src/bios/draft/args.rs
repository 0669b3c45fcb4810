//! The `--bios…` flags of `serve`.

use std::net::{Ipv4Addr, SocketAddrV4};

use clap::Args;
use ipnet::IpNet;

use super::config::{Config, Export, GROUP, IMPORT};
use super::types::{ElementSpec, Pattern};

/// The flags, as clap reads them.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "DCS-BIOS draft protocol")]
pub struct BiosArgs {
    /// Enable the text protocol of the DCS-BIOS draft over UDP. Off by default: today's DCS-BIOS
    /// sends a binary stream to the same multicast group, and text there disturbs its clients
    #[arg(long)]
    bios: bool,

    /// The address to send messages to, multicast or unicast; may be repeated
    #[arg(long, value_name = "ADDR", default_values_t = [GROUP], requires = "bios")]
    bios_export: Vec<SocketAddrV4>,

    /// The address of this computer on the network for multicast
    #[arg(long, value_name = "IP", default_value_t = Ipv4Addr::LOCALHOST, requires = "bios")]
    bios_interface: Ipv4Addr,

    /// The address to receive messages on
    #[arg(long, value_name = "ADDR", default_value_t = IMPORT, requires = "bios")]
    bios_import: SocketAddrV4,

    /// Export only these gauges: names or types, separated by commas; `*` stands for any characters
    #[arg(long, value_name = "NAMES", value_delimiter = ',', requires = "bios")]
    bios_gauges: Vec<Pattern>,

    /// The number of decimals of a gauge's value
    #[arg(long, value_name = "N", default_value_t = 2, requires = "bios")]
    #[arg(value_parser = clap::value_parser!(i8).range(-9..=9), allow_negative_numbers = true)]
    bios_precision: i8,

    /// The most messages of one type per second
    #[arg(long, value_name = "HZ", default_value_t = 10.0, value_parser = rate, requires = "bios")]
    bios_rate: f64,

    /// Export the text of an indicator's element too, as in 6:txt_VIT or 6:txt_VIT:VIT; may be
    /// repeated
    #[arg(long, value_name = "N:ELEMENT[:TYPE]", requires = "bios")]
    bios_indicator: Vec<ElementSpec>,

    /// Do not ask panels for their switch positions (SYNC I) when an aircraft appears
    #[arg(long, requires = "bios")]
    no_bios_sync_input: bool,
}

/// The highest rate; the sim runs fewer frames per second.
const MAX_RATE: f64 = 1000.0;

fn rate(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(rate) if rate > 0.0 && rate <= MAX_RATE => Ok(rate),
        _ => Err(format!(
            "it must be a number of messages per second, above 0 and at most {MAX_RATE}"
        )),
    }
}

impl BiosArgs {
    /// Returns the configuration, or `None` without `--bios`. `allow` lists the networks that may
    /// send to the cockpit; if it is empty, all may.
    pub fn config(&self, allow: &[IpNet]) -> Option<Config> {
        self.bios.then(|| Config {
            targets: self.bios_export.clone(),
            interface: self.bios_interface,
            import: self.bios_import,
            allow: allow.to_vec(),
            export: Export {
                precision: self.bios_precision,
                rate: self.bios_rate,
                gauges: self.bios_gauges.iter().cloned().collect(),
                elements: self.bios_indicator.clone(),
                sync_input: !self.no_bios_sync_input,
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Program {
        #[command(flatten)]
        bios: BiosArgs,
    }

    fn config(line: &str) -> Result<Option<Config>, String> {
        let words = line.split_whitespace();
        let program = Program::try_parse_from(std::iter::once("x").chain(words));
        program
            .map(|program| program.bios.config(&[]))
            .map_err(|error| error.to_string())
    }

    #[test]
    fn off_without_the_flag() {
        assert!(config("").unwrap().is_none());
        let error = config("--bios-rate 5").unwrap_err();
        assert!(error.contains("--bios"), "{error}");
    }

    #[test]
    fn defaults() {
        let config = config("--bios").unwrap().unwrap();
        assert_eq!(config.targets, [GROUP]);
        assert_eq!(config.import.to_string(), "127.0.0.1:7778");
        assert_eq!(config.interface, Ipv4Addr::LOCALHOST);
        assert_eq!((config.export.precision, config.export.rate), (2, 10.0));
        assert!(config.export.sync_input && config.export.gauges.selects("any", "ANY"));
    }

    #[test]
    fn everything_given() {
        let line = "--bios --bios-export 127.0.0.1:7000 --bios-export 239.1.1.1:5010 \
            --bios-interface 192.168.1.5 --bios-import 0.0.0.0:7779 --bios-gauges alt*,RPM \
            --bios-precision -1 --bios-rate 2.5 --bios-indicator 6:txt --no-bios-sync-input";
        let config = config(line).unwrap().unwrap();
        assert_eq!(config.targets.len(), 2);
        assert_eq!((config.export.precision, config.export.rate), (-1, 2.5));
        assert!(!config.export.sync_input && !config.export.gauges.selects("any", "ANY"));
        assert_eq!(config.export.elements.len(), 1);
    }

    #[test]
    fn invalid_values_are_rejected() {
        for (line, expected) in [
            ("--bios --bios-rate 0", "above 0"),
            ("--bios --bios-rate nan", "above 0"),
            ("--bios --bios-precision 10", "-9..=9"),
            ("--bios --bios-indicator txt", "indicator's number"),
            ("--bios --bios-export here", "bios-export"),
        ] {
            let error = config(line).unwrap_err();
            assert!(error.contains(expected), "{error}");
        }
    }
}
