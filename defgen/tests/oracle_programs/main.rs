//! Generated programs have the same results in defgen's interpreter and in real Lua 5.1.
//!
//! `PROPTEST_CASES` sets their number.

use defgen::limits::Limits;
use proptest::{collection::vec, prelude::*};

mod generator;
#[path = "../oracle/mod.rs"]
mod oracle;

use generator::Generator;

/// The code before each program. It bounds the work, and the depth of calls to well below the limit
/// of real Lua for calls through C; it logs the actions of the program; and it removes what may
/// differ: addresses, names that Lua finds in its bytecode, and undefined lengths.
const PRELUDE: &str = r##"
local ticks = 0
local function tick() ticks = ticks + 1 if ticks > 60 then error('too long', 0) end end
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
local n, s, p, t, f = 1, 'one', true, {10, 20, x = 'y'}, function(...) tick() return ... end
m, w, q, u, g = 2, 'two', false, {x = {1}, 'a'}, function(a) tick() return a end
k, z, r, v, h = 3.5, '3', nil, {}, function(a, b) tick() k = a return b, a end
note(pcall(function(...)
"##;

const END: &str = "\nend, 1, 2))\nnote(n, s, p, t, f)";

fn program(choices: &[u16]) -> String {
    let body = Generator {
        choices: choices.iter(),
    }
    .program();
    format!("{PRELUDE}{body}{END}")
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn programs_have_the_same_results_as_in_real_lua(choices in vec(any::<u16>(), 0..1500)) {
        let code = program(&choices);
        let limits = Limits { string_bytes: 1 << 16, steps: 1_000_000, ..Limits::default() };
        if let Some(difference) = oracle::difference(code.as_bytes(), &limits) {
            let body = code.strip_prefix(PRELUDE).unwrap_or(&code);
            prop_assert!(false, "{difference}\n{body}");
        }
    }
}
