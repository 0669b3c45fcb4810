//! Diagnostics: the messages about files, as values, as a bounded list, and as text.
//!
//! Every stage after [`source`](crate::source) returns or collects [`Diagnostic`]s. Nothing here
//! prints.

mod render;
mod sink;
mod values;

pub use render::{printable, render};
pub use sink::DiagnosticSink;
pub use values::{Diagnostic, Label, Severity, excerpt};
