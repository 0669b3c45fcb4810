//! Makes `controls.json` from the table `elements` of clickabledata.lua.

use std::borrow::Cow;
use std::sync::Arc;

use aircraft_defs::naming::{IdSource, base_id, labels};
use aircraft_defs::{Action, Commands, Control, Devices, NamedNumber, whole};
use hashbrown::HashMap;

use super::action::{self, Class, Fields};
use super::commands::short;
use super::reader::{JSON_BYTES_PER_BYTE, Reader};
use crate::diagnostics::excerpt;
use crate::interp::Value;
use crate::parse_cache::ParseCache;
use crate::source::Span;
use crate::syntax::Chunk;

/// The most actions of one element; the sim knows of three.
const MAX_ACTIONS: usize = 16;

/// The most constants of an element's assignment that are looked up as names of commands.
const MAX_CONSTANTS: usize = 256;

/// Names by number. Names with the same number are in the order of the file.
type NamesByNumber<'a> = HashMap<i64, Vec<&'a str>>;

fn by_number(numbers: &Commands) -> NamesByNumber<'_> {
    let mut names = NamesByNumber::new();
    for (name, number) in numbers {
        names.entry(*number).or_default().push(name);
    }
    names
}

/// The names of the devices and commands whose numbers are in the elements.
pub struct NumberNames<'a> {
    commands: &'a Commands,
    device_names: NamesByNumber<'a>,
    command_names: NamesByNumber<'a>,
    /// For each number and table, the first command with that number. The table's name is in lower
    /// case.
    by_table: HashMap<(i64, String), &'a str>,
}

impl<'a> NumberNames<'a> {
    /// Indexes the tables of devices and commands.
    pub fn new(devices: &'a Devices, commands: &'a Commands) -> Self {
        let mut by_table = HashMap::new();
        for (name, number) in commands {
            let table = name.rsplit_once('.').map_or("", |(table, _)| table);
            by_table
                .entry((*number, table.to_ascii_lowercase()))
                .or_insert(name.as_str());
        }
        Self {
            commands,
            device_names: by_number(devices),
            command_names: by_number(commands),
            by_table,
        }
    }

    fn device(&self, number: i64) -> NamedNumber {
        let names = self.device_names.get(&number);
        let name = names.and_then(|names| names.first());
        NamedNumber {
            name: name.map(|name| (*name).to_owned()),
            number,
        }
    }

    /// Returns the command with a number. If several commands have it, returns the one whose name
    /// is written in the element's assignment, else the one in the table with the device's name.
    fn command(
        &self,
        number: i64,
        constants: &[String],
        device: Option<&NamedNumber>,
    ) -> NamedNumber {
        let names = self.command_names.get(&number);
        let name = match names.map(Vec::as_slice).unwrap_or_default() {
            [] => None,
            [name] => Some(*name),
            _ => self
                .written_command(number, constants)
                .or_else(|| self.command_of_device(number, device?.name.as_deref()?)),
        };
        let name = name.map(str::to_owned);
        NamedNumber { name, number }
    }

    /// Returns the first command with this number that one of the constants stands for.
    fn written_command(&self, number: i64, constants: &[String]) -> Option<&'a str> {
        let constants = constants.iter().take(MAX_CONSTANTS);
        let commands = constants.flat_map(|name| self.commands_named(name));
        let mut commands = commands.filter(|command| command.1 == number);
        commands.next().map(|(name, _)| name)
    }

    /// Returns the commands that a constant may stand for. Those of `UFC_commands.TCN` are
    /// `UFC_commands.TCN` and `UFC.TCN`.
    fn commands_named(&self, constant: &str) -> impl Iterator<Item = (&'a str, i64)> {
        let command = |name: &str| {
            let (name, number) = self.commands.get_key_value(name)?;
            Some((name.as_str(), *number))
        };
        let (table, rest) = constant.split_once('.').unwrap_or((constant, ""));
        let shorter = format!("{}.{rest}", short(table));
        let renamed = (shorter != constant).then(|| command(&shorter));
        [command(constant), renamed.flatten()].into_iter().flatten()
    }

    /// Returns the first command with a number in the table that has a device's name.
    fn command_of_device(&self, number: i64, device: &str) -> Option<&'a str> {
        let key = (number, device.to_ascii_lowercase());
        self.by_table.get(&key).copied()
    }
}

