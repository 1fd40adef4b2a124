/* explain-fault.c - sentences: page faults, the page cache, files
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/virt/fault.h"
#include "views/explain-private.h"


static const char *
branch_word (uint64_t branch)
{
  switch (branch)
    {
    case PWK_BRANCH_ANONYMOUS:
      /* Translators: ways that a page fault may take. */
      return _("an anonymous page is missing");
    case PWK_BRANCH_HUGE:
      return _("a huge page may fit here");
    case PWK_BRANCH_READ:
      return _("a page of a file is to be read");
    case PWK_BRANCH_COW:
      return _("a private copy of a file's page is to be made");
    case PWK_BRANCH_SHARED:
      return _("a shared page of a file is to be written");
    case PWK_BRANCH_WRITE_PROTECT:
      return _("a page is there, but read only");
    case PWK_BRANCH_HUGE_WRITE_PROTECT:
      return _("a huge page is there, but read only");
    case PWK_BRANCH_SWAP:
      return _("the entry holds a swap entry or a marker");
    case PWK_BRANCH_HUGETLB:
      return _("the region is made of huge pages of a pool");
    case PWK_BRANCH_ACCESS_FLAGS:
      return _("the entry was good already: only its accessed and dirty bits are set");
    default:
      return _("nothing is known of it");
    }
}

static char *
explain_entry (const PwkMachine *machine, const PwkEvent *event)
{
  g_autofree char *a = NULL, *b = NULL;

  switch (event->kind)
    {
    case PWK_EV_PAGE_FAULT_USER:
      a = pwk_say_task (machine, pwk_arg (event, PAGE_FAULT_USER, task));
      b = pwk_words_error ((uint32_t) pwk_arg (event, PAGE_FAULT_USER, error));
      SENTENCE (_("Page fault of %s at 0x%llx, error code 0x%llx: %s."), a,
                ARG (PAGE_FAULT_USER, addr), ARG (PAGE_FAULT_USER, error), b);
    case PWK_EV_HANDLE_MM_FAULT:
      /* Translators: the second %s is one of "an anonymous page is missing" … */
      SENTENCE (
          _("handle_mm_fault (0x%llx) takes the way of %s (): %s."), ARG (HANDLE_MM_FAULT, addr),
          pwk_arg (event, HANDLE_MM_FAULT, branch) < PWK_N_BRANCHES
              ? pwk_fault_branch_name ((PwkFaultBranch) pwk_arg (event, HANDLE_MM_FAULT, branch))
              : "?",
          branch_word (pwk_arg (event, HANDLE_MM_FAULT, branch)));
    case PWK_EV_FAULT_DONE:
      if ((pwk_arg (event, FAULT_DONE, result) & PWK_VM_FAULT_ERROR) != 0)
        SENTENCE (_("The fault at 0x%llx cannot be repaired."), ARG (FAULT_DONE, addr));
      if (pwk_arg (event, FAULT_DONE, major) != 0)
        SENTENCE (_("The fault at 0x%llx is repaired; it was a major one, with a wait for the "
                    "disk."),
                  ARG (FAULT_DONE, addr));
      SENTENCE (_("The fault at 0x%llx is repaired; it was a minor one. The access is tried "
                  "again."),
                ARG (FAULT_DONE, addr));
    case PWK_EV_FAULT_AROUND:
      SENTENCE (ngettext ("Around 0x%llx, %llu more cached page of the file is mapped at once "
                          "(0x%llx–0x%llx).",
                          "Around 0x%llx, %llu more cached pages of the file are mapped at once "
                          "(0x%llx–0x%llx).",
                          pwk_arg (event, FAULT_AROUND, mapped)),
                ARG (FAULT_AROUND, addr), ARG (FAULT_AROUND, mapped), ARG (FAULT_AROUND, start),
                ARG (FAULT_AROUND, end));
    default:
      return NULL;
    }
}

