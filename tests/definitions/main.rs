//! Broken definitions and what is said of them.
