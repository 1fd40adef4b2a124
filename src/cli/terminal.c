/* terminal.c - text on its way to a terminal
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/terminal.h"

#include <string.h>

static bool
is_clean (const char *text)
{
  if (!g_utf8_validate (text, -1, NULL))
    return false;
  for (const char *p = text; *p; p = g_utf8_next_char (p))
    if (*p != '\n' && *p != '\t' && g_unichar_iscntrl (g_utf8_get_char (p)))
      return false;
  return true;
}

char *
pwk_terminal_text (const char *text)
{
  g_autofree char *valid = NULL;
  GString *out;

  if (is_clean (text))
    return g_strdup (text);
  valid = g_utf8_make_valid (text, -1);
  out = g_string_new (NULL);
  for (const char *p = valid; *p; p = g_utf8_next_char (p))
    {
      const char *next = g_utf8_next_char (p);
      bool control = *p != '\n' && *p != '\t' && g_unichar_iscntrl (g_utf8_get_char (p));

      for (const char *byte = p; byte < next; byte++)
        if (control)
          g_string_append_printf (out, "\\%03o", (unsigned) (guchar) *byte);
        else
          g_string_append_c (out, *byte);
    }
  return g_string_free (out, FALSE);
}

void
pwk_terminal_print (FILE *stream, const char *text)
{
  g_autofree char *clean = pwk_terminal_text (text);

  fputs (clean, stream);
  fputc ('\n', stream);
}
