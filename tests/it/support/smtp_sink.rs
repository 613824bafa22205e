//! A mail server on this machine that keeps what it takes and fails on request, at any stage, in any way.
//! Must not know: anything of the product.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop there")]
#![allow(dead_code, reason = "each test that includes it uses a part")]

use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Condvar, Mutex},
    thread,
    time::Duration,
};

/// Where in a conversation something happens: instead of the answer that belongs there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Greeting,
    Ehlo,
    StartTls,
    Auth,
    Mail,
    Rcpt,
    Data,
    /// After the first 256 bytes of the message.
    DuringBody,
    /// After the final dot, before the answer.
    AfterBody,
    Quit,
}

/// What happens there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// A reply of that code.
    Reply(u16),
    /// These bytes as they stand; the conversation goes on.
    Say(&'static str),
    Close,
    /// Nothing, with the connection held open until the sink is dropped.
    Stall,
    /// Bytes that are no SMTP.
    Garbage,
    /// These bytes one at a time, with that many milliseconds before each.
    Slow(&'static str, u64),
    /// A reply that goes on for ever, a line at a time.
    Endless,
    /// These bytes, and then the connection is gone.
    SayAndLeave(&'static str),
}

/// A message that the sink said 250 to, or would have: everything up to the final dot arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    pub from: String,
    pub to: Vec<String>,
    /// Dots unstuffed; the end-of-message line is not part of it.
    pub bytes: Vec<u8>,
    /// Whether a 250 was written for it.
    pub accepted: bool,
}

#[derive(Default)]
struct Shared {
    script: Vec<(Stage, Event)>,
    /// How many more times anything of the script happens; without it, always.
    times: Option<usize>,
    extensions: Vec<&'static str>,
    tls: Option<Arc<rustls::ServerConfig>>,
    received: Vec<Received>,
    commands: Vec<String>,
    closed: bool,
}

/// The server. Any number of connections; stops when dropped.
pub struct SmtpSink {
    address: SocketAddr,
    shared: Arc<(Mutex<Shared>, Condvar)>,
}

impl SmtpSink {
    /// Listens on a free port of this machine. `script` may be changed later: greylisting is two scripts.
    pub fn start(script: &[(Stage, Event)]) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let shared = Arc::new((Mutex::new(Shared::default()), Condvar::new()));
        let sink = Self { address, shared: Arc::clone(&shared) };
        sink.set_script(script);
        thread::spawn(move || {
            for stream in listener.incoming() {
                if locked(&shared.0).closed {
                    break;
                }
                let shared = Arc::clone(&shared);
                // A connection that breaks is what these tests are about; there is nobody to report it to.
                thread::spawn(move || stream.and_then(|stream| Conversation::new(stream, shared)?.run()));
            }
        });
        Ok(sink)
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }

    pub fn set_script(&self, script: &[(Stage, Event)]) {
        let mut shared = locked(&self.shared.0);
        (shared.script, shared.times) = (script.to_vec(), None);
    }

    /// As `set_script`, for one conversation alone.
    pub fn set_script_once(&self, stage: Stage, event: Event) {
        let mut shared = locked(&self.shared.0);
        (shared.script, shared.times) = (vec![(stage, event)], Some(1));
    }

    /// Speaks TLS after STARTTLS, with the certificate `tests/data/tls/<name>.pem`.
    pub fn set_certificate(&self, name: &str) {
        use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
        let file = |end: &str| format!("{}/tests/data/tls/{name}{end}", env!("CARGO_MANIFEST_DIR"));
        let chain = vec![CertificateDer::from_pem_file(file(".pem")).unwrap()];
        let key = PrivateKeyDer::from_pem_file(file(".key.pem")).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .unwrap();
        locked(&self.shared.0).tls = Some(Arc::new(config));
    }

    /// Lines of the EHLO answer, such as "STARTTLS" or "AUTH PLAIN".
    pub fn set_extensions(&self, extensions: &[&'static str]) {
        locked(&self.shared.0).extensions = extensions.to_vec();
    }

    pub fn received(&self) -> Vec<Received> {
        locked(&self.shared.0).received.clone()
    }

    /// How many messages were answered 250.
    pub fn accepted(&self) -> usize {
        self.received().iter().filter(|message| message.accepted).count()
    }

    /// Every command line outside of messages, in order of arrival.
    pub fn commands(&self) -> Vec<String> {
        locked(&self.shared.0).commands.clone()
    }
}

impl Drop for SmtpSink {
    fn drop(&mut self) {
        locked(&self.shared.0).closed = true;
        self.shared.1.notify_all();
        // Wakes the listener, which then sees that it is over.
        drop(TcpStream::connect(self.address));
    }
}

fn locked(shared: &Mutex<Shared>) -> std::sync::MutexGuard<'_, Shared> {
    shared.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// The connection, in the clear or encrypted.
enum Wire {
    Plain(TcpStream),
    Tls(Box<rustls::StreamOwned<rustls::ServerConnection, TcpStream>>),
}

impl Read for Wire {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self {
            Wire::Plain(stream) => stream.read(into),
            Wire::Tls(stream) => stream.read(into),
        }
    }
}

