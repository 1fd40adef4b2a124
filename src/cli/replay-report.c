/* replay-report.c - what a replay counted, as lines or as JSON
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/replay-report.h"

#include <stdio.h>

#include "cli/json.h"
#include "engine/core/text-table.h"
#include "engine/proc/proc.h"

/* Whatever is counted once for all, in the order of the lines; where it stands in JSON. */
typedef enum { LINES_ALONE, TRACE, TLB } Part;

#define ROW(NAME, FIELD, PART) { NAME, offsetof (PwkReplayCounts, FIELD), PART }
static const struct { const char *name; size_t offset; Part part; } rows[] = {
  ROW ("accesses", accesses, TRACE), ROW ("I", n_instr, TRACE), ROW ("L", n_load, TRACE), ROW ("S", n_store, TRACE), ROW ("M", n_modify, TRACE),
  ROW ("page_crossing_lines", page_crossing_lines, TRACE), ROW ("pages", pages_all, LINES_ALONE), ROW ("faults", faults, LINES_ALONE),
  ROW ("l1d_hits", l1d_hits, TLB), ROW ("l1d_misses", l1d_misses, TLB), ROW ("l1i_hits", l1i_hits, TLB), ROW ("l1i_misses", l1i_misses, TLB),
  ROW ("stlb_hits", stlb_hits, TLB), ROW ("stlb_misses", stlb_misses, TLB), ROW ("walks_instr", walks_instr, TLB),
  ROW ("walks_data", walks_data, TLB), ROW ("walk_refs", walk_refs, TLB), ROW ("walk_refs_pwc", walk_refs_pwc, TLB),
  ROW ("simulated_ns", simulated_ns, LINES_ALONE),
};

static uint64_t
value_of (const PwkReplayCounts *counts, guint row)
{
  return *(const uint64_t *) (const void *) ((const char *) counts + rows[row].offset);
}

/* --- lines --- */

static void
append_line (PwkTextTable *table, const char *name, const char *value)
{
  pwk_text_table_cell (table, "%s", name);
  pwk_text_table_cell (table, "%s", value);
  pwk_text_table_end_row (table);
}

void
pwk_replay_print (const PwkReplayCounts *counts)
{
  static const PwkTextColumn columns[] = { { NULL, -20, 0 }, { NULL, 0, 1 } };
  g_autoptr(GString) out = g_string_new (NULL);
  PwkTextTable table = PWK_TEXT_TABLE (columns, out);
  PwkReplayRate rates[PWK_REPLAY_N_RATES];
  unsigned n = pwk_replay_rates (counts, rates);

  append_line (&table, "tlb", counts->spec);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *value = g_strdup_printf ("%" G_GUINT64_FORMAT, value_of (counts, i));

      append_line (&table, rows[i].name, value);
    }
  for (unsigned i = 0; i < n; i++)
    {
      g_autoptr(GString) value = g_string_new (NULL);

      pwk_proc_ratio (rates[i].part, rates[i].whole, rates[i].unit, value);
      append_line (&table, rates[i].name, value->str);
    }
  fputs (out->str, stdout);
}

/* --- JSON --- */

static void
add_rows (JsonBuilder *builder, const PwkReplayCounts *counts, Part part)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    if (rows[i].part == part)
      pwk_json_number (builder, rows[i].name, value_of (counts, i));
}

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
  add_rows (builder, counts, TRACE);
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
  pwk_json_number (builder, "walks", counts->walks_instr + counts->walks_data);
  add_rows (builder, counts, TLB);
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
