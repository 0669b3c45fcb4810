//! The requests that read, and those that open a WebSocket.

use std::sync::{Arc, PoisonError, Weak};

use bytes::Bytes;
use hyper::body::Incoming;
use hyper::{HeaderMap, Request};
use qrcode::QrCode;
use qrcode::render::svg;
use tokio_util::sync::CancellationToken;

use super::Handler;
use crate::page::answer::{
    self, Answer, PageError, json, tag_of, with_kind, with_tag, written_json,
};
use crate::page::boards::BoardName;
use crate::page::catalog::Catalog;
use crate::page::clients::ClientList;
use crate::page::peer::Peer;
use crate::page::routes::{Resource, SearchQuery, field};
use crate::page::setup::{Cure, autostart};
use crate::page::status::{PageStatus, Status};
use crate::page::{assets, moved_socket, recording, search, text_socket, upgrade};
use crate::world::Aircraft;

/// The catalog that was made last, with its aircraft.
pub(super) type KeptCatalog = (Weak<Aircraft>, WrittenCatalog);

/// A catalog in JSON.
#[derive(Debug, Clone)]
pub(super) struct WrittenCatalog {
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
    pub(super) async fn read(
        &self,
        resource: Resource,
        request: Request<Incoming>,
        peer: Peer,
        revoked: CancellationToken,
    ) -> Result<Answer, PageError> {
        let (headers, query) = (request.headers(), request.uri().query().unwrap_or_default());
        match resource {
            Resource::File(path) => self.file(&path, headers).await,
            Resource::Status => self.status(&peer).await,
            Resource::Catalog => self.catalog(headers).await,
            Resource::Search => self.search(query).await,
            Resource::Clients => self.clients().await,
            Resource::Recording => {
                let is_local = peer.is_local();
                Ok(json(&recording::recording(&self.server, is_local)))
            }
            Resource::Replay => Ok(json(&recording::replay(&self.server)?)),
            Resource::Boards => {
                let boards = Arc::clone(&self.boards);
                self.work(move || json(&boards.list())).await
            }
            Resource::Board(name) => {
                let (name, boards) = (BoardName::new(&name)?, Arc::clone(&self.boards));
                let board = self.work(move || boards.read(&name)).await??;
                Ok(written_json(board.text, &board.tag, headers))
            }
            Resource::Key => Ok(json(&serde_json::json!({ "link": self.link(&peer)? }))),
            Resource::KeyPicture => self.key_picture(&peer),
            Resource::Doctor => {
                let (setup, folder) = (self.setup(&peer)?, field(query, "folder"));
                let diagnosis = self.work(move || setup.diagnose(folder.as_deref())).await?;
                Ok(json(&diagnosis.map_err(PageError::BadRequest)?))
            }
            Resource::Settings => {
                let settings = self.setup(&peer)?.settings();
                self.work(move || json(&settings.answer())).await
            }
            Resource::Autostart => {
                self.setup(&peer)?;
                Ok(json(&autostart::state()))
            }
            Resource::Cure(Cure::Compile) => Ok(json(&self.setup(&peer)?.compilation())),
            Resource::TextSocket => {
                let (panels, remote) = (self.server.panels.clone(), peer.remote);
                let serve = move |socket| text_socket::run(socket, remote, panels);
                upgrade::open(request, peer, revoked, serve)
            }
            Resource::MovedSocket => {
                let mut server = self.server.clone();
                let peer_name = peer.remote.to_string();
                server.subscribers = server.subscribers.named("moved", &peer_name);
                let serve = |socket| moved_socket::run(socket, server);
                upgrade::open(request, peer, revoked, serve)
            }
            Resource::Test | Resource::Cure(_) => Err(PageError::WrongMethod),
            Resource::Unknown => Err(PageError::NotFound),
        }
    }

    /// Returns the link for other computers as a QR code.
    fn key_picture(&self, peer: &Peer) -> Result<Answer, PageError> {
        let link = self.link(peer)?.ok_or(PageError::NotFound)?;
        let code = QrCode::new(link).map_err(|_| PageError::NotFound)?;
        Ok(answer::svg(code.render::<svg::Color<'_>>().build()))
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
            replay: self.server.replay.is_some(),
        };
        Ok(json(&Status::new(&observation, tag, &self.config, page)))
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

    fn kept_catalog(&self) -> std::sync::MutexGuard<'_, Option<KeptCatalog>> {
        self.catalog.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
