//! What sounds like evidence and is about another matter: reports on what was done, catalogues of other people's incidents, the upkeep of
//! documents, reviews of code, records without a stretch of time.

use lookback_reading::{Answer, Constraint, Reader, Reading};

fn read(path: &str, text: &str) -> Reading {
    Reader::new(&[], &[]).read(path, text.as_bytes())
}

fn answer(reading: &Reading, constraint: Constraint) -> Answer {
    reading.constraints.get(&constraint).map(|answered| answered.answer).unwrap_or_default()
}

const POST_MORTEM: &str = "# Post-mortem: unauthenticated firmware download\n\nOn 3 March 2025 we learned that attackers could download the firmware of our pumps without a login. The vulnerability was introduced with release 2.3 because the design review did not cover the update service.\n\n## Root cause\n\nThe new endpoint lacked the check of the session; our integration tests never called it without one.\n\n## What we change\n\nWe added the endpoints to the threat model and a test that calls each of them without a session.\n";

#[test]
fn an_analysis_is_of_ones_own_defect() {
    let own = read("docs/postmortem-2025-03.md", POST_MORTEM);
    assert_eq!(answer(&own, Constraint::DeployedDefectsAnalysed), Answer::Proven);
    let report = "# Update for May 2025\n\nIn May we reviewed 14 pull requests on the parser and fixed two vulnerabilities in the update tool.\n\n## Testing\n\n- Improved the fuzzing plan, which had missed the archive format, so that attacks on it are found.\n- Strengthened the threat model of the service because the tests had missed a case.\n\n## Community\n\n- Helped with the security release of May; the reports were closed within a week.\n- Wrote about the vulnerability that was introduced by an older release.\n";
    let report = read("updates/2025-05.md", report);
    assert_ne!(answer(&report, Constraint::DeployedDefectsAnalysed), Answer::Proven, "a report on what was done");
    let catalogue = "# Breach of the Foobar registry\n\nAttackers had access to the build servers of Foobar and added a backdoor to its releases. The compromise was possible because a token was leaked; the attack was not detected by the scan of the packages.\n\n## Impact\n\nMalicious versions were downloaded ten thousand times by users of Foobar.\n\n## Root cause\n\nThe token was stored in a public image.\n";
    let catalogue = read("catalog/2024/foobar.md", catalogue);
    assert_ne!(answer(&catalogue, Constraint::DeployedDefectsAnalysed), Answer::Proven, "somebody else's incident");
}

#[test]
fn a_review_that_is_established_has_an_object() {
    let established = |path: &str, title: &str, section: &str, words: &str| {
        let text = format!(
            "# {title}\n\nStatus: approved\n\n## Purpose\n\nThis document says how the team reacts to security incidents and who is told. All vulnerabilities are recorded and triaged.\n\n## {section}\n\n{words}\n"
        );
        read(path, &text).establishes.is_some()
    };
    for (title, section, words) in [
        (
            "Incident response plan",
            "Review",
            "Each quarter the lead reads all security incidents of the last 90 days and looks for patterns.",
        ),
        (
            "Handling of vulnerabilities",
            "Yearly look back",
            "Once a year we review how it went and what has to change.",
        ),
        (
            "Vulnerability management",
            "Review",
            "At least annually, the board looks back on the year and decides what to change.",
        ),
    ] {
        assert!(established("docs/sop.md", title, section, words), "{title}: {words}");
    }
    for (title, section, words) in [
        ("Incident response runbooks", "Upkeep", "Review at least annually and after every incident."),
        ("Policy for mobile devices", "Policy review and updates", "Regular review: semi-annual (every 6 months)"),
        ("Work with partners", "Partners", "Review frequency: quarterly performance reviews."),
        ("Procedure for the assessment of risks", "When", "Annually (second quarter of each fiscal year)."),
        ("Control list", "Management", "The management team holds an annual meeting to review and update the ISMS."),
        ("Network", "Firewall", "We perform a formal review of our network settings at least once a year."),
        ("Handling of keys", "Rotation", "Annually (on the same date each year):"),
        (
            "Handling of vulnerabilities",
            "Review",
            "We no longer hold a yearly review of the handling of vulnerabilities.",
        ),
        (
            "Handling of vulnerabilities",
            "Review",
            "We plan to introduce a yearly look back at all vulnerabilities handled.",
        ),
        ("Security review process", "Cadence", "Peer review of security reviews (monthly sampling)."),
    ] {
        assert!(!established("docs/text.md", title, section, words), "{title}: {words}");
    }
}

