/* draw-wrong.c - calls with something wrong about them
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "draw-wrong.h"

#include <sys/mman.h>
#include <sys/syscall.h>

#ifndef MREMAP_DONTUNMAP
# define MREMAP_DONTUNMAP 4
#endif
#define RW (PROT_READ | PROT_WRITE)
#define USUAL (MAP_PRIVATE | MAP_ANONYMOUS)

static uint64_t
pick (Case *c, const uint64_t *from, unsigned n)
{
  return from[rng_below (&c->rng, n)];
}

#define PICK(c, ...) pick ((c), (const uint64_t[]) { __VA_ARGS__ }, sizeof ((uint64_t[]) { __VA_ARGS__ }) / 8)

/* Lengths that no range can have. */
static uint64_t
absurd (Case *c)
{
  return PICK (c, 0, 0xfffffffffffff000, 0xfffffffffffff001, 0x7fffffffffffffff, 0x8000000000000000, 0xffffffffffffffff, 0x1000000000000,
               0x4000000000000000, 0x800000000000, 0x7ffffffff000);
}

static uint64_t
nowhere (Case *c)
{
  return PICK (c, 0x7ffffffff000, 0x800000000000, 0x8000f7000000, 0x4000000000000000, 0x7ffffffffffff000, 0xfffffffffffff000, 0xffff888000000000,
               0x200000000, 0x140000000, 0x200100000000, 0x7f0100000000);
}

/* At the top of the address space: up to the end or a page beyond it. */
static void
mmap_at_top (Case *c)
{
  uint64_t pages = 1 + rng_below (&c->rng, 5), beyond = rng_chance (&c->rng, 75) ? 1 : 0;

  if (beyond == 0 && pages > 1)   /* the stack's upper end is the program's own, but for its last page, which it never uses */
    pages = 1;
  case_mmap (c, 0x7ffffffff000 - pages * PAGE, (pages + beyond) * PAGE, rng_chance (&c->rng, 70) ? RW : PROT_READ,
             USUAL | (rng_chance (&c->rng, 75) ? MAP_FIXED : MAP_FIXED_NOREPLACE), -1, 0);
}

static void
wrong_mmap (Case *c, uint64_t address)
{
  switch (rng_below (&c->rng, 22))
    {
    case 0: case_mmap (c, 0, 0, RW, USUAL, -1, 0); break;
    case 1: case_mmap (c, 0, absurd (c), RW, USUAL, -1, 0); break;
    case 2: case_mmap (c, 0, PICK (c, 0x400000000000, 0x800000000000, 0xc00000000000, 0x7f0000000000), PROT_NONE, USUAL | MAP_NORESERVE, -1, 0); break;
    case 3: case_mmap (c, 0, PICK (c, 0x1000000000, 0x10000000000, 0x2000000000), RW, USUAL, -1, 0); break;
    case 4: case_mmap (c, address + 1 + rng_below (&c->rng, PAGE - 1), PAGE, RW, USUAL | MAP_FIXED, -1, 0); break;
    case 5: case_mmap (c, nowhere (c), PAGE, RW, USUAL | MAP_FIXED, -1, 0); break;
    case 6: case_mmap (c, nowhere (c), PAGE, RW, USUAL, -1, 0); break;
    case 7: case_mmap (c, rng_below (&c->rng, 16) * PAGE, PAGE * 2, RW, USUAL | MAP_FIXED, -1, 0); break;
    case 8: case_mmap (c, 0, PAGE, RW, PICK (c, MAP_ANONYMOUS, MAP_SHARED_VALIDATE | MAP_ANONYMOUS, 0x4 | MAP_ANONYMOUS), -1, 0); break;
    case 9: case_mmap (c, 0, PAGE, RW, PICK (c, MAP_PRIVATE, MAP_SHARED), (int) PICK (c, 99, (uint64_t) -1), 0); break;
    case 10: case_mmap (c, 0, PAGE, RW, USUAL, -1, 1 + rng_below (&c->rng, PAGE - 1)); break;
    case 11: case_mmap (c, 0, HUGE_PAGE, RW, USUAL | MAP_HUGETLB, -1, 0); break;
    case 12: case_mmap (c, 0, PAGE, RW | (int) PICK (c, 0x40, 0x100, 0x8), USUAL, -1, 0); break;
    case 13: case_mmap (c, 0, 16ull << 20, RW, USUAL | MAP_LOCKED, -1, 0); break;
    case 14: case_mmap (c, 0, PAGE, RW, MAP_SHARED | MAP_ANONYMOUS | MAP_GROWSDOWN, -1, 0); break;
    case 15: case 16: mmap_at_top (c); break;
    case 17: case_mmap (c, address & -PAGE, PAGE, RW, USUAL | MAP_FIXED_NOREPLACE, -1, 0); break;
    case 18: case_mmap (c, rng_below (&c->rng, 20) * PAGE, PAGE * (1 + rng_below (&c->rng, 3)), RW, USUAL, -1, 0); break;
    case 19: case_mmap (c, 0, PICK (c, 1ull << 31, 1ull << 32, 8ull << 30), RW, USUAL | MAP_32BIT | MAP_NORESERVE, -1, 0); break;
    case 20: case_mmap (c, 0, PAGE, RW, USUAL | PICK (c, 0x400000, 0x8000000, 0x4000000, MAP_SYNC), -1, 0); break;
    default: case_mmap (c, address & -PAGE, 0x7fffffff0000, RW, USUAL | MAP_FIXED_NOREPLACE, -1, 0); break;
    }
}

