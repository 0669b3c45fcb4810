//! Connects to a broker: TCP, TLS, and the greeting of MQTT.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::BytesMut;
use rumqttc::mqttbytes::QoS;
use rumqttc::mqttbytes::v4::{Connect, ConnectReturnCode, LastWill, Login, Packet};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;

use super::outbox::KEEP_ALIVE;
use crate::mqtt::config::{Broker, Config};
use crate::mqtt::packet::{self, Decoder, Incoming, PacketError};
use crate::mqtt::state::OFFLINE;
use crate::quote::{printable_reason, quoted};

/// The most time for a connection, up to the broker's answer.
const TIMEOUT: Duration = Duration::from_secs(10);
/// The longest client id that every broker takes.
const MAX_CLIENT_ID: usize = 23;

/// A stream to a broker, with or without TLS.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// A connection to a broker that has accepted the login.
pub(super) struct Connection {
    pub(super) stream: Box<dyn Stream>,
    /// The reader of packets, with what has come already.
    pub(super) decoder: Decoder,
}

/// The reason for which there is no connection, or no longer.
#[derive(Debug, thiserror::Error)]
pub(super) enum BrokerError {
    #[error("it cannot be reached ({0}); is it running, and is the address right?")]
    Unreachable(io::Error),
    #[error("TLS failed: {}", tls_reason(.0))]
    Tls(io::Error),
    #[error("{}", refusal(*code, user.as_deref()))]
    Refused {
        code: ConnectReturnCode,
        user: Option<String>,
    },
    #[error("{0}; the port must be that of an MQTT broker (1883, or 8883 with mqtts)")]
    NotMqtt(#[from] PacketError),
    #[error("it does not answer; is the computer on, or is a firewall in between?")]
    TimedOut,
    #[error("it does not answer any more")]
    NoAnswer,
    #[error(
        "it has closed the connection; if another server has the same --mqtt-base, give each server \
         its own"
    )]
    Closed,
    #[error("the connection is broken ({0})")]
    Broken(io::Error),
}

fn refusal(code: ConnectReturnCode, user: Option<&str>) -> String {
    use ConnectReturnCode::{
        BadClientId, BadUserNamePassword, NotAuthorized, RefusedProtocolVersion,
    };
    match (code, user) {
        (BadUserNamePassword | NotAuthorized, Some(user)) => format!(
            "it refuses the user {}; check --mqtt-user and the password in --mqtt-password-file",
            quoted(user)
        ),
        (BadUserNamePassword | NotAuthorized, None) => {
            "it demands a user and a password: --mqtt-user and --mqtt-password-file".to_owned()
        }
        (RefusedProtocolVersion, _) => "it does not know MQTT 3.1.1".to_owned(),
        (BadClientId, _) => {
            "it does not accept the client id; choose a shorter --mqtt-base".to_owned()
        }
        _ => "it is not available at present".to_owned(),
    }
}

fn tls_reason(error: &io::Error) -> String {
    let text = printable_reason(&error.to_string());
    let cure = if text.contains("UnknownIssuer") || text.contains("BadSignature") {
        "it is signed by nobody whom this computer trusts; name the file of the authority's \
         certificate with --mqtt-ca"
    } else if text.contains("CaUsedAsEndEntity") {
        "it is that of an authority, not of a broker; docs/mqtt.md has the commands that make both"
    } else if text.contains("NotValidForName") {
        "it is for another host; use the name that it has in --mqtt"
    } else {
        return text;
    };
    format!("the broker's certificate cannot be used: {cure} ({text})")
}

impl BrokerError {
    /// Returns whether the next attempt will probably fail too, until somebody changes something.
    pub(super) fn needs_a_person(&self) -> bool {
        matches!(self, Self::Refused { .. } | Self::Tls(_) | Self::NotMqtt(_))
    }
}

/// Connects and logs in.
pub(super) async fn connect(
    config: Arc<Config>,
    tls: Option<TlsConnector>,
) -> Result<Connection, BrokerError> {
    let connected = timeout(TIMEOUT, async {
        let stream = open(&config.broker, tls).await?;
        log_in(stream, &config).await
    });
    connected.await.unwrap_or(Err(BrokerError::TimedOut))
}

