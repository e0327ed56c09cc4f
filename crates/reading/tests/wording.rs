//! Ordinary wording in both languages, kind by kind: what refuses a record, what judges, what is left out, what is claimed; half of
//! each is harmless or sound.

use lookback_reading::{Answer, Aspect, Reader, Reading};

fn record(german: bool, body: &str) -> Reading {
    let head = if german {
        "# Jährliche Überprüfung der Bearbeitung von Sicherheitsproblemen 2025\n\nDatum der Überprüfung: 01.12.2025\nBerichtszeitraum: 01.12.2024 bis 30.11.2025\nFreigegeben von: Ines Ortiz, 02.12.2025\n\n## Betrachtete Sicherheitsprobleme\n\nDie Vorgänge #21 und #27 wurden einzeln betrachtet.\n\n"
    } else {
        "# Annual review of security problem resolution 2025\n\nDate held: 2025-12-01\nPeriod: 2024-12-01 to 2025-11-30\nApproved by: Ines Ortiz, 2025-12-02\n\n## Issues examined\n\nThe issues #21 and #27 were looked at one by one.\n\n"
    };
    Reader::new(&[], &[]).read("docs/security-review-2025.md", format!("{head}{body}\n").as_bytes())
}

/// The rows of a table, each behind the heading that it stands under; `\n` stands for a new line.
fn rows(table: &str) -> Vec<(&str, Vec<String>)> {
    let mut heading = "";
    let mut out = Vec::new();
    for line in table.lines().filter(|line| !line.is_empty()) {
        if let Some(name) = line.strip_prefix("## ") {
            heading = name;
        } else {
            out.push((heading, line.split('\t').map(|cell| cell.replace("\\n", "\n")).collect()));
        }
    }
    out
}

/// Fails with the rows that were answered wrongly.
fn all_right(table: &str, judge: impl Fn(&str, &[String]) -> Result<(), String>) {
    // What is known not to be understood stands apart, until it is.
    let rows: Vec<_> = rows(table).into_iter().filter(|(heading, _)| *heading != "Not yet understood").collect();
    let wrong: Vec<String> = rows
        .iter()
        .filter_map(|(heading, row)| {
            judge(heading, row).err().map(|got| format!("{heading}: {} -> {got}", row.join(" | ")))
        })
        .collect();
    assert!(wrong.is_empty(), "{} of {} wrong:\n{}", wrong.len(), rows.len(), wrong.join("\n"));
}

#[test]
fn what_refuses_a_record() {
    all_right(include_str!("data/held.tsv"), |heading, row| {
        let held = record(heading.starts_with("German"), &format!("## Notes\n\n{}", row[1])).held;
        let right = (held.answer == Answer::Proven) == (row[0] == "yes");
        if right { Ok(()) } else { Err(format!("{:?} {:?}", held.answer, held.why_not)) }
    });
}

#[test]
fn what_judges() {
    all_right(include_str!("data/judging.tsv"), |_, row| {
        let (aspect, headings) = match row[1].as_str() {
            "c" => (Aspect::Completeness, ["Completeness", "Vollständigkeit"]),
            "e" => (Aspect::Efficiency, ["Efficiency", "Effizienz"]),
            _ => (Aspect::Resolution, ["Resolution", "Lösung"]),
        };
        for heading in headings {
            let reading = record(false, &format!("## {heading}\n\n{}", row[2]));
            let answer =
                reading.assessments.iter().filter(|found| found.aspect == aspect).map(|found| found.answer).max();
            if (answer == Some(Answer::Proven)) != (row[0] == "yes") {
                return Err(format!("{answer:?}"));
            }
        }
        Ok(())
    });
}

#[test]
fn what_is_left_out() {
    all_right(include_str!("data/excluding.tsv"), |_, row| {
        let reading = record(false, &row[1]);
        let named = |n: &&str| {
            reading
                .references
                .iter()
                .any(|reference| reference.examined == Some(true) && reference.id == format!("#{n}"))
        };
        let examined: Vec<&str> = ["41", "42", "43", "44"].into_iter().filter(|n| named(n)).collect();
        let examined = examined.join(" ");
        if examined == row[0] { Ok(()) } else { Err(examined) }
    });
}

#[test]
fn what_is_claimed() {
    all_right(include_str!("data/claiming.tsv"), |_, row| {
        let claims = record(false, &format!("## Notes\n\n{}", row[1])).claims;
        let told: Vec<String> = claims
            .iter()
            .filter(|claim| !claim.near)
            .map(|claim| {
                let except = claim.among.except.join("+");
                format!("{:?}{}{except}", claim.kind, if except.is_empty() { "" } else { "-" })
            })
            .collect();
        let right = if row[0] == "-" { told.is_empty() } else { told.contains(&row[0]) };
        if right { Ok(()) } else { Err(format!("{told:?}")) }
    });
}
