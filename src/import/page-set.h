/* page-set.h - which pages a trace has touched, and how
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* Numbers below 2^60 with a few bits each: open addressing, grown as it fills. Words are number + 1 in the upper bits, flags in the lower four. */
typedef struct
{
  uint64_t *words;       /* owned */
  uint64_t  mask, n;     /* slots - 1; numbers in it */
} PwkPageSet;

#define PWK_PAGE_SET_FLAGS 15u

void     pwk_page_set_init  (PwkPageSet *set);
void     pwk_page_set_clear (PwkPageSet *set);
/* Adds @flags to those of @number; returns the ones it had, all of PWK_PAGE_SET_NEW where it was not there. */
unsigned pwk_page_set_add   (PwkPageSet *set, uint64_t number, unsigned flags);
#define PWK_PAGE_SET_NEW   0x100u
