/* lackey.c - accesses as text: what valgrind --tool=lackey --trace-mem=yes writes, or DynamoRIO
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "import/lackey.h"

#include <glib/gi18n.h>
#include <string.h>

#include "import/drcachesim.h"

#define TEXT_SIZE ((size_t) 512 << 10)
#define PADDING   64                     /* after the text, so that reading a number may run over a line's end */

/* The value of a hexadecimal digit, 16 for all else. */
static uint8_t hex_value[256];

static void
init_digits (void)
{
  static size_t done;

  if (!g_once_init_enter (&done))
    return;
  memset (hex_value, 16, sizeof hex_value);
  for (int i = 0; i < 10; i++)
    hex_value['0' + i] = (uint8_t) i;
  for (int i = 0; i < 6; i++)
    hex_value['a' + i] = hex_value['A' + i] = (uint8_t) (10 + i);
  g_once_init_leave (&done, 1);
}

void
pwk_lackey_init (PwkLackey *lackey, PwkInput *input, const void *first, size_t first_size)
{
  init_digits ();
  g_assert (first_size < TEXT_SIZE);
  *lackey = (PwkLackey) { .input = input, .text = g_malloc (TEXT_SIZE + PADDING), .end = first_size };
  memcpy (lackey->text, first, first_size);
}

void
pwk_lackey_clear (PwkLackey *lackey)
{
  g_clear_pointer (&lackey->text, g_free);
}

static bool
bad_line (const PwkLackey *lackey, const char *start, const char *end, const char *at, const char *what, GError **error)
{
  g_autofree char *shown = g_strndup (start, MIN ((size_t) (end - start), 40));
  g_autofree char *printable = g_strescape (shown, NULL);

  g_set_error (error, PWK_TRACE_ERROR, PWK_TRACE_ERROR_SYNTAX, "%s:%" G_GUINT64_FORMAT ":%u: %s: “%s”", pwk_input_name (lackey->input),
               lackey->line, (unsigned) (at - start) + 1, _(what), printable);
  return false;
}

/* A line of valgrind's own: "==4711== ", "--4711-- " (with -v), "**4711** " (what the program has it print). */
static bool
is_remark (const char *start, const char *end)
{
  return end - start >= 2 && start[0] == start[1] && (start[0] == '=' || start[0] == '-' || start[0] == '*');
}

/* What is wrong with a line that the quick reader did not take, and where (*@at); NULL: nothing, it is to be skipped. */
static const char *
fault_of (const char *start, const char *end, const char **at)
{
  const char *address = start + 3, *p = address;
  uint64_t size = 0;

  *at = start;
  if (start == end || is_remark (start, end))
    return NULL;
  if (end - start < 3 || !(memcmp (start, "I  ", 3) == 0 || (start[0] == ' ' && strchr ("LSM", start[1]) && start[1] && start[2] == ' ')))
    return N_("expected “I  ”, “ L ”, “ S ” or “ M ” before an address");
  while (p < end && hex_value[(uint8_t) *p] < 16)
    p++;
  *at = p;
  if (p == address)
    return N_("expected an address in hexadecimal");
  if (p - address > 16)
    return N_("an address has at most 16 digits");
  if (p == end || *p != ',')
    return N_("expected a comma after the address");
  *at = ++p;
  if (p == end || !g_ascii_isdigit (*p))
    return N_("expected a size in decimal");
  for (; p < end && g_ascii_isdigit (*p); p++)
    size = MIN (size * 10 + (uint64_t) (*p - '0'), (uint64_t) 1 << 33);
  if (p != end)
    {
      *at = p;
      return N_("nothing may follow the size");
    }
  if (size == 0)
    return N_("a size is at least 1");
  if (size > G_MAXUINT32)
    return N_("a size is less than 4 GiB");
  *at = address;
  return N_("the access reaches beyond the end of the address space");
}

