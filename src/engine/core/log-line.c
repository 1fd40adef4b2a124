/* log-line.c - a line of a kernel's log, without what stands in front of it
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Logs are pasted from mails, from dmesg with and without -T and -x, from journalctl and syslog.
 * All have the kernel's own line at their end:
 *
 *      > Nov 29 07:00:00 host kernel: <6>[    0.000000][    T0] BIOS-e820: [mem 0x…
 *      │ └ syslog                     │  │              └ caller └ what is wanted; its own brackets
 *      └ quoted in a mail             │  └ time                    are neither time nor caller
 *                                     └ priority
 */
#include "engine/core/log-line.h"

#include <glib.h>
#include <string.h>

/* Where syslog's part may end at most. */
#define SYSLOG_BYTES 160

/* Mails quote with ">", any number of times. */
static const char *
skip_quotation (const char *line)
{
  while (*line == '>')
    line += 1 + (line[1] == ' ');
  return line;
}

/* A date in front and " kernel: " not far behind it: only then is it syslog's. */
static const char *
skip_syslog (const char *line)
{
  static const char *const months[] = { "Jan ", "Feb ", "Mar ", "Apr ", "May ", "Jun ", "Jul ", "Aug ", "Sep ", "Oct ", "Nov ", "Dec " };
  const char *kernel = strstr (line, " kernel: ");
  gboolean dated = g_ascii_isdigit (line[0]) && g_ascii_isdigit (line[1]) && g_ascii_isdigit (line[2]) && g_ascii_isdigit (line[3]) && line[4] == '-';

  for (guint i = 0; i < G_N_ELEMENTS (months) && !dated; i++)
    dated = g_str_has_prefix (line, months[i]);
  return dated && kernel && kernel - line < SYSLOG_BYTES ? kernel + strlen (" kernel: ") : line;
}

/* dmesg -r: a digit in angle brackets. */
static const char *
skip_priority (const char *line)
{
  return line[0] == '<' && g_ascii_isdigit (line[1]) && line[2] == '>' ? line + 3 : line;
}

/* "[    0.000000] ", "[Sat Jan  2 03:04:05 2027] ", "[    T0] ", "[   C12] ": brackets around a
 * time or a caller, not around a pid. */
static const char *
skip_bracket (const char *line)
{
  const char *end = *line == '[' ? strchr (line, ']') : NULL;
  const char *at = line + 1;

  if (!end)
    return line;
  while (*at == ' ')
    at++;
  if (!memchr (at, '.', (size_t) (end - at)) && !memchr (at, ':', (size_t) (end - at)) && !((*at == 'T' || *at == 'C') && g_ascii_isdigit (at[1])))
    return line;
  for (const char *c = at; c < end; c++)
    if (!g_ascii_isalnum (*c) && !strchr (".: ", *c))
      return line;
  return end + 1 + (end[1] == ' ');
}

/* Brackets may come in a row: a time, then a caller (CONFIG_PRINTK_CALLER). */
const char *
pwk_log_line_text (const char *line)
{
  const char *before;

  line = skip_priority (skip_syslog (skip_quotation (line)));
  do
    {
      before = line;
      line = skip_bracket (line);
    }
  while (line != before);
  return line;
}

/* Empty words are freed and left out in place. */
GStrv
pwk_line_words (const char *line)
{
  GStrv all = g_strsplit_set (line, " \t\r", -1);
  guint n = 0;

  for (guint i = 0; all[i]; i++)
    if (*all[i])
      all[n++] = all[i];
    else
      g_free (all[i]);
  all[n] = NULL;
  return all;
}
