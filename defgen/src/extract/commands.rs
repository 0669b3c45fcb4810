//! `commands.json`: every table of numbers that command_defs.lua makes.

use aircraft_defs::Commands;
use hashbrown::HashSet;

use super::reader::{MAX_DEPTH, Reader, whole};
use crate::eval::{Table, Value};

/// What tables of commands end in, which their names are written without.
const SUFFIX: &str = "_commands";

/// The numbers of the commands, as `<table>.<name>`, in the order of the file.
///
/// `others` are the globals that are not this file's: the sim's, and `devices`.
pub fn commands(reader: &mut Reader<'_>, others: &HashSet<String>) -> Commands {
    let machine = reader.machine;
    let globals = || machine.entries(machine.globals());
    let names: HashSet<_> = globals().filter_map(|(key, _)| machine.text(key)).collect();
    let mut collector = Collector {
        reader,
        commands: Commands::default(),
        seen: HashSet::new(),
    };
    for (key, value) in globals() {
        let (Some(name), Some(table)) = (machine.text(key), value.as_table()) else {
            continue;
        };
        if !others.contains(&*name) {
            // `UFC_commands` is no `UFC` where there is a table of that name.
            let is_free = !names.contains(short(&name));
            collector.table(if is_free { short(&name) } else { &name }, table, 0);
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
    /// Takes in a table and those within it.
    fn table(&mut self, name: &str, table: Table, depth: usize) {
        if depth > MAX_DEPTH || !self.seen.insert(table) {
            return;
        }
        let machine = self.reader.machine;
        let is_number = |(_, value): (Value, Value)| value.as_number().is_some();
        let has_numbers = machine.entries(table).any(is_number);
        for (key, value) in machine.entries(table) {
            let Some(field) = self.reader.key_text(key) else {
                continue;
            };
            if !self.reader.take(name.len() + field.len()) {
                return;
            }
            let command = [name, ".", &field].concat();
            if let Value::Table(inner) = value {
                self.table(&command, inner, depth + 1);
            } else if let Some(number) = value.as_number().and_then(whole) {
                self.commands.insert(command, number);
            } else if has_numbers {
                let place = self.reader.place(table, key);
                let what = format!("command `{command}`");
                self.reader
                    .warn_value(place, &what, value, "a whole number");
            }
        }
    }
}
