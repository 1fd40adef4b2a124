/* layouts.c - address spaces as programs tell of them: maps, smaps, pmap, gdb, AddressSanitizer
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "intake/layouts.h"

#include <stdio.h>
#include <string.h>

#include "engine/core/log-line.h"
#include "intake/lines.h"

#define PAGE ((guint64) 4096)

/* A region, and how much of it is in memory where that is told. */
typedef struct
{
  guint64 start, end, offset, rss, anonymous;
  char    perms[5];
  char   *tail;          /* device, inode and name as maps has them, owned */
} Region;

static void
region_clear (gpointer data)
{
  g_free (((Region *) data)->tail);
}

static GArray *
regions_new (void)
{
  GArray *regions = g_array_new (FALSE, FALSE, sizeof (Region));

  g_array_set_clear_func (regions, region_clear);
  return regions;
}

/* @name: a path, "[heap]", "" …; @perms four letters of maps. */
static void
add_region (GArray *regions, guint64 start, guint64 end, const char *perms, guint64 offset, const char *name)
{
  Region region = { .start = start, .end = end, .offset = *name == '/' ? offset : 0 };

  g_strlcpy (region.perms, perms, sizeof region.perms);
  region.tail = *name == '/' ? g_strdup_printf ("08:01 %u %s", 1000 + g_str_hash (name) % 1000000, name) : g_strdup_printf ("00:00 0 %s", name);
  if (start < end)
    g_array_append_val (regions, region);
}

static gint
compare_regions (gconstpointer a, gconstpointer b)
{
  guint64 x = ((const Region *) a)->start, y = ((const Region *) b)->start;

  return x < y ? -1 : x > y;
}

/* --- scenarios --- */

/* Pages that are in memory are brought there; more than so many would take long. */
#define MOST_RESIDENT ((guint64) 4 << 30)

static guint64
resident_bytes (const GArray *regions)
{
  guint64 bytes = 0;

  for (guint i = 0; i < regions->len; i++)
    bytes += g_array_index (regions, Region, i).rss;
  return bytes;
}

/* A machine that has room for what is in memory, where the default one has not. */
static void
append_machine (GString *text, guint64 resident)
{
  guint64 memory = (guint64) 512 << 20;

  while (memory < 2 * resident)
    memory *= 2;
  if (memory > (guint64) 512 << 20)
    g_string_append_printf (text, "machine(memory=%" G_GUINT64_FORMAT "M)\n", memory >> 20);
}

/* Which pages of a region are there is not told: its first, of a stack its last. The kernel's own have none to touch. */
static void
append_touch (GString *text, const Region *region)
{
  gboolean stack = strstr (region->tail, "[stack") != NULL, writes = region->perms[1] == 'w';
  guint64 rss = MIN (region->rss, region->end - region->start), written = writes ? MIN (region->anonymous, rss) : 0;
  guint64 start = stack ? region->end - rss : region->start;

  if (rss == 0 || region->perms[0] != 'r' || strstr (region->tail, " [v"))
    return;
  if (written)
    g_string_append_printf (text, "[A] touch(0x%" G_GINT64_MODIFIER "x, 0x%" G_GINT64_MODIFIER "x, \"w\")\n", start, written);
  if (rss > written)
    g_string_append_printf (text, "[A] touch(0x%" G_GINT64_MODIFIER "x, 0x%" G_GINT64_MODIFIER "x, \"r\")\n", start + written, rss - written);
}

static char *
scenario_of (GArray *regions)
{
  GString *text = g_string_new (NULL);
  guint64 resident = resident_bytes (regions);

  if (resident <= MOST_RESIDENT)
    append_machine (text, resident);
  g_string_append (text, "process(A, maps=<<MAPS)\n");
  for (guint i = 0; i < regions->len; i++)
    {
      const Region *region = &g_array_index (regions, Region, i);

      g_string_append_printf (text, "%08" G_GINT64_MODIFIER "x-%08" G_GINT64_MODIFIER "x %s %08" G_GINT64_MODIFIER "x %s\n", region->start,
                              region->end, region->perms, region->offset, region->tail);
    }
  g_string_append (text, "MAPS\n");
  if (resident > 0 && resident <= MOST_RESIDENT)
    {
      g_string_append (text, "# How much of each region is in memory is told, which pages is assumed.\n");
      for (guint i = 0; i < regions->len; i++)
        append_touch (text, &g_array_index (regions, Region, i));
    }
  else if (resident > 0)
    g_string_append (text, "# More than 4 GiB are in memory: what is there of each region is left out.\n");
  return g_string_free (text, FALSE);
}

