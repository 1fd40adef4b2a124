/* explain-reclaim.c - sentences: page replacement, refaults, swap
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/explain-private.h"

#include "engine/reclaim/vmscan.h"

/* How anonymous memory and files share a pass: get_scan_count ()'s choice. */
static char *
say_balance (const PwkMachine *machine, const PwkEvent *event)
{
  const bool anon = pwk_arg (event, SCAN_COUNT, inactive_anon) > 0 ||
                    pwk_arg (event, SCAN_COUNT, active_anon) > 0;

  switch (pwk_arg (event, SCAN_COUNT, balance))
    {
    case PWK_SCAN_FILE:
      if (machine->st->total_swap_pages == 0)
        SENTENCE (_("Only pages of files are to be looked at: %llu inactive and %llu active ones. "
                    "There is no swap area, so anonymous pages cannot go."),
                  ARG (SCAN_COUNT, inactive_file), ARG (SCAN_COUNT, active_file));
      SENTENCE (_("Only pages of files are to be looked at: %llu inactive and %llu active ones. "
                  "There is no free swap, or enough inactive pages of files."),
                ARG (SCAN_COUNT, inactive_file), ARG (SCAN_COUNT, active_file));
    case PWK_SCAN_ANON:
      SENTENCE (_("Only anonymous pages are to be looked at, %llu inactive and %llu active ones: "
                  "hardly any page of a file is left."),
                ARG (SCAN_COUNT, inactive_anon), ARG (SCAN_COUNT, active_anon));
    case PWK_SCAN_EQUAL:
      SENTENCE (_("Nothing was enough so far: all lists are to be looked at, %llu and %llu "
                  "anonymous pages, %llu and %llu of files."),
                ARG (SCAN_COUNT, inactive_anon), ARG (SCAN_COUNT, active_anon),
                ARG (SCAN_COUNT, inactive_file), ARG (SCAN_COUNT, active_file));
    default:
      if (!anon && machine->st->sysctl.swappiness == 0)
        SENTENCE (_("Not swapped: swappiness is 0, and pages of files are left. %llu inactive and "
                    "%llu active ones are to be looked at."),
                  ARG (SCAN_COUNT, inactive_file), ARG (SCAN_COUNT, active_file));
      SENTENCE (_("By swappiness and by what reclaim has cost so far: %llu and %llu anonymous "
                  "pages and %llu and %llu of files are to be looked at."),
                ARG (SCAN_COUNT, inactive_anon), ARG (SCAN_COUNT, active_anon),
                ARG (SCAN_COUNT, inactive_file), ARG (SCAN_COUNT, active_file));
    }
}

static char *
say_verdict (const PwkEvent *event)
{
  switch (pwk_arg (event, FOLIO_REFERENCED, verdict))
    {
    case PWK_FOLIOREF_ACTIVATE:
      if (pwk_arg (event, FOLIO_REFERENCED, vm_flags) & PWK_VM_LOCKED)
        SENTENCE (_("pfn %llu is kept: a locked region maps it."), ARG (FOLIO_REFERENCED, pfn));
      SENTENCE (_("pfn %llu becomes active: %llu entries were used, and it was used before or "
                  "holds program text."),
                ARG (FOLIO_REFERENCED, pfn), ARG (FOLIO_REFERENCED, young));
    case PWK_FOLIOREF_KEEP:
      SENTENCE (_("pfn %llu is kept: its accessed bit was set. That was its second chance."),
                ARG (FOLIO_REFERENCED, pfn));
    case PWK_FOLIOREF_RECLAIM_CLEAN:
      SENTENCE (_("pfn %llu may go if it is clean: no entry was used, but somebody read it."),
                ARG (FOLIO_REFERENCED, pfn));
    default:
      SENTENCE (_("pfn %llu may go: nobody has used it."), ARG (FOLIO_REFERENCED, pfn));
    }
}

