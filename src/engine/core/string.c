/* string.c - names that the state has, each once
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/core/string.h"

#include <string.h>

/* The string region: a hash table of offsets, the bytes, and another table, sixteen times as large,
 * for names that find no place in the first:
 *
 *      [table 0, 2^16][bytes, each name ended by 0 …][table 1, 2^20]
 *
 * A name is at most PROBES slots behind where its hash says. No name ever goes, so that one which
 * is not found before a free slot is in no later table either. A machine with few names has few
 * pages of it touched. */
typedef struct { uint32_t slots, offset; } StringTable;

#define STRING_TABLE   ((1u << 16) * sizeof (uint32_t))
#define STRING_BYTES   ((64u << 20) - STRING_TABLE)
#define STRING_RESERVE (1u << 16)     /* bytes that are the program's own words'; of slots it is the second half of the probes */
#define PROBES         64u

static const StringTable tables[] = { { 1u << 16, 0 }, { 1u << 20, 64u << 20 } };

G_STATIC_ASSERT (PWK_STRING_BYTES == (64u << 20) + (1u << 20) * sizeof (uint32_t));

/* FNV-1a: the same on every host, since a name's place is state and shows in the machine's hash. */
static uint32_t
string_hash (const char *text)
{
  uint32_t hash = 2166136261u;

  for (; *text; text++)
    hash = (hash ^ (uint8_t) *text) * 16777619u;
  return hash;
}

/* Offsets of names count from here. */
static const char *
string_bytes (const PwkMachine *machine)
{
  return pwk_arena_at (&machine->arena, PWK_REGION_STRING, STRING_TABLE);
}

/* Names can be longer than a chunk. */
static void
string_write (PwkMachine *machine, uint64_t offset, const void *bytes, size_t size)
{
  uint8_t *at = pwk_arena_edit (&machine->arena, PWK_REGION_STRING, offset);

  for (size_t done = 0; done < size; done += PWK_CHUNK_SIZE)    /* a touch marks two chunks at most */
    pwk_arena_touch (&machine->arena, PWK_REGION_STRING, at + done, MIN (size - done, PWK_CHUNK_SIZE));
  memcpy (at, bytes, size);
}

/* Names stay where they are, so the pointer is good as long as the machine's state is. */
const char *
pwk_string (const PwkMachine *machine, PwkIndex string)
{
  pwk_assert_door (string < machine->st->n_strings_bytes);
  return string_bytes (machine) + string;
}

/* Where in the region the offset of @text lies, or where it may be put: at most @probes slots away
 * in the last table. False: nowhere. */
static bool
find_slot (const PwkMachine *machine, const char *text, unsigned probes, uint64_t *where)
{
  uint32_t hash = string_hash (text);

  for (unsigned i = 0; i < G_N_ELEMENTS (tables); i++)
    {
      const uint32_t *slots = pwk_arena_at (&machine->arena, PWK_REGION_STRING, tables[i].offset);
      unsigned most = i + 1 < G_N_ELEMENTS (tables) ? PROBES : probes;

      for (unsigned n = 0; n < most; n++)
        {
          uint32_t slot = (hash + n) & (tables[i].slots - 1);

          *where = tables[i].offset + slot * sizeof *slots;
          if (!slots[slot] || strcmp (string_bytes (machine) + slots[slot], text) == 0)
            return true;
        }
    }
  return false;
}

/* The offset that stands in a slot, 0 none. */
static uint32_t
string_at (const PwkMachine *machine, uint64_t where)
{
  return *(const uint32_t *) pwk_arena_at (&machine->arena, PWK_REGION_STRING, where);
}

/* Half of the probes and a part of the bytes stay the program's: a scenario that has filled the rest
 * with names of its own can still be told what happens, in words that were never used before. */
bool
pwk_string_fits (const PwkMachine *machine, const char *text)
{
  uint64_t where;

  pwk_assert_door (text);
  if (!*text)
    return true;
  if (!find_slot (machine, text, PROBES / 2, &where))
    return false;
  return string_at (machine, where) || machine->st->n_strings_bytes + strlen (text) + 1 <= STRING_BYTES - STRING_RESERVE;
}

/* 0, the empty name, if there is no room: a label may be missing, the machine must go on. */
PwkIndex
pwk_string_intern (PwkMachine *machine, const char *text)
{
  size_t size = strlen (text) + 1;
  uint32_t at = (uint32_t) machine->st->n_strings_bytes;
  uint64_t where;

  pwk_assert_door (machine->st->n_strings_bytes <= STRING_BYTES);
  if (size == 1 || !find_slot (machine, text, PROBES, &where))
    return 0;
  if (string_at (machine, where))
    return string_at (machine, where);
  if (at + size > STRING_BYTES)
    return 0;

  string_write (machine, STRING_TABLE + at, text, size);
  string_write (machine, where, &at, sizeof at);
  machine->st->n_strings_bytes += size;
  return at;
}
