/* touched.c - what the event at a position has touched, and what its statement did before
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/touched.h"

#include <string.h>

#include "engine/core/event-args.h"
#include "engine/core/task.h"
#include "engine/paging/mm.h"
#include "engine/virt/vma.h"
#include "views/event-address.h"
#include "views/frames.h"
#include "views/thing.h"

typedef struct
{
  const PwkMachine *machine;
  PwkIndex mm;
  PwkTouched *touched;
  uint8_t age;
  bool any; /* the event at hand touched something */
} Reader;

static void
touch (Reader *reader, uint64_t first, uint64_t last)
{
  PwkTouched *touched = reader->touched;

  reader->any = true;
  if (touched->n < G_N_ELEMENTS (touched->touches))
    touched->touches[touched->n++] = (PwkTouch){ { first, last }, reader->age };
}

static void
touch_one (Reader *reader, uint64_t id)
{
  touch (reader, id, id);
}

/* Frames, and the free blocks that come or go; not the blocks that frames are only a part of. */
static void
touch_frames (Reader *reader, const PwkEvent *event)
{
  PwkPfn first;
  uint64_t n = pwk_event_frames (event, &first);

  if (n == 0)
    return;
  touch (reader, PWK_ID (PWK_THING_PFN, first), PWK_ID (PWK_THING_PFN, first + n - 1));
  if (event->kind == PWK_EV_MERGE)
    touch_one (reader,
               PWK_ID_BLOCK (pwk_arg (event, MERGE, into), pwk_arg (event, MERGE, order) + 1));
  else if (event->kind == PWK_EV_SPLIT)
    touch_one (reader, PWK_ID_BLOCK (pwk_arg (event, SPLIT, buddy), pwk_arg (event, SPLIT, order)));
  else if (event->kind == PWK_EV_FREE_LIST_ADD || event->kind == PWK_EV_FREE_LIST_DEL)
    touch_one (reader, PWK_ID_BLOCK (first, pwk_arg (event, FREE_LIST_ADD, order)));
}

static void
touch_tables (Reader *reader, const PwkEvent *event)
{
  uint32_t kind = event->kind;

  if (kind == PWK_EV_SET_PTE || kind == PWK_EV_SET_ACCESSED_DIRTY)
    touch_one (reader,
               PWK_ID_ENTRY (pwk_arg (event, SET_PTE, table), pwk_arg (event, SET_PTE, index)));
  else if (kind >= PWK_EV_WALK_PGD && kind <= PWK_EV_WALK_PTE)
    touch_one (reader,
               PWK_ID_ENTRY (pwk_arg (event, WALK_PGD, table), pwk_arg (event, WALK_PGD, index)));
  else if (kind == PWK_EV_TLB_FILL)
    touch_one (reader,
               PWK_ID_TLB_WAY (pwk_arg (event, TLB_FILL, cpu), pwk_arg (event, TLB_FILL, structure),
                               pwk_arg (event, TLB_FILL, set), pwk_arg (event, TLB_FILL, way)));
}

/* The list at whose end is looked, and the slot of the swap area. */
static void
touch_reclaim (Reader *reader, const PwkEvent *event)
{
  switch (event->kind)
    {
    case PWK_EV_LRU_ISOLATE:
      touch_one (reader, PWK_ID_LRU (pwk_arg (event, LRU_ISOLATE, node), -1,
                                     pwk_arg (event, LRU_ISOLATE, lru)));
      break;
    case PWK_EV_ADD_TO_SWAP:
      touch_one (reader, PWK_ID_SWAP (pwk_arg (event, ADD_TO_SWAP, slot)));
      break;
    case PWK_EV_SWAP_WRITE:
    case PWK_EV_SWAP_READ:
    case PWK_EV_SWAP_ZERO:
      touch_one (reader, PWK_ID_SWAP (pwk_arg (event, SWAP_WRITE, slot)));
      break;
    case PWK_EV_DO_SWAP_PAGE:
      touch_one (reader, PWK_ID_SWAP (pwk_arg (event, DO_SWAP_PAGE, slot)));
      break;
    default:
      break;
    }
}

static void
touch_region (Reader *reader, PwkVaddr addr)
{
  PwkIndex vma = reader->mm != 0 ? pwk_find_vma (reader->machine, reader->mm, addr) : 0;

  if (vma != 0 && pwk_vma (reader->machine, vma)->vm_start <= addr)
    touch_one (reader, PWK_ID_VMA (pwk_vma (reader->machine, vma)->vm_start));
}

