//! An index of the assignments of a file, for names that evaluation does not keep.
//!
//! `Lamp = CreateGauge()` names a gauge by the global to which it is assigned. In
//! `elements["PNT_1"] = button(_("Test"), devices.UFC, UFC_commands.TCN, 1)` the constant shows
//! which of several commands with the same number is meant.

use std::{collections::HashMap, ops::Range};

use super::ast::*;
use crate::{lex::is_word, strings::Str};

/// The assignments of a file, by offset.
#[derive(Debug, Default)]
pub(super) struct Assignments {
    /// The global to which a call is assigned, by the offset of the call.
    globals: HashMap<u32, StrId>,
    /// All constants of the file, such as `UFC_commands.TCN`, in the order of the file.
    constants: Vec<String>,
    /// The range in `constants` of an assigned value, by the offset of its key.
    values: HashMap<u32, Range<usize>>,
}

impl Assignments {
    /// Indexes the tree of a file with these bytes.
    pub(super) fn new(tree: &Tree, bytes: &[u8]) -> Self {
        let mut walk = Visitor {
            tree,
            bytes,
            found: Self::default(),
        };
        if let Some(file) = tree.protos.last() {
            walk.block(&file.body);
        }
        walk.found
    }

    /// Returns the global to which the call at an offset is assigned.
    pub(super) fn global(&self, call: u32) -> Option<StrId> {
        self.globals.get(&call).copied()
    }

    /// Returns the constants in the value that is assigned to the key at an offset.
    pub(super) fn constants(&self, key: u32) -> &[String] {
        let range = self.values.get(&key).cloned().unwrap_or_default();
        &self.constants[range]
    }
}

/// A visitor of a tree, in the order of the file.
struct Visitor<'a> {
    tree: &'a Tree,
    bytes: &'a [u8],
    found: Assignments,
}

