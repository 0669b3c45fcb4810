//! The search for the sim's folders on this computer: the registry, Steam's libraries and the known
//! folder on Windows, Steam's Proton elsewhere.

use std::{
    fs,
    path::{Path, PathBuf},
};

use keyvalues_parser::{Value, Vdf};

use super::folders::GameFolders;

/// The sim's app id in Steam.
const STEAM_APP: &str = "223750";

/// Searches this computer. Folders that cannot be read are left out.
pub fn find() -> GameFolders {
    let mut found = system::registered();
    for steam in system::steam_folders() {
        for library in steam_libraries(&steam) {
            found.add_steam_library(&library);
        }
    }
    found.saved_games.retain(|folder| folder.is_dir());
    found.installs.retain(|folder| folder.is_dir());
    for folders in [&mut found.saved_games, &mut found.installs] {
        folders.sort();
        folders.dedup();
    }
    found
}

impl GameFolders {
    fn add_steam_library(&mut self, library: &Path) {
        let apps = library.join("steamapps");
        self.installs.extend(steam_install(&apps));
        let proton = format!("compatdata/{STEAM_APP}/pfx/drive_c/users/steamuser/Saved Games");
        self.saved_games.push(apps.join(proton));
    }
}

/// Returns the library folders that contain the sim.
fn steam_libraries(steam: &Path) -> Vec<PathBuf> {
    let list = fs::read_to_string(steam.join("steamapps/libraryfolders.vdf"));
    list.map(|list| libraries_with_the_sim(&list))
        .unwrap_or_default()
}

/// Returns the sim's folder in a library, as its manifest names it.
fn steam_install(apps: &Path) -> Option<PathBuf> {
    let manifest = fs::read_to_string(apps.join(format!("appmanifest_{STEAM_APP}.acf"))).ok()?;
    let vdf = Vdf::from(keyvalues_parser::parse(&manifest).ok()?);
    let folder = vdf
        .value
        .get_obj()?
        .get("installdir")?
        .first()?
        .get_str()?
        .to_owned();
    Some(apps.join("common").join(folder))
}

fn libraries_with_the_sim(list: &str) -> Vec<PathBuf> {
    let Ok(vdf) = keyvalues_parser::parse(list).map(Vdf::from) else {
        return Vec::new();
    };
    let libraries = vdf
        .value
        .get_obj()
        .into_iter()
        .flat_map(|object| object.values())
        .flatten();
    let path = |library: &Value<'_>| {
        let library = library.get_obj()?;
        library.get("apps")?.first()?.get_obj()?.get(STEAM_APP)?;
        Some(PathBuf::from(library.get("path")?.first()?.get_str()?))
    };
    libraries.filter_map(path).collect()
}

#[cfg(windows)]
mod system {
    use std::path::PathBuf;

    use known_folders::{KnownFolder, get_known_folder_path};
    use winreg::{RegKey, enums::HKEY_CURRENT_USER};

    use super::GameFolders;

    /// Returns the known folder "Saved Games", which the user may have moved, and the installs that
    /// the sim's installer registered.
    pub(super) fn registered() -> GameFolders {
        GameFolders {
            saved_games: get_known_folder_path(KnownFolder::SavedGames)
                .into_iter()
                .collect(),
            installs: registered_installs(),
        }
    }

    fn registered_installs() -> Vec<PathBuf> {
        let user = RegKey::predef(HKEY_CURRENT_USER);
        let Ok(company) = user.open_subkey("Software\\Eagle Dynamics") else {
            return Vec::new();
        };
        let path = |name: String| company.open_subkey(name)?.get_value::<String, _>("Path");
        company
            .enum_keys()
            .flatten()
            .filter_map(|name| path(name).ok())
            .map(PathBuf::from)
            .collect()
    }

    pub(super) fn steam_folders() -> Vec<PathBuf> {
        let user = RegKey::predef(HKEY_CURRENT_USER);
        let path = user
            .open_subkey("Software\\Valve\\Steam")
            .and_then(|steam| steam.get_value::<String, _>("SteamPath"));
        path.ok().map(PathBuf::from).into_iter().collect()
    }
}

#[cfg(not(windows))]
mod system {
    use std::{env, path::PathBuf};

    use super::GameFolders;

    pub(super) fn registered() -> GameFolders {
        GameFolders::default()
    }

    pub(super) fn steam_folders() -> Vec<PathBuf> {
        let home = env::var_os("HOME").map(PathBuf::from);
        home.map(|home| home.join(".steam/steam"))
            .into_iter()
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIBRARIES: &str = r#"
"libraryfolders"
{
	"0"
	{
		"path"		"C:\\Program Files (x86)\\Steam"
		"label"		""
		"apps"
		{
			"228980"		"447034543"
		}
	}
	"1"
	{
		"path"		"D:\\Spiele ü"
		"apps"
		{
			"223750"		"170000000000"
		}
	}
}
"#;

    #[test]
    fn the_library_with_the_sim_is_found() {
        assert_eq!(
            libraries_with_the_sim(LIBRARIES),
            [PathBuf::from("D:\\Spiele ü")]
        );
    }

    #[test]
    fn a_damaged_list_names_no_library() {
        for list in [
            "",
            "{",
            "\"libraryfolders\"",
            &LIBRARIES[..200],
            "\"a\" { \"b\" \"c\" }",
        ] {
            assert_eq!(libraries_with_the_sim(list), Vec::<PathBuf>::new());
        }
    }

    #[test]
    fn a_steam_install_and_its_proton_folder_are_found() {
        let disk = tempfile::tempdir().unwrap();
        let apps = disk.path().join("steamapps");
        fs::create_dir_all(&apps).unwrap();
        let manifest = r#""AppState" { "appid" "223750" "installdir" "DCSWorld" }"#;
        fs::write(apps.join("appmanifest_223750.acf"), manifest).unwrap();
        let mut found = GameFolders::default();
        found.add_steam_library(disk.path());
        assert_eq!(found.installs, [apps.join("common/DCSWorld")]);
        assert!(found.saved_games[0].ends_with("223750/pfx/drive_c/users/steamuser/Saved Games"));
    }
}
