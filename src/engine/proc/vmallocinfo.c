/* vmallocinfo.c - kernel addresses: in use, freed lazily, kept in pools, free
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/vmalloc.c:vmalloc_info_show() of kernels since 6.9, which have areas by vmap_node:
 *
 *      busy[n]  by address ──▶ a line each        freed ──▶ lazy[n] ──▶ purged ──▶ pool[n][pages], or free
 *
 * The first word behind the range is its size with the guard page. Recorded in tests/kernel/kalloc.
 */
#include "engine/kalloc/vmalloc.h"
#include "engine/phys/page-alloc.h"
#include "engine/phys/page.h"
#include "engine/phys/section.h"
#include "engine/proc/proc.h"

#define RANGE "0x%016" G_GINT64_MODIFIER "x-0x%016" G_GINT64_MODIFIER "x"

static const struct { uint32_t flag; const char *name; } words[] = {
  { PWK_VM_IOREMAP, "ioremap" }, { PWK_VM_ALLOC, "vmalloc" }, { PWK_VM_MAP, "vmap" }, { PWK_VM_USERMAP, "user" },
  { PWK_VM_DMA_COHERENT, "dma-coherent" }, { PWK_VM_VPAGES, "vpages" },
};

/* Pages by node: of what machine () was given with as it was told. */
static void
count_nodes (const PwkMachine *machine, const PwkVmapArea *area, uint32_t on_node[PWK_MAX_NODES])
{
  uint32_t pfn = area->first_pfn;

  for (unsigned node = 0; node < PWK_MAX_NODES; node++)
    on_node[node] = area->config ? g_array_index (machine->config->vmallocinfo, PwkVmapAreaConfig, area->config - 1).on_node[node] : 0;
  /* The area's pages are linked by their struct pages. */
  for (uint32_t n = area->config ? 0 : area->nr_pages; n > 0 && pfn != PWK_PFN_NIL; n--, pfn = pwk_page (machine, pfn)->lru_next)
    on_node[pwk_page_zone (machine, pfn)->node]++;
}

/* Follows mm/vmalloc.c:vmalloc_info_show(). */
static void
print_area (const PwkMachine *machine, const PwkVmapArea *area, GString *out)
{
  uint32_t on_node[PWK_MAX_NODES];

  g_string_append_printf (out, RANGE " %7" G_GUINT64_FORMAT, area->va_start, area->va_end, pwk_vmap_area_size (area));
  if (area->nr_pages)
    g_string_append_printf (out, " pages=%u", area->nr_pages);
  if (area->phys_addr)
    g_string_append_printf (out, " phys=0x%016" G_GINT64_MODIFIER "x", area->phys_addr);
  for (unsigned i = 0; i < G_N_ELEMENTS (words); i++)
    if (area->flags & words[i].flag)
      g_string_append_printf (out, " %s", words[i].name);
  count_nodes (machine, area, on_node);
  for (unsigned node = 0; node < PWK_MAX_NODES; node++)
    if (on_node[node])
      g_string_append_printf (out, " N%u=%u", node, on_node[node]);
  g_string_append_c (out, '\n');
}

/* Areas that are freed lazily are in another tree and have lost everything but their range. */
void
pwk_proc_vmallocinfo (const PwkMachine *machine, GString *out)
{
  const PwkVmap *vmap = &pwk_kalloc (machine)->vmap;

  for (unsigned node = 0; node < machine->st->n_cpus; node++)
    for (PwkIndex area = pwk_vmap_tree_first (machine, vmap->busy[node]); area; area = pwk_vmap_tree_next (machine, area))
      print_area (machine, pwk_vmap_area (machine, area), out);
  for (unsigned node = 0; node < machine->st->n_cpus; node++)
    for (PwkIndex area = pwk_vmap_tree_first (machine, vmap->lazy[node]); area; area = pwk_vmap_tree_next (machine, area))
      g_string_append_printf (out, RANGE " %7" G_GUINT64_FORMAT " unpurged vm_area\n", pwk_vmap_area (machine, area)->va_start,
                              pwk_vmap_area (machine, area)->va_end, pwk_vmap_area_size (pwk_vmap_area (machine, area)));
}

/* Areas of i + 1 pages that a vmap_node keeps to give again, the next one first. */
static void
print_pool (const PwkMachine *machine, unsigned node, unsigned i, GString *out)
{
  const PwkVmapPool *pool = &pwk_vmap_pools (machine)[node * PWK_VMAP_POOL_SIZES + i];

  if (!pool->len)
    return;
  g_string_append_printf (out, "pool %u %u", node, i + 1);
  for (PwkIndex area = pool->head; area; area = pwk_vmap_area (machine, area)->next)
    g_string_append_printf (out, " 0x%016" G_GINT64_MODIFIER "x", pwk_vmap_area (machine, area)->va_start);
  g_string_append_c (out, '\n');
}

/* Free ranges by address; together with areas in use, lazy ones and pools they are all of the
 * space. */
void
pwk_proc_vmap_areas (const PwkMachine *machine, GString *out)
{
  const PwkVmap *vmap = &pwk_kalloc (machine)->vmap;

  for (PwkIndex area = pwk_vmap_tree_first (machine, vmap->free); area; area = pwk_vmap_tree_next (machine, area))
    g_string_append_printf (out, "free " RANGE "\n", pwk_vmap_area (machine, area)->va_start, pwk_vmap_area (machine, area)->va_end);
  for (unsigned node = 0; node < machine->st->n_cpus; node++)
    for (unsigned i = 0; i < PWK_VMAP_POOL_SIZES; i++)
      print_pool (machine, node, i, out);
  g_string_append_printf (out, "lazy %" G_GUINT64_FORMAT "\n", vmap->nr_lazy);
}
