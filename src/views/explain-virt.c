/* explain-virt.c - sentences: address spaces
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/explain-private.h"

/* Perms of a region's flags, interned by the caller's buffer. */
static const char *
perms (uint64_t flags, char text[5])
{
  pwk_words_perms (flags, text);
  return text;
}

/* Which neighbour, as long as it still touches the range, and which flags keep them apart. */
static char *
explain_no_merge (const PwkMachine *machine, const PwkEvent *event)
{
  uint64_t index = pwk_arg (event, VMA_NO_MERGE, neighbour);
  const PwkVma *neighbour =
      index != 0 && index < machine->st->pools[PWK_POOL_VMA].next
          ? pwk_vma (machine, (PwkIndex) index)
          : NULL;
  g_autofree char *why = pwk_words_apart ((unsigned) pwk_arg (event, VMA_NO_MERGE, why),
                                          pwk_arg (event, VMA_NO_MERGE, differ));

  if (neighbour != NULL && neighbour->vm_end == pwk_arg (event, VMA_NO_MERGE, start))
    /* Translators: the last %s is a reason, "vm_flags differ (VM_LOCKED)". */
    SENTENCE (_("0x%llx–0x%llx is not joined to the region below, 0x%llx–0x%llx: %s."),
              ARG (VMA_NO_MERGE, start), ARG (VMA_NO_MERGE, end), PWK_N (neighbour->vm_start),
              PWK_N (neighbour->vm_end), why);
  if (neighbour != NULL && neighbour->vm_start == pwk_arg (event, VMA_NO_MERGE, end))
    SENTENCE (_("0x%llx–0x%llx is not joined to the region above, 0x%llx–0x%llx: %s."),
              ARG (VMA_NO_MERGE, start), ARG (VMA_NO_MERGE, end), PWK_N (neighbour->vm_start),
              PWK_N (neighbour->vm_end), why);
  SENTENCE (_("0x%llx–0x%llx is not joined to its neighbour: %s."), ARG (VMA_NO_MERGE, start),
            ARG (VMA_NO_MERGE, end), why);
}

static char *
explain_regions (const PwkMachine *machine, const PwkEvent *event)
{
  g_autofree char *a = NULL;
  char was[5], is[5];

  switch (event->kind)
    {
    case PWK_EV_VMA_ADD:
      a = pwk_say_mm (machine, pwk_arg (event, VMA_ADD, mm));
      SENTENCE (_("%s gets a region 0x%llx–0x%llx, %s."), a, ARG (VMA_ADD, start),
                ARG (VMA_ADD, end), perms (pwk_arg (event, VMA_ADD, flags), is));
    case PWK_EV_VMA_REMOVE:
      a = pwk_say_mm (machine, pwk_arg (event, VMA_REMOVE, mm));
      SENTENCE (_("%s loses the region 0x%llx–0x%llx, %s."), a, ARG (VMA_REMOVE, start),
                ARG (VMA_REMOVE, end), perms (pwk_arg (event, VMA_REMOVE, flags), is));
    case PWK_EV_VMA_MERGE:
      /* Translators: %s says how, "the region below grew over it". */
      SENTENCE (_("No new region is needed: 0x%llx–0x%llx is one now, since %s."),
                ARG (VMA_MERGE, start), ARG (VMA_MERGE, end),
                pwk_words_merge ((unsigned) pwk_arg (event, VMA_MERGE, how)));
    case PWK_EV_VMA_NO_MERGE:
      return explain_no_merge (machine, event);
    case PWK_EV_VMA_SPLIT:
      SENTENCE (_("The region 0x%llx–0x%llx is cut in two at 0x%llx."), ARG (VMA_SPLIT, start),
                ARG (VMA_SPLIT, end), ARG (VMA_SPLIT, addr));
    case PWK_EV_VMA_ADJUST:
      SENTENCE (_("The region 0x%llx–0x%llx now is 0x%llx–0x%llx."), ARG (VMA_ADJUST, was_start),
                ARG (VMA_ADJUST, was_end), ARG (VMA_ADJUST, start), ARG (VMA_ADJUST, end));
    case PWK_EV_VMA_FLAGS:
      if (((pwk_arg (event, VMA_FLAGS, old) ^ pwk_arg (event, VMA_FLAGS, new)) &
           (PWK_VM_READ | PWK_VM_WRITE | PWK_VM_EXEC)) != 0)
        SENTENCE (_("The rights of 0x%llx–0x%llx change from %s to %s."), ARG (VMA_FLAGS, start),
                  ARG (VMA_FLAGS, end), perms (pwk_arg (event, VMA_FLAGS, old), was),
                  perms (pwk_arg (event, VMA_FLAGS, new), is));
      a = pwk_words_vm_flags (pwk_arg (event, VMA_FLAGS, old) ^ pwk_arg (event, VMA_FLAGS, new));
      SENTENCE (_("vm_flags of 0x%llx–0x%llx change: %s."), ARG (VMA_FLAGS, start),
                ARG (VMA_FLAGS, end), a);
    case PWK_EV_VMA_OPEN:
      SENTENCE (_("vm_ops->open () is called: one more region maps the file."));
    case PWK_EV_VMA_CLOSE:
      SENTENCE (_("vm_ops->close () is called: one region less maps the file."));
    case PWK_EV_RB_ROTATE:
      if (pwk_arg (event, RB_ROTATE, left) != 0)
        SENTENCE (_("The tree of regions is rotated to the left at one node, to stay balanced."));
      SENTENCE (_("The tree of regions is rotated to the right at one node, to stay balanced."));
    case PWK_EV_FIND_VMA:
      if (pwk_arg (event, FIND_VMA, vma) == 0)
        SENTENCE (ngettext ("find_vma (0x%llx) looks at %llu node and finds no region that ends "
                            "above.",
                            "find_vma (0x%llx) looks at %llu nodes and finds no region that ends "
                            "above.",
                            pwk_arg (event, FIND_VMA, visited)),
                  ARG (FIND_VMA, addr), ARG (FIND_VMA, visited));
      SENTENCE (ngettext ("find_vma (0x%llx) looks at %llu node and finds the first region that "
                          "ends above.",
                          "find_vma (0x%llx) looks at %llu nodes and finds the first region that "
                          "ends above.",
                          pwk_arg (event, FIND_VMA, visited)),
                ARG (FIND_VMA, addr), ARG (FIND_VMA, visited));
    default:
      return NULL;
    }
}