static void
wrong_file (Case *c)
{
  if (c->n_files == 0)
    return;
  switch (rng_below (&c->rng, 9))
    {
    case 0: case_mmap (c, 0, PAGE, PROT_READ, MAP_PRIVATE, 0, 0xfffffffffffff000); break;
    case 1: case_mmap (c, 0, PAGE, PROT_READ, MAP_SHARED, 0, 0x7ffffffffffff000); break;
    case 2: case_mmap (c, 0, PAGE, RW, PICK (c, MAP_SHARED_VALIDATE, MAP_SHARED_VALIDATE | MAP_SYNC, MAP_SHARED_VALIDATE | 0x400000,
                                             MAP_SHARED_VALIDATE | 0x8000000, MAP_SHARED | 0x400000, MAP_PRIVATE | 0x400000), 0, 0); break;
    case 3: case_mmap (c, 0, PAGE, PROT_READ, MAP_SHARED, 0, 100); break;
    case 4: case_mmap (c, 0, PAGE, RW, MAP_SHARED, 0, 0); break;
    case 5: case_mmap (c, 0, PAGE, PROT_READ, MAP_SHARED | MAP_GROWSDOWN, 0, 0); break;
    case 6: case_mmap (c, 0, absurd (c), PROT_READ, MAP_SHARED, 0, rng_below (&c->rng, 4) * PAGE); break;
    case 7: case_ftruncate (c, 0, PICK (c, 0x8000000000000000, 0xffffffffffffffff)); break;
    default: case_mmap (c, 0, PAGE, RW, MAP_PRIVATE | MAP_GROWSDOWN, 0, 0); break;
    }
}

static void
wrong_mremap (Case *c, uint64_t address, uint64_t length)
{
  uint64_t moving = MREMAP_MAYMOVE | MREMAP_FIXED;

  switch (rng_below (&c->rng, 15))
    {
    case 0: case_mremap (c, address, length, length, MREMAP_MAYMOVE | 8, 0); break;
    case 1: case_mremap (c, address, length, length, MREMAP_DONTUNMAP, 0); break;
    case 2: case_mremap (c, address, length, length + PAGE, MREMAP_MAYMOVE | MREMAP_DONTUNMAP, 0); break;
    case 3: case_mremap (c, address, length, length, MREMAP_FIXED, address + (64 * PAGE)); break;
    case 4: case_mremap (c, address, length, length, moving, address + (rng_chance (&c->rng, 50) ? 0 : PAGE)); break;
    case 5: case_mremap (c, address, length, length, moving, 0x7ffffffff000 - length + PAGE * (1 + rng_below (&c->rng, 2))); break;
    case 6: case_mremap (c, address, length, length, moving, (c->window + 40 * PAGE) | 0x100); break;
    case 7: case_mremap (c, address, 0, PAGE, rng_chance (&c->rng, 60) ? 0 : MREMAP_MAYMOVE, 0); break;
    case 8: case_mremap (c, address, length, 0, MREMAP_MAYMOVE, 0); break;
    case 9: case_mremap (c, address, length, absurd (c), MREMAP_MAYMOVE, 0); break;
    case 10: case_mremap (c, address + 1 + rng_below (&c->rng, 100), length, length, MREMAP_MAYMOVE, 0); break;
    case 11: case_mremap (c, address, length, length + (9ull << 20), MREMAP_MAYMOVE, 0); break;
    case 12: case_range (c, SYS_mlock, "mlock", address, length); case_mremap (c, address, length, length + (9ull << 20), MREMAP_MAYMOVE, 0); break;
    case 13: case_mremap (c, address, length, length, moving, nowhere (c)); break;
    default: case_mremap (c, nowhere (c), PAGE, PAGE * 2, MREMAP_MAYMOVE, 0); break;
    }
}

