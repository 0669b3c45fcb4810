//! The `--mqtt…` options of `serve` and `demo`.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::Args;

use super::config::{Broker, Config, Login, PublishRule, Rules};
use super::shell::Bridge;
use super::topic::Base;
use crate::net;
use crate::setup::doctor::BrokerAddress;

/// The variable of the environment that holds the password.
const PASSWORD: &str = "DCS_MASTER_MQTT_PASSWORD";

/// The most bytes of the user and of the password in MQTT.
const MAX_LOGIN: usize = 0xffff;

/// The most bytes that are read of the file with the password: its first line with a byte order mark
/// and the end of the line, and one byte more.
const MAX_PASSWORD_LINE: u64 = MAX_LOGIN as u64 + 6;

/// The options.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "MQTT")]
pub(crate) struct MqttArgs {
    /// Publish the cockpit at this MQTT broker and take actions from there, as in
    /// mqtt://192.168.1.5 or mqtts://broker.example:8883
    #[arg(long, value_name = "URL")]
    mqtt: Option<Broker>,

    /// The beginning of the cockpit's topics [default: dcs/ and the name of this computer]
    #[arg(long, value_name = "TOPIC", requires = "mqtt")]
    mqtt_base: Option<Base>,

    /// Publish only these, as in gauge/Alt*,rate=5,precision=1 or GEAR_* or indicator/6/UFC_Scratch;
    /// of several patterns that match, the first one counts; may be repeated [default: all gauges and
    /// controls, 10 times a second, with 2 decimals, and altitude, speed, heading and place from the sim,
    /// twice a second]
    #[arg(long, value_name = "PATTERN", requires = "mqtt")]
    mqtt_publish: Vec<PublishRule>,

    /// The user of the broker; the password comes from --mqtt-password-file or from the variable
    /// DCS_MASTER_MQTT_PASSWORD
    #[arg(long, value_name = "NAME", requires = "mqtt")]
    mqtt_user: Option<String>,

    /// A file whose first line is the password
    #[arg(long, value_name = "FILE", requires = "mqtt")]
    mqtt_password_file: Option<PathBuf>,

    /// With mqtts, trust the certificates in this PEM file instead of the system's
    #[arg(long, value_name = "FILE", requires = "mqtt")]
    mqtt_ca: Option<PathBuf>,

    /// Describe the cockpit for Home Assistant (2024.11 or newer), so that it appears there by itself
    #[arg(long, requires = "mqtt")]
    mqtt_home_assistant: bool,
}

impl MqttArgs {
    /// Returns the bridge, or `None` without `--mqtt`.
    ///
    /// # Errors
    /// When the options cannot be used; the message says what to change.
    pub(crate) fn bridge(&self) -> Result<Option<Bridge>> {
        let password = std::env::var(PASSWORD).ok();
        self.config(password)?.map(Bridge::new).transpose()
    }

    fn config(&self, variable: Option<String>) -> Result<Option<Config>> {
        let Some(broker) = self.mqtt.clone() else {
            return Ok(None);
        };
        if broker.has_password {
            bail!(
                "--mqtt: a password in the address can be read by every program on this computer; put it into \
                 a file and name that with --mqtt-password-file, or into the variable {PASSWORD}, and \
                 the user into --mqtt-user"
            );
        }
        let file = self.mqtt_password_file.as_deref();
        let password = file.map(read_password).transpose()?.or(variable);
        let user = self.mqtt_user.clone().or_else(|| broker.user.clone());
        let user = user.filter(|user| !user.is_empty());
        if [&user, &password]
            .into_iter()
            .flatten()
            .any(|text| text.len() > MAX_LOGIN)
        {
            bail!("the user and the password for --mqtt may have at most {MAX_LOGIN} bytes each");
        }
        if user.is_none() && password.is_some() && file.is_some() {
            bail!("--mqtt-password-file needs the user too: --mqtt-user NAME");
        }
        if self.mqtt_ca.is_some() && !broker.is_tls {
            bail!(
                "--mqtt-ca is for an encrypted connection, and {broker} is none; begin the address with mqtts://"
            );
        }
        Ok(Some(Config {
            base: self.base(),
            rules: Rules::new(self.mqtt_publish.clone()),
            login: user.map(|user| Login { user, password }),
            ca: self.mqtt_ca.clone(),
            home_assistant: self.mqtt_home_assistant,
            broker,
        }))
    }

