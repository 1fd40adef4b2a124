/* watermarks.c - marks and reserves of the populated zones, a line a zone
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 *      0 DMA32 1024 1280 1536 0 0 2047 2047        min low high, then lowmem_reserve[] by zone
 *
 * All in pages, the marks with the boost in them. Recorded in tests/kernel/zones/watermarks.
 */
#include "engine/phys/page-alloc.h"
#include "engine/phys/watermark.h"
#include "engine/proc/proc.h"

/* Reserves of zones that the kernel does not have are left out, as zoneinfo leaves them out. */
void
pwk_proc_watermarks (const PwkMachine *machine, GString *out)
{
  for (unsigned node = 0; node < machine->st->n_nodes; node++)
    for (unsigned type = 0; type < PWK_MAX_NR_ZONES; type++)
      {
        const PwkZone *zone = pwk_zone (machine, node, type);

        if (!zone->present_pages)
          continue;
        g_string_append_printf (out, "%u %s", node, pwk_zone_name (type));
        for (unsigned mark = PWK_WMARK_MIN; mark <= PWK_WMARK_HIGH; mark++)
          g_string_append_printf (out, " %" G_GUINT64_FORMAT, pwk_wmark_pages (zone, (PwkWatermark) mark));
        for (unsigned above = 0; above < PWK_MAX_NR_ZONES; above++)
          if (machine->profile->zones >> above & 1)
            g_string_append_printf (out, " %" G_GUINT64_FORMAT, zone->lowmem_reserve[above]);
        g_string_append_c (out, '\n');
      }
}