#[test]
fn a_review_looks_back_over_a_time_or_at_the_handling() {
    let counts = |path: &str, text: &str| {
        let reading = read(path, text);
        reading.presents_review && reading.held.answer == Answer::Proven
    };
    let judged = "The handling of the vulnerabilities was complete: each was recorded and triaged. It was efficient, the median was 9 days. It led to resolution: all are fixed and released.";
    let titled =
        |title: &str, head: &str| format!("# {title}\n\nDate: 2025-06-03\n{head}\n\n## Security\n\n{judged}\n");
    for (title, head) in [
        ("Review of security problems 2025", ""),
        ("Notes of 3 June", "Period: 2024-06-01 to 2025-05-31"),
        (
            "Notes of 3 June",
            "\nOnce a year we review how security problems were handled; today we reviewed those of the past year.",
        ),
    ] {
        assert!(counts("docs/notes.md", &titled(title, head)), "{title} {head}");
    }
    let done = "The security features are complete: 44 tests pass. Efficiency: the login takes 9 ms. All findings of the scan for vulnerabilities were resolved before the release.";
    for title in ["Feature progress", "Fix of CVE-2025-1234", "Summary of the implementation", "Incident of the key"] {
        assert!(!counts("docs/notes.md", &titled(title, "").replace(judged, done)), "{title}");
    }
    // In doubt neither counted nor passed over.
    for title in ["Notes of the PSIRT", "Jahresgespräch Sicherheit"] {
        let bare = "Completeness: each vulnerability was recorded and triaged.\nEfficiency: the median was 9 days against 30.\nResolution: all vulnerabilities are fixed and released.";
        let reading = read("docs/notes.md", &titled(title, "").replace(judged, bare));
        assert_eq!((reading.presents_review, reading.held.answer), (true, Answer::Unsure), "{title}");
    }
    let whole = titled("Annual security review 2025", "Period: 2024-06-01 to 2025-05-31");
    assert!(counts("docs/reviews/2025.md", &whole));
    let sample = read("templates/security-review.md", &whole);
    assert_eq!(sample.held.answer, Answer::Unsure, "a filled sample of a kit");
    // An audit of code on one day is none, however often it speaks of what recurs.
    let audit = "# Security audit report - 2025-06-03\n\nA manual audit of the code base was carried out on June 3, 2025. Monthly scans and quarterly updates were found in place.\n\n## Findings\n\n- SSRF by project addresses: medium, fixed.\n- The weekly job runs as root.\n";
    assert!(!counts("docs/report-2025-06-03.md", audit));
}

/// Open boxes are gaps of the form, but for tasks under a heading that calls them so.
#[test]
fn open_boxes_of_the_form_are_gaps() {
    let held = |section: &str| {
        let text = format!(
            "# Annual review of security problem resolution 2025\n\nDate held: 2025-12-01\nPeriod: 2024-12-01 to 2025-11-30\nApproved by: R. Meyer, 2025-12-02\n\nWe examined #13 and #14.\n\n## Judgement\n\nCompleteness: complete. Efficiency: efficient. Resolution: achieved.\n\n{section}\n"
        );
        read("docs/reviews/2025.md", &text).held.answer
    };
    assert_eq!(held("## Tasks of the office\n\n- [ ] order toner\n- [ ] water the plants"), Answer::Proven);
    for section in ["## Items\n\n- [ ] #13\n- [ ] #14", "## Release\n\n- [ ] The form is signed"] {
        assert_eq!(held(section), Answer::Denied, "{section}");
    }
    let text = "# Annual review of security problem resolution 2025\n\nDate held: 2025-12-01\n\n## Approval\n\n- [ ] R. Meyer, 2025-12-02\n";
    assert!(read("docs/reviews/2025.md", text).fields.approved_by.is_none(), "nobody has ticked the box");
}

