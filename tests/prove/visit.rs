//! A relative at the portal: every answer that comes back is kept, byte for byte, with its status and all its headers.
//! Must not know: the professionals' pages.

use crate::{
    plan::Scene,
    play::{Play, Seen},
    world::{COUNSELLOR, portal_routes},
};
use kinward::{
    demo::{
        browser::{Browser, form_token},
        people::text_of,
    },
    error::Result,
};
use kinward_family::page::{Choice, Section};
use serde_json::json;

/// Whose letter is opened, as it stands on the letter.
pub struct Holder {
    pub code: String,
    pub born: (usize, usize, usize),
    /// Where staff find whoever asks to act for them.
    pub task: Option<String>,
}

/// One visit.
struct Visit<'a, 'p> {
    play: &'a mut Play<'p>,
    browser: Browser,
}

impl Play<'_> {
    pub fn visit(&mut self, holder: &Holder, scene: Scene) -> Result<()> {
        let browser = self.world.browser();
        let mut visit = Visit { play: self, browser };
        match scene {
            Scene::Answers { choice, look_around_at } => visit.answers(holder, choice, look_around_at),
            Scene::WrongDates(times) => visit.wrong_dates(holder, times),
            Scene::WrongCode => {
                // A code that reads as one and opens nothing.
                let other = Holder { code: crate::play::unused_code(), born: holder.born, task: None };
                visit.enter(&other)
            }
            Scene::Door(whose) => {
                visit.enter(holder)?;
                visit.form("/r/for-you", &[("for_you", whose)])?;
                if whose == "carer" {
                    visit.asks_to_act()?;
                    visit.look_around()?;
                    return visit.acts(holder);
                }
                visit.look_around()
            }
            Scene::Before(when) => {
                visit.enter(holder)?;
                visit.form("/r/for-you", &[("for_you", "yes")])?;
                visit.form("/r/before", &[("before", when)])?;
                visit.page("/r/back").map(|_| ())
            }
            Scene::Idle { minutes } => visit.idle(holder, minutes),
        }
    }

    /// The second code for whoever asked last to act for a relative.
    fn second_code(&mut self, task: &str) -> Result<String> {
        let at = format!("/tasks/{task}/proxies");
        let asked = self.world.get(COUNSELLOR, &at)?;
        let newest = asked["proxies"][0]["proxy"].as_str().unwrap_or_default().to_owned();
        let found_on = self.world.house.clock.now().date().to_string();
        let agreed = json!({"authority": "helper", "evidence": ["person_said"], "phoned": "yes",
            "finding": "agrees", "found_on": found_on, "found_how": "She told us so on the telephone.",
            "proxy_words": "They read everything together, she says."});
        let shown = self.world.post(COUNSELLOR, &format!("{at}/{newest}/grant"), &agreed)?;
        text_of(&shown, "code")
    }

    /// Somebody without a letter: what is not there, what is staff's, what is open to anyone.
    pub fn stranger(&mut self) -> Result<()> {
        let browser = self.world.browser();
        let mut visit = Visit { play: self, browser };
        for path in ["/r/nothing", "/nothing", "/health", "/", "/sign-in", "/families", "/results/none"] {
            visit.page(path)?;
        }
        for path in ["/api/v1/families", "/api/v1/openapi.json", "/assets/kinward.css"] {
            visit.page(path)?;
        }
        visit.ask("PUT", "/r/code", None)?;
        visit.ask("POST", "/r/code", Some("code=a&code=b"))?;
        visit.look_around()
    }
}

impl Visit<'_, '_> {
    /// One request; its answer is kept.
    fn ask(&mut self, method: &str, path: &str, body: Option<&str>) -> Result<kinward::demo::browser::Seen> {
        let kind = body.map(|_| "application/x-www-form-urlencoded");
        if self.play.world.ask()? {
            self.browser.go_on_at(&self.play.world.browser());
        }
        let seen = self.browser.send(method, path, kind, body.map(str::as_bytes))?;
        // Of an address only what its last part is about, and nothing of what stands after a question mark.
        let of = |start: &str, route| path.starts_with(start).then_some(route);
        let route = of("/r/answer/", "/r/answer/{choice}")
            .or_else(|| of("/r/more/", "/r/more/{section}"))
            .or_else(|| of("/r/details/", "/r/details/{wish}"))
            .or_else(|| match path.matches('/').count() {
                4 => of("/r/letter/", "/r/letter/{language}/{size}"),
                _ => of("/r/letter/", "/r/letter/{language}"),
            })
            .or_else(|| of("/r/language/", "/r/language/{language}"))
            .unwrap_or(path);
        let known = path == "/r" || path.starts_with("/r/");
        let surface = match known && portal_routes().iter().any(|(m, p)| *m == method && p == route) {
            true => format!("{method} {route}"),
            false => "what is not the portal's".to_owned(),
        };
        let mut headers: Vec<String> =
            seen.headers.iter().map(|(name, value)| format!("{name}: {value}\n")).collect();
        headers.sort();
        let mut bytes = format!("{}\n{}\n", seen.status, headers.concat()).into_bytes();
        bytes.extend_from_slice(&seen.body);
        self.play.keep(Seen { surface, name: format!("{method} {path}"), bytes });
        Ok(seen)
    }

