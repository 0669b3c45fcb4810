//! The aircraft that is controlled, with its tables.

use aircraft_defs::Tables;

/// An aircraft that is controlled.
#[derive(Debug)]
pub struct Aircraft {
    /// The sim's own name of it (`FA-18C_hornet`).
    pub name: String,
    /// Its name tables, as they were when it appeared.
    pub tables: Tables,
}
