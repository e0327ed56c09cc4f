//! Is an answer of an API one page of several, or cut off? Told by the fields with which services say so. Pure.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::intake::source::IssueSource;
use crate::model::limit::{Limit, LimitKind};
use lookback_reading::Constraint;

/// Fields that say whether more follows, and what they say when it does.
const FLAGS: [(&str, bool); 6] = [
    ("hasNextPage", true),
    ("has_next_page", true),
    ("hasMore", true),
    ("has_more", true),
    ("isLast", false),
    ("isLastPage", false),
];
/// Fields with the place where the next page begins.
const TOKENS: [&str; 6] = ["nextPageToken", "next_page_token", "nextPage", "next_page", "@odata.nextLink", "nextLink"];
/// How many there are, and the list of those that came.
const TOTALS: [(&str, &str); 3] = [("total", "issues"), ("total_count", "items"), ("totalCount", "nodes")];

/// The limit of a file that does not hold the whole answer.
pub(crate) fn limit(source: &IssueSource<'_>, values: &[Value]) -> Option<Limit> {
    let mut pages = Vec::new();
    top(values, &mut pages);
    let why = cut_inside(&pages)
        .or_else(|| pages.last().and_then(|last| more(last)).map(|field| format!("`{field}` says that more follows")))
        .or_else(|| missing(&pages))?;
    Some(
        Limit::new(
            LimitKind::IssueSource,
            format!("{}: the rest of the answer", source.short),
            why,
            "export all pages, one after the other (`gh api --paginate`; others: ask with the token until none is left)",
        )
        .affecting(&Constraint::OF_ISSUES),
    )
}

/// The values of a file, lists of pages opened.
fn top<'a>(values: &'a [Value], pages: &mut Vec<&'a Value>) {
    for value in values {
        match value {
            Value::Array(list) => top(list, pages),
            other => pages.push(other),
        }
    }
}

/// What can never be made good by a later page: a search that gave up, a list within an issue or a result that goes on.
fn cut_inside(pages: &[&Value]) -> Option<String> {
    if pages.iter().any(|page| page.get("incomplete_results").and_then(Value::as_bool) == Some(true)) {
        let why = "`incomplete_results` says that the search stopped before its end";
        return Some(why.to_owned());
    }
    let field = pages.iter().find_map(|page| within(page, false))?;
    let why = format!("`{field}` of a list in it says that more follows");
    Some(why)
}

fn within(value: &Value, listed: bool) -> Option<&'static str> {
    match value {
        Value::Array(list) => list.iter().find_map(|inner| within(inner, true)),
        Value::Object(fields) => {
            let own = if listed { says_more(value) } else { None };
            own.or_else(|| fields.values().find_map(|inner| within(inner, listed)))
        }
        _ => None,
    }
}

/// Does a page say, outside of its lists, that more follows?
fn more(value: &Value) -> Option<&'static str> {
    let Value::Object(fields) = value else { return None };
    says_more(value).or_else(|| fields.values().find_map(more))
}

fn says_more(value: &Value) -> Option<&'static str> {
    let flag = FLAGS.iter().find(|(field, more)| value.get(*field).and_then(Value::as_bool) == Some(*more));
    let token =
        TOKENS.iter().find(|field| value.get(**field).and_then(Value::as_str).is_some_and(|text| !text.is_empty()));
    flag.map(|(field, _)| *field).or(token.copied())
}

/// Pages of one question agree on how many there are in all.
fn missing(pages: &[&Value]) -> Option<String> {
    let mut came: BTreeMap<u64, u64> = BTreeMap::new();
    for page in pages {
        for (total, list) in TOTALS {
            let (total, list) = (page.get(total).and_then(Value::as_u64), page.get(list).and_then(Value::as_array));
            if let (Some(total), Some(list)) = (total, list) {
                *came.entry(total).or_default() += list.len() as u64;
            }
        }
    }
    came.into_iter().find(|(total, came)| came < total).map(|(total, came)| format!("it holds {came} of {total}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::policy::Policy;

    fn why(text: &str) -> Option<String> {
        let policy = Policy::default();
        let source = IssueSource { name: "a.json", short: "a.json", policy: &policy };
        let values: Vec<Value> =
            serde_json::Deserializer::from_str(text).into_iter().collect::<Result<_, _>>().unwrap();
        limit(&source, &values).map(|limit| limit.why)
    }

    #[test]
    fn a_page_of_several_is_no_whole_answer() {
        for (text, expected) in [
            (r#"{"total_count": 1, "incomplete_results": true, "items": [{}]}"#, "incomplete_results"),
            (r#"{"total_count": 3, "incomplete_results": false, "items": [{}]}"#, "1 of 3"),
            (r#"{"data": {"project": {"issues": {"pageInfo": {"hasNextPage": true}, "nodes": []}}}}"#, "hasNextPage"),
            (r#"{"vulns": [], "next_page_token": "x"}"#, "next_page_token"),
            (r#"{"results": [{"vulns": [], "next_page_token": "x"}, {}]}"#, "next_page_token"),
            (r#"{"issues": [], "isLast": false}"#, "isLast"),
            (r#"[{"issues": [{}], "total": 3}, {"issues": [{}], "total": 3, "startAt": 1}]"#, "2 of 3"),
        ] {
            assert!(why(text).is_some_and(|why| why.contains(expected)), "{text}: {:?}", why(text));
        }
    }

    #[test]
    fn the_last_page_makes_it_whole() {
        for text in [
            r#"{"issues": [{}], "nextPageToken": "x"} {"issues": [{}], "isLast": true}"#,
            r#"[{"issues": [{}], "total": 2}, {"issues": [{}], "total": 2, "startAt": 1}]"#,
            r#"{"issues": [], "total": 0}"#,
            r#"{"vulns": [], "next_page_token": ""}"#,
            r#"[{"number": 1}]"#,
        ] {
            assert_eq!(why(text), None, "{text}");
        }
    }
}
