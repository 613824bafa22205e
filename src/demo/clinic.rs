//! The demonstration's clinic: a made-up service, its staff, a house that stands on a throw-away database, and a server.
//! Must not know: any family.

use crate::{
    access::{
        House, Role,
        answer::Pages,
        password::Hashed,
        service::{Service, ServiceOpening, service_open},
        staff::{StaffOpening, staff_add, staff_title_cy},
        twice::SentLast,
    },
    app,
    audit::{Act, ActorKind},
    clinic::letters::{
        further::{has_font, worded},
        templates::{self, CheckedBy, Worded, words_approve},
    },
    clinic::sharing::{
        cases::Library,
        training::{Answered, attempt_record},
    },
    clock::{Chance, Clock, MachineChance},
    config::{Config, MailTo, PrintTo, TextTo, Wing},
    db::{
        Db,
        migrate::{is_current, migrate},
    },
    error::{Error, Result},
    ids::StaffId,
    keys::Keys,
    policy::Policy,
};
use kinward_family::{further::Further, service::WelshParts};
use std::{net::TcpListener, path::Path, sync::Arc, thread::JoinHandle};

/// Username, name, job title, role.
pub const STAFF: &[(&str, &str, &str, Role)] = &[
    ("nia.morgan", "Nia Morgan", "Genetic counsellor", Role::Counsellor),
    ("amir.rahman", "Dr Amir Rahman", "Consultant clinical geneticist", Role::Clinician),
    ("jo.taylor", "Jo Taylor", "Cascade administrator", Role::Administrator),
    ("ruth.adeyemi", "Ruth Adeyemi", "Caldicott Guardian", Role::Guardian),
];

/// What they are called under letters in Welsh.
const WELSH_TITLES: &[(&str, &str)] = &[
    ("nia.morgan", "Cwnselydd geneteg"),
    ("amir.rahman", "Genetegydd clinigol ymgynghorol"),
    ("jo.taylor", "Gweinyddwr rhaeadru"),
];

/// Printed by the demonstration, and good for nothing else.
pub const PASSWORD: &str = "a-demonstration-clinic";

/// The one password of them all. It is printed for whoever looks on, so its hash guards nothing, and is of the least cost.
pub fn password() -> Hashed {
    Hashed::of_a_printed_one(
        "$argon2id$v=19$m=8,t=1,p=1$bWFkZS11cC1jbGluaWNzIQ$F/DEnj1TelomEtXCMnOan6n3Dp4/sjpYUATlDLfJIEE",
    )
}

/// What the demonstration's service says of itself. The telephone number is of a range kept free for drama.
pub fn service(address: &str) -> ServiceOpening {
    ServiceOpening {
        name: "Severnside Clinical Genetics Service".into(),
        sender_name: "Severnside Health Service".into(),
        address_lines: vec!["Severnside Hospital".into(), "12 River Road".into(), "Bristol BS1 1AA".into()],
        phone: "01632 960 700".into(),
        hours: "Monday to Friday, 9am to 4pm".into(),
        email: "hello@severnside.example".into(),
        web: "https://severnside.example".into(),
        portal_address: format!("{address}/r"),
        nation: "england".into(),
        welsh: Some(WelshParts {
            name: "Gwasanaeth Geneteg Glinigol Glan Hafren".into(),
            sender_name: "Gwasanaeth Iechyd Glan Hafren".into(),
            hours: "dydd Llun i ddydd Gwener, 9am tan 4pm".into(),
        }),
    }
}

/// A configuration that touches nothing but `data`.
pub fn config(data: &Path, database: String, address: String) -> Config {
    Config {
        database,
        connections: 4,
        proxies: 0,
        listen: String::new(),
        address,
        data: data.to_owned(),
        secret_file: None,
        key_file: data.join("kinward.keys"),
        vault: None,
        mail: MailTo::Files,
        mail_from: "no-reply@severnside.example".into(),
        print: PrintTo::Files,
        texts: TextTo::Files,
        notify: None,
        demo: true,
    }
}

/// A house with the service and its staff, on a database that is fresh, or a copy of one that was migrated and nothing more.
pub fn house(config: Config, clock: Arc<dyn Clock>, chance: Arc<dyn Chance>) -> Result<(House, Service)> {
    let keys = Keys::in_memory(chance.as_ref())?;
    house_with(config, keys, clock, chance)
}

