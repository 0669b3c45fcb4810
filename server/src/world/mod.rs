//! The one place that knows what is flown, what is known of it and who wants to know.

mod aircraft;

pub use aircraft::Aircraft;
