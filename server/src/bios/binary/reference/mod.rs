//! The control reference: the files from which other programs learn identifiers and addresses.
//!
//! `<aircraft>.json` and `AircraftAliases.json` have the form that Bort and others read, and
//! `Addresses.h` is for sketches.

mod entry;
mod error;
mod files;
mod header;
mod host;
mod module;

pub(crate) use files::ReferenceFiles;
