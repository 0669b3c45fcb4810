//! Makes `commands.json`: the numbers in all tables of the commands file.

use aircraft_defs::{Commands, whole};
use hashbrown::HashSet;

use super::reader::{MAX_DEPTH, Reader};
use crate::interp::{Table, Value};

/// The suffix of the names of command tables, which is left out.
const SUFFIX: &str = "_commands";

/// Returns the numbers of the commands by `<table>.<name>`, in the order of the file.
///
/// `others` are the names of globals that are not tables of commands: those of the sim, and
/// `devices`.
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
            // `UFC_commands` keeps its name if there is a table `UFC` too.
            let is_free = !names.contains(short(&name));
            collector.table(if is_free { short(&name) } else { &name }, table, 0);
        }
    }
    collector.commands
}

/// Returns a table's name without a trailing `_commands`.
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
    /// Adds the numbers in a table and in the tables within it.
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
            if !self.reader.charge_text(name.len() + field.len()) {
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
