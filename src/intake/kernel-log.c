/* kernel-log.c - what a kernel has logged: the firmware's memory map, failed allocations, the OOM killer's reports
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "intake/kernel-log.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

#include "intake/gfp-text.h"
#include "intake/lines.h"

#define HEX_DIGITS "0123456789abcdefABCDEF"

/* --- the firmware's map --- */

gboolean
pwk_log_is_e820_line (const char *line)
{
  static const char *const labels[] = { "BIOS-e820:", "user:", "modified:", "reserve setup_data:", "Xen:" };
  const char *at = line + strspn (line, " ");
  guint64 start, last;

  for (guint i = 0; i < G_N_ELEMENTS (labels); i++)
    if (g_str_has_prefix (at, labels[i]))
      at += strlen (labels[i]) + strspn (at + strlen (labels[i]), " ");
  if (sscanf (at, "[mem 0x%" G_GINT64_MODIFIER "x-0x%" G_GINT64_MODIFIER "x]", &start, &last) != 2
      && sscanf (at, "0x%" G_GINT64_MODIFIER "x-0x%" G_GINT64_MODIFIER "x ", &start, &last) != 2
      && !(strspn (at, HEX_DIGITS) == 16 && g_str_has_prefix (at + 16, " - ")))
    return FALSE;
  return strstr (at, "usable") || strstr (at, "reserved") || strstr (at, "ACPI") || strstr (at, "(type") || strstr (at, " type ");
}

static gboolean
is_srat_line (const char *line)
{
  return strstr (line, "SRAT:") && strstr (line, " PXM ") && !strstr (line, "APIC");
}

char *
pwk_log_of_e820 (const char *text, GError **error)
{
  g_auto(GStrv) lines = pwk_intake_lines (text);
  g_autoptr(GString) map = g_string_new (NULL), srat = g_string_new (NULL);
  GString *out = g_string_new (NULL);

  for (char **line = lines; *line; line++)
    if (pwk_log_is_e820_line (*line) || strstr (*line, "physical RAM map"))
      g_string_append_printf (map, "%s\n", *line);
    else if (is_srat_line (*line))
      g_string_append_printf (srat, "%s\n", *line);
  g_string_append_printf (out, "machine(e820=<<E820%s)\n%sE820\n", srat->len ? ", srat=<<SRAT" : "", map->str);
  if (srat->len)
    g_string_append_printf (out, "%sSRAT\n", srat->str);
  return g_string_free (out, FALSE);
}

/* --- a report's memory --- */

#define MAX_ZONES  80
#define MAX_ORDERS 11

typedef struct
{
  unsigned node;
  char     name[16];
  guint64  free, boost, min, low, high, present, managed;    /* pages */
  gboolean has_managed;
  guint64  reserve[8];
  unsigned n_reserve;
  guint64  blocks[MAX_ORDERS];
  char     types[MAX_ORDERS][8];      /* letters, "" where there are none */
  gboolean has_blocks;
} Zone;

typedef struct
{
  Zone     zones[MAX_ZONES];
  guint    n_zones;
  guint64  ram, reserved, swap;       /* pages */
  guint64  limit;                     /* of a memory cgroup, 0 none */
  char    *gfp;                       /* owned, of a failed request; NULL none */
  unsigned order;
  gboolean oom;
  gint64   victim;                    /* -1 not told */
  GString *tasks;                     /* owned */
} Report;

static void
report_clear (Report *report)
{
  g_free (report->gfp);
  g_string_free (report->tasks, TRUE);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Report, report_clear)

/* "Node 0 DMA32", or before 2.6.14 "DMA" alone, and what is behind it begins with @after; NULL: something else. */
static const char *
read_zone_name (const char *line, const char *after, unsigned *node, char name[16])
{
  static const char *const names[] = { "DMA32", "DMA", "Normal", "HighMem", "Movable", "Device" };
  const char *at = line + strspn (line, " ");
  int n = 0;

  *node = 0;
  if (sscanf (at, "Node %u %n", node, &n) == 1 && n > 0)
    at += n;
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_str_has_prefix (at, names[i]) && g_str_has_prefix (at + strlen (names[i]), after))
      {
        g_strlcpy (name, names[i], 16);
        return at + strlen (names[i]) + strlen (after);
      }
  return NULL;
}

static Zone *
find_zone (Report *report, unsigned node, const char *name)
{
  for (guint i = 0; i < report->n_zones; i++)
    if (report->zones[i].node == node && strcmp (report->zones[i].name, name) == 0)
      return &report->zones[i];
  return NULL;
}

