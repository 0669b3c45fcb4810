//! The `defgen` program.
fn main() {}
