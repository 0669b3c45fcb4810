//! Modules and folders that are broken or hostile.

use std::thread;
use std::time::Duration;

use dcs_bios_host::{Host, HostError, Limits};

use crate::common::{Bios, MODULE};
use crate::words;

#[test]
fn endless_hooks_are_stopped() {
    for endless in [
        "while true do end",
        "while true do pcall(function() while true do end end) end",
        "local function again() return pcall(again) and again() end while true do again() end",
        "local t = {} while true do t[#t + 1] = {} end",
        "local s = 'x' while true do s = s .. s end",
        "string.rep('', 1e15) while true do end",
        "local function longer(...) return longer(1, ...) end longer()",
    ] {
        let module = format!(
            "M:addExportHook(function() {endless} end)
            M:number(65535, function(dev0) return 5 end)"
        );
        let mut host = Bios::new().module("Glider", &module).load();
        let report = host.step(0.0, Some("Glider")).unwrap();
        assert!(
            words(&report).contains(&(0x1000, 5)),
            "{endless} {report:?}"
        );
        assert_eq!(report.problems.len(), 1, "{endless}: {:?}", report.problems);
        // It is not run again before the next aircraft.
        assert_eq!(host.step(1.0, Some("Glider")).unwrap().problems, []);
    }
}

#[test]
fn a_pause_between_steps_costs_nothing() {
    let mut host = Bios::new().module("Glider", MODULE).load();
    host.step(0.0, Some("Glider")).unwrap();
    // Longer than a step may take.
    thread::sleep(Duration::from_millis(1200));
    host.forget_inputs().unwrap();
    for arg in 0..20_000 {
        host.set_arg(arg, 0.5).unwrap();
    }
    let report = host.step(0.0, Some("Glider")).unwrap();
    assert_eq!(report.problems, []);
    assert!(words(&report).contains(&(0x1000, 32767)));
}

#[test]
fn many_endless_hooks_leave_the_others_alone() {
    let module = "for _ = 1, 40 do M:addExportHook(function() while true do end end) end
        M:number(65535, function() return 5 end)";
    let mut host = Bios::new().module("Glider", module).load();
    let report = host.step(0.0, Some("Glider")).unwrap();
    assert!(words(&report).contains(&(0x1000, 5)));
    assert_eq!(report.problems.len(), 40);
    assert_eq!(host.step(1.0, Some("Glider")).unwrap().problems, []);
}

#[test]
fn a_module_that_cannot_be_loaded_costs_its_aircraft() {
    for (bad, part) in [
        ("this is not Lua", "'='"),
        ("error('broken')", "broken"),
        ("while true do end", "instruction limit"),
        ("string.format = nil", "belongs to the host"),
        ("_G.pairs = nil", "belongs to the host"),
        ("rawset(_G, 'pairs', 1)", "cannot be changed"),
        ("setmetatable(_G, {})", "protected metatable"),
        ("getmetatable('').__index = {}", "index"),
        ("module('string')", "global string"),
        ("require('socket.core')", "Scripts.DCS-BIOS."),
        ("require('Scripts.DCS-BIOS.../../secret')", "not allowed"),
        (
            "require('Scripts.DCS-BIOS.lib.absent')",
            "lib.absent cannot be read",
        ),
        ("string.rep('x', 1e9)", "1 MiB"),
        ("local s = {} for i = 1, 1e9 do s[i] = {} end", "memory"),
    ] {
        let bios = Bios::new().module("Bad", bad).module("Glider", MODULE);
        let mut host = bios.load();
        let failed = host.failed_modules().unwrap();
        let [problem] = &failed[..] else {
            panic!("{bad}: {failed:?}")
        };
        assert_eq!(problem.module, "Bad");
        assert!(problem.message.contains(part), "{bad}: {}", problem.message);
        host.set_arg(7, 0.5).unwrap();
        let report = host.step(0.0, Some("Glider")).unwrap();
        assert_eq!(report.problems, [], "{bad}");
        assert!(words(&report).iter().any(|word| word.0 == 0x1000), "{bad}");
    }
}

