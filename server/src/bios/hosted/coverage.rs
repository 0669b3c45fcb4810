//! What a dry run has found that modules read, and what of it cannot be served.

use std::collections::BTreeSet;

use aircraft_defs::counted;
use dcs_bios_host::{InputKey, ModuleReads};

use super::inputs::question;
use crate::quote::printable;

/// The most names in a line of the log.
const MAX_NAMES: usize = 8;

/// Returns a line for the log about what cannot be served of a module; `None` if all can.
pub(crate) fn unserved(reads: &ModuleReads) -> Option<String> {
    let missing: BTreeSet<String> = reads.inputs.iter().filter_map(unserved_name).collect();
    let mut parts = Vec::new();
    if reads.failed_hooks > 0 {
        let failed = counted(reads.failed_hooks, "output");
        parts.push(format!("{failed} with errors in a trial"));
    }
    if !missing.is_empty() {
        let names: Vec<String> = missing.into_iter().take(MAX_NAMES).collect();
        parts.push(format!("what depends on {}", names.join(", ")));
    }
    let module = printable(&reads.module);
    (!parts.is_empty()).then(|| {
        let (of, what) = (counted(reads.hooks, "output"), parts.join(", and "));
        format!("DCS-BIOS: module {module}: of its {of}, these are not served: {what}")
    })
}

/// Returns the name of an input that the sim cannot be asked for.
pub(super) fn unserved_name(key: &InputKey) -> Option<String> {
    match key {
        key if question(key).is_some() => None,
        InputKey::Function(name) => Some(printable(name)),
        key => Some(format!("{key:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_not_served_is_named() {
        let mut reads = ModuleReads {
            module: "F-14".into(),
            hooks: 1200,
            inputs: [InputKey::Arg(1), InputKey::Function("LoGetSelfData".into())].into(),
            ..ModuleReads::default()
        };
        assert_eq!(unserved(&reads), None);
        reads.failed_hooks = 1;
        reads
            .inputs
            .insert(InputKey::Function("LoGetObjectById".into()));
        let line = unserved(&reads).unwrap();
        assert_eq!(
            line,
            "DCS-BIOS: module F-14: of its 1200 outputs, these are not served: 1 output with errors in \
             a trial, and what depends on LoGetObjectById"
        );
    }
}
