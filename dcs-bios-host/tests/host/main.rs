//! Small DCS-BIOS folders in the idiom of the real one, run by the host.

#![allow(clippy::unwrap_used)]

mod common;
mod hostile;

use std::fs;

use common::{Bios, MODULE};
use dcs_bios_host::{Action, Host, InputKey, SimValue, StepReport};

fn inputs(keys: &[InputKey]) -> Vec<InputKey> {
    let mut keys = keys.to_vec();
    keys.sort();
    keys
}

fn words(report: &StepReport) -> Vec<(u16, u16)> {
    let mut words = report.words.clone();
    words.sort_unstable();
    words
}

#[test]
fn values_become_words() {
    let mut host = Bios::new().module("Glider", MODULE).load();
    let report = host.step(0.0, Some("Glider")).unwrap();
    assert!(report.is_new_aircraft);
    assert_eq!(report.problems, []);
    let wanted = [
        InputKey::Arg(7),
        InputKey::Indicator(3),
        InputKey::DrawArg(11),
        InputKey::Frequency(20),
        InputKey::CockpitParams,
        InputKey::Function("LoGetAltitude".into()),
    ];
    assert_eq!(inputs(&report.wanted), inputs(&wanted));

    host.set_arg(7, 0.5).unwrap();
    host.set_draw_arg(11, 1.0).unwrap();
    host.set_frequency(20, 127_500_000.0).unwrap();
    host.set_indicator(3, b"ABC").unwrap();
    host.set_cockpit_params(b"PAGE:4").unwrap();
    host.set_function("LoGetAltitude", &[SimValue::Number(1200.0)])
        .unwrap();
    let report = host.step(1.0, Some("Glider")).unwrap();
    assert!(!report.is_new_aircraft && report.wanted.is_empty());
    let expected = [
        (0x1000, 32767),
        (0x1002, 65535),
        (0x1004, 1275),
        (0x1006, 1200),
        (0x1008, 4),
        (0x100A, u16::from_le_bytes(*b"AB")),
        (0x100C, u16::from_le_bytes(*b"C ")),
    ];
    assert_eq!(words(&report), expected);
    assert_eq!(host.step(2.0, Some("Glider")).unwrap().words, []);
    let texts = host.texts().unwrap();
    assert!(
        texts
            .iter()
            .any(|text| (text.module.as_str(), text.address, text.length) == ("Glider", 0x100A, 4))
    );
}

#[test]
fn hooks_run_when_their_inputs_change() {
    let module = "for arg = 1, 100 do M:defineGauge(arg) end
    M:defineRuns(function() return 0 end)";
    let mut host = Bios::new().module("Glider", module).load();
    for arg in 1..=100 {
        host.set_arg(arg, 0.0).unwrap();
    }
    let runs = |report: &StepReport| {
        let word = report.words.iter().find(|(at, _)| *at == 0x1000 + 200);
        word.map(|(_, runs)| *runs)
    };
    let step = |host: &mut Host| runs(&host.step(0.0, Some("Glider")).unwrap());
    assert_eq!(step(&mut host), Some(100));
    // In five seconds each of them is run once for safety.
    let quiet: Vec<u16> = (0..150).filter_map(|_| step(&mut host)).collect();
    assert_eq!(quiet.last(), Some(&200));
    assert!(quiet.windows(2).all(|pair| pair[1] - pair[0] <= 1));
    // One changes; one is set to what it was.
    host.set_arg(50, 1.0).unwrap();
    host.set_arg(51, 0.0).unwrap();
    let report = host.step(0.0, Some("Glider")).unwrap();
    assert!(report.words.contains(&(0x1000 + 98, 65_535)));
    assert!(runs(&report).unwrap() - 200 <= 2);
}

#[test]
fn hooks_run_again_until_their_inputs_are_there() {
    let module = "M:defineGauge(1) M:defineGauge(2) M:defineRuns(function() return 0 end)";
    let mut host = Bios::new().module("Glider", module).load();
    host.set_arg(1, 1.0).unwrap();
    let mut steps = Vec::new();
    for time in [0.0, 0.5, 0.9, 1.0, 1.5] {
        let mut words = host.step(time, Some("Glider")).unwrap().words;
        words.retain(|(address, _)| *address >= 0x1000);
        words.sort_unstable();
        steps.push(words);
    }
    // The second arg is waited for, then it is 0.
    assert_eq!(
        steps,
        [
            vec![(0x1000, 65_535), (0x1004, 2)],
            vec![(0x1004, 3)],
            vec![(0x1004, 4)],
            vec![(0x1002, 0), (0x1004, 5)],
            vec![]
        ]
    );
}

