/* config-tlb.c - the specification of TLBs: "l1d=64/4,l1i=128/8,stlb=1536/12:lru,pcid=on,pwc=on"
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 *      l1i   l1d      small pages, asked first: 128 entries in 8 ways are 16 sets
 *      l1i2m l1d2m    large pages apart, as real ones have them; without, they share l1i and l1d
 *      stlb           asked when the first level misses; 0 entries: there is none
 *      pcid           entries carry the number of their address space, so that a switch keeps them
 *      pwc            upper entries of tables are kept, too
 *
 * Entries/ways of each structure, with its policy; what is not named is as Skylake's. Sets are a
 * power of two, since hardware takes the set from bits of the address.
 */
#include "engine/core/config-private.h"

#include <string.h>

static const char *const policy_names[] = { "lru", "plru", "fifo", "random" };

static const struct { const char *name; size_t offset; } levels[] = {
  { "l1d", offsetof (PwkTlbSpec, l1d) },   { "l1d2m", offsetof (PwkTlbSpec, l1d2m) }, { "l1i", offsetof (PwkTlbSpec, l1i) },
  { "l1i2m", offsetof (PwkTlbSpec, l1i2m) }, { "stlb", offsetof (PwkTlbSpec, stlb) },
};

/* The part of @spec that the name stands for. */
static PwkTlbLevelSpec *
level_of (PwkTlbSpec *spec, unsigned i)
{
  return (PwkTlbLevelSpec *) ((char *) spec + levels[i].offset);
}

/* By its word. */
static bool
parse_policy (const char *text, PwkTlbPolicy *policy)
{
  for (unsigned i = 0; i < G_N_ELEMENTS (policy_names); i++)
    if (strcmp (policy_names[i], text) == 0)
      {
        *policy = (PwkTlbPolicy) i;
        return true;
      }
  return false;
}

/* 0 is none. */
static bool
is_power_of_two (uint64_t n)
{
  return n && (n & (n - 1)) == 0;
}

/* "64/4" or "64/4:plru" */
static bool
parse_level (const char *name, const char *value, PwkTlbLevelSpec *level, GError **error)
{
  char *end;
  uint64_t entries = g_ascii_isdigit (*value) ? g_ascii_strtoull (value, &end, 10) : 0, ways = 0;
  PwkTlbPolicy policy = PWK_TLB_LRU;

  if (!g_ascii_isdigit (*value))
    return pwk_config_fail (error, "tlb: %s=%s: expected entries/ways, as 64/4", name, value);
  if (*end == '/' && g_ascii_isdigit (end[1]))
    ways = g_ascii_strtoull (end + 1, &end, 10);
  else if (entries || *end)
    return pwk_config_fail (error, "tlb: %s=%s: expected entries/ways, as 64/4", name, value);
  if (*end == ':' && !parse_policy (end + 1, &policy))
    return pwk_config_fail (error, "tlb: %s=%s: expected lru, plru, fifo or random after “:”", name, value);
  if (*end && *end != ':')
    return pwk_config_fail (error, "tlb: %s=%s: expected entries/ways, as 64/4", name, value);
  if (entries > 65536 || (entries && (ways == 0 || ways > 256 || entries % ways || !is_power_of_two (entries / ways))))
    return pwk_config_fail (error, "tlb: %s=%s: entries/ways must give a power of two of sets, with at most 65536 entries and 256 ways",
                            name, value);
  if (policy == PWK_TLB_PLRU && entries && !is_power_of_two (ways))
    return pwk_config_fail (error, "tlb: %s=%s: plru needs a power of two of ways", name, value);
  *level = (PwkTlbLevelSpec) { (uint32_t) entries, (uint32_t) ways, policy };
  return true;
}

/* on or off, as pcid= and pwc= have them. */
static bool
parse_switch (const char *name, const char *value, bool *on, GError **error)
{
  if (strcmp (value, "on") == 0 || strcmp (value, "off") == 0)
    *on = strcmp (value, "on") == 0;
  else
    return pwk_config_fail (error, "tlb: %s=%s: expected on or off", name, value);
  return true;
}

/* One part between commas. */
static bool
parse_item (PwkTlbSpec *spec, char *item, GError **error)
{
  char *value = strchr (item, '=');

  if (!value)
    return pwk_config_fail (error, "tlb: “%s”: expected name=value, as l1d=64/4", item);
  *value++ = 0;
  if (strcmp (item, "pcid") == 0)
    return parse_switch (item, value, &spec->pcid, error);
  if (strcmp (item, "pwc") == 0)
    return parse_switch (item, value, &spec->pwc, error);
  for (unsigned i = 0; i < G_N_ELEMENTS (levels); i++)
    if (strcmp (item, levels[i].name) == 0)
      return parse_level (item, value, level_of (spec, i), error);
  return pwk_config_fail (error, "tlb: unknown part “%s”, expected l1d, l1d2m, l1i, l1i2m, stlb, pcid or pwc", item);
}

/* Begins with Skylake's and replaces what is named; an empty text is Skylake's. */
bool
pwk_tlb_spec_parse (PwkTlbSpec *spec, const char *text, GError **error)
{
  g_auto(GStrv) items = g_strsplit (text, ",", -1);

  *spec = (PwkTlbSpec) { .l1i = { 128, 8, PWK_TLB_LRU }, .l1d = { 64, 4, PWK_TLB_LRU }, .stlb = { 1536, 12, PWK_TLB_LRU },
                         .pcid = true, .pwc = true };
  for (char **item = items; *item; item++)
    if (*g_strstrip (*item) && !parse_item (spec, *item, error))
      return false;
  if (spec->l1d.entries == 0 || spec->l1i.entries == 0)
    return pwk_config_fail (error, "tlb: l1d and l1i need at least one entry");
  return true;
}

/* What would be read as the same; LRU and absent level-1 TLBs for large pages go without saying. */
char *
pwk_tlb_spec_to_string (const PwkTlbSpec *spec)
{
  GString *text = g_string_new (NULL);

  for (unsigned i = 0; i < G_N_ELEMENTS (levels); i++)
    {
      const PwkTlbLevelSpec *level = (const PwkTlbLevelSpec *) ((const char *) spec + levels[i].offset);

      if (level->entries == 0 && i != 4)
        continue;
      g_string_append_printf (text, "%s%s=%u/%u", text->len ? "," : "", levels[i].name, level->entries, level->ways);
      if (level->policy != PWK_TLB_LRU)
        g_string_append_printf (text, ":%s", policy_names[level->policy]);
    }
  g_string_append_printf (text, ",pcid=%s,pwc=%s", spec->pcid ? "on" : "off", spec->pwc ? "on" : "off");
  return g_string_free (text, FALSE);
}
