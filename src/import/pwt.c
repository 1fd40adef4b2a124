/* pwt.c - the binary form of a trace: records to bytes and back
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "import/pwt.h"

#include <string.h>
#include <zlib.h>

uint32_t
pwk_pwt_u32 (const uint8_t *bytes)
{
  uint32_t value;
  memcpy (&value, bytes, sizeof value);
  return GUINT32_FROM_LE (value);
}

uint64_t
pwk_pwt_u64 (const uint8_t *bytes)
{
  uint64_t value;
  memcpy (&value, bytes, sizeof value);
  return GUINT64_FROM_LE (value);
}

void
pwk_pwt_set_u32 (uint8_t *bytes, uint32_t value)
{
  value = GUINT32_TO_LE (value);
  memcpy (bytes, &value, sizeof value);
}

void
pwk_pwt_set_u64 (uint8_t *bytes, uint64_t value)
{
  value = GUINT64_TO_LE (value);
  memcpy (bytes, &value, sizeof value);
}

uint32_t
pwk_pwt_crc (uint32_t crc, const uint8_t *bytes, size_t size)
{
  return (uint32_t) crc32_z (crc, bytes, size);
}

/* The two places that a side remembers. */
typedef struct { uint64_t first, second; } Places;

enum { HOW_AT_FIRST, HOW_FIRST_1, HOW_FIRST_2, HOW_FIRST_4, HOW_SECOND_1, HOW_SECOND_2, HOW_SECOND_4, HOW_WHOLE };

#define SIZE_VARINT 7

/* --- encoding --- */

static unsigned
size_code (uint32_t size, bool instr)
{
  if (instr)
    return size <= 7 ? size - 1 : SIZE_VARINT;
  return size <= 64 && (size & (size - 1)) == 0 ? (unsigned) g_bit_nth_lsf (size, -1) : SIZE_VARINT;
}

/* Bytes that a signed distance needs: 1, 2, 4, or 8 for more. */
static unsigned
width_of (uint64_t distance)
{
  int64_t d = (int64_t) distance;
  return d == (int8_t) d ? 1 : d == (int16_t) d ? 2 : d == (int32_t) d ? 4 : 8;
}

static unsigned
how_of (const Places *places, uint64_t addr, uint64_t *operand, unsigned *width)
{
  uint64_t from_first = addr - places->first, from_second = addr - places->second;
  unsigned w1 = width_of (from_first), w2 = width_of (from_second);

  if (from_first == 0)
    {
      *width = 0;
      return HOW_AT_FIRST;
    }
  if (MIN (w1, w2) == 8)
    {
      *operand = addr;
      *width = 8;
      return HOW_WHOLE;
    }
  *operand = w1 <= w2 ? from_first : from_second;
  *width = MIN (w1, w2);
  return (w1 <= w2 ? HOW_FIRST_1 : HOW_SECOND_1) + (*width == 1 ? 0 : *width == 2 ? 1 : 2);
}

/* The access ended at @end: which place that becomes. */
static inline void
move_places (Places *places, unsigned how, uint64_t end)
{
  if (how >= HOW_SECOND_1)
    places->second = places->first;
  places->first = end;
}

size_t
pwk_pwt_encode (uint8_t *bytes, const PwkTraceRecord *records, uint32_t n)
{
  Places places[2] = { { 0, 0 }, { 0, 0 } };
  uint8_t *p = bytes;

  for (uint32_t i = 0; i < n; i++)
    {
      bool instr = records[i].kind == PWK_TRACE_INSTR;
      Places *side = &places[instr];
      unsigned code = size_code (records[i].size, instr), width, how;
      uint64_t operand = 0;
      uint8_t word[8];

      how = how_of (side, records[i].addr, &operand, &width);
      *p++ = (uint8_t) (records[i].kind | code << 2 | how << 5);
      if (code == SIZE_VARINT)
        {
          uint32_t size = records[i].size;

          for (; size >= 128; size >>= 7)
            *p++ = (uint8_t) (size | 128);
          *p++ = (uint8_t) size;
        }
      pwk_pwt_set_u64 (word, operand);
      memcpy (p, word, width);
      p += width;
      move_places (side, how, records[i].addr + records[i].size);
    }
  return (size_t) (p - bytes);
}

/* --- decoding --- */

static const uint8_t widths[8] = { 0, 1, 2, 4, 1, 2, 4, 8 };

static inline uint64_t
sign_extended (uint64_t word, unsigned width)
{
  unsigned unused = 64 - 8 * width;
  return width ? (uint64_t) ((int64_t) (word << unused) >> unused) : 0;
}

bool
pwk_pwt_decode (const uint8_t *bytes, size_t size, PwkTraceRecord *records, uint32_t n)
{
  Places places[2] = { { 0, 0 }, { 0, 0 } };
  const uint8_t *p = bytes, *end = bytes + size;

  for (uint32_t i = 0; i < n; i++)
    {
      unsigned head, code, how;
      uint64_t addr, length;
      Places *side;
      bool instr;

      if (G_UNLIKELY (p >= end))
        return false;
      head = *p++;
      instr = (head & 3) == PWK_TRACE_INSTR;
      side = &places[instr];
      code = head >> 2 & 7;
      how = head >> 5;
      length = instr ? code + 1 : (uint64_t) 1 << code;
      if (G_UNLIKELY (code == SIZE_VARINT))
        {
          unsigned shift = 0;

          length = 0;
          do
            {
              if (p >= end || shift > 28)
                return false;
              length |= (uint64_t) (*p & 127) << shift;
              shift += 7;
            }
          while (*p++ & 128);
        }
      addr = sign_extended (pwk_pwt_u64 (p), widths[how]);
      p += widths[how];
      if (how != HOW_WHOLE)
        addr += how < HOW_SECOND_1 ? side->first : side->second;
      if (G_UNLIKELY (length == 0 || length > G_MAXUINT32 || addr + length - 1 < addr))
        return false;
      records[i] = (PwkTraceRecord) { addr, (uint32_t) length, head & 3 };
      move_places (side, how, addr + length);
    }
  return p == end;
}
