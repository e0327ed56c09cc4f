//! What the sources of issues leave open beside what they could not tell: ids that the last record names and no source knows, and
//! issues that one source calls closed and another open. Pure.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::judge::facts::Facts;
use crate::judge::held::{Held, is_commit, names, normal};
use crate::judge::rules::conclusion_contradicted;
use crate::model::evidence::FoundDocument;
use crate::model::finding::Finding;
use crate::model::issue::Issue;
use crate::model::limit::{Limit, LimitKind};
use crate::model::sources::HISTORY;
use lookback_reading::{Claim, ClaimKind, Constraint, Reference, count, listed};

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
    let of = |issues: &[Issue]| -> HashSet<String> {
        issues.iter().flat_map(names).map(|name| normal(name, repository)).collect()
    };
    let (issues, candidates, tracked) = (of(&evidence.issues), of(&evidence.candidates), of(&evidence.tracked));
    let words: HashSet<&str> = evidence.candidates.iter().flat_map(|commit| subject_words(&commit.title)).collect();
    let all = facts.records(held).flat_map(|record| &record.reading.references);
    let (mut known, mut elsewhere, mut unknown) = (false, BTreeSet::new(), BTreeSet::new());
    for reference in all.filter(|reference| reference.examined == Some(true) && is_issue(&reference.id)) {
        let name = normal(&reference.id, repository);
        if issues.contains(&name) || candidates.contains(&name) || words.contains(reference.id.as_str()) {
            known = true;
        } else if tracked.contains(&name) {
            elsewhere.insert(reference.id.as_str());
        } else if reference.attachment.is_none() {
            unknown.insert(reference.id.as_str());
        }
    }
    // A key may be that of a document: it names an issue where the team says what its keys look like, or the record deals with it as one.
    let treated = treated(facts, held);
    let leads: HashSet<&str> = treated.iter().filter_map(|id| prefix(id)).collect();
    let keys = &facts.policy.issues.tracker_keys;
    let rows = if keys.is_empty() { listed_keys(facts, held) } else { BTreeSet::new() };
    let public = |id: &str| ["CVE-", "GHSA-"].iter().any(|lead| id.starts_with(lead));
    unknown.retain(|id| {
        let told = treated.contains(id) || rows.contains(id) || prefix(id).is_some_and(|lead| leads.contains(lead));
        id.contains('#') || public(id) || told || keys.iter().any(|key| key.is_match(id))
    });
    for record in facts.records(held) {
        let mut aside = aside(facts, record);
        aside.extend(of_actions(facts, record, &treated));
        unknown.retain(|id| !aside.contains(&id.to_lowercase()));
        elsewhere.retain(|id| !aside.contains(&id.to_lowercase()));
    }
    let known = known || !elsewhere.is_empty();
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

/// Ids of which a held review tells the state or the cause.
fn treated<'a>(facts: &Facts<'a>, held: &Held) -> BTreeSet<&'a str> {
    let claims = facts.records(held).flat_map(|record| &record.reading.claims).flat_map(|claim| &claim.among.ids);
    let analyses = facts.records(held).flat_map(|record| &record.reading.analyses);
    claims.chain(analyses.flat_map(|analysis| &analysis.references)).map(String::as_str).collect()
}

/// What leads the number of a tracker's key: `SEC` of `SEC-12`.
fn prefix(id: &str) -> Option<&str> {
    let (lead, number) = id.rsplit_once('-')?;
    let key = !lead.contains('-') && !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    (key && lead.starts_with(|c: char| c.is_ascii_uppercase())).then_some(lead)
}

/// Keys that stand in one list: at least two of one prefix, on lines that lie close to one another. Those of documents are led by other
/// letters, and a record of a quiet year lists none.
fn listed_keys<'a>(facts: &Facts<'a>, held: &Held) -> BTreeSet<&'a str> {
    const CLOSE: u32 = 4;
    let mut found = BTreeSet::new();
    let none = |claim: &Claim| matches!(claim.kind, ClaimKind::NoIssues | ClaimKind::Managed(0));
    if facts.records(held).any(|record| record.reading.claims.iter().any(none)) {
        return found;
    }
    let documents = &facts.evidence.documents;
    let names = documents.iter().filter_map(|document| document.path.rsplit('/').next());
    let ids = documents.iter().filter_map(|document| document.reading.fields.doc_id.as_ref());
    let leads = names.chain(ids.map(|id| id.value.as_str())).filter_map(|name| name.split_once('-'));
    let of_documents: HashSet<String> = leads.map(|(lead, _)| lead.trim().to_uppercase()).collect();
    for record in facts.records(held) {
        let own = record.reading.references.iter().filter(|one| one.attachment.is_none());
        let keys: Vec<&Reference> =
            own.filter(|one| prefix(&one.id).is_some_and(|lead| !of_documents.contains(lead))).collect();
        for pair in keys.windows(2) {
            let [one, next] = pair else { continue };
            let near = next.line.get().abs_diff(one.line.get()) <= CLOSE;
            if near && one.id != next.id && prefix(&one.id) == prefix(&next.id) {
                found.extend([one.id.as_str(), next.id.as_str()]);
            }
        }
    }
    found
}

