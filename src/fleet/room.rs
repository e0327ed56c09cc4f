//! How much room the cache takes during a run: what transfers bring is counted, and where it becomes too much, what was used the longest
//! ago goes, between two checks and never below one.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{PoisonError, RwLock, RwLockReadGuard};

use crate::fleet::cache::FleetCache;

/// The room of a cache.
pub(crate) struct CacheRoom<'a> {
    cache: &'a FleetCache,
    most: u64,
    kept: AtomicU64,
    checks: RwLock<()>,
}

impl<'a> CacheRoom<'a> {
    /// Makes room before the first check.
    pub(crate) fn new(cache: &'a FleetCache, most: u64) -> Self {
        let (kept, _) = cache.shrink(most);
        CacheRoom { cache, most, kept: AtomicU64::new(kept), checks: RwLock::new(()) }
    }

    /// While this is held, nothing goes.
    pub(crate) fn hold(&self) -> RwLockReadGuard<'_, ()> {
        self.checks.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// A check brought so many bytes, and is over. Tells which repositories are not here any more.
    pub(crate) fn grew(&self, bytes: u64) -> BTreeSet<String> {
        if self.kept.fetch_add(bytes, Ordering::Relaxed) + bytes <= self.most {
            return BTreeSet::new();
        }
        let _alone = self.checks.write().unwrap_or_else(PoisonError::into_inner);
        // Somebody else may have made room meanwhile.
        if self.kept.load(Ordering::Relaxed) <= self.most {
            return BTreeSet::new();
        }
        let (kept, gone) = self.cache.shrink(self.most);
        self.kept.store(kept, Ordering::Relaxed);
        gone
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "waits for a lock")]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    #[test]
    fn what_is_too_much_goes_before_the_run_ends() {
        let folder = tempfile::tempdir().unwrap();
        let cache = FleetCache::open(folder.path()).unwrap();
        let room = CacheRoom::new(&cache, 1500);
        let check = |stem: &str| {
            let held = room.hold();
            let until = Instant::now() + Duration::from_secs(1);
            drop(cache.lease(stem, true, until).map_err(|failure| failure.why).unwrap());
            crate::sink::write_whole(&cache.mirror(stem).with_file_name("bytes"), &[0; 1000]).unwrap();
            drop(held);
            room.grew(1000)
        };
        assert!(check("a").is_empty());
        assert_eq!(check("b"), BTreeSet::from(["a".to_owned()]));
        assert_eq!(check("c"), BTreeSet::from(["b".to_owned()]));
        assert_eq!((cache.size("a"), cache.size("b"), cache.size("c")), (0, 0, 1000));
    }
}
