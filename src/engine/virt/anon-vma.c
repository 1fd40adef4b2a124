/* anon-vma.c - what joins anonymous pages to the regions that may map them
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/rmap.c. Each region has a chain of links (avc) to anon_vmas; each anon_vma a list of
 * the links that lead to it. A forked region is linked to all of its parent's and to one of its
 * own. After two forks, child and grandchild:
 *
 *                    A (root)      B (parent A)    C (parent B)
 *      grandfather   avc
 *      father        avc           avc
 *      son           avc           avc             avc
 *
 *      a page of A may be mapped by all three, one of B by father and son, one of C by the son alone
 *
 * The kernel keeps the links of an anon_vma in an interval tree by page offset; a list in the order
 * of making finds the same ones, and in an order that does not depend on addresses. */
#include "engine/virt/vma-private.h"

#include "engine/core/emit.h"
#include "engine/phys/mempolicy.h"

/* Follows mm/rmap.c:anon_vma_alloc(). An anon_vma that is its own root and parent; 0: no memory.
 * One reference, the links' (its degree is counted by them). */
static PwkIndex
anon_vma_alloc (PwkMachine *machine)
{
  PwkIndex index = pwk_pool_alloc (machine, PWK_POOL_ANON_VMA);

  if (index)
    {
      PwkAnonVma *anon = pwk_anon_vma_edit (machine, index);

      anon->root = anon->parent = index;
      anon->refcount = 1;
    }
  return index;
}

/* put_anon_vma (). Drops a reference; the last frees it, and its reference to the root: the root
 * holds the lock of all, so it must outlive them. */
static void
anon_vma_put (PwkMachine *machine, PwkIndex index)
{
  PwkAnonVma *anon = pwk_anon_vma_edit (machine, index);
  PwkIndex root = anon->root;

  pwk_assert(anon->refcount > 0);
  if (--anon->refcount > 0)
    return;
  pwk_pool_free (machine, PWK_POOL_ANON_VMA, index);
  if (root != index)
    anon_vma_put (machine, root);
}

/* anon_vma_chain_link (). Links @vma to @anon: newest in the region's chain, last of the anon_vma's
 * list. False: no memory, nothing is changed. */
static bool
chain_link (PwkMachine *machine, PwkIndex vma, PwkIndex anon)
{
  PwkIndex index = pwk_pool_alloc (machine, PWK_POOL_AVC);
  PwkAvc *avc;
  PwkAnonVma *a;

  pwk_assert_door (vma != 0 && anon != 0);
  if (!index)
    return false;
  avc = pwk_avc_edit (machine, index);
  a = pwk_anon_vma_edit (machine, anon);
  avc->vma = vma;
  avc->anon_vma = anon;
  avc->same_vma_next = pwk_vma (machine, vma)->anon_vma_chain;
  pwk_vma_edit (machine, vma)->anon_vma_chain = index;
  avc->same_anon_prev = a->avc_last;
  if (a->avc_last)
    pwk_avc_edit (machine, a->avc_last)->same_anon_next = index;
  else
    a->avc_first = index;
  a->avc_last = index;
  return true;
}

/* Takes a link out of its anon_vma's list and frees it. The region's own chain is the caller's, who
 * takes it apart as a whole. */
static void
chain_unlink (PwkMachine *machine, PwkIndex index)
{
  const PwkAvc avc = *pwk_avc (machine, index);
  PwkAnonVma *a = pwk_anon_vma_edit (machine, avc.anon_vma);

  pwk_assert_door (avc.vma != 0 && a->refcount > 0);
  if (avc.same_anon_prev)
    pwk_avc_edit (machine, avc.same_anon_prev)->same_anon_next = avc.same_anon_next;
  else
    a->avc_first = avc.same_anon_next;
  if (avc.same_anon_next)
    pwk_avc_edit (machine, avc.same_anon_next)->same_anon_prev = avc.same_anon_prev;
  else
    a->avc_last = avc.same_anon_prev;
  pwk_pool_free (machine, PWK_POOL_AVC, index);
}

