//! A stand-in for GOV.UK Notify on this machine, written from its public documentation: tokens, references, states, callbacks.
//! Must not know: our client. It keeps every message it takes, and takes the same one twice if it is asked to.

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use hmac::{Hmac, KeyInit, Mac};
use kinward::clock::{Clock, StoryClock};
use serde_json::{Value, json};
use sha2::Sha256;
use std::{
    collections::VecDeque,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

pub const SERVICE: &str = "26785a09-ab16-4eb0-8407-a37497a57506";
pub const SECRET: &str = "3d844edf-8d35-48ac-975b-e847b4f122b0";
pub const EMAIL_TEMPLATE: &str = "7b4f2a90-8f0e-4b0e-9d2c-5a4b1f6f2a11";
pub const TEXT_TEMPLATE: &str = "8c4f2a90-8f0e-4b0e-9d2c-5a4b1f6f2a12";
/// What it sends with its calls to us.
pub const TOKEN: &str = "a-bearer-token-that-nobody-guesses-0123456789";

/// What happens to the next request that hands something over.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Fault {
    /// This status and error, and nothing is kept.
    Says(u16, &'static str),
    /// It is kept, and then this status.
    KeptThenSays(u16),
    /// It is kept, and the connection ends without a word.
    KeptThenGone,
    /// It is kept, and nothing comes for as long as anybody waits.
    KeptThenSilent,
    /// It is kept, and the answer is no JSON.
    KeptThenGarbage,
    /// The connection ends without a word, and nothing is kept.
    Gone,
}

/// One message that was taken.
#[derive(Debug, Clone)]
pub struct Kept {
    pub id: String,
    pub reference: String,
    /// `email`, `sms` or `letter`.
    pub kind: &'static str,
    pub status: String,
    pub body: Value,
}

struct Held {
    kept: Vec<Kept>,
    faults: VecDeque<Fault>,
    /// What happens to every request that asks.
    asking: Option<u16>,
    /// Pages that it prints at most.
    most_pages: usize,
    /// How e-mails and text messages end.
    ends: &'static str,
    /// How many requests asked, and how many handed over.
    asked: usize,
    posted: usize,
    /// Its own clock is that much ahead.
    ahead: i64,
}

pub struct NotifyServer {
    pub address: String,
    held: Arc<Mutex<Held>>,
    stopped: Arc<AtomicBool>,
}

impl NotifyServer {
    pub fn start(clock: Arc<StoryClock>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let held = Arc::new(Mutex::new(Held {
            kept: Vec::new(),
            faults: VecDeque::new(),
            asking: None,
            most_pages: 10,
            ends: "delivered",
            asked: 0,
            posted: 0,
            ahead: 0,
        }));
        let stopped = Arc::new(AtomicBool::new(false));
        let (state, stop) = (Arc::clone(&held), Arc::clone(&stopped));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                if stop.load(Ordering::SeqCst) {
                    break;
                }
                let (state, clock, stop) = (Arc::clone(&state), Arc::clone(&clock), Arc::clone(&stop));
                std::thread::spawn(move || serve(stream.unwrap(), &state, &clock, &stop));
            }
        });
        Self { address, held, stopped }
    }

    fn held(&self) -> std::sync::MutexGuard<'_, Held> {
        self.held.lock().unwrap()
    }

    /// The next requests that hand something over meet these, one each.
    pub fn will(&self, faults: &[Fault]) {
        self.held().faults = faults.iter().copied().collect();
    }

    /// Every request that asks is answered this.
    pub fn when_asked(&self, status: Option<u16>) {
        self.held().asking = status;
    }

    pub fn prints_at_most(&self, pages: usize) {
        self.held().most_pages = pages;
    }

    pub fn clock_ahead(&self, seconds: i64) {
        self.held().ahead = seconds;
    }

    pub fn kept(&self) -> Vec<Kept> {
        self.held().kept.clone()
    }

    /// How many requests handed something over, and how many asked.
    pub fn counts(&self) -> (usize, usize) {
        let held = self.held();
        (held.posted, held.asked)
    }

    /// It loses what it has, as it does after some days.
    pub fn forget(&self) {
        self.held().kept.clear();
    }

    /// Everything goes one step on.
    pub fn advance(&self) {
        let mut held = self.held();
        let (most, ends) = (held.most_pages, held.ends);
        for one in &mut held.kept {
            one.status = match (one.kind, one.status.as_str()) {
                ("letter", "pending-virus-check") if pages(&one.body) > most => "validation-failed",
                ("letter", "pending-virus-check") => "created",
                ("letter", "created") => "accepted",
                ("letter", "accepted") => "received",
                ("sms", "sending") => "pending",
                ("email" | "sms", "created") => "sending",
                ("email" | "sms", "sending" | "pending") => ends,
                (_, other) => other,
            }
            .to_owned();
        }
    }

    /// Puts one message into a state, whatever it was in.
    pub fn set(&self, reference: &str, status: &str) {
        let mut held = self.held();
        let one = held.kept.iter_mut().find(|one| one.reference == reference).unwrap();
        one.status = status.to_owned();
    }

    /// Calls us about one message, as it stands now or as `status` says; the status of our answer.
    pub fn tell(&self, world: &str, token: Option<&str>, one: &Kept, status: &str) -> u16 {
        call(world, "delivery", token, &receipt(one, status))
    }

    /// Calls us about a letter that came back.
    pub fn tell_returned(&self, world: &str, token: Option<&str>, reference: &str) -> u16 {
        let body = json!({
            "id": "5f4f2a90-8f0e-4b0e-9d2c-5a4b1f6f2a13",
            "reference": reference,
            "date_sent": "2026-11-23 10:00:00",
            "sent_by": null,
            "template_name": "Pre-compiled PDF",
            "template_id": "9d4f2a90-8f0e-4b0e-9d2c-5a4b1f6f2a14",
            "template_version": 1,
        });
        call(world, "returned", token, &body)
    }
}

