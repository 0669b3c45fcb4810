//! The requests of clients, as values.

pub use crate::control::Position;

/// A thing in the cockpit, by number or by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ref<N> {
    /// By the sim's own number.
    Number(N),
    /// By its name in the tables of the aircraft.
    Name(Box<str>),
}

/// The number by which a client knows its subscription: any 64-bit integer, signed or not.
pub type Id = i128;

/// A subscription to a gauge.
#[derive(Debug, Clone, PartialEq)]
pub struct GaugeRequest {
    /// The gauge, by arg number or by name.
    pub gauge: Ref<u32>,
    /// Comes back with each update. Different args may share an id.
    pub id: Id,
    /// Decimals, -9 to 9.
    pub precision: i8,
    /// Updates per second, finite, >= 0; 0 ends the subscription.
    pub max_frequency: f64,
}

/// An action on a device of the cockpit.
#[derive(Debug, Clone, PartialEq)]
pub struct ActionRequest {
    /// The device, by number or by name.
    pub device: Ref<i64>,
    /// The command, by number, by full name or by the part after the dot.
    pub command: Ref<i64>,
    /// Finite, in [-1, 1].
    pub value: f64,
}

/// A position for a control in the tables of the aircraft.
#[derive(Debug, Clone, PartialEq)]
pub struct PositionRequest {
    /// The id or the name of the control.
    pub control: Box<str>,
    /// The position.
    pub position: Position,
    /// Whether a physical switch stands there. Such a position applies to later aircraft, too.
    pub is_standing: bool,
}

/// A request of a client: one line of the text protocol.
#[derive(Debug, Clone, PartialEq)]
pub enum Request {
    /// `0`: say which aircraft is controlled.
    Aircraft,
    /// `1`: act on a device.
    Act(ActionRequest),
    /// `1`: bring a control to a position.
    Position(PositionRequest),
    /// `2`: subscribe to a gauge or a control, or end the subscription.
    Gauge(GaugeRequest),
    /// `3`: subscribe to an element of an indicator.
    Indicator {
        /// The indicator's number.
        indicator: u32,
        /// The element's name, trimmed.
        name: Box<str>,
        /// Comes back with each text.
        id: Id,
    },
    /// `4`: list all indicators, or one.
    List(Option<u32>),
    /// `5`: the server's statistics.
    Statistics,
}
