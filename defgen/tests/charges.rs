//! Checks that every function that scripts can call charges steps in proportion to its work.
//!
//! Each function must have a row in [`ROWS`]. The steps of one call are counted for growing sizes;
//! nothing here measures time.

use std::collections::BTreeSet;
use std::sync::Arc;

use defgen::files::{GamePath, Root, Roots};
use defgen::interp::{Machine, Options, Table, UndefinedPolicy, Value};
use defgen::limits::Limits;
use defgen::parse_cache::ParseCache;
use defgen::sim_env::{Access, cockpit, entry};
use defgen::source::Sources;
use defgen::stack::on_big_stack;
use defgen::syntax;

/// The least number of steps of a call, as a function of a size.
#[derive(Debug, Clone, Copy)]
enum Cost {
    /// The work does not depend on a size.
    Constant,
    /// A step for every 32 bytes.
    Bytes,
    /// A step for each byte, entry or value.
    Each,
    /// A hundred steps for each value.
    Hundred,
    /// A step for each pair of values.
    Square,
    /// A step for every 32 pairs of bytes.
    SquareBytes,
}
use Cost::{Bytes, Constant, Each, Hundred, Square, SquareBytes};

/// Functions, the code before the call, the call, and its least cost. In code, `N` is the size and
/// `F` the function.
struct Row(&'static [&'static str], &'static str, &'static str, Cost);

const TEXT: &str = "s = ('a'):rep(N)";
const LIST: &str = "t = {} for i = 1, N do t[i] = i end";
const EMPTIED: &str =
    "t = {} for i = 1, N do t['k' .. i] = i end for k in pairs(t) do t[k] = nil end";
const NUMBER: &str = "s = (' '):rep(N) .. '1'";

