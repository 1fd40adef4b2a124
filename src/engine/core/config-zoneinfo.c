/* config-zoneinfo.c - /proc/zoneinfo and lists of free blocks as configuration
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 *      Node 0, zone    DMA32                       begins a zone
 *        pages free     65032                      a word of zone_lines[] and its number
 *              min      1408
 *              protection: (0, 0, 1965, 1965)      in the order of the kernel's zones, see spread_protection ()
 *        pagesets
 *          cpu: 0                                  begins a cpu; lines up to the next are its own
 *                    high:  1050
 *        start_pfn:           4096
 *
 * Texts of kernels from 2.6 to today are read, though their lines differ: what is not known is
 * passed over, what is missing has a rule. What contradicts itself is refused, with zone and node
 * named, since boot takes the rest for granted (spans that are in the address space, present ≤
 * spanned, free ≤ managed, blocks aligned, within their zone and free once).
 */
#include "engine/core/config-private.h"

#include <string.h>

#include "engine/core/assert.h"
#include "engine/core/log-line.h"

/* Where a line of zoneinfo that begins with this word goes (an offset in PwkZoneConfig), and
 * whether it is one of the marks that a kernel computes together. */
static const struct { const char *word; size_t offset; bool mark; } zone_lines[] = {
  { "boost", offsetof (PwkZoneConfig, boost) },       { "min", offsetof (PwkZoneConfig, min), true },
  { "low", offsetof (PwkZoneConfig, low), true },     { "high", offsetof (PwkZoneConfig, high), true },
  { "promo", offsetof (PwkZoneConfig, promo) },       { "spanned", offsetof (PwkZoneConfig, spanned) },
  { "present", offsetof (PwkZoneConfig, present) },   { "managed", offsetof (PwkZoneConfig, managed) },
  { "start_pfn:", offsetof (PwkZoneConfig, start_pfn) },
};

typedef struct { const char *what; unsigned line; } Place;

/* Whose per-cpu lines come: the one of that number, which kernels before 2.6.25 told twice (its hot
 * and its cold pages). */
typedef struct { int64_t last; bool again; } Cpus;

/* The whole word must be a number; the error says what stood there. */
static bool
number_of (Place place, const char *text, uint64_t *value, GError **error)
{
  char *end;

  if (text && g_ascii_isdigit (*text))
    {
      *value = g_ascii_strtoull (text, &end, 10);
      if (*end == 0)
        return true;
    }
  return pwk_config_fail (error, "%s, line %u: expected a number%s%s%s", place.what, place.line, text ? ", got “" : "",
                          text ? text : "", text ? "”" : "");
}

/* "Node 0, zone    DMA32" */
static bool
begin_zone (Place place, char **words, unsigned n, GArray *zones, GError **error)
{
  PwkZoneConfig zone = { 0 };
  uint64_t node;
  int type;

  if (n < 4 || strcmp (words[2], "zone") != 0)
    return pwk_config_fail (error, "%s, line %u: expected “Node N, zone NAME”", place.what, place.line);
  g_strdelimit (words[1], ",", 0);
  if (!number_of (place, words[1], &node, error))
    return false;
  if (node >= PWK_MAX_NODES)
    return pwk_config_fail (error, "%s, line %u: node %" G_GUINT64_FORMAT ", but there are at most %d", place.what, place.line,
                            node, PWK_MAX_NODES);
  type = pwk_zone_from_name (words[3]);
  if (type < 0)
    return pwk_config_fail (error, "%s, line %u: unknown zone “%s”", place.what, place.line, words[3]);
  zone.node = (uint32_t) node;
  zone.type = (uint32_t) type;
  g_array_append_val (zones, zone);
  return true;
}

/* "protection: (0, 253, 253, 253, 253)": kept in the order of the text, see
 * pwk_config_check_zones (). */
