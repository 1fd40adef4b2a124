/* intake.c - what people open, drop and paste, made into scenarios
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "intake/intake.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

#include "files/reach.h"
#include "intake/kinds.h"
#include "intake/lines.h"
#include "scenario/source.h"

/* So many bytes are read to tell what a file is. */
#define HEAD ((gsize) 16 * 1024)

/* The default of machine (tlb=). */
#define PWK_INTAKE_TLB  "l1d=64/4,l1d2m=32/4,l1i=128/8,stlb=1536/12"

G_DEFINE_QUARK (pwk-intake-error-quark, pwk_intake_error)

const char *
pwk_intake_kind_name (PwkIntakeKind kind)
{
  return _(pwk_text_kind (kind)->name);
}

/* Whether there is anything in the text that could be meant as a statement. */
static gboolean
could_be_scenario (const char *text)
{
  g_auto(GStrv) lines = pwk_intake_lines (text);
  gboolean empty = TRUE;

  for (char **line = lines; *line; line++)
    {
      const char *open = strchr (*line, '(');

      if (open && open > *line && (g_ascii_isalnum (open[-1]) || open[-1] == '_' || open[-1] == ' '))
        return TRUE;
      empty &= (*line)[strspn (*line, " \t")] == '\0' || **line == '#';
    }
  return empty;
}

static char *
first_words (const char *text)
{
  const char *at = text + strspn (text, " \t\r\n");
  g_autofree char *line = g_utf8_substring (at, 0, MIN (g_utf8_strlen (at, (gssize) strcspn (at, "\n")), 60));

  return g_strdup (g_strchomp (line));
}

static gboolean
refuse_unknown (const char *path, const char *text, GError **error)
{
  g_autofree char *words = first_words (text);

  g_set_error (error, PWK_INTAKE_ERROR, 0,
               _("%s: “%s” is the beginning of nothing that is known here. Scenarios are read, recordings of strace and perf, maps and tables of /proc, "
                 "kernel logs, traces of lackey: “pagewalk-cli help kinds” lists them with how to make each"),
               path ? path : _("this text"), words);
  return FALSE;
}

gboolean
pwk_intake_text (PwkIntake *intake, const char *path, const char *text, GError **error)
{
  const PwkTextKind *row = pwk_text_kind (pwk_text_kind_of (text));
  g_autofree char *scenario = NULL, *made_from = NULL;

  *intake = (PwkIntake) { .kind = row->kind };
  if (row->kind == PWK_INTAKE_SCENARIO && !could_be_scenario (text))
    return refuse_unknown (path, text, error);
  if (!row->convert)
    {
      intake->text = g_strdup (text);
      return TRUE;
    }
  scenario = row->convert (text, error);
  if (!scenario)
    {
      g_prefix_error (error, "%s: ", path ? path : _("this text"));
      return FALSE;
    }
  intake->made = TRUE;
  /* Translators: a comment above a scenario that was made from, say, "/proc/PID/maps" */
  made_from = g_strdup_printf (_("# Made from %s.\n"), _(row->name));
  /* a recording's lines stay where they are: places in messages are those of the file */
  intake->text = row->kind == PWK_INTAKE_PERF_TRACE ? g_strconcat (scenario, made_from, NULL) : g_strconcat (made_from, scenario, NULL);
  return TRUE;
}

/* A program of which only its accesses are known, in the folder of the recording. The TLBs are written out so that others can be chosen. */
static void
take_trace (PwkIntake *intake, const char *path)
{
  g_autofree char *name = g_path_get_basename (path);
  /* Only quotes and backslashes need escaping: the language takes UTF-8 as it is. */
  g_auto(GStrv) parts = g_strsplit (name, "\\", -1);
  g_autofree char *doubled = g_strjoinv ("\\\\", parts);
  g_auto(GStrv) pieces = g_strsplit (doubled, "\"", -1);
  g_autofree char *quoted = g_strjoinv ("\\\"", pieces);

  pwk_intake_clear (intake);
  *intake = (PwkIntake) { .kind = PWK_INTAKE_TRACE, .made = TRUE };
  intake->text = g_strdup_printf ("machine(memory=4G, tlb=\"" PWK_INTAKE_TLB "\")\n"
                                  "process(A, trace=\"%s\")\n"
                                  "[A] access(\"%s\")\n", quoted, quoted);
}

static gboolean
is_trace (const char *path, const char *contents, gsize length)
{
  static const char *const endings[] = { ".lackey", ".pwt", ".drcachesim", ".lackey.gz", ".lackey.zst", ".pwt.gz", ".pwt.zst", ".drcachesim.gz",
                                         ".drcachesim.zst" };

  for (guint i = 0; path && i < G_N_ELEMENTS (endings); i++)
    if (g_str_has_suffix (path, endings[i]))
      return TRUE;
  /* zstd's and gzip's magic: the reader of traces unpacks them. */
  return length >= 4 && (memcmp (contents, "\x28\xb5\x2f\xfd", 4) == 0 || memcmp (contents, "\x1f\x8b", 2) == 0);
}

/* What a file's name can stand for in access ("FILE"). */
static gboolean
is_accesses (PwkIntakeKind kind)
{
  return kind == PWK_INTAKE_TRACE || kind == PWK_INTAKE_DRCACHESIM;
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
      take_trace (intake, path);
      return TRUE;
    }
  if (!pwk_source_check (path ? path : _("this text"), contents, length, error))
    return FALSE;

  if (length >= 3 && memcmp (contents, "\xef\xbb\xbf", 3) == 0)
    contents += 3;
  if (path && is_accesses (pwk_text_kind_of (contents)))
    {
      take_trace (intake, path);
      return TRUE;
    }
  return pwk_intake_text (intake, path, contents, error);
}

/* --- files --- */

/* What the first bytes of a file that may be large tell; 0 where it cannot be read. */
static gsize
read_head (const char *path, char head[HEAD + 1])
{
  FILE *file = g_file_test (path, G_FILE_TEST_IS_REGULAR) ? g_fopen (path, "rbe") : NULL;
  gsize n = file ? fread (head, 1, HEAD, file) : 0;

  if (file)
    fclose (file);
  head[n] = '\0';
  return n;
}

PwkIntakeKind
pwk_intake_kind_of_file (const char *path, gboolean *binary)
{
  char head[HEAD + 1];
  gsize n = read_head (path, head);

  *binary = FALSE;
  if (is_picture (head, n))
    return PWK_INTAKE_PICTURE;
  if (is_trace (path, head, n))
    return PWK_INTAKE_TRACE;
  *binary = memchr (head, '\0', n) != NULL;
  return *binary ? PWK_INTAKE_SCENARIO : pwk_text_kind_of (head);
}

gboolean
pwk_intake_file (PwkIntake *intake, const char *path, GError **error)
{
  g_autofree char *contents = NULL;
  gboolean binary;
  gsize length;

  *intake = (PwkIntake) { .kind = PWK_INTAKE_SCENARIO };
  if (!pwk_reach_is_regular (path, error))
    return FALSE;
  /* never read as a whole */
  if (is_accesses (pwk_intake_kind_of_file (path, &binary)))
    {
      take_trace (intake, path);
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
