//! The controls of an aircraft by their names.
//!
//! The cockpit has elements that can be clicked; a control corresponds to one physical switch.
//! Elements with the same id that move the same arg are one control (the positions of a knob, the
//! halves of a rocker), and an element that moves several args is several controls. Each control
//! has a long id, which depends only on its own entries.

use std::collections::HashMap;

use indexmap::IndexMap;

use crate::formats::{Action, Control, Kind, NamedNumber};
use crate::limits::POSITION_TOLERANCE;
use crate::name_error::{NameError, NameKind};
use crate::name_index::NameIndex;
use crate::naming::{IdSource, base_id, is_id, qualified_ids};

/// Finds controls by their ids and names.
#[derive(Debug, Default)]
pub struct ControlIndex {
    controls: Vec<LogicalControl>,
    /// Controls by long id.
    long_ids: HashMap<String, usize>,
    /// The controls that each id refers to.
    ids: HashMap<String, Vec<usize>>,
    /// The main control of each element, by the element's name.
    names: NameIndex,
    /// The controls that each qualified id refers to.
    qualified_ids: HashMap<String, Vec<usize>>,
}

/// A control, with references to the elements and actions that it consists of.
#[derive(Debug)]
struct LogicalControl {
    element_id: String,
    long_id: String,
    /// The shortest name that refers to this control only.
    id: String,
    arg: Option<u32>,
    /// The index of its first element.
    element: usize,
    /// The indexes of elements, and of actions in them.
    actions: Vec<(usize, usize)>,
}

/// The key that distinguishes controls with the same id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Key {
    Arg(u32),
    /// The numbers of device and command of a control without an arg.
    Command(Option<i64>, Option<i64>),
}

impl Key {
    fn of(element: &Control, action: Option<&Action>) -> Self {
        let device = element.device.as_ref().map(|device| device.number);
        match action.and_then(|action| action.arg) {
            Some(arg) => Self::Arg(arg),
            None => Self::Command(device, action.map(|action| action.command.number)),
        }
    }

    /// Returns the long id. It ends in `_` and a plain number only if the key is an arg, so no two
    /// pairs of id and key have the same long id.
    fn long_id(self, id: &str) -> String {
        let text = |number: Option<i64>| match number {
            Some(number) if number < 0 => format!("M{}", number.unsigned_abs()),
            Some(number) => number.to_string(),
            None => String::new(),
        };
        match self {
            Self::Arg(arg) => format!("{id}_{arg}"),
            Self::Command(device, command) => format!("{id}_D{}_C{}", text(device), text(command)),
        }
    }
}

impl LogicalControl {
    fn qualified_ids(&self, elements: &[Control]) -> Vec<String> {
        let element = &elements[self.element];
        let own = self
            .actions
            .first()
            .map(|(_, action)| &element.actions[*action]);
        qualified_ids(&self.element_id, element, own)
    }
}

impl ControlIndex {
    /// Indexes the elements of a cockpit.
    pub fn new(elements: &[Control]) -> Self {
        let mut index = Self::default();
        let mut by_key: IndexMap<(String, Key), LogicalControl> = IndexMap::new();
        for (position, element) in elements.iter().enumerate() {
            let id = id(element);
            let mut add = |action| add(&mut by_key, &id, position, element, action);
            let main = match main_action(&element.actions) {
                None => add(None),
                Some(main) => {
                    let all = (0..element.actions.len()).map(|action| add(Some(action)));
                    all.collect::<Vec<_>>()[main]
                }
            };
            index.names.add(&element.name, main);
            let meant = index.ids.entry(id).or_default();
            if !meant.contains(&main) {
                meant.push(main);
            }
        }
        index.controls = by_key.into_values().collect();
        for (position, control) in index.controls.iter().enumerate() {
            index.long_ids.insert(control.long_id.clone(), position);
        }
        index.add_qualified_ids(elements);
        for position in 0..index.controls.len() {
            index.controls[position].id = index.shown_id(elements, position);
        }
        index
    }

