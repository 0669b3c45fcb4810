//! Values that modules read, and their names.

use mlua::{IntoLua, Lua, Value};

/// The name of a value that a module reads.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum InputKey {
    /// A cockpit arg.
    Arg(u32),
    /// The text of an indicator, as `list_indication` gives it.
    Indicator(u32),
    /// An external draw argument.
    DrawArg(u32),
    /// The frequency of a device, in Hz.
    Frequency(u32),
    /// The text of `list_cockpit_params`.
    CockpitParams,
    /// The values that an export function of the sim returns, by its name.
    Function(String),
}

impl InputKey {
    /// Returns the key that the Lua side calls `kind` and `key`; `None` if it cannot exist in the sim.
    pub(crate) fn from_lua(kind: &str, key: &Value) -> Option<Self> {
        let number = || {
            let value = key.as_f64().or_else(|| key.as_i64().map(|n| n as f64))?;
            let is_index = value.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&value);
            is_index.then_some(value as u32)
        };
        match kind {
            "arg" => number().map(Self::Arg),
            "indicator" => number().map(Self::Indicator),
            "draw_arg" => number().map(Self::DrawArg),
            "frequency" => number().map(Self::Frequency),
            "params" => Some(Self::CockpitParams),
            _ => key.to_string().ok().map(Self::Function),
        }
    }
}

/// A value that an export function of the sim returns.
#[derive(Debug, Clone, PartialEq)]
pub enum SimValue {
    /// No value.
    Nil,
    /// A truth value.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A text, in any encoding.
    Text(Vec<u8>),
    /// A table. A name that is a whole number is a number in Lua.
    Table(Vec<(String, SimValue)>),
}

impl IntoLua for &SimValue {
    fn into_lua(self, lua: &Lua) -> mlua::Result<Value> {
        match self {
            SimValue::Nil => Ok(Value::Nil),
            SimValue::Bool(value) => Ok(Value::Boolean(*value)),
            SimValue::Number(value) => Ok(Value::Number(*value)),
            SimValue::Text(text) => lua.create_string(text).map(Value::String),
            SimValue::Table(fields) => {
                let table = lua.create_table()?;
                for (name, value) in fields {
                    match name.parse::<i64>() {
                        Ok(index) => table.raw_set(index, value)?,
                        Err(_) => table.raw_set(name.as_str(), value)?,
                    }
                }
                Ok(Value::Table(table))
            }
        }
    }
}
