/* test-blocks.c - loops and conditions from the command line: echo, JSON, events, moments
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "cli-test.h"

#define LOOPS "machine(memory=64M)\nrepeat(3, i)\n  alloc_pages(GFP_KERNEL, 0) = pages[i]\n  repeat(2, j)\n    tick(1)\n  end\nend\ntick(2)\n"

/* What is printed is a scenario again, and says the same. */
static void
test_echo (void)
{
  g_auto(CliAnswer) first = cli_call ("run -", LOOPS "repeat(2)\n  alloc_pages(GFP_KERNEL, 11) = NULL\nend\n");
  g_auto(CliAnswer) second = cli_call ("run -", first.out);

  g_assert_cmpstr (first.err, ==, "");
  g_assert_cmpstr (first.out, ==,
                   LOOPS "repeat(2)\n  alloc_pages(GFP_KERNEL, 11) = NULL\nend\n# round=0: swapper: page allocation failure\n"
                   "# round=1: swapper: page allocation failure\n");
  g_assert_cmpstr (second.err, ==, "");
  cli_check ("run -q -", "for(x in 7, 8)\n  tick(1)\n  alloc_pages(GFP_KERNEL, 0) = NULL\nend\n", 1, "",
             "standard input:3:32: expected NULL, got 8192 (x=7)\nstandard input:3:32: expected NULL, got 8193 (x=8)\n");
}

static JsonObject *
last_statement (JsonParser *parser, const char *arguments)
{
  g_auto(CliAnswer) answer = cli_call (arguments, LOOPS);
  JsonArray *statements;

  g_assert_cmpstr (answer.err, ==, "");
  statements = json_object_get_array_member (cli_parse_object (parser, answer.out), "statements");
  return json_array_get_object_element (statements, json_array_get_length (statements) - 1);
}

/* Up to a moment: the last thing done is on that line in those rounds. */
static void
check_until (const char *moment, gint64 line, guint n, gint64 first, gint64 second)
{
  g_autoptr(JsonParser) parser = json_parser_new ();
  g_autofree char *arguments = g_strdup_printf ("run --json --until %s -", moment);
  JsonObject *statement = last_statement (parser, arguments);
  JsonArray *rounds = n > 0 ? json_object_get_array_member (statement, "rounds") : NULL;

  g_assert_cmpint (json_object_get_int_member (statement, "line"), ==, line);
  g_assert_cmpuint (rounds ? json_array_get_length (rounds) : 0, ==, n);
  g_assert_false (n == 0 && json_object_has_member (statement, "rounds"));
  if (n > 0)
    g_assert_cmpint (json_array_get_int_element (rounds, 0), ==, first);
  if (n > 1)
    g_assert_cmpint (json_array_get_int_element (rounds, 1), ==, second);
}

static void
test_until (void)
{
  check_until ("line:1", 1, 0, 0, 0);
  check_until ("line:3", 3, 1, 0, 0);
  check_until ("line:3:1", 3, 1, 1, 0);
  check_until ("line:5", 5, 2, 0, 0);
  check_until ("line:5:2", 5, 2, 2, 0);
  check_until ("line:5:1:1", 5, 2, 1, 1);
  check_until ("line:6:1", 5, 2, 1, 1);
  check_until ("line:6:1:0", 5, 2, 1, 0);
  check_until ("line:7:1", 5, 2, 1, 1);
  check_until ("line:7", 5, 2, 2, 1);
  check_until ("line:8", 8, 0, 0, 0);
  cli_check ("run -q --until line:5:3 -", LOOPS, 2, "", "pagewalk-cli: line:5:3: there is no such round\n");
  cli_check ("run -q --until line:5:0:2 -", LOOPS, 2, "", "pagewalk-cli: line:5:0:2: there is no such round\n");
  cli_check ("run -q --until line:3:0:0 -", LOOPS, 2, "", "pagewalk-cli: line 3 is in 1 loop: it has no such round\n");
  cli_check ("run -q --until line:8:0 -", LOOPS, 2, "", "pagewalk-cli: line 8 is in 0 loops: it has no such round\n");
  cli_check ("run -q --until line:5:x -", LOOPS, 2, "",
             "pagewalk-cli: --until line:5:x: expected the number of an event, or line:N, in a loop line:N:ROUND\n");
}

/* A picture of a round: each is another moment, and one that there is not is an error. */
static void
test_export (void)
{
  g_autofree char *file = g_build_filename (g_get_tmp_dir (), "pagewalk-test-rounds.svg", NULL);
  g_autofree char *good = g_strdup_printf ("export --view zones --at line:3:2 -o %s -", file);
  g_autofree char *bad = g_strdup_printf ("export --view zones --at line:3:3 -o %s -", file);

  cli_check (good, LOOPS, 0, "", "");
  cli_check (bad, LOOPS, 2, "", "pagewalk-cli: line:3:3: there is no such round\n");
  g_remove (file);
}

static void
test_events (void)
{
  g_auto(CliAnswer) answer = cli_call ("run -q --events - -", LOOPS);

  g_assert_nonnull (strstr (answer.out, "\"kind\":\"statement\",\"cpu\":0,\"who\":\"kernel\",\"line\":5,\"rounds\":[2,1],\"call\":\"tick\"}\n"));
  g_assert_nonnull (strstr (answer.out, "\"line\":6,\"rounds\":[2,1],\"call\":\"end\"}\n"));
  g_assert_nonnull (strstr (answer.out, "\"line\":8,\"call\":\"tick\"}\n"));
}

/* The scenario that comes with Pagewalk holds, and its echo is the same again. */
static void
test_shipped (void)
{
  g_autofree char *file = cli_data_file ("scenarios/fragmentation.pwk"), *arguments = g_strdup_printf ("run %s", file);
  g_auto(CliAnswer) first = cli_call (arguments, "");
  g_auto(CliAnswer) second = cli_call ("run -", first.out);

  g_assert_cmpstr (first.err, ==, "");
  g_assert_cmpint (first.status, ==, 0);
  g_assert_cmpstr (second.out, ==, first.out);
}

int
main (int argc, char **argv)
{
  cli_test_init (&argc, &argv);
  g_test_add_func ("/cli/blocks/echo", test_echo);
  g_test_add_func ("/cli/blocks/shipped", test_shipped);
  g_test_add_func ("/cli/blocks/until", test_until);
  g_test_add_func ("/cli/blocks/export", test_export);
  g_test_add_func ("/cli/blocks/events", test_events);
  return g_test_run ();
}
