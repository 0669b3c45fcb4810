//! The places of values in the memory map.
//!
//! Most follow from the number of an arg alone, so neither another version of the game nor another
//! version of this program moves them. The others stand in a [`Ledger`], which only grows.

mod display;
mod ledger;
mod ledger_file;

pub use display::Display;
pub(super) use ledger::{Content, Ledger, LedgerFull};
pub(super) use ledger_file::{LedgerError, read_ledger, write_ledger};

use super::memory::Address;

/// The place of the aircraft's name, and its length.
pub(super) const AIRCRAFT_NAME: (Address, usize) = (Address::new(0x0000), 24);

/// The first address of the gauge words.
const GAUGES: u16 = 0xA600;
/// The first address of the state words.
const STATES: u16 = 0xCD10;
/// The number of args whose words follow from their number.
const ARGS: u32 = 5000;
/// The first address of the area of the ledger, and the address behind its last word.
const LEDGER: (u16, u16) = (0xF420, 0xFFFE);

/// The bits of a state word with the number of the position. They are the same for all controls, so
/// that one more position moves nothing.
pub(super) const POSITION_MASK: u16 = 0x7FFF;
/// The bit of a state word that is set while a lamp is lit.
pub(super) const LIT_MASK: u16 = 0x8000;

/// Returns the place of an arg's gauge word, unless it stands in the ledger.
pub(super) fn gauge_word(arg: u32) -> Option<Address> {
    in_window(GAUGES, arg)
}

/// Returns the place of an arg's state word, unless it stands in the ledger.
pub(super) fn state_word(arg: u32) -> Option<Address> {
    in_window(STATES, arg)
}

fn in_window(first: u16, arg: u32) -> Option<Address> {
    let arg = u16::try_from(arg)
        .ok()
        .filter(|arg| u32::from(*arg) < ARGS)?;
    Some(Address::new(first + 2 * arg))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_areas_do_not_overlap() {
        let last = |word: Option<Address>| word.map(Address::value);
        assert_eq!(last(gauge_word(0)), Some(0xA600));
        assert_eq!(last(gauge_word(4999)), Some(0xCD0E));
        assert_eq!(last(state_word(0)), Some(0xCD10));
        assert_eq!(last(state_word(4999)), Some(0xF41E));
        assert_eq!((gauge_word(5000), state_word(u32::MAX)), (None, None));
    }
}
