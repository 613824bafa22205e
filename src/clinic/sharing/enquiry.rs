//! Somebody rings or writes: told by them, about somebody, in their words, and what they were answered, in codes. Compartment D.
//! Must not know: any person, result or finding. A note hangs on the family alone and is merged into nobody's record.

use crate::{
    access::InFamily,
    audit::{Act, Deed},
    db::{Conn, UtcTime, closed},
    error::{Error, Result},
    ids::{EnquiryId, FamilyId, ServiceId, StaffId},
    keys::{Sealed, content},
    policy::pack::{Edition, Pack},
};
use diesel::prelude::*;

diesel::table! {
    enquiries (id) {
        id -> Text,
        service_id -> Text,
        family_id -> Text,
        by_staff -> Text,
        at -> Timestamp,
        sealed -> Binary,
    }
}

closed! {
    /// What was answered. No code says anything of anybody.
    pub enum Answered {
        NeitherConfirmedNorDenied = "neither_confirmed_nor_denied",
        GeneralInformation = "general_information",
        AppointmentOffered = "appointment_offered",
        OwnDoctor = "own_doctor",
    }
}

impl Answered {
    pub const fn title(self) -> &'static str {
        match self {
            Self::NeitherConfirmedNorDenied => "Neither confirmed nor denied that anybody is known to us",
            Self::GeneralInformation => "Gave or sent general information",
            Self::AppointmentOffered => "Offered an appointment of their own",
            Self::OwnDoctor => "Told them to see their own doctor",
        }
    }
}

closed! {
    /// Whether they were led to support of their own, which needs nobody's agreement.
    pub enum Support { Yes = "yes", No = "no" }
}

impl Support {
    pub const fn title(self) -> &'static str {
        match self {
            Self::Yes => "Yes",
            Self::No => "No, or they did not want it",
        }
    }
}

/// What whoever answers says, in order, and what may be sent to anybody: the words of the policy pack in force.
#[derive(serde::Serialize)]
pub struct Script {
    /// Empty where the pack has no words for it.
    say: Vec<String>,
    general: Option<String>,
    /// "England 2020", and the rule that the words follow from.
    pack: String,
    rule: Option<String>,
}

impl Script {
    pub fn of(pack: &Pack, edition: &Edition) -> Self {
        let words = edition.enquiries.as_ref();
        Self {
            say: words.map(|words| words.say.clone()).unwrap_or_default(),
            general: words.map(|words| words.general.clone()),
            pack: format!("{} {}", pack.name, edition.version),
            rule: words.map(|words| edition.quoted(&words.rule)),
        }
    }
}

#[derive(Queryable, Insertable)]
#[diesel(table_name = enquiries)]
struct Row {
    id: EnquiryId,
    service_id: ServiceId,
    family_id: FamilyId,
    by_staff: StaffId,
    at: UtcTime,
    sealed: Sealed<Account>,
}

/// The note itself. There is no field for a finding, and none that leads to a person on file.
#[derive(minicbor::Encode, minicbor::Decode)]
pub struct Account {
    /// Who they say they are; nobody has checked it.
    #[n(0)]
    pub teller: String,
    /// About whom they speak, as they call them.
    #[n(1)]
    pub about: Option<String>,
    /// What they say they have heard or know.
    #[n(2)]
    pub account: String,
    #[n(3)]
    pub asked: String,
    #[n(4)]
    pub answered: Vec<Answered>,
    #[n(5)]
    pub support: Support,
}
content!(D at "enquiries.sealed" holds Account);

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnquiryEntry {
    pub teller: String,
    pub about: Option<String>,
    pub account: String,
    pub asked: String,
    #[serde(default)]
    pub answered: Vec<Answered>,
    pub support: Support,
}

/// A note that was opened.
pub struct Enquiry {
    pub id: EnquiryId,
    pub by_staff: StaffId,
    pub at: UtcTime,
    pub account: Account,
}

/// Keeps what somebody told and what they were answered. Nothing follows from it for anybody: whoever it is about is not
/// told, and no record is changed by it.
///
/// # Errors
/// Nothing of who they say they are, what they told or asked; no answer.
pub fn enquiry_record(act: &mut Act<'_>, proof: &InFamily, mut entry: EnquiryEntry) -> Result<EnquiryId> {
    for (field, words, missing) in [
        ("teller", &entry.teller, "Write who they say they are, or that they did not say."),
        ("account", &entry.account, "Write what they said they had heard, or that they had heard nothing."),
        ("asked", &entry.asked, "Write what they asked."),
    ] {
        if words.trim().is_empty() {
            return Err(Error::bad_input(format!("{missing} Nothing was saved.")).at(field));
        }
    }
    entry.answered.sort();
    entry.answered.dedup();
    if entry.answered.is_empty() {
        return Err(Error::bad_input("Choose what they were answered. Nothing was saved.").at("answered"));
    }
    let trimmed = |text: String| text.trim().to_owned();
    let account = Account {
        teller: trimmed(entry.teller),
        about: entry.about.map(trimmed).filter(|words| !words.is_empty()),
        account: trimmed(entry.account),
        asked: trimmed(entry.asked),
        answered: entry.answered,
        support: entry.support,
    };
    let id = EnquiryId::new(act.chance());
    let row = Row {
        id,
        service_id: act.service,
        family_id: proof.family(),
        by_staff: proof.staff(),
        at: act.at,
        sealed: Sealed::seal(proof.grant()?, act.chance(), id.as_str(), &account)?,
    };
    diesel::insert_into(enquiries::table).values(&row).execute(act.conn())?;
    act.record(Deed::EnquiryRecorded, ("enquiry", id.as_str()), Some(proof.family()), "")?;
    Ok(id)
}

/// The notes of a family, newest first.
pub fn enquiry_list(conn: &mut Conn, proof: &InFamily) -> Result<Vec<Enquiry>> {
    let rows: Vec<Row> = enquiries::table
        .filter(enquiries::service_id.eq(proof.service()))
        .filter(enquiries::family_id.eq(proof.family()))
        .order((enquiries::at.desc(), enquiries::id.asc()))
        .load(conn)?;
    rows.into_iter().map(|row| row.open(proof)).collect()
}

/// Which family a note is of, before any relationship is known.
pub fn enquiry_family(conn: &mut Conn, service: ServiceId, id: EnquiryId) -> Result<FamilyId> {
    Ok(enquiries::table
        .filter(enquiries::service_id.eq(service))
        .filter(enquiries::id.eq(id))
        .select(enquiries::family_id)
        .first(conn)?)
}

pub fn enquiry_get(conn: &mut Conn, proof: &InFamily, id: EnquiryId) -> Result<Enquiry> {
    let row: Row = enquiries::table
        .filter(enquiries::service_id.eq(proof.service()))
        .filter(enquiries::family_id.eq(proof.family()))
        .filter(enquiries::id.eq(id))
        .first(conn)?;
    row.open(proof)
}

impl Row {
    fn open(self, proof: &InFamily) -> Result<Enquiry> {
        let account = self.sealed.open(proof.grant()?, self.id.as_str())?;
        Ok(Enquiry { id: self.id, by_staff: self.by_staff, at: self.at, account })
    }
}
