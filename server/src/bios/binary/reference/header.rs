//! `Addresses.h`: the addresses as macros, for sketches.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::entry::Output;
use super::module::Module;

/// The first line, by which the files are recognized as ours.
pub(super) const FIRST_LINE: &str = "// Written by dcs-master dcs-bios reference.";

/// Returns the text of the header, with further macros.
pub(super) fn text<'a>(
    modules: impl Iterator<Item = &'a Module>,
    further: &BTreeMap<String, String>,
) -> String {
    let mut macros = further.clone();
    for module in modules {
        let entries = module.values().flat_map(BTreeMap::values);
        for output in entries.flat_map(|entry| &entry.outputs) {
            define(output, &mut macros);
        }
    }
    let mut text = format!("{FIRST_LINE}\n#pragma once\n\n");
    for (name, value) in macros {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "#define {name} {value}");
    }
    text
}

/// Adds the macros of a value. Of two with the same name, the first counts.
fn define(output: &Output, macros: &mut BTreeMap<String, String>) {
    let (address, mask) = (output.address, output.mask.unwrap_or_default());
    let shift = output.shift_by.unwrap_or_default();
    let values = [
        (
            &output.address_mask_shift_identifier,
            format!("0x{address:04X}, 0x{mask:04X}, {shift}"),
        ),
        (
            &output.address_mask_identifier,
            format!("0x{address:04X}, 0x{mask:04X}"),
        ),
        (&output.address_identifier, format!("0x{address:04X}")),
    ];
    for (name, value) in values {
        if let Some(name) = name {
            macros.entry(name.clone()).or_insert(value);
        }
    }
}
