# SPDX-License-Identifier: GPL-3.0-or-later
"""The published network once more, in numpy, from its equations: nothing here is taken from the
program. Time is counted in ticks of 0.1 ms, at which cells exchange their signals."""

import numpy

TICKS_PER_MS = 10
SIDE, TILES, TILE, STRIDE = 40, 13, 4, 3


def covered(tile_row, tile_column):
    """The neurons under one astrocyte."""
    top, left = STRIDE * tile_row, STRIDE * tile_column
    return slice(top, top + TILE), slice(left, left + TILE)


def per_tile(map_of_neurons):
    """The sum over each astrocyte's neurons."""
    windows = numpy.lib.stride_tricks.sliding_window_view(map_of_neurons, (TILE, TILE))
    return windows[::STRIDE, ::STRIDE].sum(axis=(2, 3))


def under_any(tiles_that_are_on):
    """The neurons under at least one of those astrocytes."""
    neurons = numpy.zeros((SIDE, SIDE), bool)
    for tile in numpy.argwhere(tiles_that_are_on):
        neurons[covered(*tile)] = True
    return neurons


def calcium_slopes(state, ip3_rate):
    """Li-Rinzel, corrected; per second, in uM."""
    ca, h, ip3 = state
    c0, c1, v1, v2, v3, v4, v5, v6 = 2.0, 0.185, 6.0, 0.11, 2.2, 0.3, 0.025, 0.2
    k1, k2, k3, k4, a2 = 0.5, 1.0, 0.1, 1.1, 0.14
    d1, d2, d3, d5, alpha, tau_r, ip3s = 0.13, 1.049, 0.9434, 0.082, 0.8, 7.143, 0.16
    gradient = (c0 - ca) / c1 - ca
    released = c1 * v1 * (ip3 / (ip3 + d1) * ca / (ca + d5) * h) ** 3 * gradient
    leak = c1 * v2 * gradient
    pump = v3 * ca**2 / (ca**2 + k3**2)
    inflow = v5 + v6 * ip3**2 / (k2**2 + ip3**2)
    q2 = d2 * (ip3 + d1) / (ip3 + d3)
    production = v4 * (ca + (1 - alpha) * k4) / (ca + k4)
    return numpy.array([
        released - pump + leak + inflow - k1 * ca,
        (q2 / (q2 + ca) - h) * a2 * (q2 + ca),
        (ip3s - ip3) / tau_r + production + ip3_rate,
    ])


def rk4(state, ip3_rate, step):
    first = calcium_slopes(state, ip3_rate)
    second = calcium_slopes(state + step / 2 * first, ip3_rate)
    third = calcium_slopes(state + step / 2 * second, ip3_rate)
    fourth = calcium_slopes(state + step * third, ip3_rate)
    return state + step / 6 * (first + 2 * second + 2 * third + fourth)


class Network:
    def __init__(self, rest):
        self.tick = 0
        self.v = numpy.full((SIDE, SIDE), rest)
        self.u = 0.25 * self.v
        self.astrocytes = numpy.array([0.072495, 0.886314, 0.820204])[:, None, None] * numpy.ones(
            (1, TILES, TILES))
        self.held_rate = numpy.zeros((TILES, TILES))
        self.pulse_until = numpy.zeros((TILES, TILES), int)
        self.spiked = {}  # tick -> map of the neurons that spiked then
        self.counted = numpy.zeros((SIDE, SIDE), int)  # spikes in (t - 400 ms, t]
        self.last_spike = numpy.full((SIDE, SIDE), -10**9)

    def drive(self, monitored):
        """5 uM/s while more than 8 neurons spike at more than 17.5 /s, and 60 ms longer."""
        old = self.spiked.pop(self.tick - 400 * TICKS_PER_MS, None)
        if old is not None:
            self.counted -= old
        holds = per_tile(self.counted >= 8) > 8
        if monitored:
            self.pulse_until[holds] = self.tick + 60 * TICKS_PER_MS
        return numpy.where((holds & monitored) | (self.tick < self.pulse_until), 5.0, 0.0)

    def feedback(self, allowed):
        active = self.tick - self.last_spike < 10 * TICKS_PER_MS
        return (self.astrocytes[0] > 0.15) & (per_tile(active) > 8) & allowed

    def advance(self, applied, recall):
        """One tick; tells which neurons spiked at its end."""
        if self.tick % TICKS_PER_MS == 0 and self.tick > 0:
            self.astrocytes = rk4(self.astrocytes, self.held_rate, 0.001)
        rate = self.drive(monitored=not recall)
        current = applied + 30.0 * under_any(self.feedback(allowed=recall))
        if self.tick % TICKS_PER_MS == 0:
            self.held_rate = rate
        dv = 0.04 * self.v**2 + 5 * self.v + 140 - self.u + current
        du = 0.1 * (0.25 * self.v - self.u)
        self.v, self.u = self.v + 0.1 * dv, self.u + 0.1 * du
        self.tick += 1
        spiked = self.v >= 30
        self.v[spiked] = -65
        self.u[spiked] += 2
        if spiked.any():
            self.spiked[self.tick] = spiked
            self.counted += spiked
            self.last_spike[spiked] = self.tick
        return spiked
