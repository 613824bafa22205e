//! The seeded clinic and the story told once: people act through the real application, over HTTP, nothing is put in beside it.
//! Must not know: how anything is done inside; it only presses buttons.

pub mod browser;
pub mod clinic;
pub mod families;
pub mod inside;
mod letters;
pub mod people;
pub mod size;
mod story;

pub use families::code_of;
pub use letters::demo_letters;
pub use story::naming_for;

use crate::{
    audit::ActorKind,
    clinic::{cascade::listener::Cascade, letters::further::further_choose},
    clock::{Clock, StoryClock},
    command::{report_read, start_log},
    error::{Error, Result},
    worker::{Transports, run},
};
use std::{
    path::{Path, PathBuf},
    sync::{Arc, atomic::AtomicBool},
};

/// How many days ago the seeded clinic's work began.
const BEGAN_DAYS_AGO: i64 = 45;

/// A seeded clinic, served until it is stopped.
pub fn demo(port: u16, data: Option<PathBuf>) -> Result<u8> {
    start_log();
    let (socket, address) = clinic::listen(port)?;
    let folder = Folder::new(data)?;
    let clock = Arc::new(StoryClock::offset(-86_400 * BEGAN_DAYS_AGO));
    let config = clinic::config(
        folder.path(),
        format!("sqlite:{}", folder.path().join("kinward.db").display()),
        address,
    );
    let (house, service) =
        clinic::house(config, Arc::clone(&clock) as Arc<dyn Clock>, clinic::machine_chance())?;
    let house = Arc::new(house);
    let further = ["pl", "ro", "ur", "pa"].map(str::to_owned);
    house.act_as(ActorKind::CommandLine, "demo", service.id, |act| further_choose(act, &further))?;
    let ways = Transports::from_config(&house)?;
    let serving = clinic::serve(Arc::clone(&house), socket, 2)?;
    println!("Seeding the clinic…");
    let open_letter = families::seed(&house, &ways, &clock)?;
    clock.settle();
    println!("staff pages: {}/", serving.address);
    println!("relatives' pages: {}/r", serving.address);
    for (username, name, job_title, role) in clinic::STAFF {
        println!("sign-in: {username} {} ({role}: {name}, {job_title})", clinic::PASSWORD);
    }
    println!("letter code: {} date of birth: {} ({})", open_letter.code, open_letter.born, open_letter.who);
    println!("letters and mail: {}", folder.path().display());
    println!("Everything here is made up. Stop with Ctrl-C.");
    let sender = Arc::clone(&house);
    std::thread::spawn(move || run(&sender, &Cascade, &ways, &AtomicBool::new(false)));
    serving.wait();
    Ok(0)
}

/// The whole story without a browser. `into` holds its results only if the story ended as it should.
pub fn demo_once(into: &Path, report: Option<&Path>) -> Result<u8> {
    start_log();
    let bytes = report.map(report_read).transpose()?;
    if into.exists() && into.read_dir().map_or(true, |mut entries| entries.next().is_some()) {
        return Err(Error::bad_input(format!("{} is not an empty folder; name a new one", into.display())));
    }
    story::once(into, bytes.as_deref())
}

/// Where a demonstration puts things: a folder that was named, or one of its own that goes when it ends.
struct Folder {
    path: PathBuf,
    own: bool,
}

impl Folder {
    fn new(named: Option<PathBuf>) -> Result<Self> {
        let own = named.is_none();
        let path = match named {
            Some(path) => path,
            None => {
                let mut bytes = [0u8; 8];
                clinic::machine_chance().fill(&mut bytes);
                std::env::temp_dir().join(format!("kinward-demo-{}", crate::keys::to_hex(&bytes)))
            }
        };
        if path.join("kinward.db").exists() {
            return Err(Error::bad_input(format!(
                "{} holds a demonstration already; name another folder",
                path.display()
            )));
        }
        std::fs::create_dir_all(&path)
            .map_err(|e| Error::bad_input(format!("{} cannot be made: {e}", path.display())))?;
        Ok(Self { path, own })
    }

    fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if self.own {
            let _ = std::fs::remove_dir_all(&self.path);
        }
    }
}
