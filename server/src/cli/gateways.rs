//! The two gateways of DCS-BIOS beside the server: today's protocol, and that of the first draft.

use std::path::Path;

use anyhow::{Result, bail};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::serving::ServingArgs;
use crate::bios::{binary, draft};
use crate::serial::SerialOptions;
use crate::serve::Server;

/// The gateways that were asked for.
pub(super) struct Gateways {
    draft: Option<draft::Service>,
    today: Option<binary::Service>,
}

impl Gateways {
    /// Opens their sockets. `defs` is the folder of the tables.
    pub(super) fn bind(args: &ServingArgs, defs: &Path) -> Result<Self> {
        let draft = args.bios.config(&args.allow);
        let today = config(args, defs);
        let host = args.dcs_bios.host();
        let host = host.as_deref().map(binary::Hosting::start).transpose()?;
        Ok(Self {
            draft: draft.map(draft::Service::bind).transpose()?,
            today: match today {
                Some(config) => Some(binary::Service::bind(config)?.with_host(host)),
                None => None,
            },
        })
    }

    /// Returns a handle that connects panels on serial ports to the gateway of today's protocol.
    pub(super) fn connections(&self) -> Option<binary::Connections> {
        self.today.as_ref().map(binary::Service::connections)
    }

    /// Starts the gateways. They end at `shutdown`.
    pub(super) fn run(self, server: &Server, shutdown: &CancellationToken) -> Vec<JoinHandle<()>> {
        let part = |kind, name| (server.subscribers().named(kind, name), shutdown.clone());
        let draft = self.draft.map(|gateway| {
            let (subscribers, shutdown) = part("bios", "DCS-BIOS draft");
            tokio::spawn(gateway.run(subscribers, shutdown))
        });
        let today = self.today.map(|gateway| {
            let (subscribers, shutdown) = part("dcs-bios", "DCS-BIOS");
            tokio::spawn(gateway.run(subscribers, shutdown))
        });
        draft.into_iter().chain(today).collect()
    }
}

/// Returns the configuration of the gateway of today's protocol, if it is to run: for `--dcs-bios`, or
/// for panels on serial ports that speak the protocol.
fn config(args: &ServingArgs, defs: &Path) -> Option<binary::Config> {
    let network = args.dcs_bios.network();
    let has_panels = args.serial.iter().any(SerialOptions::speaks_dcs_bios);
    (network.is_some() || has_panels).then(|| binary::Config {
        network,
        allow: args.allow.clone(),
        defs: defs.to_owned(),
        displays: args.dcs_bios.displays(),
        reset_gauges: args.reset_gauges,
    })
}

/// Checks that the gateways do not share an address.
pub(super) fn check(draft: &draft::BiosArgs, today: &binary::DcsBiosArgs) -> Result<()> {
    let (Some(draft), Some(today)) = (draft.config(&[]), today.network()) else {
        return Ok(());
    };
    if draft.import.port() == today.import.port() {
        bail!(
            "--bios and --dcs-bios cannot both listen on port {}; choose another one for the text \
             protocol, as in --bios-import 127.0.0.1:7780",
            today.import.port()
        );
    }
    let shared = today
        .targets
        .iter()
        .find(|target| draft.targets.contains(target));
    match shared {
        Some(target) => bail!(
            "--bios and --dcs-bios cannot both send to {target}: programs for one cannot read the \
             other; choose another address for the text protocol, as in --bios-export \
             239.255.50.10:5011"
        ),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Program {
        #[command(flatten)]
        bios: draft::BiosArgs,
        #[command(flatten)]
        dcs_bios: binary::DcsBiosArgs,
    }

    #[test]
    fn the_gateways_need_addresses_of_their_own() {
        for (line, expected) in [
            ("--dcs-bios", None),
            ("--bios --dcs-bios", Some("--bios-import 127.0.0.1:7780")),
            (
                "--bios --dcs-bios --bios-import 127.0.0.1:7780",
                Some("--bios-export 239.255.50.10:5011"),
            ),
            (
                "--bios --dcs-bios --dcs-bios-import 127.0.0.1:7780 --bios-export 127.0.0.1:5011",
                None,
            ),
        ] {
            let words = std::iter::once("x").chain(line.split_whitespace());
            let args = Program::parse_from(words);
            let error = check(&args.bios, &args.dcs_bios)
                .err()
                .map(|it| it.to_string());
            let is_expected = match (&error, expected) {
                (Some(error), Some(expected)) => error.contains(expected),
                (error, expected) => error.is_none() && expected.is_none(),
            };
            assert!(is_expected, "{line}: {error:?}");
        }
    }
}
