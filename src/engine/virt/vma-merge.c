/* vma-merge.c - when regions that touch become one
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/vma.c of Linux 6.18: vma_merge_new_range(), vma_merge_existing_range(), vma_modify(),
 * copy_vma(). Each success and each refusal is told with its reason. */
#include "engine/core/emit.h"
#include "engine/phys/mempolicy.h"
#include "engine/virt/files.h"
#include "engine/virt/huge-memory.h"
#include "engine/virt/vma-private.h"

#include <errno.h>

/* vma_had_uncowed_parents (): its anon_vma was not its own alone from the start. Merging such ones
 * makes chains that nobody ever takes apart (fork () clones each of them), so it is not done. */
static bool
forked (const PwkMachine *machine, PwkIndex vma)
{
  const PwkVma *v;

  if (!vma)
    return false;
  v = pwk_vma (machine, vma);
  return v->anon_vma && !pwk_avc_singular (machine, v);
}

/* Follows mm/vma.c:is_mergeable_anon_vma(). -1 if the range's anon_vma and the neighbour's go
 * together, else why not. With one each they must be the same, since a page knows only one. If only
 * one of them has any, the result can have that, provided no fork came between; that memory which
 * was never written to may take over what was is newer (merge_into_untouched). */
static int
anon_vma_obstacle (const PwkMachine *machine, const PwkVmg *vmg, PwkIndex neighbour)
{
  PwkIndex theirs = pwk_vma (machine, neighbour)->anon_vma;

  pwk_assert_debug (neighbour != 0);
  if (!theirs && vmg->anon_vma && !machine->profile->merge_into_untouched)
    return PWK_NO_MERGE_ANON_VMA;
  if (!theirs && vmg->anon_vma)
    return forked (machine, vmg->middle) || forked (machine, vmg->copied_from) ? PWK_NO_MERGE_FORKED : -1;
  if (theirs && !vmg->anon_vma)
    return forked (machine, neighbour) ? PWK_NO_MERGE_FORKED : -1;
  return theirs == vmg->anon_vma ? -1 : PWK_NO_MERGE_ANON_VMA;
}

/* Follows mm/vma.c:can_vma_merge_before() and _after(). -1 if the range may join @neighbour, which
 * touches it from above or below, else why not. Page offsets must run on over the border, or a
 * page's index would not say where it is mapped. */
static int
merge_obstacle (const PwkMachine *machine, const PwkVmg *vmg, PwkIndex neighbour, bool above)
{
  const PwkVma *n = pwk_vma (machine, neighbour);
  int obstacle;

  if ((vmg->flags | n->vm_flags) & PWK_VM_SPECIAL)
    return PWK_NO_MERGE_SPECIAL;
  if (!pwk_mempolicy_equal (machine, n->vm_policy, vmg->policy))
    return PWK_NO_MERGE_POLICY;
  if ((n->vm_flags ^ vmg->flags) & ~PWK_VM_STICKY)
    return PWK_NO_MERGE_FLAGS;
  if (n->vm_file != vmg->file)
    return PWK_NO_MERGE_FILE;
  if (n->name != vmg->name || n->assumed != vmg->assumed)
    return PWK_NO_MERGE_NAME;
  obstacle = anon_vma_obstacle (machine, vmg, neighbour);
  if (obstacle >= 0)
    return obstacle;
  if (above ? n->vm_pgoff != vmg->pgoff + ((vmg->end - vmg->start) >> PWK_PAGE_SHIFT)
            : n->vm_pgoff + pwk_vma_pages (n) != vmg->pgoff)
    return PWK_NO_MERGE_PGOFF;
  return -1;
}

/* The engine's own: a refusal is an event with its reason. Says whether there was one. */
static bool
told_no (PwkMachine *machine, const PwkVmg *vmg, PwkIndex neighbour, int why)
{
  if (why < 0)
    return false;
  pwk_emit_vma_not_merged (machine, vmg->middle, vmg->start, vmg->end, why, neighbour,
                           why == PWK_NO_MERGE_FLAGS ? (pwk_vma (machine, neighbour)->vm_flags ^ vmg->flags) & ~PWK_VM_STICKY : 0);
  return true;
}

