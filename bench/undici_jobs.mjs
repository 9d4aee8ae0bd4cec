// Many jobs with undici, as a Node program would ask for them: 64 at a time, each body parsed.
//
// node undici_jobs.mjs batch|wait URL JOBS
//
// `batch` asks once for each, `wait` every 5 s for 20 s. Prints: questions, seconds, seconds of processor, KiB, and 0.
import assert from "node:assert";
import { setTimeout as sleep } from "node:timers/promises";
import { Agent, request } from "undici";

const AT_ONCE = 64;
const [INTERVAL, TIME_LIMIT] = [5000, 20000];
const [what, url, jobs] = [process.argv[2], process.argv[3], Number(process.argv[4])];
// The agent itself lets no more than this through at a time.
const dispatcher = new Agent({ connections: AT_ONCE, pipelining: 1 });
const headers = { authorization: "Bearer a-key-of-some-length" };
let [next, asked] = [0, 0];

async function ask(number) {
  const { body } = await request(`${url}/v1/jobs/job-${number}`, { dispatcher, headers });
  assert.equal((await body.json()).status, "working");
  asked += 1;
}

async function worker() {
  while (next < jobs) await ask(next++);
}

async function waiter(number) {
  // Spread over the first interval, as they would be if they had been submitted one by one.
  for (let due = begin + (INTERVAL * number) / jobs; due < begin + TIME_LIMIT; due += INTERVAL) {
    await sleep(Math.max(0, due - performance.now()));
    await ask(number);
  }
}

const begin = performance.now();
if (what === "batch") await Promise.all(Array.from({ length: AT_ONCE }, worker));
else await Promise.all(Array.from({ length: jobs }, (_, number) => waiter(number)));
const seconds = (performance.now() - begin) / 1000;
const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
console.log(asked, seconds, (userCPUTime + systemCPUTime) / 1e6, maxRSS, 0);
await dispatcher.close();
