#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The reference work W in Brian2's C++ standalone mode, single thread, all by Euler at 0.1 ms.

Usage: benchmarks/brian.py FORM RECORD FOLDER   (FORM: natural or event-driven)
Takes what is shown from a record of benchmarks/w.yaml or w10.yaml, builds FOLDER/main, and runs
nothing: FOLDER/main run there writes results/, of which benchmarks/run reads time and spikes.

natural: whoever is driven or active is counted anew in each step by summed variables.
event-driven: counts change when a neuron begins or ceases to be driven or active, by events.
"""
import sys

import brian2 as b
import h5py
import numpy

STEP = 0.1  # ms
FRAME = 4   # ms: all onsets and durations are whole numbers of it

NEURON = """
dv/dt = (0.04*v**2 + 5*v + 140 - u + 5*shown(t, i) + 30*int(fed > 0))/ms : 1
du/dt = 0.1*(0.25*v - u)/ms : 1
count : 1
recent : 1
fed : 1
"""
ASTROCYTE = """
gradient = (2.0 - Ca)/0.185 - Ca : 1
opened = IP3/(IP3 + 0.13)*Ca/(Ca + 0.082)*h : 1
Q2 = 1.049*(IP3 + 0.13)/(IP3 + 0.9434) : 1
dCa/dt = (0.185*6*opened**3*gradient - 2.2*Ca**2/(Ca**2 + 0.1**2) + 0.185*0.11*gradient)/second : 1
dh/dt = 0.14*(Q2 - (Q2 + Ca)*h)/second : 1
dIP3/dt = ((0.16 - IP3)/7.143 + 0.3*(Ca + (1 - 0.8)*1.1)/(Ca + 1.1)
           + 5*int(t < pulse_until))/second : 1
feeds = int(Ca > 0.15 and active > 8) : 1
pulse_until : second
driven : 1
active : 1
"""


def frames(path):
    """What is shown in each 4 ms of the run: [frame, neuron]."""
    record = h5py.File(path)
    segments = []
    record.visititems(lambda name, item: segments.append(name.rsplit("/", 1)[0])
                      if name.endswith("stimulus") else None)
    end = max(record[segment].attrs["end"] for segment in segments)
    shown = numpy.zeros((round(end / FRAME), 1600))
    for segment in segments:
        stimulus = record[f"{segment}/stimulus"]
        for onset, duration, image in zip(*(stimulus[name][:] for name in
                                            ("onset", "duration", "image"))):
            first, last = round(onset / FRAME), round((onset + duration) / FRAME)
            shown[first:last] = image.reshape(-1)
    return shown, end


def tiles():
    """Pairs of a neuron and an astrocyte over it."""
    pairs = [(row * 40 + column, j * 13 + k) for j in range(13) for k in range(13)
             for row in range(3 * j, 3 * j + 4) for column in range(3 * k, 3 * k + 4)]
    return numpy.array(pairs).T


def window(neurons, variable, length):
    """Spikes within the last `length`: each counts at once, and is taken back later."""
    synapses = b.Synapses(neurons, neurons, on_pre={"add": f"{variable}_post += 1",
                                                    "drop": f"{variable}_post -= 1"},
                          delay={"drop": length})
    synapses.connect(j="i")
    return synapses


def natural(neurons, astrocytes, i, j):
    up = b.Synapses(neurons, astrocytes, "driven_post = int(count_pre >= 7) : 1 (summed)\n"
                                         "active_post = int(recent_pre > 0) : 1 (summed)")
    down = b.Synapses(astrocytes, neurons, "fed_post = feeds_pre : 1 (summed)")
    up.connect(i=i, j=j)
    down.connect(i=j, j=i)
    return up, down


def event_driven(neurons, astrocytes, i, j):
    made = []
    for source, target, pairs, event, change in (
            (neurons, astrocytes, (i, j), "begins_driven", "driven_post += 1"),
            (neurons, astrocytes, (i, j), "ends_driven", "driven_post -= 1"),
            (neurons, astrocytes, (i, j), "begins_active", "active_post += 1"),
            (neurons, astrocytes, (i, j), "ends_active", "active_post -= 1"),
            (astrocytes, neurons, (j, i), "begins_feeding", "fed_post += 1"),
            (astrocytes, neurons, (j, i), "ends_feeding", "fed_post -= 1")):
        synapses = b.Synapses(source, target, on_pre=change, on_event=event)
        synapses.connect(i=pairs[0], j=pairs[1])
        made.append(synapses)
    neurons.run_on_event("begins_driven", "was_driven = 1")
    neurons.run_on_event("ends_driven", "was_driven = 0")
    neurons.run_on_event("begins_active", "was_active = 1")
    neurons.run_on_event("ends_active", "was_active = 0")
    astrocytes.run_on_event("begins_feeding", "was_feeding = 1")
    astrocytes.run_on_event("ends_feeding", "was_feeding = 0")
    return made


def main():
    form, record, folder = sys.argv[1:]
    data, end = frames(record)
    b.set_device("cpp_standalone", directory=folder, build_on_run=False)
    b.prefs.devices.cpp_standalone.openmp_threads = 0
    b.defaultclock.dt = STEP * b.ms
    shown = b.TimedArray(data, dt=FRAME * b.ms)
    events = form == "event-driven"
    neurons = b.NeuronGroup(
        1600, NEURON + ("was_driven : 1\nwas_active : 1\n" if events else ""), method="euler",
        threshold="v >= 30", reset="v = -65; u += 2", namespace={"shown": shown},
        events={"begins_driven": "count >= 7 and was_driven == 0",
                "ends_driven": "count < 7 and was_driven == 1",
                "begins_active": "recent > 0 and was_active == 0",
                "ends_active": "recent <= 0 and was_active == 1"} if events else {})
    astrocytes = b.NeuronGroup(
        169, ASTROCYTE + ("was_feeding : 1\n" if events else ""), method="euler",
        events={"drive": "driven > 8", **({"begins_feeding": "feeds == 1 and was_feeding == 0",
                                           "ends_feeding": "feeds == 0 and was_feeding == 1"}
                                          if events else {})})
    astrocytes.run_on_event("drive", "pulse_until = t + 60*ms")
    neurons.v, neurons.u = -64.41390654, -16.10347664
    astrocytes.Ca, astrocytes.h, astrocytes.IP3 = 0.072495, 0.886314, 0.820204
    astrocytes.pulse_until = -1 * b.second
    i, j = tiles()
    network = b.Network(neurons, astrocytes, window(neurons, "count", 400 * b.ms),
                        window(neurons, "recent", 10 * b.ms),
                        (event_driven if events else natural)(neurons, astrocytes, i, j))
    network.add(b.SpikeMonitor(neurons), b.StateMonitor(astrocytes, "Ca", record=True,
                                                        dt=1 * b.ms))
    network.run(end * b.ms)
    b.device.build(directory=folder, compile=True, run=False, debug=False)


main()
