//! From a name to a number, by the rules of the text protocol.
//!
//! Exact spelling first, then without regard to case if that leaves no choice.
//! A command is known by its full name (`UFC.FuncSwTCN`) and by the part after
//! the dot.

use std::collections::HashMap;
use std::fmt;

use crate::format::{Commands, Control, Devices, Gauge};
use crate::names::{Names, did_you_mean};

/// The tables of one aircraft, indexed. Any of them may be empty.
#[derive(Debug, Default)]
pub struct Tables {
    devices: Devices,
    commands: Commands,
    gauges: Vec<Gauge>,
    controls: Vec<Control>,
    device_names: Names,
    command_names: Names,
    short_commands: Names,
    gauge_names: Names,
    gauges_by_arg: HashMap<u32, usize>,
    /// Files that are there and could not be read, and why.
    pub(crate) broken: Vec<(&'static str, String)>,
}

impl Tables {
    /// Indexes the tables.
    pub fn new(
        devices: Devices,
        commands: Commands,
        gauges: Vec<Gauge>,
        controls: Vec<Control>,
    ) -> Self {
        let mut tables = Self {
            devices,
            commands,
            gauges,
            controls,
            ..Self::default()
        };
        for (position, name) in tables.devices.keys().enumerate() {
            tables.device_names.add(name, position);
        }
        for (position, name) in tables.commands.keys().enumerate() {
            tables.command_names.add(name, position);
            if let Some((_, short)) = name.split_once('.') {
                tables.short_commands.add(short, position);
            }
        }
        for (position, gauge) in tables.gauges.iter().enumerate() {
            tables.gauge_names.add(&gauge.name, position);
            if let Some(arg) = gauge.arg_number {
                tables.gauges_by_arg.insert(arg, position);
            }
        }
        tables
    }

    /// All devices, in the order of their file.
    pub fn devices(&self) -> &Devices {
        &self.devices
    }

    /// All commands by full name, in the order of their file.
    pub fn commands(&self) -> &Commands {
        &self.commands
    }

    /// All gauges, in the order of their file.
    pub fn gauges(&self) -> &[Gauge] {
        &self.gauges
    }

    /// All controls, in the order of their file.
    pub fn controls(&self) -> &[Control] {
        &self.controls
    }

    /// The gauge with this arg number; the last one's where several have it.
    pub fn gauge_by_arg(&self, arg: u32) -> Option<&Gauge> {
        self.gauges_by_arg
            .get(&arg)
            .map(|&position| &self.gauges[position])
    }

    /// The gauge of this name; the last one's where several have exactly the same name.
    ///
    /// # Errors
    /// When there is none, or when gauges that differ only in case fit equally well.
    pub fn gauge(&self, name: &str) -> Result<&Gauge, NameError> {
        let found = self.gauge_names.find(name);
        let Some(&last) = found.last() else {
            return Err(NameError::unknown(NameKind::Gauge, name));
        };
        let spelling = &self.gauges[last].name;
        if found
            .iter()
            .all(|&position| self.gauges[position].name == *spelling)
        {
            return Ok(&self.gauges[last]);
        }
        let candidates = found
            .iter()
            .map(|&position| self.gauges[position].name.as_str());
        Err(NameError::ambiguous(NameKind::Gauge, name, candidates))
    }

    /// The number of the device of this name.
    ///
    /// # Errors
    /// When there is none, or when names that differ only in case have different numbers.
    pub fn device(&self, name: &str) -> Result<i64, NameError> {
        let found = self.device_names.find(name);
        only_number(&self.devices, found)
            .ok_or_else(|| name_error(NameKind::Device, name, found, &self.devices))
    }

    /// The number of the command of this name for the device of this number.
    ///
    /// The full name, or the part after the dot. Where that part stands for different numbers,
    /// the table that is named like the device decides.
    ///
    /// # Errors
    /// When there is none, or when that leaves a choice.
    pub fn command(&self, name: &str, device: i64) -> Result<i64, NameError> {
        let mut found = self.command_names.find(name);
        if found.is_empty() {
            found = self.short_commands.find(name);
        }
        let own: Vec<usize> = found
            .iter()
            .copied()
            .filter(|&position| self.is_table_of(position, device))
            .collect();
        only_number(&self.commands, found)
            .or_else(|| only_number(&self.commands, &own))
            .ok_or_else(|| name_error(NameKind::Command, name, found, &self.commands))
    }

