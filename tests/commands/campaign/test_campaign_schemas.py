"""What every campaign command answers with --json is what ``bothub schema`` says, on stderr too."""

import json
from collections.abc import Callable
from typing import Any

import jsonschema

Bothub = Callable[..., Any]
Shop = Any  # the fixture of conftest.py

NOT_ON_RCS = "+33639980404"
NO_ANSWER = "+33639980602"  # accepted, but the connection is cut before the answer
GOOD = ["+33612000000", "+33612000001"]


def validate(bothub: Bothub, *texts: str) -> list[Any]:
    lines = [json.loads(line) for text in texts for line in text.splitlines()]
    for line in lines:
        if line.get("type") != "error":
            name = line["schema"].split("/")[1]
            jsonschema.validate(line, json.loads(bothub("schema", name).out))
    return lines


def test_the_answers_of_every_campaign_command_satisfy_their_schemas(bothub: Bothub, shop: Shop) -> None:
    ran = bothub(*shop.run(*GOOD, NOT_ON_RCS, NO_ANSWER), "--name", "summer", "--json")
    [note, *_, run] = validate(bothub, ran.err, ran.out)  # by night, a warning of the French hours stands between
    assert note["type"] == "note"
    assert run["schema"] == "bothub/campaign-run/1"
    for words in (["status"], ["list"], ["report"], ["retry", "summer"]):
        ran = bothub("campaign", *words, "--json")
        assert validate(bothub, ran.out)[-1]["schema"] == f"bothub/campaign-{words[0].replace('retry', 'run')}/1"


def test_a_check_and_its_problems_satisfy_their_schemas(bothub: Bothub, shop: Shop) -> None:
    people = shop.write_list([*GOOD, "3.36E+10"])
    ran = bothub("campaign", "check", people, "-t", shop.write_template(), "--json")
    assert [line["type"] for line in validate(bothub, ran.out, ran.err)] == ["campaign-problem", "summary"]


def test_a_check_shows_the_chosen_fields_only(bothub: Bothub, shop: Shop) -> None:
    people = shop.write_list([*GOOD, "3.36E+10"])
    ran = bothub("campaign", "check", people, "-t", shop.write_template(), "--fields", "ready,line")
    assert [{name for name in line if name not in {"type", "schema"}} for line in ran.lines] == [{"line"}, {"ready"}]
