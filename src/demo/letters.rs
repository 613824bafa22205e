//! The gallery: every kind of letter, at every level, in every language and size, about made-up people, to be looked at.
//! Must not know: any database; nothing here was sent or could be.

use crate::{
    clinic::letters::personal::{
        self, PersonalKind, PersonalParts, Rows, Tables, personal_pdf, personal_write,
    },
    command::start_log,
    error::{Error, Result},
    pdf::{self, Pdf},
};
use kinward_family::{
    condition::Actionability,
    disclosure::Level,
    further::Further,
    kind::Kind,
    language::{Language, Languages},
    letter::{Letter, LetterParts, TemplateCard, TextSize, templates},
    reading::{ReadingEase, reading_ease},
    sample::{parts, subject},
};
use serde_json::json;
use std::{collections::BTreeMap, fmt::Write, path::Path};

/// One file of the gallery.
struct Shown {
    kind: &'static str,
    name: &'static str,
    level: Option<Level>,
    /// For the letters whose words depend on what can be done about the condition.
    class: Option<Actionability>,
    languages: Languages,
    size: TextSize,
    /// Whether it has an address in its window.
    posted: bool,
    pages: usize,
    sha256: String,
    /// What its reader reads, and how easy that is; of letters in English alone.
    prose: Option<(String, ReadingEase)>,
}

impl Shown {
    /// `direct_contact.L1.cy+en.16`
    fn stem(&self) -> String {
        let mut stem = self.kind.to_owned();
        if let Some(level) = self.level {
            let _ = write!(stem, ".{level}");
        }
        if let Some(class) = self.class {
            let _ = write!(stem, ".{}", class.as_str());
        }
        let _ = write!(stem, ".{}.{}", self.languages.code(), self.size.as_str());
        stem
    }
}

/// Writes the gallery into `into`, which must be empty or not there: `letters/*.pdf` with their twins as text, page and
/// speech, `index.html` to look at them, `gallery.json` for programs.
///
/// # Errors
/// A folder that is not empty or cannot be written; a letter that cannot be made, which would be a fault of its template.
pub fn demo_letters(into: &Path) -> Result<u8> {
    start_log();
    if into.exists() && into.read_dir().map_or(true, |mut entries| entries.next().is_some()) {
        return Err(Error::bad_input(format!("{} is not an empty folder; name a new one", into.display())));
    }
    let folder = into.join("letters");
    std::fs::create_dir_all(&folder)
        .map_err(|e| Error::bad_input(format!("{} cannot be made: {e}", folder.display())))?;
    let mut shown = Vec::new();
    for languages in Languages::ALL {
        for size in TextSize::ALL {
            for kind in Kind::ALL {
                for level in kind.levels() {
                    shown.push(family_letter(&folder, kind, *level, None, languages, size)?);
                }
            }
            for kind in PersonalKind::ALL {
                shown.push(personal_letter(&folder, kind, languages, size)?);
            }
        }
        for (kind, class) in by_class() {
            let size = TextSize::default();
            shown.push(family_letter(&folder, kind, Level::L2, Some(class), languages, size)?);
        }
    }
    file_write(&into.join("index.html"), index(&shown).as_bytes())?;
    let listed: Vec<_> = shown
        .iter()
        .map(|one| {
            json!({
                "file": format!("letters/{}.pdf", one.stem()), "kind": one.kind, "posted": one.posted,
                "language": one.languages.code(), "size": one.size.points(), "pages": one.pages, "sha256": one.sha256,
                "prose": one.prose.as_ref().map(|(text, _)| text),
                "flesch": one.prose.as_ref().map(|(_, ease)| ease.flesch),
                "grade": one.prose.as_ref().map(|(_, ease)| ease.grade),
            })
        })
        .collect();
    let listed = serde_json::to_vec_pretty(&listed).map_err(Error::inner)?;
    file_write(&into.join("gallery.json"), &listed)?;
    println!("{} letters are in {}; begin with index.html.", shown.len(), into.display());
    Ok(0)
}

/// The letters whose words go by what can be done, once for each class.
fn by_class() -> impl Iterator<Item = (Kind, Actionability)> {
    let kinds = [
        Kind::DirectContact,
        Kind::ParentOfMinor,
        Kind::YoungPerson,
        Kind::ResultFound,
        Kind::ResultNotFound,
    ];
    kinds.into_iter().flat_map(|kind| Actionability::ALL.into_iter().map(move |class| (kind, class)))
}

