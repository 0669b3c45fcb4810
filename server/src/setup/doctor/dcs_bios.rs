//! A DCS-BIOS in the sim, beside that of this program: the port for commands, `Export.lua`.

use std::path::Path;

use super::super::{
    export_lua,
    files::{self, in_folder},
    paths::EXPORT_LUA,
};
use super::Finding;
use crate::net::PortOwner;

/// The port for commands of DCS-BIOS, in the sim or here.
const PORT: u16 = 7778;

/// Reports a DCS-BIOS in the sim. `is_used` is true if the server is to speak DCS-BIOS itself.
pub(super) fn examine(folder: Option<&Path>, is_used: bool) -> Vec<Finding> {
    let owner = PortOwner::find_any(PORT);
    let is_used = is_used || owner.as_ref().is_some_and(PortOwner::is_dcs_master);
    let loaded = folder.filter(|_| is_used).and_then(check_export_lua);
    let taken = owner.as_ref().and_then(check_port);
    loaded.into_iter().chain(taken).collect()
}

/// Reports an `Export.lua` that loads DCS-BIOS.
fn check_export_lua(folder: &Path) -> Option<Finding> {
    let bytes = files::read(&in_folder(folder, EXPORT_LUA)).ok().flatten()?;
    let line = export_lua::dcs_bios_line(&bytes)?;
    Some(Finding::idle(
        format!(
            "line {line} of {EXPORT_LUA} loads DCS-BIOS: during a mission it sends to your panels from \
             the sim, and dcs-master sends nothing to the same addresses"
        ),
        "if dcs-master should serve your panels, put -- in front of that line and start the mission \
         again",
    ))
}

/// Reports the program that has the port, unless it is a dcs-master.
fn check_port(owner: &PortOwner) -> Option<Finding> {
    if owner.is_dcs_master() {
        return None;
    }
    Some(match owner.is_sim() {
        true => Finding::idle(
            format!(
                "{owner} uses port {PORT}, most likely for a DCS-BIOS in the sim, so dcs-master does \
                 not send its own DCS-BIOS stream"
            ),
            "if dcs-master should serve your panels, put -- in front of the line with BIOS.lua in \
             Scripts/Export.lua and start the mission again",
        ),
        false => Finding::idle(
            format!(
                "another program, {owner}, uses port {PORT}, so dcs-master does not send its own \
                 DCS-BIOS stream"
            ),
            "if dcs-master should serve your panels, end that program, or choose another port with \
             --dcs-bios-import",
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_other_programs_on_the_port_are_reported() {
        let message = |name: &str| check_port(&PortOwner::named(name)).map(|it| it.message);
        assert_eq!(message("dcs-master-0.2.exe"), None);
        let sim = message("DCS.exe").unwrap_or_default();
        assert!(
            sim.contains("most likely for a DCS-BIOS in the sim"),
            "{sim}"
        );
        let other = message("Panel.exe").unwrap_or_default();
        assert!(other.starts_with("another program, Panel.exe"), "{other}");
        assert!(!other.contains("in the sim"), "{other}");
    }

    #[test]
    fn an_export_lua_that_loads_dcs_bios_is_reported_with_its_line() {
        let folder = tempfile::tempdir().expect("a folder");
        assert_eq!(check_export_lua(folder.path()), None);
        let scripts = folder.path().join("Scripts");
        std::fs::create_dir(&scripts).expect("a folder");
        let text = "-- tools\ndofile(lfs.writedir()..[[Scripts\\DCS-BIOS\\BIOS.lua]])\n";
        std::fs::write(scripts.join("Export.lua"), text).expect("a file");
        let finding = check_export_lua(folder.path()).expect("a finding");
        let message = &finding.message;
        assert!(
            message.starts_with("line 2 of Scripts/Export.lua loads DCS-BIOS"),
            "{message}"
        );
        let bytes = format!("--{}", text.replace('\n', "\n--"));
        std::fs::write(scripts.join("Export.lua"), bytes).expect("a file");
        assert_eq!(check_export_lua(folder.path()), None);
    }
}
