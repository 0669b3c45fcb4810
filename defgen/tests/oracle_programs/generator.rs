//! Generates Lua programs.

/// Generates a program from a list of choices. When the list is used up, the first and simplest
/// choice is taken, so shorter lists give simpler programs.
pub(crate) struct Generator<'a> {
    pub(crate) choices: std::slice::Iter<'a, u16>,
}

/// The usual type of an expression, so that programs run for a while before they fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Number,
    Text,
    Truth,
    Table,
    Function,
}

use Kind::{Function, Number, Table, Text, Truth};

const PATTERNS: [&str; 11] = [
    "%a", "(.)(.)", "[^a-c]", "%d+", "^(.-)x", "()", "%w*$", ".-", "[%a_]+", "%f[%d]", "x?",
];
const EVENTS: [&str; 15] = [
    "__add",
    "__sub",
    "__mul",
    "__concat",
    "__unm",
    "__index",
    "__newindex",
    "__call",
    "__lt",
    "__le",
    "__eq",
    "__div",
    "__mod",
    "__pow",
    "__tostring",
];

impl Generator<'_> {
    /// Returns a number below `count`.
    fn pick(&mut self, count: usize) -> usize {
        self.choices
            .next()
            .map_or(0, |&choice| choice as usize % count)
    }

    fn one(&mut self, texts: &[&str]) -> String {
        let index = self.pick(texts.len());
        texts[index].to_owned()
    }

    fn kind(&mut self) -> Kind {
        [Number, Text, Truth, Table, Function][self.pick(5)]
    }

    /// The names in programs. Some are locals, some globals, and any may be declared again.
    fn name(&mut self, kind: Kind) -> String {
        self.one(match kind {
            Number => &["n", "m", "k"],
            Text => &["s", "w", "z"],
            Truth => &["p", "q", "r"],
            Table => &["t", "u", "v"],
            Function => &["f", "g", "h"],
        })
    }

    fn literal(&mut self, kind: Kind) -> String {
        self.one(match kind {
            Number => &[
                "1", "2", "3", "7", "10", "0.5", "1e3", "0x10", "-1", "1e15", "2.25",
            ],
            Text => &[
                "'x'", "'10'", "''", "'abc'", "[[long]]", "'a\\0b'", "'\\65'", "'0x1p1'",
            ],
            Truth => &["true", "false", "nil"],
            Table => &["{}", "{1, 2, 3}", "{x = 1}", "{'a', 'b', x = 'c'}", "{...}"],
            Function => &[
                "function(...) tick() return ... end",
                "function(a, b) tick() return b, a end",
                "function() tick() n = n + 1 return n end",
            ],
        })
    }

    /// Returns an expression of a type, or sometimes of another type.
    fn expr(&mut self, kind: Kind, depth: u32) -> String {
        if depth == 0 {
            return if self.pick(3) == 0 {
                self.literal(kind)
            } else {
                self.name(kind)
            };
        }
        let depth = depth - 1;
        match self.pick(24) {
            0..4 => self.literal(kind),
            4..8 => self.name(kind),
            8 => format!("({}({}))", self.name(Function), self.expr(kind, depth)),
            9 => format!("{}[{}]", self.name(Table), self.expr(Number, depth)),
            10 => {
                let (condition, one) = (self.expr(Truth, depth), self.expr(kind, depth));
                format!("({condition} and {one} or {})", self.expr(kind, depth))
            }
            11 => self.any_expr(depth),
            _ => match kind {
                Number => self.number(depth),
                Text => self.text(depth),
                Truth => self.truth(depth),
                Table => self.table(depth),
                Function => self.function(depth),
            },
        }
    }

    fn any_expr(&mut self, depth: u32) -> String {
        let kind = self.kind();
        self.expr(kind, depth)
    }

    fn number(&mut self, depth: u32) -> String {
        match self.pick(16) {
            0..6 => {
                let left = self.expr(Number, depth);
                let operator = self.one(&["+", "-", "*", "/", "%", "^"]);
                format!("{left} {operator} {}", self.expr(Number, depth))
            }
            6 => format!("({})", self.expr(Number, depth)),
            7 => format!("-{}", self.name(Number)),
            8 => format!("#({})", self.expr(Text, depth)),
            9 => format!("len({})", self.expr(Table, depth)),
            10 => format!("table.maxn({})", self.expr(Table, depth)),
            11 => {
                let function = self.one(&["math.floor", "math.abs", "math.ceil", "math.sqrt"]);
                format!("{function}({})", self.expr(Number, depth))
            }
            12 => {
                let function = self.one(&["math.max", "math.min", "math.fmod", "select"]);
                let left = self.expr(Number, depth);
                format!("({function}({left}, {}))", self.expr(Number, depth))
            }
            13 => format!("(tonumber({}) or 5)", self.expr(Text, depth)),
            14 => format!("select('#', unpack({}))", self.expr(Table, depth)),
            _ => format!(
                "({}):byte({})",
                self.expr(Text, depth),
                self.expr(Number, depth)
            ),
        }
    }

    fn text(&mut self, depth: u32) -> String {
        match self.pick(15) {
            0..4 => format!("{} .. {}", self.expr(Text, depth), self.expr(Text, depth)),
            4 => format!(
                "{} .. ({})",
                self.expr(Text, depth),
                self.expr(Number, depth)
            ),
            5 => format!("({}):rep({})", self.expr(Text, depth), self.pick(4)),
            6 => {
                let (start, end) = (self.pick(9) as i32 - 4, self.pick(9) as i32 - 4);
                format!("({}):sub({start}, {end})", self.expr(Text, depth))
            }
            7 => format!("string.upper({})", self.expr(Text, depth)),
            8 => {
                let kind = self.kind();
                format!("text({})", self.expr(kind, depth))
            }
            9 => format!("concat({}, '-')", self.expr(Table, depth)),
            10 | 11 => {
                let (text, pattern) = (self.expr(Text, depth), self.one(&PATTERNS));
                let kind = [Text, Text, Function, Table][self.pick(4)];
                format!(
                    "(string.gsub({text}, '{pattern}', {}))",
                    self.expr(kind, depth)
                )
            }
            12 => {
                let pattern = self.one(&PATTERNS);
                format!(
                    "(({}):match('{pattern}') or 'none')",
                    self.expr(Text, depth)
                )
            }
            13 => {
                let (number, text) = (self.expr(Number, depth), self.expr(Text, depth));
                format!("string.format('%5.2f|%-4s|%q', {number}, {text}, {text})")
            }
            _ => format!("type({})", self.any_expr(depth)),
        }
    }

    fn truth(&mut self, depth: u32) -> String {
        let orders = ["<", "<=", ">", ">=", "==", "~="];
        match self.pick(10) {
            0..3 => {
                let (left, order) = (self.expr(Number, depth), self.one(&orders));
                format!("{left} {order} {}", self.expr(Number, depth))
            }
            3 | 4 => {
                let (left, order) = (self.expr(Text, depth), self.one(&orders));
                format!("{left} {order} {}", self.expr(Text, depth))
            }
            5 => {
                let (left, order) = (self.expr(Table, depth), self.one(&orders));
                format!("{left} {order} {}", self.expr(Table, depth))
            }
            6 => format!("not ({})", self.expr(Truth, depth)),
            7 => {
                let (left, operator) = (self.expr(Truth, depth), self.one(&["and", "or"]));
                format!("{left} {operator} {}", self.expr(Truth, depth))
            }
            8 => format!(
                "rawequal({}, {})",
                self.expr(Table, depth),
                self.expr(Table, depth)
            ),
            _ => format!(
                "(pcall({}, {}))",
                self.expr(Function, depth),
                self.any_expr(depth)
            ),
        }
    }

    fn table(&mut self, depth: u32) -> String {
        match self.pick(8) {
            0..4 => {
                let count = self.pick(5);
                let fields: Vec<_> = (0..count).map(|_| self.field(depth)).collect();
                format!("{{{}}}", fields.join(", "))
            }
            4 | 5 => {
                let (table, event) = (self.expr(Table, depth), self.one(&EVENTS));
                let (handler, index) = (self.expr(Function, depth), self.name(Table));
                format!("setmetatable({table}, {{{event} = {handler}, __index = {index}}})")
            }
            6 => format!(
                "{{pcall({}, {})}}",
                self.expr(Function, depth),
                self.any_expr(depth)
            ),
            _ => format!("{{unpack({})}}", self.expr(Table, depth)),
        }
    }

    fn field(&mut self, depth: u32) -> String {
        match self.pick(7) {
            0..3 => self.any_expr(depth),
            3 => format!("{} = {}", self.name(Text), self.any_expr(depth)),
            4 => format!("[{}] = {}", self.expr(Text, depth), self.any_expr(depth)),
            5 => format!("[{}] = {}", self.pick(5) + 1, self.any_expr(depth)),
            _ => format!("{}({})", self.name(Function), self.any_expr(depth)),
        }
    }

    fn function(&mut self, depth: u32) -> String {
        let parameters = self.parameters(false);
        let values = format!("{}, {}", self.any_expr(depth), self.any_expr(depth));
        format!(
            "function({parameters}) tick() return {} end",
            without_varargs(&values)
        )
    }

    fn parameters(&mut self, vararg: bool) -> String {
        let count = self.pick(3);
        let names = (0..count).map(|_| {
            let kind = self.kind();
            self.name(kind)
        });
        let mut names: Vec<_> = names.collect();
        if vararg {
            names.push("...".to_owned());
        }
        names.join(", ")
    }

    // --- statements

    /// Returns the whole program. An error in one statement does not end the next ones.
    pub(crate) fn program(&mut self) -> String {
        let count = self.pick(12) + 4;
        let statements = (0..count).map(|_| match self.pick(3) {
            0 => self.statement(3),
            _ => format!(
                "note(pcall(function(...) {}\nend, 1, 2))",
                self.statement(3)
            ),
        });
        statements.collect::<Vec<_>>().join("\n")
    }

    fn block(&mut self, depth: u32) -> String {
        let count = self.pick(4) + 1;
        let statements: Vec<_> = (0..count).map(|_| self.statement(depth)).collect();
        statements.join("\n")
    }

    fn statement(&mut self, depth: u32) -> String {
        if depth == 0 {
            return self.simple();
        }
        let depth = depth - 1;
        match self.pick(18) {
            0..7 => self.simple(),
            7..10 => format!(
                "note(pcall(function(...)\n{}\nend, 1, 2))",
                self.block(depth)
            ),
            10 | 11 => {
                let (condition, one) = (self.expr(Truth, 2), self.block(depth));
                format!(
                    "if {condition} then\n{one}\nelse\n{}\nend",
                    self.block(depth)
                )
            }
            12..15 => self.looping(depth),
            15 => format!("do\n{}\nend", self.block(depth)),
            _ => self.declared_function(depth),
        }
    }

    fn simple(&mut self) -> String {
        let kind = self.kind();
        match self.pick(12) {
            0 | 1 => format!("note({});", self.any_expr(3)),
            2 | 3 => format!("{} = {};", self.name(kind), self.expr(kind, 3)),
            4 => format!("local {} = {};", self.name(kind), self.expr(kind, 3)),
            5 => {
                let other = self.kind();
                let (one, two) = (self.name(kind), self.name(other));
                let values = (self.expr(kind, 2), self.expr(other, 2));
                format!("{one}, {two} = {}, {};", values.0, values.1)
            }
            6 => {
                let (one, two) = (self.name(Number), self.name(Text));
                format!(
                    "local {one}, {two} = {}({});",
                    self.name(Function),
                    self.any_expr(2)
                )
            }
            7 => format!("{} = {};", self.place(), self.any_expr(3)),
            8 => {
                let (place, other) = (self.place(), self.name(kind));
                format!(
                    "{place}, {other} = {}, {};",
                    self.any_expr(2),
                    self.expr(kind, 2)
                )
            }
            9 => format!("note({}({}));", self.name(Function), self.any_expr(2)),
            10 => format!("insert({}, {});", self.name(Table), self.any_expr(2)),
            _ => format!("note(remove({}, {}));", self.name(Table), self.pick(4)),
        }
    }

    /// Returns a field of a table as the target of an assignment.
    fn place(&mut self) -> String {
        match self.pick(3) {
            0 => format!("{}.{}", self.name(Table), self.name(Text)),
            1 => format!("{}[{}]", self.name(Table), self.expr(Number, 2)),
            _ => format!("{}[{}]", self.name(Table), self.expr(Text, 2)),
        }
    }

    fn looping(&mut self, depth: u32) -> String {
        match self.pick(7) {
            0 | 1 => {
                let (name, from, to) = (self.name(Number), self.pick(4), self.pick(4));
                format!("for {name} = {from}, {to} do\n{}\nend", self.block(depth))
            }
            2 => {
                let (name, from) = (self.name(Number), self.expr(Number, 2));
                let (to, body) = (self.expr(Number, 2), self.block(depth));
                format!("for {name} = {from}, {to} do tick()\n{body}\nend")
            }
            3 => {
                let (key, value) = (self.name(Number), self.name(Text));
                let (table, body) = (self.expr(Table, 2), self.block(depth));
                format!("for {key}, {value} in ipairs({table}) do tick()\n{body}\nend")
            }
            4 => format!(
                "while {} do tick()\n{}\nend",
                self.expr(Truth, 2),
                self.block(depth)
            ),
            5 => format!(
                "repeat tick()\n{}\nuntil {}",
                self.block(depth),
                self.expr(Truth, 2)
            ),
            _ => {
                let (body, end) = (self.block(depth), self.expr(Truth, 2));
                format!("while true do tick()\n{body}\nif {end} then break end\nend")
            }
        }
    }

    fn declared_function(&mut self, depth: u32) -> String {
        let heads = [
            "function f",
            "local function g",
            "function h",
            "function t.s",
            "function t:m",
        ];
        let (head, vararg) = (self.one(&heads), self.pick(2) == 0);
        let parameters = self.parameters(vararg);
        let (body, value) = (self.block(depth), self.any_expr(2));
        let body = format!("tick()\n{body}\nreturn {value}, {}", self.any_expr(2));
        let body = if vararg { body } else { without_varargs(&body) };
        format!("{head}({parameters}) {body}\nend")
    }
}

/// Replaces the `...` of a function without varargs.
fn without_varargs(text: &str) -> String {
    text.replace("{...}", "{2}")
}
