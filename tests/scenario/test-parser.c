/* test-parser.c - from text to a script, and what is said of text that is none
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "scenario/eval.h"
#include "scenario/parser.h"

static PwkScript *
parse (const char *text)
{
  g_autoptr(GError) error = NULL;
  PwkScript *script = pwk_script_parse ("test.pwk", text, -1, &error);

  g_assert_no_error (error);
  g_assert_nonnull (script);
  return script;
}

/* The error of reading @text, or of checking it, as people see it. */
static char *
error_of (const char *text)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(PwkScript) script = pwk_script_parse ("t", text, -1, &error);

  if (script != NULL)
    pwk_script_check (script, NULL, &error);
  g_assert_true ((script == NULL) <= (error != NULL));
  if (error == NULL)
    return g_strdup ("good");
  g_assert_true (error->domain == PWK_SCRIPT_ERROR);

  return pwk_script_error_format (error);
}

static void
assert_error (const char *text, const char *formatted)
{
  g_autofree char *got = error_of (text);

  g_assert_cmpstr (got, ==, formatted);
}

static void
assert_first_line (const char *text, const char *first)
{
  g_autofree char *got = error_of (text);
  char *end = strchr (got, '\n');

  if (end != NULL)
    *end = '\0';
  g_assert_cmpstr (got, ==, first);
}

static void
assert_value (const char *expression, uint64_t bits, bool negative)
{
  g_autofree char *text = g_strdup_printf ("f(%s)\n", expression);
  g_autoptr(PwkScript) script = parse (text);
  g_autoptr(GError) error = NULL;
  const PwkStatement *statement = pwk_script_statement (script, 0);
  PwkNumber value = { 0, false };

  pwk_expr_eval (script, statement, pwk_statement_arg (script, statement, 0)->expr, NULL,
                 &value, &error);
  g_assert_no_error (error);
  g_assert_cmphex (value.bits, ==, bits);
  g_assert_cmpint (value.negative, ==, negative);
}

static void
test_statement (void)
{
  g_autoptr(PwkScript) script = parse ("# first\n\n"
                                       "  [A@1] mmap(NULL, 4K*2, prot=PROT_READ|2) = p # then\n");
  const PwkStatement *statement;
  const PwkArg *arg;

  g_assert_cmpuint (pwk_script_n_statements (script), ==, 1);
  g_assert_false (pwk_script_is_recorded (script));
  statement = pwk_script_statement (script, 0);
  g_assert_cmpuint (statement->line, ==, 3);
  g_assert_cmpuint (statement->column, ==, 3);
  g_assert_cmpint (statement->who.kind, ==, PWK_WHO_NAME);
  g_assert_cmpstr (statement->who.name, ==, "A");
  g_assert_cmpint (statement->who.cpu, ==, 1);
  g_assert_cmpstr (statement->call, ==, "mmap");
  g_assert_cmpuint (statement->n_args, ==, 3);
  g_assert_null (pwk_statement_arg (script, statement, 3));
  g_assert_null (pwk_statement_find_arg (script, statement, "flags"));

  arg = pwk_statement_find_arg (script, statement, "prot");
  g_assert_true (arg == pwk_statement_arg (script, statement, 2));
  g_assert_cmpint (strncmp (statement->text + arg->offset, "PROT_READ|2", arg->length), ==, 0);
  g_assert_cmpint (statement->result.kind, ==, PWK_RESULT_BIND);
  g_assert_cmpstr (statement->result.name, ==, "p");
  g_assert_cmpint (pwk_script_find_line (script, 3), ==, 0);
  g_assert_cmpint (pwk_script_find_line (script, 2), ==, -1);
}

