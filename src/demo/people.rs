//! What each member of staff and each relative does at their browser, a function an errand.
//! Must not know: which family; the stories say that.

use super::{
    browser::{Browser, Seen, words},
    clinic::PASSWORD,
};
use crate::error::{Error, Result};
use serde_json::{Value, json};

/// A member of staff at work: a browser for what is done, a program's session for reading what a page says.
pub struct AtWork {
    pub browser: Browser,
    pub program: Browser,
}

/// A relative as the proband's family names one.
#[derive(Clone, Copy)]
pub struct Kin {
    pub relation: &'static str,
    pub given: &'static str,
    pub family: &'static str,
    /// Year, month, day.
    pub born: (&'static str, &'static str, &'static str),
    pub email: Option<&'static str>,
}

/// What staff write where a page asks why a letter may go though its reader can tell who was tested.
const ACCEPTED: (&str, &str) = (
    "inferable_why",
    "The patient was told that this relative can work out who was tested, and what the letter says.",
);

/// A fact of a page, as text.
pub fn text_of(value: &Value, name: &str) -> Result<String> {
    value
        .get(name)
        .and_then(Value::as_str)
        .map(str::to_owned)
        .ok_or_else(|| Error::inner(format!("a page does not say '{name}'")))
}

/// The part of a result's page that says who the proband is.
pub fn proband_of(page: &Value) -> Result<&Value> {
    page.get("proband").ok_or_else(|| Error::inner("a result's page does not say who the proband is"))
}

/// A list on a page.
pub fn list_of<'a>(value: &'a Value, name: &str) -> Result<&'a Vec<Value>> {
    value
        .get(name)
        .and_then(Value::as_array)
        .ok_or_else(|| Error::inner(format!("a page has no list '{name}'")))
}

/// The id at the end of an address.
pub fn last_part(location: &str) -> String {
    location.rsplit('/').next().unwrap_or_default().to_owned()
}

/// What a clinician weighs besides the two harms, as the demonstration's clinician writes it down.
pub const WEIGHED: [(&str, &str); 11] = [
    ("not_shared_grade", "severe"),
    ("shared_grade", "moderate"),
    ("proximity", "Not in our care; we know where they live, and that they have children."),
    ("autonomy", "The patient wishes to keep it. The relative cannot choose what they do not know of."),
    ("beneficence", "Checks from now on, and a choice for their children."),
    (
        "non_maleficence",
        "Nobody is named, a counsellor answers the telephone, and they may stop at any page.",
    ),
    ("justice", "We would do the same for any relative at this risk."),
    ("least_level", "This is the least that lets the relative choose."),
    ("advice_named", "unnamed"),
    ("dissent", "Nobody"),
    ("pressure", "Nobody"),
];

/// A decision as a program sends it, with all of that.
pub fn weighed(mut decision: Value) -> Value {
    if let Some(fields) = decision.as_object_mut() {
        let applied = fields.get("outcome").is_some_and(|outcome| outcome == "applied");
        let basis = if applied { "public_interest" } else { "none_needed" };
        let all = WEIGHED.into_iter().chain([("legal_basis", basis)]);
        fields.extend(all.map(|(field, words)| (field.to_owned(), words.into())));
    }
    decision
}

impl AtWork {
    pub fn sign_in(address: &str, username: &str) -> Result<Self> {
        Self::sign_in_at(&Browser::new(address), username)
    }

    /// As `sign_in`, wherever `site` leads.
    pub fn sign_in_at(site: &Browser, username: &str) -> Result<Self> {
        let (mut browser, mut program) = (site.another(), site.another());
        browser.sign_in(username, PASSWORD)?;
        program.sign_in_api(username, PASSWORD)?;
        Ok(Self { browser, program })
    }

    /// Uploads a laboratory's report. Answers the result's id, or the words of the refusal.
    pub fn report_upload(&mut self, bytes: &[u8]) -> Result<std::result::Result<String, String>> {
        let seen: Seen = self.browser.upload("/reports/new", "/reports", "report", "report.json", bytes)?;
        match (seen.status, &seen.location) {
            (303, Some(location)) => Ok(Ok(last_part(location))),
            (422, _) => self.refusal(bytes, &seen).map(Err),
            (status, _) => {
                Err(Error::inner(format!("the upload answered {status}: {}", words(&seen.text()))))
            }
        }
    }

    /// Why a report was not taken, as a program is told it: one sentence with the place.
    fn refusal(&mut self, bytes: &[u8], page: &Seen) -> Result<String> {
        let told =
            self.program.send("POST", "/api/v1/reports", Some("application/fhir+json"), Some(bytes))?;
        let facts: Value = serde_json::from_slice(&told.body).unwrap_or_default();
        let sentence =
            ["what_to_do", "problem"].iter().find_map(|name| facts.get(name).and_then(Value::as_str));
        Ok(sentence.map_or_else(|| words(&page.text()), str::to_owned))
    }

