//! Where something is read: path and line as shown, and its address at the host of the repository.

use serde::Serialize;

use crate::model::report::Report;
use crate::render::dossier::words::DossierWords;
use crate::render::hosting::Hosting;
use lookback_reading::{Location, Quote};

/// A place as shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct ShownPlace {
    /// `docs/review.md:12`, `docs/review.pdf, page 3`.
    pub at: String,
    /// Its address.
    pub url: Option<String>,
    /// Does no commit hold the file as it was judged?
    pub uncommitted: bool,
}

/// A quote as shown, with its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct ShownQuote {
    /// The words.
    pub text: String,
    /// Where.
    pub place: ShownPlace,
}

/// A commit as shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct ShownCommit {
    /// Twelve digits.
    pub short: String,
    /// Its address.
    pub url: Option<String>,
}

/// Makes places of a report.
pub(crate) struct PagePlaces<'r> {
    report: &'r Report,
    words: &'r DossierWords,
    hosting: Hosting<'r>,
}

/// Characters of a path, and of a quote.
const PATH: usize = 300;
const QUOTE: usize = 600;

impl<'r> PagePlaces<'r> {
    /// For the commit and the origin of the report.
    pub(crate) fn new(report: &'r Report, words: &'r DossierWords) -> Self {
        PagePlaces { report, words, hosting: Hosting::of(report) }
    }

    /// A file, or a line of it.
    pub(crate) fn location(&self, location: &Location) -> ShownPlace {
        let path = self.words.cut(&location.path, PATH);
        let uncommitted = self.report.subject.uncommitted.contains(&location.path);
        ShownPlace { at: location.position(&path), url: self.hosting.place(location), uncommitted }
    }

    /// Words with their place; a long quote is cut, and says so.
    pub(crate) fn quote(&self, path: &str, quote: &Quote) -> ShownQuote {
        let text = self.words.cut(&quote.text, QUOTE);
        ShownQuote { text, place: self.location(&Location::of(path, quote)) }
    }

    /// A whole file.
    pub(crate) fn file(&self, path: &str) -> ShownPlace {
        self.location(&Location::file(path))
    }

    /// A commit; without an address where the words are no id of one.
    pub(crate) fn commit(&self, id: &str) -> ShownCommit {
        ShownCommit { short: id.chars().take(12).collect(), url: self.hosting.commit(id) }
    }
}
