/* calls-slab.c - what kernel code asks of slab caches
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <stdlib.h>
#include <string.h>

#include "engine/core/emit.h"
#include "engine/core/printk.h"
#include "engine/core/string.h"
#include "engine/kalloc/cache.h"
#include "engine/kalloc/object.h"
#include "engine/kalloc/slab-page.h"
#include "engine/kalloc/slub.h"
#include "engine/phys/page-alloc.h"
#include "engine/proc/proc.h"
#include "scenario/runner-private.h"

/* --- arguments --- */

/* The cache that argument @i names; 0, and the call is IMPOSSIBLE, if there is none. */
static PwkIndex
cache_named (PwkCall *call, unsigned i)
{
  uint64_t cache = pwk_num (call, i, 0);

  pwk_kalloc_ready (call->machine);
  if (pwk_str (call, i))
    cache = pwk_kmem_cache_find (call->machine, pwk_str (call, i));
  if (pwk_kmem_cache_exists (call->machine, cache))
    return (PwkIndex) cache;
  if (pwk_str (call, i))
    pwk_return_impossible (call, _("there is no slab cache “%s”"), pwk_str (call, i));
  else
    pwk_return_impossible (call, _("that is no slab cache: kmem_cache_create() gives one"));
  return 0;
}

/* Slab @number of a cache, or 0. */
static PwkIndex
slab_numbered (const PwkMachine *machine, PwkIndex cache, uint64_t number)
{
  PwkIndex slab = pwk_kmem_cache (machine, cache)->last_slab;

  while (slab && pwk_slab (machine, slab)->number > number)
    slab = pwk_slab (machine, slab)->cache_prev;
  return slab && pwk_slab (machine, slab)->number == number ? slab : 0;
}

static PwkVaddr
object_numbered (PwkCall *call, PwkIndex cache, uint64_t slab, uint64_t object)
{
  const PwkKmemCache *s = pwk_kmem_cache (call->machine, cache);
  PwkIndex index = slab_numbered (call->machine, cache, slab);

  if (index && object < pwk_slab (call->machine, index)->objects)
    return pwk_slab_object (call->machine, s, pwk_slab (call->machine, index), (unsigned) object);
  pwk_return_impossible (call, _("%s has no object %llu/%llu now"), pwk_string (call->machine, s->name), (unsigned long long) slab,
                         (unsigned long long) object);
  return 0;
}

/* The address of the object that argument @i is; 0 for NULL, or if the call is IMPOSSIBLE. */
static PwkVaddr
object_of (PwkCall *call, unsigned i, PwkIndex cache)
{
  if (call->arg[i].is_object)
    return object_numbered (call, cache, call->arg[i].slab, call->arg[i].object);
  return pwk_num (call, i, 0);
}

/* --- results --- */

/* Where the page lists are known, and with SLOB, which knows no slabs, an object's place is its address; elsewhere its slab, in the order in which the cache got them, and its number
 * in that. */
static bool
by_address (const PwkCall *call)
{
  return call->machine->config->free_areas->len > 0 || call->machine->config->slab_allocator == PWK_SLOB;
}

static void
return_object (PwkCall *call, PwkVaddr object)
{
  PwkIndex slab = pwk_slab_of_addr (call->machine, object);

  pwk_return_pointer (call, object);
  if (!object || by_address (call))
    return;
  call->value.kind = PWK_VALUE_OBJECT;
  call->value.slab = pwk_slab (call->machine, slab)->number;
  call->value.object = pwk_slab_index (call->machine, pwk_kmem_cache (call->machine, pwk_slab (call->machine, slab)->cache),
                                       pwk_slab (call->machine, slab), object);
}

/* What the kernel says, or would do, to a free that went wrong. */
static void
tell_free (PwkCall *call, PwkIndex cache, PwkVaddr object, PwkFreeResult result)
{
  PwkMachine *machine = call->machine;
  PwkIndex slab = pwk_slab_of_addr (machine, object);

  switch (result)
    {
    case PWK_FREE_OK:
    case PWK_FREE_REPORTED:
      break;
    case PWK_FREE_NO_OBJECT:
      pwk_call_bug (call, _("0x%llx is no object of a slab: the kernel would free what it takes for one; here nothing is done"),
                    (unsigned long long) object);
      break;
    case PWK_FREE_WRONG_CACHE:
      pwk_call_bug (call, "kmem_cache_free: Wrong slab cache. %s but object is from %s", pwk_string (machine, pwk_kmem_cache (machine, cache)->name),
                    pwk_string (machine, pwk_kmem_cache (machine, pwk_slab (machine, slab)->cache)->name));
      break;
    case PWK_FREE_TWICE:
      pwk_call_bug (call, _("0x%llx is free already: without SLAB_CONSISTENCY_CHECKS the kernel would not notice, and hand it out twice; "
                            "here nothing is done"), (unsigned long long) object);
      break;
    }
}

