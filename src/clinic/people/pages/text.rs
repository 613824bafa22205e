//! A family as text: typed in the notation of sibships, or brought in as a file; looked at, matched by a person, then saved.
//! Must not know: any one format.

use super::{
    drawing::{Leads, drawn},
    plan::{Planned, Saved, again, marked},
};
use crate::{
    access::{
        self, Answer, Caller, InFamily, Permission, Staff,
        family::family_get,
        input::Typed,
        pages::Here,
        permission::{allows, may},
        text::file_check,
        upload::{Brought, Cap, FileForm},
    },
    audit::{Act, Deed},
    clinic::people::{
        change::{FreshIds, There},
        entry::text::{self, Choice, Incoming},
    },
    error::{Error, Result},
    ids::{FamilyId, PersonId},
};
use actix_web::{HttpMessage, HttpRequest, web};
use kinward_family::writing::seen;
use kinward_pedigree::format::{FamilyFile, Format};
use serde::Serialize;
use serde_json::json;

/// Up to so many people in the text and in the family each row offers everybody who is there, and beyond only who may fit.
const OFFER_ALL: usize = 3_000;

/// A family of a thousand people in the longest of formats.
const CAP: Cap = Cap {
    bytes: 2 * 1024 * 1024,
    refusal: |_| {
        Error::bad_input(
            "This file is too large: 2 MiB is the most. Nothing was saved. Export only this family, and try again.",
        )
    },
};

#[derive(Serialize, Default)]
struct TextPage {
    family: String,
    reference: String,
    /// Where the text calls people who are there by their numbers.
    mark: Option<String>,
    text: String,
    format: &'static str,
    formats: Vec<access::Choice>,
    which: String,
    /// People of whom a person says whether they are there already.
    rows: Vec<RowShown>,
    waiting: usize,
    /// Whether the text was looked at, and what it says that is not there yet.
    checked: bool,
    lines: Vec<String>,
    added: usize,
    notes: Vec<String>,
    /// The text with its lines numbered, where a message names one.
    numbered: Vec<String>,
    pedigree_svg: String,
}

#[derive(Serialize)]
struct RowShown {
    place: usize,
    id: String,
    line: Option<usize>,
    said: String,
    options: Vec<access::Choice>,
}

fn formats(chosen: Option<Format>) -> Vec<access::Choice> {
    let one =
        |format: Format| access::Choice::of(format.name(), format.words()).chosen(chosen == Some(format));
    Format::ALL.into_iter().filter(|format| format.reads()).map(one).collect()
}

/// What people have, and how a parent is one, stands in every text: the permissions for both are asked for.
fn sees_all(act: &mut Act<'_>, caller: &Caller, proof: &InFamily) -> Result<()> {
    for needed in [Permission::ResultView, Permission::SealedView] {
        if !allows(&caller.roles, needed) {
            return Err(Error::not_allowed(needed.as_str()));
        }
    }
    act.record(Deed::HealthRead, ("family", proof.family().as_str()), Some(proof.family()), "as a text")
}

pub(super) async fn page(
    staff: Staff<may::PedigreeEdit>,
    house: Here,
    req: HttpRequest,
    id: web::Path<FamilyId>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let of = caller.clone();
    let typed = |name| req.extensions().get::<Typed>().and_then(|typed| typed.get(name)).map(str::to_owned);
    // Where the text of a file was refused before it was read, it comes again as the text of a file.
    let of_file = typed("file").or_else(|| typed("which").map(|_| String::new()));
    let typed = typed("text");
    let view = house
        .act(&caller, move |act, _| {
            let proof = of.in_family(act.conn(), id)?;
            sees_all(act, &of, &proof)?;
            let there = There::read(act.conn(), &proof)?;
            Ok(TextPage {
                family: id.to_string(),
                reference: family_get(act.conn(), &proof)?.reference,
                mark: of_file.is_none().then(|| there.mark()),
                text: of_file.as_deref().map_or_else(|| text::as_text(&there), |text| Ok(seen(text)))?,
                format: of_file.as_ref().map_or(Format::Sibships.name(), |_| ""),
                formats: formats(of_file.is_none().then_some(Format::Sibships)),
                numbered: typed
                    .or(of_file)
                    .map(|text| text.lines().map(str::to_owned).collect())
                    .unwrap_or_default(),
                pedigree_svg: drawn(&there.tree, &there.people, &[], act.at.date(), Leads::Nowhere),
                ..TextPage::default()
            })
        })
        .await?;
    answer(&caller, view)
}

