/* test-trace-regions.c - the regions assumed from how a recorded program used its pages
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "import/trace-regions.h"

#include <glib/gstdio.h>

#include "files/interrupt.h"

#define LIMIT 0x7ffffffff000ull

static PwkTraceLayout *
layout_of (const char *text)
{
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "pagewalk-test-regions.lackey", NULL);
  g_autoptr(PwkTrace) trace = NULL;
  g_autoptr(GError) error = NULL;
  PwkTraceLayout *layout;

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
  trace = pwk_trace_open (path, true, &error);
  g_assert_no_error (error);
  g_unlink (path);
  layout = pwk_trace_layout_new (trace, LIMIT, &error);
  g_assert_no_error (error);
  return layout;
}

static char *
print (const PwkTraceLayout *layout)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < layout->regions->len; i++)
    {
      const PwkTraceRegion *region = &g_array_index (layout->regions, PwkTraceRegion, i);

      g_string_append_printf (out, "%" G_GINT64_MODIFIER "x-%" G_GINT64_MODIFIER "x %c%c%c\n", region->start, region->end,
                              region->read ? 'r' : '-', region->write ? 'w' : '-', region->exec ? 'x' : '-');
    }
  return g_string_free (out, FALSE);
}

/* Text, data and stack by use; holes of 16 pages are filled, of 17 not; an access over a page's end touches both. */
static void
test_uses (void)
{
  g_autoptr(PwkTraceLayout) layout = layout_of ("I  00400ffe,4\n S 7fff0000,8\n L 00402000,8\n S 00600000,8\n L 00611000,8\n L 00623000,1\n"
                                                " M 00402ff8,8\n");
  g_autofree char *regions = print (layout);

  g_assert_cmpstr (regions, ==,
                   "400000-402000 --x\n402000-403000 rw-\n600000-612000 rw-\n623000-624000 r--\n7fff0000-7fff1000 -w-\n");
  g_assert_cmpuint (layout->pages, ==, 7);
  g_assert_cmphex (layout->stack_pointer, ==, 0x7fff0000);
  g_assert_cmphex (layout->heap_start, ==, 0x600000);
  g_assert_cmphex (layout->heap_end, ==, 0x612000);
}

/* What no program can touch is left out; a recording without stores has neither stack nor heap. */
static void
test_limits (void)
{
  g_autoptr(PwkTraceLayout) layout = layout_of (" L ffff888000000000,8\n L 7fffffffeff8,16\n L 7fffffffe000,8\nI  0,1\n");
  g_autoptr(PwkTraceLayout) empty = layout_of ("");
  g_autofree char *regions = print (layout);

  g_assert_cmpstr (regions, ==, "0-1000 --x\n7fffffffe000-7ffffffff000 r--\n");
  g_assert_cmphex (layout->stack_pointer, ==, 0);
  g_assert_cmphex (layout->heap_end, ==, 0);
  g_assert_cmpuint (empty->regions->len, ==, 0);
}

/* Pages far from each other make wider holes, not more regions than a process may have. */
static void
test_many (void)
{
  g_autoptr(GString) text = g_string_new (NULL);
  g_autoptr(PwkTraceLayout) layout = NULL;

  for (unsigned i = 0; i < 3 * PWK_TRACE_MAX_REGIONS; i++)
    g_string_append_printf (text, " S %x,4\n", i * 100 * 4096);
  layout = layout_of (text->str);
  g_assert_cmpuint (layout->regions->len, <=, PWK_TRACE_MAX_REGIONS);
  g_assert_cmpuint (layout->pages, ==, 3 * PWK_TRACE_MAX_REGIONS);
}

static bool
at_once (gpointer asked)
{
  ++*(unsigned *) asked;
  return true;
}

/* Reading a recording asks whether it is still wanted, both the first time and when it is gone over again. */
static void
test_interrupted (void)
{
  g_autofree char *path = g_build_filename (g_getenv ("PAGEWALK_SOURCE_ROOT"), "data", "traces", "corner.lackey", NULL);
  g_autoptr(PwkTrace) unread = pwk_trace_open (path, true, NULL), read = pwk_trace_open (path, true, NULL);
  g_autoptr(GError) error = NULL, again = NULL;
  unsigned asked = 0;

  g_assert_cmpint (pwk_trace_length (read, NULL), ==, 26);
  pwk_interrupt_set (at_once, &asked);
  g_assert_cmpint (pwk_trace_length (unread, &error), ==, -1);
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_INTR);
  g_assert_null (pwk_trace_layout_new (read, LIMIT, &again));
  g_assert_error (again, G_FILE_ERROR, G_FILE_ERROR_INTR);
  pwk_interrupt_set (NULL, NULL);
  g_assert_cmpuint (asked, ==, 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/import/trace-regions/uses", test_uses);
  g_test_add_func ("/import/trace-regions/limits", test_limits);
  g_test_add_func ("/import/trace-regions/many", test_many);
  g_test_add_func ("/import/trace-regions/interrupted", test_interrupted);
  return g_test_run ();
}
