//! Section 2: the statement in words. Each clause becomes a sentence whose pieces are followed to the proofs; what is not claimed is told
//! with its reasons, clauses of one reason together.

use serde::Serialize;

use crate::model::finding::Finding;
use crate::model::report::{Report, Review};
use crate::render::dossier::phrase::{SentencePiece, pieces};
use crate::render::dossier::places::{PagePlaces, ShownQuote};
use crate::render::dossier::statement::{
    AuditClause, ClauseProof, ProofPart, ProvenClause, UnprovenClause, Want, last_record, statement,
};
use crate::render::dossier::told::CaseText;
use crate::render::dossier::words::DossierWords;
use crate::render::groups::{FindingGroup, number_of};

/// The section.
#[derive(Serialize)]
pub(crate) struct StatementView {
    /// A sentence each.
    sentences: Vec<Vec<SentencePiece>>,
    /// What the superscripts lead to, from 1.
    proofs: Vec<ProofView>,
    /// What is not claimed.
    unproven: Vec<UnprovenView>,
}

#[derive(Serialize)]
struct ProofView {
    quote: ShownQuote,
    confirmed_by: Option<String>,
}

#[derive(Serialize)]
struct UnprovenView {
    clauses: Vec<String>,
    why: Vec<ReasonView>,
}

#[derive(Serialize)]
struct ReasonView {
    text: String,
    /// What stopped the judgement.
    stopped: Vec<CaseText>,
    findings: Vec<FaultView>,
}

/// A group of findings that speaks against a clause.
#[derive(Serialize)]
struct FaultView {
    no: usize,
    message: CaseText,
    more: Option<String>,
}

/// Names listed in a reason, and characters of a message.
const LISTED: usize = 12;
const MESSAGE: usize = 240;

/// The statement of a report.
pub(crate) fn view(
    report: &Report,
    words: &DossierWords,
    places: &PagePlaces<'_>,
    groups: &[FindingGroup],
) -> StatementView {
    let told = statement(report);
    let mut proofs: Vec<ClauseProof> = Vec::new();
    let sentences = told.proven.iter().map(|proven| sentence(report, words, proven, &mut proofs)).collect();
    let mut unproven: Vec<(Vec<Want>, Vec<String>)> = Vec::new();
    for UnprovenClause { clause, why } in told.unproven {
        let text = words.get("unproven", clause.key()).to_owned();
        match unproven.iter_mut().find(|(same, _)| *same == why) {
            Some((_, clauses)) => clauses.push(text),
            None => unproven.push((why, vec![text])),
        }
    }
    let confirmed = |path: &str| {
        let document = report.documents.iter().find(|document| document.path == path);
        document.and_then(|document| document.confirmed_by.clone())
    };
    StatementView {
        sentences,
        proofs: proofs
            .iter()
            .map(|proof| ProofView {
                quote: places.quote(&proof.path, &proof.quote),
                confirmed_by: confirmed(&proof.path),
            })
            .collect(),
        unproven: unproven
            .into_iter()
            .map(|(why, clauses)| UnprovenView {
                clauses,
                why: why.iter().map(|want| reason(report, words, groups, want)).collect(),
            })
            .collect(),
    }
}

/// The number of a proof, from 1; one that is there already keeps its own.
fn numbered(proof: &ClauseProof, proofs: &mut Vec<ClauseProof>) -> usize {
    let same = |one: &ClauseProof| (&one.path, &one.quote) == (&proof.path, &proof.quote);
    let at = proofs.iter().position(same).unwrap_or_else(|| {
        proofs.push(proof.clone());
        proofs.len() - 1
    });
    at + 1
}

