/* status.c - /proc/PID/status, as far as memory goes
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows fs/proc/array.c:proc_pid_status() and fs/proc/task_mmu.c:task_mem(). What is said of
 * users, groups and masks is that of a plain user, always the same. A task that has exited shows as
 * dead, without the lines of memory, as it has no mm any more. */
#include "engine/core/string.h"
#include "engine/core/task.h"
#include "engine/paging/mm.h"
#include "engine/proc/proc.h"

#include <inttypes.h>
#include <string.h>

#include "engine/phys/cpuset.h"
#include "engine/phys/mempolicy.h"
#include "engine/virt/accounting.h"
#include "engine/virt/process.h"

/* Writes those lines that are asked for; so each line is one call, wherever it stands. */
typedef struct { const char *fields; GString *out; } Writer;

/* Whether @fields ("a,b"; NULL all) names @name. */
static bool
wanted (const Writer *writer, const char *name)
{
  size_t length = strlen (name);

  if (!writer->fields)
    return true;
  for (const char *at = writer->fields; *at;)
    {
      const char *comma = strchr (at, ',');
      size_t n = comma ? (size_t) (comma - at) : strlen (at);

      while (n && *at == ' ')
        at++, n--;
      if (n == length && strncmp (at, name, n) == 0)
        return true;
      at += comma ? n + 1 : n;
    }
  return false;
}

/* The kernel's form: name, colon, tab, value. */
static void G_GNUC_PRINTF (3, 4)
line (const Writer *writer, const char *name, const char *format, ...)
{
  va_list args;

  if (!wanted (writer, name))
    return;
  g_string_append_printf (writer->out, "%s:\t", name);
  va_start (args, format);
  g_string_append_vprintf (writer->out, format, args);
  va_end (args);
  g_string_append_c (writer->out, '\n');
}

/* Eight columns and the unit (SEQ_PUT_DEC). */
static void
kb_line (const Writer *writer, const char *name, uint64_t kb)
{
  line (writer, name, "%8" PRIu64 " kB", kb);
}

/* Pages, shown in KiB. */
static void
pages_line (const Writer *writer, const char *name, uint64_t pages)
{
  kb_line (writer, name, pages << (PWK_PAGE_SHIFT - 10));
}

/* Peaks are brought up to date only when something shrinks, so they are the larger of what was
 * noted and what is now. Of executable pages the program's own are VmExe and the others, libraries,
 * VmLib. */
static void
task_mem (const Writer *writer, const PwkMachine *machine, PwkIndex mm)
{
  const PwkMm *m = pwk_mm (machine, mm);
  uint64_t rss = (uint64_t) pwk_mm_rss (machine, mm);
  uint64_t text = (pwk_page_align (m->end_code) - (m->start_code & PWK_PAGE_MASK)) >> PWK_PAGE_SHIFT;

  /* Code that was unmapped is not counted twice. */
  text = MIN (text, m->exec_vm);
  pages_line (writer, "VmPeak", MAX (m->hiwater_vm, m->total_vm));
  pages_line (writer, "VmSize", m->total_vm);
  pages_line (writer, "VmLck", m->locked_vm);
  pages_line (writer, "VmPin", m->pinned_vm);
  pages_line (writer, "VmHWM", MAX (m->hiwater_rss, rss));
  pages_line (writer, "VmRSS", rss);
  pages_line (writer, "RssAnon", (uint64_t) m->rss_stat[PWK_MM_ANONPAGES]);
  pages_line (writer, "RssFile", (uint64_t) m->rss_stat[PWK_MM_FILEPAGES]);
  pages_line (writer, "RssShmem", (uint64_t) m->rss_stat[PWK_MM_SHMEMPAGES]);
  pages_line (writer, "VmData", m->data_vm);
  pages_line (writer, "VmStk", m->stack_vm);
  pages_line (writer, "VmExe", text);
  pages_line (writer, "VmLib", m->exec_vm - text);
  kb_line (writer, "VmPTE", m->pgtables_bytes >> 10);
  pages_line (writer, "VmSwap", (uint64_t) m->rss_stat[PWK_MM_SWAPENTS]);
  pages_line (writer, "HugetlbPages", m->hugetlb_usage);
}