/* --- maps, smaps --- */

static gboolean
read_maps_line (const char *line, Region *region)
{
  int rest = 0;

  memset (region, 0, sizeof *region);
  if (sscanf (line, " %" G_GINT64_MODIFIER "x-%" G_GINT64_MODIFIER "x %4[rwxsp-] %" G_GINT64_MODIFIER "x %n", &region->start, &region->end,
              region->perms, &region->offset, &rest) != 4 || rest == 0)
    return FALSE;
  region->tail = g_strdup (line + rest);
  return strlen (region->perms) == 4 && region->start < region->end;
}

static gboolean
is_smaps_detail (const char *line)
{
  static const char *const keys[] = {
    "Size:", "KernelPageSize:", "MMUPageSize:", "Rss:", "Pss:", "Pss_Dirty:", "Shared_Clean:", "Shared_Dirty:", "Private_Clean:",
    "Private_Dirty:", "Referenced:", "Anonymous:", "KSM:", "LazyFree:", "AnonHugePages:", "ShmemPmdMapped:", "FilePmdMapped:",
    "Shared_Hugetlb:", "Private_Hugetlb:", "Swap:", "SwapPss:", "Locked:", "THPeligible:", "VmFlags:", "ProtectionKey:", "Pss_Anon:",
    "Pss_File:", "Pss_Shmem:",
  };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (g_str_has_prefix (line, keys[i]))
      return TRUE;
  return FALSE;
}

gboolean
pwk_layout_is_maps_line (const char *line)
{
  Region region;
  gboolean good = read_maps_line (line, &region);

  g_free (region.tail);
  return good || is_smaps_detail (line);
}

char *
pwk_layout_of_maps (const char *text, GError **error)
{
  g_auto(GStrv) lines = pwk_intake_lines (text);
  g_autoptr(GArray) regions = regions_new ();

  for (char **line = lines; *line; line++)
    {
      Region region;
      guint64 kilobytes;

      if (read_maps_line (*line, &region))
        g_array_append_val (regions, region);
      else
        {
          Region *last = regions->len ? &g_array_index (regions, Region, regions->len - 1) : NULL;

          g_free (region.tail);
          if (last && g_str_has_prefix (*line, "Rss:") && pwk_intake_number (*line, "Rss:", &kilobytes))
            last->rss = kilobytes << 10;
          else if (last && g_str_has_prefix (*line, "Anonymous:") && pwk_intake_number (*line, "Anonymous:", &kilobytes))
            last->anonymous = kilobytes << 10;
        }
    }
  return scenario_of (regions);
}

/* --- pmap, pmap -x --- */

/* "r-x--" and pmap's third letter for shared: the rights as maps has them. */
static gboolean
pmap_rights (const char *word, char perms[5])
{
  if (strlen (word) < 4 || strspn (word, "rwxspRD-") != strlen (word) || !strchr ("r-", word[0]) || !strchr ("w-", word[1]))
    return FALSE;
  perms[0] = word[0];
  perms[1] = word[1];
  perms[2] = word[2] == 'x' ? 'x' : '-';
  perms[3] = word[3] == 's' ? 's' : 'p';
  perms[4] = '\0';
  return TRUE;
}

/* "0000555555554000      4K r-x-- a.out", "0000555555554000       4       4       0 r-x-- a.out". */
static gboolean
read_pmap_line (const char *line, Region *region, char **name)
{
  g_auto(GStrv) words = pwk_line_words (line);
  guint n = g_strv_length (words), mode = 2;
  char *end;

  memset (region, 0, sizeof *region);
  if (n < 3 || strlen (words[0]) < 8 || strspn (words[0], "0123456789abcdef") != strlen (words[0]) || !g_ascii_isdigit (*words[1]))
    return FALSE;
  region->start = g_ascii_strtoull (words[0], NULL, 16);
  region->end = region->start + (g_ascii_strtoull (words[1], &end, 10) << 10);
  if (*end && strcmp (end, "K") != 0)
    return FALSE;
  while (mode < n && g_ascii_isdigit (*words[mode]))
    mode++;
  if (mode >= n || !pmap_rights (words[mode], region->perms))
    return FALSE;
  if (mode > 2)
    region->rss = g_ascii_strtoull (words[2], NULL, 10) << 10;
  if (mode > 3)
    region->anonymous = g_ascii_strtoull (words[3], NULL, 10) << 10;
  *name = g_strjoinv (" ", words + mode + 1);
  return TRUE;
}