/* The names of asm-generic/siginfo.h, for what the kernel sends by itself. */
static const char *
si_code_word (uint64_t sig, uint64_t code)
{
  if (code == 0x80)
    return "SI_KERNEL";
  if (sig == 11 && code == 1)
    return "SEGV_MAPERR";
  if (sig == 11 && code == 2)
    return "SEGV_ACCERR";
  if (sig == 7 && code == 2)
    return "BUS_ADRERR";
  return "SI_USER";
}

/* asm/signal.h; those from 32 on have no names but numbers. */
static const char *
signal_word (uint64_t sig)
{
  static const char *const names[] = {
    NULL,        "SIGHUP",  "SIGINT",    "SIGQUIT", "SIGILL",   "SIGTRAP", "SIGABRT", "SIGBUS",
    "SIGFPE",    "SIGKILL", "SIGUSR1",   "SIGSEGV", "SIGUSR2",  "SIGPIPE", "SIGALRM", "SIGTERM",
    "SIGSTKFLT", "SIGCHLD", "SIGCONT",   "SIGSTOP", "SIGTSTP",  "SIGTTIN", "SIGTTOU", "SIGURG",
    "SIGXCPU",   "SIGXFSZ", "SIGVTALRM", "SIGPROF", "SIGWINCH", "SIGIO",   "SIGPWR",  "SIGSYS",
  };

  return sig < G_N_ELEMENTS (names) ? names[sig] : NULL;
}

static char *
explain_signal (const PwkMachine *machine, const PwkEvent *event)
{
  g_autofree char *task = pwk_say_task (machine, pwk_arg (event, SIGNAL, task));
  const char *name = signal_word (pwk_arg (event, SIGNAL, sig)),
             *code = si_code_word (pwk_arg (event, SIGNAL, sig), pwk_arg (event, SIGNAL, code));
  const char *why =
      pwk_words_refusal ((unsigned) MIN (pwk_arg (event, SIGNAL, why), PWK_N_REFUSALS));

  if (name == NULL)
    SENTENCE (_("%s gets signal %llu."), task, ARG (SIGNAL, sig));
  /* only kill () has no reason of its own */
  if (why == NULL)
    SENTENCE (_("%s gets %s, sent to it by kill ()."), task, name);
  if (pwk_arg (event, SIGNAL, code) == 0x80)
    /* Translators: a process, the name of a signal, that of its si_code, and why: "the address
     * is not canonical …". */
    SENTENCE (_("%s gets %s (%s): %s."), task, name, code, why);
  SENTENCE (_("%s gets %s (%s) for address 0x%llx: %s."), task, name, code, ARG (SIGNAL, addr),
            why);
}

