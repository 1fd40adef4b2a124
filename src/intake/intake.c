/* intake.c - what people open, drop and paste, made into scenarios
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "intake/intake.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

#include "files/reach.h"
#include "scenario/source.h"

/* So many lines are looked at to tell what a text is, so many bytes to tell what a file is. */
#define LOOKED_AT  40
#define HEAD       ((gsize) 16 * 1024)

/* The default of machine (tlb=). */
#define PWK_INTAKE_TLB  "l1d=64/4,l1d2m=32/4,l1i=128/8,stlb=1536/12"

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

/* A program of which only its accesses are known, in the folder of the recording. The TLBs are written out so that others can be chosen. */
static char *
scenario_of_trace (const char *path)
{
  g_autofree char *name = g_path_get_basename (path);
  /* Only quotes and backslashes need escaping: the language takes UTF-8 as it is. */
  g_auto(GStrv) parts = g_strsplit (name, "\\", -1);
  g_autofree char *doubled = g_strjoinv ("\\\\", parts);
  g_auto(GStrv) pieces = g_strsplit (doubled, "\"", -1);
  g_autofree char *quoted = g_strjoinv ("\\\"", pieces);

  return g_strdup_printf ("machine(memory=4G, tlb=\"" PWK_INTAKE_TLB "\")\n"
                          "process(A, trace=\"%s\")\n"
                          "[A] access(\"%s\")\n", quoted, quoted);
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
  if (!pwk_source_check (path ? path : "text", contents, length, error))
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

/* --- files --- */

/* What the first bytes of a file that may be large tell; 0 where it cannot be read. */
static gsize
read_head (const char *path, char *head, gsize size)
{
  FILE *file = g_fopen (path, "rbe");
  gsize n = file ? fread (head, 1, size, file) : 0;

  if (file)
    fclose (file);
  return n;
}

/* Whether the file is a recording of accesses, which is never read as a whole. */
static gboolean
is_trace_file (const char *path)
{
  char head[HEAD + 1];
  gsize n = read_head (path, head, HEAD);

  if (is_trace (path, head, n))
    return TRUE;
  head[n] = '\0';
  return pwk_intake_kind_of_text (head) == PWK_INTAKE_TRACE;
}

gboolean
pwk_intake_file (PwkIntake *intake, const char *path, GError **error)
{
  g_autofree char *contents = NULL;
  gsize length;

  *intake = (PwkIntake) { .kind = PWK_INTAKE_SCENARIO };
  if (!pwk_reach_is_regular (path, error))
    return FALSE;
  if (is_trace_file (path))
    {
      *intake = (PwkIntake) { .kind = PWK_INTAKE_TRACE, .made = TRUE, .text = scenario_of_trace (path) };
      return TRUE;
    }
  return g_file_get_contents (path, &contents, &length, error) && pwk_intake_bytes (intake, path, contents, length, error);
}

void
pwk_intake_clear (PwkIntake *intake)
{
  g_clear_pointer (&intake->text, g_free);
  g_clear_pointer (&intake->moment, pwk_moment_free);
}
