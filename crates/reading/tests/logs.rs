//! A running log of reviews is one review an entry, whether its entries are sections or rows.

use lookback_reading::{Answer, Aspect, Reader, Reading};

fn read(text: &str) -> Reading {
    Reader::new(&[], &[]).read("docs/security-review-log.md", text.as_bytes())
}

/// Day, cut-off, examined ids and how many aspects are judged, of each entry, oldest first.
fn entries(reading: &Reading) -> Vec<String> {
    let tell = |own: &Reading| {
        let day = own.fields.date_held.as_ref().map_or_else(String::new, |held| held.value.to_string());
        let cut = own.fields.period_to.as_ref().map_or_else(String::new, |to| to.value.to_string());
        let mut ids: Vec<&str> =
            own.references.iter().filter(|r| r.examined == Some(true)).map(|r| r.id.as_str()).collect();
        ids.sort_unstable();
        ids.dedup();
        let proven = |aspect: &Aspect| {
            own.assessments.iter().any(|found| found.aspect == *aspect && found.answer == Answer::Proven)
        };
        let judged = Aspect::ALL.iter().filter(|aspect| proven(aspect)).count();
        format!("{day} {cut} {} {judged}", ids.join(","))
    };
    reading.earlier.iter().chain([reading]).map(tell).collect()
}

fn section(heading: &str, period: &str, issue: &str, more: &str) -> String {
    format!(
        "## {heading}\n\nPeriod: {period}\nApproved by: Ines Ortiz, 2025-12-20\n\n### Issues examined\n\nThe board examined {issue} one by one. {more}\n\n\
         ### Judgement\n\nCompleteness: complete. Every report was recorded and analysed.\n\nEfficiency: efficient. The targets were met.\n\n\
         Resolution: achieved. Every issue is fixed.\n\n"
    )
}

const HEAD: &str = "# Security review log\n\nProduct: Pump 3\n\nThis log holds the yearly reviews of how security problems were handled.\n\n";

#[test]
fn sections_are_entries() {
    let two = [
        section("2023-12-01", "2022-12-01 to 2023-11-30", "#11", ""),
        section("Review of 2 December 2024", "2023-12-01 to 2024-11-30", "#21", "#22 was left out for lack of time."),
    ];
    for order in [[0, 1], [1, 0]] {
        let text = format!("{HEAD}{}{}", two[order[0]], two[order[1]]);
        let reading = read(&text);
        assert_eq!(entries(&reading), ["2023-12-01 2023-11-30 #11 3", "2024-12-02 2024-11-30 #21 3"]);
        assert_eq!(reading.held.answer, Answer::Proven, "{:?}", reading.held);
        let place = reading.fields.date_held.unwrap().quote;
        assert!(text.lines().nth(place.line.get() as usize - 1).unwrap().contains("2 December 2024"), "{place:?}");
    }
}

#[test]
fn what_refuses_one_entry_leaves_the_others_alone() {
    let text = format!(
        "{HEAD}{}{}",
        section("2023-12-01", "2022-12-01 to 2023-11-30", "#11", ""),
        section("2024-12-02", "2023-12-01 to 2024-11-30", "#21", "")
            .replace("The board examined #21 one by one.", "The review was not held."),
    );
    let reading = read(&text);
    assert_eq!(reading.held.answer, Answer::Denied);
    assert_eq!(reading.earlier[0].held.answer, Answer::Proven, "{:?}", reading.earlier[0].held);
}

#[test]
fn a_year_without_a_review_has_its_entry() {
    let text = format!(
        "{HEAD}{}{}## 2024-12-02\n\nNot held: nobody was free.\n\n",
        section("2022-12-01", "2021-12-01 to 2022-11-30", "#7", ""),
        section("2023-12-01", "2022-12-01 to 2023-11-30", "#11", ""),
    );
    let reading = read(&text);
    assert_eq!(reading.held.answer, Answer::Denied, "{:?}", reading.held);
    assert_eq!(entries(&reading)[..2], ["2022-12-01 2022-11-30 #7 3", "2023-12-01 2023-11-30 #11 3"]);
    assert!(reading.earlier.iter().all(|own| own.held.answer == Answer::Proven));
}

#[test]
fn rows_are_entries() {
    let reading = read(&format!(
        "{HEAD}| Date held | Period | Issues examined | Completeness | Efficiency | Resolution | Approved by |\n|---|---|---|---|---|---|---|\n\
         | 2023-12-01 | 2022-12-01 to 2023-11-30 | #11 | complete, every report was recorded | efficient, the targets were met | achieved, every issue is fixed | Ines Ortiz, 2023-12-04 |\n\
         | 2024-12-02 | 2023-12-01 to 2024-11-30 | #21, #22 | complete, every report was recorded | slow: #21 took 90 days | achieved, every issue is fixed | Ines Ortiz, 2024-12-04 |\n"
    ));
    assert_eq!(entries(&reading), ["2023-12-01 2023-11-30 #11 3", "2024-12-02 2024-11-30 #21,#22 3"]);
    let held = reading.fields.date_held.map(|held| (held.quote.column.get(), held.quote.text));
    assert_eq!(held, Some((3, "2024-12-02".to_owned())), "the cell and nothing less of it");
}

#[test]
fn dated_sections_of_one_review_are_none() {
    let text = "# Annual review of security problem resolution 2024\n\nDate held: 2024-12-02\nPeriod: 2023-12-01 to 2024-11-30\n\n\
                ## 2024-03-01: #21 reported\n\nThe port was open.\n\n## 2024-06-12: #21 fixed\n\nThe port is closed.\n\n\
                ## Judgement\n\nCompleteness: complete. Every report was recorded.\n\nEfficiency: efficient. The targets were met.\n\nResolution: achieved. Every issue is fixed.\n";
    let reading = read(text);
    assert!(reading.earlier.is_empty());
    assert_eq!(entries(&reading), ["2024-12-02 2024-11-30 #21 3"]);
}
