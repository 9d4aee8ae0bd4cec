//! The legal word that a mistaken one was probably meant to be.

/// The most similar word, if one is similar enough to be a likely slip.
pub(crate) fn nearest<'w>(found: &str, words: impl Iterator<Item = &'w str>) -> Option<&'w str> {
    let close = |word: &&str| strsim::damerau_levenshtein(found, word) <= 1 + found.len().max(word.len()) / 4;
    words.filter(close).min_by_key(|word| strsim::damerau_levenshtein(found, word))
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn slips_are_recognised_and_other_words_are_not() {
        let words = ["completed", "canceled", "failed", "queued"];
        assert_eq!(nearest("complete", words.into_iter()), Some("completed"));
        assert_eq!(nearest("cancelled", words.into_iter()), Some("canceled"));
        assert_eq!(nearest("running", words.into_iter()), None);
    }
}
