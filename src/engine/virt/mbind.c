/* mbind.c - a NUMA policy for a range of addresses, and the pages that are there already
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/mempolicy.c:do_mbind(), mbind_range(), vma_replace_policy(). In this order:
 *
 *      pages at wrong places ──queue-pages.c──▶ list          MPOL_MF_MOVE, MOVE_ALL: to be moved; STRICT: to be told of
 *      regions get the policy                                 cut where it begins and ends, merged where neighbours have it
 *      list ──migrate.c──▶ where the policy wants them        what cannot go stays, and STRICT says EIO
 *
 * A policy is about pages to come; without MOVE nothing happens to those that are there.
 * Recordings: tests/kernel/numa/policy. */
#include <errno.h>

#include "engine/core/emit.h"
#include "engine/core/task.h"
#include "engine/phys/gfp-bits.h"
#include "engine/phys/page-list.h"
#include "engine/phys/section.h"
#include "engine/virt/files.h"
#include "engine/virt/mempolicy-private.h"
#include "engine/virt/migrate.h"
#include "engine/virt/queue-pages.h"
#include "engine/virt/rmap.h"
#include "engine/virt/shared-policy.h"
#include "engine/virt/syscalls.h"
#include "engine/virt/vma-policy.h"
#include "engine/virt/vma-private.h"

/* Follows mm/mempolicy.c:vma_replace_policy(). Of shared memory the object has it, too
 * (shmem_set_policy ()), for all who map it. False: no memory, nothing changed. */
static bool
replace_policy (PwkMachine *machine, PwkIndex index, PwkIndex policy)
{
  PwkVma *vma = pwk_vma_edit (machine, index);
  PwkIndex copy = pwk_mempolicy_dup (machine, policy);

  if (policy && !copy)
    return false;
  if (vma->vm_ops == PWK_VM_OPS_SHMEM
      && !pwk_shared_policy_set (machine, pwk_file (machine, vma->vm_file)->inode, vma->vm_pgoff, vma->vm_pgoff + pwk_vma_pages (vma), policy))
    {
      pwk_mempolicy_free (machine, copy);
      return false;
    }
  pwk_mempolicy_free (machine, vma->vm_policy);
  vma->vm_policy = copy;
  return true;
}

/* The region's part of [@start, @end) has @policy (0: none) from now on. 0 or -errno. */
int
pwk_mbind_range (PwkMachine *machine, PwkIndex vma, PwkVaddr start, PwkVaddr end, PwkIndex policy)
{
  const PwkVma *v = pwk_vma (machine, vma);
  const PwkMempolicy *record = pwk_mempolicy (machine, policy);
  int error;

  pwk_assert_door (start < end);
  start = MAX (start, v->vm_start);
  end = MIN (end, v->vm_end);
  if (pwk_mempolicy_equal (machine, v->vm_policy, policy))
    return 0;
  error = pwk_vma_modify_policy (machine, &vma, start, end, policy);
  if (error)
    return error;
  if (!replace_policy (machine, vma, policy))
    return pwk_refuse (machine, ENOMEM, PWK_WHY_NO_FRAMES);
  pwk_emit_mbind_range (machine, vma, start, end, policy ? record->mode : PWK_MPOL_DEFAULT, policy ? record->flags : 0, policy ? record->nodes : 0);
  return 0;
}

/* Regions of the range one after another; holes are passed over. */
static int
bind_regions (PwkMachine *machine, PwkIndex mm, PwkVaddr start, PwkVaddr end, PwkIndex policy)
{
  PwkVaddr at = start;

  for (PwkIndex vma; (vma = pwk_find_vma_intersection (machine, mm, at, end)) != 0;)
    {
      int error;

      at = MIN (pwk_vma (machine, vma)->vm_end, end);
      error = pwk_mbind_range (machine, vma, start, at, policy);
      if (error)
        return error;
      if (at == end)
        break;
    }
  return 0;
}

/* --- where the pages go --- */

/* struct migration_mpol: a page's place among those that are interleaved is ilx + its index. */
typedef struct { PwkIndex policy; uint64_t ilx; } Target;

/* Follows mm/mempolicy.c:alloc_migration_target_by_mpol(). A page's index says whose turn it is, so
 * that moving spreads pages as faults would have. */
static PwkPfn
alloc_by_policy (PwkMachine *machine, PwkPfn old, void *data)
{
  const Target *target = data;
  unsigned order = pwk_folio_order (machine, old);
  uint32_t gfp = order ? PWK_GFP_TRANSHUGE : PWK_GFP_HIGHUSER_MOVABLE | PWK_GFP_RETRY_MAYFAIL;
  uint64_t ilx = target->ilx + (pwk_page (machine, old)->index >> order);

  return pwk_user_page_prep (machine, pwk_alloc_pages_mpol (machine, gfp, order, target->policy, ilx), order,
                             (PwkPageType) pwk_page (machine, old)->type);
}

/* Follows mm/util.c:page_address_in_vma(), in the first region of the range that has it. 0: none
 * has. */
static PwkIndex
region_of (const PwkMachine *machine, PwkIndex mm, PwkVaddr start, PwkVaddr end, PwkPfn head, PwkVaddr *addr)
{
  const PwkPage *page = pwk_page (machine, head);

  for (PwkIndex i = pwk_find_vma_intersection (machine, mm, start, end); i && pwk_vma (machine, i)->vm_start < end; i = pwk_vma (machine, i)->vm_next)
    {
      const PwkVma *vma = pwk_vma (machine, i);
      bool anon = (page->mapping & 3) == PWK_MAPPING_ANON;

      if (anon ? !vma->anon_vma : !vma->vm_file || pwk_file (machine, vma->vm_file)->inode != page->mapping >> 2)
        continue;
      *addr = pwk_vma_address (vma, page->index);
      if (*addr != (PwkVaddr) -1)
        return i;
    }
  return 0;
}