/* A number of kilobytes as pages, 0 where the line does not have it. */
static guint64
pages_of (const char *line, const char *key)
{
  guint64 kilobytes;

  return pwk_intake_number (line, key, &kilobytes) ? kilobytes / 4 : 0;
}

/* "Node 0 DMA free:13312kB boost:0kB min:64kB … present:15992kB managed:15360kB …" */
static gboolean
read_zone_line (Report *report, const char *line)
{
  Zone zone = { 0 };
  guint64 ignored;

  if (!read_zone_name (line, " free:", &zone.node, zone.name) || report->n_zones == MAX_ZONES || find_zone (report, zone.node, zone.name))
    return FALSE;
  zone.free = pages_of (line, " free:");
  zone.boost = pages_of (line, " boost:");
  zone.min = pages_of (line, " min:");
  zone.low = pages_of (line, " low:");
  zone.high = pages_of (line, " high:");
  zone.present = pages_of (line, " present:");
  zone.has_managed = pwk_intake_number (line, " managed:", &ignored);
  zone.managed = zone.has_managed ? pages_of (line, " managed:") : zone.present;
  report->zones[report->n_zones++] = zone;
  return TRUE;
}

/* "lowmem_reserve[]: 0 2660 15392": of the zone above; "protections[]:" before 2.6.12. */
static gboolean
read_reserve (Report *report, const char *line)
{
  const char *at = strstr (line, "[]: ");
  Zone *zone = report->n_zones ? &report->zones[report->n_zones - 1] : NULL;

  if (!at || !zone || !(strstr (line, "lowmem_reserve") || strstr (line, "protections")))
    return FALSE;
  at += strlen ("[]: ");
  for (zone->n_reserve = 0; g_ascii_isdigit (*at) && zone->n_reserve < G_N_ELEMENTS (zone->reserve); at += strspn (at, " "))
    {
      char *end;

      zone->reserve[zone->n_reserve++] = g_ascii_strtoull (at, &end, 10);
      at = end;
    }
  return TRUE;
}

/* "Node 0 DMA: 0*4kB 1*8kB (U) 2*16kB (UM) … = 13312kB" */
static gboolean
read_blocks (Report *report, const char *line)
{
  unsigned node;
  char name[16];
  const char *at = read_zone_name (line, ":", &node, name);
  Zone *zone = at ? find_zone (report, node, name) : NULL;

  if (!zone || !strstr (at, "*4kB"))
    return FALSE;
  zone->has_blocks = TRUE;
  for (unsigned order = 0; order < MAX_ORDERS; order++)
    {
      int n = 0, letters = 0;

      if (sscanf (at, " %" G_GUINT64_FORMAT "*%*ukB%n", &zone->blocks[order], &n) != 1 || n == 0)
        break;
      at += n;
      if (sscanf (at, " (%7[A-Z])%n", zone->types[order], &letters) == 1 && letters > 0)
        at += letters;
    }
  return TRUE;
}

/* --- a report's request --- */

/* "page allocation failure: order:4, mode:0xdc0(…)", "page allocation failure. order:4, mode:0x20", "invoked oom-killer: gfp_mask=0x…". */
static void
read_request (Report *report, const char *line)
{
  const char *failure = strstr (line, "page allocation failure"), *mode = strstr (line, "mode:");
  guint64 order = 0;

  if (strstr (line, "invoked oom-killer"))
    report->oom = TRUE;
  if (!failure || !mode || report->gfp)
    return;
  pwk_intake_number (failure, "order:", &order);
  report->order = (unsigned) MIN (order, 63);
  report->gfp = pwk_gfp_text (mode + strlen ("mode:"), TRUE);
}

/* --- whom it killed --- */

/* "Kill process 1431 (worker) score …" names the one that was chosen; "Killed process 1431 (worker)" perhaps its child, if both are there. */
static void
read_victim (Report *report, const char *line)
{
  const char *chosen = strstr (line, "Kill process "), *killed = strstr (line, "Killed process "), *task = strstr (line, ",pid=");

  if (chosen)
    report->victim = (gint64) g_ascii_strtoull (chosen + strlen ("Kill process "), NULL, 10);
  else if (report->victim < 0 && (killed || (task && strstr (line, "oom-kill:"))))
    report->victim = (gint64) g_ascii_strtoull (killed ? killed + strlen ("Killed process ") : task + strlen (",pid="), NULL, 10);
}

