//! Metatables: the handlers of events, and indexing through `__index` and `__newindex`.

use super::{
    Machine, Returns, Table, Value, error::EvalError, event::Event, machine::Caller,
    table::Location,
};

/// The longest chain of `__index` or `__newindex` handlers, as in Lua.
const MAX_CHAIN: usize = 100;

impl Machine {
    /// Returns the handler of an event in the metatable of a value, or nil if there is none.
    pub(super) fn metamethod(&self, value: Value, event: Event) -> Value {
        let metatable = match value {
            Value::Table(table) => self.data(table).metatable,
            Value::Str(_) => self.string_metatable,
            _ => None,
        };
        metatable.map_or(Value::Nil, |metatable| self.event(metatable, event))
    }

    pub(super) fn event(&self, metatable: Table, event: Event) -> Value {
        self.data(metatable).get_str(self.events.name(event))
    }

    /// Evaluates `object[key]` with metamethods; none if `object` cannot be indexed.
    pub(super) fn index(
        &mut self,
        object: Value,
        key: Value,
        caller: Caller,
    ) -> Result<Option<Value>, EvalError> {
        let mut object = object;
        for step in 0..MAX_CHAIN {
            self.charge(1)?;
            let handler = match object {
                Value::Unknown(_) => return Ok(Some(object)),
                Value::Table(table) => {
                    if key.as_unknown().is_some() {
                        return Ok(Some(key));
                    }
                    let data = self.data(table);
                    let value = data.get(key);
                    if !value.is_nil() || data.metatable.is_none() {
                        return Ok(Some(value));
                    }
                    match self.metamethod(object, Event::Index) {
                        Value::Nil => return Ok(Some(Value::Nil)),
                        handler => handler,
                    }
                }
                _ => match self.metamethod(object, Event::Index) {
                    Value::Nil if step == 0 => return Ok(None),
                    Value::Nil => return Err(self.bad_handler(object, caller)),
                    handler => handler,
                },
            };
            if let Value::Function(_) = handler {
                let result = self.call_values(handler, &[object, key], caller)?;
                return Ok(Some(result.first()));
            }
            object = handler;
        }
        Err(self.error_from(caller, "loop in gettable"))
    }

    /// Returns the error for a handler that cannot be indexed itself.
    fn bad_handler(&mut self, handler: Value, caller: Caller) -> EvalError {
        let message = format!("attempt to index a {} value", self.type_name(handler));
        self.error_from(caller, &message)
    }

    /// Evaluates `object[key] = value` with metamethods. Returns false if `object` cannot be
    /// indexed.
    pub(super) fn set_index(
        &mut self,
        object: Value,
        key: Value,
        value: Value,
        location: Location,
    ) -> Result<bool, EvalError> {
        let caller = Caller::Operator(location);
        let mut object = object;
        for step in 0..MAX_CHAIN {
            self.charge(1)?;
            let handler = match object {
                Value::Unknown(_) => return Ok(true),
                Value::Table(table) => {
                    self.check_key(key, location)?;
                    let data = self.data(table);
                    let plain = data.metatable.is_none() || !data.get(key).is_nil();
                    match self.metamethod(object, Event::NewIndex) {
                        handler if !plain && !handler.is_nil() => handler,
                        _ => {
                            self.set_unless_unknown(table, key, value, location)?;
                            return Ok(true);
                        }
                    }
                }
                _ => match self.metamethod(object, Event::NewIndex) {
                    Value::Nil if step == 0 => return Ok(false),
                    Value::Nil => return Err(self.bad_handler(object, caller)),
                    handler => handler,
                },
            };
            if let Value::Function(_) = handler {
                self.call_values(handler, &[object, key, value], caller)?;
                return Ok(true);
            }
            object = handler;
        }
        Err(self.error_from(caller, "loop in settable"))
    }

    /// Sets an entry; if the key is unknown, drops the value with a warning.
    pub(super) fn set_unless_unknown(
        &mut self,
        table: Table,
        key: Value,
        value: Value,
        location: Location,
    ) -> Result<(), EvalError> {
        match key {
            Value::Unknown(unknown) => {
                self.report_unknown_key(unknown, location);
                Ok(())
            }
            key => self.set_entry(table, key, value, location),
        }
    }

    /// Rejects nil and NaN as keys.
    pub(super) fn check_key(&mut self, key: Value, location: Location) -> Result<(), EvalError> {
        let message: &[u8] = match key {
            Value::Nil => b"table index is nil",
            Value::Number(number) if number.is_nan() => b"table index is NaN",
            _ => return Ok(()),
        };
        match self.span_of(location) {
            Some(span) => Err(self.error_at(Some(span), message)),
            None => Err(self.bare_error(message)),
        }
    }

    /// Calls a function with arguments that are not on the stack yet.
    pub(super) fn call_values(
        &mut self,
        function: Value,
        args: &[Value],
        caller: Caller,
    ) -> Result<Returns, EvalError> {
        let base = self.stack.len();
        args.iter().for_each(|&arg| self.push(arg));
        self.invoke(function, base, caller)
    }
}
