//! `[releases]`: what a release is.

use crate::config::key::{Key, KeyKind, quoted, set};

/// Its keys, in the order in which they are written and documented.
pub(crate) static KEYS: [Key; 2] = [
    Key {
        path: "releases.tag",
        kind: KeyKind::Pattern,
        default_of: |p| quoted(p.releases.tag.as_str()),
        example: r"'^v\d+\.\d+\.\d+$'",
        says: "Tags that match are releases.",
        set: |w, p, e| set(&mut p.releases.tag, w.pattern(e, false, r"tag = '^v\d+\.\d+\.\d+$'")),
    },
    Key {
        path: "releases.prerelease",
        kind: KeyKind::Pattern,
        default_of: |p| quoted(p.releases.prerelease.as_str()),
        example: r"'-rc\d+$'",
        says: "Of these, tags that match are pre-releases and do not count.",
        set: |w, p, e| set(&mut p.releases.prerelease, w.pattern(e, false, r"prerelease = '-rc\d+$'")),
    },
];
