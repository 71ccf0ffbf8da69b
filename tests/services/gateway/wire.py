"""Requests byte by byte, as no client library would send them."""

import asyncio

import httpx

from tests.services.gateway.stage import Running


async def raw(gateway: Running, line: str, *headers: str) -> tuple[int | None, bytes]:
    text = "\r\n".join([line, "Host: gateway", "Connection: close", *headers, "", ""])
    return await _exchange(gateway, text.encode())


async def raw_bytes(gateway: Running, data: bytes) -> int | None:
    return (await _exchange(gateway, data))[0]


async def _exchange(gateway: Running, data: bytes) -> tuple[int | None, bytes]:
    url = httpx.URL(gateway.url)
    reader, writer = await asyncio.open_connection(url.host, url.port)
    try:
        writer.write(data)
        writer.write_eof()
        answer = await asyncio.wait_for(reader.read(), 5)
    except (ConnectionError, TimeoutError):
        answer = b""
    finally:
        writer.close()
    status = int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/") else None
    return status, answer
