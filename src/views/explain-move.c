/* explain-move.c - sentences: pages that move, compaction, huge pages made of small ones
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/explain-private.h"

#include "engine/phys/zone.h"

static char *
say_migrate_fail (const PwkEvent *event)
{
  switch (pwk_arg (event, MIGRATE_FAIL, why))
    {
    case PWK_MIGRATE_NO_FRAME:
      SENTENCE (_("pfn %llu stays where it is: there is no free frame to move it to."),
                ARG (MIGRATE_FAIL, pfn));
    case PWK_MIGRATE_BUSY:
      SENTENCE (_("pfn %llu stays where it is: it is being written, and nobody waits for that "
                  "here."),
                ARG (MIGRATE_FAIL, pfn));
    case PWK_MIGRATE_LOCKED:
      SENTENCE (_("pfn %llu stays where it is: it is being read."), ARG (MIGRATE_FAIL, pfn));
    case PWK_MIGRATE_HELD:
    default:
      SENTENCE (_("pfn %llu stays where it is: somebody holds it whom no page table knows."),
                ARG (MIGRATE_FAIL, pfn));
    }
}

static char *
explain_migration (const PwkEvent *event)
{
  switch (event->kind)
    {
    case PWK_EV_MIGRATE_FOLIO:
      SENTENCE (_("pfn %llu moves to pfn %llu, on node %llu."), ARG (MIGRATE_FOLIO, old),
                ARG (MIGRATE_FOLIO, new), ARG (MIGRATE_FOLIO, node));
    case PWK_EV_MIGRATE_FAIL:
      return say_migrate_fail (event);
    case PWK_EV_TRY_TO_MIGRATE:
      SENTENCE (_("The entries that map pfn %llu (%llu of them) become migration entries, which "
                  "nobody can use."),
                ARG (TRY_TO_MIGRATE, pfn), ARG (TRY_TO_MIGRATE, entries));
    case PWK_EV_REMOVE_MIGRATION_PTES:
      SENTENCE (_("The migration entries of pfn %llu (%llu of them) become entries of pfn %llu, "
                  "with the rights they had."),
                ARG (REMOVE_MIGRATION_PTES, old), ARG (REMOVE_MIGRATION_PTES, entries),
                ARG (REMOVE_MIGRATION_PTES, new));
    default:
      return NULL;
    }
}

/* Why a compaction ended, or did not begin. */
static const char *
say_result (uint64_t result)
{
  switch (result)
    {
    case PWK_COMPACT_SUCCESSFUL:
      return _("there is a free block as wanted");
    case PWK_COMPACT_COMPLETE:
      return _("the whole zone was gone through, and there is none");
    case PWK_COMPACT_PARTIAL_SKIPPED:
      return _("the scanners have met, and a part of the zone was not looked at");
    case PWK_COMPACT_CONTENDED:
      return _("no more free pages could be taken");
    case PWK_COMPACT_SKIPPED:
      return _("it would not help: memory is short, not in pieces");
    case PWK_COMPACT_CONTINUE:
      return _("free memory is in pieces, so it is worth while");
    case PWK_COMPACT_DEFERRED:
      return _("it was in vain before and is put off");
    case PWK_COMPACT_NO_SUITABLE_PAGE:
      return _("none of the pages can be moved");
    case PWK_COMPACT_NOT_SUITABLE_ZONE:
    default:
      return _("free memory is not in pieces here, so it would not help");
    }
}

/* enum migrate_mode: whom it waits for. */
static const char *
say_mode (uint64_t mode)
{
  switch (mode)
    {
    case PWK_MIGRATE_ASYNC:
      return _("waiting for nobody (MIGRATE_ASYNC)");
    case PWK_MIGRATE_SYNC_LIGHT:
      return _("waiting for locks, but not for the disk (MIGRATE_SYNC_LIGHT)");
    case PWK_MIGRATE_SYNC:
    default:
      return _("waiting for what is being written, too (MIGRATE_SYNC)");
    }
}

