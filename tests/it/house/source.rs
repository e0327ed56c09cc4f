//! One source file: its tokens without what only tests see, the paths it names, what it re-exports.

use std::collections::BTreeMap;

use super::lexer::{Placed, Token, tokens};

/// A path as a file names it: `crate::value::text::Quote`.
pub type Path = Vec<String>;

/// A file of source, without its tests.
pub struct Source {
    /// From the root of the repository.
    pub path: String,
    /// `reading`, `core` or `app`.
    pub krate: &'static str,
    /// Its module inside the crate; none for `lib.rs`.
    pub module: Path,
    /// What is left without tests.
    pub tokens: Vec<Placed>,
    /// Lines without tests.
    pub lines: usize,
    /// Whether it opens with what it owns.
    pub head: bool,
    /// The modules that it declares, except those of tests.
    pub children: Vec<String>,
    /// Modules that only tests see.
    pub test_modules: Vec<String>,
}

impl Source {
    /// Takes a file apart.
    pub fn new(path: &str, krate: &'static str, module: Path, text: &str) -> Source {
        let (kept, test_lines, test_modules) = without_tests(&tokens(text));
        let lines = text.lines().count() - test_lines;
        let declared = kept.windows(3).filter(|three| three[0].word() == Some("mod") && three[2].is(';'));
        let children = declared.filter_map(|three| three[1].word().map(str::to_owned)).collect();
        let head = text.starts_with("//! ");
        Source { path: path.to_owned(), krate, module, tokens: kept, lines, head, children, test_modules }
    }

    /// Every path it names, in imports and in code.
    pub fn paths(&self) -> Vec<Path> {
        let mut found = Vec::new();
        let mut at = 0;
        while at < self.tokens.len() {
            if is_use(&self.tokens, at) {
                at = use_tree(&self.tokens, at + 1, &[], &mut found);
            } else {
                at = plain_path(&self.tokens, at, &mut found);
            }
        }
        found
    }

    /// Names that `pub use` hands on, with where they come from.
    pub fn exports(&self) -> BTreeMap<String, Path> {
        let mut found = Vec::new();
        for at in 1..self.tokens.len() {
            if is_use(&self.tokens, at) && self.tokens[at - 1].word() == Some("pub") {
                use_tree(&self.tokens, at + 1, &[], &mut found);
            }
        }
        found.into_iter().filter_map(|path| Some((path.last()?.clone(), path))).collect()
    }

    /// Types that it shows to other files.
    pub fn public_types(&self) -> Vec<String> {
        let mut found = Vec::new();
        for at in (0..self.tokens.len()).filter(|at| self.tokens[*at].word() == Some("pub")) {
            let scoped = self.tokens.get(at + 1).is_some_and(|next| next.is('('));
            let kind = if scoped { closed(&self.tokens, at + 1) } else { at + 1 };
            let word = |at: usize| self.tokens.get(at).and_then(Placed::word);
            if matches!(word(kind), Some("struct" | "enum" | "trait" | "type" | "union")) {
                found.extend(word(kind + 1).map(str::to_owned));
            }
        }
        found
    }

    /// Functions and constants that it shows to everybody.
    pub fn public_items(&self) -> Vec<String> {
        let word = |at: usize| self.tokens.get(at).and_then(Placed::word);
        let shown = (0..self.tokens.len()).filter(|at| word(*at) == Some("pub")).filter_map(|at| {
            // `pub const fn f`: the name stands behind the last of these words.
            let kinds = (at + 1..self.tokens.len())
                .take_while(|at| matches!(word(*at), Some("const" | "fn" | "static")))
                .count();
            (kinds > 0).then(|| word(at + 1 + kinds)).flatten()
        });
        shown.map(str::to_owned).collect()
    }

    /// All string literals.
    pub fn literals(&self) -> impl Iterator<Item = &str> {
        self.tokens.iter().filter_map(|placed| match &placed.token {
            Token::Text(text) => Some(text.as_str()),
            _ => None,
        })
    }

    /// String literals outside attributes (`#[error("…")]` words an error), outside messages (errors, limits, the words of a key: see
    /// `error` and `told`) and outside what a broken promise says (`expect`, `unreachable!`), with their lines.
    pub fn texts(&self) -> Vec<(usize, &str)> {
        let mut found = Vec::new();
        let mut at = 0;
        while at < self.tokens.len() {
            let said = attribute(&self.tokens, at).or_else(|| error(&self.tokens, at));
            if let Some(end) = said.or_else(|| told(&self.tokens, at)) {
                at = end;
                continue;
            }
            let before = |back: usize| at.checked_sub(back).and_then(|at| self.tokens.get(at)).and_then(Placed::word);
            let promise = before(2) == Some("expect") || matches!(before(3), Some("unreachable" | "assert" | "panic"));
            if let Token::Text(text) = &self.tokens[at].token
                && !promise
            {
                found.push((self.tokens[at].line, text.as_str()));
            }
            at += 1;
        }
        found
    }
}