impl Visitor<'_> {
    fn block(&mut self, block: &Block) {
        for statement in &block.statements {
            self.statement(statement);
        }
    }

    fn statement(&mut self, statement: &Stmt) {
        match statement {
            Stmt::Local { values, .. } | Stmt::Return(values) => self.all(values),
            Stmt::LocalFunction { proto, .. } => self.function(*proto),
            Stmt::Set { target, value } => self.assign(target, value),
            Stmt::Assign { targets, values } => self.assign_all(targets, values),
            Stmt::Call(call) => self.call(call),
            Stmt::Do(block) => self.block(block),
            Stmt::While { condition, body } => {
                self.value(condition);
                self.block(body);
            }
            Stmt::Repeat { body, condition } => {
                self.block(body);
                self.value(condition);
            }
            Stmt::If { arms, otherwise } => {
                for arm in arms {
                    self.value(&arm.condition);
                    self.block(&arm.body);
                }
                otherwise.iter().for_each(|block| self.block(block));
            }
            Stmt::NumericFor(numeric) => {
                self.value(&numeric.start);
                self.value(&numeric.end);
                numeric.step.iter().for_each(|step| self.value(step));
                self.block(&numeric.body);
            }
            Stmt::GenericFor(generic) => {
                self.all(&generic.values);
                self.block(&generic.body);
            }
            Stmt::Break => {}
        }
    }

    /// Visits `a, b = x, y`. If there are fewer values, the last one counts for all further
    /// targets.
    fn assign_all(&mut self, targets: &[Target], values: &[Expr]) {
        for (target, value) in targets.iter().zip(values) {
            self.assign(target, value);
        }
        self.all(values.get(targets.len()..).unwrap_or_default());
        let last = self.key(targets.get(values.len().wrapping_sub(1)));
        let range = last.and_then(|key| self.found.values.get(&key).cloned());
        for target in targets.get(values.len()..).unwrap_or_default() {
            if let (Some(key), Some(range)) = (self.key(Some(target)), range.clone()) {
                self.found.values.insert(key, range);
            }
        }
    }

    fn assign(&mut self, target: &Target, value: &Expr) {
        if let (Target::Global { name, .. }, Expr::Call(call)) = (target, value) {
            let site = &self.tree.sites[call.site as usize];
            self.found.globals.insert(site.start, *name);
        }
        if let Target::Index(index) = target {
            self.inner_parts(index);
        }
        self.assigned(self.key(Some(target)), value);
    }

    /// Returns the offset of the key of a target.
    fn key(&self, target: Option<&Target>) -> Option<u32> {
        match target? {
            Target::Global { at, .. } => Some(*at),
            Target::Index(index) => Some(index.at),
            Target::Local(_) | Target::Upvalue(_) => None,
        }
    }

    fn assigned(&mut self, key: Option<u32>, value: &Expr) {
        let first = self.found.constants.len();
        self.value(value);
        if let Some(key) = key {
            let range = first..self.found.constants.len();
            self.found.values.insert(key, range);
        }
    }

    fn all(&mut self, values: &[Expr]) {
        values.iter().for_each(|value| self.value(value));
    }

    fn value(&mut self, value: &Expr) {
        match value {
            Expr::Index(index) => match self.constant(value) {
                Some(constant) => self.found.constants.push(constant),
                None => self.inner_parts(index),
            },
            Expr::Call(call) => self.call(call),
            Expr::Function(proto) => self.function(*proto),
            Expr::Binary(binary) => {
                self.value(&binary.left);
                self.value(&binary.right);
            }
            Expr::And(pair) | Expr::Or(pair) => {
                self.value(&pair.left);
                self.value(&pair.right);
            }
            Expr::Negate(unary) | Expr::Length(unary) => self.value(&unary.operand),
            Expr::Not(inner) | Expr::Paren(inner) => self.value(inner),
            Expr::Table(table) => table.items.iter().for_each(|item| self.item(item)),
            Expr::Nil | Expr::True | Expr::False | Expr::Vararg => {}
            Expr::Number(_) | Expr::Str(_) => {}
            Expr::Local { .. } | Expr::Upvalue { .. } | Expr::Global { .. } => {}
        }
    }

    fn item(&mut self, item: &Item) {
        match item {
            Item::Positional(value) => self.value(value),
            Item::Named { value, at, .. } => self.assigned(Some(*at), value),
            Item::Keyed { key, value, at } => {
                self.value(key);
                self.assigned(Some(*at), value);
            }
        }
    }

    fn call(&mut self, call: &Call) {
        self.callee_or_object(&call.function);
        self.all(&call.args);
    }

    fn function(&mut self, proto: u32) {
        let tree = self.tree;
        self.block(&tree.protos[proto as usize].body);
    }

    /// Visits an expression that is called or indexed, and so is not a constant itself.
    fn callee_or_object(&mut self, value: &Expr) {
        match value {
            Expr::Index(index) => self.inner_parts(index),
            other => self.value(other),
        }
    }

    fn inner_parts(&mut self, index: &Index) {
        self.callee_or_object(&index.object);
        self.value(&index.key);
    }

    /// Returns the text of a dotted name, such as `UFC_commands.TCN`.
    fn constant(&self, value: &Expr) -> Option<String> {
        let mut names = Vec::new();
        let mut part = value;
        while let Expr::Index(index) = part {
            let Expr::Str(name) = index.key else {
                return None;
            };
            if self.bytes.get(index.at as usize) == Some(&b'[') {
                return None;
            }
            names.push(&**self.tree.strings.get(Str(name)));
            part = &index.object;
        }
        match part {
            Expr::Global { at, .. } | Expr::Local { at, .. } | Expr::Upvalue { at, .. } => {
                names.push(self.name_at(*at));
            }
            _ => return None,
        }
        names.reverse();
        String::from_utf8(names.join(&b'.')).ok()
    }

    fn name_at(&self, at: u32) -> &[u8] {
        let rest = self.bytes.get(at as usize..).unwrap_or_default();
        &rest[..rest.iter().take_while(|&&byte| is_word(byte)).count()]
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::{limits::Limits, source::Sources, syntax};

    /// Removes the `|` from code and parses the rest. Returns the offset of the `|` too.
    fn parse(code: &str) -> (Arc<syntax::Chunk>, u32) {
        let at = code.find('|').expect("a mark");
        let (limits, bytes) = (Limits::default(), code.replacen('|', "", 1).into_bytes());
        let source = Sources::default().add("test.lua", bytes, &limits);
        let chunk = syntax::parse(&source.expect("plain text"), &limits);
        (chunk.expect(code), at as u32)
    }

    #[test]
    fn a_call_is_assigned_to_a_global() {
        let check = |code: &str, expected: Option<&str>| {
            let (chunk, call) = parse(code);
            assert_eq!(chunk.assigned_global(call), expected, "{code}");
        };
        check("Drum = |f()", Some("Drum"));
        check("x = 1\nA, _b2\t=\n\t|f(), 1", Some("A"));
        check("A, B = 1, -- what\n|a.b:c{}(1)", Some("B"));
        check("function f() do Lamp = |g'x' end end", Some("Lamp"));
        check("a.b = |f()", None);
        check("local a = |f()", None);
        check("a = 1 == |f()", None);
        check("a = {b = |f()}", None);
        check("return |f()", None);
    }

    fn check(code: &str, expected: &[&str]) {
        let (chunk, key) = parse(code);
        assert_eq!(chunk.assigned_constants(key), expected, "{code}");
    }

    #[test]
    fn only_constants_of_the_assigned_value_are_indexed() {
        check("e|[\"A\"] = f(a.b)\nnext = c.d", &["a.b"]);
        check("e|[\"A\"] = f(a.b) e.B = c.d", &["a.b"]);
        check(
            "|A = -- what\n{\n\tx = { a.b },\n\t-- } c.d\n}\nnext = e.f",
            &["a.b"],
        );
        check("A, B|[1] =\n\tf(')\\'',\n\ta.b)\nnext = c.d", &["a.b"]);
        check("A, B|[1] = x.y, f(a.b), c.d", &["a.b"]);
        check("|A = --[[ x.y\n z.z ]] a.b", &["a.b"]);
        check(
            "|A = --[==[ x.y ]] \n z.z ]==] [=[ a.b ]=] .. c.d",
            &["c.d"],
        );
        check("e = {|[\"A\"] = f(a.b), [\"B\"] = g(c.d)}", &["a.b"]);
        check("e = {x = {|y = a.b, c.d}, e.f}", &["a.b"]);
        check(
            "e.|x = function() if a.b then c.d = e.f end end",
            &["a.b", "e.f"],
        );
        check("e.x = |1", &[]);
    }

    #[test]
    fn constants_are_dotted_names_that_are_values() {
        check(
            "|A = lamp(298, CautionLights.SEAT)",
            &["CautionLights.SEAT"],
        );
        check(
            "elements|[\"a\"] = b(_(\"x.y \\\" z.z\"), devices.UFC, cmds . x, a.b.c, 1.5)",
            &["devices.UFC", "cmds.x", "a.b.c"],
        );
        check("|A = math.rad(1.0) -- a.b", &[]);
        check("t.|x = a.b..c.d", &["a.b", "c.d"]);
        check("|A = f([[ a.b ]], 'c.d', e.f[1], g.h)", &["g.h"]);
        check(
            "|A = {a.b[c.d], e.f:g(h.i), j.k{}, l['m'], (n.o).p}",
            &["c.d", "h.i", "n.o.p"],
        );
        check("|A = {x = a.b, [c.d] = e . f}", &["a.b", "c.d", "e.f"]);
        check(
            "local a, b = 1, 2 function f() |A = a.b .. -b.c end",
            &["a.b", "b.c"],
        );
    }

    #[test]
    fn a_deep_tree_is_visited() {
        let chain = |part: &str| format!("|A = f(a.b){}", part.repeat(950));
        crate::stack::on_big_stack(|| {
            check(&chain(" + a.b"), &["a.b"; 951]);
            check(&chain("(a.b)"), &["a.b"; 951]);
        });
    }
}
