//! `controls.json`: the table `elements` of clickabledata.lua.

use std::borrow::Cow;
use std::cell::{OnceCell, RefCell};
use std::sync::Arc;

use aircraft_defs::{Action, Commands, Control, Devices, NamedNumber};
use hashbrown::HashMap;
use smallvec::SmallVec;

use super::action::{self, Class, Fields};
use super::commands::short;
use super::reader::{Reader, whole};
use super::written;
use crate::diagnostic::shown;
use crate::eval::Value;
use crate::source::{Source, Sources, Span};

/// The most actions of one element; the sim knows of three.
const MAX_ACTIONS: usize = 16;

/// How far an element's own statement is looked at, in bytes.
const MAX_STATEMENT: usize = 4096;

/// Names by their numbers; those of one number are in the order of the file.
struct ByNumber<'a>(HashMap<i64, SmallVec<[&'a str; 1]>>);

impl<'a> ByNumber<'a> {
    fn new(numbers: impl ExactSizeIterator<Item = (&'a String, &'a i64)>) -> Self {
        let mut names = HashMap::with_capacity(numbers.len());
        for (name, number) in numbers {
            let same: &mut SmallVec<_> = names.entry(*number).or_default();
            same.push(&**name);
        }
        Self(names)
    }

    fn names(&self, number: i64) -> impl ExactSizeIterator<Item = &'a str> {
        let names = self.0.get(&number).map(SmallVec::as_slice);
        names.unwrap_or_default().iter().copied()
    }
}

/// Names for the numbers in the elements.
pub struct Numbers<'a> {
    commands: &'a Commands,
    devices: ByNumber<'a>,
    names: ByNumber<'a>,
    /// Of each number that was looked for: its names by the tables they are in, in lower case.
    by_table: RefCell<HashMap<i64, HashMap<String, &'a str>>>,
    /// Room for a name that is looked for.
    name: RefCell<String>,
}

impl<'a> Numbers<'a> {
    /// Looks numbers up in these tables.
    pub fn new(devices: &'a Devices, commands: &'a Commands) -> Self {
        Self {
            commands,
            devices: ByNumber::new(devices.iter()),
            names: ByNumber::new(commands.iter()),
            by_table: RefCell::default(),
            name: RefCell::default(),
        }
    }

    fn device(&self, number: i64) -> NamedNumber {
        let name = self.devices.names(number).next().map(str::to_owned);
        NamedNumber { name, number }
    }

    /// The command with a number: the only one, else the one that is written in the element,
    /// else the one in the table that is called like its device.
    fn command(
        &self,
        number: i64,
        written: &Written<'_, 'a>,
        device: Option<&NamedNumber>,
    ) -> NamedNumber {
        let mut names = self.names.names(number);
        let name = match names.len() {
            0 | 1 => names.next(),
            _ => written
                .command(number, self)
                .or_else(|| self.of_device(number, device?.name.as_deref()?)),
        };
        let name = name.map(str::to_owned);
        NamedNumber { name, number }
    }

    /// The commands that a constant may stand for, the likeliest first.
    fn meant(&self, constant: &str) -> impl Iterator<Item = (&'a str, i64)> {
        let command = |name: &str| {
            let (name, number) = self.commands.get_key_value(name)?;
            Some((name.as_str(), *number))
        };
        let dot = constant.bytes().position(|byte| byte == b'.');
        let table = &constant[..dot.unwrap_or(0)];
        let shorter = short(table);
        let renamed = (shorter.len() < table.len()).then(|| {
            let mut name = self.name.borrow_mut();
            name.clear();
            name.push_str(shorter);
            name.push_str(&constant[table.len()..]);
            command(&name)
        });
        [command(constant), renamed.flatten()].into_iter().flatten()
    }

    /// The first command with a number that is in the table called like a device.
    fn of_device(&self, number: i64, device: &str) -> Option<&'a str> {
        let mut all = self.by_table.borrow_mut();
        let by_table = all.entry(number).or_insert_with(|| {
            let mut by_table = HashMap::new();
            for name in self.names.names(number) {
                let table = name.rsplit_once('.').map_or("", |(table, _)| table);
                by_table.entry(table.to_ascii_lowercase()).or_insert(name);
            }
            by_table
        });
        by_table.get(&device.to_ascii_lowercase()).copied()
    }
}