/// As `house`, with keys that are kept.
pub fn house_with(
    config: Config,
    keys: Keys,
    clock: Arc<dyn Clock>,
    chance: Arc<dyn Chance>,
) -> Result<(House, Service)> {
    let db = Db::open(&config.database, config.connections)?;
    if !is_current(&db)? {
        migrate(&db)?;
    }
    let house = House {
        db,
        clock,
        chance,
        keys,
        policy: Policy::embedded()?,
        pages: Pages::load()?,
        sent: SentLast::default(),
        config,
    };
    let opening = service(&house.config.address);
    let service = house.db.write(|conn| service_open(conn, &house.given(), "demo", opening))?;
    for (username, name, job_title, role) in STAFF {
        let opening = StaffOpening {
            username: (*username).into(),
            display_name: (*name).into(),
            job_title: (*job_title).into(),
            password: password(),
            roles: vec![*role],
        };
        house.act_as(ActorKind::CommandLine, "demo", service.id, |act| {
            let id = staff_add(act, opening)?;
            if let Some((_, title)) = WELSH_TITLES.iter().find(|(of, _)| of == username) {
                staff_title_cy(act, username, title)?;
            }
            if *role == Role::Clinician {
                trained(act, id)?;
                approved(act, id)?;
            }
            Ok(())
        })?;
    }
    Ok((house, service))
}

/// Somebody answers as many worked cases as the policy asks for, each as its own balance does.
///
/// # Errors
/// A library without enough cases.
pub fn trained(act: &mut Act<'_>, staff: StaffId) -> Result<()> {
    for case in Library::embedded()?.cases.iter().take(act.policy().training.cases) {
        let balance = &case.balance;
        let (Some(model), Some(outcome)) = (balance.models.first(), balance.outcomes.first()) else {
            return Err(Error::config(format!("the worked case {} has no balance", case.id)));
        };
        let answer = Answered {
            model: *model,
            outcome: *outcome,
            level: balance.level,
            reasons: balance.names.clone(),
            sentence: "Both sides were weighed, and the least that serves was chosen.".into(),
        };
        attempt_record(act, staff, &case.id, answer)?;
    }
    Ok(())
}

/// Nobody has checked the demonstration's wording.
const MADE_UP: CheckedBy<'static> = CheckedBy { name: "Nobody Yet", role: "made up for the demonstration" };

/// Every template, and every sentence in a further language, approved for the demonstration by somebody who does not exist.
///
/// # Errors
/// Only what writing may meet.
pub fn approved(act: &mut Act<'_>, staff: StaffId) -> Result<()> {
    for template in templates::all() {
        words_approve(act, staff, Worded::of(template), MADE_UP)?;
    }
    for one in Further::all().into_iter().filter(|one| has_font(*one)) {
        words_approve(act, staff, worded(one), MADE_UP)?;
    }
    Ok(())
}

/// A server that stops when it is dropped.
pub struct Serving {
    handle: actix_web::dev::ServerHandle,
    thread: Option<JoinHandle<()>>,
    pub address: String,
}

impl Drop for Serving {
    fn drop(&mut self) {
        // Stopping is asked for and waited for off this thread, so that a test's database is free when it ends.
        let _ = futures_util::FutureExt::now_or_never(self.handle.stop(false));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Serving {
    /// Waits until the server is told to stop, as by Ctrl-C.
    pub fn wait(mut self) {
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Listens on this machine; port 0 takes a free one.
pub fn listen(port: u16) -> Result<(TcpListener, String)> {
    let socket = TcpListener::bind(("127.0.0.1", port)).map_err(|e| {
        Error::config(format!("port {port} cannot be used: {e}. Choose another with --port."))
    })?;
    let address = socket.local_addr().map_err(Error::inner)?;
    Ok((socket, format!("http://{address}")))
}

/// Serves both wings from a thread of its own.
pub fn serve(house: Arc<House>, socket: TcpListener, threads: usize) -> Result<Serving> {
    serve_wing(house, Wing::All, socket, threads)
}

/// One wing alone, as `kinward serve --wing` runs it.
pub fn serve_wing(house: Arc<House>, wing: Wing, socket: TcpListener, threads: usize) -> Result<Serving> {
    let address = house.config.address.clone();
    let (tell, told) = std::sync::mpsc::channel();
    let thread = std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            match app::serve(house, wing, socket, threads) {
                Ok(server) => {
                    let _ = tell.send(Ok(server.handle()));
                    let _ = server.await;
                }
                Err(problem) => {
                    let _ = tell.send(Err(problem));
                }
            }
        });
    });
    let handle = told.recv().map_err(|_| Error::inner("the server did not start"))??;
    Ok(Serving { handle, thread: Some(thread), address })
}

/// The machine's chance, for everything a demonstration makes.
pub fn machine_chance() -> Arc<dyn Chance> {
    Arc::new(MachineChance)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_that_is_printed_is_the_one_that_signs_in() {
        assert!(crate::access::password::matches(PASSWORD, Some(&password().into_stored())));
    }
}
