//! How whoever asked hears that an answer is there: by e-mail or text message, once and without a word of why, or from a person.
//! Must not know: how a mail server or a provider is spoken to.

use super::{ANSWER, EMAIL, POST, answered, asked, in_queue, notice, released, state, step, view};
use crate::support::{
    World,
    cases::{AUNT, Case, SISTER},
    notify::{EMAIL_TEMPLATE, NotifyServer, SECRET, SERVICE, TEXT_TEMPLATE, TOKEN},
};
use kinward::{
    clinic::cascade::listener::Cascade,
    config::{MailTo, NotifyAccount, PrintTo, TextTo},
    demo::people::{letter_open, text_of},
    mail::{Parcel, PostRef, Sent, Transport},
    relative::outbox::{self, Channel, PostState},
    worker::{Transports, dispatch},
};
use serde_json::json;

const TEXT: &[(&str, &str)] = &[("notify", "text"), ("mobile", "07700 900 456")];
const HEALTH: [&str; 9] =
    ["gene", "brca", "cancer", "clinic", "test", "famil", "result", "condition", "skip a generation"];

fn tells_nothing(words: &str, case: &mut Case, code: &str) {
    // A head line says that a program wrote it.
    let words = words.replace("Auto-Submitted: auto-generated", "");
    let words = words.as_str();
    let low = words.to_lowercase();
    for word in HEALTH {
        assert!(!low.contains(word), "{word}: {words}");
    }
    assert!(!words.contains(code) && !words.contains(&code.replace('-', "")), "no code: {words}");
    assert!(!words.contains(&case.reference) && !words.contains("Tamsin"), "{words}");
    assert!(words.contains("/r") && words.contains("01632 960 700"), "{words}");
}

#[test]
fn an_email_goes_once_to_where_they_asked_for_it() {
    let world = World::new(941);
    let (mut case, code, answer) = answered(&world, EMAIL);
    assert_eq!(state(&mut case, &answer), "released");
    let before = world.left_the_house("mail").len();
    assert_eq!((world.send(), world.send()), (1, 0));
    let files = world.left_the_house("mail");
    assert_eq!(files.len(), before + 1);
    let post = notice(&world).unwrap();
    assert_eq!((post.channel, post.state, post.attempts), (Channel::Email, PostState::Accepted, 1));
    let mail = files.iter().find(|file| file.to_string_lossy().contains(post.id.as_str())).unwrap();
    let mail = std::fs::read_to_string(mail).unwrap();
    assert!(mail.contains("To: her.own@mail.example") && !mail.contains("tamsin.wray"), "{mail}");
    assert!(mail.contains("You have an answer from Severnside Health Service"), "{mail}");
    tells_nothing(&mail, &mut case, &code);
    assert_eq!(in_queue(&mut case.counsellor, "answers_to_tell"), 0);
    let sending = case.counsellor.browser.page(&format!("/outbox/{}", post.id)).unwrap();
    assert!(sending.contains("E-mail that an answer waits") && sending.contains(&answer), "{sending}");
}

#[test]
fn without_a_word_of_theirs_the_email_on_record_is_told_and_without_one_a_person_tells() {
    let world = World::new(942);
    // Chosen, and no address typed: the page does not let that through, and a reply of old has no such page.
    let (mut case, _, answer) = answered(&world, POST);
    let one = view(&mut case.counsellor, &answer);
    assert_eq!(one["answer"]["state"], "to_tell");
    assert!(text_of(&one["answer"]["way"], "words").unwrap().contains("by post"), "{one}");
    assert_eq!((in_queue(&mut case.counsellor, "answers_to_tell"), notice(&world).is_none()), (1, true));
    step(&mut case.counsellor, &answer, "told", &[]).unwrap();
    assert_eq!(
        (state(&mut case, &answer).as_str(), in_queue(&mut case.counsellor, "answers_to_tell")),
        ("released", 0)
    );
    assert!(step(&mut case.counsellor, &answer, "told", &[]).is_err(), "once");
}