impl Drop for NotifyServer {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address.trim_start_matches("http://"));
    }
}

pub fn receipt(one: &Kept, status: &str) -> Value {
    json!({
        "id": one.id,
        "reference": one.reference,
        "to": one.body["email_address"].as_str().unwrap_or("07700900123"),
        "status": status,
        "created_at": "2026-11-23T10:00:00.000000Z",
        "completed_at": "2026-11-23T10:00:05.000000Z",
        "sent_at": "2026-11-23T10:00:01.000000Z",
        "notification_type": one.kind,
        "template_id": EMAIL_TEMPLATE,
        "template_version": 1,
    })
}

/// One call to us.
pub fn call(world: &str, what: &str, token: Option<&str>, body: &Value) -> u16 {
    call_bytes(world, what, token, body.to_string().as_bytes())
}

pub fn call_bytes(world: &str, what: &str, token: Option<&str>, body: &[u8]) -> u16 {
    let agent = ureq::Agent::config_builder().http_status_as_error(false).build().new_agent();
    let mut request =
        agent.post(format!("{world}/api/v1/notify/{what}")).header("Content-Type", "application/json");
    if let Some(token) = token {
        request = request.header("Authorization", format!("Bearer {token}"));
    }
    request.send(body).unwrap().status().as_u16()
}

fn pages(body: &Value) -> usize {
    let pdf = STANDARD.decode(body["content"].as_str().unwrap_or_default()).unwrap_or_default();
    assert!(pdf.starts_with(b"%PDF"), "a letter is a PDF");
    1
}

