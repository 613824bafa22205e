//! A refused form on its own page again: the summary on top, the message beside its field, and everything typed kept.
//! Must not know: which page it is or what its fields mean; it finds the form by the address that it posts to.

use super::input::{Typed, shown};
use actix_web::{HttpMessage, HttpRequest};
use handlebars::html_escape as escape;
use std::collections::BTreeMap;

/// Why a form was refused; travels with the request to the page that shows it again.
pub struct Refused {
    /// The form's address.
    pub action: String,
    pub told: String,
    /// The field that it is about, if it is about one.
    pub field: Option<String>,
    /// What is wrong with further fields: field, words.
    pub also: Vec<(String, String)>,
    pub status: u16,
}

/// Put into a request by a handler that answers a form with its own page again although nothing is wrong: more rows were
/// asked for, or a second look. Everything typed is put back into the form that posts to `action`.
pub struct Kept {
    pub action: String,
}

/// Puts what was kept of a form back into it when its page is shown; what was just typed and refused comes first.
pub fn put_back(req: &HttpRequest, action: String, kept: Vec<(String, String)>) {
    let mut extensions = req.extensions_mut();
    if kept.is_empty() || extensions.contains::<Refused>() {
        return;
    }
    extensions.insert(Typed::of_pairs(kept));
    extensions.insert(Kept { action });
}

/// The page with everything typed back in its form; nothing where the page has no such form.
pub fn kept(page: &str, kept: &Kept, typed: &Typed) -> Option<String> {
    let (before, form, after) = form_of(page, &kept.action)?;
    let mut parts = parts_of(form);
    fill(&mut parts, typed);
    Some(format!("{}{}{after}", opened(before), written(&parts)))
}

/// Set on the answer whose page holds the refused form.
pub struct ShownAgain;

/// The page with the refused form in it; nothing where the page has no such form.
pub fn shown_again(page: &str, refused: &Refused, typed: Option<&Typed>) -> Option<String> {
    let (before, form, after) = form_of(page, &refused.action)?;
    let mut parts = parts_of(form);
    if let Some(typed) = typed {
        fill(&mut parts, typed);
    }
    let first = (refused.field.as_deref(), refused.told.as_str());
    let further = refused.also.iter().map(|(field, words)| (Some(field.as_str()), words.as_str()));
    let mut told_at: BTreeMap<&str, Option<String>> = BTreeMap::new();
    let mut lines = String::new();
    for (field, told) in std::iter::once(first).chain(further) {
        let told = in_the_page_s_words(told, field, &parts);
        // Beside a field stands the first thing that is wrong with it; on top stand all.
        let control = field.and_then(|field| {
            told_at.entry(field).or_insert_with(|| tell_beside(&mut parts, field, &told)).clone()
        });
        let leads = control.map(|id| format!("#{id}")).or_else(|| answered_at(page, field?));
        lines.push_str(&line(&told, leads.as_deref()));
    }
    let (top, rest) = before.split_at(before.find("<h1")?);
    let summary = summary(&lines);
    Some(format!("{top}{summary}{}{}{after}", opened(rest), written(&parts)))
}

/// What stands before, in and after the form that posts to an address.
fn form_of<'a>(page: &'a str, action: &str) -> Option<(&'a str, &'a str, &'a str)> {
    let posts_there = |form: &str| {
        form.split_once('>').is_some_and(|(opening, _)| {
            opening.contains("method=\"post\"") && opening.contains(&format!("action=\"{}\"", escape(action)))
        })
    };
    let (start, _) = page.match_indices("<form").find(|(at, _)| page.get(*at..).is_some_and(posts_there))?;
    let (before, rest) = page.split_at_checked(start)?;
    let (form, after) = rest.split_at_checked(rest.find("</form>")?)?;
    Some((before, form, after))
}

/// A form that is folded away is opened: nobody looks for their words behind a heading.
fn opened(before: &str) -> String {
    match before.rsplit_once("<details") {
        Some((above, folded)) if !folded.contains("</details>") => format!("{above}<details open{folded}"),
        Some(_) | None => before.to_owned(),
    }
}

/// Where a field is answered that the page shows and does not hold: a link that names it in `data-fields`. Still escaped.
fn answered_at(page: &str, field: &str) -> Option<String> {
    page.split("<a ").skip(1).find_map(|rest| {
        let tag = Tag::read(&format!("a {}", rest.split_once('>')?.0));
        let named = tag.get("data-fields")?.split(' ').any(|known| known == field);
        named.then(|| tag.get("href").map(str::to_owned)).flatten()
    })
}

