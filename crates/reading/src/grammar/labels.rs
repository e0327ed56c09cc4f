//! Which field a label names: by the names that the vocabulary lists, else by the words it is made of.

use crate::grammar::lexicon::lexicon;
use crate::grammar::names::key;
use crate::grammar::patterns::sentences;

/// The longest label, in words.
const LONGEST: usize = 9;

/// Patterns of labels, and the fields that they name (keys of `[fields]` in the vocabulary).
const MADE_OF: [(&str, &str); 7] = [
    ("label-approved-on", "approved_on"),
    ("label-approved-by", "approved_by"),
    ("label-period-to", "period_to"),
    ("label-period", "period"),
    ("label-date-held", "date_held"),
    ("label-participants", "participants"),
    ("label-author", "author"),
];

/// The field of a label such as "Approved by" or "Final sign-off (name / date)".
pub(crate) fn field(name: &str) -> Option<&'static str> {
    if name.len() > 80 {
        return None;
    }
    let key = key(name);
    if sentences().of("label-of-plan").matches(&key) {
        return None;
    }
    if let Some(rest) = sentences().of("label-actual").first(&key).as_ref().and_then(|found| found.name("rest")) {
        return self::field(rest.as_str()).map(|field| if field == "date" { "date_held" } else { field });
    }
    let listed = lexicon().fields.get(&key).or_else(|| lexicon().fields.get(&key.replace('_', " ")));
    if let Some(field) = listed {
        return Some(field);
    }
    let key = key.replace('/', " ");
    let words = key.split_whitespace().count();
    let made_of = || MADE_OF.into_iter().find(|(pattern, _)| sentences().of(pattern).matches(&key));
    (1..=LONGEST).contains(&words).then(made_of).flatten().map(|(_, field)| field)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_known_by_the_words_it_is_made_of() {
        let table: [(Option<&str>, &[&str]); 6] = [
            (
                Some("approved_by"),
                &[
                    "Approved by",
                    "QA release given",
                    "Authorised (name / date)",
                    "Final sign-off",
                    "Dokument freigegeben",
                    "Document approved by",
                    "Report released by (QM)",
                    "Freigabe des Protokolls",
                    "Protokoll genehmigt durch",
                    "Signed off by the head of quality",
                    "Endgültige Freigabe (Name, Datum)",
                    "Countersignature QA",
                    "Unterschrift der Leitung QM",
                    "Freigebende Person",
                ],
            ),
            (
                Some("approved_on"),
                &["Date of final approval", "Datum der Unterschrift", "Document approved on", "Freigegeben am"],
            ),
            (
                Some("date_held"),
                &[
                    "Day and place of the review",
                    "Session held on",
                    "Datum und Ort der Sitzung",
                    "When the team met",
                    "Review took place on",
                    "Meeting date and time",
                    "Date of this meeting",
                    "Tag der Durchsprache",
                    "Besprechung fand statt am",
                    "Review conducted on",
                    "Sitzung abgehalten am",
                ],
            ),
            (
                Some("period"),
                &[
                    "Time under review",
                    "Months covered",
                    "Period we looked at",
                    "Period covered by this review",
                    "Betrachteter Zeitabschnitt",
                    "Ausgewerteter Zeitraum",
                    "Zeitraum der Betrachtung",
                    "Reviewed period",
                    "Berücksichtigter Zeitraum",
                ],
            ),
            (
                Some("period_to"),
                &[
                    "Cut-off date for the issues considered",
                    "Data as exported on",
                    "Stichtag der Daten",
                    "Stichtag für die Auswertung",
                ],
            ),
            (
                None,
                &[
                    "Approval pending with",
                    "Approval requested by",
                    "To be approved by",
                    "Next review held on",
                    "Date of the previous meeting",
                    "Nächste Sitzung am",
                    "Release of firmware",
                    "Release",
                    "Approved suppliers",
                    "Approved budget",
                    "Warranty period",
                    "Time to fix",
                    "Time per issue",
                    "Freigabe der Software",
                    "Not approved by",
                    "Letzte Überprüfung am",
                    "Review of the risk file",
                    "Time",
                    "Period for comments",
                    "Participants excused",
                    "Zeit bis zur Behebung",
                ],
            ),
        ];
        for (field_, labels) in table {
            for label in labels {
                assert_eq!(field(label), field_, "{label}");
            }
        }
    }
}
