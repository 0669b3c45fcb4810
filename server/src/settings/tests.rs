use std::fs;

use clap::Arg;
use serde_json::{Value, json};

use super::*;

/// The options of a server that has one of each kind.
fn command() -> Command {
    let switch = |name: &'static str| Arg::new(name).long(name).action(clap::ArgAction::SetTrue);
    let value = |name: &'static str| Arg::new(name).long(name).value_name("VALUE");
    let port = clap::value_parser!(u16).range(1..);
    Command::new("serve")
        .arg(value("port").default_value("4242").value_parser(port))
        .arg(value("serial").action(clap::ArgAction::Append))
        .arg(value("when").value_parser(["always", "cold"]))
        .arg(switch("page"))
        .arg(switch("no-page").conflicts_with("page"))
        .arg(switch("bios"))
        .arg(value("bios-rate").requires("bios"))
        .arg(value("settings"))
        .arg(switch("secret").hide(true))
}

struct Rig {
    _disk: tempfile::TempDir,
    file: PathBuf,
}

impl Rig {
    fn new(text: &str) -> Self {
        let disk = tempfile::tempdir().unwrap();
        let file = disk.path().join("settings.toml");
        fs::write(&file, text).unwrap();
        Self { _disk: disk, file }
    }

    fn settings(&self, given: &[&str]) -> Settings {
        let given = given.iter().map(ToString::to_string).collect();
        Settings::read(command(), Some(self.file.clone()), &given)
    }

    fn arguments(&self, given: &[&str]) -> String {
        let arguments = self.settings(given).arguments();
        let arguments: Vec<_> = arguments
            .iter()
            .map(|text| text.to_string_lossy())
            .collect();
        arguments.join(" ")
    }

    fn change(&self, change: &Value) -> Result<String, String> {
        let change = serde_json::from_value(json!({ "set": change })).unwrap();
        let changed = self.settings(&[]).change(change);
        changed.map_err(|error| error.to_string())?;
        Ok(fs::read_to_string(&self.file).unwrap())
    }
}

#[track_caller]
fn check_problem(text: &str, line: Option<usize>, expected: &[&str]) {
    let rig = Rig::new(text);
    let settings = rig.settings(&[]);
    let problem = settings.start.problems.first();
    let problem = problem.unwrap_or_else(|| panic!("no problem in {text}"));
    assert_eq!(problem.line, line, "{problem}");
    for expected in expected {
        assert!(problem.to_string().contains(expected), "{problem}");
    }
    assert_eq!(settings.arguments(), [""; 0], "{text}");
}

#[test]
fn lines_become_arguments_and_the_command_line_wins() {
    let rig = Rig::new(
        "port = 5000\nserial = ['COM5', \"COM7\"]\nwhen = \"cold\"\nbios = false\nno-page = true\n",
    );
    let check = |given: &[&str], expected: &str| assert_eq!(rig.arguments(given), expected);
    check(
        &[],
        "--port=5000 --serial=COM5 --serial=COM7 --when=cold --no-page",
    );
    check(&["port", "serial"], "--when=cold --no-page");
    check(
        &["page"],
        "--port=5000 --serial=COM5 --serial=COM7 --when=cold",
    );
}

#[test]
fn what_depends_on_an_option_that_is_off_has_no_effect() {
    let rig = Rig::new("bios-rate = 5\nserial = 'COM5'\n");
    assert_eq!(rig.arguments(&[]), "--serial=COM5");
    assert_eq!(rig.arguments(&["bios"]), "--bios-rate=5 --serial=COM5");
    let rig = Rig::new("bios-rate = 5\nbios = true\n");
    assert_eq!(rig.arguments(&[]), "--bios-rate=5 --bios");
}

#[test]
fn a_file_with_a_wrong_line_is_ignored_as_a_whole() {
    let check = check_problem;
    check(
        "port = 5000\nseriel = 'COM5'",
        Some(2),
        &["\"seriel\"", "did you mean serial?"],
    );
    check("no_page = true", Some(1), &["did you mean no-page?"]);
    check(
        "\nport = 70000",
        Some(2),
        &["\"70000\"", "port", "1..=65535"],
    );
    check("when = 'now'", Some(1), &["\"now\"", "always, cold"]);
    check("bios = 'yes'", Some(1), &["bios = true or bios = false"]);
    check("port = true", Some(1), &["port = \"VALUE\""]);
    check("port = [1, 2]", Some(1), &["port = \"VALUE\""]);
    check("serial = [true]", Some(1), &["serial = [\"VALUE\""]);
    check("[page]\nport = 1", Some(1), &["section"]);
    check(
        "page = true\n\nno-page = true",
        Some(3),
        &["page (line 1)", "remove one"],
    );
    check("secret = true", Some(1), &["no option"]);
    check("settings = 'x'", Some(1), &["no option"]);
    check("port = 1\nport = 2", Some(2), &["duplicate"]);
    check("port", Some(1), &["TOML"]);
    check(
        "port = 1e300",
        Some(1),
        &["\"1e300\" is not possible for port"],
    );
    check("port = nan", Some(1), &["\"nan\""]);
    let long = format!("port = '{}'", "9".repeat(1000));
    check(&long, Some(1), &["9…\" is not possible"]);
    for (escape, expected) in [
        ("\\u0000", "U+0000"),
        ("\\u001b", "U+001B"),
        ("\\u202E", "U+202E"),
    ] {
        check(
            &format!("serial = ['COM5', \"a{escape}b\"]"),
            Some(1),
            &["serial has a character that cannot be seen", expected],
        );
    }
}

