//! Drafting again: data follow, people's words stay.

use super::*;
use crate::render::draft::merge::merge;

fn again(there: &str, scene: &Scene, language: &str) -> Merged {
    merge("r.md", there, &text(scene, language)).unwrap()
}

use crate::render::draft::merge::Merged;

#[test]
fn the_same_data_give_the_same_bytes() {
    for language in LANGUAGES {
        for scene in [quiet(), busy()] {
            for there in [text(&scene, language), filled(&scene, language)] {
                let merged = again(&there, &scene, language);
                assert_eq!((merged.text.as_str(), merged.kept.as_slice()), (there.as_str(), [].as_slice()));
                let windows = there.replace('\n', "\r\n");
                assert_eq!(again(&windows, &scene, language).text, windows);
                let cut = there.trim_end();
                assert_eq!(again(cut, &scene, language).text, cut);
            }
        }
    }
}

/// Lines of the one that the other has not.
fn new_lines<'a>(text: &'a str, than: &str) -> Vec<&'a str> {
    text.lines().filter(|line| !than.lines().any(|other| other == *line)).collect()
}

#[test]
fn a_new_issue_is_a_new_row_and_new_counts() {
    let there = filled(&busy(), "en").replace(
        "| not due | not due | not due | not due |  |",
        "| not due | not due | not due | not due | seen with R. Meyer |",
    );
    let more = busy().issue("#18", &[("2026-02-10", Opened)]);
    let merged = again(&there, &more, "en");
    let came = new_lines(&merged.text, &there);
    let gone = new_lines(&there, &merged.text);
    assert!(merged.kept.is_empty(), "{:?}", merged.kept);
    let rows: Vec<&&str> = came.iter().filter(|line| line.starts_with("| #18")).collect();
    // Nobody says whether it affects deployed software: a row of the analysis asks.
    assert_eq!(rows.len(), 2, "{came:#?}");
    // What changes besides is counted or marked by us.
    let other: Vec<&&str> =
        came.iter().filter(|line| !line.starts_with("| #18") && !line.starts_with("<!-- lookback:begin ")).collect();
    insta::assert_snapshot!(other.iter().map(|line| **line).collect::<Vec<_>>().join("\n"), @"
    | 0 | 4 | 0 | 1 | 3 |
    | Identified                                      | 4           | 0             |
    | Open at the cut-off                             | 3           | 0             |
    | Open for 0–30, 31–90, 91–180, over 180 days     | 2, 0, 1, 0  | 0, 0, 0, 0    |
    ");
    assert_eq!(gone.iter().filter(|line| !line.starts_with("<!-- ")).count(), other.len(), "{gone:#?}");
    assert!(merged.text.contains("| seen with R. Meyer |"), "{}", merged.text);
    assert!(merged.text.contains("#12 was missed by threat modelling"));
    assert_eq!(again(&merged.text, &more, "en").text, merged.text);
}

/// A block that has nothing to tell is there all the same: it fills when there is something, and empties.
#[test]
fn blocks_come_and_go_with_the_data() {
    for (language, heading) in [("en", "## Analysis of deployed defects"), ("de", "## Analyse der Mängel im Feld")] {
        let (few, many) = (text(&quiet(), language), text(&busy(), language));
        assert!(!few.contains(heading) && many.contains(heading), "{language}");
        for (there, scene) in [(&few, busy()), (&many, quiet())] {
            let merged = again(there, &scene, language);
            assert_eq!(merged.kept, Vec::<String>::new(), "{language}");
            assert_eq!(merged.text.contains(heading), scene.evidence.issues.len() > 1, "{language}: {}", merged.text);
            assert_eq!(again(&merged.text, &scene, language).text, merged.text);
        }
    }
}

#[test]
fn a_row_with_remarks_outlives_its_data() {
    let there = text(&busy(), "en").replace(
        "| not due | not due | not due | not due |  |",
        "| not due | not due | not due | not due | a remark |",
    );
    let mut fewer = busy();
    fewer.evidence.issues.retain(|issue| issue.id == "#12");
    let merged = again(&there, &fewer, "en");
    assert!(merged.text.contains("| a remark |"), "{}", merged.text);
    assert!(merged.kept.iter().any(|kept| kept.contains("keeps the row #15")), "{:?}", merged.kept);
    let twice = again(&merged.text, &fewer, "en");
    assert_eq!(twice.text, merged.text);
}

#[test]
fn a_changed_block_is_named_and_kept() {
    let scene = busy();
    let there = text(&scene, "en").replace("| 172 ", "| 20  ");
    assert_ne!(there, text(&scene, "en"), "the outlier stands there");
    let more = busy().issue("#18", &[("2026-02-10", Opened)]);
    let merged = again(&there, &more, "en");
    assert!(merged.text.contains("| 20  "));
    assert_eq!(merged.kept.len(), 1, "{:?}", merged.kept);
    assert!(merged.kept[0].contains("the block \"outliers\" was changed by hand"), "{:?}", merged.kept);
    assert!(merged.text.contains("| #18 |"), "the others follow");
    // Wider columns change nothing.
    let wide = text(&scene, "en").replace("| Open at start | Opened |", "| Open at start   |   Opened |");
    assert_eq!(again(&wide, &scene, "en"), Merged { text: wide.clone(), kept: Vec::new() });
}

#[test]
fn a_block_that_was_taken_out_stays_out() {
    let scene = busy();
    let whole = text(&scene, "en");
    let (before, rest) = whole.split_once("<!-- lookback:begin balance").unwrap();
    let (_, after) = rest.split_once("<!-- lookback:end balance -->\n").unwrap();
    let there = format!("{before}{after}");
    let merged = again(&there, &scene, "en");
    assert_eq!(
        (merged.text, merged.kept),
        (there, vec!["r.md: the block \"balance\" was taken out, and stays out".to_owned()])
    );
}

#[test]
fn what_is_no_sound_draft_is_left_alone() {
    let sound = text(&busy(), "en");
    let end = "<!-- lookback:end balance -->";
    for (there, says) in [
        ("# Our review\n".to_owned(), "r.md: is there already, and no draft of Lookback"),
        (sound.replace(" v=1 ", " v=2 "), "a draft of version 2; this Lookback writes version 1"),
        (sound.replace(end, ""), "begins inside the block \"balance\""),
        (sound.replace("<!-- lookback:end outliers -->", ""), "inside the block \"outliers\""),
        (sound.replace(end, "<!-- lookback:end metrics -->"), "ends as \"metrics\""),
        (sound.replace(end, "<!-- lookback:end balance"), "a mark of Lookback is not closed"),
        (sound.replace(end, "so <!-- lookback:end balance -->"), "does not stand on a line of its own"),
        (format!("{sound}{sound}"), "the block \"head\" is there twice"),
        (
            format!("{sound}<<<<<<< HEAD\na\n=======\nb\n>>>>>>> theirs\n"),
            "two versions of the file are not merged yet",
        ),
        (sound.replace("lookback:begin balance", "lookback:begin balance x=1"), "\"x\" in the mark is not understood"),
        (sound.replace("lookback:begin balance", "lookback:begin ../balance"), "is no name of a block"),
    ] {
        let error = merge("r.md", &there, &sound).unwrap_err();
        assert!(error.to_string().contains(says), "{error}");
        assert!(!error.next.is_empty());
    }
}