fn line(told: &str, leads: Option<&str>) -> String {
    let told = escape(told);
    let told = leads.map_or(told.clone(), |to| format!("<a href=\"{to}\">{told}</a>"));
    format!("<li>{told}</li>\n")
}

fn summary(lines: &str) -> String {
    format!(
        "<div class=\"nhsuk-error-summary nhsuk-u-margin-top-3\" tabindex=\"-1\" autofocus>\n<div role=\"alert\">\n\
         <h2 class=\"nhsuk-error-summary__heading\">There is a problem</h2>\n\
         <div class=\"nhsuk-error-summary__body\">\n\
         <ul class=\"nhsuk-list nhsuk-error-summary__list\">\n{lines}</ul>\n</div>\n</div>\n</div>\n"
    )
}

/// A form in pieces: what opens an element, and everything else as it stood.
#[derive(Debug, PartialEq)]
enum Part {
    Tag(Tag),
    Other(String),
}

#[derive(Debug, PartialEq)]
struct Tag {
    name: String,
    /// In their order; values stay escaped, and a bare word has none.
    attributes: Vec<(String, Option<String>)>,
}

impl Tag {
    fn read(inside: &str) -> Self {
        let (name, mut rest) = inside.split_once(char::is_whitespace).unwrap_or((inside, ""));
        let mut attributes = Vec::new();
        loop {
            rest = rest.trim_start();
            if rest.is_empty() {
                return Self { name: name.to_owned(), attributes };
            }
            let end = rest.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(rest.len());
            let (word, behind) = rest.split_at(end);
            let value = behind.strip_prefix("=\"").and_then(|quoted| quoted.split_once('"'));
            attributes.push((word.to_owned(), value.map(|(value, _)| value.to_owned())));
            // A bare `=` is nothing that our pages write; it is stepped over so that the reading ends.
            rest = value.map_or(behind.trim_start_matches('='), |(_, behind)| behind);
        }
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).and_then(|(_, value)| value.as_deref())
    }

    fn remove(&mut self, name: &str) {
        self.attributes.retain(|(known, _)| known != name);
    }

    fn set(&mut self, name: &str, value: Option<String>) {
        match self.attributes.iter_mut().find(|(known, _)| known == name) {
            Some((_, held)) => *held = value,
            None => self.attributes.push((name.to_owned(), value)),
        }
    }

    /// Adds a word to a list of words.
    fn add(&mut self, name: &str, word: &str) {
        let words = self.get(name).map_or(word.to_owned(), |words| format!("{words} {word}"));
        self.set(name, Some(words));
    }

    fn has_class(&self, class: &str) -> bool {
        self.get("class").is_some_and(|classes| classes.split(' ').any(|known| known == class))
    }

    /// True for what a person fills in or chooses.
    fn is_control(&self) -> bool {
        match self.name.as_str() {
            "input" => !matches!(self.get("type"), Some("hidden" | "submit")),
            name => name == "textarea" || name == "select",
        }
    }

    /// True for a control that holds the field, or a part of it: a part of a date, a value of a group.
    fn is_of(&self, field: &str) -> bool {
        let ending = self.get("name").and_then(|name| name.strip_prefix(field));
        self.is_control() && matches!(ending, Some("" | "-day" | "-month" | "-year" | "[]"))
    }
}

/// Our templates escape every `<` and `>` that is not a tag's.
fn parts_of(form: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    for (nth, piece) in form.split('<').enumerate() {
        match piece.split_once('>') {
            Some((inside, text)) if nth > 0 && !inside.starts_with(['/', '!']) => {
                parts.push(Part::Tag(Tag::read(inside)));
                parts.push(Part::Other(text.to_owned()));
            }
            Some(_) | None if nth > 0 => parts.push(Part::Other(format!("<{piece}"))),
            Some(_) | None => parts.push(Part::Other(piece.to_owned())),
        }
    }
    parts
}

fn written(parts: &[Part]) -> String {
    let mut html = String::new();
    for part in parts {
        match part {
            Part::Other(text) => html.push_str(text),
            Part::Tag(tag) => {
                html.push('<');
                html.push_str(&tag.name);
                for (name, value) in &tag.attributes {
                    html.push(' ');
                    html.push_str(name);
                    if let Some(value) = value {
                        html.push_str(&format!("=\"{value}\""));
                    }
                }
                html.push('>');
            }
        }
    }
    html
}

