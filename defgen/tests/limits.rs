//! Hostile code ends at a limit with the code of that limit, and `pcall` does not catch it.

use defgen::{
    diagnostics::Diagnostic,
    interp::{Machine, Options, UndefinedPolicy},
    limits::Limits,
    source::Sources,
    stack::on_big_stack,
    syntax,
};

/// Returns the code of the error that ends a file, or `fine` if there is none.
fn outcome(code: &str, limits: &Limits) -> &'static str {
    on_big_stack(|| match run(code, limits) {
        Ok(()) => "fine",
        Err(diagnostic) => diagnostic.code,
    })
}

fn run(code: &str, limits: &Limits) -> Result<(), Diagnostic> {
    let source = Sources::default().add("hostile.lua", code.as_bytes().to_vec(), limits)?;
    let chunk = syntax::parse(&source, limits).map_err(|mut errors| errors.remove(0))?;
    let mut machine = Machine::new(Options {
        limits: limits.clone(),
        ..Options::default()
    });
    match machine.run(&chunk) {
        Ok(_) => Ok(()),
        Err(stop) => Err(machine.explain(&stop)),
    }
}

#[track_caller]
fn check(code: &str, expected: &str) {
    let limits = Limits {
        steps: 500_000,
        table_entries: 20_000,
        string_bytes: 1 << 20,
        memory_bytes: 4 << 20,
        ..Limits::default()
    };
    assert_eq!(outcome(code, &limits), expected, "{code}");
    if expected == "syntax" {
        return;
    }
    let protected = format!("while true do pcall(function() {code}\nend) end");
    let found = outcome(&protected, &limits);
    assert!(
        found.starts_with("limit-"),
        "under pcall: {found} for {code}"
    );
}

#[test]
fn endless_loops_end() {
    check("while true do end", "limit-steps");
    check("repeat until false", "limit-steps");
    check("for i = 1, math.huge do end", "limit-steps");
    check(
        "for i = 1, 2, 0 do i = 1 end for i = 2, 1, 0 do end",
        "limit-steps",
    );
    check(
        "local function f() return 1 end for _ in f do end",
        "limit-steps",
    );
    check(
        "local t = setmetatable({}, {}) getmetatable(t).__index = t return t.x",
        "lua",
    );
    check("local t = {1} table.insert(t, -1e9, 1)", "limit-steps");
}

#[test]
fn endless_recursion_ends() {
    check(
        "local function f() return 1 + f() end f()",
        "limit-call-depth",
    );
    check("local function f() f() end f()", "limit-call-depth");
    check(
        "local t = setmetatable({}, {__index = function(t, k) return t[k] end}) return t.x",
        "limit-call-depth",
    );
    check("local function f() pcall(f) end f()", "limit-call-depth");
    check(
        "local t = {} setmetatable(t, {__tostring = function() return tostring(t) end}) tostring(t)",
        "limit-call-depth",
    );
    check(
        "local function f(s) return s:gsub('.', f) end f('x')",
        "limit-call-depth",
    );
    check(
        "local function f(a, b) table.sort({1, 2}, f) return true end f()",
        "limit-call-depth",
    );
    let deep = "(".repeat(180) + "f(n)" + &")".repeat(180);
    check(
        &format!("function f(n) return 1 + {deep} end f(1)"),
        "limit-eval-depth",
    );
}

#[test]
fn memory_is_bounded() {
    check("('x'):rep(1e9)", "limit-string-bytes");
    check(
        "local s = 'x' while true do s = s .. s end",
        "limit-string-bytes",
    );
    check(
        "return ('x'):rep(1e5):gsub('x', ('y'):rep(1e5))",
        "limit-string-bytes",
    );
    check(
        "local t = {} for i = 1, 1e9 do t[i] = i end",
        "limit-table-entries",
    );
    check(
        "local t = {} for i = 1, 1e9 do t[i + 0.5] = i end",
        "limit-table-entries",
    );
    check(
        "for i = 1, 1e9 do local t = {{}, {}, {}, {}} end",
        "limit-memory",
    );
    // Memory that is held after a failure counts too.
    for items in ["a = 1, b = 2, c = nil + 1", "1, 2, 3, nil + 1"] {
        let code =
            format!("local function f() return {{{items}}} end for i = 1, 1e9 do pcall(f) end");
        check(&code, "limit-memory");
    }
    check(
        "local s = ('x'):rep(1e6) for i = 1, 1e9 do local t = s:sub(i) end",
        "limit-memory",
    );
    let growing = "local function f(...) return f(1, 2, 3, 4, 5, 6, 7, 8, ...) end f()";
    assert_eq!(outcome(growing, &Limits::default()), "limit-stack");
    check("local t = {} t[1] = t t.t = t return t", "fine");
}

#[test]
fn patterns_are_bounded() {
    let text = "a".repeat(40);
    check(
        &format!("('{text}'):find(('a?'):rep(40) .. ('a'):rep(40) .. 'b')"),
        "limit-steps",
    );
    check("(('a'):rep(3000)):find('.-.-.-.-b')", "limit-steps");
    check("(('a'):rep(30000)):find(('a-'):rep(30000) .. 'b')", "lua");
    check("(('('):rep(1e5)):rep(10):gsub('%b()', '')", "limit-steps");
}

