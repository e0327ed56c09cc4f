//! Mistakes of a command line, a configuration and a folder: each message says what is wrong, where, and what to do next. One row a
//! mistake; the exit code is 2 unless the row says otherwise.

use crate::support::{PROCEDURE, Repo, command, run};

/// What is typed, what the message says (all of it), and what it advises.
struct Mistake(&'static str, &'static [&'static str], &'static str);

/// In a repository with a procedure, the file `docs/x.md`, and a configuration that is sound.
const TYPED: [Mistake; 41] = [
    Mistake("check .", &["unexpected argument '.'"], "write `--repo .`"),
    Mistake("check ../other", &["'../other'"], "write `--repo ../other`"),
    Mistake("check docs/x.md", &["'docs/x.md'"], "`lookback read docs/x.md`"),
    Mistake("status docs", &["unexpected argument 'docs'"], "write `--repo docs`"),
    Mistake("chek", &["unrecognized subcommand 'chek'"], "'check'"),
    Mistake("check --strct", &["'--strct'"], "'--strict'"),
    Mistake("check -q -v", &["'--quiet'", "'--verbose...'"], "Usage: lookback check"),
    Mistake(
        "check --issues githb",
        &["cannot read the issues of githb", "no such file"],
        "Did you mean --issues github?",
    ),
    Mistake("check --issues GitHub", &["the issues of GitHub"], "Did you mean --issues github?"),
    Mistake("check --issues acme/x", &["the issues of acme/x"], "write --issues github:acme/x"),
    Mistake(
        "check --issues https://github.com/acme/x",
        &["https://github.com/acme/x"],
        "Write --issues github:acme/x.",
    ),
    Mistake("check --issues https://github.com/acme/x/issues", &["acme/x/issues"], "Write --issues github:acme/x."),
    Mistake("check --issues https://acme.atlassian.net", &["acme.atlassian.net"], "[[tracker]]"),
    Mistake("check --issues jira", &["the issues of jira"], "[[tracker]]"),
    Mistake("check --issues gitlab", &["the issues of gitlab"], "[[tracker]]"),
    Mistake("check --issues issues.json", &["the issues of issues.json"], "it starts in the current folder"),
    Mistake(
        "check --issues docs",
        &["the issues of docs: it is a folder"],
        "Name the files in it, for example --issues docs/issues.json",
    ),
    Mistake("check --issues docs/x.md", &["docs/x.md", "no column holds the id"], "name it `id`"),
    Mistake(
        "check --evidence nope",
        &["cannot read the evidence nope: there is no such file"],
        "lookback collect -o FILE",
    ),
    Mistake("check --evidence docs", &["cannot read the evidence docs: it is a folder"], "lookback collect -o FILE"),
    Mistake("check --evidence lookback.toml", &["lookback.toml is not evidence"], "lookback collect -o FILE"),
    Mistake("check --format jsn", &["unknown format `jsn`", "text, json, markdown"], "Did you mean --format json?"),
    Mistake("check --format xml", &["unknown format `xml`"], "there are text, json"),
    Mistake(
        "check --format json --format sarif",
        &["json", "sarif", "both write to standard output"],
        "--format sarif=FILE",
    ),
    Mistake(
        "check --format text --format json",
        &["text", "json", "both write to standard output"],
        "--format json=FILE",
    ),
    Mistake("check --format json=r --format csv=r", &["json", "csv", "both write to r"], "a file of its own"),
    Mistake("check --format json=", &["names no file"], "--format json=FILE"),
    Mistake("check --format json=docs", &["cannot write docs: it is a folder"], "name a file"),
    Mistake(
        "check --format json=/nope/x",
        &["cannot write /nope/x: there is no such file or folder"],
        "create the folder /nope",
    ),
    Mistake("report -o /nope/x", &["cannot write /nope/x: there is no such"], "create the folder /nope"),
    Mistake("check --repo nope", &["nope is not in a Git repository"], "--repo PATH"),
    Mistake("check --rev nope", &["no revision \"nope\""], "`git log`"),
    Mistake("check --base nope", &["no revision \"nope\""], "`git log`"),
    Mistake("check --as-of 14.03.2026", &["'14.03.2026'", "not a date"], "YYYY-MM-DD"),
    Mistake(
        "check --config nope.toml",
        &["cannot read nope.toml: there is no such file"],
        "it starts in the current folder",
    ),
    Mistake("read nope.md", &["cannot read nope.md: there is no such file"], "it starts in the current folder"),
    Mistake("read docs", &["cannot read docs: it is a folder"], "Name a file in it."),
    Mistake("explain issue-not-examind", &["\"issue-not-examind\""], "did you mean issue-not-examined?"),
    Mistake("explain nonsense", &["no rule or constraint called \"nonsense\""], "`lookback explain` lists all"),
    Mistake("issues --format xml", &["'xml'"], "possible values: text, json, csv"),
    Mistake("schema nope", &["no schema called \"nope\""], "there are report, reading, evidence, fleet, config"),
];

fn typed(repo: &Repo, words: &str) -> crate::support::Run {
    let words: Vec<&str> = words.split(' ').collect();
    run(command(&words).current_dir(repo.root()))
}

fn repository() -> Repo {
    let repo = Repo::new();
    repo.write("docs/security-procedure.md", PROCEDURE).write("docs/x.md", "# x\n").write("lookback.toml", "");
    repo.commit("2024-01-10", "Procedure");
    repo
}

#[test]
fn every_message_says_what_where_and_what_next() {
    let repo = repository();
    let mut wrong = Vec::new();
    for Mistake(words, said, next) in TYPED {
        let run = typed(&repo, words);
        // Messages wrap at a terminal only.
        let sound = run.code == 2
            && said.iter().chain([&next]).all(|part| run.err.contains(part))
            && !run.err.contains("os error")
            && !run.err.contains(".tmp");
        if !sound {
            wrong.push(format!("$ lookback {words} [{}]\n{}", run.code, run.err));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What a configuration says wrongly, and how that is told.
#[test]
fn a_configuration_names_its_line() {
    for (text, said, next) in [
        (
            "\n[issues]\nfiles = [\"nope.json\"]\n",
            "lookback.toml:3: issues.files names nope.json, which cannot be read: there is no such file",
            "start in the root of the repository",
        ),
        ("[issues]\nfile = [\"x\"]\n", "lookback.toml:2:", "files"),
        ("[cadance]\nwindow = \"12-months\"\n", "lookback.toml:1:", "cadence"),
        ("[rules]\nreview-gap = \"fatal\"\n", "lookback.toml:2:", "error"),
        ("[cadence]\nwindow = 12\n", "lookback.toml:2:", "12-months"),
        ("[issues\n", "lookback.toml:1:", "hint:"),
    ] {
        let repo = repository();
        repo.write("lookback.toml", text);
        let run = typed(&repo, "check");
        assert!(run.code == 2 && run.err.contains(said) && run.err.contains(next), "{text}: {}", run.err);
    }
}

#[test]
fn outside_of_git() {
    let folder = tempfile::tempdir().unwrap();
    for (words, said, next) in [
        (&["check"][..], "is not in a Git repository", "`lookback demo`"),
        (&["status"], "is not in a Git repository", "--repo PATH"),
        (&["init"], "is in no Git repository", "`git init`"),
        (&["draft"], "is not in a Git repository", "--repo PATH"),
    ] {
        let run = run(command(words).current_dir(folder.path()));
        assert!(run.code == 2 && run.err.contains(said) && run.err.contains(next), "{words:?}: {}", run.err);
    }
}

#[test]
fn an_empty_repository_lacks_one_thing() {
    let repo = Repo::new();
    let run = typed(&repo, "check");
    assert_eq!(run.code, 3, "{}", run.all());
    assert_eq!(
        run.out.matches("no commit").count(),
        2,
        "once as the reason, once in the line of the state: {}",
        run.out
    );
    assert!(run.out.contains("Not seen (1)") && run.out.contains("Commit something"), "{}", run.out);
    let report = typed(&repo, "check --format json").json();
    for constraint in report["constraints"].as_array().unwrap() {
        assert_eq!(constraint["not_assessed"].as_array().unwrap().len(), 1, "{constraint}");
    }
    // Its configuration is read although nothing is committed.
    repo.write("lookback.toml", "[cadence]\nwindow = \"twelve\"\n");
    let run = typed(&repo, "check");
    assert!(run.code == 2 && run.err.contains("lookback.toml:2:"), "{}", run.all());
}

#[test]
fn a_comment_without_a_pull_request_is_told_and_fails_nothing() {
    let run = typed(&repository(), "check --comment --as-of 2024-02-01");
    assert_eq!(run.code, 0, "{}", run.all());
    let said = run.out.replace("\n    ", " ");
    assert!(said.contains("comment on the pull request: not written") && said.contains("help:"), "{}", run.out);
}

#[test]
fn the_status_fails_where_it_is_asked_to() {
    let repo = repository();
    for (words, code) in [
        ("status --as-of 2027-06-01", 0),
        ("status --as-of 2027-06-01 --exit-code", 1),
        ("status --as-of 2024-02-01 --exit-code", 0),
    ] {
        assert_eq!(typed(&repo, words).code, code, "{words}");
    }
    assert_eq!(typed(&Repo::new(), "status --exit-code").code, 3, "what cannot be told is no pass");
}

#[test]
fn an_id_is_explained_as_it_is_printed() {
    let repo = repository();
    for (words, said) in [
        ("explain IEC 81001-5-1 4.1.8#b", "issues examined"),
        ("explain 4.1.8b", "issues examined"),
        ("explain 4.1.8(b)", "issues examined"),
        ("explain IEC 81001-5-1:2021 4.1.6#A", "improvement established"),
        ("explain 4.1.6", "deployed defects analysed"),
        ("explain error[issue-not-examined]:", "named in the record"),
        ("explain IEC 81001-5-1 4.1.8#d review-gap", "further apart"),
    ] {
        let run = typed(&repo, words);
        assert!(run.code == 0 && run.out.contains(said), "{words}: {}", run.all());
        assert!(!run.out.contains("**") && !run.out.contains("```"), "{words} is text, not Markdown: {}", run.out);
    }
}
