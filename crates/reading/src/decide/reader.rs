//! Bytes of a document → `Reading`: parses it, runs the finders, lets the judge decide.

use std::ops::Range;
use std::sync::Arc;

use regex::Regex;

use crate::decide::aside;
use crate::decide::cut::{Cut, Sought, is_placeholder, speaks};
use crate::decide::document::{Parsed, SILENT, extension, parse, with_document, worth_reading};
use crate::decide::entries;
use crate::decide::material::Material;
use crate::decide::signs::{Model, Signs};
use crate::decide::verdict;
use crate::facts::cadence::Cadence;
use crate::facts::force::OpenPlaces;
use crate::facts::refusals::Refusal;
use crate::facts::statements;
use crate::facts::written::WrittenField;
use crate::facts::{actions, answered, approval, claims, declared, examined, fields, force, gaps, status};
use crate::formats::decode::decode;
use crate::formats::format::DATA;
use crate::grammar::lexicon::{Lexicon, lexicon};
use crate::grammar::patterns::sentences;
use crate::grammar::references;
use crate::grammar::references::Extra;
use crate::grammar::terms::{Marks, Term};
use crate::grammar::units::Unit;
use crate::grammar::{dates, language, names};
use crate::value::constraint::Constraint;
use crate::value::declared::Declaration;
use crate::value::document::Document;
use crate::value::reading::{Answer, Answered, DateSource, Fields, Interval, Reading, Reference, Stated};
use crate::value::text::{Quote, normal, one_based};

/// Reads documents. Build one and use it for many: it holds the compiled patterns.
#[derive(Clone, Debug)]
pub struct Reader {
    extra: Extra,
    model: Arc<Model>,
}

impl Reader {
    /// A reader for which the given patterns and ids count as references too.
    pub fn new(tracker_keys: &[Regex], literal_ids: &[String]) -> Reader {
        let general = Extra { keys: tracker_keys.to_vec(), ..Extra::default() };
        // Most ids are found by their form; only the others need a pattern of their own.
        let by_form = |id: &str| matches!(references::find(id, &[], &general).as_slice(), [one] if one.id == *id);
        let mut ids: Vec<&String> = literal_ids.iter().filter(|id| !id.trim().is_empty() && !by_form(id)).collect();
        ids.sort_by_key(|id| std::cmp::Reverse(id.len()));
        let literals = ids.iter().map(|id| {
            let edge = |c: Option<char>| if c.is_some_and(|c| c.is_alphanumeric() || c == '_') { r"\b" } else { "" };
            format!("{}{}{}", edge(id.chars().next()), regex::escape(id), edge(id.chars().last()))
        });
        let pattern = literals.collect::<Vec<_>>().join("|");
        let literals = if pattern.is_empty() { None } else { Regex::new(&pattern).ok() };
        Reader { extra: Extra { literals, ..general }, model: Model::shipped() }
    }

    /// The same reader with words for products: a number after one (`pump#12`) is an issue of its repository.
    #[must_use]
    pub fn with_products(mut self, products: Vec<(String, String)>) -> Reader {
        self.extra.products = products;
        self
    }

    /// The same reader with other weights, in the form of `weights.toml`; the error says what is wrong with them.
    pub fn with_weights(mut self, weights: &str) -> Result<Reader, String> {
        self.model = Arc::new(Model::parse(weights)?);
        Ok(self)
    }

    /// Reads a document. Never fails: what could not be read is a limit in the reading.
    pub fn read(&self, path: &str, bytes: &[u8]) -> Reading {
        self.read_as(path, bytes, None)
    }

    /// Reads a document that the configuration declares to be something; that goes before what it declares itself to be.
    pub fn read_as(&self, path: &str, bytes: &[u8], declared: Option<&Declaration>) -> Reading {
        self.read_sized(path, bytes, (declared, Sought::Everything)).0
    }

