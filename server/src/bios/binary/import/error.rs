//! The errors of the import stream.

use thiserror::Error;

use super::sender::Sender;

/// The reason why a line cannot be carried out.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(super) enum ImportError {
    /// No control has this identifier.
    #[error(
        "{0} has no such control; `dcs-master dcs-bios reference --out DIR` lists them, and the names \
         of DCS-BIOS's modules need --dcs-bios-host"
    )]
    Unknown(String),
    /// No module of the user's DCS-BIOS has this identifier.
    #[error("the modules of DCS-BIOS for {0} have no such control")]
    NotInModule(String),
    /// No aircraft is controlled, so there are no controls.
    #[error("no aircraft is controlled")]
    NoAircraft,
    /// It is not known yet what carries out the line.
    #[error(
        "the modules of DCS-BIOS are still being loaded; what panels send is dropped until that is done"
    )]
    Loading,
    /// The line has no argument.
    #[error("an argument must follow the name, as in GEAR_8 1")]
    NoArgument,
    /// The control does not take the argument; the text says what it takes.
    #[error("it takes {0}")]
    Argument(String),
    /// The control's position has to be known for a relative move.
    #[error("its position is not known yet; send a number from 0 to 65535")]
    UnknownPosition,
    /// The commands of a control come faster than the sim's frames.
    #[error(
        "it is moved faster than the sim's frames take: {0} times a second, and {1} at once; some \
         commands are dropped"
    )]
    FasterThanFrames(u64, u64),
    /// The actions come faster than the sim can carry them out.
    #[error("more than the sim can perform within a second; the rest is dropped")]
    TooFast,
    /// A line is longer than any message; with the most bytes and its sender.
    #[error(
        "this is the beginning of a line of more than {0} bytes that came {1}; it is dropped. Lines end \
         with a line feed"
    )]
    TooLong(usize, Sender),
    /// A line is not ASCII text.
    #[error("this line, which came {0}, is not text; check the program or the speed of the port")]
    NotText(Sender),
}
