//! The local time zone, as `TZ` or the system says.

use super::calendar::Broken;
use tz::TimeZone;

/// The zone of `TZ`, of the system, or Greenwich's.
fn zone() -> TimeZone {
    let named = std::env::var("TZ").ok();
    let found = match named.as_deref() {
        Some("") => return TimeZone::utc(),
        Some(name) => TimeZone::from_posix_tz(name),
        None => TimeZone::local(),
    };
    found.unwrap_or_else(|_| TimeZone::utc())
}

/// Offset in seconds, whether it is summer time, and the zone's short name.
fn rule(zone: &TimeZone, when: i64) -> (i64, bool, String) {
    match zone.find_local_time_type(when) {
        Ok(found) => (
            i64::from(found.ut_offset()),
            found.is_dst(),
            found.time_zone_designation().to_owned(),
        ),
        Err(_) => (0, false, "UTC".to_owned()),
    }
}

/// The local fields of a moment.
pub(super) fn local(when: i64) -> Broken {
    let (offset, summer, name) = rule(&zone(), when);
    Broken::at(when, offset, i64::from(summer), &name)
}

/// The moment that local fields mean (`mktime`).
pub(super) fn unix_time(broken: &Broken) -> i64 {
    let zone = zone();
    let wanted = broken.seconds();
    let candidates = [wanted - DAY, wanted + DAY].map(|t| rule(&zone, t));
    let fits = |r: &(i64, bool, String)| {
        let there = rule(&zone, wanted - r.0);
        there.0 == r.0 && (broken.summer < 0 || i64::from(there.1) == broken.summer.min(1))
    };
    let chosen = candidates
        .iter()
        .find(|r| fits(r))
        .or_else(|| {
            candidates
                .iter()
                .find(|r| broken.summer >= 0 && i64::from(r.1) == broken.summer.min(1))
        })
        .unwrap_or(&candidates[0]);
    wanted - chosen.0
}

const DAY: i64 = 86_400;

/// Offset and name of a zone's standard and summer time.
pub(super) struct Names {
    pub standard: (i64, String),
    pub summer: (i64, String),
}

/// The rules of a moment's year, seen in January and July (`init_timezone`).
pub(super) fn names(when: i64) -> Names {
    let zone = zone();
    let year = Broken::utc(when).year;
    let january = rule(&zone, super::calendar::days_to(year, 0, 1) * DAY);
    let july = rule(&zone, super::calendar::days_to(year, 6, 1) * DAY);
    // South of the equator it is the greater offset that is summer time.
    let (standard, summer) = if january.0 <= july.0 {
        (january, july)
    } else {
        (july, january)
    };
    Names {
        standard: (standard.0, standard.2),
        summer: (summer.0, summer.2),
    }
}

/// The name that a time tuple's last field stands for.
pub(super) fn name_of(summer: i64) -> String {
    let names = names(super::now_seconds());
    match summer {
        0 => names.standard.1,
        1.. => names.summer.1,
        _ => String::new(),
    }
}
