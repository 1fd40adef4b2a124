/* recorded-numa.c - recorded calls about the nodes that memory comes from
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>

#include "engine/core/task.h"
#include "engine/virt/recorded.h"
#include "engine/virt/syscalls.h"
#include "scenario/recorded-private.h"
#include "scenario/words.h"

#define R_MPOL_F_ADDR          2u
#define R_MPOL_MF_MOVE_ALL     4u

/* Argument @place as words, as far as strace shows them: it ends a long list with "...", which sets *@cut. */
static PwkUserWords
words_arg (const Recorded *recorded, guint place, uint64_t **storage, bool *cut)
{
  const PwkArg *arg = pwk_statement_arg (recorded->call->script, recorded->call->statement, place);

  *storage = NULL;
  *cut = false;
  return arg ? pwk_words_of (recorded->call, arg, storage, cut) : (PwkUserWords) { 0 };
}

/* Whether the mask names nodes that are not here: the computer of the record was another one. */
static bool
names_other_nodes (const Recorded *recorded, const PwkUserWords *mask)
{
  for (unsigned i = 0; i < mask->n; i++)
    if (mask->words[i] >> (i == 0 ? recorded->machine->st->n_nodes : 0))
      return true;
  return false;
}

/* Where the record's nodes are missing, what can be done is done: the kernel, too, passes over those of a mask that are not there, and
 * refuses only a mask that has no others. */
static void
judge_nodes (Recorded *recorded, int64_t result, bool others)
{
  const char *text = _("the record names nodes that this machine does not have (it has %u); nodes= of machine() says how many");

  if (others && result < 0)
    pwk_call_lose (recorded->call, text, recorded->machine->st->n_nodes);
  else if (others)
    pwk_call_note (recorded->call, text, recorded->machine->st->n_nodes);
  else if (result < 0)
    pwk_recorded_disagree (recorded, result);
}

/* What the kernel allows only those who have capabilities, and has allowed this process: it has them. */
static void
grant (Recorded *recorded, bool shown)
{
  if (shown)
    pwk_task_edit (recorded->machine, recorded->task)->privileged = 1;
}

void
pwk_recorded_set_mempolicy (Recorded *recorded)
{
  g_autofree uint64_t *storage = NULL;
  bool cut;
  PwkUserWords mask = words_arg (recorded, 1, &storage, &cut);

  judge_nodes (recorded, pwk_sys_set_mempolicy (recorded->machine, recorded->task, (int64_t) recorded->a[0], mask, recorded->a[2]),
               names_other_nodes (recorded, &mask));
}

/* A question changes nothing but what it shows: a policy that no call in the record has set was there before it (numactl sets one and
 * then becomes the program). */
void
pwk_recorded_get_mempolicy (Recorded *recorded)
{
  const uint64_t *a = recorded->a;
  g_autofree uint64_t *storage = NULL, *said = NULL;
  bool cut;
  PwkUserWords modes = words_arg (recorded, 0, &said, &cut), mask = words_arg (recorded, 1, &storage, &cut);
  int64_t mode = 0, result;

  if (a[4] & R_MPOL_F_ADDR)
    pwk_recorded_assume_range (recorded, a[3], 1);
  result = pwk_sys_get_mempolicy (recorded->machine, recorded->task, &mode, NULL, 0, 0, a[3], a[4]);
  if (result < 0)
    pwk_recorded_disagree (recorded, result);
  else if (a[4] == 0 && modes.n == 1 && (int64_t) modes.words[0] != mode
           && pwk_sys_set_mempolicy (recorded->machine, recorded->task, (int64_t) modes.words[0], mask, a[2]) == 0)
    pwk_call_note (recorded->call, _("assumed: the process had this policy before the record shows it"));
}

