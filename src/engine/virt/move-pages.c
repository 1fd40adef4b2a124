/* move-pages.c - move_pages and migrate_pages: pages that a program sends to other nodes
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/migrate.c:kernel_move_pages(), do_pages_move(), do_pages_stat() and
 * mm/mempolicy.c:kernel_migrate_pages(), do_migrate_pages(). move_pages () names each page and its
 * node, and gets an answer for each; pages in a row that go to one node are moved together:
 *
 *      page     a  b  c  d  e          node     1  1  1  0  1
 *      moved    ╰──┴──╯  │  ╰▶         status   1  1  1  0  1, or -errno
 *
 * migrate_pages () sends all of an address space from a set of nodes to another. Neither changes a
 * policy. Recordings: tests/kernel/numa/migrate. */
#include "engine/virt/move-pages.h"

#include <errno.h>

#include "engine/core/refusal.h"
#include "engine/core/task.h"
#include "engine/paging/mm.h"
#include "engine/phys/cpuset.h"
#include "engine/phys/gfp-bits.h"
#include "engine/phys/page-alloc.h"
#include "engine/phys/page-list.h"
#include "engine/phys/section.h"
#include "engine/virt/mempolicy-private.h"
#include "engine/virt/migrate.h"
#include "engine/virt/process-private.h"
#include "engine/virt/queue-pages.h"
#include "engine/virt/rmap.h"
#include "engine/virt/syscalls.h"

#define INIT_PID 1

/* --- whose memory --- */

/* Follows kernel/ptrace.c:ptrace_may_access (PTRACE_MODE_READ_REALCREDS), as far as users go: one's
 * own, or with all capabilities. */
static bool
may_access (const PwkMachine *machine, PwkIndex task, PwkIndex target)
{
  const PwkTask *caller = pwk_task (machine, task), *other = pwk_task (machine, target);

  return caller->tgid == other->tgid || caller->privileged || (caller->uid == other->uid && !other->privileged);
}

/* Follows mm/migrate.c:find_mm_struct(). The process of that number, into *@target; 0 is the
 * caller. 0 or -errno. */
static int
find_target (PwkMachine *machine, PwkIndex task, int64_t pid, PwkIndex *target)
{
  *target = pid ? pwk_task_by_pid (machine, pid) : task;
  if (pid == INIT_PID)
    return pwk_refuse (machine, EPERM, PWK_WHY_ANOTHERS);
  if (!*target || !pwk_task_lives (pwk_task (machine, *target)))
    return pwk_refuse (machine, ESRCH, PWK_WHY_PROCESS_UNKNOWN);
  return may_access (machine, task, *target) ? 0 : pwk_refuse (machine, EPERM, PWK_WHY_ANOTHERS);
}

/* Follows mm/migrate.c:alloc_migration_target(), on one node, *@data, alone. A huge page is not
 * reclaimed for. */
static PwkPfn
alloc_on_node (PwkMachine *machine, PwkPfn old, void *data)
{
  const unsigned *node = data;
  unsigned order = pwk_folio_order (machine, old);
  uint32_t gfp = PWK_GFP_HIGHUSER_MOVABLE | PWK_GFP_THISNODE;

  if (order)
    gfp = (gfp & ~PWK_GFP_RECLAIM) | PWK_GFP_TRANSHUGE;
  return pwk_user_page_prep (machine, pwk_alloc_pages (machine, gfp, order, (int) *node, -1), order, (PwkPageType) pwk_page (machine, old)->type);
}

/* --- move_pages --- */

/* The folio at @addr: its head, or -errno in *@error (folio_walk_start ()). -EFAULT: no region, or
 * the zero page; -ENOENT: nothing there. */
static PwkPfn
folio_at (const PwkMachine *machine, PwkIndex mm, PwkVaddr addr, int *error)
{
  PwkIndex vma = pwk_find_vma_intersection (machine, mm, addr, addr + 1);
  PwkEntryRef ref;
  PwkPte pte;

  *error = -EFAULT;
  if (!vma)
    return PWK_NO_PFN;
  ref = pwk_entry_lookup (machine, pwk_mm (machine, mm)->pgd, addr, PWK_LEVEL_PTE);
  pte = pwk_entry_get (machine, ref);
  if (!pwk_pte_present (pte) || (ref.level > PWK_LEVEL_PTE && !pwk_pmd_leaf (pte)))
    {
      *error = -ENOENT;
      return PWK_NO_PFN;
    }
  return pwk_pte_normal (machine, pte) ? pwk_page_head (machine, pwk_pte_pfn (pte)) : PWK_NO_PFN;
}

