//! What a step, a command and a dry run tell.

use std::collections::BTreeSet;

use crate::action::Action;
use crate::input::InputKey;

/// An error in the code of a module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The name of the module.
    pub module: String,
    /// The control, or the number of its export hook, or the command.
    pub part: String,
    /// The message, which has the file and line.
    pub message: String,
}

/// A text in the memory map.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TextPlace {
    /// The name of the module.
    pub module: String,
    /// The address of the first byte; even.
    pub address: u16,
    /// The number of bytes.
    pub length: u16,
}

/// The result of a step.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct StepReport {
    /// Another aircraft is flown: all words known so far are to be forgotten before `words` are set.
    pub is_new_aircraft: bool,
    /// The words that changed: even addresses below 0xFFFE, and whole values.
    pub words: Vec<(u16, u16)>,
    /// Inputs that were read for the first time and have no value yet.
    pub wanted: Vec<InputKey>,
    /// Errors that were not reported before.
    pub problems: Vec<Problem>,
}

/// The result of a command.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct InputReport {
    /// A module of the aircraft knows the command.
    pub is_known: bool,
    /// The actions to perform, in order.
    pub actions: Vec<Action>,
    /// Inputs that were read for the first time and have no value yet.
    pub wanted: Vec<InputKey>,
    /// Errors that were not reported before.
    pub problems: Vec<Problem>,
}

/// What a module reads, as a dry run finds it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ModuleReads {
    /// The name of the module.
    pub module: String,
    /// The number of export hooks.
    pub hooks: usize,
    /// The number of export hooks that read cockpit args only.
    pub arg_hooks: usize,
    /// The number of export hooks that read nothing by themselves.
    pub silent_hooks: usize,
    /// The controls, or numbers of export hooks, that failed with every trial value.
    pub failed_hooks: Vec<String>,
    /// All inputs.
    pub inputs: BTreeSet<InputKey>,
}
