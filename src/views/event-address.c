/* event-address.c - which virtual address an event is about, and which call what was observed belongs to
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/event-address.h"

bool
pwk_event_address (const PwkEvent *event, PwkVaddr *addr)
{
  uint32_t kind = event->kind;

  if (kind == PWK_EV_ACCESS || kind == PWK_EV_ACCESS_FAULT || kind == PWK_EV_PAGE_FAULT_USER || kind == PWK_EV_HANDLE_MM_FAULT
      || kind == PWK_EV_TLB_HIT || kind == PWK_EV_TLB_MISS || kind == PWK_EV_TLB_FILL || kind == PWK_EV_PWC_HIT
      || (kind >= PWK_EV_WALK_PGD && kind <= PWK_EV_WALK_PTE) || (kind >= PWK_EV_DO_ANONYMOUS_PAGE && kind <= PWK_EV_PAGE_MKWRITE)
      || kind == PWK_EV_FAULT_DONE || kind == PWK_EV_INVLPG || kind == PWK_EV_SPLIT_HUGE_PMD)
    *addr = event->arg[0];
  else if (kind == PWK_EV_SET_PTE || kind == PWK_EV_SET_ACCESSED_DIRTY)
    *addr = event->arg[5];
  else if (kind == PWK_EV_TABLE_ALLOC || kind == PWK_EV_TABLE_FREE)
    *addr = event->arg[2];
  else
    return false;
  return true;
}

static bool
counts (const PwkEvent *event, PwkIndex task, PwkVaddr *addr)
{
  return (!task || event->task == task) && pwk_event_address (event, addr);
}

bool
pwk_observed_address (const PwkObservation *observation, PwkIndex task, PwkVaddr *addr)
{
  for (uint32_t i = 0; i < observation->n_chain; i++)
    if (counts (&observation->chain[i], task, addr))
      return true;
  for (uint32_t i = observation->n_events; i > 0; i--)
    if (counts (&observation->events[i - 1], task, addr))
      return true;
  return false;
}

uint32_t
pwk_observed_call (const PwkObservation *observation, bool (*matters) (const PwkEvent *event, const void *data), const void *data)
{
  uint32_t i = observation->n_events;

  while (i > 0 && !matters (&observation->events[i - 1], data))
    i--;
  if (i == 0)
    return observation->n_events;
  while (i > 1 && observation->events[i - 1].kind != PWK_EV_STATEMENT)
    i--;
  return i - 1;
}
