//! Sentences with places: `{name}` in a pattern of the words is replaced by text, or by a piece that is emphasised and followed to its
//! proof.

use serde::Serialize;

/// A piece of a sentence.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct SentencePiece {
    /// The text.
    pub text: String,
    /// Is it emphasised?
    pub strong: bool,
    /// Numbers of the proofs that it is followed to.
    pub refs: Vec<usize>,
}

/// A pattern with its places filled; a place that nothing fills stays as it is.
pub(crate) fn filled(pattern: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(pattern.len() + 16);
    for part in parts(pattern) {
        match part {
            Ok(text) => out.push_str(text),
            Err(name) => match values.iter().find(|(of, _)| *of == name) {
                Some((_, value)) => out.push_str(value),
                None => out.push_str(&format!("{{{name}}}")),
            },
        }
    }
    out
}

/// The same in pieces.
pub(crate) fn pieces(pattern: &str, values: &[(&str, SentencePiece)]) -> Vec<SentencePiece> {
    let told = parts(pattern).into_iter().map(|part| match part {
        Ok(text) => SentencePiece { text: text.to_owned(), ..SentencePiece::default() },
        Err(name) => match values.iter().find(|(of, _)| *of == name) {
            Some((_, piece)) => piece.clone(),
            None => SentencePiece { text: format!("{{{name}}}"), ..SentencePiece::default() },
        },
    });
    told.collect()
}

/// The names of the places of a pattern.
#[cfg(test)]
pub(crate) fn names(pattern: &str) -> Vec<&str> {
    parts(pattern).into_iter().filter_map(Result::err).collect()
}

/// Texts, and names of places.
pub(crate) fn parts(pattern: &str) -> Vec<Result<&str, &str>> {
    let mut out = Vec::new();
    let mut rest = pattern;
    while let Some(open) = rest.find('{') {
        let Some(close) = rest[open..].find('}') else { break };
        if open > 0 {
            out.push(Ok(&rest[..open]));
        }
        out.push(Err(&rest[open + 1..open + close]));
        rest = &rest[open + close + 1..];
    }
    if !rest.is_empty() {
        out.push(Ok(rest));
    }
    out
}
