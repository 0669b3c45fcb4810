//! Real Lua 5.1, which runs files to check the verdicts of the static analysis.

use mlua::{HookTriggers, Lua, VmState};

/// A statement whose execution is recorded, as is every `dofile`.
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

/// Returns whether real Lua can load these bytes.
pub(super) fn loads(bytes: &[u8]) -> bool {
    Lua::new()
        .load(bytes)
        .set_name("=test")
        .into_function()
        .is_ok()
}

/// Runs a file in which unknown globals are true or false, and returns whether the marker was
/// reached.
pub(super) fn runs(bytes: &[u8], globals_are_true: bool) -> bool {
    let lua = Lua::new();
    lua.globals()
        .raw_set("ALL_TRUE", globals_are_true)
        .expect("a global");
    // A generated file may call an unknown global, such as `returnpcall`.
    let callable = lua.create_table().expect("a table");
    let call = lua.create_function(|_, ()| Ok(())).expect("a function");
    callable.raw_set("__call", call).expect("a field");
    lua.set_type_metatable::<bool>(Some(callable));
    lua.load(PREPARATION).exec().expect("the preparation runs");
    let triggers = HookTriggers::new().every_nth_instruction(100_000);
    lua.set_hook(triggers, |_, _| -> mlua::Result<VmState> {
        Err(mlua::Error::runtime("an endless loop"))
    })
    .expect("a hook");
    // The file may fail; only whether it reaches the marker matters.
    let _ = lua.load(bytes).set_name("=test").exec();
    lua.load("return WAS_REACHED()").eval().expect("an answer")
}
