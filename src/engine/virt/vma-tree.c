/* vma-tree.c - the regions of an address space: a list by address and a red-black tree over it
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Linux kept regions so until 6.0 (mm/mmap.c with lib/rbtree.c, rb_subtree_gap since 3.8); today's
 * maple tree holds the same set. Each node knows the largest hole below any region of its subtree,
 * so that the highest or lowest hole of a length is found in O(log n).
 *
 *                   [400 … 500) gap 150, subtree 150
 *                  ╱                          ╲
 *      [100 … 250) gap 100, subtree 100        [510 … 600) gap 10, subtree 10
 *
 * The hole above the last region belongs to none, and is asked for apart (last_end ()). Always
 * true, see virt/check.c: rb_subtree_gap is what subtree_gap () computes; list and tree agree;
 * map_count counts them. */
#include "engine/core/emit.h"
#include "engine/paging/mm.h"
#include "engine/virt/vma-private.h"

static inline PwkVma *
edit (PwkMachine *machine, PwkIndex vma)
{
  return pwk_vma_edit (machine, vma);
}

/* The hole below the region, from the one before it or from 0, bytes. */
uint64_t
pwk_vma_gap_before (const PwkMachine *machine, PwkIndex vma)
{
  const PwkVma *v = pwk_vma (machine, vma);

  return v->vm_start - (v->vm_prev ? pwk_vma (machine, v->vm_prev)->vm_end : 0);
}

/* vma_compute_gap (): its own, and those of the subtrees on both sides. */
static uint64_t
subtree_gap (const PwkMachine *machine, PwkIndex vma)
{
  const PwkVma *v = pwk_vma (machine, vma);
  uint64_t gap = pwk_vma_gap_before (machine, vma);

  if (v->rb_left)
    gap = MAX (gap, pwk_vma (machine, v->rb_left)->rb_subtree_gap);
  if (v->rb_right)
    gap = MAX (gap, pwk_vma (machine, v->rb_right)->rb_subtree_gap);
  return gap;
}

/* vma_gap_callbacks_propagate (): recomputes the holes from @vma up to the root; stops where
 * nothing changes unless @all. Nodes whose children were exchanged are right above others that are
 * wrong, hence @all. */
static void
propagate (PwkMachine *machine, PwkIndex vma, bool all)
{
  while (vma)
    {
      uint64_t gap = subtree_gap (machine, vma);

      if (gap != pwk_vma (machine, vma)->rb_subtree_gap)
        edit (machine, vma)->rb_subtree_gap = gap;
      else if (!all)
        return;
      vma = pwk_vma (machine, vma)->rb_parent;
    }
}

/* After its ends have moved: its own hole, and the one below its successor, which begins where it
 * ends. */
void
pwk_vma_tree_update (PwkMachine *machine, PwkIndex vma)
{
  propagate (machine, vma, false);
  propagate (machine, pwk_vma (machine, vma)->vm_next, false);
}

/* Puts @child where @old hung below @parent (0: the root). */
static void
replace_child (PwkMachine *machine, PwkIndex mm, PwkIndex parent, PwkIndex old, PwkIndex child)
{
  pwk_assert_door (!parent || pwk_vma (machine, parent)->rb_left == old || pwk_vma (machine, parent)->rb_right == old);
  if (!parent)
    pwk_mm_edit (machine, mm)->mm_rb = child;
  else if (pwk_vma (machine, parent)->rb_left == old)
    edit (machine, parent)->rb_left = child;
  else
    edit (machine, parent)->rb_right = child;
  if (child)
    edit (machine, child)->rb_parent = parent;
}

/* @pivot goes down to the left (or right), its other child takes its place. */
static void
rotate (PwkMachine *machine, PwkIndex mm, PwkIndex pivot, bool left)
{
  PwkVma *p = edit (machine, pivot);
  PwkIndex child = left ? p->rb_right : p->rb_left;
  PwkVma *c = edit (machine, child);
  PwkIndex inner = left ? c->rb_left : c->rb_right;

  pwk_assert_door (child != 0);
  if (left)
    p->rb_right = inner;
  else
    p->rb_left = inner;
  if (inner)
    edit (machine, inner)->rb_parent = pivot;
  replace_child (machine, mm, p->rb_parent, pivot, child);
  if (left)
    c->rb_left = pivot;
  else
    c->rb_right = pivot;
  p->rb_parent = child;
  p->rb_subtree_gap = subtree_gap (machine, pivot);
  c->rb_subtree_gap = subtree_gap (machine, child);
  pwk_emit_rb_rotate (machine, pivot, child, left);
}

