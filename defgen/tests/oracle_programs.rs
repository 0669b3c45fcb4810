//! Generated programs and values give the same in defgen's evaluator and in real Lua 5.1.
//!
//! `PROPTEST_CASES` sets how many are tried.

use defgen::limits::Limits;
use proptest::{collection::vec, prelude::*, sample::select, strategy::Union};

mod oracle;

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(cases)
    }
}

// --- expressions

/// Names that programs share: locals where they are declared, globals elsewhere.
fn name() -> BoxedStrategy<String> {
    select(vec!["a", "b", "c", "t", "u", "f", "g"])
        .prop_map(str::to_owned)
        .boxed()
}

fn literal() -> BoxedStrategy<String> {
    let fixed = vec![
        "nil",
        "true",
        "false",
        "1",
        "2",
        "3",
        "7",
        "10",
        "0.5",
        "1e3",
        "0x10",
        "-1",
        "'x'",
        "'10'",
        "''",
        "'abc'",
        "[[long]]",
        "'a\\0b'",
        "'\\65'",
        "{}",
        "{1, 2, 3}",
        "{x = 1}",
        "1e15",
        "123456789012345678",
        "'0x10'",
        "' 5 '",
        "math.huge",
    ];
    let number = (-1000.0..1000.0_f64).prop_map(|number| format!("{number}"));
    prop_oneof![4 => select(fixed).prop_map(str::to_owned), 1 => number].boxed()
}

fn expr() -> BoxedStrategy<String> {
    let leaf = prop_oneof![3 => literal(), 3 => name(), 1 => Just("...".to_owned())];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let operator = select(vec![
            "+", "-", "*", "/", "%", "^", "..", "==", "~=", "<", "<=", ">", ">=", "and", "or",
        ]);
        Union::new_weighted(vec![
            (
                6,
                (inner.clone(), operator, inner.clone())
                    .prop_map(|(a, op, b)| format!("{a} {op} {b}"))
                    .boxed(),
            ),
            (2, inner.clone().prop_map(|a| format!("not ({a})")).boxed()),
            (2, name().prop_map(|a| format!("-{a}")).boxed()),
            (1, inner.clone().prop_map(|a| format!("len({a})")).boxed()),
            (2, inner.clone().prop_map(|a| format!("({a})")).boxed()),
            (
                2,
                (name(), inner.clone())
                    .prop_map(|(t, k)| format!("{t}[{k}]"))
                    .boxed(),
            ),
            (1, name().prop_map(|t| format!("{t}.x")).boxed()),
            (
                2,
                (name(), args(inner.clone()))
                    .prop_map(|(f, args)| format!("{f}({args})"))
                    .boxed(),
            ),
            (
                1,
                (name(), args(inner.clone()))
                    .prop_map(|(t, args)| format!("{t}:m({args})"))
                    .boxed(),
            ),
            (
                2,
                vec(field(inner.clone()), 0..5)
                    .prop_map(|fields| format!("{{{}}}", fields.join(", ")))
                    .boxed(),
            ),
            (
                2,
                (vec(name(), 0..3), any::<bool>(), args(inner.clone()))
                    .prop_map(|(params, vararg, values)| {
                        let params = parameters(&params, vararg);
                        let values = if vararg {
                            values
                        } else {
                            values.replace("...", "a")
                        };
                        format!("function({params}) tick() return {values} end")
                    })
                    .boxed(),
            ),
            (3, library_call(inner)),
        ])
    })
    .boxed()
}

fn args(expr: BoxedStrategy<String>) -> BoxedStrategy<String> {
    vec(expr, 0..3).prop_map(|args| args.join(", ")).boxed()
}

fn parameters(names: &[String], vararg: bool) -> String {
    let mut names = names.to_vec();
    if vararg {
        names.push("...".to_owned());
    }
    names.join(", ")
}

fn field(expr: BoxedStrategy<String>) -> BoxedStrategy<String> {
    prop_oneof![
        3 => expr.clone(),
        1 => (name(), expr.clone()).prop_map(|(key, value)| format!("{key} = {value}")),
        1 => (expr.clone(), expr).prop_map(|(key, value)| format!("[{key}] = {value}")),
    ]
    .boxed()
}

