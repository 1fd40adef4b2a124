/* draw.c - what a recording does next, drawn at random with a taste for the neighbourhood of what is there
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "draw.h"

#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include "draw-wrong.h"

#ifndef MREMAP_DONTUNMAP
# define MREMAP_DONTUNMAP 4
#endif
#define RW (PROT_READ | PROT_WRITE)
#define POPULATE_MOST (4ull << 20)        /* more is not populated: it would only take time */

typedef enum
{
  STEP_MMAP, STEP_MMAP_FILE, STEP_MUNMAP, STEP_MPROTECT, STEP_MREMAP, STEP_MADVISE, STEP_MLOCK, STEP_BRK, STEP_ACCESS, STEP_FORK, STEP_FILE,
  STEP_WRONG, STEP_LIMIT, STEP_PATTERN, STEP_HUGE, STEP_N
} Step;

static const struct { const char *name; unsigned weights[STEP_N]; } kinds[DRAW_N_KINDS] = {
  /*                      mmap file unmap prot mremap madv mlock brk access fork file wrong limit pattern huge */
  [DRAW_MAP_UNMAP] = { "map-unmap", { 60, 0, 24, 1, 2, 1, 1, 1, 6, 0, 0, 1, 0, 4, 0 } },
  [DRAW_PROTECT] = { "protect", { 22, 0, 5, 32, 6, 8, 3, 1, 12, 0, 0, 1, 0, 10, 0 } },
  [DRAW_MREMAP] = { "mremap", { 22, 3, 6, 8, 36, 6, 2, 1, 14, 0, 1, 1, 0, 5, 8 } },
  [DRAW_BRK] = { "brk", { 12, 0, 6, 5, 5, 4, 4, 48, 14, 0, 0, 0, 2, 1, 0 } },
  [DRAW_FAULTS] = { "faults", { 20, 1, 5, 12, 3, 14, 2, 2, 40, 0, 0, 0, 0, 4, 8 } },
  [DRAW_FORK] = { "fork", { 18, 3, 5, 8, 5, 10, 2, 2, 36, 8, 1, 0, 0, 4, 6 } },
  [DRAW_FILES] = { "files", { 6, 30, 10, 10, 7, 6, 2, 0, 26, 0, 24, 0, 0, 1, 0 } },
  [DRAW_MADVISE] = { "madvise", { 18, 4, 6, 6, 4, 34, 16, 1, 14, 2, 3, 0, 0, 3, 8 } },
  [DRAW_ERRORS] = { "errors", { 16, 3, 6, 6, 7, 6, 8, 4, 4, 0, 4, 34, 7, 1, 0 } },
  [DRAW_MIXED] = { "mixed", { 24, 4, 9, 8, 7, 8, 5, 5, 18, 2, 5, 3, 1, 5, 6 } },
};

const char *
draw_kind_name (DrawKind kind)
{
  return kind < DRAW_N_KINDS ? kinds[kind].name : NULL;
}

static uint64_t
pages (Case *c, uint64_t most)
{
  return (1 + rng_below (&c->rng, most)) * PAGE;
}

/* What the scenario may change: not the program, not the kernel's own mappings, not the stack. */
static bool
is_ours (const Region *region)
{
  return region->kind < REGION_STACK;
}

static const Region *
any_region (Case *c)
{
  const Region *chosen = NULL;
  unsigned seen = 0;

  for (guint i = 0; i < c->regions->len; i++)
    {
      const Region *region = &g_array_index (c->regions, Region, i);

      if (is_ours (region) && rng_below (&c->rng, ++seen) == 0)
        chosen = region;
    }
  return chosen;
}

