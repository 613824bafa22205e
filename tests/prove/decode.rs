//! The second witness: reads bytes in every way in which words may be hidden in them, and looks for canaries.
//! Must not know: what is compared, or where the bytes come from.

use base64::{
    Engine,
    alphabet::{STANDARD, URL_SAFE},
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use std::{
    collections::{BTreeSet, HashMap, HashSet},
    hash::{DefaultHasher, Hash, Hasher},
    io::Read,
};

/// How often a reading is read again: a file in a message in an archive.
const DEEP: usize = 3;
/// No canary is shorter.
const SHORTEST: usize = 10;

/// Remembers what it has read: most pages are the same in many worlds.
#[derive(Default)]
pub struct Finder(HashMap<u64, BTreeSet<String>>);

fn hashed(bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    hasher.finish()
}

impl Finder {
    /// Whatever is in `bytes` that could be a canary, however it is written.
    pub fn find(&mut self, bytes: &[u8]) -> BTreeSet<String> {
        // Tokens and ids make every page another one: they are looked into by themselves, and the rest is as before.
        let mut rest = Vec::new();
        let mut found = BTreeSet::new();
        for part in bytes.split_inclusive(|byte| b"\"= ;".contains(byte)) {
            let run = part.strip_suffix(b"\"").or(part.strip_suffix(b";")).unwrap_or(part);
            if run.len() == 64 && run.iter().all(u8::is_ascii_hexdigit) {
                found.extend(self.known(run).iter().cloned());
            } else {
                rest.extend_from_slice(part);
            }
        }
        found.extend(self.known(&rest).iter().cloned());
        found
    }

    fn known(&mut self, bytes: &[u8]) -> &BTreeSet<String> {
        self.0.entry(hashed(bytes)).or_insert_with(|| {
            let mut found = BTreeSet::new();
            look(bytes, DEEP, &mut HashSet::new(), &mut found);
            found
        })
    }
}

fn look(bytes: &[u8], depth: usize, seen: &mut HashSet<u64>, found: &mut BTreeSet<String>) {
    if bytes.len() < SHORTEST || !seen.insert(hashed(bytes)) {
        return;
    }
    found.extend(like_canaries(bytes));
    if depth > 0 {
        for reading in readings(bytes) {
            look(&reading, depth - 1, seen, found);
        }
    }
}

/// `zq` with ten letters or digits after it, and the numbers that are given to nobody; capitals or not.
pub fn like_canaries(bytes: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    for at in 0..bytes.len() {
        let length = match bytes[at] {
            b'z' | b'Z' if matches!(bytes.get(at + 1), Some(b'q' | b'Q')) => 12,
            b'9' if bytes[at..].starts_with(b"999") => 10,
            _ => continue,
        };
        if let Some(text) = bytes.get(at..at + length)
            && text.iter().all(u8::is_ascii_alphanumeric)
        {
            found.push(String::from_utf8_lossy(text).to_lowercase());
        }
    }
    found
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

/// Everything else that `bytes` can be read as.
fn readings(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    if bytes.contains(&b'=') {
        all.push(quoted_printable(bytes));
    }
    if bytes.contains(&b'%') {
        all.push(escaped(bytes, b"%", 2));
    }
    if contains(bytes, b"\\u") {
        all.push(escaped(bytes, b"\\u", 4));
    }
    if contains(bytes, b"&#") {
        all.push(entities(bytes));
    }
    if bytes.contains(&0) {
        all.push(bytes.iter().copied().filter(|byte| *byte != 0).collect());
    }
    // A header's value may be folded over lines, and so may a line of base64.
    if contains(bytes, b"\r\n") || contains(bytes, b"\n ") {
        all.push(bytes.iter().copied().filter(|byte| !b"\r\n \t".contains(byte)).collect());
    }
    all.extend(hexadecimal(bytes));
    all.extend(base64s(bytes));
    all.extend(inflated(bytes));
    all
}

fn quoted_printable(bytes: &[u8]) -> Vec<u8> {
    let mut soft = Vec::new();
    let mut rest = bytes;
    while let Some((first, after)) = rest.split_first() {
        match (first, after) {
            (b'=', [b'\r', b'\n', more @ ..] | [b'\n', more @ ..]) => rest = more,
            _ => {
                soft.push(*first);
                rest = after;
            }
        }
    }
    escaped(&soft, b"=", 2)
}

/// `mark` and so many hexadecimal digits stand for one letter.
fn escaped(bytes: &[u8], mark: &[u8], digits: usize) -> Vec<u8> {
    let mut read = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(at) = rest.iter().position(|byte| *byte == mark[0]) {
        read.extend_from_slice(&rest[..at]);
        rest = &rest[at..];
        let value = rest
            .strip_prefix(mark)
            .and_then(|after| after.get(..digits))
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u32::from_str_radix(digits, 16).ok());
        let (byte, length) = match value.and_then(|value| u8::try_from(value).ok()) {
            Some(byte) => (byte, mark.len() + digits),
            None => (rest[0], 1),
        };
        read.push(byte);
        rest = &rest[length..];
    }
    read.extend_from_slice(rest);
    read
}

fn entities(bytes: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(bytes);
    let mut read = String::new();
    let mut parts = text.split("&#");
    read.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let Some((number, after)) = part.split_once(';') else {
            read.push_str(part);
            continue;
        };
        let value = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok(),
            None => number.parse().ok(),
        };
        match value.and_then(char::from_u32) {
            Some(letter) => read.push(letter),
            None => read.push_str(number),
        }
        read.push_str(after);
    }
    read.into_bytes()
}

