//! The agreement sheet on paper, in words for the proband to read and sign: short sentences, one thought each.
//! Must not know: findings, decisions, or where a relative stands; it says what the proband said, and nothing of anybody else.

use super::sheet::short;
use crate::{
    access::{
        InFamily,
        family::family_get,
        service::{Service, service_get},
    },
    audit::Act,
    clinic::{
        cascade::task::TaskState,
        kindred::joined::tasks_alike,
        letters::letter::{LetterState, letters_of},
        people::person::Person,
        sharing::{
            consent::{Route, Stance},
            never_share::NeverShare,
            sheet::{Line, Sheet, Stands},
        },
    },
    db::UtcDate,
    error::{Error, Result},
    ids::TaskId,
    pdf,
};
use kinward_family::{Block, disclosure::Level};

/// A place to write on.
const RULE: &str = "______________________________";

pub(super) fn pdf(act: &mut Act<'_>, proof: &InFamily, proband: &Person, sheet: &Sheet) -> Result<Vec<u8>> {
    let service = service_get(act.conn(), proof.service())?;
    let reference = family_get(act.conn(), proof)?.reference;
    let today = act.at.date();
    let record = pdf::StaffRecord {
        title: "What you have said about telling your relatives".into(),
        subtitle: format!("For {}. Family {reference}, {}", proband.shown(), today.shown()),
        marking: "Private: for you, and for your file with us".into(),
        sections: sections(sheet, &service, today, &written(act, sheet)?),
        footer: format!("Fingerprint of what is stored: {}", short(&sheet.fingerprint)),
    };
    let (year, month, day) = today.ymd();
    let parts = u16::try_from(year).ok().zip(u8::try_from(month).ok()).zip(u8::try_from(day).ok());
    let ((year, month), day) = parts.ok_or_else(|| Error::inner("a day that no paper can carry"))?;
    let pdf = pdf::dated_record(&record, (year, month, day))
        .map_err(|problem| Error::not_now(format!("The sheet cannot be printed: {problem}")))?;
    Ok(pdf.bytes().to_vec())
}

fn sections(
    sheet: &Sheet,
    service: &Service,
    today: UtcDate,
    written: &[TaskId],
) -> Vec<(String, Vec<Block>)> {
    let mut sections = vec![(
        "Please read this first".to_owned(),
        paragraphs(&[
            "This sheet says what you told us: who may be told, what, and by whom.",
            "Read it in your own time. Ask us about anything that is not clear.",
            "Sign it only if it says what you want. You do not have to sign it.",
        ]),
    )];
    let is_written = |line: &Line| written.contains(&line.task.id);
    sections
        .extend(sheet.said().map(|(line, stands)| (heading(line), said(stands, today, is_written(line)))));
    // Whoever has objected or was tested stands there like the others: that is theirs, and not for the proband to read.
    let told = |line: &&Line| line.stands.is_none() && is_written(line);
    let told: Vec<String> = sheet.lines.iter().filter(told).map(heading).collect();
    if !told.is_empty() {
        let mut blocks =
            paragraphs(&["A letter that has left cannot be called back. Ask us how that came about."]);
        blocks.push(Block::List(told));
        sections.push(("We have written to these relatives already".into(), blocks));
    }
    let unasked =
        |line: &&Line| line.stands.is_none() && !is_written(line) && line.task.state != TaskState::Deceased;
    let unasked: Vec<String> = sheet.lines.iter().filter(unasked).map(heading).collect();
    if !unasked.is_empty() {
        let mut blocks = paragraphs(&["We write to none of them before we have talked with you."]);
        blocks.push(Block::List(unasked));
        sections.push(("We have not talked about these relatives yet".into(), blocks));
    }
    sections.push(("What a letter never says".into(), never(&sheet.never)));
    sections.push(("If you change your mind".into(), changing(service)));
    sections.push(("Sign here".into(), signing(sheet)));
    sections
}

/// "Tamsin Wray, your sister". A name that nobody knows yet, or that paper cannot show, is left out.
fn heading(line: &Line) -> String {
    let relation = line.position.path_words.as_str();
    if line.is_named && pdf::unprintable(&line.name).is_empty() {
        format!("{}, your {relation}", line.name)
    } else {
        format!("Your {relation}")
    }
}

/// To whom a letter of this file has gone, or of one that is joined with it.
fn written(act: &mut Act<'_>, sheet: &Sheet) -> Result<Vec<TaskId>> {
    let mut written = Vec::new();
    for line in &sheet.lines {
        let mut of = vec![line.task.id];
        of.extend(tasks_alike(act.conn, act.service, &line.task)?.into_iter().map(|task| task.id));
        for task in of {
            if letters_of(act.conn, act.service, task)?.contains(&LetterState::Sent) {
                written.push(line.task.id);
                break;
            }
        }
    }
    Ok(written)
}