static bool
parse_protection (Place place, char **words, unsigned n, PwkZoneConfig *zone, GError **error)
{
  for (unsigned i = 1; i < n; i++)
    {
      zone->n_protection = i;
      if (i > PWK_MAX_NR_ZONES)
        return pwk_config_fail (error, "%s, line %u: more than %d zones", place.what, place.line, PWK_MAX_NR_ZONES);
      g_strdelimit (words[i], "(),", ' ');
      if (!number_of (place, g_strstrip (words[i]), &zone->protection[i - 1], error))
        return false;
    }
  return true;
}

/* "cpu: 0", or "cpu: 0 pcp: 0". Numbers that are left out are of cpus that are offline. */
static bool
begin_cpu (Place place, char **words, unsigned n, PwkZoneConfig *zone, Cpus *cpus, GError **error)
{
  uint64_t value;

  if (!number_of (place, n > 1 ? words[1] : NULL, &value, error))
    return false;
  cpus->again = (int64_t) value == cpus->last;
  if (cpus->again)
    return true;
  if (value > G_MAXINT32 || (int64_t) value < cpus->last)
    return pwk_config_fail (error, "%s, line %u: expected a cpu behind cpu %d", place.what, place.line, (int) cpus->last);
  cpus->last = (int64_t) value;
  zone->n_cpus_told++;
  zone->n_cpus = MIN (zone->n_cpus_told, PWK_MAX_CPUS);
  return true;
}

/* Lines of a per-cpu pageset. */
static bool
parse_cpu_line (Place place, char **words, unsigned n, PwkZoneConfig *zone, Cpus *cpus, GError **error)
{
  const char *last = words[n - 1];
  int32_t *field = NULL;
  uint64_t value;
  unsigned cpu;

  if (strcmp (words[0], "cpu:") == 0)
    return begin_cpu (place, words, n, zone, cpus, error);
  if (zone->n_cpus == 0 || zone->n_cpus_told > PWK_MAX_CPUS || cpus->again)
    return true;
  cpu = zone->n_cpus - 1;
  if (strcmp (words[0], "high:") == 0)
    field = &zone->cpu[cpu].high;
  else if (strcmp (words[0], "batch:") == 0)
    field = &zone->cpu[cpu].batch;
  else if (strcmp (words[0], "high_min:") == 0)
    field = &zone->cpu[cpu].high_min;
  else if (strcmp (words[0], "high_max:") == 0)
    field = &zone->cpu[cpu].high_max;
  else if (n == 4 && strcmp (words[0], "vm") == 0 && strcmp (words[2], "threshold:") == 0)
    field = &zone->cpu[cpu].stat_threshold;
  if (!field)
    return true;
  if (!number_of (place, n > 1 ? last : NULL, &value, error))
    return false;
  if (value > G_MAXINT32)
    return pwk_config_fail (error, "%s, line %u: %s is too large", place.what, place.line, last);
  *field = (int32_t) value;
  return true;
}

/* By the line's first word. What no table has is taken for a line of a cpu, or for one that says
 * nothing here. */
static bool
parse_zone_line (Place place, char **words, unsigned n, PwkZoneConfig *zone, Cpus *cpus, GError **error)
{
  if (strcmp (words[0], "pages") == 0 && n == 3 && strcmp (words[1], "free") == 0)
    return number_of (place, words[2], &zone->free, error);
  if (strcmp (words[0], "protection:") == 0)
    return parse_protection (place, words, n, zone, error);
  for (size_t i = 0; i < G_N_ELEMENTS (zone_lines); i++)
    if (strcmp (words[0], zone_lines[i].word) == 0)
      {
        zone->has_marks |= zone_lines[i].mark;
        zone->has_managed |= zone_lines[i].offset == offsetof (PwkZoneConfig, managed);
        return number_of (place, n > 1 ? words[1] : NULL, (uint64_t *) ((char *) zone + zone_lines[i].offset), error);
      }
  return parse_cpu_line (place, words, n, zone, cpus, error);
}

