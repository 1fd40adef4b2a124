/* drcachesim.c - the text that DynamoRIO prints of its traces
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "import/drcachesim.h"

#include <glib/gi18n.h>
#include <string.h>

#define SIZE_AND_PLACE " byte(s) @ 0x"

/* What view_t writes around the records, at the beginning of a line. */
static const char *const around[] = { "Output format:", "<--record#->", "View tool results:", "------", "T<tid>" };

static bool
begins_with (const char *start, const char *end, const char *words)
{
  return (size_t) (end - start) >= strlen (words) && memcmp (start, words, strlen (words)) == 0;
}

static bool
has (const char *start, const char *end, const char *words)
{
  return g_strstr_len (start, end - start, words) != NULL;
}

static bool
is_around (const char *start, const char *end)
{
  for (guint i = 0; i < G_N_ELEMENTS (around); i++)
    if (begins_with (start, end, around[i]))
      return true;
  return has (start, end, "<marker: ") || has (start, end, "------------------------------");
}

/* The word in front of the size: what the record is. False: no access that could fault. */
static bool
read_kind (const char *start, const char *end, uint32_t *kind, const char **what)
{
  static const struct { const char *word; PwkTraceKind kind; } kinds[] = {
    { "ifetch", PWK_TRACE_INSTR }, { "read", PWK_TRACE_LOAD }, { "write", PWK_TRACE_STORE },
  };
  const char *word;

  *what = NULL;
  if (has (start, end, "prefetch") || has (start, end, "flush") || has (start, end, "no fetch") || has (start, end, "non-fetched"))
    return false;
  while (end > start && end[-1] == ' ')
    end--;
  for (word = end; word > start && g_ascii_isalpha (word[-1]); word--)
    ;
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if ((size_t) (end - word) == strlen (kinds[i].word) && memcmp (word, kinds[i].word, (size_t) (end - word)) == 0)
      {
        *kind = kinds[i].kind;
        return true;
      }
  *what = N_("expected “ifetch”, “read” or “write” before the size");
  return false;
}

static const char *
read_place (const char *digits, const char *size, PwkTraceRecord *record)
{
  const char *address = digits + strlen (SIZE_AND_PLACE);
  uint64_t bytes = 0;
  char *after;

  for (const char *p = size; p < digits; p++)
    bytes = MIN (bytes * 10 + (uint64_t) (*p - '0'), (uint64_t) 1 << 33);
  if (size == digits || bytes == 0 || bytes > G_MAXUINT32)
    return N_("expected a size in decimal");
  record->addr = g_ascii_isxdigit (*address) ? g_ascii_strtoull (address, &after, 16) : 0;
  if (!g_ascii_isxdigit (*address) || after - address > 16)
    return N_("expected an address in hexadecimal");
  record->size = (uint32_t) bytes;
  return record->addr + bytes - 1 < record->addr ? N_("the access reaches beyond the end of the address space") : NULL;
}

PwkDrcachesimLine
pwk_drcachesim_read_line (const char *start, const char *end, PwkTraceRecord *record, const char **what)
{
  const char *place = g_strstr_len (start, end - start, SIZE_AND_PLACE), *size = place;

  *what = NULL;
  if (!place)
    return is_around (start, end) ? PWK_DRCACHESIM_REMARK : PWK_DRCACHESIM_NONE;
  while (size > start && g_ascii_isdigit (size[-1]))
    size--;
  if (!read_kind (start, size, &record->kind, what))
    return *what ? PWK_DRCACHESIM_FAULT : PWK_DRCACHESIM_REMARK;
  *what = read_place (place, size, record);
  return *what ? PWK_DRCACHESIM_FAULT : PWK_DRCACHESIM_ACCESS;
}
