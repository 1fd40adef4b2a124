/* unmapped-area.c - where a mapping goes
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/mmap.c:__get_unmapped_area(), vm_unmapped_area(),
 * mm/huge_memory.c:thp_get_unmapped_area() and arch/x86/kernel/sys_x86_64.c.
 *
 *      0     mmap_min_addr          mmap_base        stack      task_size
 *      ├──────┼───────[ heap ]▶ ◀───────┼──────────[◀ stack]────┤           top-down, the usual way
 *      ├──────┼───────┼──────▶                                   ┤          bottom-up: from mmap_legacy_base (a third), or 1 … 2 GiB for MAP_32BIT
 *
 * The answer is an address, or -errno as the kernel has it: an int64_t with values from -4095 on
 * taken as errors. Recordings: tests/kernel/vma, 01-map-unmap. */
#include "engine/core/emit.h"
#include "engine/core/task.h"
#include "engine/paging/mm.h"
#include "engine/virt/files.h"
#include "engine/virt/hugetlb.h"
#include "engine/virt/vma-private.h"

#include <errno.h>

/* IS_ERR_VALUE: addresses of the upper half are none. */
static inline bool
is_error (int64_t value)
{
  return value < 0 && value >= -4095;
}

/* struct vm_unmapped_area_info: a hole of @length bytes between @low and @high; the highest there
 * is, or the lowest. The tree of regions knows for each subtree the largest hole below one of its
 * regions (rb_subtree_gap), so that whole subtrees can be passed by. */
typedef struct
{
  PwkIndex mm;
  bool     topdown;
  uint64_t length;
  PwkVaddr low, high;
} Area;

/* DEFAULT_MAP_WINDOW: what user space gets unless it hints above it: 47 bits, all of it with four
 * levels. With five, programs that hide something in the upper bits of pointers would break. */
static PwkVaddr
default_map_window (const PwkMachine *machine)
{
  return machine->profile->task_size;
}

/* Follows mm/mmap.c:unmapped_area(). From below: the lowest hole, with the guard gap of a stack
 * above it kept free; a hole that has only the gap in it is passed by. */
static int64_t
search_up (PwkMachine *machine, const Area *area)
{
  PwkVaddr low = MAX (area->low, (PwkVaddr) machine->st->sysctl.mmap_min_addr);
  PwkVaddr start, end;

  while (pwk_vma_gap_lowest (machine, area->mm, low, area->high, area->length, &start, &end))
    {
      PwkIndex next = pwk_find_vma (machine, area->mm, start);

      if (next && pwk_vm_start_gap (machine, pwk_vma (machine, next)) < start + area->length)
        {
          low = pwk_vma (machine, next)->vm_end;
          continue;
        }
      return (int64_t) start;
    }
  return pwk_refuse (machine, ENOMEM, PWK_WHY_NO_GAP);
}

/* Follows mm/mmap.c:unmapped_area_topdown(). From above: the highest hole, its upper end, so that
 * regions made one after another lie side by side and can merge. */
static int64_t
search_down (PwkMachine *machine, const Area *area)
{
  PwkVaddr low = MAX (area->low, (PwkVaddr) machine->st->sysctl.mmap_min_addr);
  PwkVaddr high = area->high;
  PwkVaddr start, end;

  while (pwk_vma_gap_highest (machine, area->mm, low, high, area->length, &start, &end))
    {
      PwkIndex next = pwk_find_vma (machine, area->mm, end - 1);

      if (next && pwk_vm_start_gap (machine, pwk_vma (machine, next)) < end)
        {
          high = pwk_vm_start_gap (machine, pwk_vma (machine, next));
          continue;
        }
      return (int64_t) (end - area->length);
    }
  return pwk_refuse (machine, ENOMEM, PWK_WHY_NO_GAP);
}

/* vm_unmapped_area (): with the event that says what was searched, and what came of it. */
static int64_t
vm_unmapped_area (PwkMachine *machine, const Area *area)
{
  int64_t addr = area->topdown ? search_down (machine, area) : search_up (machine, area);

  pwk_emit_vm_unmapped_area (machine, (uint64_t) addr, area->length, area->low, area->high);
  return addr;
}

/* The hint, if nothing is in its way and no guard gap either. A hint that does not fit is
 * forgotten, not moved. */
static bool
hint_fits (const PwkMachine *machine, PwkIndex mm, PwkVaddr addr, uint64_t len)
{
  PwkIndex vma = pwk_find_vma (machine, mm, addr);

  return !vma || addr + len <= pwk_vm_start_gap (machine, pwk_vma (machine, vma));
}

