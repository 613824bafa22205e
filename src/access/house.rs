//! What every request and every job is handed: database, clock, chance, keys, policy, templates.
//! Must not know: any object of the product.

use crate::{
    audit::{self, Act, Actor, ActorKind, Given},
    clock::{Chance, Clock},
    config::Config,
    db::{Conn, Db},
    error::{Error, Result},
    ids::ServiceId,
    keys::Keys,
    policy::Policy,
};
use std::sync::{Arc, Mutex, PoisonError};

use super::Caller;

/// One per process, shared by all threads.
pub struct House {
    pub db: Db,
    pub clock: Arc<dyn Clock>,
    pub chance: Arc<dyn Chance>,
    pub keys: Keys,
    pub policy: Policy,
    pub config: Config,
    pub pages: super::answer::Pages,
    pub sent: super::twice::SentLast,
}

impl House {
    pub fn given(&self) -> Given<'_> {
        Given {
            clock: self.clock.as_ref(),
            chance: self.chance.as_ref(),
            keys: &self.keys,
            policy: &self.policy,
        }
    }

    /// Runs `work` as an act of something that is not a member of staff.
    pub fn act_as<T>(
        &self,
        kind: ActorKind,
        id: &str,
        service: ServiceId,
        work: impl FnOnce(&mut Act<'_>) -> Result<T>,
    ) -> Result<T> {
        audit::act(&self.db, &self.given(), service, Actor { kind, id: id.to_owned() }, work)
    }

    /// Runs `work` as an act of `caller`, off the threads that serve requests.
    pub async fn act<T: Send + 'static>(
        self: &Arc<Self>,
        caller: &Caller,
        work: impl FnOnce(&mut Act<'_>, &House) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (house, caller) = (Arc::clone(self), caller.clone());
        off_thread(move || {
            let actor = Actor { kind: ActorKind::Staff, id: caller.staff.to_string() };
            audit::act(&house.db, &house.given(), caller.service, actor, |act| {
                caller.still_may(act.conn, act.at, &house.policy.periods)?;
                work(act, &house)
            })
        })
        .await
    }

    /// Reads what is not personal, off the threads that serve requests.
    pub async fn read<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&mut Conn, &House) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let house = Arc::clone(self);
        off_thread(move || house.db.read(|conn| work(conn, &house))).await
    }

    /// Any other blocking work.
    pub async fn run<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&House) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let house = Arc::clone(self);
        off_thread(move || work(&house)).await
    }
}

/// The one bridge from a request to the pool of blocking threads. The work is boxed, so that the pool is compiled once and not
/// for every page.
async fn off_thread<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    let outcome = Arc::new(Mutex::new(None));
    let told = Arc::clone(&outcome);
    let boxed: Box<dyn FnOnce() + Send> = Box::new(move || {
        let done = work();
        *told.lock().unwrap_or_else(PoisonError::into_inner) = Some(done);
    });
    let cancelled = || Error::inner("a blocking thread was cancelled");
    actix_web::web::block(boxed).await.map_err(|_| cancelled())?;
    let done = outcome.lock().unwrap_or_else(PoisonError::into_inner).take();
    done.unwrap_or_else(|| Err(cancelled()))
}
