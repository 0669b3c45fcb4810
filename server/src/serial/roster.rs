//! Decides which serial ports to open, and which failures to log.
//!
//! Pure: the list of ports and the results of opening them are passed in.

use super::board::{Board, PortInfo, find, is_name};
use super::options::{LineOptions, PanelProtocol, PortChoice, SerialOptions};

/// The most panels on serial ports at a time.
const MAX_PANELS: usize = 64;

/// The ports that were asked for, and the panels that were found on them.
#[derive(Debug, Default)]
pub(super) struct Roster {
    panels: Vec<Panel>,
    /// The settings of `auto`, for boards on ports that no option names; `None` without `auto`.
    auto: Option<LineOptions>,
    /// The ports on which `auto` found no panel, until they are unplugged.
    ignored: Vec<PortInfo>,
    next_id: u64,
}

/// The identity of a panel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct PanelId(u64);

/// A panel on a serial port.
#[derive(Debug)]
struct Panel {
    id: PanelId,
    /// The name that the user gave, or under which `auto` found it.
    name: String,
    line: LineOptions,
    /// Whether `auto` found it.
    found: bool,
    /// The board, known once the port was open.
    board: Option<Board>,
    state: State,
    was_open: bool,
    /// The last reason that was logged for its port not being open.
    logged_reason: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// The port has to be opened when it is there.
    Closed,
    /// The port is being opened, or open.
    Busy,
}

/// A port to be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Opening {
    pub(super) id: PanelId,
    pub(super) port: PortInfo,
    pub(super) line: LineOptions,
    /// Whether the port is closed again if no panel speaks on it.
    pub(super) must_speak: bool,
}

impl Roster {
    pub(super) fn new(options: Vec<SerialOptions>) -> Self {
        let mut roster = Self::default();
        for SerialOptions { port, line } in options {
            match port {
                PortChoice::Auto => roster.auto = Some(line),
                PortChoice::Named(name) => {
                    roster.panels.retain(|panel| !is_name(&panel.name, &name));
                    roster.add(name, line, false);
                }
            }
        }
        roster
    }

    fn add(&mut self, name: String, line: LineOptions, found: bool) {
        let id = PanelId(self.next_id);
        self.next_id += 1;
        self.panels.push(Panel {
            id,
            name,
            line,
            found,
            board: None,
            state: State::Closed,
            was_open: false,
            logged_reason: None,
        });
    }

    /// Returns whether there is a port to look for.
    pub(super) fn is_scanning(&self) -> bool {
        self.auto.is_some() || self.panels.iter().any(|panel| panel.state != State::Busy)
    }

    /// Returns the ports to open, given those that the computer has now.
    pub(super) fn scan(&mut self, ports: &[PortInfo]) -> Vec<Opening> {
        self.ignored.retain(|port| ports.contains(port));
        self.panels
            .retain(|panel| !panel.found || panel.state == State::Busy || panel.is_there(ports));
        self.find_boards(ports);
        let mut openings = Vec::new();
        for index in 0..self.panels.len() {
            let panel = &self.panels[index];
            if panel.state == State::Busy {
                continue;
            }
            if let Some(port) = self.port_of(panel, ports) {
                openings.push(Opening {
                    id: panel.id,
                    port,
                    line: panel.line.clone(),
                    // A panel of DCS-BIOS without switches has nothing to say.
                    must_speak: panel.found && panel.line.protocol == PanelProtocol::Text,
                });
            }
        }
        openings
    }

    /// Adds the boards on ports that no option names.
    fn find_boards(&mut self, ports: &[PortInfo]) {
        let Some(line) = self.auto.clone() else {
            return;
        };
        for port in ports {
            let is_board = port
                .board
                .as_ref()
                .is_some_and(|board| board.known_maker().is_some());
            let is_taken = self.panels.iter().any(|panel| panel.has(port));
            let room = self.panels.len() < MAX_PANELS;
            if is_board && !is_taken && room && !self.ignored.contains(port) {
                self.add(port.name.clone(), line.clone(), true);
            }
        }
    }

