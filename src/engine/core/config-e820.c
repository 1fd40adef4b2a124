/* config-e820.c - firmware memory maps and the kernel parameters that change them
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows arch/x86/kernel/e820.c: the map as given, mem= and memmap= in their order, then the map
 * made sane, so that each address has one type:
 *
 *      given        [ usable ………………………………………… ]
 *                            [ reserved ]     [ ACPI …… ]
 *      sane         [ usable ][ reserved ][ usable ][ ACPI …… ]
 *
 * Lines are as dmesg prints them, of any kernel since 2.6, with whatever stands in front.
 */
#include "engine/core/config-private.h"

#include <string.h>

#include "engine/core/log-line.h"

static const struct { const char *name; PwkE820Type type; } e820_types[] = {
  { "usable", PWK_E820_USABLE }, { "System RAM", PWK_E820_USABLE }, { "reserved", PWK_E820_RESERVED },
  { "ACPI data", PWK_E820_ACPI }, { "ACPI NVS", PWK_E820_NVS }, { "unusable", PWK_E820_OTHER }, { "persistent", PWK_E820_OTHER },
  { "soft reserved", PWK_E820_OTHER }, { "type ", PWK_E820_OTHER },
};

/* The first thing that looks like a range, as kernels since 3.6 print it, inclusive. */
bool
pwk_config_parse_range (const char *line, uint64_t *start, uint64_t *last, const char **rest)
{
  const char *at = strstr (line, "0x");
  char *end;

  if (!at)
    return false;
  *start = g_ascii_strtoull (at, &end, 16);
  if (end == at || *end != '-')
    return false;
  at = end + 1;
  *last = g_ascii_strtoull (at, &end, 16);
  if (end == at)
    return false;
  while (*end == ']' || *end == ' ' || *end == '\t')
    end++;
  *rest = end;
  return true;
}

/* By its beginning: "ACPI NVS", "type 20". What is not known is no type. */
static bool
parse_type (const char *text, PwkE820Type *type)
{
  text += *text == '(';
  for (size_t i = 0; i < G_N_ELEMENTS (e820_types); i++)
    if (g_ascii_strncasecmp (text, e820_types[i].name, strlen (e820_types[i].name)) == 0)
      {
        *type = e820_types[i].type;
        return true;
      }
  return false;
}

/* Lines of nothing, and comments. */
bool
pwk_config_is_blank (const char *line)
{
  line += strspn (line, " \t\r");
  return *line == 0 || *line == '#';
}

/* --- a map in the log of a boot --- */

/* What the kernel writes before the entries of the map that the firmware gave, and before those of
 * maps that take its place. */
static const char *const map_labels[] = { "BIOS-e820:", "BIOS-e801:", "BIOS-88:", "Xen:", "user:", "modified:", "reserve setup_data:" };
#define FIRST_LATER_MAP 4

/* Which map the line is an entry of, and behind the label: its place in the list + 1, 0 where there
 * is no label. */
static unsigned
skip_label (const char **text)
{
  *text += strspn (*text, " \t");
  for (unsigned i = 0; i < G_N_ELEMENTS (map_labels); i++)
    if (g_str_has_prefix (*text, map_labels[i]))
      {
        *text += strlen (map_labels[i]);
        *text += strspn (*text, " \t");
        return i + 1;
      }
  return 0;
}

/* "0000000000000000 - 0000000000099000 (usable)", as kernels until 3.6 wrote it, exclusive. */
static bool
parse_old_range (const char *text, PwkE820Entry *entry, const char **rest)
{
  char *end;

  if (strspn (text, "0123456789abcdefABCDEF") != 16)
    return false;
  entry->start = g_ascii_strtoull (text, &end, 16);
  end += strspn (end, " ");
  if (*end != '-')
    return false;
  entry->last = g_ascii_strtoull (end + 1, &end, 16) - 1;
  *rest = end + strspn (end, " ");
  return **rest == '(';
}

