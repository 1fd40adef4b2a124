/* inspect-slab.c - struct kmem_cache, struct slab, an object's bytes, struct vm_struct
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/core/slab-flags.h"
#include "engine/core/string.h"
#include "engine/core/vmap-flags.h"
#include "engine/kalloc/cache.h"
#include "engine/kalloc/object.h"
#include "engine/kalloc/slab-page.h"
#include "engine/kalloc/vmalloc.h"
#include "engine/phys/direct-map.h"
#include "views/inspect-private.h"

#define SLAB_H    "mm/slab.h"
#define VMALLOC_H "include/linux/vmalloc.h"

/* Bytes of an object that are shown, and in one row. */
#define BYTES_SHOWN 128
#define BYTES_A_ROW 16

static void
add_slab_row (PwkInspection *inspection, const char *name, const char *meaning, PwkIndex slab)
{
  const PwkMachine *machine = inspection->machine;

  if (slab == 0)
    pwk_row (inspection, PWK_NEWER, name, "struct slab *", meaning, "NULL");
  else
    pwk_row_set (pwk_row (inspection, PWK_NEWER, name, "struct slab *", meaning,
                          /* Translators: a slab's number and its first frame. */
                          _("slab %u, pfn %u"), pwk_slab (machine, slab)->number,
                          pwk_slab (machine, slab)->pfn),
                 PWK_ID (PWK_THING_SLAB, pwk_slab (machine, slab)->pfn), false);
}

/* --- struct kmem_cache --- */

static void
add_sizes (PwkInspection *inspection, const PwkKmemCache *s)
{
  const struct { const char *name, *meaning; uint32_t value; } rows[] = {
    { "object_size", _("bytes that were asked for"), s->object_size },
    { "size", _("bytes from one object to the next"), s->size },
    { "align", _("objects begin at multiples of it"), s->align },
    { "inuse", _("bytes up to what is not the owner's"), s->inuse },
    { "offset", _("where a free object has the pointer to the next"), s->offset },
    { "red_left_pad", _("red zone in front of the object"), s->red_left_pad },
    { "min_partial", _("slabs that a node keeps even if they are empty"), s->min_partial },
    { "cpu_partial", _("free objects that a CPU keeps on its partial list"), s->cpu_partial },
    { "cpu_partial_slabs", _("the same in slabs that are half full"), s->cpu_partial_slabs },
  };
  g_autoptr (GString) flags = g_string_new (NULL);

  pwk_slab_flags_append (flags, s->flags);
  pwk_row (inspection, PWK_NEWER, "flags", "slab_flags_t", _("what was asked for with it"), "%s",
           flags->str);
  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++)
    pwk_row (inspection, PWK_NEWER, rows[i].name, "unsigned int", rows[i].meaning, "%u",
             rows[i].value);
  pwk_row (inspection, PWK_NEWER, "oo", "struct kmem_cache_order_objects",
           _("of the slabs that it asks for"), _("order %u, %u objects"), s->order, s->objects);
  pwk_row (inspection, PWK_NEWER, "min", "struct kmem_cache_order_objects",
           _("of the least that will do"), _("order %u, %u objects"), s->min_order,
           s->min_objects);
  pwk_row (inspection, PWK_NEWER, "refcount", "int", _("caches that share it; below 0: never"),
           "%d", s->refcount);
}

static void
add_cpus (PwkInspection *inspection, const PwkKmemCache *s)
{
  for (unsigned cpu = 0; cpu < inspection->machine->st->n_cpus; cpu++)
    {
      const PwkKmemCacheCpu *c = &s->cpu[cpu];
      g_autofree char *name = g_strdup_printf ("cpu_slab[%u]", cpu);

      if (c->slab == 0 && c->partial == 0)
        continue;
      pwk_row_begin (inspection, name, "struct kmem_cache_cpu",
                     _("where an allocation looks first"));
      pwk_row_set (pwk_row (inspection, PWK_NEWER, "freelist", "void **",
                            _("the object that is given out next"), "0x%llx",
                            PWK_N (c->freelist)),
                   c->freelist != 0 ? PWK_ID_OBJECT (c->freelist) : 0, false);
      add_slab_row (inspection, "slab", _("frozen: only this CPU takes from it"), c->slab);
      add_slab_row (inspection, "partial", _("the first of its slabs with free objects"),
                    c->partial);
      pwk_row_end (inspection);
    }
}