#[test]
fn what_an_input_processor_writes_is_of_its_module() {
    let module = "local allocation, broken = M:allocate(), M:allocate()
    M:addInputProcessor('PAGE', function(value) allocation:setValue(tonumber(value)) end)
    M:addInputProcessor('BREAK', function()
        broken:setValue(1)
        broken.memoryMapEntry.getValue = function() return 'x' end
    end)
    M:defineGauge(1)";
    let mut host = Bios::new()
        .module("Plane", module)
        .module("Glider", "M:defineGauge(2)")
        .load();
    host.set_arg(1, 1.0).unwrap();
    host.set_arg(2, 1.0).unwrap();
    host.step(0.0, Some("Plane")).unwrap();
    host.input(b"PAGE 77").unwrap();
    assert_eq!(host.step(0.1, Some("Plane")).unwrap().words, [(0x1000, 77)]);
    host.input(b"BREAK 1").unwrap();
    host.set_arg(1, 0.5).unwrap();
    let report = host.step(0.2, Some("Plane")).unwrap();
    assert_eq!(report.words, [(0x1004, 32_767)]);
    assert_eq!(report.problems[0].module, "Plane");
    // The next aircraft gets nothing of it.
    host.input(b"PAGE 78").unwrap();
    let report = host.step(0.3, Some("Glider")).unwrap();
    let own: Vec<_> = report.words.iter().filter(|it| it.0 >= 0x1000).collect();
    assert_eq!(own, [&(0x1000, 65_535)]);
    assert_eq!(report.problems, []);
    assert!(report.words.contains(&(0, u16::from_le_bytes(*b"Gl"))));
}

#[test]
fn words_that_are_changed_in_another_way_are_found() {
    let module = "local entry = { address = 0x1100, allocation = {} }
    function entry:getValue() return self.allocation.value end
    M.memoryMap.entries[entry.address] = entry
    local count = 0
    M:addExportHook(function() count = count + 1 entry.allocation.value = count entry.dirty = true end)";
    let mut host = Bios::new().module("Glider", module).load();
    let mut counts = Vec::new();
    for _ in 0..300 {
        let words = host.step(0.0, Some("Glider")).unwrap().words;
        counts.extend(words.iter().find(|it| it.0 == 0x1100).map(|it| it.1));
    }
    assert_eq!(counts[0], 1);
    // At the latest after five seconds, and from then on in each step.
    assert!(counts[1] <= 151, "{counts:?}");
    assert!(counts[1..].windows(2).all(|pair| pair[1] == pair[0] + 1));
    assert_eq!(counts.last(), Some(&300));
}

#[test]
fn hooks_with_a_state_of_their_own_run_in_each_step() {
    let module = "local count, shared = 0, 0
    M:number(65535, function(dev0) shared = dev0:get_argument_value(1) count = count + 1 return count end)
    M:number(65535, function() return shared end)
    M:text(4, function() return count % 2 == 0 and 'EVEN' or 'ODD' end)";
    let mut host = Bios::new().module("Glider", module).load();
    for count in 1..=40_u16 {
        host.set_arg(1, f64::from(count / 10)).unwrap();
        let report = host.step(0.0, Some("Glider")).unwrap();
        assert!(report.words.contains(&(0x1000, count)));
        let is_shared_new = report.words.contains(&(0x1002, count / 10));
        assert_eq!(is_shared_new, count == 1 || count % 10 == 0);
        let text = if count % 2 == 0 { *b"EV" } else { *b"OD" };
        assert!(report.words.contains(&(0x1004, u16::from_le_bytes(text))));
    }
    // The same texts are written again for the next aircraft.
    host.forget_inputs().unwrap();
    let report = host.step(0.0, Some("Glider")).unwrap();
    assert!(report.words.iter().any(|(address, _)| *address == 0x1006));
}

#[test]
fn another_aircraft_begins_anew() {
    let mut host = Bios::new().module("Glider", MODULE).load();
    host.step(0.0, Some("Glider")).unwrap();
    let report = host.step(1.0, None).unwrap();
    assert!(report.is_new_aircraft);
    // The name of the aircraft only.
    assert!(report.words.iter().all(|(address, _)| *address < 0x18));
    let report = host.step(2.0, Some("Glider")).unwrap();
    assert!(report.words.iter().any(|(address, _)| *address == 0x1000));
    host.forget_inputs().unwrap();
    let report = host.step(3.0, Some("Glider")).unwrap();
    assert_eq!(report.wanted.len(), 6);
}

#[test]
fn nothing_is_written_before_its_input_is_there() {
    // The module refuses values below 0.
    let module = "M:number(65535, function(dev0)
        local value = dev0:get_argument_value(5)
        return value >= 0 and value * 10 or nil
    end)
    M:text(4, function() return 'T' .. GetDevice(0):get_argument_value(6) end)";
    let mut host = Bios::new().module("Glider", module).load();
    let step = |host: &mut Host, time| {
        let report = host.step(time, Some("Glider")).unwrap();
        let mut words = words(&report);
        words.retain(|(address, _)| *address >= 0x1000);
        words
    };
    assert_eq!(step(&mut host, 0.0), []);
    host.set_arg(5, -1.0).unwrap();
    assert_eq!(step(&mut host, 0.1), []);
    host.set_arg(5, 1.0).unwrap();
    assert_eq!(step(&mut host, 0.2), [(0x1000, 10)]);
    // An input that does not come in time has the default value.
    let text =
        [(0x1002, *b"T0"), (0x1004, *b"  ")].map(|(at, text)| (at, u16::from_le_bytes(text)));
    assert_eq!(step(&mut host, 0.9), []);
    assert_eq!(step(&mut host, 1.0), text);
}

