/* tables.c - what /proc tells of a machine's memory as a whole
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "intake/tables.h"

#include <glib/gi18n.h>
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

/* --- the kernel's own memory --- */

gboolean
pwk_table_is_slabinfo_line (const char *line)
{
  return strstr (line, " : tunables ") || g_str_has_prefix (line, "slabinfo - version");
}

/* A row of /proc/slabinfo; false: none. */
typedef struct { const char *name; guint64 active, num, size, per_slab, pages; } SlabRow;

static gboolean
read_slab_row (GStrv words, SlabRow *row)
{
  if (g_strv_length (words) < 7 || strcmp (words[6], ":") != 0)
    return FALSE;
  *row = (SlabRow) {
    .name = words[0], .active = g_ascii_strtoull (words[1], NULL, 10), .num = g_ascii_strtoull (words[2], NULL, 10),
    .size = g_ascii_strtoull (words[3], NULL, 10), .per_slab = g_ascii_strtoull (words[4], NULL, 10), .pages = g_ascii_strtoull (words[5], NULL, 10),
  };
  return row->size >= 8 && row->per_slab > 0 && row->per_slab <= 512 && row->pages > 0 && row->per_slab * row->size <= row->pages * 4096;
}

/* What the table does not tell (the object's own size, its alignment, where the list lies in it) is as for a cache of that size without
 * anything special: calculate_sizes (), slab_min_objects' answer being what is there. */
static void
append_cache (GString *out, const SlabRow *row)
{
  guint64 size = row->size / 8 * 8, fit = row->pages * 4096 / size;
  unsigned order = g_bit_storage (row->pages) - 1;

  g_string_append_printf (out, "name %s object_size %" G_GUINT64_FORMAT " size %" G_GUINT64_FORMAT " align 8 inuse %" G_GUINT64_FORMAT
                          " offset %" G_GUINT64_FORMAT " red_left_pad 0 order %u objects %" G_GUINT64_FORMAT " min_order %u min_objects %" G_GUINT64_FORMAT
                          " min_partial 5 cpu_partial 30 cpu_partial_slabs 2 refcount 1 flags 0\n",
                          row->name, size, size, size, size / 16 * 8, order, MIN (fit, 512), order, MIN (fit, 512));
}

char *
pwk_table_of_slabinfo (const char *text, GError **error)
{
  g_auto(GStrv) lines = pwk_intake_lines (text);
  g_autoptr(GString) caches = g_string_new (NULL), told = g_string_new (NULL);
  guint64 pages = 0, memory = 512;
  guint n = 0;

  for (char **line = lines; *line; line++)
    {
      g_auto(GStrv) words = pwk_line_words (*line);
      SlabRow row;

      if (!read_slab_row (words, &row))
        continue;
      append_cache (caches, &row);
      pages += (row.num + row.per_slab - 1) / row.per_slab * row.pages;
      n++;
      g_string_append_printf (told, "# %-24s %8" G_GUINT64_FORMAT " of %8" G_GUINT64_FORMAT " objects in use\n", row.name, row.active, row.num);
    }
  while (memory << 8 < pages * 2)
    memory *= 2;
  return g_strdup_printf ("# %u caches, %" G_GUINT64_FORMAT " pages of slabs. The caches are there; which object lies where is not told, they begin empty.\n"
                          "%smachine(memory=%" G_GUINT64_FORMAT "M, slab_caches=<<CACHES)\n%sCACHES\nslabinfo()\n", n, pages, told->str, memory, caches->str);
}

gboolean
pwk_table_is_vmallocinfo_line (const char *line)
{
  return g_str_has_prefix (line, "0x") && strstr (line, "-0x") && (strstr (line, "pages=") || strstr (line, "phys=") || strstr (line, " vmap") || strstr (line, " ioremap"));
}

/* A kernel that hides its addresses writes hashes in their place (%p): of them nothing can be made. */
char *
pwk_table_of_vmallocinfo (const char *text, GError **error)
{
  g_auto(GStrv) lines = pwk_intake_lines (text);
  g_autoptr(GString) areas = g_string_new (NULL);
  guint64 pages = 0, here, memory = 512;

  for (char **line = lines; *line; line++)
    if (g_str_has_prefix (*line, "0xffff"))
      {
        g_string_append_printf (areas, "%s\n", *line);
        if (pwk_intake_number (*line, " pages=", &here))
          pages += here;
      }
  if (areas->len == 0)
    {
      g_set_error_literal (error, G_FILE_ERROR, G_FILE_ERROR_INVAL,
                           _("the addresses of this /proc/vmallocinfo are hidden; a kernel booted with no_hash_pointers shows them to root"));
      return NULL;
    }
  while (memory << 8 < pages * 4)
    memory *= 2;
  return g_strdup_printf ("machine(memory=%" G_GUINT64_FORMAT "M, vmallocinfo=<<AREAS)\n%sAREAS\nvmallocinfo()\nvmap_areas()\n", memory, areas->str);
}

/* --- what is only told apart --- */