/* What move_pages () without targets answers: a node, or -errno. */
int
pwk_page_node (const PwkMachine *machine, PwkIndex mm, PwkVaddr addr)
{
  int error;
  PwkPfn head = folio_at (machine, mm, addr, &error);

  return head == PWK_NO_PFN ? error : (int) pwk_pfn_zone (machine, head)->node;
}

/* A call under way: pages start … of the list that are to go to @node wait on @list. */
typedef struct
{
  PwkIndex    mm;
  uint64_t    count;
  int64_t    *status;
  bool        all;
  uint32_t    allowed;      /* nodes of the target's cpuset */
  int         node;         /* -1: none waits */
  uint64_t    start;
  PwkPageList list;
} Call;

/* store_status (). 0 or -EFAULT. */
static int
store (PwkMachine *machine, Call *call, uint64_t from, uint64_t to, int64_t value)
{
  if (!call->status)
    return pwk_refuse (machine, EFAULT, PWK_WHY_BAD_BUFFER);
  for (uint64_t i = from; i < to; i++)
    call->status[i] = value;
  return 0;
}

/* Follows mm/migrate.c:move_pages_and_store_status(). Those that wait go; @i is the first that does
 * not. 0, -errno, or how many pages were not moved: those, and all that were not come to. */
static int64_t
move_waiting (PwkMachine *machine, Call *call, uint64_t i)
{
  unsigned node = (unsigned) call->node;
  int64_t failed;

  if (pwk_page_list_is_empty (&call->list))
    return 0;
  failed = pwk_migrate_pages (machine, &call->list, alloc_on_node, NULL, &node, PWK_MIGRATE_SYNC, NULL);
  pwk_putback_movable_pages (machine, &call->list);
  pwk_lru_add_drain (machine);             /* no batch waits between lru_cache_disable () and lru_cache_enable () */
  if (failed < 0)
    return pwk_refuse (machine, (int) -failed, PWK_WHY_NO_FRAMES);
  if (failed)
    return failed + (int64_t) (call->count - i);
  return store (machine, call, call->start, i, (int64_t) node);
}

/* Follows mm/migrate.c:add_folio_for_migration(). 1 it waits now, 0 it is there already, or why it
 * cannot: -EACCES others map it, too; -EBUSY it is on no list. */
static int
add_folio (PwkMachine *machine, Call *call, PwkVaddr addr)
{
  int error;
  PwkPfn head = folio_at (machine, call->mm, addr, &error);

  if (head == PWK_NO_PFN)
    return error;
  if ((int) pwk_pfn_zone (machine, head)->node == call->node)
    return 0;
  if (!call->all && pwk_folio_maybe_shared (machine, head))
    return -EACCES;
  return pwk_queue_folio (machine, head, &call->list) ? 1 : -EBUSY;
}

/* One page of the list: a round of do_pages_move (). If it goes to another node than those that
 * wait, they go first. 0, or what ends the call: -errno, or pages that were not moved. Runs of one
 * node are moved together, as each move flushes; the status of a run is stored when it has moved. */
static int64_t
take_page (PwkMachine *machine, Call *call, uint64_t i, PwkVaddr addr, int64_t node)
{
  int64_t error = 0;
  int added;

  if (call->node >= 0 && call->node != (int) node)
    {
      error = move_waiting (machine, call, i);
      call->start = i;
    }
  if (call->node < 0)
    call->start = i;
  call->node = (int) node;
  if (error)
    return error;
  added = add_folio (machine, call, addr);
  if (added > 0)
    return 0;
  error = store (machine, call, i, i + 1, added ? added : node);
  if (!error)
    {
      error = move_waiting (machine, call, i);
      if (error > 0)
        error--;
      call->node = -1;
    }
  return error;
}

/* node_state (N_MEMORY). */
static bool
node_is_there (const PwkMachine *machine, int64_t node)
{
  return node >= 0 && node < PWK_MAX_NODES && (pwk_nodes_with_memory (machine) >> node & 1);
}

/* Follows mm/migrate.c:do_pages_move(). Errors of single pages stand in their status; what is wrong
 * with the list itself ends it. */