/* Whether the line is meant as an entry: it has a label, or begins with a range. */
static bool
is_entry (unsigned label, const char *text)
{
  return label || g_str_has_prefix (text, "0x") || g_str_has_prefix (text, "[mem ") || strspn (text, "0123456789abcdefABCDEF") == 16;
}

/* A heading, or a label of its own, begins a map that takes the place of the one before. */
static void
begin_map (GArray *e820, unsigned *map, unsigned label)
{
  if (label == *map || label <= FIRST_LATER_MAP)
    return;
  g_array_set_size (e820, 0);
  *map = label;
}

#define EXPECTED_RANGE "expected a range as 0x0000000000100000-0x000000001fffffff"

/* A log has several maps: the firmware's, then the one changed by the user or by the kernel. The
 * last one that is complete counts, as it is what the kernel went on with. Lines of other things
 * are passed over, and the first of them named if nothing was found at all. */
bool
pwk_config_parse_e820 (const char *text, GArray *e820, GError **error)
{
  g_auto(GStrv) lines = g_strsplit (text, "\n", -1);
  unsigned map = 0, passed_over = 0;    /* the first line that is no entry, from 1 */

  for (unsigned i = 0; lines[i]; i++)
    {
      const char *line = pwk_log_line_text (lines[i]), *rest;
      unsigned label = skip_label (&line);
      PwkE820Entry entry;

      if (strstr (line, "physical RAM map"))
        g_array_set_size (e820, 0);
      if (pwk_config_is_blank (line))
        continue;
      if (!is_entry (label, line))
        {
          passed_over = passed_over ? passed_over : i + 1;
          continue;
        }
      if (!parse_old_range (line, &entry, &rest) && !pwk_config_parse_range (line, &entry.start, &entry.last, &rest))
        return pwk_config_fail (error, "e820, line %u: " EXPECTED_RANGE, i + 1);
      if (!parse_type (rest, &entry.type))
        return pwk_config_fail (error, "e820, line %u: expected usable, reserved, ACPI data, ACPI NVS, unusable or type N", i + 1);
      if (entry.last < entry.start)
        return pwk_config_fail (error, "e820, line %u: the range ends before it begins", i + 1);
      begin_map (e820, &map, label);
      g_array_append_val (e820, entry);
    }
  if (e820->len == 0 && passed_over)
    return pwk_config_fail (error, "e820, line %u: " EXPECTED_RANGE, passed_over);
  if (e820->len == 0)
    return pwk_config_fail (error, "e820: the map is empty");
  return true;
}

/* enum e820_type by its numbers; what is no memory of any kind that we know is one type here. */
static PwkE820Type
type_of_number (uint64_t number)
{
  static const PwkE820Type types[] = { [1] = PWK_E820_USABLE, [2] = PWK_E820_RESERVED, [3] = PWK_E820_ACPI, [4] = PWK_E820_NVS };

  return number >= 1 && number < G_N_ELEMENTS (types) ? types[number] : PWK_E820_OTHER;
}

/* What follows SIZE%START: "-FROM", "+TO", both or none. */
static bool
parse_change (const char *value, const char *text, PwkMemmapOption *option, GError **error)
{
  uint64_t number;
  char *end;

  option->deed = PWK_MEMMAP_REMOVE;
  if (*text == '-')
    {
      number = g_ascii_strtoull (text + 1, &end, 0);
      text = end;
      option->has_from = number != 0;
      option->from = number ? type_of_number (number) : option->from;
    }
  if (*text == '+')
    {
      number = g_ascii_strtoull (text + 1, &end, 0);
      text = end;
      if (number)
        {
          option->deed = option->has_from ? PWK_MEMMAP_CHANGE : PWK_MEMMAP_ADD;
          option->type = type_of_number (number);
        }
    }
  return *text == 0 || pwk_config_fail (error, "cmdline: memmap=%s: expected -TYPE or +TYPE after where it begins", value);
}

