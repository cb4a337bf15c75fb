/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What CMocka 1.1.5 lacks: comparing numbers with a stated tolerance. */
#ifndef TP_TESTS_CLOSE_H
#define TP_TESTS_CLOSE_H

/* CMocka wants these four before its header. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>

#define assert_close(a, b, rtol, atol) assert_close_at((a), (b), (rtol), (atol), __FILE__, __LINE__)

static inline void assert_close_at(double a, double b, double rtol, double atol, const char *file,
                                   int line) {
    if (!(fabs(a - b) <= atol + rtol * fabs(b))) {
        print_error("%.17g is not within %.3g relative, %.3g absolute of %.17g\n", a, rtol, atol,
                    b);
        _fail(file, line);
    }
}

#endif
