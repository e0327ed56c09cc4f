//! Keys and tables of the configuration that take more than one comparison to be told looser. Pure.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use regex::Regex;

use crate::judge::catalog;
use crate::judge::rules::policy_weakened::diff::{Diff, NONE, listed};
use crate::model::finding::Level;
use crate::model::issue::Resolution;
use crate::model::policy::{DeclaredPath, Policy, SubjectRepository, TrackerPolicy, Waiver};
use crate::model::sources::HISTORY;
use lookback_reading::DeclaredAs;

pub(super) fn window(d: &mut Diff<'_>, key: &'static str) {
    let (before, after) = (&d.before.cadence.window, &d.after.cadence.window);
    let probes = (1..=12).filter_map(|month| NaiveDate::from_ymd_opt(2023, month, 15));
    if probes.into_iter().any(|held| after.due(held) > before.due(held)) {
        d.tell(key, before.name(), after.name());
    }
}

/// The clock of the first review: it starts later, or nothing starts it.
pub(super) fn start(d: &mut Diff<'_>, key: &'static str) {
    let word = |day: Option<NaiveDate>| day.map_or(NONE.to_owned(), |day| day.to_string());
    let (before, after) = (d.before.cadence.start, d.after.cadence.start);
    let sooner = matches!((before, after), (Some(before), Some(after)) if after < before);
    if before != after && !sooner {
        d.tell(key, word(before), word(after));
    }
}

/// A later day leaves out more; without one nothing is left out.
pub(super) fn since(d: &mut Diff<'_>, key: &'static str) {
    let word = |day: Option<NaiveDate>| day.map_or(NONE.to_owned(), |day| day.to_string());
    let (before, after) = (d.before.issues.since, d.after.issues.since);
    if after > before {
        d.tell(key, word(before), word(after));
    }
}

pub(super) fn include(d: &mut Diff<'_>, key: &'static str) {
    let (before, after) = (&d.before.documents.include, &d.after.documents.include);
    match (before.is_empty(), after.is_empty()) {
        (true, false) => d.tell(key, "everything", after.join(", ")),
        (false, false) => d.lost(key, before, after),
        _ => {}
    }
}

/// Declarations that were not there, and those that now come after others.
pub(super) fn declared(d: &mut Diff<'_>, _: &'static str) {
    let of = |one: &DeclaredPath| (one.path.clone(), one.declaration.is.word());
    let (before, after) = (&d.before.documents.declared, &d.after.documents.declared);
    let was: BTreeSet<_> = before.iter().map(of).collect();
    let is: BTreeSet<_> = after.iter().map(of).collect();
    let kept: Vec<&DeclaredPath> = after.iter().filter(|one| was.contains(&of(one))).collect();
    let stood: Vec<&DeclaredPath> = before.iter().filter(|one| is.contains(&of(one))).collect();
    for one in after.iter().filter(|one| !was.contains(&of(one))) {
        let own = one.declaration.is != DeclaredAs::None && (d.new_here)(&one.path);
        if !own {
            let line = one.declaration.at.line.and_then(|line| usize::try_from(line.get()).ok());
            d.tell_at(format!("document {}", one.path), "not declared", one.declaration.is.word(), line);
        }
    }
    if kept.len() == stood.len() && kept.iter().zip(&stood).any(|(one, other)| of(one) != of(other)) {
        let paths = |list: &[&DeclaredPath]| listed(&list.iter().map(|one| one.path.as_str()).collect::<Vec<_>>());
        d.tell("document", paths(&stood), paths(&kept));
    }
}

pub(super) fn tracker_keys(d: &mut Diff<'_>, key: &'static str) {
    let texts = |list: &[Regex]| list.iter().map(|pattern| pattern.as_str().to_owned()).collect::<Vec<_>>();
    d.lost(key, &texts(&d.before.issues.tracker_keys), &texts(&d.after.issues.tracker_keys));
}

