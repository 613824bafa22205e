//! The families of the seeded clinic: one agrees, one refuses and the familial approach is applied, one where it is declined,
//! one with a child, one whose relatives ask, one whose relatives have results and one of them a file, one amended.
//! Must not know: the database.

use super::browser::Browser;
use super::people::{
    AtWork, Kin, ask, asks_to_act, day_parts, last_part, letter_open, proband_of, reply, text_of,
};
use crate::{
    access::House,
    clinic::cascade::listener::Cascade,
    clock::StoryClock,
    error::{Error, Result},
    worker::{Transports, dispatch},
};
use serde_json::{Value, json};
use std::sync::Arc;

pub(super) const LYNCH: &[u8] = include_bytes!("../../tests/data/reports/lynch_mlh1.json");
const DMD: &[u8] = include_bytes!("../../tests/data/reports/dmd_carrier.json");
pub(super) const HCM: &[u8] = include_bytes!("../../tests/data/reports/hcm_mybpc3.json");
pub(super) const FH: &[u8] = include_bytes!("../../tests/data/reports/fh_ldlr.json");
pub(super) const BRCA: &[u8] = include_bytes!("../../tests/data/reports/brca2_germline.json");
const BRCA_AMENDED: &[u8] = include_bytes!("../../tests/data/reports/brca2_amended.json");

/// A letter that waits to be opened by whoever tries the demonstration.
pub struct OpenLetter {
    pub code: String,
    pub born: String,
    pub who: String,
}

/// The people who work on the families.
struct Clinic<'a> {
    house: &'a Arc<House>,
    ways: &'a Transports,
    clock: &'a StoryClock,
    counsellor: AtWork,
    clinician: AtWork,
}

/// A family whose result is separated and told, and whose list of relatives at risk is confirmed.
struct Opened {
    result: String,
    reference: String,
    proband: String,
    /// In the order the relatives were added: (person, task).
    tasks: Vec<(String, Option<String>)>,
}

fn kin(
    relation: &'static str,
    given: &'static str,
    family: &'static str,
    born: (&'static str, &'static str, &'static str),
) -> Kin {
    Kin { relation, given, family, born, email: None }
}

/// Fills the clinic. Answers a letter that nobody has opened yet.
pub fn seed(house: &Arc<House>, ways: &Transports, clock: &StoryClock) -> Result<OpenLetter> {
    let address = house.config.address.clone();
    let sign_in = |username| AtWork::sign_in(&address, username);
    let mut clinic =
        Clinic { house, ways, clock, counsellor: sign_in("nia.morgan")?, clinician: sign_in("amir.rahman")? };
    let (open, first) = agrees(&mut clinic)?;
    clinic.days_pass(12)?;
    refuses_and_applied(&mut clinic)?;
    clinic.days_pass(10)?;
    declined(&mut clinic)?;
    clinic.days_pass(8)?;
    with_a_child(&mut clinic)?;
    asked(&mut clinic)?;
    handed_over(&mut clinic, &first)?;
    clinic.days_pass(4)?;
    relatives_tested(&mut clinic)?;
    clinic.days_pass(5)?;
    amended(&mut clinic)?;
    clinic.days_pass(3)?;
    clinic.counsellor.report_upload(b"{\"resourceType\": \"Bundle\", \"entry\": [")?.err();
    let waits = of_another(BRCA, "KV-7752", "Delyth", "Marrable", "1979-02-11")?;
    clinic.counsellor.report_upload(&waits)?.map_err(Error::not_now)?;
    Ok(open)
}

impl Clinic<'_> {
    /// Time passes, sessions end, everyone signs in again, and what is due is sent.
    fn days_pass(&mut self, days: i64) -> Result<()> {
        self.clock.advance_days(days);
        let address = self.house.config.address.clone();
        self.counsellor = AtWork::sign_in(&address, "nia.morgan")?;
        self.clinician = AtWork::sign_in(&address, "amir.rahman")?;
        self.send()
    }

    fn send(&self) -> Result<()> {
        // Twice: the notice by e-mail follows the paper.
        for _ in 0..2 {
            dispatch(self.house, &Cascade, self.ways, "demo")?;
        }
        Ok(())
    }

    /// From a report to a confirmed list of relatives at risk.
    fn open(&mut self, report: &[u8], said: &str, relatives: &[Kin]) -> Result<Opened> {
        let today = day_parts(self.house.clock.now().date());
        let today = (today.0.as_str(), today.1.as_str(), today.2.as_str());
        let work = &mut self.counsellor;
        let result = work.report_upload(report)?.map_err(Error::not_now)?;
        let page = work.result(&result)?;
        work.findings_mark(&result, &page)?;
        let (condition, inheritance, test) = super::story::naming_for(&page)?;
        work.result_separate(&result, &condition, &inheritance, &test)?;
        work.conversation(&result, "at_result", today, said)?;
        let family = text_of(&page, "family")?;
        let proband = text_of(proband_of(&page)?, "person")?;
        let mut people = Vec::new();
        for relative in relatives {
            people.push(work.relative_add(&family, &proband, relative, today)?);
        }
        let listed = work.at_risk_confirm(&result)?;
        let reference = text_of(&page, "family_reference")?;
        self.clinician.family_claim(&reference, "asked by the counsellor to decide and approve")?;
        let tasks = people
            .into_iter()
            .map(|person| {
                let task = listed.iter().find(|(of, _)| *of == person).map(|(_, task)| task.clone());
                (person, task)
            })
            .collect();
        Ok(Opened { result, reference, proband, tasks })
    }

    /// A letter from draft to the post; answers its code.
    fn write(&mut self, task: &str, level: &str) -> Result<String> {
        let letter = self.counsellor.letter_draft(task, level)?;
        self.counsellor.letter_submit(&letter)?;
        self.clinician.letter_approve(&letter)?;
        self.send()?;
        code_of(&mut self.counsellor, &letter)
    }
}