/* Rows of the table, and its heading: each begins with a bracket around the pid. */
static void
read_task (Report *report, const char *line)
{
  const char *at = line[0] == '[' ? line + 1 + strspn (line + 1, " ") : "";
  gboolean heading = g_str_has_prefix (at, "pid"), row = g_ascii_isdigit (*at) && report->tasks->len > 0;

  if ((heading && report->tasks->len == 0) || row)
    g_string_append_printf (report->tasks, "%s\n", line);
}

/* "memory: usage 1024000kB, limit 1024000kB, failcnt 9": what a memory cgroup may use; swap's limit is added as far as there is swap. */
static void
read_limit (Report *report, const char *line)
{
  guint64 limit;

  if (g_str_has_prefix (line, "memory: usage") && pwk_intake_number (line, "limit", &limit))
    report->limit = limit / 4;
  else if (g_str_has_prefix (line, "swap: usage") && report->limit && pwk_intake_number (line, "limit", &limit))
    report->limit += MIN (limit / 4, report->swap);
}

static void
read_totals (Report *report, const char *line)
{
  guint64 number = g_ascii_strtoull (line, NULL, 10);

  if (g_str_has_suffix (line, " pages RAM"))
    report->ram = number;
  else if (g_str_has_suffix (line, " pages reserved"))
    report->reserved = number;
  else if (g_str_has_prefix (line, "Total swap"))
    report->swap = pages_of (line, "Total swap");
}

/* The first report of the log. */
static void
read_report (Report *report, const char *text)
{
  g_auto(GStrv) lines = pwk_intake_lines (text);
  guint n = 0;

  for (char **line = lines; *line; line++)
    {
      gboolean begins = strstr (*line, "page allocation failure") || strstr (*line, "invoked oom-killer");

      if (begins && ++n > 1)
        break;
      read_request (report, *line);
      if (read_zone_line (report, *line) || read_reserve (report, *line) || read_blocks (report, *line))
        continue;
      read_victim (report, *line);
      read_task (report, *line);
      read_limit (report, *line);
      read_totals (report, *line);
    }
}

gboolean
pwk_log_is_report_line (const char *line)
{
  char name[16];
  unsigned node;

  return strstr (line, "page allocation failure") || strstr (line, "invoked oom-killer") || g_str_has_prefix (line, "Mem-Info:")
         || read_zone_name (line, " free:", &node, name) || strstr (line, "lowmem_reserve[]:") || strstr (line, "Killed process ")
         || g_str_has_prefix (line, "Tasks state (memory values in pages)") || g_str_has_prefix (line, "oom-kill:");
}

/* --- the machine --- */

/* Where zones begin is not told: where those of such a machine do, at least. */
static guint64
lowest_pfn (const Report *report, const char *name)
{
  gboolean highmem = FALSE;

  for (guint i = 0; i < report->n_zones; i++)
    highmem |= strcmp (report->zones[i].name, "HighMem") == 0;
  if (strcmp (name, "DMA") == 0)
    return 1;
  if (strcmp (name, "DMA32") == 0)
    return 4096;
  return strcmp (name, "HighMem") == 0 ? 229376 : highmem ? 4096 : 1048576;
}

static void
append_zone (GString *out, const Report *report, const Zone *zone, guint64 *next)
{
  guint64 start = MAX (*next, lowest_pfn (report, zone->name));
  guint64 spanned = strcmp (zone->name, "DMA") == 0 ? MAX (zone->present, 4095) : zone->present;

  g_string_append_printf (out, "Node %u, zone %8s\n  pages free     %" G_GUINT64_FORMAT "\n        boost    %" G_GUINT64_FORMAT
                          "\n        min      %" G_GUINT64_FORMAT "\n        low      %" G_GUINT64_FORMAT "\n        high     %" G_GUINT64_FORMAT
                          "\n        spanned  %" G_GUINT64_FORMAT "\n        present  %" G_GUINT64_FORMAT "\n        managed  %" G_GUINT64_FORMAT
                          "\n        protection: (", zone->node, zone->name, zone->free, zone->boost, zone->min, zone->low, zone->high, spanned,
                          zone->present, zone->managed);
  for (unsigned i = 0; i < zone->n_reserve; i++)
    g_string_append_printf (out, "%s%" G_GUINT64_FORMAT, i ? ", " : "", zone->reserve[i]);
  g_string_append_printf (out, ")\n  start_pfn:           %" G_GUINT64_FORMAT "\n", start);
  *next = (start + spanned + 32767) / 32768 * 32768;
}

