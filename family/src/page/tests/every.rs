//! Every page of the portal in every state that differs, by name: what all tests of pages go through.
//! Must not know: what is asked of a page.

use super::*;

/// Every screen in every state that differs, by name.
pub(super) fn every_page() -> Vec<(String, Page)> {
    let typed = Typed::nothing;
    let date = |field, problem| Some(FieldProblem { field, problem });
    let reference = || FamilyReference::parse("KW-7F3K-9QXM").unwrap();
    let long = "x".repeat(1001);
    let mut pages = vec![
        ("start", Page::Start),
        ("code", Page::EnterCode { typed: typed(), problem: None }),
        ("code-missing", Page::EnterCode { typed: typed(), problem: Some(Problem::CodeMissing) }),
        (
            "code-unreadable",
            Page::EnterCode {
                typed: Typed::again(&fields(&[("code", "abcd")])),
                problem: Some(Problem::CodeUnreadable),
            },
        ),
        ("birth-date", Page::BirthDate { typed: typed(), problem: None }),
        (
            "birth-date-missing",
            Page::BirthDate { typed: typed(), problem: date("day", Problem::DateMissing) },
        ),
        (
            "birth-date-not-real",
            Page::BirthDate {
                typed: Typed::again(&fields(&[("day", "30"), ("month", "2"), ("year", "1984")])),
                problem: date("day", Problem::DateNotReal),
            },
        ),
        (
            "birth-date-in-future",
            Page::BirthDate { typed: typed(), problem: date("year", Problem::DateInFuture) },
        ),
        ("not-matched", Page::NotMatched),
        ("for-you", Page::IsThisForYou { name: name(), problem: None }),
        ("for-you-missing", Page::IsThisForYou { name: name(), problem: Some(Problem::ForYouMissing) }),
        ("before", Page::BeforeYouRead { problem: None }),
        ("before-missing", Page::BeforeYouRead { problem: Some(Problem::ReadingMissing) }),
        ("letter", Page::TheLetter(LetterShown::sample())),
        ("withheld", Page::Withheld),
        ("choices", Page::Choices { current: None, problem: None }),
        ("choices-missing", Page::Choices { current: None, problem: Some(Problem::ChoiceMissing) }),
        ("choices-again", Page::Choices { current: Some(Choice::Think), problem: None }),
        (
            "answer-appointment-refused",
            refused(Choice::Appointment, &[("needs", &long), ("phone", "abc"), ("interpreter", &long)]),
        ),
        ("answer-think-refused", refused(Choice::Think, &[("remind", "99")])),
        ("answer-not_know-refused", refused(Choice::NotKnow, &[("reason", &long), ("children_too", "yes")])),
        ("answer-already_tested-refused", refused(Choice::AlreadyTested, &[("seen_by", "\u{1b}")])),
        ("answer-question-missing", refused(Choice::Question, &[])),
        ("answer-question-too-long", refused(Choice::Question, &[("question", &long)])),
        ("answer-not_me-refused", refused(Choice::NotMe, &[("right_person", &long)])),
        ("has-died", Page::HasDied),
        ("acting", Page::Acting(Acting::Start { problem: None })),
        ("acting-missing", Page::Acting(Acting::Start { problem: Some(Problem::ActingMissing) })),
        ("acting-code", Page::Acting(Acting::SecondCode { typed: typed(), problem: None })),
        (
            "acting-code-missing",
            Page::Acting(Acting::SecondCode { typed: typed(), problem: Some(Problem::SecondCodeMissing) }),
        ),
        ("acting-not-matched", Page::Acting(Acting::NotMatched)),
        ("acting-as", Page::Acting(Acting::As { problem: None })),
        ("acting-as-missing", Page::Acting(Acting::As { problem: Some(Problem::ActingAsMissing) })),
        ("acting-name-missing", acting_name(ActingAs::Parent, &[])),
        ("acting-phone", Page::Acting(Acting::Phone { typed: typed(), problems: vec![] })),
        ("acting-phone-refused", acting_phone(&[("own_phone", "ring me"), ("own_times", &long)])),
        ("acting-check", Page::Acting(Acting::Check(asking()))),
        ("acting-asked", Page::Acting(Acting::Asked { within: Some(5) })),
        ("acting-end", Page::ActingEnd(ActingAs::ALL.iter().copied().map(acts).collect())),
        ("acting-end-ended", Page::ActingEnd(vec![])),
        ("not-now", Page::NotNow),
        (
            "check-appointment",
            Page::CheckAnswers(
                answers(&[("choice", "appointment"), ("by", "phone"), ("phone", "07700 900123")]),
                Before::Nothing,
            ),
        ),
        (
            "check-instead",
            Page::CheckAnswers(
                answers(&[("choice", "question"), ("question", "When are you open?")]),
                Before::Own(Choice::NotKnow),
            ),
        ),
        (
            "check-another",
            Page::CheckAnswers(answers(&[("choice", "think"), ("remind", "3")]), Before::Another),
        ),
        (
            "check-think",
            Page::CheckAnswers(answers(&[("choice", "think"), ("remind", "3")]), Before::Nothing),
        ),
        (
            "check-not_know",
            Page::CheckAnswers(answers(&[("choice", "not_know"), ("children_too", "yes")]), Before::Nothing),
        ),
        (
            "check-already_tested",
            Page::CheckAnswers(
                answers(&[("choice", "already_tested"), ("seen_by", "Leeds")]),
                Before::Nothing,
            ),
        ),
        (
            "check-question",
            Page::CheckAnswers(
                answers(&[("choice", "question"), ("question", "Why me?\nAnd when?")]),
                Before::Nothing,
            ),
        ),
        (
            "check-everything",
            Page::CheckAnswers(
                answers(&[
                    ("choice", "appointment"),
                    ("by", "video"),
                    ("times", "Mornings"),
                    ("area", "Leeds"),
                    ("gp_seen", "yes"),
                    ("gp", "Dr Ash, Ludlow"),
                    ("gp_tell", "yes"),
                    ("others_seen", "yes"),
                    ("children", "Two: 4 and 7"),
                    ("relation_1", "cousin"),
                    ("name_1", "Ann Lee"),
                    ("contact_seen", "yes"),
                    ("notify", "email"),
                    ("email", "jo@example.org"),
                    ("discreet", "yes"),
                    ("size", "20"),
                    ("language", "cy"),
                ]),
                Before::Nothing,
            ),
        ),
        ("details", Page::Details(held())),
        ("wish-correct", Page::Wish { kind: WishKind::Correct, typed: typed(), problems: vec![] }),
        ("wish-reach", Page::Wish { kind: WishKind::Reach, typed: typed(), problems: vec![] }),
        ("wish-others", Page::Wish { kind: WishKind::Others, typed: typed(), problems: vec![] }),
        ("wish-others-missing", wish_refused(WishKind::Others, &[])),
        ("wish-copy", Page::Wish { kind: WishKind::Copy, typed: typed(), problems: vec![] }),
        ("wish-delete", Page::Wish { kind: WishKind::Delete, typed: typed(), problems: vec![] }),
        ("wish-correct-refused", wish_refused(WishKind::Correct, &[])),
        ("wish-reach-refused", wish_refused(WishKind::Reach, &[("notify", "email")])),
        ("wish-copy-refused", wish_refused(WishKind::Copy, &[("how", &long)])),
        ("wish-delete-missing", wish_refused(WishKind::Delete, &[])),
        ("more-gp-missing", more_refused(Section::Gp, &[("gp_tell", "yes")])),
        (
            "more-others-missing",
            more_refused(
                Section::Others,
                &[("name_1", "Ann Lee"), ("relation_2", "cousin"), ("born_2", "1970")],
            ),
        ),
        (
            "more-contact-refused",
            more_refused(Section::Contact, &[("notify", "email"), ("mobile", "12"), ("discreet", "yes")]),
        ),
        ("check-not_me", Page::CheckAnswers(answers(&[("choice", "not_me")]), Before::Nothing)),
        ("come-back", come_back(Some(Choice::Appointment), true, Asking::Nothing)),
        ("come-back-unanswered", come_back(None, true, Asking::Nothing)),
        ("come-back-withheld", come_back(None, false, Asking::Nothing)),
        (
            "come-back-handed-over",
            Page::ComeBack(ComeBack {
                handed: Some(Handed::HasThem),
                ..back(Some(Choice::Appointment), true, Asking::Nothing)
            }),
        ),
        (
            "come-back-declined",
            Page::ComeBack(ComeBack {
                handed: Some(Handed::Declined),
                ..back(Some(Choice::Appointment), true, Asking::Nothing)
            }),
        ),
        (
            "come-back-said-for-them",
            Page::ComeBack(ComeBack {
                current: Some((Choice::Think, helps())),
                ..back(None, true, Asking::Nothing)
            }),
        ),
        ("come-back-asked", come_back(Some(Choice::Question), true, Asking::Waits)),
        ("come-back-new", come_back(Some(Choice::Question), true, Asking::New)),
        ("come-back-read", come_back(Some(Choice::Question), true, Asking::Read)),
        ("answered-not-yet", Page::Answered { asked: vec![asked(None)], enough: Enough::NotAsked }),
        (
            "answered",
            Page::Answered {
                asked: vec![asked(Some(&[(Language::English, "It can.\n\nCome and see us.")]))],
                enough: Enough::MaySay,
            },
        ),
        (
            "answered-enough",
            Page::Answered {
                asked: vec![
                    asked(Some(&[(Language::English, "It can."), (Language::Welsh, "Gall.")])),
                    asked(Some(&[(Language::Welsh, "Na.")])),
                ],
                enough: Enough::Said,
            },
        ),
        ("stopped", Page::Stopped),
        ("timed-out", Page::TimedOut { again: Again::BirthDate }),
        ("timed-out-forgotten", Page::TimedOut { again: Again::CodeAndBirthDate }),
        ("not-taken", Page::NotTaken { form: FormPage::Answer(Choice::Question) }),
        ("went-wrong-saved", Page::WentWrong { saved: Saved::Yes }),
        ("went-wrong-not-saved", Page::WentWrong { saved: Saved::No }),
        ("went-wrong-unknown", Page::WentWrong { saved: Saved::Unknown }),
        ("not-found", Page::NotFound),
    ]
    .into_iter()
    .map(|(name, page)| (name.to_owned(), page))
    .collect::<Vec<_>>();
    for &acting_as in ActingAs::ALL {
        let page = Acting::Name { acting_as, young_from: 16, typed: typed(), problems: vec![] };
        pages.push((format!("acting-name-{}", acting_as.as_str()), Page::Acting(page)));
    }
    for &choice in Choice::ALL {
        let within = (choice == Choice::Appointment).then_some(10);
        let key = choice.as_str();
        pages.push((format!("answer-{key}"), Page::Answer { choice, typed: typed(), problems: vec![] }));
        for &section in choice.sections() {
            let page = Page::More { choice, section, typed: typed(), problems: vec![] };
            pages.push((format!("more-{}-{key}", section.as_str()), page));
        }
        pages.push((format!("done-{key}"), Page::Done { reference: reference(), choice, within }));
    }
    pages
}