gboolean
pwk_layout_is_pmap_line (const char *line)
{
  g_autofree char *name = NULL;
  Region region;

  return read_pmap_line (line, &region, &name);
}

/* pmap leaves the folder out, and writes "[ anon ]", "[ stack ]". */
static char *
name_of_pmap (const char *name)
{
  if (g_str_has_prefix (name, "[ stack"))
    return g_strdup ("[stack]");
  if (g_str_has_prefix (name, "[ anon") || *name == '\0')
    return g_strdup ("");
  return *name == '[' || *name == '/' ? g_strdup (name) : g_strdup_printf ("/%s", name);
}

char *
pwk_layout_of_pmap (const char *text, GError **error)
{
  g_auto(GStrv) lines = pwk_intake_lines (text);
  g_autoptr(GArray) regions = regions_new ();

  for (char **line = lines; *line; line++)
    {
      g_autofree char *shown = NULL, *name = NULL;
      Region region;

      if (!read_pmap_line (*line, &region, &shown))
        continue;
      name = name_of_pmap (shown);
      add_region (regions, region.start, region.end, region.perms, 0, name);
      if (regions->len > 0)
        {
          g_array_index (regions, Region, regions->len - 1).rss = region.rss;
          g_array_index (regions, Region, regions->len - 1).anonymous = region.anonymous;
        }
    }
  return scenario_of (regions);
}

/* --- gdb: info proc mappings --- */

/* "0x555555554000 0x555555555000 0x1000 0x0 r--p /usr/bin/demo", without rights before gdb 12. */
static gboolean
read_gdb_line (const char *line, guint64 numbers[4], const char **perms, GStrv words)
{
  guint n = g_strv_length (words);

  if (n < 4)
    return FALSE;
  for (guint i = 0; i < 4; i++)
    {
      char *end;

      if (!g_str_has_prefix (words[i], "0x"))
        return FALSE;
      numbers[i] = g_ascii_strtoull (words[i], &end, 16);
      if (*end)
        return FALSE;
    }
  *perms = n > 4 && strlen (words[4]) == 4 && strspn (words[4], "rwxsp-") == 4 ? words[4] : NULL;
  return numbers[1] - numbers[0] == numbers[2];
}

gboolean
pwk_layout_is_gdb_line (const char *line)
{
  g_auto(GStrv) words = pwk_line_words (line);
  guint64 numbers[4];
  const char *perms;

  return read_gdb_line (line, numbers, &perms, words);
}

char *
pwk_layout_of_gdb (const char *text, GError **error)
{
  g_auto(GStrv) lines = pwk_intake_lines (text);
  g_autoptr(GArray) regions = regions_new ();

  for (char **line = lines; *line; line++)
    {
      g_auto(GStrv) words = pwk_line_words (*line);
      g_autofree char *name = NULL;
      guint64 numbers[4];
      const char *perms;

      if (!read_gdb_line (*line, numbers, &perms, words))
        continue;
      name = g_strjoinv (" ", words + (perms ? 5 : 4));
      add_region (regions, numbers[0], numbers[1], perms ? perms : *name == '/' ? "r-xp" : "rw-p", numbers[3], name);
    }
  return scenario_of (regions);
}

/* --- AddressSanitizer: its process map, or its shadow's --- */

