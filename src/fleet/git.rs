//! The `git` program, for transfer alone: a scrubbed environment, fixed switches, a deadline, and why it failed. The only program that
//! is run, and never one of a repository: no hook, no filter, no helper, no prompt.
#![expect(clippy::disallowed_methods, reason = "runs a program until a deadline and writes its settings")]

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use crate::fleet::error::FleetError;
use crate::fleet::names::{Way, way};
use crate::net::github::Env;
use crate::sink::{WriteError, write_whole};
use lookback_core::model::NotChecked;
use lookback_core::render::escape::line;
use lookback_reading::shorten;

/// What `git` is told, whatever the machine or a repository says.
const SETTINGS: &str = "[safe]\n\tdirectory = *\n\
[core]\n\thooksPath = /dev/null\n\tfsmonitor = false\n\taskPass =\n\tattributesFile = /dev/null\n\
[credential]\n\thelper =\n\
[protocol]\n\tallow = never\n[protocol \"https\"]\n\tallow = always\n[protocol \"http\"]\n\tallow = always\n[protocol \"file\"]\n\tallow = always\n\
[http]\n\tfollowRedirects = false\n\tlowSpeedLimit = 1000\n\tlowSpeedTime = 30\n\
[fetch]\n\tunpackLimit = 1\n\trecurseSubmodules = false\n\twriteCommitGraph = false\n\
[transfer]\n\tcredentialsInUrl = die\n\tbundleURI = false\n\
[submodule]\n\trecurse = false\n\
[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n";
/// Variables that reach it from outside: how to find it, and how to reach a server.
const PASSED: [&str; 8] =
    ["PATH", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY", "SSL_CERT_FILE"];
/// The oldest version that knows all of this.
const OLDEST: (u32, u32) = (2, 38);
/// Bytes of what it prints that are read.
const MOST_OUT: u64 = 64 << 20;
const MOST_ERR: u64 = 64 << 10;
/// How often a run is looked after.
const LOOK: Duration = Duration::from_millis(4);
/// How often its bytes are counted.
const COUNT: Duration = Duration::from_millis(250);

/// Why a repository could not be transferred: in one word, in a sentence that is the same every time, and in the words of `git`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    /// In one word.
    pub cause: NotChecked,
    /// What happened, and what to do.
    pub why: String,
    /// What `git` said.
    pub said: String,
}

impl Failure {
    /// A failure of our own.
    pub(crate) fn new(cause: NotChecked, why: impl Into<String>) -> Self {
        Failure { cause, why: why.into(), said: String::new() }
    }

    /// May it go better a moment later?
    pub(crate) fn passing(&self) -> bool {
        matches!(self.cause, NotChecked::RateLimit | NotChecked::Server | NotChecked::Connection)
    }
}

/// How far one transfer may go.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TransferBounds {
    /// Until when.
    pub deadline: Instant,
    /// Bytes of a clone.
    pub most_bytes: u64,
}

/// The program, as it is always run.
pub(crate) struct Git {
    settings: PathBuf,
    home: PathBuf,
    passed: Vec<(&'static str, String)>,
    tokens: Vec<Token>,
}

/// Whose token goes to which address.
struct Token {
    origin: String,
    header: String,
}

impl Git {
    /// Writes the settings into a folder, and looks who may ask where.
    pub(crate) fn new(folder: &Path, env: Env<'_>) -> Result<Git, WriteError> {
        let (settings, home) = (folder.join("git.config"), folder.join("home"));
        let failed = |source| WriteError { path: home.clone(), source };
        std::fs::create_dir_all(&home).map_err(failed)?;
        let home = home.canonicalize().map_err(failed)?;
        if std::fs::read(&settings).ok().as_deref() != Some(SETTINGS.as_bytes()) {
            write_whole(&settings, SETTINGS.as_bytes())?;
        }
        let settings = settings.canonicalize().map_err(|source| WriteError { path: settings.clone(), source })?;
        let of = |name: &str| env(name).filter(|value| !value.is_empty());
        let token = |user: &str, names: &[&str], places: &[&str], public: &str| {
            let token = names.iter().find_map(|name| of(name))?;
            let place = places.iter().find_map(|name| of(name)).unwrap_or_else(|| public.to_owned());
            let header = format!("Authorization: Basic {}", BASE64_STANDARD.encode(format!("{user}:{}", token.trim())));
            Some(Token { origin: origin(&place)?, header })
        };
        let github =
            token("x-access-token", &["GITHUB_TOKEN", "GH_TOKEN"], &["GITHUB_SERVER_URL"], "https://github.com");
        let gitlab = token("oauth2", &["GITLAB_TOKEN"], &["GITLAB_URL", "CI_SERVER_URL"], "https://gitlab.com");
        let passed = PASSED.iter().filter_map(|name| Some((*name, of(name)?))).collect();
        Ok(Git { settings, home, passed, tokens: github.into_iter().chain(gitlab).collect() })
    }

