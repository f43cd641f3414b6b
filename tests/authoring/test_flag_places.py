"""A place to send, as people type it."""

import pytest

from bothub_cli.authoring.place_flags import read_location
from bothub_cli.errors import UsageError
from bothub_cli.messages import GeolocationPushMessage


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("Paris", '--location: "Paris" is no place'),
        ("", '--location: "" is no place'),
        ("48,85,2,35", '--location: "48,85,2,35" is no LAT,LON'),
        ("91,2", "--location: 91 is no latitude: it must be between -90 and 90"),
        ("9" * 20 + ",2", "--location: 99999999999999999999 is no latitude: it must be between -90 and 90"),
    ],
)
def test_what_is_no_place_is_refused(written: str, problem: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_location(written)
    assert caught.value.problem == problem


def test_a_place_has_a_point_and_perhaps_a_name() -> None:
    assert read_location("48.8584,2.2945,Eiffel Tower") == GeolocationPushMessage(
        latitude=48.8584, longitude=2.2945, label="Eiffel Tower"
    )
    assert read_location("-12, -77").to_payload() == {"geolocationPushMessage": {"pos": "-12.0 -77.0"}}
