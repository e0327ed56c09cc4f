//! `collect`: the evidence as JSON, to be judged later or elsewhere; or as a pack, with the files that it was made of.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use clap::Args;

use crate::collect::originals::Originals;
use crate::commands::arguments::{Manner, SourceArguments};
use crate::commands::evidence::{Bars, JudgedAs, ToJudge, collected, network, report_on};
use crate::error::Error;
use crate::sink::{write_through, write_whole};
use crate::world::World;
use lookback_core::model::{Evidence, Limit, LimitKind, sha256};
use lookback_core::render::bag::{BagAbout, can_keep, pack};
use lookback_core::render::escape;
use lookback_core::render::json::safe::write;
use lookback_reading::count;

/// `collect`
#[derive(Args, Debug)]
pub struct CollectArguments {
    /// Where to look
    #[command(flatten)]
    pub source: SourceArguments,
    /// Write here instead of standard output (`-`)
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Write a pack instead, which `check --evidence` verifies: a `BagIt` bag in a zip with the evidence, the documents that count and
    /// the issue files as read. What is under embargo or private is masked in it as for everybody, unless `embargo.show` shows it
    #[arg(long, value_name = "FILE", conflicts_with = "output")]
    pub pack: Option<PathBuf>,
}

pub(crate) const EXAMPLES: &str = "\
Examples:
  lookback collect -o evidence.json        what was seen, to be judged elsewhere
  lookback check --evidence evidence.json  judges it, without network
  lookback collect --pack evidence.zip     the same with documents and issue
                                           files, each with its digest";

/// Writes the evidence.
pub(crate) fn run(collect: &CollectArguments, manner: &Manner, world: &mut World) -> Result<u8, Error> {
    let bars = Bars::new(manner, world);
    let net = network(&collect.source, &bars, world);
    let wanted = if collect.pack.is_some() { JudgedAs::ForEverybody } else { JudgedAs::Everything };
    let mut seen = collected(&collect.source, wanted, &net, &bars, world)?;
    if let (Some(path), Some(originals)) = (&collect.pack, seen.originals.take()) {
        return packed(path, seen, &originals, manner, world);
    }
    match collect.output.as_deref().filter(|path| *path != Path::new("-")) {
        Some(path) => write_through(path, |out| write(&seen.evidence, out))?,
        None => write(&seen.evidence, world.out)?,
    }
    Ok(0)
}

/// Writes the pack, and says what is in it.
fn packed(path: &Path, seen: ToJudge, originals: &Originals, manner: &Manner, world: &mut World) -> Result<u8, Error> {
    let ToJudge { mut evidence, policy, as_of, .. } = seen;
    let report = report_on(&evidence, &policy, as_of, false);
    let counted = report.documents.iter().filter(|document| document.counted_as.is_some());
    let counted: BTreeSet<&str> = counted.map(|document| document.path.as_str()).collect();
    let mut payload: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    let mut left_out: Vec<Limit> = Vec::new();
    for (path, bytes) in originals.documents(&evidence, policy.documents.max_size, |path| counted.contains(path)) {
        match bytes.filter(|_| can_keep(path)) {
            Some(bytes) => drop(payload.insert(format!("documents/{path}"), bytes)),
            None => left_out.push(unkept(path)),
        }
    }
    let documents = payload.len();
    for (n, file) in (1..).zip(&originals.issue_files) {
        let name = file_name(&file.name);
        if can_keep(name) {
            payload.insert(format!("issues/{n:02}-{name}"), file.bytes.clone());
        } else {
            left_out.push(unkept(name));
        }
    }
    left_out.extend(originals.left_out.iter().map(|name| kept_back(file_name(name))));
    if !left_out.is_empty() {
        let lines: String = left_out.iter().map(|limit| escape::line(&limit.told()) + "\n").collect();
        payload.insert("left-out.txt".to_owned(), lines.into_bytes());
    }
    let issue_files = payload.keys().filter(|path| path.starts_with("issues/")).count();
    evidence.limits.extend(left_out.iter().cloned());
    evidence.limits.sort();
    evidence.limits.dedup();
    without_folders(&mut evidence);
    let mut json = Vec::new();
    write(&evidence, &mut json)?;
    payload.insert("evidence.json".to_owned(), json);
    let subject = &evidence.subject;
    let revision = subject.revision.as_deref().unwrap_or("no commit");
    let description = format!("{} at {revision}, judged for {}", subject.repository, subject.as_of);
    let agent = format!("lookback {}", env!("CARGO_PKG_VERSION"));
    let bytes = pack(payload, &BagAbout { agent: &agent, description: &description })?;
    let to_stdout = path == Path::new("-");
    if to_stdout {
        world.out.write_all(&bytes)?;
    } else {
        write_whole(path, &bytes)?;
    }
    if !to_stdout && !manner.quiet {
        let (documents, files) = (count(documents, "document"), count(issue_files, "issue file"));
        let path = escape::line(&path.display().to_string());
        writeln!(world.out, "Packed: evidence, {documents} and {files} in {path}")?;
        writeln!(world.out, "SHA-256: {}", sha256(&bytes))?;
        for limit in &left_out {
            writeln!(world.out, "Left out: {}", escape::line(&limit.told()))?;
        }
    }
    Ok(0)
}

/// An issue file that says more than the evidence may.
fn kept_back(name: &str) -> Limit {
    Limit::new(
        LimitKind::IssueSource,
        format!("{name} in the pack"),
        "it holds issues under embargo or private, so the file as read is not in the pack; the evidence has its issues, masked",
        "Look at the file where it lies, or pack with `embargo.show = true` for who may know of them.",
    )
}

/// A document or file that the pack has no place for.
fn unkept(path: &str) -> Limit {
    Limit::new(
        LimitKind::Document,
        format!("{path} in the pack"),
        "it cannot be read any more, or its path is none that every system can unpack; the evidence has what was read in it",
        "Look at it in the repository, at the revision that was judged, or give it a plainer name.",
    )
}

/// Where on this machine a file lay that the command line names, nobody else needs to know.
fn without_folders(evidence: &mut Evidence) {
    let shorten = |name: &mut String| {
        if Path::new(name.as_str()).is_absolute() {
            *name = file_name(name).to_owned();
        }
    };
    evidence.sources.iter_mut().for_each(|source| shorten(&mut source.name));
    if let Some(config) = &mut evidence.config {
        shorten(&mut config.path);
    }
}

fn file_name(name: &str) -> &str {
    Path::new(name).file_name().and_then(|name| name.to_str()).unwrap_or("issues")
}
