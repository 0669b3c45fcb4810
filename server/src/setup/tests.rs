//! Install and uninstall on real folders.

use std::{collections::BTreeMap, fs, path::Path};

use proptest::prelude::*;

use super::{install::EXPORT_LUA, *};

const NO_PORTS: Ports = Ports {
    hook: None,
    export: None,
};

fn scripts() -> Payload {
    Payload::from([
        ("Scripts/Hooks/dcs-master-hook.lua", "-- hook\n"),
        ("Scripts/dcs-master/export.lua", "-- export\n"),
        ("Scripts/dcs-master/link.lua", "-- link\n"),
    ])
}

/// Everything below a folder: the bytes of files, `None` for folders.
fn tree(folder: &Path) -> BTreeMap<String, Option<Vec<u8>>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() {
            let inner = tree(&path).into_iter();
            found.extend(inner.map(|(below, bytes)| (format!("{name}/{below}"), bytes)));
            found.insert(name, None);
        } else {
            found.insert(name, Some(fs::read(&path).unwrap()));
        }
    }
    found
}

/// A write folder with these files and folders (ending in `/`) in it.
fn folder(contents: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in contents {
        let path = folder.path().join(name);
        if name.ends_with('/') {
            fs::create_dir_all(path).unwrap();
        } else {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
    }
    folder
}

/// Nothing may be changed by what fails.
#[track_caller]
fn check_refused(folder: &Path, ports: Ports, expected: &str) {
    let before = tree(folder);
    let error = install(folder, &scripts(), ports).unwrap_err().to_string();
    assert!(error.contains(expected), "{error}");
    assert_eq!(tree(folder), before);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn uninstall_restores_what_was_there(
        export_lua in prop::option::of(prop_oneof![
            prop::collection::vec(any::<u8>(), 0..60),
            "(local x = 1|do return end|return|--|[ \t]|\r\n|\n|\r){0,9}".prop_map(String::into_bytes),
        ]),
        with_folders in 0..4_u8,
        hook_port in prop::option::of(1..u16::MAX),
    ) {
        let folder = folder(&[("Config/options.lua", b"options = {}")]);
        if with_folders & 1 != 0 {
            fs::create_dir_all(folder.path().join("Scripts/Hooks")).unwrap();
        }
        if with_folders & 2 != 0 {
            fs::create_dir_all(folder.path().join("Scripts")).unwrap();
            fs::write(folder.path().join("Scripts/other.lua"), "-- other").unwrap();
        }
        if let Some(bytes) = &export_lua {
            fs::create_dir_all(folder.path().join("Scripts")).unwrap();
            fs::write(folder.path().join(EXPORT_LUA), bytes).unwrap();
        }
        let before = tree(folder.path());
        let ports = Ports { hook: hook_port, export: None };
        if install(folder.path(), &scripts(), ports).is_ok() {
            let installed = tree(folder.path());
            prop_assert_eq!(&installed["Scripts/dcs-master/link.lua"], &Some(b"-- link\n".to_vec()));
            prop_assert_eq!(without_notes(install(folder.path(), &scripts(), ports).unwrap()), []);
            prop_assert_eq!(tree(folder.path()), installed);
            uninstall(folder.path(), &scripts()).unwrap();
        }
        prop_assert_eq!(tree(folder.path()), before);
    }
}

/// Only what was done.
fn without_notes(steps: Vec<Step>) -> Vec<Step> {
    let note = |step: &Step| matches!(step, Step::BrokenExportLua { .. });
    steps.into_iter().filter(|step| !note(step)).collect()
}

#[test]
fn ports_are_written_and_added_to() {
    let folder = folder(&[]);
    let config = folder.path().join("Scripts/dcs-master/config.lua");
    install(
        folder.path(),
        &scripts(),
        Ports {
            hook: Some(5000),
            export: None,
        },
    )
    .unwrap();
    assert_eq!(
        fs::read_to_string(&config).unwrap(),
        "return {\r\n\thook_port = 5000,\r\n}\r\n"
    );
    install(
        folder.path(),
        &scripts(),
        Ports {
            hook: None,
            export: Some(5001),
        },
    )
    .unwrap();
    let both = "return {\r\n\thook_port = 5000,\r\n\texport_port = 5001,\r\n}\r\n";
    assert_eq!(fs::read_to_string(&config).unwrap(), both);
    assert_eq!(install(folder.path(), &scripts(), NO_PORTS).unwrap(), []);
}

#[test]
fn one_port_for_both_is_refused() {
    let folder = folder(&[(EXPORT_LUA, b"-- mine")]);
    let ports = |hook, export| Ports { hook, export };
    check_refused(folder.path(), ports(Some(5000), Some(5000)), "port 5000");
    check_refused(folder.path(), ports(Some(4244), None), "port 4244");
    install(folder.path(), &scripts(), ports(Some(4244), Some(4243))).unwrap();
}

#[test]
fn a_config_of_the_users_own_is_left_alone_and_kept() {
    let mine: (&str, &[u8]) = (
        "Scripts/dcs-master/config.lua",
        b"return { bind = \"0.0.0.0\" }",
    );
    let folder = folder(&[mine]);
    install(folder.path(), &scripts(), NO_PORTS).unwrap();
    check_refused(
        folder.path(),
        Ports {
            hook: Some(5000),
            export: None,
        },
        "hook_port = …",
    );
    let steps = uninstall(folder.path(), &scripts()).unwrap();
    assert!(
        steps.contains(&Step::KeptConfig(folder.path().join(mine.0))),
        "{steps:?}"
    );
    assert_eq!(tree(folder.path())[mine.0], Some(mine.1.to_vec()));
}

#[test]
fn files_of_another_version_go() {
    let folder = folder(&[]);
    install(folder.path(), &scripts(), NO_PORTS).unwrap();
    let newer = Payload::from([("Scripts/dcs-master/export.lua", "-- newer\n")]);
    install(folder.path(), &newer, NO_PORTS).unwrap();
    assert!(!tree(folder.path()).contains_key("Scripts/dcs-master/link.lua"));
    install(folder.path(), &scripts(), NO_PORTS).unwrap();
    uninstall(folder.path(), &newer).unwrap();
    assert_eq!(tree(folder.path()), BTreeMap::new());
}

#[test]
fn what_was_copied_by_hand_is_taken_over_and_taken_out() {
    let folder = folder(&[
        ("Scripts/dcs-master/link.lua", b"-- old"),
        (EXPORT_LUA, b"-- mine\n"),
    ]);
    install(folder.path(), &scripts(), NO_PORTS).unwrap();
    uninstall(folder.path(), &scripts()).unwrap();
    let expected = [
        ("Scripts", None),
        ("Scripts/dcs-master", None),
        (EXPORT_LUA, Some(&b"-- mine\n"[..])),
    ];
    let expected = expected.map(|(name, bytes)| (name.to_owned(), bytes.map(<[u8]>::to_vec)));
    assert_eq!(tree(folder.path()), BTreeMap::from(expected));
}

#[test]
fn a_protected_export_lua_stays() {
    let folder = folder(&[(EXPORT_LUA, b"-- mine")]);
    let path = folder.path().join(EXPORT_LUA);
    let mut permissions = fs::metadata(&path).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&path, permissions.clone()).unwrap();
    check_refused(folder.path(), NO_PORTS, "untick Read-only");
    #[cfg(windows)]
    {
        // Windows does not remove such a file, so the temporary folder would stay.
        #[expect(
            clippy::permissions_set_readonly_false,
            reason = "Windows has no modes"
        )]
        permissions.set_readonly(false);
        fs::set_permissions(&path, permissions).unwrap();
    }
}

