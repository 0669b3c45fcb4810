//! Compares the tables on the disk with the new ones.

use std::collections::HashMap;
use std::fmt;
use std::path::Path;

use aircraft_defs::{ReadError, read_file};
use serde_json::Value;

use crate::diagnostics::excerpt;
use crate::emit::{File, SOURCES_FILE};

/// The most names that are printed for one kind of change.
const MAX_SHOWN: usize = 20;

/// The difference between a table on the disk and the new one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// There is no file.
    Missing,
    /// The file cannot be read as a table, for this reason.
    Unreadable(String),
    /// The entries differ.
    Entries(Difference),
}

/// The entries that differ, by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Difference {
    /// Names in the new table only.
    pub added: Vec<String>,
    /// Names in the old table only.
    pub removed: Vec<String>,
    /// Names in both with different numbers: name, old number, new number.
    pub renumbered: Vec<(String, String, String)>,
    /// Names in both with other fields that differ: name, fields.
    pub changed: Vec<(String, Vec<String>)>,
}

/// Returns the tables of an aircraft in `out` that are missing or out of date.
///
/// Entries are compared, not bytes. Of `sources.json` only the existence is checked, since scripts
/// can change without a change in the tables, for example in a comment.
pub fn compare(out: &Path, aircraft: &str, files: &[File]) -> Vec<(&'static str, Change)> {
    let folder = out.join(aircraft);
    let change = |file: &File| Some((file.name, compare_file(&folder.join(file.name), file)?));
    files.iter().filter_map(change).collect()
}

fn compare_file(path: &Path, file: &File) -> Option<Change> {
    let old = match read_file(path) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(ReadError::Missing) => return Some(Change::Missing),
        Err(error) => return Some(Change::Unreadable(error.with_advice())),
    };
    if old == file.text || file.name == SOURCES_FILE {
        return None;
    }
    // The server also accepts a file with a byte order mark.
    let old = old.strip_prefix('\u{feff}').unwrap_or(&old);
    let [old, new] = match [old, &file.text].map(serde_json::from_str::<Value>) {
        [Ok(old), Ok(new)] => [old, new],
        [Err(error), _] | [_, Err(error)] => return Some(Change::Unreadable(error.to_string())),
    };
    let difference = difference(&old, &new);
    (difference != Difference::default()).then_some(Change::Entries(difference))
}

/// Compares two tables, which are objects of numbers or arrays of objects with names.
fn difference(old: &Value, new: &Value) -> Difference {
    let (old_list, new_list) = (entries(old), entries(new));
    let old: HashMap<&str, &Value> = old_list.iter().copied().collect();
    let new: HashMap<&str, &Value> = new_list.iter().copied().collect();
    let mut difference = Difference::default();
    for (name, value) in &new_list {
        match old.get(name) {
            None => difference.added.push((*name).to_owned()),
            Some(before) => difference.add_entry(name, before, value),
        }
    }
    let removed = old_list.iter().filter(|(name, _)| !new.contains_key(name));
    difference.removed = removed.map(|(name, _)| (*name).to_owned()).collect();
    difference
}

fn entries(table: &Value) -> Vec<(&str, &Value)> {
    match table {
        Value::Object(fields) => fields.iter().map(|(k, v)| (k.as_str(), v)).collect(),
        Value::Array(items) => {
            let named = |item| Some((Value::get(item, "name")?.as_str()?, item));
            items.iter().filter_map(named).collect()
        }
        _ => Vec::new(),
    }
}

impl Difference {
    /// Adds the differences of an entry that is in both tables.
    fn add_entry(&mut self, name: &str, old: &Value, new: &Value) {
        let name = || name.to_owned();
        let number = |entry: &Value| match entry {
            Value::Object(fields) => fields.get("arg_number").cloned(),
            entry => Some(entry.clone()),
        };
        let [before, after] = [old, new].map(|entry| number(entry).unwrap_or(Value::Null));
        if !is_same(&before, &after) {
            self.renumbered
                .push((name(), before.to_string(), after.to_string()));
        }
        if let (Value::Object(old), Value::Object(new)) = (old, new) {
            let differs = |field: &&String| {
                let [old, new] =
                    [old, new].map(|fields| fields.get(*field).unwrap_or(&Value::Null));
                *field != "arg_number" && !is_same(old, new)
            };
            let removed = old.keys().filter(|field| !new.contains_key(*field));
            let fields: Vec<String> = new.keys().chain(removed).filter(differs).cloned().collect();
            if !fields.is_empty() {
                self.changed.push((name(), fields));
            }
        }
    }
}

