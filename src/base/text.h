/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TP_BASE_TEXT_H
#define TP_BASE_TEXT_H

#include <stddef.h>

/* The candidate (a list that ends in NULL) that a misspelt word is most likely meant to be; NULL
 * where none is near. */
const char *tp_text_nearest(const char *word, const char *const *candidates);

/* Writes the words of a list that ends in NULL, with ", " between them, as far as there is room. */
void tp_text_join(const char *const *words, char *out, size_t room);

/* Writes the shortest decimal form that reads back as the same double. */
void tp_text_number(double number, char *out, size_t room);

/* The length in bytes of the UTF-8 character that `text` begins with, and the character; 0 where it
 * begins with none. */
size_t tp_text_character(const char *text, unsigned long *character);

#endif