/// Returns the controls, in the order of the elements in the file.
pub fn controls(
    reader: &mut Reader<'_>,
    cache: &ParseCache,
    names: &NumberNames<'_>,
) -> Vec<Control> {
    let Some(elements) = reader.global_table("elements") else {
        let message = "clickabledata.lua does not make a table `elements`".to_owned();
        reader.warn("no-elements", None, message);
        return Vec::new();
    };
    let machine = reader.machine;
    let keys = FIELDS.map(|field| machine.key(field).as_str());
    let cycles = machine.field(machine.globals(), "cyclic_by_default") != Value::Bool(false);
    let mut controls = Vec::new();
    let mut chunk: Option<Arc<Chunk>> = None;
    for (key, value) in machine.entries(elements) {
        let Some(name) = reader.key_text(key) else {
            continue;
        };
        let place = reader.place(elements, key);
        let Some(table) = value.as_table() else {
            reader.warn_value(place, &format!("element `{name}`"), value, "a table");
            continue;
        };
        let file = place.map(|span| span.file);
        if chunk.as_ref().map(|chunk| chunk.source().id()) != file {
            chunk = file.and_then(|file| cache.chunk(file));
        }
        let assignment = chunk.as_ref().zip(place);
        let constants = assignment.map(|(chunk, span)| chunk.assigned_constants(span.start));
        let mut element = ElementReader {
            fields: machine.fields(table, &keys),
            reader,
            place,
            name: name.into_owned(),
            cycles,
            constants: constants.unwrap_or_default(),
        };
        let control = finish(element.control(names));
        let bytes = bytes(&control);
        controls.push(control);
        if !reader.charge_bytes(bytes) {
            break;
        }
    }
    controls
}

/// Returns a control with its id and the labels of its positions. Equal actions are merged, since
/// the two mouse buttons of a knob usually have the same one.
fn finish(mut control: Control) -> Control {
    control.id = base_id(&IdSource::of(&control));
    let hint = control.hint.as_deref().unwrap_or_default();
    let mut actions: Vec<Action> = Vec::with_capacity(control.actions.len());
    for mut action in control.actions {
        action.labels = labels(hint, &action.values, action.command.name.as_deref());
        if !actions.contains(&action) {
            actions.push(action);
        }
    }
    control.actions = actions;
    control
}

/// Returns the approximate number of bytes that a control takes as JSON.
fn bytes(control: &Control) -> usize {
    let json = |text: &String| text.len() * JSON_BYTES_PER_BYTE;
    let named = |named: &NamedNumber| named.name.as_ref().map_or(0, json);
    let action = |action: &Action| {
        let released = action.release_command.as_ref().map_or(0, named);
        let labels = action.labels.iter().map(json).sum::<usize>();
        let values = size_of_val(&*action.values) + labels;
        size_of_val(action) + values + named(&action.command) + released
    };
    let hint = control.hint.as_ref().map_or(0, json);
    let device = control.device.as_ref().map_or(0, named);
    let actions = control.actions.iter().map(action).sum::<usize>();
    let names = json(&control.name) + json(&control.id);
    size_of_val(control) + names + hint + device + actions
}

/// The fields of an element.
#[derive(Clone, Copy)]
enum Field {
    Device,
    Hint,
    Class,
    Action,
    Arg,
    ArgValue,
    ArgLim,
    Relative,
    Gain,
    Cycle,
    StopAction,
    StopValue,
    UseReleaseMessage,
}

