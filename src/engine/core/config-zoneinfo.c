/* config-zoneinfo.c - /proc/zoneinfo and lists of free blocks as configuration
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/core/config-private.h"

#include <string.h>

/* Where a line of zoneinfo that begins with this word goes (an offset in PwkZoneConfig), and whether it is one of the marks
 * that a kernel computes together. */
static const struct { const char *word; size_t offset; bool mark; } zone_lines[] = {
  { "boost", offsetof (PwkZoneConfig, boost) },       { "min", offsetof (PwkZoneConfig, min), true },
  { "low", offsetof (PwkZoneConfig, low), true },     { "high", offsetof (PwkZoneConfig, high), true },
  { "promo", offsetof (PwkZoneConfig, promo) },       { "spanned", offsetof (PwkZoneConfig, spanned) },
  { "present", offsetof (PwkZoneConfig, present) },   { "managed", offsetof (PwkZoneConfig, managed) },
  { "start_pfn:", offsetof (PwkZoneConfig, start_pfn) },
};

typedef struct { const char *what; unsigned line; } Place;

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

/* "protection: (0, 253, 253, 253, 253)": kept in the order of the text, see pwk_config_check_zones (). */
static bool
parse_protection (Place place, char **words, unsigned n, PwkZoneConfig *zone, GError **error)
{
  for (unsigned i = 1; i < n; i++)
    {
      if (i > PWK_MAX_NR_ZONES)
        return pwk_config_fail (error, "%s, line %u: more than %d zones", place.what, place.line, PWK_MAX_NR_ZONES);
      g_strdelimit (words[i], "(),", ' ');
      if (!number_of (place, g_strstrip (words[i]), &zone->protection[i - 1], error))
        return false;
    }
  return true;
}

/* Lines of a per-cpu pageset. */
static bool
parse_cpu_line (Place place, char **words, unsigned n, PwkZoneConfig *zone, GError **error)
{
  const char *last = words[n - 1];
  int32_t *field = NULL;
  uint64_t value;
  unsigned cpu;

  if (strcmp (words[0], "cpu:") == 0)
    {
      if (!number_of (place, n > 1 ? words[1] : NULL, &value, error))
        return false;
      if (value != zone->n_cpus || value >= PWK_MAX_CPUS)
        return pwk_config_fail (error, "%s, line %u: expected cpu %u", place.what, place.line, zone->n_cpus);
      zone->n_cpus++;
      return true;
    }
  if (zone->n_cpus == 0)
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

static bool
parse_zone_line (Place place, char **words, unsigned n, PwkZoneConfig *zone, GError **error)
{
  if (strcmp (words[0], "pages") == 0 && n == 3 && strcmp (words[1], "free") == 0)
    return number_of (place, words[2], &zone->free, error);
  if (strcmp (words[0], "protection:") == 0)
    return parse_protection (place, words, n, zone, error);
  for (size_t i = 0; i < G_N_ELEMENTS (zone_lines); i++)
    if (strcmp (words[0], zone_lines[i].word) == 0)
      {
        zone->has_marks |= zone_lines[i].mark;
        return number_of (place, n > 1 ? words[1] : NULL, (uint64_t *) ((char *) zone + zone_lines[i].offset), error);
      }
  return parse_cpu_line (place, words, n, zone, error);
}

/* The words of @line, without the empty ones. */
static unsigned
split_words (const char *line, char ***words)
{
  char **all = g_strsplit_set (line, " \t\r", -1);
  unsigned n = 0;

  for (unsigned i = 0; all[i]; i++)
    if (*all[i])
      all[n++] = all[i];
    else
      g_free (all[i]);
  all[n] = NULL;
  *words = all;
  return n;
}

bool
pwk_config_parse_zoneinfo (const char *text, GArray *zones, GError **error)
{
  g_auto(GStrv) lines = g_strsplit (text, "\n", -1);

  for (unsigned i = 0; lines[i]; i++)
    {
      g_auto(GStrv) words = NULL;
      unsigned n = split_words (lines[i], &words);
      Place place = { "zoneinfo", i + 1 };
      bool ok;

      if (n == 0)
        continue;
      if (strcmp (words[0], "Node") == 0)
        ok = begin_zone (place, words, n, zones, error);
      else if (zones->len == 0)
        return pwk_config_fail (error, "zoneinfo, line %u: expected “Node N, zone NAME”", i + 1);
      else
        ok = parse_zone_line (place, words, n, &g_array_index (zones, PwkZoneConfig, zones->len - 1), error);
      if (!ok)
        return false;
    }
  if (zones->len == 0)
    return pwk_config_fail (error, "zoneinfo: there is no zone in it");
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

bool
pwk_config_parse_freeareas (const char *text, GArray *areas, GArray *pfns, GError **error)
{
  g_auto(GStrv) lines = g_strsplit (text, "\n", -1);

  for (unsigned i = 0; lines[i]; i++)
    {
      g_auto(GStrv) words = NULL;
      unsigned n = split_words (lines[i], &words);

      if (n > 0 && !parse_area ((Place) { "freeareas", i + 1 }, words, n, areas, pfns, error))
        return false;
    }
  return true;
}

/* The text's protection array has an entry for each zone that the kernel was built with. */
static void
spread_protection (const PwkProfile *profile, PwkZoneConfig *zone)
{
  uint64_t given[PWK_MAX_NR_ZONES];
  unsigned next = 0;

  memcpy (given, zone->protection, sizeof given);
  for (unsigned type = 0; type < PWK_MAX_NR_ZONES; type++)
    if (profile->zones >> type & 1)
      zone->protection[type] = given[next++];
    else
      zone->protection[type] = type ? zone->protection[type - 1] : 0;
}

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
      if (zone->start_pfn < other->start_pfn + other->spanned && other->start_pfn < zone->start_pfn + zone->spanned)
        return pwk_config_fail (error, "zoneinfo: zones %s of node %u and %s of node %u overlap", name, zone->node,
                                pwk_zone_name (other->type), other->node);
    }
  return true;
}

bool
pwk_config_check_zones (PwkConfig *config, GError **error)
{
  uint32_t node = 0;

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
      spread_protection (config->profile, zone);
    }
  return true;
}

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

typedef struct { uint64_t start, end; } Block;

static int
compare_blocks (const void *a, const void *b)
{
  const Block *x = a, *y = b;

  return x->start < y->start ? -1 : x->start > y->start;
}

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

          if (block.start < zone->start_pfn || block.end > zone->start_pfn + zone->spanned)
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
