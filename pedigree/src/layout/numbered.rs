//! A list whose places are known by number: people, seats and bonds refer to each other by it.
//! Must not know: what it holds.

use std::ops::{Index, IndexMut};

/// A list that is only asked for numbers that it gave out itself.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Numbered<T>(Vec<T>);

impl<T> Numbered<T> {
    pub fn new() -> Numbered<T> {
        Numbered(Vec::new())
    }

    /// Takes one more in and says its number.
    pub fn add(&mut self, item: T) -> usize {
        self.0.push(item);
        self.0.len() - 1
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.0.iter()
    }

    pub fn iter_mut(&mut self) -> std::slice::IterMut<'_, T> {
        self.0.iter_mut()
    }

    pub fn numbers(&self) -> std::ops::Range<usize> {
        0..self.0.len()
    }
}

impl<T: Clone> Numbered<T> {
    /// So many times the same.
    pub fn of(item: T, count: usize) -> Numbered<T> {
        Numbered(vec![item; count])
    }
}

impl<T> FromIterator<T> for Numbered<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Numbered<T> {
        Numbered(items.into_iter().collect())
    }
}

impl<T> Index<usize> for Numbered<T> {
    type Output = T;

    #[expect(clippy::indexing_slicing, reason = "numbers come from the list itself; it never shrinks")]
    fn index(&self, number: usize) -> &T {
        &self.0[number]
    }
}

impl<T> IndexMut<usize> for Numbered<T> {
    #[expect(clippy::indexing_slicing, reason = "as above")]
    fn index_mut(&mut self, number: usize) -> &mut T {
        &mut self.0[number]
    }
}
