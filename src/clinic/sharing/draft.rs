//! A decision that somebody has begun: their answers so far about one relative. Compartment D; theirs alone.
//! Must not know: what an answer means. Only `decision_record` makes a decision of them, and a draft lets nothing happen.

use super::question::{Answers, QUESTIONS, Question};
use crate::{
    access::InFamily,
    audit::{Act, Deed},
    clinic::cascade::task::Task,
    db::{Conn, UtcTime},
    error::{Error, Result},
    ids::{DraftId, FamilyId, ServiceId, StaffId, TaskId},
    keys::{Sealed, content, to_hex},
};
use diesel::prelude::*;
use serde_json::Value;
use sha2::{Digest, Sha256};

diesel::table! {
    decision_drafts (id) {
        id -> Text,
        service_id -> Text,
        family_id -> Text,
        task_id -> Text,
        by_staff -> Text,
        begun_at -> Timestamp,
        saved_at -> Timestamp,
        sealed -> Binary,
    }
}

#[derive(Queryable, Insertable)]
#[diesel(table_name = decision_drafts)]
struct Row {
    id: DraftId,
    service_id: ServiceId,
    family_id: FamilyId,
    task_id: TaskId,
    by_staff: StaffId,
    begun_at: UtcTime,
    saved_at: UtcTime,
    sealed: Sealed<Kept>,
}

/// One field and what was answered: one text, or any number of codes.
#[derive(minicbor::Encode, minicbor::Decode)]
struct Answered {
    #[n(0)]
    field: String,
    #[n(1)]
    values: Vec<String>,
    #[n(2)]
    is_list: bool,
}

#[derive(minicbor::Encode, minicbor::Decode)]
struct Kept(#[n(0)] Vec<Answered>);
content!(D at "decision_drafts.sealed" holds Kept);

/// A draft that was opened by whoever writes it.
#[derive(Default)]
pub struct Draft {
    pub answers: Answers,
    /// Nothing is saved yet where absent.
    pub saved_at: Option<UtcTime>,
}

impl Draft {
    /// The first question that lacks an answer; none where all may be saved.
    pub fn first_open(&self) -> Option<&'static str> {
        QUESTIONS.iter().find(|question| !question.is_answered(&self.answers)).map(|question| question.slug)
    }

    /// A mark of what is kept of a question, by which a page knows whether it has changed since.
    pub fn mark(&self, question: &Question) -> String {
        let own: Answers = question
            .names()
            .filter_map(|field| Some((field.to_owned(), self.answers.get(field)?.clone())))
            .collect();
        to_hex(&Sha256::digest(Value::Object(own).to_string().as_bytes()))
    }

    /// The answers as the fields of a form: a day in three parts, a list one field for each value.
    pub fn as_typed(&self) -> Vec<(String, String)> {
        let mut typed = Vec::new();
        for (field, value) in &self.answers {
            match value {
                Value::Array(values) => {
                    let each = values.iter().filter_map(Value::as_str);
                    typed.extend(each.map(|one| (format!("{field}[]"), one.to_owned())));
                }
                Value::String(text) => match text.parse::<crate::db::UtcDate>() {
                    Ok(day) if field.ends_with("_by") || field.ends_with("_on") => {
                        let (year, month, day) = day.ymd();
                        for (part, number) in
                            [("day", i64::from(day)), ("month", i64::from(month)), ("year", i64::from(year))]
                        {
                            typed.push((format!("{field}-{part}"), number.to_string()));
                        }
                    }
                    Ok(_) | Err(_) => typed.push((field.clone(), text.clone())),
                },
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => {}
            }
        }
        typed
    }
}

/// The caller's own draft about this relative; an empty one where there is none.
pub fn draft_get(conn: &mut Conn, proof: &InFamily, task: TaskId) -> Result<Draft> {
    let Some(row) = row_of(conn, proof, task)? else { return Ok(Draft::default()) };
    let Kept(kept) = row.sealed.open(proof.grant()?, row.id.as_str())?;
    let answers = kept
        .into_iter()
        .map(|one| {
            let value = match one.is_list {
                true => Value::from(one.values),
                false => Value::from(one.values.into_iter().next().unwrap_or_default()),
            };
            (one.field, value)
        })
        .collect();
    Ok(Draft { answers, saved_at: Some(row.saved_at) })
}

