//! JSON text → values, and which of the formats they are in: told by content, never by the file's name. Pure.

use serde_json::Value;

use crate::intake::item::JsonItem;
use crate::intake::jira::read as jira;
use crate::intake::source::{IssueFileError, Source, SourceRead, printable};
use crate::intake::{csaf, cyclonedx, gh_json, gitlab, openvex, osv};
use lookback_reading::{one_based, shorten};

/// A format of issue files.
pub(crate) struct IssueFormat {
    /// What users call it.
    pub name: &'static str,
    /// Is an object of a file in this format?
    knows: fn(&Value) -> bool,
    read: fn(&Source<'_>, &[Value]) -> Result<SourceRead, IssueFileError>,
}

/// All JSON formats; the first that knows an object takes the file.
pub(crate) static FORMATS: &[IssueFormat] = &[
    IssueFormat {
        name: "Jira search or issue (REST API, best with expand=changelog,names)",
        knows: jira::knows,
        read: jira::read,
    },
    IssueFormat { name: "CSAF 2.0", knows: csaf::knows, read: csaf::read },
    IssueFormat { name: "OpenVEX", knows: openvex::knows, read: openvex::read },
    IssueFormat { name: "CycloneDX with vulnerabilities", knows: cyclonedx::knows, read: cyclonedx::read },
    IssueFormat { name: "OSV", knows: osv::knows, read: osv::read },
    IssueFormat {
        name: "GitLab vulnerabilities (REST or GraphQL API)",
        knows: gitlab::knows_vulnerability,
        read: gitlab::read_vulnerabilities,
    },
    IssueFormat {
        name: "GitLab issues (REST API or project export)",
        knows: gitlab::knows_issue,
        read: gitlab::read_issues,
    },
    IssueFormat {
        name: "GitHub issues (`gh issue list --json number,title,labels,state,stateReason,createdAt,closedAt,url,body,author,comments` or REST API)",
        knows: gh_json::knows,
        read: gh_json::read,
    },
];

/// Objects that are asked for their format before a file counts as unknown.
const PROBED: usize = 200;

/// Reads the text of a JSON file: one value, or several one after the other (one a line, `gh api --paginate`).
pub(crate) fn read(source: &Source<'_>, text: &str) -> Result<SourceRead, IssueFileError> {
    let mut values = Vec::new();
    for value in serde_json::Deserializer::from_str(text).into_iter::<Value>() {
        values.push(value.map_err(|error| syntax(source, &error))?);
    }
    read_values(source, &values)
}

/// The same for values that are already parsed, such as the answers of an API.
pub(crate) fn read_values(source: &Source<'_>, values: &[Value]) -> Result<SourceRead, IssueFileError> {
    let items = JsonItem::all(values);
    let objects = || items.iter().map(JsonItem::value).filter(|value| value.is_object());
    let known = objects().take(PROBED).find_map(|value| FORMATS.iter().find(|format| (format.knows)(value)));
    match (known, objects().next()) {
        (Some(format), _) => (format.read)(source, values),
        (None, None) => gh_json::read(source, values),
        (None, Some(object)) => Err(IssueFileError::Unrecognised {
            name: source.name.to_owned(),
            found: keys(object),
            known: FORMATS.iter().map(|format| format.name).collect::<Vec<_>>().join("; "),
        }),
    }
}

fn keys(object: &Value) -> String {
    let names = object.as_object().map(|fields| fields.keys().take(12).map(|key| printable(key)).collect::<Vec<_>>());
    let names = names.filter(|names| !names.is_empty()).map_or("no fields".to_owned(), |names| names.join(", "));
    shorten(&names, 200)
}

fn syntax(source: &Source<'_>, error: &serde_json::Error) -> IssueFileError {
    let text = error.to_string();
    let why = text.split(" at line ").next().unwrap_or_default();
    IssueFileError::Json {
        name: source.name.to_owned(),
        line: one_based(error.line()).get() as usize,
        column: one_based(error.column()).get() as usize,
        why: printable(why),
    }
}
