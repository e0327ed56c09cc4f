//! The page: all sections in both languages, whatever words come from outside, the same bytes twice, nothing fetched.

use proptest::prelude::*;

use crate::judge::rules::RULES;
use crate::judge::testing::Scene;
use crate::judge::verdict::judge;
use crate::model::Finding;
use crate::model::issue::EventKind::*;
use crate::model::report::Report;
use crate::render::dossier::phrase::names;
use crate::render::dossier::{DossierWords, dossier};
use crate::render::sample;
use lookback_reading::Constraint;

fn words(code: &str) -> DossierWords {
    DossierWords::shipped(code).unwrap()
}

fn page(report: &Report, code: &str) -> String {
    dossier(report, &words(code)).unwrap()
}

/// The tags of a page in order, checked: each is closed where it has to be, attributes are quoted, names are ours.
fn tags(page: &str) -> Vec<String> {
    const VOID: [&str; 4] = ["meta", "br", "input", "!DOCTYPE"];
    let (mut open, mut all) = (Vec::new(), Vec::new());
    let mut rest = page;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let end = rest.find('>').expect("a tag ends");
        let (tag, after) = (&rest[..end], &rest[end + 1..]);
        assert_eq!(tag.matches('"').count() % 2, 0, "{tag}");
        let name = tag.trim_start_matches('/').split([' ', '/', '\n']).next().unwrap();
        assert!(name == "!DOCTYPE" || name.chars().all(|c| c.is_ascii_alphanumeric()), "{tag}");
        rest = after;
        if let Some(closed) = tag.strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(closed), "{tag}");
            continue;
        }
        all.push(tag.to_owned());
        if ["style", "script"].contains(&name) {
            rest = rest.split_once(&format!("</{name}>")).expect("style and script end").1;
        } else if !VOID.contains(&name) && !tag.ends_with('/') {
            open.push(name.to_owned());
        }
    }
    assert!(open.is_empty(), "{open:?}");
    all
}

/// What a browser would fetch.
fn fetches(tags: &[String]) -> Vec<&String> {
    let fetch = |tag: &&String| {
        tag.contains(" src=")
            || tag.starts_with("link")
            || tag.contains("xlink")
            || tag.contains(" style=")
            || tag.contains(" on") && tag.split(' ').any(|part| part.starts_with("on") && part.contains('='))
    };
    tags.iter().filter(fetch).collect()
}

fn sections(tags: &[String]) -> Vec<String> {
    let heads = tags.iter().filter(|tag| tag.starts_with("h2 "));
    heads.map(|tag| tag.split('"').nth(1).unwrap().to_owned()).collect()
}

#[test]
fn ten_sections_in_every_language() {
    for code in DossierWords::CODES {
        let page = page(&sample::report(), code);
        let tags = tags(&page);
        let expected = "glance statement cadence findings sheet numbers population defects unseen check";
        assert_eq!(sections(&tags).join(" "), expected);
        assert!(page.contains(&format!("<html lang=\"{code}\">")));
        assert_eq!(fetches(&tags), Vec::<&String>::new());
        // Every way inside the page leads somewhere, and no two places have one name.
        let ids: Vec<&str> = tags.iter().filter_map(|tag| tag.split(" id=\"").nth(1)?.split('"').next()).collect();
        let mut once = ids.clone();
        once.sort_unstable();
        once.dedup();
        assert_eq!(once.len(), ids.len());
        for tag in &tags {
            let Some(target) = tag.split("href=\"#").nth(1) else { continue };
            let target = target.split('"').next().unwrap();
            assert!(ids.contains(&target), "#{target}");
        }
    }
}

#[test]
fn languages_have_the_same_words() {
    let [en, de] = ["en", "de"].map(|code| DossierWords::shipped(code).unwrap());
    for (section, names_of) in &en.table {
        let german = de.table[section].as_table().unwrap();
        let english = names_of.as_table().unwrap();
        assert_eq!(english.keys().collect::<Vec<_>>(), german.keys().collect::<Vec<_>>(), "[{section}]");
        for (name, text) in english {
            let places = |text: &toml::Value| {
                let mut all: Vec<String> = names(text.as_str().unwrap()).into_iter().map(str::to_owned).collect();
                all.sort();
                all
            };
            assert_eq!(places(text), places(&german[name]), "{section}.{name}");
        }
    }
    // The titles of the rules are English words already: a new one is shown by them until it is translated.
    for id in ["rules", "remedies"].iter().flat_map(|section| de.table[*section].as_table().unwrap().keys()) {
        assert!(RULES.iter().any(|rule| rule.id == *id), "there is no rule {id}");
    }
    for constraint in Constraint::ALL {
        let info = constraint.info();
        for (section, words) in [("title", info.title), ("says", info.says), ("question", info.question)] {
            let told = en.get(section, info.id).trim_end_matches('.');
            assert_eq!(told.to_lowercase(), words.to_lowercase(), "{section}");
        }
    }
}

