//! The page as text: its templates, style and script put together, with the policy that lets nothing else run. Whatever comes from a
//! report is escaped by one formatter.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use minijinja::value::{Serde, Value, ValueKind};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, State};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::model::report::Report;
use crate::render::dossier::cadence::{self, CadenceView};
use crate::render::dossier::defects::{self, DefectsView};
use crate::render::dossier::figures::{FigureView, figures};
use crate::render::dossier::findings::{self, FindingView};
use crate::render::dossier::glance::{self, ConstraintView, FactView};
use crate::render::dossier::numbers::{self, MeasuresView};
use crate::render::dossier::places::PagePlaces;
use crate::render::dossier::population::{self, PopulationView};
use crate::render::dossier::said::{self, StatementView};
use crate::render::dossier::unseen::{self, CheckView, UnseenView};
use crate::render::dossier::words::DossierWords;
use crate::render::escape::xml;
use crate::render::groups::groups;
use crate::render::template;
use lookback_reading::STANDARD_EDITION;

/// The parts of the page.
const TEMPLATES: [(&str, &str); 12] = [
    ("parts.html", include_str!("page/parts.html")),
    ("page.html", include_str!("page/page.html")),
    ("1-glance.html", include_str!("page/1-glance.html")),
    ("2-statement.html", include_str!("page/2-statement.html")),
    ("3-cadence.html", include_str!("page/3-cadence.html")),
    ("4-findings.html", include_str!("page/4-findings.html")),
    ("5-sheet.html", include_str!("page/5-sheet.html")),
    ("6-numbers.html", include_str!("page/6-numbers.html")),
    ("7-population.html", include_str!("page/7-population.html")),
    ("8-defects.html", include_str!("page/8-defects.html")),
    ("9-unseen.html", include_str!("page/9-unseen.html")),
    ("10-check.html", include_str!("page/10-check.html")),
];
pub(crate) const STYLE: &str = include_str!("page/style.css");
const SCRIPT: &str = include_str!("page/script.js");

/// The page could not be made: a fault of ours, never of a report.
#[derive(Debug, thiserror::Error)]
pub enum DossierError {
    /// A template of ours.
    #[error("the page of the dossier cannot be made: {0:#}")]
    Template(#[from] Error),
    /// A chart, or the report whose digest is told.
    #[error("a part of the dossier cannot be made: {0}")]
    Part(#[from] std::io::Error),
}

/// What the templates show.
#[derive(Serialize)]
struct PageView<'r> {
    lang: &'static str,
    w: &'r toml::Table,
    edition: &'static str,
    product: String,
    repository: String,
    verdict: &'static str,
    said: String,
    counted: String,
    judged_for: String,
    facts: Vec<FactView>,
    constraints: Vec<ConstraintView>,
    statement: StatementView,
    cadence: CadenceView,
    findings: Vec<FindingView>,
    measures: Option<MeasuresView>,
    figures: Vec<FigureView>,
    population: PopulationView,
    defects: DefectsView,
    unseen: UnseenView,
    check: CheckView,
    policy: String,
    style: &'r str,
    script: &'r str,
}

/// The dossier of a report as one page of HTML. Same report and words: same bytes.
pub fn dossier(report: &Report, words: &DossierWords) -> Result<String, DossierError> {
    let places = PagePlaces::new(report, words);
    let groups = groups(report);
    let check = unseen::check(report, words, &places)?;
    let style = format!("{STYLE}{}", margins(report, words, &check.digest));
    let view = PageView {
        lang: words.code,
        w: &words.table,
        edition: STANDARD_EDITION,
        product: words.product(report),
        repository: words.cut(&report.subject.repository, 200),
        verdict: report.verdict.word(),
        said: glance::said(report, words),
        counted: glance::counted(report, words, None),
        judged_for: words.day(report.subject.as_of),
        facts: glance::facts(report, words),
        constraints: glance::constraints(report, words, &places),
        statement: said::view(report, words, &places, &groups),
        cadence: cadence::view(report, words, &places),
        findings: findings::view(report, words, &places, &groups),
        measures: numbers::view(report, words),
        figures: figures(report, words)?,
        population: population::view(report, words, &places),
        defects: defects::view(report, words, &places),
        unseen: unseen::view(report, words, &places),
        check,
        policy: format!(
            "default-src 'none'; style-src '{}'; script-src '{}'; img-src data:; base-uri 'none'; form-action 'none'",
            hash(&style),
            hash(SCRIPT)
        ),
        style: &style,
        script: SCRIPT,
    };
    Ok(environment()?.get_template("page.html")?.render(Serde(&view))?)
}

/// The hash by which a policy knows what may run.
pub(crate) fn hash(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(text.as_bytes())))
}

/// The boxes in the margins of a printed page: product, day, revision, digest, page.
fn margins(report: &Report, words: &DossierWords, digest: &str) -> String {
    let revision = report.subject.revision.as_deref().unwrap_or_default();
    let short = |text: &str| text.chars().take(12).collect::<String>();
    let product: String = words.product(report).chars().take(60).collect();
    let digest = short(digest);
    let day = report.subject.as_of.to_string();
    let head = words.say("page", "margin-head", &[("product", &product), ("day", &day)]);
    let foot = [("version", env!("CARGO_PKG_VERSION")), ("revision", &short(revision)), ("digest", &digest)];
    let foot = words.say("page", "margin-foot", &foot);
    let boxed = |place: &str, content: &str| format!("@{place}{{content:{content};font:8pt sans-serif;color:#444}}");
    let pages =
        format!("{} counter(page) {} counter(pages)", css(words.get("page", "page")), css(words.get("page", "of")));
    format!(
        "@page{{size:A4;margin:18mm 14mm 17mm;{}{}{}}}\n",
        boxed("top-left", &css(&head)),
        boxed("bottom-left", &css(&foot)),
        boxed("bottom-right", &pages)
    )
}

/// A string of CSS: letters and digits as they are, everything else by its number, so that no text ends the string or the style.
fn css(text: &str) -> String {
    let mut out = String::from("\"");
    for c in crate::render::escape::line(text).chars() {
        if c.is_alphanumeric() || c == ' ' || c == '-' || c == '.' {
            out.push(c);
        } else {
            out.push_str(&format!("\\{:x} ", c as u32));
        }
    }
    out.push('"');
    out
}

fn environment() -> Result<Environment<'static>, Error> {
    pages(&TEMPLATES)
}

/// Templates of pages: whatever they show is escaped.
pub(crate) fn pages(templates: &[(&'static str, &'static str)]) -> Result<Environment<'static>, Error> {
    let mut env = template::environment();
    env.set_auto_escape_callback(|_| AutoEscape::Html);
    env.set_formatter(|out, _: &mut State, value| {
        let text = match value.kind() {
            ValueKind::None => String::new(),
            ValueKind::String if value.is_safe() => value.to_string(),
            ValueKind::String => xml(&value.to_string()),
            ValueKind::Number | ValueKind::Bool => value.to_string(),
            kind => return Err(Error::new(ErrorKind::InvalidOperation, format!("a {kind} is no text"))),
        };
        out.write_str(&text).map_err(Error::from)
    });
    // Style and script are ours, and so is what a chart draws.
    env.add_filter("ours", |text: &str| Value::from_safe_string(text.to_owned()));
    env.add_filter("say", |pattern: &str, n: Value| {
        crate::render::dossier::phrase::filled(pattern, &[("n", &n.to_string())])
    });
    for (name, text) in templates {
        env.add_template(name, text)?;
    }
    Ok(env)
}
