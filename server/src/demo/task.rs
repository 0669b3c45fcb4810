//! The clock and the channels around the demo's simulation.

use std::{collections::VecDeque, time::Duration};

use dcs_master_demo::Aircraft;
use tokio::time::{Instant, MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use super::sim::DemoSim;
use crate::link::InProcessSim;

/// Frames per second.
const FRAMES: u32 = 60;

/// Flies these aircraft, each for `every` (`None`: without end), until `shutdown` is cancelled or
/// the server ends.
pub async fn run(
    link: InProcessSim,
    aircraft: Vec<Aircraft>,
    every: Option<Duration>,
    shutdown: CancellationToken,
) {
    let InProcessSim {
        to_server,
        mut from_server,
    } = link;
    let mut sim = DemoSim::new(
        aircraft,
        every.map_or(f64::INFINITY, |every| every.as_secs_f64()),
    );
    let start = Instant::now();
    let mut frames = interval(Duration::from_secs(1) / FRAMES);
    frames.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let mut waiting = VecDeque::from(sim.open());
    loop {
        tokio::select! {
            () = shutdown.cancelled() => return,
            // No frame runs while messages wait, so that their number stays small.
            room = to_server.reserve(), if !waiting.is_empty() => match (room, waiting.pop_front()) {
                (Ok(room), Some(message)) => room.send(message),
                _ => return,
            },
            message = from_server.recv() => match message {
                Some(message) => waiting.extend(sim.receive(message)),
                None => return,
            },
            _ = frames.tick(), if waiting.is_empty() => {
                waiting.extend(sim.frame(start.elapsed().as_secs_f64()));
            }
        }
    }
}
