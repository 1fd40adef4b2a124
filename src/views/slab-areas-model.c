/* slab-areas-model.c - areas of kernel addresses and the frames behind them; memory that devices
 * can reach
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/core/event-args.h"
#include "engine/core/vmap-flags.h"
#include "engine/kalloc/vmalloc.h"
#include "engine/kalloc/vmap-area.h"
#include "engine/phys/device.h"
#include "engine/phys/direct-map.h"
#include "engine/phys/page.h"
#include "engine/phys/zone.h"
#include "views/slab-private.h"

/* --- areas --- */

/* Of a device's window so much is looked through. */
#define MAX_REGISTER_BYTES (4 * PWK_PAGE_SIZE)

static void
read_pages (PwkSlabArea *shown, const PwkMachine *machine, const PwkVmapArea *area)
{
  uint32_t pfn = area->first_pfn;

  if (area->flags & PWK_VM_MAP)
    {
      shown->pfns[shown->n_pfns++] = pfn;
      return;
    }
  for (uint64_t i = 0; i < shown->pages && pfn < machine->st->max_pfn &&
                       shown->n_pfns < PWK_SLAB_AREA_PAGES;
       i++)
    {
      shown->pfns[shown->n_pfns++] = pfn;
      pfn = pwk_page (machine, pfn)->lru_next;
    }
}

/* Those of the device that were written to, lowest first; @addr is what the event is about. */
static void
read_registers (PwkSlabArea *shown, const PwkMachine *machine, PwkVaddr addr)
{
  for (uint64_t at = 0; at < shown->pages << PWK_PAGE_SHIFT && at < MAX_REGISTER_BYTES; at += 8)
    {
      const PwkDeviceRegister *known = pwk_device_register (machine, shown->phys + at);

      if (known == NULL || shown->n_registers == PWK_SLAB_REGISTERS)
        continue;
      shown->registers[shown->n_registers++] =
          (PwkSlabRegister){ .offset = (uint32_t) at,
                             .now = addr - shown->start >= at && addr - shown->start < at + 8,
                             .value = known->value };
    }
}

static PwkSlabArea
read_area (const PwkMachine *machine, PwkIndex index, bool lazy)
{
  const PwkVmapArea *area = pwk_vmap_area (machine, index);
  PwkSlabArea shown = { .start = area->va_start, .end = area->va_end, .phys = area->phys_addr,
                        .flags = area->flags, .lazy = lazy, .cache = area->cache };

  shown.pages = ((area->va_end - area->va_start) >> PWK_PAGE_SHIFT) - 1;
  if (!lazy && area->config == 0 && (area->flags & (PWK_VM_ALLOC | PWK_VM_MAP)) != 0)
    read_pages (&shown, machine, area);
  return shown;
}

/* A tree's areas from @from on, in the order of addresses, as many as there is room for. */
static uint32_t
read_tree (PwkSlabArea *areas,
           const PwkMachine *machine,
           PwkIndex root,
           bool lazy,
           uint64_t *n_all,
           PwkVaddr from)
{
  uint32_t n = 0;

  for (PwkIndex i = pwk_vmap_tree_first (machine, root); i; i = pwk_vmap_tree_next (machine, i))
    {
      *n_all += !lazy;
      if (pwk_vmap_area (machine, i)->va_end > from && n < PWK_SLAB_AREAS)
        areas[n++] = read_area (machine, i, lazy);
    }
  return n;
}

static int
compare_areas (const void *a, const void *b)
{
  const PwkSlabArea *one = a, *other = b;

  return (one->start > other->start) - (one->start < other->start);
}

/* The area of @addr, and where it lies among the others: two before it are told as well. */
static PwkVaddr
told_from (const PwkMachine *machine, PwkVaddr addr)
{
  const PwkVmap *vmap = &pwk_kalloc (machine)->vmap;
  PwkVaddr before[2] = { 0 };

  for (unsigned node = 0; node < machine->st->n_cpus && addr != 0; node++)
    for (PwkIndex i = pwk_vmap_tree_first (machine, vmap->busy[node]); i;
         i = pwk_vmap_tree_next (machine, i))
      {
        PwkVaddr start = pwk_vmap_area (machine, i)->va_start;

        if (pwk_vmap_area (machine, i)->va_end > addr)
          break;
        if (start > before[0])
          {
            before[1] = before[0];
            before[0] = start;
          }
        else if (start > before[1])
          before[1] = start;
      }
  return before[1] != 0 ? before[1] : before[0];
}

