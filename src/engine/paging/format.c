/* format.c - entries of page tables told by their format's fields
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What views and dumps say of an entry comes from tables: a kind's fields by name, or what the
 * format says itself by functions of its own. Nothing here knows a processor.
 */
#include "engine/paging/format.h"

#include <string.h>

/* The texts are translated where they are shown. */
#define N_(text) text

/* --- kinds of entries --- */

/* The same question as pwk_addr_canonical (), without a machine. */
bool
pwk_format_canonical (const PwkFormat *format, PwkLevel top, PwkVaddr va)
{
  unsigned bits = pwk_addr_bits (format, top);

  if (bits == 64)
    return true;
  return format->sign_extended ? (uint64_t) ((int64_t) (va << (64 - bits)) >> (64 - bits)) == va : va >> bits == 0;
}

const PwkEntryKind *
pwk_format_kind (const PwkFormat *format, const char *name)
{
  for (unsigned i = 0; i < format->n_kinds; i++)
    if (strcmp (format->kinds[i].name, name) == 0)
      return &format->kinds[i];
  return NULL;
}

/* The first of the level, so that 64K pages of riscv's last level come after 4K. */
const PwkEntryKind *
pwk_format_page_kind (const PwkFormat *format, PwkLevel level)
{
  for (unsigned i = 0; i < format->n_kinds; i++)
    if (format->kinds[i].page && format->kinds[i].level == level)
      return &format->kinds[i];
  return NULL;
}

const PwkPteField *
pwk_kind_field (const PwkEntryKind *kind, const char *name)
{
  for (unsigned i = 0; i < kind->n_fields; i++)
    if (strcmp (kind->fields[i].name, name) == 0)
      return &kind->fields[i];
  return NULL;
}

/* PSE-36 has a frame in two parts, so all frame fields are put together. */
PwkPfn
pwk_kind_pfn (const PwkEntryKind *kind, uint64_t bits)
{
  PwkPfn pfn = 0;

  for (unsigned i = 0; i < kind->n_fields; i++)
    if (kind->fields[i].kind == PWK_FIELD_IS_FRAME)
      pfn |= pwk_field_get (bits, &kind->fields[i]);
  return pfn;
}

/* --- fields --- */

/* The bits of the entry that are the field's. */
static uint64_t
field_mask (const PwkPteField *field)
{
  return (((uint64_t) 1 << field->bits) - 1) << field->shift;
}

/* With the low bits that the entry leaves out: a large page's frame comes in small pages. */
uint64_t
pwk_field_get (uint64_t bits, const PwkPteField *field)
{
  return (bits & field_mask (field)) >> field->shift << field->scale;
}

/* What does not fit is cut off, as an entry has no place for it. */
uint64_t
pwk_field_set (uint64_t bits, const PwkPteField *field, uint64_t value)
{
  uint64_t mask = field_mask (field);

  return (bits & ~mask) | (value >> field->scale << field->shift & mask);
}

/* A marker says its kind and number; what is neither none nor known is shown as bits. */
static void
describe_absent (PwkPte pte, uint64_t bits, GString *out)
{
  PwkSwapType type = pwk_swp_type (pte);

  if (pwk_pte_none (pte))
    g_string_append (out, "none");
  else if (type == PWK_SWP_NONE || type > PWK_SWP_POISON)
    g_string_append_printf (out, "not present, 0x%" G_GINT64_MODIFIER "x", bits);
  else if (type == PWK_SWP_SLOT && pwk_swp_raw_type (pte))
    g_string_append_printf (out, "%s 0x%" G_GINT64_MODIFIER "x of area %u", pwk_swp_type_name (type), pwk_swp_raw_offset (pte), pwk_swp_raw_type (pte));
  else
    g_string_append_printf (out, "%s 0x%" G_GINT64_MODIFIER "x", pwk_swp_type_name (type), pwk_swp_offset (pte));
}

/* Flags by name; of what is wider, and no frame, what is set. */
static void
describe_field (uint64_t bits, const PwkPteField *field, GString *out)
{
  uint64_t value = pwk_field_get (bits, field);

  if (!value || field->kind == PWK_FIELD_IS_FRAME)
    return;
  if (field->bits == 1)
    g_string_append_printf (out, " %s", field->name);
  else
    g_string_append_printf (out, " bits %u-%u 0x%" G_GINT64_MODIFIER "x", field->shift, field->shift + field->bits - 1u, value);
}

/* The frame comes first, as it is what one looks for. */
void
pwk_pte_describe (const PwkFormat *format, uint64_t bits, PwkLevel level, GString *out)
{
  PwkPte pte = pwk_format_decode (format, bits, level);
  unsigned n;
  const PwkPteField *fields = pwk_format_fields (format, bits, level, &n);

  if (!pwk_pte_present (pte))
    {
      describe_absent (pte, bits, out);
      return;
    }
  for (unsigned i = 0; i < n; i++)
    if (fields[i].kind == PWK_FIELD_IS_FRAME)
      g_string_append_printf (out, "pfn %" G_GUINT64_FORMAT, pwk_field_get (bits, &fields[i]));
  if (!pwk_pte_hw_present (pte))
    g_string_append (out, " protnone");
  for (unsigned i = 0; i < n; i++)
    describe_field (bits, &fields[i], out);
}

