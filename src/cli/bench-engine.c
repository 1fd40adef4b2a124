/* bench-engine.c - boot, page allocator, faults, translation, checkpoints
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <stdio.h>
#include <unistd.h>

#include "cli/bench.h"
#include "engine/boot/boot.h"
#include "engine/core/machine.h"
#include "engine/kalloc/kmalloc.h"
#include "engine/paging/fault-door.h"
#include "engine/paging/mmu.h"
#include "engine/phys/page-alloc.h"
#include "engine/virt/process.h"
#include "engine/virt/syscalls.h"

#define ROUNDS  5               /* the best of so many counts: others on this computer only ever make it slower */
#define NS      1e9
#define MS      1e3

double
pwk_bench_clock (void)
{
  return (double) g_get_monotonic_time () / 1e6;
}

void
pwk_figure_add (GArray *figures, const char *name, const char *what, double value, const char *unit)
{
  PwkFigure figure = { name, what, unit, value };

  g_array_append_val (figures, figure);
}

/* Memory of this program that is backed, MiB. */
static double
resident_mib (void)
{
  FILE *file = fopen ("/proc/self/statm", "r");
  unsigned long size, resident = 0;

  if (file && fscanf (file, "%lu %lu", &size, &resident) != 2)
    resident = 0;
  if (file)
    fclose (file);
  return (double) resident * (double) sysconf (_SC_PAGESIZE) / 1048576.0;
}

static double
boot_once (const char *memory, double *mib)
{
  double before = resident_mib (), start = pwk_bench_clock (), seconds;
  g_autoptr(PwkMachine) machine = pwk_machine_simple ("memory", memory, NULL);

  seconds = pwk_bench_clock () - start;
  *mib = MAX (resident_mib () - before, 0);
  return seconds;
}

static double
best_boot (const char *memory, double *mib)
{
  double best = boot_once (memory, mib), ignored;

  for (int round = 1; round < ROUNDS; round++)
    best = MIN (best, boot_once (memory, &ignored));
  return best;
}

bool
pwk_bench_boot (GArray *figures, GError **error)
{
  double mib, seconds = best_boot ("512M", &mib);

  pwk_figure_add (figures, "boot-512m", N_("boot of a machine with 512 MiB"), seconds * MS, "ms");
  return true;
}

bool
pwk_bench_boot_large (GArray *figures, GError **error)
{
  double mib, seconds = best_boot ("1T", &mib);

  pwk_figure_add (figures, "boot-1t", N_("boot of a machine with 1 TiB"), seconds * MS, "ms");
  pwk_figure_add (figures, "boot-1t-memory", N_("memory that it takes"), mib, "MiB");
  return true;
}

/* --- page allocator --- */

#define ALLOCS 2000000

bool
pwk_bench_alloc (GArray *figures, GError **error)
{
  g_autoptr(PwkMachine) machine = pwk_machine_simple ("memory", "512M", NULL);
  double best = G_MAXDOUBLE;

  for (int round = 0; round < ROUNDS; round++)
    {
      double start = pwk_bench_clock ();

      for (int i = 0; i < ALLOCS; i++)
        pwk_free_pages (machine, pwk_alloc_pages (machine, PWK_GFP_KERNEL, 0, PWK_NUMA_NO_NODE, -1), 0);
      best = MIN (best, pwk_bench_clock () - start);
    }
  pwk_figure_add (figures, "alloc-free", N_("alloc_pages and free_pages of order 0 through the per-cpu lists"), best / ALLOCS * NS, "ns");
  return true;
}

/* --- slab allocator --- */

static double
time_kmalloc (PwkMachine *machine)
{
  double best = G_MAXDOUBLE;

  for (int round = 0; round < ROUNDS; round++)
    {
      double start = pwk_bench_clock ();

      for (int i = 0; i < ALLOCS; i++)
        pwk_kfree (machine, pwk_kmalloc (machine, 64, PWK_GFP_KERNEL, PWK_NUMA_NO_NODE));
      best = MIN (best, pwk_bench_clock () - start);
    }
  return best / ALLOCS;
}

#define SLAB_SLOTS 8192
#define SLAB_STEPS 1000000

/* Objects taken and given back at random. */
static double
time_slab_mix (PwkMachine *machine)
{
  g_autofree PwkVaddr *slots = g_new0 (PwkVaddr, SLAB_SLOTS);
  double start = pwk_bench_clock ();
  uint32_t rng = 1;

  for (int i = 0; i < SLAB_STEPS; i++)
    {
      PwkVaddr *slot;

      rng = rng * 1664525u + 1013904223u;
      slot = &slots[(rng >> 8) % SLAB_SLOTS];
      if (*slot)
        pwk_kfree (machine, *slot);
      *slot = *slot ? 0 : pwk_kmalloc (machine, 192, PWK_GFP_KERNEL, PWK_NUMA_NO_NODE);
    }
  return (pwk_bench_clock () - start) / SLAB_STEPS;
}

