//! The state in which the sim runs a module's `entry.lua`.
//!
//! All that is wanted of it is what it makes flyable. Whatever else a module
//! declares there (weapons, liveries, views) is called and forgotten.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use super::{Access, Session};
use crate::eval::{Args, Machine, Returns, Value};
use crate::files::GamePath;
use crate::library::Library;

/// One call of `make_flyable`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flyable {
    /// The type, as the sim names it.
    pub name: String,
    /// The folder of its cockpit scripts as the module writes it; none for an aircraft without.
    pub cockpit: Option<String>,
}

/// A session for `entry.lua` of the module at `module`, and what it will have made flyable.
pub fn session(
    library: &Arc<Library>,
    access: Access,
    module: &GamePath,
) -> (Session, Rc<RefCell<Vec<Flyable>>>) {
    let mut session = Session::new(library, access);
    let path = session.machine.string(module.to_string());
    session.define("current_mod_path", path);
    let made = Rc::new(RefCell::new(Vec::new()));
    let record = made.clone();
    session.function("make_flyable", move |machine, args| {
        record.borrow_mut().extend(flyable(machine, args));
        Ok(Returns::None)
    });
    (session, made)
}

fn flyable(machine: &mut Machine, args: Args) -> Option<Flyable> {
    let text = |machine: &Machine, value: Value| machine.text(value);
    let (name, cockpit) = (args.get(machine, 0), args.get(machine, 1));
    Some(Flyable {
        name: text(machine, name)?,
        cockpit: text(machine, cockpit),
    })
}
