//! Who answers on a port: the scripts in the sim, the server, somebody else, nobody.

use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::{Ipv4Addr, SocketAddr, TcpStream},
    time::{Duration, Instant},
};

use serde_json::Value;

use super::Finding;

/// Within this the scripts answer while frames run; they look four times a second.
const PATIENCE: Duration = Duration::from_secs(3);
/// After the first line others follow at once, or not.
const MORE: Duration = Duration::from_millis(500);
/// The longest answer that is looked at, in bytes.
const LONGEST: u64 = 64 * 1024;
/// The version of the protocol that `docs/link.md` describes.
const LINK: u64 = 1;

/// What answers on a port of the sim.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Sim {
    /// Nothing listens.
    Closed,
    /// The scripts, and they are free.
    Hello {
        state: String,
        link: u64,
        version: String,
        aircraft: Option<String>,
    },
    /// The scripts are linked with a server.
    Taken { by: String },
    /// It listens and says nothing.
    Silent,
    /// Something else.
    Stranger,
}

/// What answers on the server's port.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Server {
    /// Nothing listens.
    Closed,
    /// A server of ours.
    Answers { aircraft: Option<String> },
    /// Something else, or a server that says nothing.
    Stranger,
}

pub(super) fn local(port: u16) -> SocketAddr {
    (Ipv4Addr::LOCALHOST, port).into()
}

/// Greets as a server does. Scripts that are linked refuse; the link they have is not disturbed.
pub(super) fn sim(address: SocketAddr) -> Sim {
    let version = env!("CARGO_PKG_VERSION").replace('.', " ");
    let Ok(mut lines) = Lines::open(address, &format!("0 {LINK} {version}\n")) else {
        return Sim::Closed;
    };
    let first = match lines.next(PATIENCE) {
        Ok(Some(line)) => line,
        Ok(None) => return Sim::Stranger,
        Err(_) => return Sim::Silent,
    };
    let said: Value = serde_json::from_str(&first).unwrap_or_default();
    let text = |name: &str| said[name].as_str().map(str::to_owned);
    match (text("hello"), text("refused")) {
        (Some(state), _) => Sim::Hello {
            state,
            link: said["link"].as_u64().unwrap_or_default(),
            version: text("version").unwrap_or_default(),
            aircraft: lines
                .next(MORE)
                .ok()
                .flatten()
                .and_then(|line| controlled(&line)),
        },
        (_, Some(reason)) => Sim::Taken {
            by: reason.trim_start_matches("linked to ").to_owned(),
        },
        _ => Sim::Stranger,
    }
}

fn controlled(line: &str) -> Option<String> {
    let said: Value = serde_json::from_str(line).ok()?;
    said["aircraft"].as_str().map(str::to_owned)
}

/// Asks for the aircraft as a client does.
pub(super) fn server(address: SocketAddr) -> Server {
    let Ok(mut lines) = Lines::open(address, "0\n") else {
        return Server::Closed;
    };
    match lines.next(MORE) {
        Ok(Some(line)) => match line.split_once(' ') {
            Some(("0", aircraft)) => Server::Answers {
                aircraft: Some(aircraft.trim().to_owned()),
            },
            Some(("-1", _)) => Server::Answers { aircraft: None },
            _ => Server::Stranger,
        },
        _ => Server::Stranger,
    }
}

/// A connection that is read line by line, with patience.
struct Lines {
    reader: BufReader<io::Take<TcpStream>>,
}

impl Lines {
    fn open(address: SocketAddr, greeting: &str) -> io::Result<Self> {
        let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
        stream.write_all(greeting.as_bytes())?;
        Ok(Self {
            reader: BufReader::new(stream.take(LONGEST)),
        })
    }

    /// The next line; `None` when the other side has closed.
    fn next(&mut self, patience: Duration) -> io::Result<Option<String>> {
        let deadline = Instant::now() + patience;
        let mut line = Vec::new();
        while !line.ends_with(b"\n") {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(io::ErrorKind::TimedOut.into());
            }
            self.reader
                .get_ref()
                .get_ref()
                .set_read_timeout(Some(left))?;
            match self.reader.read_until(b'\n', &mut line) {
                Ok(0) => return Ok(None),
                Ok(_) => {}
                Err(error) if has_closed(&error) => return Ok(None),
                Err(error) => return Err(error),
            }
        }
        Ok(Some(String::from_utf8_lossy(&line).into_owned()))
    }
}