static char *
explain_repair (const PwkMachine *machine, const PwkEvent *event)
{
  switch (event->kind)
    {
    case PWK_EV_DO_ANONYMOUS_PAGE:
      if (pwk_arg (event, DO_ANONYMOUS_PAGE, zero) != 0)
        SENTENCE (_("Reading 0x%llx for the first time: the zero page will do, no frame is taken."),
                  ARG (DO_ANONYMOUS_PAGE, addr));
      SENTENCE (_("Writing 0x%llx for the first time: it needs a frame of zeros."),
                ARG (DO_ANONYMOUS_PAGE, addr));
    case PWK_EV_DO_HUGE_PMD_ANONYMOUS:
      if (pwk_arg (event, DO_HUGE_PMD_ANONYMOUS, zero) != 0)
        SENTENCE (_("2 MiB at 0x%llx are mapped to the huge zero page."),
                  ARG (DO_HUGE_PMD_ANONYMOUS, addr));
      SENTENCE (_("A huge page of 2 MiB is wanted for 0x%llx."), ARG (DO_HUGE_PMD_ANONYMOUS, addr));
    case PWK_EV_DO_WP_PAGE:
      if (pwk_arg (event, DO_WP_PAGE, reuse) != 0)
        SENTENCE (_("Write to the read-only page at 0x%llx: nobody else has pfn %llu, so it is "
                    "made writable as it is."),
                  ARG (DO_WP_PAGE, addr), ARG (DO_WP_PAGE, pfn));
      SENTENCE (_("Write to the read-only page at 0x%llx: pfn %llu is shared, so a copy is "
                  "needed."),
                ARG (DO_WP_PAGE, addr), ARG (DO_WP_PAGE, pfn));
    case PWK_EV_WP_PAGE_COPY:
      SENTENCE (_("Copy on write at 0x%llx: pfn %llu is copied to pfn %llu, which the entry gets."),
                ARG (WP_PAGE_COPY, addr), ARG (WP_PAGE_COPY, old), ARG (WP_PAGE_COPY, new));
    case PWK_EV_DO_READ_FAULT:
      SENTENCE (_("Read fault at 0x%llx: page %llu of the file is needed."),
                ARG (DO_READ_FAULT, addr), ARG (DO_READ_FAULT, index));
    case PWK_EV_DO_COW_FAULT:
      SENTENCE (_("Write fault at 0x%llx on a private file mapping: page %llu is copied at once."),
                ARG (DO_COW_FAULT, addr), ARG (DO_COW_FAULT, index));
    case PWK_EV_DO_SHARED_FAULT:
      SENTENCE (_("Write fault at 0x%llx on a shared mapping: page %llu of the file is mapped "
                  "writable."),
                ARG (DO_SHARED_FAULT, addr), ARG (DO_SHARED_FAULT, index));
    case PWK_EV_PAGE_MKWRITE:
      SENTENCE (_("The file system is told that page %llu of the file, pfn %llu, is about to be "
                  "written."),
                ARG (PAGE_MKWRITE, index), ARG (PAGE_MKWRITE, pfn));
    case PWK_EV_CLEAR_PAGE:
      SENTENCE (ngettext ("%llu page from pfn %llu is filled with zeros.",
                          "%llu pages from pfn %llu are filled with zeros.",
                          pwk_order_pages (
                              (unsigned) MIN (pwk_arg (event, CLEAR_PAGE, order), 30))),
                PWK_N (pwk_order_pages ((unsigned) MIN (pwk_arg (event, CLEAR_PAGE, order), 30))),
                ARG (CLEAR_PAGE, pfn));
    case PWK_EV_COPY_PAGE:
      SENTENCE (_("The 4096 bytes of pfn %llu are copied to pfn %llu."), ARG (COPY_PAGE, from),
                ARG (COPY_PAGE, to));
    case PWK_EV_RMAP_ADD:
      SENTENCE (_("pfn %llu is mapped at 0x%llx; %lld entries map it now."), ARG (RMAP_ADD, pfn),
                ARG (RMAP_ADD, addr), (long long) pwk_arg (event, RMAP_ADD, mapcount));
    case PWK_EV_RMAP_REMOVE:
      SENTENCE (_("pfn %llu is no longer mapped at 0x%llx; %lld entries map it now."),
                ARG (RMAP_REMOVE, pfn), ARG (RMAP_REMOVE, addr),
                (long long) pwk_arg (event, RMAP_REMOVE, mapcount));
    case PWK_EV_SPLIT_HUGE_PMD:
      SENTENCE (_("The huge mapping at 0x%llx (pfn %llu) is replaced by 512 entries in the table "
                  "pfn %llu."),
                ARG (SPLIT_HUGE_PMD, addr), ARG (SPLIT_HUGE_PMD, pfn), ARG (SPLIT_HUGE_PMD, table));
    case PWK_EV_COLLAPSE_HUGE:
      SENTENCE (_("The small pages from 0x%llx are gathered into one huge page at pfn %llu."),
                ARG (COLLAPSE_HUGE, addr), ARG (COLLAPSE_HUGE, pfn));
    case PWK_EV_ZAP:
      SENTENCE (ngettext ("0x%llx–0x%llx is unmapped: %llu page goes.",
                          "0x%llx–0x%llx is unmapped: %llu pages go.", pwk_arg (event, ZAP, pages)),
                ARG (ZAP, start), ARG (ZAP, end), ARG (ZAP, pages));
    case PWK_EV_GUARD:
      if (pwk_arg (event, GUARD, install) != 0)
        SENTENCE (_("0x%llx–0x%llx becomes a guard: an access there ends in SIGSEGV."),
                  ARG (GUARD, start), ARG (GUARD, end));
      SENTENCE (_("The guard on 0x%llx–0x%llx is taken away."), ARG (GUARD, start),
                ARG (GUARD, end));
    default:
      return NULL;
    }
}

