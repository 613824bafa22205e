//! Reports of made-up probands, each with a number, a name and a day of birth of its own.
//! Must not know: what becomes of anybody.

use crate::support::cases::report;
use serde_json::{Value, json};

/// A report of one variant in one proband: nobody else's number, name or day of birth.
pub fn numbered(number: usize, gene: &str, amended: usize) -> Vec<u8> {
    let mut text = String::from_utf8(report("brca2_germline")).unwrap().replace("BRCA2", gene);
    if amended > 0 {
        // Weighed anew, a little less sure.
        text = text.replace("LA6668-3", "LA26332-9").replace("\"Pathogenic\"", "\"Likely pathogenic\"");
    }
    let mut bundle: Value = serde_json::from_str(&text).unwrap();
    bundle["timestamp"] = json!(format!("{}-03-04T10:00:00+00:00", 2025 + amended));
    for entry in bundle["entry"].as_array_mut().unwrap() {
        let resource = &mut entry["resource"];
        if resource["resourceType"] == "DiagnosticReport" {
            for identifier in resource["identifier"].as_array_mut().unwrap() {
                identifier["value"] = json!(format!("KV-70{number:04}"));
            }
            if amended > 0 {
                resource["status"] = json!("amended");
            }
        }
        if resource["resourceType"] == "Patient" {
            resource["identifier"] = json!([]);
            resource["name"] = json!([{"use": "official", "family": surname(number), "given": ["Rosalind"]}]);
            resource["birthDate"] = json!(format!("19{}-04-{:02}", 60 + number % 10, 1 + number % 28));
        }
    }
    serde_json::to_vec(&bundle).unwrap()
}

/// Words that look like names, one for each number, and none of which stands in another.
pub fn surname(number: usize) -> String {
    const ONE: [&str; 6] = ["Tre", "Pol", "Pen", "Ros", "Lan", "Car"];
    const TWO: [&str; 8] = ["gowan", "kerris", "wenna", "mellyn", "dower", "hale", "veor", "zance"];
    format!("{}{}", ONE[number % 6], TWO[(number / 6) % 8])
}
