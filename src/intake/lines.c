/* lines.c - a pasted text line by line, without what stands around it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "intake/lines.h"

#include <string.h>

#include "engine/core/log-line.h"

GStrv
pwk_intake_lines (const char *text)
{
  GStrv lines = g_strsplit (text, "\n", -1);

  for (char **line = lines; *line; line++)
    {
      char *whole = *line;
      gsize length = strlen (whole);

      if (length > 0 && whole[length - 1] == '\r')
        whole[length - 1] = '\0';
      *line = g_strdup (pwk_log_line_text (whole));
      g_free (whole);
    }
  return lines;
}

gboolean
pwk_intake_number (const char *line, const char *key, guint64 *number)
{
  const char *at = strstr (line, key);

  if (!at)
    return FALSE;
  at += strlen (key);
  at += strspn (at, " \t=:");
  if (!g_ascii_isdigit (*at))
    return FALSE;
  *number = g_ascii_strtoull (at, NULL, 0);
  return TRUE;
}

const char *
pwk_intake_zone_line (const char *line)
{
  const char *zone = g_str_has_prefix (line, "Node ") ? strstr (line, ", zone ") : NULL;

  if (!zone)
    return NULL;
  zone += strlen (", zone ");
  zone += strspn (zone, " ");
  return zone + strcspn (zone, " ,");
}
