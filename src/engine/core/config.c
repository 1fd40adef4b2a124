/* config.c - machine()'s arguments, from text to a checked configuration
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Setting a key checks what can be checked of it alone; what depends on others waits for
 * pwk_config_finish (), so that the order of keys is of no importance. A configuration that comes
 * out of it can be booted. What decides what:
 *
 *      kernel, arch, HighMem in a text ─▶ profile ─▶ levels, thp, which zones there are
 *      zoneinfo, or counts of free blocks ─▶ zones ─┐
 *      srat, numa_distance, cpu_nodes ──────────────┴▶ number of nodes ─▶ distances, each cpu's node
 *      memory or e820, then mem= and memmap= ─▶ map ─▶ which range is whose (srat, or spread evenly)
 *
 * A number that was given is never changed for another: what does not fit together is refused, with
 * the key that does not.
 */
#include "engine/core/config-private.h"

#include <string.h>

#include "engine/core/assert.h"

G_DEFINE_QUARK (pwk-config-error-quark, pwk_config_error)

#define MIN_USABLE ((uint64_t) 2 << 20)      /* of a map that was given */

/* A configuration that is being described. has_…: the key was given, so nothing else may decide it. */
struct _PwkConfigBuilder
{
  PwkConfig  *config;          /* owned */
  char       *kernel, *arch;   /* owned */
  PwkCmdline  cmdline;
  uint32_t    n_distance;      /* rows of numa_distance=, 0 not given */
  GArray     *cpu_groups;      /* uint64_t: mask of cpus by node; NULL not given */
  bool        has_nodes, has_cpus, has_levels, has_memory, has_arch;
};

/* What holds if nothing is said; config-keys.c tells it to people. */
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
  config->free_counts = g_array_new (FALSE, FALSE, sizeof (PwkFreeCountConfig));
  config->zone_ranges = g_array_new (FALSE, FALSE, sizeof (PwkZoneRangeConfig));
  config->notes = g_ptr_array_new_with_free_func (g_free);
  config->pageblocks = g_array_new (FALSE, FALSE, sizeof (PwkPageblockConfig));
  config->movable = g_array_new (FALSE, FALSE, sizeof (PwkMovableConfig));
  config->slab_caches = g_array_new (FALSE, FALSE, sizeof (PwkSlabCacheConfig));
  config->vmallocinfo = g_array_new (FALSE, FALSE, sizeof (PwkVmapAreaConfig));
  config->vmap_tree = g_array_new (FALSE, FALSE, sizeof (PwkVmapTreeConfig));
  pwk_tlb_spec_parse (&config->tlb, "", NULL);
  builder->config = config;
  builder->kernel = g_strdup ("6.18");
  builder->arch = g_strdup ("x86-64");
  return builder;
}

/* NULL is fine. */
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

/* NULL is fine, as of a machine that was never made. */
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
  g_array_unref (config->free_counts);
  g_array_unref (config->zone_ranges);
  g_ptr_array_unref (config->notes);
  g_array_unref (config->pageblocks);
  g_array_unref (config->movable);
  g_array_unref (config->slab_caches);
  g_array_unref (config->vmallocinfo);
  g_array_unref (config->vmap_tree);
  g_free (config);
}

/* --- numbers and words --- */

/* memparse (): a suffix multiplies. What does not fit into 64 bits is no size. */
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

/* Suffixes are allowed here too. */
bool
pwk_config_parse_number (const char *key, const char *text, uint64_t min, uint64_t max, uint64_t *value, GError **error)
{
  pwk_assert_door (min <= max);
  if (!pwk_config_parse_size (text, NULL, value))
    return pwk_config_fail (error, "%s: expected a number, got “%s”", key, text);
  if (*value < min || *value > max)
    return pwk_config_fail (error, "%s: %s is not from %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT, key, text, min, max);
  return true;
}

/* Whole pages; what is left over of a page is not there. */
static bool
set_memory (PwkConfigBuilder *builder, const char *text, GError **error)
{
  uint64_t bytes;

  if (!pwk_config_parse_size (text, NULL, &bytes))
    return pwk_config_fail (error, "memory: expected a size as 512M, got “%s”", text);
  if (bytes < PWK_CONFIG_MIN_MEMORY)
    return pwk_config_fail (error, "memory: %s is too little, at least 4M", text);
  if (bytes > PWK_CONFIG_MAX_MEMORY)
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

/* "0-1,4" of @key: a mask of numbers below @n. */
static bool
parse_list (const char *key, const char *text, unsigned n, uint64_t *mask, GError **error)
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
      if (!pwk_config_parse_number (key, *range, 0, n - 1, &first, error)
          || !pwk_config_parse_number (key, dash ? dash + 1 : *range, first, n - 1, &last, error))
        return false;
      for (uint64_t cpu = first; cpu <= last; cpu++)
        *mask |= (uint64_t) 1 << cpu;
    }
  return true;
}