/* A piece of [@start, @end), or something that reaches beyond. */
static void
around (Case *c, uint64_t start, uint64_t end, uint64_t *address, uint64_t *length)
{
  uint64_t n = (end - start) / PAGE, from, count;

  from = n > 1 ? rng_below (&c->rng, MIN (n, 1u << 20)) : 0;
  count = n > from ? 1 + rng_below (&c->rng, MIN (n - from, 1u << 20)) : 1;
  switch (rng_below (&c->rng, 14))
    {
    case 0: case 1: case 2:
      *address = start, *length = end - start;
      break;
    case 3: case 4:
      *address = start, *length = count * PAGE;
      break;
    case 5: case 6:
      *address = end - count * PAGE, *length = count * PAGE;
      break;
    case 7: case 8:
      *address = start + from * PAGE, *length = count * PAGE;
      break;
    case 9:
      *address = start + from * PAGE, *length = PAGE;
      break;
    case 10:
      *address = end, *length = pages (c, 8);
      break;
    case 11:
      *length = pages (c, 8), *address = start - *length;
      break;
    case 12:
      *address = start + from * PAGE, *length = end - *address + pages (c, 8);
      break;
    default:
      *address = start - pages (c, 6), *length = start - *address + count * PAGE;
      break;
    }
}

static bool
forbidden (const Case *c, uint64_t address, uint64_t length)
{
  for (guint i = 0; i < c->regions->len; i++)
    {
      const Region *region = &g_array_index (c->regions, Region, i);

      if (!is_ours (region) && address < region->end && address + length > region->start)
        return true;
    }
  return address + length < address;
}

/* A range to work on; never one that would spoil the process. */
static void
range (Case *c, uint64_t *address, uint64_t *length)
{
  const Region *region, *next;

  for (unsigned tries = 0; tries < 40; tries++)
    {
      region = any_region (c);
      if (rng_chance (&c->rng, 12) && c->last)
        around (c, c->last & -PAGE, (c->last + MAX (c->last_length, PAGE)) & -PAGE, address, length);
      else if (!region || rng_chance (&c->rng, 10))
        *address = c->window + rng_below (&c->rng, 48) * PAGE, *length = pages (c, 12);
      else if (next = region + 1, rng_chance (&c->rng, 14) && next < &g_array_index (c->regions, Region, c->regions->len) && is_ours (next)
               && next->start - region->start < (64ull << 20))
        around (c, region->start, next->end, address, length);
      else
        around (c, region->start, region->end, address, length);
      if (*address < (1ull << 47) && *length < (1ull << 47) && *address >= 0x10000 && !forbidden (c, *address, *length))
        break;
      *address = c->window + rng_below (&c->rng, 48) * PAGE, *length = pages (c, 12);
    }
  if (rng_chance (&c->rng, 4) && *length > PAGE)
    *length -= rng_below (&c->rng, PAGE);
}

static int
protection (Case *c)
{
  static const int less[] = { PROT_READ, PROT_READ, PROT_NONE, PROT_NONE, PROT_READ | PROT_EXEC, RW | PROT_EXEC, PROT_EXEC, PROT_WRITE,
                              PROT_WRITE | PROT_EXEC };

  return rng_chance (&c->rng, 60) ? RW : less[rng_below (&c->rng, G_N_ELEMENTS (less))];
}

static uint64_t
size (Case *c)
{
  static const uint64_t special[] = { HUGE_PAGE, HUGE_PAGE, 2 * HUGE_PAGE, HUGE_PAGE - PAGE, HUGE_PAGE + PAGE, 3 * HUGE_PAGE + PAGE, 64ull << 20,
                                      16ull << 20, 1ull << 30 };
  unsigned die = (unsigned) rng_below (&c->rng, 100);

  if (die < 70)
    return pages (c, 12);
  if (die < 85)
    return pages (c, 64);
  if (die < 90)
    return pages (c, 12) - rng_below (&c->rng, PAGE);
  return special[rng_below (&c->rng, G_N_ELEMENTS (special) - (die < 98 ? 1 : 0))];
}