/* What ends where the range begins. */
static bool
can_merge_left (PwkMachine *machine, const PwkVmg *vmg)
{
  if (!vmg->prev || pwk_vma (machine, vmg->prev)->vm_end != vmg->start)
    return false;
  return !told_no (machine, vmg, vmg->prev, merge_obstacle (machine, vmg, vmg->prev, false));
}

/* What begins where the range ends. @left: the range will join what is below, too, so all three
 * must fit together. */
static bool
can_merge_right (PwkMachine *machine, const PwkVmg *vmg, bool left)
{
  PwkIndex ours, theirs;

  if (!vmg->next || pwk_vma (machine, vmg->next)->vm_start != vmg->end
      || told_no (machine, vmg, vmg->next, merge_obstacle (machine, vmg, vmg->next, true)))
    return false;
  if (!left)
    return true;
  /* each fits to the range, but do they fit to each other? */
  ours = pwk_vma (machine, vmg->prev)->anon_vma;
  theirs = pwk_vma (machine, vmg->next)->anon_vma;
  return !told_no (machine, vmg, vmg->next, ours && theirs && ours != theirs ? PWK_NO_MERGE_SIDES : -1);
}

/* What is special joins nobody: whoever it touches is told so. */
static bool
is_special (PwkMachine *machine, const PwkVmg *vmg)
{
  if (!(vmg->flags & PWK_VM_SPECIAL))
    return false;
  can_merge_left (machine, vmg);
  can_merge_right (machine, vmg, false);
  return true;
}

/* dup_anon_vma: what grows over written memory must have its anon_vma. *@dup is set if @dst got one. */
static bool
dup_anon_vma (PwkMachine *machine, PwkIndex dst, PwkIndex src, bool *dup)
{
  if (!pwk_vma (machine, src)->anon_vma || pwk_vma (machine, dst)->anon_vma)
    return true;
  pwk_vma_edit (machine, dst)->anon_vma = pwk_vma (machine, src)->anon_vma;
  if (!pwk_anon_vma_clone (machine, dst, src))
    return false;
  *dup = true;
  return true;
}

/* @vma takes [@start, @end); @remove and @remove2 go, @adjust begins at @adjust_start from now on
 * (commit_merge). The tree is by address: who makes room goes first. What each of the cases comes
 * to, by its arguments:
 *
 *      grows over a hole             vma, start, end
 *      swallows a whole region       … and remove (remove2: the one behind the region between, too)
 *      takes a part of another       … and adjust, from adjust_start on: higher, it gives; lower,
 *                                    it takes
 *
 * A huge page that lies across one of the new borders is split before anything moves.
 */
static void
commit (PwkMachine *machine, PwkIndex vma, PwkVaddr start, PwkVaddr end, uint64_t pgoff, PwkIndex adjust, PwkVaddr adjust_start,
        PwkIndex remove, PwkIndex remove2)
{
  pwk_assert_door (vma != 0 && pwk_is_page_range (start, end) && remove != vma && remove2 != vma);
  pwk_vma_adjust_trans_huge (machine, vma, start, end, adjust, adjust_start);
  if (remove)
    pwk_vma_remove (machine, remove);
  if (remove2)
    pwk_vma_remove (machine, remove2);
  if (adjust && adjust_start > pwk_vma (machine, adjust)->vm_start)
    {
      const PwkVma *a = pwk_vma (machine, adjust);

      pwk_vma_set_range (machine, adjust, adjust_start, a->vm_end,
                         a->vm_pgoff + ((adjust_start - a->vm_start) >> PWK_PAGE_SHIFT));
      adjust = 0;
    }
  pwk_vma_set_range (machine, vma, start, end, pgoff);
  if (adjust)
    {
      const PwkVma *a = pwk_vma (machine, adjust);

      pwk_vma_set_range (machine, adjust, adjust_start, a->vm_end,
                         a->vm_pgoff - ((a->vm_start - adjust_start) >> PWK_PAGE_SHIFT));
    }
}

