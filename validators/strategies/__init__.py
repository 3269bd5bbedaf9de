"""Hypothesis strategies for what clients of the service send and what they get back (extra `hypothesis`).

Importing this package without Hypothesis raises NotInstalledError, an ImportError that names the extra. Arguments are
checked when a strategy is made: InvalidArgument is raised then, not when a test draws.
"""

from importlib import import_module

from mockvod.validators.errors import NotInstalledError

try:
    import_module("hypothesis")  # first, so that a missing extra has a message of its own
except ImportError as _error:  # a bare `error` would be a public name of this package
    raise NotInstalledError(
        f"strategies need Hypothesis ({_error}); install it with: pip install 'mockvod[hypothesis]'"
    ) from _error

from mockvod.validators.strategies.answers.answers import task_details, task_types
from mockvod.validators.strategies.answers.error_answers import api_errors, error_responses
from mockvod.validators.strategies.answers.events import event_types, events
from mockvod.validators.strategies.calls.http_calls import SignedHttpRequest
from mockvod.validators.strategies.calls.signed import mutated_signed_http_requests, mutations, signed_http_requests
from mockvod.validators.strategies.errors import InvalidArgument
from mockvod.validators.strategies.named import (
    aigc_advanced_custom_element_requests,
    aigc_custom_element_requests,
    aigc_image_requests,
    aigc_subject_requests,
    aigc_video_requests,
)
from mockvod.validators.strategies.requests.broken import broken_requests, faults_of
from mockvod.validators.strategies.requests.valid import boundary_requests, requests

__all__ = [
    "InvalidArgument",
    "SignedHttpRequest",
    "aigc_advanced_custom_element_requests",
    "aigc_custom_element_requests",
    "aigc_image_requests",
    "aigc_subject_requests",
    "aigc_video_requests",
    "api_errors",
    "boundary_requests",
    "broken_requests",
    "error_responses",
    "event_types",
    "events",
    "faults_of",
    "mutated_signed_http_requests",
    "mutations",
    "requests",
    "signed_http_requests",
    "task_details",
    "task_types",
]
