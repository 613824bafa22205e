//! What the family asked never to be passed on: words, kept until somebody lifts them with a reason. Compartment D.
//! Must not know: what letters say; the leak gate asks what stands, and `letters/take_back.rs` looks for it.

use crate::{
    access::InFamily,
    audit::{Act, Deed},
    clinic::{
        answers::stop::answers_take_back_words, kindred::joined::families_of_result,
        letters::take_back::take_back_words,
    },
    db::{Conn, UtcTime},
    error::{Error, Result},
    ids::{ConversationId, FamilyId, NeverShareId, ResultId, ServiceId, StaffId},
    keys::{Compartment, Sealed, content},
};
use diesel::prelude::*;

diesel::table! {
    never_shares (id) {
        id -> Text,
        service_id -> Text,
        family_id -> Text,
        conversation_id -> Nullable<Text>,
        by_staff -> Text,
        at -> Timestamp,
        sealed -> Binary,
    }
}

diesel::table! {
    never_share_lifts (item_id) {
        item_id -> Text,
        service_id -> Text,
        family_id -> Text,
        by_staff -> Text,
        at -> Timestamp,
        sealed -> Binary,
    }
}

#[derive(Queryable, Insertable)]
#[diesel(table_name = never_shares)]
struct Row {
    id: NeverShareId,
    service_id: ServiceId,
    family_id: FamilyId,
    conversation_id: Option<ConversationId>,
    by_staff: StaffId,
    at: UtcTime,
    sealed: Sealed<Phrase>,
}

/// A row of its own: an item is never changed.
#[derive(Queryable, Insertable)]
#[diesel(table_name = never_share_lifts)]
struct Lift {
    item_id: NeverShareId,
    service_id: ServiceId,
    family_id: FamilyId,
    by_staff: StaffId,
    at: UtcTime,
    sealed: Sealed<LiftWhy>,
}

