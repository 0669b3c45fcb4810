//! The text about what was installed or uninstalled, for people.

use std::path::Path;

use aircraft_defs::counted;

use super::{InstallEvent, ScriptError};
use crate::quote::printable_reason;

/// Returns a line for the folder and for each event; the scripts are counted in one line.
pub fn report(folder: &Path, events: &[InstallEvent]) -> String {
    let mut lines = vec![format!("{}:", printable_reason(&folder.to_string_lossy()))];
    let scripts = |kind: fn(&InstallEvent) -> bool| events.iter().filter(|it| kind(it)).count();
    let wrote = scripts(|event| matches!(event, InstallEvent::WroteScript(_)));
    if wrote > 0 {
        let scripts = counted(wrote, "script");
        lines.push(format!(
            "  wrote {scripts} into Scripts/Hooks and Scripts/dcs-master"
        ));
    }
    let removed = scripts(|event| matches!(event, InstallEvent::RemovedScript(_)));
    if removed > 0 {
        let scripts = counted(removed, "script");
        lines.push(format!(
            "  removed {scripts} from Scripts/Hooks and Scripts/dcs-master"
        ));
    }
    lines.extend(events.iter().filter_map(|event| line(folder, event)));
    lines.join("\n") + "\n"
}

/// Returns the line that reports an event; `None` for the scripts.
fn line(folder: &Path, event: &InstallEvent) -> Option<String> {
    let name = |path: &Path| {
        let path = path.strip_prefix(folder).unwrap_or(path);
        printable_reason(&path.to_string_lossy())
    };
    Some(match event {
        InstallEvent::WroteScript(_) | InstallEvent::RemovedScript(_) => return None,
        InstallEvent::WroteConfig(path) => format!("  wrote {}", name(path)),
        InstallEvent::RemovedConfig(path) => format!("  removed {}", name(path)),
        InstallEvent::KeptConfig(path) => format!(
            "  kept {}, because you have written or changed it",
            name(path)
        ),
        InstallEvent::AddedLine(path) => format!("  added one line to {}", name(path)),
        InstallEvent::RemovedLine(path) => format!("  removed the line from {}", name(path)),
        InstallEvent::UncertainExportLua { path, reason } => warning(&name(path), reason),
    })
}

fn warning(name: &str, reason: &ScriptError) -> String {
    let reason_text = printable_reason(&reason.to_string());
    match reason {
        ScriptError::Syntax(_) => format!(
            "  warning: {name} has a syntax error, so DCS cannot run it ({reason_text}); correct it, or \
             there will be no text displays"
        ),
        _ => format!(
            "  warning: it is unknown whether DCS reaches that line in {name}: {reason_text}"
        ),
    }
}
