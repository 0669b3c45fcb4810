//! The arguments of library functions, checked and converted as by Lua's C interface.

use std::sync::Arc;

use super::super::{
    Args, Machine, Str, Table, Value,
    error::{EvalError, MAX_NAME},
    machine::Caller,
};
use crate::lex::is_word;

impl Args {
    /// Returns the number of arguments.
    pub fn len(self) -> usize {
        self.len as usize
    }

    /// Returns true if there are no arguments.
    pub fn is_empty(self) -> bool {
        self.len == 0
    }

    /// Returns the argument at `index`, counted from 0, or nil if there is none.
    pub fn get(self, machine: &Machine, index: usize) -> Value {
        match index < self.len() {
            true => machine.slot(self.base as usize + index),
            false => Value::Nil,
        }
    }

    /// Returns all arguments from `index` on.
    pub(super) fn rest(self, machine: &Machine, index: usize) -> Vec<Value> {
        (index..self.len())
            .map(|index| self.get(machine, index))
            .collect()
    }

    pub(super) fn any(self, machine: &mut Machine, index: usize) -> Result<Value, EvalError> {
        match index < self.len() {
            true => Ok(self.get(machine, index)),
            false => Err(machine.bad_argument(index, "value expected")),
        }
    }

    pub(super) fn number(self, machine: &mut Machine, index: usize) -> Result<f64, EvalError> {
        match machine.read_number(self.get(machine, index)) {
            Some(number) => Ok(number),
            None => Err(self.mismatch(machine, index, "number")),
        }
    }

    pub(super) fn integer(self, machine: &mut Machine, index: usize) -> Result<i64, EvalError> {
        self.number(machine, index).map(to_integer)
    }

    pub(super) fn integer_or(
        self,
        machine: &mut Machine,
        index: usize,
        default: i64,
    ) -> Result<i64, EvalError> {
        match self.get(machine, index) {
            Value::Nil => Ok(default),
            _ => self.integer(machine, index),
        }
    }

    /// Returns a string, or a number converted to a string.
    pub(super) fn string(self, machine: &mut Machine, index: usize) -> Result<Str, EvalError> {
        match self.get(machine, index) {
            Value::Str(string) => Ok(string),
            number @ Value::Number(_) => {
                let mut text = Vec::new();
                machine.append_text(number, &mut text);
                Ok(machine.add_string(&text))
            }
            _ => Err(self.mismatch(machine, index, "string")),
        }
    }

    /// Returns the bytes of a string argument and charges them.
    pub(super) fn bytes(self, machine: &mut Machine, index: usize) -> Result<Arc<[u8]>, EvalError> {
        let string = self.string(machine, index)?;
        let bytes = machine.read(string);
        machine.charge(0)?;
        Ok(bytes)
    }

    pub(super) fn table(self, machine: &mut Machine, index: usize) -> Result<Table, EvalError> {
        match self.get(machine, index) {
            Value::Table(table) => Ok(table),
            _ => Err(self.mismatch(machine, index, "table")),
        }
    }

    pub(super) fn function(self, machine: &mut Machine, index: usize) -> Result<Value, EvalError> {
        match self.get(machine, index) {
            function @ Value::Function(_) => Ok(function),
            _ => Err(self.mismatch(machine, index, "function")),
        }
    }

    fn mismatch(self, machine: &mut Machine, index: usize, expected: &str) -> EvalError {
        let given = match index < self.len() {
            true => machine.type_name(self.get(machine, index)),
            false => "no value",
        };
        machine.bad_argument(index, &format!("{expected} expected, got {given}"))
    }
}

/// Converts a number to a 64-bit integer as a cast in C does.
pub(super) fn to_integer(number: f64) -> i64 {
    match (-9.3e18..9.223_372_036_854_775e18).contains(&number) {
        true => number as i64,
        false => i64::MIN,
    }
}

impl Machine {
    /// Returns the error for a wrong argument, counted from 0.
    pub(super) fn bad_argument(&mut self, index: usize, what: &str) -> EvalError {
        let site = self.called_site();
        let (name, number) = match site {
            Some((name, true)) if index == 0 => {
                return self.error(format!("calling '{name}' on bad self ({what})"));
            }
            Some((name, method)) => (name, index + 1 - usize::from(method)),
            None => ("?".to_owned(), index + 1),
        };
        self.error(format!("bad argument #{number} to '{name}' ({what})"))
    }

    /// Returns the name by which the running function was called, and true for a method call.
    fn called_site(&self) -> Option<(String, bool)> {
        let (chunk, site) = match self.frames.last()?.caller {
            Caller::Site(chunk, site) => (chunk, site),
            Caller::Loop(_) => return Some(("(for generator)".to_owned(), false)),
            Caller::Operator(_) | Caller::Native => return None,
        };
        let chunk = &self.chunks.get(chunk as usize)?.chunk;
        let site = chunk.tree.sites.get(site as usize)?;
        let text = chunk
            .source()
            .bytes()
            .get(site.start as usize..site.callee_end as usize)?;
        let end = text.iter().rev().take(MAX_NAME);
        let len = end.take_while(|&&byte| is_word(byte)).count();
        let name = String::from_utf8_lossy(&text[text.len() - len..]).into_owned();
        (len > 0).then_some((name, site.method))
    }
}
