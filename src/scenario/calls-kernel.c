/* calls-kernel.c - what kernel code asks of the page allocator
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>

#include "engine/core/op.h"
#include "engine/phys/direct-map.h"
#include "engine/phys/page-alloc.h"
#include "engine/phys/page.h"
#include "engine/phys/pcp.h"
#include "engine/phys/stats.h"
#include "engine/virt/process.h"
#include "scenario/names.h"
#include "scenario/runner-private.h"

static bool
wanted_migratetype (PwkCall *call, unsigned arg, int *migratetype)
{
  *migratetype = -1;
  if (!pwk_has (call, arg))
    return true;
  *migratetype = pwk_str (call, arg) ? pwk_migratetype_from_name (pwk_str (call, arg)) : (int) pwk_int (call, arg, -1);
  if (*migratetype >= 0 && *migratetype < PWK_MIGRATE_TYPES)
    return true;
  pwk_return_impossible (call, _("expected a migratetype: Unmovable, Movable, Reclaimable"));
  return false;
}

/* An order beyond all that is allowed fails as any that is too large. */
static unsigned
clamp_order (uint64_t order)
{
  return order > 63 ? 63 : (unsigned) order;
}

/* @otherwise: the node if none is named. */
static PwkPfn
allocate (PwkCall *call, uint64_t gfp, uint64_t order, unsigned extras, int otherwise)
{
  int node, migratetype;

  if (!pwk_call_node (call, extras, otherwise, &node) || !wanted_migratetype (call, extras + 2, &migratetype))
    return PWK_NO_PFN;
  return pwk_alloc_pages (call->machine, (uint32_t) gfp, clamp_order (order), node, migratetype);
}

static void
run_alloc_pages (PwkCall *call)
{
  /* On behalf of a process: its cpu's node; else node 0. */
  PwkPfn pfn = allocate (call, pwk_num (call, 0, 0), pwk_num (call, 1, 0), 2, call->task ? PWK_NUMA_NO_NODE : 0);

  if (call->value.kind == PWK_VALUE_IMPOSSIBLE)
    return;
  call->value.pointer = pfn == PWK_NO_PFN;     /* a machine by zoneinfo may give frame 0 out */
  pwk_return_number (call, pfn == PWK_NO_PFN ? 0 : pfn);
}

static void
return_free_page (PwkCall *call, uint64_t extra_gfp)
{
  PwkPfn pfn = allocate (call, (pwk_num (call, 0, 0) | extra_gfp) & ~(uint64_t) PWK_GFP_HIGHMEM, 0, 1,
                         PWK_NUMA_NO_NODE);

  if (call->value.kind == PWK_VALUE_IMPOSSIBLE)
    return;
  pwk_return_pointer (call, pfn == PWK_NO_PFN ? 0 : pwk_page_address (call->machine, pfn));
}

static void
run_get_free_page (PwkCall *call)
{
  return_free_page (call, 0);
}

static void
run_get_zeroed_page (PwkCall *call)
{
  return_free_page (call, PWK_GFP_ZERO);
}

/* mm/page_alloc.c:bad_page() and mm/debug.c:dump_page(), their first lines. */
static void
report_bad_page (PwkCall *call, PwkPfn pfn, const PwkPage *page)
{
  const char *name = call->task ? pwk_task_called (call->machine, call->task) : "swapper";

  pwk_call_bug (call, "BUG: Bad page state in process %s  pfn:%05" G_GINT64_MODIFIER "x", name, pfn);
  if (page)
    pwk_call_bug (call, "page: refcount:%d mapcount:%d mapping:%016x index:0x%" G_GINT64_MODIFIER "x pfn:0x%" G_GINT64_MODIFIER "x",
                  page->_refcount, page->_mapcount - 1, page->mapping, (guint64) page->index, pfn);
}

static void
give_back (PwkCall *call, unsigned order)
{
  uint64_t what = pwk_num (call, 0, 0);
  PwkPfn pfn = what >= call->machine->profile->page_offset ? pwk_virt_to_pfn (call->machine, what) : what;
  uint64_t before = pwk_event_count (call->machine, PWK_EV_BAD_PAGE);
  PwkPage page = { 0 };
  bool known = pfn < call->machine->st->max_pfn;

  if (what == 0 && !(known && pwk_page (call->machine, 0)->_refcount > 0 && pwk_page (call->machine, 0)->type == PWK_PAGE_KERNEL))
    return;    /* NULL, and no frame 0 that could be meant */
  if (known)
    page = *pwk_page (call->machine, pfn);
  pwk_kernel_free_pages (call->machine, pfn, order);
  if (pwk_event_count (call->machine, PWK_EV_BAD_PAGE) > before)
    report_bad_page (call, pfn, known ? &page : NULL);
}

static void
run_free_pages (PwkCall *call)
{
  give_back (call, clamp_order (pwk_num (call, 1, 0)));
}

static void
run_free_page (PwkCall *call)
{
  give_back (call, 0);
}

static void
run_drain_local_pages (PwkCall *call)
{
  pwk_drain_local_pages (call->machine, call->machine->st->cur_cpu);
}

static void
run_drain_all_pages (PwkCall *call)
{
  pwk_drain_all_pages (call->machine);
}

/* More than a day of a kernel with a thousand ticks a second. */
#define MAX_TICKS 100000000u

