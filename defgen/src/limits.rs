//! The limits of a file and of its evaluation. Each has a name, a default and its own message.

/// The most names in a folder that is listed.
pub const FOLDER_ENTRIES: usize = 200_000;

/// Upper bounds for reading, parsing, evaluating and what is made of it. Reaching one ends the
/// chunk with an error that `pcall` cannot catch, or costs the table that would be too large.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Bytes in one source file.
    pub source_bytes: usize,
    /// Bytes that the parser may need for one source file, estimated from its tokens.
    pub parser_bytes: usize,
    /// Levels of brackets, blocks and right-associative operators in one file; real Lua
    /// refuses more than 200 too.
    pub nesting: u32,
    /// Operators and suffixes of one expression, such as `a + b + c …` and `a.b.c …`, with those
    /// of the deepest expression in it.
    pub chain: u32,
    /// Work done by one state: a step for each node of the syntax tree that is evaluated, each
    /// value that is passed or moved, and every 32 bytes that are touched.
    pub steps: u64,
    /// Calls within calls.
    pub call_depth: u32,
    /// Nesting of all functions that are running, summed up: what bounds the native stack.
    pub eval_depth: u32,
    /// `dofile` and `require` within each other.
    pub include_depth: u32,
    /// Entries of one table.
    pub table_entries: usize,
    /// Bytes of one string.
    pub string_bytes: usize,
    /// About the bytes that one state holds: its values, and what is recorded of its calls.
    pub memory_bytes: usize,
    /// About the bytes of a table that is made from a state, as JSON.
    pub table_bytes: usize,
    /// About the bytes of all tables of a run.
    pub run_bytes: usize,
    /// Diagnostics kept of one state, and of what is read out of it; more are counted only.
    pub diagnostics: usize,
    /// Calls of `make_flyable` in one module.
    pub flyables: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            source_bytes: 1 << 20,
            parser_bytes: 320 << 20,
            nesting: 200,
            chain: 2_000,
            steps: 20_000_000,
            call_depth: 1_000,
            eval_depth: 20_000,
            include_depth: 50,
            table_entries: 1_000_000,
            string_bytes: 4 << 20,
            memory_bytes: 128 << 20,
            table_bytes: 64 << 20,
            run_bytes: 512 << 20,
            diagnostics: 500,
            flyables: 100,
        }
    }
}
