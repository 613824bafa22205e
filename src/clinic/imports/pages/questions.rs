//! Who may be somebody who is there already, or stands in the file twice: each asked and answered by a person.
//! Must not know: how two people are compared.

use super::{Filter, PAGE, Paging, cut};
use crate::{
    access::{
        Answer, Caller, Choice, InFamily, Input, Permission, Staff,
        family::{families_related, family_references},
        pages::Here,
        permission::{allows, may},
    },
    audit::{Act, Deed},
    clinic::{
        imports::{
            decided::{exact_decide, question_decide},
            family::{ImportFamily, Rows, Which, families_list},
            mapping::Mapping,
            people::{Somebody, somebody},
            question::{Other, Question, Said},
            state::import_open,
        },
        people::person::{Person, persons_of},
    },
    error::{Error, Result},
    ids::{FamilyId, ImportFamilyId, ImportId, PersonId},
};
use actix_web::web;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeMap;

#[derive(Serialize)]
struct Asked {
    family: ImportFamilyId,
    question: usize,
    /// `said-<family>-<question>`: as the form sends it.
    name: String,
    legend: String,
    hint: String,
    exact: bool,
    options: Vec<Choice>,
}

#[derive(Serialize)]
struct View {
    import: ImportId,
    asked: Vec<Asked>,
    /// Some of those on any page have the same number and birth.
    together: Vec<Choice>,
    paging: Paging,
}

pub(super) async fn page(
    staff: Staff<may::ImportRun>,
    house: Here,
    id: web::Path<ImportId>,
    filter: web::Query<Filter>,
) -> Result<Answer> {
    let (caller, id, page) = (staff.caller, id.into_inner(), filter.page()?);
    let of = caller.clone();
    let view = house.act(&caller, move |act, _| view(act, &of, id, page)).await?;
    Answer::page("import_questions", "The same person, or another", &caller, view)
}

fn view(act: &mut Act<'_>, caller: &Caller, id: ImportId, page: i64) -> Result<View> {
    let import = import_open(act.conn(), caller, id)?;
    act.record(Deed::ImportRead, ("import", id.as_str()), None, "questions")?;
    let listed = families_list(act.conn(), &import, Which::Asked, (page - 1) * PAGE, PAGE + 1)?;
    let (families, next) = cut(listed);
    let may_tie = allows(&caller.roles, Permission::PedigreeEdit);
    let mut asked = Vec::new();
    if !families.is_empty() {
        let unlocked = import.keys(act)?;
        let mapping = import.mapping_said()?;
        let opened = families
            .iter()
            .map(|family| Ok((family, family.open(unlocked.grant()?)?)))
            .collect::<Result<Vec<(&ImportFamily, Rows)>>>()?;
        let known = Known::read(act, caller, &opened)?;
        for (family, rows) in &opened {
            for (place, question) in rows.questions.iter().enumerate().filter(|(_, q)| q.said.is_none()) {
                asked.push(known.asked(family, rows, (place, question), &mapping, may_tie));
            }
        }
    }
    let exact = asked.iter().any(|one| one.exact);
    let offered = |said: &Said| exact && (may_tie || *said != Said::Same);
    let offered = [Said::Same, Said::Apart, Said::Out].into_iter().filter(offered);
    let together = offered.map(|said| choice(said, None)).collect();
    let paging = Paging::of(page, next, |page| format!("/imports/{id}/questions?page={page}"));
    Ok(View { import: id, asked, together, paging })
}

fn choice(said: Said, other: Option<Other>) -> Choice {
    let hint = match (said, other) {
        (Said::Same, Some(Other::There(..))) => Some(
            "The others of this family come into the file where they stand. What stands there is not changed.",
        ),
        (Said::Same, Some(Other::Row(_))) => Some("The two rows become one person."),
        (Said::Same | Said::Apart | Said::Another | Said::Out, _) => None,
    };
    Choice::of(said, said.title()).hint(hint)
}

/// Whoever the questions of a page are about, looked up once.
struct Known {
    people: Vec<Person>,
    references: Vec<(FamilyId, String)>,
}

impl Known {
    fn read(act: &mut Act<'_>, caller: &Caller, families: &[(&ImportFamily, Rows)]) -> Result<Self> {
        let (mut ids, mut people): (Vec<FamilyId>, Vec<PersonId>) = (Vec::new(), Vec::new());
        for question in families.iter().flat_map(|(_, rows)| &rows.questions) {
            if let Other::There(person, family) = question.other {
                ids.push(family);
                people.push(person);
            }
        }
        ids.sort();
        ids.dedup();
        let proofs: Vec<InFamily> = families_related(act.conn(), caller, &ids)?;
        let ids: Vec<FamilyId> = proofs.iter().map(InFamily::family).collect();
        let references = family_references(act.conn(), caller.service, &ids)?;
        Ok(Self { people: persons_of(act.conn(), &proofs, &people)?, references })
    }