#[test]
fn what_a_module_breaks_costs_itself_only() {
    for (bad, part) in [
        (
            "M:addExportHook(function() return ('a'):rep(300000):find(('a?'):rep(300000)) end)",
            "the pattern is longer than 1000 bytes",
        ),
        (
            "M:addExportHook(function()
                M.memoryMap.entries[8] = { dirty = true, getValue = function() error('boom') end }
            end)",
            "boom",
        ),
        (
            "M:addExportHook(function()
                M.memoryMap.entries[8] = { dirty = true, getValue = function() while true do end end }
            end)",
            "instruction limit",
        ),
        (
            "M:addExportHook(function()
                M.memoryMap.entries[8] = { address = 8, dirty = true, getValue = function() return 'x' end }
            end)",
            "a value that is no number",
        ),
        (
            "M:addExportHook(function() M.name, M.memoryMap, M.inputProcessors = nil end)",
            "memoryMap",
        ),
        (
            "local error, module, seeall = error, module, package.seeall
            M:addExportHook(function() module('A', module) module('B', seeall) error('x') end)",
            "Bad:5: x",
        ),
    ] {
        let bios = Bios::new().module("Bad", bad).module("Glider", MODULE);
        let mut host = bios.load();
        let report = host.step(0.0, Some("Bad")).unwrap();
        let [problem] = &report.problems[..] else {
            panic!("{bad}: {:?}", report.problems)
        };
        assert!(problem.message.contains(part), "{bad}: {problem:?}");
        assert_eq!(problem.module, "Bad");
        assert!(!host.input(b"GEAR 1").unwrap().is_known);
        host.step(1.0, Some("Bad")).unwrap();
        host.set_arg(7, 0.5).unwrap();
        let report = host.step(2.0, Some("Glider")).unwrap();
        assert_eq!(report.problems, [], "{bad}");
        assert!(words(&report).iter().any(|word| word.0 == 0x1000), "{bad}");
    }
}

#[test]
fn what_modules_tell_is_bounded() {
    let module = "local n = 0
        M:addExportHook(function(dev0)
            for _ = 1, 5000 do n = n + 1 dev0:get_argument_value(n) end
        end)
        M:addExportHook(function() for _ = 1, 2000 do n = n + 1 print(n .. ('x'):rep(10000)) end end)
        for _ = 1, 2000 do M:addExportHook(function() error(('y'):rep(10000)) end) end";
    let mut host = Bios::new().module("Glider", module).load();
    let (mut wanted, mut problems, mut log) = (0, 0, 0);
    for step in 0..30 {
        let report = host.step(f64::from(step), Some("Glider")).unwrap();
        assert!(report.wanted.len() <= 1000);
        wanted += report.wanted.len();
        problems += report.problems.len();
        let texts = host.take_log().unwrap();
        assert!(texts.iter().all(|text| text.len() < 600));
        log += texts.len();
    }
    assert_eq!((wanted, problems, log), (20_000, 1001, 501));
}

#[test]
fn an_error_costs_no_other_hook_of_its_list() {
    let module = "function M:defineFragile(arg)
            self:addExportHook(function(dev0)
                if dev0:get_argument_value(arg) > 0.9 then error('fragile') end
            end)
        end
        for arg = 1, 3 do M:defineGauge(arg) M:defineFailing() M:defineFragile(1) end";
    let mut host = Bios::new().module("Glider", module).load();
    for value in [0.5, 1.0] {
        for arg in 1..=3 {
            host.set_arg(arg, value).unwrap();
        }
        let report = host.step(value, Some("Glider")).unwrap();
        let value = (value * 65_535.0) as u16;
        let expected = [(0x1000, value), (0x1002, value), (0x1004, value)];
        assert!(expected.iter().all(|word| report.words.contains(word)));
        assert_eq!(report.problems.len(), 3);
    }
}