/// A procedure that speaks of causes demands no analysis; one that bids does.
#[test]
fn an_analysis_that_is_prescribed_is_demanded() {
    let prescribed = |words: &str| {
        let text = format!(
            "# Procedure for the handling of vulnerabilities\n\nStatus: approved\n\nAll vulnerabilities shall be recorded, rated and tracked to their fix.\n\n## Security vulnerabilities\n\n{words}\n"
        );
        answer(&read("docs/sop.md", &text), Constraint::DeployedDefectsAnalysed)
    };
    for words in [
        "The root cause of each vulnerability of a released product shall be determined.",
        "Identify the root cause of each vulnerability and the test that missed it.",
        "A post-mortem is held for every vulnerability that reached customers.",
        "Für jede Schwachstelle ausgelieferter Produkte ist eine Ursachenanalyse durchzuführen.",
        "For each exploited vulnerability the team performs a root cause analysis.",
        "Das Team führt zu jeder Schwachstelle im Feld eine Ursachenanalyse durch.",
        "Nach jedem Sicherheitsvorfall erfolgt eine Nachbetrachtung der Schwachstelle.",
        "Die Ursache jeder Schwachstelle muss ermittelt werden, auch warum kein Test sie fand.",
    ] {
        assert_eq!(prescribed(words), Answer::Proven, "{words}");
    }
    for words in [
        "The root causes of these vulnerabilities include:",
        "Isolating the root cause of a vulnerability can be complex.",
        "Other reasons are research into the root causes of vulnerabilities.",
        "Die häufigsten Ursachen von Schwachstellen sind bekannt; eine Ursachenanalyse kann schwierig sein.",
    ] {
        assert_ne!(prescribed(words), Answer::Proven, "{words}");
    }
}

/// An improvement is one of the makers' way of working, said in a sentence: what a team did, what it repaired and what a policy bids
/// everybody is none.
#[test]
fn an_improvement_is_one_of_the_way_of_working() {
    let activity = "# Security team, report for the third quarter of 2025\n\nThe team kept working on the security of the platform. We published a guide on hardening, welcomed two members and gave three talks.\n\n## Work\n\n- We strengthened the checks of archives in the registry.\n- Added validation to the importer so that broken files are refused.\n- Migrated the vulnerability feed onto a new cluster.\n- Two vulnerabilities were reported and fixed.\n";
    let activity = read("reports/2025-Q3.md", activity);
    assert_ne!(answer(&activity, Constraint::ImprovementEstablished), Answer::Proven, "what a team did");
    let own = read("docs/postmortem-2025-03.md", POST_MORTEM);
    assert_eq!(answer(&own, Constraint::ImprovementEstablished), Answer::Proven);
    let catalogue = "# Compromise of the Foobar account\n\nurl: https://foobar.example/blog/incident-2025\nproduct: Foobar registry\n\nAttackers took over the account of a maintainer of Foobar and published malicious packages.\n\n## Cause\n\nThe root cause was a password that had been used elsewhere.\n\n## Afterwards\n\nFoobar implemented additional security measures and planned an external audit to prevent future incidents.\n";
    let catalogue = read("data/414.md", catalogue);
    for constraint in [Constraint::ImprovementEstablished, Constraint::DeployedDefectsAnalysed] {
        assert_ne!(answer(&catalogue, constraint), Answer::Proven, "somebody else's incident: {constraint:?}");
    }
    let learns = |line: &str| {
        let text = format!(
            "# Vulnerability response policy\n\nStatus: approved\n\n## Scope\n\nThe policy applies to all security vulnerabilities in our products. Each report is triaged within five days.\n\n## Rules\n\n{line}\n"
        );
        answer(&read("docs/policy.md", &text), Constraint::ImprovementEstablished) == Answer::Proven
    };
    for line in [
        "After each security incident the team holds a post-mortem; what it learned is added to the coding guidelines and the test plan.",
        "What slipped through once gets a check of its own, and the procedure is updated.",
        "Lessons learned from security incidents and from exercises are incorporated into the procedures.",
        "Erkenntnisse aus Sicherheitsvorfällen und Übungen fließen in die Verfahren ein.",
        "Nach jedem Sicherheitsvorfall werden die Erkenntnisse in Testplan und Schulung aufgenommen.",
        "Lessons learned from vulnerabilities must be fed back into design and review.",
        "- Potential changes to the development process that reduce future vulnerabilities",
        "Nach jeder Schwachstelle wird der Testplan um das ergänzt, was sie früher gezeigt hätte.",
    ] {
        assert!(learns(line), "{line}");
    }
    for line in [
        "Adhering to these rules lowers the risk of security breaches considerably.",
        "Do you have a process for lessons learned after a security incident?",
        "Evidence: incident response plan, post-incident reviews, records of exercises",
        "The yearly recovery exercise ends with an after-action report on the security incident that was played.",
        "Preparation → Detection → Containment → Recovery → Lessons learned",
        "The disclosure of a vulnerability is coordinated with the reporter, and the advisory names those who found it.",
        "For up-to-date advice on vulnerability disclosure please visit the pages of the working group.",
        "Lost media are reported through the incident response process with appropriate corrective actions.",
        "Patching and update procedures for vulnerable servers shall be maintained.",
        "True security comes from robust processes and a culture in which everybody thinks of vulnerabilities.",
        "Where we plan an update that fixes security vulnerabilities we will notify the announcement list.",
        "Regelmäßige Aktualisierungen schützen die Server vor Schwachstellen.",
    ] {
        assert!(!learns(line), "{line}");
    }
}