    fn add_qualified_ids(&mut self, elements: &[Control]) {
        for (position, control) in self.controls.iter().enumerate() {
            for id in control.qualified_ids(elements) {
                let meant = self.qualified_ids.entry(id).or_default();
                if meant.last() != Some(&position) {
                    meant.push(position);
                }
            }
        }
    }

    /// Returns the shortest name that refers to a control only: its id, else a qualified id, else
    /// the long id.
    fn shown_id(&self, elements: &[Control], position: usize) -> String {
        let control = &self.controls[position];
        let is_only = |name: &String| self.positions(name) == [position];
        let id = std::iter::once(control.element_id.clone());
        let mut names = id.chain(control.qualified_ids(elements));
        names
            .find(is_only)
            .unwrap_or_else(|| control.long_id.clone())
    }

    /// Returns the controls that a name refers to.
    fn positions(&self, name: &str) -> &[usize] {
        let upper = name.to_ascii_uppercase();
        let by_long_id = self.long_ids.get(&upper).map(std::slice::from_ref);
        let by_id = || self.ids.get(&upper).map(Vec::as_slice);
        let by_name = || Some(self.names.find(name)).filter(|found| !found.is_empty());
        let by_qualified_id = || self.qualified_ids.get(&upper).map(Vec::as_slice);
        let found = by_long_id.or_else(by_id).or_else(by_name);
        found.or_else(by_qualified_id).unwrap_or_default()
    }

    /// Returns the number of controls.
    pub fn len(&self) -> usize {
        self.controls.len()
    }

    /// Returns whether there are no controls.
    pub fn is_empty(&self) -> bool {
        self.controls.is_empty()
    }

    /// Returns the controls, in the order of their first elements.
    pub fn iter<'a>(&'a self, elements: &'a [Control]) -> impl Iterator<Item = ControlRef<'a>> {
        let with_elements = move |control| ControlRef { control, elements };
        self.controls.iter().map(with_elements)
    }

    /// Returns the control with this name, without regard to case. The name is a long id, else an
    /// id that only one control has, else the cockpit's own name of an element, else a qualified
    /// id. `elements` are those that were indexed.
    ///
    /// # Errors
    /// When there is none, or when several have the id.
    pub fn find<'a>(
        &'a self,
        elements: &'a [Control],
        name: &str,
    ) -> Result<ControlRef<'a>, NameError> {
        match self.positions(name) {
            [] => Err(NameError::unknown(NameKind::Control, name)),
            [only] => Ok(ControlRef {
                control: &self.controls[*only],
                elements,
            }),
            several => {
                let long_id = |position: &usize| self.controls[*position].long_id.as_str();
                let candidates = several.iter().map(long_id);
                Err(NameError::ambiguous(NameKind::Control, name, candidates))
            }
        }
    }
}

/// Returns the id of an element. It is computed if the table comes from an older version that
/// wrote no ids.
fn id(element: &Control) -> String {
    match is_id(&element.id) {
        true => element.id.clone(),
        false => base_id(&IdSource::of(element)),
    }
}

/// Returns the index of an element's main action: the first one of kind switch, else of kind axis
/// or encoder, else of kind button. If the element moves several args, its id refers to this one.
fn main_action(actions: &[Action]) -> Option<usize> {
    let rank = |index: &usize| rank(actions[*index].kind);
    (0..actions.len()).min_by_key(rank)
}

/// Returns the rank of a kind. If a control has actions of several kinds, the lowest rank counts.
fn rank(kind: Kind) -> u8 {
    match kind {
        Kind::Switch => 0,
        Kind::Axis | Kind::Encoder => 1,
        Kind::Button => 2,
    }
}

