//! One who checks repositories, one after the other: the network as it sees it, and what it may ask there.

use std::sync::Arc;

use crate::net::ledger::{Allowance, Ledger};
use crate::net::session::{Net, NetOptions};

/// One who checks repositories, one after the other, with a network whose requests are counted.
pub(crate) struct FleetWorker<'a> {
    /// The network, for issues.
    pub net: Net<'a>,
    /// One that asks nobody, to find out which files are read.
    pub offline: Net<'a>,
    /// What was asked and heard of the repository at hand.
    pub ledger: Arc<Ledger>,
}

impl<'a> FleetWorker<'a> {
    /// `make` makes a network; all workers share what may be asked.
    pub(crate) fn new(
        make: impl Fn(NetOptions<'a>) -> Net<'a>,
        options: NetOptions<'a>,
        allowance: &Arc<Allowance>,
    ) -> Self {
        let ledger = Arc::new(Ledger::new(Arc::clone(allowance)));
        let net = make(options).noting(&ledger);
        let offline = make(NetOptions { offline: true, ..NetOptions::default() });
        FleetWorker { net, offline, ledger }
    }
}
