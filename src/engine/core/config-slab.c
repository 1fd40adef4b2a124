/* config-slab.c - machine (slab_caches=): the caches that are there, as kmem_cache () has them
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A line is a struct kmem_cache, field by field, as a recording's module printed it; so a machine
 * can begin with the caches of a kernel that ran (tests/kernel/kalloc).
 */
#include <stdlib.h>
#include <string.h>

#include "engine/core/config-private.h"
#include "engine/core/slab-flags.h"

/* In the order of their bits, which is that of dumps. */
static const struct { uint32_t flag; const char *name; } flag_names[] = {
  { PWK_SLAB_CONSISTENCY_CHECKS, "SLAB_CONSISTENCY_CHECKS" }, { PWK_SLAB_RED_ZONE, "SLAB_RED_ZONE" }, { PWK_SLAB_POISON, "SLAB_POISON" },
  { PWK_SLAB_KMALLOC, "SLAB_KMALLOC" }, { PWK_SLAB_HWCACHE_ALIGN, "SLAB_HWCACHE_ALIGN" }, { PWK_SLAB_CACHE_DMA, "SLAB_CACHE_DMA" },
  { PWK_SLAB_CACHE_DMA32, "SLAB_CACHE_DMA32" }, { PWK_SLAB_STORE_USER, "SLAB_STORE_USER" }, { PWK_SLAB_PANIC, "SLAB_PANIC" },
  { PWK_SLAB_TYPESAFE_BY_RCU, "SLAB_TYPESAFE_BY_RCU" }, { PWK_SLAB_TRACE, "SLAB_TRACE" }, { PWK_SLAB_NOLEAKTRACE, "SLAB_NOLEAKTRACE" },
  { PWK_SLAB_NO_MERGE, "SLAB_NO_MERGE" }, { PWK_SLAB_ACCOUNT, "SLAB_ACCOUNT" }, { PWK_SLAB_NO_USER_FLAGS, "SLAB_NO_USER_FLAGS" },
  { PWK_SLAB_RECLAIM_ACCOUNT, "SLAB_RECLAIM_ACCOUNT" },
};

/* As a dump has them, "|" between. */
void
pwk_slab_flags_append (GString *text, uint32_t flags)
{
  bool first = true;

  for (unsigned i = 0; i < G_N_ELEMENTS (flag_names); i++)
    if (flags & flag_names[i].flag)
      {
        g_string_append_printf (text, "%s%s", first ? "" : "|", flag_names[i].name);
        first = false;
      }
  if (first)
    g_string_append_c (text, '0');
}

/* The other way round; one unknown name makes all of it unknown. */
bool
pwk_slab_flags_parse (const char *text, uint32_t *flags)
{
  *flags = 0;
  if (strcmp (text, "0") == 0)
    return true;
  while (*text)
    {
      size_t length = strcspn (text, "|");
      unsigned i = 0;

      while (i < G_N_ELEMENTS (flag_names) && (strlen (flag_names[i].name) != length || memcmp (flag_names[i].name, text, length) != 0))
        i++;
      if (i == G_N_ELEMENTS (flag_names))
        return false;
      *flags |= flag_names[i].flag;
      text += length + (text[length] == '|');
    }
  return true;
}

/* --- the text --- */

/* A slab has no more: kalloc/slab.h, PWK_SLAB_MAX_OBJECTS. */
#define MAX_OBJECTS 512

#define U32(name) { #name, G_STRUCT_OFFSET (PwkSlabCacheConfig, name) }
static const struct { const char *name; size_t offset; } numbers[] = {
  U32 (object_size), U32 (size), U32 (align), U32 (inuse), U32 (offset), U32 (red_left_pad), U32 (order), U32 (objects), U32 (min_order),
  U32 (min_objects), U32 (min_partial), U32 (cpu_partial), U32 (cpu_partial_slabs), U32 (refcount), U32 (ctor),
};
#undef U32

/* Numbers from -1 (a refcount that forbids merging) to 4 Mi. */
static bool
set_field (PwkSlabCacheConfig *cache, const char *name, const char *value)
{
  char *end;

  if (strcmp (name, "name") == 0)
    return g_strlcpy (cache->name, value, sizeof cache->name) < sizeof cache->name;
  if (strcmp (name, "flags") == 0)
    return pwk_slab_flags_parse (value, &cache->flags);
  for (unsigned i = 0; i < G_N_ELEMENTS (numbers); i++)
    if (strcmp (numbers[i].name, name) == 0)
      {
        int64_t number = g_ascii_strtoll (value, &end, 10);

        *(int32_t *) (gpointer) ((char *) cache + numbers[i].offset) = (int32_t) number;
        return *value && !*end && number >= -1 && number <= (1 << 22);
      }
  return false;
}

/* Objects fit into slabs and fields into objects; the rest of a cache is taken as it is told. What is
 * refused here are caches that SLUB's own arithmetic cannot give (calculate_sizes ()), and which
 * object.c would therefore not find its way in. */
static bool
is_sound (const PwkSlabCacheConfig *cache)
{
  return *cache->name && cache->size >= 8 && cache->object_size > 0 && cache->object_size <= cache->size && cache->inuse <= cache->size
         && cache->offset >= 0 && cache->offset % 8 == 0 && cache->offset + 8 <= cache->size && cache->red_left_pad >= 0
         && cache->red_left_pad < cache->size && cache->align > 0 && cache->order >= 0 && cache->order <= PWK_MAX_PAGE_ORDER
         && cache->min_order >= 0 && cache->min_order <= cache->order && cache->objects > 0 && cache->min_objects > 0
         && (uint64_t) cache->objects * (uint64_t) cache->size <= PWK_PAGE_SIZE << cache->order
         && (uint64_t) cache->min_objects * (uint64_t) cache->size <= PWK_PAGE_SIZE << cache->min_order && cache->min_partial >= 0
         && (PWK_PAGE_SIZE << cache->order) / (uint64_t) cache->size <= MAX_OBJECTS && cache->cpu_partial >= 0 && cache->cpu_partial_slabs >= 0;
}

/* Oldest first, as they were made; the machine makes them again in that order. */
bool
pwk_config_parse_slab_caches (GArray *caches, const char *text, GError **error)
{
  g_auto(GStrv) lines = g_strsplit (text, "\n", -1);

  g_array_set_size (caches, 0);
  for (unsigned line = 0; lines[line]; line++)
    {
      g_auto(GStrv) words = g_strsplit_set (g_strstrip (lines[line]), " \t", -1);
      PwkSlabCacheConfig cache = { 0 };

      if (!*lines[line])
        continue;
      for (unsigned i = 0; words[i]; i += 2)
        if (!words[i + 1] || !set_field (&cache, words[i], words[i + 1]))
          return pwk_config_fail (error, "slab_caches, line %u: expected a field of kmem_cache() and its value, not “%s”", line + 1, words[i]);
      if (!is_sound (&cache))
        return pwk_config_fail (error, "slab_caches, line %u: such a cache cannot be", line + 1);
      g_array_append_val (caches, cache);
    }
  return true;
}
