//! Every page and every problem state, held against what a relative's browser must and must not be sent.
//! Must not know: any page that is not listed here; the list is the one of ux.md section 4.2.

mod acting;
mod every;

use std::collections::BTreeMap;

use self::every::every_page;

use super::*;
use crate::{
    answer::ReviewedAnswer,
    disclosure::Disclosure,
    invitation::InvitationCode,
    kind::Kind,
    language::Language,
    language::Languages,
    letter::{Addressee, Letter, LetterDate, LetterParts, Matter, TextSize},
    person::{PostalAddress, RecipientName},
    service::{ServiceCard, ServiceParts, Signatory, WelshParts},
};

fn parts() -> ServiceParts {
    ServiceParts {
        name: "Northvale Genetics Service".into(),
        sender_name: "Northvale Hospitals".into(),
        address_lines: vec![
            "Northvale Hospital".into(),
            "1 Hill Road".into(),
            "Northvale".into(),
            "NV1 1AA".into(),
        ],
        phone: "020 7946 0000".into(),
        hours: "Monday to Friday, 9am to 5pm".into(),
        email: "letters@northvale.example".into(),
        web: "https://northvale.example".into(),
        portal_address: "https://letters.northvale.example/r".into(),
        welsh: None,
    }
}

fn service() -> ServiceCard {
    ServiceCard::parse(parts()).unwrap()
}

/// The same service, which can write in Welsh too.
fn in_wales() -> ServiceCard {
    let welsh = WelshParts {
        name: "Gwasanaeth Geneteg Northvale".into(),
        sender_name: "Ysbytai Northvale".into(),
        hours: "Dydd Llun i ddydd Gwener, 9am i 5pm".into(),
    };
    ServiceCard::parse(ServiceParts { welsh: Some(welsh), ..parts() }).unwrap()
}

fn html_of(page: &Page, service: &ServiceCard, language: Language) -> String {
    page.html(&Frame {
        service,
        form_token: "nonce",
        language,
        assets: "/assets",
        notices: &[],
        reader: Reader::Themselves,
    })
    .unwrap()
}

fn html(page: &Page) -> String {
    html_of(page, &service(), Language::English)
}

fn in_welsh(page: &Page) -> String {
    html_of(page, &in_wales(), Language::Welsh)
}

fn fields(fields: &[(&str, &str)]) -> BTreeMap<String, String> {
    fields.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}

fn answers(form: &[(&str, &str)]) -> Answers {
    Answers::parse(&fields(form)).unwrap()
}

/// The page of what may be added, sent with what it cannot accept.
fn more_refused(section: Section, form: &[(&str, &str)]) -> Page {
    let choice = Choice::Appointment;
    let form = fields(form);
    let before = answers(&[("choice", "appointment"), ("by", "phone")]);
    let problems = before.adding(section, &form).unwrap_err();
    Page::More { choice, section, typed: Typed::again(&form), problems }
}

fn name() -> NameShown {
    NameShown::from(&RecipientName::parse("Jo", "Smith").unwrap())
}

/// The answer page of a choice, sent with what it cannot accept.
fn refused(choice: Choice, form: &[(&str, &str)]) -> Page {
    let mut form = fields(form);
    form.insert("choice".into(), choice.as_str().into());
    let problems = Reply::parse(&form).unwrap_err();
    Page::Answer { choice, typed: Typed::again(&form), problems }
}

/// Title, way back and main part: what differs between pages. The rest is in the snapshot of the whole start page.
fn own_part(html: &str) -> String {
    let between =
        |from: &str, to: &str| html.split_once(from).unwrap().1.split_once(to).unwrap().0.to_owned();
    format!("{}\n{}", between("<title>", "</title>"), between("</header>", "<footer"))
}

#[test]
fn every_page_reads_as_it_was_approved() {
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("whole-start", html(&Page::Start));
        insta::assert_snapshot!("whole-before", html(&Page::BeforeYouRead { problem: None }));
        for (name, page) in every_page() {
            insta::assert_snapshot!(format!("cy-{name}"), own_part(&in_welsh(&page)));
            insta::assert_snapshot!(name, own_part(&html(&page)));
        }
    });
}

