"""Strategies for the requests of the five main actions, each with a name and a type of its own."""

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
    """Generates valid requests of CreateAigcVideoTask.

    They always have SubAppId, ModelName and ModelVersion, and mostly a Prompt. OutputConfig has durations, resolutions
    and ratios that the version allows; FileInfos has at most one first and one last frame; ExtInfo is free text or JSON
    that holds JSON. `requests` says how overrides work, how examples shrink and what is raised.

    Example::

        @given(aigc_video_requests(ModelName="GV"))
        def test_bill_knows_the_length(params):
            assert params.get("OutputConfig", {}).get("Duration", 8) == 8
    """
    return cast("st.SearchStrategy[CreateAigcVideoTaskRequest]", requests("CreateAigcVideoTask", **overrides))


def aigc_image_requests(**overrides: Any) -> st.SearchStrategy[CreateAigcImageTaskRequest]:
    """Generates valid requests of CreateAigcImageTask.

    They always have SubAppId, ModelName and ModelVersion, and a Prompt, FileInfos or both. OutputConfig has what the
    version allows, and a size inside ExtInfo is one that it allows. `requests` says how overrides work, how examples
    shrink and what is raised.

    Example::

        @given(aigc_image_requests(SubAppId=251007502))
        def test_client_keeps_the_order_of_files(params): ...
    """
    return cast("st.SearchStrategy[CreateAigcImageTaskRequest]", requests("CreateAigcImageTask", **overrides))


def aigc_subject_requests(**overrides: Any) -> st.SearchStrategy[CreateAigcSubjectRequest]:
    """Generates valid requests of CreateAigcSubject.

    They have SubjectImages, with one to three URLs, or SubjectVideos with one URL and then no VoiceId. `requests` says
    how overrides work, how examples shrink and what is raised.

    Example::

        @given(aigc_subject_requests(SubjectName=st.text(min_size=1)))
        def test_client_sends_any_name(params): ...
    """
    return cast("st.SearchStrategy[CreateAigcSubjectRequest]", requests("CreateAigcSubject", **overrides))


def aigc_custom_element_requests(**overrides: Any) -> st.SearchStrategy[CreateAigcCustomElementRequest]:
    """Generates valid requests of CreateAigcCustomElement.

    They always have all of its four members: three texts, and a list of objects in ElementReferList. `requests` says
    how overrides work, how examples shrink and what is raised.

    Example::

        @given(aigc_custom_element_requests())
        def test_client_sends_no_application(params):
            assert "SubAppId" not in params
    """
    return cast("st.SearchStrategy[CreateAigcCustomElementRequest]", requests("CreateAigcCustomElement", **overrides))


def aigc_advanced_custom_element_requests(
    **overrides: Any,
) -> st.SearchStrategy[CreateAigcAdvancedCustomElementRequest]:
    """Generates valid requests of CreateAigcAdvancedCustomElement.

    They have ElementImageList or ElementVideoList, which are texts that hold JSON. `requests` says how overrides work,
    how examples shrink and what is raised.

    Example::

        @given(aigc_advanced_custom_element_requests(ReferenceType="video_refer"))
        def test_client_sends_the_video(params):
            assert json.loads(params["ElementVideoList"])["refer_videos"]
    """
    return cast(
        "st.SearchStrategy[CreateAigcAdvancedCustomElementRequest]",
        requests("CreateAigcAdvancedCustomElement", **overrides),
    )
