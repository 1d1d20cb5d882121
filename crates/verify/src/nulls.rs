//! Which stack entries may be NULL: what `PUSH_NULL` and its like leave for a call, and locals put aside.

/// A set of stack positions; what its bits mean is up to the [`Nulls`] that made it. Equal sets are equal numbers.
pub type Set = u64;

/// No position, in every form.
pub const NONE: Set = 0;

/// Sets of positions below a stack's height.
pub trait Nulls {
    /// The height of the stack below which all positions lie.
    fn height(&self, set: Set) -> u32;

    /// The set without its highest position.
    fn below(&self, set: Set) -> Set;

    /// The set with a position above all others.
    fn with(&mut self, set: Set, position: u32) -> Set;

    /// The positions below a height.
    #[inline]
    fn truncated(&self, mut set: Set, height: u32) -> Set {
        while self.height(set) > height {
            set = self.below(set);
        }
        set
    }

    /// Whether the entry at a position may be NULL.
    fn contains(&self, set: Set, position: u32) -> bool {
        let height = position.saturating_add(1);
        self.height(self.truncated(set, height)) == height
    }

    /// The set after the entries at two positions changed places; `other` is the lower one.
    fn swapped(&mut self, set: Set, top: u32, other: u32) -> Set {
        let (has_top, has_other) = (self.contains(set, top), self.contains(set, other));
        if has_top == has_other {
            return set;
        }
        let mut kept = Vec::new();
        let mut rest = set;
        while self.height(rest) > other {
            let position = self.height(rest) - 1;
            if position != top && position != other {
                kept.push(position);
            }
            rest = self.below(rest);
        }
        kept.push(if has_top { other } else { top });
        kept.sort_unstable();
        kept.into_iter().fold(rest, |set, at| self.with(set, at))
    }
}

/// A bit for each position, for stacks of up to [`Bits::HIGHEST`].
#[derive(Default)]
pub struct Bits;

impl Bits {
    pub const HIGHEST: u32 = Set::BITS;
}

impl Nulls for Bits {
    #[inline]
    fn height(&self, set: Set) -> u32 {
        Set::BITS - set.leading_zeros()
    }

    #[inline]
    fn below(&self, set: Set) -> Set {
        match self.height(set).checked_sub(1) {
            Some(position) => set ^ 1 << position,
            None => NONE,
        }
    }

    #[inline]
    fn with(&mut self, set: Set, position: u32) -> Set {
        set | 1u64.checked_shl(position).unwrap_or(0)
    }

    #[inline]
    fn truncated(&self, set: Set, height: u32) -> Set {
        match 1u64.checked_shl(height) {
            Some(bit) => set & (bit - 1),
            None => set,
        }
    }
}

/// The sets met so far, each a higher position put on top of another set; for stacks of any height.
#[derive(Default)]
pub struct Chains {
    nodes: Vec<Node>,
}

#[derive(Clone, Copy)]
struct Node {
    position: u32,
    below: u32,
    /// Another node on the same set.
    sibling: u32,
    /// The first node on this one.
    first: u32,
}

const ROOT: Node = Node {
    position: 0,
    below: 0,
    sibling: 0,
    first: 0,
};

impl Chains {
    pub fn clear(&mut self) {
        self.nodes.clear();
        self.nodes.push(ROOT);
    }

    fn node(&self, set: Set) -> Node {
        self.nodes.get(set as usize).copied().unwrap_or(ROOT)
    }
}

impl Nulls for Chains {
    fn height(&self, set: Set) -> u32 {
        match set {
            NONE => 0,
            _ => self.node(set).position + 1,
        }
    }

    fn below(&self, set: Set) -> Set {
        self.node(set).below.into()
    }

    fn with(&mut self, set: Set, position: u32) -> Set {
        let mut found = self.node(set).first;
        while found != 0 {
            let node = self.node(found.into());
            if node.position == position {
                return found.into();
            }
            found = node.sibling;
        }
        let new = self.nodes.len() as u32;
        self.nodes.push(Node {
            position,
            below: set as u32,
            sibling: self.node(set).first,
            first: 0,
        });
        if let Some(node) = self.nodes.get_mut(set as usize) {
            node.first = new;
        }
        new.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(mut nulls: impl Nulls) {
        let two = nulls.with(NONE, 2);
        let both = nulls.with(two, 5);
        assert_eq!(nulls.with(two, 5), both);
        assert_eq!(nulls.height(both), 6);
        assert_eq!(nulls.below(both), two);
        assert_eq!(nulls.truncated(both, 5), two);
        assert_eq!(nulls.truncated(both, 2), NONE);
        let swapped = nulls.swapped(both, 6, 2);
        assert!(nulls.contains(swapped, 6) && nulls.contains(swapped, 5));
        assert!(!nulls.contains(swapped, 2));
        assert_eq!(nulls.swapped(swapped, 6, 2), both);
        assert_eq!(nulls.swapped(both, 5, 2), both);
    }

    #[test]
    fn sets_are_numbers() {
        check(Bits);
        let mut chains = Chains::default();
        chains.clear();
        check(chains);
    }

    #[test]
    fn the_highest_bit() {
        let top = Bits.with(NONE, Bits::HIGHEST - 1);
        assert_eq!(Bits.height(top), Bits::HIGHEST);
        assert_eq!(Bits.below(top), NONE);
        assert_eq!(Bits.truncated(top, Bits::HIGHEST), top);
        assert_eq!(Bits.truncated(top, Bits::HIGHEST - 1), NONE);
    }
}