/// Advice of a rule is German on the German page; advice that is one finding's own keeps its words and says so.
#[test]
fn advice_is_in_the_language_of_the_page() {
    let mut report = sample::report();
    let of_rule = |finding: &Finding| RULES.iter().find(|rule| rule.id == finding.rule).map(|rule| rule.remedy);
    for finding in report.findings.iter_mut().step_by(2) {
        finding.remedy = of_rule(finding).unwrap().into();
    }
    let (general, special): (Vec<&Finding>, Vec<&Finding>) =
        report.findings.iter().partition(|finding| of_rule(finding) == Some(&*finding.remedy));
    let (en, de) = (page(&report, "en"), page(&report, "de"));
    // Of several cases of a rule, the advice of the first is shown.
    let shown = |findings: Vec<&Finding>| -> Vec<String> {
        let all = findings.iter().map(|finding| format!("<span lang=\"en\">{}</span>", in_html(&finding.remedy)));
        all.filter(|advice| en.contains(advice.as_str())).collect()
    };
    let (general, special) = (shown(general), shown(special));
    assert!(!general.is_empty() && !special.is_empty());
    for (advice, english) in
        general.iter().map(|advice| (advice, false)).chain(special.iter().map(|advice| (advice, true)))
    {
        assert_eq!(de.contains(advice.as_str()), english, "{advice}");
    }
    assert!(de.contains("<span lang=\"de\">"));
}

fn in_html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;").replace('\'', "&#x27;")
}

#[test]
fn no_word_is_missing_and_no_place_unfilled() {
    for report in [sample::report(), sample::poisoned("x"), empty(), conforming()] {
        for code in DossierWords::CODES {
            let page = page(&report, code);
            let body = page.split_once("</head>").unwrap().1.split("<script>").next().unwrap();
            // This one is filled by the script.
            let body = body.replace(&format!("data-of=\"{}\"", words(code).get("population", "shown")), "");
            assert!(!body.contains('{'), "{}", &body[body.find('{').unwrap()..][..80]);
        }
    }
}

fn empty() -> Report {
    let scene = Scene::new();
    judge(&scene.evidence, &scene.policy, "1969-07-20".parse().unwrap(), false)
}

pub(super) fn conforming() -> Report {
    let scene = Scene::new().release("v1.0.0", "2024-06-01").procedure(Some(12)).record("2025-03-14");
    judge(&scene.evidence, &scene.policy, "2025-07-01".parse().unwrap(), false)
}

#[test]
fn nothing_known_and_days_before_1970_are_pages_too() {
    tags(&page(&empty(), "en"));
    let scene = Scene::new()
        .release("v0.1.0", "1966-01-01")
        .issue("#1", &[("1965-02-03", Opened), ("1966-01-01", Fixed), ("1966-01-02", Closed)])
        .record("1967-01-10")
        .record("1969-02-01");
    let report = judge(&scene.evidence, &scene.policy, "1969-07-20".parse().unwrap(), false);
    let page = page(&report, "de");
    tags(&page);
    assert!(page.contains("20. Juli 1969") && page.contains("1965-02-03"));
}

#[test]
fn hostile_words_are_text() {
    for words in [
        "</style><script>alert(1)</script>",
        "]]><svg onload=alert(1)>",
        "\" onmouseover=\"alert(1)",
        "a\u{202e}b\u{2066}c `tick` | pipe {{ w.page }} {% for %}",
        "javascript:alert(1)",
        "https://example.org/\"><script>",
    ] {
        let page = page(&sample::poisoned(words), "en");
        let tags = tags(&page);
        assert_eq!(tags.iter().filter(|tag| tag.starts_with("script")).count(), 1, "{words}");
        assert_eq!(fetches(&tags), Vec::<&String>::new(), "{words}");
        assert!(!page.contains("href=\"javascript"), "{words}");
        assert!(!page.contains(['\u{202e}', '\u{2066}']), "{words}");
    }
}

#[test]
fn long_words_are_cut_with_a_note() {
    let page = page(&sample::poisoned(&"x".repeat(10_000)), "en");
    assert!(page.contains("… [cut; 10000 characters in all]"));
    assert!(page.len() < 400_000, "{}", page.len());
    assert!(!page.contains(&"x".repeat(1_001)));
}

#[test]
fn the_policy_allows_this_style_and_this_script_alone() {
    use base64::Engine as _;
    use sha2::Digest as _;
    let page = page(&sample::report(), "en");
    for name in ["style", "script"] {
        let (open, close) = (format!("<{name}>"), format!("</{name}>"));
        let text = page.split_once(&open).unwrap().1.split_once(&close).unwrap().0;
        let hash = base64::engine::general_purpose::STANDARD.encode(sha2::Sha256::digest(text.as_bytes()));
        assert!(page.contains(&format!("{name}-src &apos;sha256-{hash}&apos;")), "{name}");
    }
    assert!(page.contains("content=\"default-src &apos;none&apos;;"));
}

#[test]
fn five_thousand_issues_fit() {
    let mut report = sample::report();
    let (issue, finding) = (report.issues[0].clone(), report.findings[0].clone());
    for n in 0..5_000 {
        let mut one = issue.clone();
        one.issue.id = format!("#{}", n + 100);
        one.issue.url = Some(format!("https://github.com/acme/pump/issues/{n}"));
        one.issue.fix_commits = vec![format!("{n:040x}")];
        report.issues.push(one);
        let mut fault = finding.clone();
        fault.subject = format!("#{}", n + 100);
        report.findings.push(fault);
    }
    let page = page(&report, "en");
    assert!(page.len() < 6_000_000, "{}", page.len());
    assert!(page.contains(">#5099</a>") && page.contains("<bdi>#5099</bdi>"), "all rows and all cases");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]
    #[test]
    fn any_words_give_a_sound_page_twice(words in any::<String>()) {
        let report = sample::poisoned(&words);
        let one = page(&report, "en");
        tags(&one);
        prop_assert_eq!(one, page(&report, "en"));
    }
}
