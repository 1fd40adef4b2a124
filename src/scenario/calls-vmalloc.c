/* calls-vmalloc.c - kernel addresses, and memory for devices
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>

#include "engine/core/printk.h"
#include "engine/kalloc/dma.h"
#include "engine/kalloc/kmalloc.h"
#include "engine/kalloc/vmalloc.h"
#include "engine/phys/direct-map.h"
#include "engine/phys/page-alloc.h"
#include "engine/phys/split-page.h"
#include "engine/proc/proc.h"
#include "scenario/runner-private.h"

/* --- vmalloc --- */

static void
run_vmalloc (PwkCall *call)
{
  pwk_return_pointer (call, pwk_vmalloc (call->machine, pwk_num (call, 0, 0), PWK_GFP_KERNEL, PWK_NUMA_NO_NODE));
}

static void
run_vzalloc (PwkCall *call)
{
  pwk_return_pointer (call, pwk_vmalloc (call->machine, pwk_num (call, 0, 0), PWK_GFP_KERNEL | PWK_GFP_ZERO, PWK_NUMA_NO_NODE));
}

static void
run_vmalloc_huge (PwkCall *call)
{
  pwk_return_pointer (call, pwk_vmalloc_huge (call->machine, pwk_num (call, 0, 0), (uint32_t) pwk_num (call, 1, PWK_GFP_KERNEL)));
}

/* Gives the area at argument 0 back; of what is none the kernel says so in the words of @function. */
static void
free_area (PwkCall *call, PwkVaddr addr, const char *function)
{
  if (addr && !pwk_vfree (call->machine, addr))
    pwk_printk (call->machine, PWK_LOG_BOTH, "Trying to %s() nonexistent vm area (%016" G_GINT64_MODIFIER "x)", function, addr);
  pwk_vmap_drain (call->machine);
}

static void
run_vfree (PwkCall *call)
{
  free_area (call, pwk_num (call, 0, 0), "vfree");
}

static void
run_vunmap (PwkCall *call)
{
  free_area (call, pwk_num (call, 0, 0), "vunmap");
}

static void
run_iounmap (PwkCall *call)
{
  free_area (call, pwk_num (call, 0, 0) & PWK_PAGE_MASK, "iounmap");
}

static void
run_vmap (PwkCall *call)
{
  uint64_t pfn = pwk_num (call, 0, 0);

  if (pfn >= call->machine->st->max_pfn)
    pwk_return_impossible (call, _("there is no frame %llu"), (unsigned long long) pfn);
  else
    pwk_return_pointer (call, pwk_vmap (call->machine, pfn, pwk_num (call, 1, 0)));
}

static void
map_device (PwkCall *call, PwkCacheMode cache)
{
  PwkVaddr addr = pwk_ioremap (call->machine, pwk_num (call, 0, 0), pwk_num (call, 1, 0), cache);

  if (!addr && call->machine->st->refusal == PWK_WHY_MEMTYPE_CONFLICT)
    pwk_call_note (call, _("it is mapped already, and cached in another way"));
  else if (!addr)
    pwk_call_note (call, _("no device can be there: that is RAM, or nothing"));
  pwk_return_pointer (call, addr);
}

static void
run_ioremap (PwkCall *call)
{
  map_device (call, PWK_CACHE_UC_MINUS);
}

static void
run_ioremap_uc (PwkCall *call)
{
  map_device (call, PWK_CACHE_UC);
}

static void
run_ioremap_wc (PwkCall *call)
{
  map_device (call, PWK_CACHE_WC);
}

static void
run_ioremap_wt (PwkCall *call)
{
  map_device (call, PWK_CACHE_WT);
}

static void
run_ioremap_cache (PwkCall *call)
{
  map_device (call, PWK_CACHE_WB);
}

static void
run_get_vm_area (PwkCall *call)
{
  pwk_return_pointer (call, pwk_get_vm_area (call->machine, pwk_num (call, 0, 0)));
}

static void
run_vm_unmap_aliases (PwkCall *call)
{
  pwk_vm_unmap_aliases (call->machine);
}

static void
run_kvmalloc (PwkCall *call)
{
  pwk_return_pointer (call, pwk_kvmalloc (call->machine, pwk_num (call, 0, 0), (uint32_t) pwk_num (call, 1, 0), PWK_NUMA_NO_NODE));
}

static void
run_kvfree (PwkCall *call)
{
  PwkVaddr addr = pwk_num (call, 0, 0);

  if (pwk_is_vmalloc_addr (call->machine, addr))
    free_area (call, addr, "vfree");
  else if (pwk_kfree (call->machine, addr) != PWK_FREE_OK)
    pwk_call_bug (call, _("0x%llx is no memory that kmalloc() gave and that is not free yet; nothing is done"), (unsigned long long) addr);
}

static void
run_vmallocinfo (PwkCall *call)
{
  pwk_vmap_ready (call->machine);
  pwk_proc_vmallocinfo (call->machine, pwk_return_dump (call));
}

