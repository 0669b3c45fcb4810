//! The answers to requests: files, JSON and errors, with the headers that all of them have.

use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, HeaderName, HeaderValue, IF_MATCH,
    IF_NONE_MATCH, LOCATION, SET_COOKIE,
};
use hyper::{HeaderMap, Response, StatusCode};
use serde::Serialize;

use super::boards::{Board, BoardError, Condition, NameError};
use super::guard::Denial;
use crate::serve::RecorderError;
use crate::settings::ChangeError;
use crate::world::ValueTestError;

/// An answer.
pub(super) type Answer = Response<Full<Bytes>>;

/// The headers of all answers. The page may load its own files only, no site may show it in a
/// frame, and no other site may read anything.
const HEADERS: [(HeaderName, &str); 6] = [
    (
        HeaderName::from_static("content-security-policy"),
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' \
         data:; font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'",
    ),
    (HeaderName::from_static("x-content-type-options"), "nosniff"),
    (HeaderName::from_static("referrer-policy"), "no-referrer"),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    // The browser keeps an answer, but asks whether it has changed.
    (CACHE_CONTROL, "no-cache"),
];

const JSON: &str = "application/json; charset=utf-8";
const HTML: &str = "text/html; charset=utf-8";
const TEXT: &str = "text/plain; charset=utf-8";

