/* kswapd-events.c - what a kernel traced of kswapd, against when the simulated one wakes it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "kswapd-events.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "scenario/parser.h"
#include "scenario/runner.h"

#define N_ZONES 2
#define DMA_END 4096          /* the first pfn of DMA32 */
#define SHOWN   3             /* failures that are printed */

typedef struct { uint64_t managed, min, low, high; } Marks;

/* The head of a table: DMA and DMA32, and what DMA keeps from requests that may use Movable. */
typedef struct { Marks zones[N_ZONES]; uint64_t protection; } Table;

static bool
read_head (const char *const *lines, Table *table)
{
  static const char *const names[N_ZONES] = { "DMA", "DMA32" };
  const char *protection = lines[0] ? strstr (lines[0], "movable requests ") : NULL;

  if (!protection || sscanf (protection, "movable requests %" SCNu64, &table->protection) != 1)
    return false;
  for (unsigned i = 0; i < N_ZONES; i++)
    {
      Marks *marks = &table->zones[i];
      char name[8];

      if (!lines[i + 1] || sscanf (lines[i + 1], "# %7s %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64, name, &marks->managed, &marks->min,
                                   &marks->low, &marks->high) != 5 || strcmp (name, names[i]) != 0)
        return false;
    }
  return true;
}

/* One of the table's machines with that many pages free, and an allocation of a page for a program. */
static char *
write_scenario (const Table *table, const uint64_t n_free[N_ZONES])
{
  const Marks *dma = &table->zones[0], *dma32 = &table->zones[1];

  return g_strdup_printf ("machine(cpus=1, kernel=\"6.12\", zoneinfo=<<ZI)\n"
                          "Node 0, zone DMA\n"
                          "  pages free %" PRIu64 "\n min %" PRIu64 "\n low %" PRIu64 "\n high %" PRIu64 "\n"
                          "  spanned %u\n present %" PRIu64 "\n managed %" PRIu64 "\n"
                          "  protection: (0, %" PRIu64 ", %" PRIu64 ", %" PRIu64 ", %" PRIu64 ")\n"
                          "  start_pfn: 1\n"
                          "Node 0, zone DMA32\n"
                          "  pages free %" PRIu64 "\n min %" PRIu64 "\n low %" PRIu64 "\n high %" PRIu64 "\n"
                          "  spanned %" PRIu64 "\n present %" PRIu64 "\n managed %" PRIu64 "\n"
                          "  protection: (0, 0, 0, 0, 0)\n"
                          "  start_pfn: %u\n"
                          "ZI\n"
                          "alloc_pages(GFP_HIGHUSER_MOVABLE, 0) = ?\n",
                          n_free[0], dma->min, dma->low, dma->high, DMA_END - 1, dma->managed, dma->managed, table->protection, table->protection,
                          table->protection, table->protection, n_free[1], dma32->min, dma32->low, dma32->high, dma32->managed, dma32->managed,
                          dma32->managed, DMA_END);
}

static bool
wakes_kswapd (const char *text, bool *wakes, GError **error)
{
  g_autoptr(PwkScript) script = pwk_script_parse ("kswapd", text, -1, error);
  PwkRunner *runner = script ? pwk_runner_new (script, NULL, NULL, error) : NULL;

  if (!runner)
    return false;
  while (pwk_runner_step (runner))
    continue;
  *wakes = pwk_event_count (pwk_runner_machine (runner), PWK_EV_KSWAPD_WAKE) > 0;
  pwk_runner_free (runner);
  return true;
}

bool
kswapd_events_play (const char *path, uint32_t *held, uint32_t *failed, GError **error)
{
  g_autofree char *text = NULL;
  g_auto(GStrv) lines = NULL;
  Table table;

  if (!g_file_get_contents (path, &text, NULL, error))
    return false;
  lines = g_strsplit (text, "\n", -1);
  if (!read_head ((const char *const *) lines, &table))
    {
      g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "%s: the head does not tell the zones", path);
      return false;
    }
  for (unsigned i = 0; lines[i]; i++)
    {
      g_autofree char *scenario = NULL;
      uint64_t n_free[N_ZONES];
      char event[64];
      bool expected, wakes;

      if (sscanf (lines[i], "%63s %" SCNu64 " %" SCNu64, event, &n_free[0], &n_free[1]) != 3)
        continue;
      expected = strcmp (event, "mm_vmscan_wakeup_kswapd") == 0;
      if (!expected && strcmp (event, "mm_vmscan_kswapd_sleep") != 0)
        continue;
      scenario = write_scenario (&table, n_free);
      if (!wakes_kswapd (scenario, &wakes, error))
        return false;
      *(wakes == expected ? held : failed) += 1;
      if (wakes != expected && *failed <= SHOWN)
        printf ("# %s:%u: expected kswapd to %s\n", path, i + 1, expected ? "be woken" : "sleep on");
    }
  return true;
}
