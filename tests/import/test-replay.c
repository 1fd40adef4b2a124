/* test-replay.c - traces through TLBs: every count that is known
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <string.h>

#include "cli/replay-report.h"

static char *
trace_file (const char *name)
{
  return g_build_filename (g_getenv ("PAGEWALK_SOURCE_ROOT"), "data", "traces", name, NULL);
}

static JsonObject *
load (JsonParser *parser, const char *name)
{
  g_autofree char *path = trace_file (name);
  g_autoptr(GError) error = NULL;

  json_parser_load_from_file (parser, path, &error);
  g_assert_no_error (error);
  return json_node_get_object (json_parser_get_root (parser));
}

/* Every member of @expected is in @got, and the same. */
static void
assert_members (JsonObject *expected, JsonObject *got, const char *where)
{
  g_autoptr(GList) names = json_object_get_members (expected);

  for (GList *l = names; l; l = l->next)
    {
      JsonNode *want = json_object_get_member (expected, l->data), *have = json_object_get_member (got, l->data);

      g_assert_nonnull (have);
      if (JSON_NODE_HOLDS_OBJECT (want))
        assert_members (json_node_get_object (want), json_node_get_object (have), l->data);
      else if (!json_node_equal (want, have))
        {
          g_autofree char *w = json_to_string (want, FALSE), *h = json_to_string (have, FALSE);
          g_error ("%s: %s is %s, must be %s", where, (const char *) l->data, h, w);
        }
    }
  g_assert_cmpuint (json_object_get_size (expected), ==, json_object_get_size (got));
}

static void
run (const char *path, const PwkReplayOptions *options, PwkReplayCounts *counts)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(PwkTrace) trace = pwk_trace_open (path, false, &error);

  g_assert_no_error (error);
  g_assert_true (pwk_replay (options, trace, counts, &error));
  g_assert_no_error (error);
}

/* The counts of NAME.expected.json for each of its geometries, as the JSON that replay prints. */
static void
test_expected (gconstpointer data)
{
  const char *name = data;
  g_autofree char *expected_name = g_strdup_printf ("%s.expected.json", name);
  g_autofree char *trace_name = g_strdup_printf ("%s.lackey%s", name, strcmp (name, "corner") == 0 ? "" : ".zst");
  g_autofree char *path = trace_file (trace_name);
  g_autoptr(JsonParser) parser = json_parser_new ();
  JsonObject *expected = load (parser, expected_name), *geometries = json_object_get_object_member (expected, "tlb");
  g_autoptr(GList) names = json_object_get_members (geometries);

  for (GList *l = names; l; l = l->next)
    {
      JsonObject *geometry = json_object_get_object_member (geometries, l->data), *got;
      PwkReplayOptions options = {
        .tlb = json_object_get_string_member (geometry, "spec"), .levels = 4,
        .large = strcmp (json_object_get_string_member (geometry, "page_size"), "2M") == 0,
      };
      g_autoptr(JsonParser) printed = json_parser_new ();
      g_autoptr(JsonBuilder) builder = json_builder_new ();
      g_autoptr(JsonNode) root = NULL;
      g_autofree char *json = NULL;
      g_autoptr(GError) error = NULL;
      PwkReplayCounts counts;

      run (path, &options, &counts);
      pwk_replay_add_json (builder, &counts);
      root = json_builder_get_root (builder);
      json = json_to_string (root, TRUE);
      g_assert_true (json_parser_load_from_data (printed, json, -1, &error));
      g_assert_no_error (error);
      got = json_node_get_object (json_parser_get_root (printed));
      assert_members (json_object_get_object_member (expected, "trace"), json_object_get_object_member (got, "trace"), name);
      assert_members (geometry, json_object_get_object_member (got, "tlb"), l->data);
      if (!options.large)
        g_assert_cmpuint (counts.faults, ==, counts.pages_all);
      pwk_replay_counts_clear (&counts);
    }
}

