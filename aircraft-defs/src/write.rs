//! Tables as JSON text: one entry per line, and the same bytes for the same values.

use std::io;

use serde::Serialize;
use serde::ser::Error as _;
use serde_json::Serializer;
use serde_json::ser::Formatter;

/// From this number on, some whole numbers cannot be written as a floating-point number.
const EXACT: f64 = (1_u64 << 53) as f64;

/// Returns a number as an integer, if it is whole and exact.
pub fn whole(number: f64) -> Option<i64> {
    let whole = number as i64;
    (whole as f64 == number && number.abs() < EXACT).then_some(whole)
}

/// Returns the text of a table (an object or an array) with one line for each entry.
///
/// Whole numbers are written without a fraction, and minus zero as zero.
///
/// # Errors
/// When a value has no JSON form.
pub fn table_text<T: Serialize>(table: &T) -> serde_json::Result<String> {
    let mut text = Vec::new();
    let mut serializer = Serializer::with_formatter(&mut text, EntryPerLine::default());
    table.serialize(&mut serializer)?;
    text.push(b'\n');
    String::from_utf8(text).map_err(serde_json::Error::custom)
}

/// A layout in which each entry of the outermost object or array is on a separate line, with
/// everything inside it.
#[derive(Debug, Default)]
struct EntryPerLine {
    /// The number of objects and arrays around the next value.
    depth: usize,
    /// True while the current object or array has no entry.
    is_empty: bool,
}

impl EntryPerLine {
    fn begin<W: io::Write + ?Sized>(&mut self, writer: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.depth += 1;
        self.is_empty = true;
        writer.write_all(bracket)
    }

    fn begin_entry<W: io::Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        let separator: &[u8] = match (self.depth, self.is_empty) {
            (1, true) => b"\n  ",
            (1, false) => b",\n  ",
            (_, true) => b"",
            (_, false) => b", ",
        };
        self.is_empty = false;
        writer.write_all(separator)
    }

    fn end<W: io::Write + ?Sized>(&mut self, writer: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.depth -= 1;
        if self.depth == 0 && !self.is_empty {
            writer.write_all(b"\n")?;
        }
        self.is_empty = false;
        writer.write_all(bracket)
    }
}

impl Formatter for EntryPerLine {
    fn write_f64<W: io::Write + ?Sized>(&mut self, writer: &mut W, value: f64) -> io::Result<()> {
        match whole(value) {
            Some(whole) => self.write_i64(writer, whole),
            None => serde_json::ser::CompactFormatter.write_f64(writer, value),
        }
    }

    fn begin_array<W: io::Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.begin(writer, b"[")
    }

    fn begin_array_value<W: io::Write + ?Sized>(
        &mut self,
        writer: &mut W,
        _first: bool,
    ) -> io::Result<()> {
        self.begin_entry(writer)
    }

    fn end_array<W: io::Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.end(writer, b"]")
    }

    fn begin_object<W: io::Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.begin(writer, b"{")
    }

    fn begin_object_key<W: io::Write + ?Sized>(
        &mut self,
        writer: &mut W,
        _first: bool,
    ) -> io::Result<()> {
        self.begin_entry(writer)
    }

    fn begin_object_value<W: io::Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b": ")
    }

    fn end_object<W: io::Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.end(writer, b"}")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(table: &serde_json::Value, expected: &str) {
        let text = table_text(table).unwrap();
        assert_eq!(text, expected);
        let read: serde_json::Value = serde_json::from_str(&text).unwrap();
        let again = table_text(&read).unwrap();
        assert_eq!(again, text);
    }

    #[test]
    fn each_entry_has_a_line() {
        check(
            &json!([{"name": "A", "input": [-1.0, 0.5, -0.0], "actions": [{"a": [{}, []]}, 1]}, {}]),
            "[\n  {\"name\": \"A\", \"input\": [-1, 0.5, 0], \"actions\": [{\"a\": [{}, []]}, 1]},\n  {}\n]\n",
        );
        check(
            &json!({"A": 1, "B.C": [], "D": 2}),
            "{\n  \"A\": 1,\n  \"B.C\": [],\n  \"D\": 2\n}\n",
        );
    }

    #[test]
    fn empty_tables_stay_on_one_line() {
        check(&json!({}), "{}\n");
        check(&json!([]), "[]\n");
        check(&json!([[]]), "[\n  []\n]\n");
    }

    #[test]
    fn numbers_keep_their_value() {
        for n in [1e300, 0.1, 1.0 / 3.0, -2.5, 9e15, 1e16, f64::MIN_POSITIVE] {
            let text = table_text(&json!(n)).unwrap();
            assert_eq!(text.trim().parse::<f64>().unwrap(), n, "{text}");
        }
    }
}