static void
touch_space (Reader *reader, const PwkEvent *event)
{
  PwkVaddr addr;

  if (event->kind >= PWK_EV_VMA_ADD && event->kind <= PWK_EV_VMA_FLAGS)
    touch_region (reader, pwk_arg (event, VMA_ADD, start));
  else if (pwk_event_address (event, &addr))
    {
      touch_one (reader, PWK_ID_ADDRESS (addr));
      touch_region (reader, addr);
    }
}

/* Objects given out and taken back, and slabs that change hands. */
static void
touch_slabs (Reader *reader, const PwkEvent *event)
{
  uint32_t kind = event->kind;
  PwkPfn pfn;

  if (kind < PWK_EV_SLAB_CREATE || kind > PWK_EV_SLOB_FREE)
    return;
  if ((kind == PWK_EV_KMEM_CACHE_ALLOC || kind == PWK_EV_KMEM_CACHE_FREE ||
       kind == PWK_EV_KMALLOC || kind == PWK_EV_KFREE) && event->arg[0] != 0)
    touch_one (reader, PWK_ID_OBJECT (event->arg[0]));
  else if (pwk_event_frames (event, &pfn) > 0)
    touch_one (reader, PWK_ID (PWK_THING_SLAB, pfn));
}

static uint64_t
zone_of (const PwkEvent *event)
{
  const PwkEventInfo *info = pwk_event_info ((PwkEventKind) event->kind);
  int node = -1, zone = -1;

  for (uint32_t i = 0; i < info->n_fields; i++)
    if (info->fields[i].type == PWK_FIELD_NODE)
      node = (int) event->arg[i];
    else if (info->fields[i].type == PWK_FIELD_ZONE)
      zone = (int) event->arg[i];
  return node >= 0 && zone >= 0 ? PWK_ID_ZONE (node, zone) : 0;
}

static uint64_t
zone_of_frame (const PwkMachine *machine, const PwkEvent *event)
{
  PwkFrame frame = { .zone = PWK_MAX_NR_ZONES };
  PwkPfn first;

  if (pwk_event_frames (event, &first) > 0)
    frame = pwk_frame_look (machine, first);
  return frame.zone < PWK_MAX_NR_ZONES ? PWK_ID_ZONE (frame.node, frame.zone) : 0;
}

/* The zone that the event names, or where its frame lies, or that a late event before it names;
 * else whose event it is. */
static uint64_t
subject_of (const PwkObservation *observation)
{
  const PwkEvent *now = &observation->chain[0];
  uint64_t zone = zone_of (now);

  if (zone == 0)
    zone = zone_of_frame (observation->machine, now);

  for (uint32_t i = observation->n_events;
       i > 0 && zone == 0 && observation->n_events - i < PWK_TOUCHED_STEPS; i--)
    zone = zone_of (&observation->events[i - 1]);
  if (zone != 0 || now->task == 0)
    return zone;
  return PWK_ID (PWK_THING_PROCESS,
                 (uint64_t) (uint32_t) pwk_task (observation->machine, now->task)->pid);
}

static bool
is_of_boot (const PwkEvent *event)
{
  return pwk_event_info ((PwkEventKind) event->kind)->category == PWK_CATEGORY_BOOT;
}

void
pwk_touched_read (PwkTouched *touched, const PwkObservation *observation, PwkIndex task)
{
  Reader reader = { .machine = observation->machine, .touched = touched };

  memset (touched, 0, sizeof *touched);
  if (observation->n_chain == 0)
    return;
  reader.mm = task != 0 ? pwk_task (observation->machine, task)->mm : 0;
  touched->at_end = observation->chain[0].kind == PWK_EV_STATEMENT_END;
  touched->subject = subject_of (observation);
  for (uint32_t i = observation->n_events; i > 0 && reader.age < PWK_TOUCHED_STEPS; i--)
    {
      const PwkEvent *event = &observation->events[i - 1];

      if (is_of_boot (event) || event->kind == PWK_EV_STATEMENT)
        break;
      reader.any = false;
      touch_frames (&reader, event);
      touch_tables (&reader, event);
      touch_slabs (&reader, event);
      touch_reclaim (&reader, event);
      touch_space (&reader, event);
      if (reader.any || (i == observation->n_events && !touched->at_end))
        reader.age++;
    }
}

int
pwk_touched_age (const PwkTouched *touched, uint64_t id)
{
  for (uint32_t i = 0; i < touched->n; i++)
    if (id >= touched->touches[i].ids.first && id <= touched->touches[i].ids.last)
      return touched->touches[i].age;
  return -1;
}
