// Checks many jobs at once with undici, as a Node program would: 64 at a time, each body parsed.
//
// node undici_batch.mjs URL CHECKS
import assert from "node:assert";
import { Agent, request } from "undici";

const AT_ONCE = 64;
const [url, checks] = [process.argv[2], Number(process.argv[3])];
const dispatcher = new Agent({ connections: AT_ONCE });
const headers = { authorization: "Bearer a-key-of-some-length" };
let next = 0;

async function worker() {
  while (next < checks) {
    const { body } = await request(`${url}/v1/jobs/job-${next++}`, { dispatcher, headers });
    assert.equal((await body.json()).status, "working");
  }
}

const begin = performance.now();
await Promise.all(Array.from({ length: AT_ONCE }, worker));
console.log((checks / ((performance.now() - begin) / 1000)).toFixed(0));
await dispatcher.close();
