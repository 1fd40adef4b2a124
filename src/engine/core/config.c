/* config.c - machine()'s arguments, from text to a checked configuration
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/core/config-private.h"

#include <string.h>

G_DEFINE_QUARK (pwk-config-error-quark, pwk_config_error)

#define MIN_MEMORY ((uint64_t) 4 << 20)
#define MIN_USABLE ((uint64_t) 2 << 20)      /* of a map that was given */
#define MAX_MEMORY ((uint64_t) 16 << 40)
#define PCI_HOLE   ((uint64_t) 1 << 30)      /* no memory from 3 to 4 GiB */

struct _PwkConfigBuilder
{
  PwkConfig  *config;          /* owned */
  char       *kernel, *arch;   /* owned */
  PwkCmdline  cmdline;
  uint32_t    n_distance;      /* rows of numa_distance=, 0 not given */
  GArray     *cpu_groups;      /* uint64_t: mask of cpus by node; NULL not given */
  bool        has_nodes, has_cpus, has_levels, has_memory;
};

static const char *const keys[] = {
  "memory", "nodes", "cpus", "arch", "levels", "kernel", "aslr", "thp", "swap", "min_free_kbytes", "numa_distance", "cpu_nodes",
  "tlb", "seed", "e820", "srat", "zoneinfo", "freeareas", "cmdline", "results", "tick_every", NULL
};

const char *const *
pwk_config_keys (void)
{
  return keys;
}

PwkConfigBuilder *
pwk_config_builder_new (void)
{
  PwkConfigBuilder *builder = g_new0 (PwkConfigBuilder, 1);
  PwkConfig *config = g_new0 (PwkConfig, 1);

  config->memory_bytes = (uint64_t) 512 << 20;
  config->n_nodes = 1;
  config->n_cpus = 2;
  config->thp = PWK_THP_MADVISE;
  config->swap_bytes = (uint64_t) 128 << 20;
  config->seed = 1;
  config->min_free_kbytes = -1;
  config->e820 = g_array_new (FALSE, FALSE, sizeof (PwkE820Entry));
  config->srat = g_array_new (FALSE, FALSE, sizeof (PwkSratEntry));
  config->zones = g_array_new (FALSE, FALSE, sizeof (PwkZoneConfig));
  config->free_areas = g_array_new (FALSE, FALSE, sizeof (PwkFreeAreaConfig));
  config->free_pfns = g_array_new (FALSE, FALSE, sizeof (uint64_t));
  pwk_tlb_spec_parse (&config->tlb, "", NULL);
  builder->config = config;
  builder->kernel = g_strdup ("6.18");
  builder->arch = g_strdup ("x86-64");
  return builder;
}

void
pwk_config_builder_free (PwkConfigBuilder *builder)
{
  if (!builder)
    return;
  pwk_config_free (builder->config);
  g_free (builder->kernel);
  g_free (builder->arch);
  g_clear_pointer (&builder->cmdline.memmap, g_array_unref);
  g_clear_pointer (&builder->cpu_groups, g_array_unref);
  g_free (builder);
}

void
pwk_config_free (PwkConfig *config)
{
  if (!config)
    return;
  g_array_unref (config->e820);
  g_array_unref (config->srat);
  g_array_unref (config->zones);
  g_array_unref (config->free_areas);
  g_array_unref (config->free_pfns);
  g_free (config);
}

/* --- numbers and words --- */

bool
pwk_config_parse_size (const char *text, const char **end, uint64_t *value)
{
  static const char suffixes[] = "KMGT";
  const char *suffix;
  uint64_t number;
  char *at;

  if (!g_ascii_isdigit (*text))
    return false;
  number = g_ascii_strtoull (text, &at, text[0] == '0' && (text[1] | 32) == 'x' ? 16 : 10);
  suffix = *at ? strchr (suffixes, g_ascii_toupper (*at)) : NULL;
  if (suffix)
    {
      unsigned shift = 10 * (unsigned) (suffix - suffixes + 1);

      if (number > UINT64_MAX >> shift)
        return false;
      number <<= shift;
      at++;
    }
  *value = number;
  if (end)
    *end = at;
  return end || *at == 0;
}

