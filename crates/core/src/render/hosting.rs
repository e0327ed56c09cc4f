//! Where the host of a repository shows files, lines and commits, at the commit that was judged. Where the host is not known there is no
//! address: a guess may lead elsewhere.

use crate::model::report::Report;
use crate::render::anchor::inside;
use crate::render::escape::uri;
use lookback_reading::Location;

/// How a host addresses lines and commits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum HostStyle {
    Github,
    Gitlab,
    Bitbucket,
    Gitea,
}

/// Makes addresses for the commit and the origin of a report.
pub(crate) struct Hosting<'r> {
    report: &'r Report,
    host: Option<(HostStyle, String)>,
}

/// Bytes of a path that becomes part of an address.
const ADDRESS: usize = 600;

impl<'r> Hosting<'r> {
    /// Of a report.
    pub(crate) fn of(report: &'r Report) -> Self {
        Hosting { report, host: report.origin.as_deref().and_then(host) }
    }

    /// Of a file, or a line of it; none for what no commit holds as it was judged.
    pub(crate) fn place(&self, location: &Location) -> Option<String> {
        let (style, origin) = self.host.as_ref()?;
        let subject = &self.report.subject;
        let revision = subject.revision.as_deref().filter(|id| is_commit(id))?;
        let path = &location.path;
        // Lines of an extracted text are not lines of the file.
        let line = location.line.filter(|_| location.place.is_none()).map(std::num::NonZeroU32::get);
        let sound = !subject.uncommitted.contains(path) && inside(path) && path.len() <= ADDRESS;
        sound.then(|| address(*style, origin, revision, path, line))
    }

    /// Of a commit; none where the words are no id of one.
    pub(crate) fn commit(&self, id: &str) -> Option<String> {
        let (style, origin) = self.host.as_ref().filter(|_| is_commit(id))?;
        Some(match style {
            HostStyle::Github | HostStyle::Gitea => format!("{origin}/commit/{id}"),
            HostStyle::Gitlab => format!("{origin}/-/commit/{id}"),
            HostStyle::Bitbucket => format!("{origin}/commits/{id}"),
        })
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
    use lookback_reading::Quote;

    use super::*;
    use crate::render::sample;

    #[test]
    fn addresses_are_those_of_the_host() {
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
            let place = Hosting::of(&report).place(&Location::of("a b.md", &Quote::at(7, 3, "x")));
            assert_eq!(place.unwrap_or_default(), expected.replace("REV", revision), "{origin}");
        }
        report.origin = Some("https://github.com/acme/pump".to_owned());
        let url = |report: &Report, path: &str| Hosting::of(report).place(&Location::file(path));
        assert_eq!(url(&report, "../x.md"), None);
        report.subject.uncommitted = vec!["x.md".to_owned()];
        assert_eq!(url(&report, "x.md"), None);
        report.subject.revision = Some("HEAD\"><script>".to_owned());
        assert_eq!(url(&report, "y.md"), None);
    }
}