#[test]
fn every_page_is_whole_and_brings_nothing_from_elsewhere() {
    for (name, page) in every_page() {
        let html = html(&page);
        for (part, times) in [
            ("<h1", 1),
            ("<main", 1),
            ("<html lang=\"en-GB\">", 1),
            ("href=\"#maincontent\"", 1),
            ("id=\"maincontent\"", 1),
            ("<a class=\"kw-help__phone\" href=\"tel:02079460000\">020 7946 0000</a>", 1),
            (" - Health letter</title>", 1),
        ] {
            assert_eq!(html.matches(part).count(), times, "{name}: {part}");
        }
        let ours = "<script src=\"/assets/code.js\" defer></script>";
        assert_eq!(html.contains(ours), name.starts_with("code"), "{name}");
        let html = html.replace(ours, "");
        for banned in
            ["<script", "style=", "<style", "<img", "<svg", "http:", "https:", "=\"//", " onclick", "url("]
        {
            assert!(!html.contains(banned), "{name}: {banned}");
        }
        assert!(html.len() < 60_000, "{name}: {} bytes", html.len());
    }
}

#[test]
fn the_phone_number_is_in_the_same_place_on_every_page() {
    let footer = |html: &str| html.split_once("<footer").unwrap().1.to_owned();
    let start = footer(&html(&Page::Start));
    for (name, page) in every_page() {
        assert_eq!(footer(&html(&page)), start, "{name}");
    }
}

#[test]
fn a_problem_is_told_in_the_title_in_the_summary_and_beside_the_field() {
    for (name, page) in every_page() {
        let html = html(&page);
        let summary = html.matches("nhsuk-error-summary__heading").count();
        let wrong = ["missing", "refused", "unreadable", "not-real", "in-future", "too-long"];
        let expected = usize::from(wrong.iter().any(|word| name.ends_with(word)));
        assert_eq!(html.matches("<title>Error: ").count(), expected, "{name}");
        assert_eq!(summary, expected, "{name}");
        assert_eq!(html.contains("nhsuk-error-message"), expected == 1, "{name}");
        let list = html
            .split_once("nhsuk-error-summary__list")
            .map_or("", |(_, rest)| rest.split_once("</ul>").unwrap().0);
        for target in list.split("href=\"#").skip(1).map(|rest| rest.split_once('"').unwrap().0) {
            assert!(html.contains(&format!("id=\"{target}\"")), "{name}: nothing has the id {target}");
        }
    }
}

#[test]
fn stopping_is_possible_on_every_page_after_signing_in_and_only_there() {
    for (name, page) in every_page() {
        let stop = html(&page).contains("<a class=\"kw-header__stop\" href=\"/r/stop\">Stop here</a>");
        assert_eq!(stop, page.signed_in(), "{name}");
    }
}

#[test]
fn every_link_and_form_leads_to_a_page_we_have() {
    use super::path::*;
    let answers = Choice::ALL.iter().map(|choice| path::answer(*choice));
    let more = Section::ALL.iter().map(|section| path::more(*section));
    let wishes = WishKind::ALL.iter().map(|kind| path::wish(*kind));
    let english = Languages::default();
    let sizes = TextSize::ALL.into_iter().map(|size| path::letter_as(english, size));
    let others = [path::letter_in(Languages::Only(Language::Welsh))];
    let acting = ActingStep::ALL.iter().map(|step| step.address().to_owned());
    let fixed = [
        START, CODE, BIRTH_DATE, FOR_YOU, BEFORE, LETTER, LETTER_PDF, CHOICES, CHECK, DONE, BACK, DETAILS,
        STOP, ANSWERED, ACTING_END,
    ];
    let known: Vec<String> = fixed
        .into_iter()
        .map(str::to_owned)
        .chain(answers)
        .chain(more)
        .chain(wishes)
        .chain(sizes)
        .chain(others)
        .chain(acting)
        .collect();
    for (name, page) in every_page() {
        let html = html(&page);
        let targets = |attribute: &str| -> Vec<String> {
            html.split(attribute).skip(1).map(|rest| rest.split_once('"').unwrap().0.to_owned()).collect()
        };
        for target in targets("href=\"").into_iter().chain(targets("action=\"")) {
            let elsewhere =
                ["#", "tel:", "mailto:", "/assets/"].iter().any(|start| target.starts_with(start));
            let address = target.split('#').next().unwrap().to_owned();
            assert!(elsewhere || known.contains(&address), "{name}: {target}");
        }
    }
}

#[test]
fn every_form_carries_the_nonce_and_is_posted_to_its_own_page() {
    for (name, page) in every_page() {
        let html = html(&page);
        let form = page.action().map(|own| format!("<form method=\"post\" action=\"{own}\" novalidate>"));
        let forms = html.matches("<form").count();
        assert_eq!(forms, usize::from(form.is_some()), "{name}");
        assert_eq!(
            html.matches("<input type=\"hidden\" name=\"form_token\" value=\"nonce\">").count(),
            forms,
            "{name}"
        );
        assert!(form.is_none_or(|form| html.contains(&form)), "{name}");
    }
}

