/* calls-move.c - pages that move: compaction, huge pages made of small ones
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/paging/fault-door.h"
#include "engine/phys/compact-door.h"
#include "engine/phys/folio-batch.h"
#include "engine/phys/gfp.h"
#include "engine/phys/pcp.h"
#include "engine/phys/zonelist.h"
#include "engine/proc/proc.h"
#include "engine/reclaim/compaction.h"
#include "engine/virt/madvise-pages.h"
#include "scenario/runner-private.h"

/* --- dumps --- */

/* A dump of each node, or of the one that the first argument names. */
static void
dump_nodes (PwkCall *call, void (*dump) (const PwkMachine *machine, unsigned node, GString *out))
{
  int node;

  if (!pwk_call_node (call, 0, -1, &node))
    return;
  pwk_return_dump (call);
  for (unsigned i = 0; i < call->machine->st->n_nodes; i++)
    if (node < 0 || i == (unsigned) node)
      dump (call->machine, i, pwk_return_dump (call));
}

static void
run_compact_state (PwkCall *call)
{
  dump_nodes (call, pwk_proc_compact_state);
}

static void
run_extfrag_index (PwkCall *call)
{
  dump_nodes (call, pwk_proc_extfrag_index);
}

static void
run_unusable_index (PwkCall *call)
{
  dump_nodes (call, pwk_proc_unusable_index);
}

/* --- compaction, called by hand --- */

static void
run_compact_memory (PwkCall *call)
{
  PwkMachine *machine = call->machine;
  int node;

  if (!pwk_call_node (call, 0, -1, &node))
    return;
  pwk_reads_finish (machine);
  pwk_lru_add_drain_all (machine);
  for (unsigned i = 0; i < machine->st->n_nodes; i++)
    if (node < 0 || i == (unsigned) node)
      pwk_compact_node (machine, i, false);
  pwk_drain_all_pages (machine);
}

/* One node alone, as a request of that mask would compact it. */
static void
run_try_to_compact_pages (PwkCall *call)
{
  PwkMachine *machine = call->machine;
  uint32_t gfp = (uint32_t) pwk_num (call, 0, 0);
  unsigned order = (unsigned) MIN (pwk_num (call, 1, 0), PWK_MAX_PAGE_ORDER);
  PwkCompactPriority priority = (PwkCompactPriority) MIN (pwk_num (call, 2, PWK_COMPACT_PRIO_SYNC_LIGHT), PWK_COMPACT_PRIO_ASYNC);
  PwkAllocContext ac = { 0 };
  PwkCompactResult result;
  PwkPfn captured;
  int node;

  if (!pwk_call_node (call, 3, 0, &node))
    return;
  pwk_reads_finish (machine);
  ac.zonelist = pwk_node (machine, (unsigned) node);
  ac.node = (unsigned) node;
  ac.nodes = 1u << node;
  ac.highest_zoneidx = pwk_gfp_zone (machine->profile, gfp);
  ac.migratetype = pwk_gfp_migratetype (gfp);
  result = pwk_try_to_compact_pages (machine, gfp, order, PWK_WMARK_MIN, &ac, priority, &captured);
  if (captured != PWK_NO_PFN)
    pwk_prep_new_page (machine, captured, order, gfp);
  pwk_drain_all_pages (machine);
  call->value.has_read = true;
  call->value.read = captured == PWK_NO_PFN ? 0 : captured;
  if (pwk_has (call, 4) && call->arg[4].string)
    pwk_bind_argument (call, 4, (PwkNumber) { .bits = call->value.read });
  pwk_return_word (call, pwk_compact_result_name (result));
}

/* --- khugepaged --- */

/* Three times over all it knows: the first finds, the second takes what the first has made possible, the third shows that nothing is left. */
static void
run_khugepaged (PwkCall *call)
{
  for (unsigned round = 0; round < 3; round++)
    pwk_khugepaged_scan (call->machine);
}

#define DUMP(name, signature, summary, example, params, run) \
  { { name, signature, summary, example, PWK_CALL_DUMP, false }, params, PWK_CALL_IS_DUMP, run }

const PwkCallDef pwk_calls_move[] = {
  DUMP ("compact_state", "compact_state(node=) == <<END", N_("where compaction goes on in each zone, how often it is put off, and the pageblocks that it passes over"),
        "compact_state(node=0)", "node?", run_compact_state),
  DUMP ("extfrag_index", "extfrag_index(node=) == <<END", N_("why a block of each order cannot be had: 0 for want of memory, 1 because free memory is in pieces"),
        "extfrag_index(node=0)", "node?", run_extfrag_index),
  DUMP ("unusable_index", "unusable_index(node=) == <<END", N_("the share of free memory that is in blocks too small for each order"),
        "unusable_index(node=0)", "node?", run_unusable_index),
  { { "compact_memory", "compact_memory(node=)", N_("move all pages that can be moved to one end of each zone"), "compact_memory(node=0)", PWK_CALL_KERNEL,
      false }, "node? cpu=", PWK_CALL_KERNEL_SIDE | PWK_CALL_COUNTS | PWK_CALL_NO_RESULT, run_compact_memory },
  { { "try_to_compact_pages", "try_to_compact_pages(gfp, order, priority, node=0, capture=NULL) = COMPACT_SUCCESS",
      N_("compact one node for a block of that order, as an allocation does; capture= is the block if it was taken at once"),
      "try_to_compact_pages(GFP_HIGHUSER_MOVABLE, 9, COMPACT_PRIO_SYNC_LIGHT, node=0)", PWK_CALL_KERNEL, false },
    "gfp order priority? node= capture:r= cpu=", PWK_CALL_KERNEL_SIDE | PWK_CALL_COUNTS, run_try_to_compact_pages,
    .answers = "COMPACT_NOT_SUITABLE_ZONE COMPACT_SKIPPED COMPACT_DEFERRED COMPACT_NO_SUITABLE_PAGE COMPACT_CONTINUE COMPACT_COMPLETE "
               "COMPACT_PARTIAL_SKIPPED COMPACT_CONTENDED COMPACT_SUCCESS" },
  { { "khugepaged", "khugepaged()", N_("let khugepaged go over all memory: small pages become huge ones where that is wanted"), "khugepaged()", PWK_CALL_KERNEL,
      false }, "cpu=", PWK_CALL_KERNEL_SIDE | PWK_CALL_COUNTS | PWK_CALL_NO_RESULT, run_khugepaged },
  { { NULL } },
};
