/* test-expression.c - what expressions come to: as C says
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "seed.h"

#include <string.h>

#include "scenario/eval.h"
#include "scenario/parser.h"

__extension__ typedef __int128 Wide;

/* Computes @text, the argument of a call. */
static bool
compute (const char *text, PwkNumber *value, GError **error)
{
  g_autofree char *line = g_strdup_printf ("f(%s)\n", text);
  g_autoptr(PwkScript) script = pwk_script_parse ("t", line, -1, error);
  const PwkStatement *statement;

  if (script == NULL)
    return false;
  statement = pwk_script_statement (script, 0);
  return pwk_expr_eval (script, statement, pwk_statement_arg (script, statement, 0)->expr, NULL, value, error);
}

/* --- what the C compiler says --- */

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wparentheses"
#pragma GCC diagnostic ignored "-Wint-in-bool-context"
#pragma GCC diagnostic ignored "-Wdiv-by-zero"
#ifdef __clang__
#pragma GCC diagnostic ignored "-Weverything"
#else
#pragma GCC diagnostic ignored "-Wbool-compare"
#pragma GCC diagnostic ignored "-Wshift-negative-value"
#endif

#define C(expression) { #expression, (long long) (expression) }

/* Precedence and signs are the compiler's own: each is computed by it and by us. */
static void
test_c (void)
{
  static const struct { const char *text; long long value; } table[] = {
    C (1 + 2 * 3 - 4), C (7 - 2 - 1), C (100 / 7 / 2), C (100 % 7 * 2), C (-7 / 2), C (-7 % 2), C (7 / -2), C (7 % -2), C (- - 3),
    C (1 << 2 + 3), C (1 << 4 >> 2), C (-16 >> 2), C (-3 << 4), C (5l << 40), C (0x7fffffffffffffffl >> 62),
    C (6 & 3 == 3), C ((6 & 3) == 2), C (1 | 2 ^ 3 & 4), C (1 | 6 & 4), C (12 ^ 10), C (~0), C (~0xfff & 0x12345678l), C (-1 | 0), C (-1 ^ 5),
    C (~5l - 1), C (!0), C (!7), C (!!7), C (-!0), C (~-1), C (1 < 2 == 1), C (3 > 2 > 1), C (2 >= 2), C (2 <= 1), C (1 != 2), C (-1 < 0),
    C (1 || 0 && 0), C ((1 || 0) && 0), C (2 && 4), C (0 || 7), C (0 || 0), C (1 == 1 && 2 == 2), C (1 & 1 && 0), C (0 && 1 / 0), C (3 || 1 / 0),
    C (1 - 1 && 1 % 0 || 9 > 3), C (5 * (2 + 3) << 1), C (1 + (2 | 4) * 3), C (10 - 3 % 5 + 8 / 3 * 2), C (077 + 0x1f),
  };

  for (size_t i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_auto(GStrv) pieces = g_strsplit (table[i].text, "l", -1);   /* C's suffix of long numbers */
      g_autofree char *plain = g_strjoinv ("", pieces);
      g_autoptr(GError) error = NULL;
      PwkNumber value;

      if (!compute (plain, &value, &error))
        g_error ("%s: %s", plain, error->message);
      if (value.bits != (uint64_t) table[i].value || value.negative != (table[i].value < 0))
        g_error ("%s: got %lld, expected %lld", plain, (long long) value.bits, table[i].value);
    }
}

#pragma GCC diagnostic pop

/* --- random trees --- */

enum { OR_ELSE = 1, AND_THEN, OR, XOR, AND, EQUALITY, RELATION, SHIFT, SUM, PRODUCT, SIGN, LEAF };

static const struct { const char *text; int precedence; } binary[] = {
  { "||", OR_ELSE }, { "&&", AND_THEN }, { "|", OR }, { "^", XOR }, { "&", AND }, { "==", EQUALITY }, { "!=", EQUALITY }, { "<", RELATION },
  { "<=", RELATION }, { ">", RELATION }, { ">=", RELATION }, { "<<", SHIFT }, { ">>", SHIFT }, { "+", SUM }, { "-", SUM }, { "*", PRODUCT },
  { "/", PRODUCT }, { "%", PRODUCT },
};