/* Nobody is black. */
static inline bool
is_red (const PwkMachine *machine, PwkIndex vma)
{
  return vma && pwk_vma (machine, vma)->rb_red;
}

/* A red-black tree: no red node has a red child, and every way from the root to a leaf has as many
 * black nodes, so that none is more than twice as long as another. A new node is red, which can
 * only break the first rule; the fault is pushed up until it can be turned away:
 *
 *      uncle red: parent and uncle black, grandparent red, on from there      uncle black: one or two rotations, done
 *
 * lib/rbtree.c:__rb_insert(). The tree's height is at most twice the logarithm of its size; with
 * 65530 regions (vm.max_map_count) that is 32. */
static void
insert_fixup (PwkMachine *machine, PwkIndex mm, PwkIndex node)
{
  PwkIndex parent = pwk_vma (machine, node)->rb_parent;

  while (is_red (machine, parent))
    {
      PwkIndex grand = pwk_vma (machine, parent)->rb_parent;
      bool left = pwk_vma (machine, grand)->rb_left == parent;
      PwkIndex uncle = left ? pwk_vma (machine, grand)->rb_right : pwk_vma (machine, grand)->rb_left;

      if (is_red (machine, uncle))
        {
          edit (machine, parent)->rb_red = edit (machine, uncle)->rb_red = false;
          edit (machine, grand)->rb_red = true;
          node = grand;
          parent = pwk_vma (machine, node)->rb_parent;
          continue;
        }
      if ((left ? pwk_vma (machine, parent)->rb_right : pwk_vma (machine, parent)->rb_left) == node)
        {
          rotate (machine, mm, parent, left);
          parent = node;
        }
      edit (machine, parent)->rb_red = false;
      edit (machine, grand)->rb_red = true;
      rotate (machine, mm, grand, !left);
      break;
    }
  if (is_red (machine, pwk_mm (machine, mm)->mm_rb))
    edit (machine, pwk_mm (machine, mm)->mm_rb)->rb_red = false;
}

/* __vma_link_list (), __vma_link_rb (). On the way down the last step to the right was from its
 * predecessor, the last to the left from its successor. */
void
pwk_vma_tree_insert (PwkMachine *machine, PwkIndex mm, PwkIndex vma)
{
  PwkVma *v = edit (machine, vma);
  PwkIndex parent = 0, prev = 0, next = 0, at = pwk_mm (machine, mm)->mm_rb;
  bool left = false;

  pwk_assert_door (pwk_is_page_range (v->vm_start, v->vm_end) && v->vm_mm == mm);
  while (at)
    {
      parent = at;
      left = v->vm_start < pwk_vma (machine, at)->vm_start;
      *(left ? &next : &prev) = at;
      at = left ? pwk_vma (machine, at)->rb_left : pwk_vma (machine, at)->rb_right;
    }

  pwk_assert_door (!prev || pwk_vma (machine, prev)->vm_end <= v->vm_start);
  pwk_assert_door (!next || pwk_vma (machine, next)->vm_start >= v->vm_end);
  v->vm_prev = prev;
  v->vm_next = next;
  if (prev)
    edit (machine, prev)->vm_next = vma;
  else
    pwk_mm_edit (machine, mm)->mmap = vma;
  if (next)
    edit (machine, next)->vm_prev = vma;

  v->rb_left = v->rb_right = 0;
  v->rb_parent = parent;
  v->rb_red = true;
  v->rb_subtree_gap = 0;
  if (!parent)
    pwk_mm_edit (machine, mm)->mm_rb = vma;
  else if (left)
    edit (machine, parent)->rb_left = vma;
  else
    edit (machine, parent)->rb_right = vma;
  propagate (machine, vma, false);
  propagate (machine, next, false);
  insert_fixup (machine, mm, vma);
  pwk_mm_edit (machine, mm)->map_count++;
}

/* One black node is missing above @node, a child of @parent: the sibling gives one away by a
 * rotation, or turns red, and then it is missing above the parent.
 * lib/rbtree.c:____rb_erase_color(). */
