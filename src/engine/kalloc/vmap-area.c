/* vmap-area.c - ranges of kernel addresses, in trees by address
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/vmalloc.c (find_vmap_lowest_match (), merge_or_add_vmap_area ()) and lib/rbtree.c.
 * Colours and rotations are the kernel's step by step, since which of several ranges is found
 * depends on the shape of the tree if an alignment is asked for. Recordings:
 * tests/kernel/kalloc/vmalloc. */
#include "engine/kalloc/vmap-area.h"

#include "engine/core/pool.h"

#define get(i)  pwk_vmap_area (machine, i)
#define edit(i) pwk_vmap_area_edit (machine, i)

/* --- the greatest range below each --- */

/* The greatest range in the tree below and at @area, 0 of no tree: by it
 * find_vmap_lowest_match () knows without a look whether the left side can have what is asked
 * for. */
static uint64_t
subtree_max (const PwkMachine *machine, PwkIndex area)
{
  return area ? get (area)->subtree_max_size : 0;
}

/* compute_subtree_max_size (), from the children's. */
static uint64_t
compute_max (const PwkMachine *machine, PwkIndex area)
{
  return MAX (pwk_vmap_area_size (get (area)), MAX (subtree_max (machine, get (area)->left), subtree_max (machine, get (area)->right)));
}

/* free_vmap_area_rb_augment_cb_propagate (): from @area up to the root, as long as something
 * changes. */
static void
propagate (PwkMachine *machine, PwkIndex area)
{
  for (; area; area = get (area)->parent)
    {
      uint64_t max = compute_max (machine, area);

      if (get (area)->subtree_max_size == max)
        return;
      edit (area)->subtree_max_size = max;
    }
}

/* The record's own ends were moved, which never carries it past a neighbour. */
void
pwk_vmap_tree_resized (PwkMachine *machine, PwkIndex area)
{
  pwk_assert_door (pwk_vmap_area_size (pwk_vmap_area (machine, area)) > 0);
  propagate (machine, area);
}

/* --- red and black --- */

/* Nobody is black: a missing child counts as a black leaf, which is what the balance is reckoned
 * by. */
static bool
is_red (const PwkMachine *machine, PwkIndex area)
{
  return area && get (area)->red;
}

/* @to takes the place of @from below @parent. */
static void
replace_child (PwkMachine *machine, PwkIndex *root, PwkIndex parent, PwkIndex from, PwkIndex to)
{
  if (!parent)
    *root = to;
  else if (get (parent)->left == from)
    edit (parent)->left = to;
  else
    edit (parent)->right = to;
}

/* __rb_rotate_set_parents () and the augmented rotation. The child on the other side than @left
 * comes up; @pivot goes down to the left or right. The child's subtree is what the pivot's was.
 *
 *          pivot                child
 *         ╱     ╲     left     ╱     ╲
 *        a     child  ───▶  pivot     c
 *             ╱     ╲      ╱     ╲
 *         inner      c    a     inner
 */
static void
rotate (PwkMachine *machine, PwkIndex *root, PwkIndex pivot, bool left)
{
  PwkIndex child = left ? get (pivot)->right : get (pivot)->left;
  PwkIndex inner = left ? get (child)->left : get (child)->right;
  PwkIndex parent = get (pivot)->parent;

  pwk_assert_door (child != 0);
  replace_child (machine, root, parent, pivot, child);
  edit (child)->parent = parent;
  edit (pivot)->parent = child;
  if (left)
    {
      edit (pivot)->right = inner;
      edit (child)->left = pivot;
    }
  else
    {
      edit (pivot)->left = inner;
      edit (child)->right = pivot;
    }
  if (inner)
    edit (inner)->parent = pivot;
  edit (child)->subtree_max_size = get (pivot)->subtree_max_size;
  edit (pivot)->subtree_max_size = compute_max (machine, pivot);
}

/* Follows lib/rbtree.c:__rb_insert(). A red node was added; while its parent is red, too: a red
 * uncle takes the red up by two levels; else one or two rotations end it. */
static void
balance_inserted (PwkMachine *machine, PwkIndex *root, PwkIndex area)
{
  while (is_red (machine, get (area)->parent))
    {
      PwkIndex parent = get (area)->parent, grand = get (parent)->parent;
      bool left = get (grand)->left == parent;
      PwkIndex uncle = left ? get (grand)->right : get (grand)->left;

      if (is_red (machine, uncle))
        {
          edit (uncle)->red = edit (parent)->red = false;
          edit (grand)->red = true;
          area = grand;
          continue;
        }
      if ((left ? get (parent)->right : get (parent)->left) == area)
        {
          rotate (machine, root, parent, left);
          area = parent;
          parent = get (area)->parent;
        }
      edit (parent)->red = false;
      edit (grand)->red = true;
      rotate (machine, root, grand, !left);
      break;
    }
  edit (*root)->red = false;
}

/* link_va (): a leaf, red at first. The sizes above it are set before it is balanced, since
 * rotations take them from the pivot. */
