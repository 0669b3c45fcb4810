//! Items of many tables in one buffer.

/// The items of one table, in a [`Buffer`].
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Run {
    /// Where they begin in what is shared, or which of those apart they are.
    start: u32,
    /// How many there are.
    pub(super) len: u32,
    /// How many there is room for; more than [`LARGEST`] for those apart.
    room: u32,
}

/// The most room that is made in what is shared: what grows leaves its place behind, and
/// large ones would leave too much.
const LARGEST: u32 = 64;

/// The smallest room that is made for more than there is.
const SMALLEST: u32 = 4;

/// The items of many tables.
#[derive(Debug, Clone)]
pub(super) struct Buffer<T> {
    shared: Vec<T>,
    apart: Vec<Vec<T>>,
}

impl<T> Default for Buffer<T> {
    fn default() -> Self {
        Self {
            shared: Vec::new(),
            apart: Vec::new(),
        }
    }
}

impl<T: Copy> Buffer<T> {
    /// Makes room for so many more in what is shared.
    pub(super) fn reserve(&mut self, items: usize) {
        self.shared.reserve(items);
    }

    /// An empty run with some room. What is in the room is never seen.
    #[inline]
    pub(super) fn run(&mut self, room: usize, filler: T) -> Run {
        let start = self.shared.len();
        if room > LARGEST as usize {
            return self.apart(Vec::with_capacity(room));
        }
        self.shared.resize(start + room, filler);
        Run {
            start: start as u32,
            len: 0,
            room: room as u32,
        }
    }

    fn apart(&mut self, items: Vec<T>) -> Run {
        let len = items.len() as u32;
        self.apart.push(items);
        Run {
            start: self.apart.len() as u32 - 1,
            len,
            room: LARGEST + 1,
        }
    }

    #[inline]
    pub(super) fn get(&self, run: Run) -> &[T] {
        match run.room > LARGEST {
            true => &self.apart[run.start as usize],
            false => &self.shared[run.start as usize..(run.start + run.len) as usize],
        }
    }

    #[inline]
    pub(super) fn get_mut(&mut self, run: Run) -> &mut [T] {
        match run.room > LARGEST {
            true => &mut self.apart[run.start as usize],
            false => &mut self.shared[run.start as usize..(run.start + run.len) as usize],
        }
    }

    #[inline]
    pub(super) fn push(&mut self, run: &mut Run, item: T) {
        if run.room > LARGEST {
            self.apart[run.start as usize].push(item);
        } else if run.len < run.room {
            self.shared[(run.start + run.len) as usize] = item;
        } else {
            self.grow(run, item);
        }
        run.len += 1;
    }

    /// Makes room, and puts an item there, which is not counted yet.
    #[cold]
    fn grow(&mut self, run: &mut Run, item: T) {
        let room = (run.room * 2).max(SMALLEST);
        if room > LARGEST {
            let mut items = Vec::with_capacity(room as usize);
            items.extend_from_slice(self.get(*run));
            *run = self.apart(items);
            self.apart[run.start as usize].push(item);
            return;
        }
        let range = run.start as usize..(run.start + run.len) as usize;
        if range.end != self.shared.len() {
            run.start = self.shared.len() as u32;
            self.shared.extend_from_within(range);
        }
        run.room = room;
        self.shared.resize((run.start + room) as usize, item);
    }

    /// Drops what is behind the first ones.
    pub(super) fn truncate(&mut self, run: &mut Run, len: usize) {
        run.len = len as u32;
        if run.room > LARGEST {
            self.apart[run.start as usize].truncate(len);
        }
    }
}
