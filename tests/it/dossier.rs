//! The dossier by the binary, on the demo: every superscript, quote and link is followed with Git to the file at that line in that commit;
//! the digest is that of the report; another folder, time zone and locale give the same bytes.
#![expect(clippy::disallowed_methods, reason = "tests read what was written")]
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::support::{PROCEDURE, Repo, Run, command, git, git_command, lookback, record, run, run_on};

const TODAY: &str = "2026-11-25";
const ORIGIN: &str = "https://github.com/acme-medical/pump-firmware";

/// The demo as cloned from its host.
fn demo() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("demo");
    let made = lookback(&["demo", root.to_str().unwrap(), "--as-of", TODAY]);
    assert_eq!(made.code, 0, "{}", made.all());
    git(&root, &["remote", "add", "origin", &format!("{ORIGIN}.git")]);
    (folder, root)
}

fn page(root: &Path, more: &[&str]) -> Run {
    let ran = run_on(root, "report", &[&["--as-of", TODAY], more].concat());
    assert_eq!(ran.code, 0, "{}", ran.err);
    ran
}

/// Text without markup.
fn plain(html: &str) -> String {
    let mut out = String::new();
    let mut inside = false;
    for c in html.chars() {
        match c {
            '<' => inside = true,
            '>' => inside = false,
            _ if !inside => out.push(c),
            _ => {}
        }
    }
    let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&#10;", "\n"), ("&amp;", "&")];
    entities.iter().fold(out, |text, (entity, c)| text.replace(entity, c))
}

/// What stands between two marks, each time.
fn between<'t>(text: &'t str, open: &str, close: &str) -> Vec<&'t str> {
    text.split(open).skip(1).map(|rest| rest.split(close).next().unwrap()).collect()
}

