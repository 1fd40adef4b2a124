/* config-free-counts.c - free blocks that were only counted (buddyinfo, pagetypeinfo), laid out
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Counts say how many blocks of each order are free, and not where. Any places will do that do not
 * merge: two free buddies would be one block of the next order, and the counts wrong. So a block is
 * cut from the lower end of a larger piece, whose other half is left in use (tainted: to be free
 * only in part):
 *
 *      piece of order 3    [ block of order 1 │ tainted, 1 │      rest, 2       ]
 *
 * Largest blocks are placed first. What is not given to a block is in use.
 */
#include "engine/core/config-private.h"

#include <string.h>

#include "engine/core/log-line.h"

/* --- reading --- */

/* Behind the word, or NULL if it does not come next. */
static const char *
skip_word (const char *at, const char *word)
{
  at += strspn (at, " \t");
  return g_str_has_prefix (at, word) ? at + strlen (word) : NULL;
}

/* The word at *@at, without a comma at its end; caller frees. */
static char *
take_word (const char **at)
{
  const char *start = *at + strspn (*at, " \t");
  size_t length = strcspn (start, " \t,\r");

  *at = start + length + (start[length] == ',');
  return g_strndup (start, length);
}

/* "Node 0, zone   Normal, " or without the comma behind it: what begins a line of counts. NULL:
 * another line. */
static const char *
read_zone (const char *line, PwkFreeCountConfig *count)
{
  const char *at = skip_word (line, "Node");
  g_autofree char *node = at ? take_word (&at) : NULL;
  g_autofree char *name = NULL;
  int type;

  if (!node || !g_ascii_isdigit (*node) || !(at = skip_word (at, "zone")))
    return NULL;
  name = take_word (&at);
  type = pwk_zone_from_name (name);
  if (type < 0)
    return NULL;
  count->node = (uint32_t) MIN (g_ascii_strtoull (node, NULL, 10), PWK_MAX_NODES);
  count->type = (uint32_t) type;
  return at;
}

/* "type    Unmovable": of a type that is not simulated the blocks are there all the same. */
static const char *
read_type (const char *at, PwkFreeCountConfig *count)
{
  g_autofree char *name = NULL;

  at = skip_word (at, "type");
  if (!at)
    return NULL;
  name = take_word (&at);
  count->migratetype = pwk_migratetype_from_name (name);
  if (count->migratetype < 0 || count->migratetype >= PWK_MIGRATE_TYPES)
    count->migratetype = PWK_MIGRATE_MOVABLE;
  return at;
}

/* "   1   0 >100000": an order each. Blocks of orders that only other machines have are blocks of
 * the highest here. */
static unsigned
read_orders (const char *at, PwkFreeCountConfig count, GArray *counts)
{
  unsigned order = 0;

  for (;; order++)
    {
      char *end;

      at += strspn (at, " \t>");
      if (!g_ascii_isdigit (*at) || order > 20)
        return order;
      count.n = MIN (g_ascii_strtoull (at, &end, 10), PWK_MAX_PHYS_PAGES);
      at = end;
      count.order = MIN (order, PWK_MAX_PAGE_ORDER);
      if (order > PWK_MAX_PAGE_ORDER)
        count.n <<= order - PWK_MAX_PAGE_ORDER;
      if (count.n)
        g_array_append_val (counts, count);
    }
}

/* Lines of others are passed over: whole logs may be pasted. pagetypeinfo goes on with pageblocks,
 * whose lines look alike. */
