//! Answers requests: checks where they come from, and returns the resource that they address.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use bytes::Bytes;
use hyper::body::Incoming;
use hyper::{HeaderMap, Method, Request};
use qrcode::QrCode;
use qrcode::render::svg;
use serde::Deserialize;
use tokio::sync::Semaphore;

use super::answer::{
    self, Answer, PageError, condition, json, saved_board, tag_of, with_cookie, with_kind,
    with_tag, written_json,
};
use super::boards::{BoardName, Boards};
use super::catalog::Catalog;
use super::clients::ClientList;
use super::gate::{Admission, Gate};
use super::guard::{self, Denial, OwnNames};
use super::limits::{MAX_BOARD, MAX_BODY, MAX_JOBS};
use super::listener::Listener;
use super::peer::Peer;
use super::routes::{Resource, SearchQuery};
use super::setup::{Cure, Setup};
use super::status::{PageStatus, Status};
use super::{PageConfig, PageServer, assets, body, moved_socket, search, text_socket, upgrade};
use crate::net::{computer_name, is_allowed};
use crate::serve::Observation;
use crate::world::{Aircraft, ValueTest};

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
    catalog: Mutex<Option<(Weak<Aircraft>, WrittenCatalog)>>,
}

/// The body of `POST /api/test`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TestRequest {
    args: Vec<u32>,
    from: f64,
    to: f64,
    seconds: f64,
}

/// A catalog in JSON.
#[derive(Debug, Clone)]
struct WrittenCatalog {
    text: Bytes,
    tag: String,
}

