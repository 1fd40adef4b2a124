/* text-difference.c - two texts of lines compared
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/text-difference.h"

#include <string.h>

/* Beyond this many pairs of lines, what lies between the common head and tail is taken as replaced as a whole. */
#define MAX_PAIRS ((gsize) 16 * 1024 * 1024)

static void
line_free (gpointer data)
{
  PwkLine *line = data;

  g_free (line->before);
  g_free (line->after);
  g_free (line->change);
  g_free (line);
}

static void
add (GPtrArray *lines, PwkLineKind kind, const char *before, const char *after)
{
  PwkLine *line = g_new0 (PwkLine, 1);

  line->kind = kind;
  line->before = g_strdup (before);
  line->after = g_strdup (after);
  g_ptr_array_add (lines, line);
}

/* --- the longest common part --- */

/* Lines of both texts that differ at the ends taken off: a[0 … n), b[0 … m). */
static void
compare_middle (GPtrArray *lines, char **a, gsize n, char **b, gsize m)
{
  g_autofree guint16 *longest = NULL;
  gsize i = 0, j = 0, stride = m + 1;

  if (n > 0 && m > 0 && n < MAX_PAIRS / (m + 1) && MIN (n, m) < G_MAXUINT16)
    {
      /* longest[i][j]: of what a from i and b from j have in common. */
      longest = g_new0 (guint16, (n + 1) * stride);
      for (gsize up = n; up-- > 0;)
        for (gsize left = m; left-- > 0;)
          longest[up * stride + left] = strcmp (a[up], b[left]) == 0
                                          ? (guint16) (longest[(up + 1) * stride + left + 1] + 1)
                                          : MAX (longest[(up + 1) * stride + left], longest[up * stride + left + 1]);
    }
  while (i < n || j < m)
    if (longest && i < n && j < m && strcmp (a[i], b[j]) == 0)
      {
        add (lines, PWK_LINE_SAME, a[i], b[j]);
        i++;
        j++;
      }
    else if (i < n && (j == m || !longest || longest[(i + 1) * stride + j] >= longest[i * stride + j + 1]))
      add (lines, PWK_LINE_REMOVED, a[i++], NULL);
    else
      add (lines, PWK_LINE_ADDED, NULL, b[j++]);
}

/* --- changed lines --- */

static char **
words_of (const char *line)
{
  g_autofree char *plain = g_strdelimit (g_strdup (line), "\t:,()", ' ');
  char **all = g_strsplit (plain, " ", -1);
  guint kept = 0;

  for (guint i = 0; all[i]; i++)
    if (*all[i])
      all[kept++] = all[i];
    else
      g_free (all[i]);
  all[kept] = NULL;
  return all;
}

static gboolean
is_number (const char *word, gint64 *number)
{
  char *end;

  if (!g_ascii_isdigit (*word) && !(*word == '-' && g_ascii_isdigit (word[1])))
    return FALSE;
  *number = g_ascii_strtoll (word, &end, 10);
  return *end == '\0';
}

/* What changed between two lines of the same words but for their numbers; NULL if they are not such lines. */
static char *
change_of (const char *before, const char *after)
{
  g_auto(GStrv) old = words_of (before);
  g_auto(GStrv) new = words_of (after);
  g_autoptr(GString) change = g_string_new (NULL);

  if (g_strv_length (old) != g_strv_length (new) || !old[0] || strcmp (old[0], new[0]) != 0)
    return NULL;
  for (guint i = 0; old[i]; i++)
    {
      gint64 was, is;

      if (strcmp (old[i], new[i]) == 0)
        continue;
      if (is_number (old[i], &was) && is_number (new[i], &is))
        g_string_append_printf (change, "%s%+" G_GINT64_FORMAT, change->len ? " " : "", is - was);
    }
  return g_string_free (g_steal_pointer (&change), FALSE);
}

/* A stretch of lines taken off and put in, @start … @end: pairs what belongs together. */
static void
pair_stretch (GPtrArray *lines, guint start, guint end)
{
  guint next = start;

  for (guint i = start; i < end; i++)
    {
      PwkLine *removed = lines->pdata[i];

      if (removed->kind != PWK_LINE_REMOVED)
        continue;
      for (guint j = MAX (next, start); j < end; j++)
        {
          PwkLine *added = lines->pdata[j];
          g_autofree char *change = added->kind == PWK_LINE_ADDED ? change_of (removed->before, added->after) : NULL;

          if (!change)
            continue;
          removed->kind = PWK_LINE_CHANGED;
          removed->after = g_steal_pointer (&added->after);
          removed->change = g_steal_pointer (&change);
          added->kind = PWK_LINE_SAME;    /* emptied: dropped below */
          next = j + 1;
          break;
        }
    }
}

static void
drop_emptied (GPtrArray *lines)
{
  for (guint i = lines->len; i-- > 0;)
    {
      const PwkLine *line = lines->pdata[i];

      if (!line->before && !line->after)
        g_ptr_array_remove_index (lines, i);
    }
}

static void
pair_changed (GPtrArray *lines)
{
  guint start = 0;

  for (guint i = 0; i <= lines->len; i++)
    if (i == lines->len || ((PwkLine *) lines->pdata[i])->kind == PWK_LINE_SAME)
      {
        pair_stretch (lines, start, i);
        start = i + 1;
      }
  drop_emptied (lines);
}

/* --- public --- */

static char **
lines_of (const char *text)
{
  char **lines = g_strsplit (text, "\n", -1);
  guint n = g_strv_length (lines);

  if (n > 0 && !*lines[n - 1])
    g_clear_pointer (&lines[n - 1], g_free);
  return lines;
}

GPtrArray *
pwk_text_difference (const char *before, const char *after)
{
  GPtrArray *lines = g_ptr_array_new_with_free_func (line_free);
  g_auto(GStrv) a = lines_of (before);
  g_auto(GStrv) b = lines_of (after);
  gsize n = g_strv_length (a), m = g_strv_length (b), head = 0, tail = 0;

  while (head < n && head < m && strcmp (a[head], b[head]) == 0)
    add (lines, PWK_LINE_SAME, a[head], b[head]), head++;
  while (tail < n - head && tail < m - head && strcmp (a[n - 1 - tail], b[m - 1 - tail]) == 0)
    tail++;
  compare_middle (lines, a + head, n - head - tail, b + head, m - head - tail);
  pair_changed (lines);
  for (gsize i = 0; i < tail; i++)
    add (lines, PWK_LINE_SAME, a[n - tail + i], b[m - tail + i]);
  return lines;
}

guint
pwk_text_difference_count (const GPtrArray *lines)
{
  guint n = 0;

  for (guint i = 0; i < lines->len; i++)
    n += ((const PwkLine *) lines->pdata[i])->kind != PWK_LINE_SAME;
  return n;
}

static gsize
indent_of (const PwkLine *line)
{
  return strspn (line->after ? line->after : line->before, " \t");
}

gboolean
pwk_text_difference_matters (const GPtrArray *lines, guint i)
{
  const PwkLine *line = lines->pdata[i];
  gsize indent = indent_of (line);

  if (line->kind != PWK_LINE_SAME)
    return TRUE;
  for (guint j = i + 1; j < lines->len && indent_of (lines->pdata[j]) > indent; j++)
    if (((const PwkLine *) lines->pdata[j])->kind != PWK_LINE_SAME)
      return TRUE;
  return FALSE;
}
