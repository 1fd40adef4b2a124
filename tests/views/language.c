/* language.c - the language that tests of words run in
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "language.h"

#include <glib.h>
#include <libintl.h>
#include <locale.h>

void
test_language_init (void)
{
  setlocale (LC_ALL, "");
  if (g_getenv ("PAGEWALK_LOCALEDIR") != NULL)
    bindtextdomain (GETTEXT_PACKAGE, g_getenv ("PAGEWALK_LOCALEDIR"));
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
}

bool
test_language_is_chinese (void)
{
  const char *language = g_getenv ("LANGUAGE");

  return language != NULL && g_str_has_prefix (language, "zh");
}

bool
test_is_translated (const char *text)
{
  if (!test_language_is_chinese ())
    return true;
  for (const char *c = text; *c != '\0'; c = g_utf8_next_char (c))
    if (g_unichar_get_script (g_utf8_get_char (c)) == G_UNICODE_SCRIPT_HAN)
      return true;
  return false;
}
