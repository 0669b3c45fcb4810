//! The record of an install. It is kept beside the installed files, so that an uninstall can undo
//! exactly what the install did, even if another version of the program runs it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::paths::CONFIG;

/// The contents of the record, and of the journal of an install that is in progress.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Record {
    /// The version of the program that wrote it.
    pub(super) version: String,
    /// The installed files, relative to the write folder.
    pub(super) files: BTreeSet<String>,
    /// The folders that install created.
    pub(super) folders: BTreeSet<String>,
    /// The ports in the `config.lua` that install wrote.
    #[serde(default)]
    pub(super) ports: Ports,
    /// The ports that `config.lua` may still have while an install is in progress.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) earlier_ports: Vec<Ports>,
}

/// The ports on which the scripts listen, where they differ from the defaults.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ports {
    /// The port of the hook state; `None` means 4243.
    pub hook: Option<u16>,
    /// The port of the export state; `None` means 4244.
    pub export: Option<u16>,
}

impl Ports {
    /// Returns the ports of the hook and export states.
    pub(super) fn or_default(self) -> (u16, u16) {
        (self.hook.unwrap_or(4243), self.export.unwrap_or(4244))
    }

    /// Returns these ports. A port that is `None` is taken from `before`.
    #[must_use]
    pub(super) fn or(self, before: Ports) -> Ports {
        Ports {
            hook: self.hook.or(before.hook),
            export: self.export.or(before.export),
        }
    }

    /// Returns the `config.lua` that sets these ports; `None` when both are the defaults.
    pub(super) fn config_lua(self) -> Option<String> {
        let line =
            |name: &str, port: Option<u16>| port.map(|port| format!("\t{name} = {port},\r\n"));
        let lines = [
            line("hook_port", self.hook),
            line("export_port", self.export),
        ];
        let lines: String = lines.into_iter().flatten().collect();
        (!lines.is_empty()).then(|| format!("return {{\r\n{lines}}}\r\n"))
    }
}

impl Record {
    /// Returns whether install wrote this `config.lua`.
    pub(super) fn has_written(&self, config: &[u8]) -> bool {
        let mut written = self.earlier_ports.iter().chain([&self.ports]);
        written.any(|ports| {
            ports
                .config_lua()
                .is_some_and(|text| text.as_bytes() == config)
        })
    }

    /// Parses a record. Names that install never writes are left out: whatever the record says,
    /// nothing of the user's is removed.
    pub(super) fn from_json(bytes: &[u8]) -> Option<Self> {
        let mut record: Self = serde_json::from_slice(bytes).ok()?;
        record.files.retain(|name| is_installed_file(name));
        record.folders.retain(|name| is_installed_folder(name));
        Some(record)
    }

    /// Returns the record as JSON: the same bytes for the same contents.
    pub(super) fn to_json(&self) -> Vec<u8> {
        // Strings, sets and numbers only: serializing them cannot fail.
        let mut bytes = serde_json::to_vec_pretty(self).unwrap_or_default();
        bytes.push(b'\n');
        bytes
    }
}

/// The folders in which install puts files.
const OUR_FOLDER: &str = "Scripts/dcs-master";
const HOOKS: &str = "Scripts/Hooks";

/// Returns whether some version of install may have written this file.
fn is_installed_file(name: &str) -> bool {
    let ours = [format!("{OUR_FOLDER}/"), format!("{HOOKS}/dcs-master")];
    is_plain(name) && name != CONFIG && ours.iter().any(|start| name.starts_with(start))
}

/// Returns whether some version of install may have created this folder.
fn is_installed_folder(name: &str) -> bool {
    let is_ours = name.starts_with(&format!("{OUR_FOLDER}/"));
    is_plain(name) && (is_ours || ["Scripts", HOOKS, OUR_FOLDER].contains(&name))
}

/// Returns whether every part of the path is a plain name.
fn is_plain(path: &str) -> bool {
    let is_special = |part: &str| matches!(part, "" | "." | "..") || part.contains([':', '\\']);
    !path.split('/').any(is_special)
}