    fn asked(
        &self,
        family: &ImportFamily,
        rows: &Rows,
        (place, question): (usize, &Question),
        mapping: &Mapping,
        may_tie: bool,
    ) -> Asked {
        let row = |number: u32| {
            rows.lines
                .iter()
                .find(|line| line.number == number)
                .map(|line| somebody(line, mapping, &mut Vec::new()))
        };
        let who = row(question.row).map(|one| words(&one)).unwrap_or_default();
        let other = match question.other {
            Other::There(person, of) => self.there(person, of),
            Other::Row(number) => format!(
                "row {number} of the same family ({})",
                row(number).map(|one| words(&one)).unwrap_or_default()
            ),
            Other::Elsewhere(number) => format!("row {number} of the file, in another family"),
        };
        let why = match (question.exact, question.by_number) {
            (true, _) => "The NHS number and the date of birth are the same.",
            (false, true) => "The NHS number is the same.",
            (false, false) => "The name and the birth are the same.",
        };
        Asked {
            family: family.id,
            question: place,
            name: format!("said-{}-{place}", family.id),
            legend: format!("Row {}, {who}: the same as {other}?", question.row),
            hint: why.to_owned(),
            exact: question.exact,
            options: question
                .offers(may_tie)
                .into_iter()
                .map(|said| choice(said, Some(question.other)))
                .collect(),
        }
    }

    fn there(&self, person: PersonId, family: FamilyId) -> String {
        let known = self.people.iter().find(|known| known.id == person);
        let reference = self.references.iter().find(|(id, _)| *id == family);
        match (known, reference) {
            (Some(person), Some((_, reference))) => {
                let born =
                    person.birth_date.map(|born| format!(", born {}", born.shown())).unwrap_or_default();
                format!("{}{born}, in family {reference}", person.shown())
            }
            (_, _) => "somebody in a family that you have nothing to do with any more".to_owned(),
        }
    }
}

fn words(one: &Somebody) -> String {
    let name = [&one.said.given_name, &one.said.family_name];
    let name: Vec<&str> = name.into_iter().flatten().map(String::as_str).collect();
    let born = one.said.birth_date.map(|born| format!(", born {}", born.shown())).unwrap_or_default();
    format!("{}{born}", if name.is_empty() { "not named".to_owned() } else { name.join(" ") })
}

#[derive(Deserialize)]
pub(super) struct Answers {
    /// As a program sends them.
    #[serde(default)]
    answers: Vec<One>,
    /// As a form sends them: `said-<family>-<question>`.
    #[serde(flatten)]
    cells: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct One {
    family: ImportFamilyId,
    question: usize,
    said: Said,
}

impl Answers {
    fn all(self) -> Result<Vec<One>> {
        let mut all = self.answers;
        for (name, word) in self.cells.iter().filter(|(_, word)| !word.is_empty()) {
            let unknown = || Error::bad_input(format!("Nothing here is called '{name}'. Nothing was saved."));
            let rest = name.strip_prefix("said-").and_then(|rest| rest.rsplit_once('-'));
            let (family, question) = rest.ok_or_else(unknown)?;
            all.push(One {
                family: family.parse().map_err(|_| unknown())?,
                question: question.parse().map_err(|_| unknown())?,
                said: word.parse().map_err(|_| {
                    Error::bad_input("Choose one of the answers. Nothing was saved.").at(name.clone())
                })?,
            });
        }
        if all.is_empty() {
            return Err(Error::bad_input("Answer at least one question. Nothing was saved."));
        }
        Ok(all)
    }
}

pub(super) async fn answered(
    staff: Staff<may::ImportRun>,
    house: Here,
    id: web::Path<ImportId>,
    input: Input<Answers>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let answers = input.open(&caller)?.all()?;
    let of = caller.clone();
    let count = answers.len();
    house
        .act(&caller, move |act, _| {
            let import = import_open(act.conn(), &of, id)?;
            for One { family, question, said } in answers {
                let field = format!("said-{family}-{question}");
                question_decide(act, &of, &import, (family, question), said)
                    .map_err(|problem| problem.at(field))?;
            }
            Ok(())
        })
        .await?;
    Ok(Answer::done(format!("/imports/{id}/questions"), json!({"import": id, "answered": count})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Together {
    together: Said,
}

pub(super) async fn together(
    staff: Staff<may::ImportRun>,
    house: Here,
    id: web::Path<ImportId>,
    input: Input<Together>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let said = input.open(&caller)?.together;
    if said == Said::Another {
        return Err(Error::bad_input(
            "Two with one NHS number and one date of birth are not two people. Nothing was saved.",
        )
        .at("together"));
    }
    let of = caller.clone();
    let count = house
        .act(&caller, move |act, _| {
            let import = import_open(act.conn(), &of, id)?;
            exact_decide(act, &of, &import, said)
        })
        .await?;
    Ok(Answer::done(format!("/imports/{id}/questions"), json!({"import": id, "answered": count})))
}
