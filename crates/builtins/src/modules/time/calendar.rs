//! Moments as calendar fields, in the proleptic Gregorian calendar.

/// C's `struct tm`, but with the year as it is and Monday as the week's first day.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Broken {
    pub year: i64,
    /// From 0.
    pub month: i64,
    pub day: i64,
    pub hour: i64,
    pub minute: i64,
    pub second: i64,
    pub week_day: i64,
    /// From 0.
    pub year_day: i64,
    pub summer: i64,
    pub zone: String,
    pub offset: i64,
}

const DAY: i64 = 86_400;

/// Days from 1970-01-01 to a date; the month counts from 0 and may be out of range.
pub(super) fn days_to(year: i64, month: i64, day: i64) -> i64 {
    let year = year + month.div_euclid(12);
    let month = month.rem_euclid(12);
    // Years that begin in March, so that the leap day is the last.
    let (year, month) = if month < 2 {
        (year - 1, month + 10)
    } else {
        (year, month - 2)
    };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * month + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

impl Broken {
    /// The fields in Greenwich.
    pub fn utc(when: i64) -> Broken {
        Broken::at(when, 0, 0, "GMT")
    }

    /// The fields where clocks are so many seconds ahead of Greenwich.
    pub fn at(when: i64, offset: i64, summer: i64, zone: &str) -> Broken {
        let local = when + offset;
        let (days, rest) = (local.div_euclid(DAY), local.rem_euclid(DAY));
        let shifted = days + 719_468;
        let era = shifted.div_euclid(146_097);
        let of_era = shifted.rem_euclid(146_097);
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * month + 2) / 5 + 1;
        let (month, year) = if month < 10 {
            (month + 2, year_of_era + era * 400)
        } else {
            (month - 10, year_of_era + era * 400 + 1)
        };
        Broken {
            year,
            month,
            day,
            hour: rest / 3600,
            minute: rest / 60 % 60,
            second: rest % 60,
            week_day: (days + 3).rem_euclid(7),
            year_day: days - days_to(year, 0, 1),
            summer,
            zone: zone.to_owned(),
            offset,
        }
    }

    /// Seconds since 1970 as if the fields were Greenwich's; fields out of range carry over.
    pub fn seconds(&self) -> i64 {
        days_to(self.year, self.month, self.day) * DAY
            + self.hour * 3600
            + self.minute * 60
            + self.second
    }

    /// As Python counts them: months and days of the year from 1.
    pub fn fields(&self) -> [i64; 9] {
        [
            self.year,
            self.month + 1,
            self.day,
            self.hour,
            self.minute,
            self.second,
            self.week_day,
            self.year_day + 1,
            self.summer,
        ]
    }

    pub fn from_fields(fields: [i64; 9]) -> Broken {
        let [
            year,
            month,
            day,
            hour,
            minute,
            second,
            week_day,
            year_day,
            summer,
        ] = fields;
        Broken {
            year,
            month: month - 1,
            day,
            hour,
            minute,
            second,
            week_day,
            year_day: year_day - 1,
            summer,
            zone: super::zone::name_of(summer),
            offset: 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_days_are_each_others_inverse() {
        for when in [
            -62_135_596_800,
            -1,
            0,
            951_782_400,
            1_709_164_800,
            253_402_300_799,
        ] {
            assert_eq!(Broken::utc(when).seconds(), when);
        }
        let leap = Broken::utc(951_782_400);
        assert_eq!(leap.fields(), [2000, 2, 29, 0, 0, 0, 1, 60, 0]);
    }
}