/* arch/x86/kernel/e820.c:parse_memmap_one ():
 *
 *      exactmap              nothing of the firmware's map counts, only what follows
 *      SIZE                  memory ends there, as with mem=
 *      SIZE@START            usable          SIZE#START   ACPI data
 *      SIZE$START            reserved        SIZE!START   persistent
 *      SIZE%START-FROM+TO    what is of type FROM becomes TO; without -FROM whatever it is, without +TO it goes
 */
static bool
parse_memmap (const char *value, GArray *memmap, GError **error)
{
  PwkMemmapOption option = { .deed = PWK_MEMMAP_ADD };
  const char *end, *after = NULL;

  if (strcmp (value, "exactmap") == 0)
    {
      option.deed = PWK_MEMMAP_EXACT;
      g_array_append_val (memmap, option);
      return true;
    }
  if (!pwk_config_parse_size (value, &end, &option.size))
    return pwk_config_fail (error, "cmdline: memmap=%s: expected a size", value);
  switch (*end)
    {
    case '@': option.type = PWK_E820_USABLE; break;
    case '$': option.type = PWK_E820_RESERVED; break;
    case '#': option.type = PWK_E820_ACPI; break;
    case '!': option.type = PWK_E820_OTHER; break;
    case '%': break;
    case 0:   option.deed = PWK_MEMMAP_LIMIT; break;
    default:  return pwk_config_fail (error, "cmdline: memmap=%s: expected @, $, #, ! or %% after the size", value);
    }
  if (*end && (!pwk_config_parse_size (end + 1, &after, &option.start) || (*after && *end != '%')))
    return pwk_config_fail (error, "cmdline: memmap=%s: expected where it begins after %c", value, *end);
  if (*end == '%' && !parse_change (value, after, &option, error))
    return false;
  if (option.deed == PWK_MEMMAP_LIMIT)
    option.start = option.size;
  else if (option.size == 0 || option.start + option.size < option.start)
    return pwk_config_fail (error, "cmdline: memmap=%s: an empty range, or beyond the end of the address space", value);
  g_array_append_val (memmap, option);
  return true;
}

/* kernelcore= and movablecore=: a size or a percentage; a later size takes the place of a
 * percentage, as in cmdline_parse_core (). */
static bool
parse_core (const char *name, const char *value, uint64_t *bytes, uint32_t *percent, GError **error)
{
  const char *end;
  uint64_t number;

  if (!pwk_config_parse_size (value, &end, &number))
    return pwk_config_fail (error, "cmdline: %s=%s: expected a size or a percentage", name, value);
  if (strcmp (end, "%") == 0 && number <= 100)
    *percent = (uint32_t) number;
  else if (*end == 0)
    {
      *bytes = number;
      *percent = 0;
    }
  else
    return pwk_config_fail (error, "cmdline: %s=%s: expected a size or a percentage", name, value);
  return true;
}

/* Words that are not about memory are no business of ours. mem= limits memory, memmap= edits the
 * map. */
