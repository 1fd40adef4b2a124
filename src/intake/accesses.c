/* accesses.c - recorded accesses that somebody pastes, as statements
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "intake/accesses.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

#include "import/drcachesim.h"
#include "import/trace-regions.h"
#include "intake/intake.h"
#include "intake/lines.h"

/* More are no text to read: access ("FILE") replays them. */
#define MAX_ACCESSES 20000u

/* The lower half of four levels, where programs have their memory. */
#define USER_END ((uint64_t) 1 << 47)

static gboolean
read_lackey_line (const char *line, PwkTraceRecord *record)
{
  static const char letters[] = "ILSM";
  static const PwkTraceKind kinds[] = { PWK_TRACE_INSTR, PWK_TRACE_LOAD, PWK_TRACE_STORE, PWK_TRACE_MODIFY };
  unsigned long long address;
  unsigned size;
  const char *found;
  char letter;
  int end = 0;

  if (sscanf (line, " %c %llx,%u%n", &letter, &address, &size, &end) != 3 || line[end + (int) strspn (line + end, " ")] != '\0')
    return FALSE;
  found = strchr (letters, letter);
  if (!found || !letter || size == 0 || address + size - 1 < address)
    return FALSE;
  *record = (PwkTraceRecord) { address, size, kinds[found - letters] };
  return TRUE;
}

static gboolean
read_line (const char *line, PwkTraceRecord *record)
{
  const char *what;

  return read_lackey_line (line, record) || pwk_drcachesim_read_line (line, line + strlen (line), record, &what) == PWK_DRCACHESIM_ACCESS;
}

gboolean
pwk_accesses_is_lackey_line (const char *line)
{
  PwkTraceRecord record;

  return read_lackey_line (line, &record);
}

gboolean
pwk_accesses_is_drcachesim_line (const char *line)
{
  PwkTraceRecord record;
  const char *what;

  return pwk_drcachesim_read_line (line, line + strlen (line), &record, &what) != PWK_DRCACHESIM_NONE;
}

/* --- the scenario --- */

static GArray *
read_records (const char *text, GError **error)
{
  g_auto(GStrv) lines = pwk_intake_lines (text);
  g_autoptr(GArray) records = g_array_new (FALSE, FALSE, sizeof (PwkTraceRecord));

  for (char **line = lines; *line; line++)
    {
      PwkTraceRecord record;

      if (!read_line (*line, &record))
        continue;
      if (records->len == MAX_ACCESSES)
        {
          g_set_error (error, PWK_INTAKE_ERROR, 0, _("there are more than %u accesses: save them as a file, and open that"),
                       MAX_ACCESSES);
          return NULL;
        }
      g_array_append_val (records, record);
    }
  if (records->len > 0)
    return g_steal_pointer (&records);
  g_set_error (error, PWK_INTAKE_ERROR, 0, _("it has markers, but no access of memory"));
  return NULL;
}

static void
append_regions (GString *out, const GArray *records)
{
  g_autoptr(PwkTraceLayout) layout = pwk_trace_layout_of ((const PwkTraceRecord *) (const void *) records->data, records->len, USER_END);

  for (guint i = 0; i < layout->regions->len; i++)
    {
      const PwkTraceRegion *region = &g_array_index (layout->regions, PwkTraceRegion, i);
      gboolean is_stack = region->start <= layout->stack_pointer && layout->stack_pointer < region->end;

      g_string_append_printf (out, "%08" G_GINT64_MODIFIER "x-%08" G_GINT64_MODIFIER "x r%c%cp 00000000 00:00 0 %s\n", region->start, region->end,
                              region->write ? 'w' : '-', region->exec ? 'x' : '-', is_stack ? "[stack]" : "");
    }
}

static void
append_access (GString *out, const PwkTraceRecord *record)
{
  static const char *const verbs[] = { "fetch", "load", "store", "load" };

  g_string_append_printf (out, "[A] %s(0x%" G_GINT64_MODIFIER "x, %u)\n", verbs[record->kind], record->addr, record->size);
  if (record->kind == PWK_TRACE_MODIFY)
    g_string_append_printf (out, "[A] store(0x%" G_GINT64_MODIFIER "x, %u)\n", record->addr, record->size);
}

char *
pwk_accesses_of_text (const char *text, GError **error)
{
  g_autoptr(GArray) records = read_records (text, error);
  GString *out;

  if (!records)
    return NULL;
  out = g_string_new ("machine(memory=4G)\n# assumed: the regions, from the pages that are touched; and that their pages are not in memory yet\n"
                      "process(A, maps=<<MAPS)\n");
  append_regions (out, records);
  g_string_append (out, "MAPS\n");
  for (guint i = 0; i < records->len; i++)
    append_access (out, &g_array_index (records, PwkTraceRecord, i));
  return g_string_free (out, FALSE);
}
