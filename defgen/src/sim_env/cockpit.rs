//! The states in which the sim runs cockpit files.
//!
//! `docs/lua-subset.md` lists what is defined here and what each thing gives.

use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use super::{Access, COMMON_SCRIPTS, Session, answering, same};
use crate::interp::{Args, CallSite, Machine, Returns, Stop, Table, Value};
use crate::parse_cache::ParseCache;

/// One call of `CreateGauge`.
#[derive(Debug, Clone)]
pub struct GaugeRecord {
    /// The table that it returned and the cockpit fills in.
    pub table: Table,
    /// The argument, such as `parameter`.
    pub kind: Option<String>,
    /// The global it was assigned to first, if that was seen before the next one was made.
    pub global: Option<String>,
    /// The calls that led to it within its file, the innermost first.
    pub calls: Vec<CallSite>,
}

impl GaugeRecord {
    /// About the bytes it takes.
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

/// A session for a cockpit file of an aircraft, and the gauges it will make.
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

/// The sim's `class_type`; `NULL` stands for no action.
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

/// A module that `require` knows without a file.
pub(super) fn module(machine: &mut Machine, name: &str) -> Option<Value> {
    (name == "i_18n").then(|| {
        let table = machine.table();
        for name in ["translate", "ptranslate", "gettext", "dtranslate"] {
            let function = machine.native(name, same);
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
    let options = answering(machine, "LockOn_Options", |machine, key| {
        let name = machine.describe(key);
        machine.unknown(format!("LockOn_Options[{name}] is the user's"))
    });
    let screen = answering(machine, "screen", |machine, key| {
        let name = machine.describe(key);
        machine.unknown(format!("LockOn_Options.screen[{name}] is the user's"))
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

/// Functions whose results only the user's settings or a running sim can tell, and why.
const UNKNOWN: &[(&str, &str)] = &[
    ("GetDevice", "devices live in a running sim"),
    ("GetSelf", "devices live in a running sim"),
    ("get_absolute_model_time", "time runs in a running sim"),
    (
        "get_aircraft_property_or_nil",
        "the aircraft's properties are the mission's",
    ),
    ("get_base_data", "flight data comes from a running sim"),
    (
        "get_cockpit_draw_argument_value",
        "args move in a running sim",
    ),
    (
        "get_aircraft_draw_argument_value",
        "args move in a running sim",
    ),
    ("get_model_time", "time runs in a running sim"),
    ("get_multimonitor_preset_name", "the screens are the user's"),
    ("get_param_handle", "parameters live in a running sim"),
    ("get_player_crew_index", "the seat is the player's"),
    ("get_terrain_related_data", "the terrain is the mission's"),
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
            let reason = format!("the option {option} is the user's");
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

/// The global that holds a gauge by now: one of those that the calls it came from are
/// assigned to.
///
/// Looked at before the next gauge is made, as one global is often used for several.
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

/// The most calls that are kept of what led to a gauge.
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

/// The engine's controllers: what is wanted of each is its name.
fn controllers(machine: &mut Machine, _: Args) -> Result<Returns, Stop> {
    Ok(answering(machine, "controllers", |_, name| name).into())
}
