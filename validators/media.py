"""Checks pictures, videos and sounds against what a member of a call takes.

The service takes the call and fails the task later: ErrCode 70000, and ErrCodeExt InvalidParameter.MediaFormat or
InvalidParameter (facts of 2026-10, rows A-AE-URL and the task codes), so these are the codes of the findings.
What is measured is media_probe.py's business, what is allowed the contract's; this module compares.
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

#: A listed ratio is met within 1 %, as encoders round sides up to a multiple of 16: 1920x1088 passes for 16:9.
RATIO_TOLERANCE = 0.01

#: Seconds that an inclusive duration may miss its limit by: encoders fill up the last frame of sound, which holds
#: 46 ms at 22.05 kHz.
DURATION_TOLERANCE = 0.05

_FORMAT_ALIASES = {"jpg": "jpeg"}
_KIND_NAMES = {"image": "a picture", "video": "a video", "audio": "sound", "mesh": "a mesh", "": "a picture or a video"}

#: Code, and how it is known; of the rules that are not in _RULE_CODES, of those that are.
_DEFAULT_CODE = ("InvalidParameter", "assumed")
_RULE_CODES: Mapping[str, tuple[str, str]] = {"media_format": ("InvalidParameter.MediaFormat", "documented for tasks")}


def check_media(
    action: str, member: str, source: "str | os.PathLike[str] | bytes", *, profile: str = "strict"
) -> tuple[Finding, ...]:
    """Everything about a file's content that the service would refuse in that member; errors first.

    Names and addresses do not count, nothing is fetched. Bad data are reported, not raised. More bytes than the
    member takes are not read: then size and format are all that is told. Sides are taken as stored, not as rotated.

    Rules of the findings: media_format, media_size, media_pixels, media_ratio, media_duration, media_resolution.

    Args:
        member: as in the contract, `FileInfos[].Url`; with positions, `FileInfos.0.Url`, the findings repeat them.
        source: a path, or the content itself as bytes.
        profile: lenient makes warnings of what the contract does not say otherwise for, and lets a ratio stand on a
            bound that strict leaves out (A-SU-RATIO).

    Raises:
        UnknownAction: a ValueError that names the nearest actions.
        ValueError: the member has no media rules, and the message names those that have; or the profile is neither
            strict nor lenient.
        MediaNotInstalled: an ImportError, the extra `media` is absent.
        OSError: the file cannot be opened.
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
    """As check_media, with a media rule as contract.schema.json describes it: value, evidence, severity, lenient.

    Raises:
        ValueError: the profile is neither strict nor lenient.
        MediaNotInstalled: an ImportError, the extra `media` is absent.
        OSError: the file cannot be opened.
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
    #: A warning in either profile.
    warning: bool = False
    #: Where the limit comes from, when not from the contract.
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
        name = "m4a"  # the same container; many writers leave the brand at MP4's
    # Where a sound is as welcome as a film, it is the film's sound that counts.
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
    # A quotient of whole numbers is rounded like the decimal in the contract, so equality is exact.
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


#: What a file is asked, in the order of the messages' weight; every one looks only at what was found out.
_CHECKS = (_format, _size, _pixels, _ratio, _duration)
