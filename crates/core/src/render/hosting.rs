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
    /// Bitbucket Data Center, whose addresses are others.
    BitbucketServer,
    Gitea,
}

/// Hosts that everybody knows.
const PUBLIC: [(&str, HostStyle); 4] = [
    ("github.com", HostStyle::Github),
    ("gitlab.com", HostStyle::Gitlab),
    ("bitbucket.org", HostStyle::Bitbucket),
    ("codeberg.org", HostStyle::Gitea),
];
/// How a firm calls its own: `gitlab.acme.example`.
const OWN: [(&str, HostStyle); 5] = [
    ("github", HostStyle::Github),
    ("gitlab", HostStyle::Gitlab),
    ("bitbucket", HostStyle::BitbucketServer),
    ("gitea", HostStyle::Gitea),
    ("forgejo", HostStyle::Gitea),
];

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
            HostStyle::Bitbucket | HostStyle::BitbucketServer => format!("{origin}/commits/{id}"),
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
    let name = name.split(':').next()?;
    match style_of(name)? {
        HostStyle::BitbucketServer => Some((HostStyle::BitbucketServer, server_page(origin)?)),
        style => Some((style, origin.to_owned())),
    }
}

/// By the exact name of a host that everybody knows, else by the first part of a firm's own; `github.com.acme.example` is neither.
fn style_of(name: &str) -> Option<HostStyle> {
    if let Some((_, style)) = PUBLIC.iter().find(|(known, _)| *known == name) {
        return Some(*style);
    }
    let alike =
        PUBLIC.iter().any(|(known, _)| name.strip_prefix(known).is_some_and(|rest| rest.starts_with(['.', '-'])));
    let (first, rest) = name.split_once('.').filter(|(_, rest)| !alike && rest.contains('.'))?;
    OWN.iter().find(|(known, _)| *known == first && !rest.is_empty()).map(|(_, style)| *style)
}

/// Where Bitbucket Data Center shows a repository, by the address of its clone: `/scm/PROJECT/name` or, as SSH has it, `/PROJECT/name`.
fn server_page(origin: &str) -> Option<String> {
    let (scheme, rest) = origin.split_once("://")?;
    let (before, path) = match rest.split_once("/scm/") {
        Some(found) => found,
        None => rest.split_once('/')?,
    };
    let (project, name) = path.split_once('/').filter(|(project, name)| !project.is_empty() && !name.contains('/'))?;
    let owner = match project.strip_prefix('~') {
        Some(user) => format!("users/{user}"),
        None => format!("projects/{project}"),
    };
    Some(format!("{scheme}://{before}/{owner}/repos/{name}"))
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
        HostStyle::BitbucketServer => format!("{origin}/browse/{path}?at={revision}{}", at("#")),
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
            (
                "https://bitbucket.acme.example/scm/MED/pump.git",
                "https://bitbucket.acme.example/projects/MED/repos/pump/browse/a%20b.md?at=REV#7",
            ),
            (
                "https://bitbucket.acme.example:8443/git/scm/~robin/pump",
                "https://bitbucket.acme.example:8443/git/users/robin/repos/pump/browse/a%20b.md?at=REV#7",
            ),
            (
                "https://bitbucket.acme.example/MED/pump",
                "https://bitbucket.acme.example/projects/MED/repos/pump/browse/a%20b.md?at=REV#7",
            ),
            ("https://bitbucket.acme.example/a/b/c", ""),
            ("https://github.acme.example/a/pump", "https://github.acme.example/a/pump/blob/REV/a%20b.md?plain=1#L7"),
            // Names that only look like a host that everybody knows.
            ("https://github.com.evil.example/acme/pump", ""),
            ("https://gitlab.com.evil.example/acme/pump", ""),
            ("https://evil.example.github.com.example/acme/pump", ""),
            ("https://github.com-evil.example/acme/pump", ""),
            ("https://github-evil.example/acme/pump", ""),
            ("https://github.evil/acme/pump", ""),
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
