//! What staff checked of somebody who asks to act for a relative, what they found, and why. Append-only; compartment D.
//! Must not know: findings, or a second code. By which age who may act is the policy's; here it is said in words.

use crate::{
    access::InFamily,
    audit::{Act, Deed},
    clinic::{
        cascade::{listener::Cascade, task::Task},
        letters::letter::letter_by_invitation,
        people::{
            elsewhere::has_died_elsewhere, person::person_get, responsibility::responsible_for,
            safety::is_held,
        },
        sharing::{capacity::assessed_possible, objection::objects},
    },
    db::{Conn, UtcDate, UtcTime, closed},
    error::{Error, Result},
    ids::{FamilyId, ProxyCheckId, ProxyId, ServiceId, StaffId},
    keys::{Sealed, content},
    policy::Proxies,
    relative::{
        invitation::{Readable, invitation_get, invitation_opens},
        proxy::{Authority, EndedWhy, Proxy, age_of, proxy_code, proxy_decline, proxy_end, proxy_grant},
    },
};
use diesel::prelude::*;
use kinward_family::invitation::InvitationCode;

diesel::table! {
    proxy_checks (id) {
        id -> Text,
        service_id -> Text,
        family_id -> Text,
        proxy_id -> Text,
        verdict -> Text,
        by_staff -> Text,
        at -> Timestamp,
        sealed -> Binary,
    }
}

closed! {
    /// What somebody did about it.
    pub enum Verdict {
        /// It was asked by phone or in person, and staff wrote it down.
        Entered = "entered",
        Granted = "granted",
        Declined = "declined",
        Ended = "ended",
    }
}

impl Verdict {
    pub const fn title(self) -> &'static str {
        match self {
            Self::Entered => "Written down",
            Self::Granted => "Agreed to",
            Self::Declined => "Declined",
            Self::Ended => "Withdrawn",
        }
    }
}

closed! {
    /// What shows the authority. That somebody is the next of kin shows none, and is not here.
    pub enum Evidence {
        OnRecord = "on_record",
        DocumentSeen = "document_seen",
        RegisterNumber = "register_number",
        CourtOrder = "court_order",
        PersonSaid = "person_said",
    }
}

impl Evidence {
    pub const fn title(self) -> &'static str {
        match self {
            Self::OnRecord => "Parental responsibility is on our record",
            Self::DocumentSeen => "The document was seen",
            Self::RegisterNumber => "Its number was looked up in the public register",
            Self::CourtOrder => "The order of the court was seen",
            Self::PersonSaid => "The person told us so themselves",
        }
    }

    /// Whether it can show that authority.
    const fn shows(self, authority: Authority) -> bool {
        match authority {
            Authority::Parent => matches!(self, Self::OnRecord | Self::DocumentSeen | Self::CourtOrder),
            Authority::Attorney => matches!(self, Self::DocumentSeen | Self::RegisterNumber),
            Authority::Deputy => matches!(self, Self::CourtOrder | Self::RegisterNumber),
            Authority::Helper => matches!(self, Self::PersonSaid),
        }
    }
}

closed! {
    /// What was found of the person, for this one decision.
    pub enum Finding {
        LacksCapacity = "lacks_capacity",
        Agrees = "agrees",
    }
}

impl Finding {
    pub const fn title(self) -> &'static str {
        match self {
            Self::LacksCapacity => "They cannot decide this for themselves now",
            Self::Agrees => "They agree to be helped",
        }
    }
}

/// What was checked. Sealed with the words about it.
#[derive(minicbor::Encode, minicbor::Decode)]
pub struct Checked {
    #[n(0)]
    pub authority: Option<Authority>,
    #[n(1)]
    pub evidence: Vec<Evidence>,
    /// The number in the register, as it was read out.
    #[n(2)]
    pub register: Option<String>,
    #[n(3)]
    pub finding: Option<Finding>,
    #[n(4)]
    pub found_on: Option<UtcDate>,
    #[n(5)]
    pub found_how: Option<String>,
    #[n(6)]
    pub words: String,
}
content!(D at "proxy_checks.sealed" holds Checked);

