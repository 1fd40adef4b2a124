/* calls-history.c - calls that ask what has happened: how many events, and the life of a page frame
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <inttypes.h>
#include <string.h>

#include "engine/core/event-args.h"
#include "engine/proc/proc.h"
#include "scenario/condition.h"
#include "scenario/runner-private.h"

/* --- events () --- */

/* Which events are meant, by their numbers, both ends among them. */
typedef struct { uint64_t first, last; } Range;

/* Those that a counter tells: of the last deed, or since the boot. */
static bool
is_counted (const PwkCall *call)
{
  return !pwk_has (call, 1) && (!pwk_has (call, 2) || pwk_str (call, 2));
}

static bool
find_range (PwkCall *call, Range *range)
{
  const PwkRunner *runner = call->runner;
  const uint64_t before = *pwk_word (runner, PWK_WORD_STATEMENT_EVENT) - 1;

  if (!pwk_has (call, 2))
    *range = (Range) { *pwk_word (runner, PWK_WORD_DEED_FIRST), *pwk_word (runner, PWK_WORD_DEED_LAST) };
  else if (!pwk_str (call, 2))
    *range = (Range) { pwk_num (call, 2, 0), before };
  else if (strcmp (pwk_str (call, 2), "boot") == 0)
    *range = (Range) { *pwk_word (runner, PWK_WORD_BOOTED) + 1, before };
  else
    {
      pwk_return_impossible (call, _("expected since=boot or the number of an event, not “%s”"), pwk_str (call, 2));
      return false;
    }
  return true;
}

typedef struct { Range range; const PwkCondition *condition; uint64_t n; } Count;

static void
count_event (PwkMachine *machine, const PwkEvent *event, void *data)
{
  Count *count = data;

  if (event->n >= count->range.first && event->n <= count->range.last && (!count->condition || pwk_condition_holds (count->condition, event)))
    count->n++;
}

static void
count_again (PwkCall *call, PwkEventKind kind, Range range)
{
  g_autoptr(GError) error = NULL;
  PwkCondition *condition = NULL;
  const PwkFinding *found = pwk_call_found (call);
  Count count = { .range = range };

  if (pwk_has (call, 1) && !(condition = pwk_condition_parse (pwk_str (call, 1), (int) kind, &error)))
    {
      pwk_return_impossible (call, "%s", error->message);
      return;
    }
  count.condition = condition;
  if (!found && pwk_call_watch_again (call, &kind, 1, count_event, &count))
    found = pwk_call_find_out (call, count.n, NULL, NULL);
  if (found)
    pwk_return_number (call, found->number);
  pwk_condition_free (condition);
}

static void
run_events (PwkCall *call)
{
  int kind = pwk_event_from_name (pwk_str (call, 0));
  Range range;

  if (kind < 0)
    pwk_return_no_event (call, pwk_str (call, 0));
  else if (!find_range (call, &range))
    return;
  else if (!is_counted (call))
    count_again (call, (PwkEventKind) kind, range);
  else
    pwk_return_number (call, pwk_has (call, 2) ? pwk_deeds_since_boot (call->runner, (PwkEventKind) kind)
                                               : pwk_deed_caused (call->runner, (PwkEventKind) kind));
}

/* --- frame () --- */

/* From being given out to being freed; the number of an event 0: not seen. */
typedef struct { uint64_t out, freed; uint32_t out_line, freed_line, order; } Life;

typedef struct { PwkPfn pfn; GArray *lives; } Watch;

#define MOST_LIVES 16

static void
see_event (PwkMachine *machine, const PwkEvent *event, void *data)
{
  Watch *watch = data;
  Life *last = watch->lives->len > 0 ? &g_array_index (watch->lives, Life, watch->lives->len - 1) : NULL;
  const PwkPfn pfn = pwk_arg (event, MM_PAGE_ALLOC, pfn);
  const unsigned order = (unsigned) pwk_arg (event, MM_PAGE_ALLOC, order);

  if (pfn > watch->pfn || watch->pfn - pfn >= (uint64_t) 1 << order)
    return;
  if (event->kind == PWK_EV_MM_PAGE_FREE && last && last->freed == 0)
    {
      last->freed = event->n;
      last->freed_line = event->line;
    }
  else
    {
      const Life given = { .out = event->n, .out_line = event->line, .order = order };
      const Life freed = { .freed = event->n, .freed_line = event->line, .order = order };

      g_array_append_vals (watch->lives, event->kind == PWK_EV_MM_PAGE_ALLOC ? &given : &freed, 1);
    }
}

