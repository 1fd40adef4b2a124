/* explain-paging.c - sentences: page tables, the walk, the TLB
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/explain-private.h"

#include "engine/paging/mmu.h"
#include "engine/paging/page-table.h"

static const char *
level_name (uint64_t level)
{
  return level >= PWK_LEVEL_PTE && level <= PWK_LEVEL_PGD ? pwk_level_name ((PwkLevel) level) : "?";
}

static bool
became_dirty (const PwkMachine *machine, const PwkEvent *event)
{
  PwkLevel level = pwk_level_meant (machine, pwk_arg (event, SET_PTE, level));

  return pwk_pte_dirty (
             pwk_format_decode (machine->format, pwk_arg (event, SET_PTE, new), level)) &&
         !pwk_pte_dirty (pwk_format_decode (machine->format, pwk_arg (event, SET_PTE, old), level));
}

static char *
explain_tables (const PwkMachine *machine, const PwkEvent *event)
{
  g_autofree char *a = NULL, *b = NULL;

  switch (event->kind)
    {
    case PWK_EV_TABLE_ALLOC:
      a = pwk_say_mm (machine, pwk_arg (event, TABLE_ALLOC, mm));
      SENTENCE (_("A table of %s entries for 0x%llx of %s is made in pfn %llu."),
                level_name (pwk_arg (event, TABLE_ALLOC, level)), ARG (TABLE_ALLOC, addr), a,
                ARG (TABLE_ALLOC, pfn));
    case PWK_EV_TABLE_FREE:
      a = pwk_say_mm (machine, pwk_arg (event, TABLE_FREE, mm));
      SENTENCE (_("The table of %s entries in pfn %llu, for 0x%llx of %s, is given back."),
                level_name (pwk_arg (event, TABLE_FREE, level)), ARG (TABLE_FREE, pfn),
                ARG (TABLE_FREE, addr), a);
    case PWK_EV_SET_PTE:
      a = pwk_words_pte (machine->format, pwk_arg (event, SET_PTE, old),
                         (unsigned) pwk_arg (event, SET_PTE, level));
      b = pwk_words_pte (machine->format, pwk_arg (event, SET_PTE, new),
                         (unsigned) pwk_arg (event, SET_PTE, level));
      /* Translators: level, index and frame of an entry, its address, what it was and what it
       * is. */
      SENTENCE (_("The kernel writes %s[%llu] of the table pfn %llu, for 0x%llx: “%s” becomes "
                  "“%s”."),
                level_name (pwk_arg (event, SET_PTE, level)), ARG (SET_PTE, index),
                ARG (SET_PTE, table), ARG (SET_PTE, addr), a, b);
    case PWK_EV_SET_ACCESSED_DIRTY:
      if (became_dirty (machine, event))
        SENTENCE (_("The hardware sets the dirty bit in %s[%llu] of the table pfn %llu."),
                  level_name (pwk_arg (event, SET_ACCESSED_DIRTY, level)),
                  ARG (SET_ACCESSED_DIRTY, index), ARG (SET_ACCESSED_DIRTY, table));
      SENTENCE (_("The hardware sets the accessed bit in %s[%llu] of the table pfn %llu."),
                level_name (pwk_arg (event, SET_ACCESSED_DIRTY, level)),
                ARG (SET_ACCESSED_DIRTY, index), ARG (SET_ACCESSED_DIRTY, table));
    case PWK_EV_CR3_WRITE:
      if (pwk_arg (event, CR3_WRITE, flush) != 0)
        SENTENCE (_("CR3 of CPU %llu gets the top table pfn %llu and PCID %llu; what the TLB has "
                    "under this PCID is flushed."),
                  ARG (CR3_WRITE, cpu), ARG (CR3_WRITE, pgd), ARG (CR3_WRITE, pcid));
      SENTENCE (_("CR3 of CPU %llu gets the top table pfn %llu and PCID %llu; the TLB is kept."),
                ARG (CR3_WRITE, cpu), ARG (CR3_WRITE, pgd), ARG (CR3_WRITE, pcid));
    default:
      return NULL;
    }
}

/* What is wrong with the entry at which a translation ends. */
static const char *
check_words (uint64_t check)
{
  static const char *const checks[] = {
    [PWK_CHECK_CANONICAL] = N_("the address is not canonical"),
    [PWK_CHECK_PRESENT] = N_("it is not present"),
    [PWK_CHECK_RESERVED] = N_("it has a reserved bit set"),
    [PWK_CHECK_USER] = N_("what it leads to is the kernel's alone"),
    [PWK_CHECK_WRITE] = N_("writing is not allowed"),
    [PWK_CHECK_EXECUTE] = N_("fetching instructions is not allowed"),
    [PWK_CHECK_ACCESSED] =
        N_("it was not accessed yet, and the hardware leaves that to the kernel"),
    [PWK_CHECK_DIRTY] = N_("it is clean, and the hardware leaves writing to the kernel"),
  };

  return _(checks[MIN (check, PWK_CHECK_DIRTY)]);
}

