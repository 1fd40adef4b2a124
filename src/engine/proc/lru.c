/* lru.c - the LRU lists and batches of a node, and what a lruvec knows beside its lists: ours
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A recording's module walked the lists of the kernel under the lruvec's lock and printed them so,
 * head (youngest) first; the same text is made here, and compared byte by byte (tests/kernel/lru):
 *
 *      inactive_anon P1:7f0000001/Ay P1:7f0000002/RD
 *      active_file a.txt:0/RA a.txt:16+4/A
 *      unevictable 12
 *      lru_add P2:55555555/y
 *
 * Pages have names that do not depend on where they lie: the file and the page of it, or the
 * process that maps it and the page of its addresses, or the slot of swap. The letters behind the
 * slash are flags, `y` for each entry that is young.
 */
#include "engine/core/string.h"
#include "engine/core/task.h"
#include "engine/phys/folio-batch.h"
#include "engine/phys/folio.h"
#include "engine/phys/lruvec.h"
#include "engine/phys/zone.h"
#include "engine/proc/proc.h"
#include "engine/virt/cache-folio.h"
#include "engine/virt/inode.h"
#include "engine/virt/process.h"
#include "engine/virt/rmap.h"
#include "engine/virt/vma.h"

#define A_LINE     8u    /* entries */
#define MAX_YOUNG  6u

/* --- names --- */

/* Of those that map the page: the process that was started first, and its lowest address; and how
 * many entries are young. A page that is shared has as many names as mappings, and one must be
 * chosen that does not depend on the order in which rmap finds them. */
typedef struct { PwkIndex task; PwkVaddr addr; unsigned young; } Mappers;

/* The first process that runs on @mm. */
static PwkIndex
task_of (const PwkMachine *machine, PwkIndex mm)
{
  for (PwkIndex task = pwk_task_next (machine, 0); task; task = pwk_task_next (machine, task))
    if (pwk_task (machine, task)->mm == mm)
      return task;
  return 0;
}

/* rmap comes to each entry once, whatever order it goes in; the least of them is the name. */
static bool
visit (const PwkMachine *machine, PwkIndex vma, PwkVaddr addr, PwkEntryRef entry, void *data)
{
  PwkIndex task = task_of (machine, pwk_vma (machine, vma)->vm_mm);
  Mappers *mappers = data;

  mappers->young += pwk_pte_young (pwk_entry_get (machine, entry));
  if (task && (!mappers->task || task < mappers->task || (task == mappers->task && addr < mappers->addr)))
    {
      mappers->task = task;
      mappers->addr = addr;
    }
  return true;
}

/* A page that nothing maps is not asked about; a large one is, as its count may be of the whole. */
static Mappers
mappers_of (const PwkMachine *machine, PwkPfn pfn)
{
  bool huge = pwk_page_is_anon (pwk_page (machine, pfn)) && pwk_page_is_large (pwk_page (machine, pfn));
  Mappers mappers = { 0 };

  for (uint64_t i = 0; i < (huge ? 1 : pwk_folio_pages (machine, pfn)); i++)
    if (pwk_page (machine, pfn + i)->_mapcount || huge)
      pwk_rmap_view (machine, pfn + i, visit, &mappers);
  return mappers;
}

/* A folio of several pages says how many: "a.txt:16+4". */
static void
append_name (const PwkMachine *machine, PwkPfn pfn, const Mappers *mappers, GString *out)
{
  const PwkPage *page = pwk_page (machine, pfn);

  if ((page->mapping & 3) == PWK_MAPPING_INODE)
    g_string_append_printf (out, "%s:%" G_GUINT64_FORMAT, pwk_string (machine, pwk_inode (machine, page->mapping >> 2)->name),
                            (uint64_t) page->index);
  else if (mappers->task)
    g_string_append_printf (out, "%s:%" G_GINT64_MODIFIER "x", pwk_string (machine, pwk_task (machine, mappers->task)->name),
                            mappers->addr >> PWK_PAGE_SHIFT);
  else if (page->pg_flags & PWK_PG_SWAPCACHE)
    {
      g_string_append (out, "swap:");
      pwk_proc_slot (page->private_, out);
    }
  else
    g_string_append (out, "none");
  if ((page->mapping & 3) == PWK_MAPPING_INODE && pwk_cache_folio_pages (machine, pfn) > 1)
    g_string_append_printf (out, "+%" G_GUINT64_FORMAT, pwk_cache_folio_pages (machine, pfn));
}

/* R referenced, D dirty, A active, W writeback, I reclaim, s swap cache, z lazily freed (anonymous
 * without swap backing), u unevictable, m mlocked, w workingset, y for each young entry up to
 * MAX_YOUNG. */
