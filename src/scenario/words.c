/* words.c - arrays that a call passes by pointer: what it gives, and what is there afterwards
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/words.h"

#include "scenario/names.h"

#define NOT_WRITTEN INT64_MIN

/* Item @k of the array that argument @arg is; false for "?". */
static bool
item_of (const PwkCall *call, const PwkArg *arg, guint k, uint64_t *bits)
{
  guint root = pwk_expr_item (call->script, arg->expr, k);
  PwkNumber number = { 0 };

  if (pwk_script_expr (call->script, root)->kind == PWK_EXPR_ANY)
    return false;
  pwk_expr_eval (call->script, call->statement, root, &call->runner->scope, &number, NULL);
  *bits = number.bits;
  return true;
}

PwkUserWords
pwk_words_of (const PwkCall *call, const PwkArg *arg, uint64_t **storage, bool *cut)
{
  const PwkExpr *expr = pwk_script_expr (call->script, arg->expr);
  PwkUserWords words = { 0 };

  *storage = NULL;
  if (cut)
    *cut = false;
  if (expr->kind == PWK_EXPR_NULL)
    return words;
  if (expr->kind != PWK_EXPR_ARRAY)
    return (PwkUserWords) { .bad = true };
  words.words = *storage = g_new0 (uint64_t, expr->n_items + 1);
  for (guint k = 0; k < expr->n_items; k++)
    {
      if (pwk_script_expr (call->script, pwk_expr_item (call->script, arg->expr, k))->kind == PWK_EXPR_ELLIPSIS)
        {
          if (cut)
            *cut = true;
          break;
        }
      item_of (call, arg, k, &(*storage)[k]);
      words.n++;
    }
  return words;
}

PwkUserWords
pwk_words_in (PwkCall *call, unsigned i, uint64_t **storage)
{
  return pwk_words_of (call, call->arg[i].arg, storage, NULL);
}

void
pwk_words_out (PwkCall *call, unsigned i, const int64_t *words, unsigned n)
{
  PwkFilled *filled = &call->value.filled[call->value.n_filled];

  if (n == 0)
    return;
  g_assert (call->value.n_filled < PWK_MAX_FILLED);
  call->value.n_filled++;
  filled->arg = i;
  filled->n = n;
  filled->words = g_memdup2 (words, n * sizeof *words);
}

static const PwkFilled *
filled_of (const PwkCall *call, unsigned i)
{
  for (unsigned k = 0; k < call->value.n_filled; k++)
    if (call->value.filled[k].arg == i)
      return &call->value.filled[k];
  return NULL;
}

/* "[0x3, -EBUSY, ?]". */
static char *
describe (const PwkFilled *filled)
{
  GString *text = g_string_new ("[");

  for (unsigned k = 0; filled && k < filled->n; k++)
    {
      int64_t word = filled->words[k];
      const char *name = word < 0 && word > -4096 ? pwk_names_errno ((int) -word) : NULL;

      g_string_append (text, k ? ", " : "");
      if (word == NOT_WRITTEN)
        g_string_append_c (text, '?');
      else if (name)
        g_string_append_printf (text, "-%s", name);
      else
        g_string_append_printf (text, "0x%" G_GINT64_MODIFIER "x", (guint64) word);
    }
  g_string_append_c (text, ']');
  return g_string_free (text, FALSE);
}

/* Whether the array said is what came: nothing where it says [], anything where it says ?. */
static bool
holds (const PwkCall *call, const PwkArgValue *said, const PwkFilled *filled)
{
  uint64_t bits;

  if (said->expr->n_items == 0)
    return !filled;
  for (guint k = 0; k < said->expr->n_items; k++)
    if (item_of (call, said->arg, k, &bits) && (!filled || k >= filled->n || filled->words[k] == NOT_WRITTEN || (uint64_t) filled->words[k] != bits))
      return false;
  return true;
}

void
pwk_words_judge (PwkOutcome *outcome, const PwkCall *call)
{
  for (unsigned i = 0; i < PWK_MAX_PARAMS && call->value.fills; i++)
    {
      const PwkArgValue *said = &call->arg[i];
      const PwkFilled *filled = filled_of (call, i);
      g_autofree char *want = NULL, *got = NULL;

      if (!(call->value.fills >> i & 1) || !said->present || said->expr->kind != PWK_EXPR_ARRAY || outcome->verdict == PWK_VERDICT_FAILS
          || holds (call, said, filled))
        continue;
      want = g_strndup (call->statement->text + said->arg->offset, said->arg->length);
      got = describe (filled);
      pwk_outcome_fail (outcome, call->script, call->statement, call->statement->line,
                        pwk_script_column (call->statement->text, said->arg->offset), want, got);
    }
}
