/* format-rows.c - questions about page-table formats, as rows of JSON, and their answers
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/format-rows.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <string.h>

#include "engine/paging/format-linux.h"

/* --- members of a row --- */

static void
refuse (GError **error, const char *member, const char *problem)
{
  g_set_error (error, JSON_READER_ERROR, JSON_READER_ERROR_INVALID_TYPE, "“%s”: %s", member, problem);
}

/* A whole text as a number: decimal, or hexadecimal with 0x. */
static bool
parse_number (const char *text, uint64_t *value)
{
  char *end;

  if (!g_ascii_isdigit (text[0]))
    return false;
  errno = 0;
  *value = g_ascii_strtoull (text, &end, g_str_has_prefix (text, "0x") ? 16 : 10);
  return errno == 0 && *end == '\0' && end != text;
}

static bool
read_number (JsonNode *node, const char *member, uint64_t *value, GError **error)
{
  GType type = node && JSON_NODE_HOLDS_VALUE (node) ? json_node_get_value_type (node) : G_TYPE_INVALID;

  if (type == G_TYPE_INT64 && json_node_get_int (node) >= 0)
    *value = (uint64_t) json_node_get_int (node);
  else if (type == G_TYPE_BOOLEAN)
    *value = json_node_get_boolean (node);
  else if (type != G_TYPE_STRING || !parse_number (json_node_get_string (node), value))
    {
      refuse (error, member, _("expected a number, as 31 or \"0x1f\""));
      return false;
    }
  return true;
}

static const char *
read_text (JsonObject *row, const char *member, GError **error)
{
  JsonNode *node = json_object_get_member (row, member);

  if (node && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
    return json_node_get_string (node);
  refuse (error, member, _("expected a text"));
  return NULL;
}

static unsigned
entry_bits (const PwkFormat *format)
{
  return 8u << format->entry_shift;
}

/* The bits of an entry, no more of them than it has. */
static bool
read_entry (const PwkFormat *format, JsonNode *node, const char *member, uint64_t *bits, GError **error)
{
  if (!read_number (node, member, bits, error))
    return false;
  if (entry_bits (format) == 64 || *bits >> entry_bits (format) == 0)
    return true;
  refuse (error, member, _("an entry of this format has 32 bits"));
  return false;
}

/* --- answers --- */

static void
add_hex (JsonBuilder *builder, uint64_t value)
{
  g_autofree char *text = g_strdup_printf ("0x%" G_GINT64_MODIFIER "x", value);

  json_builder_add_string_value (builder, text);
}

static void
add_hex_member (JsonBuilder *builder, const char *name, uint64_t value)
{
  json_builder_set_member_name (builder, name);
  add_hex (builder, value);
}

static void
add_int_member (JsonBuilder *builder, const char *name, uint64_t value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, (gint64) value);
}

/* --- entries --- */

static bool
has_kind (const PwkFormatName *name, const PwkEntryKind *kind)
{
  return kind && kind->level <= name->top;
}

static bool
answer_entry (const PwkFormatName *name, JsonObject *row, JsonBuilder *builder, GError **error)
{
  const char *text = read_text (row, "kind", error);
  const PwkEntryKind *kind = text ? pwk_format_kind (name->format, text) : NULL;
  uint64_t bits;

  if (!text)
    return false;
  if (!has_kind (name, kind))
    {
      refuse (error, "kind", _("this format has no such entry"));
      return false;
    }
  if (!read_entry (name->format, json_object_get_member (row, "raw"), "raw", &bits, error))
    return false;
  add_int_member (builder, "valid", bits & 1);
  add_int_member (builder, "pfn", pwk_kind_pfn (kind, bits));
  json_builder_set_member_name (builder, "fields");
  json_builder_begin_object (builder);
  for (unsigned i = 0; i < kind->n_fields; i++)
    if (kind->fields[i].kind != PWK_FIELD_IS_RESERVED)
      add_int_member (builder, kind->fields[i].name, pwk_field_get (bits, &kind->fields[i]) >> kind->fields[i].scale);
  json_builder_end_object (builder);
  return true;
}

