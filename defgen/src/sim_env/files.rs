//! Answers `dofile`, `loadfile` and `require` from the given folders.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::sync::Arc;

use super::ModuleSteps;
use crate::diagnostics::Diagnostic;
use crate::files::{FileError, FoundFile, GamePath, PathError, Roots};
use crate::interp::{Include, LoadResult, Loader, Machine, Value};
use crate::parse_cache::ParseCache;
use crate::source::Span;
use crate::syntax::Chunk;

/// The folder in the install with the scripts that all cockpits share.
pub const COMMON_SCRIPTS: &str = "Scripts/Aircrafts/_Common/Cockpit/";

/// The most diagnostics that are kept about broken includes.
const MAX_BROKEN: usize = 100;

/// The files that a session may read.
#[derive(Debug, Clone)]
pub struct Access {
    /// The given folders.
    pub roots: Arc<Roots>,
    /// The folder of the scripts, where `require` looks first.
    pub base: GamePath,
    /// The steps that the states of the module have used.
    pub steps: Arc<ModuleSteps>,
}

/// The files of a session.
#[derive(Debug)]
pub struct Files {
    cache: Arc<ParseCache>,
    access: Access,
    has_common: bool,
    /// The modules that `require` provides without a file, by the last part of their names.
    provided: RefCell<BTreeMap<String, Value>>,
    used: RefCell<BTreeMap<String, String>>,
    broken: RefCell<Vec<Diagnostic>>,
    lacks_common: Cell<bool>,
}

impl Files {
    /// Returns the files of `access`, which `cache` parses.
    pub fn new(cache: Arc<ParseCache>, access: Access) -> Self {
        let common = GamePath::parse(COMMON_SCRIPTS);
        let has_common = common.is_ok_and(|path| access.roots.find(&path).is_ok());
        Self {
            cache,
            access,
            has_common,
            provided: RefCell::default(),
            used: RefCell::default(),
            broken: RefCell::default(),
            lacks_common: Cell::new(false),
        }
    }

    /// Returns the hashes of the files that were read, by their paths in the install.
    pub fn used(&self) -> BTreeMap<String, String> {
        self.used.borrow().clone()
    }

    /// Lets `require` return `module` for every name whose last part is `name`.
    pub(super) fn provide(&self, name: String, module: Value) {
        self.provided.borrow_mut().insert(name, module);
    }

    fn provided(&self, name: &str) -> Option<Value> {
        let last = name.rsplit('.').next()?;
        self.provided.borrow().get(last).copied()
    }

    /// Returns true if one of the install's common scripts was included and there is no install.
    pub fn lacks_common(&self) -> bool {
        self.lacks_common.get()
    }

    /// Takes the errors of broken includes. Each has ended the code that included the file, unless
    /// that code has caught it.
    pub fn take_broken(&self) -> Vec<Diagnostic> {
        self.broken.take()
    }

    /// Returns the tree of the file at `path`, and records that it was read.
    ///
    /// # Errors
    /// When the file cannot be read or is not Lua.
    pub fn open(&self, path: &GamePath) -> Result<Arc<Chunk>, OpenError> {
        let found = self.access.roots.find(path)?;
        let parsed = self.cache.get(&found)?;
        self.record(&found, &parsed.hash);
        parsed.chunk.clone().map_err(OpenError::Broken)
    }

    fn record(&self, found: &FoundFile, hash: &str) {
        let mut used = self.used.borrow_mut();
        used.insert(found.path.to_string(), hash.to_owned());
    }

    /// Returns the tree of a file for `require`.
    fn required(&self, name: &str) -> Result<Arc<Chunk>, OpenError> {
        let file = name.replace('.', "/") + ".lua";
        let base = format!("{}/{file}", self.access.base);
        let common = format!("{COMMON_SCRIPTS}{file}");
        for place in [base, common, format!("Scripts/{file}")] {
            match self.open(&GamePath::parse(&place)?) {
                Err(OpenError::File(FileError::Missing(_))) => {}
                result => return result,
            }
        }
        self.open(&GamePath::parse(&file)?)
    }

