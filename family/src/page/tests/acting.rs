//! The pages as somebody reads them who acts for another: of that person and not of the reader, and only what is theirs to say.
//! Must not know: who may act for anybody.

use super::{
    every::{back, every_page},
    *,
};

const HELPS: Reader = Reader::ForThem { may_object: false };
const OBJECTS: Reader = Reader::ForThem { may_object: true };

fn read_by(page: &Page, reader: Reader, language: Language) -> String {
    let service = in_wales();
    page.html(&Frame {
        service: &service,
        form_token: "nonce",
        language,
        assets: "/assets",
        notices: &[],
        reader,
    })
    .unwrap()
}

/// Those that are worded otherwise, or offer less.
fn pages() -> Vec<(&'static str, Page, Reader)> {
    let typed = Typed::nothing;
    let reference = FamilyReference::parse("KW-7F3K-9QXM").unwrap();
    let choices = || Page::Choices { current: None, problem: None };
    vec![
        ("before", Page::BeforeYouRead { problem: None }, HELPS),
        ("before-objects", Page::BeforeYouRead { problem: None }, OBJECTS),
        ("choices", choices(), HELPS),
        ("choices-objects", choices(), OBJECTS),
        ("not-know", Page::Answer { choice: Choice::NotKnow, typed: typed(), problems: vec![] }, OBJECTS),
        ("not-now", Page::NotNow, HELPS),
        ("withheld", Page::Withheld, HELPS),
        (
            "check",
            Page::CheckAnswers(
                answers(&[("choice", "already_tested"), ("seen_by", "Leeds")]),
                Before::Nothing,
            ),
            HELPS,
        ),
        ("done", Page::Done { reference, choice: Choice::NotKnow, within: None }, OBJECTS),
        (
            "back",
            Page::ComeBack(ComeBack {
                handed: Some(Handed::HasThem),
                ..back(Some(Choice::Appointment), true, Asking::Nothing)
            }),
            HELPS,
        ),
        (
            "back-declined",
            Page::ComeBack(ComeBack { handed: Some(Handed::Declined), ..back(None, true, Asking::Nothing) }),
            HELPS,
        ),
        (
            "back-answered-otherwise",
            Page::ComeBack(ComeBack { answered_otherwise: true, ..back(None, true, Asking::Nothing) }),
            HELPS,
        ),
    ]
}

#[test]
fn whoever_acts_for_another_reads_of_them() {
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true, snapshot_path => "../snapshots" }, {
        for (name, page, reader) in pages() {
            let read = |language| own_part(&read_by(&page, reader, language));
            insta::assert_snapshot!(format!("for-them-{name}"), read(Language::English));
            insta::assert_snapshot!(format!("cy-for-them-{name}"), read(Language::Welsh));
        }
    });
}

#[test]
fn every_page_after_the_door_says_for_whom_it_is_read_and_no_other_does() {
    for (name, page) in every_page() {
        let html = read_by(&page, HELPS, Language::English);
        assert_eq!(html.contains("You act for the person on the letter"), page.signed_in(), "{name}");
        assert!(!read_by(&page, Reader::Themselves, Language::English).contains("You act for"), "{name}");
    }
}

#[test]
fn it_is_one_page_in_both_languages() {
    for (name, page, reader) in pages() {
        let (english, welsh) =
            (read_by(&page, reader, Language::English), read_by(&page, reader, Language::Welsh));
        for part in ["<h1", "<h2", "<input", "<textarea", "<a ", "<p", "<button"] {
            assert_eq!(welsh.matches(part).count(), english.matches(part).count(), "{name}: {part}");
        }
    }
}
