/* string.c - names that the state has, each once
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/core/string.h"

#include <string.h>

/* The string region: a hash table of offsets, then the bytes. */
#define STRING_SLOTS   (1u << 16)
#define STRING_TABLE   (STRING_SLOTS * sizeof (uint32_t))
#define STRING_BYTES   (PWK_STRING_BYTES - STRING_TABLE)

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
  void *at = pwk_arena_edit (&machine->arena, PWK_REGION_STRING, offset);

  pwk_arena_touch (&machine->arena, PWK_REGION_STRING, at, size);
  memcpy (at, bytes, size);
}

const char *
pwk_string (const PwkMachine *machine, PwkIndex string)
{
  pwk_assert_door (string < machine->st->n_strings_bytes);
  return string_bytes (machine) + string;
}

PwkIndex
pwk_string_intern (PwkMachine *machine, const char *text)
{
  const uint32_t *table = pwk_arena_at (&machine->arena, PWK_REGION_STRING, 0);
  uint32_t slot = string_hash (text) & (STRING_SLOTS - 1);
  size_t size = strlen (text) + 1;
  uint32_t at = (uint32_t) machine->st->n_strings_bytes;

  if (size == 1)
    return 0;
  for (unsigned probes = 0; table[slot]; slot = (slot + 1) & (STRING_SLOTS - 1), probes++)
    {
      if (strcmp (string_bytes (machine) + table[slot], text) == 0)
        return table[slot];
      if (probes > STRING_SLOTS / 2)
        return 0;
    }
  if (at + size > STRING_BYTES)
    return 0;

  string_write (machine, STRING_TABLE + at, text, size);
  string_write (machine, slot * sizeof at, &at, sizeof at);
  machine->st->n_strings_bytes += size;
  return at;
}
