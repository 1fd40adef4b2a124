/* calls-sysfs.c - files of /sys: written and read by their paths
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <glib/gi18n.h>
#include <string.h>

#include "engine/phys/mempolicy.h"
#include "engine/phys/page-alloc.h"
#include "engine/phys/vmstat.h"
#include "engine/phys/zone.h"
#include "engine/virt/hugetlb-pool.h"
#include "scenario/runner-private.h"

/* A file of sysfs: a number within limits; without write, one to be read. */
typedef struct
{
  const char *path;
  uint64_t    max;
  uint64_t  (*read)  (const PwkMachine *machine);
  void      (*write) (PwkMachine *machine, uint64_t value);
} SysfsFile;

/* --- /sys/kernel/mm/transparent_hugepage --- */

#define KHUGEPAGED(NAME) \
  static uint64_t read_##NAME (const PwkMachine *machine) { return machine->st->khugepaged.NAME; } \
  static void write_##NAME (PwkMachine *machine, uint64_t value) { machine->st->khugepaged.NAME = (uint32_t) value; }
KHUGEPAGED (max_ptes_none)
KHUGEPAGED (max_ptes_swap)
KHUGEPAGED (max_ptes_shared)

#define KHUGEPAGED_FILE(NAME) { "/sys/kernel/mm/transparent_hugepage/khugepaged/" #NAME, ((uint64_t) 1 << PWK_HPAGE_ORDER) - 1, read_##NAME, write_##NAME }

/* hugepages-2048kB/stats: what happened to anonymous memory of that size. It has no other sizes here, so that vmstat's counters say it. */
#define SPLIT_STAT(NAME, ITEM) static uint64_t read_##NAME (const PwkMachine *machine) { return machine->st->vm_event[ITEM]; }
SPLIT_STAT (split, PWK_THP_SPLIT_PAGE)
SPLIT_STAT (split_failed, PWK_THP_SPLIT_PAGE_FAILED)
SPLIT_STAT (split_deferred, PWK_THP_DEFERRED_SPLIT_PAGE)

static uint64_t
read_nr_anon_partially_mapped (const PwkMachine *machine)
{
  uint64_t n = 0;

  for (unsigned node = 0; node < machine->st->n_nodes; node++)
    n += pwk_node (machine, node)->split_queue_len;
  return n;
}

#define STATS_FILE(NAME) { "/sys/kernel/mm/transparent_hugepage/hugepages-2048kB/stats/" #NAME, 0, read_##NAME, NULL }
static const SysfsFile files[] = {
  KHUGEPAGED_FILE (max_ptes_none), KHUGEPAGED_FILE (max_ptes_swap), KHUGEPAGED_FILE (max_ptes_shared),
  STATS_FILE (split), STATS_FILE (split_failed), STATS_FILE (split_deferred), STATS_FILE (nr_anon_partially_mapped),
};

/* --- /sys/kernel/mm/mempolicy/weighted_interleave --- */

#define WEIGHTS "/sys/kernel/mm/mempolicy/weighted_interleave/node"
#define MAX_WEIGHT 255

/* Of which node @path is the weight, -1 of none. */
static int
weight_at (const PwkMachine *machine, const char *path)
{
  guint64 node;

  if (!machine->profile->weighted_interleave || !g_str_has_prefix (path, WEIGHTS)
      || !g_ascii_string_to_unsigned (path + strlen (WEIGHTS), 10, 0, machine->st->n_nodes - 1, &node, NULL))
    return -1;
  return (int) node;
}

/* node_store (): a weight, 0 or nothing for the default. */
static void
run_weight (PwkCall *call, unsigned node, const char *text)
{
  guint64 weight = 0;

  if (!pwk_has (call, 1))
    g_string_append_printf (pwk_return_dump (call), "%u\n", pwk_il_weight (call->machine, node));
  else if (*text && !g_ascii_string_to_unsigned (text, 10, 0, MAX_WEIGHT, &weight, NULL))
    pwk_return_refusal (call, EINVAL, PWK_WHY_OUT_OF_RANGE);
  else
    {
      call->machine->st->weighted_interleave[node] = (uint8_t) weight;
      pwk_return_number (call, 0);
    }
}

/* --- …/hugepages/hugepages-NkB --- */

/* Of which pool, of which node (PWK_NUMA_NO_NODE: all), and which file. */
typedef struct { PwkHstateIndex hstate; int node; const char *name; } HugepagesFile;

/* Below /sys/kernel/mm, or /sys/devices/system/node/nodeN. */
static bool
hugepages_at (const PwkMachine *machine, const char *path, HugepagesFile *file)
{
  static const char *const all[] = { "nr_hugepages", "free_hugepages", "surplus_hugepages", "resv_hugepages", "nr_overcommit_hugepages", NULL };
  static const char *const of_node[] = { "nr_hugepages", "free_hugepages", "surplus_hugepages", NULL };
  const char *nodes = "/sys/devices/system/node/node", *mm = "/sys/kernel/mm";
  char *end = NULL;

  file->node = PWK_NUMA_NO_NODE;
  if (g_str_has_prefix (path, mm))
    path += strlen (mm);
  else if (g_str_has_prefix (path, nodes))
    {
      file->node = (int) g_ascii_strtoull (path + strlen (nodes), &end, 10);
      path = end;
      if (file->node >= (int) machine->st->n_nodes)
        return false;
    }
  else
    return false;
  for (file->hstate = 0; file->hstate < PWK_N_HSTATES; file->hstate++)
    {
      g_autofree char *folder = g_strdup_printf ("/hugepages/hugepages-%" G_GUINT64_FORMAT "kB/",
                                                 pwk_huge_page_size (pwk_hstate (machine, file->hstate)) >> 10);

      file->name = path + strlen (folder);
      if (g_str_has_prefix (path, folder))
        return g_strv_contains (file->node < 0 ? all : of_node, file->name);
    }
  return false;
}