fn wish_refused(kind: WishKind, form: &[(&str, &str)]) -> Page {
    let form = fields(form);
    let problems = Wish::parse(kind, &form).unwrap_err();
    Page::Wish { kind, typed: Typed::again(&form), problems }
}

fn held() -> Held {
    let on = |day| LetterDate::new(2026, 11, day).unwrap();
    let mut held = Held::of(&letter());
    held.sent =
        vec![SentShown { on: on(22), by: SentBy::Paper }, SentShown { on: on(23), by: SentBy::Email }];
    held.answered = vec![
        AnsweredShown { on: on(25), choice: Choice::Think, by: GivenBy::Themselves },
        AnsweredShown { on: on(26), choice: Choice::Question, by: helps() },
    ];
    held.phone = RelativesWords::parse("01632 960 002", 40).unwrap();
    let reach = fields(&[("notify", "email"), ("email", "jo@example.org"), ("safe_times", "After 6pm")]);
    if let Ok(Wish::Reach(reach)) = Wish::parse(WishKind::Reach, &reach) {
        held.reach = Some(reach);
    }
    held.wishes = vec![
        WishShown { on: on(26), kind: WishKind::Correct, end: None },
        WishShown { on: on(26), kind: WishKind::Copy, end: Some(WishEnd::Told) },
    ];
    held.acts = vec![acts(ActingAs::Helper)];
    held
}

