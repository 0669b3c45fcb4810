//! The DCS-BIOS gateway over real UDP multicast on loopback, with a server and a sim in this
//! process.

use std::collections::HashMap;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4, UdpSocket};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use dcs_master::bios::codec::{Decoder, Payload};
use dcs_master::bios::{BindError, Config, Export, Service};
use dcs_master::link::{Action, FromSim, InProcessSim, LinkState, ToSim, in_process};
use dcs_master::serve::{Server, Subscriber, Subscribers};
use dcs_master::wire::{GaugeRequest, Ref, Request};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

/// Far longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(30);

const GROUP: Ipv4Addr = Ipv4Addr::new(239, 255, 50, 10);

const GAUGES: &str = r#"[
    {"name": "Altimeter", "arg_number": 104, "input": [0, 10000], "output": [0, 1]},
    {"name": "Flaps", "arg_number": 38, "input": [0, 40], "output": [0, 1]}
]"#;

const CONTROLS: &str = r#"[
    {"name": "GEAR", "device": {"number": 2}, "actions": [
        {"command": {"number": 3001}, "arg": 8, "kind": "switch", "values": [0, 1]}]},
    {"name": "FLAP-LEVER", "device": {"number": 2}, "actions": [
        {"command": {"number": 3002}, "arg": 38, "kind": "switch", "values": [0, 0.5, 1]}]}
]"#;

/// What the sim has seen and shows.
#[derive(Debug, Default)]
struct Cockpit {
    args: HashMap<u32, f64>,
    watches: Vec<(u32, f64)>,
    actions: Vec<Action>,
}

/// A server with a gateway and a sim.
struct Bench {
    cockpit: Arc<Mutex<Cockpit>>,
    to_server: mpsc::Sender<FromSim>,
    subscribers: Subscribers,
    import: SocketAddr,
    panel: Panel,
    shutdown: CancellationToken,
    gateway: JoinHandle<()>,
    _defs: TempDir,
}

impl Bench {
    async fn start() -> Self {
        let defs = tempfile::tempdir().unwrap();
        let folder = defs.path().join("Trainer");
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("gauges.json"), GAUGES).unwrap();
        fs::write(folder.join("controls.json"), CONTROLS).unwrap();

        let (link, sim) = in_process();
        let config = dcs_master::serve::Config {
            defs: defs.path().to_owned(),
            ..Default::default()
        };
        let server = Server::new(link, config);
        let subscribers = server.subscribers();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let shutdown = CancellationToken::new();
        tokio::spawn(server.run(listener, shutdown.clone()));

        let panel = Panel::new();
        let service = Service::bind(config_for(&panel)).unwrap();
        let import = service.import_address().unwrap();
        let gateway = tokio::spawn(service.run(subscribers.clone(), shutdown.clone()));
        let cockpit = Arc::new(Mutex::new(Cockpit::default()));
        let to_server = sim.to_server.clone();
        tokio::spawn(play(sim, Arc::clone(&cockpit)));
        Self {
            cockpit,
            to_server,
            subscribers,
            import,
            panel,
            shutdown,
            gateway,
            _defs: defs,
        }
    }

    /// The sim lets somebody sit down in a Trainer.
    async fn fly(&self) {
        self.say(FromSim::Aircraft(Some("Trainer".to_owned())))
            .await;
    }

    async fn say(&self, message: FromSim) {
        self.to_server.send(message).await.unwrap();
    }

    async fn show(&self, arg: u32, raw: f64) {
        self.cockpit.lock().unwrap().args.insert(arg, raw);
        self.say(FromSim::Args(vec![(arg, raw)])).await;
    }

    /// Waits until the sim has seen this many actions; device, command and value of each.
    async fn actions(&self, count: usize) -> Vec<(i64, i64, f64)> {
        let seen = || {
            let cockpit = self.cockpit.lock().unwrap();
            let actions = cockpit
                .actions
                .iter()
                .map(|a| (a.device, a.command, a.value));
            actions.collect::<Vec<_>>()
        };
        wait_for("actions", || {
            Some(seen()).filter(|seen| seen.len() >= count)
        })
        .await
    }

    fn watches(&self, arg: u32) -> Vec<f64> {
        let cockpit = self.cockpit.lock().unwrap();
        cockpit
            .watches
            .iter()
            .filter(|(watched, _)| *watched == arg)
            .map(|(_, rate)| *rate)
            .collect()
    }
}

