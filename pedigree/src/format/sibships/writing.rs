//! A family in the notation of sibships, sibship by sibship, the earliest couples first.
//! Must not know: how it is read.

use super::super::loss::{Feature, lost, sentence};
use super::super::{FamilyFile, Format, WriteError, Written};
use super::line::LIVES;
use super::symbol::{Fact, WORDS};
use crate::model::{
    Affected, Childless, Consanguinity, Count, Life, ParentKind, Pedigree, Person, PersonId, Sex, Union,
    Zygosity,
};
use std::collections::{BTreeMap, BTreeSet};

pub(crate) const HOLDS: &[Feature] = &Feature::ALL;

/// A couple, one parent or nobody known, with the children to write under it.
struct Block<'a> {
    parents: Vec<&'a PersonId>,
    children: Vec<&'a Person>,
}

/// Writes one family.
///
/// # Errors
/// More than two biological parents; a text with a line break in it.
pub(crate) fn write(file: &FamilyFile) -> Result<Written, WriteError> {
    let family = &file.pedigree;
    let breaks = |text: &&str| text.contains(['\n', '\r']);
    let labels = file.labels.values().map(String::as_str);
    let persons = family.persons().iter();
    let codes =
        persons.clone().flat_map(|person| &person.conditions).map(|condition| condition.code.as_str());
    let texts =
        persons.map(|person| person.id.as_str()).chain(labels).chain(codes).chain([file.name.as_str()]);
    if let Some(text) = texts.into_iter().find(breaks) {
        return Err(WriteError::Id { id: text.to_owned(), why: "it has a line break in it" });
    }
    let blocks = blocks(family)?;
    let is_child: BTreeSet<&PersonId> =
        blocks.iter().flat_map(|block| &block.children).map(|person| &person.id).collect();
    let mut lost = lost(file, Format::Sibships, HOLDS);
    let mut text = String::new();
    if !file.name.is_empty() {
        text += &format!("= {}\n", written_name(&file.name));
    }
    for (_, comment) in file.kept.of_file(Format::Sibships) {
        text += &format!("#{comment}\n");
    }
    let twins = twin_signs(family, &blocks, &mut lost);
    let mut described: BTreeSet<&PersonId> = BTreeSet::new();
    for block in &blocks {
        let mut symbol = |id: &'_ &PersonId| match family.person(id) {
            Some(person) if !is_child.contains(id) && described.insert(&person.id) => full(file, person, &[]),
            Some(person) => bracketed(person.sex, &handle(person.id.as_str(), None)),
            None => String::new(),
        };
        let head: Vec<String> = block.parents.iter().map(&mut symbol).collect();
        text += &match (block.parents.as_slice(), head.as_slice()) {
            ([one, other], [first, second]) => {
                format!("{first} {} {second}", tie(family.union_of(one, other)))
            }
            (_, [only]) => only.clone(),
            _ => "?".to_owned(),
        };
        text.push('\n');
        for child in &block.children {
            let sign = twins.get(&child.id).map_or("--", String::as_str);
            text += &format!("{sign} {}\n", full_child(file, child, &block.parents));
        }
    }
    Ok(Written { text, lost })
}

/// Everyone in the sibship they are written in, couples without children, and those who are alone.
fn blocks(family: &Pedigree) -> Result<Vec<Block<'_>>, WriteError> {
    let mut under: BTreeMap<Vec<&PersonId>, Vec<&Person>> = BTreeMap::new();
    let twins: BTreeSet<&PersonId> = family.twins().iter().flat_map(|set| &set.members).collect();
    let mut heads: Vec<Vec<&PersonId>> = Vec::new();
    let mut placed: BTreeSet<&PersonId> = BTreeSet::new();
    for person in family.persons() {
        let parents = match family.parents(&person.id, ParentKind::Biological) {
            [] => family.parents(&person.id, ParentKind::Legal).iter().take(2).collect(),
            [_, _, _, ..] => return Err(WriteError::Parents(person.id.clone())),
            parents => in_order(family, parents),
        };
        let carried = !family.parents(&person.id, ParentKind::Gestational).is_empty();
        let unborn = !matches!(person.life, Life::Living | Life::Deceased);
        if !parents.is_empty() || twins.contains(&person.id) || carried || unborn {
            let head = in_order(family, parents.iter().copied());
            if !under.contains_key(&head) {
                heads.push(head.clone());
            }
            placed.insert(&person.id);
            placed.extend(&head);
            under.entry(head).or_default().push(person);
        }
    }
    for union in family.unions() {
        let head = in_order(family, &union.partners);
        if !under.contains_key(&head) {
            placed.extend(&head);
            under.insert(head.clone(), Vec::new());
            heads.push(head);
        }
    }
    for person in family.persons() {
        if !placed.contains(&person.id) {
            under.insert(vec![&person.id], Vec::new());
            heads.push(vec![&person.id]);
        }
    }
    let depth = depths(family);
    heads.sort_by_key(|head| head.iter().filter_map(|id| depth.get(id)).max().copied());
    Ok(heads
        .into_iter()
        .map(|parents| Block { children: under.remove(&parents).unwrap_or_default(), parents })
        .collect())
}

