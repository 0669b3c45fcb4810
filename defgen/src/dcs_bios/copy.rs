//! The user's copy of DCS-BIOS: its module files, and the controls that each of them defines.

use std::collections::BTreeMap;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use memchr::memmem;
use thiserror::Error;

use super::record::{self, ControlRecord, ModuleRecord};
use crate::diagnostics::Diagnostic;
use crate::files::{GamePath, Root, Roots, resolve_case};
use crate::limits::Limits;
use crate::parse_cache::{self, ParseCache};
use crate::sim_env::Access;
use crate::sim_env::dcs_bios::{self, DryRunCode};

/// The place of DCS-BIOS in a Saved Games folder.
const HOME: &str = "Scripts/DCS-BIOS";

/// The file with the class of all modules.
const LIBRARY: &str = "Scripts/DCS-BIOS/lib/modules/Module.lua";

/// The folder of the modules of aircraft.
const MODULES: &str = "Scripts/DCS-BIOS/lib/modules/aircraft_modules";

/// The most bytes of all module files; real ones have 2.6 MB.
const MAX_BYTES: usize = 32 << 20;

/// The most module files that are run for one aircraft. One or two name each real aircraft.
const MAX_MODULES: usize = 4;

/// The most bytes of all controls that are kept; those of all real modules together take 6 MB.
const MAX_KEPT_BYTES: usize = 64 << 20;

/// The reason why a folder cannot be used as a copy of DCS-BIOS.
#[derive(Debug, Error)]
pub enum CopyProblem {
    /// It cannot be opened.
    #[error("{}: the folder cannot be opened: {error}", .path.display())]
    Unreadable {
        /// The path as the user gave it.
        path: PathBuf,
        /// The error of the system.
        error: io::Error,
    },
    /// It has no library in it.
    #[error(
        "{} has no DCS-BIOS in it that defgen can read: there is no lib/modules/Module.lua; \
         give the folder Scripts/DCS-BIOS of your Saved Games folder, and update DCS-BIOS if it \
         is an old one", .0.display()
    )]
    NotDcsBios(PathBuf),
}

/// A copy of DCS-BIOS.
#[derive(Debug)]
pub struct DcsBios {
    roots: Arc<Roots>,
    modules: Vec<ModuleFile>,
    code: DryRunCode,
    /// The bytes of the controls of all modules that were run.
    kept_bytes: AtomicUsize,
}

/// The file of a module.
#[derive(Debug)]
struct ModuleFile {
    path: GamePath,
    text: Vec<u8>,
    /// The result of running it, which is done once, when it is first needed.
    result: OnceLock<ModuleResult>,
}

#[derive(Debug, Default)]
struct ModuleResult {
    modules: Vec<ModuleRecord>,
    files: BTreeMap<String, String>,
    diagnostics: Vec<Diagnostic>,
}

/// The data of a copy about one aircraft.
#[derive(Debug, Default)]
pub struct AircraftRecords {
    /// The controls of the modules that serve it.
    pub controls: Vec<ControlRecord>,
    /// The hashes of the files that were read, by their paths in Saved Games.
    pub files: BTreeMap<String, String>,
    /// Warnings about code that could not be run.
    pub diagnostics: Vec<Diagnostic>,
}

impl DcsBios {
    /// Opens the copy in a folder: the folder `DCS-BIOS` itself, or one around it, such as
    /// `Scripts`, a Saved Games folder or a checkout.
    ///
    /// # Errors
    /// When there is no copy in the folder.
    pub fn open(folder: &Path) -> Result<Self, CopyProblem> {
        let given = resolve_case(folder);
        let unreadable = |error| CopyProblem::Unreadable {
            path: folder.to_owned(),
            error,
        };
        given.read_dir().map_err(unreadable)?;
        let home = GamePath::parse(HOME).unwrap_or_default();
        let library = GamePath::parse(LIBRARY).unwrap_or_default();
        let places = [given.clone(), given.join("DCS-BIOS"), given.join(HOME)];
        let mut copies = places.iter().filter_map(|place| {
            let root = Root::open(home.clone(), &resolve_case(place)).ok()?;
            let roots = Roots::new(vec![root], &[]);
            roots.find(&library).is_ok().then_some(roots)
        });
        match copies.next() {
            Some(roots) => Ok(Self::new(roots)),
            None => Err(CopyProblem::NotDcsBios(folder.to_owned())),
        }
    }