fn config_for(panel: &Panel) -> Config {
    Config {
        targets: vec![SocketAddrV4::new(GROUP, panel.port)],
        interface: Ipv4Addr::LOCALHOST,
        import: SocketAddrV4::new(Ipv4Addr::LOCALHOST, 0),
        allow: Vec::new(),
        export: Export {
            precision: 1,
            rate: 50.0,
            gauges: Default::default(),
            elements: vec!["6:page".parse().unwrap()],
            sync_input: true,
        },
    }
}

/// Plays both states of the sim: answers each watch with the present value.
async fn play(mut sim: InProcessSim, cockpit: Arc<Mutex<Cockpit>>) {
    for state in [LinkState::Hook, LinkState::Export] {
        let up = FromSim::Up {
            state,
            version: String::new(),
            write_dir: None,
            install_dir: None,
        };
        sim.to_server.send(up).await.unwrap();
    }
    while let Some(said) = sim.from_server.recv().await {
        let answer = match said {
            ToSim::WatchArg { arg, rate } => {
                let mut cockpit = cockpit.lock().unwrap();
                cockpit.watches.push((arg, rate));
                let raw = cockpit.args.get(&arg).copied().unwrap_or(0.0);
                (rate > 0.0).then(|| FromSim::Args(vec![(arg, raw)]))
            }
            ToSim::Act(action) => {
                cockpit.lock().unwrap().actions.push(action);
                None
            }
            ToSim::WatchIndicator {
                indicator,
                rate,
                epoch,
            } => (rate > 0.0).then(|| {
                let text = "-----------------------------------------\npage\nFUEL 80\nOIL OK\n";
                FromSim::Indicator {
                    indicator,
                    epoch,
                    text: Some(text.into()),
                }
            }),
            ToSim::ListIndicators { .. } => None,
        };
        if let Some(answer) = answer {
            // The server may have ended.
            let _ = sim.to_server.send(answer).await;
        }
    }
}

async fn wait_for<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let found = timeout(PATIENCE, async {
        loop {
            if let Some(found) = look() {
                return found;
            }
            sleep(Duration::from_millis(2)).await;
        }
    });
    found
        .await
        .unwrap_or_else(|_| panic!("waited in vain for {what}"))
}

/// Listens to the export stream like any program on this computer.
struct Panel {
    socket: UdpSocket,
    port: u16,
    decoder: Decoder,
    heard: Vec<String>,
}

impl Panel {
    /// Joins the group on a port of its own, and makes sure that multicast works here at all.
    fn new() -> Self {
        let socket = UdpSocket::bind("0.0.0.0:0").unwrap();
        let port = socket.local_addr().unwrap().port();
        socket
            .join_multicast_v4(&GROUP, &Ipv4Addr::LOCALHOST)
            .expect("this machine cannot join a multicast group on loopback, which DCS-BIOS needs");
        let sender = socket2::SockRef::from(&socket);
        sender.set_multicast_if_v4(&Ipv4Addr::LOCALHOST).unwrap();
        socket.send_to(b"TEST\n", (GROUP, port)).unwrap();
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut buffer = [0; 16];
        let length = socket.recv(&mut buffer).expect(
            "multicast over loopback does not arrive on this machine: look at its firewall and at \
             the multicast flag of the loopback interface",
        );
        assert_eq!(&buffer[..length], b"TEST\n");
        socket.set_nonblocking(true).unwrap();
        Self {
            socket,
            port,
            decoder: Decoder::default(),
            heard: Vec::new(),
        }
    }

    /// Everything that has arrived, one message a line.
    fn listen(&mut self) -> &[String] {
        let mut buffer = vec![0; 65536];
        while let Ok(length) = self.socket.recv(&mut buffer) {
            assert!(length <= 2048, "a datagram of {length} bytes");
            self.decoder.decode(&buffer[..length], |message| {
                let payload = match message.payload {
                    Payload::None => String::new(),
                    Payload::Text(text) => format!(" {}", text.escape_ascii()),
                    Payload::Binary(bytes) => format!("b {}", bytes.escape_ascii()),
                };
                self.heard.push(format!("{}{payload}", message.name));
            });
            assert_eq!(self.decoder.counters().damaged, 0);
        }
        &self.heard
    }