static char *
explain_scan (const PwkMachine *machine, const PwkEvent *event)
{
  switch (event->kind)
    {
    case PWK_EV_SHRINK_NODE:
      if (pwk_arg (event, SHRINK_NODE, kswapd) != 0)
        SENTENCE (_("kswapd looks at one part in 2^%llu of the lists of node %llu; it wants %llu "
                    "pages."),
                  ARG (SHRINK_NODE, priority), ARG (SHRINK_NODE, node),
                  ARG (SHRINK_NODE, nr_to_reclaim));
      SENTENCE (_("One part in 2^%llu of the lists of node %llu is looked at; %llu pages are "
                  "wanted."),
                ARG (SHRINK_NODE, priority), ARG (SHRINK_NODE, node),
                ARG (SHRINK_NODE, nr_to_reclaim));
    case PWK_EV_SHRINK_NODE_END:
      SENTENCE (_("Node %llu: %llu pages were looked at, %llu reclaimed."),
                ARG (SHRINK_NODE_END, node), ARG (SHRINK_NODE_END, scanned),
                ARG (SHRINK_NODE_END, reclaimed));
    case PWK_EV_SCAN_COUNT:
      return say_balance (machine, event);
    case PWK_EV_LRU_ISOLATE:
      if (pwk_arg (event, LRU_ISOLATE, scanned) == 0)
        SENTENCE (_("The list “%s” is empty: nothing is taken off."),
                  pwk_words_lru (pwk_arg (event, LRU_ISOLATE, lru)));
      SENTENCE (_("%llu pages at the end of the list “%s” are looked at, %llu are taken off."),
                ARG (LRU_ISOLATE, scanned), pwk_words_lru (pwk_arg (event, LRU_ISOLATE, lru)),
                ARG (LRU_ISOLATE, taken));
    case PWK_EV_SHRINK_INACTIVE:
      if (pwk_arg (event, SHRINK_INACTIVE, file) != 0)
        SENTENCE (_("Of %llu inactive pages of files, %llu were reclaimed and %llu kept for "
                    "another round."),
                  ARG (SHRINK_INACTIVE, scanned), ARG (SHRINK_INACTIVE, reclaimed),
                  ARG (SHRINK_INACTIVE, ref_keep));
      SENTENCE (_("Of %llu inactive anonymous pages, %llu were reclaimed and %llu kept for another "
                  "round."),
                ARG (SHRINK_INACTIVE, scanned), ARG (SHRINK_INACTIVE, reclaimed),
                ARG (SHRINK_INACTIVE, ref_keep));
    case PWK_EV_SHRINK_INACTIVE_STAT:
      if (pwk_arg (event, SHRINK_INACTIVE_STAT, immediate) != 0)
        SENTENCE (_("%llu pages are still being written although they were met before: kswapd "
                    "had better wait."),
                  ARG (SHRINK_INACTIVE_STAT, immediate));
      SENTENCE (_("%llu anonymous pages and %llu of files became active; %llu were dirty, %llu are "
                  "being written."),
                ARG (SHRINK_INACTIVE_STAT, activate_anon),
                ARG (SHRINK_INACTIVE_STAT, activate_file), ARG (SHRINK_INACTIVE_STAT, dirty),
                ARG (SHRINK_INACTIVE_STAT, writeback));
    case PWK_EV_SHRINK_ACTIVE:
      if (pwk_arg (event, SHRINK_ACTIVE, file) != 0)
        SENTENCE (_("Of %llu active pages of files, %llu became inactive; %llu stayed, as program "
                    "text that is in use."),
                  ARG (SHRINK_ACTIVE, taken), ARG (SHRINK_ACTIVE, deactivated),
                  ARG (SHRINK_ACTIVE, active));
      SENTENCE (_("Of %llu active anonymous pages, %llu became inactive and %llu stayed."),
                ARG (SHRINK_ACTIVE, taken), ARG (SHRINK_ACTIVE, deactivated),
                ARG (SHRINK_ACTIVE, active));
    case PWK_EV_FOLIO_REFERENCED:
      return say_verdict (event);
    case PWK_EV_RECLAIM_THROTTLE:
      SENTENCE (_("Nothing could be reclaimed on node %llu, and much is dirty: the caller sleeps "
                  "until some is written."),
                ARG (RECLAIM_THROTTLE, node));
    case PWK_EV_SHRINK_SLAB:
      SENTENCE (_("Of %llu objects of the cache “%s”, %llu were looked at and %llu freed; %llu are "
                  "left for the next time."),
                ARG (SHRINK_SLAB, freeable),
                pwk_say_string (machine, pwk_arg (event, SHRINK_SLAB, shrinker)),
                ARG (SHRINK_SLAB, scanned), ARG (SHRINK_SLAB, freed), ARG (SHRINK_SLAB, deferred));
    default:
      return NULL;
    }
}

static char *
say_panic (const PwkEvent *event)
{
  switch (pwk_arg (event, PANIC, why))
    {
    case PWK_PANIC_ON_OOM:
      return g_strdup (_("The kernel panics: memory is short on all nodes, and vm.panic_on_oom is "
                         "1."));
    case PWK_PANIC_ON_OOM_ALWAYS:
      return g_strdup (_("The kernel panics: memory is short, and vm.panic_on_oom is 2."));
    default:
      return g_strdup (_("The kernel panics: memory is short, and nobody is left that may be "
                         "killed."));
    }
}

