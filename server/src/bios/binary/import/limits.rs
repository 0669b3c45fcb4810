//! The limits on the actions of panels.

use crate::bios::binary::stream::STEP;
use crate::bios::frames::FrameLimits;

/// The limit on actions of all panels together: in a burst, such as that of a panel that is switched
/// on, and per second.
pub(super) const ACTIONS: (u32, u32) = (512, 200);
/// The limits of a slow sim; see [`FrameEstimate`](crate::bios::frames::FrameEstimate).
pub(super) const FRAME_LIMITS: FrameLimits = FrameLimits {
    frame: STEP,
    per_frame: 256,
    longest_wait: 1_000_000,
};
