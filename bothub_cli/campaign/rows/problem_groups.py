"""Puts alike problems of many rows together, so that people read five hundred of a kind as one."""

import re
from dataclasses import dataclass

from bothub_cli.lists.recipients import RowProblem

_FEW = 3  # alike problems that are told one by one
_GROUPS_MAX = 200
# what differs between alike rows: a quoted cell, a number
_OWN = re.compile(r"'[^']*'|\"[^\"]*\"|\d[\d.,  ]*")


@dataclass(slots=True)
class AlikeProblems:
    """Problems of one kind in one place; ``first`` stands for all ``rows``, and comes first in the list."""

    first: RowProblem
    rows: int = 1


class ProblemGroups:
    """Collects the problems of a list; memory depends on how many kinds there are, not on how many rows."""

    def __init__(self) -> None:
        self._groups: dict[tuple[str, str | None, str], AlikeProblems] = {}

    def take(self, problem: RowProblem) -> bool:
        """Take a problem in; tell whether it is one of the first few of its kind, which are worth a line each."""
        key = (problem.kind, problem.column, _OWN.sub("…", problem.problem))
        group = self._groups.get(key)
        if group is not None:
            group.rows += 1
            return group.rows <= _FEW
        if len(self._groups) >= _GROUPS_MAX:
            return True
        self._groups[key] = AlikeProblems(problem)
        return True

    def large(self) -> list[AlikeProblems]:
        """Return the kinds of which more rows were taken in than told."""
        return [group for group in self._groups.values() if group.rows > _FEW]
