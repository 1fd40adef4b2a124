/* test-history.c - checkpoints kept within their bound
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "session-test.h"

#include "session/history.h"

/* Each line writes over what the one before wrote, so that moments share little. */
#define REWRITES \
  "machine(memory=64M, seed=3)\n" \
  "process(A)\n" \
  "[A] mmap(NULL, 2M, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = p\n" \
  "[A] touch(p, 2M, \"w\") = 512\n" \
  "[A] madvise(p, 2M, MADV_DONTNEED) = 0\n" \
  "[A] touch(p, 2M, \"w\") = 512\n" \
  "[A] madvise(p, 2M, MADV_DONTNEED) = 0\n" \
  "[A] touch(p, 2M, \"w\") = 512\n"

/* Memory that goes when the history goes: each copy of a chunk once, and the lists. */
static uint64_t
held_bytes (const PwkHistory *history)
{
  g_autoptr(GHashTable) seen = g_hash_table_new (NULL, NULL);
  uint64_t bytes = 0;

  for (guint i = 0; i < history->moments->len; i++)
    {
      const PwkCheckpoint *checkpoint = g_array_index (history->moments, PwkRest, i).checkpoint;

      bytes += sizeof *checkpoint + checkpoint->n_entries * sizeof *checkpoint->entries;
      for (uint64_t k = 0; k < checkpoint->n_entries; k++)
        if (g_hash_table_add (seen, checkpoint->entries[k].data))
          bytes += sizeof (PwkChunk) + PWK_CHUNK_SIZE;
    }
  return bytes;
}

/* Runs to the end, with a moment at every place of rest, and looks at the bound after each. Returns the most moments there were. */
static guint
run_within (uint64_t budget_bytes)
{
  PwkRunner *runner = test_runner (REWRITES);
  PwkHistory history;
  guint most = 0;

  pwk_history_init (&history, runner);
  history.budget_bytes = budget_bytes;
  while (pwk_runner_step (runner))
    {
      pwk_history_keep (&history, runner);
      most = MAX (most, history.moments->len);
      g_assert_cmpuint (history.used_bytes, ==, held_bytes (&history));
      g_assert_true (history.used_bytes <= budget_bytes || history.moments->len == 2);
      g_assert_cmpuint (g_array_index (history.moments, PwkRest, 0).n, ==, 0);
      g_assert_cmpuint (g_array_index (history.moments, PwkRest, history.moments->len - 1).n, ==, pwk_runner_machine (runner)->st->n_events);
    }
  pwk_history_truncate (&history, 3);
  g_assert_cmpuint (history.used_bytes, ==, held_bytes (&history));
  pwk_history_clear (&history);
  pwk_runner_free (runner);
  return most;
}

/* What is said to be used is what is held, and no more than the budget, be that so small that the first and the newest moment are all. */
static void
test_bound (void)
{
  guint many = run_within ((uint64_t) 64 << 20), few = run_within ((uint64_t) 8 << 20);

  g_assert_cmpuint (many, >, few);
  g_assert_cmpuint (few, >, 2);
  g_assert_cmpuint (run_within (1), <=, 3);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session/history/bound", test_bound);
  return g_test_run ();
}