/// Runs of letters of an alphabet, long enough to hold a canary.
fn runs(bytes: &[u8], least: usize, belongs: impl Fn(u8) -> bool) -> Vec<Vec<u8>> {
    bytes.split(|byte| !belongs(*byte)).filter(|run| run.len() >= least).map(<[u8]>::to_vec).collect()
}

fn hexadecimal(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    for run in runs(bytes, 20, |byte| byte.is_ascii_hexdigit()) {
        for from in 0..2 {
            let text = String::from_utf8_lossy(&run[from..run.len() - (run.len() - from) % 2]).into_owned();
            all.extend(kinward::keys::from_hex(&text.to_lowercase()));
        }
    }
    all
}

fn base64s(bytes: &[u8]) -> Vec<Vec<u8>> {
    let loose = GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let mut all = Vec::new();
    for run in runs(bytes, 14, |byte| byte.is_ascii_alphanumeric() || b"+/-_".contains(&byte)) {
        // Without a letter of its own, the one alphabet reads as the other does.
        let alphabets =
            if run.iter().any(|byte| b"-_".contains(byte)) { &[STANDARD, URL_SAFE][..] } else { &[STANDARD] };
        for from in 0..4 {
            let run = &run[from..];
            let run = &run[..run.len() - usize::from(run.len() % 4 == 1)];
            for alphabet in alphabets {
                all.extend(GeneralPurpose::new(alphabet, loose).decode(run));
            }
        }
    }
    all
}

/// Wherever a compressed stream may begin: gzip, and the streams of a PDF.
fn inflated(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    for at in 0..bytes.len().saturating_sub(2) {
        let here = &bytes[at..];
        let mut read = Vec::new();
        let most = 4 * 1024 * 1024;
        if here.starts_with(&[0x1f, 0x8b, 8]) {
            let _ = flate2::read::GzDecoder::new(here).take(most).read_to_end(&mut read);
        } else if here[0] == 0x78 && u16::from_be_bytes([here[0], here[1]]).is_multiple_of(31) {
            let _ = flate2::read::ZlibDecoder::new(here).take(most).read_to_end(&mut read);
        }
        if read.len() > 8 {
            all.push(read);
        }
    }
    all
}

/// Every way of writing, planted and found again; and nothing found where nothing is.
pub fn self_test() {
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
    use flate2::{
        Compression,
        write::{GzEncoder, ZlibEncoder},
    };
    use std::io::Write;
    let canary = "zqab2cd3ef4g".to_owned();
    let words = format!("words before {canary} words after");
    let each = |write: &dyn Fn(u8) -> String| words.bytes().map(write).collect::<String>();
    let zlib = |bytes: &[u8]| {
        let mut packed = ZlibEncoder::new(b"stream\n".to_vec(), Compression::default());
        packed.write_all(bytes).unwrap();
        packed.finish().unwrap()
    };
    let mut gzip = GzEncoder::new(b"200\n\n".to_vec(), Compression::default());
    gzip.write_all(words.as_bytes()).unwrap();
    let mut planted: Vec<(&str, Vec<u8>)> = vec![
        ("plain", words.clone().into_bytes()),
        ("capitals", words.to_uppercase().into_bytes()),
        ("url", each(&|byte| format!("%{byte:02X}")).into_bytes()),
        ("json", each(&|byte| format!("\\u{byte:04x}")).into_bytes()),
        ("html, hexadecimal", each(&|byte| format!("&#x{byte:x};")).into_bytes()),
        ("html, decimal", each(&|byte| format!("&#{byte};")).into_bytes()),
        ("quoted-printable", each(&|byte| format!("={byte:02X}")).into_bytes()),
        ("quoted-printable, folded", words.replace("zqab2", "zqa=\r\nb2").into_bytes()),
        ("utf-16", words.encode_utf16().flat_map(u16::to_be_bytes).collect()),
        ("hexadecimal", kinward::keys::to_hex(words.as_bytes()).into_bytes()),
        ("base64, for addresses", URL_SAFE_NO_PAD.encode(&words).into_bytes()),
        ("folded", words.replace("zqab2", "zqab\r\n 2").into_bytes()),
        ("zlib", zlib(words.as_bytes())),
        ("zlib of hexadecimal", zlib(kinward::keys::to_hex(words.as_bytes()).as_bytes())),
        ("gzip", gzip.finish().unwrap()),
    ];
    for offset in 0..3 {
        let shifted = format!("{}{words}", "x".repeat(offset));
        planted.push(("base64", format!("\"{}\"", STANDARD.encode(shifted)).into_bytes()));
    }
    let mut finder = Finder::default();
    for (how, bytes) in planted {
        assert!(finder.find(&bytes).contains(&canary), "a canary written as {how} is not found");
    }
    assert!(finder.find(b"the number 9990000018 alone").contains("9990000018"));
    assert!(finder.find(b"words without any").is_empty());
}
