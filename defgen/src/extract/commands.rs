//! `commands.json`: every table of numbers that command_defs.lua makes.

use std::collections::HashSet;

use aircraft_defs::Commands;

use super::reader::{MAX_DEPTH, Reader, whole};
use crate::eval::{Table, Value};

/// What tables of commands end in, which their names are written without.
const SUFFIX: &str = "_commands";

/// The numbers of the commands, as `<table>.<name>`, in the order of the file.
///
/// `others` are the globals that are not this file's: the sim's, and `devices`.
pub fn commands(reader: &mut Reader<'_>, others: &HashSet<String>) -> Commands {
    let mut collector = Collector {
        reader,
        commands: Commands::new(),
        seen: HashSet::new(),
    };
    let machine = collector.reader.machine;
    for (key, value) in machine.entries(machine.globals()) {
        if let (Some(name), Some(table)) = (machine.text(key), value.as_table())
            && !others.contains(&name)
        {
            collector.table(&name, short(&name), table, 0);
        }
    }
    collector.commands
}

/// A table's name without a trailing `_commands`.
pub fn short(name: &str) -> &str {
    name.strip_suffix(SUFFIX)
        .filter(|short| !short.is_empty())
        .unwrap_or(name)
}

struct Collector<'r, 'm> {
    reader: &'r mut Reader<'m>,
    commands: Commands,
    seen: HashSet<Table>,
}

impl Collector<'_, '_> {
    /// Takes in a table and those within it; `full` is its name where `short` is taken.
    fn table(&mut self, full: &str, short: &str, table: Table, depth: usize) {
        if depth > MAX_DEPTH || !self.seen.insert(table) {
            return;
        }
        let machine = self.reader.machine;
        let is_number = |(_, value): (Value, Value)| value.as_number().is_some();
        let has_numbers = machine.entries(table).any(is_number);
        for (key, value) in machine.entries(table) {
            let Some(name) = self.reader.key_text(key) else {
                continue;
            };
            let [full, short] = [full, short].map(|table| format!("{table}.{name}"));
            match value {
                Value::Table(inner) => self.table(&full, &short, inner, depth + 1),
                Value::Number(number) if whole(number).is_some() => {
                    self.add(full, short, whole(number).unwrap_or_default());
                }
                _ if has_numbers => {
                    let place = self.reader.place(table, key);
                    let what = format!("command `{short}`");
                    self.reader
                        .warn_value(place, &what, value, "a whole number");
                }
                _ => {}
            }
        }
    }

    fn add(&mut self, full: String, short: String, number: i64) {
        let name = match self.commands.get(&short) {
            Some(other) if *other != number => full,
            _ => short,
        };
        self.commands.entry(name).or_insert(number);
    }
}