#[test]
fn by_phone_whoever_calls_reads_the_number_and_the_safe_times_and_reading_it_ends_the_work() {
    let world = World::new(943);
    let phone = [
        ("notify", "phone"),
        ("mobile", "07700 900 456"),
        ("safe_times", "Tuesdays, never after six"),
        ("discreet", "yes"),
    ];
    let (mut case, code, answer) = answered(&world, &phone);
    let page = case.counsellor.browser.page(&format!("/answers/{answer}")).unwrap();
    for words in ["07700900456", "Tuesdays, never after six", "Leave no message", "by phone, as they asked"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert_eq!(in_queue(&mut case.counsellor, "answers_to_tell"), 1);
    let (mut browser, _) = letter_open(&world.address, &code, SISTER.born).unwrap();
    browser.page("/r/answered").unwrap();
    assert_eq!(
        (state(&mut case, &answer).as_str(), in_queue(&mut case.counsellor, "answers_to_tell")),
        ("released", 0)
    );
}

#[test]
fn somebody_who_is_reached_in_one_way_alone_is_told_by_a_person() {
    let world = World::new(944);
    let (mut case, ..) = asked(&world, "L2", EMAIL);
    let person = case.people[0].clone();
    let only = json!({"mark": "only_this_way", "words": "Only by her sister-in-law, by hand."});
    case.counsellor.program.api_post(&format!("/people/{person}/safety"), &only).unwrap();
    // Her letter can still be read; the e-mail she typed is not written to, because somebody said how she is reached.
    let answer = released(&mut case, ANSWER);
    assert_eq!(state(&mut case, &answer), "to_tell");
    assert!(notice(&world).is_none());
}

#[test]
fn what_bounces_asks_for_a_person_who_tells_them_after_all() {
    struct Refuses;
    impl Transport for Refuses {
        fn send(&self, _: &PostRef, _: &Parcel<'_>) -> Sent {
            Sent::Refused { code: 550, words: "no such mailbox".into() }
        }
    }
    let world = World::new(945);
    let (mut case, code, answer) = answered(&world, EMAIL);
    let ways = Transports { email: Box::new(Refuses), ..Transports::from_config(&world.house).unwrap() };
    assert_eq!(dispatch(&world.house, &Cascade, &ways, "w").unwrap(), 1);
    let post = notice(&world).unwrap();
    assert_eq!((post.state, in_queue(&mut case.counsellor, "to_send")), (PostState::Refused, 1));
    let page = format!("/outbox/{}", post.id);
    case.clinician.browser.done(&page, &format!("{page}/settle"), &[("how", "give_up")]).unwrap();
    assert_eq!(
        (state(&mut case, &answer).as_str(), in_queue(&mut case.counsellor, "to_send")),
        ("to_tell", 0)
    );
    assert_eq!(in_queue(&mut case.counsellor, "answers_to_tell"), 1);
    let (mut browser, _) = letter_open(&world.address, &code, SISTER.born).unwrap();
    assert!(browser.page("/r/answered").unwrap().contains("look like that"), "it can be read all the same");
}

#[test]
fn whoever_has_read_it_already_is_sent_nothing() {
    let world = World::new(946);
    let (mut case, code, answer) = answered(&world, EMAIL);
    let (mut browser, _) = letter_open(&world.address, &code, SISTER.born).unwrap();
    browser.page("/r/answered").unwrap();
    assert_eq!(world.send(), 0);
    assert_eq!(notice(&world).unwrap().state, PostState::Cancelled);
    assert_eq!(state(&mut case, &answer), "released");
}

#[test]
fn an_answer_in_both_languages_is_told_and_read_in_the_one_they_asked_for() {
    let world = World::new(947);
    let contact = [("notify", "email"), ("email", "her.own@mail.example"), ("language", "cy")];
    let (mut case, code, _) = asked(&world, "L2", &contact);
    let page = case.counsellor.question_page(&case.tasks[0].clone()).unwrap();
    let words = [("answer_en", "It can look like that."), ("answer_cy", "Gall edrych felly.")];
    let answer =
        kinward::demo::people::last_part(&case.counsellor.browser.done(&page, &page, &words).unwrap());
    case.counsellor.answer_submit(&answer).unwrap();
    case.clinician.answer_release(&answer).unwrap();
    world.send();
    let post = notice(&world).unwrap();
    let mail = world.folder.path().join(format!("mail/{}.eml", post.id));
    let mail = std::fs::read_to_string(mail).unwrap();
    assert!(
        mail.contains("Mae gennych ateb gan Gwasanaeth Iechyd Glan Hafren") && mail.contains("cy"),
        "{mail}"
    );
    let (mut browser, _) = letter_open(&world.address, &code, SISTER.born).unwrap();
    browser.get("/r/language/cy?at=/r/answered").unwrap();
    let page = browser.page("/r/answered").unwrap();
    let (welsh, english) = (page.find("Gall edrych felly").unwrap(), page.find("It can look").unwrap());
    assert!(
        welsh < english && page.contains("lang=\"cy-GB\">") && page.contains("lang=\"en-GB\">"),
        "{page}"
    );
    assert!(page.contains("Atebon ni ar"), "{page}");
}

/// A world whose every message goes to the stand-in.
fn with_provider(seed: u64) -> (World, NotifyServer) {
    let mut started = None;
    let world = World::configured(seed, |config, folder, clock| {
        let server = NotifyServer::start(std::sync::Arc::clone(clock));
        let (key, token) = (folder.join("notify.key"), folder.join("notify.token"));
        std::fs::write(&key, format!("severnside-letters-{SERVICE}-{SECRET}\n")).unwrap();
        std::fs::write(&token, format!("{TOKEN}\n")).unwrap();
        (config.mail, config.print, config.texts) = (MailTo::Notify, PrintTo::Notify, TextTo::Notify);
        config.notify = Some(NotifyAccount {
            address: server.address.clone(),
            key_file: key,
            email_template: Some(EMAIL_TEMPLATE.into()),
            text_template: Some(TEXT_TEMPLATE.into()),
            postage: "second".into(),
            token_file: Some(token),
        });
        started = Some(server);
    });
    (world, started.unwrap())
}

#[test]
fn a_text_message_goes_once_under_our_reference_and_what_its_provider_says_is_heard() {
    let (world, notify) = with_provider(948);
    let (mut case, code, answer) = answered(&world, TEXT);
    assert_eq!(world.send(), 1);
    let kept = notify.kept();
    let text = kept.iter().find(|kept| kept.kind == "sms").unwrap();
    let post = notice(&world).unwrap();
    assert_eq!(
        (post.channel, post.state, text.reference.as_str()),
        (Channel::Text, PostState::Accepted, post.id.as_str())
    );
    assert_eq!(text.body["phone_number"], "07700900456");
    let words = text.body["personalisation"]["text"].as_str().unwrap();
    assert!(words.starts_with("You have an answer from Severnside Health Service."), "{words}");
    tells_nothing(words, &mut case, &code);
    assert_eq!(notify.tell(&world.address, Some(TOKEN), text, "permanent-failure"), 204);
    assert_eq!(notice(&world).unwrap().state, PostState::Refused);
    assert_eq!(in_queue(&mut case.counsellor, "to_send"), 1);
    assert_eq!(state(&mut case, &answer), "released");
}

#[test]
fn where_there_is_no_way_for_text_messages_a_person_tells() {
    let world = World::configured(949, |config, _, _| config.texts = TextTo::Nowhere);
    let (mut case, _, answer) = answered(&world, TEXT);
    assert_eq!((state(&mut case, &answer).as_str(), notice(&world).is_none()), ("to_tell", true));
    assert_eq!(in_queue(&mut case.counsellor, "answers_to_tell"), 1);
}

fn by_text(world: &World) -> Case {
    let mut case = Case::new(world, &[AUNT]);
    let page = format!("/people/{}", case.people[0]);
    let contact = [
        ("address", "10 Larch Close\nStroud"),
        ("postcode", "GL5 1AA"),
        ("phone", "+44 7700 900789"),
        ("source", "Told by the family"),
    ];
    case.counsellor.browser.done(&page, &format!("{page}/contact"), &contact).unwrap();
    case.agree(0, "L2");
    case.approved(0, "L2");
    case
}

fn texts(world: &World) -> Vec<outbox::Post> {
    let all = world.house.db.read(|conn| outbox::post_list(conn, world.service.id, 100)).unwrap();
    all.into_iter().filter(|post| post.channel == Channel::Text).collect()
}

#[test]
fn that_a_letter_waits_is_told_by_text_where_no_email_is_known() {
    let world = World::new(950);
    by_text(&world);
    assert_eq!(world.send(), 2, "the paper, then the text message");
    let files = world.left_the_house("texts");
    let text = std::fs::read_to_string(&files[0]).unwrap();
    assert!(
        text.starts_with("To: 07700900789\n\nYou have a letter from Severnside Health Service."),
        "{text}"
    );
    assert_eq!((files.len(), texts(&world)[0].state), (1, PostState::Accepted));
    // Another number: what has not left is stopped like a letter to another address.
    let world = World::new(951);
    let mut case = by_text(&world);
    let page = format!("/people/{}", case.people[0]);
    let contact = [
        ("address", "10 Larch Close\nStroud"),
        ("postcode", "GL5 1AA"),
        ("phone", "07700 900111"),
        ("source", "Told by the family"),
    ];
    case.counsellor.browser.done(&page, &format!("{page}/contact"), &contact).unwrap();
    assert_eq!((world.send(), world.left_the_house("texts").len()), (0, 0));
    // Without a way for them, the letter goes, and nobody is troubled.
    let world = World::configured(952, |config, _, _| config.texts = TextTo::Nowhere);
    let mut case = by_text(&world);
    assert_eq!(world.send(), 1);
    assert_eq!(texts(&world)[0].state, PostState::Cancelled);
    assert_eq!((case.state(0).as_str(), in_queue(&mut case.counsellor, "to_send")), ("sent", 0));
}

#[test]
fn a_second_answer_has_a_notice_of_its_own() {
    let world = World::new(953);
    let (mut case, code, _) = answered(&world, EMAIL);
    assert_eq!(world.send(), 1);
    let (mut browser, _) = letter_open(&world.address, &code, SISTER.born).unwrap();
    browser.page("/r/answered").unwrap();
    kinward::demo::people::ask(&mut browser, "And when?", EMAIL).unwrap();
    released(&mut case, "When you like.");
    assert_eq!((world.send(), world.left_the_house("mail").len()), (1, 3));
}