#[cfg(unix)]
#[test]
fn a_link_to_a_file_that_is_gone_is_a_fault_and_stays() {
    let rig = Rig::new("port = 1\n");
    let target = rig.file.with_file_name("elsewhere.toml");
    fs::remove_file(&rig.file).unwrap();
    std::os::unix::fs::symlink(&target, &rig.file).unwrap();
    let problems = rig.settings(&[]).start.problems;
    assert!(
        problems[0]
            .message
            .contains("elsewhere.toml, which is not there"),
        "{problems:?}"
    );
    let error = rig.change(&json!({ "port": 2 })).unwrap_err();
    assert!(error.contains("remove the link"), "{error}");
    assert!(fs::read_link(&rig.file).is_ok() && !target.exists());
    fs::write(&target, "port = 1\n").unwrap();
    assert_eq!(
        rig.change(&json!({ "port": 2 })).as_deref(),
        Ok("port = \"2\"\n")
    );
    assert_eq!(fs::read_link(&rig.file).unwrap(), target);
}

#[test]
fn a_file_that_is_no_text_is_a_problem_and_none_is_not() {
    let rig = Rig::new("");
    fs::write(&rig.file, b"port = 1 # \xff").unwrap();
    let problems = rig.settings(&[]).start.problems;
    assert!(problems[0].message.contains("UTF-8"), "{problems:?}");
    fs::write(&rig.file, "\u{feff}port = 1\r\n").unwrap();
    assert_eq!(rig.arguments(&[]), "--port=1");
    fs::remove_file(&rig.file).unwrap();
    assert!(rig.settings(&[]).findings().is_empty());
    let mut settings = rig.settings(&[]);
    settings.require_file();
    assert_eq!(settings.start.problems.len(), 1);
    fs::create_dir(&rig.file).unwrap();
    assert_eq!(
        rig.settings(&[]).start.problems[0].message,
        "this is not a file"
    );
    let without = Settings::read(command(), None, &BTreeSet::new());
    assert!(without.arguments().is_empty() && without.findings().is_empty());
}

#[test]
fn a_change_with_which_the_server_could_not_start_is_refused() {
    let rig = Rig::new("bios = true\n");
    let settings = rig.settings(&[]).with_start_check(|start| {
        match start.get_flag("bios") && start.get_flag("page") {
            true => Err("bios and page share a port".to_owned()),
            false => Ok(()),
        }
    });
    let change = |change: Value| {
        let change = serde_json::from_value(json!({ "set": change })).unwrap();
        settings.change(change).map_err(|error| error.to_string())
    };
    let refused = change(json!({ "page": true }));
    assert_eq!(refused, Err("bios and page share a port".to_owned()));
    assert_eq!(fs::read_to_string(&rig.file).unwrap(), "bios = true\n");
    assert_eq!(change(json!({ "page": true, "bios": false })), Ok(()));
}

#[test]
fn doctor_names_the_file_and_its_faults() {
    let message = |text: &str| {
        let rig = Rig::new(text);
        let finding = rig.settings(&[]).findings().remove(0);
        format!(
            "{:?} {} {:?}",
            finding.verdict, finding.message, finding.remedy
        )
    };
    let good = message("port = 1\nbios = true");
    assert!(
        good.contains("Good") && good.ends_with("settings for port, bios None"),
        "{good}"
    );
    let bad = message("\nprot = 1");
    assert!(
        bad.contains("settings.toml, line 2: there is no option"),
        "{bad}"
    );
    assert!(
        bad.contains("Bad") && bad.contains("the whole file is ignored"),
        "{bad}"
    );
}

#[test]
fn settings_with_which_the_server_cannot_start_are_ignored_until_they_change() {
    let rig = Rig::new("port = 1");
    let mut settings = rig.settings(&[]);
    settings.set_failed("port 1 is in use");
    assert!(settings.arguments().is_empty());
    let problems = || json!(settings.answer())["problems"].to_string();
    assert!(
        problems().contains("cannot start with these settings: port 1"),
        "{}",
        problems()
    );
    assert_eq!(json!(settings.answer())["ignored"], true);
    assert!(settings.findings()[0].message.contains("port 1 is in use"));
    fs::write(&rig.file, "port = 2").unwrap();
    assert_eq!(problems(), "[]");
}

