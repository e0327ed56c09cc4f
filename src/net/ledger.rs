//! What one conversation asked and heard: how many requests it may still send, and the answers of which a server can be asked later
//! whether they still hold. Knows no server.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

/// An answer that a server can be asked for again.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Heard {
    /// The address of the server.
    pub base: String,
    /// The path as it was sent.
    pub path: String,
    /// What it was known that whoever asked may see, beside what the token says.
    pub asker: String,
    /// Does the cache of answers hold it?
    pub kept: bool,
    /// What it was.
    pub answer: HeardAnswer,
}

/// What an answer was.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum HeardAnswer {
    /// One that the server gave this mark.
    Marked(String),
    /// A refusal in these words, which lasts until somebody changes something.
    Refused(String),
}

/// Requests that several may send together.
#[derive(Debug)]
pub(crate) struct Allowance(AtomicUsize);

impl Allowance {
    /// So many; `None`: as many as are wanted.
    pub(crate) fn new(most: Option<usize>) -> Self {
        Allowance(AtomicUsize::new(most.unwrap_or(usize::MAX)))
    }

    /// Is none left?
    pub(crate) fn is_used_up(&self) -> bool {
        self.0.load(Ordering::Relaxed) == 0
    }

    fn take(&self) -> bool {
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok()
    }

    fn give_back(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// The ledger of one conversation after the other.
#[derive(Debug)]
pub(crate) struct Ledger {
    /// What all conversations may send together.
    all: Arc<Allowance>,
    /// What this one may send.
    own: Allowance,
    sent: AtomicUsize,
    stopped: AtomicBool,
    heard: Mutex<BTreeSet<Heard>>,
    /// Was something heard of which nobody can be asked whether it still holds?
    passing: AtomicBool,
}

impl Ledger {
    /// An empty one.
    pub(crate) fn new(all: Arc<Allowance>) -> Self {
        Ledger {
            all,
            own: Allowance::new(None),
            sent: AtomicUsize::new(0),
            stopped: AtomicBool::new(false),
            heard: Mutex::default(),
            passing: AtomicBool::new(false),
        }
    }

    /// A new conversation begins, that may send so many.
    pub(crate) fn begin(&self, most: usize) {
        self.own.0.store(most, Ordering::Relaxed);
        self.sent.store(0, Ordering::Relaxed);
        self.stopped.store(false, Ordering::Relaxed);
        self.listen();
    }

    /// What was heard so far does not count.
    pub(crate) fn listen(&self) {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.passing.store(false, Ordering::Relaxed);
    }

    /// What was heard; `None`: not all of it can be asked for again.
    pub(crate) fn heard(&self) -> Option<Vec<Heard>> {
        let heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        (!self.passing.load(Ordering::Relaxed)).then(|| heard.iter().cloned().collect())
    }

    /// How many requests were sent.
    pub(crate) fn sent(&self) -> usize {
        self.sent.load(Ordering::Relaxed)
    }

    /// Was a request not sent because none was left?
    pub(crate) fn stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    /// May another request be sent? Then it counts.
    pub(crate) fn send(&self) -> bool {
        let may = self.own.take()
            && (self.all.take() || {
                self.own.give_back();
                false
            });
        if may {
            self.sent.fetch_add(1, Ordering::Relaxed);
        } else {
            self.stopped.store(true, Ordering::Relaxed);
        }
        may
    }

    /// An answer that did not change counts against no limit.
    pub(crate) fn same(&self) {
        self.own.give_back();
        self.all.give_back();
    }

    /// Notes an answer; `None`: one that nobody can be asked for on condition.
    pub(crate) fn hear(&self, heard: Option<Heard>) {
        match heard {
            Some(heard) => drop(self.heard.lock().unwrap_or_else(PoisonError::into_inner).insert(heard)),
            None => self.passing.store(true, Ordering::Relaxed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_sends_more_than_all_may_and_than_one_may() {
        let all = Arc::new(Allowance::new(Some(5)));
        let (one, two) = (Ledger::new(Arc::clone(&all)), Ledger::new(Arc::clone(&all)));
        one.begin(3);
        two.begin(3);
        assert_eq!((0..9).filter(|_| one.send()).count(), 3);
        assert!(one.stopped() && !two.stopped());
        assert_eq!((0..9).filter(|_| two.send()).count(), 2);
        assert!(all.is_used_up() && two.stopped() && two.sent() == 2);
        // What did not change is free.
        two.same();
        two.begin(3);
        assert!(two.send() && !two.send() && !all.take());
        let free = Ledger::new(Arc::new(Allowance::new(None)));
        free.begin(usize::MAX);
        assert!((0..9).all(|_| free.send()) && !free.stopped());
    }

    #[test]
    fn what_cannot_be_asked_for_again_spoils_the_rest() {
        let ledger = Ledger::new(Arc::new(Allowance::new(None)));
        let heard = Heard {
            base: "b".to_owned(),
            path: "/p".to_owned(),
            asker: String::new(),
            kept: true,
            answer: HeardAnswer::Marked("\"1\"".to_owned()),
        };
        for _ in 0..2 {
            ledger.hear(Some(heard.clone()));
        }
        assert_eq!(ledger.heard(), Some(vec![heard]));
        ledger.hear(None);
        assert_eq!(ledger.heard(), None);
        ledger.listen();
        assert_eq!(ledger.heard(), Some(Vec::new()));
    }
}