    /// How many names of this kind there are.
    pub fn count(&self, kind: NameKind) -> usize {
        match kind {
            NameKind::Device => self.devices.len(),
            NameKind::Command => self.commands.len(),
            NameKind::Gauge => self.gauges.len(),
        }
    }

    /// The name of this kind that an unknown one was most likely meant to be, if any is close.
    ///
    /// Compares it with all of them, [`Self::count`]: about a millisecond per thousand.
    pub fn meant(&self, kind: NameKind, name: &str) -> Option<&str> {
        match kind {
            NameKind::Device => did_you_mean(name, self.devices.keys().map(String::as_str)),
            NameKind::Command => did_you_mean(name, self.command_spellings(name)),
            NameKind::Gauge => {
                did_you_mean(name, self.gauges.iter().map(|gauge| gauge.name.as_str()))
            }
        }
    }

    /// The file with the names of this kind and why it could not be read, if it could not.
    pub fn broken(&self, kind: NameKind) -> Option<(&'static str, &str)> {
        let file = kind.file();
        let broken = self.broken.iter().find(|(broken, _)| *broken == file)?;
        Some((file, &broken.1))
    }

    /// Full names where the user wrote a dot, short ones otherwise: what a typo is compared with.
    fn command_spellings(&self, name: &str) -> Box<dyn Iterator<Item = &str> + '_> {
        let full = self.commands.keys().map(String::as_str);
        if name.contains('.') {
            return Box::new(full);
        }
        Box::new(full.map(|full| full.split_once('.').map_or(full, |(_, short)| short)))
    }

    /// Whether the command at `position` stands in a table that is named like the device.
    fn is_table_of(&self, position: usize, device: i64) -> bool {
        let Some((full, _)) = self.commands.get_index(position) else {
            return false;
        };
        let Some((table, _)) = full.split_once('.') else {
            return false;
        };
        self.devices
            .iter()
            .any(|(name, &number)| number == device && name.eq_ignore_ascii_case(table))
    }
}

fn name_error(kind: NameKind, name: &str, found: &[usize], numbers: &Devices) -> NameError {
    if found.is_empty() {
        return NameError::unknown(kind, name);
    }
    let candidates = found
        .iter()
        .filter_map(|&position| numbers.get_index(position));
    NameError::ambiguous(kind, name, candidates.map(|(name, _)| name.as_str()))
}

/// The number that all of `positions` have, if they are not none and agree.
fn only_number(numbers: &Devices, positions: &[usize]) -> Option<i64> {
    let number = |position: &usize| numbers.get_index(*position).map(|(_, number)| *number);
    let first = positions.first().and_then(number)?;
    positions
        .iter()
        .all(|position| number(position) == Some(first))
        .then_some(first)
}

/// What a name was to stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameKind {
    /// An entry of `devices.json`.
    Device,
    /// An entry of `commands.json`.
    Command,
    /// An entry of `gauges.json`.
    Gauge,
}

impl NameKind {
    fn file(self) -> &'static str {
        match self {
            Self::Device => "devices.json",
            Self::Command => "commands.json",
            Self::Gauge => "gauges.json",
        }
    }
}

impl fmt::Display for NameKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Device => "device",
            Self::Command => "command",
            Self::Gauge => "gauge",
        })
    }
}

/// Why a name is not a number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// No entry has this name.
    #[error("unknown {kind} \"{name}\"")]
    Unknown {
        /// What it was to stand for.
        kind: NameKind,
        /// The name as it was asked for.
        name: String,
    },
    /// Several entries fit.
    #[error("{kind} \"{name}\" could be {}", candidates.join(" or "))]
    Ambiguous {
        /// What it was to stand for.
        kind: NameKind,
        /// The name as it was asked for.
        name: String,
        /// The entries that fit.
        candidates: Vec<String>,
    },
}

/// How many candidates an error lists.
const MOST_CANDIDATES: usize = 8;

impl NameError {
    fn unknown(kind: NameKind, name: &str) -> Self {
        Self::Unknown {
            kind,
            name: name.to_owned(),
        }
    }

    fn ambiguous<'a>(
        kind: NameKind,
        name: &str,
        candidates: impl Iterator<Item = &'a str>,
    ) -> Self {
        let candidates = candidates
            .take(MOST_CANDIDATES)
            .map(str::to_owned)
            .collect();
        Self::Ambiguous {
            kind,
            name: name.to_owned(),
            candidates,
        }
    }
}
