//! The Lua states in which the sim runs cockpit files.
//!
//! `docs/lua-subset.md` lists the functions and values that are defined here.

use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use super::{Access, COMMON_SCRIPTS, Session, identity, indexed_by};
use crate::interp::{Args, CallSite, EvalError, Machine, Returns, Table, Value};
use crate::parse_cache::ParseCache;

/// One call of `CreateGauge`.
#[derive(Debug, Clone)]
pub struct GaugeRecord {
    /// The table that it returned, which the script fills in.
    pub table: Table,
    /// Its argument, such as `parameter`.
    pub kind: Option<String>,
    /// The global that the gauge was assigned to, if the global still held it when the next gauge
    /// was made.
    pub global: Option<String>,
    /// The calls on the stack within its file, the innermost first.
    pub calls: Vec<CallSite>,
}

impl GaugeRecord {
    /// Returns the approximate bytes it takes.
    fn bytes(&self) -> usize {
        let length = |text: &Option<String>| text.as_ref().map_or(0, String::len);
        let call = |call: &CallSite| {
            let paths = call.args.iter().map(|arg| length(&arg.path)).sum::<usize>();
            size_of_val(call) + size_of_val(&*call.args) + length(&call.callee) + paths
        };
        size_of_val(self) + length(&self.kind) + self.calls.iter().map(call).sum::<usize>()
    }
}

/// The calls of `CreateGauge` in a session, in their order.
pub type GaugeRecords = Rc<RefCell<Vec<GaugeRecord>>>;

/// Returns a session for a cockpit file of an aircraft, and the record of its gauges.
pub fn session(cache: &Arc<ParseCache>, access: Access, aircraft: &str) -> (Session, GaugeRecords) {
    let scripts = format!("{}/", access.base);
    let mut session = Session::new(cache, access);
    define_options(&mut session, &scripts);
    define_classes(&mut session);
    define_aircraft(&mut session, aircraft);
    define_unknowns(&mut session);
    let gauges = define_gauges(&mut session, cache);
    (session, gauges)
}

/// The table `class_type` of the sim. `NULL` is no class.
const CLASS_TYPE: [(&str, i32); 9] = [
    ("NULL", 0),
    ("BTN", 1),
    ("TUMB", 2),
    ("SNGBTN", 3),
    ("LEV", 4),
    ("MOVABLE_LEV", 5),
    ("MULTY_TUMB", 6),
    ("BTN_FIX", 7),
    ("TUMB_4SIDE", 8),
];

/// Returns a module that `require` provides without a file.
pub(super) fn module(machine: &mut Machine, name: &str) -> Option<Value> {
    (name == "i_18n").then(|| {
        let table = machine.table();
        for name in ["translate", "ptranslate", "gettext", "dtranslate"] {
            let function = machine.native(name, identity);
            machine.set_field(table, name, function);
        }
        let locale = machine.native("get_locale", |machine, _| {
            let words = ["en", "US"].map(|word| machine.string(word));
            Ok(Returns::Many(words.to_vec()))
        });
        machine.set_field(table, "get_locale", locale);
        table.into()
    })
}

fn define_options(session: &mut Session, scripts: &str) {
    let machine = &mut session.machine;
    let options = indexed_by(machine, "LockOn_Options", |machine, key| {
        let name = machine.describe(key);
        machine.unknown(format!("LockOn_Options[{name}] is a setting of the user"))
    });
    let screen = indexed_by(machine, "screen", |machine, key| {
        let name = machine.describe(key);
        machine.unknown(format!(
            "LockOn_Options.screen[{name}] is a setting of the user"
        ))
    });
    let fields = [
        ("script_path", machine.string(scripts)),
        ("common_script_path", machine.string(COMMON_SCRIPTS)),
        ("screen", screen),
    ];
    if let Some(table) = options.as_table() {
        for (name, value) in fields {
            machine.set_field(table, name, value);
        }
    }
    session.define("LockOn_Options", options);
}

fn define_classes(session: &mut Session) {
    let table = session.machine.table();
    for (name, number) in CLASS_TYPE {
        session.machine.set_field(table, name, f64::from(number));
    }
    session.define("class_type", table.into());
}