    pub fn result(&mut self, result: &str) -> Result<Value> {
        self.program.api(&format!("/results/{result}"))
    }

    /// Marks every finding as suggested; what is suggested uncertain is looked at and kept personal.
    pub fn findings_mark(&mut self, result: &str, page: &Value) -> Result<[usize; 3]> {
        let mut marked = [0; 3];
        for finding in list_of(page, "findings")? {
            let id = text_of(finding, "finding")?;
            let suggestion = text_of(finding, "suggestion")?;
            let (mark, why, place) = match suggestion.as_str() {
                "familial" => ("familial", "", 0),
                "uncertain" => ("personal", "Looked at: says nothing a relative's test needs", 1),
                _ => ("personal", "", 2),
            };
            self.browser.done(
                &format!("/results/{result}"),
                &format!("/results/{result}/findings/{id}/mark"),
                &[("mark", mark), ("why", why)],
            )?;
            if let Some(count) = marked.get_mut(place) {
                *count += 1;
            }
        }
        Ok(marked)
    }

    pub fn result_separate(
        &mut self,
        result: &str,
        condition: &str,
        inheritance: &str,
        test: &str,
    ) -> Result<()> {
        let fields = [("condition", condition), ("inheritance", inheritance), ("test_code", test)];
        self.browser
            .done(&format!("/results/{result}"), &format!("/results/{result}/separate"), &fields)
            .map(|_| ())
    }

    pub fn conversation(
        &mut self,
        result: &str,
        kind: &str,
        today: (&str, &str, &str),
        said: &str,
    ) -> Result<()> {
        let fields = [
            ("held_on-day", today.2),
            ("held_on-month", today.1),
            ("held_on-year", today.0),
            ("kind", kind),
            ("present", "The patient and their counsellor"),
            (
                "told",
                "What was found, what it means for relatives: checks, treatment, time to prepare. What would and would not be passed on.",
            ),
            ("said", said),
            ("next_step", "Agree for each relative how they are to hear"),
        ];
        self.browser
            .done(
                &format!("/results/{result}/conversations/new"),
                &format!("/results/{result}/conversations"),
                &fields,
            )
            .map(|_| ())
    }

    /// Adds a relative of `from` with an address; answers the person's id.
    pub fn relative_add(
        &mut self,
        family: &str,
        from: &str,
        kin: &Kin,
        today: (&str, &str, &str),
    ) -> Result<String> {
        let new = json!({
            "relation": kin.relation,
            "from": from,
            "given_name": kin.given,
            "family_name": kin.family,
            "birth_date": format!("{:0>4}-{:0>2}-{:0>2}", kin.born.0, kin.born.1, kin.born.2),
        });
        // As a program, because its answer names the new person; the browser's goes back to the family.
        let person = text_of(&self.program.api_post(&format!("/families/{family}/people"), &new)?, "person")?;
        let house = format!("{} Larch Close", kin.given.len() + 3);
        let address = format!("{house}\nStroud");
        let page = format!("/people/{person}");
        let fields = [
            ("address", address.as_str()),
            ("postcode", "GL5 1AA"),
            ("email", kin.email.unwrap_or_default()),
            ("source", "Told by the family"),
            ("as_of-day", today.2),
            ("as_of-month", today.1),
            ("as_of-year", today.0),
        ];
        self.browser.done(&page, &format!("{page}/contact"), &fields)?;
        Ok(person)
    }

    /// Confirms the list of relatives at risk; answers (person, task) of each.
    pub fn at_risk_confirm(&mut self, result: &str) -> Result<Vec<(String, String)>> {
        let page = format!("/results/{result}/at-risk");
        self.browser.done(&page, &page, &[])?;
        let view = self.program.api(&page)?;
        list_of(&view, "relatives")?
            .iter()
            .filter(|relative| relative.get("task").is_some_and(Value::is_string))
            .map(|relative| Ok((text_of(relative, "person")?, text_of(relative, "task")?)))
            .collect()
    }

    pub fn consent(&mut self, task: &str, stance: &str, level: &str, words: &str) -> Result<()> {
        let page = format!("/tasks/{task}/consent");
        let mut fields =
            vec![("route", "clinic_letter"), ("level", level), ("stance", stance), ("words", words)];
        if stance == "not_obtainable" {
            fields.push(("cause", "not_found"));
        }
        self.browser.done_where_asked(&page, &page, &fields, ACCEPTED).map(|_| ())
    }

