/* gfp-text.c - gfp masks as kernels and tools print them
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "intake/gfp-text.h"

#include <string.h>

#include "engine/phys/gfp-bits.h"
#include "scenario/names.h"

/* The bits of gfp masks before names were printed beside them (4.5): include/linux/gfp.h of 2.6.32 … 4.4. */
static const struct { guint64 bit; const char *name; } old_bits[] = {
  { 0x01, "__GFP_DMA" }, { 0x02, "__GFP_HIGHMEM" }, { 0x04, "__GFP_DMA32" }, { 0x08, "__GFP_MOVABLE" },
  { 0x10, "__GFP_DIRECT_RECLAIM|__GFP_KSWAPD_RECLAIM" }, { 0x20, "__GFP_HIGH|__GFP_KSWAPD_RECLAIM" }, { 0x40, "__GFP_IO" }, { 0x80, "__GFP_FS" },
  { 0x400, "__GFP_RETRY_MAYFAIL" }, { 0x800, "__GFP_NOFAIL" }, { 0x1000, "__GFP_NORETRY" }, { 0x4000, "__GFP_COMP" }, { 0x8000, "__GFP_ZERO" },
  { 0x10000, "__GFP_NOMEMALLOC" }, { 0x20000, "__GFP_HARDWALL" }, { 0x40000, "__GFP_THISNODE" }, { 0x80000, "__GFP_RECLAIMABLE" },
};

static char *
gfp_of_old_bits (guint64 bits)
{
  g_autoptr(GPtrArray) names = g_ptr_array_new ();

  if ((bits & 0xd0) == 0xd0)
    {
      g_ptr_array_add (names, (gpointer) "GFP_KERNEL");
      bits &= ~(guint64) 0xd0;
    }
  for (guint i = 0; i < G_N_ELEMENTS (old_bits); i++)
    if (bits & old_bits[i].bit)
      g_ptr_array_add (names, (gpointer) old_bits[i].name);
  if (names->len == 0)
    g_ptr_array_add (names, (gpointer) "0");
  g_ptr_array_add (names, NULL);
  return g_strjoinv ("|", (char **) names->pdata);
}

/* What a name that tools have shortened, or that kernels have given up, is called now; NULL for none. */
static const char *
name_of_today (const char *name)
{
  static const struct { const char *old, *now; } renamed[] = {
    { "GFP_REPEAT", "__GFP_RETRY_MAYFAIL" }, { "GFP_WAIT", "__GFP_DIRECT_RECLAIM|__GFP_KSWAPD_RECLAIM" }, { "GFP_COLD", NULL },
  };
  const char *bare = g_str_has_prefix (name, "__") ? name + 2 : name;

  for (guint i = 0; i < G_N_ELEMENTS (renamed); i++)
    if (strcmp (bare, renamed[i].old) == 0)
      return renamed[i].now;
  return pwk_names_find (name) ? name : NULL;
}

static char *
gfp_of_names (const char *list, gsize length)
{
  g_autofree char *text = g_strndup (list, length);
  g_auto(GStrv) names = g_strsplit (text, "|", -1);
  GString *out = g_string_new (NULL);

  for (char **name = names; *name; name++)
    {
      g_autofree char *underscored = g_strconcat ("__", *name, NULL);    /* old formats of events write GFP_ZERO */
      const char *now = name_of_today (*name);

      if (!now && pwk_names_find (underscored))
        now = underscored;
      if (now)
        g_string_append_printf (out, "%s%s", out->len ? "|" : "", now);
    }
  if (out->len == 0)
    g_string_append (out, "0");
  return g_string_free (out, FALSE);
}

char *
pwk_gfp_text (const char *at, gboolean old)
{
  char *end;
  guint64 bits = g_ascii_strtoull (at, &end, 16);

  if (g_ascii_isdigit (*at) && *end == '(')
    return gfp_of_names (end + 1, strcspn (end + 1, ")"));
  if (!g_ascii_isdigit (*at))
    return gfp_of_names (at, strcspn (at, " \t,"));
  return old ? gfp_of_old_bits (bits) : g_strdup_printf ("0x%" G_GINT64_MODIFIER "x", bits & PWK_GFP_BITS_MASK);
}
