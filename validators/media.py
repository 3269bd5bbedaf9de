"""Checks the content of pictures, videos and sounds against what a member of a call accepts.

media_probe.py measures a file, the contract says what is allowed, and this module compares the two.

The service accepts the call and lets the task fail later (ambiguity A-AE-URL of the contracts), with ErrCode 70000 and
an ErrCodeExt that is InvalidParameter or InvalidParameter.MediaFormat (both documented for tasks). These are the codes
of the findings.
"""

import io
import math
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mockvod.validators.contracts.catalog import catalog
from mockvod.validators.contracts.rules import evidence
from mockvod.validators.findings import Finding, Severity, in_order, shortened
from mockvod.validators.media_probe import KINDS, MAX_IMAGE_BYTES, MAX_PIXELS, Media, MediaNotInstalled, media_of
from mockvod.validators.request import PROFILES

__all__ = ["MediaNotInstalled", "check_against", "check_media"]

#: By how much a picture may miss a listed ratio: encoders round sides up to a multiple of 16, so that 1920x1088 has to
#: pass for 16:9.
RATIO_TOLERANCE = 0.01

#: By how many seconds a duration may miss an inclusive limit: encoders fill up the last frame of sound, which takes
#: 46 ms at 22.05 kHz.
DURATION_TOLERANCE = 0.05

_FORMAT_ALIASES = {"jpg": "jpeg"}
_KIND_NAMES = {"image": "a picture", "video": "a video", "audio": "sound", "mesh": "a mesh", "": "a picture or a video"}

#: The error code of a finding and how it is known: for most rules, and for the rules that have a code of their own.
_DEFAULT_CODE = ("InvalidParameter", "assumed")
_RULE_CODES: Mapping[str, tuple[str, str]] = {"media_format": ("InvalidParameter.MediaFormat", "documented for tasks")}


def check_media(
    action: str, member: str, source: "str | os.PathLike[str] | bytes", *, profile: str = "strict"
) -> tuple[Finding, ...]:
    """Everything about the content of a file that the service would refuse in a member of a call.

    Only the content counts, not the name of the file, and nothing is fetched. Broken data are a finding. A file with
    more bytes than the member accepts is not read further, so only its size and format are checked. Width and height
    are those of the stored picture, before any rotation that the file asks for.

    Args:
        action: The name of the action.
        member: The path of the member, as in the contract (`FileInfos[].Url`) or with positions (`FileInfos.0.Url`),
            which the findings then repeat.
        source: A path, or the content itself as bytes.
        profile: "strict" or "lenient". Lenient turns errors into warnings where the contract does not say otherwise,
            and accepts a ratio that equals an excluded bound (ambiguity A-SU-RATIO of the contracts).

    Returns:
        The findings, errors before warnings. Their rules are media_format, media_size, media_pixels, media_ratio,
        media_duration and media_resolution.

    Raises:
        UnknownAction: No action has this name; the message names the nearest ones.
        ValueError: The member has no media rules, and the message names the members that have; or the profile is
            neither "strict" nor "lenient".
        MediaNotInstalled: The extra `media` is not installed.
        OSError: The file cannot be opened.
    """
    contract = catalog().require(action)
    rules = {path: rule["media"] for path, rule in contract.document.get("members", {}).items() if "media" in rule}
    found = rules.get(member) or {_without_positions(path): rule for path, rule in rules.items()}.get(
        _without_positions(member)
    )
    if found is None:
        having = ", ".join(rules) or "no member has; mockvod contracts show says what else is known"
        raise ValueError(f"{contract.action}.{member} has no media rules; those that have: {having}")
    return check_against(found, member, source, profile=profile)