/* Flags that the result of a merge has because one of its parts had them: a guard that may be there
 * (VM_MAYBE_GUARD) may be there afterwards. */
static void
keep_sticky (PwkMachine *machine, PwkIndex vma, uint64_t flags)
{
  pwk_vma_set_flags (machine, vma, pwk_vma (machine, vma)->vm_flags | (flags & PWK_VM_STICKY));
}

/* vma->vm_ops->close: a region that has one may not vanish by a merge. Of the engine's only special
 * mappings have. */
static bool
has_close (const PwkMachine *machine, PwkIndex vma)
{
  return pwk_vma (machine, vma)->vm_ops == PWK_VM_OPS_SPECIAL;
}

/* Until 6.1 a new region that fits to what is above it joins what is below only if that fits to the
 * other too, by its anon_vma. */
static bool
left_fits_right (const PwkMachine *machine, const PwkVmg *vmg)
{
  const PwkVma *prev = pwk_vma (machine, vmg->prev);
  PwkIndex theirs = pwk_vma (machine, vmg->next)->anon_vma;

  return prev->anon_vma == theirs || (!theirs && pwk_avc_singular (machine, prev));
}

/* Follows mm/vma.c:vma_merge_new_range(). A new range beside regions that are like it makes no
 * region of its own:
 *
 *      [ prev ]  new  [ next ]        prev grows to the right   [ prev ………… ][ next ]
 *                                     next grows to the left    [ prev ][ ………… next ]
 *                                     both fit: prev takes all  [ prev …………………… ]
 *
 * Two regions can only become one if the pages of both can be found through one anon_vma; a region
 * without one takes the other's. Page offsets of what grows downwards fall with its beginning. If a
 * region in between must vanish and has to be told (vm_ops->close), the merge with it is not done. */
PwkIndex
pwk_vma_merge_new_range (PwkMachine *machine, const PwkVmg *vmg)
{
  PwkVaddr start = vmg->start, end = vmg->end;
  PwkIndex target, remove = 0;
  uint64_t pgoff;
  bool left, right, dup = false;

  pwk_assert_door (pwk_is_page_range (vmg->start, vmg->end));
  pwk_assert_door (!vmg->prev || pwk_vma (machine, vmg->prev)->vm_end <= vmg->start);
  if (is_special (machine, vmg) || (!vmg->prev && !vmg->next))
    return 0;
  left = can_merge_left (machine, vmg);
  right = !vmg->just_expand && can_merge_right (machine, vmg, left && !vmg->asks_next);
  if (left && right && vmg->asks_next && !left_fits_right (machine, vmg))
    left = !told_no (machine, vmg, vmg->prev, PWK_NO_MERGE_SIDES);
  if (left && right && has_close (machine, vmg->next))
    right = !told_no (machine, vmg, vmg->next, PWK_NO_MERGE_CLOSE);
  if (!left && !right)
    return 0;

  target = left ? vmg->prev : vmg->next;
  if (left)
    {
      start = pwk_vma (machine, vmg->prev)->vm_start;
      pgoff = pwk_vma (machine, vmg->prev)->vm_pgoff;
    }
  else
    pgoff = pwk_vma (machine, vmg->next)->vm_pgoff - ((vmg->end - vmg->start) >> PWK_PAGE_SHIFT);
  if (right)
    end = pwk_vma (machine, vmg->next)->vm_end;
  if (left && right)
    remove = vmg->next;

  if ((remove && !dup_anon_vma (machine, target, remove, &dup))
      || (vmg->copied_from && !dup_anon_vma (machine, target, vmg->copied_from, &dup)))
    return 0;
  keep_sticky (machine, target, vmg->flags | (remove ? pwk_vma (machine, remove)->vm_flags : 0));
  commit (machine, target, start, end, pgoff, 0, 0, remove, 0);
  pwk_emit_vma_merge (machine, target, start, end, left && right ? PWK_MERGE_BOTH : left ? PWK_MERGE_PREV : PWK_MERGE_NEXT, remove);
  return target;
}

