/* vmalloc.h - memory that is contiguous in kernel addresses alone: vmalloc (), vmap (), ioremap ()
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 *      addresses   │ page 0 │ page 1 │ page 2 │ guard │           VMALLOC_START … VMALLOC_END
 *                      │        │        │
 *      frames         917      12       400                       from anywhere
 */
#pragma once

#include "engine/core/reasons.h"
#include "engine/kalloc/kalloc.h"
#include "engine/kalloc/vmap-area.h"

/* @size bytes of single pages from wherever they are, mapped side by side, with a guard page behind
 * them that nothing is mapped at. 0: no addresses, no pages, or more than the machine has. Follows
 * mm/vmalloc.c:__vmalloc_node_range(). */
PwkVaddr pwk_vmalloc  (PwkMachine *machine, uint64_t size, uint32_t gfp, int node);
/* The same by pages of 2 MiB as far as the machine has them, which costs TLBs less: VM_ALLOW_HUGE_VMAP. */
PwkVaddr pwk_vmalloc_huge (PwkMachine *machine, uint64_t size, uint32_t gfp);
/* Frames that are there already: @n times @pfn. Follows mm/vmalloc.c:vmap(). */
PwkVaddr pwk_vmap     (PwkMachine *machine, PwkPfn pfn, uint64_t n);
/* Registers or other memory of devices at physical addresses, cached as @cache says, or as they are
 * mapped already. 0: nothing there, or it is RAM that the kernel uses, or mapped in a way that does
 * not do. Follows arch/x86/mm/ioremap.c:__ioremap_caller(). */
PwkVaddr pwk_ioremap  (PwkMachine *machine, PwkPhys phys, uint64_t size, PwkCacheMode cache);
/* Only addresses, as get_vm_area () gives them. */
PwkVaddr pwk_get_vm_area (PwkMachine *machine, uint64_t size);
/* vfree (), vunmap (), iounmap () of what begins at @addr: the pages go back, the addresses only
 * with the next purge. False: there is none. */
bool     pwk_vfree    (PwkMachine *machine, PwkVaddr addr);
/* The area in use that begins at @addr, or 0. */
PwkIndex pwk_vm_area_at (const PwkMachine *machine, PwkVaddr addr);
/* Five levels of tables give more addresses, and another place for them. */
static inline bool
pwk_vmalloc_is_la57 (const PwkMachine *machine)
{
  return machine->st->levels == 5 && machine->profile->vmalloc_end_la57;
}

/* VMALLOC_START and one past VMALLOC_END. */
static inline PwkVaddr
pwk_vmalloc_start (const PwkMachine *machine)
{
  return pwk_vmalloc_is_la57 (machine) ? machine->profile->vmalloc_start_la57 : machine->profile->vmalloc_start;
}

static inline PwkVaddr
pwk_vmalloc_end (const PwkMachine *machine)
{
  return pwk_vmalloc_is_la57 (machine) ? machine->profile->vmalloc_end_la57 : machine->profile->vmalloc_end;
}

/* Whether the address is in the range that vmalloc () gives addresses of: is_vmalloc_addr (). */
bool     pwk_is_vmalloc_addr (const PwkMachine *machine, PwkVaddr addr);
/* vm_unmap_aliases (): lazily freed addresses can be had again from now on. */
void     pwk_vm_unmap_aliases (PwkMachine *machine);
/* The areas that machine () was given with, and the free addresses; done by the first that asks. */
void     pwk_vmap_ready (PwkMachine *machine);
/* Purges once more lie about than there should; to be called when a call is over. */
void     pwk_vmap_drain (PwkMachine *machine);

/* kvmalloc (), kvfree (): kmalloc () if that has so much in one piece, else vmalloc (). */
PwkVaddr pwk_kvmalloc (PwkMachine *machine, uint64_t size, uint32_t gfp, int node);