fn serve(stream: TcpStream, held: &Mutex<Held>, clock: &StoryClock, stop: &AtomicBool) {
    let mut reader = BufReader::new(stream);
    let (mut first, mut token, mut length) = (String::new(), String::new(), 0);
    if reader.read_line(&mut first).unwrap_or(0) == 0 {
        return;
    }
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        match name.to_ascii_lowercase().as_str() {
            "authorization" => token = value.trim_start_matches("Bearer ").to_owned(),
            "content-length" => length = value.parse().unwrap(),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let mut words = first.split(' ');
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
    let mut out = reader.into_inner();
    let mut answer = |status: u16, text: &str| {
        let head = format!(
            "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            text.len()
        );
        let _ = out.write_all(format!("{head}{text}").as_bytes());
    };
    let refused = |status: u16, error: &str, message: &str| {
        json!({"status_code": status, "errors": [{"error": error, "message": message}]}).to_string()
    };
    let ahead = held.lock().unwrap().ahead;
    if let Err(why) = signed(&token, clock.now().unix() + ahead) {
        return answer(403, &refused(403, "AuthError", why));
    }
    if method == "GET" {
        let mut held = held.lock().unwrap();
        held.asked += 1;
        if let Some(status) = held.asking {
            return answer(status, &refused(status, "Exception", "Internal server error"));
        }
        let reference = path.strip_prefix("/v2/notifications?reference=").unwrap_or_default();
        let found: Vec<Value> = held
            .kept
            .iter()
            .filter(|one| one.reference == reference)
            .map(|one| json!({"id": one.id, "reference": one.reference, "type": one.kind, "status": one.status}))
            .collect();
        return answer(200, &json!({"notifications": found, "links": {"current": path}}).to_string());
    }
    let fault = {
        let mut held = held.lock().unwrap();
        held.posted += 1;
        held.faults.pop_front()
    };
    match fault {
        Some(Fault::Says(status, error)) => {
            return answer(status, &refused(status, error, "for tamsin.wray@mail.example: no"));
        }
        Some(Fault::Gone) => return,
        _ => {}
    }
    let kind = match path {
        "/v2/notifications/email" => "email",
        "/v2/notifications/sms" => "sms",
        "/v2/notifications/letter" => "letter",
        _ => return answer(404, &refused(404, "NotFound", "no such address")),
    };
    let taken = match kind {
        "email" => body["template_id"] == EMAIL_TEMPLATE && body["email_address"].is_string(),
        "sms" => body["template_id"] == TEXT_TEMPLATE && body["phone_number"].is_string(),
        _ => {
            body["content"].is_string()
                && ["first", "second", "economy"].iter().any(|p| body["postage"] == *p)
        }
    };
    if !taken || !body["reference"].is_string() {
        return answer(400, &refused(400, "ValidationError", "a property is missing"));
    }
    let id = {
        let mut held = held.lock().unwrap();
        let id = format!("{:08x}-0000-4000-8000-000000000000", held.kept.len() + 1);
        let status = if kind == "letter" { "pending-virus-check" } else { "created" }.to_owned();
        let reference = body["reference"].as_str().unwrap().to_owned();
        held.kept.push(Kept { id: id.clone(), reference, kind, status, body: body.clone() });
        id
    };
    match fault {
        Some(Fault::KeptThenSays(status)) => {
            answer(status, &refused(status, "Exception", "Internal server error"))
        }
        Some(Fault::KeptThenGarbage) => answer(201, "<html>yes</html>"),
        Some(Fault::KeptThenGone) => {}
        Some(Fault::KeptThenSilent) => {
            while !stop.load(Ordering::SeqCst) {
                std::thread::sleep(std::time::Duration::from_millis(20));
            }
        }
        _ => answer(201, &json!({"id": id, "reference": body["reference"]}).to_string()),
    }
}

/// A token of ours: HS256 with our secret, issued by our service within thirty seconds.
fn signed(token: &str, now: i64) -> Result<(), &'static str> {
    let parts: Vec<&str> = token.split('.').collect();
    let [head, claims, seal] = parts.as_slice() else { return Err("Invalid token: not enough segments") };
    let read = |part: &str| -> Value {
        URL_SAFE_NO_PAD
            .decode(part)
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .unwrap_or_default()
    };
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
    mac.update(format!("{head}.{claims}").as_bytes());
    if read(head)["alg"] != "HS256"
        || mac.verify_slice(&URL_SAFE_NO_PAD.decode(seal).unwrap_or_default()).is_err()
    {
        return Err("Invalid token: signature, api token not found");
    }
    if read(claims)["iss"] != SERVICE {
        return Err("Invalid token: service not found");
    }
    match read(claims)["iat"].as_i64() {
        Some(at) if (at - now).abs() <= 30 => Ok(()),
        _ => Err("Error: Your system clock must be accurate to within 30 seconds"),
    }
}
