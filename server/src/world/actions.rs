//! Actions on their way to the sim: the clients take turns, and the sim is handed no more than
//! it performs in a frame.
//!
//! The sim performs one action on a command in a frame. What is handed to it is out of our hands:
//! an action behind another client's backlog there would have to wait for all of it. So everything
//! waits here, in a queue for each client. A *window* of what may be on its way to the sim at a time is
//! refilled when the sim says that it has read it, or, with scripts that do not say so, when a
//! frame has passed.

use std::collections::{HashMap, HashSet, VecDeque};

use super::turns::Turns;
use crate::filter::Micros;

/// Frames' worth of actions that a client may have waiting.
const MOST_FRAMES: usize = 300;
/// Actions that a client may have waiting.
const MOST_OF_CLIENT: usize = 2400;
/// Actions of all clients that may wait. A client with few of them may add more.
const MOST_OF_ALL: usize = 1 << 16;
/// Actions that a client may have waiting even when those of all clients are too many.
const ALWAYS: usize = 16;
/// Actions that the sim performs in a frame at most.
const MOST_IN_FRAME: usize = 256;
/// Lines that may be on their way to the sim: about what it reads in a frame.
const MOST_LINES: usize = 512;
/// Lines without an action among them after which the sim is asked to say that it has read them.
const LINES_PER_MARK: usize = MOST_LINES / 2;
/// The length of a frame, as long as the sim has not told it.
const FRAME: Micros = 1_000_000 / 60;
/// The longest frame that is reckoned with.
const LONGEST_FRAME: Micros = 100_000;

/// A device and a command.
pub(super) type Command = (i64, i64);

/// Why an action is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Overflow {
    /// The client has too many waiting.
    Client,
    /// All clients together have too many waiting.
    All,
}

/// An action that waits.
#[derive(Debug)]
struct Waiting {
    command: Command,
    value: f64,
    /// The sim cannot perform it in the frame of the client's action before it.
    starts_frame: bool,
}

/// What a client's waiting actions amount to.
#[derive(Debug, Default)]
struct Load {
    /// Frames that the sim needs for them.
    frames: usize,
    /// The commands of the last of these frames.
    last: HashSet<Command>,
}

/// An action whose turn it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Due {
    /// The serial number of the client that asked for it.
    pub(super) client: u64,
    pub(super) command: Command,
    pub(super) value: f64,
}

/// Actions that wait, and what is on its way to the sim.
#[derive(Debug, Default)]
pub(super) struct Actions {
    waiting: Turns<Waiting>,
    loads: HashMap<u64, Load>,
    window: Window,
}

impl Actions {
    /// Forgets everything: the link came up or went down.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Queues an action of the client with this serial number.
    pub(super) fn push(
        &mut self,
        client: u64,
        command: Command,
        value: f64,
    ) -> Result<(), Overflow> {
        let own = self.waiting.len_of(client);
        if self.waiting.len() >= MOST_OF_ALL && own >= ALWAYS {
            return Err(Overflow::All);
        }
        let load = self.loads.entry(client).or_default();
        let starts_frame =
            load.frames == 0 || load.last.len() >= MOST_IN_FRAME || load.last.contains(&command);
        if own >= MOST_OF_CLIENT || (starts_frame && load.frames >= MOST_FRAMES) {
            return Err(Overflow::Client);
        }
        if starts_frame {
            load.frames += 1;
            load.last.clear();
        }
        load.last.insert(command);
        let waiting = Waiting {
            command,
            value,
            starts_frame,
        };
        self.waiting.push(client, waiting);
        Ok(())
    }

    /// Queues the action that lets go what a client holds pressed, whatever else of it waits.
    pub(super) fn push_release(&mut self, client: u64, command: Command, value: f64) {
        let load = self.loads.entry(client).or_default();
        load.frames += 1;
        load.last = HashSet::from([command]);
        let waiting = Waiting {
            command,
            value,
            starts_frame: true,
        };
        self.waiting.push(client, waiting);
    }

