//! The polite client: sends, waits, repeats, remembers. What may not be sent twice is not sent twice.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use http::Method;
use serde::Serialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::{Value, json};
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep, sleep_until};

use crate::net::auth::Auth;
use crate::net::cache::{Cache, Head};
use crate::net::error::{NetError, printable};
use crate::net::graphql;
use crate::net::graphql::Data;
use crate::net::ledger::{Heard, HeardAnswer};
use crate::net::limits;
use crate::net::limits::{Links, Means};
use crate::net::secrets;
use crate::net::settings::{NetProgress, Settings, split};
use crate::net::transport::{Transport, shown};

/// Redirects within one server that are followed.
const MOST_MOVES: usize = 3;

/// A client of one server. Shared by reference; requests may run at once.
pub struct Client {
    settings: Settings,
    rest: Transport,
    graphql: Option<Transport>,
    /// Path of the base address, before every path asked for.
    prefix: String,
    /// Scheme, host and port of the base address.
    origin: String,
    cache: Option<Cache>,
    slots: Semaphore,
    answered: AtomicUsize,
    /// Bytes of the answers of this conversation.
    received: AtomicU64,
    /// Until when nobody sends, and how much of the patience is used.
    gate: Mutex<Gate>,
    /// What no answer may bring back.
    secrets: Vec<String>,
}

#[derive(Default)]
struct Gate {
    until: Option<Instant>,
    waited: Duration,
}

/// An answer in the 200s, decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetAnswer<T> {
    /// What the body says.
    pub value: T,
    /// The path of the next page.
    pub next: Option<String>,
    /// The path of the last page.
    pub last: Option<String>,
    /// The mark by which the server tells it from others (`ETag`).
    pub(crate) mark: Option<String>,
}

/// One request, as it is repeated.
struct Exchange<'a> {
    transport: &'a Transport,
    method: Method,
    /// Path and query as sent.
    path: String,
    body: Option<Vec<u8>>,
    /// May it be sent again when nobody knows whether it was acted on?
    again: bool,
    /// The key of the cache, for what may be cached.
    key: Option<String>,
    /// Is what is answered of no interest, as long as it is no refusal?
    deaf: bool,
    /// The mark of the answer that is known, where the cache does not hold it.
    mark: Option<String>,
}

impl<'a> Exchange<'a> {
    fn get(transport: &'a Transport, path: String, key: Option<String>) -> Self {
        Exchange { transport, method: Method::GET, path, body: None, again: true, key, deaf: false, mark: None }
    }
}

impl Client {
    /// Sets up the client, inside a conversation; asks nothing yet.
    pub fn new(settings: Settings) -> Result<Self, NetError> {
        if tokio::runtime::Handle::try_current().is_err() {
            return Err(NetError::Setup("a client needs a conversation to be part of (Net::block_on)".to_owned()));
        }
        let (origin, prefix) = split(&settings.base)?;
        let rest = Transport::new(&origin, &settings)?;
        let graphql = match &settings.graphql {
            Some(address) => Some(Transport::new(&split(address)?.0, &settings)?),
            None => None,
        };
        Ok(Client {
            rest,
            graphql,
            prefix,
            origin,
            cache: settings.cache.as_deref().map(Cache::new),
            slots: Semaphore::new(settings.concurrency.max(1)),
            answered: AtomicUsize::new(0),
            received: AtomicU64::new(0),
            gate: Mutex::default(),
            secrets: settings.auth.secrets(),
            settings,
        })
    }

    /// A new conversation begins: what was answered before leaves it its whole budget.
    pub(crate) fn begin(&self) {
        self.received.store(0, Ordering::Relaxed);
    }

    /// The cache, for what a source dates itself.
    pub fn cache(&self) -> Option<&Cache> {
        self.cache.as_ref()
    }

    /// How many requests may be under way at once.
    pub fn concurrency(&self) -> usize {
        self.settings.concurrency.max(1)
    }

    /// The address that paths are relative to.
    pub fn base(&self) -> &str {
        &self.settings.base
    }

    /// The pause before a first repetition.
    pub fn pause(&self) -> Duration {
        self.settings.pause
    }

    /// Does anybody ask, or nobody in particular?
    pub fn authenticated(&self) -> bool {
        self.settings.auth != Auth::None
    }

    /// Is the token known to have this permission (`repository_advisories`)? Only an app's token tells.
    pub fn granted(&self, permission: &str) -> bool {
        self.settings.grants.iter().any(|grant| grant == permission)
    }

