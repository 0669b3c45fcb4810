//! defgen: compiles the cockpit Lua of a DCS install into name tables.
//!
//! Stages with plain data between them: [`source`] (bytes of a file) ->
//! [`guard`] (nesting) -> [`syntax`] (the tree) -> [`eval`] (the values). What is
//! wrong on the way is a [`diagnostic`].

pub mod diagnostic;
pub mod eval;
pub mod guard;
pub mod limits;
pub mod source;
pub mod stack;
pub mod syntax;
