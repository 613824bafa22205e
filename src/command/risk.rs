//! `kinward pedigree risk`: everyone's chance to carry a variant, from files.
//! Must not know: the database, and how chances are worked out.

use super::{house::read_text, pedigree::pedigree_read_one};
use crate::error::{Error, Result};
use kinward_pedigree::{
    Answer, Evidence, Locus, Mode, Model, Pedigree, PersonId, Zygosity, read_likelihoods, read_results,
};
use std::path::{Path, PathBuf};

/// What is asked, as on the command line.
#[derive(Debug, clap::Args)]
pub struct RiskAsked {
    /// The family.
    file: PathBuf,
    /// Results, a line a person: id, tab, and het, hom, hemi, carrier or noncarrier.
    #[arg(long)]
    tests: PathBuf,
    /// Autosomal dominant or recessive, X-linked, mitochondrial, Y-linked.
    #[arg(long, value_enum)]
    mode: ModeWord,
    /// Share of the copies of the gene that have the variant, in the population: from 0 to 1.
    #[arg(long, allow_negative_numbers = true)]
    frequency: f64,
    /// Twins from one egg: their ids with commas between them. May be given several times.
    #[arg(long, value_name = "ID,ID")]
    mz: Vec<String>,
    /// Likelihoods of what was seen of people, a line a person: id, tab, with 0 copies, tab, 1, tab, 2.
    #[arg(long)]
    likelihood: Option<PathBuf>,
    /// Chance that a copy without the variant has it once it is passed on: from 0 to 1.
    #[arg(long, value_name = "RATE", default_value_t = 0.0, allow_negative_numbers = true)]
    de_novo: f64,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum ModeWord {
    Ad,
    Ar,
    Xl,
    Mt,
    Yl,
}

impl From<ModeWord> for Mode {
    fn from(word: ModeWord) -> Mode {
        match word {
            ModeWord::Ad => Mode::AutosomalDominant,
            ModeWord::Ar => Mode::AutosomalRecessive,
            ModeWord::Xl => Mode::XLinked,
            ModeWord::Mt => Mode::Mitochondrial,
            ModeWord::Yl => Mode::YLinked,
        }
    }
}

/// Prints everyone's chances, or the people whose results cannot all be true: an answer too, with exit status 0.
pub fn pedigree_risk(asked: &RiskAsked) -> Result<u8> {
    let mut file = pedigree_read_one(&asked.file, None)?;
    for twins in &asked.mz {
        let members: Vec<PersonId> = twins.split(',').map(|id| PersonId::from(id.trim())).collect();
        for id in &members {
            if file.pedigree.person(id).is_none() {
                let given = asked.file.display();
                return Err(Error::bad_input(format!(
                    "--mz names {id}, who is not in {given}. Correct the id."
                )));
            }
        }
        file.pedigree.add_twins(members, Zygosity::Monozygotic);
    }
    let problems: Vec<String> = file
        .problems()
        .into_iter()
        .filter(|problem| !problem.problem.is_note())
        .map(|problem| problem.to_string())
        .collect();
    if !problems.is_empty() {
        return Err(in_file(&asked.file, &problems.join(" ")));
    }
    let family = &file.pedigree;
    let mode = Mode::from(asked.mode);
    let locus = Locus { mode, frequency: asked.frequency, de_novo: asked.de_novo };
    let evidence = evidence(asked, family, mode)?;
    let model = Model::new(family, &locus).map_err(|problem| in_file(&asked.file, &problem))?;
    let answer = model.answer(&evidence).map_err(|problem| in_file(&asked.file, &problem))?;
    if asked.json {
        println!("{}", as_json(&answer)?);
    } else {
        print!("{}", as_table(&answer));
    }
    Ok(0)
}

/// What both files say, with the line of whoever is not in the family.
fn evidence(asked: &RiskAsked, family: &Pedigree, mode: Mode) -> Result<Evidence> {
    let stranger = |file: &Path, line: usize, id: &PersonId| {
        let (file, family) = (file.display(), asked.file.display());
        Error::bad_input(format!(
            "{file}: Line {line}: {id} is not in {family}. Correct the id, or add this person."
        ))
    };
    let mut evidence = Evidence::new();
    for row in
        read_results(&read_text(&asked.tests)?, mode).map_err(|problem| in_file(&asked.tests, &problem))?
    {
        if family.person(&row.id).is_none() {
            return Err(stranger(&asked.tests, row.line, &row.id));
        }
        evidence.add_result(&row.id, row.says);
    }
    if let Some(file) = &asked.likelihood {
        for row in read_likelihoods(&read_text(file)?, mode).map_err(|problem| in_file(file, &problem))? {
            if family.person(&row.id).is_none() {
                return Err(stranger(file, row.line, &row.id));
            }
            evidence.add_likelihood(&row.id, row.says);
        }
    }
    Ok(evidence)
}

fn in_file(file: &Path, problem: &dyn std::fmt::Display) -> Error {
    Error::bad_input(format!("{}: {problem}", file.display()))
}

/// Twelve significant digits: what is beyond them is rounding.
fn rounded(number: f64) -> f64 {
    format!("{number:.11e}").parse().unwrap_or(number)
}

/// The answer as it is printed; field by field in this order.
#[derive(serde::Serialize)]
#[serde(untagged)]
enum Printed<'a> {
    Chances {
        consistent: bool,
        log_likelihood: f64,
        persons: Vec<PrintedPerson<'a>>,
    },
    Contradiction {
        consistent: bool,
        conflict: &'a [&'a PersonId],
        /// Said only where a smaller set may be elsewhere.
        #[serde(skip_serializing_if = "Option::is_none")]
        smallest: Option<bool>,
    },
}