    fn page(&mut self, path: &str) -> Result<kinward::demo::browser::Seen> {
        self.ask("GET", path, None)
    }

    /// Reads the page of a form and sends it.
    fn form(&mut self, path: &str, fields: &[(&str, &str)]) -> Result<kinward::demo::browser::Seen> {
        let token = form_token(&self.page(path)?.text()).unwrap_or_default();
        let mut all = vec![("form_token", token.as_str())];
        all.extend_from_slice(fields);
        let body = serde_urlencoded_of(&all);
        self.ask("POST", path, Some(&body))
    }

    fn enter(&mut self, holder: &Holder) -> Result<()> {
        self.page("/r")?;
        self.form("/r/code", &[("code", &holder.code)])?;
        self.born(holder.born)
    }

    fn born(&mut self, (year, month, day): (usize, usize, usize)) -> Result<()> {
        let (year, month, day) = (year.to_string(), month.to_string(), day.to_string());
        self.form("/r/birth-date", &[("day", &day), ("month", &month), ("year", &year)]).map(|_| ())
    }

    fn answers(&mut self, holder: &Holder, choice: &str, look_around_at: usize) -> Result<()> {
        let mut stage = 0;
        let mut reached = |visit: &mut Self| {
            let here = stage == look_around_at;
            stage += 1;
            if here { visit.look_around() } else { Ok(()) }
        };
        self.page("/r")?;
        reached(self)?;
        self.form("/r/code", &[("code", &holder.code)])?;
        reached(self)?;
        self.born(holder.born)?;
        reached(self)?;
        self.form("/r/for-you", &[("for_you", "yes")])?;
        reached(self)?;
        self.form("/r/before", &[("before", "now")])?;
        self.page("/r/letter")?;
        self.page("/r/letter.pdf")?;
        reached(self)?;
        self.form("/r/choices", &[("choice", choice)])?;
        self.form(&format!("/r/answer/{choice}"), answers_of(choice))?;
        for (section, fields) in added_to(choice) {
            self.form(&format!("/r/more/{section}"), fields)?;
        }
        reached(self)?;
        self.form("/r/check", &[])?;
        self.page("/r/done")?;
        self.page("/r/back")?;
        self.page("/r/answered")?;
        reached(self)?;
        self.page("/r/stop")?;
        reached(self)
    }

    /// Somebody acts for the person: a second code that opens nothing, then all that is asked of whoever has none.
    fn asks_to_act(&mut self) -> Result<()> {
        self.form("/r/acting", &[("acting", "second_code")])?;
        self.form("/r/acting/code", &[("second_code", &crate::play::unused_code())])?;
        self.form("/r/acting", &[("acting", "ask")])?;
        self.form("/r/acting/as", &[("acting_as", "helper")])?;
        self.form("/r/acting/name", &[("own_name", "Ann Lee")])?;
        self.form("/r/acting/phone", &[("own_phone", "01632 960 001"), ("own_times", "Evenings")])?;
        self.form("/r/acting/check", &[])?;
        self.page("/r/acting/asked").map(|_| ())
    }

    /// Staff agree that whoever asked acts for the person, where that can be; they come back with the second code and read,
    /// answer and look at everything there is.
    fn acts(&mut self, holder: &Holder) -> Result<()> {
        let Some(second) = holder.task.as_deref().and_then(|task| self.play.second_code(task).ok()) else {
            return Ok(());
        };
        self.browser = self.play.world.browser();
        self.enter(holder)?;
        self.form("/r/for-you", &[("for_you", "carer")])?;
        self.form("/r/acting", &[("acting", "second_code")])?;
        self.form("/r/acting/code", &[("second_code", &second)])?;
        self.form("/r/before", &[("before", "now")])?;
        self.page("/r/letter")?;
        self.page("/r/letter.pdf")?;
        self.look_around()?;
        self.form("/r/choices", &[("choice", "question")])?;
        self.form("/r/answer/question", answers_of("question"))?;
        self.form("/r/check", &[])?;
        self.page("/r/done")?;
        self.page("/r/back")?;
        self.page("/r/details")?;
        self.page("/r/stop").map(|_| ())
    }

