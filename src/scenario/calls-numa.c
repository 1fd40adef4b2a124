/* calls-numa.c - NUMA policies, pages that are sent to other nodes, and where they are
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <glib/gi18n.h>
#include <string.h>

#include "engine/core/task.h"
#include "engine/paging/mm.h"
#include "engine/paging/page-table.h"
#include "engine/phys/cpuset.h"
#include "engine/phys/section.h"
#include "engine/proc/proc.h"
#include "engine/virt/cpuset-attach.h"
#include "engine/virt/syscalls.h"
#include "scenario/runner-private.h"
#include "scenario/words.h"

/* --- policies --- */

static void
run_set_mempolicy (PwkCall *call)
{
  g_autofree uint64_t *nodes = NULL;

  pwk_return_syscall (call, pwk_sys_set_mempolicy (call->machine, call->task, pwk_int (call, 0, 0), pwk_words_in (call, 1, &nodes),
                                                   pwk_num (call, 2, 0)));
}

static void
run_mbind (PwkCall *call)
{
  g_autofree uint64_t *nodes = NULL;

  pwk_return_syscall (call, pwk_sys_mbind (call->machine, call->task, pwk_num (call, 0, 0), pwk_num (call, 1, 0), pwk_int (call, 2, 0),
                                           pwk_words_in (call, 3, &nodes), pwk_num (call, 4, 0), pwk_num (call, 5, 0)));
}

/* As many words of a mask as the kernel has. */
#define MASK_WORDS 16u

static void
run_get_mempolicy (PwkCall *call)
{
  uint64_t mask[MASK_WORDS] = { 0 };
  unsigned n = (unsigned) MIN ((pwk_num (call, 2, 0) + 62) / 64, MASK_WORDS);
  int64_t mode = 0, result;
  bool wants_mask = call->arg[1].expr->kind != PWK_EXPR_NULL;

  call->value.fills = 1u << 0 | 1u << 1;
  result = pwk_sys_get_mempolicy (call->machine, call->task, &mode, wants_mask ? mask : NULL, n, pwk_num (call, 2, 0), pwk_num (call, 3, 0),
                                  pwk_num (call, 4, 0));
  if (result == 0)
    {
      pwk_words_out (call, 0, &(int64_t) { mode }, 1);
      pwk_words_out (call, 1, (const int64_t *) mask, wants_mask ? n : 0);
    }
  pwk_return_syscall (call, result);
}

static void
run_set_home_node (PwkCall *call)
{
  pwk_return_syscall (call, pwk_sys_set_mempolicy_home_node (call->machine, call->task, pwk_num (call, 0, 0), pwk_num (call, 1, 0),
                                                             pwk_num (call, 2, 0), pwk_num (call, 3, 0)));
}

/* --- pages that move --- */

/* The number of a process named; 0 is the caller. */
static int64_t
pid_of (PwkCall *call, unsigned i)
{
  PwkIndex task;

  if (!pwk_str (call, i))
    return pwk_int (call, i, 0);
  task = pwk_call_task (call, i);
  return task ? pwk_task (call->machine, task)->pid : -1;
}

static void
run_migrate_pages (PwkCall *call)
{
  g_autofree uint64_t *from = NULL, *to = NULL;
  int64_t pid = pid_of (call, 0);

  if (call->value.kind == PWK_VALUE_IMPOSSIBLE)
    return;
  pwk_return_syscall (call, pwk_sys_migrate_pages (call->machine, call->task, pid, pwk_num (call, 1, 0), pwk_words_in (call, 2, &from),
                                                   pwk_words_in (call, 3, &to)));
}

#define MAX_MOVED 4096u
#define NOT_WRITTEN INT64_MIN   /* words.h */

