"""What one connection may ask of the server: bytes, and seconds."""

from __future__ import annotations

from mockvod.service.media.bucket import MOST_BYTES

#: Bytes of the request line and the headers together. The longest query string that the API answers has 32 KB, and a
#: longer one is to be told so by the API.
HEAD_BYTES = 128 * 1024
HEADERS = 256
#: Bytes of a body: an upload may have the most.
BODY_BYTES = MOST_BYTES + 1
#: From the first byte of a request to the end of its headers.
HEAD_SECONDS = 20
#: From the end of the headers to the end of the body, and how many bytes a second a body must have on top of that.
BODY_SECONDS = 60
BODY_BYTES_A_SECOND = 10_000
#: Between two requests, and before the first one.
IDLE_SECONDS = 120
#: In which a client must take some bytes of its answer.
WRITE_SECONDS = 60
#: Requests that are read ahead while an earlier one is answered.
PIPELINED = 32
#: Calls that are held at a time (PullEvents). A held call takes no thread, so that only memory limits their number.
MOST_HELD = 10_000
#: Between two looks at which connections have used up their time.
SWEEP_SECONDS = 1.0
#: After SIGINT or SIGTERM, for what is being answered.
GRACE_SECONDS = 5.0
