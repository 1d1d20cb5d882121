//! The two variable-length integers of 3.11's tables.

/// Little-endian groups of six bits, bit 6 set when more follow (location table).
pub(crate) fn write_little(out: &mut Vec<u8>, mut value: u32) {
    while value >= 64 {
        out.push(0x40 | (value & 0x3f) as u8);
        value >>= 6;
    }
    out.push(value as u8);
}

/// The sign goes to bit 0.
pub(crate) fn write_little_signed(out: &mut Vec<u8>, value: i32) {
    let magnitude = value.unsigned_abs() << 1;
    write_little(out, if value < 0 { magnitude | 1 } else { magnitude });
}

/// `None` at the end of the bytes or past 32 bits.
pub(crate) fn read_little(bytes: &mut impl Iterator<Item = u8>) -> Option<u32> {
    let mut value = 0u32;
    let mut shift = 0;
    loop {
        let byte = bytes.next()?;
        let group = u32::from(byte & 0x3f);
        value |= group.checked_shl(shift).filter(|v| v >> shift == group)?;
        if byte & 0x40 == 0 {
            return Some(value);
        }
        shift += 6;
    }
}

pub(crate) fn read_little_signed(bytes: &mut impl Iterator<Item = u8>) -> Option<i32> {
    let value = read_little(bytes)?;
    let magnitude = (value >> 1) as i32;
    Some(if value & 1 == 1 {
        -magnitude
    } else {
        magnitude
    })
}

/// Big-endian groups of six bits, bit 6 set when more follow, bit 7 where an entry starts (exception table).
pub(crate) fn write_big(out: &mut Vec<u8>, value: u32, first_of_entry: bool) {
    let mut mark = if first_of_entry { 0x80 } else { 0 };
    for shift in [30, 24, 18, 12, 6] {
        if value >> shift != 0 {
            out.push(mark | 0x40 | ((value >> shift) & 0x3f) as u8);
            mark = 0;
        }
    }
    out.push(mark | (value & 0x3f) as u8);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn little_round_trips() {
        for value in [0, 1, 63, 64, 4095, 4096, 1 << 30, u32::MAX] {
            let mut out = Vec::new();
            write_little(&mut out, value);
            assert_eq!(
                read_little(&mut out.iter().copied()),
                Some(value),
                "{out:?}"
            );
        }
        for value in [0, 1, -1, 100, -100, i32::MAX >> 1, -(i32::MAX >> 1)] {
            let mut out = Vec::new();
            write_little_signed(&mut out, value);
            assert_eq!(
                read_little_signed(&mut out.iter().copied()),
                Some(value),
                "{out:?}"
            );
        }
        assert_eq!(read_little(&mut [0x7f; 20].into_iter()), None);
        assert_eq!(read_little(&mut [0x40].into_iter()), None);
    }
}
