"""The requests of the five main actions as TypedDicts, for programs that are type-checked.

All members are optional here, because a strategy may leave out any that the service does not require. A test compares
these types with the published structure.
"""

from typing import TypedDict


class AigcVideoTaskInputFileInfo(TypedDict, total=False):
    """The published type AigcVideoTaskInputFileInfo."""

    Type: str
    Category: str
    FileId: str
    Url: str
    Base64: str
    ReferenceType: str
    ObjectId: str
    VoiceId: str
    KeepOriginalSound: str
    Usage: str
    Text: str


class AigcVideoTaskInputSubjectInfo(TypedDict, total=False):
    """The published type AigcVideoTaskInputSubjectInfo."""

    Id: str
    Name: str
    VoiceId: str
    ImageUrls: list[str]
    VideoUrls: list[str]


class AigcVideoOutputConfig(TypedDict, total=False):
    """The published type AigcVideoOutputConfig."""

    StorageMode: str
    MediaName: str
    ClassId: int
    ExpireTime: str
    Duration: float
    Resolution: str
    AspectRatio: str
    AudioGeneration: str
    PersonGeneration: str
    InputComplianceCheck: str
    OutputComplianceCheck: str
    EnhanceSwitch: str
    OffPeak: str
    FrameInterpolate: str
    LogoAdd: str
    EnableBGM: str


class CreateAigcVideoTaskRequest(TypedDict, total=False):
    """Parameters of CreateAigcVideoTask."""

    SubAppId: int
    ModelName: str
    ModelVersion: str
    FileInfos: list[AigcVideoTaskInputFileInfo]
    SubjectInfos: list[AigcVideoTaskInputSubjectInfo]
    LastFrameFileId: str
    LastFrameUrl: str
    Prompt: str
    NegativePrompt: str
    EnhancePrompt: str
    OutputConfig: AigcVideoOutputConfig
    InputRegion: str
    SceneType: str
    Procedure: str
    Seed: int
    SessionId: str
    SessionContext: str
    TasksPriority: int
    ExtInfo: str


class AigcImageTaskInputFileInfo(TypedDict, total=False):
    """The published type AigcImageTaskInputFileInfo."""

    Type: str
    FileId: str
    Url: str
    Base64: str
    Text: str
    ReferenceType: str


class AigcImageOutputConfig(TypedDict, total=False):
    """The published type AigcImageOutputConfig."""

    StorageMode: str
    MediaName: str
    ClassId: int
    ExpireTime: str
    Resolution: str
    AspectRatio: str
    PersonGeneration: str
    InputComplianceCheck: str
    OutputComplianceCheck: str
    OutputImageCount: int
    OutputFormat: str
    LogoAdd: str


class CreateAigcImageTaskRequest(TypedDict, total=False):
    """Parameters of CreateAigcImageTask."""

    SubAppId: int
    ModelName: str
    ModelVersion: str
    FileInfos: list[AigcImageTaskInputFileInfo]
    Prompt: str
    NegativePrompt: str
    EnhancePrompt: str
    OutputConfig: AigcImageOutputConfig
    InputRegion: str
    SceneType: str
    Seed: int
    SessionId: str
    SessionContext: str
    TasksPriority: int
    ExtInfo: str


class CreateAigcSubjectRequest(TypedDict, total=False):
    """Parameters of CreateAigcSubject."""

    SubAppId: int
    SubjectName: str
    SubjectImages: list[str]
    SubjectVideos: list[str]
    VoiceId: str
    SessionId: str
    SessionContext: str
    TasksPriority: int


class ElementReferInfo(TypedDict, total=False):
    """The published type ElementReferInfo."""

    ImageUrl: str


class CreateAigcCustomElementRequest(TypedDict, total=False):
    """Parameters of CreateAigcCustomElement."""

    ElementName: str
    ElementDescription: str
    ElementFrontalImage: str
    ElementReferList: list[ElementReferInfo]


class CreateAigcAdvancedCustomElementRequest(TypedDict, total=False):
    """Parameters of CreateAigcAdvancedCustomElement."""

    SubAppId: int
    ElementName: str
    ElementDescription: str
    ReferenceType: str
    ElementVoiceId: str
    ElementVideoList: str
    ElementImageList: str
    TagList: str
    DisableModeration: str
    SessionId: str
    SessionContext: str
    TasksPriority: int
