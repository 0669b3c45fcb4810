//! From the name of a gauge to the arg and the scale it has in an aircraft.

use std::collections::HashMap;
use std::sync::Arc;

use aircraft_defs::{Gauge, NameError, Scale};

use crate::wire::Ref;
use crate::world::Aircraft;
use crate::world::controls;
use crate::world::names::{Name, Names};
use crate::world::request_error::RequestError;

/// The reading of an arg: by a gauge's scale, or as the position of a control.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::world) enum Reading {
    Gauge,
    Control,
}

/// The arg and the scale of a gauge or a control.
#[derive(Debug)]
pub(in crate::world) struct Found {
    pub(super) arg: u32,
    pub(super) reading: Reading,
    pub(super) scale: Arc<Scale>,
}

impl Found {
    /// What a client has one subscription to.
    pub(in crate::world) fn subject(&self) -> (u32, Reading) {
        (self.arg, self.reading)
    }
}

/// What a subscription calls its gauge.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum GaugeName {
    /// By the number of its arg.
    Number(u32),
    /// By its name, as it was spelled and in lower case.
    Name { spelled: Name, folded: Name },
}

impl GaugeName {
    pub(super) fn keep(names: &mut Names, gauge: &Ref<u32>) -> Self {
        match gauge {
            Ref::Number(arg) => Self::Number(*arg),
            Ref::Name(name) => Self::Name {
                spelled: names.keep(name),
                folded: names.keep(&name.to_ascii_lowercase()),
            },
        }
    }

    /// Returns a name that is kept already.
    pub(super) fn find(names: &Names, gauge: &Ref<u32>) -> Option<Self> {
        let Ref::Name(name) = gauge else {
            return None;
        };
        let folded = names.find(&name.to_ascii_lowercase())?;
        let spelled = Arc::clone(&folded);
        Some(Self::Name { spelled, folded })
    }

    pub(super) fn release(self, names: &mut Names) {
        if let Self::Name { spelled, folded } = self {
            names.release(spelled);
            names.release(folded);
        }
    }

    /// The bytes that are kept for it.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Number(_) => 0,
            Self::Name { spelled, .. } => spelled.len(),
        }
    }

    /// Whether both are names, and equal without regard to case.
    pub(super) fn is_same_name(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Name { folded, .. }, Self::Name { folded: other, .. }) => {
                Arc::ptr_eq(folded, other)
            }
            _ => false,
        }
    }
}

/// What names mean in an aircraft; each is looked up once for all its subscriptions.
#[derive(Debug, Default)]
pub(super) struct Resolver {
    found: HashMap<GaugeName, Result<Arc<Found>, RequestError>>,
    /// How many names were looked up.
    #[cfg(test)]
    pub(super) looked_up: usize,
}

impl Resolver {
    /// Forgets what names mean. Returns whether there was anything.
    pub(super) fn clear(&mut self) -> bool {
        !std::mem::take(&mut self.found).is_empty()
    }

    /// What a name means in the aircraft, the same one in all calls since [`Self::clear`].
    pub(super) fn resolve(
        &mut self,
        name: &GaugeName,
        aircraft: &Aircraft,
    ) -> Result<&Arc<Found>, &RequestError> {
        if !self.found.contains_key(name) {
            #[cfg(test)]
            {
                self.looked_up += 1;
            }
            let found = match name {
                GaugeName::Number(arg) => Ok(by_number(*arg, Some(aircraft))),
                GaugeName::Name { spelled, .. } => by_name(spelled, aircraft),
            };
            self.found.insert(name.clone(), found.map(Arc::new));
        }
        self.found[name].as_ref()
    }
}

/// The arg and the scale of a gauge; none while no aircraft is there to know its name.
pub(super) fn resolve(
    gauge: &Ref<u32>,
    aircraft: Option<&Aircraft>,
) -> Result<Option<Found>, RequestError> {
    match (gauge, aircraft) {
        (Ref::Number(arg), _) => Ok(Some(by_number(*arg, aircraft))),
        (Ref::Name(_), None) => Ok(None),
        (Ref::Name(name), Some(aircraft)) => by_name(name, aircraft).map(Some),
    }
}

fn by_number(arg: u32, aircraft: Option<&Aircraft>) -> Found {
    let gauge = aircraft.and_then(|aircraft| aircraft.tables.gauge_by_arg(arg));
    let scale = Arc::new(gauge.map(scale_of).unwrap_or_default());
    let reading = Reading::Gauge;
    Found {
        arg,
        reading,
        scale,
    }
}

/// A gauge goes before a control of the same name.
fn by_name(name: &str, aircraft: &Aircraft) -> Result<Found, RequestError> {
    let gauge = match aircraft.tables.gauge(name) {
        Err(unknown @ NameError::Unknown { .. }) => {
            return by_control_name(name, aircraft, unknown);
        }
        gauge => gauge.map_err(RequestError::Name)?,
    };
    let arg = gauge.arg_number;
    let arg = arg.ok_or_else(|| RequestError::without_arg(&gauge.name))?;
    let scale = Arc::new(scale_of(gauge));
    let reading = Reading::Gauge;
    Ok(Found {
        arg,
        reading,
        scale,
    })
}

/// The arg of a control, and the scale from its raw values to the numbers of its positions.
fn by_control_name(
    name: &str,
    aircraft: &Aircraft,
    unknown_gauge: NameError,
) -> Result<Found, RequestError> {
    let control = match aircraft.tables.control(name) {
        Err(NameError::Unknown { .. }) => return Err(RequestError::Name(unknown_gauge)),
        control => control.map_err(RequestError::Name)?,
    };
    let readout = controls::logical(&control);
    let (arg, positions) = readout
        .readout()
        .ok_or_else(|| RequestError::control_without_arg(control.id()))?;
    Ok(Found {
        arg,
        reading: Reading::Control,
        scale: Arc::new(position_scale(positions)),
    })
}

/// Returns the scale from raw values to the number of the nearest position, counted from 0; the
/// raw value itself where there are no positions.
fn position_scale(positions: &[f64]) -> Scale {
    let (mut numbers, mut raws) = (Vec::new(), Vec::new());
    let mut add = |number: usize, raw: f64| {
        numbers.push(number as f64);
        raws.push(raw);
    };
    let (Some(first), Some(last)) = (positions.first(), positions.last()) else {
        return Scale::Identity;
    };
    add(0, first - 1.0);
    for (number, pair) in positions.windows(2).enumerate() {
        let middle = f64::midpoint(pair[0], pair[1]);
        add(number, middle);
        add(number + 1, middle);
    }
    add(positions.len() - 1, last + 1.0);
    Scale::new(&numbers, &raws)
}

fn scale_of(gauge: &Gauge) -> Scale {
    Scale::new(&gauge.input, &gauge.output)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_raw_value_is_the_nearest_position() {
        let scale = position_scale(&[-1.0, 0.0, 0.2]);
        let cases = [
            (-7.0, 0.0),
            (-1.0, 0.0),
            (-0.51, 0.0),
            (-0.49, 1.0),
            (0.05, 1.0),
            (0.11, 2.0),
            (7.0, 2.0),
        ];
        for (raw, number) in cases {
            assert_eq!(scale.apply(raw), number, "{raw}");
        }
        assert_eq!(position_scale(&[1.0]).apply(0.3), 0.0);
        assert_eq!(position_scale(&[]).apply(0.3), 0.3);
    }
}