    /// Reads one document of many, with the bytes of text that it took: a small file may hold much. One that cannot tell of what is
    /// sought is not understood, unless it is declared; its reading says that nothing in it counts.
    pub fn read_sized(&self, path: &str, bytes: &[u8], how: (Option<&Declaration>, Sought)) -> (Reading, usize) {
        let (declared, sought) = how;
        let read = || match parse(path, bytes) {
            Ok(Parsed { doc, limits }) => {
                let whole = declared.is_some() || sought == Sought::Everything;
                let cut = (whole || speaks(path, &doc)).then(|| Cut::of(&doc));
                // What a part that was not read may hide hangs on all that the others say.
                let open = whole || sought != Sought::Cadence || !limits.is_empty();
                let size = doc.source.len();
                let reading = match cut.filter(|cut| open || cut.bears_on_cadence(path, &doc)) {
                    Some(cut) => {
                        let (doc, cut) = aside::set_aside(doc, cut);
                        self.settle(path, &doc, &cut, (declared, limits))
                    }
                    None => Reading { limits, ..unread(SILENT.to_owned()) },
                };
                (reading, size)
            }
            Err(limit) => (Reading { declared: declared.cloned(), ..unread(limit) }, bytes.len()),
        };
        with_document(path, read).unwrap_or_else(|limit| (unread(limit), bytes.len()))
    }

    /// The text that quotes and their lines point into: the file's own, or what was extracted from it; `None` where nothing
    /// can be read.
    pub fn text(path: &str, bytes: &[u8]) -> Option<String> {
        with_document(path, || parse(path, bytes)).flatten().ok().map(|parsed| parsed.doc.source)
    }

    /// The signs on which the judge decides, for training and explaining; `None` for what is not judged.
    pub fn signs(&self, path: &str, bytes: &[u8]) -> Option<Signs> {
        let count = || {
            let Parsed { doc, limits } = parse(path, bytes).ok()?;
            let cut = Cut::of(&doc);
            let (doc, cut) = aside::set_aside(doc, cut);
            let reading = self.settle(path, &doc, &cut, (None, limits));
            if !reading.limits.is_empty() || reading.fingerprint.is_empty() && reading.fields.title.is_none() {
                return None;
            }
            Some(self.material(path, &doc, &cut).count(&reading))
        };
        with_document(path, count).ok().flatten()
    }

    /// The reading of a document, with what could not be read of it.
    fn settle(
        &self,
        path: &str,
        doc: &Document,
        cut: &Cut,
        (declared, limits): (Option<&Declaration>, Vec<String>),
    ) -> Reading {
        if let (true, Some(first)) = (doc.source.trim().is_empty(), limits.first()) {
            return Reading { declared: declared.cloned(), limits: limits.clone(), ..unread(first.clone()) };
        }
        let own = declared::declared(doc, path, &cut.written, lexicon());
        let (own, misdeclared) = match own {
            Some(Err(words)) => (None, Some(words)),
            Some(Ok(own)) => (Some(own), None),
            None => (None, None),
        };
        let declared = declared.cloned().or(own);
        let mut reading = self.understand(path, doc, cut, declared.clone());
        reading.misdeclared = misdeclared.filter(|_| declared.is_none());
        if let Some(log) = self.log(path, doc, declared.as_ref(), &reading) {
            reading = log;
        }
        if reading.declared.is_none() && !worth_reading(&doc.source) {
            reading.content_match = Answer::Absent;
            reading.limits.clear();
            reading.constraints = refused(SILENT);
        }
        reading.limits.extend(limits);
        reading
    }

    /// The latest review of a running log, with the earlier ones.
    fn log(&self, path: &str, doc: &Document, declared: Option<&Declaration>, whole: &Reading) -> Option<Reading> {
        let listed = || doc.sections.iter().any(|section| sentences().of("names-reviews").matches(&section.title));
        if whole.foreign().is_some() || !whole.presents_review && !listed() {
            return None;
        }
        let mut readings = entries::each(doc, |entry| self.understand(path, entry, &Cut::of(entry), declared.cloned()));
        if !entries::are_reviews(&readings) {
            return None;
        }
        readings.sort_by_key(|reading| reading.fields.date_held.as_ref().map(|held| held.value));
        let latest = readings.pop()?;
        Some(Reading { earlier: readings, ..latest })
    }

