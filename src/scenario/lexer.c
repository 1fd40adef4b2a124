/* lexer.c - the words of one line of a scenario
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/lexer.h"

#include <glib/gi18n.h>
#include <string.h>

void
pwk_lexer_init (PwkLexer *lexer, const char *text, uint32_t length, bool recorded)
{
  memset (lexer, 0, sizeof *lexer);
  lexer->text = text;
  lexer->length = length;
  lexer->recorded = recorded;
}

static bool
fail (PwkLexer *lexer, PwkScriptErrorCode code, uint32_t offset, const char *problem)
{
  lexer->problem_code = code;
  lexer->problem_offset = offset;
  lexer->problem = problem;
  return false;
}

/* The byte at @offset, or 0 behind the end of the line. */
static char
byte_at (const PwkLexer *lexer, uint32_t offset)
{
  return offset < lexer->length ? lexer->text[offset] : '\0';
}

static bool
begins_with (const PwkLexer *lexer, uint32_t offset, const char *what)
{
  size_t length = strlen (what);

  return offset <= lexer->length && lexer->length - offset >= length
         && memcmp (lexer->text + offset, what, length) == 0;
}

/* The length of the letter at @offset that may be in a name, or 0. */
static uint32_t
name_letter (const PwkLexer *lexer, uint32_t offset)
{
  char byte = byte_at (lexer, offset);
  gunichar letter;

  if (byte == '_' || g_ascii_isalnum (byte))
    return 1;
  if ((guchar) byte < 0x80)
    return 0;

  letter = g_utf8_get_char_validated (lexer->text + offset, (gssize) (lexer->length - offset));
  if (letter >= (gunichar) -2 || !(g_unichar_isalnum (letter) || g_unichar_ismark (letter)))
    return 0;

  return (uint32_t) g_unichar_to_utf8 (letter, NULL);
}

static uint32_t
name_end (const PwkLexer *lexer, uint32_t offset)
{
  uint32_t step;

  while ((step = name_letter (lexer, offset)) > 0)
    offset += step;

  return offset;
}

/* Skips blanks, comments in C's form and a comment that ends the line. */
static bool
skip_blanks (PwkLexer *lexer)
{
  while (lexer->position < lexer->length)
    {
      char byte = lexer->text[lexer->position];

      if (byte == '#')
        lexer->position = lexer->length;
      else if (byte == ' ' || (byte >= '\t' && byte <= '\r'))
        lexer->position++;
      else if (begins_with (lexer, lexer->position, "/*"))
        {
          const char *start = lexer->text + lexer->position + 2;
          gsize left = lexer->length - lexer->position - 2;
          const char *end = g_strstr_len (start, (gssize) left, "*/");

          if (end == NULL)
            return fail (lexer, PWK_SCRIPT_ERROR_SYNTAX, lexer->length,
                         N_("expected */ on the same line"));
          lexer->position = (uint32_t) (end + 2 - lexer->text);
        }
      else
        break;
    }

  return true;
}

static bool
too_large (PwkLexer *lexer, const PwkToken *token)
{
  return fail (lexer, PWK_SCRIPT_ERROR_RANGE, token->offset,
               N_("expected a number that fits into 64 bits"));
}

static int
digit_value (char byte, unsigned base)
{
  int value = g_ascii_xdigit_value (byte);

  return value >= 0 && (unsigned) value < base ? value : -1;
}

static unsigned
suffix_shift (char byte)
{
  switch (g_ascii_tolower (byte))
    {
    case 'k': return 10;
    case 'm': return 20;
    case 'g': return 30;
    case 't': return 40;
    default: return 0;
    }
}

/* strace -y writes what a file descriptor is behind it: 3</usr/lib/libc.so.6>, with pairs of < and >
 * inside, and "(deleted)" behind that if its name is gone. */
static void
read_note (PwkLexer *lexer, PwkToken *token)
{
  unsigned depth = 0;

  if (byte_at (lexer, lexer->position) != '<' || byte_at (lexer, lexer->position + 1) == '<')
    return;

  for (uint32_t i = lexer->position; i < lexer->length; i++)
    {
      depth += lexer->text[i] == '<';
      depth -= lexer->text[i] == '>';
      if (depth > 0)
        continue;
      token->note_offset = lexer->position + 1;
      token->note_length = i - token->note_offset;
      lexer->position = i + 1;
      if (begins_with (lexer, lexer->position, "(deleted)"))
        {
          token->note_deleted = true;
          lexer->position += (uint32_t) strlen ("(deleted)");
        }
      return;
    }
}