static void
run_move_pages (PwkCall *call)
{
  g_autofree uint64_t *pages = NULL, *nodes = NULL;
  PwkExprKind kind = call->arg[4].expr->kind;
  bool writable = kind == PWK_EXPR_ARRAY || kind == PWK_EXPR_ANY;
  uint64_t count = pwk_num (call, 1, 0);
  g_autofree int64_t *status = g_new (int64_t, MIN (count, MAX_MOVED) + 1);
  int64_t pid = pid_of (call, 0), result;

  if (call->value.kind == PWK_VALUE_IMPOSSIBLE)
    return;
  if (count > MAX_MOVED)
    {
      pwk_return_impossible (call, _("expected at most %u pages"), MAX_MOVED);
      return;
    }
  call->value.fills = 1u << 4;
  for (uint64_t i = 0; i < count; i++)
    status[i] = NOT_WRITTEN;
  result = pwk_sys_move_pages (call->machine, call->task, pid, count, pwk_words_in (call, 2, &pages), pwk_words_in (call, 3, &nodes),
                               writable ? status : NULL, pwk_num (call, 5, 0));
  if (writable)
    pwk_words_out (call, 4, status, (unsigned) count);
  pwk_return_syscall (call, result);
}

/* "0-1,3" as bits: the form of cpuset.mems and cpuset.cpus. False: it is another, or a number is 64 or more. */
static bool
parse_list (const char *text, uint64_t *bits)
{
  *bits = 0;
  do
    {
      guint64 first, last;
      char *end;

      if (!g_ascii_isdigit (*text))
        return false;
      first = last = g_ascii_strtoull (text, &end, 10);
      if (*end == '-' && g_ascii_isdigit (end[1]))
        last = g_ascii_strtoull (end + 1, &end, 10);
      if (last > 63 || first > last || (*end != '\0' && *end != ','))
        return false;
      *bits |= (last - first == 63 ? UINT64_MAX : ((uint64_t) 1 << (last - first + 1)) - 1) << first;
      text = end;
    }
  while (*text++ == ',');
  return true;
}

/* The list of argument @i, @now if it was not given. */
static bool
list_of (PwkCall *call, unsigned i, uint64_t now, uint64_t *bits)
{
  *bits = now;
  if (!pwk_has (call, i) || parse_list (pwk_str (call, i), bits))
    return true;
  pwk_return_impossible (call, _("expected a list of numbers below 64, as 0-1,3; got “%s”"), pwk_str (call, i));
  return false;
}

static void
run_cpuset (PwkCall *call)
{
  PwkIndex task = pwk_call_task (call, 0);
  uint64_t mems, cpus;

  if (!task || !list_of (call, 1, pwk_cpuset_mems (call->machine, task), &mems) || !list_of (call, 2, pwk_cpuset_cpus (call->machine, task), &cpus))
    return;
  if (mems > UINT32_MAX)
    pwk_return_refusal (call, EINVAL, PWK_WHY_CPUSET_EMPTY);
  else
    pwk_return_syscall (call, pwk_cpuset_attach (call->machine, task, (uint32_t) mems, cpus));
}

static void
run_setresuid (PwkCall *call)
{
  pwk_return_syscall (call, pwk_sys_setresuid (call->machine, call->task, (int32_t) pwk_int (call, 0, -1), (int32_t) pwk_int (call, 1, -1),
                                               (int32_t) pwk_int (call, 2, -1)));
}

/* --- where pages are --- */

static void
run_numa_maps (PwkCall *call)
{
  PwkIndex task = pwk_call_task (call, 0);

  if (task)
    pwk_proc_numa_maps (call->machine, task, pwk_num (call, 1, 0), pwk_num (call, 2, UINT64_MAX), pwk_return_dump (call));
}

#define MAX_PAGE_NODES ((uint64_t) 1 << 32)

static void
run_page_nodes (PwkCall *call)
{
  PwkIndex task = pwk_call_task (call, 0);

  if (task)
    pwk_proc_page_nodes (call->machine, task, pwk_num (call, 1, 0), MIN (pwk_num (call, 2, PWK_PAGE_SIZE), MAX_PAGE_NODES), pwk_return_dump (call));
}

static void
run_page_table_node (PwkCall *call)
{
  PwkIndex task = pwk_call_task (call, 0);
  PwkEntryRef ref;

  if (!task || !pwk_task (call->machine, task)->mm)
    return;
  ref = pwk_entry_lookup (call->machine, pwk_mm (call->machine, pwk_task (call->machine, task)->mm)->pgd, pwk_num (call, 1, 0), PWK_LEVEL_PTE);
  if (ref.level == PWK_LEVEL_PTE)
    pwk_return_number (call, pwk_pfn_zone (call->machine, ref.table)->node);
  else
    pwk_return_word (call, pwk_pmd_leaf (pwk_entry_get (call->machine, ref)) ? "huge" : "none");
}

