//! The tables of all aircraft, made in the background.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use defgen::compile::Progress;
use defgen::{Outcome, Request, compile, emit};
use serde::Serialize;

use super::shown;
use crate::quote::printable_reason;
use crate::setup::folders::{GameFolders, write_folder};

/// The making of the tables of all aircraft, once at a time.
#[derive(Debug, Default)]
pub(super) struct Compilation(Mutex<CompileStatus>);

/// The answer to a `GET` of `/api/setup/compile`.
#[derive(Debug, Clone, Default, Serialize)]
pub(in crate::page) struct CompileStatus {
    state: CompileState,
    /// The modules that have been compiled, and all of them.
    done: usize,
    total: usize,
    /// The module that was compiled last.
    module: Option<String>,
    /// The result or the error, at the end.
    text: Option<String>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum CompileState {
    /// Nothing has been compiled yet.
    #[default]
    Idle,
    Running,
    Done,
    Failed,
}

impl Compilation {
    /// Starts to make the tables of the installs and of the mods in the folder that DCS writes to.
    ///
    /// # Errors
    /// With a sentence, when there is no install, or the tables are being made already.
    pub(super) fn start(
        this: &Arc<Self>,
        game: &GameFolders,
        folder: Option<&Path>,
        defs: &Path,
    ) -> Result<(), String> {
        if game.installs.is_empty() {
            return Err(
                "no DCS World was found on this computer; run defgen with its folder".to_owned(),
            );
        }
        let mods = write_folder(folder, game).ok();
        let mods = mods.filter(|folder| folder.join("Mods/aircraft").is_dir());
        let request = Request {
            paths: game.installs.iter().cloned().chain(mods).collect(),
            ..Request::default()
        };
        this.begin()?;
        let (this, defs) = (Arc::clone(this), defs.to_owned());
        tokio::task::spawn_blocking(move || this.end_with(|| compile_all(&request, &defs, &*this)));
        Ok(())
    }

    /// Returns how far it is.
    pub(super) fn status(&self) -> CompileStatus {
        self.lock().clone()
    }

    fn begin(&self) -> Result<(), String> {
        let mut status = self.lock();
        if status.state == CompileState::Running {
            return Err("the tables are being made already".to_owned());
        }
        *status = CompileStatus {
            state: CompileState::Running,
            ..CompileStatus::default()
        };
        Ok(())
    }

    /// Does the work and ends, even if it panics.
    fn end_with(&self, work: impl FnOnce() -> Result<String, String>) {
        let crashed =
            |_| Err("defgen crashed; please report this as a bug of dcs-master".to_owned());
        self.end(catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(crashed));
    }

    fn end(&self, result: Result<String, String>) {
        let mut status = self.lock();
        status.state = match result {
            Ok(_) => CompileState::Done,
            Err(_) => CompileState::Failed,
        };
        status.text = Some(result.unwrap_or_else(|error| error));
    }

    fn lock(&self) -> MutexGuard<'_, CompileStatus> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Progress for Compilation {
    fn set_total(&self, modules: usize) {
        self.lock().total = modules;
    }

    fn module_compiled(&self, module: &str) {
        let mut status = self.lock();
        status.done += 1;
        status.module = Some(printable_reason(module));
    }
}

/// Makes the tables, and returns what was done.
fn compile_all(request: &Request, defs: &Path, progress: &dyn Progress) -> Result<String, String> {
    let compiled = compile(request, progress);
    let compiled = compiled.map_err(|error| printable_reason(&error.to_string()))?;
    let mut written = 0;
    for item in &compiled.items {
        if let Outcome::Tables(tables) = &item.outcome {
            emit::write(defs, item, tables, &compiled.cache).map_err(|error| error.to_string())?;
            written += 1;
        }
    }
    Ok(format!(
        "wrote the tables of {written} aircraft into {}\n",
        shown(defs)
    ))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn it_runs_once_at_a_time_and_tells_how_far_it_is() {
        let compilation = Compilation::default();
        let status = || json!(compilation.status());
        assert_eq!(status()["state"], "idle");
        compilation.begin().unwrap();
        compilation.set_total(24);
        compilation.module_compiled("Kestrel_T1");
        let expected = json!({
            "state": "running", "done": 1, "total": 24, "module": "Kestrel_T1", "text": null
        });
        assert_eq!(status(), expected);
        assert!(compilation.begin().is_err());
        compilation.end(Err("no".to_owned()));
        assert_eq!(
            (&status()["state"], &status()["text"]),
            (&json!("failed"), &json!("no"))
        );
        compilation.begin().unwrap();
        assert_eq!(
            (&status()["done"], &status()["text"]),
            (&json!(0), &json!(null))
        );
    }
    #[test]
    fn it_ends_even_if_the_work_panics() {
        let compilation = Compilation::default();
        compilation.begin().unwrap();
        compilation.end_with(|| panic!("a bug"));
        let status = json!(compilation.status());
        assert_eq!(status["state"], "failed");
        assert!(
            status["text"].as_str().unwrap().contains("report this"),
            "{status}"
        );
        assert!(compilation.begin().is_ok());
    }
}
