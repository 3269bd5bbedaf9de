"""What tasks tell once they have ended well whose results are no files of their own: names for later calls, faces.

Shapes are those of published samples, JSON inside of texts included.
"""

import json
from typing import Any

from hypothesis import strategies as st

from mockvod.validators.strategies.answers.identifiers import (
    element_ids,
    iso,
    permanent_urls,
    random_parts,
    temporary_urls,
)
from mockvod.validators.strategies.answers.result_files import Done
from mockvod.validators.strategies.requests.metadata import basic_info, video_metadata


def clone(draw: st.DrawFn, done: Done) -> dict[str, Any]:
    asked = done.asked
    return {
        "TaskId": draw(element_ids),  # the model's own
        "State": "success",
        "VoiceId": asked["VoiceId"],
        # Documented: "" for a clone without a text.
        "DemoAudio": draw(temporary_urls(done.part, "aigcAudioGenFile.mp3")) if asked["Text"] else "",
        "Payload": asked["Payload"],
        # Finer than all other times.
        "CreatedAt": iso(done.created).replace("Z", f".{draw(st.integers(0, 999_999)):06}Z"),
    }


def voice(draw: st.DrawFn, done: Done) -> dict[str, Any]:
    voice_id = draw(element_ids)
    info = {
        "voice_id": voice_id,
        "voice_name": done.asked["VoiceName"],
        "trial_url": draw(temporary_urls(done.part, "aigcAudioGenFile.mp3")),
        "owned_by": "",
        "status": "succeed",
    }
    return {"InfoList": [{"VoiceId": voice_id, "VoiceInfo": _text(draw, info)}]}


def element(draw: st.DrawFn, done: Done) -> dict[str, Any]:
    element_id, asked = draw(element_ids), done.asked
    info = {
        "element_id": int(element_id),  # a number: a client that reads it as a double gets another one
        "element_name": asked["ElementName"],
        "element_type": asked["ReferenceType"],
        "element_image_list": json.loads(asked["ElementImageList"] or "null"),
        "element_video_list": json.loads(asked["ElementVideoList"] or "null"),
        "owned_by": draw(st.sampled_from(["", "kling"])),
        "status": "succeed",
    }
    return {"InfoList": [{"ElementId": element_id, "ElementInfo": _text(draw, info)}]}


def subject(draw: st.DrawFn, done: Done) -> dict[str, Any]:
    subject_id, asked = draw(element_ids), done.asked
    info = {
        "id": subject_id,
        "name": asked["SubjectName"],
        "description": "",
        "images": asked["SubjectImages"],
        "videos": asked["SubjectVideos"],
        "voice_id": asked["VoiceId"],
        "style": "",
        "type": "",
        "status": "enabled",
        "ownership": "",
        "creator_id": "",
        "user_id": "",
        "credits": draw(st.integers(0, 100)),
        "created_at": iso(done.created),
    }
    return {"SubjectId": subject_id, "SubjectInfo": _text(draw, info)}


def _text(draw: st.DrawFn, value: Any) -> str:
    """JSON inside of a text, escaped to ASCII or not: both are the same to whoever reads it as JSON."""
    return json.dumps(value, ensure_ascii=draw(st.booleans()))


def faces(draw: st.DrawFn, done: Done) -> dict[str, Any]:
    return {
        "FaceInfoSet": [
            {
                "SessionId": draw(element_ids),
                "FaceInfoList": [
                    {
                        "FaceId": str(number),
                        "FaceImage": draw(temporary_urls(draw(random_parts), "face.jpg")),
                        "StartTime": 0,  # milliseconds
                        "EndTime": draw(st.integers(2_000, 5_000)),
                    }
                    for number in range(draw(st.integers(0, 2)))
                ],
            }
            for _ in done.asked["FileInfos"]
        ]
    }


def fetched(draw: st.DrawFn, done: Done) -> dict[str, Any]:
    url = draw(permanent_urls(done.application, done.part, done.file_id, "f0.mp4"))
    return {
        "Message": "SUCCESS",
        "FileId": done.file_id,
        "MediaBasicInfo": basic_info("cat", iso(done.ended), url, "Upload"),
        "MetaData": draw(video_metadata(5, done.unknown_members)),
        "FileUrl": url,
    }
