/* tlb-stats.c - what the TLBs of a cpu have counted, and the rates that follow
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 *      l1d hits 990 misses 10 rate 99.00%
 *      stlb hits 6 misses 4 rate 60.00%
 *      walks 4 instr 1 data 3
 *      refs 9 per walk 2.25
 *      refs without walk caches 16 per walk 4.00
 *
 * A rate of nothing is "-". Numbers are computed with integers alone, so that each host prints the
 * same.
 */
#include <inttypes.h>

#include "engine/proc/proc.h"

/* part × unit × 100 may be more than 64 bits have. */
__extension__ typedef unsigned __int128 Wide;

/* Rounded to the nearest hundredth, halves up. */
void
pwk_proc_ratio (uint64_t part, uint64_t whole, uint64_t unit, GString *out)
{
  uint64_t hundredths;

  pwk_assert_door (whole != 0);
  hundredths = (uint64_t) (((Wide) part * unit * 100 + whole / 2) / whole);
  g_string_append_printf (out, "%" PRIu64 ".%02u", hundredths / 100, (unsigned) (hundredths % 100));
}

/* @before and @after frame the number; of nothing there is no rate: "-". */
static void
append_ratio (const char *before, uint64_t part, uint64_t whole, uint64_t unit, const char *after, GString *out)
{
  g_string_append (out, before);
  if (whole == 0)
    {
      g_string_append_c (out, '-');
      return;
    }
  pwk_proc_ratio (part, whole, unit, out);
  g_string_append (out, after);
}

/* Hits and misses of one structure add up to its lookups. */
static void
append_level (const char *name, uint64_t hits, uint64_t misses, GString *out)
{
  g_string_append_printf (out, "%s hits %" PRIu64 " misses %" PRIu64, name, hits, misses);
  append_ratio (" rate ", hits, hits + misses, 100, "%", out);
  g_string_append_c (out, '\n');
}

/* The STLB's lookups are the misses of both first levels, so its rate is of those. */
void
pwk_proc_tlb_stats (const PwkMachine *machine, unsigned cpu, GString *out)
{
  const PwkCpu *c;
  uint64_t walks;

  pwk_assert_door (cpu < machine->st->n_cpus);
  c = &machine->st->cpus[cpu];
  walks = c->walks_instr + c->walks_data;
  append_level ("l1i", c->l1i_hits, c->l1i_misses, out);
  append_level ("l1d", c->l1d_hits, c->l1d_misses, out);
  append_level ("stlb", c->stlb_hits, c->stlb_misses, out);
  g_string_append_printf (out, "walks %" PRIu64 " instr %" PRIu64 " data %" PRIu64 "\n", walks, c->walks_instr, c->walks_data);
  g_string_append_printf (out, "refs %" PRIu64, c->walk_refs_pwc);
  append_ratio (" per walk ", c->walk_refs_pwc, walks, 1, "", out);
  g_string_append_printf (out, "\nrefs without walk caches %" PRIu64, c->walk_refs);
  append_ratio (" per walk ", c->walk_refs, walks, 1, "", out);
  g_string_append_c (out, '\n');
}
