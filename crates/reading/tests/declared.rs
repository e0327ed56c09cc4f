//! What a document is declared to be settles its kind, in every format that can say so, and settles no denial.

use lookback_reading::{Answer, Constraint, Declaration, DeclaredAs, Kind, Location, Reader, Reading};

const BODY: &str = "We met and looked at #12 and #14, one after the other.

Completeness: complete, every report was recorded.
Efficiency: efficient, both fixes came within 12 days.
Resolution: achieved, both are fixed and released.
";

fn read(path: &str, text: &str) -> Reading {
    Reader::new(&[], &[]).read(path, text.as_bytes())
}

fn front(declared: &str, body: &str) -> String {
    format!("---\nlookback: {declared}\ndate: 2025-03-14\n---\n# Findings of spring\n\n{body}")
}

fn answer(reading: &Reading, constraint: Constraint) -> Answer {
    reading.constraints[&constraint].answer
}

#[test]
fn every_format_that_has_a_place_for_it_declares() {
    let head = "Findings of spring";
    let meta = format!(
        "<html><head><meta name=\"lookback\" content=\"review\"></head><body><h1>{head}</h1><p>{BODY}</p></body></html>"
    );
    for (path, text) in [
        ("notes/spring.md", front("review", BODY)),
        ("notes/spring.md", format!("+++\nlookback = \"Review\"\n+++\n# {head}\n\n{BODY}")),
        ("notes/spring.adoc", format!("= {head}\n:lookback: review\n\n{BODY}")),
        ("notes/spring.rst", format!("{head}\n==================\n\n:lookback: review\n\n{BODY}")),
        ("notes/spring.txt", format!("{head}\n\nLookback: review\n\n{BODY}")),
        ("notes/spring.html", meta),
    ] {
        let reading = read(path, &text);
        let declared = reading.declared.as_ref().unwrap_or_else(|| panic!("{path}: {text}"));
        assert_eq!((declared.is, declared.at.path.as_str()), (DeclaredAs::Review, path));
        assert_eq!((reading.kind, reading.presents_review), (Kind::Record, true), "{path}");
    }
    let deep = read("notes/spring.md", &format!("# {head}\n\nText.\n\n## One\n\n## Two\n\nLookback: review\n"));
    assert_eq!(deep.declared, None, "a line further down speaks of something else");
    assert_eq!(read("notes/spring.md", &front("a walk through 2025", BODY)).declared, None, "no word of ours");
    let odd = read("notes/spring.md", &front("reveiw", BODY));
    assert_eq!(odd.declared, None);
    assert_eq!(
        odd.misdeclared.map(|words| words.text).as_deref(),
        Some("reveiw"),
        "its author took it for one of ours"
    );
    assert_eq!(read("notes/spring.md", &front("a walk through 2025", BODY)).misdeclared, None);
}

#[test]
fn a_declared_review_is_a_record_whatever_it_is_called() {
    let plain = read("notes/spring.md", &format!("# Findings of spring\n\n{BODY}"));
    assert!(!plain.presents_review);
    let reading = read("notes/spring.md", &front("review", BODY));
    assert_eq!(reading.held.answer, Answer::Proven);
    assert_eq!(answer(&reading, Constraint::HeldAnnually), Answer::Proven);
    assert_eq!(answer(&reading, Constraint::ProcessAssessed), Answer::Proven);
    assert_eq!(reading.content_match, plain.content_match, "a declaration says nothing of the text");
}

#[test]
fn no_declaration_settles_a_denial_a_draft_or_a_gap() {
    for body in [
        "The review was not carried out this year.\n",
        "Status: draft\n\nWe met and looked at #12.\n",
        "The review was postponed to next spring.\n",
        "We met and looked at #12.\n\nCompleteness: [to be written]\n",
        "This is a simulation with made-up issues.\n",
    ] {
        let reading = read("notes/spring.md", &front("review", body));
        assert_eq!((reading.kind, reading.held.answer), (Kind::Record, Answer::Denied), "{body}");
    }
    let withdrawn = read("notes/spring.md", &front("review\nstatus: withdrawn", BODY));
    assert_eq!(withdrawn.held.answer, Answer::Denied);
}

#[test]
fn an_analysis_stands_for_its_constraint_alone_and_none_for_nothing() {
    let title = "# Yearly review of how security problems were handled\n\nDate held: 2025-03-14\n\n";
    let review = read("docs/a.md", &format!("{title}{BODY}"));
    assert!(review.presents_review && review.held.answer == Answer::Proven);
    let analysis = read("docs/a.md", &format!("---\nlookback: analysis\n---\n{title}{BODY}"));
    assert_eq!((analysis.kind, analysis.presents_review), (Kind::Record, false));
    for constraint in Constraint::ALL.into_iter().filter(|one| *one != Constraint::DeployedDefectsAnalysed) {
        assert_eq!(answer(&analysis, constraint), Answer::Absent);
    }
    let none = read("docs/a.md", &format!("---\nlookback: none\n---\n{title}{BODY}"));
    assert_eq!((none.kind, none.presents_review), (Kind::Other, false));
    assert!(none.constraints.values().all(|answer| answer.answer == Answer::Absent));
}

#[test]
fn the_configuration_goes_before_the_document() {
    let is = |is| Declaration { is, at: Location::file("lookback.toml") };
    let text = front("none", BODY);
    let read = |declared: &Declaration| Reader::new(&[], &[]).read_as("a.md", text.as_bytes(), Some(declared));
    assert_eq!(read(&is(DeclaredAs::Review)).kind, Kind::Record);
    assert_eq!(read(&is(DeclaredAs::Procedure)).kind, Kind::Procedure);
}

#[test]
fn a_declared_record_in_a_language_that_is_not_judged_is_left_open() {
    let text = "---\nlookback: review\n---\n# Revue annuelle de sécurité 2024\n\nLa revue a eu lieu le 14 mars 2025 et les problèmes #12 et #14 ont été \
                examinés par l'équipe. Nous avons vu les délais avec les équipes, et ils sont tenus dans tous les cas sur la période.\n";
    let reading = read("docs/revue.md", text);
    assert_eq!((reading.kind, reading.held.answer), (Kind::Record, Answer::Unsure));
    assert_eq!(answer(&reading, Constraint::ProcessAssessed), Answer::Unsure);
    assert_eq!(answer(&reading, Constraint::DeployedDefectsAnalysed), Answer::Absent);
    let plain = read("docs/revue.md", text.trim_start_matches("---\nlookback: review\n---\n"));
    assert_eq!((plain.kind, plain.content_match), (Kind::Other, Answer::Unsure));
}
