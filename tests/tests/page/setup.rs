//! Setup: doctor and its cures.

use std::process::Command;

use dcs_master_tests::browser::Browser;
use dcs_master_tests::eventually;
use dcs_master_tests::process::Process;
use dcs_master_tests::programs::program;

use super::demo;

/// Creates a home folder with DCS World in Steam's Proton. Returns the folder that DCS writes to.
#[cfg(unix)]
fn home_with_dcs(home: &std::path::Path) -> std::path::PathBuf {
    let library = home.join(".steam/steam");
    let apps = library.join("steamapps");
    let user = apps.join("compatdata/223750/pfx/drive_c/users/steamuser/Saved Games/DCS");
    std::fs::create_dir_all(user.join("Scripts")).expect("a folder");
    std::fs::create_dir_all(apps.join("common")).expect("a folder");
    let sample = dcs_master_tests::programs::sample_install();
    std::os::unix::fs::symlink(sample, apps.join("common/DCS World")).expect("a link");
    let library = library.display();
    let libraries = format!(
        "\"libraryfolders\" {{ \"0\" {{ \"path\" \"{library}\" \"apps\" {{ \"223750\" \"1\" }} }} }}"
    );
    std::fs::write(apps.join("libraryfolders.vdf"), libraries).expect("a file");
    let manifest = "\"AppState\" { \"appid\" \"223750\" \"installdir\" \"DCS World\" }";
    std::fs::write(apps.join("appmanifest_223750.acf"), manifest).expect("a file");
    user
}

#[cfg(unix)]
#[test]
fn setup_cures_what_doctor_finds_and_no_other_site_can_press_its_buttons() {
    let folder = tempfile::tempdir().expect("a folder");
    let dcs = home_with_dcs(&folder.path().join("home"));
    let mut command = Command::new(program("dcs-master"));
    command
        .args(["demo", "--listen", "127.0.0.1:0", "--page", "127.0.0.1:0"])
        .env("HOME", folder.path().join("home"))
        .env("XDG_DATA_HOME", folder.path().join("data"))
        .current_dir(folder.path());
    let demo = Process::start(&mut command);
    let browser = Browser::of(&demo);
    assert_eq!(browser.get("/api/status").json()["page"]["setup"], true);
    let script = dcs.join("Scripts/Hooks/dcs-master-hook.lua");
    let faults = |diagnosis: &serde_json::Value| {
        let findings = diagnosis["findings"].as_array().expect("a list").iter();
        let bad = findings.filter(|finding| finding["verdict"] == "bad");
        bad.filter(|finding| finding["message"].to_string().contains("script"))
            .count()
    };
    let before = browser.get("/api/doctor").json();
    assert!(
        faults(&before) > 0 && before["content"] == false,
        "{before}"
    );
    assert_eq!(before["folder"], dcs.to_string_lossy().as_ref(), "{before}");

    let (host, origin) = (browser.host(), "http://evil.example");
    for cure in ["install", "uninstall", "compile"] {
        let path = format!("/api/setup/{cure}");
        let foreign = [("Host", &*host), ("Origin", origin)];
        assert_eq!(browser.request("POST", &path, &foreign, "").status, 403);
        assert_eq!(
            browser
                .request("POST", &path, &[("Host", &host)], "")
                .status,
            403
        );
        let read = if cure == "compile" { 200 } else { 405 };
        assert_eq!(browser.get(&path).status, read);
    }
    assert_eq!(
        browser.act("POST", "/api/setup/format", &[], "").status,
        404
    );
    assert!(!script.exists());

    let installed = browser.act("POST", "/api/setup/install", &[], "");
    assert_eq!(installed.status, 200, "{installed:?}");
    assert!(
        installed.json()["text"].to_string().contains("wrote"),
        "{installed:?}"
    );
    assert!(script.is_file());
    let after = browser.get("/api/doctor").json();
    assert_eq!(faults(&after), 0, "{after}");
    let compiled = browser.act("POST", "/api/setup/compile", &[], "");
    assert_eq!(compiled.status, 202, "{compiled:?}");
    let done = eventually("the tables", || {
        let status = browser.get("/api/setup/compile").json();
        (status["state"] != "running").then_some(status)
    });
    let text = done["text"].as_str().expect("a text");
    assert!(
        text.starts_with("wrote the tables of 3 aircraft into "),
        "{done}"
    );
    assert_eq!(
        (&done["state"], &done["done"]),
        (&"done".into(), &done["total"])
    );
    let tables = folder
        .path()
        .join("data/dcs-master/aircraft-defs/Kestrel_T1/controls.json");
    assert!(tables.is_file(), "{compiled:?}");
    let removed = browser.act("POST", "/api/setup/uninstall", &[], "");
    assert_eq!(removed.status, 200, "{removed:?}");
    assert!(!script.exists());
}