/// Men first, then by id.
fn in_order<'a>(family: &Pedigree, ids: impl IntoIterator<Item = &'a PersonId>) -> Vec<&'a PersonId> {
    let mut ids: Vec<&PersonId> = ids.into_iter().collect();
    ids.sort_by_key(|id| (family.sex(id) != Sex::Male, *id));
    ids.dedup();
    ids
}

/// How many generations of ancestors each person has; those on a circle of descent stand last.
fn depths(family: &Pedigree) -> BTreeMap<&PersonId, usize> {
    let kinds = [ParentKind::Biological, ParentKind::Legal];
    let mut waits: BTreeMap<&PersonId, usize> =
        family.persons().iter().map(|person| (&person.id, 0)).collect();
    for (child, _) in kinds.into_iter().flat_map(|kind| family.links_of(kind)) {
        *waits.entry(child).or_default() += 1;
    }
    let mut depth: BTreeMap<&PersonId, usize> = waits.keys().map(|id| (*id, 0)).collect();
    let mut ready: Vec<&PersonId> =
        waits.iter().filter(|(_, count)| **count == 0).map(|(id, _)| *id).collect();
    while let Some(id) = ready.pop() {
        let below = depth.get(id).map_or(1, |own| own + 1);
        for child in kinds.into_iter().flat_map(|kind| family.children(id, kind)) {
            if let Some(own) = depth.get_mut(child) {
                *own = below.max(*own);
            }
            if let Some(count) = waits.get_mut(child) {
                *count -= 1;
                if *count == 0 {
                    ready.push(child);
                }
            }
        }
    }
    for (id, _) in waits.iter().filter(|(_, count)| **count > 0) {
        depth.insert(id, usize::MAX);
    }
    depth
}

/// The child sign of everyone born together with others of the same sibship; other twins are lost.
fn twin_signs<'a>(
    family: &'a Pedigree,
    blocks: &[Block<'_>],
    lost: &mut Vec<String>,
) -> BTreeMap<&'a PersonId, String> {
    let block_of: BTreeMap<&PersonId, usize> = blocks
        .iter()
        .enumerate()
        .flat_map(|(at, block)| block.children.iter().map(move |child| (&child.id, at)))
        .collect();
    let mut signs = BTreeMap::new();
    let mut used: BTreeMap<(Option<usize>, Zygosity), usize> = BTreeMap::new();
    for set in family.twins() {
        let places: BTreeSet<Option<usize>> =
            set.members.iter().map(|id| block_of.get(id).copied()).collect();
        let (Some(&block), 1, 2..) = (places.first(), places.len(), set.members.len()) else {
            lost.push(sentence("That these were born together:", &set.members, Format::Sibships));
            continue;
        };
        let sets = used.entry((block, set.zygosity)).or_default();
        let digit = if *sets == 0 { String::new() } else { sets.to_string() };
        *sets += 1;
        let sign = match set.zygosity {
            Zygosity::Monozygotic => "%%",
            Zygosity::Dizygotic => "-%",
            Zygosity::Unknown => "-?",
        };
        signs.extend(set.members.iter().map(|id| (id, format!("{sign}{digit}"))));
    }
    signs
}

fn tie(union: Option<&Union>) -> String {
    let Some(union) = union else { return "+".to_owned() };
    let related = match union.consanguinity {
        Consanguinity::NotAsked => "+",
        Consanguinity::Denied => "+-",
        Consanguinity::Stated => "++",
    };
    let childless = match union.childless {
        None => "",
        Some(Childless::Choice) => "|",
        Some(Childless::Infertile) => "||",
    };
    format!("{related}{}{childless}", if union.ended { "//" } else { "" })
}

fn bracketed(sex: Sex, content: &str) -> String {
    match sex {
        Sex::Male => format!("[{content}]"),
        Sex::Female => format!("({content})"),
        Sex::Unknown => format!("<{content}>"),
    }
}

