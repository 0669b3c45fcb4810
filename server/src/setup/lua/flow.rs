//! Control flow analysis: which statements end a file, on every path or on some.
//!
//! Conditions are not evaluated, except for literals. The bodies of functions are ignored, since
//! they run later or never.

use std::{collections::HashSet, fmt, ops::Range};

use full_moon::{
    ast::{
        Block, Call, Expression, FunctionArgs, FunctionCall, If, LastStmt, Prefix, Stmt, Suffix,
        UnOp,
    },
    node::Node,
    tokenizer::{Symbol, TokenReference, TokenType},
};

/// A place where the file ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ending {
    /// The line, from 1.
    pub line: usize,
    kind: EndingKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum EndingKind {
    Return,
    /// A call of this function, which does not return.
    Call(&'static str),
    EndlessLoop,
}

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = self.line;
        match self.kind {
            EndingKind::Return => write!(f, "the \"return\" in line {line}"),
            EndingKind::Call(name) => write!(f, "the {name}(…) in line {line}"),
            EndingKind::EndlessLoop => write!(f, "the endless loop in line {line}"),
        }
    }
}

/// Functions that do not return: they end the file by an error, or end the sim.
const ENDING_CALLS: [&str; 4] = ["error", "os.exit", "coroutine.yield", "assert"];

/// The paths that lead out of a statement or a block.
#[derive(Debug, Clone, Copy)]
pub(super) struct Paths {
    /// A path leads to the next statement.
    pub(super) continues: bool,
    /// A path leads out of the enclosing loop.
    breaks: bool,
    /// The first place where a path leads out of the file.
    pub(super) ending: Option<Ending>,
}

impl Paths {
    const NEXT: Self = Self {
        continues: true,
        breaks: false,
        ending: None,
    };
    const NONE: Self = Self {
        continues: false,
        ..Self::NEXT
    };

    fn ends(ending: Ending) -> Self {
        Self {
            ending: Some(ending),
            ..Self::NONE
        }
    }

    /// Returns the paths of both alternatives.
    fn or(self, other: Self) -> Self {
        Self {
            continues: self.continues || other.continues,
            breaks: self.breaks || other.breaks,
            ending: self.ending.or(other.ending),
        }
    }

    /// Returns the paths of a loop with this body. `repeats` is true if the loop's condition can
    /// start the body again, and `exits` is true if it can end the loop.
    fn into_loop(self, loop_line: usize, repeats: bool, exits: bool) -> Self {
        let continues = exits || self.breaks;
        let endless = repeats && !continues && self.ending.is_none();
        let ending = endless.then_some(Ending {
            line: loop_line,
            kind: EndingKind::EndlessLoop,
        });
        Self {
            continues,
            breaks: false,
            ending: self.ending.or(ending),
        }
    }
}

/// A statement at the outermost level of a file.
#[derive(Debug)]
pub(super) struct Statement {
    pub(super) bytes: Range<usize>,
    pub(super) paths: Paths,
}

/// Analyses the statements of a file in their order.
#[derive(Default)]
pub(super) struct Flow {
    /// Names and dotted names that the file redefines.
    redefined: HashSet<String>,
}

impl Flow {
    /// Returns the statements of the outermost block, including the final `return`.
    pub(super) fn statements(&mut self, block: &Block) -> Vec<Statement> {
        let mut statements = Vec::new();
        for statement in block.stmts() {
            statements.extend(range(statement).map(|bytes| Statement {
                bytes,
                paths: self.statement(statement),
            }));
        }
        let last = block.last_stmt();
        statements.extend(last.and_then(|last| {
            let paths = last_statement(last);
            range(last).map(|bytes| Statement { bytes, paths })
        }));
        statements
    }

    fn block(&mut self, block: &Block) -> Paths {
        let mut paths = Paths::NEXT;
        for statement in block.stmts() {
            let next = self.statement(statement);
            if paths.continues {
                paths = sequence(paths, next);
            }
        }
        match block.last_stmt() {
            Some(last) if paths.continues => sequence(paths, last_statement(last)),
            _ => paths,
        }
    }

    fn statement(&mut self, statement: &Stmt) -> Paths {
        match statement {
            Stmt::Do(block) => self.block(block.block()),
            Stmt::If(branches) => self.branches(branches),
            Stmt::While(it) => {
                let condition = constant_truth(it.condition());
                let body = self.block(it.block());
                if condition == Some(false) {
                    return Paths::NEXT;
                }
                body.into_loop(line(statement), body.continues, condition.is_none())
            }
            Stmt::Repeat(it) => {
                let body = self.block(it.block());
                let ends = constant_truth(it.until());
                let (repeats, exits) = (ends != Some(true), ends != Some(false));
                body.into_loop(
                    line(statement),
                    repeats && body.continues,
                    exits && body.continues,
                )
            }
            Stmt::NumericFor(it) => self
                .block(it.block())
                .into_loop(line(statement), true, true),
            Stmt::GenericFor(it) => self
                .block(it.block())
                .into_loop(line(statement), true, true),
            Stmt::FunctionCall(call) => self.call(call),
            Stmt::Assignment(it) => {
                let paths = self.values(it.expressions());
                for variable in it.variables() {
                    self.redefine(&code(variable));
                }
                paths
            }
            Stmt::LocalAssignment(it) => {
                let paths = self.values(it.expressions());
                for name in it.names() {
                    self.redefine(&name.token().to_string());
                }
                paths
            }
            Stmt::LocalFunction(it) => {
                self.redefine(&it.name().token().to_string());
                Paths::NEXT
            }
            Stmt::FunctionDeclaration(it) => {
                self.redefine(&code(it.name()));
                Paths::NEXT
            }
            _ => Paths::NEXT,
        }
    }