/* The range below takes over: all of @vma, or its lower part. @whole: nothing is left of the
 * region, and it is removed; else it keeps its upper part, and begins where the range ends. */
static PwkIndex
merge_left (PwkMachine *machine, const PwkVmg *vmg, bool whole)
{
  PwkIndex vma = vmg->middle, prev = vmg->prev;
  const PwkVma *p = pwk_vma (machine, prev);
  bool dup = false;

  pwk_assert_door (prev != 0 && vma != 0);
  if (!dup_anon_vma (machine, prev, vma, &dup))
    return 0;
  keep_sticky (machine, prev, vmg->flags);
  commit (machine, prev, p->vm_start, vmg->end, p->vm_pgoff, whole ? 0 : vma, vmg->end, whole ? vma : 0, 0);
  pwk_emit_vma_merge (machine, prev, p->vm_start, p->vm_end, whole ? PWK_MERGE_PREV : PWK_MERGE_PREV_PART, vma);
  return prev;
}

/* The range above takes over: all of @vma, or its upper part. The upper neighbour grows downwards,
 * so its page offset falls; a part of the region that stays ends where the range begins. */
static PwkIndex
merge_right (PwkMachine *machine, const PwkVmg *vmg, bool whole)
{
  PwkIndex vma = vmg->middle, next = vmg->next;
  const PwkVma *v = pwk_vma (machine, vma);
  const PwkVma *n = pwk_vma (machine, next);
  bool dup = false;

  pwk_assert_door (next != 0 && vma != 0);
  if (!dup_anon_vma (machine, next, vma, &dup))
    return 0;
  keep_sticky (machine, next, vmg->flags);
  if (whole)
    commit (machine, next, vmg->start, n->vm_end, n->vm_pgoff - ((vmg->end - vmg->start) >> PWK_PAGE_SHIFT), 0, 0, vma, 0);
  else
    commit (machine, vma, v->vm_start, vmg->start, v->vm_pgoff, next, vmg->start, 0, 0);
  pwk_emit_vma_merge (machine, next, n->vm_start, n->vm_end, whole ? PWK_MERGE_NEXT : PWK_MERGE_NEXT_PART, vma);
  return next;
}

/* Both sides take over: the one below gets all, the range and the one above go. Their anon_vma is
 * the one above's if it has any, else the range's. */
static PwkIndex
merge_both (PwkMachine *machine, const PwkVmg *vmg)
{
  PwkIndex prev = vmg->prev, next = vmg->next;
  const PwkVma *p = pwk_vma (machine, prev);
  bool dup = false;

  pwk_assert_door (prev != 0 && next != 0);
  if (!dup_anon_vma (machine, prev, pwk_vma (machine, next)->anon_vma ? next : vmg->middle, &dup))
    return 0;
  keep_sticky (machine, prev, vmg->flags | pwk_vma (machine, next)->vm_flags);
  commit (machine, prev, p->vm_start, pwk_vma (machine, next)->vm_end, p->vm_pgoff, 0, 0, vmg->middle, next);
  pwk_emit_vma_merge (machine, prev, p->vm_start, p->vm_end, PWK_MERGE_BOTH, next);
  return prev;
}

/* Follows mm/vma.c:vma_merge_existing_range(). The range is all of a region (both sides), its
 * beginning, its end, or its middle, which touches nobody. Returns the region that has the range
 * now, or 0.
 *
 *      [ prev ][ middle ][ next ]      whole: any of the three ways
 *      [ prev ][ ran|ge   ]            its beginning: prev grows into it, middle shrinks
 *              [ ra|nge ][ next ]      its end: next grows down into it, middle shrinks
 */
