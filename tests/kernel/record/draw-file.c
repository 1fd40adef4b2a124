/* draw-file.c - mapped files, and what is done to them by their descriptors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "draw-file.h"

#include <fcntl.h>
#include <sys/mman.h>

#include "draw-range.h"

/* A descriptor that is open. */
static unsigned
any_file (Case *c)
{
  return (unsigned) rng_below (&c->rng, c->n_files);
}

/* Where in the file: within it mostly, or a little behind its end. */
static uint64_t
any_offset (Case *c, unsigned file)
{
  return rng_below (&c->rng, c->file_sizes[file] / PAGE + 3) * PAGE;
}

static uint64_t
extras (Case *c, uint64_t length)
{
  static const uint64_t more[] = { MAP_NORESERVE, MAP_LOCKED, MAP_STACK, MAP_32BIT, MAP_DENYWRITE, MAP_EXECUTABLE, MAP_POPULATE | MAP_NONBLOCK,
                                   MAP_POPULATE | MAP_NORESERVE, 0x400000, 0x8000000 };

  if (length > DRAW_POPULATE_MOST || rng_chance (&c->rng, 84))
    return 0;
  return rng_chance (&c->rng, 55) ? MAP_POPULATE : more[rng_below (&c->rng, G_N_ELEMENTS (more))];
}

void
draw_mmap_file (Case *c)
{
  uint64_t flags = rng_chance (&c->rng, 55) ? MAP_SHARED : MAP_PRIVATE, address = 0, length = draw_pages (c, 12), near;
  unsigned file;

  if (c->n_files == 0)
    return;
  file = any_file (c);
  if (rng_chance (&c->rng, 60))
    draw_range (c, &address, &near);
  if (address && rng_chance (&c->rng, 60) && near < (8ull << 20))
    length = near;
  if (address && rng_chance (&c->rng, 65))
    flags |= rng_chance (&c->rng, 95) ? MAP_FIXED : MAP_FIXED_NOREPLACE;
  else if (rng_chance (&c->rng, 20))
    length = draw_size (c);
  if (((flags & MAP_FIXED) && draw_forbidden (c, address, length)) || length > (64ull << 20))
    return;
  flags |= extras (c, length);
  if ((flags & MAP_TYPE) == MAP_SHARED && rng_chance (&c->rng, 3))
    flags |= MAP_SHARED_VALIDATE;
  case_mmap (c, address, length, rng_chance (&c->rng, 35) ? PROT_READ : draw_protection (c), flags, (int) file,
             rng_chance (&c->rng, 40) ? 0 : any_offset (c, file));
}

/* Memory and the file it is of. */
static void
draw_sync (Case *c, uint64_t address, uint64_t length)
{
  static const uint64_t sync[] = { MS_ASYNC, MS_ASYNC, MS_SYNC, MS_SYNC, MS_INVALIDATE, MS_INVALIDATE | MS_SYNC, MS_INVALIDATE | MS_ASYNC, 0 };

  if (rng_chance (&c->rng, 40))
    case_msync (c, address, length, sync[rng_below (&c->rng, G_N_ELEMENTS (sync))]);
  else if (length / PAGE < 4096)
    case_mincore (c, address, length, false);
}

static void
draw_transfer (Case *c, uint64_t address)
{
  unsigned file = any_file (c);
  uint64_t offset = any_offset (c, file), length;

  if (rng_chance (&c->rng, 12))
    offset += rng_below (&c->rng, PAGE);
  if (rng_chance (&c->rng, 10))
    address += rng_below (&c->rng, PAGE);
  if (rng_chance (&c->rng, 50))
    {
      length = rng_chance (&c->rng, 70) ? draw_pages (c, 3) : 1 + rng_below (&c->rng, 5000);
      case_transfer (c, false, file, address, length, offset);
    }
  else
    {
      length = rng_chance (&c->rng, 50) ? PAGE : 1 + rng_below (&c->rng, 1000);
      case_transfer (c, true, file, address, length, offset);
    }
}

static void
draw_advice (Case *c)
{
  unsigned file = any_file (c), advice = (unsigned) rng_below (&c->rng, 6);
  uint64_t offset = any_offset (c, file), length = rng_chance (&c->rng, 30) ? 0 : draw_pages (c, 12);

  if (rng_chance (&c->rng, 50))   /* the file is cold again */
    {
      offset = length = 0;
      advice = POSIX_FADV_DONTNEED;
    }
  if (advice == POSIX_FADV_DONTNEED)   /* else whether what is being written goes too depends on the disk */
    case_fsync (c, file);
  if (advice == POSIX_FADV_WILLNEED && rng_chance (&c->rng, 50))
    case_readahead (c, file, offset, length);
  else
    case_fadvise (c, file, offset, length, advice);
}

void
draw_file (Case *c)
{
  uint64_t address, length;

  draw_range (c, &address, &length);
  switch (rng_below (&c->rng, c->n_files ? 12 : 5))
    {
    case 0: case 1: case 2: case 3: case 4:
      draw_sync (c, address, length);
      break;
    case 5: case 6:
      case_ftruncate (c, any_file (c), rng_chance (&c->rng, 50) ? rng_below (&c->rng, 20) * PAGE : rng_below (&c->rng, 1u << 16));
      break;
    case 7:
      draw_advice (c);
      break;
    default:
      draw_transfer (c, address);
      break;
    }
}

void
draw_look_at_files (Case *c)
{
  for (unsigned file = 0; file < c->n_files; file++)
    {
      uint64_t pages = MIN ((c->file_sizes[file] + PAGE - 1) / PAGE, 256);
      int64_t at = pages ? case_mmap (c, 0, pages * PAGE, PROT_READ, MAP_SHARED, (int) file, 0) : -1;

      if (at < 0)
        continue;
      case_mincore (c, (uint64_t) at, pages * PAGE, false);
      case_munmap (c, (uint64_t) at, pages * PAGE);
    }
}
