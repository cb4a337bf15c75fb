/* SPDX-License-Identifier: GPL-3.0-or-later */
/* "Vectors" of one element, for portable.c and portable_single.c. */

INLINE vec same(real value) {
    return value;
}

INLINE vec load(const double *from, size_t count) {
    (void)count;
    return (vec)*from;
}

INLINE void store(double *to, vec value, size_t count) {
    (void)count;
    *to = (double)value;
}

INLINE lanes at_or_over(vec value, real threshold) {
    return value >= threshold;
}

INLINE vec either(vec watched, real threshold, vec where, vec elsewhere) {
    return watched >= threshold ? where : elsewhere;
}

INLINE vec larger(vec a, vec b) {
    return a > b ? a : b;
}

INLINE lanes differ(vec a, vec b) {
    return memcmp(&a, &b, sizeof a) != 0;
}
