//! Real Lua 5.1, to check what is said about a file without running it.

use mlua::{HookTriggers, Lua, VmState};

/// The statement whose running is watched, as is every `dofile`.
pub(super) const MARKER: &str = "REACHED()";

const PREPARATION: &str = "
    local reached = false
    function REACHED() reached = true end
    dofile = REACHED
    function WAS_REACHED() return reached end
    function require() return { writedir = function() return '' end } end
    os.exit = function() error('exit') end
    function f() return f end
    setmetatable(_G, { __index = function() return ALL_TRUE end })
";

/// Says whether real Lua can load these bytes.
pub(super) fn loads(bytes: &[u8]) -> bool {
    Lua::new()
        .load(bytes)
        .set_name("=test")
        .into_function()
        .is_ok()
}

/// Runs a file, where unknown globals are true or false, and says whether it came to the marker.
pub(super) fn runs(bytes: &[u8], globals_are_true: bool) -> bool {
    let lua = Lua::new();
    lua.globals()
        .raw_set("ALL_TRUE", globals_are_true)
        .expect("a global");
    lua.load(PREPARATION).exec().expect("the preparation runs");
    let triggers = HookTriggers::new().every_nth_instruction(100_000);
    lua.set_hook(triggers, |_, _| -> mlua::Result<VmState> {
        Err(mlua::Error::runtime("an endless loop"))
    })
    .expect("a hook");
    // It may well fail; the question is how far it gets.
    let _ = lua.load(bytes).set_name("=test").exec();
    lua.load("return WAS_REACHED()").eval().expect("an answer")
}
