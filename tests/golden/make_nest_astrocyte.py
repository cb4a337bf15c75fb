#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""NEST's astrocyte_lr_1994 under a few spikes, by SciPy.

    /usr/bin/python3 make_nest_astrocyte.py > nest_astrocyte.txt

The equations and default constants are those of NEST's models/astrocyte_lr_1994.cpp (Li & Rinzel
1994; Nadkarni & Jung 2003), in its units: ms and uM. delta_IP3 is smaller than its default of 5. A spike adds delta_IP3 to IP3 at once. DOP853 at
rtol 1e-12, started anew at each spike. Each line: time/ms, Ca, h, IP3, right after a spike where
there is one.
"""
from scipy.integrate import solve_ivp

CA_TOT, IP3_0, TAU_IP3, DELTA_IP3 = 2.0, 0.16, 7142.0, 0.5
KD_IP3_1, KD_IP3_2, KD_ACT, KD_INH, KM_SERCA = 0.13, 0.9434, 0.08234, 1.049, 0.1
K_IP3R, RATE_IP3R, RATE_L, RATE_SERCA, RATIO = 0.0002, 0.006, 0.00011, 0.0009, 0.185
SPIKES = [1000, 1040, 9000, 9500, 9501]
EVERY, END = 250, 40000


def slope(_, y):
    ca, h, ip3 = y
    alpha = K_IP3R * KD_INH * (ip3 + KD_IP3_1) / (ip3 + KD_IP3_2)
    beta = K_IP3R * ca
    m = ip3 / (ip3 + KD_IP3_1)
    n = ca / (ca + KD_ACT)
    ca_er = CA_TOT + (CA_TOT - ca) / RATIO
    channel = RATIO * RATE_IP3R * m**3 * n**3 * h**3 * (ca_er - ca)
    pump = RATE_SERCA * ca**2 / (KM_SERCA**2 + ca**2)
    leak = RATIO * RATE_L * (ca_er - ca)
    return [channel - pump + leak, alpha * (1 - h) - beta * h, (IP3_0 - ip3) / TAU_IP3]


def main():
    print("# time/ms Ca/uM h IP3/uM (tests/golden/make_nest_astrocyte.py, SciPy)")
    y, t = [0.073, 0.793, IP3_0], 0
    print(t, *(f"{value:.12f}" for value in y))
    for stop in sorted(set(range(EVERY, END + 1, EVERY)) | set(SPIKES)):
        answer = solve_ivp(slope, (t, stop), y, "DOP853", rtol=1e-12, atol=1e-13)
        assert answer.success, answer.message
        t, y = stop, list(answer.y[:, -1])
        if t in SPIKES:
            y[2] += DELTA_IP3
        print(t, *(f"{value:.12f}" for value in y))


main()