    /// Returns the next action that the sim can perform in its next frame, and counts it as on
    /// its way.
    pub(super) fn next(&mut self, now: Micros) -> Option<Due> {
        let window = &self.window;
        let (client, action) = self
            .waiting
            .next(|_, action| window.takes_action(action.command))?;
        if let Some(load) = self.loads.get_mut(&client) {
            load.frames -= usize::from(action.starts_frame && load.frames > 0);
            if self.waiting.len_of(client) == 0 {
                self.loads.remove(&client);
            }
        }
        self.window.count(Some(action.command), now);
        Some(Due {
            client,
            command: action.command,
            value: action.value,
        })
    }

    /// A client has left. What it asked for is still done, unless far too much waits already;
    /// returns how many of its actions are dropped.
    pub(super) fn leave(&mut self, client: u64) -> usize {
        if self.waiting.len() < MOST_OF_ALL {
            return 0;
        }
        self.loads.remove(&client);
        self.waiting.remove(client)
    }

    /// True when another line that is no action may go to the sim.
    pub(super) fn takes_line(&self) -> bool {
        self.window.lines < MOST_LINES
    }

    /// Counts a line that is no action as on its way.
    pub(super) fn count_line(&mut self, now: Micros) {
        self.window.count(None, now);
    }

    /// Returns the number with which the sim is to be asked whether it has read all so far, if
    /// that is to be asked now.
    pub(super) fn take_mark(&mut self) -> Option<u64> {
        self.window.take_mark()
    }

    /// The sim has read all before this mark; with 0 it says that it answers marks.
    pub(super) fn reached(&mut self, mark: u64) {
        self.window.reached(mark);
        self.waiting.retry();
    }

    /// The sim tells how long its frames take.
    pub(super) fn set_frame(&mut self, frame: Micros) {
        self.window.frame = frame.clamp(1, LONGEST_FRAME);
    }

    /// When [`Self::tick`] is next needed.
    pub(super) fn next_due(&self) -> Option<Micros> {
        self.window.over
    }

    /// A frame may have passed, for a sim that does not answer marks.
    pub(super) fn tick(&mut self, now: Micros) {
        if self.window.over.is_some_and(|over| over <= now) {
            self.window.empty();
            self.waiting.retry();
        }
    }
}

/// What is on its way to the sim: about as much as it reads and performs in a frame.
#[derive(Debug)]
struct Window {
    /// The sim answers marks.
    marks: bool,
    next_mark: u64,
    /// Lines that are on their way, all together, and the commands of the actions among them.
    lines: usize,
    commands: HashSet<Command>,
    /// What was sent before each mark that is not yet answered.
    marked: VecDeque<(u64, Part)>,
    /// What was sent after the last mark.
    unmarked: Part,
    frame: Micros,
    /// When the sim will have read what is on its way, where it does not say so.
    over: Option<Micros>,
}

/// Lines that are on their way together.
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
            frame: FRAME,
            over: None,
        }
    }
}

impl Window {
    fn takes_action(&self, command: Command) -> bool {
        self.lines < MOST_LINES
            && self.commands.len() < MOST_IN_FRAME
            && !self.commands.contains(&command)
    }

    fn count(&mut self, command: Option<Command>, now: Micros) {
        self.lines += 1;
        self.unmarked.lines += 1;
        self.unmarked.commands.extend(command);
        self.commands.extend(command);
        if !self.marks && self.over.is_none() {
            self.over = Some(now + self.frame);
        }
    }

    fn take_mark(&mut self) -> Option<u64> {
        let unmarked = &self.unmarked;
        let worth_it = !unmarked.commands.is_empty()
            || unmarked.lines >= LINES_PER_MARK
            || (unmarked.lines > 0 && self.lines >= MOST_LINES);
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
            self.over = None;
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
        self.over = None;
    }
}
