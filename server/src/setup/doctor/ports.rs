//! The verdicts on the ports of the sim and of the server.

use std::net::SocketAddr;

use aircraft_defs::telemetry::FIELDS;
use listeners::Protocol;

use super::{
    Finding, Verdict,
    probe::{ServerProbe, SimProbe},
};
use crate::{link::LINK_VERSION, net::PortOwner, quote::printable_reason};

/// The cure for scripts of another version.
const REINSTALL: &str = "run: dcs-master install, then restart DCS";

/// Returns the program that listens on a port, if the system reveals it.
fn owner(port: u16) -> String {
    let owner = PortOwner::find(port, Protocol::TCP);
    owner.map_or_else(|| "another program".into(), |owner| owner.to_string())
}

pub(super) fn check_hook_port(address: SocketAddr, sim: &SimProbe) -> Finding {
    match sim {
        SimProbe::Free {
            state,
            link,
            version,
            ..
        } => check_hello(address, "hook", state, *link, version),
        SimProbe::Closed => Finding::idle(
            format!(
                "nothing listens on {address}: DCS is not running, or it did not load the hook"
            ),
            "start DCS; if it runs, restart it, then look for DCS-MASTER in Logs/dcs.log",
        ),
        other => check_sim_port(address, other),
    }
}

/// Judges the port of the export state, which exists only in a mission. `flying` is true if one is
/// running.
pub(super) fn check_export_port(address: SocketAddr, export: &SimProbe, flying: bool) -> Finding {
    match export {
        SimProbe::Free {
            state,
            link,
            version,
            telemetry_fields,
            ..
        } => {
            let finding = check_hello(address, "export", state, *link, version);
            match finding.verdict {
                Verdict::Good if *telemetry_fields < FIELDS.len() as u64 => old_telemetry(),
                _ => finding,
            }
        }
        SimProbe::Closed if flying => Finding::bad(
            format!(
                "nothing listens on {address} although a mission is running, so there are no text displays"
            ),
            "look in Logs/dcs.log for an error in Export.lua: a tool above our line may stop it",
        ),
        SimProbe::Closed => Finding::idle(
            format!("nothing listens on {address}: no mission is running"),
            "enter a cockpit, then run this again",
        ),
        other => check_sim_port(address, other),
    }
}

/// Returns the finding about scripts of the same version that were installed before they could read
/// all of telemetry.
fn old_telemetry() -> Finding {
    Finding::bad(
        "the scripts that DCS runs are too old for telemetry: some gauges whose names begin with \
         sim. have no values",
        REINSTALL,
    )
}

fn check_hello(
    address: SocketAddr,
    expected: &str,
    state: &str,
    link: u64,
    version: &str,
) -> Finding {
    if state != expected {
        return Finding::bad(
            format!("on {address} the {state} state answers, not the {expected} state"),
            "swap the two ports in config.lua, or the addresses after --hook and --export",
        );
    }
    if link != LINK_VERSION || version != env!("CARGO_PKG_VERSION") {
        return Finding::bad(
            format!(
                "the scripts that DCS runs are version {version} (link {link}), this program is {} (link {LINK_VERSION})",
                env!("CARGO_PKG_VERSION"),
            ),
            REINSTALL,
        );
    }
    Finding::good(format!(
        "the {state} state of DCS answers on {address} (version {version})"
    ))
}

