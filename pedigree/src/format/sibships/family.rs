//! Lines of the notation put together into a family: who is the same person, and who is under whom.
//! Must not know: how a line is cut.

use super::super::{FamilyFile, Format, FormatError, Kept};
use super::line::{Child, Line, Tie};
use super::symbol::{Link, Role, Symbol};
use crate::model::{ParentKind, Pedigree, Person, PersonId, Sex, Twins, Union, Zygosity};
use std::collections::{BTreeMap, BTreeSet};

/// Somebody named, or the nth somebody without a name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Who {
    Named(String),
    Nameless(usize),
}

/// A couple, or one person, or nobody known, with the children under it.
struct Sibship {
    parents: Vec<Who>,
    /// How far its lines of children are indented; None before the first.
    indent: Option<usize>,
    head_indent: usize,
    children_beside: usize,
    /// The person, and the partner, to whom a deeper line belongs.
    last: Vec<Who>,
    /// How many children the last line had.
    on_last_line: usize,
    /// By sign and number.
    twins: BTreeMap<(Zygosity, String), Vec<Signed>>,
}

/// A child with a twin sign.
struct Signed {
    line: usize,
    column: usize,
    who: Who,
}

struct Born {
    line: usize,
    child: Who,
    parents: Vec<Who>,
    adopted: bool,
    links: Vec<Link>,
}

/// A family as far as it has been read.
pub(super) struct Reading {
    name: String,
    comments: Vec<String>,
    persons: Vec<(Who, Person)>,
    place: BTreeMap<Who, usize>,
    symbols: BTreeMap<Who, (usize, Option<String>)>,
    nameless: usize,
    open: Vec<Sibship>,
    born: Vec<Born>,
    ties: Vec<([Who; 2], Tie)>,
    twins: Vec<(Vec<Who>, Zygosity)>,
}

impl Reading {
    pub fn new(name: String, comments: Vec<String>) -> Reading {
        Reading {
            name,
            comments,
            persons: Vec::new(),
            place: BTreeMap::new(),
            symbols: BTreeMap::new(),
            nameless: 0,
            open: Vec::new(),
            born: Vec::new(),
            ties: Vec::new(),
            twins: Vec::new(),
        }
    }

    pub fn keep(&mut self, comments: Vec<String>) {
        self.comments.extend(comments);
    }

    pub fn take(&mut self, line: Line) -> Result<(), FormatError> {
        let Line { number, indent, head, children } = line;
        match head {
            Some(head) => {
                self.close(0)?;
                let first = head.first.as_ref().map(|symbol| self.person(symbol)).transpose()?;
                if let Some(link) = head.first.iter().flat_map(|symbol| &symbol.links).next() {
                    return Err(parents_elsewhere(number, link));
                }
                let partner = self.partner(first.as_ref(), head.partner, number)?;
                let parents = first.into_iter().chain(partner).collect();
                self.open.push(Sibship::new(parents, indent, children.len()));
            }
            None => self.find_open(number, indent, children.len())?,
        }
        for child in children {
            self.child(number, child)?;
        }
        Ok(())
    }

    /// Makes the sibship to which a line of children belongs the last that is open.
    fn find_open(&mut self, line: usize, indent: usize, count: usize) -> Result<(), FormatError> {
        let wrong = |expected: &'static str| Err(FormatError::new(line, indent + 1, expected));
        let deeper = self.open.iter().rposition(|sibship| sibship.indent.is_none_or(|own| own <= indent));
        let Some(at) = deeper else {
            return wrong(
                "a couple, or ?, on a line before the first child; or the indentation of an earlier line of children",
            );
        };
        let closes = at + 1 < self.open.len();
        self.close(at + 1)?;
        let Some(sibship) = self.open.last_mut() else { return Ok(()) };
        match sibship.indent {
            None if sibship.children_beside > 0 && indent > sibship.head_indent => {
                return wrong(
                    "no indentation, or the children of the couple above on lines of their own, so that it is clear whose child this is",
                );
            }
            None => sibship.indent = Some(indent),
            Some(own) if own == indent => {}
            Some(_) if closes => return wrong("the indentation of an earlier line of children"),
            Some(_) if sibship.on_last_line != 1 => {
                return wrong("one child on the line above, so that it is clear whose child this is");
            }
            Some(_) => {
                let mut below = Sibship::new(sibship.last.clone(), indent, 0);
                below.indent = Some(indent);
                self.open.push(below);
            }
        }
        if let Some(sibship) = self.open.last_mut() {
            sibship.on_last_line = count;
        }
        Ok(())
    }

