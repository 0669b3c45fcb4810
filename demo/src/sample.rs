//! The sample install, which is built into the program, and its tables.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use defgen::{
    compile::{self, Outcome, Request, RequestError},
    emit::{self, WriteError},
};
use include_dir::{Dir, include_dir};
use tempfile::TempDir;
use thiserror::Error;

use crate::simulation::Aircraft;

static INSTALL: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../tests/sample-install");

/// The order in which the aircraft are flown.
const ORDER: [&str; 3] = ["Kestrel_T1", "Kestrel_A1", "Heron-H2"];

/// The reason why the sample could not be prepared.
#[derive(Debug, Error)]
pub enum SampleError {
    /// The temporary folder cannot be written.
    #[error("cannot unpack the sample aircraft into a temporary folder: {0}")]
    Unpack(#[from] io::Error),
    /// defgen does not accept the unpacked install.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// A table cannot be written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// The sample aircraft, compiled into a temporary folder. Dropping the value removes the folder.
#[derive(Debug)]
pub struct Sample {
    folder: TempDir,
    /// The aircraft, in the order in which they are flown.
    pub aircraft: Vec<Aircraft>,
}

impl Sample {
    /// Unpacks the install and compiles its tables.
    ///
    /// # Errors
    /// When the temporary folder cannot be written or the tables cannot be compiled.
    pub fn compile() -> Result<Self, SampleError> {
        let folder = tempfile::Builder::new()
            .prefix("dcs-master-demo-")
            .tempdir()?;
        let install = folder.path().join("install");
        std::fs::create_dir(&install)?;
        INSTALL.extract(&install)?;
        let request = Request {
            paths: vec![install],
            ..Request::default()
        };
        let report = compile::compile(&request, &())?;
        let mut aircraft = Vec::new();
        for item in &report.items {
            if let Outcome::Tables(tables) = &item.outcome {
                emit::write(&defs_in(folder.path()), item, tables, &report.cache)?;
                aircraft.push(Aircraft {
                    name: item.name.clone(),
                    tables: Arc::new(tables.indexed()),
                });
            }
        }
        aircraft.sort_by_key(|aircraft| ORDER.iter().position(|name| *name == aircraft.name));
        Ok(Self { folder, aircraft })
    }

    /// Returns the folder with the tables, for the server.
    pub fn defs(&self) -> PathBuf {
        defs_in(self.folder.path())
    }
}

fn defs_in(folder: &Path) -> PathBuf {
    folder.join("aircraft-defs")
}