const ROWS: &[Row] = &[
    // Arguments and results of any function.
    Row(&["select"], LIST, "select('#', unpack(t))", Each),
    Row(&["select"], LIST, "select(1, unpack(t))", Each),
    Row(&["select"], NUMBER, "select(s, 1)", Bytes),
    Row(&["assert"], LIST, "assert(unpack(t))", Each),
    Row(&["assert"], TEXT, "pcall(assert, false, s)", Bytes),
    Row(&["pcall"], LIST, "pcall(type, unpack(t))", Each),
    Row(
        &["xpcall"],
        TEXT,
        "xpcall(function() error(s) end, function(m) return m end)",
        Bytes,
    ),
    Row(&["error"], TEXT, "pcall(error, s)", Bytes),
    Row(&["unpack"], LIST, "unpack(t)", Each),
    Row(&["tonumber"], NUMBER, "tonumber(s)", Bytes),
    Row(&["tonumber"], NUMBER, "tonumber(s, 16)", Bytes),
    Row(&["tostring"], TEXT, "tostring(s)", Bytes),
    Row(&["next"], EMPTIED, "next(t)", Each),
    Row(&["pairs"], EMPTIED, "for k in pairs(t) do end", Each),
    Row(&["ipairs"], LIST, "for k in ipairs(t) do end", Each),
    Row(&["collectgarbage", "print", "getfenv"], "", "F()", Constant),
    Row(
        &["getmetatable", "type", "rawequal"],
        TEXT,
        "F(s, s)",
        Constant,
    ),
    Row(&["rawget", "rawset"], "t = {}", "F(t, 1, 1)", Constant),
    Row(&["setmetatable"], "t = {}", "F(t, t)", Constant),
    Row(
        &["dofile", "loadfile", "require"],
        TEXT,
        "pcall(F, s)",
        Each,
    ),
    Row(&["string.len"], TEXT, "s:len()", Constant),
    Row(&["string.byte"], TEXT, "s:byte(1, N)", Each),
    Row(
        &["string.char"],
        "t = {} for i = 1, N do t[i] = 65 end",
        "string.char(unpack(t))",
        Each,
    ),
    Row(&["string.find"], TEXT, "s:find('b', 1, true)", Bytes),
    Row(
        &["string.find"],
        TEXT,
        "s:find('[' .. ('b'):rep(N) .. ']')",
        Square,
    ),
    Row(
        &["string.find"],
        TEXT,
        "s:find('%f[' .. ('b'):rep(N) .. ']')",
        Square,
    ),
    Row(&["string.find"], TEXT, "s:find('a-b')", Square),
    Row(&["string.match"], TEXT, "s:match('.-b')", Square),
    Row(&["string.match"], TEXT, "s:match('^(a-)%1c')", SquareBytes),
    Row(
        &["string.match"],
        "s = ('('):rep(N)",
        "s:match('%b()')",
        Square,
    ),
    Row(&["string.format"], TEXT, "('%s'):format(s)", Bytes),
    Row(&["string.format"], TEXT, "('%q'):format(s)", Bytes),
    Row(
        &["string.format"],
        LIST,
        "('%99d'):rep(N):format(unpack(t))",
        Each,
    ),
    Row(
        &["string.format"],
        "t = {} for i = 1, N do t[i] = 1e308 end",
        "('%99.99f'):rep(N):format(unpack(t))",
        Hundred,
    ),
    Row(&["string.format"], NUMBER, "('%d'):format(s)", Bytes),
    Row(
        &["string.gmatch", "string.gfind"],
        TEXT,
        "for w in F(s, 'a') do end",
        Each,
    ),
    Row(
        &["string.gmatch", "string.gfind"],
        TEXT,
        "F(s, 'b')()",
        Each,
    ),
    Row(&["string.gsub"], TEXT, "s:gsub('b', '')", Each),
    Row(
        &["string.gsub"],
        TEXT,
        "(''):gsub('', ('%0'):rep(N))",
        Bytes,
    ),
    Row(&["string.gsub"], TEXT, "s:gsub('a', {a = 'b'})", Each),
    Row(&["string.gsub"], TEXT, "s:gsub('a', ('%0'):rep(N))", Square),
    Row(
        &["string.gsub"],
        TEXT,
        "s:gsub('.*', function(m) return m end)",
        Bytes,
    ),
    Row(
        &["string.lower", "string.upper", "string.reverse"],
        TEXT,
        "F(s)",
        Bytes,
    ),
    Row(&["string.rep"], "", "('a'):rep(N)", Bytes),
    Row(&["string.sub"], TEXT, "s:sub(2)", Bytes),
    Row(&["string.sub"], NUMBER, "('x'):sub(s)", Bytes),
    Row(&["table.concat"], LIST, "table.concat(t)", Each),
    Row(&["table.concat"], TEXT, "table.concat({1, 2}, s)", Bytes),
    Row(&["table.foreach"], EMPTIED, "table.foreach(t, type)", Each),
    Row(
        &["table.foreachi"],
        LIST,
        "table.foreachi(t, function() end)",
        Each,
    ),
    Row(&["table.getn"], LIST, "table.getn(t)", Constant),
    Row(&["table.insert"], LIST, "table.insert(t, 1, 0)", Each),
    Row(&["table.insert"], LIST, "table.insert(t, 0)", Constant),
    Row(&["table.maxn"], EMPTIED, "table.maxn(t)", Each),
    Row(&["table.remove"], LIST, "table.remove(t, 1)", Each),
    Row(&["table.remove"], LIST, "table.remove(t)", Constant),
    Row(&["table.setn"], "t = {}", "pcall(table.setn, t)", Constant),
    Row(&["table.sort"], LIST, "table.sort(t)", Each),
    Row(
        &["table.sort"],
        "t = {} for i = 1, N do t[i] = i % 2 == 0 and i or {} end",
        "pcall(table.sort, t)",
        Each,
    ),
    Row(
        &["table.sort"],
        "t = {} for i = 1, N do t[i] = i end t[N] = unknown",
        "table.sort(t)",
        Each,
    ),
    Row(
        &[
            "math.abs",
            "math.acos",
            "math.asin",
            "math.atan",
            "math.ceil",
            "math.cos",
            "math.cosh",
            "math.deg",
            "math.exp",
            "math.floor",
            "math.frexp",
            "math.log",
            "math.log10",
            "math.modf",
            "math.rad",
            "math.sin",
            "math.sinh",
            "math.sqrt",
            "math.tan",
            "math.tanh",
        ],
        NUMBER,
        "F(s)",
        Bytes,
    ),
    Row(
        &[
            "math.atan2",
            "math.fmod",
            "math.ldexp",
            "math.mod",
            "math.pow",
        ],
        NUMBER,
        "F(s, s)",
        Bytes,
    ),
    Row(&["math.max", "math.min"], LIST, "F(unpack(t))", Each),
    Row(
        &["math.random", "math.randomseed", "string.dump"],
        "",
        "F(1)",
        Constant,
    ),
    // The operators.
    Row(&[], NUMBER, "local x = s + 0", Bytes),
    Row(&[], NUMBER, "local x = -s", Bytes),
    Row(&[], NUMBER, "for i = 1, s do end", Bytes),
    Row(&[], TEXT, "local x = s .. 'b'", Bytes),
    Row(&[], TEXT, "pcall(function() return s .. {} end)", Bytes),
    Row(
        &[],
        "s, r = ('a'):rep(N) .. 'b', ('a'):rep(N) .. 'c'",
        "local x = s < r",
        Bytes,
    ),
    Row(&[], LIST, "local x = {unpack(t)}", Each),
    Row(
        &[],
        LIST,
        "(function(...) local x = ... end)(unpack(t))",
        Each,
    ),
    Row(&[], LIST, "(function(...) return ... end)(unpack(t))", Each),
    Row(&[], LIST, "local a, b = unpack(t)", Each),
    Row(
        &[],
        "",
        "local i = 0 while (i + i + i + i + i) < N do i = i + 1 end",
        Each,
    ),
];

