//! Sources with something wrong in them, the same ones in every run.

/// A small generator of numbers, the same in every run (xorshift).
pub struct Random(u64);

impl Random {
    #[expect(
        clippy::new_without_default,
        reason = "always the same numbers is no default, but the point"
    )]
    pub fn new() -> Random {
        Random(0x9E37_79B9_7F4A_7C15)
    }

    /// A number from 0, below the limit.
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit.max(1) as u64) as usize
    }
}

/// Cuts a source into words, numbers, blanks and single characters.
fn pieces(source: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    for char in source.chars() {
        let joins = pieces
            .last()
            .and_then(|piece| piece.chars().last())
            .is_some_and(|last| {
                (last.is_alphanumeric() && char.is_alphanumeric()) || (last == ' ' && char == ' ')
            });
        match pieces.last_mut() {
            Some(piece) if joins => piece.push(char),
            _ => pieces.push(char.to_string()),
        }
    }
    pieces
}

/// Deletes, doubles, swaps or replaces some pieces of a source, or brings in a run from another one.
pub fn mutate(source: &str, others: &[&str], random: &mut Random) -> String {
    let mut pieces = pieces(source);
    for _ in 0..=random.below(3) {
        if pieces.is_empty() {
            break;
        }
        let at = random.below(pieces.len());
        match random.below(5) {
            0 => drop(pieces.remove(at)),
            1 => pieces.insert(at, pieces[at].clone()),
            2 => {
                let other = random.below(pieces.len());
                pieces.swap(at, other);
            }
            3 => pieces[at] = pieces[random.below(pieces.len())].clone(),
            _ => {
                let other = self::pieces(others[random.below(others.len())]);
                let from = random.below(other.len());
                let count = random.below(12);
                let run = other.into_iter().skip(from).take(count);
                pieces.splice(at..at, run);
            }
        }
    }
    pieces.concat()
}