    fn new(roots: Roots) -> Self {
        let folder = GamePath::parse(MODULES).unwrap_or_default();
        let limit = Limits::default().source_bytes as u64;
        let mut bytes = 0;
        let read = |name: &String| {
            let path = folder.join(name);
            let text = roots.find(&path).and_then(|file| file.read(limit)).ok()?;
            Some(ModuleFile {
                path,
                text,
                result: OnceLock::new(),
            })
        };
        let names = roots.names_in(&folder);
        let names = names.iter().filter(|name| name.ends_with(".lua"));
        let modules = names.filter_map(read).take_while(|module| {
            bytes += module.text.len();
            bytes <= MAX_BYTES
        });
        let modules = modules.collect();
        Self {
            roots: Arc::new(roots),
            modules,
            code: DryRunCode::default(),
            kept_bytes: AtomicUsize::new(0),
        }
    }

    /// Returns the paths of the modules that name an aircraft.
    pub fn module_paths_for(&self, aircraft: &str) -> impl Iterator<Item = String> {
        self.modules_for(aircraft)
            .map(|module| module.path.to_string())
    }

    fn modules_for(&self, aircraft: &str) -> impl Iterator<Item = &ModuleFile> {
        let finder = memmem::Finder::new(aircraft).into_owned();
        let modules = self.modules.iter();
        let naming = modules.filter(move |module| finder.find(&module.text).is_some());
        naming.take(MAX_MODULES)
    }

    /// Returns the hash of a file of the copy; `None` if it cannot be read.
    pub fn hash(&self, path: &str) -> Option<String> {
        let file = self.roots.find(&GamePath::parse(path).ok()?).ok()?;
        let bytes = file.read(Limits::default().source_bytes as u64).ok()?;
        Some(parse_cache::hash(&bytes))
    }

    /// Returns the data of the copy about an aircraft. Each module is run once, in a state with the
    /// limits that all scripts have. Must be called [on a big stack](crate::stack::on_big_stack).
    pub fn records_for(&self, cache: &Arc<ParseCache>, aircraft: &str) -> AircraftRecords {
        let mut served = AircraftRecords::default();
        for module in self.modules_for(aircraft) {
            let hash = parse_cache::hash(&module.text);
            served.files.insert(module.path.to_string(), hash);
            let result = module.result.get_or_init(|| self.run(cache, module));
            let is_served = |module: &&ModuleRecord| {
                let mut names = module.aircraft.iter();
                names.any(|name| name.eq_ignore_ascii_case(aircraft))
            };
            let mut serving = result.modules.iter().filter(is_served).peekable();
            // A module file without modules may have failed before it defined one.
            let is_reported = serving.peek().is_some() || result.modules.is_empty();
            let controls = serving.flat_map(|module| &module.controls);
            served.controls.extend(controls.cloned());
            if is_reported {
                served.files.extend(result.files.clone());
                served.diagnostics.extend(result.diagnostics.clone());
            }
        }
        served
    }

    /// Drops the controls of a module if those of all modules would take too much memory.
    fn limit_memory(&self, result: &mut ModuleResult) {
        let controls = result.modules.iter().flat_map(|module| &module.controls);
        let bytes = controls.map(ControlRecord::bytes).sum::<usize>();
        let kept = self.kept_bytes.fetch_add(bytes, Ordering::Relaxed);
        if kept.saturating_add(bytes) > MAX_KEPT_BYTES {
            result.modules.clear();
            let message = "the modules of DCS-BIOS define more than 64 MiB of controls";
            let note = "no names are taken from this one";
            let warning = Diagnostic::warning("dcs-bios", message).with_note(note);
            result.diagnostics.push(warning);
        }
    }

    /// Runs a module. A panic affects this module only.
    fn run(&self, cache: &Arc<ParseCache>, module: &ModuleFile) -> ModuleResult {
        let access = Access {
            roots: self.roots.clone(),
            base: GamePath::parse(HOME).unwrap_or_default(),
            steps: Arc::default(),
        };
        let library = GamePath::parse(LIBRARY).unwrap_or_default();
        let work = || {
            let run = dcs_bios::run(cache, access, &self.code, &library, &module.path);
            let mut result = ModuleResult {
                modules: record::modules(&run),
                files: run.session.files().used(),
                diagnostics: run.diagnostics,
            };
            self.limit_memory(&mut result);
            result
        };
        catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
            let message = format!("defgen crashed on {}; please report it", module.path);
            ModuleResult {
                diagnostics: vec![Diagnostic::warning("dcs-bios", message)],
                ..ModuleResult::default()
            }
        })
    }
}
