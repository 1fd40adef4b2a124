/* explain-core.c - sentences: statements, boot, processes and scheduling
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/explain-private.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "engine/core/config.h"
#include "engine/phys/page-alloc.h"

static const char *
e820_word (uint64_t type)
{
  switch (type)
    {
    case PWK_E820_USABLE:
      return C_("e820", "usable");
    case PWK_E820_RESERVED:
      return C_("e820", "reserved");
    case PWK_E820_ACPI:
      return C_("e820", "ACPI data");
    case PWK_E820_NVS:
      return C_("e820", "ACPI NVS");
    case PWK_E820_OTHER:
    default:
      return C_("e820", "of another kind");
    }
}

static char *
explain_boot (const PwkMachine *machine, const PwkEvent *event)
{
  g_autofree char *size = NULL;

  switch (event->kind)
    {
    case PWK_EV_E820_ENTRY:
      size =
          pwk_format_bytes (pwk_arg (event, E820_ENTRY, end) - pwk_arg (event, E820_ENTRY, start));
      SENTENCE (_("The firmware reports physical addresses 0x%llx–0x%llx (%s) as %s."),
                ARG (E820_ENTRY, start), ARG (E820_ENTRY, end), size,
                e820_word (pwk_arg (event, E820_ENTRY, type)));
    case PWK_EV_MEMBLOCK_RESERVE:
      SENTENCE (_("Boot sets frames %llu–%llu aside: %s."), ARG (MEMBLOCK_RESERVE, start),
                ARG (MEMBLOCK_RESERVE, end),
                pwk_say_string (machine, pwk_arg (event, MEMBLOCK_RESERVE, why)));
    case PWK_EV_NODE_ONLINE:
      SENTENCE (_("Node %llu comes on line with frames %llu up to %llu."), ARG (NODE_ONLINE, node),
                ARG (NODE_ONLINE, start), ARG (NODE_ONLINE, end));
    case PWK_EV_ZONE_INIT:
      SENTENCE (_("Zone %s of node %llu begins at pfn %llu: it spans %llu pages, %llu of them are "
                  "there."),
                pwk_zone_name ((unsigned) pwk_arg (event, ZONE_INIT, zone)), ARG (ZONE_INIT, node),
                ARG (ZONE_INIT, start), ARG (ZONE_INIT, spanned), ARG (ZONE_INIT, present));
    case PWK_EV_MEMMAP_INIT:
      SENTENCE (_("The struct pages of frames %llu up to %llu are set up."),
                ARG (MEMMAP_INIT, start), ARG (MEMMAP_INIT, end));
    case PWK_EV_ZONELIST_BUILD:
      SENTENCE (_("Node %llu gets its zonelist: %llu zones in the order in which they will be "
                  "tried."),
                ARG (ZONELIST_BUILD, node), ARG (ZONELIST_BUILD, entries));
    case PWK_EV_MEMBLOCK_FREE:
      SENTENCE (_("Boot hands %llu free blocks of order %llu to the buddy system, the first at pfn "
                  "%llu."),
                ARG (MEMBLOCK_FREE, count), ARG (MEMBLOCK_FREE, order), ARG (MEMBLOCK_FREE, pfn));
    case PWK_EV_WATERMARKS_SETUP:
      SENTENCE (_("Watermarks of zone %s of node %llu: min %llu, low %llu, high %llu, promo %llu "
                  "pages."),
                pwk_zone_name ((unsigned) pwk_arg (event, WATERMARKS_SETUP, zone)),
                ARG (WATERMARKS_SETUP, node), ARG (WATERMARKS_SETUP, min),
                ARG (WATERMARKS_SETUP, low), ARG (WATERMARKS_SETUP, high),
                ARG (WATERMARKS_SETUP, promo));
    case PWK_EV_LOWMEM_RESERVE_SETUP:
      SENTENCE (_("Zone %s of node %llu keeps pages back from requests that could use higher "
                  "zones: %llu, %llu, %llu, %llu."),
                pwk_zone_name ((unsigned) pwk_arg (event, LOWMEM_RESERVE_SETUP, zone)),
                ARG (LOWMEM_RESERVE_SETUP, node), ARG (LOWMEM_RESERVE_SETUP, p1),
                ARG (LOWMEM_RESERVE_SETUP, p2), ARG (LOWMEM_RESERVE_SETUP, p3),
                ARG (LOWMEM_RESERVE_SETUP, p4));
    case PWK_EV_PCP_SETUP:
      SENTENCE (_("Per-cpu lists of zone %s of node %llu: batch %llu, high from %llu to %llu "
                  "pages."),
                pwk_zone_name ((unsigned) pwk_arg (event, PCP_SETUP, zone)), ARG (PCP_SETUP, node),
                ARG (PCP_SETUP, batch), ARG (PCP_SETUP, high_min), ARG (PCP_SETUP, high_max));
    case PWK_EV_BOOT_DONE:
      size = pwk_format_bytes (pwk_arg (event, BOOT_DONE, pages) << PWK_PAGE_SHIFT);
      SENTENCE (_("Memory management is up: %llu pages (%s) are managed by the buddy system."),
                ARG (BOOT_DONE, pages), size);
    default:
      return NULL;
    }
}

static char *
explain_process (const PwkMachine *machine, const PwkEvent *event)
{
  g_autofree char *a = NULL, *b = NULL;

  switch (event->kind)
    {
    case PWK_EV_FORK:
      a = pwk_say_task (machine, pwk_arg (event, FORK, parent));
      b = pwk_say_task (machine, pwk_arg (event, FORK, child));
      if (pwk_arg (event, FORK, flags) & 0x100)
        /* Translators: two processes. */
        SENTENCE (_("%s starts %s, which shares its address space."), a, b);
      SENTENCE (_("%s makes the process %s, a copy of itself."), a, b);
    case PWK_EV_EXEC:
      a = pwk_say_task (machine, pwk_arg (event, EXEC, task));
      SENTENCE (_("%s becomes the program %s and gets a new address space."), a,
                pwk_say_string (machine, pwk_arg (event, EXEC, path)));
    case PWK_EV_EXIT:
      a = pwk_say_task (machine, pwk_arg (event, EXIT, task));
      SENTENCE (_("%s ends with status %lld."), a, (long long) pwk_arg (event, EXIT, status));
    case PWK_EV_SCHED_SWITCH:
      a = pwk_say_task (machine, pwk_arg (event, SCHED_SWITCH, prev));
      b = pwk_say_task (machine, pwk_arg (event, SCHED_SWITCH, next));
      SENTENCE (_("CPU %llu stops running %s and goes on with %s."), ARG (SCHED_SWITCH, cpu), a, b);
    case PWK_EV_SLEEP:
      a = pwk_say_task (machine, pwk_arg (event, SLEEP, task));
      b = pwk_format_ns (pwk_arg (event, SLEEP, ns));
      SENTENCE (_("%s sleeps for %s, until what it waits for is done."), a, b);
    case PWK_EV_WAKE:
      a = pwk_say_task (machine, pwk_arg (event, WAKE, task));
      SENTENCE (_("%s is woken and goes on."), a);
    case PWK_EV_LOCK_WAIT:
      a = pwk_format_ns (pwk_arg (event, LOCK_WAIT, ns));
      SENTENCE (_("CPU %u waits %s for the lock %s, which CPU %llu holds."), event->cpu, a,
                pwk_say_string (machine, pwk_arg (event, LOCK_WAIT, lock)),
                ARG (LOCK_WAIT, holder));
    default:
      return NULL;
    }
}