fn answer(caller: &Caller, view: TextPage) -> Result<Answer> {
    Answer::page("family_text", format!("Family {} as text", view.reference), caller, view)
}

pub(super) async fn import_page(
    staff: Staff<may::PedigreeEdit>,
    house: Here,
    id: web::Path<FamilyId>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let of = caller.clone();
    let reference = house
        .read(move |conn, _| {
            let proof = of.in_family(conn, id)?;
            Ok(family_get(conn, &proof)?.reference)
        })
        .await?;
    let view =
        json!({"family": id, "reference": reference, "formats": formats(None), "most_people": text::MOST});
    Answer::page("family_import", format!("Bring a file into family {reference}"), &caller, view)
}

/// A file becomes a text that is looked at; nothing of it is kept.
pub(super) async fn import(
    staff: Staff<may::PedigreeEdit>,
    house: Here,
    req: HttpRequest,
    id: web::Path<FamilyId>,
    form: FileForm,
) -> Result<Answer> {
    let caller = staff.caller;
    let mut brought = form.open(&caller, "file", CAP).await?;
    let Some(text) = file_text(&mut brought)? else {
        return Err(Error::bad_input("Choose the file first. Nothing was saved.").at("file"));
    };
    let entry = Entry { text, from_file: true, step: Step::Check, mark: None, ..Entry::of(&brought)? };
    looked_at(caller, house, req, id.into_inner(), entry).await
}

/// The text of a file: as the file, or as the field that holds it once it was looked at.
fn file_text(brought: &mut Brought) -> Result<Option<String>> {
    let text = match (brought.file.take(), brought.get("file")) {
        (Some(bytes), _) => String::from_utf8(bytes).map(unmarked).map_err(|_| {
            Error::bad_input(
                "This file is not a text in UTF-8. Save it as UTF-8 and choose it again. Nothing was saved.",
            )
            .at("file")
        })?,
        (None, Some(text)) => text.to_owned(),
        (None, None) => return Ok(None),
    };
    Ok(Some(text))
}

/// Without the mark that some programs begin a file with.
fn unmarked(text: String) -> String {
    text.strip_prefix('\u{feff}').map_or(text.clone(), str::to_owned)
}

