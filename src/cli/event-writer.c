/* event-writer.c - events as lines of JSON
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/event-writer.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gi18n.h>
#include <string.h>

#include "engine/core/refusal.h"
#include "engine/core/string.h"
#include "engine/core/task.h"
#include "engine/phys/page-alloc.h"
#include "engine/virt/uapi.h"
#include "scenario/names.h"

/* JSON knows " and \ and control characters; the rest of UTF-8 stays. */
static void
append_text (GString *out, const char *text)
{
  g_string_append_c (out, '"');
  for (const char *at = text; *at; at++)
    {
      if (*at == '"' || *at == '\\')
        g_string_append_printf (out, "\\%c", *at);
      else if ((guchar) *at < 0x20)
        g_string_append_printf (out, "\\u%04x", (guchar) *at);
      else
        g_string_append_c (out, *at);
    }
  g_string_append_c (out, '"');
}

/* Millions of events make printf () the slowest part. */
static void
append_decimal (GString *out, uint64_t value)
{
  char digits[20];
  unsigned at = sizeof digits;

  do
    digits[--at] = (char) ('0' + value % 10);
  while (value /= 10);
  g_string_append_len (out, digits + at, (gssize) (sizeof digits - at));
}

static void
append_signed (GString *out, int64_t value)
{
  if (value < 0)
    g_string_append_c (out, '-');
  append_decimal (out, value < 0 ? 0 - (uint64_t) value : (uint64_t) value);
}

/* "0x1f", with the quotation marks. */
static void
append_hex (GString *out, uint64_t value)
{
  char digits[20];
  unsigned at = sizeof digits;

  digits[--at] = '"';
  do
    digits[--at] = "0123456789abcdef"[value & 15];
  while (value >>= 4);
  digits[--at] = 'x';
  digits[--at] = '0';
  g_string_append_c (out, '"');
  g_string_append_len (out, digits + at, (gssize) (sizeof digits - at));
}

/* Its name in the scenario, or its number if it has none there: what a program is called need not be unique. */
static void
append_task (GString *out, const PwkMachine *machine, PwkIndex task)
{
  const PwkTask *t = task ? pwk_task (machine, task) : NULL;

  if (t && !t->name)
    g_string_append_printf (out, "\"%d\"", t->pid);
  else
    append_text (out, t ? pwk_string (machine, t->name) : "kernel");
}

/* A number that may have a name. */
static void
append_named (GString *out, const char *name, uint64_t value)
{
  if (name)
    append_text (out, name);
  else
    append_signed (out, (int64_t) value);
}

static void
append_errno (GString *out, uint64_t value)
{
  append_named (out, value ? pwk_names_errno ((int) (int64_t) value) : NULL, value);
}

static void
append_gfp (GString *out, uint64_t value)
{
  g_autofree char *text = pwk_names_flags (PWK_NAMES_GFP, value);

  append_text (out, text);
}

static void
append_value (GString *out, const PwkMachine *machine, PwkFieldType type, uint64_t value)
{
  static const char *const levels[] = { "none", "pte", "pmd", "pud", "p4d", "pgd" };

  switch (type)
    {
    case PWK_FIELD_NUMBER:
    case PWK_FIELD_ORDER:
    case PWK_FIELD_NODE:
    case PWK_FIELD_CPU:
      append_signed (out, (int64_t) value);
      return;
    case PWK_FIELD_PFN:
      if (value == PWK_NO_PFN)
        g_string_append (out, "null");
      else
        append_decimal (out, value);
      return;
    case PWK_FIELD_HEX:
    case PWK_FIELD_ADDR:
    case PWK_FIELD_PTE:
    case PWK_FIELD_VM_FLAGS:
      append_hex (out, value);
      return;
    case PWK_FIELD_GFP:
      append_gfp (out, value);
      return;
    case PWK_FIELD_MIGRATETYPE:
      append_text (out, value < PWK_MIGRATE_TYPES ? pwk_migratetype_name ((unsigned) value) : "none");
      return;
    case PWK_FIELD_ZONE:
      append_text (out, value < PWK_MAX_NR_ZONES ? pwk_zone_name ((unsigned) value) : "none");
      return;
    case PWK_FIELD_STRING:
      append_text (out, pwk_string (machine, (PwkIndex) value));
      return;
    case PWK_FIELD_ERRNO:
      append_errno (out, value);
      return;
    case PWK_FIELD_LEVEL:
      append_text (out, levels[value < G_N_ELEMENTS (levels) ? value : 0]);
      return;
    case PWK_FIELD_TASK:
      append_task (out, machine, (PwkIndex) value);
      return;
    case PWK_FIELD_REFUSAL:
      append_named (out, pwk_refusal_name ((unsigned) value), value);
      return;
    case PWK_FIELD_ADVICE:
      append_named (out, pwk_advice_name ((int64_t) value), value);
      return;
    case PWK_FIELD_RLIMIT:
      append_named (out, pwk_rlimit_name (value), value);
      return;
    case PWK_N_FIELD_TYPES:
      g_assert_not_reached ();
    }
}