static bool
read_number (PwkLexer *lexer, PwkToken *token)
{
  unsigned base = 10;
  unsigned shift;
  uint64_t value = 0;
  bool any = false;
  int digit;

  if (byte_at (lexer, lexer->position) == '0')
    {
      bool hex = g_ascii_tolower (byte_at (lexer, lexer->position + 1)) == 'x';

      base = hex ? 16 : 8;
      lexer->position += hex ? 2 : 1;
      any = !hex;
    }

  while ((digit = digit_value (byte_at (lexer, lexer->position), base)) >= 0)
    {
      if (value > (UINT64_MAX - (uint64_t) digit) / base)
        return too_large (lexer, token);
      value = value * base + (uint64_t) digit;
      any = true;
      lexer->position++;
    }
  if (!any)
    return fail (lexer, PWK_SCRIPT_ERROR_SYNTAX, lexer->position, N_("expected a hexadecimal digit"));

  shift = suffix_shift (byte_at (lexer, lexer->position));
  if (shift > 0)
    {
      if (value > UINT64_MAX >> shift)
        return too_large (lexer, token);
      value <<= shift;
      lexer->position++;
    }

  if (name_letter (lexer, lexer->position) > 0)
    return fail (lexer, PWK_SCRIPT_ERROR_SYNTAX, lexer->position,
                 base == 8 && g_ascii_isdigit (byte_at (lexer, lexer->position))
                   ? N_("expected an octal digit, 0 to 7, in a number that begins with 0")
                   : N_("expected the end of a number, as 4096, 0x1000 or 4K"));

  token->kind = PWK_TOKEN_NUMBER;
  token->number = value;
  if (lexer->recorded)
    read_note (lexer, token);
  return true;
}

/* The length of the escape behind a backslash at @offset, or 0 if there is no such escape. */
static uint32_t
escape_length (const PwkLexer *lexer, uint32_t offset)
{
  char byte = byte_at (lexer, offset);
  uint32_t length = 0;

  if (byte == 'x')
    return g_ascii_isxdigit (byte_at (lexer, offset + 1))
             ? (g_ascii_isxdigit (byte_at (lexer, offset + 2)) ? 3 : 2) : 0;
  while (length < 3 && digit_value (byte_at (lexer, offset + length), 8) >= 0)
    length++;
  if (length > 0)
    return length;

  return byte != '\0' && strchr ("abefnrtv\\\"'?", byte) != NULL ? 1 : 0;
}

static bool
read_string (PwkLexer *lexer, PwkToken *token)
{
  lexer->position++;
  while (byte_at (lexer, lexer->position) != '"')
    {
      if (lexer->position >= lexer->length)
        return fail (lexer, PWK_SCRIPT_ERROR_SYNTAX, lexer->length,
                     N_("expected \" at the end of this text"));
      if (lexer->text[lexer->position] == '\\')
        {
          uint32_t length = escape_length (lexer, lexer->position + 1);

          if (length == 0)
            return fail (lexer, PWK_SCRIPT_ERROR_SYNTAX, lexer->position,
                         N_("expected an escape as in C: \\n, \\t, \\\\, \\\", \\x41, \\101"));
          lexer->position += length;
        }
      lexer->position++;
    }
  lexer->position++;

  token->kind = PWK_TOKEN_STRING;
  return true;
}

static char
plain_escape (char byte)
{
  switch (byte)
    {
    case 'a': return '\a';
    case 'b': return '\b';
    case 'e': return '\033';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    case 'v': return '\v';
    default: return byte;
    }
}

static char
escape_value (const PwkLexer *lexer, uint32_t offset, uint32_t length)
{
  bool hex = lexer->text[offset] == 'x';
  unsigned value = 0;

  if (!hex && digit_value (lexer->text[offset], 8) < 0)
    return plain_escape (lexer->text[offset]);
  for (uint32_t i = hex ? 1 : 0; i < length; i++)
    value = value * (hex ? 16 : 8) + (unsigned) g_ascii_xdigit_value (lexer->text[offset + i]);

  return (char) value;
}

