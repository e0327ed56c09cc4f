//! In which part of the product an issue lies: as its sources and labels name it, else by the folders that its fix changes. Pure.

use std::collections::BTreeSet;

use crate::model::issue::Issue;

/// The parts that sources name, in small letters: in a field of their own, or by a label (`component: radio`, `area/radio`).
fn named(issue: &Issue) -> BTreeSet<String> {
    let labelled = |label: &String| {
        let (kind, name) = label.split_once([':', '/', '='])?;
        let kind = kind.trim().to_lowercase();
        let name = name.trim_start_matches(':').trim().to_lowercase();
        (["component", "area", "module"].contains(&kind.as_str()) && !name.is_empty()).then_some(name)
    };
    let own = issue.components.iter().map(|name| name.trim().to_lowercase()).filter(|name| !name.is_empty());
    own.chain(issue.labels.iter().filter_map(labelled)).collect()
}

/// The parts in which both lie, and `None` where they lie in different ones. Where nobody knows there is none in which both lie.
pub(crate) fn shared(one: &Issue, other: &Issue) -> Option<BTreeSet<String>> {
    let (a, b) = (named(one), named(other));
    let (both, known): (BTreeSet<String>, bool) = if a.is_empty() || b.is_empty() {
        let pairs = || one.fixed_in.iter().flat_map(|a| other.fixed_in.iter().map(move |b| (a, b)));
        let wider =
            pairs().filter_map(|(a, b)| if is_within(b, a) { Some(a) } else { Some(b).filter(|_| is_within(a, b)) });
        (wider.cloned().collect(), pairs().next().is_some())
    } else {
        (a.intersection(&b).cloned().collect(), true)
    };
    (!known || !both.is_empty()).then_some(both)
}

/// Is a folder another, or in it?
fn is_within(folder: &str, other: &str) -> bool {
    other == "." || folder.strip_prefix(other).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::issue;

    /// An issue with a component, a label and the folders of its fix; what is empty is not there.
    fn of((component, label, folders): (&str, &str, &[&str])) -> Issue {
        let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        Issue {
            components: some(component).into_iter().collect(),
            labels: some(label).into_iter().collect(),
            fixed_in: folders.iter().map(|folder| (*folder).to_owned()).collect(),
            ..issue("#1", &[])
        }
    }

    #[test]
    fn what_sources_name_goes_before_where_the_fix_lies() {
        for (one, other, expected) in [
            (("Radio", "", &[][..]), ("radio", "", &[][..]), Some("radio")),
            (("Radio", "", &[]), ("", "component: radio", &[]), Some("radio")),
            (("", "area/radio", &[]), ("", "component::radio", &[]), Some("radio")),
            (("Radio", "", &["src"]), ("pump", "", &["src"]), None),
            (("Radio", "", &["src/radio"]), ("", "help wanted", &["src/pump"]), None),
            (("Radio", "", &[]), ("", "", &["src/pump"]), Some("")),
            (("", "", &["src/radio"]), ("", "", &["src/radio/tls"]), Some("src/radio")),
            (("", "", &["src/radio"]), ("", "", &["src/radios"]), None),
            (("", "", &["."]), ("", "", &["src/radio"]), Some(".")),
            (("", "", &[]), ("", "", &[]), Some("")),
        ] {
            for (one, other) in [(one, other), (other, one)] {
                let found = shared(&of(one), &of(other)).map(|both| both.into_iter().collect::<Vec<_>>().join(" "));
                assert_eq!(found.as_deref(), expected, "{one:?} {other:?}");
            }
        }
    }
}