static void
run_numastat (PwkCall *call)
{
  int node;

  if (pwk_call_node (call, 0, 0, &node))
    pwk_proc_numastat (call->machine, (unsigned) MAX (node, 0), pwk_return_dump (call));
}

#define SYSCALL (PWK_CALL_SYSCALL | PWK_CALL_COUNTS)
#define NUMA(name, signature, summary, example, params, run) \
  { { name, signature, summary, example, PWK_CALL_PROCESS, true }, params, SYSCALL, run }
#define DUMP(name, signature, summary, example, params, run) \
  { { name, signature, summary, example, PWK_CALL_DUMP, false }, params, PWK_CALL_IS_DUMP, run }

const PwkCallDef pwk_calls_numa[] = {
  NUMA ("set_mempolicy", "set_mempolicy(mode, [nodes], maxnode)", N_("on which nodes the process's memory is to lie"),
        "[A] set_mempolicy(MPOL_INTERLEAVE, [0x3], 64) = 0", "mode nodes:v maxnode", run_set_mempolicy),
  NUMA ("get_mempolicy", "get_mempolicy([mode], [nodes], maxnode, addr, flags)", N_("ask for the policy of the process or of an address"),
        "[A] get_mempolicy(?, ?, 64, NULL, 0) = 0", "mode:v nodes:v maxnode addr flags", run_get_mempolicy),
  NUMA ("mbind", "mbind(addr, length, mode, [nodes], maxnode, flags)", N_("on which nodes a range's memory is to lie; MPOL_MF_MOVE moves what is there"),
        "[A] mbind(0x401000, 8K, MPOL_PREFERRED, [0x1], 64, MPOL_MF_MOVE) = 0", "addr length mode nodes:v maxnode flags", run_mbind),
  NUMA ("set_mempolicy_home_node", "set_mempolicy_home_node(addr, length, node, flags)", N_("from which node a range's policy reckons distances"),
        "[A] set_mempolicy_home_node(0x401000, 8K, 0, 0)", "addr length node flags", run_set_home_node),
  NUMA ("migrate_pages", "migrate_pages(pid, maxnode, [old], [new]) = n", N_("move a process's pages from some nodes to others; how many stay"),
        "[A] migrate_pages(0, 64, [0x1], [0x1]) = 0", "pid:p maxnode old:v new:v", run_migrate_pages),
  NUMA ("move_pages", "move_pages(pid, count, [addr, …], [node, …], [status, …], flags)", N_("move single pages, or ask on which nodes they are"),
        "[A] move_pages(0, 1, [0x401000], NULL, ?, 0) = 0", "pid:p count pages:v nodes:v status:v flags", run_move_pages),
  NUMA ("setresuid", "setresuid(real, effective, saved)", N_("become another user; who leaves 0 loses all capabilities"),
        "[A] setresuid(1000, 1000, 1000) = 0", "real effective saved", run_setresuid),
  { { "cpuset", "cpuset(A, mems=\"0-1\", cpus=\"0\")", N_("put a process into a cpuset: the nodes and CPUs that it may use; its memory follows"),
      "cpuset(A, mems=\"0\", cpus=\"0\") = 0", PWK_CALL_KERNEL, false },
    "process:p mems:s= cpus:s=", PWK_CALL_COUNTS, run_cpuset },
  DUMP ("numa_maps", "numa_maps(A, addr, length) == <<END", N_("the regions with their policies, and the nodes of their pages"), "numa_maps(A)",
        "process:p addr? length?", run_numa_maps),
  DUMP ("page_nodes", "page_nodes(A, addr, length) == <<END", N_("runs of pages and the node that they are on"), "page_nodes(A, 0x401000, 16K)",
        "process:p addr length?", run_page_nodes),
  { { "page_table_node", "page_table_node(A, addr) = node", N_("the node of the lowest page table for an address; none, or huge"),
      "page_table_node(A, 0x401000)", PWK_CALL_DUMP, false }, "process:p addr", 0, run_page_table_node, .answers = "none huge" },
  DUMP ("numastat", "numastat(node) == <<END", N_("allocations that got the node they asked for, or another"), "numastat(0)", "node?", run_numastat),
  { { NULL } },
};
