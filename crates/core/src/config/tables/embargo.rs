//! `[embargo]`: what is not public yet.

use crate::config::key::{Key, KeyKind, set};

/// Its keys, in the order in which they are written and documented.
pub(crate) static KEYS: [Key; 1] = [Key {
    path: "embargo.show",
    kind: KeyKind::Flag,
    default_of: |p| p.show_embargoed.to_string(),
    example: "true",
    says: "Show title and details of draft advisories and alerts, and of products that fewer people may read, also where the repository is public, or not known to be private.",
    set: |w, p, e| set(&mut p.show_embargoed, w.flag(e)),
}];
