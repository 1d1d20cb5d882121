//! A string's characters in their own width, searching in them, and building new strings.

use crate::rt::Rt;
use crate::str_::{Str, StrExt, Width};
use hognose_heap::Ref;
use std::borrow::Cow;

/// The characters of a string.
#[derive(Clone, Copy)]
pub enum Units<'a> {
    One(&'a [u8]),
    Two(&'a [u16]),
    Four(&'a [u32]),
}

/// Runs the same expression on the units, whatever their width.
macro_rules! with_units {
    ($text:expr, $units:ident => $body:expr) => {
        match $crate::str_type::units::units($text) {
            $crate::str_type::units::Units::One($units) => $body,
            $crate::str_type::units::Units::Two($units) => $body,
            $crate::str_type::units::Units::Four($units) => $body,
        }
    };
}
pub(crate) use with_units;

pub fn units(text: &Str) -> Units<'_> {
    match text.width() {
        Width::One => Units::One(text.bytes()),
        Width::Two => Units::Two(text.units16()),
        Width::Four => Units::Four(text.units32()),
    }
}

/// One character in some width.
pub(crate) trait Unit: Copy + Eq + Into<u32> + 'static {
    /// A string's characters in this width; `None` if one does not fit.
    fn of_text(text: &Str) -> Option<Cow<'_, [Self]>>;

    fn find(hay: &[Self], needle: &[Self]) -> Option<usize> {
        let (&first, rest) = needle.split_first()?;
        let last = hay.len().checked_sub(needle.len())?;
        (0..=last).find(|&i| hay[i] == first && hay[i + 1..].starts_with(rest))
    }

    fn rfind(hay: &[Self], needle: &[Self]) -> Option<usize> {
        let (&first, rest) = needle.split_first()?;
        let last = hay.len().checked_sub(needle.len())?;
        (0..=last)
            .rev()
            .find(|&i| hay[i] == first && hay[i + 1..].starts_with(rest))
    }
}

impl Unit for u8 {
    fn of_text(text: &Str) -> Option<Cow<'_, [u8]>> {
        (text.width() == Width::One).then(|| Cow::Borrowed(text.bytes()))
    }

    fn find(hay: &[u8], needle: &[u8]) -> Option<usize> {
        match needle {
            [one] => memchr::memchr(*one, hay),
            _ => memchr::memmem::find(hay, needle),
        }
    }

    fn rfind(hay: &[u8], needle: &[u8]) -> Option<usize> {
        match needle {
            [one] => memchr::memrchr(*one, hay),
            _ => memchr::memmem::rfind(hay, needle),
        }
    }
}

impl Unit for u16 {
    fn of_text(text: &Str) -> Option<Cow<'_, [u16]>> {
        match units(text) {
            Units::One(row) => Some(row.iter().map(|&c| u16::from(c)).collect()),
            Units::Two(row) => Some(Cow::Borrowed(row)),
            Units::Four(_) => None,
        }
    }
}

impl Unit for u32 {
    fn of_text(text: &Str) -> Option<Cow<'_, [u32]>> {
        match units(text) {
            Units::Four(row) => Some(Cow::Borrowed(row)),
            _ => Some(text.codes().collect()),
        }
    }
}

/// Where the needle first stands between the bounds, which are within the string.
pub(crate) fn find(hay: &Str, needle: &Str, start: usize, end: usize) -> Option<usize> {
    if start > end {
        return None;
    }
    if needle.char_count() == 0 {
        return Some(start);
    }
    fn inner<T: Unit>(hay: &[T], needle: &Str) -> Option<usize> {
        T::find(hay, &T::of_text(needle)?)
    }
    with_units!(hay, row => inner(row.get(start..end)?, needle)).map(|i| i + start)
}

/// Where the needle last stands between the bounds.
pub(crate) fn rfind(hay: &Str, needle: &Str, start: usize, end: usize) -> Option<usize> {
    if start > end {
        return None;
    }
    if needle.char_count() == 0 {
        return Some(end);
    }
    fn inner<T: Unit>(hay: &[T], needle: &Str) -> Option<usize> {
        T::rfind(hay, &T::of_text(needle)?)
    }
    with_units!(hay, row => inner(row.get(start..end)?, needle)).map(|i| i + start)
}

