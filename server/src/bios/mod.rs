//! x
pub mod codec;
pub mod control;
pub mod element;
pub mod names;
pub mod table;
pub mod planner;