static void
run_tick (PwkCall *call)
{
  if (pwk_num (call, 0, 1) > MAX_TICKS)
    {
      pwk_return_impossible (call, _("at most %u ticks at once"), MAX_TICKS);
      return;
    }
  pwk_op_tick (call->machine, pwk_num (call, 0, 1));
}

static void
finish_void (PwkCall *call)
{
  call->value.kind = PWK_VALUE_VOID;
}

/* --- scopes: memalloc_noio_save () and its kin --- */

/* Opens the scope: @flag as task_struct.flags has it if it was open before, else 0. */
static void
open_scope (PwkCall *call, unsigned scope, uint64_t flag)
{
  PwkCpu *cpu = pwk_cpu_edit (call->machine);

  pwk_return_number (call, cpu->memalloc & scope ? flag : 0);
  cpu->memalloc |= (uint16_t) scope;
}

/* Closes it, unless it was open before it was opened. */
static void
close_scope (PwkCall *call, unsigned scope)
{
  PwkCpu *cpu = pwk_cpu_edit (call->machine);

  cpu->memalloc = (uint16_t) ((cpu->memalloc & ~scope) | (pwk_num (call, 0, 0) ? scope : 0));
}

#define SCOPE(NAME, SCOPE, FLAG) \
  static void run_##NAME##_save (PwkCall *call) { open_scope (call, SCOPE, FLAG); } \
  static void run_##NAME##_restore (PwkCall *call) { close_scope (call, SCOPE); }
SCOPE (noio, PWK_MEMALLOC_NOIO, 0x80000)
SCOPE (nofs, PWK_MEMALLOC_NOFS, 0x40000)
SCOPE (noreclaim, PWK_MEMALLOC_NORECLAIM, 0x800)

#define KERNEL (PWK_CALL_KERNEL_SIDE | PWK_CALL_COUNTS)
#define SCOPE_CALLS(NAME, SUMMARY) \
  { { "memalloc_" #NAME "_save", "memalloc_" #NAME "_save(cpu=) = old", SUMMARY, "memalloc_" #NAME "_save()", PWK_CALL_KERNEL, false }, \
    "cpu=", KERNEL, run_##NAME##_save }, \
  { { "memalloc_" #NAME "_restore", "memalloc_" #NAME "_restore(old, cpu=)", N_("end such a scope, unless it was open before (old)"), \
      "memalloc_" #NAME "_restore(0)", PWK_CALL_KERNEL, false }, "old cpu=", KERNEL | PWK_CALL_NO_RESULT, run_##NAME##_restore }

const PwkCallDef pwk_calls_kernel[] = {
  { { "alloc_pages", "alloc_pages(gfp, order=0, node=, cpu=, migratetype=) = pfn", N_("take 2^order frames from the page allocator"),
      "alloc_pages(GFP_KERNEL, 0) = pg", PWK_CALL_KERNEL, false }, "gfp order? node= cpu= migratetype:w=", KERNEL, run_alloc_pages },
  { { "get_free_page", "get_free_page(gfp, node=, cpu=, migratetype=) = addr", N_("take one frame, and get its kernel address"),
      "get_free_page(GFP_KERNEL) = addr", PWK_CALL_KERNEL, false }, "gfp node= cpu= migratetype:w=", KERNEL, run_get_free_page },
  { { "get_zeroed_page", "get_zeroed_page(gfp, node=, cpu=, migratetype=) = addr", N_("take one frame full of zeros"),
      "get_zeroed_page(GFP_KERNEL) = addr", PWK_CALL_KERNEL, false }, "gfp node= cpu= migratetype:w=", KERNEL, run_get_zeroed_page },
  { { "free_pages", "free_pages(pfn_or_addr, order, cpu=)", N_("give frames back, by pfn or kernel address"), "free_pages(pg, 0)",
      PWK_CALL_KERNEL, false }, "pages order cpu=", KERNEL | PWK_CALL_NO_RESULT, run_free_pages },
  { { "free_page", "free_page(pfn_or_addr, cpu=)", N_("give one frame back, by pfn or kernel address"), "free_page(pg)",
      PWK_CALL_KERNEL, false }, "page cpu=", KERNEL | PWK_CALL_NO_RESULT, run_free_page },
  { { "drain_local_pages", "drain_local_pages(cpu=)", N_("give back what a CPU keeps on its lists"), "drain_local_pages(cpu=0)",
      PWK_CALL_KERNEL, false }, "cpu?", KERNEL | PWK_CALL_NO_RESULT, run_drain_local_pages },
  { { "drain_all_pages", "drain_all_pages()", N_("give back what all CPUs keep on their lists"), "drain_all_pages()", PWK_CALL_KERNEL,
      false }, "", KERNEL | PWK_CALL_NO_RESULT, run_drain_all_pages },
  SCOPE_CALLS (noio, N_("let a CPU's allocations do no I/O from now on, as in the block layer")),
  SCOPE_CALLS (nofs, N_("let a CPU's allocations call no file system from now on, as inside of one")),
  SCOPE_CALLS (noreclaim, N_("let a CPU's allocations use all reserves and reclaim nothing, as who frees memory himself")),
  { { "tick", "tick(n=1)", N_("let n scheduler ticks pass; the kernel's own threads run only then"), "tick(10)", PWK_CALL_KERNEL, false },
    "n? cpu=", PWK_CALL_KERNEL_SIDE | PWK_CALL_NO_RESULT, run_tick, finish_void },
  { { NULL } },
};