/* How a call ended that failed; with the reason, where one is known. */
static char *
explain_failure (const char *call, const PwkEvent *event, unsigned error_arg)
{
  const char *error = pwk_words_errno ((int) event->arg[error_arg]);
  const char *why = pwk_words_refusal ((unsigned) MIN (event->arg[error_arg + 1], PWK_N_REFUSALS));

  if (why == NULL)
    /* Translators: a call and the name of an errno. */
    SENTENCE (_("%s () fails with %s."), call, error);
  /* Translators: a call, the name of an errno, and one of "the length is zero" … */
  SENTENCE (_("%s () fails with %s: %s."), call, error, why);
}

/* As the scenario language writes it: addresses in hexadecimal, whatever is counted (pages,
 * frames, processes) in decimal. */
static char *
format_result (const char *call, uint64_t result)
{
  static const char *const giving_addresses[] = {
    "brk",
    "sbrk",
    "mmap",
    "mmap2",
    "mremap",
    "shmat",
    "get_free_page",
    "get_zeroed_page",
    "kmalloc",
    "kcalloc",
    "kzalloc",
    "krealloc",
    "kmem_cache_alloc",
    "vmalloc",
    "vzalloc",
    "vmalloc_huge",
    "vmap",
    "ioremap",
    "ioremap_uc",
    "ioremap_wc",
    "ioremap_wt",
    "ioremap_cache",
  };

  for (unsigned i = 0; i < G_N_ELEMENTS (giving_addresses); i++)
    if (strcmp (call, giving_addresses[i]) == 0)
      return result ? g_strdup_printf ("0x%" PRIx64, result) : g_strdup ("NULL");
  return g_strdup_printf ("%" PRId64, (int64_t) result);
}

static int
compare_names (const void *name, const void *other)
{
  return strcmp (name, *(const char *const *) other);
}