bool
pwk_config_parse_free_counts (const char *text, bool by_type, GArray *counts, GError **error)
{
  const char *key = by_type ? "pagetypeinfo" : "buddyinfo";
  g_auto(GStrv) lines = g_strsplit (text, "\n", -1);
  bool any = false;

  for (unsigned i = 0; lines[i]; i++)
    {
      PwkFreeCountConfig count = { .migratetype = -1 };
      const char *line = pwk_log_line_text (lines[i]), *at;

      if (strstr (line, "Number of blocks type"))
        break;    /* pageblocks follow, not free blocks */
      at = read_zone (line, &count);
      if (at && by_type)
        at = read_type (at, &count);
      if (!at)
        continue;
      if (count.node >= PWK_MAX_NODES)
        return pwk_config_fail (error, "%s, line %u: there are at most %d nodes", key, i + 1, PWK_MAX_NODES);
      if (read_orders (at, count, counts) == 0)
        return pwk_config_fail (error, "%s, line %u: expected the number of free blocks of each order", key, i + 1);
      any = true;
    }
  return any || pwk_config_fail (error, by_type ? "%s: expected lines as “Node 0, zone Normal, type Movable 1 0 …”"
                                                : "%s: expected lines as “Node 0, zone Normal 1 0 …”", key);
}

/* --- placing --- */

/* Pieces of the zone, each aligned to its order, by whose they are, order and whether they are
 * tainted: their buddy is a free block, so that they may not be free as a whole. Each list holds
 * pfns. */
#define UNTYPED PWK_MIGRATE_TYPES      /* of pageblocks that have no type yet */
typedef struct { GArray *pieces[UNTYPED + 1][PWK_NR_PAGE_ORDERS][2]; } Room;

/* No pieces yet. */
static void
room_init (Room *room)
{
  for (unsigned type = 0; type <= UNTYPED; type++)
    for (unsigned order = 0; order < PWK_NR_PAGE_ORDERS; order++)
      for (unsigned tainted = 0; tainted < 2; tainted++)
        room->pieces[type][order][tainted] = g_array_new (FALSE, FALSE, sizeof (uint64_t));
}

/* Of each list the room has the only reference. */
static void
room_clear (Room *room)
{
  for (unsigned type = 0; type <= UNTYPED; type++)
    for (unsigned order = 0; order < PWK_NR_PAGE_ORDERS; order++)
      for (unsigned tainted = 0; tainted < 2; tainted++)
        g_array_unref (room->pieces[type][order][tainted]);
}

/* Lists are stacks: the last that came is taken first. */
static void
put (Room *room, unsigned type, unsigned order, uint64_t pfn, bool tainted)
{
  g_array_append_val (room->pieces[type][order][tainted], pfn);
}

/* [@start, @end) in the largest pieces; the highest come out first. */
static void
add_room (Room *room, uint64_t start, uint64_t end)
{
  while (start < end)
    {
      unsigned order = start ? (unsigned) MIN (__builtin_ctzll (start), PWK_MAX_PAGE_ORDER) : PWK_MAX_PAGE_ORDER;

      while (start + pwk_order_pages (order) > end)
        order--;
      put (room, UNTYPED, order, start, false);
      start += pwk_order_pages (order);
    }
}

/* The pieces of the pageblock of @pfn that have no type get one. Less than a pageblock is there
 * only at the ends of a zone. */
static void
claim_pageblock (Room *room, uint64_t pfn, unsigned type)
{
  for (unsigned order = 0; order < PWK_PAGEBLOCK_ORDER; order++)
    {
      GArray *pieces = room->pieces[UNTYPED][order][0];

      for (unsigned i = pieces->len; i-- > 0;)
        {
          uint64_t at = g_array_index (pieces, uint64_t, i);

          if (at >> PWK_PAGEBLOCK_ORDER != pfn >> PWK_PAGEBLOCK_ORDER)
            continue;
          g_array_remove_index (pieces, i);
          put (room, type, order, at, false);
        }
    }
}

/* False: there is none. */
static bool
take_last (GArray *pieces, uint64_t *pfn)
{
  if (pieces->len == 0)
    return false;
  *pfn = g_array_index (pieces, uint64_t, pieces->len - 1);
  g_array_set_size (pieces, pieces->len - 1);
  return true;
}