#[test]
fn work_in_one_call_is_bounded() {
    let loops = [
        "local s = (' '):rep(1e6) .. '1' while true do local x = s + 0 end",
        "local s = (' '):rep(1e6) .. '1' while true do tonumber(s) end",
        "local s = (' '):rep(1e6) .. '1' while true do ('x'):sub(s) end",
        "local s = (' '):rep(1e6) .. '1' while true do pcall(math.max, s, {}) end",
        "local s = ('a'):rep(1e6) while true do pcall(function() return s .. {} end) end",
        "local s = ('a'):rep(1e6) while true do s:find('b', 1, true) end",
        "local t = {} for i = 1, 1e4 do t['k' .. i] = 1 end for k in pairs(t) do t[k] = nil end
         while true do next(t) end",
        "local t = {} for i = 1, 1e4 do t['k' .. i] = 1 end for k in pairs(t) do t[k] = nil end
         while true do for k in pairs(t) do end end",
        "local t = {} for i = 1, 1e4 do t['k' .. i] = 1 end for k in pairs(t) do t[k] = nil end
         while true do table.foreach(t, print) end",
        "local t = {} for i = 1, 1e4 do t[i] = i end t[1] = {} while true do pcall(table.sort, t) end",
        "local t = {} for i = 1, 7e3 do t[i] = i end while true do select(-1, unpack(t)) end",
        "local function f(...) while true do select('#', ...) end end
         local t = {} for i = 1, 7e3 do t[i] = i end f(unpack(t))",
        "local t = {} for i = 1, 1e4 do t[i] = i end while true do table.insert(t, 1, table.remove(t)) end",
        "while true do pcall(dofile, 'nowhere') end",
        "while true do pcall(error, 'x') end",
    ];
    for code in loops {
        check(code, "limit-steps");
    }
    let long = "x".repeat(100_000);
    check(
        &format!("while true do pcall(function() {long}() end) end"),
        "limit-steps",
    );
    check(
        &format!(
            "local t = setmetatable({{}}, {{__index = error}}) while true do pcall(function() return t.{long} end) end"
        ),
        "limit-steps",
    );
    let condition = "not ".repeat(150) + "1" + &" == 1".repeat(1_500);
    check(
        &format!("while true do while {condition} do end end"),
        "limit-steps",
    );
}

#[test]
fn patterns_are_charged_for_the_bytes_they_compare() {
    check(
        "(('a'):rep(1e5)):find('[' .. ('b'):rep(1e5 - 8) .. ']')",
        "limit-steps",
    );
    check(
        "(('a'):rep(1e5)):find('%f[' .. ('b'):rep(1e5 - 8) .. ']')",
        "limit-steps",
    );
    check("(('a'):rep(1e5)):find('^(a-)%1c')", "limit-steps");
    check(
        "for i = 1, 1e9 do (''):gsub('', ('%0'):rep(1e5)) end",
        "limit-steps",
    );
    check("(('a'):rep(1e5)):gsub('', ('%1'):rep(1e5))", "limit-steps");
}

#[test]
fn memory_that_the_library_holds_for_code_is_bounded() {
    let loops = [
        "local s = ('a'):rep(1e6) while true do s:gmatch('b') end",
        "while true do pcall(error, {}) end",
        "local i = 0 while true do i = i + 1 pcall(error, ('x'):rep(1e4) .. i) end",
        "while true do local f = function() end end",
        "while true do loadfile('nowhere') end",
    ];
    for code in loops {
        let found = outcome(
            code,
            &Limits {
                memory_bytes: 4 << 20,
                steps: 2_000_000,
                ..Limits::default()
            },
        );
        assert!(found.starts_with("limit-"), "{found} for {code}");
    }
}

#[test]
fn deep_and_long_sources_are_refused() {
    let nested = |open: &str, close: &str, n: usize| open.repeat(n) + &close.repeat(n);
    check(
        &format!("local t = {}", nested("{", "}", 100_000)),
        "limit-nesting",
    );
    check(&nested("(function() ", " end)()", 250), "limit-nesting");
    check(&nested("do ", " end", 190), "fine");
    check(&format!("return {}x", "a..".repeat(5_000)), "limit-nesting");
    check(&format!("return 1{}", "+1".repeat(1_900)), "fine");
    check(&format!("return 1{}", "+1".repeat(5_000)), "limit-chain");
    check(&format!("local a{} = 1", ", a".repeat(300)), "syntax");
}

#[test]
fn code_just_within_the_nesting_limits_is_evaluated() {
    let cases = [
        format!("return {}1{}", "(".repeat(198), ")".repeat(198)),
        format!("return {}{}", "{".repeat(199), "}".repeat(199)),
        format!("return {}1", "not ".repeat(199)),
        format!("return {}1", "1 ..".repeat(199)),
        format!("return a{}", "{}".repeat(1_999)),
        format!("local a = {{}} a.b = a return a{}", ".b".repeat(1_999)),
    ];
    for code in cases {
        let found = outcome(&code, &Limits::default());
        assert!(
            matches!(found, "fine" | "lua"),
            "{found} for {}",
            &code[..40]
        );
    }
}

#[test]
fn memory_of_closures_and_other_internal_values_is_bounded() {
    let limits = Limits {
        memory_bytes: 4 << 20,
        ..Limits::default()
    };
    let options = Options {
        limits: limits.clone(),
        undefined: UndefinedPolicy::Unknown,
    };
    let calls: String = (0..1_000).map(|n| format!("undefined{n}() ")).collect();
    let loops = [
        "undefined()",
        &calls,
        "math.random()",
        "local l = i local f = function() return l end",
    ];
    for body in loops {
        let code = format!("for i = 1, 1e9 do {body} end");
        let source = Sources::default().add("loop.lua", code.into_bytes(), &limits);
        let source = source.expect("a small file");
        let (code, kept) = on_big_stack(|| {
            let chunk = syntax::parse(&source, &limits).expect("Lua");
            let mut machine = Machine::new(options.clone());
            let stop = machine.run(&chunk).expect_err("a limit");
            (machine.explain(&stop).code, machine.diagnostics().len())
        });
        assert!(matches!(code, "limit-memory" | "limit-steps"), "{code}");
        assert!(kept <= limits.diagnostics);
    }
}
