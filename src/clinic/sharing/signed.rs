//! A sheet that the proband signed: when, how, before whom, and on which rows. Rows are only ever added. Compartment D.
//! Must not know: paper. Nobody signs for the proband: there is no field for it.

use super::sheet::{Line, Sheet};
use crate::{
    access::InFamily,
    audit::{Act, Deed},
    clinic::{
        people::person::{Person, person_get},
        result::state::TestResult,
    },
    db::{Conn, UtcDate, UtcTime, closed},
    error::{Error, Result},
    ids::{ConsentId, FamilyId, NeverShareId, ResultId, ServiceId, SheetId, StaffId, TaskId},
    keys::{Sealed, content},
};
use diesel::prelude::*;

diesel::table! {
    agreement_sheets (id) {
        id -> Text,
        service_id -> Text,
        family_id -> Text,
        result_id -> Text,
        seq -> Integer,
        fingerprint -> Text,
        signed_on -> Date,
        way -> Text,
        by_staff -> Text,
        at -> Timestamp,
        sealed -> Binary,
    }
}

closed! {
    /// How it was signed.
    pub enum SignedWay {
        Together = "together",
        ByPost = "by_post",
        OnScreen = "on_screen",
    }
}

impl SignedWay {
    pub const fn title(self) -> &'static str {
        match self {
            Self::Together => "On paper, in the same room",
            Self::ByPost => "On paper, sent by post",
            Self::OnScreen => "On a screen, in a call",
        }
    }
}

/// A signed sheet as stored.
#[derive(Queryable, Insertable)]
#[diesel(table_name = agreement_sheets)]
struct Row {
    id: SheetId,
    service_id: ServiceId,
    family_id: FamilyId,
    result_id: ResultId,
    seq: i32,
    fingerprint: String,
    signed_on: UtcDate,
    way: SignedWay,
    by_staff: StaffId,
    at: UtcTime,
    sealed: Sealed<Kept>,
}

/// Who signed, who saw it, and what stood then.
#[derive(minicbor::Encode, minicbor::Decode)]
struct Kept {
    #[n(0)]
    signer: String,
    #[n(1)]
    witness: String,
    #[n(2)]
    lines: Vec<KeptLine>,
    #[n(3)]
    never: Vec<NeverShareId>,
}
content!(D at "agreement_sheets.sealed" holds Kept);

/// A row that stood, as staff read it.
#[derive(Clone, minicbor::Encode, minicbor::Decode)]
struct KeptLine {
    #[n(0)]
    task: TaskId,
    #[n(1)]
    consent: ConsentId,
    #[n(2)]
    words: String,
}

/// A signed sheet that was opened.
pub struct Signed {
    pub id: SheetId,
    pub fingerprint: String,
    pub signed_on: UtcDate,
    pub way: SignedWay,
    pub by_staff: StaffId,
    pub at: UtcTime,
    /// The proband, as the record named them then.
    pub signer: String,
    pub witness: String,
    lines: Vec<KeptLine>,
    never: Vec<NeverShareId>,
}

/// A signature as staff record it.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedEntry {
    /// As the paper has it; its first eight signs are enough.
    pub printed: String,
    pub signed_on: Option<UtcDate>,
    pub way: SignedWay,
    /// Who saw them sign.
    pub witness: String,
}

/// Signs that tell one fingerprint from another, at least.
const LEAST: usize = 8;

/// Records that the proband signed the sheet as it stands.
///
/// # Errors
/// Nothing that they have said; paper with another fingerprint; a day on which they cannot have signed; nobody who saw it.
pub fn sheet_sign(
    act: &mut Act<'_>,
    proof: &InFamily,
    result: &TestResult,
    sheet: &Sheet,
    entry: SignedEntry,
) -> Result<SheetId> {
    if sheet.said().next().is_none() {
        return Err(Error::not_now(
            "The proband has said nothing yet about any relative, so there is nothing to sign. Nothing was saved.",
        ));
    }
    let printed: String = entry.printed.chars().filter(char::is_ascii_alphanumeric).collect();
    if printed.len() < LEAST {
        return Err(Error::bad_input(format!(
            "Copy the fingerprint from the foot of the signed sheet: its first {LEAST} signs are enough. Nothing was saved."
        ))
        .at("printed"));
    }
    if !sheet.fingerprint.starts_with(&printed.to_ascii_lowercase()) {
        return Err(Error::not_now(
            "The sheet that was signed has another fingerprint than what stands now: something was recorded since it was printed. Print it again, go through it with the proband, and have that one signed. Nothing was saved.",
        )
        .at("printed"));
    }
    let proband = person_get(act.conn(), proof, result.person_id)?;
    let signed_on = day_possible(&proband, sheet, entry.signed_on, act.at.date())?;
    let witness = entry.witness.trim();
    if witness.chars().count() < 3 {
        return Err(Error::bad_input("Write who saw the proband sign. Nothing was saved.").at("witness"));
    }
    let known = signed_list(act.conn(), proof, result.id)?;
    if let Some(known) = known.iter().find(|one| one.fingerprint == sheet.fingerprint) {
        return Err(Error::not_now(format!(
            "This sheet is on record already, signed on {}. Nothing was saved.",
            known.signed_on.shown()
        ))
        .at("printed"));
    }
    let earlier: Option<i32> = agreement_sheets::table
        .filter(agreement_sheets::service_id.eq(proof.service()))
        .filter(agreement_sheets::result_id.eq(result.id))
        .order(agreement_sheets::seq.desc())
        .select(agreement_sheets::seq)
        .first(act.conn())
        .optional()?;
    let id = SheetId::new(act.chance());
    let kept = Kept {
        signer: proband.shown(),
        witness: witness.to_owned(),
        lines: sheet.lines.iter().filter_map(kept_line).collect(),
        never: sheet.never.iter().map(|item| item.id).collect(),
    };
    let row = Row {
        id,
        service_id: act.service,
        family_id: proof.family(),
        result_id: result.id,
        seq: 1 + earlier.unwrap_or(0),
        fingerprint: sheet.fingerprint.clone(),
        signed_on,
        way: entry.way,
        by_staff: proof.staff(),
        at: act.at,
        sealed: Sealed::seal(proof.grant()?, act.chance(), id.as_str(), &kept)?,
    };
    diesel::insert_into(agreement_sheets::table).values(&row).execute(act.conn())?;
    let object = ("agreement_sheet", id.as_str());
    act.record(Deed::SheetSigned, object, Some(proof.family()), &row.fingerprint)?;
    Ok(id)
}