/// Where a needle that is not empty stands, left to right without overlap, at most so often.
pub(crate) fn positions(
    hay: &Str,
    needle: &Str,
    start: usize,
    end: usize,
    most: usize,
) -> Vec<usize> {
    fn inner<T: Unit>(hay: &[T], needle: &Str, most: usize) -> Option<Vec<usize>> {
        Some(positions_in(hay, &T::of_text(needle)?, most))
    }
    if start > end {
        return Vec::new();
    }
    let found =
        with_units!(hay, row => inner(row.get(start..end).unwrap_or_default(), needle, most));
    let mut found = found.unwrap_or_default();
    if start > 0 {
        found.iter_mut().for_each(|i| *i += start);
    }
    found
}

/// As [`positions`], of units.
pub(crate) fn positions_in<T: Unit>(hay: &[T], needle: &[T], most: usize) -> Vec<usize> {
    let mut found = Vec::new();
    let mut at = 0;
    while found.len() < most
        && let Some(rest) = hay.get(at..)
        && let Some(i) = T::find(rest, needle)
    {
        found.push(at + i);
        at += i + needle.len().max(1);
    }
    found
}

/// A string that grows: of Latin-1 bytes until a wider character comes.
#[derive(Default)]
pub struct TextBuilder {
    narrow: Vec<u8>,
    wide: Vec<u32>,
    is_wide: bool,
}

impl TextBuilder {
    pub fn new() -> TextBuilder {
        TextBuilder::default()
    }

    pub fn with_capacity(chars: usize) -> TextBuilder {
        TextBuilder {
            narrow: Vec::with_capacity(chars),
            ..TextBuilder::default()
        }
    }

    /// A builder of text that has wide characters.
    pub fn wide(chars: usize) -> TextBuilder {
        TextBuilder {
            narrow: Vec::new(),
            wide: Vec::with_capacity(chars),
            is_wide: true,
        }
    }

    /// Length in characters.
    pub fn len(&self) -> usize {
        if self.is_wide {
            self.wide.len()
        } else {
            self.narrow.len()
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    #[cold]
    fn widen(&mut self) {
        self.wide = std::mem::take(&mut self.narrow)
            .into_iter()
            .map(u32::from)
            .collect();
        self.is_wide = true;
    }

    #[inline]
    pub fn push(&mut self, code: u32) {
        if !self.is_wide {
            if let Ok(byte) = u8::try_from(code) {
                self.narrow.push(byte);
                return;
            }
            self.widen();
        }
        self.wide.push(code);
    }

    pub fn push_repeated(&mut self, code: u32, count: usize) {
        if !self.is_wide {
            if let Ok(byte) = u8::try_from(code) {
                self.narrow.resize(self.narrow.len() + count, byte);
                return;
            }
            self.widen();
        }
        self.wide.resize(self.wide.len() + count, code);
    }

    pub fn push_str(&mut self, text: &str) {
        if text.is_ascii() && !self.is_wide {
            self.narrow.extend_from_slice(text.as_bytes());
        } else {
            text.chars().for_each(|c| self.push(u32::from(c)));
        }
    }

    pub fn push_text(&mut self, text: &Str) {
        self.push_slice(text, 0, text.char_count());
    }

    /// Appends the characters between two places of a string.
    pub fn push_slice(&mut self, text: &Str, start: usize, end: usize) {
        match (units(text), self.is_wide) {
            (Units::One(row), false) => {
                self.narrow
                    .extend_from_slice(row.get(start..end).unwrap_or_default());
            }
            (_, false) => {
                self.widen();
                self.push_slice(text, start, end);
            }
            (_, true) => {
                with_units!(text, row => {
                    let part = row.get(start..end).unwrap_or_default();
                    self.wide.extend((start..start + part.len()).map(|i| text.code_at(i)));
                });
            }
        }
    }

    pub fn finish(self, rt: &Rt) -> Ref<Str> {
        if self.is_wide {
            rt.str_codes(&self.wide)
        } else {
            match self.narrow.as_slice() {
                [] => rt.names.empty.clone(),
                [one] => rt.character(u32::from(*one)),
                row => rt.str_latin1(row),
            }
        }
    }
}
