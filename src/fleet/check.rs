//! One repository: brought up to date, looked at as `check` looks at a whole clone, and judged. Where nothing has changed, the evidence of
//! its last check is judged for the new day.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use chrono::NaiveDate;
use git2::Oid;

use crate::collect::error::CollectError;
use crate::collect::files::{MOST, NAME};
use crate::collect::filter::document_filter;
use crate::collect::gather;
use crate::collect::git::absent::AbsentObjects;
use crate::collect::git::repository::Repository;
use crate::collect::request::Request;
use crate::collect::since::leave_out;
use crate::collect::still;
use crate::fleet::cache::FleetCache;
use crate::fleet::config::FleetConfig;
use crate::fleet::files::KnownPlan;
use crate::fleet::git::{Failure, Git, TransferBounds, past};
use crate::fleet::memory::{MadeOf, Memory};
use crate::fleet::mirror::{Mirror, Taken};
use crate::fleet::names::{file_stem, name_of};
use crate::fleet::room::CacheRoom;
use crate::fleet::worker::FleetWorker;
use crate::net::ledger::Heard;
use lookback_core::config::line::KeyLines;
use lookback_core::config::parse::over;
use lookback_core::judge::catalog;
use lookback_core::judge::floor::raise;
use lookback_core::model::{
    CONFIRMATIONS, CheckedRepository, ConfigText, Evidence, FleetCost, Loosened, NotChecked, PlannedRepository, Policy,
    Report, sha256,
};
use lookback_core::render::escape::line;
use lookback_core::render::{Format, Style, render};
use lookback_reading::shorten;

/// So often files are fetched that a look found missing: old revisions, then what these were renamed from.
const ROUNDS: usize = 12;
/// Tries of a transfer that may go better a moment later, and the pause before the next one.
const TRIES: u32 = 3;
const PAUSE: Duration = Duration::from_millis(500);

/// Judges evidence for a day, as `check` does.
pub(crate) type JudgeFleet = fn(&Evidence, &Policy, NaiveDate, bool) -> Report;

/// What holds for every repository of a run.
pub(crate) struct Checker<'a> {
    /// The plan.
    pub known: &'a KnownPlan,
    /// `fleet.toml`.
    pub config: &'a FleetConfig,
    /// The program.
    pub git: &'a Git,
    /// The cache.
    pub cache: &'a FleetCache,
    /// Judges.
    pub judge: JudgeFleet,
    /// How much room that takes.
    pub room: CacheRoom<'a>,
    /// The evidence of earlier checks.
    pub memory: Memory<'a>,
    /// Bytes that one repository may take.
    pub most_bytes: u64,
    /// What became of transfers in this run: one a repository, however many ask for it.
    pub transferred: Mutex<BTreeMap<String, Arc<OnceLock<Result<String, Failure>>>>>,
}

/// The policy, with what it loosens.
type Ruled = (Policy, Vec<Loosened>);

/// What a look gave.
struct LookedAtCopy {
    ruled: Ruled,
    evidence: Evidence,
    /// The products, with the digests of their branches and tags.
    products: Vec<(String, String)>,
    /// What servers of issues said; `None`: they have to be asked anew the next time.
    heard: Option<Vec<Heard>>,
}

/// A repository with its copy.
struct Copied<'p> {
    planned: &'p PlannedRepository,
    stem: String,
    mirror: Mirror,
}

