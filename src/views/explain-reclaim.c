/* explain-reclaim.c - sentences: page replacement, refaults, swap
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/explain-private.h"

#include "engine/reclaim/vmscan.h"

/* How anonymous memory and files share a pass: get_scan_count ()'s choice. */
static char *
say_balance (const PwkEvent *event)
{
  switch (event->arg[0])
    {
    case PWK_SCAN_FILE:
      SENTENCE (_("Only pages of files are to be looked at: %llu inactive and %llu active ones. There is no free swap, or enough inactive pages of files."),
                ARG (3), ARG (4));
    case PWK_SCAN_ANON:
      SENTENCE (_("Only anonymous pages are to be looked at, %llu inactive and %llu active ones: hardly any page of a file is left."), ARG (1), ARG (2));
    case PWK_SCAN_EQUAL:
      SENTENCE (_("Nothing was enough so far: all lists are to be looked at, %llu and %llu anonymous pages, %llu and %llu of files."), ARG (1), ARG (2),
                ARG (3), ARG (4));
    default:
      SENTENCE (_("By swappiness and by what reclaim has cost so far: %llu and %llu anonymous pages and %llu and %llu of files are to be looked at."),
                ARG (1), ARG (2), ARG (3), ARG (4));
    }
}

static char *
say_verdict (const PwkEvent *event)
{
  switch (event->arg[4])
    {
    case PWK_FOLIOREF_ACTIVATE:
      if (event->arg[3] & PWK_VM_LOCKED)
        SENTENCE (_("pfn %llu is kept: a locked region maps it."), ARG (0));
      SENTENCE (_("pfn %llu becomes active: %llu entries were used, and it was used before or holds program text."), ARG (0), ARG (1));
    case PWK_FOLIOREF_KEEP:
      SENTENCE (_("pfn %llu is kept: its accessed bit was set. That was its second chance."), ARG (0));
    case PWK_FOLIOREF_RECLAIM_CLEAN:
      SENTENCE (_("pfn %llu may go if it is clean: no entry was used, but somebody read it."), ARG (0));
    default:
      SENTENCE (_("pfn %llu may go: nobody has used it."), ARG (0));
    }
}

static char *
explain_scan (const PwkMachine *machine, const PwkEvent *event)
{
  switch (event->kind)
    {
    case PWK_EV_SHRINK_NODE:
      if (event->arg[3] != 0)
        SENTENCE (_("kswapd looks at one part in 2^%llu of the lists of node %llu; it wants %llu pages."), ARG (1), ARG (0), ARG (2));
      SENTENCE (_("One part in 2^%llu of the lists of node %llu is looked at; %llu pages are wanted."), ARG (1), ARG (0), ARG (2));
    case PWK_EV_SHRINK_NODE_END:
      SENTENCE (_("Node %llu: %llu pages were looked at, %llu reclaimed."), ARG (0), ARG (1), ARG (2));
    case PWK_EV_SCAN_COUNT:
      return say_balance (event);
    case PWK_EV_LRU_ISOLATE:
      SENTENCE (_("%llu pages at the end of the list “%s” are looked at, %llu are taken off."), ARG (3), pwk_say_lru (event->arg[1]), ARG (4));
    case PWK_EV_SHRINK_INACTIVE:
      if (event->arg[1] != 0)
        SENTENCE (_("Of %llu inactive pages of files, %llu were reclaimed and %llu kept for another round."), ARG (3), ARG (4), ARG (5));
      SENTENCE (_("Of %llu inactive anonymous pages, %llu were reclaimed and %llu kept for another round."), ARG (3), ARG (4), ARG (5));
    case PWK_EV_SHRINK_INACTIVE_STAT:
      SENTENCE (_("%llu anonymous pages and %llu of files became active; %llu were dirty, %llu are being written."), ARG (0), ARG (1), ARG (2), ARG (3));
    case PWK_EV_SHRINK_ACTIVE:
      SENTENCE (_("Of %llu active pages, %llu became inactive and %llu stayed."), ARG (2), ARG (4), ARG (3));
    case PWK_EV_FOLIO_REFERENCED:
      return say_verdict (event);
    case PWK_EV_RECLAIM_THROTTLE:
      SENTENCE (_("Nothing could be reclaimed on node %llu, and much is dirty: the caller sleeps until some is written."), ARG (0));
    case PWK_EV_SHRINK_SLAB:
      SENTENCE (_("Of %llu objects of the cache “%s”, %llu were looked at and %llu freed; %llu are left for the next time."), ARG (2),
                pwk_say_string (machine, event->arg[0]), ARG (3), ARG (4), ARG (5));
    default:
      return NULL;
    }
}

