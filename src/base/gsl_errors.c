/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/gsl_errors.h"

#include <gsl/gsl_errno.h>
#include <pthread.h>
#include <stddef.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of all below */
static size_t users;
static gsl_error_handler_t *before;

void tp_gsl_errors_are_returned(void) {
    pthread_mutex_lock(&lock);
    if (users++ == 0)
        before = gsl_set_error_handler_off();
    pthread_mutex_unlock(&lock);
}

void tp_gsl_errors_are_handled(void) {
    pthread_mutex_lock(&lock);
    if (--users == 0)
        gsl_set_error_handler(before);
    pthread_mutex_unlock(&lock);
}
