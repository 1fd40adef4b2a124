/* lesson-numbers.h - the numbers of a text, and what follows from them
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

/* A set of numbers. */
typedef struct _PwkNumbers PwkNumbers;

PwkNumbers *pwk_numbers_new   (void);
void        pwk_numbers_free  (PwkNumbers *numbers);
void        pwk_numbers_clear (PwkNumbers *numbers);

/* Takes up all of @text: 1024, 1,024, 0x400, -5 as 5, of 64K also the bytes and the pages of 4 KiB; of hexadecimal words, with or without
 * 0x, also the low byte and the low twelve bits: what an entry's flags are. */
void pwk_numbers_read    (PwkNumbers *numbers, const char *text, gsize length);
bool pwk_numbers_has     (const PwkNumbers *numbers, uint64_t number);
/* Whether @number is one before a number of @near, 2^n or 2^n - 1 of an n in @all, or the last of 2^n frames that begin at a number of @near. */
bool pwk_numbers_follows (const PwkNumbers *all, const PwkNumbers *near, uint64_t number);

/* Called for each number that @text tells a reader and that wants a proof: not for single digits, fractions, percentages, and numbers that are
 * part of a word (x86, L05, 6.18). meanings[0] is the number itself, behind it what its unit makes of it: bytes, pages of 4 KiB. */
typedef void (*PwkNumberTold) (const char *token, const uint64_t *meanings, unsigned n, gpointer data);
void pwk_numbers_told    (const char *text, PwkNumberTold told, gpointer data);

/* Whether all of @text is one number. */
bool pwk_number_whole    (const char *text, uint64_t *number);
