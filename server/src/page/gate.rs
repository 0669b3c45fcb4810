//! Lets other computers in that have the key. The key is kept in a file, so that it survives
//! restarts.

use std::fs;
use std::io::{self, Write};
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use hyper::HeaderMap;
use tempfile::NamedTempFile;
use tokio_util::sync::CancellationToken;

use super::guesses::Guesses;
use super::key::{self, Key};
use crate::filter::Micros;

/// The most bytes that are read of the file of the key.
const MAX_FILE: usize = 1024;

/// Decides who may come in.
#[derive(Debug)]
pub(super) struct Gate {
    file: Option<PathBuf>,
    state: Mutex<GateState>,
    started: Instant,
}

#[derive(Debug)]
struct GateState {
    key: Option<Key>,
    /// Cancelled when the key is replaced.
    revoked: CancellationToken,
    guesses: Guesses,
}

/// The result of a request's keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Admission {
    /// It comes from this computer, or its cookie has the key.
    Admitted,
    /// The key was in its address. The browser gets this cookie.
    Cookie(String),
    /// It has no key.
    NoKey,
    /// It has a wrong key.
    WrongKey,
    /// Too many wrong keys came lately from its address, so no key was looked at.
    TooMany,
}

impl Gate {
    /// Opens the gate with the key in this file; makes one if there is none.
    pub(super) fn new(file: Option<PathBuf>) -> Self {
        let saved = file.as_deref().and_then(read);
        let key = saved.or_else(|| {
            let key = new_key()?;
            save(file.as_deref(), &key);
            Some(key)
        });
        Self {
            file,
            state: Mutex::new(GateState {
                key,
                revoked: CancellationToken::new(),
                guesses: Guesses::default(),
            }),
            started: Instant::now(),
        }
    }

    /// Decides about a request from this address.
    pub(super) fn admit(&self, remote: IpAddr, headers: &HeaderMap, query: &str) -> Admission {
        if remote.to_canonical().is_loopback() {
            return Admission::Admitted;
        }
        let in_query = key::in_query(query);
        if in_query.is_none() && key::in_cookies(headers).next().is_none() {
            return Admission::NoKey;
        }
        let now = Micros::try_from(self.started.elapsed().as_micros()).unwrap_or(Micros::MAX);
        let mut state = self.lock();
        if !state.guesses.may_try(remote, now) {
            return Admission::TooMany;
        }
        if let Some(key) = &state.key {
            if key::in_cookies(headers).any(|text| key.is(text)) {
                return Admission::Admitted;
            }
            if in_query.is_some_and(|text| key.is(&text)) {
                return Admission::Cookie(key.cookie());
            }
        }
        state.guesses.count(remote, now);
        Admission::WrongKey
    }

    /// Returns the key as the end of a link.
    pub(super) fn link_end(&self) -> Option<String> {
        let state = self.lock();
        let key = state.key.as_ref()?;
        Some(format!("?{}={}", key::NAME, key.text()))
    }

    /// Returns what ends the WebSockets of this address: a new key, unless it is this computer's.
    /// To be asked before [`Self::admit`], so that a new key in between counts.
    pub(super) fn revocation(&self, remote: IpAddr) -> CancellationToken {
        match remote.to_canonical().is_loopback() {
            true => CancellationToken::new(),
            false => self.lock().revoked.clone(),
        }
    }

    /// Makes a new key. Nobody can come in with the old one, and who came in with it is out.
    pub(super) fn renew(&self) {
        let key = new_key();
        // Two new keys at once: the one that counts is the one in the file.
        let mut state = self.lock();
        if let Some(key) = &key {
            save(self.file.as_deref(), key);
        }
        state.key = key;
        std::mem::take(&mut state.revoked).cancel();
    }