/// Functions of the sim whose work does not depend on anything that scripts can make large.
const SIM: &[&str] = &[
    "CreateGauge",
    "GetDevice",
    "GetSelf",
    "LOCALIZE",
    "LoRegisterPanelControls",
    "_",
    "get_absolute_model_time",
    "get_aircraft_draw_argument_value",
    "get_aircraft_property_or_nil",
    "get_aircraft_type",
    "get_base_data",
    "get_cockpit_draw_argument_value",
    "get_model_time",
    "get_multimonitor_preset_name",
    "get_option_value",
    "get_param_handle",
    "get_player_crew_index",
    "get_plugin_option_value",
    "get_terrain_related_data",
    "make_flyable",
    "mount_vfs_animations_path",
    "mount_vfs_liveries_path",
    "mount_vfs_model_path",
    "mount_vfs_path_to_mount_point",
    "mount_vfs_sound_path",
    "mount_vfs_texture_archives",
    "mount_vfs_texture_path",
    "print_message_to_user",
];

/// Libraries and functions that only return an unknown.
const REFUSED: &[&str] = &[
    "io",
    "os",
    "debug",
    "coroutine",
    "load",
    "loadstring",
    "module",
    "setfenv",
    "newproxy",
    "gcinfo",
];

fn options() -> Options {
    Options {
        limits: Limits::default(),
        undefined: UndefinedPolicy::Unknown,
    }
}

