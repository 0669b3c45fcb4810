//! The public methods of a machine: unknowns, call sites, places, includes, refused functions.

use std::{cell::RefCell, collections::HashMap, rc::Rc, sync::Arc};

use defgen::{
    diagnostics::Diagnostic,
    interp::{
        CallSite, EvalError, Include, LoadResult, Loader, Machine, Options, Returns,
        UndefinedPolicy, Value,
    },
    limits::Limits,
    source::{Sources, Span},
    stack::on_big_stack,
    syntax::{self, Chunk},
};

/// A machine, and the sources of the code that it runs.
struct World {
    sources: Arc<Sources>,
    machine: Machine,
}

/// Files by name; each is parsed once.
struct Files {
    sources: Arc<Sources>,
    files: Vec<(&'static str, &'static str)>,
    parsed: RefCell<HashMap<&'static str, Arc<Chunk>>>,
}

fn parse(sources: &Sources, name: &str, code: &str) -> Arc<Chunk> {
    let limits = Limits::default();
    let source = sources
        .add(name, code.as_bytes().to_vec(), &limits)
        .expect("text");
    on_big_stack(|| syntax::parse(&source, &limits)).expect("Lua")
}

impl Loader for Files {
    fn load(&self, machine: &mut Machine, _: Include, name: &[u8], _: Option<Span>) -> LoadResult {
        let known = self
            .files
            .iter()
            .find(|(known, _)| known.as_bytes() == name);
        match known {
            Some((name, code)) => {
                let mut parsed = self.parsed.borrow_mut();
                let chunk = parsed
                    .entry(*name)
                    .or_insert_with(|| parse(&self.sources, name, code));
                LoadResult::Chunk(chunk.clone())
            }
            None if name == b"missing" => {
                LoadResult::Value(machine.unknown("missing is not there"))
            }
            None => LoadResult::Error("no such file".to_owned()),
        }
    }
}

impl World {
    fn new(undefined: UndefinedPolicy) -> Self {
        let options = Options {
            undefined,
            ..Options::default()
        };
        Self {
            sources: Arc::default(),
            machine: Machine::new(options),
        }
    }

    fn run(&mut self, code: &str) -> Result<Returns, EvalError> {
        let chunk = parse(&self.sources, "main.lua", code);
        self.machine.run(&chunk)
    }

    /// Returns the description of a global after the code has run.
    fn global(&mut self, code: &str, name: &str) -> String {
        self.run(code).expect("runs well");
        let globals = self.machine.globals();
        self.machine.describe(self.machine.field(globals, name))
    }

    fn text(&self, span: Span) -> String {
        let source = self.sources.get(span.file).expect("a known file");
        let bytes = &source.bytes()[span.start as usize..span.end as usize];
        format!(
            "{}:{}",
            source.line(span.start),
            String::from_utf8_lossy(bytes)
        )
    }

    fn labels(&self, diagnostic: &Diagnostic) -> Vec<String> {
        diagnostic
            .labels
            .iter()
            .map(|label| self.text(label.span))
            .collect()
    }
}

#[test]
fn operations_on_unknowns_give_unknowns_and_conditions_read_false() {
    let code = "
        local u = engine.option
        sum, text, order, same, no = u + 1, 'a' .. u, u < 1, u == nil, not u
        called, indexed, default, both = u(1), u.x.y, u or 5, u and 5
        taken = 'else' if u then taken = 'then' end
        if not u then taken = 'not' end
        kind, made = type(u), string.format('%d', u)
        held = {u, x = u} count = #held
        for k in pairs(u) do visited = k end
        for i = 1, u do visited = i end
        for k in no_such_iterator do visited = k end
        repeat rounds = (rounds or 0) + 1 until u
        while u do rounds = rounds + 1 end
        u.field = 1
        held[u] = 'lost'
        ok, result = pcall(u, 1)
    ";
    let mut world = World::new(UndefinedPolicy::Unknown);
    world.run(code).expect("runs well");
    let globals = world.machine.globals();
    let described = |name: &str| world.machine.describe(world.machine.field(globals, name));
    for name in [
        "sum", "text", "order", "same", "no", "called", "indexed", "both", "kind", "made", "result",
    ] {
        assert_eq!(described(name), "unknown", "{name}");
    }
    assert_eq!(
        ["default", "taken", "count", "visited", "rounds", "ok"].map(described),
        ["5", "\"else\"", "1", "nil", "1", "true"]
    );
    let codes: Vec<_> = world.machine.diagnostics().iter().map(|d| d.code).collect();
    assert_eq!(
        codes,
        [
            "undefined",
            "unknown-loop",
            "unknown-loop",
            "undefined",
            "unknown-loop",
            "unknown-key"
        ]
    );
    let held = world
        .machine
        .field(globals, "held")
        .as_table()
        .expect("a table");
    let unknown = world
        .machine
        .field(held, "x")
        .as_unknown()
        .expect("an unknown");
    let origin = world.machine.origin(unknown);
    assert_eq!(origin.reason, "`engine` is not defined");
    assert_eq!(world.text(origin.span.expect("a place")), "2:engine");
}

