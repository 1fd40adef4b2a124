/* test-explain.c - every kind of event has a sentence and a rule, in the language of the environment
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "language.h"
#include "machines.h"
#include "engine/core/event-types.h"
#include "engine/core/string.h"
#include "scenario/parser.h"
#include "scenario/runner-private.h"
#include "views/explain.h"

static PwkEvent
event_of (unsigned kind, uint64_t value)
{
  PwkEvent event = { .n = 1, .kind = kind };

  for (unsigned i = 0; i < PWK_EVENT_ARGS; i++)
    event.arg[i] = value;

  return event;
}

static void
check_text (const char *text, const char *name)
{
  g_assert_true (g_utf8_validate (text, -1, NULL));
  g_assert_cmpuint (strlen (text), >, 8);
  if (!test_is_translated (text))
    g_error ("%s is not translated: %s", name, text);
}

/* Sentences are more than the event's name and fields; rules are there beside the function's place. */
static void
test_every_kind (void)
{
  g_autoptr(TestMachine) machine = test_machine_new ("busy");

  for (unsigned kind = 0; kind < PWK_N_EVENTS; kind++)
    {
      const PwkEventInfo *info = pwk_event_info ((PwkEventKind) kind);
      PwkEvent event = event_of (kind, 1);
      g_autofree char *sentence = pwk_explain_event (machine->machine, &event);
      g_autofree char *why = pwk_explain_why (machine->machine, &event);
      g_autofree char *fields = pwk_explain_fields (machine->machine, &event);
      g_autofree char *plain = g_strdup_printf ("%s  %s", info->name, fields);

      if (strcmp (sentence, plain) == 0)
        g_error ("%s has no sentence", info->name);
      if (why[0] == '\n' || why[0] == '\0')
        g_error ("%s has no rule", info->name);
      check_text (sentence, info->name);
      check_text (why, info->name);
    }
}

/* The rule names the kernel's function and its file. */
static void
test_places (void)
{
  g_autoptr(TestMachine) machine = test_machine_new ("boot");

  for (unsigned kind = 0; kind < PWK_N_EVENTS; kind++)
    {
      const PwkEventInfo *info = pwk_event_info ((PwkEventKind) kind);
      PwkEvent event = event_of (kind, 1);
      g_autofree char *why = pwk_explain_why (machine->machine, &event);
      const char *colon = strrchr (info->where, ':');
      g_autofree char *file = NULL;

      if (colon == NULL)
        continue;
      file = g_strndup (info->where, (gsize) (colon - info->where));
      g_assert_nonnull (strstr (why, file));
      g_assert_nonnull (strstr (why, colon + 1));
    }
}

/* Whatever the arguments, there is a text and nothing else happens. */
static void
test_any_arguments (void)
{
  static const uint64_t values[] = { 0, 1, 2, 3, 5, 7, 0x1000, 0x7ffff7ff0000, UINT32_MAX, (uint64_t) INT64_MAX, UINT64_MAX - 4, UINT64_MAX };
  g_autoptr(TestMachine) machine = test_machine_new ("busy");
  uint64_t hash = pwk_machine_hash (machine->machine);

  for (unsigned kind = 0; kind < PWK_N_EVENTS; kind++)
    for (size_t i = 0; i < G_N_ELEMENTS (values); i++)
      {
        PwkEvent event = event_of (kind, values[i]);
        g_autofree char *sentence = pwk_explain_event (machine->machine, &event);
        g_autofree char *fields = pwk_explain_fields (machine->machine, &event);

        g_assert_true (g_utf8_validate (sentence, -1, NULL));
        g_assert_true (g_utf8_validate (fields, -1, NULL));
      }
  g_assert_cmphex (pwk_machine_hash (machine->machine), ==, hash);
}

/* All that really happened on the machines, and what happens now: the chain ends at the event itself. */
static void
test_real_events (void)
{
  for (unsigned i = 0; test_machine_names[i] != NULL; i++)
    {
      g_autoptr(TestMachine) machine = test_machine_new (test_machine_names[i]);
      const PwkObservation *observation = test_machine_observe (machine);
      PwkNowModel *now = pwk_now_build (observation, NULL);

      for (uint32_t k = 0; k < observation->n_events; k++)
        {
          g_autofree char *sentence = pwk_explain_event (machine->machine, &observation->events[k]);

          check_text (sentence, pwk_event_info ((PwkEventKind) observation->events[k].kind)->name);
        }
      check_text (now->sentence, "now");
      check_text (now->why, "now");
      g_assert_cmpuint (g_strv_length (now->chain), ==, observation->n_chain);
      pwk_now_free (now);
    }
}

