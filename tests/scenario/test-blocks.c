/* test-blocks.c - arrays of results, random numbers, loops and conditions
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "runner-test.h"

#define M "machine(memory=64M, seed=7)\n"

/* --- helpers --- */

/* Runs and expects what name @name stands for at the end. */
static void
check_name (const char *text, const char *name, int64_t expected)
{
  PwkRunner *runner = run (text);
  int64_t value;
  uint32_t held, failed;

  pwk_runner_verdicts (runner, &held, &failed);
  g_assert_cmpuint (failed, ==, 0);
  g_assert_true (pwk_runner_lookup (runner, name, &value));
  g_assert_cmpint (value, ==, expected);
  pwk_runner_free (runner);
}

/* Runs and expects the message of statement @i. */
static void
check_message (const char *text, uint32_t i, const char *message)
{
  PwkRunner *runner = run (text);

  g_assert_cmpstr (pwk_runner_outcome (runner, i)->message, ==, message);
  pwk_runner_free (runner);
}

/* A script that is refused before anything runs, by the parser or the check of names. */
static void
check_refused (const char *text, const char *message)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(PwkScript) script = pwk_script_parse ("t.pwk", text, -1, &error);
  g_autofree char *got = NULL;

  if (script)
    g_assert_null (pwk_runner_new (script, NULL, NULL, &error));
  got = pwk_script_error_format (error);
  if (!g_str_has_prefix (got, message) || got[strlen (message)] != '\n')
    g_error ("%s: got %s, expected %s", text, got, message);
}

/* --- arrays --- */

static void
test_arrays (void)
{
  check_name (M "alloc_pages(GFP_KERNEL, 0) = p[0]\nalloc_pages(GFP_KERNEL, 0) = p[1]\nfree_pages(p[1], 0)\nalloc_pages(GFP_KERNEL, 0) = q\n"
              "free_pages(p[q - p[1]], 0)\nalloc_pages(GFP_KERNEL, 0) = r\nfree_pages(p[len(p) - 1], 0)\nalloc_pages(GFP_KERNEL, p[0] - r) = s\n"
              "free_pages(s - p[1] + q, 0)\nsysctl(\"vm.swappiness\", len(p)) = t\n", "t", 0);
  check_message (M "alloc_pages(GFP_KERNEL, 0) = p[5]\nfree_pages(p[3 + 1], 0)\n", 2,
                 "t.pwk:3:12: expected an element that has been bound: there is no p[4] so far");
  check_message (M "alloc_pages(GFP_KERNEL, 0) = p[5]\nfree_pages(p[1 - 2], 0)\n", 2,
                 "t.pwk:3:12: expected an element that has been bound: there is no p[-1] so far");
  check_message (M "alloc_pages(GFP_KERNEL, 0) = p[1T]\n", 1, "t.pwk:2:30: there is no room for p[1099511627776]");
  check_message (M "alloc_pages(GFP_KERNEL, 0) = p[0 - 1]\n", 1, "t.pwk:2:30: there is no room for p[-1]");
  check_message (M "alloc_pages(GFP_KERNEL, 0) = p[9]\nalloc_pages(GFP_KERNEL, 1 / (len(p) - 10))\n", 2,
                 "t.pwk:3:27: expected a divisor that is not 0");
}

/* A name is one value or an array, and arrays are bound before they are asked. */
static void
test_array_names (void)
{
  check_refused ("free_pages(p[0], 0)\n", "t.pwk:1:12: expected an array whose elements have been bound: there is no “p” so far");
  check_refused ("tick(len(p))\n", "t.pwk:1:6: expected an array whose elements have been bound: there is no “p” so far");
  check_refused ("alloc_pages(GFP_KERNEL, 0) = p[0]\nfree_pages(p, 0)\n", "t.pwk:2:12: expected an index: “p” is an array");
  check_refused ("alloc_pages(GFP_KERNEL, 0) = p[0]\nalloc_pages(GFP_KERNEL, 0) = p\n", "t.pwk:2:30: expected an index: “p” is an array");
  check_refused ("alloc_pages(GFP_KERNEL, 0) = p\nalloc_pages(GFP_KERNEL, 0) = p[0]\n",
                 "t.pwk:2:30: expected the name of an array: “p” has no elements");
  check_refused ("alloc_pages(GFP_KERNEL, 0) = p[x]\n", "t.pwk:1:32: expected a constant or a name that has been bound: there is no “x” so far");
  check_refused ("alloc_pages(GFP_KERNEL, 0) = p[0\n", "t.pwk:1:33: expected ]");
  check_refused ("tick(len(1))\n", "t.pwk:1:10: expected the name of an array, as in len(pages)");
}

