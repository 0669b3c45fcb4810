//! Tables as text: the same bytes for the same values, one fact a line.
//!
//! An object's fields stand on lines of their own down to the entries of a table;
//! what is inside an entry stands on one line, except its own list of objects, which
//! has a line for each. Whole numbers are written without a fraction, minus zero as zero.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::{CompactFormatter, Formatter};

use crate::extract::whole;

/// How deep objects are broken into lines: the table and its entries.
const BROKEN_DEPTH: u32 = 2;

/// The text of a table, with a newline at its end.
///
/// # Errors
/// When a value has no JSON form.
pub fn to_text<T: Serialize>(table: &T) -> serde_json::Result<String> {
    let mut text = Vec::new();
    write(table, &mut text)?;
    String::from_utf8(text).map_err(serde::ser::Error::custom)
}

/// Appends the text of a table.
///
/// # Errors
/// When a value has no JSON form.
pub fn write<T: Serialize>(table: &T, text: &mut Vec<u8>) -> serde_json::Result<()> {
    table.serialize(&mut Serializer::with_formatter(
        &mut *text,
        Lines::default(),
    ))?;
    text.push(b'\n');
    Ok(())
}

/// Decides where lines end.
#[derive(Default)]
struct Lines {
    /// How many objects and arrays are open.
    depth: u32,
    /// A bit for each of the outer ones, the outermost lowest: whether each item stands on a
    /// line of its own. In those for which there is no bit none does.
    broken: u64,
    /// Whether something is in the innermost.
    filled: bool,
    /// An item of an array comes next; whether it is the first.
    item: Option<bool>,
}

impl Lines {
    /// What stands before an item of an array. If the first item is an object, the array
    /// is broken into lines, unless it is deep inside.
    fn separate<W: ?Sized + Write>(&mut self, out: &mut W, is_object: bool) -> io::Result<()> {
        let Some(first) = self.item.take() else {
            return Ok(());
        };
        if first && is_object && self.depth <= BROKEN_DEPTH + 1 {
            self.broken |= self.bit();
        }
        self.next(out, first)
    }

    /// What stands before an item or field.
    fn next<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.filled = true;
        match (self.broken & self.bit() != 0, first) {
            (true, first) => self.new_line(out, !first),
            (false, true) => Ok(()),
            (false, false) => out.write_all(b", "),
        }
    }

    fn begin<W: ?Sized + Write>(
        &mut self,
        out: &mut W,
        sign: &[u8],
        broken: bool,
    ) -> io::Result<()> {
        self.depth += 1;
        match broken {
            true => self.broken |= self.bit(),
            false => self.broken &= !self.bit(),
        }
        self.filled = false;
        out.write_all(sign)
    }

    fn end<W: ?Sized + Write>(&mut self, out: &mut W, sign: &[u8]) -> io::Result<()> {
        let broken = self.broken & self.bit() != 0 && self.filled;
        self.depth = self.depth.saturating_sub(1);
        // It is in what is around it.
        self.filled = true;
        if broken {
            self.new_line(out, false)?;
        }
        out.write_all(sign)
    }

    /// The bit of the innermost.
    fn bit(&self) -> u64 {
        1_u64.checked_shl(self.depth).unwrap_or(0)
    }

    fn new_line<W: ?Sized + Write>(&self, out: &mut W, comma: bool) -> io::Result<()> {
        // There is more than enough: only the outer ones are broken.
        const INDENTED: &[u8] = b",\n                ";
        let indent = INDENTED.len().min(2 + 2 * self.depth as usize);
        out.write_all(&INDENTED[usize::from(!comma)..indent])
    }
}

impl Formatter for Lines {
    fn begin_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.separate(out, false)?;
        self.begin(out, b"[", false)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, _: &mut W, first: bool) -> io::Result<()> {
        self.item = Some(first);
        Ok(())
    }

    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.end(out, b"]")
    }

    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.separate(out, true)?;
        let broken = self.depth < BROKEN_DEPTH;
        self.begin(out, b"{", broken)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.next(out, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        out.write_all(b": ")
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.end(out, b"}")
    }

    fn begin_string<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.separate(out, false)?;
        CompactFormatter.begin_string(out)
    }

    fn write_null<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.separate(out, false)?;
        CompactFormatter.write_null(out)
    }

    fn write_bool<W: ?Sized + Write>(&mut self, out: &mut W, value: bool) -> io::Result<()> {
        self.separate(out, false)?;
        CompactFormatter.write_bool(out, value)
    }

    fn write_u32<W: ?Sized + Write>(&mut self, out: &mut W, value: u32) -> io::Result<()> {
        self.write_i64(out, value.into())
    }

    fn write_u64<W: ?Sized + Write>(&mut self, out: &mut W, value: u64) -> io::Result<()> {
        self.separate(out, false)?;
        CompactFormatter.write_u64(out, value)
    }

    fn write_i64<W: ?Sized + Write>(&mut self, out: &mut W, value: i64) -> io::Result<()> {
        self.separate(out, false)?;
        CompactFormatter.write_i64(out, value)
    }

    fn write_f64<W: ?Sized + Write>(&mut self, out: &mut W, value: f64) -> io::Result<()> {
        if let Some(whole) = whole(value) {
            return self.write_i64(out, whole);
        }
        self.separate(out, false)?;
        CompactFormatter.write_f64(out, value)
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
    fn what_is_deep_inside_breaks_no_line_and_mends_none() {
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