    /// Ends the sibships from a place on: both of every pair of twins must have been named.
    fn close(&mut self, from: usize) -> Result<(), FormatError> {
        while self.open.len() > from {
            let Some(sibship) = self.open.pop() else { return Ok(()) };
            for ((zygosity, _), members) in sibship.twins {
                if let [Signed { line, column, .. }] = members.as_slice() {
                    let expected = "the same sign at another child of this couple: both twins carry it";
                    return Err(FormatError::new(*line, *column, expected));
                }
                self.twins.push((members.into_iter().map(|signed| signed.who).collect(), zygosity));
            }
        }
        Ok(())
    }

    fn child(&mut self, line: usize, child: Child) -> Result<(), FormatError> {
        let who = self.person(&child.symbol)?;
        let partner = self.partner(Some(&who), child.partner, line)?;
        let Some(sibship) = self.open.last_mut() else { return Ok(()) };
        sibship.last = std::iter::once(who.clone()).chain(partner).collect();
        if let Some(key) = child.twins {
            sibship.twins.entry(key).or_default().push(Signed {
                line,
                column: child.column,
                who: who.clone(),
            });
        }
        let parents = sibship.parents.clone();
        let Symbol { adopted, links, .. } = child.symbol;
        self.born.push(Born { line, child: who, parents, adopted, links });
        Ok(())
    }

    fn partner(
        &mut self,
        first: Option<&Who>,
        partner: Option<(Tie, Symbol)>,
        line: usize,
    ) -> Result<Option<Who>, FormatError> {
        let Some((tie, symbol)) = partner else { return Ok(None) };
        let other = self.person(&symbol)?;
        if first == Some(&other) {
            return Err(FormatError::new(
                line,
                symbol.column,
                "another person: nobody is a couple with themselves",
            ));
        }
        if let Some(link) = symbol.links.first() {
            return Err(parents_elsewhere(line, link));
        }
        if let Some(first) = first {
            self.ties.push(([first.clone(), other.clone()], tie));
        }
        Ok(Some(other))
    }

    /// The person of a symbol, new or named before, with what it says of them.
    fn person(&mut self, symbol: &Symbol) -> Result<Who, FormatError> {
        let who = match &symbol.handle {
            Some(handle) => Who::Named(handle.clone()),
            None => {
                self.nameless += 1;
                Who::Nameless(self.nameless)
            }
        };
        let next = self.persons.len();
        let at = *self.place.entry(who.clone()).or_insert(next);
        if at == next {
            self.persons.push((who.clone(), Person::new("", symbol.sex)));
            self.symbols.insert(who.clone(), (symbol.line, None));
        }
        let Some((_, person)) = self.persons.get_mut(at) else { return Ok(who) };
        if person.sex != symbol.sex {
            let line = self.symbols.get(&who).map_or(0, |(line, _)| *line);
            let brackets = match person.sex {
                Sex::Male => "[ ]",
                Sex::Female => "( )",
                Sex::Unknown => "< >",
            };
            let expected =
                format!("{brackets}, as this person has on line {line}; or another id, for another person");
            return Err(FormatError::new(symbol.line, symbol.column, expected));
        }
        symbol.facts.iter().for_each(|fact| fact.apply(person));
        if let Some((_, label)) = self.symbols.get_mut(&who).filter(|_| symbol.label.is_some()) {
            *label = symbol.label.clone();
        }
        Ok(who)
    }