    /// Is it there, and new enough?
    pub(crate) fn look(&self) -> Result<(), FleetError> {
        let next = "Install git 2.38 or newer, or run the image of the target `fleet`.";
        let out = self.command("").arg("--version").stdin(Stdio::null()).output();
        let out = out.map_err(|_| FleetError::mistake("the program `git` is not there", next))?;
        let text = String::from_utf8_lossy(&out.stdout).into_owned();
        let mut numbers = text.split(|c: char| !c.is_ascii_digit()).filter_map(|part| part.parse::<u32>().ok());
        let version = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
        if version < OLDEST {
            return Err(FleetError::mistake(format!("`{}` is too old", line(text.trim())), next));
        }
        Ok(())
    }

    fn command(&self, url: &str) -> Command {
        let mut git = Command::new("git");
        git.env_clear().current_dir(&self.home);
        git.envs(self.passed.iter().map(|(name, value)| (*name, value.as_str())));
        for (name, value) in [
            ("LC_ALL", "C"),
            ("GIT_CONFIG_NOSYSTEM", "1"),
            ("GIT_ATTR_NOSYSTEM", "1"),
            ("GIT_TERMINAL_PROMPT", "0"),
            ("GIT_ALLOW_PROTOCOL", "https:http:file"),
            ("GIT_NO_LAZY_FETCH", "1"),
            ("GIT_NO_REPLACE_OBJECTS", "1"),
            ("GIT_OPTIONAL_LOCKS", "0"),
        ] {
            git.env(name, value);
        }
        git.env("HOME", &self.home).env("GIT_CONFIG_GLOBAL", &self.settings);
        if let Some((_, roots)) = self.passed.iter().find(|(name, _)| *name == "SSL_CERT_FILE") {
            git.env("GIT_SSL_CAINFO", roots);
        }
        if way(url) == Ok(Way::Loopback) {
            git.env("no_proxy", "*");
        }
        // In the environment, where no list of processes shows it.
        if let Some(token) = origin(url).and_then(|at| self.tokens.iter().find(|token| token.origin == at)) {
            git.env("GIT_CONFIG_COUNT", "1");
            git.env("GIT_CONFIG_KEY_0", format!("http.{}/.extraHeader", token.origin));
            git.env("GIT_CONFIG_VALUE_0", &token.header);
        }
        git
    }