/// An advisory tells what a defect was; an analysis says what let it through.
#[test]
fn an_advisory_is_no_analysis() {
    let analysed = |line: &str| {
        let text = format!(
            "# Double free vulnerability in the decoder\n\nProduct: Gateway\nFixed in: 3.0.7\nImpact: critical\n\n## Description\n\nA researcher reported a vulnerability in our decoder. An attacker could run code. {line}\n"
        );
        answer(&read("advisories/2025-08.md", &text), Constraint::DeployedDefectsAnalysed) == Answer::Proven
    };
    for line in [
        "Older versions are not affected.",
        "The feature was introduced in release 2; those who do not use it are safe.",
        "Keep in mind that the library itself was not compromised.",
    ] {
        assert!(!analysed(line), "{line}");
    }
}

/// What its path calls a sample is none of the house's own; dots that leave out words of a quotation are no gap.
#[test]
fn a_sample_by_its_path_is_not_counted() {
    let text = "# Annual review of security problem resolution 2025\n\nDate held: 2025-12-01\nPeriod: 2024-12-01 to 2025-11-30\nApproved by: Petra Holm, 2025-12-05\n\nWe looked at all security problems of the year: #3 and #4.\n\nCompleteness: complete, each was triaged and answered.\nEfficiency: efficient, within 20 days.\nResolution: both fixes are released.\n";
    let held = |path: &str, text: &str| read(path, text).held.answer;
    assert_eq!(held("docs/reviews/2025.md", text), Answer::Proven);
    for path in ["docs/Example project/review-2025.md", "docs/review-2025-sample.md", "beispiele/review-2025.md"] {
        assert_eq!(held(path, text), Answer::Unsure, "{path}");
    }
    for path in ["blood-sample-analyzer/docs/review-2025.md", "docs/sample-tracker/review-2025.md"] {
        assert_eq!(held(path, text), Answer::Proven, "{path}: a product");
    }
    let quoted = text.replace("#3 and #4.", "#3 and #4. The reporter wrote that the parser [...] accepts any length.");
    assert_eq!(held("docs/reviews/2025.md", &quoted), Answer::Proven);
    let open = text.replace("efficient, within 20 days.", "[...]");
    assert_ne!(held("docs/reviews/2025.md", &open), Answer::Proven);
}

/// A line that goes on with the sentence of the one before is no stand-in.
#[test]
fn a_broken_line_is_no_gap() {
    let gaps = |end: &str| {
        let text = format!(
            "# Security report, second half of 2025\n\nDate: 2026-01-08\n\nThe library of the parser was split off; we have not published it, but intend\n{end}\n"
        );
        read("reports/2025-half.md", &text).placeholders.len()
    };
    assert_eq!(gaps("to do so."), 0);
    assert_eq!(gaps("to be done in spring."), 0);
    let open =
        read("reports/a.md", "# Security review 2025\n\nDate held: 2025-12-01\n\nCompleteness:\nto be written\n");
    assert!(!open.placeholders.is_empty());
}

/// How often stands beside what is reviewed, in a sentence or an item of its own.
#[test]
fn how_often_may_stand_beside_the_review() {
    let months = |rules: &str| {
        let text = format!(
            "# Product security procedure\n\nStatus: approved\n\n## Reports\n\nAll security problems are recorded and triaged.\n\n## Look back\n\n{rules}\n"
        );
        let reading = read("docs/sop.md", &text);
        (reading.establishes.is_some(), reading.interval.map(|interval| interval.months))
    };
    for (rules, often) in [
        (
            "The panel meets every six months. It goes through all security problems closed since its last meeting and judges how they were dealt with.",
            Some(6),
        ),
        (
            "- What: appraisal of how security problems were treated\n- Who: head of quality\n- When: on the first Monday of each March",
            Some(12),
        ),
        (
            "Jeden Monat sieht der Lenkungskreis alle Sicherheitsprobleme durch und beurteilt, wie sie behandelt wurden.",
            Some(1),
        ),
        ("At regular intervals the board reviews how reported security problems were managed.", None),
    ] {
        assert_eq!(months(rules), (true, often), "{rules}");
    }
    for rules in [
        "A periodic review of how security problems were handled is not part of this procedure.",
        "Der Quellcode wird mindestens einmal jährlich durchgesehen.",
        "The panel meets every six months. It looks at the source code of the parser.",
    ] {
        assert!(!months(rules).0, "{rules}");
    }
}