/* __alloc_pages_direct_compact (): how hard it tries. */
static char *
say_direct_compact (const PwkEvent *event)
{
  switch (pwk_arg (event, DIRECT_COMPACT, priority))
    {
    case PWK_COMPACT_PRIO_ASYNC:
      SENTENCE (_("No block of order %llu is free: whoever asks for it compacts memory himself, "
                  "hastily at first: what is busy stays where it is."),
                ARG (DIRECT_COMPACT, order));
    case PWK_COMPACT_PRIO_SYNC_LIGHT:
      SENTENCE (_("No block of order %llu is free: whoever asks for it compacts memory himself, "
                  "with more patience: he waits for locks."),
                ARG (DIRECT_COMPACT, order));
    case PWK_COMPACT_PRIO_SYNC_FULL:
    default:
      SENTENCE (_("No block of order %llu is free: whoever asks for it compacts memory himself, "
                  "the whole zone, with whatever was passed over before."),
                ARG (DIRECT_COMPACT, order));
    }
}

static char *
explain_compaction (const PwkEvent *event)
{
  switch (event->kind)
    {
    case PWK_EV_COMPACTION_BEGIN:
      SENTENCE (_("Compaction of zone %s of node %llu, %s: pages are sought from pfn %llu "
                  "upwards, free ones from pfn %llu downwards."),
                pwk_zone_name ((unsigned) pwk_arg (event, COMPACTION_BEGIN, zone)),
                ARG (COMPACTION_BEGIN, node), say_mode (pwk_arg (event, COMPACTION_BEGIN, mode)),
                ARG (COMPACTION_BEGIN, migrate_pfn), ARG (COMPACTION_BEGIN, free_pfn));
    case PWK_EV_COMPACTION_END:
      SENTENCE (_("Compaction of zone %s of node %llu, %s, ends: %s."),
                pwk_zone_name ((unsigned) pwk_arg (event, COMPACTION_END, zone)),
                ARG (COMPACTION_END, node), say_mode (pwk_arg (event, COMPACTION_END, mode)),
                say_result (pwk_arg (event, COMPACTION_END, status)));
    case PWK_EV_COMPACTION_SUITABLE:
      SENTENCE (_("Is zone %s of node %llu to be compacted for order %llu? %s."),
                pwk_zone_name ((unsigned) pwk_arg (event, COMPACTION_SUITABLE, zone)),
                ARG (COMPACTION_SUITABLE, node), ARG (COMPACTION_SUITABLE, order),
                say_result (pwk_arg (event, COMPACTION_SUITABLE, result)));
    case PWK_EV_ISOLATE_MIGRATEPAGES:
      SENTENCE (_("From pfn %llu to %llu: %llu frames are looked at, %llu pages taken to be "
                  "moved."),
                ARG (ISOLATE_MIGRATEPAGES, start), ARG (ISOLATE_MIGRATEPAGES, end),
                ARG (ISOLATE_MIGRATEPAGES, scanned), ARG (ISOLATE_MIGRATEPAGES, taken));
    case PWK_EV_ISOLATE_FREEPAGES:
      SENTENCE (_("From pfn %llu to %llu: %llu frames are looked at, %llu free pages taken to move "
                  "to."),
                ARG (ISOLATE_FREEPAGES, start), ARG (ISOLATE_FREEPAGES, end),
                ARG (ISOLATE_FREEPAGES, scanned), ARG (ISOLATE_FREEPAGES, taken));
    case PWK_EV_FAST_ISOLATE_FREEPAGES:
      SENTENCE (_("The free lists are asked for blocks from pfn %llu to %llu: %llu looked at, %llu "
                  "pages taken."),
                ARG (FAST_ISOLATE_FREEPAGES, start), ARG (FAST_ISOLATE_FREEPAGES, end),
                ARG (FAST_ISOLATE_FREEPAGES, scanned), ARG (FAST_ISOLATE_FREEPAGES, taken));
    case PWK_EV_COMPACTION_MIGRATEPAGES:
      SENTENCE (_("%llu pages have moved, %llu could not."),
                ARG (COMPACTION_MIGRATEPAGES, migrated), ARG (COMPACTION_MIGRATEPAGES, failed));
    case PWK_EV_COMPACTION_CAPTURE:
      SENTENCE (_("The free block of order %llu at pfn %llu goes to who compacts for it, and onto "
                  "no list."),
                ARG (COMPACTION_CAPTURE, order), ARG (COMPACTION_CAPTURE, pfn));
    default:
      return NULL;
    }
}

