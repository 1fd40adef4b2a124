/* draw.c - cases drawn by chance: which allocations, how many, and what is freed when
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <linux/cpumask.h>
#include <linux/nodemask.h>
#include <linux/utsname.h>
#include <linux/version.h>

#include "record-buddy.h"

#define GFP(MASK) { #MASK, MASK }
/* GFP_NOWAIT is written so whether or not it has __GFP_NOWARN. */
static const RbGfp masks[] = {
  GFP (GFP_KERNEL),
  GFP (GFP_USER),
  GFP (GFP_HIGHUSER_MOVABLE),
  GFP (GFP_KERNEL|__GFP_RECLAIMABLE),
  GFP (GFP_ATOMIC),
  GFP (GFP_ATOMIC),
  GFP (GFP_NOWAIT),
  GFP (GFP_NOWAIT),
  GFP (GFP_NOWAIT|__GFP_RECLAIMABLE),
  GFP (GFP_NOWAIT|__GFP_MOVABLE|__GFP_HIGHMEM),
  GFP (GFP_NOWAIT|__GFP_MOVABLE|__GFP_HIGHMEM),
  GFP (GFP_NOWAIT|__GFP_MOVABLE),
  GFP (GFP_TRANSHUGE_LIGHT),
  GFP (GFP_NOWAIT|__GFP_MEMALLOC),
#if LINUX_VERSION_CODE >= KERNEL_VERSION (6, 3, 0)   /* before, __GFP_ATOMIC told this from GFP_ATOMIC; scenarios do not */
  GFP (GFP_NOWAIT|__GFP_HIGH),
#endif
  GFP (GFP_ATOMIC|__GFP_RECLAIMABLE),
  GFP (GFP_ATOMIC|__GFP_MOVABLE|__GFP_HIGHMEM),
  GFP (GFP_ATOMIC|__GFP_NOMEMALLOC),
  GFP (GFP_NOWAIT|__GFP_NOMEMALLOC),
  GFP (GFP_ATOMIC|__GFP_DMA),
  GFP (GFP_NOWAIT|__GFP_DMA),
  GFP (GFP_NOWAIT|__GFP_DMA32),
  GFP (GFP_KERNEL|__GFP_DMA32),
  GFP (GFP_KERNEL|__GFP_ZERO|__GFP_COMP),
  GFP (GFP_NOWAIT|__GFP_THISNODE),
  GFP (GFP_ATOMIC|__GFP_THISNODE),
  GFP (GFP_HIGHUSER_MOVABLE|__GFP_THISNODE),
};
/* Asked for instead of a mask that may wait, where that one would. */
static const RbGfp cannot_wait = GFP (GFP_NOWAIT);

typedef enum { OLDEST_FIRST, NEWEST_FIRST, ANY } FreeStyle;

typedef struct
{
  const RbGfp *masks[5];
  unsigned int n_masks;
  unsigned int orders;          /* a bit each */
  unsigned int left;            /* of @orders, while memory is being used up */
  bool         exhausts;        /* large orders first, down to the last page */
  FreeStyle    style;
  bool         all_cpus, all_nodes;
  unsigned int drains;          /* one call in so many; 0 never */
  unsigned int length;
  unsigned int percent;         /* allocations among the calls of this phase */
  unsigned int until;           /* its last call */
} Case;

static u64 state;
static RbHeld *held;
static unsigned int first, end;   /* of what is held */

static unsigned int
draw (unsigned int n)
{
  state ^= state >> 12;
  state ^= state << 25;
  state ^= state >> 27;
  return (state * 0x2545f4914f6cdd1dull >> 33) % n;
}

/* --- cases --- */

static unsigned int
draw_orders (void)
{
  switch (draw (8))
    {
    case 0: return 1;
    case 1: return 1 << draw (11);
    case 2: return 0xf;
    case 3: return 0xe;
    case 4: return 0x7f0;
    case 5: return 0x201;
    case 6: return 0x20f;
    default: return 0x7ff;
    }
}

static void
draw_phase (Case *c, unsigned int now)
{
  static const u8 percents[] = { 100, 100, 80, 60, 50, 40, 20, 0 };

  c->percent = percents[draw (ARRAY_SIZE (percents))];
  c->until = now + 5 + draw (c->length / 3 + 1);
  c->left = c->orders;
}

static Case
draw_case (unsigned int calls)
{
  Case c = {
    .n_masks = 1 + draw (5), .orders = draw_orders (), .exhausts = draw (3) == 0, .style = draw (3), .all_cpus = draw (2),
    .all_nodes = draw (2), .drains = draw (4) ? 0 : 20 + draw (100), .length = calls / 4 + draw (calls),
  };

  for (unsigned int i = 0; i < c.n_masks; i++)
    c.masks[i] = &masks[draw (ARRAY_SIZE (masks))];
  draw_phase (&c, 0);
  if (c.exhausts)
    c.percent = 100;
  return c;
}

