/* calls-reclaim.c - LRU lists and page replacement: how they stand, and the kernel's functions called by hand
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <glib/gi18n.h>
#include <string.h>

#include "engine/core/emit.h"
#include "engine/core/event-args.h"
#include "engine/core/op.h"
#include "engine/core/string.h"
#include "engine/paging/fault-door.h"
#include "engine/phys/folio-batch.h"
#include "engine/phys/gfp.h"
#include "engine/phys/page-alloc.h"
#include "engine/phys/page-list.h"
#include "engine/phys/pcp.h"
#include "engine/phys/vmstat.h"
#include "engine/phys/zone.h"
#include "engine/proc/proc.h"
#include "engine/reclaim/kswapd.h"
#include "engine/reclaim/oom.h"
#include "engine/reclaim/shrinker.h"
#include "engine/reclaim/vmscan.h"
#include "engine/virt/inode.h"
#include "engine/virt/readahead.h"
#include "engine/virt/swap-door.h"
#include "engine/virt/swap-fault.h"
#include "engine/virt/writeback-door.h"
#include "scenario/runner-private.h"

/* The node that argument @i names, node 0 if none is; false, and the call is IMPOSSIBLE, if the machine has no such. */
static bool
node_named (PwkCall *call, unsigned i, unsigned *node)
{
  uint64_t number = pwk_num (call, i, 0);

  *node = (unsigned) number;
  if (number < call->machine->st->n_nodes)
    return true;
  pwk_return_impossible (call, _("there is no node %lld: the machine has %u"), (long long) number, call->machine->st->n_nodes);
  return false;
}

static void
run_lru (PwkCall *call)
{
  unsigned node;

  if (node_named (call, 0, &node))
    pwk_proc_lru (call->machine, node, pwk_return_dump (call));
}

static void
run_lruvec (PwkCall *call)
{
  unsigned node;

  if (node_named (call, 0, &node))
    pwk_proc_lruvec (call->machine, node, pwk_return_dump (call));
}

static void
run_lru_add_drain (PwkCall *call)
{
  pwk_lru_add_drain (call->machine);
}

/* --- reads () --- */

/* What the disk was asked for of that file since it was asked about last. */
typedef struct { const PwkCall *call; GString *text; } Reads;

/* Whether the statement of that line is a reads () of the same file. */
static bool
asks_the_same (const PwkCall *call, uint64_t line)
{
  for (guint i = 0; i < pwk_script_n_statements (call->script); i++)
    {
      const PwkStatement *statement = pwk_script_statement (call->script, i);
      const PwkExpr *expr;

      if (statement->line != line || g_strcmp0 (statement->call, "reads") != 0 || statement->n_args == 0)
        continue;
      expr = pwk_script_expr (call->script, pwk_statement_arg (call->script, statement, 0)->expr);
      return expr->kind == PWK_EXPR_STRING && strcmp (expr->string, pwk_str (call, 0)) == 0;
    }
  return false;
}

static void
see_event (PwkMachine *machine, const PwkEvent *event, void *data)
{
  Reads *reads = data;

  if (event->kind == PWK_EV_STATEMENT)
    {
      if (asks_the_same (reads->call, pwk_arg (event, STATEMENT, line)))
        g_string_truncate (reads->text, 0);
      return;
    }
  if (strcmp (pwk_string (machine, pwk_inode (machine, (PwkIndex) pwk_arg (event, BLOCK_READ, inode))->name), pwk_str (reads->call, 0)) == 0)
    g_string_append_printf (reads->text, "%" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT "\n", pwk_arg (event, BLOCK_READ, start),
                            pwk_arg (event, BLOCK_READ, pages));
}

static void
run_reads (PwkCall *call)
{
  static const PwkEventKind kinds[] = { PWK_EV_STATEMENT, PWK_EV_BLOCK_READ };
  const PwkFinding *found = pwk_call_found (call);
  Reads reads = { call, g_string_new (NULL) };

  if (!found && pwk_call_watch_again (call, kinds, G_N_ELEMENTS (kinds), see_event, &reads))
    found = pwk_call_find_out (call, 0, g_strdup (reads.text->str), NULL);
  if (found)
    g_string_append (pwk_return_dump (call), found->text);
  g_string_free (reads.text, TRUE);
}

/* --- reclaim, called by hand --- */

/* What was asked of the disk before has come, and what the call sets off runs at its end. */
static void
run_reclaim (PwkCall *call, uint64_t reclaimed)
{
  pwk_flusher_run (call->machine);
  pwk_return_number (call, reclaimed);
}