bool
pwk_vmap_tree_insert (PwkMachine *machine, PwkIndex *root, PwkIndex area)
{
  PwkIndex parent = 0, at = *root;
  PwkVmapArea *record = edit (area);
  bool left = false;

  pwk_assert_door (record->va_start < record->va_end);
  while (at)
    {
      parent = at;
      if (record->va_end <= get (at)->va_start)
        left = true;
      else if (record->va_start >= get (at)->va_end)
        left = false;
      else
        return false;
      at = left ? get (at)->left : get (at)->right;
    }
  record->parent = parent;
  record->left = record->right = 0;
  record->red = true;
  record->subtree_max_size = pwk_vmap_area_size (record);
  if (!parent)
    *root = area;
  else if (left)
    edit (parent)->left = area;
  else
    edit (parent)->right = area;
  propagate (machine, parent);
  balance_inserted (machine, root, area);
  return true;
}

/* Follows lib/rbtree.c:____rb_erase_color(). One black is missing on the way to @area, which may be
 * nobody, below @parent. Four cases: a red sibling is rotated up; black with black children turns
 * red, and the lack goes up; a red inner child is rotated to be the outer one; a red outer one ends
 * it.
 *
 *      1  parent B, sibling R              rotate: the sibling is black now, go on with 2 … 4
 *      2  sibling B, outer B, inner B      sibling red; if the parent was red it turns black, and that is all; else up
 *      3  sibling B, outer B, inner R      rotate the sibling away: the red one is outside, go on with 4
 *      4  sibling B, outer R               rotate the parent: outer black, the sibling takes the parent's colour; end
 */
static void
balance_erased (PwkMachine *machine, PwkIndex *root, PwkIndex area, PwkIndex parent)
{
  while (parent && !is_red (machine, area))
    {
      bool left = get (parent)->left == area;
      PwkIndex sibling = left ? get (parent)->right : get (parent)->left, outer, inner;

      if (is_red (machine, sibling))
        {
          edit (sibling)->red = false;
          edit (parent)->red = true;
          rotate (machine, root, parent, left);
          sibling = left ? get (parent)->right : get (parent)->left;
        }
      outer = left ? get (sibling)->right : get (sibling)->left;
      inner = left ? get (sibling)->left : get (sibling)->right;
      if (!is_red (machine, outer) && !is_red (machine, inner))
        {
          edit (sibling)->red = true;
          area = parent;
          parent = get (area)->parent;
          continue;
        }
      if (!is_red (machine, outer))
        {
          edit (inner)->red = false;
          edit (sibling)->red = true;
          rotate (machine, root, sibling, !left);
          sibling = left ? get (parent)->right : get (parent)->left;
          outer = left ? get (sibling)->right : get (sibling)->left;
        }
      edit (sibling)->red = get (parent)->red;
      edit (parent)->red = false;
      edit (outer)->red = false;
      rotate (machine, root, parent, left);
      return;
    }
  if (area)
    edit (area)->red = false;
}

/* Follows lib/rbtree.c:__rb_erase_augmented(). Of one with two children its successor takes the
 * place, with its colour; what was black and is gone then is where the successor stood. The sizes
 * are set from there upwards: from the deepest change, from the successor (whose own was taken as
 * unknown), and to the root. */
void
pwk_vmap_tree_erase (PwkMachine *machine, PwkIndex *root, PwkIndex area)
{
  PwkIndex left = get (area)->left, right = get (area)->right, child, parent = get (area)->parent, start;
  bool black = !get (area)->red;

  pwk_assert_door (*root != 0);
  if (!left || !right)
    {
      child = left ? left : right;
      replace_child (machine, root, parent, area, child);
      if (child)
        edit (child)->parent = parent;
      start = parent;
    }
  else
    {
      PwkIndex successor = right;

      while (get (successor)->left)
        successor = get (successor)->left;
      child = get (successor)->right;
      black = !get (successor)->red;
      if (successor == right)
        start = successor;
      else
        {
          start = get (successor)->parent;
          edit (start)->left = child;
          edit (successor)->right = right;
          edit (right)->parent = successor;
        }
      if (child)
        edit (child)->parent = start;
      replace_child (machine, root, parent, area, successor);
      edit (successor)->parent = parent;
      edit (successor)->left = left;
      edit (left)->parent = successor;
      edit (successor)->red = get (area)->red;
      edit (successor)->subtree_max_size = 0;
      propagate (machine, start);
      propagate (machine, successor);
    }
  propagate (machine, start);
  if (black)
    balance_erased (machine, root, child, start);
  edit (area)->parent = edit (area)->left = edit (area)->right = 0;
}

/* --- looking --- */

/* rb_first (): the lowest range of the tree. */
PwkIndex
pwk_vmap_tree_first (const PwkMachine *machine, PwkIndex root)
{
  while (root && get (root)->left)
    root = get (root)->left;
  return root;
}