#[cfg(unix)]
#[test]
fn the_demo_without_dcs_has_no_faults() {
    let folder = tempfile::tempdir().expect("a folder");
    let (_demo, browser, port) = demo(folder.path());
    let diagnosis = browser.get("/api/doctor").json();
    assert_eq!(
        (&diagnosis["demo"], &diagnosis["content"]),
        (&true.into(), &true.into()),
        "{diagnosis}"
    );
    let text = diagnosis["findings"].to_string();
    assert!(text.contains("no folder that DCS writes to"), "{text}");
    assert!(!text.contains("nothing listens"), "{text}");
    assert!(!text.contains("Kestrel_T1"), "{text}");
    let listen = browser.get("/api/status").json()["listen"].clone();
    assert_eq!(listen, format!("127.0.0.1:{port}"));
}

#[cfg(unix)]
#[test]
fn one_of_several_folders_is_chosen_and_no_other_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let dcs = home_with_dcs(&folder.path().join("home"));
    let library = folder.path().join("home/.steam/steam/steamapps");
    std::fs::remove_dir_all(library.join("common")).expect("a folder");
    let server_folder = dcs.with_file_name("DCS.dcs_server");
    std::fs::create_dir_all(&server_folder).expect("a folder");
    let mut command = Command::new(program("dcs-master"));
    command
        .args(["serve", "--listen", "127.0.0.1:0", "--page", "127.0.0.1:0"])
        .args(["--hook", "127.0.0.1:9", "--export", "127.0.0.1:19"])
        .env("HOME", folder.path().join("home"))
        .env("XDG_DATA_HOME", folder.path().join("data"))
        .current_dir(folder.path());
    let server = Process::start(&mut command);
    let browser = Browser::of(&server);
    let all = browser.get("/api/doctor").json();
    let paths = [&dcs, &server_folder].map(|path| path.to_string_lossy().into_owned());
    assert_eq!(all["folders"], serde_json::json!(paths), "{all}");
    assert_eq!(all["folder"], serde_json::Value::Null);
    let refused = browser.act("POST", "/api/setup/install", &[], "");
    assert_eq!(refused.status, 409, "{refused:?}");

    let body = |folder: &str| serde_json::json!({ "folder": folder }).to_string();
    for elsewhere in ["/etc", "", &folder.path().to_string_lossy()] {
        let refused = browser.act("POST", "/api/setup/install", &[], &body(elsewhere));
        assert_eq!(refused.status, 409, "{refused:?}");
    }
    let installed = browser.act("POST", "/api/setup/install", &[], &body(&paths[1]));
    assert_eq!(installed.status, 200, "{installed:?}");
    assert!(server_folder.join("Scripts/Export.lua").is_file());
    assert!(!dcs.join("Scripts/Export.lua").exists());
    let chosen = paths[1].replace('/', "%2F").replace(' ', "+");
    let chosen = browser.get(&format!("/api/doctor?folder={chosen}")).json();
    assert_eq!(chosen["folder"], paths[1].as_str(), "{chosen}");
    // Doctor looks where serve does.
    let text = chosen["findings"].to_string();
    assert!(
        text.contains("127.0.0.1:9") && text.contains("127.0.0.1:19"),
        "{text}"
    );
    assert_eq!(browser.get("/api/doctor?folder=%2Fetc").status, 400);
}

#[test]
fn a_folder_that_is_not_found_can_be_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let (_demo, browser, _) = demo(folder.path());
    let saved_games = folder.path().join("Gespeicherte Spiele");
    let dcs = saved_games.join("DCS");
    std::fs::create_dir_all(dcs.join("Config")).expect("a folder");
    let body = |folder: &str| serde_json::json!({ "folder": folder }).to_string();
    for (wrong, expected) in [
        ("Gespeicherte Spiele", "is no whole path"),
        ("/nowhere", "there is no such folder"),
        ("/etc", "DCS writes neither to this folder"),
        ("/a\u{0}b", "U+0000"),
    ] {
        let refused = browser.act("POST", "/api/setup/install", &[], &body(wrong));
        assert_eq!(refused.status, 409, "{refused:?}");
        assert!(refused.body.contains(expected), "{refused:?}");
    }
    // The folder above it will do.
    let above = saved_games.to_string_lossy();
    let form = [
        ("Origin", "http://evil.example"),
        ("Content-Type", "application/json"),
    ];
    let foreign = browser.request("POST", "/api/setup/install", &form, &body(&above));
    assert_eq!(foreign.status, 403, "{foreign:?}");
    assert!(!dcs.join("Scripts").exists());
    let installed = browser.act("POST", "/api/setup/install", &[], &body(&above));
    assert_eq!(installed.status, 200, "{installed:?}");
    assert!(dcs.join("Scripts/Hooks/dcs-master-hook.lua").is_file());
    let query = above.replace('/', "%2F").replace(' ', "+");
    let diagnosis = browser.get(&format!("/api/doctor?folder={query}")).json();
    assert_eq!(diagnosis["folder"], *dcs.to_string_lossy(), "{diagnosis}");
    let removed = browser.act(
        "POST",
        "/api/setup/uninstall",
        &[],
        &body(&dcs.to_string_lossy()),
    );
    assert_eq!(removed.status, 200, "{removed:?}");
    assert!(!dcs.join("Scripts").exists());
}