/* Children of a loop have names that events and dumps show. */
static void
test_processes (void)
{
  check_message (M "process(A)\n[A] fork() = kids[2]\n[kids[2]] exit(0)\n[kids[2]] brk(0)\n", 4,
                 "t.pwk:5:1: the process kids[2] has exited");
  check_message (M "process(A)\n[A] fork() = kids[2]\n[kids[1]] exit(0)\n", 3,
                 "t.pwk:4:2: expected an element that has been bound: there is no kids[1] so far");
  check_message (M "repeat(3, i)\nprocess(P[2 - i])\nend\n[P[0]] exit(0)\n[P[0]] brk(0)\n", 5, "t.pwk:6:1: the process P[0] has exited");
  check_message (M "process(P[1])\n[P[0]] exit(0)\n", 2, "t.pwk:3:2: expected an element that has been bound: there is no P[0] so far");
  check_message (M "process(P[0 - 1])\n", 1, "t.pwk:2:1: there is no room for P[-1]");
  check_refused ("process(A)\nprocess(A[0])\n", "t.pwk:2:9: expected the name of an array: “A” has no elements");
  check_message (M "process(A)\n[A] fork() = kids[0]\nstat_faults(kids[0]) == <<E\n0 0\nE\n", 3, NULL);
  check_message (M "process(A)\n[A] mmap(NULL, 4K, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = p\n"
                 "[A] store(p, 8, value=5)\n[A] load(p, 8, value=v[3])\n[A] load(p, 8, value=v[3] + 0)\n", 5, NULL);
}

/* --- random numbers --- */

static void
step_to (PwkRunner *runner, uint32_t statement)
{
  while (pwk_runner_position (runner) < statement && pwk_runner_step (runner))
    continue;
}

/* Numbers come from the machine's seed; going back brings them back, also from inside a long statement; and they are below the bound. */
static void
test_random (void)
{
  PwkRunner *runner = runner_for (M "process(A)\n[A] mmap(NULL, 64M, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = p\n"
                                    "tick(random(1000)) = ?\n[A] touch(p, 4K * (500 + random(1000)), \"r\") = a\n"
                                    "[A] touch(p + 32M, 4K * random(1000), \"r\") = b\n");
  PwkRunner *other = run ("machine(memory=64M, seed=8)\nprocess(A)\n[A] mmap(NULL, 64M, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = p\n"
                          "tick(random(1000)) = ?\n[A] touch(p, 4K * (500 + random(1000)), \"r\") = a\n");
  PwkMachine *machine = pwk_runner_machine (runner);
  g_autoptr(PwkCheckpoint) before = NULL, inside = NULL;
  int64_t a, b, again, another;
  uint64_t hash;

  step_to (runner, 4);
  before = pwk_machine_save (machine);
  for (unsigned i = 0; i < 3; i++)
    pwk_runner_step (runner);
  g_assert_false (pwk_runner_between (runner));
  inside = pwk_machine_save (machine);
  step_to (runner, 6);
  hash = pwk_machine_hash (machine);
  g_assert_true (pwk_runner_lookup (runner, "a", &a) && pwk_runner_lookup (runner, "b", &b) && pwk_runner_lookup (other, "a", &another));
  g_assert_cmpint (a, !=, another);

  for (unsigned i = 0; i < 2; i++)
    {
      pwk_machine_restore (machine, i ? inside : before);
      step_to (runner, 6);
      g_assert_true (pwk_runner_lookup (runner, "a", &again));
      g_assert_cmpint (again, ==, a);
      g_assert_true (pwk_runner_lookup (runner, "b", &again));
      g_assert_cmpint (again, ==, b);
      g_assert_cmphex (pwk_machine_hash (machine), ==, hash);
    }
  assert_sound (runner);
  pwk_runner_free (runner);
  pwk_runner_free (other);
  check_message ("tick(random(0))\n", 0, "t.pwk:1:6: expected a number above 0 in random()");
  check_message ("tick(random(-1))\n", 0, "t.pwk:1:6: expected a number above 0 in random()");
}