#[test]
fn undefined_globals_are_errors_unless_the_options_allow_them() {
    let mut strict = World::new(UndefinedPolicy::Error);
    let stop = strict
        .run("local ok = missing\nx = 1 / missing")
        .expect_err("an error");
    let diagnostic = strict.machine.explain(&stop);
    assert_eq!(
        diagnostic.message,
        "attempt to perform arithmetic on global 'missing' (a nil value)"
    );
    assert_eq!(strict.labels(&diagnostic), ["2:/"]);
    let code = "x = 1 / missing y = missing_f(1) z = missing_t.a.b w = 'a' .. gone v = lost < 1";
    let mut lenient = World::new(UndefinedPolicy::Unknown);
    for name in ["x", "y", "z", "w", "v"] {
        assert_eq!(lenient.global(code, name), "unknown", "{name}");
    }
    assert_eq!(lenient.machine.diagnostics().len(), 5 * 5);
    let local = lenient
        .run("local t = {} t.x.y = 1")
        .expect_err("only undefined globals may be unknowns");
    assert!(!local.is_limit());
}

#[test]
fn native_functions_can_read_their_call_sites() {
    let code = "
        Lights = {SEAT = 7}
        function lamp(arg, light) return gauge('x', arg + 1) end
        local function outer(...) return lamp(298, ...) end
        outer(Lights.SEAT)
        pcall(gauge, 1)
        object = {m = gauge}
        object:m(Lights . SEAT, nil, object --[[why]])";
    let seen: Rc<RefCell<Vec<Option<CallSite>>>> = Rc::default();
    let mut world = World::new(UndefinedPolicy::Error);
    let log = seen.clone();
    let gauge = world.machine.native("gauge", move |machine, args| {
        let levels = machine.call_levels();
        log.borrow_mut()
            .extend((0..levels).map(|level| machine.call_site(level)));
        Ok(Returns::from(args.get(machine, 0)))
    });
    let globals = world.machine.globals();
    world.machine.set_field(globals, "gauge", gauge);
    world.run(code).expect("runs well");
    let seen = seen.borrow();
    let rendered = seen.iter().map(|site| match site {
        None => "-".to_owned(),
        Some(site) => {
            let args = site.args.iter().map(|arg| {
                let value = arg
                    .value
                    .map_or("none".to_owned(), |v| world.machine.describe(v));
                format!("{}={value}", arg.path.as_deref().unwrap_or("?"))
            });
            let args: Vec<_> = args.collect();
            format!(
                "{}({})",
                site.callee.as_deref().unwrap_or("?"),
                args.join(", ")
            )
        }
    });
    let rendered: Vec<_> = rendered.collect();
    assert_eq!(
        rendered,
        [
            "gauge(?=\"x\", ?=299)",
            "lamp(?=298, ?=7)",
            "outer(Lights.SEAT=7)",
            "-",
            // Called by pcall.
            "-",
            "pcall(gauge=function gauge, ?=1)",
            "-",
            // The object of a method call is not one of the arguments in the source.
            "?(?=7, ?=nil, ?=table)",
            "-",
        ]
    );
}

#[test]
fn fields_have_the_places_of_their_assignments() {
    let code = "t = {\n  a = 1, [2] = 'x',\n}\nt.b = 2\nt['c'] = 3\nrawset(t, 'd', 4)\nt[1] = 5";
    let mut world = World::new(UndefinedPolicy::Error);
    world.run(code).expect("runs well");
    let globals = world.machine.globals();
    let table = world
        .machine
        .field(globals, "t")
        .as_table()
        .expect("a table");
    let places = ["a", "b", "c", "d"].map(|name| {
        let key = world.machine.string(name);
        world
            .machine
            .field_span(table, key)
            .map(|span| world.text(span))
    });
    let places: Vec<_> = places.into_iter().flatten().collect();
    assert_eq!(places, ["2:a", "4:b", "5:[", "6:rawset"]);
    let made = world.machine.table_span(table).expect("a place");
    assert_eq!(world.text(made), "1:{");
    let entries: Vec<_> = world
        .machine
        .entries(table)
        .map(|(key, _)| world.machine.describe(key))
        .collect();
    assert_eq!(entries, ["1", "2", "\"a\"", "\"b\"", "\"c\"", "\"d\""]);
}

