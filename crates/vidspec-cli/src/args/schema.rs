//! `vidspec schema`

use clap::{Args, ValueEnum};

#[derive(Debug, Args)]
#[command(after_help = SCHEMA_EXAMPLES)]
pub(crate) struct Schema {
    /// What the schema is of
    #[arg(value_name = "WHAT")]
    pub(crate) subject: Subject,
}

/// What has a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Subject {
    /// A definition: providers/ID.yaml
    Definition,
    /// A claim with its evidence: fixtures/ID/SCENARIO/scenario.yaml
    Scenario,
    /// A list of claims in one file: fixtures/ID/cases.yaml
    Cases,
    /// What a provider documents: fixtures/ID/documented.yaml
    Documented,
    /// What `vidspec check --output json` prints
    Report,
    /// A line of `vidspec wait --output ndjson`
    Event,
}

const SCHEMA_EXAMPLES: &str = "\
Examples:
  vidspec schema definition > providers/provider.schema.json
      then this as the first line of a definition beside it, and VS Code or any yaml-language-server completes it:
      # yaml-language-server: $schema=provider.schema.json
  vidspec schema report > report.schema.json
      for a program that reads the output of check";
