//! Where something is read: path and line as shown, and the address at the host of the repository, at the commit that was judged. Where
//! the host is not known there is no address: a guess may lead elsewhere.

use serde::Serialize;

use crate::model::report::Report;
use crate::render::anchor::inside;
use crate::render::dossier::words::DossierWords;
use crate::render::escape::uri;
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

/// How a host addresses lines and commits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum HostStyle {
    Github,
    Gitlab,
    Bitbucket,
    Gitea,
}

/// Makes places of a report.
pub(crate) struct PagePlaces<'r> {
    report: &'r Report,
    words: &'r DossierWords,
    host: Option<(HostStyle, String)>,
}

/// Characters of a path, and of a quote.
const PATH: usize = 300;
const QUOTE: usize = 600;
/// Bytes of a path that becomes part of an address.
const ADDRESS: usize = 600;

impl<'r> PagePlaces<'r> {
    /// For the commit and the origin of the report.
    pub(crate) fn new(report: &'r Report, words: &'r DossierWords) -> Self {
        PagePlaces { report, words, host: report.origin.as_deref().and_then(host) }
    }

    /// A file, or a line of it.
    pub(crate) fn location(&self, location: &Location) -> ShownPlace {
        let line = location.line.filter(|_| location.place.is_none());
        let path = self.words.cut(&location.path, PATH);
        self.place(&location.path, line.map(std::num::NonZeroU32::get), location.position(&path))
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
        let short = id.chars().take(12).collect();
        let url = self.host.as_ref().filter(|_| is_commit(id)).map(|(style, origin)| match style {
            HostStyle::Github | HostStyle::Gitea => format!("{origin}/commit/{id}"),
            HostStyle::Gitlab => format!("{origin}/-/commit/{id}"),
            HostStyle::Bitbucket => format!("{origin}/commits/{id}"),
        });
        ShownCommit { short, url }
    }

    fn place(&self, path: &str, line: Option<u32>, at: String) -> ShownPlace {
        let uncommitted = self.report.subject.uncommitted.iter().any(|one| one == path);
        let revision = self.report.subject.revision.as_deref().filter(|id| is_commit(id));
        let url = match (&self.host, revision) {
            (Some((style, origin)), Some(revision)) if !uncommitted && inside(path) && path.len() <= ADDRESS => {
                Some(address(*style, origin, revision, path, line))
            }
            _ => None,
        };
        ShownPlace { at, url, uncommitted }
    }
}

/// A full id, and nothing else: it becomes part of an address.
fn is_commit(id: &str) -> bool {
    (7..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn host(origin: &str) -> Option<(HostStyle, String)> {
    let origin = web(origin)?.trim_end_matches('/');
    let origin = origin.strip_suffix(".git").unwrap_or(origin);
    let name = origin.split_once("://")?.1.split('/').next()?.to_ascii_lowercase();
    let named = |part: &str| name.split(['.', '-', ':']).any(|label| label == part);
    let style = if named("github") {
        HostStyle::Github
    } else if named("gitlab") {
        HostStyle::Gitlab
    } else if named("bitbucket") {
        HostStyle::Bitbucket
    } else if named("codeberg") || named("gitea") || named("forgejo") {
        HostStyle::Gitea
    } else {
        return None;
    };
    Some((style, origin.to_owned()))
}

fn address(style: HostStyle, origin: &str, revision: &str, path: &str, line: Option<u32>) -> String {
    let (path, ending) = (uri(path), path.rsplit('.').next().unwrap_or_default().to_ascii_lowercase());
    // Marked-up text is shown without lines unless its source is asked for.
    let plain = ["md", "markdown", "rst", "adoc", "asciidoc", "org", "csv"].contains(&ending.as_str());
    let plain = if plain && line.is_some() { "?plain=1" } else { "" };
    let at = |mark: &str| line.map_or_else(String::new, |line| format!("{mark}{line}"));
    match style {
        HostStyle::Github => format!("{origin}/blob/{revision}/{path}{plain}{}", at("#L")),
        HostStyle::Gitlab => format!("{origin}/-/blob/{revision}/{path}{plain}{}", at("#L")),
        HostStyle::Bitbucket => format!("{origin}/src/{revision}/{path}{}", at("#lines-")),
        HostStyle::Gitea => format!("{origin}/src/commit/{revision}/{path}{}", at("#L")),
    }
}

/// An address of the web that can stand in a link; `None` for anything else.
pub(crate) fn web(url: &str) -> Option<&str> {
    let sound = url.len() <= 2_000
        && (url.starts_with("https://") || url.starts_with("http://"))
        && url.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~:/?#@!$&()*+,;=%".contains(&b));
    sound.then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::sample;

    #[test]
    fn addresses_are_those_of_the_host() {
        let words = DossierWords::shipped("en").unwrap();
        let mut report = sample::report();
        let revision = "1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d";
        for (origin, expected) in [
            ("https://github.com/acme/pump", "https://github.com/acme/pump/blob/REV/a%20b.md?plain=1#L7"),
            (
                "https://gitlab.acme.example/a/pump.git",
                "https://gitlab.acme.example/a/pump/-/blob/REV/a%20b.md?plain=1#L7",
            ),
            ("https://bitbucket.org/acme/pump/", "https://bitbucket.org/acme/pump/src/REV/a%20b.md#lines-7"),
            ("https://codeberg.org/acme/pump", "https://codeberg.org/acme/pump/src/commit/REV/a%20b.md#L7"),
            ("https://notgithub.example/acme/pump", ""),
            ("javascript:alert(1)//github", ""),
        ] {
            report.origin = Some(origin.to_owned());
            let place = PagePlaces::new(&report, &words).quote("a b.md", &Quote::at(7, 3, "x")).place;
            assert_eq!(place.url.unwrap_or_default(), expected.replace("REV", revision), "{origin}");
        }
        report.origin = Some("https://github.com/acme/pump".to_owned());
        assert_eq!(PagePlaces::new(&report, &words).file("../x.md").url, None);
        report.subject.uncommitted = vec!["x.md".to_owned()];
        let place = PagePlaces::new(&report, &words).file("x.md");
        assert_eq!((place.url, place.uncommitted), (None, true));
        report.subject.revision = Some("HEAD\"><script>".to_owned());
        assert_eq!(PagePlaces::new(&report, &words).file("y.md").url, None);
    }
}
