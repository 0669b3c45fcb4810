//! What an install did, kept beside the installed files so that an uninstall, also one by
//! another version, can undo exactly that.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// Where it is kept, in the write folder.
pub(super) const RECORD: &str = "Scripts/dcs-master/installed.json";

/// The record of an install or uninstall that is under way, in the write folder. It is there
/// before the first change and gone after the last.
pub(super) const JOURNAL: &str = ".dcs-master-unfinished.json";

/// The contents of [`RECORD`] and of [`JOURNAL`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Record {
    /// The version of the program that wrote it.
    pub(super) version: String,
    /// Files that were put there, relative to the write folder.
    pub(super) files: BTreeSet<String>,
    /// Folders that were not there before.
    pub(super) folders: BTreeSet<String>,
    /// What stands in the `config.lua` that install wrote.
    #[serde(default)]
    pub(super) ports: Ports,
    /// What may stand in it instead, while an install is under way.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) earlier_ports: Vec<Ports>,
}

/// The ports the scripts are to listen on, where they are not the usual ones.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ports {
    /// Of the hook state; 4243 where it says nothing.
    pub hook: Option<u16>,
    /// Of the export state; 4244 where it says nothing.
    pub export: Option<u16>,
}

impl Ports {
    /// Where the scripts listen with these.
    pub(super) fn both(self) -> (u16, u16) {
        (self.hook.unwrap_or(4243), self.export.unwrap_or(4244))
    }

    /// These, and where they are silent, those of before.
    #[must_use]
    pub(super) fn or(self, before: Ports) -> Ports {
        Ports {
            hook: self.hook.or(before.hook),
            export: self.export.or(before.export),
        }
    }

    /// The `config.lua` that says so; none when there is nothing to say.
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
    /// Says whether install has written this `config.lua`.
    pub(super) fn has_written(&self, config: &[u8]) -> bool {
        let mut written = self.earlier_ports.iter().chain([&self.ports]);
        written.any(|ports| {
            ports
                .config_lua()
                .is_some_and(|text| text.as_bytes() == config)
        })
    }

    /// Reads it back; names that lead out of the write folder are none of ours.
    pub(super) fn from_json(bytes: &[u8]) -> Option<Self> {
        let mut record: Self = serde_json::from_slice(bytes).ok()?;
        record.files.retain(|name| stays_within(name));
        record.folders.retain(|name| stays_within(name));
        Some(record)
    }

    /// As it is written: the same bytes for the same contents.
    pub(super) fn to_json(&self) -> Vec<u8> {
        // Strings, sets and numbers only: there is nothing in it that JSON cannot hold.
        let mut bytes = serde_json::to_vec_pretty(self).unwrap_or_default();
        bytes.push(b'\n');
        bytes
    }
}

fn stays_within(name: &str) -> bool {
    let strange = |part: &str| matches!(part, "" | "." | "..") || part.contains([':', '\\']);
    !name.split('/').any(strange)
}
