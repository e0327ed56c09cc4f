//! What a document declares itself to be: in front matter, document properties, or a labelled line before its first section.

use crate::facts::written::WrittenField;
use crate::grammar::lexicon::Lexicon;
use crate::grammar::names::key;
use crate::value::declared::{Declaration, DeclaredAs};
use crate::value::document::Document;
use crate::value::text::{Location, Quote};

/// The first declaration in a word that is known; else a single word that is not, which its author took for one of ours.
pub(crate) fn declared(
    doc: &Document,
    path: &str,
    written: &[WrittenField],
    lexicon: &Lexicon,
) -> Option<Result<Declaration, Quote>> {
    let is_ours = |name: &str| lexicon.fields.get(&key(name)).is_some_and(|field| field == "declared");
    let labelled = written.iter().filter(|field| field.front && field.field == "declared");
    let labelled = labelled.map(|field| (field.value.as_str(), &field.span));
    let properties = doc.properties.iter().filter(|pair| is_ours(&pair.key));
    let all: Vec<_> = labelled.chain(properties.map(|pair| (pair.value.as_str(), &pair.span))).collect();
    let known = all.iter().find_map(|(value, span)| {
        let is = DeclaredAs::of_word(value)?;
        Some(Ok(Declaration { is, at: Location::of(path, &doc.quote((*span).clone())) }))
    });
    let word = |value: &str| !value.is_empty() && value.chars().all(|c| c.is_alphabetic() || c == '-');
    known.or_else(|| all.iter().find(|(value, _)| word(value)).map(|(_, span)| Err(doc.quote((*span).clone()))))
}
