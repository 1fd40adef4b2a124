/* calls-kmalloc.c - memory of any size for kernel code
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <string.h>

#include "engine/core/string.h"
#include "engine/kalloc/kmalloc.h"
#include "engine/kalloc/slab-page.h"
#include "engine/kalloc/slob.h"
#include "engine/phys/direct-map.h"
#include "engine/phys/folio.h"
#include "engine/phys/page-alloc.h"
#include "scenario/runner-private.h"

/* The seed's own words for GFP_KERNEL get today's name beside them. */
static void
name_gfp (PwkCall *call, unsigned arg)
{
  if (pwk_num (call, arg, 0) == PWK_GFP_KERNEL && call->arg[arg].expr->kind == PWK_EXPR_OR)
    pwk_call_note (call, _("these flags together are GFP_KERNEL"));
}

/* kernel="seed": less than a page at once. */
static bool
is_too_much (PwkCall *call, uint64_t size)
{
  if (!call->machine->profile->kmalloc_below_page_size || size < PWK_PAGE_SIZE)
    return false;
  pwk_call_note (call, _("in this kernel kmalloc() gives less than PAGE_SIZE at once: larger memory comes from get_free_pages() or vmalloc()"));
  pwk_return_pointer (call, 0);
  return true;
}

static void
allocate (PwkCall *call, uint64_t size, unsigned gfp, uint32_t extra, int node)
{
  name_gfp (call, gfp);
  if (!is_too_much (call, size))
    pwk_return_pointer (call, pwk_kmalloc (call->machine, size, (uint32_t) pwk_num (call, gfp, 0) | extra, node));
}

static void
run_kmalloc (PwkCall *call)
{
  allocate (call, pwk_num (call, 0, 0), 1, 0, PWK_NUMA_NO_NODE);
}

static void
run_kzalloc (PwkCall *call)
{
  allocate (call, pwk_num (call, 0, 0), 1, PWK_GFP_ZERO, PWK_NUMA_NO_NODE);
}

static void
run_kmalloc_node (PwkCall *call)
{
  int node;

  if (pwk_call_node (call, 2, PWK_NUMA_NO_NODE, &node))
    allocate (call, pwk_num (call, 0, 0), 1, 0, node);
}

static void
run_kcalloc (PwkCall *call)
{
  uint64_t n = pwk_num (call, 0, 0), size = pwk_num (call, 1, 0), bytes;

  name_gfp (call, 2);
  if (__builtin_mul_overflow (n, size, &bytes))
    pwk_call_note (call, _("the product has more than 64 bits: NULL, and not a small piece of memory"));
  else if (is_too_much (call, bytes))
    return;
  pwk_return_pointer (call, pwk_kcalloc (call->machine, n, size, (uint32_t) pwk_num (call, 2, 0)));
}

/* Whether argument @i is memory of kmalloc ()'s, or nothing; if not, the call says so. */
static bool
is_memory (PwkCall *call, unsigned i)
{
  PwkVaddr object = pwk_num (call, i, 0);

  if (object <= PWK_ZERO_SIZE_PTR || pwk_kmalloc_owns (call->machine, object))
    return true;
  pwk_call_bug (call, _("0x%llx is no memory that kmalloc() gave and that is not free yet; nothing is done"), (unsigned long long) object);
  return false;
}

static void
run_krealloc (PwkCall *call)
{
  if (!is_memory (call, 0))
    pwk_return_pointer (call, 0);
  else if (!is_too_much (call, pwk_num (call, 1, 0)))
    pwk_return_pointer (call, pwk_krealloc (call->machine, pwk_num (call, 0, 0), pwk_num (call, 1, 0), (uint32_t) pwk_num (call, 2, 0)));
}

static void
run_kfree (PwkCall *call)
{
  PwkFreeResult result = pwk_kfree (call->machine, pwk_num (call, 0, 0));

  if (result != PWK_FREE_OK && result != PWK_FREE_REPORTED)
    is_memory (call, 0);
}

/* --- what has been given --- */

/* "kmalloc-64 64", "order 2 16384". */
static void
append_place (const PwkMachine *machine, PwkVaddr object, GString *text)
{
  PwkIndex slab = pwk_slab_of_addr (machine, object);
  uint64_t bytes = pwk_ksize (machine, object);

  if (slab)
    g_string_append_printf (text, "%s", pwk_string (machine, pwk_kmem_cache (machine, pwk_slab (machine, slab)->cache)->name));
  else
    g_string_append_printf (text, "order %u", pwk_folio_order (machine, pwk_virt_to_pfn (machine, object)));
  g_string_append_printf (text, " %" G_GUINT64_FORMAT, bytes);
}

static void
run_kmalloc_info (PwkCall *call)
{
  PwkVaddr object = pwk_num (call, 0, 0);

  if (object == PWK_ZERO_SIZE_PTR)
    g_string_append (pwk_return_text (call), "ZERO_SIZE_PTR 0");
  else if (pwk_kmalloc_owns (call->machine, object))
    append_place (call->machine, object, pwk_return_text (call));
  else
    pwk_return_impossible (call, _("0x%llx is no memory that kmalloc() gave and that is not free yet"), (unsigned long long) object);
}

