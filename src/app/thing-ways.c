/* thing-ways.c - what can be done with a thing that is selected: where it is seen from within, which events change it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/thing-ways.h"

#include "engine/core/event.h"
#include "views/thing.h"

PwkViewId
pwk_thing_dive (uint64_t id, PwkViewId from)
{
  switch (pwk_id_thing (id))
    {
    case PWK_THING_PFN:
    case PWK_THING_PAGEBLOCK:
      return from == PWK_VIEW_MEMORY ? PWK_VIEW_BUDDY : PWK_VIEW_MEMORY;
    case PWK_THING_BLOCK:
    case PWK_THING_FREE_LIST:
    case PWK_THING_PCP:
      return from == PWK_VIEW_BUDDY ? PWK_VIEW_MEMORY : PWK_VIEW_BUDDY;
    case PWK_THING_NODE:
      return from == PWK_VIEW_NUMA ? PWK_VIEW_ZONES : PWK_VIEW_NUMA;
    case PWK_THING_ZONE:
    case PWK_THING_WATERMARK:
      return from == PWK_VIEW_ZONES ? PWK_VIEW_BUDDY : PWK_VIEW_ZONES;
    case PWK_THING_LRU:
    case PWK_THING_SWAP:
    case PWK_THING_FILE:
      return from == PWK_VIEW_RECLAIM ? PWK_VIEW_MEMORY : PWK_VIEW_RECLAIM;
    case PWK_THING_PROCESS:
    case PWK_THING_MM:
      return from == PWK_VIEW_ADDRESS_SPACE ? PWK_VIEW_PAGE_WALK : PWK_VIEW_ADDRESS_SPACE;
    case PWK_THING_VMA:
    case PWK_THING_GAP:
    case PWK_THING_ADDRESS:
      return from == PWK_VIEW_ADDRESS_SPACE ? PWK_VIEW_PAGE_WALK : PWK_VIEW_ADDRESS_SPACE;
    case PWK_THING_TABLE:
    case PWK_THING_ENTRY:
    case PWK_THING_BIT:
    case PWK_THING_WALK_CACHE:
      return from == PWK_VIEW_PAGE_WALK ? PWK_VIEW_MEMORY : PWK_VIEW_PAGE_WALK;
    case PWK_THING_CPU:
    case PWK_THING_TLB:
    case PWK_THING_TLB_SET:
    case PWK_THING_TLB_WAY:
      return from == PWK_VIEW_TLB ? PWK_VIEW_PAGE_WALK : PWK_VIEW_TLB;
    case PWK_THING_CACHE:
    case PWK_THING_SLAB:
    case PWK_THING_OBJECT:
      return from == PWK_VIEW_SLAB ? PWK_VIEW_MEMORY : PWK_VIEW_SLAB;
    default:
      return from;
    }
}

gboolean
pwk_thing_address (uint64_t id, uint64_t *address)
{
  const PwkThingParts parts = pwk_thing_parts (id);

  *address = parts.address;
  return parts.thing == PWK_THING_VMA || parts.thing == PWK_THING_ADDRESS;
}

gboolean
pwk_thing_frame (uint64_t id, uint64_t *pfn)
{
  const PwkThingParts parts = pwk_thing_parts (id);

  *pfn = parts.pfn;
  return parts.thing == PWK_THING_TABLE || parts.thing == PWK_THING_ENTRY;
}

static void
add (GPtrArray *changes, PwkEventKind kind, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_ptr_array_add (changes, g_strdup (pwk_event_info (kind)->name));
  g_ptr_array_add (changes, g_strdup_vprintf (format, args));
  va_end (args);
}

static void
add_frame (GPtrArray *changes, uint64_t pfn)
{
  static const PwkEventKind kinds[] = { PWK_EV_MM_PAGE_ALLOC, PWK_EV_MM_PAGE_FREE, PWK_EV_RMAP_ADD, PWK_EV_RMAP_REMOVE,
                                        PWK_EV_SPLIT, PWK_EV_MERGE };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    add (changes, kinds[i], "pfn == %" G_GUINT64_FORMAT, pfn);
  add (changes, PWK_EV_PAGE_FLAGS, "pfn <= %" G_GUINT64_FORMAT " && last >= %" G_GUINT64_FORMAT, pfn, pfn);
}

static void
add_list (GPtrArray *changes, const PwkThingParts *list)
{
  static const PwkEventKind kinds[] = { PWK_EV_FREE_LIST_ADD, PWK_EV_FREE_LIST_DEL };
  g_autofree char *where = g_strdup_printf ("node == %u && zone == %u && order == %u", list->node, list->zone, list->order);
  bool any = list->migratetype == PWK_ANY_MIGRATETYPE;

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (any)
      add (changes, kinds[i], "%s", where);
    else
      add (changes, kinds[i], "%s && migratetype == %u", where, list->migratetype);
  if (!any)
    add (changes, PWK_EV_FREE_LIST_MOVE, "%s && (old == %u || new == %u)", where, list->migratetype, list->migratetype);
}

static void
add_lru (GPtrArray *changes, const PwkThingParts *list)
{
  static const PwkEventKind kinds[] = { PWK_EV_LRU_ADD, PWK_EV_LRU_DEL, PWK_EV_LRU_ISOLATE };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    add (changes, kinds[i], "node == %u && lru == %u", list->node, list->lru);
}

static void
add_slot (GPtrArray *changes, uint64_t slot)
{
  static const PwkEventKind kinds[] = { PWK_EV_ADD_TO_SWAP, PWK_EV_SWAP_WRITE, PWK_EV_SWAP_READ, PWK_EV_DO_SWAP_PAGE };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    add (changes, kinds[i], "slot == %" G_GUINT64_FORMAT, slot);
}

static void
add_region (GPtrArray *changes, uint64_t start)
{
  static const PwkEventKind kinds[] = { PWK_EV_VMA_ADD, PWK_EV_VMA_REMOVE, PWK_EV_VMA_MERGE, PWK_EV_VMA_SPLIT, PWK_EV_VMA_ADJUST,
                                        PWK_EV_VMA_FLAGS };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    add (changes, kinds[i], "start == 0x%" G_GINT64_MODIFIER "x", start);
}

GPtrArray *
pwk_thing_changes (uint64_t id)
{
  GPtrArray *changes = g_ptr_array_new_with_free_func (g_free);
  const PwkThingParts thing = pwk_thing_parts (id);

  switch (thing.thing)
    {
    case PWK_THING_PFN:
    case PWK_THING_BLOCK:
    case PWK_THING_PAGEBLOCK:
      add_frame (changes, thing.pfn);
      break;
    case PWK_THING_FREE_LIST:
      add_list (changes, &thing);
      break;
    case PWK_THING_ZONE:
      add (changes, PWK_EV_WATERMARK_FAIL, "node == %u && zone == %u", thing.node, thing.zone);
      add (changes, PWK_EV_KSWAPD_WAKE, "node == %u && zone == %u", thing.node, thing.zone);
      add (changes, PWK_EV_KSWAPD_SLEEP, "node == %u && zone == %u", thing.node, thing.zone);
      break;
    case PWK_THING_LRU:
      add_lru (changes, &thing);
      break;
    case PWK_THING_SWAP:
      add_slot (changes, thing.number);
      break;
    case PWK_THING_VMA:
      add_region (changes, thing.address);
      break;
    case PWK_THING_ADDRESS:
      add (changes, PWK_EV_SET_PTE, "addr == 0x%" G_GINT64_MODIFIER "x", thing.address);
      break;
    case PWK_THING_TABLE:
      add (changes, PWK_EV_SET_PTE, "table == %" G_GUINT64_FORMAT, thing.pfn);
      break;
    case PWK_THING_ENTRY:
      add (changes, PWK_EV_SET_PTE, "table == %" G_GUINT64_FORMAT " && index == %u", thing.pfn, thing.index);
      break;
    default:
      break;
    }
  return changes;
}