static char *
explain_requests (const PwkEvent *event)
{
  switch (event->kind)
    {
    case PWK_EV_COMPACTION_DEFER:
      SENTENCE (_("Compaction of zone %s for order %llu has come to nothing: the next 2^%llu "
                  "requests do without."),
                pwk_zone_name ((unsigned) pwk_arg (event, COMPACTION_DEFER, zone)),
                ARG (COMPACTION_DEFER, order), ARG (COMPACTION_DEFER, defer_shift));
    case PWK_EV_COMPACTION_DEFERRED:
      SENTENCE (_("Zone %s is not compacted for order %llu: it was in vain before, and this is "
                  "request %llu of 2^%llu that do without."),
                pwk_zone_name ((unsigned) pwk_arg (event, COMPACTION_DEFERRED, zone)),
                ARG (COMPACTION_DEFERRED, order), ARG (COMPACTION_DEFERRED, considered),
                ARG (COMPACTION_DEFERRED, defer_shift));
    case PWK_EV_COMPACTION_DEFER_RESET:
      SENTENCE (_("Compaction of zone %s was of use for order %llu: it is not put off below order "
                  "%llu."),
                pwk_zone_name ((unsigned) pwk_arg (event, COMPACTION_DEFER_RESET, zone)),
                ARG (COMPACTION_DEFER_RESET, order), ARG (COMPACTION_DEFER_RESET, order_failed));
    case PWK_EV_DIRECT_COMPACT:
      return say_direct_compact (event);
    case PWK_EV_KCOMPACTD_WAKE:
      SENTENCE (_("kcompactd of node %llu is woken for a block of order %llu."),
                ARG (KCOMPACTD_WAKE, node), ARG (KCOMPACTD_WAKE, order));
    case PWK_EV_KCOMPACTD_SLEEP:
      SENTENCE (_("kcompactd of node %llu goes to sleep."), ARG (KCOMPACTD_SLEEP, node));
    default:
      return NULL;
    }
}

/* Why 2 MiB become one page, or do not. */
static const char *
say_collapse (uint64_t result)
{
  switch (result)
    {
    case PWK_COLLAPSE_SUCCEED:
      return _("they become one huge page");
    case PWK_COLLAPSE_PMD_MAPPED:
      return _("they are one already");
    case PWK_COLLAPSE_PMD_NULL:
      return _("no table leads there");
    case PWK_COLLAPSE_PMD_NONE:
      return _("nothing of it has been touched yet");
    case PWK_COLLAPSE_FAIL:
      return _("an entry is neither empty nor a page in memory, but a slot or a marker");
    case PWK_COLLAPSE_PAGE_LRU:
      return _("a page of it is on no LRU list");
    case PWK_COLLAPSE_EXCEED_NONE:
      return _("too much of it is empty (max_ptes_none)");
    case PWK_COLLAPSE_EXCEED_SWAP:
      return _("too much of it is swapped out (max_ptes_swap)");
    case PWK_COLLAPSE_EXCEED_SHARED:
      return _("too much of it is mapped by others, too (max_ptes_shared)");
    case PWK_COLLAPSE_NOT_REFERENCED:
      return _("nobody has used it of late");
    case PWK_COLLAPSE_PAGE_COUNT:
      return _("somebody holds a page of it");
    case PWK_COLLAPSE_PAGE_RO:
      return _("none of it may be written");
    case PWK_COLLAPSE_ALLOC_FAIL:
      return _("no huge frame is free");
    case PWK_COLLAPSE_OTHER:
    default:
      return _("it holds pages that cannot be part of one");
    }
}

static char *
explain_collapse (const PwkEvent *event)
{
  switch (event->kind)
    {
    case PWK_EV_KHUGEPAGED_SCAN:
      SENTENCE (_("The 2 MiB at 0x%llx, of which %llu pages are empty and %llu shared: %s."),
                ARG (KHUGEPAGED_SCAN, addr), ARG (KHUGEPAGED_SCAN, none_or_zero),
                ARG (KHUGEPAGED_SCAN, shared),
                say_collapse (pwk_arg (event, KHUGEPAGED_SCAN, result)));
    case PWK_EV_DEFERRED_SPLIT_SCAN:
      if (!pwk_arg (event, DEFERRED_SPLIT_SCAN, split))
        SENTENCE (_("Memory is short, but the huge page at pfn %llu cannot be split: somebody "
                    "holds it."),
                  ARG (DEFERRED_SPLIT_SCAN, pfn));
      SENTENCE (_("Memory is short: the huge page at pfn %llu, of which parts are mapped by "
                  "nobody, is split."),
                ARG (DEFERRED_SPLIT_SCAN, pfn));
    default:
      return NULL;
    }
}

