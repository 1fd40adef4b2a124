/* draw-range.c - where a recording's next call works: ranges, sizes and rights drawn at random
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "draw-range.h"

#include <sys/mman.h>

#define RW (PROT_READ | PROT_WRITE)

uint64_t
draw_pages (Case *c, uint64_t most)
{
  return (1 + rng_below (&c->rng, most)) * PAGE;
}

bool
draw_is_ours (const Region *region)
{
  return region->kind < REGION_STACK;
}

const Region *
draw_any_region (Case *c)
{
  const Region *chosen = NULL;
  unsigned seen = 0;

  for (guint i = 0; i < c->regions->len; i++)
    {
      const Region *region = &g_array_index (c->regions, Region, i);

      if (draw_is_ours (region) && rng_below (&c->rng, ++seen) == 0)
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
      *address = end, *length = draw_pages (c, 8);
      break;
    case 11:
      *length = draw_pages (c, 8), *address = start - *length;
      break;
    case 12:
      *address = start + from * PAGE, *length = end - *address + draw_pages (c, 8);
      break;
    default:
      *address = start - draw_pages (c, 6), *length = start - *address + count * PAGE;
      break;
    }
}

bool
draw_forbidden (const Case *c, uint64_t address, uint64_t length)
{
  for (guint i = 0; i < c->regions->len; i++)
    {
      const Region *region = &g_array_index (c->regions, Region, i);

      if (!draw_is_ours (region) && address < region->end && address + length > region->start)
        return true;
    }
  return address + length < address;
}

void
draw_range (Case *c, uint64_t *address, uint64_t *length)
{
  const Region *region, *next;

  for (unsigned tries = 0; tries < 40; tries++)
    {
      region = draw_any_region (c);
      if (rng_chance (&c->rng, 12) && c->last)
        around (c, c->last & -PAGE, (c->last + MAX (c->last_length, PAGE)) & -PAGE, address, length);
      else if (!region || rng_chance (&c->rng, 10))
        *address = c->window + rng_below (&c->rng, 48) * PAGE, *length = draw_pages (c, 12);
      else if (next = region + 1, rng_chance (&c->rng, 14) && next < &g_array_index (c->regions, Region, c->regions->len) && draw_is_ours (next)
               && next->start - region->start < (64ull << 20))
        around (c, region->start, next->end, address, length);
      else
        around (c, region->start, region->end, address, length);
      if (*address < (1ull << 47) && *length < (1ull << 47) && *address >= 0x10000 && !draw_forbidden (c, *address, *length))
        break;
      *address = c->window + rng_below (&c->rng, 48) * PAGE, *length = draw_pages (c, 12);
    }
  if (rng_chance (&c->rng, 4) && *length > PAGE)
    *length -= rng_below (&c->rng, PAGE);
}

int
draw_protection (Case *c)
{
  static const int less[] = { PROT_READ, PROT_READ, PROT_READ, PROT_READ, PROT_NONE, PROT_NONE, PROT_NONE, PROT_READ | PROT_EXEC, RW | PROT_EXEC,
                              PROT_EXEC, PROT_WRITE, PROT_WRITE | PROT_EXEC };

  return rng_chance (&c->rng, 60) ? RW : less[rng_below (&c->rng, G_N_ELEMENTS (less))];
}

uint64_t
draw_size (Case *c)
{
  static const uint64_t special[] = { HUGE_PAGE, HUGE_PAGE, 2 * HUGE_PAGE, HUGE_PAGE - PAGE, HUGE_PAGE + PAGE, 3 * HUGE_PAGE + PAGE, 64ull << 20,
                                      16ull << 20, 128ull << 20 };
  static const uint64_t vast[] = { 1ull << 30, (1ull << 30) + PAGE, 8ull << 30, 64ull << 30, 1ull << 40, (1ull << 40) + HUGE_PAGE };
  unsigned die = (unsigned) rng_below (&c->rng, 100);

  if (die < 65)
    return draw_pages (c, 12);
  if (die < 82)
    return draw_pages (c, 64);
  if (die < 89)
    return draw_pages (c, rng_chance (&c->rng, 70) ? 12 : 64) - rng_below (&c->rng, PAGE);
  if (die < 91)
    return draw_pages (c, 2000);
  return die < 98 ? special[rng_below (&c->rng, G_N_ELEMENTS (special))] : vast[rng_below (&c->rng, G_N_ELEMENTS (vast))];
}