fn sentence(
    report: &Report,
    words: &DossierWords,
    proven: &ProvenClause,
    proofs: &mut Vec<ClauseProof>,
) -> Vec<SentencePiece> {
    let refs: Vec<(ProofPart, usize)> =
        proven.proof.iter().map(|proof| (proof.part, numbered(proof, proofs))).collect();
    let of = |part: ProofPart| -> Vec<usize> {
        refs.iter().filter(|(of, _)| *of == part).map(|(_, number)| *number).collect()
    };
    let piece = |text: String, refs: Vec<usize>| SentencePiece { text, strong: true, refs };
    let plain = |text: String| SentencePiece { text, ..SentencePiece::default() };
    let record = last_record(report);
    let day = |day: Option<chrono::NaiveDate>| day.map_or_else(String::new, |day| words.day(day));
    let mut values: Vec<(&str, SentencePiece)> = Vec::new();
    let mut key = proven.clause.key().to_owned();
    if let Some(record) = record {
        values.push(("record", piece(name(words, record), of(ProofPart::Id))));
        if let Some(product) = &record.words.product {
            values.push(("product", piece(words.cut(&product.value, 200), of(ProofPart::Product))));
        }
        values.push(("date", piece(day(record.date_held), of(ProofPart::Day))));
        values.push(("due", plain(day(report.cadence.due))));
        if let Some(period) = record.period {
            values.push(("from", piece(day(period.from), of(ProofPart::From))));
            values.push(("to", piece(day(Some(period.to)), of(ProofPart::Day))));
            if proven.clause == AuditClause::Period && period.from.is_none() {
                key += "-open";
            }
        }
        values.push(("approver", piece(words.cut(record.approved_by.as_deref().unwrap_or_default(), 200), Vec::new())));
        let approval = serde_json::to_value(record.approval).ok();
        let approval = approval.as_ref().and_then(serde_json::Value::as_str).unwrap_or_default();
        values.push(("approval", plain(words.get("approval", approval).to_owned())));
        if proven.clause == AuditClause::Held && record.words.product.is_none() {
            key += "-plain";
        }
    }
    if let (AuditClause::Examined, Some(coverage)) = (proven.clause, &report.coverage) {
        let issues = words.count(coverage.managed, "issue");
        values.push(("issues", piece(issues, Vec::new())));
        values.push(("period", plain(words.period(coverage.period))));
        if coverage.managed == 0 {
            key += "-none";
        }
    }
    let path = proven.proof.first().map(|proof| words.cut(&proof.path, 300)).unwrap_or_default();
    values.push(("path", piece(path, Vec::new())));
    let mut out = pieces(words.get("statement", &key), &values);
    let whole = of(ProofPart::Whole);
    if !whole.is_empty() {
        out.push(SentencePiece { refs: whole, ..SentencePiece::default() });
    }
    out
}

/// What people call a record.
fn name(words: &DossierWords, record: &Review) -> String {
    words.cut(record.doc_id.as_deref().unwrap_or(&record.path), 200)
}

fn reason(report: &Report, words: &DossierWords, groups: &[FindingGroup], want: &Want) -> ReasonView {
    let plain = |text: String| ReasonView { text, stopped: Vec::new(), findings: Vec::new() };
    let said = |name: &str| plain(words.get("want", name).to_owned());
    let listing = |name: &str, all: &[String]| {
        let shown: Vec<String> = all.iter().take(LISTED).map(|one| words.cut(one, MESSAGE)).collect();
        let mut list = shown.join("; ");
        if all.len() > LISTED {
            list += &words.say("text", "more", &[("n", &(all.len() - LISTED).to_string())]);
        }
        plain(words.say("want", name, &[("list", &list)]))
    };
    let found = |name: &str, of: &[usize]| ReasonView {
        text: words.get("want", name).to_owned(),
        stopped: Vec::new(),
        findings: faults(report, words, groups, of),
    };
    match want {
        Want::NoCommit => said("no-commit"),
        Want::NotDue => match report.cadence.due {
            Some(due) => plain(words.say("want", "not-due", &[("due", &words.day(due))])),
            None => said("not-due-yet"),
        },
        Want::Faults(of) => found("faults", of),
        Want::Stopped(why) if why.is_empty() => said("stopped-plain"),
        Want::Stopped(why) => {
            let own = |text: String| CaseText { text, lang: words.code };
            let mut stopped: Vec<CaseText> = why.iter().take(LISTED).map(|one| words.told(one, MESSAGE)).collect();
            if why.len() > LISTED {
                stopped.push(own(words.say("text", "more", &[("n", &(why.len() - LISTED).to_string())])));
            }
            ReasonView { stopped, ..said("stopped") }
        }
        Want::Waived(of) => found("waived", of),
        Want::Lowered(of) => found("lowered", of),
        Want::RulesOff(rules) => listing("rules-off", rules),
        Want::NoReview => said("no-review"),
        Want::NoProof => said("no-proof"),
        Want::NotCommitted(paths) => listing("not-committed", paths),
        Want::NotNamed(ids) => listing("not-named", ids),
        Want::Needs(clause) => plain(words.say("want", "needs", &[("clause", words.get("unproven", clause.key()))])),
        Want::OnlyClaimed => said("only-claimed"),
    }
}

/// Findings by their group, in its order.
fn faults(report: &Report, words: &DossierWords, groups: &[FindingGroup], of: &[usize]) -> Vec<FaultView> {
    let mut out: Vec<(usize, &Finding, usize)> = Vec::new();
    for at in of {
        let Some(finding) = report.findings.get(*at) else { continue };
        let no = number_of(groups, *at);
        match out.iter_mut().find(|(known, ..)| *known == no) {
            Some((_, _, more)) => *more += 1,
            None => out.push((no, finding, 0)),
        }
    }
    let told = out.into_iter().map(|(no, finding, more)| FaultView {
        no,
        message: words.told(&finding.message, MESSAGE),
        more: (more > 0).then(|| words.say("text", "more", &[("n", &more.to_string())])),
    });
    told.collect()
}