/* --- loops and conditions --- */

/* Memory holds a number to which NOTE appends a digit: what was done, in order. */
#define P M "process(A)\n[A] mmap(NULL, 4K, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = p\n[A] load(p, 8, value=s)\n"
#define NOTE(digit) "[A] store(p, 8, value=s * 10 + (" digit "))\n[A] load(p, 8, value=s)\n"

static void
test_loops (void)
{
  check_name (P "repeat(4, i)\n" NOTE ("i + 1") "end\n" NOTE ("9"), "s", 12349);
  check_name (P "repeat(2)\n" NOTE ("7") "end\n", "s", 77);
  check_name (P NOTE ("1") "repeat(0, i)\n" NOTE ("i") "end\n" NOTE ("2"), "s", 12);
  check_name (P "for(x in 5, 3 + 1, s + 2)\n" NOTE ("x") "end\n", "s", 596);
  check_name (P "for(x in range(2, 6))\n" NOTE ("x") "end\n", "s", 2345);
  check_name (P "for(x in range(2, 7, 2))\n" NOTE ("x") "end\n", "s", 246);
  check_name (P "for(x in range(2, 6, 2))\n" NOTE ("x") "end\n", "s", 24);
  check_name (P "for(x in range(5, 1, -2))\n" NOTE ("x") "end\n", "s", 53);
  check_name (P "for(x in range(-2, 1))\n" NOTE ("x + 3") "end\n", "s", 123);
  check_name (P NOTE ("4") "for(x in range(5, 5))\n" NOTE ("x") "end\nfor(x in range(5, 1))\n" NOTE ("x") "end\nfor(x in range(1, 5, -1))\n"
              NOTE ("x") "end\n", "s", 4);
  check_name (P "for(x in range(0, 0xffffffffffffffff, 0x8000000000000000))\n" NOTE ("x >> 63") "end\n", "s", 1);
  check_name (P "repeat(3, i)\nrepeat(i, j)\n" NOTE ("i + j") "end\n" NOTE ("9") "end\n", "s", 919239);
}

static void
test_conditions (void)
{
  check_name (P "if(s == 0)\n" NOTE ("1") "else\n" NOTE ("2") "end\n" NOTE ("3"), "s", 13);
  check_name (P "if(s != 0)\n" NOTE ("1") "else\n" NOTE ("2") "end\n" NOTE ("3"), "s", 23);
  check_name (P NOTE ("5") "if(s < 5)\n" NOTE ("1") "end\n" NOTE ("3"), "s", 53);
  check_name (P "repeat(4, i)\nif(i == 1 || i == 3)\nif(i == 3)\n" NOTE ("3") "else\n" NOTE ("1") "end\nelse\nif(i)\n" NOTE ("2")
              "end\nend\nend\n", "s", 123);
  check_name (P "if(s == 0)\n" NOTE ("1") "else if(s == 0)\n" NOTE ("2") "else\n" NOTE ("3") "end\n" NOTE ("4"), "s", 14);
  check_name (P "if(s != 0)\n" NOTE ("1") "else if(s == 0)\n" NOTE ("2") "else if(s == 0)\n" NOTE ("3") "else\n" NOTE ("4") "end\n" NOTE ("5"), "s", 25);
  check_name (P "if(s != 0)\n" NOTE ("1") "else if(s != 0)\n" NOTE ("2") "else\n" NOTE ("3") "end\n" NOTE ("4"), "s", 34);
  check_name (P "if(s != 0)\n" NOTE ("1") "else if(s != 0)\n" NOTE ("2") "end\n" NOTE ("4"), "s", 4);
  check_name (P "repeat(5, i)\nif(i == 1)\n" NOTE ("1") "else if(i == 3)\nif(s)\n" NOTE ("3") "else if(1)\n" NOTE ("8") "end\nelse\n" NOTE ("2")
              "end\nend\n", "s", 21232);
  check_name (P "if(1)\nend\nif(0)\nelse\nend\nif(1)\nif(1)\nif(0)\nend\nelse\nend\nend\n" NOTE ("6"), "s", 6);
}