def check_against(
    rule: Mapping[str, Any], member: str, source: "str | os.PathLike[str] | bytes", *, profile: str = "strict"
) -> tuple[Finding, ...]:
    """Checks the content of a file as `check_media` does, against a rule that is given.

    Args:
        rule: A media rule as contract.schema.json describes it, with value, evidence, severity and lenient.
        member: The path of the member, which the findings repeat.
        source: A path, or the content itself as bytes.
        profile: "strict" or "lenient".

    Raises:
        ValueError: The profile is neither "strict" nor "lenient".
        MediaNotInstalled: The extra `media` is not installed.
        OSError: The file cannot be opened.
    """
    if profile not in PROFILES:
        raise ValueError(f"profile {profile!r} is neither 'strict' nor 'lenient'")
    lenient = profile == "lenient"
    severity = rule.get("lenient", "warning") if lenient else rule.get("severity", "error")
    limits = {**rule["value"], "ratio_exclusive": False} if lenient else rule["value"]
    with io.BytesIO(source) if isinstance(source, bytes) else open(source, "rb") as stream:
        media = media_of(stream, limits.get("max_bytes"))
    if severity == "off":
        return ()
    return in_order(_finding(each, rule, member, severity) for each in _deviations(media, limits))


def _finding(found: "_Deviation", rule: Mapping[str, Any], member: str, severity: Severity) -> Finding:
    code, how = _RULE_CODES.get(found.rule, _DEFAULT_CODE)
    return Finding(
        path=member,
        rule=found.rule,
        code=rule.get("code", code),
        message=f"{member}: {found.message}",
        severity="warning" if found.warning else severity,
        evidence=f"{found.evidence or evidence(rule['evidence'])}; code {'from the contract' if 'code' in rule else how}",
    )


def _without_positions(path: str) -> str:
    return re.sub(r"\[\]|\.[0-9]+(?=\.|$)", "", path)


@dataclass(frozen=True, slots=True)
class _Deviation:
    rule: str
    message: str
    #: Whether it is a warning under either profile.
    warning: bool = False
    #: How the limit is known; empty for a limit of the contract.
    evidence: str = ""


def _deviations(media: Media, limits: Mapping[str, Any]) -> Iterator[_Deviation]:
    if not media.size:
        yield _Deviation("media_format", f"is empty; send {_wanted_formats(limits)}")
        return
    for check in _CHECKS:
        yield from check(media, limits)


def _format(media: Media, limits: Mapping[str, Any]) -> Iterator[_Deviation]:
    wanted, name = _formats(limits), media.format
    if name == "mp4" and "m4a" in wanted and media.sounds and not media.videos:
        name = "m4a"  # the same container as MP4, and many programs write the brand of MP4 into it
    # A member that accepts both sounds and videos is for sound: of a video, the sound is used.
    heard = any(KINDS.get(each) == "audio" for each in wanted)
    kind = limits.get("kind") or ("audio" if heard else KINDS.get(name))
    if name not in wanted if wanted else KINDS.get(name) != kind:
        what = f"the content is {name}" if name else "the content is of no known format"
        yield _Deviation(
            "media_format", f"{what}, whatever the file is called; convert it to {_wanted_formats(limits)}"
        )
    elif media.fault:
        fault = shortened(media.fault)
        yield _Deviation("media_format", f"the {name} cannot be decoded ({fault}); send it whole and undamaged")
    elif media.videos == 0 and kind == "video":
        yield _Deviation("media_format", f"the {name} holds sound and no video; send one with a video stream")
    elif media.sounds == 0 and kind == "audio":
        yield _Deviation("media_format", f"the {name} holds no sound; send one with a sound stream")
    elif (media.videos or 0) > 1:
        text = f"the {name} has {media.videos} video streams, and only the first is checked; send one with a single one"
        yield _Deviation("media_format", text, warning=True, evidence="assumed, no rule speaks of streams")


def _formats(limits: Mapping[str, Any]) -> tuple[str, ...]:
    names: Sequence[str] = limits.get("formats", ())
    return tuple(dict.fromkeys(_FORMAT_ALIASES.get(each, each) for each in names))


def _wanted_formats(limits: Mapping[str, Any]) -> str:
    return " or ".join(_formats(limits)) or _KIND_NAMES[limits.get("kind", "")]


