/* perf-trace.c - what perf trace records, in strace's form
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "intake/perf-trace.h"

#include <string.h>

#include "intake/lines.h"
#include "scenario/strace.h"

/*     0.206 ( 0.022 ms): demo/3764 mmap(len: 8192, prot: READ|WRITE, flags: PRIVATE|ANONYMOUS)   = 0x7f6980c4d000
 *     0.301 (         ): demo/3764 mprotect(start: 0x7f6980c4d000, len: 4096, prot: READ) ...
 *     0.350 ( 0.049 ms): demo/3764  ... [continued]: mprotect())                                  = 0
 *     LOST 12 events!
 *
 * perf gives arguments their names and leaves out those that are 0; prefixes of flags go, too. The program is not named where it is one alone. */

typedef enum { PLAIN, FLAGS, PATH } Form;

/* An argument as strace has it: perf's name of it, the prefix of its flags, and what it is where perf has left it out. */
typedef struct { const char *name, *otherwise; Form form; const char *prefix; } Argument;
typedef struct { const char *call; Argument arguments[7]; } PerfCall;

/* A literal "name" of NULL is an argument that perf does not have: it is as otherwise says. */
static const PerfCall perf_calls[] = {
  { "brk", { { "brk", "NULL" } } },
  { "clone", { { "clone_flags", "SIGCHLD", FLAGS, "CLONE_" } } },
  { "clone3", { { "", "NULL" }, { "size", "0" } } },
  { "close", { { "fd", "0" } } },
  { "creat", { { "pathname", "NULL", PATH } } },
  { "execve", { { "filename", "\"program\"", PATH }, { "", "[]" }, { "", "NULL" } } },
  { "exit", { { "error_code", "0" } } },
  { "exit_group", { { "error_code", "0" } } },
  { "fork", { { NULL } } },
  { "ftruncate", { { "fd", "0" }, { "length", "0" } } },
  { "madvise", { { "start", "NULL" }, { "len_in", "0" }, { "behavior", "MADV_NORMAL", FLAGS, "MADV_" } } },
  { "map_shadow_stack", { { "addr", "NULL" }, { "size", "0" }, { "flags", "0" } } },
  { "memfd_create", { { "uname", "\"\"", PATH }, { "flags", "0", FLAGS, "MFD_" } } },
  { "mlock", { { "start", "NULL" }, { "len", "0" } } },
  { "mlock2", { { "start", "NULL" }, { "len", "0" }, { "flags", "0", FLAGS, "MLOCK_" } } },
  { "mlockall", { { "flags", "0", FLAGS, "MCL_" } } },
  { "mmap", { { "addr", "NULL" }, { "len", "0" }, { "prot", "PROT_NONE", FLAGS, "PROT_" }, { "flags", "0", FLAGS, "MAP_" }, { "fd", "-1" },
              { "off", "0" } } },
  { "mprotect", { { "start", "NULL" }, { "len", "0" }, { "prot", "PROT_NONE", FLAGS, "PROT_" } } },
  { "mremap", { { "addr", "NULL" }, { "old_len", "0" }, { "new_len", "0" }, { "flags", "0", FLAGS, "MREMAP_" }, { "new_addr", "NULL" } } },
  { "msync", { { "start", "NULL" }, { "len", "0" }, { "flags", "0", FLAGS, "MS_" } } },
  { "munlock", { { "start", "NULL" }, { "len", "0" } } },
  { "munlockall", { { NULL } } },
  { "munmap", { { "addr", "NULL" }, { "len", "0" } } },
  { "open", { { "filename", "NULL", PATH }, { "flags", "O_RDONLY", FLAGS, "O_" } } },
  { "openat", { { "", "AT_FDCWD" }, { "filename", "NULL", PATH }, { "flags", "O_RDONLY", FLAGS, "O_" } } },
  { "personality", { { "personality", "0" } } },
  { "pidfd_open", { { "pid", "0" }, { "flags", "0" } } },
  { "pkey_mprotect", { { "start", "NULL" }, { "len", "0" }, { "prot", "PROT_NONE", FLAGS, "PROT_" }, { "pkey", "0" } } },
  { "remap_file_pages", { { "start", "NULL" }, { "size", "0" }, { "prot", "0" }, { "pgoff", "0" }, { "flags", "0" } } },
  { "shmat", { { "shmid", "0" }, { "shmaddr", "NULL" }, { "shmflg", "0" } } },
  { "shmdt", { { "shmaddr", "NULL" } } },
  { "shmget", { { "key", "IPC_PRIVATE" }, { "size", "0" }, { "shmflg", "0" } } },
  { "vfork", { { NULL } } },
};

