//! The steps of all states of a module.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::limits::Limits;

/// Counts the steps of a module's states, so that a module with many aircraft cannot use up the
/// limit of a single state hundreds of times.
#[derive(Debug, Default)]
pub struct ModuleSteps(AtomicU64);

impl ModuleSteps {
    /// Returns the number of steps that the next state may use.
    pub(super) fn allowance(&self, limits: &Limits) -> u64 {
        let used = self.0.load(Ordering::Relaxed);
        let left = limits.module_steps.saturating_sub(used);
        left.max(limits.least_steps).min(limits.steps)
    }

    /// Counts steps that a state has used.
    pub(super) fn count(&self, steps: u64) {
        self.0.fetch_add(steps, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::files::{GamePath, Root, Roots};
    use crate::parse_cache::ParseCache;
    use crate::sim_env::{Access, cockpit};

    #[test]
    fn a_state_may_use_what_is_left_and_never_too_little() {
        let limits = Limits::default();
        let steps = ModuleSteps::default();
        assert_eq!(steps.allowance(&limits), limits.steps);
        steps.count(limits.module_steps - 3_000_000);
        assert_eq!(steps.allowance(&limits), 3_000_000);
        steps.count(u64::MAX / 2);
        assert_eq!(steps.allowance(&limits), limits.least_steps);
    }

    #[test]
    fn the_states_of_a_module_share_its_steps() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("loop.lua"), "while true do end").expect("a file");
        let root = Root::open(GamePath::root(), folder.path()).expect("a root");
        let access = Access {
            roots: Arc::new(Roots::new(vec![root], &[])),
            base: GamePath::root(),
            steps: Arc::default(),
        };
        let cache = Arc::new(ParseCache::default());
        let limits = Limits::default();
        access.steps.count(limits.module_steps - 600_000);
        let run = || {
            let (mut session, _) = cockpit::session(&cache, access.clone(), "Type");
            let path = GamePath::root().join("loop.lua");
            let chunk = session.files().open(&path).expect("a chunk");
            assert!(!session.run(&chunk));
            session.machine.steps()
        };
        let used: Vec<u64> = (0..3).map(|_| run()).collect();
        let about = |expected: u64, steps: u64| (expected..expected + 100).contains(&steps);
        assert!(about(600_000, used[0]), "{used:?}");
        assert!(about(limits.least_steps, used[1]), "{used:?}");
        assert!(about(limits.least_steps, used[2]), "{used:?}");
    }
}
