//! The running bridge: it takes the values of the world, and connects to the broker again and again.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use aircraft_defs::counted;
use anyhow::Result;
use tokio::task::{spawn_blocking, yield_now};
use tokio::time::sleep;
use tokio_rustls::TlsConnector;
use tokio_util::sync::CancellationToken;
use tracing::{debug, info, warn};

use super::connect::{BrokerError, connect};
use super::session::Session;
use super::tls;
use crate::filter::Micros;
use crate::mqtt::config::Config;
use crate::mqtt::state::{Cockpit, Denial, Plan};
use crate::rate_limit::RateLimit;
use crate::serve::{ServerEnded, Subscriber, Subscribers, Updates};
use crate::wire::Request;
use crate::world::Aircraft;

/// The pause before the first new attempt, and the longest one. It doubles in between.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// The pause when an attempt can only succeed after somebody has changed something.
const PAUSE_FOR_A_PERSON: Duration = Duration::from_secs(30);
/// The age of a connection that counts as a good one.
const GOOD: Duration = Duration::from_secs(10);
/// The most requests sent to the hub at a time.
const BATCH: usize = 256;

/// A bridge between the world and a broker.
pub(crate) struct Bridge {
    config: Arc<Config>,
    tls: Option<TlsConnector>,
    cockpit: Cockpit,
    /// The failure that was logged last; the same one is not logged again.
    failure: String,
    pause: Duration,
    log_lines: RateLimit,
    start: Instant,
}

/// The end of a connection.
enum End {
    Lost(BrokerError),
    ServerEnds,
}

impl Bridge {
    /// Creates the bridge. Nothing is connected yet.
    ///
    /// # Errors
    /// When there are no certificates for TLS.
    pub(in crate::mqtt) fn new(config: Config) -> Result<Self> {
        let is_tls = config.broker.is_tls;
        let tls = is_tls
            .then(|| tls::connector(config.ca.as_deref()))
            .transpose()?;
        Ok(Self {
            cockpit: Cockpit::new(config.base.clone(), Plan::empty(&config)),
            config: Arc::new(config),
            tls,
            failure: String::new(),
            pause: FIRST_PAUSE,
            log_lines: RateLimit::for_log_lines(),
            start: Instant::now(),
        })
    }

    /// Returns the address of the broker.
    pub(crate) fn address(&self) -> String {
        self.config.broker.to_string()
    }

    /// Serves until `shutdown`, or until the server has ended; then the topics are cleared.
    pub(crate) async fn run(mut self, subscribers: Subscribers, shutdown: CancellationToken) {
        let (broker, base) = (&self.config.broker, self.config.base.as_str());
        info!("MQTT: publishing at {broker}; all topics begin with {base}/");
        let Err(ServerEnded) = self.serve(&subscribers, &shutdown).await;
        let counters = self.cockpit.counters();
        info!(
            "MQTT: {} carried out, {} wrong, {} retained and ignored",
            counted(
                usize::try_from(counters.requests).unwrap_or(usize::MAX),
                "request"
            ),
            counters.wrong,
            counters.retained,
        );
    }

    async fn serve(
        &mut self,
        subscribers: &Subscribers,
        shutdown: &CancellationToken,
    ) -> Result<std::convert::Infallible, ServerEnded> {
        let broker = self.config.broker.to_string();
        // The list of clients shows by them if the broker is connected.
        let actions = subscribers
            .clone()
            .named("mqtt", &format!("{broker} (connected)"));
        let mut values = subscribers.join().await?;
        loop {
            let connection = connect(Arc::clone(&self.config), self.tls.clone());
            let error = match self.meanwhile(&mut values, connection, shutdown).await? {
                Ok(connection) => {
                    let session = Session::new(connection);
                    match self
                        .serve_connection(session, &mut values, &actions, shutdown)
                        .await
                    {
                        End::Lost(error) => error,
                        End::ServerEnds => return Err(ServerEnded),
                    }
                }
                Err(error) => error,
            };
            let pause = self.pause_after(&error);
            self.meanwhile(&mut values, sleep(pause), shutdown).await?;
        }
    }

    /// Waits for `task` and takes the values of the world meanwhile.
    async fn meanwhile<T>(
        &mut self,
        values: &mut Subscriber,
        task: impl Future<Output = T>,
        shutdown: &CancellationToken,
    ) -> Result<T, ServerEnded> {
        let mut task = pin!(task);
        loop {
            tokio::select! {
                output = &mut task => return Ok(output),
                () = shutdown.cancelled() => return Err(ServerEnded),
                news = values.news() => self.apply(news?, values).await?,
            }
        }
    }

    /// Logs a failure, unless it is the last one again, and returns the pause before the next attempt.
    fn pause_after(&mut self, error: &BrokerError) -> Duration {
        let failure = error.to_string();
        let is_new = failure != self.failure && self.may_log();
        let broker = &self.config.broker;
        if !is_new {
            debug!("MQTT: {broker}: {failure}");
        } else {
            let end = if failure.ends_with('?') { "" } else { "." };
            warn!("MQTT: {broker}: {failure}{end} The server tries again; everything else works");
            self.failure = failure;
        }
        if error.needs_a_person() {
            return PAUSE_FOR_A_PERSON;
        }
        let pause = self.pause;
        self.pause = (pause * 2).min(LONGEST_PAUSE);
        pause
    }

