//! The main loop of `watch`: waits for a server, an aircraft and movements.

use std::collections::{BTreeSet, HashSet};
use std::io::{BufRead, IsTerminal};
use std::time::Duration;

use aircraft_defs::{Catalog, Folders, counted};
use anyhow::Result;
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep, sleep_until};

use super::WatchArgs;
use super::answer::Answer;
use super::connection::{Connection, Message};
use super::targets::{ArgRange, targets};
use crate::cli::output::{WIDTH, both_ends, print_error, print_to_reader};
use crate::filter::Micros;
use crate::quote::{printable, printable_reason};
use crate::tables::TablesStamp;
use crate::watch::{ArgNames, Movement, MovementDetector, WARM_UP, learn};

/// The answer that ends the program.
const QUIT: &str = "q";

/// The time between two attempts to reach the server.
const RETRY: Duration = Duration::from_secs(1);
/// The time between two checks of the tables, and the longest wait for the aircraft's name.
const RELOAD_INTERVAL: Duration = Duration::from_millis(500);
/// The most movements that are printed at a time.
const MAX_LINES: usize = 8;
/// The number of refusals by the server after which no further ones are printed.
const MAX_REFUSALS: usize = 5;

/// Watches the cockpit of a server.
#[derive(Debug)]
pub(super) struct Watcher {
    folders: Folders,
    words: String,
    range: ArgRange,
    is_wide: bool,
    movements: MovementDetector,
    flight: Option<Flight>,
    began: Instant,
    refusals: HashSet<String>,
    /// The lines that the user types, with `--learn`.
    typed: Option<mpsc::Receiver<String>>,
    /// The movements that the user is asked to name.
    asked: Vec<Movement>,
}

/// The aircraft that is watched.
#[derive(Debug)]
struct Flight {
    aircraft: String,
    names: ArgNames,
    args: BTreeSet<u32>,
    stamps: [TablesStamp; 2],
    /// The end of the warm-up; `None` once it has been reported.
    warm_up: Option<Instant>,
}

/// The reason why a session has ended.
enum End {
    /// The server is gone.
    Lost,
    /// The user does not want more.
    Closed,
}

impl Watcher {
    pub(super) fn new(args: &WatchArgs, folders: Folders) -> Self {
        Self {
            folders,
            words: args.words.join(" "),
            range: args.args.clone(),
            is_wide: !std::io::stdout().is_terminal(),
            movements: MovementDetector::new(args.damping(), 0),
            flight: None,
            began: Instant::now(),
            refusals: HashSet::new(),
            typed: args.learn.then(typed_lines),
            asked: Vec::new(),
        }
    }

    /// Watches until the output is not read any more.
    pub(super) async fn run(&mut self, server: &str) -> Result<()> {
        let mut is_announced = false;
        loop {
            if let Ok(stream) = TcpStream::connect(server).await {
                // A click should be seen at once.
                let _ = stream.set_nodelay(true);
                match self.session(Connection::new(stream)).await? {
                    End::Closed => return Ok(()),
                    End::Lost => print_error("the server has gone; waiting for it"),
                }
                self.flight = None;
                is_announced = true;
            } else if !is_announced {
                print_error(&format!(
                    "no server at {}; waiting for it (dcs-master serve starts one)",
                    printable_reason(server)
                ));
                is_announced = true;
            }
            sleep(RETRY).await;
        }
    }