/* Whatever is wrong with a block is told where it is, before anything runs. */
static void
test_block_errors (void)
{
  check_refused ("tick(1)\n  repeat(3)\ntick(1)\n", "t.pwk:2:3: expected a line end further down, the end of this block");
  check_refused ("repeat(3)\nif(1)\nend\n", "t.pwk:1:1: expected a line end further down, the end of this block");
  check_refused ("tick(1)\nend\n", "t.pwk:2:1: expected end behind repeat, for or if only");
  check_refused ("repeat(1)\nelse\nend\n", "t.pwk:2:1: expected else in an if only");
  check_refused ("else\n", "t.pwk:1:1: expected else in an if only");
  check_refused ("if(1)\nelse\n else # again\nend\n", "t.pwk:3:2: expected nothing but end behind the lines of else");
  check_refused ("if(1)\nelse\nelse if(2)\nend\n", "t.pwk:3:1: expected nothing but end behind the lines of else");
  check_refused ("repeat(1)\nelse if(1)\nend\n", "t.pwk:2:1: expected else in an if only");
  check_refused ("if(1)\nelse if\nend\n", "t.pwk:2:8: expected ( behind if");
  check_refused ("if(1)\nelse if(x)\nend\n", "t.pwk:2:9: expected a constant or a name that has been bound: there is no “x” so far");
  check_refused ("repeat(3, 4)\nend\n", "t.pwk:1:11: expected the name of a variable");
  check_refused ("repeat(3, ENOMEM)\nend\n", "t.pwk:1:11: expected a name that is free: this one is a constant");
  check_refused ("repeat(3 i)\nend\n", "t.pwk:1:10: expected , and the name of a variable, or )");
  check_refused ("repeat()\nend\n", "t.pwk:1:8: expected a value: a number, a name, \"text\" or <<TAG");
  check_refused ("for(x of 1)\nend\n", "t.pwk:1:7: expected in, as in for(x in 1, 2, 4)");
  check_refused ("for(x in range(1))\nend\n", "t.pwk:1:10: expected range(from, to) or range(from, to, step)");
  check_refused ("for(x in range(1, 2, 3, 4))\nend\n", "t.pwk:1:10: expected range(from, to) or range(from, to, step)");
  check_refused ("if(1) tick(1)\nend\n", "t.pwk:1:7: expected the end of the line");
  check_refused ("repeat(3)\nend 4\n", "t.pwk:2:5: expected ( behind the name of a call");
  check_refused ("repeat(n)\nend\n", "t.pwk:1:8: expected a constant or a name that has been bound: there is no “n” so far");
  check_refused ("repeat(1 / 0)\nend\n", "t.pwk:1:10: expected a divisor that is not 0");
  check_refused ("repeat(\"x\")\nend\n", "t.pwk:1:8: expected a number as “value”");
  check_refused ("repeat(n=3)\nend\n", "t.pwk:1:10: expected a value: repeat() takes none by name");
  check_refused ("tick(1)\nrepeat(1)\nmachine()\nend\n", "t.pwk:3:1: expected machine() as the first statement only");
  check_refused ("repeat(1)\nrepeat(1)\nrepeat(1)\nrepeat(1)\nrepeat(1)\nrepeat(1)\nrepeat(1)\nrepeat(1)\nrepeat(1)\n"
                 "end\nend\nend\nend\nend\nend\nend\nend\nend\n", "t.pwk:9:1: expected at most 8 loops in each other");
}

