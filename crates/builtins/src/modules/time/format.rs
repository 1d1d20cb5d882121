//! Times as text: `strftime` and `asctime`, in C's locale.

use super::calendar::{Broken, days_to};

const DAYS: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

fn day(b: &Broken) -> &'static str {
    DAYS[b.week_day.rem_euclid(7) as usize]
}

fn month(b: &Broken) -> &'static str {
    MONTHS[b.month.rem_euclid(12) as usize]
}

/// `Sun Jun 20 23:21:05 1993`.
pub(super) fn asctime(b: &Broken) -> String {
    format!(
        "{} {}{:3} {:02}:{:02}:{:02} {}",
        &day(b)[..3],
        &month(b)[..3],
        b.day,
        b.hour,
        b.minute,
        b.second,
        b.year
    )
}

/// Week of the year and its year, as ISO 8601 counts.
fn iso_week(b: &Broken) -> (i64, i64) {
    let week = (b.year_day - b.week_day + 10) / 7;
    let weeks_of = |year: i64| {
        // A year has 53 weeks if its first or last day is a Thursday.
        let first = (days_to(year, 0, 1) + 3).rem_euclid(7);
        let last = (days_to(year, 11, 31) + 3).rem_euclid(7);
        if first == 3 || last == 3 { 53 } else { 52 }
    };
    if week < 1 {
        (b.year - 1, weeks_of(b.year - 1))
    } else if week > weeks_of(b.year) {
        (b.year + 1, 1)
    } else {
        (b.year, week)
    }
}

fn twelve(hour: i64) -> i64 {
    match hour % 12 {
        0 => 12,
        h => h,
    }
}

pub(super) fn strftime(format: &str, b: &Broken) -> String {
    let mut out = String::with_capacity(format.len() * 2);
    let mut rest = format;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        let (field, after) = Field::read(&rest[at..]);
        match field.and_then(|field| field.shown(b)) {
            Some(text) => out.push_str(&text),
            None => out.push_str(&rest[at..rest.len() - after.len()]),
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// A directive with what glibc allows before its letter.
struct Field {
    /// How numbers are padded, and how letters are written.
    flag: Option<char>,
    width: usize,
    directive: char,
}

/// No field is wider.
const WIDEST: usize = 1 << 16;

impl Field {
    /// Reads a directive from its `%` on; with what follows it. `None` if it is none.
    fn read(format: &str) -> (Option<Field>, &str) {
        let mut chars = format[1..].chars();
        let mut next = chars.next();
        let mut flag = None;
        while let Some('-' | '_' | '0' | '^' | '#') = next {
            flag = next;
            next = chars.next();
        }
        let mut width = 0;
        while let Some(digit) = next.and_then(|c| c.to_digit(10)) {
            width = (width * 10 + digit as usize).min(WIDEST);
            next = chars.next();
        }
        // Another calendar's or other digits: what there is in the C locale is the plain one.
        let modifier = next.filter(|c| matches!(c, 'E' | 'O'));
        if modifier.is_some() {
            next = chars.next();
        }
        let Some(directive) = next else {
            return (None, chars.as_str());
        };
        let allowed = match modifier {
            Some('E') => "cCxXyY",
            Some(_) => "bBdehHIklmMSuUVwWy",
            None => {
                return (
                    Some(Field {
                        flag,
                        width,
                        directive,
                    }),
                    chars.as_str(),
                );
            }
        };
        let field = allowed.contains(directive).then_some(Field {
            flag,
            width,
            directive,
        });
        (field, chars.as_str())
    }

    fn shown(&self, b: &Broken) -> Option<String> {
        let text = one(self.directive, b)?;
        let last = text.bytes().last();
        let is_number = last.is_some_and(|c| c.is_ascii_digit())
            && text.trim_start().bytes().all(|c| c.is_ascii_digit());
        let digits = || text.trim_start_matches(['0', ' ']);
        let bare = || match digits() {
            "" if !text.is_empty() => "0".to_owned(),
            digits => digits.to_owned(),
        };
        let shown = match self.flag {
            Some('-') if is_number => bare(),
            Some('_') if is_number => format!("{:>1$}", bare(), text.len()),
            Some('0') if is_number => format!("{:0>1$}", bare(), text.len()),
            Some('#') if matches!(self.directive, 'p' | 'Z') => text.to_lowercase(),
            Some('^' | '#') => text.to_uppercase(),
            _ => text.clone(),
        };
        let with_zeros = match self.flag {
            Some('0') => true,
            Some('-' | '_') => false,
            _ => is_number && !text.starts_with(' ') && !matches!(self.directive, 'e' | 'k' | 'l'),
        };
        let fill = if with_zeros { '0' } else { ' ' };
        let missing = self.width.saturating_sub(shown.chars().count());
        Some(
            std::iter::repeat_n(fill, missing)
                .chain(shown.chars())
                .collect(),
        )
    }
}

fn one(directive: char, b: &Broken) -> Option<String> {
    let offset = |colon: &str| {
        let sign = if b.offset < 0 { '-' } else { '+' };
        let minutes = b.offset.abs() / 60;
        format!("{sign}{:02}{colon}{:02}", minutes / 60, minutes % 60)
    };
    Some(match directive {
        'a' => day(b)[..3].to_owned(),
        'A' => day(b).to_owned(),
        'b' | 'h' => month(b)[..3].to_owned(),
        'B' => month(b).to_owned(),
        'c' => strftime("%a %b %e %H:%M:%S %Y", b),
        'C' => format!("{:02}", b.year.div_euclid(100)),
        'd' => format!("{:02}", b.day),
        'D' | 'x' => strftime("%m/%d/%y", b),
        'e' => format!("{:2}", b.day),
        'F' => strftime("%Y-%m-%d", b),
        'G' => iso_week(b).0.to_string(),
        'g' => format!("{:02}", iso_week(b).0.rem_euclid(100)),
        'H' => format!("{:02}", b.hour),
        'I' => format!("{:02}", twelve(b.hour)),
        'j' => format!("{:03}", b.year_day + 1),
        'k' => format!("{:2}", b.hour),
        'l' => format!("{:2}", twelve(b.hour)),
        'm' => format!("{:02}", b.month + 1),
        'M' => format!("{:02}", b.minute),
        'n' => "\n".to_owned(),
        'p' => (if b.hour < 12 { "AM" } else { "PM" }).to_owned(),
        'P' => (if b.hour < 12 { "am" } else { "pm" }).to_owned(),
        'r' => strftime("%I:%M:%S %p", b),
        'R' => strftime("%H:%M", b),
        's' => super::zone::unix_time(b).to_string(),
        'S' => format!("{:02}", b.second),
        't' => "\t".to_owned(),
        'T' | 'X' => strftime("%H:%M:%S", b),
        'u' => (b.week_day + 1).to_string(),
        'U' => format!("{:02}", (b.year_day + 7 - (b.week_day + 1) % 7) / 7),
        'V' => format!("{:02}", iso_week(b).1),
        'w' => ((b.week_day + 1) % 7).to_string(),
        'W' => format!("{:02}", (b.year_day + 7 - b.week_day) / 7),
        'y' => format!("{:02}", b.year.rem_euclid(100)),
        'Y' => b.year.to_string(),
        'z' => offset(""),
        'Z' => b.zone.clone(),
        '%' => "%".to_owned(),
        _ => return None,
    })
}
