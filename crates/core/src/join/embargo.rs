//! Embargo: draft advisories and alerts are private even where the log is public, and so is all of a repository that fewer people may
//! read than the log. Masked once, in the evidence, before anything is judged: no rule and no renderer ever holds the words. Pure.

use std::collections::{BTreeMap, BTreeSet};

use crate::join::population;
use crate::model::evidence::Evidence;
use crate::model::issue::{Issue, Release, Resolution};
use crate::model::policy::Policy;
use crate::model::visibility::Visibility;
use lookback_reading::Reading;

/// What stands for a masked title.
pub const MASK: &str = "(under embargo)";

/// Who reads what a run says, and what of it they may know.
pub struct Audience<'a> {
    /// Who may read the log; `None`: unknown, taken for everybody.
    pub sink: Option<Visibility>,
    /// Who may read which repository; names are lower-case.
    pub visibilities: &'a BTreeMap<String, Visibility>,
    /// `owner/name` of the repository that keeps the records.
    pub own: &'a str,
}

impl Audience<'_> {
    /// Is the repository more private than the log? Another one of which nobody says it is, unless nobody says it of the log either.
    pub fn hides(&self, repository: &str) -> bool {
        let is_own = repository.eq_ignore_ascii_case(self.own);
        match (self.visibilities.get(&repository.to_lowercase()), self.sink) {
            (Some(known), sink) => *known > sink.unwrap_or(Visibility::Public),
            (None, Some(sink)) => !is_own && sink < Visibility::Private,
            (None, None) => false,
        }
    }

    /// Marks the issues that it must not know of.
    pub fn mark(&self, issues: &mut [Issue]) {
        for issue in issues {
            let own = issue.repositories.is_empty().then_some(self.own);
            if issue.repositories.iter().map(String::as_str).chain(own).any(|name| self.hides(name)) {
                (issue.private, issue.from_own_file) = (true, false);
            }
        }
    }
}

/// Masks title, details and telling ids of private issues where more people read the log than may know of them, unless the policy
/// shows them. Ids by which documents of the repository name them, times of events, state, resolution and whether deployed software
/// is affected remain, so that verdict and findings stay the same. Severity goes: such issues count as unrated.
pub fn mask(evidence: &mut Evidence, policy: &Policy) {
    if policy.show_embargoed {
        return;
    }
    let own = evidence.subject.repository.clone();
    let audience = Audience { sink: evidence.sink, visibilities: &evidence.visibilities, own: &own };
    for issues in [&mut evidence.issues, &mut evidence.candidates, &mut evidence.tracked] {
        audience.mark(issues);
    }
    for release in &mut evidence.releases {
        mask_release(release, &audience);
    }
    if evidence.sink == Some(Visibility::Private) {
        return;
    }
    let (named, unknown) = (named(evidence, policy), evidence.sink.is_none());
    let issues = [&mut evidence.issues, &mut evidence.candidates, &mut evidence.tracked].into_iter().flatten();
    for issue in issues.filter(|issue| issue.private && !(unknown && issue.from_own_file)) {
        mask_issue(issue, &named);
    }
}

/// A release of a product that must not be known keeps its product and its date.
fn mask_release(release: &mut Release, audience: &Audience<'_>) {
    if let Some((product, _)) = release.tag.split_once('@').filter(|(product, _)| audience.hides(product)) {
        release.tag = format!("{product}@{MASK}");
    }
}

/// Ids that the repository itself names, in its documents or its policy: whoever reads it knows them.
fn named(evidence: &Evidence, policy: &Policy) -> BTreeSet<String> {
    let mut named: BTreeSet<String> = policy.waivers.iter().map(|waiver| waiver.subject.to_lowercase()).collect();
    let mut readings: Vec<&Reading> = evidence.documents.iter().map(|document| &document.reading).collect();
    while let Some(reading) = readings.pop() {
        readings.extend(&reading.earlier);
        let references = reading.references.iter().map(|reference| &reference.id);
        let claims = reading.claims.iter().flat_map(|claim| claim.among.ids.iter().chain(&claim.among.except));
        let actions = reading.actions.iter().flat_map(|action| &action.references);
        let analyses = reading.analyses.iter().flat_map(|analysis| &analysis.references);
        named.extend(references.chain(claims).chain(actions).chain(analyses).map(|id| id.to_lowercase()));
    }
    named
}

fn mask_issue(issue: &mut Issue, named: &BTreeSet<String>) {
    MASK.clone_into(&mut issue.title);
    let fixed = !issue.fix_commits.is_empty() || issue.released_in.is_some();
    let closed = population::closed_before(issue, chrono::DateTime::<chrono::Utc>::MAX_UTC).is_some();
    if issue.resolution == Resolution::None && fixed && closed {
        issue.resolution = Resolution::Fixed;
    }
    mask_ids(issue, named);
    issue.url = None;
    issue.severity = None;
    issue.cwe.clear();
    issue.labels.clear();
    issue.components.clear();
    issue.fixed_in.clear();
    issue.why = issue.why.take().map(|_| MASK.to_owned());
    issue.released_in = None;
    if !issue.id.starts_with(COMMIT) {
        issue.fix_commits.clear();
    }
    for event in &mut issue.events {
        event.actor = None;
        event.note = None;
    }
}

const COMMIT: &str = "commit ";

/// Which public id a problem has tells what it is; its number, and the commit that fixes it, tell nothing to who cannot look them up.
fn mask_ids(issue: &mut Issue, named: &BTreeSet<String>) {
    let is_named = |id: &str| named.contains(&id.to_lowercase());
    let is_number = |id: &str| id.contains('#') && !id.contains("://");
    issue.aliases.retain(|alias| is_number(alias) || alias.starts_with(COMMIT) || is_named(alias));
    let telling = ["CVE-", "GHSA-"].iter().any(|lead| issue.id.to_uppercase().starts_with(lead));
    if !telling || is_named(&issue.id) {
        return;
    }
    let fix = issue.fix_commits.first().map(|fix| format!("{COMMIT}{}", fix.get(..12).unwrap_or(fix)));
    let other = issue.aliases.iter().find(|alias| is_number(alias)).cloned().or(fix);
    if let Some(other) = other {
        issue.aliases.remove(&other);
        issue.id = other;
    }
}