#[test]
fn every_field_has_a_label_and_every_description_exists() {
    for (name, page) in every_page() {
        let html = html(&page);
        let fields = ["input", "textarea", "select"];
        for tag in html.split('<').filter(|tag| fields.iter().any(|field| tag.starts_with(field))) {
            if !tag.contains("type=\"hidden\"") {
                let id = tag.split_once(" id=\"").unwrap().1.split_once('"').unwrap().0;
                assert_eq!(html.matches(&format!(" for=\"{id}\"")).count(), 1, "{name}: {id}");
            }
        }
        for ids in html.split("aria-describedby=\"").skip(1) {
            for id in ids.split_once('"').unwrap().0.split(' ') {
                assert_eq!(html.matches(&format!(" id=\"{id}\"")).count(), 1, "{name}: {id}");
            }
        }
    }
}

fn letter() -> Letter {
    Letter::write(LetterParts {
        kind: Kind::DirectContact,
        disclosure: Disclosure::ContactUs,
        to: Addressee::Person(
            RecipientName::parse("Jo", "Smith").unwrap(),
            PostalAddress::parse(&["12 High Street".to_owned(), "Leeds".to_owned()], "LS9 7TF").unwrap(),
        ),
        matter: Matter::Nothing,
        service: service(),
        signatory: Signatory::parse("Dr Alex Example", "Consultant").unwrap(),
        reference: FamilyReference::parse("KW-7F3K-9QXM").unwrap(),
        code: Some(InvitationCode::from_bytes(&[7; 8])),
        date: LetterDate::new(2026, 11, 22).unwrap(),
        languages: Languages::default(),
        size: TextSize::default(),
        further: Vec::new(),
    })
    .unwrap()
}

#[test]
fn a_real_letter_is_shown_whole_under_its_own_heading() {
    let letter = letter();
    let page = html(&Page::TheLetter(LetterShown::of(&letter, &[])));
    assert!(page.contains(&letter.html()));
    assert_eq!(page.matches("<h1").count(), 1);
}

#[test]
fn the_choices_weigh_the_same_and_none_is_chosen_for_you() {
    let page = html(&Page::Choices { current: None, problem: None });
    assert!(!page.contains(" checked"));
    for choice in Choice::ALL {
        let radio = format!("type=\"radio\" value=\"{}\"", choice.as_str());
        assert_eq!(page.matches(&radio).count(), 1, "{}", choice.as_str());
    }
    assert_eq!(page.matches("<button").count(), 1);
    let before = html(&Page::BeforeYouRead { problem: None });
    assert!(!before.contains(" checked"));
    assert_eq!(before.matches("type=\"radio\"").count(), 3);
}

#[test]
fn thinking_means_no_reminder_unless_asked_for() {
    let page = html(&Page::Answer { choice: Choice::Think, typed: Typed::nothing(), problems: vec![] });
    assert!(page.contains("value=\"none\" checked"));
    assert_eq!(page.matches(" checked").count(), 1);
    let again = html(&Page::Answer {
        choice: Choice::Think,
        typed: Typed::from(&Reply::Think { remind: Reminder::SixMonths }),
        problems: vec![],
    });
    assert!(again.contains("value=\"6\" checked"));
}

#[test]
fn a_failed_match_says_the_same_to_everyone() {
    let first = html(&Page::NotMatched);
    // The page has no contents to differ by; what is left is the frame, and its nonce is not on this page either.
    let service = service();
    let frame = Frame {
        service: &service,
        form_token: "another",
        language: Language::English,
        assets: "/assets",
        notices: &[],
        reader: Reader::Themselves,
    };
    assert_eq!(Page::NotMatched.html(&frame).unwrap(), first);
    for telling in ["expired", "locked", "unknown", "wrong", "exist", "already", "too many"] {
        assert!(!own_part(&first).to_lowercase().contains(telling), "{telling}");
    }
}

#[test]
fn a_notice_of_the_installation_stands_on_every_page_alike_and_only_where_asked_for() {
    let service = service();
    let frame = Frame {
        service: &service,
        form_token: "nonce",
        language: Language::English,
        assets: "/assets",
        notices: &[FrameNotice::Demonstration, FrameNotice::Unapproved],
        reader: Reader::Themselves,
    };
    for (name, page) in every_page() {
        let (with, without) = (page.html(&frame).unwrap(), html(&page));
        assert_eq!(with.matches("class=\"kw-notice\"").count(), 2, "{name}");
        assert!(!without.contains("kw-notice"), "{name}");
        let section =
            with.split_once("<section class=\"kw-notices\"").unwrap().1.split_once("</section>\n").unwrap().0;
        let strip = with.replace(&format!("<section class=\"kw-notices\"{section}</section>\n"), "");
        assert_eq!(strip, without, "{name}: nothing else changes");
    }
}