static void
test_who (void)
{
  g_autoptr(PwkScript) script = parse ("f()\n[kernel] f()\n[kernel@2] f()\n[pid 12] f()\n"
                                       "4711 f()\n[pid] f()\n");
  static const PwkWhoKind kinds[] = { PWK_WHO_NONE, PWK_WHO_KERNEL, PWK_WHO_KERNEL, PWK_WHO_PID,
                                      PWK_WHO_PID, PWK_WHO_NAME };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    g_assert_cmpint (pwk_script_statement (script, i)->who.kind, ==, kinds[i]);
  g_assert_cmpint (pwk_script_statement (script, 2)->who.cpu, ==, 2);
  g_assert_cmpint (pwk_script_statement (script, 3)->who.pid, ==, 12);
  g_assert_cmpint (pwk_script_statement (script, 4)->who.pid, ==, 4711);
}

static void
assert_result (const char *text, PwkResultKind kind, uint64_t number, int error)
{
  g_autofree char *line = g_strconcat ("f() ", text, NULL);
  g_autoptr(PwkScript) script = parse (line);
  const PwkResult *result = &pwk_script_statement (script, 0)->result;

  g_assert_cmpint (result->kind, ==, kind);
  g_assert_cmphex (result->number, ==, number);
  g_assert_cmpint (result->error, ==, error);
}

static void
test_results (void)
{
  assert_result ("", PWK_RESULT_NONE, 0, 0);
  assert_result ("= ?", PWK_RESULT_ANY, 0, 0);
  assert_result ("=0x1000", PWK_RESULT_NUMBER, 4096, 0);
  assert_result ("= 4K (flags (and more))  # c", PWK_RESULT_NUMBER, 4096, 0);
  assert_result ("= -1", PWK_RESULT_NUMBER, UINT64_MAX, 0);
  assert_result ("= -7", PWK_RESULT_NUMBER, (uint64_t) -7, 0);
  assert_result ("= -1 ENOMEM (Cannot allocate memory, it's full)", PWK_RESULT_ERRNO, UINT64_MAX, 12);
  assert_result ("= NULL", PWK_RESULT_NULL, 0, 0);
  assert_result ("= ok", PWK_RESULT_OK, 0, 0);
  assert_result ("= minor", PWK_RESULT_MINOR, 0, 0);
  assert_result ("= major", PWK_RESULT_MAJOR, 0, 0);
  assert_result ("= okay", PWK_RESULT_BIND, 0, 0);
}