    async fn session(&mut self, mut connection: Connection) -> Result<End> {
        let mut is_waiting_announced = false;
        let mut look = Instant::now() + RELOAD_INTERVAL;
        loop {
            let due = self.movements.next_due();
            let due = due.map_or(look, |due| self.began + Duration::from_micros(due));
            tokio::select! {
                message = connection.next() => {
                    let Ok(message) = message else { return Ok(End::Lost) };
                    if self.receive(message, &mut connection).await.is_err() {
                        return Ok(End::Lost);
                    }
                }
                line = next_typed_line(&mut self.typed) => match line {
                    Some(line) if line.trim().eq_ignore_ascii_case(QUIT) => return Ok(End::Closed),
                    Some(line) => {
                        self.answer(&line);
                        if self.reload_and_announce(&mut connection).await.is_err() {
                            return Ok(End::Lost);
                        }
                    }
                    None => return Ok(End::Closed),
                },
                () = sleep_until(due.min(look)) => {}
            }
            if !self.print_moves()? {
                return Ok(End::Closed);
            }
            if Instant::now() >= look {
                look = Instant::now() + RELOAD_INTERVAL;
                if self.reload_and_announce(&mut connection).await.is_err() {
                    return Ok(End::Lost);
                }
                if self.flight.is_none() && !is_waiting_announced {
                    print_error("connected; waiting for an aircraft");
                    is_waiting_announced = true;
                }
            }
        }
    }

    async fn receive(
        &mut self,
        message: Message,
        connection: &mut Connection,
    ) -> std::io::Result<()> {
        match message {
            Message::Value(arg, raw) => {
                let now = self.now();
                self.movements.report(arg, raw, now);
            }
            Message::Aircraft(name) => {
                let now = self.now();
                self.movements.restart(now);
                self.asked.clear();
                self.watch_aircraft(&name, connection).await?;
            }
            Message::Refused(reason) => {
                let is_news = self.refusals.len() < MAX_REFUSALS;
                if is_news && self.refusals.insert(reason.clone()) {
                    print_error(&format!("the server says: {}", printable_reason(&reason)));
                }
            }
        }
        Ok(())
    }

    /// Starts to watch an aircraft, or watches the current one again after its tables have changed.
    async fn watch_aircraft(
        &mut self,
        aircraft: &str,
        connection: &mut Connection,
    ) -> std::io::Result<()> {
        let own_defs = self.folders.own_defs();
        let catalog = Catalog {
            tables: &self.folders.tables,
            own_defs: own_defs.as_deref(),
        };
        let names = ArgNames::new(catalog.read(aircraft));
        let args = targets(&names, catalog, aircraft, &self.words, &self.range);
        let old = self.flight.take();
        let is_same = old.as_ref().is_some_and(|old| old.aircraft == aircraft);
        let warm_up = match &old {
            Some(old) if is_same => old.warm_up,
            _ => Some(Instant::now() + Duration::from_micros(WARM_UP)),
        };
        let old = old.map(|old| old.args).unwrap_or_default();
        connection
            .watch(args.difference(&old), old.difference(&args))
            .await?;
        self.movements.set_classes(names.classes());
        if args.is_empty() && !is_same {
            self.print_nothing_found(aircraft);
        }
        self.flight = Some(Flight {
            stamps: self.stamps(aircraft),
            aircraft: aircraft.to_owned(),
            names,
            args,
            warm_up,
        });
        Ok(())
    }

    fn print_nothing_found(&self, aircraft: &str) {
        print_error(&format!(
            "nothing of {} is called like \"{}\"; try fewer or other words, or none",
            printable(aircraft),
            printable_reason(&self.words)
        ));
    }

    /// Returns the state of the files with the tables of an aircraft.
    fn stamps(&self, aircraft: &str) -> [TablesStamp; 2] {
        let own_defs = self.folders.own_defs().unwrap_or_default();
        [&self.folders.tables, &own_defs].map(|folder| TablesStamp::of(folder, aircraft))
    }

    /// Reads tables that have changed, and says when the warm-up is over.
    async fn reload_and_announce(&mut self, connection: &mut Connection) -> std::io::Result<()> {
        let Some(flight) = &mut self.flight else {
            return Ok(());
        };
        let aircraft = flight.aircraft.clone();
        if flight.warm_up.is_some_and(|end| end <= Instant::now()) {
            flight.warm_up = None;
            self.print_ready();
        }
        let is_changed = self
            .flight
            .as_ref()
            .is_some_and(|flight| flight.stamps != self.stamps(&aircraft));
        match is_changed {
            true => self.watch_aircraft(&aircraft, connection).await,
            false => Ok(()),
        }
    }