#[derive(Queryable, Insertable)]
#[diesel(table_name = proxy_checks)]
pub struct Check {
    pub id: ProxyCheckId,
    service_id: ServiceId,
    family_id: FamilyId,
    pub proxy_id: ProxyId,
    pub verdict: Verdict,
    pub by_staff: StaffId,
    pub at: UtcTime,
    sealed: Sealed<Checked>,
}

impl Check {
    pub fn checked(&self, proof: &InFamily) -> Result<Checked> {
        self.sealed.open(proof.grant()?, self.id.as_str())
    }
}

/// A check as somebody enters it.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GrantEntry {
    pub authority: Option<Authority>,
    #[serde(default)]
    pub evidence: Vec<Evidence>,
    pub register: Option<String>,
    /// They were phoned on a number that the service holds, not on the one that was typed.
    #[serde(default)]
    pub phoned: Option<Yes>,
    pub finding: Option<Finding>,
    pub found_on: Option<UtcDate>,
    pub found_how: Option<String>,
    #[serde(default)]
    pub proxy_words: String,
}

closed! {
    pub enum Yes { Yes = "yes" }
}

/// Agrees that somebody acts for the relative until a day. Answers the second code, which is shown this once.
///
/// # Errors
/// A letter that cannot be read; a person who has died, is held or objects; an authority that nobody of that age can act by;
/// nothing that shows it; a person of whom it was not found that they cannot decide, or that they agree; nobody phoned.
pub fn proxy_check_grant(
    act: &mut Act<'_>,
    proof: &InFamily,
    task: &Task,
    proxy: &Proxy,
    entry: GrantEntry,
) -> Result<InvitationCode> {
    let today = act.at.date();
    let keys = act.keys();
    let invitation = invitation_get(act.conn, act.service, proxy.invitation_id)?;
    if invitation.reading == Readable::Withheld || !invitation_opens(&invitation, today) {
        return Err(Error::not_now(
            "This letter cannot be read online now: it was withheld, or its code is closed, locked or has run out. Nothing was saved.",
        ));
    }
    person_can_be_acted_for(act, proof, task, proxy)?;
    let authority = entry.authority.ok_or_else(|| {
        Error::bad_input(
            "Choose by what they may act. A next of kin may not by being one. Nothing was saved.",
        )
        .at("authority")
    })?;
    let age = age_of(&invitation, act.conn, keys, today)?.ok_or_else(Error::not_found)?;
    let rules = act.policy().proxies;
    if !authority.admits(age, &rules) {
        return Err(Error::not_now(format!(
            "{} Nothing was saved.",
            not_at_that_age(authority, age, &rules)
        ))
        .at("authority"));
    }
    let checked = evidence_of(act, proof, task, proxy, authority, entry)?;
    let words =
        "Write in a few words whom you spoke to and why you agree: whoever comes after you goes by them.";
    enough(&checked.words, words, "proxy_words")?;
    let mut ends_on = today.plus_days(rules.valid_days).min(invitation.ends_on);
    if authority == Authority::Parent
        && let Some(born) = invitation.carried(act.conn, keys)?.birth_date
    {
        ends_on = ends_on.min(born.birthday(rules.parent_below_age).plus_days(-1));
    }
    let code = proxy_grant(act, &Cascade, proxy, authority, ends_on)?;
    check_keep(act, proof, proxy, Verdict::Granted, checked)?;
    Ok(code)
}