/* Things that some mappings have besides. */
static uint64_t
extras (Case *c, uint64_t flags, uint64_t length)
{
  if (length > (128ull << 20))
    return flags | MAP_NORESERVE;
  switch (rng_below (&c->rng, 24))
    {
    case 0:
      return flags | MAP_NORESERVE;
    case 1:
      return flags | MAP_GROWSDOWN;
    case 2:
      return flags | MAP_STACK;
    case 3: case 4:
      return length <= POPULATE_MOST ? flags | MAP_POPULATE | (rng_chance (&c->rng, 20) ? MAP_NONBLOCK : 0) : flags;
    case 5:
      return length <= POPULATE_MOST ? flags | MAP_LOCKED : flags;
    case 6:
      return flags | MAP_32BIT;
    default:
      return flags;
    }
}

static void
draw_mmap (Case *c)
{
  uint64_t flags = MAP_ANONYMOUS | (rng_chance (&c->rng, 15) ? MAP_SHARED : MAP_PRIVATE), address = 0, length = size (c), near;
  unsigned die = (unsigned) rng_below (&c->rng, 100);

  if (die >= 45)
    range (c, &address, &near);
  if (die >= 75 || (die >= 60 && rng_chance (&c->rng, 50)))
    length = near;
  if (die >= 70)
    flags |= die < 76 ? MAP_FIXED_NOREPLACE : MAP_FIXED;
  else if (die >= 45 && rng_chance (&c->rng, 8))
    address += rng_below (&c->rng, PAGE);
  if ((flags & MAP_FIXED) && forbidden (c, address, length))
    return;
  flags = extras (c, flags, length);
  case_mmap (c, address, length, protection (c), flags, -1, 0);
}

static void
draw_mmap_file (Case *c)
{
  uint64_t flags = rng_chance (&c->rng, 55) ? MAP_SHARED : MAP_PRIVATE, address = 0, length = pages (c, 12), near, offset;
  unsigned file = (unsigned) rng_below (&c->rng, MAX (c->n_files, 1));

  if (c->n_files == 0)
    return;
  if (rng_chance (&c->rng, 60))
    range (c, &address, &near);
  if (address && rng_chance (&c->rng, 60) && near < (8ull << 20))
    length = near;
  if (address && rng_chance (&c->rng, 65))
    flags |= MAP_FIXED;
  if (rng_chance (&c->rng, 8))
    flags |= MAP_POPULATE;
  if (rng_chance (&c->rng, 5))
    length = size (c);
  if (((flags & MAP_FIXED) && forbidden (c, address, length)) || length > (64ull << 20))
    return;
  offset = rng_chance (&c->rng, 40) ? 0 : rng_below (&c->rng, c->file_sizes[file] / PAGE + 3) * PAGE;
  case_mmap (c, address, length, rng_chance (&c->rng, 35) ? PROT_READ : protection (c), flags, (int) file, offset);
}

static void
draw_mremap (Case *c)
{
  uint64_t address, length, fresh, to = 0, unused, flags = 0;
  unsigned die;

  range (c, &address, &length);
  die = (unsigned) rng_below (&c->rng, 100);
  fresh = die < 25 ? length : die < 50 ? length + pages (c, 10) : die < 75 ? MAX (length, PAGE) - rng_below (&c->rng, length / PAGE + 1) * PAGE
          : size (c);
  if (fresh > (128ull << 20))   /* whether so much is granted depends on the computer */
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
      range (c, &to, &unused);
      if (forbidden (c, to, fresh))
        return;
    }
  else if ((flags & MREMAP_DONTUNMAP) && rng_chance (&c->rng, 30))
    range (c, &to, &unused);
  if (rng_chance (&c->rng, 3))
    length = 0;
  case_mremap (c, address, length, fresh, flags, to);
}

static void
draw_madvise (Case *c)
{
  static const int advices[] = {
    MADV_NORMAL, MADV_RANDOM, MADV_SEQUENTIAL, MADV_WILLNEED, MADV_DONTNEED, MADV_DONTNEED, MADV_DONTNEED, MADV_FREE, MADV_FREE, MADV_REMOVE,
    MADV_DONTFORK, MADV_DOFORK, MADV_HUGEPAGE, MADV_NOHUGEPAGE, MADV_DONTDUMP, MADV_DODUMP, MADV_WIPEONFORK, MADV_KEEPONFORK, MADV_COLD, 22, 22, 23,
    23, 24, 25, 102, 102, 103, MADV_DONTDUMP, MADV_RANDOM,
  };
  uint64_t address, length;
  int advice = advices[rng_below (&c->rng, G_N_ELEMENTS (advices))];

  range (c, &address, &length);
  if (length > POPULATE_MOST && advice >= 22)   /* page tables alone would fill a computer's memory */
    length = POPULATE_MOST;
  case_madvise (c, address, length, advice);
}