static PwkIndex
merge_existing_range (PwkMachine *machine, const PwkVmg *vmg)
{
  const PwkVma *v = pwk_vma (machine, vmg->middle);
  bool left_side = vmg->start == v->vm_start, right_side = vmg->end == v->vm_end;
  bool left, right;

  if (is_special (machine, vmg) || (!left_side && !right_side))
    return 0;
  left = left_side && can_merge_left (machine, vmg);
  right = right_side && can_merge_right (machine, vmg, left);
  if (!left && !right)
    return 0;
  if (left_side && right_side && has_close (machine, vmg->middle))
    {
      told_no (machine, vmg, vmg->middle, PWK_NO_MERGE_CLOSE);
      return 0;
    }
  if (left && right && has_close (machine, vmg->next))
    right = !told_no (machine, vmg, vmg->next, PWK_NO_MERGE_CLOSE);
  if (left && right)
    return merge_both (machine, vmg);
  return left ? merge_left (machine, vmg, right_side) : merge_right (machine, vmg, left_side);
}

/* What describes an existing region, for its range [@start, @end). */
static PwkVmg
vmg_of (const PwkMachine *machine, PwkIndex vma, PwkVaddr start, PwkVaddr end)
{
  const PwkVma *v = pwk_vma (machine, vma);

  return (PwkVmg) {
    .mm = v->vm_mm, .prev = v->vm_prev, .next = v->vm_next, .middle = vma, .start = start, .end = end,
    .pgoff = v->vm_pgoff + ((start - v->vm_start) >> PWK_PAGE_SHIFT), .flags = v->vm_flags, .file = v->vm_file,
    .anon_vma = v->anon_vma, .name = v->name, .assumed = v->assumed, .policy = v->vm_policy,
  };
}

/* Follows mm/vma.c:vma_modify(). The range of @vmg becomes a region of its own, or part of a
 * neighbour that is like what it describes. At most two cuts; what @vma is then has exactly the
 * range. A failed second cut leaves the first, as in the kernel: harmless, for both halves are
 * alike. */
static int
modify (PwkMachine *machine, PwkVmg *vmg, PwkIndex *vma, bool *merged)
{
  PwkIndex into = merge_existing_range (machine, vmg);
  int error;

  *merged = into != 0;
  if (into)
    {
      *vma = into;
      return 0;
    }
  if (pwk_vma (machine, *vma)->vm_start < vmg->start)
    {
      error = pwk_split_vma (machine, *vma, vmg->start, true);
      if (error)
        return error;
    }
  if (pwk_vma (machine, *vma)->vm_end > vmg->end)
    return pwk_split_vma (machine, *vma, vmg->end, false);
  return 0;
}

/* vma_modify_flags (): for mprotect (), mlock (), madvise (). *@vma is the region that has the
 * range now, *@new_flags what it is to have, sticky ones of the merged included; the caller sets
 * them. 0 or -errno. */
int
pwk_vma_modify_flags (PwkMachine *machine, PwkIndex *vma, PwkVaddr start, PwkVaddr end, uint64_t *new_flags)
{
  PwkVmg vmg = vmg_of (machine, *vma, start, end);
  bool merged;
  int error;

  pwk_assert_door (pwk_vma_has_range (pwk_vma (machine, *vma), start, end));
  vmg.flags = *new_flags;
  error = modify (machine, &vmg, vma, &merged);
  if (merged)
    *new_flags |= pwk_vma (machine, *vma)->vm_flags & PWK_VM_STICKY;
  return error;
}

/* vma_modify_name (): PR_SET_VMA_ANON_NAME. @name is interned, 0 none. */
int
pwk_vma_modify_name (PwkMachine *machine, PwkIndex *vma, PwkVaddr start, PwkVaddr end, PwkIndex name)
{
  PwkVmg vmg = vmg_of (machine, *vma, start, end);
  bool merged;
  int error;

  vmg.name = name;
  error = modify (machine, &vmg, vma, &merged);
  if (!error)
    pwk_vma_edit (machine, *vma)->name = name;
  return error;
}