/* rb_last (): the highest. */
PwkIndex
pwk_vmap_tree_last (const PwkMachine *machine, PwkIndex root)
{
  while (root && get (root)->right)
    root = get (root)->right;
  return root;
}

/* rb_next (): the lowest address above. The kernel threads its ranges on a list beside the
 * tree as well; here the tree alone tells. */
PwkIndex
pwk_vmap_tree_next (const PwkMachine *machine, PwkIndex area)
{
  pwk_assert_door (pwk_pool_has (machine, PWK_POOL_VMAP, area));
  if (get (area)->right)
    return pwk_vmap_tree_first (machine, get (area)->right);
  while (get (area)->parent && get (get (area)->parent)->right == area)
    area = get (area)->parent;
  return get (area)->parent;
}

/* __find_vmap_area (): ranges of a tree do not overlap, so that at most one has the address. */
PwkIndex
pwk_vmap_tree_find (const PwkMachine *machine, PwkIndex root, PwkVaddr addr)
{
  while (root)
    {
      const PwkVmapArea *area = get (root);

      if (addr < area->va_start)
        root = area->left;
      else if (addr >= area->va_end)
        root = area->right;
      else
        return root;
    }
  return 0;
}

/* The one that ends last of those that begin before @addr; 0 none. The neighbours of a range are
 * this and its successor. */
static PwkIndex
before (const PwkMachine *machine, PwkIndex root, PwkVaddr addr)
{
  PwkIndex found = 0;

  while (root)
    if (get (root)->va_start < addr)
      {
        found = root;
        root = get (root)->right;
      }
    else
      root = get (root)->left;
  return found;
}

/* Follows mm/vmalloc.c:merge_or_add_vmap_area(). A free range joins the ones that touch it, so that
 * two free ranges never do. Joined with the one above, that one's record stays; with both, the
 * lower one's. @area's record is freed unless it joined nothing. */
void
pwk_vmap_tree_merge (PwkMachine *machine, PwkIndex *root, PwkIndex area)
{
  PwkVaddr start = get (area)->va_start, end = get (area)->va_end;
  PwkIndex low = before (machine, *root, start);
  PwkIndex high = low ? pwk_vmap_tree_next (machine, low) : pwk_vmap_tree_first (machine, *root);
  bool joins_low = low && get (low)->va_end == start, joins_high = high && get (high)->va_start == end;

  pwk_assert_door ((!low || get (low)->va_end <= start) && (!high || get (high)->va_start >= end));
  if (joins_high)
    {
      edit (high)->va_start = start;
      pwk_pool_free (machine, PWK_POOL_VMAP, area);
      area = high;
      if (joins_low)
        {
          pwk_vmap_tree_erase (machine, root, high);
          edit (low)->va_end = get (high)->va_end;
          pwk_pool_free (machine, PWK_POOL_VMAP, high);
          area = low;
        }
    }
  else if (joins_low)
    {
      edit (low)->va_end = end;
      pwk_pool_free (machine, PWK_POOL_VMAP, area);
      area = low;
    }
  else
    {
      pwk_vmap_tree_insert (machine, root, area);
      return;
    }
  propagate (machine, area);
}

/* is_within_this_va (): the lowest aligned place in the range, not below @vstart; false if it does
 * not fit, or the sums overflow. */
static bool
has_room (const PwkVmapArea *area, uint64_t size, uint64_t align, PwkVaddr vstart, PwkVaddr *addr)
{
  PwkVaddr from = MAX (area->va_start, vstart);

  *addr = (from + align - 1) & ~(align - 1);
  return *addr >= from && *addr + size >= *addr && *addr + size <= area->va_end;
}

/* Follows mm/vmalloc.c:find_vmap_lowest_match(). Each node knows the largest range below it, so
 * that the search goes left wherever that is enough. With an alignment a range may be large enough
 * and still not have an aligned place: then it is asked for more than it needs, and the search goes
 * back up and to the right. */
PwkIndex
pwk_vmap_tree_lowest (const PwkMachine *machine, PwkIndex root, uint64_t size, uint64_t align, PwkVaddr vstart, PwkVaddr *addr)
{
  uint64_t length = align > PWK_PAGE_SIZE ? size + align - 1 : size;
  PwkIndex at = root;

  pwk_assert_door (size > 0 && align > 0 && (align & (align - 1)) == 0);
  while (at)
    {
      if (subtree_max (machine, get (at)->left) >= length && vstart < get (at)->va_start)
        {
          at = get (at)->left;
          continue;
        }
      if (has_room (get (at), size, align, vstart, addr))
        return at;
      if (subtree_max (machine, get (at)->right) >= length)
        {
          at = get (at)->right;
          continue;
        }
      for (at = get (at)->parent; at; at = get (at)->parent)
        {
          if (has_room (get (at), size, align, vstart, addr))
            return at;
          if (subtree_max (machine, get (at)->right) >= length && vstart <= get (at)->va_start)
            {
              vstart = get (at)->va_start + 1;
              at = get (at)->right;
              break;
            }
        }
    }
  return 0;
}