/* Follows arch/x86/kernel/sys_x86_64.c:arch_get_unmapped_area(). Bottom-up, from a third of the
 * address space, or the second GiB for MAP_32BIT, whose beginning is random over 32 MiB, if
 * addresses are at all (find_start_end ()). MAP_32BIT is for addresses that fit into 31 bits, as
 * the stacks of threads once had to. */
static int64_t
area_bottomup (PwkMachine *machine, PwkIndex mm, PwkVaddr addr, uint64_t len, uint64_t flags)
{
  const PwkMm *m = pwk_mm (machine, mm);
  PwkVaddr window = default_map_window (machine);
  Area area = { .mm = mm, .length = len, .low = m->mmap_legacy_base, .high = addr > window ? m->task_size : window };

  if (flags & PWK_MAP_FIXED)
    return (int64_t) addr;
  if (flags & PWK_MAP_32BIT)
    {
      area.low = 0x40000000;
      area.high = 0x80000000;
      if (machine->config->aslr && m->owner
          && !(pwk_task (machine, m->owner)->personality & PWK_ADDR_NO_RANDOMIZE))
        area.low += pwk_random (machine) % (0x02000000 >> PWK_PAGE_SHIFT) << PWK_PAGE_SHIFT;
    }
  if (len > area.high)
    return pwk_refuse (machine, ENOMEM, PWK_WHY_LENGTH_TOO_LARGE);
  if (addr)
    {
      addr = pwk_page_align (addr);
      if (area.high - len >= addr && hint_fits (machine, mm, addr, len))
        return (int64_t) addr;
    }
  return vm_unmapped_area (machine, &area);
}

/* mmap_address_hint_valid: inside of user space, and not across the border of the default window. */
static bool
hint_valid (const PwkMachine *machine, const PwkMm *m, PwkVaddr addr, uint64_t len)
{
  PwkVaddr window = default_map_window (machine);

  if (m->task_size - len < addr)
    return false;
  return (addr > window) == (addr + len > window);
}

/* Follows arch/x86/kernel/sys_x86_64.c:arch_get_unmapped_area_topdown(). Below mmap_base, and
 * bottom-up if that fails: above it there may be room yet. A hint above the default window is the
 * request for more than 47 bits. */
static int64_t
area_topdown (PwkMachine *machine, PwkIndex mm, PwkVaddr addr, uint64_t len, uint64_t flags)
{
  const PwkMm *m = pwk_mm (machine, mm);
  Area area = { .mm = mm, .topdown = true, .length = len, .low = PWK_PAGE_SIZE, .high = m->mmap_base };
  PwkVaddr hint = addr & PWK_PAGE_MASK;
  int64_t found;

  if (len > m->task_size)
    return pwk_refuse (machine, ENOMEM, PWK_WHY_LENGTH_TOO_LARGE);
  if (flags & PWK_MAP_FIXED)
    return (int64_t) addr;
  if (flags & PWK_MAP_32BIT)
    return area_bottomup (machine, mm, addr, len, flags);
  if (hint && hint_valid (machine, m, hint, len) && hint_fits (machine, mm, hint, len))
    return (int64_t) hint;
  if (flags & PWK_MAP_ABOVE4G)
    area.low = (PwkVaddr) 1 << 32;
  if (hint > default_map_window (machine))
    area.high += m->task_size - default_map_window (machine);
  found = vm_unmapped_area (machine, &area);
  return !is_error (found) ? found : area_bottomup (machine, mm, addr, len, flags);
}

/* mm_get_unmapped_area_vmflags (): which way, the mm says (MMF_TOPDOWN, set at exec). */
static int64_t
mm_get_unmapped_area (PwkMachine *machine, PwkIndex mm, PwkVaddr addr, uint64_t len, uint64_t flags)
{
  if (pwk_mm (machine, mm)->flags & PWK_MMF_TOPDOWN)
    return area_topdown (machine, mm, addr, len, flags);
  return area_bottomup (machine, mm, addr, len, flags);
}

/* Follows mm/huge_memory.c:__thp_get_unmapped_area(). Where address and offset @off in the file
 * agree modulo the size of huge pages, so that those could fill it; 0 if it is too short for one or
 * no place is found. It asks for as much as one huge page more, and shifts what it gets:
 *
 *      │◀──────────── padded: len + size ────────────▶│
 *      found      found + shift │◀────── len ──────▶│           (found + shift - off) is a multiple of size
 */