/* vma_modify_policy (): mbind (). The caller sets it. */
int
pwk_vma_modify_policy (PwkMachine *machine, PwkIndex *vma, PwkVaddr start, PwkVaddr end, PwkIndex policy)
{
  PwkVmg vmg = vmg_of (machine, *vma, start, end);
  bool merged;

  vmg.policy = policy;
  return modify (machine, &vmg, vma, &merged);
}

/* Follows mm/vma.c:vma_merge_extend(), of mremap () in place: @delta bytes more above @vma, and
 * what is above that may join. 0: not possible. */
PwkIndex
pwk_vma_merge_extend (PwkMachine *machine, PwkIndex vma, uint64_t delta)
{
  PwkVaddr end = pwk_vma (machine, vma)->vm_end;
  PwkVmg vmg = vmg_of (machine, vma, end, end + delta);

  pwk_assert_door (delta > 0 && (delta & ~PWK_PAGE_MASK) == 0);
  vmg.prev = vma;
  vmg.middle = 0;
  return pwk_vma_merge_new_range (machine, &vmg);
}

/* A copy of @vma at its new place that nothing could be merged with. */
static PwkIndex
copy_fresh (PwkMachine *machine, PwkIndex vma, PwkVaddr addr, uint64_t len, uint64_t pgoff)
{
  PwkIndex copy = pwk_vma_dup (machine, vma);
  PwkVma *c;

  if (!copy)
    return 0;
  c = pwk_vma_edit (machine, copy);
  c->vm_start = addr;
  c->vm_end = addr + len;
  c->vm_pgoff = pgoff;
  if (!pwk_anon_vma_clone (machine, copy, vma))
    {
      pwk_vma_free (machine, copy);
      return 0;
    }
  pwk_vma_open (machine, copy);
  pwk_vma_link (machine, copy);
  return copy;
}

/* Follows mm/vma.c:copy_vma(), of mremap () that moves. The copy's pages keep their index if they
 * have one. A region that was never written to becomes new at its new place; with MREMAP_DONTUNMAP
 * (@keep_source) it must then not merge with its own source. Returns the region that the new range
 * is in, 0: no memory; *@vma is the source, which may be the same. A region that was written to
 * keeps the page offset of its old address for its pages' sake, so it seldom merges at its new
 * place, unless with a piece that was moved there before it: two mremap () calls that move two
 * halves side by side make one region again. */
PwkIndex
pwk_copy_vma (PwkMachine *machine, PwkIndex *vma, PwkVaddr addr, uint64_t len, uint64_t pgoff, bool keep_source)
{
  const PwkVma *v = pwk_vma (machine, *vma);
  PwkVaddr source_start = v->vm_start;
  bool untouched = pwk_vma_is_anonymous (v) && !v->anon_vma;
  PwkVmg vmg = vmg_of (machine, *vma, addr, addr + len);
  PwkIndex merged;

  pwk_assert_door (pwk_is_page_range (addr, addr + len));
  /* memory never written takes the page offset of its new place, and so has more chances to be
   * merged */
  if (untouched)
    pgoff = addr >> PWK_PAGE_SHIFT;
  vmg.middle = 0;
  vmg.copied_from = *vma;
  vmg.pgoff = pgoff;
  vmg.prev = pwk_find_vma_prev (machine, vmg.mm, addr);
  vmg.next = pwk_find_vma (machine, vmg.mm, addr);
  if (keep_source && untouched)
    {
      bool beside = (vmg.prev == *vma && v->vm_end == addr) || (vmg.next == *vma && v->vm_start == addr + len);
      bool alone = beside && machine->profile->dontunmap_alone;

      vmg.prev = vmg.prev == *vma || alone ? 0 : vmg.prev;
      vmg.next = vmg.next == *vma || alone ? 0 : vmg.next;
    }
  merged = pwk_vma_merge_new_range (machine, &vmg);
  if (!merged)
    return copy_fresh (machine, *vma, addr, len, pgoff);
  /* the source itself may be what was merged with */
  if (source_start >= pwk_vma (machine, merged)->vm_start && source_start < pwk_vma (machine, merged)->vm_end)
    *vma = merged;
  return merged;
}
