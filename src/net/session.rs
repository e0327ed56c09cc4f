//! The one `Net` of a run: one runtime, started when it is first needed, and one client per address, so that reading, approvals
//! and write-back share connections, rate limits and the token of an app.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use tokio::runtime::Runtime;

use crate::net::app;
use crate::net::client::Client;
use crate::net::error::NetError;
use crate::net::github::{Env, settings, variable};
use crate::net::ledger::Ledger;
use crate::net::settings::{NetProgress, Settings};

/// The network of a run.
pub struct Net<'a> {
    env: Env<'a>,
    now: DateTime<Utc>,
    options: NetOptions<'a>,
    /// Where it stands what may be sent, and what was heard.
    ledger: Option<Arc<Ledger>>,
    runtime: Mutex<Option<Arc<Runtime>>>,
    /// By address, and by whose token is used there.
    clients: tokio::sync::Mutex<BTreeMap<String, Arc<Client>>>,
}

/// What the command line says of the network.
#[derive(Clone, Default)]
pub struct NetOptions<'a> {
    /// Is it not to be used?
    pub offline: bool,
    /// Folder of the cache of answers.
    pub cache: Option<&'a Path>,
    /// A file with certificates that are trusted too.
    pub ca: Option<&'a Path>,
    /// Told of every answer and every wait.
    pub progress: Option<Arc<dyn Fn(NetProgress) + Send + Sync>>,
}

impl<'a> Net<'a> {
    /// Asks nothing and starts nothing yet. `env` holds addresses and tokens; `now` dates what a server wants dated.
    pub fn new(env: Env<'a>, now: DateTime<Utc>, options: NetOptions<'a>) -> Self {
        Net { env, now, options, ledger: None, runtime: Mutex::default(), clients: tokio::sync::Mutex::default() }
    }

    /// Counts and notes in a ledger.
    pub(crate) fn noting(self, ledger: &Arc<Ledger>) -> Self {
        Net { ledger: Some(Arc::clone(ledger)), ..self }
    }

    /// Is the network not to be used?
    pub fn is_offline(&self) -> bool {
        self.options.offline
    }

    /// A variable of the environment; an empty one is none.
    pub fn variable(&self, name: &str) -> Option<String> {
        variable(self.env, name)
    }

    /// Runs a conversation with servers to its end. The one way from the synchronous rest of the program into the network.
    pub fn block_on<T>(&self, conversation: impl Future<Output = T>) -> Result<T, NetError> {
        let runtime = {
            let mut kept = self.runtime.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(runtime) = &*kept { Arc::clone(runtime) } else { Arc::clone(kept.insert(Arc::new(runtime()?))) }
        };
        Ok(runtime.block_on(conversation))
    }

    /// What holds for every server: proxies, certificates, cache; the address and the token are GitHub's.
    pub fn settings(&self) -> Result<Settings, NetError> {
        let mut settings = settings(self.env, self.options.cache, self.options.ca)?;
        settings.ledger.clone_from(&self.ledger);
        if let Some(progress) = &self.options.progress {
            settings.progress = Arc::clone(progress);
        }
        Ok(settings)
    }

    /// The client of GitHub. An app's token is one per owner of repositories: `repository` (`owner/name`) finds its installation.
    pub async fn github(&self, repository: Option<&str>) -> Result<Arc<Client>, NetError> {
        let settings = self.settings()?;
        let owner = repository.and_then(|name| name.split('/').next()).filter(|_| app::is_named(&settings, self.env));
        let key = format!("{} {}", settings.base, owner.unwrap_or_default().to_lowercase());
        // Held while the app's token is fetched, so that it is fetched once.
        let mut clients = self.clients.lock().await;
        if let Some(client) = clients.get(&key) {
            client.begin();
            return Ok(Arc::clone(client));
        }
        let client = Arc::new(app::connect(settings, self.env, repository, self.now).await?);
        clients.insert(key, Arc::clone(&client));
        Ok(client)
    }

    /// Whose client asks for a repository: an app has one per owner, a token is everybody's. `None`: the app may not ask that owner.
    pub fn asker(&self, own: &str, repository: &str) -> Result<Option<String>, NetError> {
        if !app::is_named(&self.settings()?, self.env) {
            return Ok(Some(String::new()));
        }
        let owner = repository.split('/').next().unwrap_or_default().to_lowercase();
        Ok(app::may_ask(self.env, own, repository).then_some(owner))
    }

    /// The client of another server: one per address and per account that asks there.
    pub async fn server(&self, settings: Settings) -> Result<Arc<Client>, NetError> {
        // A digest would hide the account from the key, but the key leaves this map nowhere.
        let key = format!("{} {}", settings.base, settings.auth.secrets().join(" "));
        let mut clients = self.clients.lock().await;
        if let Some(client) = clients.get(&key) {
            return Ok(Arc::clone(client));
        }
        let client = Arc::new(Client::new(settings)?);
        clients.insert(key, Arc::clone(&client));
        Ok(client)
    }
}

/// The threads of the network.
fn runtime() -> Result<Runtime, NetError> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| NetError::Setup(format!("cannot start the network's threads: {error}")))
}

/// Runs one conversation on threads of its own: for who has a client and no run.
pub fn block_on<T>(conversation: impl Future<Output = T>) -> Result<T, NetError> {
    Ok(runtime()?.block_on(conversation))
}