fn acts(acting_as: ActingAs) -> ActsShown {
    ActsShown {
        acting_as,
        initials: Initials::of(&asking()),
        asked: LetterDate::new(2026, 11, 20).unwrap(),
        until: LetterDate::new(2027, 2, 14).unwrap(),
    }
}

fn helps() -> GivenBy {
    GivenBy::Another { acting_as: ActingAs::Helper, initials: Initials::of(&asking()) }
}

/// Answered by whoever reads, if at all.
pub(super) fn back(current: Option<Choice>, readable: bool, asking: Asking) -> ComeBack {
    let current = current.map(|choice| (choice, GivenBy::Themselves));
    ComeBack { current, answered_otherwise: false, readable, asking, handed: None }
}

fn come_back(current: Option<Choice>, readable: bool, asking: Asking) -> Page {
    Page::ComeBack(back(current, readable, asking))
}

fn asked(answered: Option<&[(Language, &str)]>) -> Asked {
    let answer = answered.map(|typed| Answer {
        words: ReviewedAnswer::by_review(typed).unwrap(),
        on: LetterDate::new(2026, 11, 25).unwrap(),
    });
    let question = RelativesWords::parse("Can it skip?\nAnd why?", 100).unwrap().unwrap();
    Asked { question, on: LetterDate::new(2026, 11, 23).unwrap(), answer }
}

fn acting_name(acting_as: ActingAs, form: &[(&str, &str)]) -> Page {
    let problems = AskToAct::name(&fields(form)).unwrap_err();
    Page::Acting(Acting::Name { acting_as, young_from: 16, typed: Typed::again(&fields(form)), problems })
}

fn acting_phone(form: &[(&str, &str)]) -> Page {
    let problems = AskToAct::reached(&fields(form)).unwrap_err();
    Page::Acting(Acting::Phone { typed: Typed::again(&fields(form)), problems })
}

/// What somebody asks who acts for another.
pub(super) fn asking() -> AskToAct {
    let form = [("acting_as", "parent"), ("own_name", "Ann Lee"), ("own_phone", "01632 960 001")];
    AskToAct::parse(&fields(&form)).unwrap()
}