static char *
explain_oom (const PwkMachine *machine, const PwkEvent *event)
{
  g_autofree char *who = NULL;

  switch (event->kind)
    {
    case PWK_EV_OUT_OF_MEMORY:
      if (pwk_arg (event, OUT_OF_MEMORY, constraint) == PWK_CONSTRAINT_MEMORY_POLICY)
        SENTENCE (_("Out of memory for order %llu: a NUMA policy allows no other nodes, so only "
                    "processes are in question that may have memory there."),
                  ARG (OUT_OF_MEMORY, order));
      if (pwk_arg (event, OUT_OF_MEMORY, constraint) == PWK_CONSTRAINT_CPUSET)
        SENTENCE (_("Out of memory for order %llu: the cpuset allows no other nodes, so only "
                    "processes are in question that may have memory there."),
                  ARG (OUT_OF_MEMORY, order));
      SENTENCE (_("Out of memory: reclaim has found nothing for a block of order %llu that the "
                  "kernel cannot do without."),
                ARG (OUT_OF_MEMORY, order));
    case PWK_EV_OOM_SELECT:
      SENTENCE (_("The OOM killer chooses pid %lld, with %lld points."),
                (long long) pwk_arg (event, OOM_SELECT, pid),
                (long long) pwk_arg (event, OOM_SELECT, badness));
    case PWK_EV_OOM_KILL:
      SENTENCE (_("Out of memory: pid %lld is killed, with %lld points."),
                (long long) pwk_arg (event, OOM_KILL, pid),
                (long long) pwk_arg (event, OOM_KILL, badness));
    case PWK_EV_OOM_SCORE_ADJ:
      who = pwk_say_task (machine, pwk_arg (event, OOM_SCORE_ADJ, task));
      SENTENCE (_("%s has an oom_score_adj of %lld from now on."), who,
                (long long) pwk_arg (event, OOM_SCORE_ADJ, oom_score_adj));
    case PWK_EV_PANIC:
      return say_panic (event);
    default:
      return NULL;
    }
}

/* Whoever stalls, psi_memstall_enter (). */
static char *
say_stall (const PwkEvent *event)
{
  switch (pwk_arg (event, MEMSTALL_ENTER, why))
    {
    case PWK_STALL_DIRECT_RECLAIM:
      return g_strdup (_("From here on the caller waits for memory: it reclaims for itself."));
    case PWK_STALL_DIRECT_COMPACT:
      return g_strdup (_("From here on the caller waits for memory: it makes a block for itself."));
    case PWK_STALL_KSWAPD:
      return g_strdup (_("From here on kswapd reclaims, which counts as waiting for memory."));
    case PWK_STALL_KCOMPACTD:
      return g_strdup (_("From here on kcompactd makes blocks, which counts as waiting for "
                         "memory."));
    case PWK_STALL_SWAPIN:
      return g_strdup (_("From here on memory is waited for: a page comes back that had been in "
                         "use when it was swapped out."));
    default:
      return g_strdup (_("From here on memory is waited for: a page of a file comes back that had "
                         "been in use when it was dropped."));
    }
}

/* Whoever is done, psi_memstall_leave (); with a place for the time that it took. */
static const char *
stall_over (const PwkEvent *event)
{
  switch (pwk_arg (event, MEMSTALL_LEAVE, why))
    {
    case PWK_STALL_DIRECT_RECLAIM:
      return _("The caller has reclaimed for itself: %s were lost because memory is short.");
    case PWK_STALL_DIRECT_COMPACT:
      return _("The caller has made blocks for itself: %s were lost because memory is short.");
    case PWK_STALL_KSWAPD:
      return _("kswapd is done: it took %s because memory is short.");
    case PWK_STALL_KCOMPACTD:
      return _("kcompactd is done: it took %s because memory is short.");
    case PWK_STALL_SWAPIN:
      return _("The page is back from swap: %s were lost because memory is short.");
    default:
      return _("The file's page is back: %s were lost because memory is short.");
    }
}