/* The usual line, [@p, @end) without its end of line. False: look closer. */
static inline bool
quick_line (const char *p, const char *end, PwkTraceRecord *record)
{
  const char *digits = p + 3;
  uint64_t addr = 0, size = 0;
  uint8_t value;

  if (G_UNLIKELY (end - p < 6 || p[2] != ' '))
    return false;
  if (p[0] == 'I' && p[1] == ' ')
    record->kind = PWK_TRACE_INSTR;
  else if (G_LIKELY (p[0] == ' ' && (p[1] == 'L' || p[1] == 'S' || p[1] == 'M')))
    record->kind = p[1] == 'L' ? PWK_TRACE_LOAD : p[1] == 'S' ? PWK_TRACE_STORE : PWK_TRACE_MODIFY;
  else
    return false;

  for (p = digits; (value = hex_value[(uint8_t) *p]) < 16; p++)
    addr = addr << 4 | value;
  if (G_UNLIKELY (*p != ',' || p == digits || p - digits > 16))
    return false;
  digits = ++p;
  for (; (value = (uint8_t) (*p - '0')) < 10; p++)
    size = size * 10 + value;
  if (G_UNLIKELY (p != end || p == digits || p - digits > 10 || size == 0 || size > G_MAXUINT32 || addr + size - 1 < addr))
    return false;
  record->addr = addr;
  record->size = (uint32_t) size;
  return true;
}

/* Moves the part line to the front and reads on. False with @error. */
static bool
read_on (PwkLackey *lackey, GError **error)
{
  size_t rest = lackey->end - lackey->at;
  int64_t n;

  memmove (lackey->text, lackey->text + lackey->at, rest);
  lackey->at = 0;
  lackey->end = rest;
  if (rest == TEXT_SIZE)
    {
      lackey->line++;
      return bad_line (lackey, lackey->text, lackey->text + rest, lackey->text, N_("a line without end"), error);
    }
  n = pwk_input_read (lackey->input, lackey->text + rest, TEXT_SIZE - rest, error);
  if (n < 0)
    return false;
  lackey->end += (size_t) n;
  lackey->ended = lackey->end < TEXT_SIZE;
  memset (lackey->text + lackey->end, '\n', PADDING);
  return true;
}

/* A line that lackey has not written, read as DynamoRIO's. NONE: it is not, either. Once there was one, what stands between those is the
 * tool's own. */
static PwkDrcachesimLine
drcachesim_line (PwkLackey *lackey, const char *start, const char *end, PwkTraceRecord *record, const char **what)
{
  PwkDrcachesimLine line = pwk_drcachesim_read_line (start, end, record, what);

  if (line != PWK_DRCACHESIM_NONE)
    lackey->drcachesim = true;
  return line == PWK_DRCACHESIM_NONE && lackey->drcachesim ? PWK_DRCACHESIM_REMARK : line;
}

/* A line that is not the usual one: 1 an access, 0 to be skipped, -1 with @error. Apart, so that the loop over usual lines stays small. */
static G_GNUC_NO_INLINE int
take_other_line (PwkLackey *lackey, const char *start, const char *end, PwkTraceRecord *record, GError **error)
{
  const char *what = NULL, *where = start;
  PwkDrcachesimLine line = drcachesim_line (lackey, start, end, record, &what);

  if (line == PWK_DRCACHESIM_NONE)
    what = fault_of (start, end, &where);
  if (what)
    {
      bad_line (lackey, start, end, where, what, error);
      return -1;
    }
  return line == PWK_DRCACHESIM_ACCESS;
}

/* Takes lines from the text in memory until @n records are there or no whole line is. -1 with @error. */
static int64_t
take_lines (PwkLackey *lackey, PwkTraceRecord *records, size_t n, GError **error)
{
  size_t done = 0;

  while (done < n && lackey->at < lackey->end)
    {
      const char *start = lackey->text + lackey->at, *limit = lackey->text + lackey->end;
      const char *newline = memchr (start, '\n', (size_t) (limit - start));
      const char *end = newline ? newline : limit;
      int taken;

      if (!newline && !lackey->ended)
        break;
      lackey->line++;
      lackey->at = (size_t) (end - lackey->text) + (newline != NULL);
      if (end > start && end[-1] == '\r')
        end--;
      if (G_LIKELY (quick_line (start, end, &records[done])))
        {
          done++;
          continue;
        }
      taken = take_other_line (lackey, start, end, &records[done], error);
      if (taken < 0)
        return -1;
      done += (size_t) taken;
    }
  return (int64_t) done;
}

int64_t
pwk_lackey_read (PwkLackey *lackey, PwkTraceRecord *records, size_t n, GError **error)
{
  for (;;)
    {
      int64_t done = take_lines (lackey, records, n, error);

      if (done != 0 || lackey->ended)
        return done;
      if (!read_on (lackey, error))
        return -1;
    }
}

size_t
pwk_lackey_write (char *line, const PwkTraceRecord *record)
{
  static const char *const starts[] = { "I  ", " L ", " S ", " M " };

  return (size_t) g_snprintf (line, 48, "%s%08" G_GINT64_MODIFIER "x,%u\n", starts[record->kind & 3], record->addr, record->size);
}
