/* array.c - arrays of results, and random numbers, kept in the machine
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/runner-private.h"

/* One element; all zero: nothing is bound there. */
typedef struct
{
  uint64_t bits;
  uint32_t bound;
  uint32_t negative;
} Element;

/* An array grows by segments, each twice as long as the one before, and never moves:
 *
 *      index    0 … 63   64 … 191   192 … 447   …
 *      segment    0         1           2
 *
 * A segment is the number of its first element + 1 among all, 0 where nothing has been bound. */
#define FIRST_SEGMENT 64u
#define N_SEGMENTS    20

typedef struct
{
  uint64_t length;          /* the highest index that was bound, + 1 */
  uint32_t segment[N_SEGMENTS];
} Array;

#define MAX_ARRAYS   ((PWK_VARS_ELEMENTS - PWK_VARS_ARRAYS) / sizeof (Array))
#define MAX_ELEMENTS ((PWK_VARS_END - PWK_VARS_ELEMENTS) / sizeof (Element))

static Array *
array_of (const PwkRunner *runner, const char *name)
{
  guint number = GPOINTER_TO_UINT (g_hash_table_lookup (runner->arrays, name));

  if (number == 0 || number > MAX_ARRAYS)
    return NULL;
  return (Array *) pwk_arena_edit (&runner->machine->arena, PWK_REGION_VARS, PWK_VARS_ARRAYS) + (number - 1);
}

/* The segment that @index lies in; *@within gets its place there, *@size how long it is. */
static unsigned
segment_of (uint64_t index, uint64_t *within, uint64_t *size)
{
  unsigned segment = 0;

  *size = FIRST_SEGMENT;
  while (segment < N_SEGMENTS && index >= *size)
    {
      index -= *size;
      *size *= 2;
      segment++;
    }
  *within = index;
  return segment;
}

static Element *
element_at (const PwkRunner *runner, const Array *array, uint64_t index)
{
  uint64_t within, size;
  unsigned segment = segment_of (index, &within, &size);

  if (segment == N_SEGMENTS || array->segment[segment] == 0)
    return NULL;
  return (Element *) pwk_arena_edit (&runner->machine->arena, PWK_REGION_VARS, PWK_VARS_ELEMENTS) + (array->segment[segment] - 1) + within;
}

bool
pwk_array_reserve (PwkRunner *runner, const char *name, uint64_t index)
{
  Array *array = array_of (runner, name);
  uint64_t within, size;
  unsigned segment = segment_of (index, &within, &size);
  PwkBlockState *state;

  if (!array || segment == N_SEGMENTS)
    return false;
  if (array->segment[segment] != 0)
    return true;
  state = pwk_block_state_edit (runner);
  if (size > MAX_ELEMENTS - state->n_elements)
    return false;
  pwk_arena_touch (&runner->machine->arena, PWK_REGION_VARS, array, sizeof *array);
  array->segment[segment] = (uint32_t) state->n_elements + 1;
  state->n_elements += size;
  return true;
}

void
pwk_array_set (PwkRunner *runner, const char *name, uint64_t index, PwkNumber value)
{
  Array *array = array_of (runner, name);
  Element *element = array ? element_at (runner, array, index) : NULL;

  if (!element)
    return;
  pwk_arena_touch (&runner->machine->arena, PWK_REGION_VARS, element, sizeof *element);
  *element = (Element) { value.bits, 1, value.negative };
  if (index < array->length)
    return;
  pwk_arena_touch (&runner->machine->arena, PWK_REGION_VARS, array, sizeof *array);
  array->length = index + 1;
}

bool
pwk_array_get (const PwkRunner *runner, const char *name, uint64_t index, PwkNumber *value)
{
  const Array *array = array_of (runner, name);
  const Element *element = array && index < array->length ? element_at (runner, array, index) : NULL;

  if (!element || !element->bound)
    return false;
  *value = (PwkNumber) { element->bits, element->negative != 0 };
  return true;
}

uint64_t
pwk_array_length (const PwkRunner *runner, const char *name)
{
  const Array *array = array_of (runner, name);

  return array ? array->length : 0;
}

/* --- random numbers --- */

/* Sebastiano Vigna's splitmix64: its state counts up by an odd number, so that each state is met once. Begins at the machine's seed,
 * and draws nothing from the machine's own numbers: what a scenario throws changes no address. */
uint64_t
pwk_runner_random (PwkRunner *runner, uint64_t below)
{
  PwkBlockState *state = pwk_block_state_edit (runner);
  uint64_t x = ++state->n_random * 0x9e3779b97f4a7c15ull + runner->machine->config->seed * 0xd1342543de82ef95ull;

  x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9ull;
  x = (x ^ x >> 27) * 0x94d049bb133111ebull;
  x ^= x >> 31;
  return (uint64_t) ((__extension__ (unsigned __int128) x * below) >> 64);
}