/* Follows mm/rmap.c:anon_vma_compatible(). Whether a first write to one of two neighbours may take
 * the other's anon_vma: alike but for rights, which mprotect () may make alike again. */
static bool
anon_vma_compatible (const PwkMachine *machine, const PwkVma *a, const PwkVma *b)
{
  return a->vm_end == b->vm_start
         && a->vm_file == b->vm_file && pwk_mempolicy_equal (machine, a->vm_policy, b->vm_policy)
         && !((a->vm_flags ^ b->vm_flags) & ~(PWK_VM_ACCESS_FLAGS | PWK_VM_STICKY))
         && b->vm_pgoff == a->vm_pgoff + pwk_vma_pages (a);
}

/* Follows mm/rmap.c:find_mergeable_anon_vma(). The neighbour's anon_vma if it can be shared: next
 * before previous. 0: none. */
static PwkIndex
find_mergeable_anon_vma (const PwkMachine *machine, PwkIndex vma)
{
  const PwkVma *v = pwk_vma (machine, vma);

  if (v->vm_next)
    {
      const PwkVma *next = pwk_vma (machine, v->vm_next);

      if (anon_vma_compatible (machine, v, next) && next->anon_vma && pwk_avc_singular (machine, next))
        return next->anon_vma;
    }
  if (v->vm_prev)
    {
      const PwkVma *prev = pwk_vma (machine, v->vm_prev);

      if (anon_vma_compatible (machine, prev, v) && prev->anon_vma && pwk_avc_singular (machine, prev))
        return prev->anon_vma;
    }
  return 0;
}

/* Follows mm/rmap.c:__anon_vma_prepare(), before the first anonymous page of a region. To share
 * with a neighbour is worth it: were both ever made alike again, as by two mprotect () calls that
 * undo each other, they can only merge with one anon_vma. Not with one whose chain is longer than a
 * link, for the pages of its ancestors are in it. False: no memory. */
bool
pwk_anon_vma_prepare (PwkMachine *machine, PwkIndex vma)
{
  PwkIndex anon;
  bool reused;

  pwk_assert_debug (pwk_vma (machine, vma)->vm_mm != 0);
  if (pwk_vma (machine, vma)->anon_vma)
    return true;
  anon = find_mergeable_anon_vma (machine, vma);
  reused = anon != 0;
  if (!reused)
    {
      anon = anon_vma_alloc (machine);
      if (!anon)
        return false;
      pwk_anon_vma_edit (machine, anon)->num_children++;    /* a root counts itself */
    }
  if (!chain_link (machine, vma, anon))
    {
      if (!reused)
        anon_vma_put (machine, anon);
      return false;
    }
  pwk_vma_edit (machine, vma)->anon_vma = anon;
  pwk_anon_vma_edit (machine, anon)->num_active_vmas++;
  pwk_emit_anon_vma_prepare (machine, vma, anon, reused);
  return true;
}

/* The kernel walks the source's chain from its oldest link; ours is linked newest first, so the
 * recursion goes to its end before it links. */
static bool
clone_from_oldest (PwkMachine *machine, PwkIndex dst, PwkIndex src, PwkIndex avc)
{
  PwkIndex anon;

  /* chains are short: one link for each fork between a region and its first ancestor */
  if (!avc)
    return true;
  if (!clone_from_oldest (machine, dst, src, pwk_avc (machine, avc)->same_vma_next))
    return false;
  anon = pwk_avc (machine, avc)->anon_vma;
  if (!chain_link (machine, dst, anon))
    return false;
  /* an anon_vma that no region of its own uses any more, and with one child at most, is used again
   * instead of a new one */
  if (!pwk_vma (machine, dst)->anon_vma && pwk_vma (machine, src)->anon_vma
      && pwk_anon_vma (machine, anon)->num_children < 2 && pwk_anon_vma (machine, anon)->num_active_vmas == 0)
    pwk_vma_edit (machine, dst)->anon_vma = anon;
  return true;
}

/* Follows mm/rmap.c:anon_vma_clone(): for a region that takes a part of another's addresses (split,
 * mremap) or, by fork, its pages. On failure @dst has no link at all. */
