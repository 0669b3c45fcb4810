//! The aircraft that is controlled, with its tables.

use aircraft_defs::Tables;

/// An aircraft that is controlled.
#[derive(Debug)]
pub struct Aircraft {
    /// The sim's name of the aircraft (`FA-18C_hornet`).
    pub name: String,
    /// The name tables. When they change, another value with the new tables replaces this one.
    pub tables: Tables,
    /// Whether the tables are still being read or made, and are empty until then.
    is_loading: bool,
}

impl Aircraft {
    /// Creates an aircraft with its tables.
    pub fn new(name: impl Into<String>, tables: Tables) -> Self {
        Self {
            name: name.into(),
            tables,
            is_loading: false,
        }
    }

    /// Creates an aircraft whose tables are still being read or made.
    pub fn loading(name: impl Into<String>) -> Self {
        Self {
            is_loading: true,
            ..Self::new(name, Tables::default())
        }
    }

    /// Returns whether the tables are still being read or made.
    pub fn is_loading(&self) -> bool {
        self.is_loading
    }
}