/* A line of a block that cannot be carried out is told, and the block is passed over; what fails in a round is told with the round. */
static void
test_failures (void)
{
  check_message (P "repeat(0 - s - 1, i)\n" NOTE ("1") "end\n", 4, "t.pwk:5:8: expected a number of rounds that is not below 0");
  check_message (P "for(x in range(1, 5, s))\n" NOTE ("1") "end\n", 4, "t.pwk:5:22: expected a step that is not 0");
  check_message (P "for(x in range(-9223372036854775808, 0xffffffffffffffff))\n" NOTE ("1") "end\n", 4,
                 "t.pwk:5:38: expected a number of rounds that fits into 64 bits");
  check_message (P "if(1 / s)\n" NOTE ("1") "else\n" NOTE ("2") "end\n", 4, "t.pwk:5:6: expected a divisor that is not 0");
  check_message (P "if(s)\n" NOTE ("1") "else if(1 / s)\n" NOTE ("2") "else\n" NOTE ("3") "end\n", 4, "t.pwk:8:11: expected a divisor that is not 0");
  check_message (P "for(x in 1, 1 / s, 2)\ntick(x)\nend\n", 6, "t.pwk:5:15: expected a divisor that is not 0 (x=1)");
  check_message (P "repeat(2, i)\nfor(x in 5, 6)\n[A] load(p) = major\nend\nend\n", 6,
                 "t.pwk:7:15: expected major, got ok (i=1, x=6)");
  check_message (P "repeat(2)\n[A] load(p) = major\nend\n", 5, "t.pwk:6:15: expected major, got ok (round=1)");
}

typedef struct { GString *echo; uint32_t told; } Told;

static void
hear (PwkRunner *runner, const PwkSpot *spot, gpointer data)
{
  Told *told = data;
  g_autofree char *echo = pwk_runner_echo (runner, spot->statement, NULL);

  told->told++;
  if (echo)
    g_string_append_printf (told->echo, "%s\n", echo);
}

static char *
echo_of (const char *text)
{
  PwkRunner *runner = runner_for (text);
  Told told = { .echo = g_string_new (NULL) };

  pwk_runner_set_teller (runner, hear, &told);
  while (pwk_runner_step (runner))
    continue;
  pwk_runner_free (runner);
  return g_string_free (told.echo, FALSE);
}

/* The echo of a block is the block as it stands; dumps and what failed follow as comments, so that it is a scenario again, and the same. */
static void
test_echo (void)
{
  static const char text[] =
    "machine(memory=64M)\n"
    "process(A)\n"
    "repeat(2, i)   # two\n"
    "  stat_faults(A)\n"
    "  [A] load(0) = ok\n"
    "  if(i == 1)\n"
    "    stat_faults(A) == <<E\n"
    "0 0\n"
    "E\n"
    "  end\n"
    "end\n"
    "if(0)\n"
    "  tick(1)\n"
    "end\n"
    "drain_all_pages()\n";
  static const char echo[] =
    "machine(memory=64M)\n"
    "process(A)\n"
    "repeat(2, i)   # two\n"
    "  stat_faults(A)\n"
    "  [A] load(0) = ok\n"
    "  if(i == 1)\n"
    "    stat_faults(A) == <<E\n"
    "0 0\n"
    "E\n"
    "  end\n"
    "end\n"
    "# i=0: stat_faults(A)\n"
    "# 0 0\n"
    "# i=0: t.pwk:5:17: expected ok, got SIGSEGV (SEGV_MAPERR)\n"
    "# i=1: stat_faults(A)\n"
    "# 0 0\n"
    "# i=1: t.pwk:5:17: expected ok, got SIGSEGV (SEGV_MAPERR)\n"
    "if(0)\n"
    "  tick(1)\n"
    "end\n"
    "drain_all_pages()\n";
  g_autofree char *first = echo_of (text), *second = echo_of (first), *refused = NULL, *again = NULL;

  g_assert_cmpstr (first, ==, echo);
  g_assert_true (g_str_has_prefix (second, "machine(memory=64M)\nprocess(A)\nrepeat(2, i)   # two\n"));
  refused = echo_of (P "repeat(0 - s - 1)\n  tick(1)\nend\n");
  g_assert_true (g_str_has_suffix (refused, "\n# expected a number of rounds that is not below 0\n# repeat(0 - s - 1)\n#   tick(1)\n# end\n"));
  again = echo_of (refused);
  g_assert_null (strstr (again, "repeat"));
}

/* Every round has its spot, in order, and spots can be compared. */
static void
see_rounds (PwkRunner *runner, const PwkSpot *spot, gpointer data)
{
  Told *told = data;

  if (spot->statement != 3)
    return;
  g_assert_cmpuint (spot->n_rounds, ==, 2);
  g_assert_cmpuint (spot->round[0], ==, told->told / 3);
  g_assert_cmpuint (spot->round[1], ==, told->told % 3);
  told->told++;
}