#[test]
fn a_damaged_record_leads_nowhere_else() {
    let folder = folder(&[("DCS/", b""), ("mine.txt", b"mine")]);
    let dcs = folder.path().join("DCS");
    install(&dcs, &scripts(), NO_PORTS).unwrap();
    let record = br#"{"version":"","files":["../mine.txt","/etc/x","C:\\x"],"folders":[".."]}"#;
    fs::write(dcs.join("Scripts/dcs-master/installed.json"), record).unwrap();
    uninstall(&dcs, &scripts()).unwrap();
    assert!(tree(folder.path()).contains_key("mine.txt"));
}

#[test]
fn a_failure_in_the_middle_takes_everything_back() {
    // The hook goes in first; then a file stands where a folder must be.
    let folder = folder(&[
        ("Scripts/dcs-master", b"not a folder"),
        (EXPORT_LUA, b"-- mine"),
    ]);
    check_refused(folder.path(), NO_PORTS, "dcs-master");
}

#[test]
fn text_of_two_bytes_per_character_stays() {
    let folder = folder(&[(EXPORT_LUA, b"\xff\xfea\0")]);
    check_refused(folder.path(), NO_PORTS, "UTF-16");
}

#[test]
fn an_error_in_export_lua_is_told() {
    let folder = folder(&[(EXPORT_LUA, b"local x = 1\nif x then\n")]);
    let steps = install(folder.path(), &scripts(), NO_PORTS).unwrap();
    let told = |step: &Step| matches!(step, Step::BrokenExportLua { .. });
    assert!(steps.iter().any(told), "{steps:?}");
}

#[cfg(unix)]
#[test]
fn a_link_stays_a_link_and_a_mode_stays() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = folder(&[("Scripts/", b""), ("kept/mine.lua", b"-- mine\n")]);
    let target = folder.path().join("kept/mine.lua");
    fs::set_permissions(&target, fs::Permissions::from_mode(0o640)).unwrap();
    symlink(&target, folder.path().join(EXPORT_LUA)).unwrap();
    install(folder.path(), &scripts(), NO_PORTS).unwrap();
    assert!(folder.path().join(EXPORT_LUA).is_symlink());
    assert_ne!(fs::read(&target).unwrap(), b"-- mine\n");
    assert_eq!(
        fs::metadata(&target).unwrap().permissions().mode() & 0o777,
        0o640
    );
}
