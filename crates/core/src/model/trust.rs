//! What a configuration decides only where it is trusted: what may be shown, asked and written. That of a revision which is not
//! merged, and that of a file of evidence, is not.

use crate::model::github_writes::GithubWrites;
use crate::model::policy::{DocumentPolicy, IssuePolicy, Policy, PullRequestLane};
use crate::model::sources::github_source;
use lookback_reading::DeclaredAs;

impl Policy {
    /// The same judgement without a word on what may be shown, asked or written, nor on the rule that watch over it. `own`:
    /// `owner/name` of the repository itself, which is no stranger.
    #[must_use]
    pub fn distrusted(mut self, own: &str, watch: &str) -> Policy {
        self.show_embargoed = false;
        self.github = GithubWrites::default();
        self.subjects.clear();
        self.products.clear();
        self.trackers.clear();
        if let Some(sources) = &mut self.issues.sources {
            sources.retain(|source| {
                github_source(source).is_none_or(|name| name.is_empty() || name.eq_ignore_ascii_case(own))
            });
        }
        self.levels.retain(|(rule, _)| rule != watch);
        self.waivers.retain(|waiver| waiver.rule != watch);
        self
    }

    /// The same without what decides what fails, and what is looked at: the lane, levels, waivers, when a review is due and how fast a
    /// fix has to be, which issues are of security and what their states mean, and which files are documents. What adds is kept.
    #[must_use]
    pub fn not_in_force(mut self) -> Policy {
        self.pull_request = PullRequestLane::default();
        self.levels.clear();
        self.waivers.clear();
        let plain = Policy::default();
        (self.cadence, self.targets) = (plain.cadence, plain.targets);
        self.issues = IssuePolicy {
            tracker_keys: self.issues.tracker_keys,
            files: self.issues.files,
            columns: self.issues.columns,
            time_zone: self.issues.time_zone,
            date_order: self.issues.date_order,
            ..plain.issues
        };
        let mut declared = std::mem::take(&mut self.documents.declared);
        declared.retain(|document| document.declaration.is != DeclaredAs::None);
        self.documents = DocumentPolicy { declared, ..DocumentPolicy::default() };
        self
    }
}