    fn material<'a>(&'a self, path: &'a str, doc: &'a Document, cut: &'a Cut) -> Material<'a> {
        let lexicon = lexicon();
        let open_fields = open_fields(&cut.written, &|value| is_placeholder(value, lexicon));
        Material { path, doc, units: &cut.units, titles: &cut.titles, lexicon, model: &self.model, open_fields }
    }

    fn understand(&self, path: &str, doc: &Document, cut: &Cut, declared: Option<Declaration>) -> Reading {
        let lexicon = lexicon();
        let Cut { units, titles, written } = cut;
        let mut reading = Reading { language: language::language(lexicon, doc), declared, ..Reading::default() };
        reading.placeholders = gaps::placeholders(doc, path, titles, lexicon);
        let gap = |value: &str| is_placeholder(value, lexicon);
        reading.fields = fields::read(doc, path, (written, units, titles), lexicon, &gap);
        approval::read(doc, units, titles, lexicon, written, &mut reading.fields);
        let standing = status::read(doc, written, lexicon, &reading.fields);
        reading.fields.draft = draft(doc, units, standing.as_ref());
        reading.fields.signature = doc.signature.clone().map(|span| doc.quote(span));
        from_properties(doc, lexicon, &mut reading.fields);
        reading.placeholders.extend(doc.gaps.iter().map(|gap| doc.quote(gap.clone())));
        empty_fields(doc, written, &mut reading);
        let (references, excluded) = examined::references(doc, units, titles, lexicon, &self.extra);
        reading.references = references;
        reading.attachments =
            attachments(doc, &|at, section| titles.all(section).has(Term::NotExamined) || excluded.holds(at));
        reading.fingerprint = language::fingerprint(units);
        reading.actions = actions::actions(doc, titles, lexicon, &self.extra, &reading.fields);
        if let Some(limit) = reading.foreign().map(|code| format!("written in {}: not judged", language_name(code))) {
            reading.limits.push(limit);
            // The month of a title may be made exact by words that are not read.
            if reading.fields.date_source == Some(DateSource::Title)
                && !reading.fields.date_held.as_ref().is_some_and(|date| dates::names(&date.quote.text, date.value))
            {
                reading.fields.date_held = None;
                reading.fields.date_source = None;
            }
            reading.confidence = 0;
            reading.constraints = refused("its language is not read");
            verdict::unjudged(&mut reading, "its language is not read");
            return reading;
        }
        reading.effective = force::begins(doc, written, units);
        reading.expires = force::ends(doc, written, units);
        let gaps = OpenPlaces { is_gap: &gap, places: &reading.placeholders };
        reading.in_force = force::read(doc, path, (units, written), (&reading.fields, standing.as_ref()), &gaps);
        reading.assessments = statements::assessments(doc, units, titles);
        reading.assessments.extend(answered::by_issue(doc, lexicon, titles, &self.extra));
        reading.claims = claims::find::claims(doc, units, titles, &self.extra, &reading.fields);
        reading.follow_ups = statements::follow_ups(doc, units, titles);
        let head = reading.fields.title.as_ref().map_or(Marks::default(), |title| lexicon.marks(&title.value));
        let title = reading.fields.title.as_ref().map_or("", |title| title.value.as_str());
        let cadence = Cadence::of(doc, units, lexicon, title, path);
        if let Some(established) = cadence.established().or_else(|| cadence.field(written)) {
            let quote = doc.quote(established.span);
            reading.interval = established.months.map(|months| {
                let yearly = months == 12 && sentences().of("yearly").matches(&quote.text);
                Interval { months, yearly, quote: quote.clone() }
            });
            reading.establishes = Some(quote);
        } else {
            reading.elsewhere = cadence.elsewhere().map(|span| doc.quote(span));
            reading.nearest = cadence.nearest().map(|span| doc.quote(span));
        }
        reading.analyses =
            statements::analyses(doc, units, titles, &self.extra, head.any(&[Term::SecurityDefect, Term::Attack]));
        verdict::judge(&self.material(path, doc, cut), standing, &mut reading);
        reading
    }
}

