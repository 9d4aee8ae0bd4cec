"""Many jobs with aiohttp, as a Python program would ask for them: 64 at a time, each body parsed.

python3 aiohttp_jobs.py batch|wait URL JOBS

`batch` asks once for each, `wait` every 5 s for 20 s. Prints: questions, seconds, seconds of processor, KiB, and 0.
"""

import asyncio
import resource
import sys
import time

import aiohttp

AT_ONCE = 64
INTERVAL, TIME_LIMIT = 5.0, 20.0


async def main(what: str, url: str, jobs: int) -> None:
    asked = 0
    turn = asyncio.Semaphore(AT_ONCE)

    async def ask(number: int) -> None:
        nonlocal asked
        async with turn, session.get(f"{url}/v1/jobs/job-{number}") as answer:
            body = await answer.json()
        assert body["status"] == "working"
        asked += 1

    async def worker(numbers) -> None:
        for number in numbers:
            await ask(number)

    async def waiter(number: int) -> None:
        # Spread over the first interval, as they would be if they had been submitted one by one.
        due = begin + INTERVAL * number / jobs
        while due < begin + TIME_LIMIT:
            await asyncio.sleep(due - time.perf_counter())
            await ask(number)
            due += INTERVAL

    headers = {"authorization": "Bearer a-key-of-some-length"}
    connector = aiohttp.TCPConnector(limit=AT_ONCE)
    async with aiohttp.ClientSession(headers=headers, connector=connector) as session:
        begin = time.perf_counter()
        if what == "batch":
            numbers = iter(range(jobs))
            await asyncio.gather(*(worker(numbers) for _ in range(AT_ONCE)))
        else:
            await asyncio.gather(*(waiter(number) for number in range(jobs)))
        seconds = time.perf_counter() - begin
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(asked, seconds, used.ru_utime + used.ru_stime, used.ru_maxrss, 0)


asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
