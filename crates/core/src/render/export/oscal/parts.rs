//! What OSCAL's documents share. Identifiers are made of what they stand for, never drawn: the same fault keeps its own over the years.

use serde::Serialize;

use crate::model::digest::sha256;
use crate::model::finding::Finding;
use crate::model::period::start_of_day;
use crate::model::report::Report;
use crate::render::anchor::{self, Anchored};
use crate::render::escape::{markdown, uri};
use crate::render::hosting::Hosting;
use crate::render::words;
use lookback_reading::{Location, Quote, shorten};

/// The version of OSCAL.
const OSCAL_VERSION: &str = "1.2.1";
/// Characters of a text, of a title.
const TEXT: usize = 2_000;
const TITLE: usize = 200;

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct OscalMetadata {
    title: String,
    last_modified: String,
    version: String,
    oscal_version: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct OscalObservation {
    /// Of what it stands for.
    pub uuid: String,
    title: String,
    description: String,
    methods: [&'static str; 1],
    types: [&'static str; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    relevant_evidence: Vec<OscalEvidence>,
    collected: String,
}

#[derive(Serialize)]
struct OscalEvidence {
    href: String,
    description: String,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct RelatedObservation {
    pub observation_uuid: String,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct OscalResource {
    pub uuid: String,
    pub title: String,
    pub description: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base64: Option<EmbeddedFile>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct EmbeddedFile {
    pub filename: &'static str,
    pub media_type: &'static str,
    pub value: String,
}

#[derive(Serialize)]
pub(crate) struct OscalBackMatter {
    pub resources: Vec<OscalResource>,
}

/// An identifier in the form of version 5, which OSCAL demands beside 4. The digest is SHA-256: nothing else here needs SHA-1.
pub(crate) fn uuid(parts: &[&str]) -> String {
    let digits = sha256(parts.join("\0").as_bytes());
    let variant = ["8", "9", "a", "b"][digits.as_bytes()[16] as usize % 4];
    format!("{}-{}-5{}-{variant}{}-{}", &digits[..8], &digits[8..12], &digits[13..16], &digits[17..20], &digits[20..32])
}

/// An identifier for something of a report: its repository is part of it.
pub(crate) fn uuid_of(report: &Report, parts: &[&str]) -> String {
    uuid(&[&[report.subject.repository.as_str()], parts].concat())
}

/// An identifier for a document: other days and commits give others.
pub(crate) fn document_uuid(report: &Report, kind: &str) -> String {
    let (revision, day) = (report.subject.revision.as_deref().unwrap_or_default(), report.subject.as_of.to_string());
    uuid_of(report, &[kind, revision, &day])
}

/// The head of a document.
pub(crate) fn metadata(report: &Report, title: &str) -> OscalMetadata {
    OscalMetadata {
        title: format!("{title}: {}", line_of(&report.subject.repository)),
        last_modified: moment(report),
        version: report.subject.as_of.to_string(),
        oscal_version: OSCAL_VERSION,
    }
}

/// The day judged for; never the clock.
pub(crate) fn moment(report: &Report) -> String {
    start_of_day(report.subject.as_of).format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Words from outside as a title: OSCAL takes them for Markdown.
pub(crate) fn line_of(words: &str) -> String {
    let escaped = markdown(&shorten(words, TITLE));
    // A title is never empty.
    if escaped.is_empty() { "-".to_owned() } else { escaped }
}

/// Words from outside as a text.
pub(crate) fn text_of(words: &str) -> String {
    let escaped = markdown(&shorten(words, TEXT));
    if escaped.is_empty() { "-".to_owned() } else { escaped }
}

/// Observations of a report.
pub(crate) struct Observing<'r> {
    report: &'r Report,
    hosting: Hosting<'r>,
    anchored: Vec<Anchored<'r>>,
}

impl<'r> Observing<'r> {
    /// Of a report.
    pub(crate) fn new(report: &'r Report) -> Self {
        Observing { report, hosting: Hosting::of(report), anchored: anchor::findings(report) }
    }

    /// The identifier of a finding's observation, by the finding's place in the report.
    pub(crate) fn of_finding(&self, at: usize) -> Option<RelatedObservation> {
        let id = &self.anchored.get(at)?.id;
        Some(RelatedObservation { observation_uuid: uuid_of(self.report, &["finding", id]) })
    }

    /// All findings, waived ones included.
    pub(crate) fn findings(&self) -> Vec<OscalObservation> {
        let observed = self.anchored.iter().map(|Anchored { finding, id, .. }| {
            let waived = finding
                .waived
                .as_deref()
                .map_or_else(String::new, |reason| format!(" Somebody answers for it: {}", text_of(reason)));
            let said = format!("{}{waived}", text_of(&words::sentence(&words::told(finding))));
            let title = format!("{}: {}", finding.rule, line_of(&finding.subject));
            self.observation(&["finding", id], title, said, "finding", self.places(finding))
        });
        observed.collect()
    }

    /// The words that support a constraint.
    pub(crate) fn support(&self, of: &str, path: &str, quote: &Quote, at: usize) -> OscalObservation {
        let location = Location::of(path, quote);
        let title = format!("{of}: {}", line_of(&location.position(path)));
        let said = text_of(&quote.text);
        let evidence = vec![self.evidence(&location, &quote.text)];
        self.observation(
            &["support", of, path, &quote.text, &at.to_string()],
            title,
            said,
            "control-objective",
            evidence,
        )
    }

    fn observation(
        &self,
        id: &[&str],
        title: String,
        description: String,
        kind: &'static str,
        relevant_evidence: Vec<OscalEvidence>,
    ) -> OscalObservation {
        OscalObservation {
            uuid: uuid_of(self.report, id),
            title,
            description,
            methods: ["EXAMINE"],
            types: [kind],
            relevant_evidence,
            collected: moment(self.report),
        }
    }

    fn places(&self, finding: &Finding) -> Vec<OscalEvidence> {
        let words = finding.quote.as_ref().map_or(finding.message.as_str(), |quote| &quote.text);
        let first = finding.location.iter().map(|location| self.evidence(location, words));
        let related = finding
            .related
            .iter()
            .filter_map(|related| Some(self.evidence(related.location.as_ref()?, &related.message)));
        first.chain(related).take(10).collect()
    }

    /// The address at the host, else the path in the repository.
    fn evidence(&self, location: &Location, words: &str) -> OscalEvidence {
        let href = self.hosting.place(location).unwrap_or_else(|| uri(&shorten(&location.path, 600)));
        OscalEvidence { href, description: text_of(words) }
    }
}
