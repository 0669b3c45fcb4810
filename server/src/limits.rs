//! Limits that several parts of the server share. `docs/link.md` and `docs/protocol.md` state them.

/// The most args that the sim is told to read at a time.
pub const MAX_ARGS: usize = 16_384;
/// The most indicators that the sim is told to read at a time.
pub const MAX_INDICATORS: usize = 256;
/// The largest number of an indicator that can be asked for.
pub const LARGEST_INDICATOR: u32 = 9_999;
/// The largest number of a device, a command or an arg.
pub const LARGEST_NUMBER: i64 = aircraft_defs::limits::MAX_NUMBER;
/// The most bytes in a name of a request.
pub const MAX_NAME: usize = 256;
/// The bytes that a subscription counts for, besides its name.
pub const SUBSCRIPTION_COST: usize = 384;
/// The bytes that a client may make the server keep, for each subscription that it may have.
pub const KEPT_PER_SUBSCRIPTION: usize = 512;
/// The most controls of which a client may state a standing position; large panels have some two
/// hundred.
pub const MAX_STANDING: usize = 1_024;