/* What msync () was asked for. */
static char *
explain_msync (const PwkEvent *event)
{
  if ((pwk_arg (event, MSYNC, flags) & 4) != 0)
    SENTENCE (_("msync () with MS_SYNC: what was changed in 0x%llx–0x%llx through a shared mapping "
                "is on the disk now."),
              ARG (MSYNC, start), ARG (MSYNC, end));
  SENTENCE (_("msync () without MS_SYNC looks at 0x%llx–0x%llx and writes nothing."),
            ARG (MSYNC, start), ARG (MSYNC, end));
}

static char *
explain_prctl (const PwkMachine *machine, const PwkEvent *event)
{
  g_autofree char *task = pwk_say_task (machine, pwk_arg (event, PRCTL, task));

  if (pwk_arg (event, PRCTL, option) == 42)
    SENTENCE (_("%s asks whether it may have huge pages (PR_GET_THP_DISABLE)."), task);
  if (pwk_arg (event, PRCTL, option) == 41 && pwk_arg (event, PRCTL, arg2) != 0)
    SENTENCE (_("%s gets no huge pages from now on (PR_SET_THP_DISABLE)."), task);
  if (pwk_arg (event, PRCTL, option) == 41)
    SENTENCE (_("%s may have huge pages again (PR_SET_THP_DISABLE)."), task);
  SENTENCE (_("%s calls prctl (%lld), which is not about memory: nothing changes here."), task,
            (long long) pwk_arg (event, PRCTL, option));
}

static char *
explain_limit (const PwkMachine *machine, const PwkEvent *event)
{
  g_autofree char *task = pwk_say_task (machine, pwk_arg (event, SETRLIMIT, task));
  const char *name = pwk_rlimit_name (pwk_arg (event, SETRLIMIT, resource)) != NULL
                         ? pwk_rlimit_name (pwk_arg (event, SETRLIMIT, resource))
                         : "?";

  if (pwk_arg (event, SETRLIMIT, limit) == PWK_RLIM_INFINITY)
    SENTENCE (_("%s lifts its soft limit %s: no limit from now on."), task, name);
  SENTENCE (_("%s sets its soft limit %s to %llu."), task, name, ARG (SETRLIMIT, limit));
}

