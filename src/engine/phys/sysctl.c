/* sysctl.c - setting vm.* tunables
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/phys/sysctl.h"

#include <string.h>

#include "engine/core/emit.h"
#include "engine/core/string.h"
#include "engine/phys/hugetlb-door.h"
#include "engine/phys/page-alloc.h"
#include "engine/phys/watermark.h"

typedef struct { const char *name; size_t offset; int64_t min, max; } Tunable;

#define TUNABLE(NAME, MIN, MAX) { #NAME, offsetof (PwkSysctl, NAME), MIN, MAX }
static const Tunable tunables[] = {
  TUNABLE (admin_reserve_kbytes, 0, INT64_MAX),
  TUNABLE (compact_unevictable_allowed, 0, 1),
  TUNABLE (compaction_proactiveness, 0, 100),
  TUNABLE (dirty_background_ratio, 0, 100),
  TUNABLE (dirty_ratio, 0, 100),
  TUNABLE (extfrag_threshold, 0, 1000),
  TUNABLE (fault_around_bytes, 4096, 2097152),
  TUNABLE (legacy_va_layout, 0, G_MAXINT32),
  TUNABLE (max_map_count, 0, G_MAXINT32),
  TUNABLE (min_free_kbytes, 0, G_MAXINT32),
  TUNABLE (min_slab_ratio, 0, 100),
  TUNABLE (min_unmapped_ratio, 0, 100),
  TUNABLE (mmap_min_addr, 0, INT64_MAX),
  TUNABLE (oom_kill_allocating_task, 0, G_MAXINT32),
  TUNABLE (overcommit_kbytes, 0, INT64_MAX),
  TUNABLE (overcommit_memory, 0, 2),
  TUNABLE (overcommit_ratio, 0, G_MAXINT32),
  TUNABLE (page_cluster, 0, 31),
  TUNABLE (panic_on_oom, 0, 2),
  TUNABLE (percpu_pagelist_high_fraction, 0, G_MAXINT32),
  TUNABLE (stack_guard_gap, 0, 65536),
  TUNABLE (swappiness, 0, 200),
  TUNABLE (threads_max, 1, G_MAXINT32),
  TUNABLE (user_reserve_kbytes, 0, INT64_MAX),
  TUNABLE (vfs_cache_pressure, 0, G_MAXINT32),
  TUNABLE (watermark_boost_factor, 0, G_MAXINT32),
  TUNABLE (watermark_scale_factor, 1, 3000),
  TUNABLE (zone_reclaim_mode, 0, G_MAXINT32),
};

/* As they are written, those of vm.* without it. */
static const char *const names[] = {
  "admin_reserve_kbytes", "compact_unevictable_allowed", "compaction_proactiveness", "dirty_background_ratio", "dirty_ratio",
  "extfrag_threshold", "fault_around_bytes", "kernel.threads-max", "legacy_va_layout",
  "lowmem_reserve_ratio", "max_map_count", "min_free_kbytes", "min_slab_ratio", "min_unmapped_ratio", "mmap_min_addr", "nr_hugepages",
  "nr_overcommit_hugepages", "oom_kill_allocating_task", "overcommit_kbytes",
  "overcommit_memory", "overcommit_ratio", "page-cluster", "panic_on_oom", "percpu_pagelist_high_fraction", "stack_guard_gap", "swappiness",
  "user_reserve_kbytes", "vfs_cache_pressure", "watermark_boost_factor", "watermark_scale_factor", "zone_reclaim_mode", NULL
};

const char *const *
pwk_sysctl_names (void)
{
  return names;
}

static const char *
short_name (const char *name)
{
  if (strcmp (name, "kernel.threads-max") == 0)
    return "threads_max";
  if (g_str_has_prefix (name, "vm."))
    name += 3;
  return strcmp (name, "page-cluster") == 0 ? "page_cluster" : name;
}

/* By the name without "vm.". */
static const Tunable *
find_tunable (const char *name)
{
  for (size_t i = 0; i < G_N_ELEMENTS (tunables); i++)
    if (strcmp (tunables[i].name, name) == 0)
      return &tunables[i];
  return NULL;
}

/* As it is written, with what stands in front of it. Caller frees. */
static char *
long_name (const char *name)
{
  if (strcmp (name, "threads_max") == 0)
    return g_strdup ("kernel.threads-max");
  return g_strconcat ("vm.", strcmp (name, "page_cluster") == 0 ? "page-cluster" : name, NULL);
}

/* proc_dointvec_minmax (): a number out of range is refused as a whole, and what was set before stays. */
static bool
parse (const char *name, const char *text, int64_t min, int64_t max, int64_t *value, GError **error)
{
  g_autofree char *written = long_name (name);
  char *end;

  text += strspn (text, " \t");
  *value = g_ascii_strtoll (text, &end, 10);
  if (end == text || end[strspn (end, " \t\r\n")])
    {
      g_set_error (error, PWK_CONFIG_ERROR, 0, "%s: expected a number, got “%s”", written, text);
      return false;
    }
  if (*value < min || *value > max)
    {
      g_set_error (error, PWK_CONFIG_ERROR, 0, "%s: %" G_GINT64_FORMAT " is not from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT, written,
                   *value, min, max);
      return false;
    }
  return true;
}

