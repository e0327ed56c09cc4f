//! What the sources of issues leave open beside what they could not tell: ids that the last record names and no source knows, and
//! issues that one source calls closed and another open. Pure.

use std::collections::{BTreeSet, HashSet};

use crate::judge::facts::Facts;
use crate::judge::held::{Held, is_commit, names, normal};
use crate::judge::rules::conclusion_contradicted;
use crate::model::evidence::FoundDocument;
use crate::model::finding::Finding;
use crate::model::issue::Issue;
use crate::model::limit::{Limit, LimitKind};
use crate::model::sources::HISTORY;
use lookback_reading::{Constraint, count, listed};

/// Ids that a limit names before the rest is counted.
const NAMED: usize = 10;

/// The limits.
pub(crate) fn limits(facts: &Facts, findings: &[Finding]) -> Vec<Limit> {
    facts.latest().and_then(|held| unknown(facts, held)).into_iter().chain(disputed(facts, findings)).collect()
}

/// Where the last record names some that are known, the others are only worth knowing; where it names none, the wrong source was read.
fn unknown(facts: &Facts, held: &Held) -> Option<Limit> {
    let evidence = facts.evidence;
    let repository = evidence.subject.repository.as_str();
    // There may be very many of both: the names of all issues, and the words in the subjects of commits, once.
    let of_issues = || evidence.issues.iter().chain(&evidence.candidates).chain(&evidence.tracked);
    let names: HashSet<String> = of_issues().flat_map(names).map(|name| normal(name, repository)).collect();
    let words: HashSet<&str> = evidence.candidates.iter().flat_map(|commit| subject_words(&commit.title)).collect();
    let is_known = |id: &str| names.contains(&normal(id, repository)) || words.contains(id);
    let all = facts.records(held).flat_map(|record| &record.reading.references);
    let (mut known, mut unknown) = (false, BTreeSet::new());
    for reference in all.filter(|reference| reference.examined == Some(true) && is_issue(&reference.id)) {
        if is_known(&reference.id) {
            known = true;
        } else if reference.attachment.is_none() {
            unknown.insert(reference.id.as_str());
        }
    }
    // A key may be that of a document: it names an issue where the team says what its keys look like, or the record tells its state.
    let claims = facts.records(held).flat_map(|record| &record.reading.claims);
    let claimed: HashSet<&str> = claims.flat_map(|claim| &claim.among.ids).map(String::as_str).collect();
    let told = |id: &str| claimed.contains(id);
    let keys = &facts.policy.issues.tracker_keys;
    let lead = |id: &str| ["CVE-", "GHSA-"].iter().any(|lead| id.starts_with(lead));
    unknown.retain(|id| id.contains('#') || lead(id) || keys.iter().any(|key| key.is_match(id)) || told(id));
    for record in facts.records(held) {
        let aside = aside(facts, record);
        unknown.retain(|id| !aside.contains(&id.to_lowercase()));
    }
    if unknown.is_empty() {
        return None;
    }
    // Issues that had ended are left out on purpose; where nothing was asked, that is what is said.
    let asked = facts.policy.issues.history_alone() || evidence.sources.iter().any(|source| source.kind != HISTORY);
    let idle = known || facts.policy.issues.since.is_some() || !asked;
    let ids: Vec<&str> = unknown.into_iter().collect();
    let limit = Limit::new(
        LimitKind::IssueSource,
        format!("{} that the last record names: {}", count(ids.len(), "id"), listed(&ids, NAMED)),
        if idle {
            "no source knows them"
        } else {
            "no source knows them, nor any other issue of that record: another tracker may hold its issues"
        },
        "Name the source that holds them (--issues FILE, `files` or `sources` under [issues], a [[tracker]]), or correct them in the record.",
    );
    Some(if idle { limit } else { limit.affecting(&[Constraint::IssuesExamined]) })
}

/// Does an id name an issue, and no class of weaknesses, commit or page?
fn is_issue(id: &str) -> bool {
    let class = id.get(..4).is_some_and(|lead| lead.eq_ignore_ascii_case("CWE-"));
    !class && !is_commit(id) && !id.contains("://")
}

/// The words of the first line of a commit, without the signs around them: `#13` of "Validate it (closes #13)".
fn subject_words(subject: &str) -> impl Iterator<Item = &str> {
    let edge = |c: char| !c.is_alphanumeric() && c != '#';
    subject.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | ':')).map(move |word| word.trim_matches(edge))
}

/// Ids in small letters that are no examined issues: those of documents and actions, and what stands only where actions do.
fn aside(facts: &Facts, record: &FoundDocument) -> BTreeSet<String> {
    let reading = &record.reading;
    let follow_ups = reading.follow_ups.iter().map(|follow_up| follow_up.line);
    let of_actions: BTreeSet<_> = reading.actions.iter().map(|action| action.quote.line).chain(follow_ups).collect();
    let (there, elsewhere): (Vec<_>, Vec<_>) =
        reading.references.iter().partition(|reference| of_actions.contains(&reference.line));
    let elsewhere: BTreeSet<&str> = elsewhere.iter().map(|reference| reference.id.as_str()).collect();
    let only_there = there.iter().map(|reference| &reference.id).filter(|id| !elsewhere.contains(id.as_str()));
    let documents = facts.evidence.documents.iter().filter_map(|document| document.reading.fields.doc_id.as_ref());
    let own = reading.actions.iter().filter_map(|action| action.id.as_ref());
    only_there.chain(documents.map(|id| &id.value)).chain(own).map(|id| id.trim().to_lowercase()).collect()
}

