//! An entry of the reference, with the fields that other programs read.

use serde::Serialize;

use crate::bios::binary::memory::Address;

/// A control, a gauge, a lamp or a text.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Entry {
    pub(super) category: String,
    pub(super) control_type: &'static str,
    pub(super) identifier: String,
    pub(super) description: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) api_variant: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) positions: Vec<String>,
    pub(super) inputs: Vec<Input>,
    pub(super) outputs: Vec<Output>,
}

/// A way to operate a control.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub(super) struct Input {
    pub(super) interface: &'static str,
    pub(super) description: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) argument: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) max_value: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) suggested_step: Option<u16>,
}

impl Input {
    /// Creates the input that goes to a position or a value.
    pub(super) fn set_state(max_value: u16) -> Self {
        Self {
            interface: "set_state",
            description: "set position",
            max_value: Some(max_value),
            ..Self::default()
        }
    }

    /// Creates the input that goes to the next position.
    pub(super) fn fixed_step() -> Self {
        Self {
            interface: "fixed_step",
            description: "switch to previous or next state",
            ..Self::default()
        }
    }

    /// Creates the input that turns by an amount.
    pub(super) fn variable_step() -> Self {
        Self {
            interface: "variable_step",
            description: "turn left or right",
            max_value: Some(u16::MAX),
            suggested_step: Some(3_200),
            ..Self::default()
        }
    }

    /// Creates the input that goes to the other of two positions.
    pub(super) fn toggle() -> Self {
        Self {
            interface: "action",
            description: "toggle switch state",
            argument: Some("TOGGLE"),
            ..Self::default()
        }
    }
}

/// A value in the memory map.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Output {
    pub(super) r#type: &'static str,
    pub(super) address: u16,
    pub(super) suffix: &'static str,
    pub(super) description: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) mask: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) shift_by: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) max_value: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) max_length: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) address_identifier: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) address_mask_identifier: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) address_mask_shift_identifier: Option<String>,
}

impl Output {
    /// Creates an integer in some bits of a word.
    pub(super) fn integer(address: Address, mask: u16, max_value: u16) -> Self {
        Self {
            r#type: "integer",
            address: address.value(),
            suffix: "",
            description: "",
            mask: Some(mask),
            shift_by: Some(mask.trailing_zeros()),
            max_value: Some(max_value),
            max_length: None,
            address_identifier: None,
            address_mask_identifier: None,
            address_mask_shift_identifier: None,
        }
    }

    /// Creates a text.
    pub(super) fn text(address: Address, length: u16) -> Self {
        Self {
            r#type: "string",
            mask: None,
            shift_by: None,
            max_value: None,
            max_length: Some(length),
            ..Self::integer(address, 0, 0)
        }
    }

    /// Sets the description.
    pub(super) fn described(mut self, description: &'static str) -> Self {
        self.description = description;
        self
    }

    /// Sets the names that `Addresses.h` defines for the value.
    pub(super) fn named(mut self, module: &str, identifier: &str) -> Self {
        let name = macro_name(&format!("{module}_{identifier}{}", self.suffix));
        let is_whole = self.max_value.is_none_or(|max| max == u16::MAX);
        self.address_identifier = is_whole.then(|| format!("{name}_A"));
        let is_bit = self.max_value == Some(1);
        self.address_mask_identifier = is_bit.then(|| format!("{name}_AM"));
        self.address_mask_shift_identifier = self.mask.map(|_| name);
        self
    }
}

/// Returns a name as that of a macro: with one `_` for all other characters in a row.
fn macro_name(name: &str) -> String {
    let mut word = String::new();
    for c in name.chars() {
        match c.is_ascii_alphanumeric() {
            true => word.push(c),
            false if word.ends_with('_') => {}
            false => word.push('_'),
        }
    }
    word
}
