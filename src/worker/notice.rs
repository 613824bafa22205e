//! The notice that a letter or an answer waits, made for whoever it goes to.
//! Must not know: what the letter or the answer says.

use crate::{
    access::{House, service::service_get},
    relative::{answer::answer_given, invitation::Invitation, outbox::Post},
};
use kinward_family::{
    language::{Language, Languages},
    notice::{Notice, TextNotice},
    person::{EmailAddress, MobileNumber},
    service::ServiceCard,
};

type Made<T> = std::result::Result<(T, Language), &'static str>;

const UNWORDED: &str = "the notice could not be worded";

/// Where a notice goes, and in which language.
struct To {
    card: ServiceCard,
    email: Option<String>,
    mobile: Option<String>,
    language: Language,
}

pub(super) fn email(house: &House, post: &Post, invitation: &Invitation) -> Made<Notice> {
    let none = "there is no usable e-mail address";
    let to = to(house, post, invitation, none)?;
    let address = to.email.as_deref().and_then(|email| EmailAddress::parse(email).ok()).ok_or(none)?;
    let made = match post.answer_id {
        None => Notice::letter_waits(address, &to.card, to.language),
        Some(_) => Notice::answer_waits(address, &to.card, to.language),
    };
    Ok((made.map_err(|_| UNWORDED)?, to.language))
}

pub(super) fn text(house: &House, post: &Post, invitation: &Invitation) -> Made<TextNotice> {
    let none = "there is no usable mobile number";
    let to = to(house, post, invitation, none)?;
    let number = to.mobile.as_deref().and_then(|mobile| MobileNumber::parse(mobile).ok()).ok_or(none)?;
    let made = match post.answer_id {
        None => TextNotice::letter_waits(number, &to.card, to.language),
        Some(_) => TextNotice::answer_waits(number, &to.card, to.language),
    };
    Ok((made.map_err(|_| UNWORDED)?, to.language))
}

fn to(
    house: &House,
    post: &Post,
    invitation: &Invitation,
    none: &'static str,
) -> std::result::Result<To, &'static str> {
    let card = house.db.read(|conn| service_get(conn, post.service_id)).and_then(|service| service.card());
    let card = card.map_err(|_| none)?;
    let told = house.db.read(|conn| match post.answer_id {
        None => {
            let carried = invitation.carried(conn, &house.keys)?;
            // Whoever asked for letters in Welsh alone is told in Welsh; a letter in both is told of in English.
            let language = match invitation.letter(conn, &house.keys)?.languages() {
                Languages::Only(language) => language,
                Languages::WelshThenEnglish => Language::English,
            };
            Ok((carried.email, carried.mobile, language))
        }
        Some(answer) => {
            let given = answer_given(conn, &house.keys, invitation, answer)?;
            let language = given.language();
            Ok((given.email, given.mobile, language))
        }
    });
    let (email, mobile, language) = told.map_err(|_| none)?;
    Ok(To { card, email, mobile, language })
}
