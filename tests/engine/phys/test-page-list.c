/* test-page-list.c - lists of frames
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/boot/boot.h"
#include "engine/phys/page-list.h"

#include "engine/phys/section.h"

#define N_PAGES 8

/* The list from head to tail and from tail to head is what the queue holds. */
static void
assert_same (const PwkMachine *machine, const PwkPageList *list, GQueue *queue)
{
  uint32_t pfn = list->head;

  for (GList *at = queue->head; at; at = at->next, pfn = pwk_page (machine, pfn)->lru.next)
    g_assert_cmpuint (pfn, ==, GPOINTER_TO_UINT (at->data));
  g_assert_cmpuint (pfn, ==, PWK_PFN_NIL);
  pfn = list->tail;
  for (GList *at = queue->tail; at; at = at->prev, pfn = pwk_page (machine, pfn)->lru.prev)
    g_assert_cmpuint (pfn, ==, GPOINTER_TO_UINT (at->data));
  g_assert_cmpuint (pfn, ==, PWK_PFN_NIL);
  g_assert_true (pwk_page_list_is_empty (list) == g_queue_is_empty (queue));
}

/* Pages put at either end and taken from anywhere, beside GLib's queue: the same order in both directions after each step. */
static void
test_like_queue (void)
{
  guint32 seed = (guint32) g_test_rand_int ();
  g_autoptr(GRand) rand = g_rand_new_with_seed (seed);
  PwkMachine *machine = pwk_machine_simple ("memory", "64M", NULL);
  PwkPageList list = PWK_PAGE_LIST_EMPTY;
  GQueue queue = G_QUEUE_INIT;
  uint32_t base = (uint32_t) machine->st->max_pfn - N_PAGES;

  g_test_message ("seed %u", seed);
  pwk_section_open (machine, base);
  for (unsigned step = 0; step < 2000; step++)
    {
      uint32_t pfn = base + (uint32_t) g_rand_int_range (rand, 0, N_PAGES);
      bool tail = g_rand_boolean (rand);

      if (g_queue_remove (&queue, GUINT_TO_POINTER (pfn)))
        pwk_page_list_del (machine, &list, pfn);
      else
        {
          pwk_page_list_add (machine, &list, pfn, tail);
          if (tail)
            g_queue_push_tail (&queue, GUINT_TO_POINTER (pfn));
          else
            g_queue_push_head (&queue, GUINT_TO_POINTER (pfn));
        }
      assert_same (machine, &list, &queue);
    }
  g_queue_clear (&queue);
  pwk_machine_free (machine);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/phys/page-list/like-queue", test_like_queue);
  return g_test_run ();
}
