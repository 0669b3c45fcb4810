//! The requests that change something.

use std::sync::Arc;

use hyper::body::Incoming;
use hyper::{Method, Request};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::Handler;
use crate::page::answer::{self, Answer, PageError, condition, json, saved_board};
use crate::page::boards::BoardName;
use crate::page::limits::{MAX_BOARD, MAX_BODY};
use crate::page::peer::Peer;
use crate::page::routes::Resource;
use crate::page::setup::{Cure, autostart};
use crate::page::{body, guard, recording};
use crate::settings::SettingsChange;
use crate::world::ValueTest;

/// The body of `POST /api/test`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TestRequest {
    args: Vec<u32>,
    from: f64,
    to: f64,
    seconds: f64,
}

/// The body of a cure; it may be missing.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct CureRequest {
    /// The folder that DCS writes to, if the user has chosen or typed one.
    folder: Option<String>,
}

/// The body of `POST /api/setup/autostart`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AutostartRequest {
    on: bool,
}

impl Handler {
    pub(super) async fn act(
        &self,
        resource: Resource,
        request: Request<Incoming>,
        peer: Peer,
    ) -> Result<Answer, PageError> {
        let is_post = *request.method() == Method::POST;
        match resource {
            Resource::Unknown => Err(PageError::NotFound),
            Resource::Board(name) => self.change_board(&name, request).await,
            Resource::Test => self.test(request).await,
            Resource::Recording => {
                let is_start = match *request.method() {
                    Method::POST => true,
                    Method::DELETE => false,
                    _ => return Err(PageError::WrongMethod),
                };
                let changed = recording::change_recording(&self.server, is_start, peer.is_local());
                Ok(json(&changed.await?))
            }
            Resource::Replay if is_post => {
                recording::change_replay(&self.server, json_body(request).await?).await?;
                Ok(answer::empty())
            }
            Resource::Key if is_post => {
                self.link(&peer)?;
                self.gate.renew();
                Ok(answer::empty())
            }
            Resource::Cure(cure) if is_post => self.cure(cure, request, &peer).await,
            Resource::Settings if is_post => self.change_settings(request, &peer).await,
            Resource::Autostart if is_post => self.change_autostart(request, &peer).await,
            _ => Err(PageError::WrongMethod),
        }
    }

    /// Saves or deletes a board.
    async fn change_board(
        &self,
        name: &str,
        request: Request<Incoming>,
    ) -> Result<Answer, PageError> {
        let name = BoardName::new(name)?;
        let boards = Arc::clone(&self.boards);
        let condition = condition(request.headers());
        match *request.method() {
            Method::PUT => {
                guard::check_json(request.headers())?;
                let text = body::read(request.into_body(), MAX_BOARD).await?;
                let saved = self.work(move || boards.save(&name, &text, &condition));
                let (board, is_new) = saved.await??;
                Ok(saved_board(board, is_new))
            }
            Method::DELETE => {
                let deleted = self.work(move || boards.delete(&name, &condition));
                deleted.await??;
                Ok(answer::empty())
            }
            _ => Err(PageError::WrongMethod),
        }
    }

    /// Starts or ends a test of wiring.
    async fn test(&self, request: Request<Incoming>) -> Result<Answer, PageError> {
        match *request.method() {
            Method::POST => {
                let wanted: TestRequest = json_body(request).await?;
                let TestRequest {
                    args,
                    from,
                    to,
                    seconds,
                } = wanted;
                let test = ValueTest::new(args, from, to, seconds)?;
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

    /// Carries out a cure, for a page on this computer only.
    async fn cure(
        &self,
        cure: Cure,
        request: Request<Incoming>,
        peer: &Peer,
    ) -> Result<Answer, PageError> {
        let setup = self.setup(peer)?;
        let CureRequest { folder } = optional_json_body(request).await?;
        let report = self
            .work(move || setup.carry_out(cure, folder.as_deref()))
            .await?;
        let answer = json(&report.map_err(PageError::Cure)?);
        Ok(match cure {
            Cure::Install | Cure::Uninstall => answer,
            Cure::Compile => answer::accepted(answer),
        })
    }

    /// Changes lines of the settings file, for a page on this computer only.
    async fn change_settings(
        &self,
        request: Request<Incoming>,
        peer: &Peer,
    ) -> Result<Answer, PageError> {
        let settings = self.setup(peer)?.settings();
        let change: SettingsChange = json_body(request).await?;
        let changed = self.work(move || settings.change(change).map(|()| settings.answer()));
        Ok(json(&changed.await??))
    }

    /// Starts dcs-master with Windows or no longer, for a page on this computer only.
    async fn change_autostart(
        &self,
        request: Request<Incoming>,
        peer: &Peer,
    ) -> Result<Answer, PageError> {
        self.setup(peer)?;
        let AutostartRequest { on } = json_body(request).await?;
        let report = self.work(move || autostart::set(on)).await?;
        Ok(json(&report.map_err(PageError::Cure)?))
    }
}

async fn json_body<T: DeserializeOwned>(request: Request<Incoming>) -> Result<T, PageError> {
    guard::check_json(request.headers())?;
    let text = body::read(request.into_body(), MAX_BODY).await?;
    serde_json::from_slice(&text).map_err(|error| PageError::BadRequest(error.to_string()))
}

/// Returns the body of a request; the default if it has none.
async fn optional_json_body<T: DeserializeOwned + Default>(
    request: Request<Incoming>,
) -> Result<T, PageError> {
    use hyper::body::Body as _;
    match request.body().is_end_stream() {
        true => Ok(T::default()),
        false => json_body(request).await,
    }
}
