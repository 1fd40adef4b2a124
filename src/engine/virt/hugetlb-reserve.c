/* hugetlb-reserve.c - huge pages promised to mappings
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/hugetlb.c of Linux 6.12. Who maps huge pages shall not find the pool empty when he
 * comes to use them: so they are counted at mmap (), not at the fault.
 *
 *      mmap ()     the pool's resv_huge_pages grows by what is not promised yet; -ENOMEM if it has not so many
 *      fault       a promise is kept: resv_huge_pages goes down, the map remembers it
 *      munmap ()   promises that were not kept are taken back
 *
 * For a shared object the map says what was promised, for a private region what was kept
 * (hugetlb-reserve.h): the private one begins with all its pages promised and an empty map. */
#include "engine/virt/hugetlb-reserve.h"

#include <errno.h>

#include "engine/core/refusal.h"
#include "engine/virt/files.h"

/* --- maps --- */

/* A change of one place needs a region more at most, an addition of a range one, too. Asked before
 * promises change, so that a map can always follow. */
static bool
has_room (const PwkMachine *machine)
{
  const PwkPool *pool = &machine->st->pools[PWK_POOL_FILE_REGION];

  return pool->n_used + 1 < pool->limit;
}

/* resv_map_alloc (). 0: no record. */
static PwkIndex
new_map (PwkMachine *machine)
{
  PwkIndex map = pwk_pool_alloc (machine, PWK_POOL_RESV_MAP);

  if (map)
    pwk_resv_map_edit (machine, map)->refs = 1;
  return map;
}

/* A map is a list sorted by place; @prev 0 is its head. */
static void
set_next (PwkMachine *machine, PwkIndex map, PwkIndex prev, PwkIndex next)
{
  if (prev)
    pwk_file_region_edit (machine, prev)->next = next;
  else
    pwk_resv_map_edit (machine, map)->first = next;
}

/* Behind @prev. */
static void
insert (PwkMachine *machine, PwkIndex map, PwkIndex prev, PwkIndex next, uint64_t from, uint64_t to)
{
  PwkIndex region = pwk_pool_alloc (machine, PWK_POOL_FILE_REGION);

  pwk_assert (region != 0);   /* has_room () */
  *pwk_file_region_edit (machine, region) = (PwkFileRegion) { .next = next, .from = from, .to = to };
  set_next (machine, map, prev, region);
}

/* Out of the list, and freed. */
static void
drop (PwkMachine *machine, PwkIndex map, PwkIndex prev, PwkIndex region)
{
  set_next (machine, map, prev, pwk_file_region (machine, region)->next);
  pwk_pool_free (machine, PWK_POOL_FILE_REGION, region);
}

/* How many of the pages from @from to @to the map has. */
uint64_t
pwk_resv_map_count (const PwkMachine *machine, PwkIndex map, uint64_t from, uint64_t to)
{
  uint64_t n = 0;

  pwk_assert_door (pwk_pool_has (machine, PWK_POOL_RESV_MAP, map) && from <= to);
  for (PwkIndex i = pwk_resv_map (machine, map)->first; i; i = pwk_file_region (machine, i)->next)
    {
      uint64_t start = MAX (pwk_file_region (machine, i)->from, from), end = MIN (pwk_file_region (machine, i)->to, to);

      n += end > start ? end - start : 0;
    }
  return n;
}

/* Follows mm/hugetlb.c:region_add(). What overlaps the range or touches it becomes one region with
 * it. There is room for one more. */
static void
add (PwkMachine *machine, PwkIndex map, uint64_t from, uint64_t to)
{
  PwkIndex prev = 0, i = pwk_resv_map (machine, map)->first;

  pwk_assert_door (from < to);
  while (i && pwk_file_region (machine, i)->to < from)
    {
      prev = i;
      i = pwk_file_region (machine, i)->next;
    }
  while (i && pwk_file_region (machine, i)->from <= to)
    {
      PwkIndex next = pwk_file_region (machine, i)->next;

      from = MIN (from, pwk_file_region (machine, i)->from);
      to = MAX (to, pwk_file_region (machine, i)->to);
      drop (machine, map, prev, i);
      i = next;
    }
  insert (machine, map, prev, i, from, to);
}

/* Follows mm/hugetlb.c:region_del(). Returns how many pages it had of the range. There is room for
 * one region more, or the range has no end inside of one. */
static uint64_t
del (PwkMachine *machine, PwkIndex map, uint64_t from, uint64_t to)
{
  PwkIndex prev = 0, i = pwk_resv_map (machine, map)->first;
  uint64_t n = pwk_resv_map_count (machine, map, from, to);

  while (i && pwk_file_region (machine, i)->from < to)
    {
      const PwkFileRegion region = *pwk_file_region (machine, i);

      if (region.to <= from)
        {
          prev = i;
          i = region.next;
          continue;
        }
      drop (machine, map, prev, i);
      if (region.to > to)
        insert (machine, map, prev, region.next, to, region.to);
      if (region.from < from)
        {
          insert (machine, map, prev, prev ? pwk_file_region (machine, prev)->next : pwk_resv_map (machine, map)->first, region.from, from);
          prev = prev ? pwk_file_region (machine, prev)->next : pwk_resv_map (machine, map)->first;
        }
      i = region.to > to ? 0 : region.next;
    }
  return n;
}

