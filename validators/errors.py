"""What the validators raise on purpose, and the root of everything that mockvod raises.

MockvodError
├── ContractError         a call or an answer breaks its contract, and the caller asked for an exception
├── ContractFileError     a file under contracts/ breaks its own form, or names what does not exist
├── UnknownAction         no contract has this name (also a ValueError)
├── UnknownReply          no text of errors.json has this key, or it takes other values (also a KeyError)
├── UpstreamError         the vendor's description of the API has a form that nobody has decided about (also a ValueError)
├── AuthorizationError    the gateway would refuse an Authorization header for its form (also a ValueError)
├── InvalidArgument       a strategy cannot be made of these arguments (also Hypothesis' own, and a ValueError)
└── NotInstalledError     an optional dependency is missing (also an ImportError)
    └── MediaNotInstalled     it is Pillow or PyAV

Each class stands in the module that raises it. `mockvod.errors` adds what only the server and the test kit raise.
"""


class MockvodError(Exception):
    """The base of every exception that mockvod raises on purpose: catch it to catch all of them."""


class NotInstalledError(MockvodError, ImportError):
    """An optional dependency is missing; the message names the extra that brings it."""
