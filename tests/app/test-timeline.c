/* test-timeline.c - the time line as a scene: places and events, ticks, marks, the table
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/timeline-layout.h"

#include <string.h>

#include "scene/hit.h"
#include "scene/ids.h"

#define WIDTH  600.0
#define HEIGHT 112.0

static const PwkSample samples[] = {
  { .n = 10, .ns = 100, .free_pages = 900, .min = 10, .low = 12, .high = 14 },
  { .n = 50, .ns = 500, .free_pages = 700, .min = 10, .low = 12, .high = 14, .faults = 4, .tlb_misses = 8 },
  { .n = 90, .ns = 900, .free_pages = 400, .min = 10, .low = 12, .high = 14, .faults = 9, .tlb_misses = 30 },
};
static const PwkTimelineTick ticks[] = { { 3, PWK_EV_STATEMENT }, { 40, PWK_EV_SPLIT }, { 41, PWK_EV_SPLIT }, { 99, PWK_EV_PAGE_FAULT_USER } };
static const PwkTimelineMark marks[] = { { 50, false, "halfway" } };

static PwkTimelineModel
model (void)
{
  return (PwkTimelineModel) { .samples = samples, .n_samples = G_N_ELEMENTS (samples), .ticks = ticks, .n_ticks = G_N_ELEMENTS (ticks),
                              .marks = marks, .n_marks = G_N_ELEMENTS (marks), .position = 41, .end = 100, .end_is_final = true };
}

static PwkScene *
lay_out (const PwkTimelineModel *line, double height)
{
  g_autoptr(PwkTheme) theme = pwk_theme_new (PWK_THEME_LIGHT);
  PwkScene *scene = pwk_scene_new (WIDTH, height);

  pwk_timeline_layout (scene, line, theme, WIDTH, height);
  return pwk_scene_seal (scene);
}

/* An event's place leads back to it; what is beside the line is its first or last event. */
static void
test_places (void)
{
  PwkTimelineModel line = model ();

  for (uint64_t n = 0; n <= 100; n++)
    g_assert_cmpuint (pwk_timeline_event_at (&line, WIDTH, pwk_timeline_x_of (&line, WIDTH, n)), ==, n);
  g_assert_cmpuint (pwk_timeline_event_at (&line, WIDTH, 0), ==, 0);
  g_assert_cmpuint (pwk_timeline_event_at (&line, WIDTH, WIDTH + 50), ==, 100);
  g_assert_cmpfloat (pwk_timeline_x_of (&line, WIDTH, 100), <=, WIDTH);
}

static const PwkItem *
find_item (const PwkScene *scene, uint64_t id)
{
  size_t n;
  const PwkItem *items = pwk_scene_get_items (scene, &n);

  for (size_t i = 0; i < n; i++)
    if (items[i].id == id)
      return &items[i];
  return NULL;
}

/* Each event that was seen has a tick at its place; everything lies within the picture. */
static void
test_ticks (void)
{
  PwkTimelineModel line = model ();
  g_autoptr(PwkScene) scene = lay_out (&line, HEIGHT);

  for (guint i = 0; i < G_N_ELEMENTS (ticks); i++)
    {
      const PwkItem *item = find_item (scene, PWK_ID (PWK_THING_EVENT, ticks[i].n));

      g_assert_nonnull (item);
      g_assert_cmpfloat (ABS (item->box.x + item->box.w / 2 - pwk_timeline_x_of (&line, WIDTH, ticks[i].n)), <=, 1.5);
      g_assert_cmpfloat (item->box.y + item->box.h, <=, HEIGHT);
      g_assert_cmpstr (pwk_item_label (item), ==, pwk_event_info ((PwkEventKind) ticks[i].kind)->name);
    }
  g_assert_nonnull (strstr (pwk_scene_get_description (scene), "41"));
  g_assert_nonnull (strstr (pwk_scene_get_description (scene), "100"));
}

