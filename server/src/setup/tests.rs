//! Install and uninstall on real folders.

mod faults;
mod users_files;

use std::{collections::BTreeMap, fs, path::Path};

use proptest::prelude::*;

use super::{
    disk::{Disk, RealDisk},
    install::{install_on, uninstall_on},
    paths::{EXPORT_LUA, JOURNAL},
    *,
};

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

const PORTS: Ports = Ports {
    hook: Some(5000),
    export: None,
};

fn do_install(disk: &dyn Disk, folder: &Path) -> Result<(), InstallError> {
    install_on(disk, folder, &scripts(), PORTS).map(drop)
}

fn do_uninstall(disk: &dyn Disk, folder: &Path) -> Result<(), InstallError> {
    uninstall_on(disk, folder, &scripts()).map(drop)
}

fn installed(folder: &Path) {
    do_install(&RealDisk, folder).unwrap();
}

/// Returns everything below a folder: the bytes of files, `None` for folders.
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

/// Creates a write folder with these files in it, and these folders (with names that end in `/`).
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

/// Checks that install fails with this text and changes nothing.
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

/// Returns the changes among the events, without the facts that are only reported.
fn without_notes(events: Vec<InstallEvent>) -> Vec<InstallEvent> {
    let note = |event: &InstallEvent| matches!(event, InstallEvent::UncertainExportLua { .. });
    events.into_iter().filter(|event| !note(event)).collect()
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
fn files_of_another_version_are_removed() {
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
fn scripts_copied_by_hand_are_adopted_and_uninstalled() {
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

#[cfg(unix)]
#[test]
fn names_with_other_capitals_are_the_same_files() {
    let folder = folder(&[("scripts/export.lua", b"a()\n")]);
    let before = tree(folder.path());
    installed(folder.path());
    let after = tree(folder.path());
    assert!(!after.contains_key("Scripts") && !after.contains_key("scripts/Export.lua"));
    assert_ne!(after["scripts/export.lua"], before["scripts/export.lua"]);
    do_uninstall(&RealDisk, folder.path()).unwrap();
    assert_eq!(tree(folder.path()), before);
}