/* Takes the last piece of that pool of at least order @least (exactly @least: none that is
 * tainted). False: there is none. */
static bool
take (Room *room, unsigned pool, unsigned least, bool exactly, uint64_t *pfn, unsigned *order)
{
  unsigned highest = exactly ? least : PWK_MAX_PAGE_ORDER;

  for (*order = least; *order <= highest; (*order)++)
    if ((!exactly && take_last (room->pieces[pool][*order][true], pfn)) || take_last (room->pieces[pool][*order][false], pfn))
      return true;
  return false;
}

/* A block of @order at the lower end of the piece; what is above it stays, what is its buddy
 * tainted. The buddy must not be free as a whole, its parts may. */
static void
split (Room *room, unsigned type, uint64_t pfn, unsigned order, unsigned block_order)
{
  while (order > block_order)
    {
      order--;
      put (room, type, order, pfn + pwk_order_pages (order), order == block_order);
    }
}

/* A block of @order from @pool, of which the pageblocks become those of @type. */
static bool
place_from (Room *room, unsigned pool, unsigned type, unsigned order, bool exactly, uint64_t *pfn)
{
  unsigned found;

  if (!take (room, pool, exactly ? order : order + 1, exactly, pfn, &found))
    return false;
  if (pool == UNTYPED)
    claim_pageblock (room, *pfn, type);
  split (room, type, *pfn, found, order);
  return true;
}

/* Where a free block of @order of *@type can be, so that it does not merge: the lower part of a
 * larger piece before a piece of its own size, since the larger one's rest can still be given to
 * smaller blocks; a pageblock of that type before one of no type yet, so that blocks of one type lie
 * together as they do in a kernel. Where pageblocks are too few, in one of another type, and of
 * that. */
static bool
place (Room *room, unsigned *type, unsigned order, uint64_t *pfn)
{
  if ((order < PWK_MAX_PAGE_ORDER && (place_from (room, *type, *type, order, false, pfn) || place_from (room, UNTYPED, *type, order, false, pfn)))
      || place_from (room, *type, *type, order, true, pfn) || place_from (room, UNTYPED, *type, order, true, pfn))
    return true;
  for (unsigned other = 0; other < PWK_MIGRATE_TYPES; other++)
    if ((order < PWK_MAX_PAGE_ORDER && place_from (room, other, other, order, false, pfn)) || place_from (room, other, other, order, true, pfn))
      {
        *type = other;
        return true;
      }
  return false;
}

/* The count tells of that zone. */
static bool
is_of_zone (const PwkFreeCountConfig *count, const PwkZoneConfig *zone)
{
  return count->node == zone->node && count->type == zone->type;
}

/* Pages that the zone's counts come to. */
static uint64_t
counted_pages (const PwkConfig *config, const PwkZoneConfig *zone)
{
  uint64_t pages = 0;

  for (unsigned i = 0; i < config->free_counts->len; i++)
    if (is_of_zone (&g_array_index (config->free_counts, PwkFreeCountConfig, i), zone))
      pages += g_array_index (config->free_counts, PwkFreeCountConfig, i).n << g_array_index (config->free_counts, PwkFreeCountConfig, i).order;
  return pages;
}

/* Blocks of one list in a row are one area, in the order in which they were placed. */
static void
add_to_area (PwkConfig *config, const PwkZoneConfig *zone, unsigned type, unsigned order, uint64_t pfn)
{
  PwkFreeAreaConfig *last = config->free_areas->len ? &g_array_index (config->free_areas, PwkFreeAreaConfig, config->free_areas->len - 1) : NULL;
  PwkFreeAreaConfig area = { zone->node, zone->type, type, order, config->free_pfns->len, 1 };

  g_array_append_val (config->free_pfns, pfn);
  if (last && last->node == zone->node && last->type == zone->type && last->migratetype == type && last->order == order)
    last->n++;
  else
    g_array_append_val (config->free_areas, area);
}

