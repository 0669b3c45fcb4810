//! The addresses on which the scripts listen, according to their `config.lua`. The file is parsed,
//! not run.

use std::{
    collections::BTreeSet,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
};

use super::{
    files::{self, in_folder},
    folders::{self, GameFolders},
    lua::{Setting, returned_settings},
    paths::CONFIG,
    record::Ports,
};
use crate::quote::printable_reason;

/// The addresses on which the scripts of one write folder listen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ScriptAddresses {
    /// The hook state: args and actions.
    pub hook: SocketAddr,
    /// The export state: text displays.
    pub export: SocketAddr,
}

impl ScriptAddresses {
    fn new(host: IpAddr, ports: Ports) -> Self {
        let (hook, export) = ports.or_default();
        // The scripts replace two equal ports by the defaults.
        let (hook, export) = if hook == export {
            Ports::default().or_default()
        } else {
            (hook, export)
        };
        Self {
            hook: SocketAddr::new(host, hook),
            export: SocketAddr::new(host, export),
        }
    }
}

impl Default for ScriptAddresses {
    fn default() -> Self {
        Self::new(Ipv4Addr::LOCALHOST.into(), Ports::default())
    }
}

/// The addresses to link with, and warnings about them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FoundAddresses {
    /// The addresses on which the scripts listen.
    pub addresses: ScriptAddresses,
    /// The reasons why the addresses may be wrong, each with the remedy.
    pub warnings: Vec<String>,
}

/// Finds the addresses in those write folders that contain the scripts.
pub fn find_addresses(game: &GameFolders) -> FoundAddresses {
    let mut with_scripts = folders::write_folders(game);
    with_scripts.retain(|folder| in_folder(folder, "Scripts/dcs-master").is_dir());
    // The folder that install would choose comes first.
    let chosen = folders::write_folder(None, game).ok();
    with_scripts.sort_by_key(|folder| Some(folder) != chosen.as_ref());
    let found: Vec<FoundAddresses> = with_scripts.iter().map(|it| addresses_in(it)).collect();
    let distinct: BTreeSet<ScriptAddresses> = found.iter().map(|it| it.addresses).collect();
    let mut result = found.first().cloned().unwrap_or_default();
    if distinct.len() > 1 {
        result.warnings.push(disagreement(&with_scripts, &found));
    }
    result
}

fn disagreement(folders: &[PathBuf], found: &[FoundAddresses]) -> String {
    let one = |(folder, found): (&PathBuf, &FoundAddresses)| {
        let ScriptAddresses { hook, export } = found.addresses;
        let folder = printable_reason(&folder.to_string_lossy());
        format!("{hook} and {export} in {folder}")
    };
    let all: Vec<String> = folders.iter().zip(found).map(one).collect();
    format!(
        "the write folders have scripts that listen at different addresses: {}; the first pair is used; \
         choose others with --hook and --export",
        all.join(", ")
    )
}

/// Reads the addresses from the `config.lua` of a write folder.
pub fn addresses_in(folder: &Path) -> FoundAddresses {
    let path = in_folder(folder, CONFIG);
    let warning = |text: String| FoundAddresses {
        addresses: ScriptAddresses::default(),
        warnings: vec![text],
    };
    let shown = printable_reason(&path.to_string_lossy());
    let bytes = match files::read(&path) {
        Ok(Some(bytes)) => bytes,
        Ok(None) => return FoundAddresses::default(),
        Err(error) => return warning(error.to_string()),
    };
    match returned_settings(&bytes) {
        Ok(Some(settings)) => FoundAddresses {
            addresses: addresses_from(&settings),
            warnings: Vec::new(),
        },
        Ok(None) => warning(format!(
            "{shown} computes its settings, so its ports are unknown and the defaults are used; if that \
             is wrong, pass --hook and --export"
        )),
        Err(error) => warning(format!(
            "{shown} is not valid Lua, so the default ports are used: {}",
            printable_reason(&error.to_string())
        )),
    }
}

