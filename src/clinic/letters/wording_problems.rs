//! What keeps a service's own wording from being used, and what could be said better in it.
//! Must not know: any family; it is tried with made-up facts.

use super::wordings::{WordingRow, wording_twin};
use crate::{
    db::Conn,
    error::{Error, Result},
};
use kinward_family::{
    advice::{advice, is_easy},
    condition::Actionability,
    language::{Language, Languages},
    letter::{Letter, TextSize},
    sample,
    wording::{Shelf, Template, WordingError, points, says_wrong},
};

/// What keeps a wording from being used: empty where nothing does.
pub fn problems_of(conn: &mut Conn, row: &WordingRow) -> Result<Vec<String>> {
    let (template, base) = (row.template()?, row.base()?);
    let mut problems = Vec::new();
    if let Err(unfit) = template.stands_for(base) {
        problems.push(unfit.to_string());
    }
    if let Some(twin) = wording_twin(conn, row)?
        && let Err(unfit) = template.is_twin_of(&twin.template()?)
    {
        problems.push(unfit.to_string());
    }
    problems.extend(says_wrong(&template, base).iter().map(ToString::to_string));
    if template.body() == base.body() {
        problems.push("It says what the published template says.".to_owned());
    }
    if row.why.is_empty() {
        problems.push("Nobody has said why the service writes it otherwise.".to_owned());
    }
    problems.extend(tried(row, &template)?);
    Ok(problems)
}

/// What could be said better, and keeps nothing from being used: of what differs from the published words.
pub fn advice_of(row: &WordingRow) -> Result<Vec<String>> {
    let (template, base) = (row.template()?, row.base()?);
    let mut all: Vec<String> = points(&template, base)
        .into_iter()
        .map(|word| format!("\"{word}\" may point to one person. Every family may get these words."))
        .collect();
    if row.language()? == Language::English {
        for level in &template.card().levels {
            let was = base.said(*level);
            let new = template.said(*level).into_iter().filter(|text| !was.contains(text));
            all.extend(new.flat_map(|text| advice(&text, None)).map(|one| one.words()));
        }
    }
    let mut once: Vec<String> = Vec::new();
    for one in all {
        if !once.contains(&one) {
            once.push(one);
        }
    }
    Ok(once)
}

/// Written with made-up facts at every level and for every class of condition: a missing value, or words too hard to read.
fn tried(row: &WordingRow, template: &Template) -> Result<Vec<String>> {
    let (kind, language) = (row.kind()?, row.language()?);
    let shelf = Shelf::with(vec![template.clone()]);
    let mut problems = Vec::new();
    for level in kind.levels() {
        for class in Actionability::ALL {
            let parts = sample::parts(kind, *level, class, Languages::Only(language), TextSize::default())
                .ok_or_else(|| Error::inner("a made-up letter has no parts"))?;
            let letter = match Letter::write_with(parts, &shelf) {
                Ok(letter) => letter,
                Err(WordingError::MissingValue(_, place)) => {
                    problems.push(format!(
                        "At level {level}, a letter of this kind has no value for {{{{{place}}}}}. Take this mark out, or use one that the published template has there."
                    ));
                    continue;
                }
                Err(wrong) => {
                    problems.push(format!("At level {level}: {wrong}"));
                    continue;
                }
            };
            let prose: Vec<String> = letter.wordings().iter().map(Letter::prose).collect();
            let hard = language == Language::English && !prose.iter().all(|prose| is_easy(prose));
            if hard && template.card().hard_because.is_none() {
                problems.push(format!(
                    "At level {level} it is harder to read than relatives need it ({}). Use shorter sentences and words, or say why it has to be.",
                    class.name()
                ));
            }
        }
    }
    problems.dedup();
    Ok(problems)
}