/* "0x00007fff7000-0x00008fff7000 /usr/bin/demo" or "|| `[0x10007fff8000, 0x7fffffffffff]` || HighMem ||": the name, NULL if it is neither. */
static const char *
read_asan_line (const char *line, guint64 *start, guint64 *end)
{
  int rest = 0;

  if (sscanf (line, " 0x%" G_GINT64_MODIFIER "x-0x%" G_GINT64_MODIFIER "x%n", start, end, &rest) == 2 && rest > 0 && *start < *end
      && (line[rest] == '\0' || line[rest] == '\t' || line[rest] == ' '))
    return line + rest + strspn (line + rest, " \t");
  if (sscanf (line, " || `[0x%" G_GINT64_MODIFIER "x, 0x%" G_GINT64_MODIFIER "x]` || %n", start, end, &rest) == 2 && rest > 0)
    {
      ++*end;
      return line + rest;
    }
  return NULL;
}

gboolean
pwk_layout_is_asan_line (const char *line)
{
  guint64 start, end;
  const char *name = read_asan_line (line, &start, &end);

  return name && (*name == '\0' || *name == '/' || *name == '[' || strstr (name, "Mem") || strstr (name, "Shadow"));
}

/* The shadow is mapped as a whole, its gap may not be touched, and LowMem and HighMem are where all else lies. */
char *
pwk_layout_of_asan (const char *text, GError **error)
{
  g_auto(GStrv) lines = pwk_intake_lines (text);
  g_autoptr(GArray) regions = regions_new ();

  for (char **line = lines; *line; line++)
    {
      guint64 start, end;
      const char *name = read_asan_line (*line, &start, &end);

      if (!name || g_str_has_prefix (name, "HighMem") || g_str_has_prefix (name, "LowMem"))
        continue;
      if (g_str_has_prefix (name, "ShadowGap"))
        add_region (regions, start, end, "---p", 0, "[anon:shadow gap]");
      else if (strstr (name, "Shadow"))
        add_region (regions, start, end, "rw-p", 0, g_str_has_prefix (name, "High") ? "[anon:high shadow]" : "[anon:low shadow]");
      else
        add_region (regions, start, end, *name == '/' ? "r-xp" : "rw-p", 0, name);
    }
  g_array_sort (regions, compare_regions);
  return scenario_of (regions);
}

/* --- numa_maps --- */

/* "7f0000000000 default file=/lib/x.so mapped=10 N0=10 kernelpagesize_kB=4". */
gboolean
pwk_layout_is_numa_line (const char *line)
{
  g_auto(GStrv) words = pwk_line_words (line);
  guint n = g_strv_length (words);

  return n >= 2 && strlen (words[0]) >= 5 && strspn (words[0], "0123456789abcdef") == strlen (words[0])
         && (strcmp (words[1], "default") == 0 || g_str_has_prefix (words[1], "bind") || g_str_has_prefix (words[1], "interleave")
             || g_str_has_prefix (words[1], "prefer") || strcmp (words[1], "local") == 0 || g_str_has_prefix (words[1], "weighted"));
}

static const char *
value_of (GStrv words, const char *key)
{
  for (char **word = words; *word; word++)
    if (g_str_has_prefix (*word, key))
      return *word + strlen (key);
  return NULL;
}

/* How long a region is, is not told: what is in memory of it. */
char *
pwk_layout_of_numa (const char *text, GError **error)
{
  g_auto(GStrv) lines = pwk_intake_lines (text);
  g_autoptr(GArray) regions = regions_new ();

  for (char **line = lines; *line; line++)
    {
      g_auto(GStrv) words = pwk_line_words (*line);
      const char *file, *anon, *mapped;
      guint64 start, anonymous, all;

      if (!pwk_layout_is_numa_line (*line))
        continue;
      file = value_of (words, "file=");
      anon = value_of (words, "anon=");
      mapped = value_of (words, "mapped=");
      start = g_ascii_strtoull (words[0], NULL, 16);
      anonymous = anon ? g_ascii_strtoull (anon, NULL, 10) * PAGE : 0;
      all = MAX (mapped ? g_ascii_strtoull (mapped, NULL, 10) * PAGE : 0, anonymous);
      add_region (regions, start, start + all, file && !anon ? "r-xp" : "rw-p", 0,
                  file ? file : value_of (words, "heap") ? "[heap]" : value_of (words, "stack") ? "[stack]" : "");
      if (all && regions->len > 0)
        {
          g_array_index (regions, Region, regions->len - 1).rss = all;
          g_array_index (regions, Region, regions->len - 1).anonymous = anonymous;
        }
    }
  return scenario_of (regions);
}