    fn wrong_dates(&mut self, holder: &Holder, times: usize) -> Result<()> {
        self.page("/r")?;
        self.form("/r/code", &[("code", &holder.code)])?;
        for _ in 0..times {
            self.born((1949, 1, 31))?;
        }
        self.born(holder.born)
    }

    fn idle(&mut self, holder: &Holder, minutes: i64) -> Result<()> {
        self.enter(holder)?;
        self.form("/r/for-you", &[("for_you", "yes")])?;
        self.play.world.clock.advance_seconds(60 * minutes);
        self.page("/r/letter")?;
        self.ask("POST", "/r/before", Some("before=now"))?;
        self.born(holder.born)?;
        self.page("/r/back")?;
        self.play.world.sign_in()
    }

    /// Every address of the portal, in the state the visit is in, and each form with what cannot be taken.
    fn look_around(&mut self) -> Result<()> {
        // Two of the six answers each time, the same two in both worlds: over many pairs each is seen at every stage.
        let mut rng = self.play.low_rng();
        let all: Vec<&str> = Choice::ALL.iter().map(|choice| choice.as_str()).collect();
        let choices = [rng.one(&all), rng.one(&all)];
        self.browser.also.push(("accept-encoding".into(), "gzip".into()));
        self.page("/r/for-you")?;
        self.browser.also.clear();
        let mut token = String::new();
        for (method, path) in portal_routes() {
            // The way out ends the visit; the last confirmation would send what was kept.
            if path == "/r/stop" || (method == "POST" && path == "/r/check") {
                continue;
            }
            let each: &[&str] = match path.as_str() {
                path if path.contains("{choice}") => &choices,
                path if path.contains("{section}") => &["gp", "others", "contact"],
                path if path.contains("{wish}") => &["correct", "reach", "others", "copy", "delete"],
                path if path.contains("{language}") => &["cy", "en"],
                _ => &[""],
            };
            for last in each {
                let path = ["{choice}", "{section}", "{language}", "{wish}"]
                    .iter()
                    .fold(path.replace("{size}", "18"), |path, name| path.replace(name, last));
                if method == "GET" {
                    let seen = self.page(&path)?;
                    token = form_token(&seen.text()).unwrap_or(token);
                } else {
                    let long = "x".repeat(3000);
                    let words = [("day", "40"), ("question", &long), ("needs", &long), ("code", "I")];
                    let mut fields = vec![("form_token", token.as_str())];
                    fields.extend(words);
                    self.ask("POST", &path, Some(&serde_urlencoded_of(&fields)))?;
                }
            }
        }
        self.ask("POST", "/r/choices", Some("choice=think"))?;
        self.page("/r/answer/nothing").map(|_| ())
    }
}

/// What each answer's own questions are answered with.
fn answers_of(choice: &str) -> &'static [(&'static str, &'static str)] {
    match choice {
        "appointment" => &[("by", "phone"), ("needs", "After four, please")],
        "think" => &[("remind", "3")],
        "not_know" => &[("reason", "Not now")],
        "already_tested" => &[("seen_by", "The hospital in Leeds")],
        "question" => &[("question", "Should I have my blood taken?")],
        _ => &[("right_person", "She moved to Truro")],
    }
}

/// What is added to an answer, page by page.
fn added_to(choice: &str) -> Vec<(&'static str, &'static [(&'static str, &'static str)])> {
    let sections = choice.parse::<Choice>().map_or(&[][..], |choice| choice.sections());
    sections
        .iter()
        .map(|section| match section {
            Section::Gp => ("gp", &[("gp", "Dr Ash, Ludlow"), ("gp_tell", "yes")][..]),
            Section::Others => {
                ("others", &[("children", "Two"), ("relation_1", "cousin"), ("name_1", "Ann Lee")][..])
            }
            Section::Contact => {
                ("contact", &[("notify", "email"), ("email", "me@example.org"), ("discreet", "yes")][..])
            }
        })
        .collect()
}

fn serde_urlencoded_of(fields: &[(&str, &str)]) -> String {
    let letter = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    let encoded = |text: &str| text.bytes().map(letter).collect::<String>();
    let pairs: Vec<String> =
        fields.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
    pairs.join("&")
}