    /// Returns the port on which a panel is now: that of its board, else the one with its name
    /// unless another panel's board is there.
    fn port_of(&self, panel: &Panel, ports: &[PortInfo]) -> Option<PortInfo> {
        if let Some(port) = find(ports, &panel.name, panel.board.as_ref()) {
            return Some(port.clone());
        }
        let named = find(ports, &panel.name, None).cloned();
        match named {
            Some(port) => {
                let is_others = |other: &Panel| other.id != panel.id && other.owns_board(&port);
                (!panel.found && !self.panels.iter().any(is_others)).then_some(port)
            }
            // A port may exist although the system does not list it, such as a symbolic link to
            // one.
            None if panel.found => None,
            None => Some(PortInfo {
                name: panel.name.clone(),
                board: None,
            }),
        }
    }

    /// Records that a port is being opened.
    pub(super) fn begin(&mut self, opening: &Opening) {
        if let Some(panel) = self.get(opening.id) {
            panel.state = State::Busy;
            if opening.port.board.is_some() {
                panel.board.clone_from(&opening.port.board);
            }
        }
    }

    /// Records that a port is open.
    pub(super) fn opened(&mut self, id: PanelId) {
        if let Some(panel) = self.get(id) {
            panel.was_open = true;
            panel.logged_reason = None;
        }
    }

    /// Records that a port could not be opened. Returns whether to log the reason: not if it was
    /// logged already, and not for a panel that was unplugged.
    pub(super) fn failed(&mut self, id: PanelId, reason: &str, is_missing: bool) -> bool {
        let Some(panel) = self.get(id) else {
            return false;
        };
        let was_unplugged = panel.was_open && is_missing;
        panel.state = State::Closed;
        let is_new = panel.logged_reason.as_deref() != Some(reason);
        panel.logged_reason = Some(reason.to_owned());
        is_new && !was_unplugged
    }

    /// Records that a port that was open has been closed.
    pub(super) fn closed(&mut self, id: PanelId) {
        if let Some(panel) = self.get(id) {
            panel.state = State::Closed;
        }
    }

    /// Records that no panel spoke on a port that `auto` opened. The port is not opened again while
    /// it is plugged in.
    pub(super) fn ignore(&mut self, opening: &Opening) {
        self.panels.retain(|panel| panel.id != opening.id);
        self.ignored.push(opening.port.clone());
    }

    fn get(&mut self, id: PanelId) -> Option<&mut Panel> {
        self.panels.iter_mut().find(|panel| panel.id == id)
    }
}

impl Panel {
    /// Returns whether this is the panel on the port.
    fn has(&self, port: &PortInfo) -> bool {
        is_name(&self.name, &port.name) || self.owns_board(port)
    }

    fn owns_board(&self, port: &PortInfo) -> bool {
        matches!((&self.board, &port.board), (Some(own), Some(other)) if own.is_same(other))
    }