/// Returns true if two values are equal as data: 1 and 1.0 are one number.
fn is_same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_same(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len()
                && a.iter()
                    .all(|(key, a)| b.get(key).is_some_and(|b| is_same(a, b)))
        }
        (a, b) => a == b,
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("missing"),
            Self::Unreadable(reason) => write!(f, "cannot be read: {reason}"),
            Self::Entries(difference) => difference.fmt(f),
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = |name: &String| excerpt(name).into_owned();
        let plain = |names: &[String]| names.iter().map(name).collect::<Vec<_>>();
        let renumbered = self
            .renumbered
            .iter()
            .map(|(name, old, new)| [name, old, new].map(|text| excerpt(text)))
            .map(|[name, old, new]| format!("{name} {old} -> {new}"));
        let changed = self
            .changed
            .iter()
            .map(|(name, fields)| format!("{} ({})", excerpt(name), listed(fields)));
        let groups = [
            ("added", plain(&self.added)),
            ("removed", plain(&self.removed)),
            ("renumbered", renumbered.collect()),
            ("changed", changed.collect()),
        ];
        let counts: Vec<String> = groups
            .iter()
            .filter(|(_, lines)| !lines.is_empty())
            .map(|(word, lines)| format!("{} {word}", lines.len()))
            .collect();
        f.write_str(&counts.join(", "))?;
        for (word, lines) in groups {
            for line in lines.iter().take(MAX_SHOWN) {
                write!(f, "\n    {word}: {line}")?;
            }
            if lines.len() > MAX_SHOWN {
                write!(f, "\n    {word}: … and {} more", lines.len() - MAX_SHOWN)?;
            }
        }
        Ok(())
    }
}

/// Returns the first [`MAX_SHOWN`] names as one text.
fn listed(names: &[String]) -> String {
    let names: Vec<_> = names.iter().take(MAX_SHOWN).map(|n| excerpt(n)).collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check([old, new]: [Value; 2], expected: &str) {
        assert_eq!(difference(&old, &new).to_string(), expected);
    }

    #[test]
    fn numbers_added_removed_and_renumbered() {
        check(
            [
                json!({"A": 1, "B": 2, "C": 3}),
                json!({"C": 3.0, "B": 4, "D": 5}),
            ],
            "1 added, 1 removed, 1 renumbered\n    added: D\n    removed: A\n    renumbered: B 2 -> 4",
        );
    }

    #[test]
    fn gauges_by_name_and_field() {
        check(
            [
                json!([{"name": "Alt", "arg_number": 5, "input": [0, 1]}, {"name": "x", "c": "c"}]),
                json!([{"name": "Alt", "arg_number": 6, "input": [0.0, 2]}, {"name": "x", "c": "c"}]),
            ],
            "1 renumbered, 1 changed\n    renumbered: Alt 5 -> 6\n    changed: Alt (input)",
        );
    }

    #[test]
    fn tables_of_the_wrong_type_do_no_harm() {
        check([json!(5), json!({"A": 1})], "1 added\n    added: A");
        check([json!([1, {"name": 2}]), json!([])], "");
    }

    #[test]
    fn texts_of_a_table_are_short_and_on_one_line() {
        let long = "x".repeat(1 << 20);
        let fields = (0..100).map(|n| (format!("{n}{long}"), json!(n)));
        let fields: serde_json::Map<_, _> = fields.collect();
        check(
            [json!({"a\n  added: b": 1}), json!({})],
            "1 removed\n    removed: a?  added: b",
        );
        let old = json!({"A": long, "B": fields});
        let text = difference(&old, &json!({"A": 1, "B": {}})).to_string();
        assert!(text.len() < 4000, "{} bytes", text.len());
        assert_eq!(text.lines().count(), 3, "{text}");
    }

    #[test]
    fn long_lists_are_cut() {
        let new: serde_json::Map<_, _> = (0..30).map(|n| (format!("N{n}"), json!(n))).collect();
        let text = difference(&json!({}), &Value::Object(new)).to_string();
        assert!(text.ends_with("added: … and 10 more"), "{text}");
    }
}