/// Keeps the answers to some fields; what was answered to others stays. A field without a value is emptied.
///
/// # Errors
/// A value that is neither text nor a list of texts.
pub fn draft_save(
    act: &mut Act<'_>,
    proof: &InFamily,
    task: &Task,
    fields: &[&str],
    mut answers: Answers,
) -> Result<()> {
    let mut draft = draft_get(act.conn, proof, task.id)?;
    for field in fields {
        match answers.remove(*field) {
            Some(value) => draft.answers.insert((*field).to_owned(), value),
            None => draft.answers.remove(*field),
        };
    }
    let kept = draft.answers.iter().map(|(field, value)| answered(field, value)).collect::<Result<_>>()?;
    let (id, at) = (DraftId::new(act.chance()), act.at);
    let row = row_of(act.conn, proof, task.id)?;
    let id = row.as_ref().map_or(id, |row| row.id);
    let sealed = Sealed::seal(proof.grant()?, act.chance(), id.as_str(), &Kept(kept))?;
    match row {
        Some(_) => {
            diesel::update(decision_drafts::table.find(id))
                .set((decision_drafts::saved_at.eq(at), decision_drafts::sealed.eq(sealed)))
                .execute(act.conn())?;
        }
        None => {
            let row = Row {
                id,
                service_id: act.service,
                family_id: proof.family(),
                task_id: task.id,
                by_staff: proof.staff(),
                begun_at: at,
                saved_at: at,
                sealed,
            };
            diesel::insert_into(decision_drafts::table).values(&row).execute(act.conn())?;
        }
    }
    act.record(Deed::DecisionDrafted, ("relative_task", task.id.as_str()), Some(proof.family()), "")
}

/// Removes the caller's draft; true where there was one.
pub fn draft_forget(act: &mut Act<'_>, proof: &InFamily, task: TaskId) -> Result<bool> {
    let Some(row) = row_of(act.conn, proof, task)? else { return Ok(false) };
    diesel::delete(decision_drafts::table.find(row.id)).execute(act.conn())?;
    act.record(Deed::DecisionDraftForgotten, ("relative_task", task.as_str()), Some(proof.family()), "")?;
    Ok(true)
}

fn row_of(conn: &mut Conn, proof: &InFamily, task: TaskId) -> Result<Option<Row>> {
    Ok(decision_drafts::table
        .filter(decision_drafts::service_id.eq(proof.service()))
        .filter(decision_drafts::task_id.eq(task))
        .filter(decision_drafts::by_staff.eq(proof.staff()))
        .first(conn)
        .optional()?)
}

fn answered(field: &str, value: &Value) -> Result<Answered> {
    let refused =
        || Error::bad_input("An answer must be text or a list of codes. Nothing was saved.").at(field);
    let values = match value {
        Value::String(text) => vec![text.trim().to_owned()],
        Value::Array(values) => values
            .iter()
            .map(|one| one.as_str().map(str::to_owned).ok_or_else(refused))
            .collect::<Result<_>>()?,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => return Err(refused()),
    };
    Ok(Answered { field: field.to_owned(), values, is_list: value.is_array() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_draft_comes_back_into_a_form_as_it_was_typed() {
        let answers = json!({"review_on": "2027-03-01", "reasons": ["A1", "RL2"], "dissent": "nobody"});
        let draft = Draft { answers: answers.as_object().unwrap().clone(), saved_at: None };
        let typed = draft.as_typed();
        for (field, value) in [
            ("review_on-day", "1"),
            ("review_on-month", "3"),
            ("review_on-year", "2027"),
            ("reasons[]", "A1"),
            ("reasons[]", "RL2"),
            ("dissent", "nobody"),
        ] {
            assert!(typed.contains(&(field.into(), value.into())), "{field}: {typed:?}");
        }
        assert_eq!(draft.first_open(), Some("relative"), "a first view may be passed over");
        let (_, tried) = Question::by_slug("tried").unwrap();
        let (_, advice) = Question::by_slug("advice").unwrap();
        assert!(draft.mark(tried) == Draft::default().mark(tried) && draft.mark(advice) != draft.mark(tried));
    }

    #[test]
    fn what_is_no_answer_is_refused() {
        assert!(answered("dissent", &json!(7)).is_err() && answered("reasons", &json!([7])).is_err());
    }
}
