//! Limits that several parts of the server share. `docs/link.md` and `docs/protocol.md` state them.

/// Args that the sim can be told to read at a time.
pub const MOST_ARGS: usize = 16_384;
/// Indicators that the sim can be told to read at a time.
pub const MOST_INDICATORS: usize = 256;
/// The largest number of an indicator that can be asked for.
pub const LARGEST_INDICATOR: u32 = 9_999;
/// The largest number of a device, a command or an arg: the sim's own are 32 bits wide.
pub const LARGEST_NUMBER: i64 = 2_147_483_647;
