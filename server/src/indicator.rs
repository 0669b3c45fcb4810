//! Parses the text that `list_indication` returns into a tree of elements, and writes the tree as
//! JSON.
//!
//! Works on bytes, since a display's text is not always UTF-8. Any text gives some tree: a line
//! that does not fit the form counts as text.

use encoding_rs::WINDOWS_1252;
use indexmap::IndexMap;
use memchr::memchr;
use serde_json::{Map, Value};

const SEPARATOR: &[u8] = b"-----------------------------------------";
const CHILDREN: &[u8] = b"children are {";
const END: &[u8] = b"}";
/// The deepest level of the JSON; elements nested deeper are listed there.
const DEEPEST: usize = 64;

/// An element of an indicator. Its depth and its position in the list give its place in the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element<'a> {
    /// The name line, as the sim has it.
    pub name: &'a [u8],
    /// The text lines.
    pub lines: Vec<&'a [u8]>,
    /// The number of elements around it.
    pub depth: usize,
    /// Whether the element has a list of children, which may be empty.
    pub parent: bool,
}

impl Element<'_> {
    /// Returns the text, its lines joined by LF.
    pub fn text(&self) -> Vec<u8> {
        self.lines.join(&b'\n')
    }
}

/// Returns a name in the form in which names are compared: as [`to_json`] lists it, but trimmed and
/// in lower case.
pub fn folded(name: &[u8]) -> String {
    to_utf8(name).trim().to_ascii_lowercase()
}

/// Returns the elements of an indicator in the order of the text, parents before their children.
pub fn parse(text: &[u8]) -> Vec<Element<'_>> {
    let mut elements: Vec<Element<'_>> = Vec::new();
    let (mut depth, mut braces) = (0, Braces::count(text));
    let mut lines = Lines(text);
    while let Some(line) = lines.next() {
        if line == SEPARATOR {
            let name = lines.next().unwrap_or_default();
            elements.push(Element {
                name,
                lines: Vec::new(),
                depth,
                parent: false,
            });
            continue;
        }
        let Some(last) = elements.last_mut() else {
            continue;
        };
        if line == CHILDREN && !last.parent {
            last.parent = true;
            depth += 1;
        } else if line == END && depth > 0 && !braces.is_text(last, &lines) {
            depth -= 1;
        } else if !last.parent {
            last.lines.push(line);
        }
    }
    elements
}

/// Lines that end with LF; what follows the last LF is a line too, if it is not empty.
#[derive(Clone)]
struct Lines<'a>(&'a [u8]);

impl<'a> Iterator for Lines<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        if self.0.is_empty() {
            return None;
        }
        let end = memchr(b'\n', self.0);
        let (line, rest) = end.map_or((self.0, &[][..]), |end| {
            (&self.0[..end], &self.0[end + 1..])
        });
        self.0 = rest;
        Some(line)
    }
}

/// The lines that are just `}`, each of which ends a list of children or is a text.
struct Braces {
    /// The number of them that must be texts, since there are fewer lists of children than `}`.
    too_many: usize,
}

impl Braces {
    fn count(text: &[u8]) -> Self {
        let count = |what: &[u8]| Lines(text).filter(|line| *line == what).count();
        Self {
            too_many: count(END).saturating_sub(count(CHILDREN)),
        }
    }

    /// Returns whether a `}` is text of the element `last`. Otherwise it ends a list of children.
    fn is_text(&mut self, last: &Element<'_>, rest: &Lines<'_>) -> bool {
        let first_line = last.lines.is_empty() && !last.parent;
        let another_follows = !last.parent && rest.clone().next() == Some(END);
        let text = self.too_many > 0 && (first_line || another_follows);
        self.too_many -= usize::from(text);
        text
    }
}

/// Returns the tree as clients get it: an object from element name to an array of the text lines
/// and, where there are children, their tree at the end. An empty tree is `[]`.
///
/// If siblings have the same name, the text of the first and the children of all are listed.
pub fn to_json(text: &[u8]) -> Value {
    let mut top = Tree::default();
    let mut path: Vec<String> = Vec::new();
    for element in parse(text) {
        path.truncate(element.depth.min(DEEPEST));
        let name = to_utf8(element.name);
        let siblings = path.iter().fold(&mut top, |tree, name| tree.child(name));
        siblings.add(&name, &element);
        path.push(name);
    }
    top.into_json()
}

#[derive(Default)]
struct Tree(IndexMap<String, Node>);

#[derive(Default)]
struct Node {
    lines: Option<Vec<String>>,
    children: Option<Tree>,
}

impl Tree {
    fn child(&mut self, name: &str) -> &mut Tree {
        self.0
            .entry(name.to_owned())
            .or_default()
            .children
            .get_or_insert_default()
    }

    fn add(&mut self, name: &str, element: &Element<'_>) {
        let node = self.0.entry(name.to_owned()).or_default();
        node.lines
            .get_or_insert_with(|| element.lines.iter().map(|line| to_utf8(line)).collect());
        if element.parent {
            node.children.get_or_insert_default();
        }
    }