impl Write for Wire {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Wire::Plain(stream) => stream.write(bytes),
            Wire::Tls(stream) => stream.write(bytes),
        }
    }
    fn flush(&mut self) -> io::Result<()> {
        match self {
            Wire::Plain(stream) => stream.flush(),
            Wire::Tls(stream) => stream.flush(),
        }
    }
}

struct Conversation {
    wire: BufReader<Wire>,
    shared: Arc<(Mutex<Shared>, Condvar)>,
}

impl Conversation {
    fn new(stream: TcpStream, shared: Arc<(Mutex<Shared>, Condvar)>) -> io::Result<Self> {
        Ok(Self { wire: BufReader::new(Wire::Plain(stream)), shared })
    }

    fn encrypt(mut self, config: Arc<rustls::ServerConfig>) -> io::Result<Self> {
        if let Wire::Plain(stream) = self.wire.into_inner() {
            let server = rustls::ServerConnection::new(config).map_err(io::Error::other)?;
            let mut tls = rustls::StreamOwned::new(server, stream);
            tls.conn.complete_io(&mut tls.sock)?;
            self.wire = BufReader::new(Wire::Tls(Box::new(tls)));
            return Ok(self);
        }
        Err(io::ErrorKind::InvalidInput.into())
    }

    fn run(mut self) -> io::Result<()> {
        self.answer(Stage::Greeting, "220 sink.test ESMTP\r\n")?;
        let (mut from, mut to) = (String::new(), Vec::new());
        loop {
            let mut line = String::new();
            if self.wire.read_line(&mut line)? == 0 {
                return Ok(());
            }
            let line = line.trim_end().to_owned();
            locked(&self.shared.0).commands.push(line.clone());
            let word: String = line.chars().take_while(|c| c.is_ascii_alphabetic()).collect();
            match word.to_ascii_uppercase().as_str() {
                "EHLO" | "HELO" => {
                    let mut answer = String::from("250-sink.test\r\n");
                    for extension in &locked(&self.shared.0).extensions {
                        answer.push_str(&format!("250-{extension}\r\n"));
                    }
                    answer.push_str("250 SIZE 100000000\r\n");
                    self.answer(Stage::Ehlo, &answer)?;
                }
                "STARTTLS" => {
                    let tls = locked(&self.shared.0).tls.clone();
                    match tls {
                        Some(config) => {
                            if self.answer(Stage::StartTls, "220 go on\r\n")? {
                                self = self.encrypt(config)?;
                            }
                        }
                        None => self.answer(Stage::StartTls, "454 4.7.0 no TLS today\r\n").map(drop)?,
                    }
                }
                "AUTH" => self.answer(Stage::Auth, "235 2.7.0 signed in\r\n").map(drop)?,
                "MAIL" => {
                    from = line;
                    self.answer(Stage::Mail, "250 2.1.0 ok\r\n")?;
                }
                "RCPT" => {
                    to.push(line);
                    self.answer(Stage::Rcpt, "250 2.1.5 ok\r\n")?;
                }
                "DATA" => {
                    if self.answer(Stage::Data, "354 go on\r\n")? {
                        self.message(std::mem::take(&mut from), std::mem::take(&mut to))?;
                    }
                }
                "RSET" | "NOOP" => self.say("250 2.0.0 ok\r\n")?,
                "QUIT" => {
                    self.answer(Stage::Quit, "221 2.0.0 bye\r\n")?;
                    return Ok(());
                }
                _ => self.say("502 5.5.1 not here\r\n")?,
            }
        }
    }

