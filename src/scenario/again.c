/* again.c - what a scenario has done, found out by doing it once more with a watch
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Nothing keeps what has happened: events go by, and counters tell how many they were. A call that asks which they were gets a second runner of
 * the same script on a machine of its own, from power-on to the statement before the call, silently. What was found out is remembered by the
 * event that the asking statement is, so that it is looked for once, however often one goes back and forth. */
#include "scenario/runner-private.h"

#define MOST_ROUNDS 1000

static void
free_finding (gpointer data)
{
  PwkFinding *finding = data;

  g_free (finding->text);
  g_free (finding->note);
  g_free (finding);
}

GHashTable *
pwk_findings_new (void)
{
  return g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, free_finding);
}

static uint64_t
asking_event (const PwkCall *call)
{
  return *pwk_word (call->runner, PWK_WORD_STATEMENT_EVENT);
}

const PwkFinding *
pwk_call_found (const PwkCall *call)
{
  const uint64_t n = asking_event (call);

  return g_hash_table_lookup (call->runner->findings, &n);
}

const PwkFinding *
pwk_call_find_out (PwkCall *call, uint64_t number, char *text, char *note)
{
  const uint64_t n = asking_event (call);
  PwkFinding *finding = g_new0 (PwkFinding, 1);

  *finding = (PwkFinding) { number, text, note };
  g_hash_table_replace (call->runner->findings, g_memdup2 (&n, sizeof n), finding);
  return finding;
}

static gboolean
is_later (gpointer key, gpointer value, gpointer data)
{
  return *(const uint64_t *) key > *(const uint64_t *) data;
}

void
pwk_findings_forget_after (PwkRunner *runner, uint64_t n)
{
  g_hash_table_foreach_remove (runner->findings, is_later, &n);
}

bool
pwk_call_watch_again (PwkCall *call, const PwkEventKind *kinds, unsigned n_kinds, PwkListener listener, void *data)
{
  PwkRunner *first = call->runner, *second;
  const uint64_t end = asking_event (call) - 1;
  g_autoptr(GError) error = NULL;

  if (pwk_runner_n_rounds (first) > MOST_ROUNDS)
    {
      pwk_return_impossible (call, _("%s() looks at all that has been before it, each time: it cannot be in loops of more than %d rounds"),
                             call->statement->call, MOST_ROUNDS);
      return false;
    }
  second = pwk_runner_new (first->script, (const char *const *) first->overrides, first->folder, &error);
  if (!second)
    {
      pwk_return_impossible (call, "%s", error->message);
      return false;
    }
  g_hash_table_unref (second->findings);
  second->findings = g_hash_table_ref (first->findings);
  pwk_machine_listen (second->machine, listener, data);
  for (unsigned i = 0; i < n_kinds; i++)
    pwk_machine_want (second->machine, (int) kinds[i], true);
  while (second->machine->st->n_events < end && pwk_runner_step (second))
    continue;
  pwk_runner_free (second);
  return true;
}