fn family_letter(
    folder: &Path,
    kind: Kind,
    level: Level,
    class: Option<Actionability>,
    languages: Languages,
    size: TextSize,
) -> Result<Shown> {
    let class_or = class.unwrap_or(Actionability::AdultActionable);
    let parts = made_up(kind, level, class_or, languages, size)?;
    let letter = Letter::write(parts).map_err(Error::inner)?;
    let english = size == TextSize::default() && languages == Languages::default();
    let prose = letter.wordings().first().filter(|_| english).map(|wording| {
        let prose = Letter::prose(wording);
        let ease = reading_ease(&prose);
        (prose, ease)
    });
    let pdf = pdf::letter(&letter).map_err(Error::inner)?;
    let shown = Shown {
        kind: kind.as_str(),
        name: kind.name(),
        level: Some(level),
        class,
        languages,
        size,
        posted: !letter.address_lines().is_empty(),
        pages: pdf.pages(),
        sha256: pdf.sha256().to_owned(),
        prose,
    };
    pdf_write(folder, &shown, &pdf)?;
    if size == TextSize::default() {
        let stem = shown.stem();
        file_write(&folder.join(format!("{stem}.txt")), letter.plain_text().as_bytes())?;
        file_write(&folder.join(format!("{stem}.html")), page(&letter).as_bytes())?;
        file_write(&folder.join(format!("{stem}.ssml")), letter.ssml().as_bytes())?;
    }
    Ok(shown)
}

fn personal_letter(folder: &Path, kind: PersonalKind, languages: Languages, size: TextSize) -> Result<Shown> {
    let letter = personal_write(&personal_sample(kind, languages, size)?)?;
    let pdf = personal_pdf(&letter)?;
    let shown = Shown {
        kind: kind.as_str(),
        name: kind.name(),
        level: None,
        class: None,
        languages,
        size,
        posted: !letter.address.is_empty(),
        pages: pdf.pages(),
        sha256: pdf.sha256().to_owned(),
        prose: None,
    };
    pdf_write(folder, &shown, &pdf)?;
    Ok(shown)
}

fn pdf_write(folder: &Path, shown: &Shown, pdf: &Pdf) -> Result<()> {
    file_write(&folder.join(format!("{}.pdf", shown.stem())), pdf.bytes())
}

fn file_write(path: &Path, bytes: &[u8]) -> Result<()> {
    std::fs::write(path, bytes)
        .map_err(|e| Error::bad_input(format!("{} cannot be written: {e}", path.display())))
}

/// A letter as a page by itself.
fn page(letter: &Letter) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>{}</title></head>\n<body>\n<main>\n{}</main>\n</body>\n</html>\n",
        letter.language().tag(),
        letter.title(),
        letter.html()
    )
}

fn personal_sample(kind: PersonalKind, languages: Languages, size: TextSize) -> Result<PersonalParts> {
    // Whose letter it is and where it goes is as in the samples of the same form.
    let like = if matches!(kind, PersonalKind::GpOfProband | PersonalKind::AdoptionDetails) {
        Kind::GpOfRelative
    } else {
        Kind::DirectContact
    };
    let sample = made_up(like, Level::L2, Actionability::AdultActionable, languages, size)?;
    let fact = sample.disclosure.fact().ok_or_else(|| Error::inner("a sample without its fact"))?;
    let tables = languages.in_order().iter().map(|language| (*language, tables(*language))).collect();
    Ok(PersonalParts {
        kind,
        subject: Some(subject().ok_or_else(|| Error::inner("a sample without its subject"))?),
        gene: Some(fact.gene().clone()),
        condition: Some(fact.condition()),
        tables,
        to: sample.to,
        service: sample.service,
        signatory: sample.signatory,
        reference: sample.reference,
        date: sample.date,
        languages,
        size,
    })
}

/// Made-up rows, in the letter's language.
fn tables(language: Language) -> Tables {
    let rows = |rows: &[(&str, &str)]| -> Rows {
        rows.iter().map(|(label, value)| ((*label).to_owned(), (*value).to_owned())).collect()
    };
    let say = |english: &'static str, welsh: &'static str| match language {
        Language::English => english,
        Language::Welsh => welsh,
    };
    let told = say("You tell them. When: ____________", "Chi fydd yn dweud. Pryd: ____________");
    let (name, born) = (say("Name", "Enw"), say("Born", "Ganwyd"));
    BTreeMap::from([
        ("findings", rows(&[("MSH2", "NM_000251.3:c.942+3A>T")])),
        ("personal", rows(&[("SDHB", "NM_003000.3:c.137G>A")])),
        ("relatives", rows(&[("Siân Llŷr-Rhys", told), ("Gethin Pryce", told)])),
        (
            "plan",
            rows(&[
                (say("Told by your patient", "Eich claf fydd yn dweud"), say("3 relatives", "3 pherthynas")),
                (say("Written to by us", "Byddwn ni'n ysgrifennu"), say("2 relatives", "2 berthynas")),
            ]),
        ),
        ("patient", rows(&[(name, "Bronwen Pryce"), (born, say("9 May 1971", "9 Mai 1971"))])),
        (
            "sought",
            rows(&[
                (say("Name at birth", "Enw adeg geni"), "Tomos Pryce"),
                (born, say("14 June 1993", "14 Mehefin 1993")),
            ]),
        ),
    ])
}