#[derive(minicbor::Encode, minicbor::Decode)]
struct Phrase(#[n(0)] String);
content!(D at "never_shares.sealed" holds Phrase);

#[derive(minicbor::Encode, minicbor::Decode)]
struct LiftWhy(#[n(0)] String);
content!(D at "never_share_lifts.sealed" holds LiftWhy);

/// An item that was opened, with how it ended if it did.
pub struct NeverShare {
    pub id: NeverShareId,
    pub conversation_id: Option<ConversationId>,
    pub by_staff: StaffId,
    pub at: UtcTime,
    pub words: String,
    pub lifted: Option<Lifted>,
}

pub struct Lifted {
    pub by_staff: StaffId,
    pub at: UtcTime,
    pub why: String,
}

/// What recording such words came to.
#[derive(Default, serde::Serialize)]
pub struct Kept {
    pub kept: usize,
    /// Letters that hold one of them and had not left.
    pub letters_stopped: usize,
    /// Letters that hold one of them and had left: the page lists them.
    pub letters_left: usize,
    /// Answers that hold one of them and could be read: they are withdrawn, and their questions wait again.
    pub answers_withdrawn: usize,
}

/// Keeps each line of `lines` as an item of its own, and stops in this act every letter that holds one and has not left,
/// and every answer that holds one.
///
/// # Errors
/// A line too short to be looked for, or longer than a phrase.
pub fn never_share_record(
    act: &mut Act<'_>,
    proof: &InFamily,
    conversation: Option<ConversationId>,
    lines: &str,
) -> Result<Kept> {
    let mut kept = Vec::new();
    for words in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let letters = words.chars().filter(|c| c.is_alphanumeric()).count();
        if letters < 3 || words.chars().count() > 80 {
            return Err(Error::bad_input(
                "Each line of what is never to be shared is a word or a short phrase, of 3 to 80 characters, as a letter would have it. Nothing was saved.",
            ));
        }
        let id = NeverShareId::new(act.chance());
        let row = Row {
            id,
            service_id: act.service,
            family_id: proof.family(),
            conversation_id: conversation,
            by_staff: proof.staff(),
            at: act.at,
            sealed: Sealed::seal(proof.grant()?, act.chance(), id.as_str(), &Phrase(words.to_owned()))?,
        };
        diesel::insert_into(never_shares::table).values(&row).execute(act.conn())?;
        act.record(Deed::NeverShareRecorded, ("never_share", id.as_str()), Some(proof.family()), "")?;
        kept.push(words.to_owned());
    }
    let (letters_stopped, letters_left) = take_back_words(act, proof, &kept)?;
    let answers_withdrawn = answers_take_back_words(act, proof, &kept)?;
    Ok(Kept { kept: kept.len(), letters_stopped, letters_left, answers_withdrawn })
}

/// Lifts an item: it stays on record, with who lifted it and why.
///
/// # Errors
/// No reason; an item of another family; one that was lifted before.
pub fn never_share_lift(act: &mut Act<'_>, proof: &InFamily, id: NeverShareId, why: &str) -> Result<()> {
    if why.trim().chars().count() < 3 {
        return Err(Error::bad_input(
            "Write why this may be shared now, and who said so. Nothing was saved.",
        ));
    }
    let item = never_share_list(act.conn(), proof)?
        .into_iter()
        .find(|item| item.id == id)
        .ok_or_else(Error::not_found)?;
    if item.lifted.is_some() {
        return Err(Error::not_now("This was lifted already. Nothing was changed."));
    }
    let row = Lift {
        item_id: id,
        service_id: act.service,
        family_id: proof.family(),
        by_staff: proof.staff(),
        at: act.at,
        sealed: Sealed::seal(proof.grant()?, act.chance(), id.as_str(), &LiftWhy(why.trim().to_owned()))?,
    };
    diesel::insert_into(never_share_lifts::table).values(&row).execute(act.conn())?;
    act.record(Deed::NeverShareLifted, ("never_share", id.as_str()), Some(proof.family()), "")
}

/// All items of a family, newest first, those that were lifted among them.
pub fn never_share_list(conn: &mut Conn, proof: &InFamily) -> Result<Vec<NeverShare>> {
    let rows: Vec<Row> = never_shares::table
        .filter(never_shares::service_id.eq(proof.service()))
        .filter(never_shares::family_id.eq(proof.family()))
        .order((never_shares::at.desc(), never_shares::id.asc()))
        .load(conn)?;
    let lifts: Vec<Lift> = never_share_lifts::table
        .filter(never_share_lifts::service_id.eq(proof.service()))
        .filter(never_share_lifts::family_id.eq(proof.family()))
        .load(conn)?;
    let grant = proof.grant()?;
    rows.into_iter()
        .map(|row| {
            let lifted = lifts.iter().find(|lift| lift.item_id == row.id).map(|lift| {
                let LiftWhy(why) = lift.sealed.open(grant, lift.item_id.as_str())?;
                Ok::<_, Error>(Lifted { by_staff: lift.by_staff, at: lift.at, why })
            });
            let Phrase(words) = row.sealed.open(grant, row.id.as_str())?;
            Ok(NeverShare {
                id: row.id,
                conversation_id: row.conversation_id,
                by_staff: row.by_staff,
                at: row.at,
                words,
                lifted: lifted.transpose()?,
            })
        })
        .collect()
}

/// The phrases that stand in the files joined with a result's: what one proband asked never to be passed on, no file of the
/// family passes on.
pub fn standing_joined(act: &mut Act<'_>, result: ResultId) -> Result<Vec<String>> {
    let service = act.service;
    let mut found = Vec::new();
    for family in families_of_result(act.conn, service, result)? {
        let rows: Vec<Row> = never_shares::table
            .filter(never_shares::service_id.eq(service))
            .filter(never_shares::family_id.eq(family))
            .order(never_shares::id.asc())
            .load(act.conn())?;
        let lifted: Vec<NeverShareId> = never_share_lifts::table
            .filter(never_share_lifts::service_id.eq(service))
            .filter(never_share_lifts::family_id.eq(family))
            .select(never_share_lifts::item_id)
            .load(act.conn())?;
        let unlocked = act.unlock(family.as_str(), &[Compartment::Detail])?;
        for row in rows.iter().filter(|row| !lifted.contains(&row.id)) {
            let Phrase(words) = row.sealed.open(unlocked.grant()?, row.id.as_str())?;
            found.push(words);
        }
    }
    Ok(found)
}

/// The phrases that stand.
pub fn standing(conn: &mut Conn, proof: &InFamily) -> Result<Vec<String>> {
    let items = never_share_list(conn, proof)?.into_iter();
    Ok(items.filter(|item| item.lifted.is_none()).map(|item| item.words).collect())
}
