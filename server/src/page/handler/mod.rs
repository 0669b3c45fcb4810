//! Answers requests: checks where they come from, and leads them to what reads or acts.

mod act;
mod read;

use std::sync::{Arc, Mutex};

use hyper::body::Incoming;
use hyper::{Method, Request};
use tokio::sync::Semaphore;

use self::read::KeptCatalog;
use super::answer::{Answer, PageError, with_cookie};
use super::boards::Boards;
use super::gate::{Admission, Gate};
use super::guard::{self, Denial, OwnNames};
use super::limits::MAX_JOBS;
use super::listener::Listener;
use super::peer::Peer;
use super::routes::Resource;
use super::setup::Setup;
use super::{PageConfig, PageServer};
use crate::net::{computer_name, is_allowed};
use crate::serve::Observation;

/// The handler of all requests.
#[derive(Debug)]
pub(super) struct Handler {
    config: PageConfig,
    server: PageServer,
    names: OwnNames,
    boards: Arc<Boards>,
    setup: Option<Arc<Setup>>,
    gate: Arc<Gate>,
    /// The address of the page for other computers, if it can be opened there.
    link: Option<String>,
    /// The permits of work that takes a while.
    jobs: Arc<Semaphore>,
    /// The catalog that was made last, with its aircraft.
    catalog: Mutex<Option<KeptCatalog>>,
}

impl Handler {
    pub(super) fn new(config: PageConfig, server: PageServer, listener: &Listener) -> Self {
        Self {
            boards: Arc::new(Boards::new(config.boards.clone())),
            setup: config
                .setup
                .clone()
                .map(|setup| Arc::new(Setup::new(setup))),
            gate: listener.gate(),
            link: listener.foreign_url(),
            config,
            server,
            names: OwnNames::new(computer_name().as_deref()),
            jobs: Arc::new(Semaphore::new(MAX_JOBS)),
            catalog: Mutex::default(),
        }
    }

    /// Returns the answer to a request.
    pub(super) async fn answer(&self, request: Request<Incoming>, peer: Peer) -> Answer {
        let resource = Resource::of(request.uri().path());
        let is_api = resource.is_api();
        let answer = self.handle(resource, request, peer).await;
        answer.unwrap_or_else(|error| error.answer(is_api))
    }

    async fn handle(
        &self,
        resource: Resource,
        request: Request<Incoming>,
        peer: Peer,
    ) -> Result<Answer, PageError> {
        let revoked = self.gate.revocation(peer.remote.ip());
        if let Some(cookie) = self.admit(&resource, &request, &peer)? {
            // A link without the key, so that it stands neither in the history nor on the screen.
            return Ok(with_cookie(request.uri().path(), &cookie));
        }
        match is_reading(request.method()) {
            true => self.read(resource, request, peer, revoked).await,
            false => self.act(resource, request, peer).await,
        }
    }

    /// Checks where a request comes from. Returns the cookie to give to a browser whose address has
    /// the key.
    fn admit(
        &self,
        resource: &Resource,
        request: &Request<Incoming>,
        peer: &Peer,
    ) -> Result<Option<String>, PageError> {
        let headers = request.headers();
        if !is_allowed(&self.config.allow, peer.remote.ip()) {
            return Err(Denial::NotAllowed.into());
        }
        let host = guard::check_host(headers, peer.local, &self.names)?;
        guard::check_target(request.uri(), host)?;
        let query = request.uri().query().unwrap_or_default();
        match self.gate.admit(peer.remote.ip(), headers, query) {
            Admission::Admitted => {}
            Admission::Cookie(cookie) => return Ok(Some(cookie)),
            Admission::NoKey => return Err(PageError::KeyNeeded),
            Admission::WrongKey => return Err(PageError::WrongKey),
            Admission::TooMany => return Err(PageError::TooManyKeys),
        }
        match resource {
            Resource::TextSocket | Resource::MovedSocket => guard::check_actor(headers, host)?,
            _ if !is_reading(request.method()) => guard::check_actor(headers, host)?,
            Resource::File(_) => {}
            _ => guard::check_reader(headers, host)?,
        }
        Ok(None)
    }

    /// Returns the link for other computers; `None` if the page is for this one only.
    fn link(&self, peer: &Peer) -> Result<Option<String>, PageError> {
        match peer.is_local() {
            true => Ok(self
                .link
                .as_ref()
                .and_then(|link| Some(link.clone() + &self.gate.link_end()?))),
            false => Err(PageError::LocalOnly),
        }
    }

    fn setup(&self, peer: &Peer) -> Result<Arc<Setup>, PageError> {
        let setup = self.setup.as_ref().filter(|_| peer.is_local());
        setup.cloned().ok_or(PageError::LocalOnly)
    }

    async fn observe(&self) -> Result<Observation, PageError> {
        let observation = self.server.observer.observe().await;
        observation.map_err(|_| PageError::Ended)
    }

    /// Does work that takes a while, on a thread that serves no clients.
    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, PageError> {
        let _permit = self.jobs.acquire().await.map_err(|_| PageError::Ended)?;
        let done = tokio::task::spawn_blocking(work).await;
        done.map_err(|_| PageError::Ended)
    }
}

fn is_reading(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD)
}