bool
pwk_anon_vma_clone (PwkMachine *machine, PwkIndex dst, PwkIndex src)
{
  pwk_assert_door (dst != src);
  if (!clone_from_oldest (machine, dst, src, pwk_vma (machine, src)->anon_vma_chain))
    {
      pwk_vma_edit (machine, dst)->anon_vma = 0;
      pwk_unlink_anon_vmas (machine, dst);
      return false;
    }
  if (pwk_vma (machine, dst)->anon_vma)
    pwk_anon_vma_edit (machine, pwk_vma (machine, dst)->anon_vma)->num_active_vmas++;
  return true;
}

/* Follows mm/rmap.c:anon_vma_fork(). With an anon_vma of its own for what the child writes, a page
 * that it made is looked for in the child's regions only, and not in those of its parent and
 * siblings. One that a dead process has left empty is used again instead, so that a daemon that
 * forks, and whose child goes on in its place, again and again, does not make a chain without end.
 * The clone may have found an anon_vma that is used again; then no new one is made. num_children
 * and num_active_vmas keep the books for that (3.19, after a program that forked in a chain had
 * filled memory with anon_vmas). */
bool
pwk_anon_vma_fork (PwkMachine *machine, PwkIndex vma, PwkIndex parent)
{
  PwkIndex parent_anon = pwk_vma (machine, parent)->anon_vma;
  PwkIndex index;
  PwkAnonVma *anon;

  pwk_assert_door (pwk_vma (machine, vma)->vm_mm != pwk_vma (machine, parent)->vm_mm);
  if (!parent_anon)
    return true;
  pwk_vma_edit (machine, vma)->anon_vma = 0;
  if (!pwk_anon_vma_clone (machine, vma, parent))
    return false;
  if (pwk_vma (machine, vma)->anon_vma)
    return true;

  index = anon_vma_alloc (machine);
  if (!index || !chain_link (machine, vma, index))
    {
      if (index)
        pwk_pool_free (machine, PWK_POOL_ANON_VMA, index);
      pwk_unlink_anon_vmas (machine, vma);
      return false;
    }
  anon = pwk_anon_vma_edit (machine, index);
  anon->num_active_vmas++;
  anon->root = pwk_anon_vma (machine, parent_anon)->root;
  anon->parent = parent_anon;
  pwk_anon_vma_edit (machine, anon->root)->refcount++;
  pwk_anon_vma_edit (machine, parent_anon)->num_children++;
  pwk_vma_edit (machine, vma)->anon_vma = index;
  pwk_emit_anon_vma_fork (machine, vma, index, parent_anon);
  return true;
}

/* Follows mm/rmap.c:unlink_anon_vmas(). An anon_vma goes when nobody links to it; its parent has
 * one child less then. An anon_vma is freed with the last link to it, unless a child's root it
 * still is; pages that name it are gone by then, as whoever maps them has a link. */
void
pwk_unlink_anon_vmas (PwkMachine *machine, PwkIndex vma)
{
  PwkVma *v = pwk_vma_edit (machine, vma);
  PwkIndex own = v->anon_vma;
  PwkIndex avc = v->anon_vma_chain;

  pwk_assert_door (!own || pwk_anon_vma (machine, own)->num_active_vmas > 0);
  v->anon_vma_chain = 0;
  v->anon_vma = 0;
  if (own)
    pwk_anon_vma_edit (machine, own)->num_active_vmas--;
  /* newest first: a child goes before its parent, so that the parent's count is right when its turn
   * comes */
  while (avc)
    {
      PwkIndex next = pwk_avc (machine, avc)->same_vma_next;
      PwkIndex anon = pwk_avc (machine, avc)->anon_vma;

      chain_unlink (machine, avc);
      if (!pwk_anon_vma (machine, anon)->avc_first)
        {
          PwkIndex parent = pwk_anon_vma (machine, anon)->parent;

          pwk_assert (pwk_anon_vma (machine, parent)->num_children > 0);
          pwk_anon_vma_edit (machine, parent)->num_children--;
          anon_vma_put (machine, anon);
        }
      avc = next;
    }
}