#[test]
fn a_change_keeps_what_the_user_wrote() {
    let rig = Rig::new("# mine\nport = 5000 # here\n");
    let text = rig.change(&json!({"serial": ["COM5"], "port": 6000, "bios": true}));
    let expected = "# mine\nport = \"6000\" # here\nserial = [\"COM5\"]\nbios = true\n";
    assert_eq!(text.as_deref(), Ok(expected));
    let text = rig.change(&json!({"serial": [], "bios": false, "port": null}));
    assert_eq!(text.as_deref(), Ok("# mine\n# here\n"));
    fs::remove_file(&rig.file).unwrap();
    let text = rig.change(&json!({"when": "cold"})).unwrap();
    assert!(
        text.starts_with("# Settings") && text.ends_with("\nwhen = \"cold\"\n"),
        "{text}"
    );
    assert_eq!(rig.arguments(&[]), "--when=cold");
}

#[test]
fn a_wrong_change_writes_nothing() {
    let rig = Rig::new("port = 5000\nprot = 1\n");
    for (change, expected) in [
        (json!({"port": 70000, "prot": null}), "1..=65535"),
        (json!({"port": 6000}), "line 2: there is no option \"prot\""),
        (
            json!({"a\nb": true, "prot": null}),
            "there is no option \"a",
        ),
        (json!({"port": {"a": 1}, "prot": null}), "takes true, false"),
        (json!({"bios": 1, "prot": null}), "bios = true"),
        (
            json!({"page": true, "no-page": true, "prot": null}),
            "exclude",
        ),
    ] {
        let error = rig.change(&change).unwrap_err();
        assert!(error.contains(expected), "{error}");
        assert_eq!(
            fs::read_to_string(&rig.file).unwrap(),
            "port = 5000\nprot = 1\n"
        );
    }
    assert_eq!(
        rig.change(&json!({"prot": null})).as_deref(),
        Ok("port = 5000\n")
    );
    fs::write(&rig.file, "port = ").unwrap();
    let error = rig.change(&json!({"port": 1})).unwrap_err();
    assert!(error.contains("in an editor"), "{error}");
}

#[test]
fn the_page_learns_what_holds_and_why() {
    let rig = Rig::new("serial = 'COM5'\nwhen = 'cold'\n");
    let mut settings = rig.settings(&["when"]);
    let given = ["--when=always".into()];
    let arguments = settings.arguments().into_iter().chain(given);
    let matches = command().no_binary_name(true).get_matches_from(arguments);
    settings.set_running(matches);
    fs::write(&rig.file, "\nport = 7\nwhen = 'cold'").unwrap();
    let answer = json!(settings.answer());
    let option = |name: &str| {
        let options = answer["options"].as_array().unwrap();
        let option = options.iter().find(|option| option["name"] == name);
        option.unwrap_or_else(|| panic!("no {name} in {answer}"))
    };
    let check = |name: &str, fields: [&str; 4], expected: Value| {
        let option = option(name);
        assert_eq!(
            json!(fields.map(|field| &option[field])),
            expected,
            "{option}"
        );
    };
    check(
        "port",
        ["now", "source", "saved", "line"],
        json!(["4242", "default", "7", 2]),
    );
    check(
        "serial",
        ["now", "source", "saved", "default"],
        json!([["COM5"], "file", null, []]),
    );
    check(
        "when",
        ["now", "source", "saved", "line"],
        json!(["always", "flag", "cold", 3]),
    );
    check(
        "bios",
        ["now", "kind", "saved", "default"],
        json!([false, "switch", null, false]),
    );
    assert_eq!(option("when")["choices"], json!(["always", "cold"]));
    assert_eq!(
        (&answer["restart"], &answer["ignored"]),
        (&json!(true), &json!(false))
    );
    assert!(
        answer["options"]
            .as_array()
            .unwrap()
            .iter()
            .all(|option| option["name"] != "settings")
    );
    fs::write(&rig.file, "when = 'cold'\nserial = 'COM5'").unwrap();
    assert_eq!(json!(settings.answer())["restart"], json!(false));
}

#[test]
fn a_change_makes_no_file_that_is_too_large_to_be_read() {
    let comment = format!("# {}\n", "x".repeat(60_000));
    let rig = Rig::new(&comment);
    let ports: Vec<String> = (0..3000).map(|port| format!("COM{port}")).collect();
    let error = rig.change(&json!({ "serial": ports })).unwrap_err();
    assert!(error.contains("more than 65536 bytes"), "{error}");
    assert_eq!(fs::read_to_string(&rig.file).unwrap(), comment);
    assert!(rig.change(&json!({ "serial": ["COM5"] })).is_ok());
}

#[test]
fn a_section_which_no_option_has_can_be_removed() {
    let rig = Rig::new("serial = \"a\"\n[sec]\nmdns = true\n");
    let changed = rig.change(&json!({ "sec": null }));
    assert_eq!(changed.as_deref(), Ok("serial = \"a\"\n"));
}

#[test]
fn a_change_keeps_the_mark_and_the_rights_of_the_file() {
    let rig = Rig::new("\u{feff}bios = true\n");
    let metadata = fs::metadata(&rig.file).unwrap();
    let changed = rig.change(&json!({ "serial": ["a"] }));
    assert_eq!(
        changed.as_deref(),
        Ok("\u{feff}bios = true\nserial = [\"a\"]\n")
    );
    let changed = fs::metadata(&rig.file).unwrap();
    assert_eq!(changed.permissions(), metadata.permissions());
}
