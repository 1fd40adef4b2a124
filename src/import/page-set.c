/* page-set.c - which pages a trace has touched, and how
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "import/page-set.h"

#define FIRST_SLOTS ((uint64_t) 1 << 12)

void
pwk_page_set_init (PwkPageSet *set)
{
  *set = (PwkPageSet) { g_new0 (uint64_t, FIRST_SLOTS), FIRST_SLOTS - 1, 0 };
}

void
pwk_page_set_clear (PwkPageSet *set)
{
  g_clear_pointer (&set->words, g_free);
}

static uint64_t *
slot_of (const PwkPageSet *set, uint64_t number)
{
  uint64_t i = (number * 0x9e3779b97f4a7c15ull) >> 20 & set->mask;

  while (set->words[i] && set->words[i] >> 4 != number + 1)
    i = (i + 1) & set->mask;
  return &set->words[i];
}

static void
grow (PwkPageSet *set)
{
  PwkPageSet old = *set;

  set->mask = old.mask * 2 + 1;
  set->words = g_new0 (uint64_t, set->mask + 1);
  for (uint64_t i = 0; i <= old.mask; i++)
    if (old.words[i])
      *slot_of (set, (old.words[i] >> 4) - 1) = old.words[i];
  g_free (old.words);
}

unsigned
pwk_page_set_add (PwkPageSet *set, uint64_t number, unsigned flags)
{
  uint64_t *word = slot_of (set, number);
  unsigned before = *word & PWK_PAGE_SET_FLAGS;

  if (*word)
    {
      *word |= flags;
      return before;
    }
  *word = (number + 1) << 4 | flags;
  if (++set->n * 2 > set->mask)
    grow (set);
  return PWK_PAGE_SET_NEW;
}