fn library_call(expr: BoxedStrategy<String>) -> BoxedStrategy<String> {
    let of_one = vec![
        "type",
        "text",
        "math.floor",
        "math.abs",
        "string.len",
        "string.upper",
        "maxn",
        "note",
        "getmetatable",
        "remove",
        "next1",
        "tonumber",
    ];
    let of_two = vec![
        "tonumber",
        "select",
        "unpack",
        "rawget",
        "rawequal",
        "math.max",
        "math.fmod",
        "concat",
        "string.sub",
        "string.byte",
        "string.char",
        "string.find",
        "string.match",
        "pcall",
        "setmetatable",
    ];
    prop_oneof![
        (select(of_one), expr.clone()).prop_map(|(f, a)| format!("{f}({a})")),
        (select(of_two), expr.clone(), expr.clone()).prop_map(|(f, a, b)| format!("{f}({a}, {b})")),
        (expr.clone(), expr.clone(), expr.clone())
            .prop_map(|(a, b, c)| format!("string.gsub({a}, {b}, {c})")),
        (expr.clone(), expr).prop_map(|(a, b)| format!("string.format('%5s|%s', text({a}), {b})")),
    ]
    .boxed()
}

// --- statements

fn block(depth: u32) -> BoxedStrategy<String> {
    vec(statement(depth), 0..5)
        .prop_map(|statements| statements.join("\n"))
        .boxed()
}

fn statement(depth: u32) -> BoxedStrategy<String> {
    let simple = vec![
        (
            4,
            (name(), expr())
                .prop_map(|(n, e)| format!("{n} = {e};"))
                .boxed(),
        ),
        (
            3,
            (name(), expr())
                .prop_map(|(n, e)| format!("local {n} = {e};"))
                .boxed(),
        ),
        (
            2,
            (name(), name(), args(expr()), expr())
                .prop_map(|(a, b, es, e)| {
                    let es = if es.is_empty() { e } else { es };
                    format!("{a}, {b} = {es};")
                })
                .boxed(),
        ),
        (
            2,
            (name(), name(), expr())
                .prop_map(|(a, b, e)| format!("local {a}, {b} = {e};"))
                .boxed(),
        ),
        (
            3,
            (name(), expr(), expr())
                .prop_map(|(t, k, e)| format!("{t}[{k}] = {e};"))
                .boxed(),
        ),
        (
            2,
            (name(), expr(), name(), expr(), expr())
                .prop_map(|(t, k, n, e, e2)| format!("{t}[{k}], {n} = {e}, {e2};"))
                .boxed(),
        ),
        (
            1,
            (name(), expr())
                .prop_map(|(t, e)| format!("{t}.x = {e};"))
                .boxed(),
        ),
        (
            2,
            (name(), args(expr()))
                .prop_map(|(f, args)| format!("{f}({args});"))
                .boxed(),
        ),
        (2, expr().prop_map(|e| format!("note({e});")).boxed()),
        (
            2,
            (name(), expr())
                .prop_map(|(t, e)| format!("insert({t}, {e});"))
                .boxed(),
        ),
        (
            1,
            (
                name(),
                select(vec![
                    "__index",
                    "__newindex",
                    "__call",
                    "__add",
                    "__eq",
                    "__lt",
                    "__le",
                    "__concat",
                    "__unm",
                    "__tostring",
                ]),
                expr(),
            )
                .prop_map(|(t, event, e)| {
                    format!("if type({t}) == 'table' then setmetatable({t}, {{{event} = {e}}}) end")
                })
                .boxed(),
        ),
    ];
    if depth == 0 {
        return Union::new_weighted(simple).boxed();
    }
    let inner = block(depth - 1);
    let mut all = simple;
    all.extend([
        (
            2,
            (expr(), inner.clone(), inner.clone())
                .prop_map(|(c, a, b)| format!("if {c} then\n{a}\nelse\n{b}\nend"))
                .boxed(),
        ),
        (
            2,
            (name(), 0..4, 0..4, inner.clone())
                .prop_map(|(n, from, to, body)| format!("for {n} = {from}, {to} do\n{body}\nend"))
                .boxed(),
        ),
        (
            1,
            (name(), expr(), expr(), inner.clone())
                .prop_map(|(n, from, to, body)| {
                    format!("for {n} = {from}, {to} do\ntick()\n{body}\nend")
                })
                .boxed(),
        ),
        (
            2,
            (name(), name(), expr(), inner.clone())
                .prop_map(|(k, v, e, body)| format!("for {k}, {v} in ipairs({e}) do\n{body}\nend"))
                .boxed(),
        ),
        (
            1,
            (expr(), inner.clone())
                .prop_map(|(c, body)| format!("while {c} do\ntick()\n{body}\nend"))
                .boxed(),
        ),
        (
            1,
            (expr(), inner.clone())
                .prop_map(|(c, body)| format!("repeat\ntick()\n{body}\nuntil {c}"))
                .boxed(),
        ),
        (
            1,
            inner
                .clone()
                .prop_map(|body| format!("do\n{body}\nend"))
                .boxed(),
        ),
        (
            1,
            (expr(), inner.clone())
                .prop_map(|(c, body)| {
                    format!("while true do\ntick()\n{body}\nif {c} then break end\nend")
                })
                .boxed(),
        ),
        (
            3,
            (
                any::<bool>(),
                name(),
                vec(name(), 0..3),
                any::<bool>(),
                inner.clone(),
                args(expr()),
            )
                .prop_map(|(local, n, params, vararg, body, values)| {
                    let text = format!(
                        "{}function {n}({})\ntick()\n{body}\nreturn {values}\nend",
                        if local { "local " } else { "" },
                        parameters(&params, vararg)
                    );
                    if vararg {
                        text
                    } else {
                        text.replace("...", "a")
                    }
                })
                .boxed(),
        ),
        (
            1,
            (name(), vec(name(), 0..2), inner.clone(), expr())
                .prop_map(|(t, params, body, e)| {
                    let body = format!(
                        "function {t}:m({})\n{body}\nreturn {e}\nend",
                        params.join(", ")
                    );
                    format!(
                        "if type({t}) == 'table' then\n{}\nend",
                        body.replace("...", "self")
                    )
                })
                .boxed(),
        ),
        (
            3,
            inner
                .prop_map(|body| format!("note(pcall(function(...)\n{body}\nend, 1, 2))"))
                .boxed(),
        ),
    ]);
    Union::new_weighted(all).boxed()
}