static void
run_vmap_areas (PwkCall *call)
{
  pwk_vmap_ready (call->machine);
  pwk_proc_vmap_areas (call->machine, pwk_return_dump (call));
}

/* --- devices --- */

static void
run_dma_alloc_coherent (PwkCall *call)
{
  uint64_t mask = pwk_call_dma_mask (call, 0);

  if (mask)
    pwk_return_pointer (call, pwk_dma_alloc_coherent (call->machine, mask, pwk_num (call, 1, 0), (uint32_t) pwk_num (call, 2, 0)));
}

static void
run_dma_free_coherent (PwkCall *call)
{
  if (pwk_call_dma_mask (call, 0) && !pwk_dma_free_coherent (call->machine, pwk_num (call, 1, 0), pwk_num (call, 2, 0)))
    pwk_call_bug (call, _("0x%llx is not what dma_alloc_coherent() gave for that size; nothing is done"), (unsigned long long) pwk_num (call, 2, 0));
}

/* The address that a device uses for a kernel address: on x86 without an IOMMU the physical one. */
static void
run_pa (PwkCall *call)
{
  PwkVaddr addr = pwk_num (call, 0, 0);
  PwkPfn pfn = pwk_virt_to_pfn (call->machine, addr);

  if (pfn == PWK_NO_PFN)
    pwk_return_impossible (call, _("0x%llx is no address of the direct map"), (unsigned long long) addr);
  else
    pwk_return_address (call, pfn << PWK_PAGE_SHIFT | (addr & ~PWK_PAGE_MASK));
}

static void
run_va (PwkCall *call)
{
  PwkPhys phys = pwk_num (call, 0, 0);
  PwkVaddr addr = pwk_page_address (call->machine, phys >> PWK_PAGE_SHIFT);

  if (!addr)
    pwk_return_impossible (call, _("there is no memory of the direct map at 0x%llx"), (unsigned long long) phys);
  else
    pwk_return_address (call, addr | (phys & ~PWK_PAGE_MASK));
}

/* --- pages by their addresses --- */

static void
run_page_address (PwkCall *call)
{
  pwk_return_pointer (call, pwk_page_address (call->machine, pwk_num (call, 0, 0)));
}

static void
run_virt_to_page (PwkCall *call)
{
  PwkPfn pfn = pwk_virt_to_pfn (call->machine, pwk_num (call, 0, 0));

  if (pfn == PWK_NO_PFN)
    pwk_return_impossible (call, _("0x%llx is no address of the direct map"), (unsigned long long) pwk_num (call, 0, 0));
  else
    pwk_return_number (call, pfn);
}

static void
run_alloc_pages_exact (PwkCall *call)
{
  PwkPfn pfn = pwk_alloc_pages_exact (call->machine, pwk_num (call, 0, 0), (uint32_t) pwk_num (call, 1, 0));

  pwk_return_pointer (call, pfn == PWK_NO_PFN ? 0 : pwk_page_address (call->machine, pfn));
}

static void
run_free_pages_exact (PwkCall *call)
{
  PwkPfn pfn = pwk_virt_to_pfn (call->machine, pwk_num (call, 0, 0));

  if (pfn == PWK_NO_PFN)
    pwk_return_impossible (call, _("0x%llx is no address of the direct map"), (unsigned long long) pwk_num (call, 0, 0));
  else
    pwk_free_pages_exact (call->machine, pfn, pwk_num (call, 1, 0));
}

#define KERNEL (PWK_CALL_KERNEL_SIDE | PWK_CALL_COUNTS)
#define ADDRESS(name, signature, summary, example, params, run) \
  { { name, signature, summary, example, PWK_CALL_KERNEL, false }, params, KERNEL, run }
#define FREE(name, signature, summary, example, params, run) \
  { { name, signature, summary, example, PWK_CALL_KERNEL, false }, params, KERNEL | PWK_CALL_NO_RESULT, run }
#define DUMP(name, signature, summary, run) \
  { { name, name "() == <<END", summary, name "()", PWK_CALL_DUMP, false }, "", PWK_CALL_IS_DUMP, run }

