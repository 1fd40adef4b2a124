/* calls-reclaim.c - LRU lists and page replacement: how they stand, and the kernel's functions called by hand
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <string.h>

#include "engine/core/string.h"
#include "engine/phys/folio-batch.h"
#include "engine/proc/proc.h"
#include "engine/virt/inode.h"
#include "scenario/runner-private.h"

/* The node that argument @i names, node 0 if none is; false, and the call is IMPOSSIBLE, if the machine has no such. */
static bool
node_named (PwkCall *call, unsigned i, unsigned *node)
{
  uint64_t number = pwk_num (call, i, 0);

  *node = (unsigned) number;
  if (number < call->machine->st->n_nodes)
    return true;
  pwk_return_impossible (call, _("there is no node %lld: the machine has %u"), (long long) number, call->machine->st->n_nodes);
  return false;
}

static void
run_lru (PwkCall *call)
{
  unsigned node;

  if (node_named (call, 0, &node))
    pwk_proc_lru (call->machine, node, pwk_return_dump (call));
}

static void
run_lruvec (PwkCall *call)
{
  unsigned node;

  if (node_named (call, 0, &node))
    pwk_proc_lruvec (call->machine, node, pwk_return_dump (call));
}

static void
run_lru_add_drain (PwkCall *call)
{
  pwk_lru_add_drain (call->machine);
}

/* --- reads () --- */

/* What the disk was asked for of that file since it was asked about last. */
typedef struct { const PwkCall *call; GString *text; } Reads;

/* Whether the statement of that line is a reads () of the same file. */
static bool
asks_the_same (const PwkCall *call, uint64_t line)
{
  for (guint i = 0; i < pwk_script_n_statements (call->script); i++)
    {
      const PwkStatement *statement = pwk_script_statement (call->script, i);
      const PwkExpr *expr;

      if (statement->line != line || g_strcmp0 (statement->call, "reads") != 0 || statement->n_args == 0)
        continue;
      expr = pwk_script_expr (call->script, pwk_statement_arg (call->script, statement, 0)->expr);
      return expr->kind == PWK_EXPR_STRING && strcmp (expr->string, pwk_str (call, 0)) == 0;
    }
  return false;
}

static void
see_event (PwkMachine *machine, const PwkEvent *event, void *data)
{
  Reads *reads = data;

  if (event->kind == PWK_EV_STATEMENT)
    {
      if (asks_the_same (reads->call, event->arg[0]))
        g_string_truncate (reads->text, 0);
      return;
    }
  if (strcmp (pwk_string (machine, pwk_inode (machine, (PwkIndex) event->arg[0])->name), pwk_str (reads->call, 0)) == 0)
    g_string_append_printf (reads->text, "%" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT "\n", event->arg[1], event->arg[2]);
}

static void
run_reads (PwkCall *call)
{
  static const PwkEventKind kinds[] = { PWK_EV_STATEMENT, PWK_EV_BLOCK_READ };
  const PwkFinding *found = pwk_call_found (call);
  Reads reads = { call, g_string_new (NULL) };

  if (!found && pwk_call_watch_again (call, kinds, G_N_ELEMENTS (kinds), see_event, &reads))
    found = pwk_call_find_out (call, 0, g_strdup (reads.text->str), NULL);
  if (found)
    g_string_append (pwk_return_dump (call), found->text);
  g_string_free (reads.text, TRUE);
}

#define DUMP(name, signature, summary, example, params, run) \
  { { name, signature, summary, example, PWK_CALL_DUMP, false }, params, PWK_CALL_IS_DUMP, run }

const PwkCallDef pwk_calls_reclaim[] = {
  DUMP ("lru", "lru(node=0) == <<END", N_("the LRU lists of a node, newest page first, and the batches before them"), "lru(0)", "node?", run_lru),
  DUMP ("lruvec", "lruvec(node=0) == <<END", N_("the clock of evictions and what reclaim has cost"), "lruvec(0)", "node?", run_lruvec),
  DUMP ("reads", "reads(\"file\") == <<END", N_("what was read of a file from the disk since this was asked last: index and pages"),
        "reads(\"/tmp/file-a\")", "file:s", run_reads),
  { { "lru_add_drain", "lru_add_drain(cpu=)", N_("put the pages that wait in a CPU's batches onto their LRU lists"), "lru_add_drain()",
      PWK_CALL_KERNEL, false }, "cpu=", PWK_CALL_KERNEL_SIDE | PWK_CALL_COUNTS | PWK_CALL_NO_RESULT, run_lru_add_drain },
  { { NULL } },
};