/* --- walks --- */

/* Tables by their addresses: of each, entries by their indices. What is not there is 0. */
typedef struct { PwkPhys table; uint64_t index, bits; } Entry;

static bool
read_table (const PwkFormatName *name, PwkPhys table, JsonNode *node, GArray *entries, GError **error)
{
  JsonObjectIter iter;
  const char *index;
  JsonNode *value;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    {
      refuse (error, "tables", _("expected entries by their indices, as {\"7\": \"0x1067\"}"));
      return false;
    }
  json_object_iter_init (&iter, json_node_get_object (node));
  while (json_object_iter_next (&iter, &index, &value))
    {
      Entry entry = { .table = table };

      if (!parse_number (index, &entry.index) || entry.index > name->format->index_mask[PWK_LEVEL_PTE])
        {
          refuse (error, "tables", _("no index of an entry"));
          g_prefix_error (error, "“%s”: ", index);
          return false;
        }
      if (!read_entry (name->format, value, index, &entry.bits, error))
        return false;
      g_array_append_val (entries, entry);
    }
  return true;
}

static bool
read_tables (const PwkFormatName *name, JsonNode *node, GArray *entries, GError **error)
{
  JsonObjectIter iter;
  const char *address;
  JsonNode *table;

  if (!node || !JSON_NODE_HOLDS_OBJECT (node))
    {
      refuse (error, "tables", _("expected tables by their addresses, as {\"0x1000\": {\"7\": \"0x2067\"}}"));
      return false;
    }
  json_object_iter_init (&iter, json_node_get_object (node));
  while (json_object_iter_next (&iter, &address, &table))
    {
      PwkPhys at;

      if (!parse_number (address, &at))
        {
          refuse (error, "tables", _("no address of a table"));
          g_prefix_error (error, "“%s”: ", address);
          return false;
        }
      if (!read_table (name, at, table, entries, error))
        return false;
    }
  return true;
}

static uint64_t
entry_at (void *data, PwkPhys table, unsigned index)
{
  const GArray *entries = data;

  for (guint i = 0; i < entries->len; i++)
    {
      const Entry *entry = &g_array_index (entries, Entry, i);

      if (entry->table == table && entry->index == index)
        return entry->bits;
    }
  return 0;
}

static bool
read_controls (JsonNode *node, PwkControls *controls, GError **error)
{
  JsonObjectIter iter;
  const char *control;
  JsonNode *value;
  uint64_t number;

  if (!node)
    return true;
  if (!JSON_NODE_HOLDS_OBJECT (node))
    {
      refuse (error, "controls", _("expected switches, as {\"wp\": 1}"));
      return false;
    }
  json_object_iter_init (&iter, json_node_get_object (node));
  while (json_object_iter_next (&iter, &control, &value))
    {
      if (!read_number (value, control, &number, error))
        return false;
      if (!pwk_controls_set (controls, control, number))
        {
          refuse (error, control, _("no processor here has such a control"));
          return false;
        }
    }
  return true;
}

/* The place of @member's text among @words; -1 with @error. */
static int
read_word (JsonObject *row, const char *member, const char *const *words, GError **error)
{
  const char *text = read_text (row, member, error);
  g_autofree char *all = NULL, *problem = NULL;

  if (!text)
    return -1;
  for (int i = 0; words[i]; i++)
    if (strcmp (words[i], text) == 0)
      return i;
  all = g_strjoinv (", ", (char **) words);
  /* Translators: a list of words that are not translated. */
  problem = g_strdup_printf (_("expected one of %s"), all);
  refuse (error, member, problem);
  return -1;
}