impl WrittenCatalog {
    fn new(catalog: &Catalog<'_>) -> Self {
        // Our own types always have a JSON form.
        let text = serde_json::to_vec(catalog).unwrap_or_default();
        Self {
            tag: tag_of(&text),
            text: text.into(),
        }
    }
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
        let headers = request.headers();
        if !is_allowed(&self.config.allow, peer.remote.ip()) {
            return Err(Denial::NotAllowed.into());
        }
        let host = guard::check_host(headers, peer.local, &self.names)?;
        let query = request.uri().query().unwrap_or_default();
        let revoked = self.gate.revocation(peer.remote.ip());
        match self.gate.admit(peer.remote.ip(), headers, query) {
            Admission::Admitted => {}
            // A link without the key, so that it stands neither in the history nor on the screen.
            Admission::Cookie(cookie) => {
                return Ok(with_cookie(request.uri().path(), &cookie));
            }
            Admission::Refused => return Err(PageError::KeyNeeded),
            Admission::TooMany => return Err(PageError::TooManyKeys),
        }
        let method = request.method().clone();
        let reads = matches!(method, Method::GET | Method::HEAD);
        match &resource {
            Resource::TextSocket | Resource::MovedSocket => guard::check_actor(headers, host)?,
            _ if !reads => guard::check_actor(headers, host)?,
            Resource::File(_) => {}
            _ => guard::check_reader(headers, host)?,
        }
        match resource {
            Resource::Unknown => Err(PageError::NotFound),
            Resource::Board(name) => self.board(&method, &name, request).await,
            Resource::Test => self.test(&method, request).await,
            Resource::Key => self.key(&method, &peer),
            Resource::Cure(cure) => self.cure(&method, cure, &peer).await,
            _ if !reads => Err(PageError::WrongMethod),
            Resource::File(path) => self.file(&path, headers).await,
            Resource::Status => self.status(&peer).await,
            Resource::Catalog => self.catalog(headers).await,
            Resource::Search => self.search(request.uri().query().unwrap_or_default()).await,
            Resource::Clients => self.clients().await,
            Resource::Doctor => {
                let setup = self.setup(&peer)?;
                self.work(move || json(&setup.diagnose())).await
            }
            Resource::KeyPicture => {
                let link = self.link(&peer)?.ok_or(PageError::NotFound)?;
                let code = QrCode::new(link).map_err(|_| PageError::NotFound)?;
                Ok(answer::svg(code.render::<svg::Color<'_>>().build()))
            }
            Resource::TextSocket => {
                let (panels, remote) = (self.server.panels.clone(), peer.remote);
                let serve = move |socket| text_socket::run(socket, remote, panels);
                upgrade::open(request, peer, revoked, serve)
            }
            Resource::MovedSocket => {
                let server = self.server.clone();
                let serve = |socket| moved_socket::run(socket, server);
                upgrade::open(request, peer, revoked, serve)
            }
            Resource::Boards => {
                let boards = Arc::clone(&self.boards);
                self.work(move || json(&boards.list())).await
            }
        }
    }

    async fn file(&self, path: &str, request: &HeaderMap) -> Result<Answer, PageError> {
        let asset = assets::find(self.config.folder.as_deref(), path).await;
        let asset = asset.ok_or(PageError::NotFound)?;
        let tag = tag_of(&asset.bytes);
        Ok(with_tag(with_kind(asset.bytes, asset.kind), &tag, request))
    }

    async fn status(&self, peer: &Peer) -> Result<Answer, PageError> {
        let observation = self.observe().await?;
        let catalog = match &observation.aircraft {
            Some(aircraft) => Some(self.written_catalog(aircraft).await?),
            None => None,
        };
        let tag = catalog.as_ref().map(|catalog| catalog.tag.as_str());
        let page = PageStatus {
            local: peer.is_local(),
            setup: self.setup(peer).is_ok(),
        };
        Ok(json(&Status::new(
            &observation,
            tag,
            self.config.is_demo,
            page,
        )))
    }

    async fn catalog(&self, request: &HeaderMap) -> Result<Answer, PageError> {
        let catalog = match self.observe().await?.aircraft {
            Some(aircraft) => self.written_catalog(&aircraft).await?,
            None => WrittenCatalog::new(&Catalog::default()),
        };
        Ok(written_json(catalog.text, &catalog.tag, request))
    }

    async fn clients(&self) -> Result<Answer, PageError> {
        let observation = self.observe().await?;
        let clients = self.server.observer.clients().await;
        let clients = clients.map_err(|_| PageError::Ended)?;
        Ok(json(&ClientList::new(&observation.statistics, &clients)))
    }

    async fn search(&self, query: &str) -> Result<Answer, PageError> {
        let query = SearchQuery::read(query);
        let aircraft = self.observe().await?.aircraft;
        self.work(move || {
            let found = aircraft
                .as_ref()
                .map(|aircraft| search::search(&aircraft.tables, &query));
            let name = aircraft.as_ref().map(|aircraft| &aircraft.name);
            json(&serde_json::json!({ "aircraft": name, "results": found.unwrap_or_default() }))
        })
        .await
    }

    /// Reads, saves or deletes a board.
    async fn board(
        &self,
        method: &Method,
        name: &str,
        request: Request<Incoming>,
    ) -> Result<Answer, PageError> {
        let name = BoardName::new(name)?;
        let boards = Arc::clone(&self.boards);
        let headers = request.headers().clone();
        let condition = condition(&headers);
        match *method {
            Method::GET | Method::HEAD => {
                let board = self.work(move || boards.read(&name)).await??;
                Ok(written_json(board.text, &board.tag, &headers))
            }
            Method::PUT => {
                guard::check_json(&headers)?;
                let text = body::read(request.into_body(), MAX_BOARD).await?;
                let saved = self.work(move || boards.save(&name, &text, &condition));
                let (board, is_new) = saved.await??;
                Ok(saved_board(board, is_new))
            }
            Method::DELETE => {
                self.work(move || boards.delete(&name, &condition))
                    .await??;
                Ok(answer::empty())
            }
            _ => Err(PageError::WrongMethod),
        }
    }

    /// Starts or ends a test of wiring.
    async fn test(&self, method: &Method, request: Request<Incoming>) -> Result<Answer, PageError> {
        match *method {
            Method::POST => {
                guard::check_json(request.headers())?;
                let text = body::read(request.into_body(), MAX_BODY).await?;
                let wanted: TestRequest = serde_json::from_slice(&text)
                    .map_err(|error| PageError::BadRequest(error.to_string()))?;
                let TestRequest {
                    from, to, seconds, ..
                } = wanted;
                let test = ValueTest::new(wanted.args, from, to, seconds)?;
                let started = self.server.tester.start(test).await;
                started.map_err(|_| PageError::Ended)?;
            }
            Method::DELETE => {
                let stopped = self.server.tester.stop().await;
                stopped.map_err(|_| PageError::Ended)?;
            }
            _ => return Err(PageError::WrongMethod),
        }
        Ok(answer::empty())
    }

    /// Returns the link for other computers, or makes a new key for it.
    fn key(&self, method: &Method, peer: &Peer) -> Result<Answer, PageError> {
        match *method {
            Method::GET | Method::HEAD => {
                Ok(json(&serde_json::json!({ "link": self.link(peer)? })))
            }
            Method::POST => {
                self.link(peer)?;
                self.gate.renew();
                Ok(answer::empty())
            }
            _ => Err(PageError::WrongMethod),
        }
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

    /// Carries out a cure, for a page on this computer only.
    async fn cure(&self, method: &Method, cure: Cure, peer: &Peer) -> Result<Answer, PageError> {
        if *method != Method::POST {
            return Err(PageError::WrongMethod);
        }
        let setup = self.setup(peer)?;
        let report = self.work(move || setup.carry_out(cure)).await?;
        Ok(json(&report.map_err(PageError::Cure)?))
    }

    fn setup(&self, peer: &Peer) -> Result<Arc<Setup>, PageError> {
        let setup = self.setup.as_ref().filter(|_| peer.is_local());
        setup.cloned().ok_or(PageError::LocalOnly)
    }

    async fn observe(&self) -> Result<Observation, PageError> {
        let observation = self.server.observer.observe().await;
        observation.map_err(|_| PageError::Ended)
    }

    /// Returns the catalog of an aircraft, which is made once.
    async fn written_catalog(&self, aircraft: &Arc<Aircraft>) -> Result<WrittenCatalog, PageError> {
        if let Some((of, catalog)) = &*self.kept_catalog()
            && std::ptr::eq(of.as_ptr(), Arc::as_ptr(aircraft))
        {
            return Ok(catalog.clone());
        }
        let job = Arc::clone(aircraft);
        let write = move || WrittenCatalog::new(&Catalog::new(&job.name, &job.tables));
        let catalog = self.work(write).await?;
        *self.kept_catalog() = Some((Arc::downgrade(aircraft), catalog.clone()));
        Ok(catalog)
    }

    fn kept_catalog(&self) -> std::sync::MutexGuard<'_, Option<(Weak<Aircraft>, WrittenCatalog)>> {
        self.catalog.lock().unwrap_or_else(PoisonError::into_inner)
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