/* Default geometry is Skylake's; pwc=off changes no count; five levels read one entry more at each walk that no cache shortens. */
static void
test_options (void)
{
  g_autofree char *path = trace_file ("corner.lackey");
  PwkReplayCounts plain, off, five;

  run (path, &(PwkReplayOptions) { .levels = 4 }, &plain);
  g_assert_cmpstr (plain.spec, ==, "l1d=64/4,l1i=128/8,stlb=1536/12");
  run (path, &(PwkReplayOptions) { .levels = 4, .tlb = "pwc=off" }, &off);
  g_assert_cmpuint (plain.walk_refs, ==, off.walk_refs);
  g_assert_cmpuint (plain.walk_refs_pwc, ==, off.walk_refs_pwc);
  g_assert_cmpuint (plain.stlb_hits, ==, off.stlb_hits);
  run (path, &(PwkReplayOptions) { .levels = 5 }, &five);
  g_assert_cmpuint (five.walk_refs, ==, plain.walk_refs / 4 * 5);
  g_assert_cmpuint (five.tables[3], ==, 2);
  g_assert_cmpuint (five.tables[4], ==, 1);
  pwk_replay_counts_clear (&plain);
  pwk_replay_counts_clear (&off);
  pwk_replay_counts_clear (&five);
}

/* The binary form of a trace counts as its text. */
static void
test_binary (void)
{
  g_autofree char *text = trace_file ("wide.lackey.zst"), *name = g_strdup_printf ("pagewalk-test-%d.pwt", g_test_rand_int ());
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), name, NULL);
  g_autoptr(GError) error = NULL;
  PwkReplayCounts a, b;

  g_assert_true (pwk_trace_convert (text, path, NULL, &error));
  run (text, &(PwkReplayOptions) { .levels = 4 }, &a);
  run (path, &(PwkReplayOptions) { .levels = 4 }, &b);
  g_unlink (path);
  g_assert_cmpstr (a.spec, ==, b.spec);
  g_assert_cmpuint (a.accesses, ==, b.accesses);
  g_assert_cmpuint (a.walk_refs_pwc, ==, b.walk_refs_pwc);
  g_assert_cmpuint (a.l1d_hits, ==, b.l1d_hits);
  g_assert_cmpuint (a.pages_all, ==, b.pages_all);
  g_assert_cmpuint (a.simulated_ns, ==, b.simulated_ns);
  pwk_replay_counts_clear (&a);
  pwk_replay_counts_clear (&b);
}

static void
test_errors (void)
{
  static const char *const small[] = { "memory=16777216", NULL }, *const wrong[] = { "memory", NULL };
  g_autofree char *path = trace_file ("wide.lackey.zst");
  static const struct { PwkReplayOptions options; const char *message; } cases[] = {
    { { .settings = small }, "the trace touches more memory than the machine has" },
    { { .settings = wrong }, "expected KEY=VALUE" },
    { { .tlb = "l1d=7" }, "l1d=7" },
  };

  for (unsigned i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(PwkTrace) trace = pwk_trace_open (path, false, &error);
      PwkReplayCounts counts;

      g_assert_false (pwk_replay (&cases[i].options, trace, &counts, &error));
      g_assert_nonnull (error);
      g_assert_nonnull (strstr (error->message, cases[i].message));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/import/replay/corner", "corner", test_expected);
  g_test_add_data_func ("/import/replay/wide", "wide", test_expected);
  g_test_add_data_func ("/import/replay/ls", "ls", test_expected);
  g_test_add_data_func ("/import/replay/matmul", "matmul", test_expected);
  g_test_add_data_func ("/import/replay/sqlite", "sqlite", test_expected);
  g_test_add_func ("/import/replay/options", test_options);
  g_test_add_func ("/import/replay/binary", test_binary);
  g_test_add_func ("/import/replay/errors", test_errors);
  return g_test_run ();
}
