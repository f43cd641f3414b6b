"""Lets a command take options in groups: a parameter whose type is a dataclass stands for one option a field."""

import dataclasses
import inspect
from collections.abc import Iterable, Iterator
from typing import Any, get_type_hints


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class OptionGroup:
    """A dataclass of Annotated fields with defaults; Typer sees each as ``<parameter>_<field>``."""

    parameter: str
    kind: type[Any]  # a dataclass: typing has no narrower type for one

    def parameters(self) -> Iterator[inspect.Parameter]:
        """Yield one parameter a field, in their order."""
        hints = get_type_hints(self.kind, include_extras=True)
        for field in dataclasses.fields(self.kind):
            yield inspect.Parameter(
                self._name(field.name),
                inspect.Parameter.KEYWORD_ONLY,
                default=field.default,
                annotation=hints[field.name],
            )

    def take(self, values: dict[str, Any]) -> Any:
        """Take the fields out of Typer's values and return the dataclass."""
        names = [field.name for field in dataclasses.fields(self.kind)]
        return self.kind(**{name: values.pop(self._name(name)) for name in names})

    def _name(self, field: str) -> str:
        return f"{self.parameter}_{field}"


def find_groups(parameters: Iterable[inspect.Parameter]) -> tuple[OptionGroup, ...]:
    """Return the groups among a function's parameters."""
    return tuple(
        OptionGroup(parameter=parameter.name, kind=parameter.annotation)
        for parameter in parameters
        if dataclasses.is_dataclass(parameter.annotation) and isinstance(parameter.annotation, type)
    )
