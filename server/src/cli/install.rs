//! `dcs-master install` and `dcs-master uninstall`.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Args;

use crate::setup::{self, Payload, Ports, Step, doctor, folders, places};

/// The arguments of `install`.
#[derive(Debug, Args)]
pub(super) struct InstallArgs {
    /// The folder that DCS writes to, or the one above it (found by itself if there is only one)
    #[arg(long, value_name = "DIR")]
    saved_games: Option<PathBuf>,
    /// Port for args and actions, if 4243 is taken (give `serve --hook` the same)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    hook_port: Option<u16>,
    /// Port for text displays, if 4244 is taken (give `serve --export` the same)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    export_port: Option<u16>,
}

/// The arguments of `uninstall`.
#[derive(Debug, Args)]
pub(super) struct UninstallArgs {
    /// The folder that DCS writes to, or the one above it (found by itself if there is only one)
    #[arg(long, value_name = "DIR")]
    saved_games: Option<PathBuf>,
}

impl InstallArgs {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let folder = folders::write_folder(self.saved_games.as_deref(), &places::find())?;
        let ports = Ports {
            hook: self.hook_port,
            export: self.export_port,
        };
        let steps = setup::install(&folder, &Payload::embedded(), ports)?;
        println!("{}:", folder.display());
        print_steps(&folder, &steps);
        if steps.is_empty() {
            println!("  already installed, nothing to do");
        } else {
            println!(
                "Start DCS anew, then run: dcs-master serve{}",
                serve_options(doctor::configured_ports(&folder))
            );
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl UninstallArgs {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let folder = folders::write_folder(self.saved_games.as_deref(), &places::find())?;
        let steps = setup::uninstall(&folder, &Payload::embedded())?;
        println!("{}:", folder.display());
        print_steps(&folder, &steps);
        if steps.is_empty() {
            println!("  nothing of dcs-master is installed there");
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn print_steps(folder: &Path, steps: &[Step]) {
    let scripts = |wanted: fn(&Step) -> bool| steps.iter().filter(|step| wanted(step)).count();
    let wrote = scripts(|step| matches!(step, Step::WroteScript(_)));
    if wrote > 0 {
        println!("  wrote {wrote} scripts into Scripts/Hooks and Scripts/dcs-master");
    }
    let removed = scripts(|step| matches!(step, Step::RemovedScript(_)));
    if removed > 0 {
        println!("  removed {removed} scripts from Scripts/Hooks and Scripts/dcs-master");
    }
    for step in steps {
        print_step(folder, step);
    }
}

fn print_step(folder: &Path, step: &Step) {
    let name = |path: &Path| {
        path.strip_prefix(folder)
            .unwrap_or(path)
            .display()
            .to_string()
    };
    match step {
        Step::WroteScript(_) | Step::RemovedScript(_) => {}
        Step::WroteConfig(path) => println!("  wrote {}", name(path)),
        Step::RemovedConfig(path) => println!("  removed {}", name(path)),
        Step::KeptConfig(path) => println!("  kept {}: you have changed it", name(path)),
        Step::AddedLine(path) => println!("  added one line to {}", name(path)),
        Step::RemovedLine(path) => println!("  took the line out of {}", name(path)),
        Step::BrokenExportLua { path, reason } => println!(
            "  warning: {} has an error of its own, so DCS runs nothing of it ({reason}); \
             correct it, or there will be no text displays",
            name(path)
        ),
    }
}

fn serve_options(ports: Ports) -> String {
    let option =
        |name: &str, port: Option<u16>| port.map(|port| format!(" --{name} 127.0.0.1:{port}"));
    [option("hook", ports.hook), option("export", ports.export)]
        .into_iter()
        .flatten()
        .collect()
}