/* --- calls --- */

static unsigned int
draw_order (const Case *c)
{
  unsigned int order;

  if (c->exhausts)
    return fls (c->left ?: c->orders) - 1;
  do
    order = draw (11);
  while (!(c->orders >> order & 1));
  return order;
}

static unsigned int
draw_node (const Case *c)
{
  return c->all_nodes ? draw (nr_node_ids) : 0;
}

static unsigned int
draw_cpu (const Case *c)
{
  return c->all_cpus ? draw (num_online_cpus ()) : 0;
}

static void
print_place (const RbOp *op)
{
  if (op->kind == RB_ALLOC && op->node)
    rb_print (", node=%u", op->node);
  if (op->cpu)
    rb_print (", cpu=%u", op->cpu);
}

static void
allocate (Case *c)
{
  RbOp op = {
    .kind = RB_ALLOC, .cpu = draw_cpu (c), .node = draw_node (c), .order = draw_order (c), .gfp = c->masks[draw (c->n_masks)],
  };

  if ((op.gfp->gfp & __GFP_DIRECT_RECLAIM) && !rb_is_easy (&op))
    op.gfp = &cannot_wait;
  rb_do (&op);
  rb_print ("alloc_pages(%s, %u", op.gfp->name, op.order);
  print_place (&op);
  if (op.pfn)
    {
      rb_print (") = %lu\n", op.pfn);
      held[end++] = (RbHeld) { op.pfn, op.order };
      return;
    }
  rb_print (") = NULL\n");
  c->left &= ~(1u << op.order);
  if (c->exhausts && !c->left)
    c->until = 0;
}

static RbHeld
let_go (FreeStyle style)
{
  unsigned int i = style == OLDEST_FIRST ? first : style == NEWEST_FIRST ? end - 1 : first + draw (end - first);
  RbHeld block = held[i];

  if (style == OLDEST_FIRST)
    first++;
  else
    held[i] = held[--end];
  if (first == end)
    first = end = 0;
  return block;
}

static void
give_back (const Case *c)
{
  RbHeld block = let_go (c->style);
  RbOp op = { .kind = RB_FREE, .cpu = draw_cpu (c), .order = block.order, .pfn = block.pfn };

  rb_do (&op);
  rb_print ("free_pages(%lu, %u", op.pfn, op.order);
  print_place (&op);
  rb_print (")\n");
}

static void
drain (const Case *c)
{
  RbOp op = { .kind = RB_DRAIN, .cpu = draw_cpu (c) };

  rb_do (&op);
  rb_print ("drain_local_pages(cpu=%u)\n", op.cpu);
}

static void
settle (void)
{
  RbOp op = { .kind = RB_SETTLE };

  for (op.cpu = 0; op.cpu < num_online_cpus (); op.cpu++)
    rb_do (&op);
  rb_settle_zones ();
}

/* Some of what is held stays in use for good, so that the next case meets other lists. */
static void
leave (void)
{
  unsigned int kept = draw (4) * 10;
  Case anywhere = { .style = ANY, .all_cpus = true };

  while (first < end)
    {
      RbHeld block = let_go (anywhere.style);
      RbOp op = { .kind = RB_FREE, .cpu = draw_cpu (&anywhere), .order = block.order, .pfn = block.pfn };

      if (draw (100) >= kept)
        rb_do (&op);
    }
}

void
rb_play_case (unsigned int number, u64 seed, unsigned int calls, RbHeld *room)
{
  Case c;

  state = seed * 0x9e3779b97f4a7c15ull + 1;
  held = room;
  first = end = 0;
  c = draw_case (calls);
  settle ();
  rb_print ("#### %u Linux %s\n", number, init_utsname ()->release);
  rb_print_machine ();
  for (unsigned int i = 0; i < c.length && end < RB_MAX_HELD; i++)
    {
      if (i >= c.until)
        draw_phase (&c, i);
      if (c.drains && draw (c.drains) == 0)
        drain (&c);
      else if (first == end || draw (100) < c.percent)
        allocate (&c);
      else
        give_back (&c);
    }
  rb_print ("buddyinfo() == <<B\n");
  rb_print_buddyinfo ();
  rb_print ("B\nfreeareas() == <<FREE\n");
  rb_print_freeareas ();
  rb_print ("FREE\nzoneinfo(fields=\"free,boost,count,high:\") == <<Z\n");
  rb_print_counters ();
  rb_print ("Z\n");
  leave ();
}
