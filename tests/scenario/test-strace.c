/* test-strace.c - recordings of strace as scenarios
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "scenario/eval.h"
#include "scenario/parser.h"
#include "scenario/strace.h"

static PwkScript *
parse (const char *text)
{
  g_autoptr(GError) error = NULL;
  PwkScript *script = pwk_script_parse ("test.strace", text, -1, &error);

  g_assert_no_error (error);
  return script;
}

/* The statements of @text, a line each: "LINE: STATEMENT". */
static char *
statements_of (const PwkScript *script)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < pwk_script_n_statements (script); i++)
    {
      const PwkStatement *statement = pwk_script_statement (script, i);

      g_string_append_printf (out, "%u: ", statement->line);
      pwk_statement_print (out, script, statement, PWK_PRINT_LINE);
      g_string_append_c (out, '\n');
    }

  return g_string_free (out, FALSE);
}

static void
assert_statements (const char *text, const char *statements)
{
  g_autoptr(PwkScript) script = parse (text);
  g_autofree char *got = statements_of (script);

  g_assert_true (pwk_script_is_recorded (script));
  g_assert_cmpstr (got, ==, statements);
}

static void
assert_skip (const PwkScript *script, guint i, guint line, PwkSkipReason reason)
{
  guint n;
  const PwkSkip *skips = pwk_script_skips (script, &n);

  g_assert_cmpuint (i, <, n);
  g_assert_cmpuint (skips[i].line, ==, line);
  g_assert_cmpint (skips[i].reason, ==, reason);
}