static unsigned long long
pages_of (uint64_t order)
{
  return PWK_N (pwk_order_pages ((unsigned) MIN (order, 30)));
}

static char *
explain_files (const PwkMachine *machine, const PwkEvent *event)
{
  g_autofree char *file = pwk_say_file (machine, pwk_arg (event, PAGE_CACHE_ADD, inode));
  g_autofree char *task = NULL;

  switch (event->kind)
    {
    case PWK_EV_PAGE_CACHE_ADD:
      SENTENCE (_("Page %llu of %s gets pfn %llu in the page cache."), ARG (PAGE_CACHE_ADD, index),
                file, ARG (PAGE_CACHE_ADD, pfn));
    case PWK_EV_PAGE_CACHE_DELETE:
      SENTENCE (_("Page %llu of %s, pfn %llu, leaves the page cache."),
                ARG (PAGE_CACHE_DELETE, index), file, ARG (PAGE_CACHE_DELETE, pfn));
    case PWK_EV_PAGE_CACHE_HIT:
      SENTENCE (_("Page %llu of %s is in the page cache already: pfn %llu."),
                ARG (PAGE_CACHE_HIT, index), file, ARG (PAGE_CACHE_HIT, pfn));
    case PWK_EV_READAHEAD:
      if (pwk_arg (event, READAHEAD, async) != 0)
        SENTENCE (_("Readahead goes on: %llu pages of %s from page %llu are fetched before they "
                    "are asked for."),
                  ARG (READAHEAD, pages), file, ARG (READAHEAD, start));
      SENTENCE (_("Readahead fetches %llu pages of %s from page %llu on."), ARG (READAHEAD, pages),
                file, ARG (READAHEAD, start));
    case PWK_EV_BLOCK_READ:
      SENTENCE (_("The disk reads %llu pages of %s from page %llu on."), ARG (BLOCK_READ, pages),
                file, ARG (BLOCK_READ, start));
    case PWK_EV_BLOCK_WRITE:
      SENTENCE (_("The disk writes %llu pages of %s from page %llu on."), ARG (BLOCK_WRITE, pages),
                file, ARG (BLOCK_WRITE, start));
    case PWK_EV_PAGE_DIRTIED:
      SENTENCE (_("Page %llu of %s, pfn %llu, is dirty now: it must be written before it may go."),
                ARG (PAGE_DIRTIED, index), file, ARG (PAGE_DIRTIED, pfn));
    case PWK_EV_PAGE_CLEANED:
      SENTENCE (_("Page %llu of %s, pfn %llu, is clean again."), ARG (PAGE_CLEANED, index), file,
                ARG (PAGE_CLEANED, pfn));
    case PWK_EV_FILE_OPEN:
      task = pwk_say_task (machine, pwk_arg (event, FILE_OPEN, task));
      SENTENCE (_("%s opens %s as descriptor %lld."), task,
                pwk_say_string (machine, pwk_arg (event, FILE_OPEN, path)),
                (long long) pwk_arg (event, FILE_OPEN, fd));
    case PWK_EV_FILE_CLOSE:
      task = pwk_say_task (machine, pwk_arg (event, FILE_CLOSE, task));
      SENTENCE (_("%s closes descriptor %lld."), task, (long long) pwk_arg (event, FILE_CLOSE, fd));
    case PWK_EV_TRUNCATE:
      SENTENCE (_("%s changes its size from %llu to %llu bytes."), file, ARG (TRUNCATE, old),
                ARG (TRUNCATE, new));
    case PWK_EV_SPLIT_FOLIO:
      SENTENCE (_("The file's folio at pfn %llu, %llu pages, is split into folios of %llu."),
                ARG (SPLIT_FOLIO, pfn), pages_of (pwk_arg (event, SPLIT_FOLIO, order)),
                pages_of (pwk_arg (event, SPLIT_FOLIO, new_order)));
    default:
      return NULL;
    }
}

