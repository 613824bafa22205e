//! A quick hash for ids and shapes: the standard one guards against crafted keys and takes longer than the sums do.
//! Must not know: what a key means. Crafted ids can make it slow, never wrong.

use std::hash::{BuildHasherDefault, Hasher};

pub(super) type Map<K, V> = std::collections::HashMap<K, V, BuildHasherDefault<Quick>>;

/// Multiplies and folds, eight bytes at a time.
#[derive(Default)]
pub(super) struct Quick(u64);

impl Quick {
    fn mix(&mut self, word: u64) {
        let product = u128::from(self.0 ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835);
        self.0 = (product as u64) ^ ((product >> 64) as u64);
    }
}

impl Hasher for Quick {
    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let word =
                chunk.iter().fold(chunk.len() as u64, |word, &byte| word.rotate_left(8) ^ u64::from(byte));
            self.mix(word);
        }
    }

    /// The end of a text, which is all there is to a key.
    fn write_u8(&mut self, byte: u8) {
        self.0 ^= u64::from(byte);
    }

    fn write_u128(&mut self, word: u128) {
        self.mix(word as u64);
        self.mix((word >> 64) as u64);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
