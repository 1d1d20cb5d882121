//! `str`: immutable text of 1, 2 or 4 bytes a character (PEP 393), so that indexing is O(1) and lone surrogates exist.

use crate::kinds;
use crate::rt::Rt;
use crate::type_::TypeObj;
use hognose_heap::{
    Blob, BlobHead, Kind, Ref, alloc_blob, alloc_blob_of, alloc_blob_of_two, extend_blob,
};
use std::borrow::Cow;
use std::cell::Cell;

/// What stands before a string's characters.
pub struct StrHead {
    /// The hash, 0 while unknown.
    pub hash: Cell<i64>,
    /// Length in characters.
    chars: u32,
    width: Width,
    ascii: bool,
    /// The one string of its content that names are compared by.
    pub interned: Cell<bool>,
}

/// Bytes per character.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Width {
    One = 1,
    Two = 2,
    Four = 4,
}

impl BlobHead for StrHead {
    const KIND: Kind = kinds::STR;
}

/// The payload of `str`.
pub type Str = Blob<StrHead>;

/// Longest string, in characters: what the length field holds.
pub const MAX_CHARS: usize = u32::MAX as usize;

/// Read-only access to a string's characters.
pub trait StrExt {
    fn char_count(&self) -> usize;
    fn width(&self) -> Width;
    fn is_ascii(&self) -> bool;
    /// The text, if all of it is ASCII: no copy.
    fn as_ascii(&self) -> Option<&str>;
    /// The code point at that index; 0 if there is none.
    fn code_at(&self, index: usize) -> u32;
    /// All code points, lone surrogates included.
    fn codes(&self) -> Codes<'_>;
    /// The text as UTF-8; lone surrogates become U+FFFD.
    fn to_str(&self) -> Cow<'_, str>;
    /// Whether both have the same characters.
    fn same_text(&self, other: &Str) -> bool;
    /// Whether the text is this.
    fn is_text(&self, text: &str) -> bool;
}

/// Iterates over a string's code points.
#[derive(Clone)]
pub struct Codes<'a> {
    text: &'a Str,
    at: usize,
    end: usize,
}

impl Iterator for Codes<'_> {
    type Item = u32;

    #[inline]
    fn next(&mut self) -> Option<u32> {
        if self.at == self.end {
            return None;
        }
        self.at += 1;
        Some(self.text.code_at(self.at - 1))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.end - self.at, Some(self.end - self.at))
    }
}

impl DoubleEndedIterator for Codes<'_> {
    fn next_back(&mut self) -> Option<u32> {
        if self.at == self.end {
            return None;
        }
        self.end -= 1;
        Some(self.text.code_at(self.end))
    }
}

impl ExactSizeIterator for Codes<'_> {}

impl StrExt for Str {
    #[inline]
    fn char_count(&self) -> usize {
        self.head.chars as usize
    }

    #[inline]
    fn width(&self) -> Width {
        self.head.width
    }

    #[inline]
    fn is_ascii(&self) -> bool {
        self.head.ascii
    }

    #[inline]
    fn as_ascii(&self) -> Option<&str> {
        if self.head.ascii {
            std::str::from_utf8(self.bytes()).ok()
        } else {
            None
        }
    }

    #[inline]
    fn code_at(&self, index: usize) -> u32 {
        match self.head.width {
            Width::One => self.bytes().get(index).map_or(0, |&c| u32::from(c)),
            Width::Two => self.units16().get(index).map_or(0, |&c| u32::from(c)),
            Width::Four => self.units32().get(index).copied().unwrap_or(0),
        }
    }

    fn codes(&self) -> Codes<'_> {
        Codes {
            text: self,
            at: 0,
            end: self.char_count(),
        }
    }

    fn to_str(&self) -> Cow<'_, str> {
        match self.as_ascii() {
            Some(text) => Cow::Borrowed(text),
            None => Cow::Owned(
                self.codes()
                    .map(|c| char::from_u32(c).unwrap_or(char::REPLACEMENT_CHARACTER))
                    .collect(),
            ),
        }
    }

    #[inline]
    fn same_text(&self, other: &Str) -> bool {
        self.head.width == other.head.width && self.bytes() == other.bytes()
    }

    fn is_text(&self, text: &str) -> bool {
        match self.as_ascii() {
            Some(own) => own == text,
            None => self.codes().eq(text.chars().map(u32::from)),
        }
    }
}

fn width_of(greatest: u32) -> Width {
    match greatest {
        0..=0xff => Width::One,
        0x100..=0xffff => Width::Two,
        _ => Width::Four,
    }
}