static void
add_nodes (PwkInspection *inspection, const PwkKmemCache *s)
{
  for (unsigned node = 0; node < inspection->machine->st->n_nodes; node++)
    {
      const PwkKmemCacheNode *n = &s->node[node];
      g_autofree char *name = g_strdup_printf ("node[%u]", node);

      pwk_row_begin (inspection, name, "struct kmem_cache_node *", _("under list_lock"));
      pwk_row (inspection, PWK_NEWER, "nr_partial", "unsigned long",
               _("slabs with free objects on its list"), "%u", n->nr_partial);
      add_slab_row (inspection, "partial", _("the slab that is taken first"), n->partial_head);
      pwk_row (inspection, PWK_NEWER, "nr_slabs", "atomic_long_t", _("all of this node"), "%u",
               n->nr_slabs);
      pwk_row (inspection, PWK_NEWER, "total_objects", "atomic_long_t", _("objects in them"),
               "%llu", PWK_N (n->total_objects));
      pwk_row_end (inspection);
    }
}

bool
pwk_inspect_cache (PwkInspection *inspection, uint64_t cache)
{
  const PwkKmemCache *s;

  if (!pwk_kmem_cache_exists (inspection->machine, cache))
    return false;
  s = pwk_kmem_cache (inspection->machine, (PwkIndex) cache);
  pwk_inspect_head (inspection, "struct kmem_cache", SLAB_H,
                    g_strdup (pwk_string (inspection->machine, s->name)));
  pwk_row (inspection, PWK_NEWER, "name", "const char *", NULL, "%s",
           pwk_string (inspection->machine, s->name));
  add_sizes (inspection, s);
  add_cpus (inspection, s);
  add_nodes (inspection, s);
  return true;
}

/* --- struct slab --- */

static bool
slab_changed (const PwkInspection *inspection, PwkPfn pfn)
{
  return pwk_happened (inspection, PWK_FIELD_OF (SLAB_FREE_SLOW, pfn), pfn) ||
         pwk_happened (inspection, PWK_FIELD_OF (SLAB_GET_FREELIST, pfn), pfn) ||
         pwk_happened (inspection, PWK_FIELD_OF (SLAB_CPU_PARTIAL, pfn), pfn) ||
         pwk_happened (inspection, PWK_FIELD_OF (SLAB_GET_PARTIAL, pfn), pfn) ||
         pwk_happened (inspection, PWK_FIELD_OF (SLAB_DEACTIVATE, pfn), pfn) ||
         pwk_happened (inspection, PWK_FIELD_OF (SLAB_NEW, pfn), pfn);
}

/* The same words as a struct page, read as a slab; below them those of the page. */
bool
pwk_inspect_slab (PwkInspection *inspection, PwkPfn pfn)
{
  const PwkMachine *machine = inspection->machine;
  PwkIndex index = pwk_slab_of_pfn (machine, pfn);
  const PwkSlab *slab = pwk_slab (machine, index);
  bool changed;

  if (index == 0)
    return false;
  changed = slab_changed (inspection, slab->pfn);
  pwk_inspect_head (inspection, "struct slab", SLAB_H,
                    /* Translators: a slab: its number, its cache, its first frame. */
                    g_strdup_printf (_("slab %u of %s, pfn %u"), slab->number,
                                     pwk_string (machine,
                                                 pwk_kmem_cache (machine, slab->cache)->name),
                                     slab->pfn));
  pwk_row_set (pwk_row (inspection, PWK_NEWER, "slab_cache", "struct kmem_cache *",
                        _("whose objects lie in it"), "%s",
                        pwk_string (machine, pwk_kmem_cache (machine, slab->cache)->name)),
               PWK_ID (PWK_THING_CACHE, slab->cache), false);
  pwk_row_set (pwk_row (inspection, PWK_NEWER, "freelist", "void *",
                        _("the first of its own list of free objects"), "0x%llx",
                        PWK_N (slab->freelist)),
               slab->freelist != 0 ? PWK_ID_OBJECT (slab->freelist) : 0, changed);
  pwk_row_set (pwk_row (inspection, PWK_NEWER, "inuse", "unsigned:16",
                        _("objects that are not on its own list"), "%u", slab->inuse),
               0, changed);
  pwk_row (inspection, PWK_NEWER, "objects", "unsigned:15", _("all of them"), "%u", slab->objects);
  pwk_row_set (pwk_row (inspection, PWK_NEWER, "frozen", "unsigned:1",
                        _("a CPU's own: on no list"), "%u", slab->frozen),
               0, changed);
  add_slab_row (inspection, "next", _("behind it on its list"), slab->next);
  pwk_row_set (pwk_row (inspection, PWK_SEED, "page", "struct page *",
                        _("the same bytes as struct page"), "pfn %u", slab->pfn),
               PWK_ID (PWK_THING_PFN, slab->pfn), false);
  return true;
}

/* --- an object --- */