/* Fields named as what every event has: told once if they say the same, else with a mark. */
static bool
is_common (const char *name)
{
  static const char *const common[] = { "n", "parent", "ns", "kind", "cpu", "who", "line", "rounds" };

  for (guint i = 0; i < G_N_ELEMENTS (common); i++)
    if (common[i][0] == name[0] && strcmp (common[i], name) == 0)
      return true;
  return false;
}

static void
append_key (GString *out, const char *prefix, const char *name)
{
  g_string_append (out, prefix);
  g_string_append (out, name);
  g_string_append (out, "\":");
}

static void
append_field (GString *out, const PwkMachine *machine, const PwkEvent *event, const PwkField *field, uint64_t value)
{
  bool common = is_common (field->name);

  if (common && ((strcmp (field->name, "line") == 0 && value == event->line) || (strcmp (field->name, "cpu") == 0 && value == event->cpu)))
    return;
  append_key (out, common ? ",\"its_" : ",\"", field->name);
  append_value (out, machine, field->type, value);
}

static void
append_rounds (GString *out, const PwkSpot *spot)
{
  if (spot->n_rounds == 0)
    return;
  append_key (out, ",\"", "rounds");
  for (uint32_t i = 0; i < spot->n_rounds; i++)
    {
      g_string_append_c (out, i ? ',' : '[');
      append_decimal (out, spot->round[i]);
    }
  g_string_append_c (out, ']');
}

static void
append_event (GString *out, const PwkMachine *machine, const PwkEvent *event, const PwkSpot *spot)
{
  const PwkEventInfo *info = pwk_event_info ((PwkEventKind) event->kind);

  append_key (out, "{\"", "n");
  append_decimal (out, event->n);
  append_key (out, ",\"", "parent");
  append_decimal (out, event->parent);
  append_key (out, ",\"", "ns");
  append_decimal (out, event->ns);
  append_key (out, ",\"", "kind");
  append_text (out, info->name);
  append_key (out, ",\"", "cpu");
  append_decimal (out, event->cpu);
  append_key (out, ",\"", "who");
  append_task (out, machine, event->task);
  append_key (out, ",\"", "line");
  append_decimal (out, event->line);
  append_rounds (out, spot);
  for (uint32_t i = 0; i < info->n_fields; i++)
    append_field (out, machine, event, &info->fields[i], event->arg[i]);
  g_string_append_c (out, '}');
}

PwkEventWriter *
pwk_event_writer_new (const char *path, PwkRunner *runner, GError **error)
{
  FILE *file = strcmp (path, "-") == 0 ? stdout : fopen (path, "w");
  PwkEventWriter *writer;

  if (!file)
    {
      int saved = errno;

      g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (saved), "%s: %s", path, g_strerror (saved));
      return NULL;
    }
  writer = g_new0 (PwkEventWriter, 1);
  writer->file = file;
  writer->runner = runner;
  writer->line = g_string_new (NULL);
  return writer;
}

void
pwk_event_writer_tell (PwkMachine *machine, const PwkEvent *event, void *data)
{
  PwkEventWriter *writer = data;
  const PwkSpot spot = pwk_runner_spot (writer->runner);

  g_string_truncate (writer->line, 0);
  append_event (writer->line, machine, event, &spot);
  g_string_append_c (writer->line, '\n');
  fwrite (writer->line->str, 1, writer->line->len, writer->file);
}

bool
pwk_event_writer_close (PwkEventWriter *writer, GError **error)
{
  bool good = !ferror (writer->file);

  good &= writer->file == stdout ? fflush (stdout) == 0 : fclose (writer->file) == 0;
  g_string_free (writer->line, TRUE);
  g_free (writer);
  if (!good)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, _("the events could not be written"));
  return good;
}