/// The assignment of an element as it is written, and what stands behind it.
struct Written<'r, 'a> {
    text: &'r [u8],
    /// The commands that the constants in the assignment stand for, looked for when the first
    /// is asked for.
    commands: OnceCell<SmallVec<[(&'a str, i64); 4]>>,
}

impl<'a> Written<'_, 'a> {
    /// The command with a number.
    fn command(&self, number: i64, numbers: &Numbers<'a>) -> Option<&'a str> {
        let constants = || written::constants(self.text);
        let commands = || constants().flat_map(|constant| numbers.meant(constant));
        let commands = self.commands.get_or_init(|| commands().collect());
        let command = commands.iter().find(|command| command.1 == number)?;
        Some(command.0)
    }
}

/// The elements, in the order of the file.
pub fn controls(reader: &mut Reader<'_>, sources: &Sources, numbers: &Numbers<'_>) -> Vec<Control> {
    let Some(elements) = reader.global_table("elements") else {
        let message = "clickabledata.lua does not make a table `elements`".to_owned();
        reader.warn("no-elements", None, message);
        return Vec::new();
    };
    let machine = reader.machine;
    let keys = FIELDS.map(|field| machine.key(field).as_str());
    let cycles = machine.field(machine.globals(), "cyclic_by_default") != Value::Bool(false);
    let mut controls = Vec::new();
    let mut source: Option<Arc<Source>> = None;
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
        if source.as_ref().map(|source| source.id()) != file {
            source = file.and_then(|file| sources.get(file));
        }
        let text = source
            .as_ref()
            .zip(place)
            .map(|(source, span)| after(source, span));
        let mut element = Element {
            fields: machine.fields(table, &keys),
            reader,
            place,
            name: name.into_owned(),
            cycles,
            written: Written {
                text: text.unwrap_or_default(),
                commands: OnceCell::new(),
            },
        };
        let control = element.control(numbers);
        let bytes = bytes(&control);
        controls.push(control);
        if !reader.take(bytes) {
            break;
        }
    }
    controls
}

/// What a control takes, about.
fn bytes(control: &Control) -> usize {
    let named = |named: &NamedNumber| named.name.as_ref().map_or(0, String::len);
    let action = |action: &Action| {
        let released = action.release_command.as_ref().map_or(0, named);
        size_of_val(action) + size_of_val(&*action.values) + named(&action.command) + released
    };
    let hint = control.hint.as_ref().map_or(0, String::len);
    let device = control.device.as_ref().map_or(0, named);
    let actions = control.actions.iter().map(action).sum::<usize>();
    size_of_val(control) + control.name.len() + hint + device + actions
}

/// What is written from a place on, as far as it is looked at.
fn after(source: &Source, span: Span) -> &[u8] {
    let text = source
        .bytes()
        .get(span.start as usize..)
        .unwrap_or_default();
    &text[..text.len().min(MAX_STATEMENT)]
}

/// The fields of an element that are read.
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

/// Their names, in the same order.
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

/// One element while it is read.
struct Element<'r, 'm, 'n> {
    reader: &'r mut Reader<'m>,
    /// The values of [`FIELDS`].
    fields: [Value; FIELDS.len()],
    place: Option<Span>,
    name: String,
    /// What `cyclic_by_default` says.
    cycles: bool,
    written: Written<'r, 'n>,
}

impl<'n> Element<'_, '_, 'n> {
    fn control(&mut self, numbers: &Numbers<'n>) -> Control {
        let device = self.whole(Field::Device, self.field(Field::Device));
        let device = device.map(|number| numbers.device(number));
        let hint = self.field(Field::Hint);
        if let Value::Unknown(_) = hint {
            self.warn(Field::Hint, hint, "a text");
        }
        let count = self.actions();
        let mut actions = Vec::with_capacity(count);
        actions
            .extend((1..=count).filter_map(|index| self.action(index, numbers, device.as_ref())));
        Control {
            hint: self.reader.machine.text(hint).map(Cow::into_owned),
            name: std::mem::take(&mut self.name),
            device,
            actions,
        }
    }

    /// How many actions there can be: a nil may stand before the last one.
    fn actions(&self) -> usize {
        let Value::Table(actions) = self.field(Field::Action) else {
            return usize::from(!self.field(Field::Action).is_nil());
        };
        if !self.reader.look(self.reader.machine.size(actions)) {
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
        numbers: &Numbers<'n>,
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
            relative: self.says_yes(Field::Relative, index),
            gain: self.number(Field::Gain, self.nth(Field::Gain, index)),
            cycle: self.cycles(index),
            release,
        };
        let values = action::values(&fields);
        let released = release.and_then(|_| self.stop_action(index));
        let named = |number| numbers.command(number, &self.written, device);
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
        })
    }

    /// Returns whether another action moves the same arg by the same step the other way.
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

    /// Whether a field says `true`; a number or a table says nothing to the sim.
    fn says_yes(&self, field: Field, index: usize) -> bool {
        self.nth(field, index) == Value::Bool(true)
    }

    /// What `cycle` says, else the file's `cyclic_by_default`; the sim cycles when neither does.
    fn cycles(&self, index: usize) -> bool {
        match self.nth(Field::Cycle, index) {
            Value::Nil => self.cycles,
            cycle => cycle != Value::Bool(false),
        }
    }

    /// The command that is sent when the mouse button is let go, if one is named.
    fn stop_action(&self, index: usize) -> Option<i64> {
        let command = self.nth(Field::StopAction, index).as_number();
        command.and_then(whole).filter(|command| *command != 0)
    }

    /// What is sent when the mouse button is let go, if anything is.
    fn release(&mut self, index: usize, class: Class) -> Option<f64> {
        let stops = self.stop_action(index).is_some()
            || self.says_yes(Field::UseReleaseMessage, index)
            || class == Class::SpringButton;
        let lever = matches!(class, Class::Lever | Class::MovableLever);
        if !stops || lever {
            return None;
        }
        let value = self.number(Field::StopValue, self.nth(Field::StopValue, index));
        Some(value.unwrap_or(0.0))
    }

    /// A pair for each action, or one pair for all.
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

    /// The value for one action; a value that is no list is for all of them.
    fn nth(&self, field: Field, index: usize) -> Value {
        match self.field(field) {
            Value::Table(list) => self.reader.machine.nth(list, index),
            value => value,
        }
    }

    /// The value for one action, or that for the first when it has none.
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
        let what = format!("`{field}` of element `{}`", shown(&self.name));
        self.reader.warn_value(self.place, &what, value, wanted);
    }
}