/* One line, taken apart. Strings are borrowed from it. */
typedef struct
{
  guint64     pid;              /* 0: not told */
  const char *program;          /* … and how long; NULL: not told */
  gsize       program_length;
  const char *call;             /* "mmap(…", what follows included */
  gsize       call_length;      /* of the name */
  gboolean    continued;        /* its second half: nothing of its arguments is here */
  const char *result;           /* "= 0", NULL: the first half */
} Line;

static gsize
word_length (const char *at)
{
  return strspn (at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
}

/* "demo/3764 ", if it is there. Programs may have blanks in their names, and slashes. */
static const char *
read_program (const char *at, Line *line)
{
  const char *limit = strchr (at, '('), *slash = limit ? g_strrstr_len (at, limit - at, "/") : NULL;
  char *end;

  if (!slash || !g_ascii_isdigit (slash[1]))
    return at;
  line->pid = g_ascii_strtoull (slash + 1, &end, 10);
  if (*end != ' ')
    return at;
  line->program = at;
  line->program_length = (gsize) (slash - at);
  return end;
}

/* Where "= 0" begins, behind the parenthesis that ends the call. */
static const char *
find_result (const char *call)
{
  const char *at = g_strrstr (call, ")");

  while (at && at > call)
    {
      const char *equals = at + 1 + strspn (at + 1, " ");

      if (*equals == '=' && equals[1] == ' ')
        return equals;
      at = g_strrstr_len (call, at - call, ")");
    }
  return NULL;
}

static gboolean
read_line (const char *text, Line *line)
{
  const char *at = text + strspn (text, " "), *end = strstr (at, "): ");
  const char *more = " ... [continued]: ";

  *line = (Line) { 0 };
  if (!(g_ascii_isdigit (*at) || *at == '?') || !end || !memchr (at, '(', (size_t) (end - at)))
    return FALSE;
  at = read_program (end + strlen ("): "), line);
  line->continued = strstr (at, more) != NULL;
  at = line->continued ? strstr (at, more) + strlen (more) : at + strspn (at, " ");
  line->call = at;
  line->call_length = word_length (at);
  line->result = find_result (at);
  return line->call_length > 0 && at[line->call_length] == '(';
}

gboolean
pwk_perf_trace_is_line (const char *text)
{
  Line line;

  return read_line (text, &line);
}

/* --- arguments --- */

/* Where a value ends: strings may have commas in them, and what a descriptor is ("3</tmp/a (deleted)>") too. */
static const char *
end_of_value (const char *at)
{
  const char *end = at;

  if (*at == '"')
    {
      for (end = at + 1; *end && *end != '"'; end++)
        if (*end == '\\' && end[1])
          end++;
      return end + (*end == '"');
    }
  end += strcspn (end, ",)<");
  if (*end == '<')
    while (*end && !(*end == '>' && (end[1] == ',' || end[1] == ')')))
      end++;
  return end + (*end == '>');
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
  return g_strndup (at, (gsize) (end_of_value (at) - at));
}

/* "READ|WRITE" as "PROT_READ|PROT_WRITE". */
static void
append_flags (GString *out, const char *value, const char *prefix)
{
  g_auto(GStrv) names = g_strsplit (value, "|", -1);

  for (char **name = names; *name; name++)
    g_string_append_printf (out, "%s%s%s", name > names ? "|" : "",
                            g_ascii_isdigit (**name) || g_str_has_prefix (*name, prefix) || strcmp (*name, "SIGCHLD") == 0 ? "" : prefix, *name);
}

/* Paths are in quotation marks, or were so in newer versions alone; older ones print the pointer where they could not read it. */
static void
append_path (GString *out, const char *value)
{
  g_autofree char *escaped = NULL;

  if (*value == '"' || g_str_has_prefix (value, "0x"))
    {
      g_string_append (out, value);
      return;
    }
  escaped = g_strescape (value, NULL);
  g_string_append_printf (out, "\"%s\"", escaped);
}

static void
append_arguments (GString *out, const PerfCall *call, const char *list)
{
  for (guint i = 0; call->arguments[i].name; i++)
    {
      const Argument *argument = &call->arguments[i];
      g_autofree char *value = *argument->name ? dup_argument (list, argument->name) : NULL;

      g_string_append (out, i ? ", " : "");
      if (!value)
        g_string_append (out, argument->otherwise);
      else if (argument->form == FLAGS)
        append_flags (out, value, argument->prefix);
      else if (argument->form == PATH)
        append_path (out, value);
      else
        g_string_append (out, value);
    }
}

static const PerfCall *
find_call (const Line *line)
{
  for (guint i = 0; i < G_N_ELEMENTS (perf_calls); i++)
    if (strlen (perf_calls[i].call) == line->call_length && strncmp (perf_calls[i].call, line->call, line->call_length) == 0)
      return &perf_calls[i];
  return NULL;
}

/* --- lines --- */

/* The second half of the execve () of the program that perf has started: its first was before the record. */
static gboolean
is_start (const Line *line, GHashTable *begun)
{
  return line->continued && strncmp (line->call, "execve(", strlen ("execve(")) == 0
         && !g_hash_table_contains (begun, GSIZE_TO_POINTER ((gsize) line->pid));
}

static void
append_start (GString *out, const Line *line)
{
  g_autofree char *program = line->program ? g_strndup (line->program, line->program_length) : g_strdup ("program");
  g_autofree char *escaped = g_strescape (program, NULL);

  g_string_append_printf (out, "execve(\"%s\", [], NULL) %s\n", escaped, line->result);
}

/* In halves as strace writes them: what of the call takes effect where is strace's reader's to say. */
static void
append_call (GString *out, const Line *line, const PerfCall *call, GHashTable *begun)
{
  gpointer pid = GSIZE_TO_POINTER ((gsize) line->pid);

  if (line->pid)
    g_string_append_printf (out, "%" G_GUINT64_FORMAT " ", line->pid);
  if (line->continued && is_start (line, begun))
    {
      append_start (out, line);
      return;
    }
  if (line->continued)
    {
      g_hash_table_remove (begun, pid);
      g_string_append_printf (out, "<... %.*s resumed>) %s\n", (int) line->call_length, line->call, line->result);
      return;
    }
  g_string_append_printf (out, "%.*s(", (int) line->call_length, line->call);
  if (call)
    append_arguments (out, call, line->call);
  if (!line->result)
    g_hash_table_add (begun, pid);
  g_string_append_printf (out, "%s%s\n", line->result ? ") " : " <unfinished ...>", line->result ? line->result : "");
}

/* Of a call that memory depends on, and that is not in the table, the name alone is handed on: strace's reader says what is lost with it. */
static gboolean
matters (const Line *line, const PerfCall *call)
{
  static const char *const settings[] = { "openat2", "prctl", "prlimit64", "setrlimit", NULL };
  g_autofree char *name = g_strndup (line->call, line->call_length);

  return call || (pwk_strace_knows_call (name) && !g_strv_contains (settings, name));
}

char *
pwk_perf_trace_to_strace (const char *text, GError **error)
{
  g_auto(GStrv) lines = pwk_intake_lines (text);
  g_autoptr(GHashTable) begun = g_hash_table_new (NULL, NULL);    /* pids whose call has no second half so far */
  GString *out = g_string_new (NULL);

  for (char **each = lines; *each; each++)
    {
      Line line;
      const PerfCall *call = read_line (*each, &line) ? find_call (&line) : NULL;
      gboolean ends = line.continued && !line.result;

      if (line.call && matters (&line, call) && !ends)
        append_call (out, &line, call, begun);
      else
        g_string_append_printf (out, strstr (*each, "LOST ") ? "%s\n" : "# %s\n", *each);
    }
  return g_string_free (out, FALSE);
}