impl Checker<'_> {
    /// Checks one repository. What it took is told also where it fails.
    pub(crate) fn check(
        &self,
        planned: &PlannedRepository,
        worker: &FleetWorker<'_>,
        until: Instant,
        cost: &mut FleetCost,
    ) -> Result<(CheckedRepository, Vec<u8>), Failure> {
        let bounds = TransferBounds { deadline: until, most_bytes: self.most_bytes };
        let mut taken = Taken::default();
        let own = self.copied(planned);
        let held = self.room.hold();
        let done = self.checked(&own, worker, &bounds, &mut taken, cost);
        (cost.transfers, cost.bytes, cost.cache_bytes) = (taken.transfers, taken.bytes, self.cache.size(&own.stem));
        drop(held);
        let gone = self.room.grew(taken.bytes);
        // Who asks for one of these again gets it anew.
        self.transferred.lock().unwrap_or_else(PoisonError::into_inner).retain(|stem, _| !gone.contains(stem));
        done
    }

    fn copied<'p>(&self, planned: &'p PlannedRepository) -> Copied<'p> {
        let stem = file_stem(&planned.name);
        let mirror = Mirror::new(self.cache.mirror(&stem), &planned.url, planned.branch.as_deref());
        Copied { planned, stem, mirror }
    }

    fn checked(
        &self,
        own: &Copied<'_>,
        worker: &FleetWorker<'_>,
        bounds: &TransferBounds,
        taken: &mut Taken,
        cost: &mut FleetCost,
    ) -> Result<(CheckedRepository, Vec<u8>), Failure> {
        let refs = self.transfer(own, bounds, taken)?;
        if let Some((mut evidence, ruled)) = self.unchanged(own, &refs, worker, bounds, taken) {
            cost.unchanged = true;
            evidence.subject.as_of = self.memory.day();
            return self.judged(&evidence, ruled);
        }
        let looked = match self.looked_at(own, worker, bounds, taken) {
            // The copy may be damaged, and not the repository.
            Err(failure) if failure.cause == NotChecked::Corrupt && taken.bytes == 0 => {
                let lease = self.cache.lease(&own.stem, true, bounds.deadline)?;
                own.mirror.renew(self.git, bounds, taken)?;
                drop(lease);
                self.looked_at(own, worker, bounds, taken)?
            }
            done => done?,
        };
        if worker.ledger.stopped() {
            return Err(Failure::new(
                NotChecked::Budget,
                "its requests to servers of issues were used up; give it more (--requests-each, --requests)",
            ));
        }
        if let Some(heard) = looked.heard {
            let copies = looked.products.iter().filter_map(|(name, _)| self.planned(name)).map(|one| self.copied(one));
            let newest = copies.map(|copy| copy.mirror.newest()).chain([own.mirror.newest()]).max().unwrap_or(0);
            let reach = still::reach(&looked.ruled.0, &worker.net);
            let of = MadeOf { refs, products: looked.products, newest, reach, heard };
            self.memory.keep(&own.stem, of, &looked.evidence);
        }
        self.judged(&looked.evidence, looked.ruled)
    }

    /// Looks at a copy that is up to date.
    fn looked_at(
        &self,
        own: &Copied<'_>,
        worker: &FleetWorker<'_>,
        bounds: &TransferBounds,
        taken: &mut Taken,
    ) -> Result<LookedAtCopy, Failure> {
        let (policy, loosened, products) = self.read(own, bounds, taken)?;
        let leases: Result<Vec<_>, _> = std::iter::once(own.stem.clone())
            .chain(products.iter().map(|(name, _)| file_stem(name)))
            .collect::<BTreeSet<String>>()
            .iter()
            .map(|stem| self.cache.lease(stem, false, bounds.deadline))
            .collect();
        let leases = leases?;
        let evidence = self.collect(own, &policy, worker, bounds, taken)?;
        drop(leases);
        // Who is not asked says nothing that could be asked for again.
        let unasked = asks_servers(&policy) && worker.net.is_offline();
        let heard = worker.ledger.heard().filter(|_| !unasked);
        Ok(LookedAtCopy { ruled: (policy, loosened), evidence, products, heard })
    }

    /// Brings a copy up to date, once a run. Tells the digest of its branch and tags.
    fn transfer(&self, of: &Copied<'_>, bounds: &TransferBounds, taken: &mut Taken) -> Result<String, Failure> {
        let cell = {
            let mut all = self.transferred.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(all.entry(of.stem.clone()).or_default())
        };
        cell.get_or_init(|| {
            let _lease = self.cache.lease(&of.stem, true, bounds.deadline)?;
            patiently(bounds, || of.mirror.update(self.git, bounds, taken))
        })
        .clone()
    }

    /// The evidence of the last check, where everything that it was made of is as it was.
    fn unchanged(
        &self,
        own: &Copied<'_>,
        refs: &str,
        worker: &FleetWorker<'_>,
        bounds: &TransferBounds,
        taken: &mut Taken,
    ) -> Option<(Evidence, Ruled)> {
        let (head, packed) = self.memory.recall(&own.stem, refs)?;
        for (name, refs) in &head.products {
            let product = self.planned(name)?;
            if self.transfer(&self.copied(product), bounds, taken).as_ref() != Ok(refs) {
                return None;
            }
        }
        let evidence = FleetCache::evidence(&packed)?;
        let ruled = self.policy(evidence.config.as_ref()).ok()?;
        let asked = !asks_servers(&ruled.0) || head.reach == still::reach(&ruled.0, &worker.net);
        (asked && still::holds(&head.heard, &ruled.0, &worker.net)).then_some((evidence, ruled))
    }

    fn planned(&self, name: &str) -> Option<&PlannedRepository> {
        self.known.plan.repositories.iter().find(|one| one.name.eq_ignore_ascii_case(name))
    }

    /// The policy of a configuration over the defaults, raised to the floor.
    fn policy(&self, config: Option<&ConfigText>) -> Result<Ruled, Failure> {
        let mut policy = self.config.defaults.clone();
        let text = config.map_or("", |config| config.text.as_str());
        if let Some(config) = config {
            policy = over(policy, &config.text, &config.path, &catalog::ids()).map_err(|errors| {
                let told = shorten(&line(&errors.to_string()), 600);
                Failure::new(NotChecked::Configuration, format!("its configuration has mistakes: {told}"))
            })?;
        }
        let lines = KeyLines::new(text);
        let loosened = raise(&mut policy, &self.config.floor, &self.config.floor_keys, &|key| lines.of(key));
        Ok((policy, loosened))
    }

    /// Reads the configuration, and fetches what it says is read: documents, issue files, and the products that the reviews cover.
    fn read(
        &self,
        own: &Copied<'_>,
        bounds: &TransferBounds,
        taken: &mut Taken,
    ) -> Result<(Policy, Vec<Loosened>, Vec<(String, String)>), Failure> {
        let lease = self.cache.lease(&own.stem, false, bounds.deadline)?;
        let opened = Repository::open(own.mirror.path()).map_err(|error| collected(&error.into()))?;
        let head = opened.resolve(None, self.memory.as_of).map_err(|error| collected(&error.into()))?;
        let Some(head) = head else {
            let (policy, loosened) = self.policy(None)?;
            return Ok((policy, loosened, Vec::new()));
        };
        let config = self.config_of(own, &opened, head, bounds, taken)?;
        let (mut policy, loosened) = self.policy(config.as_ref())?;
        let wanted = lacking(&opened, read_by(&policy, &opened, head)?);
        patiently(bounds, || own.mirror.blobs(self.git, &wanted, bounds, taken))?;
        drop((opened, lease));
        let mut products = Vec::new();
        for subject in &mut policy.subjects {
            subject.path = None;
            let Some(planned) = self.planned(&subject.repository).filter(|one| one.name != own.planned.name) else {
                continue;
            };
            let product = self.copied(planned);
            if let Ok(refs) = self.transfer(&product, bounds, taken) {
                subject.path = product.mirror.path().to_str().map(str::to_owned);
                products.push((planned.name.clone(), refs));
            }
        }
        Ok((policy, loosened, products))
    }

    /// `lookback.toml` says what a document is, so it comes first.
    fn config_of(
        &self,
        own: &Copied<'_>,
        opened: &Repository,
        head: Oid,
        bounds: &TransferBounds,
        taken: &mut Taken,
    ) -> Result<Option<ConfigText>, Failure> {
        let Some(id) = opened.file_id(head, NAME) else { return Ok(None) };
        patiently(bounds, || own.mirror.blobs(self.git, &lacking(opened, BTreeSet::from([id])), bounds, taken))?;
        match Repository::open(own.mirror.path()).map(|again| again.file_in(head, NAME, MOST)) {
            Ok(Ok(Some(bytes))) => {
                let text = String::from_utf8_lossy(&bytes).into_owned();
                Ok(Some(ConfigText { path: NAME.to_owned(), text }))
            }
            Ok(Ok(None)) => Ok(None),
            _ => Err(Failure::new(
                NotChecked::Configuration,
                "its lookback.toml cannot be read; it is no file, or too large",
            )),
        }
    }

    /// Looks at a copy as `check` looks at a whole clone: what a look finds missing is fetched, and it looks again.
    fn collect(
        &self,
        own: &Copied<'_>,
        policy: &Policy,
        worker: &FleetWorker<'_>,
        bounds: &TransferBounds,
        taken: &mut Taken,
    ) -> Result<Evidence, Failure> {
        let opened = Repository::open(own.mirror.path()).map_err(|error| collected(&error.into()))?;
        let head = opened.resolve(None, self.memory.as_of).map_err(|error| collected(&error.into()))?;
        let config = head.and_then(|head| opened.file_at(head, NAME, MOST));
        let config = config
            .map(|bytes| ConfigText { path: NAME.to_owned(), text: String::from_utf8_lossy(&bytes).into_owned() });
        // One that bears the name of its address is called as its own clone calls it.
        let name = &own.planned.name;
        let called = if own.planned.url.starts_with("file:") || *name != name_of(&own.planned.url) {
            name.clone()
        } else {
            opened.name()
        };
        let absent = AbsentObjects::default();
        let request = Request {
            repository: own.mirror.path().to_owned(),
            as_of: self.memory.as_of,
            today: self.memory.today,
            config,
            own: Some(called),
            absent: Some(absent.clone()),
            ..Request::default()
        };
        let mut asked: BTreeSet<Oid> = BTreeSet::new();
        // A server of issues is asked when all files are here that a look without it reads.
        let mut online = !asks_servers(policy);
        for _ in 0..ROUNDS {
            worker.ledger.listen();
            let evidence = gather::collect(&request, policy, if online { &worker.net } else { &worker.offline });
            let mut more = false;
            for (path, ids) in absent.take() {
                let ids: BTreeSet<Oid> = ids.difference(&asked).copied().collect();
                more |= !ids.is_empty();
                asked.extend(&ids);
                let mirror = self.mirror_at(own, &path);
                patiently(bounds, || mirror.blobs(self.git, &ids, bounds, taken))?;
            }
            if !more && !online {
                online = true;
                continue;
            }
            if !more {
                let mut evidence = evidence.map_err(|error| collected(&error))?;
                leave_out(&mut evidence, policy);
                return Ok(evidence);
            }
            if past(bounds.deadline) {
                return Err(Failure::new(
                    NotChecked::Budget,
                    "its time was used up while it was looked at; give it more (--time-each, --time)",
                ));
            }
        }
        Err(Failure::new(NotChecked::Internal, "its files have no end; please report it"))
    }

    /// The copy that a Git directory is.
    fn mirror_at(&self, own: &Copied<'_>, path: &Path) -> Mirror {
        let same = |mirror: &Mirror| path.starts_with(mirror.path());
        if same(&own.mirror) {
            return own.mirror.clone();
        }
        let mut others = self.known.plan.repositories.iter().map(|planned| self.copied(planned).mirror);
        others.find(same).unwrap_or_else(|| own.mirror.clone())
    }

    fn judged(&self, evidence: &Evidence, (policy, loosened): Ruled) -> Result<(CheckedRepository, Vec<u8>), Failure> {
        let report = (self.judge)(evidence, &policy, self.memory.day(), false);
        let mut bytes = Vec::new();
        let style = Style { color: false, links: false, width: 100, verbosity: 0 };
        render(Format::Json, &report, &style, &mut bytes)
            .map_err(|error| Failure::new(NotChecked::Internal, format!("its report cannot be written: {error}")))?;
        let row = CheckedRepository {
            report: sha256(&bytes),
            evidence: digest(evidence),
            revision: evidence.subject.revision.clone(),
            subjects: policy.subjects.iter().map(|subject| subject.repository.clone()).collect(),
            loosened,
            shows_embargoed: policy.show_embargoed,
        };
        Ok((row, bytes))
    }
}

