//! The first steps of a new user: trying the demo, installing beside other tools, running doctor,
//! flying, and uninstalling.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use dcs_master_tests::client::Client;
use dcs_master_tests::process::Process;
use dcs_master_tests::programs::{program, sample_install};
use dcs_master_tests::rig::{Rig, output_text, run, run_with_data};

/// Lines of three other tools: one unprotected, one under pcall, one without a line end after a
/// comment in another encoding.
const EXPORT_LUA: &[u8] =
    b"local lfs=require(\"lfs\");dofile(lfs.writedir()..\"Tools/one.lua\")\r\n\
    pcall(function() dofile(lfs.writedir()..[[Tools/two.lua]]) end)\r\n\
    -- Aufkl\xe4rer\r\n\
    dofile(lfs.writedir()..[[Tools/three.lua]])";

/// Returns a tool that calls the callbacks set before it and logs its own calls. If `raises` is
/// true, it raises an error in each frame.
fn tool(name: &str, raises: bool) -> String {
    let raise = if raises { "error('broken')" } else { "" };
    format!(
        "local file = io.open(lfs.writedir() .. 'Tools/{name}.log', 'a')
         local function say(text) file:write(text, '\\n') file:flush() end
         local start, frame, stop = LuaExportStart, LuaExportAfterNextFrame, LuaExportStop
         local frames = 0
         function LuaExportStart() if start then start() end say('start') end
         function LuaExportStop() if stop then stop() end say('stop') end
         function LuaExportAfterNextFrame()
             if frame then frame() end
             frames = frames + 1
             if frames == 1 then say('frames') end
             {raise}
         end\n"
    )
}

/// Returns the contents of a folder: the bytes of files, `None` for folders.
fn tree(folder: &Path) -> BTreeMap<String, Option<Vec<u8>>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.to_string_lossy().into_owned();
        if path.is_dir() {
            found.extend(tree(&path));
            found.insert(name, None);
        } else {
            found.insert(name, fs::read(&path).ok());
        }
    }
    found
}

#[test]
fn the_scripts_run_beside_other_tools_and_uninstall_leaves_no_trace() {
    let rig = Rig::bare();
    let folder = rig.saved_games();
    rig.defgen(&[&sample_install().to_string_lossy()]);
    fs::create_dir_all(folder.join("Tools")).expect("a folder");
    fs::create_dir_all(folder.join("Scripts")).expect("a folder");
    fs::write(folder.join("Scripts/Export.lua"), EXPORT_LUA).expect("a file");
    for (name, raises) in [("one", false), ("two", false), ("three", true)] {
        fs::write(folder.join(format!("Tools/{name}.lua")), tool(name, raises)).expect("a file");
    }
    let before = tree(&folder);

    rig.install();
    let mut sim = rig.sim();
    let server = rig.serve(&[]);
    for aircraft in ["Kestrel_T1", "Heron-H2"] {
        sim.tell(&["mission start", "arg 61 1"]);
        sim.tell(&[&format!("aircraft {aircraft}")]);
        let mut client = rig.client();
        client.line_with(&format!("0 {aircraft}"));
        client.say("2 61 1");
        client.line_with("2 1 1.00000 1");
        sim.tell(&["mission stop"]);
    }
    sim.tell(&["mission start", "aircraft Kestrel_A1"]);
    rig.client().line_with("0 Kestrel_A1");

    let doctor = run(
        "dcs-master",
        [
            "doctor",
            "--saved-games",
            &folder.to_string_lossy(),
            "--server",
            &format!("127.0.0.1:{}", rig.port),
            "--defs",
            &rig.defs().to_string_lossy(),
        ],
    );
    assert!(doctor.status.success(), "{}", output_text(&doctor));
    assert!(
        output_text(&doctor).contains("Kestrel_A1 is controlled"),
        "{}",
        output_text(&doctor)
    );
    rig.client().line_with("0 Kestrel_A1");
    sim.tell(&["mission stop"]);
    sim.assert_harmless();
    drop((sim, server));

    for name in ["one", "two", "three"] {
        let log = folder.join(format!("Tools/{name}.log"));
        let seen = fs::read_to_string(&log).expect("the tool ran");
        assert_eq!(seen, "start\nframes\nstop\n".repeat(3), "{name}");
        fs::remove_file(log).expect("a file");
    }
    let saved_games = folder.to_string_lossy();
    let uninstall = run("dcs-master", ["uninstall", "--saved-games", &*saved_games]);
    assert!(uninstall.status.success(), "{}", output_text(&uninstall));
    assert_eq!(tree(&folder), before);
}