static PwkSpot
spot_at (uint32_t statement, uint32_t n, uint64_t first, uint64_t second)
{
  return (PwkSpot) { .statement = statement, .n_rounds = n, .round = { first, second } };
}

static void
test_spots (void)
{
  PwkRunner *runner = runner_for (M "repeat(4, i)\nfor(x in 5, 6, 7)\ntick(0)\nend\ntick(0)\nend\ntick(0)\n");
  PwkScript *script = pwk_runner_script (runner);
  PwkSpot before = pwk_runner_spot (runner), now;
  const PwkSpot late = spot_at (3, 2, 2, 1), early = spot_at (3, 2, 1, 2), behind = spot_at (5, 1, 1, 0), any = spot_at (3, 1, 1, 0);
  Told told = { .told = 0 };

  pwk_runner_set_teller (runner, see_rounds, &told);
  while (pwk_runner_step (runner))
    {
      now = pwk_runner_spot (runner);
      g_assert_cmpint (pwk_spot_compare (script, &before, &now), <, 0);
      g_assert_cmpint (pwk_spot_compare (script, &now, &before), >, 0);
      g_assert_false (pwk_spot_equal (&now, &before));
      before = now;
    }
  g_assert_cmpuint (told.told, ==, 12);
  g_assert_cmpint (pwk_spot_compare (script, &late, &early), >, 0);
  g_assert_cmpint (pwk_spot_compare (script, &late, &behind), >, 0);
  g_assert_cmpint (pwk_spot_compare (script, &early, &behind), <, 0);
  g_assert_cmpint (pwk_spot_compare (script, &early, &any), ==, 0);
  g_assert_true (pwk_spot_shares_rounds (script, &early, &any));
  g_assert_false (pwk_spot_shares_rounds (script, &late, &any));
  pwk_runner_free (runner);
}

static void
test_spot_lines (void)
{
  g_autoptr(PwkScript) script = parse ("tick(1)\nrepeat(4)\n\ntick(0)\nend\n");
  g_autoptr(GError) error = NULL;
  uint64_t line;
  PwkSpot spot;

  g_assert_true (pwk_spot_parse_line ("4:7", &line, &spot));
  g_assert_cmpuint (line, ==, 4);
  g_assert_true (pwk_spot_find_line (script, line, &spot, &error));
  g_assert_cmpuint (spot.statement, ==, 2);
  g_assert_cmpuint (spot.round[0], ==, 7);
  g_assert_false (pwk_spot_find_line (script, 3, &spot, &error));
  g_assert_cmpstr (error->message, ==, "there is no statement on line 3");
  g_clear_error (&error);
  g_assert_true (pwk_spot_parse_line ("4:7:8", &line, &spot));
  g_assert_false (pwk_spot_find_line (script, line, &spot, &error));
  g_assert_cmpstr (error->message, ==, "line 4 is in 1 loop: it has no such round");
  g_assert_false (pwk_spot_parse_line ("4:x", &line, &spot));
  g_assert_false (pwk_spot_parse_line ("", &line, &spot));
  g_assert_false (pwk_spot_parse_line ("1:2:3:4:5:6:7:8:9:10", &line, &spot));
}

/* Going back to any place of rest and on from there leads to the same end: the loops' state is the machine's. */
static void
test_going_back (void)
{
  PwkRunner *runner = runner_for (P "repeat(3, i)\nfor(x in 1, 2)\n" NOTE ("i * 3 + x") "alloc_pages(GFP_KERNEL, random(3)) = q[i * 2 + x - 1]\n"
                                    "end\nif(i % 2)\nfree_pages(q[i], 0)\nend\nend\n");
  PwkMachine *machine = pwk_runner_machine (runner);
  g_autoptr(GPtrArray) places = g_ptr_array_new_with_free_func ((GDestroyNotify) pwk_checkpoint_unref);
  uint64_t hash;

  do
    g_ptr_array_add (places, pwk_machine_save (machine));
  while (pwk_runner_step (runner));
  hash = pwk_machine_hash (machine);
  g_assert_cmpuint (places->len, >, 30);
  for (guint i = 0; i < places->len; i += 3)
    {
      pwk_machine_restore (machine, places->pdata[i]);
      while (pwk_runner_step (runner))
        continue;
      g_assert_cmphex (pwk_machine_hash (machine), ==, hash);
    }
  assert_sound (runner);
  pwk_runner_free (runner);
}

