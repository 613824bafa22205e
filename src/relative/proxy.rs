//! Somebody who acts for the person a letter is addressed to: asked, agreed to by staff until a day, and let in by a second
//! code. Must not know: what staff checked, or why they agreed; only whether it stands, and by which kind of authority.

use super::{
    invitation::{Invitation, Readable, invitation_get},
    listener::Listener,
};
use crate::{
    audit::{Act, Deed},
    db::{Conn, UtcDate, UtcTime, closed},
    error::{Error, Result},
    ids::{InvitationId, ProxyId, ServiceId},
    keys::{self, Grant, Keys, Sealed, compartment::F, content},
    policy::{Policy, Proxies},
};
use diesel::prelude::*;
use kinward_family::{
    invitation::InvitationCode,
    page::{ActingAs, AskToAct, GivenBy, Initials, Reader},
};
use std::collections::BTreeMap;

diesel::table! {
    proxies (id) {
        id -> Text,
        service_id -> Text,
        invitation_id -> Text,
        task_ref -> Text,
        state -> Text,
        authority -> Nullable<Text>,
        code_hash -> Nullable<Text>,
        wrong_codes -> Integer,
        asked_at -> Timestamp,
        ends_on -> Nullable<Date>,
        ended_why -> Nullable<Text>,
        sealed -> Binary,
    }
}

closed! {
    /// Where it stands. That its last day has passed is no state of its own: it is asked with each use.
    pub enum ProxyState {
        /// Nobody has checked it: nothing is shown.
        Asked = "asked",
        Granted = "granted",
        /// Too many wrong second codes; the relative's own way is not touched by it.
        Locked = "locked",
        Declined = "declined",
        Ended = "ended",
    }
}

closed! {
    pub enum ProxyCommand {
        Grant = "grant",
        Decline = "decline",
        /// A second code in place of the one before.
        IssueCode = "issue_code",
        Lock = "lock",
        End = "end",
    }
}

/// Every permitted step; what is not listed is refused.
pub const STEPS: &[(ProxyState, ProxyCommand, ProxyState)] = {
    use {ProxyCommand as C, ProxyState as S};
    &[
        (S::Asked, C::Grant, S::Granted),
        (S::Asked, C::Decline, S::Declined),
        (S::Granted, C::IssueCode, S::Granted),
        (S::Granted, C::Lock, S::Locked),
        (S::Granted, C::End, S::Ended),
        (S::Locked, C::IssueCode, S::Granted),
        (S::Locked, C::End, S::Ended),
    ]
};

closed! {
    /// By what somebody may act. A next of kin may not by being one, and is not here.
    pub enum Authority {
        Parent = "parent",
        /// By a lasting power of attorney for health and welfare.
        Attorney = "attorney",
        /// By an order of a court.
        Deputy = "deputy",
        /// Beside the person, who has agreed to it themselves.
        Helper = "helper",
    }
}

impl Authority {
    /// As staff read it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Parent => "parent or guardian, with parental responsibility",
            Self::Attorney => "attorney for health and welfare",
            Self::Deputy => "deputy, by an order of a court",
            Self::Helper => "helper, with the person\u{2019}s own agreement",
        }
    }

    /// Whether anybody can act by it for somebody of this age.
    pub fn admits(self, age: i32, rules: &Proxies) -> bool {
        match self {
            Self::Parent => age < rules.parent_below_age,
            Self::Attorney => age >= rules.attorney_from_age,
            Self::Deputy => age >= rules.deputy_from_age,
            Self::Helper => age >= rules.helper_from_age,
        }
    }

    /// Whether they may say for the person that they do not want to know. A child's choice stays the child's, and whoever
    /// helps somebody who decides for themselves says nothing in their place.
    pub const fn may_object(self) -> bool {
        match self {
            Self::Attorney | Self::Deputy => true,
            Self::Parent | Self::Helper => false,
        }
    }

    /// As whoever asks by it would have said.
    pub const fn acting_as(self) -> ActingAs {
        match self {
            Self::Parent => ActingAs::Parent,
            Self::Attorney | Self::Deputy => ActingAs::Attorney,
            Self::Helper => ActingAs::Helper,
        }
    }

    pub const fn reader(self) -> Reader {
        Reader::ForThem { may_object: self.may_object() }
    }
}

