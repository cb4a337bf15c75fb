/* SPDX-License-Identifier: GPL-3.0-or-later */
/* OpenBLAS by its Fortran names. Its CBLAS names are GSL's own too: GSL must go on with its
 * reference BLAS, which gives the simulation the same bits on every machine, and OpenBLAS, whose
 * kernels differ from one processor to the next, is for what is trained alone. */
#include "learning/blas.h"

#include <pthread.h>

void dgemm_(const char *trans_a, const char *trans_b, const int *m, const int *n, const int *k,
            const double *alpha, const double *a, const int *lda, const double *b, const int *ldb,
            const double *beta, double *c, const int *ldc);
void openblas_set_num_threads(int count);
int openblas_get_num_threads(void);
int openblas_get_parallel(void);

/* How OpenBLAS was built. */
enum { WITHOUT_THREADS, WITH_THREADS, WITH_OPENMP };

/* As soon as it is loaded OpenBLAS starts a thread for each processor, which keeps that processor busy
 * for a tenth of a second though nobody has called it. This ends them; whoever wants them gets new ones
 * at the first product that is large enough. */
int blas_thread_shutdown_(void) __attribute__((weak));

__attribute__((constructor)) static void end_idle_threads(void) {
    if (openblas_get_parallel() == WITH_THREADS && blas_thread_shutdown_)
        blas_thread_shutdown_();
}

/* Without threads of its own it cannot be called by two of ours at a time. */
static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;

/* One thread for each product: then the bits are the same however many threads call it. */
static void begin(void) {
    static _Thread_local int begun;
    if (begun)
        return;
    begun = 1;
    pthread_mutex_lock(&one_at_a_time);
    /* Where it goes by OpenMP, the number belongs to the thread that sets it, else to all. */
    if (openblas_get_parallel() == WITH_OPENMP || openblas_get_num_threads() != 1)
        openblas_set_num_threads(1);
    pthread_mutex_unlock(&one_at_a_time);
}

void tp_product(size_t m, size_t n, size_t k, tp_matrix a, tp_matrix b, double keep, double *c) {
    const int rows = (int)m, columns = (int)n, inner = (int)k;
    const int a_stride = (int)a.stride, b_stride = (int)b.stride, c_stride = columns;
    const double one = 1;
    const int alone = openblas_get_parallel() == WITHOUT_THREADS;
    begin();
    if (alone)
        pthread_mutex_lock(&one_at_a_time);
    /* Fortran sees every matrix transposed: C' = B' A'. */
    dgemm_(b.transpose == TP_TRANSPOSED ? "T" : "N", a.transpose == TP_TRANSPOSED ? "T" : "N",
           &columns, &rows, &inner, &one, b.values, &b_stride, a.values, &a_stride, &keep, c,
           &c_stride);
    if (alone)
        pthread_mutex_unlock(&one_at_a_time);
}