static void
draw_mlock (Case *c)
{
  static const uint64_t all[] = { MCL_FUTURE, MCL_FUTURE | 4, MCL_CURRENT | 4, MCL_CURRENT | MCL_FUTURE | 4 };
  uint64_t address, length;

  range (c, &address, &length);
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
      case_mlockall (c, all[rng_below (&c->rng, 4)]);
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
      case_brk (c, c->brk + pages (c, 32));
      break;
    case 8:
      case_brk (c, c->brk - MIN (c->brk - heap, rng_below (&c->rng, 8192)));
      break;
    case 9:
      case_mmap (c, c->brk + pages (c, 24), pages (c, 4), protection (c), MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
      break;
    default:
      case_brk (c, c->brk - MIN (c->brk - heap, pages (c, 32)));
      break;
    }
}

/* The lowest page of the stack and a little below, where it grows. */
static uint64_t
stack_address (Case *c)
{
  for (guint i = 0; i < c->regions->len; i++)
    {
      const Region *region = &g_array_index (c->regions, Region, i);

      if (region->kind == REGION_STACK)
        return region->start - 8 * PAGE + rng_below (&c->rng, 16) * PAGE;
    }
  return 0;
}

static uint64_t
access_address (Case *c)
{
  static const uint64_t strange[] = { 0, 0x800000000000, 0xffff888000000000, 0x7ffffffff000, 0x1000 };
  const Region *region = any_region (c);
  uint64_t address, n;

  if (rng_chance (&c->rng, 5))
    return stack_address (c);
  if (rng_chance (&c->rng, 2))
    return strange[rng_below (&c->rng, G_N_ELEMENTS (strange))];
  if (!region || rng_chance (&c->rng, 6))
    return c->window + rng_below (&c->rng, 48) * PAGE;
  n = (region->end - region->start) / PAGE;
  if (rng_chance (&c->rng, 10))
    return rng_chance (&c->rng, 50) ? region->end : region->start - 1 - rng_below (&c->rng, 3) * PAGE;
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

      if (!is_ours (region) && address + 16 > region->start && address < region->end
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

static void
draw_file (Case *c)
{
  static const uint64_t sync[] = { MS_ASYNC, MS_SYNC, MS_SYNC, MS_INVALIDATE, MS_INVALIDATE | MS_SYNC };
  uint64_t address, length, offset;
  unsigned file = (unsigned) rng_below (&c->rng, MAX (c->n_files, 1));

  range (c, &address, &length);
  offset = rng_below (&c->rng, c->file_sizes[file] / PAGE + 3) * PAGE;
  switch (rng_below (&c->rng, c->n_files ? 12 : 5))
    {
    case 0: case 1:
      case_msync (c, address, length, sync[rng_below (&c->rng, G_N_ELEMENTS (sync))]);
      break;
    case 2: case 3: case 4:
      if (length / PAGE < 4096)
        case_mincore (c, address, length, false);
      break;
    case 5: case 6:
      case_ftruncate (c, file, rng_chance (&c->rng, 50) ? rng_below (&c->rng, 20) * PAGE : rng_below (&c->rng, 1u << 16));
      break;
    case 7:
      case_cool (c, file);
      break;
    case 8: case 9:
      case_transfer (c, false, file, address, rng_chance (&c->rng, 70) ? pages (c, 3) : 1 + rng_below (&c->rng, 5000), offset);
      break;
    default:
      case_transfer (c, true, file, address, rng_chance (&c->rng, 50) ? PAGE : 1 + rng_below (&c->rng, 1000), offset);
      break;
    }
}

static void
draw_limit (Case *c)
{
  static const struct { int resource; const char *name; } limits[] = {
    { RLIMIT_AS, "RLIMIT_AS" }, { RLIMIT_DATA, "RLIMIT_DATA" }, { RLIMIT_MEMLOCK, "RLIMIT_MEMLOCK" }, { RLIMIT_STACK, "RLIMIT_STACK" },
  };
  unsigned which = (unsigned) rng_below (&c->rng, 10), at = which < 4 ? 0 : which < 7 ? 1 : which < 9 ? 2 : 3;
  uint64_t base = at == 0 ? 200 * PAGE / 4 : at == 3 ? 132 * 1024 : 0, limit = base + rng_below (&c->rng, 128) * PAGE;

  if (rng_chance (&c->rng, 25))
    limit = at == 2 ? 8u << 20 : at == 3 ? 8u << 20 : RLIM_INFINITY;
  case_setrlimit (c, limits[at].resource, limits[at].name, limit);
}

/* Three neighbours that may become one, a hole that is filled, a region cut in three: what merging and splitting are about. */
static void
draw_pattern (Case *c)
{
  uint64_t at = c->window + rng_below (&c->rng, 40) * PAGE, a = pages (c, 4), b = pages (c, 3), d = pages (c, 4);
  uint64_t fixed = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED;
  int other = rng_chance (&c->rng, 50) ? PROT_NONE : PROT_READ;
  bool late = rng_chance (&c->rng, 40);

  if (forbidden (c, at, a + b + d))
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

/* Memory that huge pages may fill, and what is done to it. */
static void
draw_huge (Case *c)
{
  uint64_t length = HUGE_PAGE * (1 + rng_below (&c->rng, 3)) + (rng_chance (&c->rng, 40) ? pages (c, 200) : 0);
  int64_t at;

  if (!c->huge)
    return;
  at = case_mmap (c, 0, length, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (at < 0)
    return;
  if (rng_chance (&c->rng, 25))
    case_access (c, 's', (uint64_t) at + rng_below (&c->rng, length / PAGE) * PAGE, 1);
  case_madvise (c, (uint64_t) at, length & -HUGE_PAGE, MADV_HUGEPAGE);
  for (unsigned i = (unsigned) rng_below (&c->rng, 4); i > 0; i--)
    case_access (c, rng_chance (&c->rng, 70) ? 's' : 'l', (uint64_t) at + rng_below (&c->rng, length / PAGE) * PAGE, 1);
  if (rng_chance (&c->rng, 20))
    case_madvise (c, (uint64_t) at, length & -HUGE_PAGE, rng_chance (&c->rng, 60) ? 25 : MADV_DONTNEED);
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
    case STEP_MUNMAP: range (c, &address, &length); case_munmap (c, address, length); break;
    case STEP_MPROTECT: range (c, &address, &length); case_mprotect (c, address, length, (uint64_t) protection (c)); break;
    case STEP_MREMAP: draw_mremap (c); break;
    case STEP_MADVISE: draw_madvise (c); break;
    case STEP_MLOCK: draw_mlock (c); break;
    case STEP_BRK: draw_brk (c); break;
    case STEP_ACCESS: draw_access (c); break;
    case STEP_FORK: draw_fork (c); break;
    case STEP_FILE: draw_file (c); break;
    case STEP_WRONG: range (c, &address, &length); draw_wrong (c, address, length); break;
    case STEP_LIMIT: draw_limit (c); break;
    case STEP_PATTERN: draw_pattern (c); break;
    case STEP_HUGE: draw_huge (c); break;
    default: break;
    }
}

/* A region of ours, small enough to be looked at page by page. */
static const Region *
small_region (Case *c)
{
  const Region *region = any_region (c);

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

          if (!is_ours (region) || region->end - region->start > (16ull << 20))
            continue;
          case_see_smaps (c, region->start, region->end);
          case_see_pagemap (c, region->start, region->end);
        }
    }
}