bool
pwk_config_parse_number (const char *key, const char *text, uint64_t min, uint64_t max, uint64_t *value, GError **error)
{
  if (!pwk_config_parse_size (text, NULL, value))
    return pwk_config_fail (error, "%s: expected a number, got “%s”", key, text);
  if (*value < min || *value > max)
    return pwk_config_fail (error, "%s: %s is not from %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT, key, text, min, max);
  return true;
}

static bool
set_memory (PwkConfigBuilder *builder, const char *text, GError **error)
{
  uint64_t bytes;

  if (!pwk_config_parse_size (text, NULL, &bytes))
    return pwk_config_fail (error, "memory: expected a size as 512M, got “%s”", text);
  if (bytes < MIN_MEMORY)
    return pwk_config_fail (error, "memory: %s is too little, at least 4M", text);
  if (bytes > MAX_MEMORY - PCI_HOLE)
    return pwk_config_fail (error, "memory: %s is too much, at most 16383G", text);
  builder->config->memory_bytes = bytes & PWK_PAGE_MASK;
  builder->has_memory = true;
  return true;
}

/* "10,20;20,10" */
static bool
set_distance (PwkConfigBuilder *builder, const char *text, GError **error)
{
  g_auto(GStrv) rows = g_strsplit (text, ";", -1);
  unsigned n = g_strv_length (rows);

  if (n > PWK_MAX_NODES)
    return pwk_config_fail (error, "numa_distance: %u rows, but there are at most %d nodes", n, PWK_MAX_NODES);
  for (unsigned row = 0; row < n; row++)
    {
      g_auto(GStrv) cells = g_strsplit (rows[row], ",", -1);

      if (g_strv_length (cells) != n)
        return pwk_config_fail (error, "numa_distance: row %u has %u numbers, expected %u", row, g_strv_length (cells), n);
      for (unsigned column = 0; column < n; column++)
        {
          uint64_t distance;

          if (!pwk_config_parse_number ("numa_distance", g_strstrip (cells[column]), 10, 255, &distance, error))
            return false;
          if (row == column && distance != 10)
            return pwk_config_fail (error, "numa_distance: node %u is %s from itself, expected 10", row, cells[column]);
          builder->config->numa_distance[row][column] = (uint32_t) distance;
        }
    }
  builder->n_distance = n;
  return true;
}

/* "0-1,4": a mask of cpus. */
static bool
parse_cpu_list (const char *text, uint64_t *mask, GError **error)
{
  g_auto(GStrv) ranges = g_strsplit (text, ",", -1);

  *mask = 0;
  for (char **range = ranges; *range; range++)
    {
      char *dash = strchr (g_strstrip (*range), '-');
      uint64_t first, last;

      if (**range == 0)
        continue;
      if (dash)
        *dash = 0;
      if (!pwk_config_parse_number ("cpu_nodes", *range, 0, PWK_MAX_CPUS - 1, &first, error)
          || !pwk_config_parse_number ("cpu_nodes", dash ? dash + 1 : *range, first, PWK_MAX_CPUS - 1, &last, error))
        return false;
      for (uint64_t cpu = first; cpu <= last; cpu++)
        *mask |= (uint64_t) 1 << cpu;
    }
  return true;
}

static bool
set_cpu_nodes (PwkConfigBuilder *builder, const char *text, GError **error)
{
  g_auto(GStrv) groups = g_strsplit (text, ";", -1);
  uint64_t seen = 0;

  g_clear_pointer (&builder->cpu_groups, g_array_unref);
  builder->cpu_groups = g_array_new (FALSE, FALSE, sizeof (uint64_t));
  for (char **group = groups; *group; group++)
    {
      uint64_t mask;

      if (!parse_cpu_list (*group, &mask, error))
        return false;
      if (mask & seen)
        return pwk_config_fail (error, "cpu_nodes: a cpu is on two nodes");
      seen |= mask;
      g_array_append_val (builder->cpu_groups, mask);
    }
  return true;
}

/* One of @words, by its place; -1 with an error. */
static int
word_of (const char *key, const char *text, const char *const *words, const char *expected, GError **error)
{
  for (int i = 0; words[i]; i++)
    if (strcmp (words[i], text) == 0)
      return i;
  g_set_error (error, PWK_CONFIG_ERROR, 0, "%s: expected %s, got “%s”", key, expected, text);
  return -1;
}

static bool
set_word (PwkConfig *config, const char *key, const char *value, GError **error)
{
  static const char *const switches[] = { "off", "on", "0", "1", NULL };
  static const char *const thp[] = { "never", "madvise", "always", NULL };
  static const char *const results[] = { "predicted", "recorded", NULL };
  int word;

  if (strcmp (key, "aslr") == 0)
    {
      word = word_of (key, value, switches, "on or off", error);
      config->aslr = word & 1;
    }
  else if (strcmp (key, "thp") == 0)
    {
      word = word_of (key, value, thp, "always, madvise or never", error);
      config->thp = (PwkThpMode) MAX (word, 0);
    }
  else
    {
      word = word_of (key, value, results, "predicted or recorded", error);
      config->results_recorded = word == 1;
    }
  return word >= 0;
}

static bool
set_number (PwkConfigBuilder *builder, const char *key, const char *value, GError **error)
{
  static const struct { const char *key; uint64_t min, max; } limits[] = {
    { "nodes", 1, PWK_MAX_NODES }, { "cpus", 1, PWK_MAX_CPUS }, { "levels", 4, 5 }, { "swap", 0, MAX_MEMORY },
    { "seed", 0, UINT64_MAX }, { "min_free_kbytes", 0, G_MAXINT32 }, { "tick_every", 0, G_MAXINT64 },
  };
  PwkConfig *config = builder->config;
  uint64_t number = 0;
  unsigned i = 0;

  while (strcmp (limits[i].key, key) != 0)
    i++;
  if (!pwk_config_parse_number (key, value, limits[i].min, limits[i].max, &number, error))
    return false;
  switch (i)
    {
    case 0: config->n_nodes = (uint32_t) number; builder->has_nodes = true; break;
    case 1: config->n_cpus = (uint32_t) number; builder->has_cpus = true; break;
    case 2: config->levels = (uint32_t) number; builder->has_levels = true; break;
    case 3: config->swap_bytes = number & PWK_PAGE_MASK; break;
    case 4: config->seed = number; break;
    case 5: config->min_free_kbytes = (int64_t) number; break;
    default: config->tick_every = number; break;
    }
  return true;
}

static bool
set_block (PwkConfigBuilder *builder, const char *key, const char *value, GError **error)
{
  PwkConfig *config = builder->config;

  if (strcmp (key, "e820") == 0)
    {
      g_array_set_size (config->e820, 0);
      return pwk_config_parse_e820 (value, config->e820, error);
    }
  if (strcmp (key, "srat") == 0)
    {
      g_array_set_size (config->srat, 0);
      return pwk_config_parse_srat (value, config->srat, error);
    }
  if (strcmp (key, "zoneinfo") == 0)
    {
      g_array_set_size (config->zones, 0);
      config->from_zoneinfo = true;
      return pwk_config_parse_zoneinfo (value, config->zones, error);
    }
  g_array_set_size (config->free_areas, 0);
  g_array_set_size (config->free_pfns, 0);
  return pwk_config_parse_freeareas (value, config->free_areas, config->free_pfns, error);
}

static bool
key_in (const char *key, const char *const *list)
{
  return g_strv_contains (list, key);
}

bool
pwk_config_builder_set (PwkConfigBuilder *builder, const char *key, const char *value, GError **error)
{
  static const char *const numbers[] = { "nodes", "cpus", "levels", "swap", "seed", "min_free_kbytes", "tick_every", NULL };
  static const char *const words[] = { "aslr", "thp", "results", NULL };
  static const char *const blocks[] = { "e820", "srat", "zoneinfo", "freeareas", NULL };

  if (!key_in (key, keys))
    return pwk_config_fail (error, "machine() has no argument “%s”", key);
  if (key_in (key, numbers))
    return set_number (builder, key, value, error);
  if (key_in (key, words))
    return set_word (builder->config, key, value, error);
  if (key_in (key, blocks))
    return set_block (builder, key, value, error);
  if (strcmp (key, "memory") == 0)
    return set_memory (builder, value, error);
  if (strcmp (key, "numa_distance") == 0)
    return set_distance (builder, value, error);
  if (strcmp (key, "cpu_nodes") == 0)
    return set_cpu_nodes (builder, value, error);
  if (strcmp (key, "tlb") == 0)
    return pwk_tlb_spec_parse (&builder->config->tlb, value, error);
  if (strcmp (key, "cmdline") == 0)
    return pwk_config_parse_cmdline (value, &builder->cmdline, error);
  if (strcmp (key, "kernel") == 0)
    {
      g_free (builder->kernel);
      builder->kernel = g_strdup (value);
    }
  else
    {
      g_free (builder->arch);
      builder->arch = g_strdup (value);
    }
  return pwk_profile_find (strcmp (key, "kernel") == 0 ? value : "6.18", strcmp (key, "arch") == 0 ? value : "x86-64", error) != NULL;
}

/* --- all together --- */

/* Nodes and cpus that were not given follow from what was. */
static bool
settle_counts (PwkConfigBuilder *builder, GError **error)
{
  PwkConfig *config = builder->config;
  uint32_t nodes = 1, cpus = 0;

  for (unsigned i = 0; i < config->zones->len; i++)
    {
      nodes = MAX (nodes, g_array_index (config->zones, PwkZoneConfig, i).node + 1);
      cpus = MAX (cpus, g_array_index (config->zones, PwkZoneConfig, i).n_cpus);
    }
  if (config->n_nodes < nodes && builder->has_nodes)
    return pwk_config_fail (error, "nodes: %u, but memory of node %u is described", config->n_nodes, nodes - 1);
  if (!config->from_zoneinfo)
    for (unsigned i = 0; i < config->srat->len; i++)
      nodes = MAX (nodes, g_array_index (config->srat, PwkSratEntry, i).node + 1);
  if (!builder->has_nodes)
    config->n_nodes = MAX (nodes, MAX (builder->n_distance, builder->cpu_groups ? builder->cpu_groups->len : 1));
  if (config->n_nodes > PWK_MAX_NODES)
    return pwk_config_fail (error, "nodes: at most %d", PWK_MAX_NODES);
  if (!builder->has_cpus && cpus)
    config->n_cpus = cpus;
  return true;
}

static bool
settle_distance (PwkConfigBuilder *builder, GError **error)
{
  PwkConfig *config = builder->config;

  if (builder->n_distance && builder->n_distance != config->n_nodes)
    return pwk_config_fail (error, "numa_distance: %u rows for %u nodes", builder->n_distance, config->n_nodes);
  if (!builder->n_distance)
    for (unsigned a = 0; a < config->n_nodes; a++)
      for (unsigned b = 0; b < config->n_nodes; b++)
        config->numa_distance[a][b] = a == b ? 10 : 20;
  return true;
}

static bool
settle_cpus (PwkConfigBuilder *builder, GError **error)
{
  PwkConfig *config = builder->config;
  uint64_t seen = 0;

  for (unsigned cpu = 0; cpu < config->n_cpus; cpu++)
    config->cpu_node[cpu] = cpu * config->n_nodes / config->n_cpus;
  if (!builder->cpu_groups)
    return true;
  if (builder->cpu_groups->len > config->n_nodes)
    return pwk_config_fail (error, "cpu_nodes: %u groups for %u nodes", builder->cpu_groups->len, config->n_nodes);
  for (unsigned node = 0; node < builder->cpu_groups->len; node++)
    {
      uint64_t mask = g_array_index (builder->cpu_groups, uint64_t, node);

      seen |= mask;
      for (unsigned cpu = 0; cpu < config->n_cpus; cpu++)
        if (mask >> cpu & 1)
          config->cpu_node[cpu] = node;
    }
  if (seen != (config->n_cpus == 64 ? UINT64_MAX : ((uint64_t) 1 << config->n_cpus) - 1))
    return pwk_config_fail (error, "cpu_nodes: expected each of the cpus 0 to %u once", config->n_cpus - 1);
  return true;
}

/* memory= over nodes=: each gets its part in steps of 128 MiB of memory, smaller ones where that would leave a node empty. */
static void
spread_nodes (PwkConfig *config)
{
  const uint64_t gap = (uint64_t) 3 << 30, hole = PCI_HOLE;
  uint64_t step = (uint64_t) 128 << 20, start = 0;

  while (step > PWK_PAGE_SIZE && config->memory_bytes / config->n_nodes < step)
    step >>= 1;
  for (unsigned node = 0; node < config->n_nodes; node++)
    {
      uint64_t end = config->memory_bytes / config->n_nodes * (node + 1) / step * step;
      PwkSratEntry entry = { .node = node };

      if (node + 1 == config->n_nodes)
        end = config->memory_bytes;
      entry.start = start + (start >= gap ? hole : 0);
      entry.last = end - 1 + (end > gap ? hole : 0);
      g_array_append_val (config->srat, entry);
      start = end;
    }
}

/* x86_numa_init (): a table that is switched off or not believed leaves one node with everything. */
static bool
settle_srat (PwkConfigBuilder *builder, GError **error)
{
  PwkConfig *config = builder->config;

  if (builder->cmdline.numa_off || !pwk_config_settle_srat (config->srat, config->e820))
    {
      g_array_set_size (config->srat, 0);
      memset (config->cpu_node, 0, sizeof config->cpu_node);
    }
  for (unsigned i = 0; i < config->srat->len; i++)
    if (g_array_index (config->srat, PwkSratEntry, i).node >= config->n_nodes)
      return pwk_config_fail (error, "nodes: %u, but memory of node %u is described", config->n_nodes,
                              g_array_index (config->srat, PwkSratEntry, i).node);
  return true;
}

static bool
settle_memory (PwkConfigBuilder *builder, GError **error)
{
  PwkConfig *config = builder->config;
  uint64_t limit = strcmp (config->profile->arch, "x86-32") == 0 ? (uint64_t) 64 << 30 : MAX_MEMORY;
  bool given = config->e820->len > 0;

  if (given && builder->has_memory)
    return pwk_config_fail (error, "memory: the e820 map tells how much there is");
  if (!given)
    pwk_config_pc_e820 (config->e820, config->memory_bytes);
  if (!given && config->n_nodes > 1 && config->srat->len == 0)
    spread_nodes (config);
  if (builder->cmdline.memmap)
    pwk_config_apply_memmap (config->e820, builder->cmdline.memmap);
  pwk_config_sanitize_e820 (config->e820);
  for (unsigned i = 0; i < config->e820->len; i++)
    {
      const PwkE820Entry *entry = &g_array_index (config->e820, PwkE820Entry, i);

      if (entry->type == PWK_E820_USABLE && entry->last >= limit)
        return pwk_config_fail (error, "%s: memory at 0x%" G_GINT64_MODIFIER "x, beyond the %s that %s can address",
                                given ? "e820" : "memory", entry->last, limit == MAX_MEMORY ? "16T" : "64G", config->profile->arch);
    }
  if (pwk_config_e820_usable (config->e820) < MIN_USABLE)
    return pwk_config_fail (error, "e820: less than 2M of usable memory");
  if (given || builder->cmdline.memmap)
    config->memory_bytes = pwk_config_e820_usable (config->e820);
  return config->srat->len == 0 || settle_srat (builder, error);
}

static bool
settle_zones (PwkConfigBuilder *builder, GError **error)
{
  PwkConfig *config = builder->config;

  if (!config->from_zoneinfo && config->free_areas->len)
    return pwk_config_fail (error, "freeareas: needs zoneinfo= beside it");
  if (!config->from_zoneinfo)
    return settle_memory (builder, error);
  if (config->e820->len)
    return pwk_config_fail (error, "zoneinfo: the zones follow from e820= already");
  if (!pwk_config_check_zones (config, error) || !pwk_config_check_free_areas (config, error))
    return false;
  config->memory_bytes = 0;
  for (unsigned i = 0; i < config->zones->len; i++)
    config->memory_bytes += g_array_index (config->zones, PwkZoneConfig, i).present << PWK_PAGE_SHIFT;
  return true;
}

PwkConfig *
pwk_config_finish (PwkConfigBuilder *builder, GError **error)
{
  g_autoptr(PwkConfigBuilder) owned = builder;
  PwkConfig *config = builder->config;

  config->profile = pwk_profile_find (builder->kernel, builder->arch, error);
  if (!config->profile)
    return NULL;
  if (!builder->has_levels)
    config->levels = config->profile->default_levels;
  if (!settle_counts (builder, error) || !settle_distance (builder, error) || !settle_cpus (builder, error)
      || !settle_zones (builder, error))
    return NULL;
  config->kernelcore = builder->cmdline.kernelcore >> PWK_PAGE_SHIFT;
  config->movablecore = builder->cmdline.movablecore >> PWK_PAGE_SHIFT;
  config->kernelcore_percent = builder->cmdline.kernelcore_percent;
  config->movablecore_percent = builder->cmdline.movablecore_percent;
  config->kernelcore_mirror = builder->cmdline.kernelcore_mirror;
  config->movable_node = builder->cmdline.movable_node;
  return g_steal_pointer (&builder->config);
}