/// The reason why a request is not carried out.
#[derive(Debug, thiserror::Error)]
pub(super) enum PageError {
    #[error(transparent)]
    Denied(#[from] Denial),
    #[error("there is nothing at this address; the page is at /")]
    NotFound,
    #[error("this address takes other methods")]
    WrongMethod,
    #[error("the body of the request is too large")]
    BodyTooLarge,
    #[error("the body of the request did not arrive")]
    BodyLost,
    #[error(transparent)]
    BoardName(#[from] NameError),
    #[error(transparent)]
    Board(#[from] BoardError),
    #[error("the request is not understood: {0}")]
    BadRequest(String),
    #[error(transparent)]
    Test(#[from] ValueTestError),
    #[error("this page asks for a key; open it by the link that dcs-master has printed")]
    KeyNeeded,
    #[error(
        "this key is wrong, or there is a new one; open the page by the link that dcs-master has printed"
    )]
    WrongKey,
    #[error("too many wrong keys came from this address; wait a second")]
    TooManyKeys,
    #[error("only a page on the computer of dcs-master may do this")]
    LocalOnly,
    #[error("{0}")]
    Cure(String),
    #[error(transparent)]
    Settings(#[from] ChangeError),
    #[error("a replay cannot be recorded")]
    NoRecording,
    #[error("no recording is replayed; dcs-master replay FILE does that")]
    NoReplay,
    #[error(transparent)]
    Recording(#[from] RecorderError),
    #[error("this address takes a WebSocket only")]
    NotWebSocket,
    #[error("the server is stopping")]
    Ended,
}

impl PageError {
    fn status(&self) -> StatusCode {
        match self {
            Self::Denied(Denial::NotJson) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Denied(_) => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
            Self::NotWebSocket => StatusCode::UPGRADE_REQUIRED,
            Self::KeyNeeded | Self::WrongKey => StatusCode::UNAUTHORIZED,
            Self::TooManyKeys => StatusCode::TOO_MANY_REQUESTS,
            Self::LocalOnly => StatusCode::FORBIDDEN,
            Self::Cure(_) | Self::NoRecording => StatusCode::CONFLICT,
            Self::NoReplay => StatusCode::NOT_FOUND,
            Self::Recording(error) => recording_status(error),
            Self::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::BodyLost => StatusCode::REQUEST_TIMEOUT,
            Self::BoardName(_) | Self::Test(_) | Self::BadRequest(_) => StatusCode::BAD_REQUEST,
            Self::Board(error) => board_status(error),
            Self::Settings(error) => settings_status(error),
            Self::Ended => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// Returns the sentence for the page that asks for the key, if that page is the answer. There is
    /// none for a request without a key.
    fn key_problem(&self) -> Option<Option<&'static str>> {
        match self {
            Self::KeyNeeded => Some(None),
            Self::WrongKey => Some(Some("This key is wrong, or there is a new one.")),
            Self::TooManyKeys => Some(Some(
                "Too many wrong keys came from this address. Wait a second.",
            )),
            _ => None,
        }
    }

    /// Returns the answer: JSON with the field `error`, or plain text.
    pub(super) fn answer(&self, is_api: bool) -> Answer {
        if let (Some(problem), false) = (self.key_problem(), is_api) {
            return key_form(self.status(), problem);
        }
        let (text, kind) = match is_api {
            true => (
                serde_json::json!({ "error": self.to_string() }).to_string(),
                JSON,
            ),
            false => (format!("{self}\n"), TEXT),
        };
        let mut answer = with_kind(text.into(), kind);
        *answer.status_mut() = self.status();
        answer
    }
}

fn settings_status(error: &ChangeError) -> StatusCode {
    match error {
        ChangeError::Wrong(_) => StatusCode::BAD_REQUEST,
        ChangeError::NotEditable { .. } => StatusCode::CONFLICT,
        ChangeError::NoFolder | ChangeError::NotWritten { .. } => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

fn recording_status(error: &RecorderError) -> StatusCode {
    match error {
        RecorderError::Running(_) => StatusCode::CONFLICT,
        RecorderError::NoFolder | RecorderError::Record(_) => StatusCode::INTERNAL_SERVER_ERROR,
        RecorderError::Ended => StatusCode::SERVICE_UNAVAILABLE,
    }
}

fn board_status(error: &BoardError) -> StatusCode {
    match error {
        BoardError::Missing => StatusCode::NOT_FOUND,
        BoardError::Changed => StatusCode::PRECONDITION_FAILED,
        BoardError::TooMany | BoardError::NotAFile(_) => StatusCode::CONFLICT,
        BoardError::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        BoardError::NotABoard(_) => StatusCode::BAD_REQUEST,
        BoardError::NoFolder | BoardError::Io { .. } => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// Returns an answer with these bytes and this `Content-Type`.
pub(super) fn with_kind(bytes: Bytes, kind: &'static str) -> Answer {
    let mut answer = Response::new(Full::new(bytes));
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    add_headers(headers);
    answer
}

/// Adds the headers that all answers have.
pub(super) fn add_headers(headers: &mut HeaderMap) {
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

/// Returns an answer in JSON.
pub(super) fn json(value: &impl Serialize) -> Answer {
    // Our own types always have a JSON form.
    let text = serde_json::to_vec(value).unwrap_or_default();
    with_kind(text.into(), JSON)
}

/// Returns the tag of an answer with this content. Equal contents have equal tags.
pub(super) fn tag_of(content: &[u8]) -> String {
    use std::hash::{DefaultHasher, Hasher};
    let mut hasher = DefaultHasher::new();
    hasher.write(content);
    format!("\"{:016x}\"", hasher.finish())
}

/// Adds the tag to an answer. If the request shows that the browser has the content already, the
/// answer says only that.
pub(super) fn with_tag(mut answer: Answer, tag: &str, request: &HeaderMap) -> Answer {
    let known = request
        .get(IF_NONE_MATCH)
        .and_then(|tags| tags.to_str().ok());
    if known.is_some_and(|tags| tags.split(',').any(|known| known.trim() == tag)) {
        *answer.status_mut() = StatusCode::NOT_MODIFIED;
        *answer.body_mut() = Full::default();
        answer.headers_mut().remove(CONTENT_TYPE);
    }
    if let Ok(tag) = HeaderValue::from_str(tag) {
        answer.headers_mut().insert(ETAG, tag);
    }
    answer
}

/// Returns the tagged answer with JSON that has been written before.
pub(super) fn written_json(text: Bytes, tag: &str, request: &HeaderMap) -> Answer {
    with_tag(with_kind(text, JSON), tag, request)
}

/// Returns the answer for a board that has been saved.
pub(super) fn saved_board(board: Board, is_new: bool) -> Answer {
    let mut answer = written_json(board.text, &board.tag, &HeaderMap::new());
    if is_new {
        *answer.status_mut() = StatusCode::CREATED;
    }
    answer
}

/// Returns the answer without contents to a request that has been carried out.
pub(super) fn empty() -> Answer {
    let mut answer = with_kind(Bytes::new(), JSON);
    answer.headers_mut().remove(CONTENT_TYPE);
    *answer.status_mut() = StatusCode::NO_CONTENT;
    answer
}

/// Returns the answer to a request that is still being carried out.
pub(super) fn accepted(mut answer: Answer) -> Answer {
    *answer.status_mut() = StatusCode::ACCEPTED;
    answer
}

/// Returns the condition that a request sets for its change.
pub(super) fn condition(request: &HeaderMap) -> Condition {
    let text = |name| request.get(name).and_then(|value| value.to_str().ok());
    match (text(IF_MATCH), text(IF_NONE_MATCH)) {
        (Some(tags), _) if tags.trim() == "*" => Condition::Exists,
        (Some(tags), _) => {
            let tags = tags.split(',').map(|tag| tag.trim().to_owned());
            Condition::HasTag(tags.collect())
        }
        (None, Some(tags)) if tags.trim() == "*" => Condition::IsNew,
        (None, _) => Condition::None,
    }
}

/// Returns the page that asks for the key, with a sentence about what is wrong. It has no script.
fn key_form(status: StatusCode, problem: Option<&str>) -> Answer {
    let problem = problem.map(|text| format!("<p role=\"alert\">{text}</p>\n<form"));
    let form = include_str!("key.html");
    let form = problem.map_or(form.to_owned(), |text| form.replacen("<form", &text, 1));
    let mut answer = with_kind(form.into(), HTML);
    *answer.status_mut() = status;
    let policy = "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
    let policy = HeaderValue::from_static(policy);
    answer.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    answer
}

/// Returns the answer that gives the browser the cookie with the key, and sends it to the address
/// without the key.
pub(super) fn with_cookie(path: &str, cookie: &str) -> Answer {
    let mut answer = empty();
    *answer.status_mut() = StatusCode::SEE_OTHER;
    let headers = answer.headers_mut();
    // An address that begins with two slashes, of either kind, would lead to another computer.
    let path = format!("/{}", path.trim_start_matches(['/', '\\']));
    if let (Ok(path), Ok(cookie)) = (HeaderValue::from_str(&path), HeaderValue::from_str(cookie)) {
        headers.insert(LOCATION, path);
        headers.insert(SET_COOKIE, cookie);
    }
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

/// Returns a picture.
pub(super) fn svg(text: String) -> Answer {
    with_kind(text.into(), "image/svg+xml")
}
