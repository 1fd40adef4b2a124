/* event-address.c - which virtual address an event is about, and which call what was observed
 * belongs to
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/event-address.h"

#include "engine/core/event-args.h"

/* What a processor or a fault's handler does with an address that somebody uses. */
static bool
translates (const PwkEvent *event, PwkVaddr *addr)
{
  uint32_t kind = event->kind;

  if (kind == PWK_EV_ACCESS || kind == PWK_EV_ACCESS_FAULT || kind == PWK_EV_PAGE_FAULT_USER ||
      kind == PWK_EV_HANDLE_MM_FAULT || kind == PWK_EV_TLB_HIT || kind == PWK_EV_TLB_MISS ||
      kind == PWK_EV_TLB_FILL || kind == PWK_EV_PWC_HIT || kind == PWK_EV_PWC_FILL ||
      (kind >= PWK_EV_WALK_PGD && kind <= PWK_EV_WALK_PTE) ||
      (kind >= PWK_EV_DO_ANONYMOUS_PAGE && kind <= PWK_EV_PAGE_MKWRITE) ||
      kind == PWK_EV_FAULT_DONE)
    {
      *addr = pwk_arg (event, ACCESS, addr);
      return true;
    }
  return false;
}

bool
pwk_event_address (const PwkEvent *event, PwkVaddr *addr)
{
  uint32_t kind = event->kind;

  if (translates (event, addr))
    return true;
  if (kind == PWK_EV_INVLPG || kind == PWK_EV_SPLIT_HUGE_PMD)
    *addr = pwk_arg (event, INVLPG, addr);
  else if (kind == PWK_EV_SET_PTE || kind == PWK_EV_SET_ACCESSED_DIRTY)
    *addr = pwk_arg (event, SET_PTE, addr);
  else if (kind == PWK_EV_TABLE_ALLOC || kind == PWK_EV_TABLE_FREE)
    *addr = pwk_arg (event, TABLE_ALLOC, addr);
  else
    return false;
  return true;
}

/* What the position itself is about; a flush is about no address that anybody uses. */
static bool
is_shown (const PwkEvent *event, PwkVaddr *addr)
{
  return event->kind != PWK_EV_INVLPG && pwk_event_address (event, addr);
}

static bool
is_of (const PwkEvent *event, PwkIndex task)
{
  return !task || event->task == task;
}

bool
pwk_observed_address (const PwkObservation *observation, PwkIndex task, PwkVaddr *addr)
{
  for (uint32_t i = 0; i < observation->n_chain; i++)
    if (is_of (&observation->chain[i], task) && is_shown (&observation->chain[i], addr))
      return true;
  for (uint32_t i = observation->n_events; i > 0; i--)
    if (is_of (&observation->events[i - 1], task) && translates (&observation->events[i - 1], addr))
      return true;
  return false;
}

uint32_t
pwk_observed_call (const PwkObservation *observation,
                   bool (*matters) (const PwkEvent *event, const void *data),
                   const void *data)
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
