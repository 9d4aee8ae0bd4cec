"""Checks many jobs at once with aiohttp, as a Python program would: 64 at a time, each body parsed.

python3 aiohttp_batch.py URL CHECKS
"""

import asyncio
import sys
import time

import aiohttp

AT_ONCE = 64


async def main(url: str, checks: int) -> None:
    numbers = iter(range(checks))

    async def worker(session: aiohttp.ClientSession) -> None:
        for number in numbers:
            async with session.get(f"{url}/v1/jobs/job-{number}") as answer:
                body = await answer.json()
                assert body["status"] == "working"

    headers = {"authorization": "Bearer a-key-of-some-length"}
    connector = aiohttp.TCPConnector(limit=AT_ONCE)
    async with aiohttp.ClientSession(headers=headers, connector=connector) as session:
        begin = time.perf_counter()
        await asyncio.gather(*(worker(session) for _ in range(AT_ONCE)))
        print(f"{checks / (time.perf_counter() - begin):.0f}")


asyncio.run(main(sys.argv[1], int(sys.argv[2])))
