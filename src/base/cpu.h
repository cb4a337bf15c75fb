/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the processor can do, of what the fast kernels are written for. */
#ifndef TP_BASE_CPU_H
#define TP_BASE_CPU_H

/* Each has all that is below it. */
typedef enum tp_cpu { TP_CPU_GENERIC, TP_CPU_SSE2, TP_CPU_AVX2, TP_CPU_AVX512 } tp_cpu;
extern const char *const tp_cpu_names[];

/* What this processor has. */
tp_cpu tp_cpu_found(void);

/* What is to be used: what the processor has, or less where TRIPARTITE_KERNELS names less. That
 * changes no result. The environment is read once. */
tp_cpu tp_cpu_used(void);

/* From now on at most this is used; for tests, which hold each kind to the generic one. */
void tp_cpu_limit(tp_cpu most);

#endif