static bool
parse_option (const char *word, PwkCmdline *cmdline, GError **error)
{
  const char *value = strchr (word, '=');
  PwkMemmapOption limit = { .deed = PWK_MEMMAP_LIMIT };

  if (strcmp (word, "movable_node") == 0)
    cmdline->movable_node = true;
  if (strcmp (word, "slab_nomerge") == 0 || strcmp (word, "slub_nomerge") == 0)
    cmdline->slab_nomerge = true;
  if (strcmp (word, "slab_merge") == 0 || strcmp (word, "slub_merge") == 0)
    cmdline->slab_nomerge = false;
  if (!value)
    return true;
  value++;
  if (g_str_has_prefix (word, "mem="))
    {
      if (!pwk_config_parse_size (value, NULL, &limit.start) || limit.start == 0)
        return pwk_config_fail (error, "cmdline: mem=%s: expected a size", value);
      g_array_append_val (cmdline->memmap, limit);
    }
  else if (g_str_has_prefix (word, "memmap="))
    {
      g_auto(GStrv) parts = g_strsplit (value, ",", -1);

      for (char **part = parts; *part; part++)
        if (!parse_memmap (*part, cmdline->memmap, error))
          return false;
    }
  else if (strcmp (word, "numa=off") == 0 || strcmp (word, "numa=noacpi") == 0)
    cmdline->numa_off = true;
  else if (strcmp (word, "kernelcore=mirror") == 0)
    cmdline->kernelcore_mirror = true;
  else if (g_str_has_prefix (word, "kernelcore="))
    return parse_core ("kernelcore", value, &cmdline->kernelcore, &cmdline->kernelcore_percent, error);
  else if (g_str_has_prefix (word, "movablecore="))
    return parse_core ("movablecore", value, &cmdline->movablecore, &cmdline->movablecore_percent, error);
  return true;
}

/* As parse_args () takes words: by blanks, in their order. */
bool
pwk_config_parse_cmdline (const char *text, PwkCmdline *cmdline, GError **error)
{
  g_auto(GStrv) words = g_strsplit_set (text, " \t\n", -1);

  g_clear_pointer (&cmdline->memmap, g_array_unref);
  *cmdline = (PwkCmdline) { .memmap = g_array_new (FALSE, FALSE, sizeof (PwkMemmapOption)) };
  for (char **word = words; *word; word++)
    if (!parse_option (*word, cmdline, error))
      return false;
  return true;
}

/* At the end; the map is put in order when all is done. */
static void
add_entry (GArray *e820, uint64_t start, uint64_t last, PwkE820Type type)
{
  PwkE820Entry entry = { start, last, type };

  g_array_append_val (e820, entry);
}

/* A PC's: 640 KiB below, the BIOS to 1 MiB, memory to 3 GiB, a GiB for devices, the rest from 4 GiB
 * on. The last KiB below 640 KiB is the extended BIOS data area, and the BIOS has a window just
 * below 4 GiB, too, as QEMU's SeaBIOS tells it. */
void
pwk_config_pc_e820 (GArray *e820, uint64_t bytes)
{
  const uint64_t gap = (uint64_t) 3 << 30, high = (uint64_t) 4 << 30;

  add_entry (e820, 0, 0x9fbff, PWK_E820_USABLE);
  add_entry (e820, 0x9fc00, 0x9ffff, PWK_E820_RESERVED);
  add_entry (e820, 0xf0000, 0xfffff, PWK_E820_RESERVED);
  add_entry (e820, 0x100000, MIN (bytes, gap) - 1, PWK_E820_USABLE);
  add_entry (e820, 0xfffc0000, 0xffffffff, PWK_E820_RESERVED);
  if (bytes > gap)
    add_entry (e820, high, high + (bytes - gap) - 1, PWK_E820_USABLE);
}

/* What entries of type @from (@any: of all types) have in [@start, @last] goes:
 * e820__range_remove (). */
static void
remove_range (GArray *e820, uint64_t start, uint64_t last, bool any, PwkE820Type from)
{
  for (unsigned i = e820->len; i-- > 0;)
    {
      PwkE820Entry entry = g_array_index (e820, PwkE820Entry, i);

      if ((!any && entry.type != from) || entry.last < start || entry.start > last)
        continue;
      g_array_remove_index (e820, i);
      if (entry.start < start)
        add_entry (e820, entry.start, start - 1, entry.type);
      if (entry.last > last)
        add_entry (e820, last + 1, entry.last, entry.type);
    }
}

