/* kernel-events.c - events of a kernel as ftrace, trace-cmd and perf script print them, done again
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "intake/kernel-events.h"

#include <string.h>

#include "engine/core/types.h"
#include "import/trace-regions.h"
#include "intake/gfp-text.h"
#include "intake/lines.h"

/*     demo-1567  [000] .....  4415.246506: mm_page_alloc: page=0xffffea0003db9f40 pfn=0x11a2d8 order=0 migratetype=0 gfp_flags=GFP_KERNEL
 *     demo  1567 [003]  4415.246606: exceptions:page_fault_user: address=0x7f8a5c10a010 ip=0x401136 error_code=0x6
 *     CPU:1 [LOST 12 EVENTS]
 *
 * Frames and objects are the simulated machine's own: those of the record are in the names. */

/* The lower half of four levels, where programs have their memory. */
#define USER_END ((guint64) 1 << 47)

/* enum x86_pf_error_code */
#define FAULT_WRITE (1u << 1)
#define FAULT_INSTR (1u << 4)

/* What the names of events that are about memory begin with. */
static const char *const families[] = { "mm_page_", "mm_vmscan_", "mm_compaction_", "mm_lru_", "mm_filemap_", "mm_migrate_", "mmap_lock_", "kmalloc",
                                        "kmem_cache_", "kfree", "page_fault_", "oom_", "compact_", "reclaim_retry_zone", "rss_stat", "vm_unmapped_area" };

/* One line, taken apart. */
typedef struct
{
  char       *name;     /* owned: "mm_page_alloc" */
  const char *says;     /* what follows it, borrowed */
  char       *program;  /* owned, an identifier with the pid: "demo_1567" */
  guint64     pid, cpu;
} Event;

static void
event_clear (Event *event)
{
  g_free (event->name);
  g_free (event->program);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Event, event_clear)

/* --- lines --- */

