/* test-lexer.c - the words of one line of a scenario
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "scenario/lexer.h"

/* Appends the tokens of @line to a text like "name(mmap) ( number(4096) )". */
static char *
tokens_of (const char *line, bool recorded)
{
  GString *out = g_string_new (NULL);
  PwkLexer lexer;
  PwkToken token;

  pwk_lexer_init (&lexer, line, (uint32_t) strlen (line), recorded);
  while (pwk_lexer_next (&lexer, &token))
    {
      if (token.kind == PWK_TOKEN_END)
        return g_string_free (out, FALSE);
      if (out->len > 0)
        g_string_append_c (out, ' ');
      if (token.kind == PWK_TOKEN_NUMBER)
        g_string_append_printf (out, "#%" G_GUINT64_FORMAT, token.number);
      else
        g_string_append_len (out, line + token.offset, token.length);
      if (token.note_length > 0)
        g_string_append_printf (out, "{%.*s}", (int) token.note_length, line + token.note_offset);
    }

  g_string_append_printf (out, "%s!%u: %s", out->len > 0 ? " " : "", lexer.problem_offset,
                          lexer.problem);
  return g_string_free (out, FALSE);
}

static void
assert_tokens (const char *line, bool recorded, const char *tokens)
{
  g_autofree char *got = tokens_of (line, recorded);

  g_assert_cmpstr (got, ==, tokens);
}

/* Numbers as in C, and suffixes that count in powers of 1024; whatever does not fit 64 bits or goes on
 * with a letter is none. */
static void
test_numbers (void)
{
  assert_tokens ("0 7 010 0x10 0XfF 4096", false, "#0 #7 #8 #16 #255 #4096");
  assert_tokens ("4K 2M 1G 3T 4k 0x10K", false, "#4096 #2097152 #1073741824 #3298534883328 #4096 #16384");
  assert_tokens ("18446744073709551615 0xffffffffffffffff", false,
                 "#18446744073709551615 #18446744073709551615");
  assert_tokens ("16777215T", false, "#18446742974197923840");
  assert_tokens ("18446744073709551616", false, "!0: expected a number that fits into 64 bits");
  assert_tokens ("  0x10000000000000000", false, "!2: expected a number that fits into 64 bits");
  assert_tokens ("16777216T", false, "!0: expected a number that fits into 64 bits");
  assert_tokens ("0x", false, "!2: expected a hexadecimal digit");
  assert_tokens ("08", false, "!1: expected an octal digit, 0 to 7, in a number that begins with 0");
  assert_tokens ("12ab", false, "!2: expected the end of a number, as 4096, 0x1000 or 4K");
  assert_tokens ("4KB", false, "!2: expected the end of a number, as 4096, 0x1000 or 4K");
}

static void
test_names_and_blanks (void)
{
  assert_tokens ("mmap _x a1\t\xe7\x94\xb2_1 /* c */ b /**/c # d", false, "mmap _x a1 \xe7\x94\xb2_1 b c");
  assert_tokens ("", false, "");
  assert_tokens ("  # only", false, "");
  assert_tokens ("a /* b", false, "a !6: expected */ on the same line");
  assert_tokens ("[A@1] f(a=1)==<<END,=?", false, "[ A @ #1 ] f ( a = #1 ) == <<END , = ?");
  assert_tokens ("<< 1", false, "<< #1");
}

/* Strings keep $ and % as they are, resolve C's escapes, and end on their line. */
static void
test_strings (void)
{
  const char *line = "\"a$b%c\\n\\t\\\"\\\\\\101\\x41\\0z\"";
  g_autoptr(GString) bytes = g_string_new (NULL);
  PwkLexer lexer;
  PwkToken token;

  pwk_lexer_init (&lexer, line, (uint32_t) strlen (line), false);
  g_assert_true (pwk_lexer_next (&lexer, &token));
  g_assert_cmpint (token.kind, ==, PWK_TOKEN_STRING);
  pwk_lexer_append_string (&lexer, &token, bytes);
  g_assert_cmpmem (bytes->str, bytes->len, "a$b%c\n\t\"\\AA\0z", 13);

  assert_tokens ("\"a", false, "!2: expected \" at the end of this text");
  assert_tokens ("\"a\\", false, "!2: expected an escape as in C: \\n, \\t, \\\\, \\\", \\x41, \\101");
  assert_tokens ("\"a\\q\"", false, "!2: expected an escape as in C: \\n, \\t, \\\\, \\\", \\x41, \\101");
}

/* What only strace writes. */
static void
test_recorded (void)
{
  assert_tokens ("{a=1} => {b}, ... 21<<MAP_HUGE_SHIFT", true,
                 "{ a = #1 } => { b } , ... #21 << MAP_HUGE_SHIFT");
  assert_tokens ("3</usr/lib/libc.so.6>, 0", true, "#3{/usr/lib/libc.so.6} , #0");
  assert_tokens ("1</dev/null<char 1:3>>)", true, "#1{/dev/null<char 1:3>} )");
  assert_tokens ("3</broken", true, "#3 < / broken");
  assert_tokens ("a ... b", false, "a . . . b");
}

/* Any bytes at all: tokens end, and lie one behind the other inside of the line. */
static void
test_any_bytes (void)
{
  guint32 seed = g_test_rand_int ();
  GRand *rand = g_rand_new_with_seed (seed);

  g_test_message ("seed %u", seed);
  for (int round = 0; round < 20000; round++)
    {
      static const char likely[] = "0x1K\"\\<>=.|()[]{},#/*-+ abT_7";
      char line[48];
      guint32 length = (guint32) g_rand_int_range (rand, 0, (gint32) sizeof line);
      guint32 end = 0;
      PwkLexer lexer;
      PwkToken token;

      for (guint32 i = 0; i < length; i++)
        line[i] = g_rand_int_range (rand, 0, 4) == 0
                    ? (char) g_rand_int_range (rand, 0, 256)
                    : likely[g_rand_int_range (rand, 0, (gint32) sizeof likely - 1)];

      pwk_lexer_init (&lexer, line, length, round % 2 == 0);
      while (pwk_lexer_next (&lexer, &token) && token.kind != PWK_TOKEN_END)
        {
          g_assert_cmpuint (token.offset, >=, end);
          g_assert_cmpuint (token.length, >, 0);
          end = token.offset + token.length;
          g_assert_cmpuint (end, <=, length);
        }
    }
  g_rand_free (rand);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/lexer/numbers", test_numbers);
  g_test_add_func ("/lexer/names-and-blanks", test_names_and_blanks);
  g_test_add_func ("/lexer/strings", test_strings);
  g_test_add_func ("/lexer/recorded", test_recorded);
  g_test_add_func ("/lexer/any-bytes", test_any_bytes);

  return g_test_run ();
}
