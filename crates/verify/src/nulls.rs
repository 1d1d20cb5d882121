//! Which stack entries may be NULL: what `PUSH_NULL` and its like leave for a call, and locals put aside.

/// A set of stack positions; each set has one number, so that sets compare as numbers.
pub type Set = u32;

/// No position.
pub const NONE: Set = 0;

/// The sets met so far, each a higher position put on top of another set.
#[derive(Default)]
pub struct Nulls {
    nodes: Vec<Node>,
}

#[derive(Clone, Copy)]
struct Node {
    position: u32,
    below: Set,
    /// Another node on the same set.
    sibling: Set,
    /// The first node on this one.
    first: Set,
}

const ROOT: Node = Node {
    position: 0,
    below: NONE,
    sibling: NONE,
    first: NONE,
};

impl Nulls {
    pub fn clear(&mut self) {
        self.nodes.clear();
        self.nodes.push(ROOT);
    }

    fn node(&self, set: Set) -> Node {
        self.nodes.get(set as usize).copied().unwrap_or(ROOT)
    }

    /// The height of the stack below which all positions lie.
    #[inline]
    pub fn height(&self, set: Set) -> u32 {
        match set {
            NONE => 0,
            _ => self.node(set).position + 1,
        }
    }

    /// The set without its highest position.
    pub fn below(&self, set: Set) -> Set {
        self.node(set).below
    }

    /// The set with a position above all others.
    pub fn with(&mut self, set: Set, position: u32) -> Set {
        let mut found = self.node(set).first;
        while found != NONE {
            let node = self.node(found);
            if node.position == position {
                return found;
            }
            found = node.sibling;
        }
        let new = self.nodes.len() as Set;
        self.nodes.push(Node {
            position,
            below: set,
            sibling: self.node(set).first,
            first: NONE,
        });
        if let Some(node) = self.nodes.get_mut(set as usize) {
            node.first = new;
        }
        new
    }

    /// The positions below a height.
    #[inline]
    pub fn truncated(&self, mut set: Set, height: u32) -> Set {
        while self.height(set) > height {
            set = self.below(set);
        }
        set
    }

    fn has(&self, set: Set, position: u32) -> bool {
        let cut = self.truncated(set, position.saturating_add(1));
        self.height(cut) == position.saturating_add(1)
    }

    /// The set after the entries at two positions changed places; `other` is the lower one.
    pub fn swapped(&mut self, set: Set, top: u32, other: u32) -> Set {
        let (has_top, has_other) = (self.has(set, top), self.has(set, other));
        if has_top == has_other {
            return set;
        }
        let mut kept = Vec::new();
        let mut rest = set;
        while self.height(rest) > other {
            let position = self.node(rest).position;
            if position != top && position != other {
                kept.push(position);
            }
            rest = self.below(rest);
        }
        kept.push(if has_top { other } else { top });
        kept.sort_unstable();
        kept.into_iter().fold(rest, |set, at| self.with(set, at))
    }

    /// Whether the entry at a position may be NULL.
    pub fn contains(&self, set: Set, position: u32) -> bool {
        self.has(set, position)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_numbers() {
        let mut nulls = Nulls::default();
        nulls.clear();
        let two = nulls.with(NONE, 2);
        let both = nulls.with(two, 5);
        assert_eq!(nulls.with(two, 5), both);
        assert_eq!(nulls.height(both), 6);
        assert_eq!(nulls.truncated(both, 5), two);
        assert_eq!(nulls.truncated(both, 2), NONE);
        let swapped = nulls.swapped(both, 6, 2);
        assert!(nulls.contains(swapped, 6) && nulls.contains(swapped, 5));
        assert!(!nulls.contains(swapped, 2));
        assert_eq!(nulls.swapped(swapped, 6, 2), both);
        assert_eq!(nulls.swapped(both, 5, 2), both);
    }
}