/* Sentences of one kind, each told when its event comes. */
typedef struct { GString *text; unsigned n; } Story;

static void
tell (PwkMachine *machine, const PwkEvent *event, void *data)
{
  Story *story = data;
  g_autofree char *sentence = pwk_explain_event (machine, event);

  g_string_append_printf (story->text, "%s\n", sentence);
  story->n++;
}

/* What @text's statements, after a process with a written region p of 16 pages has been made, make the events of @kind say. */
static void
run_and_tell (const char *text, PwkEventKind kind, unsigned n_expected, const char *expected)
{
  g_autofree char *whole = g_strconcat ("machine(memory=64M, swap=0)\nprocess(A)\n[A] mmap(0x10000000, 64K, PROT_READ|PROT_WRITE, "
                                        "MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = p\n[A] touch(p, 64K, \"w\")\n", text, "\n", NULL);
  g_autoptr(GError) error = NULL;
  g_autoptr(PwkScript) script = pwk_script_parse ("story.pwk", whole, -1, &error);
  Story story = { g_string_new (NULL), 0 };
  PwkRunner *runner;

  g_assert_no_error (error);
  runner = pwk_runner_new (script, NULL, NULL, &error);
  g_assert_no_error (error);
  while (pwk_runner_position (runner) < 4 && pwk_runner_step (runner))
    continue;
  pwk_machine_listen (pwk_runner_machine (runner), tell, &story);
  pwk_machine_want (pwk_runner_machine (runner), (int) kind, true);
  while (pwk_runner_step (runner))
    continue;
  g_test_message ("%s", story.text->str);
  g_assert_cmpuint (story.n, ==, n_expected);
  if (expected != NULL && !test_language_is_chinese ())
    g_assert_nonnull (strstr (story.text->str, expected));
  g_string_free (story.text, TRUE);
  pwk_runner_free (runner);
}

/* Every call on memory that does something tells so by an event of its own. */
static void
test_calls (void)
{
  run_and_tell ("[A] madvise(p, 8K, MADV_FREE)", PWK_EV_MADVISE, 1, "MADV_FREE for 0x10000000–0x10002000: the pages may be taken");
  run_and_tell ("[A] madvise(p, 8K, MADV_FREE)\nlru_add_drain()", PWK_EV_LAZYFREE, 2, "is marked to be freed lazily");
  run_and_tell ("[A] madvise(p, 8K, MADV_POPULATE_READ)", PWK_EV_MADVISE, 1, "faulted in for reading");
  run_and_tell ("[A] madvise(p, 8K, MADV_DONTNEED)\n[A] mincore(p, 64K)", PWK_EV_MINCORE, 1, "0x10000000–0x10010000: 14 pages are in memory");
  run_and_tell ("[A] msync(p, 8K, MS_SYNC)", PWK_EV_MSYNC, 1, "is on the disk now");
  run_and_tell ("[A] msync(p, 8K, MS_ASYNC)", PWK_EV_MSYNC, 1, "writes nothing");
  run_and_tell ("[A] setrlimit(RLIMIT_AS, 1M)", PWK_EV_SETRLIMIT, 1, "soft limit RLIMIT_AS to 1048576");
  run_and_tell ("[A] setrlimit(RLIMIT_AS, RLIM_INFINITY)", PWK_EV_SETRLIMIT, 1, "no limit from now on");
  run_and_tell ("[A] mlockall(MCL_FUTURE)", PWK_EV_MLOCKALL, 1, "begins with VM_LOCKED");
  run_and_tell ("[A] mlockall(MCL_CURRENT)\n[A] munlockall()", PWK_EV_MLOCKALL, 2, "nothing of this address space is locked any more");
  run_and_tell ("[A] prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0)", PWK_EV_PRCTL, 1, "no huge pages from now on");
  run_and_tell ("[A] mremap(p, 64K, 64K, MREMAP_MAYMOVE|MREMAP_FIXED, 0x20001000)", PWK_EV_MOVE_PAGE_TABLES, 1, "16 small ones, 0 huge ones");
  run_and_tell ("[A] mremap(p, 64K, 128K, 0)", PWK_EV_VMA_MERGE, 1, "the region below grew over it");
  run_and_tell ("[A] mprotect(p, 8K, PROT_READ)", PWK_EV_CHANGE_PROTECTION, 1, "2 entries for 0x10000000–0x10002000");
}