    pub fn decision(&mut self, task: &str, outcome: &str, level: &str, reasons: &[&str]) -> Result<()> {
        let page = format!("/tasks/{task}/decision");
        let mut fields = vec![
            ("model", if outcome == "applied" { "familial" } else { "individual" }),
            ("outcome", outcome),
            ("level", level),
            (
                "harm_if_not_shared",
                "The relative would not be offered checks that can prevent serious illness. Likely enough, severe, and preventable if they hear within the year.",
            ),
            (
                "harm_if_shared",
                "The patient may feel let down and come to trust us less; the letter names nobody. We judged this real but smaller.",
            ),
            (
                "steps_tried",
                "Two conversations and a telephone call; general information offered; more time given.",
            ),
            ("adviser", "The Caldicott Guardian, without names"),
            (
                "proband_informed",
                "Told by telephone before anything is sent, with the reasons and what the letter will not say.",
            ),
        ];
        fields.extend(WEIGHED);
        fields.push(("legal_basis", if outcome == "applied" { "public_interest" } else { "none_needed" }));
        fields.extend(reasons.iter().map(|code| ("reasons[]", *code)));
        self.browser.done_where_asked(&page, &page, &fields, ACCEPTED).map(|_| ())
    }

    /// Writes down what a relative's own test said; answers the record's id.
    pub fn own_result_record(
        &mut self,
        result: &str,
        person: &str,
        says: &str,
        variant: &str,
        tested: (&str, &str, &str),
    ) -> Result<String> {
        let page = format!("/results/{result}/relatives/{person}");
        let fields = [
            ("says", says),
            ("variant", variant),
            ("tested_on-day", tested.2),
            ("tested_on-month", tested.1),
            ("tested_on-year", tested.0),
            ("laboratory", "Severnside Genomic Laboratory Hub"),
            ("source", "laboratory_report"),
        ];
        Ok(last_part(&self.browser.done(&page, &page, &fields)?))
    }

    /// Puts a correction beside a confirmed result, by one that says something else or by none.
    pub fn own_result_correct(&mut self, own: &str, fields: &[(&str, &str)]) -> Result<String> {
        let page = format!("/relative-results/{own}");
        Ok(last_part(&self.browser.done(&page, &format!("{page}/correct"), fields)?))
    }

    pub fn own_result_confirm(&mut self, own: &str) -> Result<()> {
        let page = format!("/relative-results/{own}");
        self.browser.done(&page, &format!("{page}/confirm"), &[]).map(|_| ())
    }

    pub fn letter_draft(&mut self, task: &str, level: &str) -> Result<String> {
        let page = format!("/tasks/{task}");
        let action = format!("{page}/letters");
        Ok(last_part(&self.browser.done_where_asked(&page, &action, &[("level", level)], ACCEPTED)?))
    }

    /// The author says why what the leak gate found may stand.
    pub fn letter_except(&mut self, letter: &str, reason: &str, words: &str) -> Result<()> {
        let page = format!("/letters/{letter}");
        self.browser
            .done(&page, &format!("{page}/exception"), &[("reason", reason), ("words", words)])
            .map(|_| ())
    }

    /// Says why a letter may go though its reader can tell who was tested, where its page asks that.
    pub fn letter_accept(&mut self, letter: &str) -> Result<()> {
        let page = format!("/letters/{letter}");
        self.browser.done(&page, &format!("{page}/inferable"), &[ACCEPTED]).map(|_| ())
    }

    pub fn letter_return(&mut self, letter: &str) -> Result<()> {
        let page = format!("/letters/{letter}");
        let why = [("return_why", "It needs to be looked at again.")];
        self.browser.done(&page, &format!("{page}/return"), &why).map(|_| ())
    }

    pub fn letter_submit(&mut self, letter: &str) -> Result<()> {
        let page = format!("/letters/{letter}");
        self.browser.done(&page, &format!("{page}/submit"), &[]).map(|_| ())
    }

    pub fn letter_approve(&mut self, letter: &str) -> Result<()> {
        let page = format!("/letters/{letter}");
        self.browser.done(&page, &format!("{page}/approve"), &[]).map(|_| ())
    }

    /// Where the newest question of a relative is answered.
    pub fn question_page(&mut self, task: &str) -> Result<String> {
        let page = self.program.api(&format!("/tasks/{task}"))?;
        let open = list_of(&page, "replies")?.iter().find_map(|reply| text_of(reply, "to_answer").ok());
        open.ok_or_else(|| Error::inner("no question of this relative waits to be answered"))
    }

    /// Drafts an answer to the newest question; answers its id.
    pub fn answer_draft(&mut self, task: &str, english: &str) -> Result<String> {
        let page = self.question_page(task)?;
        Ok(last_part(&self.browser.done(&page, &page, &[("answer_en", english)])?))
    }

    pub fn answer_submit(&mut self, answer: &str) -> Result<()> {
        let page = format!("/answers/{answer}");
        self.browser.done(&page, &format!("{page}/submit"), &[]).map(|_| ())
    }