static bool
read_access (const PwkFormatName *name, JsonObject *row, PwkFormatAccess *access, GError **error)
{
  static const char *const kinds[] = { "load", "store", "fetch", NULL }, *const modes[] = { "user", "kernel", NULL };
  int kind = read_word (row, "access", kinds, error), mode = kind < 0 ? -1 : read_word (row, "mode", modes, error);

  if (mode < 0 || !read_number (json_object_get_member (row, "va"), "va", &access->va, error)
      || !read_number (json_object_get_member (row, "root"), "root", &access->root, error)
      || !read_controls (json_object_get_member (row, "controls"), &access->controls, error))
    return false;
  if (pwk_addr_bits (name->format, name->top) == 32 && access->va >> 32)
    {
      refuse (error, "va", _("an address of this format has 32 bits"));
      return false;
    }
  access->kind = (PwkAccessKind) kind;
  access->user = mode == 0;
  return true;
}

static void
add_after (JsonBuilder *builder, const PwkFormatWalk *walk)
{
  json_builder_set_member_name (builder, "after");
  json_builder_begin_object (builder);
  for (unsigned i = 0; i < walk->n_steps; i++)
    {
      const PwkFormatStep *step = &walk->step[i];
      g_autofree char *table = g_strdup_printf ("0x%" G_GINT64_MODIFIER "x", step->table);
      g_autofree char *index = g_strdup_printf ("%u", step->index);

      if (step->after == step->bits)
        continue;
      json_builder_set_member_name (builder, table);
      json_builder_begin_object (builder);
      add_hex_member (builder, index, step->after);
      json_builder_end_object (builder);
    }
  json_builder_end_object (builder);
}

static void
add_fault (JsonBuilder *builder, const PwkFormatName *name, const PwkFormatAccess *access, const PwkFormatWalk *walk)
{
  PwkFaultWord words[PWK_MAX_FAULT_WORDS];
  unsigned n = pwk_format_fault_words (name, access, walk, words);

  json_builder_set_member_name (builder, "fault");
  json_builder_begin_object (builder);
  for (unsigned i = 0; i < n; i++)
    {
      json_builder_set_member_name (builder, words[i].name);
      if (words[i].text)
        json_builder_add_string_value (builder, words[i].text);
      else if (words[i].truth)
        json_builder_add_boolean_value (builder, TRUE);
      else
        json_builder_add_int_value (builder, words[i].number);
    }
  json_builder_end_object (builder);
}

static bool
answer_walk (const PwkFormatName *name, JsonObject *row, JsonBuilder *builder, GError **error)
{
  g_autoptr(GArray) entries = g_array_new (FALSE, FALSE, sizeof (Entry));
  PwkFormatAccess access = { .read = entry_at, .data = entries };
  PwkFormatWalk walk;

  if (!read_tables (name, json_object_get_member (row, "tables"), entries, error) || !read_access (name, row, &access, error))
    return false;
  pwk_format_walk (name, &access, &walk);
  if (!walk.ok)
    {
      add_fault (builder, name, &access, &walk);
      return true;
    }
  add_hex_member (builder, "pa", walk.pa);
  json_builder_set_member_name (builder, "page");
  json_builder_add_string_value (builder, walk.page);
  json_builder_set_member_name (builder, "level");
  json_builder_add_string_value (builder, walk.level);
  add_after (builder, &walk);
  return true;
}

/* --- the kernel's helpers --- */

/* A row of the kernel's: its cells, and where the answer to it is written. */
typedef struct
{
  const PwkFormat   *format;
  const PwkLinuxPte *linux_pte;
  JsonArray         *cells;
  JsonBuilder       *builder;
} LinuxRow;

/* "row" is the question's cells with the answer's behind them; the answer's stand under their names too. */
static void
begin_row (const LinuxRow *row)
{
  json_builder_set_member_name (row->builder, "row");
  json_builder_begin_array (row->builder);
}

static JsonNode *
cell (const LinuxRow *row, guint i)
{
  return i < json_array_get_length (row->cells) ? json_array_get_element (row->cells, i) : NULL;
}

static const char *
cell_text (const LinuxRow *row, guint i)
{
  JsonNode *node = cell (row, i);

  return node && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING ? json_node_get_string (node) : NULL;
}

