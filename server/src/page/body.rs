//! Reads the body of a request, within limits.

use bytes::Bytes;
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use tokio::time::timeout;

use super::answer::PageError;
use super::limits::BODY_DEADLINE;

/// Returns the body of a request, if it has at most `most` bytes.
///
/// # Errors
/// When it is larger, or does not arrive in time.
pub(super) async fn read(body: Incoming, most: usize) -> Result<Bytes, PageError> {
    let read = timeout(BODY_DEADLINE, Limited::new(body, most).collect()).await;
    let read = read.map_err(|_| PageError::BodyLost)?;
    let read = read.map_err(
        |error| match error.is::<http_body_util::LengthLimitError>() {
            true => PageError::BodyTooLarge,
            false => PageError::BodyLost,
        },
    )?;
    Ok(read.to_bytes())
}
