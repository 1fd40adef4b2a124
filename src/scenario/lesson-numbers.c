/* lesson-numbers.c - the numbers of a text, and what follows from them
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/lesson-numbers.h"

#include <string.h>

#define MAX_ORDER  52       /* the largest n of which 2^n follows */
#define PAGE_SHIFT 12

struct _PwkNumbers
{
  GHashTable *set;          /* of uint64_t, owned */
};

PwkNumbers *
pwk_numbers_new (void)
{
  PwkNumbers *numbers = g_new0 (PwkNumbers, 1);

  numbers->set = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  return numbers;
}

void
pwk_numbers_free (PwkNumbers *numbers)
{
  g_hash_table_unref (numbers->set);
  g_free (numbers);
}

void
pwk_numbers_clear (PwkNumbers *numbers)
{
  g_hash_table_remove_all (numbers->set);
}

static void
add (PwkNumbers *numbers, uint64_t number)
{
  g_hash_table_add (numbers->set, g_memdup2 (&number, sizeof number));
}

bool
pwk_numbers_has (const PwkNumbers *numbers, uint64_t number)
{
  return g_hash_table_contains (numbers->set, &number);
}

bool
pwk_numbers_follows (const PwkNumbers *all, const PwkNumbers *near, uint64_t number)
{
  if (pwk_numbers_has (near, number + 1))
    return true;
  for (uint64_t n = 0; n <= MAX_ORDER; n++)
    {
      uint64_t size = (uint64_t) 1 << n;

      if (!pwk_numbers_has (all, n))
        continue;
      if (number == size || number == size - 1 || (number + 1 > size && pwk_numbers_has (near, number + 1 - size)))
        return true;
    }
  return false;
}

/* --- reading --- */

/* The digits at @at, with commas between thousands; how many bytes. */
static gsize
read_decimal (const char *at, const char *end, uint64_t *number)
{
  const char *p = at;

  *number = 0;
  while (p < end)
    {
      if (g_ascii_isdigit (*p))
        *number = *number * 10 + (uint64_t) (*p++ - '0');
      else if (*p == ',' && p > at && end - p > 3 && g_ascii_isdigit (p[1]) && g_ascii_isdigit (p[2]) && g_ascii_isdigit (p[3])
               && (end - p == 4 || !g_ascii_isdigit (p[4])))
        p++;
      else
        break;
    }
  return (gsize) (p - at);
}

static gsize
read_hexadecimal (const char *at, const char *end, uint64_t *number)
{
  const char *p = at + 2;

  *number = 0;
  for (; p < end && g_ascii_isxdigit (*p); p++)
    *number = *number << 4 | (uint64_t) g_ascii_xdigit_value (*p);
  return (gsize) (p - at);
}

static gsize
read_number (const char *at, const char *end, uint64_t *number)
{
  if (end - at > 2 && at[0] == '0' && (at[1] == 'x' || at[1] == 'X') && g_ascii_isxdigit (at[2]))
    return read_hexadecimal (at, end, number);
  return read_decimal (at, end, number);
}

/* By how many bits a K, M, G or T moves what stands before it; 0: no such letter. */
static unsigned
unit_shift (char letter)
{
  static const char letters[] = "KMGT";
  const char *found = letter ? strchr (letters, letter) : NULL;

  return found ? 10 * (unsigned) (found - letters + 1) : 0;
}

static bool
is_word (char c)
{
  return g_ascii_isalpha (c) || c == '_';
}

/* A word of hexadecimal digits, as dumps have them without 0x: itself, its low byte, its low twelve bits. */
static void
read_word (PwkNumbers *numbers, const char *at, const char *end)
{
  gsize length = at + 2 < end && at[0] == '0' && at[1] == 'x' ? 2 : 0;
  uint64_t number = 0;

  for (; at + length < end && g_ascii_isxdigit (at[length]); length++)
    number = number << 4 | (uint64_t) g_ascii_xdigit_value (at[length]);
  if (length < 3 || (at + length < end && (g_ascii_isalnum (at[length]) || at[length] == '_')))
    return;
  add (numbers, number);
  add (numbers, number & 0xff);
  add (numbers, number & 0xfff);
}

void
pwk_numbers_read (PwkNumbers *numbers, const char *text, gsize length)
{
  const char *end = text + length;

  for (const char *at = text; at < end;)
    {
      uint64_t number;

      if (at == text || !g_ascii_isalnum (at[-1]))
        read_word (numbers, at, end);
      if (!g_ascii_isdigit (*at))
        {
          at++;
          continue;
        }
      at += read_number (at, end, &number);
      add (numbers, number);
      if (at < end && unit_shift (*at) && (at + 1 == end || !is_word (at[1])))
        {
          add (numbers, number << unit_shift (*at));
          add (numbers, number << unit_shift (*at) >> PAGE_SHIFT);
        }
    }
}

bool
pwk_number_whole (const char *text, uint64_t *number)
{
  gsize length = strlen (text);

  return g_ascii_isdigit (text[0]) && read_number (text, text + length, number) == length;
}

/* --- telling --- */

/* What stands behind a number, blanks passed over: " MiB" is 20 bits, no unit none. */
static unsigned
read_unit (const char *at)
{
  unsigned shift;

  at += strspn (at, " ");
  shift = unit_shift (*at);
  return shift && (g_str_has_prefix (at + 1, "iB") || g_str_has_prefix (at + 1, "B")) ? shift : 0;
}

static bool
wants_proof (const char *text, const char *from, const char *to, uint64_t number)
{
  char before = from > text ? from[-1] : ' ';

  if (is_word (before) || is_word (*to) || before == '.' || before == '^')
    return false;
  if (to[0] == '.' && g_ascii_isdigit (to[1]))
    return false;
  return number > 9 && to[strspn (to, " ")] != '%';
}

void
pwk_numbers_told (const char *text, PwkNumberTold told, gpointer data)
{
  const char *end = text + strlen (text);

  for (const char *at = text; at < end;)
    {
      uint64_t meanings[3];
      const char *from = at;
      unsigned n = 1, shift;

      if (!g_ascii_isdigit (*at))
        {
          at++;
          continue;
        }
      at += read_number (at, end, &meanings[0]);
      if (wants_proof (text, from, at, meanings[0]) || read_unit (at))
        {
          g_autofree char *token = g_strndup (from, (gsize) (at - from));

          shift = read_unit (at);
          if (shift)
            {
              meanings[n++] = meanings[0] << shift;
              if ((meanings[1] & ((1 << PAGE_SHIFT) - 1)) == 0)
                meanings[n++] = meanings[1] >> PAGE_SHIFT;
            }
          if (meanings[0] > 9 || shift)
            told (token, meanings, n, data);
        }
      while (at < end && (g_ascii_isalnum (*at) || (*at == '.' && g_ascii_isdigit (at[1]))))
        at++;
    }
}