fn head(chars: usize, width: Width, ascii: bool) -> StrHead {
    debug_assert!(chars <= MAX_CHARS);
    StrHead {
        hash: Cell::new(0),
        chars: chars as u32,
        width,
        ascii,
        interned: Cell::new(false),
    }
}

impl Rt {
    /// A string from UTF-8 text.
    pub fn str(&self, text: &str) -> Ref<Str> {
        if text.is_ascii() {
            return self.str_ascii(text.as_bytes());
        }
        let greatest = text.chars().map(u32::from).max().unwrap_or(0);
        self.str_build(text.chars().count(), greatest, text.chars().map(u32::from))
    }

    /// A string from bytes that are known to be ASCII.
    #[inline]
    pub fn str_ascii(&self, text: &[u8]) -> Ref<Str> {
        bare_ascii(Some(self.types.str.as_value()), text)
    }

    /// As [`Rt::str_ascii`], of a subclass.
    #[inline]
    pub fn str_ascii_of(&self, ty: &Ref<TypeObj>, text: &[u8]) -> Ref<Str> {
        debug_assert!(text.is_ascii());
        let head = head(text.len(), Width::One, true);
        let made = alloc_blob_of(Some(ty.as_value()), ty.tail_slots(), head, text);
        ty.finish_instance(made.as_value());
        made
    }

    /// A string from Latin-1 bytes.
    pub fn str_latin1(&self, text: &[u8]) -> Ref<Str> {
        if text.is_ascii() {
            return self.str_ascii(text);
        }
        let ty = &self.types.str;
        let head = head(text.len(), Width::One, false);
        alloc_blob_of(Some(ty.as_value()), 0, head, text)
    }

    /// A string from code points (up to 0x10FFFF, surrogates allowed).
    pub fn str_codes(&self, codes: &[u32]) -> Ref<Str> {
        let greatest = codes.iter().copied().max().unwrap_or(0);
        self.str_build(codes.len(), greatest, codes.iter().copied())
    }

    /// A string of so many code points, the greatest of which is known.
    pub fn str_build(
        &self,
        chars: usize,
        greatest: u32,
        codes: impl Iterator<Item = u32>,
    ) -> Ref<Str> {
        self.str_build_of(&self.types.str, chars, greatest, codes)
    }

    /// As [`Rt::str_build`], of a subclass.
    pub fn str_build_of(
        &self,
        ty: &Ref<TypeObj>,
        chars: usize,
        greatest: u32,
        codes: impl Iterator<Item = u32>,
    ) -> Ref<Str> {
        let width = width_of(greatest);
        let head = head(chars, width, greatest < 0x80);
        let bytes = chars * width as usize;
        let made = alloc_blob(
            Some(ty.as_value()),
            ty.tail_slots(),
            head,
            bytes,
            |out| match width {
                Width::One => out.iter_mut().zip(codes).for_each(|(o, c)| *o = c as u8),
                Width::Two => {
                    for (o, c) in out.chunks_exact_mut(2).zip(codes) {
                        o.copy_from_slice(&(c as u16).to_ne_bytes());
                    }
                }
                Width::Four => {
                    for (o, c) in out.chunks_exact_mut(4).zip(codes) {
                        o.copy_from_slice(&c.to_ne_bytes());
                    }
                }
            },
        );
        ty.finish_instance(made.as_value());
        made
    }

    /// The characters from `start` to `end` (both within the string) as a new string.
    pub fn str_slice(&self, text: &Ref<Str>, start: usize, end: usize) -> Ref<Str> {
        if start == 0 && end == text.char_count() && self.is_exact_str(text.as_value()) {
            return text.clone();
        }
        if end <= start {
            return self.names.empty.clone();
        }
        if end - start == 1 {
            return self.character(text.code_at(start));
        }
        fn widest<T: Copy + Into<u32>>(row: &[T]) -> u32 {
            row.iter().map(|&c| c.into()).max().unwrap_or(0)
        }
        match text.width() {
            Width::One if text.is_ascii() => {
                self.str_ascii(text.bytes().get(start..end).unwrap_or_default())
            }
            Width::One => self.str_latin1(text.bytes().get(start..end).unwrap_or_default()),
            Width::Two => {
                let row = text.units16().get(start..end).unwrap_or_default();
                self.str_build(row.len(), widest(row), row.iter().map(|&c| u32::from(c)))
            }
            Width::Four => {
                let row = text.units32().get(start..end).unwrap_or_default();
                self.str_build(row.len(), widest(row), row.iter().copied())
            }
        }
    }