#[test]
fn doctor_finds_missing_and_broken_parts() {
    let rig = Rig::bare();
    let folder = rig.saved_games();
    let check = |expected: &str| {
        let folder = folder.to_string_lossy();
        let defs = rig.defs();
        let server = format!("127.0.0.1:{}", rig.port);
        let arguments = ["doctor", "--saved-games", &*folder, "--server", &server];
        let defs = ["--defs", &defs.to_string_lossy()].map(str::to_owned);
        let output = run(
            "dcs-master",
            arguments.into_iter().chain(defs.iter().map(|s| &**s)),
        );
        let is_bad = expected.starts_with("BAD");
        assert_eq!(output.status.success(), !is_bad, "{}", output_text(&output));
        assert!(
            output_text(&output).contains(expected),
            "{expected:?}: {}",
            output_text(&output)
        );
    };
    check("BAD the scripts are not installed there\n    run: dcs-master install");
    rig.install();
    check(
        "no tables of any aircraft; dcs-master serve makes those of an aircraft when it appears\n    \
         if DCS runs on another computer, run: defgen ",
    );
    rig.defgen(&[&sample_install().to_string_lossy()]);
    fs::write(
        folder.join("Scripts/Export.lua"),
        "-- rewritten by another tool\n",
    )
    .expect("a file");
    check("BAD Scripts/Export.lua has no line of dcs-master");
    rig.install();
    fs::write(folder.join("Scripts/dcs-master/link.lua"), "-- old").expect("a file");
    check("BAD the scripts are of another version or were changed (Scripts/dcs-master/link.lua)");
}

#[test]
fn doctor_finds_a_dcs_bios_in_the_sim() {
    let rig = Rig::bare();
    rig.install();
    let (folder, data) = (rig.saved_games(), rig.path("data"));
    fs::create_dir_all(data.join("dcs-master")).expect("a folder");
    fs::write(data.join("dcs-master/settings.toml"), "dcs-bios = true\n").expect("a file");
    let export = folder.join("Scripts/Export.lua");
    let installed = fs::read_to_string(&export).expect("it is installed");
    let folder = folder.to_string_lossy();
    let doctor = |line: &str| {
        fs::write(&export, format!("{line}\n{installed}")).expect("a file");
        let arguments = ["doctor", "--saved-games", &*folder];
        output_text(&run_with_data(&data, "dcs-master", arguments))
    };
    let line = r"dofile(lfs.writedir()..[[Scripts\DCS-BIOS\BIOS.lua]])";
    let text = doctor(line);
    let expected = "--  line 1 of Scripts/Export.lua loads DCS-BIOS";
    assert!(text.contains(expected), "{text}");
    assert!(text.contains("put -- in front of that line"), "{text}");
    let text = doctor(&format!("--{line}"));
    assert!(!text.contains("loads DCS-BIOS"), "{text}");
}

#[test]
fn the_demo_runs_without_a_sim_and_ends_at_ctrl_c() {
    let mut demo = Command::new(program("dcs-master"));
    let mut demo = Process::start(demo.args(["demo", "--listen", "127.0.0.1:0"]));
    let (_, line) = demo.wait_for(0, "telnet 127.0.0.1 ");
    let port = line
        .rsplit(' ')
        .next()
        .and_then(|port| port.parse().ok())
        .expect("a port");
    let mut client = Client::connect(port);
    client.expect("0 Kestrel_T1");
    client.say("3 2 txt_CHANNEL 1");
    client.expect("3 1 05");
    client.say("1 RADIO radio.Channel 0.05");
    client.expect("3 1 06");

    let address = format!("127.0.0.1:{port}");
    let second = run("dcs-master", ["demo", "--listen", &address]);
    assert!(!second.status.success());
    assert!(
        output_text(&second).contains("choose another port with --listen"),
        "{}",
        output_text(&second)
    );

    demo.interrupt();
    assert!(demo.wait().success());
    assert!(client.is_closed());
}

/// Creates a home folder with the sim in Steam's Proton, whose Saved Games folder is `saved_games`.
#[cfg(unix)]
fn steam_home(home: &Path, saved_games: &Path) {
    let steam = home.join(".steam/steam/steamapps");
    let user = "compatdata/223750/pfx/drive_c/users/steamuser";
    fs::create_dir_all(steam.join(user)).expect("a folder");
    let library = home.join(".steam/steam");
    let libraries = format!(
        "\"libraryfolders\" {{ \"0\" {{ \"path\" \"{}\" \"apps\" {{ \"223750\" \"1\" }} }} }}",
        library.display()
    );
    fs::write(steam.join("libraryfolders.vdf"), libraries).expect("a file");
    std::os::unix::fs::symlink(saved_games, steam.join(user).join("Saved Games")).expect("a link");
}

#[cfg(unix)]
#[test]
fn the_server_finds_the_ports_that_were_given_to_install() {
    let rig = Rig::bare();
    steam_home(&rig.path("home"), &rig.path(""));
    rig.install();
    let mut sim = rig.sim();
    sim.tell(&["mission start", "aircraft Unheard-Of"]);
    let mut command = Command::new(program("dcs-master"));
    command
        .args(["serve", "--listen", &format!("127.0.0.1:{}", rig.port)])
        .env("HOME", rig.path("home"));
    let _server = Process::start(&mut command);
    rig.client().line_with("0 Unheard-Of");
    let doctor = Command::new(program("dcs-master"))
        .args(["doctor", "--server", &format!("127.0.0.1:{}", rig.port)])
        .env("HOME", rig.path("home"))
        .output()
        .expect("doctor runs");
    assert!(
        output_text(&doctor).contains("Unheard-Of is controlled"),
        "{}",
        output_text(&doctor)
    );
}
