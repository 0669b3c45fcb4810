//! The addresses of the page. Pure.

use super::boards::BoardName;
use super::limits::{DEFAULT_RESULTS, MAX_QUERY, MAX_RESULTS};
use super::setup::Cure;

/// The beginning of the addresses of boards.
const BOARD: &str = "/api/boards/";
/// The beginning of the addresses of cures.
const CURE: &str = "/api/setup/";

/// The resource that a path refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Resource {
    /// A file of the page, by its path below the folder of the page.
    File(String),
    /// `/api/status`
    Status,
    /// `/api/catalog`
    Catalog,
    /// `/api/search`
    Search,
    /// `/api/clients`
    Clients,
    /// `/api/boards`
    Boards,
    /// `/api/boards/<name>`, with the name decoded.
    Board(String),
    /// `/api/test`
    Test,
    /// `/api/recording`
    Recording,
    /// `/api/replay`
    Replay,
    /// `/api/key`
    Key,
    /// `/api/key.svg`
    KeyPicture,
    /// `/api/doctor`
    Doctor,
    /// `/api/settings`
    Settings,
    /// `/api/setup/autostart`
    Autostart,
    /// `/api/setup/<cure>`
    Cure(Cure),
    /// `/ws`
    TextSocket,
    /// `/ws/moved`
    MovedSocket,
    /// Another path below `/api/`.
    Unknown,
}

impl Resource {
    /// Returns the resource that a path refers to.
    pub(super) fn of(path: &str) -> Self {
        match path {
            "/" => Self::File("index.html".to_owned()),
            "/ws" => Self::TextSocket,
            "/ws/moved" => Self::MovedSocket,
            "/api/clients" => Self::Clients,
            "/api/boards" => Self::Boards,
            "/api/test" => Self::Test,
            "/api/recording" => Self::Recording,
            "/api/replay" => Self::Replay,
            "/api/key" => Self::Key,
            "/api/key.svg" => Self::KeyPicture,
            "/api/doctor" => Self::Doctor,
            "/api/settings" => Self::Settings,
            "/api/status" => Self::Status,
            "/api/catalog" => Self::Catalog,
            "/api/search" => Self::Search,
            "/api/setup/autostart" => Self::Autostart,
            _ if path.starts_with(CURE) => {
                Cure::of(&path[CURE.len()..]).map_or(Self::Unknown, Self::Cure)
            }
            _ if path.starts_with(BOARD) => Self::Board(decoded(&path[BOARD.len()..])),
            _ if is_below(path, "/api") || is_below(path, "/ws") => Self::Unknown,
            // The page itself reads the name of the board from its address.
            _ if names_board(path) => Self::File("index.html".to_owned()),
            _ => Self::File(path.trim_start_matches('/').to_owned()),
        }
    }

    /// Returns whether errors about it are JSON and not plain text.
    pub(super) fn is_api(&self) -> bool {
        !matches!(self, Self::File(_))
    }
}

/// Returns whether a path is the address of a board, which need not exist.
fn names_board(path: &str) -> bool {
    let name = path.strip_prefix("/board/").and_then(decoded_whole);
    name.is_some_and(|name| BoardName::new(&name).is_ok())
}

fn is_below(path: &str, folder: &str) -> bool {
    let rest = path.strip_prefix(folder);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The query of a request to `/api/search`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SearchQuery {
    pub(super) words: String,
    pub(super) limit: usize,
}

impl SearchQuery {
    /// Reads `q` and `limit` from the part of an address after the question mark. A wrong limit
    /// counts as none.
    pub(super) fn read(query: &str) -> Self {
        let words = field(query, "q").unwrap_or_default();
        let limit = field(query, "limit").and_then(|limit| limit.parse().ok());
        Self {
            words: words.chars().take(MAX_QUERY).collect(),
            limit: limit.unwrap_or(DEFAULT_RESULTS).min(MAX_RESULTS),
        }
    }
}

/// Returns the field of this name in the part of an address after the question mark, decoded.
pub(super) fn field(query: &str, name: &str) -> Option<String> {
    let mut fields = query.split('&');
    let field = fields.find_map(|field| field.strip_prefix(name)?.strip_prefix('='))?;
    Some(decoded(&field.replace('+', " ")))
}

/// Decodes `%xx`; `None` if a `%` is wrong, or the result is not UTF-8.
fn decoded_whole(text: &str) -> Option<String> {
    let mut parts = text.split('%').skip(1);
    let is_escape = |part: &str| {
        let digits = part.as_bytes().get(..2);
        digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    };
    let decoded = parts.all(is_escape).then(|| decoded(text))?;
    (!decoded.contains('\u{fffd}')).then_some(decoded)
}

/// Decodes `%xx`. What is not UTF-8 becomes a replacement character, and a wrong `%` stays.
pub(super) fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let hex = |digit: &u8| char::from(*digit).to_digit(16);
        let escaped = match after {
            [high, low, ..] if byte == b'%' => hex(high).zip(hex(low)),
            _ => None,
        };
        match escaped {
            Some((high, low)) => {
                bytes.push((high * 16 + low) as u8);
                rest = &after[2..];
            }
            None => {
                bytes.push(byte);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lead_to_their_resources() {
        let file = |name: &str| Resource::File(name.to_owned());
        for (path, expected) in [
            ("/", file("index.html")),
            ("/board/Left%20side", file("index.html")),
            ("/board/%", file("board/%")),
            ("/board/%ff", file("board/%ff")),
            ("/board/a%2fb", file("board/a%2fb")),
            ("/board/", file("board/")),
            ("/views/find.js", file("views/find.js")),
            ("/wsx.js", file("wsx.js")),
            ("/ws", Resource::TextSocket),
            ("/ws/", Resource::Unknown),
            ("/api", Resource::Unknown),
            ("/api/boards", Resource::Boards),
            ("/api/boards/A%20+b", Resource::Board("A +b".to_owned())),
            ("/api/status", Resource::Status),
            ("/api/statusx", Resource::Unknown),
            ("/apix", file("apix")),
        ] {
            assert_eq!(Resource::of(path), expected, "{path}");
        }
    }

    #[test]
    fn queries_are_decoded_and_bounded() {
        let check = |query: &str, words: &str, limit| {
            let words = words.to_owned();
            assert_eq!(SearchQuery::read(query), SearchQuery { words, limit });
        };
        check("", "", DEFAULT_RESULTS);
        check("q=gear+lever&limit=7", "gear lever", 7);
        check("limit=x&q=100%25%20%C3%BC%", "100% ü%", DEFAULT_RESULTS);
        check("limit=99999999", "", MAX_RESULTS);
        check("q=%ff%zz", "\u{fffd}%zz", DEFAULT_RESULTS);
        let long = format!("q={}", "ü".repeat(1000));
        assert_eq!(SearchQuery::read(&long).words.chars().count(), MAX_QUERY);
    }
}
