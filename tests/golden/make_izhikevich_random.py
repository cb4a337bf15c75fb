#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Spike times of Izhikevich's neuron for random parameters, by SciPy.

    /usr/bin/python3 make_izhikevich_random.py > izhikevich_random.txt

DOP853 at rtol 1e-12, from V = -65, U = b V, for 100 ms of a constant current; each spike is located
by solve_ivp's events on the method's own dense output, and the solver starts anew from the reset.
Each line: a b c d current count, then the spike times in ms. The same at rtol 1e-11 must give the
same spikes to 1e-6 ms.
"""
import numpy
from scipy.integrate import solve_ivp

SETS, END, THRESHOLD = 200, 100.0, 30.0


def spikes(a, b, c, d, current, rtol):
    def slope(_, y):
        v, u = y
        return [(0.04 * v + 5.0) * v + 140.0 - u + current, a * (b * v - u)]

    def over(_, y):
        return y[0] - THRESHOLD

    over.terminal, over.direction = True, 1.0
    t, y, times = 0.0, [-65.0, b * -65.0], []
    while t < END:
        answer = solve_ivp(slope, (t, END), y, "DOP853", events=over, rtol=rtol, atol=rtol)
        assert answer.success, answer.message
        if answer.status != 1:
            break
        t = answer.t_events[0][0]
        times.append(t)
        y = [c, answer.y_events[0][0][1] + d]
    return times


def main():
    random = numpy.random.default_rng(2019)
    print("# a b c d current count times/ms (tests/golden/make_izhikevich_random.py, SciPy)")
    most = 0.0
    for _ in range(SETS):
        a = round(random.uniform(0.01, 0.2), 4)
        b = round(random.uniform(0.1, 0.3), 4)
        c = round(random.uniform(-70.0, -45.0), 2)
        d = round(random.uniform(0.05, 10.0), 3)
        current = round(random.uniform(0.0, 40.0), 2)
        times, check = (spikes(a, b, c, d, current, rtol) for rtol in (1e-12, 1e-11))
        assert len(times) == len(check)
        most = max([most] + [abs(x - y) for x, y in zip(times, check)])
        print(a, b, c, d, current, len(times), *(f"{time:.8f}" for time in times))
    assert most < 1e-6, most


main()
