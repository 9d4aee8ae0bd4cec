//! The engine's work, each beside the cheapest thing that does a comparable job.
//!
//! `cargo bench -p vidspec` prints times; the ratio of `judge` to `parse` of the same provider is what matters.

#![expect(clippy::unwrap_used, reason = "a benchmark stops at what should not be")]

use std::hint::black_box;
use std::path::Path;

use criterion::{Criterion, criterion_group, criterion_main};
use vidspec::{Catalogue, JobId, Provider, Response};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// A finished job of each provider, as its documentation shows it.
const BODIES: [(&str, &str); 7] = [
    ("colossyan", "colossyan/completed/status.json"),
    ("pictory", "pictory/completed/status.json"),
    ("vozo", "vozo/completed/completed.json"),
    ("varg", "varg/completed/completed.json"),
    ("veo", "veo/completed/completed.json"),
    ("sora", "sora/completed-recorded/completed-recorded.json"),
    ("sora", "sora/in-progress/in-progress.json"),
];

fn read(path: &str) -> String {
    std::fs::read_to_string(Path::new(ROOT).join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn judging(criterion: &mut Criterion) {
    let catalogue = Catalogue::builtin();
    let job_id = JobId::new("job-1").unwrap();
    for (id, file) in BODIES {
        let provider = catalogue.provider(id).unwrap();
        let body = read(&format!("fixtures/{file}"));
        let response = Response::new(200, body.clone());
        let mut group = criterion.benchmark_group(format!("{file} ({} bytes)", body.len()));
        group.bench_function("parse", |bencher| {
            bencher.iter(|| serde_json::from_slice::<serde_json::Value>(black_box(body.as_bytes())).unwrap());
        });
        group.bench_function("judge", |bencher| bencher.iter(|| provider.judge(&job_id, black_box(&response))));
        group.finish();
    }
}

fn compiling(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("compile");
    for id in ["vozo", "veo"] {
        let text = read(&format!("providers/{id}.yaml"));
        group.bench_function(id, |bencher| bencher.iter(|| Provider::parse("definition", black_box(&text)).unwrap()));
    }
    group.finish();
}

/// Finding a provider at the start of a program, when nothing has been read yet.
fn resolving(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("resolve");
    let builtin = Catalogue::builtin().ids().count();
    for count in [builtin, 200] {
        let crowd = || {
            let mut catalogue = Catalogue::builtin();
            let text = read("providers/varg.yaml");
            for number in builtin..count {
                catalogue.add_text(&format!("copy{number}.yaml"), text.replace("id: varg", &format!("id: copy{number}")));
            }
            catalogue
        };
        group.bench_function(format!("reference, {count} definitions"), |bencher| {
            bencher.iter_batched_ref(
                crowd,
                |catalogue| catalogue.resolve("sora:abc123", None).unwrap(),
                criterion::BatchSize::SmallInput,
            );
        });
        group.bench_function(format!("bare id, {count} definitions"), |bencher| {
            bencher.iter_batched_ref(
                crowd,
                |catalogue| catalogue.resolve("video_abc123", None).unwrap(),
                criterion::BatchSize::SmallInput,
            );
        });
    }
    let known = Catalogue::builtin();
    known.resolve("video_abc123", None).unwrap();
    group.bench_function("bare id, definitions read already", |bencher| {
        bencher.iter(|| known.resolve(black_box("video_abc123"), None).unwrap());
    });
    group.finish();
}

criterion_group!(benches, judging, compiling, resolving);
criterion_main!(benches);