    fn lock(&self) -> MutexGuard<'_, GateState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns a new key; `None` if the system has no random numbers, and then nobody comes in.
fn new_key() -> Option<Key> {
    let mut random = [0; key::LENGTH];
    getrandom::fill(&mut random).ok()?;
    Some(Key::new(random))
}

fn read(file: &Path) -> Option<Key> {
    let metadata = fs::metadata(file).ok()?;
    if !metadata.is_file() || metadata.len() > MAX_FILE as u64 {
        return None;
    }
    Key::read(&fs::read_to_string(file).ok()?)
}

/// Saves the key. If that fails, there is another one after a restart.
fn save(file: Option<&Path>, key: &Key) {
    let Some((file, folder)) = file.and_then(|file| Some((file, file.parent()?))) else {
        return;
    };
    let write = || -> io::Result<()> {
        fs::create_dir_all(folder)?;
        // Other users cannot read a temporary file.
        let mut temporary = NamedTempFile::new_in(folder)?;
        writeln!(temporary, "{}", key.text())?;
        temporary.persist(file).map_err(|error| error.error)?;
        Ok(())
    };
    if let Err(error) = write() {
        tracing::warn!(
            "the key of the page cannot be kept in {}: {error}",
            file.display()
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLET: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 168, 1, 7));

    fn cookie(cookie: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert("cookie", cookie.parse().unwrap());
        headers
    }

    fn query(gate: &Gate) -> String {
        gate.link_end().unwrap().trim_start_matches('?').to_owned()
    }

    #[test]
    fn other_computers_need_the_key_and_get_a_cookie_for_it() {
        let gate = Gate::new(None);
        let none = HeaderMap::new();
        assert_eq!(
            gate.admit([127, 0, 0, 1].into(), &none, ""),
            Admission::Admitted
        );
        assert_eq!(gate.admit(TABLET, &none, ""), Admission::NoKey);
        let Admission::Cookie(set) = gate.admit(TABLET, &none, &query(&gate)) else {
            panic!("the key is accepted");
        };
        let kept = set.split(';').next().unwrap();
        assert_eq!(gate.admit(TABLET, &cookie(kept), ""), Admission::Admitted);
        let revocations = [TABLET, [127, 0, 0, 1].into()].map(|ip| gate.revocation(ip));
        gate.renew();
        assert_eq!(revocations.map(|token| token.is_cancelled()), [true, false]);
        assert!(!gate.revocation(TABLET).is_cancelled());
        assert_eq!(gate.admit(TABLET, &cookie(kept), ""), Admission::WrongKey);
    }

    #[test]
    fn an_address_that_guesses_is_slowed_and_no_other_one() {
        let gate = Gate::new(None);
        let none = HeaderMap::new();
        let guess = format!("{}=aaaaabbbbbcccccddddd", key::NAME);
        let guessers: [IpAddr; 2] = [[192, 168, 1, 8].into(), [192, 168, 1, 9].into()];
        let guesses = [(none.clone(), guess.as_str()), (cookie(&guess), "")];
        for (guesser, (headers, query)) in guessers.into_iter().zip(guesses) {
            let answers: Vec<_> = (0..1000)
                .map(|_| gate.admit(guesser, &headers, query))
                .collect();
            let count = |admission| {
                answers
                    .iter()
                    .filter(|answer| **answer == admission)
                    .count()
            };
            assert!(count(Admission::WrongKey) < 100, "{query}");
            assert!(count(Admission::TooMany) > 900, "{query}");
        }
        let right = gate.admit(TABLET, &none, &query(&gate));
        assert!(matches!(right, Admission::Cookie(_)));
    }

    #[test]
    fn the_key_survives_restarts_and_is_for_its_user_only() {
        let disk = tempfile::tempdir().unwrap();
        let file = disk.path().join("data/page-key");
        let first = query(&Gate::new(Some(file.clone())));
        assert_eq!(query(&Gate::new(Some(file.clone()))), first);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(&file).unwrap().permissions().mode();
            assert_eq!(mode & 0o077, 0);
        }
        let gate = Gate::new(Some(file.clone()));
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| gate.renew());
            }
        });
        assert_eq!(query(&Gate::new(Some(file.clone()))), query(&gate));
        assert_ne!(query(&Gate::new(Some(file.clone()))), first);
        fs::write(&file, "no key").unwrap();
        assert_ne!(query(&Gate::new(Some(file))), first);
    }
}