pub(super) async fn entered(
    staff: Staff<may::PedigreeEdit>,
    house: Here,
    req: HttpRequest,
    id: web::Path<FamilyId>,
    form: FileForm,
) -> Result<Answer> {
    let caller = staff.caller;
    let mut brought = form.open(&caller, "file", CAP).await?;
    let file = file_text(&mut brought)?;
    let entry = Entry::of(&brought)?;
    let entry = match file {
        Some(text) => Entry { text, from_file: true, ..entry },
        None => entry,
    };
    looked_at(caller, house, req, id.into_inner(), entry).await
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Step {
    #[default]
    Check,
    Save,
}

/// What was sent.
#[derive(Clone, Default)]
struct Entry {
    text: String,
    /// It came as a file: nobody here is called by number in it.
    from_file: bool,
    format: Option<Format>,
    which: String,
    mark: Option<String>,
    step: Step,
    /// By place in the text, from 1; not chosen yet where it is not in it.
    who: std::collections::BTreeMap<usize, Choice>,
}

impl Entry {
    fn of(brought: &Brought) -> Result<Self> {
        let mut entry = Self::default();
        for (name, value) in brought.fields.iter().filter(|(_, value)| !value.trim().is_empty()) {
            match name.as_str() {
                "text" => entry.text = value.clone(),
                "file" => {}
                "which" => entry.which = value.clone(),
                "mark" => entry.mark = Some(value.clone()),
                "format" => {
                    let known = Format::named(value).filter(|format| format.reads());
                    entry.format = Some(known.ok_or_else(|| {
                        Error::bad_input("Choose one of the formats. Nothing was saved.").at("format")
                    })?);
                }
                "step" => {
                    entry.step = match value.as_str() {
                        "check" => Step::Check,
                        "save" => Step::Save,
                        _ => {
                            return Err(Error::bad_input("'step' must be check or save. Nothing was saved.")
                                .at("step"));
                        }
                    };
                }
                name => {
                    let unknown =
                        || Error::bad_input(format!("Nothing here is called '{name}'. Nothing was saved."));
                    let place =
                        name.strip_prefix("who-").and_then(|at| at.parse().ok()).ok_or_else(unknown)?;
                    let choice = match value.as_str() {
                        "new" => Choice::New,
                        "out" => Choice::Out,
                        id => Choice::Same(id.parse().map_err(|_| unknown())?),
                    };
                    entry.who.insert(place, choice);
                }
            }
        }
        Ok(entry)
    }
}

enum Next {
    Shown(Box<TextPage>, Option<Error>),
    Saved(Saved),
}

async fn looked_at(
    caller: Caller,
    house: Here,
    req: HttpRequest,
    id: FamilyId,
    entry: Entry,
) -> Result<Answer> {
    let of = caller.clone();
    let next = house
        .act(&caller, move |act, _| {
            let proof = of.in_family(act.conn(), id)?;
            sees_all(act, &of, &proof)?;
            let there = There::read(act.conn(), &proof)?;
            if entry.mark.is_some() {
                marked(&there, entry.mark.as_deref())?;
            }
            let mut view = TextPage {
                family: id.to_string(),
                reference: family_get(act.conn(), &proof)?.reference,
                mark: entry.mark.clone(),
                text: entry.text.clone(),
                format: entry.format.map_or("", Format::name),
                formats: formats(entry.format),
                which: entry.which.clone(),
                ..TextPage::default()
            };
            match look(act, &proof, &there, &entry, &mut view) {
                Ok(Some(planned)) => planned.save(act, &proof, &there).map(Next::Saved),
                Ok(None) => Ok(Next::Shown(Box::new(view), None)),
                Err(refused) => {
                    let refused = if entry.from_file { refused.moved("text", "file") } else { refused };
                    view.text = seen(&entry.text);
                    view.numbered = view.text.lines().map(str::to_owned).collect();
                    if view.pedigree_svg.is_empty() {
                        view.pedigree_svg =
                            drawn(&there.tree, &there.people, &[], act.at.date(), Leads::Nowhere);
                    }
                    Ok(Next::Shown(Box::new(view), Some(refused)))
                }
            }
        })
        .await?;
    match next {
        Next::Saved(saved) => saved.answer(),
        Next::Shown(view, None) => answer(&caller, *view),
        Next::Shown(view, Some(refused)) => {
            let action = format!("/families/{id}/people/text");
            again(&req, &action, refused, answer(&caller, *view)?)
        }
    }
}

/// Fills the page; answers the plan where it is to be saved now.
fn look(
    act: &Act<'_>,
    proof: &InFamily,
    there: &There,
    entry: &Entry,
    view: &mut TextPage,
) -> Result<Option<Planned>> {
    if entry.from_file {
        file_check("file", &entry.text)?;
    }
    let file = text::read(&entry.text, entry.format, Some(&entry.which))?;
    view.notes = file.notes.iter().map(|note| capital(&note.to_string())).collect();
    possible(&file)?;
    let numbered = entry.mark.is_some();
    let by_name = entry.format.or_else(|| Format::detect(&entry.text)) == Some(Format::Sibships);
    let proband = there.proband().map(|person| Choice::Same(person.id));
    let proband = entry.who.iter().find(|(_, choice)| Some(**choice) == proband).map(|(place, _)| *place);
    let people = text::incoming(there, &file, by_name, numbered, proband);
    let mut chosen = Vec::new();
    let mut unanswered = None;
    for (at, one) in people.iter().enumerate() {
        let said = entry.who.get(&(at + 1)).copied();
        let open = one.known.is_none() && !one.matches.is_empty() && said.is_none();
        if open {
            view.waiting += 1;
            unanswered = unanswered.or(Some(at + 1));
        }
        let choice = one.known.map(Choice::Same).or(said).unwrap_or(Choice::New);
        if one.known.is_none() && (!numbered || !one.matches.is_empty()) {
            view.rows.push(row(there, at + 1, one, said, people.len()));
        }
        if let Some(other) = same_year(there, choice, one) {
            return Err(Error::bad_input(at_line(&file, &one.id, &other)).at("text"));
        }
        chosen.push((one, choice));
    }
    let mut ids = FreshIds::draw(|| PersonId::new(act.chance()), people.len());
    let (proposal, of) = text::proposal(&file, &chosen, &mut ids)?;
    let planned = Planned::of(act, proof, there, &proposal);
    view.checked = true;
    view.lines = planned.plan.words(&planned.outcome, &planned.names);
    view.added = planned.plan.added();
    view.pedigree_svg =
        drawn(&planned.outcome.tree, &planned.outcome.people, &[], act.at.date(), Leads::Nowhere);
    let mut wrong = planned.wrong.iter().map(|wrong| {
        let who = wrong.of.and_then(|id| of.get(&id));
        who.map_or_else(|| wrong.words.clone(), |id| at_line(&file, id, &wrong.words))
    });
    if let Some(first) = wrong.next() {
        let error = Error::bad_input(format!("{first} Nothing was saved.")).at("text");
        return Err(wrong.fold(error, |error, words| error.also("text", words)));
    }
    match (entry.step, unanswered) {
        (Step::Check, _) => Ok(None),
        (Step::Save, Some(place)) => Err(Error::bad_input(
            "Say whether this is the person who is there already. Nobody is taken for somebody else by guess. Nothing was saved.",
        )
        .at(format!("who-{place}"))),
        (Step::Save, None) => Ok(Some(planned)),
    }
}

fn same_year(there: &There, choice: Choice, one: &Incoming) -> Option<String> {
    match choice {
        Choice::Same(id) => text::other_year(there.person(id)?, &one.said),
        Choice::New | Choice::Out => None,
    }
}

/// # Errors
/// What cannot be in the text's own family, with the lines that say so.
fn possible(file: &FamilyFile) -> Result<()> {
    let mut wrong = file
        .problems()
        .into_iter()
        .filter(|found| !found.problem.is_note())
        .map(|found| capital(&found.to_string()));
    let Some(first) = wrong.next() else { return Ok(()) };
    let error = Error::bad_input(format!("{first} Nothing was saved.")).at("text");
    Err(wrong.take(20).fold(error, |error, words| error.also("text", words)))
}

fn at_line(file: &FamilyFile, id: &kinward_pedigree::PersonId, words: &str) -> String {
    file.lines.get(id).map_or_else(|| words.to_owned(), |line| format!("Line {line}: {words}"))
}

fn capital(words: &str) -> String {
    let mut words = words.to_owned();
    if let Some(first) = words.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    words
}

fn row(there: &There, place: usize, one: &Incoming, said: Option<Choice>, of: usize) -> RowShown {
    let numbers = there.numbers();
    let called = |id: PersonId| {
        let name = there.person(id).map(|person| person.shown()).unwrap_or_default();
        format!("{name} ({})", numbers.get(&id).map_or("", String::as_str))
    };
    let waits = said.is_none() && !one.matches.is_empty();
    let is_said = |choice| said.map_or(choice == Choice::New && !waits, |said| said == choice);
    let same = |id, label| access::Choice::of(id, label).chosen(is_said(Choice::Same(id)));
    let mut options: Vec<_> = one
        .matches
        .iter()
        .map(|found| same(found.person, format!("Same as {}: {}", called(found.person), found.why)))
        .collect();
    options.push(access::Choice::of("new", "New").chosen(is_said(Choice::New)));
    options.push(access::Choice::of("out", "Leave out").chosen(is_said(Choice::Out)));
    if of * there.people.len() <= OFFER_ALL {
        let others =
            there.people.iter().filter(|person| one.matches.iter().all(|found| found.person != person.id));
        options.extend(others.map(|person| same(person.id, format!("Same as {}", called(person.id)))));
    }
    if waits {
        options.insert(0, access::Choice::of("", "Choose").chosen(true));
    }
    RowShown { place, id: one.id.to_string(), line: one.line, said: one.said.words(), options }
}
