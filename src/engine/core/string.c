/* string.c - names that the state has, each once
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/core/string.h"

#include <string.h>

/* The string region: a hash table of offsets, then the bytes. */
#define STRING_SLOTS   (1u << 16)
#define STRING_TABLE   (STRING_SLOTS * sizeof (uint32_t))
#define STRING_BYTES   (PWK_STRING_BYTES - STRING_TABLE)
#define STRING_RESERVE (1u << 16)     /* bytes; of slots it is STRING_SLOTS - PWK_STRING_MAX */

static uint32_t
string_hash (const char *text)
{
  uint32_t hash = 2166136261u;

  for (; *text; text++)
    hash = (hash ^ (uint8_t) *text) * 16777619u;
  return hash;
}

static const char *
string_bytes (const PwkMachine *machine)
{
  return pwk_arena_at (&machine->arena, PWK_REGION_STRING, STRING_TABLE);
}

static void
string_write (PwkMachine *machine, uint64_t offset, const void *bytes, size_t size)
{
  uint8_t *at = pwk_arena_edit (&machine->arena, PWK_REGION_STRING, offset);

  for (size_t done = 0; done < size; done += PWK_CHUNK_SIZE)    /* a touch marks two chunks at most */
    pwk_arena_touch (&machine->arena, PWK_REGION_STRING, at + done, MIN (size - done, PWK_CHUNK_SIZE));
  memcpy (at, bytes, size);
}

const char *
pwk_string (const PwkMachine *machine, PwkIndex string)
{
  pwk_assert_door (string < machine->st->n_strings_bytes);
  return string_bytes (machine) + string;
}

/* The slot of @text, or the free one that it would get; false: neither. */
static bool
find_slot (const PwkMachine *machine, const char *text, uint32_t *slot)
{
  const uint32_t *table = pwk_arena_at (&machine->arena, PWK_REGION_STRING, 0);

  *slot = string_hash (text) & (STRING_SLOTS - 1);
  for (unsigned probes = 0; probes < STRING_SLOTS; *slot = (*slot + 1) & (STRING_SLOTS - 1), probes++)
    if (!table[*slot] || strcmp (string_bytes (machine) + table[*slot], text) == 0)
      return true;
  return false;
}

static unsigned
count_strings (const PwkMachine *machine)
{
  const uint32_t *table = pwk_arena_at (&machine->arena, PWK_REGION_STRING, 0);
  unsigned n = 0;

  for (uint32_t slot = 0; slot < STRING_SLOTS; slot++)
    n += table[slot] != 0;
  return n;
}

bool
pwk_string_fits (const PwkMachine *machine, const char *text)
{
  const uint32_t *table = pwk_arena_at (&machine->arena, PWK_REGION_STRING, 0);
  uint64_t at = machine->st->n_strings_bytes;
  uint32_t slot;

  if (!*text || (find_slot (machine, text, &slot) && table[slot]))
    return true;
  if (at + strlen (text) + 1 > STRING_BYTES - STRING_RESERVE)
    return false;
  return at < 2 * PWK_STRING_MAX || count_strings (machine) < PWK_STRING_MAX;   /* none is shorter than two bytes */
}

PwkIndex
pwk_string_intern (PwkMachine *machine, const char *text)
{
  const uint32_t *table = pwk_arena_at (&machine->arena, PWK_REGION_STRING, 0);
  size_t size = strlen (text) + 1;
  uint32_t at = (uint32_t) machine->st->n_strings_bytes, slot;

  if (size == 1 || !find_slot (machine, text, &slot))
    return 0;
  if (table[slot])
    return table[slot];
  if (at + size > STRING_BYTES)
    return 0;

  string_write (machine, STRING_TABLE + at, text, size);
  string_write (machine, slot * sizeof at, &at, sizeof at);
  machine->st->n_strings_bytes += size;
  return at;
}