/* Nothing known, and no room: there is still a picture. */
static void
test_edges (void)
{
  PwkTimelineModel empty = { .end = 0 }, line = model ();
  g_autoptr(PwkScene) nothing = lay_out (&empty, HEIGHT);
  g_autoptr(PwkScene) low = lay_out (&line, 30);

  g_assert_nonnull (pwk_scene_get_description (nothing));
  g_assert_nonnull (pwk_scene_get_description (low));
  g_assert_cmpuint (pwk_timeline_event_at (&empty, WIDTH, WIDTH / 2), <=, 1);
}

static void
test_csv (void)
{
  PwkTimelineModel line = model ();
  g_autofree char *csv = pwk_timeline_to_csv (&line);

  g_assert_cmpstr (csv, ==, "event,ns,free_pages,min,low,high,page_faults,tlb_misses,accesses,page_allocations\n"
                            "10,100,900,10,12,14,0,0,0,0\n"
                            "50,500,700,10,12,14,4,8,0,0\n"
                            "90,900,400,10,12,14,9,30,0,0\n");
}

/* A folded boot is a mark of a few pixels in front of a line of what came after it; its halves are its ends, and its mark is all of its
 * height. Unfolded it is part of the line, with a mark in the ruler. */
static void
test_boot (void)
{
  PwkTimelineModel line = model ();
  g_autoptr(PwkScene) folded = NULL, open = NULL;
  double left, right;

  line.boot_end = 40;
  line.folds_boot = true;
  left = pwk_timeline_x_of (&line, WIDTH, 0);
  right = pwk_timeline_x_of (&line, WIDTH, 40);
  g_assert_cmpfloat (left, ==, PWK_TIMELINE_LEFT);
  g_assert_cmpfloat (right - left, <, 50);
  g_assert_cmpuint (pwk_timeline_event_at (&line, WIDTH, left + 1), ==, 0);
  g_assert_cmpuint (pwk_timeline_event_at (&line, WIDTH, right - 1), ==, 40);
  for (uint64_t n = 40; n <= 100; n++)
    g_assert_cmpuint (pwk_timeline_event_at (&line, WIDTH, pwk_timeline_x_of (&line, WIDTH, n)), ==, n);
  g_assert_true (pwk_timeline_is_boot_mark (&line, WIDTH, HEIGHT, left + 2, 10));
  g_assert_false (pwk_timeline_is_boot_mark (&line, WIDTH, HEIGHT, right + 2, 10));
  folded = lay_out (&line, HEIGHT);
  g_assert_null (find_item (folded, PWK_ID (PWK_THING_EVENT, 3)));
  g_assert_nonnull (find_item (folded, PWK_ID (PWK_THING_EVENT, 41)));
  g_assert_nonnull (strstr (pwk_item_label (find_item (folded, PWK_ID (PWK_THING_RULE, 0xc0000))), "40"));

  line.folds_boot = false;
  g_assert_false (pwk_timeline_is_boot_mark (&line, WIDTH, HEIGHT, left + 2, 10));
  right = pwk_timeline_x_of (&line, WIDTH, 40);
  g_assert_true (pwk_timeline_is_boot_mark (&line, WIDTH, HEIGHT, right - 2, HEIGHT - 4));
  open = lay_out (&line, HEIGHT);
  g_assert_nonnull (find_item (open, PWK_ID (PWK_THING_EVENT, 3)));
  g_assert_nonnull (find_item (open, PWK_ID (PWK_THING_RULE, 0xc0000)));

  /* nothing but a boot is shown as it is */
  line.folds_boot = true;
  line.end = line.position = line.boot_end;
  g_assert_cmpuint (pwk_timeline_event_at (&line, WIDTH, pwk_timeline_x_of (&line, WIDTH, 20)), ==, 20);
  g_assert_false (pwk_timeline_is_boot_mark (&line, WIDTH, HEIGHT, left + 2, 10));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/app/timeline/places", test_places);
  g_test_add_func ("/app/timeline/ticks", test_ticks);
  g_test_add_func ("/app/timeline/edges", test_edges);
  g_test_add_func ("/app/timeline/boot", test_boot);
  g_test_add_func ("/app/timeline/csv", test_csv);
  return g_test_run ();
}
