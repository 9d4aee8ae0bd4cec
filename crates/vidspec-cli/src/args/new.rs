//! `vidspec new`

use std::path::PathBuf;

use clap::Args;

#[derive(Debug, Args)]
#[command(after_help = NEW_EXAMPLES)]
pub(crate) struct New {
    /// The provider's short name: small letters, digits and `-`
    #[arg(value_name = "ID")]
    pub(crate) short_name: String,

    /// The folder that holds `providers` and `fixtures`, or is to hold them
    #[arg(value_name = "DIR", default_value = ".")]
    pub(crate) folder: PathBuf,

    /// The provider's name for people, such as Acme Video
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,

    /// The page that describes the status request
    #[arg(long, value_name = "URL")]
    pub(crate) docs: Option<String>,

    /// The address of the API, such as `https://api.acme.example`
    #[arg(long, value_name = "URL")]
    pub(crate) base_url: Option<String>,

    /// How the key is sent: bearer, raw, basic, scheme:WORD, header:NAME or query:NAME
    #[arg(long, value_name = "STYLE")]
    pub(crate) auth: Option<String>,

    /// The environment variable that holds the key, such as `ACME_API_KEY`; several with commas
    #[arg(long, value_name = "NAME")]
    pub(crate) env: Option<String>,

    /// The path of the status request, such as `/v1/jobs/{job_id}`
    #[arg(long, value_name = "PATH")]
    pub(crate) get: Option<String>,

    /// Where the answer holds the status, such as `$.status`
    #[arg(long, value_name = "JSONPATH")]
    pub(crate) status_path: Option<String>,

    /// The provider's words and what they mean, such as `done=completed,error=failed`
    #[arg(long, value_name = "WORD=STATE,…")]
    pub(crate) map: Option<String>,

    /// Where the answer holds the address of the video, such as `$.video.url`
    #[arg(long, value_name = "JSONPATH")]
    pub(crate) video: Option<String>,

    /// The id of a job as the pages show it
    #[arg(long, value_name = "JOB")]
    pub(crate) job_id: Option<String>,

    /// An answer as the pages show it: it becomes the evidence, and places are proposed from it
    #[arg(long, value_name = "FILE")]
    pub(crate) from: Option<PathBuf>,

    /// Write over files that are there already
    #[arg(long)]
    pub(crate) force: bool,
}

const NEW_EXAMPLES: &str = "\
Examples:
  vidspec new acme
      asks for the facts one by one, and writes ./providers/acme.yaml and ./fixtures/acme
  vidspec new acme --from answer.json
      proposes where the status and the video stand, from an answer that was copied from the pages
  vidspec new acme my --docs https://docs.acme.example/get \\
      --base-url https://api.acme.example --get '/v1/jobs/{job_id}' \\
      --auth header:X-Acme-Key --env ACME_API_KEY --job-id rnd_7Qx2mV \\
      --status-path $.status --map waiting=queued,done=completed,error=failed \\
      --video $.video.url
      all facts at once, into the folder my";