/// Where nothing is said, GitHub is asked, but in GitHub Actions only: who takes it out of the list is told.
pub(super) fn sources(d: &mut Diff<'_>, key: &'static str) {
    let (before, after) = (&d.before.issues.sources, &d.after.issues.sources);
    if before != after {
        let named = before.clone().unwrap_or_else(|| vec!["github".to_owned()]);
        d.lost(key, &named, after.as_deref().unwrap_or_default());
        // Who says that there is nothing else to ask takes a limit away.
        if d.after.issues.history_alone() && named.is_empty() {
            d.tell(key, NONE, HISTORY);
        }
    }
}

pub(super) fn kinds(d: &mut Diff<'_>, key: &'static str) {
    let words = |policy: &Policy| policy.issues.github.iter().map(|kind| kind.word().to_owned()).collect::<Vec<_>>();
    d.lost(key, &words(d.before), &words(d.after));
}

/// Every name of two tables, with the values that they give it.
fn both<'a, T>(one: &'a [(String, T)], other: &'a [(String, T)]) -> BTreeMap<&'a str, (Option<&'a T>, Option<&'a T>)> {
    let mut names: BTreeMap<&str, (Option<&T>, Option<&T>)> = BTreeMap::new();
    for (name, value) in one {
        names.entry(name).or_default().0.get_or_insert(value);
    }
    for (name, value) in other {
        names.entry(name).or_default().1.get_or_insert(value);
    }
    names
}

pub(super) fn columns(d: &mut Diff<'_>, _: &'static str) {
    for (name, (was, is)) in both(&d.before.issues.columns, &d.after.issues.columns) {
        let word = |column: Option<&'_ String>| column.map_or(NONE, String::as_str).to_owned();
        d.changed(format!("issues.columns.{name}"), &word(was), &word(is));
    }
}

/// Whatever is not said to be open may be closed.
pub(super) fn states(d: &mut Diff<'_>, _: &'static str) {
    for (name, (was, is)) in both(&d.before.issues.states, &d.after.issues.states) {
        let word = |closed: Option<&bool>| closed.map_or(NONE, |closed| if *closed { "closed" } else { "open" });
        if was != is && is != Some(&false) {
            d.tell(format!("issues.states.{name}"), word(was), word(is));
        }
    }
}

pub(super) fn resolutions(d: &mut Diff<'_>, _: &'static str) {
    for (name, (was, is)) in both(&d.before.issues.resolutions, &d.after.issues.resolutions) {
        let word = |kind: Option<&Resolution>| kind.map_or(NONE, |kind| kind.word());
        if is != Some(&Resolution::None) {
            d.changed(format!("issues.resolutions.{name}"), word(was), word(is));
        }
    }
}

pub(super) fn targets(d: &mut Diff<'_>, _: &'static str) {
    use crate::model::issue::Severity::{Critical, High, Low, Medium};
    for severity in [Critical, High, Medium, Low] {
        let (before, after) = (d.before.targets.resolve(Some(severity)), d.after.targets.resolve(Some(severity)));
        d.target(&format!("targets.{}", severity.word()), before, after);
    }
}

pub(super) fn rules(d: &mut Diff<'_>, _: &'static str) {
    for id in catalog::ids() {
        let own = catalog::find(id).map(|rule| rule.level);
        let level =
            |policy: &Policy| policy.levels.iter().find(|(rule, _)| rule == id).map_or(own, |(_, level)| *level);
        let word = |level: Option<Level>| level.map_or("off", Level::word);
        let (before, after) = (level(d.before), level(d.after));
        if after < before {
            d.tell(format!("rules.{id}"), word(before), word(after));
        }
    }
}

pub(super) fn lane(d: &mut Diff<'_>, key: &'static str) {
    use crate::model::policy::PullRequestLane::{All, Changed, Report};
    let rank = |lane| [Report, Changed, All].iter().position(|other| *other == lane);
    let (before, after) = (d.before.pull_request, d.after.pull_request);
    if rank(after) < rank(before) {
        d.tell(key, before.word(), after.word());
    }
}