/// Letters and digits alone: markup and white space of the document are not part of a quote.
fn bare(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// The lines of a file in a commit; `None`: there is no such file.
fn file(root: &Path, revision: &str, path: &str) -> Option<Vec<String>> {
    let shown = git_command(root).args(["show", &format!("{revision}:{path}")]).output().unwrap();
    let text = shown.status.success().then(|| String::from_utf8(shown.stdout).unwrap())?;
    Some(text.lines().map(str::to_owned).collect())
}

#[test]
fn every_quote_link_and_superscript_leads_where_it_says() {
    let (_folder, root) = demo();
    let html = page(&root, &[]).out;
    let revision = git(&root, &["rev-parse", "HEAD"]);

    // Quotes stand at their line.
    let mut quotes = 0;
    for piece in html.split("<q>").skip(1) {
        let Some((quote, rest)) = piece.split_once("</q> <span class=\"place\">") else { continue };
        let place = plain(rest.split("</code>").next().unwrap());
        let (path, line) = place.rsplit_once(':').unwrap_or_else(|| panic!("no line: {place}"));
        let (lines, line) = (file(&root, &revision, path).unwrap(), line.parse::<usize>().unwrap());
        let there = bare(&lines[line - 1..(line + 8).min(lines.len())].concat());
        assert!(there.contains(&bare(&plain(quote))), "{place}: {quote}");
        quotes += 1;
    }
    assert!(quotes > 25, "only {quotes} quotes");

    // Links to the host name a file and a line of this commit, or a commit.
    let blob = format!("{ORIGIN}/blob/{revision}/");
    let (mut files, mut commits) = (0, BTreeSet::new());
    for link in between(&html, "href=\"https://", "\"") {
        let link = plain(&format!("https://{link}"));
        if let Some(path) = link.strip_prefix(&blob) {
            let (path, line) = path.split_once("#L").unwrap_or((path, "1"));
            let lines = file(&root, &revision, path.trim_end_matches("?plain=1")).unwrap_or_else(|| panic!("{link}"));
            assert!(line.parse::<usize>().unwrap() <= lines.len(), "{link}");
            files += 1;
        } else if let Some(commit) = link.strip_prefix(&format!("{ORIGIN}/commit/")) {
            commits.insert(commit.to_owned());
        } else {
            assert!(link.starts_with(&format!("{ORIGIN}/issues/")), "{link}");
        }
    }
    assert!(files > 40 && commits.len() > 8, "{files} files, {} commits", commits.len());
    for commit in commits {
        assert_eq!(git(&root, &["cat-file", "-t", &commit]), "commit");
    }

    // Superscripts lead to a proof with words and a place, and each proof is used.
    let statement = html.split("<h2 id=\"statement\"").nth(1).unwrap().split("</section>").next().unwrap();
    let used: BTreeSet<&str> = between(statement, "<a href=\"#p", "\"").into_iter().collect();
    let proofs: BTreeSet<&str> = between(statement, "<li id=\"p", "\"").into_iter().collect();
    assert!(used.len() >= 6, "{used:?}");
    assert_eq!(used, proofs);
    for proof in proofs {
        let words = statement.split(&format!("<li id=\"p{proof}\">")).nth(1).unwrap();
        assert!(words.starts_with("<q>") && words.split("</li>").next().unwrap().contains(&blob), "{words}");
    }
    // What the demo's record claims and its data refuse is not claimed.
    let said = plain(statement.split("</div>").next().unwrap());
    assert!(said.contains("was held on 9 January 2026") && said.contains("SEC-REV-003"), "{said}");
    assert!(!said.contains("judges") && !said.contains("names all"), "{said}");
    let refused = plain(statement.split("</div>").nth(1).unwrap());
    assert!(refused.contains("that every issue of the period was examined") && refused.contains("#14"), "{refused}");
}

#[test]
fn the_digest_is_that_of_the_report_and_the_bytes_are_the_same_elsewhere() {
    let (folder, root) = demo();
    let html = page(&root, &[]).out;
    let report = run_on(&root, "check", &["--as-of", TODAY, "--format", "json"]);
    let digest: String = Sha256::digest(report.out.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    assert!(html.contains(&format!("<code>{digest}</code>")), "{digest}");

    let elsewhere = folder.path().join("another folder");
    git(folder.path(), &["clone", "--quiet", root.to_str().unwrap(), elsewhere.to_str().unwrap()]);
    git(&elsewhere, &["remote", "set-url", "origin", &format!("{ORIGIN}.git")]);
    let written = folder.path().join("dossier.html");
    let arguments = ["report", "--as-of", TODAY, "--lang", "de", "--repo"];
    let again = |root: &Path, zone: &str, output: &str| {
        let mut command = command(&arguments);
        command.arg(root).args(["-o", output]).env("TZ", zone).env("LANG", "de_DE.UTF-8").env("LC_ALL", "tr_TR.UTF-8");
        run(&mut command)
    };
    let one = again(&root, "Pacific/Kiritimati", "-");
    let two = again(&elsewhere, "America/Los_Angeles", written.to_str().unwrap());
    assert_eq!((one.code, two.code, two.out.as_str()), (0, 0, ""), "{}{}", one.err, two.err);
    let there = std::fs::read_to_string(&written).unwrap();
    assert!(one.out == there, "another folder, zone and locale change the page");
    assert!(one.out.contains("<html lang=\"de\">") && one.out.contains("9. Januar 2026"));
}

/// A page or a report that lies among the records would be taken for a review that was held: it repeats what records say.
#[test]
fn what_lookback_wrote_itself_is_no_review() {
    let repo = Repo::new();
    repo.write("docs/procedure.md", PROCEDURE);
    repo.write("docs/reviews/2025.md", record("2025-03-14", "2024-03-01", "2025-03-14", &["#1"]));
    repo.commit("2025-03-14", "Record");
    let day = |format: &[&str]| {
        let command = if format.contains(&"--lang") { "report" } else { "check" };
        repo.run(command, &[&["--as-of", "2025-06-01"], format].concat()).out
    };
    let written = [
        ("html", day(&["--lang", "en"])),
        ("htm", day(&["--lang", "de"])),
        ("md", day(&["--format", "markdown"])),
        ("txt", day(&["--format", "text"])),
        ("txt", repo.run("metrics", &["--as-of", "2025-06-01"]).out),
    ];
    let before = repo.report("2026-06-01");
    assert_eq!(before["cadence"]["state"], "overdue");
    for (ending, text) in written {
        let path = format!("docs/security-review-2026.{ending}");
        repo.write(&path, &text);
        let after = repo.report("2026-06-01");
        for part in ["verdict", "cadence", "constraints", "findings", "reviews", "documents"] {
            assert_eq!(after[part], before[part], "{ending}: {part}");
        }
        assert!(after["limits"].to_string().contains("Lookback wrote it"), "{ending}: {}", after["limits"]);
        std::fs::remove_file(repo.root().join(path)).unwrap();
    }
}

/// What was not seen is German on a German page, and so is why a requirement was not judged for it.
#[test]
fn a_german_page_tells_what_was_not_seen_in_german() {
    let (_folder, root) = demo();
    std::fs::write(root.join("docs/security-review.doc"), "x").unwrap();
    let rows =
        "id,title,labels,state,opened,closed\nSEC-1,A,security,closed,2025-01-02,\nSEC-2,B,security,quux,2025-01-02,\n";
    std::fs::write(root.join("more.csv"), rows).unwrap();
    let file = root.join("more.csv").display().to_string();
    let more = ["--issues", &file, "--issues", "github:acme/pump", "--offline"];
    let html = page(&root, &[&["--lang", "de"][..], &more].concat()).out;
    let unseen = between(&html, "id=\"unseen\"", "id=\"check\"")[0];
    assert!(!unseen.contains("lang=\"en\""), "{}", plain(unseen));
    let text = plain(&html);
    for told in [
        "Probleme, Advisories und Warnungen auf GitHub von acme/pump",
        "--offline: das Netz wird nicht verwendet",
        "DOC wird nicht gelesen: als DOCX oder PDF speichern",
        "more.csv: kein Datum der Schließung: 1 Problem (SEC-1)",
        "more.csv: der Zustand „quux“: 1 Problem (SEC-2)",
    ] {
        assert!(text.contains(told), "{told}");
    }
}

/// What a rule says of a case is German on a German page, its advice too; only what is written in English in the documents is not.
#[test]
fn a_german_page_tells_its_cases_in_german() {
    let (_folder, root) = demo();
    let html = page(&root, &["--lang", "de"]).out;
    let english: Vec<String> = ["<bdi lang=\"en\">", "<span lang=\"en\">", "class=\"why\" lang=\"en\">"]
        .iter()
        .flat_map(|open| between(&html, open, "</"))
        .map(plain)
        .collect();
    assert!(english.is_empty(), "{english:#?}");
    let text = plain(&html);
    for told in [
        "wurde im Zeitraum bis 2026-01-07 behandelt und ist in der Aufzeichnung nicht genannt: Firmware image",
        "Die Aufzeichnung sagt „All security issues were resolved.“, aber 1 Problem war am Stichtag 2026-01-07 offen: #17.",
        "Eine begründete Beurteilung der Effizienz ergänzen",
        "zeichnet eine durchgeführte Überprüfung auf (Zeile ",
        "Tage versäumt; die Überprüfung war am ",
        "docs/threat-model.md geändert durch ",
    ] {
        assert!(text.contains(told), "{told}");
    }
}