/* Whoever may merge and does not says with whom, and what keeps them apart: mmap, mprotect, mremap, mlock, madvise, brk; both sides. */
static void
test_no_merge (void)
{
  run_and_tell ("[A] mlock(p, 16K)\n[A] mlock2(p, 16K, MLOCK_ONFAULT)", PWK_EV_VMA_NO_MERGE, 1,
                "not joined to the region above, 0x10004000–0x10010000: vm_flags differ (VM_LOCKED|VM_LOCKONFAULT)");
  run_and_tell ("[A] mmap(p+64K, 4K, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED|MAP_LOCKED, -1, 0)", PWK_EV_VMA_NO_MERGE, 1,
                "vm_flags differ (VM_LOCKED)");
  run_and_tell ("[A] mmap(p+64K, 4K, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0)", PWK_EV_VMA_NO_MERGE, 1,
                "not joined to the region below, 0x10000000–0x10010000: vm_flags differ (VM_WRITE|VM_ACCOUNT)");
  run_and_tell ("[A] mprotect(p+4K, 4K, PROT_READ)\n[A] mprotect(p+4K, 4K, PROT_NONE)", PWK_EV_VMA_NO_MERGE, 2,
                "the region above, 0x10002000–0x10010000: vm_flags differ (VM_READ|VM_WRITE)");
  run_and_tell ("[A] madvise(p+4K, 4K, MADV_DONTFORK)\n[A] madvise(p+4K, 4K, MADV_DONTDUMP)", PWK_EV_VMA_NO_MERGE, 2,
                "the region below, 0x10000000–0x10001000: vm_flags differ (VM_DONTCOPY|VM_DONTDUMP)");
  run_and_tell ("[A] mremap(p+32K, 4K, 4K, MREMAP_MAYMOVE|MREMAP_FIXED, p+64K)", PWK_EV_VMA_NO_MERGE, 1,
                "the region below, 0x10000000–0x10010000: page offsets do not continue");
  run_and_tell ("[A] brk(NULL) = end\n[A] brk(end+4K)\n[A] mprotect(end, 4K, PROT_READ)\n[A] brk(end+8K)", PWK_EV_VMA_NO_MERGE, 2,
                "the region below, 0x407000–0x408000: vm_flags differ (VM_WRITE|VM_ACCOUNT)");
  run_and_tell ("[A] mprotect(0x7ffff7ffd000, 8K, PROT_READ)", PWK_EV_VMA_NO_MERGE, 1, "device and special mappings never merge");
}

/* A signal names its code and why it came. */
static void
test_signals (void)
{
  run_and_tell ("[A] load(0x30000000)", PWK_EV_SIGNAL, 1, "gets SIGSEGV (SEGV_MAPERR) for address 0x30000000: no region is mapped");
  run_and_tell ("[A] mprotect(p, 4K, PROT_READ)\n[A] store(p)", PWK_EV_SIGNAL, 1, "(SEGV_ACCERR) for address 0x10000000: the region does not allow");
  run_and_tell ("[A] madvise(p, 4K, MADV_GUARD_INSTALL)\n[A] load(p)", PWK_EV_SIGNAL, 1, "(SEGV_MAPERR) for address 0x10000000: the page is a guard");
  run_and_tell ("[A] open(\"/tmp/f\", O_RDWR, size=4K) = fd\n[A] mmap(NULL, 8K, PROT_READ, MAP_PRIVATE, fd, 0) = f\n[A] load(f+4K)", PWK_EV_SIGNAL,
                1, "SIGBUS (BUS_ADRERR)");
  run_and_tell ("[A] load(0x8000000000000000)", PWK_EV_SIGNAL, 1, "gets SIGSEGV (SI_KERNEL): the address is not canonical");
  run_and_tell ("[A] kill(0, SIGTERM)", PWK_EV_SIGNAL, 1, "gets SIGTERM, sent to it by kill ()");
}