/* What stands before the first zone is no part of it. */
bool
pwk_config_parse_zoneinfo (const char *text, GArray *zones, GError **error)
{
  g_auto(GStrv) lines = g_strsplit (text, "\n", -1);
  Cpus cpus = { -1, false };

  for (unsigned i = 0; lines[i]; i++)
    {
      g_auto(GStrv) words = pwk_line_words (pwk_log_line_text (lines[i]));
      unsigned n = g_strv_length (words);
      Place place = { "zoneinfo", i + 1 };

      if (n == 0)
        continue;
      if (strcmp (words[0], "Node") == 0)
        {
          cpus = (Cpus) { -1, false };
          if (!begin_zone (place, words, n, zones, error))
            return false;
        }
      else if (zones->len > 0
               && !parse_zone_line (place, words, n, &g_array_index (zones, PwkZoneConfig, zones->len - 1), &cpus, error))
        return false;
    }
  if (zones->len == 0)
    return pwk_config_fail (error, "zoneinfo: there is no zone in it");
  for (unsigned i = 0; i < zones->len; i++)
    {
      PwkZoneConfig *zone = &g_array_index (zones, PwkZoneConfig, i);

      if (!zone->has_managed)
        zone->managed = zone->present;
    }
  return true;
}

/* "0 DMA32 Movable 10 16384 17408 …" */
static bool
parse_area (Place place, char **words, unsigned n, GArray *areas, GArray *pfns, GError **error)
{
  PwkFreeAreaConfig area = { .first = pfns->len };
  uint64_t number;
  int type, migratetype;

  if (n < 5)
    return pwk_config_fail (error, "freeareas, line %u: expected “node zone migratetype order pfn …”", place.line);
  if (!number_of (place, words[0], &number, error))
    return false;
  area.node = (uint32_t) MIN (number, PWK_MAX_NODES);
  type = pwk_zone_from_name (words[1]);
  if (type < 0)
    return pwk_config_fail (error, "freeareas, line %u: unknown zone “%s”", place.line, words[1]);
  migratetype = pwk_migratetype_from_name (words[2]);
  if (migratetype < 0)
    return pwk_config_fail (error, "freeareas, line %u: unknown migratetype “%s”", place.line, words[2]);
  if (!number_of (place, words[3], &number, error))
    return false;
  if (number > PWK_MAX_PAGE_ORDER)
    return pwk_config_fail (error, "freeareas, line %u: order %s, but the highest is %d", place.line, words[3], PWK_MAX_PAGE_ORDER);
  area.type = (uint32_t) type;
  area.migratetype = (uint32_t) migratetype;
  area.order = (uint32_t) number;
  for (unsigned i = 4; i < n; i++)
    {
      if (!number_of (place, words[i], &number, error))
        return false;
      if (number & (pwk_order_pages (area.order) - 1))
        return pwk_config_fail (error, "freeareas, line %u: pfn %s is not aligned to order %u", place.line, words[i], area.order);
      g_array_append_val (pfns, number);
      area.n++;
    }
  g_array_append_val (areas, area);
  return true;
}

/* One free list a line; lists may be spread over several lines, which are then joined in order. */
bool
pwk_config_parse_freeareas (const char *text, GArray *areas, GArray *pfns, GError **error)
{
  g_auto(GStrv) lines = g_strsplit (text, "\n", -1);

  for (unsigned i = 0; lines[i]; i++)
    {
      g_auto(GStrv) words = pwk_line_words (lines[i]);
      unsigned n = g_strv_length (words);

      if (n > 0 && !parse_area ((Place) { "freeareas", i + 1 }, words, n, areas, pfns, error))
        return false;
    }
  return true;
}

/* --- pageblocks that have no free page to show their type --- */