static uint64_t
read_hugepages (const PwkMachine *machine, const HugepagesFile *file)
{
  const PwkHstate *hstate = pwk_hstate (machine, file->hstate);

  if (file->name[0] == 's')
    return file->node < 0 ? hstate->surplus_huge_pages : hstate->surplus_huge_pages_node[file->node];
  if (file->name[0] == 'f')
    return file->node < 0 ? hstate->free_huge_pages : hstate->free_huge_pages_node[file->node];
  if (file->name[0] == 'r')
    return hstate->resv_huge_pages;
  if (strcmp (file->name, "nr_overcommit_hugepages") == 0)
    return hstate->nr_overcommit_huge_pages;
  return file->node < 0 ? pwk_persistent_huge_pages (hstate) : hstate->nr_huge_pages_node[file->node];
}

/* nr_hugepages_store_common (), nr_overcommit_hugepages_store (): of a gigantic page there are no surplus ones. */
static void
run_hugepages (PwkCall *call, const HugepagesFile *file, const char *text)
{
  bool gigantic = pwk_hstate_is_gigantic (pwk_hstate (call->machine, file->hstate));
  bool overcommit = strcmp (file->name, "nr_overcommit_hugepages") == 0;
  guint64 value;

  if (!pwk_has (call, 1))
    g_string_append_printf (pwk_return_dump (call), "%" G_GUINT64_FORMAT "\n", read_hugepages (call->machine, file));
  else if (!overcommit && strcmp (file->name, "nr_hugepages") != 0)
    pwk_return_refusal (call, EACCES, PWK_WHY_READ_ONLY_FILE);
  else if (!g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT64, &value, NULL) || (overcommit && gigantic))
    pwk_return_refusal (call, EINVAL, PWK_WHY_OUT_OF_RANGE);
  else
    {
      if (overcommit)
        call->machine->st->hstates[file->hstate].nr_overcommit_huge_pages = value;
      else
        pwk_set_max_huge_pages (call->machine, file->hstate, value, file->node);
      pwk_return_number (call, 0);
    }
}

/* --- /sys/kernel/mm/numa --- */

#define DEMOTION "/sys/kernel/mm/numa/demotion_enabled"

/* kstrtobool (), which looks at no more than two letters. */
static bool
parse_bool (const char *text, bool *value)
{
  *value = strchr ("yYtT1", *text) || (strchr ("oO", *text) && (text[1] == 'n' || text[1] == 'N'));
  return *text && (*value || strchr ("nNfF0", *text) || (strchr ("oO", *text) && (text[1] == 'f' || text[1] == 'F')));
}

/* A word, where the others have numbers. */
static void
run_demotion (PwkCall *call, const char *text)
{
  bool value;

  if (!pwk_has (call, 1))
    g_string_append (pwk_return_dump (call), call->machine->st->demotion_enabled ? "true\n" : "false\n");
  else if (!parse_bool (text, &value))
    pwk_return_refusal (call, EINVAL, PWK_WHY_OUT_OF_RANGE);
  else
    {
      call->machine->st->demotion_enabled = value;
      pwk_return_number (call, 0);
    }
}

/* --- the call --- */

static const SysfsFile *
file_at (const char *path)
{
  for (unsigned i = 0; i < G_N_ELEMENTS (files); i++)
    if (strcmp (files[i].path, path) == 0)
      return &files[i];
  return NULL;
}

static void
run_sysfs (PwkCall *call)
{
  const SysfsFile *file = file_at (pwk_str (call, 0));
  g_autofree char *text = g_strstrip (g_strdup (pwk_has (call, 1) ? pwk_str (call, 1) : ""));
  int node = weight_at (call->machine, pwk_str (call, 0));
  HugepagesFile hugepages;
  guint64 value;

  if (hugepages_at (call->machine, pwk_str (call, 0), &hugepages))
    run_hugepages (call, &hugepages, text);
  else if (node >= 0)
    run_weight (call, (unsigned) node, text);
  else if (strcmp (pwk_str (call, 0), DEMOTION) == 0)
    run_demotion (call, text);
  else if (!file)
    pwk_return_impossible (call, _("there is no file %s"), pwk_str (call, 0));
  else if (!pwk_has (call, 1))
    g_string_append_printf (pwk_return_dump (call), "%" G_GUINT64_FORMAT "\n", file->read (call->machine));
  else if (!file->write)
    pwk_return_refusal (call, EACCES, PWK_WHY_READ_ONLY_FILE);
  else if (!g_ascii_string_to_unsigned (text, 10, 0, file->max, &value, NULL))
    pwk_return_refusal (call, EINVAL, PWK_WHY_OUT_OF_RANGE);
  else
    {
      file->write (call->machine, value);
      pwk_return_number (call, 0);
    }
}

const PwkCallDef pwk_calls_sysfs[] = {
  { { "sysfs", "sysfs(\"path\", \"text\")", N_("write a file of sysfs, or read it"),
      "sysfs(\"/sys/kernel/mm/transparent_hugepage/khugepaged/max_ptes_none\", \"256\")", PWK_CALL_KERNEL, false },
    "path:s text:s?", PWK_CALL_MAY_DUMP | PWK_CALL_COUNTS, run_sysfs },
  { { NULL } },
};
