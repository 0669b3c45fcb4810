//! `controls.json`: the table `elements` of clickabledata.lua.

use std::collections::HashMap;

use aircraft_defs::{Action, Commands, Control, Devices, Named};

use super::action::{self, Class, Fields};
use super::commands::short;
use super::reader::{Reader, whole};
use super::written;
use crate::eval::Value;
use crate::source::{Source, Sources, Span};

/// The most actions of one element; the sim knows of three.
const MAX_ACTIONS: usize = 16;

/// How far an element's own statement is looked at, in bytes.
const MAX_STATEMENT: usize = 4096;

/// Names for the numbers in the elements.
pub struct Numbers<'a> {
    devices: HashMap<i64, &'a str>,
    commands: &'a Commands,
    by_number: HashMap<i64, Vec<&'a str>>,
}

impl<'a> Numbers<'a> {
    /// Looks numbers up in these tables.
    pub fn new(devices: &'a Devices, commands: &'a Commands) -> Self {
        let mut names = HashMap::new();
        for (name, number) in devices {
            names.entry(*number).or_insert(name.as_str());
        }
        let mut by_number: HashMap<i64, Vec<&str>> = HashMap::new();
        for (name, number) in commands {
            by_number.entry(*number).or_default().push(name);
        }
        Self {
            devices: names,
            commands,
            by_number,
        }
    }

    fn device(&self, number: i64) -> Named {
        let name = self.devices.get(&number).map(|name| (*name).to_owned());
        Named { name, number }
    }

    /// The command with a number: the only one, else the one that is written in the element,
    /// else the one in the table that is called like its device.
    fn command(&self, number: i64, written: &[&str], device: Option<&Named>) -> Named {
        let names = self.by_number.get(&number).map_or(&[][..], Vec::as_slice);
        let name = match names {
            [only] => Some(*only),
            [] => None,
            names => self
                .written(number, written)
                .or_else(|| of_device(names, device?.name.as_deref()?)),
        };
        let name = name.map(str::to_owned);
        Named { name, number }
    }

    /// The command with a number among the constants that are written somewhere.
    fn written(&self, number: i64, constants: &[&str]) -> Option<&'a str> {
        constants.iter().find_map(|constant| {
            let (table, field) = constant.split_once('.')?;
            let mut spellings =
                [(*constant).to_owned(), format!("{}.{field}", short(table))].into_iter();
            spellings.find_map(|name| {
                let (name, is) = self.commands.get_key_value(&name)?;
                (*is == number).then_some(name.as_str())
            })
        })
    }
}

/// The name in the table that is called like a device.
fn of_device<'a>(names: &[&'a str], device: &str) -> Option<&'a str> {
    let in_table = |name: &&&str| {
        let table = name.rsplit_once('.').map_or("", |(table, _)| table);
        table.eq_ignore_ascii_case(device)
    };
    names.iter().find(in_table).copied()
}