async fn open(broker: &Broker, tls: Option<TlsConnector>) -> Result<Box<dyn Stream>, BrokerError> {
    let address = (broker.host.as_str(), broker.port);
    let stream = TcpStream::connect(address)
        .await
        .map_err(BrokerError::Unreachable)?;
    // Without it values are only late; the system has always allowed it.
    let _ = stream.set_nodelay(true);
    let Some(tls) = tls else {
        return Ok(Box::new(stream));
    };
    let name = ServerName::try_from(broker.host.clone());
    let name = name.map_err(|error| BrokerError::Tls(io::Error::other(error)))?;
    let stream = tls.connect(name, stream).await.map_err(BrokerError::Tls)?;
    Ok(Box::new(stream))
}

async fn log_in(mut stream: Box<dyn Stream>, config: &Config) -> Result<Connection, BrokerError> {
    let mut greeting = BytesMut::new();
    packet::write(&mut greeting, &Packet::Connect(first_packet(config)));
    stream
        .write_all(&greeting)
        .await
        .map_err(BrokerError::Broken)?;
    stream.flush().await.map_err(BrokerError::Broken)?;
    let mut decoder = Decoder::default();
    loop {
        match decoder.next()? {
            Some(Incoming::Packet(Packet::ConnAck(answer))) => {
                let code = answer.code;
                if code == ConnectReturnCode::Success {
                    return Ok(Connection { stream, decoder });
                }
                let user = config.login.as_ref().map(|login| login.user.clone());
                return Err(BrokerError::Refused { code, user });
            }
            Some(_) => return Err(PacketError.into()),
            None => {}
        }
        if stream
            .read_buf(decoder.buffer())
            .await
            .map_err(BrokerError::Broken)?
            == 0
        {
            return Err(BrokerError::Closed);
        }
    }
}

/// Returns the packet that begins a connection.
fn first_packet(config: &Config) -> Connect {
    let mut packet = Connect::new(client_id(config.base.as_str()));
    packet.keep_alive = KEEP_ALIVE;
    let status = config.base.topic("status");
    packet.last_will = Some(LastWill::new(status, OFFLINE, QoS::AtMostOnce, true));
    packet.login = config.login.as_ref().map(|login| {
        let password = login.password.as_deref().unwrap_or_default();
        Login::new(&login.user, password)
    });
    packet
}

/// Returns the id by which the broker knows this server: the base, so that a new connection replaces
/// an old one that the broker still waits for. A long base is shortened, with a hash of all of it.
fn client_id(base: &str) -> String {
    if base.len() <= MAX_CLIENT_ID {
        return base.to_owned();
    }
    let hash = base.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("dcs-{hash:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn client_ids_are_short_and_differ() {
        assert_eq!(client_id("dcs/cockpit-1"), "dcs/cockpit-1");
        let ids =
            [1, 2].map(|number| client_id(&format!("school/building-7/room-12/cockpit-{number}")));
        assert!(ids[0] != ids[1] && ids.iter().all(|id| id.len() <= MAX_CLIENT_ID));
    }

    #[test]
    fn errors_name_the_cure() {
        let refused = |user: Option<&str>| {
            let user = user.map(str::to_owned);
            BrokerError::Refused {
                code: ConnectReturnCode::NotAuthorized,
                user,
            }
            .to_string()
        };
        assert!(refused(Some("anna")).contains("\"anna\""));
        assert!(refused(None).contains("--mqtt-user"));
        for (reason, cure) in [
            ("UnknownIssuer", "--mqtt-ca"),
            ("Other(OtherError(CaUsedAsEndEntity))", "docs/mqtt.md"),
            ("NotValidForName", "--mqtt"),
        ] {
            let error = io::Error::other(format!("invalid peer certificate: {reason}"));
            assert!(BrokerError::Tls(error).to_string().contains(cure));
        }
    }
}