    /// Reads an answer and releases it.
    pub fn answer_release(&mut self, answer: &str) -> Result<()> {
        let page = format!("/answers/{answer}");
        let view = self.program.api(&page)?;
        let seen = view.get("answer").map(|one| text_of(one, "fingerprint")).transpose()?.unwrap_or_default();
        self.browser.done(&page, &format!("{page}/release"), &[("words_seen", &seen)]).map(|_| ())
    }

    pub fn family_claim(&mut self, reference: &str, reason: &str) -> Result<()> {
        self.browser
            .done("/families", "/families/claim", &[("reference", reference), ("reason", reason)])
            .map(|_| ())
    }

    /// Where a relative stands.
    pub fn task_state(&mut self, task: &str) -> Result<String> {
        text_of(&self.program.api(&format!("/tasks/{task}"))?, "state")
    }
}

/// A relative opens their letter: code, date of birth, "this is for me", "read now". Answers what `/r/letter` then shows;
/// where the letter was stopped nobody is asked when to read it, and that page says to phone.
pub fn letter_open(address: &str, code: &str, born: (&str, &str, &str)) -> Result<(Browser, String)> {
    letter_open_at(&Browser::new(address), code, born)
}

/// As `letter_open`, wherever `site` leads.
pub fn letter_open_at(site: &Browser, code: &str, born: (&str, &str, &str)) -> Result<(Browser, String)> {
    let mut browser = site.another();
    browser.page("/r")?;
    browser.done("/r/code", "/r/code", &[("code", code)])?;
    browser.done(
        "/r/birth-date",
        "/r/birth-date",
        &[("day", born.2), ("month", born.1), ("year", born.0)],
    )?;
    if browser.done("/r/for-you", "/r/for-you", &[("for_you", "yes")])? == "/r/before" {
        browser.done("/r/before", "/r/before", &[("before", "now")])?;
    }
    let letter = browser.page("/r/letter")?;
    Ok((browser, letter))
}

/// Somebody with the letter of another asks to act for them. They are shown nothing of it.
pub fn asks_to_act(
    browser: &mut Browser,
    code: &str,
    born: (&str, &str, &str),
    (acting_as, name, phone): (&str, &str, &str),
) -> Result<()> {
    browser.done("/r/code", "/r/code", &[("code", code)])?;
    let born = [("day", born.2), ("month", born.1), ("year", born.0)];
    browser.done("/r/birth-date", "/r/birth-date", &born)?;
    let mut next = browser.done("/r/for-you", "/r/for-you", &[("for_you", "carer")])?;
    for fields in [
        &[("acting", "ask")][..],
        &[("acting_as", acting_as)],
        &[("own_name", name)],
        &[("own_phone", phone), ("own_times", "Evenings")],
        &[],
    ] {
        next = browser.done(&next, &next, fields)?;
    }
    browser.page(&next).map(|_| ())
}

/// A relative chooses, answers what that choice asks, checks and confirms.
pub fn reply(browser: &mut Browser, choice: &str, answers: &[(&str, &str)]) -> Result<()> {
    let page = browser.done("/r/choices", "/r/choices", &[("choice", choice)])?;
    let mut fields = vec![("choice", choice)];
    fields.extend_from_slice(answers);
    let next = browser.done(&page, &page, &fields)?;
    add_nothing(browser, next)?;
    browser.done("/r/check", "/r/check", &[])?;
    browser.page("/r/done").map(|_| ())
}

/// A relative asks something and says how they would like to hear from us.
pub fn ask(browser: &mut Browser, question: &str, contact: &[(&str, &str)]) -> Result<()> {
    let page = browser.done("/r/choices", "/r/choices", &[("choice", "question")])?;
    let next = browser.done(&page, &page, &[("choice", "question"), ("question", question)])?;
    browser.done(&next, &next, contact)?;
    browser.done("/r/check", "/r/check", &[])?;
    browser.page("/r/done").map(|_| ())
}

/// Leaves empty every page of what may be added, until the answer can be checked.
pub fn add_nothing(browser: &mut Browser, mut next: String) -> Result<()> {
    while next.starts_with("/r/more/") {
        next = browser.done(&next, &next, &[("notify", "post")])?;
    }
    Ok(())
}

/// Today as a form wants it: year, month, day.
pub fn day_parts(day: crate::db::UtcDate) -> (String, String, String) {
    let (year, month, day) = day.ymd();
    (year.to_string(), month.to_string(), day.to_string())
}

/// One step of a story, as told afterwards.
pub fn step(what: &str, who: &str, before: &str, after: &str) -> Value {
    json!({"who": who, "what": what, "state_before": before, "state_after": after})
}
