//! Tables as text: the same bytes for the same values, one fact a line.
//!
//! An object's fields stand on lines of their own down to the entries of a table;
//! what is inside an entry stands on one line, except its own list of objects, which
//! has a line for each. Whole numbers are written without a fraction, minus zero as zero.

use serde::Serialize;
use serde_json::{Number, Value};

/// How deep objects are broken into lines: the table and its entries.
const BROKEN_DEPTH: usize = 2;

/// The text of a table, with a newline at its end.
///
/// # Errors
/// When a value has no JSON form.
pub fn to_text<T: Serialize>(table: &T) -> serde_json::Result<String> {
    let mut text = String::new();
    write(&mut text, &serde_json::to_value(table)?, 0);
    text.push('\n');
    Ok(text)
}

fn write(out: &mut String, value: &Value, depth: usize) {
    match value {
        Value::Object(fields) => {
            let broken = depth < BROKEN_DEPTH && !fields.is_empty();
            let fields = fields.iter().map(|(name, value)| (Some(name), value));
            write_all(out, ['{', '}'], fields, depth, broken);
        }
        Value::Array(items) => {
            let broken = depth <= BROKEN_DEPTH && items.iter().any(Value::is_object);
            let items = items.iter().map(|value| (None, value));
            write_all(out, ['[', ']'], items, depth, broken);
        }
        Value::Number(number) => out.push_str(&number_text(number)),
        value => out.push_str(&value.to_string()),
    }
}

fn write_all<'a>(
    out: &mut String,
    [open, close]: [char; 2],
    items: impl Iterator<Item = (Option<&'a String>, &'a Value)>,
    depth: usize,
    broken: bool,
) {
    out.push(open);
    for (index, (name, value)) in items.enumerate() {
        if index > 0 {
            out.push_str(if broken { "," } else { ", " });
        }
        if broken {
            new_line(out, depth + 1);
        }
        if let Some(name) = name {
            out.push_str(&Value::from(name.as_str()).to_string());
            out.push_str(": ");
        }
        write(out, value, depth + 1);
    }
    if broken {
        new_line(out, depth);
    }
    out.push(close);
}

fn new_line(out: &mut String, depth: usize) {
    out.push('\n');
    out.extend(std::iter::repeat_n("  ", depth));
}

/// The largest double below which every whole number is exact.
const EXACT: f64 = 9_007_199_254_740_992.0;

fn number_text(number: &Number) -> String {
    match number.as_f64() {
        Some(n) if number.is_f64() && n.fract() == 0.0 && n.abs() < EXACT => {
            format!("{}", n as i64)
        }
        _ => number.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_entry_has_a_line_for_each_field() {
        let table = json!([{"name": "A", "input": [-1.0, 0.5, -0.0], "actions": [{"a": [{}]}, 1]}]);
        let text = r#"[
  {
    "name": "A",
    "input": [-1, 0.5, 0],
    "actions": [
      {"a": [{}]},
      1
    ]
  }
]
"#;
        assert_eq!(to_text(&table).unwrap(), text);
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