/* Groups are nodes in order, an empty one is a node without cpus. */
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

      if (!parse_list ("cpu_nodes", *group, PWK_MAX_CPUS, &mask, error))
        return false;
      if (mask & seen)
        return pwk_config_fail (error, "cpu_nodes: a cpu is on two nodes");
      seen |= mask;
      g_array_append_val (builder->cpu_groups, mask);
    }
  return true;
}

/* Groups are tiers, the fastest first; nodes that are not named are of the first. */
static bool
set_memory_tiers (PwkConfigBuilder *builder, const char *text, GError **error)
{
  g_auto(GStrv) groups = g_strsplit (text, ";", -1);
  uint64_t seen = 0;

  memset (builder->config->node_tier, 0, sizeof builder->config->node_tier);
  for (unsigned tier = 0; groups[tier]; tier++)
    {
      uint64_t mask;

      if (!parse_list ("memory_tiers", groups[tier], PWK_MAX_NODES, &mask, error))
        return false;
      if (mask & seen)
        return pwk_config_fail (error, "memory_tiers: a node is of two tiers");
      if (tier >= PWK_MAX_NODES)
        return pwk_config_fail (error, "memory_tiers: expected at most %u tiers", PWK_MAX_NODES);
      seen |= mask;
      for (unsigned node = 0; node < PWK_MAX_NODES; node++)
        if (mask >> node & 1)
          builder->config->node_tier[node] = (uint8_t) tier;
    }
  return true;
}

/* "never, madvise or always". */
static char *
list_words (char *const *words)
{
  GString *list = g_string_new (words[0]);

  for (unsigned i = 1; words[i]; i++)
    g_string_append_printf (list, "%s%s", words[i + 1] ? ", " : " or ", words[i]);
  return g_string_free (list, FALSE);
}

/* The words of a key stand in the order of the values that they mean, so that a word's place is its
 * value. A switch takes 0 and 1 as well, as a sysctl does. */
static bool
set_word (PwkConfig *config, const PwkConfigKey *key, const char *value, GError **error)
{
  g_auto(GStrv) words = g_strsplit (key->form, "|", -1);
  bool is_switch = strcmp (key->form, "off|on") == 0;
  unsigned word = 0;

  if (is_switch && (strcmp (value, "0") == 0 || strcmp (value, "1") == 0))
    word = (unsigned) (value[0] - '0');
  else
    while (words[word] && strcmp (words[word], value) != 0)
      word++;
  if (!words[word])
    {
      g_autofree char *list = list_words (words);

      return pwk_config_fail (error, "%s: expected %s, got “%s”", key->name, list, value);
    }
  if (strcmp (key->name, "aslr") == 0)
    config->aslr = word;
  else if (strcmp (key->name, "accessed_dirty") == 0)
    config->software_ad = word;
  else if (strcmp (key->name, "large_folios") == 0)
    config->large_folios = word;
  else if (strcmp (key->name, "io") == 0)
    config->io_held = word;
  else if (strcmp (key->name, "thp") == 0)
    config->thp = (PwkThpMode) word;
  else if (strcmp (key->name, "slab") == 0)
    config->slab_allocator = (PwkSlabAllocator) word;
  else if (strcmp (key->name, "slab_hardened") == 0)
    config->slab_hardened = word;
  else if (strcmp (key->name, "slab_random") == 0)
    config->slab_random = word;
  else
    config->results_recorded = word;
  return true;
}

