/* calls-sysfs.c - files of /sys: written and read by their paths
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <glib/gi18n.h>
#include <string.h>

#include "engine/phys/mempolicy.h"
#include "scenario/runner-private.h"

/* A file of sysfs: a number within limits. */
typedef struct
{
  const char *path;
  uint64_t    max;
  uint64_t  (*read)  (const PwkMachine *machine);
  void      (*write) (PwkMachine *machine, uint64_t value);
} SysfsFile;

/* --- /sys/kernel/mm/transparent_hugepage/khugepaged --- */

#define KHUGEPAGED(NAME) \
  static uint64_t read_##NAME (const PwkMachine *machine) { return machine->st->khugepaged.NAME; } \
  static void write_##NAME (PwkMachine *machine, uint64_t value) { machine->st->khugepaged.NAME = (uint32_t) value; }
KHUGEPAGED (max_ptes_none)
KHUGEPAGED (max_ptes_swap)
KHUGEPAGED (max_ptes_shared)

#define KHUGEPAGED_FILE(NAME) { "/sys/kernel/mm/transparent_hugepage/khugepaged/" #NAME, ((uint64_t) 1 << PWK_HPAGE_ORDER) - 1, read_##NAME, write_##NAME }
static const SysfsFile files[] = {
  KHUGEPAGED_FILE (max_ptes_none), KHUGEPAGED_FILE (max_ptes_swap), KHUGEPAGED_FILE (max_ptes_shared),
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
  guint64 value;

  if (node >= 0)
    run_weight (call, (unsigned) node, text);
  else if (!file)
    pwk_return_impossible (call, _("there is no file %s"), pwk_str (call, 0));
  else if (!pwk_has (call, 1))
    g_string_append_printf (pwk_return_dump (call), "%" G_GUINT64_FORMAT "\n", file->read (call->machine));
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
