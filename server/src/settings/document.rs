//! The text of the file: TOML to lines, and changes that leave every other byte as it is. Pure.

use std::ops::Range;

use toml_edit::{Document, Item, TomlError, Value};

use super::Problem;

/// A line of the file, such as `listen = "0.0.0.0:4242"`. The value may go on over several lines of
/// text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) name: String,
    /// The number of the line, from 1.
    pub(super) number: usize,
    pub(super) value: LineValue,
    /// The place of name and value in the text.
    place: Range<usize>,
}

/// The value of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum LineValue {
    /// `true` or `false`.
    Switch(bool),
    /// A text or a number.
    Text(String),
    /// A list of texts or numbers.
    List(Vec<String>),
    /// Something that no option takes.
    Other,
    /// A section, such as `[page]`, or a name with a point in it.
    Section,
}

impl LineValue {
    /// Reads the value of a line of this text.
    fn of(item: &Item, text: &str) -> Self {
        let Item::Value(value) = item else {
            return Self::Section;
        };
        match value {
            Value::Boolean(switch) => Self::Switch(*switch.value()),
            Value::Array(array) => {
                let texts: Option<_> = array.iter().map(|value| text_of(value, text)).collect();
                texts.map_or(Self::Other, Self::List)
            }
            Value::InlineTable(table) if table.is_dotted() => Self::Section,
            value => text_of(value, text).map_or(Self::Other, Self::Text),
        }
    }

    /// Returns the texts of the value.
    pub(super) fn texts(&self) -> &[String] {
        match self {
            Self::Text(text) => std::slice::from_ref(text),
            Self::List(texts) => texts,
            Self::Switch(_) | Self::Other | Self::Section => &[],
        }
    }

    /// Returns the value in TOML.
    pub(super) fn toml(&self) -> String {
        match self {
            Self::Switch(switch) => switch.to_string(),
            Self::Text(text) => quoted(text),
            Self::List(texts) => {
                let texts: Vec<String> = texts.iter().map(|text| quoted(text)).collect();
                format!("[{}]", texts.join(", "))
            }
            Self::Other | Self::Section => String::new(),
        }
    }
}

/// Returns a value as an option takes it: a number with a point as it is written.
fn text_of(value: &Value, text: &str) -> Option<String> {
    match value {
        Value::String(text) => Some(text.value().clone()),
        Value::Integer(number) => Some(number.value().to_string()),
        Value::Float(_) => Some(text.get(value.span()?)?.replace('_', "")),
        _ => None,
    }
}

/// Returns a text in TOML: between single quotes if it has a backslash, as a path does.
fn quoted(text: &str) -> String {
    let has_control = text.contains(|c: char| c.is_control());
    if text.contains('\\') && !text.contains('\'') && !has_control {
        return format!("'{text}'");
    }
    let escaped = text.chars().map(|c| match c {
        '"' | '\\' => format!("\\{c}"),
        c if c.is_control() => format!("\\u{:04X}", u32::from(c)),
        c => c.to_string(),
    });
    format!("\"{}\"", escaped.collect::<String>())
}

/// Returns the lines of a text, in their order.
///
/// # Errors
/// When it is not TOML.
pub(super) fn parse(text: &str) -> Result<Vec<Line>, Problem> {
    let document = Document::parse(text).map_err(|error| syntax_problem(text, &error))?;
    let table = document.as_table();
    let keys = table
        .iter()
        .filter_map(|(name, _)| table.get_key_value(name));
    let mut lines: Vec<Line> = keys
        .map(|(key, item)| {
            let name = key.span().unwrap_or_default();
            let value = item.span().unwrap_or_else(|| name.clone());
            Line {
                name: key.get().to_owned(),
                number: line_at(text, name.start),
                value: LineValue::of(item, text),
                place: name.start..value.end.max(name.end),
            }
        })
        .collect();
    lines.sort_by_key(|line| line.place.start);
    Ok(lines)
}

fn syntax_problem(text: &str, error: &TomlError) -> Problem {
    let line = error.span().map(|place| line_at(text, place.start));
    let source = line.and_then(|line| text.lines().nth(line - 1));
    let remedy = match source {
        Some(source) if source.contains('\\') => {
            "write a path between single quotes: defs = 'C:\\Users\\you\\tables'"
        }
        _ => "write a line as name = value, with texts in quotes: listen = \"127.0.0.1:4242\"",
    };
    Problem {
        line,
        name: None,
        message: format!("this is not TOML: {}", error.message().replace('\n', "; ")),
        remedy: Some(remedy.to_owned()),
    }
}

