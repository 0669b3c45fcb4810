//! The queues of actions for the sim: the clients take turns, and the sim gets no more than it can
//! perform in a frame.
//!
//! In a frame, the sim performs at most one action on each command, in the order in which actions
//! arrive. If it got the whole backlog of one client, the actions of all others would have to wait.
//! So actions wait here, in a queue for each client. The *window* bounds the actions and lines that
//! are under way to the sim. It opens again when the sim confirms that it has read them, by
//! answering a *mark* that was sent after them. If the scripts do not answer marks, it opens again
//! when a frame has passed.

use std::collections::{HashMap, HashSet, VecDeque};

use super::fair_queue::FairQueue;
use crate::filter::Micros;

/// The most frames that the waiting actions of a client may take.
const MAX_FRAMES: usize = 300;
/// The most waiting actions of a client.
const MAX_OF_CLIENT: usize = 2400;
/// The most waiting actions of all clients. Beyond that, a client with few of them may still add
/// some.
const MAX_OF_ALL: usize = 1 << 16;
/// The number of waiting actions that a client may have even if those of all clients together are
/// too many.
const GUARANTEED: usize = 16;
/// The most actions that the sim performs in a frame.
const MAX_IN_FRAME: usize = 256;
/// The most lines under way to the sim: about as many as it reads in a frame.
const MAX_LINES: usize = 512;
/// The number of lines without an action after which a mark is sent.
const LINES_PER_MARK: usize = MAX_LINES / 2;
/// The length of a frame until the sim reports it.
const DEFAULT_FRAME: Micros = 1_000_000 / 60;
/// The longest frame that is assumed.
const LONGEST_FRAME: Micros = 100_000;

/// A device and a command.
pub(super) type Command = (i64, i64);

/// The reason for which an action is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Overflow {
    /// Too many actions of the client are waiting.
    Client,
    /// Too many actions of all clients are waiting.
    All,
}

/// An action that waits.
#[derive(Debug)]
struct WaitingAction {
    command: Command,
    value: f64,
    /// Whether the sim cannot perform it in the same frame as the client's action before it.
    starts_frame: bool,
}

/// The load of a client's waiting actions.
#[derive(Debug, Default)]
struct ClientLoad {
    /// The number of frames that the sim needs for them.
    frames: usize,
    /// The commands of the last of these frames.
    last: HashSet<Command>,
}

/// An action to send now.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct DueAction {
    /// The number of the client that requested it.
    pub(super) client: u64,
    pub(super) command: Command,
    pub(super) value: f64,
}

/// The actions that wait, and those under way to the sim.
#[derive(Debug, Default)]
pub(super) struct Actions {
    waiting: FairQueue<WaitingAction>,
    loads: HashMap<u64, ClientLoad>,
    window: Window,
}

impl Actions {
    /// Forgets everything, since the link came up or went down.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Queues an action of the client with this number.
    pub(super) fn push(
        &mut self,
        client: u64,
        command: Command,
        value: f64,
    ) -> Result<(), Overflow> {
        let own = self.waiting.len_of(client);
        if self.waiting.len() >= MAX_OF_ALL && own >= GUARANTEED {
            return Err(Overflow::All);
        }
        let load = self.loads.entry(client).or_default();
        let starts_frame =
            load.frames == 0 || load.last.len() >= MAX_IN_FRAME || load.last.contains(&command);
        if own >= MAX_OF_CLIENT || (starts_frame && load.frames >= MAX_FRAMES) {
            return Err(Overflow::Client);
        }
        if starts_frame {
            load.frames += 1;
            load.last.clear();
        }
        load.last.insert(command);
        let waiting = WaitingAction {
            command,
            value,
            starts_frame,
        };
        self.waiting.push(client, waiting);
        Ok(())
    }

    /// Queues the action that releases what a client holds pressed, regardless of the limits.
    pub(super) fn push_release(&mut self, client: u64, command: Command, value: f64) {
        let load = self.loads.entry(client).or_default();
        load.frames += 1;
        load.last = HashSet::from([command]);
        let waiting = WaitingAction {
            command,
            value,
            starts_frame: true,
        };
        self.waiting.push(client, waiting);
    }

    /// Returns the next action that the sim can perform in its next frame, and counts it as under
    /// way.
    pub(super) fn next(&mut self, now: Micros) -> Option<DueAction> {
        let window = &self.window;
        let (client, action) = self
            .waiting
            .next(|_, action| window.has_room_for(action.command))?;
        if let Some(load) = self.loads.get_mut(&client) {
            load.frames -= usize::from(action.starts_frame && load.frames > 0);
            if self.waiting.len_of(client) == 0 {
                self.loads.remove(&client);
            }
        }
        self.window.count(Some(action.command), now);
        Some(DueAction {
            client,
            command: action.command,
            value: action.value,
        })
    }

