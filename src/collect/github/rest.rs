//! Timeline events as REST has them. It does not tell the pull request of a `connected` event, nor whether a reference closes.

use chrono::{DateTime, Utc};
use serde::Deserialize;

use crate::collect::github::history::{Moment, What};

/// One event.
#[derive(Deserialize)]
pub(crate) struct Item {
    event: Option<String>,
    created_at: Option<DateTime<Utc>>,
    actor: Option<Who>,
    user: Option<Who>,
    label: Option<NamedLabel>,
    state_reason: Option<String>,
    commit_id: Option<String>,
    rename: Option<Rename>,
}

/// A person or a program.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Who {
    pub login: String,
    #[serde(rename = "type")]
    kind: Option<String>,
}

impl Who {
    pub(crate) fn is_bot(&self) -> bool {
        self.kind.as_deref() == Some("Bot") || self.login.ends_with("[bot]")
    }
}

#[derive(Deserialize)]
pub(crate) struct NamedLabel {
    name: String,
}

#[derive(Deserialize)]
struct Rename {
    from: String,
    to: String,
}

impl Item {
    /// The event in our words; `None` for what does not matter here.
    pub(crate) fn moment(self) -> Option<Moment> {
        let at = self.created_at?;
        let who = self.actor.or(self.user);
        let bot = who.as_ref().is_some_and(Who::is_bot);
        let label = self.label.map(|label| label.name);
        let what = match self.event.as_deref()? {
            "labeled" => What::Labelled(label?),
            "unlabeled" => What::Unlabelled(label?),
            "closed" => {
                What::Closed { reason: self.state_reason.map(|text| text.replace('_', "-")), commit: self.commit_id }
            }
            "reopened" => What::Reopened,
            "renamed" => self.rename.map(|rename| What::Renamed { from: rename.from, to: rename.to })?,
            "commented" => What::Commented { bot },
            _ => return None,
        };
        Some(Moment { at, actor: who.map(|who| who.login), what })
    }
}