/* Sizes come here too, whose values are bytes. */
static bool
set_number (PwkConfigBuilder *builder, const PwkConfigKey *key, const char *value, GError **error)
{
  PwkConfig *config = builder->config;
  uint64_t number = 0;

  if (!pwk_config_parse_number (key->name, value, key->min, key->max, &number, error))
    return false;
  if (strcmp (key->name, "nodes") == 0)
    {
      config->n_nodes = (uint32_t) number;
      builder->has_nodes = true;
    }
  else if (strcmp (key->name, "cpus") == 0)
    {
      config->n_cpus = (uint32_t) number;
      builder->has_cpus = true;
    }
  else if (strcmp (key->name, "levels") == 0)
    {
      config->levels = (uint32_t) number;
      builder->has_levels = true;
    }
  else if (strcmp (key->name, "swap") == 0)
    config->swap_bytes = number & PWK_PAGE_MASK;
  else if (strcmp (key->name, "seed") == 0)
    config->seed = number;
  else if (strcmp (key->name, "min_free_kbytes") == 0)
    config->min_free_kbytes = (int64_t) number;
  else
    config->tick_every = number;
  return true;
}

/* Types are better than none: what pagetypeinfo counts, buddyinfo counts too. Whoever pastes both
 * gets the one that tells more, in whichever order they come; the other is still checked. */
static bool
set_counts (PwkConfig *config, bool by_type, const char *value, GError **error)
{
  GArray *counts = config->free_counts;

  if (counts->len > 0 && g_array_index (counts, PwkFreeCountConfig, 0).migratetype >= 0 && !by_type)
    {
      g_autoptr(GArray) same = g_array_new (FALSE, FALSE, sizeof (PwkFreeCountConfig));

      return pwk_config_parse_free_counts (value, by_type, same, error);
    }
  g_array_set_size (counts, 0);
  return pwk_config_parse_free_counts (value, by_type, counts, error);
}

/* A text given twice counts as the last time it was given. */
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
  if (strcmp (key, "pageblocks") == 0)
    return pwk_config_parse_pageblocks (value, config->pageblocks, error);
  if (strcmp (key, "movable") == 0)
    return pwk_config_parse_movable (value, config->movable, error);
  if (strcmp (key, "slab_caches") == 0)
    return pwk_config_parse_slab_caches (config->slab_caches, value, error);
  if (strcmp (key, "vmallocinfo") == 0)
    return pwk_config_parse_vmallocinfo (value, config->vmallocinfo, error);
  if (strcmp (key, "vmap_tree") == 0)
    return pwk_config_parse_vmap_tree (value, config->vmap_tree, error);
  if (strcmp (key, "freeareas") != 0)
    return set_counts (config, strcmp (key, "pagetypeinfo") == 0, value, error);
  g_array_set_size (config->free_areas, 0);
  g_array_set_size (config->free_pfns, 0);
  return pwk_config_parse_freeareas (value, config->free_areas, config->free_pfns, error);
}

/* Texts that have a form of their own. */
static bool
set_text (PwkConfigBuilder *builder, const char *key, const char *value, GError **error)
{
  if (strcmp (key, "numa_distance") == 0)
    return set_distance (builder, value, error);
  if (strcmp (key, "cpu_nodes") == 0)
    return set_cpu_nodes (builder, value, error);
  if (strcmp (key, "memory_tiers") == 0)
    return set_memory_tiers (builder, value, error);
  if (strcmp (key, "tlb") == 0)
    return pwk_tlb_spec_parse (&builder->config->tlb, value, error);
  return pwk_config_parse_cmdline (value, &builder->cmdline, error);
}

/* Which of them go together shows when both are known. */
static bool
set_profile (PwkConfigBuilder *builder, const char *key, const char *value, GError **error)
{
  bool kernel = strcmp (key, "kernel") == 0;
  char **mine = kernel ? &builder->kernel : &builder->arch;

  g_free (*mine);
  *mine = g_strdup (value);
  builder->has_arch |= !kernel;
  return pwk_profile_find (kernel ? value : "6.18", kernel ? "x86-64" : value, error) != NULL;
}

/* What a key is decides who reads it; memory, kernel and arch have readers of their own. */
bool
pwk_config_builder_set (PwkConfigBuilder *builder, const char *name, const char *value, GError **error)
{
  const PwkConfigKey *key;

  pwk_assert_door (name && value);
  key = pwk_config_key_find (name);
  if (!key)
    return pwk_config_fail (error, "machine() has no argument “%s”", name);
  if (strcmp (name, "memory") == 0)
    return set_memory (builder, value, error);
  if (strcmp (name, "kernel") == 0 || strcmp (name, "arch") == 0)
    return set_profile (builder, name, value, error);
  switch (key->type)
    {
    case PWK_CONFIG_SIZE:
    case PWK_CONFIG_NUMBER:
      return set_number (builder, key, value, error);
    case PWK_CONFIG_WORD:
      return set_word (builder->config, key, value, error);
    case PWK_CONFIG_BLOCK:
      return set_block (builder, name, value, error);
    case PWK_CONFIG_TEXT:
    default:
      return set_text (builder, name, value, error);
    }
}