static void
append_flags (const PwkPage *page, unsigned young, GString *out)
{
  static const struct { uint32_t flag; char letter; } letters[] = {
    { PWK_PG_REFERENCED, 'R' }, { PWK_PG_DIRTY, 'D' }, { PWK_PG_ACTIVE, 'A' }, { PWK_PG_WRITEBACK, 'W' }, { PWK_PG_RECLAIM, 'I' },
    { PWK_PG_SWAPCACHE, 's' },
  }, later[] = { { PWK_PG_UNEVICTABLE, 'u' }, { PWK_PG_MLOCKED, 'm' }, { PWK_PG_WORKINGSET, 'w' } };

  g_string_append_c (out, '/');
  for (unsigned i = 0; i < G_N_ELEMENTS (letters); i++)
    if (page->pg_flags & letters[i].flag)
      g_string_append_c (out, letters[i].letter);
  if (page->type == PWK_PAGE_ANON && (page->mapping & 3) == PWK_MAPPING_ANON && !(page->pg_flags & PWK_PG_SWAPBACKED))
    g_string_append_c (out, 'z');
  for (unsigned i = 0; i < G_N_ELEMENTS (later); i++)
    if (page->pg_flags & later[i].flag)
      g_string_append_c (out, later[i].letter);
  for (unsigned i = 0; i < MIN (young, MAX_YOUNG); i++)
    g_string_append_c (out, 'y');
}

/* --- lists --- */

/* The name's line ends here if what follows fits on it; otherwise lines of eight, a blank before
 * each. */
static void
append_entry (const PwkMachine *machine, PwkPfn pfn, uint64_t i, uint64_t n, GString *out)
{
  Mappers mappers = mappers_of (machine, pfn);

  /* A name stands behind a blank in either case. */
  g_string_append (out, n > A_LINE && i % A_LINE == 0 ? "\n " : " ");
  append_name (machine, pfn, &mappers, out);
  append_flags (pwk_page (machine, pfn), mappers.young, out);
}

/* Counted anew, not read from a counter: a reading has to show what lies there. */
static uint64_t
length_of (const PwkMachine *machine, const PwkPageList *list)
{
  uint64_t n = 0;

  for (uint32_t pfn = list->head; pfn != PWK_PFN_NIL; pfn = pwk_page (machine, pfn)->lru_next)
    n++;
  return n;
}

/* From the head, where pages come in, to the tail, where reclaim takes them. */
static void
append_list (const PwkMachine *machine, const char *name, const PwkPageList *list, GString *out)
{
  uint64_t n = length_of (machine, list), i = 0;

  g_string_append (out, name);
  for (uint32_t pfn = list->head; pfn != PWK_PFN_NIL; pfn = pwk_page (machine, pfn)->lru_next)
    append_entry (machine, pfn, i++, n, out);
  g_string_append_c (out, '\n');
}

/* Folios that a cpu has noted and not yet moved: neither on a list nor free
 * (mm/swap.c:cpu_fbatches). */
static void
append_batches (const PwkMachine *machine, const PwkCpuBatches *batches, GString *out)
{
  for (unsigned kind = 0; kind < PWK_NR_BATCHES; kind++)
    {
      const PwkFolioBatch *batch = &batches->batch[kind];

      if (!batch->n)
        continue;
      g_string_append (out, pwk_batch_name ((PwkBatchKind) kind));
      for (unsigned i = 0; i < batch->n; i++)
        append_entry (machine, batch->folios[i], i, batch->n, out);
      g_string_append_c (out, '\n');
    }
}

/* Those of all its zones where each zone has its own. */
static void
append_lists (const PwkMachine *machine, const PwkZoneLru *lru, GString *out)
{
  static const char *const names[] = { "inactive_anon", "active_anon", "inactive_file", "active_file" };

  for (unsigned i = 0; i < G_N_ELEMENTS (names); i++)
    append_list (machine, names[i], &lru[i].list, out);
  g_string_append_printf (out, "unevictable %" G_GUINT64_FORMAT "\n", lru[PWK_NR_UNEVICTABLE].nr);
}

/* A kernel whose LRU lists are the zones' (before 4.8) shows one set for each. */
void
pwk_proc_lru (const PwkMachine *machine, unsigned node, GString *out)
{
  const PwkNode *record = pwk_node (machine, node);

  pwk_assert_door (node < machine->st->n_nodes);
  if (!machine->profile->lru_in_zone)
    append_lists (machine, record->lru, out);
  else
    for (unsigned type = 0; type < PWK_MAX_NR_ZONES; type++)
      if (record->zones[type].present_pages)
        {
          g_string_append_printf (out, "zone %s\n", pwk_zone_name (type));
          append_lists (machine, record->zones[type].lru, out);
        }
  for (unsigned cpu = 0; cpu < machine->st->n_cpus; cpu++)
    append_batches (machine, pwk_cpu_batches (machine, cpu), out);
}

/* What balances the lists against each other: how often pages came back, and what reclaim has cost. */
void
pwk_proc_lruvec (const PwkMachine *machine, unsigned node, GString *out)
{
  const PwkLruvecStat *lruvec = &pwk_node (machine, node)->lruvec;

  pwk_assert_door (node < machine->st->n_nodes);
  g_string_append_printf (out, "nonresident_age %" G_GUINT64_FORMAT "\nanon_cost %" G_GUINT64_FORMAT "\nfile_cost %" G_GUINT64_FORMAT "\n",
                          lruvec->nonresident_age, lruvec->anon_cost, lruvec->file_cost);
  g_string_append_printf (out, "refaults_anon %" G_GUINT64_FORMAT "\nrefaults_file %" G_GUINT64_FORMAT "\n", lruvec->refaults[0],
                          lruvec->refaults[1]);
}