/* resv_map_release () by the last region. */
void
pwk_resv_map_put (PwkMachine *machine, PwkIndex map)
{
  pwk_assert (!map || pwk_resv_map (machine, map)->refs > 0);
  if (!map || --pwk_resv_map_edit (machine, map)->refs > 0)
    return;
  del (machine, map, 0, UINT64_MAX);
  pwk_pool_free (machine, PWK_POOL_RESV_MAP, map);
}

/* --- regions --- */

static PwkIndex
inode_of (const PwkMachine *machine, const PwkVma *vma)
{
  return pwk_file (machine, vma->vm_file)->inode;
}

/* hstate_vma (). */
PwkHstateIndex
pwk_vma_hstate (const PwkMachine *machine, const PwkVma *vma)
{
  pwk_assert_debug (vma->vm_flags & PWK_VM_HUGETLB);
  return (PwkHstateIndex) pwk_inode (machine, inode_of (machine, vma))->hstate;
}

/* An index in pages of the pool: the unit of the object's cache and of reservation maps. */
uint64_t
pwk_vma_hugecache_offset (const PwkMachine *machine, const PwkVma *vma, PwkVaddr addr)
{
  unsigned order = pwk_hstate (machine, pwk_vma_hstate (machine, vma))->order;

  pwk_assert_door (addr >= vma->vm_start && addr <= vma->vm_end);
  return ((addr - vma->vm_start) >> (order + PWK_PAGE_SHIFT)) + (vma->vm_pgoff >> order);
}

/* is_vma_resv_set (vma, HPAGE_RESV_OWNER): who made the private mapping, not his children. */
static bool
is_owner (const PwkVma *vma)
{
  return vma->resv_map && (vma->resv_flags & PWK_HPAGE_RESV_OWNER);
}

/* vma_resv_map (): a shared region's is its object's. 0: it has none. */
static PwkIndex
map_of (const PwkMachine *machine, const PwkVma *vma)
{
  if (vma->vm_flags & PWK_VM_MAYSHARE)
    return pwk_inode (machine, inode_of (machine, vma))->resv_map;
  return vma->resv_map;
}

/* The part that is private: all its pages, and each will be there one day. The region becomes its
 * owner. 0 or -ENOMEM. */
static int
reserve_private (PwkMachine *machine, PwkHstateIndex h, uint64_t pages, PwkIndex vma)
{
  PwkIndex map = new_map (machine);
  int error;

  if (!map)
    return pwk_refuse (machine, ENOMEM, PWK_WHY_NO_FRAMES);
  error = pwk_hugetlb_acct_memory (machine, h, (int64_t) pages);
  if (error)
    {
      pwk_resv_map_put (machine, map);
      return error;
    }
  pwk_vma_edit (machine, vma)->resv_map = map;
  pwk_vma_edit (machine, vma)->resv_flags = PWK_HPAGE_RESV_OWNER;
  return 0;
}

/* Of an object what nobody has been promised of it before: two who map the same pages need them
 * once. */
static int
reserve_shared (PwkMachine *machine, PwkHstateIndex h, PwkIndex inode, uint64_t from, uint64_t to)
{
  PwkIndex map = pwk_inode (machine, inode)->resv_map;
  int error = has_room (machine) ? 0 : pwk_refuse (machine, ENOMEM, PWK_WHY_NO_FRAMES);

  if (!error)
    error = pwk_hugetlb_acct_memory (machine, h, (int64_t) (to - from - pwk_resv_map_count (machine, map, from, to)));
  if (!error)
    add (machine, map, from, to);
  return error;
}

/* MAP_NORESERVE promises nothing; a shared object has a map all the same, which faults fill.
 * -ENOMEM is the one answer that a program gets in time: after mmap () has succeeded, a shared
 * mapping will not die for want of pages. */
int
pwk_hugetlb_reserve_pages (PwkMachine *machine, PwkIndex inode, uint64_t from, uint64_t to, PwkIndex vma)
{
  uint64_t flags = pwk_vma (machine, vma)->vm_flags;
  PwkHstateIndex h = (PwkHstateIndex) pwk_inode (machine, inode)->hstate;

  pwk_assert_door (from < to);
  if ((flags & PWK_VM_MAYSHARE) && !pwk_inode (machine, inode)->resv_map)
    {
      PwkIndex map = new_map (machine);

      if (!map)
        return pwk_refuse (machine, ENOMEM, PWK_WHY_NO_FRAMES);
      pwk_inode_edit (machine, inode)->resv_map = map;
    }
  if (flags & PWK_VM_NORESERVE)
    return 0;
  return flags & PWK_VM_MAYSHARE ? reserve_shared (machine, h, inode, from, to) : reserve_private (machine, h, to - from, vma);
}