/* --- caches --- */

static void
run_kmem_cache_create (PwkCall *call)
{
  uint64_t flags = pwk_num (call, 3, 0);
  PwkIndex cache = flags >> 32 ? 0 : pwk_kmem_cache_create (call->machine, pwk_str (call, 0), pwk_num (call, 1, 0), pwk_num (call, 2, 0),
                                                             (uint32_t) flags, pwk_num (call, 4, 0) != 0);

  call->value.pointer = true;
  call->value.refused = !cache && call->machine->st->refusal != PWK_WHY_NONE;
  pwk_return_number (call, cache);
}

static void
run_kmem_cache_destroy (PwkCall *call)
{
  PwkIndex cache = cache_named (call, 0);
  const PwkKmemCache *s = pwk_kmem_cache (call->machine, cache);

  if (!cache)
    return;
  if (s->refcount < 0 || (s->flags & PWK_SLAB_KMALLOC))
    pwk_return_impossible (call, _("%s is the kernel's own"), pwk_string (call->machine, s->name));
  else
    pwk_kmem_cache_destroy (call->machine, cache);
}

static void
run_kmem_cache_shrink (PwkCall *call)
{
  PwkIndex cache = cache_named (call, 0);

  if (cache)
    pwk_return_number (call, pwk_kmem_cache_shrink (call->machine, cache));
}

/* --- objects --- */

static void
run_kmem_cache_alloc (PwkCall *call)
{
  PwkIndex cache = cache_named (call, 0);
  int node;

  if (cache && pwk_call_node (call, 2, PWK_NUMA_NO_NODE, &node))
    return_object (call, pwk_kmem_cache_alloc (call->machine, cache, (uint32_t) pwk_num (call, 1, 0), node));
}

static void
run_kmem_cache_free (PwkCall *call)
{
  PwkIndex cache = cache_named (call, 0);
  PwkVaddr object = cache ? object_of (call, 1, cache) : 0;

  if (object)
    tell_free (call, cache, object, pwk_kmem_cache_free (call->machine, cache, object));
}

#define MAX_BULK 4096

static void
append_object (PwkCall *call, GString *text, PwkVaddr object)
{
  PwkIndex slab = pwk_slab_of_addr (call->machine, object);
  const PwkSlab *record = pwk_slab (call->machine, slab);

  if (text->len)
    g_string_append_c (text, ' ');
  if (by_address (call))
    g_string_append_printf (text, "0x%" G_GINT64_MODIFIER "x", object);
  else
    g_string_append_printf (text, "%u/%u", record->number,
                            pwk_slab_index (call->machine, pwk_kmem_cache (call->machine, record->cache), record, object));
}

static void
run_kmem_cache_alloc_bulk (PwkCall *call)
{
  PwkIndex cache = cache_named (call, 0);
  uint64_t n = pwk_num (call, 2, 0);
  g_autofree PwkVaddr *objects = NULL;
  GString *text;

  if (!cache)
    return;
  if (n > MAX_BULK)
    {
      pwk_return_impossible (call, _("at most %u objects at once"), MAX_BULK);
      return;
    }
  objects = g_new (PwkVaddr, n + 1);
  text = pwk_return_text (call);
  if (pwk_kmem_cache_alloc_bulk (call->machine, cache, (uint32_t) pwk_num (call, 1, 0), (unsigned) n, objects))
    for (unsigned i = 0; i < n; i++)
      append_object (call, text, objects[i]);
}

