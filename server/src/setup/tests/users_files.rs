//! Tests that the user's files stay as they are, and that install refuses files it cannot handle.

use super::*;

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
