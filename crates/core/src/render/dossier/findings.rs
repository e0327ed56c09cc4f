//! Section 4: the findings, one article a rule, cases numbered inside: requirement, finding and evidence; advice apart.

use serde::Serialize;

use crate::judge::catalog;
use crate::model::finding::Finding;
use crate::model::report::Report;
use crate::render::dossier::places::{PagePlaces, ShownPlace, ShownQuote};
use crate::render::dossier::told::CaseText;
use crate::render::dossier::words::DossierWords;
use crate::render::groups::FindingGroup;
use crate::render::hosting::web;
use crate::render::words::capital;
use lookback_reading::Constraint;

/// An article.
#[derive(Serialize)]
pub(crate) struct FindingView {
    no: usize,
    rule: &'static str,
    title: String,
    level: &'static str,
    level_word: String,
    waived: bool,
    /// `4.1.8#b`, and the anchor of its row.
    constraint: Option<(&'static str, String)>,
    says: String,
    count: usize,
    cases: Vec<CaseView>,
    /// What further cases are about, and how many there are.
    further: Vec<String>,
    remedy: CaseText,
    form: String,
}

#[derive(Serialize)]
struct CaseView {
    message: CaseText,
    waived: Option<String>,
    place: Option<ShownPlace>,
    quote: Option<ShownQuote>,
    related: Vec<RelatedView>,
    more: usize,
}

#[derive(Serialize)]
struct RelatedView {
    text: CaseText,
    url: Option<String>,
    place: Option<ShownPlace>,
}

/// Cases of a rule shown in full; places of a case; characters of a message.
const CASES: usize = 200;
const RELATED: usize = 6;
const MESSAGE: usize = 1_000;

/// The anchor of a constraint's row in the sheet: `c-418-b`.
pub(crate) fn anchor(constraint: Constraint) -> String {
    format!("c-{}", constraint.id().replace('.', "").replace('#', "-"))
}

/// The articles.
pub(crate) fn view(
    report: &Report,
    words: &DossierWords,
    places: &PagePlaces<'_>,
    groups: &[FindingGroup],
) -> Vec<FindingView> {
    let told = groups.iter().enumerate().map(|(at, group)| {
        let findings = || group.cases.iter().filter_map(|at| report.findings.get(*at));
        let first = findings().next();
        let title = words.find("rules", group.rule).or(catalog::find(group.rule).map(|rule| rule.title));
        FindingView {
            no: at + 1,
            rule: group.rule,
            title: capital(title.unwrap_or(group.rule)),
            level: group.level.word(),
            level_word: words.get("level", group.level.word()).to_owned(),
            waived: group.waived,
            constraint: group.constraint.map(|constraint| (constraint.id(), anchor(constraint))),
            says: group.constraint.map_or_else(String::new, |of| words.get("says", of.id()).to_owned()),
            count: group.cases.len(),
            cases: findings().take(CASES).map(|finding| case(finding, words, places)).collect(),
            further: findings().skip(CASES).map(|finding| words.cut(&finding.subject, 100)).collect(),
            remedy: remedy(first, words),
            form: first.map_or_else(String::new, |finding| words.cut(&finding.form, MESSAGE)),
        }
    });
    told.collect()
}

/// The advice of the rule, or one of the finding's own, which says more.
fn remedy(finding: Option<&Finding>, words: &DossierWords) -> CaseText {
    let english = finding.map_or("", |finding| &*finding.remedy);
    let of_rule = finding.and_then(|finding| catalog::find(finding.rule)).filter(|rule| rule.remedy == english);
    match of_rule.and_then(|rule| words.find("remedies", rule.id)) {
        Some(text) => CaseText { text: text.to_owned(), lang: words.code },
        None => words.told(english, MESSAGE),
    }
}

fn case(finding: &Finding, words: &DossierWords, places: &PagePlaces<'_>) -> CaseView {
    let place = finding.location.as_ref().map(|location| places.location(location));
    let quote = match (&finding.quote, &finding.location) {
        (Some(quote), Some(location)) => Some(places.quote(&location.path, quote)),
        _ => None,
    };
    let related = finding.related.iter().take(RELATED).map(|related| {
        let url = web(&related.message).map(str::to_owned);
        let place = related.location.as_ref().map(|location| places.location(location));
        RelatedView { text: words.told(&related.message, 300), url, place }
    });
    CaseView {
        message: words.told(&finding.message, MESSAGE),
        waived: finding.waived.as_deref().map(|reason| words.cut(reason, MESSAGE)),
        place: place.filter(|_| quote.is_none()),
        quote,
        related: related.collect(),
        more: finding.related.len().saturating_sub(RELATED),
    }
}
