/* refusal-words.c - why system calls are refused, in words
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/view-common.h"
#include "views/words.h"

/* Each is the end of a sentence: "mprotect () fails with EINVAL: the address is not a multiple
 * of the page size (4096)." */
static const char *const clauses[PWK_N_REFUSALS] = {
  /* Translators: from here on, ends of sentences that tell why a system call is refused:
   * "mprotect () fails with EINVAL: %s." */
  [PWK_WHY_UNALIGNED] = N_("the address is not a multiple of the page size (4096)"),
  [PWK_WHY_NEW_UNALIGNED] = N_("the new address is not a multiple of the page size (4096)"),
  [PWK_WHY_OFFSET_UNALIGNED] = N_("the offset in the file is not a multiple of the page size "
                                  "(4096)"),
  [PWK_WHY_LENGTH_ZERO] = N_("the length is zero"),
  [PWK_WHY_LENGTH_TOO_LARGE] = N_("the length is larger than user space, or becomes so when it is "
                                  "rounded up to whole pages"),
  [PWK_WHY_RANGE_WRAPS] = N_("address plus length goes past the largest number that there is"),
  [PWK_WHY_BEYOND_TASK_SIZE] = N_("the range reaches beyond the end of user space (TASK_SIZE)"),
  [PWK_WHY_OFFSET_OVERFLOW] = N_("the page offsets of the range would go past the largest that "
                                 "there is"),
  [PWK_WHY_OFFSET_NEGATIVE] = N_("the offset or length is negative"),
  [PWK_WHY_FLAGS_UNKNOWN] = N_("a flag is set that this call does not know"),
  [PWK_WHY_FLAGS_CONTRADICT] = N_("flags are set that do not go together"),
  [PWK_WHY_FLAGS_EMPTY] = N_("neither MCL_CURRENT nor MCL_FUTURE is set: there is nothing to lock"),
  [PWK_WHY_PROT_UNKNOWN] = N_("prot has bits other than PROT_READ, PROT_WRITE, PROT_EXEC and "
                              "PROT_SEM"),
  [PWK_WHY_MAP_TYPE] = N_("a mapping must be one of MAP_SHARED, MAP_PRIVATE and what else this "
                          "memory allows"),
  [PWK_WHY_ADVICE_UNKNOWN] = N_("this kernel knows no such advice"),
  [PWK_WHY_OPTION_UNKNOWN] = N_("this kernel knows no such option"),
  [PWK_WHY_OPTION_ARGS] = N_("arguments that this option does not use must be zero"),
  [PWK_WHY_RESOURCE_UNKNOWN] = N_("there is no resource with this number"),
  [PWK_WHY_SIGNAL_UNKNOWN] = N_("there is no signal with this number"),
  [PWK_WHY_OUT_OF_RANGE] = N_("a value is outside of what is allowed"),
  [PWK_WHY_BAD_BUFFER] = N_("the buffer is not in memory that the process may use"),
  [PWK_WHY_PATH_EMPTY] = N_("the path is empty"),
  [PWK_WHY_PATH_TOO_LONG] = N_("the path is too long"),

  [PWK_WHY_NO_REGION] = N_("no region is mapped at the address"),
  [PWK_WHY_HOLE] = N_("a part of the range is not mapped; what lies before it is done all the "
                      "same"),
  [PWK_WHY_HOLE_PASSED] = N_("a part of the range is not mapped; the rest of it is done all the "
                             "same"),
  [PWK_WHY_ALREADY_MAPPED] = N_("something is mapped there already, and MAP_FIXED_NOREPLACE must "
                                "not replace it"),
  [PWK_WHY_SEALED] = N_("the region is sealed (VM_SEALED): it must stay as it is"),
  [PWK_WHY_SPECIAL_SPLIT] = N_("a special mapping, like [vdso], cannot be cut in two"),
  [PWK_WHY_RIGHTS] = N_("the region does not allow this kind of access"),
  [PWK_WHY_MAY_FLAGS] = N_("a right is asked for that the region may never have (VM_MAYREAD, "
                           "VM_MAYWRITE, VM_MAYEXEC)"),
  [PWK_WHY_GROWSDOWN] = N_("only private memory without a file can grow down"),
  [PWK_WHY_NOT_GROWSDOWN] = N_("PROT_GROWSDOWN is asked for a region that does not grow down"),
  [PWK_WHY_NOT_GROWSUP] = N_("PROT_GROWSUP is asked, but no region grows up on this processor"),
  [PWK_WHY_SHARED_READ_ONLY] = N_("the mapping is not shared, or its file may not be written "
                                  "through it"),
  [PWK_WHY_ADVICE_LOCKED] = N_("the region is locked (VM_LOCKED), and this advice would take its "
                               "pages away"),
  [PWK_WHY_ADVICE_FILE] = N_("this advice is for anonymous memory only, and the region maps a "
                             "file"),
  [PWK_WHY_ADVICE_NO_FILE] = N_("this advice is for files only, and the region maps none"),
  [PWK_WHY_ADVICE_SHARED] = N_("this advice is for private memory only, and the region is shared"),
  [PWK_WHY_ADVICE_IO] = N_("the region is a device's (VM_IO)"),
  [PWK_WHY_ADVICE_SPECIAL] = N_("the region is special (VM_IO, VM_PFNMAP, VM_DONTEXPAND, "
                                "VM_MIXEDMAP or VM_HUGETLB)"),
  [PWK_WHY_ADVICE_DROPPABLE] = N_("the region is droppable (VM_DROPPABLE), and this advice would "
                                  "contradict that"),
  [PWK_WHY_LOCKED] = N_("MS_INVALIDATE is asked for a region that is locked"),

  [PWK_WHY_BAD_FD] = N_("no open file has this descriptor"),
  [PWK_WHY_NOT_READABLE] = N_("the file is not open for reading"),
  [PWK_WHY_NOT_WRITABLE] = N_("the file is not open for writing"),
  [PWK_WHY_FILE_TOO_LARGE] = N_("the file would become larger than files may be"),
  [PWK_WHY_NO_DAX] = N_("MAP_SYNC needs a file in persistent memory (DAX)"),
  [PWK_WHY_PAST_EOF] = N_("the page lies beyond the end of the file"),

  [PWK_WHY_OVERLAP] = N_("the old and the new range overlap"),
  [PWK_WHY_NEEDS_MAYMOVE] = N_("MREMAP_FIXED and MREMAP_DONTUNMAP move memory, so they need "
                               "MREMAP_MAYMOVE"),
  [PWK_WHY_DONTUNMAP_LENGTH] = N_("with MREMAP_DONTUNMAP the length must not change"),
  [PWK_WHY_NOT_SHARED] = N_("the old length 0 makes a second mapping of shared memory, and this is "
                            "private"),
  [PWK_WHY_DONTEXPAND] = N_("the region is special (VM_DONTEXPAND or VM_PFNMAP): it cannot grow, "
                            "nor be left behind empty"),
  [PWK_WHY_MANY_REGIONS] = N_("the old range reaches beyond its region"),
  [PWK_WHY_NO_ROOM_BEHIND] = N_("there is no room to grow in place, and without MREMAP_MAYMOVE it "
                                "must not move"),
  [PWK_WHY_SOURCE_GONE] = N_("making room at the new address has taken the old range away"),

  [PWK_WHY_RLIMIT_AS] = N_("the address space would become larger than RLIMIT_AS allows"),
  [PWK_WHY_RLIMIT_DATA] = N_("private writable memory would become more than RLIMIT_DATA allows"),
  [PWK_WHY_RLIMIT_STACK] = N_("the stack would become larger than RLIMIT_STACK allows"),
  [PWK_WHY_RLIMIT_MEMLOCK] = N_("more memory would be locked than RLIMIT_MEMLOCK allows"),
  [PWK_WHY_RLIMIT_NOFILE] = N_("as many files are open already as RLIMIT_NOFILE allows"),
  [PWK_WHY_RLIMIT_HARD] = N_("the soft limit must not be above the hard limit"),
  [PWK_WHY_MAY_NOT_LOCK] = N_("RLIMIT_MEMLOCK is 0 and the process lacks CAP_IPC_LOCK: it may not "
                              "lock memory at all"),
  [PWK_WHY_MAX_MAP_COUNT] = N_("the process has as many regions as vm.max_map_count allows"),
  [PWK_WHY_OVERCOMMIT] = N_("one call asks for more than all memory and swap together "
                            "(vm.overcommit_memory = 0)"),
  [PWK_WHY_COMMIT_LIMIT] = N_("more would be promised than CommitLimit allows "
                              "(vm.overcommit_memory = 2)"),
  [PWK_WHY_NO_GAP] = N_("no gap in the address space is long enough"),
  [PWK_WHY_MMAP_MIN_ADDR] = N_("the address lies below vm.mmap_min_addr, where null pointers must "
                               "stay invalid"),
  [PWK_WHY_BELOW_HEAP] = N_("the end would lie below the beginning of the heap"),
  [PWK_WHY_HEAP_BLOCKED] = N_("the heap would come too near to the next region"),
  [PWK_WHY_STACK_GUARD_GAP] = N_("the stack would come nearer to the region below it than "
                                 "vm.stack_guard_gap allows"),
  [PWK_WHY_CAPABILITY] = N_("the process lacks the capability for it (CAP_SYS_ADMIN, "
                            "CAP_SYS_RESOURCE)"),
  [PWK_WHY_HUGETLB_SIZE] = N_("this processor has no huge pages of that size"),
  [PWK_WHY_HUGETLB_FILE] = N_("MAP_HUGETLB is for memory without a file, or files of hugetlbfs"),
  [PWK_WHY_HUGETLB_EMPTY] = N_("the pool has not so many huge pages that are free and reserved for "
                               "nobody (vm.nr_hugepages, vm.nr_overcommit_hugepages)"),
  [PWK_WHY_READ_ONLY_FILE] = N_("the file can only be read"),
  [PWK_WHY_HUGETLB_NO_PAGE] = N_("the pool has no huge page for this place: none is reserved "
                                 "for it, and all that are free are reserved for others"),
  [PWK_WHY_HUGETLB_TAKEN] = N_("the parent had no other huge page for its own copy, and has taken "
                               "this one back"),
  [PWK_WHY_HUGETLB_UNALIGNED] = N_("a mapping of huge pages can be cut and placed at bounds of "
                                   "huge pages only"),
  [PWK_WHY_HUGETLB_GROW] = N_("a mapping of huge pages cannot grow"),

  [PWK_WHY_NAMES_FULL] = N_("the simulated machine has no room for another name"),
  [PWK_WHY_POLICY_MODE] = N_("there is no such policy"),
  [PWK_WHY_POLICY_FLAGS] = N_("these flags do not go with the policy"),
  [PWK_WHY_MAXNODE] = N_("the mask is longer than a page"),
  [PWK_WHY_NODES_UNKNOWN] = N_("the mask names nodes beyond those that the kernel can have"),
  [PWK_WHY_NODES_GIVEN] = N_("this policy takes no nodes"),
  [PWK_WHY_NODES_NONE] = N_("this policy needs nodes"),
  [PWK_WHY_NODES_NO_MEMORY] = N_("none of the nodes has memory"),
  [PWK_WHY_NODE_UNKNOWN] = N_("there is no such node, or it has no memory"),
  [PWK_WHY_NOT_IN_CPUSET] = N_("the process's cpuset does not have it"),
  [PWK_WHY_CPUSET_EMPTY] = N_("a cpuset needs nodes with memory and CPUs that there are"),
  [PWK_WHY_PAGES_ELSEWHERE] = N_("pages lie on other nodes and could not be moved"),
  [PWK_WHY_NO_POLICY] = N_("no region of the range has a policy of its own"),
  [PWK_WHY_NO_HOME_NODE] = N_("only MPOL_BIND and MPOL_PREFERRED_MANY have a home node"),
  [PWK_WHY_NOT_INTERLEAVED] = N_("the task's policy does not interleave, so that there is no next "
                                 "node"),
  [PWK_WHY_ANOTHERS] = N_("the process belongs to somebody else"),

  [PWK_WHY_NO_SWAP] = N_("there is no such swap area"),
  [PWK_WHY_SWAP_SIZE] = N_("a swap area has two pages at least and 128 GiB at most"),
  [PWK_WHY_SWAP_AREAS] = N_("there are eight swap areas, and there is no number for another"),
  [PWK_WHY_NO_FRAMES] = N_("there is no free frame for it"),
  [PWK_WHY_GUARD_PAGE] = N_("the page is a guard (MADV_GUARD_INSTALL)"),
  [PWK_WHY_NO_HUGE_FRAME] = N_("there is no free block of 2 MiB for a huge page"),
  [PWK_WHY_COLLAPSE_REGION] = N_("the region may not have huge pages"),
  [PWK_WHY_COLLAPSE_SHORT] = N_("the range contains no aligned 2 MiB"),
  [PWK_WHY_COLLAPSE_NOTHING] = N_("there is no page table with pages to be gathered"),
  [PWK_WHY_COLLAPSE_MARKER] = N_("an entry of the page table holds a marker, and no page"),
  [PWK_WHY_COLLAPSE_HELD] = N_("somebody else holds one of the pages just now"),
  [PWK_WHY_COLLAPSE_PAGES] = N_("one of the pages is not anonymous memory"),

  [PWK_WHY_ORDER_TOO_LARGE] = N_("no block is that large"),
  [PWK_WHY_NO_BLOCK] = N_("pages enough are free, but no block is large enough"),
  [PWK_WHY_BELOW_MARK] = N_("no zone may give that much: what is free is kept (watermarks, "
                            "reserves)"),

  [PWK_WHY_NO_PROCESS] = N_("the process has ended"),
  [PWK_WHY_TOO_MANY_TASKS] = N_("there are as many processes and threads as there may be"),
  [PWK_WHY_PROCESS_UNKNOWN] = N_("there is no such process"),
  [PWK_WHY_OOM_KILLED] = N_("the OOM killer ended the process"),
  [PWK_WHY_PANICKED] = N_("the kernel has panicked"),
  [PWK_WHY_FATAL_SIGNAL] = N_("the process is to be killed, and goes no further"),
  [PWK_WHY_NO_VICTIM] = N_("there is no process that may be killed"),
  [PWK_WHY_TUNABLE_UNKNOWN] = N_("there is no tunable with this name"),
  [PWK_WHY_KERNEL_FAULT] = N_("nothing is mapped there that the kernel could use so, and its own "
                              "faults are not repaired"),
  [PWK_WHY_NOT_A_DEVICE] = N_("what is there is memory that the kernel uses, not a device"),
  [PWK_WHY_MEMTYPE_CONFLICT] = N_("it is mapped already, cached in a way that does not do"),
  [PWK_WHY_NON_CANONICAL] = N_("the address is not canonical: its upper bits are not copies of the "
                               "highest one used"),
  [PWK_WHY_RESERVED_BIT] = N_("an entry of the page table has a reserved bit set"),
  [PWK_WHY_KERNEL_ADDRESS] = N_("the address is the kernel's"),
  [PWK_WHY_HUGE_ENTRY] = N_("in a huge page's place only another one or nothing may come: tables "
                            "are the kernel's to make"),
};

