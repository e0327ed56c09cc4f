//! The draft of the next record, by the binary on repositories: written beside the last one, filled, judged, drafted again.
#![expect(clippy::disallowed_methods, reason = "tests read and write their repositories")]
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::{PROCEDURE, Repo, Run, command, dated, lookback, record, rules, run, run_on};

const TODAY: &str = "2026-11-25";
const RECORD: &str = "docs/reviews/security-review-2027.md";

/// The demo as it stands on that day.
fn demo() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("demo");
    let made = lookback(&["demo", root.to_str().unwrap(), "--as-of", TODAY]);
    assert_eq!(made.code, 0, "{}", made.all());
    (folder, root)
}

fn drafted(root: &Path, more: &[&str]) -> Run {
    run_on(root, "draft", &[&["--as-of", TODAY], more].concat())
}

fn judged(root: &Path) -> Value {
    run_on(root, "check", &["--as-of", TODAY, "--format", "json"]).json()
}

fn commit(root: &Path) {
    dated(root, "2026-11-25T12:00:00Z", &["add", "--all"]);
    dated(root, "2026-11-25T12:00:00Z", &["commit", "--quiet", "-m", "Record the review"]);
}

/// What is wrong with the record or stands in its way: errors, and whatever is about the record.
fn faults(report: &Value) -> Vec<String> {
    let all = report["findings"].as_array().unwrap().iter();
    let about = all.filter(|finding| finding["level"] == "error" || finding["location"]["path"] == RECORD);
    let mut out: Vec<String> = about
        .filter(|finding| finding["level"] != "note")
        .map(|finding| finding["rule"].as_str().unwrap().to_owned())
        .collect();
    out.sort();
    out
}

const ENGLISH: &[(&str, &str)] = &[
    ("Document ID:", "Document ID: SEC-REV-004"),
    ("Date held:", "Date held: 2026-11-25"),
    ("Participants:", "Participants: Dr. Anna Weber, quality manager; Robin Meyer, engineering"),
    ("Approved by:", "Approved by: Dr. Anna Weber, 2026-11-25"),
    ("row, write what was found", ""),
    ("does not name these", ""),
    ("Completeness:", "Completeness: complete. Every report was recorded, analysed and decided on."),
    (
        "Efficiency:",
        "Efficiency: not efficient. The audit log took longer than its target, because its storage is being replaced.",
    ),
    ("Resolution:", "Resolution: not achieved. The audit log is still open; its fix is planned for the next release."),
    ("a row in the table below for each action", ""),
    ("was missed by which activity", "was missed by threat modelling | the model covers it now |"),
    ("| TODO(reviewer) |", "| done, the plan covers it since May, see TP-2026-7 |"),
];

const GERMAN: &[(&str, &str)] = &[
    ("Dokument-ID:", "Dokument-ID: SEC-REV-004"),
    ("Durchgeführt am:", "Durchgeführt am: 2026-11-25"),
    ("Teilnehmer:", "Teilnehmer: Dr. Anna Weber, Qualitätsmanagement; Robin Meyer, Entwicklung"),
    ("Freigegeben von:", "Freigegeben von: Dr. Anna Weber, 2026-11-25"),
    ("in ihre Bemerkung schreiben", ""),
    ("nennt diese nicht", ""),
    ("Vollständigkeit:", "Vollständigkeit: vollständig. Jede Meldung wurde erfasst, analysiert und entschieden."),
    (
        "Effizienz:",
        "Effizienz: nicht effizient. Das Prüfprotokoll brauchte länger als sein Ziel, weil sein Speicher ersetzt wird.",
    ),
    (
        "Lösung:",
        "Lösung: nicht erreicht. Das Prüfprotokoll ist noch offen; seine Behebung ist für das nächste Release geplant.",
    ),
    ("eine Zeile für jede", ""),
    ("wurde übersehen von welcher", "wurde in der Bedrohungsmodellierung übersehen | das Modell umfasst es jetzt |"),
    ("| TODO(reviewer) |", "| erledigt, der Plan umfasst es seit Mai, siehe TP-2026-7 |"),
];

