/* vma-policy.c - which NUMA policy a page of a region goes by, and pages by it
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/mempolicy.c:get_vma_policy(), vma_alloc_folio(). Who is asked, first to last: the
 * region (of shared memory the object, at that place), the task, the default, which is the cpu's
 * node. With interleaving, the node follows from the page's place and not from whose turn it is, so
 * that a page gets the same node whenever it is faulted in. */
#include "engine/virt/vma-policy.h"

#include "engine/phys/mempolicy.h"
#include "engine/phys/page-alloc.h"
#include "engine/virt/files.h"
#include "engine/virt/inode.h"
#include "engine/virt/rmap.h"
#include "engine/virt/shared-policy.h"

static PwkIndex
inode_of (const PwkMachine *machine, const PwkVma *vma)
{
  return pwk_file (machine, vma->vm_file)->inode;
}

/* Shared memory has its policies in the object. */
static bool
is_shmem (const PwkVma *vma)
{
  return vma->vm_ops == PWK_VM_OPS_SHMEM;
}

/* Without the task's. 0: nobody said anything about this place. */
PwkIndex
pwk_vma_own_policy (const PwkMachine *machine, PwkIndex index, PwkVaddr addr)
{
  const PwkVma *vma = pwk_vma (machine, index);

  if (!is_shmem (vma))
    return vma->vm_policy;
  return pwk_shared_policy_lookup (machine, inode_of (machine, vma), pwk_linear_page_index (vma, addr));
}

/* A mode in which a page's place decides. */
static bool
interleaves (const PwkMachine *machine, PwkIndex policy)
{
  unsigned mode = policy ? pwk_mempolicy (machine, policy)->mode : PWK_MPOL_LOCAL;

  return mode == PWK_MPOL_INTERLEAVE || mode == PWK_MPOL_WEIGHTED_INTERLEAVE;
}

/* The next wider one where the region has none: the task's, then the machine's. *@ilx is the page's
 * turn in an interleaving policy: by its offset, so that a page comes from the same node whoever
 * faults it; objects begin at different nodes by their inode number. */
PwkIndex
pwk_get_vma_policy (const PwkMachine *machine, PwkIndex index, PwkVaddr addr, unsigned order, uint64_t *ilx)
{
  const PwkVma *vma = pwk_vma (machine, index);
  PwkIndex policy = pwk_vma_own_policy (machine, index, addr);

  if (!policy)
    policy = pwk_task_policy (machine);
  *ilx = is_shmem (vma) ? pwk_inode (machine, inode_of (machine, vma))->ino : 0;
  if (interleaves (machine, policy))
    *ilx += (vma->vm_pgoff >> order) + ((addr - vma->vm_start) >> (PWK_PAGE_SHIFT + order));
  return policy;
}

/* Whether nothing but the cpu's node can come of it, as on most machines at most times. */
static inline bool
is_local (const PwkMachine *machine, const PwkVma *vma, unsigned order)
{
  return !vma->vm_policy && !machine->st->n_task_policies && !is_shmem (vma) && (!order || machine->st->n_nodes == 1);
}

/* The fast way is what nearly all faults go. The page has the contents that were there; __GFP_ZERO
 * in @gfp clears it. */
PwkPfn
pwk_vma_page_alloc (PwkMachine *machine, uint32_t gfp, unsigned order, PwkPageType type, PwkIndex vma, PwkVaddr addr)
{
  uint64_t ilx;
  PwkIndex policy;

  pwk_assert_debug (addr >= pwk_vma (machine, vma)->vm_start && addr < pwk_vma (machine, vma)->vm_end);
  if (G_LIKELY (is_local (machine, pwk_vma (machine, vma), order)))
    return pwk_user_page_alloc (machine, gfp, order, type);
  policy = pwk_get_vma_policy (machine, vma, addr, order, &ilx);
  return pwk_user_page_prep (machine, pwk_alloc_pages_mpol (machine, gfp, order, policy, ilx), order, type);
}

/* Of shared memory, whoever faults: the object's policy at the index, else the task's. */
PwkPfn
pwk_shmem_page_alloc (PwkMachine *machine, uint32_t gfp, PwkIndex inode, uint64_t index)
{
  PwkIndex policy = pwk_shared_policy_lookup (machine, inode, index);

  if (!policy)
    policy = pwk_task_policy (machine);
  if (!policy)
    return pwk_user_page_alloc (machine, gfp, 0, PWK_PAGE_SHMEM);
  return pwk_user_page_prep (machine, pwk_alloc_pages_mpol (machine, gfp, 0, policy, pwk_inode (machine, inode)->ino + index), 0, PWK_PAGE_SHMEM);
}