/// Puts back what was typed and chosen, also where it was emptied.
fn fill(parts: &mut [Part], typed: &Typed) {
    let mut list: Option<String> = None;
    let mut text: Option<String> = None;
    for part in parts {
        let tag = match part {
            Part::Tag(tag) => tag,
            Part::Other(inside) => {
                if let Some(words) = text.take() {
                    // A browser drops the first line feed of a text.
                    *inside = format!("\n{}", escape(&words));
                }
                continue;
            }
        };
        let name = tag.get("name").unwrap_or_default().to_owned();
        let chosen = |tag: &Tag, name: &str| {
            let value = tag.get("value").unwrap_or_default();
            typed.holds(name, |sent| sent == value || escape(sent) == value)
        };
        match (tag.name.as_str(), tag.get("type")) {
            ("select", _) => list = typed.get(&name).map(|_| name),
            ("option", _) => {
                let Some(list) = &list else { continue };
                let is = chosen(tag, list);
                tag.remove("selected");
                if is {
                    tag.set("selected", None);
                }
            }
            ("textarea", _) => text = typed.get(&name).map(str::to_owned),
            ("input", Some("radio" | "checkbox")) => {
                let is = chosen(tag, &name);
                tag.remove("checked");
                if is {
                    tag.set("checked", None);
                }
            }
            ("input", Some("password")) => tag.remove("value"),
            ("input", Some("hidden" | "submit" | "file")) => {}
            ("input", _) => {
                tag.remove("value");
                if let Some(words) = typed.get(&name).filter(|words| !words.is_empty()) {
                    tag.set("value", Some(escape(words)));
                }
            }
            _ => {}
        }
    }
}

/// The message with the field called as the page calls it: by its label, or the legend of its group.
fn in_the_page_s_words(told: &str, field: Option<&str>, parts: &[Part]) -> String {
    let called = field.and_then(|field| Some((field, label_of(parts, field)?)));
    called.map_or(told.to_owned(), |(field, label)| {
        told.replace(&format!("'{}'", shown(field, true)), &format!("'{label}'"))
    })
}

fn label_of(parts: &[Part], field: &str) -> Option<String> {
    let control = parts.iter().position(|part| matches!(part, Part::Tag(tag) if tag.is_of(field)))?;
    let Some(Part::Tag(first)) = parts.get(control) else { return None };
    let of_a_group =
        first.get("name") != Some(field) || matches!(first.get("type"), Some("radio" | "checkbox"));
    let is_label = |part: &Part| match part {
        Part::Tag(tag) if of_a_group => tag.name == "legend",
        Part::Tag(tag) => tag.name == "label" && tag.get("for") == first.get("id"),
        Part::Other(_) => false,
    };
    let label = parts.get(..control)?.iter().rposition(is_label)?;
    let words = parts.get(label..control)?.iter().find_map(|part| match part {
        Part::Other(text) if !text.trim().is_empty() => Some(text.trim()),
        Part::Other(_) | Part::Tag(_) => None,
    })?;
    // It stands in the page as markup and is escaped again with the message.
    Some(unescaped(words))
}