/* Tasks of the group that live. A task without mm counts for itself. */
static unsigned
threads_of (const PwkMachine *machine, const PwkTask *task)
{
  unsigned n = 0;

  for (PwkIndex t = pwk_task_next (machine, 0); t; t = pwk_task_next (machine, t))
    n += pwk_task (machine, t)->tgid == task->tgid && pwk_task (machine, t)->mm;
  return MAX (n, 1);
}

/* "0-1,3", as %*pbl. */
static void
append_list (GString *text, uint64_t bits)
{
  for (unsigned first = 0; first < 64; first++)
    {
      unsigned last = first;

      if (!(bits >> first & 1))
        continue;
      while (last < 63 && (bits >> (last + 1) & 1))
        last++;
      g_string_append_printf (text, last > first ? "%s%u-%u" : "%s%u", text->len ? "," : "", first, last);
      first = last;
    }
}

/* task_cpus_allowed (), cpuset_task_status_allowed (): as masks, and as lists. The nodes' mask has as many words as a kernel could have nodes. */
static void
allowed_lines (const Writer *writer, const PwkMachine *machine, PwkIndex task)
{
  g_autoptr(GString) cpus = g_string_new (NULL), mems = g_string_new (NULL), words = g_string_new (NULL);

  append_list (cpus, pwk_cpuset_cpus (machine, task));
  append_list (mems, pwk_cpuset_mems (machine, task));
  for (unsigned i = 1; i < PWK_MAX_NUMNODES / 32; i++)
    g_string_append (words, "00000000,");
  line (writer, "Cpus_allowed", "%" G_GINT64_MODIFIER "x", pwk_cpuset_cpus (machine, task));
  line (writer, "Cpus_allowed_list", "%s", cpus->str);
  line (writer, "Mems_allowed", "%s%08x", words->str, pwk_cpuset_mems (machine, task));
  line (writer, "Mems_allowed_list", "%s", mems->str);
}

/* A parent that waits in vfork () sleeps uninterruptibly, as it does in the kernel; all others
 * could run. */
void
pwk_proc_status (const PwkMachine *machine, PwkIndex task, const char *fields, GString *out)
{
  const Writer writer = { fields, out };
  const PwkTask *t = pwk_task (machine, task);

  pwk_assert_door (pwk_pool_has (machine, PWK_POOL_TASK, task));
  line (&writer, "Name", "%s", pwk_string (machine, t->comm));
  line (&writer, "Umask", "0022");
  line (&writer, "State", t->mm ? t->status == PWK_TASK_VFORK_WAIT ? "D (disk sleep)" : "R (running)" : "X (dead)");
  line (&writer, "Tgid", "%d", t->tgid);
  line (&writer, "Ngid", "0");
  line (&writer, "Pid", "%d", t->pid);
  line (&writer, "PPid", "%d", t->parent ? pwk_task (machine, t->parent)->tgid : 1);
  line (&writer, "TracerPid", "0");
  line (&writer, "Uid", "1000\t1000\t1000\t1000");
  line (&writer, "Gid", "1000\t1000\t1000\t1000");
  line (&writer, "FDSize", "64");
  line (&writer, "Groups", "1000 ");
  line (&writer, "Kthread", "0");
  if (t->mm)
    {
      task_mem (&writer, machine, t->mm);
      line (&writer, "CoreDumping", "0");
      line (&writer, "THP_enabled", "%d", !(pwk_mm (machine, t->mm)->flags & PWK_MMF_DISABLE_THP));
      line (&writer, "untag_mask", "0xffffffffffffffff");
    }
  line (&writer, "Threads", "%u", threads_of (machine, t));
  allowed_lines (&writer, machine, task);
}