static char *
explain_stall (const PwkEvent *event)
{
  g_autofree char *ns = NULL;

  switch (event->kind)
    {
    case PWK_EV_MEMSTALL_ENTER:
      return say_stall (event);
    case PWK_EV_MEMSTALL_LEAVE:
      ns = pwk_format_ns (pwk_arg (event, MEMSTALL_LEAVE, ns));
      SENTENCE (stall_over (event), ns);
    case PWK_EV_SWAPON:
      SENTENCE (_("Swap area %llu is used from now on: %llu slots, priority %lld."),
                ARG (SWAPON, area), ARG (SWAPON, slots), (long long) pwk_arg (event, SWAPON, prio));
    case PWK_EV_SWAPOFF:
      SENTENCE (_("All pages of swap area %llu are back in memory, or in other areas: it is used "
                  "no more."),
                ARG (SWAPOFF, area));
    default:
      return NULL;
    }
}

static char *
say_refault (const PwkEvent *event)
{
  if (pwk_arg (event, WORKINGSET_REFAULT, recent) != 0)
    SENTENCE (_("pfn %llu comes back after %llu others went or were activated, no more than "
                "the %llu it competes with: it is active at once."),
              ARG (WORKINGSET_REFAULT, pfn), ARG (WORKINGSET_REFAULT, distance),
              ARG (WORKINGSET_REFAULT, size));
  SENTENCE (_("pfn %llu comes back after %llu others went or were activated, more than the "
              "%llu it competes with: it begins as a new page does."),
            ARG (WORKINGSET_REFAULT, pfn), ARG (WORKINGSET_REFAULT, distance),
            ARG (WORKINGSET_REFAULT, size));
}

static char *
explain_swap (const PwkEvent *event)
{
  g_autofree char *slot = NULL;

  switch (event->kind)
    {
    case PWK_EV_WORKINGSET_REFAULT:
      return say_refault (event);
    case PWK_EV_ADD_TO_SWAP:
      slot = pwk_words_slot (pwk_arg (event, ADD_TO_SWAP, slot));
      SENTENCE (_("pfn %llu gets slot %s of the swap area; %lld are free."),
                ARG (ADD_TO_SWAP, pfn), slot, (long long) pwk_arg (event, ADD_TO_SWAP, free));
    case PWK_EV_SWAP_WRITE:
      slot = pwk_words_slot (pwk_arg (event, SWAP_WRITE, slot));
      SENTENCE (_("pfn %llu is written to slot %s."), ARG (SWAP_WRITE, pfn), slot);
    case PWK_EV_SWAP_READ:
      slot = pwk_words_slot (pwk_arg (event, SWAP_READ, slot));
      SENTENCE (_("Slot %s is read into pfn %llu."), slot, ARG (SWAP_READ, pfn));
    case PWK_EV_SWAP_ZERO:
      slot = pwk_words_slot (pwk_arg (event, SWAP_ZERO, slot));
      if (pwk_arg (event, SWAP_ZERO, write) != 0)
        SENTENCE (_("pfn %llu holds zeros: slot %s remembers that, and nothing is written."),
                  ARG (SWAP_ZERO, pfn), slot);
      SENTENCE (_("Slot %s is known to hold zeros: pfn %llu is cleared, and nothing is read."),
                slot, ARG (SWAP_ZERO, pfn));
    case PWK_EV_DO_SWAP_PAGE:
      slot = pwk_words_slot (pwk_arg (event, DO_SWAP_PAGE, slot));
      if (pwk_arg (event, DO_SWAP_PAGE, pfn) != PWK_NO_PFN)
        SENTENCE (_("The page of 0x%llx is in the swap area, slot %s, and still in memory: pfn "
                    "%llu."),
                  ARG (DO_SWAP_PAGE, addr), slot, ARG (DO_SWAP_PAGE, pfn));
      SENTENCE (_("The page of 0x%llx is in the swap area, slot %s: it is read."),
                ARG (DO_SWAP_PAGE, addr), slot);
    default:
      return NULL;
    }
}

char *
pwk_explain_reclaim (const PwkMachine *machine, const PwkEvent *event)
{
  char *sentence = explain_scan (machine, event);

  if (sentence == NULL)
    sentence = explain_swap (event);
  if (sentence == NULL)
    sentence = explain_stall (event);

  return sentence != NULL ? sentence : explain_oom (machine, event);
}

/* --- rules --- */

