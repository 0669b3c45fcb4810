//! The arguments for serving clients, which all commands that serve share.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use clap::Args;
use ipnet::IpNet;

use super::page::PageArgs;
use super::record::RecordArgs;
use super::values::{at_least_one, listen_address, network, seconds};
use crate::bios::binary::DcsBiosArgs;
use crate::bios::draft::BiosArgs;
use crate::mdns::MdnsArgs;
use crate::mqtt::MqttArgs;
use crate::net;
use crate::serial::SerialOptions;
use crate::serve::Config;
use crate::standing::StandingPolicy;
use crate::tables::TablesConfig;

/// The address on which the server listens by default, and where doctor looks for it.
pub(super) const LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 4242);

/// The arguments for serving clients.
#[derive(Debug, Args)]
pub(super) struct ServingArgs {
    /// The address to listen on; 0.0.0.0:4242 lets the whole network connect
    #[arg(long, value_name = "ADDR", default_value_t = LISTEN, value_parser = listen_address)]
    pub(super) listen: SocketAddr,
    /// Allow only clients from this network, such as 192.168.1.0/24, or address; may be repeated
    #[arg(long, value_name = "CIDR", value_parser = network)]
    pub(super) allow: Vec<IpNet>,
    /// The most clients at a time
    #[arg(long, value_name = "N", default_value_t = Config::default().max_clients, value_parser = at_least_one, allow_negative_numbers = true)]
    max_clients: usize,
    /// The most subscriptions per client
    #[arg(long, value_name = "N", default_value_t = Config::default().max_subscriptions, value_parser = at_least_one, allow_negative_numbers = true)]
    max_subscriptions: usize,
    /// The most bytes in a line from a client
    #[arg(long, value_name = "BYTES", default_value_t = Config::default().max_line, value_parser = at_least_one, allow_negative_numbers = true)]
    max_line: usize,
    /// Seconds after which a client that does not read is disconnected
    #[arg(long, value_name = "SECONDS", default_value_t = Config::default().write_deadline.as_secs(), value_parser = seconds, allow_negative_numbers = true)]
    write_timeout: u64,
    /// Do not answer invalid lines with "-1 <reason>"
    #[arg(long)]
    no_error_lines: bool,
    /// When the cockpit follows the positions that physical switches had before: in any aircraft,
    /// in a cold one (on the ground, engines off), or never
    #[arg(long, value_name = "WHEN", value_enum, default_value_t)]
    standing: StandingPolicy,
    /// Send every gauge subscription one line with raw 0 when the mission ends
    #[arg(long)]
    pub(super) reset_gauges: bool,
    /// Serve the panel on this serial port, as in COM5 or COM5,baud=250000,dtr=off; auto finds
    /// boards by itself; may be repeated
    #[arg(long, value_name = "PORT")]
    pub(super) serial: Vec<SerialOptions>,
    #[command(flatten)]
    pub(super) record: RecordArgs,
    #[command(flatten)]
    pub(super) page: PageArgs,
    #[command(flatten)]
    pub(super) mdns: MdnsArgs,
    #[command(flatten)]
    pub(super) mqtt: MqttArgs,
    #[command(flatten)]
    pub(super) bios: BiosArgs,
    #[command(flatten)]
    pub(super) dcs_bios: DcsBiosArgs,
}

impl ServingArgs {
    /// Returns whether a recording is asked for.
    pub(super) fn is_recording(&self) -> bool {
        self.record.is_given()
    }

    /// Returns the server's configuration.
    pub(super) fn config(&self, tables: TablesConfig) -> Config {
        let open_files = net::raise_limit();
        Config {
            tables,
            allow: self.allow.clone(),
            max_clients: self.max_clients,
            open_files,
            page_connections: self.page.max_connections(),
            max_subscriptions: self.max_subscriptions,
            max_line: self.max_line,
            write_deadline: Duration::from_secs(self.write_timeout),
            error_lines: !self.no_error_lines,
            standing: self.standing,
            reset_gauges: self.reset_gauges,
        }
    }
}