static void
run_shrink_node (PwkCall *call)
{
  PwkScanControl sc = {
    .gfp = PWK_GFP_HIGHUSER_MOVABLE, .reclaim_idx = pwk_gfp_zone (call->machine->profile, PWK_GFP_HIGHUSER_MOVABLE),
    .priority = (int) MIN (pwk_num (call, 1, PWK_DEF_PRIORITY), PWK_DEF_PRIORITY), .nr_to_reclaim = pwk_num (call, 2, PWK_SWAP_CLUSTER_MAX),
    .may_swap = pwk_num (call, 3, 1), .may_unmap = pwk_num (call, 4, 1), .may_writepage = pwk_num (call, 5, 1),
  };
  unsigned node;

  if (!node_named (call, 0, &node))
    return;
  pwk_reads_finish (call->machine);
  pwk_shrink_node (call->machine, node, &sc);
  run_reclaim (call, sc.nr_reclaimed);
}

static void
run_try_to_free_pages (PwkCall *call)
{
  pwk_reads_finish (call->machine);
  run_reclaim (call, pwk_try_to_free_pages (call->machine, pwk_cpu (call->machine)->node, (unsigned) MIN (pwk_num (call, 1, 0), PWK_MAX_PAGE_ORDER),
                                            (uint32_t) pwk_num (call, 0, 0), PWK_ALL_NODES));
}

/* The free pages of a node. */
static uint64_t
free_pages_of (const PwkMachine *machine, unsigned node)
{
  uint64_t free = 0;

  for (unsigned type = 0; type < PWK_MAX_NR_ZONES; type++)
    free += (uint64_t) pwk_zone_page_state_snapshot (machine, pwk_zone (machine, node, type), PWK_NR_FREE_PAGES);
  return free;
}

/* Kernel pages are taken, or those taken before given back, until exactly @wanted are free. */
static void
fill_memory (PwkMachine *machine, unsigned node, uint64_t wanted)
{
  const uint32_t gfp = PWK_GFP_MEMALLOC | PWK_GFP_NOWARN | PWK_GFP_THISNODE | PWK_GFP_HIGHMEM;
  PwkPageList *held = &pwk_node_edit (machine, node)->held;
  PwkPfn pfn;

  pwk_drain_all_pages (machine);
  while (free_pages_of (machine, node) < wanted && !pwk_page_list_is_empty (held))
    {
      pfn = held->head;
      pwk_page_list_del (machine, held, (uint32_t) pfn);
      pwk_free_pages (machine, pfn, 0);
      pwk_drain_all_pages (machine);
    }
  while (free_pages_of (machine, node) > wanted && (pfn = pwk_alloc_pages (machine, gfp, 0, (int) node, PWK_MIGRATE_UNMOVABLE)) != PWK_NO_PFN)
    {
      pwk_page_list_add (machine, held, (uint32_t) pfn, false);
      pwk_drain_all_pages (machine);
    }
}

/* kswapd runs as if there were no per-cpu lists, so that what is freed is free at once. */
static uint64_t
run_kswapd_without_pcp (PwkMachine *machine, PwkZone *zone)
{
  PwkPcp kept[PWK_MAX_CPUS];
  uint64_t reclaimed;

  for (unsigned cpu = 0; cpu < machine->st->n_cpus; cpu++)
    {
      PwkPcp *pcp = pwk_pcp_edit (machine, zone, cpu);

      kept[cpu] = *pcp;
      pcp->high = pcp->high_min = pcp->high_max = pcp->stat_threshold = 0;
      pcp->batch = 1;
      for (unsigned item = 0; item < PWK_NR_VM_ZONE_STAT_ITEMS; item++)
        pwk_mod_zone_page_state (machine, zone, (PwkZoneStat) item, 0);    /* nor does the cpu keep counts back */
    }
  reclaimed = pwk_kswapd_run (machine, zone->node);
  for (unsigned cpu = 0; cpu < machine->st->n_cpus; cpu++)
    {
      PwkPcp *pcp = pwk_pcp_edit (machine, zone, cpu);

      pcp->high = kept[cpu].high;
      pcp->high_min = kept[cpu].high_min;
      pcp->high_max = kept[cpu].high_max;
      pcp->batch = kept[cpu].batch;
      pcp->stat_threshold = kept[cpu].stat_threshold;
    }
  return reclaimed;
}