/* A list for the zones that the kernel has; what is not given stays. Negative or zero ratios mean
 * no reserve. A zone keeps, of requests that could have been served by a higher zone, the pages of
 * those zones divided by its ratio: with 256 for DMA and 16 GiB above it, 64 MiB, which is all it
 * has. */
static bool
set_lowmem_ratio (PwkMachine *machine, const char *text, GError **error)
{
  g_auto(GStrv) words = g_strsplit_set (text, " \t\n", -1);
  int64_t ratio[PWK_MAX_NR_ZONES];
  unsigned type = 0;

  memcpy (ratio, machine->st->sysctl.lowmem_reserve_ratio, sizeof ratio);
  for (char **word = words; *word; word++)
    {
      if (**word == 0)
        continue;
      while (type < PWK_MAX_NR_ZONES && !(machine->profile->zones >> type & 1))
        type++;
      if (type == PWK_MAX_NR_ZONES)
        {
          g_set_error (error, PWK_CONFIG_ERROR, 0, "vm.lowmem_reserve_ratio: more numbers than zones");
          return false;
        }
      if (!parse ("lowmem_reserve_ratio", *word, G_MININT32, G_MAXINT32, &ratio[type], error))
        return false;
      ratio[type] = MAX (ratio[type], 0);
      type++;
    }
  memcpy (machine->st->sysctl.lowmem_reserve_ratio, ratio, sizeof ratio);
  pwk_setup_per_zone_lowmem_reserve (machine);
  return true;
}

/* The pools of huge pages have their numbers themselves; these are of the one of 2 MiB. */
static bool
is_hugetlb (const char *name)
{
  return strcmp (name, "nr_hugepages") == 0 || strcmp (name, "nr_overcommit_hugepages") == 0;
}

static bool
set_hugetlb (PwkMachine *machine, const char *name, const char *text, GError **error)
{
  uint64_t outer;
  int64_t value;

  if (!parse (name, text, 0, INT64_MAX, &value, error))
    return false;
  outer = pwk_event_open (machine, pwk_emit_sysctl (machine, pwk_string_intern (machine, name), (uint64_t) value));
  if (strcmp (name, "nr_hugepages") == 0)
    pwk_set_max_huge_pages (machine, PWK_HSTATE_2M, (uint64_t) value, PWK_NUMA_NO_NODE);
  else
    machine->st->hstates[PWK_HSTATE_2M].nr_overcommit_huge_pages = (uint64_t) value;
  pwk_event_close (machine, outer);
  return true;
}

/* What a write does beside storing the number: marks and per-cpu lists are computed anew, as the
 * kernel's handlers do (min_free_kbytes_sysctl_handler () and its kin). Of the two ways to bound
 * overcommit the one that was written last counts, the other is 0. */
static void
apply (PwkMachine *machine, const char *name, int64_t value)
{
  PwkSysctl *sysctl = &machine->st->sysctl;

  if (strcmp (name, "min_free_kbytes") == 0)
    {
      sysctl->user_min_free_kbytes = value;
      pwk_setup_per_zone_wmarks (machine);
    }
  else if (strcmp (name, "watermark_scale_factor") == 0)
    pwk_setup_per_zone_wmarks (machine);
  else if (strcmp (name, "percpu_pagelist_high_fraction") == 0)
    pwk_setup_pagesets (machine);
  else if (strcmp (name, "compaction_proactiveness") == 0)
    for (unsigned node = 0; node < machine->st->n_nodes; node++)
      pwk_node_edit (machine, node)->proactive_compact_trigger = value && pwk_node (machine, node)->online;   /* kcompactd looks at once */
  else if (strcmp (name, "overcommit_ratio") == 0)
    sysctl->overcommit_kbytes = 0;
  else if (strcmp (name, "overcommit_kbytes") == 0)
    sysctl->overcommit_ratio = 0;
}

/* The event is that of the write, and what it changes happens within. */
bool
pwk_sysctl_set (PwkMachine *machine, const char *name, const char *text, GError **error)
{
  const Tunable *tunable;
  uint64_t outer;
  int64_t value = 0;
  bool ok = true;

  name = short_name (name);
  tunable = find_tunable (name);
  if (strcmp (name, "lowmem_reserve_ratio") == 0)
    {
      outer = pwk_event_open (machine, pwk_emit_sysctl (machine, pwk_string_intern (machine, name), 0));
      ok = set_lowmem_ratio (machine, text, error);
      pwk_event_close (machine, outer);
      return ok;
    }
  if (is_hugetlb (name))
    return set_hugetlb (machine, name, text, error);
  if (!tunable)
    {
      g_set_error (error, PWK_CONFIG_ERROR, 0, "there is no tunable vm.%s", name);
      return false;
    }
  if (!parse (name, text, tunable->min, tunable->max, &value, error))
    return false;
  if (strcmp (name, "percpu_pagelist_high_fraction") == 0 && value && value < 8)
    {
      g_set_error (error, PWK_CONFIG_ERROR, 0, "vm.%s: %" G_GINT64_FORMAT " is not 0 or at least 8", name, value);
      return false;
    }
  *(int64_t *) ((char *) &machine->st->sysctl + tunable->offset) = value;
  outer = pwk_event_open (machine, pwk_emit_sysctl (machine, pwk_string_intern (machine, name), (uint64_t) value));
  apply (machine, name, value);
  pwk_event_close (machine, outer);
  return true;
}
