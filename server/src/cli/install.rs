//! `dcs-master install` and `dcs-master uninstall`: the scripts in the sim's write folder.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use aircraft_defs::counted;
use clap::Args;

use super::output::print;
use crate::{
    quote::printable_reason,
    setup::{self, InstallEvent, Payload, Ports, ScriptError, doctor, folders, game_folders},
};

/// The arguments of `install`.
#[derive(Debug, Args)]
pub(super) struct InstallArgs {
    /// The folder that DCS writes to, or its parent [default: searched for]
    #[arg(long, value_name = "DIR")]
    saved_games: Option<PathBuf>,
    /// Port for args and actions, if 4243 is taken (`serve` reads it in config.lua)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    hook_port: Option<u16>,
    /// Port for text displays, if 4244 is taken (`serve` reads it in config.lua)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    export_port: Option<u16>,
}

/// The arguments of `uninstall`.
#[derive(Debug, Args)]
pub(super) struct UninstallArgs {
    /// The folder that DCS writes to, or its parent [default: searched for]
    #[arg(long, value_name = "DIR")]
    saved_games: Option<PathBuf>,
}

impl InstallArgs {
    /// Installs, and prints what was done.
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let game = game_folders::find();
        let folder = folders::write_folder(self.saved_games.as_deref(), &game)?;
        let ports = Ports {
            hook: self.hook_port,
            export: self.export_port,
        };
        let events = setup::install(&folder, &Payload::embedded(), ports)?;
        let end = if events.is_empty() {
            "  already installed, nothing to do".to_owned()
        } else {
            let addresses = setup::addresses_in(&folder).addresses;
            let usual = setup::find_addresses(&game).addresses;
            let serve = doctor::serve_command(addresses, usual);
            format!("Restart DCS, then run: {serve}")
        };
        print(&format!("{}{end}\n", report(&folder, &events)))?;
        Ok(ExitCode::SUCCESS)
    }
}

impl UninstallArgs {
    /// Uninstalls, and prints what was done.
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let game = game_folders::find();
        let folder = folders::write_folder(self.saved_games.as_deref(), &game)?;
        let events = setup::uninstall(&folder, &Payload::embedded())?;
        let end = if events.is_empty() {
            "  nothing of dcs-master is installed there\n"
        } else {
            ""
        };
        print(&format!("{}{end}", report(&folder, &events)))?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Returns a line for the folder and for each event; the scripts are counted in one line.
fn report(folder: &Path, events: &[InstallEvent]) -> String {
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
