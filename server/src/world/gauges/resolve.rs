//! Resolves the name of a gauge to its source and scale in an aircraft.

use std::collections::BTreeMap;
use std::sync::Arc;

use aircraft_defs::telemetry::{field_by_name, is_field_name};
use aircraft_defs::{ControlRef, Gauge, NameError, NameKind, Scale};

use super::gauge::GaugeName;
use crate::wire::Ref;
use crate::world::Aircraft;
use crate::world::controls;
use crate::world::meaning::{Meaning, Subject, SubjectKind};
use crate::world::names::Names;
use crate::world::request_error::RequestError;
use crate::world::source::SourceId;

/// The meanings of names in an aircraft. Each name is looked up once for all its subscriptions.
#[derive(Debug, Default)]
pub(super) struct Resolver {
    known: Known,
    /// The meanings of names in earlier tables, which have to be freed.
    old: Vec<Known>,
    /// The number of names that were looked up.
    #[cfg(test)]
    pub(super) looked_up: usize,
}

type Known = BTreeMap<GaugeName, Result<Arc<Meaning>, RequestError>>;

impl Resolver {
    /// Forgets the meanings of names. [`Self::free`] must be called afterwards until nothing is
    /// left.
    pub(super) fn clear(&mut self) {
        if !self.known.is_empty() {
            self.old.push(std::mem::take(&mut self.known));
        }
    }

    /// Frees a name that was looked up before [`Self::clear`]; returns whether there was any.
    pub(super) fn free(&mut self, names: &mut Names) -> bool {
        let Some(old) = self.old.last_mut() else {
            return false;
        };
        match old.pop_first() {
            Some((name, _)) => name.release(names),
            None => drop(self.old.pop()),
        }
        true
    }

    /// Returns whether nothing is left for [`Self::free`].
    pub(super) fn is_free(&self) -> bool {
        self.old.is_empty()
    }

    /// Returns the meaning of a name in the aircraft. All calls since [`Self::clear`] must be about
    /// the same aircraft.
    pub(super) fn resolve(
        &mut self,
        name: &GaugeName,
        aircraft: &Aircraft,
    ) -> Result<&Arc<Meaning>, &RequestError> {
        if !self.known.contains_key(name) {
            #[cfg(test)]
            {
                self.looked_up += 1;
            }
            let meaning = match name {
                GaugeName::Number(arg) => Ok(by_number(*arg, Some(aircraft))),
                GaugeName::Name { spelled, .. } => by_name(spelled, aircraft),
            };
            self.known.insert(name.clone(), meaning.map(Arc::new));
        }
        self.known[name].as_ref()
    }
}

/// Returns the source and the scale of a gauge; `None` for a name while there is no aircraft, or while
/// its tables are being read.
pub(super) fn resolve(
    gauge: &Ref<u32>,
    aircraft: Option<&Aircraft>,
) -> Result<Option<Meaning>, RequestError> {
    match (gauge, aircraft) {
        (Ref::Number(arg), _) => Ok(Some(by_number(*arg, aircraft))),
        (Ref::Name(name), _) if is_field_name(name) => field_meaning(name).map(Some),
        (Ref::Name(_), None) => Ok(None),
        (Ref::Name(_), Some(aircraft)) if aircraft.is_loading() => Ok(None),
        (Ref::Name(name), Some(aircraft)) => by_name(name, aircraft).map(Some),
    }
}

fn by_number(arg: u32, aircraft: Option<&Aircraft>) -> Meaning {
    let gauge = aircraft.and_then(|aircraft| aircraft.tables.gauge_by_arg(arg));
    let scale = Arc::new(gauge.map(scale_of).unwrap_or_default());
    let kind = SubjectKind::Gauge;
    Meaning {
        subject: Subject {
            source: SourceId::arg(arg),
            kind,
        },
        scale,
    }
}

/// Returns the meaning of the name of a field of telemetry, which is the same in all aircraft.
fn field_meaning(name: &str) -> Result<Meaning, RequestError> {
    let Some(field) = field_by_name(name) else {
        return Err(RequestError::Name(NameError::Unknown {
            kind: NameKind::Gauge,
            name: name.to_owned(),
        }));
    };
    Ok(Meaning {
        subject: Subject {
            source: SourceId::field(field.number()),
            kind: SubjectKind::Gauge,
        },
        scale: Arc::new(field.scale()),
    })
}

/// Looks up a name, first among the fields of telemetry, then among the gauges and the controls.
fn by_name(name: &str, aircraft: &Aircraft) -> Result<Meaning, RequestError> {
    if is_field_name(name) {
        return field_meaning(name);
    }
    let gauge = match aircraft.tables.gauge(name) {
        Err(unknown @ NameError::Unknown { .. }) => {
            return by_control_name(name, aircraft, unknown);
        }
        gauge => gauge.map_err(RequestError::Name)?,
    };
    let arg = gauge.arg_number;
    let arg = arg.ok_or_else(|| RequestError::without_arg(&gauge.name))?;
    Ok(Meaning {
        subject: Subject {
            source: SourceId::arg(arg),
            kind: SubjectKind::Gauge,
        },
        scale: Arc::new(scale_of(gauge)),
    })
}

/// Returns the arg of a control, and the scale from its raw values to the numbers of its positions.
fn by_control_name(
    name: &str,
    aircraft: &Aircraft,
    unknown_gauge: NameError,
) -> Result<Meaning, RequestError> {
    let control = match aircraft.tables.control(name) {
        Err(NameError::Unknown { .. }) => return Err(RequestError::Name(unknown_gauge)),
        control => control.map_err(RequestError::Name)?,
    };
    let (arg, scale) =
        readout(&control).ok_or_else(|| RequestError::control_without_arg(control.id()))?;
    Ok(Meaning {
        subject: Subject {
            source: SourceId::arg(arg),
            kind: SubjectKind::Control,
        },
        scale: Arc::new(scale),
    })
}

/// Returns the arg that shows the position of a control, and the scale from its raw values to the
/// numbers of the positions.
pub(crate) fn readout(control: &ControlRef<'_>) -> Option<(u32, Scale)> {
    let control = controls::logical(control);
    let (arg, positions) = control.readout()?;
    Some((arg, position_scale(positions)))
}

/// Returns the scale from raw values to the number of the nearest position, counted from 0. Without
/// positions it is the identity.
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
