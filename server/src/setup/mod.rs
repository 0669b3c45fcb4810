//! Installing the scripts into the sim's write folder, taking them out, and looking for what is
//! wrong between the sim and the clients.
//!
//! [`export_lua`] is pure; the other modules touch files. Nothing here prints: results are
//! values which `cli` shows.

pub mod export_lua;
