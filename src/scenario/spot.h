/* spot.h - a spot in a scenario: a statement, and the rounds of the loops around it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "scenario/statement.h"

/* The spot just before a statement is carried out, in these rounds of the loops that it is in, from 0, the outermost first. Of a spot that somebody
 * asks for, rounds may be left out at the end. */
typedef struct
{
  uint32_t statement;       /* its index; the number of statements behind all of them */
  uint32_t n_rounds;
  uint64_t round[PWK_MAX_LOOPS];
} PwkSpot;

static inline PwkSpot
pwk_spot (uint32_t statement)
{
  return (PwkSpot) { .statement = statement };
}

bool    pwk_spot_equal   (const PwkSpot *left, const PwkSpot *right);

/* Which is reached first: below 0 @left, 0 neither, above 0 @right. Where one leaves out a round, any is meant. */
int     pwk_spot_compare (const PwkScript *script, const PwkSpot *left, const PwkSpot *right);

/* Whether @spot lies in the same rounds of the loops around @other, as far as @other says which. */
bool    pwk_spot_shares_rounds (const PwkScript *script, const PwkSpot *spot, const PwkSpot *other);

/* The spot with rounds that were left out: the first of each. */
PwkSpot pwk_spot_complete (const PwkScript *script, const PwkSpot *spot);

/* "3" or "3:0:17": a line and rounds, as in line:3:0:17. False: @text is not that. */
bool    pwk_spot_parse_line (const char *text, uint64_t *line, PwkSpot *rounds);

/* Sets @spot to the statement that @line belongs to, in the rounds that it has already. False with @error (G_OPTION_ERROR_BAD_VALUE) if there is no
 * statement or it is in fewer loops than that. The line of an end without the rounds of its own loop is the spot behind all of its rounds. */
bool    pwk_spot_find_line (const PwkScript *script, uint64_t line, PwkSpot *spot, GError **error);
