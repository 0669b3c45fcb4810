//! The aircraft that is controlled, with its tables.

use aircraft_defs::Tables;

/// An aircraft that is controlled.
#[derive(Debug)]
pub struct Aircraft {
    /// The sim's name of the aircraft (`FA-18C_hornet`).
    pub name: String,
    /// The name tables. When they change, another value with the new tables replaces this one.
    pub tables: Tables,
}
