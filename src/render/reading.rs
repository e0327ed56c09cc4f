//! `lookback read` for people: what the reader sees in each file, with the words that decide it.

use std::io::{self, Write};

use crate::reading::{Reading, Stated};
use crate::render::escape;
use crate::requirement::Constraint;
use crate::text::{Quote, count, shorten};

/// Writes one block per file.
pub fn render(readings: &[(String, Reading)], out: &mut dyn Write) -> io::Result<()> {
    for (path, reading) in readings {
        one(path, reading, out)?;
    }
    Ok(())
}

fn one(path: &str, reading: &Reading, out: &mut dyn Write) -> io::Result<()> {
    let kind = format!("{:?}", reading.kind).to_lowercase();
    writeln!(out, "{}: {kind} ({} % sure)", escape::line(path), reading.confidence)?;
    let yes = |value: bool| if value { "yes" } else { "no" };
    writeln!(out, "  records a review, an improvement or an analysis: {}", yes(reading.content_match))?;
    writeln!(out, "  presents itself as a review: {}", yes(reading.presents_review))?;
    for (constraint, answer) in &reading.constraints {
        let title = constraint.info().title;
        writeln!(out, "  {}  {}: {title}", constraint.id(), if answer.met { "met    " } else { "not met" })?;
        for quote in answer.quotes.iter().take(3) {
            writeln!(out, "      {}", quoted(quote))?;
        }
        if let Some(why) = answer.why_not.as_ref().filter(|_| !answer.met) {
            writeln!(out, "      {}", escape::line(why))?;
        }
    }
    fields(reading, out)?;
    let named: Vec<&str> = reading.references.iter().filter(|r| r.examined).map(|r| r.id.as_str()).collect();
    if !named.is_empty() {
        writeln!(out, "  names {}: {}", count(named.len(), "issue"), escape::line(&shorten(&named.join(", "), 200)))?;
    }
    let left_out: Vec<&str> = reading.references.iter().filter(|r| !r.examined).map(|r| r.id.as_str()).collect();
    if !left_out.is_empty() {
        writeln!(out, "  names as not examined: {}", escape::line(&shorten(&left_out.join(", "), 200)))?;
    }
    for assessment in &reading.assessments {
        writeln!(out, "  judges {}: {}", assessment.aspect.word(), quoted(&assessment.quote))?;
    }
    for action in &reading.actions {
        let owner = action.owner.as_deref().unwrap_or("no owner");
        let due = action.due.as_deref().unwrap_or("no due date");
        writeln!(out, "  action: {} ({}, {})", escape::line(&shorten(&action.text, 100)), escape::line(owner), escape::line(due))?;
    }
    for quote in reading.placeholders.iter().take(10) {
        writeln!(out, "  not filled in: {}", quoted(quote))?;
    }
    for limit in &reading.limits {
        writeln!(out, "  limit: {}", escape::line(limit))?;
    }
    writeln!(out)
}

fn fields(reading: &Reading, out: &mut dyn Write) -> io::Result<()> {
    fn show<T: ToString>(name: &str, value: Option<&Stated<T>>, out: &mut dyn Write) -> io::Result<()> {
        match value {
            Some(stated) => writeln!(out, "  {name}: {} (line {})", escape::line(&stated.value.to_string()), stated.quote.line),
            None => Ok(()),
        }
    }
    let fields = &reading.fields;
    show("document id", fields.doc_id.as_ref(), out)?;
    show("title", fields.title.as_ref(), out)?;
    show("version", fields.version.as_ref(), out)?;
    show("status", fields.status.as_ref(), out)?;
    show("product", fields.product.as_ref(), out)?;
    show("date held", fields.date_held.as_ref(), out)?;
    show("period from", fields.period_from.as_ref(), out)?;
    show("period to", fields.period_to.as_ref(), out)?;
    show("next review", fields.next_review.as_ref(), out)?;
    show("author", fields.author.as_ref(), out)?;
    show("approved by", fields.approved_by.as_ref(), out)?;
    show("approved on", fields.approved_on.as_ref(), out)?;
    if let Some(quote) = &fields.ambiguous_date {
        writeln!(out, "  ambiguous date: {}", quoted(quote))?;
    }
    if let Some(quote) = &fields.draft {
        writeln!(out, "  not in force: {}", quoted(quote))?;
    }
    if !Constraint::ALL.iter().any(|c| reading.constraints.contains_key(c)) {
        writeln!(out, "  not judged")?;
    }
    Ok(())
}

fn quoted(quote: &Quote) -> String {
    let place = quote.place.as_deref().map(|place| format!("{}, ", escape::line(place))).unwrap_or_default();
    format!("{place}line {}: \"{}\"", quote.line, escape::line(&shorten(&quote.text, 160)))
}