    fn message(&mut self, from: String, to: Vec<String>) -> io::Result<()> {
        if self.scripted(Stage::DuringBody).is_some() {
            self.wire.read_exact(&mut [0; 256])?;
            self.answer(Stage::DuringBody, "")?;
        }
        let (mut bytes, mut line) = (Vec::new(), Vec::new());
        loop {
            line.clear();
            if self.wire.read_until(b'\n', &mut line)? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if line == b".\r\n" {
                break;
            }
            bytes.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
        }
        let event = self.scripted(Stage::AfterBody);
        let accepted = match event {
            None | Some(Event::Reply(250)) => true,
            Some(Event::Say(words) | Event::Slow(words, _) | Event::SayAndLeave(words)) => {
                words.starts_with("250")
            }
            Some(Event::Reply(_) | Event::Close | Event::Stall | Event::Garbage | Event::Endless) => false,
        };
        // Kept before it is answered, so that whoever has the answer finds the message.
        locked(&self.shared.0).received.push(Received { from, to, bytes, accepted });
        self.answer(Stage::AfterBody, "250 2.0.0 queued as SINK1\r\n").map(drop)
    }

    fn scripted(&self, stage: Stage) -> Option<Event> {
        let shared = locked(&self.shared.0);
        let event = shared.script.iter().find(|(at, _)| *at == stage).map(|(_, event)| *event);
        event.filter(|_| shared.times != Some(0))
    }

    /// As `scripted`, where it happens now.
    fn event(&self, stage: Stage) -> Option<Event> {
        let event = self.scripted(stage)?;
        let mut shared = locked(&self.shared.0);
        shared.times = shared.times.map(|times| times.saturating_sub(1));
        Some(event)
    }

    /// The scripted event, or `usual`. True if it was the usual answer.
    fn answer(&mut self, stage: Stage, usual: &str) -> io::Result<bool> {
        match self.event(stage) {
            None => self.say(usual).map(|()| true),
            Some(Event::Reply(code)) => {
                self.say(&format!("{code} scripted answer\r\n")).map(|()| code == 354)
            }
            Some(Event::Say(words)) => self.say(words).map(|()| words.starts_with("354")),
            Some(Event::Garbage) => self.say("\u{1}\u{2}%%% <html>\r\n").map(|()| false),
            Some(Event::Close) => Err(io::ErrorKind::ConnectionAborted.into()),
            Some(Event::Slow(words, wait)) => {
                for byte in words.bytes() {
                    #[expect(clippy::disallowed_methods, reason = "a slow server is slow")]
                    thread::sleep(Duration::from_millis(wait));
                    self.wire.get_mut().write_all(&[byte])?;
                    self.wire.get_mut().flush()?;
                }
                Ok(words.starts_with("354"))
            }
            Some(Event::Endless) => loop {
                self.say(&format!("250-{}\r\n", "and another thing ".repeat(50)))?;
            },
            Some(Event::SayAndLeave(words)) => {
                self.say(words)?;
                Err(io::ErrorKind::ConnectionAborted.into())
            }
            Some(Event::Stall) => {
                let over = self.shared.1.wait_while(locked(&self.shared.0), |shared| !shared.closed);
                drop(over);
                Err(io::ErrorKind::TimedOut.into())
            }
        }
    }

    fn say(&mut self, words: &str) -> io::Result<()> {
        self.wire.get_mut().write_all(words.as_bytes())?;
        self.wire.get_mut().flush()
    }
}
