//! Python source bytes to decoded text: coding cookie, BOM, lines.
//!
//! [`decode`] does what CPython 3.12 does before tokenising (`decode_str` in `Parser/tokenizer.c`): it makes every line
//! end `\n`, finds the encoding (PEP 263) and decodes. Bytes that are clean UTF-8 already are not copied.
//! This crate reads no files.
//!
//! ```
//! let source = hognose_source::decode(b"# coding: latin-1\nname = '\xe9'\n").unwrap();
//! assert_eq!(source.text, "# coding: latin-1\nname = 'é'\n");
//! assert_eq!(source.encoding, "iso-8859-1");
//! ```

mod codec;
mod cookie;
mod error;
mod generated;
pub mod hash;
mod lines;
mod replaced;
pub mod repr;

use std::borrow::Cow;

use memchr::{memchr, memchr2};

pub use codec::{DecodeFailure, codec_name, decode_lossy, decode_with, utf8_failure};
pub use cookie::in_line as cookie_in_line;
pub use error::SourceError;
pub use lines::Lines;
pub use replaced::{Hole, Replaced, decode_replacing};

/// Text ready to be tokenised: `\n` line ends, no BOM, no NUL, shorter than 4 GiB.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Source<'a> {
    pub text: Cow<'a, str>,
    /// The encoding as its cookie names it, CPython's own spelling for UTF-8 and Latin-1.
    pub encoding: Cow<'a, str>,
    /// Where the encoding is said.
    pub declared: Declared,
}

/// Where a source's encoding is said, on which CPython's error columns depend.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Declared {
    /// Nowhere: UTF-8 is taken for granted.
    Nowhere,
    Cookie,
    /// A byte order mark, with or without a cookie.
    Mark,
    /// The source was text to begin with.
    Text,
}

/// UTF-8's byte order mark.
const BOM: &[u8] = b"\xef\xbb\xbf";

/// Decodes source bytes as `compile()` and the import system do.
///
/// All of it must be text; `hognose_tokens::decode` lets bad bytes in comments through, as CPython does.
pub fn decode(bytes: &[u8]) -> Result<Source<'_>, SourceError> {
    if memchr(0, bytes).is_some() {
        return Err(SourceError::NulByte);
    }
    if u32::try_from(bytes.len().saturating_mul(3)).is_err() && u32::try_from(bytes.len()).is_err()
    {
        return Err(SourceError::TooLong);
    }
    let (has_bom, body) = match bytes.strip_prefix(BOM) {
        Some(body) => (true, body),
        None => (false, bytes),
    };
    let body = universal_newlines(body);
    let cookie = cookie::find(&body);
    let declared = match (&cookie, has_bom) {
        (_, true) => Declared::Mark,
        (Some(_), false) => Declared::Cookie,
        (None, false) => Declared::Nowhere,
    };
    let encoding = match cookie {
        Some(name) if has_bom && name != "utf-8" => return Err(SourceError::NotTheBom { name }),
        Some(name) => name,
        None => "utf-8".to_owned(),
    };
    let text = if encoding == "utf-8" {
        match body {
            Cow::Borrowed(bytes) => std::str::from_utf8(bytes).map(Cow::Borrowed),
            Cow::Owned(bytes) => String::from_utf8(bytes)
                .map(Cow::Owned)
                .map_err(|error| error.utf8_error()),
        }
        .map_err(|error| SourceError::not_utf8(bytes, error))?
    } else {
        Cow::Owned(decode_with(&encoding, &body)?.replace('\r', "\n"))
    };
    if u32::try_from(text.len()).is_err() {
        return Err(SourceError::TooLong);
    }
    Ok(Source {
        text,
        encoding: Cow::Owned(encoding),
        declared,
    })
}

/// Prepares text for tokenising as `compile()` does with a `str`: no cookie is read.
pub fn from_text(text: &str) -> Result<Source<'_>, SourceError> {
    if memchr(0, text.as_bytes()).is_some() {
        return Err(SourceError::NulByte);
    }
    if u32::try_from(text.len()).is_err() {
        return Err(SourceError::TooLong);
    }
    let text = match memchr(b'\r', text.as_bytes()) {
        None => Cow::Borrowed(text),
        Some(_) => Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n")),
    };
    Ok(Source {
        text,
        encoding: Cow::Borrowed("utf-8"),
        declared: Declared::Text,
    })
}