static void
run_same_object (PwkCall *call)
{
  pwk_return_number (call, pwk_num (call, 0, 0) == pwk_num (call, 1, 0));
}

static void
run_kmalloc_sizes (PwkCall *call)
{
  GString *out = pwk_return_dump (call);
  uint64_t first = 1;
  PwkIndex cache;

  g_string_append (out, "0-0 ZERO_SIZE_PTR\n");
  if (call->machine->config->slab_allocator == PWK_SLOB)
    {
      g_string_append_printf (out, "1-%u slob\n%u-%u order 0 %u\n", (unsigned) PWK_SLOB_MAX, (unsigned) PWK_SLOB_MAX + 1, (unsigned) PWK_PAGE_SIZE,
                              (unsigned) PWK_PAGE_SIZE);
      first = PWK_PAGE_SIZE + 1;
    }
  while (first <= PWK_KMALLOC_MAX_CACHE_SIZE && (cache = pwk_kmalloc_cache (call->machine, first, (uint32_t) pwk_num (call, 0, 0))) != 0)
    {
      const PwkKmemCache *s = pwk_kmem_cache (call->machine, cache);

      g_string_append_printf (out, "%" G_GUINT64_FORMAT "-%u %s %u\n", first, s->object_size, pwk_string (call->machine, s->name), s->object_size);
      first = s->object_size + 1;
    }
  for (; first <= PWK_KMALLOC_MAX_SIZE; first = (first - 1) * 2 + 1)
    g_string_append_printf (out, "%" G_GUINT64_FORMAT "-%" G_GUINT64_FORMAT " order %u %" G_GUINT64_FORMAT "\n", first, (first - 1) * 2,
                            (unsigned) __builtin_ctzll ((first - 1) * 2) - PWK_PAGE_SHIFT, (first - 1) * 2);
  g_string_append_printf (out, "%" G_GUINT64_FORMAT "- NULL\n", first);
}

#define KERNEL (PWK_CALL_KERNEL_SIDE | PWK_CALL_COUNTS)
#define MEMORY(name, signature, summary, example, params, flags, run) \
  { { name, signature, summary, example, PWK_CALL_KERNEL, false }, params, KERNEL | (flags), run }

const PwkCallDef pwk_calls_kmalloc[] = {
  MEMORY ("kmalloc", "kmalloc(size, gfp, cpu=) = addr", N_("take memory of any size; from a cache of its size class up to 8 KiB"),
          "kmalloc(100, GFP_KERNEL) = mem", "size gfp cpu=", 0, run_kmalloc),
  MEMORY ("kzalloc", "kzalloc(size, gfp, cpu=) = addr", N_("take memory full of zeros"), "kzalloc(100, GFP_KERNEL) = mem", "size gfp cpu=", 0,
          run_kzalloc),
  MEMORY ("kmalloc_node", "kmalloc_node(size, gfp, node, cpu=) = addr", N_("take memory of a node"), "kmalloc_node(100, GFP_KERNEL, 0) = mem",
          "size gfp node cpu=", 0, run_kmalloc_node),
  MEMORY ("kcalloc", "kcalloc(n, size, gfp, cpu=) = addr", N_("take an array full of zeros; NULL if its size overflows"),
          "kcalloc(10, 10, GFP_KERNEL) = mem", "n size gfp cpu=", 0, run_kcalloc),
  MEMORY ("krealloc", "krealloc(addr, size, gfp, cpu=) = addr", N_("make memory of kmalloc() larger or smaller, in place if there is room"),
          "krealloc(k, 120, GFP_KERNEL) = mem", "addr size gfp cpu=", 0, run_krealloc),
  MEMORY ("kfree", "kfree(addr, cpu=)", N_("give memory of kmalloc() back"), "kfree(k)", "addr cpu=", PWK_CALL_NO_RESULT, run_kfree),
  { { "kmalloc_info", "kmalloc_info(addr) = \"cache size\"", N_("which cache memory is of, or which order, and how many bytes it has"),
      "kmalloc_info(k) = \"kmalloc-128 128\"", PWK_CALL_DUMP, false }, "addr", 0, run_kmalloc_info },
  { { "same_object", "same_object(p, q) = 0|1", N_("whether two addresses are the same memory"), "same_object(k, k) = 1", PWK_CALL_DUMP, false },
    "p q", 0, run_same_object },
  { { "kmalloc_sizes", "kmalloc_sizes(gfp) == <<END", N_("which sizes which cache serves"), "kmalloc_sizes(GFP_KERNEL)", PWK_CALL_DUMP, false },
    "gfp", PWK_CALL_IS_DUMP, run_kmalloc_sizes },
  { { NULL } },
};
