//! What becomes of a call: matched to a family, put back, answered there, or closed without one.
//! Must not know: how anybody rang. Who rang is established before anything stands with a family.

use super::call::{Call, CallState, Identity, Said, Settled, call_get, call_settle, said_open};
use crate::{
    access::{Caller, InFamily, family::family_by_reference},
    audit::{Act, Deed},
    clinic::sharing::enquiry::{Answered, EnquiryEntry, Support, enquiry_record},
    error::{Error, Result},
    ids::{CallId, EnquiryId, FamilyId, StaffId},
};

fn waits(call: &Call, state: CallState) -> Result<()> {
    if call.state == state {
        return Ok(());
    }
    Err(Error::not_now(format!(
        "This call stands at “{}” now. Somebody may have settled it meanwhile. Nothing was changed.",
        call.state.title()
    )))
}

fn worded(field: &'static str, words: &str, missing: &str) -> Result<String> {
    let words = words.trim();
    if words.chars().count() < 3 {
        return Err(Error::bad_input(format!("{missing} Nothing was saved.")).at(field));
    }
    Ok(words.to_owned())
}

fn moved(act: &mut Act<'_>, call: Call, by: StaffId, to: CallState, family: Option<FamilyId>) -> Call {
    Call { state: to, family_id: family, settled_by: Some(by), settled_at: Some(act.at), ..call }
}

fn noted(mut said: Said, identity: Option<Identity>, words: String) -> Said {
    said.settled.push(Settled { identity, words });
    said
}

/// Says which family a call is about. Only whoever has to do with that family can, and only of somebody whose identity was
/// established: what stands with a family must come from whom it says.
///
/// # Errors
/// An identity that was not established; a reference that is none of theirs; a call that is not waiting.
pub fn call_match(
    act: &mut Act<'_>,
    caller: &Caller,
    id: CallId,
    reference: &str,
    identity: Identity,
    words: &str,
) -> Result<FamilyId> {
    let call = call_get(act.conn, act.service, id)?;
    waits(&call, CallState::Unmatched)?;
    if identity == Identity::NotEstablished {
        return Err(Error::bad_input(
            "Who rang must be established before a call is put to a family. Ring them back first, or close it with what they were told. Nothing was saved.",
        )
        .at("identity"));
    }
    let words = worded("match_words", words, "Say what you compared, and with what.")?;
    let family = family_by_reference(act.conn(), caller, reference)?;
    if caller.in_family(act.conn(), family).is_err() {
        return Err(Error::not_now(
            "You have nothing to do with this family yet. Say why you need its file on the page of families, then match the call. Nothing was saved.",
        )
        .at("reference"));
    }
    let said = noted(said_open(act, &call)?, Some(identity), words);
    let call = moved(act, call, caller.staff, CallState::Matched, Some(family));
    call_settle(act, &call, &said)?;
    act.record(Deed::CallMatched, ("call", id.as_str()), Some(family), identity.as_str())?;
    Ok(family)
}

/// Puts a call back that was matched to the wrong family. What was written there stays with the call alone.
///
/// # Errors
/// A call that was answered meanwhile: what was said then stands with that family. No reason.
pub fn call_put_back(act: &mut Act<'_>, caller: &Caller, id: CallId, why: &str) -> Result<()> {
    let (call, _) = matched(act, caller, id)?;
    let why = worded("put_back_why", why, "Say why it is not this family.")?;
    let family = call.family_id;
    let said = noted(said_open(act, &call)?, None, why);
    let call = moved(act, call, caller.staff, CallState::Unmatched, None);
    call_settle(act, &call, &said)?;
    act.record(Deed::CallPutBack, ("call", id.as_str()), family, "")
}

/// They were rung back: what they told and what they were answered stands with the family, as told by them.
///
/// # Errors
/// As `enquiry_record`; a call that is not matched, or matched to a family that is none of the caller's.
pub fn call_answer(
    act: &mut Act<'_>,
    caller: &Caller,
    id: CallId,
    answered: Vec<Answered>,
    support: Support,
) -> Result<(FamilyId, EnquiryId)> {
    let (call, proof) = matched(act, caller, id)?;
    let said = said_open(act, &call)?;
    let entry = EnquiryEntry {
        teller: said.teller.clone(),
        about: None,
        account: said.account.clone(),
        asked: said.asked.clone(),
        answered,
        support,
    };
    let enquiry = enquiry_record(act, &proof, entry)?;
    let family = proof.family();
    let call = moved(act, call, caller.staff, CallState::Answered, Some(family));
    call_settle(act, &call, &said)?;
    act.record(Deed::CallAnswered, ("call", id.as_str()), Some(family), enquiry.as_str())?;
    Ok((family, enquiry))
}

/// Closes a call that belongs to no family of ours, or whose caller could not be established: they had general information.
///
/// # Errors
/// No words of what was done; a call that is not waiting.
pub fn call_close(act: &mut Act<'_>, by: StaffId, id: CallId, identity: Identity, words: &str) -> Result<()> {
    let call = call_get(act.conn, act.service, id)?;
    waits(&call, CallState::Unmatched)?;
    let words = worded("close_words", words, "Say what was looked for and what they were told.")?;
    let said = noted(said_open(act, &call)?, Some(identity), words);
    let call = moved(act, call, by, CallState::Closed, None);
    call_settle(act, &call, &said)?;
    act.record(Deed::CallClosed, ("call", id.as_str()), None, identity.as_str())
}

/// Opens a closed call again: they rang once more, and now quote a letter.
///
/// # Errors
/// No reason; a call that is not closed.
pub fn call_reopen(act: &mut Act<'_>, by: StaffId, id: CallId, why: &str) -> Result<()> {
    let call = call_get(act.conn, act.service, id)?;
    waits(&call, CallState::Closed)?;
    let why = worded("reopen_why", why, "Say why it is opened again.")?;
    let said = noted(said_open(act, &call)?, None, why);
    let call = moved(act, call, by, CallState::Unmatched, None);
    call_settle(act, &call, &said)?;
    act.record(Deed::CallReopened, ("call", id.as_str()), None, "")
}

fn matched(act: &mut Act<'_>, caller: &Caller, id: CallId) -> Result<(Call, InFamily)> {
    let call = call_get(act.conn, act.service, id)?;
    waits(&call, CallState::Matched)?;
    let family = call.family_id.ok_or_else(|| Error::inner("a matched call without a family"))?;
    let proof = caller.in_family(act.conn(), family)?;
    Ok((call, proof))
}