/* The bytes of [@start, @end) with escapes resolved. */
static void
append_unescaped (const PwkLexer *lexer, uint32_t start, uint32_t end, GString *out)
{
  for (uint32_t i = start; i < end; i++)
    {
      uint32_t length;

      if (lexer->text[i] != '\\')
        {
          g_string_append_c (out, lexer->text[i]);
          continue;
        }
      length = escape_length (lexer, i + 1);
      g_string_append_c (out, length > 0 ? escape_value (lexer, i + 1, length) : '\\');
      i += length;
    }
}

void
pwk_lexer_append_string (const PwkLexer *lexer, const PwkToken *token, GString *out)
{
  append_unescaped (lexer, token->offset + 1, token->offset + token->length - 1, out);
}

/* 5</dev/dri/card0<char 226:0>> has the device behind the name. */
static uint32_t
name_of_note_end (const PwkLexer *lexer, const PwkToken *token)
{
  static const char *const devices[] = { "<char ", "<block " };
  uint32_t end = token->note_offset + token->note_length;

  for (size_t i = 0; i < G_N_ELEMENTS (devices); i++)
    {
      const char *found = g_strrstr_len (lexer->text + token->note_offset, (gssize) token->note_length, devices[i]);

      if (found != NULL && lexer->text[end - 1] == '>')
        return (uint32_t) (found - lexer->text);
    }
  return end;
}

void
pwk_lexer_append_note (const PwkLexer *lexer, const PwkToken *token, GString *out)
{
  append_unescaped (lexer, token->note_offset, name_of_note_end (lexer, token), out);
  if (token->note_deleted)
    g_string_append (out, " (deleted)");
}

/* <<TAG, or the operator. */
static void
read_heredoc (PwkLexer *lexer, PwkToken *token)
{
  uint32_t end = name_end (lexer, lexer->position + 2);
  bool named = end > lexer->position + 2 && !lexer->recorded;

  token->kind = named ? PWK_TOKEN_HEREDOC : PWK_TOKEN_SHIFT;
  lexer->position = named ? end : lexer->position + 2;
}

static void
read_punctuation (PwkLexer *lexer, PwkToken *token)
{
  enum { PLAIN = 1, RECORDED = 2, BOTH = 3 };
  static const struct { const char *text; PwkTokenKind kind; unsigned where; } longer[] = {
    { "==", PWK_TOKEN_EQUAL_EQUAL, BOTH },
    { "=>", PWK_TOKEN_ARROW, RECORDED },
    { "=", PWK_TOKEN_EQUAL, BOTH },
    { "...", PWK_TOKEN_ELLIPSIS, RECORDED },
    { "!=", PWK_TOKEN_NOT_EQUAL, PLAIN },
    { "<=", PWK_TOKEN_LESS_EQUAL, PLAIN },
    { ">=", PWK_TOKEN_GREATER_EQUAL, PLAIN },
    { ">>", PWK_TOKEN_SHIFT_RIGHT, PLAIN },
    { "&&", PWK_TOKEN_AND_AND, PLAIN },
    { "||", PWK_TOKEN_OR_OR, PLAIN },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (longer); i++)
    if ((longer[i].where & (lexer->recorded ? RECORDED : PLAIN)) != 0
        && begins_with (lexer, lexer->position, longer[i].text))
      {
        token->kind = longer[i].kind;
        lexer->position += (uint32_t) strlen (longer[i].text);
        return;
      }

  token->kind = PWK_TOKEN_OTHER;
  token->punctuation = lexer->text[lexer->position];
  if ((guchar) token->punctuation >= 0x80)
    token->punctuation = '\0';
  lexer->position++;
}

static bool
read_token (PwkLexer *lexer, PwkToken *token)
{
  char byte = byte_at (lexer, lexer->position);

  if (lexer->position >= lexer->length)
    token->kind = PWK_TOKEN_END;
  else if (g_ascii_isdigit (byte))
    return read_number (lexer, token);
  else if (byte == '"')
    return read_string (lexer, token);
  else if (begins_with (lexer, lexer->position, "<<"))
    read_heredoc (lexer, token);
  else if (name_letter (lexer, lexer->position) > 0)
    {
      token->kind = PWK_TOKEN_NAME;
      lexer->position = name_end (lexer, lexer->position);
    }
  else
    read_punctuation (lexer, token);

  return true;
}

bool
pwk_lexer_next (PwkLexer *lexer, PwkToken *token)
{
  memset (token, 0, sizeof *token);
  if (!skip_blanks (lexer))
    return false;

  token->offset = lexer->position;
  if (!read_token (lexer, token))
    return false;
  token->length = lexer->position - token->offset;
  return true;
}
