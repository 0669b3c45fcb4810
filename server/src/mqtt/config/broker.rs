//! The address of a broker: `mqtt://host:1883`, `mqtts://host:8883`.

use std::fmt;
use std::str::FromStr;

/// The address of a broker.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Broker {
    pub(crate) is_tls: bool,
    /// A name, or an address without brackets.
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) user: Option<String>,
    /// Whether the address has a password, which is not kept. That is an error, which is reported
    /// later: an error in parsing is shown together with the text.
    pub(crate) has_password: bool,
}

const FORM: &str =
    "it must be the address of a broker, such as mqtt://192.168.1.5 or mqtts://broker.example:8883";

impl FromStr for Broker {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (scheme, rest) = text.split_once("://").ok_or(FORM)?;
        let is_tls = match scheme.to_ascii_lowercase().as_str() {
            "mqtt" | "tcp" => false,
            "mqtts" | "ssl" => true,
            _ => return Err(FORM.to_owned()),
        };
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let (login, address) = match rest.rsplit_once('@') {
            Some((login, address)) => (Some(login), address),
            None => (None, rest),
        };
        let (user, has_password) = match login.map(|login| login.split_once(':').ok_or(login)) {
            Some(Ok((user, _))) => (Some(user.to_owned()), true),
            Some(Err(user)) => (Some(user.to_owned()), false),
            None => (None, false),
        };
        let parsed = host_and_port(address, if is_tls { 8883 } else { 1883 });
        // The text of an error is shown beside the whole argument.
        let (host, port) = match parsed {
            None if has_password => (String::new(), 0),
            parsed => parsed.ok_or(FORM)?,
        };
        Ok(Self {
            is_tls,
            host,
            port,
            user,
            has_password,
        })
    }
}

fn host_and_port(address: &str, default: u16) -> Option<(String, u16)> {
    let (host, port) = match address.strip_prefix('[') {
        Some(rest) => {
            let (host, port) = rest.split_once(']')?;
            (
                host,
                if port.is_empty() {
                    None
                } else {
                    Some(port.strip_prefix(':')?)
                },
            )
        }
        None => match address.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (address, None),
        },
    };
    let is_host = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '%');
    let port = port.map_or(Some(default), |port| {
        port.parse().ok().filter(|&port| port > 0)
    })?;
    (!host.is_empty() && host.chars().all(is_host)).then(|| (host.to_owned(), port))
}

impl fmt::Display for Broker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.is_tls { "mqtts" } else { "mqtt" };
        match self.host.contains(':') {
            true => write!(f, "{scheme}://[{}]:{}", self.host, self.port),
            false => write!(f, "{scheme}://{}:{}", self.host, self.port),
        }
    }
}

impl fmt::Debug for Broker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for (text, expected) in [
            ("mqtt://host", "mqtt://host:1883"),
            ("MQTT://host", "mqtt://host:1883"),
            ("Mqtts://host", "mqtts://host:8883"),
            ("mqtt://host:1884/", "mqtt://host:1884"),
            ("mqtts://broker.example", "mqtts://broker.example:8883"),
            ("mqtt://[::1]", "mqtt://[::1]:1883"),
            ("mqtt://[fe80::1%eth0]:7", "mqtt://[fe80::1%eth0]:7"),
        ] {
            let broker: Broker = text.parse().expect(text);
            assert_eq!((broker.to_string().as_str(), broker.user), (expected, None));
        }
        let broker: Broker = "mqtt://anna@host".parse().expect("an address");
        assert_eq!(
            (broker.user.as_deref(), broker.has_password),
            (Some("anna"), false)
        );
        for bad in [
            "",
            "host",
            "http://host",
            "mqtt://",
            "mqtt://a:0",
            "mqtt://a:b",
            "mqtt://a:1:2",
            "mqtt://::1",
            "mqtt://a/b",
            "mqtt://a b",
            "mqtt://[::1",
            "mqtt://[::1]5",
        ] {
            assert!(bad.parse::<Broker>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_password_is_noticed_and_not_kept() {
        for text in [
            "mqtt://u:secret@host",
            "mqtt://u:sec@ret@host:1",
            "mqtt://:secret@",
            "mqtts://u:secret@a b",
        ] {
            let broker: Broker = text.parse().expect(text);
            assert!(broker.has_password);
            assert!(!format!("{broker:?} {broker}").contains("sec"));
        }
    }
}