/// Does the policy name a server of issues?
fn asks_servers(policy: &Policy) -> bool {
    let github = policy.issues.sources.iter().flatten().any(|source| source.starts_with("github"));
    github || !policy.trackers.is_empty()
}

/// The files of a commit that a check reads in any case.
fn read_by(policy: &Policy, opened: &Repository, head: Oid) -> Result<BTreeSet<Oid>, Failure> {
    let is_document = document_filter(&policy.documents).map_err(|error| collected(&error.into()))?;
    let files = opened.tree_files(head).map_err(|error| collected(&error.into()))?.files;
    let read = |path: &String| is_document(path) || path == CONFIRMATIONS || policy.issues.files.contains(path);
    Ok(files.into_iter().filter(|file| read(&file.path)).map(|file| file.oid).collect())
}

/// The digest of what was seen, whatever the day.
fn digest(evidence: &Evidence) -> String {
    let mut evidence = evidence.clone();
    evidence.subject.as_of = NaiveDate::default();
    sha256(&serde_json::to_vec(&evidence).unwrap_or_default())
}

/// Of these objects those that are not here.
fn lacking(repository: &Repository, ids: BTreeSet<Oid>) -> BTreeSet<Oid> {
    let Ok(odb) = repository.objects() else { return ids };
    ids.into_iter().filter(|id| !odb.exists(*id)).collect()
}

/// Tries again what may go better a moment later.
fn patiently<T>(bounds: &TransferBounds, mut transfer: impl FnMut() -> Result<T, Failure>) -> Result<T, Failure> {
    for tried in 1.. {
        match transfer() {
            Err(failure) if failure.passing() && tried < TRIES && !past(bounds.deadline) => {
                std::thread::sleep(PAUSE * tried);
            }
            done => return done,
        }
    }
    transfer()
}

/// Why a copy could not be looked at.
fn collected(error: &CollectError) -> Failure {
    let told = shorten(&line(&error.to_string()), 600);
    match error {
        CollectError::Git(_) => Failure::new(NotChecked::Corrupt, format!("its copy cannot be read: {told}")),
        _ => Failure::new(NotChecked::Configuration, told),
    }
}