/// The end of the attribute that begins here, if one does.
fn attribute(tokens: &[Placed], at: usize) -> Option<usize> {
    if !tokens.get(at)?.is('#') {
        return None;
    }
    let open = at + 1 + usize::from(tokens.get(at + 1)?.is('!'));
    tokens.get(open)?.is('[').then(|| closed(tokens, open))
}

/// The end of the error or limit that is worded here, if one is.
fn error(tokens: &[Placed], at: usize) -> Option<usize> {
    let before = |back: usize, mark| at >= back && tokens[at - back].is(mark);
    let worded = match tokens.get(at)?.word()? {
        "Err" | "unreadable" => true,
        "error_at" | "limit" | "must" | "wrong" => before(1, '.'),
        "new" => before(1, ':') && before(2, ':') && at > 2 && tokens[at - 3].word() == Some("Limit"),
        _ => false,
    };
    (worded && tokens.get(at + 1)?.is('(')).then(|| closed(tokens, at + 1))
}

/// The end of what people are told here: a field or a variable that is named for it.
fn told(tokens: &[Placed], at: usize) -> Option<usize> {
    let named = matches!(tokens.get(at)?.word()?, "called" | "help" | "message" | "remedy" | "says" | "why");
    let bound = at > 0 && tokens[at - 1].word() == Some("let") && tokens.get(at + 1)?.is('=');
    let field = tokens.get(at + 1)?.is(':') && !tokens.get(at + 2)?.is(':');
    let mut end = at + 2;
    while (named && (bound || field)) && end < tokens.len() {
        match tokens[end].token {
            Token::Mark(';' | ')' | ']' | '}') => return Some(end),
            Token::Mark(',') if field => return Some(end),
            Token::Mark('(' | '[' | '{') => end = closed(tokens, end),
            _ => end += 1,
        }
    }
    None
}

/// Behind the bracket that closes the one at `open`.
fn closed(tokens: &[Placed], open: usize) -> usize {
    let mut depth = 0_i32;
    for (at, placed) in tokens.iter().enumerate().skip(open) {
        match placed.token {
            Token::Mark('(' | '[' | '{') => depth += 1,
            Token::Mark(')' | ']' | '}') => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at + 1;
        }
    }
    tokens.len()
}

/// Behind the item that begins here.
fn item_end(tokens: &[Placed], mut at: usize) -> usize {
    while at < tokens.len() {
        match tokens[at].token {
            Token::Mark(';') => return at + 1,
            Token::Mark('{') => return closed(tokens, at),
            Token::Mark('(' | '[') => at = closed(tokens, at),
            _ => at += 1,
        }
    }
    at
}

/// Whether an attribute keeps what follows to tests, to fixtures for them or to the fuzzer.
fn of_tests(attribute: &[Placed]) -> bool {
    let words: Vec<&str> = attribute.iter().filter_map(Placed::word).collect();
    let named = words.contains(&"test") || words.contains(&"fuzzing");
    words == ["test"] || (words.first() == Some(&"cfg") && named && !words.contains(&"not"))
}

/// The tokens without items of tests, how many lines those items take, and the modules among them.
fn without_tests(all: &[Placed]) -> (Vec<Placed>, usize, Vec<String>) {
    let (mut kept, mut lines, mut modules) = (Vec::new(), 0, Vec::new());
    let mut at = 0;
    while at < all.len() {
        let Some(end) = attribute(all, at).filter(|end| of_tests(&all[at..*end])) else {
            kept.push(all[at].clone());
            at += 1;
            continue;
        };
        let mut item = end;
        while let Some(next) = attribute(all, item) {
            item = next;
        }
        let end = item_end(all, item);
        let mut words = all[item..end].iter().filter_map(Placed::word);
        if words.any(|word| word == "mod") && all[end - 1].is(';') {
            modules.extend(words.next().map(str::to_owned));
        }
        lines += all[end - 1].line + 1 - all[at].line;
        at = end;
    }
    (kept, lines, modules)
}