/* --- described by kinds --- */

/* What the entry says it is: a swap entry, a page, or a table (PAE's top table has its own). */
static const PwkEntryKind *
kind_of (const PwkFormat *format, uint64_t bits, PwkLevel level)
{
  PwkPte pte = pwk_format_decode (format, bits, level);
  const PwkEntryKind *page = pwk_format_page_kind (format, level);

  if (pwk_pte_is_swap (pte))
    return format->swap_kind;
  if (page && pwk_pte_leaf (pte, level))
    return page;
  return level == PWK_LEVEL_PUD && pwk_format_kind (format, "pdpte") ? pwk_format_kind (format, "pdpte") : pwk_format_kind (format, "table");
}

static int
compare_fields (gconstpointer a, gconstpointer b)
{
  return ((const PwkPteField *) a)->shift - ((const PwkPteField *) b)->shift;
}

/* The fields of @kind, lowest first, and between them what is not used, so that all bits are told
 * once. */
static GArray *
make_covering (const PwkFormat *format, const PwkEntryKind *kind)
{
  GArray *fields = g_array_new (FALSE, FALSE, sizeof (PwkPteField));
  unsigned end = 0;

  g_array_append_vals (fields, kind->fields, kind->n_fields);
  g_array_sort (fields, compare_fields);
  for (guint i = 0; i <= fields->len; i++)
    {
      unsigned next = i < fields->len ? g_array_index (fields, PwkPteField, i).shift : 8u << format->entry_shift;
      PwkPteField gap = {
        .name = "unused", .shift = (uint8_t) end, .bits = (uint8_t) (next - end), .meaning = N_("Not used by the translation."),
        .says = { N_("Not used by the translation."), N_("Not used by the translation.") },
      };

      if (next > end)
        g_array_insert_val (fields, i++, gap);
      if (i < fields->len)
        end = next + g_array_index (fields, PwkPteField, i).bits;
    }
  return fields;
}

/* The same, made when first asked for and kept. */
static const GArray *
covering (const PwkFormat *format, const PwkEntryKind *kind)
{
  typedef struct { const PwkEntryKind *kind; GArray *fields; } Made;
  static GArray *all;
  static GMutex lock;
  GArray *fields = NULL;

  g_mutex_lock (&lock);
  if (!all)
    all = g_array_new (FALSE, FALSE, sizeof (Made));
  for (guint i = 0; i < all->len; i++)
    if (g_array_index (all, Made, i).kind == kind)
      fields = g_array_index (all, Made, i).fields;
  if (!fields)
    {
      Made made = { kind, make_covering (format, kind) };

      g_array_append_val (all, made);
      fields = made.fields;
    }
  g_mutex_unlock (&lock);
  return fields;
}

/* The caller must not free them; they live as long as the program. */
const PwkPteField *
pwk_format_fields (const PwkFormat *format, uint64_t bits, PwkLevel level, unsigned *n_fields)
{
  const GArray *fields;

  if (format->fields)
    return format->fields (bits, level, n_fields);
  fields = covering (format, kind_of (format, bits, level));
  *n_fields = fields->len;
  return (const PwkPteField *) (const void *) fields->data;
}

/* A format that does not know tells none. */
const char *
pwk_format_memory_type (const PwkFormat *format, uint64_t bits, PwkLevel level)
{
  return format->memory_type ? format->memory_type (bits, level) : "-";
}

/* The names of the single bits that are set. */
static void
append_names (const PwkFormat *format, uint64_t bits, PwkLevel level, const char *between, GString *out)
{
  const PwkEntryKind *kind = kind_of (format, bits, level);
  gsize begin = out->len;

  for (unsigned i = 0; i < kind->n_fields; i++)
    if (kind->fields[i].bits == 1 && pwk_field_get (bits, &kind->fields[i]))
      g_string_append_printf (out, "%s%s", out->len > begin ? between : "", kind->fields[i].name);
}

/* Formats other than x86's have no crash or kernel text to follow: single bits by name. */
void
pwk_format_append_flags (const PwkFormat *format, uint64_t bits, PwkLevel level, GString *out)
{
  if (format->append_flags)
    {
      format->append_flags (bits, level, out);
      return;
    }
  g_string_append_c (out, '(');
  append_names (format, bits, level, "|", out);
  g_string_append_c (out, ')');
}

void
pwk_format_append_prot (const PwkFormat *format, uint64_t bits, PwkLevel level, GString *out)
{
  if (format->append_prot)
    {
      format->append_prot (bits, level, out);
      return;
    }
  append_names (format, bits, level, " ", out);
  g_string_append_c (out, ' ');
}
