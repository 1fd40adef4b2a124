/* calls-dump.c - the machine's state as text, in the kernel's own formats
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <glib/gi18n.h>
#include <stdlib.h>
#include <string.h>

#include "engine/core/emit.h"
#include "engine/core/task.h"
#include "engine/proc/proc.h"
#include "engine/reclaim/oom.h"
#include "engine/virt/process.h"
#include "scenario/oom-tasks.h"
#include "scenario/runner-private.h"

static void
run_buddyinfo (PwkCall *call)
{
  pwk_proc_buddyinfo (call->machine, pwk_return_dump (call));
}

static void
run_pagetypeinfo (PwkCall *call)
{
  pwk_proc_pagetypeinfo (call->machine, pwk_return_dump (call));
}

static void
run_zoneinfo (PwkCall *call)
{
  pwk_proc_zoneinfo (call->machine, pwk_str (call, 0), pwk_return_dump (call));
}

static void
run_meminfo (PwkCall *call)
{
  if (pwk_has (call, 0))
    pwk_proc_meminfo_fields (call->machine, pwk_str (call, 0), pwk_return_dump (call));
  else
    pwk_proc_meminfo (call->machine, pwk_return_dump (call));
}

/* The line of that counter in @text, NULL: there is none. */
static const char *
counter_line (char **lines, const char *expected)
{
  gsize length = strcspn (expected, " ");

  for (; *lines; lines++)
    if (length > 0 && strncmp (*lines, expected, length) == 0 && (*lines)[length] == ' ')
      return *lines;
  return NULL;
}

/* Chosen counters are told in the order in which they are expected, if they all are, else in that in which they were named: recordings have
 * either, and which comes first means nothing. */
static void
add_counters (PwkCall *call, GString *out)
{
  const char *expected = call->statement->result.kind == PWK_RESULT_DUMP ? pwk_script_heredoc (call->script, call->statement->result.heredoc)->text : NULL;
  g_autoptr(GString) named = g_string_new (NULL), ordered = g_string_new (NULL);
  g_auto(GStrv) lines = NULL, wanted = NULL;

  pwk_proc_vmstat_fields (call->machine, pwk_str (call, 0), named);
  lines = g_strsplit (named->str, "\n", -1);
  wanted = g_strsplit (expected ? expected : "", "\n", -1);
  for (char **line = wanted; *line; line++)
    if (counter_line (lines, *line))
      g_string_append_printf (ordered, "%s\n", counter_line (lines, *line));
  g_string_append (out, ordered->len == named->len ? ordered->str : named->str);
}

static void
run_vmstat (PwkCall *call)
{
  if (pwk_str (call, 0))
    add_counters (call, pwk_return_dump (call));
  else
    pwk_proc_vmstat (call->machine, pwk_return_dump (call));
}

static void
run_iomem (PwkCall *call)
{
  pwk_proc_iomem (call->machine, pwk_return_dump (call));
}

static void
run_watermarks (PwkCall *call)
{
  pwk_proc_watermarks (call->machine, pwk_return_dump (call));
}

static void
run_freeareas (PwkCall *call)
{
  int node;

  if (!pwk_call_node (call, 0, -1, &node))
    return;
  if (node < 0)
    pwk_proc_freeareas (call->machine, pwk_return_dump (call));
  else
    pwk_proc_freeareas_of (call->machine, (unsigned) node, pwk_return_dump (call));
}

#define MAX_KPAGEFLAGS ((uint64_t) 1 << 20)

static void
run_kpageflags (PwkCall *call)
{
  pwk_proc_kpageflags (call->machine, pwk_num (call, 0, 0), MIN (pwk_num (call, 1, 1), MAX_KPAGEFLAGS), pwk_return_dump (call));
}

/* The cpu that argument @i names, the running one if none is; false, and the call is IMPOSSIBLE, if the machine has no such. */
static bool
cpu_named (PwkCall *call, unsigned i, unsigned *cpu)
{
  uint64_t number = pwk_num (call, i, call->machine->st->cur_cpu);

  *cpu = (unsigned) number;
  return pwk_call_has_cpu (call, number);
}

static void
run_tlb (PwkCall *call)
{
  unsigned cpu;

  if (cpu_named (call, 0, &cpu))
    pwk_proc_tlb (call->machine, cpu, pwk_return_dump (call));
}

static void
run_tlb_stats (PwkCall *call)
{
  unsigned cpu;

  if (cpu_named (call, 0, &cpu))
    pwk_proc_tlb_stats (call->machine, cpu, pwk_return_dump (call));
}

/* --- of a process --- */

static void
run_maps (PwkCall *call)
{
  PwkIndex task = pwk_call_task (call, 0);

  if (task)
    pwk_proc_maps_range (call->machine, task, pwk_num (call, 1, 0), pwk_num (call, 2, UINT64_MAX), pwk_str (call, 3), pwk_return_dump (call));
}

static void
run_smaps (PwkCall *call)
{
  PwkIndex task = pwk_call_task (call, 0);

  if (task)
    pwk_proc_smaps (call->machine, task, pwk_num (call, 1, 0), pwk_num (call, 2, UINT64_MAX), pwk_str (call, 3), pwk_return_dump (call));
}