fn define_aircraft(session: &mut Session, aircraft: &str) {
    let aircraft = session.machine.string(aircraft);
    session.function("get_aircraft_type", move |_, _| Ok(aircraft.into()));
}

/// Functions whose results depend on the user or on a running sim, and the reasons shown to the
/// user.
const UNKNOWN: &[(&str, &str)] = &[
    ("GetDevice", "devices exist only in a running sim"),
    ("GetSelf", "devices exist only in a running sim"),
    (
        "get_absolute_model_time",
        "time passes only in a running sim",
    ),
    (
        "get_aircraft_property_or_nil",
        "the properties of the aircraft are set by the mission",
    ),
    ("get_base_data", "flight data comes from a running sim"),
    (
        "get_cockpit_draw_argument_value",
        "args have values only in a running sim",
    ),
    (
        "get_aircraft_draw_argument_value",
        "args have values only in a running sim",
    ),
    ("get_model_time", "time passes only in a running sim"),
    (
        "get_multimonitor_preset_name",
        "the screens are a setting of the user",
    ),
    ("get_param_handle", "parameters exist only in a running sim"),
    ("get_player_crew_index", "the seat is chosen by the player"),
    (
        "get_terrain_related_data",
        "the terrain is chosen by the mission",
    ),
];

fn define_unknowns(session: &mut Session) {
    let sounds = session.machine.unknown("sounds are numbered by the sim");
    session.define("_LAST_CLICK_SOUND_", sounds);
    for &(name, reason) in UNKNOWN {
        session.function(name, move |machine, _| Ok(machine.unknown(reason).into()));
    }
    for name in super::OPTIONS {
        session.function(name, |machine, args| {
            // With three arguments the first is the module, else it is the option.
            let option = machine.describe(args.get(machine, usize::from(args.len() > 2)));
            let reason = format!("the option {option} is a setting of the user");
            Ok(machine.unknown(reason).into())
        });
    }
}

fn define_gauges(session: &mut Session, cache: &Arc<ParseCache>) -> GaugeRecords {
    let gauges = GaugeRecords::default();
    let (record, cache) = (gauges.clone(), cache.clone());
    session.function("CreateGauge", move |machine, args| {
        let mut gauges = record.borrow_mut();
        if let Some(last) = gauges.last_mut() {
            last.global = global_of(machine, &cache, last);
            machine.hold(last.global.as_ref().map_or(0, String::len));
        }
        let gauge = make_gauge(machine, args);
        machine.hold(gauge.bytes());
        let table = gauge.table;
        gauges.push(gauge);
        Ok(table.into())
    });
    session.function("LoRegisterPanelControls", controllers);
    gauges
}

/// Returns the global that holds a gauge, if one of the calls on its stack is assigned to it.
///
/// This is checked before the next gauge is made, since one global often holds several gauges in
/// turn.
fn global_of(machine: &Machine, cache: &ParseCache, gauge: &GaugeRecord) -> Option<String> {
    let holds = |name: &&str| {
        let held = machine.field(machine.globals(), name);
        held.as_table() == Some(gauge.table)
    };
    gauge.calls.iter().find_map(|call| {
        let chunk = cache.chunk(call.span.file)?;
        let global = chunk.assigned_global(call.span.start);
        global.filter(holds).map(str::to_owned)
    })
}

/// The most calls that are recorded for a gauge.
const MAX_CALLS: usize = 16;

fn is_include(call: &CallSite) -> bool {
    matches!(call.callee.as_deref(), Some("dofile" | "require"))
}

fn make_gauge(machine: &mut Machine, args: Args) -> GaugeRecord {
    let kind = args.get(machine, 0);
    GaugeRecord {
        table: machine.table(),
        global: None,
        kind: machine
            .text(kind)
            .filter(|kind| !kind.is_empty())
            .map(Cow::into_owned),
        calls: (0..machine.call_levels().min(MAX_CALLS))
            .map_while(|level| machine.call_site(level))
            .take_while(|call| !is_include(call))
            .collect(),
    }
}

/// Returns the table of controllers: each is represented by its name.
fn controllers(machine: &mut Machine, _: Args) -> Result<Returns, EvalError> {
    Ok(indexed_by(machine, "controllers", |_, name| name).into())
}