/* Results are said as the scenario writes them: addresses in hexadecimal, frames, processes and counts in decimal. */
static void
test_results (void)
{
  static const struct { const char *call; uint64_t value; const char *said; } cases[] = {
    { "alloc_pages", 0x100c, "4108" }, { "fork", 1001, "1001" }, { "touch", 16, "16" }, { "mmap", 0x7ffff7fe7000, "0x7ffff7fe7000" },
    { "brk", 0x407000, "0x407000" }, { "get_free_page", 0xffff888001009000, "0xffff888001009000" },
  };
  g_autoptr(TestMachine) machine = test_machine_new ("busy");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      PwkEvent end = { .n = 1, .kind = PWK_EV_STATEMENT_END, .arg = { 7, cases[i].value, 0, 0, pwk_string_intern (machine->machine, cases[i].call) } };
      PwkEvent exit = { .n = 1, .kind = PWK_EV_SYSCALL_EXIT, .arg = { cases[i].value, 0, 0, end.arg[4] } };
      g_autofree char *of_end = pwk_explain_event (machine->machine, &end), *of_exit = pwk_explain_event (machine->machine, &exit);

      g_assert_nonnull (strstr (of_end, cases[i].said));
      g_assert_nonnull (strstr (of_exit, cases[i].said));
      if (cases[i].said[0] != '0')
        g_assert_null (strstr (of_end, "0x"));
    }
}

/* A system call that has returned 0 says so; of what gives nothing, no result is told. */
static void
test_nothing_returned (void)
{
  g_autoptr(TestMachine) machine = test_machine_new ("boot");
  uint32_t n;
  const PwkCallInfo *calls = pwk_calls (&n);

  g_assert_cmpuint (n, >, 100);
  for (uint32_t i = 0; i < n; i++)
    {
      const PwkCallDef *def = pwk_call_def (calls[i].name);
      bool returns = (def->flags & PWK_CALL_SYSCALL) && !(def->flags & PWK_CALL_NO_RESULT);
      PwkEvent end = { .n = 1, .kind = PWK_EV_STATEMENT_END, .arg = { 7, 0, 0, 0, pwk_string_intern (machine->machine, calls[i].name) } };
      PwkEvent exit = { .n = 1, .kind = PWK_EV_SYSCALL_EXIT, .arg = { 0, 0, 0, end.arg[4] } };
      g_autofree char *said = pwk_explain_event (machine->machine, &end), *back = pwk_explain_event (machine->machine, &exit);

      g_test_message ("%s", said);
      if ((def->flags & PWK_CALL_SYSCALL) && !test_language_is_chinese ())
        g_assert_true ((strstr (back, "returns 0") != NULL || strstr (back, "returns NULL") != NULL) == returns);
      g_assert_true ((strstr (said, test_language_is_chinese () ? "返回" : "it returned") != NULL) == returns);
      g_assert_null (strstr (said, "0x"));
    }
}

/* --- reasons --- */

/* A field that holds one of an enum of reasons.h: of event @kind, argument number @index. */
typedef struct { unsigned kind, index; const char *type, *name; } ReasonField;

#define FIELD(ID, TYPE, CTYPE, NAME) { PWK_EV_##ID, 0, #CTYPE, #NAME },
#define PWK_EVENT(ID, NAME, CATEGORY, COST, WHERE, ...) PWK_EACH_FIELD (FIELD, ID, __VA_ARGS__)
static ReasonField fields[] = {
#include "engine/core/event-kinds.def"
};
#undef PWK_EVENT
#undef FIELD

/* reasons.h without its comments. */
static char *
read_reasons (void)
{
  g_autofree char *path = g_build_filename (g_getenv ("PAGEWALK_SOURCE_ROOT"), "src", "engine", "core", "reasons.h", NULL);
  g_autoptr(GRegex) comments = g_regex_new ("/\\*.*?\\*/", G_REGEX_DOTALL, 0, NULL);
  g_autoptr(GError) error = NULL;
  g_autofree char *text = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, &error));
  g_assert_no_error (error);
  return g_regex_replace_literal (comments, text, -1, 0, "", 0, NULL);
}