/// Returns the steps of the call for a size.
fn steps(row: &Row, function: &str, size: usize) -> u64 {
    let mut machine = Machine::new(options());
    let limits = Limits::default();
    let mut run = |code: &str| {
        let code = code
            .replace('N', &size.to_string())
            .replace("F(", &format!("{function}("));
        let code = code.replace("(F,", &format!("({function},"));
        let sources = Sources::default();
        let source = sources
            .add("row.lua", code.clone().into_bytes(), &limits)
            .expect("text");
        let chunk =
            syntax::parse(&source, &limits).unwrap_or_else(|errors| panic!("{code}: {errors:?}"));
        let before = machine.steps();
        if let Err(stop) = machine.run(&chunk) {
            panic!("{code}: {:?}", machine.explain(&stop));
        }
        machine.steps() - before
    };
    run(row.1);
    let call =
        match row.2.starts_with("for ") || row.2.starts_with("local ") || row.2.starts_with('(') {
            true => row.2.to_owned(),
            false => format!("local x = {}", row.2),
        };
    run(&call)
}

#[test]
fn each_call_charges_in_proportion_to_its_work() {
    let check_all = || {
        let each = ROWS.iter().flat_map(|row| match row.0 {
            [] => vec![(row, "")],
            functions => functions.iter().map(|function| (row, *function)).collect(),
        });
        each.filter_map(|(row, function)| check(row, function).err())
            .collect::<Vec<_>>()
    };
    let wrong = on_big_stack(check_all);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn check(row: &Row, function: &str) -> Result<(), String> {
    let (small, large) = match row.3 {
        Bytes => (100_000, 400_000),
        Square => (200, 800),
        SquareBytes => (2_000, 8_000),
        Constant | Each | Hundred => (1_000, 4_000),
    };
    let [few, many] = [small, large].map(|size| steps(row, function, size));
    let expected = match row.3 {
        Constant => 0,
        Bytes => (large - small) / 32,
        Each => large - small,
        Hundred => (large - small) * 100,
        // Only half of the pairs may be compared, and patterns may skip bytes.
        Square => (large * large - small * small) / 16,
        SquareBytes => (large * large - small * small) / 32 / 4,
    };
    let more = many.saturating_sub(few);
    let is_constant = more < 100;
    if more >= expected as u64 && is_constant == matches!(row.3, Constant) {
        return Ok(());
    }
    let call = row.2;
    Err(format!(
        "{function} `{call}`: {few} steps for {small}, {many} for {large}: not {:?}",
        row.3
    ))
}

/// Returns the names of all functions in the globals.
fn functions(machine: &Machine) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let globals = machine.globals();
    let texts = |table: Table| {
        let entries = machine.entries(table);
        let named =
            entries.filter_map(|(key, value)| Some((machine.text(key)?.into_owned(), value)));
        named.collect::<Vec<_>>()
    };
    for (name, value) in texts(globals) {
        match value {
            Value::Function(_) => drop(names.insert(name)),
            Value::Table(table) if table != globals => {
                let inner = texts(table).into_iter();
                let inner = inner.filter(|(_, value)| matches!(value, Value::Function(_)));
                names.extend(inner.map(|(field, _)| format!("{name}.{field}")));
            }
            _ => {}
        }
    }
    names
}

#[test]
fn every_function_has_a_row() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = Root::open(GamePath::root(), folder.path()).expect("a root");
    let access = Access {
        roots: Arc::new(Roots::new(vec![root], &[])),
        base: GamePath::root(),
        steps: Arc::default(),
    };
    let cache = Arc::new(ParseCache::default());
    let (cockpit, _) = cockpit::session(&cache, access.clone(), "Type");
    let (entry, _) = entry::session(
        &cache,
        access,
        &GamePath::root(),
        entry::OptionAnswer::Unknown,
    );
    let listed: BTreeSet<&str> = ROWS
        .iter()
        .flat_map(|row| row.0)
        .chain(SIM)
        .copied()
        .collect();
    for machine in [Machine::new(options()), cockpit.machine, entry.machine] {
        for name in functions(&machine) {
            let library = name.split('.').next().unwrap_or_default();
            let is_listed = listed.contains(&*name) || REFUSED.contains(&library);
            assert!(
                is_listed,
                "`{name}` has no row in ROWS with the cost of a call"
            );
        }
    }
}
