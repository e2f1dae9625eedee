"""What a measurement yields: a number, and the bound that it must keep."""

import operator
from dataclasses import dataclass

COMPARISONS = {"<=": operator.le, ">=": operator.ge, "<": operator.lt, ">": operator.gt}


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """One measured number. `bound` is a comparison and a number in the same unit, for example `<= 50`."""

    name: str
    value: float
    unit: str
    bound: str

    @property
    def holds(self) -> bool:
        """True when the value keeps its bound. Raises ValueError for a bound that isn't one."""
        comparison, _, limit = self.bound.partition(" ")
        if comparison not in COMPARISONS:
            message = f"{self.name}: {self.bound!r} is not a bound such as '<= 50'"
            raise ValueError(message)
        return bool(COMPARISONS[comparison](self.value, float(limit)))

    def as_record(self) -> dict[str, str | float | bool]:
        return {
            "name": self.name,
            "value": self.value,
            "unit": self.unit,
            "bound": self.bound,
            "holds": self.holds,
        }
