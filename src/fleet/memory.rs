//! The evidence of the last check, and when it may be judged again instead of a new look: while everything that it was made of is as
//! it was.

use chrono::NaiveDate;

use crate::fleet::cache::{EvidenceHead, FleetCache};
use crate::net::ledger::Heard;
use lookback_core::model::Evidence;
use lookback_core::model::period::end_of_day;

/// What evidence was made of.
pub(crate) struct MadeOf {
    /// Digest of branch and tags.
    pub refs: String,
    /// The products that its reviews cover, with theirs.
    pub products: Vec<(String, String)>,
    /// When the newest of their branches and tags was made, in seconds of Unix.
    pub newest: i64,
    /// Which servers of issues could be asked.
    pub reach: String,
    /// What they said.
    pub heard: Vec<Heard>,
}

/// The evidence of earlier checks.
pub(crate) struct Memory<'a> {
    /// The cache.
    pub cache: &'a FleetCache,
    /// Version, rules and `fleet.toml`, in one text.
    pub made_by: String,
    /// The day that was asked for.
    pub as_of: Option<NaiveDate>,
    /// The present day.
    pub today: NaiveDate,
}

impl Memory<'_> {
    /// The day that is judged for.
    pub(crate) fn day(&self) -> NaiveDate {
        self.as_of.unwrap_or(self.today)
    }

    /// Evidence that this program made of this branch and these tags, and that would be the same today, packed. Whether products and
    /// servers of issues are as they were, its head tells what to compare with.
    pub(crate) fn recall(&self, stem: &str, refs: &str) -> Option<(EvidenceHead, Vec<u8>)> {
        let (head, packed) = self.cache.head(stem)?;
        let same_day = head.as_of == self.day() && head.asked == self.as_of.is_some();
        let lasts = same_day || head.lasts && self.day() >= head.as_of;
        (head.made_by == self.made_by && head.refs == refs && lasts).then_some((head, packed))
    }

    /// Keeps evidence for the next night.
    pub(crate) fn keep(&self, stem: &str, of: MadeOf, evidence: &Evidence) {
        let events = evidence.issues.iter().chain(&evidence.tracked).flat_map(|issue| &issue.events);
        let told = events.map(|event| event.at.timestamp()).max().unwrap_or(0);
        // What a server told of days after the one judged for was left out, and would be missing on a later day.
        let whole = of.heard.is_empty() || self.day() >= self.today;
        let head = EvidenceHead {
            made_by: self.made_by.clone(),
            refs: of.refs,
            products: of.products,
            as_of: self.day(),
            asked: self.as_of.is_some(),
            lasts: whole && of.newest.max(told) < end_of_day(self.day()).timestamp(),
            reach: of.reach,
            heard: of.heard,
            digest: String::new(),
        };
        if let Ok(text) = serde_json::to_vec(evidence) {
            self.cache.keep(stem, head, &text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collect::gather::collect;
    use crate::collect::request::Request;
    use crate::net::ledger::HeardAnswer;
    use crate::net::session::{Net, NetOptions};
    use lookback_core::model::Policy;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn memory<'a>(cache: &'a FleetCache, made_by: &str, as_of: Option<&str>, today: &str) -> Memory<'a> {
        Memory { cache, made_by: made_by.to_owned(), as_of: as_of.map(day), today: day(today) }
    }

    #[test]
    fn evidence_is_taken_for_what_it_was_made_of_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let cache = FleetCache::open(folder.path()).unwrap();
        git2::Repository::init_bare(cache.mirror("a")).unwrap();
        let of = |newest: i64, heard: Vec<Heard>| MadeOf {
            refs: "r".to_owned(),
            products: Vec::new(),
            newest,
            reach: String::new(),
            heard,
        };
        let request = Request { repository: cache.mirror("a"), today: day("2026-05-15"), ..Request::default() };
        let net =
            Net::new(&|_| None, chrono::DateTime::UNIX_EPOCH, NetOptions { offline: true, ..NetOptions::default() });
        let evidence = collect(&request, &Policy::default(), &net).unwrap();
        memory(&cache, "1", None, "2026-05-15").keep("a", of(0, Vec::new()), &evidence);
        let knows = |made_by: &str, refs: &str, as_of: Option<&str>, today: &str| {
            memory(&cache, made_by, as_of, today).recall("a", refs).is_some()
        };
        assert!(knows("1", "r", None, "2026-05-15") && knows("1", "r", None, "2026-05-16"));
        assert!(knows("1", "r", Some("2027-01-01"), "2026-05-15"));
        assert!(!knows("2", "r", None, "2026-05-15"), "a newer version reads anew");
        assert!(!knows("1", "s", None, "2026-05-15"), "something was pushed");
        assert!(!knows("1", "r", None, "2026-05-14"), "the clock jumped back");
        // A commit of tomorrow.
        memory(&cache, "1", None, "2026-05-15").keep("a", of(day_end("2026-05-16"), Vec::new()), &evidence);
        assert!(knows("1", "r", None, "2026-05-15") && !knows("1", "r", None, "2026-05-16"));
        // What a server told of days after a past one was left out.
        let heard = Heard {
            base: String::new(),
            path: String::new(),
            asker: String::new(),
            kept: true,
            answer: HeardAnswer::Marked(String::new()),
        };
        memory(&cache, "1", Some("2026-05-15"), "2026-06-01").keep("a", of(0, vec![heard.clone()]), &evidence);
        assert!(knows("1", "r", Some("2026-05-15"), "2026-06-01"));
        assert!(!knows("1", "r", Some("2026-05-16"), "2026-06-01"));
        memory(&cache, "1", None, "2026-06-01").keep("a", of(0, vec![heard]), &evidence);
        assert!(knows("1", "r", None, "2026-06-02"));
    }

    fn day_end(text: &str) -> i64 {
        end_of_day(day(text)).timestamp() - 1
    }
}
