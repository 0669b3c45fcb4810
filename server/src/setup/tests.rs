//! Install and uninstall on real folders.

use std::{
    cell::Cell,
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    thread,
};

use proptest::prelude::*;

use super::{
    disk::{Disk, RealDisk},
    install::{EXPORT_LUA, install_on, uninstall_on},
    record::JOURNAL,
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

/// Only what was done.
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
    let events = uninstall(folder.path(), &scripts()).unwrap();
    assert!(
        events.contains(&InstallEvent::KeptConfig(folder.path().join(mine.0))),
        "{events:?}"
    );
    assert_eq!(tree(folder.path())[mine.0], Some(mine.1.to_vec()));
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
fn a_record_that_names_files_of_the_user_removes_none() {
    let mine = [
        "Config/options.lua",
        "Scripts/MyTool.lua",
        "Scripts/Hooks/SRS.lua",
        "Scripts/dcs-master/config.lua",
        EXPORT_LUA,
    ];
    let files: Vec<(&str, &[u8])> = mine.iter().map(|name| (*name, &b"-- mine\n"[..])).collect();
    let folder = folder(&files);
    fs::create_dir(folder.path().join("Missions")).unwrap();
    let before = tree(folder.path());
    let record = serde_json::json!({ "version": "", "files": mine, "folders": ["Missions"] });
    for name in [JOURNAL, "Scripts/dcs-master/installed.json"] {
        for is_install in [true, false] {
            fs::write(folder.path().join(name), record.to_string()).unwrap();
            if is_install {
                install(folder.path(), &scripts(), NO_PORTS).unwrap();
            } else {
                uninstall(folder.path(), &scripts()).unwrap();
            }
            let after = tree(folder.path());
            for name in mine.into_iter().filter(|name| *name != EXPORT_LUA) {
                assert_eq!(after.get(name), before.get(name), "{name}");
            }
            assert!(
                after[EXPORT_LUA]
                    .as_ref()
                    .unwrap()
                    .starts_with(b"-- mine\n")
            );
            assert!(after.contains_key("Missions"));
        }
        assert_eq!(tree(folder.path()), before);
    }
}

#[test]
fn a_file_in_the_place_of_a_folder_is_named_with_the_remedy() {
    let folder = folder(&[("Scripts/Hooks", b"not a folder")]);
    let before = tree(folder.path());
    check_refused(folder.path(), NO_PORTS, "move it away, then try again");
    assert_eq!(uninstall(folder.path(), &scripts()).unwrap(), []);
    assert_eq!(tree(folder.path()), before);
}

#[test]
fn a_failure_in_the_middle_rolls_everything_back() {
    // The hook goes in first; then a file stands where a folder must be.
    let folder = folder(&[
        ("Scripts/dcs-master", b"not a folder"),
        (EXPORT_LUA, b"-- mine"),
    ]);
    check_refused(folder.path(), NO_PORTS, "dcs-master");
}

#[test]
fn utf_16_is_refused() {
    let folder = folder(&[(EXPORT_LUA, b"\xff\xfea\0")]);
    check_refused(folder.path(), NO_PORTS, "UTF-16");
}

#[test]
fn a_syntax_error_in_export_lua_is_reported() {
    let folder = folder(&[(EXPORT_LUA, b"local x = 1\nif x then\n")]);
    let events = install(folder.path(), &scripts(), NO_PORTS).unwrap();
    let is_warning = |it: &InstallEvent| matches!(it, InstallEvent::UncertainExportLua { .. });
    assert!(events.iter().any(is_warning), "{events:?}");
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

/// A disk that fails after some operations.
struct FaultyDisk {
    operations: Cell<usize>,
    fault: Fault,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Fault {
    /// One operation fails, and the disk works again.
    Once,
    /// The process is killed: nothing happens any more.
    Kill,
}

impl FaultyDisk {
    fn new(operations: usize, fault: Fault) -> Self {
        let operations = Cell::new(operations);
        Self { operations, fault }
    }

    /// Counts an operation; an error when it must fail.
    fn operate(&self) -> io::Result<()> {
        let left = self.operations.get();
        match (left, self.fault) {
            (0, Fault::Once) => self.operations.set(usize::MAX),
            (0, Fault::Kill) => {}
            _ => {
                self.operations.set(left - 1);
                return Ok(());
            }
        }
        Err(io::Error::other("a fault"))
    }
}

impl Disk for FaultyDisk {
    fn write_beside(&self, path: &Path, bytes: &[u8]) -> io::Result<PathBuf> {
        if let Err(error) = self.operate() {
            if self.fault == Fault::Kill {
                RealDisk.write_beside(path, &bytes[..bytes.len() / 2])?;
            }
            return Err(error);
        }
        RealDisk.write_beside(path, bytes)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.operate().and_then(|()| RealDisk.rename(from, to))
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        self.operate().and_then(|()| RealDisk.remove_file(path))
    }

    fn create_dir(&self, path: &Path) -> io::Result<()> {
        self.operate().and_then(|()| RealDisk.create_dir(path))
    }

    fn remove_dir(&self, path: &Path) -> io::Result<()> {
        self.operate().and_then(|()| RealDisk.remove_dir(path))
    }
}

const PORTS: Ports = Ports {
    hook: Some(5000),
    export: None,
};

/// Write folders in which an install begins.
fn beginnings() -> [tempfile::TempDir; 3] {
    [
        folder(&[("Config/options.lua", b"options = {}")]),
        folder(&[
            (EXPORT_LUA, b"a()\r\ndo return end"),
            ("Scripts/Hooks/", b""),
        ]),
        folder(&[
            ("scripts/export.lua", b"a()\n"),
            ("scripts/hooks/other.lua", b""),
        ]),
    ]
}

fn do_install(disk: &dyn Disk, folder: &Path) -> Result<(), InstallError> {
    install_on(disk, folder, &scripts(), PORTS).map(drop)
}

fn do_uninstall(disk: &dyn Disk, folder: &Path) -> Result<(), InstallError> {
    uninstall_on(disk, folder, &scripts()).map(drop)
}

type Run = fn(&dyn Disk, &Path) -> Result<(), InstallError>;

/// Lets `run` fail at each of its operations in turn, in every beginning that `prepare` makes;
/// `check` gets the folder and what was in it before `prepare` and before `run`.
fn at_each_operation(
    fault: Fault,
    prepare: impl Fn(&Path),
    run: Run,
    check: impl Fn(&Path, &Tree, &Tree),
) {
    for index in 0..beginnings().len() {
        for operations in 0.. {
            let folder = &beginnings()[index];
            let folder = folder.path();
            let first = tree(folder);
            prepare(folder);
            let before = tree(folder);
            if run(&FaultyDisk::new(operations, fault), folder).is_ok() {
                assert!(operations > 5, "only {operations} operations");
                break;
            }
            check(folder, &first, &before);
        }
    }
}

type Tree = BTreeMap<String, Option<Vec<u8>>>;

fn nothing(_: &Path) {}

fn installed(folder: &Path) {
    do_install(&RealDisk, folder).unwrap();
}

#[test]
fn a_failure_at_any_operation_rolls_everything_back() {
    for (prepare, run) in [
        (nothing as fn(&Path), do_install as Run),
        (installed, do_uninstall),
    ] {
        at_each_operation(Fault::Once, prepare, run, |folder, first, before| {
            let after = tree(folder);
            if after.contains_key(JOURNAL) {
                // All was done or taken back; only the journal could not be removed.
                run(&RealDisk, folder).unwrap();
                do_uninstall(&RealDisk, folder).unwrap();
                assert_eq!(tree(folder), *first);
            } else {
                assert_eq!(after, *before);
            }
        });
    }
}

#[test]
fn a_killed_install_is_finished_by_the_next() {
    at_each_operation(Fault::Kill, nothing, do_install, |killed, _, _| {
        do_install(&RealDisk, killed).unwrap();
        assert!(beginnings().iter().any(|clean| {
            installed(clean.path());
            tree(clean.path()) == tree(killed)
        }));
    });
}

#[test]
fn uninstall_removes_a_killed_install() {
    at_each_operation(Fault::Kill, nothing, do_install, |killed, first, _| {
        do_uninstall(&RealDisk, killed).unwrap();
        assert_eq!(tree(killed), *first);
    });
}

#[test]
fn a_killed_uninstall_is_finished_by_the_next() {
    at_each_operation(Fault::Kill, installed, do_uninstall, |killed, first, _| {
        do_uninstall(&RealDisk, killed).unwrap();
        assert_eq!(tree(killed), *first);
    });
}

#[test]
fn install_works_after_a_killed_uninstall() {
    at_each_operation(
        Fault::Kill,
        installed,
        do_uninstall,
        |killed, first, before| {
            do_install(&RealDisk, killed).unwrap();
            assert_eq!(tree(killed), *before);
            do_uninstall(&RealDisk, killed).unwrap();
            assert_eq!(tree(killed), *first);
        },
    );
}

#[test]
fn a_run_that_is_killed_twice_is_repaired_too() {
    at_each_operation(Fault::Kill, nothing, do_install, |killed, first, _| {
        let other = Ports {
            hook: Some(6000),
            export: Some(6001),
        };
        let again = FaultyDisk::new(9, Fault::Kill);
        let _ = install_on(&again, killed, &scripts(), other);
        do_install(&RealDisk, killed).unwrap();
        do_uninstall(&RealDisk, killed).unwrap();
        assert_eq!(tree(killed), *first);
    });
}

#[test]
fn two_runs_at_once_give_the_result_of_one() {
    for _ in 0..20 {
        let folder = folder(&[(EXPORT_LUA, b"a()\n")]);
        let before = tree(folder.path());
        let both = |run: Run| {
            thread::scope(|scope| {
                let runs = [(); 2].map(|()| scope.spawn(|| run(&RealDisk, folder.path())));
                for run in runs {
                    run.join().unwrap().unwrap();
                }
            });
        };
        both(do_install);
        let after = tree(folder.path());
        installed(folder.path());
        assert_eq!(tree(folder.path()), after);
        assert_eq!(
            after["Scripts/dcs-master/link.lua"],
            Some(b"-- link\n".to_vec())
        );
        both(do_uninstall);
        assert_eq!(tree(folder.path()), before);
    }
}

#[test]
fn files_of_the_user_with_such_names_stay() {
    let mine: [(&str, &[u8]); 3] = [
        ("Scripts/.dcs-master-notes", b"mine"),
        (".dcs-master-backup", b"mine"),
        ("Scripts/Hooks/a1B2c3.tmp", b"mine"),
    ];
    let folder = folder(&mine);
    let before = tree(folder.path());
    fs::write(folder.path().join("Scripts/.dcs-master-a1B2c3.tmp"), "ours").unwrap();
    installed(folder.path());
    do_uninstall(&RealDisk, folder.path()).unwrap();
    assert_eq!(tree(folder.path()), before);
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

#[cfg(unix)]
#[test]
fn odd_files_in_the_place_of_export_lua_are_refused() {
    use std::os::unix::{fs::symlink, net::UnixListener};
    let place = |folder: &Path| folder.join(EXPORT_LUA);
    let dangling = folder(&[("Scripts/", b"")]);
    symlink("../gone.lua", place(dangling.path())).unwrap();
    let error = install(dangling.path(), &scripts(), NO_PORTS)
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("a link to ../gone.lua, which does not exist"),
        "{error}"
    );
    assert!(place(dangling.path()).is_symlink() && !dangling.path().join("gone.lua").exists());
    assert_eq!(uninstall(dangling.path(), &scripts()).unwrap(), []);

    let linked = folder(&[(EXPORT_LUA, b"a()\n")]);
    fs::hard_link(place(linked.path()), linked.path().join("other.lua")).unwrap();
    check_refused(linked.path(), NO_PORTS, "it is a hard link");

    let socket = folder(&[("Scripts/", b"")]);
    let _listener = UnixListener::bind(place(socket.path())).unwrap();
    let error = install(socket.path(), &scripts(), NO_PORTS)
        .unwrap_err()
        .to_string();
    assert!(error.contains("not a regular file"), "{error}");
}

#[test]
fn a_line_in_doubt_stops_install_and_uninstall() {
    let folder = folder(&[(EXPORT_LUA, b"a()\n")]);
    installed(folder.path());
    let path = folder.path().join(EXPORT_LUA);
    let edited = fs::read_to_string(&path)
        .unwrap()
        .replace("pcall", "x = pcall");
    fs::write(&path, edited).unwrap();
    let before = tree(folder.path());
    for run in [do_install, do_uninstall] {
        let error = run(&RealDisk, folder.path()).unwrap_err().to_string();
        assert!(
            error.contains("line 2 contains") && error.contains("x = pcall"),
            "{error}"
        );
        assert_eq!(tree(folder.path()), before);
    }
}