/// Returns the number of the line with this byte, from 1.
fn line_at(text: &str, place: usize) -> usize {
    let before = text.as_bytes().get(..place).unwrap_or(text.as_bytes());
    1 + memchr::memchr_iter(b'\n', before).count()
}

/// Returns the text with another value for a line, which is added if it is not there.
pub(super) fn with_value(text: &str, lines: &[Line], name: &str, value: &LineValue) -> String {
    let new = format!("{name} = {}", value.toml());
    if let Some(line) = lines.iter().find(|line| line.name == name) {
        return format!(
            "{}{new}{}",
            &text[..line.place.start],
            &text[line.place.end..]
        );
    }
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let gap = if text.is_empty() || text.ends_with('\n') {
        ""
    } else {
        end
    };
    format!("{text}{gap}{new}{end}")
}

/// Returns the text without a line or section. A comment behind it stays. `None` if the end of a
/// section is not clear.
pub(super) fn without(text: &str, lines: &[Line], name: &str) -> Option<String> {
    match lines.iter().find(|line| line.name == name) {
        None => Some(text.to_owned()),
        Some(line) if line.value == LineValue::Section => without_section(text, lines, name),
        Some(line) => Some(without_line(text, line)),
    }
}

/// Returns the text without the lines of a section, or those with its name before a point. `None`
/// if that would change other lines.
fn without_section(text: &str, lines: &[Line], name: &str) -> Option<String> {
    let mut header = None;
    let is_kept = |line: &&str| {
        let start = line.trim_start();
        let is_comment = start.is_empty() || start.starts_with('#');
        if let Some(rest) = start.strip_prefix('[') {
            header = Some(has_first_name(rest.trim_start_matches('['), name));
        }
        let is_inside = header.unwrap_or_else(|| has_first_name(start, name));
        is_comment || !is_inside
    };
    let rest: String = text.split_inclusive('\n').filter(is_kept).collect();
    let others: Vec<Line> = lines
        .iter()
        .filter(|line| line.name != name)
        .cloned()
        .collect();
    let left = parse(&rest).ok()?;
    has_same_values(&left, &others).then_some(rest)
}

/// Returns whether a header or a line with a point in its name begins with this name.
fn has_first_name(text: &str, name: &str) -> bool {
    let quotes = ['"', '\''];
    let text = text.trim_start().trim_start_matches(quotes);
    let rest = text.strip_prefix(name).unwrap_or_default();
    let rest = rest.trim_start_matches(quotes).trim_start();
    rest.starts_with(['.', ']'])
}

fn without_line(text: &str, line: &Line) -> String {
    let (before, after) = (&text[..line.place.start], &text[line.place.end..]);
    let after = after.trim_start_matches([' ', '\t']);
    let end = after
        .strip_prefix("\r\n")
        .or_else(|| after.strip_prefix('\n'));
    format!("{before}{}", end.unwrap_or(after))
}

