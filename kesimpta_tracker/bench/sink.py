"""A mail server that takes every mail and keeps none: `python -m kesimpta_tracker.bench.sink PORT`.

VRFY tells how many mails came and how many seconds lay between the first and the last. RSET begins to count anew.
"""

import asyncio
import smtplib
import sys
import time


class Sink:
    """Counts mails."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        self.count, self.first, self.last = 0, 0.0, 0.0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 sink\r\n")
        while line := await reader.readline():
            word = line[:4].upper()
            if word == b"DATA":
                writer.write(b"354 go on\r\n")
                await reader.readuntil(b"\r\n.\r\n")
                self.take()
            writer.write(self.answer(word))
            if word == b"QUIT":
                break
        writer.close()

    def take(self) -> None:
        self.last = time.perf_counter()
        self.first = self.first or self.last
        self.count += 1

    def answer(self, word: bytes) -> bytes:
        if word == b"VRFY":
            return f"252 {self.count} {self.last - self.first:.4f}\r\n".encode()
        if word == b"RSET":
            self.forget()
        return b"221 bye\r\n" if word == b"QUIT" else b"250 ok\r\n"


def taken(port: int) -> tuple[int, float]:
    """Ask the sink how many mails came in how many seconds."""
    with smtplib.SMTP("127.0.0.1", port) as link:
        count, seconds = link.verify("all")[1].split()
    return int(count), float(seconds)


def forget(port: int) -> None:
    """Have the sink begin to count anew."""
    with smtplib.SMTP("127.0.0.1", port) as link:
        link.rset()


async def main(port: int) -> None:
    server = await asyncio.start_server(Sink().serve, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
