//! The Lua state in which the sim runs a module's `entry.lua`.
//!
//! Only the calls of `make_flyable` are recorded. Everything else that a module declares there
//! (weapons, liveries, views) has no effect.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use super::{Access, Session};
use crate::files::GamePath;
use crate::interp::{Args, Machine, Returns, Value};
use crate::parse_cache::ParseCache;

/// The most characters of an aircraft's name that are kept. An aircraft whose name has more than
/// 100 bytes is not compiled.
const NAME_CHARS: usize = 256;
/// The most characters of the path of its cockpit scripts that are kept.
const PATH_CHARS: usize = 4096;

/// One call of `make_flyable`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flyable {
    /// The sim's name of the aircraft.
    pub name: String,
    /// The folder of its cockpit scripts as the module writes it, if it has one.
    pub cockpit: Option<String>,
}

impl Flyable {
    /// Returns the approximate bytes it takes.
    fn bytes(&self) -> usize {
        let cockpit = self.cockpit.as_ref().map_or(0, String::len);
        size_of_val(self) + self.name.len() + cockpit
    }
}

/// The answer to `entry.lua` when it asks for an option of the user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OptionAnswer {
    /// An unknown value.
    Unknown,
    /// The number of a choice in a list.
    Choice(u8),
    /// True, for an option that is on or off.
    Yes,
}

impl OptionAnswer {
    /// The answers that a module is given one after the other, to find every aircraft that it may
    /// make flyable.
    pub const ALL: [Self; 6] = [
        Self::Unknown,
        Self::Choice(0),
        Self::Choice(1),
        Self::Choice(2),
        Self::Choice(3),
        Self::Yes,
    ];
}

/// The record of the calls that an `entry.lua` has made.
#[derive(Debug, Default)]
pub struct EntryRecord {
    /// The number of calls of `make_flyable`.
    calls: usize,
    /// The calls of `make_flyable` with a known name.
    pub flyables: Vec<Flyable>,
    /// True if it asked for an option.
    pub asked_for_option: bool,
    /// True if it called `make_flyable` with an unknown name.
    pub has_unknown_name: bool,
}

/// Returns a session for the `entry.lua` of the module at `module`, and the record of its calls.
pub fn session(
    cache: &Arc<ParseCache>,
    access: Access,
    module: &GamePath,
    answer: OptionAnswer,
) -> (Session, Rc<RefCell<EntryRecord>>) {
    let mut session = Session::new(cache, access);
    let path = session.machine.string(module.to_string());
    session.define("current_mod_path", path);
    allow_unknown_names(&mut session);
    let record = Rc::new(RefCell::new(EntryRecord::default()));
    let calls = record.clone();
    session.function("make_flyable", move |machine, args| {
        let flyable = flyable(machine, args);
        let mut record = calls.borrow_mut();
        record.calls += 1;
        machine.check_flyables(record.calls)?;
        machine.hold(flyable.as_ref().map_or(0, Flyable::bytes));
        record.has_unknown_name |= flyable.is_none();
        record.flyables.extend(flyable);
        Ok(Returns::None)
    });
    for name in super::OPTIONS {
        let asked = record.clone();
        session.function(name, move |machine, _| {
            asked.borrow_mut().asked_for_option = true;
            Ok(match answer {
                OptionAnswer::Unknown => machine.unknown("the option is a setting of the user"),
                OptionAnswer::Choice(number) => Value::Number(number.into()),
                OptionAnswer::Yes => Value::Bool(true),
            }
            .into())
        });
    }
    (session, record)
}

/// Lets `entry.lua` go on where it uses a global of the engine or includes a broken file.
///
/// The definition of an aircraft uses dozens of constants of the engine. An undefined global is an
/// unknown here, and `dofile` of a file with an error returns nothing, with a warning.
fn allow_unknown_names(session: &mut Session) {
    let machine = &mut session.machine;
    let (globals, metatable) = (machine.globals(), machine.table());
    let index = machine.native("engine", |machine, args| {
        let name = machine.describe(args.get(machine, 1));
        Ok(machine
            .unknown(format!("{name} is defined by the engine"))
            .into())
    });
    machine.set_field(metatable, "__index", index);
    machine.set_metatable(globals, Some(metatable));
    let dofile = machine.field(globals, "dofile");
    session.function("dofile", move |machine, args| {
        let path = args.get(machine, 0);
        match machine.call(dofile, &[path]) {
            Err(error) if !error.is_limit() => {
                let mut diagnostic = machine.explain(&error);
                diagnostic.downgrade();
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
        name: shortened(&machine.text(name)?, NAME_CHARS),
        cockpit: machine
            .text(cockpit)
            .map(|path| shortened(&path, PATH_CHARS)),
    })
}

/// Returns at most the first `most` characters of a text.
fn shortened(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}