/// Every place of a draft filled with an honest sentence.
fn filled(text: &str, answers: &[(&str, &str)]) -> String {
    let answer = |line: &str| {
        if !line.contains("TODO(reviewer)") {
            return line.to_owned();
        }
        let (place, said) = answers.iter().find(|(place, _)| line.contains(place)).unwrap_or_else(|| panic!("{line}"));
        match line.split_once("TODO(reviewer): ") {
            // In a row, what stands before the place stays: the id of the defect leads its sentence.
            Some((before, rest)) if line.starts_with('|') => {
                format!("{before}{} {said}", rest.split(' ').next().unwrap())
            }
            None => line.replace(place, said),
            Some(_) => (*said).to_owned(),
        }
    };
    text.lines().map(|line| format!("{}\n", answer(line))).collect()
}

#[test]
fn the_demo_is_drafted_filled_committed_and_conforms() {
    for (language, answers) in [("en", ENGLISH), ("de", GERMAN)] {
        let (_folder, root) = demo();
        let wrote = drafted(&root, &["--lang", language]);
        assert_eq!(wrote.code, 0, "{}", wrote.all());
        assert!(
            wrote.out.contains(&format!("{RECORD}: 2 security issues of 2026-01-08 to 2026-11-25\n")),
            "{}",
            wrote.out
        );
        assert!(wrote.out.contains("\nNext: fill 16 places (TODO(reviewer): …) in "), "{}", wrote.out);
        let path = root.join(RECORD);
        let draft = std::fs::read_to_string(&path).unwrap();
        // What it takes from files is named so that everybody can compare.
        let digest = dated(&root, "2026-11-25T12:00:00Z", &["hash-object", "issues.json"]);
        assert!(!digest.is_empty() && draft.contains("| issues.json | issue file |"), "{draft}");

        // Unedited it is no review, and says what is left to do.
        commit(&root);
        let report = judged(&root);
        assert!(faults(&report).contains(&"review-unfilled".to_owned()), "{:?}", faults(&report));
        assert_eq!(report["cadence"]["last_review"], "2026-01-09");
        let next = run_on(&root, "check", &["--as-of", TODAY]).out;
        let first = next.split("\n\n").next().unwrap().replace("\n      ", " ");
        assert!(first.contains(&format!("\nNext: fill 10 or more places in {RECORD}")), "{first}");

        // With the places deleted it judges nothing.
        let less: String =
            draft.lines().filter(|line| !line.contains("TODO")).map(|line| format!("{line}\n")).collect();
        std::fs::write(&path, less).unwrap();
        let report = judged(&root);
        assert_eq!(
            faults(&report).iter().filter(|rule| *rule == "assessment-missing").count(),
            3,
            "{:?}",
            faults(&report)
        );
        assert_eq!(report["verdict"], "nonconforming");

        std::fs::write(&path, filled(&draft, answers)).unwrap();
        commit(&root);
        let report = judged(&root);
        assert_eq!(report["verdict"], "conforms", "{language}: {:?}", report["findings"]);
        assert_eq!(faults(&report), Vec::<String>::new(), "{language}");
        assert_eq!(report["coverage"]["missing"], serde_json::json!([]));
    }
}

#[test]
fn what_is_taken_away_is_missed() {
    let (_folder, root) = demo();
    drafted(&root, &["--lang", "en"]);
    let path = root.join(RECORD);
    let whole = filled(&std::fs::read_to_string(&path).unwrap(), ENGLISH);
    for (part, expected) in [
        ("Completeness:", "assessment-missing"),
        ("Efficiency:", "assessment-missing"),
        ("Resolution:", "assessment-missing"),
        ("Date held:", "review-undated"),
        ("Approved by:", "review-unapproved"),
        ("| Period |", "review-period-unclear"),
        ("| A6 |", "action-not-followed-up"),
    ] {
        let less: String =
            whole.lines().filter(|line| !line.starts_with(part)).map(|line| format!("{line}\n")).collect();
        std::fs::write(&path, less).unwrap();
        assert_eq!(faults(&judged(&root)), [expected], "without {part}");
    }
    // An issue that is named nowhere.
    let less: String = whole.lines().filter(|line| !line.contains("#20")).map(|line| format!("{line}\n")).collect();
    std::fs::write(&path, less).unwrap();
    assert_eq!(faults(&judged(&root)), ["deployed-defects-not-analysed", "issue-not-examined"]);
}

