//! The state in which the sim runs a module's `entry.lua`.
//!
//! All that is wanted of it is what it makes flyable. Whatever else a module
//! declares there (weapons, liveries, views) is called and forgotten.

use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use super::{Access, Session};
use crate::files::GamePath;
use crate::interp::{Args, Machine, Returns, Value};
use crate::parse_cache::ParseCache;

/// One call of `make_flyable`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flyable {
    /// The type, as the sim names it.
    pub name: String,
    /// The folder of its cockpit scripts as the module writes it; none for an aircraft without.
    pub cockpit: Option<String>,
}

impl Flyable {
    /// About the bytes it takes.
    fn bytes(&self) -> usize {
        let cockpit = self.cockpit.as_ref().map_or(0, String::len);
        size_of_val(self) + self.name.len() + cockpit
    }
}

/// The answer to `entry.lua` when it asks for an option of the user's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// That it cannot be known.
    Unknown,
    /// This choice of a list.
    Choice(u8),
    /// True: the option is chosen, where it is a yes or no.
    Yes,
}

impl Answer {
    /// The answers a module is given in turn, to see what it makes flyable then.
    pub const ALL: [Self; 6] = [
        Self::Unknown,
        Self::Choice(0),
        Self::Choice(1),
        Self::Choice(2),
        Self::Choice(3),
        Self::Yes,
    ];
}

/// The calls of `entry.lua` that matter here.
#[derive(Debug, Default)]
pub struct EntryRecord {
    /// The number of calls of `make_flyable`.
    calls: usize,
    /// The calls of `make_flyable`.
    pub made: Vec<Flyable>,
    /// It asked for an option.
    pub asked: bool,
    /// It made something flyable whose type cannot be known.
    pub nameless: bool,
}

/// A session for `entry.lua` of the module at `module`, and what it will have done.
pub fn session(
    cache: &Arc<ParseCache>,
    access: Access,
    module: &GamePath,
    answer: Answer,
) -> (Session, Rc<RefCell<EntryRecord>>) {
    let mut session = Session::new(cache, access);
    let path = session.machine.string(module.to_string());
    session.define("current_mod_path", path);
    forgive(&mut session);
    let record = Rc::new(RefCell::new(EntryRecord::default()));
    let made = record.clone();
    session.function("make_flyable", move |machine, args| {
        let flyable = flyable(machine, args);
        let mut record = made.borrow_mut();
        record.calls += 1;
        machine.check_flyables(record.calls)?;
        machine.hold(flyable.as_ref().map_or(0, Flyable::bytes));
        record.nameless |= flyable.is_none();
        record.made.extend(flyable);
        Ok(Returns::None)
    });
    for name in super::OPTIONS {
        let asked = record.clone();
        session.function(name, move |machine, _| {
            asked.borrow_mut().asked = true;
            Ok(match answer {
                Answer::Unknown => machine.unknown("the option is the user's"),
                Answer::Choice(number) => Value::Number(number.into()),
                Answer::Yes => Value::Bool(true),
            }
            .into())
        });
    }
    (session, record)
}

/// Keeps what is none of our business from ending `entry.lua`.
///
/// The aircraft's own definition uses dozens of the engine's constants: a global that
/// nobody defined is an unknown, and an include that fails is left where it failed.
fn forgive(session: &mut Session) {
    let machine = &mut session.machine;
    let (globals, metatable) = (machine.globals(), machine.table());
    let index = machine.native("engine", |machine, args| {
        let name = machine.describe(args.get(machine, 1));
        Ok(machine.unknown(format!("{name} is the engine's")).into())
    });
    machine.set_field(metatable, "__index", index);
    machine.set_metatable(globals, Some(metatable));
    let dofile = machine.field(globals, "dofile");
    session.function("dofile", move |machine, args| {
        let path = args.get(machine, 0);
        match machine.call(dofile, &[path]) {
            Err(stop) if !stop.is_limit() => {
                let mut diagnostic = machine.explain(&stop);
                diagnostic.soften();
                machine.report(diagnostic);
                Ok(Returns::None)
            }
            result => result,
        }
    });
}

fn flyable(machine: &Machine, args: Args) -> Option<Flyable> {
    let (name, cockpit) = (args.get(machine, 0), args.get(machine, 1));
    Some(Flyable {
        name: machine.text(name)?.into_owned(),
        cockpit: machine.text(cockpit).map(Cow::into_owned),
    })
}
