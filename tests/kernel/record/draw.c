/* draw.c - what a recording does next, drawn at random with a taste for the neighbourhood of what is there
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "draw.h"

#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include "draw-file.h"
#include "draw-range.h"
#include "draw-wrong.h"

#ifndef MREMAP_DONTUNMAP
# define MREMAP_DONTUNMAP 4
#endif
#define RW (PROT_READ | PROT_WRITE)
#define GUARD_GAP (256 * PAGE)            /* what the kernel keeps free under a stack */

typedef enum
{
  STEP_MMAP, STEP_MMAP_FILE, STEP_MUNMAP, STEP_MPROTECT, STEP_MREMAP, STEP_MADVISE, STEP_MLOCK, STEP_BRK, STEP_ACCESS, STEP_FORK, STEP_FILE,
  STEP_WRONG, STEP_LIMIT, STEP_PATTERN, STEP_HUGE, STEP_BELOW, STEP_N
} Step;

static const struct { const char *name; unsigned weights[STEP_N]; } kinds[DRAW_N_KINDS] = {
  /*                      mmap file unmap prot mremap madv mlock brk access fork file wrong limit pattern huge below */
  [DRAW_MAP_UNMAP] = { "map-unmap", { 60, 0, 24, 1, 2, 1, 1, 1, 6, 0, 0, 1, 1, 4, 0, 4 } },
  [DRAW_PROTECT] = { "protect", { 22, 0, 5, 32, 8, 8, 3, 1, 12, 0, 0, 1, 0, 10, 2, 1 } },
  [DRAW_MREMAP] = { "mremap", { 22, 3, 6, 8, 36, 6, 2, 1, 14, 0, 1, 1, 1, 5, 8, 1 } },
  [DRAW_BRK] = { "brk", { 12, 0, 6, 5, 5, 4, 4, 48, 14, 0, 0, 0, 2, 1, 0, 1 } },
  [DRAW_FAULTS] = { "faults", { 20, 1, 5, 12, 3, 14, 2, 2, 40, 0, 1, 0, 0, 4, 8, 6 } },
  [DRAW_FORK] = { "fork", { 18, 3, 5, 8, 5, 10, 2, 2, 36, 8, 1, 0, 0, 4, 6, 1 } },
  [DRAW_FILES] = { "files", { 6, 30, 10, 10, 7, 6, 2, 0, 26, 0, 24, 0, 0, 1, 0, 0 } },
  [DRAW_MADVISE] = { "madvise", { 18, 4, 6, 6, 4, 34, 16, 1, 14, 2, 3, 0, 1, 3, 8, 1 } },
  [DRAW_ERRORS] = { "errors", { 16, 3, 6, 6, 7, 6, 8, 4, 4, 0, 4, 34, 8, 1, 0, 1 } },
  [DRAW_MIXED] = { "mixed", { 24, 4, 9, 8, 7, 8, 5, 5, 18, 2, 5, 3, 2, 5, 6, 3 } },
};

const char *
draw_kind_name (DrawKind kind)
{
  return kind < DRAW_N_KINDS ? kinds[kind].name : NULL;
}

/* One thing that some mappings have besides. */
static uint64_t
extra (Case *c, uint64_t length)
{
  switch (rng_below (&c->rng, 22))
    {
    case 0: case 1:
      return MAP_NORESERVE;
    case 2: case 3: case 4:
      return MAP_GROWSDOWN;
    case 5:
      return MAP_STACK;
    case 6: case 7: case 8:
      return length <= DRAW_POPULATE_MOST ? MAP_POPULATE | (rng_chance (&c->rng, 20) ? MAP_NONBLOCK : 0) : 0;
    case 9:
      return length <= DRAW_POPULATE_MOST ? MAP_LOCKED : 0;
    case 10:
      return MAP_32BIT;
    case 11:
      return MAP_DENYWRITE;
    default:
      return 0;
    }
}