    fn print_ready(&self) {
        let Some(flight) = self
            .flight
            .as_ref()
            .filter(|flight| !flight.args.is_empty())
        else {
            return;
        };
        let named_args = flight.names.args().filter(|arg| flight.args.contains(arg));
        let damped = match self.movements.damped(self.now()) {
            0 => String::new(),
            count => format!("; {count} that move all the time are left out"),
        };
        print_error(&format!(
            "watching {} of {}, {} with a name{damped}",
            counted(flight.args.len(), "arg"),
            printable(&flight.aircraft),
            named_args.count()
        ));
    }

    /// Prints the movements that are due. Returns whether the output is still read.
    fn print_moves(&mut self) -> Result<bool> {
        let now = self.now();
        let movements = self.movements.take(now);
        let Some(flight) = self.flight.as_ref().filter(|_| !movements.is_empty()) else {
            return Ok(true);
        };
        if !self.asked.is_empty() {
            // The user is typing a name for something that moved before.
            return Ok(true);
        }
        let more = movements.len().saturating_sub(MAX_LINES);
        let shown = &movements[..movements.len() - more];
        let mut text = String::new();
        for (index, movement) in shown.iter().enumerate() {
            let number = match self.typed {
                Some(_) => format!("{}  ", index + 1),
                None => String::new(),
            };
            for named_movement in flight.names.named_movements(movement) {
                let line = format!("{number}{}", named_movement.line);
                text += &(self.columns(&line, &named_movement.change) + "\n");
            }
        }
        if more > 0 {
            text += &format!("… and {more} more\n");
        }
        if self.typed.is_some() {
            self.asked = shown.to_vec();
            text += match shown.len() {
                1 => "type a name for it, or only Enter:\n",
                _ => "type a number and a name, or only Enter:\n",
            };
        }
        print_to_reader(&text)
    }

    /// Returns a line with the change at its end, or below it if the line is too long for a narrow
    /// terminal.
    fn columns(&self, line: &str, change: &str) -> String {
        let width = line.chars().count() + change.chars().count() + 2;
        match self.is_wide || width <= WIDTH {
            true => both_ends(line, change),
            false => format!("{line}\n{}", both_ends("", change)),
        }
    }

    /// Handles a line that the user has typed.
    fn answer(&mut self, line: &str) {
        let (Some(flight), Some(own_defs)) = (&self.flight, self.folders.own_defs()) else {
            return;
        };
        let (index, name) = match Answer::read(line, self.asked.len()) {
            Answer::Nothing => return self.asked.clear(),
            Answer::Unclear(line) => {
                let line = printable(line);
                print_error(&format!(
                    "\"{line}\" is not a name; type one without spaces, or press Enter to skip:"
                ));
                return;
            }
            Answer::Name(index, name) => (index, name),
        };
        let Some(movement) = self.asked.get(index) else {
            print_error(
                "nothing has moved yet that could be named; operate the control or gauge first",
            );
            return;
        };
        let (names, aircraft) = (&flight.names, flight.aircraft.as_str());
        match learn(&own_defs, aircraft, names, movement.arg, name) {
            Ok(file) => {
                let file = printable_reason(&file.to_string_lossy());
                print_error(&format!(
                    "{name} was written to {file}; the server knows it in a moment"
                ));
                self.asked.clear();
            }
            Err(error) => print_error(&error.to_string()),
        }
    }

    fn now(&self) -> Micros {
        let passed = self.began.elapsed().as_micros();
        Micros::try_from(passed).unwrap_or(Micros::MAX)
    }
}

/// Returns the next line that the user types; `None` if there will be no more. Waits for ever
/// without `--learn`.
async fn next_typed_line(lines: &mut Option<mpsc::Receiver<String>>) -> Option<String> {
    match lines {
        Some(lines) => lines.recv().await,
        None => std::future::pending().await,
    }
}

/// Reads the keyboard on a separate thread, since that may wait for ever.
fn typed_lines() -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel(16);
    std::thread::spawn(move || {
        let lines = std::io::stdin().lock().lines();
        for line in lines.map_while(Result::ok) {
            if sender.blocking_send(line).is_err() {
                return;
            }
        }
    });
    receiver
}