/// The code as it stands on the letter.
pub fn code_of(work: &mut AtWork, letter: &str) -> Result<String> {
    let text = work.browser.page(&format!("/letters/{letter}/text"))?;
    let is_code =
        |word: &&str| word.len() == 14 && word.split('-').filter(|part| part.len() == 4).count() == 3;
    text.split_whitespace()
        .find(|word| is_code(word) && kinward_family::invitation::InvitationCode::parse(word).is_ok())
        .map(str::to_owned)
        .ok_or_else(|| Error::inner("a letter without a code"))
}

fn task(opened: &Opened, place: usize) -> Result<String> {
    opened
        .tasks
        .get(place)
        .and_then(|(_, task)| task.clone())
        .ok_or_else(|| Error::inner("a relative without a task"))
}

fn agrees(clinic: &mut Clinic<'_>) -> Result<(OpenLetter, Opened)> {
    let sister = Kin {
        email: Some("megan.probert@mail.example"),
        ..kin("sister", "Megan", "Probert", ("1990", "4", "12"))
    };
    let opened = clinic.open(
        LYNCH,
        "I want them all to know. Please write, I find it hard to explain.",
        &[
            sister,
            kin("brother", "Gareth", "Howell", ("1986", "9", "30")),
            kin("mother's sister", "Eirlys", "Vaughan", ("1958", "2", "3")),
        ],
    )?;
    let (first, second, third) = (task(&opened, 0)?, task(&opened, 1)?, task(&opened, 2)?);
    for one in [&first, &second, &third] {
        clinic.counsellor.consent(one, "given", "L2", "Yes, write to them. I do not want my name on it.")?;
    }
    let code = clinic.write(&first, "L2")?;
    let answered = clinic.write(&second, "L1")?;
    let (mut browser, _) = letter_open(&clinic.house.config.address, &answered, ("1986", "9", "30"))?;
    let far = [("by", "phone"), ("needs", "Mornings are best"), ("area", "Truro"), ("hand_over", "yes")];
    reply(&mut browser, "appointment", &far)?;
    // His wife asks to read it with him: somebody has to phone.
    let mut wife = Browser::new(&clinic.house.config.address);
    asks_to_act(&mut wife, &answered, ("1986", "9", "30"), ("helper", "Rhian Howell", "01632 960 142"))?;
    clinic.counsellor.letter_draft(&third, "L1")?;
    // His sister rings without the letter at hand, and quotes what she remembers of it.
    clinic.counsellor.program.api_post(
        "/calls",
        &json!({
            "caller": "relative", "teller": "Megan Probert", "birth_date": "1990-04-12", "quoted": opened.reference,
            "ring_back": "01632 960 155, in the evenings", "account": "She has had a letter and left it at work.",
            "asked": "Whether she has to come to us, or can be seen near her home.",
            "answered": ["neither_confirmed_nor_denied", "appointment_offered"], "support": "yes",
        }),
    )?;
    Ok((OpenLetter { code, born: "1990-04-12".into(), who: "Megan Probert".into() }, opened))
}