/* What the kernel says of @pte, as members or as cells. */
static void
add_questions (const LinuxRow *row, uint64_t pte, bool members)
{
  const struct { const char *name; bool (*ask) (uint64_t); } questions[] = {
    { "present", row->linux_pte->present }, { "write", row->linux_pte->write }, { "dirty", row->linux_pte->dirty }, { "young", row->linux_pte->young },
  };

  for (guint i = 0; i < G_N_ELEMENTS (questions); i++)
    {
      if (members)
        json_builder_set_member_name (row->builder, questions[i].name);
      json_builder_add_int_value (row->builder, questions[i].ask (pte));
    }
}

static bool
answer_pte (const LinuxRow *row, GError **error)
{
  const char *region = cell_text (row, 1);
  uint64_t pfn, prot, pte;

  if (!read_number (cell (row, 0), "row", &pfn, error))
    return false;
  if (!region || !pwk_linux_protection (row->linux_pte, region, &prot))
    {
      refuse (error, "row", _("expected a region’s rights, as \"rw-p\""));
      return false;
    }
  pte = row->linux_pte->mk_pte (pfn, prot);
  add_hex_member (row->builder, "entry", pte);
  add_questions (row, pte, true);
  begin_row (row);
  json_builder_add_int_value (row->builder, (gint64) pfn);
  json_builder_add_string_value (row->builder, region);
  add_hex (row->builder, pte);
  add_questions (row, pte, false);
  json_builder_end_array (row->builder);
  return true;
}

/* Helpers one after another; what stands between them, as answers do, is passed over. What the entry is after each is written, behind the helper's
 * name where whole @cells are wanted. */
static bool
apply_helpers (const LinuxRow *row, bool cells, uint64_t *pte, GError **error)
{
  uint64_t number;

  for (guint i = 1; i < json_array_get_length (row->cells); i++)
    {
      const char *text = cell_text (row, i);
      uint64_t (*helper) (uint64_t) = text ? pwk_linux_helper (row->linux_pte, text) : NULL;

      if (!helper && !read_number (cell (row, i), "row", &number, NULL))
        {
          refuse (error, "row", _("the kernel has no such helper"));
          return false;
        }
      if (!helper)
        continue;
      *pte = helper (*pte);
      if (cells)
        json_builder_add_string_value (row->builder, text);
      add_hex (row->builder, *pte);
    }
  return true;
}

static bool
answer_ops (const LinuxRow *row, GError **error)
{
  uint64_t start, pte;

  if (!read_entry (row->format, cell (row, 0), "row", &start, error))
    return false;
  pte = start;
  json_builder_set_member_name (row->builder, "entry");
  json_builder_begin_array (row->builder);
  if (!apply_helpers (row, false, &pte, error))
    return false;
  json_builder_end_array (row->builder);
  add_questions (row, pte, true);
  pte = start;
  begin_row (row);
  add_hex (row->builder, start);
  apply_helpers (row, true, &pte, NULL);
  add_questions (row, pte, false);
  json_builder_end_array (row->builder);
  return true;
}

static bool
answer_modify (const LinuxRow *row, GError **error)
{
  uint64_t pte, prot, is;

  if (!read_entry (row->format, cell (row, 0), "row", &pte, error) || !read_entry (row->format, cell (row, 1), "row", &prot, error))
    return false;
  is = row->linux_pte->modify (pte, prot);
  add_hex_member (row->builder, "pte_modify", is);
  begin_row (row);
  add_hex (row->builder, pte);
  add_hex (row->builder, prot);
  add_hex (row->builder, is);
  json_builder_end_array (row->builder);
  return true;
}