    /// Runs it to its end, or until it has gone too far. `repository`: where it writes, whose bytes are counted.
    pub(crate) fn run(
        &self,
        repository: Option<&Path>,
        arguments: &[&str],
        input: &[u8],
        url: &str,
        bounds: &TransferBounds,
    ) -> Result<Vec<u8>, Failure> {
        let mut command = self.command(url);
        if let Some(path) = repository {
            command.arg("--git-dir").arg(path);
        }
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let internal =
            |error: std::io::Error| Failure::new(NotChecked::Internal, format!("`git` cannot be run: {error}"));
        let mut child = command.spawn().map_err(internal)?;
        let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (ended, out, err) = std::thread::scope(|scope| {
            scope.spawn(move || {
                // One that ends before it has read all has failed anyway.
                let _ = stdin.map(|mut stdin| stdin.write_all(input));
            });
            let out = scope.spawn(move || taken(stdout, MOST_OUT));
            let err = scope.spawn(move || taken(stderr, MOST_ERR));
            let ended = watched(&mut child, repository, bounds);
            (ended, out.join().unwrap_or_default(), err.join().unwrap_or_default())
        });
        let said = String::from_utf8_lossy(&err).into_owned();
        match ended {
            Ok(status) if status.success() => Ok(out),
            Ok(_) => Err(failure(&said)),
            Err(mut failure) => {
                failure.said = shown(&said);
                Err(failure)
            }
        }
    }
}

/// Everything that a pipe brings, of which so much is kept.
fn taken(pipe: Option<impl Read>, most: u64) -> Vec<u8> {
    let mut kept = Vec::new();
    if let Some(mut pipe) = pipe {
        let _ = (&mut pipe).take(most).read_to_end(&mut kept);
        let _ = std::io::copy(&mut pipe, &mut std::io::sink());
    }
    kept
}

/// Waits for the end, and ends what goes too far.
fn watched(child: &mut Child, repository: Option<&Path>, bounds: &TransferBounds) -> Result<ExitStatus, Failure> {
    let mut counted = Instant::now();
    let failure = loop {
        match child.try_wait() {
            Ok(Some(status)) => return Ok(status),
            Ok(None) => {}
            Err(error) => break Failure::new(NotChecked::Internal, format!("`git` got lost: {error}")),
        }
        let now = Instant::now();
        if now >= bounds.deadline {
            break Failure::new(
                NotChecked::Budget,
                "its time was used up while it was transferred; give it more (--time-each, --time)",
            );
        }
        if now.duration_since(counted) >= COUNT {
            counted = now;
            if repository.is_some_and(|path| size(&path.join("objects")) > bounds.most_bytes) {
                let most = bounds.most_bytes >> 20;
                break Failure::new(
                    NotChecked::TooLarge,
                    format!("it sends more than the {most} MiB that one repository may take; raise --disk-each"),
                );
            }
        }
        std::thread::sleep(LOOK);
    };
    let _ = child.kill();
    let _ = child.wait();
    Err(failure)
}

/// Has this moment passed?
pub(crate) fn past(deadline: Instant) -> bool {
    Instant::now() >= deadline
}

/// Bytes of the files of a folder.
pub(crate) fn size(folder: &Path) -> u64 {
    let mut sum = 0;
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            match entry.metadata() {
                Ok(found) if found.is_dir() => folders.push(entry.path()),
                Ok(found) => sum += found.len(),
                Err(_) => {}
            }
        }
    }
    sum
}

/// Scheme, host and port of an address, as `git` compares them.
fn origin(url: &str) -> Option<String> {
    let uri: http::Uri = url.parse().ok()?;
    let scheme = uri.scheme_str().filter(|scheme| matches!(*scheme, "http" | "https"))?;
    Some(format!("{scheme}://{}", uri.authority()?.as_str().to_lowercase()))
}

/// Why it failed. What `git` says of a server it says in words alone; what none of them names is a failure of the line.
fn failure(said: &str) -> Failure {
    let has = |words: &[&str]| words.iter().any(|word| said.contains(word));
    let status =
        said.split("requested URL returned error: ").nth(1).and_then(|rest| rest.get(..3)?.parse::<u16>().ok());
    let (cause, why) = match status {
        Some(401 | 403) => (NotChecked::Access, ACCESS),
        Some(404 | 410) => (NotChecked::Missing, MISSING),
        Some(300..=399) => {
            (NotChecked::Moved, "the server says that it moved; plan again, or correct its address in the list")
        }
        Some(429) => (
            NotChecked::RateLimit,
            "the server refuses because it was asked too often; run again later, or with fewer --jobs",
        ),
        Some(500..=599) => (NotChecked::Server, "the server failed; run again later"),
        Some(_) => (NotChecked::Server, "the server refuses the request; see what it says in the file of costs"),
        None if has(&[
            "No space left",
            "Out of diskspace",
            "Disk quota",
            "File too large",
            "Read-only file system",
        ]) =>
        {
            (NotChecked::Disk, "the cache has no room or cannot be written; free some space, or name another --cache")
        }
        None if has(&["terminal prompts disabled", "could not read Username", "Authentication failed"]) => {
            (NotChecked::Access, ACCESS)
        }
        None if has(&["Operation too slow", "Timeout was reached"]) => {
            (NotChecked::Stalled, "the server stopped sending; run again later")
        }
        None if has(&["couldn't find remote ref"]) => (NotChecked::BranchGone, BRANCH_GONE),
        // A line that broke, and what `git` says then of the half that came; a server that finds its own fault says so itself.
        None if has(&["RPC failed; curl"]) && !has(&["remote: "]) => (NotChecked::Connection, CONNECTION),
        None if has(&[
            "index-pack",
            "unpack-objects",
            "corrupt",
            "inflate",
            "bad object",
            "not our ref",
            "bad pack",
            "unable to read",
            "pack-objects died",
            "remote did not send all necessary objects",
        ]) =>
        {
            (NotChecked::Corrupt, "the server has no sound copy of it; run `git fsck` there")
        }
        None if has(&["not found", "does not appear to be a git repository", "does not exist", "No such file"]) => {
            (NotChecked::Missing, MISSING)
        }
        None if has(&["Permission denied"]) => (NotChecked::Access, ACCESS),
        None => (NotChecked::Connection, CONNECTION),
    };
    Failure { cause, why: why.to_owned(), said: shown(said) }
}

