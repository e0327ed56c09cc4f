//! `[github]`: what is written back to GitHub.

use crate::config::checks::texts;
use crate::config::key::{Key, KeyKind, list, quoted, set};
use lookback_reading::shorten;

/// Its keys, in the order in which they are written and documented.
pub(crate) static KEYS: [Key; 6] = [
    Key {
        path: "github.comment",
        kind: KeyKind::Flag,
        default_of: |p| p.github.comment.to_string(),
        example: "true",
        says: "Keep one comment on each pull request, as `check --comment` does.",
        set: |w, p, e| set(&mut p.github.comment, w.flag(e)),
    },
    Key {
        path: "github.check_run",
        kind: KeyKind::Flag,
        default_of: |p| p.github.check_run.to_string(),
        example: "true",
        says: "Write a check run with annotations, as `check --check-run` does.",
        set: |w, p, e| set(&mut p.github.check_run, w.flag(e)),
    },
    Key {
        path: "github.reminder",
        kind: KeyKind::Flag,
        default_of: |p| p.github.reminder.to_string(),
        example: "true",
        says: "Keep one reminder issue while a review is due, as `check --reminder` does.",
        set: |w, p, e| set(&mut p.github.reminder, w.flag(e)),
    },
    Key {
        path: "github.status",
        kind: KeyKind::Flag,
        default_of: |p| p.github.status.to_string(),
        example: "true",
        says: "Write a commit status where there is no check run, as `check --status` does.",
        set: |w, p, e| set(&mut p.github.status, w.flag(e)),
    },
    Key {
        path: "github.name",
        kind: KeyKind::Text,
        default_of: |p| quoted(&p.github.name),
        example: r#""Lookback""#,
        says: "Name of the check run and of the status; comments and reminders of several configurations are told apart by it.",
        set: |w, p, e| set(&mut p.github.name, w.text(e, r#"name = "Lookback""#).map(|name| shorten(&name, 100))),
    },
    Key {
        path: "github.reminder_labels",
        kind: KeyKind::Texts,
        default_of: |p| list(&p.github.reminder_labels),
        example: r#"["security-review"]"#,
        says: "Labels that the reminder issue gets when it is opened.",
        set: |w, p, e| {
            set(&mut p.github.reminder_labels, w.list(e, r#"reminder_labels = ["security-review"]"#).map(texts));
        },
    },
];