/// Asked of the person before anybody acts for them.
fn person_can_be_acted_for(act: &mut Act<'_>, proof: &InFamily, task: &Task, proxy: &Proxy) -> Result<()> {
    let row = letter_by_invitation(act.conn, act.service, proxy.invitation_id)?;
    let person = person_get(act.conn(), proof, row.reader(task))?;
    if person.has_died() || has_died_elsewhere(act, person.id)? {
        return Err(Error::not_now("This person has died. Nobody acts for them here. Nothing was saved."));
    }
    if is_held(act.conn, act.service, person.id)? {
        return Err(Error::not_now(
            "A safeguarding hold stands for this person. Nothing is shown to anybody. Nothing was saved.",
        ));
    }
    if objects(act.conn, act.service, person.id)? {
        return Err(Error::not_now(
            "This person does not want to be contacted. Nobody reads their letter for them. Nothing was saved.",
        ));
    }
    Ok(())
}

/// Why nobody can act by it for somebody of that age.
pub fn not_at_that_age(authority: Authority, age: i32, rules: &Proxies) -> String {
    match authority {
        Authority::Parent if age < rules.attorney_from_age => format!(
            "From {} on a young person reads their own letters, and no parent reads them for them. Offer them a letter of their own.",
            rules.parent_below_age
        ),
        Authority::Parent => "Being the parent of somebody who is grown up is no authority.".into(),
        Authority::Attorney => {
            format!("Nobody younger than {} can have an attorney.", rules.attorney_from_age)
        }
        Authority::Deputy => {
            format!("For somebody younger than {} a parent or guardian acts.", rules.deputy_from_age)
        }
        Authority::Helper => format!(
            "Below {} somebody acts by parental responsibility or by an order of a court, and not as a helper.",
            rules.helper_from_age
        ),
    }
}

/// What was checked, as far as it is enough for that authority.
fn evidence_of(
    act: &mut Act<'_>,
    proof: &InFamily,
    task: &Task,
    proxy: &Proxy,
    authority: Authority,
    mut entry: GrantEntry,
) -> Result<Checked> {
    entry.evidence.sort();
    entry.evidence.dedup();
    if !entry.evidence.iter().any(|one| one.shows(authority)) {
        let shows = Evidence::ALL.iter().filter(|one| one.shows(authority)).map(|one| one.title());
        return Err(Error::bad_input(format!(
            "Nothing of this shows that they are {}. It is shown by one of these: {}. Nothing was saved.",
            authority.title(),
            shows.collect::<Vec<_>>().join("; ")
        ))
        .at("evidence"));
    }
    let row = letter_by_invitation(act.conn, act.service, proxy.invitation_id)?;
    if entry.evidence.contains(&Evidence::OnRecord)
        && responsible_for(act.conn(), proof, row.reader(task))?.is_empty()
    {
        return Err(Error::bad_input(
            "Nobody is on our record as responsible for this child. Say so on the child\u{2019}s page first. Nothing was saved.",
        )
        .at("evidence"));
    }
    let said = |text: Option<String>| text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    let register = said(entry.register);
    if entry.evidence.contains(&Evidence::RegisterNumber) && register.is_none() {
        return Err(Error::bad_input("Write the number under which it is registered. Nothing was saved.")
            .at("register"));
    }
    if entry.phoned.is_none() {
        return Err(Error::bad_input(
            "Phone first, on a number that we hold and not the one that was typed, and say so here. Nothing was saved.",
        )
        .at("phoned"));
    }
    let found_how = said(entry.found_how);
    if let Some(needed) = finding_for(authority) {
        if entry.finding != Some(needed) {
            return Err(Error::bad_input(unfound(needed)).at("finding"));
        }
        let Some(on) = entry.found_on else {
            return Err(
                Error::bad_input("Give the day on which that was found. Nothing was saved.").at("found_on")
            );
        };
        assessed_possible(on, "found_on", act.policy().dates, act.at.date())?;
        enough(found_how.as_deref().unwrap_or_default(), "Write who found so, and how.", "found_how")?;
    }
    Ok(Checked {
        authority: Some(authority),
        evidence: entry.evidence,
        register,
        finding: entry.finding,
        found_on: entry.found_on,
        found_how,
        words: entry.proxy_words.trim().to_owned(),
    })
}

