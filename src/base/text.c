/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/text.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST_WORD = 63 };

/* Damerau-Levenshtein distance (optimal string alignment), letters' case apart. */
static size_t distance(const char *a, const char *b) {
    size_t row[3][LONGEST_WORD + 2];
    size_t m = strlen(a), n = strlen(b);
    if (m > LONGEST_WORD || n > LONGEST_WORD)
        return LONGEST_WORD;
    for (size_t j = 0; j <= n; j++)
        row[0][j] = j;
    for (size_t i = 1; i <= m; i++) {
        size_t *now = row[i % 3], *last = row[(i + 2) % 3], *before = row[(i + 1) % 3];
        now[0] = i;
        for (size_t j = 1; j <= n; j++) {
            int ca = tolower((unsigned char)a[i - 1]), cb = tolower((unsigned char)b[j - 1]);
            size_t best = last[j - 1] + (ca != cb);
            if (last[j] + 1 < best)
                best = last[j] + 1;
            if (now[j - 1] + 1 < best)
                best = now[j - 1] + 1;
            if (i > 1 && j > 1 && ca == tolower((unsigned char)b[j - 2]) &&
                tolower((unsigned char)a[i - 2]) == cb && before[j - 2] + 1 < best)
                best = before[j - 2] + 1;
            now[j] = best;
        }
    }
    return row[m % 3][n];
}

const char *tp_text_nearest(const char *word, const char *const *candidates) {
    const char *nearest = NULL;
    size_t best = (strlen(word) + 1) / 4 + 1; /* farther than that is another word */
    for (; *candidates; candidates++) {
        size_t d = distance(word, *candidates);
        if (d < best) {
            best = d;
            nearest = *candidates;
        }
    }
    return nearest;
}

void tp_text_join(const char *const *words, char *out, size_t room) {
    char *to = out, *end = out + room - 1;
    for (size_t i = 0; words[i]; i++) {
        for (const char *from = i ? ", " : ""; *from && to < end; from++)
            *to++ = *from;
        for (const char *from = words[i]; *from && to < end; from++)
            *to++ = *from;
    }
    *to = '\0';
}

void tp_text_number(double number, char *out, size_t room) {
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(out, room, "%.*g", digits, number);
        if (strtod(out, NULL) == number)
            return;
    }
}

size_t tp_text_character(const char *text, unsigned long *character) {
    const unsigned char *at = (const unsigned char *)text;
    const size_t length = at[0] < 0x80                    ? 1
                          : at[0] >= 0xc2 && at[0] < 0xe0 ? 2
                          : at[0] >= 0xe0 && at[0] < 0xf0 ? 3
                          : at[0] >= 0xf0 && at[0] < 0xf5 ? 4
                                                          : 0;
    static const unsigned long least[] = {0, 0, 0x80, 0x800, 0x10000};
    unsigned long value = length == 1 ? at[0] : at[0] & (0x7fu >> length);
    for (size_t i = 1; i < length; i++) {
        if ((at[i] & 0xc0) != 0x80)
            return 0;
        value = value << 6 | (at[i] & 0x3fu);
    }
    if (length == 0 || at[0] == 0 || value < least[length] || value > 0x10ffff ||
        (value >= 0xd800 && value < 0xe000))
        return 0;
    *character = value;
    return length;
}