static uint64_t
extras (Case *c, uint64_t length)
{
  uint64_t flags = rng_chance (&c->rng, 50) ? extra (c, length) : 0;

  if (rng_chance (&c->rng, 5))
    flags |= extra (c, length);
  return length > (128ull << 20) ? (flags & ~(uint64_t) MAP_GROWSDOWN) | MAP_NORESERVE : flags;
}

static void
draw_mmap (Case *c)
{
  uint64_t flags = MAP_ANONYMOUS | (rng_chance (&c->rng, 15) ? MAP_SHARED : MAP_PRIVATE), address = 0, length = draw_size (c), near;
  unsigned die = (unsigned) rng_below (&c->rng, 100);

  if (die >= 40)
    draw_range (c, &address, &near);
  if (die >= 75 || (die >= 60 && rng_chance (&c->rng, 50)))
    length = near;
  if (die >= 66)
    flags |= die < 76 ? MAP_FIXED_NOREPLACE : MAP_FIXED;
  else if (die >= 40 && rng_chance (&c->rng, 8))
    address += rng_below (&c->rng, PAGE);
  if ((flags & MAP_FIXED) && draw_forbidden (c, address, length))
    return;
  case_mmap (c, address, length, draw_protection (c), flags | extras (c, length), -1, 0);
}

static void
draw_mremap (Case *c)
{
  uint64_t address, length, fresh, to = 0, unused, flags = 0;
  unsigned die;

  draw_range (c, &address, &length);
  die = (unsigned) rng_below (&c->rng, 100);
  fresh = die < 30 ? length : die < 45 ? length + draw_pages (c, 10) : die < 55 ? length + draw_pages (c, 64)
          : die < 80 ? MAX (length, PAGE) - rng_below (&c->rng, length / PAGE + 1) * PAGE : draw_size (c);
  if (fresh > (128ull << 20) && fresh > length)   /* whether so much is granted depends on the computer */
    fresh = PAGE;
  if (fresh == 0 && rng_chance (&c->rng, 80))
    fresh = PAGE;
  if (rng_chance (&c->rng, 70))
    flags |= MREMAP_MAYMOVE;
  if (rng_chance (&c->rng, 35))
    flags |= MREMAP_MAYMOVE | MREMAP_FIXED;
  if (rng_chance (&c->rng, 15))
    {
      flags |= MREMAP_MAYMOVE | MREMAP_DONTUNMAP;
      fresh = length;
    }
  if (flags & MREMAP_FIXED)
    {
      draw_range (c, &to, &unused);
      if (draw_forbidden (c, to, fresh))
        return;
    }
  else if ((flags & MREMAP_DONTUNMAP) && rng_chance (&c->rng, 30))
    draw_range (c, &to, &unused);
  if (rng_chance (&c->rng, 5))
    length = 0;
  case_mremap (c, address, length, fresh, flags, to);
}

static void
draw_madvise (Case *c)
{
  static const int advices[] = {
    MADV_NORMAL, MADV_RANDOM, MADV_SEQUENTIAL, MADV_WILLNEED, MADV_DONTNEED, MADV_DONTNEED, MADV_DONTNEED, MADV_FREE, MADV_FREE, MADV_REMOVE,
    MADV_DONTFORK, MADV_DOFORK, MADV_HUGEPAGE, MADV_NOHUGEPAGE, MADV_DONTDUMP, MADV_DODUMP, MADV_WIPEONFORK, MADV_KEEPONFORK, MADV_COLD, 22, 22, 23,
    23, 24, 25, 102, 102, 103, MADV_DONTDUMP, MADV_RANDOM, MADV_MERGEABLE, MADV_UNMERGEABLE, MADV_DOFORK, MADV_DODUMP, MADV_DONTNEED, MADV_FREE,
  };
  uint64_t address, length;
  int advice = advices[rng_below (&c->rng, G_N_ELEMENTS (advices))];

  draw_range (c, &address, &length);
  if (length > DRAW_POPULATE_MOST && advice >= 22)   /* page tables alone would fill a computer's memory */
    length = DRAW_POPULATE_MOST;
  case_madvise (c, address, length, advice);
}

