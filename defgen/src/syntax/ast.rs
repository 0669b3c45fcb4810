//! The syntax tree for the interpreter, in which names are resolved to slots.
//!
//! `at`, `start` and `end` are offsets in the file.

use crate::strings::Strings;

/// The index of a string in [`Tree::strings`].
pub(crate) type StrId = u32;

/// The tree of one file.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    /// The string literals and names, each once.
    pub(crate) strings: Strings,
    /// The functions; the last one is the file itself.
    pub(crate) protos: Vec<Proto>,
    /// The places of the calls.
    pub(crate) sites: Vec<Site>,
    /// The places `(start, end)` of the arguments of calls, including blanks around them.
    pub(crate) arg_ranges: Vec<(u32, u32)>,
}

/// A function prototype: a function without its captured variables.
#[derive(Debug)]
pub(crate) struct Proto {
    pub(crate) params: u16,
    pub(crate) vararg: bool,
    /// The number of slots for parameters and locals.
    pub(crate) slots: u16,
    pub(crate) captures: Box<[Capture]>,
    pub(crate) body: Block,
    /// The levels of nested statements and expressions.
    pub(crate) depth: u32,
}

/// A captured variable: a local or a captured variable of the enclosing function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Capture {
    Local(u16),
    Upvalue(u16),
}

/// The place of a call, `callee(args)`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Site {
    pub(crate) start: u32,
    pub(crate) callee_end: u32,
    pub(crate) end: u32,
    /// True for `object:method(…)`.
    pub(crate) method: bool,
    /// The index of its first argument in [`Tree::arg_ranges`].
    pub(crate) first_arg: u32,
    pub(crate) args: u32,
}

/// A list of statements.
#[derive(Debug)]
pub(crate) struct Block {
    pub(crate) statements: Vec<Stmt>,
}

/// A statement.
#[derive(Debug)]
pub(crate) enum Stmt {
    /// `local a, b = …` from slot `first` on.
    Local {
        first: u16,
        count: u16,
        values: Vec<Expr>,
    },
    LocalFunction {
        slot: u16,
        proto: u32,
    },
    /// One target, one value.
    Set {
        target: Target,
        value: Expr,
    },
    Assign {
        targets: Vec<Target>,
        values: Vec<Expr>,
    },
    Call(Box<Call>),
    Do(Block),
    While {
        condition: Expr,
        body: Block,
    },
    Repeat {
        body: Block,
        condition: Expr,
    },
    If {
        arms: Vec<Arm>,
        otherwise: Option<Block>,
    },
    NumericFor(Box<NumericFor>),
    GenericFor(Box<GenericFor>),
    Return(Vec<Expr>),
    Break,
}

/// `if condition then body`
#[derive(Debug)]
pub(crate) struct Arm {
    pub(crate) condition: Expr,
    pub(crate) body: Block,
}

#[derive(Debug)]
pub(crate) struct NumericFor {
    pub(crate) slot: u16,
    pub(crate) start: Expr,
    pub(crate) end: Expr,
    pub(crate) step: Option<Expr>,
    pub(crate) body: Block,
    pub(crate) at: u32,
}

#[derive(Debug)]
pub(crate) struct GenericFor {
    pub(crate) first: u16,
    pub(crate) count: u16,
    pub(crate) values: Vec<Expr>,
    pub(crate) body: Block,
    pub(crate) at: u32,
}

/// The left side of an assignment.
#[derive(Debug)]
pub(crate) enum Target {
    Local(u16),
    Upvalue(u16),
    Global { name: StrId, at: u32 },
    Index(Box<Index>),
}

/// An expression.
#[derive(Debug)]
pub(crate) enum Expr {
    Nil,
    True,
    False,
    Vararg,
    Number(f64),
    Str(StrId),
    Local {
        slot: u16,
        at: u32,
    },
    Upvalue {
        index: u16,
        at: u32,
    },
    Global {
        name: StrId,
        at: u32,
    },
    Index(Box<Index>),
    Call(Box<Call>),
    Function(u32),
    Binary(Box<Binary>),
    And(Box<Pair>),
    Or(Box<Pair>),
    Not(Box<Expr>),
    Negate(Box<Unary>),
    Length(Box<Unary>),
    Table(Box<TableExpr>),
    /// `(…)`, which keeps only the first of several values. Also wraps a local that must be read
    /// before its statement assigns it.
    Paren(Box<Expr>),
}

/// The operands of `and` or `or`.
#[derive(Debug)]
pub(crate) struct Pair {
    pub(crate) left: Expr,
    pub(crate) right: Expr,
}

#[derive(Debug)]
pub(crate) struct Index {
    pub(crate) object: Expr,
    pub(crate) key: Expr,
    /// The offset of the key, or of its bracket.
    pub(crate) at: u32,
}

#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) function: Expr,
    /// The method in `object:method(…)`.
    pub(crate) method: Option<StrId>,
    pub(crate) args: Vec<Expr>,
    /// The index of its place in [`Tree::sites`].
    pub(crate) site: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Op {
    Add,
    Sub,
    Mul,
    Div,
    Mod,
    Pow,
    Concat,
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
}

#[derive(Debug)]
pub(crate) struct Binary {
    pub(crate) op: Op,
    pub(crate) left: Expr,
    pub(crate) right: Expr,
    /// The offset of the operator.
    pub(crate) at: u32,
}

#[derive(Debug)]
pub(crate) struct Unary {
    pub(crate) operand: Expr,
    /// The offset of the operator.
    pub(crate) at: u32,
}

#[derive(Debug)]
pub(crate) struct TableExpr {
    pub(crate) items: Vec<Item>,
    pub(crate) at: u32,
}

#[derive(Debug)]
pub(crate) enum Item {
    Positional(Expr),
    Named { name: StrId, value: Expr, at: u32 },
    Keyed { key: Expr, value: Expr, at: u32 },
}

impl Expr {
    /// Returns true for an expression whose evaluation runs no code.
    pub(crate) fn is_leaf(&self) -> bool {
        matches!(self, Self::Number(_) | Self::Str(_) | Self::Local { .. })
    }

    /// Returns true for an expression that can have any number of values.
    pub(crate) fn is_multiple(&self) -> bool {
        matches!(self, Self::Call(_) | Self::Vararg)
    }
}
