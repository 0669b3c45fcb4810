//! The limits of the tables, each in one place.

/// The largest table file that is read, in bytes; real ones have under 300,000.
///
/// A larger one is treated as unreadable: parsing it would cost the server memory and time, and no
/// real cockpit needs it.
pub const MAX_TABLE_BYTES: u64 = 16 << 20;

/// The largest table of the user's own that is read, in bytes.
pub const MAX_OWN_TABLE_BYTES: u64 = 1 << 20;

/// The most warnings about the tables of an aircraft that are kept.
pub(crate) const MAX_WARNINGS: usize = 1000;

/// The most problems of an aircraft's own tables that are listed.
pub(crate) const MAX_OWN_PROBLEMS: usize = 20;

/// The longest warning, in characters, without the path of its file.
pub(crate) const MAX_WARNING_CHARS: usize = 300;

/// The longest name or value of a file that a warning shows whole, in characters.
pub(crate) const MAX_QUOTE_CHARS: usize = 60;

/// The largest device, command or arg number: the sim's own numbers are 32 bits wide.
pub const MAX_NUMBER: i64 = 2_147_483_647;

/// Values that differ by less than this are one position, as they are to the sim.
pub const POSITION_TOLERANCE: f64 = 1e-4;

/// The most candidates in the error message for an ambiguous name.
pub(crate) const MAX_CANDIDATES: usize = 8;

/// The smallest share of an unknown name that a suggested name must match. One misspelt word is
/// enough, or two words of three.
pub(crate) const MIN_SUGGESTED_SHARE: f32 = 0.38;

/// The most words of an unknown name that a query is made of.
pub(crate) const MAX_WORDS_OF_NAME: usize = 8;

/// The longest id of a control, without the numbers that make it a long id.
pub const MAX_ID_LENGTH: usize = 48;

/// The longest id of a control that is qualified by other texts.
pub(crate) const MAX_QUALIFIED_ID_LENGTH: usize = 64;

/// The longest label of a position.
pub const MAX_LABEL_LENGTH: usize = 32;

/// The most characters of a hint that are read for ids and labels; real hints have under 300.
pub(crate) const MAX_HINT_CHARS: usize = 500;

/// The most words of a name whose initials are compared with a query's words.
pub(crate) const MAX_INITIALS: usize = 32;

/// The most words of a query that are searched for.
pub const MAX_QUERY_WORDS: usize = 24;