    /// Returns the result of `dofile` for a file that does not exist, and reports it.
    fn missing(&self, machine: &mut Machine, path: &GamePath, from: Option<Span>) -> LoadResult {
        let common = GamePath::parse(COMMON_SCRIPTS).unwrap_or_default();
        let is_common = path.below(&common).is_some();
        let diagnostic = if is_common && !self.has_common {
            self.lacks_common.set(true);
            Diagnostic::note(
                "no-common",
                "the common scripts of DCS World are not in the given folders",
            )
            .with_note(
                "the names they define are missing; give the folder of DCS World with --install",
            )
        } else {
            Diagnostic::warning("missing-include", format!("there is no `{path}`"))
                .with_note("it is treated as an empty file")
        };
        machine.report(at(diagnostic, from, "included here"));
        LoadResult::Value(Value::Nil)
    }

    /// Records the error of a broken include, and returns it as the result.
    fn broken_include(&self, error: OpenError, from: Option<Span>) -> LoadResult {
        let text = error.to_string();
        let diagnostics = error.diagnostics().into_iter();
        let included = diagnostics.map(|diagnostic| at(diagnostic, from, "included here"));
        let mut broken = self.broken.borrow_mut();
        for diagnostic in included {
            if broken.contains(&diagnostic) {
                continue;
            }
            // The last one is always kept, as it may be the one that ends the file.
            if broken.len() >= MAX_BROKEN {
                broken.pop();
            }
            broken.push(diagnostic);
        }
        LoadResult::Error(text)
    }
}

impl Loader for Files {
    fn load(
        &self,
        machine: &mut Machine,
        include: Include,
        name: &[u8],
        from: Option<Span>,
    ) -> LoadResult {
        let name = String::from_utf8_lossy(name);
        if include == Include::Require {
            let own = super::cockpit::module(machine, &name);
            if let Some(module) = own.or_else(|| self.provided(&name)) {
                return LoadResult::Value(module);
            }
        }
        let opened = match include {
            Include::Require => self.required(&name),
            Include::Dofile | Include::Loadfile => GamePath::parse(&name)
                .map_err(OpenError::from)
                .and_then(|path| self.open(&path)),
        };
        match (opened, include) {
            (Ok(chunk), _) => LoadResult::Chunk(chunk),
            (Err(OpenError::File(FileError::Missing(path))), Include::Loadfile) => {
                LoadResult::Error(format!("cannot open {path}"))
            }
            (Err(OpenError::File(FileError::Missing(_))), Include::Require) => {
                LoadResult::Value(machine.unknown(format!("the module `{name}` does not exist")))
            }
            (Err(OpenError::File(FileError::Missing(path))), Include::Dofile) => {
                self.missing(machine, &path, from)
            }
            (Err(error), _) => self.broken_include(error, from),
        }
    }
}

/// The error of a file that cannot be run.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The file cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// The file is not Lua.
    #[error("{}", .0.first().map_or("not Lua", |d| d.message.as_str()))]
    Broken(Vec<Diagnostic>),
}

impl From<PathError> for OpenError {
    fn from(error: PathError) -> Self {
        Self::File(error.into())
    }
}

impl OpenError {
    /// Returns the error as diagnostics.
    pub fn diagnostics(self) -> Vec<Diagnostic> {
        match self {
            Self::File(error) => vec![Diagnostic::error("file", error.to_string())],
            Self::Broken(diagnostics) => diagnostics,
        }
    }
}

/// Adds a place to a diagnostic, if there is one.
fn at(diagnostic: Diagnostic, span: Option<Span>, words: &str) -> Diagnostic {
    match span {
        Some(span) if diagnostic.labels.is_empty() => diagnostic.at(span),
        Some(span) => diagnostic.label(span, words),
        None => diagnostic,
    }
}