static char *
explain_walk (const PwkMachine *machine, const PwkEvent *event)
{
  static const char *const names[] = { "pgd", "p4d", "pud", "pmd", "pte" };
  unsigned level;
  g_autofree char *entry = NULL;

  switch (event->kind)
    {
    case PWK_EV_WALK_PGD:
    case PWK_EV_WALK_P4D:
    case PWK_EV_WALK_PUD:
    case PWK_EV_WALK_PMD:
    case PWK_EV_WALK_PTE:
      level = event->kind - PWK_EV_WALK_PGD;
      entry =
          pwk_words_pte (machine->format, pwk_arg (event, WALK_PGD, entry), PWK_LEVEL_PGD - level);
      SENTENCE (_("The hardware reads %s[%llu] in pfn %llu: “%s”."), names[level],
                ARG (WALK_PGD, index), ARG (WALK_PGD, table), entry);
    case PWK_EV_PWC_HIT:
      SENTENCE (_("The page-walk cache knows the %s entry for 0x%llx: the walk begins below it."),
                level_name (pwk_arg (event, PWC_HIT, level)), ARG (PWC_HIT, addr));
    case PWK_EV_PWC_FILL:
      SENTENCE (_("The page-walk cache keeps the %s entry for 0x%llx: it leads to the table in pfn "
                  "%llu."),
                level_name (pwk_arg (event, PWC_FILL, level)), ARG (PWC_FILL, addr),
                ARG (PWC_FILL, table));
    case PWK_EV_ACCESS:
      /* Translators: %1$s is "load", "store" or "instruction fetch". */
      SENTENCE (_("The %s of %llu bytes at 0x%llx reaches physical address 0x%llx."),
                pwk_words_access ((unsigned) pwk_arg (event, ACCESS, kind)), ARG (ACCESS, bytes),
                ARG (ACCESS, addr), ARG (ACCESS, phys));
    case PWK_EV_ACCESS_FAULT:
      if (pwk_arg (event, ACCESS_FAULT, check) == PWK_CHECK_CANONICAL)
        SENTENCE (_("0x%llx is not a canonical address: a general protection fault."),
                  ARG (ACCESS_FAULT, addr));
      entry = pwk_words_error (pwk_arg (event, ACCESS_FAULT, error));
      SENTENCE (_("The translation of 0x%llx ends at its %s entry: %s (error code 0x%llx: %s)."),
                ARG (ACCESS_FAULT, addr), level_name (pwk_arg (event, ACCESS_FAULT, level)),
                check_words (pwk_arg (event, ACCESS_FAULT, check)),
                ARG (ACCESS_FAULT, error), entry);
    default:
      return NULL;
    }
}

static char *
explain_kernel (const PwkMachine *machine, const PwkEvent *event)
{
  switch (event->kind)
    {
    case PWK_EV_KERNEL_OOPS:
      SENTENCE (_("The kernel itself faults at 0x%llx (%s): oops number %llu; what was under way "
                  "is killed."),
                ARG (KERNEL_OOPS, addr), check_words (pwk_arg (event, KERNEL_OOPS, check)),
                ARG (KERNEL_OOPS, number));
    case PWK_EV_DEVICE_READ:
      SENTENCE (_("The device at physical address 0x%llx answers with %llu bytes: 0x%llx."),
                ARG (DEVICE_READ, phys), ARG (DEVICE_READ, bytes), ARG (DEVICE_READ, value));
    case PWK_EV_DEVICE_WRITE:
      SENTENCE (_("The device’s register at physical address 0x%llx gets %llu bytes: 0x%llx."),
                ARG (DEVICE_WRITE, phys), ARG (DEVICE_WRITE, bytes), ARG (DEVICE_WRITE, value));
    case PWK_EV_VMAP_RANGE:
      SENTENCE (_("The kernel addresses 0x%llx – 0x%llx get their entries, a page each."),
                ARG (VMAP_RANGE, start), ARG (VMAP_RANGE, end));
    case PWK_EV_VUNMAP_RANGE:
      SENTENCE (_("The entries of the kernel addresses 0x%llx – 0x%llx are emptied; TLBs may know "
                  "them still."),
                ARG (VUNMAP_RANGE, start), ARG (VUNMAP_RANGE, end));
    case PWK_EV_SYNC_KERNEL_TOP:
      SENTENCE (ngettext ("The new entry of the kernel’s top table for 0x%llx is copied to %llu "
                          "process.",
                          "The new entry of the kernel’s top table for 0x%llx is copied to %llu "
                          "processes.",
                          pwk_arg (event, SYNC_KERNEL_TOP, trees)),
                ARG (SYNC_KERNEL_TOP, addr), ARG (SYNC_KERNEL_TOP, trees));
    default:
      return NULL;
    }
}

