//! All configuration keys. The commented file of `init`, the documentation and the list of allowed keys derive from it.

use toml::de::DeTable;

use crate::config::key::Key;
use crate::config::tables::{
    cadence, documents, embargo, github, issues, on, releases, rules, subject, targets, tracker, waiver,
};
use crate::config::walk::ConfigWalk;
use crate::model::policy::Policy;

static TABLES: [&[Key]; 13] = [
    &cadence::KEYS,
    &documents::KEYS,
    &documents::DECLARED,
    &issues::KEYS,
    &releases::KEYS,
    &targets::KEYS,
    &rules::KEYS,
    &on::KEYS,
    &embargo::KEYS,
    &github::KEYS,
    &subject::KEYS,
    &tracker::KEYS,
    &waiver::KEYS,
];

/// All keys, in the order in which they are written and documented.
pub fn keys() -> impl Iterator<Item = &'static Key> {
    TABLES.iter().copied().flatten()
}

/// Reads one table of an array of tables.
pub fn item(walk: &mut ConfigWalk<'_>, policy: &mut Policy, list: &str, at: usize, table: &DeTable<'_>) {
    match list {
        "document" => {
            let origin = policy.origin.as_ref().map(|origin| origin.path.clone()).unwrap_or_default();
            policy.documents.declared.extend(documents::document(walk, &origin, at, table));
        }
        "waiver" => policy.waivers.extend(waiver::waivers(walk, at, table)),
        "tracker" => policy.trackers.extend(tracker::tracker(walk, at, table)),
        _ => subject::subject(walk, policy, at, table),
    }
}

/// What keys demand of one another.
pub fn across(walk: &mut ConfigWalk<'_>, policy: &mut Policy, tree: &DeTable<'_>) {
    cadence::across(walk, policy, tree);
    issues::across(walk, policy, tree);
    policy.subjects.sort_by_key(|subject| subject.line);
}