/* What an expression comes to, told beside the text: the value, or that it has none. */
typedef struct
{
  Wide value;
  bool wrong;
} Told;

static Told
told (Wide value)
{
  return (Told) { value, value < (Wide) INT64_MIN || value > (Wide) UINT64_MAX };
}

/* Of bits: without a sign where a value of 2^63 or more takes part. */
static Told
told_bits (uint64_t bits, Wide left, Wide right)
{
  return told (left > INT64_MAX || right > INT64_MAX ? (Wide) bits : (Wide) (int64_t) bits);
}

static Told
tell_binary (const char *op, Told left, Told right)
{
  const Told wrong = { 0, true };
  Wide a = left.value, b = right.value;

  if (strcmp (op, "||") == 0 || strcmp (op, "&&") == 0)
    {
      bool stays = (op[0] == '|') == (a != 0);

      if (left.wrong || (!stays && right.wrong))
        return wrong;
      return told (stays ? a != 0 : b != 0);
    }
  if (left.wrong || right.wrong)
    return wrong;
  if (strcmp (op, "<<") == 0 || strcmp (op, ">>") == 0)
    {
      if (b < 0 || b > 63)
        return wrong;
      for (int i = 0; i < (int) b; i++)
        {
          a = op[0] == '<' ? a * 2 : a >= 0 ? a / 2 : (a - 1) / 2;
          if (told (a).wrong)
            return wrong;
        }
      return told (a);
    }
  switch (op[0])
    {
    case '|': return told_bits ((uint64_t) a | (uint64_t) b, a, b);
    case '^': return told_bits ((uint64_t) a ^ (uint64_t) b, a, b);
    case '&': return told_bits ((uint64_t) a & (uint64_t) b, a, b);
    case '=': return told (a == b);
    case '!': return told (a != b);
    case '<': return told (op[1] ? a <= b : a < b);
    case '>': return told (op[1] ? a >= b : a > b);
    case '+': return told (a + b);
    case '-': return told (a - b);
    case '*':
      {
        Wide product;

        return __builtin_mul_overflow (a, b, &product) ? wrong : told (product);
      }
    case '/': return b == 0 ? wrong : told (a / b);
    default: return b == 0 ? wrong : told (a % b);
    }
}

static Told
tell_sign (char sign, Told of)
{
  if (of.wrong)
    return of;
  if (sign == '!')
    return told (of.value == 0);
  return sign == '-' ? told (-of.value) : told_bits (~(uint64_t) of.value, of.value, of.value);
}

static uint64_t
random_number (GRand *rand)
{
  static const uint64_t edges[] = { 0, 1, 2, 63, 64, INT64_MAX, (uint64_t) INT64_MAX + 1, UINT64_MAX, 0xffff800000000000 };
  uint64_t bits = (uint64_t) g_rand_int (rand) << 32 | g_rand_int (rand);

  return g_rand_int_range (rand, 0, 3) == 0 ? edges[g_rand_int_range (rand, 0, G_N_ELEMENTS (edges))]
                                            : bits >> g_rand_int_range (rand, 0, 64);
}

/* Appends an expression that binds at least as tightly as @precedence, in parentheses only where C needs them, with blanks or without. */
static Told
grow (GRand *rand, int depth, int precedence, GString *out)
{
  int what = depth == 0 ? 0 : g_rand_int_range (rand, 0, 10);
  const char *blank = g_rand_boolean (rand) ? " " : "";
  Told result;

  if (what < 2)
    {
      uint64_t number = random_number (rand);

      g_string_append_printf (out, g_rand_boolean (rand) ? "%" G_GUINT64_FORMAT : "0x%" G_GINT64_MODIFIER "x", number);
      return told ((Wide) number);
    }
  if (what < 4)
    {
      char sign = "-~!"[g_rand_int_range (rand, 0, 3)];

      g_string_append_printf (out, "%c%s", sign, blank);
      return tell_sign (sign, grow (rand, depth - 1, SIGN, out));
    }

  what = g_rand_int_range (rand, 0, G_N_ELEMENTS (binary));
  if (binary[what].precedence < precedence)
    g_string_append_c (out, '(');
  result = grow (rand, depth - 1, binary[what].precedence, out);
  g_string_append_printf (out, "%s%s%s", blank, binary[what].text, blank);
  result = tell_binary (binary[what].text, result, grow (rand, depth - 1, binary[what].precedence + 1, out));
  if (binary[what].precedence < precedence)
    g_string_append_c (out, ')');
  return result;
}

