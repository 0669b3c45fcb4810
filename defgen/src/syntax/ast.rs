//! The syntax tree that the interpreter walks: immutable, with names resolved to slots.
//!
//! Offsets are bytes in the file. Strings are indices into [`Tree::strings`].

use crate::strings::Strings;

/// A string of [`Tree::strings`].
pub(crate) type StrId = u32;

/// The tree of one file.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    /// Every string literal and name, each once.
    pub(crate) strings: Strings,
    /// Functions; the last is the file itself.
    pub(crate) protos: Vec<Proto>,
    /// Where calls are written.
    pub(crate) sites: Vec<Site>,
    /// Where the arguments of calls are written, `(start, end)`, blanks included.
    pub(crate) arg_ranges: Vec<(u32, u32)>,
}

/// A function.
#[derive(Debug)]
pub(crate) struct Proto {
    pub(crate) params: u16,
    pub(crate) vararg: bool,
    /// Places for parameters and locals.
    pub(crate) slots: u16,
    pub(crate) captures: Box<[Capture]>,
    pub(crate) body: Block,
    /// Levels of statements and expressions within each other.
    pub(crate) depth: u32,
}

/// What a function shares with the one it stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Capture {
    Local(u16),
    Upvalue(u16),
}

/// Where a call is written: `callee(args)`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Site {
    pub(crate) start: u32,
    pub(crate) callee_end: u32,
    pub(crate) end: u32,
    /// `object:method(…)`
    pub(crate) method: bool,
    /// Its first argument in [`Tree::arg_ranges`].
    pub(crate) first_arg: u32,
    pub(crate) args: u32,
}

/// Statements.
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
    /// `(…)`: one value of several; also a local that must be read before the statement changes it.
    Paren(Box<Expr>),
}

/// Two operands.
#[derive(Debug)]
pub(crate) struct Pair {
    pub(crate) left: Expr,
    pub(crate) right: Expr,
}

#[derive(Debug)]
pub(crate) struct Index {
    pub(crate) object: Expr,
    pub(crate) key: Expr,
    /// The key, or its bracket.
    pub(crate) at: u32,
}

#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) function: Expr,
    /// `object:method(…)`
    pub(crate) method: Option<StrId>,
    pub(crate) args: Vec<Expr>,
    /// Index into [`Tree::sites`].
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
    /// The operator.
    pub(crate) at: u32,
}

#[derive(Debug)]
pub(crate) struct Unary {
    pub(crate) operand: Expr,
    /// The operator.
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
    /// Whether reading it runs nothing that could change another value.
    pub(crate) fn is_leaf(&self) -> bool {
        matches!(self, Self::Number(_) | Self::Str(_) | Self::Local { .. })
    }

    /// Whether it can have any number of values.
    pub(crate) fn is_multiple(&self) -> bool {
        matches!(self, Self::Call(_) | Self::Vararg)
    }
}