/* @freed pages were there, and their promises were kept. */
void
pwk_hugetlb_unreserve_pages (PwkMachine *machine, PwkIndex inode, uint64_t from, uint64_t to, uint64_t freed)
{
  PwkIndex map = pwk_inode (machine, inode)->resv_map;
  uint64_t n = map ? del (machine, map, from, to) : 0;

  pwk_assert (n >= freed || !map);
  pwk_hugetlb_acct_memory (machine, (PwkHstateIndex) pwk_inode (machine, inode)->hstate, map ? -(int64_t) (n - freed) : 0);
}

/* --- single pages --- */

/* What the map says is turned round for a private region. */
int
pwk_vma_needs_reservation (const PwkMachine *machine, PwkIndex index, PwkVaddr addr)
{
  const PwkVma *vma = pwk_vma (machine, index);
  PwkIndex map = map_of (machine, vma);
  uint64_t at = pwk_vma_hugecache_offset (machine, vma, addr);
  bool known;

  if (!map)
    return 1;
  if (!has_room (machine))
    return -ENOMEM;
  known = pwk_resv_map_count (machine, map, at, at + 1) > 0;
  return vma->vm_flags & PWK_VM_MAYSHARE ? !known : known;
}

/* The place is in the map from now on: promised, of an object, or kept, of a private region. */
void
pwk_vma_commit_reservation (PwkMachine *machine, PwkIndex index, PwkVaddr addr)
{
  const PwkVma *vma = pwk_vma (machine, index);
  PwkIndex map = map_of (machine, vma);
  uint64_t at = pwk_vma_hugecache_offset (machine, vma, addr);

  if (map)
    add (machine, map, at, at + 1);
}

/* The owner of a private region gives a page back: what was kept is to come again. */
void
pwk_vma_add_reservation (PwkMachine *machine, PwkIndex index, PwkVaddr addr)
{
  const PwkVma *vma = pwk_vma (machine, index);
  uint64_t at = pwk_vma_hugecache_offset (machine, vma, addr);

  pwk_assert_door (is_owner (vma));
  del (machine, vma->resv_map, at, at + 1);
}

/* MAP_NORESERVE and children have none. */
bool
pwk_vma_has_reserves (const PwkMachine *machine, PwkIndex index, int chg)
{
  const PwkVma *vma = pwk_vma (machine, index);

  if (chg)
    return false;
  return (vma->vm_flags & PWK_VM_MAYSHARE) || (!(vma->vm_flags & PWK_VM_NORESERVE) && is_owner (vma));
}

/* --- regions that come and go --- */

/* A cut gives both parts the same map; each counts. */
void
pwk_hugetlb_vm_op_open (PwkMachine *machine, PwkIndex index)
{
  const PwkVma *vma = pwk_vma (machine, index);

  if (is_owner (vma))
    pwk_resv_map_edit (machine, vma->resv_map)->refs++;
}

/* Promises to [@start, @end) of the region that were not kept, in huge pages. */
static uint64_t
outstanding (const PwkMachine *machine, const PwkVma *vma, PwkVaddr start, PwkVaddr end)
{
  uint64_t from = pwk_vma_hugecache_offset (machine, vma, start), to = pwk_vma_hugecache_offset (machine, vma, end);

  return to - from - pwk_resv_map_count (machine, vma->resv_map, from, to);
}

/* What is not kept of this part is taken back; the map goes with the last part. */
void
pwk_hugetlb_vm_op_close (PwkMachine *machine, PwkIndex index)
{
  const PwkVma *vma = pwk_vma (machine, index);

  if (!is_owner (vma))
    return;
  pwk_hugetlb_acct_memory (machine, pwk_vma_hstate (machine, vma), -(int64_t) outstanding (machine, vma, vma->vm_start, vma->vm_end));
  pwk_resv_map_put (machine, vma->resv_map);
}

/* hugetlb_dup_vma_private (): a child has no promise; its faults may fail where the parent's may
 * not. */
void
pwk_hugetlb_dup_private (PwkMachine *machine, PwkIndex index)
{
  PwkVma *vma = pwk_vma_edit (machine, index);

  vma->resv_map = 0;
  vma->resv_flags = 0;
}

/* A quirk of the kernel's: promises for the parts of the old region that do not move are lost with
 * its map (resv_lost), as it forgets them and never takes them back. */
void
pwk_hugetlb_clear_reserves (PwkMachine *machine, PwkIndex index, PwkVaddr start, PwkVaddr end)
{
  const PwkVma *vma = pwk_vma (machine, index);
  PwkHstate *hstate = &machine->st->hstates[pwk_vma_hstate (machine, vma)];

  pwk_assert_door (start <= end && start >= vma->vm_start && end <= vma->vm_end);
  if (is_owner (vma))
    {
      hstate->resv_lost += outstanding (machine, vma, vma->vm_start, start) + outstanding (machine, vma, end, vma->vm_end);
      pwk_resv_map_put (machine, vma->resv_map);
    }
  pwk_hugetlb_dup_private (machine, index);
}