/* … becomes type @to instead: e820__range_update (). */
static void
change_range (GArray *e820, uint64_t start, uint64_t last, PwkE820Type from, PwkE820Type to)
{
  unsigned n = e820->len;

  for (unsigned i = 0; i < n; i++)
    {
      PwkE820Entry entry = g_array_index (e820, PwkE820Entry, i);

      if (entry.type == from && entry.last >= start && entry.start <= last)
        add_entry (e820, MAX (entry.start, start), MIN (entry.last, last), to);
    }
  if (from != to)
    remove_range (e820, start, last, false, from);
}

/* In the order given, as early_param () calls them; exactmap empties the map for those that follow. */
void
pwk_config_apply_memmap (GArray *e820, const GArray *memmap)
{
  for (unsigned i = 0; i < memmap->len; i++)
    {
      const PwkMemmapOption *option = &g_array_index (memmap, PwkMemmapOption, i);
      uint64_t last = option->start + option->size - 1;

      switch (option->deed)
        {
        case PWK_MEMMAP_LIMIT:
          remove_range (e820, option->start, UINT64_MAX, false, PWK_E820_USABLE);
          break;
        case PWK_MEMMAP_EXACT:
          g_array_set_size (e820, 0);
          break;
        case PWK_MEMMAP_REMOVE:
          remove_range (e820, option->start, last, !option->has_from, option->from);
          break;
        case PWK_MEMMAP_CHANGE:
          change_range (e820, option->start, last, option->from, option->type);
          break;
        default:
          add_entry (e820, option->start, last, option->type);
          break;
        }
    }
}

/* Places where some entry begins or ends, upwards. */
static int
compare_u64 (const void *a, const void *b)
{
  uint64_t x = *(const uint64_t *) a, y = *(const uint64_t *) b;

  return x < y ? -1 : x > y;
}

/* The highest type that covers @address, -1 none. */
static int
type_at (const GArray *e820, uint64_t address)
{
  int type = -1;

  for (unsigned i = 0; i < e820->len; i++)
    {
      const PwkE820Entry *entry = &g_array_index (e820, PwkE820Entry, i);

      if (entry->start <= address && address <= entry->last)
        type = MAX (type, (int) entry->type);
    }
  return type;
}

/* Between two edges the type is the same all the way, so each edge is asked once; neighbours of a
 * type are joined. */
void
pwk_config_sanitize_e820 (GArray *e820)
{
  g_autoptr(GArray) edges = g_array_new (FALSE, FALSE, sizeof (uint64_t));
  g_autoptr(GArray) clean = g_array_new (FALSE, FALSE, sizeof (PwkE820Entry));

  for (unsigned i = 0; i < e820->len; i++)
    {
      const PwkE820Entry *entry = &g_array_index (e820, PwkE820Entry, i);
      uint64_t after = entry->last + 1;

      g_array_append_val (edges, entry->start);
      if (after)
        g_array_append_val (edges, after);
    }
  g_array_sort (edges, compare_u64);

  for (unsigned i = 0; i < edges->len; i++)
    {
      uint64_t start = g_array_index (edges, uint64_t, i);
      uint64_t last = i + 1 < edges->len ? g_array_index (edges, uint64_t, i + 1) - 1 : UINT64_MAX;
      PwkE820Entry *before = clean->len ? &g_array_index (clean, PwkE820Entry, clean->len - 1) : NULL;
      int type = last >= start ? type_at (e820, start) : -1;

      if (type < 0)
        continue;
      if (before && before->last + 1 == start && before->type == (PwkE820Type) type)
        before->last = last;
      else
        add_entry (clean, start, last, (PwkE820Type) type);
    }
  g_array_set_size (e820, 0);
  g_array_append_vals (e820, clean->data, clean->len);
}

/* Of a map without overlaps. */
uint64_t
pwk_config_e820_usable (const GArray *e820)
{
  uint64_t bytes = 0;

  for (unsigned i = 0; i < e820->len; i++)
    {
      const PwkE820Entry *entry = &g_array_index (e820, PwkE820Entry, i);

      if (entry->type == PWK_E820_USABLE)
        bytes += entry->last - entry->start + 1;
    }
  return bytes;
}