    /// Both strings' characters.
    pub fn str_concat(&self, a: &Str, b: &Str) -> Ref<Str> {
        if a.is_ascii() && b.is_ascii() {
            let (a, b) = (a.bytes(), b.bytes());
            let len = a.len() + b.len();
            let ty = &self.types.str;
            let head = head(len, Width::One, true);
            return alloc_blob_of_two(Some(ty.as_value()), 0, head, a, b);
        }
        let greatest = a.codes().chain(b.codes()).max().unwrap_or(0);
        self.str_build(
            a.char_count() + b.char_count(),
            greatest,
            a.codes().chain(b.codes()),
        )
    }

    /// The characters of `more` behind those of a string that nobody else has, which is changed; else it is given back.
    ///
    /// What `unicode_concatenate` of CPython's interpreter does for `s += t`, so that a loop of them takes linear time.
    pub fn str_extend(&self, text: Ref<Str>, more: &Str) -> Result<Ref<Str>, Ref<Str>> {
        let chars = text.char_count() + more.char_count();
        if text.header().count() != 1
            || text.head.interned.get()
            || !self.is_exact_str(text.as_value())
            || chars > MAX_CHARS
        {
            return Err(text);
        }
        let ascii = text.is_ascii() && more.is_ascii();
        let width = text.width();
        let widened: Vec<u8>;
        let bytes = match (width, more.width()) {
            (own, other) if own == other => more.bytes(),
            (Width::Two, Width::One) => {
                let units = more.codes().map(|code| code as u16);
                widened = units.flat_map(u16::to_ne_bytes).collect();
                &widened
            }
            (Width::Four, _) => {
                widened = more.codes().flat_map(u32::to_ne_bytes).collect();
                &widened
            }
            _ => return Err(text),
        };
        extend_blob(text, bytes, |own| *own = head(chars, width, ascii))
    }

    /// A string from generalized UTF-8, in which surrogates may stand alone; malformed bytes become U+FFFD.
    pub fn str_wtf8(&self, bytes: &[u8]) -> Ref<Str> {
        match std::str::from_utf8(bytes) {
            Ok(text) => self.str(text),
            Err(_) => self.str_codes(&decode_wtf8(bytes)),
        }
    }
}

fn decode_wtf8(mut bytes: &[u8]) -> Vec<u32> {
    let mut codes = Vec::with_capacity(bytes.len());
    while let Some(&first) = bytes.first() {
        let (len, bits) = match first {
            0..0x80 => (1, u32::from(first)),
            0xc0..0xe0 => (2, u32::from(first & 0x1f)),
            0xe0..0xf0 => (3, u32::from(first & 0x0f)),
            0xf0..0xf8 => (4, u32::from(first & 0x07)),
            _ => (1, 0xfffd),
        };
        let Some((head, rest)) = bytes.split_at_checked(len) else {
            codes.push(0xfffd);
            break;
        };
        codes.push(
            head.iter()
                .skip(1)
                .fold(bits, |c, b| c << 6 | u32::from(b & 0x3f))
                .min(0x10_ffff),
        );
        bytes = rest;
    }
    codes
}

/// A string cell for the bootstrap, when there may be no type yet.
#[inline]
pub(crate) fn bare_ascii(ty: Option<&hognose_heap::Value>, text: &[u8]) -> Ref<Str> {
    debug_assert!(text.is_ascii());
    alloc_blob_of(ty, 0, head(text.len(), Width::One, true), text)
}

/// As [`bare_ascii`], for any text.
pub(crate) fn bare_text(ty: Option<&hognose_heap::Value>, text: &str) -> Ref<Str> {
    if text.is_ascii() {
        return bare_ascii(ty, text.as_bytes());
    }
    let codes: Vec<u32> = text.chars().map(u32::from).collect();
    let width = width_of(codes.iter().copied().max().unwrap_or(0));
    let bytes = text_units(&codes, width);
    alloc_blob_of(ty, 0, head(codes.len(), width, false), &bytes)
}

/// The hash that a string of this text would have.
pub(crate) fn hash_utf8(keys: (u64, u64), text: &str) -> i64 {
    if text.is_ascii() {
        return crate::hash::hash_bytes(keys, text.as_bytes());
    }
    let codes: Vec<u32> = text.chars().map(u32::from).collect();
    let width = width_of(codes.iter().copied().max().unwrap_or(0));
    crate::hash::hash_bytes(keys, &text_units(&codes, width))
}

fn text_units(codes: &[u32], width: Width) -> Vec<u8> {
    match width {
        Width::One => codes.iter().map(|&c| c as u8).collect(),
        Width::Two => codes
            .iter()
            .flat_map(|&c| (c as u16).to_ne_bytes())
            .collect(),
        Width::Four => codes.iter().flat_map(|&c| c.to_ne_bytes()).collect(),
    }
}
