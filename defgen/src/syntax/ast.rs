//! The tree the evaluator walks: compact, immutable, names resolved to places.
//!
//! Offsets are bytes in the file. Strings are indices into [`Tree::strings`]. Nodes lie in one
//! list for each kind, inner ones before those they are in, and name each other by their
//! places: such a tree costs little to make and nothing to take apart.

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Index as At, Range};

use crate::strings::Strings;

/// A string of [`Tree::strings`].
pub(crate) type StrId = u32;

/// A node of a kind.
pub(crate) struct Id<T> {
    at: u32,
    kind: PhantomData<fn() -> T>,
}

/// Nodes of a kind side by side.
pub(crate) struct List<T> {
    start: u32,
    len: u32,
    kind: PhantomData<fn() -> T>,
}

/// Everything of one file.
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
    statements: Vec<Stmt>,
    targets: Vec<Target>,
    arms: Vec<Arm>,
    numeric_fors: Vec<NumericFor>,
    generic_fors: Vec<GenericFor>,
    exprs: Vec<Expr>,
    pairs: Vec<Pair>,
    indexes: Vec<Index>,
    calls: Vec<Call>,
    binaries: Vec<Binary>,
    unaries: Vec<Unary>,
    tables: Vec<TableExpr>,
    items: Vec<Item>,
}

/// A node that a [`Tree`] has a list of.
pub(crate) trait Node: Sized {
    /// The list.
    fn list(tree: &Tree) -> &Vec<Self>;
    /// The list, to be added to.
    fn list_mut(tree: &mut Tree) -> &mut Vec<Self>;
}

macro_rules! nodes {
    ($($list:ident: $node:ty),* $(,)?) => {$(
        impl Node for $node {
            fn list(tree: &Tree) -> &Vec<Self> {
                &tree.$list
            }

            fn list_mut(tree: &mut Tree) -> &mut Vec<Self> {
                &mut tree.$list
            }
        }
    )*};
}

nodes! {
    statements: Stmt,
    targets: Target,
    arms: Arm,
    numeric_fors: NumericFor,
    generic_fors: GenericFor,
    exprs: Expr,
    pairs: Pair,
    indexes: Index,
    calls: Call,
    binaries: Binary,
    unaries: Unary,
    tables: TableExpr,
    items: Item,
}

impl Tree {
    /// Adds a node.
    pub(crate) fn add<T: Node>(&mut self, node: T) -> Id<T> {
        let list = T::list_mut(self);
        list.push(node);
        Id {
            at: list.len() as u32 - 1,
            kind: PhantomData,
        }
    }

    /// Adds nodes side by side.
    pub(crate) fn add_all<T: Node>(&mut self, nodes: impl IntoIterator<Item = T>) -> List<T> {
        let list = T::list_mut(self);
        let start = list.len();
        list.extend(nodes);
        List {
            start: start as u32,
            len: (list.len() - start) as u32,
            kind: PhantomData,
        }
    }

    /// A node that was added, to be changed.
    pub(crate) fn change<T: Node>(&mut self, id: Id<T>) -> &mut T {
        &mut T::list_mut(self)[id.at as usize]
    }
}

impl<T: Node> At<Id<T>> for Tree {
    type Output = T;

    fn index(&self, id: Id<T>) -> &T {
        &T::list(self)[id.at as usize]
    }
}

impl<T: Node> At<List<T>> for Tree {
    type Output = [T];

    fn index(&self, list: List<T>) -> &[T] {
        &T::list(self)[list.range()]
    }
}

impl<T> List<T> {
    fn range(self) -> Range<usize> {
        self.start as usize..(self.start + self.len) as usize
    }

    /// How many there are.
    pub(crate) fn len(self) -> usize {
        self.len as usize
    }
}

impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Id<T> {}

impl<T> Clone for List<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for List<T> {}

impl<T> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.at)
    }
}

impl<T> fmt::Debug for List<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:?}", self.range())
    }
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

/// Statements, and about how many nodes they have without those of inner blocks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Block {
    pub(crate) statements: List<Stmt>,
    pub(crate) cost: u32,
}

#[derive(Debug)]
pub(crate) enum Stmt {
    /// `local a, b = …` from slot `first` on.
    Local {
        first: u16,
        count: u16,
        values: List<Expr>,
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
        targets: List<Target>,
        values: List<Expr>,
    },
    Call(Id<Call>),
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
        arms: List<Arm>,
        otherwise: Option<Block>,
    },
    NumericFor(Id<NumericFor>),
    GenericFor(Id<GenericFor>),
    Return(List<Expr>),
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
    pub(crate) values: List<Expr>,
    pub(crate) body: Block,
    pub(crate) at: u32,
}

/// What is assigned to.
#[derive(Debug, Clone, Copy)]
#[repr(u64)]
pub(crate) enum Target {
    Local(u16),
    Upvalue(u16),
    Global { name: StrId, at: u32 },
    Index(Id<Index>),
}

/// Two words, which are moved whole.
#[derive(Debug, Clone, Copy)]
#[repr(u64)]
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
    Index(Id<Index>),
    Call(Id<Call>),
    Function(u32),
    Binary(Id<Binary>),
    And(Id<Pair>),
    Or(Id<Pair>),
    Not(Id<Expr>),
    Negate(Id<Unary>),
    Length(Id<Unary>),
    Table(Id<TableExpr>),
    /// One value of several; also what must be read at once where Lua reads a local late.
    Paren(Id<Expr>),
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
    pub(crate) args: List<Expr>,
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
    pub(crate) items: List<Item>,
    /// How many of them are positional.
    pub(crate) positional: u32,
    /// No item makes more than one entry, and none one that another makes: none has a computed
    /// key, no two the same name, and the last one gives one value.
    pub(crate) plain: bool,
    pub(crate) at: u32,
}

#[derive(Debug)]
pub(crate) enum Item {
    Positional(Expr),
    Named { name: StrId, value: Expr, at: u32 },
    Keyed { key: Expr, value: Expr, at: u32 },
}

impl Expr {
    /// Whether it has its value without anything being run, which could change another's.
    pub(crate) fn is_leaf(&self) -> bool {
        matches!(self, Self::Number(_) | Self::Str(_) | Self::Local { .. })
    }

    /// Whether it can give any number of values.
    pub(crate) fn is_multiple(&self) -> bool {
        matches!(self, Self::Call(_) | Self::Vararg)
    }
}
