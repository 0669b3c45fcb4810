//! The tables of an aircraft and the lookup of names in them, by the rules of the text protocol.
//!
//! The exact spelling is looked for first. A spelling that differs only in case is accepted if it
//! is unambiguous. A command has two names: the full one (`UFC.FuncSwTCN`) and the part after the
//! dot.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::control_index::{ControlIndex, ControlRef};
use crate::formats::{Commands, Control, Devices, Gauge};
use crate::name_error::{NameError, NameKind};
use crate::name_index::NameIndex;
use crate::own::OwnTables;
use crate::search::{Scope, suggested_name};

/// The tables of one aircraft, indexed. Any of them may be empty.
#[derive(Debug, Default)]
pub struct Tables {
    devices: Devices,
    commands: Commands,
    gauges: Vec<Gauge>,
    controls: Vec<Control>,
    device_names: NameIndex,
    command_names: NameIndex,
    short_commands: NameIndex,
    gauge_names: NameIndex,
    gauges_by_arg: HashMap<u32, usize>,
    control_index: ControlIndex,
    /// The generated tables, if these are combined with the user's own.
    generated: Option<Arc<Tables>>,
    /// The files that exist but could not be read, with the reasons.
    pub(crate) unreadable: Vec<(&'static str, String)>,
}

impl Tables {
    /// Indexes tables.
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
        tables.control_index = ControlIndex::new(&tables.controls);
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

    /// Returns these tables combined with the user's own: an entry of the same name is replaced,
    /// others are added.
    pub fn with_own(self: &Arc<Self>, own: &OwnTables) -> Self {
        let with_numbers = |generated: &Devices, own: &Devices| {
            let mut numbers = generated.clone();
            numbers.extend(own.iter().map(|(name, number)| (name.clone(), *number)));
            numbers
        };
        let gauges = combined(&self.gauges, &own.gauges, |gauge| &gauge.name);
        let controls = combined(&self.controls, &own.controls, |control| &control.name);
        let mut tables = Self::new(
            with_numbers(&self.devices, &own.devices),
            with_numbers(&self.commands, &own.commands),
            gauges,
            controls,
        );
        tables.unreadable.clone_from(&self.unreadable);
        tables.generated = Some(Arc::clone(self));
        tables
    }

    /// Returns the generated tables alone, if these are combined with the user's own.
    pub fn generated(&self) -> Option<&Arc<Self>> {
        self.generated.as_ref()
    }

    /// Returns all devices, in the order of their file.
    pub fn devices(&self) -> &Devices {
        &self.devices
    }

    /// Returns all commands by full name, in the order of their file.
    pub fn commands(&self) -> &Commands {
        &self.commands
    }

    /// Returns all gauges, in the order of their file.
    pub fn gauges(&self) -> &[Gauge] {
        &self.gauges
    }

    /// Returns all entries of `controls.json`, in the order of the file.
    pub fn controls(&self) -> &[Control] {
        &self.controls
    }

    /// Returns the controls of the cockpit. A control may consist of several entries of
    /// `controls.json`, and an entry may be several controls.
    pub fn named_controls(&self) -> impl Iterator<Item = ControlRef<'_>> {
        self.control_index.iter(&self.controls)
    }

    /// Returns the control with this name, without regard to case. The name is a long id, else an
    /// id that only one control has, else the cockpit's own name, else a qualified id.
    ///
    /// # Errors
    /// When there is none, or when several have the id; the error then has their long ids.
    pub fn control(&self, name: &str) -> Result<ControlRef<'_>, NameError> {
        self.control_index.find(&self.controls, name)
    }

    /// Returns the generated gauge with this arg number, the last one if there are several. The
    /// user's own gauges are found by their names only.
    pub fn gauge_by_arg(&self, arg: u32) -> Option<&Gauge> {
        let generated = self.generated.as_deref().unwrap_or(self);
        let position = *generated.gauges_by_arg.get(&arg)?;
        Some(&generated.gauges[position])
    }

    /// Returns the gauge of this name, the last one if several have exactly the same name.
    ///
    /// # Errors
    /// When there is none, or when several fit whose names differ only in case.
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

    /// Returns the number of the device of this name.
    ///
    /// # Errors
    /// When there is none, or when several with different numbers fit.
    pub fn device(&self, name: &str) -> Result<i64, NameError> {
        let found = self.device_names.find(name);
        only_number(&self.devices, found)
            .ok_or_else(|| name_error(NameKind::Device, name, found, &self.devices))
    }

    /// Returns the number of the command with this name for the device with this number.
    ///
    /// `name` is the full name or the part after the dot. If several commands with different
    /// numbers fit, only those in the table that has the device's name count.
    ///
    /// # Errors
    /// When there is none, or when several with different numbers are left.
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

    /// Returns the number of entries that an unknown name of this kind is compared with.
    pub fn count(&self, kind: NameKind) -> usize {
        match kind {
            NameKind::Device => self.devices.len(),
            NameKind::Command => self.commands.len(),
            NameKind::Gauge => self.gauges.len() + self.controls.len(),
            NameKind::Control => self.controls.len(),
        }
    }

    /// Returns the name that an unknown name of this kind may mean, as the search finds it. For a
    /// gauge it may be that of a control, since requests for gauges accept controls too.
    ///
    /// Looks at all names of the kind ([`Self::count`]) up to two times.
    pub fn suggestion(&self, kind: NameKind, name: &str) -> Option<&str> {
        match kind {
            NameKind::Device => suggested_name(name, self.devices.keys().map(String::as_str)),
            NameKind::Command => suggested_name(name, self.command_spellings(name)),
            NameKind::Gauge => self.suggested_entry(Scope::ControlsAndGauges, name),
            NameKind::Control => self.suggested_entry(Scope::Controls, name),
        }
    }

    /// Returns the file with the names of this kind and the reason, if it could not be read.
    pub fn unreadable(&self, kind: NameKind) -> Option<(&'static str, &str)> {
        let file = kind.file();
        let (_, reason) = self.unreadable.iter().find(|(name, _)| *name == file)?;
        Some((file, reason))
    }

    /// Returns the names to compare a misspelt command with: full names if `name` has a dot, else
    /// the parts after the dot.
    fn command_spellings(&self, name: &str) -> impl Iterator<Item = &str> {
        let is_full = name.contains('.');
        let full = self.commands.keys().map(String::as_str);
        full.map(move |full| match full.split_once('.') {
            Some((_, short)) if !is_full => short,
            _ => full,
        })
    }

    /// Returns whether the command at `position` is in the table that has the device's name.
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

/// Returns the generated entries that no user's entry replaces, then the user's entries.
fn combined<T: Clone>(generated: &[T], own: &[T], name: impl Fn(&T) -> &String) -> Vec<T> {
    let replaced: HashSet<&String> = own.iter().map(&name).collect();
    let kept = generated
        .iter()
        .filter(|entry| !replaced.contains(name(entry)));
    kept.chain(own).cloned().collect()
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

/// Returns the number at `positions` if they all have the same one.
fn only_number(numbers: &Devices, positions: &[usize]) -> Option<i64> {
    let number = |position: &usize| numbers.get_index(*position).map(|(_, number)| *number);
    let first = positions.first().and_then(number)?;
    positions
        .iter()
        .all(|position| number(position) == Some(first))
        .then_some(first)
}
