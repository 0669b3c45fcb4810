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
    if !reads.failed_hooks.is_empty() {
        let failed = counted(reads.failed_hooks.len(), "output");
        let names = reads.failed_hooks.iter().map(|name| printable(name));
        let names = listed(names.collect());
        parts.push(format!("{failed} with errors in a trial ({names})"));
    }
    if !missing.is_empty() {
        parts.push(format!(
            "what depends on {}",
            listed(missing.into_iter().collect())
        ));
    }
    let module = printable(&reads.module);
    (!parts.is_empty()).then(|| {
        let (of, what) = (counted(reads.hooks, "output"), parts.join(", and "));
        format!("DCS-BIOS: module {module}: of its {of}, these are not served: {what}")
    })
}

/// Returns names for a line of the log.
fn listed(mut names: Vec<String>) -> String {
    let left_out = names.len().saturating_sub(MAX_NAMES);
    names.truncate(MAX_NAMES);
    match left_out {
        0 => names.join(", "),
        _ => format!("{} and {left_out} more", names.join(", ")),
    }
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
        reads.failed_hooks = vec!["RIO_TID".into()];
        reads
            .inputs
            .insert(InputKey::Function("LoGetObjectById".into()));
        let line = unserved(&reads).unwrap();
        assert_eq!(
            line,
            "DCS-BIOS: module F-14: of its 1200 outputs, these are not served: 1 output with errors in \
             a trial (RIO_TID), and what depends on LoGetObjectById"
        );
    }
}