static void
run_kswapd (PwkCall *call)
{
  PwkMachine *machine = call->machine;
  unsigned node, highest = pwk_gfp_zone (machine->profile, PWK_GFP_HIGHUSER_MOVABLE);
  PwkZone *zone = NULL;

  if (!node_named (call, 0, &node))
    return;
  for (unsigned type = 0; type <= highest; type++)
    zone = pwk_zone (machine, node, type)->managed_pages ? pwk_zone_edit (machine, node, type) : zone;
  if (!zone)
    {
      pwk_return_number (call, 0);
      return;
    }
  pwk_reads_finish (machine);
  if (pwk_has (call, 1))
    fill_memory (machine, node, pwk_num (call, 1, 0));
  if (pwk_has (call, 1) || pwk_has (call, 2))    /* filling it may have boosted it */
    zone->watermark_boost = pwk_num (call, 2, 0);
  pwk_node_edit (machine, node)->kswapd_failures = 0;
  pwk_wakeup_kswapd (machine, zone, PWK_GFP_HIGHUSER_MOVABLE, 0, zone->type);
  run_reclaim (call, pwk_node (machine, node)->kswapd_awake ? run_kswapd_without_pcp (machine, zone) : 0);
  pwk_call_note (call, ngettext ("free %llu page after", "free %llu pages after", (unsigned long) free_pages_of (machine, node)),
                 (unsigned long long) free_pages_of (machine, node));
}

static void
run_set_lru_cost (PwkCall *call)
{
  unsigned node;

  if (!node_named (call, 0, &node))
    return;
  pwk_node_edit (call->machine, node)->lruvec.anon_cost = pwk_num (call, 1, 0);
  pwk_node_edit (call->machine, node)->lruvec.file_cost = pwk_num (call, 2, 0);
}

static void
run_io_complete (PwkCall *call)
{
  pwk_return_number (call, pwk_io_complete (call->machine, pwk_num (call, 0, 1)));
}

static void
run_drop_caches (PwkCall *call)
{
  uint64_t what = pwk_num (call, 0, 0);

  if (what < 1 || what > 4)
    {
      pwk_return_refusal (call, EINVAL, PWK_WHY_OUT_OF_RANGE);
      return;
    }
  pwk_reads_finish (call->machine);
  if (what & 1)
    pwk_drop_pagecache (call->machine);
  if (what & 2)
    pwk_drop_slab (call->machine);
  pwk_return_number (call, 0);
}

static void
run_dirty_limits (PwkCall *call)
{
  const PwkMachine *machine = call->machine;
  int64_t threshold, background;
  int64_t file = pwk_global_node_state (machine, PWK_NR_INACTIVE_FILE) + pwk_global_node_state (machine, PWK_NR_ACTIVE_FILE);

  pwk_dirty_limits (machine, pwk_int (call, 0, pwk_global_zone_state (machine, PWK_NR_FREE_PAGES)), pwk_int (call, 1, file),
                    pwk_int (call, 2, (int64_t) machine->st->totalreserve_pages), &threshold, &background);
  g_string_append_printf (pwk_return_dump (call), "nr_dirty_threshold %" G_GINT64_FORMAT "\nnr_dirty_background_threshold %" G_GINT64_FORMAT "\n",
                          threshold, background);
}

/* --- shrinkers --- */

static void
run_shrinker (PwkCall *call)
{
  static const char *const words[] = { "all", "half", "none", "stop" };
  const char *frees = pwk_has (call, 4) ? pwk_str (call, 4) : "all";

  if (!pwk_call_has_room_for (call, pwk_str (call, 0)))
    return;
  for (unsigned i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_strcmp0 (frees, words[i]) == 0)
      {
        if (pwk_shrinker_register (call->machine, pwk_str (call, 0), pwk_num (call, 1, 0), (uint32_t) pwk_num (call, 2, 2), pwk_num (call, 3, 0),
                                   (PwkShrinkerFrees) i) == PWK_NO_SHRINKER)
          pwk_return_impossible (call, _("at most %u shrinkers"), PWK_MAX_SHRINKERS);
        return;
      }
  pwk_return_impossible (call, _("expected frees=\"all\", \"half\", \"none\" or \"stop\""));
}

static void
tell_scan (uint64_t nr_to_scan, void *data)
{
  g_string_append_printf (data, "scan %" G_GUINT64_FORMAT "\n", nr_to_scan);
}

