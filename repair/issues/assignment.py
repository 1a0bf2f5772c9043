"""Which of many ends belongs to which beginning, where each has one partner or none: the best of all assignments.

The assignment problem, solved exactly by shortest augmenting paths (R. Jonker and A. Volgenant, "A shortest augmenting
path algorithm for dense and sparse linear assignment problems", Computing 38, 1987), with the margin of each pair.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Pair", "assigned"]

Matrix = NDArray[np.float64]
_NEVER = 1e9  # the cost of what must not be; more than any sum of worths


class Pair(NamedTuple):
    """A row and its column; `margin` is what the best assignment without this pair is worth less than the best."""

    row: int
    column: int
    margin: float


def assigned(worth: Matrix) -> list[Pair]:
    """The pairs that are worth most together, by row. No partner is worth 0; `-inf` is a pair that cannot be.

    Greed would take 5 and then 1 of these; together the others are worth more, if not by much:

    >>> assigned(np.array([[5.0, 4.0], [4.5, 1.0]]))
    [Pair(row=0, column=1, margin=2.5), Pair(row=1, column=0, margin=2.5)]
    """
    rows, columns = worth.shape
    # Each row has a column of its own that stands for no partner, and each column such a row; these cost nothing.
    cost = np.zeros((rows + columns, columns + rows))
    cost[:rows, :columns] = np.where(np.isfinite(worth), -worth, _NEVER)
    cost[:rows, columns:] = np.where(np.eye(rows, dtype=bool), 0.0, _NEVER)
    cost[rows:, :columns] = np.where(np.eye(columns, dtype=bool), 0.0, _NEVER)
    solution = _Solution(cost)
    found = []
    for row in range(rows):
        column = int(solution.column_of[row])
        if column < columns and worth[row, column] > 0:
            found.append(Pair(row, column, solution.margin(row)))
    return found


class _Solution:
    """The cheapest perfect matching of a square matrix of costs.

    `column_of[row]` and `row_of[column]` are partners. With the potentials every reduced cost
    `cost - of_rows - of_columns` is at least 0, and 0 between partners.
    """

    def __init__(self, cost: Matrix) -> None:
        size = len(cost)
        self._cost = cost
        self._of_rows, self._of_columns = np.zeros(size), np.zeros(size)
        self.column_of, self.row_of = np.full(size, -1), np.full(size, -1)
        for row in range(size):
            self._augment(row)

    def _augment(self, row: int) -> None:
        """Give a row a partner, along the cheapest path of changes of partners."""
        distance, before, done, end = self._paths(row)
        least = distance[end]
        self._of_columns[done] += distance[done] - least
        partners = self.row_of[done]
        self._of_rows[partners] += least - distance[done]
        self._of_rows[row] += least
        while True:
            start = before[end]
            self.row_of[end] = start
            self.column_of[start], end = end, self.column_of[start]
            if start == row:
                return

    def _paths(self, row: int, forbidden: int = -1) -> tuple[Matrix, NDArray[np.intp], NDArray[np.bool_], int]:
        """The cheapest paths from a row to columns, up to the first that is free (or `forbidden`, which then is).

        Gives the length to each column, the row before it on the way, which columns were gone through, and the last.
        """
        size = len(self._cost)
        distance = np.full(size, np.inf)
        before = np.full(size, -1)
        done = np.zeros(size, np.bool_)
        at, length = row, 0.0
        while True:
            reduced = length + self._cost[at] - self._of_rows[at] - self._of_columns
            if at == row and forbidden >= 0:
                reduced[forbidden] = np.inf
            nearer = ~done & (reduced < distance)
            distance[nearer] = reduced[nearer]
            before[nearer] = at
            column = int(np.where(done, np.inf, distance).argmin())
            if self.row_of[column] < 0 or column == forbidden:
                return distance, before, done, column
            done[column] = True
            at, length = int(self.row_of[column]), float(distance[column])

    def margin(self, row: int) -> float:
        """What the cheapest matching without a row and its partner costs more: the way from one to the other."""
        column = int(self.column_of[row])
        distance, _, _, end = self._paths(row, column)
        return float(distance[end])
