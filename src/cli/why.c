/* why.c - why a statement failed, in a few words
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/why.h"

#include <string.h>

#include "engine/core/event-args.h"
#include "engine/core/reasons.h"
#include "engine/phys/zone.h"
#include "engine/virt/accounting.h"
#include "views/view-common.h"
#include "views/words.h"

void
pwk_why_want (PwkMachine *machine)
{
  pwk_machine_want (machine, PWK_EV_WATERMARK_FAIL, true);
  pwk_machine_want (machine, PWK_EV_ACCOUNT, true);
}

void
pwk_why_tell (PwkWhy *why, const PwkEvent *event)
{
  if (event->kind == PWK_EV_WATERMARK_FAIL)
    why->zones[pwk_arg (event, WATERMARK_FAIL, node)][pwk_arg (event, WATERMARK_FAIL, zone)] = (PwkZoneRefusal) {
      .asked = true,
      .why = (uint8_t) pwk_arg (event, WATERMARK_FAIL, why),
      .order = (uint32_t) pwk_arg (event, WATERMARK_FAIL, order),
      .free = pwk_arg (event, WATERMARK_FAIL, free),
      .mark = pwk_arg (event, WATERMARK_FAIL, mark),
      .reserve = pwk_arg (event, WATERMARK_FAIL, reserve) };
  else if (event->kind == PWK_EV_ACCOUNT && !pwk_arg (event, ACCOUNT, allowed))
    why->charge = pwk_arg (event, ACCOUNT, pages);
}

void
pwk_why_forget (PwkWhy *why)
{
  memset (why, 0, sizeof *why);
}

static char *
say_zone (const PwkZoneRefusal *zone, const char *name)
{
  unsigned long long free_pages = zone->free, mark = zone->mark, reserve = zone->reserve;

  switch (zone->why)
    {
    case PWK_WATERMARK_NO_BLOCK:
      /* Translators: the name of a zone, "Normal" or "node 1 Normal"; why it refuses. */
      return g_strdup_printf (_("%s: no block of order %u (%llu pages are free)"), name, zone->order, free_pages);
    case PWK_WATERMARK_RESERVE:
      return g_strdup_printf (_("%s: %llu pages free, %llu + %llu are kept"), name, free_pages, mark, reserve);
    case PWK_WATERMARK_MARK:
    default:
      return g_strdup_printf (_("%s: %llu pages free, the mark is %llu"), name, free_pages, mark);
    }
}

/* Zone by zone, from the highest down, as they are tried. */
static char *
say_zones (const PwkWhy *why, const PwkMachine *machine)
{
  GString *text = g_string_new (NULL);

  for (unsigned node = 0; node < machine->st->n_nodes; node++)
    for (unsigned type = PWK_MAX_NR_ZONES; type-- > 0;)
      {
        const char *zone = pwk_zone_name (type);
        g_autofree char *name = machine->st->n_nodes > 1 ? g_strdup_printf (_("node %u %s"), node, zone) : g_strdup (zone);
        g_autofree char *words = why->zones[node][type].asked ? say_zone (&why->zones[node][type], name) : NULL;

        if (words)
          g_string_append_printf (text, "%s%s", text->len ? "; " : "", words);
      }
  return g_string_free (text, text->len == 0);
}

static char *
say_charge (uint64_t pages, uint64_t allowed, uint64_t promised)
{
  g_autofree char *asked = pwk_format_bytes (pages << PWK_PAGE_SHIFT);
  g_autofree char *may = pwk_format_bytes (allowed << PWK_PAGE_SHIFT);
  g_autofree char *before = pwk_format_bytes (promised << PWK_PAGE_SHIFT);

  if (promised == 0)
    /* Translators: two sizes of memory. */
    return g_strdup_printf (_("%s asked, %s allowed"), asked, may);
  /* Translators: three sizes of memory. */
  return g_strdup_printf (_("%s asked, %s allowed, %s of it promised already"), asked, may, before);
}

/* NULL: it was not for want of promises. */
static char *
say_charged (const PwkWhy *why, const PwkMachine *machine, PwkRefusal reason)
{
  const PwkState *st = machine->st;

  if (reason == PWK_WHY_OVERCOMMIT && why->charge)
    return say_charge (why->charge, st->totalram_pages + st->total_swap_pages, 0);
  if (reason == PWK_WHY_COMMIT_LIMIT && why->charge)
    return say_charge (why->charge, (uint64_t) MAX (pwk_vm_commit_limit (machine), 0), (uint64_t) st->vm_committed_as);
  return NULL;
}

char *
pwk_why_say (const PwkWhy *why, const PwkMachine *machine, const PwkOutcome *outcome)
{
  bool frames = outcome->why == PWK_WHY_NO_BLOCK || outcome->why == PWK_WHY_BELOW_MARK || outcome->why == PWK_WHY_NO_FRAMES
                || outcome->why == PWK_WHY_NO_HUGE_FRAME;
  g_autofree char *words = frames ? say_zones (why, machine) : NULL;

  if (words || outcome->why == PWK_WHY_NONE)
    return g_steal_pointer (&words);
  words = say_charged (why, machine, outcome->why);
  return words ? g_strdup_printf ("%s: %s", pwk_refusal_name (outcome->why), words) : pwk_words_why (outcome->why);
}