/* "1 DMA32 Unmovable 65536 66048": node, zone, migratetype, first frames. */
static bool
parse_pageblocks_line (Place place, char **words, unsigned n, GArray *pageblocks, GError **error)
{
  PwkPageblockConfig entry = { 0 };
  uint64_t node;
  int type, migratetype;

  if (n < 4)
    return pwk_config_fail (error, "pageblocks, line %u: expected “node zone migratetype pfn …”", place.line);
  if (!number_of (place, words[0], &node, error))
    return false;
  type = pwk_zone_from_name (words[1]);
  if (type < 0)
    return pwk_config_fail (error, "pageblocks, line %u: unknown zone “%s”", place.line, words[1]);
  migratetype = pwk_migratetype_from_name (words[2]);
  if (migratetype < 0)
    return pwk_config_fail (error, "pageblocks, line %u: unknown migratetype “%s”", place.line, words[2]);
  entry.migratetype = (uint32_t) migratetype;
  for (unsigned i = 3; i < n; i++)
    {
      if (!number_of (place, words[i], &entry.pfn, error))
        return false;
      if (entry.pfn % PWK_PAGEBLOCK_PAGES != 0)
        return pwk_config_fail (error, "pageblocks, line %u: pfn %s is not the first of a pageblock", place.line, words[i]);
      g_array_append_val (pageblocks, entry);
    }
  return true;
}

/* A new text takes the place of an older one. */
bool
pwk_config_parse_pageblocks (const char *text, GArray *pageblocks, GError **error)
{
  g_auto(GStrv) lines = g_strsplit (text, "\n", -1);

  g_array_set_size (pageblocks, 0);
  for (unsigned i = 0; lines[i]; i++)
    {
      g_auto(GStrv) words = pwk_line_words (lines[i]);
      unsigned n = g_strv_length (words);

      if (n > 0 && !parse_pageblocks_line ((Place) { "pageblocks", i + 1 }, words, n, pageblocks, error))
        return false;
    }
  return true;
}

/* --- pages that could be moved --- */

/* By pageblock, which is unique. */
static int
compare_movable (const void *a, const void *b)
{
  const PwkMovableConfig *x = a, *y = b;

  return x->pageblock < y->pageblock ? -1 : x->pageblock > y->pageblock;
}

/* "0 DMA32 5632 15": node, zone, first frame of a pageblock, pages. */
static bool
parse_movable_line (Place place, char **words, unsigned n, GArray *movable, GError **error)
{
  PwkMovableConfig entry = { 0 };
  uint64_t node, pages;
  int type;

  if (n != 4)
    return pwk_config_fail (error, "movable, line %u: expected a node, a zone, a pageblock's first pfn and a number of pages", place.line);
  if (!number_of (place, words[0], &node, error) || !number_of (place, words[2], &entry.pageblock, error)
      || !number_of (place, words[3], &pages, error))
    return false;
  type = pwk_zone_from_name (words[1]);
  if (type < 0)
    return pwk_config_fail (error, "movable, line %u: unknown zone “%s”", place.line, words[1]);
  if (entry.pageblock % PWK_PAGEBLOCK_PAGES != 0 || pages > PWK_PAGEBLOCK_PAGES)
    return pwk_config_fail (error, "movable, line %u: expected a pageblock, %u pages at a multiple of that", place.line,
                            (unsigned) PWK_PAGEBLOCK_PAGES);
  entry.node = (uint32_t) node;
  entry.type = (uint32_t) type;
  entry.pages = (uint32_t) pages;
  g_array_append_val (movable, entry);
  return true;
}

/* Sorted at last, so that compaction can ask quickly. */
bool
pwk_config_parse_movable (const char *text, GArray *movable, GError **error)
{
  g_auto(GStrv) lines = g_strsplit (text, "\n", -1);

  g_array_set_size (movable, 0);
  for (unsigned i = 0; lines[i]; i++)
    {
      g_auto(GStrv) words = pwk_line_words (lines[i]);
      unsigned n = g_strv_length (words);

      if (n > 0 && !parse_movable_line ((Place) { "movable", i + 1 }, words, n, movable, error))
        return false;
    }
  g_array_sort (movable, compare_movable);
  return true;
}