/* "0/1 0/2", or addresses. NULL, and the call is IMPOSSIBLE, if one is neither. */
static GArray *
read_objects (PwkCall *call, PwkIndex cache, const char *text)
{
  g_auto(GStrv) words = g_strsplit (text, " ", -1);
  g_autoptr(GArray) objects = g_array_new (FALSE, FALSE, sizeof (PwkVaddr));

  for (char **word = words; *word; word++)
    {
      char *end;
      uint64_t number = g_ascii_strtoull (*word, &end, 0);
      PwkVaddr object = number;

      if (!**word)
        continue;
      if (*end == '/' && g_ascii_isdigit (end[1]))
        object = object_numbered (call, cache, number, g_ascii_strtoull (end + 1, &end, 10));
      if (call->value.kind == PWK_VALUE_IMPOSSIBLE)
        return NULL;
      if (*end || !object)
        {
          pwk_return_impossible (call, _("expected objects as “0/1 0/2”, not “%s”"), *word);
          return NULL;
        }
      g_array_append_val (objects, object);
    }
  return g_steal_pointer (&objects);
}

static void
run_kmem_cache_free_bulk (PwkCall *call)
{
  PwkIndex cache = cache_named (call, 0);
  g_autoptr(GArray) objects = cache ? read_objects (call, cache, pwk_str (call, 1)) : NULL;
  PwkFreeResult result;

  if (!objects)
    return;
  result = pwk_kmem_cache_free_bulk (call->machine, cache, objects->len, (PwkVaddr *) (gpointer) objects->data);
  if (objects->len > 0)
    tell_free (call, cache, g_array_index (objects, PwkVaddr, 0), result);
}

/* --- bytes --- */

/* SLAB and SLOB keep books in what is free, which none of their checks guards: bytes of objects in use alone may be written. */
static bool
may_poke (PwkCall *call, PwkIndex cache, PwkVaddr object, uint64_t offset)
{
  const PwkKmemCache *s = pwk_kmem_cache (call->machine, cache);
  const PwkSlab *slab = pwk_slab (call->machine, pwk_slab_of_addr (call->machine, object));
  unsigned i;

  if (call->machine->config->slab_allocator == PWK_SLUB)
    return true;
  return offset < s->object_size && pwk_slab_is_object (call->machine, pwk_kmem_cache (call->machine, slab->cache), slab, object, &i)
         && pwk_slab_is_used (slab, i);
}

static void
run_poke (PwkCall *call)
{
  PwkIndex cache = cache_named (call, 0);
  PwkVaddr object = cache ? object_of (call, 1, cache) : 0, addr = object + pwk_num (call, 2, 0);
  PwkIndex index = pwk_slab_of_addr (call->machine, object);
  uint8_t value = (uint8_t) pwk_num (call, 3, 0);
  PwkSlab *slab;

  if (!object)
    return;
  if (!index || pwk_slab_of_addr (call->machine, addr) != index || !may_poke (call, cache, object, pwk_num (call, 2, 0)))
    {
      pwk_return_impossible (call, _("0x%llx is not in the object's slab"), (unsigned long long) addr);
      return;
    }
  slab = pwk_slab_edit (call->machine, index);
  *pwk_slab_write (call->machine, slab, addr, 1) = value;
  slab->damaged |= pwk_slab_is_link (call->machine, pwk_kmem_cache (call->machine, cache), slab, addr);
  pwk_emit_lab (call->machine, pwk_string_intern (call->machine, "poke"), addr, value);
}

/* --- dumps --- */

static void
run_slabs (PwkCall *call)
{
  PwkIndex cache = cache_named (call, 0);

  if (cache)
    pwk_proc_slabs (call->machine, cache, pwk_return_dump (call));
}

static void
run_kmem_cache (PwkCall *call)
{
  PwkIndex cache = cache_named (call, 0);

  if (cache)
    pwk_proc_kmem_cache (call->machine, cache, pwk_return_dump (call));
}

static void
run_slabinfo (PwkCall *call)
{
  PwkIndex cache = pwk_has (call, 0) ? cache_named (call, 0) : 0;

  pwk_kalloc_ready (call->machine);
  if (cache || !pwk_has (call, 0))
    pwk_proc_slabinfo (call->machine, cache, pwk_return_dump (call));
}

static void
run_sysfs_slab (PwkCall *call)
{
  PwkIndex cache = cache_named (call, 0);

  if (cache && call->machine->config->slab_allocator != PWK_SLUB)
    pwk_return_impossible (call, _("only SLUB has files in /sys/kernel/slab"));
  else if (cache)
    pwk_proc_sysfs_slab (call->machine, cache, pwk_return_dump (call));
}