/// What a program is run with: a bound on its work, a log of what it does, values as text
/// without addresses, error messages without the names that Lua finds in its bytecode, and
/// lengths only where they are defined.
const PRELUDE: &str = r##"
local ticks = 0
local function tick() ticks = ticks + 1 if ticks > 120 then error('too long', 0) end end
log = {}
local function text(v)
  if type(v) == 'table' or type(v) == 'function' then return type(v) end
  if v ~= v then return 'nan' end
  return tostring(v)
end
local function plain(m)
  if type(m) ~= 'string' then return m end
  if m:find('loop in [gs]ettable') then return 'loop' end
  m = m:gsub("%l+ '[^']*' %(a (%l+) value%)", 'a %1 value')
  m = m:gsub("bad argument #%d+ to '[^']*'", 'bad argument'):gsub("calling '[^']*' on bad self", 'bad argument')
  return m
end
local function note(...)
  for i = 1, select('#', ...) do if #log < 100 then log[#log + 1] = text((select(i, ...))) end end
  return ...
end
local function result(fine, ...)
  if fine then return fine, ... end
  return fine, plain((...))
end
local real_pcall, real_unpack, real_next, real_getmetatable = pcall, unpack, next, getmetatable
local function pcall(...) return result(real_pcall(...)) end
local function is_list(v)
  if type(v) ~= 'table' then return false end
  local count, most = 0, 0
  for k in real_next, v do
    if type(k) == 'number' and k >= 1 and k % 1 == 0 then count = count + 1 if k > most then most = k end end
  end
  return count == most
end
local function len(v) if type(v) == 'table' and not is_list(v) then return 'holes' end return #v end
local function unpack(v, ...) if is_list(v) then return real_unpack(v, ...) end end
local function concat(v, ...) if is_list(v) then return table.concat(v, ...) end end
local function insert(v, ...) if is_list(v) then return table.insert(v, ...) end end
local function remove(v, ...) if is_list(v) then return table.remove(v, ...) end end
local function maxn(v) return table.maxn(v) end
local function next1(v) return (real_next({v})) end
local function getmetatable(v) if type(v) == 'table' then return real_getmetatable(v) end end
local a, t, f = 1, {10, 20, x = 'y'}, function(...) tick() return ... end
b, u, g = 'text', {m = function(self, ...) tick() return ... end}, function(c) tick() return c end
note(pcall(function(...)
"##;

const END: &str = "\nend, 1, 2))\nnote(a, t, f)";

proptest! {
    #![proptest_config(config(400))]

    #[test]
    fn programs_give_the_same_as_in_real_lua(body in block(3)) {
        let code = format!("{PRELUDE}{body}{END}");
        let limits = Limits { string_bytes: 1 << 16, steps: 1_000_000, ..Limits::default() };
        if let Some(difference) = oracle::difference(code.as_bytes(), &limits) {
            prop_assert!(false, "{difference}\n{body}");
        }
    }
}
