//! The message to a webhook: that the state of the yearly cycle is another one, as JSON, and in the forms that Slack and Teams show. Says
//! nothing of issues. Pure.

use serde_json::{Value, json};

use crate::writeback::comment::window;
use lookback_core::model::period::State;
use lookback_core::model::{Level, Report};
use lookback_core::render::escape::line;
use lookback_reading::count;

/// Who reads the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotifyFormat {
    /// A program.
    Json,
    /// Slack, an incoming webhook.
    Slack,
    /// Teams, a webhook of a workflow.
    Teams,
}

impl NotifyFormat {
    /// By its name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        [("json", NotifyFormat::Json), ("slack", NotifyFormat::Slack), ("teams", NotifyFormat::Teams)]
            .into_iter()
            .find_map(|(known, format)| (known == name).then_some(format))
    }

    /// By the host of the address: those of Slack and Teams are known by their exact names.
    pub(crate) fn of_host(host: &str) -> Self {
        let host = host.to_ascii_lowercase();
        let teams = [".webhook.office.com", ".logic.azure.com", ".api.powerplatform.com"];
        match host.as_str() {
            "hooks.slack.com" => NotifyFormat::Slack,
            _ if teams.iter().any(|end| host.ends_with(end)) => NotifyFormat::Teams,
            _ => NotifyFormat::Json,
        }
    }
}

/// What is remembered of a message: the state, and the day that it hangs on.
pub(crate) fn remembered(report: &Report) -> String {
    let day = report.cadence.due.map_or_else(String::new, |due| format!(" {due}"));
    format!("{}{day}", report.cadence.state.word())
}

/// Is there news? Against what was told last; where nobody remembers, what the calendar brought about on the day that is judged for.
pub(crate) fn is_news(report: &Report, told: Option<&str>) -> bool {
    match told {
        Some(told) => told != remembered(report),
        None => before(report).is_some_and(|state| state != report.cadence.state),
    }
}

/// The state on the day before, as far as the dates of records tell.
fn before(report: &Report) -> Option<State> {
    let day = report.subject.as_of.pred_opt()?;
    report.spans.iter().find(|span| span.from <= day && day <= span.to)?.state
}

/// The message.
pub(crate) fn message(report: &Report, format: NotifyFormat, url: Option<&str>) -> Value {
    let cadence = &report.cadence;
    let repository = line(&report.subject.repository);
    let standing = |level: Level| report.standing().filter(|finding| finding.level == level).count();
    let (errors, warnings) = (standing(Level::Error), standing(Level::Warning));
    let text = window(report);
    let verdict = report.verdict.word();
    let counted = format!("{verdict}, {}, {}", count(errors, "error"), count(warnings, "warning"));
    match format {
        NotifyFormat::Json => json!({
            "event": "review-state", "repository": repository, "state": cadence.state.word(), "verdict": verdict,
            "last_review": cadence.last_review, "due": cadence.due, "days_left": cadence.days_left,
            "errors": errors, "warnings": warnings, "text": text, "url": url, "as_of": report.subject.as_of,
        }),
        NotifyFormat::Slack => {
            let inert = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            let link = url.map(|url| format!("\n<{}|The run>", inert(url).replace('|', "%7C"))).unwrap_or_default();
            json!({ "text": format!("{}: {}\n{counted}{link}", inert(&repository), inert(&text)) })
        }
        NotifyFormat::Teams => {
            let facts = [("Repository", repository.as_str()), ("State", cadence.state.word()), ("Verdict", &counted)];
            let facts: Vec<Value> =
                facts.iter().map(|(title, value)| json!({ "title": title, "value": value })).collect();
            let open = url.map(|url| json!({ "type": "Action.OpenUrl", "title": "The run", "url": url }));
            json!({ "type": "message", "attachments": [{
                "contentType": "application/vnd.microsoft.card.adaptive",
                "content": {
                    "$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "type": "AdaptiveCard", "version": "1.4",
                    "body": [
                        { "type": "TextBlock", "text": text, "wrap": true, "weight": "Bolder" },
                        { "type": "FactSet", "facts": facts },
                    ],
                    "actions": open.into_iter().collect::<Vec<_>>(),
                },
            }] })
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;
    use lookback_core::model::Span;
    use lookback_core::render::sample;

    #[test]
    fn the_forms_of_a_message() {
        let mut report = sample::report();
        report.subject.repository = "acme/pump<!channel>".into();
        let url = Some("https://ci.example/run?a=1|2");
        insta::assert_snapshot!(message(&report, NotifyFormat::Json, url).to_string(), @r#"{"as_of":"2026-05-15","days_left":-101,"due":"2026-02-03","errors":5,"event":"review-state","last_review":"2025-02-03","repository":"acme/pump<!channel>","state":"overdue","text":"Review overdue: last review 2025-02-03, the next was due on 2026-02-03.","url":"https://ci.example/run?a=1|2","verdict":"nonconforming","warnings":2}"#);
        insta::assert_snapshot!(message(&report, NotifyFormat::Slack, url).to_string(), @r#"{"text":"acme/pump&lt;!channel&gt;: Review overdue: last review 2025-02-03, the next was due on 2026-02-03.\nnonconforming, 5 errors, 2 warnings\n<https://ci.example/run?a=1%7C2|The run>"}"#);
        let teams = message(&report, NotifyFormat::Teams, url);
        assert_eq!(teams["attachments"][0]["content"]["actions"][0]["url"], "https://ci.example/run?a=1|2");
        for format in [NotifyFormat::Json, NotifyFormat::Slack, NotifyFormat::Teams] {
            let said = message(&report, format, None).to_string();
            assert!(said.contains("2026-02-03") && !said.contains("Bluetooth") && !said.contains("CVE-"), "{said}");
        }
    }

    #[test]
    fn only_another_state_is_news() {
        let mut report = sample::report();
        let day = report.subject.as_of;
        let span = |from: &str, to: NaiveDate, state: State| Span {
            from: from.parse().unwrap(),
            to,
            state: Some(state),
            why: String::new(),
        };
        report.spans = vec![span("2025-02-03", day, State::Overdue)];
        assert!(!is_news(&report, None), "it was so yesterday");
        report.spans = vec![span("2025-02-03", day.pred_opt().unwrap(), State::DueSoon)];
        assert!(is_news(&report, None));
        assert!(!is_news(&report, Some(&remembered(&report))));
        assert!(is_news(&report, Some("current 2026-02-03")));
        report.spans.clear();
        assert!(!is_news(&report, None), "nobody knows of yesterday");
    }

    #[test]
    fn hosts_are_known_by_their_exact_names() {
        for (host, format) in [
            ("hooks.slack.com", NotifyFormat::Slack),
            ("Hooks.Slack.com", NotifyFormat::Slack),
            ("hooks.slack.com.evil.example", NotifyFormat::Json),
            ("acme.webhook.office.com", NotifyFormat::Teams),
            ("prod-1.westeurope.logic.azure.com", NotifyFormat::Teams),
            ("logic.azure.com.evil.example", NotifyFormat::Json),
            ("hooks.acme.example", NotifyFormat::Json),
        ] {
            assert_eq!(NotifyFormat::of_host(host), format, "{host}");
        }
    }
}