char *
pwk_explain_fault (const PwkMachine *machine, const PwkEvent *event)
{
  char *sentence = explain_entry (machine, event);

  if (sentence == NULL)
    sentence = explain_repair (machine, event);

  return sentence != NULL ? sentence : explain_files (machine, event);
}

const PwkRule *
pwk_rule_fault (unsigned kind)
{
  static const PwkRule rules[PWK_N_EVENTS] = {
    [PWK_EV_PAGE_FAULT_USER] = { N_("The processor could not translate the address, or the entry "
                                    "forbids the access: it stops the instruction, puts the "
                                    "address into CR2 and enters the kernel."),
                                 "page fault" },
    [PWK_EV_HANDLE_MM_FAULT] = { N_("The region's flags, its file and the entry that was found "
                                    "decide what is to be done."),
                                 "handle_mm_fault()" },
    [PWK_EV_DO_ANONYMOUS_PAGE] = { N_("Memory that nobody wrote reads as zeros. One zero page "
                                      "serves all readers; the first write takes a frame."),
                                   "anonymous page" },
    [PWK_EV_DO_HUGE_PMD_ANONYMOUS] = { N_("Where 2 MiB fit into the region, one entry of the pmd "
                                          "can map 512 frames in a row: one fault and one TLB "
                                          "entry instead of 512.") },
    [PWK_EV_DO_WP_PAGE] = { N_("The region allows writing, the entry does not: the page may be "
                               "shared since a fork. Who is the only one left keeps it, everybody "
                               "else gets a copy."),
                            "FOW, VM_WRITE" },
    [PWK_EV_WP_PAGE_COPY] = { N_("After fork () both have the same frames, read only. The first "
                                 "write gives the writer a frame of its own."),
                              "copy on write" },
    [PWK_EV_DO_READ_FAULT] = { N_("The page is taken from the page cache, or read from the disk "
                                  "into it; the entry then maps the cache's frame itself."),
                               "file-backed" },
    [PWK_EV_DO_COW_FAULT] = { N_("A private mapping must not change the file: the write goes to an "
                                 "anonymous copy."),
                              "file-backed, VM_WRITE" },
    [PWK_EV_DO_SHARED_FAULT] = { N_("A shared mapping writes into the page cache: all who map the "
                                    "file see it, and the file gets it by writeback."),
                                 "shared" },
    [PWK_EV_FAULT_AROUND] = { N_("A neighbouring page is likely to be wanted next; mapping what is "
                                 "cached anyway saves faults.") },
    [PWK_EV_PAGE_MKWRITE] = { N_("The file system may have to find room for the page first; and it "
                                 "learns that the page becomes dirty.") },
    [PWK_EV_CLEAR_PAGE] = { N_("The frame may hold what another program left: it is wiped before a "
                               "process sees it."),
                            "get_zeroed_page()" },
    [PWK_EV_COPY_PAGE] = { N_("The new frame begins as a copy; from now on the two differ.") },
    [PWK_EV_FAULT_DONE] = { N_("The kernel returns to the instruction, which runs again and finds "
                               "the entry. Minor: no disk was needed.") },
    [PWK_EV_RMAP_ADD] = { N_("The kernel must know from a frame who maps it: _mapcount counts the "
                             "entries, mapping and index lead to them."),
                          "_mapcount, mapping, index" },
    [PWK_EV_RMAP_REMOVE] = { N_("With the last entry gone, only references keep the frame."), "_map"
                                                                                              "coun"
                                                                                              "t" },
    [PWK_EV_SPLIT_HUGE_PMD] = { N_("A part of the huge page needs an entry of its own. The table "
                                   "for it was put aside when the huge page was mapped.") },
    [PWK_EV_COLLAPSE_HUGE] = { N_("khugepaged, or MADV_COLLAPSE, makes one large page of many "
                                  "small ones: fewer TLB misses, at the price of a copy.") },
    [PWK_EV_ZAP] = { N_("Entries are cleared, the TLB is flushed, and only then the frames are "
                        "given back: no CPU may reach a frame that somebody else has."),
                     "munmap()" },
    [PWK_EV_GUARD] = { N_("A marker in the page table guards a page without a region of its own "
                          "(MADV_GUARD_INSTALL, Linux 6.13).") },
    [PWK_EV_PAGE_CACHE_ADD] = { N_("A file's pages are kept in memory by inode and index; who "
                                   "reads them again needs no disk."),
                                "page cache (address_space, index)" },
    [PWK_EV_PAGE_CACHE_DELETE] = { N_("The page leaves by reclaim, by truncation, or because the "
                                      "file is gone."),
                                   "page cache" },
    [PWK_EV_PAGE_CACHE_HIT] = { N_("No disk is needed: the fault is a minor one."), "page cache" },
    [PWK_EV_READAHEAD] = { N_("Who reads in sequence will go on: the next pages are read before "
                              "they are needed, ever more of them.") },
    [PWK_EV_BLOCK_READ] = { N_("The caller sleeps until the data is there: this makes a fault a "
                               "major one. Only requests with __GFP_IO may wait for it."),
                            "__GFP_IO" },
    [PWK_EV_BLOCK_WRITE] = { N_("Dirty pages must reach the disk before their frames can be used "
                                "for something else."),
                             "dirty" },
    [PWK_EV_PAGE_DIRTIED] = { N_("The page differs from what is on the disk."), "dirty" },
    [PWK_EV_PAGE_CLEANED] = { N_("Its entries are made read only before the write begins, so that "
                                 "the next store is noticed."),
                              "dirty" },
    [PWK_EV_FILE_OPEN] = { N_("An open file is a struct file: a position, and the inode with its "
                              "page cache."),
                           "struct file, struct inode" },
    [PWK_EV_FILE_CLOSE] = { N_("Regions keep their own reference: a mapping outlives the "
                               "descriptor."),
                            "vm_file" },
    [PWK_EV_TRUNCATE] = { N_("Pages behind the new end leave the cache and all mappings; an access "
                             "there ends in SIGBUS.") },
    [PWK_EV_SPLIT_FOLIO] = { N_("A folio leaves the cache as a whole; where a part of it must go, "
                                "it has to become several first."),
                             "page_1._folio_order" },
  };

  return kind < PWK_N_EVENTS ? &rules[kind] : NULL;
}