pub(super) fn subjects(d: &mut Diff<'_>, _: &'static str) {
    let tag = |subject: &SubjectRepository| subject.tag.as_ref().map_or(NONE, Regex::as_str).to_owned();
    let (before, after) = (d.before, d.after);
    let mut named: BTreeMap<String, &SubjectRepository> = BTreeMap::new();
    for subject in &after.subjects {
        named.entry(subject.repository.to_ascii_lowercase()).or_insert(subject);
    }
    for subject in &before.subjects {
        let key = format!("subject {}", subject.repository);
        match named.get(&subject.repository.to_ascii_lowercase()) {
            None => d.tell(key, "covered", NONE),
            Some(other) => {
                let path = |subject: &SubjectRepository| subject.path.clone().unwrap_or_else(|| NONE.to_owned());
                for (part, was, is) in [("tag", tag(subject), tag(other)), ("path", path(subject), path(other))] {
                    if was != is {
                        d.tell_at(format!("{key} {part}"), was, is, Some(other.line));
                    }
                }
            }
        }
    }
}

/// Fewer names of products: what advisories say of the others is not counted any more. Without any, all is.
pub(super) fn products(d: &mut Diff<'_>, _: &'static str) {
    let (before, after) = (&d.before.products, &d.after.products);
    let gone = before.iter().any(|product| !after.contains(product));
    if !after.is_empty() && (before.is_empty() || gone) {
        let told = |products: &[String]| if products.is_empty() { "all".to_owned() } else { products.join(", ") };
        let (was, is) = (told(before), told(after));
        d.tell("subject product", was, is);
    }
}

pub(super) fn trackers(d: &mut Diff<'_>, _: &'static str) {
    let (before, after) = (d.before, d.after);
    let name =
        |tracker: &TrackerPolicy| format!("tracker {} {}{}", tracker.kind.word(), tracker.query, tracker.project);
    let mut named: BTreeMap<String, &TrackerPolicy> = BTreeMap::new();
    for tracker in &after.trackers {
        named.entry(name(tracker)).or_insert(tracker);
    }
    for tracker in &before.trackers {
        let key = name(tracker);
        let Some(other) = named.get(&key) else {
            d.tell(key, "asked", NONE);
            continue;
        };
        let url = |tracker: &TrackerPolicy| tracker.url.clone().unwrap_or_else(|| NONE.to_owned());
        if url(tracker) != url(other) {
            d.tell_at(format!("{key} url"), url(tracker), url(other), Some(other.line));
        }
        if tracker.vulnerabilities && !other.vulnerabilities {
            d.tell_at(format!("{key} vulnerabilities"), "true", "false", Some(other.line));
        }
    }
}

/// Waivers that no earlier one holds as long and as wide.
pub(super) fn waivers(d: &mut Diff<'_>, _: &'static str) {
    let (before, after) = (d.before, d.after);
    let name = |waiver: &Waiver| (waiver.rule.clone(), waiver.subject.to_ascii_lowercase());
    let mut held: BTreeMap<(String, String), NaiveDate> = BTreeMap::new();
    for waiver in &before.waivers {
        let until = held.entry(name(waiver)).or_insert(waiver.expires);
        *until = waiver.expires.max(*until);
    }
    for waiver in &after.waivers {
        let (own, all) = (held.get(&name(waiver)), held.get(&(waiver.rule.clone(), "*".to_owned())));
        let until = own.max(all).copied();
        if until.is_none_or(|until| until < waiver.expires) {
            let before = until.map_or(NONE.to_owned(), |day| format!("until {day}"));
            let key = format!("waiver {} {}", waiver.rule, waiver.subject);
            d.tell_at(key, before, format!("until {}", waiver.expires), Some(waiver.line));
        }
    }
}