static void
run_status (PwkCall *call)
{
  PwkIndex task = pwk_call_task (call, 0);

  if (task)
    pwk_proc_status (call->machine, task, pwk_str (call, 1), pwk_return_dump (call));
}

static void
run_limits (PwkCall *call)
{
  PwkIndex task = pwk_call_task (call, 0);

  if (task)
    pwk_proc_limits (call->machine, task, pwk_return_dump (call));
}

static void
run_pagemap (PwkCall *call)
{
  PwkIndex task = pwk_call_task (call, 0);
  bool pfns;

  if (task && g_strcmp0 (pwk_str (call, 4), "pfn") == 0)
    pwk_proc_frames (call->machine, task, pwk_num (call, 1, 0), pwk_num (call, 2, PWK_PAGE_SIZE), pwk_return_dump (call));
  else if (task && pwk_has (call, 4))
    pwk_return_impossible (call, _("expected fields=\"pfn\""));
  else if (task && pwk_call_switch (call, 3, false, &pfns))
    pwk_proc_pagemap (call->machine, task, pwk_num (call, 1, 0), pwk_num (call, 2, PWK_PAGE_SIZE), pfns, pwk_return_dump (call));
}

static void
run_stat_faults (PwkCall *call)
{
  PwkIndex task = pwk_call_task (call, 0);

  if (task)
    pwk_proc_stat_faults (call->machine, task, pwk_return_dump (call));
}

/* Whose tables: a process's, or the kernel's own (*@task 0). False, and the call is IMPOSSIBLE, if
 * they are not there. */
static bool
tables_of (PwkCall *call, PwkIndex *task)
{
  *task = 0;
  if (pwk_arg_is_kernel (call->script, call->arg[0].arg))
    {
      if (call->machine->st->swapper_pgd != PWK_NO_PFN)
        return true;
      pwk_return_impossible (call, _("the kernel’s own page tables are made for the first process that needs them; there was none yet"));
      return false;
    }
  *task = pwk_call_task (call, 0);
  return *task != 0;
}

static void
run_page_tables (PwkCall *call)
{
  PwkIndex task;
  bool pfns;

  if (tables_of (call, &task) && pwk_call_switch (call, 1, false, &pfns))
    pwk_proc_page_tables (call->machine, task, pfns, pwk_return_dump (call));
}

static void
run_translate (PwkCall *call)
{
  PwkIndex task;

  if (tables_of (call, &task))
    pwk_proc_translate (call->machine, task, pwk_num (call, 1, 0), pwk_return_dump (call));
}

/* --- who would be killed --- */

static void
run_oom_score (PwkCall *call)
{
  PwkOomTask task = { .pid = 2 };
  uint64_t total = pwk_num (call, 1, pwk_oom_totalpages (call->machine));

  if (pwk_has (call, 0))
    {
      PwkIndex index = pwk_call_task (call, 0);

      if (!index)
        return;
      task = pwk_oom_task_of (call->machine, index);
    }
  task.rss = pwk_int (call, 2, task.rss);
  task.swapents = pwk_int (call, 3, task.swapents);
  task.pgtables_bytes = pwk_int (call, 4, task.pgtables_bytes);
  task.oom_score_adj = pwk_int (call, 5, task.oom_score_adj);
  pwk_return_number (call, (uint64_t) pwk_oom_score (&task, total));
}

/* What is wrong with the table is told at its line of the file. */
static GArray *
read_tasks (PwkCall *call)
{
  const PwkExpr *expr = call->arg[1].expr;
  const char *why = NULL;
  unsigned line;
  GArray *tasks = pwk_oom_tasks_read (pwk_str (call, 1), &line, &why);

  if (tasks)
    return tasks;
  if (expr->kind == PWK_EXPR_HEREDOC)
    {
      call->bad_line = pwk_script_heredoc (call->script, (guint) expr->number)->first_line + line - 1;
      call->bad_column = 1;
    }
  pwk_return_impossible (call, "%s", _(why));
  return NULL;
}

/* The machine's own processes. */
static GArray *
collect_tasks (const PwkMachine *machine)
{
  GArray *tasks = g_array_new (FALSE, FALSE, sizeof (PwkOomTask));

  for (PwkIndex task = pwk_task_next (machine, 0); task; task = pwk_task_next (machine, task))
    {
      PwkOomTask entry = pwk_oom_task_of (machine, task);

      if (pwk_task (machine, task)->mm && pwk_task (machine, task)->pid == pwk_task (machine, task)->tgid)
        g_array_append_val (tasks, entry);
    }
  return tasks;
}

