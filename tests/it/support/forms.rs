//! The forms of a page as a browser finds them: where each posts to, and what can be typed and chosen.
//! Must not know: what any field means.

use std::collections::{BTreeMap, BTreeSet};

use kinward::demo::browser::Browser;

/// A form that posts.
#[derive(Clone)]
pub struct Form {
    /// The page that it stands on.
    pub page: String,
    pub action: String,
    /// It may bring a file, and is sent in parts.
    pub in_parts: bool,
    pub controls: Vec<Control>,
}

#[derive(Clone)]
pub struct Control {
    pub name: String,
    pub id: String,
    /// `text`, `textarea`, `select`, `radio`, `checkbox`, `hidden`, …
    pub kind: String,
    pub value: String,
}

impl Control {
    pub fn is_text(&self) -> bool {
        ["text", "textarea", "email", "tel"].contains(&self.kind.as_str())
    }
}

pub fn attribute(tag: &str, name: &str) -> Option<String> {
    let value = tag.split(&format!(" {name}=\"")).nth(1)?.split('"').next()?;
    Some(value.replace("&quot;", "\"").replace("&#x27;", "'").replace("&lt;", "<").replace("&amp;", "&"))
}

pub fn forms_of(page: &str, html: &str) -> Vec<Form> {
    let mut forms = Vec::new();
    for rest in html.split("<form ").skip(1) {
        let form = rest.split("</form>").next().unwrap();
        let opening = form.split('>').next().unwrap();
        if !opening.contains("method=\"post\"") {
            continue;
        }
        let mut controls = Vec::new();
        for tag in form.split('<').skip(1) {
            let tag = tag.split('>').next().unwrap();
            let element = tag.split(' ').next().unwrap();
            let kind = match element {
                "input" => attribute(tag, "type").unwrap_or("text".into()),
                "textarea" | "select" => element.to_owned(),
                _ => continue,
            };
            let get = |name| attribute(tag, name).unwrap_or_default();
            controls.push(Control { name: get("name"), id: get("id"), kind, value: get("value") });
        }
        let action = attribute(&format!(" {opening}"), "action").unwrap();
        let in_parts = opening.contains("enctype=\"multipart/form-data\"");
        forms.push(Form { page: page.to_owned(), action, in_parts, controls });
    }
    forms
}

/// Every page that can be reached by links from `starts`, and the forms on it; `starts` first.
pub fn crawl(browser: &mut Browser, starts: &[&str]) -> Vec<(String, Vec<Form>)> {
    let mut waiting: Vec<String> = starts.iter().map(|page| (*page).to_owned()).collect();
    let (mut known, mut pages) = (BTreeSet::<String>::new(), Vec::new());
    while let Some(page) = waiting.pop() {
        if !known.insert(page.clone()) || known.len() > 300 {
            continue;
        }
        let seen = browser.get(&page).unwrap();
        assert!(seen.status < 500, "{page}: {}", seen.text());
        if seen.status != 200 || !seen.header("content-type").is_some_and(|kind| kind.contains("html")) {
            continue;
        }
        let html = seen.text();
        let links = html
            .split("<a ")
            .skip(1)
            .filter_map(|rest| attribute(&format!(" {}", rest.split('>').next()?), "href"));
        waiting.extend(
            links
                .filter(|to| to.starts_with('/') && !to.starts_with("/r") || to.starts_with("/re"))
                .map(|to| to.split('#').next().unwrap().to_owned()),
        );
        pages.push((page.clone(), forms_of(&page, &html)));
    }
    pages
}

/// The path of the list that an address belongs to.
pub fn route_of(method: &str, address: &str) -> Option<&'static str> {
    let fits = |path: &str| {
        let (one, other): (Vec<_>, Vec<_>) = (path.split('/').collect(), address.split('/').collect());
        one.len() == other.len()
            && one.iter().zip(&other).all(|(part, word)| part.starts_with('{') || part == word)
    };
    let paths = kinward::clinic::routes().filter(|route| route.method == method).map(|route| route.path);
    // `/results/{id}` and `/results/new`: the one without a parameter comes first.
    let mut fitting: BTreeMap<usize, &'static str> =
        paths.filter(|path| fits(path)).map(|path| (path.matches('{').count(), path)).collect();
    fitting.pop_first().map(|(_, path)| path)
}
