#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Lorenz trajectory from (1, 0, 0) at sigma 10, rho 28, beta 8/3, to 20 units of time.

    /usr/bin/python3 make_lorenz.py > lorenz.txt

Taylor series of order 40 in steps of 1/50, in decimal arithmetic of 60 digits; once more with order
30 and steps of 1/100, which must give the same to 25 digits. Each line: time x y z.
"""
from decimal import Decimal, getcontext

getcontext().prec = 60
SIGMA, RHO, BETA = Decimal(10), Decimal(28), Decimal(8) / Decimal(3)


def step(start, length, order):
    x, y, z = ([value] for value in start)
    for k in range(order):
        xz = sum(x[i] * z[k - i] for i in range(k + 1))
        xy = sum(x[i] * y[k - i] for i in range(k + 1))
        x_next = SIGMA * (y[k] - x[k])
        y_next = RHO * x[k] - xz - y[k]
        z_next = xy - BETA * z[k]
        for series, value in ((x, x_next), (y, y_next), (z, z_next)):
            series.append(value / (k + 1))
    ends = []
    for series in (x, y, z):
        end = Decimal(0)
        for coefficient in reversed(series):
            end = end * length + coefficient
        ends.append(end)
    return ends


def trajectory(steps_per_unit, order):
    state, length = [Decimal(1), Decimal(0), Decimal(0)], Decimal(1) / steps_per_unit
    for half in range(1, 41):
        for _ in range(steps_per_unit // 2):
            state = step(state, length, order)
        yield half, state


print("# time x y z (tests/golden/make_lorenz.py)")
for (half, state), (_, check) in zip(trajectory(50, 40), trajectory(100, 30)):
    assert all(abs(a - b) < Decimal("1e-25") for a, b in zip(state, check)), half
    print(half / 2, *(f"{value:.20f}" for value in state))