/// Returns whether two files say the same.
pub(super) fn has_same_values(lines: &[Line], others: &[Line]) -> bool {
    let values = |lines: &[Line]| {
        let mut values: Vec<_> = lines
            .iter()
            .map(|line| (line.name.clone(), line.value.toml()))
            .collect();
        values.sort();
        values
    };
    values(lines) == values(others)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_is_removed_with_its_lines() {
        #[track_caller]
        fn check(text: &str, expected: Option<&str>) {
            let removed = without(text, &parse(text).unwrap(), "sec");
            assert_eq!(removed.as_deref(), expected);
        }
        check(
            "serial=\"a\"\r\n[sec]\r\nmdns=true\r\n# mine\r\n[sec.deep]\r\nx=1\r\n[other]\r\ny=2\r\n",
            Some("serial=\"a\"\r\n# mine\r\n[other]\r\ny=2\r\n"),
        );
        check(
            "sec.a = 1\nlisten = \"x\"\nsec.b = 2",
            Some("listen = \"x\"\n"),
        );
        check("[[sec]]\na = 1\n[[ \"sec\" ]]\na = 2\n", Some(""));
        check("sector = 1\n[sec]\n", Some("sector = 1\n"));
        check("sec.a = [\n1,\n2]\n", None);
        check(
            "serial = [\n'x',\nsec.a]\n"
                .replace("sec.a", "'y'")
                .as_str(),
            Some("serial = [\n'x',\n'y']\n"),
        );
    }

    const TEXT: &str = "# My pit\r\nlisten = \"0.0.0.0:4242\" # for all\r\n\r\nserial = [\r\n  'COM5', # left\r\n  \"COM7\",\r\n]\r\nmax-clients = 7\r\nmdns=true";

    fn removed(text: &str, lines: &[Line], name: &str) -> String {
        without(text, lines, name).unwrap()
    }

    fn set(text: &str, name: &str, value: &LineValue) -> String {
        with_value(text, &parse(text).unwrap(), name, value)
    }

    #[test]
    fn lines_have_numbers_and_values() {
        let lines = parse(TEXT).unwrap();
        let shown: Vec<_> = lines
            .iter()
            .map(|line| format!("{} {} {}", line.number, line.name, line.value.toml()))
            .collect();
        assert_eq!(
            shown,
            [
                "2 listen \"0.0.0.0:4242\"",
                "4 serial [\"COM5\", \"COM7\"]",
                "8 max-clients \"7\"",
                "9 mdns true"
            ]
        );
        for (number, expected) in [("1e300", "1e300"), ("nan", "nan"), ("1_000.50", "1000.50")] {
            let lines = parse(&format!("a = {number} # b")).unwrap();
            assert_eq!(lines[0].value, LineValue::Text(expected.to_owned()));
        }
        for other in ["a = 1979-05-27", "a = [[1]]", "a = {b = 1}", "a = [true]"] {
            assert_eq!(parse(other).unwrap()[0].value, LineValue::Other, "{other}");
        }
        for section in ["[page]\nlisten = 1", "a.b = 1", "[[a]]\nb = 1"] {
            assert_eq!(
                parse(section).unwrap()[0].value,
                LineValue::Section,
                "{section}"
            );
        }
    }

    #[test]
    fn a_change_leaves_every_other_byte() {
        let text = |text: &str| LineValue::Text(text.to_owned());
        let changed = set(TEXT, "listen", &text("127.0.0.1:1"));
        assert_eq!(changed, TEXT.replace("0.0.0.0:4242", "127.0.0.1:1"));
        let changed = set(TEXT, "serial", &LineValue::List(vec!["auto".into()]));
        let (start, end) = (TEXT.find("[\r").unwrap(), TEXT.find(']').unwrap() + 1);
        assert_eq!(changed, TEXT.replace(&TEXT[start..end], "[\"auto\"]"));
        let added = set(TEXT, "defs", &text("C:\\x"));
        assert_eq!(added, format!("{TEXT}\r\ndefs = 'C:\\x'\r\n"));
        assert_eq!(set("", "bios", &LineValue::Switch(true)), "bios = true\n");

        let lines = parse(TEXT).unwrap();
        let without_listen = removed(TEXT, &lines, "listen");
        assert_eq!(
            without_listen,
            TEXT.replace("listen = \"0.0.0.0:4242\" ", "")
        );
        assert_eq!(
            removed(TEXT, &lines, "max-clients"),
            TEXT.replace("max-clients = 7\r\n", "")
        );
        assert_eq!(removed(TEXT, &lines, "mdns"), TEXT.replace("mdns=true", ""));
        assert_eq!(removed(TEXT, &lines, "nothing"), TEXT);
    }

    #[test]
    fn every_text_can_be_written() {
        for text in ["", "COM5", "C:\\a'b", "a\"b\\", "ü\u{7f}\n\u{0}'", "'"] {
            let value = LineValue::List(vec![text.to_owned()]);
            let written = set("", "a", &value);
            assert_eq!(parse(&written).unwrap()[0].value, value, "{written}");
        }
    }

    #[test]
    fn a_fault_has_a_line_and_a_cure() {
        let check = |text: &str, line: usize, expected: &str| {
            let problem = parse(text).unwrap_err();
            assert_eq!(problem.line, Some(line), "{problem:?}");
            assert!(problem.to_string().contains(expected), "{problem}");
        };
        check("mdns = true\ndefs = \"C:\\Users\\x\"\n", 2, "single quotes");
        check("# a\nlisten = 127.0.0.1:4242", 2, "in quotes");
        check("a = 1\nb = 2\na = 3\n", 3, "duplicate");
        check("listen", 1, "name = value");
    }
}