static void
run_shrink_slab (PwkCall *call)
{
  const PwkState *st = call->machine->st;
  uint64_t freed, objects, deferred = 0;
  unsigned node;
  GString *out;

  if (!node_named (call, 0, &node))
    return;
  out = pwk_return_dump (call);
  freed = pwk_shrink_slab (call->machine, node, (int) MIN (pwk_num (call, 1, 0), PWK_DEF_PRIORITY), tell_scan, out);
  objects = pwk_node (call->machine, node)->split_queue_len;
  for (unsigned i = 0; i < st->n_shrinkers; i++)
    {
      objects += st->shrinkers[i].objects;
      deferred += st->shrinkers[i].nr_deferred;
    }
  g_string_append_printf (out, "freed %" G_GUINT64_FORMAT "\nobjects %" G_GUINT64_FORMAT "\nnr_deferred %" G_GUINT64_FORMAT "\n", freed, objects, deferred);
}

/* --- the OOM killer --- */

static void
run_oom_score_adj (PwkCall *call)
{
  PwkIndex task = pwk_call_task (call, 0);

  if (!task)
    return;
  if (pwk_oom_score_adj_set (call->machine, task, pwk_int (call, 1, 0)))
    pwk_return_number (call, 0);
  else
    pwk_return_refusal (call, EINVAL, PWK_WHY_OUT_OF_RANGE);
}

/* --- swap --- */

static bool
area_named (PwkCall *call, unsigned i)
{
  if (pwk_num (call, i, 0) < PWK_MAX_SWAP_AREAS)
    return true;
  pwk_return_impossible (call, _("there is no swap area %llu"), (unsigned long long) pwk_num (call, i, 0));
  return false;
}

static void
run_swaps (PwkCall *call)
{
  pwk_proc_swaps (call->machine, pwk_return_dump (call));
}

static void
run_pressure (PwkCall *call)
{
  pwk_proc_pressure (call->machine, pwk_return_dump (call));
}

static void
run_swap_map (PwkCall *call)
{
  if (area_named (call, 0))
    pwk_proc_swap_map (call->machine, (unsigned) pwk_num (call, 0, 0), pwk_return_dump (call));
}

static void
run_swap_ptes (PwkCall *call)
{
  PwkIndex task = pwk_call_task (call, 0);

  if (task)
    pwk_proc_swap_ptes (call->machine, task, pwk_return_dump (call));
}

/* swapon (2)'s flags have 15 bits for a priority. */
#define MAX_PRIORITY 0x7fff

static void
run_swapon (PwkCall *call)
{
  PwkMachine *machine = call->machine;
  int area;

  if (pwk_has (call, 0) && pwk_num (call, 0, 0) > MAX_PRIORITY)
    {
      pwk_return_refusal (call, EINVAL, PWK_WHY_OUT_OF_RANGE);
      return;
    }
  area = pwk_swap_on (machine, pwk_num (call, 1, 0), pwk_has (call, 0) ? (int) pwk_num (call, 0, 0) : -1);
  if (area < 0)
    {
      pwk_return_refusal (call, -area, area == -EPERM ? PWK_WHY_SWAP_AREAS : PWK_WHY_SWAP_SIZE);
      return;
    }
  pwk_emit_swapon (machine, (uint64_t) area, machine->st->swap.areas[area].max - 1, (uint64_t) (int64_t) machine->st->swap.areas[area].prio);
  pwk_return_number (call, (uint64_t) area);
}

static void
run_swapoff (PwkCall *call)
{
  pwk_reads_finish (call->machine);
  pwk_return_syscall (call, pwk_swap_off (call->machine, (unsigned) MIN (pwk_num (call, 0, 0), PWK_MAX_SWAP_AREAS)));
}

#define DUMP(name, signature, summary, example, params, run) \
  { { name, signature, summary, example, PWK_CALL_DUMP, false }, params, PWK_CALL_IS_DUMP, run }
#define KERNEL(name, signature, summary, example, params, run) \
  { { name, signature, summary, example, PWK_CALL_KERNEL, false }, params, PWK_CALL_KERNEL_SIDE | PWK_CALL_COUNTS, run }
#define KERNEL_VOID(name, signature, summary, example, params, run) \
  { { name, signature, summary, example, PWK_CALL_KERNEL, false }, params, PWK_CALL_KERNEL_SIDE | PWK_CALL_COUNTS | PWK_CALL_NO_RESULT, run }

