//! Lays the third-party style sheet, icons and fonts, and our own style sheet, where the application embeds them from.
//! Must not know: the network. What is missing is named in one line, never fetched.

use std::path::Path;
use std::{env, fs, io};

const STYLE: &str = "node_modules/nhsuk-frontend/dist/nhsuk/nhsuk-frontend.min.css";
const OWN_STYLE: &str = "templates/assets/kinward.css";

/// Name in the assets folder, and where it comes from. The icons are those the style sheet asks for at `/assets/images/`.
const COPIES: [(&str, &str); 10] = [
    ("NotoSans-Regular.ttf", "node_modules/@expo-google-fonts/noto-sans/400Regular/NotoSans_400Regular.ttf"),
    ("NotoSans-Bold.ttf", "node_modules/@expo-google-fonts/noto-sans/700Bold/NotoSans_700Bold.ttf"),
    (
        "NotoSansArabic-Regular.ttf",
        "node_modules/@expo-google-fonts/noto-sans-arabic/400Regular/NotoSansArabic_400Regular.ttf",
    ),
    (
        "NotoSansBengali-Regular.ttf",
        "node_modules/@expo-google-fonts/noto-sans-bengali/400Regular/NotoSansBengali_400Regular.ttf",
    ),
    (
        "NotoSansGujarati-Regular.ttf",
        "node_modules/@expo-google-fonts/noto-sans-gujarati/400Regular/NotoSansGujarati_400Regular.ttf",
    ),
    (
        "NotoSansGurmukhi-Regular.ttf",
        "node_modules/@expo-google-fonts/noto-sans-gurmukhi/400Regular/NotoSansGurmukhi_400Regular.ttf",
    ),
    (
        "nhsuk-icon-arrow-down.svg",
        "node_modules/nhsuk-frontend/dist/nhsuk/assets/images/nhsuk-icon-arrow-down.svg",
    ),
    (
        "nhsuk-icon-arrow-up-down.svg",
        "node_modules/nhsuk-frontend/dist/nhsuk/assets/images/nhsuk-icon-arrow-up-down.svg",
    ),
    (
        "nhsuk-icon-arrow-up.svg",
        "node_modules/nhsuk-frontend/dist/nhsuk/assets/images/nhsuk-icon-arrow-up.svg",
    ),
    ("nhsuk-icon-cross.svg", "node_modules/nhsuk-frontend/dist/nhsuk/assets/images/nhsuk-icon-cross.svg"),
];

/// Each font's licence with its own notice; they are served as one text.
const FONTS: [&str; 5] =
    ["noto-sans", "noto-sans-arabic", "noto-sans-bengali", "noto-sans-gujarati", "noto-sans-gurmukhi"];

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if let Err(problem) = lay_assets() {
        println!("cargo::error={problem}");
    }
}

/// Fills `OUT_DIR/assets` and tells the compiler where it is, or says in one line what to run.
fn lay_assets() -> Result<(), String> {
    let out = env::var_os("OUT_DIR").ok_or("OUT_DIR is not set: build with cargo")?;
    let assets = Path::new(&out).join("assets");
    fs::create_dir_all(&assets).map_err(|e| format!("cannot make {}: {e}", assets.display()))?;

    let style = String::from_utf8_lossy(&read(STYLE)?).into_owned();
    write(&assets, "nhsuk.css", without_remote_fonts(&style).as_bytes())?;
    for (name, from) in COPIES {
        write(&assets, name, &read(from)?)?;
    }
    let mut licences = Vec::new();
    for font in FONTS {
        licences.extend(read(&format!("node_modules/@expo-google-fonts/{font}/LICENSE_FONT"))?);
        licences.extend(b"\n\n");
    }
    write(&assets, "font-licence.txt", &licences)?;
    write(&assets, "kinward.css", &own_style()?)?;

    println!("cargo::rustc-env=KINWARD_ASSETS={}", assets.display());
    Ok(())
}

/// The published style sheet loads a licensed font from another host; our pages may ask no other host for anything.
fn without_remote_fonts(style: &str) -> String {
    let mut kept = String::with_capacity(style.len());
    let mut rest = style;
    while let Some((before, block)) = rest.split_once("@font-face{") {
        kept.push_str(before);
        rest = block.split_once('}').map_or("", |(_, after)| after);
    }
    kept.push_str(rest);
    kept.replace("/*# sourceMappingURL=nhsuk-frontend.min.css.map */", "")
}

/// Our own rules, or none yet. Cargo re-runs for ever on a path that is not there, so its folder stands in for it.
fn own_style() -> Result<Vec<u8>, String> {
    println!(
        "cargo::rerun-if-changed={}",
        if Path::new(OWN_STYLE).exists() { OWN_STYLE } else { "templates" }
    );
    match fs::read(OWN_STYLE) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        read => read.map_err(|e| format!("cannot read {OWN_STYLE}: {e}")),
    }
}

fn read(from: &str) -> Result<Vec<u8>, String> {
    println!("cargo::rerun-if-changed={from}");
    fs::read(from)
        .map_err(|e| format!("cannot read {from} ({e}): run `npm ci` in this folder, then build again"))
}

fn write(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), String> {
    let to = folder.join(name);
    fs::write(&to, bytes).map_err(|e| format!("cannot write {}: {e}", to.display()))
}
