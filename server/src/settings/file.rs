//! The file on the disk: read within limits, written whole or not at all.

use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::Path;

use tempfile::NamedTempFile;

use super::problem::Problem;

/// The most bytes of the file.
pub(super) const MAX_FILE: u64 = 64 * 1024;

/// The byte-order mark.
const MARK: &str = "\u{feff}";

/// Returns the text of the file; `None` if there is none. A link to a file that is gone is a fault: to
/// take it for none would drop the settings without a word.
///
/// # Errors
/// When it cannot be read, or is no text.
pub(super) fn read(file: &Path) -> Result<Option<String>, Problem> {
    let problem = |message: String, remedy: &str| Problem {
        line: None,
        name: None,
        message,
        remedy: Some(remedy.to_owned()),
    };
    let metadata = match fs::metadata(file) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let Ok(target) = fs::read_link(file) else {
                return Ok(None);
            };
            let message = format!("it is a link to {}, which is not there", target.display());
            return Err(problem(message, "create that file, or remove the link"));
        }
        metadata => metadata.map_err(|error| unreadable(&error))?,
    };
    if !metadata.is_file() {
        return Err(problem("this is not a file".to_owned(), "move it away"));
    }
    if metadata.len() > MAX_FILE {
        let message = format!("the file has more than {MAX_FILE} bytes");
        return Err(problem(message, "remove what is not needed"));
    }
    let bytes = fs::read(file).map_err(|error| unreadable(&error))?;
    let text = String::from_utf8(bytes).map_err(|_| {
        let message = "the file is not in UTF-8".to_owned();
        problem(message, "save it again with the encoding UTF-8")
    })?;
    Ok(Some(text.trim_start_matches(MARK).to_owned()))
}

fn unreadable(error: &io::Error) -> Problem {
    Problem {
        line: None,
        name: None,
        message: format!("the file cannot be read: {error}"),
        remedy: None,
    }
}

/// Writes the file, or changes nothing. A link stays a link.
///
/// # Errors
/// When it cannot be written.
pub(super) fn write(file: &Path, text: &str) -> io::Result<()> {
    let file = fs::canonicalize(file).unwrap_or_else(|_| file.to_owned());
    let folder = file.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut temporary = NamedTempFile::new_in(folder)?;
    // The byte-order mark of an editor stays, and whoever may read the file.
    if fs::read(&file).is_ok_and(|old| old.starts_with(MARK.as_bytes())) {
        temporary.write_all(MARK.as_bytes())?;
    }
    if let Ok(metadata) = fs::metadata(&file) {
        temporary
            .as_file()
            .set_permissions(metadata.permissions())?;
    }
    temporary.write_all(text.as_bytes())?;
    temporary.as_file().sync_all()?;
    temporary.persist(&file).map_err(|error| error.error)?;
    Ok(())
}