    /// Serves a connection until it is lost, or until the server ends.
    ///
    /// Actions are those of a subscriber of their own. When the connection is lost it leaves, so that
    /// what it holds pressed is released.
    async fn serve_connection(
        &mut self,
        mut session: Session,
        values: &mut Subscriber,
        subscribers: &Subscribers,
        shutdown: &CancellationToken,
    ) -> End {
        let Ok(mut actions) = subscribers.join().await else {
            return End::ServerEnds;
        };
        info!("MQTT: connected to {}", self.config.broker);
        self.cockpit.connected();
        let exchange = self.exchange(&mut session, values, &mut actions, shutdown);
        let end = exchange
            .await
            .map_or_else(|ServerEnded| End::ServerEnds, End::Lost);
        if session.age() >= GOOD {
            self.pause = FIRST_PAUSE;
            self.failure.clear();
        }
        if let End::ServerEnds = end {
            session.end(&mut self.cockpit).await;
        }
        end
    }

    async fn exchange(
        &mut self,
        session: &mut Session,
        values: &mut Subscriber,
        actions: &mut Subscriber,
        shutdown: &CancellationToken,
    ) -> Result<BrokerError, ServerEnded> {
        loop {
            tokio::select! {
                () = shutdown.cancelled() => return Err(ServerEnded),
                requests = session.step(&mut self.cockpit) => match requests {
                    Ok(requests) => request(actions, requests).await?,
                    Err(error) => return Ok(error),
                },
                news = values.news() => self.apply(news?, values).await?,
                news = actions.news() => self.report(news?.errors),
            }
            while let Some(denial) = session.next_denial() {
                warn!("MQTT: {}", explanation(denial, self.config.base.as_str()));
            }
        }
    }

    /// Publishes the errors of actions.
    fn report(&mut self, errors: Vec<String>) {
        for error in errors {
            if self.may_log() {
                info!("MQTT: {error}");
            }
            self.cockpit.error(error);
        }
    }

    /// Applies news of the world.
    async fn apply(&mut self, news: Updates, values: &Subscriber) -> Result<(), ServerEnded> {
        if let Some(aircraft) = news.aircraft {
            self.set_aircraft(aircraft, values).await?;
        }
        for gauge in &news.gauges {
            self.cockpit.gauge(gauge.id, gauge.raw);
        }
        for text in &news.texts {
            self.cockpit.text(text.id, &text.text);
        }
        for error in &news.errors {
            if self.may_log() {
                warn!("MQTT: {error}");
            }
        }
        Ok(())
    }

    /// Changes to the topics of another aircraft, or of none, and makes the subscriptions that they
    /// need. They are prepared in another thread, since large tables take a while.
    async fn set_aircraft(
        &mut self,
        aircraft: Option<Arc<Aircraft>>,
        values: &Subscriber,
    ) -> Result<(), ServerEnded> {
        let config = Arc::clone(&self.config);
        let plan = spawn_blocking(move || match aircraft {
            Some(aircraft) => {
                let plan = Plan::new(&aircraft, &config);
                info!("{}", plan.summary());
                for warning in plan.warnings(&aircraft, &config) {
                    warn!("{warning}");
                }
                plan
            }
            None => Plan::empty(&config),
        });
        // This fails only if the server ends meanwhile.
        let plan = plan.await.map_err(|_| ServerEnded)?;
        let requests = plan.requests();
        let old = self.cockpit.set_plan(plan);
        spawn_blocking(move || drop(old));
        values.clear().await?;
        request(values, requests).await
    }

    fn may_log(&mut self) -> bool {
        let now = self.start.elapsed().as_micros();
        self.log_lines
            .take(1, Micros::try_from(now).unwrap_or(Micros::MAX))
    }
}

/// Returns the sentence about a right that the broker does not give.
fn explanation(denial: Denial, base: &str) -> String {
    let reason = match denial {
        Denial::Requests => format!(
            "the broker does not let this user read {base}/control/+/set, {base}/action/set and \
             {base}/status, so nothing can be set from there"
        ),
        Denial::Search => format!(
            "the broker does not let this user read all topics below {base}, so those that a crashed \
             server left behind stay there"
        ),
        Denial::Status => format!(
            "the broker does not send back what is published on {base}/status, so this user may not \
             write there, or not read; probably nobody gets any values"
        ),
    };
    format!("{reason}. Allow it in the broker's list of rights (ACL); docs/mqtt.md has an example")
}

/// Makes requests in batches, and lets others have their turn in between.
async fn request(subscriber: &Subscriber, mut requests: Vec<Request>) -> Result<(), ServerEnded> {
    while !requests.is_empty() {
        let rest = requests.split_off(requests.len().min(BATCH));
        subscriber
            .request(std::mem::replace(&mut requests, rest))
            .await?;
        yield_now().await;
    }
    Ok(())
}