void
pwk_slab_read_areas (PwkSlabModel *model, const PwkMachine *machine, PwkVaddr addr)
{
  const PwkVmap *vmap = &pwk_kalloc (machine)->vmap;
  g_autofree PwkSlabArea *areas = g_new (PwkSlabArea, (gsize) 2 * PWK_SLAB_AREAS * PWK_MAX_CPUS);
  PwkVaddr from = told_from (machine, addr);
  uint32_t n = 0;

  for (unsigned node = 0; node < machine->st->n_cpus; node++)
    {
      n += read_tree (areas + n, machine, vmap->busy[node], false, &model->n_areas_all, from);
      n += read_tree (areas + n, machine, vmap->lazy[node], true, &model->n_areas_all, from);
    }
  qsort (areas, n, sizeof *areas, compare_areas);
  model->n_areas = MIN (n, PWK_SLAB_AREAS);
  for (uint32_t i = 0; i < model->n_areas; i++)
    {
        model->areas[i] = areas[i];
      model->areas[i].focus = addr != 0 && addr >= areas[i].start && addr < areas[i].end;
      if ((areas[i].flags & PWK_VM_IOREMAP) != 0 && !areas[i].lazy)
        read_registers (&model->areas[i], machine, addr);
    }
}

const char *
pwk_slab_area_kind (const PwkSlabArea *area)
{
  if (area->lazy)
    return "";
  if (area->flags & PWK_VM_IOREMAP)
    return "ioremap";
  if (area->flags & PWK_VM_ALLOC)
    return "vmalloc";
  if (area->flags & PWK_VM_MAP)
    return "vmap";
  return area->flags & PWK_VM_DMA_COHERENT ? "dma" : "get_vm_area";
}

/* --- devices --- */

static void
read_zones (PwkSlabModel *model, const PwkMachine *machine)
{
  for (unsigned type = 0; type < PWK_MAX_NR_ZONES; type++)
    for (unsigned node = 0; node < machine->st->n_nodes; node++)
      {
        const PwkZone *zone = pwk_zone (machine, node, type);
        PwkSlabZone *shown = &model->zones[model->n_zones];

        if (!zone->present_pages)
          continue;
        if (model->n_zones > 0 && strcmp (shown[-1].name, pwk_zone_name (type)) == 0)
          {
            shown[-1].start = MIN (shown[-1].start, zone->zone_start_pfn);
            shown[-1].end = MAX (shown[-1].end, zone->zone_start_pfn + zone->spanned_pages);
            continue;
          }
        g_strlcpy (shown->name, pwk_zone_name (type), sizeof shown->name);
        shown->start = zone->zone_start_pfn;
        shown->end = zone->zone_start_pfn + zone->spanned_pages;
        model->n_zones++;
      }
}

static void
add_try (PwkSlabModel *model, PwkPfn pfn, bool too_high)
{
  if (model->n_tries < PWK_SLAB_TRIES)
    model->tries[model->n_tries++] = (PwkSlabTry) { pfn, too_high };
}

void
pwk_slab_read_device (PwkSlabModel *model, const PwkObservation *observation)
{
  read_zones (model, observation->machine);
  for (uint32_t i = 0; i < observation->n_events; i++)
    {
      const PwkEvent *event = &observation->events[i];

      if (event->kind == PWK_EV_DMA_ALLOC_ENTER)
        {
          model->mask = pwk_arg (event, DMA_ALLOC_ENTER, mask);
          model->bytes = pwk_arg (event, DMA_ALLOC_ENTER, bytes);
          model->n_tries = 0;
          model->cpu_address = 0;
        }
      else if (event->kind == PWK_EV_DMA_ABOVE_MASK)
        add_try (model, pwk_arg (event, DMA_ABOVE_MASK, pfn), true);
      else if (event->kind == PWK_EV_DMA_ALLOC)
        {
          PwkPfn pfn = pwk_arg (event, DMA_ALLOC, pfn);

          model->mask = pwk_arg (event, DMA_ALLOC, mask);
          model->bytes = pwk_arg (event, DMA_ALLOC, bytes);
          if (pfn == PWK_NO_PFN)
            continue;
          add_try (model, pfn, false);
          model->cpu_address = pwk_page_address (observation->machine, pfn);
        }
    }
}