/// What must have been found of the person. Source: Mental Capacity Act 2005, sections 1, 9 and 16.
pub const fn finding_for(authority: Authority) -> Option<Finding> {
    match authority {
        Authority::Parent => None,
        Authority::Attorney | Authority::Deputy => Some(Finding::LacksCapacity),
        Authority::Helper => Some(Finding::Agrees),
    }
}

const fn unfound(finding: Finding) -> &'static str {
    match finding {
        Finding::LacksCapacity => {
            "An attorney or deputy acts only where the person cannot decide this for themselves now. Adults are taken to be able to. Record that it was found that they cannot, or speak to the person. Nothing was saved."
        }
        Finding::Agrees => {
            "Whoever helps somebody reads with them only where that person agrees. Speak to the person, and record that they do. Nothing was saved."
        }
    }
}

/// # Errors
/// No reason; what is not asked for any more.
pub fn proxy_check_decline(act: &mut Act<'_>, proof: &InFamily, proxy: &Proxy, why: &str) -> Result<()> {
    enough(why, "Write in a few words why, and what they were told.", "declined_why")?;
    proxy_decline(act, &Cascade, proxy)?;
    check_keep(act, proof, proxy, Verdict::Declined, Checked::words(why))
}

/// Withdraws what stands: whoever has a page open is shown nothing more.
///
/// # Errors
/// No reason; what does not stand.
pub fn proxy_check_end(act: &mut Act<'_>, proof: &InFamily, proxy: &Proxy, why: &str) -> Result<()> {
    enough(why, "Write in a few words why it ends.", "withdrawn_why")?;
    proxy_end(act, &Cascade, proxy, EndedWhy::ByStaff)?;
    check_keep(act, proof, proxy, Verdict::Ended, Checked::words(why))
}

/// Another second code in place of the one before, by phone or by hand.
///
/// # Errors
/// What does not stand.
pub fn proxy_check_code(act: &mut Act<'_>, proof: &InFamily, proxy: &Proxy) -> Result<InvitationCode> {
    let code = proxy_code(act, &Cascade, proxy)?;
    act.record(Deed::ProxyCodeIssued, ("proxy", proxy.id.as_str()), Some(proof.family()), "by staff")?;
    Ok(code)
}

impl Checked {
    pub(super) fn words(words: &str) -> Self {
        Self {
            authority: None,
            evidence: Vec::new(),
            register: None,
            finding: None,
            found_on: None,
            found_how: None,
            words: words.trim().to_owned(),
        }
    }
}

fn enough(words: &str, missing: &str, field: &str) -> Result<()> {
    if words.trim().chars().count() < 8 {
        return Err(Error::bad_input(format!("{missing} Nothing was saved.")).at(field));
    }
    Ok(())
}

pub(super) fn check_keep(
    act: &mut Act<'_>,
    proof: &InFamily,
    proxy: &Proxy,
    verdict: Verdict,
    checked: Checked,
) -> Result<()> {
    let id = ProxyCheckId::new(act.chance());
    let row = Check {
        id,
        service_id: act.service,
        family_id: proof.family(),
        proxy_id: proxy.id,
        verdict,
        by_staff: proof.staff(),
        at: act.at,
        sealed: Sealed::seal(proof.grant()?, act.chance(), id.as_str(), &checked)?,
    };
    diesel::insert_into(proxy_checks::table).values(&row).execute(act.conn())?;
    act.record(Deed::ProxyChecked, ("proxy", proxy.id.as_str()), Some(proof.family()), verdict.as_str())
}

/// What was checked of one, oldest first.
pub fn checks_of(conn: &mut Conn, proof: &InFamily, proxy: ProxyId) -> Result<Vec<Check>> {
    Ok(proxy_checks::table
        .filter(proxy_checks::service_id.eq(proof.service()))
        .filter(proxy_checks::family_id.eq(proof.family()))
        .filter(proxy_checks::proxy_id.eq(proxy))
        .order((proxy_checks::at.asc(), proxy_checks::id.asc()))
        .load(conn)?)
}