#[test]
fn drafted_again_it_follows_the_data_and_keeps_what_people_wrote() {
    let (_folder, root) = demo();
    drafted(&root, &[]);
    let path = root.join(RECORD);
    let first = std::fs::read_to_string(&path).unwrap();
    let again = drafted(&root, &[]);
    assert!(again.out.starts_with("nothing is new for "), "{}", again.out);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), first);

    // Filled in and not committed yet, it is still the record of the window.
    let theirs = filled(&first, ENGLISH);
    std::fs::write(&path, &theirs).unwrap();
    assert_eq!(drafted(&root, &[]).code, 0);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), theirs);

    let mut issues: Value = serde_json::from_str(&std::fs::read_to_string(root.join("issues.json")).unwrap()).unwrap();
    let mut more = issues[0].clone();
    more["number"] = 30.into();
    more["title"] = "Update server accepts any certificate".into();
    more["createdAt"] = "2026-11-01T08:00:00Z".into();
    more["state"] = "OPEN".into();
    more["stateReason"] = "".into();
    more["closedAt"] = Value::Null;
    more["url"] = "https://github.com/acme-medical/pump-firmware/issues/30".into();
    issues.as_array_mut().unwrap().push(more);
    std::fs::write(root.join("issues.json"), issues.to_string()).unwrap();
    let wrote = drafted(&root, &[]);
    assert_eq!((wrote.code, wrote.err.contains("kept:")), (0, false), "{}", wrote.all());
    let now = std::fs::read_to_string(&path).unwrap();
    let gone: Vec<&str> = theirs.lines().filter(|line| !now.contains(line)).collect();
    assert!(now.contains("| [#30]("), "{now}");
    assert!(gone.iter().all(|line| line.starts_with("<!-- lookback:begin ") || line.starts_with('|')), "{gone:#?}");
    assert!(gone.iter().all(|line| !line.contains("[#")), "no row of an issue changes: {gone:#?}");
    for (_, said) in ENGLISH {
        assert!(now.contains(said), "{said}");
    }
}

#[test]
fn a_file_that_is_no_draft_is_never_overwritten() {
    let (_folder, root) = demo();
    std::fs::write(root.join(RECORD), "# Ours\n").unwrap();
    let refused = drafted(&root, &[]);
    assert_eq!(refused.code, 2, "{}", refused.all());
    assert!(
        refused.err.contains("is there already, and no draft of Lookback\n  hint: Name another file with -o"),
        "{}",
        refused.err
    );
    assert_eq!(std::fs::read_to_string(root.join(RECORD)).unwrap(), "# Ours\n");

    std::fs::remove_file(root.join(RECORD)).unwrap();
    drafted(&root, &[]);
    let newer = std::fs::read_to_string(root.join(RECORD)).unwrap().replace(" v=1 ", " v=9 ");
    std::fs::write(root.join(RECORD), &newer).unwrap();
    let refused = drafted(&root, &[]);
    assert!(refused.code == 2 && refused.err.contains("a draft of version 9"), "{}", refused.all());
    assert_eq!(std::fs::read_to_string(root.join(RECORD)).unwrap(), newer);
}