/// Ids in small letters that a record names for actions alone: nowhere but where it decides one, or where it follows up an earlier
/// one. The row of an action may take several lines.
fn of_actions(facts: &Facts, record: &FoundDocument, treated: &BTreeSet<&str>) -> BTreeSet<String> {
    let mut named: HashMap<&str, usize> = HashMap::new();
    for reference in &record.reading.references {
        *named.entry(&reference.id).or_default() += 1;
    }
    let mut decided: HashMap<&str, usize> = HashMap::new();
    for id in record.reading.actions.iter().flat_map(|action| &action.references) {
        *decided.entry(id).or_default() += 1;
    }
    let ids = facts.actions.iter().flat_map(|action| &action.issues).map(String::as_str);
    let alone = |id: &&str| {
        let times = |of: &HashMap<&str, usize>| of.get(*id).copied().unwrap_or_default();
        !treated.contains(*id) && times(&named) <= times(&decided).max(1)
    };
    ids.filter(alone).map(str::to_lowercase).collect()
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
            (&[], &["SEC-9", "SEC-11"], "issue file", of("2 ids"), Verdict::Undetermined),
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

    /// The ids that the limit lists for a record that names these on lines of their own.
    fn listed(lines: &[(&str, usize)], change: fn(&mut lookback_reading::Reading)) -> Option<(String, bool)> {
        let mut world = Scene::new().record_with("2024-03-14", |reading| {
            reading.names("#90").action(None, "Extend the fuzzing", None, None, Some("#90"))
        });
        world =
            world.record_with("2025-03-14", |reading| lines.iter().fold(reading, |reading, (id, _)| reading.names(id)));
        let reading = &mut world.evidence.documents[1].reading;
        for (reference, (_, line)) in reading.references.iter_mut().zip(lines) {
            reference.line = lookback_reading::one_based(*line);
        }
        change(reading);
        let (name, kind) = ("issues.csv".to_owned(), "issue file".to_owned());
        world.evidence.sources = vec![SourceSummary { name, kind, read: Some(1), security: 1, limits: 0 }];
        let report = judge(&world.evidence, &world.policy, "2025-07-01".parse().unwrap(), false);
        let limit = report.limits.iter().find(|limit| limit.what.contains("that the last record names"));
        limit.map(|limit| (limit.what.clone(), limit.affects == [Constraint::IssuesExamined]))
    }

    #[test]
    fn keys_of_a_tracker_are_ids_too() {
        let said = |ids: &str| Some((ids.to_owned(), true));
        let none = |_: &mut lookback_reading::Reading| {};
        let rows = listed(&[("REP-4", 20), ("REP-7", 21), ("SOP-3", 2)], none);
        assert_eq!(rows, said("2 ids that the last record names: REP-4, REP-7"));
        assert_eq!(listed(&[("SOP-3", 20), ("FRM-7", 21), ("REP-4", 30), ("REP-7", 60)], none), None);
        // A document has its own letters, and a quiet year no issues.
        let quiet = |reading: &mut lookback_reading::Reading| {
            let (among, quote) = (lookback_reading::Among::default(), lookback_reading::Quote::at(30, 1, "none"));
            let kind = lookback_reading::ClaimKind::NoIssues;
            reading.claims.push(lookback_reading::Claim { kind, among, near: false, quote });
        };
        let numbered = |reading: &mut lookback_reading::Reading| {
            let (value, quote) = ("SOP-1".to_owned(), lookback_reading::Quote::at(1, 1, "SOP-1"));
            reading.fields.doc_id = Some(lookback_reading::Stated { value, quote });
        };
        assert_eq!(listed(&[("REP-4", 20), ("REP-7", 21)], quiet), None);
        assert_eq!(listed(&[("SOP-4", 20), ("SOP-7", 21)], numbered), None);
        let analysed = |reading: &mut lookback_reading::Reading| {
            let quote = lookback_reading::Quote::at(30, 1, "REP-4 escaped");
            let references = vec!["REP-4".to_owned()];
            reading.analyses.push(lookback_reading::Analysis { references, whole: false, quote, cause: None });
        };
        assert_eq!(listed(&[("REP-4", 20), ("SOP-3", 2)], analysed), said("1 id that the last record names: REP-4"));
    }

    #[test]
    fn what_tracks_actions_is_no_issue_that_was_examined() {
        let acts = |reading: &mut lookback_reading::Reading| {
            let mut action = lookback_reading::Action {
                id: None,
                text: "Train the suppliers".to_owned(),
                owner: None,
                due: None,
                references: vec!["#91".to_owned()],
                state: None,
                progress: lookback_reading::Progress::Open,
                quote: lookback_reading::Quote::at(47, 1, "Train the suppliers"),
            };
            reading.actions.push(action.clone());
            action.references = vec!["#12".to_owned()];
            reading.actions.push(action);
        };
        // The row of an action may take several lines, and nothing need say that an earlier one is followed up.
        let found = listed(&[("#12", 20), ("#12", 50), ("#91", 50), ("#90", 55)], acts);
        assert_eq!(found, Some(("1 id that the last record names: #12".to_owned(), true)));
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