/* What the least of allocators needs for that: a list of free objects of fixed size. */
static double
time_bare_mix (void)
{
  g_autofree uint32_t *next = g_new (uint32_t, SLAB_SLOTS + 1), *slots = g_new0 (uint32_t, SLAB_SLOTS);
  double start;
  uint32_t rng = 1, first = 1;

  for (uint32_t i = 0; i <= SLAB_SLOTS; i++)
    next[i] = i < SLAB_SLOTS ? i + 1 : 0;
  start = pwk_bench_clock ();
  for (int i = 0; i < SLAB_STEPS; i++)
    {
      uint32_t *slot;

      rng = rng * 1664525u + 1013904223u;
      slot = &slots[(rng >> 8) % SLAB_SLOTS];
      if (*slot)
        {
          next[*slot] = first;
          first = *slot;
          *slot = 0;
        }
      else
        {
          *slot = first;
          first = next[first];
        }
    }
  return (pwk_bench_clock () - start) / SLAB_STEPS;
}

bool
pwk_bench_kmalloc (GArray *figures, GError **error)
{
  g_autoptr(PwkMachine) machine = pwk_machine_simple ("memory", "512M", NULL);

  pwk_figure_add (figures, "kmalloc", N_("kmalloc and kfree of 64 bytes on the fast path"), time_kmalloc (machine) * NS, "ns");
  pwk_figure_add (figures, "slab-mix", N_("objects of 192 bytes taken and given back at random, each"), time_slab_mix (machine) * NS, "ns");
  pwk_figure_add (figures, "slab-mix-bare", N_("the same with a bare list of free objects"), time_bare_mix () * NS, "ns");
  return true;
}

#define CHURN_SLOTS  4096
#define CHURN_STEPS  500000

/* Blocks of orders 0 to 9 come and go at random. */
static double
churn (PwkMachine *machine)
{
  static const uint32_t masks[] = { PWK_GFP_KERNEL, PWK_GFP_HIGHUSER_MOVABLE, PWK_GFP_KERNEL | PWK_GFP_RECLAIMABLE };
  g_autofree PwkPfn *pfn = g_new0 (PwkPfn, CHURN_SLOTS);
  g_autofree uint8_t *order = g_new0 (uint8_t, CHURN_SLOTS);
  double start = pwk_bench_clock (), seconds;

  for (int i = 0; i < CHURN_STEPS; i++)
    {
      uint64_t random = pwk_random (machine);
      unsigned slot = random % CHURN_SLOTS;

      if (pfn[slot])
        pwk_free_pages (machine, pfn[slot], order[slot]);
      order[slot] = (uint8_t) MIN (__builtin_ctzll (random >> 20 | 1 << 9), 9);
      pfn[slot] = pfn[slot] ? 0 : pwk_alloc_pages (machine, masks[(random >> 16) % 3], order[slot], PWK_NUMA_NO_NODE, -1);
      if (pfn[slot] == PWK_NO_PFN)
        pfn[slot] = 0;
    }
  seconds = pwk_bench_clock () - start;
  for (unsigned slot = 0; slot < CHURN_SLOTS; slot++)
    if (pfn[slot])
      pwk_free_pages (machine, pfn[slot], order[slot]);
  return seconds;
}

bool
pwk_bench_buddy (GArray *figures, GError **error)
{
  g_autoptr(PwkMachine) machine = pwk_machine_simple ("memory", "512M", NULL);
  double best = G_MAXDOUBLE;

  for (int round = 0; round < ROUNDS; round++)
    best = MIN (best, churn (machine));
  pwk_figure_add (figures, "buddy-mixed", N_("one alloc_pages or free_pages, orders 0 to 9 at random"), best / CHURN_STEPS * NS, "ns");
  return true;
}

/* --- processes --- */

#define PROT_READ_WRITE     3u
#define PRIVATE_ANONYMOUS   0x22u
#define ADVICE_DONTNEED     4
#define ADVICE_NOHUGEPAGE   15

static PwkIndex
make_process (PwkMachine *machine, uint64_t bytes, PwkVaddr *where)
{
  PwkIndex task = pwk_process_new (machine, "A", 0, NULL, NULL);

  pwk_task_run (machine, task, 0);
  *where = (PwkVaddr) pwk_sys_mmap (machine, task, 0, bytes, PROT_READ_WRITE, PRIVATE_ANONYMOUS, -1, 0);
  pwk_sys_madvise (machine, task, *where, bytes, ADVICE_NOHUGEPAGE);
  return task;
}