const PwkCallDef pwk_calls_reclaim[] = {
  DUMP ("lru", "lru(node=0) == <<END", N_("the LRU lists of a node, newest page first, and the batches before them"), "lru(0)", "node?", run_lru),
  DUMP ("lruvec", "lruvec(node=0) == <<END", N_("the clock of evictions and what reclaim has cost"), "lruvec(0)", "node?", run_lruvec),
  DUMP ("reads", "reads(\"file\") == <<END", N_("what was read of a file from the disk since this was asked last: index and pages"),
        "reads(\"/tmp/file-a\")", "file:s", run_reads),
  DUMP ("swaps", "swaps() == <<END", N_("the swap areas, and how much of them is used"), "swaps()", "", run_swaps),
  DUMP ("pressure", "pressure() == <<END",
        N_("how much time is lost because memory is short: /proc/pressure/memory"), "pressure()", "", run_pressure),
  DUMP ("swap_map", "swap_map(area=0) == <<END", N_("the slots of a swap area that are in use: how many entries name them, and whether their page is cached"),
        "swap_map(0)", "area?", run_swap_map),
  DUMP ("swap_ptes", "swap_ptes(A) == <<END", N_("the pages of a process that are swapped out, and their slots"), "swap_ptes(A)", "process:p",
        run_swap_ptes),
  DUMP ("dirty_limits", "dirty_limits(free=, file=, totalreserve=) == <<END", N_("from how many dirty pages on they are written, and who writes waits"),
        "dirty_limits()", "free= file= totalreserve=", run_dirty_limits),
  { { "shrink_slab", "shrink_slab(node=0, priority=) == <<END", N_("let the shrinkers free objects: what each was asked for, and what is left"),
      "shrink_slab(0, priority=4)", PWK_CALL_DUMP, false }, "node? priority=", PWK_CALL_IS_DUMP, run_shrink_slab },
  KERNEL_VOID ("lru_add_drain", "lru_add_drain(cpu=)", N_("put the pages that wait in a CPU's batches onto their LRU lists"), "lru_add_drain()", "cpu=",
               run_lru_add_drain),
  KERNEL ("shrink_node", "shrink_node(node=0, priority=12, nr_to_reclaim=32, may_swap=1, may_unmap=1, may_writepage=1) = pages",
          N_("one pass of page reclaim over a node's LRU lists"), "shrink_node(0, priority=4, nr_to_reclaim=32)",
          "node? priority= nr_to_reclaim= may_swap= may_unmap= may_writepage= cpu=", run_shrink_node),
  KERNEL ("try_to_free_pages", "try_to_free_pages(gfp, order) = pages", N_("reclaim pages as an allocation does that finds none"),
          "try_to_free_pages(GFP_KERNEL, 0)", "gfp order? cpu=", run_try_to_free_pages),
  KERNEL ("kswapd", "kswapd(node=0, free=, boost=) = pages", N_("wake kswapd with so many pages free, and let it run until it sleeps"),
          "kswapd(0, free=300)", "node? free= boost= cpu=", run_kswapd),
  KERNEL ("oom_score_adj", "oom_score_adj(A, adj)", N_("say how gladly the OOM killer is to take a process: -1000 never, 1000 first"),
          "oom_score_adj(A, 500) = 0", "process:p adj", run_oom_score_adj),
  KERNEL_VOID ("set_lru_cost", "set_lru_cost(node=0, anon=, file=)", N_("say what reclaim of anonymous memory and of files has cost so far"),
               "set_lru_cost(0, anon=100, file=10)", "node? anon= file= cpu=", run_set_lru_cost),
  KERNEL ("io_complete", "io_complete(n=1) = writes", N_("let the n oldest writes end, where machine(io=held)"), "io_complete(4)", "n? cpu=",
          run_io_complete),
  KERNEL ("drop_caches", "drop_caches(1|2|3)", N_("drop clean pages of files (1), objects of shrinkers (2), or both (3)"), "drop_caches(1)", "what cpu=",
          run_drop_caches),
  KERNEL_VOID ("shrinker", "shrinker(\"name\", objects=, seeks=2, batch=0, frees=\"all\")", N_("register a cache of objects that can be shrunk"),
               "shrinker(\"s\", objects=1000)", "name:s objects= seeks= batch= frees:s= cpu=", run_shrinker),
  KERNEL ("swapon", "swapon(priority=, size=) = area", N_("use one more swap area; of two, that of the higher priority is filled first, and equal ones by turns"),
          "swapon(priority=5, size=64M)", "priority= size= cpu=", run_swapon),
  KERNEL ("swapoff", "swapoff(area=0) = 0", N_("bring all pages back from a swap area, and use it no more"), "swapoff()", "area? cpu=", run_swapoff),
  { { NULL } },
};
