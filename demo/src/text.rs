//! Texts of displays in the format of the sim's `list_indication`.

/// An element of a display.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Element {
    name: &'static str,
    text: String,
    children: Vec<Element>,
}

impl Element {
    pub(crate) fn new(name: &'static str, text: impl Into<String>) -> Self {
        Self {
            name,
            text: text.into(),
            children: Vec::new(),
        }
    }

    pub(crate) fn with(mut self, children: Vec<Element>) -> Self {
        self.children = children;
        self
    }

    fn write(&self, out: &mut String) {
        const RULE: &str = "-----------------------------------------";
        for line in [RULE, self.name, &self.text] {
            out.push_str(line);
            out.push('\n');
        }
        if !self.children.is_empty() {
            out.push_str("children are {\n");
            self.children.iter().for_each(|child| child.write(out));
            out.push_str("}\n");
        }
    }
}

/// Returns the text of a display in the format of `list_indication`; empty if nothing is shown.
pub(crate) fn indication(elements: &[Element]) -> String {
    let mut out = String::new();
    elements.iter().for_each(|element| element.write(&mut out));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_and_their_children_are_written_as_the_sim_does() {
        let child = Element::new("txt_2", "LINE ONE\n  LINE TWO");
        let display = [Element::new("base", "").with(vec![child])];
        let rule = "-".repeat(41);
        let expected =
            format!("{rule}\nbase\n\nchildren are {{\n{rule}\ntxt_2\nLINE ONE\n  LINE TWO\n}}\n");
        assert_eq!(indication(&display), expected);
        assert_eq!(indication(&[]), "");
    }
}
