"""The five actions that make videos, pictures, subjects and elements, each with a strategy of its own name."""

from typing import Any, cast

from hypothesis import strategies as st

from mockvod.validators.strategies.requests.typed import (
    CreateAigcAdvancedCustomElementRequest,
    CreateAigcCustomElementRequest,
    CreateAigcImageTaskRequest,
    CreateAigcSubjectRequest,
    CreateAigcVideoTaskRequest,
)
from mockvod.validators.strategies.requests.valid import requests


def aigc_video_requests(**overrides: Any) -> st.SearchStrategy[CreateAigcVideoTaskRequest]:
    """CreateAigcVideoTask: SubAppId (int), ModelName and ModelVersion (str), mostly a Prompt (str); see `requests`.

    OutputConfig (dict) holds the durations, resolutions and ratios of that very version; FileInfos (list of dicts) has
    at most one first and one last frame. ExtInfo is free text or JSON in JSON.

    Example::

        @given(aigc_video_requests(ModelName="GV"))
        def test_bill_knows_the_length(params):
            assert params.get("OutputConfig", {}).get("Duration", 8) == 8
    """
    return cast("st.SearchStrategy[CreateAigcVideoTaskRequest]", requests("CreateAigcVideoTask", **overrides))


def aigc_image_requests(**overrides: Any) -> st.SearchStrategy[CreateAigcImageTaskRequest]:
    """CreateAigcImageTask: SubAppId (int), ModelName and ModelVersion (str), and a Prompt (str), FileInfos or both.

    OutputConfig (dict) holds what that version takes, ExtInfo (str) sizes that it takes; see `requests`.

    Example::

        @given(aigc_image_requests(SubAppId=251007502))
        def test_client_keeps_the_order_of_files(params): ...
    """
    return cast("st.SearchStrategy[CreateAigcImageTaskRequest]", requests("CreateAigcImageTask", **overrides))


def aigc_subject_requests(**overrides: Any) -> st.SearchStrategy[CreateAigcSubjectRequest]:
    """CreateAigcSubject: SubjectImages (one to three URLs), or SubjectVideos (one) and then no VoiceId; see `requests`.

    Example::

        @given(aigc_subject_requests(SubjectName=st.text(min_size=1)))
        def test_client_sends_any_name(params): ...
    """
    return cast("st.SearchStrategy[CreateAigcSubjectRequest]", requests("CreateAigcSubject", **overrides))


def aigc_custom_element_requests(**overrides: Any) -> st.SearchStrategy[CreateAigcCustomElementRequest]:
    """CreateAigcCustomElement: all of its four members, three texts and ElementReferList (dicts); see `requests`.

    Example::

        @given(aigc_custom_element_requests())
        def test_client_sends_no_application(params):
            assert "SubAppId" not in params
    """
    return cast("st.SearchStrategy[CreateAigcCustomElementRequest]", requests("CreateAigcCustomElement", **overrides))


def aigc_advanced_custom_element_requests(
    **overrides: Any,
) -> st.SearchStrategy[CreateAigcAdvancedCustomElementRequest]:
    """CreateAigcAdvancedCustomElement: ElementImageList or ElementVideoList, which are JSON in text; see `requests`.

    Example::

        @given(aigc_advanced_custom_element_requests(ReferenceType="video_refer"))
        def test_client_sends_the_video(params):
            assert json.loads(params["ElementVideoList"])["refer_videos"]
    """
    return cast(
        "st.SearchStrategy[CreateAigcAdvancedCustomElementRequest]",
        requests("CreateAigcAdvancedCustomElement", **overrides),
    )