const PwkRule *
pwk_rule_reclaim (unsigned kind)
{
  static const PwkRule rules[PWK_N_EVENTS] = {
    [PWK_EV_SHRINK_NODE] = { N_("Each pass looks at a larger part of the lists than the one "
                                "before, from 1/4096 to all of it, until enough is reclaimed."),
                             "Reclaim, priority" },
    [PWK_EV_SHRINK_NODE_END] = { N_("If that is enough the caller goes on; else the next pass "
                                    "looks at twice as much."),
                                 "Reclaim" },
    [PWK_EV_SCAN_COUNT] = { N_("Pages of files are dropped or written back, anonymous ones need "
                               "swap. Which are taken depends on what taking them has cost "
                               "lately."),
                            "swappiness" },
    [PWK_EV_LRU_ISOLATE] = { N_("At most 32 pages are taken off a list at once, so that its lock "
                                "is not held for long."),
                             "SWAP_CLUSTER_MAX, lru_lock" },
    [PWK_EV_SHRINK_INACTIVE] = { N_("Pages come to the old end of the inactive list without having "
                                    "been used: those are the ones that go."),
                                 "inactive_list" },
    [PWK_EV_SHRINK_INACTIVE_STAT] = { N_("Dirty pages of files are left to the flusher threads, "
                                         "which write them in better order.") },
    [PWK_EV_SHRINK_ACTIVE] = { N_("When the inactive list is short, active pages get another "
                                  "chance there; program text that is in use stays."),
                               "active_list" },
    [PWK_EV_FOLIO_REFERENCED] = { N_("The accessed bits of all entries that map the page are asked "
                                     "and cleared. Used once: a second chance. Used twice: "
                                     "active."),
                                  "referenced, accessed bit" },
    [PWK_EV_WORKINGSET_REFAULT] = { N_("An evicted page leaves its shadow, the clock of evictions. "
                                       "A short time between going and coming back means that it "
                                       "belongs to the working set.") },
    [PWK_EV_ADD_TO_SWAP] = { N_("Anonymous memory has no file: it can leave memory only for the "
                                "swap area."),
                             "swap cache" },
    [PWK_EV_SWAP_WRITE] = { N_("Until it is written the page stays in the swap cache, and whoever "
                               "needs it finds it there.") },
    [PWK_EV_SWAP_READ] = { N_("This is a major fault, a thousand times as dear as one that needs "
                              "no disk."),
                           "swap entry" },
    [PWK_EV_SWAP_ZERO] = { N_("A page full of zeros needs a slot, but no place on the disk.") },
    [PWK_EV_DO_SWAP_PAGE] = { N_("The entry is not present, but names a slot: the page is brought "
                                 "back, with neighbours that may be wanted soon."),
                              "swap entry" },
    [PWK_EV_RECLAIM_THROTTLE] = { N_("To look at the same pages again before some are written "
                                     "would only cost time.") },
    [PWK_EV_SHRINK_SLAB] = { N_("Other caches give up as large a part of their objects as the "
                                "lists of pages do, by what it costs to make them again."),
                             "shrinker" },
    [PWK_EV_MEMSTALL_ENTER] = { N_("Such time is added up for each CPU, and is what "
                                   "/proc/pressure/memory tells: “some” while anybody waits, "
                                   "“full” while nobody does anything else."),
                                "PSI" },
    [PWK_EV_MEMSTALL_LEAVE] = { N_("Every two seconds the share of it goes into averages over 10, "
                                   "60 and 300 seconds."),
                                "PSI" },
    [PWK_EV_SWAPON] = { N_("Of two areas, that of the higher priority is filled first; equal ones "
                           "are used by turns."),
                        "swap_info_struct" },
    [PWK_EV_SWAPOFF] = { N_("What is swapped out has to be brought back before, each entry that "
                            "names a slot being found by a walk over all page tables."),
                         "try_to_unuse" },
    [PWK_EV_OUT_OF_MEMORY] = { N_("Small blocks are promised: who asks for one is not told “no”. "
                                  "When nothing can be reclaimed any more, a process has to go."),
                               "oom_control" },
    [PWK_EV_OOM_SELECT] = { N_("The victim is who frees the most: its pages, page tables and swap, "
                               "shifted by oom_score_adj."),
                            "oom_badness" },
    [PWK_EV_OOM_KILL] = { N_("When reclaim finds nothing, one process is killed so that the others "
                             "can go on. Who shares its memory goes with it."),
                          "oom victim, SIGKILL" },
    [PWK_EV_OOM_SCORE_ADJ] = { N_("Each thousandth counts as much as a thousandth of all memory "
                                  "and swap. At -1000 a process is never chosen."),
                               "oom_score_adj" },
    [PWK_EV_PANIC] = { N_("A machine that stands still may be started anew by its watchdog, "
                          "which can be better than one that limps."),
                       "panic_on_oom" },
  };

  return kind < PWK_N_EVENTS ? &rules[kind] : NULL;
}