/* The blocks of one zone, the largest first, so that small ones go into what is left between them. */
static bool
place_zone (PwkConfig *config, const PwkZoneConfig *zone, Room *room)
{
  for (unsigned order = PWK_NR_PAGE_ORDERS; order-- > 0;)
    for (unsigned i = 0; i < config->free_counts->len; i++)
      {
        const PwkFreeCountConfig *count = &g_array_index (config->free_counts, PwkFreeCountConfig, i);

        if (count->order != order || !is_of_zone (count, zone))
          continue;
        for (uint64_t k = 0; k < count->n; k++)
          {
            unsigned type = count->migratetype < 0 ? PWK_MIGRATE_MOVABLE : (unsigned) count->migratetype;
            uint64_t pfn;

            if (!place (room, &type, order, &pfn))
              return false;
            add_to_area (config, zone, type, order, pfn);
          }
      }
  return true;
}

/* The zone's own pages, see PwkConfig.zone_ranges. */
static void
fill_room (const PwkConfig *config, unsigned index, Room *room)
{
  const PwkZoneConfig *zone = &g_array_index (config->zones, PwkZoneConfig, index);
  bool shared = false;

  for (unsigned i = 0; i < config->zone_ranges->len; i++)
    {
      const PwkZoneRangeConfig *range = &g_array_index (config->zone_ranges, PwkZoneRangeConfig, i);

      if (range->zone != index)
        continue;
      shared = true;
      add_room (room, range->start, range->end);
    }
  if (!shared)
    add_room (room, zone->start_pfn, zone->start_pfn + zone->spanned);
}

/* All or nothing: if one block finds no place, those of the zone that did are taken back. */
static bool
lay_out_zone (PwkConfig *config, unsigned index)
{
  const PwkZoneConfig *zone = &g_array_index (config->zones, PwkZoneConfig, index);
  unsigned n_areas = config->free_areas->len, n_pfns = config->free_pfns->len;
  Room room;
  bool good;

  room_init (&room);
  fill_room (config, index, &room);
  good = place_zone (config, zone, &room);
  room_clear (&room);
  if (!good)
    {
      g_array_set_size (config->free_areas, n_areas);
      g_array_set_size (config->free_pfns, n_pfns);
    }
  return good;
}

/* --- zones that only the counts tell of --- */

/* Where the first zone of a kind may begin. */
static uint64_t
lowest_pfn (const PwkProfile *profile, uint32_t type)
{
  switch (type)
    {
    case PWK_ZONE_DMA:
      return 1;
    case PWK_ZONE_DMA32:
      return profile->dma_end_pfn;
    case PWK_ZONE_HIGHMEM:
      return profile->normal_end_pfn;
    default:
      return profile->dma32_end_pfn;
    }
}

/* Where the last zone of a kind must end. */
static uint64_t
highest_pfn (const PwkProfile *profile, uint32_t type)
{
  switch (type)
    {
    case PWK_ZONE_DMA:
      return profile->dma_end_pfn;
    case PWK_ZONE_DMA32:
      return profile->dma32_end_pfn;
    case PWK_ZONE_NORMAL:
      return MIN (profile->normal_end_pfn, PWK_MAX_PHYS_PAGES);
    default:
      return PWK_MAX_PHYS_PAGES;
    }
}

/* A zone at @start that is as small as its blocks allow, in steps of the largest block. There is no
 * formula for the room that blocks need which may not merge, so it is tried, an eighth more each
 * time. */