#[derive(serde::Serialize)]
struct PrintedPerson<'a> {
    id: &'a PersonId,
    genotype: Vec<f64>,
    carrier: f64,
}

fn as_json(answer: &Answer<'_>) -> Result<String> {
    let printed = match answer {
        Answer::Chances { log_likelihood, persons } => Printed::Chances {
            consistent: true,
            log_likelihood: rounded(*log_likelihood),
            persons: persons
                .iter()
                .map(|person| PrintedPerson {
                    id: person.id,
                    genotype: person.genotype().iter().copied().map(rounded).collect(),
                    carrier: rounded(person.carrier()),
                })
                .collect(),
        },
        Answer::Contradiction { people, smallest } => Printed::Contradiction {
            consistent: false,
            conflict: people,
            smallest: (!smallest).then_some(false),
        },
    };
    serde_json::to_string(&printed).map_err(Error::inner)
}

fn as_table(answer: &Answer<'_>) -> String {
    match answer {
        Answer::Chances { persons, log_likelihood } => {
            let widest =
                persons.iter().map(|person| person.id.as_str().chars().count()).max().unwrap_or(0).max(6);
            let mut text = format!(
                "{:widest$}  {:>10}  {:>10}  {:>10}  {:>10}\n",
                "person", "0 copies", "1", "2", "carrier"
            );
            for person in persons {
                text += &format!("{:widest$}", person.id.as_str());
                for copies in 0..3 {
                    let chance = person.genotype().get(copies).map(|chance| format!("{chance:.6}"));
                    text += &format!("  {:>10}", chance.unwrap_or_default());
                }
                text += &format!("  {:>10.6}\n", person.carrier());
            }
            text + &format!("Natural logarithm of the probability of all results: {log_likelihood:.6}\n")
        }
        Answer::Contradiction { people, smallest } => {
            let ids: Vec<&str> = people.iter().map(|id| id.as_str()).collect();
            let fewest =
                if *smallest { "No smaller set of people does." } else { "A smaller set may be elsewhere." };
            format!("The results of these people cannot all be true: {}. {fewest}\n", ids.join(", "))
        }
    }
}
