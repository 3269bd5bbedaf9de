"""What tasks tell of their results, by TaskType: a table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from mockvod.validators.strategies.answers import result_files, result_infos
from mockvod.validators.strategies.answers.result_files import Done

Output = Callable[[st.DrawFn, Done], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Kind:
    """How the tasks of one type tell of their results."""

    #: Until the task has ended, and when it fails.
    unfinished: Mapping[str, Any]
    #: Once it has ended well.
    finished: Output
    #: False where the results are members of the task itself.
    nested: bool = True


_NOT_FETCHED = {
    "FileId": "",
    "MediaBasicInfo": None,
    "MetaData": None,
    "FileUrl": "",
    "ProcedureTaskId": "",
    "ReviewAudioVideoTaskId": "",
}
_NO_CLONE = dict.fromkeys(("TaskId", "State", "VoiceId", "DemoAudio", "Payload", "CreatedAt"), "")
_NO_FILES: Mapping[str, Any] = {"FileInfos": []}

#: By TaskType.
KINDS: Mapping[str, Kind] = {
    "AigcAudioTask": Kind({"AudioInfos": [], "VideoInfos": []}, result_files.sounds),
    "AigcHunyuan3DTask": Kind(_NO_FILES, result_files.model),
    "AigcImageTask": Kind(_NO_FILES, result_files.images),
    # Null for an object that is not there: as recorded of whole kinds of tasks, assumed within one.
    "AigcVideoRedrawTask": Kind({"FileInfo": None}, lambda draw, done: {"FileInfo": result_files.measured(draw, done)}),
    "AigcVideoTask": Kind({"FileInfos": [], "ProcedureTaskIds": [], "Usage": {}}, result_files.video),
    "CreateAigcAdvancedCustomElement": Kind({"InfoList": []}, result_infos.element),
    "CreateAigcAudioClone": Kind(_NO_CLONE, result_infos.clone),
    "CreateAigcCustomVoice": Kind({"InfoList": []}, result_infos.voice),
    "CreateAigcSubject": Kind({"SubjectId": "", "SubjectInfo": ""}, result_infos.subject),
    "DescribeAigcFaceInfoAsync": Kind({"FaceInfoSet": []}, result_infos.faces),
    "PullUpload": Kind(_NOT_FETCHED, result_infos.fetched, nested=False),
    "SceneAigcImageTask": Kind(_NO_FILES, result_files.scene_images),
    "SceneAigcVideoTask": Kind(_NO_FILES, lambda draw, done: {"FileInfos": [result_files.measured(draw, done)]}),
}