/* Whatever is written, with whatever numbers: what comes of it, and whether anything does. */
static void
test_random (void)
{
  g_autoptr(GRand) rand = g_rand_new_with_seed ((guint32) test_seed ());
  unsigned good = 0;

  for (unsigned i = 0; i < 20000; i++)
    {
      g_autoptr(GString) text = g_string_new (NULL);
      Told expected = grow (rand, 1 + (int) (i % 5), OR_ELSE, text);
      g_autoptr(GError) error = NULL;
      PwkNumber value;
      bool came = compute (text->str, &value, &error);

      if (came == expected.wrong)
        g_error ("%s: %s", text->str, came ? "has a value" : error->message);
      if (came && (value.bits != (uint64_t) expected.value || value.negative != (expected.value < 0)))
        g_error ("%s: got 0x%" G_GINT64_MODIFIER "x, expected 0x%" G_GINT64_MODIFIER "x", text->str, value.bits, (uint64_t) expected.value);
      if (error)
        g_assert_error (error, PWK_SCRIPT_ERROR, PWK_SCRIPT_ERROR_RANGE);
      good += came;
    }
  g_assert_cmpuint (good, >, 5000);
}

/* --- what is wrong, and where --- */

static void
refused (const char *text, guint column, const char *message)
{
  g_autoptr(GError) error = NULL;
  PwkNumber value;

  g_assert_false (compute (text, &value, &error));
  g_assert_cmpstr (error->message, ==, message);
  g_assert_cmpuint (pwk_script_error_get_column (error), ==, column + strlen ("f("));
}

static void
test_errors (void)
{
  refused ("7 / (3 - 3)", 3, "expected a divisor that is not 0");
  refused ("1 + 7 % 0", 7, "expected a divisor that is not 0");
  refused ("1 << 64", 3, "expected a shift by 0 to 63 bits");
  refused ("1 >> 64", 3, "expected a shift by 0 to 63 bits");
  refused ("1 << -1", 3, "expected a shift by 0 to 63 bits");
  refused ("1 << 63 << 1", 9, "expected a result that fits into 64 bits");
  refused ("-0x8000000000000000 - 1", 21, "expected a result that fits into 64 bits");
  refused ("1 <", 4, "expected a value: a number, a name, \"text\" or <<TAG");
  refused ("1 << ", 6, "expected a value: a number, a name, \"text\" or <<TAG");
  refused ("<< 1", 3, "expected the name of a text block, as <<END");
  refused ("1 + [1, 2]", 5, "expected a number, not a list");
}

/* A list of any length is no number, and no harm. */
static void
test_long_list (void)
{
  g_autoptr(GString) text = g_string_new ("1 + [1");
  g_autoptr(GError) error = NULL;
  PwkNumber value;

  for (unsigned i = 0; i < 100000; i++)
    g_string_append (text, ", 1");
  g_string_append_c (text, ']');
  g_assert_false (compute (text->str, &value, &error));
  g_assert_cmpstr (error->message, ==, "expected a number, not a list");
}

/* A text block's tag stays one where a value begins; behind a value << shifts. */
static void
test_shift_or_tag (void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(PwkScript) script = pwk_script_parse ("t", "f(1<<PROT_WRITE, <<PROT_READ)\nx\nPROT_READ\n", -1, &error);
  const PwkStatement *statement;
  PwkNumber value;

  g_assert_no_error (error);
  statement = pwk_script_statement (script, 0);
  g_assert_true (pwk_expr_eval (script, statement, pwk_statement_arg (script, statement, 0)->expr, NULL, &value, &error));
  g_assert_cmpuint (value.bits, ==, 4);
  g_assert_cmpuint (statement->n_heredocs, ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/expression/c", test_c);
  g_test_add_func ("/expression/random", test_random);
  g_test_add_func ("/expression/errors", test_errors);
  g_test_add_func ("/expression/long-list", test_long_list);
  g_test_add_func ("/expression/shift-or-tag", test_shift_or_tag);
  return g_test_run ();
}
