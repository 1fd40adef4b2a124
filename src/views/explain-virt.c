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

static char *
explain_regions (const PwkMachine *machine, const PwkEvent *event)
{
  g_autofree char *a = NULL;
  char was[5], is[5];

  switch (event->kind)
    {
    case PWK_EV_VMA_ADD:
      a = pwk_say_mm (machine, event->arg[4]);
      SENTENCE (_("%s gets a region 0x%llx–0x%llx, %s."), a, ARG (1), ARG (2), perms (event->arg[3], is));
    case PWK_EV_VMA_REMOVE:
      a = pwk_say_mm (machine, event->arg[4]);
      SENTENCE (_("%s loses the region 0x%llx–0x%llx, %s."), a, ARG (1), ARG (2), perms (event->arg[3], is));
    case PWK_EV_VMA_MERGE:
      /* Translators: %s says how, "the region below grew over it". */
      SENTENCE (_("No new region is needed: 0x%llx–0x%llx is one now, since %s."), ARG (1), ARG (2), pwk_words_merge ((unsigned) event->arg[3]));
    case PWK_EV_VMA_NO_MERGE:
      SENTENCE (_("0x%llx–0x%llx is not joined to its neighbour: %s."), ARG (1), ARG (2), pwk_words_no_merge ((unsigned) event->arg[3]));
    case PWK_EV_VMA_SPLIT:
      SENTENCE (_("The region 0x%llx–0x%llx is cut in two at 0x%llx."), ARG (1), ARG (3), ARG (2));
    case PWK_EV_VMA_ADJUST:
      SENTENCE (_("The region 0x%llx–0x%llx now is 0x%llx–0x%llx."), ARG (3), ARG (4), ARG (1), ARG (2));
    case PWK_EV_VMA_FLAGS:
      if (((event->arg[3] ^ event->arg[4]) & (PWK_VM_READ | PWK_VM_WRITE | PWK_VM_EXEC)) != 0)
        SENTENCE (_("The rights of 0x%llx–0x%llx change from %s to %s."), ARG (1), ARG (2), perms (event->arg[3], was), perms (event->arg[4], is));
      a = pwk_words_vm_flags (event->arg[3] ^ event->arg[4]);
      SENTENCE (_("vm_flags of 0x%llx–0x%llx change: %s."), ARG (1), ARG (2), a);
    case PWK_EV_VMA_OPEN:
      SENTENCE (_("vm_ops->open () is called: one more region maps the file."));
    case PWK_EV_VMA_CLOSE:
      SENTENCE (_("vm_ops->close () is called: one region less maps the file."));
    case PWK_EV_RB_ROTATE:
      if (event->arg[2] != 0)
        SENTENCE (_("The tree of regions is rotated to the left at one node, to stay balanced."));
      SENTENCE (_("The tree of regions is rotated to the right at one node, to stay balanced."));
    case PWK_EV_FIND_VMA:
      if (event->arg[1] == 0)
        SENTENCE (ngettext ("find_vma (0x%llx) looks at %llu node and finds no region that ends above.",
                            "find_vma (0x%llx) looks at %llu nodes and finds no region that ends above.", event->arg[2]), ARG (0), ARG (2));
      SENTENCE (ngettext ("find_vma (0x%llx) looks at %llu node and finds the first region that ends above.",
                          "find_vma (0x%llx) looks at %llu nodes and finds the first region that ends above.", event->arg[2]), ARG (0), ARG (2));
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
      a = pwk_say_task (machine, event->arg[2]);
      SENTENCE (_("%s gets a new address space; its top page table is in pfn %llu."), a, ARG (1));
    case PWK_EV_MM_FREE:
      SENTENCE (_("The last user of an address space is gone: the address space is taken apart."));
    case PWK_EV_GET_UNMAPPED_AREA:
      size = pwk_format_bytes (event->arg[1]);
      if ((int64_t) event->arg[0] < 0)
        SENTENCE (_("No gap of %s is found between 0x%llx and 0x%llx."), size, ARG (2), ARG (3));
      SENTENCE (_("A gap of %s is found at 0x%llx, between 0x%llx and 0x%llx."), size, ARG (0), ARG (2), ARG (3));
    case PWK_EV_ANON_VMA_PREPARE:
      if (event->arg[2] != 0)
        SENTENCE (_("The region shares its neighbour's anon_vma."));
      SENTENCE (_("The region gets an anon_vma, by which its anonymous pages will find their page-table entries."));
    case PWK_EV_ANON_VMA_FORK:
      SENTENCE (_("The copied region gets an anon_vma of its own and is linked to those of its parent."));
    case PWK_EV_BRK:
      if (event->arg[1] < event->arg[0])
        SENTENCE (_("The heap's end goes down from 0x%llx to 0x%llx."), ARG (0), ARG (1));
      SENTENCE (_("The heap's end goes up from 0x%llx to 0x%llx."), ARG (0), ARG (1));
    case PWK_EV_EXPAND_STACK:
      SENTENCE (_("The stack grows down: it now begins at 0x%llx, before it was 0x%llx."), ARG (1), ARG (2));
    case PWK_EV_ACCOUNT:
      if (event->arg[2] == 0)
        SENTENCE (_("%lld pages more would be promised than allowed: refused, %lld are promised already."), (long long) event->arg[0],
                  (long long) event->arg[1]);
      if ((int64_t) event->arg[0] < 0)
        SENTENCE (_("A promise of %lld pages is taken back; %lld pages remain promised."), -(long long) event->arg[0], (long long) event->arg[1]);
      SENTENCE (_("%lld pages are promised; together it is %lld now."), (long long) event->arg[0], (long long) event->arg[1]);
    case PWK_EV_DUP_MMAP:
      if (event->arg[3] == 0)
        SENTENCE (_("The region 0x%llx–0x%llx is not copied to the child."), ARG (1), ARG (2));
      SENTENCE (_("The child gets a copy of the region 0x%llx–0x%llx."), ARG (1), ARG (2));
    case PWK_EV_SIGNAL:
      a = pwk_say_task (machine, event->arg[0]);
      if (event->arg[1] == 11)
        SENTENCE (_("%s gets SIGSEGV for address 0x%llx (si_code %lld)."), a, ARG (3), (long long) event->arg[2]);
      if (event->arg[1] == 7)
        SENTENCE (_("%s gets SIGBUS for address 0x%llx (si_code %lld)."), a, ARG (3), (long long) event->arg[2]);
      SENTENCE (_("%s gets signal %llu."), a, ARG (1));
    case PWK_EV_MLOCK:
      SENTENCE (_("0x%llx–0x%llx: the lock on its pages changes; %llu pages of this address space are locked now."), ARG (0), ARG (1), ARG (2));
    default:
      return NULL;
    }
}