/* "event 812: [A] store(p)". Not the line: the run's output is a scenario whose lines are others, and has to hold. */
static void
append_moment (const PwkCall *call, const char *what, uint64_t n, uint32_t line, GString *out)
{
  int index = pwk_script_find_line (call->script, line);

  g_string_append_printf (out, "%-12s ", what);
  if (n == 0)
    g_string_append_c (out, '-');
  else
    {
      g_string_append_printf (out, "event %" PRIu64, n);
      if (index >= 0)
        {
          g_string_append (out, ": ");
          pwk_statement_print (out, call->script, pwk_script_statement (call->script, (guint) index), PWK_PRINT_WHO | PWK_PRINT_CALL);
        }
    }
  g_string_append_c (out, '\n');
}

static char *
tell_lives (const PwkCall *call, const GArray *lives)
{
  GString *out = g_string_new (NULL);

  if (lives->len > MOST_LIVES)
    g_string_append_printf (out, "given out:   %u times before\n", lives->len - MOST_LIVES);
  for (guint i = lives->len > MOST_LIVES ? lives->len - MOST_LIVES : 0; i < lives->len; i++)
    {
      const Life *life = &g_array_index (lives, Life, i);

      append_moment (call, "given out:", life->out, life->out_line, out);
      append_moment (call, "freed:", life->freed, life->freed_line, out);
    }
  if (lives->len == 0)
    g_string_append (out, "given out:   -\nfreed:       -\n");
  return g_string_free (out, FALSE);
}

/* The lines of its last life. */
static char *
note_lines (const GArray *lives)
{
  const Life *last = lives->len > 0 ? &g_array_index (lives, Life, lives->len - 1) : NULL;

  if (!last)
    return NULL;
  if (last->freed == 0)
    return g_strdup_printf (_("given out in line %u"), last->out_line);
  if (last->out == 0)
    return g_strdup_printf (_("freed in line %u"), last->freed_line);
  return g_strdup_printf (_("given out in line %u, freed in line %u"), last->out_line, last->freed_line);
}

/* A frame that boot keeps is never given out; what boot gives to the free lists is no life. */
static const PwkFinding *
find_lives (PwkCall *call, PwkPfn pfn)
{
  static const PwkEventKind kinds[] = { PWK_EV_MM_PAGE_ALLOC, PWK_EV_MM_PAGE_FREE };
  g_autoptr(GArray) lives = g_array_new (FALSE, FALSE, sizeof (Life));
  Watch watch = { pfn, lives };
  const PwkFinding *found = pwk_call_found (call);

  if (!found && pwk_call_watch_again (call, kinds, G_N_ELEMENTS (kinds), see_event, &watch))
    found = pwk_call_find_out (call, 0, tell_lives (call, lives), note_lines (lives));
  return found;
}

static void
run_frame (PwkCall *call)
{
  const PwkPfn pfn = pwk_num (call, 0, 0);
  const PwkFinding *found;
  GString *out;

  if (pfn >= call->machine->st->max_pfn)
    {
      pwk_return_impossible (call, _("there is no frame %llu: the machine has %llu"), (unsigned long long) pfn,
                             (unsigned long long) call->machine->st->max_pfn);
      return;
    }
  found = find_lives (call, pfn);
  if (!found)
    return;
  out = pwk_return_dump (call);
  pwk_proc_frame (call->machine, pfn, out);
  g_string_append (out, found->text);
  if (found->note)
    pwk_call_note (call, "%s", found->note);
}

const PwkCallDef pwk_calls_history[] = {
  { { "events", "events(\"kind\", \"condition\", since=boot|N) = n",
      N_("how many events of a kind the last statement that did something has caused; since=: all from there on"), "events(\"set_pte\")",
      PWK_CALL_DUMP, false }, "kind:s condition:s? since:w=", 0, run_events },
  { { "frame", "frame(pfn) == <<END", N_("a page frame: its struct page, who maps it, when it was given out and freed"), "frame(pg)",
      PWK_CALL_DUMP, false }, "pfn", PWK_CALL_IS_DUMP, run_frame },
  { { NULL } },
};
