//! The options for recording what the cockpit does.

use std::path::PathBuf;

use aircraft_defs::Folders;
use anyhow::Result;
use clap::Args;

use crate::record::{FileChoice, TableFolders};
use crate::serve::{Recorder, RecorderConfig};
use crate::tables::TablesConfig;

/// The options for recording.
#[derive(Debug, Args)]
pub(super) struct RecordArgs {
    /// Record everything that the sim says and clients ask for into this file, or, if it is a
    /// folder, into a file there with the date in its name
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
}

impl RecordArgs {
    /// Returns the settings of the recorder.
    pub(super) fn config(&self, tables: &TablesConfig) -> RecorderConfig {
        let given = self.record.clone().filter(|path| path.is_dir());
        RecorderConfig {
            folder: given.or_else(|| Folders::find(None).recordings()),
            tables: TableFolders {
                defs: tables.defs.clone(),
                own_defs: tables.own_defs.clone(),
            },
        }
    }

    /// Starts the recording that the user has asked for.
    pub(super) async fn start(&self, recorder: &Recorder) -> Result<()> {
        if let Some(path) = &self.record {
            recorder.start(Some(FileChoice::Path(path.clone()))).await?;
        }
        Ok(())
    }

    /// Returns whether a recording is asked for.
    pub(super) fn is_given(&self) -> bool {
        self.record.is_some()
    }
}
