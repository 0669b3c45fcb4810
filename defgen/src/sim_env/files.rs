//! Answers `dofile`, `loadfile` and `require` from the given folders.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::files::{FileError, Found, GamePath, PathError, Roots};
use crate::interp::{Include, Loaded, Loader, Machine, Value};
use crate::parse_cache::ParseCache;
use crate::source::Span;
use crate::syntax::Chunk;

/// Where the install keeps the scripts that all cockpits share.
pub const COMMON_SCRIPTS: &str = "Scripts/Aircrafts/_Common/Cockpit/";

/// Diagnostics that are kept of included files that could not be used.
const MAX_BROKEN: usize = 100;

/// The files that a session may read.
#[derive(Debug, Clone)]
pub struct Access {
    /// The folders.
    pub roots: Arc<Roots>,
    /// The folder of the scripts, where `require` looks first.
    pub base: GamePath,
}

/// The files of a session.
#[derive(Debug)]
pub struct Files {
    cache: Arc<ParseCache>,
    access: Access,
    has_common: bool,
    used: RefCell<BTreeMap<String, String>>,
    broken: RefCell<Vec<Diagnostic>>,
    lacks_common: Cell<bool>,
}

impl Files {
    /// Files from `access`, parsed by `cache`.
    pub fn new(cache: Arc<ParseCache>, access: Access) -> Self {
        let common = GamePath::parse(COMMON_SCRIPTS);
        let has_common = common.is_ok_and(|path| access.roots.find(&path).is_ok());
        Self {
            cache,
            access,
            has_common,
            used: RefCell::default(),
            broken: RefCell::default(),
            lacks_common: Cell::new(false),
        }
    }

    /// The files that were read: their places below the install and their hashes.
    pub fn used(&self) -> BTreeMap<String, String> {
        self.used.borrow().clone()
    }

    /// Returns true if one of the install's common scripts was included and there is no install.
    pub fn lacks_common(&self) -> bool {
        self.lacks_common.get()
    }

    /// Takes what is wrong with included files that could not be used. Each ended what
    /// included it, unless that was prepared for it.
    pub fn take_broken(&self) -> Vec<Diagnostic> {
        self.broken.take()
    }

    /// The tree of the file at `path`, which is noted as used.
    ///
    /// # Errors
    /// When it cannot be read, or is not Lua.
    pub fn open(&self, path: &GamePath) -> Result<Arc<Chunk>, OpenError> {
        let found = self.access.roots.find(path)?;
        let parsed = self.cache.parsed(&found)?;
        self.note(&found, &parsed.hash);
        parsed.chunk.clone().map_err(OpenError::Broken)
    }

    fn note(&self, found: &Found, hash: &str) {
        let mut used = self.used.borrow_mut();
        used.insert(found.path.to_string(), hash.to_owned());
    }

    /// The file that `require` means.
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

    /// The answer for a file that is not there: nothing runs, and the user is told.
    fn missing(&self, machine: &mut Machine, path: &GamePath, from: Option<Span>) -> Loaded {
        let common = GamePath::parse(COMMON_SCRIPTS).unwrap_or_default();
        let is_common = path.below(&common).is_some();
        let diagnostic = if is_common && !self.has_common {
            self.lacks_common.set(true);
            Diagnostic::note(
                "no-common",
                "the common scripts of the install are not among the given folders",
            )
            .with_note("what they define is missing; --install names the folder of DCS World")
        } else {
            Diagnostic::warning("missing-include", format!("there is no `{path}`"))
                .with_note("nothing is included here, as if the file were empty")
        };
        machine.report(at(diagnostic, from, "included here"));
        Loaded::Value(Value::Nil)
    }

    fn refuse(&self, error: OpenError, from: Option<Span>) -> Loaded {
        let text = error.to_string();
        let diagnostics = error.diagnostics().into_iter();
        let included = diagnostics.map(|diagnostic| at(diagnostic, from, "included here"));
        let mut broken = self.broken.borrow_mut();
        for diagnostic in included {
            if broken.contains(&diagnostic) {
                continue;
            }
            // The last one is kept in any case, as it may be what ends the file.
            if broken.len() >= MAX_BROKEN {
                broken.pop();
            }
            broken.push(diagnostic);
        }
        Loaded::Error(text)
    }
}

impl Loader for Files {
    fn load(
        &self,
        machine: &mut Machine,
        include: Include,
        name: &[u8],
        from: Option<Span>,
    ) -> Loaded {
        let name = String::from_utf8_lossy(name);
        if include == Include::Require
            && let Some(module) = super::cockpit::module(machine, &name)
        {
            return Loaded::Value(module);
        }
        let opened = match include {
            Include::Require => self.required(&name),
            Include::Dofile | Include::Loadfile => GamePath::parse(&name)
                .map_err(OpenError::from)
                .and_then(|path| self.open(&path)),
        };
        match (opened, include) {
            (Ok(chunk), _) => Loaded::Chunk(chunk),
            (Err(OpenError::File(FileError::Missing(path))), Include::Loadfile) => {
                Loaded::Error(format!("cannot open {path}"))
            }
            (Err(OpenError::File(FileError::Missing(_))), Include::Require) => {
                Loaded::Value(machine.unknown(format!("the module `{name}` is not known")))
            }
            (Err(OpenError::File(FileError::Missing(path))), Include::Dofile) => {
                self.missing(machine, &path, from)
            }
            (Err(error), _) => self.refuse(error, from),
        }
    }
}

/// Why a file cannot be run.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// It cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// It is not Lua.
    #[error("{}", .0.first().map_or("not Lua", |d| d.message.as_str()))]
    Broken(Vec<Diagnostic>),
}

impl From<PathError> for OpenError {
    fn from(error: PathError) -> Self {
        Self::File(error.into())
    }
}

impl OpenError {
    /// It as diagnostics, all of them errors.
    pub fn diagnostics(self) -> Vec<Diagnostic> {
        match self {
            Self::File(error) => vec![Diagnostic::error("file", error.to_string())],
            Self::Broken(diagnostics) => diagnostics,
        }
    }
}

/// A diagnostic with a further place, if there is one.
fn at(diagnostic: Diagnostic, span: Option<Span>, words: &str) -> Diagnostic {
    match span {
        Some(span) if diagnostic.labels.is_empty() => diagnostic.at(span),
        Some(span) => diagnostic.label(span, words),
        None => diagnostic,
    }
}
