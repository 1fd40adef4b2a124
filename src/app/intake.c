/* intake.c - what people open, drop and paste, made into scenarios
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/intake.h"

#include <stdio.h>
#include <string.h>

#include "scenario/source.h"

/* So many lines are looked at to tell what a text is. */
#define LOOKED_AT  40

static gboolean
is_maps_line (const char *line)
{
  unsigned long long start, end;
  char perms[5];

  return sscanf (line, "%llx-%llx %4[rwxsp-] ", &start, &end, perms) == 3 && strlen (perms) == 4 && start < end;
}

static gboolean
is_e820_line (const char *line)
{
  const char *map = strstr (line, "[mem 0x");
  unsigned long long start, end;

  line = map ? map + strlen ("[mem ") : line;
  return sscanf (line, "0x%llx-0x%llx", &start, &end) == 2 && start <= end &&
         (strstr (line, "usable") || strstr (line, "reserved") || strstr (line, "ACPI"));
}

static gboolean
is_lackey_line (const char *line)
{
  unsigned long long address;
  unsigned size;
  char kind;

  return sscanf (line, " %c %llx,%u", &kind, &address, &size) == 3 && strchr ("ILSM", kind) != NULL;
}

PwkIntakeKind
pwk_intake_kind_of_text (const char *text)
{
  PwkLineReader reader;
  PwkLine line;

  pwk_line_reader_init (&reader, text, strlen (text));
  for (int i = 0; i < LOOKED_AT && pwk_line_reader_next (&reader, &line); i++)
    {
      g_autofree char *copy = g_strndup (line.text, line.length);

      if (g_str_has_prefix (copy, "Node ") && strstr (copy, ", zone"))
        return PWK_INTAKE_ZONEINFO;
      if (is_maps_line (copy))
        return PWK_INTAKE_MAPS;
      if (is_e820_line (copy))
        return PWK_INTAKE_E820;
      if (is_lackey_line (copy))
        return PWK_INTAKE_TRACE;
      /* Whatever is not a comment, a blank line or valgrind's heading is a call. */
      if (copy[0] != '\0' && copy[0] != '#' && !g_str_has_prefix (copy, "=="))
        break;
    }
  return PWK_INTAKE_SCENARIO;
}

/* A text block may not hold its own end. */
static char *
block (const char *head, const char *tag, const char *text, const char *tail)
{
  gboolean ends = g_str_has_suffix (text, "\n");

  return g_strdup_printf ("%s<<%s%s\n%s%s%s\n", head, tag, tail, text, ends ? "" : "\n", tag);
}

void
pwk_intake_text (PwkIntake *intake, const char *text)
{
  *intake = (PwkIntake) { .kind = pwk_intake_kind_of_text (text), .made = TRUE };
  switch (intake->kind)
    {
    case PWK_INTAKE_ZONEINFO:
      intake->text = block ("machine(zoneinfo=", "ZONEINFO", text, ")");
      break;
    case PWK_INTAKE_MAPS:
      intake->text = block ("process(A, maps=", "MAPS", text, ")");
      break;
    case PWK_INTAKE_E820:
      intake->text = block ("machine(e820=", "E820", text, ")");
      break;
    case PWK_INTAKE_SCENARIO:
    case PWK_INTAKE_TRACE:
    case PWK_INTAKE_PICTURE:
      intake->text = g_strdup (text);
      intake->made = FALSE;
      break;
    }
}

static char *
scenario_of_trace (const char *path)
{
  /* Only quotes and backslashes need escaping: the language takes UTF-8 as it is. */
  g_auto(GStrv) parts = g_strsplit (path, "\\", -1);
  g_autofree char *doubled = g_strjoinv ("\\\\", parts);
  g_auto(GStrv) pieces = g_strsplit (doubled, "\"", -1);
  g_autofree char *quoted = g_strjoinv ("\\\"", pieces);

  return g_strdup_printf ("machine(memory=1G)\nprocess(A)\n[A] access(\"%s\")\n", quoted);
}

static gboolean
is_trace (const char *path, const char *contents, gsize length)
{
  static const char *const endings[] = { ".lackey", ".pwt", ".lackey.gz", ".lackey.zst", ".pwt.gz", ".pwt.zst" };

  for (guint i = 0; path && i < G_N_ELEMENTS (endings); i++)
    if (g_str_has_suffix (path, endings[i]))
      return TRUE;
  /* zstd's and gzip's magic: the reader of traces unpacks them. */
  return length >= 4 && (memcmp (contents, "\x28\xb5\x2f\xfd", 4) == 0 || memcmp (contents, "\x1f\x8b", 2) == 0);
}

static gboolean
is_picture (const char *contents, gsize length)
{
  return (length >= 8 && memcmp (contents, "\x89PNG\r\n\x1a\n", 8) == 0) || (length >= 5 && memcmp (contents, "%PDF-", 5) == 0) ||
         (length >= 5 && (memcmp (contents, "<?xml", 5) == 0 || memcmp (contents, "<svg ", 5) == 0));
}

gboolean
pwk_intake_bytes (PwkIntake *intake, const char *path, const char *contents, gsize length, GError **error)
{
  g_autofree char *name = path ? g_path_get_basename (path) : g_strdup ("text");

  *intake = (PwkIntake) { .kind = PWK_INTAKE_SCENARIO };
  if (is_picture (contents, length))
    {
      if (!pwk_moment_read (contents, length, &intake->moment, error))
        return FALSE;
      intake->kind = PWK_INTAKE_PICTURE;
      intake->made = TRUE;
      intake->text = g_strdup (intake->moment->text);
      return TRUE;
    }
  if (path && is_trace (path, contents, length))
    {
      intake->kind = PWK_INTAKE_TRACE;
      intake->made = TRUE;
      intake->text = scenario_of_trace (path);
      return TRUE;
    }
  if (!pwk_source_check (name, contents, length, error))
    return FALSE;

  if (length >= 3 && memcmp (contents, "\xef\xbb\xbf", 3) == 0)
    contents += 3;
  pwk_intake_text (intake, contents);
  if (intake->kind == PWK_INTAKE_TRACE && path)
    {
      g_free (intake->text);
      intake->text = scenario_of_trace (path);
      intake->made = TRUE;
    }
  return TRUE;
}

void
pwk_intake_clear (PwkIntake *intake)
{
  g_clear_pointer (&intake->text, g_free);
  g_clear_pointer (&intake->moment, pwk_moment_free);
}
