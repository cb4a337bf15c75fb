/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "figures/view.h"
const tp_figure_kind tp_figure_work_precision = {.figure = {"work-precision", "s"}};