static gboolean
is_about_memory (const char *name, gsize length)
{
  for (guint i = 0; i < G_N_ELEMENTS (families); i++)
    if (length >= strlen (families[i]) && strncmp (name, families[i], strlen (families[i])) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
is_word (char c)
{
  return g_ascii_isalnum (c) || c == '_';
}

/* The event's name in "… 4415.246506: kmem:mm_page_alloc: page=…"; *@length gets its length. NULL: there is none about memory. */
static const char *
find_name (const char *line, gsize *length)
{
  for (const char *colon = strchr (line, ':'); colon; colon = strchr (colon + 1, ':'))
    {
      const char *start = colon;

      while (start > line && is_word (start[-1]))
        start--;
      *length = (gsize) (colon - start);
      if (start > line && (start[-1] == ' ' || start[-1] == ':') && (colon[1] == ' ' || !colon[1]) && is_about_memory (start, *length))
        return start;
    }
  return NULL;
}

/* "[003]": the cpu, which all write alike. NULL: not told. */
static const char *
find_cpu (const char *line)
{
  for (const char *at = strchr (line, '['); at; at = strchr (at + 1, '['))
    if (strspn (at + 1, "0123456789") == 3 && at[4] == ']')
      return at;
  return NULL;
}

/* "            demo-1567    " or "demo  1567 ", maybe with "(1567) " behind: the program as an identifier, and its pid. */
static void
read_program (const char *line, const char *end, Event *event)
{
  GString *name;
  const char *digits;

  while (end > line && (end[-1] == ' ' || end[-1] == ')'))
    {
      const char *open = end[-1] == ')' ? g_strrstr_len (line, end - line, "(") : NULL;

      end = open ? open : end - 1;
    }
  for (digits = end; digits > line && g_ascii_isdigit (digits[-1]); digits--)
    ;
  event->pid = g_ascii_strtoull (digits, NULL, 10);
  end = digits > line ? digits - 1 : digits;
  while (line < end && *line == ' ')
    line++;
  while (end > line && end[-1] == ' ')
    end--;
  name = g_string_new (line < end && g_ascii_isdigit (*line) ? "_" : "");
  for (; line < end; line++)
    g_string_append_c (name, is_word (*line) ? *line : '_');
  g_string_append_printf (name, "%s_%" G_GUINT64_FORMAT, name->len ? "" : "task", event->pid);
  event->program = g_string_free (name, FALSE);
}

static gboolean
read_event (const char *line, Event *event)
{
  gsize length;
  const char *name = find_name (line, &length), *cpu = name ? find_cpu (line) : NULL;

  *event = (Event) { 0 };
  if (!name)
    return FALSE;
  event->name = g_strndup (name, length);
  event->says = name + length + 1;
  if (cpu && cpu < name)
    {
      event->cpu = MIN (g_ascii_strtoull (cpu + 1, NULL, 10), PWK_MAX_CPUS - 1);
      read_program (line, cpu, event);
    }
  else
    event->program = g_strdup ("task_0");
  return TRUE;
}

static gboolean
is_lost (const char *line)
{
  return strstr (line, "LOST") != NULL && strstr (line, "EVENTS") != NULL;
}

gboolean
pwk_kernel_events_is_line (const char *line)
{
  gsize length;

  return find_name (line, &length) != NULL || g_str_has_prefix (line, "# tracer:");
}

/* --- what is held --- */

/* The scenario as it grows, and what of the record's frames (by number) and objects (by pointer, as it is written) is allocated in it. */
typedef struct
{
  GString    *out;
  GHashTable *frames;     /* set of guint64 */
  GHashTable *objects;    /* pointer → name of its cache, "" of kmalloc ()'s */
  GHashTable *caches;     /* set of names that were made */
  GHashTable *others;     /* name of an event that is not done again → how many */
  gboolean    batched;    /* frees are told by mm_page_free_batched alone */
  guint64     n_lost;     /* times that the recorder could not keep up */
} Again;

static void
again_init (Again *again)
{
  *again = (Again) { .out = g_string_new (NULL) };
  again->frames = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  again->objects = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  again->caches = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  again->others = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

static char *
again_end (Again *again)
{
  g_hash_table_unref (again->frames);
  g_hash_table_unref (again->objects);
  g_hash_table_unref (again->caches);
  g_hash_table_unref (again->others);
  return g_string_free (again->out, FALSE);
}

/* The word behind @key ("ptr="), or NULL. Owned by the caller. */
static char *
dup_word (const char *says, const char *key)
{
  const char *at = strstr (says, key);

  while (at && at > says && at[-1] != ' ')
    at = strstr (at + 1, key);
  return at ? g_strndup (at + strlen (key), strcspn (at + strlen (key), " \t,")) : NULL;
}

static char *
dup_gfp (const char *says)
{
  g_autofree char *word = dup_word (says, "gfp_flags=");

  return pwk_gfp_text (word ? word : "GFP_KERNEL", FALSE);
}

static void
keep (Again *again, const Event *event, const char *line, const char *why)
{
  guint n = GPOINTER_TO_UINT (g_hash_table_lookup (again->others, event->name));

  g_hash_table_replace (again->others, g_strdup (event->name), GUINT_TO_POINTER (n + 1));
  g_string_append_printf (again->out, "# %s%s\n", why, line);
}

/* --- pages --- */

static void
page_alloc (Again *again, const Event *event, const char *line)
{
  g_autofree char *gfp = dup_gfp (event->says);
  guint64 pfn = 0, order = 0;

  pwk_intake_number (event->says, "order=", &order);
  if (!pwk_intake_number (event->says, "pfn=", &pfn) || pfn == 0 || order > 10)
    {
      keep (again, event, line, "no page: ");
      return;
    }
  g_hash_table_add (again->frames, g_memdup2 (&pfn, sizeof pfn));
  g_string_append_printf (again->out, "alloc_pages(%s, %" G_GUINT64_FORMAT ", cpu=%" G_GUINT64_FORMAT ") = pfn_%" G_GINT64_MODIFIER "x\n", gfp, order,
                          event->cpu, pfn);
}

static void
page_free (Again *again, const Event *event, const char *line)
{
  guint64 pfn = 0, order = 0;

  pwk_intake_number (event->says, "order=", &order);
  if (!pwk_intake_number (event->says, "pfn=", &pfn) || order > 10 || !g_hash_table_remove (again->frames, &pfn))
    keep (again, event, line, "allocated before the record begins: ");
  else
    g_string_append_printf (again->out, "free_pages(pfn_%" G_GINT64_MODIFIER "x, %" G_GUINT64_FORMAT ", cpu=%" G_GUINT64_FORMAT ")\n", pfn, order,
                            event->cpu);
}

/* Where the record has both, each page that is freed in a batch is told of twice. */
static void
page_free_batched (Again *again, const Event *event, const char *line)
{
  if (again->batched)
    page_free (again, event, line);
  else
    keep (again, event, line, "");
}

/* --- objects --- */

/* "dentry" as the name of a variable. Caller frees. */
static char *
identifier (const char *prefix, const char *text)
{
  GString *name = g_string_new (prefix);

  for (const char *at = g_str_has_prefix (text, "0x") ? text + 2 : text; *at; at++)
    g_string_append_c (name, is_word (*at) ? *at : '_');
  return g_string_free (name, FALSE);
}

/* What the caller asked for and what it got: kmalloc () has both, a cache's objects the latter. */
static guint64
size_of (const Event *event, const char *key)
{
  guint64 size = 0;

  return pwk_intake_number (event->says, key, &size) && size > 0 && size <= (guint64) 4 << 20 ? size : 0;
}

static void
object_alloc (Again *again, const Event *event, const char *line)
{
  g_autofree char *pointer = dup_word (event->says, "ptr="), *gfp = dup_gfp (event->says), *object = pointer ? identifier ("obj_", pointer) : NULL;
  guint64 size = size_of (event, "bytes_req=");

  if (!pointer || !size || strstr (pointer, "null") || strstr (pointer, "nil"))
    {
      keep (again, event, line, "no object: ");
      return;
    }
  g_hash_table_replace (again->objects, g_steal_pointer (&pointer), g_strdup (""));
  g_string_append_printf (again->out, "kmalloc(%" G_GUINT64_FORMAT ", %s, cpu=%" G_GUINT64_FORMAT ") = %s\n", size, gfp, event->cpu, object);
}

/* A cache is made before its first object, as large as that is. */
static char *
ensure_cache (Again *again, const char *called, guint64 size)
{
  g_autofree char *name = called ? g_strdup (called) : g_strdup_printf ("objects-%" G_GUINT64_FORMAT, size);
  char *cache = identifier ("cache_", name);

  if (g_hash_table_add (again->caches, g_strdup (cache)))
    g_string_append_printf (again->out, "kmem_cache_create(\"%s\", %" G_GUINT64_FORMAT ", 0, 0) = %s\n", name, size, cache);
  return cache;
}

static void
cache_alloc (Again *again, const Event *event, const char *line)
{
  g_autofree char *pointer = dup_word (event->says, "ptr="), *gfp = dup_gfp (event->says), *object = pointer ? identifier ("obj_", pointer) : NULL;
  g_autofree char *called = dup_word (event->says, "name="), *cache = NULL;
  guint64 size = size_of (event, "bytes_alloc=");

  if (!pointer || !size || strchr (called ? called : "", '"') || strstr (pointer, "null") || strstr (pointer, "nil"))
    {
      keep (again, event, line, "no object: ");
      return;
    }
  cache = ensure_cache (again, called, size);
  g_string_append_printf (again->out, "kmem_cache_alloc(%s, %s, cpu=%" G_GUINT64_FORMAT ") = %s\n", cache, gfp, event->cpu, object);
  g_hash_table_replace (again->objects, g_steal_pointer (&pointer), g_steal_pointer (&cache));
}

static void
object_free (Again *again, const Event *event, const char *line)
{
  g_autofree char *pointer = dup_word (event->says, "ptr="), *object = pointer ? identifier ("obj_", pointer) : NULL;
  const char *cache = pointer ? g_hash_table_lookup (again->objects, pointer) : NULL;

  if (!cache)
    {
      keep (again, event, line, "allocated before the record begins: ");
      return;
    }
  if (*cache)
    g_string_append_printf (again->out, "kmem_cache_free(%s, %s, cpu=%" G_GUINT64_FORMAT ")\n", cache, object, event->cpu);
  else
    g_string_append_printf (again->out, "kfree(%s, cpu=%" G_GUINT64_FORMAT ")\n", object, event->cpu);
  g_hash_table_remove (again->objects, pointer);
}

/* --- faults --- */

static gboolean
read_fault (const Event *event, PwkTraceRecord *record)
{
  guint64 code = 0;

  if (!g_str_has_prefix (event->name, "page_fault_") || !strstr (event->says, "address=0x") || event->pid == 0)
    return FALSE;
  record->addr = g_ascii_strtoull (strstr (event->says, "address=") + strlen ("address="), NULL, 16);
  pwk_intake_number (event->says, "error_code=", &code);
  record->kind = code & FAULT_INSTR ? PWK_TRACE_INSTR : code & FAULT_WRITE ? PWK_TRACE_STORE : PWK_TRACE_LOAD;
  record->size = 1;
  return record->addr < USER_END;
}

static void
fault (Again *again, const Event *event, const char *line)
{
  static const char *const verbs[] = { "fetch", "load", "store", "store" };
  PwkTraceRecord record;

  if (read_fault (event, &record))
    g_string_append_printf (again->out, "[%s@%" G_GUINT64_FORMAT "] %s(0x%" G_GINT64_MODIFIER "x)\n", event->program, event->cpu, verbs[record.kind],
                            record.addr);
  else
    keep (again, event, line, "");
}

/* Each program's faults, in the order of its first one. */
typedef struct { char *program; GArray *records; } Faults;

static void
clear_faults (gpointer item)
{
  g_free (((Faults *) item)->program);
  g_array_unref (((Faults *) item)->records);
}

static void
add_fault (GArray *all, const char *program, const PwkTraceRecord *record)
{
  guint i = 0;

  while (i < all->len && strcmp (g_array_index (all, Faults, i).program, program) != 0)
    i++;
  if (i == all->len)
    {
      Faults fresh = { g_strdup (program), g_array_new (FALSE, FALSE, sizeof (PwkTraceRecord)) };

      g_array_append_val (all, fresh);
    }
  g_array_append_vals (g_array_index (all, Faults, i).records, record, 1);
}

/* The process with what it must have had mapped; all of it is written to if one page of it was. */
static void
append_process (GString *out, const Faults *faults)
{
  g_autoptr(PwkTraceLayout) layout = pwk_trace_layout_of ((const PwkTraceRecord *) (const void *) faults->records->data, faults->records->len, USER_END);

  g_string_append_printf (out, "process(%s, maps=<<MAPS)\n", faults->program);
  for (guint i = 0; i < layout->regions->len; i++)
    {
      const PwkTraceRegion *region = &g_array_index (layout->regions, PwkTraceRegion, i);

      g_string_append_printf (out, "%08" G_GINT64_MODIFIER "x-%08" G_GINT64_MODIFIER "x r%c%cp 00000000 00:00 0 \n", region->start, region->end,
                              region->write ? 'w' : '-', region->exec ? 'x' : '-');
    }
  g_string_append (out, "MAPS\n");
}

/* --- the scenario --- */

static const struct { const char *name; void (*act) (Again *, const Event *, const char *line); } acts[] = {
  { "mm_page_alloc", page_alloc }, { "mm_page_free", page_free }, { "mm_page_free_batched", page_free_batched },
  { "kmalloc", object_alloc }, { "kmalloc_node", object_alloc }, { "kfree", object_free },
  { "kmem_cache_alloc", cache_alloc }, { "kmem_cache_alloc_node", cache_alloc }, { "kmem_cache_free", object_free },
  { "page_fault_user", fault }, { "page_fault_kernel", fault },
};

static void
append_line (Again *again, const char *line)
{
  g_auto(Event) event = { 0 };

  if (!read_event (line, &event))
    {
      again->n_lost += is_lost (line);
      if (is_lost (line))
        g_string_append_printf (again->out, "# %s\n", line);
      return;
    }
  for (guint i = 0; i < G_N_ELEMENTS (acts); i++)
    if (strcmp (acts[i].name, event.name) == 0)
      {
        acts[i].act (again, &event, line);
        return;
      }
  keep (again, &event, line, "");
}

/* The machine, and the processes that fault in it. */
static void
append_beginning (Again *again, GStrv lines)
{
  g_autoptr(GArray) faults = g_array_new (FALSE, FALSE, sizeof (Faults));
  guint64 highest = 1;
  guint n_freed = 0;

  g_array_set_clear_func (faults, clear_faults);
  for (char **line = lines; *line; line++)
    {
      g_auto(Event) event = { 0 };
      PwkTraceRecord record;

      if (!read_event (*line, &event))
        continue;
      highest = MAX (highest, event.cpu);
      n_freed += strcmp (event.name, "mm_page_free") == 0;
      if (read_fault (&event, &record))
        add_fault (faults, event.program, &record);
    }
  again->batched = n_freed == 0;
  g_string_append_printf (again->out, "machine(memory=4G, cpus=%" G_GUINT64_FORMAT ")\n", highest + 1);
  g_string_append (again->out, "# assumed: a machine with all its memory free. Frames are its own; those of the record are in the names.\n");
  if (faults->len > 0)
    g_string_append (again->out, "# assumed: the regions of the processes, from where they faulted.\n");
  for (guint i = 0; i < faults->len; i++)
    append_process (again->out, &g_array_index (faults, Faults, i));
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (a, b);
}

/* How many there were of what stays a comment. */
static void
append_end (Again *again)
{
  g_autoptr(GList) names = g_list_sort (g_hash_table_get_keys (again->others), compare_names);

  for (GList *each = names; each; each = each->next)
    g_string_append_printf (again->out, "# recorded, and not done again: %s, %u\n", (const char *) each->data,
                            GPOINTER_TO_UINT (g_hash_table_lookup (again->others, each->data)));
  if (again->n_lost > 0)
    g_string_append_printf (again->out, "# the recorder could not keep up, %" G_GUINT64_FORMAT " times: what happened then is missing\n", again->n_lost);
}

char *
pwk_kernel_events_of_text (const char *text, GError **error)
{
  g_auto(GStrv) lines = pwk_intake_lines (text);
  Again again;

  again_init (&again);
  append_beginning (&again, lines);
  for (char **line = lines; *line; line++)
    append_line (&again, *line);
  append_end (&again);
  return again_end (&again);
}