static bool
add_smallest (PwkConfig *config, const PwkFreeCountConfig *count, uint64_t *start, GError **error)
{
  PwkZoneConfig zone = { .node = count->node, .type = count->type, .start_pfn = MAX (*start, lowest_pfn (config->profile, count->type)) };
  uint64_t highest = highest_pfn (config->profile, count->type), pages = MAX (counted_pages (config, &zone), 1), end;
  const uint64_t step = pwk_order_pages (PWK_MAX_PAGE_ORDER);

  g_array_append_val (config->zones, zone);
  for (uint64_t room = pages;; room += MAX (room / 8, step))
    {
      PwkZoneConfig *added = &g_array_index (config->zones, PwkZoneConfig, config->zones->len - 1);
      bool good;

      end = MIN ((zone.start_pfn + room + step - 1) / step * step, highest);
      added->spanned = added->present = added->managed = end > zone.start_pfn ? end - zone.start_pfn : 0;
      good = pages <= added->spanned && lay_out_zone (config, config->zones->len - 1);
      g_array_set_size (config->free_areas, 0);
      g_array_set_size (config->free_pfns, 0);
      if (good)
        break;
      if (end >= highest)
        return pwk_config_fail (error, "buddyinfo: zone %s of node %u has no room for so many free blocks", pwk_zone_name (zone.type), zone.node);
    }
  *start = (end + PWK_SECTION_PAGES - 1) / PWK_SECTION_PAGES * PWK_SECTION_PAGES;
  if (zone.type == PWK_ZONE_DMA)
    *start = config->profile->dma_end_pfn;
  return true;
}

/* Whether zoneinfo told of the zone, or one was made for it. */
static bool
has_zone (const PwkConfig *config, const PwkFreeCountConfig *count)
{
  for (unsigned i = 0; i < config->zones->len; i++)
    if (is_of_zone (count, &g_array_index (config->zones, PwkZoneConfig, i)))
      return true;
  return false;
}

/* Counts without zones are enough for a machine, if a rough one; what was assumed is noted for
 * people. */
bool
pwk_config_zones_of_counts (PwkConfig *config, GError **error)
{
  uint64_t start = 0;

  if (config->free_counts->len == 0 || config->from_zoneinfo)
    return true;
  if (config->e820->len)
    return pwk_config_fail (error, "buddyinfo: the free blocks follow from e820= already");
  for (unsigned i = 0; i < config->free_counts->len; i++)
    {
      const PwkFreeCountConfig *count = &g_array_index (config->free_counts, PwkFreeCountConfig, i);

      if (!has_zone (config, count) && !add_smallest (config, count, &start, error))
        return false;
    }
  config->from_zoneinfo = true;
  pwk_config_note (config, g_strdup ("assumed: zones as small as their free blocks allow, and the marks of such zones; zoneinfo= would tell"));
  return true;
}

/* Nothing to do without counts. Those of buddyinfo do not tell types, so Movable is assumed. */
bool
pwk_config_lay_out_counts (PwkConfig *config, GError **error)
{
  for (unsigned i = 0; i < config->free_counts->len; i++)
    {
      const PwkFreeCountConfig *count = &g_array_index (config->free_counts, PwkFreeCountConfig, i);

      if (!has_zone (config, count))
        return pwk_config_fail (error, "buddyinfo: node %u has no zone %s", count->node, pwk_zone_name (count->type));
    }
  for (unsigned i = 0; config->free_counts->len > 0 && i < config->zones->len; i++)
    {
      const PwkZoneConfig *zone = &g_array_index (config->zones, PwkZoneConfig, i);

      if (counted_pages (config, zone) > zone->managed)
        return pwk_config_fail (error, "buddyinfo: zone %s of node %u has more pages free than managed", pwk_zone_name (zone->type), zone->node);
      if (!lay_out_zone (config, i))
        return pwk_config_fail (error, "buddyinfo: zone %s of node %u has no room for its free blocks without merging them",
                                pwk_zone_name (zone->type), zone->node);
    }
  if (config->free_counts->len && g_array_index (config->free_counts, PwkFreeCountConfig, 0).migratetype < 0)
    pwk_config_note (config, g_strdup ("assumed: all free blocks are Movable; pagetypeinfo= would tell"));
  return true;
}
