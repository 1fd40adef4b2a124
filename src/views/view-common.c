/* view-common.c - sizes in words, names and colours of a machine's parts
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/view-common.h"

#include <stdarg.h>
#include <string.h>

#include "engine/core/psi.h"
#include "engine/core/task.h"
#include "engine/paging/pte.h"
#include "engine/phys/zone.h"
#include "engine/virt/process.h"

char *
pwk_format_count (uint64_t count)
{
  char digits[32];
  GString *grouped = g_string_new (NULL);
  int length = g_snprintf (digits, sizeof digits, "%" G_GUINT64_FORMAT, count);

  for (int i = 0; i < length; i++)
    {
      if (i > 0 && (length - i) % 3 == 0)
        g_string_append_c (grouped, ',');
      g_string_append_c (grouped, digits[i]);
    }

  return g_string_free (grouped, FALSE);
}

/* "4", "1.5", "0.25": at most two digits after the point, none that say nothing. */
static char *
short_number (double value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];
  char *point;

  g_ascii_formatd (text, sizeof text, value >= 100 ? "%.0f" : value >= 10 ? "%.1f" : "%.2f", value);
  point = strchr (text, '.');
  if (point != NULL)
    {
      char *end = text + strlen (text);

      while (end[-1] == '0')
        *--end = '\0';
      if (end[-1] == '.')
        *--end = '\0';
    }

  return g_strdup (text);
}

/* The largest power of 1024 that @bytes reaches: 0 B, 1 KiB … */
static unsigned
binary_scale (uint64_t bytes, double *value)
{
  unsigned scale = 0;

  *value = (double) bytes;
  while (*value >= 1024.0 && scale < 5)
    {
      *value /= 1024.0;
      scale++;
    }

  return scale;
}

char *
pwk_format_bytes (uint64_t bytes)
{
  static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB", "PiB" };
  double value;
  unsigned scale = binary_scale (bytes, &value);
  g_autofree char *number = short_number (value);

  return g_strdup_printf ("%s %s", number, units[scale]);
}

char *
pwk_format_pages (const PwkViewParams *params, uint64_t pages)
{
  g_autofree char *count = NULL;

  if (params != NULL && params->kib)
    return pwk_format_bytes (pages << PWK_PAGE_SHIFT);

  count = pwk_format_count (pages);
  /* Translators: %s is a number of pages, with its thousands marked. */
  return g_strdup_printf (ngettext ("%s page", "%s pages", pages), count);
}

char *
pwk_format_pages_short (const PwkViewParams *params, uint64_t pages)
{
  static const char units[] = "BKMGTP";
  g_autofree char *number = NULL;
  double value;
  unsigned scale;

  if (params == NULL || !params->kib)
    return pwk_format_count (pages);

  scale = binary_scale (pages << PWK_PAGE_SHIFT, &value);
  number = short_number (value);
  return scale == 0 ? g_steal_pointer (&number) : g_strdup_printf ("%s%c", number, units[scale]);
}

const char *
pwk_unit_name (const PwkViewParams *params)
{
  /* Translators: the unit of the numbers in a picture. */
  return params != NULL && params->kib ? C_("unit", "bytes") : C_("unit", "pages");
}

char *
pwk_format_address (const PwkViewParams *params, uint64_t address)
{
  if (params != NULL && params->decimal)
    return g_strdup_printf ("%" G_GUINT64_FORMAT, address);

  return g_strdup_printf ("0x%" G_GINT64_MODIFIER "x", address);
}

char *
pwk_format_average (uint64_t average)
{
  return g_strdup_printf ("%llu.%02llu", PWK_N (PWK_PSI_INT (average)),
                          PWK_N (PWK_PSI_FRAC (average)));
}

char *
pwk_format_ns (uint64_t ns)
{
  static const char *const units[] = { "ns", "µs", "ms", "s" };
  double value = (double) ns;
  unsigned scale = 0;
  g_autofree char *number = NULL;

  while (value >= 1000.0 && scale < 3)
    {
      value /= 1000.0;
      scale++;
    }

  number = short_number (value);
  return g_strdup_printf ("%s %s", number, units[scale]);
}

PwkRole
pwk_zone_role (unsigned zone_type)
{
  switch ((PwkZoneType) zone_type)
    {
    case PWK_ZONE_DMA:
      return PWK_ROLE_ZONE_DMA;
    case PWK_ZONE_DMA32:
      return PWK_ROLE_ZONE_DMA32;
    case PWK_ZONE_HIGHMEM:
      return PWK_ROLE_ZONE_HIGHMEM;
    case PWK_ZONE_MOVABLE:
      return PWK_ROLE_ZONE_MOVABLE;
    default:
      return PWK_ROLE_ZONE_NORMAL;
    }
}