/// What an attached data file names.
#[derive(Clone, Debug, Default)]
pub struct Attached {
    /// Ids in any cell; lines and places are those of the attached file.
    pub references: Vec<Reference>,
    /// What could not be read of it.
    pub limits: Vec<String>,
}

/// Ids in an attached data file (CSV, JSON, XLSX, ODS), in any cell.
pub fn data_references(path: &str, bytes: &[u8], reader: &Reader) -> Attached {
    with_document(path, || attached(path, bytes, reader))
        .unwrap_or_else(|limit| Attached { references: Vec::new(), limits: vec![limit] })
}

fn attached(path: &str, bytes: &[u8], reader: &Reader) -> Attached {
    let mut out = Attached::default();
    let mut add = |text: &str, code: &[Range<usize>], line: &dyn Fn(usize) -> usize| {
        for named in references::find(text, code, &reader.extra) {
            let line = one_based(line(named.range.start));
            out.references.push(Reference {
                id: named.id,
                line,
                examined: Some(true),
                doubt: None,
                attachment: Some(path.to_owned()),
            });
        }
    };
    if extension(path) == "json" {
        let (source, lost) = decode(bytes);
        for (index, line) in source.lines().enumerate() {
            add(&normal(line), &[], &|_| index + 1);
        }
        out.limits.extend(lost);
    } else {
        match parse(path, bytes) {
            Ok(Parsed { doc, limits }) => {
                for (text, _) in doc.texts() {
                    add(&text.text, &text.code, &|at| doc.line_of(text.source_of(at)));
                }
                out.limits = limits;
            }
            Err(limit) => out.limits.push(limit),
        }
    }
    out.references.dedup();
    out
}

/// Fills fields about which the text is silent. Dates are left alone: when a file was saved is not when a review was held.
fn from_properties(doc: &Document, lexicon: &Lexicon, fields: &mut Fields) {
    for pair in &doc.properties {
        let key = names::key(&pair.key);
        let name = if key == "title" { Some("title") } else { lexicon.fields.get(&key).map(String::as_str) };
        let slot = match name {
            Some("title") => &mut fields.title,
            Some("doc_id") => &mut fields.doc_id,
            Some("version") => &mut fields.version,
            Some("status") => &mut fields.status,
            Some("product") => &mut fields.product,
            Some("author") => &mut fields.author,
            _ => continue,
        };
        if slot.is_none() && !is_placeholder(&pair.value, lexicon) {
            let quote = doc.quote(pair.span.clone());
            *slot = Some(Stated { value: pair.value.clone(), quote });
        }
    }
}

fn unread(limit: String) -> Reading {
    Reading { constraints: refused(&limit), limits: vec![limit], ..Reading::default() }
}

fn refused(why: &str) -> std::collections::BTreeMap<Constraint, Answered> {
    Constraint::ALL.into_iter().map(|constraint| (constraint, Answered::not(Answer::Absent, Vec::new(), why))).collect()
}

/// How many fields of the head are empty or hold a placeholder.
fn open_fields(written: &[WrittenField], is_gap: &dyn Fn(&str) -> bool) -> usize {
    // That nothing replaces a document yet is no gap.
    let asked = |w: &&WrittenField| w.head && !["superseded_by", "expires"].contains(&w.field.as_str());
    written.iter().filter(asked).filter(|w| w.empty || is_gap(&w.value)).count()
}