fn made_up(
    kind: Kind,
    level: Level,
    class: Actionability,
    languages: Languages,
    size: TextSize,
) -> Result<LetterParts> {
    let mut parts = parts(kind, level, class, languages, size)
        .ok_or_else(|| Error::inner("a made-up letter has no parts"))?;
    // Nobody has checked the sentences: they are here to be looked at.
    if matches!(kind, Kind::DirectContact | Kind::FamilyLetter) {
        // Whoever is written to in large print has said how they read, and their letter is without it.
        if size == TextSize::default() {
            parts.further = Further::all().into_iter().filter(|one| pdf::prints_further(*one)).collect();
        }
    }
    Ok(parts)
}

/// A page that leads to every letter, kind by kind, and says of each what nobody has checked yet.
fn index(shown: &[Shown]) -> String {
    let cards: Vec<TemplateCard> = templates().into_iter().chain(personal::cards()).collect();
    let mut out = String::from(
        "<!DOCTYPE html>\n<html lang=\"en-GB\">\n<head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>Letters: Kinward</title>\n<style>body{font:1rem/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}th{text-align:left;font-weight:normal;padding-right:1rem;vertical-align:top}td{padding:.1rem 1rem .1rem 0}caption{text-align:left}</style></head>\n<body>\n<h1>Every letter</h1>\n<p>Made-up people. Nothing here was sent. Sizes are in points.</p>\n",
    );
    let mut kinds: Vec<(&str, &str)> = shown.iter().map(|one| (one.kind, one.name)).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let in_order = Kind::ALL.iter().map(|k| k.as_str()).chain(PersonalKind::ALL.iter().map(|k| k.as_str()));
    for kind in in_order {
        let Some((_, name)) = kinds.iter().find(|(key, _)| *key == kind) else { continue };
        let unchecked: Vec<&str> = cards
            .iter()
            .filter(|card| card.kind == kind && (card.approvers.is_empty() || card.checked.is_empty()))
            .map(|card| card.language.name())
            .collect();
        let _ = writeln!(out, "<h2 id=\"{kind}\">{name}</h2>");
        if !unchecked.is_empty() {
            let _ = writeln!(
                out,
                "<p>Not approved, and not checked by a qualified person: {}. Not to be used outside a demonstration.</p>",
                unchecked.join(", ")
            );
        }
        let _ = writeln!(out, "<table>\n<caption>PDF by language and size</caption>");
        let mut rows: Vec<(String, Vec<&Shown>)> = Vec::new();
        for one in shown.iter().filter(|one| one.kind == kind) {
            let level = one.level.map(|level| level.to_string()).unwrap_or_default();
            let class = one.class.map(|class| format!(": {}", class.name())).unwrap_or_default();
            let label = format!("{level}{class} {}", one.languages.name());
            match rows.iter_mut().find(|(known, _)| *known == label) {
                Some((_, files)) => files.push(one),
                None => rows.push((label, vec![one])),
            }
        }
        for (label, files) in rows {
            let _ = write!(out, "<tr><th scope=\"row\">{}</th>", label.trim());
            for one in &files {
                let _ = write!(
                    out,
                    "<td><a href=\"letters/{0}.pdf\">{1} pt<span hidden> {0}</span></a> ({2} p.)</td>",
                    one.stem(),
                    one.size.as_str(),
                    one.pages
                );
            }
            let twins = files.iter().find(|one| one.size == TextSize::default() && one.level.is_some());
            if let Some(one) = twins {
                let stem = one.stem();
                let _ = write!(
                    out,
                    "<td><a href=\"letters/{stem}.txt\">text</a> <a href=\"letters/{stem}.html\">page</a> <a href=\"letters/{stem}.ssml\">speech</a></td>"
                );
            }
            out.push_str("</tr>\n");
        }
        out.push_str("</table>\n");
    }
    out.push_str("</body>\n</html>\n");
    out
}
