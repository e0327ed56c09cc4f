//! Figures and states in tables, as claims: a label beside a number, a row of numbers under labels, an issue's state in its row.

use crate::facts::actions;
use crate::facts::scope::{other_period, severities};
use crate::facts::statements::Titles;
use crate::grammar::patterns::sentences;
use crate::grammar::references;
use crate::grammar::references::Extra;
use crate::grammar::terms::Term;
use crate::grammar::units::joined;
use crate::value::document::{Document, Shape, Text};
use crate::value::reading::{Among, Claim, ClaimKind};

/// Claims in the tables of a document.
pub(crate) fn figures(doc: &Document, titles: &Titles, extra: &Extra, year: Option<i32>, add: &mut dyn FnMut(Claim)) {
    for block in &doc.blocks {
        let heading = titles.all(block.section);
        let Shape::Table { header, rows } = &block.shape else { continue };
        if heading.any(&[Term::FollowUp, Term::ActionHeading, Term::NotExamined]) || actions::is_list(header) {
            continue;
        }
        for row in rows {
            let (_, span) = joined(row);
            let quote = doc.quote(span);
            for (kind, among) in label_and_number(header, row, year)
                .into_iter()
                .chain(numbers_under_labels(header, row, rows.len()))
                .chain(state_of_issue(header, row, extra))
            {
                add(Claim { kind, among, near: false, quote: quote.clone() });
            }
        }
    }
}

/// What a label counts.
fn counted(label: &str) -> Option<fn(u32) -> ClaimKind> {
    let all = sentences();
    let label = label.trim().trim_end_matches(':');
    if all.of("at-start").matches(label) {
        return None;
    }
    let kinds: [(&str, fn(u32) -> ClaimKind); 4] = [
        ("figure-open", ClaimKind::Open),
        ("figure-closed", ClaimKind::Closed),
        ("figure-opened", ClaimKind::Opened),
        ("figure-managed", ClaimKind::Managed),
    ];
    kinds.into_iter().find(|(name, _)| all.of(name).matches(label)).map(|(_, kind)| kind)
}

fn number(cell: &Text) -> Option<u32> {
    let text = cell.text.trim().trim_matches('*');
    (!text.is_empty() && text.split_whitespace().count() == 1).then(|| sentences().number(text)).flatten()
}

/// "Security issues closed | 4": a label with one number after it.
fn label_and_number(header: &[Text], row: &[Text], year: Option<i32>) -> Vec<(ClaimKind, Among)> {
    let Some(label) = row.first() else { return Vec::new() };
    let Some(kind) = counted(&label.text) else { return Vec::new() };
    let numbers: Vec<(usize, u32)> =
        row.iter().enumerate().skip(1).filter_map(|(at, cell)| Some((at, number(cell)?))).collect();
    let title = |at: usize| header.get(at).map_or("", |cell| cell.text.as_str());
    let of_period = |at: usize| {
        let title = title(at);
        !other_period(&format!("in {title}"), year) && !sentences().of("at-start").matches(title)
    };
    let own: Vec<u32> = numbers.iter().filter(|(at, _)| of_period(*at)).map(|(_, n)| *n).collect();
    match own.as_slice() {
        [n] => vec![(kind(*n), Among { severities: severities(&label.text), ..Among::default() })],
        _ => Vec::new(),
    }
}

/// "Severity | Opened | Closed | Open": the rows of severities, and one of a single or a total.
fn numbers_under_labels(header: &[Text], row: &[Text], rows: usize) -> Vec<(ClaimKind, Among)> {
    let labelled = header.iter().filter(|cell| counted(&cell.text).is_some()).count();
    if labelled < 2 || header.len() != row.len() {
        return Vec::new();
    }
    let first = row.first().map_or("", |cell| cell.text.trim());
    let severities = severities(first);
    let total = ["total", "sum", "all", "gesamt", "summe", "alle", "overall"]
        .iter()
        .any(|word| first.trim_matches('*').to_lowercase().starts_with(word));
    if severities.is_empty() && !total && rows > 1 {
        return Vec::new();
    }
    let among = Among { severities, ..Among::default() };
    header
        .iter()
        .zip(row)
        .filter_map(|(label, cell)| Some((counted(&label.text)?(number(cell)?), among.clone())))
        .collect()
}

/// "#14 | high | closed": an issue with its state, where a column is called so.
fn state_of_issue(header: &[Text], row: &[Text], extra: &Extra) -> Vec<(ClaimKind, Among)> {
    let Some(at) = header.iter().position(|cell| sentences().of("state-column").matches(cell.text.trim())) else {
        return Vec::new();
    };
    let ids: Vec<String> = row
        .first()
        .map(|cell| references::find(&cell.text, &cell.code, extra).into_iter().map(|named| named.id).collect())
        .unwrap_or_default();
    let [id] = ids.as_slice() else { return Vec::new() };
    let state = row.get(at).map_or("", |cell| cell.text.trim()).to_lowercase();
    let kind = match sentences().of("cell-state").first(&state) {
        Some(found) if found.name("open").is_some() => ClaimKind::IsOpen,
        Some(found) if found.name("closed").is_some() => ClaimKind::IsClosed,
        Some(_) => ClaimKind::IsFixed,
        None => return Vec::new(),
    };
    vec![(kind, Among { ids: vec![id.clone()], ..Among::default() })]
}