/* How many of the @n blocks of one order, which are of types @letters, are of the @i-th: an equal share, but one of what is set apart. */
static guint64
share (guint64 n, const char *letters, unsigned i)
{
  unsigned n_letters = (unsigned) strlen (letters), common = 0;
  guint64 apart = 0;

  for (unsigned k = 0; k < n_letters; k++)
    if (strchr ("HCI", letters[k]))
      apart++;
    else
      common++;
  if (common == 0)
    return n / n_letters + (i == 0 ? n % n_letters : 0);
  if (strchr ("HCI", letters[i]))
    return n > apart ? 1 : 0;
  n -= MIN (n > apart ? apart : 0, n);
  return n / common + (i == 0 ? n % common : 0);
}

static const char *
type_of_letter (char letter)
{
  switch (letter)
    {
    case 'M': case 'C':
      return "Movable";
    case 'E':
      return "Reclaimable";
    case 'H':
      return "HighAtomic";
    default:
      return "Unmovable";
    }
}

static void
append_blocks_of (GString *out, const Zone *zone, const char *type)
{
  guint64 counts[MAX_ORDERS] = { 0 }, all = 0;

  for (unsigned order = 0; order < MAX_ORDERS; order++)
    {
      const char *letters = *zone->types[order] ? zone->types[order] : "U";

      for (unsigned i = 0; letters[i]; i++)
        if (strcmp (type_of_letter (letters[i]), type) == 0)
          counts[order] += share (zone->blocks[order], letters, i);
      all += counts[order];
    }
  if (all == 0)
    return;
  g_string_append_printf (out, "Node %u, zone %8s, type %12s", zone->node, zone->name, type);
  for (unsigned order = 0; order < MAX_ORDERS; order++)
    g_string_append_printf (out, " %6" G_GUINT64_FORMAT, counts[order]);
  g_string_append_c (out, '\n');
}

static void
append_machine (GString *out, const Report *report)
{
  static const char *const types[] = { "Unmovable", "Movable", "Reclaimable", "HighAtomic" };
  g_autoptr(GString) blocks = g_string_new (NULL);
  guint64 next = 0;

  for (guint i = 0; i < report->n_zones; i++)
    for (guint t = 0; t < G_N_ELEMENTS (types) && report->zones[i].has_blocks; t++)
      append_blocks_of (blocks, &report->zones[i], types[t]);
  g_string_append (out, "# Zones, marks, reserves and free lists are the report's; where the zones begin, and how many blocks of an order\n"
                        "# are of which of its types, is assumed.\n");
  g_string_append_printf (out, "machine(swap=%" G_GUINT64_FORMAT "K, zoneinfo=<<ZONEINFO%s)\n", report->swap * 4,
                          blocks->len ? ", pagetypeinfo=<<BLOCKS" : "");
  for (guint i = 0; i < report->n_zones; i++)
    append_zone (out, report, &report->zones[i], &next);
  g_string_append (out, "ZONEINFO\n");
  if (blocks->len)
    g_string_append_printf (out, "%sBLOCKS\n", blocks->str);
}

static guint64
total_pages (const Report *report)
{
  guint64 managed = 0;

  if (report->limit)
    return report->limit;
  for (guint i = 0; i < report->n_zones; i++)
    managed += report->zones[i].managed;
  return (report->ram ? report->ram - MIN (report->reserved, report->ram) : managed) + report->swap;
}

static void
append_choice (GString *out, const Report *report)
{
  guint64 total = total_pages (report);

  g_string_append (out, "oom_select(");
  if (total)
    g_string_append_printf (out, "totalpages=%" G_GUINT64_FORMAT ", ", total);
  g_string_append (out, "tasks=<<TASKS)");
  if (report->victim >= 0)
    g_string_append_printf (out, " = %" G_GINT64_FORMAT, report->victim);
  g_string_append_printf (out, "\n%sTASKS\n", report->tasks->str);
}

char *
pwk_log_of_report (const char *text, GError **error)
{
  g_auto(Report) report = { .victim = -1, .tasks = g_string_new (NULL) };
  GString *out = g_string_new (NULL);

  read_report (&report, text);
  if (report.n_zones > 0)
    append_machine (out, &report);
  if (report.gfp)
    g_string_append_printf (out, "alloc_pages(%s, %u) = NULL\n", report.gfp, report.order);
  if (report.tasks->len > 0)
    append_choice (out, &report);
  if (report.n_zones == 0 && report.tasks->len == 0)
    {
      g_string_free (out, TRUE);
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           _("this report has neither Mem-Info nor the table of tasks: give the log from “page allocation failure” or "
                             "“invoked oom-killer” on, as dmesg has it"));
      return NULL;
    }
  return g_string_free (out, FALSE);
}