#[test]
fn the_other_outputs() {
    let (folder, root) = demo();
    assert_eq!(drafted(&root, &["--issues-missing"]).out, "#14\n#18\n");
    let commands = drafted(&root, &["--actions", "github"]);
    assert!(commands.out.starts_with("gh issue create --title 'A4: Fuzz the bolus protocol"), "{}", commands.out);
    assert!(drafted(&root, &["--actions", "jira"]).out.starts_with("curl "));
    assert_eq!(dated(&root, "2026-11-25T12:00:00Z", &["status", "--porcelain"]), "", "nothing is written by these");

    // A form of one's own, made of the shipped one.
    let form = folder.path().join("form.md");
    std::fs::write(&form, lookback(&["draft", "--print-form", "--lang", "de"]).out).unwrap();
    let own = drafted(&root, &["--form", form.to_str().unwrap(), "-o", "-"]);
    assert_eq!(own.out, drafted(&root, &["--lang", "de", "-o", "-"]).out, "{}", own.err);
    for (text, says) in [
        ("{{ nothing }}", "form.md:1: a name that is none in \"{{ nothing }}\""),
        ("{% for a in range(99999) %}{% for b in range(99999) %}x{% endfor %}{% endfor %}", "does not come to an end"),
        ("no marks", "the form has no block of data"),
    ] {
        std::fs::write(&form, text).unwrap();
        let refused = drafted(&root, &["--form", form.to_str().unwrap()]);
        assert!(refused.code == 2 && refused.err.contains(says) && refused.err.contains("hint: "), "{}", refused.all());
    }
    let word = folder.path().join("form.docx");
    std::fs::write(&word, "no archive").unwrap();
    let refused = drafted(&root, &["--form", word.to_str().unwrap()]);
    assert!(refused.code == 2 && refused.err.contains("is no Word file"), "{}", refused.all());
    std::fs::File::create(&word).unwrap().set_len(51 << 20).unwrap();
    let refused = drafted(&root, &["--form", word.to_str().unwrap()]);
    assert!(refused.code == 2 && refused.err.contains("at most 52428800 are read"), "{}", refused.all());
    assert!(!root.join(RECORD).exists() && !root.join("docs/reviews/security-review-2027.docx").exists());
}