fn check_sim_port(address: SocketAddr, sim: &SimProbe) -> Finding {
    match sim {
        SimProbe::Linked { with } => Finding::good(format!(
            "DCS answers on {address} and is linked with {with}"
        )),
        SimProbe::Silent => Finding::idle(
            format!(
                "{} listens on {address} but says nothing",
                owner(address.port())
            ),
            "if that is DCS, a mission is loading or DCS is paused: run this again when it goes on",
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

/// Judges the port of the server. `sim` is the answer on the hook state's port, `serve` the command
/// that starts a server for it.
pub(super) fn check_server_port(
    address: SocketAddr,
    server: &ServerProbe,
    sim: &SimProbe,
    serve: &str,
) -> Finding {
    match server {
        // A server for these scripts would occupy their only link.
        ServerProbe::Running { .. } if matches!(sim, SimProbe::Free { .. }) => Finding::bad(
            format!("the server answers on {address}, but it is not linked with DCS"),
            format!(
                "if you have just started it, run this again; otherwise end it and run: {serve}"
            ),
        ),
        ServerProbe::Running {
            aircraft: Some(aircraft),
        } => Finding::good(format!(
            "the server answers on {address}; {} is controlled",
            printable_reason(aircraft)
        )),
        ServerProbe::Running { aircraft: None } => Finding::good(format!(
            "the server answers on {address}; no aircraft is controlled"
        )),
        ServerProbe::Closed => Finding::idle(
            format!("nothing listens on {address}: the server is not running"),
            format!("run: {serve}"),
        ),
        ServerProbe::Foreign => Finding::bad(
            format!(
                "{} listens on {address} and does not answer like a dcs-master server",
                owner(address.port())
            ),
            "end that program (the original dcs-master runs inside DCS: remove its line from \
             Export.lua), or choose another port: dcs-master serve --listen 127.0.0.1:N",
        ),
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io::{BufRead, BufReader, Read, Write},
        net::TcpListener,
        thread,
        time::Duration,
    };

    use super::{
        super::probe::{local, server, sim},
        *,
    };

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
        let finding = check_hook_port(address, &sim(address));
        assert_eq!(finding.verdict, verdict, "{finding:?}");
        assert!(finding.message.contains(expected), "{finding:?}");
    }

    #[test]
    fn the_scripts_are_distinguished_from_other_programs() {
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
    fn scripts_from_before_telemetry_are_found() {
        let check = |telemetry_fields, verdict| {
            let export = SimProbe::Free {
                state: "export".into(),
                link: LINK_VERSION,
                version: env!("CARGO_PKG_VERSION").into(),
                telemetry_fields,
                aircraft: None,
            };
            let finding = check_export_port(local(4244), &export, true);
            assert_eq!(finding.verdict, verdict, "{finding:?}");
            finding
        };
        let finding = check(0, Verdict::Bad);
        assert!(finding.message.contains("too old for telemetry"));
        assert_eq!(finding.remedy.as_deref(), Some(REINSTALL));
        check(FIELDS.len() as u64 - 1, Verdict::Bad);
        check(FIELDS.len() as u64, Verdict::Good);
        let hello = "{\"hello\":\"export\",\"link\":1,\"version\":\"9\",\"telemetry_fields\":7}\n";
        let SimProbe::Free {
            telemetry_fields: 7,
            ..
        } = sim(answering(hello))
        else {
            panic!("the number is not read")
        };
    }

    #[test]
    fn a_port_without_a_listener_is_idle_until_a_mission_runs() {
        let address = TcpListener::bind(local(0)).unwrap().local_addr().unwrap();
        assert_eq!(sim(address), SimProbe::Closed);
        assert_eq!(server(address), ServerProbe::Closed);
        assert_eq!(
            check_hook_port(address, &SimProbe::Closed).verdict,
            Verdict::Idle
        );
        let verdict_when = |flying| check_export_port(address, &SimProbe::Closed, flying).verdict;
        assert_eq!(verdict_when(false), Verdict::Idle);
        assert_eq!(verdict_when(true), Verdict::Bad);
    }

    #[test]
    fn a_server_is_not_linked_if_the_scripts_are_free() {
        let server = ServerProbe::Running { aircraft: None };
        let taken = SimProbe::Linked {
            with: String::new(),
        };
        let free = SimProbe::Free {
            state: "hook".into(),
            link: LINK_VERSION,
            version: String::new(),
            telemetry_fields: 0,
            aircraft: None,
        };
        let finding =
            |sim| check_server_port(local(4242), &server, sim, "dcs-master serve --hook x:5");
        assert_eq!(finding(&taken).verdict, Verdict::Good);
        assert_eq!(finding(&SimProbe::Closed).verdict, Verdict::Good);
        assert_eq!(finding(&free).verdict, Verdict::Bad);
        let remedy = finding(&free).remedy.unwrap();
        assert!(
            remedy.ends_with("run: dcs-master serve --hook x:5"),
            "{remedy}"
        );
    }

    #[test]
    fn the_aircraft_is_read_from_the_sim_and_from_the_server() {
        let hello = "{\"hello\":\"hook\",\"link\":1,\"version\":\"9\"}\n{\"aircraft\":\"F/A\"}\n";
        let SimProbe::Free { aircraft, .. } = sim(answering(hello)) else {
            panic!("no hello")
        };
        assert_eq!(aircraft.as_deref(), Some("F/A"));
        let aircraft = |answer| server(answering(answer));
        assert_eq!(
            aircraft("0 Heron-H2\n"),
            ServerProbe::Running {
                aircraft: Some("Heron-H2".into())
            }
        );
        assert_eq!(
            aircraft("-1 no aircraft\n"),
            ServerProbe::Running { aircraft: None }
        );
        assert_eq!(aircraft("SSH-2.0\n"), ServerProbe::Foreign);
    }

    /// A listener that answers one byte after the other, without an end.
    fn dripping() -> SocketAddr {
        let listener = TcpListener::bind(local(0)).unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            while stream.write_all(b"{").is_ok() {
                thread::sleep(Duration::from_millis(20));
            }
        });
        address
    }

    #[test]
    fn a_port_that_drips_bytes_times_out() {
        let address = dripping();
        assert_eq!(sim(address), SimProbe::Foreign);
        assert_eq!(server(dripping()), ServerProbe::Foreign);
    }

    #[test]
    fn an_answer_without_an_end_is_not_read_to_its_end() {
        let endless = Box::leak("x".repeat(1 << 20).into_boxed_str());
        assert_eq!(sim(answering(endless)), SimProbe::Foreign);
    }

    #[test]
    fn what_others_answer_is_printable() {
        let answer = "{\"hello\":\"\\u001b[2J\",\"link\":1,\"version\":\"9\"}\n";
        check_hook(answer, Verdict::Bad, "the \\u{1b}[2J state");
        let answer = "{\"refused\":\"linked to \\u0007\\n\"}\n";
        check_hook(answer, Verdict::Good, "linked with \\u{7}\\n");
        let probe = server(answering("0 \u{1b}]0;x\n"));
        let finding = check_server_port(local(1), &probe, &SimProbe::Closed, "");
        assert!(finding.message.contains("\\u{1b}]0;x"), "{finding:?}");
    }

    #[test]
    fn the_owner_of_a_port_is_named() {
        let listener = TcpListener::bind(local(0)).unwrap();
        let address = listener.local_addr().unwrap();
        let finding = check_server_port(address, &ServerProbe::Foreign, &SimProbe::Closed, "");
        assert!(
            finding.message.contains(&std::process::id().to_string()),
            "{finding:?}"
        );
    }
}
