//! Operators by their characters (`_PyToken_OneChar`, `_PyToken_TwoChars`, `_PyToken_ThreeChars`).

use crate::kind::Kind;

/// The operator of one character; `Op` when there is none.
pub(crate) const fn one_char(byte: u8) -> Kind {
    match byte {
        b'!' => Kind::Exclamation,
        b'%' => Kind::Percent,
        b'&' => Kind::Amper,
        b'(' => Kind::LPar,
        b')' => Kind::RPar,
        b'*' => Kind::Star,
        b'+' => Kind::Plus,
        b',' => Kind::Comma,
        b'-' => Kind::Minus,
        b'.' => Kind::Dot,
        b'/' => Kind::Slash,
        b':' => Kind::Colon,
        b';' => Kind::Semi,
        b'<' => Kind::Less,
        b'=' => Kind::Equal,
        b'>' => Kind::Greater,
        b'@' => Kind::At,
        b'[' => Kind::LSqb,
        b']' => Kind::RSqb,
        b'^' => Kind::Circumflex,
        b'{' => Kind::LBrace,
        b'|' => Kind::VBar,
        b'}' => Kind::RBrace,
        b'~' => Kind::Tilde,
        _ => Kind::Op,
    }
}

/// The operator that two characters make.
#[inline]
pub(crate) fn two_chars(first: u8, second: u8) -> Option<Kind> {
    Some(match (first, second) {
        (b'!', b'=') | (b'<', b'>') => Kind::NotEqual,
        (b'%', b'=') => Kind::PercentEqual,
        (b'&', b'=') => Kind::AmperEqual,
        (b'*', b'*') => Kind::DoubleStar,
        (b'*', b'=') => Kind::StarEqual,
        (b'+', b'=') => Kind::PlusEqual,
        (b'-', b'=') => Kind::MinEqual,
        (b'-', b'>') => Kind::RArrow,
        (b'/', b'/') => Kind::DoubleSlash,
        (b'/', b'=') => Kind::SlashEqual,
        (b':', b'=') => Kind::ColonEqual,
        (b'<', b'<') => Kind::LeftShift,
        (b'<', b'=') => Kind::LessEqual,
        (b'=', b'=') => Kind::EqEqual,
        (b'>', b'=') => Kind::GreaterEqual,
        (b'>', b'>') => Kind::RightShift,
        (b'@', b'=') => Kind::AtEqual,
        (b'^', b'=') => Kind::CircumflexEqual,
        (b'|', b'=') => Kind::VBarEqual,
        _ => return None,
    })
}

/// The operator that three characters make, the first two making one already.
#[inline]
pub(crate) fn three_chars(first: u8, second: u8, third: u8) -> Option<Kind> {
    Some(match (first, second, third) {
        (b'*', b'*', b'=') => Kind::DoubleStarEqual,
        (b'/', b'/', b'=') => Kind::DoubleSlashEqual,
        (b'<', b'<', b'=') => Kind::LeftShiftEqual,
        (b'>', b'>', b'=') => Kind::RightShiftEqual,
        _ => return None,
    })
}