/* The enumerators of @type in their order, whatever only counts them left out; *@first is the first one's value. NULL: @type is no such enum. */
static char **
enumerators (const char *reasons, const char *type, uint64_t *first)
{
  g_autofree char *pattern = g_strdup_printf ("enum\\s*\\{([^}]*)\\}\\s*%s;", type);
  g_autoptr(GRegex) regex = g_regex_new (pattern, 0, 0, NULL);
  g_autoptr(GMatchInfo) match = NULL;
  g_autoptr(GStrvBuilder) names = g_strv_builder_new ();
  g_autofree char *body = NULL;
  g_auto(GStrv) parts = NULL;

  if (!g_regex_match (regex, reasons, 0, &match))
    return NULL;
  body = g_match_info_fetch (match, 1);
  parts = g_strsplit (body, ",", -1);
  *first = 0;
  for (unsigned i = 0; parts[i] != NULL; i++)
    {
      char *value = strchr (g_strstrip (parts[i]), '=');

      /* the values are counted below: one may be given to the first alone */
      g_assert_true (value == NULL || i == 0);
      if (value != NULL)
        *first = g_ascii_strtoull (value + 1, NULL, 0);
      if (parts[i][0] != '\0' && !g_str_has_prefix (parts[i], "PWK_N_"))
        g_strv_builder_add (names, parts[i]);
    }
  return g_strv_builder_end (names);
}

/* Values that an event never has: the functions that tell it ask for one of the others first. */
static bool
never_happens (unsigned kind, const char *value)
{
  static const struct { unsigned kind; const char *value; } never[] = {
    { PWK_EV_MIGHT_SLEEP, "PWK_CONTEXT_PROCESS" }, { PWK_EV_MIGHT_SLEEP, "PWK_CONTEXT_BLOCK" }, { PWK_EV_MIGHT_SLEEP, "PWK_CONTEXT_FS" },
    { PWK_EV_RECLAIM_CYCLE, "PWK_CONTEXT_PROCESS" }, { PWK_EV_RECLAIM_CYCLE, "PWK_CONTEXT_SOFTIRQ" }, { PWK_EV_RECLAIM_CYCLE, "PWK_CONTEXT_IRQ" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (never); i++)
    if (never[i].kind == kind && strcmp (never[i].value, value) == 0)
      return true;
  return false;
}

/* Each value of a reason is said: in words, and in other words than all other values of the field. */
static void
test_reasons (void)
{
  g_autoptr(TestMachine) machine = test_machine_new ("busy");
  g_autofree char *reasons = read_reasons ();
  unsigned n_fields = 0;

  for (size_t i = 1; i < G_N_ELEMENTS (fields); i++)
    fields[i].index = fields[i].kind == fields[i - 1].kind ? fields[i - 1].index + 1 : 0;
  for (size_t i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      g_autoptr(GHashTable) said = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      uint64_t first = 0;
      g_auto(GStrv) values = enumerators (reasons, fields[i].type, &first);

      n_fields += values != NULL;
      for (unsigned k = 0; values != NULL && values[k] != NULL; k++)
        {
          PwkEvent event = event_of (fields[i].kind, 1);
          const char *name = pwk_event_info ((PwkEventKind) fields[i].kind)->name, *other;
          char *sentence;

          if (never_happens (fields[i].kind, values[k]))
            continue;
          event.arg[fields[i].index] = first + k;
          sentence = pwk_explain_event (machine->machine, &event);
          check_text (sentence, name);
          other = g_hash_table_lookup (said, sentence);
          if (other != NULL)
            {
              g_test_message ("%s, %s: %s has no words of its own, but those of %s: %s", name, fields[i].name, values[k], other, sentence);
              g_test_fail ();
            }
          g_hash_table_insert (said, sentence, values[k]);
        }
    }
  /* whoever writes a row with REASON has it here */
  g_assert_cmpuint (n_fields, >=, 21);
}

int
main (int argc, char **argv)
{
  test_language_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/explain/every-kind", test_every_kind);
  g_test_add_func ("/explain/places", test_places);
  g_test_add_func ("/explain/any-arguments", test_any_arguments);
  g_test_add_func ("/explain/real-events", test_real_events);
  g_test_add_func ("/explain/calls", test_calls);
  g_test_add_func ("/explain/no-merge", test_no_merge);
  g_test_add_func ("/explain/results", test_results);
  g_test_add_func ("/explain/nothing-returned", test_nothing_returned);
  g_test_add_func ("/explain/signals", test_signals);
  g_test_add_func ("/explain/reasons", test_reasons);
  return g_test_run ();
}
