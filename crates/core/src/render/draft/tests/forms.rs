//! Forms of a firm: what they may say, and what stops them.

use super::*;
use crate::model::draft::DraftAction;
use crate::render::draft::commands::{ActionTracker, action_commands};
use crate::render::draft::form::places;

fn filled_form(form: &str) -> Result<String, String> {
    let form = ReviewForm { name: "our.md", text: form };
    write(&drafted(&busy()), &form).map_err(|error| format!("{error} // {}", error.next))
}

#[test]
fn a_form_of_a_firm_has_the_same_values() {
    let form = "# {{ product|known(repository) }}\n<!-- lookback:begin rows theirs=\"Seen\" -->\n| Id | Title | Seen |\n|---|---|---|\n{% for issue in issues %}\n| {{ linked(issue.id, issue.url) }} | {{ issue.title|upper }} |  |\n{% endfor %}\n<!-- lookback:end rows -->\n";
    insta::assert_snapshot!(filled_form(form).unwrap(), @r#"
    ---
    lookback: review
    ---

    # acme/pump
    <!-- lookback:begin rows v=1 theirs="Seen" sum=da8331a0d004bd39 -->
    | Id | Title | Seen |
    |---|---|---|
    | [#12](https://tracker.example/issues/12) | BOLUS FRAME OVERRUNS A BUFFER |  |
    | [#15](https://tracker.example/issues/15) | SESSION TOKEN DOES NOT EXPIRE |  |
    | [#17](https://tracker.example/issues/17) | AUDIT LOG CAN BE OVERWRITTEN |  |
    <!-- lookback:end rows -->
    "#);
}

#[test]
fn what_is_wrong_in_a_form_is_said_with_its_line() {
    let block = "<!-- lookback:begin a -->\n<!-- lookback:end a -->\n";
    for (form, says) in [
        (format!("{block}{{{{ prodct }}}}"), "our.md:3: a name that is none in \"{{ prodct }}\""),
        (format!("{block}{{{{ previous.dat }}}}"), "our.md:3: a name that is none in \"{{ previous.dat }}\""),
        (format!("{block}{{{{ issues|sorted }}}}"), "our.md:3: unknown filter"),
        (format!("{block}{{% for x in issues %}}"), "our.md:3: syntax error"),
        (format!("{block}{{{{ issues }}}}"), "a sequence is no text"),
        (format!("{block}{{% include 'x' %}}"), "our.md:3:"),
        (
            format!(
                "{block}{{% for a in range(9999) %}}{{% for b in range(9999) %}}{{% for c in range(9999) %}}x{{% endfor %}}{{% endfor %}}{{% endfor %}}"
            ),
            "does not come to an end",
        ),
        ("no block".to_owned(), "the form has no block of data"),
        ("<!-- lookback:begin a -->\n".to_owned(), "our.md:1: the block \"a\" does not end"),
        ("x".repeat(2 << 20), "the form has 2097152 bytes"),
    ] {
        let error = filled_form(&form).unwrap_err();
        assert!(error.contains(says), "{error}");
    }
}

#[test]
fn places_are_counted_by_line() {
    assert_eq!(places("a\nTODO(reviewer): b\n| TODO(reviewer) | TODO(reviewer) |\n"), [2, 3, 3]);
    let scene = busy();
    assert_eq!(places(&filled(&scene, "en")), Vec::<usize>::new());
}

#[test]
fn commands_are_quoted_whatever_an_action_says() {
    let action = |text: &str, references: &[&str]| DraftAction {
        id: "A1".into(),
        text: text.into(),
        owner: Some("R. O'Brien".into()),
        due: Some("2026-06-01".into()),
        references: references.iter().map(|id| (*id).to_owned()).collect(),
        state: None,
        record: "docs/r.md".into(),
    };
    let actions = [action("it's $(rm -rf /) `x` \"y\"\n--web", &[]), action("tracked", &["#4"])];
    for tracker in [ActionTracker::Github, ActionTracker::Jira] {
        let commands = action_commands(tracker, "acme/pump", &actions);
        assert_eq!(commands.len(), 1);
        let words = shlex::split(&commands[0]).unwrap();
        assert!(
            !commands[0].contains('\n') && words.iter().any(|word| word.contains("it's $(rm -rf /) `x`")),
            "{commands:?}"
        );
        match tracker {
            ActionTracker::Github => assert_eq!(words[..5], ["gh", "issue", "create", "--repo", "acme/pump"]),
            ActionTracker::Jira => {
                let at = words.iter().position(|word| word == "--data").unwrap();
                let sent: serde_json::Value = serde_json::from_str(&words[at + 1]).unwrap();
                assert_eq!(sent["fields"]["project"]["key"], "PROJECT");
            }
        }
    }
}