static bool
answer_swap (const LinuxRow *row, GError **error)
{
  const PwkSwapLayout *swap = &row->linux_pte->swap;
  uint64_t type, offset, exclusive, entry;

  if (!read_number (cell (row, 0), "row", &type, error) || !read_number (cell (row, 1), "row", &offset, error)
      || !read_number (cell (row, 2), "row", &exclusive, error))
    return false;
  if (type >> swap->type_bits || offset >> swap->offset_bits || exclusive > 1)
    {
      refuse (error, "row", _("does not fit into a swap entry of this format"));
      return false;
    }
  entry = pwk_linux_swap_entry (row->linux_pte, (unsigned) type, offset, exclusive);
  add_hex_member (row->builder, "entry", entry);
  begin_row (row);
  json_builder_add_int_value (row->builder, (gint64) type);
  json_builder_add_int_value (row->builder, (gint64) offset);
  json_builder_add_int_value (row->builder, (gint64) exclusive);
  add_hex (row->builder, entry);
  json_builder_end_array (row->builder);
  return true;
}

static bool
answer_linux (const PwkFormatName *name, JsonObject *row, JsonBuilder *builder, GError **error)
{
  static const char *const kinds[] = { "pte", "ops", "modify", "swap", NULL };
  static bool (*const answers[]) (const LinuxRow *, GError **) = { answer_pte, answer_ops, answer_modify, answer_swap };
  int kind = read_word (row, "kind", kinds, error);
  JsonNode *cells = json_object_get_member (row, "row");

  if (kind < 0)
    return false;
  if (!cells || !JSON_NODE_HOLDS_ARRAY (cells))
    {
      refuse (error, "row", _("expected an array"));
      return false;
    }
  json_builder_set_member_name (builder, "kind");
  json_builder_add_string_value (builder, kinds[kind]);
  return answers[kind] (&(LinuxRow) { name->format, name->format->linux_pte, json_node_get_array (cells), builder }, error);
}

/* --- rows --- */

JsonNode *
pwk_format_rows_answer (const PwkFormatName *name, PwkFormatQuestion question, JsonNode *rows, GError **error)
{
  static bool (*const answers[]) (const PwkFormatName *, JsonObject *, JsonBuilder *, GError **) = {
    [PWK_FORMAT_ASK_ENTRIES] = answer_entry, [PWK_FORMAT_ASK_WALK] = answer_walk, [PWK_FORMAT_ASK_LINUX] = answer_linux,
  };
  g_autoptr(JsonBuilder) builder = json_builder_new ();
  JsonArray *array;

  if (!rows || !JSON_NODE_HOLDS_ARRAY (rows))
    {
      g_set_error (error, JSON_READER_ERROR, JSON_READER_ERROR_NO_ARRAY, _("expected an array of rows, as [ { … }, { … } ]"));
      return NULL;
    }
  array = json_node_get_array (rows);
  json_builder_begin_array (builder);
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *row = json_array_get_element (array, i);
      bool answered = false;

      json_builder_begin_object (builder);
      if (JSON_NODE_HOLDS_OBJECT (row))
        answered = answers[question] (name, json_node_get_object (row), builder, error);
      else
        g_set_error (error, JSON_READER_ERROR, JSON_READER_ERROR_NO_OBJECT, _("expected an object, as { … }"));
      if (!answered)
        {
          /* Translators: which row of an array an error is about. */
          g_prefix_error (error, _("row %u: "), i + 1);
          return NULL;
        }
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  return json_builder_get_root (builder);
}

/* --- the layout --- */

static void
add_levels (JsonBuilder *builder, const PwkFormatName *name)
{
  const PwkFormat *format = name->format;
  unsigned above = pwk_addr_bits (format, name->top);

  json_builder_set_member_name (builder, "levels");
  json_builder_begin_array (builder);
  for (PwkLevel level = name->top; level >= PWK_LEVEL_PTE; level--)
    {
      const PwkEntryKind *page = pwk_format_page_kind (format, level);

      json_builder_begin_object (builder);
      json_builder_set_member_name (builder, "name");
      json_builder_add_string_value (builder, format->level_name[level]);
      json_builder_set_member_name (builder, "linux");
      json_builder_add_string_value (builder, pwk_level_name (level == name->top ? PWK_LEVEL_PGD : level));
      add_int_member (builder, "va_high", above - 1);
      add_int_member (builder, "va_low", pwk_level_shift (format, level));
      add_int_member (builder, "entries", pwk_level_entries (format, level));
      json_builder_set_member_name (builder, "page_here");
      if (page)
        json_builder_add_string_value (builder, page->name);
      else
        json_builder_add_null_value (builder);
      add_int_member (builder, "maps_per_entry", pwk_level_size (format, level));
      json_builder_end_object (builder);
      above = pwk_level_shift (format, level);
    }
  json_builder_end_array (builder);
}