/* --- all together --- */

/* Nodes and cpus that were not given follow from what was. */
static bool
settle_counts (PwkConfigBuilder *builder, GError **error)
{
  PwkConfig *config = builder->config;
  uint32_t nodes = 1, cpus = 0, told = 0;

  for (unsigned i = 0; i < config->zones->len; i++)
    {
      nodes = MAX (nodes, g_array_index (config->zones, PwkZoneConfig, i).node + 1);
      cpus = MAX (cpus, g_array_index (config->zones, PwkZoneConfig, i).n_cpus);
      told = MAX (told, g_array_index (config->zones, PwkZoneConfig, i).n_cpus_told);
    }
  if (told > cpus)
    pwk_config_note (config, g_strdup_printf ("zoneinfo: %u cpus are told, the machine has the first %u of them", told, cpus));
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

/* SLIT's usual values where there is no table: LOCAL_DISTANCE 10, REMOTE_DISTANCE 20. A table need
 * not be symmetric, as some firmwares' are not; only the way to oneself is always 10. */
static bool
settle_distance (PwkConfigBuilder *builder, GError **error)
{
  PwkConfig *config = builder->config;

  if (builder->n_distance && builder->n_distance != config->n_nodes)
    return pwk_config_fail (error, "numa_distance: %u rows for %u nodes", builder->n_distance, config->n_nodes);
  for (unsigned node = config->n_nodes; node < PWK_MAX_NODES; node++)
    if (config->node_tier[node])
      return pwk_config_fail (error, "memory_tiers: there is no node %u", node);
  if (!builder->n_distance)
    for (unsigned a = 0; a < config->n_nodes; a++)
      for (unsigned b = 0; b < config->n_nodes; b++)
        config->numa_distance[a][b] = a == b ? 10 : 20;
  return true;
}

/* Spread in blocks, or by groups, which must have each cpu once. */
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

/* memory= over nodes=: each gets its part in steps of 128 MiB of memory, smaller ones where that
 * would leave a node empty. Steps are sections, as a node's mem_map comes in those.
 *
 *      memory    0 ………… 1G ………… 2G ………… 3G ‖ hole ‖ 4G ………… 5G        4 GiB over two nodes:
 *      node      [      0       ][         1              1 ]          the hole is nobody's
 *
 * Addresses behind 3 GiB of memory are a GiB higher than the memory below them. */
static void
spread_nodes (PwkConfig *config)
{
  const uint64_t gap = (uint64_t) 3 << 30, hole = PWK_CONFIG_PCI_HOLE;
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

/* The map, then what the command line changes of it, then what follows from it. */
static bool
settle_memory (PwkConfigBuilder *builder, GError **error)
{
  PwkConfig *config = builder->config;
  uint64_t limit = config->profile->max_memory;
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
        return pwk_config_fail (error, "%s: memory at 0x%" G_GINT64_MODIFIER "x, beyond the %" G_GUINT64_FORMAT "%s that %s can address",
                                given ? "e820" : "memory", entry->last, limit >> 40 ? limit >> 40 : limit >> 30, limit >> 40 ? "T" : "G",
                                config->profile->arch);
    }
  if (pwk_config_e820_usable (config->e820) < MIN_USABLE)
    return pwk_config_fail (error, "e820: less than 2M of usable memory");
  if (given || builder->cmdline.memmap)
    config->memory_bytes = pwk_config_e820_usable (config->e820);
  return config->srat->len == 0 || settle_srat (builder, error);
}

/* Which of the descriptions there are, and that there is one. */
static bool
settle_zones (PwkConfigBuilder *builder, GError **error)
{
  PwkConfig *config = builder->config;

  if (config->free_counts->len && config->free_areas->len)
    return pwk_config_fail (error, "freeareas: buddyinfo= or pagetypeinfo= tells of the free blocks already");
  if (!config->from_zoneinfo && config->free_areas->len)
    return pwk_config_fail (error, "freeareas: needs zoneinfo= beside it");
  if (!config->from_zoneinfo)
    return settle_memory (builder, error);
  if (config->e820->len)
    return pwk_config_fail (error, "zoneinfo: the zones follow from e820= already");
  if (!pwk_config_check_zones (config, error) || !pwk_config_lay_out_counts (config, error) || !pwk_config_check_free_areas (config, error))
    return false;
  config->memory_bytes = 0;
  for (unsigned i = 0; i < config->zones->len; i++)
    config->memory_bytes += g_array_index (config->zones, PwkZoneConfig, i).present << PWK_PAGE_SHIFT;
  return true;
}

/* Shown beside the machine: a reader must know what was guessed. */
void
pwk_config_note (PwkConfig *config, char *note)
{
  g_ptr_array_add (config->notes, note);
}

/* Whether any zone reaches beyond what entries of 32 bits can name: 2^20 frames. Where no zone is
 * told, that many free pages say the same. */
static bool
needs_pae (const PwkConfig *config)
{
  uint64_t counted = 0;

  for (unsigned i = 0; i < config->zones->len; i++)
    {
      const PwkZoneConfig *zone = &g_array_index (config->zones, PwkZoneConfig, i);

      if (zone->start_pfn + zone->spanned > (uint64_t) 1 << 20)
        return true;
      counted += zone->present;
    }
  for (unsigned i = 0; i < config->free_counts->len; i++)
    {
      const PwkFreeCountConfig *count = &g_array_index (config->free_counts, PwkFreeCountConfig, i);

      counted += count->n << count->order;
    }
  return counted > (uint64_t) 1 << 20;
}

/* Only machines of 32 bits have memory that the kernel does not map. */
static bool
has_highmem (const PwkConfig *config)
{
  for (unsigned i = 0; i < config->zones->len; i++)
    if (g_array_index (config->zones, PwkZoneConfig, i).type == PWK_ZONE_HIGHMEM)
      return true;
  for (unsigned i = 0; i < config->free_counts->len; i++)
    if (g_array_index (config->free_counts, PwkFreeCountConfig, i).type == PWK_ZONE_HIGHMEM)
      return true;
  return false;
}

/* What goes with which machine. */
static bool
settle_arch (PwkConfigBuilder *builder, GError **error)
{
  PwkConfig *config = builder->config;
  const PwkProfile *profile = config->profile;

  if (!builder->has_levels)
    config->levels = profile->default_levels;
  if (config->levels != profile->default_levels && strcmp (profile->arch, "x86-64") != 0)
    return pwk_config_fail (error, "levels: page tables of %s have %u", profile->arch, profile->default_levels);
  if (!profile->has_thp)
    config->thp = PWK_THP_NEVER;
  if (config->software_ad && !profile->chooses_ad)
    return pwk_config_fail (error, "accessed_dirty: on %s the hardware keeps them", profile->arch);
  return true;
}

/* The order matters: profile, zones of counts, then numbers of nodes and cpus, which zones tell,
 * then memory. HighMem in a text means a 32-bit machine, if none was named. */
PwkConfig *
pwk_config_finish (PwkConfigBuilder *builder, GError **error)
{
  g_autoptr(PwkConfigBuilder) owned = builder;
  PwkConfig *config = builder->config;

  const char *arch = builder->arch;

  pwk_assert_door (config && !config->profile);    /* a description makes one machine */
  if (!builder->has_arch && has_highmem (config))
    arch = needs_pae (config) ? "x86-pae" : "x86-32";
  config->profile = pwk_profile_find (builder->kernel, arch, error);
  if (!config->profile || !settle_arch (builder, error) || !pwk_config_zones_of_counts (config, error))
    return NULL;
  if (!settle_counts (builder, error) || !settle_distance (builder, error) || !settle_cpus (builder, error)
      || !settle_zones (builder, error))
    return NULL;
  config->kernelcore = builder->cmdline.kernelcore >> PWK_PAGE_SHIFT;
  config->movablecore = builder->cmdline.movablecore >> PWK_PAGE_SHIFT;
  config->kernelcore_percent = builder->cmdline.kernelcore_percent;
  config->movablecore_percent = builder->cmdline.movablecore_percent;
  config->kernelcore_mirror = builder->cmdline.kernelcore_mirror;
  config->movable_node = builder->cmdline.movable_node;
  config->slab_nomerge = builder->cmdline.slab_nomerge;
  return g_steal_pointer (&builder->config);
}