static void
run_dmesg (PwkCall *call)
{
  pwk_log_print (call->machine, pwk_num (call, 0, 0) ? PWK_LOG_FULL : PWK_LOG_BRIEF, true, pwk_return_dump (call));
}

#define KERNEL (PWK_CALL_KERNEL_SIDE | PWK_CALL_COUNTS)
#define SLAB(name, signature, summary, example, params, flags, run) \
  { { name, signature, summary, example, PWK_CALL_KERNEL, false }, params, KERNEL | (flags), run }
#define DUMP(name, signature, summary, example, params, run) \
  { { name, signature, summary, example, PWK_CALL_DUMP, false }, params, PWK_CALL_IS_DUMP, run }

const PwkCallDef pwk_calls_slab[] = {
  SLAB ("kmem_cache_create", "kmem_cache_create(\"name\", size, align, flags, ctor=) = c", N_("make a cache for objects of one size"),
        "kmem_cache_create(\"things\", 64, 0, SLAB_HWCACHE_ALIGN) = things", "name:s size align flags ctor= cpu=", 0, run_kmem_cache_create),
  SLAB ("kmem_cache_alloc", "kmem_cache_alloc(c, gfp, node=, cpu=) = o", N_("take an object from a cache"), "kmem_cache_alloc(c, GFP_KERNEL) = 0/1",
        "cache:c gfp node= cpu=", 0, run_kmem_cache_alloc),
  SLAB ("kmem_cache_free", "kmem_cache_free(c, o, cpu=)", N_("give an object back to its cache"), "kmem_cache_free(c, 0/0)", "cache:c object:o cpu=",
        PWK_CALL_NO_RESULT, run_kmem_cache_free),
  SLAB ("kmem_cache_alloc_bulk", "kmem_cache_alloc_bulk(c, gfp, n, cpu=) = \"0/1 0/2\"", N_("take several objects at once, or none"),
        "kmem_cache_alloc_bulk(c, GFP_KERNEL, 2) = \"0/1 0/2\"", "cache:c gfp n cpu=", 0, run_kmem_cache_alloc_bulk),
  SLAB ("kmem_cache_free_bulk", "kmem_cache_free_bulk(c, \"0/1 0/2\", cpu=)", N_("give several objects back at once"),
        "kmem_cache_free_bulk(c, \"0/0\")", "cache:c objects:s cpu=", PWK_CALL_NO_RESULT, run_kmem_cache_free_bulk),
  SLAB ("kmem_cache_shrink", "kmem_cache_shrink(c, cpu=) = 0|1", N_("give a cache's empty slabs back; 1: it still has slabs"), "kmem_cache_shrink(c) = 1",
        "cache:c cpu=", 0, run_kmem_cache_shrink),
  SLAB ("kmem_cache_destroy", "kmem_cache_destroy(c, cpu=)", N_("destroy a cache; objects that are left are reported"),
        "kmem_cache_destroy(\"seq_file\")", "cache:c cpu=", PWK_CALL_NO_RESULT, run_kmem_cache_destroy),
  { { "poke", "poke(c, o, offset, value)", N_("write a byte where nobody should: at an object's address + offset"), "poke(c, 0/0, 63, 0x42)",
      PWK_CALL_LAB, false }, "cache:c object:o offset value cpu=", PWK_CALL_KERNEL_SIDE | PWK_CALL_NO_RESULT, run_poke },
  DUMP ("slabs", "slabs(c) == <<END", N_("the slabs of a cache: CPU slab, partial lists, the list of free objects of each"), "slabs(c)", "cache:c",
        run_slabs),
  DUMP ("kmem_cache", "kmem_cache(c) == <<END", N_("a slab cache: sizes, offsets, order, limits"), "kmem_cache(\"kmalloc-64\")", "cache:c",
        run_kmem_cache),
  DUMP ("slabinfo", "slabinfo(c) == <<END", N_("/proc/slabinfo: all caches, or one"), "slabinfo()", "cache:c?", run_slabinfo),
  DUMP ("sysfs_slab", "sysfs_slab(c) == <<END", N_("/sys/kernel/slab: objects and slabs by node, and what CPUs keep"), "sysfs_slab(c)", "cache:c",
        run_sysfs_slab),
  DUMP ("dmesg", "dmesg(full=0) == <<END", N_("what the kernel's log has of the statement before; full: with addresses"), "dmesg()", "full=", run_dmesg),
  { { NULL } },
};
