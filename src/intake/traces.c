/* traces.c - what perf and ftrace record, as scenarios
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "intake/traces.h"

#include <string.h>

#include "intake/lines.h"

/* --- perf trace --- */

/* The calls of memory, with the names that perf gives their arguments, in order, and the prefix that it leaves out of flags; NULL ends. */
typedef struct { const char *name, *prefix; gboolean is_flags; const char *otherwise; } Argument;
typedef struct { const char *call; Argument arguments[7]; } PerfCall;

static const PerfCall perf_calls[] = {
  { "brk", { { "brk", NULL, FALSE, "NULL" } } },
  { "mmap", { { "addr", NULL, FALSE, "NULL" }, { "len", NULL, FALSE, "0" }, { "prot", "PROT_", TRUE, "PROT_NONE" },
              { "flags", "MAP_", TRUE, "0" }, { "fd", NULL, FALSE, "-1" }, { "off", NULL, FALSE, "0" } } },
  { "munmap", { { "addr", NULL, FALSE, "NULL" }, { "len", NULL, FALSE, "0" } } },
  { "mprotect", { { "start", NULL, FALSE, "NULL" }, { "len", NULL, FALSE, "0" }, { "prot", "PROT_", TRUE, "PROT_NONE" } } },
  { "madvise", { { "start", NULL, FALSE, "NULL" }, { "len_in", NULL, FALSE, "0" }, { "behavior", "MADV_", TRUE, "MADV_NORMAL" } } },
  { "mremap", { { "addr", NULL, FALSE, "NULL" }, { "old_len", NULL, FALSE, "0" }, { "new_len", NULL, FALSE, "0" },
                { "flags", "MREMAP_", TRUE, "0" }, { "new_addr", NULL, FALSE, "NULL" } } },
  { "mlock", { { "start", NULL, FALSE, "NULL" }, { "len", NULL, FALSE, "0" } } },
  { "munlock", { { "start", NULL, FALSE, "NULL" }, { "len", NULL, FALSE, "0" } } },
  { "clone", { { "clone_flags", "CLONE_", TRUE, "SIGCHLD" } } },
  { "fork", { { NULL } } }, { "vfork", { { NULL } } },
  { "exit", { { "error_code", NULL, FALSE, "0" } } }, { "exit_group", { { "error_code", NULL, FALSE, "0" } } },
};

/* "     0.206 ( 0.022 ms): demo/3764 mmap(…" or without the program where perf follows one alone: the call; NULL if the line is none of these.
 * *@pid 0: not told. */
static const char *
read_perf_head (const char *line, guint64 *pid)
{
  const char *at = line + strspn (line, " "), *end = strstr (at, "): ");
  const char *slash, *open;

  if (!g_ascii_isdigit (*at) || !end || !memchr (at, '(', (size_t) (end - at)))
    return NULL;
  at = end + strlen ("): ");
  open = strchr (at, '(');
  if (!open)
    return NULL;
  slash = g_strrstr_len (at, open - at, "/");
  *pid = slash ? g_ascii_strtoull (slash + 1, NULL, 10) : 0;
  while (open > at && (g_ascii_isalnum (open[-1]) || open[-1] == '_'))
    open--;
  return open;
}

gboolean
pwk_trace_is_perf_line (const char *line)
{
  guint64 pid;

  return read_perf_head (line, &pid) != NULL;
}

/* What stands behind "name: " in the list of arguments; owned by the caller, NULL if it does not. */
static char *
dup_argument (const char *list, const char *name)
{
  g_autofree char *key = g_strdup_printf ("%s: ", name);
  const char *at = list;

  while ((at = strstr (at, key)) && at > list && at[-1] != ' ' && at[-1] != '(')
    at++;
  if (!at)
    return NULL;
  at += strlen (key);
  return g_strndup (at, strcspn (at, ",)"));
}

/* "READ|WRITE" as "PROT_READ|PROT_WRITE". */
static void
append_flags (GString *out, const char *value, const char *prefix)
{
  g_auto(GStrv) names = g_strsplit (value, "|", -1);

  for (char **name = names; *name; name++)
    g_string_append_printf (out, "%s%s%s", name > names ? "|" : "",
                            g_ascii_isdigit (**name) || g_str_has_prefix (*name, prefix) || g_str_has_prefix (*name, "SIG") ? "" : prefix, *name);
}

static void
append_perf_arguments (GString *out, const PerfCall *call, const char *list)
{
  for (guint i = 0; call->arguments[i].name; i++)
    {
      const Argument *argument = &call->arguments[i];
      g_autofree char *value = dup_argument (list, argument->name);

      g_string_append (out, i ? ", " : "");
      if (!value)
        g_string_append (out, argument->otherwise);
      else if (argument->is_flags)
        append_flags (out, value, argument->prefix);
      else
        g_string_append (out, value);
    }
}

static const PerfCall *
find_perf_call (const char *at)
{
  gsize length = strcspn (at, "(");

  for (guint i = 0; i < G_N_ELEMENTS (perf_calls); i++)
    if (strlen (perf_calls[i].call) == length && strncmp (perf_calls[i].call, at, length) == 0)
      return &perf_calls[i];
  return NULL;
}