static void
remove_fixup (PwkMachine *machine, PwkIndex mm, PwkIndex node, PwkIndex parent)
{
  while (parent && !is_red (machine, node))
    {
      bool left = pwk_vma (machine, parent)->rb_left == node;
      PwkIndex sibling = left ? pwk_vma (machine, parent)->rb_right : pwk_vma (machine, parent)->rb_left;
      PwkIndex near, far;

      if (is_red (machine, sibling))
        {
          edit (machine, sibling)->rb_red = false;
          edit (machine, parent)->rb_red = true;
          rotate (machine, mm, parent, left);
          sibling = left ? pwk_vma (machine, parent)->rb_right : pwk_vma (machine, parent)->rb_left;
        }
      near = left ? pwk_vma (machine, sibling)->rb_left : pwk_vma (machine, sibling)->rb_right;
      far = left ? pwk_vma (machine, sibling)->rb_right : pwk_vma (machine, sibling)->rb_left;
      if (!is_red (machine, near) && !is_red (machine, far))
        {
          edit (machine, sibling)->rb_red = true;
          node = parent;
          parent = pwk_vma (machine, node)->rb_parent;
          continue;
        }
      if (!is_red (machine, far))
        {
          edit (machine, near)->rb_red = false;
          edit (machine, sibling)->rb_red = true;
          rotate (machine, mm, sibling, !left);
          far = sibling;
          sibling = near;
        }
      edit (machine, sibling)->rb_red = pwk_vma (machine, parent)->rb_red;
      edit (machine, parent)->rb_red = false;
      edit (machine, far)->rb_red = false;
      rotate (machine, mm, parent, left);
      return;
    }
  if (node)
    edit (machine, node)->rb_red = false;
}

/* __vma_unlink_list (). */
static void
unlink_list (PwkMachine *machine, PwkIndex mm, const PwkVma *v)
{
  if (v->vm_prev)
    edit (machine, v->vm_prev)->vm_next = v->vm_next;
  else
    pwk_mm_edit (machine, mm)->mmap = v->vm_next;
  if (v->vm_next)
    edit (machine, v->vm_next)->vm_prev = v->vm_prev;
}

/* __vma_rb_erase (). With two children, its successor in the list takes its place in the tree; what
 * is missing afterwards is missing where that one stood. The record itself keeps its fields, for
 * those who free it. Two cases, by children:
 *
 *      at most one      it takes the region's place; what is black and missing is missing there
 *      two              the next region by address (leftmost of the right subtree, so it has no
 *                       left child) takes the place and the colour; its own right child takes its
 *                       place
 *
 * Holes are set right before the colours, as rotations compute them from both children.
 */
void
pwk_vma_tree_remove (PwkMachine *machine, PwkIndex mm, PwkIndex vma)
{
  const PwkVma v = *pwk_vma (machine, vma);
  PwkIndex child, parent;
  bool removed_red;

  pwk_assert_door (v.vm_mm == mm && pwk_mm (machine, mm)->map_count > 0);
  unlink_list (machine, mm, &v);
  if (!v.rb_left || !v.rb_right)
    {
      child = v.rb_left ? v.rb_left : v.rb_right;
      parent = v.rb_parent;
      removed_red = v.rb_red;
      replace_child (machine, mm, parent, vma, child);
    }
  else
    {
      PwkIndex heir = v.vm_next;            /* leftmost of the right subtree */
      PwkVma *h = edit (machine, heir);

      removed_red = h->rb_red;
      child = h->rb_right;
      parent = h->rb_parent;
      if (parent == vma)
        parent = heir;
      else
        {
          edit (machine, parent)->rb_left = child;
          if (child)
            edit (machine, child)->rb_parent = parent;
          h->rb_right = v.rb_right;
          edit (machine, v.rb_right)->rb_parent = heir;
        }
      h->rb_left = v.rb_left;
      edit (machine, v.rb_left)->rb_parent = heir;
      h->rb_red = v.rb_red;
      replace_child (machine, mm, v.rb_parent, vma, heir);
    }
  propagate (machine, parent, true);
  propagate (machine, v.vm_next, true);
  if (!removed_red)
    remove_fixup (machine, mm, child, parent);
  pwk_mm_edit (machine, mm)->map_count--;
}

/* A region that ends above the address lies at or above it: the last such on the way down is the
 * lowest. The way down never has to turn back, so a lookup costs the height of the tree. Counts the regions that it looks at. */
static inline PwkIndex
descend (const PwkMachine *machine, PwkIndex mm, PwkVaddr addr, unsigned *visited)
{
  PwkIndex found = 0, at = pwk_mm (machine, mm)->mm_rb;

  while (at)
    {
      const PwkVma *v = pwk_vma (machine, at);

      ++*visited;
      if (v->vm_end > addr)
        {
          found = at;
          if (v->vm_start <= addr)
            break;
          at = v->rb_left;
        }
      else
        at = v->rb_right;
    }
  return found;
}

PwkIndex
pwk_find_vma (const PwkMachine *machine, PwkIndex mm, PwkVaddr addr)
{
  unsigned visited = 0;

  return descend (machine, mm, addr, &visited);
}

/* The same with its cost, for whoever faults or calls: two functions, since the first must not ask
 * whether anybody listens. */
