//! Tables as text: the same bytes for the same values.
//!
//! A field of the table and of each entry stands on a line of its own, and so does each item of
//! a list of objects in an entry; everything inside of these stands on one line. Whole numbers are
//! written without a fraction, minus zero as zero.

use serde::Serialize;
use serde::ser::Error as _;
use serde_json::Value;

use crate::extract::whole;

/// Objects that have so many arrays and objects around them have a line for each field.
const MAX_OBJECT_DEPTH: usize = 1;

/// Lists of objects that have so many arrays and objects around them have a line for each item.
const MAX_LIST_DEPTH: usize = 2;

/// The text of a table, with a newline at its end.
///
/// # Errors
/// When a value has no JSON form.
pub fn to_text<T: Serialize>(table: &T) -> serde_json::Result<String> {
    let mut text = Vec::new();
    write_value(&serde_json::to_value(table)?, 0, &mut text)?;
    text.push(b'\n');
    String::from_utf8(text).map_err(serde_json::Error::custom)
}

/// Appends a value that has so many arrays and objects around it.
fn write_value(value: &Value, depth: usize, text: &mut Vec<u8>) -> serde_json::Result<()> {
    match value {
        Value::Array(items) => {
            let has_lines = depth <= MAX_LIST_DEPTH && items.first().is_some_and(Value::is_object);
            let layout = Layout::new(b"[]", depth, has_lines);
            layout.write(items, text, |item, text| write_value(item, depth + 1, text))
        }
        Value::Object(fields) => {
            let layout = Layout::new(b"{}", depth, depth <= MAX_OBJECT_DEPTH);
            layout.write(fields, text, |(key, value), text| {
                serde_json::to_writer(&mut *text, key)?;
                text.extend_from_slice(b": ");
                write_value(value, depth + 1, text)
            })
        }
        Value::Number(number) if number.is_f64() => match number.as_f64().and_then(whole) {
            Some(whole) => serde_json::to_writer(text, &whole),
            None => serde_json::to_writer(text, number),
        },
        value => serde_json::to_writer(text, value),
    }
}

/// The brackets of an array or object, and what stands between its items.
struct Layout {
    brackets: &'static [u8; 2],
    separator: Vec<u8>,
    /// Before the first item and, with the comma, before the others; empty on one line.
    indent: Vec<u8>,
    /// Before the closing bracket.
    outdent: Vec<u8>,
}

impl Layout {
    fn new(brackets: &'static [u8; 2], depth: usize, has_lines: bool) -> Self {
        let line = |depth: usize| match has_lines {
            true => [b"\n".as_slice(), &b"  ".repeat(depth)].concat(),
            false => Vec::new(),
        };
        Self {
            brackets,
            separator: if has_lines {
                b",".to_vec()
            } else {
                b", ".to_vec()
            },
            indent: line(depth + 1),
            outdent: line(depth),
        }
    }

    fn write<T>(
        &self,
        items: impl IntoIterator<Item = T>,
        text: &mut Vec<u8>,
        mut write: impl FnMut(T, &mut Vec<u8>) -> serde_json::Result<()>,
    ) -> serde_json::Result<()> {
        let mut is_empty = true;
        text.push(self.brackets[0]);
        for item in items {
            if !is_empty {
                text.extend_from_slice(&self.separator);
            }
            text.extend_from_slice(&self.indent);
            write(item, text)?;
            is_empty = false;
        }
        if !is_empty {
            text.extend_from_slice(&self.outdent);
        }
        text.push(self.brackets[1]);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_entry_has_a_line_for_each_field() {
        let table =
            json!([{"name": "A", "input": [-1.0, 0.5, -0.0], "actions": [{"a": [{}]}, 1]}, {}]);
        let text = r#"[
  {
    "name": "A",
    "input": [-1, 0.5, 0],
    "actions": [
      {"a": [{}]},
      1
    ]
  },
  {}
]
"#;
        assert_eq!(to_text(&table).unwrap(), text);
    }

    #[test]
    fn what_is_deep_inside_has_no_lines() {
        let deep = (0..100).fold(json!(1), |inner, _| json!([{"a": inner}]));
        let text = to_text(&json!([{"deep": deep, "b": 2}])).unwrap();
        assert!(text.starts_with("[\n  {\n    \"deep\": [\n      {\"a\": [{\"a\": "));
        assert!(
            text.ends_with("}]}\n    ],\n    \"b\": 2\n  }\n]\n"),
            "{text}"
        );
    }

    #[test]
    fn empty_tables_stay_on_one_line() {
        assert_eq!(to_text(&json!({})).unwrap(), "{}\n");
        assert_eq!(to_text(&json!([])).unwrap(), "[]\n");
    }

    #[test]
    fn numbers_keep_their_value() {
        for n in [1e300, 0.1, 1.0 / 3.0, -2.5, 9e15, 1e16, f64::MIN_POSITIVE] {
            let text = to_text(&json!(n)).unwrap();
            assert_eq!(text.trim().parse::<f64>().unwrap(), n, "{text}");
        }
    }
}