/* What looks at all of the past each time is refused where there is much of it. */
static void
test_looking_back (void)
{
  check_message ("repeat(1001)\nevents(\"tick\", \"cpu == 0\")\nend\n", 1,
                 "t.pwk:2:1: events() looks at all that has been before it, each time: it cannot be in loops of more than 1000 rounds (round=1000)");
  check_message ("repeat(200)\nrepeat(6)\nframe(9)\nend\nend\n", 2,
                 "t.pwk:3:1: frame() looks at all that has been before it, each time: it cannot be in loops of more than 1000 rounds (round=199, round=5)");
  check_message ("repeat(3)\ntick(1)\nevents(\"tick\", \"cpu == 0\") = 1\nend\n", 2, NULL);
}

/* A text may be edited behind what was run, not within a block that was begun. */
static void
test_replacing (void)
{
  PwkRunner *runner = runner_for (M "tick(1)\nrepeat(2)\ntick(2)\ntick(3)\nend\n");
  g_autoptr(PwkScript) inner = parse (M "tick(1)\nrepeat(2)\ntick(2)\ntick(4)\nend\n");
  g_autoptr(PwkScript) longer = parse (M "tick(1)\nrepeat(2)\ntick(2)\ntick(3)\nend\ntick(4)\n");
  g_autoptr(GError) error = NULL;

  step_to (runner, 2);
  g_assert_true (pwk_runner_replace_script (runner, inner, &error));
  step_to (runner, 4);
  g_assert_false (pwk_runner_replace_script (runner, longer, &error));
  g_clear_error (&error);
  pwk_runner_free (runner);

  runner = runner_for (M "tick(1)\nrepeat(2)\ntick(2)\ntick(3)\nend\n");
  step_to (runner, 4);
  g_assert_true (pwk_runner_replace_script (runner, longer, &error));
  while (pwk_runner_step (runner))
    continue;
  g_assert_cmpuint (pwk_runner_position (runner), ==, 7);
  pwk_runner_free (runner);
}

/* Ten million rounds are no list: the runner's state is as large as before, and each step is one statement. */
static void
test_many_rounds (void)
{
  PwkRunner *runner = runner_for (M "repeat(10000000)\nend\n");
  PwkMachine *machine = pwk_runner_machine (runner);
  uint64_t used;

  step_to (runner, 2);
  for (unsigned i = 0; i < 10; i++)
    pwk_runner_step (runner);
  used = pwk_arena_used_bytes (&machine->arena);
  for (unsigned i = 0; i < 1000000; i++)
    g_assert_true (pwk_runner_step (runner));
  g_assert_cmpuint (pwk_runner_spot (runner).round[0], ==, 1000010);
  g_assert_cmpuint (pwk_arena_used_bytes (&machine->arena), ==, used);
  pwk_runner_free (runner);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/blocks/arrays", test_arrays);
  g_test_add_func ("/blocks/array-names", test_array_names);
  g_test_add_func ("/blocks/processes", test_processes);
  g_test_add_func ("/blocks/random", test_random);
  g_test_add_func ("/blocks/loops", test_loops);
  g_test_add_func ("/blocks/conditions", test_conditions);
  g_test_add_func ("/blocks/errors", test_block_errors);
  g_test_add_func ("/blocks/failures", test_failures);
  g_test_add_func ("/blocks/echo", test_echo);
  g_test_add_func ("/blocks/spots", test_spots);
  g_test_add_func ("/blocks/spot-lines", test_spot_lines);
  g_test_add_func ("/blocks/going-back", test_going_back);
  g_test_add_func ("/blocks/looking-back", test_looking_back);
  g_test_add_func ("/blocks/replacing", test_replacing);
  g_test_add_func ("/blocks/many-rounds", test_many_rounds);
  return g_test_run ();
}