void
pwk_recorded_mbind (Recorded *recorded)
{
  const uint64_t *a = recorded->a;
  g_autofree uint64_t *storage = NULL;
  bool cut;
  PwkUserWords mask = words_arg (recorded, 3, &storage, &cut);

  pwk_recorded_assume_arguments (recorded);
  grant (recorded, a[5] & R_MPOL_MF_MOVE_ALL);
  judge_nodes (recorded, pwk_sys_mbind (recorded->machine, recorded->task, a[0], a[1], (int64_t) a[2], mask, a[4], a[5]),
               names_other_nodes (recorded, &mask));
}

void
pwk_recorded_set_mempolicy_home_node (Recorded *recorded)
{
  const uint64_t *a = recorded->a;

  pwk_recorded_assume_arguments (recorded);
  judge_nodes (recorded, pwk_sys_set_mempolicy_home_node (recorded->machine, recorded->task, a[0], a[1], a[2], a[3]),
               a[2] >= recorded->machine->st->n_nodes);
}

/* How many pages stay depends on who else used them, which the record does not tell. */
void
pwk_recorded_migrate_pages (Recorded *recorded)
{
  const uint64_t *a = recorded->a;
  g_autofree uint64_t *from_storage = NULL, *to_storage = NULL;
  bool cut;
  PwkUserWords from = words_arg (recorded, 2, &from_storage, &cut), to = words_arg (recorded, 3, &to_storage, &cut);
  PwkIndex other = a[0] ? pwk_find_or_assume_process (recorded->call, (int32_t) a[0]) : recorded->task;

  if (!other)
    return;
  grant (recorded, other != recorded->task && pwk_task (recorded->machine, other)->privileged);
  judge_nodes (recorded, pwk_sys_migrate_pages (recorded->machine, recorded->task, (int64_t) a[0], a[1], from, to),
               names_other_nodes (recorded, &from) || names_other_nodes (recorded, &to));
}

/* Pages of whose nodes the record speaks had been used: the first ones of @pages, as many as @status has. How many had to be brought in for that. */
static uint64_t
use_pages (const Recorded *recorded, PwkIndex task, const PwkUserWords *pages, const PwkUserWords *status)
{
  uint64_t used = 0;

  for (unsigned i = 0; i < pages->n && i < status->n; i++)
    if ((int64_t) status->words[i] >= 0)
      used += pwk_virt_use_recorded (recorded->machine, task, pages->words[i]);
  return used;
}

/* What became of each page stands in the record, and may be otherwise here: a page that others have mapped stays where it is. */
void
pwk_recorded_move_pages (Recorded *recorded)
{
  const uint64_t *a = recorded->a;
  g_autofree uint64_t *page_storage = NULL, *node_storage = NULL, *status_storage = NULL;
  g_autofree int64_t *moved = NULL;
  bool cut, others = false;
  PwkUserWords status = words_arg (recorded, 4, &status_storage, &cut), nodes = words_arg (recorded, 3, &node_storage, &cut);
  PwkUserWords pages = words_arg (recorded, 2, &page_storage, &cut);
  PwkIndex task = a[0] ? pwk_find_or_assume_process (recorded->call, (int32_t) a[0]) : recorded->task;
  uint64_t n = MIN (a[1], pages.n), used;

  if (!task)
    return;
  if (n < a[1])
    pwk_call_lose (recorded->call, _("of the %llu pages of this move_pages the record shows %llu; with -v strace shows all"),
                   (unsigned long long) a[1], (unsigned long long) n);
  grant (recorded, (a[5] & R_MPOL_MF_MOVE_ALL) || (task != recorded->task && pwk_task (recorded->machine, task)->privileged));
  used = use_pages (recorded, task, &pages, &status);
  if (used > 0)
    pwk_call_note (recorded->call, ngettext ("assumed: %llu page had been used before the record shows it",
                                             "assumed: %llu pages had been used before the record shows it", (unsigned long) used),
                   (unsigned long long) used);
  for (unsigned i = 0; i < nodes.n; i++)
    others = others || nodes.words[i] >= recorded->machine->st->n_nodes;
  moved = g_new0 (int64_t, n + 1);
  judge_nodes (recorded, pwk_sys_move_pages (recorded->machine, recorded->task, (int64_t) a[0], n, pages, nodes, moved, a[5]), others);
}
