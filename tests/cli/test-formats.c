/* test-formats.c - each page-table format against tables made from manuals and from Linux's own helpers
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <gio/gio.h>
#include <string.h>

#include "cli/format-rows.h"
#include "engine/paging/format-linux.h"

/* The tables lie in formats/NAME.WHAT.json.gz: a row is a question with its answer. They come from two programs that share no code, played on emulated
 * processors and compared with the helpers of Linux 6.12.
 *
 *      layout        levels, bits, swap entries; addresses split into indices
 *      entries       what 200 entries say
 *      translations  150 walks
 *      permissions   each combination of the bits that decide, for six accesses
 *      upkeep        lives of an entry: who sets accessed and dirty, and when
 *      linux         pte_mkdirty () and its kin, pte_modify (), swap entries */

static JsonNode *
read_table (const char *name, const char *what)
{
  g_autofree char *file = g_strdup_printf ("%s.%s.json.gz", name, what);
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "cli", "formats", file, NULL);
  g_autoptr(GFile) at = g_file_new_for_path (path);
  g_autoptr(GFileInputStream) packed = g_file_read (at, NULL, NULL);
  g_autoptr(GConverter) inflate = G_CONVERTER (g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP));
  g_autoptr(GInputStream) stream = NULL;
  g_autoptr(JsonParser) parser = json_parser_new ();
  g_autoptr(GError) error = NULL;

  if (!packed)
    return NULL;
  stream = g_converter_input_stream_new (G_INPUT_STREAM (packed), inflate);
  json_parser_load_from_stream (parser, stream, NULL, &error);
  g_assert_no_error (error);
  return json_parser_steal_root (parser);
}

static uint64_t
number_of (const char *text)
{
  return g_ascii_strtoull (text, NULL, 0);
}

/* @member of @answer is that of @row, whatever order its parts stand in. */
static void
assert_same (const char *where, guint i, JsonObject *answer, JsonObject *row, const char *member)
{
  JsonNode *is = json_object_get_member (answer, member), *should = json_object_get_member (row, member);

  if (!is || !should || !json_node_equal (is, should))
    {
      g_autofree char *a = is ? json_to_string (is, FALSE) : NULL, *b = should ? json_to_string (should, FALSE) : NULL;

      g_error ("%s row %u: %s is %s, not %s", where, i + 1, member, a, b);
    }
}