/* A si_code in parentheses is part of what is expected, anything else there is a remark. */
static void
test_signals (void)
{
  g_autoptr(PwkScript) script = parse ("f() = SIGSEGV\nf() = SIGSEGV (SEGV_ACCERR)\nf() = SIGBUS (BUS_ADRERR)\n"
                                       "f() = SIGSEGV (SI_KERNEL)\nf() = SIGBUS (no such page)\n");
  static const struct { int signal; bool has_code; int code; } expected[] = {
    { 11, false, 0 }, { 11, true, 2 }, { 7, true, 2 }, { 11, true, 0x80 }, { 7, false, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      const PwkResult *result = &pwk_script_statement (script, i)->result;

      g_assert_cmpint (result->kind, ==, PWK_RESULT_SIGNAL);
      g_assert_cmpint (result->signal, ==, expected[i].signal);
      g_assert_cmpint (result->has_code, ==, expected[i].has_code);
      g_assert_cmpint (result->si_code, ==, expected[i].code);
    }
}

/* Blocks follow their line in the order of their tags, whatever looks like a call or comment inside. */
static void
test_blocks (void)
{
  g_autoptr(PwkScript) script = parse ("machine(a=<<X, b=<<Y) == <<X # c\r\none\r\n# two\r\nX \r\nY\r\n"
                                       "last(\r\nX\r\nf()\r\n");
  const PwkStatement *statement = pwk_script_statement (script, 0);

  g_assert_cmpuint (pwk_script_n_statements (script), ==, 2);
  g_assert_cmpuint (statement->n_heredocs, ==, 3);
  g_assert_cmpstr (pwk_script_heredoc (script, 0)->text, ==, "one\n# two\n");
  g_assert_cmpstr (pwk_script_heredoc (script, 1)->text, ==, "");
  g_assert_cmpstr (pwk_script_heredoc (script, 2)->text, ==, "last(\n");
  g_assert_cmpuint (pwk_script_heredoc (script, 2)->first_line, ==, 6);
  g_assert_cmpuint (pwk_script_heredoc (script, 2)->end_line, ==, 7);
  g_assert_cmpint (statement->result.kind, ==, PWK_RESULT_DUMP);
  g_assert_cmpuint (statement->result.heredoc, ==, 2);
  g_assert_cmpuint (statement->last_line, ==, 7);
  g_assert_cmpint (pwk_script_find_line (script, 6), ==, 0);
  g_assert_cmpuint (pwk_script_statement (script, 1)->line, ==, 8);
}

static void
test_values (void)
{
  assert_value ("1 + 2 * 3", 7, false);
  assert_value ("(1 + 2) * 3", 9, false);
  assert_value ("10 - 2 - 3", 5, false);
  assert_value ("1|2+4", 7, false);
  assert_value ("PROT_READ|PROT_WRITE|0x8", 0xb, false);
  assert_value ("-1", UINT64_MAX, true);
  assert_value ("- -1", 1, false);
  assert_value ("-5 + 8", 3, false);
  assert_value ("AT_FDCWD", (uint64_t) -100, true);
  assert_value ("RLIM_INFINITY", UINT64_MAX, false);
  assert_value ("RLIM_INFINITY - 1", UINT64_MAX - 1, false);
  assert_value ("-1|0", UINT64_MAX, true);
  assert_value ("NULL", 0, false);
  assert_value ("0x7fffffff * 0x100000000", 0x7fffffff00000000, false);
  assert_value ("-9223372036854775808", (uint64_t) 1 << 63, true);
  assert_value ("GFP_KERNEL|__GFP_ZERO", 0xdc0, false);
}

static bool
look_up (const char *name, PwkNumber *value, gpointer user_data)
{
  if (strcmp (name, "p") != 0)
    return false;
  *value = pwk_number (*(uint64_t *) user_data);
  return true;
}

static void
test_lookup (void)
{
  g_autoptr(PwkScript) script = parse ("f(p + 8, p + q, \"t\" + 1)\n");
  const PwkStatement *statement = pwk_script_statement (script, 0);
  uint64_t p = 0x1000;
  const PwkScope scope = { .find = look_up, .user_data = &p };
  PwkNumber value;
  g_autoptr(GError) error = NULL;

  g_assert_true (pwk_expr_eval (script, statement, pwk_statement_arg (script, statement, 0)->expr, &scope,
                                &value, &error));
  g_assert_cmphex (value.bits, ==, 0x1008);
  g_assert_false (pwk_expr_eval (script, statement, pwk_statement_arg (script, statement, 1)->expr, &scope,
                                 &value, &error));
  g_assert_error (error, PWK_SCRIPT_ERROR, PWK_SCRIPT_ERROR_NAME);
  g_assert_cmpuint (pwk_script_error_get_line (error), ==, 1);
  g_assert_cmpuint (pwk_script_error_get_column (error), ==, 14);
  g_clear_error (&error);
  g_assert_false (pwk_expr_eval (script, statement, pwk_statement_arg (script, statement, 2)->expr, &scope,
                                 &value, &error));
  g_assert_error (error, PWK_SCRIPT_ERROR, PWK_SCRIPT_ERROR_SYNTAX);
}

/* Errors have their place, in characters, and a caret under it. */
static void
test_errors (void)
{
  assert_error ("f()\n\n  mmap(1 2)\n", "t:3:10: expected , or )\n  mmap(1 2)\n         ^");
  assert_error ("f(\t\"\xe9\xa1\xb5\" 1)",
                "t:1:8: expected , or )\nf(\t\"\xe9\xa1\xb5\" 1)\n  \t     ^");
  assert_first_line ("f(", "t:1:3: expected a value: a number, a name, \"text\" or <<TAG");
  assert_first_line ("f(1,)", "t:1:5: expected a value: a number, a name, \"text\" or <<TAG");
  assert_first_line ("f", "t:1:2: expected ( behind the name of a call");
  assert_first_line ("= 3", "t:1:1: expected a call, as mmap(…), or a process, as [A]");
  assert_first_line ("[A] 3", "t:1:5: expected a call, as mmap(…)");
  assert_first_line ("[A f()", "t:1:4: expected ] or @");
  assert_first_line ("[A@x] f()", "t:1:4: expected the number of a CPU");
  assert_first_line ("[3] f()", "t:1:2: expected the name of a process, as [A]");
  assert_first_line ("99999999999 f()", "t:1:1: expected a process number");
  assert_first_line ("f() g()", "t:1:5: expected =, == or the end of the line");
  assert_first_line ("f() = 3 4", "t:1:9: expected the end of the line");
  assert_first_line ("f() = -1 EFOO", "t:1:10: expected the name of an error, as ENOMEM");
  assert_first_line ("f() = PROT_READ", "t:1:7: expected a name that is free: this one is a constant");
  assert_first_line ("f() = <<X", "t:1:7: expected a name or a value: a dump is compared with ==");
  assert_first_line ("f() == x", "t:1:8: expected a text block, as <<END");
  assert_first_line ("f() =", "t:1:6: expected a name, a number, NULL, -1 ERRNO, ok, minor, major, "
                              "SIGSEGV, SIGBUS, SIGKILL or ?");
  assert_first_line ("f(1) = 0 (x", "t:1:12: expected )");
  assert_first_line ("f(a=1, a=2)",
                     "t:1:8: expected another name: this argument has been given already");
  assert_first_line ("g()\nf(1) == <<T\nx\n",
                     "t:2:9: expected a line T further down, the end of this text block");
  assert_first_line ("f(1)\nf(\xff)", "t:2:3: expected text in UTF-8");
  assert_first_line ("f(1)\nf(...)", "t:2:3: expected a value: a number, a name, \"text\" or <<TAG");
}

/* What can be told before anything runs. */
static void
test_check (void)
{
  assert_error ("process(A)\n[A] brk(0) = p\n[A] fork() = B\n[B] brk(p + 4K)\nmachine(aslr=off)\n", "good");
  assert_error ("g() = x\nf(x) = ok\n", "good");
  assert_first_line ("f(x) = x", "t:1:3: expected a constant or a name that has been bound: "
                                 "there is no “x” so far");
  assert_first_line ("f(PROT_READD)", "t:1:3: expected a constant or a name that has been bound: "
                                      "there is no “PROT_READD” so far; did you mean “PROT_READ”?");
  assert_first_line ("[A] f()", "t:1:2: expected a process: there is no “A” so far");
  assert_first_line ("f(1)\nf(2 + 0xffffffffffffffff)",
                     "t:2:5: expected a result that fits into 64 bits");
  assert_first_line ("f(1T * 1T)", "t:1:6: expected a result that fits into 64 bits");
  assert_first_line ("f(-0xffffffffffffffff)", "t:1:3: expected a result that fits into 64 bits");
  assert_first_line ("f(1 + \"a\")", "t:1:7: expected a number, not a text");
  assert_first_line ("process(SIGKILL)", "t:1:9: expected a name that is free: this one is a constant");
}

static bool
knows_f (const char *name, gpointer user_data)
{
  (void) user_data;
  return strcmp (name, "f") == 0;
}

static void
test_check_calls (void)
{
  g_autoptr(PwkScript) script = parse ("f()\n g()\n");
  g_autoptr(GError) error = NULL;
  PwkCheckRules rules = { knows_f, NULL, NULL };

  g_assert_false (pwk_script_check (script, &rules, &error));
  g_assert_error (error, PWK_SCRIPT_ERROR, PWK_SCRIPT_ERROR_NAME);
  g_assert_cmpuint (pwk_script_error_get_line (error), ==, 2);
  g_assert_cmpuint (pwk_script_error_get_column (error), ==, 2);
}

static void
assert_printed (const char *text, const char *printed)
{
  g_autoptr(PwkScript) script = parse (text);
  g_autofree char *got = pwk_statement_to_string (script, pwk_script_statement (script, 0));
  g_autoptr(PwkScript) again = parse (got);
  g_autofree char *twice = pwk_statement_to_string (again, pwk_script_statement (again, 0));

  g_assert_cmpstr (got, ==, printed);
  g_assert_cmpstr (twice, ==, printed);
}

/* Canonical notation says the same when read again. */
static void
test_print (void)
{
  assert_printed (" [A]f(1,b = 2*( 3|4 ),\"a\\n\")=x # c", "[A] f(1, b=2*( 3|4 ), \"a\\n\") = x");
  assert_printed ("[pid  7] brk(0)= -1 ENOMEM (text)", "[pid 7] brk(0) = -1 ENOMEM");
  assert_printed ("[kernel] f()=4K", "f() = 4K");
  assert_printed ("[kernel@1] f()=?", "[kernel@1] f() = ?");
  assert_printed ("[A@0] load(1)=SIGSEGV(SEGV_MAPERR)", "[A@0] load(1) = SIGSEGV (SEGV_MAPERR)");
  assert_printed ("[A@0] load(1)=SIGBUS(SI_KERNEL)", "[A@0] load(1) = SIGBUS (SI_KERNEL)");
  assert_printed ("f(a=<<X,<<Y)==<<Z\nx\nX\nY\nz\nZ\n", "f(a=<<X, <<Y) == <<Z\nx\nX\nY\nz\nZ\n");
  assert_printed ("f() = NULL", "f() = NULL");
}

/* Deep and long lines are no trouble: depth has its limit, length has none. */
static void
test_limits (void)
{
  g_autoptr(GString) text = g_string_new ("f(");
  g_autoptr(PwkScript) script = NULL;
  g_autoptr(GError) error = NULL;
  const PwkStatement *statement;
  PwkNumber value;

  for (int i = 0; i < 100000; i++)
    g_string_append_c (text, '(');
  assert_first_line (text->str, "t:1:103: expected at most 100 parentheses in each other");
  g_string_assign (text, "f(");
  for (int i = 0; i < 100000; i++)
    g_string_append_c (text, '-');
  assert_first_line (text->str, "t:1:103: expected at most 100 parentheses in each other");

  g_string_assign (text, "f(1");
  for (int i = 0; i < 500000; i++)
    g_string_append (text, "+1");
  g_string_append_c (text, ')');
  script = parse (text->str);
  statement = pwk_script_statement (script, 0);
  g_assert_true (pwk_expr_eval (script, statement, pwk_statement_arg (script, statement, 0)->expr, NULL,
                                &value, &error));
  g_assert_cmpuint (value.bits, ==, 500001);

  /* The excerpt of such a line is cut around the place. */
  g_string_append (text, " !");
  g_clear_pointer (&script, pwk_script_unref);
  script = pwk_script_parse ("t", text->str, -1, &error);
  g_assert_null (script);
  g_assert_cmpuint (pwk_script_error_get_column (error), ==, 1000006);
  {
    g_autofree char *formatted = pwk_script_error_format (error);

    g_assert_cmpuint (strlen (formatted), <, 400);
  }
}

static void
test_line_ends (void)
{
  g_autoptr(PwkScript) script = parse ("\xef\xbb\xbf" "f(1)\r\nf(2)\n\nf(3)");

  g_assert_cmpuint (pwk_script_n_statements (script), ==, 3);
  g_assert_cmpuint (pwk_script_statement (script, 2)->line, ==, 4);
  assert_first_line ("f(1)\r\nf(2", "t:2:4: expected , or )");
  {
    g_autoptr(GError) error = NULL;

    g_assert_null (pwk_script_parse ("t", "f()\nf(\0)", 8, &error));
    g_assert_error (error, PWK_SCRIPT_ERROR, PWK_SCRIPT_ERROR_ENCODING);
    g_assert_cmpuint (pwk_script_error_get_line (error), ==, 2);
    g_assert_cmpuint (pwk_script_error_get_column (error), ==, 3);
  }
}

/* Reads, checks and prints whatever comes: it must say good or what is wrong, and never more. */
static void
chew (const char *text, gsize length)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(PwkScript) script = pwk_script_parse ("fuzz", text, (gssize) length, &error);

  if (script == NULL)
    {
      g_autofree char *formatted = pwk_script_error_format (error);

      g_assert_true (g_utf8_validate (formatted, -1, NULL));
      g_assert_cmpuint (pwk_script_error_get_line (error), >, 0);
      return;
    }
  g_assert_no_error (error);

  pwk_script_check (script, NULL, NULL);
  for (guint i = 0; i < pwk_script_n_statements (script); i++)
    {
      const PwkStatement *statement = pwk_script_statement (script, i);
      g_autofree char *printed = pwk_statement_to_string (script, statement);

      for (guint k = 0; k < statement->n_args; k++)
        {
          const PwkExpr *expr = pwk_script_expr (script, pwk_statement_arg (script, statement, k)->expr);

          for (guint item = 0; item < expr->n_items; item++)
            pwk_expr_item (script, pwk_statement_arg (script, statement, k)->expr, item);
        }
    }
}