/// The names of the [`Field`]s, in the same order.
const FIELDS: [&str; 13] = [
    "device",
    "hint",
    "class",
    "action",
    "arg",
    "arg_value",
    "arg_lim",
    "relative",
    "gain",
    "cycle",
    "stop_action",
    "stop_value",
    "use_release_message",
];

/// Reads one element.
struct ElementReader<'r, 'm> {
    reader: &'r mut Reader<'m>,
    /// The values of [`FIELDS`].
    fields: [Value; FIELDS.len()],
    place: Option<Span>,
    name: String,
    /// The file's `cyclic_by_default`.
    cycles: bool,
    /// The constants in the assignment that makes the element.
    constants: &'r [String],
}

impl ElementReader<'_, '_> {
    fn control(&mut self, names: &NumberNames<'_>) -> Control {
        let device = self.whole(Field::Device, self.field(Field::Device));
        let device = device.map(|number| names.device(number));
        let hint = self.field(Field::Hint);
        if let Value::Unknown(_) = hint {
            self.warn(Field::Hint, hint, "a text");
        }
        let count = self.action_count();
        let mut actions = Vec::with_capacity(count);
        actions.extend((1..=count).filter_map(|index| self.action(index, names, device.as_ref())));
        Control {
            hint: self.reader.machine.text(hint).map(Cow::into_owned),
            name: std::mem::take(&mut self.name),
            id: String::new(),
            device,
            actions,
            source: None,
        }
    }

    /// Returns the largest index of an action; some below it may be nil.
    fn action_count(&self) -> usize {
        let Value::Table(actions) = self.field(Field::Action) else {
            return usize::from(!self.field(Field::Action).is_nil());
        };
        if !self
            .reader
            .charge_optional_values(self.reader.machine.size(actions))
        {
            return 0;
        }
        let keys = self.reader.machine.entries(actions).map(|(key, _)| key);
        let indexes = keys.filter_map(|key| usize::try_from(whole(key.as_number()?)?).ok());
        indexes
            .filter(|index| *index <= MAX_ACTIONS)
            .max()
            .unwrap_or(0)
    }

    fn action(
        &mut self,
        index: usize,
        names: &NumberNames<'_>,
        device: Option<&NamedNumber>,
    ) -> Option<Action> {
        let class = self.class(index)?;
        let command = self.whole(Field::Action, self.nth(Field::Action, index))?;
        let arg = self.or_first(Field::Arg, index);
        let arg = self
            .whole(Field::Arg, arg)
            .and_then(|arg| u32::try_from(arg).ok());
        let release = self.release(index, class);
        let value = self.number(Field::ArgValue, self.nth(Field::ArgValue, index));
        let fields = Fields {
            class,
            value: value.unwrap_or(1.0),
            has_opposite: self.has_opposite(index),
            limits: self.limits(index),
            relative: self.is_true(Field::Relative, index),
            gain: self.number(Field::Gain, self.nth(Field::Gain, index)),
            cycle: self.cycles(index),
            release,
        };
        let values = action::values(&fields);
        let released = release.and_then(|_| self.stop_action(index));
        let named = |number| names.command(number, self.constants, device);
        Some(Action {
            command: named(command),
            arg,
            kind: values.kind,
            relative: fields.relative,
            spring: release.is_some(),
            release,
            release_command: released.filter(|other| *other != command).map(named),
            limits: values.limits,
            step: values.step,
            cycle: values.cycle,
            values: values.values,
            labels: Vec::new(),
        })
    }

    /// Returns whether another action moves the same arg by the same step in the other direction.
    fn has_opposite(&self, index: usize) -> bool {
        let step = |index| self.nth(Field::ArgValue, index).as_number();
        let arg = |index| self.or_first(Field::Arg, index);
        let Some(opposite) = step(index).map(|step| -step) else {
            return false;
        };
        let is_action = |other: &usize| !self.nth(Field::Action, *other).is_nil();
        let mut actions = (1..=MAX_ACTIONS).filter(is_action);
        actions.any(|other| step(other) == Some(opposite) && arg(other) == arg(index))
    }