/* Never all that there is (MCL_CURRENT without MCL_ONFAULT): what of the program is present no recording says. */
static void
draw_mlock (Case *c)
{
  static const uint64_t all[] = { MCL_FUTURE, MCL_FUTURE | 4, MCL_CURRENT | 4, MCL_CURRENT | MCL_FUTURE | 4 };
  uint64_t address, length;

  draw_range (c, &address, &length);
  switch (rng_below (&c->rng, 14))
    {
    case 0: case 1: case 2: case 3: case 4:
      case_range (c, SYS_mlock, "mlock", address, length);
      break;
    case 5: case 6: case 7: case 8:
      case_range (c, SYS_munlock, "munlock", address, length);
      break;
    case 9: case 10: case 11:
      case_mlock2 (c, address, length, rng_chance (&c->rng, 75) ? 1 : 0);
      break;
    case 12:
      case_mlockall (c, all[rng_below (&c->rng, G_N_ELEMENTS (all))]);
      break;
    default:
      case_munlockall (c);
      break;
    }
}

static void
draw_brk (Case *c)
{
  uint64_t heap = TRACEE_DATA_END;

  switch (rng_below (&c->rng, 12))
    {
    case 0:
      case_brk (c, 0);
      break;
    case 1:
      case_brk (c, heap + rng_below (&c->rng, 64) * PAGE);
      break;
    case 2:
      case_brk (c, heap - rng_below (&c->rng, 4) * PAGE);
      break;
    case 3:
      case_brk (c, c->brk + rng_below (&c->rng, 0x400000));
      break;
    case 4:
      case_brk (c, c->brk + rng_below (&c->rng, 8192));
      break;
    case 5: case 6: case 7:
      case_brk (c, c->brk + draw_pages (c, 32));
      break;
    case 8:
      case_brk (c, c->brk - MIN (c->brk - heap, rng_below (&c->rng, 8192)));
      break;
    case 9:
      case_mmap (c, c->brk + draw_pages (c, 24), draw_pages (c, 4), draw_protection (c), MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
      break;
    default:
      case_brk (c, c->brk - MIN (c->brk - heap, draw_pages (c, 32)));
      break;
    }
}

static const Region *
stack_region (Case *c)
{
  for (guint i = 0; i < c->regions->len; i++)
    {
      const Region *region = &g_array_index (c->regions, Region, i);

      if (region->kind == REGION_STACK)
        return region;
    }
  return NULL;
}

/* The lowest pages of the stack and what is below, where it grows: near mostly, sometimes as far as it may or farther. */
static uint64_t
stack_address (Case *c)
{
  const Region *stack = stack_region (c);

  if (!stack)
    return 0;
  switch (rng_below (&c->rng, 6))
    {
    case 0:
      return stack->start - (1 + rng_below (&c->rng, 2300)) * PAGE;
    case 1:
      return stack->end - (8ull << 20) - 4 * PAGE + rng_below (&c->rng, 8) * PAGE;
    default:
      return stack->start - 8 * PAGE + rng_below (&c->rng, 16) * PAGE;
    }
}

/* A mapping under the stack, or under any region (that may grow down itself), about as far away as must be kept free. */
static void
draw_neighbour_below (Case *c)
{
  const Region *above = rng_chance (&c->rng, 40) ? stack_region (c) : draw_any_region (c);
  uint64_t length = draw_pages (c, 4), gap = rng_chance (&c->rng, 50) ? rng_below (&c->rng, 8) * PAGE : GUARD_GAP - 4 * PAGE + rng_below (&c->rng, 8) * PAGE;
  uint64_t growing = rng_chance (&c->rng, 30) ? MAP_GROWSDOWN : 0, address;

  if (!above || above->start < (1ull << 24))
    return;
  address = above->start - gap - length;
  if (draw_forbidden (c, address, length))
    return;
  case_mmap (c, address, length, rng_chance (&c->rng, 70) ? RW : PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | growing, -1, 0);
  for (unsigned i = (unsigned) rng_below (&c->rng, 3); i > 0; i--)
    case_access (c, rng_chance (&c->rng, 50) ? 's' : 'l', address + length + rng_below (&c->rng, gap / PAGE + 1) * PAGE - 16, 1);
}

/* A region that grows down, and accesses below it. */
static void
draw_growing (Case *c)
{
  uint64_t length = draw_pages (c, 12), address = c->window + (64 + rng_below (&c->rng, 600)) * PAGE;

  if (draw_forbidden (c, address, length))
    return;
  case_mmap (c, address, length, rng_chance (&c->rng, 80) ? RW : draw_protection (c), MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_GROWSDOWN, -1, 0);
  for (unsigned i = 1 + (unsigned) rng_below (&c->rng, 3); i > 0; i--)
    case_access (c, rng_chance (&c->rng, 60) ? 's' : 'l', address - (1 + rng_below (&c->rng, rng_chance (&c->rng, 70) ? 4 : 300)) * PAGE, 1);
}

static uint64_t
access_address (Case *c)
{
  static const uint64_t strange[] = { 0, 0x800000000000, 0xffff888000000000, 0x7ffffffff000, 0x1000, 0xffffffffff600000, 0xffff800000000000,
                                      0x7fffffffffff, 0xffffffffffffffff, 0x4000000000000000 };
  const Region *region = draw_any_region (c);
  uint64_t address, n;

  if (rng_chance (&c->rng, 5))
    return stack_address (c);
  if (rng_chance (&c->rng, 3))
    return strange[rng_below (&c->rng, G_N_ELEMENTS (strange))];
  if (!region || rng_chance (&c->rng, 6))
    return c->window + rng_below (&c->rng, 48) * PAGE;
  n = (region->end - region->start) / PAGE;
  if (rng_chance (&c->rng, 10))
    return rng_chance (&c->rng, 50) ? region->end : region->start - 1 - rng_below (&c->rng, 3) * PAGE;
  if ((n >= 1024 || c->huge) && rng_chance (&c->rng, 20))   /* the edges of huge pages */
    {
      address = (region->start + rng_below (&c->rng, region->end - region->start)) & -HUGE_PAGE;
      return rng_chance (&c->rng, 50) ? address : address - 1;
    }
  address = region->start + (rng_chance (&c->rng, 20) ? 0 : rng_below (&c->rng, MIN (n, 1u << 20))) * PAGE;
  return address;
}

/* The program, the kernel's mappings, and the upper part of the stack, which exec () wrote to. */
static bool
out_of_bounds (const Case *c, uint64_t address)
{
  for (guint i = 0; i < c->regions->len; i++)
    {
      const Region *region = &g_array_index (c->regions, Region, i);

      if (!draw_is_ours (region) && address + 16 > region->start && address < region->end
          && !(region->kind == REGION_STACK && region->end - address > 16 * PAGE))
        return true;
    }
  return false;
}

static void
draw_access (Case *c)
{
  uint64_t address = access_address (c);
  unsigned die = (unsigned) rng_below (&c->rng, 100), bytes = rng_chance (&c->rng, 80) ? 1 : 2u << rng_below (&c->rng, 3);

  if (rng_chance (&c->rng, 50))
    address = (address & -PAGE) + rng_below (&c->rng, 256) * 16;
  else if (rng_chance (&c->rng, 6))
    address = (address & -PAGE) + PAGE - 1 - rng_below (&c->rng, 7);
  if (out_of_bounds (c, address))
    return;
  if (die < 88)
    case_access (c, die < 40 ? 'l' : 's', address, bytes);
  else
    case_access (c, 'f', address & ~1ull, 1);
}

static void
draw_fork (Case *c)
{
  if (c->made < MAX_PROCESSES && (c->made == 1 || rng_chance (&c->rng, 40)))
    case_fork (c);
  else if (c->now != &c->processes[0] && rng_chance (&c->rng, 50))
    case_exit (c);
}

/* Bytes of the regions that count for the limit: all of them, or those of data. */
static uint64_t
used (Case *c, bool data_only)
{
  uint64_t sum = 0;

  for (guint i = 0; i < c->regions->len; i++)
    {
      const Region *region = &g_array_index (c->regions, Region, i);
      bool data = (region->prot & PROT_WRITE) && !region->shared && region->kind != REGION_STACK;

      if (region->start < (1ull << 47) && (data || !data_only))
        sum += region->end - region->start;
    }
  return sum;
}

static void
draw_limit (Case *c)
{
  static const struct { int resource; const char *name; uint64_t usual; } limits[] = {
    { RLIMIT_AS, "RLIMIT_AS", RLIM_INFINITY }, { RLIMIT_DATA, "RLIMIT_DATA", RLIM_INFINITY }, { RLIMIT_MEMLOCK, "RLIMIT_MEMLOCK", 8u << 20 },
    { RLIMIT_STACK, "RLIMIT_STACK", 8u << 20 },
  };
  unsigned which = (unsigned) rng_below (&c->rng, 10), at = which < 4 ? 0 : which < 7 ? 1 : which < 9 ? 2 : 3;
  uint64_t base = at == 0 ? 200 * PAGE / 4 : at == 3 ? 132 * 1024 : 0, limit = base + rng_below (&c->rng, at == 2 ? 32 : 128) * PAGE;

  if (at < 2 && rng_chance (&c->rng, 60))   /* a little more than there is, or less */
    limit = used (c, at == 1) + rng_below (&c->rng, 40) * PAGE - 4 * PAGE;
  if (rng_chance (&c->rng, 10))
    limit += rng_below (&c->rng, PAGE);
  if (rng_chance (&c->rng, 30))
    limit = limits[at].usual;
  case_setrlimit (c, limits[at].resource, limits[at].name, limit);
}

/* A region that is moved beside another, or away and back: whether they become one depends on where its pages began. */
static void
draw_moved (Case *c)
{
  uint64_t at = c->window + rng_below (&c->rng, 24) * PAGE, a = draw_pages (c, 4), b = draw_pages (c, 4), to = at + a + b + draw_pages (c, 12);
  uint64_t flags = (rng_chance (&c->rng, 80) ? MAP_PRIVATE : MAP_SHARED) | MAP_ANONYMOUS | MAP_FIXED;
  uint64_t move = MREMAP_MAYMOVE | MREMAP_FIXED;

  if (draw_forbidden (c, at, a + b) || draw_forbidden (c, to - b, a + 2 * b))
    return;
  case_mmap (c, at, a + b, RW, flags, -1, 0);
  if (rng_chance (&c->rng, 60))
    case_access (c, rng_chance (&c->rng, 70) ? 's' : 'l', at + (rng_chance (&c->rng, 50) ? 0 : a), 1);
  if (rng_chance (&c->rng, 40))
    case_mmap (c, rng_chance (&c->rng, 50) ? to + b : to - b, b, RW, flags, -1, 0);
  if (rng_chance (&c->rng, 20))
    case_mprotect (c, at, a + b, (uint64_t) draw_protection (c));
  case_mremap (c, at + a, b, b, move | (rng_chance (&c->rng, 15) ? MREMAP_DONTUNMAP : 0), to);
  if (rng_chance (&c->rng, 40))
    case_access (c, rng_chance (&c->rng, 70) ? 's' : 'l', rng_chance (&c->rng, 50) ? at : to, 1);
  if (rng_chance (&c->rng, 50))
    case_mremap (c, to, b, rng_chance (&c->rng, 80) ? b : draw_pages (c, 8), move, at + a);
  else if (rng_chance (&c->rng, 50))
    case_mremap (c, at, a, a, move, to + b);
}

/* Three neighbours that may become one, a hole that is filled, a region cut in three: what merging and splitting are about. */
static void
draw_pattern (Case *c)
{
  uint64_t at = c->window + rng_below (&c->rng, 40) * PAGE, a = draw_pages (c, 4), b = draw_pages (c, 3), d = draw_pages (c, 4);
  uint64_t fixed = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED;
  int other = rng_chance (&c->rng, 50) ? PROT_NONE : PROT_READ;
  bool late = rng_chance (&c->rng, 40);

  if (rng_chance (&c->rng, 30))
    {
      draw_moved (c);
      return;
    }
  if (draw_forbidden (c, at, a + b + d))
    return;
  if (rng_chance (&c->rng, 30))
    {
      case_mmap (c, at, a + b + d, RW, fixed, -1, 0);
      case_access (c, 's', at, 1);
      if (rng_chance (&c->rng, 50))
        case_access (c, 's', at + a + b + d - PAGE, 1);
      if (rng_chance (&c->rng, 50))
        case_munmap (c, at + a, b);
      else
        case_mprotect (c, at + a, b, (uint64_t) other);
      case_mmap (c, at + a, b, RW, MAP_PRIVATE | MAP_ANONYMOUS | (rng_chance (&c->rng, 50) ? MAP_FIXED : 0), -1, 0);
      return;
    }
  case_mmap (c, at, a, RW, fixed, -1, 0);
  case_mmap (c, at + a + b, d, RW, fixed, -1, 0);
  if (rng_chance (&c->rng, 60))
    case_access (c, rng_chance (&c->rng, 70) ? 's' : 'l', at, 1);
  if (rng_chance (&c->rng, 40))
    case_access (c, rng_chance (&c->rng, 70) ? 's' : 'l', at + a + b, 1);
  case_mmap (c, at + a, b, late ? other : RW, fixed, -1, 0);
  if (late && rng_chance (&c->rng, 30))
    case_madvise (c, at + a, b, MADV_DONTFORK);
  if (late)
    case_mprotect (c, at + a, b, RW);
  if (rng_chance (&c->rng, 25))
    case_mprotect (c, at + a, b + d, (uint64_t) other);
}

/* What breaks huge pages up, moves them or shares them. */
static void
draw_upon_huge (Case *c, uint64_t at, uint64_t length)
{
  uint64_t from = at + rng_below (&c->rng, length / PAGE) * PAGE, count = draw_pages (c, rng_chance (&c->rng, 50) ? 8 : 700);
  uint64_t to = (c->window & -HUGE_PAGE) + HUGE_PAGE * (1 + rng_below (&c->rng, 8)) + (rng_chance (&c->rng, 40) ? draw_pages (c, 40) : 0);
  static const int advices[] = { MADV_DONTNEED, MADV_DONTNEED, MADV_FREE, 25, MADV_COLD, 23, 22, 102, 24, MADV_NOHUGEPAGE, MADV_WIPEONFORK };

  if (rng_chance (&c->rng, 25))
    from = at, count = length;
  count = MIN (count, at + length - from);
  switch (rng_below (&c->rng, 9))
    {
    case 0:
      case_munmap (c, from, count);
      break;
    case 1: case 2:
      case_mprotect (c, from, count, rng_chance (&c->rng, 50) ? PROT_READ : (uint64_t) draw_protection (c));
      break;
    case 3: case 4:
      if (!draw_forbidden (c, to, count))
        case_mremap (c, from, count, count, MREMAP_MAYMOVE | MREMAP_FIXED | (rng_chance (&c->rng, 30) ? MREMAP_DONTUNMAP : 0), to);
      break;
    case 5: case 6: case 7:
      case_madvise (c, from, count, advices[rng_below (&c->rng, G_N_ELEMENTS (advices))]);
      break;
    default:
      case_range (c, SYS_mlock, "mlock", from, count);
      break;
    }
}

/* Memory that huge pages may fill, and what is done to it. */
static void
draw_huge (Case *c)
{
  uint64_t length = HUGE_PAGE * (1 + rng_below (&c->rng, 3)) + (rng_chance (&c->rng, 40) ? draw_pages (c, 200) : 0), inner;
  int64_t at;

  if (!c->huge)
    return;
  if (rng_chance (&c->rng, 4))
    case_prctl_thp (c, rng_chance (&c->rng, 40));
  at = case_mmap (c, 0, length, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (at < 0)
    return;
  inner = length & -HUGE_PAGE;
  if (rng_chance (&c->rng, 25))
    case_access (c, 's', (uint64_t) at + rng_below (&c->rng, length / PAGE) * PAGE, 1);
  case_madvise (c, (uint64_t) at, inner, MADV_HUGEPAGE);
  for (unsigned i = (unsigned) rng_below (&c->rng, 4); i > 0; i--)
    case_access (c, rng_chance (&c->rng, 70) ? 's' : 'l', (uint64_t) at + rng_below (&c->rng, length / PAGE) * PAGE, 1);
  if (rng_chance (&c->rng, 20))
    case_madvise (c, (uint64_t) at, inner, rng_chance (&c->rng, 60) ? 25 : MADV_DONTNEED);
  for (unsigned i = (unsigned) rng_below (&c->rng, 3); i > 0; i--)
    draw_upon_huge (c, (uint64_t) at, length);
}

static void
choose_process (Case *c)
{
  unsigned which;

  do
    which = (unsigned) rng_below (&c->rng, c->made);
  while (!c->processes[which].pid);
  case_turn (c, which);
}

void
draw_step (Case *c, DrawKind kind)
{
  unsigned sum = 0, die;
  uint64_t address, length;
  Step step = STEP_MMAP;

  for (unsigned i = 0; i < STEP_N; i++)
    sum += kinds[kind].weights[i];
  die = (unsigned) rng_below (&c->rng, sum);
  for (; die >= kinds[kind].weights[step]; step++)
    die -= kinds[kind].weights[step];
  if (c->now->pid == 0 || c->made > 1)
    choose_process (c);
  switch (step)
    {
    case STEP_MMAP: draw_mmap (c); break;
    case STEP_MMAP_FILE: draw_mmap_file (c); break;
    case STEP_MUNMAP: draw_range (c, &address, &length); case_munmap (c, address, length); break;
    case STEP_MPROTECT: draw_range (c, &address, &length); case_mprotect (c, address, length, (uint64_t) draw_protection (c)); break;
    case STEP_MREMAP: draw_mremap (c); break;
    case STEP_MADVISE: draw_madvise (c); break;
    case STEP_MLOCK: draw_mlock (c); break;
    case STEP_BRK: draw_brk (c); break;
    case STEP_ACCESS: draw_access (c); break;
    case STEP_FORK: draw_fork (c); break;
    case STEP_FILE: draw_file (c); break;
    case STEP_WRONG: draw_range (c, &address, &length); draw_wrong (c, address, length); break;
    case STEP_LIMIT: draw_limit (c); break;
    case STEP_PATTERN: draw_pattern (c); break;
    case STEP_HUGE: draw_huge (c); break;
    case STEP_BELOW: if (rng_chance (&c->rng, 50)) draw_growing (c); else draw_neighbour_below (c); break;
    default: break;
    }
}

/* A region of ours, small enough to be looked at page by page. */
static const Region *
small_region (Case *c)
{
  const Region *region = draw_any_region (c);

  return region && region->end - region->start <= (16ull << 20) ? region : NULL;
}

void
draw_look (Case *c)
{
  unsigned die = (unsigned) rng_below (&c->rng, 100);
  const Region *region;

  if (!c->now->pid)
    return;
  region = small_region (c);
  if (die < 9)
    case_see_maps (c);
  else if (die < 13)
    case_see_faults (c);
  else if (die < 16)
    case_see_status (c);
  else if (die < 22 && region)
    case_see_pagemap (c, region->start, region->end);
  else if (die < 25 && region)
    case_see_smaps (c, region->start, region->end);
}

void
draw_last_look (Case *c)
{
  for (unsigned i = 0; i < c->made && !c->dead; i++)
    {
      if (!c->processes[i].pid)
        continue;
      case_turn (c, i);
      case_see_maps (c);
      case_see_faults (c);
      case_see_status (c);
      for (guint j = 0; j < c->regions->len; j++)
        {
          const Region *region = &g_array_index (c->regions, Region, j);

          if (!draw_is_ours (region) || region->end - region->start > (16ull << 20))
            continue;
          case_see_smaps (c, region->start, region->end);
          case_see_pagemap (c, region->start, region->end);
        }
      draw_look_at_files (c);
    }
}