/* What a call did to a range, or to the whole space. */
static char *
explain_calls (const PwkMachine *machine, const PwkEvent *event)
{
  g_autofree char *flags = NULL, *size = NULL;

  switch (event->kind)
    {
    case PWK_EV_MLOCKALL:
      if (pwk_arg (event, MLOCKALL, flags) == 0)
        SENTENCE (_("munlockall (): nothing of this address space is locked any more, nor will "
                    "what comes be."));
      if ((pwk_arg (event, MLOCKALL, def_flags) & PWK_VM_LOCKED) == 0)
        SENTENCE (_("mlockall (): all that is mapped now is locked, %llu pages; what comes is "
                    "not."),
                  ARG (MLOCKALL, locked_vm));
      flags = pwk_words_vm_flags (pwk_arg (event, MLOCKALL, def_flags) & PWK_VM_LOCKED_MASK);
      SENTENCE (_("mlockall (): whatever is mapped from now on begins with %s; %llu pages are "
                  "locked already."),
                flags, ARG (MLOCKALL, locked_vm));
    case PWK_EV_MADVISE:
      SENTENCE (_("%s for 0x%llx–0x%llx: %s."),
                pwk_advice_name ((int64_t) pwk_arg (event, MADVISE, advice)) != NULL
                    ? pwk_advice_name ((int64_t) pwk_arg (event, MADVISE, advice))
                    : "?",
                ARG (MADVISE, start), ARG (MADVISE, end),
                pwk_words_advice ((int64_t) pwk_arg (event, MADVISE, advice)));
    case PWK_EV_MINCORE:
      SENTENCE (ngettext ("mincore () looks at 0x%llx–0x%llx: %llu page is in memory.",
                          "mincore () looks at 0x%llx–0x%llx: %llu pages are in memory.",
                          pwk_arg (event, MINCORE, resident)),
                ARG (MINCORE, start), ARG (MINCORE, end), ARG (MINCORE, resident));
    case PWK_EV_MSYNC:
      return explain_msync (event);
    case PWK_EV_SETRLIMIT:
      return explain_limit (machine, event);
    case PWK_EV_PRCTL:
      return explain_prctl (machine, event);
    case PWK_EV_MOVE_PAGE_TABLES:
      size = pwk_format_bytes (pwk_arg (event, MOVE_PAGE_TABLES, length));
      SENTENCE (_("The pages of %s move from 0x%llx to 0x%llx by their entries alone: %llu small "
                  "ones, %llu huge ones, %llu whole tables."),
                size, ARG (MOVE_PAGE_TABLES, from), ARG (MOVE_PAGE_TABLES, to),
                ARG (MOVE_PAGE_TABLES, entries), ARG (MOVE_PAGE_TABLES, huge),
                ARG (MOVE_PAGE_TABLES, tables));
    case PWK_EV_CHANGE_PROTECTION:
      if (pwk_arg (event, CHANGE_PROTECTION, entries) == 0)
        SENTENCE (_("No page of 0x%llx–0x%llx is there yet: no entry needs new rights, faults will "
                    "set them."),
                  ARG (CHANGE_PROTECTION, start), ARG (CHANGE_PROTECTION, end));
      SENTENCE (ngettext ("%llu entry for 0x%llx–0x%llx gets the region's new rights.",
                          "%llu entries for 0x%llx–0x%llx get the region's new rights.",
                          pwk_arg (event, CHANGE_PROTECTION, entries)),
                ARG (CHANGE_PROTECTION, entries), ARG (CHANGE_PROTECTION, start),
                ARG (CHANGE_PROTECTION, end));
    default:
      return NULL;
    }
}

static char *
explain_space (const PwkMachine *machine, const PwkEvent *event)
{
  g_autofree char *a = NULL, *size = NULL;

  switch (event->kind)
    {
    case PWK_EV_MM_ALLOC:
      a = pwk_say_task (machine, pwk_arg (event, MM_ALLOC, task));
      SENTENCE (_("%s gets a new address space; its top page table is in pfn %llu."), a,
                ARG (MM_ALLOC, pgd));
    case PWK_EV_MM_FREE:
      SENTENCE (_("The last user of an address space is gone: the address space is taken apart."));
    case PWK_EV_GET_UNMAPPED_AREA:
      size = pwk_format_bytes (pwk_arg (event, GET_UNMAPPED_AREA, length));
      if ((int64_t) pwk_arg (event, GET_UNMAPPED_AREA, addr) < 0)
        SENTENCE (_("No gap of %s is found between 0x%llx and 0x%llx."), size,
                  ARG (GET_UNMAPPED_AREA, low), ARG (GET_UNMAPPED_AREA, high));
      SENTENCE (_("A gap of %s is found at 0x%llx, between 0x%llx and 0x%llx."), size,
                ARG (GET_UNMAPPED_AREA, addr), ARG (GET_UNMAPPED_AREA, low),
                ARG (GET_UNMAPPED_AREA, high));
    case PWK_EV_ANON_VMA_PREPARE:
      if (pwk_arg (event, ANON_VMA_PREPARE, reused) != 0)
        SENTENCE (_("The region shares its neighbour's anon_vma."));
      SENTENCE (_("The region gets an anon_vma, by which its anonymous pages will find their "
                  "page-table entries."));
    case PWK_EV_ANON_VMA_FORK:
      SENTENCE (_("The copied region gets an anon_vma of its own and is linked to those of its "
                  "parent."));
    case PWK_EV_BRK:
      if (pwk_arg (event, BRK, new) < pwk_arg (event, BRK, old))
        SENTENCE (_("The heap's end goes down from 0x%llx to 0x%llx."), ARG (BRK, old),
                  ARG (BRK, new));
      SENTENCE (_("The heap's end goes up from 0x%llx to 0x%llx."), ARG (BRK, old), ARG (BRK, new));
    case PWK_EV_EXPAND_STACK:
      SENTENCE (_("The stack grows down: it now begins at 0x%llx, before it was 0x%llx."),
                ARG (EXPAND_STACK, start), ARG (EXPAND_STACK, was));
    case PWK_EV_ACCOUNT:
      if (pwk_arg (event, ACCOUNT, allowed) == 0)
        SENTENCE (_("%lld pages more would be promised than allowed: refused, %lld are promised "
                    "already."),
                  (long long) pwk_arg (event, ACCOUNT, pages),
                  (long long) pwk_arg (event, ACCOUNT, committed));
      if ((int64_t) pwk_arg (event, ACCOUNT, pages) < 0)
        SENTENCE (_("A promise of %lld pages is taken back; %lld pages remain promised."),
                  -(long long) pwk_arg (event, ACCOUNT, pages),
                  (long long) pwk_arg (event, ACCOUNT, committed));
      SENTENCE (_("%lld pages are promised; together it is %lld now."),
                (long long) pwk_arg (event, ACCOUNT, pages),
                (long long) pwk_arg (event, ACCOUNT, committed));
    case PWK_EV_DUP_MMAP:
      if (pwk_arg (event, DUP_MMAP, copied) == 0)
        SENTENCE (_("The region 0x%llx–0x%llx is not copied to the child."), ARG (DUP_MMAP, start),
                  ARG (DUP_MMAP, end));
      SENTENCE (_("The child gets a copy of the region 0x%llx–0x%llx."), ARG (DUP_MMAP, start),
                ARG (DUP_MMAP, end));
    case PWK_EV_SIGNAL:
      return explain_signal (machine, event);
    case PWK_EV_MLOCK:
      SENTENCE (_("0x%llx–0x%llx: the lock on its pages changes; %llu pages of this address space "
                  "are locked now."),
                ARG (MLOCK, start), ARG (MLOCK, end), ARG (MLOCK, locked_vm));
    default:
      return NULL;
    }
}

