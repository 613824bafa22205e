//! A key server for tests: the transit engine's five requests as OpenBao 2 documents them (secrets/transit API), on loopback.
//! Must not know: our client. It is written from the documentation; no real server runs here, which docs/why.md says.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

#[derive(Default)]
struct Key {
    latest: u32,
    least: u32,
    /// Ciphertext to what it holds and what it is bound to.
    held: BTreeMap<String, (String, String)>,
}

pub struct KeyServer {
    pub address: String,
    asked: Arc<AtomicUsize>,
    stopped: Arc<AtomicBool>,
}

impl KeyServer {
    pub fn start(names: &[&str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let keys: BTreeMap<String, Key> = names
            .iter()
            .map(|n| (format!("kinward-{n}"), Key { latest: 1, least: 1, ..Key::default() }))
            .collect();
        let (asked, stopped) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
        let (count, stop, keys) = (Arc::clone(&asked), Arc::clone(&stopped), Mutex::new(keys));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                if stop.load(Ordering::SeqCst) {
                    break;
                }
                count.fetch_add(1, Ordering::SeqCst);
                answer(stream.unwrap(), &mut keys.lock().unwrap());
            }
        });
        Self { address, asked, stopped }
    }

    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    pub fn stop(&self) {
        self.stopped.store(true, Ordering::SeqCst);
        // The accept that waits is woken, and lets go of the port.
        let _ = TcpStream::connect(self.address.trim_start_matches("http://"));
    }
}

fn answer(stream: TcpStream, keys: &mut BTreeMap<String, Key>) {
    let mut reader = BufReader::new(stream);
    let (mut first, mut token, mut length) = (String::new(), String::new(), 0);
    reader.read_line(&mut first).unwrap();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        match name.to_ascii_lowercase().as_str() {
            "x-vault-token" => token = value.to_owned(),
            "content-length" => length = value.parse().unwrap(),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let mut words = first.split(' ');
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
    let (status, said) = serve(method, path, &token, &body, keys);
    let text = said.to_string();
    let head = format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", text.len());
    let _ = reader.into_inner().write_all(format!("{head}{text}").as_bytes());
}

fn serve(
    method: &str,
    path: &str,
    token: &str,
    body: &Value,
    keys: &mut BTreeMap<String, Key>,
) -> (u16, Value) {
    let refuse = |status, why: &str| (status, json!({ "errors": [why] }));
    let parts: Vec<&str> = path.trim_start_matches("/v1/transit/").split('/').collect();
    let name = parts.get(1).copied().unwrap_or_default();
    match token {
        "root" => {}
        "relatives" if name == "kinward-F" => {}
        _ => return refuse(403, "permission denied"),
    }
    let Some(key) = keys.get_mut(name) else { return refuse(404, "") };
    let text = |field: &str| body[field].as_str().unwrap_or_default().to_owned();
    match (method, parts.as_slice()) {
        ("GET", ["keys", _]) => {
            (200, json!({ "data": { "latest_version": key.latest, "min_decryption_version": key.least } }))
        }
        ("POST", ["keys", _, "rotate"]) => {
            key.latest += 1;
            (200, json!({ "data": { "latest_version": key.latest } }))
        }
        ("POST", ["keys", _, "config"]) => {
            key.least = body["min_decryption_version"].as_u64().unwrap() as u32;
            (200, json!({ "data": {} }))
        }
        ("POST", ["encrypt", _]) => {
            let sealed =
                format!("vault:v{}:{}", key.latest, STANDARD.encode(format!("{name}{}", key.held.len())));
            key.held.insert(sealed.clone(), (text("plaintext"), text("associated_data")));
            (200, json!({ "data": { "ciphertext": sealed, "key_version": key.latest } }))
        }
        ("POST", ["decrypt", _]) => {
            let version: u32 =
                text("ciphertext").split(':').nth(1).and_then(|v| v[1..].parse().ok()).unwrap_or_default();
            match key.held.get(&text("ciphertext")) {
                Some((plain, bound)) if *bound == text("associated_data") && version >= key.least => {
                    (200, json!({ "data": { "plaintext": plain } }))
                }
                _ => refuse(400, "cipher: message authentication failed"),
            }
        }
        _ => refuse(404, "unsupported path"),
    }
}