#define FAULT_PAGES 40000

bool
pwk_bench_fault (GArray *figures, GError **error)
{
  g_autoptr(PwkMachine) machine = pwk_machine_simple ("memory", "512M", NULL);
  PwkVaddr where;
  PwkIndex task = make_process (machine, FAULT_PAGES * PWK_PAGE_SIZE, &where);
  double best = G_MAXDOUBLE;

  for (int round = 0; round < ROUNDS; round++)
    {
      double start = pwk_bench_clock ();

      for (uint64_t i = 0; i < FAULT_PAGES; i++)
        pwk_access (machine, task, where + i * PWK_PAGE_SIZE, 8, PWK_ACCESS_STORE, 0);
      best = MIN (best, pwk_bench_clock () - start);
      pwk_sys_madvise (machine, task, where, FAULT_PAGES * PWK_PAGE_SIZE, ADVICE_DONTNEED);
    }
  pwk_figure_add (figures, "anon-fault", N_("first store to a page: walk, fault, page, table entry, store"), best / FAULT_PAGES * NS, "ns");
  return true;
}

/* Accesses a second, in millions, to @pages pages in turn. */
static double
access_rate (uint64_t pages, uint64_t n)
{
  g_autoptr(PwkMachine) machine = pwk_machine_simple ("memory", "512M", NULL);
  PwkVaddr where;
  PwkIndex task = make_process (machine, pages * PWK_PAGE_SIZE, &where);
  double best = G_MAXDOUBLE;

  for (uint64_t i = 0; i < pages; i++)
    pwk_access (machine, task, where + i * PWK_PAGE_SIZE, 8, PWK_ACCESS_STORE, 0);
  for (int round = 0; round < ROUNDS; round++)
    {
      double start = pwk_bench_clock ();
      uint64_t page = 0;

      for (uint64_t i = 0; i < n; i++)
        {
          pwk_access (machine, task, where + page * PWK_PAGE_SIZE + (i & 511) * 8, 8, PWK_ACCESS_LOAD, 0);
          page = page + 1 < pages ? page + 1 : 0;
        }
      best = MIN (best, pwk_bench_clock () - start);
    }
  return (double) n / best / 1e6;
}

bool
pwk_bench_tlb (GArray *figures, GError **error)
{
  pwk_figure_add (figures, "tlb-hit", N_("accesses that the first-level TLB translates"), access_rate (16, 10000000), "M/s");
  return true;
}

bool
pwk_bench_walk (GArray *figures, GError **error)
{
  pwk_figure_add (figures, "walk", N_("accesses that miss every TLB and walk four levels"), access_rate (40000, 2000000), "M/s");
  return true;
}

/* --- checkpoints --- */

bool
pwk_bench_checkpoint (GArray *figures, GError **error)
{
  g_autoptr(PwkMachine) machine = pwk_machine_simple ("memory", "512M", NULL);
  PwkVaddr where;
  PwkIndex task = make_process (machine, FAULT_PAGES * PWK_PAGE_SIZE, &where);
  double save = G_MAXDOUBLE, restore = G_MAXDOUBLE, bytes = 0;

  for (uint64_t round = 0; round < ROUNDS * 4; round++)
    {
      g_autoptr(PwkCheckpoint) checkpoint = NULL;
      double start;

      for (uint64_t i = round * 1000; i < round * 1000 + 1000; i++)
        pwk_access (machine, task, where + i * PWK_PAGE_SIZE, 8, PWK_ACCESS_STORE, 0);
      start = pwk_bench_clock ();
      checkpoint = pwk_machine_save (machine);
      save = MIN (save, pwk_bench_clock () - start);
      bytes = (double) checkpoint->own_bytes;
      for (uint64_t i = round * 1000; i < round * 1000 + 1000; i++)
        pwk_access (machine, task, where + i * PWK_PAGE_SIZE, 8, PWK_ACCESS_STORE, 0);
      start = pwk_bench_clock ();
      pwk_machine_restore (machine, checkpoint);
      restore = MIN (restore, pwk_bench_clock () - start);
    }
  pwk_figure_add (figures, "checkpoint-save", N_("a checkpoint after 1000 faults"), save * MS, "ms");
  pwk_figure_add (figures, "checkpoint-restore", N_("going back to it"), restore * MS, "ms");
  pwk_figure_add (figures, "checkpoint-size", N_("memory of the last one alone"), bytes / 1048576.0, "MiB");
  return true;
}