/* Good text cut, with bytes changed, doubled and dropped, and plain noise. */
static void
test_fuzz (void)
{
  static const char good[] =
    "machine(memory=512M, zoneinfo=<<ZI, results=recorded)\nNode 0\nZI\nprocess(A, maps=<<M) # c\nM\n"
    "[A@1] mmap(NULL, 4K*(2+1), PROT_READ|0x2, -1, 0) = p\n[A] load(p) = SIGSEGV (SEGV_MAPERR)\n"
    "[pid 3] execve(\"/bin/a\", [\"a\\n\", \"b\"...], {x=1, y=[1, 2]} => {z}) = -1 ENOENT (No)\n"
    "3 brk(NULL <unfinished ...>\n4 brk(1) = 5\n3 <... brk resumed>) = 0x1000\n3 +++ exited with 0 +++\n"
    "maps(A) == <<END\n0-1 r\nEND\nf(-(1|2) - 3 * 4) = -1 ENOMEM (x (y))\n";
  guint32 seed = g_test_rand_int ();
  GRand *rand = g_rand_new_with_seed (seed);

  g_test_message ("seed %u", seed);
  for (int round = 0; round < 6000; round++)
    {
      g_autoptr(GString) text = g_string_new_len (good, (gssize) strlen (good));
      int changes = g_rand_int_range (rand, 0, 12);

      if (round % 3 == 0)
        g_string_truncate (text, (gsize) g_rand_int_range (rand, 0, (gint32) text->len));
      if (round % 5 == 0)
        g_string_erase (text, 0, g_rand_int_range (rand, 0, (gint32) text->len + 1));
      for (int i = 0; i < changes && text->len > 0; i++)
        {
          gssize place = g_rand_int_range (rand, 0, (gint32) text->len);

          if (g_rand_boolean (rand))
            text->str[place] = (char) g_rand_int_range (rand, 0, round % 2 == 0 ? 128 : 256);
          else if (g_rand_boolean (rand))
            g_string_erase (text, place, 1);
          else
            g_string_insert_c (text, place, good[g_rand_int_range (rand, 0, (gint32) strlen (good))]);
        }
      chew (text->str, text->len);
    }
  g_rand_free (rand);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/parser/statement", test_statement);
  g_test_add_func ("/parser/who", test_who);
  g_test_add_func ("/parser/results", test_results);
  g_test_add_func ("/parser/signals", test_signals);
  g_test_add_func ("/parser/blocks", test_blocks);
  g_test_add_func ("/parser/values", test_values);
  g_test_add_func ("/parser/lookup", test_lookup);
  g_test_add_func ("/parser/errors", test_errors);
  g_test_add_func ("/parser/check", test_check);
  g_test_add_func ("/parser/check-calls", test_check_calls);
  g_test_add_func ("/parser/print", test_print);
  g_test_add_func ("/parser/limits", test_limits);
  g_test_add_func ("/parser/line-ends", test_line_ends);
  g_test_add_func ("/parser/fuzz", test_fuzz);

  return g_test_run ();
}
