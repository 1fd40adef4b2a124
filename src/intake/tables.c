/* tables.c - what /proc tells of a machine's memory as a whole
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "intake/tables.h"

#include <string.h>

#include "engine/core/log-line.h"
#include "intake/lines.h"

/* --- zones and their free lists --- */

gboolean
pwk_table_is_pagetypeinfo_line (const char *line)
{
  const char *rest = pwk_intake_zone_line (line);

  return (rest && g_str_has_prefix (rest, ", type")) || g_str_has_prefix (line, "Free pages count per migrate type")
         || g_str_has_prefix (line, "Number of blocks type") || g_str_has_prefix (line, "Page block order:");
}

gboolean
pwk_table_is_buddyinfo_line (const char *line)
{
  const char *rest = pwk_intake_zone_line (line);

  return rest && g_ascii_isdigit (rest[strspn (rest, " ")]);
}

gboolean
pwk_table_is_zoneinfo_line (const char *line)
{
  static const char *const words[] = { "pages free ", "min ", "low ", "high ", "spanned ", "present ", "managed ", "protection: (", "pagesets",
                                       "cpu: ", "count: ", "high:", "batch:", "vm stats threshold", "start_pfn:", "nr_free_pages " };
  const char *rest = pwk_intake_zone_line (line), *at = line + strspn (line, " ");

  if (rest)
    return rest[strspn (rest, " ")] == '\0';
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (at > line && g_str_has_prefix (at, words[i]))
      return TRUE;
  return FALSE;
}

/* Zoneinfo is kept as it is, since all of it may matter; of the others the lines with numbers. In pagetypeinfo a second table follows, which
 * looks like buddyinfo. */
char *
pwk_table_of_zones (const char *text, GError **error)
{
  g_auto(GStrv) lines = pwk_intake_lines (text);
  g_autoptr(GString) zones = g_string_new (NULL), blocks = g_string_new (NULL), types = g_string_new (NULL);
  GString *out = g_string_new ("machine(");
  gboolean in_zone = FALSE, has_zoneinfo = FALSE, in_pageblocks = FALSE;

  for (char **line = lines; *line; line++)
    {
      const char *rest = pwk_intake_zone_line (*line);

      in_pageblocks = g_str_has_prefix (*line, "Number of blocks type") || (in_pageblocks && rest && pwk_table_is_buddyinfo_line (*line));
      if (rest)
        in_zone = pwk_table_is_zoneinfo_line (*line);
      has_zoneinfo |= rest && in_zone;
      if (rest && g_str_has_prefix (rest, ", type"))
        g_string_append_printf (types, "%s\n", *line);
      else if (rest && !in_zone && !in_pageblocks)
        g_string_append_printf (blocks, "%s\n", *line);
      else if (in_zone)
        g_string_append_printf (zones, "%s\n", *line);
    }
  if (has_zoneinfo)
    g_string_append_printf (out, "zoneinfo=<<ZONEINFO%s", blocks->len || types->len ? ", " : "");
  if (blocks->len || types->len)
    g_string_append (out, types->len ? "pagetypeinfo=<<BLOCKS" : "buddyinfo=<<BLOCKS");
  g_string_append (out, ")\n");
  if (has_zoneinfo)
    g_string_append_printf (out, "%sZONEINFO\n", zones->str);
  if (blocks->len || types->len)
    g_string_append_printf (out, "%sBLOCKS\n", types->len ? types->str : blocks->str);
  return g_string_free (out, FALSE);
}

/* --- amounts --- */

gboolean
pwk_table_is_meminfo_line (const char *line)
{
  static const char *const keys[] = { "MemTotal:", "MemFree:", "MemAvailable:", "Buffers:", "Cached:", "SwapCached:", "Active:", "Inactive:",
                                      "SwapTotal:", "SwapFree:", "Dirty:", "Writeback:", "AnonPages:", "Mapped:", "Shmem:", "Slab:",
                                      "PageTables:", "CommitLimit:", "Committed_AS:", "VmallocTotal:", "HugePages_Total:", "DirectMap4k:" };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (g_str_has_prefix (line, keys[i]))
      return TRUE;
  return FALSE;
}

/* What MemTotal leaves out, the kernel's image and its map of all frames, is about a sixtieth. */
char *
pwk_table_of_meminfo (const char *text, GError **error)
{
  g_auto(GStrv) lines = pwk_intake_lines (text);
  guint64 total = 0, swap = 0, memory;

  for (char **line = lines; *line; line++)
    if (!pwk_intake_number (*line, "MemTotal:", &total))
      pwk_intake_number (*line, "SwapTotal:", &swap);
  memory = MAX ((total + total / 60) >> 10, 4);
  if (memory > 256)
    memory = (memory + 127) / 128 * 128;
  return g_strdup_printf ("# How much there is, is told; what it is used for, no page of it: all begins free.\n"
                          "machine(memory=%" G_GUINT64_FORMAT "M, swap=%" G_GUINT64_FORMAT "K)\n", memory, swap);
}

gboolean
pwk_table_is_swaps_line (const char *line)
{
  return g_str_has_prefix (line, "Filename") ? strstr (line, "Priority") != NULL
                                             : *line == '/' && (strstr (line, "partition") || strstr (line, "\tfile") || strstr (line, " file "));
}

char *
pwk_table_of_swaps (const char *text, GError **error)
{
  g_auto(GStrv) lines = pwk_intake_lines (text);
  guint64 swap = 0;

  for (char **line = lines; *line; line++)
    {
      g_auto(GStrv) words = pwk_line_words (*line);

      if (**line == '/' && g_strv_length (words) >= 3)
        swap += g_ascii_strtoull (words[2], NULL, 10);
    }
  return g_strdup_printf ("machine(swap=%" G_GUINT64_FORMAT "K)\n", swap);
}

/* --- what is only told apart --- */

gboolean
pwk_table_is_slabinfo_line (const char *line)
{
  return strstr (line, " : tunables ") || g_str_has_prefix (line, "slabinfo - version");
}

gboolean
pwk_table_is_vmallocinfo_line (const char *line)
{
  return g_str_has_prefix (line, "0xffff") && strchr (line, '-') && (strstr (line, "pages=") || strstr (line, "phys=") || strstr (line, " vmap") || strstr (line, " ioremap"));
}

gboolean
pwk_table_is_drcachesim_line (const char *line)
{
  return strstr (line, "byte(s) @ 0x") != NULL;
}