fn said(stands: &Stands, today: UtcDate, is_written: bool) -> Vec<Block> {
    let mut list: Vec<String> = Vec::new();
    if is_written {
        list.push("We have written to them already. A letter that has left cannot be called back.".into());
    }
    let row = &stands.row;
    match (row.stance, row.route) {
        (Stance::Given | Stance::GivenWithLimits, Route::ClinicLetter) if stands.ended => {
            list.push("You said that we may write to them. The last day for that has passed.".into());
            list.push("We do not write. We will ask you again.".into());
        }
        (Stance::Given | Stance::GivenWithLimits, Route::ClinicLetter) => {
            list.push("We may write them a letter.".into());
            list.extend(letter_tells(stands.level).iter().map(|words| (*words).to_owned()));
            list.push(row.ends_on.map_or_else(
                || "This holds until you change your mind.".to_owned(),
                |day| format!("This holds until {}. After that day we ask you again.", day.shown()),
            ));
        }
        (Stance::Given | Stance::GivenWithLimits, Route::ProbandTells) => {
            list.push("You will tell them yourself.".into());
            list.push("We do not write to them unless you ask us to.".into());
        }
        (Stance::Thinking, _) => {
            list.push("You want to think about it.".into());
            list.push("You have not agreed to a letter from us.".into());
        }
        (Stance::Refused, _) => {
            list.push("You do not want us to tell them.".into());
            list.extend(against());
        }
        (Stance::Withdrawn, _) => {
            list.push("You agreed before. You have changed your mind.".into());
            list.extend(against());
        }
        // Not the proband's own word: it is not on their sheet.
        (Stance::NotObtainable, _) => {}
    }
    if row.stance == Stance::GivenWithLimits {
        list.push(format!("Your limits: {}", one_line(&stands.words)));
    }
    list.extend(row.revisit_on.map(|day| match day < today {
        true => "We will ask you again.".to_owned(),
        false => format!("We ask you again on {}.", day.shown()),
    }));
    vec![Block::List(list)]
}

/// What a letter may tell at most, and whether it names the proband.
const fn letter_tells(level: Level) -> &'static [&'static str] {
    match level {
        Level::L0 => &[
            "The letter asks them to get in touch with us.",
            "It does not say what runs in the family, and it does not name you.",
        ],
        Level::L1 => &[
            "The letter may say, in plain words, what kind of illness runs in the family.",
            "It does not name the gene, and it does not name you. They may still guess that it was you.",
        ],
        Level::L2 => &[
            "The letter may name the gene and the exact change in it. They need this for the right test.",
            "It does not name you. They may still guess that it was you.",
        ],
        Level::L3 => &[
            "The letter may name the gene and the exact change in it. They need this for the right test.",
            "It may also give your name, and say that you were tested.",
        ],
    }
}

/// What a refusal means, without a promise that nobody can keep.
fn against() -> [String; 2] {
    [
        "You have not agreed to a letter from us.".into(),
        "If they could come to serious harm, a doctor must weigh that. We would talk with you first, if we can.".into(),
    ]
}

fn never(words: &[NeverShare]) -> Vec<Block> {
    let mut blocks = vec![Block::List(vec![
        "Anything else that was found in you.".into(),
        "Your illness, your treatment and your health records.".into(),
        "What you said to us, and whether you agreed.".into(),
    ])];
    if !words.is_empty() {
        blocks.extend(paragraphs(&["You also asked us never to pass on these words:"]));
        blocks.push(Block::List(words.iter().map(|item| item.words.clone()).collect()));
    }
    blocks
}

fn changing(service: &Service) -> Vec<Block> {
    let mut blocks = paragraphs(&[
        "You can change your mind at any time, about one relative or about all. You need give no reason.",
        "A letter that has not left stops at once. A letter that has left cannot be called back.",
    ]);
    let fact = |label: &str, value: String| (label.to_owned(), value);
    blocks.push(Block::Facts(vec![
        fact("Phone", format!("{} ({})", service.phone, service.hours)),
        fact("Email", service.email.clone()),
        fact("Post", service.address_lines.lines().collect::<Vec<_>>().join(", ")),
    ]));
    blocks
}

fn signing(sheet: &Sheet) -> Vec<Block> {
    let fact = |label: &str, value: &str| (label.to_owned(), value.to_owned());
    let mut blocks = paragraphs(&[
        "I have read this sheet, or it was read to me. It says what I want. I could ask questions.",
    ]);
    blocks.push(Block::Facts(vec![
        fact("Your name", RULE),
        fact("Signed", RULE),
        fact("Day", RULE),
        fact("Who saw you sign", RULE),
        fact("Their signature", RULE),
        fact("Fingerprint", &short(&sheet.fingerprint)),
    ]));
    blocks.extend(paragraphs(&[
        "Nobody else can sign this for you.",
        "The fingerprint is made from what is stored. If anything stored changes, it changes too.",
    ]));
    blocks
}

fn paragraphs(lines: &[&str]) -> Vec<Block> {
    lines.iter().map(|line| Block::Paragraph((*line).to_owned())).collect()
}

fn one_line(words: &str) -> String {
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_are_short_enough_to_be_read_by_anybody() {
        let fixed: Vec<String> = Level::ALL
            .into_iter()
            .flat_map(letter_tells)
            .map(|words| (*words).to_owned())
            .chain(against())
            .collect();
        for sentence in fixed.iter().flat_map(|words| words.split(". ")) {
            let words = sentence.split_whitespace().count();
            assert!(words <= 20, "{words} words: {sentence}");
        }
    }
}