char *
pwk_explain_virt (const PwkMachine *machine, const PwkEvent *event)
{
  char *sentence = explain_regions (machine, event);

  if (sentence == NULL)
    sentence = explain_calls (machine, event);
  return sentence != NULL ? sentence : explain_space (machine, event);
}

const PwkRule *
pwk_rule_virt (unsigned kind)
{
  static const PwkRule rules[PWK_N_EVENTS] = {
    [PWK_EV_MM_ALLOC] = { N_("A process's address space is its regions and its page tables; the "
                             "kernel's half of the top table is the same for all."),
                          "mm_struct, pgd_alloc()" },
    [PWK_EV_MM_FREE] = { N_("mm_users counts who uses it; with the last one all regions are "
                            "unmapped and the tables freed."),
                         "mm->count" },
    [PWK_EV_GET_UNMAPPED_AREA] = { N_("Without a fixed address the kernel looks for a gap, from "
                                      "mmap_base downwards; the tree of regions knows the largest "
                                      "gap below each node.") },
    [PWK_EV_VMA_ADD] = { N_("A region is a promise: addresses, rights, and what is behind them. No "
                            "frame is taken until somebody touches a page."),
                         "vm_area_struct" },
    [PWK_EV_VMA_REMOVE] = { N_("The region's pages are gone already; now its record leaves list "
                               "and tree."),
                            "vm_area_struct" },
    [PWK_EV_VMA_MERGE] = { N_("Neighbours with the same flags, the same file with continuing "
                              "offsets and fitting anon_vmas become one region: fewer to search."),
                           "vm_area_struct" },
    [PWK_EV_VMA_NO_MERGE] = { N_("Regions are joined only if nobody could tell the difference.") },
    [PWK_EV_VMA_SPLIT] = { N_("Rights and locks belong to whole regions: to change a part, the "
                              "region is cut at its borders. The upper part's vm_pgoff moves on "
                              "accordingly."),
                           "vm_pgoff" },
    [PWK_EV_VMA_ADJUST] = { N_("Borders may move as long as regions stay sorted and do not "
                               "overlap."),
                            "vm_start, vm_end" },
    [PWK_EV_VMA_FLAGS] = { N_("What a fault may do is decided by vm_flags; the bits for page-table "
                              "entries, vm_page_prot, follow from them."),
                           "vm_flags, vm_page_prot: VM_READ, VM_WRITE, VM_EXEC" },
    [PWK_EV_VMA_OPEN] = { N_("Whoever is behind a region is told when it is copied by fork or cut "
                             "in two."),
                          "vm_operations_struct.open" },
    [PWK_EV_VMA_CLOSE] = { N_("… and when it goes."), "vm_operations_struct.close" },
    [PWK_EV_RB_ROTATE] = { N_("In a red-black tree no path is more than twice as long as another; "
                              "rotations keep it so. Since Linux 6.1 a maple tree does this work."),
                           "vm_rb, mm_rb" },
    [PWK_EV_FIND_VMA] = { N_("The tree is searched by vm_end: left where it lies above the "
                             "address, right otherwise; about log₂ n steps. Since Linux 6.1 a "
                             "maple tree with up to 16 entries a node does this work in fewer; the "
                             "nodes counted here are the red-black tree's."),
                          "vm_rb, mm_rb" },
    [PWK_EV_ANON_VMA_PREPARE] = { N_("Anonymous pages have no file by which to find who maps them; "
                                     "the anon_vma leads from the page to all regions that may."),
                                  "anonymous page" },
    [PWK_EV_ANON_VMA_FORK] = { N_("Pages from before the fork belong to the parent's anon_vma, new "
                                  "ones to the child's own: so a search visits no region in "
                                  "vain.") },
    [PWK_EV_BRK] = { N_("brk () moves the end of the heap; memory is taken only when it is "
                        "touched."),
                     "brk(), start_brk, brk" },
    [PWK_EV_EXPAND_STACK] = { N_("An access just below a region that grows down extends it, within "
                                 "RLIMIT_STACK and with the guard gap kept free."),
                              "start_stack" },
    [PWK_EV_ACCOUNT] = { N_("The kernel may promise more than there is; vm.overcommit_memory says "
                            "how much more.") },
    [PWK_EV_DUP_MMAP] = { N_("fork () copies each region's record, and page tables where it must; "
                             "VM_DONTCOPY regions stay with the parent.") },
    [PWK_EV_SIGNAL] = { N_("The kernel has nothing to repair: there is no region or a guard page "
                           "(SEGV_MAPERR), the region forbids the access (SEGV_ACCERR), the file "
                           "ends before the page (BUS_ADRERR), or the processor itself refused the "
                           "address (SI_KERNEL).") },
    [PWK_EV_MLOCKALL] = { N_("mlockall () locks region by region; MCL_FUTURE is kept in "
                             "mm->def_flags, which each new region gets as well."),
                          "locked_vm, mlocked" },
    [PWK_EV_MADVISE] = { N_("Advice changes a region's flags, or what is kept of its pages. A "
                            "program never sees another result for it, except where it gave its "
                            "data away."),
                         "VM_RAND_READ, VM_SEQ_READ" },
    [PWK_EV_MINCORE] = { N_("A page is in memory if its entry says so, or if the page cache has "
                            "it; nothing is read to find that out."),
                         "page cache" },
    [PWK_EV_MSYNC] = { N_("Writes through a shared mapping make pages of the page cache dirty. "
                          "MS_SYNC waits until they are on the disk; MS_ASYNC need do nothing, "
                          "since writeback comes anyway."),
                       "dirty, shared" },
    [PWK_EV_SETRLIMIT] = { N_("Limits are asked when something grows; what is there already stays, "
                              "even if it is more.") },
    [PWK_EV_PRCTL] = { N_("PR_SET_THP_DISABLE is a flag of the whole address space "
                          "(MMF_DISABLE_THP), which a child inherits.") },
    [PWK_EV_MOVE_PAGE_TABLES] = { N_("Memory moves without being copied: entries are taken out at "
                                     "the old place and put in at the new one, whole tables where "
                                     "both sides lie alike."),
                                  "pgd, pmd, pte" },
    [PWK_EV_CHANGE_PROTECTION] = { N_("Entries that are there must follow vm_page_prot at once, "
                                      "and the TLB must forget the old ones. A write bit is set "
                                      "only where no fault has to be taken for copy on write."),
                                   "vm_page_prot" },
    [PWK_EV_MLOCK] = { N_("Locked pages stay in memory: reclaim does not touch them. "
                          "RLIMIT_MEMLOCK limits how many."),
                       "locked_vm, mlocked" },
  };

  return kind < PWK_N_EVENTS ? &rules[kind] : NULL;
}
