//! The `--dcs-bios…` flags of `serve` and `demo`.

use std::net::{Ipv4Addr, SocketAddrV4};
use std::path::PathBuf;

use clap::Args;

use super::config::{BYTES_PER_SECOND, GROUP, IMPORT, Network};
use super::places::Display;

/// The flags for the sources of the values, each of which turns the gateway on.
#[derive(Debug, Clone, Args)]
#[group(id = "dcs_bios_source", multiple = true)]
struct SourceArgs {
    /// Speak today's DCS-BIOS over UDP and TCP, for any aircraft: panels, sketches and tools made for
    /// it work without it. DCS-BIOS itself must not run at the same time
    #[arg(long)]
    dcs_bios: bool,

    /// The same with the modules of your own DCS-BIOS, which run here and not in the sim: DIR is its
    /// folder in Saved Games, Scripts/DCS-BIOS. Aircraft without a module are served as by --dcs-bios
    #[arg(long, value_name = "DIR")]
    dcs_bios_host: Option<PathBuf>,
}

/// The flags, as clap reads them.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "DCS-BIOS")]
pub struct DcsBiosArgs {
    #[command(flatten)]
    source: SourceArgs,

    /// The address to send the stream to, multicast or unicast; may be repeated
    #[arg(long, value_name = "ADDR", default_values_t = [GROUP], requires = "dcs_bios_source")]
    dcs_bios_export: Vec<SocketAddrV4>,

    /// The address of this computer on the network for multicast [default: that of the system, where
    /// programs for DCS-BIOS listen]
    #[arg(long, value_name = "IP", requires = "dcs_bios_source")]
    dcs_bios_interface: Option<Ipv4Addr>,

    /// The address for messages of panels by UDP, and for programs that connect by TCP
    #[arg(long, value_name = "ADDR", default_value_t = IMPORT, requires = "dcs_bios_source")]
    dcs_bios_import: SocketAddrV4,

    /// The most bytes per second in datagrams, so that programs which copy them to a serial line keep
    /// up
    #[arg(long, value_name = "BYTES", default_value_t = BYTES_PER_SECOND, requires = "dcs_bios_source")]
    #[arg(value_parser = clap::value_parser!(u32).range(2_000..=1_000_000))]
    dcs_bios_rate: u32,

    /// Export the text of an indicator's element, as in 6:txt_VIT or 6:txt_VIT:12 for 12 characters;
    /// may be repeated
    #[arg(long, value_name = "N:ELEMENT[:LENGTH]")]
    dcs_bios_display: Vec<Display>,
}

impl DcsBiosArgs {
    /// Returns the addresses, or `None` if the gateway is not to speak over the network.
    pub fn network(&self) -> Option<Network> {
        let source = &self.source;
        (source.dcs_bios || source.dcs_bios_host.is_some()).then(|| Network {
            targets: self.dcs_bios_export.clone(),
            interface: self.dcs_bios_interface,
            import: self.dcs_bios_import,
            bytes_per_second: self.dcs_bios_rate,
        })
    }

    /// Returns the folder of the user's own DCS-BIOS, if it is to be run.
    pub fn host(&self) -> Option<PathBuf> {
        self.source.dcs_bios_host.clone()
    }

    /// Returns the chosen displays.
    pub fn displays(&self) -> Vec<Display> {
        self.dcs_bios_display.clone()
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Program {
        #[command(flatten)]
        dcs_bios: DcsBiosArgs,
    }

    fn parse(line: &str) -> Result<DcsBiosArgs, String> {
        let words = std::iter::once("x").chain(line.split_whitespace());
        let program = Program::try_parse_from(words);
        program
            .map(|program| program.dcs_bios)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn off_without_the_flag() {
        assert!(parse("").is_ok_and(|args| args.network().is_none()));
        let error = parse("--dcs-bios-rate 5000").expect_err("it needs --dcs-bios");
        assert!(error.contains("--dcs-bios"), "{error}");
    }

    #[test]
    fn defaults_are_those_of_dcs_bios() {
        let args = parse("--dcs-bios --dcs-bios-display 6:txt:8").expect("valid");
        let network = args.network().expect("it is on");
        assert_eq!(network.targets, [GROUP]);
        assert_eq!(network.interface, None);
        assert_eq!(network.import.to_string(), "0.0.0.0:7778");
        assert_eq!(args.displays()[0].to_string(), "6:txt:8");
    }

    #[test]
    fn a_hosted_dcs_bios_turns_it_on() {
        let args = parse("--dcs-bios-host DIR --dcs-bios-rate 5000").expect("valid");
        assert_eq!(args.host().as_deref(), Some(Path::new("DIR")));
        assert!(args.network().is_some());
    }

    #[test]
    fn invalid_values_are_rejected() {
        for (line, expected) in [
            ("--dcs-bios --dcs-bios-rate 10", "2000"),
            ("--dcs-bios --dcs-bios-display txt", "indicator's number"),
            ("--dcs-bios --dcs-bios-import here", "dcs-bios-import"),
        ] {
            let error = parse(line).expect_err(line);
            assert!(error.contains(expected), "{error}");
        }
    }
}