fn unescaped(text: &str) -> String {
    [("&#x27;", "'"), ("&quot;", "\""), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")]
        .iter()
        .fold(text.to_owned(), |text, (written, sign)| text.replace(written, sign))
}

/// Puts the message before the field's controls and ties it to them; answers the id of the first.
fn tell_beside(parts: &mut Vec<Part>, field: &str, told: &str) -> Option<String> {
    let last = |parts: &[Part], until: usize, is: &dyn Fn(&Tag) -> bool| {
        parts.iter().take(until).rposition(|part| matches!(part, Part::Tag(tag) if is(tag)))
    };
    let control = parts.iter().position(|part| matches!(part, Part::Tag(tag) if tag.is_of(field)))?;
    let Some(Part::Tag(first)) = parts.get(control) else { return None };
    let id = first.get("id")?.to_owned();
    let error_id = format!("{id}-error");
    let group = last(parts, control, &|tag| tag.has_class("nhsuk-form-group"));
    let fieldset = last(parts, control, &|tag| tag.name == "fieldset").filter(|at| Some(*at) > group);
    let together = last(parts, control, &|tag| {
        ["nhsuk-radios", "nhsuk-checkboxes", "nhsuk-date-input"].iter().any(|class| tag.has_class(class))
    })
    .filter(|at| Some(*at) > fieldset);
    let described = fieldset.unwrap_or(control);
    for (at, part) in parts.iter_mut().enumerate() {
        let Part::Tag(tag) = part else { continue };
        if Some(at) == group {
            tag.add("class", "nhsuk-form-group--error");
        }
        if at == described {
            tag.add("aria-describedby", &error_id);
        }
        if tag.is_of(field) {
            for kind in ["nhsuk-input", "nhsuk-textarea", "nhsuk-select"] {
                if tag.has_class(kind) {
                    tag.add("class", &format!("{kind}--error"));
                }
            }
        }
    }
    let message = format!(
        "<span class=\"nhsuk-error-message\" id=\"{error_id}\"><span class=\"nhsuk-u-visually-hidden\">Error:</span> {}</span>\n",
        escape(told)
    );
    parts.insert(fieldset.and(together).unwrap_or(control), Part::Other(message));
    Some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = r##"<main><h1>Two forms</h1>
<form method="post" action="/a/1"><input id="x-1" name="x" type="text" value="held"></form>
<details class="d"><summary>More</summary>
<form method="post" action="/a/2" novalidate>
<div class="nhsuk-form-group"><label for="x-2">X</label><input class="nhsuk-input" id="x-2" name="x" type="text"></div>
<input id="p" name="password" type="password" value="held">
<textarea id="t" name="t">held</textarea>
</form></details></main>"##;

    fn refused(action: &str, field: Option<&str>) -> Refused {
        Refused {
            action: action.into(),
            told: "Say <what>.".into(),
            field: field.map(Into::into),
            also: vec![],
            status: 422,
        }
    }

    #[test]
    fn only_the_form_that_was_sent_is_touched_and_nothing_typed_becomes_markup() {
        let typed = Typed::of(b"x=a%22%3E%3Cb%3E&t=%3C%2Ftextarea%3E&password=secret");
        let page = shown_again(PAGE, &refused("/a/2", Some("x")), Some(&typed)).unwrap();
        assert!(page.contains(r#"name="x" type="text" value="held""#), "{page}");
        assert!(page.contains(r#"value="a&quot;&gt;&lt;b&gt;""#), "{page}");
        assert!(page.contains("\n&lt;/textarea&gt;</textarea>"), "{page}");
        assert!(!page.contains("secret") && page.contains(r#"name="password" type="password">"#), "{page}");
        assert!(page.contains(r##"<a href="#x-2">Say &lt;what&gt;.</a>"##), "{page}");
        assert!(page.contains("<details open class"), "{page}");
    }

    #[test]
    fn a_field_that_is_not_on_the_form_is_told_of_above_alone() {
        let page = shown_again(PAGE, &refused("/a/1", Some("nobody")), None).unwrap();
        assert!(page.contains("<li>Say &lt;what&gt;.</li>") && !page.contains("error-message"), "{page}");
        assert_eq!(page.matches("held").count(), 3, "nothing was sent that could be put back");
    }

    #[test]
    fn a_field_that_is_answered_on_another_page_is_led_to_there() {
        let page =
            PAGE.replace("<details", "<a href=\"/q/2?a=1&amp;b=2\" data-fields=\"y z\">Change</a><details");
        let page = shown_again(&page, &refused("/a/1", Some("z")), None).unwrap();
        assert!(page.contains("<li><a href=\"/q/2?a=1&amp;b=2\">Say &lt;what&gt;.</a></li>"), "{page}");
    }

    #[test]
    fn several_fields_are_told_of_at_once_each_on_top_and_beside_itself() {
        let also = vec![("t".to_owned(), "Say more.".to_owned())];
        let refused = Refused { also, ..refused("/a/2", Some("x")) };
        let page = shown_again(PAGE, &refused, None).unwrap();
        assert!(
            page.contains(
                "<li><a href=\"#x-2\">Say &lt;what&gt;.</a></li>\n<li><a href=\"#t\">Say more.</a></li>"
            ),
            "{page}"
        );
        assert_eq!(page.matches("nhsuk-error-message").count(), 2, "{page}");
    }

    #[test]
    fn a_form_that_is_shown_once_more_keeps_what_was_typed_and_says_nothing_is_wrong() {
        let typed = Typed::of(b"x=typed&t=words");
        let page = kept(PAGE, &Kept { action: "/a/2".into() }, &typed).unwrap();
        assert!(page.contains("value=\"typed\"") && page.contains("\nwords</textarea>"), "{page}");
        assert!(!page.contains("error") && page.contains("value=\"held\""), "{page}");
    }

    #[test]
    fn every_control_of_a_template_can_be_led_to() {
        for (name, template) in crate::access::answer::TEMPLATES {
            for (_, rest) in ["<input", "<select", "<textarea"].iter().flat_map(|tag| {
                template.match_indices(tag).map(|(at, _)| (at, template.get(at..).unwrap_or_default()))
            }) {
                let tag = rest.lines().next().unwrap_or_default();
                let named = tag.contains(" id=\"") || tag.contains("type=\"hidden\"");
                assert!(named, "{name}: a control without an id: {tag}");
            }
        }
    }

    #[test]
    fn a_page_without_the_form_is_left_alone() {
        assert!(shown_again(PAGE, &refused("/a/3", None), None).is_none());
    }
}