static char *
explain_swap (const PwkEvent *event)
{
  switch (event->kind)
    {
    case PWK_EV_WORKINGSET_REFAULT:
      if (event->arg[3] != 0)
        SENTENCE (_("pfn %llu comes back after %llu others went or were activated, no more than the %llu it competes with: it is active at once."),
                  ARG (0), ARG (1), ARG (2));
      SENTENCE (_("pfn %llu comes back after %llu others went or were activated, more than the %llu it competes with: it begins as a new page does."),
                ARG (0), ARG (1), ARG (2));
    case PWK_EV_ADD_TO_SWAP:
      SENTENCE (_("pfn %llu gets slot %llu of the swap area; %lld are free."), ARG (0), ARG (1), (long long) event->arg[2]);
    case PWK_EV_SWAP_WRITE:
      SENTENCE (_("pfn %llu is written to slot %llu."), ARG (0), ARG (1));
    case PWK_EV_SWAP_READ:
      SENTENCE (_("Slot %llu is read into pfn %llu."), ARG (1), ARG (0));
    case PWK_EV_SWAP_ZERO:
      if (event->arg[2] != 0)
        SENTENCE (_("pfn %llu holds zeros: slot %llu remembers that, and nothing is written."), ARG (0), ARG (1));
      SENTENCE (_("Slot %llu is known to hold zeros: pfn %llu is cleared, and nothing is read."), ARG (1), ARG (0));
    case PWK_EV_DO_SWAP_PAGE:
      if (event->arg[2] != PWK_NO_PFN)
        SENTENCE (_("The page of 0x%llx is in the swap area, slot %llu, and still in memory: pfn %llu."), ARG (0), ARG (1), ARG (2));
      SENTENCE (_("The page of 0x%llx is in the swap area, slot %llu: it is read."), ARG (0), ARG (1));
    default:
      return NULL;
    }
}

char *
pwk_explain_reclaim (const PwkMachine *machine, const PwkEvent *event)
{
  char *sentence = explain_scan (machine, event);

  return sentence != NULL ? sentence : explain_swap (event);
}

/* --- rules --- */

const PwkRule *
pwk_rule_reclaim (unsigned kind)
{
  static const PwkRule rules[PWK_N_EVENTS] = {
    [PWK_EV_SHRINK_NODE] = { N_("Each pass looks at a larger part of the lists than the one before, from 1/4096 to all of it, until enough is reclaimed."), "Reclaim, priority" },
    [PWK_EV_SHRINK_NODE_END] = { N_("If that is enough the caller goes on; else the next pass looks at twice as much."), "Reclaim" },
    [PWK_EV_SCAN_COUNT] = { N_("Pages of files are dropped or written back, anonymous ones need swap. Which are taken depends on what taking them has cost lately."), "swappiness" },
    [PWK_EV_LRU_ISOLATE] = { N_("At most 32 pages are taken off a list at once, so that its lock is not held for long."), "SWAP_CLUSTER_MAX, lru_lock" },
    [PWK_EV_SHRINK_INACTIVE] = { N_("Pages come to the old end of the inactive list without having been used: those are the ones that go."), "inactive_list" },
    [PWK_EV_SHRINK_INACTIVE_STAT] = { N_("Dirty pages of files are left to the flusher threads, which write them in better order.") },
    [PWK_EV_SHRINK_ACTIVE] = { N_("When the inactive list is short, active pages get another chance there; program text that is in use stays."), "active_list" },
    [PWK_EV_FOLIO_REFERENCED] = { N_("The accessed bits of all entries that map the page are asked and cleared. Used once: a second chance. Used twice: active."), "referenced, accessed bit" },
    [PWK_EV_WORKINGSET_REFAULT] = { N_("An evicted page leaves its shadow, the clock of evictions. A short time between going and coming back means that it belongs to the working set.") },
    [PWK_EV_ADD_TO_SWAP] = { N_("Anonymous memory has no file: it can leave memory only for the swap area."), "swap cache" },
    [PWK_EV_SWAP_WRITE] = { N_("Until it is written the page stays in the swap cache, and whoever needs it finds it there.") },
    [PWK_EV_SWAP_READ] = { N_("This is a major fault, a thousand times as dear as one that needs no disk."), "swap entry" },
    [PWK_EV_SWAP_ZERO] = { N_("A page full of zeros needs a slot, but no place on the disk.") },
    [PWK_EV_DO_SWAP_PAGE] = { N_("The entry is not present, but names a slot: the page is brought back, with neighbours that may be wanted soon."), "swap entry" },
    [PWK_EV_RECLAIM_THROTTLE] = { N_("To look at the same pages again before some are written would only cost time.") },
    [PWK_EV_SHRINK_SLAB] = { N_("Other caches give up as large a part of their objects as the lists of pages do, by what it costs to make them again."), "shrinker" },
  };

  return kind < PWK_N_EVENTS ? &rules[kind] : NULL;
}
