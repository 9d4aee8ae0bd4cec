//! A length of time, as it is written in an argument.

use std::time::Duration;

pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    let friendly = || text.parse::<jiff::SignedDuration>().ok().and_then(|duration| Duration::try_from(duration).ok());
    match seconds.or_else(friendly) {
        Some(Duration::ZERO) => Err("expected a time above zero, such as 500ms, 30s or 2m".to_owned()),
        Some(duration) => Ok(duration),
        None => Err("expected a time such as 500ms, 30s or 2m, or a number of seconds".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times() {
        for (text, millis) in [("30s", 30_000), ("500ms", 500), ("2m", 120_000), ("1.5", 1_500), ("1m30s", 90_000)] {
            assert_eq!(duration(text), Ok(Duration::from_millis(millis)), "{text}");
        }
        for text in ["", "0", "-1", "soon", "inf", "NaN", "-5s", "1e400"] {
            assert!(duration(text).is_err(), "{text}");
        }
    }
}