static char *
explain_tlb (const PwkMachine *machine, const PwkEvent *event)
{
  switch (event->kind)
    {
    case PWK_EV_TLB_HIT:
      SENTENCE (_("CPU %llu finds 0x%llx in its %s: pfn %llu, no table is read."),
                ARG (TLB_HIT, cpu), ARG (TLB_HIT, addr),
                pwk_words_tlb ((unsigned) pwk_arg (event, TLB_HIT, structure)), ARG (TLB_HIT, pfn));
    case PWK_EV_TLB_MISS:
      if (pwk_arg (event, TLB_MISS, side) != 0)
        SENTENCE (_("CPU %llu has no translation for the data address 0x%llx in any TLB: the "
                    "tables must be walked."),
                  ARG (TLB_MISS, cpu), ARG (TLB_MISS, addr));
      SENTENCE (_("CPU %llu has no translation for the instruction address 0x%llx in any TLB: the "
                  "tables must be walked."),
                ARG (TLB_MISS, cpu), ARG (TLB_MISS, addr));
    case PWK_EV_TLB_FILL:
      SENTENCE (_("%s of CPU %llu remembers 0x%llx → pfn %llu, in set %llu, way %llu."),
                pwk_words_tlb ((unsigned) pwk_arg (event, TLB_FILL, structure)),
                ARG (TLB_FILL, cpu), ARG (TLB_FILL, addr), ARG (TLB_FILL, pfn), ARG (TLB_FILL, set),
                ARG (TLB_FILL, way));
    case PWK_EV_TLB_EVICT:
      SENTENCE (_("%s of CPU %llu drops page number 0x%llx from set %llu, way %llu, to make room."),
                pwk_words_tlb ((unsigned) pwk_arg (event, TLB_EVICT, structure)),
                ARG (TLB_EVICT, cpu), ARG (TLB_EVICT, vpn), ARG (TLB_EVICT, set),
                ARG (TLB_EVICT, way));
    case PWK_EV_INVLPG:
      SENTENCE (_("CPU %llu forgets the translation of 0x%llx."), ARG (INVLPG, cpu),
                ARG (INVLPG, addr));
    case PWK_EV_TLB_FLUSH:
      if (pwk_arg (event, TLB_FLUSH, start) == 0 &&
          pwk_arg (event, TLB_FLUSH, end) > ((uint64_t) 1 << 56))
        SENTENCE (ngettext ("CPU %llu flushes all of PCID %llu: %llu entry goes.",
                            "CPU %llu flushes all of PCID %llu: %llu entries go.",
                            pwk_arg (event, TLB_FLUSH, entries)),
                  ARG (TLB_FLUSH, cpu), ARG (TLB_FLUSH, pcid), ARG (TLB_FLUSH, entries));
      SENTENCE (ngettext ("CPU %llu flushes 0x%llx–0x%llx: %llu entry goes.",
                          "CPU %llu flushes 0x%llx–0x%llx: %llu entries go.",
                          pwk_arg (event, TLB_FLUSH, entries)),
                ARG (TLB_FLUSH, cpu), ARG (TLB_FLUSH, start), ARG (TLB_FLUSH, end),
                ARG (TLB_FLUSH, entries));
    case PWK_EV_TLB_SHOOTDOWN:
      SENTENCE (_("CPU %llu makes CPU %llu flush its TLB too, by an interrupt."),
                ARG (TLB_SHOOTDOWN, from), ARG (TLB_SHOOTDOWN, to));
    default:
      return NULL;
    }
}

char *
pwk_explain_paging (const PwkMachine *machine, const PwkEvent *event)
{
  char *sentence = explain_tables (machine, event);

  if (sentence == NULL)
    sentence = explain_walk (machine, event);
  if (sentence == NULL)
    sentence = explain_kernel (machine, event);

  return sentence != NULL ? sentence : explain_tlb (machine, event);
}

#define WALK_RULE \
  N_("Nine bits of the address choose one of the table's 512 entries; it names the next table's " \
     "frame. Each step is one memory reference.")