fn kept_line(line: &Line) -> Option<KeptLine> {
    let stands = line.stands.as_ref()?;
    Some(KeptLine { task: line.task.id, consent: stands.row.id, words: stands.in_words() })
}

/// The day of the signature, between the newest row on the sheet and today, while they lived.
fn day_possible(proband: &Person, sheet: &Sheet, day: Option<UtcDate>, today: UtcDate) -> Result<UtcDate> {
    let refused = |words: String| Error::bad_input(format!("{words} Nothing was saved.")).at("signed_on");
    let day = day.ok_or_else(|| refused("Give the day on which the proband signed.".into()))?;
    if day > today {
        return Err(refused("The day of the signature is in the future. Check it.".into()));
    }
    if let Some(newest) = sheet.newest().map(UtcTime::date).filter(|newest| day < *newest) {
        return Err(refused(format!(
            "What stands on this sheet was recorded on {}, so it cannot have been signed on {}. Check the day.",
            newest.shown(),
            day.shown()
        )));
    }
    if let Some(died) = proband.died_on.filter(|died| day > *died) {
        return Err(refused(format!("The proband died on {}, before that day. Check both.", died.shown())));
    }
    Ok(day)
}

/// The signed sheets of a result, the one signed last first.
pub fn signed_list(conn: &mut Conn, proof: &InFamily, result: ResultId) -> Result<Vec<Signed>> {
    let rows: Vec<Row> = agreement_sheets::table
        .filter(agreement_sheets::service_id.eq(proof.service()))
        .filter(agreement_sheets::result_id.eq(result))
        .order((agreement_sheets::signed_on.desc(), agreement_sheets::seq.desc()))
        .load(conn)?;
    let grant = proof.grant()?;
    rows.into_iter()
        .map(|row| {
            let Kept { signer, witness, lines, never } = row.sealed.open(grant, row.id.as_str())?;
            Ok(Signed {
                id: row.id,
                fingerprint: row.fingerprint,
                signed_on: row.signed_on,
                way: row.way,
                by_staff: row.by_staff,
                at: row.at,
                signer,
                witness,
                lines,
                never,
            })
        })
        .collect()
}

impl Signed {
    /// True while the very rows stand that were signed.
    pub fn matches(&self, sheet: &Sheet) -> bool {
        self.fingerprint == sheet.fingerprint
    }

    /// What has changed since, a line each; nothing while it matches.
    pub fn changes(&self, sheet: &Sheet) -> Vec<String> {
        let mut changes = Vec::new();
        for line in &sheet.lines {
            let then = self.lines.iter().find(|kept| kept.task == line.task.id);
            let now = line.stands.as_ref();
            match (then, now) {
                (Some(then), Some(now)) if then.consent != now.row.id => changes.push(format!(
                    "{}: signed as '{}'; now '{}', {}",
                    line.whom(),
                    then.words,
                    now.in_words(),
                    now.row.at.date().shown()
                )),
                (None, Some(now)) => changes.push(format!(
                    "{}: not on the sheet; now '{}', {}",
                    line.whom(),
                    now.in_words(),
                    now.row.at.date().shown()
                )),
                (Some(_), Some(_)) | (Some(_) | None, None) => {}
            }
        }
        let more = sheet.never.iter().filter(|item| !self.never.contains(&item.id)).count();
        let fewer = self.never.iter().filter(|id| sheet.never.iter().all(|item| item.id != **id)).count();
        if more + fewer > 0 {
            changes.push(format!("Never to be shared: {more} added, {fewer} lifted"));
        }
        if changes.is_empty() && !self.matches(sheet) {
            changes.push(
                "A row that was signed is no longer what it was. Tell whoever runs the installation.".into(),
            );
        }
        changes
    }
}