    /// Is there a GraphQL endpoint to ask?
    pub fn has_graphql(&self) -> bool {
        self.graphql.is_some()
    }

    /// Gets JSON. `path` is relative to the base, begins with `/`, and may carry a query.
    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<NetAnswer<T>, NetError> {
        self.get_kept_if(path, true).await
    }

    /// The same, past the cache: what comes is as it stands now, and never reaches the disk.
    pub async fn get_unkept<T: DeserializeOwned>(&self, path: &str) -> Result<NetAnswer<T>, NetError> {
        self.get_kept_if(path, false).await
    }

    /// The same; with `keep` off, the answer never reaches the disk.
    pub async fn get_kept_if<T: DeserializeOwned>(&self, path: &str, keep: bool) -> Result<NetAnswer<T>, NetError> {
        let path = format!("{}{}", self.prefix, self.relative_to_base(path)?);
        let key = (keep && self.cache.is_some()).then(|| format!("{} {}{path}", Method::GET, self.origin));
        let answer = self.run(Exchange::get(&self.rest, path.clone(), key), &|_: &Value| None).await;
        if let Some(ledger) = &self.settings.ledger {
            ledger.hear(self.heard(path, keep, &answer));
        }
        answer
    }

    /// What can be asked for again of an answer.
    fn heard<T>(&self, path: String, kept: bool, answer: &Result<NetAnswer<T>, NetError>) -> Option<Heard> {
        let answer = match answer {
            Ok(answer) => HeardAnswer::Marked(answer.mark.clone()?),
            Err(error) if error.lasting() => HeardAnswer::Refused(error.to_string()),
            Err(_) => return None,
        };
        let asker = format!("{} {}", self.authenticated(), self.settings.grants.join(","));
        Some(Heard { base: self.base().to_owned(), path, asker, kept, answer })
    }

    /// Does the server still answer so? Where it does not, the cache holds what it says now.
    pub(crate) async fn still(&self, heard: &Heard) -> bool {
        let key =
            (self.cache.is_some() && heard.kept).then(|| format!("{} {}{}", Method::GET, self.origin, heard.path));
        let mut ask = Exchange::get(&self.rest, heard.path.clone(), key);
        if let (None, HeardAnswer::Marked(mark)) = (&ask.key, &heard.answer) {
            (ask.deaf, ask.mark) = (true, Some(mark.clone()));
        }
        let answer: Result<NetAnswer<IgnoredAny>, _> = self.run(ask, &|_: &Value| None).await;
        self.heard(heard.path.clone(), heard.kept, &answer).as_ref() == Some(heard)
    }

    /// Asks GraphQL. A query changes nothing, so it is repeated like a `GET`.
    pub async fn graphql<T: DeserializeOwned>(&self, query: &str, variables: Value) -> Result<T, NetError> {
        self.passing();
        self.dated(query, variables).await
    }

    /// The same for what is known to be as it was while the dates are that a list tells of it.
    pub(crate) async fn dated<T: DeserializeOwned>(&self, query: &str, variables: Value) -> Result<T, NetError> {
        let (transport, address) = self.graphql_at()?;
        let body = json!({ "query": query, "variables": variables });
        let body = serde_json::to_vec(&body).map_err(|error| NetError::Setup(error.to_string()))?;
        let path = split(address)?.1;
        let ask = Exchange { method: Method::POST, body: Some(body), ..Exchange::get(transport, path, None) };
        let answer: Result<NetAnswer<Data<T>>, _> = self.run(ask, &graphql::refusal).await;
        answer.map(|answer| answer.value.data).inspect_err(|_| self.passing())
    }

    /// Something is heard of which nobody can be asked whether it still holds.
    fn passing(&self) {
        if let Some(ledger) = &self.settings.ledger {
            ledger.hear(None);
        }
    }