static int64_t
aligned_area (PwkMachine *machine, PwkIndex mm, PwkVaddr addr, uint64_t len, uint64_t off, uint64_t size, uint64_t flags)
{
  uint64_t off_end = off + len, off_align = (off + size - 1) & ~(size - 1);
  uint64_t padded = len + size, shift;
  int64_t found;

  if (off_end <= off_align || off_end - off_align < size || padded < len || off + padded < off)
    return 0;
  found = mm_get_unmapped_area (machine, mm, addr, padded, flags);
  if (is_error (found))
    return 0;
  if ((PwkVaddr) found == addr)
    return found;
  shift = (off - (uint64_t) found) & (size - 1);
  if ((pwk_mm (machine, mm)->flags & PWK_MMF_TOPDOWN) && !shift)
    return found + (int64_t) size;
  return found + (int64_t) shift;
}

/* Whole huge pages, at their bounds (hugetlb_get_unmapped_area ()). */
static int64_t
hugetlb_area (PwkMachine *machine, PwkIndex mm, PwkIndex file, PwkVaddr addr, uint64_t len, uint64_t flags)
{
  PwkHstateIndex h = (PwkHstateIndex) pwk_inode (machine, pwk_file (machine, file)->inode)->hstate;
  uint64_t size = pwk_huge_page_size (pwk_hstate (machine, h));
  PwkVaddr hint = addr & ~(size - 1);
  int64_t found;

  if (len & (size - 1) || ((flags & PWK_MAP_FIXED) && hint != addr))
    return pwk_refuse (machine, EINVAL, PWK_WHY_HUGETLB_UNALIGNED);
  if (flags & PWK_MAP_FIXED)
    return (int64_t) addr;
  if (hint && hint_valid (machine, pwk_mm (machine, mm), hint, len) && hint_fits (machine, mm, hint, len))
    return (int64_t) hint;
  found = aligned_area (machine, mm, 0, len, 0, size, flags);
  return found ? found : pwk_refuse (machine, ENOMEM, PWK_WHY_NO_GAP);
}

/* ext4's files are aligned for huge pages (thp_get_unmapped_area () is its get_unmapped_area); so
 * is anonymous memory of whole huge pages without a hint (6.7 and later; of other lengths it cost
 * more than it gave, which 6.12 undid). */
static bool
wants_thp_alignment (const PwkMachine *machine, PwkIndex file, PwkVaddr addr, uint64_t len, uint64_t flags)
{
  if (file)
    return pwk_inode (machine, pwk_file (machine, file)->inode)->kind == PWK_INODE_REGULAR;
  return machine->profile->thp_align_anon && !(flags & PWK_MAP_SHARED) && !addr && len % PWK_PMD_SIZE == 0;
}

/* Follows mm/mmap.c:__get_unmapped_area(). The address for @len bytes, or -errno. @addr is a hint,
 * or with MAP_FIXED in @flags the place; @pgoff pages. What it finds is looked over again, since
 * every way above may have overlooked a bound. The limits again, each with its own errno: beyond
 * the address space ENOMEM, not on a page EINVAL, below vm.mmap_min_addr (64 KiB, so that a null
 * pointer of the kernel leads nowhere) EPERM. */
int64_t
pwk_get_unmapped_area (PwkMachine *machine, PwkIndex task, PwkIndex file, PwkVaddr addr, uint64_t len, uint64_t pgoff, uint64_t flags)
{
  PwkIndex mm = pwk_task (machine, task)->mm;
  uint64_t task_size = pwk_mm (machine, mm)->task_size;
  int64_t found = 0;

  pwk_assert_door ((len & ~PWK_PAGE_MASK) == 0);
  if (len > task_size)
    return pwk_refuse (machine, ENOMEM, PWK_WHY_LENGTH_TOO_LARGE);
  if (file && pwk_inode (machine, pwk_file (machine, file)->inode)->kind == PWK_INODE_HUGETLB)
    found = hugetlb_area (machine, mm, file, addr, len, flags);
  else if (wants_thp_alignment (machine, file, addr, len, flags))
    found = aligned_area (machine, mm, addr, len, file ? pgoff << PWK_PAGE_SHIFT : 0, PWK_PMD_SIZE, flags);
  if (!found)
    found = mm_get_unmapped_area (machine, mm, addr, len, flags);
  if (is_error (found))
    return found;
  if ((uint64_t) found > task_size - len)
    return pwk_refuse (machine, ENOMEM, PWK_WHY_BEYOND_TASK_SIZE);
  if ((uint64_t) found & ~PWK_PAGE_MASK)
    return pwk_refuse (machine, EINVAL, PWK_WHY_UNALIGNED);
  if (found < machine->st->sysctl.mmap_min_addr)
    return pwk_refuse (machine, EPERM, PWK_WHY_MMAP_MIN_ADDR);
  return found;
}