static int64_t
do_move (PwkMachine *machine, Call *call, const PwkUserWords *pages, const PwkUserWords *nodes)
{
  int64_t error = 0, rest;
  uint64_t i;

  for (i = 0; i < call->count; i++)
    {
      if (pages->bad || nodes->bad || i >= pages->n || i >= nodes->n)
        error = pwk_refuse (machine, EFAULT, PWK_WHY_BAD_BUFFER);
      else if (!node_is_there (machine, (int32_t) nodes->words[i]))
        error = pwk_refuse (machine, ENODEV, PWK_WHY_NODE_UNKNOWN);
      else if (!(call->allowed >> nodes->words[i] & 1))
        error = pwk_refuse (machine, EACCES, PWK_WHY_NOT_IN_CPUSET);
      else
        {
          error = take_page (machine, call, i, pages->words[i], (int32_t) nodes->words[i]);
          if (error && (call->node < 0 || pwk_page_list_is_empty (&call->list)))
            return error;
        }
      if (error)
        break;
    }
  rest = move_waiting (machine, call, i);
  return error < 0 ? error : rest;
}

/* Follows mm/migrate.c:do_pages_stat(). move_pages () without nodes only asks where pages are. */
static int64_t
do_stat (PwkMachine *machine, Call *call, const PwkUserWords *pages)
{
  for (uint64_t i = 0; i < call->count; i++)
    {
      int error;

      if (pages->bad || i >= pages->n)
        return pwk_refuse (machine, EFAULT, PWK_WHY_BAD_BUFFER);
      error = store (machine, call, i, i + 1, pwk_page_node (machine, call->mm, pages->words[i]));
      if (error)
        return error;
    }
  return 0;
}

/* move_pages (): 0, how many pages were not moved, or -errno. */
int64_t
pwk_sys_move_pages (PwkMachine *machine, PwkIndex task, int64_t pid, uint64_t count, PwkUserWords pages, PwkUserWords nodes, int64_t *status,
                    uint64_t flags)
{
  Call call = { .count = count, .status = status, .all = flags & PWK_MPOL_MF_MOVE_ALL, .node = -1, .list = PWK_PAGE_LIST_EMPTY };
  PwkIndex target;
  int64_t result;
  int error;

  if (!pwk_call_mm (machine, task))
    return pwk_refuse (machine, ESRCH, PWK_WHY_NO_PROCESS);
  if (flags & ~(uint64_t) (PWK_MPOL_MF_MOVE | PWK_MPOL_MF_MOVE_ALL))
    return pwk_refuse (machine, EINVAL, PWK_WHY_FLAGS_UNKNOWN);
  if ((flags & PWK_MPOL_MF_MOVE_ALL) && !pwk_may_move_all (machine, task))
    return pwk_refuse (machine, EPERM, PWK_WHY_CAPABILITY);
  error = find_target (machine, task, pid, &target);
  if (error)
    return error;
  call.mm = pwk_task (machine, target)->mm;
  call.allowed = pwk_cpuset_mems (machine, target);
  if (!nodes.words && !nodes.bad)
    return do_stat (machine, &call, &pages);
  pwk_lru_add_drain_all (machine);                   /* lru_cache_disable () */
  result = do_move (machine, &call, &pages, &nodes);
  pwk_lru_add_drain_all (machine);
  return result;
}

/* --- migrate_pages --- */

/* Follows mm/mempolicy.c:migrate_to_node(). All pages of the address space on @source. Returns how
 * many pages stay, or -errno. */
static int64_t
migrate_to_node (PwkMachine *machine, PwkIndex mm, unsigned source, unsigned dest, unsigned flags)
{
  PwkPageList list = PWK_PAGE_LIST_EMPTY;
  PwkQueue queue = { .start = 0, .end = pwk_mm (machine, mm)->task_size, .nodes = 1u << source, .holes = true, .flags = flags, .list = &list,
                     .large = PWK_NO_PFN };
  int64_t queued = pwk_queue_pages_range (machine, mm, &queue);
  int64_t failed = pwk_migrate_pages (machine, &list, alloc_on_node, NULL, &dest, PWK_MIGRATE_SYNC, NULL);

  pwk_putback_movable_pages (machine, &list);
  pwk_lru_add_drain (machine);
  return failed < 0 ? pwk_refuse (machine, (int) -failed, PWK_WHY_NO_FRAMES) : failed + MAX (queued, 0);
}

