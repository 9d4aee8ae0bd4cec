//! Moments and lengths of time, in the notations that providers use.

use serde::{Serialize, Serializer};

/// A moment in time, written as RFC 3339 in UTC.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(jiff::Timestamp);

impl Timestamp {
    /// The present moment to the millisecond, by the system's clock.
    pub fn now() -> Self {
        let now = jiff::Timestamp::now();
        Self(jiff::Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now))
    }

    /// Reads RFC 3339, or the date of an HTTP header; a time without a zone is UTC, as all the providers that write so mean it.
    ///
    /// ```
    /// use vidspec::Timestamp;
    /// let with_zone: Timestamp = Timestamp::parse("2026-02-13T11:00:00+01:00").unwrap();
    /// assert_eq!(with_zone, Timestamp::parse("2026-02-13T10:00:00").unwrap());
    /// assert_eq!(with_zone, Timestamp::parse("Fri, 13 Feb 2026 10:00:00 GMT").unwrap());
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Ok(moment) = text.parse::<jiff::Timestamp>() {
            return Some(Self(moment));
        }
        match text.parse::<jiff::civil::DateTime>() {
            Ok(civil) => civil.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|zoned| Self(zoned.timestamp())),
            Err(_) => Self::parse_http_date(text),
        }
    }

    /// Reads the date of an HTTP header (RFC 9110, section 5.6.7).
    pub(crate) fn parse_http_date(text: &str) -> Option<Self> {
        jiff::Timestamp::try_from(httpdate::parse_http_date(text.trim()).ok()?).ok().map(Self)
    }

    /// A moment given as seconds since 1970, whole or not.
    pub fn from_unix_seconds(seconds: f64) -> Option<Self> {
        // A float of today's seconds is exact to a quarter of a microsecond: round the noise away.
        let microseconds = (seconds * 1e6).round();
        #[expect(
            clippy::cast_possible_truncation,
            reason = "what is too large becomes a moment that is refused, and NaN is told apart"
        )]
        let whole = (!microseconds.is_nan()).then_some(microseconds as i64)?;
        jiff::Timestamp::from_microsecond(whole).ok().map(Self)
    }

    /// Whole seconds since 1970.
    pub(crate) fn unix_seconds(self) -> i64 {
        self.0.as_second()
    }

    /// Seconds from `earlier` to this moment; negative if this one is the earlier.
    pub fn seconds_since(self, earlier: Self) -> f64 {
        self.0.duration_since(earlier.0).as_secs_f64()
    }

    /// This moment and so many seconds; `None` beyond the years that can be written.
    pub fn plus_seconds(self, seconds: f64) -> Option<Self> {
        let length = jiff::SignedDuration::try_from_secs_f64(seconds).ok()?;
        self.0.checked_add(length).ok().map(Self)
    }
}

impl From<Timestamp> for std::time::SystemTime {
    fn from(moment: Timestamp) -> Self {
        moment.0.into()
    }
}

impl std::fmt::Display for Timestamp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Reads a length of time, in seconds, in the notations seen in answers: `8s`, `12.5s`, `500ms`, `6m0s`, `2d`,
/// `0:00:59.000000` (hours, minutes, seconds) and a bare number, which is seconds.
pub(crate) fn parse_duration(text: &str) -> Option<f64> {
    let text = text.trim();
    if text.is_empty() || text.starts_with(['+', '-']) {
        return None;
    }
    let seconds = if text.contains(':') { parse_clock(text)? } else { parse_units(text)? };
    seconds.is_finite().then_some(seconds)
}

/// `59.5`, `0:59.5`, `1:00:59.5`.
fn parse_clock(text: &str) -> Option<f64> {
    let mut seconds = 0.0;
    let mut fields = 0;
    for field in text.split(':') {
        seconds = seconds * 60.0 + parse_decimal(field)?;
        fields += 1;
    }
    (fields <= 3).then_some(seconds)
}

/// `8s`, `6m0s`, `1h30m`; a bare number is seconds.
fn parse_units(text: &str) -> Option<f64> {
    if let Some(seconds) = parse_decimal(text) {
        return Some(seconds);
    }
    let mut rest = text;
    let mut seconds = 0.0;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, tail) = rest.split_at(digits);
        let letters = tail.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(tail.len());
        let (unit, tail) = tail.split_at(letters);
        seconds += parse_decimal(number)? * unit_in_seconds(unit)?;
        rest = tail.trim_start();
    }
    Some(seconds)
}

fn unit_in_seconds(unit: &str) -> Option<f64> {
    Some(match unit {
        "ms" => 0.001,
        "s" | "sec" | "secs" => 1.0,
        "m" | "min" | "mins" => 60.0,
        "h" => 3_600.0,
        "d" => 86_400.0,
        _ => return None,
    })
}

/// Digits with at most one point: not `inf`, not `1e9`, no sign.
fn parse_decimal(text: &str) -> Option<f64> {
    let plain = text.bytes().all(|b| b.is_ascii_digit() || b == b'.') && text.bytes().any(|b| b.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_in_every_notation() {
        for (text, seconds) in [
            ("8s", 8.0),
            ("8", 8.0),
            ("65.6", 65.6),
            ("12.5s", 12.5),
            ("3.957525076s", 3.957_525_076),
            ("500ms", 0.5),
            ("6m0s", 360.0),
            ("1h30m", 5_400.0),
            ("2d", 172_800.0),
            ("0:00:59.000000", 59.0),
            ("1:02:03", 3_723.0),
        ] {
            assert_eq!(parse_duration(text), Some(seconds), "{text}");
        }
    }

    #[test]
    fn no_duration_from_anything_else() {
        for text in ["", "s", "8x", "-8s", "inf", "NaN", "1e9", "8s8", "1:2:3:4", "1..2s", "::"] {
            assert_eq!(parse_duration(text), None, "{text}");
        }
    }

    #[test]
    fn times_with_any_number_of_fraction_digits_and_with_or_without_zone() {
        for text in ["2020-09-03T13:56:54.995", "2020-09-03T13:56:54.995Z", "2020-09-03T15:56:54.9950000+02:00"] {
            assert_eq!(Timestamp::parse(text).map(|t| t.to_string()), Some("2020-09-03T13:56:54.995Z".into()), "{text}");
        }
        assert_eq!(Timestamp::parse("yesterday"), None);
    }

    #[test]
    fn unix_seconds() {
        assert_eq!(Timestamp::from_unix_seconds(1_758_941_485.0).map(|t| t.to_string()), Some("2025-09-27T02:51:25Z".into()));
        assert_eq!(
            Timestamp::from_unix_seconds(1_758_941_485.995).map(|t| t.to_string()),
            Some("2025-09-27T02:51:25.995Z".into())
        );
        assert_eq!(Timestamp::from_unix_seconds(-0.5).map(|t| t.to_string()), Some("1969-12-31T23:59:59.5Z".into()));
        for never in [f64::INFINITY, f64::NEG_INFINITY, f64::NAN, 1e300, 1e13, -1e13] {
            assert_eq!(Timestamp::from_unix_seconds(never), None, "{never}");
        }
    }

    #[test]
    fn http_dates() {
        let date = Timestamp::parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(date.map(|t| t.to_string()), Some("1994-11-06T08:49:37Z".into()));
    }
}