/// Whether an import begins here; `use<'a>` in a signature is none.
fn is_use(tokens: &[Placed], at: usize) -> bool {
    tokens[at].word() == Some("use") && !tokens.get(at + 1).is_some_and(|next| next.is('<'))
}

/// Reads a tree of imports; returns where it ends.
fn use_tree(tokens: &[Placed], mut at: usize, before: &[String], found: &mut Vec<Path>) -> usize {
    let mut path = before.to_vec();
    while let Some(placed) = tokens.get(at) {
        match &placed.token {
            Token::Word(word) if word == "as" => at += 2,
            Token::Word(word) => {
                path.push(word.clone());
                at += 1;
            }
            Token::Mark(':') => at += 1,
            Token::Mark('{') => {
                at += 1;
                while tokens.get(at).is_some_and(|next| !next.is('}')) {
                    at = use_tree(tokens, at, &path, found);
                    at += usize::from(tokens.get(at).is_some_and(|next| next.is(',')));
                }
                return at + 1;
            }
            Token::Mark('*') => {
                path.push("*".to_owned());
                at += 1;
            }
            _ => break,
        }
    }
    if path.last().is_some_and(|last| last == "self") {
        path.pop();
    }
    found.push(path);
    at
}

/// Reads a path in code, if one of at least two words begins here; returns where to go on.
fn plain_path(tokens: &[Placed], start: usize, found: &mut Vec<Path>) -> usize {
    let Some(first) = tokens[start].word() else { return start + 1 };
    let mut path = vec![first.to_owned()];
    let mut at = start + 1;
    while let (Some(one), Some(two), Some(word)) =
        (tokens.get(at), tokens.get(at + 1), tokens.get(at + 2).and_then(Placed::word))
    {
        if !(one.is(':') && two.is(':')) {
            break;
        }
        path.push(word.to_owned());
        at += 3;
    }
    if path.len() > 1 {
        found.push(path);
    }
    at
}

#[cfg(test)]
mod tests {
    use super::Source;

    fn source(text: &str) -> Source {
        Source::new("a.rs", "core", vec!["a".to_owned()], text)
    }

    #[test]
    fn imports_are_seen_in_trees_and_in_code() {
        let paths = source("use crate::{a::{self, B}, c as d};\nfn f() -> super::E { x.y(g::h::<T>(1)) }").paths();
        let paths: Vec<String> = paths.iter().map(|path| path.join("::")).collect();
        assert_eq!(paths, ["crate::a", "crate::a::B", "crate::c", "super::E", "g::h"]);
    }

    #[test]
    fn what_only_tests_see_is_left_out() {
        let text = "//! Head.\n\nmod a;\n#[cfg(any(test, feature = \"x\"))]\npub mod b;\n#[cfg(not(test))]\nmod c;\n\n\
                    #[cfg(test)]\nmod tests {\n    use crate::d;\n}\n";
        let source = source(text);
        assert_eq!(source.children, ["a", "c"]);
        assert_eq!(source.test_modules, ["b"]);
        assert_eq!(source.lines, 6);
        assert!(source.paths().is_empty());
    }

    #[test]
    fn types_that_others_see_are_named() {
        let source = source("pub struct A; pub(in crate::b) enum C {} type D = E; pub fn f() {} pub type G<T> = T;");
        assert_eq!(source.public_types(), ["A", "C", "G"]);
    }

    #[test]
    fn functions_that_others_see_are_named() {
        let text =
            "pub fn a() {} pub const fn b() {} pub(crate) fn c() {} pub const D: u8 = 1; pub struct E; fn f() {}";
        assert_eq!(source(text).public_items(), ["a", "b", "D"]);
    }

    #[test]
    fn words_of_errors_and_promises_are_no_texts() {
        let promised = source("#[error(\"a\")] struct E; fn f() { \"b\"; x.expect(\"c\"); unreachable!(\"d\") }");
        assert_eq!(promised.texts(), [(1, "b")]);
        let wrong = source("fn f() { x.wrong(&at, \"a\"); wrong(\"b\"); return Err(format!(\"c\")) }");
        assert_eq!(wrong.texts(), [(1, "b")]);
        let told = source(
            "fn f() { let why = if a { \"b\" } else { \"c\" }; let x = K { says: \"d\", name: \"e\" }; s.limit(\"f\") }",
        );
        assert_eq!(told.texts(), [(1, "e")]);
        let limits = source("fn f(why: &str) { Limit::new(\"a\"); Issue::new(\"b\"); a::why::b(\"c\"); why(\"d\") }");
        assert_eq!(limits.texts(), [(1, "b"), (1, "c"), (1, "d")]);
    }
}