    /// Waits until the last message is this one; all since the last time.
    async fn until(&mut self, last: &str) -> Vec<String> {
        wait_for(last, || {
            let heard = self.listen();
            let end = heard.iter().position(|line| line == last)?;
            Some(self.heard.drain(..=end).collect())
        })
        .await
    }
}

/// A socket that sends to the import stream.
fn sender(import: SocketAddr) -> UdpSocket {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.connect(import).unwrap();
    socket
}

/// The full state of a Trainer whose altimeter shows `altitude`.
fn state(altitude: &str) -> Vec<String> {
    let lines = [
        "AIRCRAFT Trainer",
        altitude,
        "FLAPS 0.0",
        r"IND6_PAGEb FUEL 80\nOIL OK",
    ];
    lines.map(str::to_owned).to_vec()
}

#[tokio::test]
async fn a_panel_sees_the_cockpit_and_works_it() {
    let mut bench = Bench::start().await;
    bench.panel.until("AIRCRAFT NONE").await;
    bench.cockpit.lock().unwrap().args.insert(104, 0.25);
    bench.fly().await;
    let mut heard = bench.panel.until(r"IND6_PAGEb FUEL 80\nOIL OK").await;
    wait_for("all values", || {
        heard.extend(bench.panel.listen().to_vec());
        bench.panel.heard.clear();
        (heard.len() >= 5).then_some(())
    })
    .await;
    assert_eq!(heard[..2], ["AIRCRAFT Trainer", "SYNC I"]);
    heard.sort();
    let mut expected = state("ALTIMETER 2500.0");
    expected.push("SYNC I".to_owned());
    expected.sort();
    assert_eq!(heard, expected);

    bench.show(104, 0.5).await;
    assert_eq!(
        bench.panel.until("ALTIMETER 5000.0").await,
        ["ALTIMETER 5000.0"]
    );

    let switch = sender(bench.import);
    switch
        .send(b"GEAR 1\nFLAP_LEVER INC\nFLAP_LEVER I")
        .unwrap();
    switch.send(b"NC\nGEAR TOGGLE\n").unwrap();
    let expected = [
        (2, 3001, 1.0),
        (2, 3002, 0.5),
        (2, 3002, 1.0),
        (2, 3001, 0.0),
    ];
    assert_eq!(bench.actions(4).await, expected);
}

#[tokio::test]
async fn two_who_ask_for_everything_get_one_answer() {
    let mut bench = Bench::start().await;
    bench.fly().await;
    bench.show(104, 0.1).await;
    bench.panel.until("ALTIMETER 1000.0").await;
    let asking = [sender(bench.import), sender(bench.import)];
    let settled = sender(bench.import);
    // Nothing else runs in this thread until both have been sent.
    for socket in &asking {
        socket.send(b"SYNC E\n").unwrap();
    }
    let mut heard = bench.panel.until("AIRCRAFT Trainer").await;
    settled.send(b"GEAR 1\n").unwrap();
    bench.actions(1).await;
    bench.show(104, 0.2).await;
    heard.extend(bench.panel.until("ALTIMETER 2000.0").await);
    let full: Vec<String> = heard
        .iter()
        .skip_while(|line| *line != "AIRCRAFT Trainer")
        .cloned()
        .collect();
    let mut expected = state("ALTIMETER 1000.0");
    expected.push("ALTIMETER 2000.0".to_owned());
    assert_eq!(full, expected, "one full state, then what changes");
}

#[tokio::test]
async fn another_mission_starts_with_sync_i_and_all_values() {
    let mut bench = Bench::start().await;
    bench.fly().await;
    bench.show(104, 0.1).await;
    bench.panel.until("ALTIMETER 1000.0").await;
    bench.say(FromSim::Aircraft(None)).await;
    bench.panel.until("AIRCRAFT NONE").await;
    bench.fly().await;
    let heard = bench.panel.until("ALTIMETER 1000.0").await;
    assert!(
        heard.starts_with(&["AIRCRAFT Trainer".to_owned(), "SYNC I".to_owned()]),
        "{heard:?}"
    );
    // The same aircraft anew, without none between.
    bench.fly().await;
    let heard = bench.panel.until("SYNC I").await;
    assert_eq!(heard[heard.len() - 2..], ["AIRCRAFT Trainer", "SYNC I"]);
    bench.panel.until("ALTIMETER 1000.0").await;
    bench.say(FromSim::Down(LinkState::Hook)).await;
    bench.panel.until("AIRCRAFT NONE").await;
}