const char *
pwk_words_refusal (unsigned why)
{
  return why < PWK_N_REFUSALS && clauses[why] != NULL ? _(clauses[why]) : NULL;
}

char *
pwk_words_why (unsigned why)
{
  const char *words = pwk_words_refusal (why), *name = pwk_refusal_name ((PwkRefusal) why);

  if (why == PWK_WHY_NONE)
    return NULL;
  return words ? g_strdup_printf ("%s: %s", name, words) : g_strdup (name);
}

/* What each advice makes the kernel do: "MADV_FREE for 0x…–0x…: %s." */
const char *
pwk_words_advice (int64_t advice)
{
  switch (advice)
    {
    case PWK_MADV_NORMAL:
      /* Translators: from here on, what madvise () does with a range: "MADV_FREE for
       * 0x1000–0x2000: %s." */
      return _("files are read ahead as usual");
    case PWK_MADV_RANDOM:
      return _("files are not read ahead, since accesses come in no order");
    case PWK_MADV_SEQUENTIAL:
      return _("files are read ahead further, since accesses come in order");
    case PWK_MADV_WILLNEED:
      return _("pages of files are read now, before they are asked for");
    case PWK_MADV_DONTNEED:
    case PWK_MADV_DONTNEED_LOCKED:
      return _("the pages are given back at once; the next access begins anew, with zeros or from "
               "the file");
    case PWK_MADV_FREE:
      return _("the pages may be taken whenever memory is short, unless they are written again "
               "before");
    case PWK_MADV_REMOVE:
      return _("the pages go, and the file gets a hole in their place");
    case PWK_MADV_DONTFORK:
      return _("fork () will not copy the region to the child");
    case PWK_MADV_DOFORK:
      return _("fork () copies the region to the child, as usual");
    case PWK_MADV_MERGEABLE:
      return _("ksmd may make one of pages with equal contents");
    case PWK_MADV_UNMERGEABLE:
      return _("ksmd no longer makes one of pages with equal contents");
    case PWK_MADV_HUGEPAGE:
      return _("huge pages are wanted here");
    case PWK_MADV_NOHUGEPAGE:
      return _("huge pages are not wanted here");
    case PWK_MADV_DONTDUMP:
      return _("the region will not be in core dumps");
    case PWK_MADV_DODUMP:
      return _("the region will be in core dumps, as usual");
    case PWK_MADV_WIPEONFORK:
      return _("a child made by fork () will find zeros here");
    case PWK_MADV_KEEPONFORK:
      return _("a child made by fork () will find the contents here, as usual");
    case PWK_MADV_COLD:
      return _("the pages are marked as old: reclaim takes them first");
    case PWK_MADV_PAGEOUT:
      return _("the pages are reclaimed now, as far as they can be");
    case PWK_MADV_POPULATE_READ:
      return _("the pages are faulted in for reading, all of them now");
    case PWK_MADV_POPULATE_WRITE:
      return _("the pages are faulted in for writing, all of them now");
    case PWK_MADV_COLLAPSE:
      return _("small pages are gathered into huge ones, now");
    case PWK_MADV_GUARD_INSTALL:
      return _("the pages become guards: an access ends in SIGSEGV");
    case PWK_MADV_GUARD_REMOVE:
      return _("guards are taken away");
    default:
      return _("the kernel takes note of it");
    }
}