static void
wrong_range (Case *c, uint64_t address, uint64_t length)
{
  uint64_t odd = address + 1 + rng_below (&c->rng, PAGE - 1);

  switch (rng_below (&c->rng, 28))
    {
    case 0: case_munmap (c, odd, PAGE); break;
    case 1: case_munmap (c, address, absurd (c)); break;
    case 2: case_munmap (c, nowhere (c), PAGE); break;
    case 3: case_mprotect (c, odd, PAGE, PROT_READ); break;
    case 4: case_mprotect (c, nowhere (c), PAGE, PROT_READ); break;
    case 5: case_mprotect (c, address, PICK (c, 0x8000000000000000, 0xfffffffffffff000, 0, 0xffffffffffffffff), PROT_READ); break;
    case 6: case_mprotect (c, address, length, PICK (c, RW, RW, PROT_READ, PROT_NONE) | PICK (c, 0x20, 0x100, 0x40, 0x8, PROT_GROWSDOWN, PROT_GROWSUP,
                                                                                             PROT_GROWSDOWN | PROT_GROWSUP)); break;
    case 7: case_madvise (c, address + 1, PAGE, MADV_NORMAL); break;
    case 8: case_madvise (c, address, 0, MADV_DONTNEED); break;
    case 9: case_madvise (c, address, PICK (c, 0xfffffffffffff000, 0xfffffffffffff001, 0x8000000000000000), MADV_NORMAL); break;
    case 10: case_madvise (c, nowhere (c), PAGE, (int) PICK (c, MADV_RANDOM, MADV_DONTNEED)); break;
    case 11: case_madvise (c, address, length, (int) PICK (c, 5, 6, 7, 26, 99, 104, 999, 1000)); break;
    case 12: case_madvise (c, address, MIN (length, HUGE_PAGE), (int) PICK (c, MADV_REMOVE, MADV_FREE, MADV_WIPEONFORK, 102)); break;
    case 13: case_range (c, SYS_mlock, "mlock", nowhere (c), PAGE); break;
    case 14: case_range (c, SYS_mlock, "mlock", odd, 1 + rng_below (&c->rng, PAGE)); break;
    case 15: case_range (c, SYS_mlock, "mlock", address, PICK (c, 0, 0x8000000000000000, 0x7fffffffffffffff, 0xfffffffffffff000)); break;
    case 16: case_range (c, SYS_munlock, "munlock", nowhere (c), PAGE); break;
    case 17: case_mlock2 (c, address, length, PICK (c, 2, 3, 0)); break;
    case 18: case_mlockall (c, PICK (c, 0, 4, 8)); break;
    case 19: case_msync (c, address, length, PICK (c, MS_ASYNC | MS_SYNC, 8, 0x80000000, MS_INVALIDATE, MS_INVALIDATE | MS_SYNC)); break;
    case 23: case_msync (c, nowhere (c), PAGE, MS_ASYNC); break;
    case 24: case_mincore (c, nowhere (c), PAGE, false); break;
    case 25: case_mprotect (c, address, 0, PROT_READ); break;
    case 26: case_munmap (c, 0x7ffffffff000 - PAGE * rng_below (&c->rng, 2), PAGE * 2); break;
    case 20: case_msync (c, odd, PAGE, MS_SYNC); break;
    case 21: case_mincore (c, odd, PAGE, false); break;
    case 22: case_mincore (c, address, PAGE, true); break;
    default: case_brk (c, PICK (c, 1, 0x7fffffffffffffff, 0x800000000000, 0x10000, 0x7ffffffff000)); break;
    }
}

void
draw_wrong (Case *c, uint64_t address, uint64_t length)
{
  switch (rng_below (&c->rng, 10))
    {
    case 0: case 1: case 2: wrong_mmap (c, address); break;
    case 3: wrong_file (c); break;
    case 4: case 5: wrong_mremap (c, address, length); break;
    default: wrong_range (c, address, length); break;
    }
}
