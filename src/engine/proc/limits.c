/* limits.c - /proc/PID/limits
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows fs/proc/base.c:proc_pid_limits(): columns of 25, 20, 20 and 10, and limits of users in
 * bytes, though some are checked in pages. Those of data, stack, address space, locked memory and
 * open files are what calls ask for. */
#include "engine/core/task.h"
#include "engine/core/text-table.h"
#include "engine/proc/proc.h"

#include <inttypes.h>

static const struct { const char *name, *unit; } limits[PWK_NR_RLIMITS] = {
  { "Max cpu time", "seconds" }, { "Max file size", "bytes" }, { "Max data size", "bytes" }, { "Max stack size", "bytes" },
  { "Max core file size", "bytes" }, { "Max resident set", "bytes" }, { "Max processes", "processes" }, { "Max open files", "files" },
  { "Max locked memory", "bytes" }, { "Max address space", "bytes" }, { "Max file locks", "locks" },
  { "Max pending signals", "signals" }, { "Max msgqueue size", "bytes" }, { "Max nice priority", NULL },
  { "Max realtime priority", NULL }, { "Max realtime timeout", "us" },
};

/* RLIM_INFINITY in a word. */
static void
append_limit (PwkTextTable *table, uint64_t value)
{
  if (value == UINT64_MAX)
    pwk_text_table_cell (table, "unlimited");
  else
    pwk_text_table_cell (table, "%" PRIu64, value);
}

/* A limit of no unit (nice, real-time priority) has a line that ends early, as in the kernel. */
void
pwk_proc_limits (const PwkMachine *machine, PwkIndex task, GString *out)
{
  static const PwkTextColumn columns[] = { { "Limit", -25, 0 }, { "Soft Limit", -20, 1 }, { "Hard Limit", -20, 1 }, { "Units", -10, 1 } };
  const PwkTask *t = pwk_task (machine, task);
  PwkTextTable table = PWK_TEXT_TABLE (columns, out);

  pwk_assert_door (pwk_pool_has (machine, PWK_POOL_TASK, task));
  pwk_text_table_heads (&table);
  for (unsigned i = 0; i < PWK_NR_RLIMITS; i++)
    {
      pwk_text_table_cell (&table, "%s", limits[i].name);
      append_limit (&table, t->rlim_cur[i]);
      append_limit (&table, t->rlim_max[i]);
      if (limits[i].unit)
        pwk_text_table_cell (&table, "%s", limits[i].unit);
      pwk_text_table_end_row (&table);
    }
}