#[test]
fn problems_name_their_control() {
    let parts = |bios: &Bios| -> Vec<String> {
        let report = bios.load().step(0.0, Some("Glider")).unwrap();
        let problems = report.problems.into_iter();
        problems.map(|problem| problem.part).collect()
    };
    let module = "function M:defineBroken(identifier)
        self:addExportHook(function() error('broken') end)
    end
    M:defineBroken('FIRST')
    M:defineBroken('SECOND')";
    let bios = Bios::new().module("Glider", module);
    assert_eq!(
        parts(&bios),
        ["output 1", "output 2"],
        "a method of its own"
    );
    let module = "M:defineFailing('FIRST')
    M:defineFailing('SECOND')";
    let bios = Bios::new().module("Glider", module);
    assert_eq!(parts(&bios), ["FIRST", "SECOND"]);
    let reads = bios.load().dry_run().unwrap();
    let glider = reads.iter().find(|reads| reads.module == "Glider").unwrap();
    assert_eq!(glider.failed_hooks, ["FIRST", "SECOND"]);
}

#[test]
fn an_aircraft_with_common_modules_only_has_none() {
    let bios = Bios::new().module("Glider", MODULE);
    let text = "local Module = require(\"Scripts.DCS-BIOS.lib.modules.Module\")
    return Module:new(\"Radio\", 0x0600, { \"Glider\", \"Other\" })";
    bios.file("lib/modules/common_modules/Radio.lua", text);
    let start = fs::read_to_string(bios.path("BIOS.lua")).unwrap();
    let radio = "local modules = { require(\"Scripts.DCS-BIOS.lib.modules.common_modules.Radio\"),";
    bios.file("BIOS.lua", &start.replace("local modules = {", radio));
    let host = bios.load();
    assert_eq!(host.aliases().len(), 1);
    assert_eq!(host.aliases()["Glider"], ["Radio", "Glider"]);
}

#[test]
fn commands_become_actions() {
    let mut host = Bios::new().module("Glider", MODULE).load();
    assert!(!host.input(b"GEAR 1").unwrap().is_known);
    host.step(0.0, Some("Glider")).unwrap();
    let report = host.input(b"GEAR 1").unwrap();
    assert!(report.is_known);
    let click = Action::Click {
        device: 2,
        command: 3001,
        value: 1.0,
    };
    assert_eq!(report.actions, [click]);
    let frequency = Action::SetFrequency {
        device: 20,
        hertz: 127_500_000.0,
    };
    assert_eq!(host.input(b"RADIO 127.5").unwrap().actions, [frequency]);
    let commands = [
        Action::SimCommand {
            command: 68,
            value: None,
        },
        Action::SimCommand {
            command: 2004,
            value: Some(-0.5),
        },
    ];
    assert_eq!(host.input(b"SIM x").unwrap().actions, commands);
    for line in [
        &b"GEAR"[..],
        b"",
        b" ",
        b"\xFF\xFE 1",
        b"UNKNOWN 1",
        &[b'x'; 5000],
    ] {
        assert!(!host.input(line).unwrap().is_known);
    }
    // The problem is reported once.
    assert_eq!(host.input(b"GEAR up").unwrap().problems.len(), 1);
    assert_eq!(host.input(b"GEAR up").unwrap().problems.len(), 0);
}

#[test]
fn a_dry_run_finds_what_modules_read() {
    let host = Bios::new().module("Glider", MODULE).load();
    let reads = host.dry_run().unwrap();
    let glider = reads.iter().find(|reads| reads.module == "Glider").unwrap();
    // Arg 8 is read only while arg 7 is above 0.9.
    assert!(glider.inputs.contains(&InputKey::Arg(8)));
    assert_eq!(glider.inputs.len(), 7);
    assert_eq!(
        (glider.hooks, glider.arg_hooks, glider.failed_hooks.len()),
        (7, 2, 0)
    );
}

#[test]
fn an_error_costs_one_control() {
    let broken = "M:addExportHook(function() local x = nil; x.y = 1 end)
        M:number(65535, function(dev0) return dev0:get_argument_value(1) * 10 end)";
    let mut host = Bios::new().module("Glider", broken).load();
    host.set_arg(1, 1.0).unwrap();
    let report = host.step(0.0, Some("Glider")).unwrap();
    assert!(words(&report).contains(&(0x1000, 10)));
    let [problem] = &report.problems[..] else {
        panic!("{:?}", report.problems)
    };
    assert_eq!(
        (problem.module.as_str(), problem.part.as_str()),
        ("Glider", "output 1")
    );
    assert!(problem.message.contains("Glider:"), "{problem:?}");
    assert_eq!(host.step(1.0, Some("Glider")).unwrap().problems, []);
}
