//! A guard: what panics while a document is read costs that document, never the run.

use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs what may panic; `None` where it did. What it was writing to must not be used then.
pub(crate) fn guarded<T>(work: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(work)).ok()
}

#[cfg(test)]
mod tests {
    use super::guarded;

    #[test]
    fn a_panic_is_none() {
        let word = "für";
        assert_eq!(guarded(|| word[..1].len()), Some(1));
        assert_eq!(guarded(|| word[..2].len()), None);
    }
}