PwkRole
pwk_migratetype_role (unsigned migratetype)
{
  static const PwkRole roles[PWK_MIGRATE_TYPES] = {
    [PWK_MIGRATE_UNMOVABLE] = PWK_ROLE_UNMOVABLE,
    [PWK_MIGRATE_MOVABLE] = PWK_ROLE_MOVABLE,
    [PWK_MIGRATE_RECLAIMABLE] = PWK_ROLE_RECLAIMABLE,
    [PWK_MIGRATE_HIGHATOMIC] = PWK_ROLE_HIGHATOMIC,
    [PWK_MIGRATE_CMA] = PWK_ROLE_CMA,
    [PWK_MIGRATE_ISOLATE] = PWK_ROLE_ISOLATE,
  };

  return migratetype < PWK_MIGRATE_TYPES ? roles[migratetype] : PWK_ROLE_RESERVED;
}

const char *
pwk_migratetype_title (unsigned migratetype)
{
  static const char *const titles[PWK_MIGRATE_TYPES] = {
    /* Translators: the six kinds of memory that the page allocator keeps apart (enum
     * migratetype). */
    [PWK_MIGRATE_UNMOVABLE] = N_("unmovable"),
    [PWK_MIGRATE_MOVABLE] = N_("movable"),
    [PWK_MIGRATE_RECLAIMABLE] = N_("reclaimable"),
    [PWK_MIGRATE_HIGHATOMIC] = N_("high-order atomic"),
    [PWK_MIGRATE_CMA] = N_("contiguous (CMA)"),
    [PWK_MIGRATE_ISOLATE] = N_("isolated"),
  };

  return migratetype < PWK_MIGRATE_TYPES ? _(titles[migratetype]) : "?";
}

PwkRole
pwk_level_role (unsigned level)
{
  switch ((PwkLevel) level)
    {
    case PWK_LEVEL_PGD:
      return PWK_ROLE_PGD;
    case PWK_LEVEL_P4D:
      return PWK_ROLE_P4D;
    case PWK_LEVEL_PUD:
      return PWK_ROLE_PUD;
    case PWK_LEVEL_PMD:
      return PWK_ROLE_PMD;
    case PWK_LEVEL_PTE:
      return PWK_ROLE_PTE;
    default:
      return PWK_ROLE_OFFSET;
    }
}

const char *
pwk_wmark_name (unsigned watermark)
{
  static const char *const names[PWK_NR_WMARK] = { "min", "low", "high", "promo" };

  return watermark < PWK_NR_WMARK ? names[watermark] : "?";
}

PwkRole
pwk_wmark_role (unsigned watermark)
{
  static const PwkRole roles[PWK_NR_WMARK] = {
    PWK_ROLE_WMARK_MIN, PWK_ROLE_WMARK_LOW, PWK_ROLE_WMARK_HIGH, PWK_ROLE_WMARK_PROMO
  };

  return watermark < PWK_NR_WMARK ? roles[watermark] : PWK_ROLE_OUTLINE;
}

static bool
has_space (const PwkMachine *machine, PwkIndex task)
{
  return task != 0 && pwk_task (machine, task)->mm != 0;
}

static bool
has_exited (const PwkMachine *machine, PwkIndex task)
{
  return task != 0 && pwk_task (machine, task)->mm == 0 &&
         pwk_task (machine, task)->status == PWK_TASK_DEAD;
}

/* The newest event done on a task's behalf, else what a cpu runs, else the first there is. */
PwkIndex
pwk_view_task (const PwkObservation *observation, const PwkViewParams *params)
{
  const PwkMachine *machine = observation->machine;
  const PwkState *st = machine->st;

  PwkIndex chosen = params->pid != 0 ? pwk_task_by_pid (machine, params->pid) : 0;

  if (chosen != 0)
    return chosen;

  for (uint32_t i = 0; i < observation->n_chain; i++)
    if (has_space (machine, observation->chain[i].task) ||
        has_exited (machine, observation->chain[i].task))
      return observation->chain[i].task;
  for (uint32_t i = observation->n_events; i > 0; i--)
    if (has_space (machine, observation->events[i - 1].task))
      return observation->events[i - 1].task;

  if (has_space (machine, st->cpus[st->cur_cpu].task))
    return st->cpus[st->cur_cpu].task;
  for (PwkIndex task = pwk_task_next (machine, 0); task != 0; task = pwk_task_next (machine, task))
    if (has_space (machine, task))
      return task;

  return 0;
}

const char *
pwk_view_task_name (const PwkMachine *machine, PwkIndex task)
{
  return pwk_task_called (machine, task);
}

PwkBox
pwk_view_room (const PwkViewParams *params, double min_width, double min_height)
{
  double zoom = CLAMP (params->zoom, 1.0, 8.0);

  return pwk_box (0, 0, fmax (floor (params->width * zoom), min_width),
                  fmax (floor (params->height * zoom), min_height));
}
