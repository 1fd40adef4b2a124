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
  return (Slot *) pwk_arena_edit (&runner->machine->arena, PWK_REGION_VARS, 0) + (number - 1);
}

static void
number_name (GHashTable *numbers, const char *name)
{
  if (!g_hash_table_contains (numbers, name))
    g_hash_table_insert (numbers, (gpointer) name, GUINT_TO_POINTER (g_hash_table_size (numbers) + 1));
}

/* The P[i] of process(P[i]), or NULL; a name there is the process's own. */
static const PwkArg *
process_element (const PwkScript *script, const PwkStatement *statement)
{
  const PwkArg *arg = statement->n_args && g_str_equal (statement->call, "process") ? pwk_statement_arg (script, statement, 0) : NULL;

  return arg && pwk_script_expr (script, arg->expr)->kind == PWK_EXPR_INDEX ? arg : NULL;
}

/* What an argument names that is to be bound. */
static void
number_argument (PwkRunner *runner, const PwkArg *arg)
{
  const PwkExpr *expr = pwk_script_expr (runner->script, arg->expr);

  if (pwk_arg_binds (runner->script, arg))
    number_name (expr->kind == PWK_EXPR_INDEX ? runner->arrays : runner->slots, expr->string);
}

void
pwk_bind_prepare (PwkRunner *runner)
{
  g_hash_table_remove_all (runner->slots);
  g_hash_table_remove_all (runner->arrays);
  for (guint i = 0; i < pwk_script_n_statements (runner->script); i++)
    {
      const PwkStatement *statement = pwk_script_statement (runner->script, i);
      const PwkArg *read = pwk_call_read_arg (runner->script, statement), *process = process_element (runner->script, statement);

      if (read)
        number_argument (runner, read);
      if (process)
        number_argument (runner, process);
      if (statement->variable)
        number_name (runner->slots, statement->variable);
      if (statement->result.kind == PWK_RESULT_BIND)
        number_name (statement->result.index == PWK_NO_EXPR ? runner->slots : runner->arrays, statement->result.name);
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

void
pwk_bind_argument (PwkCall *call, unsigned i, PwkNumber value)
{
  const PwkArgValue *arg = &call->arg[i];

  if (arg->expr->kind == PWK_EXPR_NAME)
    pwk_bind (call->runner, arg->string, value);
  else if (pwk_array_reserve (call->runner, arg->string, arg->number.bits))
    pwk_array_set (call->runner, arg->string, arg->number.bits, value);
  else
    pwk_call_note (call, _("there is no room for %s[%llu]"), arg->string, (unsigned long long) arg->number.bits);
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

static bool
find_element (const char *name, uint64_t index, PwkNumber *value, gpointer runner)
{
  return pwk_array_get (runner, name, index, value);
}

static uint64_t
find_length (const char *name, gpointer runner)
{
  return pwk_array_length (runner, name);
}

static uint64_t
draw (uint64_t below, gpointer runner)
{
  return pwk_runner_random (runner, below);
}

PwkScope
pwk_bind_scope (PwkRunner *runner)
{
  return (PwkScope) { pwk_bind_lookup, find_element, find_length, draw, runner };
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
