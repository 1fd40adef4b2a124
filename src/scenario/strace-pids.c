/* strace-pids.c - whose line of a recording it is: those without a number, and threads that were there before
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/strace-pids.h"

#include <string.h>

void
pwk_strace_pids_init (PwkStracePids *pids)
{
  memset (pids, 0, sizeof *pids);
  pids->alive = g_hash_table_new (NULL, NULL);
  pids->children = g_hash_table_new (NULL, NULL);
  pids->attached = g_array_new (FALSE, FALSE, sizeof (int32_t));
}

void
pwk_strace_pids_clear (PwkStracePids *pids)
{
  g_hash_table_unref (pids->alive);
  g_hash_table_unref (pids->children);
  g_array_unref (pids->attached);
}

static int32_t
only_one (const PwkStracePids *pids)
{
  GHashTableIter iter;
  gpointer pid;

  if (g_hash_table_size (pids->alive) != 1)
    return 0;
  g_hash_table_iter_init (&iter, pids->alive);
  g_hash_table_iter_next (&iter, &pid, NULL);
  return GPOINTER_TO_INT (pid);
}

int32_t
pwk_strace_pids_resolve (PwkStracePids *pids, int32_t pid)
{
  pids->any = true;
  if (pid == 0)
    return only_one (pids);
  if (pid != pids->last)
    g_hash_table_add (pids->alive, GINT_TO_POINTER (pid));
  pids->last = pid;
  return pid;
}

void
pwk_strace_pids_attached (PwkStracePids *pids, int32_t pid, uint32_t n_threads)
{
  if (n_threads == 0)
    pwk_strace_pids_ended (pids, pid);
  else if (n_threads > 1)
    g_array_append_val (pids->attached, pid);
  else if (pids->any)
    pwk_strace_pids_made (pids, pid);
}

void
pwk_strace_pids_made (PwkStracePids *pids, int32_t child)
{
  g_hash_table_add (pids->children, GINT_TO_POINTER (child));
}

void
pwk_strace_pids_ended (PwkStracePids *pids, int32_t pid)
{
  g_hash_table_remove (pids->alive, GINT_TO_POINTER (pid));
  if (pids->last == pid)
    pids->last = 0;
}

/* Neither made in the record nor, since @pid is no leader, one by itself: the thread of the nearest leader, since numbers are given in order. */
static int32_t
leader_of (const PwkStracePids *pids, int32_t pid)
{
  int32_t leader = 0;

  if (g_hash_table_contains (pids->children, GINT_TO_POINTER (pid)))
    return pid;
  for (guint i = 0; i < pids->attached->len; i++)
    {
      int32_t candidate = g_array_index (pids->attached, int32_t, i);

      if (candidate == pid)
        return pid;
      if (leader == 0 || (candidate < pid && (candidate > leader || leader > pid)))
        leader = candidate;
    }
  return leader ? leader : pid;
}

/* The first process that has a number and whose making is not shown. */
static int32_t
find_root (const PwkStracePids *pids, const GArray *statements)
{
  if (pids->attached->len > 0)
    return g_array_index (pids->attached, int32_t, 0);
  for (guint i = 0; i < statements->len; i++)
    {
      const PwkWho *who = &g_array_index (statements, PwkStatement, i).who;

      if (who->kind == PWK_WHO_PID && !g_hash_table_contains (pids->children, GINT_TO_POINTER (who->pid)))
        return who->pid;
    }
  return 0;
}

static void
note_thread (PwkScript *script, GHashTable *seen, int32_t pid, int32_t leader)
{
  PwkThread thread = { pid, leader };

  if (leader == pid || !g_hash_table_add (seen, GINT_TO_POINTER (pid)))
    return;
  g_array_append_val (script->threads, thread);
}

void
pwk_strace_pids_finish (PwkStracePids *pids, PwkScript *script)
{
  int32_t root = find_root (pids, script->statements);
  g_autoptr(GHashTable) seen = g_hash_table_new (NULL, NULL);

  for (guint i = 0; script->strace && i < script->statements->len; i++)
    {
      PwkWho *who = &g_array_index (script->statements, PwkStatement, i).who;

      if (who->kind == PWK_WHO_NONE && root)
        *who = (PwkWho) { .kind = PWK_WHO_PID, .pid = root, .cpu = -1 };
      if (who->kind == PWK_WHO_PID && pids->attached->len > 0)
        note_thread (script, seen, who->pid, leader_of (pids, who->pid));
    }
}