/// Without the courtesies of a close.
fn has_closed(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionReset};
    matches!(error.kind(), ConnectionReset | ConnectionAborted)
}

/// The program that listens on a port, as far as the system tells.
fn owner(port: u16) -> String {
    let owner = listeners::get_process_by_port(port, listeners::Protocol::TCP);
    owner.map_or_else(
        |_| "another program".into(),
        |it| format!("{} (process {})", it.name, it.pid),
    )
}

pub(super) fn of_hook(address: SocketAddr, sim: &Sim) -> Finding {
    match sim {
        Sim::Hello {
            state,
            link,
            version,
            ..
        } => of_hello(address, "hook", state, *link, version),
        Sim::Closed => Finding::idle(
            format!("nothing listens on {address}: DCS is not running, or its hook was not loaded"),
            "start DCS; if it runs, restart it, then look for DCS-MASTER in Logs/dcs.log",
        ),
        other => of_either(address, other),
    }
}

/// The export state lives only in a mission, so it counts whether an aircraft is flown.
pub(super) fn of_export(address: SocketAddr, export: &Sim, flying: bool) -> Finding {
    match export {
        Sim::Hello {
            state,
            link,
            version,
            ..
        } => of_hello(address, "export", state, *link, version),
        Sim::Closed if flying => Finding::bad(
            format!("nothing listens on {address} although a mission runs: no text displays"),
            "look into Logs/dcs.log for an error of Export.lua: a tool above our line may end it",
        ),
        Sim::Closed => Finding::idle(
            format!("nothing listens on {address}: no mission is running"),
            "enter a cockpit, then run this again",
        ),
        other => of_either(address, other),
    }
}

fn of_hello(address: SocketAddr, wanted: &str, state: &str, link: u64, version: &str) -> Finding {
    if state != wanted {
        return Finding::bad(
            format!("on {address} the {state} state answers, not the {wanted} state"),
            "exchange the two ports in config.lua, or --hook and --export",
        );
    }
    if link != LINK || version != env!("CARGO_PKG_VERSION") {
        return Finding::bad(
            format!(
                "the scripts that DCS runs are version {version} (link {link}), this program is {} (link {LINK})",
                env!("CARGO_PKG_VERSION"),
            ),
            "run: dcs-master install, then restart DCS",
        );
    }
    Finding::good(format!(
        "the {state} state of DCS answers on {address} (version {version})"
    ))
}

fn of_either(address: SocketAddr, sim: &Sim) -> Finding {
    match sim {
        Sim::Taken { by } => {
            Finding::good(format!("DCS answers on {address} and is linked with {by}"))
        }
        Sim::Silent => Finding::idle(
            format!(
                "{} listens on {address} but says nothing",
                owner(address.port())
            ),
            "if that is DCS, a mission is loading or DCS is paused: run this again when it moves",
        ),
        _ => Finding::bad(
            format!(
                "{} listens on {address}, and it is not the scripts of dcs-master",
                owner(address.port())
            ),
            "end that program, or choose other ports: dcs-master install --hook-port N --export-port N",
        ),
    }
}

/// `sim`: what answers for the hook state; `serve`: the command that starts the right server.
pub(super) fn of_server(address: SocketAddr, server: &Server, sim: &Sim, serve: &str) -> Finding {
    match server {
        // A server that looked for these scripts would hold their only link.
        Server::Answers { .. } if matches!(sim, Sim::Hello { .. }) => Finding::bad(
            format!("the server answers on {address}, but it is not linked with DCS"),
            format!("if you have just started it, run this again; else end it and run: {serve}"),
        ),
        Server::Answers {
            aircraft: Some(aircraft),
        } => Finding::good(format!(
            "the server answers on {address}; {aircraft} is controlled"
        )),
        Server::Answers { aircraft: None } => Finding::good(format!(
            "the server answers on {address}; no aircraft is controlled"
        )),
        Server::Closed => Finding::idle(
            format!("nothing listens on {address}: the server is not running"),
            format!("run: {serve}"),
        ),
        Server::Stranger => Finding::bad(
            format!(
                "{} listens on {address} and does not answer like the server",
                owner(address.port())
            ),
            "end that program (an older dcs-master runs inside DCS itself: take its line out of \
             Export.lua), or choose another port: dcs-master serve --listen 127.0.0.1:N",
        ),
    }
}

#[cfg(test)]
mod tests {
    use std::{net::TcpListener, thread};