/// Returns the addresses in these settings. A wrong setting is replaced by its default, as in the
/// scripts.
fn addresses_from(settings: &[(String, Setting)]) -> ScriptAddresses {
    // Of two settings with one name, the last one counts in Lua.
    let setting = |name: &str| {
        let mut last = settings.iter().rev();
        last.find(|(setting, _)| setting == name)
            .map(|(_, value)| value)
    };
    let port = |name: &str| match setting(name) {
        Some(Setting::Number(port)) if port.fract() == 0.0 && (1.0..=65535.0).contains(port) => {
            format!("{port}").parse().ok()
        }
        _ => None,
    };
    let host = match setting("bind") {
        Some(Setting::Text(bind)) => bind
            .parse()
            .ok()
            .filter(|host: &IpAddr| !host.is_unspecified()),
        _ => None,
    };
    let ports = Ports {
        hook: port("hook_port"),
        export: port("export_port"),
    };
    ScriptAddresses::new(host.unwrap_or(Ipv4Addr::LOCALHOST.into()), ports)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[track_caller]
    fn check(config: &str, hook: &str, export: &str) {
        let settings = returned_settings(config.as_bytes()).expect("a script");
        let found = addresses_from(&settings.expect("plain settings"));
        assert_eq!(found.hook.to_string(), hook, "{config}");
        assert_eq!(found.export.to_string(), export, "{config}");
    }

    #[test]
    fn settings_are_read_as_people_write_them() {
        let usual = ("127.0.0.1:4243", "127.0.0.1:4244");
        check("return {}", usual.0, usual.1);
        let config = "-- hook_port = 1\nreturn { hook_port=5000, export_port = 5001, }\n";
        check(config, "127.0.0.1:5000", "127.0.0.1:5001");
        let config = "\u{feff}return {\r\n\t[\"hook_port\"] = 5e3;\r\n}\r\n";
        check(config, "127.0.0.1:5000", usual.1);
        check(
            "return { my_hook_port = 1, --[[ hook_port = 2 ]] }",
            usual.0,
            usual.1,
        );
        check(
            "return { hook_port = 123456, export_port = 1.5 }",
            usual.0,
            usual.1,
        );
        check(
            "return { hook_port = '5000', export_port = true }",
            usual.0,
            usual.1,
        );
        check(
            "return { hook_port = 7, export_port = 7 }",
            usual.0,
            usual.1,
        );
        check("return { hook_port = 0x1000 }", "127.0.0.1:4096", usual.1);
        check(
            "return { bind = '0.0.0.0', hook_port = 5 }",
            "127.0.0.1:5",
            usual.1,
        );
        check(
            "return { bind = '192.168.1.9' }",
            "192.168.1.9:4243",
            "192.168.1.9:4244",
        );
    }

    #[test]
    fn settings_that_must_be_run_are_not_known() {
        for config in [
            "local p = 5 return { hook_port = p }",
            "return f()",
            "hook_port = 5",
            "",
        ] {
            assert_eq!(returned_settings(config.as_bytes()), Ok(None), "{config}");
        }
        assert!(returned_settings(b"return {").is_err());
    }

    #[test]
    fn folders_that_disagree_are_named() {
        let disk = tempfile::tempdir().expect("a folder");
        let with = |name: &str, config: &str| {
            let folder = disk.path().join(name).join("Scripts/dcs-master");
            fs::create_dir_all(&folder).expect("a folder");
            fs::write(folder.join("config.lua"), config).expect("a file");
        };
        let game = GameFolders {
            saved_games: vec![disk.path().to_owned()],
            installs: Vec::new(),
        };
        assert_eq!(find_addresses(&game), FoundAddresses::default());
        with("DCS", "return { hook_port = 5000 }");
        let found = find_addresses(&game);
        assert_eq!(
            (found.addresses.hook.port(), found.warnings.len()),
            (5000, 0)
        );
        with("DCS.server", "return { hook_port = 5000 }");
        assert_eq!(find_addresses(&game), found);
        with("DCS.server", "return { hook_port = 6000 }");
        let found = find_addresses(&game);
        assert_eq!(found.addresses.hook.port(), 5000);
        let [warning] = found.warnings.as_slice() else {
            panic!("{found:?}")
        };
        assert!(
            warning.contains(":6000") && warning.contains("DCS.server"),
            "{warning}"
        );
    }
}