static void
add_bytes (PwkInspection *inspection, const PwkSlab *slab, PwkVaddr from, uint32_t size)
{
  for (uint32_t at = 0; at < MIN (size, BYTES_SHOWN); at += BYTES_A_ROW)
    {
      g_autoptr (GString) hex = g_string_new (NULL);
      g_autofree char *name = g_strdup_printf ("+%u", at);

      for (uint32_t i = at; i < MIN (size, at + BYTES_A_ROW); i++)
        g_string_append_printf (hex, "%s%02x", i > at ? " " : "",
                                pwk_slab_byte (inspection->machine, slab, from + i));
      pwk_row (inspection, PWK_NEWER, name, "u8[]", NULL, "%s", hex->str);
    }
}

bool
pwk_inspect_object (PwkInspection *inspection, PwkVaddr address)
{
  const PwkMachine *machine = inspection->machine;
  PwkIndex index = pwk_slab_of_addr (machine, address);
  const PwkSlab *slab = pwk_slab (machine, index);
  const PwkKmemCache *s = pwk_kmem_cache (machine, slab->cache);
  unsigned i;

  if (index == 0 || !pwk_slab_is_object (machine, s, slab, address, &i))
    return false;
  pwk_inspect_head (inspection, C_("inspector", "object"), NULL,
                    /* Translators: an object: its number, its slab's, its cache. */
                    g_strdup_printf (_("object %u of slab %u of %s"), i, slab->number,
                                     pwk_string (machine, s->name)));
  pwk_row (inspection, PWK_NEWER, _("address"), "void *", _("in the direct map"), "0x%llx",
           PWK_N (address));
  pwk_row_set (pwk_row (inspection, PWK_NEWER, _("state"), "", NULL, "%s",
                        pwk_slab_is_used (slab, i) ? C_("object", "in use") : C_("object", "free")),
               0,
               pwk_happened (inspection, PWK_FIELD_OF (KMEM_CACHE_ALLOC, object), address) ||
                   pwk_happened (inspection, PWK_FIELD_OF (KMEM_CACHE_FREE, object), address) ||
                   pwk_happened (inspection, PWK_FIELD_OF (KMALLOC, object), address) ||
                   pwk_happened (inspection, PWK_FIELD_OF (KFREE, object), address));
  if (!pwk_slab_is_used (slab, i))
    {
      PwkVaddr next = pwk_slab_next_free (machine, s, slab, address);

      pwk_row_set (pwk_row (inspection, PWK_NEWER, "*(void **)(object + offset)", "void *",
                            _("the next of the list; 0 at its end"), "0x%llx", PWK_N (next)),
                   next != 0 ? PWK_ID_OBJECT (next) : 0, false);
    }
  add_slab_row (inspection, "virt_to_slab()", _("the slab that it lies in"), index);
  pwk_row_begin (inspection, _("bytes"), "u8[]", NULL);
  add_bytes (inspection, slab, address, s->object_size);
  pwk_row_end (inspection);
  return true;
}

/* --- struct vm_struct --- */

bool
pwk_inspect_vmap_area (PwkInspection *inspection, PwkVaddr addr)
{
  const PwkMachine *machine = inspection->machine;
  const PwkVmap *vmap = &pwk_kalloc (machine)->vmap;
  const PwkVmapArea *area;
  PwkIndex index = 0;

  for (unsigned node = 0; node < machine->st->n_cpus && index == 0; node++)
    index = pwk_vmap_tree_find (machine, vmap->busy[node], addr);
  if (index == 0 || !pwk_is_vmalloc_addr (machine, addr))
    return false;
  area = pwk_vmap_area (machine, index);
  pwk_inspect_head (inspection, "struct vm_struct", VMALLOC_H,
                    g_strdup_printf ("0x%llx", PWK_N (area->va_start)));
  pwk_row_set (pwk_row (inspection, PWK_NEWER, "addr", "void *", _("where it begins"), "0x%llx",
                        PWK_N (area->va_start)),
               PWK_ID_ADDRESS (area->va_start), false);
  pwk_row (inspection, PWK_NEWER, "size", "unsigned long", _("bytes, the guard page among them"),
           "%llu", PWK_N (area->va_end - area->va_start));
  pwk_row (inspection, PWK_NEWER, "flags", "unsigned long", _("how it was made"), "0x%x",
           area->flags);
  pwk_row (inspection, PWK_NEWER, "nr_pages", "unsigned int", _("pages that are its own"), "%u",
           area->nr_pages);
  if (area->flags & PWK_VM_IOREMAP)
    pwk_row (inspection, PWK_NEWER, "phys_addr", "phys_addr_t", _("where the device is"), "0x%llx",
             PWK_N (area->phys_addr));
  else if (area->nr_pages > 0 && area->first_pfn < machine->st->max_pfn)
    pwk_row_set (pwk_row (inspection, PWK_NEWER, "pages[0]", "struct page *",
                          _("the frame behind its first page"), "pfn %u", area->first_pfn),
                 PWK_ID (PWK_THING_PFN, area->first_pfn), false);
  return true;
}
