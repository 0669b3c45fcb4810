//! The sample install that the program carries inside it.

use std::{io, path::Path};

use include_dir::{Dir, include_dir};

static SAMPLE: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../tests/sample-install");

/// Writes the sample install into an empty folder.
///
/// # Errors
/// When that cannot be written to.
pub fn unpack(folder: &Path) -> io::Result<()> {
    SAMPLE.extract(folder)
}