closed! {
    /// What ended it.
    pub enum EndedWhy {
        ByStaff = "by_staff",
        /// The person has ended it themselves, on their own pages.
        ByPerson = "by_person",
        /// The person has said themselves that they do not want to be contacted.
        Objection = "objection",
        /// The letter was withheld or called back: a death, a hold, an amended report and all else that does so.
        LetterStopped = "letter_stopped",
    }
}

impl EndedWhy {
    pub const fn words(self) -> &'static str {
        match self {
            Self::ByStaff => "withdrawn by staff",
            Self::ByPerson => "the person ended it themselves, online",
            Self::Objection => "the person does not want to be contacted",
            Self::LetterStopped => "the letter was withheld or called back",
        }
    }
}

/// Somebody who acts, or asked to, as stored.
#[derive(Clone, Queryable, Insertable)]
#[diesel(table_name = proxies)]
pub struct Proxy {
    pub id: ProxyId,
    pub service_id: ServiceId,
    pub invitation_id: InvitationId,
    /// What the professionals' wing knows it by. It means nothing here.
    pub task_ref: String,
    pub state: ProxyState,
    pub authority: Option<Authority>,
    code_hash: Option<String>,
    pub wrong_codes: i32,
    pub asked_at: UtcTime,
    pub ends_on: Option<UtcDate>,
    pub ended_why: Option<EndedWhy>,
    sealed: Sealed<Asked>,
}

