//! The service: the organisation whose families these are, and how it wishes to be named.
//! Must not know: its families.

use crate::{
    audit::{self, Actor, ActorKind, Given},
    db::{Conn, UtcTime},
    error::{Error, Result},
    ids::ServiceId,
};
use diesel::prelude::*;
use kinward_family::{
    language::Languages,
    service::{ServiceCard, ServiceParts, WelshParts},
};

diesel::table! {
    services (id) {
        id -> Text,
        name -> Text,
        sender_name -> Text,
        address_lines -> Text,
        phone -> Text,
        hours -> Text,
        email -> Text,
        web -> Text,
        portal_address -> Text,
        nation -> Text,
        created_at -> Timestamp,
        name_cy -> Nullable<Text>,
        sender_name_cy -> Nullable<Text>,
        hours_cy -> Nullable<Text>,
        further_languages -> Text,
    }
}

/// A service as stored. `address_lines` are separated by line feeds; `nation` names its policy pack and its calendar.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = services)]
pub struct Service {
    pub id: ServiceId,
    pub name: String,
    /// A name that hints at nothing, for what others may see.
    pub sender_name: String,
    pub address_lines: String,
    pub phone: String,
    pub hours: String,
    pub email: String,
    pub web: String,
    pub portal_address: String,
    pub nation: String,
    pub created_at: UtcTime,
    pub name_cy: Option<String>,
    pub sender_name_cy: Option<String>,
    pub hours_cy: Option<String>,
    /// Codes of the further languages on its letters, separated by commas.
    pub further_languages: String,
}

/// How a service is described when it is opened.
#[derive(Debug, Clone)]
pub struct ServiceOpening {
    pub name: String,
    pub sender_name: String,
    pub address_lines: Vec<String>,
    pub phone: String,
    pub hours: String,
    pub email: String,
    pub web: String,
    pub portal_address: String,
    pub nation: String,
    /// Its words in Welsh; without them nothing is written in Welsh.
    pub welsh: Option<WelshParts>,
}

impl Service {
    /// As letters and pages name it.
    ///
    /// # Errors
    /// A service whose description was damaged after it was opened.
    pub fn card(&self) -> Result<ServiceCard> {
        ServiceCard::parse(ServiceParts {
            name: self.name.clone(),
            sender_name: self.sender_name.clone(),
            address_lines: self.address_lines.lines().map(str::to_owned).collect(),
            phone: self.phone.clone(),
            hours: self.hours.clone(),
            email: self.email.clone(),
            web: self.web.clone(),
            portal_address: self.portal_address.clone(),
            welsh: match (&self.name_cy, &self.sender_name_cy, &self.hours_cy) {
                (Some(name), Some(sender), Some(hours)) => {
                    Some(WelshParts { name: name.clone(), sender_name: sender.clone(), hours: hours.clone() })
                }
                _ => None,
            },
        })
        .map_err(|e| Error::bad_input(format!("the service's description cannot be used in letters: {e}")))
    }
}

impl Service {
    /// In which languages it writes to somebody who was not asked. Source: Welsh Language Standards (No. 7) Regulations 2018:
    /// a letter in Wales goes in both, the Welsh first.
    pub fn usual_languages(&self) -> Languages {
        if self.nation == "wales" { Languages::WelshThenEnglish } else { Languages::default() }
    }
}

/// Opens a service with its own chain of record, whose first row says so.
///
/// # Errors
/// A description that could not stand in a letter.
pub fn service_open(
    conn: &mut Conn,
    given: &Given<'_>,
    by: &str,
    opening: ServiceOpening,
) -> Result<Service> {
    let service = Service {
        id: ServiceId::new(given.chance),
        name: opening.name,
        sender_name: opening.sender_name,
        address_lines: opening.address_lines.join("\n"),
        phone: opening.phone,
        hours: opening.hours,
        email: opening.email,
        web: opening.web,
        portal_address: opening.portal_address,
        nation: opening.nation,
        created_at: given.clock.now(),
        name_cy: opening.welsh.as_ref().map(|welsh| welsh.name.clone()),
        sender_name_cy: opening.welsh.as_ref().map(|welsh| welsh.sender_name.clone()),
        hours_cy: opening.welsh.map(|welsh| welsh.hours),
        further_languages: String::new(),
    };
    service.card()?;
    diesel::insert_into(services::table).values(&service).execute(conn)?;
    audit::open_chain(conn, given, service.id, Actor { kind: ActorKind::CommandLine, id: by.to_owned() })?;
    Ok(service)
}

pub fn service_get(conn: &mut Conn, id: ServiceId) -> Result<Service> {
    Ok(services::table.find(id).first(conn)?)
}

/// Puts a service under the pack of another country.
pub fn service_pack(conn: &mut Conn, id: ServiceId, nation: &str) -> Result<()> {
    diesel::update(services::table.find(id)).set(services::nation.eq(nation)).execute(conn)?;
    Ok(())
}

/// Keeps the further languages on a service's letters, as codes separated by commas.
pub fn service_further(conn: &mut Conn, id: ServiceId, codes: &str) -> Result<()> {
    diesel::update(services::table.find(id)).set(services::further_languages.eq(codes)).execute(conn)?;
    Ok(())
}

pub fn service_list(conn: &mut Conn) -> Result<Vec<Service>> {
    Ok(services::table.order(services::created_at.asc()).load(conn)?)
}