/* System calls that come back: 0 is a result, too. Of what the kernel, the laboratory and the
 * narration do only something else than 0 is one. */
static bool
returns_to_program (const char *call)
{
  static const char *const names[] = {
    "brk", "clone", "clone3", "close", "execve", "fork", "fsync", "ftruncate", "get_mempolicy",
    "kill", "madvise", "mbind", "migrate_pages", "mincore", "mlock", "mlock2", "mlockall", "mmap",
    "move_pages", "mprotect", "mremap", "msync", "munlock", "munlockall", "munmap", "open",
    "openat", "personality", "pkey_mprotect", "posix_fadvise", "prctl", "pread64", "pwrite64",
    "read", "readahead", "sbrk", "set_mempolicy", "set_mempolicy_home_node", "setresuid",
    "setrlimit", "vfork", "write",
  };

  return bsearch (call, names, G_N_ELEMENTS (names), sizeof *names, compare_names) != NULL;
}

/* sys_exit and statement_end: arguments result, errno, why, call from @first on. */
static char *
explain_result (const PwkMachine *machine, const PwkEvent *event, unsigned first)
{
  const char *call = pwk_say_string (machine, event->arg[first + 3]);
  const char *why = pwk_words_refusal ((unsigned) MIN (event->arg[first + 2], PWK_N_REFUSALS));
  g_autofree char *result = NULL;

  if (event->arg[first + 1] != 0)
    return explain_failure (call, event, first + 1);
  if (why != NULL && strcmp (call, "brk") != 0)
    /* Translators: an access that ended in a signal, and why. */
    SENTENCE (_("%s () cannot be completed: %s."), call, why);
  if (why != NULL)
    /* Translators: brk () tells by the old address that it did nothing; %s is the reason. */
    SENTENCE (_("%s () changes nothing and returns 0x%llx, where the heap ends: %s."), call,
              PWK_N (event->arg[first]), why);
  result = format_result (call, event->arg[first]);
  if (event->kind == PWK_EV_SYSCALL_EXIT && g_str_has_prefix (call, "exit"))
    SENTENCE (_("%s () does not return: who called it has ended."), call);
  if (event->kind == PWK_EV_SYSCALL_EXIT)
    SENTENCE (_("%s () returns %s."), call, result);
  if (returns_to_program (call))
    SENTENCE (_("The statement %s () in line %llu is done; it returned %s."), call,
              ARG (STATEMENT_END, line), result);
  if (event->arg[first] == 0)
    SENTENCE (_("The statement %s () in line %llu is done."), call, ARG (STATEMENT_END, line));
  SENTENCE (_("The statement %s () in line %llu is done; its result is %s."), call,
            ARG (STATEMENT_END, line), result);
}

char *
pwk_explain_core (const PwkMachine *machine, const PwkEvent *event)
{
  char *sentence = explain_boot (machine, event);
  g_autofree char *a = NULL;

  if (sentence == NULL)
    sentence = explain_process (machine, event);
  if (sentence != NULL)
    return sentence;

  switch (event->kind)
    {
    case PWK_EV_STATEMENT:
      SENTENCE (_("The statement %s () in line %llu begins."),
                pwk_say_string (machine, pwk_arg (event, STATEMENT, call)), ARG (STATEMENT, line));
    case PWK_EV_STATEMENT_END:
      return explain_result (machine, event, 1);
    case PWK_EV_LAB:
      SENTENCE (_("The laboratory does %s (0x%llx, 0x%llx), past the kernel."),
                pwk_say_string (machine, pwk_arg (event, LAB, what)), ARG (LAB, a), ARG (LAB, b));
    case PWK_EV_ASSUMED:
      a = pwk_say_task (machine, pwk_arg (event, ASSUMED, task));
      SENTENCE (_("0x%llx–0x%llx of %s is assumed: the recording presupposes it (%s)."),
                ARG (ASSUMED, start), ARG (ASSUMED, end), a,
                pwk_say_string (machine, pwk_arg (event, ASSUMED, what)));
    case PWK_EV_TICK:
      SENTENCE (_("Tick %llu: the kernel's background work has its turn."), ARG (TICK, tick));
    case PWK_EV_SYSCTL:
      SENTENCE (_("%s is set to %lld."), pwk_say_string (machine, pwk_arg (event, SYSCTL, name)),
                (long long) pwk_arg (event, SYSCTL, value));
    case PWK_EV_SYSCALL:
      a = pwk_say_task (machine, pwk_arg (event, SYSCALL, task));
      SENTENCE (_("%s enters the kernel with the system call %s ()."), a,
                pwk_say_string (machine, pwk_arg (event, SYSCALL, call)));
    case PWK_EV_SYSCALL_EXIT:
      return explain_result (machine, event, 0);
    default:
      return NULL;
    }
}