/// What was asked, in their own words.
#[derive(minicbor::Encode, minicbor::Decode)]
pub struct Asked(#[n(0)] BTreeMap<String, String>);
content!(F at "proxies.sealed" holds Asked);

impl Proxy {
    pub fn asking(&self, grant: &Grant<F>) -> Result<AskToAct> {
        let asked = self.sealed.open(grant, self.id.as_str())?;
        AskToAct::parse(&asked.0).map_err(|_| Error::inner("what was asked is not whole"))
    }

    /// The authority by which they may act today for somebody of this age; none where it does not stand.
    pub fn stands(&self, age: Option<i32>, rules: &Proxies, today: UtcDate) -> Option<Authority> {
        let in_time = self.ends_on.is_some_and(|ends| today <= ends);
        let authority = self.authority.filter(|_| in_time && self.state == ProxyState::Granted)?;
        authority.admits(age?, rules).then_some(authority)
    }
}

/// How old the person a letter is addressed to is today.
pub fn age_of(invitation: &Invitation, conn: &mut Conn, keys: &Keys, today: UtcDate) -> Result<Option<i32>> {
    Ok(invitation.carried(conn, keys)?.birth_date.map(|born| born.age_on(today)))
}

/// Keeps what somebody asks, on the portal or through staff. It moves nothing else, uses nothing up, and is answered alike
/// whoever asks.
pub fn proxy_ask(
    act: &mut Act<'_>,
    listener: &dyn Listener,
    invitation: &Invitation,
    asking: &AskToAct,
) -> Result<ProxyId> {
    let keys = act.keys();
    let unlocked = invitation.unlocked(act.conn, keys)?;
    let id = ProxyId::new(act.chance());
    let row = Proxy {
        id,
        service_id: act.service,
        invitation_id: invitation.id,
        task_ref: invitation.task_ref.clone(),
        state: ProxyState::Asked,
        authority: None,
        code_hash: None,
        wrong_codes: 0,
        asked_at: act.at,
        ends_on: None,
        ended_why: None,
        sealed: Sealed::seal(unlocked.grant()?, act.chance(), id.as_str(), &Asked(asking.to_fields()))?,
    };
    diesel::insert_into(proxies::table).values(&row).execute(act.conn())?;
    act.record(Deed::ProxyAsked, ("proxy", id.as_str()), None, "")?;
    listener.proxies_moved(act, &row.task_ref)?;
    Ok(id)
}

/// Compares a second code, inside the act that counts the wrong ones. So many wrong ones lock what stands for this letter and
/// tell staff; the letter's own code goes on. Answers nothing for a code that is unknown, replaced, ended or of another letter.
pub fn second_code_try(
    act: &mut Act<'_>,
    listener: &dyn Listener,
    invitation: InvitationId,
    code: &InvitationCode,
) -> Result<Option<(ProxyId, Authority)>> {
    let (today, keys) = (act.at.date(), act.keys());
    let hash = keys.code_index(code.canonical());
    let invitation = invitation_get(act.conn, act.service, invitation)?;
    let age = age_of(&invitation, act.conn, keys, today)?;
    let granted: Vec<Proxy> = proxies_of_letter(act.conn, act.service, invitation.id)?
        .into_iter()
        .filter(|one| one.state == ProxyState::Granted)
        .collect();
    for one in granted.iter().filter(|one| one.code_hash.as_deref() == Some(hash.as_str())) {
        if let Some(authority) = one.stands(age, &act.policy().proxies, today) {
            diesel::update(proxies::table.find(one.id))
                .set(proxies::wrong_codes.eq(0))
                .execute(act.conn())?;
            act.record(Deed::ProxyAdmitted, ("proxy", one.id.as_str()), None, authority.as_str())?;
            return Ok(Some((one.id, authority)));
        }
    }
    act.record(Deed::ProxyRefused, ("invitation", invitation.id.as_str()), None, "")?;
    for one in granted {
        let wrong = one.wrong_codes + 1;
        diesel::update(proxies::table.find(one.id))
            .set(proxies::wrong_codes.eq(wrong))
            .execute(act.conn())?;
        if wrong >= act.policy().periods.wrong_dates_before_lock {
            proxy_step(act, &one, ProxyCommand::Lock)?;
            act.record(Deed::ProxyLocked, ("proxy", one.id.as_str()), None, "")?;
            listener.proxies_moved(act, &one.task_ref)?;
        }
    }
    Ok(None)
}

/// Whether somebody who was let in may go on: asked with every page.
pub fn proxy_stands(
    conn: &mut Conn,
    keys: &Keys,
    policy: &Policy,
    invitation: &Invitation,
    id: ProxyId,
    today: UtcDate,
) -> Result<Option<Authority>> {
    let proxy = proxy_get(conn, invitation.service_id, id)?;
    if proxy.invitation_id != invitation.id {
        return Ok(None);
    }
    let age = age_of(invitation, conn, keys, today)?;
    Ok(proxy.stands(age, &policy.proxies, today))
}

/// The same inside an act, for what must not be done by somebody whose authority has ended.
///
/// # Errors
/// Where it no longer stands.
pub fn proxy_now(act: &mut Act<'_>, invitation: &Invitation, id: ProxyId) -> Result<Authority> {
    let (keys, today) = (act.keys(), act.at.date());
    let policy = act.policy();
    proxy_stands(act.conn, keys, policy, invitation, id, today)?.ok_or_else(Error::not_signed_in)
}

/// Staff have checked it: they may act until a day. Answers the second code, which is kept nowhere.
///
/// # Errors
/// One that is not asked for.
pub fn proxy_grant(
    act: &mut Act<'_>,
    listener: &dyn Listener,
    proxy: &Proxy,
    authority: Authority,
    ends_on: UtcDate,
) -> Result<InvitationCode> {
    proxy_step(act, proxy, ProxyCommand::Grant)?;
    diesel::update(proxies::table.find(proxy.id))
        .set((proxies::authority.eq(authority), proxies::ends_on.eq(ends_on)))
        .execute(act.conn())?;
    let code = code_set(act, proxy.id)?;
    act.record(Deed::ProxyGranted, ("proxy", proxy.id.as_str()), None, authority.as_str())?;
    listener.proxies_moved(act, &proxy.task_ref)?;
    Ok(code)
}

/// A new second code; the one before opens nothing from now on.
///
/// # Errors
/// Where nobody was agreed to, or it has ended.
pub fn proxy_code(act: &mut Act<'_>, listener: &dyn Listener, proxy: &Proxy) -> Result<InvitationCode> {
    proxy_step(act, proxy, ProxyCommand::IssueCode)?;
    let code = code_set(act, proxy.id)?;
    act.record(Deed::ProxyCodeIssued, ("proxy", proxy.id.as_str()), None, "")?;
    listener.proxies_moved(act, &proxy.task_ref)?;
    Ok(code)
}

/// Derived from chance that is kept nowhere, so that nobody can show it a second time.
fn code_set(act: &mut Act<'_>, id: ProxyId) -> Result<InvitationCode> {
    let mut bytes = [0u8; 32];
    act.chance().fill(&mut bytes);
    let code = act.keys().code(&keys::to_hex(&bytes));
    let hash = act.keys().code_index(code.canonical());
    diesel::update(proxies::table.find(id))
        .set((proxies::code_hash.eq(hash), proxies::wrong_codes.eq(0)))
        .execute(act.conn())?;
    Ok(code)
}

/// # Errors
/// One that is not asked for.
pub fn proxy_decline(act: &mut Act<'_>, listener: &dyn Listener, proxy: &Proxy) -> Result<()> {
    proxy_step(act, proxy, ProxyCommand::Decline)?;
    act.record(Deed::ProxyDeclined, ("proxy", proxy.id.as_str()), None, "")?;
    listener.proxies_moved(act, &proxy.task_ref)
}

/// It holds no longer: from this act on nothing more is shown, also to whoever has a page open.
///
/// # Errors
/// One that does not stand.
pub fn proxy_end(act: &mut Act<'_>, listener: &dyn Listener, proxy: &Proxy, why: EndedWhy) -> Result<()> {
    proxy_step(act, proxy, ProxyCommand::End)?;
    diesel::update(proxies::table.find(proxy.id))
        .set((proxies::ended_why.eq(why), proxies::code_hash.eq(None::<String>)))
        .execute(act.conn())?;
    act.record(Deed::ProxyEnded, ("proxy", proxy.id.as_str()), None, why.as_str())?;
    listener.proxies_moved(act, &proxy.task_ref)
}

/// Who gave an answer, as the person it is about is told it. Of a letter that was withheld, and may be in other hands, no
/// letter of a name.
pub(super) fn given_by(
    conn: &mut Conn,
    keys: &Keys,
    invitation: &Invitation,
    by: Option<ProxyId>,
) -> Result<GivenBy> {
    let Some(by) = by else { return Ok(GivenBy::Themselves) };
    let proxy = proxy_get(conn, invitation.service_id, by)?;
    let asked = proxy.asking(invitation.unlocked(conn, keys)?.grant()?)?;
    let acting_as = proxy.authority.map_or(asked.acting_as, Authority::acting_as);
    Ok(GivenBy::Another { acting_as, initials: initials_of(invitation, &asked) })
}

pub(super) fn initials_of(invitation: &Invitation, asked: &AskToAct) -> Option<Initials> {
    match invitation.reading {
        Readable::Yes => Initials::of(asked),
        Readable::Withheld => None,
    }
}

/// What could be read by somebody else today or, with a new second code, tomorrow: who acts, as what, and until when.
pub(super) fn proxies_open(
    conn: &mut Conn,
    service: ServiceId,
    invitation: InvitationId,
    today: UtcDate,
) -> Result<Vec<(Proxy, Authority, UtcDate)>> {
    let open = |one: &Proxy| matches!(one.state, ProxyState::Granted | ProxyState::Locked);
    let all = proxies_of_letter(conn, service, invitation)?.into_iter().filter(open);
    let stand = all.filter_map(|one| one.authority.zip(one.ends_on).map(|(by, ends)| (one, by, ends)));
    Ok(stand.filter(|(_, _, ends)| today <= *ends).collect())
}

/// Ends all that stands for one letter. What is only asked stays: somebody waits for a call.
pub fn proxies_end(
    act: &mut Act<'_>,
    listener: &dyn Listener,
    invitation: InvitationId,
    why: EndedWhy,
) -> Result<()> {
    for one in proxies_of_letter(act.conn, act.service, invitation)? {
        match one.state {
            ProxyState::Granted | ProxyState::Locked => proxy_end(act, listener, &one, why)?,
            ProxyState::Asked | ProxyState::Declined | ProxyState::Ended => {}
        }
    }
    Ok(())
}

fn proxy_step(act: &mut Act<'_>, proxy: &Proxy, command: ProxyCommand) -> Result<()> {
    let to = STEPS.iter().find(|(from, by, _)| (*from, *by) == (proxy.state, command));
    let moved = match to {
        None => 0,
        Some((from, _, to)) => {
            diesel::update(proxies::table.filter(proxies::id.eq(proxy.id)).filter(proxies::state.eq(*from)))
                .set(proxies::state.eq(*to))
                .execute(act.conn())?
        }
    };
    if moved != 1 {
        return Err(Error::not_now(
            "This is no longer where it was when you opened the page. Open it again. Nothing was changed.",
        ));
    }
    Ok(())
}

pub fn proxy_get(conn: &mut Conn, service: ServiceId, id: ProxyId) -> Result<Proxy> {
    Ok(proxies::table.filter(proxies::service_id.eq(service)).filter(proxies::id.eq(id)).first(conn)?)
}

fn proxies_of_letter(conn: &mut Conn, service: ServiceId, invitation: InvitationId) -> Result<Vec<Proxy>> {
    Ok(proxies::table
        .filter(proxies::service_id.eq(service))
        .filter(proxies::invitation_id.eq(invitation))
        .order((proxies::asked_at.desc(), proxies::id.asc()))
        .load(conn)?)
}

/// All under one reference of the professionals' wing, newest first.
pub fn proxy_list(conn: &mut Conn, service: ServiceId, task_ref: &str) -> Result<Vec<Proxy>> {
    Ok(proxies::table
        .filter(proxies::service_id.eq(service))
        .filter(proxies::task_ref.eq(task_ref))
        .order((proxies::asked_at.desc(), proxies::id.asc()))
        .load(conn)?)
}

/// Every reference with its states, for the test that compares queues with states.
pub fn proxy_states(conn: &mut Conn, service: ServiceId) -> Result<BTreeMap<String, Vec<ProxyState>>> {
    let all: Vec<(String, ProxyState)> = proxies::table
        .filter(proxies::service_id.eq(service))
        .select((proxies::task_ref, proxies::state))
        .load(conn)?;
    let mut states: BTreeMap<String, Vec<ProxyState>> = BTreeMap::new();
    for (task, state) in all {
        states.entry(task).or_default().push(state);
    }
    Ok(states)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_may_act_goes_by_the_age_of_the_person_on_the_day() {
        let rules = Policy::embedded().unwrap().proxies;
        for (age, may) in [
            (9, vec![Authority::Parent]),
            (15, vec![Authority::Parent]),
            (16, vec![Authority::Deputy]),
            (17, vec![Authority::Deputy]),
            (18, vec![Authority::Attorney, Authority::Deputy, Authority::Helper]),
        ] {
            let admitted = Authority::ALL.iter().copied().filter(|one| one.admits(age, &rules));
            assert_eq!(admitted.collect::<Vec<_>>(), may, "{age}");
        }
    }

    #[test]
    fn whoever_may_speak_for_another_may_not_always_refuse_for_them() {
        let may: Vec<_> = Authority::ALL.iter().filter(|one| one.may_object()).collect();
        assert_eq!(may, [&Authority::Attorney, &Authority::Deputy]);
    }

    #[test]
    fn what_has_ended_or_was_declined_never_stands_again() {
        for state in [ProxyState::Declined, ProxyState::Ended] {
            assert!(STEPS.iter().all(|(from, _, _)| *from != state), "{state}");
        }
    }
}