#[test]
fn includes_go_through_the_loader() {
    let files = vec![
        ("part", "x = (x or 0) + 1 return x, 'more'"),
        ("module", "loads = (loads or 0) + 1 return {name = ...}"),
        ("broken", "error('it broke')"),
        ("self", "dofile('self')"),
        ("mutual", "require('mutual') return 1"),
    ];
    let mut world = World::new(UndefinedPolicy::Error);
    let sources = world.sources.clone();
    let loader = Files {
        sources,
        files,
        parsed: RefCell::default(),
    };
    world.machine.set_loader(Rc::new(loader));
    let code = "
        a = {dofile('part')} b = dofile('part')
        m = require('module').name
        f = loadfile('part') c = f()
        none, why = loadfile('nothing')
        ok, message = pcall(dofile, 'broken')
        ok2, message2 = pcall(dofile, 'nothing')
        lost = dofile('missing')
        mutual = require('mutual')
        values = a[1] .. a[2] .. b .. m .. c .. tostring(none) .. why .. message .. message2";
    let values = world.global(code, "values");
    assert_eq!(
        values,
        "\"1more2module3nilno such filebroken:1: it brokeno such file\""
    );
    assert_eq!(world.global("", "lost"), "unknown");
    let stop = world.run("pcall(dofile, 'self')").expect_err("a cycle");
    assert_eq!(world.machine.explain(&stop).code, "limit-include-depth");
}

#[test]
fn refused_functions_give_unknowns_and_do_not_end_the_file() {
    let code = "
        now = os.time() file = io.open('x') f = loadstring('x = 1') chance = math.random(5)
        package.path = package.path .. ';x' co = coroutine.create(print) info = debug.getinfo(1)
        setfenv(1, {}) after = 'still here'";
    let mut world = World::new(UndefinedPolicy::Error);
    assert_eq!(world.global(code, "after"), "\"still here\"");
    let refused = world
        .machine
        .diagnostics()
        .iter()
        .filter(|d| d.code == "refused");
    let places: Vec<_> = refused.map(|d| world.labels(d).join("|")).collect();
    assert_eq!(
        places,
        [
            "2:os.time()",
            "2:io.open('x')",
            "2:loadstring('x = 1')",
            "2:math.random(5)",
            "3:coroutine.create(print)",
            "3:debug.getinfo(1)",
            "4:setfenv(1, {})"
        ]
    );
}

#[test]
fn an_error_lists_the_calls_that_led_to_it() {
    let code = "local function inner() return nil .. '' end\nlocal function outer()\n  inner()\nend\nouter()";
    let mut world = World::new(UndefinedPolicy::Error);
    let stop = world.run(code).expect_err("an error");
    let diagnostic = world.machine.explain(&stop);
    assert_eq!(diagnostic.message, "attempt to concatenate a nil value");
    assert_eq!(world.labels(&diagnostic), ["1:.", "3:inner()", "5:outer()"]);
    assert_eq!(
        world.machine.text(stop.value()).as_deref(),
        Some("main.lua:1: attempt to concatenate a nil value")
    );
}

#[test]
fn chunks_are_shared_between_threads_and_machines() {
    let sources = Sources::default();
    let chunk = parse(&sources, "shared.lua", "n = (n or 0) + 1 return n");
    let counts = std::thread::scope(|scope| {
        let run = || {
            let mut machine = Machine::new(Options::default());
            (0..3)
                .map(|_| machine.run(&chunk).expect("runs well").first())
                .collect::<Vec<_>>()
        };
        let workers = [scope.spawn(run), scope.spawn(run)];
        workers.map(|worker| worker.join().expect("no panic"))
    });
    assert_eq!(
        counts,
        [
            [1.0, 2.0, 3.0].map(Value::Number),
            [1.0, 2.0, 3.0].map(Value::Number)
        ]
    );
}

#[test]
fn diagnostics_are_bounded_and_not_repeated() {
    let limits = Limits {
        diagnostics: 3,
        ..Limits::default()
    };
    let mut machine = Machine::new(Options {
        limits,
        undefined: UndefinedPolicy::Unknown,
    });
    let sources = Sources::default();
    let lines: String = (0..10)
        .map(|n| format!("for i = 1, 5 do f{n}() end\n"))
        .collect();
    machine
        .run(&parse(&sources, "many.lua", &lines))
        .expect("runs well");
    let mut kept = machine.take_diagnostics();
    let more = kept.pop().map(|note| note.message);
    assert_eq!(kept.len(), 3);
    assert_eq!(more.as_deref(), Some("35 more messages are left out"));
}
