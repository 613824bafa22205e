//! Two hundred names and addresses that somebody might type to bend a letter: each is refused in words, or is only ever text.
//! Must not know: any real name. Tests only.

use super::{Opening, Part, PdfError, Sheet, layout, layout::Element, number_in};
use kinward_family::{
    condition::Actionability,
    disclosure::Level,
    kind::Kind,
    language::Languages,
    letter::{Addressee, HouseName, Letter, LetterDate, LetterParts, Matter, Subject, TextSize},
    person::{PostalAddress, RecipientName},
    sample,
};

/// Line breaks, marks that turn text round or hide it, templates, markup, other programs' languages, lengths, scripts.
const PLANTED: [&str; 46] = [
    "\n",
    "\r",
    "\r\nBcc: x@example.org",
    "\u{2028}",
    "\u{2029}",
    "\u{85}",
    "\0",
    "\t",
    "\u{b}",
    "\u{1b}[31m",
    "\u{202e}",
    "\u{202a}",
    "\u{2066}",
    "\u{200f}",
    "\u{200b}",
    "\u{200d}",
    "\u{feff}",
    "\u{ad}",
    "{{code}}",
    "{{{reference}}}",
    "{{#if x}}y{{/if}}",
    "((name))",
    "@page",
    "@levels L3",
    "::: personal",
    ":: a | b",
    "# Title",
    "## Heading",
    "- item",
    "+++",
    "<b>bold</b>",
    "<script>alert(1)</script>",
    "<img src=http://127.0.0.1:9/x>",
    "&lt;b&gt;",
    "]]>",
    "\\input{/etc/passwd}",
    "$x^2$",
    "%PDF-1.7",
    "Z\u{300}\u{301}\u{302}\u{303}\u{304}",
    "'; DROP TABLE letters;--",
    "http://127.0.0.1/x",
    "O\u{2019}Brien-Smith",
    "\u{738b}\u{5c0f}\u{660e}",
    "\u{645}\u{62d}\u{645}\u{62f}",
    "\u{405}mith",
    "Page 9 of 9",
];

fn hostile() -> Vec<String> {
    let mut texts: Vec<String> = PLANTED
        .iter()
        .flat_map(|planted| {
            [
                (*planted).to_owned(),
                format!("Jo{planted}"),
                format!("{planted}Jo"),
                format!("Jo {planted} Ann"),
            ]
        })
        .collect();
    for count in [61, 70, 71, 300] {
        texts.extend(["a", "\u{175}", "W", "- "].map(|sign| sign.repeat(count)));
    }
    texts
}

/// A letter with `text` in one place of it, if that place takes it.
fn letter(place: usize, text: &str) -> Option<Letter> {
    let name = |mine: usize, part: fn(&str) -> Option<RecipientName>| {
        if place == mine { part(text) } else { part("Sian") }
    };
    let given = |text: &str| RecipientName::parse(text, "Quill").ok();
    let family = |text: &str| RecipientName::parse("Sian", text).ok();
    let person = if place == 1 { name(1, family)? } else { name(0, given)? };
    let subject = name(2, given)?;
    let line = if place == 3 { text } else { "12 High Street" };
    let lines = [line.to_owned(), if place == 4 { text.to_owned() } else { "Leeds".to_owned() }];
    let address = if place == 5 {
        PostalAddress::abroad(&lines, text).ok()?
    } else {
        PostalAddress::parse(&lines, "LS9 7TF").ok()?
    };
    let house = HouseName::parse(if place == 6 { text } else { "Larch Road Surgery" }).ok()?;
    let (kind, to, matter) = match place {
        2 | 6 => {
            let birth_date = LetterDate::new(2015, 2, 3).ok()?;
            let about = Matter::Subject(Subject { name: subject, birth_date });
            (Kind::GpOfRelative, Addressee::House(house, address), about)
        }
        5 => (Kind::Abroad, Addressee::Person(person, address), Matter::Nothing),
        _ => (Kind::DirectContact, Addressee::Person(person, address), Matter::Nothing),
    };
    let usual = sample::parts(
        kind,
        Level::L2,
        Actionability::AdultActionable,
        Languages::WelshThenEnglish,
        TextSize::Ordinary,
    )?;
    Letter::write(LetterParts { to, matter, ..usual }).ok()
}

/// The signs of markup, in their order, without any word.
fn skeleton(marked: &str) -> String {
    let mut inside = false;
    marked
        .chars()
        .filter(|c| {
            inside = *c == '<' || inside && *c != '>';
            inside
        })
        .collect()
}

/// The structure tree of the PDF and the lines in its window, or why there is none.
fn structure(letter: &Letter) -> Result<(Vec<String>, usize), PdfError> {
    let address = letter.address_lines();
    let sheet = Sheet {
        title: letter.title(),
        language: letter.language().tag(),
        dated: None,
        opening: Opening::Letter {
            sender: letter.sender(),
            date: &letter.date(),
            reference: &letter.reference_line(),
            address: &address,
        },
        parts: letter
            .wordings()
            .iter()
            .map(|wording| Part {
                square: None,
                language: wording.language.tag(),
                heading: &wording.heading,
                subtitle: "",
                sections: vec![("", &wording.blocks)],
                footer: &wording.footer,
                running: None,
                also: None,
                number: number_in(wording.language),
            })
            .collect(),
        running: "R".into(),
        size: 12.0,
        code: None,
    };
    let layout = layout::lay_out(&sheet)?;
    let role =
        |element: &Element| format!("{:?}", element.role).split('(').next().unwrap_or_default().to_owned();
    Ok((layout.elements.iter().map(role).collect(), address.len()))
}

#[test]
fn two_hundred_hostile_names_and_addresses_leave_every_output_as_it_was() {
    let texts = hostile();
    assert!(texts.len() >= 200, "{}", texts.len());
    let (mut refused, mut unprintable, mut text_only) = (0, 0, 0);
    for place in 0..7 {
        let usual = letter(place, if place == 5 { "Ireland" } else { "Jo" }).expect("the usual letter");
        let (roles, window) = structure(&usual).expect("the usual structure");
        // A last line of nothing but white space is no line.
        for text in texts.iter().filter(|text| place != 4 || !text.trim().is_empty()) {
            let Some(bent) = letter(place, text) else {
                refused += 1;
                continue;
            };
            let same = |what: &str, one: String, other: String| {
                assert!(one == other, "{what} changed with {text:?} in place {place}:\n{one}\n{other}");
            };
            same("the page", skeleton(&bent.html()), skeleton(&usual.html()));
            same("the speech", skeleton(&bent.ssml()), skeleton(&usual.ssml()));
            let lines = |letter: &Letter| letter.plain_text().lines().count().to_string();
            same("the text", lines(&bent), lines(&usual));
            match structure(&bent) {
                Ok((its, size)) => {
                    assert_eq!((&its, size), (&roles, window), "{text:?} in place {place}");
                    text_only += 1;
                }
                // Said in words, and nothing is made.
                Err(PdfError::Character(_) | PdfError::Address(_)) => unprintable += 1,
                Err(other) => panic!("{text:?}: {other}"),
            }
        }
    }
    // Each way out was taken: a test that refuses all would prove nothing.
    assert!(refused > 500 && unprintable > 10 && text_only > 30, "{refused} {unprintable} {text_only}");
}
