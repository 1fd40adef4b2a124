/* reference.c - a TLB as plain as can be, to compare with
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "reference.h"

void
reference_init (Reference *reference, unsigned entries, unsigned ways, PwkTlbPolicy policy)
{
  *reference = (Reference) { .n_sets = entries / ways, .n_ways = ways, .policy = policy };
  reference->ways = g_malloc0 (entries * sizeof *reference->ways);
  reference->bits = g_malloc0 (entries * sizeof *reference->bits);
}

void
reference_clear (Reference *reference)
{
  g_free (reference->ways);
  g_free (reference->bits);
}

/* Down from the root to the way: every node on the path is made to point to the other side. */
static void
point_away (Reference *reference, unsigned set, unsigned way)
{
  unsigned node = 1, low = 0, width = reference->n_ways;

  while (width > 1)
    {
      bool right = way >= low + width / 2;

      reference->bits[set * reference->n_ways + node] = !right;
      node = 2 * node + right;
      width /= 2;
      low += right ? width : 0;
    }
}

static unsigned
pointed_at (const Reference *reference, unsigned set)
{
  unsigned node = 1, low = 0;

  for (unsigned width = reference->n_ways; width > 1; width /= 2)
    {
      bool right = reference->bits[set * reference->n_ways + node];

      low += right ? width / 2 : 0;
      node = 2 * node + right;
    }
  return low;
}

static void
use (Reference *reference, unsigned set, unsigned way)
{
  reference->ways[set * reference->n_ways + way].used = ++reference->now;
  point_away (reference, set, way);
}

static int
find (const Reference *reference, uint64_t page)
{
  unsigned first = page % reference->n_sets * reference->n_ways;

  for (unsigned way = 0; way < reference->n_ways; way++)
    if (reference->ways[first + way].valid && reference->ways[first + way].page == page)
      return (int) way;
  return -1;
}

bool
reference_look (Reference *reference, uint64_t page)
{
  int way = find (reference, page);

  if (way >= 0)
    use (reference, (unsigned) (page % reference->n_sets), (unsigned) way);
  return way >= 0;
}

static unsigned
victim (const Reference *reference, unsigned set, unsigned told)
{
  unsigned first = set * reference->n_ways, chosen = 0;

  for (unsigned way = 0; way < reference->n_ways; way++)
    if (!reference->ways[first + way].valid)
      return way;
  if (reference->policy == PWK_TLB_RANDOM)
    return told;
  if (reference->policy == PWK_TLB_PLRU)
    return pointed_at (reference, set);
  for (unsigned way = 1; way < reference->n_ways; way++)
    if (reference->policy == PWK_TLB_LRU ? reference->ways[first + way].used < reference->ways[first + chosen].used
                                         : reference->ways[first + way].came < reference->ways[first + chosen].came)
      chosen = way;
  return chosen;
}

void
reference_put (Reference *reference, uint64_t page, unsigned victim_way)
{
  unsigned set = (unsigned) (page % reference->n_sets), way = victim (reference, set, victim_way);

  reference->ways[set * reference->n_ways + way].valid = true;
  reference->ways[set * reference->n_ways + way].page = page;
  reference->ways[set * reference->n_ways + way].came = reference->now + 1;
  use (reference, set, way);
}

void
reference_drop (Reference *reference, uint64_t page)
{
  int way = find (reference, page);

  if (way >= 0)
    reference->ways[page % reference->n_sets * reference->n_ways + (unsigned) way].valid = false;
}

unsigned
reference_count (const Reference *reference)
{
  unsigned n = 0;

  for (unsigned i = 0; i < reference->n_sets * reference->n_ways; i++)
    n += reference->ways[i].valid;
  return n;
}
