/* test-pcp.c - per-cpu page lists
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/phys/pcp.h"
#include "phys.h"

static PwkMachine *
machine_of (const char *kernel)
{
  return pwk_test_machine ("memory", "256M", "cpus", "2", "kernel", kernel, NULL);
}

/* The list is filled by a batch, which doubles with each refill that no free interrupts. */
static void
test_batch_doubles (void)
{
  g_autoptr(PwkMachine) machine = machine_of ("6.12");
  PwkPcp *pcp = pwk_pcp_edit (machine, pwk_zone (machine, 0, PWK_ZONE_DMA32), 0);
  int batch = pcp->batch;

  pwk_alloc_pages (machine, PWK_GFP_KERNEL, 0, 0, -1);
  g_assert_cmpint (pcp->count, ==, batch - 1);
  for (int i = 1; i <= batch; i++)
    pwk_alloc_pages (machine, PWK_GFP_KERNEL, 0, 0, -1);
  g_assert_cmpint (pcp->count, ==, 2 * batch - 1);
  g_assert_cmpint (pcp->alloc_factor, ==, 2);
  pwk_test_check (machine);
}

/* Last in, first out; each cpu has its own. */
static void
test_lifo (void)
{
  g_autoptr(PwkMachine) machine = machine_of ("6.18");
  PwkPfn pfn = pwk_alloc_pages (machine, PWK_GFP_KERNEL, 0, 0, -1);

  pwk_free_pages (machine, pfn, 0);
  machine->st->cur_cpu = 1;
  g_assert_cmpuint (pwk_alloc_pages (machine, PWK_GFP_KERNEL, 0, 0, -1), !=, pfn);
  machine->st->cur_cpu = 0;
  g_assert_cmpuint (pwk_alloc_pages (machine, PWK_GFP_KERNEL, 0, 0, -1), ==, pfn);
}

/* A refill puts its pages behind each other as it gets them: a block is handed out in the order of its frames. Devices can merge what lies
 * side by side. */
static void
test_refill_order (void)
{
  g_autoptr(PwkMachine) machine = machine_of ("6.18");
  PwkPfn first = pwk_alloc_pages (machine, PWK_GFP_KERNEL, 0, 0, -1);

  for (unsigned i = 1; i < 8; i++)
    g_assert_cmpuint (pwk_alloc_pages (machine, PWK_GFP_KERNEL, 0, 0, -1), ==, first + i);
  pwk_test_check (machine);
}

/* Orders 4 to 8 and 10 have no lists: they go straight to the buddies. */
static void
test_orders (void)
{
  g_autoptr(PwkMachine) machine = pwk_test_machine ("memory", "8G", NULL);
  PwkPcp *pcp = pwk_pcp_edit (machine, pwk_zone (machine, 0, PWK_ZONE_NORMAL), 0);

  for (unsigned order = 0; order <= PWK_MAX_PAGE_ORDER; order++)
    {
      PwkPfn pfn = pwk_alloc_pages (machine, PWK_GFP_KERNEL, order, 0, -1);
      int before;

      g_assert_cmpuint (pfn & (pwk_order_pages (order) - 1), ==, 0);
      before = pcp->count;
      pwk_free_pages (machine, pfn, order);
      g_assert_cmpint (pcp->count - before, ==, pwk_pcp_allowed_order (order) ? 1 << order : 0);
    }
  pwk_drain_local_pages (machine, 0);
  g_assert_cmpint (pcp->count, ==, 0);
  pwk_test_check (machine);
}

/* Above `high` pages go back; the list never holds more than high_max and a row of frees. */
static void
test_high (void)
{
  static const char *const kernels[] = { "seed", "6.1", "6.12", "6.18" };

  for (unsigned k = 0; k < G_N_ELEMENTS (kernels); k++)
    {
      g_autoptr(PwkMachine) machine = machine_of (kernels[k]);
      const PwkPcp *pcp = pwk_pcp (machine, pwk_zone (machine, 0, PWK_ZONE_DMA32), 0);
      g_autofree PwkPfn *pages = g_new (PwkPfn, 20000);

      for (unsigned i = 0; i < 20000; i++)
        pages[i] = pwk_alloc_pages (machine, PWK_GFP_KERNEL, 0, 0, -1);
      for (unsigned i = 0; i < 20000; i++)
        {
          pwk_free_pages (machine, pages[i], 0);
          g_assert_cmpint (pcp->count, <=, pcp->high_max);
        }
      g_assert_cmpuint (pwk_event_count (machine, PWK_EV_MM_PAGE_PCPU_DRAIN), >, 0);
      pwk_test_check (machine);
    }
}

/* A zone's lock that another cpu holds longer, in simulated time, is waited for. */
static void
test_lock_wait (void)
{
  g_autoptr(PwkMachine) machine = machine_of ("6.18");

  for (unsigned i = 0; i < 100; i++)
    pwk_alloc_pages (machine, PWK_GFP_KERNEL, 4, 0, -1);
  machine->st->cur_cpu = 1;
  pwk_alloc_pages (machine, PWK_GFP_KERNEL, 4, 0, -1);
  g_assert_cmpuint (pwk_event_count (machine, PWK_EV_LOCK_WAIT), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pcp/batch-doubles", test_batch_doubles);
  g_test_add_func ("/pcp/lifo", test_lifo);
  g_test_add_func ("/pcp/refill-order", test_refill_order);
  g_test_add_func ("/pcp/orders", test_orders);
  g_test_add_func ("/pcp/high", test_high);
  g_test_add_func ("/pcp/lock-wait", test_lock_wait);
  return g_test_run ();
}