#[test]
fn a_module_cannot_replace_what_the_driver_uses() {
    // `module` gives its caller, the driver, an environment that the module can reach.
    let bad = "M.aircraftList = { 'Glider' }
        local allocation, count = M:allocate(), 0
        local entry = allocation.memoryMapEntry
        entry.address, entry.getValue = 0x1100, module
        local rawget, G = rawget, _G
        M:addExportHook(function()
            count = count + 1
            allocation:setValue(count)
            local environment = rawget(G, entry)
            if environment then
                environment.error = function() end
            end
        end)";
    let mut host = Bios::new()
        .module("Bad", bad)
        .module("Glider", "M:defineGauge(2)")
        .load();
    for (step, value) in [(0_u8, 0.5), (1, 1.0), (2, 0.0)] {
        host.set_arg(2, value).unwrap();
        let words = host.step(step.into(), Some("Glider")).unwrap().words;
        let expected = (0x1000, (value * 65_535.0) as u16);
        assert!(words.contains(&expected), "step {step}: {words:?}");
    }
}

#[test]
fn modules_have_no_authority() {
    let names = [
        "io",
        "os",
        "debug",
        "coroutine",
        "loadstring",
        "load",
        "loadfile",
        "dofile",
        "setfenv",
        "getfenv",
        "newproxy",
        "collectgarbage",
        "gcinfo",
    ];
    let checks: String = names
        .iter()
        .map(|name| format!("assert({name} == nil, '{name}') "))
        .collect();
    let module = format!(
        "{checks} assert(string.dump == nil) assert(not package.loadlib)
            assert(require('math').floor(1.5) == 1)"
    );
    let host = Bios::new().module("Glider", &module).load();
    assert_eq!(host.failed_modules().unwrap(), []);
}

#[test]
fn compiled_and_outside_files_are_refused() {
    let bios = Bios::new();
    bios.file("lib/modules/aircraft_modules/Bad.lua", "\x1bLua");
    let host = bios.listed("Bad").load();
    let failed = host.failed_modules().unwrap();
    assert!(failed[0].message.contains("source text"), "{failed:?}");

    #[cfg(unix)]
    {
        let bios = Bios::new();
        let outside = tempfile::NamedTempFile::new().unwrap();
        let link = bios.path("lib/modules/aircraft_modules/Bad.lua");
        std::os::unix::fs::symlink(outside.path(), link).unwrap();
        let host = bios.listed("Bad").load();
        let failed = host.failed_modules().unwrap();
        assert!(failed[0].message.contains("outside"), "{failed:?}");
    }
}

#[test]
fn folders_that_are_no_dcs_bios_are_named() {
    let empty = tempfile::tempdir().unwrap();
    let error = Host::load(empty.path(), Limits::default()).unwrap_err();
    assert!(matches!(error, HostError::NoBios(_)), "{error}");

    for (file, text, part) in [
        ("BIOS.lua", "x = 1", "does not create a state machine"),
        ("BIOS.lua", "dofile('old.lua')", "dofile"),
        ("BIOS.lua", "while true do end", "instruction limit"),
        (
            "lib/modules/Module.lua",
            "return { new = function() return { name = 'Odd', exportHooks = {}, aircraftList = {}, text = print } end }",
            "module Odd has no exportHooks, inputProcessors or memoryMap",
        ),
    ] {
        let bios = Bios::new();
        bios.file(file, text);
        let error = bios.try_load().unwrap_err();
        assert!(error.to_string().contains(part), "{error}");
        assert!(error.to_string().contains("are known to work"), "{error}");
    }
}

#[test]
fn impossible_words_are_left_out() {
    let module = "M.memoryMap.entries = {}
        for address, value in pairs({ [3] = 1, [4] = 70000, [6] = -1, [8] = 0 / 0, [65534] = 1, [10] = 7 }) do
            M.memoryMap.entries[address] = { address = address, dirty = true, getValue = function() return value end }
        end";
    let mut host = Bios::new().module("Glider", module).load();
    let report = host.step(0.0, Some("Glider")).unwrap();
    let own: Vec<_> = words(&report)
        .into_iter()
        .filter(|word| word.1 != 0x2020 && word.0 < 12)
        .collect();
    assert!(own.contains(&(10, 7)), "{own:?}");
    assert!(!own.iter().any(|word| word.0 == 3), "{own:?}");
}
