/* spot.c - a spot in a scenario: a statement, and the rounds of the loops around it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/spot.h"

#include <glib/gi18n.h>
#include <string.h>

bool
pwk_spot_equal (const PwkSpot *left, const PwkSpot *right)
{
  return left->statement == right->statement && left->n_rounds == right->n_rounds
         && memcmp (left->round, right->round, sizeof *left->round * left->n_rounds) == 0;
}

/* The loops around the statement, the outermost first; how many. */
static uint32_t
loops_of (const PwkScript *script, uint32_t statement, uint32_t loops[PWK_MAX_LOOPS])
{
  uint32_t n = 0, at;

  if (statement >= pwk_script_n_statements (script))
    return 0;
  n = pwk_script_statement (script, statement)->n_loops;
  at = pwk_script_statement (script, statement)->loop;
  for (uint32_t i = n; i-- > 0;)
    {
      loops[i] = at;
      at = pwk_script_statement (script, at)->loop;
    }
  return n;
}

/* How many loops both spots are in and tell the rounds of. */
static uint32_t
n_common_loops (const PwkScript *script, const PwkSpot *left, const PwkSpot *right)
{
  uint32_t lefts[PWK_MAX_LOOPS], rights[PWK_MAX_LOOPS];
  uint32_t n = MIN (loops_of (script, left->statement, lefts), loops_of (script, right->statement, rights));
  uint32_t common = 0;

  n = MIN (n, MIN (left->n_rounds, right->n_rounds));
  while (common < n && lefts[common] == rights[common])
    common++;
  return common;
}

/* Blocks lie in each other: what comes first is decided by the outermost loop whose rounds differ, else by the place in the text. */
int
pwk_spot_compare (const PwkScript *script, const PwkSpot *left, const PwkSpot *right)
{
  uint32_t n = n_common_loops (script, left, right);

  for (uint32_t i = 0; i < n; i++)
    if (left->round[i] != right->round[i])
      return left->round[i] < right->round[i] ? -1 : 1;
  return (left->statement > right->statement) - (left->statement < right->statement);
}

bool
pwk_spot_shares_rounds (const PwkScript *script, const PwkSpot *spot, const PwkSpot *other)
{
  uint32_t n = n_common_loops (script, spot, other);

  return n == other->n_rounds && memcmp (spot->round, other->round, sizeof *spot->round * n) == 0;
}

PwkSpot
pwk_spot_complete (const PwkScript *script, const PwkSpot *spot)
{
  PwkSpot complete = *spot;

  if (spot->statement < pwk_script_n_statements (script))
    for (uint32_t n = pwk_script_statement (script, spot->statement)->n_loops; complete.n_rounds < n; complete.n_rounds++)
      complete.round[complete.n_rounds] = 0;
  return complete;
}

bool
pwk_spot_parse_line (const char *text, uint64_t *line, PwkSpot *rounds)
{
  g_auto(GStrv) parts = g_strsplit (text, ":", PWK_MAX_LOOPS + 2);
  guint n = g_strv_length (parts);
  guint64 number;

  *rounds = pwk_spot (0);
  if (n == 0 || n > PWK_MAX_LOOPS + 1)
    return false;
  for (guint i = 0; i < n; i++)
    {
      if (!g_ascii_string_to_unsigned (g_strstrip (parts[i]), 10, 0, G_MAXUINT64, &number, NULL))
        return false;
      if (i == 0)
        *line = number;
      else
        rounds->round[rounds->n_rounds++] = number;
    }
  return true;
}

bool
pwk_spot_find_line (const PwkScript *script, uint64_t line, PwkSpot *spot, GError **error)
{
  int found = line <= G_MAXUINT ? pwk_script_find_line (script, (guint) line) : -1;
  const PwkStatement *statement = found >= 0 ? pwk_script_statement (script, (guint) found) : NULL;

  if (!statement)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _("there is no statement on line %llu"), (unsigned long long) line);
      return false;
    }
  if (spot->n_rounds > statement->n_loops)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   ngettext ("line %llu is in %u loop: it has no such round", "line %llu is in %u loops: it has no such round",
                             statement->n_loops),
                   (unsigned long long) line, statement->n_loops);
      return false;
    }
  spot->statement = (uint32_t) found;
  return true;
}