/// Issues that count as open although a source calls them closed. That decides where the record is blamed for one.
fn disputed(facts: &Facts, findings: &[Finding]) -> Option<Limit> {
    let open: Vec<&Issue> = facts.evidence.issues.iter().filter(|issue| issue.is_disputed(facts.as_of)).collect();
    if open.is_empty() {
        return None;
    }
    let names: Vec<&str> = open.iter().map(|issue| issue.id.as_str()).collect();
    let missing = facts.latest().map(|held| held.coverage.missing.as_slice()).unwrap_or_default();
    let mut affects = Vec::new();
    if open.iter().any(|issue| missing.contains(&issue.id)) {
        affects.push(Constraint::IssuesExamined);
    }
    if findings.iter().any(|finding| finding.rule == conclusion_contradicted::RULE.id) {
        affects.push(Constraint::ProcessAssessed);
    }
    let limit = Limit::new(
        LimitKind::IssueSource,
        format!("whether {} is open", listed(&names, NAMED)),
        "one source says closed and another open, and so it counts as open (`lookback issues -v` names them)",
        "Close it where it is open, or correct the source that calls it closed.",
    );
    Some(limit.affecting(&affects))
}

#[cfg(test)]
mod tests {
    use crate::judge::testing::*;
    use crate::judge::verdict::judge;
    use crate::model::evidence::SourceSummary;
    use crate::model::issue::EventKind::*;
    use crate::model::report::Verdict;
    use lookback_reading::Constraint;

    /// What is said of the ids, and the verdict on 4.1.8#b.
    fn told(known: &[&str], named: &[&str], kind: &str) -> (Option<String>, Verdict) {
        let mut world = Scene::new().release("v1.0.0", "2024-03-01").procedure(Some(12));
        for id in known {
            world = world.issue(id, &[("2025-01-10", Opened), ("2025-02-10", Closed)]);
        }
        let mut world =
            world.record_with("2025-03-14", |reading| named.iter().fold(reading, |reading, id| reading.names(id)));
        let (name, kind) = ("issues.csv".to_owned(), kind.to_owned());
        world.evidence.sources = vec![SourceSummary { name, kind, read: Some(1), security: 1, limits: 0 }];
        let report = judge(&world.evidence, &world.policy, "2025-07-01".parse().unwrap(), false);
        let limit = report.limits.iter().find(|limit| limit.what.contains("that the last record names"));
        let verdict = report.constraints.iter().find(|result| result.constraint == Constraint::IssuesExamined);
        (limit.map(|limit| limit.what.clone()), verdict.unwrap().verdict)
    }

    #[test]
    fn ids_that_no_source_knows() {
        let of = |ids: &str| Some(format!("{ids} that the last record names"));
        for (known, named, kind, said, verdict) in [
            (&["#3"][..], &["#3"][..], "issue file", None, Verdict::Conforms),
            (&["#3"], &["#3", "#9"], "issue file", of("1 id"), Verdict::Conforms),
            (&[], &["#8", "CVE-2025-1234"], "issue file", of("2 ids"), Verdict::Undetermined),
            (&[], &["#8"], "history", of("1 id"), Verdict::Conforms),
            (&[], &["SOP-12", "SEC-REV-2025-01"], "issue file", None, Verdict::Conforms),
            (&[], &["CWE-79", "1a2b3c4d5e6f", "https://example.org/3"], "issue file", None, Verdict::Conforms),
            (&[], &[], "issue file", None, Verdict::Conforms),
        ] {
            let found = told(known, named, kind);
            let lead = found.0.map(|what| what.split(':').next().unwrap_or_default().to_owned());
            assert_eq!((lead, found.1), (said, verdict), "{named:?} of {known:?}");
        }
    }

    #[test]
    fn ids_of_actions_and_those_in_the_subject_of_a_commit_do_not_count() {
        let mut world = Scene::new().record_with("2025-03-14", |reading| reading.names("#90").names("#13"));
        world.evidence.candidates.push(crate::fixtures::issue("commit 1a2b3c4d5e6f", &[("2025-01-10", Opened)]));
        world.evidence.candidates[0].title = "Validate the certificate, closes #13".to_owned();
        let reading = &mut world.evidence.documents[0].reading;
        let line = reading.references.iter().find(|reference| reference.id == "#90").unwrap().line.get() as usize;
        reading.references.iter_mut().filter(|reference| reference.id == "#13").for_each(|reference| {
            reference.line = lookback_reading::one_based(line + 5);
        });
        reading.follow_ups = vec![lookback_reading::Quote::at(line, 1, "Extend the fuzzing (#90)")];
        let report = judge(&world.evidence, &world.policy, "2025-07-01".parse().unwrap(), false);
        assert!(report.limits.is_empty(), "{:?}", report.limits);
        let named = |subject: &'static str| super::subject_words(subject).any(|word| word == "#13");
        assert!(named("Fix (#13)") && named("Fix it, closes #13.") && !named("Fix (#131)"));
    }

    #[test]
    fn what_sources_disagree_about_is_said() {
        let mut world = Scene::new()
            .issue("#3", &[("2025-01-10", Opened)])
            .record_with("2025-03-14", |reading| reading.names("#3"));
        world.evidence.issues[0].closed_by.insert("vex.json".to_owned(), "2025-02-01".parse().unwrap());
        let said = |day: &str| {
            let report = judge(&world.evidence, &world.policy, day.parse().unwrap(), false);
            report.limits.iter().any(|limit| limit.what == "whether #3 is open" && limit.affects.is_empty())
        };
        assert!(said("2025-07-01"));
        assert!(!said("2025-01-31"), "nobody said closed then");
    }
}