PwkIndex
pwk_find_vma_told (PwkMachine *machine, PwkIndex mm, PwkVaddr addr)
{
  unsigned visited = 0;
  PwkIndex found = descend (machine, mm, addr, &visited);

  pwk_emit_find_vma (machine, addr, found, visited);
  return found;
}

/* The lowest that has any of the range; 0: the range is a hole. */
PwkIndex
pwk_find_vma_intersection (const PwkMachine *machine, PwkIndex mm, PwkVaddr start, PwkVaddr end)
{
  PwkIndex vma = pwk_find_vma (machine, mm, start);

  return vma && pwk_vma (machine, vma)->vm_start < end ? vma : 0;
}

/* find_vma_prev (): the last region that ends at or below @addr, 0 none. */
PwkIndex
pwk_find_vma_prev (const PwkMachine *machine, PwkIndex mm, PwkVaddr addr)
{
  PwkIndex found = 0, at = pwk_mm (machine, mm)->mm_rb;

  while (at)
    {
      const PwkVma *v = pwk_vma (machine, at);

      if (v->vm_end <= addr)
        {
          found = at;
          at = v->rb_right;
        }
      else
        at = v->rb_left;
    }
  return found;
}

/* What a search looks for (bytes, between low and high), and what it has found: the part of a hole
 * that lies in there. */
typedef struct { PwkVaddr low, high; uint64_t length; PwkVaddr start, end; } Search;

/* Whether the part of the hole within the bounds is long enough; if so it is what was found. */
static bool
take (Search *search, PwkVaddr start, PwkVaddr end)
{
  start = MAX (start, search->low);
  end = MIN (end, search->high);
  if (end <= start || end - start < search->length)
    return false;
  search->start = start;
  search->end = end;
  return true;
}

/* Follows mm/mmap.c:unmapped_area_topdown() and unmapped_area() of 6.0. In order of address, from
 * above or below, without the subtrees that have no such hole or lie outside: the depth is the
 * tree's, at most twice the logarithm of its size. A subtree is entered only if it has such a hole
 * at all, and lies on the wanted side of the bounds; so at most two ways down are looked at before
 * the answer is found. */
static bool
search_subtree (const PwkMachine *machine, PwkIndex at, Search *search, bool highest)
{
  const PwkVma *v;
  PwkVaddr prev_end;

  if (!at || pwk_vma (machine, at)->rb_subtree_gap < search->length)
    return false;
  v = pwk_vma (machine, at);
  prev_end = v->vm_start - pwk_vma_gap_before (machine, at);
  if (highest)
    return (v->vm_end < search->high && search_subtree (machine, v->rb_right, search, highest))
           || take (search, prev_end, v->vm_start)
           || (prev_end > search->low && search_subtree (machine, v->rb_left, search, highest));
  return (prev_end > search->low && search_subtree (machine, v->rb_left, search, highest))
         || take (search, prev_end, v->vm_start)
         || (v->vm_end < search->high && search_subtree (machine, v->rb_right, search, highest));
}

/* Where the last region ends; above it there is one more hole, which no region has below it. */
static PwkVaddr
last_end (const PwkMachine *machine, PwkIndex mm)
{
  PwkIndex at = pwk_mm (machine, mm)->mm_rb;

  if (!at)
    return 0;
  while (pwk_vma (machine, at)->rb_right)
    at = pwk_vma (machine, at)->rb_right;
  return pwk_vma (machine, at)->vm_end;
}

/* The highest hole of @length bytes within [@low, @high), and where it begins and ends there.
 * False: none. */
bool
pwk_vma_gap_highest (const PwkMachine *machine, PwkIndex mm, PwkVaddr low, PwkVaddr high, uint64_t length, PwkVaddr *start, PwkVaddr *end)
{
  Search search = { .low = low, .high = high, .length = length };

  pwk_assert_door (length > 0);
  if (!take (&search, last_end (machine, mm), UINT64_MAX)
      && !search_subtree (machine, pwk_mm (machine, mm)->mm_rb, &search, true))
    return false;
  *start = search.start;
  *end = search.end;
  return true;
}

/* The lowest. */
bool
pwk_vma_gap_lowest (const PwkMachine *machine, PwkIndex mm, PwkVaddr low, PwkVaddr high, uint64_t length, PwkVaddr *start, PwkVaddr *end)
{
  Search search = { .low = low, .high = high, .length = length };

  pwk_assert_door (length > 0);
  if (!search_subtree (machine, pwk_mm (machine, mm)->mm_rb, &search, false)
      && !take (&search, last_end (machine, mm), UINT64_MAX))
    return false;
  *start = search.start;
  *end = search.end;
  return true;
}
