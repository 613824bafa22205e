//! A person at a browser: keeps cookies, reads a page before sending its form, follows where it is sent.
//! Must not know: the database; it sees what anyone would see over HTTP.

use super::inside::{Asked, Inside};
use crate::error::{Error, Result};
use serde_json::Value;
use std::{collections::BTreeMap, sync::Arc};

/// One answer of the site.
#[derive(Clone)]
pub struct Seen {
    pub status: u16,
    pub body: Vec<u8>,
    pub location: Option<String>,
    /// Every header, name in lower case.
    pub headers: Vec<(String, String)>,
}

impl Seen {
    pub(super) fn new(status: u16, headers: Vec<(String, String)>, body: Vec<u8>) -> Self {
        let location = headers.iter().find(|(name, _)| name == "location").map(|(_, value)| value.clone());
        Self { status, body, location, headers }
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// A browser without scripts.
pub struct Browser {
    way: Way,
    cookies: BTreeMap<String, String>,
    token: Option<String>,
    /// Sent with every request, beside what a browser of this kind sends anyway.
    pub also: Vec<(String, String)>,
}

/// How the site is reached.
#[derive(Clone)]
enum Way {
    Net { agent: ureq::Agent, base: String },
    Inside(Arc<Inside>),
}

impl Browser {
    pub fn new(base: &str) -> Self {
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(std::time::Duration::from_secs(60)))
            .build()
            .into();
        Self::over(Way::Net { agent, base: base.trim_end_matches('/').to_owned() })
    }

    /// A browser that reaches an application in this process without a network.
    pub fn inside(site: &Arc<Inside>) -> Self {
        Self::over(Way::Inside(Arc::clone(site)))
    }

    fn over(way: Way) -> Self {
        Self { way, cookies: BTreeMap::new(), token: None, also: Vec::new() }
    }

    /// Another person's browser at the same site: it knows nothing of this one.
    pub fn another(&self) -> Self {
        Self::over(self.way.clone())
    }

    /// Goes on with a session that was opened elsewhere: its cookie, or its token.
    pub fn with_session(mut self, cookie: Option<(&str, &str)>, token: Option<String>) -> Self {
        self.cookies.extend(cookie.map(|(name, value)| (name.to_owned(), value.to_owned())));
        self.token = token;
        self
    }

    /// Goes on where `site` leads, with the cookies and the token it has: the application was started anew.
    pub fn go_on_at(&mut self, site: &Browser) {
        self.way = site.way.clone();
    }

    fn headers(&self, kind: Option<&str>) -> Vec<(String, String)> {
        let mut headers = self.also.clone();
        let mut add = |name: &str, value: String| headers.push((name.to_owned(), value));
        if !self.cookies.is_empty() {
            let pairs: Vec<String> =
                self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            add("cookie", pairs.join("; "));
        }
        if let Some(token) = &self.token {
            add("authorization", format!("Bearer {token}"));
        }
        if let Some(kind) = kind {
            add("content-type", kind.to_owned());
        }
        headers
    }

    /// Any request, with this browser's cookies or token.
    pub fn send(
        &mut self,
        method: &str,
        path: &str,
        kind: Option<&str>,
        body: Option<&[u8]>,
    ) -> Result<Seen> {
        let headers = self.headers(kind);
        let seen = match &self.way {
            Way::Net { agent, base } => by_net(agent, &format!("{base}{path}"), method, &headers, body)?,
            Way::Inside(site) => site.ask(Asked {
                method: method.to_owned(),
                path: path.to_owned(),
                headers,
                body: body.unwrap_or_default().to_vec(),
            })?,
        };
        self.keep_cookies(&seen);
        Ok(seen)
    }

    fn keep_cookies(&mut self, seen: &Seen) {
        for (_, cookie) in seen.headers.iter().filter(|(name, _)| name == "set-cookie") {
            if let Some((name, value)) = cookie.split(';').next().and_then(|pair| pair.split_once('=')) {
                if value.is_empty() {
                    self.cookies.remove(name);
                } else {
                    self.cookies.insert(name.to_owned(), value.to_owned());
                }
            }
        }
    }

    pub fn get(&mut self, path: &str) -> Result<Seen> {
        self.send("GET", path, None, None)
    }

    /// Reads a page and fails with its words where it is not there.
    pub fn page(&mut self, path: &str) -> Result<String> {
        let seen = self.get(path)?;
        if seen.status == 200 { Ok(seen.text()) } else { Err(refused("GET", path, &seen)) }
    }

    /// Sends a form the way a browser does, with the form token of the page it stands on.
    pub fn submit(&mut self, page: &str, action: &str, fields: &[(&str, &str)]) -> Result<Seen> {
        let html = self.page(page)?;
        let token = form_token(&html).unwrap_or_default();
        let mut all: Vec<(&str, &str)> = vec![("form_token", token.as_str())];
        all.extend_from_slice(fields);
        let body = serde_urlencoded::to_string(&all).map_err(Error::inner)?;
        self.send("POST", action, Some("application/x-www-form-urlencoded"), Some(body.as_bytes()))
    }

    /// As `done`, with what the page asks for only sometimes: `asked` is filled in where its field is there.
    pub fn done_where_asked(
        &mut self,
        page: &str,
        action: &str,
        fields: &[(&str, &str)],
        asked: (&str, &str),
    ) -> Result<String> {
        let is_there = self.page(page)?.contains(&format!("name=\"{}\"", asked.0));
        let mut all = fields.to_vec();
        all.extend(is_there.then_some(asked));
        self.done(page, action, &all)
    }

    /// Sends a form and expects to be sent on; answers where to.
    pub fn done(&mut self, page: &str, action: &str, fields: &[(&str, &str)]) -> Result<String> {
        let seen = self.submit(page, action, fields)?;
        match (seen.status, &seen.location) {
            (303, Some(location)) => Ok(location.clone()),
            _ => Err(refused("POST", action, &seen)),
        }
    }

    /// Uploads a file with the form of `page`.
    pub fn upload(
        &mut self,
        page: &str,
        action: &str,
        field: &str,
        name: &str,
        bytes: &[u8],
    ) -> Result<Seen> {
        let html = self.page(page)?;
        let token = form_token(&html).unwrap_or_default();
        let edge = "kinward-form-part-edge-7f3a9c";
        let mut body = format!(
            "--{edge}\r\nContent-Disposition: form-data; name=\"form_token\"\r\n\r\n{token}\r\n--{edge}\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\nContent-Type: application/octet-stream\r\n\r\n"
        )
        .into_bytes();
        body.extend_from_slice(bytes);
        body.extend_from_slice(format!("\r\n--{edge}--\r\n").as_bytes());
        self.send("POST", action, Some(&format!("multipart/form-data; boundary={edge}")), Some(&body))
    }

    /// Sends a form in parts, as one that may bring a file is sent, without a file.
    pub fn submit_parts(&mut self, page: &str, action: &str, fields: &[(&str, &str)]) -> Result<Seen> {
        let html = self.page(page)?;
        let token = form_token(&html).unwrap_or_default();
        let edge = "kinward-form-part-edge-7f3a9c";
        let mut body = String::new();
        for (name, value) in std::iter::once(&("form_token", token.as_str())).chain(fields) {
            body.push_str(&format!(
                "--{edge}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
            ));
        }
        body.push_str(&format!("--{edge}--\r\n"));
        let kind = format!("multipart/form-data; boundary={edge}");
        self.send("POST", action, Some(&kind), Some(body.as_bytes()))
    }

    /// Signs in with a browser's form.
    pub fn sign_in(&mut self, username: &str, password: &str) -> Result<()> {
        self.done("/sign-in", "/sign-in", &[("username", username), ("password", password)]).map(|_| ())
    }

    /// Signs in as a program: a token, five minutes long.
    pub fn sign_in_api(&mut self, username: &str, password: &str) -> Result<()> {
        let facts =
            self.api_post("/token", &serde_json::json!({"username": username, "password": password}))?;
        self.token = facts.get("token").and_then(Value::as_str).map(str::to_owned);
        Ok(())
    }

    /// The facts of a page, as a program reads them.
    pub fn api(&mut self, path: &str) -> Result<Value> {
        let path = format!("/api/v1{path}");
        let seen = self.get(&path)?;
        if seen.status == 200 {
            serde_json::from_slice(&seen.body).map_err(Error::inner)
        } else {
            Err(refused("GET", &path, &seen))
        }
    }

    /// A command, as a program sends it.
    pub fn api_post(&mut self, path: &str, fields: &Value) -> Result<Value> {
        let path = format!("/api/v1{path}");
        let body = serde_json::to_vec(fields).map_err(Error::inner)?;
        let seen = self.send("POST", &path, Some("application/json"), Some(&body))?;
        if seen.status == 200 {
            serde_json::from_slice(&seen.body).map_err(Error::inner)
        } else {
            Err(refused("POST", &path, &seen))
        }
    }
}

fn by_net(
    agent: &ureq::Agent,
    address: &str,
    method: &str,
    headers: &[(String, String)],
    body: Option<&[u8]>,
) -> Result<Seen> {
    let mut request = ureq::http::Request::builder().method(method).uri(address);
    for (name, value) in headers {
        request = request.header(name, value);
    }
    let unreachable = |e: ureq::Error| Error::inner(format!("the site cannot be reached: {e}"));
    let broken = |e: ureq::http::Error| Error::inner(format!("not a request: {e}"));
    let answer = match body {
        Some(body) => agent.run(request.body(body).map_err(broken)?),
        None => agent.run(request.body(()).map_err(broken)?),
    };
    let mut answer = answer.map_err(unreachable)?;
    let headers: Vec<(String, String)> = answer
        .headers()
        .iter()
        .map(|(name, value)| {
            (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        })
        .collect();
    let status = answer.status().as_u16();
    let body = answer.body_mut().with_config().limit(64 * 1024 * 1024).read_to_vec().map_err(unreachable)?;
    Ok(Seen::new(status, headers, body))
}

/// What a page says when it refuses: the words in its main part, without markup.
pub fn words(html: &str) -> String {
    let main = html.split("<main").nth(1).unwrap_or(html).split("</main>").next().unwrap_or_default();
    let mut text = String::new();
    let mut inside = main.starts_with(|c: char| c != '<') && html.contains("<main");
    for letter in main.chars() {
        match letter {
            '<' => inside = true,
            '>' => {
                inside = false;
                text.push(' ');
            }
            _ if !inside => text.push(letter),
            _ => {}
        }
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn refused(method: &str, path: &str, seen: &Seen) -> Error {
    let told: String = words(&seen.text()).chars().take(400).collect();
    Error::not_now(format!("{method} {path} answered {}: {told}", seen.status))
}

/// The hidden field that binds a form to its session.
pub fn form_token(html: &str) -> Option<String> {
    let after = html.split("name=\"form_token\"").nth(1)?;
    after.split("value=\"").nth(1)?.split('"').next().map(str::to_owned)
}
