//! Wordings of a service's own, beside the published ones: which one a letter is written with.
//! Must not know: who has approved one; whoever fills the shelf answers for that.

use std::sync::Arc;

use super::{Template, WordingError, published};
use crate::{disclosure::Level, language::Language};

/// A service's own templates, the newest first; empty where the published ones serve.
#[derive(Debug, Clone, Default)]
pub struct Shelf(Vec<Arc<Template>>);

impl Shelf {
    /// `own` in any order.
    pub fn with(own: Vec<Template>) -> Shelf {
        let mut own: Vec<Arc<Template>> = own.into_iter().map(Arc::new).collect();
        own.sort_by_key(|template| std::cmp::Reverse(template.card.number()));
        Shelf(own)
    }

    /// The templates for `languages` in their order, all of one version: the newest of one's own that has them all at this
    /// level, else the published one.
    pub(crate) fn find(
        &self,
        kind: &str,
        level: Level,
        languages: &[Language],
        version: Option<&str>,
    ) -> Result<Vec<&Template>, WordingError> {
        let of = |template: &Template, version: &str| {
            template.card.kind == kind
                && template.card.version == version
                && template.card.levels.contains(&level)
        };
        for candidate in self.0.iter().filter(|t| version.is_none_or(|v| v == t.card.version)) {
            let each = languages.iter().map(|language| {
                let fits =
                    |t: &&Arc<Template>| t.card.language == *language && of(t, &candidate.card.version);
                self.0.iter().find(fits).map(Arc::as_ref)
            });
            if let Some(found) = each.collect::<Option<Vec<_>>>() {
                return Ok(found);
            }
        }
        languages.iter().map(|language| published::find(kind, level, *language, version)).collect()
    }

    pub fn templates(&self) -> impl Iterator<Item = &Template> {
        self.0.iter().map(Arc::as_ref)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Only the wordings that a letter in this version was written with.
    pub(crate) fn only(&self, kind: &str, version: &str) -> Shelf {
        let of = |t: &&Arc<Template>| t.card.kind == kind && t.card.version == version;
        Shelf(self.0.iter().filter(of).cloned().collect())
    }
}
