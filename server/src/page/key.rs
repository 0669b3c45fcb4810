//! The key without which the page cannot be opened from other computers. Pure: the random bytes are
//! passed in.

use std::fmt;

use hyper::HeaderMap;
use hyper::header::COOKIE;

use super::routes::field;

/// The name of the cookie and of the field in links.
pub(super) const NAME: &str = "dcs-master-key";

/// The characters of a key: none that look alike.
const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
/// The number of characters of a key: 100 bits, beyond guessing.
pub(super) const LENGTH: usize = 20;

/// A key. It is never printed by accident: only [`Key::text`] shows it.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Key(String);

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

impl Key {
    /// Makes a key of random bytes.
    pub(super) fn new(random: [u8; LENGTH]) -> Self {
        let characters = random.map(|byte| ALPHABET[usize::from(byte) % ALPHABET.len()]);
        Self(characters.map(char::from).iter().collect())
    }

    /// Reads a key that was typed or saved; blanks, `-` and upper case do not matter.
    pub(super) fn read(text: &str) -> Option<Self> {
        let characters = text.chars().filter(|c| !c.is_whitespace() && *c != '-');
        let key: String = characters.map(|c| c.to_ascii_lowercase()).collect();
        let is_valid = key.len() == LENGTH && key.bytes().all(|byte| ALPHABET.contains(&byte));
        is_valid.then_some(Self(key))
    }

    /// Returns the key as text.
    pub(super) fn text(&self) -> &str {
        &self.0
    }

    /// Returns whether this text is the key. The time that this takes tells nothing about the key.
    pub(super) fn is(&self, text: &str) -> bool {
        let Some(other) = Self::read(text) else {
            return false;
        };
        let pairs = self.0.bytes().zip(other.0.bytes());
        pairs.fold(0, |differences, (a, b)| differences | (a ^ b)) == 0
    }

    /// Returns the cookie by which a browser keeps the key for a year.
    pub(super) fn cookie(&self) -> String {
        format!(
            "{NAME}={}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax",
            self.0
        )
    }
}

/// Returns the keys in the cookies of a request.
pub(super) fn in_cookies(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    let lines = headers.get_all(COOKIE).iter();
    let cookies = lines.filter_map(|line| line.to_str().ok());
    let cookies = cookies.flat_map(|line| line.split(';'));
    cookies.filter_map(|cookie| cookie.trim().strip_prefix(NAME)?.strip_prefix('='))
}

/// Returns the key in the part of an address after the question mark, as a link or the form has it.
pub(super) fn in_query(query: &str) -> Option<String> {
    field(query, NAME)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> Key {
        Key::new(std::array::from_fn(|index| index as u8 * 13))
    }

    #[test]
    fn a_key_can_be_typed_in_groups() {
        let (key, text) = (key(), key().text().to_owned());
        assert_eq!(text.len(), LENGTH);
        let typed = format!(" {}-{} ", text[..5].to_uppercase(), &text[5..]);
        assert!(key.is(&text) && key.is(&typed));
        for wrong in [
            "",
            &text[1..],
            &format!("{text}a"),
            "llllllllllllllllllll",
            "ü",
        ] {
            assert!(!key.is(wrong), "{wrong}");
        }
        let other = Key::new([7; LENGTH]);
        assert!(!key.is(other.text()));
    }

    #[test]
    fn a_key_is_not_printed_by_accident() {
        assert!(!format!("{:?}", key()).contains(key().text()));
    }

    #[test]
    fn keys_are_found_in_cookies_and_links() {
        let mut headers = HeaderMap::new();
        let cookies = format!("a=b; {NAME}=one; {NAME}x=no;{NAME}=two");
        headers.append(COOKIE, cookies.parse().unwrap());
        assert_eq!(in_cookies(&headers).collect::<Vec<_>>(), ["one", "two"]);
        let in_link = |query: String| in_query(&query);
        assert_eq!(in_link(format!("a=b&{NAME}=one")).as_deref(), Some("one"));
        let typed = in_link(format!("{NAME}=+one%20two%2B+"));
        assert_eq!(typed.as_deref(), Some(" one two+ "));
        assert_eq!(in_query(&format!("{NAME}x=one")), None);
    }
}