    fn is_there(&self, ports: &[PortInfo]) -> bool {
        find(ports, &self.name, self.board.as_ref()).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn board_port(name: &str, serial_number: &str) -> PortInfo {
        PortInfo {
            name: name.into(),
            board: Some(Board {
                maker: 0x2341,
                product: 1,
                serial_number: Some(serial_number.into()),
                title: None,
                socket: None,
            }),
        }
    }

    fn roster(options: &[&str]) -> Roster {
        Roster::new(
            options
                .iter()
                .map(|text| text.parse().expect("valid options"))
                .collect(),
        )
    }

    /// Opens all ports that the roster returns.
    fn open_all(roster: &mut Roster, ports: &[PortInfo]) -> Vec<Opening> {
        let openings = roster.scan(ports);
        for opening in &openings {
            roster.begin(opening);
            roster.opened(opening.id);
        }
        openings
    }

    fn names(openings: &[Opening]) -> Vec<&str> {
        openings.iter().map(|it| it.port.name.as_str()).collect()
    }

    #[test]
    fn a_named_port_is_tried_though_it_is_not_listed() {
        let mut roster = roster(&["/dev/serial/by-id/usb-Uno"]);
        let openings = roster.scan(&[]);
        assert_eq!(names(&openings), ["/dev/serial/by-id/usb-Uno"]);
        assert!(!openings[0].must_speak);
        roster.begin(&openings[0]);
        assert!(roster.scan(&[]).is_empty() && !roster.is_scanning());
    }

    #[test]
    fn a_board_is_found_again_under_other_names_two_hundred_times() {
        let mut roster = roster(&["COM1"]);
        let mut id = None;
        for round in 0..200 {
            let name = format!("COM{}", round % 7 + 1);
            let openings = open_all(&mut roster, &[board_port(&name, "A")]);
            assert_eq!(names(&openings), [name.as_str()], "round {round}");
            assert_eq!(*id.get_or_insert(openings[0].id), openings[0].id);
            roster.closed(openings[0].id);
            // It is unplugged, so opening it by its old name fails.
            for opening in roster.scan(&[]) {
                roster.begin(&opening);
                assert!(!roster.failed(opening.id, "COM1 is not there", true));
            }
        }
        assert_eq!(roster.panels.len(), 1);
    }

    #[test]
    fn two_boards_that_change_names_are_not_confused() {
        let mut roster = roster(&["COM1", "COM2"]);
        let before = open_all(
            &mut roster,
            &[board_port("COM1", "A"), board_port("COM2", "B")],
        );
        for opening in &before {
            roster.closed(opening.id);
        }
        // Only B is back, under the name that A had.
        let after = open_all(&mut roster, &[board_port("COM1", "B")]);
        let ids: Vec<PanelId> = after
            .iter()
            .filter(|it| it.port.name == "COM1")
            .map(|it| it.id)
            .collect();
        assert_eq!(ids, [before[1].id]);
    }

    #[test]
    fn another_board_on_a_named_port_is_accepted() {
        let mut roster = roster(&["COM1"]);
        let openings = open_all(&mut roster, &[board_port("COM1", "A")]);
        roster.closed(openings[0].id);
        assert_eq!(
            names(&open_all(&mut roster, &[board_port("COM1", "new")])),
            ["COM1"]
        );
    }

    #[test]
    fn auto_takes_boards_of_known_makers_that_nobody_named() {
        let mut roster = roster(&["auto,baud=250000", "COM1"]);
        let mut mouse = board_port("COM3", "M");
        if let Some(board) = &mut mouse.board {
            board.maker = 0x046D;
        }
        let plain = PortInfo {
            name: "COM4".into(),
            board: None,
        };
        let ports = [
            board_port("COM1", "A"),
            board_port("COM2", "B"),
            mouse,
            plain,
        ];
        let openings = open_all(&mut roster, &ports);
        assert_eq!(names(&openings), ["COM1", "COM2"]);
        let must_speak: Vec<bool> = openings.iter().map(|it| it.must_speak).collect();
        assert_eq!(must_speak, [false, true]);
        assert_eq!(
            (openings[0].line.baud, openings[1].line.baud),
            (115_200, 250_000)
        );
    }

    #[test]
    fn a_silent_board_is_left_alone_until_it_is_plugged_in_again() {
        let mut roster = roster(&["auto"]);
        let ports = [board_port("COM2", "B")];
        let openings = open_all(&mut roster, &ports);
        roster.ignore(&openings[0]);
        assert!(roster.scan(&ports).is_empty());
        assert!(roster.scan(&[]).is_empty());
        assert_eq!(names(&roster.scan(&ports)), ["COM2"]);
    }

    #[test]
    fn boards_that_come_and_go_leave_nothing_behind() {
        let mut roster = roster(&["auto"]);
        for round in 0..1_000 {
            let ports = [board_port("COM2", &round.to_string())];
            let openings = open_all(&mut roster, &ports);
            assert_eq!(openings.len(), 1);
            roster.closed(openings[0].id);
            assert!(roster.scan(&[]).is_empty());
        }
        assert!(roster.panels.is_empty() && roster.ignored.is_empty());
    }

    #[test]
    fn the_same_reason_is_logged_once() {
        let mut roster = roster(&["COM1"]);
        let said: Vec<bool> = ["missing", "missing", "in use", "in use", "missing"]
            .iter()
            .map(|reason| {
                let openings = roster.scan(&[]);
                roster.begin(&openings[0]);
                roster.failed(openings[0].id, reason, *reason == "missing")
            })
            .collect();
        assert_eq!(said, [true, false, true, false, true]);
    }
}