const PwkCallDef pwk_calls_vmalloc[] = {
  ADDRESS ("vmalloc", "vmalloc(size, cpu=) = addr", N_("take single pages and map them side by side"), "vmalloc(64K) = mem", "size cpu=", run_vmalloc),
  ADDRESS ("vzalloc", "vzalloc(size, cpu=) = addr", N_("the same, full of zeros"), "vzalloc(64K) = mem", "size cpu=", run_vzalloc),
  ADDRESS ("vmalloc_huge", "vmalloc_huge(size, gfp=GFP_KERNEL, cpu=) = addr", N_("the same by pages of 2 MiB, if there are such"),
           "vmalloc_huge(4M) = mem", "size gfp? cpu=", run_vmalloc_huge),
  FREE ("vfree", "vfree(addr, cpu=)", N_("give memory of vmalloc() back; its addresses only with the next purge"), "vfree(v)", "addr cpu=", run_vfree),
  ADDRESS ("vmap", "vmap(page, n, cpu=) = addr", N_("map a frame n times, side by side"), "vmap(pg, 2) = mem", "page n cpu=", run_vmap),
  FREE ("vunmap", "vunmap(addr, cpu=)", N_("take a mapping of vmap() away; the frames stay"), "vunmap(v)", "addr cpu=", run_vunmap),
  ADDRESS ("ioremap", "ioremap(phys, size, cpu=) = addr", N_("map the registers of a device"), "ioremap(0xfe000000, 4K) = regs", "phys size cpu=", run_ioremap),
  ADDRESS ("ioremap_uc", "ioremap_uc(phys, size, cpu=) = addr", N_("the same, uncached whatever the MTRRs say"), "ioremap_uc(0xfe000000, 4K) = regs",
           "phys size cpu=", run_ioremap_uc),
  ADDRESS ("ioremap_wc", "ioremap_wc(phys, size, cpu=) = addr", N_("map a frame buffer: stores are combined"), "ioremap_wc(0xfd000000, 16M) = screen",
           "phys size cpu=", run_ioremap_wc),
  ADDRESS ("ioremap_wt", "ioremap_wt(phys, size, cpu=) = addr", N_("map a device’s memory, cached for reading: stores go through"),
           "ioremap_wt(0xfc000000, 4K) = mem", "phys size cpu=", run_ioremap_wt),
  ADDRESS ("ioremap_cache", "ioremap_cache(phys, size, cpu=) = addr", N_("map a device’s memory, cached as RAM is"), "ioremap_cache(0xfb000000, 4K) = mem",
           "phys size cpu=", run_ioremap_cache),
  FREE ("iounmap", "iounmap(addr, cpu=)", N_("take a mapping of ioremap() away"), "iounmap(v)", "addr cpu=", run_iounmap),
  ADDRESS ("get_vm_area", "get_vm_area(size, cpu=) = addr", N_("take kernel addresses without anything behind them"), "get_vm_area(64K) = addr", "size cpu=",
           run_get_vm_area),
  FREE ("vm_unmap_aliases", "vm_unmap_aliases(cpu=)", N_("purge lazily freed kernel addresses now"), "vm_unmap_aliases()", "cpu=", run_vm_unmap_aliases),
  ADDRESS ("kvmalloc", "kvmalloc(size, gfp, cpu=) = addr", N_("kmalloc() if it has so much in one piece, else vmalloc()"), "kvmalloc(64K, GFP_KERNEL) = mem",
           "size gfp cpu=", run_kvmalloc),
  FREE ("kvfree", "kvfree(addr, cpu=)", N_("give memory of kvmalloc() back"), "kvfree(k)", "addr cpu=", run_kvfree),
  ADDRESS ("dma_alloc_coherent", "dma_alloc_coherent(\"isa\"|\"pci32\"|\"pci64\"|\"maskNN\", size, gfp, cpu=) = addr",
           N_("take memory that a device can reach"), "dma_alloc_coherent(\"isa\", 4K, GFP_KERNEL) = ring", "device:s size gfp cpu=",
           run_dma_alloc_coherent),
  FREE ("dma_free_coherent", "dma_free_coherent(device, size, addr, cpu=)", N_("give memory for a device back"), "dma_free_coherent(\"isa\", 4K, d)",
        "device:s size addr cpu=", run_dma_free_coherent),
  ADDRESS ("dma_address", "dma_address(addr) = bus", N_("the address that a device uses for kernel memory"), "dma_address(d) = bus", "addr cpu=", run_pa),
  ADDRESS ("pa", "pa(addr) = phys", N_("the physical address of a kernel address, as __pa()"), "pa(k) = phys", "addr cpu=", run_pa),
  ADDRESS ("va", "va(phys) = addr", N_("the kernel address of a physical one, as __va()"), "va(0x100000) = 0xffff888000100000", "phys cpu=", run_va),
  ADDRESS ("page_address", "page_address(pfn) = addr", N_("the kernel address of a frame"), "page_address(pg) = addr", "pfn cpu=", run_page_address),
  ADDRESS ("virt_to_page", "virt_to_page(addr) = pfn", N_("the frame of a kernel address"), "virt_to_page(k) = frame", "addr cpu=", run_virt_to_page),
  ADDRESS ("alloc_pages_exact", "alloc_pages_exact(size, gfp, cpu=) = addr", N_("take contiguous pages, and give back what a power of two has too many"),
           "alloc_pages_exact(20K, GFP_KERNEL) = mem", "size gfp cpu=", run_alloc_pages_exact),
  FREE ("free_pages_exact", "free_pages_exact(addr, size, cpu=)", N_("give pages of alloc_pages_exact() back"), "free_pages_exact(page_at, 4K)", "addr size cpu=",
        run_free_pages_exact),
  DUMP ("vmallocinfo", "vmallocinfo() == <<END", N_("kernel addresses in use, and those that wait for a purge"), run_vmallocinfo),
  DUMP ("vmap_areas", "vmap_areas() == <<END", N_("kernel addresses that are free, kept in pools, or wait for a purge"), run_vmap_areas),
  { { NULL } },
};