/// Makes every `\r\n` and every lone `\r` a `\n` (`translate_newlines`), without a copy when there is none.
fn universal_newlines(bytes: &[u8]) -> Cow<'_, [u8]> {
    let Some(first) = memchr(b'\r', bytes) else {
        return Cow::Borrowed(bytes);
    };
    let (clean, mut rest) = bytes.split_at(first);
    let mut translated = Vec::with_capacity(bytes.len());
    translated.extend_from_slice(clean);
    while let Some(at) = memchr(b'\r', rest) {
        let (line, end) = rest.split_at(at);
        translated.extend_from_slice(line);
        translated.push(b'\n');
        rest = end
            .strip_prefix(b"\r\n")
            .or_else(|| end.strip_prefix(b"\r"))
            .unwrap_or_default();
    }
    translated.extend_from_slice(rest);
    Cow::Owned(translated)
}

/// The first line of some bytes, and what follows its line end.
fn split_line(bytes: &[u8]) -> (&[u8], &[u8]) {
    match memchr2(b'\n', b'\r', bytes) {
        Some(at) => (
            bytes.get(..at).unwrap_or_default(),
            bytes.get(at + 1..).unwrap_or_default(),
        ),
        None => (bytes, &[]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clean_utf8_is_not_copied() {
        assert!(matches!(
            decode("é = 1\n".as_bytes()).unwrap().text,
            Cow::Borrowed(_)
        ));
        assert!(matches!(
            decode(b"\xef\xbb\xbfx\n").unwrap().text,
            Cow::Borrowed("x\n")
        ));
    }

    #[test]
    fn every_line_end_becomes_a_line_feed() {
        assert_eq!(decode(b"a\r\nb\rc\n\r\r\n").unwrap().text, "a\nb\nc\n\n\n");
        assert_eq!(from_text("a\r\nb\r").unwrap().text, "a\nb\n");
    }

    #[test]
    fn a_cookie_names_the_encoding() {
        let check = |bytes: &[u8], encoding: &str, text: &str| {
            let source = decode(bytes).unwrap();
            assert_eq!((&*source.encoding, &*source.text), (encoding, text));
        };
        check(b"#coding=koi8-r\n\xc1", "koi8-r", "#coding=koi8-r\n\u{430}");
        check(
            b"\n# vim: set fileencoding=cp1252 :\n\x80",
            "cp1252",
            "\n# vim: set fileencoding=cp1252 :\n€",
        );
        check(
            b"#\n# coding: Latin_1-unix\n\xff",
            "iso-8859-1",
            "#\n# coding: Latin_1-unix\nÿ",
        );
        check(
            b"# coding: shift_jis\n\x82\xa0",
            "shift_jis",
            "# coding: shift_jis\nあ",
        );
        check(b"x\n# coding: cp1252\n", "utf-8", "x\n# coding: cp1252\n");
    }

    #[test]
    fn errors_are_worded_as_by_compile() {
        let check = |bytes: &[u8], message: &str| {
            assert_eq!(decode(bytes).unwrap_err().to_string(), message)
        };
        check(b"a\0b", "source code string cannot contain null bytes");
        check(b"# coding: foo\n", "unknown encoding: foo");
        check(
            b"\xef\xbb\xbf# coding: latin-1\n",
            "encoding problem: iso-8859-1 with BOM",
        );
        check(
            b"# coding: ascii\nx='\xff'\n",
            "'ascii' codec can't decode byte 0xff in position 19: ordinal not in range(128)",
        );
        check(
            b"# coding: cp1252\n\x81",
            "'charmap' codec can't decode byte 0x81 in position 17: character maps to <undefined>",
        );
        check(
            b"# coding: shift_jis\nx='\x81'\n",
            "'shift_jis' codec can't decode byte 0x81 in position 23: illegal multibyte sequence",
        );
        check(
            b"# coding: utf8\n\xe9",
            "'utf-8' codec can't decode byte 0xe9 in position 15: unexpected end of data",
        );
        check(
            b"x=\xff\n",
            "(unicode error) 'utf-8' codec can't decode byte 0xff in position 2: invalid start byte",
        );
    }

    #[test]
    fn a_script_gets_its_own_words() {
        let error = decode(b"x\n'\xff'\n").unwrap_err();
        let message = "Non-UTF-8 code starting with '\\xff' in file f.py on line 2, but no encoding declared; \
                       see https://peps.python.org/pep-0263/ for details";
        assert_eq!(error.script_message("f.py"), message);
        assert_eq!(
            decode(b"# coding: ascii\n\xff")
                .unwrap_err()
                .script_message("f"),
            "encoding problem: ascii"
        );
    }
}
