/* test-page-flags.c - the flags of each frame are what the events of it say
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/core/event-args.h"
#include "engine/phys/page.h"
#include "runner-test.h"

#define PAGES (1 << 15)

typedef struct { uint32_t flags[PAGES]; guint n; } Told;

/* What is set was clear, what is cleared was set, and something changes. */
static void
take_event (PwkMachine *machine, const PwkEvent *event, void *data)
{
  Told *told = data;
  uint32_t set = (uint32_t) pwk_arg (event, PAGE_FLAGS, set), cleared = (uint32_t) pwk_arg (event, PAGE_FLAGS, cleared);

  told->n++;
  g_assert_cmphex (set | cleared, !=, 0);
  g_assert_cmphex (set & cleared, ==, 0);
  for (PwkPfn pfn = pwk_arg (event, PAGE_FLAGS, pfn); pfn <= pwk_arg (event, PAGE_FLAGS, last); pfn++)
    {
      g_assert_cmphex (told->flags[pfn] & set, ==, 0);
      g_assert_cmphex (told->flags[pfn] & cleared, ==, cleared);
      told->flags[pfn] = (told->flags[pfn] | set) & ~cleared;
    }
}

static void
check (const char *text)
{
  g_autofree Told *told = g_new0 (Told, 1);
  PwkRunner *runner = runner_for (text);
  PwkMachine *machine = pwk_runner_machine (runner);

  pwk_machine_listen (machine, take_event, told);
  pwk_machine_want (machine, PWK_EV_PAGE_FLAGS, true);
  while (pwk_runner_step (runner))
    continue;
  pwk_machine_listen (machine, NULL, NULL);
  assert_sound (runner);
  g_assert_cmpuint (told->n, >, 0);
  g_assert_cmpuint (machine->st->max_pfn, <=, PAGES);
  for (PwkPfn pfn = 0; pfn < machine->st->max_pfn; pfn++)
    g_assert_cmphex (pwk_page (machine, pfn)->pg_flags, ==, told->flags[pfn]);
  pwk_runner_free (runner);
}

#define PROCESS(OPTIONS, LENGTH) "machine(memory=64M, cpus=2, " OPTIONS ")\nprocess(A)\n[A] mmap(NULL, " LENGTH ", PROT_READ|PROT_WRITE, " \
                                 "MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = p\n"

static void
test_anonymous (void)
{
  check (PROCESS ("thp=never", "4M") "[A] touch(p, 4M, \"w\")\n[A] fork() = B\n[B] touch(p, 1M, \"w\")\n[A] mlock(p, 64K)\n[A] madvise(p + 1M, 1M, MADV_FREE)\n"
         "[A] madvise(p + 2M, 1M, MADV_COLD)\n[B] exit(0) = ?\n[A] munmap(p, 2M)\n[A] exit(0) = ?\n");
}

/* A huge page is mapped, split, its pages freed one by one. */
static void
test_huge (void)
{
  check (PROCESS ("thp=always", "8M") "[A] touch(p, 8M, \"w\")\n[A] fork() = B\n[B] touch(p, 64K, \"w\")\n[A] munmap(p + 2M, 64K)\n"
         "[A] mprotect(p + 4M, 4K, PROT_READ)\n[A] madvise(p + 4M, 1M, MADV_DONTNEED)\n[A] madvise(p + 6M, 2M, MADV_PAGEOUT)\n[B] exit(0) = ?\n"
         "[A] exit(0) = ?\n");
}

/* Reclaim moves pages from list to list, writes them to swap and brings them back. */
static void
test_pressure (void)
{
  check (PROCESS ("thp=never, swap=64M", "64M") "[A] touch(p, 64M, \"w\")\n[A] touch(p, 32M, \"r\")\n[A] touch(p, 16M, \"w\")\ntick(4)\n[A] exit(0) = ?\n");
}

static void
test_blocks (void)
{
  check ("machine(memory=64M)\nalloc_pages(GFP_KERNEL|__GFP_COMP, 4) = a\nalloc_pages(GFP_KERNEL, 3) = b\nalloc_pages(GFP_KERNEL|__GFP_COMP, 9) = c\n"
         "free_pages(a, 4)\nfree_pages(b, 3)\nfree_pages(c, 9)\n");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/page-flags/anonymous", test_anonymous);
  g_test_add_func ("/page-flags/huge", test_huge);
  g_test_add_func ("/page-flags/pressure", test_pressure);
  g_test_add_func ("/page-flags/blocks", test_blocks);
  return g_test_run ();
}