/* The first page that moves says where the turn begins: so that a page moved gets the node that a
 * fault at its address would give it. */
static uint64_t
first_ilx (const PwkMachine *machine, PwkIndex mm, PwkVaddr start, PwkVaddr end, PwkPfn head)
{
  unsigned order = pwk_folio_order (machine, head);
  uint64_t ilx = 0;
  PwkVaddr addr;
  PwkIndex vma = region_of (machine, mm, start, end, head, &addr);

  if (!vma)
    return 0;
  pwk_get_vma_policy (machine, vma, addr, order, &ilx);
  return ilx - (pwk_page (machine, head)->index >> order);
}

/* Pages on the list go to where @policy, or without one the task's, wants them. Whether some did
 * not. */
static bool
move_pages (PwkMachine *machine, PwkIndex mm, PwkVaddr start, PwkVaddr end, PwkIndex policy, PwkPageList *list)
{
  Target target = { policy ? policy : pwk_task_policy (machine), 0 };
  unsigned mode = target.policy ? pwk_mempolicy (machine, target.policy)->mode : PWK_MPOL_LOCAL;

  if (mode == PWK_MPOL_INTERLEAVE || mode == PWK_MPOL_WEIGHTED_INTERLEAVE)
    target.ilx = first_ilx (machine, mm, start, end, list->head);
  return pwk_migrate_pages (machine, list, alloc_by_policy, NULL, &target, PWK_MIGRATE_SYNC, NULL) != 0;
}

/* Follows mm/mempolicy.c:do_mbind(), from where the arguments are good. Batches are emptied before,
 * since what waits there is on no list, and after, for nothing may wait while they are disabled.
 * The list's order is that of addresses, and interleaving goes by it. EIO is only said where STRICT
 * was asked for: without it, pages that could not move are simply where they were. */
static int
mbind (PwkMachine *machine, PwkIndex mm, PwkVaddr start, PwkVaddr end, PwkIndex policy, uint32_t passed, unsigned flags)
{
  PwkPageList list = PWK_PAGE_LIST_EMPTY;
  PwkQueue queue = { .start = start, .end = end, .nodes = passed, .invert = true, .holes = !policy, .flags = flags, .list = &list, .large = PWK_NO_PFN };
  int64_t failed;
  int error;

  if (flags & (PWK_MPOL_MF_MOVE | PWK_MPOL_MF_MOVE_ALL))
    pwk_lru_add_drain_all (machine);                 /* lru_cache_disable () */
  failed = pwk_queue_pages_range (machine, mm, &queue);
  error = failed < 0 ? (int) failed : bind_regions (machine, mm, start, end, policy);
  if (!error && !pwk_page_list_is_empty (&list))
    failed += move_pages (machine, mm, start, end, policy, &list);
  pwk_putback_movable_pages (machine, &list);
  if (flags & (PWK_MPOL_MF_MOVE | PWK_MPOL_MF_MOVE_ALL))
    pwk_lru_add_drain_all (machine);                 /* lru_cache_enable () */
  if (!error && failed > 0 && (flags & PWK_MPOL_MF_STRICT))
    error = pwk_refuse (machine, EIO, PWK_WHY_PAGES_ELSEWHERE);
  return error;
}

/* mbind (): 0 or -errno. What was queued by mistake is put back in any case. */
int64_t
pwk_sys_mbind (PwkMachine *machine, PwkIndex task, uint64_t start, uint64_t len, int64_t mode, PwkUserWords mask, uint64_t maxnode, uint64_t flags)
{
  PwkIndex mm = pwk_call_mm (machine, task), policy;
  PwkVaddr end = start + pwk_page_align (len);
  uint32_t mode_flags;
  PwkNodemask nodes;
  int error;

  if (!mm)
    return pwk_refuse (machine, ESRCH, PWK_WHY_NO_PROCESS);
  error = pwk_mpol_sanitize (machine, &mode, &mode_flags);
  if (!error)
    error = pwk_get_nodes (machine, &nodes, &mask, maxnode);
  if (error)
    return error;
  if (flags & ~(uint64_t) (PWK_MPOL_MF_STRICT | PWK_MPOL_MF_MOVE | PWK_MPOL_MF_MOVE_ALL))
    return pwk_refuse (machine, EINVAL, PWK_WHY_FLAGS_UNKNOWN);
  if ((flags & PWK_MPOL_MF_MOVE_ALL) && !pwk_may_move_all (machine, task))
    return pwk_refuse (machine, EPERM, PWK_WHY_CAPABILITY);
  if (start & ~PWK_PAGE_MASK)
    return pwk_refuse (machine, EINVAL, PWK_WHY_UNALIGNED);
  if (mode == PWK_MPOL_DEFAULT)
    flags &= ~(uint64_t) PWK_MPOL_MF_STRICT;
  if (end < start)
    return pwk_refuse (machine, EINVAL, PWK_WHY_RANGE_WRAPS);
  if (end == start)
    return 0;
  error = pwk_mpol_new (machine, mode, mode_flags, &nodes, &policy);
  if (error)
    return error;
  error = mbind (machine, mm, start, end, policy, pwk_nodemask_to_set (&nodes), (unsigned) flags);
  pwk_mempolicy_free (machine, policy);
  return error;
}