    /// Writes: `POST`, `PATCH`, `PUT` or `DELETE`, with JSON. Repeated only where the server certainly did not act on it (no
    /// connection, or refused for a rate limit). After [`NetError::Transport`] with `sent`, look before writing again.
    pub async fn send<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: &(impl Serialize + Sync),
    ) -> Result<T, NetError> {
        self.written(method, path, body, false).await
    }

    /// The same to who answers in words of its own, which nobody needs.
    pub async fn post_unheard(&self, path: &str, body: &(impl Serialize + Sync)) -> Result<(), NetError> {
        self.written::<IgnoredAny>(Method::POST, path, body, true).await.map(|_| ())
    }

    async fn written<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: &(impl Serialize + Sync),
        deaf: bool,
    ) -> Result<T, NetError> {
        let path = format!("{}{path}", self.prefix);
        let body = serde_json::to_vec(body).map_err(|error| NetError::Setup(error.to_string()))?;
        let ask = Exchange { method, body: Some(body), again: false, deaf, ..Exchange::get(&self.rest, path, None) };
        self.run(ask, &|_: &Value| None).await.map(|answer: NetAnswer<T>| answer.value)
    }

    fn graphql_at(&self) -> Result<(&Transport, &str), NetError> {
        match (&self.graphql, &self.settings.graphql) {
            (Some(transport), Some(address)) => Ok((transport, address)),
            _ => Err(NetError::Setup("this server has no GraphQL".to_owned())),
        }
    }

    async fn run<T: DeserializeOwned>(
        &self,
        mut ask: Exchange<'_>,
        refused: &(dyn Fn(&Value) -> Option<NetError> + Sync),
    ) -> Result<NetAnswer<T>, NetError> {
        let kept = self.cache.as_ref().zip(ask.key.as_deref()).and_then(|(cache, key)| cache.entry(key));
        let (mut tries, mut moves) = (0, 0);
        loop {
            tries += 1;
            let result = self.attempt(&ask, kept.as_ref(), refused).await;
            let error = match result {
                Ok(Step::Done(answer)) => return Ok(answer),
                Ok(Step::Wait(wait)) => {
                    self.hold(&ask.path, wait)?;
                    tries -= 1;
                    continue;
                }
                Ok(Step::Moved(to)) if moves < MOST_MOVES => {
                    moves += 1;
                    ask.path = format!("{}{}", self.prefix, self.relative(&to)?);
                    continue;
                }
                Ok(Step::Moved(_)) => {
                    let why = "it moved too often".to_owned();
                    return Err(NetError::Malformed { path: shown(&ask.path), why });
                }
                Err(error) => error,
            };
            let untouched = matches!(error, NetError::Transport { sent: false, .. });
            if !(error.passing() && (ask.again || untouched)) || tries >= self.settings.attempts.max(1) {
                return Err(secrets::discreet(&self.secrets, error));
            }
            sleep(self.backoff(tries)).await;
        }
    }

    async fn attempt<T: DeserializeOwned>(
        &self,
        ask: &Exchange<'_>,
        kept: Option<&(Head, Vec<u8>)>,
        refused: &(dyn Fn(&Value) -> Option<NetError> + Sync),
    ) -> Result<Step<T>, NetError> {
        let closed = |_| NetError::Setup("the client was closed".to_owned());
        let _slot = self.slots.acquire().await.map_err(closed)?;
        let until = self.gate.lock().ok().and_then(|gate| gate.until);
        if let Some(until) = until {
            sleep_until(until).await;
        }
        let mut headers: Vec<(&str, String)> = self.settings.headers.clone();
        if ask.body.is_some() {
            headers.push(("content-type", "application/json".to_owned()));
        }
        let known = kept.map(|(head, _)| &head.etag).filter(|mark| !mark.is_empty()).or(ask.mark.as_ref());
        headers.extend(known.map(|mark| ("if-none-match", mark.clone())));
        // Asked before as well: what is taken is bounded, and so is how often somebody is asked in vain.
        self.within_budget(&ask.path, 0)?;
        let ledger = self.settings.ledger.as_deref();
        if ledger.is_some_and(|ledger| !ledger.send()) {
            return Err(NetError::Budget { path: shown(&ask.path), most: "so many requests".to_owned() });
        }
        let mut raw = ask.transport.once(&ask.method, &ask.path, &headers, ask.body.as_deref()).await?;
        self.within_budget(&ask.path, raw.body.len() as u64)?;
        secrets::hide(&self.secrets, &mut raw);
        let answered = self.answered.fetch_add(1, Ordering::Relaxed) + 1;
        (self.settings.progress)(NetProgress::Requests(answered));
        if raw.status == 304 {
            if let Some(ledger) = ledger {
                ledger.same();
            }
            if let (Some(cache), Some(key)) = (&self.cache, &ask.key) {
                cache.holds(key);
            }
        }
        match limits::judge(&ask.path, &raw) {
            Means::Failed(error) => return Err(error),
            Means::Wait(wait) => return Ok(Step::Wait(wait)),
            Means::Moved(to) => return Ok(Step::Moved(to)),
            Means::Fine => {}
        }
        let (body, links) = match kept {
            Some((head, body)) if raw.status == 304 => {
                (body.as_slice(), Links { next: head.next.clone(), last: head.last.clone() })
            }
            _ => (raw.body.as_slice(), limits::links(&raw.headers)),
        };
        let malformed = |error: serde_json::Error| NetError::Malformed {
            path: shown(&ask.path),
            why: printable(&error.to_string()),
        };
        // An answer without a body says `null`.
        let body = if ask.deaf || body.is_empty() && raw.status != 304 { b"null" } else { body };
        let value = match serde_json::from_slice::<T>(body) {
            Ok(value) => value,
            Err(error) => {
                let refusal = serde_json::from_slice(body).ok().and_then(|value| refused(&value));
                if let Some(NetError::RateLimited { wait, .. }) = refusal {
                    return Ok(Step::Wait(Duration::from_secs(wait)));
                }
                return Err(refusal.unwrap_or_else(|| malformed(error)));
            }
        };
        let told = raw.headers.get("etag").and_then(|mark| mark.to_str().ok());
        if let (Some(cache), Some(key), true, Some(etag)) = (&self.cache, &ask.key, raw.status == 200, told) {
            let head =
                Head { etag: etag.to_owned(), next: links.next.clone(), last: links.last.clone(), ..Head::default() };
            cache.keep(key, head, body);
        }
        let mark = if raw.status == 304 { known.map(String::as_str) } else { told }.map(str::to_owned);
        // A link to elsewhere stays as it is, and is refused when somebody asks for it: this page is good all the same.
        let place = |link: Option<String>| link.map(|link| self.relative(&link).unwrap_or(link));
        Ok(Step::Done(NetAnswer { value, next: place(links.next), last: place(links.last), mark }))
    }

    /// A link of the server as a path that follows the base. Links to elsewhere are not followed: the token would go along.
    fn relative(&self, link: &str) -> Result<String, NetError> {
        let path = link.strip_prefix(&self.origin).unwrap_or(link);
        match path.strip_prefix(&self.prefix).filter(|rest| rest.starts_with('/') && !rest.starts_with("//")) {
            Some(rest) => Ok(rest.to_owned()),
            None => Err(NetError::Malformed {
                path: shown(link),
                why: format!("it links to another server than {}", self.settings.base),
            }),
        }
    }

    /// A path as callers write it; an address is none.
    fn relative_to_base<'a>(&self, path: &'a str) -> Result<&'a str, NetError> {
        if path.starts_with('/') && !path.starts_with("//") {
            return Ok(path);
        }
        let why = format!("it links to another server than {}", self.settings.base);
        Err(NetError::Malformed { path: shown(path), why })
    }

    /// Counts an answer; fails once they are more than is taken from one server.
    fn within_budget(&self, path: &str, bytes: u64) -> Result<(), NetError> {
        let most = self.settings.most_bytes;
        let received = self.received.fetch_add(bytes, Ordering::Relaxed) + bytes;
        if received <= most {
            return Ok(());
        }
        Err(NetError::Budget { path: shown(path), most: format!("{} MiB", most >> 20) })
    }

    /// Holds all requests for so long, if the patience lasts.
    fn hold(&self, path: &str, wait: Duration) -> Result<(), NetError> {
        let tired = NetError::RateLimited { path: shown(path), wait: wait.as_secs() };
        let Ok(mut gate) = self.gate.lock() else { return Err(tired) };
        let now = Instant::now();
        // Requests that were under way together are told of one and the same wait.
        let already = gate.until.map_or(Duration::ZERO, |until| until.saturating_duration_since(now));
        let more = wait.max(Duration::from_millis(10)).saturating_sub(already);
        if gate.waited + more > self.settings.patience {
            return Err(tired);
        }
        gate.waited += more;
        gate.until = Some(now + already + more);
        (self.settings.progress)(NetProgress::Waiting(already + more));
        Ok(())
    }

    /// Doubles with each try, and differs from client to client, so that they do not come back together.
    fn backoff(&self, tries: u32) -> Duration {
        let most = self.settings.pause.saturating_mul(1 << tries.saturating_sub(1).min(5));
        let mut hasher = RandomState::new().build_hasher();
        hasher.write_u32(tries);
        let part = u32::try_from(hasher.finish() % 1000).unwrap_or_default();
        most / 2 + most / 2 * part / 1000
    }
}

/// What became of one try.
enum Step<T> {
    Done(NetAnswer<T>),
    Wait(Duration),
    Moved(String),
}