char *
pwk_explain_virt (const PwkMachine *machine, const PwkEvent *event)
{
  char *sentence = explain_regions (machine, event);

  return sentence != NULL ? sentence : explain_space (machine, event);
}

const PwkRule *
pwk_rule_virt (unsigned kind)
{
  static const PwkRule rules[PWK_N_EVENTS] = {
    [PWK_EV_MM_ALLOC] = { N_("A process's address space is its regions and its page tables; the kernel's half of the top table is the same for all."), "mm_struct, pgd_alloc()" },
    [PWK_EV_MM_FREE] = { N_("mm_users counts who uses it; with the last one all regions are unmapped and the tables freed."), "mm->count" },
    [PWK_EV_GET_UNMAPPED_AREA] = { N_("Without a fixed address the kernel looks for a gap, from mmap_base downwards; the tree of regions knows the largest gap below each node.") },
    [PWK_EV_VMA_ADD] = { N_("A region is a promise: addresses, rights, and what is behind them. No frame is taken until somebody touches a page."), "vm_area_struct" },
    [PWK_EV_VMA_REMOVE] = { N_("The region's pages are gone already; now its record leaves list and tree."), "vm_area_struct" },
    [PWK_EV_VMA_MERGE] = { N_("Neighbours with the same flags, the same file with continuing offsets and fitting anon_vmas become one region: fewer to search."), "vm_area_struct" },
    [PWK_EV_VMA_NO_MERGE] = { N_("Regions are joined only if nobody could tell the difference.") },
    [PWK_EV_VMA_SPLIT] = { N_("Rights and locks belong to whole regions: to change a part, the region is cut at its borders. The upper part's vm_pgoff moves on accordingly."), "vm_pgoff" },
    [PWK_EV_VMA_ADJUST] = { N_("Borders may move as long as regions stay sorted and do not overlap."), "vm_start, vm_end" },
    [PWK_EV_VMA_FLAGS] = { N_("What a fault may do is decided by vm_flags; the bits for page-table entries, vm_page_prot, follow from them."), "vm_flags, vm_page_prot: VM_READ, VM_WRITE, VM_EXEC" },
    [PWK_EV_VMA_OPEN] = { N_("Whoever is behind a region is told when it is copied by fork or cut in two."), "vm_operations_struct.open" },
    [PWK_EV_VMA_CLOSE] = { N_("… and when it goes."), "vm_operations_struct.close" },
    [PWK_EV_RB_ROTATE] = { N_("In a red-black tree no path is more than twice as long as another; rotations keep it so. Since Linux 6.1 a maple tree does this work."), "vm_rb, mm_rb" },
    [PWK_EV_FIND_VMA] = { N_("The tree is searched by vm_end: left where it lies above the address, right otherwise; about log₂ n steps."), "vm_rb, mm_rb" },
    [PWK_EV_ANON_VMA_PREPARE] = { N_("Anonymous pages have no file by which to find who maps them; the anon_vma leads from the page to all regions that may.") , "anonymous page" },
    [PWK_EV_ANON_VMA_FORK] = { N_("Pages from before the fork belong to the parent's anon_vma, new ones to the child's own: so a search visits no region in vain.") },
    [PWK_EV_BRK] = { N_("brk () moves the end of the heap; memory is taken only when it is touched."), "brk(), start_brk, brk" },
    [PWK_EV_EXPAND_STACK] = { N_("An access just below a region that grows down extends it, within RLIMIT_STACK and with the guard gap kept free."), "start_stack" },
    [PWK_EV_ACCOUNT] = { N_("The kernel may promise more than there is; vm.overcommit_memory says how much more.") },
    [PWK_EV_DUP_MMAP] = { N_("fork () copies each region's record, and page tables where it must; VM_DONTCOPY regions stay with the parent.") },
    [PWK_EV_SIGNAL] = { N_("The kernel has nothing to repair: there is no region (SEGV_MAPERR), it forbids the access (SEGV_ACCERR), or the file ends before the page (SIGBUS).") },
    [PWK_EV_MLOCK] = { N_("Locked pages stay in memory: reclaim does not touch them. RLIMIT_MEMLOCK limits how many."), "locked_vm, mlocked" },
  };

  return kind < PWK_N_EVENTS ? &rules[kind] : NULL;
}