#[test]
fn a_word_form_is_filled_and_read() {
    let (folder, root) = demo();
    let control = |tag: &str, inner: &str| {
        format!("<w:sdt><w:sdtPr><w:tag w:val=\"{tag}\"/></w:sdtPr><w:sdtContent>{inner}</w:sdtContent></w:sdt>")
    };
    let paragraph = crate::support::office::p;
    let body = format!(
        "{}<w:p><w:r><w:t xml:space=\"preserve\">Period: </w:t></w:r>{}</w:p>{}",
        paragraph("T1", "Review of security defect management"),
        control("lookback:period", "<w:r><w:t>?</w:t></w:r>"),
        control("lookback:population", &crate::support::office::table(&[&["Nr.", "Was"], &["Issue", "Title"]]))
    );
    let form = folder.path().join("form.docx");
    std::fs::write(&form, crate::support::office::docx(&body, &[("word/header1.xml", "<w:hdr>ACME</w:hdr>")])).unwrap();
    let wrote = drafted(&root, &["--form", form.to_str().unwrap()]);
    assert_eq!(wrote.code, 0, "{}", wrote.all());
    let record = root.join("docs/reviews/security-review-2027.docx");
    let read = lookback(&["read", "--format", "json", record.to_str().unwrap()]).json();
    assert_eq!(read[0]["fields"]["period"], serde_json::json!({"from": "2026-01-08", "to": "2026-11-25"}), "{read}");
    let named: Vec<&str> =
        read[0]["references"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
    assert_eq!(named, ["#17", "#20"]);
    // Drafted again it is the same file; another file is never written over.
    let bytes = std::fs::read(&record).unwrap();
    let twice = drafted(&root, &["--form", form.to_str().unwrap()]);
    assert!(twice.code == 0 && twice.out.starts_with("nothing is new for "), "{}", twice.all());
    assert_eq!(std::fs::read(&record).unwrap(), bytes);
    std::fs::copy(&form, &record).unwrap();
    let refused = drafted(&root, &["--form", form.to_str().unwrap()]);
    assert!(refused.code == 2 && refused.err.contains("no draft of Lookback"), "{}", refused.all());
    assert_eq!(std::fs::read(&record).unwrap(), std::fs::read(&form).unwrap());
}

#[test]
fn the_next_step_tells_how_many_places_the_draft_leaves() {
    let (folder, root) = demo();
    let check = run_on(&root, "check", &["--as-of", "2026-11-25"]).out;
    let next = check.split("run `lookback draft`, fill ").nth(1).expect("a next step");
    let record = folder.path().join("record.md");
    let wrote = drafted(&root, &["-o", record.to_str().unwrap()]);
    let told = wrote.out.split("Next: fill ").nth(1).expect("a next step");
    let n = |text: &str| text.split(' ').next().unwrap().parse::<usize>().unwrap();
    assert_eq!(n(next), n(told), "{check} {}", wrote.out);
    let places = std::fs::read_to_string(&record).unwrap().matches("TODO(reviewer)").count();
    assert_eq!(n(next), places);
}

/// The package `python-docx` of Python, where it is installed, opens the shipped forms and what is filled into them.
#[test]
fn another_program_opens_shipped_word_forms() {
    let (folder, root) = demo();
    for lang in ["en", "de"] {
        let [form, record] = ["form", "record"].map(|name| folder.path().join(format!("{name}-{lang}.docx")));
        let [form, record] = [&form, &record].map(|path| path.to_str().unwrap());
        let printed = lookback(&["draft", "--print-form", "--lang", lang, "-o", form]);
        assert_eq!(printed.code, 0, "{}", printed.all());
        let twice = lookback(&["draft", "--print-form", "--lang", lang, "-o", form]);
        assert!(twice.code == 2 && twice.err.contains("never written over a file"), "{}", twice.all());
        let wrote = drafted(&root, &["--form", form, "--lang", lang, "-o", record]);
        assert_eq!(wrote.code, 0, "{}", wrote.all());
        let script = "import sys, docx\nd = docx.Document(sys.argv[1])\nprint(len(d.element.body.xpath('.//w:tbl')))\n\
                      print('|'.join(t.text or '' for t in d.element.body.iter('{%s}t' % d.element.nsmap['w'])))";
        let Ok(read) = std::process::Command::new("python3").args(["-c", script, record]).output() else { return };
        if String::from_utf8_lossy(&read.stderr).contains("ModuleNotFoundError") {
            eprintln!("skipped: python-docx is not installed");
            return;
        }
        let told = String::from_utf8_lossy(&read.stdout).into_owned();
        assert!(read.status.success(), "{}", String::from_utf8_lossy(&read.stderr));
        for words in ["#17", "#20", "2026-01-08 – 2026-11-25", "TODO(reviewer)"] {
            assert!(told.contains(words), "{lang} {words}: {told}");
        }
    }
}

/// A product of a hundred issues and more.
#[test]
fn curl_is_drafted_and_read_again() {
    let list = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/curl-cves.csv");
    if !list.exists() {
        eprintln!("skipped: {} is not there", list.display());
        return;
    }
    let repo = Repo::new();
    repo.write("src/a.c", "1").write("docs/procedure.md", PROCEDURE).commit("1998-03-20", "First");
    let arguments = ["--as-of", "2026-08-22", "--issues", list.to_str().unwrap()];
    let wrote = repo.run("draft", &arguments);
    assert_eq!(wrote.code, 0, "{}", wrote.all());
    assert!(wrote.out.contains("docs/reviews/security-review-2026.md: 206 security issues of "), "{}", wrote.out);
    let path = repo.root().join("docs/reviews/security-review-2026.md");
    let draft = std::fs::read_to_string(&path).unwrap();
    let nothing = repo.run("draft", &arguments);
    assert!(nothing.out.starts_with("nothing is new for "), "{}", nothing.all());
    let report = |text: &str| {
        std::fs::write(&path, text).unwrap();
        repo.run("check", &[&arguments[..], &["--format", "json"]].concat()).json()
    };
    let held =
        |report: &Value| report["reviews"].as_array().unwrap().iter().filter(|one| one["counted"] == true).count();
    assert_eq!(held(&report(&draft)), 0, "unedited it is no review");
    let less: String = draft.lines().filter(|line| !line.contains("TODO")).map(|line| format!("{line}\n")).collect();
    let judged = report(&less);
    let missing = rules(&judged).iter().filter(|rule| *rule == "error assessment-missing").count();
    assert_eq!((held(&judged), missing), (1, 3), "{:?}", rules(&judged));
    assert_eq!(judged["coverage"]["examined"], 206);
    // A row taken away is an issue missed, and only that.
    let row = draft.lines().find(|line| line.starts_with("| [CVE-2026-12064]")).unwrap();
    let judged = report(&less.replace(&format!("{row}\n"), ""));
    assert_eq!(judged["coverage"]["missing"], serde_json::json!(["CVE-2026-12064"]));
}

#[test]
fn a_year_without_issues_and_a_first_one() {
    let repo = Repo::new();
    repo.write("src/a.c", "1").write("docs/procedure.md", PROCEDURE).commit("2024-01-10", "First");
    repo.tag("v1.0.0").write("lookback.toml", "[issues]\nfiles = [\"issues.json\"]\n").write("issues.json", "[]\n");
    repo.commit("2024-02-01", "Export the issues");
    // The first one.
    let first = repo.run("draft", &["--as-of", "2025-01-05", "-o", "-"]);
    assert_eq!(first.code, 0, "{}", first.all());
    assert!(
        first.out.contains("| Period | 2024-01-10 to 2025-01-05 |")
            && first.out.contains("| issues.json | issue file |"),
        "{}",
        first.out
    );
    assert!(!first.out.contains("Last review"));
    repo.write("docs/reviews/security-review-2025.md", record("2025-01-05", "2024-01-10", "2025-01-05", &[]));
    repo.commit("2025-01-06", "Record the review");
    // The same day there is nothing to draft.
    let early = repo.run("draft", &["--as-of", "2025-01-05"]);
    assert_eq!(early.code, 2, "{}", early.all());
    let wrote = repo.run("draft", &["--as-of", "2025-12-20"]);
    assert!(
        wrote.out.contains("docs/reviews/security-review-2026.md: 0 security issues of 2025-01-06 to 2025-12-20"),
        "{}",
        wrote.out
    );
    let draft = std::fs::read_to_string(repo.root().join("docs/reviews/security-review-2026.md")).unwrap();
    assert!(draft.contains("No security issue was managed in the period"), "{draft}");
}

#[test]
fn links_of_the_tree_are_not_followed_and_bad_evidence_needs_a_place() {
    let (folder, root) = demo();
    let away = folder.path().join("away.md");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(&away, root.join(RECORD)).unwrap();
        let refused = drafted(&root, &[]);
        assert!(refused.code == 2 && refused.err.contains("symbolic link"), "{}", refused.all());
        assert!(!away.exists());
        std::fs::remove_file(root.join(RECORD)).unwrap();
    }
    let evidence = folder.path().join("evidence.json");
    let collected = run_on(&root, "collect", &["--as-of", TODAY, "-o", evidence.to_str().unwrap()]);
    assert_eq!(collected.code, 0, "{}", collected.all());
    let from = |more: &[&str]| lookback(&[&["draft", "--evidence", evidence.to_str().unwrap()], more].concat());
    let refused = from(&[]);
    assert!(refused.code == 2 && refused.err.contains("name a file with -o"), "{}", refused.all());
    let there = away.to_str().unwrap();
    assert_eq!(from(&["-o", there]).code, 0);
    assert!(std::fs::read_to_string(&away).unwrap().contains("| [#17]("));
    // From within a folder of the repository.
    let mut inside = command(&["draft", "--as-of", TODAY]);
    let wrote = run(inside.current_dir(root.join("src")));
    assert_eq!(wrote.code, 0, "{}", wrote.all());
    assert!(root.join(RECORD).exists());
}