char *
pwk_explain_move (const PwkMachine *machine, const PwkEvent *event)
{
  static char *(*const groups[]) (const PwkEvent *) = { explain_migration, explain_compaction,
                                                        explain_requests, explain_collapse };
  char *sentence = NULL;

  (void) machine;
  for (size_t i = 0; i < G_N_ELEMENTS (groups) && sentence == NULL; i++)
    sentence = groups[i] (event);
  return sentence;
}

/* --- rules --- */

const PwkRule *
pwk_rule_move (unsigned kind)
{
  static const PwkRule rules[PWK_N_EVENTS] = {
    [PWK_EV_MIGRATE_FOLIO] = { N_("Programs know addresses, not frames: a page can lie elsewhere "
                                  "as long as all entries that map it follow.") },
    [PWK_EV_MIGRATE_FAIL] = { N_("A page can move only if all who use it are known and can be "
                                 "told.") },
    [PWK_EV_TRY_TO_MIGRATE] = { N_("While a page is copied nobody may write to it: who touches it "
                                   "faults, and waits until it has moved.") },
    [PWK_EV_REMOVE_MIGRATION_PTES] = { N_("A migration entry remembers whether the page could be "
                                          "written, was used, was written: all that is as "
                                          "before.") },
    [PWK_EV_COMPACTION_BEGIN] = { N_("Two scanners walk towards each other: pages from the low end "
                                     "move to free frames at the high end, and large free blocks "
                                     "are left.") },
    [PWK_EV_COMPACTION_END] = { N_("It ends when the scanners meet, or when a block as wanted is "
                                   "free. Where they stood is remembered.") },
    [PWK_EV_COMPACTION_SUITABLE] = { N_("Moving pages needs free ones to move to, and helps only "
                                        "where free memory is enough, but in pieces (fragmentation "
                                        "index).") },
    [PWK_EV_COMPACTION_DEFER] = { N_("After each failure compaction is left alone for twice as "
                                     "many requests, up to 64.") },
    [PWK_EV_COMPACTION_DEFERRED] = { N_("After each failure compaction is left alone for twice as "
                                        "many requests, up to 64.") },
    [PWK_EV_COMPACTION_DEFER_RESET] = { N_("Success makes the next request try again.") },
    [PWK_EV_ISOLATE_MIGRATEPAGES] = { N_("Pages of processes and files are on LRU lists and can be "
                                         "moved; the kernel’s own cannot. Pageblocks without any "
                                         "are marked to be passed over.") },
    [PWK_EV_ISOLATE_FREEPAGES] = { N_("Free pages are taken from pageblocks of movable memory "
                                      "alone, so that the others stay free of what would be in the "
                                      "way there.") },
    [PWK_EV_FAST_ISOLATE_FREEPAGES] = { N_("A look at the free lists is often faster than going "
                                           "through the frames; each search begins where the last "
                                           "one ended.") },
    [PWK_EV_COMPACTION_MIGRATEPAGES] = { N_("Some 32 pages move at once.") },
    [PWK_EV_COMPACTION_CAPTURE] = { N_("Without that, somebody else could take the block that was "
                                       "so much work.") },
    [PWK_EV_DIRECT_COMPACT] = { N_("First hastily, then with patience, at last the whole zone; "
                                   "between these, memory is reclaimed.") },
    [PWK_EV_KCOMPACTD_WAKE] = { N_("When kswapd has made room and large blocks are still missing, "
                                   "kcompactd goes on.") },
    [PWK_EV_KCOMPACTD_SLEEP] = { N_("It works when it is asked, or when too much of the free "
                                    "memory is in pieces.") },
    [PWK_EV_KHUGEPAGED_SCAN] = { N_("A huge page needs one entry of the TLB where 512 small ones "
                                    "need many; but it takes 2 MiB, however much of it was used "
                                    "before.") },
    [PWK_EV_DEFERRED_SPLIT_SCAN] = { N_("To split a huge page takes time, so it is put off until "
                                        "its unused parts are needed.") },
  };

  return kind < PWK_N_EVENTS ? &rules[kind] : NULL;
}