/// Header fields without a value are placeholders too.
fn empty_fields(doc: &Document, written: &[WrittenField], reading: &mut Reading) {
    for w in written.iter().filter(|w| w.empty && w.head) {
        if ["date_held", "date", "participants", "approved_by", "approved_on", "doc_id", "period", "version", "author"]
            .contains(&w.field.as_str())
        {
            let line = doc.line_of(w.span.start);
            if !reading.placeholders.iter().any(|quote| quote.line.get() as usize == line) {
                let mut start = w.span.start;
                while start > 0 && doc.source.as_bytes()[start - 1] != b'\n' {
                    start -= 1;
                }
                let end = doc.source[start..].find('\n').map_or(doc.source.len(), |end| start + end);
                let quote = doc.quote(start..end);
                if !quote.text.is_empty() {
                    reading.placeholders.push(quote);
                }
            }
        }
    }
    reading.placeholders.sort();
}

/// Status or banner that says it is not in force.
fn draft(doc: &Document, units: &[Unit], standing: Option<&Refusal>) -> Option<Quote> {
    if let Some(refusal) = standing.filter(|refusal| refusal.sure) {
        return refusal.quotes.first().cloned();
    }
    units
        .iter()
        .take(12)
        .find(|unit| {
            let lower = unit.text.trim().to_lowercase();
            unit.length <= 12
                && unit.text.matches('|').count() < 2
                && (lower.starts_with("draft")
                    || lower.starts_with("entwurf")
                    || lower.contains("pending sign-off")
                    || lower.contains("work in progress"))
        })
        .map(|unit| doc.quote(unit.span.clone()))
}

/// Words beside which a data file's name means that it is attached, and not only where numbers came from.
const ATTACHED: [&str; 12] =
    ["attach", "annex", "appendix", "enclos", "see ", "list", "table", "anhang", "anlage", "siehe", "liste", "tabelle"];

/// Data files that the document links, or names as attached, outside what says that it was not examined.
fn attachments(doc: &Document, left_out: &dyn Fn(usize, usize) -> bool) -> Vec<String> {
    let is_data = |url: &str| {
        let lower = url.to_lowercase();
        !url.contains("://") && DATA.iter().any(|ext| lower.ends_with(ext)) && url.len() < 300
    };
    let mut out: Vec<String> = Vec::new();
    let mut add = |url: &str| {
        let url = url.split(['#', '?']).next().unwrap_or(url).trim_start_matches("./");
        if is_data(url) && !out.iter().any(|known| known == url || known.ends_with(&format!("/{url}"))) {
            out.push(url.to_owned());
        }
    };
    let links = doc.links.iter().filter(|link| !link.image && !left_out(link.at, link.section));
    links.for_each(|link| add(&link.url));
    for (text, section) in doc.texts() {
        let lower = text.text.to_lowercase();
        let named = lower.contains("link:") || ATTACHED.iter().any(|word| lower.contains(word));
        if !DATA.iter().any(|ext| lower.contains(ext)) || !named || left_out(text.source_of(0), section) {
            continue;
        }
        for word in text.text.split(|c: char| {
            c.is_whitespace() || matches!(c, '`' | '"' | '<' | '>' | '(' | ')' | '[' | ']' | ',' | ';' | '|')
        }) {
            let word = word.trim_start_matches("link:").trim_end_matches(['.', ':']);
            if !word.to_lowercase().ends_with(".json") {
                add(word);
            }
        }
    }
    out
}

fn language_name(code: &str) -> &str {
    const NAMES: [(&str, &str); 23] = [
        ("th", "Thai"),
        ("ja", "Japanese"),
        ("ko", "Korean"),
        ("zh", "Chinese"),
        ("ru", "Russian"),
        ("ar", "Arabic"),
        ("he", "Hebrew"),
        ("hi", "Hindi"),
        ("fr", "French"),
        ("es", "Spanish"),
        ("it", "Italian"),
        ("pt", "Portuguese"),
        ("nl", "Dutch"),
        ("sv", "Swedish"),
        ("da", "Danish"),
        ("pl", "Polish"),
        ("cs", "Czech"),
        ("vi", "Vietnamese"),
        ("tr", "Turkish"),
        ("fi", "Finnish"),
        ("hu", "Hungarian"),
        ("ro", "Romanian"),
        ("id", "Indonesian"),
    ];
    NAMES.iter().find(|(own, _)| *own == code).map_or(code, |(_, name)| name)
}