/// A brother lives far away and said that a service there may be asked: certificate and letter have gone, and nobody there has
/// said yet that they have them.
fn handed_over(clinic: &mut Clinic<'_>, opened: &Opened) -> Result<()> {
    let page = format!("/results/{}/certificate", opened.result);
    let issued = clinic.counsellor.browser.done(&page, &page, &[("control", "no")])?;
    let certificate = issued.rsplit("#certificate-").next().unwrap_or_default().to_owned();
    let page = format!("/tasks/{}/referral", task(opened, 1)?);
    let fields = [
        ("agreed_how", "portal"),
        ("house_name", "Carrick Genetics Service"),
        ("house_address", "Moresk House\n4 Infirmary Hill\nTruro"),
        ("house_postcode", "TR1 2XN"),
        ("house_phone", "01632 960 170"),
        ("reason", "lives_there"),
        ("certificate", certificate.as_str()),
    ];
    let referral = last_part(&clinic.counsellor.browser.done(&page, &page, &fields)?);
    let seen = clinic.counsellor.program.api(&format!("/referrals/{referral}"))?;
    let letter = text_of(&seen, "letter")?;
    clinic.counsellor.letter_submit(&letter)?;
    let page = format!("/letters/{letter}");
    let seen = [("sheet_seen", certificate.as_str())];
    clinic.clinician.browser.done(&page, &format!("{page}/approve"), &seen)?;
    clinic.send()
}

fn refuses_and_applied(clinic: &mut Clinic<'_>) -> Result<()> {
    let opened = clinic.open(
        DMD,
        "I do not want my sister told. She is expecting and would think of ending it.",
        &[kin("sister", "Bethan", "Yarwood", ("1994", "11", "8"))],
    )?;
    let sister = task(&opened, 0)?;
    clinic.counsellor.consent(
        &sister,
        "refused",
        "L1",
        "Not her. We do not speak, and she would blame me.",
    )?;
    clinic.clinician.decision(&sister, "applied", "L0", &["A3", "A6", "A10", "RL2"])?;
    clinic.write(&sister, "L0").map(|_| ())
}

fn declined(clinic: &mut Clinic<'_>) -> Result<()> {
    let opened = clinic.open(
        HCM,
        "My cousin has been through enough. Leave her be for now.",
        &[kin("father's sister's daughter", "Carys", "Ince", ("1979", "1", "21"))],
    )?;
    let cousin = task(&opened, 0)?;
    clinic.counsellor.consent(&cousin, "refused", "L1", "Not now. She has just lost her husband.")?;
    clinic.clinician.decision(&cousin, "declined", "L1", &["RL2", "X4", "A2"])
}

fn with_a_child(clinic: &mut Clinic<'_>) -> Result<()> {
    let opened = clinic.open(
        FH,
        "Please help with my boy first.",
        &[
            kin("son", "Ifan", "Osei", ("2020", "6", "14")),
            kin("sister", "Abena", "Osei", ("1988", "3", "2")),
        ],
    )?;
    let sister = task(&opened, 1)?;
    clinic.counsellor.consent(&sister, "thinking", "L2", "Let me tell her myself first, then we see.")
}

/// Two relatives ask: a sister is answered and told by e-mail, a brother waits for his answer and would like a call.
fn asked(clinic: &mut Clinic<'_>) -> Result<()> {
    let report = of_another(FH, "KV-7760", "Gwilym", "Tregarth", "1975-03-09")?;
    let opened = clinic.open(
        &report,
        "Write to them both, please. They will want to ask you things.",
        &[
            kin("sister", "Eluned", "Tregarth", ("1978", "5", "6")),
            kin("brother", "Macsen", "Tregarth", ("1981", "2", "11")),
        ],
    )?;
    let (sister, brother) = (task(&opened, 0)?, task(&opened, 1)?);
    for one in [&sister, &brother] {
        clinic.counsellor.consent(one, "given", "L2", "Yes, write, and answer what they ask.")?;
    }
    let address = clinic.house.config.address.clone();
    let code = clinic.write(&sister, "L2")?;
    let (mut browser, _) = letter_open(&address, &code, ("1978", "5", "6"))?;
    let email = [("notify", "email"), ("email", "eluned.tregarth@mail.example")];
    ask(&mut browser, "I feel well. Do I need a blood test?", &email)?;
    let words = "Many people who have this feel well for years. A blood test can show if you have it.\n\nYou do not have to decide now. We can talk first, if you like.";
    let answer = clinic.counsellor.answer_draft(&sister, words)?;
    clinic.counsellor.answer_submit(&answer)?;
    clinic.clinician.answer_release(&answer)?;
    let code = clinic.write(&brother, "L2")?;
    let (mut browser, _) = letter_open(&address, &code, ("1981", "2", "11"))?;
    let phone = [("notify", "phone"), ("mobile", "07700 900 321"), ("safe_times", "Evenings, after six")];
    ask(&mut browser, "Can my children have it, and when should they be tested?", &phone)?;
    clinic.send()
}