/* Asks all rows of @list, and gives each answer and its row to @check. Returns how many there were. */
static guint
ask (const PwkFormatName *name, const char *what, const char *list, PwkFormatQuestion question,
     void (*check) (const char *where, guint i, JsonObject *answer, JsonObject *row))
{
  g_autoptr(JsonNode) table = read_table (name->name, what), answers = NULL;
  g_autofree char *where = g_strdup_printf ("%s.%s", name->name, what);
  g_autoptr(GError) error = NULL;
  JsonNode *rows = json_object_get_member (json_node_get_object (table), list);
  guint n = json_array_get_length (json_node_get_array (rows));

  answers = pwk_format_rows_answer (name, question, rows, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (json_array_get_length (json_node_get_array (answers)), ==, n);
  for (guint i = 0; i < n; i++)
    check (where, i, json_array_get_object_element (json_node_get_array (answers), i), json_array_get_object_element (json_node_get_array (rows), i));
  return n;
}

/* --- layout --- */

static void
check_bits (JsonObject *answer, JsonObject *table)
{
  g_autoptr(GList) kinds = json_object_get_members (table);

  g_assert_cmpuint (json_object_get_size (answer), ==, json_object_get_size (table));
  for (GList *k = kinds; k; k = k->next)
    {
      JsonObject *is = json_object_get_object_member (answer, k->data), *should = json_object_get_object_member (table, k->data);
      g_autoptr(GList) fields = json_object_get_members (should);

      g_assert_cmpuint (json_object_get_size (is), ==, json_object_get_size (should));
      for (GList *f = fields; f; f = f->next)
        {
          assert_same (k->data, 0, json_object_get_object_member (is, f->data), json_object_get_object_member (should, f->data), "low");
          assert_same (k->data, 0, json_object_get_object_member (is, f->data), json_object_get_object_member (should, f->data), "width");
        }
    }
}

/* Addresses split: known at all, indices by the levels' names, offset. */
static void
check_split (const PwkFormatName *name, JsonArray *rows)
{
  for (guint i = 0; i < json_array_get_length (rows); i++)
    {
      JsonArray *row = json_array_get_array_element (rows, i);
      PwkVaddr va = number_of (json_array_get_string_element (row, 0));
      JsonObject *parts = json_array_get_object_element (row, 2);

      g_assert_cmpint (pwk_format_canonical (name->format, name->top, va), ==, json_array_get_int_element (row, 1));
      for (PwkLevel level = name->top; level >= PWK_LEVEL_PTE; level--)
        g_assert_cmpint (pwk_level_index (name->format, va, level), ==, json_object_get_int_member (parts, name->format->level_name[level]));
      g_assert_cmpint (va & (pwk_level_size (name->format, PWK_LEVEL_PTE) - 1), ==, json_object_get_int_member (parts, "offset"));
    }
}

static void
test_layout (const void *data)
{
  static const char *const members[] = { "format", "va_bits", "page_shift", "entry_bytes", "table_bytes", "levels", "offset_bits" };
  static const char *const swap[] = { "type", "offset", "inverted", "exclusive" };
  const PwkFormatName *name = data;
  g_autoptr(JsonNode) node = read_table (name->name, "layout"), described = pwk_format_layout (name);
  JsonObject *table = json_node_get_object (node), *answer = json_node_get_object (described);

  for (unsigned i = 0; i < G_N_ELEMENTS (members); i++)
    assert_same (name->name, 0, answer, table, members[i]);
  check_bits (json_object_get_object_member (answer, "bits"), json_object_get_object_member (table, "bits"));
  check_split (name, json_object_get_array_member (table, "split"));
  if (!json_object_has_member (table, "swap"))
    return;
  for (unsigned i = 0; i < G_N_ELEMENTS (swap); i++)
    assert_same (name->name, 0, json_object_get_object_member (answer, "swap"), json_object_get_object_member (table, "swap"), swap[i]);
  assert_same (name->name, 0, answer, table, "protection_map");
}

/* --- entries, walks, helpers --- */

static void
check_entry (const char *where, guint i, JsonObject *answer, JsonObject *row)
{
  assert_same (where, i, answer, row, "valid");
  assert_same (where, i, answer, row, "pfn");
  assert_same (where, i, answer, row, "fields");
}

static void
test_entries (const void *data)
{
  g_assert_cmpuint (ask (data, "entries", "entries", PWK_FORMAT_ASK_ENTRIES, check_entry), ==, 200);
}

static void
check_walk (const char *where, guint i, JsonObject *answer, JsonObject *row)
{
  static const char *const members[] = { "pa", "page", "level", "after" };

  g_assert_cmpint (json_object_has_member (answer, "fault"), ==, !json_object_has_member (answer, "pa"));
  if (json_object_has_member (row, "fault"))
    {
      assert_same (where, i, answer, row, "fault");
      return;
    }
  for (unsigned m = 0; m < G_N_ELEMENTS (members); m++)
    assert_same (where, i, answer, row, members[m]);
}

static void
test_walks (const void *data)
{
  g_assert_cmpuint (ask (data, "translations", "translations", PWK_FORMAT_ASK_WALK, check_walk), ==, 150);
}

static void
test_linux (const void *data)
{
  static const char *const kinds[] = { "pte", "ops", "modify", "swap" };
  const PwkFormatName *name = data;
  g_autoptr(JsonNode) table = read_table (name->name, "linux");

  for (unsigned k = 0; table && k < G_N_ELEMENTS (kinds); k++)
    {
      JsonArray *rows = json_object_get_array_member (json_node_get_object (table), kinds[k]);

      g_assert_cmpuint (json_array_get_length (rows), ==, 80);
      for (guint i = 0; i < json_array_get_length (rows); i++)
        {
          g_autoptr(JsonArray) questions = json_array_new ();
          g_autoptr(JsonNode) node = json_node_new (JSON_NODE_ARRAY), answers = NULL;
          g_autoptr(GError) error = NULL;
          JsonObject *question = json_object_new ();

          json_object_set_string_member (question, "kind", kinds[k]);
          json_object_set_array_member (question, "row", json_array_ref (json_array_get_array_element (rows, i)));
          json_array_add_object_element (questions, json_object_ref (question));
          json_node_set_array (node, questions);
          answers = pwk_format_rows_answer (name, PWK_FORMAT_ASK_LINUX, node, &error);
          g_assert_no_error (error);
          assert_same (kinds[k], i, json_array_get_object_element (json_node_get_array (answers), 0), question, "row");
          json_object_unref (question);
        }
    }
}

/* A swap entry gives back what was put into it. */
static void
test_swap (const void *data)
{
  const PwkLinuxPte *linux_pte = ((const PwkFormatName *) data)->format->linux_pte;

  for (unsigned i = 0; i < 1000; i++)
    {
      unsigned type = (unsigned) g_test_rand_int_range (0, 32), type_is;
      uint64_t offset = (uint32_t) g_test_rand_int () & ((1u << 23) - 1), offset_is;
      bool exclusive = g_test_rand_bit (), exclusive_is;

      pwk_linux_swap_decode (linux_pte, pwk_linux_swap_entry (linux_pte, type, offset, exclusive), &type_is, &offset_is, &exclusive_is);
      g_assert_cmpuint (type_is, ==, type);
      g_assert_cmphex (offset_is, ==, offset);
      g_assert_cmpint (exclusive_is, ==, exclusive);
    }
}

/* --- one page, and an access to it --- */

/* A page behind a table of each level, at frame 0x1234:
 *
 *      root ─▶ upper[top] ─▶ … ─▶ upper[2] ─▶ leaf */
typedef struct
{
  const PwkFormatName *name;
  uint64_t             upper[PWK_LEVEL_PGD + 1];
  uint64_t             leaf;
  PwkControls          controls;
} Page;

#define TABLE_AT(level) ((PwkPhys) (level) << 24)

static uint64_t
read_page (void *data, PwkPhys table, unsigned index)
{
  const Page *page = data;
  PwkLevel level = (PwkLevel) (table >> 24);

  return level == PWK_LEVEL_PTE ? page->leaf : page->upper[level];
}

static const PwkEntryKind *
table_kind (const Page *page, PwkLevel level)
{
  return level == PWK_LEVEL_PUD && pwk_format_kind (page->name->format, "pdpte") ? pwk_format_kind (page->name->format, "pdpte")
         : pwk_format_kind (page->name->format, "table");
}

/* Sets @field of an entry of @kind, or a control: false if there is neither. */
static bool
set_field (const PwkEntryKind *kind, uint64_t *bits, const char *field, uint64_t value)
{
  const PwkPteField *at = pwk_kind_field (kind, field);

  if (at)
    *bits = pwk_field_set (*bits, at, value << at->scale);
  return at != NULL;
}

static void
page_init (Page *page, const PwkFormatName *name)
{
  static const char *const open[] = { "present", "valid", "v", "rw", "user", "type", "kre", "ure", "kwe", "uwe" };

  *page = (Page) { .name = name };
  for (PwkLevel level = name->top; level > PWK_LEVEL_PTE; level--)
    {
      for (unsigned i = 0; i < G_N_ELEMENTS (open); i++)
        set_field (table_kind (page, level), &page->upper[level], open[i], 1);
      set_field (table_kind (page, level), &page->upper[level], "pfn", TABLE_AT (level - 1) >> pwk_level_shift (name->format, PWK_LEVEL_PTE));
    }
}

static void
page_access (Page *page, PwkAccessKind kind, bool user, PwkFormatAccess *access, PwkFormatWalk *walk)
{
  *access = (PwkFormatAccess) {
    .va = 0x12345678, .kind = kind, .user = user, .controls = page->controls, .root = TABLE_AT (page->name->top), .read = read_page, .data = page,
  };
  pwk_format_walk (page->name, access, walk);
}

/* --- permissions --- */

/* What the tables call the outcome. */
static char *
outcome (const PwkFormatName *name, const PwkFormatWalk *walk)
{
  static const char *const mmcsr[] = { "TNV", "ACV", "FOR", "FOE", "FOW" };

  if (walk->ok)
    return g_strdup ("ok");
  if (g_str_has_prefix (name->name, "riscv"))
    return g_strdup_printf ("%d", walk->fault.code);
  if (g_str_equal (name->name, "alpha"))
    return walk->fault.or_code == walk->fault.code ? g_strdup (mmcsr[walk->fault.code])
           : g_strdup_printf ("%s|%s", mmcsr[walk->fault.code], mmcsr[walk->fault.or_code]);
  return g_strdup_printf ("0x%x%s", walk->fault.code, walk->fault.or_allowed ? "|ok" : "");
}

/* One column: of the page's entry, of a table's above it ("upper_rw", "l1_kre", "aptable"), or a control. */
static void
set_column (Page *page, const char *column, uint64_t value)
{
  PwkLevel above = PWK_LEVEL_PMD;
  bool of_table = g_str_has_prefix (column, "upper_") || g_str_has_prefix (column, "l1_") || g_str_has_prefix (column, "l2_");
  const char *field = of_table ? strchr (column, '_') + 1 : column;

  if (g_str_has_prefix (column, "l1_"))
    above = page->name->top;
  if (g_str_equal (column, "pkru_ad") || g_str_equal (column, "pkru_wd"))
    {
      page->leaf = pwk_field_set (page->leaf, pwk_kind_field (pwk_format_kind (page->name->format, "4K"), "pkey"), 5);
      page->controls.pkru |= (uint32_t) value << (10 + (column[5] == 'w'));
    }
  else if (of_table || g_str_has_suffix (column, "table"))
    g_assert_true (set_field (table_kind (page, above), &page->upper[above], field, value));
  else if (!set_field (pwk_format_page_kind (page->name->format, PWK_LEVEL_PTE), &page->leaf, field, value))
    g_assert_true (pwk_controls_set (&page->controls, field, value));
}

static guint
check_permissions (const PwkFormatName *name, const char *list, JsonArray *rows)
{
  JsonObject *head = json_array_get_object_element (rows, 0), *fixed = json_object_get_object_member (head, "fixed");
  JsonArray *columns = json_object_get_array_member (head, "columns");
  guint n = json_array_get_length (columns) - 6;
  g_autoptr(GList) fixed_names = json_object_get_members (fixed);

  for (guint i = 1; i < json_array_get_length (rows); i++)
    {
      JsonArray *row = json_array_get_array_element (rows, i);
      Page page;

      page_init (&page, name);
      set_field (pwk_format_page_kind (name->format, PWK_LEVEL_PTE), &page.leaf, "type", 1);
      for (GList *f = fixed_names; f; f = f->next)
        set_column (&page, f->data, (uint64_t) json_object_get_int_member (fixed, f->data));
      for (guint c = 0; c < n; c++)
        set_column (&page, json_array_get_string_element (columns, c), (uint64_t) json_array_get_int_element (row, c));
      for (unsigned k = 0; k < 6; k++)
        {
          static const PwkAccessKind kinds[] = { PWK_ACCESS_LOAD, PWK_ACCESS_STORE, PWK_ACCESS_FETCH };
          PwkFormatAccess access;
          g_autofree char *is = NULL;
          PwkFormatWalk walk;

          page_access (&page, kinds[k % 3], k < 3, &access, &walk);
          is = outcome (name, &walk);
          if (!g_str_equal (is, json_array_get_string_element (row, n + k)))
            g_error ("%s.permissions %s row %u, %s: %s, not %s", name->name, list, i + 1, json_array_get_string_element (columns, n + k), is,
                     json_array_get_string_element (row, n + k));
        }
    }
  return json_array_get_length (rows) - 1;
}

static void
test_permissions (const void *data)
{
  const PwkFormatName *name = data;
  g_autoptr(JsonNode) table = read_table (name->name, "permissions");
  g_autoptr(GList) lists = table ? json_object_get_members (json_node_get_object (table)) : NULL;
  guint n = 0;

  for (GList *l = lists; l; l = l->next)
    if (!g_str_equal (l->data, "format"))
      n += check_permissions (name, l->data, json_object_get_array_member (json_node_get_object (table), l->data));
  g_assert_true (!table || n >= 64);
}

/* --- lives of accessed and dirty --- */

/* Where the first read of a page leads, and its copy. */
#define FIRST_PFN 0x1234
#define COPY_PFN  0x5678

/* The kernel's answer to a fault in a region with rights @vma, as handle_pte_fault () gives it. False: SIGSEGV. */
typedef struct { const PwkFormatName *name; const char *vma; uint64_t prot; } Region;

/* Each architecture's do_page_fault () looks first whether the region allows what was tried. */
static bool
region_allows (const Region *region, PwkAccessKind kind, uint64_t pte)
{
  bool r = region->vma[0] == 'r', w = region->vma[1] == 'w', x = region->vma[2] == 'x';

  if (kind == PWK_ACCESS_STORE)
    return w;
  if (g_str_has_prefix (region->name->name, "x86"))
    return !(pte & 1) && (r || w || x);
  if (kind == PWK_ACCESS_FETCH)
    return x;
  return r || w || (x && g_str_has_prefix (region->name->name, "arm64"));
}

static bool
handle_fault (const Region *region, PwkAccessKind kind, uint64_t *pte)
{
  const PwkLinuxPte *linux_pte = region->name->format->linux_pte;
  bool store = kind == PWK_ACCESS_STORE, shared = region->vma[3] == 's';

  if (!region_allows (region, kind, *pte))
    return false;
  if (!*pte && !store)
    *pte = linux_pte->mkspecial (linux_pte->mk_pte (FIRST_PFN, region->prot));
  else if (!*pte || (store && !linux_pte->write (*pte) && !shared))
    *pte = linux_pte->mkwrite (linux_pte->mkdirty (linux_pte->mk_pte (COPY_PFN, region->prot)));
  else if (store && !linux_pte->write (*pte))
    *pte = linux_pte->mkwrite (linux_pte->mkdirty (linux_pte->mkyoung (*pte)));
  else
    *pte = linux_pte->mkyoung (store ? linux_pte->mkdirty (*pte) : *pte);
  return true;
}

static void
assert_fault (const PwkFormatName *name, const PwkFormatAccess *access, const PwkFormatWalk *walk, JsonObject *fault)
{
  PwkFaultWord words[PWK_MAX_FAULT_WORDS];
  unsigned n = pwk_format_fault_words (name, access, walk, words), known = 0;

  for (unsigned i = 0; i < n; i++)
    {
      if (!json_object_has_member (fault, words[i].name))
        continue;
      known++;
      if (words[i].text)
        g_assert_cmpstr (words[i].text, ==, json_object_get_string_member (fault, words[i].name));
      else
        g_assert_cmpint (words[i].number, ==, json_object_get_int_member (fault, words[i].name));
    }
  g_assert_cmpuint (known, ==, json_object_get_size (fault));
}

static void
live_step (Page *page, const Region *region, JsonObject *step)
{
  static const char *const accesses[] = { "load", "store", "fetch" };
  const PwkLinuxPte *linux_pte = page->name->format->linux_pte;
  const char *what = json_object_get_string_member (step, "step");
  PwkFormatAccess access;
  PwkFormatWalk walk;

  g_assert_cmphex (page->leaf, ==, number_of (json_object_get_string_member (step, "before")));
  for (unsigned kind = 0; kind < G_N_ELEMENTS (accesses); kind++)
    if (g_str_equal (accesses[kind], what))
      {
        page_access (page, (PwkAccessKind) kind, true, &access, &walk);
        g_assert_cmpint (walk.ok, ==, json_object_get_null_member (step, "fault"));
        if (walk.ok)
          page->leaf = walk.step[walk.n_steps - 1].after;
        else
          {
            assert_fault (page->name, &access, &walk, json_object_get_object_member (step, "fault"));
            g_assert_cmpint (handle_fault (region, (PwkAccessKind) kind, &page->leaf), ==, !json_object_has_member (step, "signal"));
          }
      }
  if (g_str_has_prefix (what, "page mapped"))
    page->leaf = linux_pte->mk_pte (FIRST_PFN, region->prot);
  else if (g_str_has_prefix (what, "pte_"))
    page->leaf = pwk_linux_helper (linux_pte, what + 4) (page->leaf);
  g_assert_cmphex (page->leaf, ==, number_of (json_object_get_string_member (step, "after")));
}

static void
test_upkeep (const void *data)
{
  const PwkFormatName *name = data;
  g_autoptr(JsonNode) table = read_table (name->name, "upkeep");
  JsonArray *lives = table ? json_object_get_array_member (json_node_get_object (table), "scenarios") : NULL;

  for (guint i = 0; lives && i < json_array_get_length (lives); i++)
    {
      JsonObject *life = json_array_get_object_element (lives, i), *controls = json_object_get_object_member (life, "controls");
      JsonArray *steps = json_object_get_array_member (life, "steps");
      g_autoptr(GList) names = json_object_get_members (controls);
      Region region = { name, json_object_get_string_member (life, "vma"), 0 };
      Page page;

      g_test_message ("%s: %s", name->name, json_object_get_string_member (life, "title"));
      page_init (&page, name);
      for (GList *c = names; c; c = c->next)
        pwk_controls_set (&page.controls, c->data, (uint64_t) json_object_get_int_member (controls, c->data));
      g_assert_true (pwk_linux_protection (name->format->linux_pte, region.vma, &region.prot));
      for (guint s = 0; s < json_array_get_length (steps); s++)
        live_step (&page, &region, json_array_get_object_element (steps, s));
    }
}

/* --- rows that are none --- */

static void
test_malformed (void)
{
  static const struct { const char *name; PwkFormatQuestion question; const char *rows, *problem; } cases[] = {
    { "alpha", PWK_FORMAT_ASK_ENTRIES, "{}", "expected an array of rows, as [ { … }, { … } ]" },
    { "alpha", PWK_FORMAT_ASK_ENTRIES, "[7]", "row 1: expected an object, as { … }" },
    { "alpha", PWK_FORMAT_ASK_ENTRIES, "[{\"kind\":\"8K\",\"raw\":1},{}]", "row 2: “kind”: expected a text" },
    { "alpha", PWK_FORMAT_ASK_ENTRIES, "[{\"kind\":\"4K\",\"raw\":1}]", "row 1: “kind”: this format has no such entry" },
    { "riscv-sv39", PWK_FORMAT_ASK_ENTRIES, "[{\"kind\":\"512G\",\"raw\":1}]", "row 1: “kind”: this format has no such entry" },
    { "alpha", PWK_FORMAT_ASK_ENTRIES, "[{\"kind\":\"8K\",\"raw\":\"0x12zz\"}]", "row 1: “raw”: expected a number, as 31 or \"0x1f\"" },
    { "alpha", PWK_FORMAT_ASK_ENTRIES, "[{\"kind\":\"8K\",\"raw\":\"0x10000000000000000\"}]", "row 1: “raw”: expected a number, as 31 or \"0x1f\"" },
    { "alpha", PWK_FORMAT_ASK_ENTRIES, "[{\"kind\":\"8K\",\"raw\":-1}]", "row 1: “raw”: expected a number, as 31 or \"0x1f\"" },
    { "x86-32", PWK_FORMAT_ASK_ENTRIES, "[{\"kind\":\"4K\",\"raw\":\"0x100000000\"}]", "row 1: “raw”: an entry of this format has 32 bits" },
    { "x86-32", PWK_FORMAT_ASK_WALK, "[{}]", "row 1: “tables”: expected tables by their addresses, as {\"0x1000\": {\"7\": \"0x2067\"}}" },
    { "x86-32", PWK_FORMAT_ASK_WALK, "[{\"tables\":{\"x\":{}}}]", "row 1: “x”: “tables”: no address of a table" },
    { "x86-32", PWK_FORMAT_ASK_WALK, "[{\"tables\":{\"0x1000\":{\"1024\":1}}}]", "row 1: “1024”: “tables”: no index of an entry" },
    { "x86-32", PWK_FORMAT_ASK_WALK, "[{\"tables\":{},\"access\":\"jump\"}]", "row 1: “access”: expected one of load, store, fetch" },
    { "x86-32", PWK_FORMAT_ASK_WALK, "[{\"tables\":{},\"access\":\"load\",\"mode\":\"user\",\"va\":\"0x100000000\",\"root\":0}]",
      "row 1: “va”: an address of this format has 32 bits" },
    { "x86-32", PWK_FORMAT_ASK_WALK, "[{\"tables\":{},\"access\":\"load\",\"mode\":\"user\",\"va\":0,\"root\":0,\"controls\":{\"turbo\":1}}]",
      "row 1: “turbo”: no processor here has such a control" },
    { "x86-32", PWK_FORMAT_ASK_LINUX, "[{\"kind\":\"pmd\"}]", "row 1: “kind”: expected one of pte, ops, modify, swap" },
    { "x86-32", PWK_FORMAT_ASK_LINUX, "[{\"kind\":\"pte\"}]", "row 1: “row”: expected an array" },
    { "x86-32", PWK_FORMAT_ASK_LINUX, "[{\"kind\":\"pte\",\"row\":[1,\"rwxq\"]}]", "row 1: “row”: expected a region’s rights, as \"rw-p\"" },
    { "x86-32", PWK_FORMAT_ASK_LINUX, "[{\"kind\":\"ops\",\"row\":[1,\"mkfun\"]}]", "row 1: “row”: the kernel has no such helper" },
    { "x86-32", PWK_FORMAT_ASK_LINUX, "[{\"kind\":\"swap\",\"row\":[32,0,0]}]", "row 1: “row”: does not fit into a swap entry of this format" },
  };

  for (unsigned i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(JsonParser) parser = json_parser_new ();
      g_autoptr(GError) error = NULL;

      g_assert_true (json_parser_load_from_data (parser, cases[i].rows, -1, NULL));
      g_assert_null (pwk_format_rows_answer (pwk_format_find (cases[i].name), cases[i].question, json_parser_get_root (parser), &error));
      g_assert_cmpstr (error->message, ==, cases[i].problem);
    }
}

int
main (int argc, char **argv)
{
  static const struct { const char *name; void (*test) (const void *); } tests[] = {
    { "layout", test_layout }, { "entries", test_entries }, { "translations", test_walks }, { "permissions", test_permissions },
    { "upkeep", test_upkeep }, { "linux", test_linux }, { "swap", test_swap },
  };
  unsigned n;
  const PwkFormatName *names = pwk_format_names (&n);

  g_test_init (&argc, &argv, NULL);
  for (unsigned i = 0; i < n; i++)
    for (unsigned k = 0; k < G_N_ELEMENTS (tests); k++)
      {
        g_autofree char *path = g_strdup_printf ("/cli/formats/%s/%s", names[i].name, tests[k].name);

        g_test_add_data_func (path, &names[i], tests[k].test);
      }
  g_test_add_func ("/cli/formats/malformed", test_malformed);
  return g_test_run ();
}