    use super::{super::Verdict, *};

    /// A listener that waits for a line, answers and closes when the other side does.
    fn answering(answer: &'static str) -> SocketAddr {
        let listener = TcpListener::bind(local(0)).unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            BufReader::new(stream.try_clone().unwrap())
                .read_line(&mut String::new())
                .unwrap();
            stream.write_all(answer.as_bytes()).unwrap();
            let _ = stream.read_to_end(&mut Vec::new());
        });
        address
    }

    #[track_caller]
    fn check_hook(answer: &'static str, verdict: Verdict, expected: &str) {
        let address = answering(answer);
        let finding = of_hook(address, &sim(address));
        assert_eq!(finding.verdict, verdict, "{finding:?}");
        assert!(finding.what.contains(expected), "{finding:?}");
    }

    #[test]
    fn the_scripts_are_told_from_others() {
        check_hook(
            concat!(
                "{\"hello\":\"hook\",\"link\":1,\"version\":\"",
                env!("CARGO_PKG_VERSION"),
                "\"}\n"
            ),
            Verdict::Good,
            "the hook state of DCS answers",
        );
        check_hook(
            "{\"hello\":\"hook\",\"link\":1,\"version\":\"0.0.1\"}\n",
            Verdict::Bad,
            "0.0.1",
        );
        check_hook(
            "{\"hello\":\"export\",\"link\":1,\"version\":\"0.1.0\"}\n",
            Verdict::Bad,
            "not the hook",
        );
        check_hook(
            "{\"refused\":\"linked to 127.0.0.1:53122\"}\n",
            Verdict::Good,
            "127.0.0.1:53122",
        );
        check_hook(
            "HTTP/1.1 400 Bad Request\r\n",
            Verdict::Bad,
            "not the scripts",
        );
    }

    #[test]
    fn a_port_without_a_listener_is_idle_until_a_mission_runs() {
        let address = TcpListener::bind(local(0)).unwrap().local_addr().unwrap();
        assert_eq!(sim(address), Sim::Closed);
        assert_eq!(server(address), Server::Closed);
        assert_eq!(of_hook(address, &Sim::Closed).verdict, Verdict::Idle);
        let verdict_when = |flying| of_export(address, &Sim::Closed, flying).verdict;
        assert_eq!(verdict_when(false), Verdict::Idle);
        assert_eq!(verdict_when(true), Verdict::Bad);
    }

    #[test]
    fn a_server_that_leaves_the_scripts_alone_is_not_linked_with_them() {
        let server = Server::Answers { aircraft: None };
        let taken = Sim::Taken { by: String::new() };
        let free = Sim::Hello {
            state: "hook".into(),
            link: LINK,
            version: String::new(),
            aircraft: None,
        };
        let finding = |sim| of_server(local(4242), &server, sim, "dcs-master serve --hook x:5");
        assert_eq!(finding(&taken).verdict, Verdict::Good);
        assert_eq!(finding(&Sim::Closed).verdict, Verdict::Good);
        assert_eq!(finding(&free).verdict, Verdict::Bad);
        let cure = finding(&free).cure.unwrap();
        assert!(cure.ends_with("run: dcs-master serve --hook x:5"), "{cure}");
    }

    #[test]
    fn the_aircraft_is_heard_from_the_sim_and_from_the_server() {
        let hello = "{\"hello\":\"hook\",\"link\":1,\"version\":\"9\"}\n{\"aircraft\":\"F/A\"}\n";
        let Sim::Hello { aircraft, .. } = sim(answering(hello)) else {
            panic!("no hello")
        };
        assert_eq!(aircraft.as_deref(), Some("F/A"));
        let aircraft = |answer| server(answering(answer));
        assert_eq!(
            aircraft("0 Heron-H2\n"),
            Server::Answers {
                aircraft: Some("Heron-H2".into())
            }
        );
        assert_eq!(
            aircraft("-1 no aircraft\n"),
            Server::Answers { aircraft: None }
        );
        assert_eq!(aircraft("SSH-2.0\n"), Server::Stranger);
    }

    #[test]
    fn the_owner_of_a_port_is_named() {
        let listener = TcpListener::bind(local(0)).unwrap();
        let address = listener.local_addr().unwrap();
        let finding = of_server(address, &Server::Stranger, &Sim::Closed, "");
        assert!(
            finding.what.contains(&std::process::id().to_string()),
            "{finding:?}"
        );
    }
}
