//! Work for the host, and its results.

use std::sync::Arc;

use dcs_bios_host::{Action, Host, HostError, InputKey, Problem};

use super::inputs::Input;

/// Work for the host.
#[derive(Debug, Default)]
pub(crate) struct Job {
    /// The number of the flight, which comes back in the outcome.
    pub(super) flight: u64,
    /// Whether the flight begins: all inputs are forgotten first.
    pub(super) is_first: bool,
    /// Whether the step is to compute all words, as the first one of a flight does.
    pub(super) begins_anew: bool,
    /// The inputs that have changed.
    pub(super) inputs: Vec<(InputKey, Input)>,
    /// Lines of panels.
    pub(super) lines: Vec<String>,
    /// The time of the flight in seconds, and the aircraft, if a step is to be run.
    pub(super) step: Option<(f64, String)>,
}

/// The results of a job.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(super) flight: u64,
    /// Whether a step was run.
    pub(super) has_stepped: bool,
    /// The words that changed.
    pub(super) words: Vec<(u16, u16)>,
    /// The actions that lines ask for, each with the control that the line names.
    pub(super) actions: Vec<(Arc<str>, Action)>,
    /// The lines that no module knows.
    pub(super) unknown: Vec<String>,
    /// Inputs that modules read for the first time.
    pub(super) wanted: Vec<InputKey>,
    /// Errors of modules.
    pub(super) problems: Vec<Problem>,
    /// What modules have logged.
    pub(super) log: Vec<String>,
}

impl Outcome {
    /// Returns whether a step was run.
    pub(crate) fn has_stepped(&self) -> bool {
        self.has_stepped
    }

    fn read_lines(&mut self, lines: &[String], host: &mut Host) -> Result<(), HostError> {
        for line in lines {
            let report = host.input(line.as_bytes())?;
            let control: Arc<str> = line.split(' ').next().unwrap_or_default().into();
            let actions = report.actions.into_iter();
            self.actions
                .extend(actions.map(|action| (Arc::clone(&control), action)));
            self.wanted.extend(report.wanted);
            self.problems.extend(report.problems);
            if !report.is_known {
                self.unknown.push(line.clone());
            }
        }
        Ok(())
    }
}

impl Job {
    /// Carries the job out.
    pub(super) fn run(self, host: &mut Host) -> Result<Outcome, HostError> {
        let mut outcome = Outcome {
            flight: self.flight,
            ..Outcome::default()
        };
        if self.is_first {
            host.forget_inputs()?;
        }
        for (key, input) in &self.inputs {
            set(host, key, input)?;
        }
        outcome.read_lines(&self.lines, host)?;
        if self.begins_anew {
            host.forget_words()?;
        }
        if let Some((time, aircraft)) = &self.step {
            let report = host.step(*time, Some(aircraft))?;
            outcome.has_stepped = true;
            outcome.words = report.words;
            outcome.wanted.extend(report.wanted);
            outcome.problems.extend(report.problems);
        }
        outcome.log = host.take_log()?;
        Ok(outcome)
    }
}

fn set(host: &mut Host, key: &InputKey, input: &Input) -> Result<(), HostError> {
    match (key, input) {
        (InputKey::Arg(arg), Input::Number(value)) => host.set_arg(*arg, *value),
        (InputKey::DrawArg(arg), Input::Number(value)) => host.set_draw_arg(*arg, *value),
        (InputKey::Frequency(device), Input::Number(hertz)) => host.set_frequency(*device, *hertz),
        (InputKey::Indicator(indicator), Input::Text(text)) => host.set_indicator(*indicator, text),
        (InputKey::CockpitParams, Input::Text(text)) => host.set_cockpit_params(text),
        (InputKey::Function(name), Input::Results(results)) => host.set_function(name, results),
        _ => Ok(()),
    }
}
