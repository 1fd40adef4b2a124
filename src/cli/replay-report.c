/* replay-report.c - what a replay counted, as lines or as JSON
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/replay-report.h"

#include <stdio.h>

#include "cli/json.h"
#include "engine/proc/proc.h"

/* --- lines --- */

void
pwk_replay_print (const PwkReplayCounts *counts)
{
  const struct { const char *name; uint64_t value; } lines[] = {
    { "accesses", counts->accesses }, { "I", counts->n_instr }, { "L", counts->n_load },
    { "S", counts->n_store }, { "M", counts->n_modify },
    { "page_crossing_lines", counts->page_crossing_lines }, { "pages", counts->pages_all },
    { "faults", counts->faults }, { "l1d_hits", counts->l1d_hits },
    { "l1d_misses", counts->l1d_misses }, { "l1i_hits", counts->l1i_hits },
    { "l1i_misses", counts->l1i_misses }, { "stlb_hits", counts->stlb_hits },
    { "stlb_misses", counts->stlb_misses }, { "walks_instr", counts->walks_instr },
    { "walks_data", counts->walks_data }, { "walk_refs", counts->walk_refs },
    { "walk_refs_pwc", counts->walk_refs_pwc }, { "simulated_ns", counts->simulated_ns },
  };
  PwkReplayRate rates[PWK_REPLAY_N_RATES];
  unsigned n = pwk_replay_rates (counts, rates);

  printf ("%-20s %s\n", "tlb", counts->spec);
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    printf ("%-20s %" G_GUINT64_FORMAT "\n", lines[i].name, lines[i].value);
  for (unsigned i = 0; i < n; i++)
    {
      g_autoptr(GString) value = g_string_new (NULL);

      pwk_proc_ratio (rates[i].part, rates[i].whole, rates[i].unit, value);
      printf ("%-20s %s\n", rates[i].name, value->str);
    }
}

/* --- JSON --- */

static void
add_pages (JsonBuilder *builder, const PwkReplayCounts *counts)
{
  pwk_json_begin (builder, "pages");
  pwk_json_number (builder, "instr", counts->pages_instr);
  pwk_json_number (builder, "data", counts->pages_data);
  pwk_json_number (builder, "read", counts->pages_read);
  pwk_json_number (builder, "written", counts->pages_written);
  pwk_json_number (builder, "all", counts->pages_all);
  json_builder_end_object (builder);
}

static void
add_tables (JsonBuilder *builder, const PwkReplayCounts *counts)
{
  static const char *const names[] = { "pte", "pmd", "pud", "p4d" };

  pwk_json_begin (builder, "tables");
  for (unsigned i = 0; i + 1 < counts->levels; i++)
    pwk_json_number (builder, names[i], counts->tables[i]);
  pwk_json_number (builder, "pgd", counts->tables[counts->levels - 1]);
  json_builder_end_object (builder);
}

static void
add_trace (JsonBuilder *builder, const PwkReplayCounts *counts)
{
  pwk_json_begin (builder, "trace");
  pwk_json_number (builder, "accesses", counts->accesses);
  pwk_json_number (builder, "I", counts->n_instr);
  pwk_json_number (builder, "L", counts->n_load);
  pwk_json_number (builder, "S", counts->n_store);
  pwk_json_number (builder, "M", counts->n_modify);
  pwk_json_number (builder, "page_crossing_lines", counts->page_crossing_lines);
  add_pages (builder, counts);
  add_tables (builder, counts);
  json_builder_end_object (builder);
}

static void
add_tlb (JsonBuilder *builder, const PwkReplayCounts *counts)
{
  pwk_json_begin (builder, "tlb");
  pwk_json_text (builder, "spec", counts->spec);
  pwk_json_text (builder, "page_size", counts->large ? "2M" : "4K");
  pwk_json_number (builder, "l1d_hits", counts->l1d_hits);
  pwk_json_number (builder, "l1d_misses", counts->l1d_misses);
  pwk_json_number (builder, "l1i_hits", counts->l1i_hits);
  pwk_json_number (builder, "l1i_misses", counts->l1i_misses);
  pwk_json_number (builder, "stlb_hits", counts->stlb_hits);
  pwk_json_number (builder, "stlb_misses", counts->stlb_misses);
  pwk_json_number (builder, "walks", counts->walks_instr + counts->walks_data);
  pwk_json_number (builder, "walks_instr", counts->walks_instr);
  pwk_json_number (builder, "walks_data", counts->walks_data);
  pwk_json_number (builder, "walk_refs", counts->walk_refs);
  pwk_json_number (builder, "walk_refs_pwc", counts->walk_refs_pwc);
  json_builder_end_object (builder);
}

static void
add_rates (JsonBuilder *builder, const PwkReplayCounts *counts)
{
  PwkReplayRate rates[PWK_REPLAY_N_RATES];
  unsigned n = pwk_replay_rates (counts, rates);

  pwk_json_begin (builder, "rates");
  for (unsigned i = 0; i < n; i++)
    {
      json_builder_set_member_name (builder, rates[i].name);
      json_builder_add_double_value (builder, (double) rates[i].part / (double) rates[i].whole
                                                * (double) rates[i].unit);
    }
  json_builder_end_object (builder);
}

void
pwk_replay_add_json (JsonBuilder *builder, const PwkReplayCounts *counts)
{
  json_builder_begin_object (builder);
  add_trace (builder, counts);
  add_tlb (builder, counts);
  add_rates (builder, counts);
  json_builder_end_object (builder);
}