const CONNECTION: &str = "the connection failed or broke; run again later";
const ACCESS: &str = "access is refused; give GITHUB_TOKEN or GITLAB_TOKEN the right to read it";
const MISSING: &str =
    "there is no such repository, or the token may not see it; plan again, or correct its address in the list";
/// Said where a branch is not there.
pub(crate) const BRANCH_GONE: &str =
    "the branch that is judged is not there; plan again, or name another with branch= in the list";

fn shown(said: &str) -> String {
    line(&shorten(said.trim(), 400))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_git_are_causes() {
        for (said, cause) in [
            ("fatal: unable to access 'http://h/': The requested URL returned error: 403", NotChecked::Access),
            ("fatal: could not read Username for 'http://h': terminal prompts disabled", NotChecked::Access),
            ("fatal: repository 'http://h/a/' not found", NotChecked::Missing),
            ("fatal: '/x' does not appear to be a git repository", NotChecked::Missing),
            ("The requested URL returned error: 301", NotChecked::Moved),
            ("error: RPC failed; HTTP 429 curl 22 The requested URL returned error: 429", NotChecked::RateLimit),
            ("The requested URL returned error: 503", NotChecked::Server),
            ("error: RPC failed; curl 28 Operation too slow. Less than 1000 bytes/sec", NotChecked::Stalled),
            ("fatal: couldn't find remote ref HEAD", NotChecked::BranchGone),
            (
                "fatal: pack has bad object at offset 12: inflate returned -3\nfatal: fetch-pack: invalid index-pack output",
                NotChecked::Corrupt,
            ),
            (
                "error: RPC failed; curl 18 transfer closed with outstanding read data remaining\nfatal: early EOF\nfatal: fetch-pack: invalid index-pack output",
                NotChecked::Connection,
            ),
            (
                "remote: fatal: packed object 1234 is corrupt\nerror: RPC failed; curl 18 transfer closed\nfatal: fetch-pack: invalid index-pack output",
                NotChecked::Corrupt,
            ),
            ("fatal: sha1 file 'x.idx' write error. Out of diskspace\nfatal: index-pack failed", NotChecked::Disk),
            ("fatal: write error: No space left on device\nfatal: index-pack failed", NotChecked::Disk),
            ("fatal: unable to access 'http://h/': Recv failure: Connection reset by peer", NotChecked::Connection),
        ] {
            assert_eq!(failure(said).cause, cause, "{said}");
        }
    }

    #[test]
    fn a_token_goes_to_its_own_address_alone() {
        let folder = tempfile::tempdir().unwrap();
        let env = |name: &str| match name {
            "GITHUB_TOKEN" => Some("secret".to_owned()),
            "LD_PRELOAD" | "GIT_SSH_COMMAND" | "GIT_PROXY_COMMAND" => Some("evil".to_owned()),
            _ => None,
        };
        let git = Git::new(folder.path(), &env).unwrap();
        let of = |url: &str| {
            let command = git.command(url);
            let all: Vec<(String, String)> = command
                .get_envs()
                .filter_map(|(name, value)| {
                    Some((name.to_string_lossy().into_owned(), value?.to_string_lossy().into_owned()))
                })
                .collect();
            assert!(!all.iter().any(|(_, value)| value == "evil"), "{all:?}");
            all.iter().any(|(name, _)| name == "GIT_CONFIG_VALUE_0")
        };
        assert!(of("https://github.com/acme/pump.git"));
        for url in
            ["https://github.com.evil.example/a", "https://gitlab.com/a/b", "http://127.0.0.1:1/a", "file:///srv/a"]
        {
            assert!(!of(url), "{url}");
        }
    }
}