def _size(media: Media, limits: Mapping[str, Any]) -> Iterator[_Deviation]:
    most = limits.get("max_bytes")
    if most is not None and media.size > most:
        yield _Deviation("media_size", f"{media.size:,} bytes are more than {most:,}; compress it or scale it down")
    elif KINDS.get(media.format) == "image" and media.size > MAX_IMAGE_BYTES:
        text = f"{media.size:,} bytes are more than the {MAX_IMAGE_BYTES:,} that are read of a picture; scale it down"
        yield _Deviation("media_size", text, evidence="assumed, the largest published limit is 50 MB")


def _pixels(media: Media, limits: Mapping[str, Any]) -> Iterator[_Deviation]:
    if not media.width or not media.height:
        return
    size = f"{media.width}x{media.height} px"
    if media.oversized:
        text = f"{size} are more than the {MAX_PIXELS:,} pixels that are decoded; scale it down"
        yield _Deviation("media_pixels", text, evidence="assumed, no rule limits pixels, but no service takes bombs")
    least = (limits.get("min_width", 0), limits.get("min_height", 0))
    if media.width < least[0] or media.height < least[1]:
        yield _Deviation("media_pixels", f"{size} are less than {least[0]}x{least[1]}; send a larger one")
    resolution = limits.get("resolution")
    if resolution is not None and min(media.width, media.height) != int(resolution.rstrip("pP")):
        short = min(media.width, media.height)
        text = f"{size} is {short}p, not {resolution} (the shorter side counts); scale it to {resolution}"
        yield _Deviation("media_resolution", text)


def _ratio(media: Media, limits: Mapping[str, Any]) -> Iterator[_Deviation]:
    if not media.width or not media.height:
        return
    ratio = media.width / media.height
    size = f"{media.width}x{media.height} px"
    # The quotient of two integers is the float nearest to it, and so is the decimal in the contract: == is exact here.
    low, high = limits.get("min_ratio", 0), limits.get("max_ratio", math.inf)
    exclusive = limits.get("ratio_exclusive", False)
    if not low <= ratio <= high or (exclusive and ratio in (low, high)):
        between = f"between {low:g} and {high:g}, bounds {'excluded' if exclusive else 'included'}"
        yield _Deviation("media_ratio", f"{size} is width/height {ratio:.4g}, not {between}; crop or pad it")
    listed = limits.get("ratios", ())
    if listed and not any(abs(ratio / _quotient(each) - 1) <= RATIO_TOLERANCE for each in listed):
        choice = " or ".join(listed)
        text = f"{size} is width/height {ratio:.4g}, not {choice} (within {RATIO_TOLERANCE:.0%}); crop or pad it"
        yield _Deviation("media_ratio", text)


def _quotient(ratio: str) -> float:
    width, height = ratio.split(":")
    return int(width) / int(height)


def _duration(media: Media, limits: Mapping[str, Any]) -> Iterator[_Deviation]:
    least, most = limits.get("min_seconds", 0), limits.get("max_seconds", math.inf)
    if least == 0 and most == math.inf:
        return
    if media.seconds is None:
        if media.videos is not None and not media.fault:
            yield _Deviation("media_duration", "tells no duration; write it anew with one")
        return
    exclusive = limits.get("max_seconds_exclusive", False)
    if media.seconds < least - DURATION_TOLERANCE:
        yield _Deviation("media_duration", f"{media.seconds:.4g} s are less than {least:g} s; send a longer one")
    elif media.seconds >= most if exclusive else media.seconds > most + DURATION_TOLERANCE:
        bound = f"not less than {most:g} s" if exclusive else f"more than {most:g} s"
        yield _Deviation("media_duration", f"{media.seconds:.4g} s are {bound}; cut it")


#: The checks, the weightiest first. Each of them looks only at what has been found out about the file.
_CHECKS = (_format, _size, _pixels, _ratio, _duration)
