//! Limits of the Lua state.

/// The limits of what module files may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The memory of the Lua state, in bytes. All 53 modules of August 2026 take under 100 MB.
    pub memory: usize,
    /// The instructions until all files are loaded.
    pub load_instructions: u64,
    /// The instructions of one step or one command.
    pub step_instructions: u64,
    /// The size of a file, in bytes.
    pub file_size: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            memory: 512 << 20,
            load_instructions: 1_000_000_000,
            step_instructions: 20_000_000,
            file_size: 16 << 20,
        }
    }
}