#[test]
fn nobody_has_signed_for_the_wording_of_these_pages_yet() {
    // When somebody has, their name stands in words.toml, and this test is turned round.
    assert!(!wording_approved());
}

#[test]
fn every_form_is_found_by_the_address_it_is_sent_to() {
    for (name, page) in every_page() {
        if let Some(action) = page.action() {
            assert_eq!(FormPage::at(&action).map(FormPage::address), Some(action), "{name}");
        }
    }
    assert_eq!(FormPage::at("/r/letter"), None);
    assert_eq!(FormPage::at("https://elsewhere.example/r/code"), None);
}

#[test]
fn titles_and_pages_before_the_letter_say_nothing_of_why_we_write() {
    for (name, page) in every_page() {
        let html = html(&page).to_lowercase();
        for word in ["gene", "cancer", "heart", "inherit", "condition", "variant", "relative of", "risk"] {
            assert!(!html.contains(word), "{name}: {word}");
        }
    }
}

#[test]
fn what_a_relative_typed_is_shown_back_as_text_and_never_as_markup() {
    let hostile = "\"><script>alert(1)</script>\n  & 'x' `y` {{service.name}}";
    let form = fields(&[("choice", "question"), ("question", hostile), ("phone", hostile)]);
    let problems = vec![FieldProblem { field: "question", problem: Problem::QuestionMissing }];
    let typed = html(&Page::Answer { choice: Choice::Question, typed: Typed::again(&form), problems });
    let checked =
        html(&Page::CheckAnswers(answers(&[("choice", "question"), ("question", hostile)]), Before::Nothing));
    for page in [typed, checked] {
        assert!(!page.contains("<script"));
        assert!(page.contains("&lt;script&gt;"));
        // The line end and the spaces after it stand exactly as typed.
        assert!(page.contains("&lt;/script&gt;\n  &amp;"), "{page}");
        assert!(page.contains("{{service.name}}"));
    }
}

#[test]
fn a_log_line_of_a_page_names_nobody() {
    let pages = [
        Page::IsThisForYou { name: name(), problem: None },
        Page::CheckAnswers(answers(&[("choice", "question"), ("question", "Jo asks")]), Before::Nothing),
        Page::EnterCode { typed: Typed::again(&fields(&[("code", "Jo")])), problem: None },
        Page::TheLetter(LetterShown::sample()),
    ];
    for page in pages {
        let line = format!("{page:?}");
        assert!(!line.contains("Jo") && !line.contains("Smith"), "{line}");
    }
}

#[test]
fn every_problem_has_its_sentence() {
    for problem in Problem::ONE_OF_EACH {
        let problems = vec![FieldProblem { field: "question", problem }];
        let page = html(&Page::Answer { choice: Choice::Question, typed: Typed::nothing(), problems });
        assert!(page.contains("id=\"question-error\""), "{problem:?}");
        assert!(!page.contains('{') && !page.contains('}'), "{problem:?}: a gap was not filled");
    }
}

#[test]
fn every_page_can_be_read_in_welsh_where_the_service_has_a_name_in_it() {
    let service = in_wales();
    for (name, page) in every_page() {
        let (english, welsh) = (html_of(&page, &service, Language::English), in_welsh(&page));
        assert!(welsh.contains("<html lang=\"cy-GB\">") && welsh.contains("Ysbytai Northvale"), "{name}");
        assert!(welsh.contains(" - Llythyr iechyd</title>"), "{name}");
        let link = |html: &str, to: &str| {
            let after = html.split_once(&format!("/r/language/{to}?at&#x3D;")).expect("a link").1;
            after.split_once('"').unwrap().0.to_owned()
        };
        let (there, back) = (link(&english, "cy"), link(&welsh, "en"));
        assert_eq!(there, back, "{name}");
        assert!(path::is_page(&there), "{name}: {there}");
        // Words aside, both are one page: as many headings, fields, links and problems.
        for part in ["<h1", "<h2", "<input", "<textarea", "<select", "<a ", "<p", "error-message", "<button"]
        {
            assert_eq!(welsh.matches(part).count(), english.matches(part).count(), "{name}: {part}");
        }
    }
    assert!(!path::is_page("//elsewhere.example") && !path::is_page("/r/letter.pdf"));
}

#[test]
fn a_service_without_a_name_in_welsh_speaks_english_and_offers_nothing_else() {
    let page = html_of(&Page::Start, &service(), Language::Welsh);
    assert_eq!(page, html(&Page::Start));
    assert!(!page.contains("/r/language"));
}