/// A child's sign of pregnancy or loss, braces, and symbol with parents beside the couple above.
fn full_child(file: &FamilyFile, child: &Person, above: &[&PersonId]) -> String {
    let family = &file.pedigree;
    let adopted = family.parents(&child.id, ParentKind::Biological).is_empty() && !above.is_empty();
    let mut named = Vec::new();
    for parent in family.parents(&child.id, ParentKind::Legal) {
        match (above.contains(&parent), adopted) {
            (true, true) => {}
            (true, false) => named.push(("also legal", parent)),
            (false, _) => named.push(("legal", parent)),
        }
    }
    let donors = family.parents(&child.id, ParentKind::Biological).iter();
    named.extend(donors.filter(|parent| family.is_donor(&child.id, parent)).map(|parent| ("donor", parent)));
    named.extend(family.parents(&child.id, ParentKind::Gestational).iter().map(|parent| ("carried", parent)));
    let links: Vec<String> =
        named.iter().map(|(role, parent)| format!("{role}={}", plain(parent.as_str()))).collect();
    let sign = LIVES.iter().find(|(_, life)| *life == child.life).map_or("", |(sign, _)| *sign);
    let symbol = full(file, child, &links);
    if adopted { format!("{sign}{{{symbol}}}") } else { format!("{sign}{symbol}") }
}

/// A symbol with all that is said of the person.
fn full(file: &FamilyFile, person: &Person, links: &[String]) -> String {
    let mut content = String::new();
    if person.life == Life::Deceased {
        content.push('\\');
    }
    if person.affected == Affected::Yes {
        content.push('*');
    }
    content += &handle(person.id.as_str(), file.labels.get(&person.id).map(String::as_str));
    for fact in facts(person).iter().chain(links) {
        content += ", ";
        content += fact;
    }
    bracketed(person.sex, &content)
}

/// The id, and the name after it; a number alone would be how many people it is.
fn handle(id: &str, label: Option<&str>) -> String {
    let number = id == "n" || (!id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit()));
    match label.filter(|label| !label.is_empty()) {
        Some(label) => format!("{}: {}", plain(id), plain(label)),
        None if number => format!("{id}:"),
        None => plain(id),
    }
}

/// The text, in quotation marks where it would be read as something else.
fn plain(text: &str) -> String {
    let signs = |mark: char| {
        matches!(
            mark,
            '"' | '[' | ']' | '(' | ')' | '<' | '>' | '{' | '}' | ',' | ':' | '@' | '=' | '\\' | '*'
        )
    };
    let quoted = text.is_empty() || text.trim() != text || text.contains(signs);
    if quoted { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}

fn facts(person: &Person) -> Vec<String> {
    let mut facts = Vec::new();
    facts.extend(person.age.map(|age| if age < 200 { age.to_string() } else { format!("{age}y") }));
    facts.extend(person.birth_year.map(|year| format!("b.{year}")));
    facts.extend(person.weeks.map(|weeks| format!("{weeks}w")));
    for (word, fact) in &WORDS {
        let said = match fact {
            Fact::Proband => person.proband,
            Fact::Consultand => person.consultand,
            Fact::Affected(affected) => person.affected == *affected && *affected == Affected::No,
            Fact::Gender(gender) => person.gender == Some(*gender),
            Fact::Childless(why) => person.childless == Some(*why),
            Fact::Life(_)
            | Fact::Age(_)
            | Fact::BirthYear(_)
            | Fact::Weeks(_)
            | Fact::BirthOrder(_)
            | Fact::Count(_)
            | Fact::Condition(_) => false,
        };
        facts.extend(said.then(|| (*word).to_owned()));
    }
    facts.extend(person.birth_order.map(|place| format!("#{place}")));
    facts.extend(match person.count {
        Count::One => None,
        Count::Several(count) => Some(format!("x{count}")),
        Count::Unknown => Some("xn".to_owned()),
    });
    for condition in &person.conditions {
        let code = plain(&condition.code);
        facts.push(match condition.age {
            Some(age) => format!("{code} @{age}"),
            None if says_itself(&condition.code) => code,
            None => format!("\"{}\"", condition.code.replace('"', "\"\"")),
        });
    }
    facts
}

/// Whether a code without quotation marks is read as this condition and nothing else.
fn says_itself(code: &str) -> bool {
    match super::symbol::plain(code).as_deref() {
        Ok([Fact::Condition(condition)]) => condition.code == code,
        Ok(_) | Err(_) => false,
    }
}

fn written_name(name: &str) -> String {
    if name.trim() == name && !name.starts_with('"') {
        name.to_owned()
    } else {
        format!("\"{}\"", name.replace('"', "\"\""))
    }
}