    /// Forgets a client that has left. Its actions are still performed, unless too many are
    /// waiting; then they are dropped. Returns the number of dropped actions.
    pub(super) fn leave(&mut self, client: u64) -> usize {
        if self.waiting.len() < MAX_OF_ALL {
            return 0;
        }
        self.loads.remove(&client);
        self.waiting.remove(client)
    }

    /// Returns whether a line without an action may be sent to the sim.
    pub(super) fn has_room_for_line(&self) -> bool {
        self.window.lines < MAX_LINES
    }

    /// Counts a line without an action as under way.
    pub(super) fn count_line(&mut self, now: Micros) {
        self.window.count(None, now);
    }

    /// Returns the number of the mark to send now, if one is needed.
    pub(super) fn take_mark(&mut self) -> Option<u64> {
        self.window.take_mark()
    }

    /// Handles the sim's answer to a mark: it has read everything before it. The answer 0 means
    /// only that the sim answers marks.
    pub(super) fn reached(&mut self, mark: u64) {
        self.window.reached(mark);
        self.waiting.retry();
    }

    /// Sets the length of the sim's frames.
    pub(super) fn set_frame(&mut self, frame: Micros) {
        self.window.frame = frame.clamp(1, LONGEST_FRAME);
    }

    /// Returns the time at which [`Self::tick`] has to be called.
    pub(super) fn next_due(&self) -> Option<Micros> {
        self.window.expected_empty_at
    }

    /// Opens the window if a frame has passed, for a sim that does not answer marks.
    pub(super) fn tick(&mut self, now: Micros) {
        if self.window.expected_empty_at.is_some_and(|at| at <= now) {
            self.window.empty();
            self.waiting.retry();
        }
    }
}

/// The lines and actions under way to the sim, at most as many as it handles in a frame.
#[derive(Debug)]
struct Window {
    /// Whether the sim answers marks.
    marks: bool,
    next_mark: u64,
    /// The number of lines under way, and the commands of the actions among them.
    lines: usize,
    commands: HashSet<Command>,
    /// The lines that were sent before each mark that is not answered yet.
    marked: VecDeque<(u64, Part)>,
    /// The lines that were sent after the last mark.
    unmarked: Part,
    frame: Micros,
    /// The time at which a sim that does not answer marks should have read all lines.
    expected_empty_at: Option<Micros>,
}

/// Lines that were sent between two marks.
#[derive(Debug, Default)]
struct Part {
    lines: usize,
    commands: Vec<Command>,
}

impl Default for Window {
    fn default() -> Self {
        Self {
            marks: false,
            next_mark: 1,
            lines: 0,
            commands: HashSet::new(),
            marked: VecDeque::new(),
            unmarked: Part::default(),
            frame: DEFAULT_FRAME,
            expected_empty_at: None,
        }
    }
}

impl Window {
    fn has_room_for(&self, command: Command) -> bool {
        self.lines < MAX_LINES
            && self.commands.len() < MAX_IN_FRAME
            && !self.commands.contains(&command)
    }

    fn count(&mut self, command: Option<Command>, now: Micros) {
        self.lines += 1;
        self.unmarked.lines += 1;
        self.unmarked.commands.extend(command);
        self.commands.extend(command);
        if !self.marks && self.expected_empty_at.is_none() {
            self.expected_empty_at = Some(now + self.frame);
        }
    }

    fn take_mark(&mut self) -> Option<u64> {
        let unmarked = &self.unmarked;
        let worth_it = !unmarked.commands.is_empty()
            || unmarked.lines >= LINES_PER_MARK
            || (unmarked.lines > 0 && self.lines >= MAX_LINES);
        if !self.marks || !worth_it {
            return None;
        }
        let mark = self.next_mark;
        self.next_mark += 1;
        self.marked
            .push_back((mark, std::mem::take(&mut self.unmarked)));
        Some(mark)
    }

    fn reached(&mut self, mark: u64) {
        if mark == 0 {
            self.marks = true;
            self.expected_empty_at = None;
        }
        while self
            .marked
            .front()
            .is_some_and(|&(before, _)| before <= mark)
        {
            let Some((_, part)) = self.marked.pop_front() else {
                return;
            };
            self.lines -= part.lines;
            for command in part.commands {
                self.commands.remove(&command);
            }
        }
    }

    fn empty(&mut self) {
        self.lines = 0;
        self.commands.clear();
        self.unmarked = Part::default();
        self.expected_empty_at = None;
    }
}