const PwkRule *
pwk_rule_paging (unsigned kind)
{
  static const PwkRule rules[PWK_N_EVENTS] = {
    [PWK_EV_TABLE_ALLOC] = { N_("Tables are made when the first page of their range is mapped; "
                                "each is a frame from the buddy system."),
                             "pgd_alloc() → p4d → pud → pmd → pte" },
    [PWK_EV_TABLE_FREE] = { N_("Tables without a region left in their range are given back, from "
                               "the leaves up.") },
    [PWK_EV_SET_PTE] = { N_("The kernel makes and changes entries; the hardware only reads them, "
                            "and sets accessed and dirty."),
                         "pte_t" },
    [PWK_EV_TLB_HIT] = { N_("The TLB remembers translations by page number and PCID; a hit costs "
                            "next to nothing."),
                         "TLB" },
    [PWK_EV_TLB_MISS] = { N_("No set that this page number falls into has it under the running "
                             "PCID or as global."),
                          "TLB, MMU" },
    [PWK_EV_TLB_FILL] = { N_("A translation that was walked for is put into the set its page "
                             "number chooses."),
                          "TLB" },
    [PWK_EV_TLB_EVICT] = { N_("All ways of the set were taken; the policy (LRU, PLRU …) chose the "
                              "victim.") },
    [PWK_EV_PWC_FILL] = { N_("Every entry of an upper level that a walk reads is kept, so that the "
                             "next walk to its neighbourhood begins further down.") },
    [PWK_EV_PWC_HIT] = { N_("Upper entries change rarely: the processor keeps them, so that most "
                            "walks read the last level only.") },
    [PWK_EV_WALK_PGD] = { WALK_RULE, "pgd" },
    [PWK_EV_WALK_P4D] = { WALK_RULE, "p4d" },
    [PWK_EV_WALK_PUD] = { WALK_RULE, "pud (upper)" },
    [PWK_EV_WALK_PMD] = { WALK_RULE, "pmd (middle)" },
    [PWK_EV_WALK_PTE] = { N_("The last level: this entry has the frame number and the rights of "
                             "the page itself."),
                          "pte (page table entry)" },
    [PWK_EV_SET_ACCESSED_DIRTY] = { N_("accessed tells reclaim that the page is in use, dirty that "
                                       "it must be written out. Only the kernel clears them."),
                                    "_PAGE_ACCESSED, _PAGE_DIRTY" },
    [PWK_EV_ACCESS] = { N_("Physical address = frame number × 4096 + offset in the page."), "pfn" },
    [PWK_EV_ACCESS_FAULT] = { N_("An entry is missing, or the rights of all entries on the way "
                                 "together forbid the access. The processor raises a page fault."),
                              "V, FOR, FOW, FOE" },
    [PWK_EV_KERNEL_OOPS] = { N_("A page fault of a process is repaired; one of the kernel in its "
                                "own addresses is a bug: a pointer that leads nowhere, a guard "
                                "page, memory that was unmapped."),
                             NULL },
    [PWK_EV_DEVICE_READ] = { N_("No memory is at this physical address: the access goes to a "
                                "device, past the caches."),
                             "ioremap" },
    [PWK_EV_DEVICE_WRITE] = { N_("No memory is at this physical address: the store goes to a "
                                 "device, which may do anything on it."),
                              "ioremap" },
    [PWK_EV_VMAP_RANGE] = { N_("The kernel’s tables hang in every process’s top table: what is "
                               "mapped here is there for all at once."),
                            "vmap" },
    [PWK_EV_VUNMAP_RANGE] = { N_("Entries go at once, the flush of all TLBs comes later, for many "
                                 "areas together."),
                              "vunmap" },
    [PWK_EV_SYNC_KERNEL_TOP] = { N_("Each process has its own top table; what stands in the "
                                    "kernel’s half of it must be the same in all.") },
    [PWK_EV_INVLPG] = { N_("After an entry was changed, the old translation must not be used any "
                           "more; the hardware does not notice by itself.") },
    [PWK_EV_TLB_FLUSH] = { N_("Up to 33 pages are dropped one by one; beyond that everything of "
                              "the address space goes at once. Global entries stay."),
                           "global" },
    [PWK_EV_TLB_SHOOTDOWN] = { N_("The address space may be in the TLB of every CPU where it has "
                                  "run; each must forget what changed before the frame may be used "
                                  "again.") },
    [PWK_EV_CR3_WRITE] = { N_("CR3 points to the top table. With a PCID as tag, entries of several "
                              "address spaces can stay in the TLB side by side."),
                           "mm->pgd, mm->context" },
  };

  return kind < PWK_N_EVENTS ? &rules[kind] : NULL;
}
