/* cmd-bench.c - pagewalk-cli bench: the engine's own speed on this computer
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "cli/bench.h"
#include "cli/cli.h"
#include "cli/json.h"
#include "engine/core/text-table.h"

static const PwkBenchEntry benches[] = {
  { "boot", pwk_bench_boot },     { "boot-1t", pwk_bench_boot_large }, { "alloc-free", pwk_bench_alloc },
  { "buddy", pwk_bench_buddy },   { "kmalloc", pwk_bench_kmalloc },    { "fault", pwk_bench_fault },
  { "reclaim", pwk_bench_reclaim }, { "tlb-hit", pwk_bench_tlb },
  { "walk", pwk_bench_walk },     { "lackey", pwk_bench_lackey },      { "binary", pwk_bench_binary },
  { "checkpoint", pwk_bench_checkpoint }, { "seek", pwk_bench_seek },
  { "play", pwk_bench_play },
};

static void
print_figure (const PwkFigure *figure)
{
  static const PwkTextColumn columns[] = { { NULL, -18, 0 }, { NULL, 12, 1 }, { NULL, -4, 1 }, { NULL, 0, 1 } };
  g_autoptr(GString) out = g_string_new (NULL);
  PwkTextTable table = PWK_TEXT_TABLE (columns, out);
  char number[G_ASCII_DTOSTR_BUF_SIZE];

  g_ascii_formatd (number, sizeof number, "%.1f", figure->value);
  pwk_text_table_cell (&table, "%s", figure->name);
  pwk_text_table_cell (&table, "%s", number);
  pwk_text_table_cell (&table, "%s", figure->unit);
  pwk_text_table_cell (&table, "%s", _(figure->what));
  pwk_text_table_end_row (&table);
  fputs (out->str, stdout);
  fflush (stdout);
}

static void
print_json (const GArray *figures)
{
  g_autoptr(JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  for (guint i = 0; i < figures->len; i++)
    {
      const PwkFigure *figure = &g_array_index (figures, PwkFigure, i);

      pwk_json_begin (builder, figure->name);
      json_builder_set_member_name (builder, "value");
      json_builder_add_double_value (builder, figure->value);
      pwk_json_text (builder, "unit", figure->unit);
      json_builder_end_object (builder);
    }
  json_builder_end_object (builder);
  pwk_json_print (builder);
}

static int
measure (const char *only, bool json)
{
  g_autoptr(GArray) figures = g_array_new (FALSE, FALSE, sizeof (PwkFigure));
  bool found = false;

  for (guint i = 0; i < G_N_ELEMENTS (benches); i++)
    {
      g_autoptr(GError) error = NULL;
      guint before = figures->len;

      if (only && strcmp (only, benches[i].name) != 0)
        continue;
      found = true;
      if (!benches[i].run (figures, &error))
        return pwk_cli_fail (error);
      for (guint j = before; j < figures->len && !json; j++)
        print_figure (&g_array_index (figures, PwkFigure, j));
    }
  if (!found)
    {
      g_autoptr(GString) known = g_string_new (NULL);

      for (guint i = 0; i < G_N_ELEMENTS (benches); i++)
        g_string_append_printf (known, "%s%s", i ? ", " : "", benches[i].name);
      pwk_cli_complain (_("there is no measurement “%s”; there are %s"), only, known->str);
      return PWK_EXIT_USAGE;
    }
  if (json)
    print_json (figures);
  return pwk_cli_flush () ? PWK_EXIT_GOOD : PWK_EXIT_USAGE;
}

int
pwk_cmd_bench (int argc, char **argv)
{
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_("Print the figures in JSON"), NULL },
    { NULL },
  };

  if (!pwk_cli_parse ("bench", entries, &argc, &argv))
    return PWK_EXIT_USAGE;
  return argc > 2 ? pwk_cli_usage ("bench") : measure (argc == 2 ? argv[1] : NULL, json);
}
