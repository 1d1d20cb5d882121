//! Quoted-printable text for `binascii` (RFC 1521, `binascii_a2b_qp_impl` and its twin).

/// Longest line, in bytes.
const LINE: usize = 76;

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).map(|d| d as u8)
}

/// The bytes that the text stands for; in a header `_` is a space.
pub(super) fn decode(data: &[u8], header: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len());
    let mut at = 0;
    while let Some(&byte) = data.get(at) {
        at += 1;
        if byte != b'=' {
            out.push(if header && byte == b'_' { b' ' } else { byte });
            continue;
        }
        match (data.get(at), data.get(at + 1)) {
            (None, _) => break,
            (Some(b'\n' | b'\r'), _) => {
                // A soft line break, to the end of the line.
                while data.get(at).is_some_and(|&b| b != b'\n') {
                    at += 1;
                }
                at += 1;
            }
            (Some(b'='), _) => {
                // Some encoders are broken so.
                out.push(b'=');
                at += 1;
            }
            (Some(&high), Some(&low)) => match (hex(high), hex(low)) {
                (Some(high), Some(low)) => {
                    out.push(high << 4 | low);
                    at += 2;
                }
                _ => out.push(b'='),
            },
            (Some(_), None) => out.push(b'='),
        }
    }
    out
}

/// How to encode.
pub(super) struct Options {
    pub quote_tabs: bool,
    pub is_text: bool,
    pub header: bool,
}

/// The text that stands for the bytes.
pub(super) fn encode(data: &[u8], options: &Options) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len() + data.len() / 8);
    // The first line's end tells how all end.
    let newline = data.iter().position(|&b| b == b'\n');
    let crlf = newline.is_some_and(|at| at > 0 && data[at - 1] == b'\r');
    let end: &[u8] = if crlf { b"\r\n" } else { b"\n" };
    let quoted = |out: &mut Vec<u8>, byte: u8| {
        out.extend_from_slice(format!("={byte:02X}").as_bytes());
    };
    let (mut at, mut len) = (0, 0);
    while let Some(&byte) = data.get(at) {
        let next = data.get(at + 1).copied();
        let is_newline = matches!(byte, b'\r' | b'\n');
        let is_space = matches!(byte, b'\t' | b' ');
        let must = byte > 126
            || byte == b'='
            || (options.header && byte == b'_')
            || (byte == b'.' && len == 0 && matches!(next, None | Some(b'\n' | b'\r' | 0)))
            || (!options.is_text && is_newline)
            || (is_space && next.is_none())
            || (byte < 33 && !is_newline && (options.quote_tabs || !is_space));
        if must {
            if len + 3 >= LINE {
                out.push(b'=');
                out.extend_from_slice(end);
                len = 0;
            }
            quoted(&mut out, byte);
            at += 1;
            len += 3;
            continue;
        }
        if options.is_text && (byte == b'\n' || (byte == b'\r' && next == Some(b'\n'))) {
            len = 0;
            // White space at a line's end would get lost.
            if let Some(&last @ (b' ' | b'\t')) = out.last() {
                out.pop();
                quoted(&mut out, last);
            }
            out.extend_from_slice(end);
            at += if byte == b'\r' { 2 } else { 1 };
            continue;
        }
        if next.is_some_and(|next| next != b'\n') && len + 1 >= LINE {
            out.push(b'=');
            out.extend_from_slice(end);
            len = 0;
        }
        len += 1;
        out.push(if options.header && byte == b' ' {
            b'_'
        } else {
            byte
        });
        at += 1;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_survives() {
        let options = Options {
            quote_tabs: false,
            is_text: true,
            header: false,
        };
        let data = b"a=b \n\xe9 tab\t\n".as_slice();
        assert_eq!(encode(data, &options), b"a=3Db=20\n=E9 tab=09\n");
        assert_eq!(decode(&encode(data, &options), false), data);
        assert_eq!(decode(b"soft=\nbreak=3d_", true), b"softbreak= ");
    }
}
