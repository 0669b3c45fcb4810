//! The limits of files, of their evaluation and of the tables. Each has a name, a default and a
//! message of its own.

/// The most names in a folder that scripts are read from.
pub const FOLDER_ENTRIES: usize = 200_000;

/// The most values on the stack, of all running functions of one state together.
pub const MAX_STACK: usize = 1_000_000;

/// The upper bounds of reading, parsing, evaluating, and of the tables. Code that passes one is
/// ended with an error that `pcall` cannot catch; a table that passes one is not made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Bytes in one source file.
    pub source_bytes: usize,
    /// Bytes that the parser may need for one source file, estimated from its tokens.
    pub parser_bytes: usize,
    /// Levels of nested brackets, blocks and right-associative operators in one file. Real Lua
    /// also rejects more than 200.
    pub nesting: u32,
    /// Operators and suffixes of one expression, as in `a + b + c …` and `a.b.c …`, including those
    /// of the longest expression nested in it.
    pub chain: u32,
    /// Steps of work in one state: one for each node of the syntax tree that is evaluated, each
    /// value that is passed or moved, and each 32 bytes that are read or written.
    pub steps: u64,
    /// Steps of all states of one module.
    pub module_steps: u64,
    /// Steps that a state may use when those of its module are used up.
    pub least_steps: u64,
    /// Levels of nested calls.
    pub call_depth: u32,
    /// Levels of nesting summed over all running functions, which bounds the native stack.
    pub eval_depth: u32,
    /// Levels of nested `dofile` and `require`.
    pub include_depth: u32,
    /// Entries of one table.
    pub table_entries: usize,
    /// Bytes of one string.
    pub string_bytes: usize,
    /// Approximate bytes that one state holds: its values, its code, and the records of its
    /// calls.
    pub memory_bytes: usize,
    /// Approximate bytes of the parsed files that are kept for further use.
    pub cached_bytes: usize,
    /// Approximate bytes of one table as JSON.
    pub table_bytes: usize,
    /// Approximate bytes of all tables of a run as JSON.
    pub run_bytes: usize,
    /// Diagnostics kept for one state, and for the table made from it; more are only counted.
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
            module_steps: 100_000_000,
            least_steps: 500_000,
            call_depth: 1_000,
            eval_depth: 20_000,
            include_depth: 50,
            table_entries: 1_000_000,
            string_bytes: 4 << 20,
            memory_bytes: 128 << 20,
            cached_bytes: 192 << 20,
            table_bytes: 64 << 20,
            run_bytes: 512 << 20,
            diagnostics: 500,
            flyables: 100,
        }
    }
}