/* By halving, as compaction asks of each pageblock that it scans. */
uint32_t
pwk_config_movable (const PwkConfig *config, PwkPfn start)
{
  unsigned low = 0, high = config->movable->len;

  pwk_assert_door (start % PWK_PAGEBLOCK_PAGES == 0);
  while (low < high)
    {
      unsigned middle = (low + high) / 2;
      const PwkMovableConfig *entry = &g_array_index (config->movable, PwkMovableConfig, middle);

      if (entry->pageblock == start)
        return entry->pages;
      if (entry->pageblock < start)
        low = middle + 1;
      else
        high = middle;
    }
  return 0;
}

/* The zones that the text names: a bit each. */
static uint32_t
zones_told (const PwkConfig *config)
{
  uint32_t told = 0;

  for (unsigned i = 0; i < config->zones->len; i++)
    told |= 1u << g_array_index (config->zones, PwkZoneConfig, i).type;
  return told;
}

/* The text's protection array has an entry for each zone that its kernel was built with: those that
 * the text names, if it names as many, as kernels since 4.14 do, else those of the profile. Zones
 * that the kernel did not have are protected from as the one below. */
static void
spread_protection (const PwkProfile *profile, uint32_t told, PwkZoneConfig *zone)
{
  uint32_t built = (unsigned) __builtin_popcount (told) == zone->n_protection ? told : profile->zones;
  uint64_t given[PWK_MAX_NR_ZONES];
  unsigned next = 0;

  memcpy (given, zone->protection, sizeof given);
  for (unsigned type = 0; type < PWK_MAX_NR_ZONES; type++)
    if ((built >> type & 1) && (next < zone->n_protection || next == 0))
      zone->protection[type] = given[next++];
    else
      zone->protection[type] = type ? zone->protection[type - 1] : 0;
}

/* What boot would otherwise have to assert: managed ≤ present ≤ spanned, as each leaves out a part of
 * the one before (what boot kept for itself; holes), and free ≤ managed, since only the allocator
 * frees. */
static bool
check_zone (const PwkConfig *config, const PwkZoneConfig *zone, GError **error)
{
  const char *name = pwk_zone_name (zone->type);

  if (!(config->profile->zones >> zone->type & 1))
    return pwk_config_fail (error, "zoneinfo: there is no zone %s on %s with kernel %s", name, config->profile->arch, config->profile->kernel);
  if (zone->spanned > PWK_MAX_PHYS_PAGES || zone->start_pfn > PWK_MAX_PHYS_PAGES - zone->spanned)
    return pwk_config_fail (error, "zoneinfo: zone %s of node %u ends beyond 16 TiB", name, zone->node);
  if (zone->present > zone->spanned)
    return pwk_config_fail (error, "zoneinfo: zone %s of node %u has more pages present than spanned", name, zone->node);
  if (zone->managed > zone->present)
    return pwk_config_fail (error, "zoneinfo: zone %s of node %u has more pages managed than present", name, zone->node);
  if (zone->free > zone->managed)
    return pwk_config_fail (error, "zoneinfo: zone %s of node %u has more pages free than managed", name, zone->node);
  for (unsigned i = 0; i < config->zones->len; i++)
    {
      const PwkZoneConfig *other = &g_array_index (config->zones, PwkZoneConfig, i);

      if (other == zone)
        continue;
      if (other->node == zone->node && other->type == zone->type)
        return pwk_config_fail (error, "zoneinfo: zone %s of node %u is there twice", name, zone->node);
    }
  return true;
}

/* --- zones whose spans cross: nodes with memory on both sides of another's --- */

/* Their spans have pages in common. */
static bool
crosses (const PwkZoneConfig *a, const PwkZoneConfig *b)
{
  return a != b && a->start_pfn < b->start_pfn + b->spanned && b->start_pfn < a->start_pfn + a->spanned;
}

/* One that crosses it, or NULL. */
static const PwkZoneConfig *
crossed_by (const PwkConfig *config, const PwkZoneConfig *zone)
{
  for (unsigned i = 0; i < config->zones->len; i++)
    if (crosses (zone, &g_array_index (config->zones, PwkZoneConfig, i)))
      return &g_array_index (config->zones, PwkZoneConfig, i);
  return NULL;
}