    fn redefine(&mut self, name: &str) {
        self.redefined.insert(name.to_owned());
    }

    fn branches(&mut self, statement: &If) -> Paths {
        let first = (statement.condition(), statement.block());
        let others = statement.else_if().into_iter().flatten();
        let others = others.map(|branch| (branch.condition(), branch.block()));
        let mut paths = Paths::NONE;
        for (condition, block) in std::iter::once(first).chain(others) {
            let branch = self.block(block);
            match constant_truth(condition) {
                Some(false) => {}
                Some(true) => return paths.or(branch),
                None => paths = paths.or(branch),
            }
        }
        match statement.else_block() {
            Some(block) => paths.or(self.block(block)),
            None => paths.or(Paths::NEXT),
        }
    }

    fn values<'a>(&self, values: impl IntoIterator<Item = &'a Expression>) -> Paths {
        let calls = values.into_iter().filter_map(|value| match value {
            Expression::FunctionCall(call) => Some(call),
            _ => None,
        });
        calls.fold(Paths::NEXT, |paths, call| sequence(paths, self.call(call)))
    }

    fn call(&self, call: &FunctionCall) -> Paths {
        let Some(name) = ending_call(call) else {
            return Paths::NEXT;
        };
        let ending = Ending {
            line: line(call),
            kind: EndingKind::Call(name),
        };
        let global = name.split('.').next().unwrap_or(name);
        Paths {
            continues: self.redefined.contains(name) || self.redefined.contains(global),
            ..Paths::ends(ending)
        }
    }
}

/// Returns the paths of two statements in sequence.
fn sequence(first: Paths, second: Paths) -> Paths {
    if !first.continues {
        return first;
    }
    Paths {
        continues: second.continues,
        ..first.or(second)
    }
}

fn last_statement(statement: &LastStmt) -> Paths {
    match statement {
        LastStmt::Return(_) => Paths::ends(Ending {
            line: line(statement),
            kind: EndingKind::Return,
        }),
        _ => Paths {
            breaks: true,
            ..Paths::NONE
        },
    }
}

/// Returns the name of the called function, if it is in [`ENDING_CALLS`] and the call cannot
/// return.
fn ending_call(call: &FunctionCall) -> Option<&'static str> {
    let Prefix::Name(_) = call.prefix() else {
        return None;
    };
    let suffixes: Vec<&Suffix> = call.suffixes().collect();
    let (Suffix::Call(Call::AnonymousCall(arguments)), path) = suffixes.split_last()? else {
        return None;
    };
    let mut called = code(call.prefix());
    for suffix in path {
        called.push_str(&code(*suffix));
    }
    let called = called.strip_prefix("_G.").unwrap_or(&called);
    let name = ENDING_CALLS.into_iter().find(|name| *name == called)?;
    (name != "assert" || is_false(arguments)).then_some(name)
}

/// Returns whether an `assert` with these arguments fails.
fn is_false(arguments: &FunctionArgs) -> bool {
    match arguments {
        FunctionArgs::Parentheses { arguments, .. } => {
            let first = arguments.iter().next();
            first.is_none_or(|first| constant_truth(first) == Some(false))
        }
        _ => false,
    }
}

/// Returns whether a constant expression is true; `None` if it is not constant.
fn constant_truth(expression: &Expression) -> Option<bool> {
    match expression {
        Expression::Number(_)
        | Expression::String(_)
        | Expression::Function(_)
        | Expression::TableConstructor(_) => Some(true),
        Expression::Symbol(token) => match token.token_type() {
            TokenType::Symbol {
                symbol: Symbol::True,
            } => Some(true),
            TokenType::Symbol {
                symbol: Symbol::False | Symbol::Nil,
            } => Some(false),
            _ => None,
        },
        Expression::Parentheses { expression, .. } => constant_truth(expression),
        Expression::UnaryOperator {
            unop: UnOp::Not(_),
            expression,
        } => constant_truth(expression).map(|value| !value),
        Expression::BinaryOperator { lhs, binop, rhs } => {
            let (left, right) = (constant_truth(lhs), constant_truth(rhs));
            match code(binop).as_str() {
                "and" if left == Some(false) || right == Some(false) => Some(false),
                "and" => Some(left? && right?),
                "or" if left == Some(true) || right == Some(true) => Some(true),
                "or" => Some(left? || right?),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Returns the tokens of a node, without blanks and comments.
fn code(node: &impl Node) -> String {
    let token = |token: &TokenReference| token.token().to_string();
    node.tokens().map(token).collect()
}

fn line(node: &impl Node) -> usize {
    node.start_position().map_or(1, |position| position.line())
}

fn range(node: &impl Node) -> Option<Range<usize>> {
    let (start, end) = node.range()?;
    Some(start.bytes()..end.bytes())
}