/// The elements, in the order of the file.
pub fn controls(reader: &mut Reader<'_>, sources: &Sources, numbers: &Numbers<'_>) -> Vec<Control> {
    let Some(elements) = reader.global_table("elements") else {
        let message = "clickabledata.lua does not make a table `elements`".to_owned();
        reader.warn("no-elements", None, message);
        return Vec::new();
    };
    let machine = reader.machine;
    let mut controls = Vec::new();
    for (key, value) in machine.entries(elements) {
        let Some(name) = reader.key_text(key) else {
            continue;
        };
        let place = reader.place(elements, key);
        let Some(table) = value.as_table() else {
            reader.warn_value(place, &format!("element `{name}`"), value, "a table");
            continue;
        };
        let source = place.and_then(|span| sources.get(span.file));
        let text = source
            .as_ref()
            .zip(place)
            .map(|(source, span)| after(source, span));
        let written = written::constants(text.unwrap_or_default());
        let mut element = Element {
            fields: FIELDS.map(|field| machine.field(table, field)),
            reader,
            place,
            name,
            written,
        };
        controls.push(element.control(numbers));
    }
    controls
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
struct Element<'r, 'm> {
    reader: &'r mut Reader<'m>,
    /// The values of [`FIELDS`].
    fields: [Value; FIELDS.len()],
    place: Option<Span>,
    name: String,
    /// The constants in its assignment.
    written: Vec<&'r str>,
}

impl Element<'_, '_> {
    fn control(&mut self, numbers: &Numbers<'_>) -> Control {
        let device = self.whole("device", self.field("device"));
        let device = device.map(|number| numbers.device(number));
        let hint = self.field("hint");
        if let Value::Unknown(_) = hint {
            self.warn("hint", hint, "a text");
        }
        let actions = (1..=self.actions())
            .filter_map(|index| self.action(index, numbers, device.as_ref()))
            .collect();
        Control {
            name: self.name.clone(),
            hint: self.reader.machine.text(hint),
            device,
            actions,
        }
    }

    /// How many actions there can be: a nil may stand before the last one.
    fn actions(&self) -> usize {
        let Value::Table(actions) = self.field("action") else {
            return usize::from(!self.field("action").is_nil());
        };
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
        numbers: &Numbers<'_>,
        device: Option<&Named>,
    ) -> Option<Action> {
        let class = self.class(index)?;
        let command = self.whole("action", self.nth("action", index))?;
        let arg = self.or_first("arg", index);
        let arg = self
            .whole("arg", arg)
            .and_then(|arg| u32::try_from(arg).ok());
        let release = self.release(index, class);
        let value = self.number("arg_value", self.nth("arg_value", index));
        let fields = Fields {
            class,
            value: value.unwrap_or(1.0),
            limits: self.limits(index),
            relative: self.nth("relative", index).is_true(),
            gain: self.number("gain", self.nth("gain", index)),
            cycle: self.nth("cycle", index) != Value::Bool(false),
            release,
        };
        let values = action::values(&fields);
        Some(Action {
            command: numbers.command(command, &self.written, device),
            arg,
            kind: values.kind,
            relative: fields.relative,
            spring: release.is_some(),
            release,
            limits: values.limits,
            step: values.step,
            cycle: values.cycle,
            values: values.values,
        })
    }

    fn class(&mut self, index: usize) -> Option<Class> {
        let value = self.nth("class", index);
        let number = self.whole("class", value)?;
        let class = Class::from_number(number);
        if class.is_none() && number != 0 {
            self.warn("class", value, "a class_type");
        }
        class
    }

    /// What is sent when the mouse button is let go, if anything is.
    fn release(&mut self, index: usize, class: Class) -> Option<f64> {
        let stop = self.nth("stop_action", index).as_number();
        let stops = stop.is_some_and(|command| command != 0.0)
            || self.nth("use_release_message", index).is_true()
            || class == Class::SpringButton;
        let lever = matches!(class, Class::Lever | Class::MovableLever);
        if !stops || lever {
            return None;
        }
        let value = self.number("stop_value", self.nth("stop_value", index));
        Some(value.unwrap_or(0.0))
    }

    /// A pair for each action, or one pair for all.
    fn limits(&mut self, index: usize) -> Option<[f64; 2]> {
        let mut pair = self.or_first("arg_lim", index);
        if pair.as_number().is_some() {
            pair = self.field("arg_lim");
        }
        let pair = match pair {
            Value::Nil => return None,
            Value::Table(pair) => pair,
            value => {
                self.warn("arg_lim", value, "a pair of numbers");
                return None;
            }
        };
        let machine = self.reader.machine;
        let [low, high] = [1.0, 2.0].map(|at| machine.get(pair, Value::Number(at)));
        let low = self.number("arg_lim", low)?;
        let high = self.number("arg_lim", high)?;
        Some([low, high])
    }

    fn field(&self, name: &str) -> Value {
        let index = FIELDS.iter().position(|field| *field == name);
        index.map_or(Value::Nil, |index| self.fields[index])
    }

    /// The value for one action; a value that is no list is for all of them.
    fn nth(&self, field: &str, index: usize) -> Value {
        match self.field(field) {
            Value::Table(list) => self.reader.machine.get(list, Value::Number(index as f64)),
            value => value,
        }
    }

    /// The value for one action, or that for the first when it has none.
    fn or_first(&self, field: &str, index: usize) -> Value {
        match self.nth(field, index) {
            Value::Nil => self.nth(field, 1),
            value => value,
        }
    }

    fn whole(&mut self, field: &str, value: Value) -> Option<i64> {
        let number = value.as_number().and_then(whole);
        if number.is_none() && !value.is_nil() {
            self.warn(field, value, "a whole number");
        }
        number
    }

    fn number(&mut self, field: &str, value: Value) -> Option<f64> {
        let number = value.as_number();
        if number.is_none() && !value.is_nil() {
            self.warn(field, value, "a number");
        }
        number
    }

    fn warn(&mut self, field: &str, value: Value, wanted: &str) {
        let what = format!("`{field}` of element `{}`", self.name);
        self.reader.warn_value(self.place, &what, value, wanted);
    }
}