#[test]
fn words_of_a_title_stay_words() {
    let (_folder, root) = demo();
    let plain = drafted(&root, &["-o", "-"]).out;
    let mut issues: Value = serde_json::from_str(&std::fs::read_to_string(root.join("issues.json")).unwrap()).unwrap();
    let hostile = "<!-- lookback:end population --> {{ secret }} {% raw %} `rm -rf` | [Name] <script>\u{1b}[2J\n\n## Resolution\n\nDate held: 2026-11-25";
    let all = issues.as_array_mut().unwrap();
    all.iter_mut().filter(|issue| issue["number"] == 20).for_each(|issue| issue["title"] = hostile.into());
    std::fs::write(root.join("issues.json"), issues.to_string()).unwrap();
    let first = drafted(&root, &[]);
    assert_eq!(first.code, 0, "{}", first.all());
    let text = std::fs::read_to_string(root.join(RECORD)).unwrap();
    assert_eq!(text.lines().count(), plain.lines().count());
    assert!(!text.contains('\u{1b}') && text.contains("{{ secret }}"), "{text}");
    assert!(drafted(&root, &[]).out.starts_with("nothing is new for "));
    std::fs::write(root.join(RECORD), filled(&text, ENGLISH)).unwrap();
    commit(&root);
    let report = judged(&root);
    assert_eq!(report["verdict"], "conforms", "{:?}", report["findings"]);
}