    /// Returns the address of the broker, if there is one to connect to.
    pub(crate) fn broker(&self) -> Option<BrokerAddress> {
        let broker = self.mqtt.as_ref()?;
        Some(BrokerAddress {
            url: broker.to_string(),
            host: broker.host.clone(),
            port: broker.port,
        })
    }

    fn base(&self) -> Base {
        let base = self.mqtt_base.clone();
        base.unwrap_or_else(|| Base::of_computer(net::computer_name().as_deref()))
    }
}

fn read_password(file: &Path) -> Result<String> {
    let name = || format!("--mqtt-password-file {}", file.display());
    let cannot = || format!("{} cannot be read", name());
    let mut line = Vec::new();
    let text = File::open(file).with_context(cannot)?;
    let mut text = BufReader::new(text.take(MAX_PASSWORD_LINE));
    text.read_until(b'\n', &mut line).with_context(cannot)?;
    if line.len() as u64 == MAX_PASSWORD_LINE {
        bail!(
            "the first line of {} has more than {MAX_LOGIN} bytes, so it is no password",
            name()
        );
    }
    let text = String::from_utf8(line).with_context(cannot)?;
    let line = text.trim_start_matches('\u{feff}').lines().next();
    match line.filter(|line| !line.is_empty()) {
        Some(line) => Ok(line.to_owned()),
        None => bail!("{} is empty; its first line must be the password", name()),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Program {
        #[command(flatten)]
        mqtt: MqttArgs,
    }

    fn config(line: &str, variable: Option<&str>) -> Result<Option<Config>, String> {
        let words = std::iter::once("x").chain(line.split_whitespace());
        let program = Program::try_parse_from(words).map_err(|error| error.to_string())?;
        let config = program.mqtt.config(variable.map(str::to_owned));
        config.map_err(|error| format!("{error:#}"))
    }

    #[test]
    fn off_without_the_flag() {
        assert!(config("", Some("secret")).expect("no error").is_none());
        let error = config("--mqtt-base a", None).expect_err("an error");
        assert!(error.contains("--mqtt"), "{error}");
    }

    #[test]
    fn a_password_is_never_shown() {
        let error = config("--mqtt mqtt://u:geheim@host", None).expect_err("an error");
        assert!(
            error.contains("--mqtt-password-file") && !error.contains("geheim"),
            "{error}"
        );
        let config = config("--mqtt mqtt://host --mqtt-user u", Some("geheim"));
        let config = config.expect("no error").expect("a bridge");
        assert!(!format!("{config:?}").contains("geheim"));
        assert_eq!(
            config.login.and_then(|login| login.password).as_deref(),
            Some("geheim")
        );
    }

    #[test]
    fn a_certificate_needs_an_encrypted_connection() {
        let error = config("--mqtt mqtt://host --mqtt-ca ca.crt", None).expect_err("an error");
        assert!(error.contains("mqtts://"), "{error}");
        assert!(config("--mqtt mqtts://host --mqtt-ca ca.crt", None).is_ok());
    }

    #[test]
    fn the_first_line_of_the_file_is_the_password() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("password");
        let line = format!(
            "--mqtt mqtt://anna@host --mqtt-password-file {}",
            file.display()
        );
        let read = |text: &str| {
            fs::write(&file, text).expect("a file");
            let config = config(&line, Some("other"))?.expect("a bridge");
            Ok::<_, String>(config.login.map(|login| (login.user, login.password)))
        };
        let expected = Some(("anna".to_owned(), Some("a b ".to_owned())));
        assert_eq!(read("a b \r\nsecond\n"), Ok(expected));
        let long = "x".repeat(MAX_LOGIN + 1);
        assert!(read(&long).expect_err("long").contains("65535 bytes"));
        assert!(read(&long[1..]).is_ok());
        assert!(
            read(&long.repeat(2))
                .expect_err("longer")
                .contains("no password")
        );
        #[cfg(unix)]
        {
            let endless = line.replace(file.to_str().expect("a path"), "/dev/zero");
            let error = config(&endless, None).expect_err("an endless line");
            assert!(error.contains("more than 65535 bytes"), "{error}");
        }
        assert!(read("\n").expect_err("empty").contains("is empty"));
        let without_user = line.replace("anna@", "");
        let error = config(&without_user, None).expect_err("an error");
        assert!(
            error.contains("is empty") || error.contains("--mqtt-user"),
            "{error}"
        );
    }
}