/* --- rules --- */

const PwkRule *
pwk_rule_core (unsigned kind)
{
  static const PwkRule rules[PWK_N_EVENTS] = {
    [PWK_EV_STATEMENT] = { N_("A scenario is a list of statements. Each runs to its end before the "
                              "next begins; all that happens meanwhile has it as its first "
                              "cause.") },
    [PWK_EV_STATEMENT_END] = { N_("Between two statements the machine is at rest: all its books "
                                  "must balance.") },
    [PWK_EV_LAB] = { N_("Laboratory statements change the machine in ways that no program could, "
                        "to show what the rules protect from.") },
    [PWK_EV_ASSUMED] = { N_("A recording shows calls, not all that was there before. What a call "
                            "presupposes is put in place and marked as assumed.") },
    [PWK_EV_TICK] = { N_("kswapd, writeback and other kernel threads run in ticks, so that every "
                         "run of a scenario is the same.") },
    [PWK_EV_SYSCTL] = { N_("Tunables below /proc/sys/vm change the allocator's marks and limits; "
                           "what depends on them is computed anew.") },
    [PWK_EV_SYSCALL] = { N_("A program asks the kernel through system calls; it cannot touch page "
                            "tables or frames itself."),
                         "mmap(), brk() (POSIX)" },
    [PWK_EV_SYSCALL_EXIT] = { N_("The result goes back to the program: a value, or −1 with "
                                 "errno.") },
    [PWK_EV_E820_ENTRY] = { N_("Only the firmware knows where memory lies and what of it is its "
                               "own. The kernel asks it first of all."),
                            "EFI/BIOS" },
    [PWK_EV_MEMBLOCK_RESERVE] = { N_("What the kernel's image, its tables and the firmware occupy "
                                     "must never be given away.") },
    [PWK_EV_NODE_ONLINE] = { N_("On a NUMA machine each node has memory of its own, near to some "
                                "CPUs and far from others."),
                             "Node, pglist_data" },
    [PWK_EV_ZONE_INIT] = { N_("A node's memory is divided by what it can be used for: old devices "
                              "reach low addresses only."),
                           "Zone, zone_start_pfn, spanned_pages, present_pages" },
    [PWK_EV_MEMMAP_INIT] = { N_("Every frame has a struct page; the array is indexed by the page "
                                "frame number."),
                             "mem_map[PFN]" },
    [PWK_EV_ZONELIST_BUILD] = { N_("A request goes to the nearest node first, and within a node to "
                                   "the highest zone it may use."),
                                "NUMA" },
    [PWK_EV_MEMBLOCK_FREE] = { N_("Free memory enters the buddy system in the largest aligned "
                                  "blocks that fit."),
                               "Buddy System, free_area[]" },
    [PWK_EV_WATERMARKS_SETUP] = { N_("The marks follow from min_free_kbytes, shared out by the "
                                     "size of the zones. Below low kswapd wakes, below min callers "
                                     "must reclaim themselves."),
                                  "watermark[NR_WMARK]" },
    [PWK_EV_LOWMEM_RESERVE_SETUP] = { N_("Without a reserve, requests that could live anywhere "
                                         "would eat up the low zones that some devices need.") },
    [PWK_EV_PCP_SETUP] = { N_("Each CPU keeps some pages of its own, so that most requests need no "
                              "lock of the zone.") },
    [PWK_EV_BOOT_DONE] = { N_("start_kernel () has set up memory; from now on everybody asks "
                              "alloc_pages ()."),
                           "start_kernel()" },
    [PWK_EV_FORK] = { N_("fork () copies the regions and page tables, not the pages: these are "
                         "shared until somebody writes.") },
    [PWK_EV_EXEC] = { N_("A new program replaces the old one: its address space is thrown away and "
                         "a new one is laid out.") },
    [PWK_EV_EXIT] = { N_("The end of a process gives all its memory back: regions, pages, page "
                         "tables.") },
    [PWK_EV_SCHED_SWITCH] = { N_("Another process means another address space: CR3 gets its top "
                                 "page table."),
                              "mm->pgd" },
    [PWK_EV_SLEEP] = { N_("Who waits for a disk or for reclaim sleeps meanwhile; only __GFP_WAIT "
                          "(today __GFP_DIRECT_RECLAIM) allows it."),
                       "__GFP_WAIT" },
    [PWK_EV_WAKE] = { N_("What was waited for is done.") },
    [PWK_EV_LOCK_WAIT] = { N_("A spinlock lets one CPU at a time change the free lists; the others "
                              "spin. Per-cpu lists exist to make this rare."),
                           "spinlock_t lock" },
  };

  return kind < PWK_N_EVENTS ? &rules[kind] : NULL;
}
