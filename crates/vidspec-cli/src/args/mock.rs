//! `vidspec mock`

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::{Folders, time};

#[derive(Debug, Args)]
#[command(after_help = MOCK_EXAMPLES)]
pub(crate) struct Mock {
    /// The provider to answer like
    #[arg(long, value_name = "ID")]
    pub(crate) provider: String,

    #[command(flatten)]
    pub(crate) folders: Folders,

    /// The folder with the evidence for a definition of your own
    #[arg(long, value_name = "DIR")]
    pub(crate) fixtures: Option<PathBuf>,

    /// The port on 127.0.0.1; 0 takes a free one
    #[arg(long, value_name = "PORT", default_value_t = 4010)]
    pub(crate) port: u16,

    /// How jobs fare: happy, fail, moderated, expired, stuck, throttled, flaky, or the name of a scenario
    ///
    /// A job whose id begins with such a name and a `-`, as fail-1, fares so whatever is said here; so does a request with the
    /// header `x-vidspec-scenario`.
    #[arg(long, value_name = "NAME", default_value = "happy")]
    pub(crate) scenario: String,

    /// Accept this key only; it is no secret. Without it any key will do that does not begin with `wrong`
    #[arg(long, value_name = "TEXT")]
    pub(crate) key: Option<String>,

    /// Wait so long before each answer, such as 200ms
    #[arg(long, value_name = "TIME", value_parser = time::duration, allow_hyphen_values = true)]
    pub(crate) delay: Option<Duration>,
}

const MOCK_EXAMPLES: &str = "\
Examples:
  vidspec mock --provider sora
      then: OPENAI_BASE_URL=http://127.0.0.1:4010/v1 OPENAI_API_KEY=any your-program
  vidspec mock --provider pictory --scenario fail --port 0
      every job fails; the address with its port is the only line on standard output
  curl -d '{\"kind\": \"drop\", \"times\": 2}' http://127.0.0.1:4010/__vidspec/fault
      the next two questions are left without an answer; see docs/mock.md";