static void
add_kinds (JsonBuilder *builder, const PwkFormatName *name)
{
  json_builder_set_member_name (builder, "bits");
  json_builder_begin_object (builder);
  for (unsigned k = 0; k < name->format->n_kinds; k++)
    {
      const PwkEntryKind *kind = &name->format->kinds[k];

      if (!has_kind (name, kind))
        continue;
      json_builder_set_member_name (builder, kind->name);
      json_builder_begin_object (builder);
      for (unsigned i = 0; i < kind->n_fields; i++)
        {
          json_builder_set_member_name (builder, kind->fields[i].name);
          json_builder_begin_object (builder);
          add_int_member (builder, "low", kind->fields[i].shift);
          add_int_member (builder, "width", kind->fields[i].bits);
          json_builder_set_member_name (builder, "means");
          json_builder_add_string_value (builder, _(kind->fields[i].meaning));
          json_builder_end_object (builder);
        }
      json_builder_end_object (builder);
    }
  json_builder_end_object (builder);
}

static void
add_pair (JsonBuilder *builder, const char *name, unsigned first, unsigned bits)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_array (builder);
  json_builder_add_int_value (builder, first);
  json_builder_add_int_value (builder, bits);
  json_builder_end_array (builder);
}

static void
add_linux (JsonBuilder *builder, const PwkLinuxPte *linux_pte)
{
  const PwkSwapLayout *swap = &linux_pte->swap;

  json_builder_set_member_name (builder, "swap");
  json_builder_begin_object (builder);
  add_pair (builder, "type", swap->type_shift, swap->type_bits);
  add_pair (builder, "offset", swap->offset_shift, swap->offset_bits);
  json_builder_set_member_name (builder, "inverted");
  json_builder_add_boolean_value (builder, swap->inverted);
  add_int_member (builder, "exclusive", swap->exclusive);
  json_builder_end_object (builder);

  json_builder_set_member_name (builder, "protection_map");
  json_builder_begin_array (builder);
  for (unsigned i = 0; i < G_N_ELEMENTS (linux_pte->protection_map); i++)
    {
      char region[] = { i & 1 ? 'r' : '-', i & 2 ? 'w' : '-', i & 4 ? 'x' : '-', i & 8 ? 's' : '-', '\0' };

      json_builder_begin_array (builder);
      json_builder_add_string_value (builder, region);
      add_hex (builder, linux_pte->protection_map[i]);
      json_builder_end_array (builder);
    }
  json_builder_end_array (builder);
}

JsonNode *
pwk_format_layout (const PwkFormatName *name)
{
  g_autoptr(JsonBuilder) builder = json_builder_new ();
  const PwkFormat *format = name->format;
  unsigned shift = pwk_level_shift (format, PWK_LEVEL_PTE);

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "format");
  json_builder_add_string_value (builder, name->name);
  add_int_member (builder, "va_bits", pwk_addr_bits (format, name->top));
  add_int_member (builder, "page_shift", shift);
  add_int_member (builder, "entry_bytes", 1u << format->entry_shift);
  add_int_member (builder, "table_bytes", 1u << shift);
  add_levels (builder, name);
  add_int_member (builder, "offset_bits", shift);
  add_kinds (builder, name);
  add_linux (builder, format->linux_pte);
  json_builder_end_object (builder);
  return json_builder_get_root (builder);
}