    /// The family, with ids for those who have no name.
    pub fn finish(mut self) -> Result<FamilyFile, FormatError> {
        self.close(0)?;
        let ids = self.ids();
        let id = |who: &Who| ids.get(who).cloned().unwrap_or_default();
        let mut file = FamilyFile::new(std::mem::take(&mut self.name), Pedigree::new());
        let comments = self.comments.into_iter().map(|comment| ("#".to_owned(), comment)).collect();
        file.kept = Kept { format: Some(Format::Sibships), file: comments, ..Kept::default() };
        for (who, person) in self.persons {
            file.pedigree.add_person(Person { id: id(&who), ..person });
            if let Some((line, label)) = self.symbols.remove(&who) {
                file.lines.insert(id(&who), line);
                file.labels.extend(label.map(|label| (id(&who), label)));
            }
        }
        for born in &self.born {
            let parents: Vec<PersonId> = born.parents.iter().map(id).collect();
            links(&mut file.pedigree, born, &id(&born.child), &parents)?;
        }
        for (pair, tie) in &self.ties {
            let [one, other] = pair.each_ref().map(id);
            // A couple with a child needs no further word.
            if *tie != Tie::default() || !file.pedigree.has_child_together(&one, &other) {
                let mut union =
                    file.pedigree.union_of(&one, &other).cloned().unwrap_or(Union::new(one, other));
                let Tie { consanguinity, ended, childless } = *tie;
                union.ended |= ended;
                union.childless = childless.or(union.childless);
                if consanguinity != crate::model::Consanguinity::NotAsked {
                    union.consanguinity = consanguinity;
                }
                file.pedigree.add_union(union);
            }
        }
        for (members, zygosity) in &self.twins {
            let Twins { members, zygosity } =
                Twins { members: members.iter().map(id).collect(), zygosity: *zygosity };
            file.pedigree.add_twins(members, zygosity);
        }
        Ok(file)
    }

    /// Ids: the name, or the next number that nobody has.
    fn ids(&self) -> BTreeMap<Who, PersonId> {
        let named = |who: &Who| match who {
            Who::Named(name) => Some(name.clone()),
            Who::Nameless(_) => None,
        };
        let taken: BTreeSet<String> = self.place.keys().filter_map(named).collect();
        let mut fresh = (1usize..).map(|number| number.to_string()).filter(|number| !taken.contains(number));
        let id = |who: &Who| named(who).or_else(|| fresh.next()).unwrap_or_default();
        self.place
            .keys()
            .cloned()
            .zip(self.place.keys().map(id).map(PersonId::from).collect::<Vec<_>>())
            .collect()
    }
}

impl Sibship {
    fn new(parents: Vec<Who>, head_indent: usize, children_beside: usize) -> Sibship {
        Sibship {
            parents,
            indent: None,
            head_indent,
            children_beside,
            last: Vec::new(),
            on_last_line: 0,
            twins: BTreeMap::new(),
        }
    }
}

fn parents_elsewhere(line: usize, link: &Link) -> FormatError {
    FormatError::new(line, link.column, "a parent named only where this person stands as a child, after --")
}

/// The parents of a child: the couple above as its sign says, and whomever it names beside them.
fn links(
    family: &mut Pedigree,
    born: &Born,
    child: &PersonId,
    above: &[PersonId],
) -> Result<(), FormatError> {
    let mut kind: BTreeMap<&PersonId, ParentKind> = BTreeMap::new();
    for parent in above {
        kind.insert(parent, if born.adopted { ParentKind::Legal } else { ParentKind::Biological });
    }
    let named: Vec<(Role, PersonId)> =
        born.links.iter().map(|link| (link.role, PersonId::from(link.parent.as_str()))).collect();
    for ((role, parent), link) in named.iter().zip(&born.links) {
        if family.person(parent).is_none() {
            return Err(FormatError::new(born.line, link.column, "the id of somebody in this family"));
        }
        if *role == Role::Legal {
            kind.insert(parent, ParentKind::Legal);
        }
    }
    for (parent, kind) in kind {
        family.add_parent(child, parent, kind);
    }
    for (role, parent) in &named {
        match role {
            Role::Legal => {}
            Role::AlsoLegal => family.add_parent(child, parent, ParentKind::Legal),
            Role::Donor => family.add_donor(child, parent),
            Role::Carried => family.add_parent(child, parent, ParentKind::Gestational),
        }
    }
    Ok(())
}