static void
run_oom_select (PwkCall *call)
{
  g_autoptr(GArray) tasks = pwk_has (call, 1) ? read_tasks (call) : collect_tasks (call->machine);
  const PwkOomTask *all = tasks ? (const PwkOomTask *) (gconstpointer) tasks->data : NULL;
  uint64_t total = pwk_num (call, 0, pwk_oom_totalpages (call->machine));
  int chosen = tasks ? pwk_oom_select (all, tasks->len, total) : -1;

  if (!tasks)
    return;
  if (chosen < 0)
    {
      pwk_return_refusal (call, ESRCH, PWK_WHY_NO_VICTIM);
      return;
    }
  pwk_emit_oom_select (call->machine, (uint64_t) all[chosen].pid, (uint64_t) pwk_oom_badness (&all[chosen], total));
  pwk_return_number (call, (uint64_t) all[chosen].pid);
}

#define DUMP(name, signature, summary, example, params, run) \
  { { name, signature, summary, example, PWK_CALL_DUMP, false }, params, PWK_CALL_IS_DUMP, run }
#define NUMBER(name, signature, summary, example, params, run) \
  { { name, signature, summary, example, PWK_CALL_DUMP, false }, params, 0, run }

const PwkCallDef pwk_calls_dump[] = {
  DUMP ("buddyinfo", "buddyinfo() == <<END", N_("free blocks of each order, by zone"), "buddyinfo()", "", run_buddyinfo),
  DUMP ("pagetypeinfo", "pagetypeinfo() == <<END", N_("free blocks and pageblocks by migratetype"), "pagetypeinfo()", "",
        run_pagetypeinfo),
  DUMP ("zoneinfo", "zoneinfo(fields=\"spanned,present\") == <<END", N_("all about the zones"), "zoneinfo()", "fields:s=", run_zoneinfo),
  DUMP ("meminfo", "meminfo(fields=\"HugePages_Free\") == <<END", N_("what memory is used for"), "meminfo()", "fields:s=", run_meminfo),
  DUMP ("vmstat", "vmstat(fields=\"pgfault,pswpin\") == <<END", N_("the kernel's counters"), "vmstat()", "fields:s=", run_vmstat),
  DUMP ("iomem", "iomem() == <<END", N_("what lies where in physical addresses"), "iomem()", "", run_iomem),
  DUMP ("watermarks", "watermarks() == <<END", N_("node zone min low high and reserves, a zone a line"), "watermarks()", "",
        run_watermarks),
  DUMP ("freeareas", "freeareas(node=) == <<END", N_("the free lists themselves, first block first"), "freeareas()", "node?", run_freeareas),
  DUMP ("kpageflags", "kpageflags(pfn, n=1) == <<END", N_("flags and counts of frames"), "kpageflags(0, 8)", "pfn n?", run_kpageflags),
  DUMP ("tlb", "tlb(cpu=0) == <<END", N_("what the TLBs of a CPU hold"), "tlb(0)", "cpu?", run_tlb),
  DUMP ("tlb_stats", "tlb_stats(cpu=0) == <<END", N_("hits, misses and rates of the TLBs of a CPU, walks and what they read"), "tlb_stats(0)",
        "cpu?", run_tlb_stats),
  DUMP ("maps", "maps(A, addr, length, fields=\"range,perms\") == <<END", N_("the regions of an address space"), "maps(A)",
        "process:p addr? length? fields:s=", run_maps),
  DUMP ("smaps", "smaps(A, addr, length, fields=\"Rss,Pss\") == <<END", N_("the regions and how much of them is in memory"), "smaps(A)",
        "process:p addr? length? fields:s=", run_smaps),
  DUMP ("status", "status(A, fields=\"VmSize,VmRSS\") == <<END", N_("a process, in short"), "status(A)", "process:p fields:s=", run_status),
  DUMP ("limits", "limits(A) == <<END", N_("the resource limits of a process"), "limits(A)", "process:p", run_limits),
  DUMP ("pagemap", "pagemap(A, addr, length, pfns=off, fields=) == <<END", N_("runs of pages: present, swap, file, guard, exclusive, none; their frames"),
        "pagemap(A, 0x401000, 16K)", "process:p addr length? pfns:w= fields:s=", run_pagemap),
  DUMP ("stat_faults", "stat_faults(A) == <<END", N_("minor and major faults so far"), "stat_faults(A)", "process:p", run_stat_faults),
  DUMP ("page_tables", "page_tables(A|kernel, pfns=off) == <<END", N_("the page tables of a process or of the kernel, on request with frames"), "page_tables(A)",
        "tables:k pfns:w=", run_page_tables),
  DUMP ("translate", "translate(A|kernel, addr) == <<END", N_("one address through the tables: entries, region, struct page"),
        "translate(A, 0x401000)", "tables:k addr", run_translate),
  NUMBER ("oom_score", "oom_score(A, totalpages=, rss=, swapents=, pgtables_bytes=, oom_score_adj=) = n",
          N_("how likely the OOM killer is to choose a process"), "oom_score(A)",
          "process:p? totalpages= rss= swapents= pgtables_bytes= oom_score_adj=", run_oom_score),
  NUMBER ("oom_select", "oom_select(totalpages=, tasks=<<T) = pid", N_("which process the OOM killer would choose"), "oom_select()",
          "totalpages= tasks:t=", run_oom_select),
  { { NULL } },
};