async fn watch(subscriber: &Subscriber, arg: u32) {
    let gauge = Ref::Number(arg);
    let request = GaugeRequest {
        gauge,
        id: 7,
        precision: 0,
        max_frequency: 20.0,
    };
    subscriber
        .request(vec![Request::Gauge(request)])
        .await
        .unwrap();
}

#[tokio::test]
async fn what_others_watch_too_is_watched_once() {
    let mut bench = Bench::start().await;
    let other = bench.subscribers.join().await.unwrap();
    bench.fly().await;
    bench.show(104, 0.1).await;
    bench.panel.until("ALTIMETER 1000.0").await;
    let before = bench.watches(104);
    assert!(before.iter().all(|rate| *rate == 50.0), "{before:?}");
    // The slower one is served by the watch there is.
    watch(&other, 104).await;
    bench.show(104, 0.2).await;
    bench.panel.until("ALTIMETER 2000.0").await;
    assert_eq!(bench.watches(104), before);
}

#[tokio::test]
async fn a_flood_delays_nobody() {
    let mut bench = Bench::start().await;
    let mut other = bench.subscribers.join().await.unwrap();
    bench.fly().await;
    bench.show(104, 0.1).await;
    bench.panel.until("ALTIMETER 1000.0").await;
    watch(&other, 104).await;

    let import = bench.import;
    let stop = CancellationToken::new();
    let stopped = stop.clone();
    let flood = std::thread::spawn(move || {
        let nonsense = [0xff, b'A', b'b', 200, b'\n'].repeat(1600);
        let actions = b"GEAR 1\nGEAR 0\n".repeat(500);
        let mut sent = 0_u64;
        while !stopped.is_cancelled() {
            let socket = sender(import);
            for bytes in [&nonsense[..], &actions, b"GEER 1\nSYNC E\n"] {
                // A full buffer is what this is about.
                sent += u64::from(socket.send(bytes).is_ok());
            }
        }
        sent
    });
    // While it lasts others see changes.
    for step in 2..10 {
        bench.show(104, f64::from(step) / 10.0).await;
        bench.panel.until(&format!("ALTIMETER {step}000.0")).await;
        timeout(PATIENCE, async {
            loop {
                let news = other.news().await.unwrap();
                if news
                    .gauges
                    .iter()
                    .any(|gauge| (gauge.raw * 10.0 - f64::from(step)).abs() < 1e-6)
                {
                    break;
                }
            }
        })
        .await
        .expect("the other subscriber sees the change too");
    }
    stop.cancel();
    assert!(flood.join().unwrap() > 0);
    let switch = sender(bench.import);
    let before = bench.actions(0).await.len();
    assert!(before > 0, "some of the flood's actions were performed");
    // The flood has used up what a second allows; the next second has room again.
    let after = wait_for("an action after the flood", || {
        switch.send(b"FLAP_LEVER 0.5\n").unwrap();
        let cockpit = bench.cockpit.lock().unwrap();
        cockpit
            .actions
            .iter()
            .any(|action| action.command == 3002)
            .then_some(cockpit.actions.len())
    })
    .await;
    assert!(after >= before);
}

#[tokio::test]
async fn a_port_in_use_is_told_with_the_cure() {
    let taken = UdpSocket::bind("127.0.0.1:0").unwrap();
    let SocketAddr::V4(import) = taken.local_addr().unwrap() else {
        unreachable!()
    };
    let config = Config {
        import,
        ..config_for(&Panel::new())
    };
    let error = Service::bind(config).unwrap_err();
    assert!(matches!(error, BindError::InUse(_)));
    let message = error.to_string();
    assert!(
        message.contains("--bios-import 127.0.0.1:") && message.contains("DCS-BIOS itself"),
        "{message}"
    );
}

#[tokio::test]
async fn an_interface_that_is_not_there_is_told() {
    let interface = Ipv4Addr::new(192, 0, 2, 77);
    let config = Config {
        interface,
        ..config_for(&Panel::new())
    };
    let message = Service::bind(config).unwrap_err().to_string();
    assert!(message.contains("--bios-interface 192.0.2.77"), "{message}");
}

#[tokio::test]
async fn shutdown_ends_it() {
    let bench = Bench::start().await;
    bench.shutdown.cancel();
    timeout(PATIENCE, bench.gateway).await.unwrap().unwrap();
}
