//! CVSS vectors → severity. Pure.

use std::str::FromStr;

use crate::model::issue::Severity;

/// Metrics without which a vector has no base score, by version.
const BASE: [(&str, &[&str]); 3] = [
    ("CVSS:3", &["/AV:", "/AC:", "/PR:", "/UI:", "/S:", "/C:", "/I:", "/A:"]),
    ("CVSS:4", &["/AV:", "/AC:", "/AT:", "/PR:", "/UI:", "/VC:", "/VI:", "/VA:", "/SC:", "/SI:", "/SA:"]),
    ("AV:", &["/AC:", "/AU:", "/C:", "/I:", "/A:"]),
];

/// Severity of a vector (versions 2, 3.0, 3.1, 4.0); `None` for a vector of none of them, an incomplete one, or a score of 0.
pub(crate) fn severity(vector: &str) -> Option<Severity> {
    let vector = vector.trim().trim_matches(|c| matches!(c, '(' | ')'));
    let upper = vector.to_uppercase();
    let (_, needed) = BASE.iter().find(|(lead, _)| upper.starts_with(lead))?;
    if upper.len() > 400 || !needed.iter().all(|metric| upper.contains(metric)) {
        return None;
    }
    let score = cvss::Cvss::from_str(vector).ok()?.score();
    crate::intake::severity::score(&format!("{score:.1}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn vectors() {
        for (vector, expected) in [
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", Some(Severity::Critical)),
            ("CVSS:3.0/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H", Some(Severity::High)),
            ("CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N", Some(Severity::Low)),
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N", None),
            ("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", Some(Severity::Critical)),
            ("AV:N/AC:L/Au:N/C:P/I:P/A:P", Some(Severity::High)),
            ("(AV:L/AC:H/Au:N/C:P/I:N/A:N)", Some(Severity::Low)),
            ("CVSS:3.1/AV:N", None),
            ("CVSS:9.9/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", None),
            ("7.5", None),
            ("", None),
        ] {
            assert_eq!(severity(vector), expected, "{vector}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC{0,60}", tail in "(/[A-Z]{1,3}:[A-Z]){0,14}") {
            let _ = severity(&text);
            for lead in ["CVSS:3.1", "CVSS:3.0", "CVSS:4.0", "AV:N"] {
                let _ = severity(&format!("{lead}{tail}"));
            }
        }
    }
}
