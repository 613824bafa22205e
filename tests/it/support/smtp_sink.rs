//! A mail server on this machine that keeps what it takes and fails on request, at any stage, in any way.
//! Must not know: anything of the product.
#![allow(dead_code, reason = "each test that includes it uses a part")]

use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Condvar, Mutex},
    thread,
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
    /// After the first 1,024 bytes of the message.
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
    extensions: Vec<&'static str>,
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
        locked(&self.shared.0).script = script.to_vec();
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

struct Conversation {
    input: BufReader<TcpStream>,
    output: TcpStream,
    shared: Arc<(Mutex<Shared>, Condvar)>,
}

impl Conversation {
    fn new(stream: TcpStream, shared: Arc<(Mutex<Shared>, Condvar)>) -> io::Result<Self> {
        Ok(Self { output: stream.try_clone()?, input: BufReader::new(stream), shared })
    }

    fn run(mut self) -> io::Result<()> {
        self.answer(Stage::Greeting, "220 sink.test ESMTP\r\n")?;
        let (mut from, mut to) = (String::new(), Vec::new());
        loop {
            let mut line = String::new();
            if self.input.read_line(&mut line)? == 0 {
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
                "STARTTLS" => self.answer(Stage::StartTls, "454 4.7.0 no TLS today\r\n").map(drop)?,
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
        if self.event(Stage::DuringBody).is_some() {
            self.input.read_exact(&mut [0; 1024])?;
            self.answer(Stage::DuringBody, "")?;
        }
        let (mut bytes, mut line) = (Vec::new(), Vec::new());
        loop {
            line.clear();
            if self.input.read_until(b'\n', &mut line)? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if line == b".\r\n" {
                break;
            }
            bytes.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
        }
        let event = self.event(Stage::AfterBody);
        let accepted = match event {
            None | Some(Event::Reply(250)) => true,
            Some(Event::Say(words)) => words.starts_with("250"),
            Some(Event::Reply(_) | Event::Close | Event::Stall | Event::Garbage) => false,
        };
        // Kept before it is answered, so that whoever has the answer finds the message.
        locked(&self.shared.0).received.push(Received { from, to, bytes, accepted });
        self.answer(Stage::AfterBody, "250 2.0.0 queued as SINK1\r\n").map(drop)
    }

    fn event(&self, stage: Stage) -> Option<Event> {
        locked(&self.shared.0).script.iter().find(|(at, _)| *at == stage).map(|(_, event)| *event)
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
            Some(Event::Stall) => {
                let over = self.shared.1.wait_while(locked(&self.shared.0), |shared| !shared.closed);
                drop(over);
                Err(io::ErrorKind::TimedOut.into())
            }
        }
    }

    fn say(&mut self, words: &str) -> io::Result<()> {
        self.output.write_all(words.as_bytes())
    }
}
