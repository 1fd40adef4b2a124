/* nearest.c - what somebody meant who wrote a name that is not known
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/nearest.h"

#include <string.h>

#define LONGEST_NAME 40

/* Letters to be changed, added, left out or swapped to get from @a to @b. */
static guint
distance (const char *a, const char *b)
{
  guint rows[3][LONGEST_NAME + 1];
  guint *above2 = rows[0], *above = rows[1], *row = rows[2];
  size_t n = strlen (b);

  if (strlen (a) > LONGEST_NAME || n > LONGEST_NAME)
    return LONGEST_NAME;
  for (size_t j = 0; j <= n; j++)
    above[j] = (guint) j;
  for (size_t i = 1; a[i - 1]; i++)
    {
      guint *next;

      row[0] = (guint) i;
      for (size_t j = 1; j <= n; j++)
        {
          guint cost = a[i - 1] != b[j - 1];

          row[j] = MIN (MIN (above[j] + 1, row[j - 1] + 1), above[j - 1] + cost);
          if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
            row[j] = MIN (row[j], above2[j - 2] + 1);
        }
      next = above2;
      above2 = above;
      above = row;
      row = next;
    }
  return above[n];
}

PwkNearest
pwk_nearest (const char *name)
{
  return (PwkNearest) { .name = name, .distance = (guint) strlen (name) / 3 + 1 };
}

void
pwk_nearest_try (PwkNearest *nearest, const char *candidate)
{
  guint letters = distance (nearest->name, candidate);

  if (letters < nearest->distance || (letters == nearest->distance && !nearest->found))
    {
      nearest->distance = letters;
      nearest->found = candidate;
    }
}
