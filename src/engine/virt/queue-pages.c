/* queue-pages.c - pages of a range that lie on the wrong nodes, taken off the LRU lists to be moved
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/mempolicy.c:queue_pages_range() and the callbacks of its walk. What becomes of a page
 * at a wrong place:
 *
 *      flags                     on the list          counted as failed
 *      STRICT alone              no                   yes, and the walk ends
 *      MOVE, mapped by others    no                   no
 *      MOVE, MOVE_ALL            yes                  if it is on no LRU list
 *      none                      no                   no walk at all
 */
#include "engine/virt/queue-pages.h"

#include <errno.h>

#include "engine/core/emit.h"
#include "engine/paging/mm.h"
#include "engine/phys/lruvec.h"
#include "engine/phys/page-list.h"
#include "engine/virt/mempolicy-private.h"
#include "engine/virt/rmap.h"
#include "engine/virt/vma-private.h"

#define MOVES (PWK_MPOL_MF_MOVE | PWK_MPOL_MF_MOVE_ALL)

/* The reference that isolating gives is the list's. */
bool
pwk_queue_folio (PwkMachine *machine, PwkPfn head, PwkPageList *list)
{
  if (!pwk_lruvec_isolate (machine, head))
    return false;
  pwk_page_list_add (machine, list, (uint32_t) head, true);
  return true;
}

/* vma_migratable (): of special regions and of huge pages of a pool nothing is moved here. */
static bool
is_migratable (const PwkVma *vma)
{
  return !(vma->vm_flags & (PWK_VM_IO | PWK_VM_PFNMAP | PWK_VM_HUGETLB));
}

/* Whether nothing moves, and the first page at a wrong place decides. */
static bool
is_strict (const PwkQueue *queue)
{
  return (queue->flags & (PWK_MPOL_MF_STRICT | MOVES)) == PWK_MPOL_MF_STRICT;
}

/* Follows mm/mempolicy.c:queue_folio_required(), and what comes of it. The folio behind an entry,
 * which is a @small one. A large folio mapped by small entries is met many times in a row, and
 * counts once. False: the walk ends. A page that others map is left where it is by MOVE, since they
 * have not asked for it; MOVE_ALL needs CAP_SYS_NICE for that. */
static bool
look_at (PwkMachine *machine, PwkQueue *queue, const PwkVma *vma, PwkPte entry, bool small)
{
  PwkPfn head;
  bool listed;

  if (!pwk_pte_normal (machine, entry))
    return true;
  head = pwk_page_head (machine, pwk_pte_pfn (entry));
  listed = queue->nodes >> pwk_pfn_zone (machine, head)->node & 1;
  if (listed == queue->invert)
    return true;
  if (small && (pwk_page (machine, head)->pg_flags & PWK_PG_HEAD))
    {
      if (queue->large == head)
        return true;
      queue->large = head;
    }
  if (!(queue->flags & MOVES) || !is_migratable (vma))
    queue->nr_failed++;
  else if ((queue->flags & PWK_MPOL_MF_MOVE_ALL) || !pwk_folio_maybe_shared (machine, head))   /* else it stays, and that is no failure */
    queue->nr_failed += !pwk_queue_folio (machine, head, queue->list);
  return !(queue->nr_failed && is_strict (queue));
}

/* Follows mm/mempolicy.c:queue_folios_pte_range(). False: the walk ends. */
static bool
walk_pmd (PwkMachine *machine, PwkQueue *queue, const PwkVma *vma, PwkPte pmd, PwkVaddr addr, PwkVaddr end)
{
  if (pwk_pmd_leaf (pmd))
    return look_at (machine, queue, vma, pmd, false);
  for (; addr < end; addr += PWK_PAGE_SIZE)
    {
      PwkPte pte = pwk_entry_get (machine, (PwkEntryRef) { pwk_pte_pfn (pmd), (uint16_t) pwk_level_index (machine->format, addr, PWK_LEVEL_PTE),
                                                           PWK_LEVEL_PTE });

      if (pwk_pte_present (pte) && !look_at (machine, queue, vma, pte, true))
        return false;
    }
  return true;
}

/* walk_page_range () of the region's part. */
static bool
walk_vma (PwkMachine *machine, PwkQueue *queue, const PwkVma *vma)
{
  PwkVaddr end = MIN (vma->vm_end, queue->end), next;

  for (PwkVaddr addr = MAX (vma->vm_start, queue->start); addr < end; addr = next)
    {
      PwkEntryRef pmd = pwk_entry_lookup (machine, pwk_mm (machine, vma->vm_mm)->pgd, addr, PWK_LEVEL_PMD);
      PwkPte entry = pwk_entry_get (machine, pmd);

      next = pwk_level_next (machine->format, addr, end, (PwkLevel) pmd.level);
      if (pmd.level == PWK_LEVEL_PMD && pwk_pte_present (entry) && !walk_pmd (machine, queue, vma, entry, addr, next))
        return false;
    }
  return true;
}

/* Follows mm/mempolicy.c:queue_pages_test_walk(). Whether a hole follows the region, or, for the
 * first, lies before it. */
static bool
has_hole (const PwkMachine *machine, const PwkQueue *queue, const PwkVma *vma, bool first)
{
  if (queue->holes)
    return false;
  if (first && queue->start < vma->vm_start)
    return true;
  return vma->vm_end < queue->end && (!vma->vm_next || vma->vm_end < pwk_vma (machine, vma->vm_next)->vm_start);
}

/* Follows mm/mempolicy.c:queue_pages_range(). -EFAULT for holes, -EIO for STRICT's first page
 * elsewhere; what is on the list by then is the caller's to put back. */
int64_t
pwk_queue_pages_range (PwkMachine *machine, PwkIndex mm, PwkQueue *queue)
{
  PwkIndex first = pwk_find_vma_intersection (machine, mm, queue->start, queue->end);
  uint64_t queued = 0;

  pwk_assert_door (queue->start <= queue->end);
  if (!first)
    return pwk_refuse (machine, EFAULT, PWK_WHY_NO_REGION);
  for (PwkIndex i = first; i && pwk_vma (machine, i)->vm_start < queue->end; i = pwk_vma (machine, i)->vm_next)
    {
      const PwkVma *vma = pwk_vma (machine, i);

      if (has_hole (machine, queue, vma, i == first))
        return pwk_refuse (machine, EFAULT, PWK_WHY_HOLE);
      if (!(queue->flags & (PWK_MPOL_MF_STRICT | MOVES)) || (!is_migratable (vma) && !(queue->flags & PWK_MPOL_MF_STRICT)))
        continue;
      if (!walk_vma (machine, queue, vma))
        return pwk_refuse (machine, EIO, PWK_WHY_PAGES_ELSEWHERE);
    }
  for (uint32_t pfn = queue->list->head; pfn != PWK_PFN_NIL; pfn = pwk_page (machine, pfn)->lru_next)
    queued++;
  if (queue->flags & (PWK_MPOL_MF_STRICT | MOVES))
    pwk_emit_queue_pages_range (machine, queue->start, queue->end, queued, queue->nr_failed);
  return (int64_t) queue->nr_failed;
}
