"""All kinds of tasks, by the action that makes them."""

from __future__ import annotations

from mockvod.service.kinds import elements, faces, generation, models3d, scenes, sounds, subjects
from mockvod.service.media import uploads
from mockvod.service.tasks.kind import Kind

KINDS: dict[str, Kind] = {
    "CreateAigcAdvancedCustomElement": elements.ADVANCED,
    "CreateAigcAudioClone": sounds.CLONE,
    "CreateAigcAudioTask": sounds.AUDIO,
    "CreateAigcCustomVoice": sounds.VOICE,
    "CreateAigcHunyuan3DTask": models3d.MODEL,
    "CreateAigcImageTask": generation.IMAGE,
    "CreateAigcSubject": subjects.SUBJECT,
    "CreateAigcVideoRedrawTask": scenes.REDRAW,
    "CreateAigcVideoTask": generation.VIDEO,
    "CreateSceneAigcImageTask": scenes.SCENE_IMAGE,
    "CreateSceneAigcVideoTask": scenes.SCENE_VIDEO,
    "DescribeAigcFaceInfoAsync": faces.FACES,
    "PullUpload": uploads.PULL,
}