    fn into_json(self) -> Value {
        if self.0.is_empty() {
            return Value::Array(Vec::new());
        }
        let nodes = self.0.into_iter().map(|(name, node)| {
            let lines = node
                .lines
                .unwrap_or_default()
                .into_iter()
                .map(Value::String);
            let children = node.children.map(Tree::into_json);
            (name, Value::Array(lines.chain(children).collect()))
        });
        Value::Object(nodes.collect::<Map<_, _>>())
    }
}

/// Decodes UTF-8, and each byte that is not UTF-8 as Windows-1252, so that a degree sign stays one.
pub(crate) fn to_utf8(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.push_str(&WINDOWS_1252.decode_without_bom_handling(chunk.invalid()).0);
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Writes `-` lines as separators, so that cases stay readable.
    fn sim(text: &str) -> Vec<u8> {
        let rule = std::str::from_utf8(SEPARATOR).expect("ASCII");
        text.lines()
            .map(|line| {
                if line == "-" {
                    format!("{rule}\n")
                } else {
                    format!("{line}\n")
                }
            })
            .collect::<String>()
            .into_bytes()
    }

    fn json(text: &str) -> String {
        to_json(&sim(text)).to_string()
    }

    const NESTED: &str =
        "-\n#1#\n\nchildren are {\n-\ntxt_VIT\n 43116\n-\ntxt_2\nLINE ONE\n  LINE TWO\n}\n";

    #[test]
    fn children_stand_after_the_text() {
        assert_eq!(
            json(NESTED),
            r##"{"#1#":["",{"txt_VIT":[" 43116"],"txt_2":["LINE ONE","  LINE TWO"]}]}"##
        );
    }

    #[test]
    fn empty_trees_are_empty_lists() {
        assert_eq!(json(""), "[]");
        assert_eq!(
            json("-\na\n\nchildren are {\n}\n-\nb\n"),
            r#"{"a":["",[]],"b":[]}"#
        );
    }

    #[test]
    fn a_brace_can_be_a_text() {
        assert_eq!(json("-\na\n}\n"), r#"{"a":["}"]}"#);
        assert_eq!(
            json("-\np\n\nchildren are {\n-\na\n}\n-\nb\nx\n}\n"),
            r#"{"p":["",{"a":["}"],"b":["x"]}]}"#
        );
        assert_eq!(
            json("-\np\n\nchildren are {\n-\na\nx\n}\n}\n-\nq\n1\n"),
            r#"{"p":["",{"a":["x","}"]}],"q":["1"]}"#
        );
        assert_eq!(
            json("-\np\n\nchildren are {\n-\na\n-\nb\nx\n}\n}\n")
                .matches('}')
                .count(),
            3
        );
    }

    #[test]
    fn siblings_of_one_name_keep_the_first_text_and_all_children() {
        let text = "-\n#1#\nA\nchildren are {\n-\nx\n1\n}\n-\n#1#\nB\nchildren are {\n-\ny\n2\n}\n";
        assert_eq!(json(text), r##"{"#1#":["A",{"x":["1"],"y":["2"]}]}"##);
    }

    #[test]
    fn bytes_that_are_not_utf8_are_windows_1252() {
        let text = [SEPARATOR, b"\nt\n27\xb0C \x80 \xc3\xa4\n"].concat();
        assert_eq!(to_json(&text).to_string(), r#"{"t":["27°C € ä"]}"#);
        assert_eq!(parse(&text)[0].text(), b"27\xb0C \x80 \xc3\xa4");
    }

    #[test]
    fn names_are_compared_trimmed_and_in_any_case() {
        let text = sim("-\n   _1__id:115 \nx\n");
        assert_eq!(folded(parse(&text)[0].name), folded(b"_1__ID:115"));
        assert_eq!(folded(b" Gr\xb0"), folded("gr°".as_bytes()));
    }

    fn trees() -> impl Strategy<Value = String> {
        let line = prop_oneof![
            Just(String::new()),
            Just(" x".to_owned()),
            Just("}".to_owned()),
            "[a-z]{1,5}"
        ];
        let leaf = ("[a-c]{1,2}", prop::collection::vec(line, 1..3))
            .prop_map(|(name, lines)| format!("-\n{name}\n{}\n", lines.join("\n")));
        leaf.prop_recursive(4, 20, 3, |inner| {
            ("[a-c]{1,2}", prop::collection::vec(inner, 0..3)).prop_map(|(name, children)| {
                format!("-\n{name}\n\nchildren are {{\n{}}}\n", children.concat())
            })
        })
    }

    proptest! {
        #[test]
        fn any_bytes_give_some_tree(text in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = to_json(&text).to_string();
        }

        #[test]
        fn any_arrangement_of_the_marks_gives_some_tree(lines in prop::collection::vec(prop_oneof![Just("-"), Just("}"), Just("children are {"), Just("x"), Just("")], 0..40)) {
            let _ = json(&lines.join("\n"));
        }

        #[test]
        fn every_element_is_found(trees in prop::collection::vec(trees(), 0..4)) {
            let text = sim(&trees.concat());
            prop_assert_eq!(parse(&text).len(), Lines(&text).filter(|line| *line == SEPARATOR).count());
        }
    }

    #[test]
    fn deep_nesting_is_no_recursion_too_deep() {
        let text = sim(&"-\na\n\nchildren are {\n".repeat(5_000));
        let text = to_json(&text).to_string();
        assert!(text.matches('[').count() <= DEEPEST + 3);
    }
}
