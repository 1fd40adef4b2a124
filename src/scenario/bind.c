/* bind.c - what the names of a scenario stand for, kept in the machine
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/core/task.h"
#include "engine/virt/process.h"

#include "scenario/runner-private.h"

/* One name's value, in PWK_REGION_VARS by the name's number, which is the script's: names are counted in the order in which
 * statements bind them first. All zero: nothing is bound. */
typedef struct
{
  uint64_t bits;
  uint32_t bound;
  uint32_t negative;
} Slot;

#define MAX_SLOTS (PWK_VARS_NAMES / sizeof (Slot))

static Slot *
slot_of (const PwkRunner *runner, const char *name)
{
  guint number = GPOINTER_TO_UINT (g_hash_table_lookup (runner->slots, name));

  if (number == 0 || number > MAX_SLOTS)
    return NULL;
  return (Slot *) pwk_arena_at (&runner->machine->arena, PWK_REGION_VARS, 0) + (number - 1);
}

static void
number_name (PwkRunner *runner, const char *name)
{
  if (!g_hash_table_contains (runner->slots, name))
    g_hash_table_insert (runner->slots, (gpointer) name, GUINT_TO_POINTER (g_hash_table_size (runner->slots) + 1));
}

void
pwk_bind_prepare (PwkRunner *runner)
{

  g_hash_table_remove_all (runner->slots);
  for (guint i = 0; i < pwk_script_n_statements (runner->script); i++)
    {
      const PwkStatement *statement = pwk_script_statement (runner->script, i);

      const PwkArg *read = pwk_call_read_arg (runner->script, statement);

      if (read && pwk_arg_binds (runner->script, read))
        number_name (runner, pwk_script_expr (runner->script, read->expr)->string);
      if (statement->result.kind == PWK_RESULT_BIND)
        number_name (runner, statement->result.name);
    }
}

void
pwk_bind (PwkRunner *runner, const char *name, PwkNumber value)
{
  Slot *slot = slot_of (runner, name);

  if (!slot)
    return;
  pwk_arena_touch (&runner->machine->arena, PWK_REGION_VARS, slot, sizeof *slot);
  *slot = (Slot) { value.bits, 1, value.negative };
}

/* A process's name counts as its number. */
static bool
lookup_task (const PwkRunner *runner, const char *name, PwkNumber *value)
{
  PwkIndex task = pwk_task_by_name (runner->machine, name);

  if (!task)
    return false;
  *value = pwk_number ((uint64_t) pwk_task (runner->machine, task)->pid);
  return true;
}

bool
pwk_bind_lookup (const char *name, PwkNumber *value, gpointer data)
{
  PwkRunner *runner = data;
  const Slot *slot = slot_of (runner, name);

  if (!slot || !slot->bound)
    return lookup_task (runner, name, value);
  *value = (PwkNumber) { slot->bits, slot->negative != 0 };
  return true;
}

bool
pwk_runner_lookup (const PwkRunner *runner, const char *name, int64_t *value)
{
  PwkNumber number;

  if (!runner->machine->st->booted || !pwk_bind_lookup (name, &number, (gpointer) runner))
    return false;
  *value = (int64_t) number.bits;
  return true;
}
