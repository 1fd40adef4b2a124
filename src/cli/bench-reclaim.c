/* bench-reclaim.c - what reclaiming a page costs this computer
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <time.h>

#include "cli/bench.h"
#include "engine/boot/boot.h"
#include "engine/paging/fault-door.h"
#include "engine/paging/mmu.h"
#include "engine/phys/folio-batch.h"
#include "engine/phys/gfp-bits.h"
#include "engine/reclaim/vmscan.h"
#include "engine/virt/process.h"
#include "engine/virt/syscalls.h"
#include "engine/virt/uapi.h"

#define ROUNDS     5                 /* the best of so many counts */
#define PAGES      ((uint64_t) 40000)
#define MAX_PASSES 8
#define NO_BUFFER  UINT64_MAX
#define READ_WRITE 2

/* Processor time of this program, seconds: who else runs on the computer does not count. */
static double
cpu_seconds (void)
{
  struct timespec now;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double) now.tv_sec + (double) now.tv_nsec / 1e9;
}

/* Passes over all lists until most of PAGES are reclaimed, those that only find pages used included. Returns nanoseconds a reclaimed page. */
static double
time_passes (PwkMachine *machine)
{
  PwkScanControl sc = {
    .nr_to_reclaim = PAGES, .gfp = PWK_GFP_HIGHUSER_MOVABLE, .reclaim_idx = PWK_MAX_NR_ZONES - 1, .may_writepage = true, .may_unmap = true,
    .may_swap = true,
  };
  double start = cpu_seconds ();

  for (int pass = 0; pass < MAX_PASSES && sc.nr_reclaimed < PAGES / 2; pass++)
    pwk_shrink_node (machine, 0, &sc);
  return sc.nr_reclaimed > 0 ? (cpu_seconds () - start) / (double) sc.nr_reclaimed * 1e9 : 0;
}

/* Pages of a file that was read once. */
static double
reclaim_file (const char *large_folios)
{
  g_autoptr(PwkMachine) machine = pwk_machine_simple ("memory", "512M", "large_folios", large_folios, NULL);
  PwkIndex task = pwk_process_new (machine, "A", 0, NULL, NULL);
  const PwkOpenExtra extra = { (int64_t) (PAGES * PWK_PAGE_SIZE), 0, 8, 1, -1 };
  int64_t fd;

  pwk_task_run (machine, task, 0);
  fd = pwk_sys_open (machine, task, "/tmp/file", READ_WRITE, &extra);
  pwk_sys_pread (machine, task, fd, NO_BUFFER, PAGES * PWK_PAGE_SIZE, 0);
  pwk_lru_add_drain (machine);
  return time_passes (machine);
}

/* Anonymous pages that hold something, written to swap and brought back in turn: from the second round on this program has the memory for it. */
static double
reclaim_anonymous (void)
{
  g_autoptr(PwkMachine) machine = pwk_machine_simple ("memory", "512M", "swap", "256M", "thp", "never", NULL);
  PwkIndex task = pwk_process_new (machine, "A", 0, NULL, NULL);
  double best = G_MAXDOUBLE, ns;
  PwkVaddr where;

  pwk_task_run (machine, task, 0);
  where = (PwkVaddr) pwk_sys_mmap (machine, task, 0, PAGES * PWK_PAGE_SIZE, PWK_PROT_READ | PWK_PROT_WRITE, PWK_MAP_PRIVATE | PWK_MAP_ANONYMOUS, -1, 0);
  for (int round = 0; round < ROUNDS; round++)
    {
      for (uint64_t i = 0; i < PAGES; i++)
        pwk_access (machine, task, where + i * PWK_PAGE_SIZE, 8, PWK_ACCESS_STORE, i + 1);
      ns = time_passes (machine);
      best = MIN (best, ns);
    }
  return best;
}

bool
pwk_bench_reclaim (GArray *figures, GError **error)
{
  double file = G_MAXDOUBLE, large = G_MAXDOUBLE;

  for (int round = 0; round < ROUNDS; round++)
    {
      double small_ns = reclaim_file ("off"), large_ns = reclaim_file ("on");

      file = MIN (file, small_ns);
      large = MIN (large, large_ns);
    }
  pwk_figure_add (figures, "reclaim-file", N_("a page of a file reclaimed, processor time"), file, "ns");
  pwk_figure_add (figures, "reclaim-large", N_("the same of large folios, a page"), large, "ns");
  pwk_figure_add (figures, "reclaim-anonymous", N_("an anonymous page unmapped and written to swap, processor time"), reclaim_anonymous (), "ns");
  return true;
}