/// Adds an action of an element to the control it belongs to, and returns that control's index.
fn add(
    by_key: &mut IndexMap<(String, Key), LogicalControl>,
    id: &str,
    position: usize,
    element: &Control,
    action: Option<usize>,
) -> usize {
    let key = Key::of(element, action.map(|action| &element.actions[action]));
    let entry = by_key.entry((id.to_owned(), key));
    let index = entry.index();
    let control = entry.or_insert_with(|| LogicalControl {
        element_id: id.to_owned(),
        long_id: key.long_id(id),
        id: String::new(),
        arg: match key {
            Key::Arg(arg) => Some(arg),
            Key::Command(..) => None,
        },
        element: position,
        actions: Vec::new(),
    });
    control
        .actions
        .extend(action.map(|action| (position, action)));
    index
}

/// A control of an aircraft.
#[derive(Debug, Clone, Copy)]
pub struct ControlRef<'a> {
    control: &'a LogicalControl,
    elements: &'a [Control],
}

/// An action of a control, with the element it belongs to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ControlAction<'a> {
    /// The device that takes the commands; without one the control cannot be operated.
    pub device: Option<&'a NamedNumber>,
    /// The command and the values that it takes.
    pub action: &'a Action,
}

/// A position of a control.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Position<'a> {
    /// The value to send.
    pub value: f64,
    /// The label, if it is certain.
    pub label: Option<&'a str>,
    /// The action that reaches it.
    pub action: ControlAction<'a>,
}

impl<'a> ControlRef<'a> {
    /// Returns the shortest name that refers to this control only: the id, else the id qualified
    /// by other texts of the control, else the long id.
    pub fn id(&self) -> &'a str {
        &self.control.id
    }

    /// Returns the id with the number of the arg appended, or with those of device and command. It
    /// refers to this control whatever other controls the cockpit has.
    pub fn long_id(&self) -> &'a str {
        &self.control.long_id
    }

    /// Returns the first of the elements that the control is made of.
    pub fn element(&self) -> &'a Control {
        &self.elements[self.control.element]
    }

    /// Returns the text that the sim shows beside the mouse.
    pub fn hint(&self) -> Option<&'a str> {
        self.element().hint.as_deref()
    }

    /// Returns the arg that shows the position.
    pub fn arg(&self) -> Option<u32> {
        self.control.arg
    }

    /// Returns the actions, in the order of the file.
    pub fn actions(&self) -> impl Iterator<Item = ControlAction<'a>> + use<'a> {
        let elements = self.elements;
        let actions = self.control.actions.iter();
        actions.map(move |&(element, action)| ControlAction {
            device: elements[element].device.as_ref(),
            action: &elements[element].actions[action],
        })
    }

    /// Returns the kind; `None` if there are no actions.
    pub fn kind(&self) -> Option<Kind> {
        let kinds = self.actions().map(|action| action.action.kind);
        kinds.min_by_key(|kind| rank(*kind))
    }

    /// Returns the positions of a switch or button in the order of their values. An axis and an
    /// encoder have none.
    ///
    /// If several actions reach a value, the position has the first one that releases to a
    /// different value or not at all. If there is none, it has the first one.
    pub fn positions(&self) -> Vec<Position<'a>> {
        if !matches!(self.kind(), Some(Kind::Switch | Kind::Button)) {
            return Vec::new();
        }
        let mut positions: Vec<Position<'a>> = self.actions().flat_map(positions_of).collect();
        let is_release = |position: &Position<'_>| {
            let release = position.action.action.release;
            release.is_some_and(|release| (release - position.value).abs() < POSITION_TOLERANCE)
        };
        positions.sort_by_key(is_release);
        positions.sort_by(|a, b| a.value.total_cmp(&b.value));
        positions.dedup_by(|other, kept| {
            let is_same = (other.value - kept.value).abs() < POSITION_TOLERANCE;
            if is_same {
                kept.label = kept.label.or(other.label);
            }
            is_same
        });
        positions
    }
}

/// Returns the positions that an action reaches.
fn positions_of(action: ControlAction<'_>) -> impl Iterator<Item = Position<'_>> {
    let Action { values, labels, .. } = action.action;
    values.iter().enumerate().map(move |(index, &value)| {
        let label = labels.get(index).map(String::as_str);
        Position {
            value,
            label: label.filter(|label| !label.is_empty()),
            action,
        }
    })
}

#[cfg(test)]
mod tests;