    fn class(&mut self, index: usize) -> Option<Class> {
        let value = self.nth(Field::Class, index);
        let number = self.whole(Field::Class, value)?;
        let class = Class::from_number(number);
        if class.is_none() && number != 0 {
            self.warn(Field::Class, value, "a class_type");
        }
        class
    }

    /// Returns whether a field is `true`; the sim ignores numbers and tables.
    fn is_true(&self, field: Field, index: usize) -> bool {
        self.nth(field, index) == Value::Bool(true)
    }

    /// Returns `cycle`, else the file's `cyclic_by_default`, which is true by default.
    fn cycles(&self, index: usize) -> bool {
        match self.nth(Field::Cycle, index) {
            Value::Nil => self.cycles,
            cycle => cycle != Value::Bool(false),
        }
    }

    /// Returns the command that is sent when the mouse button is released, if there is one.
    fn stop_action(&self, index: usize) -> Option<i64> {
        let command = self.nth(Field::StopAction, index).as_number();
        command.and_then(whole).filter(|command| *command != 0)
    }

    /// Returns the value that is sent when the mouse button is released, if there is one.
    fn release(&mut self, index: usize, class: Class) -> Option<f64> {
        let stops = self.stop_action(index).is_some()
            || self.is_true(Field::UseReleaseMessage, index)
            || class == Class::SpringButton;
        let lever = matches!(class, Class::Lever | Class::MovableLever);
        if !stops || lever {
            return None;
        }
        let value = self.number(Field::StopValue, self.nth(Field::StopValue, index));
        Some(value.unwrap_or(0.0))
    }

    /// Returns the limits of an action. `arg_lim` is a pair for each action or one for all.
    fn limits(&mut self, index: usize) -> Option<[f64; 2]> {
        let mut pair = self.or_first(Field::ArgLim, index);
        if pair.as_number().is_some() {
            pair = self.field(Field::ArgLim);
        }
        let pair = match pair {
            Value::Nil => return None,
            Value::Table(pair) => pair,
            value => {
                self.warn(Field::ArgLim, value, "a pair of numbers");
                return None;
            }
        };
        let machine = self.reader.machine;
        let [low, high] = [1, 2].map(|at| machine.nth(pair, at));
        let low = self.number(Field::ArgLim, low)?;
        let high = self.number(Field::ArgLim, high)?;
        Some([low, high])
    }

    fn field(&self, field: Field) -> Value {
        self.fields[field as usize]
    }

    /// Returns the value for one action. A value that is not a list applies to all actions.
    fn nth(&self, field: Field, index: usize) -> Value {
        match self.field(field) {
            Value::Table(list) => self.reader.machine.nth(list, index),
            value => value,
        }
    }

    /// Returns the value for one action, or that for the first one if it has none.
    fn or_first(&self, field: Field, index: usize) -> Value {
        match self.nth(field, index) {
            Value::Nil => self.nth(field, 1),
            value => value,
        }
    }

    fn whole(&mut self, field: Field, value: Value) -> Option<i64> {
        let number = value.as_number().and_then(whole);
        if number.is_none() && !value.is_nil() {
            self.warn(field, value, "a whole number");
        }
        number
    }

    fn number(&mut self, field: Field, value: Value) -> Option<f64> {
        let number = value.as_number();
        if number.is_none() && !value.is_nil() {
            self.warn(field, value, "a number");
        }
        number
    }

    fn warn(&mut self, field: Field, value: Value, wanted: &str) {
        let field = FIELDS[field as usize];
        let what = format!("`{field}` of element `{}`", excerpt(&self.name));
        self.reader.warn_value(self.place, &what, value, wanted);
    }
}