/* Of the nodes in @left one whose target is not among them, so that no page moves twice; else the
 * last. False: none has to move. With as many nodes on both sides each has its own target, else
 * those that are targets stay. On three nodes from {0, 1} to {1, 2}: 1 goes to 2 first, then 0 to
 * 1; the other way round pages of 0 would move twice. */
static bool
choose (uint32_t left, const PwkNodemask *from, uint32_t to, unsigned *source, unsigned *dest)
{
  unsigned weight = 0;
  bool found = false;

  for (unsigned i = 0; i < PWK_NODEMASK_WORDS; i++)
    weight += (unsigned) __builtin_popcountll (from->bits[i]);
  for (unsigned node = 0; node < PWK_MAX_NODES; node++)
    {
      unsigned target;

      if (!(left >> node & 1) || (weight != (unsigned) __builtin_popcount (to) && (to >> node & 1)))
        continue;
      target = pwk_remap_node (node, from->bits[0], to);
      if (target == node)
        continue;
      *source = node;
      *dest = target;
      found = true;
      if (!(left >> target & 1))
        break;
    }
  return found;
}

/* Follows mm/mempolicy.c:do_migrate_pages(). Pair after pair, from where pages move to where none
 * will move away any more. */
int64_t
pwk_do_migrate_pages (PwkMachine *machine, PwkIndex mm, const PwkNodemask *from, uint32_t to, unsigned flags)
{
  uint32_t left = pwk_nodemask_to_set (from);
  int64_t failed = 0, result = 0;
  unsigned source, dest;

  pwk_lru_add_drain_all (machine);                   /* lru_cache_disable () */
  while (result >= 0 && left && choose (left, from, to, &source, &dest))
    {
      left &= ~(1u << source);
      result = migrate_to_node (machine, mm, source, dest, flags);
      failed += result;
    }
  pwk_lru_add_drain_all (machine);
  return result < 0 ? result : failed;
}

/* migrate_pages (): how many pages stay, or -errno. */
int64_t
pwk_sys_migrate_pages (PwkMachine *machine, PwkIndex task, int64_t pid, uint64_t maxnode, PwkUserWords from, PwkUserWords to)
{
  uint32_t own;
  PwkNodemask old, new;
  PwkIndex target;
  int error;

  if (!pwk_call_mm (machine, task))
    return pwk_refuse (machine, ESRCH, PWK_WHY_NO_PROCESS);
  error = pwk_get_nodes (machine, &old, &from, maxnode);
  if (!error)
    error = pwk_get_nodes (machine, &new, &to, maxnode);
  if (!error)
    error = find_target (machine, task, pid, &target);
  if (error)
    return error;
  if (!pwk_nodemask_is_within (&new, pwk_cpuset_mems (machine, target)) && !pwk_may_move_all (machine, task))
    return pwk_refuse (machine, EPERM, PWK_WHY_NODES_NO_MEMORY);
  own = pwk_nodemask_to_set (&new) & pwk_cpuset_mems (machine, task);
  if (!own)
    return pwk_refuse (machine, EINVAL, PWK_WHY_NODES_NO_MEMORY);
  return pwk_do_migrate_pages (machine, pwk_task (machine, target)->mm, &old, own,
                     pwk_may_move_all (machine, task) ? PWK_MPOL_MF_MOVE_ALL : PWK_MPOL_MF_MOVE);
}

/* --- who one is --- */

/* Follows kernel/sys.c:__sys_setresuid(): the real one decides here, and who leaves 0 has no
 * capabilities any more. -1 leaves one as it is. */
int64_t
pwk_sys_setresuid (PwkMachine *machine, PwkIndex task, int64_t real, int64_t effective, int64_t saved)
{
  PwkTask *record = pwk_task_edit (machine, task);
  int32_t was = record->uid;

  if (!pwk_call_mm (machine, task))
    return pwk_refuse (machine, ESRCH, PWK_WHY_NO_PROCESS);
  if (!record->privileged && ((real != -1 && real != was) || (effective != -1 && effective != was) || (saved != -1 && saved != was)))
    return pwk_refuse (machine, EPERM, PWK_WHY_CAPABILITY);
  if (real != -1)
    record->uid = (int32_t) real;
  if (effective != -1)
    record->privileged = effective == 0;
  return 0;
}