/* Edges, upwards. */
static int
compare_u64 (const void *a, const void *b)
{
  uint64_t x = *(const uint64_t *) a, y = *(const uint64_t *) b;

  return x < y ? -1 : x > y;
}

/* Of the crossed zones that span [@at, …) and still need pages the one that ends first, or -1. There
 * are few, and edges are twice as many: no heap is worth it. */
static int
most_urgent (const PwkConfig *config, const uint64_t *needs, uint64_t at)
{
  int found = -1;

  for (unsigned i = 0; i < config->zones->len; i++)
    {
      const PwkZoneConfig *zone = &g_array_index (config->zones, PwkZoneConfig, i);
      uint64_t end = zone->start_pfn + zone->spanned;

      if (needs[i] == 0 || at < zone->start_pfn || at >= end)
        continue;
      if (found < 0 || end < g_array_index (config->zones, PwkZoneConfig, found).start_pfn + g_array_index (config->zones, PwkZoneConfig, found).spanned)
        found = (int) i;
    }
  return found;
}

/* Neighbouring ranges of one zone are one. */
static void
give_range (PwkConfig *config, unsigned zone, uint64_t start, uint64_t end)
{
  PwkZoneRangeConfig range = { zone, start, end };
  PwkZoneRangeConfig *last = config->zone_ranges->len ? &g_array_index (config->zone_ranges, PwkZoneRangeConfig, config->zone_ranges->len - 1) : NULL;

  if (last && last->zone == zone && last->end == start)
    last->end = end;
  else
    g_array_append_val (config->zone_ranges, range);
}

/* Which pages of a span that others cross are present is not told. Going up, each page is given to
 * the zone that ends first: if there is a way for all to get theirs, that is one (earliest deadline
 * first).
 *
 *      node 0      |---------------------------|            present: half of it
 *      node 1            |---------|                        present: all of it
 *      given       [ 0  ][    1    ][    0     ]
 */
static bool
share_spans (PwkConfig *config, GError **error)
{
  g_autoptr(GArray) edges = g_array_new (FALSE, FALSE, sizeof (uint64_t));
  g_autofree uint64_t *needs = g_new0 (uint64_t, config->zones->len);

  for (unsigned i = 0; i < config->zones->len; i++)
    {
      const PwkZoneConfig *zone = &g_array_index (config->zones, PwkZoneConfig, i);
      uint64_t end = zone->start_pfn + zone->spanned;

      if (!crossed_by (config, zone))
        continue;
      needs[i] = zone->present;
      g_array_append_val (edges, zone->start_pfn);
      g_array_append_val (edges, end);
    }
  g_array_sort (edges, compare_u64);
  for (unsigned i = 0; i + 1 < edges->len; i++)
    for (uint64_t at = g_array_index (edges, uint64_t, i), end = g_array_index (edges, uint64_t, i + 1); at < end;)
      {
        int zone = most_urgent (config, needs, at);
        uint64_t n = zone < 0 ? end - at : MIN (needs[zone], end - at);

        if (zone >= 0)
          {
            give_range (config, (unsigned) zone, at, at + n);
            needs[zone] -= n;
          }
        at += n;
      }
  for (unsigned i = 0; i < config->zones->len; i++)
    {
      const PwkZoneConfig *zone = &g_array_index (config->zones, PwkZoneConfig, i);
      const PwkZoneConfig *other = needs[i] ? crossed_by (config, zone) : NULL;

      if (other)
        return pwk_config_fail (error, "zoneinfo: zones %s of node %u and %s of node %u overlap", pwk_zone_name (MIN (zone, other)->type),
                                MIN (zone, other)->node, pwk_zone_name (MAX (zone, other)->type), MAX (zone, other)->node);
    }
  return true;
}

/* Zones that hold nothing are dropped: they have no place. Nodes must ascend, as the kernel prints
 * them. */