/* Most lines that say anything are such as strace alone writes, and no machine( is anywhere. */
static void
test_recognise (void)
{
  static const struct { const char *text; bool recorded; } cases[] = {
    { "execve(\"/bin/ls\", [\"ls\"], 0x7ffd /* 37 vars */) = 0\n", true },
    { "31911 brk(NULL) = 0x5000\n", true },
    { "# a comment\n\n[pid 31911] brk(NULL) = 0x5000\n", true },
    { "12:30:01.123456 execve(\"/bin/ls\", [\"ls\"], 0x7ffd /* 3 vars */) = 0\n", true },
    { "31911 1700000000.123456 brk(NULL) = 0x5000\n", true },
    { "     0.000000 execve(\"/bin/ls\", [\"ls\"], 0x7ffd /* 3 vars */) = 0\n", true },
    { "strace: Process 3 attached\n3 brk(NULL) = 0x5000\n", true },
    { "brk(NULL) = 0x5000\n", true },
    { "$ strace -e trace=memory ./a\nmmap(NULL, 4096, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7000\n...\n", true },
    { "> munmap(0x7000, 4096) = 0\n> munmap(0x9000, 4096) = 0\n", true },
    { "rseq(0x7f00, 0x20, 0, 0x53053053) = 0\nmprotect(0x7000, 4096, PROT_READ) = -1 ENOMEM (Cannot allocate memory)\n", true },
    { "f() = 0\n", false },
    { "[A] munmap(0x7000, 4096) = 0\nmunmap(0x7000, 4096)\n", false },
    { "oom_select() = 4711\nmunmap(p, 4096) = q\n", false },
    { "Dear list,\nwhat is\nthis in\nour log,\nplease?\nmunmap(0x7000, 4096) = 0\n", false },
    { "[A] execve(\"/bin/ls\") = 0\n", false },
    { "machine(results=recorded)\n31911 brk(NULL) = 0x5000\n", false },
    { "31911 brk(NULL) = 0x5000\nmachine()\n", false },
    { "", false },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (pwk_strace_recognise (cases[i].text, strlen (cases[i].text)), ==, cases[i].recorded);
}

static void
test_lines (void)
{
  g_autoptr(PwkScript) script =
    parse ("7 execve(\"/bin/ls\", [\"ls\", \"-l\"], 0x7ffd /* 37 vars */) = 0\n"
           "7 read(3, \"\\177ELF\\2\"..., 832) = 832\n"
           "7 mmap(NULL, 8192, PROT_READ, MAP_PRIVATE, 3</etc/ld.so.cache>, 0) = 0x7f0000 (flags x)\n"
           "7 --- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED} ---\n"
           "7 mmap(NULL, ~1, PROT_READ) = 3\n"
           "7 clone(child_stack=NULL, flags=SIGCHLD) = ? ERESTARTNOINTR (To be restarted)\n"
           "7 mmap(NULL, 2097152, 0, MAP_HUGETLB|21<<MAP_HUGE_SHIFT, -1, 0) = -1 ENOMEM (Cannot, isn't)\n"
           "7 munmap(0x7f0000, 8192) = 0 <0.000012>\n"
           "7 exit_group(0)                     = ?\n"
           "7 +++ exited with 0 +++\n");
  const PwkStatement *statement = pwk_script_statement (script, 1);
  const PwkExpr *fd = pwk_script_expr (script, pwk_statement_arg (script, statement, 4)->expr);
  const PwkStatement *huge = pwk_script_statement (script, 2);
  PwkNumber value;

  g_assert_true (pwk_script_is_strace (script));
  g_assert_cmpuint (pwk_script_n_statements (script), ==, 5);
  g_assert_cmpuint (statement->line, ==, 3);
  g_assert_cmpint (statement->who.pid, ==, 7);
  g_assert_cmpuint (fd->number, ==, 3);
  g_assert_cmpstr (fd->string, ==, "/etc/ld.so.cache");
  g_assert_true (pwk_expr_eval (script, huge, pwk_statement_arg (script, huge, 3)->expr, NULL,
                                &value, NULL));
  g_assert_cmphex (value.bits, ==, 0x54040000);
  g_assert_cmpint (huge->result.error, ==, 12);
  assert_skip (script, 0, 2, PWK_SKIP_CALL);
  assert_skip (script, 1, 4, PWK_SKIP_SIGNAL);
  assert_skip (script, 2, 5, PWK_SKIP_SYNTAX);
  assert_skip (script, 3, 6, PWK_SKIP_RESTARTED);
  assert_skip (script, 4, 10, PWK_SKIP_EXIT);
}

/* Lists and structures keep their items. */
static void
test_lists (void)
{
  g_autoptr(PwkScript) script =
    parse ("7 execve(\"/bin/ls\", [\"ls\", \"-l\"...], 0x7ffd) = 0\n"
           "7 clone3({flags=CLONE_VM|CLONE_THREAD, stack=0x7000, tls={1, 2}} => {parent_tid=[9]}, 88) = 9\n");
  const PwkStatement *execve = pwk_script_statement (script, 0);
  const PwkStatement *clone = pwk_script_statement (script, 1);
  guint list = pwk_statement_arg (script, execve, 1)->expr;
  guint args = pwk_statement_arg (script, clone, 0)->expr;
  PwkNumber value;

  g_assert_cmpuint (pwk_script_expr (script, list)->n_items, ==, 2);
  g_assert_cmpstr (pwk_script_expr (script, pwk_expr_item (script, list, 0))->string, ==, "ls");
  g_assert_cmpstr (pwk_script_expr (script, pwk_expr_item (script, list, 1))->string, ==, "-l");
  g_assert_true (pwk_script_expr (script, pwk_expr_item (script, list, 1))->truncated);

  g_assert_cmpuint (clone->n_args, ==, 2);
  g_assert_cmpint (pwk_script_expr (script, args)->kind, ==, PWK_EXPR_STRUCT);
  g_assert_cmpint (pwk_expr_find_item (script, args, "nothing"), ==, -1);
  g_assert_true (pwk_expr_eval (script, clone, (guint) pwk_expr_find_item (script, args, "flags"), NULL,
                                &value, NULL));
  g_assert_cmphex (value.bits, ==, 0x10100);
  g_assert_true (pwk_expr_eval (script, clone, (guint) pwk_expr_find_item (script, args, "stack"), NULL,
                                &value, NULL));
  g_assert_cmphex (value.bits, ==, 0x7000);
}

/* A call in two halves stands where it ended if it gets memory, where it began if it gives some back or
 * makes or ends a process: 2 exists before its parent's clone() has returned. */
static void
test_halves (void)
{
  assert_statements ("1 brk(NULL <unfinished ...>\n"
                     "2 munmap(0x1000, 4096 <unfinished ...>\n"
                     "1 <... brk resumed>)                = 0x5000\n"
                     "1 clone(child_stack=NULL, flags=SIGCHLD <unfinished ...>\n"
                     "3 brk(NULL)                         = 0x6000\n"
                     "2 <... munmap resumed>)             = 0\n"
                     "1 <... clone resumed>, child_tidptr=0x10) = 3\n",
                     "2: [pid 2] munmap(0x1000, 4096) = 0\n"
                     "3: [pid 1] brk(NULL) = 0x5000\n"
                     "4: [pid 1] clone(child_stack=NULL, flags=SIGCHLD, child_tidptr=0x10) = 3\n"
                     "5: [pid 3] brk(NULL) = 0x6000\n");
}

/* What is begun and never resumed did not happen as far as anyone knows, but exit() did. */
static void
test_unfinished (void)
{
  g_autoptr(PwkScript) script = parse ("1 munmap(0x1000, 4096 <unfinished ...>\n"
                                       "2 <... brk resumed>) = 0x5000\n"
                                       "1 brk(NULL) = 0x5000\n"
                                       "2 exit_group(1 <unfinished ...>\n"
                                       "2 +++ exited with 1 +++\n"
                                       "3 exit(0 <unfinished ...>\n"
                                       "4 wait4(-1, <unfinished ...>\n"
                                       "4 <... wait4 resumed>[{WIFEXITED(s) && WEXITSTATUS(s) == 0}], 0, NULL) = 2\n");
  g_autofree char *statements = statements_of (script);

  g_assert_cmpstr (statements, ==, "3: [pid 1] brk(NULL) = 0x5000\n4: [pid 2] exit_group(1) = ?\n"
                                   "6: [pid 3] exit(0) = ?\n");
  assert_skip (script, 0, 1, PWK_SKIP_UNFINISHED);
  assert_skip (script, 1, 2, PWK_SKIP_ORPHAN);
  assert_skip (script, 2, 5, PWK_SKIP_EXIT);
  assert_skip (script, 3, 7, PWK_SKIP_CALL);
  assert_skip (script, 4, 8, PWK_SKIP_CALL);
}

/* What strace -f prints on a terminal when a process is made cuts the call that makes it. */
static void
test_cut_by_message (void)
{
  assert_statements ("[pid 5] clone(child_stack=NULL, flags=SIGCHLDstrace: Process 6 attached\n"
                     "strace: Process 7 attached\n"
                     " <unfinished ...>\n"
                     "[pid 6] brk(NULL) = 0x5000\n"
                     "[pid 5] <... clone resumed>, child_tidptr=0x10) = 6\n"
                     "[pid 5] vfork(Process 8 attached (waiting for parent)\n"
                     ") = 8\n",
                     "3: [pid 5] clone(child_stack=NULL, flags=SIGCHLD, child_tidptr=0x10) = 6\n"
                     "4: [pid 6] brk(NULL) = 0x5000\n7: [pid 5] vfork() = 8\n");
}

/* While there is one process strace writes no number: it is the one that has one later and was not made in the record, and at the end
 * whoever is left. */
static void
test_without_number (void)
{
  assert_statements ("brk(NULL) = 0x1000\n"
                     "fork() = 8\n"
                     "[pid 8] brk(NULL) = 0x2000\n"
                     "[pid 7] munmap(0x5000, 4096 <unfinished ...>\n"
                     "[pid 8] +++ exited with 0 +++\n"
                     "<... munmap resumed>) = 0\n"
                     "brk(NULL) = 0x3000\n",
                     "1: [pid 7] brk(NULL) = 0x1000\n2: [pid 7] fork() = 8\n3: [pid 8] brk(NULL) = 0x2000\n"
                     "4: [pid 7] munmap(0x5000, 4096) = 0\n7: [pid 7] brk(NULL) = 0x3000\n");
}

/* Threads that were there when strace came are those of the process it was told of. */
static void
test_attached_threads (void)
{
  g_autoptr(PwkScript) script = parse ("strace: Process 40 attached with 3 threads\n"
                                       "strace: Process 60 attached with 2 threads\n"
                                       "[pid 41] brk(NULL) = 0x1000\n"
                                       "[pid 62] fork() = 70\n"
                                       "[pid 70] brk(NULL) = 0x1000\n"
                                       "[pid 40] brk(NULL) = 0x1000\n");

  g_assert_cmpint (pwk_script_leader (script, 41), ==, 40);
  g_assert_cmpint (pwk_script_leader (script, 62), ==, 60);
  g_assert_cmpint (pwk_script_leader (script, 70), ==, 70);
  g_assert_cmpint (pwk_script_leader (script, 40), ==, 40);
}

/* Descriptors with all that -y and -yy write behind them: names as the kernel has them in maps. */
static void
test_descriptors (void)
{
  static const struct { const char *descriptor, *name; } cases[] = {
    { "3</lib/a.so>", "/lib/a.so" },
    { "3</tmp/x y>(deleted)", "/tmp/x y (deleted)" },
    { "3</dev/dri/card0<char 226:0>>", "/dev/dri/card0" },
    { "3</dev/sda<block 8:0>>", "/dev/sda" },
    { "3</l/\\303\\274.so>", "/l/\303\274.so" },
    { "3</l/\\374.so>", "/l/\\374.so" },
    { "3<socket:[12]>", "socket:[12]" },
    { "3</a<b>c>", "/a<b>c" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strdup_printf ("7 mmap(NULL, 4096, PROT_READ, MAP_SHARED, %s, 0) = 0x7000\n", cases[i].descriptor);
      g_autoptr(PwkScript) script = parse (text);
      const PwkStatement *statement = pwk_script_statement (script, 0);

      g_assert_cmpstr (pwk_script_expr (script, pwk_statement_arg (script, statement, 4)->expr)->string, ==, cases[i].name);
    }
}

static void
assert_loss (const PwkScript *script, guint i, guint line, guint column, const char *call, PwkLossReason reason)
{
  guint n;
  const PwkLoss *losses = pwk_script_losses (script, &n);
  g_autofree char *words = NULL;

  g_assert_cmpuint (i, <, n);
  words = pwk_loss_to_string (&losses[i]);
  g_assert_cmpuint (losses[i].line, ==, line);
  g_assert_cmpuint (losses[i].column, ==, column);
  g_assert_cmpstr (losses[i].call, ==, call);
  g_assert_cmpint (losses[i].reason, ==, reason);
  g_assert_nonnull (strstr (words, call));
}

/* No call that changes memory is dropped without a word, and about others, and those that failed, there is none. */
static void
test_losses (void)
{
  g_autoptr(PwkScript) script = parse ("7 mmap(NULL, 8192, PROT_READ\n"
                                       "7 write(1, \"abc\n"
                                       "7 mseal(0x7000, 4096, 0) = 0\n"
                                       "7 munmap(~, 4096) = -1 EINVAL (Invalid argument)\n"
                                       "8 <... mremap resumed>) = 0x5000\n"
                                       "9 12:00:00 mprotect(0x1000, 4096, PROT_READ <unfinished ...>\n"
                                       "7 mremap(0x1000, 1, 2, MREMAP_MAYMOVE) = ? ERESTARTNOINTR (To be restarted)\n"
                                       "  LOST 3 events!\n");
  guint n;

  pwk_script_losses (script, &n);
  g_assert_cmpuint (n, ==, 5);
  assert_loss (script, 4, 8, 3, "LOST 3 events!", PWK_LOSS_GAP);
  assert_loss (script, 0, 1, 3, "mmap", PWK_LOSS_UNREADABLE);
  assert_loss (script, 1, 3, 3, "mseal", PWK_LOSS_NOT_SIMULATED);
  assert_loss (script, 2, 5, 3, "mremap", PWK_LOSS_ORPHAN);
  assert_loss (script, 3, 6, 12, "mprotect", PWK_LOSS_UNFINISHED);
}

/* When a thread calls execve() it goes on under its process's number. */
static void
test_execve_of_thread (void)
{
  assert_statements ("5 brk(NULL) = 0x5000\n"
                     "6 execve(\"/bin/true\", [\"true\"], 0x7ffd /* 3 vars */ <unfinished ...>\n"
                     "5 +++ superseded by execve in pid 6 +++\n"
                     "5 <... execve resumed>) = 0\n",
                     "1: [pid 5] brk(NULL) = 0x5000\n"
                     "4: [pid 5] execve(\"/bin/true\", [\"true\"], 0x7ffd) = 0\n");
}

/* -t, -tt, -ttt, -r, -i, -n, and output to the terminal. */
static void
test_prefixes (void)
{
  assert_statements ("12:00:00 execve(\"/bin/a\", [\"a\"], 0x7ffd /* 3 vars */) = 0\n"
                     "12:00:00.000001 brk(NULL) = 0x1000\n"
                     "1700000000.000001 brk(NULL) = 0x2000\n"
                     "     0.000123 brk(NULL) = 0x3000\n"
                     "12:00:00 (+     0.000123) brk(NULL) = 0x4000\n"
                     "[00007f5a3c2b1e0b] brk(NULL) = 0x5000\n"
                     "[  12] brk(NULL) = 0x6000\n"
                     "strace: Process 9 attached\n"
                     "[pid     9] 12:00:01 brk(NULL) = 0x7000\n"
                     "9 0.000001 brk(NULL) = 0x8000\n"
                     "9<a> brk(NULL) = 0x9000\n"
                     "[pid     9<Web Content>] brk(NULL) = 0xa000\n"
                     "> 9 brk(NULL) = 0xb000\n"
                     " > /lib/libc.so.6(brk+0x5) [0xfe]\n",
                     "1: execve(\"/bin/a\", [\"a\"], 0x7ffd) = 0\n"
                     "2: brk(NULL) = 0x1000\n3: brk(NULL) = 0x2000\n4: brk(NULL) = 0x3000\n"
                     "5: brk(NULL) = 0x4000\n6: brk(NULL) = 0x5000\n7: brk(NULL) = 0x6000\n"
                     "9: [pid 9] brk(NULL) = 0x7000\n10: [pid 9] brk(NULL) = 0x8000\n"
                     "11: [pid 9] brk(NULL) = 0x9000\n12: [pid 9] brk(NULL) = 0xa000\n13: [pid 9] brk(NULL) = 0xb000\n");
}

/* A scenario may say results=recorded itself: strace's lines are read as such, the rest as ever. */
static void
test_in_scenario (void)
{
  assert_statements ("machine(results=recorded, memory=1G)\n"
                     "7 brk(NULL <unfinished ...>\n"
                     "7 <... brk resumed>) = 0x5000\n"
                     "7 wait4(-1, 0) = 3\n"
                     "+++ exited with 0 +++\n"
                     "meminfo() == <<X\nX\n",
                     "1: machine(results=recorded, memory=1G)\n3: [pid 7] brk(NULL) = 0x5000\n"
                     "6: meminfo() == <<X\n");
  g_assert_null (pwk_script_parse ("t", "machine(results=recorded)\nf(\n", -1, NULL));
}

static bool
only_brk (const char *name, gpointer user_data)
{
  ++*(guint *) user_data;
  return strcmp (name, "brk") == 0;
}

static void
test_filter (void)
{
  guint asked = 0;
  g_autoptr(PwkScript) script = pwk_strace_parse ("t", "1 brk(0) = 0\n1 munmap(0, 1) = 0\n", -1, only_brk,
                                                  &asked, NULL);

  g_assert_cmpuint (pwk_script_n_statements (script), ==, 1);
  g_assert_cmpuint (asked, ==, 2);
  assert_skip (script, 0, 2, PWK_SKIP_CALL);
}

/* Each line of the recordings that come with the program is a statement, or is skipped once for a reason that
 * is not its form; what the recording presupposes is left to who runs it. */
static void
test_samples (void)
{
  static const struct { const char *name; guint n_statements; } samples[] = {
    { "ls", 44 }, { "python", 140 }, { "sh-pipe-noaslr", 110 }, { "threads", 55 }, { "gcc", 163 },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (samples); i++)
    {
      g_autofree char *file = g_strconcat (samples[i].name, ".strace", NULL);
      g_autofree char *path = g_test_build_filename (G_TEST_DIST, "data", "traces", "strace", file, NULL);
      g_autoptr(GError) error = NULL;
      g_autoptr(PwkScript) script = pwk_script_load (path, &error);
      guint n_skips, n_lines = 0;
      const PwkSkip *skips;
      gsize length;
      const char *text;

      g_assert_no_error (error);
      g_assert_true (pwk_script_is_strace (script));
      text = pwk_script_text (script, &length);
      for (gsize k = 0; k < length; k++)
        n_lines += text[k] == '\n';
      skips = pwk_script_skips (script, &n_skips);
      g_assert_cmpuint (pwk_script_n_statements (script), ==, samples[i].n_statements);
      g_assert_cmpuint (pwk_script_n_statements (script) + n_skips, ==, n_lines);
      for (guint k = 0; k < n_skips; k++)
        {
          g_assert_cmpint (skips[k].reason, !=, PWK_SKIP_SYNTAX);
          g_assert_cmpint (skips[k].reason, !=, PWK_SKIP_ORPHAN);
          g_assert_cmpint (skips[k].reason, !=, PWK_SKIP_UNFINISHED);
        }
      g_assert_true (pwk_script_check (script, NULL, &error));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/strace/recognise", test_recognise);
  g_test_add_func ("/strace/lines", test_lines);
  g_test_add_func ("/strace/lists", test_lists);
  g_test_add_func ("/strace/halves", test_halves);
  g_test_add_func ("/strace/unfinished", test_unfinished);
  g_test_add_func ("/strace/cut-by-message", test_cut_by_message);
  g_test_add_func ("/strace/without-number", test_without_number);
  g_test_add_func ("/strace/attached-threads", test_attached_threads);
  g_test_add_func ("/strace/descriptors", test_descriptors);
  g_test_add_func ("/strace/losses", test_losses);
  g_test_add_func ("/strace/execve-of-thread", test_execve_of_thread);
  g_test_add_func ("/strace/prefixes", test_prefixes);
  g_test_add_func ("/strace/in-scenario", test_in_scenario);
  g_test_add_func ("/strace/filter", test_filter);
  g_test_add_func ("/strace/samples", test_samples);

  return g_test_run ();
}
