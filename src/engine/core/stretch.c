/* stretch.c - what the time line tells events apart by
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Colours are by category, but for an access fault, whose category holds regions as well.
 */
#include "engine/core/stretch.h"

#include "engine/core/assert.h"
#include "engine/core/event-args.h"

/* A table by category: a new kind has a colour at once. */
PwkHue
pwk_event_hue (PwkEventKind kind)
{
  static const uint8_t hues[PWK_N_CATEGORIES] = {
    [PWK_CATEGORY_STATEMENT] = PWK_HUE_CALL,     [PWK_CATEGORY_BOOT] = PWK_HUE_CALL,
    [PWK_CATEGORY_ALLOCATOR] = PWK_HUE_FRAMES,   [PWK_CATEGORY_KERNEL_MEMORY] = PWK_HUE_FRAMES,
    [PWK_CATEGORY_SPACE] = PWK_HUE_REGION,       [PWK_CATEGORY_FAULT] = PWK_HUE_REGION,
    [PWK_CATEGORY_TABLES] = PWK_HUE_TRANSLATION, [PWK_CATEGORY_MISS] = PWK_HUE_TRANSLATION,
    [PWK_CATEGORY_FILES] = PWK_HUE_FILES,        [PWK_CATEGORY_RECLAIM] = PWK_HUE_FILES,
    [PWK_CATEGORY_ALARM] = PWK_HUE_FAULT,        [PWK_CATEGORY_DETAIL] = PWK_N_HUES,
  };

  return kind == PWK_EV_ACCESS_FAULT ? PWK_HUE_FAULT : (PwkHue) hues[pwk_event_info (kind)->category];
}

/* By the function that handle_mm_fault () came to. Huge pages are anonymous ones. */
PwkMend
pwk_event_mend (PwkEventKind kind)
{
  switch ((int) kind)
    {
    case PWK_EV_DO_ANONYMOUS_PAGE:
    case PWK_EV_DO_HUGE_PMD_ANONYMOUS:
      return PWK_MEND_ANON;
    case PWK_EV_DO_READ_FAULT:
    case PWK_EV_DO_COW_FAULT:
    case PWK_EV_DO_SHARED_FAULT:
      return PWK_MEND_FILE;
    case PWK_EV_DO_WP_PAGE:
      return PWK_MEND_COPY;
    case PWK_EV_DO_SWAP_PAGE:
      return PWK_MEND_SWAP;
    default:
      return PWK_N_MENDS;
    }
}

/* Pages that leave an active list for the inactive one are not what is meant by scanned: it is the
 * inactive lists whose end decides what is reclaimed. Lists alternate, inactive before active
 * (enum lru_list), so that even numbers are the inactive ones. */
uint32_t
pwk_event_pressure (const PwkEvent *event, PwkPressure *what)
{
  pwk_assert_door (event->kind < PWK_N_EVENTS);
  switch (event->kind)
    {
    case PWK_EV_LRU_ISOLATE:
      *what = PWK_PRESSURE_SCANNED;
      return pwk_arg (event, LRU_ISOLATE, lru) % 2 == 0 ? (uint32_t) pwk_arg (event, LRU_ISOLATE, scanned) : 0;   /* inactive lists */
    case PWK_EV_SHRINK_INACTIVE:
      *what = PWK_PRESSURE_RECLAIMED;
      return (uint32_t) pwk_arg (event, SHRINK_INACTIVE, reclaimed);
    case PWK_EV_ADD_TO_SWAP:
      *what = PWK_PRESSURE_SWAPPED;
      return 1;
    case PWK_EV_DIRECT_RECLAIM:
      *what = PWK_PRESSURE_STALLS;
      return 1;
    case PWK_EV_SWAP_READ:
      *what = PWK_PRESSURE_SWAPPED_IN;
      return 1;
    case PWK_EV_WORKINGSET_REFAULT:
      *what = PWK_PRESSURE_REFAULTED;
      return 1;
    default:
      *what = PWK_N_PRESSURES;
      return 0;
    }
}