fn amended(clinic: &mut Clinic<'_>) -> Result<()> {
    let opened = clinic.open(
        BRCA,
        "Yes, they should know. Write to my sister.",
        &[kin("sister", "Lowri", "Penhale", ("1983", "7", "19"))],
    )?;
    let sister = task(&opened, 0)?;
    clinic.counsellor.consent(&sister, "given", "L2", "Yes, write to her.")?;
    let letter = clinic.counsellor.letter_draft(&sister, "L2")?;
    clinic.counsellor.letter_submit(&letter)?;
    let newer = clinic.counsellor.report_upload(BRCA_AMENDED)?.map_err(Error::not_now)?;
    if newer == opened.result || last_part(&newer).is_empty() {
        return Err(Error::inner("the amended report was not told from its elder"));
    }
    Ok(())
}

/// The report of somebody else with the same variant, under a number of its own.
pub(super) fn of_another(
    report: &[u8],
    number: &str,
    given: &str,
    family: &str,
    born: &str,
) -> Result<Vec<u8>> {
    let mut bundle: Value = serde_json::from_slice(report).map_err(Error::inner)?;
    let entries = bundle.get_mut("entry").and_then(Value::as_array_mut);
    for resource in entries.into_iter().flatten().filter_map(|entry| entry.get_mut("resource")) {
        let Some(resource) = resource.as_object_mut() else { continue };
        match resource.get("resourceType").and_then(Value::as_str) {
            Some("Patient") => {
                let name = json!([{"use": "official", "given": [given], "family": family}]);
                resource.insert("name".into(), name);
                resource.insert("birthDate".into(), born.into());
                resource.remove("identifier");
            }
            Some("DiagnosticReport") => {
                let named = json!([{"system": "https://severnside.example/reports", "value": number}]);
                resource.insert("identifier".into(), named);
            }
            Some(_) | None => {}
        }
    }
    serde_json::to_vec(&bundle).map_err(Error::inner)
}

/// A sister carries it, a brother does not, a cousin's result waits for its second person.
fn relatives_tested(clinic: &mut Clinic<'_>) -> Result<()> {
    let report = of_another(BRCA, "KV-7731", "Enid", "Calloway", "1968-05-02")?;
    let opened = clinic.open(
        &report,
        "Tell them all. Marged was tested the week after I told her.",
        &[
            kin("sister", "Marged", "Calloway", ("1966", "1", "14")),
            kin("sister's daughter", "Nest", "Calloway", ("1992", "8", "20")),
            kin("brother", "Idris", "Calloway", ("1971", "10", "3")),
            kin("brother's son", "Emyr", "Calloway", ("1999", "12", "11")),
            kin("mother's sister", "Olwen", "Pugh", ("1945", "3", "27")),
            kin("mother's sister's daughter", "Sian", "Pugh", ("1970", "6", "6")),
        ],
    )?;
    let today = day_parts(clinic.house.clock.now().date());
    let today = (today.0.as_str(), today.1.as_str(), today.2.as_str());
    for (place, says, confirmed) in [(0, "het", true), (2, "noncarrier", true), (5, "noncarrier", false)] {
        let person = person(&opened, place)?;
        let own = clinic.counsellor.own_result_record(&opened.result, &person, says, "c.5946del", today)?;
        if confirmed {
            clinic.clinician.own_result_confirm(&own)?;
        }
    }
    second_proband(clinic, &opened)
}

/// The sister has a file of her own, from her own report; the two are joined, and their aunt gets one letter.
fn second_proband(clinic: &mut Clinic<'_>, first: &Opened) -> Result<()> {
    let report = of_another(BRCA, "KV-7740", "Marged", "Calloway", "1966-01-14")?;
    let own = clinic.open(
        &report,
        "My sister and I agree: our aunt should hear of it.",
        &[kin("mother's sister", "Olwen", "Pugh", ("1945", "3", "27"))],
    )?;
    let (sister, aunt) = (person(first, 0)?, person(first, 4)?);
    let pairs = [format!("{sister} {}", own.proband), format!("{aunt} {}", person(&own, 0)?)];
    let entry = json!({"pairs": pairs, "why": "Enid and Marged are sisters; each names the other."});
    let plan = format!("/results/{}/kindred/{}", first.result, own.reference);
    clinic.clinician.program.api_post(&plan, &entry)?;
    let aunts = task(first, 4)?;
    clinic.counsellor.consent(&aunts, "given", "L2", "Yes, our aunt, and soon.")?;
    clinic.write(&aunts, "L2").map(|_| ())
}

fn person(opened: &Opened, place: usize) -> Result<String> {
    let known = opened.tasks.get(place).map(|(person, _)| person.clone());
    known.ok_or_else(|| Error::inner("a relative who was not added"))
}
