/* words.h - arrays that a call passes by pointer: what it gives, and what is there afterwards
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/virt/user-nodes.h"
#include "scenario/runner-private.h"

/* The words that the array @arg names, up to where strace cut it ("..."): *@cut tells that, and may be NULL. As below otherwise. */
PwkUserWords pwk_words_of  (const PwkCall *call, const PwkArg *arg, uint64_t **storage, bool *cut);
/* Argument @i as words: [0x3, 0x0], NULL, or an address, which cannot be read. @storage is the caller's to free. */
PwkUserWords pwk_words_in  (PwkCall *call, unsigned i, uint64_t **storage);
/* What the call stored into argument @i: @n words, INT64_MIN where it wrote nothing. The statement is judged by it. */
void         pwk_words_out (PwkCall *call, unsigned i, const int64_t *words, unsigned n);
/* Compares what was stored with what the statement says, into @outcome. */
void         pwk_words_judge (PwkOutcome *outcome, const PwkCall *call);