/* Every line stands where it stood, so that places in messages are those of the file. */
char *
pwk_trace_of_perf (const char *text, GError **error)
{
  g_auto(GStrv) lines = pwk_intake_lines (text);
  GString *out = g_string_new (NULL);

  for (char **line = lines; *line; line++)
    {
      guint64 pid;
      const char *at = read_perf_head (*line, &pid);
      const PerfCall *call = at ? find_perf_call (at) : NULL;
      const char *result = at ? g_strrstr (at, ") ") : NULL;

      if (!call || !result || !strstr (result, "= "))
        g_string_append_printf (out, "# %s\n", *line);
      else
        {
          if (pid)
            g_string_append_printf (out, "%" G_GUINT64_FORMAT " ", pid);
          g_string_append_printf (out, "%s(", call->call);
          append_perf_arguments (out, call, at);
          g_string_append_printf (out, ") %s\n", strstr (result, "= "));
        }
    }
  return g_string_free (out, FALSE);
}

/* --- events of the page allocator --- */

static const char *const kmem_events[] = { "mm_page_alloc:", "mm_page_free:", "mm_page_free_batched:", "mm_page_alloc_zone_locked:",
                                           "mm_page_pcpu_drain:", "mm_page_alloc_extfrag:", "page_fault_user:", "page_fault_kernel:" };

/* The name of the event that the line tells of, or NULL; *@rest gets what it says. */
static const char *
find_event (const char *line, const char **rest)
{
  for (guint i = 0; i < G_N_ELEMENTS (kmem_events); i++)
    {
      const char *at = strstr (line, kmem_events[i]);

      if (!at || (at > line && at[-1] != ' ' && at[-1] != ':'))
        continue;
      *rest = at + strlen (kmem_events[i]);
      return kmem_events[i];
    }
  return NULL;
}

gboolean
pwk_trace_is_kmem_line (const char *line)
{
  const char *rest;

  return find_event (line, &rest) != NULL || g_str_has_prefix (line, "# tracer:");
}

/* "[003]": the cpu, which ftrace and perf write alike. */
static guint64
cpu_of (const char *line)
{
  for (const char *at = strchr (line, '['); at; at = strchr (at + 1, '['))
    if (strspn (at + 1, "0123456789") == 3 && at[4] == ']')
      return g_ascii_strtoull (at + 1, NULL, 10);
  return 0;
}

/* "GFP_KERNEL|__GFP_ZERO", up to the next blank. */
static char *
dup_gfp (const char *rest)
{
  const char *at = strstr (rest, "gfp_flags=");

  at = at ? at + strlen ("gfp_flags=") : "GFP_KERNEL";
  return g_strndup (at, strcspn (at, " \t"));
}

/* An allocation has a name by its frame in the record, and its line says which that was: the simulated machine gives others. */
static void
append_alloc (GString *out, const char *line, const char *rest, GHashTable *held)
{
  g_autofree char *gfp = dup_gfp (rest);
  guint64 pfn = 0, order = 0;

  pwk_intake_number (rest, "order=", &order);
  if (!pwk_intake_number (rest, "pfn=", &pfn) || pfn == 0)
    {
      g_string_append_printf (out, "# no page: %s\n", line);
      return;
    }
  g_hash_table_add (held, g_memdup2 (&pfn, sizeof pfn));
  g_string_append_printf (out, "alloc_pages(%s, %" G_GUINT64_FORMAT ", cpu=%" G_GUINT64_FORMAT ") = pfn_%" G_GINT64_MODIFIER "x\n", gfp, order,
                          cpu_of (line), pfn);
}

static void
append_free (GString *out, const char *line, const char *rest, GHashTable *held)
{
  guint64 pfn = 0, order = 0;

  pwk_intake_number (rest, "order=", &order);
  if (!pwk_intake_number (rest, "pfn=", &pfn) || !g_hash_table_remove (held, &pfn))
    g_string_append_printf (out, "# allocated before the record begins: %s\n", line);
  else
    g_string_append_printf (out, "free_pages(pfn_%" G_GINT64_MODIFIER "x, %" G_GUINT64_FORMAT ", cpu=%" G_GUINT64_FORMAT ")\n", pfn, order,
                            cpu_of (line));
}

static guint64
highest_cpu (GStrv lines)
{
  guint64 cpu = 0;
  const char *rest;

  for (char **line = lines; *line; line++)
    if (find_event (*line, &rest))
      cpu = MAX (cpu, cpu_of (*line));
  return MIN (cpu, 63);
}

char *
pwk_trace_of_kmem (const char *text, GError **error)
{
  g_auto(GStrv) lines = pwk_intake_lines (text);
  g_autoptr(GHashTable) held = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  GString *out = g_string_new (NULL);

  g_string_append_printf (out, "machine(memory=4G, cpus=%" G_GUINT64_FORMAT ")\n", MAX (highest_cpu (lines) + 1, 2));
  g_string_append (out, "# assumed: a machine with all its memory free. Frames are its own; those of the record are in the names.\n");
  for (char **line = lines; *line; line++)
    {
      const char *rest, *event = find_event (*line, &rest);

      if (!event)
        continue;
      if (strcmp (event, "mm_page_alloc:") == 0)
        append_alloc (out, *line, rest, held);
      else if (g_str_has_prefix (event, "mm_page_free"))
        append_free (out, *line, rest, held);
      else
        g_string_append_printf (out, "# %s\n", *line);
    }
  return g_string_free (out, FALSE);
}
