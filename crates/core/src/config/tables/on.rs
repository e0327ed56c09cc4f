//! `[on]`: where what is enforced.

use crate::config::key::{Key, KeyKind, quoted, set};

/// Its keys, in the order in which they are written and documented.
pub(crate) static KEYS: [Key; 1] = [Key {
    path: "on.pull_request",
    kind: KeyKind::Choice,
    default_of: |_| quoted("changed"),
    example: r#""changed""#,
    says: "What fails a pull request: \"changed\" (faults in what it changes), \"all\", or \"report\" (nothing).",
    set: |w, p, e| {
        set(&mut p.pull_request, w.word(e));
    },
}];