bool
pwk_config_check_zones (PwkConfig *config, GError **error)
{
  uint32_t node = 0, told = zones_told (config);

  for (unsigned i = config->zones->len; i-- > 0;)
    if (g_array_index (config->zones, PwkZoneConfig, i).present == 0)
      g_array_remove_index (config->zones, i);
  if (config->zones->len == 0)
    return pwk_config_fail (error, "zoneinfo: no zone has any page present");
  for (unsigned i = 0; i < config->zones->len; i++)
    {
      PwkZoneConfig *zone = &g_array_index (config->zones, PwkZoneConfig, i);

      if (!check_zone (config, zone, error))
        return false;
      if (zone->node < node)
        return pwk_config_fail (error, "zoneinfo: node %u comes after node %u", zone->node, node);
      node = zone->node;
      spread_protection (config->profile, told, zone);
    }
  return share_spans (config, error);
}

/* The zone of that node and kind, or NULL. */
static const PwkZoneConfig *
find_zone (const PwkConfig *config, uint32_t node, uint32_t type)
{
  for (unsigned i = 0; i < config->zones->len; i++)
    {
      const PwkZoneConfig *zone = &g_array_index (config->zones, PwkZoneConfig, i);

      if (zone->node == node && zone->type == type)
        return zone;
    }
  return NULL;
}

/* Whether all of the block is the zone's own memory: of a zone that no other crosses its span, else
 * one of the ranges that share_spans () gave it. */
static bool
is_own (const PwkConfig *config, const PwkZoneConfig *zone, uint64_t start, uint64_t end)
{
  unsigned index = (unsigned) (zone - &g_array_index (config->zones, PwkZoneConfig, 0));
  bool shared = false;

  if (start < zone->start_pfn || end > zone->start_pfn + zone->spanned)
    return false;
  for (unsigned i = 0; i < config->zone_ranges->len; i++)
    {
      const PwkZoneRangeConfig *range = &g_array_index (config->zone_ranges, PwkZoneRangeConfig, i);

      shared |= range->zone == index;
      if (range->zone == index && start >= range->start && end <= range->end)
        return true;
    }
  return !shared;
}

typedef struct { uint64_t start, end; } Block;

/* By first page. */
static int
compare_blocks (const void *a, const void *b)
{
  const Block *x = a, *y = b;

  return x->start < y->start ? -1 : x->start > y->start;
}

/* Sorted, two blocks that overlap are neighbours, so one pass finds any. */
bool
pwk_config_check_free_areas (PwkConfig *config, GError **error)
{
  g_autoptr(GArray) blocks = g_array_new (FALSE, FALSE, sizeof (Block));

  for (unsigned i = 0; i < config->free_areas->len; i++)
    {
      const PwkFreeAreaConfig *area = &g_array_index (config->free_areas, PwkFreeAreaConfig, i);
      const PwkZoneConfig *zone = find_zone (config, area->node, area->type);

      if (!zone)
        return pwk_config_fail (error, "freeareas: node %u has no zone %s", area->node, pwk_zone_name (area->type));
      for (unsigned k = 0; k < area->n; k++)
        {
          uint64_t pfn = g_array_index (config->free_pfns, uint64_t, area->first + k);
          Block block = { pfn, pfn + pwk_order_pages (area->order) };

          if (!is_own (config, zone, block.start, block.end))
            return pwk_config_fail (error, "freeareas: pfn %" G_GUINT64_FORMAT " is not in zone %s of node %u", pfn,
                                    pwk_zone_name (area->type), area->node);
          g_array_append_val (blocks, block);
        }
    }
  g_array_sort (blocks, compare_blocks);
  for (unsigned i = 1; i < blocks->len; i++)
    if (g_array_index (blocks, Block, i).start < g_array_index (blocks, Block, i - 1).end)
      return pwk_config_fail (error, "freeareas: pfn %" G_GUINT64_FORMAT " is free twice", g_array_index (blocks, Block, i).start);
  return true;
}
